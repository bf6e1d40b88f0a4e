/* schema/quantity and schema/amount: amounts typed, shown and reckoned with. Large products and
 * quotients were worked out with Python's integers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "schema/quantity.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- typed */

static void what_people_type_is_read_exactly(void **state)
{
    static const struct {
        const char *text;
        enum quantity_unit unit;
        uint64_t amount;
    } rows[] = {
        { "75mg", QUANTITY_NG, 75000000 },
        { "75 mg", QUANTITY_NG, 75000000 },
        { "5.0mg", QUANTITY_NG, 5000000 },
        { "5.000000000mg", QUANTITY_NG, 5000000 },
        { "0.000001mg", QUANTITY_NG, 1 },
        { "0.5mg", QUANTITY_NG, 500000 },
        { "0mg", QUANTITY_NG, 0 },
        { "0.0 mL", QUANTITY_UL, 0 },
        { "100mcg", QUANTITY_NG, 100000 },
        { "1ng", QUANTITY_NG, 1 },
        { "84g", QUANTITY_NG, UINT64_C(84000000000) },
        { "117.6 g", QUANTITY_NG, UINT64_C(117600000000) },
        { "0.000000001g", QUANTITY_NG, 1 },
        { "9223372036854775807ng", QUANTITY_NG, INT64_MAX },
        { "9223372036.854775807g", QUANTITY_NG, INT64_MAX },
        { "1.5mL", QUANTITY_UL, 1500 },
        { "1.5 ml", QUANTITY_UL, 1500 },
        { "1.5ML", QUANTITY_UL, 1500 },
        { "0.001mL", QUANTITY_UL, 1 },
        { "250uL", QUANTITY_UL, 250 },
        { "250 ul", QUANTITY_UL, 250 },
        { "9223372036854775.807mL", QUANTITY_UL, INT64_MAX },
        { "1 spray", QUANTITY_SPRAYS, 1 },
        { "2 sprays", QUANTITY_SPRAYS, 2 },
        { "2sprays", QUANTITY_SPRAYS, 2 },
        { "10 vials", QUANTITY_CONTAINERS, 10 },
        { "1 vial", QUANTITY_CONTAINERS, 1 },
        { "10 Vials", QUANTITY_CONTAINERS, 10 },
        { "3 devices", QUANTITY_CONTAINERS, 3 },
        { "2.0 containers", QUANTITY_CONTAINERS, 2 },
        { "1 carton", QUANTITY_PACKS, 1 },
        { "4 packs", QUANTITY_PACKS, 4 },
        { "1 kit", QUANTITY_PACKS, 1 },
        { "rest", QUANTITY_REST, 0 },
        { "  75   mg ", QUANTITY_NG, 75000000 },
        { "\t75\tmg", QUANTITY_NG, 75000000 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct quantity quantity = { .unit = QUANTITY_UL, .amount = 4711 };
        enum quantity_status status = quantity_parse(rows[i].text, &quantity, NULL);

        if (status != QUANTITY_OK || quantity.unit != rows[i].unit || quantity.amount != rows[i].amount)
            fail_msg("\"%s\": status %d, unit %d", rows[i].text, (int)status, (int)quantity.unit);
    }
}

struct refusal {
    const char *text;
    enum quantity_status status;
    const char *part;
    const char *fix;
};

static void assert_refusal(const struct refusal *row, enum quantity_status status,
                           const struct quantity_why *why)
{
    if (status != row->status || why->status != row->status)
        fail_msg("\"%s\": status %d, expected %d", row->text, (int)status, (int)row->status);
    if (strcmp(why->fix, row->fix) != 0)
        fail_msg("\"%s\": fix \"%s\", expected \"%s\"", row->text, why->fix, row->fix);
    if (!bytes_equal_text(why->part, row->part))
        fail_msg("\"%s\": part \"%.*s\", expected \"%s\"", row->text, (int)why->part.size,
                 (const char *)why->part.data, row->part);
}

static void what_could_be_misread_is_refused_with_its_reason_and_fix(void **state)
{
    static const struct refusal rows[] = {
        { "", QUANTITY_EMPTY, "", "" },
        { "  ", QUANTITY_EMPTY, "", "" },
        { "75", QUANTITY_NO_UNIT, "75", "" },
        { "1.5 ", QUANTITY_NO_UNIT, "1.5", "" },
        { ".5mg", QUANTITY_LEADING_POINT, ".5", "0.5mg" },
        { ".5", QUANTITY_LEADING_POINT, ".5", "" }, /* "0.5" alone would be refused again */
        { "5.mg", QUANTITY_TRAILING_POINT, "5.", "5mg" },
        { "5. mg", QUANTITY_TRAILING_POINT, "5.", "5 mg" },
        { "075mg", QUANTITY_LEADING_ZERO, "075", "75mg" },
        { "00.5mg", QUANTITY_LEADING_ZERO, "00", "0.5mg" },
        { "1,5mL", QUANTITY_COMMA, "1,5", "1.5mL" },
        { "1,500mg", QUANTITY_COMMA, "1,500", "" }, /* one and a half, or a thousand and a half */
        { "1,500.0mg", QUANTITY_COMMA, "1,500", "" },
        { "1.5,mL", QUANTITY_COMMA, "1.5,", "" },
        { "1e3mg", QUANTITY_EXPONENT, "1e3mg", "" },
        { "1E+3 mg", QUANTITY_EXPONENT, "1E+3 mg", "" },
        { "1.5e-3g", QUANTITY_EXPONENT, "1.5e-3g", "" },
        { "+5mg", QUANTITY_SIGN, "+", "5mg" },
        { "-5mg", QUANTITY_SIGN, "-", "" },
        { "\u2212"
          "5mg",
          QUANTITY_SIGN, "\u2212", "" },
        { "\u2013"
          "5mg",
          QUANTITY_SIGN, "\u2013", "" },
        { "\uff17\uff15mg", QUANTITY_WIDE_DIGITS, "\uff17\uff15mg", "75mg" },
        { "7\uff15 mg", QUANTITY_WIDE_DIGITS, "7\uff15 mg", "75 mg" },
        { "inf", QUANTITY_NOT_A_NUMBER, "inf", "" },
        { "nan mg", QUANTITY_NOT_A_NUMBER, "nan mg", "" },
        { "mg", QUANTITY_NOT_A_NUMBER, "mg", "" },
        { "1.2.3mg", QUANTITY_NOT_A_NUMBER, "1.2.3mg", "" },
        { "1/2 vial", QUANTITY_NOT_A_NUMBER, "1/2 vial", "" },
        { "1 000 mg", QUANTITY_NOT_A_NUMBER, "1 000 mg", "" },
        { "0x10mg", QUANTITY_NOT_A_NUMBER, "0x10mg", "" },
        { "1'000mg", QUANTITY_NOT_A_NUMBER, "1'000mg", "" },
        { "\u0667\u0665mg", QUANTITY_NOT_A_NUMBER, "\u0667\u0665mg", "" },
        { "75mg 1.5mL", QUANTITY_NOT_A_NUMBER, "75mg 1.5mL", "" },
        { "75\u00b5g", QUANTITY_MICRO_SIGN, "\u00b5g", "75mcg" },
        { "75 \u03bcg", QUANTITY_MICRO_SIGN, "\u03bcg", "75 mcg" },
        { "75\u00b5L", QUANTITY_MICRO_SIGN, "\u00b5L", "75uL" },
        { "75ug", QUANTITY_UNKNOWN_UNIT, "ug", "75mcg" },
        { "5 mls", QUANTITY_UNKNOWN_UNIT, "mls", "5 mL" },
        { "5cc", QUANTITY_UNKNOWN_UNIT, "cc", "5mL" },
        { "5MG", QUANTITY_UNKNOWN_UNIT, "MG", "5mg" },
        { "5 IU", QUANTITY_UNKNOWN_UNIT, "IU", "" },
        { "5%", QUANTITY_UNKNOWN_UNIT, "%", "" },
        { "5 vials of", QUANTITY_UNKNOWN_UNIT, "vials of", "" },
        { "5 \x1b[2Jmg", QUANTITY_NOT_A_NUMBER, "5 \x1b[2Jmg", "" },
        { "1.5 vials", QUANTITY_FRACTION, "1.5 vials", "" },
        { "0.0005mL", QUANTITY_TOO_PRECISE, "0.0005mL", "" },
        { "0.5uL", QUANTITY_TOO_PRECISE, "0.5uL", "" },
        { "0.0000001mg", QUANTITY_TOO_PRECISE, "0.0000001mg", "" },
        { "9223372036854775808ng", QUANTITY_TOO_LARGE, "9223372036854775808ng", "" },
        { "9223372036.854775808g", QUANTITY_TOO_LARGE, "9223372036.854775808g", "" },
        { "18446744073709551616ng", QUANTITY_TOO_LARGE, "18446744073709551616ng", "" },
        { "99999999999999999999999999 vials", QUANTITY_TOO_LARGE, "99999999999999999999999999 vials",
          "" },
        { ".11111111111111111111111111111111111111111111111mg", QUANTITY_LEADING_POINT,
          ".11111111111111111111111111111111111111111111111", "" }, /* no room for a fix */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct quantity quantity = { .unit = QUANTITY_UL, .amount = 4711 };
        struct quantity_why why;

        assert_refusal(&rows[i], quantity_parse(rows[i].text, &quantity, &why), &why);
        assert_true(quantity.unit == QUANTITY_UL && quantity.amount == 4711);
        assert_int_equal(rows[i].status, quantity_parse(rows[i].text, &quantity, NULL));
        if (why.fix[0] != '\0')
            assert_int_equal(QUANTITY_OK, quantity_parse(why.fix, &quantity, NULL));
    }
}

static void a_strength_is_a_mass_over_a_volume(void **state)
{
    static const struct {
        const char *text;
        uint64_t strength_ug_per_ml;
    } rows[] = {
        { "50mg/mL", 50000 },     { "50 mg/mL", 50000 },   { "50 mg / 1 mL", 50000 },
        { "28mg/0.2mL", 140000 }, { "500mg/10mL", 50000 }, { "0.5mg/ml", 500 },
        { "1mcg/mL", 1 },         { "1g/mL", 1000000 },    { "100mcg/100uL", 1000 },
    };
    static const struct refusal refusals[] = {
        { "50mg", QUANTITY_UNKNOWN_UNIT, "50mg", "" },
        { "50mL/mL", QUANTITY_UNKNOWN_UNIT, "50mL/mL", "" },
        { "50mg/", QUANTITY_EMPTY, "", "" },
        { "50mg/mg", QUANTITY_NOT_A_NUMBER, "mg", "" },
        { "50mg/1mg", QUANTITY_UNKNOWN_UNIT, "1mg", "" },
        { "50mg/0mL", QUANTITY_UNKNOWN_UNIT, "0mL", "" },
        { "50mg/.2mL", QUANTITY_LEADING_POINT, ".2", "50mg/0.2mL" },
        { ".5mg/mL", QUANTITY_LEADING_POINT, ".5", "0.5mg/mL" },
        { ".5mg/.2mL", QUANTITY_LEADING_POINT, ".5", "" }, /* mended by half it would be refused again */
        { ".5mg", QUANTITY_LEADING_POINT, ".5", "" },
        { "1ng/3uL", QUANTITY_TOO_PRECISE, "1ng/3uL", "" },
        { "", QUANTITY_EMPTY, "", "" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t strength = 4711;

        assert_int_equal(QUANTITY_OK, strength_parse(rows[i].text, &strength, NULL));
        assert_true(strength == rows[i].strength_ug_per_ml);
    }
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct quantity_why why;
        uint64_t strength = 4711;

        assert_refusal(&refusals[i], strength_parse(refusals[i].text, &strength, &why), &why);
        assert_true(strength == 4711);
    }
}

/* ---- shown */

static void amounts_are_shown_without_trailing_zeros(void **state)
{
    char out[AMOUNT_TEXT_SIZE];

    (void)state;
    assert_string_equal("75 mg", format_mass(75000000, out));
    assert_string_equal("0.5 mg", format_mass(500000, out));
    assert_string_equal("0 mg", format_mass(0, out));
    assert_string_equal("0.000001 mg", format_mass(1, out));
    assert_string_equal("19000 mg", format_mass(UINT64_C(19000000000), out));
    assert_string_equal("9223372036854.775807 mg", format_mass(INT64_MAX, out));
    assert_string_equal("18446744073709.551615 mg", format_mass(UINT64_MAX, out));
    assert_string_equal("1.5 mL", format_volume(1500, out));
    assert_string_equal("10 mL", format_volume(10000, out));
    assert_string_equal("0.001 mL", format_volume(1, out));
    assert_string_equal("50 mg/mL", format_strength(50000, out));
    assert_string_equal("0.5 mg/mL", format_strength(500, out));
    assert_string_equal("75 mg (1.5 mL)", format_amount_pair(75000000, 1500, out));
    assert_string_equal("18446744073709.551615 mg (18446744073709551.615 mL)",
                        format_amount_pair(UINT64_MAX, UINT64_MAX, out));
}

static void a_quantity_is_shown_as_it_is_typed(void **state)
{
    static const char *const texts[] = { "75 mg",       "1.5 mL",  "1 spray",      "2 sprays",
                                         "1 container", "0 packs", "2 containers", "1 pack",
                                         "10 packs",    "rest" };
    char out[AMOUNT_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct quantity quantity;

        assert_int_equal(QUANTITY_OK, quantity_parse(texts[i], &quantity, NULL));
        assert_string_equal(texts[i], format_quantity(&quantity, out));
    }
}

static void every_shown_amount_reads_back_as_itself(void **state)
{
    static const uint64_t amounts[] = {
        1, 9, 10, 99, 1000, 1001, 123456789, 500000, UINT64_C(1234567890123456789), INT64_MAX
    };
    char out[AMOUNT_TEXT_SIZE];
    struct quantity quantity;

    (void)state;
    for (size_t i = 0; i < COUNT(amounts); i++) {
        assert_int_equal(QUANTITY_OK, quantity_parse(format_mass(amounts[i], out), &quantity, NULL));
        assert_true(quantity.unit == QUANTITY_NG && quantity.amount == amounts[i]);
        assert_int_equal(QUANTITY_OK, quantity_parse(format_volume(amounts[i], out), &quantity, NULL));
        assert_true(quantity.unit == QUANTITY_UL && quantity.amount == amounts[i]);
    }
}

/* ---- arithmetic */

static void sums_of_amounts_stay_in_range(void **state)
{
    uint64_t result = 4711;
    int64_t signed_result = 4711;

    (void)state;
    assert_false(checked_add_u64(AMOUNT_MAX, 1, &result));
    assert_false(checked_add_u64(UINT64_MAX, UINT64_MAX, &result));
    assert_false(checked_add_u64(UINT64_MAX, 1, &result));
    assert_false(checked_add_i64(INT64_MAX, 1, &signed_result));
    assert_false(checked_add_i64(INT64_MIN, -1, &signed_result));
    assert_true(result == 4711 && signed_result == 4711);

    assert_true(checked_add_u64(AMOUNT_MAX - 1, 1, &result) && result == AMOUNT_MAX);
    assert_true(checked_add_i64(INT64_MIN, INT64_MAX, &signed_result) && signed_result == -1);
}

static void mass_is_volume_times_strength(void **state)
{
    uint64_t mass_ng = 4711;

    (void)state;
    assert_true(mass_of_volume(1500, 50000, &mass_ng) && mass_ng == 75000000);
    assert_true(mass_of_volume(0, 50000, &mass_ng) && mass_ng == 0);
    assert_true(mass_of_volume(AMOUNT_MAX, 1, &mass_ng) && mass_ng == AMOUNT_MAX);
    mass_ng = 4711;
    assert_false(mass_of_volume(UINT64_C(92233720368548), 100000, &mass_ng)); /* 2^63 and a little */
    assert_false(mass_of_volume(UINT64_MAX, UINT64_MAX, &mass_ng));
    assert_true(mass_ng == 4711);
    assert_true(mass_of_volume(UINT64_C(92233720368547), 100000, &mass_ng));
    assert_true(mass_ng == UINT64_C(9223372036854700000));
}

static void a_volume_is_exact_or_has_two_neighbours(void **state)
{
    uint64_t volume_ul = 4711, below_ul, above_ul;

    (void)state;
    assert_true(volume_of_mass(75000000, 50000, &volume_ul, &below_ul, &above_ul));
    assert_true(volume_ul == 1500 && below_ul == 1500 && above_ul == 1500);
    volume_ul = 4711;
    assert_false(volume_of_mass(75010000, 50000, &volume_ul, &below_ul, &above_ul)); /* 75.01 mg */
    assert_true(volume_ul == 4711 && below_ul == 1500 && above_ul == 1501);
    assert_false(volume_of_mass(1, 50000, &volume_ul, &below_ul, &above_ul));
    assert_true(below_ul == 0 && above_ul == 1);
    assert_true(volume_of_mass(0, 50000, &volume_ul, &below_ul, &above_ul) && volume_ul == 0);
    assert_true(volume_of_mass(UINT64_MAX, 1, &volume_ul, &below_ul, &above_ul) &&
                volume_ul == UINT64_MAX);
}

static void a_half_is_rounded_to_the_even_neighbour(void **state)
{
    static const struct {
        uint64_t value, numerator, denominator, result;
    } rows[] = {
        { 1, 1, 2, 0 },
        { 3, 1, 2, 2 },
        { 5, 1, 2, 2 },
        { 7, 1, 2, 4 },
        { 1, 1, 3, 0 },
        { 2, 1, 3, 1 },
        { 10, 1, 4, 2 },
        { 11, 1, 4, 3 },
        { 0, 5, 7, 0 },
        { 75000000, 3, 100, 2250000 },
        { 75000001, 1, 2, 37500000 },
        { 75000003, 1, 2, 37500002 },
        { AMOUNT_MAX, AMOUNT_MAX, AMOUNT_MAX, AMOUNT_MAX },
        { UINT64_MAX, UINT64_MAX, UINT64_MAX, 0 }, /* out of range: see below */
        { UINT64_MAX, 1, 2, 0 },                   /* 2^63 - 1/2 rounds up to 2^63: out of range */
        { UINT64_MAX - 2, 1, 2, AMOUNT_MAX - 1 },  /* 2^63 - 3/2 rounds down to the even one */
        { UINT64_C(123456789012345678), UINT64_C(987654321098765432), UINT64_C(1000000000000000000),
          UINT64_C(121932631137021794) },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool out_of_range = rows[i].result == 0 && rows[i].value == UINT64_MAX;
        uint64_t result = 0;

        assert_int_equal(!out_of_range, muldiv_half_even(rows[i].value, rows[i].numerator,
                                                         rows[i].denominator, &result));
        assert_true(result == rows[i].result);
    }
}

static void ratios_are_compared_without_dividing(void **state)
{
    (void)state;
    assert_int_equal(0, ratio_compare(1, 2, 2, 4));
    assert_int_equal(-1, ratio_compare(1, 3, 334, 1000));
    assert_int_equal(1, ratio_compare(1, 3, 333, 1000));
    assert_int_equal(0, ratio_compare(0, 1, 0, UINT64_MAX));
    /* one part in 2^64 apart */
    assert_int_equal(-1, ratio_compare(UINT64_MAX - 1, UINT64_MAX, UINT64_MAX, UINT64_MAX));
    assert_int_equal(1, ratio_compare(UINT64_MAX, UINT64_MAX - 1, UINT64_MAX, UINT64_MAX));
    assert_int_equal(-1, ratio_compare(UINT64_MAX - 2, UINT64_MAX - 1, UINT64_MAX - 1, UINT64_MAX));
    /* the five-percent rule is met by exactly five percent */
    assert_int_equal(0, ratio_compare(50, 1000, 5, 100));
    assert_int_equal(1, ratio_compare(51, 1000, 5, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_type_is_read_exactly),
        cmocka_unit_test(what_could_be_misread_is_refused_with_its_reason_and_fix),
        cmocka_unit_test(a_strength_is_a_mass_over_a_volume),
        cmocka_unit_test(amounts_are_shown_without_trailing_zeros),
        cmocka_unit_test(a_quantity_is_shown_as_it_is_typed),
        cmocka_unit_test(every_shown_amount_reads_back_as_itself),
        cmocka_unit_test(sums_of_amounts_stay_in_range),
        cmocka_unit_test(mass_is_volume_times_strength),
        cmocka_unit_test(a_volume_is_exact_or_has_two_neighbours),
        cmocka_unit_test(a_half_is_rounded_to_the_even_neighbour),
        cmocka_unit_test(ratios_are_compared_without_dividing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
