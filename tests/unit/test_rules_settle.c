/* How a dose is settled: wasted with a witness, left behind, sealed in a bag, put back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { MG = 1000000 }; /* ng */

static uint32_t drawn(struct book *book, uint32_t session, uint32_t vial, int64_t volume_ul)
{
    begin_draw(book, session, vial, volume_ul);
    return place(book);
}

/* A dose of 35 mg in 0.7 mL for patient 1, by order 1. */
static uint32_t a_dose(struct book *book)
{
    begin_session(book, 1, 1);
    return drawn(book, place(book), 1, 700);
}

static void typed(struct book *book, enum quantity_unit unit, int64_t put, int64_t seen)
{
    put_amount(book, 4, unit, put);
    put_amount(book, 5, unit, seen);
}

static void begin_vial_waste(struct book *book, uint32_t vial, enum quantity_unit unit, int64_t amount)
{
    act(book, KIND_WASTE, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_WITNESSED);
    put_number(book, 2, vial);
    put_amount(book, 3, unit, amount);
    put_number(book, 6, 5); /* it broke: else what nobody opened is not waste */
}

static void begin_held(struct book *book, int64_t person, uint32_t dose)
{
    act(book, KIND_HELD, person, MEANING_DID);
    put_number(book, 1, dose);
    put_text(book, 2, "B-0113");
}

static void begin_residual(struct book *book, uint32_t dose, enum quantity_unit unit, int64_t amount)
{
    act(book, KIND_RESIDUAL, NURSE, MEANING_DID);
    put_number(book, 1, dose);
    put_amount(book, 2, unit, amount);
    put_number(book, 3, 1);
}

static void begin_return(struct book *book, uint32_t dose)
{
    act(book, KIND_RETURN, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_WITNESSED);
    put_number(book, 1, dose);
    put_number(book, 3, 1);
}

static void change_policy(struct book *book, enum policy_key key, int64_t number)
{
    begin_policy(book);
    put_number(book, key, number);
    place(book);
}

/* ---- waste */

static void what_is_wasted_with_a_witness_is_settled(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_waste(book, dose, QUANTITY_UL, 200);
    typed(book, QUANTITY_UL, 200, 200);
    expect_none(book);
    place(book);
    assert_int_equal(10 * MG, leaf_number(book, SUBJECT_DOSE, dose, DOSE_WASTED));
    assert_int_equal(25 * MG, leaf_number(book, SUBJECT_SESSION, 1, SESSION_COMMITTED));
    begin_waste(book, dose, QUANTITY_NG, 25 * MG + 1);
    typed(book, QUANTITY_UL, 500, 500);
    expect(book, REFUSAL_DOSE_OVERDRAWN);
    begin_waste(book, dose, QUANTITY_REST, 0);
    typed(book, QUANTITY_NG, 25 * MG, 25 * MG);
    place(book);
    assert_int_equal(DOSE_IS_SETTLED, leaf_number(book, SUBJECT_DOSE, dose, DOSE_STATE));
    assert_int_equal(35 * MG, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_WASTED));
    begin_waste(book, dose, QUANTITY_REST, 0);
    typed(book, QUANTITY_NG, 1, 1);
    expect(book, REFUSAL_SETTLED);
}

static void both_figures_are_kept_and_compared(void **state)
{
    /* booked 200 uL; 50 uL of tolerance; the difference is what the witness did not see */
    static const struct {
        int64_t put_ul, seen_ul, difference_ul;
    } cases[] = { { 250, 250, 0 }, { 251, 251, 51 }, { 150, 150, 0 }, { 149, 149, -51 }, { 200, 199, -1 }, { 199, 200, 1 } };
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_waste(book, dose, QUANTITY_UL, 200);
        typed(book, QUANTITY_UL, cases[i].put_ul, cases[i].seen_ul);
        if (cases[i].difference_ul == 0)
            expect_none(book);
        else
            expect(book, REFUSAL_AMOUNTS_DIFFER);
    }
    place(book);
    assert_int_equal(50000, leaf_number(book, SUBJECT_CASE, 1, CASE_DIFFERENCE));
    assert_int_equal(dose, leaf_number(book, SUBJECT_CASE, 1, CASE_ID));
    begin_waste(book, dose, QUANTITY_UL, 200);
    put_amount(book, 4, QUANTITY_UL, 200);
    expect(book, REFUSAL_COMBINATION);
    typed(book, QUANTITY_REST, 0, 0);
    expect(book, REFUSAL_UNIT);
    begin_waste(book, dose, QUANTITY_UL, 200);
    put_amount(book, 4, QUANTITY_NG, 10 * MG);
    put_amount(book, 5, QUANTITY_UL, 200);
    expect_none(book); /* one reads mg and the other mL */
}

static void a_remainder_without_a_witness_follows_the_policy(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_waste(book, dose, QUANTITY_UL, 100);
    book->event.signer_count = 1;
    put_amount(book, FACT_WASTE_PUT, QUANTITY_REST, 0);
    expect(book, REFUSAL_UNIT, REFUSAL_NO_WITNESS); /* a figure is one, also where nothing is there to compare it with */
    begin_waste(book, dose, QUANTITY_UL, 100);
    book->event.signer_count = 1;
    forbidden(book, REFUSAL_NO_WITNESS, true);
    assert_int_equal(DUE_IRREGULAR | DUE_WITNESS, waits_for(book, book->entries));
    begin_held(book, NURSE, dose);
    expect_none(book);
    change_policy(book, POLICY_WITNESS, WITNESS_REQUIRED);
    begin_held(book, NURSE, dose);
    expect(book, REFUSAL_NO_WITNESS);
    change_policy(book, POLICY_WITNESS, WITNESS_LISTED);
    begin_waste(book, dose, QUANTITY_UL, 100);
    book->event.signer_count = 1;
    expect_none(book);
    place(book);
    assert_int_equal(DUE_WITNESS, waits_for(book, book->entries));
    begin_countersign(book, book->entries, OWNER);
    place(book);
    assert_int_equal(0, waits_for(book, book->entries - 1));
}

static void a_witness_who_is_only_said_to_have_seen_it_signs_later(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book), entry;

    begin_waste(book, dose, QUANTITY_UL, 100);
    book->event.signers[1] = (struct event_signer){ OWNER, MEANING_REPORTED };
    act_done_by(book, WITNESS, MEANING_WITNESSED);
    typed(book, QUANTITY_UL, 100, 100); /* as the paper has them */
    expect_none(book);
    place(book);
    entry = book->entries;
    assert_int_equal(DUE_WITNESS, waits_for(book, entry));
    begin_countersign(book, entry, OWNER);
    expect(book, REFUSAL_OWN_COUNTERSIGN);
    begin_countersign(book, entry, WITNESS);
    place(book);
    assert_int_equal(0, waits_for(book, entry));
}

static void nobody_witnesses_their_own_waste(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_waste(book, dose, QUANTITY_UL, 100);
    book->event.signers[1].person = NURSE;
    typed(book, QUANTITY_UL, 100, 100);
    expect(book, REFUSAL_SAME_PERSON);
    begin_waste(book, dose, QUANTITY_UL, 100);
    book->event.signers[1].person = AUDITOR;
    typed(book, QUANTITY_UL, 100, 100);
    forbidden(book, REFUSAL_ROLE, true);
}

static void a_vial_is_wasted_in_whole_microlitres(void **state)
{
    struct book *book = *state;

    begin_vial_waste(book, 1, QUANTITY_NG, 25000);
    typed(book, QUANTITY_NG, 25000, 25000);
    expect(book, REFUSAL_NOT_EXACT);
    begin_vial_waste(book, 1, QUANTITY_SPRAYS, 1);
    typed(book, QUANTITY_NG, 1, 1);
    expect(book, REFUSAL_UNIT);
    begin_vial_waste(book, 1, QUANTITY_UL, 0);
    typed(book, QUANTITY_UL, 0, 0);
    expect(book, REFUSAL_COMBINATION);
    begin_vial_waste(book, 1, QUANTITY_UL, 10001);
    typed(book, QUANTITY_UL, 10000, 10000);
    expect(book, REFUSAL_OVERDRAWN);
    begin_vial_waste(book, 1, QUANTITY_REST, 0);
    typed(book, QUANTITY_NG, 500 * MG - 1, 500 * MG - 1); /* typed figures may be anything */
    place(book);
    assert_int_equal(10000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_WASTED));
    assert_int_equal(VIAL_FINISHED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    begin_vial_waste(book, 1, QUANTITY_REST, 0);
    typed(book, QUANTITY_UL, 1, 1);
    expect(book, REFUSAL_VIAL_FINISHED);
    begin_vial_waste(book, 2, QUANTITY_UL, 100);
    put_number(book, 1, 1);
    judged(book);
    assert_int_equal(REFUSAL_NO_SUBJECT, book->refusal->code);
}

static void stock_that_nobody_opened_is_no_waste_unless_it_broke(void **state)
{
    struct book *book = *state;

    begin_vial_waste(book, 1, QUANTITY_UL, 100);
    typed(book, QUANTITY_UL, 100, 100);
    put_number(book, 6, 3);
    forbidden(book, REFUSAL_UNOPENED_WASTED, false);
    assert_int_equal(VIAL_OPEN, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    begin_vial_waste(book, 2, QUANTITY_UL, 100);
    typed(book, QUANTITY_UL, 100, 100);
    place(book);
    assert_int_equal(VIAL_OPEN, leaf_number(book, SUBJECT_VIAL, 2, VIAL_STATE)); /* what is left is of an open vial */
    assert_int_not_equal(0, leaf_number(book, SUBJECT_VIAL, 2, VIAL_BEYOND_USE));
    begin_vial_waste(book, 1, QUANTITY_UL, 100);
    typed(book, QUANTITY_UL, 100, 100);
    put_number(book, 6, 3);
    expect(book, REFUSAL_DUPLICATE); /* nothing else would show that it was entered twice */
    begin_vial_waste(book, 1, QUANTITY_UL, 110);
    typed(book, QUANTITY_UL, 110, 110);
    put_number(book, 6, 3);
    expect_none(book);
}

static void what_is_running_is_stopped_before_it_is_settled(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_give(book, dose, PHASE_START, QUANTITY_UL, 0);
    place(book);
    begin_waste(book, dose, QUANTITY_UL, 100);
    typed(book, QUANTITY_UL, 100, 100);
    expect(book, REFUSAL_PHASE);
    begin_residual(book, dose, QUANTITY_UL, 100);
    expect(book, REFUSAL_PHASE);
    begin_held(book, NURSE, dose);
    expect(book, REFUSAL_PHASE);
}

static void a_waste_is_of_a_dose_or_of_a_vial(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_waste(book, dose, QUANTITY_UL, 100);
    put_number(book, 2, 2);
    typed(book, QUANTITY_UL, 100, 100);
    expect(book, REFUSAL_COMBINATION);
}

/* ---- residual */

static void a_residual_above_its_bound_opens_a_case(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_residual(book, dose, QUANTITY_UL, 60);
    expect_none(book);
    place(book);
    begin_residual(book, dose, QUANTITY_UL, 60);
    expect_none(book);
    begin_residual(book, dose, QUANTITY_UL, 61); /* many small ones are not less than one large */
    expect(book, REFUSAL_RESIDUAL_HIGH);
    place(book);
    assert_int_equal(121 * 50000, book->verdict.broken[0].a);
    assert_int_equal(120 * 50000, book->verdict.broken[0].b);
    assert_int_equal(-50000, leaf_number(book, SUBJECT_CASE, 1, CASE_DIFFERENCE));
    assert_int_equal(121 * 50000, leaf_number(book, SUBJECT_DOSE, dose, DOSE_RESIDUAL));
}

static void a_line_of_diluted_drug_keeps_more_than_a_hub(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 700);
    put_number(book, 5, 100000);
    dose = place(book);
    begin_residual(book, dose, QUANTITY_UL, 15000);
    expect(book, REFUSAL_RESIDUAL_HIGH);
    put_number(book, 3, 2);
    expect_none(book);
    put_amount(book, 2, QUANTITY_UL, 15001);
    expect(book, REFUSAL_RESIDUAL_HIGH);
}

static void a_spray_that_stayed_in_a_device_is_asked_about(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 2, 2);
    dose = drawn(book, place(book), 15, 200);
    begin_give(book, dose, PHASE_BOLUS, QUANTITY_SPRAYS, 1);
    place(book);
    begin_residual(book, dose, QUANTITY_REST, 0);
    put_number(book, 3, 4);
    expect(book, REFUSAL_RESIDUAL_HIGH);
}

/* ---- held */

static void a_sealed_remainder_is_opened_by_who_sealed_it_or_for_a_reason(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_held(book, NURSE_B, dose);
    place(book);
    assert_int_equal(DOSE_IS_HELD, leaf_number(book, SUBJECT_DOSE, dose, DOSE_STATE));
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPEN_DOSES));
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_DOSES));
    begin_held(book, NURSE_B, dose);
    expect(book, REFUSAL_PHASE);
    begin_waste(book, dose, QUANTITY_REST, 0);
    typed(book, QUANTITY_UL, 700, 700);
    expect(book, REFUSAL_SETTLE_HELD);
    book->event.signers[0].person = NURSE_B;
    expect_none(book);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_UL, 100); /* given after all: the bag is open */
    act_because(book, 2);
    place(book);
    assert_int_equal(1, leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPEN_DOSES));
    begin_waste(book, dose, QUANTITY_REST, 0);
    typed(book, QUANTITY_UL, 600, 600);
    place(book);
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_DOSES));
    begin_held(book, NURSE, dose);
    expect(book, REFUSAL_SETTLED);
}

/* ---- return */

static void a_sealed_device_goes_back_and_can_be_drawn_again(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 2, 2);
    dose = drawn(book, place(book), 15, 200);
    begin_return(book, dose);
    put_number(book, 2, SAFE);
    place(book);
    assert_int_equal(28 * MG, leaf_number(book, SUBJECT_DOSE, dose, DOSE_RETURNED));
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, 15, VIAL_STATE));
    assert_int_equal(200, leaf_number(book, SUBJECT_VIAL, 15, VIAL_LEFT));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, SPRAVATO, TOTAL_IN_DOSES));
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_COMMITTED));
    begin_return(book, dose);
    expect(book, REFUSAL_SETTLED);
    wait_for(book, 6 * BOOK_MINUTE);
    begin_draw(book, 1, 15, 200);
    expect_none(book);
}

static void only_what_is_whole_and_sealed_goes_back(void **state)
{
    struct book *book = *state;
    uint32_t dose, syringe;

    begin_session(book, 1, 1);
    dose = drawn(book, place(book), 1, 100);
    syringe = drawn(book, 1, 19, 1000);
    begin_return(book, dose);
    expect(book, REFUSAL_SEAL_BROKEN); /* drawn from a vial */
    begin_return(book, syringe);
    expect_none(book);
    book->event.facts.values[2].present = false;
    expect(book, REFUSAL_SEAL_BROKEN); /* nobody says that its seal is whole */
    begin_waste(book, syringe, QUANTITY_UL, 1);
    typed(book, QUANTITY_UL, 1, 1);
    place(book);
    begin_return(book, syringe);
    expect(book, REFUSAL_SEAL_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(what_is_wasted_with_a_witness_is_settled),
        in_two(both_figures_are_kept_and_compared),
        in_two(a_remainder_without_a_witness_follows_the_policy),
        in_eight(a_witness_who_is_only_said_to_have_seen_it_signs_later),
        in_eight(nobody_witnesses_their_own_waste),
        in_two(a_vial_is_wasted_in_whole_microlitres),
        in_two(stock_that_nobody_opened_is_no_waste_unless_it_broke),
        in_two(what_is_running_is_stopped_before_it_is_settled),
        in_two(a_waste_is_of_a_dose_or_of_a_vial),
        in_two(a_residual_above_its_bound_opens_a_case),
        in_two(a_line_of_diluted_drug_keeps_more_than_a_hub),
        in_two(a_spray_that_stayed_in_a_device_is_asked_about),
        in_eight(a_sealed_remainder_is_opened_by_who_sealed_it_or_for_a_reason),
        in_two(a_sealed_device_goes_back_and_can_be_drawn_again),
        in_two(only_what_is_whole_and_sealed_goes_back),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
