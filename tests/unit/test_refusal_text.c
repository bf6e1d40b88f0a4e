/* ledger/refusal_text: every row of refusals.def in words, with its particulars and without. Expected sentences
 * were written by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/error.h"
#include "schema/leaf.h"
#include "tests/support/told.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- refusals */

static const char *refused(unsigned code, unsigned subject, uint32_t id, int64_t a, int64_t b, uint32_t entry)
{
    static char text[SENTENCE_SIZE];
    struct broken broken = { (uint16_t)code, (uint8_t)subject, id, a, b, entry };
    size_t wanted = refusal_sentence(&broken, &small_book, text, sizeof text);

    assert_int_equal(wanted, strlen(text));
    return text;
}

static void a_refusal_tells_its_particulars(void **state)
{
    static const struct {
        struct broken broken;
        const char *sentence;
    } rows[] = {
        { { 210, SUBJECT_VIAL, 412, 6900, 6700, 0 },
          "cannot take 345 mg (6.9 mL) from V-412: the book says 335 mg (6.7 mL) is left." },
        { { 112, 0, 0, 1001, 1002, 0 }, "this amount is not a whole number of microlitres: the nearest are 1.001 mL and 1.002 mL." },
        { { 231, SUBJECT_DOSE, 103, 20000000, 15000000, 0 },
          "cannot book 20 mg (0.4 mL) of D-103: the book says 15 mg (0.3 mL) of it is open." },
        { { 241, SUBJECT_VIAL, 412, -200, 1, 0 },
          "the closing loss of V-412 is -0.2 mL, outside what 1 draw and the overfill explain." },
        { { 213, SUBJECT_VIAL, 412, HOLD_BROKEN_CAP, 0, 0 }, "V-412 is on hold (broken cap): nobody may draw from it." },
        { { 214, SUBJECT_VIAL, 412, 20774, 0, 0 }, "V-412 expired: 2026-11-17 was its last day of use." },
        { { 215, SUBJECT_VIAL, 412, 1794930060000, 0, 0 },
          "V-412 was to be used by 2026-11-17 10:41:00 -05:00, counted from its first puncture." },
        { { 216, SUBJECT_VIAL, 412, 1, 9, 0 }, "by the book V-412 stands in room-2, and this happens in L-9." },
        { { 204, 0, 0, 0, 0, 48206 }, "this serial number of this product was received before, with entry #48,206." },
        { { 218, SUBJECT_PRODUCT, 1, 0, 0, 0 }, "ketamine-50 was defined by one person and waits for an officer's approval." },
        { { 305, 0, 0, OSEI, ROLE_OFFICER | ROLE_CUSTODIAN, 0 },
          "R. Osei does not have the role this needs: officer or custodian." },
        { { 308, 0, 0, MEANING_WITNESSED, 0, 0 },
          "the people who sign are not those this act needs: the witness is missing or stands too often." },
        { { 308, 0, 0, 0, 0, 0 }, "the people who sign are not those this act needs." },
        { { 303, SUBJECT_CREDENTIAL, 9, 9, 0, 0 }, "person 9 had no rights at that time: not yet, no longer, or revoked." },
        { { 503, SUBJECT_CREDENTIAL, BRANDT, 0, 0, 0 }, "this would have happened before L. Brandt existed." },
        { { 404, SUBJECT_ORDER, 7, 1794930060000, 0, 0 },
          "O-7 was not valid at that time: it holds from 2026-11-17 10:41:00 -05:00." },
        { { 406, SUBJECT_ORDER, 7, 1, 0, 0 }, "O-7 is used up: it was for 1 session, and as many have begun." },
        { { 416, SUBJECT_SESSION, 88, 119, 120, 0 },
          "the patient was observed for 119 min, and this site's policy asks for 2 h." },
        { { 420, 0, 0, 27900, 30000, 0 }, "a weight of 27.9 kg is outside what is usual here: the limit is 30 kg." },
        { { 420, 0, 0, 27900, 0, 0 }, "a weight of 27.9 kg is outside what is usual here." },
        { { 203, 0, 0, 0, 0, 12 }, "this name or code is taken since entry #12, and none is ever given twice." },
        { { 203, SUBJECT_PRODUCT, 1, 0, 0, 12 }, "this name or code is taken by ketamine-50, and none is ever given twice." },
        { { 242, SUBJECT_DOSE, 103, 5000000, 0, 0 },
          "5 mg (0.1 mL) of D-103 stayed behind, more than hub and line explain." },
        { { 425, SUBJECT_DOSE, 103, DOSE_IS_HELD, 0, 0 }, "this step does not follow: D-103 is sealed in a bag." },
        { { 501, 0, 0, 59999, 0, 0 }, "this would have happened less than a minute from now." },
        { { 501, 0, 0, 3600000 * 5 + 300000, 0, 0 }, "this would have happened 5 h 5 min from now." },
        { { 502, 0, 0, -210, 0, 0 }, "an offset of -03:30 from UTC is none of this site's." },
        { { 507, SUBJECT_DOSE, 103, 0, 0, 48210 }, "D-103 was changed by entry #48,210 after this act was prepared." },
        { { 507, 0, 0, 0, 0, 0 }, "something that this act names was changed after this act was prepared." },
        { { 511, 0, 0, 2880, 0, 0 }, "LATE: recorded 2 days after it happened." },
        { { 107, 0, 0, 50000, 100000, 0 }, "the two who typed the strength typed different ones: 50 mg/mL and 100 mg/mL." },
        { { 202, 0, 0, 0, 0, 31877 }, "entry #31,877 does not exist in this book." },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(refused(rows[i].broken.code, rows[i].broken.subject, rows[i].broken.id, rows[i].broken.a,
                                    rows[i].broken.b, rows[i].broken.entry),
                            rows[i].sentence);
}

static void check_refusal(const struct refusal *row, const char *text)
{
    char first = text[0];

    assert_reads_well(row->name, text);
    if (strstr(text, "(unknown)") != NULL || strstr(text, "a day that cannot be") != NULL ||
        strstr(text, "a time that cannot be") != NULL || strlen(text) >= ERROR_TEXT_SIZE || first == ' ')
        fail_msg("%s: %s", row->name, text);
}

static void every_refusal_reads_well_with_all_its_particulars(void **state)
{
    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++)
        for (unsigned subject = SUBJECT_FIRST; subject <= SUBJECT_LAST; subject++) {
            const char *text = refused(row->code, subject, 412, 2, 1, 48206);

            check_refusal(row, text);
            if (strstr(row->sentence, "{e}") != NULL && strchr(row->sentence, '|') == NULL)
                assert_non_null(strstr(text, "#48,206"));
            if (strstr(row->sentence, "{s}") != NULL && subject == SUBJECT_VIAL)
                assert_non_null(strstr(text, "V-412"));
        }
}

static void every_refusal_reads_well_in_explain(void **state)
{
    char text[SENTENCE_SIZE];

    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++) {
        size_t wanted = refusal_pattern(row->code, text, sizeof text);

        assert_int_equal(wanted, strlen(text));
        check_refusal(row, text);
    }
    refusal_pattern(210, text, sizeof text);
    assert_string_equal(text, "cannot take … from …: the book says … is left.");
    refusal_pattern(406, text, sizeof text);
    assert_string_equal(text, "… is used up: it was for … sessions, and as many have begun.");
}

/* Odd particulars come from damaged books; they must be told, not stumbled over. */
static void a_refusal_survives_any_particulars(void **state)
{
    static const int64_t numbers[] = { INT64_MIN, -1, 0, 1, 59, UINT32_MAX, INT64_C(1) << 40, INT64_MAX };

    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++)
        for (size_t i = 0; i < COUNT(numbers); i++)
            for (unsigned subject = 0; subject <= 255; subject += subject < 14 ? 1 : 241)
                assert_true(strlen(refused(row->code, subject, (uint32_t)(i % 2) * UINT32_MAX, numbers[i],
                                           numbers[COUNT(numbers) - 1 - i], UINT32_MAX)) > 5);
}

static void a_refusal_fits_any_buffer_or_says_how_much_it_wants(void **state)
{
    (void)state;
    for (const struct refusal *row = refusals; row->code != 0; row++) {
        struct broken broken = { row->code, SUBJECT_VIAL, 412, 2, 1, 48206 };
        char whole[SENTENCE_SIZE], pattern[SENTENCE_SIZE];
        size_t wanted = refusal_sentence(&broken, &small_book, whole, sizeof whole);
        size_t pattern_wanted = refusal_pattern(row->code, pattern, sizeof pattern);

        for (size_t size = 0; size <= wanted + 2; size++) {
            char *text = size == 0 ? NULL : malloc(size);

            size_t told_size = refusal_sentence(&broken, &small_book, text, size);

            assert_cut(whole, wanted, told_size, text, size);
            told_size = refusal_pattern(row->code, text, size);
            assert_cut(pattern, pattern_wanted, told_size, text, size);
            free(text);
        }
    }
}

static void a_code_has_words(void **state)
{
    char text[64];

    (void)state;
    assert_int_equal(refusal_words(REFUSAL_BEYOND_USE, text, sizeof text), 10);
    assert_string_equal(text, "beyond use");
    assert_int_equal(refusal_words(9999, text, sizeof text), 0);
    assert_string_equal(text, "");
    for (const struct refusal *row = refusals; row->code != 0; row++) {
        size_t wanted = refusal_words(row->code, text, sizeof text);

        assert_in_range(wanted, 2, sizeof text - 1);
        assert_int_equal(strspn(text, "abcdefghijklmnopqrstuvwxyz "), strlen(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_refusal_tells_its_particulars, told_reset),
        cmocka_unit_test_setup(every_refusal_reads_well_with_all_its_particulars, told_reset),
        cmocka_unit_test_setup(every_refusal_reads_well_in_explain, told_reset),
        cmocka_unit_test_setup(a_refusal_survives_any_particulars, told_reset),
        cmocka_unit_test_setup(a_refusal_fits_any_buffer_or_says_how_much_it_wants, told_reset),
        cmocka_unit_test_setup(a_code_has_words, told_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
