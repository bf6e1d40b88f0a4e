/* Thousands of acts by chance, and of them entries corrected by chance: other amounts, other vials, other times, again. Whatever
 * is corrected and then corrected back leaves every number as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/effect.h"
#include "tests/support/book.h"
#include "tests/support/chance.h"
#include "tests/support/corrections.h"
#include "tests/support/effects.h"
#include "tests/support/journal.h"
#include "tests/support/numbers.h"

/* ---- an entry by what it says now */

struct said_now {
    struct event event;
    struct effect effect; /* that the event points into */
};

static bool read_entry(struct view *view, uint32_t number, struct said_now *now)
{
    struct facts_fault fault;
    struct entry entry;
    struct bytes bytes;
    struct reader reader;

    now->effect = EFFECT_EMPTY;
    if (!view_entry(view, number, &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
        event_decode(entry.message.payload, &now->event, &fault) != EVENT_OK)
        return false;
    (void)effect_load(view, number, &now->effect);
    if (now->effect.facts.size > 0) {
        reader_init(&reader, now->effect.facts, READ_DEPTH_LIMIT);
        assert_true(facts_decode(&reader, now->event.kind->fields, &now->event.facts, &fault));
    }
    if (now->effect.has_at)
        now->event.occurred = now->effect.at;
    return (now->event.kind->flags & KIND_IS_CORRECTABLE) != 0 && now->effect.how != CORRECT_VOID;
}

/* ---- a row with other facts */

static int64_t another(int64_t number)
{
    int64_t most = 2 * number + 3;

    return 1 + (int64_t)chance_below(most > 1000000000 ? 1000000000 : (uint32_t)most);
}

/* The amount in the facts, or the first row's, or the vial: something else now. */
static void vary(struct book *book, struct event *event)
{
    struct facts *facts = &event->facts;
    struct list_cursor cursor;
    struct facts row;
    uint32_t vial;

    switch (event->kind->number) {
    case KIND_DRAW:
        list_begin(&cursor, field_with_key(event->kind->fields, FACT_DRAW_SOURCES), facts_get(facts, FACT_DRAW_SOURCES));
        assert_true(rows_next(&cursor, &row));
        vial = 1 + chance_below(12);
        if (chance_below(3) == 0 && leaf_number(book, SUBJECT_VIAL, vial, VIAL_STATE) <= VIAL_OPEN)
            row.values[ROW_DRAW_VIAL].number = vial;
        else
            row.values[ROW_DRAW_VOLUME].number = another(row.values[ROW_DRAW_VOLUME].number);
        row.values[ROW_DRAW_OVERFILL].present = false;
        book->event = *event;
        put_rows(book, FACT_DRAW_SOURCES, &row, 1);
        *facts = book->event.facts;
        break;
    case KIND_ADMINISTER:
        if (facts_get(facts, FACT_ADMINISTER_READ) != NULL)
            facts->values[2].number = facts->values[2].second == QUANTITY_REST ? 0 : another(facts->values[2].number);
        break;
    case KIND_WASTE:
        facts->values[2].number = facts->values[2].second == QUANTITY_REST ? 0 : another(facts->values[2].number);
        break;
    case KIND_RESIDUAL:
        facts->values[1].number = facts->values[1].second == QUANTITY_REST ? 0 : another(facts->values[1].number);
        break;
    default:
        break;
    }
}

static void put_facts(struct corrections *corrections, uint32_t entry, struct book *book, const struct event *event)
{
    book->event = *event;
    with_facts(corrections, entry, book);
}

/* What the judge says rests on it stands again. False where it cannot be corrected so. */
static bool add_what_rests(struct book *book, struct corrections *corrections)
{
    for (;;) {
        begin_correction(book, corrections);
        judged(book);
        if (book->refusal == NULL || refusal_find(book->refusal->code)->class_ == CLASS_FORBIDDEN)
            return true;
        if (book->refusal->code != REFUSAL_RESTS_ON_IT || corrections->count == CORRECTION_ROWS)
            return false;
        for (size_t i = 0; i < corrections->count; i++)
            if (facts_number(&corrections->rows[i], ROW_CORRECT_ENTRY, 0) == book->refusal->entry)
                return false;
        with_again(corrections, book->refusal->entry);
    }
}

/* ---- */

/* Of one entry: other facts or another time, then the same as before. Whether it could be corrected so. */
static bool correct_and_back(struct book *book, uint32_t number)
{
    static struct numbers before, after;
    static struct corrections there, back;
    static struct said_now now;
    struct view *view = view_new(book->txn);
    struct event varied;
    bool is_read = read_entry(view, number, &now), is_placed = false;

    there.count = back.count = 0;
    if (is_read) {
        put_facts(&back, number, book, &now.event);
        varied = now.event;
        book->used = 0;
        vary(book, &varied);
        put_facts(&there, number, book, &varied);
        if (chance_below(4) == 0)
            facts_put_at(&there.rows[0], ROW_CORRECT_AT,
                         (struct at){ now.event.occurred.ms + ((int64_t)chance_below(3) - 1) * BOOK_MINUTE, BOOK_OFFSET });
        facts_put_at(&back.rows[0], ROW_CORRECT_AT, now.event.occurred);
    }
    effect_release(&now.effect);
    view_free(view);
    if (is_read && add_what_rests(book, &there)) {
        numbers_of(book, &before);
        place_irregular(book);
        for (size_t i = 1; i < there.count; i++)
            with_again(&back, (uint32_t)facts_number(&there.rows[i], ROW_CORRECT_ENTRY, 0));
        begin_correction(book, &back);
        place_irregular(book);
        numbers_of(book, &after);
        assert_same_numbers(&before, &after);
        is_placed = true;
    }
    return is_placed;
}

/* And once there and not back, by other facts or as void. */
static void correct_for_good(struct book *book, uint32_t number)
{
    static struct corrections rows;
    static struct said_now now;
    struct view *view = view_new(book->txn);
    bool is_read = read_entry(view, number, &now);

    rows.count = 0;
    if (is_read && chance_below(3) == 0) {
        with_void(&rows, number);
    } else if (is_read) {
        book->used = 0;
        vary(book, &now.event);
        put_facts(&rows, number, book, &now.event);
    }
    effect_release(&now.effect);
    view_free(view);
    if (is_read && add_what_rests(book, &rows))
        place_irregular(book);
}

/* A book of so many acts. */
static void act_by_chance(struct book *book, unsigned acts)
{
    struct journal *journal = chance_stock();

    begin_session(book, 1, 1);
    place(book);
    for (unsigned step = 0; step < acts; step++) {
        chance_act(book, journal);
        if (step % 100 == 0)
            wait_for(book, BOOK_HOUR);
    }
    free(journal);
}

static void what_is_corrected_there_and_back_is_as_it_was(void **state)
{
    struct book *book = *state;
    unsigned corrected = 0;

    chance_seed(1);
    act_by_chance(book, 300);
    for (unsigned step = 0; step < 200; step++)
        corrected += correct_and_back(book, 1 + chance_below(book->entries));
    effects_make_the_leaves(book);
    assert_true(corrected > 20);
}

static void what_is_corrected_adds_up_whatever_it_is(void **state)
{
    struct book *book = *state;

    chance_seed(4711);
    act_by_chance(book, 300);
    for (unsigned step = 0; step < 300; step++) {
        correct_for_good(book, 1 + chance_below(book->entries));
        if (step % 30 == 0)
            effects_make_the_leaves(book);
    }
    effects_make_the_leaves(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(what_is_corrected_there_and_back_is_as_it_was),
        in_two(what_is_corrected_adds_up_whatever_it_is),
    };

    return cmocka_run_group_tests_name("corrections by chance", tests, NULL, NULL);
}
