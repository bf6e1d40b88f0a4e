/* The site's zone. Expected moments come from `TZ=America/New_York date -d` (GNU coreutils) and the zone's published
 * rules: in 2026 New York goes forward on 8 March at two and back on 1 November at two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/zone.h"

enum { EASTERN_MIN = -300, DAYLIGHT_MIN = -240, MS_PER_S = 1000 };

static struct zone new_york(void)
{
    struct zone zone;

    if (!zone_open(&zone, "America/New_York", 0)) {
        print_message("skipped: this machine has no time zone data\n");
        skip();
    }
    return zone;
}

static struct civil_time at_clock(int32_t month, int32_t day, int32_t hour, int32_t minute)
{
    return (struct civil_time){ .date = { 2026, month, day }, .hour = hour, .minute = minute };
}

static void an_offset_is_that_of_the_moment(void **state)
{
    static const struct {
        int64_t utc_s;
        int32_t offset_min;
    } rows[] = {
        { INT64_C(1772953199), EASTERN_MIN },  /* 2026-03-08 01:59:59 */
        { INT64_C(1772953200), DAYLIGHT_MIN }, /* 2026-03-08 03:00:00 */
        { INT64_C(1793512799), DAYLIGHT_MIN }, /* 2026-11-01 01:59:59, the first */
        { INT64_C(1793512800), EASTERN_MIN },  /* 2026-11-01 01:00:00, the second */
    };
    struct zone zone = new_york();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(rows[i].offset_min, zone_offset_of(&zone, rows[i].utc_s * MS_PER_S));
}

static void a_local_time_has_one_moment_or_two_or_none(void **state)
{
    struct zone zone = new_york();
    struct civil_time once = at_clock(11, 17, 14, 5), folded = at_clock(11, 1, 1, 30), gap = at_clock(3, 8, 2, 30);
    struct at found[2];

    (void)state;
    assert_int_equal(1, zone_of_local(&zone, &once, found));
    assert_int_equal(INT64_C(1794942300) * MS_PER_S, found[0].ms);
    assert_int_equal(EASTERN_MIN, found[0].offset_min);

    assert_int_equal(2, zone_of_local(&zone, &folded, found));
    assert_int_equal(INT64_C(1793511000) * MS_PER_S, found[0].ms);
    assert_int_equal(DAYLIGHT_MIN, found[0].offset_min);
    assert_int_equal(INT64_C(1793514600) * MS_PER_S, found[1].ms);
    assert_int_equal(EASTERN_MIN, found[1].offset_min);

    assert_int_equal(0, zone_of_local(&zone, &gap, found));
}

static void the_offsets_of_two_years_are_found_once_each_and_ascending(void **state)
{
    struct zone zone = new_york();
    int32_t offsets[ZONE_OFFSETS_LIMIT];

    (void)state;
    assert_int_equal(2, zone_offsets(&zone, INT64_C(1794942300) * MS_PER_S, offsets));
    assert_int_equal(EASTERN_MIN, offsets[0]);
    assert_int_equal(DAYLIGHT_MIN, offsets[1]);
}

/* 253402300799999 ms is the end of the year 9999, by SPEC section 1.2: there is no year after it to look at. */
static void the_offsets_of_the_first_and_of_the_last_year_are_found(void **state)
{
    static const int64_t ends_ms[] = { 0, INT64_C(253402300799999) };
    struct zone zone = new_york();
    int32_t offsets[ZONE_OFFSETS_LIMIT];

    (void)state;
    for (size_t i = 0; i < sizeof ends_ms / sizeof ends_ms[0]; i++) {
        assert_int_equal(2, zone_offsets(&zone, ends_ms[i], offsets));
        assert_int_equal(EASTERN_MIN, offsets[0]);
        assert_int_equal(DAYLIGHT_MIN, offsets[1]);
    }
}

static void a_zone_that_is_not_there_has_the_offset_it_was_given(void **state)
{
    static const char *const names[] = { "Mars/Base", "", "/etc/passwd", "../../../etc/passwd", "America/../../x" };
    struct civil_time noon = at_clock(6, 1, 12, 0);
    struct zone zone;
    struct at found[2];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_false(zone_open(&zone, names[i], 90));
        assert_int_equal(90, zone_offset_of(&zone, 0));
        assert_int_equal(1, zone_of_local(&zone, &noon, found));
        assert_int_equal(90, found[0].offset_min);
        assert_int_equal(INT64_C(1780309800) * MS_PER_S, found[0].ms); /* 10:30 UTC */
    }
}

static void a_time_of_today_needs_no_date(void **state)
{
    struct zone zone = new_york();
    int64_t now_ms = INT64_C(1794942300) * MS_PER_S; /* 2026-11-17 14:05 */
    char text[CIVIL_TEXT_SIZE];

    (void)state;
    assert_string_equal("14:05", zone_format(&zone, now_ms, now_ms, text));
    assert_string_equal("2026-11-16 23:05", zone_format(&zone, now_ms - 15 * 3600 * MS_PER_S, now_ms, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offset_is_that_of_the_moment),
        cmocka_unit_test(a_local_time_has_one_moment_or_two_or_none),
        cmocka_unit_test(the_offsets_of_two_years_are_found_once_each_and_ascending),
        cmocka_unit_test(the_offsets_of_the_first_and_of_the_last_year_are_found),
        cmocka_unit_test(a_zone_that_is_not_there_has_the_offset_it_was_given),
        cmocka_unit_test(a_time_of_today_needs_no_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
