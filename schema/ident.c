#include "schema/ident.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- characters: the C library's would ask the locale */

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool is_lower(char character)
{
    return character >= 'a' && character <= 'z';
}

static char to_upper(char character)
{
    return is_lower(character) ? (char)(character - 'a' + 'A') : character;
}

static bool is_upper(char character)
{
    return character >= 'A' && character <= 'Z';
}

static char to_lower(char character)
{
    return is_upper(character) ? (char)(character - 'A' + 'a') : character;
}

static unsigned digit_value(char digit)
{
    return (unsigned)(digit - '0');
}

static bool all_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_digit(text[i]))
            return false;
    return true;
}

/* ---- ids */

static const struct {
    char letter;
    const char *name;
} subjects[] = {
    [SUBJECT_VIAL] = { 'V', "vial" },
    [SUBJECT_DOSE] = { 'D', "dose" },
    [SUBJECT_SESSION] = { 'S', "session" },
    [SUBJECT_PATIENT] = { 'P', "patient" },
    [SUBJECT_PERSON_ACTS] = { '-', "person-acts" },
    [SUBJECT_CREDENTIAL] = { '-', "credential" },
    [SUBJECT_PRODUCT] = { 'K', "product" },
    [SUBJECT_PLACE] = { 'L', "place" },
    [SUBJECT_PARTY] = { 'T', "party" },
    [SUBJECT_ORDER] = { 'O', "order" },
    [SUBJECT_COUNT] = { 'C', "count" },
    [SUBJECT_CASE] = { 'X', "case" },
    [SUBJECT_POLICY] = { '-', "policy" },
};

bool subject_is_known(uint64_t subject)
{
    return subject >= SUBJECT_FIRST && subject <= SUBJECT_LAST;
}

const char *subject_name(enum subject subject)
{
    assert(subject_is_known(subject));
    return subjects[subject].name;
}

char subject_letter(enum subject subject)
{
    assert(subject_is_known(subject));
    return subjects[subject].letter;
}

static bool subject_of_letter(char letter, enum subject *subject)
{
    for (int i = SUBJECT_FIRST; i <= SUBJECT_LAST; i++) {
        if (subjects[i].letter == to_upper(letter)) {
            *subject = (enum subject)i;
            return true;
        }
    }
    return false;
}

/* Take a number off the front of `*text`. Commas may part thousands, in their right places only. */
static enum ident_status take_number(const char **text, uint32_t *number)
{
    const char *at = *text;
    uint64_t value = 0;
    size_t digits_in_group = 0;
    bool has_comma = false;

    for (; is_digit(*at) || *at == ','; at++) {
        if (*at == ',') {
            if (digits_in_group == 0 || (has_comma ? digits_in_group != 3 : digits_in_group > 3))
                return IDENT_FORM;
            has_comma = true;
            digits_in_group = 0;
            continue;
        }
        digits_in_group++;
        if (value <= UINT32_MAX)
            value = value * 10 + digit_value(*at);
    }
    if (digits_in_group == 0 || (has_comma && digits_in_group != 3))
        return IDENT_FORM;
    if (value == 0 || value > UINT32_MAX)
        return IDENT_RANGE;
    *text = at;
    *number = (uint32_t)value;
    return IDENT_OK;
}

enum ident_status ident_parse(const char *text, enum subject *subject, uint32_t *number)
{
    enum ident_status status;
    enum subject kind;
    uint32_t value;

    if (!is_upper(to_upper(text[0])))
        return IDENT_FORM;
    if (!subject_of_letter(text[0], &kind))
        return IDENT_LETTER;
    text += text[1] == '-' ? 2 : 1;
    status = take_number(&text, &value);
    if (status != IDENT_OK)
        return status;
    if (*text != '\0') {
        if (text[1] != '\0' || !is_upper(to_upper(text[0])))
            return IDENT_FORM;
        if (to_upper(text[0]) != ident_check_letter(kind, value))
            return IDENT_CHECK_LETTER;
    }
    *subject = kind;
    *number = value;
    return IDENT_OK;
}

bool newborn_parse(const char *text, enum subject *subject, uint32_t *nth)
{
    static const char behind[] = "-NEW";
    enum subject kind;
    uint32_t number = 0;

    if (!is_upper(to_upper(text[0])) || !subject_of_letter(text[0], &kind))
        return false;
    text++;
    for (size_t i = 0; i < sizeof behind - 1; i++, text++)
        if (to_upper(*text) != behind[i])
            return false;
    if (*text == '.') {
        text++;
        if (take_number(&text, &number) != IDENT_OK)
            return false;
    }
    if (*text != '\0')
        return false;
    *subject = kind;
    *nth = number;
    return true;
}

enum ident_status entry_number_parse(const char *text, uint32_t *number)
{
    enum ident_status status;
    uint32_t value;

    text += *text == '#';
    status = take_number(&text, &value);
    if (status == IDENT_OK && *text != '\0')
        status = IDENT_FORM;
    if (status == IDENT_OK)
        *number = value;
    return status;
}

char ident_check_letter(enum subject subject, uint32_t number)
{
    static const char alphabet[] = "ABCDEFGHJKLMNPQRSTVWXYZ";
    const size_t letters = sizeof alphabet - 1;

    /* 23 is prime and above 10 and above the number of kinds, so no wrong digit, no swap of two digits
     * and no wrong kind leaves the remainder as it was. */
    static_assert(sizeof alphabet - 1 == 23 && SUBJECT_LAST < 23,
                  "every kind has a remainder of its own");
    return alphabet[(UINT64_C(16) * number + (unsigned)subject) % letters];
}

const char *ident_format(enum subject subject, uint32_t number, char out[static IDENT_TEXT_SIZE])
{
    assert(is_upper(subject_letter(subject)));
    (void)snprintf(out, IDENT_TEXT_SIZE, "%c-%" PRIu32, subject_letter(subject), number);
    return out;
}

const char *ident_format_label(enum subject subject, uint32_t number, char out[static IDENT_TEXT_SIZE])
{
    assert(is_upper(subject_letter(subject)));
    (void)snprintf(out, IDENT_TEXT_SIZE, "%c-%" PRIu32 "%c", subject_letter(subject), number,
                   ident_check_letter(subject, number));
    return out;
}

/* ---- words */

enum { HANDLE_LENGTH_MIN = 2, HANDLE_LENGTH_MAX = 32 };

static bool is_slug(const char *text, size_t length)
{
    if (length < HANDLE_LENGTH_MIN || length > HANDLE_LENGTH_MAX || !is_lower(text[0]))
        return false;
    for (size_t i = 1; i < length; i++)
        if (!is_lower(text[i]) && !is_digit(text[i]) && text[i] != '-')
            return false;
    return true;
}

bool handle_is_valid(const char *text)
{
    return is_slug(text, strlen(text));
}

static unsigned smaller(unsigned left, unsigned right)
{
    return left < right ? left : right;
}

unsigned spelling_distance(const char *left, const char *right, unsigned limit)
{
    enum { LENGTH_MAX = 64 };
    unsigned rows[3][LENGTH_MAX + 1]; /* the row in work and the two before it, taken in turn */
    size_t left_length = strlen(left);
    size_t right_length = strlen(right);
    unsigned distance;

    if (left_length > LENGTH_MAX || right_length > LENGTH_MAX)
        return limit + 1;
    for (size_t j = 0; j <= right_length; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= left_length; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i - 1) % 3];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= right_length; j++) {
            bool same = to_lower(left[i - 1]) == to_lower(right[j - 1]);

            row[j] = smaller(above[j - 1] + !same, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && to_lower(left[i - 1]) == to_lower(right[j - 2]) &&
                to_lower(left[i - 2]) == to_lower(right[j - 1]))
                row[j] = smaller(row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    distance = rows[left_length % 3][right_length];
    return smaller(distance, limit + 1);
}

/* ---- hexadecimal */

const char *hex_encode(struct bytes bytes, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes.size; i++) {
        out[2 * i] = digits[bytes.data[i] >> 4];
        out[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    out[2 * bytes.size] = '\0';
    return out;
}

static bool hex_value(char digit, unsigned *value)
{
    digit = to_lower(digit);
    if (is_digit(digit))
        *value = digit_value(digit);
    else if (digit >= 'a' && digit <= 'f')
        *value = (unsigned)(digit - 'a') + 10;
    else
        return false;
    return true;
}

bool hex_decode(const char *text, uint8_t *out, size_t capacity, size_t *size)
{
    size_t length = strlen(text);
    unsigned high, low;

    if (length % 2 != 0 || length / 2 > capacity)
        return false;
    for (size_t i = 0; i < length / 2; i++) {
        if (!hex_value(text[2 * i], &high) || !hex_value(text[2 * i + 1], &low))
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    *size = length / 2;
    return true;
}

/* ---- DEA registration numbers */

enum dea_status dea_parse(const char *text, char number[static DEA_NUMBER_SIZE], bool *unusual)
{
    char first = to_upper(text[0]);
    const char *digits = text + 2;
    unsigned sum;

    if (strlen(text) != DEA_NUMBER_SIZE - 1 || !is_upper(first) ||
        !(is_upper(to_upper(text[1])) || text[1] == '9') || !all_digits(digits, 7))
        return DEA_FORM;
    sum = digit_value(digits[0]) + digit_value(digits[2]) + digit_value(digits[4]) +
          2 * (digit_value(digits[1]) + digit_value(digits[3]) + digit_value(digits[5]));
    if (sum % 10 != digit_value(digits[6]))
        return DEA_CHECK_DIGIT;
    memcpy(number, text, DEA_NUMBER_SIZE);
    number[0] = first;
    number[1] = to_upper(text[1]);
    if (unusual != NULL)
        *unusual = strchr("ABFGM", first) == NULL;
    return DEA_OK;
}

/* ---- registrations */

static bool is_printable_word(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < '!' || *text > '~')
            return false;
    return true;
}

enum registration_status registration_parse(const char *text, struct registration *registration)
{
    const char *colon = strchr(text, ':');
    struct registration result = { .scheme = "" };
    char dea[DEA_NUMBER_SIZE];

    if (colon == NULL || !is_slug(text, (size_t)(colon - text)))
        return REGISTRATION_FORM;
    if (colon[1] == '\0' || strlen(colon + 1) >= sizeof result.value || !is_printable_word(colon + 1))
        return REGISTRATION_FORM;
    memcpy(result.scheme, text, (size_t)(colon - text));
    memcpy(result.value, colon + 1, strlen(colon + 1));
    if (strcmp(result.scheme, "dea") == 0) {
        enum dea_status status = dea_parse(result.value, dea, NULL);

        if (status != DEA_OK)
            return status == DEA_FORM ? REGISTRATION_DEA_FORM : REGISTRATION_DEA_DIGIT;
        memcpy(result.value, dea, sizeof dea);
    }
    *registration = result;
    return REGISTRATION_OK;
}

/* ---- National Drug Codes */

enum { NDC_GROUP_COUNT = 3 };

/* Find three groups of digits parted by hyphens. */
static bool split_groups(const char *text, struct bytes groups[static NDC_GROUP_COUNT])
{
    for (size_t i = 0; i < NDC_GROUP_COUNT; i++) {
        size_t length = strspn(text, "0123456789");

        if (length == 0 || text[length] != (i < NDC_GROUP_COUNT - 1 ? '-' : '\0'))
            return false;
        groups[i] = bytes_of(text, length);
        text += length + 1;
    }
    return true;
}

static bool groups_are(const struct bytes groups[static NDC_GROUP_COUNT], size_t labeler,
                       size_t product, size_t package)
{
    return groups[0].size == labeler && groups[1].size == product && groups[2].size == package;
}

/* Write each group with zeros before it to `labeler`, 4 and 2 digits. A group that is longer than
 * that loses its first digit, which the caller knows to be 0. */
static void pad_groups(const struct bytes groups[static NDC_GROUP_COUNT], size_t labeler,
                       char out[static NDC_TEXT_SIZE])
{
    const size_t widths[NDC_GROUP_COUNT] = { labeler, 4, 2 };
    size_t size = 0;

    for (size_t i = 0; i < NDC_GROUP_COUNT; i++) {
        for (size_t column = 0; column < widths[i]; column++) {
            size_t from_right = widths[i] - column;

            out[size++] =
                from_right > groups[i].size ? '0' : (char)groups[i].data[groups[i].size - from_right];
        }
        out[size++] = i < NDC_GROUP_COUNT - 1 ? '-' : '\0';
    }
}

enum ndc_status ndc_parse(const char *text, struct ndc *ndc)
{
    struct bytes groups[NDC_GROUP_COUNT];
    struct ndc result = { .ndc11 = "" };
    bool is_twelve;

    if (text[0] != '\0' && all_digits(text, strlen(text)))
        return NDC_NO_HYPHENS;
    if (!split_groups(text, groups))
        return NDC_FORM;
    if (groups_are(groups, 5, 4, 2))
        return NDC_BILLING;
    is_twelve = groups_are(groups, 6, 4, 2);
    if (!is_twelve && !groups_are(groups, 4, 4, 2) && !groups_are(groups, 5, 3, 2) &&
        !groups_are(groups, 5, 4, 1))
        return NDC_GROUPS;

    memcpy(result.label, text, strlen(text) + 1);
    pad_groups(groups, 6, result.ndc12);
    if (!is_twelve || groups[0].data[0] == '0')
        pad_groups(groups, 5, result.ndc11);
    *ndc = result;
    return NDC_OK;
}

/* ---- Global Trade Item Numbers */

enum { GTIN_DIGITS = GTIN_SIZE - 1 };

char gtin_check_digit(const char digits[static 13])
{
    unsigned sum = 0;

    for (size_t i = 0; i < GTIN_DIGITS - 1; i++)
        sum += digit_value(digits[i]) * (i % 2 == 0 ? 3 : 1);
    return (char)('0' + (10 - sum % 10) % 10);
}

bool gtin_is_valid(const char *text)
{
    return strlen(text) == GTIN_DIGITS && all_digits(text, GTIN_DIGITS) &&
           gtin_check_digit(text) == text[GTIN_DIGITS - 1];
}

bool gtin_parse(const char *text, char gtin[static GTIN_SIZE])
{
    size_t length = strlen(text);
    char padded[GTIN_SIZE] = "00000000000000";

    if (length != 8 && length != 12 && length != 13 && length != 14)
        return false;
    memcpy(padded + GTIN_DIGITS - length, text, length);
    if (!gtin_is_valid(padded))
        return false;
    memcpy(gtin, padded, sizeof padded);
    return true;
}
