/* Rows: the fields of one stand in one word. */
#include "ledger/words_parts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ledger/names.h"

/* ---- which piece of a word is which field */

/* The pieces of one row, in the order of its fields; of those not given the size is 0. */
struct pieces {
    const struct field *fields;
    struct bytes of[FACTS_LIMIT];
};

static bool is_separator(char character, bool commas_separate)
{
    return character == ' ' || character == '\t' || character == '\n' || (character == ',' && commas_separate);
}

/* Commas stand within sets, so they separate only where there is no set. */
static bool has_set(const struct field *fields)
{
    for (; fields->name != NULL; fields++)
        if (fields->type == FIELD_SET)
            return true;
    return false;
}

static struct bytes next_piece(const char **at, bool commas_separate)
{
    const char *begin = *at;

    while (is_separator(*begin, commas_separate))
        begin++;
    *at = begin;
    while (**at != '\0' && !is_separator(**at, commas_separate))
        ++*at;
    return bytes_of(begin, (size_t)(*at - begin));
}

static bool ends_in_number(struct bytes piece)
{
    return piece.size > 0 && piece.data[piece.size - 1] >= '0' && piece.data[piece.size - 1] <= '9';
}

/* `vials`, `mL`: what makes an amount of the number before it. */
static bool is_unit(struct bytes piece)
{
    char amount[WORD_SIZE];
    struct quantity quantity;

    if (piece.size == 0 || piece.size >= sizeof amount - 2)
        return false;
    (void)snprintf(amount, sizeof amount, "1 %.*s", (int)piece.size, (const char *)piece.data);
    return quantity_parse(amount, &quantity, NULL) == QUANTITY_OK;
}

static bool takes_unit(const struct field *field)
{
    switch (field->type) {
    case FIELD_UINT:
    case FIELD_INT:
    case FIELD_QUANTITY:
    case FIELD_VOLUME:
    case FIELD_MASS:
    case FIELD_STRENGTH:
        return true;
    default:
        return false;
    }
}

/* Give the number of a field its unit, where that stands apart: "10 vials". */
static void take_unit(const struct field *field, struct bytes *piece, const char **at, bool commas_separate)
{
    const char *behind = *at + strspn(*at, " \t\n");
    struct bytes unit = *behind == ',' ? bytes_of(behind, 0) : next_piece(&behind, commas_separate);

    if (!takes_unit(field) || !ends_in_number(*piece) || !is_unit(unit))
        return;
    piece->size = (size_t)(behind - (const char *)piece->data);
    *at = behind;
}

/* The length of `name` in `name=value`, or 0. */
static size_t name_size(struct bytes piece)
{
    size_t size = 0;

    while (size < piece.size && ((piece.data[size] >= 'a' && piece.data[size] <= 'z') || piece.data[size] == '-'))
        size++;
    return size < piece.size && piece.data[size] == '=' ? size : 0;
}

static size_t field_count(const struct field *fields)
{
    size_t count = 0;

    while (fields[count].name != NULL)
        count++;
    return count;
}

static enum ledger_status refuse_part(const struct field *list, struct bytes name, struct error *error)
{
    char typed[WORD_SIZE], names[ERROR_TEXT_SIZE / 2] = "";
    struct nearest nearest;
    size_t used = 0;
    enum ledger_status status;

    (void)snprintf(typed, sizeof typed, "%.*s", (int)name.size, (const char *)name.data);
    nearest_begin(&nearest, typed);
    status = word_refuse(error, REFUSAL_BAD_VALUE, list, typed, "is no part of it");
    for (const struct field *field = list->row; field->name != NULL; field++) {
        nearest_offer(&nearest, field->name);
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s=", used > 0 ? ", " : "", field->name);
        assert(used < sizeof names);
    }
    error_next(error, "one of: %s", names);
    nearest_suggest(&nearest, error);
    return status;
}

/* The field with the name of `name=value`, or the end of the fields. */
static size_t named_field(const struct pieces *pieces, struct bytes piece)
{
    struct bytes name = bytes_of(piece.data, name_size(piece));
    size_t index = 0;

    while (pieces->fields[index].name != NULL && !bytes_equal_text(name, pieces->fields[index].name))
        index++;
    return index;
}

/* The first field that must be there and has nothing yet, or the end of the fields. */
static size_t open_field(const struct pieces *pieces)
{
    size_t index = 0;

    while (pieces->fields[index].name != NULL &&
           (pieces->of[index].data != NULL || (pieces->fields[index].flags & FIELD_OPTIONAL)))
        index++;
    return index;
}

static enum ledger_status put_piece(const struct field *list, struct pieces *pieces, size_t index, struct bytes piece,
                                    struct error *error)
{
    size_t size = name_size(piece);
    size_t head = size > 0 ? size + 1 : 0; /* `name=` */

    if (pieces->of[index].data != NULL)
        return error_set(error, REFUSAL_BAD_VALUE, "%s: %s is given twice.", list->name, pieces->fields[index].name);
    pieces->of[index] = bytes_of(piece.data + head, piece.size - head);
    return LEDGER_OK;
}

/* Go through the pieces, and put the bare ones or the others. */
static enum ledger_status put_pieces(const struct field *list, const char *text, bool bare, struct pieces *pieces,
                                     struct error *error)
{
    bool commas_separate = !has_set(list->row);
    struct bytes piece;

    while ((piece = next_piece(&text, commas_separate)).size > 0) {
        bool is_bare = name_size(piece) == 0;
        size_t index = is_bare ? open_field(pieces) : named_field(pieces, piece);
        enum ledger_status status;

        if (is_bare && !bare)
            continue;
        if (pieces->fields[index].name == NULL && !is_bare)
            return refuse_part(list, bytes_of(piece.data, name_size(piece)), error);
        if (pieces->fields[index].name == NULL)
            return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "%s: there is more here than it takes.", list->name);
        take_unit(&pieces->fields[index], &piece, &text, commas_separate);
        if (is_bare != bare)
            continue;
        status = put_piece(list, pieces, index, piece, error);
        if (status != LEDGER_OK)
            return status;
    }
    return LEDGER_OK;
}

/* Named pieces take their fields first, wherever in the word they stand. */
static enum ledger_status split(const struct field *list, const char *text, struct pieces *pieces, struct error *error)
{
    enum ledger_status status;

    *pieces = (struct pieces){ .fields = list->row };
    status = put_pieces(list, text, false, pieces, error);
    return status == LEDGER_OK ? put_pieces(list, text, true, pieces, error) : status;
}

/* ---- volumes of a vial, which may be typed in other units */

/* The vial that a row is about, 0 for none: its id as typed, or the one born earlier in the list. */
static uint32_t vial_of(const struct words *words, const struct facts *row)
{
    for (size_t i = 0; row->fields[i].name != NULL; i++) {
        const struct value *vial = &row->values[i];

        if (vial->present && row->fields[i].type == FIELD_REF && row->fields[i].subject == SUBJECT_VIAL)
            return vial->second == 0 ? (uint32_t)vial->number : view_resolve(words->view, SUBJECT_VIAL, vial);
    }
    return 0;
}

static enum ledger_status refuse_not_exact(const struct words *words, const struct field *field, const char *text,
                                           uint32_t vial, uint64_t below_ul, uint64_t above_ul, struct error *error)
{
    char name[NAME_TEXT_SIZE], below[AMOUNT_TEXT_SIZE], above[AMOUNT_TEXT_SIZE];
    enum ledger_status status =
        word_refuse(error, REFUSAL_NOT_EXACT, field, text, "of %s is not a whole number of microlitres",
                    name_of_subject(words->view, SUBJECT_VIAL, vial, name));

    error_book(error, "nearest", "%s or %s", format_volume(below_ul, below), format_volume(above_ul, above));
    return status;
}

static enum ledger_status volume_of_mass_in(const struct words *words, const struct field *field, const char *text,
                                            uint32_t vial, uint64_t mass_ng, uint64_t *volume_ul, struct error *error)
{
    uint32_t product = (uint32_t)view_number(words->view, SUBJECT_VIAL, vial, VIAL_PRODUCT);
    int64_t strength = view_number(words->view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);
    uint64_t below_ul, above_ul;
    enum ledger_status status = view_status(words->view, error);

    if (status != LEDGER_OK)
        return status;
    if (strength <= 0)
        return word_refuse(error, REFUSAL_UNIT, field, text, "is a mass, and how strong it is here is not known");
    if (volume_of_mass(mass_ng, (uint64_t)strength, volume_ul, &below_ul, &above_ul))
        return LEDGER_OK;
    return refuse_not_exact(words, field, text, vial, below_ul, above_ul, error);
}

static bool is_device(const struct words *words, uint32_t vial)
{
    uint32_t product = (uint32_t)view_number(words->view, SUBJECT_VIAL, vial, VIAL_PRODUCT);

    return view_number(words->view, SUBJECT_PRODUCT, product, PRODUCT_FORM) == FORM_NASAL_DEVICE;
}

/* What a typed amount is of this vial, in uL. */
static enum ledger_status read_volume_in(const struct words *words, const struct field *field, const char *text,
                                         uint32_t vial, struct value *value, struct error *error)
{
    struct quantity quantity;
    uint64_t volume_ul = 0;
    enum ledger_status status = word_read_quantity(field, text, &quantity, error);

    if (status != LEDGER_OK)
        return status;
    switch (quantity.unit) {
    case QUANTITY_NG:
        status = volume_of_mass_in(words, field, text, vial, quantity.amount, &volume_ul, error);
        break;
    case QUANTITY_REST:
        volume_ul = (uint64_t)view_number(words->view, SUBJECT_VIAL, vial, VIAL_LEFT);
        break;
    case QUANTITY_SPRAYS:
        if (!is_device(words, vial) || quantity.amount > AMOUNT_MAX / DEVICE_SPRAY_UL)
            return word_refuse(error, REFUSAL_UNIT, field, text, "is a number of sprays, and this is no nasal device");
        volume_ul = quantity.amount * DEVICE_SPRAY_UL;
        break;
    default:
        return word_read_amount(field, text, value, error);
    }
    value->number = (int64_t)volume_ul;
    return status;
}

/* ---- rows */

static bool is_volume_of_vial(const struct words *words, const struct field *field, const struct facts *row)
{
    return field->type == FIELD_VOLUME && vial_of(words, row) != 0;
}

static enum ledger_status read_field(struct words *words, const struct field *field, const char *text,
                                     struct facts *row, struct value *value, struct error *error)
{
    struct value read = { .present = true };
    enum ledger_status status;

    if (!is_volume_of_vial(words, field, row))
        return words_read(words, field, text, value, error);
    status = read_volume_in(words, field, text, vial_of(words, row), &read, error);
    if (status == LEDGER_OK && value_check(field, &read) != FACTS_OK)
        status = word_refuse_range(field, text, error);
    if (status == LEDGER_OK)
        *value = read;
    return status;
}

static enum ledger_status refuse_missing(const struct field *list, const struct field *field, struct error *error)
{
    enum ledger_status status =
        error_set(error, REFUSAL_MISSING_ARGUMENT, "%s: %s is missing.", list->name, field->name);

    error_next(error, "%s=…: %s", field->name, field->help);
    return status;
}

/* Read the fields in the order of the table, but volumes after the vial they may be of. */
static enum ledger_status read_fields(struct words *words, const struct field *list, const struct pieces *pieces,
                                      struct facts *row, struct error *error)
{
    char text[WORD_VALUE_ROOM * 2];

    for (int volumes = 0; volumes <= 1; volumes++) {
        for (size_t i = 0; i < field_count(list->row); i++) {
            const struct field *field = &list->row[i];
            struct bytes piece = pieces->of[i];
            enum ledger_status status;

            if ((field->type == FIELD_VOLUME) != (volumes == 1))
                continue;
            if (piece.data == NULL && (field->flags & FIELD_OPTIONAL))
                continue;
            if (piece.data == NULL)
                return refuse_missing(list, field, error);
            if (piece.size >= sizeof text)
                return error_set(error, REFUSAL_TOO_LONG, "%s: %s is too long.", list->name, field->name);
            memcpy(text, piece.data, piece.size);
            text[piece.size] = '\0';
            status = read_field(words, field, text, row, &row->values[i], error);
            if (status != LEDGER_OK)
                return status;
        }
    }
    return LEDGER_OK;
}

static enum ledger_status write_row(const struct words *words, const struct field *field, const char *text,
                                    struct writer *writer, struct error *error)
{
    uint8_t bytes[WORD_VALUE_ROOM];
    struct words one = *words;
    struct pieces pieces;
    struct facts row;
    enum ledger_status status = split(field, text, &pieces, error);

    one.room = (struct word_room){ bytes, sizeof bytes, 0 };
    facts_init(&row, field->row);
    if (status == LEDGER_OK)
        status = read_fields(&one, field, &pieces, &row, error);
    if (status == LEDGER_OK)
        row_encode(&row, writer);
    return status;
}

enum ledger_status word_read_rows(struct words *words, const struct field *field, const char *const *texts,
                                  size_t count, struct value *value, struct error *error)
{
    struct writer writer;
    enum ledger_status status = word_list_count(field, count, value, error);

    if (status != LEDGER_OK)
        return status;
    word_list_begin(words, &writer, count);
    for (size_t i = 0; i < count; i++) {
        status = write_row(words, field, texts[i], &writer, error);
        if (status != LEDGER_OK) {
            if (count > 1)
                error_wrap(error, "%s, the %zu. of %zu", field->name, i + 1, count);
            return status;
        }
    }
    return word_list_end(words, &writer, value, error);
}
