/* Books kept by a doctored program, with everybody's keys: an honest one names the entry and the rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/day.h"
#include "tests/support/forge.h"
#include "tests/support/judged.h"

static struct act_list *waste(struct house *house, uint32_t dose, int64_t mass_ng, int64_t witness)
{
    struct act_list *list = house_act(house, KIND_WASTE, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    if (witness != 0)
        act_sign_as(&list->acts[0], witness, MEANING_WITNESSED);
    facts_put_number(facts, 1, dose);
    for (uint64_t key = 3; key <= (witness != 0 ? 5u : 4u); key++)
        *facts_put(facts, key) = (struct value){ .present = true, .second = QUANTITY_NG, .number = mass_ng };
    facts_put_number(facts, 6, 1);
    return list;
}

/* Vial 1, dose 1, session 1, patient 1, order 1 and persons 1 and 2 after the fixture, and how often each of them has
 * been touched is for the forger to count. */
static struct touch touch_of(struct house *house, enum subject subject, uint32_t id)
{
    struct reading reading;
    const struct leaf *leaf;
    struct touch touch;

    assert_int_equal(ledger_read(house->ledger, &reading, &house->error), LEDGER_OK);
    leaf = view_leaf(reading.view, subject, id);
    touch = (struct touch){ (uint8_t)subject, id, leaf != NULL ? leaf->touches + 1 : 1, 1 };
    ledger_read_end(&reading);
    return touch;
}

static uint32_t overdraws(struct house *house)
{
    struct forgery forgery = { .touch_count = 6 };

    forgery.touches[0] = touch_of(house, SUBJECT_VIAL, 1);
    forgery.touches[1] = touch_of(house, SUBJECT_DOSE, 2);
    forgery.touches[2] = touch_of(house, SUBJECT_SESSION, 1);
    forgery.touches[3] = touch_of(house, SUBJECT_PATIENT, 1);
    forgery.touches[4] = touch_of(house, SUBJECT_PERSON_ACTS, 2);
    forgery.touches[5] = touch_of(house, SUBJECT_ORDER, 1);
    return forge(house, house_draw_act(house, 2, 1, 1, 20000), &forgery);
}

static uint32_t draws_for_no_session(struct house *house)
{
    return forge(house, house_draw_act(house, 2, 0, 1, 100), &(struct forgery){ 0 });
}

static uint32_t wastes_alone(struct house *house)
{
    return forge(house, waste(house, 1, 1000000, 0), &(struct forgery){ 0 });
}

static uint32_t draws_over_the_order(struct house *house)
{
    return forge(house, house_draw_act(house, 2, 1, 2, 1000), &(struct forgery){ 0 });
}

static uint32_t leaves_with_a_dose_open(struct house *house)
{
    struct act_list *list = house_act(house, KIND_SESSION_CLOSE, 2, MEANING_DID);

    facts_put_number(&list->acts[0].event.facts, 1, 1);
    facts_put_number(&list->acts[0].event.facts, 2, OUTCOME_COMPLETED);
    return forge(house, list, &(struct forgery){ 0 });
}

/* Person 4 was an officer a minute ago, and dates her approval back to then. */
static uint32_t approves_as_what_she_was(struct house *house)
{
    int64_t officer = house_enrol(house, "former", ROLE_OFFICER | ROLE_CLINICIAN);
    struct act_list *list = house_act(house, KIND_HOLD, 2, MEANING_DID);
    int64_t before_ms;

    house_put_list(&list->acts[0], 1, (const int64_t[]){ 2 }, 1);
    facts_put_number(&list->acts[0].event.facts, 2, HOLD_SUSPECT);
    house_must(house, list);
    before_ms = house->now_ms;
    house->now_ms += 60 * 1000;
    list = house_act(house, KIND_PERSON, 1, MEANING_APPROVED);
    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    facts_put_number(&list->acts[0].event.facts, 3, ROLE_CLINICIAN);
    facts_put_number(&list->acts[0].event.facts, 8, officer);
    house_must(house, list);
    list = house_act(house, KIND_RELEASE, 2, MEANING_DID);
    act_sign_as(&list->acts[0], officer, MEANING_APPROVED);
    house_put_list(&list->acts[0], 1, (const int64_t[]){ 2 }, 1);
    list->acts[0].event.occurred.ms = before_ms;
    return forge(house, list, &(struct forgery){ 0 });
}

static uint32_t signs_for_another(struct house *house)
{
    struct forgery forgery = { .touch_count = 1, .key = house->keys[1] };

    forgery.touches[0] = touch_of(house, SUBJECT_VIAL, 1);
    return forge(house, house_draw_act(house, 2, 1, 1, 100), &forgery);
}

static uint32_t hides_what_is_touched(struct house *house)
{
    return forge(house, house_draw_act(house, 2, 1, 1, 100), &(struct forgery){ .names_next = true });
}

static uint32_t goes_back_in_time(struct house *house)
{
    return forge(house, house_draw_act(house, 2, 1, 1, 100), &(struct forgery){ .recorded_ms = house->now_ms - 3600 * 1000 });
}

static uint32_t has_not_seen_the_dose(struct house *house)
{
    struct forgery forgery = { .touch_count = 1, .seen_number = 3 };

    forgery.touches[0] = touch_of(house, SUBJECT_VIAL, 1);
    return forge(house, waste(house, 1, 1000000, 1), &forgery);
}

static uint32_t does_not_link(struct house *house)
{
    static const uint8_t other[DIGEST_SIZE] = { 1, 2, 3 };

    return forge(house, house_draw_act(house, 2, 1, 1, 100), &(struct forgery){ .previous = other });
}

static uint32_t begins_a_list_and_leaves(struct house *house)
{
    return forge(house, house_draw_act(house, 2, 1, 1, 100), &(struct forgery){ .is_list = true });
}

/* The second of two that are recorded together; the first is sound. */
static uint32_t forge_second(struct house *house, struct act_list *first, struct act_list *second, uint32_t less_seen)
{
    uint8_t act[ACT_SIZE];
    uint32_t seen = house_entries(house);
    struct forgery forgery = { .list_of = act, .touch_count = 1, .seen_number = seen - less_seen };

    memcpy(act, first->acts[0].event.act, ACT_SIZE);
    forge(house, first, &(struct forgery){ .is_list = true });
    forgery.touches[0] = touch_of(house, SUBJECT_PERSON_ACTS, 2);
    return forge(house, second, &forgery);
}

static struct act_list *new_patient(struct house *house)
{
    struct act_list *list = house_act(house, KIND_PATIENT, 2, MEANING_DID);

    assert_int_equal(act_private_put(&list->acts[0], 40, &(struct value){ .present = true, .bytes = bytes_of_text("Bo") },
                                     &house->error), LEDGER_OK);
    return list;
}

static struct act_list *observes(struct house *house)
{
    struct act_list *list = house_act(house, KIND_OBSERVE, 2, MEANING_DID);

    facts_put_number(&list->acts[0].event.facts, 1, 1);
    return list;
}

/* Each of the two entries named as seen is one that it may name; but a list is prepared in one moment. */
static uint32_t has_seen_less_than_its_list(struct house *house)
{
    house_must(house, house_draw_act(house, 1, 1, 2, 100));
    return forge_second(house, new_patient(house), new_patient(house), 1);
}

/* A newborn of the same list by the number that it is going to have. */
static uint32_t names_a_newborn_by_a_plain_number(struct house *house)
{
    uint32_t born = (uint32_t)house_number(house, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_PATIENT) + 1;
    struct act_list *order = house_act(house, KIND_ORDER, 1, MEANING_PRESCRIBED);
    struct facts *facts = &order->acts[0].event.facts;

    facts_put_number(facts, 1, born);
    facts_put_number(facts, 2, DRUG_KETAMINE);
    facts_put_number(facts, 3, ROUTE_IV);
    facts_put_number(facts, 4, PROTOCOL_DEPRESSION);
    facts_put_number(facts, 6, 500000);
    facts_put_number(facts, 7, 70000);
    facts_put_number(facts, 8, 20514);
    facts_put_number(facts, 9, 6);
    return forge_second(house, new_patient(house), order, 0);
}

static uint32_t says_its_key_was_the_seals(struct house *house)
{
    return forge(house, observes(house), &(struct forgery){ .as_the_other = true });
}

static struct act_list *party(struct house *house)
{
    struct act_list *list = house_act(house, KIND_PARTY, 1, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    facts_put_bytes(facts, 1, bytes_of_text("other"));
    facts_put_number(facts, 2, 1);
    facts_put_bytes(facts, 3, bytes_of_text("Other Inc."));
    facts_put_bytes(facts, 4, bytes_of_text("dea:AB1234563"));
    return list;
}

static uint32_t hides_a_mark_in_a_text(struct house *house)
{
    return forge(house, party(house), &(struct forgery){ .text = "Other", .by = "O\033[2K", .is_unjudged = true });
}

static uint32_t mistypes_a_number(struct house *house)
{
    return forge(house, party(house), &(struct forgery){ .text = "AB1234563", .by = "AB1243563", .is_unjudged = true });
}

static uint32_t leaves_a_signature_out(struct house *house)
{
    return forge(house, party(house), &(struct forgery){ .unsigned_count = 1 });
}

static uint32_t closes_with_a_dose_too_many(struct house *house)
{
    return forge_closing(house, CLOSING_OF_MORE_DOSES);
}

static uint32_t closes_with_wrong_totals(struct house *house)
{
    return forge_closing(house, CLOSING_OF_OTHER_TOTALS);
}

/* One session and one dose of 25 mg, open; 35 mg are ordered. */
static void begin(struct house *house)
{
    house_stock(house);
    assert_int_equal(house_session(house), 1);
    assert_int_equal(house_draw(house, 1, 1, 500), 1);
}

static void what_a_doctored_program_let_through_is_named_with_its_rule(void **state)
{
    static const struct {
        uint32_t (*forge)(struct house *house);
        enum refusal_code code;
    } forgeries[] = {
        { overdraws, REFUSAL_OVERDRAWN },
        { draws_for_no_session, REFUSAL_NO_SESSION },
        { wastes_alone, REFUSAL_NO_WITNESS },
        { draws_over_the_order, REFUSAL_DRAW_OVER_ORDER },
        { leaves_with_a_dose_open, REFUSAL_UNSETTLED },
        { approves_as_what_she_was, REFUSAL_ROLE },
        { signs_for_another, REFUSAL_NOT_THEIR_KEY },
        { hides_what_is_touched, REFUSAL_TOUCHES_DIFFER },
        { goes_back_in_time, REFUSAL_RECORDED_AT },
        { has_not_seen_the_dose, REFUSAL_SEEN },
        { does_not_link, REFUSAL_LINK },
        { begins_a_list_and_leaves, REFUSAL_LIST },
        { has_seen_less_than_its_list, REFUSAL_SEEN },
        { names_a_newborn_by_a_plain_number, REFUSAL_NO_SUBJECT },
        { says_its_key_was_the_seals, REFUSAL_BAD_SIGNATURE },
        { hides_a_mark_in_a_text, REFUSAL_ENTRY_MALFORMED },
        { mistypes_a_number, REFUSAL_ENTRY_MALFORMED },
        { leaves_a_signature_out, REFUSAL_SIGNATURES },
        { closes_with_a_dose_too_many, REFUSAL_CLOSING },
        { closes_with_wrong_totals, REFUSAL_CLOSING },
    };

    (void)state;
    for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
        struct house house;
        const struct report *report;
        char path[HOUSE_PATH_SIZE + 32];
        struct vkey key;
        uint32_t entry;

        house_open(&house);
        key = site_key(&house);
        begin(&house);
        entry = forgeries[i].forge(&house);
        if (forgeries[i].forge == begins_a_list_and_leaves)
            entry++; /* what comes in place of its second entry is what is wrong */
        day_export(&house, "forged.phial", path);
        report = verified_file(path, &key);
        assert_judged(report, JUDGED_FAIL);
        assert_finding(report, JUDGED_FAIL, forgeries[i].code, entry);
        report = verified_directory(house.directory);
        assert_judged(report, JUDGED_FAIL);
        assert_finding(report, JUDGED_FAIL, forgeries[i].code, entry);
        house_close(&house);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_doctored_program_let_through_is_named_with_its_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
