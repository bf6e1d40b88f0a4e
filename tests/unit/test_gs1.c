/* schema/gs1: what scanners and labels give. Strings follow the GS1 General Specifications. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "schema/civil.h"
#include "schema/gs1.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define GS "\x1d"

enum { THIS_YEAR = 2026 };

struct good {
    const char *text;
    const char *gtin;
    const char *expiry; /* NULL when there is none */
    const char *lot;
    const char *serial;
    unsigned flags;
};

static void assert_good(const struct good *row)
{
    struct gs1_scan scan;
    char date[CIVIL_TEXT_SIZE];
    enum gs1_status status;

    memset(&scan, 0x5a, sizeof scan);
    status = gs1_parse(row->text, THIS_YEAR, &scan);
    if (status != GS1_OK)
        fail_msg("%s: status %d", row->text, (int)status);
    assert_string_equal(row->gtin, scan.gtin);
    assert_int_equal(row->expiry != NULL, scan.has_expiry);
    if (row->expiry != NULL)
        assert_string_equal(row->expiry, civil_format_date(scan.expiry_days, date));
    assert_string_equal(row->lot, scan.lot);
    assert_string_equal(row->serial, scan.serial);
    assert_int_equal(row->flags, scan.flags);
}

#define GTIN "00355150438105"

static void a_good_scan_is_read_whole(void **state)
{
    static const struct good rows[] = {
        { "]d2"
          "01" GTIN "17280930"
          "10ABC123" GS "210001XYZ",
          GTIN, "2028-09-30", "ABC123", "0001XYZ", 0 },
        { "]C1"
          "01" GTIN "17280930"
          "10ABC123" GS "210001XYZ",
          GTIN, "2028-09-30", "ABC123", "0001XYZ", 0 },
        { "]Q3"
          "01" GTIN "17280930"
          "10ABC123" GS "210001XYZ",
          GTIN, "2028-09-30", "ABC123", "0001XYZ", 0 },
        { "01" GTIN "17280930"
          "10ABC123" GS "210001XYZ",
          GTIN, "2028-09-30", "ABC123", "0001XYZ", 0 },
        /* any order */
        { "01" GTIN "210001XYZ" GS "17280930"
          "10ABC123",
          GTIN, "2028-09-30", "ABC123", "0001XYZ", 0 },
        { "210001XYZ" GS "10ABC123" GS "17280930"
          "01" GTIN,
          GTIN, "2028-09-30", "ABC123", "0001XYZ", 0 },
        /* separators where none is needed: first, after a fixed element, last */
        { GS "01" GTIN GS "17280930" GS "10ABC123" GS, GTIN, "2028-09-30", "ABC123", "", 0 },
        /* identifiers within a lot are part of it */
        { "01" GTIN "10AB17280930" GS "17270131", GTIN, "2027-01-31", "AB17280930", "", 0 },
        { "01" GTIN "1001" GTIN GS "211", GTIN, NULL, "01" GTIN, "1", 0 },
        /* a lost separator before the serial has a legal length, so it can only be asked about */
        { "01" GTIN "17280930"
          "10ABC123210001XYZ",
          GTIN, "2028-09-30", "ABC123210001XYZ", "", GS1_LOT_MAY_HOLD_SERIAL },
        { "01" GTIN "1021A", GTIN, NULL, "21A", "", 0 }, /* a lot that only begins so */
        { "01" GTIN "10A21", GTIN, NULL, "A21", "", 0 }, /* or ends so */
        /* lengths and characters at their limits */
        { "01" GTIN "1012345678901234567890", GTIN, NULL, "12345678901234567890", "", 0 },
        { "01" GTIN "10!\"%&'()*+,-./:;<=>?_", GTIN, NULL, "!\"%&'()*+,-./:;<=>?_", "", 0 },
        { "01" GTIN "21z", GTIN, NULL, "", "z", 0 },
        { "01" GTIN, GTIN, NULL, "", "", 0 },
        /* day 00, with a note */
        { "01" GTIN "17280900", GTIN, "2028-09-30", "", "", GS1_DAY_WAS_00 },
        { "01" GTIN "17280200", GTIN, "2028-02-29", "", "", GS1_DAY_WAS_00 },
        { "01" GTIN "17270200", GTIN, "2027-02-28", "", "", GS1_DAY_WAS_00 },
        { "01" GTIN "17280229", GTIN, "2028-02-29", "", "", 0 },
        /* other elements are passed over: made on, count, ship-to, price */
        { "01" GTIN "11260101"
          "17280930"
          "3012" GS "10A",
          GTIN, "2028-09-30", "A", "", GS1_OTHER_ELEMENTS },
        { "01" GTIN "4101234567890128"
          "10A" GS "240X-1",
          GTIN, NULL, "A", "", GS1_OTHER_ELEMENTS },
        { "01" GTIN "3103001500"
          "10A",
          GTIN, NULL, "A", "", GS1_OTHER_ELEMENTS },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_good(&rows[i]);
}

static void the_human_readable_line_may_be_typed(void **state)
{
    static const struct good rows[] = {
        { "(01)" GTIN "(17)280930(10)8J331A", GTIN, "2028-09-30", "8J331A", "", 0 },
        { "]d2(01)" GTIN "(17)280930(10)8J331A", GTIN, "2028-09-30", "8J331A", "", 0 },
        { "(01) " GTIN " (17) 280930 (10) 8J331A (21) 77 ", GTIN, "2028-09-30", "8J331A", "77", 0 },
        { "(21)1(10)A)(B(01)" GTIN, GTIN, NULL, "A)(B", "1", 0 },
        { "(01)" GTIN "(10)ABC123210001XYZ", GTIN, NULL, "ABC123210001XYZ", "",
          GS1_LOT_MAY_HOLD_SERIAL },
        { "(01)" GTIN "(17)280900(240)X(3103)001500", GTIN, "2028-09-30", "", "",
          GS1_DAY_WAS_00 | GS1_OTHER_ELEMENTS },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_good(&rows[i]);
}

static void every_bad_scan_is_refused_for_its_own_reason(void **state)
{
    static const struct {
        const char *text;
        enum gs1_status status;
    } rows[] = {
        { "", GS1_EMPTY },
        { "]d2", GS1_EMPTY },
        { "]d1"
          "01" GTIN,
          GS1_SYMBOLOGY }, /* a plain DataMatrix */
        { "]C0"
          "01" GTIN,
          GS1_SYMBOLOGY },
        { "]Q1"
          "01" GTIN,
          GS1_SYMBOLOGY },
        { "]", GS1_SYMBOLOGY },
        { "]d", GS1_SYMBOLOGY },
        { "0", GS1_FORM },
        { "V-412", GS1_FORM },
        { GS, GS1_NO_GTIN },
        { "01" GTIN "X", GS1_FORM },
        { "01" GTIN GS GS "10A", GS1_FORM },
        { "01" GTIN "10A" GS GS, GS1_FORM },
        { "01", GS1_TRUNCATED },
        { "010035515043810", GS1_TRUNCATED },
        { "010035515043" GS "10A", GS1_TRUNCATED },
        { "01" GTIN "1728093", GS1_TRUNCATED },
        { "01" GTIN "17" GS, GS1_TRUNCATED },
        { "01" GTIN "10", GS1_NO_VALUE },
        { "01" GTIN "10" GS "21A", GS1_NO_VALUE },
        { "01" GTIN "21", GS1_NO_VALUE },
        { "01" GTIN "99", GS1_NO_VALUE },
        { "01" GTIN "10123456789012345678901", GS1_TOO_LONG },
        { "01" GTIN "10ABC12345678901210001XYZ", GS1_TOO_LONG }, /* a lost separator that shows */
        { "01" GTIN "21123456789012345678901", GS1_TOO_LONG },
        { "01" GTIN "10A\n", GS1_CHARACTER },
        { "01" GTIN "10A\x1b[2J", GS1_CHARACTER },
        { "01" GTIN "10A B", GS1_CHARACTER },
        { "01" GTIN "10A#", GS1_CHARACTER },
        { "01" GTIN "10\xc3\xa9", GS1_CHARACTER },
        { "01" GTIN "99A\x01", GS1_CHARACTER },
        { "010035515043810X", GS1_CHARACTER },
        { "01" GTIN "172809X0", GS1_CHARACTER },
        { "01" GTIN "01" GTIN, GS1_DUPLICATE },
        { "01" GTIN "17280930"
          "17280930",
          GS1_DUPLICATE },
        { "01" GTIN "10A" GS "10A", GS1_DUPLICATE },
        { "01" GTIN "21A" GS "21A", GS1_DUPLICATE },
        { "0100355150438106", GS1_CHECK_DIGIT },
        { "0100355150431805", GS1_CHECK_DIGIT },
        { "01" GTIN "17281330", GS1_DATE },
        { "01" GTIN "17280030", GS1_DATE },
        { "01" GTIN "17280000", GS1_DATE },
        { "01" GTIN "17280230", GS1_DATE },
        { "01" GTIN "17270229", GS1_DATE },
        { "01" GTIN "17280931", GS1_DATE },
        { "17280930", GS1_NO_GTIN },
        { "10A", GS1_NO_GTIN },
        /* bracketed */
        { "(01)", GS1_TRUNCATED },
        { "(10)", GS1_NO_VALUE },
        { "(01)" GTIN "(10)(21)A", GS1_NO_VALUE },
        { "(01)003551504381", GS1_TRUNCATED },
        { "(01)" GTIN "1", GS1_TOO_LONG },
        { "(01)" GTIN "(17)2809301", GS1_TOO_LONG },
        { "(01)" GTIN "(01)" GTIN, GS1_DUPLICATE },
        { "(1)" GTIN, GS1_FORM },
        { "(01" GTIN, GS1_FORM },
        { "(AB)" GTIN, GS1_FORM },
        { "(01)" GTIN "(10)A B", GS1_CHARACTER },
        { "(10)A", GS1_NO_GTIN },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct gs1_scan scan = { .lot = "as it was" };
        enum gs1_status status = gs1_parse(rows[i].text, THIS_YEAR, &scan);

        if (status != rows[i].status)
            fail_msg("%s: status %d, expected %d", rows[i].text, (int)status, (int)rows[i].status);
        assert_string_equal("as it was", scan.lot);
    }
}

static void an_overlong_element_is_refused_however_long(void **state)
{
    char text[400] = "(01)" GTIN "(99)";
    struct gs1_scan scan;

    (void)state;
    memset(text + strlen(text), 'A', 200);
    assert_int_equal(GS1_TOO_LONG, gs1_parse(text, THIS_YEAR, &scan));
    memcpy(text, "01" GTIN "99AA", 20); /* over the brackets: the element string of the same */
    assert_int_equal(GS1_TOO_LONG, gs1_parse(text, THIS_YEAR, &scan));
}

static void two_digits_of_a_year_mean_the_nearest_century(void **state)
{
    static const struct {
        int32_t current_year;
        const char *expiry;
        const char *date;
    } rows[] = {
        { 2026, "260101", "2026-01-01" }, { 2026, "760101", "2076-01-01" },
        { 2026, "770101", "1977-01-01" }, { 2026, "990101", "1999-01-01" },
        { 2026, "000101", "2000-01-01" }, { 2049, "990101", "2099-01-01" },
        { 2048, "990101", "1999-01-01" }, { 2050, "000101", "2100-01-01" },
        { 2051, "010101", "2101-01-01" }, { 2099, "490101", "2149-01-01" },
        { 2099, "500101", "2050-01-01" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[] = "01" GTIN "17??????";
        struct good row = { text, GTIN, rows[i].date, "", "", 0 };
        struct gs1_scan scan;
        char date[CIVIL_TEXT_SIZE];

        memcpy(text + strlen(text) - 6, rows[i].expiry, 6);
        assert_int_equal(GS1_OK, gs1_parse(row.text, rows[i].current_year, &scan));
        assert_string_equal(rows[i].date, civil_format_date(scan.expiry_days, date));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_scan_is_read_whole),
        cmocka_unit_test(the_human_readable_line_may_be_typed),
        cmocka_unit_test(every_bad_scan_is_refused_for_its_own_reason),
        cmocka_unit_test(an_overlong_element_is_refused_however_long),
        cmocka_unit_test(two_digits_of_a_year_mean_the_nearest_century),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
