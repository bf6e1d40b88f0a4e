/* How a case is opened by hand, compensated and resolved; and who has to be from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { MG = 1000000, NG_PER_UL = 50000 }; /* of product 1 */

/* ---- acts */

/* The words themselves are private: the rules see that there are some. */
static void with_words(struct book *book)
{
    book->event.privates[book->event.private_count++] = (struct event_private){ .key = 40, .hash = { 4, 0 } };
}

static void begin_case(struct book *book, int64_t person, int64_t difference_ng)
{
    act(book, KIND_CASE, person, MEANING_DID);
    if (difference_ng != 0)
        put_number(book, 3, difference_ng);
    with_words(book);
}

static uint32_t a_case(struct book *book, int64_t person, int64_t difference_ng)
{
    begin_case(book, person, difference_ng);
    return place(book);
}

static void begin_resolve(struct book *book, uint32_t number, int64_t person, enum cause cause)
{
    act(book, KIND_RESOLVE, person, MEANING_DID);
    put_number(book, 1, number);
    put_number(book, 2, cause);
    with_words(book);
}

/* By the nurse, with the owner's approval. */
static void begin_adjust(struct book *book, uint32_t number, uint32_t vial, int64_t change_ul)
{
    act(book, KIND_ADJUST, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    put_number(book, 1, number);
    put_number(book, 2, vial);
    put_number(book, 3, change_ul);
}

static void begin_adjust_dose(struct book *book, uint32_t number, uint32_t dose, int64_t change_ng)
{
    act(book, KIND_ADJUST, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    put_number(book, 1, number);
    put_number(book, 4, dose);
    put_number(book, 5, change_ng);
}

static int64_t state_of(struct book *book, uint32_t number)
{
    return leaf_number(book, SUBJECT_CASE, number, CASE_STATE);
}

static int64_t open_cases(struct book *book)
{
    return leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES);
}

static int64_t total_of(struct book *book, unsigned at)
{
    return leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, at);
}

/* A dose of 35 mg in 0.7 mL for patient 1. */
static uint32_t a_dose(struct book *book)
{
    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 700);
    return place(book);
}

/* ---- case */

static void what_nobody_else_asked_about_is_a_case_too(void **state)
{
    struct book *book = *state;
    uint32_t number;

    begin_case(book, NURSE, -3 * MG);
    put_number(book, 1, 2);
    expect_none(book);
    number = place(book);
    assert_int_equal(1, number);
    assert_int_equal(CASE_IS_OPEN, state_of(book, number));
    assert_int_equal(0, leaf_number(book, SUBJECT_CASE, number, CASE_CODE));
    assert_int_equal(book->entries, leaf_number(book, SUBJECT_CASE, number, CASE_ENTRY));
    assert_int_equal(SUBJECT_VIAL, leaf_number(book, SUBJECT_CASE, number, CASE_SUBJECT));
    assert_int_equal(2, leaf_number(book, SUBJECT_CASE, number, CASE_ID));
    assert_int_equal(-3 * MG, leaf_number(book, SUBJECT_CASE, number, CASE_DIFFERENCE));
    assert_int_equal(NURSE, leaf_number(book, SUBJECT_CASE, number, CASE_PEOPLE));
    assert_int_equal(1, open_cases(book));
    assert_int_equal(1, book->verdict.case_id);
    assert_int_equal(1, book->verdict.case_count);
}

static void a_case_is_about_one_thing_and_says_what_happened(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_case(book, NURSE, 0);
    put_number(book, 1, 2);
    put_number(book, 2, dose);
    expect(book, REFUSAL_COMBINATION);
    begin_case(book, NURSE, 0);
    book->event.private_count = 0;
    expect(book, REFUSAL_FIELD);
    begin_case(book, NURSE, 0);
    put_number(book, 4, book->entries + 1);
    expect(book, REFUSAL_NO_ENTRY);
    begin_case(book, NURSE, 0);
    put_number(book, 4, book->entries);
    expect_none(book);
}

/* ---- resolve */

static void an_officer_with_no_part_in_it_resolves_a_case_at_once(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 0);

    begin_resolve(book, number, OWNER, CAUSE_EXPLAINED);
    expect_none(book);
    place(book);
    assert_int_equal(CASE_IS_RESOLVED, state_of(book, number));
    assert_int_equal(book->entries, leaf_number(book, SUBJECT_CASE, number, CASE_RESOLVED));
    assert_int_equal(CAUSE_EXPLAINED, leaf_number(book, SUBJECT_CASE, number, CASE_CAUSE));
    assert_int_equal(0, waits_for(book, book->entries));
    assert_int_equal(0, open_cases(book));
}

static void that_officer_may_approve_what_another_found_out(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 0);

    begin_resolve(book, number, NURSE, CAUSE_EXPLAINED);
    act_signed(book, OWNER, MEANING_APPROVED);
    place(book);
    assert_int_equal(CASE_IS_RESOLVED, state_of(book, number));
}

static void a_case_is_not_resolved_without_words(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 0);

    begin_resolve(book, number, OWNER, CAUSE_EXPLAINED);
    book->event.private_count = 0;
    expect(book, REFUSAL_FIELD);
}

/* Both have a part in it: the case stays open in every claim until an auditor from outside has looked. */
static void a_house_of_two_resolves_its_own_case_with_somebody_from_outside(void **state)
{
    struct book *book = *state;
    uint32_t number, resolved, due_h = 720;

    begin_waste(book, a_dose(book), QUANTITY_UL, 200);
    put_amount(book, 4, QUANTITY_UL, 200);
    put_amount(book, 5, QUANTITY_UL, 150);
    place(book);
    number = book->verdict.case_id;
    begin_resolve(book, number, NURSE, CAUSE_EXPLAINED);
    act_signed(book, OWNER, MEANING_APPROVED);
    expect_none(book);
    place(book);
    resolved = book->entries;
    assert_int_equal(CASE_WAITS_OUTSIDE, state_of(book, number));
    assert_int_equal(DUE_OUTSIDE, waits_for(book, resolved));
    assert_int_equal(book->placing.recorded_ms + due_h * BOOK_HOUR, leaf_number(book, LEAF_TABLE_DUE, resolved, DUE_BY));
    assert_int_equal(1, open_cases(book));

    begin_countersign(book, resolved, OWNER);
    expect(book, REFUSAL_OWN_COUNTERSIGN);
    begin_person(book, "auditor", 9, ROLE_AUDITOR);
    place(book);
    begin_countersign(book, resolved, (int64_t)book->born);
    expect_none(book);
    place(book);
    assert_int_equal(CASE_IS_RESOLVED, state_of(book, number));
    assert_int_equal(0, waits_for(book, resolved));
    assert_int_equal(0, open_cases(book));
}

/* The nurse opened it and does not resolve it: she is no outsider for that. Nor is who holds neither role. */
static void who_has_a_part_in_a_case_is_never_from_outside(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 0), resolved;

    begin_resolve(book, number, CUSTODIAN, CAUSE_EXPLAINED);
    place(book);
    resolved = book->entries;
    assert_int_equal(CASE_WAITS_OUTSIDE, state_of(book, number));
    begin_countersign(book, resolved, NURSE);
    expect(book, REFUSAL_COUNTERSIGNER);
    begin_countersign(book, resolved, PHYSICIAN);
    expect(book, REFUSAL_COUNTERSIGNER);
    begin_countersign(book, resolved, CUSTODIAN);
    expect(book, REFUSAL_OWN_COUNTERSIGN);
    begin_countersign(book, resolved, OWNER);
    expect_none(book);
    begin_countersign(book, resolved, AUDITOR);
    place(book);
    assert_int_equal(CASE_IS_RESOLVED, state_of(book, number));
}

/* The count of open cases falls once, whatever else the countersigned entry touched. */
static void a_countersign_resolves_no_case_but_that_of_its_entry(void **state)
{
    struct book *book = *state;
    uint32_t one = a_case(book, OWNER, 0), other = a_case(book, OWNER, 0);

    begin_resolve(book, one, OWNER, CAUSE_EXPLAINED);
    place(book);
    begin_resolve(book, other, OWNER, CAUSE_EXPLAINED);
    place(book);
    begin_countersign(book, book->entries - 1, NURSE);
    place(book);
    assert_int_equal(CASE_IS_RESOLVED, state_of(book, one));
    assert_int_equal(CASE_WAITS_OUTSIDE, state_of(book, other));
    assert_int_equal(1, open_cases(book));
}

static void a_case_is_resolved_once(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 0), own = a_case(book, OWNER, 0);

    begin_resolve(book, number, OWNER, CAUSE_EXPLAINED);
    place(book);
    begin_resolve(book, number, OWNER, CAUSE_EXPLAINED);
    expect(book, REFUSAL_CASE_RESOLVED);
    begin_adjust(book, number, 1, -10);
    expect(book, REFUSAL_CASE_RESOLVED);

    begin_resolve(book, own, OWNER, CAUSE_EXPLAINED);
    place(book);
    begin_adjust(book, own, 1, -10); /* it waits for somebody who looks at what it was resolved with */
    expect(book, REFUSAL_CASE_RESOLVED);
}

static void what_is_still_in_the_balance_is_resolved_with_a_reason(void **state)
{
    static const struct { enum cause cause; int64_t difference_ng; bool wants_reason; } rows[] = {
        { CAUSE_EXPLAINED, -MG, false },    { CAUSE_COUNTING_MISTAKE, -MG, false }, { CAUSE_OVERFILL, MG, false },
        { CAUSE_UNEXPLAINED, -MG, true },   { CAUSE_UNEXPLAINED, MG, true },        { CAUSE_UNEXPLAINED, 0, false },
        { CAUSE_BREAKAGE, -1, true },       { CAUSE_BREAKAGE, 0, false },           { CAUSE_RECORDING_MISTAKE, 1, true },
        { CAUSE_RECORDING_MISTAKE, 0, false }, { CAUSE_LOSS, 0, true },             { CAUSE_THEFT, 0, true } };
    struct book *book = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin_resolve(book, a_case(book, NURSE, rows[i].difference_ng), OWNER, rows[i].cause);
        if (rows[i].wants_reason)
            expect(book, REFUSAL_UNCOMPENSATED);
        else
            expect_none(book);
    }
    begin_adjust(book, a_case(book, NURSE, -10 * NG_PER_UL), 1, -10);
    place(book);
    begin_resolve(book, (uint32_t)(sizeof rows / sizeof rows[0]) + 1, OWNER, CAUSE_UNEXPLAINED);
    expect_none(book);
}

/* ---- adjust */

static void what_is_missing_of_a_vial_is_taken_from_the_balance_under_its_case(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, -300 * NG_PER_UL);
    int64_t on_hand = total_of(book, TOTAL_ON_HAND);

    begin_adjust(book, number, 1, -300);
    expect_none(book);
    place(book);
    assert_int_equal(9700, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(300, leaf_number(book, SUBJECT_VIAL, 1, VIAL_ADJUSTED_DOWN));
    assert_int_equal(on_hand - 300 * NG_PER_UL, total_of(book, TOTAL_ON_HAND));
    assert_int_equal(300 * NG_PER_UL, total_of(book, TOTAL_ADJUSTED_DOWN));
    assert_int_equal(-300 * NG_PER_UL, leaf_number(book, SUBJECT_CASE, number, CASE_ADJUSTED));
    assert_int_equal(1, leaf_number(book, SUBJECT_CASE, number, CASE_COMPENSATED));
}

static void what_is_too_much_is_added_likewise(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 300 * NG_PER_UL);

    begin_adjust(book, number, 1, 300);
    expect_none(book);
    place(book);
    assert_int_equal(10300, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(300 * NG_PER_UL, total_of(book, TOTAL_ADJUSTED_UP));
    assert_int_equal(300 * NG_PER_UL, leaf_number(book, SUBJECT_CASE, number, CASE_ADJUSTED));
}

static void an_officer_may_approve_an_adjustment_later(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 0);

    begin_adjust(book, number, 1, -300);
    book->event.signer_count = 1;
    place(book);
    assert_int_equal(DUE_APPROVAL, waits_for(book, book->entries));
}

/* One microlitre either side of what the case is about, in both directions and across nothing. */
static void more_than_the_case_is_about_wants_a_reason(void **state)
{
    static const struct { int64_t difference_ul, before_ul, change_ul; bool wants_reason; } rows[] = {
        { -300, 0, -300, false }, { -300, 0, -301, true }, { -300, -200, -100, false }, { -300, -200, -101, true },
        { -300, 0, 1, true },     { -300, -200, 200, false }, { -300, -200, 201, true },
        { 300, 0, 300, false },   { 300, 0, 301, true },   { 300, 0, -1, true },        { 0, 0, -9999, false }, { 0, 0, 9999, false } };
    struct book *book = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t number = a_case(book, NURSE, rows[i].difference_ul * NG_PER_UL);

        if (rows[i].before_ul != 0) {
            begin_adjust(book, number, 1, rows[i].before_ul);
            place(book);
        }
        begin_adjust(book, number, 2, rows[i].change_ul);
        if (rows[i].wants_reason)
            expect(book, REFUSAL_BEYOND_CASE);
        else
            expect_none(book);
    }
}

static void no_more_is_taken_from_a_vial_than_the_book_has(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 0);

    begin_adjust(book, number, 1, -10001);
    expect(book, REFUSAL_OVERDRAWN);
    begin_adjust(book, number, 1, -10000);
    place(book);
    assert_int_equal(VIAL_FINISHED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    begin_adjust(book, number, 1, 1);
    expect(book, REFUSAL_VIAL_FINISHED);
}

static void what_is_in_a_syringe_is_no_stock_to_adjust(void **state)
{
    struct book *book = *state;
    uint32_t number = a_case(book, NURSE, 0);

    begin_session(book, 2, 2);
    begin_draw(book, place(book), 15, 200);
    place(book);
    begin_adjust(book, number, 15, 1);
    expect(book, REFUSAL_VIAL_STATE);
}

static void a_dose_is_adjusted_in_either_direction(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book), number = a_case(book, NURSE, 0);
    int64_t in_doses = total_of(book, TOTAL_IN_DOSES);

    begin_adjust_dose(book, number, dose, 2 * MG);
    expect_none(book);
    place(book);
    assert_int_equal(37 * MG, leaf_number(book, SUBJECT_DOSE, dose, DOSE_OPEN));
    assert_int_equal(2 * MG, leaf_number(book, SUBJECT_DOSE, dose, DOSE_ADJUSTED_UP));
    assert_int_equal(37 * MG, leaf_number(book, SUBJECT_DOSE, dose, DOSE_SOURCES + SOURCE_LEFT));
    assert_int_equal(37 * MG, leaf_number(book, SUBJECT_DOSE, dose, DOSE_SOURCES + SOURCE_MASS));
    assert_int_equal(in_doses + 2 * MG, total_of(book, TOTAL_IN_DOSES));

    begin_adjust_dose(book, number, dose, -37 * MG);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_DOSE, dose, DOSE_OPEN));
    assert_int_equal(37 * MG, leaf_number(book, SUBJECT_DOSE, dose, DOSE_ADJUSTED_DOWN));
    assert_int_equal(DOSE_IS_SETTLED, leaf_number(book, SUBJECT_DOSE, dose, DOSE_STATE));
    assert_int_equal(-35 * MG, leaf_number(book, SUBJECT_CASE, number, CASE_ADJUSTED));
    begin_adjust_dose(book, number, dose, 1);
    expect(book, REFUSAL_SETTLED);
}

static void no_more_is_taken_from_a_dose_than_is_open(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book), number = a_case(book, NURSE, 0);

    begin_adjust_dose(book, number, dose, -35 * MG - 1);
    expect(book, REFUSAL_DOSE_OVERDRAWN);
    begin_adjust_dose(book, number, dose, -35 * MG);
    expect_none(book);
}

static void a_running_dose_is_read_before_it_is_adjusted(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book), number = a_case(book, NURSE, 0);

    begin_give(book, dose, PHASE_START, 0, 0);
    place(book);
    begin_adjust_dose(book, number, dose, -MG);
    expect(book, REFUSAL_PHASE);
}

static void an_adjustment_is_of_one_thing_and_of_an_amount(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book), number = a_case(book, NURSE, 0);

    begin_adjust(book, number, 1, 0);
    expect(book, REFUSAL_COMBINATION);
    begin_adjust(book, number, 1, 10);
    put_number(book, 4, dose);
    put_number(book, 5, MG);
    expect(book, REFUSAL_COMBINATION);
    begin_adjust(book, number, 1, 10);
    put_number(book, 5, MG);
    expect(book, REFUSAL_COMBINATION);
    begin_adjust_dose(book, number, dose, 0);
    expect(book, REFUSAL_COMBINATION);
    act(book, KIND_ADJUST, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    put_number(book, 1, number);
    expect(book, REFUSAL_COMBINATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(what_nobody_else_asked_about_is_a_case_too),
        in_two(a_case_is_about_one_thing_and_says_what_happened),
        in_two(an_officer_with_no_part_in_it_resolves_a_case_at_once),
        in_two(that_officer_may_approve_what_another_found_out),
        in_two(a_case_is_not_resolved_without_words),
        in_two(a_house_of_two_resolves_its_own_case_with_somebody_from_outside),
        in_eight(who_has_a_part_in_a_case_is_never_from_outside),
        in_two(a_countersign_resolves_no_case_but_that_of_its_entry),
        in_two(a_case_is_resolved_once),
        in_two(what_is_still_in_the_balance_is_resolved_with_a_reason),
        in_two(what_is_missing_of_a_vial_is_taken_from_the_balance_under_its_case),
        in_two(what_is_too_much_is_added_likewise),
        in_two(an_officer_may_approve_an_adjustment_later),
        in_two(more_than_the_case_is_about_wants_a_reason),
        in_two(no_more_is_taken_from_a_vial_than_the_book_has),
        in_two(what_is_in_a_syringe_is_no_stock_to_adjust),
        in_two(a_dose_is_adjusted_in_either_direction),
        in_two(no_more_is_taken_from_a_dose_than_is_open),
        in_two(a_running_dose_is_read_before_it_is_adjusted),
        in_two(an_adjustment_is_of_one_thing_and_of_an_amount),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
