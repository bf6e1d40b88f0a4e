/* Numbers and amounts, with the units people give them. */
#include "ledger/words_parts.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- counts and numbers with a unit */

/* What may be written for the unit of a field beside that unit itself, and how many decimal places lie
 * between the two. */
static const struct scale {
    const char *unit;
    const char *typed;
    unsigned decimals;
} scales[] = {
    { "min", "minute", 0 }, { "min", "minutes", 0 }, { "h", "hour", 0 },      { "h", "hours", 0 },
    { "days", "day", 0 },   { "days", "d", 0 },      { "g", "kg", 3 },        { "ug/kg", "mcg/kg", 0 },
    { "ug/kg", "mg/kg", 3 }, { "mg", "g", 3 },       { "uL", "ul", 0 },       { "uL", "mL", 3 },
    { "uL", "ml", 3 },      { "ng", "mcg", 3 },      { "ng", "mg", 6 },       { "ng", "g", 9 },
};

/* The table of kinds gives counts no unit; these are of containers, and people say which. */
static bool counts_containers(const struct field *field)
{
    return strcmp(field->name, "containers") == 0 || strcmp(field->name, "invoiced") == 0 ||
           strcmp(field->name, "damaged") == 0;
}

/* A number as typed: its digits, and what stands behind them. */
struct typed_number {
    bool is_negative;
    struct bytes whole, fraction;
    const char *unit; /* "" when there is none */
};

static struct bytes take_digits(const char **text)
{
    struct bytes digits = bytes_of(*text, strspn(*text, "0123456789"));

    *text += digits.size;
    return digits;
}

/* `70`, `70.5`, `-70 min`. A leading zero may be what is left of a lost point, so it is none of ours. */
static bool take_typed_number(const char *text, bool may_have_sign, struct typed_number *number)
{
    *number = (struct typed_number){ .is_negative = may_have_sign && *text == '-' };
    if (may_have_sign && (*text == '-' || *text == '+'))
        text++;
    number->whole = take_digits(&text);
    number->fraction = bytes_of(text, 0);
    if (number->whole.size == 0 || (number->whole.size > 1 && number->whole.data[0] == '0'))
        return false;
    if (*text == '.') {
        text++;
        number->fraction = take_digits(&text);
        if (number->fraction.size == 0)
            return false;
    }
    number->unit = text + strspn(text, " \t");
    return true;
}

/* Whether the unit typed is one for this field, and how many decimal places it has. */
static bool find_scale(const struct field *field, const char *typed, unsigned *decimals)
{
    *decimals = 0;
    if (typed[0] == '\0')
        return true;
    if (field->unit == NULL)
        return false;
    if (strcmp(typed, field->unit) == 0)
        return true;
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++) {
        if (strcmp(scales[i].unit, field->unit) == 0 && strcmp(scales[i].typed, typed) == 0) {
            *decimals = scales[i].decimals;
            return true;
        }
    }
    return false;
}

static bool append_digit(uint64_t *number, char digit)
{
    return !__builtin_mul_overflow(*number, UINT64_C(10), number) &&
           !__builtin_add_overflow(*number, (uint64_t)(digit - '0'), number) && *number <= AMOUNT_MAX;
}

/* The number in units 10^-decimals as large: false when it is finer than that, or too large. */
static bool scale_number(const struct typed_number *typed, unsigned decimals, uint64_t *number)
{
    struct bytes fraction = typed->fraction;

    while (fraction.size > 0 && fraction.data[fraction.size - 1] == '0')
        fraction.size--;
    if (fraction.size > decimals)
        return false;
    *number = 0;
    for (size_t i = 0; i < typed->whole.size; i++)
        if (!append_digit(number, (char)typed->whole.data[i]))
            return false;
    for (size_t i = 0; i < decimals; i++)
        if (!append_digit(number, i < fraction.size ? (char)fraction.data[i] : '0'))
            return false;
    return true;
}

static void suggest_number(const struct field *field, struct error *error)
{
    if (field->unit == NULL)
        error_next(error, "write a whole number, as 12: %s", field->help);
    else if (strcmp(field->unit, "g") == 0)
        error_next(error, "write it as 70kg or 70000g: %s", field->help);
    else
        error_next(error, "write it as 12 or \"12 %s\": %s", field->unit, field->help);
}

static enum ledger_status refuse_number(const struct field *field, const char *text, struct error *error)
{
    enum ledger_status status;

    if (field->unit == NULL)
        status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is not a whole number");
    else
        status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is not a number of %s", field->unit);
    suggest_number(field, error);
    return status;
}

/* Cartons hold more or fewer: how many containers came is for the one who counts them. */
static enum ledger_status refuse_packs(const struct field *field, const char *text, struct error *error)
{
    enum ledger_status status =
        word_refuse(error, REFUSAL_BAD_QUANTITY, field, text, "is in packs, which hold differently many containers");

    error_next(error, "give the number of containers, as \"10 vials\"; phial receive takes cartons");
    return status;
}

/* `10 vials`, `1 device`. */
static bool is_containers(const struct field *field, const char *text, struct quantity *quantity)
{
    return counts_containers(field) && quantity_parse(text, quantity, NULL) == QUANTITY_OK &&
           (quantity->unit == QUANTITY_CONTAINERS || quantity->unit == QUANTITY_PACKS);
}

/* An offset from UTC as clocks show it: `-05:00`, `Z`. */
static bool is_offset(const struct field *field, const char *text, int64_t *minutes)
{
    char moment[WORD_SIZE + 32];
    struct at at;

    if (field->type != FIELD_INT || field->unit == NULL || strcmp(field->unit, "min") != 0)
        return false;
    (void)snprintf(moment, sizeof moment, "2000-01-01T00:00:00%s", text);
    if (civil_parse_rfc3339(moment, &at) != CIVIL_OK)
        return false;
    *minutes = at.offset_min;
    return true;
}

enum ledger_status word_read_number(const struct field *field, const char *text, struct value *value,
                                    struct error *error)
{
    struct typed_number typed;
    struct quantity quantity;
    unsigned decimals;
    uint64_t number;

    if (is_offset(field, text, &value->number))
        return LEDGER_OK;
    if (is_containers(field, text, &quantity)) {
        value->number = (int64_t)quantity.amount;
        return quantity.unit == QUANTITY_PACKS ? refuse_packs(field, text, error) : LEDGER_OK;
    }
    if (!take_typed_number(text, field->type == FIELD_INT, &typed) || !find_scale(field, typed.unit, &decimals) ||
        !scale_number(&typed, decimals, &number))
        return refuse_number(field, text, error);
    value->number = typed.is_negative ? -(int64_t)number : (int64_t)number;
    return LEDGER_OK;
}

/* ---- amounts */

static const char *reason_of_quantity(enum quantity_status status)
{
    switch (status) {
    case QUANTITY_EMPTY:
        return "is empty";
    case QUANTITY_SIGN:
        return "has a sign, and amounts have none";
    case QUANTITY_WIDE_DIGITS:
        return "has full-width digits";
    case QUANTITY_LEADING_POINT:
        return "begins with a point, which is easily lost";
    case QUANTITY_LEADING_ZERO:
        return "begins with a zero: a point may have been lost";
    case QUANTITY_TRAILING_POINT:
        return "has a point with nothing behind it";
    case QUANTITY_COMMA:
        return "has a comma, which could be a point or part thousands";
    case QUANTITY_EXPONENT:
        return "has an exponent";
    case QUANTITY_NO_UNIT:
        return "has no unit";
    case QUANTITY_MICRO_SIGN:
        return "has a micro sign, which is easily misread as milli";
    case QUANTITY_UNKNOWN_UNIT:
        return "has a unit that is not known here";
    case QUANTITY_FRACTION:
        return "is not a whole number of things that are counted";
    case QUANTITY_TOO_PRECISE:
        return "is finer than the book can hold";
    case QUANTITY_TOO_LARGE:
        return "is too large";
    default:
        return "does not begin with one plain number";
    }
}

/* How an amount of this field is written. */
static const char *example_of(const struct field *field)
{
    bool is_rate = field->unit != NULL && strchr(field->unit, '/') != NULL;

    switch (field->type) {
    case FIELD_MASS:
        return is_rate ? "0.5mg/kg" : "75mg";
    case FIELD_VOLUME:
        return is_rate ? "90mL/h" : "1.5mL";
    case FIELD_STRENGTH:
        return "50mg/mL or 28mg/0.2mL";
    case FIELD_UINT:
        return "\"10 vials\"";
    default:
        return "75mg, 1.5mL, \"2 sprays\", \"10 vials\" or rest";
    }
}

/* `per` is what was taken off the end of the typed text, and belongs to a suggestion too. */
static enum ledger_status refuse_quantity(const struct field *field, const char *text, const struct quantity_why *why,
                                          const char *per, struct error *error)
{
    enum ledger_status status =
        word_refuse(error, REFUSAL_BAD_QUANTITY, field, text, "%s", reason_of_quantity(why->status));

    if (why->fix[0] != '\0')
        error_next(error, "write it as \"%s%s\", if that was meant", why->fix, per);
    else
        error_next(error, "write it as %s", example_of(field));
    return status;
}

static enum ledger_status refuse_unit(const struct field *field, const char *text, enum quantity_unit unit,
                                      struct error *error)
{
    static const char *const names[] = {
        [QUANTITY_UL] = "a volume",
        [QUANTITY_NG] = "a mass",
        [QUANTITY_CONTAINERS] = "a number of containers",
        [QUANTITY_SPRAYS] = "a number of sprays",
        [QUANTITY_REST] = "whatever is left",
    };
    enum ledger_status status =
        word_refuse(error, REFUSAL_BAD_QUANTITY, field, text, "is %s, and this takes %s", names[unit],
                    field->type == FIELD_MASS ? "a mass" : "a volume");

    error_next(error, "write it as %s", example_of(field));
    return status;
}

enum ledger_status word_read_quantity(const struct field *field, const char *text, struct quantity *quantity,
                                      struct error *error)
{
    struct quantity_why why;

    if (quantity_parse(text, quantity, &why) != QUANTITY_OK)
        return refuse_quantity(field, text, &why, "", error);
    if (quantity->unit == QUANTITY_PACKS)
        return refuse_packs(field, text, error);
    return LEDGER_OK;
}

/* Take `/kg` or `/h` off the end of a word, where the unit of its field ends so. */
static const char *take_per(const struct field *field, char *word)
{
    const char *per = field->unit != NULL ? strchr(field->unit, '/') : NULL;
    char *slash = strrchr(word, '/');

    if (per == NULL || slash == NULL || strcmp(slash + 1 + strspn(slash + 1, " \t"), per + 1) != 0)
        return "";
    *slash = '\0';
    return per;
}

/* A mass or a volume. */
static enum ledger_status read_measure(const struct field *field, const char *text, struct value *value,
                                       struct error *error)
{
    enum quantity_unit wanted = field->type == FIELD_MASS ? QUANTITY_NG : QUANTITY_UL;
    struct quantity quantity;
    struct quantity_why why;
    char word[WORD_SIZE];
    const char *per;

    memcpy(word, text, strlen(text) + 1);
    per = take_per(field, word);
    if (quantity_parse(word, &quantity, &why) != QUANTITY_OK)
        return refuse_quantity(field, text, &why, per, error);
    if (quantity.unit == QUANTITY_PACKS)
        return refuse_packs(field, text, error);
    if (quantity.unit != wanted)
        return refuse_unit(field, text, quantity.unit, error);
    value->number = (int64_t)quantity.amount;
    return LEDGER_OK;
}

static enum ledger_status read_strength(const struct field *field, const char *text, struct value *value,
                                        struct error *error)
{
    struct quantity_why why;
    uint64_t strength = 0;

    if (strength_parse(text, &strength, &why) != QUANTITY_OK)
        return refuse_quantity(field, text, &why, "", error);
    value->number = (int64_t)strength;
    return LEDGER_OK;
}

enum ledger_status word_read_amount(const struct field *field, const char *text, struct value *value,
                                    struct error *error)
{
    struct quantity quantity = { 0 };
    enum ledger_status status;

    if (field->type == FIELD_STRENGTH)
        return read_strength(field, text, value, error);
    if (field->type != FIELD_QUANTITY)
        return read_measure(field, text, value, error);
    status = word_read_quantity(field, text, &quantity, error);
    value->number = (int64_t)quantity.amount;
    value->second = quantity.unit;
    return status;
}

/* ---- limits */

enum { LIMIT_TEXT_SIZE = AMOUNT_TEXT_SIZE + 16 };

static const char *format_limit(const struct field *field, uint64_t limit, char out[static LIMIT_TEXT_SIZE])
{
    const char *per = field->unit != NULL ? strchr(field->unit, '/') : NULL;
    char amount[AMOUNT_TEXT_SIZE];

    switch (field->type) {
    case FIELD_MASS:
        (void)snprintf(out, LIMIT_TEXT_SIZE, "%s%s", format_mass(limit, amount), per != NULL ? per : "");
        break;
    case FIELD_VOLUME:
        (void)snprintf(out, LIMIT_TEXT_SIZE, "%s%s", format_volume(limit, amount), per != NULL ? per : "");
        break;
    case FIELD_STRENGTH:
        (void)format_strength(limit, out);
        break;
    default:
        (void)snprintf(out, LIMIT_TEXT_SIZE, "%" PRIu64 "%s%s", limit, field->unit != NULL ? " " : "",
                       field->unit != NULL ? field->unit : "");
        break;
    }
    return out;
}

enum ledger_status word_refuse_range(const struct field *field, const char *text, struct error *error)
{
    char least[LIMIT_TEXT_SIZE], most[LIMIT_TEXT_SIZE];
    enum ledger_status status;

    switch (field->type) {
    case FIELD_INT:
        return word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is farther from 0 than %s",
                           format_limit(field, field->max != 0 ? field->max : INT64_MAX, most));
    case FIELD_UINT:
    case FIELD_MASS:
    case FIELD_VOLUME:
    case FIELD_STRENGTH:
        status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is not between %s and %s",
                             format_limit(field, field->min, least), format_limit(field, field->max, most));
        if (field->type == FIELD_UINT)
            suggest_number(field, error);
        else
            error_next(error, "write it as %s: %s", example_of(field), field->help);
        return status;
    case FIELD_LIST:
    case FIELD_ROWS:
        return error_set(error, REFUSAL_BAD_VALUE, "%s: it takes between %" PRIu64 " and %" PRIu64 " of them.",
                         field->name, field->min, field->max);
    default:
        return word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is outside its limits");
    }
}
