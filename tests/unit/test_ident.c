/* schema/ident: ids, handles, and the codes that others give out. NDC are those of marketed packs,
 * their GTIN and the check letters were worked out with Python. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "schema/ident.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- ids */

static void an_id_is_read_in_every_way_it_is_written(void **state)
{
    static const struct {
        const char *text;
        enum ident_status status;
        enum subject subject;
        uint32_t number;
    } rows[] = {
        { "V-412", IDENT_OK, SUBJECT_VIAL, 412 },
        { "v412", IDENT_OK, SUBJECT_VIAL, 412 },
        { "V-0412", IDENT_OK, SUBJECT_VIAL, 412 },
        { "V-412R", IDENT_OK, SUBJECT_VIAL, 412 },
        { "v0412r", IDENT_OK, SUBJECT_VIAL, 412 },
        { "D-2,871", IDENT_OK, SUBJECT_DOSE, 2871 },
        { "S-88", IDENT_OK, SUBJECT_SESSION, 88 },
        { "P-12", IDENT_OK, SUBJECT_PATIENT, 12 },
        { "K-1", IDENT_OK, SUBJECT_PRODUCT, 1 },
        { "L-1", IDENT_OK, SUBJECT_PLACE, 1 },
        { "T-1", IDENT_OK, SUBJECT_PARTY, 1 },
        { "O-7", IDENT_OK, SUBJECT_ORDER, 7 },
        { "C-5", IDENT_OK, SUBJECT_COUNT, 5 },
        { "X-3", IDENT_OK, SUBJECT_CASE, 3 },
        { "V-4294967295", IDENT_OK, SUBJECT_VIAL, UINT32_MAX },
        { "V-4294967296", IDENT_RANGE, 0, 0 },
        { "V-99999999999999999999999999", IDENT_RANGE, 0, 0 },
        { "V-0", IDENT_RANGE, 0, 0 },
        { "V-412K", IDENT_CHECK_LETTER, 0, 0 },
        { "D-412R", IDENT_CHECK_LETTER, 0, 0 }, /* the vial's label read as a dose */
        { "V-412I", IDENT_CHECK_LETTER, 0, 0 }, /* a letter no label has */
        { "B-412", IDENT_LETTER, 0, 0 },
        { "-412", IDENT_FORM, 0, 0 },
        { "412", IDENT_FORM, 0, 0 },
        { "", IDENT_FORM, 0, 0 },
        { "V", IDENT_FORM, 0, 0 },
        { "V-", IDENT_FORM, 0, 0 },
        { "V--412", IDENT_FORM, 0, 0 },
        { "V 412", IDENT_FORM, 0, 0 },
        { "V-412RR", IDENT_FORM, 0, 0 },
        { "V-412-R", IDENT_FORM, 0, 0 },
        { "V-412 ", IDENT_FORM, 0, 0 },
        { "V-4,12", IDENT_FORM, 0, 0 },
        { "V-1,2345", IDENT_FORM, 0, 0 },
        { "V-1234,567", IDENT_FORM, 0, 0 },
        { "V-,412", IDENT_FORM, 0, 0 },
        { "V-412,", IDENT_FORM, 0, 0 },
        { "V-4\xd9\xa1", IDENT_FORM, 0, 0 }, /* an Arabic digit */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum subject subject = 0;
        uint32_t number = 0;
        enum ident_status status = ident_parse(rows[i].text, &subject, &number);

        if (status != rows[i].status || subject != rows[i].subject || number != rows[i].number)
            fail_msg("\"%s\": status %d, subject %d", rows[i].text, (int)status, (int)subject);
    }
}

static void what_has_no_number_yet_is_called_new(void **state)
{
    static const struct {
        const char *text;
        enum subject subject; /* 0: it is none */
        uint32_t nth;
    } rows[] = {
        { "D-new", SUBJECT_DOSE, 0 }, { "d-new", SUBJECT_DOSE, 0 }, { "V-New.2", SUBJECT_VIAL, 2 }, { "S-new.12", SUBJECT_SESSION, 12 },
        { "L-new", SUBJECT_PLACE, 0 }, { "D-new.0", 0, 0 }, { "D-new.", 0, 0 }, { "D-new2", 0, 0 }, { "D-new.2K", 0, 0 },
        { "Dnew", 0, 0 }, { "D-ne", 0, 0 }, { "D-newer", 0, 0 }, { "Z-new", 0, 0 }, { "-new", 0, 0 }, { "", 0, 0 },
        { "D", 0, 0 }, { "D-new.4294967296", 0, 0 }, { "new", 0, 0 }, { "D-1", 0, 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum subject subject = 0;
        uint32_t nth = 0, number;

        assert_int_equal(rows[i].subject != 0, newborn_parse(rows[i].text, &subject, &nth));
        assert_int_equal(rows[i].subject, subject);
        assert_int_equal(rows[i].nth, nth);
        if (rows[i].subject != 0)
            assert_int_not_equal(IDENT_OK, ident_parse(rows[i].text, &subject, &number));
    }
}

static void an_entry_number_may_have_a_sign_and_commas(void **state)
{
    static const struct {
        const char *text;
        enum ident_status status;
        uint32_t number;
    } rows[] = {
        { "48206", IDENT_OK, 48206 },   { "#48206", IDENT_OK, 48206 },
        { "#48,206", IDENT_OK, 48206 }, { "4,294,967,295", IDENT_OK, UINT32_MAX },
        { "#0", IDENT_RANGE, 0 },       { "4294967296", IDENT_RANGE, 0 },
        { "", IDENT_FORM, 0 },          { "#", IDENT_FORM, 0 },
        { "##1", IDENT_FORM, 0 },       { "#48,20", IDENT_FORM, 0 },
        { "48206x", IDENT_FORM, 0 },    { "-1", IDENT_FORM, 0 },
        { "V-1", IDENT_FORM, 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t number = 0;

        assert_int_equal(rows[i].status, entry_number_parse(rows[i].text, &number));
        assert_int_equal(rows[i].number, number);
    }
}

static void ids_are_printed_plainly_and_labels_with_their_letter(void **state)
{
    char out[IDENT_TEXT_SIZE];

    (void)state;
    assert_string_equal("V-412", ident_format(SUBJECT_VIAL, 412, out));
    assert_string_equal("V-412R", ident_format_label(SUBJECT_VIAL, 412, out));
    assert_string_equal("D-103T", ident_format_label(SUBJECT_DOSE, 103, out));
    assert_string_equal("X-1F", ident_format_label(SUBJECT_CASE, 1, out));
    assert_string_equal("K-4294967295Z", ident_format_label(SUBJECT_PRODUCT, UINT32_MAX, out));
}

static void every_kind_has_a_name_and_no_two_share_a_letter(void **state)
{
    static const char letters[] =
        " VDSP--KLTOCX-"; /* SPEC section 5.2 */

    (void)state;
    for (unsigned i = SUBJECT_FIRST; i <= SUBJECT_LAST; i++) {
        char letter = subject_letter((enum subject)i);

        assert_true(subject_is_known(i));
        assert_int_equal(letters[i], letter);
        assert_true(strlen(subject_name((enum subject)i)) > 0);
        assert_true(letter == '-' || strchr(letters, letter) == strrchr(letters, letter));
    }
    assert_string_equal("person-acts", subject_name(SUBJECT_PERSON_ACTS));
    assert_string_equal("policy", subject_name(SUBJECT_POLICY));
    assert_false(subject_is_known(0));
    assert_false(subject_is_known(SUBJECT_LAST + 1));
    assert_false(subject_is_known(UINT64_MAX));
}

/* Numbers of up to five digits, all of them: 100,000 numbers, some 4.5 million mistakes. */
static void the_check_letter_shows_every_wrong_digit_and_every_swap_of_neighbours(void **state)
{
    static const uint32_t places[] = { 1, 10, 100, 1000, 10000 };

    (void)state;
    for (uint32_t number = 0; number < 100000; number++) {
        char letter = ident_check_letter(SUBJECT_VIAL, number);

        for (size_t i = 0; i < COUNT(places); i++) {
            uint32_t digit = number / places[i] % 10;
            uint32_t without = number - digit * places[i];

            for (uint32_t wrong = 0; wrong <= 9; wrong++)
                if (wrong != digit &&
                    ident_check_letter(SUBJECT_VIAL, without + wrong * places[i]) == letter)
                    fail_msg("%u and %u", number, without + wrong * places[i]);
        }
        for (size_t i = 0; i + 1 < COUNT(places); i++) {
            uint32_t low = number / places[i] % 10;
            uint32_t high = number / places[i + 1] % 10;
            uint32_t swapped = number - low * places[i] - high * places[i + 1] + high * places[i] +
                               low * places[i + 1];

            if (low != high && ident_check_letter(SUBJECT_VIAL, swapped) == letter)
                fail_msg("%u and %u", number, swapped);
        }
    }
}

static void the_check_letter_shows_every_wrong_kind(void **state)
{
    (void)state;
    for (uint32_t number = 1; number < 1000; number++)
        for (unsigned i = SUBJECT_FIRST; i <= SUBJECT_LAST; i++)
            for (unsigned j = SUBJECT_FIRST; j < i; j++)
                assert_true(ident_check_letter((enum subject)i, number) !=
                            ident_check_letter((enum subject)j, number));
}

/* ---- words */

static void a_handle_is_a_short_plain_word(void **state)
{
    static const char *const good[] = { "rosei", "jp",     "a1",
                                        "a-b",   "room-2", "abcdefghijklmnopqrstuvwxyz012345" };
    static const char *const bad[] = { "",
                                       "a",
                                       "Rosei",
                                       "1a",
                                       "-a",
                                       "a_b",
                                       "a b",
                                       "ros\xc3\xa9i",
                                       "abcdefghijklmnopqrstuvwxyz0123456",
                                       "../x",
                                       "a\n" };

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(handle_is_valid(good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(handle_is_valid(bad[i]));
}

static void misspellings_are_counted(void **state)
{
    static const struct {
        const char *left;
        const char *right;
        unsigned limit;
        unsigned distance;
    } rows[] = {
        { "draw", "draw", 2, 0 },
        { "draw", "DRAW", 2, 0 },
        { "drwa", "draw", 2, 1 },
        { "daw", "draw", 2, 1 },
        { "draww", "draw", 2, 1 },
        { "drew", "draw", 2, 1 },
        { "", "draw", 9, 4 },
        { "draw", "", 9, 4 },
        { "", "", 2, 0 },
        { "kitten", "sitting", 9, 3 },
        { "kitten", "sitting", 2, 3 },
        { "verify", "count", 2, 3 },
        { "ca", "abc", 9, 3 },
        { "ab", "ba", 2, 1 },
        { "abcd", "badc", 9, 2 },
        { "x", "a-word-longer-than-any-command-or-handle-could-ever-be-in-all-its-life", 2, 3 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(rows[i].distance,
                         spelling_distance(rows[i].left, rows[i].right, rows[i].limit));
        assert_int_equal(rows[i].distance,
                         spelling_distance(rows[i].right, rows[i].left, rows[i].limit));
    }
}

static void hexadecimal_goes_both_ways(void **state)
{
    uint8_t bytes[4] = { 0 };
    char text[9];
    size_t size = 4711;

    (void)state;
    assert_true(hex_decode("00fFA5", bytes, sizeof bytes, &size));
    assert_int_equal(3, size);
    assert_memory_equal("\x00\xff\xa5", bytes, 3);
    assert_string_equal("00ffa5", hex_encode(bytes_of(bytes, 3), text));
    assert_string_equal("", hex_encode(bytes_of(NULL, 0), text));
    assert_true(hex_decode("", bytes, 0, &size) && size == 0);
    assert_false(hex_decode("0", bytes, sizeof bytes, &size));
    assert_false(hex_decode("0g", bytes, sizeof bytes, &size));
    assert_false(hex_decode("0x00", bytes, sizeof bytes, &size));
    assert_false(hex_decode(" 00 ", bytes, sizeof bytes, &size));
    assert_false(hex_decode("0011223344", bytes, sizeof bytes, &size));
}

/* ---- DEA numbers and registrations */

static void a_dea_number_has_a_check_digit(void **state)
{
    static const struct {
        const char *text;
        enum dea_status status;
        const char *number;
        bool unusual;
    } rows[] = {
        { "AB1234563", DEA_OK, "AB1234563", false },
        { "ab1234563", DEA_OK, "AB1234563", false },
        { "F91234563", DEA_OK, "F91234563", false },
        { "MB1234563", DEA_OK, "MB1234563", false },
        { "PB1234563", DEA_OK, "PB1234563", true },
        { "AB0000000", DEA_OK, "AB0000000", false },
        { "AB1234564", DEA_CHECK_DIGIT, "", false },
        { "AB1243563", DEA_CHECK_DIGIT, "", false },
        { "AB123456", DEA_FORM, "", false },
        { "AB12345633", DEA_FORM, "", false },
        { "A81234563", DEA_FORM, "", false },
        { "9B1234563", DEA_FORM, "", false },
        { "AB12345O3", DEA_FORM, "", false },
        { "AB-123456", DEA_FORM, "", false },
        { "", DEA_FORM, "", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char number[DEA_NUMBER_SIZE] = "";
        bool unusual = false;

        assert_int_equal(rows[i].status, dea_parse(rows[i].text, number, &unusual));
        assert_string_equal(rows[i].number, number);
        assert_int_equal(rows[i].unusual, unusual);
    }
}

static void a_registration_is_a_scheme_and_a_value(void **state)
{
    static const struct {
        const char *text;
        enum registration_status status;
        const char *scheme;
        const char *value;
    } rows[] = {
        { "dea:AB1234563", REGISTRATION_OK, "dea", "AB1234563" },
        { "dea:ab1234563", REGISTRATION_OK, "dea", "AB1234563" },
        { "state-ma:CS-0412", REGISTRATION_OK, "state-ma", "CS-0412" },
        { "uk:a:b", REGISTRATION_OK, "uk", "a:b" },
        { "dea:AB1234564", REGISTRATION_DEA_DIGIT, "", "" },
        { "dea:AB123", REGISTRATION_DEA_FORM, "", "" },
        { "DEA:AB1234563", REGISTRATION_FORM, "", "" },
        { "AB1234563", REGISTRATION_FORM, "", "" },
        { "dea:", REGISTRATION_FORM, "", "" },
        { ":AB1234563", REGISTRATION_FORM, "", "" },
        { "state:a b", REGISTRATION_FORM, "", "" },
        { "state:a\x1b", REGISTRATION_FORM, "", "" },
        { "state:\xc3\xa9", REGISTRATION_FORM, "", "" },
        { "state:1234567890123456789012345678901234567890123456789012345678901234", REGISTRATION_OK,
          "state", "1234567890123456789012345678901234567890123456789012345678901234" },
        { "state:12345678901234567890123456789012345678901234567890123456789012345", REGISTRATION_FORM,
          "", "" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct registration registration = { .scheme = "", .value = "" };

        assert_int_equal(rows[i].status, registration_parse(rows[i].text, &registration));
        assert_string_equal(rows[i].scheme, registration.scheme);
        assert_string_equal(rows[i].value, registration.value);
    }
}

/* ---- NDC and GTIN */

static const struct {
    const char *label;
    const char *gtin0;
    const char *gtin5;
    const char *ndc11;
    const char *ndc12;
} products[] = {
    { "0409-2051-15", "00304092051156", "50304092051151", "00409-2051-15", "000409-2051-15" },
    { "0409-2051-05", "00304092051057", "50304092051052", "00409-2051-05", "000409-2051-05" },
    { "42023-113-10", "00342023113108", "50342023113103", "42023-0113-10", "042023-0113-10" },
    { "55150-438-10", "00355150438105", "50355150438100", "55150-0438-10", "055150-0438-10" },
    { "65219-186-01", "00365219186014", "50365219186019", "65219-0186-01", "065219-0186-01" },
    { "71872-7296-1", "00371872729611", "50371872729616", "71872-7296-01", "071872-7296-01" },
    { "50458-028-02", "00350458028027", "50350458028022", "50458-0028-02", "050458-0028-02" },
    { "50458-028-00", "00350458028003", "50350458028008", "50458-0028-00", "050458-0028-00" },
};

static void packs_on_the_market_have_their_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(products); i++) {
        struct ndc ndc;

        assert_int_equal(NDC_OK, ndc_parse(products[i].label, &ndc));
        assert_string_equal(products[i].label, ndc.label);
        assert_string_equal(products[i].ndc11, ndc.ndc11);
        assert_string_equal(products[i].ndc12, ndc.ndc12);
        assert_true(gtin_is_valid(products[i].gtin0));
        assert_true(gtin_is_valid(products[i].gtin5));
    }
}

static void only_the_label_says_how_an_ndc_is_grouped(void **state)
{
    static const struct {
        const char *text;
        enum ndc_status status;
    } rows[] = {
        { "0409205115", NDC_NO_HYPHENS }, { "00409205115", NDC_NO_HYPHENS },
        { "00409-2051-15", NDC_BILLING }, { "0409-205-15", NDC_GROUPS },
        { "0409-2051-1", NDC_GROUPS },    { "0409-2051-155", NDC_GROUPS },
        { "0409-2051", NDC_FORM },        { "0409-2051-15-1", NDC_FORM },
        { "0409-20S1-15", NDC_FORM },     { "-0409-2051-15", NDC_FORM },
        { "0409--2051-15", NDC_FORM },    { "", NDC_FORM },
        { "0409-2051-15 ", NDC_FORM },    { "1234567-123-12", NDC_GROUPS },
    };
    struct ndc ndc = { .label = "as it was" };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(rows[i].status, ndc_parse(rows[i].text, &ndc));
    assert_string_equal("as it was", ndc.label);

    assert_int_equal(NDC_OK, ndc_parse("000409-2051-15", &ndc));
    assert_string_equal("00409-2051-15", ndc.ndc11);
    assert_string_equal("000409-2051-15", ndc.ndc12);
    assert_int_equal(NDC_OK, ndc_parse("100409-2051-15", &ndc));
    assert_string_equal("", ndc.ndc11); /* eleven digits cannot hold it */
    assert_string_equal("100409-2051-15", ndc.ndc12);
}

static void a_gtin_has_a_check_digit(void **state)
{
    char gtin[GTIN_SIZE];

    (void)state;
    assert_true(gtin_is_valid("00355150438105"));
    for (char digit = '0'; digit <= '9'; digit++) {
        char changed[] = "0035515043810?";

        changed[13] = digit;
        assert_int_equal(digit == '5', gtin_is_valid(changed));
    }
    assert_false(gtin_is_valid("0035515043810"));
    assert_false(gtin_is_valid("003551504381055"));
    assert_false(gtin_is_valid("0035515043810x"));
    assert_false(gtin_is_valid(""));

    assert_true(gtin_parse("0371205707026", gtin)); /* an EAN-13 that FDA lists for NDC 71205-707-02 */
    assert_string_equal("00371205707026", gtin);
    assert_true(gtin_parse("371205707026", gtin)); /* the same as a UPC */
    assert_string_equal("00371205707026", gtin);
    assert_true(gtin_parse("96385074", gtin)); /* an EAN-8 */
    assert_string_equal("00000096385074", gtin);
    assert_false(gtin_parse("96385075", gtin));
    assert_false(gtin_parse("71205707026", gtin));
    assert_string_equal("00000096385074", gtin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_read_in_every_way_it_is_written),
        cmocka_unit_test(what_has_no_number_yet_is_called_new),
        cmocka_unit_test(an_entry_number_may_have_a_sign_and_commas),
        cmocka_unit_test(ids_are_printed_plainly_and_labels_with_their_letter),
        cmocka_unit_test(every_kind_has_a_name_and_no_two_share_a_letter),
        cmocka_unit_test(the_check_letter_shows_every_wrong_digit_and_every_swap_of_neighbours),
        cmocka_unit_test(the_check_letter_shows_every_wrong_kind),
        cmocka_unit_test(a_handle_is_a_short_plain_word),
        cmocka_unit_test(misspellings_are_counted),
        cmocka_unit_test(hexadecimal_goes_both_ways),
        cmocka_unit_test(a_dea_number_has_a_check_digit),
        cmocka_unit_test(a_registration_is_a_scheme_and_a_value),
        cmocka_unit_test(packs_on_the_market_have_their_codes),
        cmocka_unit_test(only_the_label_says_how_an_ndc_is_grouped),
        cmocka_unit_test(a_gtin_has_a_check_digit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
