#include "schema/gs1.h"

#include <stddef.h>
#include <string.h>

#include "schema/bytes.h"
#include "schema/civil.h"

enum { AI_PREFIX_SIZE = 2, OTHER_VALUE_LIMIT = 90 };

/* What has been read so far, and which of the four elements that was. */
struct parse {
    struct gs1_scan scan;
    int32_t current_year;
    bool has_gtin, has_lot, has_serial;
};

/* ---- values */

static bool is_digit(uint8_t character)
{
    return character >= '0' && character <= '9';
}

static bool all_digits(struct bytes value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!is_digit(value.data[i]))
            return false;
    return true;
}

/* GS1's set 82: the characters a lot or serial may have. */
static bool in_set_82(uint8_t character)
{
    if (is_digit(character) || (character >= 'A' && character <= 'Z') ||
        (character >= 'a' && character <= 'z'))
        return true;
    return character != '\0' && strchr("!\"%&'()*+,-./:;<=>?_", character) != NULL;
}

static bool all_in_set_82(struct bytes value)
{
    for (size_t i = 0; i < value.size; i++)
        if (!in_set_82(value.data[i]))
            return false;
    return true;
}

static int32_t two_digits(const uint8_t *digits)
{
    return (digits[0] - '0') * 10 + (digits[1] - '0');
}

/* GS1 General Specifications 7.12: years from 49 back to 50 ahead. */
static int32_t year_of(int32_t two_digit_year, int32_t current_year)
{
    int32_t difference = two_digit_year - current_year % 100;
    int32_t year = current_year + difference;

    if (difference >= 51)
        return year - 100;
    return difference <= -50 ? year + 100 : year;
}

/* ---- elements */

static enum gs1_status take_gtin(struct parse *parse, struct bytes value)
{
    char gtin[GTIN_SIZE] = "";

    if (parse->has_gtin)
        return GS1_DUPLICATE;
    memcpy(gtin, value.data, value.size);
    if (!gtin_is_valid(gtin))
        return GS1_CHECK_DIGIT;
    parse->has_gtin = true;
    memcpy(parse->scan.gtin, gtin, sizeof gtin);
    return GS1_OK;
}

static enum gs1_status take_expiry(struct parse *parse, struct bytes value)
{
    struct civil_date date = {
        .year = year_of(two_digits(value.data), parse->current_year),
        .month = two_digits(value.data + 2),
        .day = two_digits(value.data + 4),
    };

    if (parse->scan.has_expiry)
        return GS1_DUPLICATE;
    if (date.day == 0 && date.month >= 1 && date.month <= 12) {
        date.day = civil_month_length(date.year, date.month);
        parse->scan.flags |= GS1_DAY_WAS_00;
    }
    if (!civil_date_is_valid(date))
        return GS1_DATE;
    parse->scan.has_expiry = true;
    parse->scan.expiry_days = civil_days(date);
    return GS1_OK;
}

static enum gs1_status take_word(char word[static GS1_VALUE_SIZE], bool *seen, struct bytes value)
{
    if (*seen)
        return GS1_DUPLICATE;
    if (value.size == 0)
        return GS1_NO_VALUE;
    if (!all_in_set_82(value))
        return GS1_CHARACTER;
    if (value.size >= GS1_VALUE_SIZE)
        return GS1_TOO_LONG;
    *seen = true;
    memcpy(word, value.data, value.size);
    return GS1_OK;
}

static enum gs1_status take_other(struct parse *parse, struct bytes value)
{
    if (value.size == 0)
        return GS1_NO_VALUE;
    if (!all_in_set_82(value))
        return GS1_CHARACTER;
    if (value.size > OTHER_VALUE_LIMIT)
        return GS1_TOO_LONG;
    parse->scan.flags |= GS1_OTHER_ELEMENTS;
    return GS1_OK;
}

/* Characters after the first two digits of the identifier, where GS1 has fixed them; else 0. Longer
 * identifiers with these beginnings count their further digits in. (General Specifications 7.8.5) */
static size_t fixed_size(struct bytes prefix)
{
    int32_t number = two_digits(prefix.data);

    if (number == 0)
        return 18;
    if (number <= 3 || number == 41)
        return 14;
    if (number == 4)
        return 16;
    if (number >= 11 && number <= 19)
        return 6;
    if (number == 20)
        return 2;
    return number >= 31 && number <= 36 ? 8 : 0;
}

/* One element, of which `prefix` is the first two digits and `value` the rest. */
static enum gs1_status take_element(struct parse *parse, struct bytes prefix, struct bytes value)
{
    size_t size = fixed_size(prefix);

    if (size > 0) {
        if (value.size < size)
            return GS1_TRUNCATED;
        if (value.size > size)
            return GS1_TOO_LONG;
        if (!all_digits(value))
            return GS1_CHARACTER;
    }
    if (bytes_equal_text(prefix, "01"))
        return take_gtin(parse, value);
    if (bytes_equal_text(prefix, "17"))
        return take_expiry(parse, value);
    if (bytes_equal_text(prefix, "10"))
        return take_word(parse->scan.lot, &parse->has_lot, value);
    if (bytes_equal_text(prefix, "21"))
        return take_word(parse->scan.serial, &parse->has_serial, value);
    return take_other(parse, value);
}

/* ---- element strings and the bracketed form */

static bool begins_with_identifier(struct bytes text)
{
    return text.size >= AI_PREFIX_SIZE && is_digit(text.data[0]) && is_digit(text.data[1]);
}

static struct bytes after(struct bytes text, size_t count)
{
    return bytes_of(text.data + count, text.size - count);
}

static bool begins_with(struct bytes text, char character)
{
    return text.size > 0 && text.data[0] == (uint8_t)character;
}

/* Characters up to the next separator or the end. */
static size_t size_to_separator(struct bytes text)
{
    const uint8_t *separator = text.size > 0 ? memchr(text.data, GS1_SEPARATOR, text.size) : NULL;

    return separator == NULL ? text.size : (size_t)(separator - text.data);
}

static enum gs1_status parse_elements(struct parse *parse, struct bytes text)
{
    enum gs1_status status;

    if (begins_with(text, GS1_SEPARATOR)) /* some scanners send the FNC1 that says "this is GS1" */
        text = after(text, 1);
    while (text.size > 0) {
        struct bytes prefix = bytes_of(text.data, AI_PREFIX_SIZE);
        size_t size;

        if (!begins_with_identifier(text))
            return GS1_FORM;
        text = after(text, AI_PREFIX_SIZE);
        size = size_to_separator(text);
        if (fixed_size(prefix) > 0 && fixed_size(prefix) < size)
            size = fixed_size(prefix);
        status = take_element(parse, prefix, bytes_of(text.data, size));
        if (status != GS1_OK)
            return status;
        text = after(text, size);
        if (begins_with(text, GS1_SEPARATOR)) /* not needed after a fixed element or the last */
            text = after(text, 1);
    }
    return GS1_OK;
}

/* The size of `(01)` at the front of `text`, with its brackets; 0 when there is none. */
static size_t bracketed_identifier(struct bytes text)
{
    size_t digits = 0;

    if (!begins_with(text, '('))
        return 0;
    while (digits + 1 < text.size && is_digit(text.data[digits + 1]))
        digits++;
    if (digits < AI_PREFIX_SIZE || digits > 4 || !begins_with(after(text, digits + 1), ')'))
        return 0;
    return digits + 2;
}

static struct bytes without_spaces_around(struct bytes text)
{
    while (begins_with(text, ' '))
        text = after(text, 1);
    while (text.size > 0 && text.data[text.size - 1] == ' ')
        text.size--;
    return text;
}

/* Join what stands behind the first two digits inside the brackets with the value after them. */
static enum gs1_status take_bracketed(struct parse *parse, struct bytes identifier, struct bytes value)
{
    struct bytes prefix = bytes_of(identifier.data, AI_PREFIX_SIZE);
    uint8_t joined[OTHER_VALUE_LIMIT + AI_PREFIX_SIZE];
    size_t further = identifier.size - AI_PREFIX_SIZE;

    if (value.size == 0)
        return fixed_size(prefix) > 0 ? GS1_TRUNCATED : GS1_NO_VALUE;
    if (value.size > OTHER_VALUE_LIMIT)
        return GS1_TOO_LONG;
    memcpy(joined, identifier.data + AI_PREFIX_SIZE, further);
    memcpy(joined + further, value.data, value.size);
    return take_element(parse, prefix, bytes_of(joined, further + value.size));
}

static enum gs1_status parse_bracketed(struct parse *parse, struct bytes text)
{
    enum gs1_status status;

    while (text.size > 0) {
        size_t head = bracketed_identifier(text);
        struct bytes identifier;
        size_t size = 0;

        if (head == 0)
            return GS1_FORM;
        identifier = bytes_of(text.data + 1, head - 2);
        text = after(text, head);
        while (size < text.size && bracketed_identifier(after(text, size)) == 0)
            size++;
        status = take_bracketed(parse, identifier, without_spaces_around(bytes_of(text.data, size)));
        if (status != GS1_OK)
            return status;
        text = after(text, size);
    }
    return GS1_OK;
}

/* ---- the whole */

/* Take a symbology identifier off the front of `*text`, if there is one. */
static bool take_symbology(struct bytes *text)
{
    static const char *const of_gs1[] = { "]d2", "]C1", "]Q3" };

    if (!begins_with(*text, ']'))
        return true;
    for (size_t i = 0; i < sizeof of_gs1 / sizeof of_gs1[0]; i++) {
        if (text->size >= 3 && memcmp(text->data, of_gs1[i], 3) == 0) {
            *text = after(*text, 3);
            return true;
        }
    }
    return false;
}

/* A serial with its separator lost reads as the end of the lot. */
static bool lot_may_hold_serial(const struct gs1_scan *scan)
{
    const char *identifier;

    if (scan->serial[0] != '\0' || scan->lot[0] == '\0')
        return false;
    identifier = strstr(scan->lot + 1, "21");
    return identifier != NULL && identifier[2] != '\0';
}

enum gs1_status gs1_parse(const char *text, int32_t current_year, struct gs1_scan *scan)
{
    struct parse parse = { .current_year = current_year };
    struct bytes rest = bytes_of_text(text);
    enum gs1_status status;

    if (!take_symbology(&rest))
        return GS1_SYMBOLOGY;
    if (rest.size == 0)
        return GS1_EMPTY;
    status = begins_with(rest, '(') ? parse_bracketed(&parse, rest) : parse_elements(&parse, rest);
    if (status != GS1_OK)
        return status;
    if (!parse.has_gtin)
        return GS1_NO_GTIN;
    if (lot_may_hold_serial(&parse.scan))
        parse.scan.flags |= GS1_LOT_MAY_HOLD_SERIAL;
    *scan = parse.scan;
    return GS1_OK;
}
