/* phial report receipts, report form41 and report form106: what papers about stock are filled in from. */
#include "cli/commands.h"

#include "cli/acts.h"
#include "cli/describe.h"
#include "ledger/filing.h"

const struct column receipts_columns[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "happened", COLUMN_TIME, 0, "when it came" },
    { "from", COLUMN_TEXT, 0, NULL },
    { "registration", COLUMN_TEXT, COLUMN_RECORD, "of who sent it" },
    { "document_type", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "document", COLUMN_TEXT, 0, "its number" },
    { "product", COLUMN_TEXT, 0, NULL },
    { "ndc", COLUMN_TEXT, COLUMN_RECORD, "of the product" },
    { "strength", COLUMN_STRENGTH, COLUMN_RECORD, NULL },
    { "form", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "lot", COLUMN_TEXT, 0, NULL },
    { "expiry", COLUMN_DATE, 0, NULL },
    { "containers", COLUMN_NUMBER, 0, "that came" },
    { "container", COLUMN_VOLUME, COLUMN_RECORD, "what one holds" },
    { "packs", COLUMN_NUMBER, COLUMN_RECORD, "they came in" },
    { "damaged", COLUMN_NUMBER, 0, "of them" },
    { "invoiced", COLUMN_NUMBER, COLUMN_RECORD, "containers of the whole receipt, by the document" },
    { "received", COLUMN_MASS, 0, NULL },
    { "place", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "patient", COLUMN_TEXT, COLUMN_RECORD, "it is named for" },
    { "by", COLUMN_LIST, 0, NULL },
    { "checked", COLUMN_LIST, 0, "who checked it at once" },
    { "marks", COLUMN_MARKS, 0, "NOT CHECKED; LATE 42 min, IRREGULAR, TRANSCRIBED from a form, CORRECTED or VOID by an entry" },
    { .name = NULL },
};

#define CONTAINER_COLUMNS \
    { "product", COLUMN_TEXT, 0, NULL }, \
    { "ndc", COLUMN_TEXT, 0, "of the product" }, \
    { "strength", COLUMN_STRENGTH, 0, NULL }, \
    { "form", COLUMN_TEXT, COLUMN_RECORD, NULL }, \
    { "vial", COLUMN_TEXT, 0, "nothing for what was in a dose" }, \
    { "lot", COLUMN_TEXT, COLUMN_RECORD, NULL }, \
    { "container", COLUMN_VOLUME, COLUMN_RECORD, "what a full one holds" }, \
    { "full", COLUMN_YES, 0, "yes for a full container" }, \
    { "volume", COLUMN_VOLUME, 0, "out of the container" }

const struct column form41_columns[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "happened", COLUMN_TIME, 0, NULL },
    { "form_41", COLUMN_TEXT, 0, "number of the form" },
    CONTAINER_COLUMNS,
    { "destroyed", COLUMN_MASS, 0, "as it was entered" },
    { "by_now", COLUMN_MASS, COLUMN_RECORD, "with what was corrected since" },
    { "method", COLUMN_TEXT, 0, NULL },
    { "by", COLUMN_LIST, 0, NULL },
    { "witness", COLUMN_LIST, 0, NULL },
    { "marks", COLUMN_MARKS, 0, "LATE 42 min, IRREGULAR, TRANSCRIBED from a form, CORRECTED or VOID by an entry" },
    { .name = NULL },
};

const struct column form106_columns[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "happened", COLUMN_TIME, COLUMN_RECORD, "when it was reported" },
    { "discovered", COLUMN_TIME, 0, NULL },
    { "since", COLUMN_TIME, COLUMN_RECORD, "the earliest it can have happened" },
    { "type", COLUMN_TEXT, 0, NULL },
    { "significant", COLUMN_YES, COLUMN_RECORD, "by the registrant's judgement" },
    CONTAINER_COLUMNS,
    { "lost", COLUMN_MASS, 0, "as it was entered" },
    { "by_now", COLUMN_MASS, COLUMN_RECORD, "with what was corrected since; what was recovered is not taken off" },
    { "recovered", COLUMN_VOLUME, COLUMN_RECORD, "of the vial, ever" },
    { "notice_due", COLUMN_DATE, COLUMN_RECORD, "last day for the notice" },
    { "notice_filed", COLUMN_ENTRY, 0, NULL },
    { "form_due", COLUMN_DATE, 0, "last day for form 106" },
    { "form_filed", COLUMN_ENTRY, 0, NULL },
    { "by", COLUMN_LIST, 0, NULL },
    { "witness", COLUMN_LIST, 0, NULL },
    { "marks", COLUMN_MARKS, 0, "NOT FILED; LATE 42 min, IRREGULAR, TRANSCRIBED from a form, CORRECTED or VOID by an entry" },
    { .name = NULL },
};

/* ---- receipts */

static void put_party(struct acts *acts, const struct event *event)
{
    struct view *view = acts->book.reading.view;
    uint32_t party = view_resolve(view, SUBJECT_PARTY, facts_get(&event->facts, FACT_RECEIVE_FROM));
    struct entry entry;
    struct event definition;

    acts_put_name(acts, "from", SUBJECT_PARTY, party);
    if (book_event(&acts->book, (uint32_t)view_number(view, SUBJECT_PARTY, party, PARTY_BORN), &entry, &definition))
        acts_put_fact(acts, "registration", &definition, FACT_PARTY_REGISTRATION);
}

static void put_optional(struct acts *acts, const char *column, const struct facts *facts, uint64_t key)
{
    if (facts_get(facts, key) != NULL)
        row_number(&acts->table.row, column, facts_number(facts, key, 0));
}

static void put_line(struct acts *acts, const struct walk_row *act, const struct facts *line)
{
    const struct event *event = &act->event;
    struct view *view = acts->book.reading.view;
    struct row *row = &acts->table.row;
    uint32_t product = view_resolve(view, SUBJECT_PRODUCT, facts_get(line, ROW_RECEIVE_PRODUCT));
    int64_t containers = facts_number(line, ROW_RECEIVE_CONTAINERS, 0);
    int64_t volume_ul = view_number(view, SUBJECT_PRODUCT, product, PRODUCT_VOLUME);
    struct bytes lot = facts_get(line, ROW_RECEIVE_LOT)->bytes;
    char text[64];

    acts_begin_row(acts, act);
    put_party(acts, event);
    acts_put_fact(acts, "document_type", event, FACT_RECEIVE_DOCUMENT_TYPE);
    acts_put_fact(acts, "document", event, FACT_RECEIVE_DOCUMENT);
    acts_put_product(acts, product);
    snprintf(text, sizeof text, "%.*s", (int)lot.size, (const char *)lot.data);
    row_text(row, "lot", text);
    row_number(row, "expiry", facts_number(line, ROW_RECEIVE_EXPIRY, 0));
    row_number(row, "containers", containers);
    row_number(row, "container", volume_ul);
    put_optional(acts, "packs", line, ROW_RECEIVE_PACKS);
    put_optional(acts, "damaged", line, ROW_RECEIVE_DAMAGED);
    put_optional(acts, "invoiced", &event->facts, FACT_RECEIVE_INVOICED);
    row_number(row, "received", containers * volume_ul * view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH));
    acts_put_fact(acts, "place", event, FACT_RECEIVE_PLACE);
    acts_put_fact(acts, "patient", event, FACT_RECEIVE_PATIENT);
    acts_put_people(acts, "checked", event, MEANING_CHECKED);
    if ((act->due & DUE_CHECK) != 0)
        row_item(row, "marks", "NOT CHECKED");
    acts_end_row(acts, act);
}

static enum ledger_status put_receipt(struct acts *acts, const struct walk_row *act, struct error *error)
{
    struct list_cursor cursor;
    struct facts line;

    (void)error;
    list_begin(&cursor, field_with_key(act->event.kind->fields, FACT_RECEIVE_LINES), facts_get(&act->event.facts, FACT_RECEIVE_LINES));
    while (rows_next(&cursor, &line))
        put_line(acts, act, &line);
    return LEDGER_OK;
}

enum ledger_status cmd_report_receipts(struct call *call, struct error *error)
{
    static const struct acts_report report = { "report receipts", receipts_columns, KIND_RECEIVE, put_receipt,
                                               "lines of receipts, as they were entered." };

    return acts_run(call, &report, error);
}

/* ---- containers and doses that went */

static void put_container(struct acts *acts, const struct movement *movement)
{
    struct view *view = acts->book.reading.view;
    struct row *row = &acts->table.row;
    int64_t full_ul = view_number(view, SUBJECT_PRODUCT, movement->product, PRODUCT_VOLUME);
    char lot[LOT_SIZE];

    acts_put_product(acts, movement->product);
    acts_put_name(acts, "vial", SUBJECT_VIAL, movement->vial);
    row_number(row, "container", full_ul);
    if (movement->vial == 0)
        return;
    row_text(row, "lot", lot_of_vial(&acts->book, movement->vial, lot));
    row_number(row, "full", -movement->left_ul == full_ul);
    row_number(row, "volume", -movement->left_ul);
}

static enum ledger_status put_destroyed(struct acts *acts, const struct walk_row *act, struct error *error)
{
    (void)error;
    for (size_t i = 0; i < acts->entered.count; i++) {
        acts_begin_row(acts, act);
        acts_put_fact(acts, "form_41", &act->event, FACT_DESTROY_FORM_41);
        put_container(acts, &acts->entered.rows[i]);
        row_number(&acts->table.row, "destroyed", acts->entered.rows[i].amount[TOTAL_DESTROYED]);
        row_number(&acts->table.row, "by_now", acts_amount_by_now(acts, &acts->entered.rows[i], TOTAL_DESTROYED));
        acts_put_fact(acts, "method", &act->event, FACT_DESTROY_METHOD);
        acts_put_people(acts, "witness", &act->event, MEANING_WITNESSED);
        acts_end_row(acts, act);
    }
    return LEDGER_OK;
}

enum ledger_status cmd_report_form41(struct call *call, struct error *error)
{
    static const struct acts_report report = { "report form41", form41_columns, KIND_DESTROY, put_destroyed,
                                               "containers and doses destroyed here. What was wasted of a patient's dose is in report waste." };

    return acts_run(call, &report, error);
}

static void put_filing(struct acts *acts, uint32_t entry)
{
    static const struct { enum notice notice; const char *due, *filed; } notices[] = {
        { NOTICE_LOSS, "notice_due", "notice_filed" }, { NOTICE_FORM_106, "form_due", "form_filed" } };
    const struct leaf *filing = view_leaf(acts->book.reading.view, LEAF_TABLE_FILING, entry);
    struct row *row = &acts->table.row;
    bool waits = false;

    for (size_t i = 0; filing != NULL && i < 2; i++) {
        const struct filing_sort *sort = filing_sort_of(notices[i].notice);

        if (filing->state[sort->due] != 0)
            row_number(row, notices[i].due, filing->state[sort->due] - 1);
        if (filing->state[sort->filed] != 0)
            row_number(row, notices[i].filed, filing->state[sort->filed]);
        waits = waits || filing_waits(filing, sort);
    }
    if (waits)
        row_item(row, "marks", "NOT FILED");
}

static void put_time_fact(struct acts *acts, const char *column, const struct facts *facts, uint64_t key)
{
    const struct value *at = facts_get(facts, key);

    if (at != NULL)
        row_time(&acts->table.row, column, (struct at){ at->number, (int32_t)at->second });
}

static enum ledger_status put_lost(struct acts *acts, const struct walk_row *act, struct error *error)
{
    struct view *view = acts->book.reading.view;
    struct row *row = &acts->table.row;

    (void)error;
    for (size_t i = 0; i < acts->entered.count; i++) {
        const struct movement *movement = &acts->entered.rows[i];

        acts_begin_row(acts, act);
        put_time_fact(acts, "discovered", &act->event.facts, FACT_LOSS_DISCOVERED);
        put_time_fact(acts, "since", &act->event.facts, FACT_LOSS_SINCE);
        acts_put_fact(acts, "type", &act->event, FACT_LOSS_TYPE);
        row_number(row, "significant", facts_get(&act->event.facts, FACT_LOSS_SIGNIFICANT) != NULL);
        put_container(acts, movement);
        row_number(row, "lost", movement->amount[TOTAL_LOST]);
        row_number(row, "by_now", acts_amount_by_now(acts, movement, TOTAL_LOST));
        if (movement->vial != 0)
            row_number(row, "recovered", view_number(view, SUBJECT_VIAL, movement->vial, VIAL_RECOVERED));
        acts_put_people(acts, "witness", &act->event, MEANING_WITNESSED);
        put_filing(acts, act->number);
        acts_end_row(acts, act);
    }
    return LEDGER_OK;
}

enum ledger_status cmd_report_form106(struct call *call, struct error *error)
{
    static const struct acts_report report = { "report form106", form106_columns, KIND_LOSS, put_lost,
                                               "containers and doses lost or stolen. What the form asks besides is not in this book." };

    return acts_run(call, &report, error);
}
