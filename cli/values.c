#include "cli/values.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema/amount.h"
#include "schema/ident.h"

/* ---- text */

/* A text that grows in the caller's buffer. */
struct sheet {
    struct book *book;
    char *out;
    size_t used;
};

static void put(struct sheet *sheet, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct sheet *sheet, const char *format, ...)
{
    size_t room = VALUE_TEXT_SIZE - sheet->used;
    va_list arguments;
    int wrote;

    va_start(arguments, format);
    wrote = vsnprintf(sheet->out + sheet->used, room, format, arguments);
    va_end(arguments);
    if (wrote > 0)
        sheet->used += (size_t)wrote < room ? (size_t)wrote : room - 1;
}

static void put_hex(struct sheet *sheet, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        put(sheet, "%02x", bytes.data[i]);
}

static void put_set(struct sheet *sheet, const struct field *field, int64_t bits)
{
    const char *between = "";

    for (const struct choice *choice = field->choices; choice->number != 0; choice++)
        if ((bits & (INT64_C(1) << (choice->number - 1))) != 0) {
            put(sheet, "%s%s", between, choice->name);
            between = ", ";
        }
    if (between[0] == '\0')
        put(sheet, "none");
}

/* The part of a unit that comes after the amount's own: "ng/kg" is an amount per kg. */
static const char *per(const struct field *field)
{
    const char *slash = field->unit != NULL ? strchr(field->unit, '/') : NULL;

    return slash != NULL && field->type != FIELD_STRENGTH ? slash : "";
}

static void put_amount(struct sheet *sheet, const struct field *field, const struct value *value)
{
    char text[AMOUNT_TEXT_SIZE];
    struct quantity quantity = { (enum quantity_unit)value->second, (uint64_t)value->number };

    switch (field->type) {
    case FIELD_VOLUME:
        put(sheet, "%s%s", format_volume((uint64_t)value->number, text), per(field));
        break;
    case FIELD_MASS:
        put(sheet, "%s%s", format_mass((uint64_t)value->number, text), per(field));
        break;
    case FIELD_STRENGTH:
        put(sheet, "%s", format_strength((uint64_t)value->number, text));
        break;
    default:
        put(sheet, "%s", format_quantity(&quantity, text));
        break;
    }
}

static void put_name(struct sheet *sheet, const struct field *field, const struct value *value)
{
    struct view *view = sheet->book->reading.view;
    char name[NAME_TEXT_SIZE];

    if (field->type == FIELD_PERSON)
        put(sheet, "%s", name_of_person(view, value->number, name));
    else if (value->second != 0)
        put(sheet, "a new %s", subject_name(field->subject));
    else
        put(sheet, "%s", name_of_subject(view, field->subject, (uint32_t)value->number, name));
}

static void put_value(struct sheet *sheet, const struct field *field, const struct value *value);

static void put_row(struct sheet *sheet, const struct facts *row)
{
    const char *between = "";

    for (size_t i = 0; row->fields[i].name != NULL; i++) {
        if (!row->values[i].present || (row->fields[i].flags & FIELD_FACTS) != 0) /* the sentence tells those */
            continue;
        put(sheet, "%s%s=", between, row->fields[i].name);
        put_value(sheet, &row->fields[i], &row->values[i]);
        between = " ";
    }
}

static void put_list(struct sheet *sheet, const struct field *field, const struct value *value)
{
    const char *between = "";
    struct list_cursor cursor;
    struct value one;
    struct facts row;

    list_begin(&cursor, field, value);
    if (field->type == FIELD_LIST)
        for (; list_next(&cursor, &one); between = ", ") {
            put(sheet, "%s", between);
            put_value(sheet, &cursor.element, &one);
        }
    else
        for (; rows_next(&cursor, &row); between = "; ") {
            put(sheet, "%s", between);
            put_row(sheet, &row);
        }
}

static void put_value(struct sheet *sheet, const struct field *field, const struct value *value)
{
    char text[CIVIL_TEXT_SIZE];
    const char *choice;

    switch (field->type) {
    case FIELD_UINT:
    case FIELD_INT:
        put(sheet, "%" PRId64 "%s%s", value->number, field->unit != NULL ? " " : "", field->unit != NULL ? field->unit : "");
        break;
    case FIELD_CHOICE:
        choice = choice_name(field->choices, (uint64_t)value->number);
        put(sheet, "%s", choice != NULL ? choice : "-");
        break;
    case FIELD_SET:
        put_set(sheet, field, value->number);
        break;
    case FIELD_YES:
        put(sheet, "yes");
        break;
    case FIELD_BYTES:
    case FIELD_HASH:
        put_hex(sheet, value->bytes);
        break;
    case FIELD_KEY:
        put(sheet, "%s:", value->second == COSE_ED25519 ? "ed25519" : "p256");
        put_hex(sheet, value->bytes);
        break;
    case FIELD_AT:
        put(sheet, "%s", civil_format_local((struct at){ value->number, (int32_t)value->second }, text));
        break;
    case FIELD_DATE:
        put(sheet, "%s", civil_format_date((int32_t)value->number, text));
        break;
    case FIELD_QUANTITY:
    case FIELD_VOLUME:
    case FIELD_MASS:
    case FIELD_STRENGTH:
        put_amount(sheet, field, value);
        break;
    case FIELD_REF:
    case FIELD_PERSON:
        put_name(sheet, field, value);
        break;
    case FIELD_ENTRY:
        put(sheet, "#%" PRId64, value->number);
        break;
    case FIELD_LIST:
    case FIELD_ROWS:
        put_list(sheet, field, value);
        break;
    default:
        put(sheet, "%.*s", (int)value->bytes.size, (const char *)value->bytes.data);
        break;
    }
}

/* What was cut is cut after a whole character. */
static void end_cut(struct sheet *sheet)
{
    static const char ellipsis[] = "\u2026";
    size_t at = VALUE_TEXT_SIZE - sizeof ellipsis;

    if (sheet->used < VALUE_TEXT_SIZE - 1)
        return;
    while (at > 0 && ((unsigned char)sheet->out[at] & 0xC0) == 0x80)
        at--;
    memcpy(sheet->out + at, ellipsis, sizeof ellipsis);
}

const char *value_text(struct book *book, const struct field *field, const struct value *value,
                       char out[static VALUE_TEXT_SIZE])
{
    struct sheet sheet = { .book = book, .out = out };

    out[0] = '\0';
    put_value(&sheet, field, value);
    end_cut(&sheet);
    return out;
}

/* ---- JSON */

static void answer_value(struct answer *answer, const char *name, const struct field *field, const struct value *value);

static void answer_set(struct answer *answer, const char *name, const struct field *field, int64_t bits)
{
    struct answer *list = answer_list(answer, name);

    for (const struct choice *choice = field->choices; choice->number != 0; choice++)
        if ((bits & (INT64_C(1) << (choice->number - 1))) != 0)
            answer_text(list, NULL, choice->name);
}

static void answer_elements(struct answer *answer, const char *name, const struct field *field, const struct value *value)
{
    struct answer *list = answer_list(answer, name);
    struct list_cursor cursor;
    struct value one;
    struct facts row;

    list_begin(&cursor, field, value);
    if (field->type == FIELD_LIST)
        while (list_next(&cursor, &one))
            answer_value(list, NULL, &cursor.element, &one);
    else
        while (rows_next(&cursor, &row))
            answer_facts(answer_object(list, NULL), &row);
}

static void answer_quantity(struct answer *answer, const char *name, const struct value *value)
{
    static const char *const units[] = { "", "ul", "ng", "containers", "sprays", "rest", "packs" };
    struct answer *in = answer_object(answer, name);

    answer_text(in, "unit", value->second >= 1 && value->second <= QUANTITY_PACKS ? units[value->second] : "");
    answer_number(in, "amount", value->number);
}

static void answer_ref(struct answer *answer, const char *name, const struct field *field, const struct value *value)
{
    char text[IDENT_TEXT_SIZE];

    if (value->second == 0 && subject_letter(field->subject) != '-')
        answer_text(answer, name, ident_format(field->subject, (uint32_t)value->number, text));
    else
        answer_number(answer, name, value->number);
}

static void answer_value(struct answer *answer, const char *name, const struct field *field, const struct value *value)
{
    char text[CIVIL_TEXT_SIZE];
    const char *choice;
    struct answer *in;

    switch (field->type) {
    case FIELD_CHOICE:
        choice = choice_name(field->choices, (uint64_t)value->number);
        answer_text(answer, name, choice != NULL ? choice : "");
        break;
    case FIELD_SET:
        answer_set(answer, name, field, value->number);
        break;
    case FIELD_YES:
        answer_yes(answer, name, true);
        break;
    case FIELD_BYTES:
    case FIELD_HASH:
        answer_hex(answer, name, value->bytes);
        break;
    case FIELD_KEY:
        in = answer_object(answer, name);
        answer_text(in, "algorithm", value->second == COSE_ED25519 ? "ed25519" : "p256");
        answer_hex(in, "public", value->bytes);
        break;
    case FIELD_AT:
        in = answer_object(answer, name);
        answer_number(in, "ms", value->number);
        answer_number(in, "offset_min", value->second);
        break;
    case FIELD_DATE:
        answer_text(answer, name, civil_format_date((int32_t)value->number, text));
        break;
    case FIELD_QUANTITY:
        answer_quantity(answer, name, value);
        break;
    case FIELD_REF:
        answer_ref(answer, name, field, value);
        break;
    case FIELD_LIST:
    case FIELD_ROWS:
        answer_elements(answer, name, field, value);
        break;
    case FIELD_TEXT:
    case FIELD_SLUG:
    case FIELD_GTIN:
    case FIELD_NDC:
    case FIELD_REGISTRATION:
        answer_bytes_text(answer, name, value->bytes);
        break;
    default:
        answer_number(answer, name, value->number);
        break;
    }
}

void answer_facts(struct answer *answer, const struct facts *facts)
{
    for (size_t i = 0; facts->fields[i].name != NULL; i++)
        if (facts->values[i].present)
            answer_value(answer, facts->fields[i].name, &facts->fields[i], &facts->values[i]);
}
