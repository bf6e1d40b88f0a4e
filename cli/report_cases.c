/* phial report discrepancies: what was asked about, and what came of it. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/describe.h"
#include "cli/statement.h"
#include "ledger/sentence.h"

const struct column discrepancies_columns[] = {
    { "case", COLUMN_TEXT, 0, NULL },
    { "opened_by", COLUMN_ENTRY, 0, "the entry that opened it" },
    { "opened", COLUMN_TIME, 0, "when that happened" },
    { "code", COLUMN_TEXT, 0, "why; nothing where somebody said why in words" },
    { "why", COLUMN_TEXT, COLUMN_REST, "the code in words" },
    { "about", COLUMN_TEXT, 0, "vial, dose or product" },
    { "difference", COLUMN_MASS, 0, "missing is negative; 0 where it cannot be said" },
    { "people", COLUMN_LIST, COLUMN_RECORD, "who has a part in what opened it" },
    { "state", COLUMN_TEXT, 0, NULL },
    { "adjusted", COLUMN_MASS, COLUMN_RECORD, "booked under it, missing negative" },
    { "cause", COLUMN_TEXT, 0, NULL },
    { "resolved_by", COLUMN_ENTRY, 0, NULL },
    { "resolved", COLUMN_TIME, COLUMN_RECORD, NULL },
    { "resolvers", COLUMN_LIST, COLUMN_RECORD, "who signed that" },
    { "hours", COLUMN_NUMBER, 0, "whole hours it was open, or is by now" },
    { "marks", COLUMN_MARKS, 0, "OPEN, WAITS FOR OUTSIDE" },
    { .name = NULL },
};

enum { HOUR_MS = 60 * 60 * 1000, WORDS_SIZE = 64 };

struct discrepancies {
    struct book book;
    struct table table;
};

static void put_about(struct discrepancies *of, const struct leaf *leaf)
{
    char text[16], words[WORDS_SIZE], name[NAME_TEXT_SIZE];
    unsigned code = (unsigned)leaf->state[CASE_CODE];
    struct row *row = &of->table.row;

    if (code != 0) {
        snprintf(text, sizeof text, "PH%04u", code % 10000u);
        row_text(row, "code", text);
        (void)refusal_words(code, words, sizeof words);
        row_text(row, "why", words);
    }
    if (leaf->state[CASE_SUBJECT] != 0)
        row_text(row, "about", name_of_subject(of->book.reading.view, (enum subject)leaf->state[CASE_SUBJECT],
                                               (uint32_t)leaf->state[CASE_ID], name));
    row_number(row, "difference", leaf->state[CASE_DIFFERENCE]);
    row_number(row, "adjusted", leaf->state[CASE_ADJUSTED]);
    for (uint16_t i = CASE_PEOPLE; i < leaf->count; i++)
        row_item(row, "people", name_of_person(of->book.reading.view, leaf->state[i], name));
}

/* Its end, and how long that took. */
static void put_end(struct discrepancies *of, const struct leaf *leaf, int64_t opened_ms)
{
    struct row *row = &of->table.row;
    int64_t until_ms = book_now_ms(&of->book);
    char name[NAME_TEXT_SIZE];
    struct entry entry;
    struct event event;

    if (leaf->state[CASE_RESOLVED] != 0 && book_event(&of->book, (uint32_t)leaf->state[CASE_RESOLVED], &entry, &event)) {
        row_text(row, "cause", choice_text(KIND_RESOLVE, "cause", leaf->state[CASE_CAUSE]));
        row_number(row, "resolved_by", leaf->state[CASE_RESOLVED]);
        row_time(row, "resolved", event.occurred);
        for (size_t i = 0; i < event.signer_count; i++)
            row_item(row, "resolvers", name_of_person(of->book.reading.view, event.signers[i].person, name));
        until_ms = event.occurred.ms;
    }
    row_number(row, "hours", until_ms > opened_ms ? (until_ms - opened_ms) / HOUR_MS : 0);
    if (leaf->state[CASE_STATE] != CASE_IS_RESOLVED)
        row_item(row, "marks", leaf->state[CASE_STATE] == CASE_WAITS_OUTSIDE ? "WAITS FOR OUTSIDE" : "OPEN");
}

static void put_case(struct discrepancies *of, const struct leaf *leaf)
{
    struct row *row = &of->table.row;
    char name[NAME_TEXT_SIZE];
    struct entry entry;
    struct event event;

    if (!book_event(&of->book, (uint32_t)leaf->state[CASE_ENTRY], &entry, &event))
        return;
    row_text(row, "case", name_of_subject(of->book.reading.view, SUBJECT_CASE, leaf->id, name));
    row_number(row, "opened_by", leaf->state[CASE_ENTRY]);
    row_time(row, "opened", event.occurred);
    put_about(of, leaf);
    row_text(row, "state", case_state_name(leaf->state[CASE_STATE]));
    put_end(of, leaf, event.occurred.ms);
    table_put(&of->table, ROW_PLAIN);
}

enum ledger_status cmd_report_discrepancies(struct call *call, struct error *error)
{
    static struct discrepancies of;
    struct period period;
    enum ledger_status status = book_open(&of.book, call, LEDGER_READ, error);
    struct view *view;

    if (status == LEDGER_OK)
        status = statement_period(&of.book, call, &period, error);
    if (status == LEDGER_OK) {
        view = of.book.reading.view;
        table_begin(&of.table, call, "report discrepancies", discrepancies_columns);
        statement_head(&of.book, &of.table, &period);
        for (uint32_t id = 1; id <= view_count(view, SUBJECT_CASE); id++) {
            const struct leaf *leaf = view_leaf(view, SUBJECT_CASE, id);

            if (leaf != NULL && leaf->state[CASE_ENTRY] > period.before && leaf->state[CASE_ENTRY] <= period.last)
                put_case(&of, leaf);
        }
        status = table_end(&of.table, view_status(view, error), error, "%" PRIu64 " cases, as they stand now.", of.table.count);
    }
    book_close(&of.book);
    return status;
}
