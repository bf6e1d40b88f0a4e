/* phial register dispensing and phial register uk: the register under headings that laws ask for. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/entries.h"
#include "cli/register_run.h"
#include "cli/statement.h"
#include "cli/things.h"
#include "schema/amount.h"

const struct option register_form_options[] = {
    { "product", 0, "NAME", false, "only this product" },
    PERIOD_OPTIONS,
    { "names", 0, NULL, false, "patients' names and addresses, where they are kept here" },
    { .name = NULL },
};

/* 21 CFR 1304.22(c). */
const struct column dispensing_columns[] = {
    { "product", COLUMN_TEXT, 0, NULL },
    { "finished_form", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "date", COLUMN_TIME, 0, "when it was given" },
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "patient", COLUMN_TEXT, 0, "who got it: a patient, a handle of the staff, or outsider" },
    { "name", COLUMN_TEXT, 0, "of the patient, with --names" },
    { "address", COLUMN_TEXT, COLUMN_REST, "of the patient, with --names" },
    { "dose", COLUMN_TEXT, 0, NULL },
    { "given", COLUMN_MASS, 0, NULL },
    { "volume", COLUMN_VOLUME, 0, "of the finished form, to the nearest uL; the mass is exact" },
    { "by", COLUMN_TEXT, 0, "handle of who gave it" },
    { "order", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "prescriber", COLUMN_TEXT, COLUMN_RECORD, "handle" },
    { "marks", COLUMN_MARKS, 0, "LATE 42 min, IRREGULAR, TRANSCRIBED from a form, CORRECTED or VOID by an entry" },
    { .name = NULL },
};

/* Schedule 6 to the Misuse of Drugs Regulations 2001 (United Kingdom), with a running balance, which is not asked for. */
const struct column register_uk_columns[] = {
    { "class", COLUMN_TEXT, COLUMN_RECORD, "of drug" },
    { "strength_and_form", COLUMN_TEXT, COLUMN_RECORD, "at the head of the page" },
    { "part", COLUMN_TEXT, 0, "RECEIVED or SUPPLIED" },
    { "date", COLUMN_TIME, 0, NULL },
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "person", COLUMN_TEXT, 0, "from whom it was received, or to whom it was supplied" },
    { "name_and_address", COLUMN_TEXT, COLUMN_REST, "of that person; of a patient with --names" },
    { "authority", COLUMN_TEXT, 0, "to have it: the order and its prescriber, or the document" },
    { "collected_by", COLUMN_TEXT, COLUMN_RECORD, "patient: given to the patient here" },
    { "identity_asked", COLUMN_YES, COLUMN_RECORD, "of the person collecting" },
    { "identity_given", COLUMN_YES, COLUMN_RECORD, "by the person collecting" },
    { "quantity", COLUMN_MASS, 0, NULL },
    { "balance", COLUMN_MASS, 0, "running balance, no statutory heading" },
    { "by", COLUMN_TEXT, COLUMN_RECORD, "handle of who did it" },
    { "footnote", COLUMN_MARKS, 0, "a correction, by the entry that made it; LATE" },
    { .name = NULL },
};

/* ---- who */

static void put_patient(struct register_run *run, uint32_t patient, const char *name_column, const char *address_column)
{
    const struct leaf *leaf = view_leaf(run->book.reading.view, SUBJECT_PATIENT, patient);
    char name[FULL_NAME_SIZE] = "not kept here", address[ADDRESS_SIZE] = "not kept here", both[FULL_NAME_SIZE + ADDRESS_SIZE + 2];

    if (leaf == NULL || !run->has_names)
        return;
    full_name(&run->book, leaf, name);
    patient_address(&run->book, leaf, address);
    snprintf(both, sizeof both, "%s, %s", name, address);
    row_text(&run->table.row, name_column, address_column != NULL ? name : both);
    if (address_column != NULL)
        row_text(&run->table.row, address_column, address);
}

static const char *prescriber_of(struct register_run *run, uint32_t order, char out[static NAME_TEXT_SIZE])
{
    int64_t person = view_number(run->book.reading.view, SUBJECT_ORDER, order, ORDER_PRESCRIBER);

    out[0] = '\0';
    return person != 0 ? name_of_person(run->book.reading.view, person, out) : out;
}

static const char *product_text(struct register_run *run, uint32_t product, char out[static DESCRIBE_SIZE])
{
    return describe(&run->book, SUBJECT_PRODUCT, product, out);
}

/* ---- what was given */

/* What was given of one dose; by a correction, what turned out to be more or less. */
static void put_given(struct register_run *run, const struct line *line, uint32_t dose, int64_t given_ng)
{
    struct view *view = run->book.reading.view;
    struct row *row = &run->table.row;
    uint64_t strength = (uint64_t)view_number(view, SUBJECT_PRODUCT, run->page.product, PRODUCT_STRENGTH), volume_ul = 0;
    struct about about = register_about(run, line->row, dose);
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE];

    row_text(row, "product", name_of_subject(view, SUBJECT_PRODUCT, run->page.product, name));
    row_text(row, "finished_form", product_text(run, run->page.product, text));
    row_time(row, "date", line->row->event.occurred);
    row_number(row, "entry", line->row->number);
    row_text(row, "patient", about.patient);
    put_patient(run, about.patient_id, "name", "address");
    row_text(row, "dose", about.dose);
    if (muldiv_half_even((uint64_t)(given_ng < 0 ? -given_ng : given_ng), 1, strength, &volume_ul))
        row_number(row, "volume", given_ng < 0 ? -(int64_t)volume_ul : (int64_t)volume_ul);
    row_number(row, "given", given_ng);
    row_text(row, "by", about.by);
    row_text(row, "order", about.order);
    row_text(row, "prescriber", prescriber_of(run, about.order_id, name));
    entry_put_marks(&run->book, line->row->number, &line->row->entry, &line->row->event, row);
    table_put(&run->table, entry_style(&line->row->event, &line->row->effect));
}

/* Whether the first container that went into a dose is of the page's product. */
static bool is_of_page(struct register_run *run, uint32_t dose)
{
    const struct leaf *leaf = view_leaf(run->book.reading.view, SUBJECT_DOSE, dose);

    return leaf != NULL && leaf->count > DOSE_SOURCES &&
           leaf->state[DOSE_SOURCES + SOURCE_PRODUCT] == (int64_t)run->page.product;
}

/* What a correction changes of the doses of this page's product, where that is all it changes of it. */
static bool is_of_doses(struct register_run *run, const struct effect *placed, int64_t given_ng)
{
    for (size_t i = 0; i < placed->row_count; i++)
        if (placed->rows[i].table == SUBJECT_DOSE && placed->rows[i].place == DOSE_GIVEN && is_of_page(run, placed->rows[i].id))
            given_ng -= placed->rows[i].after;
    return given_ng == 0;
}

/* A correction may be of the doses of several patients: each has a line. */
static enum ledger_status put_dispensed(struct register_run *run, const struct line *line, struct error *error)
{
    struct effect placed = effect_as_placed(&line->row->effect);

    (void)error;
    if (line->movement == NULL || line->movement->vial != 0)
        return LEDGER_OK;
    if (line->row->event.kind->number != KIND_CORRECT || !is_of_doses(run, &placed, line->movement->amount[TOTAL_GIVEN])) {
        if (line->movement->amount[TOTAL_GIVEN] != 0)
            put_given(run, line, 0, line->movement->amount[TOTAL_GIVEN]);
        return LEDGER_OK;
    }
    for (size_t i = 0; i < placed.row_count; i++)
        if (placed.rows[i].table == SUBJECT_DOSE && placed.rows[i].place == DOSE_GIVEN && is_of_page(run, placed.rows[i].id))
            put_given(run, line, placed.rows[i].id, placed.rows[i].after);
    return LEDGER_OK;
}

static void end_dispensed(struct register_run *run, const struct page_sum *sum)
{
    row_text(&run->table.row, "product", "in all");
    row_number(&run->table.row, "given", sum->all.amount[TOTAL_GIVEN]);
    table_put(&run->table, ROW_TOTAL);
}

enum ledger_status cmd_register_dispensing(struct call *call, struct error *error)
{
    static const struct register_form form = {
        .name = "register dispensing", .columns = dispensing_columns, .put = put_dispensed, .end = end_dispensed };

    return register_write(call, &form, error);
}

/* ---- received and supplied */

enum { PART_RECEIVED, PART_SUPPLIED };
static const char *const uk_parts[] = { [PART_RECEIVED] = "RECEIVED", [PART_SUPPLIED] = "SUPPLIED", NULL };

/* Stereoisomers stand with their parent. */
static const char *class_of(struct register_run *run)
{
    switch (view_number(run->book.reading.view, SUBJECT_PRODUCT, run->page.product, PRODUCT_DRUG)) {
    case DRUG_KETAMINE:
    case DRUG_ESKETAMINE:
        return "ketamine (includes esketamine)";
    default:
        return "other";
    }
}

static void put_party(struct register_run *run, uint32_t party)
{
    static const char *const names[] = { "label", "registration", "address" };
    struct view *view = run->book.reading.view;
    uint32_t born = (uint32_t)view_number(view, SUBJECT_PARTY, party, PARTY_BORN);
    char text[1024];
    size_t used = 0;
    struct entry entry;
    struct event event;

    if (party == 0 || !book_event(&run->book, born, &entry, &event) || event.kind->number != KIND_PARTY)
        return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct value *value = facts_get(&event.facts, field_named(event.kind->fields, names[i])->key);

        if (value != NULL)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%.*s", used > 0 ? ", " : "", (int)value->bytes.size,
                                     (const char *)value->bytes.data);
    }
    row_text(&run->table.row, "name_and_address", used > 0 ? text : "");
}

static void put_whom(struct register_run *run, const struct walk_row *entry)
{
    struct row *row = &run->table.row;
    struct about about = register_about(run, entry, 0);
    char name[NAME_TEXT_SIZE], authority[3 * NAME_TEXT_SIZE] = "";
    bool is_given = entry->event.kind->number == KIND_ADMINISTER;

    if (is_given) {
        if (about.order_id != 0)
            snprintf(authority, sizeof authority, "%s %s", about.order, prescriber_of(run, about.order_id, name));
        row_text(row, "person", about.patient);
        put_patient(run, about.patient_id, "name_and_address", NULL);
        row_text(row, "collected_by", about.patient_id != 0 ? "patient" : "");
    } else {
        snprintf(authority, sizeof authority, "%s", about.document);
        row_text(row, "person", about.party_id != 0 ? about.party : entry->event.kind->name);
        put_party(run, about.party_id);
    }
    row_text(row, "authority", authority);
    row_text(row, "by", about.by);
}

static void put_footnote(struct register_run *run, const struct walk_row *entry)
{
    struct row *row = &run->table.row;
    struct entry corrected_by;
    struct event event;
    char date[CIVIL_TEXT_SIZE], text[CIVIL_TEXT_SIZE + 64];

    if (entry->effect.corrected_by != 0 && book_event(&run->book, entry->effect.corrected_by, &corrected_by, &event)) {
        civil_format_date(at_local_days((struct at){ corrected_by.header.recorded_ms, event.occurred.offset_min }), date);
        snprintf(text, sizeof text, "%s by #%u on %s", fate_name(entry_fate(&entry->event, &entry->effect)),
                 (unsigned)entry->effect.corrected_by, date);
        row_item(row, "footnote", text);
    }
    if (entry->late_min > 0)
        row_item(row, "footnote", "LATE");
}

/* What the register answers for is on hand and in doses: a dose drawn is not yet supplied. */
static int64_t balance_of(struct register_run *run, int64_t held_ul, int64_t in_doses_ng)
{
    return held_ul * view_number(run->book.reading.view, SUBJECT_PRODUCT, run->page.product, PRODUCT_STRENGTH) + in_doses_ng;
}

static enum ledger_status put_uk(struct register_run *run, const struct line *line, struct error *error)
{
    struct row *row = &run->table.row;
    int64_t quantity_ng = 0;
    char text[DESCRIBE_SIZE];

    (void)error;
    if (line->movement != NULL)
        quantity_ng = run->part == PART_RECEIVED ? movement_in_ng(line->movement) : movement_out_ng(line->movement);
    if (quantity_ng == 0)
        return LEDGER_OK;
    row_text(row, "class", class_of(run));
    row_text(row, "strength_and_form", product_text(run, run->page.product, text));
    row_text(row, "part", uk_parts[run->part]);
    row_time(row, "date", line->row->event.occurred);
    row_number(row, "entry", line->row->number);
    put_whom(run, line->row);
    put_footnote(run, line->row);
    row_number(row, "quantity", quantity_ng);
    row_number(row, "balance", balance_of(run, line->held_ul, line->in_doses_ng));
    table_put(&run->table, entry_style(&line->row->event, &line->row->effect));
    return LEDGER_OK;
}

static void begin_uk(struct register_run *run, const struct page_sum *sum)
{
    table_group(&run->table, "%s  (running balance: not a statutory heading)", class_of(run));
    row_text(&run->table.row, "person", "brought forward");
    row_number(&run->table.row, "balance", balance_of(run, sum->opening_ul, sum->opening_in_doses_ng));
    table_put(&run->table, ROW_TOTAL);
}

static void end_uk(struct register_run *run, const struct page_sum *sum)
{
    row_text(&run->table.row, "person", "in all");
    row_number(&run->table.row, "quantity", run->part == PART_RECEIVED ? movement_in_ng(&sum->all) : movement_out_ng(&sum->all));
    row_number(&run->table.row, "balance", balance_of(run, sum->held_ul, sum->in_doses_ng));
    table_put(&run->table, ROW_TOTAL);
}

enum ledger_status cmd_register_uk(struct call *call, struct error *error)
{
    static const struct register_form form = { .name = "register uk", .columns = register_uk_columns, .parts = uk_parts,
                                               .begin = begin_uk, .put = put_uk, .end = end_uk };

    return register_write(call, &form, error);
}
