/* The sentences of refusals.def with their particulars put in. */
#include "ledger/sentence.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/error.h"
#include "ledger/phrase.h"
#include "schema/amount.h"
#include "schema/kinds.h"
#include "schema/leaf.h"

/* ---- words for numbers that stand for something */

static const struct choice vial_states[] = {
    { VIAL_SEALED, "sealed" }, { VIAL_OPEN, "open" }, { VIAL_FINISHED, "finished" },
    { VIAL_ISSUED, "out of stock as a dose" }, { VIAL_VOID, "void" }, { 0, NULL } };

static const struct choice dose_states[] = {
    { DOSE_IS_DRAWN, "drawn and not begun" }, { DOSE_IS_RUNNING, "running" }, { DOSE_IS_PAUSED, "paused" },
    { DOSE_IS_STOPPED, "stopped" }, { DOSE_IS_HELD, "sealed in a bag" }, { DOSE_IS_SETTLED, "settled" }, { DOSE_IS_VOID, "void" }, { 0, NULL } };

static const struct choice hold_reasons[] = {
    { HOLD_QUARANTINE, "quarantine" }, { HOLD_RECALL, "recall" }, { HOLD_BROKEN_CAP, "broken cap" },
    { HOLD_DAMAGED, "damaged" }, { HOLD_EXPIRED, "expired" }, { HOLD_SUSPECT, "suspect" }, { 0, NULL } };

static const struct choice signers[] = {
    { MEANING_DID, "the one who did it" }, { MEANING_WITNESSED, "the witness" }, { MEANING_APPROVED, "an approving officer" },
    { MEANING_CHECKED, "the second checker" }, { MEANING_REPORTED, "the one who reports it" },
    { MEANING_PRESCRIBED, "the prescriber" }, { MEANING_TOOK_OVER, "the one who takes over" },
    { MEANING_COUNTED, "a counter" }, { MEANING_NEW_KEY, "the new key" }, { MEANING_OLD_KEY, "the old key" },
    { MEANING_RECOVERED, "a recovery key" }, { MEANING_SEALED, "the site's seal" }, { MEANING_GUEST, "somebody from outside" }, { 0, NULL } };

static void say_choice(struct phrase *phrase, const struct choice *choices, int64_t number)
{
    const char *name = number > 0 ? choice_name(choices, (uint64_t)number) : NULL;

    phrase_text(phrase, name != NULL ? name : "(unknown)");
}

static void say_roles(struct phrase *phrase, int64_t roles)
{
    const char *before = "";

    for (const struct choice *role = choices_role; role->number != 0; role++) {
        if (!((uint64_t)roles >> (role->number - 1) & 1))
            continue;
        phrase_text(phrase, before);
        phrase_text(phrase, role->name);
        before = " or ";
    }
    if (*before == '\0')
        phrase_text(phrase, "none");
}

/* ---- the types of {a:type} and {b:type} */

enum place_type_number {
    TYPE_N, TYPE_UL, TYPE_NG, TYPE_G, TYPE_STRENGTH, TYPE_MS, TYPE_DAY, TYPE_MIN, TYPE_DURATION, TYPE_OFFSET, TYPE_PERSON,
    TYPE_PLACE, TYPE_PATIENT, TYPE_SESSION, TYPE_ROLES, TYPE_MEANING, TYPE_HOLD, TYPE_VIAL_STATE, TYPE_DOSE_STATE, TYPE_CODE
};

static const char *const type_names[] = {
    [TYPE_N] = "n",                     /* a plain number */
    [TYPE_UL] = "ul",                   /* microlitres, echoed in mg where the subject's strength is known */
    [TYPE_NG] = "ng",                   /* nanograms, likewise echoed in mL */
    [TYPE_G] = "g",                     /* grams, shown in kg */
    [TYPE_STRENGTH] = "strength",       /* ug/mL */
    [TYPE_MS] = "ms",                   /* a UTC time, shown by the namer's offset */
    [TYPE_DAY] = "day",                 /* a date */
    [TYPE_MIN] = "min",                 /* minutes of duration */
    [TYPE_DURATION] = "duration",       /* milliseconds of duration */
    [TYPE_OFFSET] = "offset",           /* minutes from UTC */
    [TYPE_PERSON] = "person", [TYPE_PLACE] = "place", [TYPE_PATIENT] = "patient", [TYPE_SESSION] = "session",
    [TYPE_ROLES] = "roles",             /* bits, any of which would do */
    [TYPE_MEANING] = "meaning",         /* what a signer says */
    [TYPE_HOLD] = "hold",               /* why a vial is held */
    [TYPE_VIAL_STATE] = "vialstate", [TYPE_DOSE_STATE] = "dosestate",
    [TYPE_CODE] = "code",               /* of a rule */
};

static enum place_type_number type_of(struct bytes place)
{
    struct bytes name = bytes_of(place.data + 2, place.size - 2);
    size_t number = 0;

    assert(place.size > 2 && place.data[1] == ':');
    while (!bytes_equal_text(name, type_names[number])) {
        number++;
        assert(number < sizeof type_names / sizeof type_names[0]);
    }
    return (enum place_type_number)number;
}

static void say_strength(struct phrase *phrase, int64_t strength_ug_per_ml)
{
    char text[AMOUNT_TEXT_SIZE];

    phrase_text(phrase, format_strength(strength_ug_per_ml > 0 ? (uint64_t)strength_ug_per_ml : 0, text));
}

/* Anything below a minute is "less than", since "0 min" would read as no time at all. */
static void say_duration(struct phrase *phrase, int64_t duration_ms)
{
    if (duration_ms < 60000)
        phrase_text(phrase, "less than a minute");
    else
        phrase_minutes(phrase, duration_ms / 60000);
}

static void say_id(struct phrase *phrase, enum subject subject, int64_t id)
{
    phrase_subject(phrase, subject, id > 0 && id <= UINT32_MAX ? (uint32_t)id : 0);
}

static void say_code(struct phrase *phrase, int64_t code)
{
    char text[24];

    snprintf(text, sizeof text, "PH%04" PRId64, code);
    phrase_text(phrase, text);
}

static void say_number(struct phrase *phrase, const struct broken *broken, enum place_type_number type, int64_t number,
                       struct bytes noun)
{
    switch (type) {
    case TYPE_N: phrase_count(phrase, number, noun); return;
    case TYPE_UL: phrase_volume(phrase, number, broken->subject, broken->id); return;
    case TYPE_NG: phrase_mass(phrase, number, broken->subject, broken->id); return;
    case TYPE_G: phrase_thousandths(phrase, number, "kg"); return;
    case TYPE_STRENGTH: say_strength(phrase, number); return;
    case TYPE_MS: phrase_time(phrase, number, phrase->namer->offset_min); return;
    case TYPE_DAY: phrase_date(phrase, number); return;
    case TYPE_MIN: phrase_minutes(phrase, number); return;
    case TYPE_DURATION: say_duration(phrase, number); return;
    case TYPE_OFFSET: phrase_offset(phrase, number); return;
    case TYPE_PERSON: phrase_person(phrase, number); return;
    case TYPE_PLACE: say_id(phrase, SUBJECT_PLACE, number); return;
    case TYPE_PATIENT: say_id(phrase, SUBJECT_PATIENT, number); return;
    case TYPE_SESSION: say_id(phrase, SUBJECT_SESSION, number); return;
    case TYPE_ROLES: say_roles(phrase, number); return;
    case TYPE_MEANING: say_choice(phrase, signers, number); return;
    case TYPE_HOLD: say_choice(phrase, hold_reasons, number); return;
    case TYPE_VIAL_STATE: say_choice(phrase, vial_states, number); return;
    case TYPE_DOSE_STATE: say_choice(phrase, dose_states, number); return;
    case TYPE_CODE: say_code(phrase, number); return;
    }
}

/* ---- a sentence with its particulars */

static bool names_subject(const struct broken *broken)
{
    return broken->id != 0 && subject_is_known(broken->subject);
}

static bool broken_has(void *context, struct bytes place)
{
    const struct broken *broken = context;

    switch (place.data[0]) {
    case 's': return names_subject(broken);
    case 'e': return broken->entry != 0;
    case 'a': return broken->a != 0;
    default: return broken->b != 0;
    }
}

static void broken_say(void *context, struct phrase *phrase, struct bytes place, struct bytes noun)
{
    const struct broken *broken = context;

    switch (place.data[0]) {
    case 's':
        if (names_subject(broken))
            phrase_subject(phrase, broken->subject, broken->id);
        else
            phrase_text(phrase, "this");
        return;
    case 'e': phrase_entry(phrase, broken->entry); return;
    case 'a': say_number(phrase, broken, type_of(place), broken->a, noun); return;
    default: say_number(phrase, broken, type_of(place), broken->b, noun); return;
    }
}

size_t refusal_sentence(const struct broken *broken, const struct namer *namer, char *out, size_t size)
{
    const struct refusal *refusal = refusal_find(broken->code);
    struct broken particulars = *broken;
    struct places places = { &particulars, broken_has, broken_say };
    struct phrase phrase;

    assert(refusal != NULL);
    phrase_init(&phrase, namer, out, size);
    phrase_template(&phrase, refusal->sentence, &places);
    return phrase_end(&phrase);
}

/* ---- a sentence without */

static bool pattern_has(void *context, struct bytes place)
{
    (void)context;
    (void)place;
    return true;
}

static void pattern_say(void *context, struct phrase *phrase, struct bytes place, struct bytes noun)
{
    (void)context;
    (void)place;
    phrase_text(phrase, "…");
    if (noun.size == 0)
        return;
    phrase_text(phrase, " ");
    phrase_bytes(phrase, noun);
    phrase_text(phrase, "s");
}

size_t refusal_pattern(unsigned code, char *out, size_t size)
{
    static const struct places places = { NULL, pattern_has, pattern_say };
    const struct refusal *refusal = refusal_find(code);
    struct phrase phrase;

    assert(refusal != NULL);
    phrase_init(&phrase, NULL, out, size);
    phrase_template(&phrase, refusal->sentence, &places);
    return phrase_end(&phrase);
}

/* The name is made for it: REFUSAL_BEYOND_USE. */
size_t refusal_words(unsigned code, char *out, size_t size)
{
    const struct refusal *refusal = refusal_find(code);
    struct phrase phrase;

    phrase_init(&phrase, NULL, out, size);
    if (refusal != NULL) {
        for (const char *at = refusal->name + strlen("REFUSAL_"); *at != '\0'; at++) {
            char letter = *at == '_' ? ' ' : (char)(*at + ('a' - 'A'));

            phrase_bytes(&phrase, bytes_of(&letter, 1));
        }
    }
    return phrase_end(&phrase);
}
