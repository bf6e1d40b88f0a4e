/* ledger/words: what a refusal says: the field, the word, what is wrong with it, and what to type instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/clinic.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void a_refusal_names_the_field_the_word_and_what_to_type_instead(void **state)
{
    static const struct {
        const char *field;
        const char *text;
        const char *says;
        const char *next;
    } rows[] = {
        { "order.dose", ".5mg", "dose: \".5mg\" begins with a point, which is easily lost.", "write it as \"0.5mg\"" },
        { "order.dose", "75\u00b5g", "dose: \"75\u00b5g\" has a micro sign", "write it as \"75mcg\"" },
        { "order.dose-per-kg", "0.5ug/kg", "has a unit that is not known here", "write it as \"0.5mcg/kg\"" },
        { "order.dose-per-kg", "0.5", "has no unit", "0.5mg/kg" },
        { "order.dose", "1.5mL", "is a volume, and this takes a mass", "75mg" },
        { "order.dose", "0mg", "is not between 0.000001 mg and 1000000 mg", "75mg" },
        { "administer.rate", "101L/h", "has a unit that is not known here", "90mL/h" },
        { "order.weight", "70", "is not between 500 g and 1000000 g", "70kg" },
        { "order.sessions", "x", "is not a whole number", "how many sessions" },
        { "waste.amount", "1 carton", "is in packs", "10 vials" },
        { "session-close.outcome", "complted", "is none of its choices",
          "did you mean completed?\none of: completed, not-started" },
        { "person.roles", "witnes", "roles: \"witnes\" is none of its choices.", "did you mean witness?" },
        { "person.roles", "xyzzy", "is none of its choices", "one of: officer" },
        { "person.handle", "Rosei", "cannot be a short name", "rosei\n" },
        { "revoke.person", "roesi", "nobody at this site is called \"roesi\".",
          "did you mean rosei?\nphial person list" },
        { "revoke.person", "xyzzy", "nobody", "phial person list" },
        { "found.product", "ketamin-50", "\"ketamin-50\" is no product of this site.", "did you mean ketamine-50?" },
        { "found.place", "saef", "is no place of this site", "did you mean safe?" },
        { "draw.sources.vial", "412", "is no vial", "V-412, if that was meant" },
        { "draw.sources.vial", "D-1", "is a dose, and a vial is asked for", "phial stock" },
        { "draw.sources.vial", "V-999", "there is no vial V-999 at this site.",
          "phial stock          or scan the label again" },
        { "patient.name", "a\x1b[2Jb", "name: \"a\\x1b[2Jb\" holds a control character", "type the text again" },
        { "patient.name", "Jose\u0301", "(it is not in NFC)", "paste this instead, which looks the same: Jos\u00e9" },
        { "found.place", "l2", "\"l2\" could be two places.", "L-3 or L-2" },
        { "countersign.entry", "48213", "there is no entry #48213", "phial log" },
        { "order.weighed", "yesterday", "weighed: \"yesterday\" is not a date.", "2026-11-17" },
        { "order.from", "yesterday", "\"yesterday\" is not a time.", "14:05" },
        { "order.from", "2026-02-30 10:00", "has a day that no calendar has", "14:05" },
    };
    struct clinic *clinic = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct value value;
        struct error error = { .code = 0 };

        assert_int_not_equal(LEDGER_OK,
                             words_read(&clinic->words, field_of(rows[i].field), rows[i].text, &value, &error));
        if (strstr(error.text, rows[i].says) == NULL || strstr(error.next, rows[i].next) == NULL)
            fail_msg("%s \"%s\": %s / %s", rows[i].field, rows[i].text, error.text, error.next);
    }
}

static void a_word_far_from_every_name_brings_no_suggestion(void **state)
{
    struct clinic *clinic = *state;
    int64_t person;
    struct error error;

    assert_int_equal(LEDGER_UNKNOWN, words_read_person(&clinic->words, "xyzzy", &person, &error));
    assert_null(strstr(error.next, "did you mean"));
}

static void an_unknown_id_tells_the_newest(void **state)
{
    struct clinic *clinic = *state;
    uint32_t id = 0;
    struct error error;

    assert_int_equal(LEDGER_UNKNOWN, words_read_subject(&clinic->words, SUBJECT_VIAL, "V-999", &id, &error));
    assert_int_equal(1, error.book_count);
    assert_string_equal("newest", error.book[0].label);
    assert_string_equal("V-301", error.book[0].line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_clinic(a_refusal_names_the_field_the_word_and_what_to_type_instead),
        in_a_clinic(a_word_far_from_every_name_brings_no_suggestion),
        in_a_clinic(an_unknown_id_tells_the_newest),
    };

    return cmocka_run_group_tests_name("words: refusals", tests, NULL, NULL);
}
