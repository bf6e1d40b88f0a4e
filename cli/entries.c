#include "cli/entries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/sentence.h"


enum { MINUTE_MS = 60 * 1000 };

/* The limit, in minutes, that the policy of an entry sets for being late; entries in a row mostly share theirs. */
static int64_t late_limit_min(struct book *book, const struct event *event)
{
    static uint32_t known;
    static int64_t late_min, late_waste_min;
    struct entry entry;
    struct event policy;

    if (event->policy == 0)
        return INT32_MAX;
    if (event->policy != known) {
        if (!book_event(book, event->policy, &entry, &policy) || policy.kind->number != KIND_POLICY)
            return INT32_MAX;
        known = event->policy;
        late_min = facts_number(&policy.facts, POLICY_LATE, INT32_MAX);
        late_waste_min = facts_number(&policy.facts, POLICY_LATE_WASTE, INT32_MAX);
    }
    return event->kind->number == KIND_WASTE ? late_waste_min : late_min;
}

bool entry_read(struct book *book, uint32_t number, struct entry_row *row)
{
    row->number = number;
    if (!book_event(book, number, &row->entry, &row->event))
        return false;
    row->is_late = row->event.kind->signers[0].meaning != MEANING_SEALED &&
                   row->entry.header.recorded_ms - row->event.occurred.ms > late_limit_min(book, &row->event) * MINUTE_MS;
    return true;
}

const char *entry_sentence(struct book *book, const struct entry_row *row, char out[static ENTRY_SENTENCE_SIZE])
{
    struct namer namer = book->namer;

    namer.offset_min = row->event.occurred.offset_min;
    sentence_of_event(&row->event, &namer, NULL, 0, out, ENTRY_SENTENCE_SIZE);
    return out;
}

const struct column log_columns[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "kind", COLUMN_TEXT, COLUMN_RECORD, "the kind of act, as SPEC.md names it" },
    { "happened", COLUMN_TIME, 0, "by its signers' word" },
    { "recorded", COLUMN_TIME, COLUMN_RECORD, "by the site's clock" },
    { "sentence", COLUMN_TEXT, COLUMN_REST | COLUMN_CUT, "what was read and signed; what is private is called sealed" },
    { "signers", COLUMN_LIST, COLUMN_RECORD, "handle and what he signed as" },
    { "irregular", COLUMN_LIST, COLUMN_RECORD, "codes of the rules it went against" },
    { "late", COLUMN_YES, COLUMN_RECORD, "recorded later than the policy allows" },
    { "marks", COLUMN_MARKS, 0, "LATE, IRREGULAR" },
    { .name = NULL },
};

static void put_signers(struct book *book, const struct event *event, struct row *row)
{
    char name[NAME_TEXT_SIZE], text[2 * NAME_TEXT_SIZE];

    for (size_t i = 0; i < event->signer_count; i++) {
        snprintf(text, sizeof text, "%s %s", name_of_person(book->reading.view, event->signers[i].person, name),
                 choice_name(choices_meaning, event->signers[i].meaning));
        row_item(row, "signers", text);
    }
}

void entry_put(struct book *book, const struct entry_row *entry, struct row *row)
{
    const struct event *event = &entry->event;
    char sentence[ENTRY_SENTENCE_SIZE], code[8];

    row_number(row, "entry", entry->number);
    row_text(row, "kind", event->kind->name);
    row_time(row, "happened", event->occurred);
    row_time(row, "recorded", (struct at){ entry->entry.header.recorded_ms, event->occurred.offset_min });
    row_text(row, "sentence", entry_sentence(book, entry, sentence));
    put_signers(book, event, row);
    for (size_t i = 0; i < event->irregular_count; i++) {
        snprintf(code, sizeof code, "PH%04u", event->irregular[i] % 10000u);
        row_item(row, "irregular", code);
    }
    row_number(row, "late", entry->is_late);
    if (entry->is_late)
        row_item(row, "marks", "LATE");
    if (event->irregular_count > 0)
        row_item(row, "marks", "IRREGULAR");
}

bool entry_touches(const struct entry_row *row, enum subject subject, uint32_t id)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == subject && id >= touch.id && id - touch.id < touch.count)
            return true;
    return false;
}
