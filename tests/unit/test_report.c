/* The report of a verification: its order, what is kept of it, and whether it can be one at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/report.h"

static void a_finding_of_weight_is_kept_however_many_marks_there_are(void **state)
{
    static struct report report;

    (void)state;
    report = (struct report){ .judgement = JUDGED_PASS };
    for (uint32_t i = 1; i <= 1000; i++)
        report_find(&report, JUDGED_PASS, REFUSAL_LATE, i, "late");
    report_find(&report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, 1001, "unknown");
    report_find(&report, JUDGED_FAIL, REFUSAL_LINK, 1002, "broken");
    report_find(&report, JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED, 1003, "malformed");
    report_sort(&report);
    assert_int_equal(report.finding_total, 1003);
    assert_int_equal(report.finding_count, REPORT_FINDINGS_LIMIT);
    assert_int_equal(report.findings[0].entry, 1003); /* its own bytes, before what others say */
    assert_int_equal(report.findings[1].entry, 1002);
    assert_int_equal(report.findings[2].entry, 1001);
    assert_true(report_is_possible(&report));
}

static void a_report_that_cannot_be_is_not_believed(void **state)
{
    static struct report report;

    (void)state;
    report = (struct report){ .judgement = JUDGED_PASS };
    assert_true(report_is_possible(&report));
    report.finding_count = report.finding_total = REPORT_FINDINGS_LIMIT + 1;
    assert_false(report_is_possible(&report));
    report = (struct report){ .judgement = (enum judgement)7 };
    assert_false(report_is_possible(&report));
    report = (struct report){ .judgement = JUDGED_PASS, .note_size = REPORT_NOTE_LIMIT + 1 };
    assert_false(report_is_possible(&report));
    report = (struct report){ .judgement = JUDGED_PASS };
    report_find(&report, JUDGED_FAIL, REFUSAL_LINK, 1, "broken");
    report.judgement = JUDGED_PASS; /* a pass with a finding that forbids it */
    assert_false(report_is_possible(&report));
    report.judgement = JUDGED_FAIL;
    memset(report.findings[0].text, 'x', sizeof report.findings[0].text);
    assert_false(report_is_possible(&report));
    report = (struct report){ .judgement = JUDGED_PASS };
    memset(&report.others_stand, 0x55, 1);
    assert_false(report_is_possible(&report));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_of_weight_is_kept_however_many_marks_there_are),
        cmocka_unit_test(a_report_that_cannot_be_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
