/* schema/civil: dates and times. Day numbers and moments come from Python's datetime. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "schema/civil.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- the calendar */

static const struct {
    struct civil_date date;
    int32_t days;
    const char *text;
} dates[] = {
    { { 1, 1, 1 }, -719162, "0001-01-01" },    { { 1900, 2, 28 }, -25509, "1900-02-28" },
    { { 1900, 3, 1 }, -25508, "1900-03-01" },  { { 1969, 12, 31 }, -1, "1969-12-31" },
    { { 1970, 1, 1 }, 0, "1970-01-01" },       { { 2000, 2, 29 }, 11016, "2000-02-29" },
    { { 2000, 3, 1 }, 11017, "2000-03-01" },   { { 2024, 2, 29 }, 19782, "2024-02-29" },
    { { 2024, 12, 31 }, 20088, "2024-12-31" }, { { 2026, 11, 17 }, 20774, "2026-11-17" },
    { { 2028, 9, 30 }, 21457, "2028-09-30" },  { { 2100, 2, 28 }, 47540, "2100-02-28" },
    { { 2100, 3, 1 }, 47541, "2100-03-01" },   { { 9999, 12, 31 }, 2932896, "9999-12-31" },
};

static void a_date_is_a_number_of_days(void **state)
{
    char out[CIVIL_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(dates); i++) {
        struct civil_date date = civil_date_of(dates[i].days);
        int32_t days = 4711;

        assert_int_equal(dates[i].days, civil_days(dates[i].date));
        assert_true(date.year == dates[i].date.year && date.month == dates[i].date.month &&
                    date.day == dates[i].date.day);
        assert_string_equal(dates[i].text, civil_format_date(dates[i].days, out));
        assert_int_equal(CIVIL_OK, civil_parse_date(dates[i].text, &days));
        assert_int_equal(dates[i].days, days);
    }
}

static void days_follow_each_other_without_a_gap_for_ten_thousand_years(void **state)
{
    struct civil_date date = { 1, 1, 1 };

    (void)state;
    for (int32_t days = -719162; days <= 2932896; days++) {
        struct civil_date other = civil_date_of(days);

        if (other.year != date.year || other.month != date.month || other.day != date.day ||
            !civil_date_is_valid(other) || civil_days(other) != days)
            fail_msg("day %d", days);
        if (++date.day > civil_month_length(date.year, date.month)) {
            date.day = 1;
            if (++date.month > 12) {
                date.month = 1;
                date.year++;
            }
        }
    }
    assert_int_equal(10000, date.year);
}

static void only_dates_that_exist_are_read(void **state)
{
    static const struct {
        const char *text;
        enum civil_status status;
    } rows[] = {
        { "2028-02-29", CIVIL_OK },    { "2026-02-29", CIVIL_DATE },  { "2100-02-29", CIVIL_DATE },
        { "2000-02-29", CIVIL_OK },    { "2026-02-30", CIVIL_DATE },  { "2026-04-31", CIVIL_DATE },
        { "2026-13-01", CIVIL_DATE },  { "2026-00-01", CIVIL_DATE },  { "2026-01-00", CIVIL_DATE },
        { "0000-01-01", CIVIL_DATE },  { "26-01-01", CIVIL_FORM },    { "2026-1-1", CIVIL_FORM },
        { "20260101", CIVIL_FORM },    { "2026/01/01", CIVIL_FORM },  { "12026-01-01", CIVIL_FORM },
        { "2026-01-011", CIVIL_FORM }, { "2026-01-01 ", CIVIL_FORM }, { "", CIVIL_FORM },
        { "-026-01-01", CIVIL_FORM },  { "2026-01", CIVIL_FORM },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t days = 4711;

        assert_int_equal(rows[i].status, civil_parse_date(rows[i].text, &days));
        assert_int_equal(rows[i].status == CIVIL_OK, days != 4711);
    }
}

static void a_month_alone_is_good_through_its_last_day(void **state)
{
    static const struct {
        const char *text;
        enum civil_status status;
        const char *date;
    } rows[] = {
        { "2028-09", CIVIL_OK, "2028-09-30" },
        { "2028-02", CIVIL_OK, "2028-02-29" },
        { "2027-02", CIVIL_OK, "2027-02-28" },
        { "2027-12", CIVIL_OK, "2027-12-31" },
        { "2028-09-30", CIVIL_OK, "2028-09-30" },
        { "2028-13", CIVIL_DATE, NULL },
        { "2028-00", CIVIL_DATE, NULL },
        { "2028-09-31", CIVIL_DATE, NULL },
        { "2028", CIVIL_FORM, NULL },
        { "2028-9", CIVIL_FORM, NULL },
        { "2028-09-", CIVIL_FORM, NULL },
    };
    char out[CIVIL_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t days;

        assert_int_equal(rows[i].status, civil_parse_expiry(rows[i].text, &days));
        if (rows[i].date != NULL)
            assert_string_equal(rows[i].date, civil_format_date(days, out));
    }
}

/* ---- times */

static const struct {
    struct at at;
    const char *local;
    const char *utc;
    int32_t local_days;
} moments[] = {
    { { INT64_C(1794950405000), -300 },
      "2026-11-17 16:20:05 -05:00",
      "2026-11-17T21:20:05.000Z",
      20774 },
    { { INT64_C(1794950405123), 0 }, "2026-11-17 21:20:05 +00:00", "2026-11-17T21:20:05.123Z", 20774 },
    { { INT64_C(1794950405000), 345 },
      "2026-11-18 03:05:05 +05:45",
      "2026-11-17T21:20:05.000Z",
      20775 },
    { { INT64_C(1794950405000), -210 },
      "2026-11-17 17:50:05 -03:30",
      "2026-11-17T21:20:05.000Z",
      20774 },
    { { INT64_C(1709251199999), 0 }, "2024-02-29 23:59:59 +00:00", "2024-02-29T23:59:59.999Z", 19782 },
    { { 0, 0 }, "1970-01-01 00:00:00 +00:00", "1970-01-01T00:00:00.000Z", 0 },
    { { 0, -840 }, "1969-12-31 10:00:00 -14:00", "1970-01-01T00:00:00.000Z", -1 },
    { { 1, -1 }, "1969-12-31 23:59:00 -00:01", "1970-01-01T00:00:00.001Z", -1 },
    { { CIVIL_MS_MAX, 0 }, "9999-12-31 23:59:59 +00:00", "9999-12-31T23:59:59.999Z", 2932896 },
    { { CIVIL_MS_MAX, 840 }, "10000-01-01 13:59:59 +14:00", "9999-12-31T23:59:59.999Z", 2932897 },
};

static void a_moment_is_written_in_its_own_offset_and_in_utc(void **state)
{
    char out[CIVIL_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(moments); i++) {
        assert_true(at_is_valid(moments[i].at));
        assert_string_equal(moments[i].local, civil_format_local(moments[i].at, out));
        assert_string_equal(moments[i].utc, civil_format_utc(moments[i].at.ms, out));
        assert_int_equal(moments[i].local_days, at_local_days(moments[i].at));
    }
    assert_false(at_is_valid((struct at){ -1, 0 }));
    assert_false(at_is_valid((struct at){ CIVIL_MS_MAX + 1, 0 }));
    assert_false(at_is_valid((struct at){ 0, 841 }));
    assert_false(at_is_valid((struct at){ 0, -841 }));
}

static void local_fields_and_offset_give_the_moment_back(void **state)
{
    struct at at;

    (void)state;
    for (size_t i = 0; i < COUNT(moments); i++) {
        struct civil_time time = at_local_time(moments[i].at);

        if (!civil_date_is_valid(time.date))
            continue;
        assert_true(at_from_local(time, moments[i].at.offset_min, &at));
        assert_true(at.ms == moments[i].at.ms && at.offset_min == moments[i].at.offset_min);
    }
    assert_false(at_from_local((struct civil_time){ .date = { 1969, 12, 31 } }, 0, &at));
    assert_false(at_from_local((struct civil_time){ .date = { 1970, 1, 1 } }, 1, &at));
    assert_false(at_from_local((struct civil_time){ .date = { 9999, 12, 31 }, .hour = 23 }, -60, &at));
}

static void rfc_3339_is_read_with_its_offset(void **state)
{
    static const struct {
        const char *text;
        enum civil_status status;
        struct at at;
    } rows[] = {
        { "2026-11-17T21:20:05Z", CIVIL_OK, { INT64_C(1794950405000), 0 } },
        { "2026-11-17t21:20:05z", CIVIL_OK, { INT64_C(1794950405000), 0 } },
        { "2026-11-17 16:20:05-05:00", CIVIL_OK, { INT64_C(1794950405000), -300 } },
        { "2026-11-17T16:20:05.123-05:00", CIVIL_OK, { INT64_C(1794950405123), -300 } },
        { "2026-11-17T16:20:05.5-05:00", CIVIL_OK, { INT64_C(1794950405500), -300 } },
        { "2026-11-17T16:20:05.123000-05:00", CIVIL_OK, { INT64_C(1794950405123), -300 } },
        { "2026-11-17T21:20:05-00:00", CIVIL_OK, { INT64_C(1794950405000), 0 } },
        { "1970-01-01T14:00:00+14:00", CIVIL_OK, { 0, 840 } },
        { "9999-12-31T23:59:59.999Z", CIVIL_OK, { CIVIL_MS_MAX, 0 } },
        { "2026-11-17T16:20:05.1234-05:00", CIVIL_RANGE, { 0, 0 } },
        { "1969-12-31T23:59:59.999Z", CIVIL_RANGE, { 0, 0 } },
        { "1970-01-01T00:00:00+00:01", CIVIL_RANGE, { 0, 0 } },
        { "9999-12-31T23:59:59-00:01", CIVIL_RANGE, { 0, 0 } },
        { "2026-11-17T24:00:00Z", CIVIL_CLOCK, { 0, 0 } },
        { "2026-11-17T23:60:00Z", CIVIL_CLOCK, { 0, 0 } },
        { "2016-12-31T23:59:60Z", CIVIL_CLOCK, { 0, 0 } },
        { "2026-02-30T00:00:00Z", CIVIL_DATE, { 0, 0 } },
        { "2026-11-17T21:20:05+14:01", CIVIL_OFFSET, { 0, 0 } },
        { "2026-11-17T21:20:05+05:60", CIVIL_OFFSET, { 0, 0 } },
        { "2026-11-17T21:20:05", CIVIL_FORM, { 0, 0 } },
        { "2026-11-17T21:20Z", CIVIL_FORM, { 0, 0 } },
        { "2026-11-17T21:20:05.Z", CIVIL_FORM, { 0, 0 } },
        { "2026-11-17T21:20:05 Z", CIVIL_FORM, { 0, 0 } },
        { "2026-11-17T21:20:05+0500", CIVIL_FORM, { 0, 0 } },
        { "2026-11-17T21:20:05Z ", CIVIL_FORM, { 0, 0 } },
        { "2026-11-17", CIVIL_FORM, { 0, 0 } },
        { "", CIVIL_FORM, { 0, 0 } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct at at = { 4711, 4711 };
        enum civil_status status = civil_parse_rfc3339(rows[i].text, &at);

        if (status != rows[i].status)
            fail_msg("%s: status %d", rows[i].text, (int)status);
        if (status == CIVIL_OK)
            assert_true(at.ms == rows[i].at.ms && at.offset_min == rows[i].at.offset_min);
        else
            assert_true(at.ms == 4711 && at.offset_min == 4711);
    }
}

/* ---- typed */

static void what_people_type_for_a_time_is_understood_but_not_resolved(void **state)
{
    static const struct {
        const char *text;
        struct typed_time time;
    } rows[] = {
        { "now", { .kind = TYPED_NOW } },
        { " now ", { .kind = TYPED_NOW } },
        { "20 min ago", { .kind = TYPED_AGO, .ago_ms = 1200000 } },
        { "20min ago", { .kind = TYPED_AGO, .ago_ms = 1200000 } },
        { "1 hour ago", { .kind = TYPED_AGO, .ago_ms = 3600000 } },
        { "2 h  ago ", { .kind = TYPED_AGO, .ago_ms = 7200000 } },
        { "90 s ago", { .kind = TYPED_AGO, .ago_ms = 90000 } },
        { "3 days ago", { .kind = TYPED_AGO, .ago_ms = 259200000 } },
        { "0 min ago", { .kind = TYPED_AGO, .ago_ms = 0 } },
        { "14:05", { .kind = TYPED_CLOCK, .local = { .hour = 14, .minute = 5 } } },
        { "9:05", { .kind = TYPED_CLOCK, .local = { .hour = 9, .minute = 5 } } },
        { "14:05:30", { .kind = TYPED_CLOCK, .local = { .hour = 14, .minute = 5, .second = 30 } } },
        { "00:00", { .kind = TYPED_CLOCK } },
        { "2026-11-17 16:20",
          { .kind = TYPED_LOCAL, .local = { .date = { 2026, 11, 17 }, .hour = 16, .minute = 20 } } },
        { "2026-11-17T16:20:05",
          { .kind = TYPED_LOCAL,
            .local = { .date = { 2026, 11, 17 }, .hour = 16, .minute = 20, .second = 5 } } },
        { "2026-11-17T21:20:05Z", { .kind = TYPED_ABSOLUTE, .at = { INT64_C(1794950405000), 0 } } },
        { "2026-11-17 16:20:05 -05:00",
          { .kind = TYPED_ABSOLUTE, .at = { INT64_C(1794950405000), -300 } } },
        { "2026-11-17 16:20 -05:00",
          { .kind = TYPED_ABSOLUTE, .at = { INT64_C(1794950400000), -300 } } },
        { "2026-11-17  16:20-05:00 ",
          { .kind = TYPED_ABSOLUTE, .at = { INT64_C(1794950400000), -300 } } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct typed_time time;
        enum civil_status status;

        memset(&time, 0x5a, sizeof time);
        status = civil_parse_typed(rows[i].text, &time);
        if (status != CIVIL_OK || time.kind != rows[i].time.kind)
            fail_msg("\"%s\": status %d, kind %d", rows[i].text, (int)status, (int)time.kind);
        assert_true(time.ago_ms == rows[i].time.ago_ms);
        assert_memory_equal(&rows[i].time.local, &time.local, sizeof time.local);
        assert_true(time.at.ms == rows[i].time.at.ms &&
                    time.at.offset_min == rows[i].time.at.offset_min);
    }
}

static void what_cannot_be_a_time_is_refused(void **state)
{
    static const struct {
        const char *text;
        enum civil_status status;
    } rows[] = {
        { "", CIVIL_FORM },
        { "noon", CIVIL_FORM },
        { "nowish", CIVIL_FORM },
        { "14", CIVIL_FORM },
        { "1405", CIVIL_FORM },
        { "14:5", CIVIL_FORM },
        { "14:05pm", CIVIL_FORM },
        { "2:05 pm", CIVIL_FORM },
        { "014:05", CIVIL_FORM },
        { "24:00", CIVIL_CLOCK },
        { "14:60", CIVIL_CLOCK },
        { "14:05:60", CIVIL_CLOCK },
        { "20 min", CIVIL_FORM },
        { "20 ago", CIVIL_FORM },
        { "20 weeks ago", CIVIL_FORM },
        { "-20 min ago", CIVIL_FORM },
        { "1.5 h ago", CIVIL_FORM },
        { "min ago", CIVIL_FORM },
        { "20 min agoo", CIVIL_FORM },
        { "20 minago", CIVIL_FORM },
        { "999999999999999999 min ago", CIVIL_FORM },
        { "2026-11-17", CIVIL_FORM },
        { "2026-02-30 10:00", CIVIL_DATE },
        { "2026-11-17 9:20", CIVIL_FORM },
        { "2026-11-17 16:20 EST", CIVIL_FORM },
        { "2026-11-17 16:20 +15:00", CIVIL_OFFSET },
        { "1969-01-01 16:20 +00:00", CIVIL_RANGE },
        { "17.11.2026 16:20", CIVIL_FORM },
        { "11/17/2026 16:20", CIVIL_FORM },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct typed_time time = { .kind = TYPED_NOW, .ago_ms = 4711 };
        enum civil_status status = civil_parse_typed(rows[i].text, &time);

        if (status != rows[i].status)
            fail_msg("\"%s\": status %d, expected %d", rows[i].text, (int)status, (int)rows[i].status);
        assert_true(time.ago_ms == 4711);
    }
}

static void a_month_later_is_the_same_day_or_the_last_of_the_month(void **state)
{
    static const struct { const char *from; int32_t months; const char *to; } rows[] = {
        { "2026-03-02", 24, "2028-03-02" }, { "2026-03-31", 1, "2026-04-30" }, { "2026-12-31", 2, "2027-02-28" },
        { "2027-12-31", 2, "2028-02-29" },  { "2028-02-29", 12, "2029-02-28" }, { "2028-02-29", 24, "2030-02-28" },
        { "2028-02-29", 48, "2032-02-29" }, { "2026-01-15", 0, "2026-01-15" },  { "2026-06-30", 1, "2026-07-30" },
        { "2098-02-28", 24, "2100-02-28" }, { "2096-02-29", 48, "2100-02-28" }, { "2026-11-30", 1, "2026-12-30" } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[CIVIL_TEXT_SIZE];
        int32_t days;

        assert_int_equal(CIVIL_OK, civil_parse_date(rows[i].from, &days));
        assert_string_equal(rows[i].to, civil_format_date(civil_months_later(days, rows[i].months), text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_a_number_of_days),
        cmocka_unit_test(days_follow_each_other_without_a_gap_for_ten_thousand_years),
        cmocka_unit_test(a_month_later_is_the_same_day_or_the_last_of_the_month),
        cmocka_unit_test(only_dates_that_exist_are_read),
        cmocka_unit_test(a_month_alone_is_good_through_its_last_day),
        cmocka_unit_test(a_moment_is_written_in_its_own_offset_and_in_utc),
        cmocka_unit_test(local_fields_and_offset_give_the_moment_back),
        cmocka_unit_test(rfc_3339_is_read_with_its_offset),
        cmocka_unit_test(what_people_type_for_a_time_is_understood_but_not_resolved),
        cmocka_unit_test(what_cannot_be_a_time_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
