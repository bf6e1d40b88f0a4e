#include "schema/quantity.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- units */

struct unit {
    const char *name;
    enum quantity_unit unit;
    unsigned decimals; /* decimal places from this unit down to the one amounts are kept in */
    bool any_case;     /* words may be capitalised; symbols of measure may not */
};

static const struct unit units[] = {
    { "mL", QUANTITY_UL, 3, false },
    { "ml", QUANTITY_UL, 3, false },
    { "ML", QUANTITY_UL, 3, false },
    { "uL", QUANTITY_UL, 0, false },
    { "ul", QUANTITY_UL, 0, false },
    { "g", QUANTITY_NG, 9, false },
    { "mg", QUANTITY_NG, 6, false },
    { "mcg", QUANTITY_NG, 3, false },
    { "ng", QUANTITY_NG, 0, false },
    { "spray", QUANTITY_SPRAYS, 0, true },
    { "sprays", QUANTITY_SPRAYS, 0, true },
    { "vial", QUANTITY_CONTAINERS, 0, true },
    { "vials", QUANTITY_CONTAINERS, 0, true },
    { "device", QUANTITY_CONTAINERS, 0, true },
    { "devices", QUANTITY_CONTAINERS, 0, true },
    { "container", QUANTITY_CONTAINERS, 0, true },
    { "containers", QUANTITY_CONTAINERS, 0, true },
    { "carton", QUANTITY_PACKS, 0, true },
    { "cartons", QUANTITY_PACKS, 0, true },
    { "pack", QUANTITY_PACKS, 0, true },
    { "packs", QUANTITY_PACKS, 0, true },
    { "kit", QUANTITY_PACKS, 0, true },
    { "kits", QUANTITY_PACKS, 0, true },
};

/* What people write, and what they meant. */
static const struct {
    const char *written;
    const char *meant;
} misspelled_units[] = {
    { "ug", "mcg" },         { "\u00b5g", "mcg" }, { "\u03bcg", "mcg" }, { "mcgs", "mcg" },
    { "mgs", "mg" },         { "\u00b5L", "uL" },  { "\u03bcL", "uL" },  { "\u00b5l", "uL" },
    { "\u03bcl", "uL" },     { "cc", "mL" },       { "mls", "mL" },      { "mLs", "mL" },
    { "mgm", "mg" },         { "gm", "g" },        { "grams", "g" },     { "milligrams", "mg" },
    { "micrograms", "mcg" },
};

static bool equal_in_any_case(struct bytes left, const char *right)
{
    return left.size == strlen(right) && strncasecmp((const char *)left.data, right, left.size) == 0;
}

static const struct unit *find_unit(struct bytes name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (units[i].any_case ? equal_in_any_case(name, units[i].name)
                              : bytes_equal_text(name, units[i].name))
            return &units[i];
    return NULL;
}

/* The unit that was most likely meant, or NULL. */
static const char *nearest_unit(struct bytes name)
{
    for (size_t i = 0; i < sizeof misspelled_units / sizeof misspelled_units[0]; i++)
        if (bytes_equal_text(name, misspelled_units[i].written))
            return misspelled_units[i].meant;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (equal_in_any_case(name, units[i].name))
            return units[i].name;
    return NULL;
}

/* ---- pieces of typed text */

static bool is_digit(uint8_t character)
{
    return character >= '0' && character <= '9';
}

static bool is_letter(uint8_t character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool is_blank(uint8_t character)
{
    return character == ' ' || character == '\t';
}

static struct bytes first(struct bytes text, size_t count)
{
    return bytes_of(text.data, count);
}

static struct bytes after(struct bytes text, size_t count)
{
    return bytes_of(text.data + count, text.size - count);
}

static bool begins_with(struct bytes text, const char *prefix)
{
    size_t size = strlen(prefix);

    return text.size >= size && memcmp(text.data, prefix, size) == 0;
}

static struct bytes without_blanks_before(struct bytes text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = after(text, 1);
    return text;
}

static struct bytes without_blanks_around(struct bytes text)
{
    text = without_blanks_before(text);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

static size_t leading_digits(struct bytes text)
{
    size_t count = 0;

    while (count < text.size && is_digit(text.data[count]))
        count++;
    return count;
}

static bool has_digit(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (is_digit(text.data[i]))
            return true;
    return false;
}

/* ---- refusals */

static enum quantity_status parse(struct bytes text, struct quantity *quantity,
                                  struct quantity_why *why);

static enum quantity_status refuse(struct quantity_why *why, enum quantity_status status,
                                   struct bytes part)
{
    if (why != NULL)
        *why = (struct quantity_why){ .status = status, .part = part };
    return status;
}

/* Suggest `head`, `middle` and `tail` in a row, if they fit and would be accepted. */
static void suggest(struct quantity_why *why, struct bytes head, const char *middle, struct bytes tail)
{
    struct quantity ignored;
    int size;

    if (why == NULL)
        return;
    size = snprintf(why->fix, sizeof why->fix, "%.*s%s%.*s", (int)head.size, (const char *)head.data,
                    middle, (int)tail.size, (const char *)tail.data);
    if (size < 0 || (size_t)size >= sizeof why->fix ||
        parse(bytes_of_text(why->fix), &ignored, NULL) != QUANTITY_OK)
        why->fix[0] = '\0';
}

static const struct bytes nothing = { .data = (const uint8_t *)"", .size = 0 };

/* U+FF10 to U+FF19 are EF BC 90 to EF BC 99. */
static bool is_wide_digit(struct bytes text)
{
    return text.size >= 3 && text.data[0] == 0xef && text.data[1] == 0xbc && text.data[2] >= 0x90 &&
           text.data[2] <= 0x99;
}

static bool has_wide_digit(struct bytes text)
{
    for (; text.size > 0; text = after(text, 1))
        if (is_wide_digit(text))
            return true;
    return false;
}

static enum quantity_status refuse_wide_digits(struct bytes text, struct quantity_why *why)
{
    char narrow[QUANTITY_FIX_SIZE];
    struct bytes rest = text;
    size_t size = 0;

    while (rest.size > 0 && size < sizeof narrow) {
        bool wide_digit = is_wide_digit(rest);

        narrow[size++] = wide_digit ? (char)('0' + (rest.data[2] - 0x90)) : (char)rest.data[0];
        rest = after(rest, wide_digit ? 3 : 1);
    }
    (void)refuse(why, QUANTITY_WIDE_DIGITS, text);
    if (rest.size == 0)
        suggest(why, bytes_of(narrow, size), "", nothing);
    return QUANTITY_WIDE_DIGITS;
}

/* What stands where a number should begin, when that is no digit. */
static enum quantity_status refuse_beginning(struct bytes text, struct quantity_why *why)
{
    static const char *const signs[] = { "+", "-", "\u2212", "\u2013", "\uff0b", "\uff0d" };

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        size_t size = strlen(signs[i]);

        if (!begins_with(text, signs[i]))
            continue;
        (void)refuse(why, QUANTITY_SIGN, first(text, size));
        if (i == 0) /* a plus changes nothing; after a minus nobody knows what was meant */
            suggest(why, nothing, "", after(text, size));
        return QUANTITY_SIGN;
    }
    if (has_wide_digit(text))
        return refuse_wide_digits(text, why);
    if (text.data[0] == '.' && text.size > 1 && is_digit(text.data[1])) {
        (void)refuse(why, QUANTITY_LEADING_POINT, first(text, 1 + leading_digits(after(text, 1))));
        suggest(why, nothing, "0", text);
        return QUANTITY_LEADING_POINT;
    }
    return refuse(why, QUANTITY_NOT_A_NUMBER, text);
}

/* ---- the number */

struct number {
    struct bytes whole;
    struct bytes fraction; /* empty when there is no point */
    struct bytes rest;     /* what follows */
};

static enum quantity_status refuse_leading_zero(struct bytes text, size_t digits,
                                                struct quantity_why *why)
{
    size_t zeros = 0;

    while (zeros + 1 < digits && text.data[zeros] == '0')
        zeros++;
    (void)refuse(why, QUANTITY_LEADING_ZERO, first(text, digits));
    suggest(why, nothing, "", after(text, zeros));
    return QUANTITY_LEADING_ZERO;
}

/* A comma may be a decimal point or part thousands; three digits after it leave that open. */
static enum quantity_status refuse_comma(struct bytes text, size_t digits, struct quantity_why *why)
{
    struct bytes behind = after(text, digits + 1);

    (void)refuse(why, QUANTITY_COMMA, first(text, digits + 1 + leading_digits(behind)));
    if (leading_digits(behind) != 3)
        suggest(why, first(text, digits), ".", behind);
    return QUANTITY_COMMA;
}

static bool is_exponent(struct bytes text)
{
    if (text.size < 2 || (text.data[0] != 'e' && text.data[0] != 'E'))
        return false;
    if (text.data[1] == '+' || text.data[1] == '-')
        return text.size > 2 && is_digit(text.data[2]);
    return is_digit(text.data[1]);
}

/* Take the number off the front of `text`, which is not empty. */
static enum quantity_status take_number(struct bytes text, struct number *number,
                                        struct quantity_why *why)
{
    size_t digits = leading_digits(text);

    if (digits == 0)
        return refuse_beginning(text, why);
    *number = (struct number){ .whole = first(text, digits),
                               .fraction = nothing,
                               .rest = after(text, digits) };
    if (begins_with(number->rest, ".")) {
        struct bytes behind = after(number->rest, 1);

        if (leading_digits(behind) == 0) {
            (void)refuse(why, QUANTITY_TRAILING_POINT, first(text, digits + 1));
            suggest(why, number->whole, "", behind);
            return QUANTITY_TRAILING_POINT;
        }
        number->fraction = first(behind, leading_digits(behind));
        number->rest = after(behind, number->fraction.size);
    }
    if (has_wide_digit(number->rest))
        return refuse_wide_digits(text, why);
    if (begins_with(number->rest, ","))
        return refuse_comma(text, text.size - number->rest.size, why);
    if (is_exponent(number->rest))
        return refuse(why, QUANTITY_EXPONENT, text);
    if (digits > 1 && text.data[0] == '0')
        return refuse_leading_zero(text, digits, why);
    return QUANTITY_OK;
}

static bool append_digit(uint64_t *amount, uint8_t digit)
{
    return !__builtin_mul_overflow(*amount, UINT64_C(10), amount) &&
           !__builtin_add_overflow(*amount, (uint64_t)(digit - '0'), amount) && *amount <= AMOUNT_MAX;
}

/* The number in units 10^-decimals as large. */
static enum quantity_status scale(const struct number *number, const struct unit *unit,
                                  uint64_t *amount)
{
    struct bytes fraction = number->fraction;
    uint64_t scaled = 0;

    while (fraction.size > 0 && fraction.data[fraction.size - 1] == '0')
        fraction.size--;
    if (fraction.size > 0 && unit->any_case)
        return QUANTITY_FRACTION;
    if (fraction.size > unit->decimals)
        return QUANTITY_TOO_PRECISE;
    for (size_t i = 0; i < number->whole.size; i++)
        if (!append_digit(&scaled, number->whole.data[i]))
            return QUANTITY_TOO_LARGE;
    for (size_t i = 0; i < unit->decimals; i++)
        if (!append_digit(&scaled, i < fraction.size ? fraction.data[i] : '0'))
            return QUANTITY_TOO_LARGE;
    *amount = scaled;
    return QUANTITY_OK;
}

/* ---- number and unit */

static enum quantity_status refuse_unit(struct bytes number_text, struct bytes name,
                                        struct quantity_why *why)
{
    bool micro = begins_with(name, "\u00b5") || begins_with(name, "\u03bc");
    enum quantity_status status = micro ? QUANTITY_MICRO_SIGN : QUANTITY_UNKNOWN_UNIT;
    const char *meant = nearest_unit(name);

    (void)refuse(why, status, name);
    if (meant != NULL)
        suggest(why, number_text, meant, nothing);
    return status;
}

static enum quantity_status parse(struct bytes text, struct quantity *quantity,
                                  struct quantity_why *why)
{
    enum quantity_status status;
    const struct unit *unit;
    struct number number = { .rest = nothing };
    struct bytes name;
    uint64_t amount;

    text = without_blanks_around(text);
    if (text.size == 0)
        return refuse(why, QUANTITY_EMPTY, text);
    if (bytes_equal_text(text, "rest")) {
        *quantity = (struct quantity){ .unit = QUANTITY_REST };
        return QUANTITY_OK;
    }
    status = take_number(text, &number, why);
    if (status != QUANTITY_OK)
        return status;

    name = without_blanks_before(number.rest);
    if (name.size == 0)
        return refuse(why, QUANTITY_NO_UNIT, text);
    if (has_digit(name) || (name.data[0] < 0x80 && !is_letter(name.data[0]) && name.data[0] != '%'))
        return refuse(why, QUANTITY_NOT_A_NUMBER, text);
    unit = find_unit(name);
    if (unit == NULL)
        return refuse_unit(first(text, text.size - name.size), name, why);
    status = scale(&number, unit, &amount);
    if (status != QUANTITY_OK)
        return refuse(why, status, text);
    *quantity = (struct quantity){ .unit = unit->unit, .amount = amount };
    return QUANTITY_OK;
}

enum quantity_status quantity_parse(const char *text, struct quantity *quantity,
                                    struct quantity_why *why)
{
    return parse(bytes_of_text(text), quantity, why);
}

/* ---- strengths */

/* The volume below the line: "mL" alone is one. */
static enum quantity_status parse_denominator(struct bytes text, uint64_t *volume_ul,
                                              struct quantity_why *why)
{
    struct bytes name = without_blanks_around(text);
    const struct unit *unit = find_unit(name);
    struct quantity quantity = { .unit = QUANTITY_UL, .amount = 1000 };
    enum quantity_status status = QUANTITY_OK;

    if (unit == NULL || unit->unit != QUANTITY_UL || unit->decimals != 3)
        status = parse(text, &quantity, why);
    if (status != QUANTITY_OK)
        return status;
    if (quantity.unit != QUANTITY_UL || quantity.amount == 0)
        return refuse(why, QUANTITY_UNKNOWN_UNIT, name);
    *volume_ul = quantity.amount;
    return QUANTITY_OK;
}

static enum quantity_status parse_strength(struct bytes whole, uint64_t *strength_ug_per_ml,
                                           struct quantity_why *why);

/* Put the rest of the strength around a fix made for one side of the line, if it is then accepted. */
static void complete_fix(struct quantity_why *why, struct bytes head, struct bytes tail)
{
    char side[QUANTITY_FIX_SIZE];
    uint64_t ignored;
    int size;

    if (why == NULL || why->fix[0] == '\0')
        return;
    memcpy(side, why->fix, sizeof side);
    size = snprintf(why->fix, sizeof why->fix, "%.*s%s%.*s", (int)head.size, (const char *)head.data, side,
                    (int)tail.size, (const char *)tail.data);
    if (size < 0 || (size_t)size >= sizeof why->fix ||
        parse_strength(bytes_of_text(why->fix), &ignored, NULL) != QUANTITY_OK)
        why->fix[0] = '\0';
}

static enum quantity_status parse_strength(struct bytes whole, uint64_t *strength_ug_per_ml,
                                           struct quantity_why *why)
{
    const uint8_t *line = whole.size > 0 ? memchr(whole.data, '/', whole.size) : NULL;
    size_t mass_size = line == NULL ? whole.size : (size_t)(line - whole.data);
    struct quantity mass;
    enum quantity_status status;
    uint64_t volume_ul;

    status = parse(first(whole, mass_size), &mass, why);
    if (status != QUANTITY_OK) {
        complete_fix(why, nothing, after(whole, mass_size));
        return status;
    }
    if (mass.unit != QUANTITY_NG || line == NULL)
        return refuse(why, QUANTITY_UNKNOWN_UNIT, whole);
    status = parse_denominator(after(whole, mass_size + 1), &volume_ul, why);
    if (status != QUANTITY_OK) {
        complete_fix(why, first(whole, mass_size + 1), nothing);
        return status;
    }
    if (mass.amount % volume_ul != 0)
        return refuse(why, QUANTITY_TOO_PRECISE, whole);
    *strength_ug_per_ml = mass.amount / volume_ul; /* ng/µL is the same number as µg/mL */
    return QUANTITY_OK;
}

enum quantity_status strength_parse(const char *text, uint64_t *strength_ug_per_ml,
                                    struct quantity_why *why)
{
    return parse_strength(without_blanks_around(bytes_of_text(text)), strength_ug_per_ml, why);
}
