#include "cli/register_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/statement.h"

/* ---- what an entry is about */

/* The first dose whose amounts it changed. */
static uint32_t dose_of(const struct walk_row *row)
{
    struct effect placed = effect_as_placed(&row->effect);

    for (size_t i = 0; i < placed.row_count; i++)
        if (placed.rows[i].table == SUBJECT_DOSE)
            return placed.rows[i].id;
    return 0;
}

/* The party its facts name. */
static uint32_t party_of(const struct event *event)
{
    for (const struct field *field = event->facts.fields; field->name != NULL; field++)
        if (field->type == FIELD_REF && field->subject == SUBJECT_PARTY && facts_get(&event->facts, field->key) != NULL)
            return ref_id(facts_get(&event->facts, field->key));
    return 0;
}

static uint32_t born_case_of(const struct walk_row *row)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == SUBJECT_CASE && touch.n == 1)
            return touch.id;
    return 0;
}

static void name_it(struct register_run *run, enum subject subject, uint32_t id, char out[static NAME_TEXT_SIZE])
{
    out[0] = '\0';
    if (id != 0)
        name_of_subject(run->book.reading.view, subject, id, out);
}

static void take_document(const struct event *event, struct about *about)
{
    const struct field *field = field_named(event->kind->fields, "document");
    const struct value *value = field != NULL ? facts_get(&event->facts, field->key) : NULL;

    if (value != NULL)
        snprintf(about->document, sizeof about->document, "%.*s", (int)value->bytes.size, (const char *)value->bytes.data);
}

/* Who did it: the one named, else the first who signs. */
static void take_doer(struct register_run *run, const struct event *event, struct about *about)
{
    if (event->performed_count > 0)
        name_of_person(run->book.reading.view, event->performed[0].person, about->by);
    else if (event->signer_count > 0)
        name_of_person(run->book.reading.view, event->signers[0].person, about->by);
    if (event->performed_count > 0 && event->performed[0].person == PERSON_NEW)
        snprintf(about->by, sizeof about->by, "outside");
}

/* Who got it, where that is not the patient the dose was drawn for: the order it was drawn by is then not theirs. */
static void take_recipient(const struct event *event, struct about *about)
{
    static const char *const others[] = { "to-patient", "to-person", "to-outsider" };

    if (event->kind->number != KIND_ADMINISTER)
        return;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct field *field = field_named(event->kind->fields, others[i]);
        const struct value *value = facts_get(&event->facts, field->key);

        if (value == NULL || (field->type == FIELD_REF && ref_id(value) == about->patient_id))
            continue;
        about->patient_id = field->type == FIELD_REF ? ref_id(value) : 0;
        about->person = field->type == FIELD_PERSON ? value->number : 0;
        about->is_outsider = field->type == FIELD_YES;
        about->order_id = 0;
    }
}

/* A patient by the number, one of the staff by the handle. */
static void name_recipient(struct register_run *run, struct about *about)
{
    name_it(run, SUBJECT_PATIENT, about->patient_id, about->patient);
    if (about->person != 0)
        name_of_person(run->book.reading.view, about->person, about->patient);
    if (about->is_outsider)
        snprintf(about->patient, sizeof about->patient, "outsider");
}

struct about register_about(struct register_run *run, const struct walk_row *row, uint32_t dose)
{
    struct view *view = run->book.reading.view;
    struct about about = { .dose_id = dose != 0 ? dose : dose_of(row), .party_id = party_of(&row->event) };

    about.session_id = (uint32_t)view_number(view, SUBJECT_DOSE, about.dose_id, DOSE_SESSION);
    about.patient_id = (uint32_t)view_number(view, SUBJECT_DOSE, about.dose_id, DOSE_PATIENT);
    about.order_id = (uint32_t)view_number(view, SUBJECT_SESSION, about.session_id, SESSION_ORDER);
    take_recipient(&row->event, &about);
    name_it(run, SUBJECT_DOSE, about.dose_id, about.dose);
    name_it(run, SUBJECT_SESSION, about.session_id, about.session);
    name_recipient(run, &about);
    name_it(run, SUBJECT_ORDER, about.order_id, about.order);
    name_it(run, SUBJECT_PARTY, about.party_id, about.party);
    name_it(run, SUBJECT_CASE, born_case_of(row), about.case_);
    take_document(&row->event, &about);
    take_doer(run, &row->event, &about);
    return about;
}

/* ---- what is asked for */

static enum ledger_status read_subject(struct register_run *run, const char *option, enum subject subject, uint32_t *id,
                                       struct error *error)
{
    uint8_t room[64];
    struct words words = book_words(&run->book, room, sizeof room);
    const char *text = call_value(run->call, option);

    return text != NULL ? words_read_subject(&words, subject, text, id, error) : LEDGER_OK;
}

static enum ledger_status read_wishes(struct register_run *run, struct error *error)
{
    struct page *page = &run->page;
    enum ledger_status status = statement_period(&run->book, run->call, &run->period, error);

    if (status == LEDGER_OK)
        status = read_subject(run, "product", SUBJECT_PRODUCT, &page->product, error);
    if (status == LEDGER_OK)
        status = read_subject(run, "place", SUBJECT_PLACE, &page->place, error);
    if (status == LEDGER_OK)
        status = read_subject(run, "vial", SUBJECT_VIAL, &page->vial, error);
    if (status == LEDGER_OK && page->vial != 0 && page->place != 0)
        status = error_set(error, REFUSAL_BAD_VALUE, "a page is of a place or of a vial: one of --place and --vial");
    if (page->vial != 0)
        page->product = (uint32_t)view_number(run->book.reading.view, SUBJECT_VIAL, page->vial, VIAL_PRODUCT);
    run->has_names = call_flag(run->call, "names");
    return status;
}

/* ---- pages */

static void begin_page(void *context, const struct page_sum *sum)
{
    struct register_run *run = context;
    struct view *view = run->book.reading.view;
    char name[NAME_TEXT_SIZE], where[NAME_TEXT_SIZE] = "", text[DESCRIBE_SIZE];

    if (run->page.place != 0)
        name_of_subject(view, SUBJECT_PLACE, run->page.place, where);
    if (run->page.vial != 0)
        name_of_subject(view, SUBJECT_VIAL, run->page.vial, where);
    table_group(&run->table, "%s  %s%s%s%s%s", name_of_subject(view, SUBJECT_PRODUCT, run->page.product, name),
                describe(&run->book, SUBJECT_PRODUCT, run->page.product, text), where[0] != '\0' ? "  " : "", where,
                run->form->parts != NULL ? "  " : "", run->form->parts != NULL ? run->form->parts[run->part] : "");
    if (run->form->begin != NULL)
        run->form->begin(run, sum);
}

static enum ledger_status put_line(void *context, const struct line *line, struct error *error)
{
    struct register_run *run = context;

    return run->form->put(run, line, error);
}

static enum ledger_status put_page(struct register_run *run, struct error *error)
{
    struct page_writer writer = { begin_page, put_line, run };
    struct page_sum sum;
    enum ledger_status status = LEDGER_OK;

    for (run->part = 0; status == LEDGER_OK; run->part++) {
        status = register_page(run->book.reading.view, &run->period, &run->page, &writer, &sum, error);
        if (status == LEDGER_OK && run->form->end != NULL)
            run->form->end(run, &sum);
        if (run->form->parts == NULL || run->form->parts[run->part + 1] == NULL)
            break;
    }
    return status;
}

/* The product a vial came as, where corrections have made it another. */
static uint32_t first_product(struct register_run *run)
{
    struct view *view = run->book.reading.view;
    uint32_t born = (uint32_t)view_number(view, SUBJECT_VIAL, run->page.vial, VIAL_BORN);

    return run->page.vial != 0 ? movement_product_of(view, run->page.vial, born) : 0;
}

static enum ledger_status put_pages(struct register_run *run, struct error *error)
{
    uint32_t asked = run->page.product, products = view_count(run->book.reading.view, SUBJECT_PRODUCT), first = first_product(run);
    enum ledger_status status = LEDGER_OK;

    for (uint32_t product = 1; product <= products && status == LEDGER_OK; product++) {
        if ((asked != 0 && product != asked && product != first) || !product_has_moved(run->book.reading.view, product))
            continue;
        run->page.product = product;
        status = put_page(run, error);
    }
    return status != LEDGER_OK ? status : view_status(run->book.reading.view, error);
}

enum ledger_status register_write(struct call *call, const struct register_form *form, struct error *error)
{
    static struct register_run run;
    enum ledger_status status;

    run = (struct register_run){ .call = call, .form = form };
    status = book_open(&run.book, call, LEDGER_READ, error);
    if (status == LEDGER_OK)
        status = read_wishes(&run, error);
    if (status == LEDGER_OK) {
        table_begin(&run.table, call, form->name, form->columns);
        statement_head(&run.book, &run.table, &run.period);
        if (run.has_names)
            table_group(&run.table, "This page holds names of patients.");
        status = put_pages(&run, error);
        status = table_end(&run.table, status, error, "%" PRIu64 " %s, and what they come to is what the book has.", run.table.count,
                           run.table.count == 1 ? "line" : "lines");
    }
    book_close(&run.book);
    return status;
}
