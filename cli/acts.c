#include "cli/acts.h"

#include <inttypes.h>

#include "cli/describe.h"
#include "cli/entries.h"
#include "cli/statement.h"
#include "cli/terminal.h"
#include "cli/values.h"

struct run {
    struct acts acts;
    const struct acts_report *report;
};

static enum ledger_status refuse_memory(struct error *error)
{
    return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for this report");
}

static enum ledger_status visit(void *context, const struct walk_row *act, struct error *error)
{
    struct run *run = context;
    struct acts *acts = &run->acts;
    struct effect placed = effect_as_placed(&act->effect);
    enum ledger_status status;

    if (run->report->kind != 0 && act->event.kind->number != run->report->kind)
        return LEDGER_OK;
    if (!movements_of(acts->book.reading.view, act->number, &placed, &acts->entered) ||
        !movements_of(acts->book.reading.view, act->number, &act->effect, &acts->by_now))
        return refuse_memory(error);
    status = run->report->put(acts, act, error);
    return status == LEDGER_OK ? terminal_check(error) : status;
}

enum ledger_status acts_run(struct call *call, const struct acts_report *report, struct error *error)
{
    static struct run run; /* a row is too large for a stack */
    struct acts *acts = &run.acts;
    struct period period;
    enum ledger_status status;

    run = (struct run){ .acts = { .book = BOOK_NONE, .entered = MOVEMENTS_EMPTY, .by_now = MOVEMENTS_EMPTY }, .report = report };
    status = book_open(&acts->book, call, LEDGER_READ, error);
    if (status == LEDGER_OK)
        status = statement_period(&acts->book, call, &period, error);
    if (status == LEDGER_OK) {
        table_begin(&acts->table, call, report->name, report->columns);
        statement_head(&acts->book, &acts->table, &period);
        status = walk_entries(acts->book.reading.view, period.before + 1, period.last, visit, &run, error);
        status = table_end(&acts->table, status, error, "%" PRIu64 " %s", acts->table.count, report->sentence);
    }
    movements_release(&acts->entered);
    movements_release(&acts->by_now);
    book_close(&acts->book);
    return status;
}

/* ---- what rows have in common */

static void put_person(struct acts *acts, const char *column, int64_t person)
{
    char name[NAME_TEXT_SIZE];

    row_item(&acts->table.row, column,
             person == PERSON_NEW ? "outside" : name_of_person(acts->book.reading.view, person, name));
}

void acts_put_people(struct acts *acts, const char *column, const struct event *event, enum meaning meaning)
{
    for (size_t i = 0; i < event->signer_count; i++)
        if (event->signers[i].meaning == meaning)
            put_person(acts, column, event->signers[i].person);
    for (size_t i = 0; i < event->performed_count; i++)
        if (event->performed[i].meaning == meaning)
            put_person(acts, column, event->performed[i].person);
}

void acts_begin_row(struct acts *acts, const struct walk_row *act)
{
    row_number(&acts->table.row, "entry", act->number);
    row_time(&acts->table.row, "happened", act->event.occurred);
    acts_put_people(acts, "by", &act->event, MEANING_DID);
}

void acts_end_row(struct acts *acts, const struct walk_row *act)
{
    entry_put_marks(&acts->book, act->number, &act->entry, &act->event, &acts->table.row);
    table_put(&acts->table, act->effect.corrected_by != 0 ? ROW_STRUCK : ROW_PLAIN);
}

void acts_put_name(struct acts *acts, const char *column, enum subject subject, uint32_t id)
{
    char name[NAME_TEXT_SIZE];

    if (id != 0)
        row_text(&acts->table.row, column, name_of_subject(acts->book.reading.view, subject, id, name));
}

void acts_put_fact(struct acts *acts, const char *column, const struct event *event, uint64_t key)
{
    const struct value *value = facts_get(&event->facts, key);
    char text[VALUE_TEXT_SIZE];

    if (value != NULL)
        row_text(&acts->table.row, column, value_text(&acts->book, field_with_key(event->kind->fields, key), value, text));
}

void acts_put_product(struct acts *acts, uint32_t product)
{
    struct view *view = acts->book.reading.view;
    struct row *row = &acts->table.row;
    struct entry entry;
    struct event event;

    acts_put_name(acts, "product", SUBJECT_PRODUCT, product);
    row_number(row, "strength", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH));
    row_text(row, "form", choice_text(KIND_PRODUCT, "form", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_FORM)));
    if (book_event(&acts->book, (uint32_t)view_number(view, SUBJECT_PRODUCT, product, PRODUCT_BORN), &entry, &event))
        acts_put_fact(acts, "ndc", &event, FACT_PRODUCT_NDC);
}

int64_t acts_amount_by_now(const struct acts *acts, const struct movement *movement, enum total_place total)
{
    int64_t sum_ng = 0;

    for (size_t i = 0; i < acts->by_now.count; i++)
        if (acts->by_now.rows[i].product == movement->product && acts->by_now.rows[i].vial == movement->vial)
            sum_ng += acts->by_now.rows[i].amount[total];
    return sum_ng;
}
