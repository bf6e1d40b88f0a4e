/* A ledger through its front door: made, recorded in, closed, verified and exported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/day.h"
#include "tests/support/judged.h"

static void a_new_ledger_has_two_entries_and_verifies(void **state)
{
    struct house *house = *state;
    const struct report *report;

    assert_int_equal(house->placed.first, 1);
    assert_int_equal(house->placed.count, 2);
    report = verified_directory(house->directory);
    assert_judged(report, JUDGED_PASS);
    assert_int_equal(report->entries, 2);
    assert_true(report->rules_replayed);
}

/* One dose from vial to patient: 35 mg drawn, 30 given, 5 wasted. */
static void one_dose(struct house *house)
{
    uint32_t session, dose;

    house_stock(house);
    session = house_session(house);
    assert_int_equal(session, 1);
    dose = house_draw(house, session, 1, 700);
    if (dose != 1)
        fail_msg("PH%04u %s", house->error.code, house->error.text);
    day_administer(house, dose, 30000000);
    day_waste_rest(house, dose, 5000000);
}

static void a_dose_goes_from_vial_to_patient_and_closes_exactly(void **state)
{
    struct house *house = *state;
    const struct report *report;

    one_dose(house);
    assert_int_equal(house_number(house, SUBJECT_DOSE, 1, DOSE_STATE), DOSE_IS_SETTLED);
    assert_int_equal(house_number(house, SUBJECT_DOSE, 1, DOSE_GIVEN), 30000000);
    assert_int_equal(house_number(house, SUBJECT_DOSE, 1, DOSE_WASTED), 5000000);
    assert_int_equal(house_number(house, SUBJECT_VIAL, 1, VIAL_LEFT), 9300);
    assert_int_equal(house_number(house, LEAF_TABLE_TOTAL, 1, TOTAL_ON_HAND), INT64_C(5000000000) - 35000000);
    day_close(house);
    report = verified_directory(house->directory);
    assert_judged(report, JUDGED_PASS);
    assert_int_equal(report->newest_closing, report->entries);
}

static void an_export_verifies_with_the_public_key_alone(void **state)
{
    struct house *house = *state;
    const struct report *report;
    char path[HOUSE_PATH_SIZE + 32];
    struct vkey key;

    one_dose(house);
    key = site_key(house);
    day_export(house, "day.phial", path);
    report = verified_file(path, &key);
    assert_judged(report, JUDGED_PASS);
    assert_true(report->is_export);
    assert_int_equal(report->size, report->entries);
}

static void a_day_of_many_kinds_verifies_in_both_forms(void **state)
{
    struct house *house = *state;
    const struct report *report;
    char path[HOUSE_PATH_SIZE + 32];
    struct vkey key = site_key(house);

    day_act_out(house);
    day_export(house, "day.phial", path);
    report = verified_directory(house->directory);
    assert_judged(report, JUDGED_PASS);
    assert_true(report->rules_replayed && report->entries >= 50);
    report = verified_file(path, &key);
    assert_judged(report, JUDGED_PASS);
    assert_true(report->rules_replayed);
}

static void a_ledger_that_has_an_entry_is_not_discarded(void **state)
{
    struct house *house = *state;

    ledger_discard(house->ledger);
    house->ledger = NULL;
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(a_new_ledger_has_two_entries_and_verifies),
        in_a_house(a_dose_goes_from_vial_to_patient_and_closes_exactly),
        in_a_house(an_export_verifies_with_the_public_key_alone),
        in_a_house(a_day_of_many_kinds_verifies_in_both_forms),
        in_a_house(a_ledger_that_has_an_entry_is_not_discarded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
