#include "ledger/phrase.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "schema/amount.h"
#include "schema/text.h"

/* ---- building */

void phrase_init(struct phrase *phrase, const struct namer *namer, char *out, size_t size)
{
    static const struct namer nobody = { .context = NULL };

    *phrase = (struct phrase){ .out = out, .size = size, .namer = namer != NULL ? namer : &nobody };
}

size_t phrase_end(struct phrase *phrase)
{
    if (phrase->size == 0)
        return phrase->length;
    if (phrase->length < phrase->size) {
        phrase->out[phrase->length] = '\0';
        return phrase->length;
    }
    phrase->out[phrase->size - 1] = '\0';
    text_trim_cut(phrase->out);
    return phrase->length;
}

void phrase_bytes(struct phrase *phrase, struct bytes bytes)
{
    size_t room = phrase->length < phrase->size ? phrase->size - phrase->length : 0;
    size_t fits = bytes.size < room ? bytes.size : room;

    if (fits != 0)
        memcpy(phrase->out + phrase->length, bytes.data, fits);
    phrase->length += bytes.size;
}

void phrase_text(struct phrase *phrase, const char *text)
{
    phrase_bytes(phrase, bytes_of_text(text));
}

/* ---- texts of others */

/* What can stand without quotes and still be taken for one word: lot, serial and document numbers. */
static bool is_plain_word(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                     (i != 0 && i + 1 != text.size && memchr("-/._", byte, 4) != NULL);

        if (!plain)
            return false;
    }
    return text.size != 0;
}

void phrase_always_quoted(struct phrase *phrase, struct bytes text)
{
    phrase_text(phrase, "\"");
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            phrase_text(phrase, "\"");
        phrase_bytes(phrase, bytes_of(text.data + i, 1));
    }
    phrase_text(phrase, "\"");
}

void phrase_quoted(struct phrase *phrase, struct bytes text)
{
    if (is_plain_word(text))
        phrase_bytes(phrase, text);
    else
        phrase_always_quoted(phrase, text);
}

void phrase_hex(struct phrase *phrase, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        char digits[3];

        phrase_text(phrase, hex_encode(bytes_of(bytes.data + i, 1), digits));
    }
}

/* ---- numbers and amounts */

static uint64_t magnitude(int64_t number)
{
    return number < 0 ? UINT64_C(0) - (uint64_t)number : (uint64_t)number;
}

/* The minus of a negative amount; what is left to say is its magnitude. */
static uint64_t say_sign(struct phrase *phrase, int64_t amount)
{
    if (amount < 0)
        phrase_text(phrase, "-");
    return magnitude(amount);
}

void phrase_number(struct phrase *phrase, int64_t number)
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, say_sign(phrase, number));

    assert(count > 0 && (size_t)count < sizeof digits);
    for (int i = 0; i < count; i++) {
        if (i != 0 && (count - i) % 3 == 0)
            phrase_text(phrase, ",");
        phrase_bytes(phrase, bytes_of(digits + i, 1));
    }
}

void phrase_count(struct phrase *phrase, int64_t count, struct bytes noun)
{
    phrase_number(phrase, count);
    if (noun.size == 0)
        return;
    phrase_text(phrase, " ");
    phrase_bytes(phrase, noun);
    if (count != 1)
        phrase_text(phrase, "s");
}

void phrase_thousandths(struct phrase *phrase, int64_t number, const char *unit)
{
    uint64_t scale = 1000;
    uint64_t fraction = magnitude(number) % scale;

    phrase_number(phrase, (int64_t)(say_sign(phrase, number) / scale));
    if (fraction != 0)
        phrase_text(phrase, ".");
    for (; fraction != 0; fraction %= scale) {
        scale /= 10;
        phrase_bytes(phrase, bytes_of(&"0123456789"[fraction / scale], 1));
    }
    phrase_text(phrase, " ");
    phrase_text(phrase, unit);
}

static bool strength_of(const struct phrase *phrase, unsigned subject, uint32_t id, uint64_t *mass_ng,
                        uint64_t *volume_ul)
{
    const struct namer *namer = phrase->namer;

    return id != 0 && namer->strength != NULL &&
           namer->strength(namer->context, (enum subject)subject, id, mass_ng, volume_ul) && *volume_ul != 0;
}

void phrase_volume(struct phrase *phrase, int64_t volume_ul, unsigned subject, uint32_t id)
{
    uint64_t per_mass, per_volume, mass;
    char text[AMOUNT_TEXT_SIZE];

    if (volume_ul > 0 && strength_of(phrase, subject, id, &per_mass, &per_volume) &&
        muldiv_half_even((uint64_t)volume_ul, per_mass, per_volume, &mass))
        phrase_text(phrase, format_amount_pair(mass, (uint64_t)volume_ul, text));
    else
        phrase_text(phrase, format_volume(say_sign(phrase, volume_ul), text));
}

/* Whether a mass is a whole number of microlitres, of what holds per_mass in every per_volume. */
static bool exact_volume(uint64_t mass, uint64_t per_mass, uint64_t per_volume, uint64_t *volume)
{
    return per_mass != 0 && muldiv_half_even(mass, per_volume, per_mass, volume) && *volume != 0 &&
           ratio_compare(mass, *volume, per_mass, per_volume) == 0;
}

void phrase_mass(struct phrase *phrase, int64_t mass_ng, unsigned subject, uint32_t id)
{
    uint64_t per_mass, per_volume, volume;
    char text[AMOUNT_TEXT_SIZE];

    if (mass_ng > 0 && strength_of(phrase, subject, id, &per_mass, &per_volume) &&
        exact_volume((uint64_t)mass_ng, per_mass, per_volume, &volume))
        phrase_text(phrase, format_amount_pair((uint64_t)mass_ng, volume, text));
    else
        phrase_text(phrase, format_mass(say_sign(phrase, mass_ng), text));
}

/* ---- names */

enum { NAME_SIZE = 160 };

void phrase_entry(struct phrase *phrase, uint32_t entry)
{
    phrase_text(phrase, "#");
    phrase_number(phrase, entry);
}

void phrase_code(struct phrase *phrase, int64_t code)
{
    char digits[] = "PH0000";

    for (size_t at = 5; at > 1 && code > 0; at--, code /= 10)
        digits[at] = (char)('0' + code % 10);
    phrase_text(phrase, digits);
}

void phrase_person(struct phrase *phrase, int64_t person)
{
    const struct namer *namer = phrase->namer;
    char name[NAME_SIZE];

    if (person == PERSON_SEAL)
        phrase_text(phrase, "the site's seal");
    else if (person == PERSON_NEW)
        phrase_text(phrase, "somebody not enrolled");
    else if (namer->person != NULL && namer->person(namer->context, person, name, sizeof name))
        phrase_text(phrase, name);
    else {
        phrase_text(phrase, "person ");
        phrase_number(phrase, person);
    }
}

void phrase_subject(struct phrase *phrase, unsigned subject, uint32_t id)
{
    const struct namer *namer = phrase->namer;
    char name[NAME_SIZE];

    assert(subject_is_known(subject));
    if (subject == SUBJECT_PERSON_ACTS || subject == SUBJECT_CREDENTIAL)
        phrase_person(phrase, id);
    else if (namer->subject != NULL && namer->subject(namer->context, (enum subject)subject, id, name, sizeof name))
        phrase_text(phrase, name);
    else if (subject_letter((enum subject)subject) != '-')
        phrase_text(phrase, ident_format((enum subject)subject, id, name));
    else {
        phrase_text(phrase, subject_name((enum subject)subject));
        phrase_text(phrase, " ");
        phrase_number(phrase, id);
    }
}

void phrase_newborn(struct phrase *phrase, enum subject subject, const struct value *ref)
{
    const struct namer *namer = phrase->namer;
    char name[NAME_SIZE];

    assert(ref->bytes.size == ACT_SIZE);
    if (namer->newborn != NULL && namer->newborn(namer->context, subject, ref->bytes.data, (uint32_t)ref->number,
                                                 name, sizeof name)) {
        phrase_text(phrase, name);
        return;
    }
    phrase_text(phrase, "the new ");
    phrase_text(phrase, subject_name(subject));
    if (ref->number != 0) {
        phrase_text(phrase, " no. ");
        phrase_number(phrase, ref->number + 1);
    }
}

/* ---- times */

void phrase_date(struct phrase *phrase, int64_t days)
{
    char text[CIVIL_TEXT_SIZE];

    if (days < 0 || days > CIVIL_MS_MAX / CIVIL_MS_PER_DAY)
        phrase_text(phrase, "a day that cannot be");
    else
        phrase_text(phrase, civil_format_date((int32_t)days, text));
}

void phrase_time(struct phrase *phrase, int64_t ms, int32_t offset_min)
{
    struct at at = { .ms = ms, .offset_min = offset_min };
    char text[CIVIL_TEXT_SIZE];

    if (at_is_valid(at))
        phrase_text(phrase, civil_format_local(at, text));
    else
        phrase_text(phrase, "a time that cannot be");
}

void phrase_offset(struct phrase *phrase, int64_t offset_min)
{
    char text[8];
    uint64_t minutes = magnitude(offset_min);

    if (minutes > CIVIL_OFFSET_LIMIT_MIN) {
        phrase_count(phrase, offset_min, bytes_of_text("minute"));
        return;
    }
    (void)snprintf(text, sizeof text, "%c%02u:%02u", offset_min < 0 ? '-' : '+', (unsigned)minutes / 60 % 100,
                   (unsigned)minutes % 60);
    phrase_text(phrase, text);
}

void phrase_minutes(struct phrase *phrase, int64_t minutes)
{
    if (minutes >= 2880) {
        phrase_count(phrase, minutes / 1440, bytes_of_text("day"));
        return;
    }
    if (minutes >= 120) {
        phrase_number(phrase, minutes / 60);
        phrase_text(phrase, " h");
        minutes %= 60;
        if (minutes == 0)
            return;
        phrase_text(phrase, " ");
    }
    phrase_number(phrase, minutes);
    phrase_text(phrase, " min");
}

/* ---- templates */

struct place {
    struct bytes name, noun;
};

/* The place that begins behind its brace; `*at` moves behind it. */
static struct place read_place(const char **at)
{
    const char *from = *at;
    size_t size = strcspn(from, "}");
    const char *space = memchr(from, ' ', size);
    size_t name_size = space != NULL ? (size_t)(space - from) : size;

    assert(from[size] == '}');
    *at = from + size + 1;
    return (struct place){ .name = bytes_of(from, name_size),
                           .noun = space != NULL ? bytes_of(space + 1, size - name_size - 1) : bytes_of(NULL, 0) };
}

static bool all_have(const char *at, const char *end, const struct places *places)
{
    while (at < end) {
        if (*at++ != '{')
            continue;
        if (!places->has(places->context, read_place(&at).name))
            return false;
    }
    return true;
}

static void say_range(struct phrase *phrase, const char *at, const char *end, const struct places *places)
{
    while (at < end) {
        if (*at == '{') {
            struct place place;

            at++;
            place = read_place(&at);
            places->say(places->context, phrase, place.name, place.noun);
            continue;
        }
        phrase_bytes(phrase, bytes_of(at, 1));
        at++;
    }
}

/* Say the first alternative that can be said, and return where the group ends. */
static const char *say_group(struct phrase *phrase, const char *at, const struct places *places)
{
    const char *end = strchr(at, ']');

    assert(end != NULL);
    while (at <= end) {
        const char *stop = at + strcspn(at, "|]");

        if (all_have(at, stop, places)) {
            say_range(phrase, at, stop, places);
            break;
        }
        at = stop + 1;
    }
    return end + 1;
}

void phrase_template(struct phrase *phrase, const char *pattern, const struct places *places)
{
    const char *at = pattern;

    while (*at != '\0') {
        size_t plain = strcspn(at, "[");

        say_range(phrase, at, at + plain, places);
        at += plain;
        if (*at == '[')
            at = say_group(phrase, at + 1, places);
    }
}
