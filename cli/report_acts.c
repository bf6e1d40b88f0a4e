/* phial report waste, report late and report corrections. */
#include "cli/commands.h"

#include <stdlib.h>

#include "cli/acts.h"
#include "cli/entries.h"
#include "cli/statement.h"
#include "ledger/names.h"

enum { MINUTE_MS = 60 * 1000 };

const struct option acts_options[] = {
    PERIOD_OPTIONS,
    { .name = NULL },
};

const struct column waste_columns[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "happened", COLUMN_TIME, 0, "by its signers' word" },
    { "product", COLUMN_TEXT, 0, NULL },
    { "ndc", COLUMN_TEXT, COLUMN_RECORD, "of the product" },
    { "strength", COLUMN_STRENGTH, COLUMN_RECORD, NULL },
    { "form", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "dose", COLUMN_TEXT, 0, NULL },
    { "vial", COLUMN_TEXT, 0, NULL },
    { "session", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "wasted", COLUMN_MASS, 0, "as it was entered" },
    { "by_now", COLUMN_MASS, COLUMN_RECORD, "with what was corrected since" },
    { "put", COLUMN_TEXT, 0, "as the doer typed it" },
    { "seen", COLUMN_TEXT, 0, "as the witness typed it" },
    { "method", COLUMN_TEXT, 0, NULL },
    { "after_stop_min", COLUMN_NUMBER, 0, "minutes since the end of what was given of the dose" },
    { "by", COLUMN_LIST, 0, NULL },
    { "witness", COLUMN_LIST, 0, NULL },
    { "apart_s", COLUMN_NUMBER, COLUMN_RECORD, "seconds between the first two signatures" },
    { "reason", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "marks", COLUMN_MARKS, 0, "LATE 42 min, IRREGULAR, TRANSCRIBED from a form, CORRECTED or VOID by an entry" },
    { .name = NULL },
};

const struct column late_columns[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "kind", COLUMN_TEXT, COLUMN_RECORD, "the kind of act, as SPEC.md names it" },
    { "happened", COLUMN_TIME, 0, "by its signers' word" },
    { "recorded", COLUMN_TIME, 0, "by the site's clock" },
    { "late_min", COLUMN_NUMBER, 0, "minutes between the two" },
    { "sentence", COLUMN_TEXT, COLUMN_REST | COLUMN_CUT, "what was read and signed; what is private is called sealed" },
    { "by", COLUMN_LIST, 0, NULL },
    { "signers", COLUMN_LIST, COLUMN_RECORD, "handle and what he signed as" },
    { "reason", COLUMN_TEXT, 0, "the one given, where one was" },
    { "marks", COLUMN_MARKS, 0, "LATE 42 min, IRREGULAR, TRANSCRIBED from a form, CORRECTED or VOID by an entry" },
    { .name = NULL },
};

const struct column corrections_columns[] = {
    { "entry", COLUMN_ENTRY, 0, "the correction" },
    { "happened", COLUMN_TIME, 0, "the correction" },
    { "corrected", COLUMN_ENTRY, 0, "what it corrects" },
    { "how", COLUMN_TEXT, 0, "void, change, add or again" },
    { "kind", COLUMN_TEXT, COLUMN_RECORD, "of the entry that is corrected" },
    { "happened_then", COLUMN_TIME, COLUMN_RECORD, "what is corrected, as it was entered" },
    { "sentence", COLUMN_TEXT, COLUMN_REST | COLUMN_CUT, "of the entry that is corrected, as it was signed" },
    { "entered_by", COLUMN_LIST, 0, "who did it, by that entry" },
    { "by", COLUMN_LIST, 0, "who corrects it" },
    { "officer", COLUMN_LIST, 0, "who approves it" },
    { "reason", COLUMN_TEXT, 0, NULL },
    { "marks", COLUMN_MARKS, 0, "of the correction: LATE, TRANSCRIBED" },
    { .name = NULL },
};

static void put_reason(struct acts *acts, const struct event *event)
{
    if (event->reason != 0)
        row_text(&acts->table.row, "reason", choice_name(choices_reason, event->reason));
}

/* ---- wastes */

/* How long after the end of what was given; nothing where nothing was. */
static void put_after_stop(struct acts *acts, const struct event *event, uint32_t dose)
{
    int64_t stopped_ms = view_number(acts->book.reading.view, SUBJECT_DOSE, dose, DOSE_STOPPED_AT);

    if (stopped_ms != 0)
        row_number(&acts->table.row, "after_stop_min", (event->occurred.ms - stopped_ms) / MINUTE_MS);
}

static void put_apart(struct acts *acts, const struct walk_row *act)
{
    const struct cose_signer *signers = act->entry.message.signers;

    if (act->entry.message.signer_count > 1)
        row_number(&acts->table.row, "apart_s", llabs(signers[1].signed_at_ms - signers[0].signed_at_ms) / 1000);
}

static enum ledger_status put_waste(struct acts *acts, const struct walk_row *act, struct error *error)
{
    const struct event *event = &act->event;
    const struct value *dose = facts_get(&event->facts, FACT_WASTE_DOSE);
    uint32_t id = dose != NULL ? view_resolve(acts->book.reading.view, SUBJECT_DOSE, dose) : 0;

    (void)error;
    for (size_t i = 0; i < acts->entered.count; i++) {
        const struct movement *movement = &acts->entered.rows[i];

        acts_begin_row(acts, act);
        acts_put_product(acts, movement->product);
        acts_put_name(acts, "dose", SUBJECT_DOSE, id);
        acts_put_name(acts, "vial", SUBJECT_VIAL, movement->vial);
        acts_put_name(acts, "session", SUBJECT_SESSION,
                      (uint32_t)view_number(acts->book.reading.view, SUBJECT_DOSE, id, DOSE_SESSION));
        row_number(&acts->table.row, "wasted", movement->amount[TOTAL_WASTED]);
        row_number(&acts->table.row, "by_now", acts_amount_by_now(acts, movement, TOTAL_WASTED));
        acts_put_fact(acts, "put", event, FACT_WASTE_PUT);
        acts_put_fact(acts, "seen", event, FACT_WASTE_SEEN);
        acts_put_fact(acts, "method", event, FACT_WASTE_METHOD);
        put_after_stop(acts, event, id);
        acts_put_people(acts, "witness", event, MEANING_WITNESSED);
        put_apart(acts, act);
        put_reason(acts, event);
        acts_end_row(acts, act);
    }
    return LEDGER_OK;
}

enum ledger_status cmd_report_waste(struct call *call, struct error *error)
{
    static const struct acts_report report = { "report waste", waste_columns, KIND_WASTE, put_waste,
                                               "wastes. What left with an emptied vial: phial report variance" };

    return acts_run(call, &report, error);
}

/* ---- what was written down late */

static void put_sentence(struct acts *acts, uint32_t number, const struct entry *entry, const struct event *event)
{
    struct entry_row as_row = { .number = number, .entry = *entry, .event = *event };
    char sentence[ENTRY_SENTENCE_SIZE];

    row_text(&acts->table.row, "kind", event->kind->name);
    row_text(&acts->table.row, "sentence", entry_sentence(&acts->book, &as_row, sentence));
}

static enum ledger_status put_late(struct acts *acts, const struct walk_row *act, struct error *error)
{
    (void)error;
    if (act->late_min == 0)
        return LEDGER_OK;
    acts_begin_row(acts, act);
    row_time(&acts->table.row, "recorded", (struct at){ act->entry.header.recorded_ms, act->event.occurred.offset_min });
    row_number(&acts->table.row, "late_min", act->late_min);
    put_sentence(acts, act->number, &act->entry, &act->event);
    entry_put_signers(&acts->book, &act->event, &acts->table.row);
    put_reason(acts, &act->event);
    acts_end_row(acts, act);
    return LEDGER_OK;
}

enum ledger_status cmd_report_late(struct call *call, struct error *error)
{
    static const struct acts_report report = { "report late", late_columns, 0, put_late,
                                               "entries recorded later than the policy of then allows." };

    return acts_run(call, &report, error);
}

/* ---- corrections */

static void put_corrected(struct acts *acts, const struct walk_row *act, const struct facts *facts)
{
    uint32_t number = (uint32_t)facts_number(facts, ROW_CORRECT_ENTRY, 0);
    const struct field *how = &act->event.kind->fields[0].row[ROW_CORRECT_HOW];
    struct entry entry;
    struct event event;

    acts_begin_row(acts, act);
    row_number(&acts->table.row, "corrected", number);
    row_text(&acts->table.row, "how", choice_name(how->choices, (unsigned)facts_number(facts, ROW_CORRECT_HOW, 0)));
    if (book_event(&acts->book, number, &entry, &event)) {
        row_time(&acts->table.row, "happened_then", event.occurred);
        put_sentence(acts, number, &entry, &event);
        acts_put_people(acts, "entered_by", &event, MEANING_DID);
    }
    acts_put_people(acts, "officer", &act->event, MEANING_APPROVED);
    put_reason(acts, &act->event);
    acts_end_row(acts, act);
}

static enum ledger_status put_correction(struct acts *acts, const struct walk_row *act, struct error *error)
{
    struct list_cursor cursor;
    struct facts row;

    (void)error;
    list_begin(&cursor, field_with_key(act->event.kind->fields, FACT_CORRECT_ENTRIES),
               facts_get(&act->event.facts, FACT_CORRECT_ENTRIES));
    while (rows_next(&cursor, &row))
        put_corrected(acts, act, &row);
    return LEDGER_OK;
}

enum ledger_status cmd_report_corrections(struct call *call, struct error *error)
{
    static const struct acts_report report = { "report corrections", corrections_columns, KIND_CORRECT, put_correction,
                                               "entries were corrected. What one says by now: phial show ENTRY" };

    return acts_run(call, &report, error);
}
