/* phial report exceptions: the entries that somebody should look at, each with why. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/entries.h"
#include "cli/statement.h"
#include "cli/terminal.h"
#include "ledger/walk.h"

const struct option exceptions_options[] = {
    PERIOD_OPTIONS,
    { .name = NULL },
};

const struct column exceptions_columns[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "kind", COLUMN_TEXT, COLUMN_RECORD, "the kind of act, as SPEC.md names it" },
    { "happened", COLUMN_TIME, 0, "by its signers' word" },
    { "recorded", COLUMN_TIME, COLUMN_RECORD, "by the site's clock" },
    { "sentence", COLUMN_TEXT, COLUMN_REST | COLUMN_CUT, "what was read and signed; what is private is called sealed" },
    { "signers", COLUMN_LIST, COLUMN_RECORD, "handle and what he signed as" },
    { "late_min", COLUMN_NUMBER, COLUMN_RECORD, "minutes, where it is later than the policy allows" },
    { "irregular", COLUMN_LIST, 0, "codes of the rules it went against" },
    { "reason", COLUMN_TEXT, 0, "the one given, where one was" },
    { "corrected_by", COLUMN_ENTRY, COLUMN_RECORD, "the newest correction of it" },
    { "waits", COLUMN_LIST, 0, "for these countersigns, still" },
    { "cases", COLUMN_LIST, 0, "opened by it" },
    { "marks", COLUMN_MARKS, 0, "LATE 42 min, IRREGULAR, TRANSCRIBED from a form, CORRECTED or VOID by an entry" },
    { .name = NULL },
};

struct exceptions {
    struct book book;
    struct table table;
};

/* Kinds that are exceptions whenever they come. */
static bool is_always(enum kind_number kind)
{
    return kind == KIND_OVERRIDE || kind == KIND_CORRECT || kind == KIND_CLOCK || kind == KIND_CASE || kind == KIND_LOSS ||
           kind == KIND_ADJUST || kind == KIND_FOUND || kind == KIND_RECOVER;
}

static bool opens_case(const struct walk_row *entry)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &entry->entry.header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == SUBJECT_CASE && touch.n == 1)
            return true;
    return false;
}

static bool is_exception(const struct walk_row *entry)
{
    const struct event *event = &entry->event;

    return is_always(event->kind->number) || entry->late_min > 0 || event->irregular_count > 0 || event->reason != 0 ||
           entry->effect.corrected_by != 0 || entry->due != 0 || event->source_kind != 0 || opens_case(entry);
}

static void put_cases(struct exceptions *exceptions, const struct walk_row *entry)
{
    struct touch_cursor cursor;
    struct touch touch;
    char name[NAME_TEXT_SIZE];

    touches_begin(&cursor, &entry->entry.header);
    while (touches_next(&cursor, &touch))
        for (uint32_t i = 0; touch.subject == SUBJECT_CASE && touch.n == 1 && i < touch.count; i++)
            row_item(&exceptions->table.row, "cases",
                     name_of_subject(exceptions->book.reading.view, SUBJECT_CASE, touch.id + i, name));
}

static void put_waits(struct exceptions *exceptions, unsigned due)
{
    for (const struct choice *choice = choices_due; choice->number != 0; choice++)
        if ((due & choice->number) != 0)
            row_item(&exceptions->table.row, "waits", choice->name);
}

static enum ledger_status put_entry(void *context, const struct walk_row *entry, struct error *error)
{
    struct exceptions *exceptions = context;
    struct book *book = &exceptions->book;
    struct row *row = &exceptions->table.row;
    const struct event *event = &entry->event;
    struct entry_row as_row = { .number = entry->number, .entry = entry->entry, .event = *event };
    char sentence[ENTRY_SENTENCE_SIZE];

    if (!is_exception(entry))
        return LEDGER_OK;
    row_number(row, "entry", entry->number);
    row_text(row, "kind", event->kind->name);
    row_time(row, "happened", event->occurred);
    row_time(row, "recorded", (struct at){ entry->entry.header.recorded_ms, event->occurred.offset_min });
    row_text(row, "sentence", entry_sentence(book, &as_row, sentence));
    entry_put_signers(book, event, row);
    if (entry->late_min > 0)
        row_number(row, "late_min", entry->late_min);
    entry_put_irregular(event, row);
    if (event->reason != 0)
        row_text(row, "reason", choice_name(choices_reason, event->reason));
    if (entry->effect.corrected_by != 0)
        row_number(row, "corrected_by", entry->effect.corrected_by);
    put_waits(exceptions, entry->due);
    put_cases(exceptions, entry);
    entry_put_marks(book, entry->number, &entry->entry, event, row);
    table_put(&exceptions->table, entry_style(event, &entry->effect));
    return terminal_check(error);
}

enum ledger_status cmd_exceptions(struct call *call, struct error *error)
{
    static struct exceptions exceptions;
    struct period period;
    enum ledger_status status = book_open(&exceptions.book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = statement_period(&exceptions.book, call, &period, error);
    if (status == LEDGER_OK) {
        table_begin(&exceptions.table, call, "report exceptions", exceptions_columns);
        statement_head(&exceptions.book, &exceptions.table, &period);
        status = walk_entries(exceptions.book.reading.view, period.before + 1, period.last, put_entry, &exceptions, error);
        status = table_end(&exceptions.table, status, error, "%" PRIu64 " of %" PRIu32 " entries.", exceptions.table.count,
                           period.last - period.before);
    }
    book_close(&exceptions.book);
    return status;
}
