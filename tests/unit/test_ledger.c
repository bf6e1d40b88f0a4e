/* A ledger through its front door: made, recorded in, closed, verified, exported, and damaged. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/checkpoint.h"
#include "ledger/export.h"
#include "ledger/verify.h"
#include "tests/support/house.h"

static int open_house(void **state)
{
    static struct house house;

    house_open(&house);
    *state = &house;
    return 0;
}

static int shut_house(void **state)
{
    house_close(*state);
    return 0;
}

static struct vkey key_of_site(const struct house *house)
{
    char origin[CHECKPOINT_ORIGIN_SIZE];
    struct public_key seal = ledger_seal(house->ledger);
    struct vkey vkey;

    checkpoint_origin(ledger_id(house->ledger), origin);
    assert_int_equal(vkey_make(origin, VKEY_ED25519, &seal, &vkey), CRYPT_OK);
    return vkey;
}

static void print_findings(const struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        print_message("  %d PH%04u #%u %s (%lld, %lld)\n", (int)report->findings[i].judgement, report->findings[i].code,
                      report->findings[i].entry, report->findings[i].text, (long long)report->findings[i].broken.a,
                      (long long)report->findings[i].broken.b);
}

static void assert_judged(const struct report *report, enum judgement expected)
{
    if (report->judgement != expected)
        print_findings(report);
    assert_int_equal(report->judgement, expected);
}

static void verify_own(struct house *house, struct report *report)
{
    struct verify_options options = { 0 };

    /* The file is opened once in a process: the child opens its own. */
    if (verify_directory(house->directory, &options, report, &house->error) != LEDGER_OK)
        fail_msg("PH%04u %s", house->error.code, house->error.text);
}

static void a_new_ledger_has_two_entries_and_verifies(void **state)
{
    static struct report report;
    struct house *house = *state;

    assert_int_equal(house->placed.first, 1);
    assert_int_equal(house->placed.count, 2);
    verify_own(house, &report);
    assert_judged(&report, JUDGED_PASS);
    assert_int_equal(report.entries, 2);
    assert_true(report.rules_replayed);
}

static void administer(struct house *house, uint32_t dose, int64_t mass_ng)
{
    struct act_list *list = house_act(house, KIND_ADMINISTER, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;
    struct value *read;

    facts_put_number(facts, 1, dose);
    facts_put_number(facts, 2, PHASE_WHOLE);
    read = facts_put(facts, 3);
    read->number = mass_ng;
    read->second = QUANTITY_NG;
    assert_int_equal(house_commit(house, list), LEDGER_OK);
}

static void waste_rest(struct house *house, uint32_t dose, int64_t seen_ng)
{
    struct act_list *list = house_act(house, KIND_WASTE, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    act_sign_as(&list->acts[0], 1, MEANING_WITNESSED);
    facts_put_number(facts, 1, dose);
    *facts_put(facts, 3) = (struct value){ .present = true, .second = QUANTITY_REST };
    *facts_put(facts, 4) = (struct value){ .present = true, .second = QUANTITY_NG, .number = seen_ng };
    *facts_put(facts, 5) = (struct value){ .present = true, .second = QUANTITY_NG, .number = seen_ng };
    facts_put_number(facts, 6, 1);
    assert_int_equal(house_commit(house, list), LEDGER_OK);
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
    administer(house, dose, 30000000);
    waste_rest(house, dose, 5000000);
}

static void close_day(struct house *house)
{
    if (ledger_close_day(house->ledger, CLOSING_ASKED, "desk-1", (struct at){ house->now_ms, -300 }, &house->placed,
                         &house->error) != LEDGER_OK)
        fail_msg("PH%04u %s", house->error.code, house->error.text);
    house->now_ms += 60000;
}

static void a_dose_goes_from_vial_to_patient_and_closes_exactly(void **state)
{
    static struct report report;
    struct house *house = *state;

    one_dose(house);
    assert_int_equal(house_number(house, SUBJECT_DOSE, 1, DOSE_STATE), DOSE_IS_SETTLED);
    assert_int_equal(house_number(house, SUBJECT_DOSE, 1, DOSE_GIVEN), 30000000);
    assert_int_equal(house_number(house, SUBJECT_DOSE, 1, DOSE_WASTED), 5000000);
    assert_int_equal(house_number(house, SUBJECT_VIAL, 1, VIAL_LEFT), 9300);
    assert_int_equal(house_number(house, LEAF_TABLE_TOTAL, 1, TOTAL_ON_HAND), INT64_C(5000000000) - 35000000);
    close_day(house);
    verify_own(house, &report);
    assert_judged(&report, JUDGED_PASS);
    assert_int_equal(report.newest_closing, report.entries);
}

static void export_to(struct house *house, char path[static HOUSE_PATH_SIZE + 16])
{
    struct export_options options = { .path = path, .purpose = "audit", .recipient = "state board", .person = 1,
                                      .terminal = "desk-1", .now = { house->now_ms, -300 } };
    struct exported exported;

    snprintf(path, HOUSE_PATH_SIZE + 16, "%s/day.phial", house->home);
    if (export_whole(house->ledger, &options, &exported, &house->error) != LEDGER_OK)
        fail_msg("PH%04u %s", house->error.code, house->error.text);
    house->now_ms += 60000;
}

static void verify_export(struct house *house, const char *path, struct report *report)
{
    struct vkey key = key_of_site(house);
    struct verify_options options = { .key = &key };

    if (verify_file(path, &options, report, &house->error) != LEDGER_OK)
        fail_msg("PH%04u %s", house->error.code, house->error.text);
}

static void an_export_verifies_with_the_public_key_alone(void **state)
{
    static struct report report;
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 16];

    one_dose(house);
    export_to(house, path);
    verify_export(house, path, &report);
    assert_judged(&report, JUDGED_PASS);
    assert_true(report.is_export);
    assert_int_equal(report.size, report.entries);
}

/* Change one byte of a file in place; returns what it was. */
static uint8_t poke(const char *path, off_t at, uint8_t mask)
{
    int descriptor = open(path, O_RDWR);
    uint8_t byte;

    assert_true(descriptor >= 0);
    assert_int_equal(pread(descriptor, &byte, 1, at), 1);
    byte ^= mask;
    assert_int_equal(pwrite(descriptor, &byte, 1, at), 1);
    close(descriptor);
    return byte ^ mask;
}

static void no_changed_byte_of_an_export_passes(void **state)
{
    static struct report report;
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 16];
    struct stat about;
    unsigned named = 0;

    one_dose(house);
    export_to(house, path);
    assert_int_equal(stat(path, &about), 0);
    for (off_t at = 3; at < about.st_size; at += about.st_size / 60) {
        poke(path, at, 0x01);
        verify_export(house, path, &report);
        if (report.judgement == JUDGED_PASS)
            fail_msg("byte %lld was changed and the export passes", (long long)at);
        for (size_t i = 0; i < report.finding_count; i++)
            named += report.findings[i].entry != 0;
        poke(path, at, 0x01);
    }
    assert_true(named >= 30); /* most bytes are of entries, and those are named */
    verify_export(house, path, &report);
    assert_judged(&report, JUDGED_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_ledger_has_two_entries_and_verifies, open_house, shut_house),
        cmocka_unit_test_setup_teardown(a_dose_goes_from_vial_to_patient_and_closes_exactly, open_house, shut_house),
        cmocka_unit_test_setup_teardown(an_export_verifies_with_the_public_key_alone, open_house, shut_house),
        cmocka_unit_test_setup_teardown(no_changed_byte_of_an_export_passes, open_house, shut_house),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
