/* A count: what is to be counted is said first, then each of the two types what he found, alone.
 *
 *     phial count safe V-412 ketamine-50 -w mnair       these
 *     phial count safe --whole -w mnair                 whatever the book has there, one after the other
 *
 * A vial named is an open one, a product its sealed containers, a dose a sealed bag. No figure of the book is shown before
 * both have typed. With --lines nothing is asked. */
#include "cli/shapes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/record.h"
#include "cli/terminal.h"
#include "ledger/effect.h"
#include "schema/ident.h"
#include "schema/quantity.h"

enum { LINES_LIMIT = 256, FIGURE_SIZE = 40, COUNTERS = 2 };

#define THING "thing"

const struct option count_options[] = {
    { THING, 0, "ID", true, "what is counted: an open vial, a dose sealed in a bag, or a product for its sealed containers" },
    { "method", 0, "NAME", false, "how open vials and bags are measured: by-eye, by-weight, measured" },
    { .name = NULL },
};

/* ---- what is counted */

/* The words behind the place are things; they stay where they were typed, to become lines. */
static enum ledger_status take_words(struct recording *recording, struct error *error)
{
    struct call *call = recording->call;
    const struct field *place = field_named(recording->kind->fields, "place");
    bool has_place = call_value(call, place->name) != NULL;
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < call->given_count && status == LEDGER_OK; i++) {
        struct given *given = &call->given[i];

        if (given->name != NULL || given->is_used || !call_is_here(call, given))
            continue;
        given->is_used = true;
        if (has_place)
            given->name = THING;
        else
            status = gather_put(recording, place, &given->value, 1, error);
        has_place = true;
    }
    return status;
}

static enum ledger_status add_thing(struct recording *recording, enum subject subject, uint32_t id, struct error *error)
{
    char name[NAME_TEXT_SIZE];

    return call_add(recording->call, THING, name_of_subject(recording->book.reading.view, subject, id, name), error);
}

/* Whatever the book has in the place, but not how much of it. */
static enum ledger_status add_open_vials(struct recording *recording, uint32_t place, uint32_t product, struct error *error)
{
    struct view *view = recording->book.reading.view;
    enum ledger_status status = LEDGER_OK;

    for (uint32_t id = 1; id <= view_count(view, SUBJECT_VIAL) && status == LEDGER_OK; id++)
        if (view_number(view, SUBJECT_VIAL, id, VIAL_STATE) == VIAL_OPEN &&
            view_number(view, SUBJECT_VIAL, id, VIAL_PLACE) == place &&
            view_number(view, SUBJECT_VIAL, id, VIAL_PRODUCT) == product)
            status = add_thing(recording, SUBJECT_VIAL, id, error);
    return status;
}

static enum ledger_status add_whole(struct recording *recording, struct error *error)
{
    struct view *view = recording->book.reading.view;
    uint32_t place = ref_id(facts_get(&recording->act->event.facts, field_named(recording->kind->fields, "place")->key));
    enum ledger_status status = LEDGER_OK;

    for (uint32_t product = 1; product <= view_count(view, SUBJECT_PRODUCT) && status == LEDGER_OK; product++) {
        uint32_t shelf = shelf_row(place, product);

        if (view_number(view, LEAF_TABLE_SHELF, shelf, SHELF_SEALED) != 0)
            status = add_thing(recording, SUBJECT_PRODUCT, product, error);
        if (status == LEDGER_OK && view_number(view, LEAF_TABLE_SHELF, shelf, SHELF_OPEN) != 0)
            status = add_open_vials(recording, place, product, error);
    }
    return status;
}

/* It is held against the book as it stands now, where nothing else is said: work may go on meanwhile. */
enum ledger_status shape_count(struct recording *recording, struct error *error)
{
    const struct field *as_of = field_named(recording->kind->fields, "as-of");

    if (call_value(recording->call, as_of->name) == NULL)
        facts_put_number(&recording->act->event.facts, as_of->key, view_entries_before(recording->book.reading.view));
    return take_words(recording, error);
}

/* ---- what each of the two types */

struct counted {
    struct given *given; /* what names it, and becomes its line */
    enum subject subject;
    char figures[COUNTERS][FIGURE_SIZE];
};

struct sheet {
    struct recording *recording;
    const struct field *lines;
    const char *method; /* of what is no sealed stock */
    size_t count;
    struct counted rows[LINES_LIMIT];
};

/* By its looks: ids of vials and doses are their own kind, all else names a product. */
static enum subject subject_of(const char *text)
{
    enum subject subject = SUBJECT_PRODUCT;
    uint32_t number;
    bool is_id = ident_parse(text, &subject, &number) == IDENT_OK || newborn_parse(text, &subject, &number);

    return is_id && (subject == SUBJECT_VIAL || subject == SUBJECT_DOSE) ? subject : SUBJECT_PRODUCT;
}

/* Every thing is there: said before anybody types a figure for nothing. */
static enum ledger_status begin_sheet(struct sheet *sheet, struct error *error)
{
    struct recording *recording = sheet->recording;
    struct call *call = recording->call;
    uint32_t id;

    for (size_t i = 0; i < call->given_count; i++) {
        struct given *given = &call->given[i];

        if (given->name == NULL || strcmp(given->name, THING) != 0 || !call_is_here(call, given))
            continue;
        if (sheet->count == LINES_LIMIT) {
            error_set(error, REFUSAL_TOO_LONG, "a count has at most %d lines", LINES_LIMIT);
            error_next(error, "count the rest in a second one, place by place");
            return error->status;
        }
        sheet->rows[sheet->count] = (struct counted){ .given = given, .subject = subject_of(given->value) };
        if (words_read_subject(&recording->words, sheet->rows[sheet->count++].subject, given->value, &id, error) != LEDGER_OK)
            return error->status;
    }
    return LEDGER_OK;
}

static bool is_measured(const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (sheet->rows[i].subject != SUBJECT_PRODUCT)
            return true;
    return false;
}

static bool is_method(struct sheet *sheet, const char *text, struct error *error)
{
    struct value value;

    return words_read(&sheet->recording->words, field_named(sheet->lines->row, "method"), text, &value, error) == LEDGER_OK;
}

/* How open vials and bags are measured: one way for all of them. */
static enum ledger_status take_method(struct sheet *sheet, struct error *error)
{
    struct call *call = sheet->recording->call;
    char line[LINE_SIZE];

    sheet->method = call_value(call, "method");
    if (sheet->method != NULL)
        return is_method(sheet, sheet->method, error) ? LEDGER_OK : error->status;
    if (!is_measured(sheet))
        return LEDGER_OK;
    do {
        if (terminal_ask(" How are open vials and bags measured (by-eye, by-weight, measured)? ", line, error) != LEDGER_OK)
            return error->status;
        if (line[0] != '\0' && !is_method(sheet, line, error))
            remark("  %s\n", error->text);
    } while (!is_method(sheet, line, error));
    if (call_add(call, "method", line, error) != LEDGER_OK)
        return error->status;
    sheet->method = call_value(call, "method");
    return LEDGER_OK;
}

/* A number of containers may be typed bare. Nothing that is typed here is `rest`, which would be the book's figure. */
static bool take_figure(const struct counted *row, const char *line, char out[static FIGURE_SIZE])
{
    bool is_bare = line[0] != '\0' && line[strspn(line, "0123456789")] == '\0';
    struct quantity quantity;
    int size = snprintf(out, FIGURE_SIZE, "%s%s", line, is_bare && row->subject == SUBJECT_PRODUCT ? " vials" : "");

    if (size < 0 || size >= FIGURE_SIZE || quantity_parse(out, &quantity, NULL) != QUANTITY_OK)
        return false;
    if (row->subject == SUBJECT_PRODUCT)
        return quantity.unit == QUANTITY_CONTAINERS;
    return quantity.unit == QUANTITY_UL || quantity.unit == QUANTITY_NG;
}

static enum ledger_status ask_figure(const struct signatory *who, size_t counter, struct counted *row,
                                     struct error *error)
{
    bool is_sealed = row->subject == SUBJECT_PRODUCT;
    char prompt[256], line[LINE_SIZE];

    snprintf(prompt, sizeof prompt, " %s, %.64s%s: ", who->handle, row->given->value,
             is_sealed ? ", how many sealed" : row->subject == SUBJECT_VIAL ? ", what is in it (mL or mg)" : ", what is in its bag (mL or mg)");
    for (;;) {
        enum ledger_status status = terminal_ask_blind(prompt, line, error);

        if (status != LEDGER_OK)
            return status;
        if (line[0] != '\0' && take_figure(row, line, row->figures[counter]))
            return LEDGER_OK;
        remark(is_sealed ? "  Write a number, as 10; what is not there is 0.\n"
                         : "  Write a number and its unit, as 0.3mL or 15mg; what is not there is 0mL.\n");
    }
}

/* Each thing becomes its line in the place where it was typed, so that the command that asks nothing can be said. */
static enum ledger_status put_sheet(struct sheet *sheet, struct error *error)
{
    static const char *const names[] = { [SUBJECT_VIAL] = "vial", [SUBJECT_DOSE] = "dose", [SUBJECT_PRODUCT] = "product" };
    const char *texts[LINES_LIMIT];

    for (size_t i = 0; i < sheet->count; i++) {
        struct counted *row = &sheet->rows[i];
        char text[256];

        snprintf(text, sizeof text, "%s=%.64s method=%s first=%s second=%s", names[row->subject], row->given->value,
                 row->subject == SUBJECT_PRODUCT ? "containers" : sheet->method, row->figures[0], row->figures[1]);
        texts[i] = call_keep(sheet->recording->call, text);
        if (texts[i] == NULL)
            return error_set(error, REFUSAL_TOO_LONG, "this command line is too long");
        row->given->name = sheet->lines->name;
        row->given->value = texts[i];
    }
    return gather_put(sheet->recording, sheet->lines, texts, sheet->count, error);
}

/* For the command that asks nothing: which entry it was held against. */
static enum ledger_status keep_as_of(struct recording *recording, struct error *error)
{
    const struct field *as_of = field_named(recording->kind->fields, "as-of");
    char number[24];

    if (call_value(recording->call, as_of->name) != NULL)
        return LEDGER_OK;
    snprintf(number, sizeof number, "%" PRId64, facts_number(&recording->act->event.facts, as_of->key, 0));
    return call_add(recording->call, as_of->name, number, error);
}

/* ---- what is missing */

static enum ledger_status refuse_alone(struct error *error)
{
    error_set(error, REFUSAL_MISSING_ARGUMENT, "two people count, and one is named");
    error_next(error, "the other one: -w HANDLE");
    return error->status;
}

static enum ledger_status refuse_nothing(const struct recording *recording, struct error *error)
{
    error_set(error, REFUSAL_MISSING_ARGUMENT, "it is not said what is counted");
    error_next(error, "phial %s PLACE V-NUMBER PRODUCT \u2026, or --whole for all that is there", recording->call->command->name);
    return error->status;
}

static enum ledger_status refuse_to_ask(struct error *error)
{
    error_set(error, REFUSAL_NEEDS_ANSWER, "what was found is typed by each of the two alone, and nobody can be asked here");
    error_next(error, "the same command at a terminal\nor with both figures: --lines \"vial=V-412 by-eye 2mL 2.1mL\" "
                      "--lines \"product=NAME containers 10 vials 10 vials\"");
    return error->status;
}

/* The other of two with one meaning. */
static const struct signatory *other_counter(const struct recording *recording, const struct signatory *first)
{
    for (size_t i = 0; first != NULL && i < recording->signatory_count; i++) {
        const struct signatory *other = &recording->signatories[i];

        if (other != first && other->index == recording->index && other->meaning == MEANING_COUNTED)
            return other;
    }
    return NULL;
}

static enum ledger_status ask_sheet(struct sheet *sheet, const struct signatory *const counters[static COUNTERS],
                                    struct error *error)
{
    enum ledger_status status;

    record_announce(sheet->recording);
    status = take_method(sheet, error);
    for (size_t i = 0; i < COUNTERS; i++)
        for (size_t j = 0; j < sheet->count && status == LEDGER_OK; j++)
            status = ask_figure(counters[i], i, &sheet->rows[j], error);
    if (status == LEDGER_OK)
        status = keep_as_of(sheet->recording, error);
    return status == LEDGER_OK ? put_sheet(sheet, error) : status;
}

enum ledger_status ask_count(struct recording *recording, struct error *error)
{
    static struct sheet sheet; /* one count at a time */
    const struct field *fields = recording->kind->fields;
    const struct signatory *counters[COUNTERS];
    bool is_whole = gather_has(recording, field_named(fields, "whole"));

    sheet = (struct sheet){ .recording = recording, .lines = field_named(fields, "lines") };
    if (gather_has(recording, sheet.lines))
        return LEDGER_OK;
    counters[0] = people_with(recording, MEANING_COUNTED);
    counters[1] = other_counter(recording, counters[0]);
    if (counters[1] == NULL)
        return refuse_alone(error);
    if ((is_whole && add_whole(recording, error) != LEDGER_OK) || begin_sheet(&sheet, error) != LEDGER_OK)
        return error->status;
    if (sheet.count == 0)
        return is_whole ? put_sheet(&sheet, error) : refuse_nothing(recording, error);
    return terminal_can_ask() ? ask_sheet(&sheet, counters, error) : refuse_to_ask(error);
}
