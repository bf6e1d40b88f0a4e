/* ledger/words: times as typed, in New York. When its clocks change was taken from Python's zoneinfo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/clinic.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void a_typed_time_becomes_a_moment_with_the_sites_offset(void **state)
{
    static const struct {
        const char *now;
        const char *text;
        uint16_t code;
        const char *moment;
        int32_t offset_min;
    } rows[] = {
        { "2026-11-17T16:20:05-05:00", "now", 0, "2026-11-17T16:20:05-05:00", -300 },
        { "2026-11-17T16:20:05-05:00", "20 min ago", 0, "2026-11-17T16:00:05-05:00", -300 },
        { "2026-11-17T16:20:05-05:00", "14:05", 0, "2026-11-17T14:05:00-05:00", -300 },
        { "2026-11-17T16:20:05-05:00", " 9:05 ", 0, "2026-11-17T09:05:00-05:00", -300 },
        { "2026-11-17T16:20:05-05:00", "16:25", 0, "2026-11-17T16:25:00-05:00", -300 }, /* somebody's watch */
        { "2026-11-17T16:20:05-05:00", "16:26", 1009, NULL, 0 },
        { "2026-11-17T00:10:00-05:00", "23:50", 1009, NULL, 0 },
        { "2026-11-17T16:20:05-05:00", "2026-11-16 23:50", 0, "2026-11-16T23:50:00-05:00", -300 },
        { "2026-11-17T16:20:05-05:00", "2026-07-01 12:00", 0, "2026-07-01T12:00:00-04:00", -240 },
        { "2026-11-17T16:20:05-05:00", "2027-01-01 00:00", 0, "2027-01-01T00:00:00-05:00", -300 },
        { "2026-11-17T16:20:05-05:00", "2026-11-17T21:20:05Z", 0, "2026-11-17T16:20:05-05:00", -300 },
        { "2026-11-17T16:20:05-05:00", "2026-11-17 22:20 +01:00", 0, "2026-11-17T16:20:00-05:00", -300 },
        { "2026-11-17T16:20:05-05:00", "2026-11-01 01:30", 1009, NULL, 0 },
        { "2026-11-17T16:20:05-05:00", "2026-11-01 01:30 -04:00", 0, "2026-11-01T05:30:00Z", -240 },
        { "2026-11-17T16:20:05-05:00", "2026-11-01 01:30 -05:00", 0, "2026-11-01T06:30:00Z", -300 },
        { "2026-11-01T02:30:00-05:00", "01:30", 1009, NULL, 0 },
        { "2026-11-17T16:20:05-05:00", "2026-03-08 02:30", 1009, NULL, 0 },
        { "2026-03-08T05:00:00-04:00", "02:30", 1009, NULL, 0 },
        { "2026-11-17T16:20:05-05:00", "24:00", 1005, NULL, 0 },
        { "2026-11-17T16:20:05-05:00", "2026-02-29 10:00", 1005, NULL, 0 },
        { "2026-11-17T16:20:05-05:00", "2 pm", 1005, NULL, 0 },
        { "2026-11-17T16:20:05-05:00", "11/17/2026", 1005, NULL, 0 },
        { "2026-11-17T16:20:05-05:00", "", 1005, NULL, 0 },
        { "1970-01-02T00:00:00Z", "3 days ago", 1005, NULL, 0 },
    };
    struct clinic *clinic = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct at at = { .ms = -1 };
        struct error error = { .code = 0 };
        enum ledger_status status;

        clinic_tell(clinic, rows[i].now);
        status = words_read_time(&clinic->words, rows[i].text, &at, &error);
        if (error.code != rows[i].code || (status == LEDGER_OK) != (rows[i].code == 0))
            fail_msg("\"%s\": PH%04u %s", rows[i].text, error.code, error.text);
        if (status == LEDGER_OK && (at.ms != ms_of(rows[i].moment) || at.offset_min != rows[i].offset_min))
            fail_msg("\"%s\": %lld %d", rows[i].text, (long long)at.ms, (int)at.offset_min);
    }
}

static void both_readings_of_a_doubtful_time_are_shown_and_can_be_typed(void **state)
{
    static const struct {
        const char *now;
        const char *text;
        const char *either, *or;
    } rows[] = {
        { "2026-11-17T00:10:00-05:00", "23:50", "2026-11-16 23:50:00 -05:00", "2026-11-17 23:50:00 -05:00" },
        { "2026-11-17T16:20:05-05:00", "2026-11-01 01:30", "2026-11-01 01:30:00 -04:00", "2026-11-01 01:30:00 -05:00" },
        { "2026-11-17T16:20:05-05:00", "2026-03-08 02:30", "2026-03-08 01:30:00 -05:00", "2026-03-08 03:30:00 -04:00" },
    };
    struct clinic *clinic = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct at at;
        struct error error;

        clinic_tell(clinic, rows[i].now);
        assert_int_equal(LEDGER_USAGE, words_read_time(&clinic->words, rows[i].text, &at, &error));
        assert_int_equal(2, error.book_count);
        assert_string_equal(rows[i].either, error.book[0].line);
        assert_string_equal(rows[i].or, error.book[1].line);
        assert_non_null(strstr(error.next, rows[i].either));
        assert_non_null(strstr(error.next, rows[i].or));
        assert_int_equal(LEDGER_OK, words_read_time(&clinic->words, rows[i].either, &at, &error));
        assert_int_equal(LEDGER_OK, words_read_time(&clinic->words, rows[i].or, &at, &error));
    }
}

static void a_time_that_may_lie_ahead_is_the_next_one_and_a_date_a_whole_day(void **state)
{
    static const struct {
        const char *now;
        const char *field;
        const char *text;
        const char *moment;
    } rows[] = {
        { "2026-11-17T16:20:05-05:00", "until", "18:00", "2026-11-17T18:00:00-05:00" },
        { "2026-11-17T16:20:05-05:00", "until", "16:20", "2026-11-18T16:20:00-05:00" },
        { "2026-12-31T23:59:00-05:00", "from", "09:00", "2027-01-01T09:00:00-05:00" },
        { "2026-10-31T18:00:00-04:00", "from", "17:00", "2026-11-01T17:00:00-05:00" },
        { "2026-11-17T16:20:05-05:00", "until", "2027-02-01", "2027-02-01T23:59:59-05:00" },
        { "2026-11-17T16:20:05-05:00", "from", "2027-02-01", "2027-02-01T00:00:00-05:00" },
        { "2026-11-17T16:20:05-05:00", "until", "2026-07-01", "2026-07-01T23:59:59-04:00" },
        { "2026-11-17T16:20:05-05:00", "until", "2027-02-01 12:00", "2027-02-01T12:00:00-05:00" },
        { "2026-11-17T16:20:05-05:00", "from", "20 min ago", "2026-11-17T16:00:05-05:00" },
        { "2026-11-17T16:20:05-05:00", "until", "2026-02-29", NULL },
        { "2026-10-31T18:00:00-04:00", "until", "01:30", NULL }, /* twice tomorrow */
        { "2026-11-17T16:20:05-05:00", "until", "soon", NULL },
    };
    struct clinic *clinic = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct field *field = field_named(kind_find(KIND_ORDER)->fields, rows[i].field);
        struct value value = { 0 };
        struct error error = { .code = 0 };
        enum ledger_status status;

        clinic_tell(clinic, rows[i].now);
        status = words_read(&clinic->words, field, rows[i].text, &value, &error);
        if ((status == LEDGER_OK) != (rows[i].moment != NULL))
            fail_msg("\"%s\": PH%04u %s", rows[i].text, error.code, error.text);
        if (status == LEDGER_OK && value.number != ms_of(rows[i].moment))
            fail_msg("\"%s\": %lld", rows[i].text, (long long)value.number);
    }
}

static void only_times_that_may_lie_ahead_are_read_so(void **state)
{
    struct clinic *clinic = *state;
    struct value value;
    struct error error;

    clinic_tell(clinic, "2026-11-17T16:20:05-05:00");
    assert_int_equal(LEDGER_USAGE, words_read(&clinic->words, field_named(kind_find(KIND_ADMINISTER)->fields, "start"),
                                              "18:00", &value, &error));
    assert_int_equal(REFUSAL_AMBIGUOUS_TIME, error.code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_clinic(a_typed_time_becomes_a_moment_with_the_sites_offset),
        in_a_clinic(both_readings_of_a_doubtful_time_are_shown_and_can_be_typed),
        in_a_clinic(a_time_that_may_lie_ahead_is_the_next_one_and_a_date_a_whole_day),
        in_a_clinic(only_times_that_may_lie_ahead_are_read_so),
    };

    return cmocka_run_group_tests_name("words: times", tests, NULL, NULL);
}
