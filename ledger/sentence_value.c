/* The value of every type of field in words. */
#include "ledger/telling.h"

#include <assert.h>
#include <string.h>

#include "crypto/key.h"
#include "schema/amount.h"

static void say_key(struct phrase *phrase, const struct value *value)
{
    struct public_key key = { .algorithm = value->second == KEY_P256 ? KEY_P256 : KEY_ED25519 };
    struct digest thumbprint;

    assert(value->bytes.size <= sizeof key.bytes);
    memcpy(key.bytes, value->bytes.data, value->bytes.size);
    thumbprint = key_thumbprint(&key);
    phrase_hex(phrase, bytes_of(thumbprint.bytes, sizeof thumbprint.bytes));
}

/* Long bytes by their digest, which is as good for comparing and can be read. */
static void say_bytes(struct phrase *phrase, struct bytes bytes)
{
    struct digest digest;

    if (bytes.size <= DIGEST_SIZE) {
        phrase_hex(phrase, bytes);
        return;
    }
    digest = digest_bytes(bytes.data, bytes.size);
    phrase_count(phrase, (int64_t)bytes.size, bytes_of_text("byte"));
    phrase_text(phrase, " with SHA-256 ");
    phrase_hex(phrase, bytes_of(digest.bytes, sizeof digest.bytes));
}

/* The first thing named beside a volume or quantity whose strength it has. A total after dilution stands
 * beside the dose it adds to and is not of that dose's strength, so a volume never takes a dose's. */
static uint32_t strength_source(const struct scope *scope, const struct field *of, unsigned *subject)
{
    const struct field *fields = scope->facts->fields;

    for (size_t i = 0; fields[i].name != NULL; i++) {
        const struct value *value = &scope->facts->values[i];
        bool fits = fields[i].subject == SUBJECT_VIAL || fields[i].subject == SUBJECT_PRODUCT ||
                    (fields[i].subject == SUBJECT_DOSE && of->type == FIELD_QUANTITY);

        if (fields[i].type == FIELD_REF && fits && value->present && value->second == 0) {
            *subject = fields[i].subject;
            return (uint32_t)value->number;
        }
    }
    *subject = 0;
    return 0;
}

static bool unit_is(const struct field *field, const char *unit)
{
    return field->unit != NULL && strcmp(field->unit, unit) == 0;
}

static void say_volume(struct phrase *phrase, const struct scope *scope, const struct field *field, int64_t volume_ul)
{
    unsigned subject;
    uint32_t id = strength_source(scope, field, &subject);

    if (!unit_is(field, "uL/h")) {
        phrase_volume(phrase, volume_ul, subject, id);
        return;
    }
    phrase_volume(phrase, volume_ul, 0, 0);
    phrase_text(phrase, "/h");
}

static void say_quantity(struct phrase *phrase, const struct scope *scope, const struct field *field,
                         const struct value *value)
{
    struct quantity quantity = { (enum quantity_unit)value->second, (uint64_t)value->number };
    char text[AMOUNT_TEXT_SIZE];
    unsigned subject;
    uint32_t id = strength_source(scope, field, &subject);

    if (quantity.unit == QUANTITY_UL)
        phrase_volume(phrase, value->number, subject, id);
    else if (quantity.unit == QUANTITY_NG)
        phrase_mass(phrase, value->number, subject, id);
    else if (quantity.unit == QUANTITY_REST)
        phrase_text(phrase, "all that is left");
    else
        phrase_text(phrase, format_quantity(&quantity, text));
}

/* A number with its unit, as people write both; units of base amounts become mg, mL and kg. */
static void say_measure(struct phrase *phrase, const struct field *field, int64_t number, struct bytes noun)
{
    if (unit_is(field, "g"))
        phrase_thousandths(phrase, number, "kg");
    else if (unit_is(field, "ug/kg"))
        phrase_thousandths(phrase, number, "mg/kg");
    else if (unit_is(field, "uL"))
        phrase_volume(phrase, number, 0, 0);
    else if (unit_is(field, "ng"))
        phrase_mass(phrase, number, 0, 0);
    else if (unit_is(field, "days"))
        phrase_count(phrase, number, bytes_of_text("day"));
    else if (field->unit == NULL)
        phrase_count(phrase, number, noun);
    else {
        phrase_number(phrase, number);
        phrase_text(phrase, field->unit[0] == '/' ? "" : " ");
        phrase_text(phrase, field->unit);
    }
}

static void say_set(struct phrase *phrase, const struct field *field, int64_t bits)
{
    const char *before = "";

    for (const struct choice *choice = field->choices; choice->number != 0; choice++) {
        if (!((uint64_t)bits >> (choice->number - 1) & 1))
            continue;
        bits &= (int64_t)~(UINT64_C(1) << (choice->number - 1));
        phrase_text(phrase, *before == '\0' ? "" : bits == 0 ? " and " : ", ");
        phrase_text(phrase, choice->name);
        before = ", ";
    }
    if (*before == '\0')
        phrase_text(phrase, "none");
}

static void say_ref(struct phrase *phrase, enum subject subject, const struct value *value)
{
    if (value->second == 0)
        phrase_subject(phrase, subject, (uint32_t)value->number);
    else
        phrase_newborn(phrase, subject, value);
}

static void say_list(struct phrase *phrase, struct scope *scope, const struct field *field, const struct value *value);
static void say_rows(struct phrase *phrase, struct scope *scope, const struct field *field, const struct value *value);

void say_value(struct phrase *phrase, struct scope *scope, const struct field *field, const struct value *value,
               struct bytes noun)
{
    char text[AMOUNT_TEXT_SIZE];

    switch (field->type) {
    case FIELD_UINT:
    case FIELD_INT: say_measure(phrase, field, value->number, noun); return;
    case FIELD_CHOICE: phrase_text(phrase, choice_name(field->choices, (uint64_t)value->number)); return;
    case FIELD_SET: say_set(phrase, field, value->number); return;
    case FIELD_YES: return;
    case FIELD_TEXT: phrase_quoted(phrase, value->bytes); return;
    case FIELD_SLUG:
    case FIELD_GTIN:
    case FIELD_NDC:
    case FIELD_REGISTRATION: phrase_bytes(phrase, value->bytes); return;
    case FIELD_BYTES:
        if ((field->flags & FIELD_FACTS) == 0 || !say_facts(phrase, scope, value->bytes))
            say_bytes(phrase, value->bytes);
        return;
    case FIELD_HASH: say_bytes(phrase, value->bytes); return;
    case FIELD_KEY: say_key(phrase, value); return;
    case FIELD_AT: phrase_time(phrase, value->number, (int32_t)value->second); return;
    case FIELD_DATE: phrase_date(phrase, value->number); return;
    case FIELD_QUANTITY: say_quantity(phrase, scope, field, value); return;
    case FIELD_VOLUME: say_volume(phrase, scope, field, value->number); return;
    case FIELD_MASS: phrase_mass(phrase, value->number, 0, 0); return;
    case FIELD_STRENGTH: phrase_text(phrase, format_strength((uint64_t)value->number, text)); return;
    case FIELD_REF: say_ref(phrase, field->subject, value); return;
    case FIELD_PERSON: phrase_person(phrase, value->number); return;
    case FIELD_ENTRY: phrase_entry(phrase, (uint32_t)value->number); return;
    case FIELD_LIST: say_list(phrase, scope, field, value); return;
    case FIELD_ROWS: say_rows(phrase, scope, field, value); return;
    }
}

/* ---- lists and rows */

/* Vials that follow on each other are said as a range: "V-412 to V-421". */
struct range {
    struct value first, last;
};

static bool follows(const struct field *field, const struct range *range, const struct value *value)
{
    return field->of == FIELD_REF && field->subject == SUBJECT_VIAL && range->first.second == 0 && value->second == 0 &&
           value->number == range->last.number + 1;
}

static void say_range_of(struct phrase *phrase, struct scope *scope, const struct list_cursor *cursor,
                         const struct range *range, const char *before)
{
    const struct bytes no_noun = bytes_of(NULL, 0);

    phrase_text(phrase, before);
    say_value(phrase, scope, &cursor->element, &range->first, no_noun);
    if (range->first.number == range->last.number)
        return;
    phrase_text(phrase, " to ");
    say_value(phrase, scope, &cursor->element, &range->last, no_noun);
}

static void say_list(struct phrase *phrase, struct scope *scope, const struct field *field, const struct value *value)
{
    struct list_cursor cursor;
    struct range range;
    struct value next;
    const char *before = "";

    list_begin(&cursor, field, value);
    cursor.element.unit = field->unit;
    if (!list_next(&cursor, &next)) {
        phrase_text(phrase, "none");
        return;
    }
    range = (struct range){ next, next };
    while (list_next(&cursor, &next)) {
        if (follows(field, &range, &next)) {
            range.last = next;
            continue;
        }
        say_range_of(phrase, scope, &cursor, &range, before);
        before = ", ";
        range = (struct range){ next, next };
    }
    say_range_of(phrase, scope, &cursor, &range, *before == '\0' ? "" : " and ");
}

/* A row by its own template, and after it whatever that does not name. */
static void say_rows(struct phrase *phrase, struct scope *scope, const struct field *field, const struct value *value)
{
    struct list_cursor cursor;
    struct facts row;
    const char *before = "";

    list_begin(&cursor, field, value);
    while (rows_next(&cursor, &row)) {
        struct scope within = { .telling = scope->telling, .facts = &row };

        phrase_text(phrase, *before != '\0' && cursor.left == 0 ? ", and " : before);
        before = ", ";
        if (field->sentence != NULL)
            say_template(phrase, field->sentence, &within);
        (void)say_untold(phrase, &within, field->sentence != NULL ? ", " : "", ", ");
    }
    if (*before == '\0')
        phrase_text(phrase, "none");
}
