#include "ledger/attest_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/phrase.h"
#include "schema/civil.h"

/* ---- whose book, and which period */

static void say_site(struct phrase *phrase, struct view *view)
{
    const struct field *field = field_with_key(kind_find(KIND_GENESIS)->fields, FACT_GENESIS_REGISTRATIONS);
    struct facts_fault fault;
    struct list_cursor cursor;
    struct entry entry;
    struct event event;
    struct bytes bytes;
    struct value value;
    const char *before = " (";

    if (!view_entry(view, 1, &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
        event_decode(entry.message.payload, &event, &fault) != EVENT_OK || event.kind->number != KIND_GENESIS)
        return;
    phrase_bytes(phrase, facts_get(&event.facts, FACT_GENESIS_SITE)->bytes);
    list_begin(&cursor, field, facts_get(&event.facts, FACT_GENESIS_REGISTRATIONS));
    for (; list_next(&cursor, &value); before = ", ") {
        phrase_text(phrase, before);
        phrase_bytes(phrase, value.bytes);
    }
    phrase_text(phrase, ")");
}

/* "closing #41,007 of 2026-06-30", or the entry. */
static void say_end(struct phrase *phrase, struct view *view, uint32_t number)
{
    struct closing closing;
    bool is_closing = closing_read(view, number, &closing);

    phrase_text(phrase, is_closing ? "closing " : "");
    phrase_entry(phrase, number);
    if (!is_closing)
        return;
    phrase_text(phrase, " of ");
    phrase_date(phrase, closing.day);
}

static void say_period(struct phrase *phrase, struct view *view, const struct period *period)
{
    phrase_text(phrase, ": entries ");
    phrase_entry(phrase, period->before + 1);
    phrase_text(phrase, " to ");
    phrase_entry(phrase, period->last);
    phrase_text(phrase, ", recorded ");
    if (period->before == 0) {
        phrase_text(phrase, "from the beginning of the book");
    } else {
        phrase_text(phrase, "after ");
        say_end(phrase, view, period->before);
    }
    phrase_text(phrase, " up to ");
    say_end(phrase, view, period->last);
    phrase_text(phrase, ", in the book as it stands at ");
    phrase_entry(phrase, view_entries_before(view));
    phrase_text(phrase, ".");
}

static void say_head(struct statement *statement, struct view *view, const struct period *period)
{
    struct phrase phrase;

    phrase_init(&phrase, NULL, statement->head, sizeof statement->head);
    if (statement->is_training)
        phrase_text(&phrase, "TRAINING LEDGER: nothing in this book happened. ");
    if (!statement->has_ended)
        phrase_text(&phrase, "THIS PERIOD HAS NOT ENDED. ");
    say_site(&phrase, view);
    say_period(&phrase, view, period);
    phrase_end(&phrase);
}

/* ---- */

/* Between closings nothing states how much there was: what was corrected since could not be told from what was not. */
static enum ledger_status check_end(struct view *view, uint32_t entry, struct error *error)
{
    struct closing closing;

    if (entry == 0 || entry == view_entries_before(view) || closing_read(view, entry, &closing))
        return LEDGER_OK;
    error_set(error, REFUSAL_BAD_VALUE, "#%" PRIu32 " is no closing, and a statement goes from one to another", entry);
    error_next(error, "the closing before it is #%" PRIu32 "; or give a day", closing_up_to(view, entry));
    return error->status;
}

static enum ledger_status check_period(struct view *view, const struct period *period, struct error *error)
{
    enum ledger_status status;

    if (period->last <= period->before) {
        error_set(error, REFUSAL_BAD_VALUE, period->last == 0 ? "no day of this period has been closed yet"
                                                              : "nothing was recorded in this period");
        error_next(error, "phial log shows what was recorded and when\nto close a day before it is over: phial closing");
        return error->status;
    }
    status = check_end(view, period->before, error);
    return status == LEDGER_OK ? check_end(view, period->last, error) : status;
}

static void begin(struct statement *statement, struct view *view, const struct period *period)
{
    struct name ledger;

    memset(statement, 0, sizeof *statement);
    if (view_name(view, NAME_LEDGER, bytes_of("", 0), &ledger) && ledger.data_size == STATEMENT_HASH_SIZE)
        memcpy(statement->ledger, ledger.data, STATEMENT_HASH_SIZE);
    statement->after = period->before;
    statement->last = period->last;
    statement->size = view_entries_before(view);
    statement->has_ended = period->has_ended;
    statement->is_training = view_site(view, SITE_TRAINING) != 0;
}

enum ledger_status attest_make(struct view *view, const struct period *period, struct statement *statement, struct error *error)
{
    struct attest_facts *facts;
    struct attesting attesting = { .view = view, .period = period, .statement = statement };
    enum ledger_status status = check_period(view, period, error);

    if (status != LEDGER_OK)
        return status;
    attesting.facts = facts = calloc(1, sizeof *facts);
    if (facts == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    begin(statement, view, period);
    facts->size = statement->size;
    facts->has_ended = statement->has_ended;
    facts->is_training = statement->is_training;
    status = attest_stock(&attesting, error);
    if (status == LEDGER_OK)
        status = attest_acts(&attesting, error);
    if (status == LEDGER_OK) {
        attest_judge(facts, statement->lines);
        say_head(statement, view, period);
    }
    free(facts);
    return status;
}
