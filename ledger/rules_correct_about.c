/* Which entries are about a vial or session, in their order. */
#include <stdlib.h>

#include "ledger/correct.h"

static void add_entry(struct judge *judge, struct entry_numbers *entries, uint32_t number)
{
    if (entries->count == entries->capacity) {
        size_t capacity = entries->capacity > 0 ? 2 * entries->capacity : 64;
        uint32_t *numbers = realloc(entries->numbers, capacity * sizeof numbers[0]);

        if (numbers == NULL) {
            view_no_memory(judge->view);
            return;
        }
        entries->numbers = numbers;
        entries->capacity = capacity;
    }
    entries->numbers[entries->count++] = number;
}

/* An entry may have come to be about it by a correction, which then touches it in its place. */
static void add_corrected(struct judge *judge, struct entry_numbers *entries, const struct event *correction)
{
    struct list_cursor cursor;
    struct facts row;

    list_begin(&cursor, field_with_key(correction->kind->fields, FACT_CORRECT_ENTRIES),
               facts_get(&correction->facts, FACT_CORRECT_ENTRIES));
    while (rows_next(&cursor, &row))
        add_entry(judge, entries, (uint32_t)facts_number(&row, ROW_CORRECT_ENTRY, 0));
}

static int ascending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return a < b ? -1 : a > b;
}

void correct_entries_about(struct judge *judge, const struct leaf *leaf, struct entry_numbers *entries)
{
    static _Thread_local struct event event;
    uint32_t number;

    add_corrected(judge, entries, judge->event);
    for (uint32_t n = 1; n <= leaf->touches; n++) {
        if (!view_touched_by(judge->view, (enum subject)leaf->table, leaf->id, n, &number) || !judge_event_of(judge, number, &event))
            continue;
        add_entry(judge, entries, number);
        if (event.kind->number == KIND_CORRECT)
            add_corrected(judge, entries, &event);
    }
    for (number = view_entries_before(judge->view) + 1; number <= leaf->last; number++)
        add_entry(judge, entries, number); /* of this list */
    if (entries->count > 0)
        qsort(entries->numbers, entries->count, sizeof entries->numbers[0], ascending);
}
