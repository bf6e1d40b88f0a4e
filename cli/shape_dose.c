/* The words of commands about doses, put in order for the table of kinds. */
#include "cli/shapes.h"

#include <stdio.h>
#include <string.h>

#include "cli/record.h"
#include "schema/ident.h"
#include "schema/quantity.h"

enum { PAIRS_LIMIT = 32 };

const struct option draw_options[] = {
    { "overfill", 0, NULL, false, "the vial held more than its label: book what is above the book as overfill" },
    { .name = NULL },
};

/* ---- draw V-412 50mg V-413 25mg */

static const struct field vial_field = { .name = "vial", .type = FIELD_REF, .subject = SUBJECT_VIAL };

/* Ids begin with a letter, or with @ where an act stands for what it gave birth to; amounts do not; but all of it is `rest`. */
static bool is_amount(const char *word)
{
    bool is_letter = (word[0] >= 'a' && word[0] <= 'z') || (word[0] >= 'A' && word[0] <= 'Z');

    return (!is_letter && word[0] != '@') || strcmp(word, "rest") == 0;
}

/* What is no amount, and no id of something else, is a vial or a mistyped one. */
static bool names_vial(const char *word)
{
    enum subject subject;
    uint32_t number;

    return !is_amount(word) && ((ident_parse(word, &subject, &number) != IDENT_OK && !newborn_parse(word, &subject, &number)) ||
                                subject == SUBJECT_VIAL);
}

/* The word after this one, if it is an amount. */
static struct given *amount_after(struct call *call, size_t index)
{
    for (size_t i = index + 1; i < call->given_count; i++) {
        struct given *next = &call->given[i];

        if (!next->is_used && call_is_here(call, next))
            return next->name == NULL && is_amount(next->value) ? next : NULL;
    }
    return NULL;
}

/* `1 device` is all of it. */
static const char *amount_text(const struct given *amount)
{
    struct quantity quantity;

    if (amount == NULL)
        return "rest";
    if (quantity_parse(amount->value, &quantity, NULL) == QUANTITY_OK && quantity.unit == QUANTITY_CONTAINERS &&
        quantity.amount == 1)
        return "rest";
    return amount->value;
}

static bool is_whole_item(struct recording *recording, uint32_t vial)
{
    struct view *view = recording->book.reading.view;
    uint32_t product = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PRODUCT);
    int64_t form = view_number(view, SUBJECT_PRODUCT, product, PRODUCT_FORM);

    return form == FORM_NASAL_DEVICE || form == FORM_SYRINGE;
}

/* A vial and the amount after it become one row; a device needs no amount, since it leaves the stock whole. */
static enum ledger_status pair(struct recording *recording, size_t index, const char **row, struct error *error)
{
    struct given *vial = &recording->call->given[index];
    struct given *amount = amount_after(recording->call, index);
    char text[192];
    struct value ref;
    enum ledger_status status;

    vial->is_used = true;
    *row = vial->value;
    if (strchr(vial->value, ' ') != NULL)
        return LEDGER_OK;
    status = words_read(&recording->words, &vial_field, vial->value, &ref, error);
    if (status != LEDGER_OK)
        return status;
    if (amount == NULL && !is_whole_item(recording, view_resolve(recording->book.reading.view, SUBJECT_VIAL, &ref))) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "how much of %s?", vial->value);
        error_next(error, "an amount after it: phial draw %s 50mg --session SESSION", vial->value);
        return error->status;
    }
    snprintf(text, sizeof text, "%.60s %.120s", vial->value, amount_text(amount));
    *row = call_keep(recording->call, text);
    if (amount != NULL)
        amount->is_used = true;
    return *row != NULL ? LEDGER_OK : error_set(error, REFUSAL_TOO_LONG, "this command line is too long");
}

/* What a row takes above the book is its overfill. */
static void split_overfill(struct view *view, struct facts *row)
{
    const struct field *volume = field_named(row->fields, "volume"), *overfill = field_named(row->fields, "overfill");
    uint32_t vial = view_resolve(view, SUBJECT_VIAL, &row->values[0]);
    int64_t left_ul = view_number(view, SUBJECT_VIAL, vial, VIAL_LEFT);
    int64_t volume_ul = facts_number(row, volume->key, 0);

    if (vial != 0 && volume_ul > left_ul && facts_get(row, overfill->key) == NULL)
        facts_put_number(row, overfill->key, volume_ul - left_ul);
}

static enum ledger_status book_overfill(struct recording *recording, const struct field *sources, struct error *error)
{
    struct word_room *room = &recording->words.room;
    struct value rows = *facts_get(&recording->act->event.facts, sources->key);
    struct list_cursor cursor;
    struct writer writer;
    struct facts row;

    writer_init(&writer, room->data + room->used, room->capacity - room->used);
    write_array(&writer, (uint64_t)rows.number);
    list_begin(&cursor, sources, &rows);
    while (rows_next(&cursor, &row)) {
        split_overfill(recording->book.reading.view, &row);
        row_encode(&row, &writer);
    }
    if (writer.failed)
        return error_set(error, REFUSAL_TOO_LONG, "this is more than one act can hold");
    rows.bytes = writer_bytes(&writer);
    room->used += rows.bytes.size;
    *facts_put(&recording->act->event.facts, sources->key) = rows;
    return LEDGER_OK;
}

enum ledger_status shape_draw(struct recording *recording, struct error *error)
{
    const struct field *sources = field_named(recording->kind->fields, "sources");
    const char *rows[PAIRS_LIMIT];
    size_t count = 0;
    enum ledger_status status = gather_join_units(recording->call, error);

    for (size_t i = 0; i < recording->call->given_count && status == LEDGER_OK; i++) {
        const struct given *word = &recording->call->given[i];

        if (word->name != NULL || word->is_used || !call_is_here(recording->call, word) || !names_vial(word->value))
            continue;
        if (count == PAIRS_LIMIT)
            return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "a dose is drawn from at most %d vials", PAIRS_LIMIT);
        status = pair(recording, i, &rows[count++], error);
    }
    if (status == LEDGER_OK && count > 0)
        status = gather_put(recording, sources, rows, count, error);
    if (status != LEDGER_OK || !call_flag(recording->call, "overfill"))
        return status;
    if (recording->kept == NULL)
        return count > 0 ? book_overfill(recording, sources, error) : LEDGER_OK;
    error_set(error, REFUSAL_BAD_VALUE, "what the vial held when this was drawn is not what the book says of it now");
    error_next(error, "say how much was overfill, in quotes: \"V-12 10.3mL overfill=0.3mL\"");
    return error->status;
}

/* ---- administer */

/* What is not said of the phase follows from the times and the reading. */
static const char *phase_of(const struct call *call)
{
    bool start = call_value(call, "start") != NULL, stop = call_value(call, "stop") != NULL;
    bool read = call_value(call, "read") != NULL;

    if (start == stop)
        return start || read ? "whole" : call_value(call, "rate") != NULL ? "rate" : NULL;
    if (stop)
        return "stop";
    return read ? "whole" : "start";
}

/* A gift happened when it ended, or else when it began, unless its own --at says otherwise. */
static enum ledger_status take_end(struct recording *recording, struct error *error)
{
    const char *name = call_own(recording->call, "stop") != NULL ? "stop" : "start";
    const char *when = call_own(recording->call, name);
    struct value value;
    enum ledger_status status;

    if (when == NULL || call_own(recording->call, "at") != NULL)
        return LEDGER_OK;
    status = gather_read(recording, field_named(recording->kind->fields, name), when, &value, error);
    if (status == LEDGER_OK)
        record_happened(recording, &value);
    return status;
}

enum ledger_status shape_administer(struct recording *recording, struct error *error)
{
    const struct field *field = field_named(recording->kind->fields, "phase");
    struct call *call = recording->call;
    const char *phase = phase_of(call);
    enum ledger_status status = take_end(recording, error);

    if (status == LEDGER_OK && phase != NULL && call_value(call, "phase") == NULL && gather_value(recording, field) == NULL)
        status = gather_put(recording, field, &phase, 1, error);
    return status;
}

/* ---- handover --to HANDLE or a party, hold DOSE --seal BAG */

/* Whether a word names a party of the book and nobody enrolled. */
static bool is_house(const struct recording *recording, const char *text)
{
    struct error unused;
    int64_t person;
    uint32_t party;

    return words_read_person(&recording->words, text, &person, &unused) != LEDGER_OK &&
           words_read_subject(&recording->words, SUBJECT_PARTY, text, &party, &unused) == LEDGER_OK;
}

/* Whoever takes it over here signs, as a second person does; another house does not. */
enum ledger_status shape_handover(struct recording *recording, struct error *error)
{
    (void)error;
    for (size_t i = 0; i < recording->call->given_count; i++) {
        struct given *given = &recording->call->given[i];

        if (given->name != NULL && strcmp(given->name, "to") == 0 && call_is_here(recording->call, given) &&
            !is_house(recording, given->value))
            given->name = "witness";
    }
    return LEDGER_OK;
}

/* Doses are sealed in a bag, vials are held back: two kinds under one word. */
enum ledger_status shape_hold(struct recording *recording, struct error *error)
{
    size_t place = 0;
    const char *word = call_next(recording->call, NULL, &place);
    enum subject subject;
    uint32_t number;
    bool is_dose = word != NULL &&
                   (ident_parse(word, &subject, &number) == IDENT_OK || newborn_parse(word, &subject, &number)) &&
                   subject == SUBJECT_DOSE;

    if (!is_dose && call_value(recording->call, "seal") == NULL)
        return LEDGER_OK;
    return record_as(recording, KIND_HELD, error);
}
