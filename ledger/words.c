#include "ledger/words.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/key.h"
#include "ledger/words_parts.h"
#include "schema/text.h"

/* ---- texts and bytes */

static const char *reason_of_text(enum text_status status)
{
    switch (status) {
    case TEXT_NOT_UTF8:
        return "is not UTF-8";
    case TEXT_CONTROL:
        return "holds a control character or a line break";
    case TEXT_BIDI:
        return "holds a mark that turns the direction of writing";
    case TEXT_INVISIBLE:
        return "holds an invisible character";
    case TEXT_PRIVATE:
        return "holds a character that has no agreed meaning";
    case TEXT_UNASSIGNED:
        return "holds a character that this program's Unicode does not know";
    case TEXT_NOT_NFC:
        return "holds letters and marks apart that belong together (it is not in NFC)";
    default:
        return "begins or ends with white space";
    }
}

static enum ledger_status refuse_size(const struct field *field, const char *text, size_t size, struct error *error)
{
    enum ledger_status status;

    if (size == 0)
        status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is empty");
    else if (size > field->max)
        status = word_refuse(error, REFUSAL_TOO_LONG, field, text, "has %zu bytes, and %" PRIu64 " are the most", size,
                             field->max);
    else
        status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "has %zu bytes, and %" PRIu64 " are the least",
                             size, field->min);
    error_next(error, size > field->max ? "write it shorter: %s" : "write it out: %s", field->help);
    return status;
}

/* A day of the calendar; of those before 1970 too, which no fact of the book is of. */
static bool is_calendar_date(struct bytes word)
{
    char text[11];
    int32_t days;
    enum civil_status status;

    if (word.size != sizeof text - 1)
        return false;
    memcpy(text, word.data, word.size);
    text[word.size] = '\0';
    status = civil_parse_date(text, &days);
    return status == CIVIL_OK || status == CIVIL_RANGE;
}

static enum ledger_status refuse_dated(const struct field *field, const char *text, struct error *error)
{
    enum ledger_status status = word_refuse(error, REFUSAL_BAD_TIME, field, text, "is no day of the calendar");

    error_next(error, "write it as 1980-02-03: year, month, day");
    return status;
}

static enum ledger_status refuse_text(const struct field *field, const char *text, enum text_status why,
                                      struct error *error)
{
    enum ledger_status status = word_refuse(error, REFUSAL_TEXT, field, text, "%s", reason_of_text(why));
    char composed[ERROR_TEXT_SIZE / 2];
    size_t size;

    if (why == TEXT_NOT_NFC && text_compose(word_trim(text), composed, sizeof composed, &size))
        error_next(error, "paste this instead, which looks the same: %.*s", (int)size, composed);
    return status;
}

static enum ledger_status parse_text(struct words *words, const struct field *field, const char *text,
                                    struct value *value, struct error *error)
{
    struct bytes word = word_trim(text);
    enum text_status status;

    if ((field->flags & FIELD_DATED) != 0 && !is_calendar_date(word))
        return refuse_dated(field, text, error);
    if (word.size < field->min || word.size > field->max)
        return refuse_size(field, text, word.size, error);
    status = text_check(word, TEXT_SIZE_LIMIT);
    if (status != TEXT_OK)
        return refuse_text(field, text, status, error);
    return word_keep(words, word, &value->bytes, error);
}

/* Decode two digits at a time, so that no copy of a long word is needed. */
static bool decode_hex(struct bytes word, uint8_t *out)
{
    for (size_t i = 0; i + 1 < word.size; i += 2) {
        char pair[3] = { (char)word.data[i], (char)word.data[i + 1], '\0' };
        size_t size;

        if (!hex_decode(pair, out + i / 2, 1, &size) || size != 1)
            return false;
    }
    return word.size % 2 == 0;
}

static enum ledger_status parse_hex(struct words *words, const struct field *field, const char *text,
                                        struct value *value, struct error *error)
{
    struct bytes word = word_trim(text);
    struct word_room *room = &words->room;
    uint8_t *out = room->data + room->used;
    size_t min = field->type == FIELD_HASH ? 32 : (size_t)field->min;
    size_t max = field->type == FIELD_HASH ? 32 : (size_t)field->max;

    if (word.size / 2 > room->capacity - room->used)
        return word_keep(words, word, &value->bytes, error);
    if (word.size == 0 || !decode_hex(word, out))
        return word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is not hexadecimal");
    if (word.size / 2 < min || word.size / 2 > max)
        return word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is %zu bytes; it takes %zu to %zu", word.size / 2,
                           min, max);
    value->bytes = bytes_of(out, word.size / 2);
    room->used += word.size / 2;
    return LEDGER_OK;
}

/* ---- choices */

static void suggest_choice(const struct field *field, const char *text, struct error *error)
{
    char names[ERROR_TEXT_SIZE / 2] = "";
    struct nearest nearest;
    size_t used = 0;

    nearest_begin(&nearest, text);
    for (const struct choice *choice = field->choices; choice->number != 0; choice++) {
        nearest_offer(&nearest, choice->name);
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "", choice->name);
        assert(used < sizeof names);
    }
    error_next(error, "one of: %s", names);
    nearest_suggest(&nearest, error);
}

/* The number of a choice, in capitals or not: no two differ by that alone. */
static uint8_t choice_of(const struct field *field, const char *text)
{
    for (const struct choice *choice = field->choices; choice->number != 0; choice++)
        if (spelling_distance(choice->name, text, 0) == 0)
            return choice->number;
    return 0;
}

static enum ledger_status parse_choice(const struct field *field, const char *text, int64_t *number,
                                      struct error *error)
{
    enum ledger_status status;

    *number = choice_of(field, text);
    if (*number != 0)
        return LEDGER_OK;
    status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is none of its choices");
    suggest_choice(field, text, error);
    return status;
}

/* `clinician,witness`, or `none`. */
static enum ledger_status parse_set(const struct field *field, const char *text, struct value *value,
                                   struct error *error)
{
    char name[WORD_SIZE], part[WORD_SIZE];
    const char *at = text;

    if (spelling_distance(text, "none", 0) == 0)
        return LEDGER_OK;
    do {
        size_t size = strcspn(at, ",");
        int64_t number = 0;
        enum ledger_status status;

        memcpy(part, at, size);
        part[size] = '\0';
        (void)word_copy(part, name); /* no longer than the word it is of */
        status = parse_choice(field, name, &number, error);
        if (status != LEDGER_OK)
            return status;
        value->number |= INT64_C(1) << (number - 1);
        at += size;
    } while (*at++ == ',');
    return LEDGER_OK;
}

static enum ledger_status parse_yes(const struct field *field, const char *text, struct value *value,
                                   struct error *error)
{
    static const char *const yes[] = { "yes", "y", "true", "1" };
    static const char *const no[] = { "no", "n", "false", "0" };
    enum ledger_status status;

    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (spelling_distance(text, yes[i], 0) == 0) {
            value->number = 1;
            return LEDGER_OK;
        }
        if (spelling_distance(text, no[i], 0) == 0) {
            value->present = false;
            return LEDGER_OK;
        }
    }
    status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is neither yes nor no");
    error_next(error, "yes or no: %s", field->help);
    return status;
}

/* ---- handles, codes and keys */

static enum ledger_status parse_slug(struct words *words, const struct field *field, const char *text,
                                    struct value *value, struct error *error)
{
    char lower[WORD_SIZE];
    enum ledger_status status;

    if (handle_is_valid(text))
        return word_keep(words, bytes_of_text(text), &value->bytes, error);
    status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "cannot be a short name");
    memcpy(lower, text, strlen(text) + 1);
    word_lower(lower);
    error_next(error, "%s%s2 to 32 small letters, digits and hyphens, the first a letter",
               handle_is_valid(lower) ? lower : "", handle_is_valid(lower) ? "\n" : "");
    return status;
}

static enum ledger_status parse_gtin(struct words *words, const struct field *field, const char *text,
                                    struct value *value, struct error *error)
{
    char gtin[GTIN_SIZE];
    enum ledger_status status = word_read_gtin(words, field, text, gtin, error);

    return status == LEDGER_OK ? word_keep(words, bytes_of_text(gtin), &value->bytes, error) : status;
}

static enum ledger_status parse_ndc(struct words *words, const struct field *field, const char *text,
                                   struct value *value, struct error *error)
{
    struct ndc ndc;
    enum ledger_status status = word_read_ndc(field, text, &ndc, error);

    return status == LEDGER_OK ? word_keep(words, bytes_of_text(ndc.label), &value->bytes, error) : status;
}

static enum ledger_status parse_registration(struct words *words, const struct field *field, const char *text,
                                            struct value *value, struct error *error)
{
    struct registration registration;
    char whole[REGISTRATION_SCHEME_SIZE + REGISTRATION_VALUE_SIZE];
    enum ledger_status status = word_read_registration(field, text, &registration, error);

    if (status != LEDGER_OK)
        return status;
    (void)snprintf(whole, sizeof whole, "%s:%s", registration.scheme, registration.value);
    return word_keep(words, bytes_of_text(whole), &value->bytes, error);
}

static enum ledger_status parse_key(struct words *words, const struct field *field, const char *text,
                                   struct value *value, struct error *error)
{
    static const struct {
        const char *prefix;
        enum key_algorithm algorithm;
    } forms[] = { { "ed25519:", KEY_ED25519 }, { "p256:", KEY_P256 } };
    uint8_t key[KEY_P256_SIZE];
    size_t size;
    enum ledger_status status;

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t prefix_size = strlen(forms[i].prefix);

        if (strncmp(text, forms[i].prefix, prefix_size) != 0)
            continue;
        if (!hex_decode(text + prefix_size, key, sizeof key, &size) || size != key_public_size(forms[i].algorithm))
            break;
        value->second = forms[i].algorithm;
        return word_keep(words, bytes_of(key, size), &value->bytes, error);
    }
    status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is no public key");
    error_next(error, "ed25519: and 64 hexadecimal digits, or p256: and 128; phial key show prints it");
    return status;
}

/* ---- one word */

static enum ledger_status parse_reference(struct words *words, const struct field *field, const char *text,
                                         struct value *value, struct error *error)
{
    uint32_t id = 0, nth;
    enum ledger_status status;

    if (word_is_act(text))
        return word_read_act_ref(words, field, text, value, error);
    if (word_is_newborn(field->subject, text, &nth))
        return word_read_newborn(words, field->subject, text, nth, value, error);
    status = words_read_subject(words, field->subject, text, &id, error);
    value->number = id;
    return status;
}

static enum ledger_status parse_moment(const struct words *words, const struct field *field, const char *text,
                                      struct value *value, struct error *error)
{
    struct at at = { 0 };
    enum ledger_status status = (field->flags & FIELD_AHEAD) != 0 ? word_read_time_ahead(words, field, text, &at, error)
                                                                  : words_read_time(words, text, &at, error);

    value->number = at.ms;
    value->second = at.offset_min;
    return status;
}

/* Read a word that is short enough to be one. */
static enum ledger_status parse_short(struct words *words, const struct field *field, const char *text,
                                     struct value *value, struct error *error)
{
    switch (field->type) {
    case FIELD_UINT:
    case FIELD_INT:
        return word_read_number(field, text, value, error);
    case FIELD_QUANTITY:
    case FIELD_VOLUME:
    case FIELD_MASS:
    case FIELD_STRENGTH:
        return word_read_amount(field, text, value, error);
    case FIELD_CHOICE:
        return parse_choice(field, text, &value->number, error);
    case FIELD_SET:
        return parse_set(field, text, value, error);
    case FIELD_YES:
        return parse_yes(field, text, value, error);
    case FIELD_SLUG:
        return parse_slug(words, field, text, value, error);
    case FIELD_GTIN:
        return parse_gtin(words, field, text, value, error);
    case FIELD_NDC:
        return parse_ndc(words, field, text, value, error);
    case FIELD_REGISTRATION:
        return parse_registration(words, field, text, value, error);
    case FIELD_KEY:
        return parse_key(words, field, text, value, error);
    case FIELD_AT:
        return parse_moment(words, field, text, value, error);
    case FIELD_DATE:
        return word_read_date(field, text, value, error);
    case FIELD_REF:
        return parse_reference(words, field, text, value, error);
    case FIELD_PERSON:
        return words_read_person(words, text, &value->number, error);
    default:
        assert(field->type == FIELD_ENTRY);
        return word_read_entry(words, field, text, value, error);
    }
}

static enum ledger_status parse_one(struct words *words, const struct field *field, const char *text,
                                   struct value *value, struct error *error)
{
    char word[WORD_SIZE];

    switch (field->type) {
    case FIELD_LIST:
    case FIELD_ROWS:
        return words_read_list(words, field, &text, 1, value, error);
    case FIELD_TEXT:
        return parse_text(words, field, text, value, error);
    case FIELD_BYTES:
    case FIELD_HASH:
        return parse_hex(words, field, text, value, error);
    default:
        if (!word_copy(text, word))
            return word_refuse(error, REFUSAL_TOO_LONG, field, text, "is too long");
        return parse_short(words, field, word, value, error);
    }
}

/* What the table of kinds has the last word on. */
static enum ledger_status check(const struct field *field, const char *text, const struct value *value,
                                struct error *error)
{
    switch (value_check(field, value)) {
    case FACTS_OK:
        return LEDGER_OK;
    case FACTS_RANGE:
        return word_refuse_range(field, text, error);
    case FACTS_TEXT:
        return word_refuse(error, REFUSAL_TEXT, field, text, "cannot stand in the book");
    case FACTS_CHECK_DIGIT:
        return word_refuse(error, REFUSAL_CHECK_DIGIT, field, text, "has a wrong check digit");
    default:
        return word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is not what it takes");
    }
}

enum ledger_status words_read(struct words *words, const struct field *field, const char *text, struct value *value,
                              struct error *error)
{
    size_t used = words->room.used;
    struct value read = { .present = true };
    enum ledger_status status = parse_one(words, field, text, &read, error);

    if (status == LEDGER_OK && read.present)
        status = check(field, text, &read, error);
    if (status == LEDGER_OK)
        *value = read;
    else
        words->room.used = used;
    return status;
}
