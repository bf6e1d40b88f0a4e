/* Patients, and the sessions in which doses are given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { MG = 1000000 }; /* ng */

static void begin_order(struct book *book, enum route route)
{
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_KETAMINE);
    put_number(book, 3, route);
}

static void begin_observe(struct book *book, uint32_t session)
{
    act(book, KIND_OBSERVE, NURSE, MEANING_DID);
    put_number(book, 1, session);
    put_number(book, 5, 1);
}

static void treat(struct book *book, uint32_t session)
{
    begin_draw(book, session, 1, 700);
    begin_give(book, place(book), PHASE_WHOLE, QUANTITY_REST, 0);
    place(book);
}

/* ---- patients */

static void those_locked_out_are_kept_once_and_sorted(void **state)
{
    static const int64_t first[] = { NURSE_C, OWNER }, second[] = { NURSE_B, OWNER, NURSE_B };
    struct book *book = *state;

    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_list(book, 2, first, 2);
    assert_int_equal(3, place(book));
    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_number(book, 1, 3);
    put_list(book, 2, second, 3);
    place(book);
    assert_int_equal(OWNER, leaf_number(book, SUBJECT_PATIENT, 3, PATIENT_MAY_NOT_ACT));
    assert_int_equal(NURSE_B, leaf_number(book, SUBJECT_PATIENT, 3, PATIENT_MAY_NOT_ACT + 1));
    assert_int_equal(NURSE_C, leaf_number(book, SUBJECT_PATIENT, 3, PATIENT_MAY_NOT_ACT + 2));
    assert_int_equal(0, leaf_number(book, SUBJECT_PATIENT, 3, PATIENT_MAY_NOT_ACT + 3));
    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_number(book, 1, 3);
    expect(book, REFUSAL_COMBINATION); /* adds nothing */
}

static void a_list_of_the_locked_out_that_is_full_takes_no_more(void **state)
{
    struct book *book = *state;
    int64_t all[64];

    for (unsigned i = 0; i < 64; i++) /* the same few, many times, are few */
        all[i] = 1 + i % 3;
    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_list(book, 2, all, 64);
    expect_none(book);
    put_list(book, 2, (const int64_t[]){ 10 }, 1);
    expect(book, REFUSAL_NO_PERSON);
}

static void begin_let_in(struct book *book, int64_t doer, int64_t officer, int64_t person)
{
    act(book, KIND_PATIENT, doer, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 3, &person, 1);
    if (officer != 0)
        act_signed(book, officer, MEANING_APPROVED);
}

static void who_was_locked_out_may_act_again_when_an_officer_says_why(void **state)
{
    static const int64_t locked_out[] = { NURSE_B, CUSTODIAN };
    struct book *book = *state;

    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 2, locked_out, 2);
    act_signed(book, OWNER, MEANING_APPROVED);
    expect(book, REFUSAL_SIGNERS); /* nothing to approve */
    book->event.signer_count = 1;
    place(book);
    begin_let_in(book, NURSE, 0, NURSE_B);
    expect(book, REFUSAL_SIGNERS);
    begin_let_in(book, NURSE, PHYSICIAN, NURSE_B); /* no officer */
    expect(book, REFUSAL_SIGNERS);
    begin_let_in(book, NURSE_B, OWNER, NURSE_B); /* nobody lets himself in */
    expect(book, REFUSAL_OWN_GRANT);
    begin_let_in(book, PHYSICIAN, OWNER, NURSE_C);
    expect(book, REFUSAL_ALREADY_SO);
    begin_let_in(book, PHYSICIAN, OWNER, NURSE_B);
    put_list(book, 2, locked_out, 1);
    expect(book, REFUSAL_COMBINATION);
    begin_let_in(book, PHYSICIAN, OWNER, NURSE_B);
    expect(book, REFUSAL_NEEDS_REASON);
    act_because(book, 2);
    place(book);
    assert_int_equal(0, waits_for(book, book->entries));
    assert_int_equal(CUSTODIAN, leaf_number(book, SUBJECT_PATIENT, 1, PATIENT_MAY_NOT_ACT));
    assert_int_equal(0, leaf_number(book, SUBJECT_PATIENT, 1, PATIENT_MAY_NOT_ACT + 1));
    begin_session(book, 1, 1);
    book->event.signers[0].person = NURSE_B;
    expect_none(book);
}

static void an_auditor_approves_it_where_the_only_other_officer_is_who_was_locked_out(void **state)
{
    static const int64_t locked_out[] = { OWNER };
    struct book *book = *state;

    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 2, locked_out, 1);
    place(book);
    begin_let_in(book, NURSE, WITNESS, OWNER);
    act_because(book, 2);
    expect(book, REFUSAL_SIGNERS);
    begin_let_in(book, NURSE, AUDITOR, OWNER);
    act_because(book, 2);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_PATIENT, 1, PATIENT_MAY_NOT_ACT));
}

/* ---- sessions */

static void two_sessions_at_once_are_forbidden_and_written_down_where_they_were(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_session(book, 1, 1);
    forbidden(book, REFUSAL_SESSION_OPEN, true);
}

static void a_session_counts_on_order_and_patient(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    assert_int_equal(1, place(book));
    assert_int_equal(1, leaf_number(book, SUBJECT_ORDER, 1, ORDER_USED));
    assert_int_equal(day_of(2026, 3, 2), leaf_number(book, SUBJECT_ORDER, 1, ORDER_LAST_DAY));
    assert_int_equal(1, leaf_number(book, SUBJECT_PATIENT, 1, PATIENT_OPEN_SESSION));
    begin_session(book, 1, 1);
    expect(book, REFUSAL_SESSION_OPEN, REFUSAL_SESSIONS_PER_DAY);
    begin_close(book, 1, OUTCOME_NOT_STARTED);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_ORDER, 1, ORDER_USED));
    assert_int_equal(0, leaf_number(book, SUBJECT_PATIENT, 1, PATIENT_OPEN_SESSION));
    begin_close(book, 1, OUTCOME_STOPPED);
    expect(book, REFUSAL_SESSION_ENDED);
    begin_session(book, 1, 1);
    expect_none(book); /* what never began is none of the day's */
    place(book);
    begin_close(book, 2, OUTCOME_STOPPED);
    place(book);
    begin_session(book, 1, 1);
    expect(book, REFUSAL_SESSIONS_PER_DAY);
    wait_for(book, BOOK_DAY);
    begin_session(book, 1, 1);
    expect_none(book);
}

static void a_session_has_a_place_and_an_order_of_its_patient(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    book->event.facts.values[2].present = false;
    forbidden(book, REFUSAL_NO_PLACE, true);
    begin_close(book, 1, OUTCOME_NOT_STARTED);
    place(book);
    begin_session(book, 2, 1);
    forbidden(book, REFUSAL_OTHER_PATIENT, true);
}

static void an_order_is_used_up_and_spaced(void **state)
{
    struct book *book = *state;
    uint32_t order;

    begin_order(book, ROUTE_IV);
    put_number(book, 5, 35 * MG);
    put_number(book, 9, 2);
    put_number(book, 10, 3);
    order = place(book);
    begin_session(book, 1, order);
    place(book);
    begin_close(book, 1, OUTCOME_STOPPED);
    place(book);
    wait_for(book, 2 * BOOK_DAY);
    begin_session(book, 1, order);
    expect(book, REFUSAL_INTERVAL);
    wait_for(book, BOOK_DAY);
    begin_session(book, 1, order);
    expect_none(book);
    place(book);
    begin_close(book, 2, OUTCOME_STOPPED);
    place(book);
    wait_for(book, 3 * BOOK_DAY);
    begin_session(book, 1, order);
    forbidden(book, REFUSAL_ORDER_USED, true);
}

static void a_course_is_over_after_days_without_a_session(void **state)
{
    struct book *book = *state;
    uint32_t order;

    begin_order(book, ROUTE_IV);
    put_number(book, 5, 35 * MG);
    put_number(book, 9, 6);
    put_number(book, 14, 14);
    order = place(book);
    assert_int_equal(14, leaf_number(book, SUBJECT_ORDER, order, ORDER_LAPSE));
    wait_for(book, 15 * BOOK_DAY); /* a course that has not begun is not over */
    begin_session(book, 1, order);
    place(book);
    begin_close(book, 1, OUTCOME_STOPPED);
    place(book);
    wait_for(book, 14 * BOOK_DAY);
    begin_session(book, 1, order);
    expect_none(book);
    wait_for(book, BOOK_DAY);
    begin_session(book, 1, order);
    expect(book, REFUSAL_COURSE_LAPSED);
    act_because(book, 2);
    place(book);
}

static void an_order_holds_from_its_beginning_through_its_end(void **state)
{
    static const struct {
        int64_t after_begin_ms;
        unsigned code;
    } cases[] = { { -1, REFUSAL_ORDER_TIME }, { 0, 0 }, { 60000, 0 }, { 60001, REFUSAL_ORDER_TIME } };
    struct book *book = *state;
    int64_t from_ms = book->now_ms + BOOK_HOUR;
    uint32_t order;

    begin_order(book, ROUTE_IV);
    put_number(book, 5, 35 * MG);
    put_time(book, 11, from_ms);
    put_time(book, 12, from_ms + 60000);
    order = place(book);
    book->now_ms = from_ms + 120000;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_session(book, 1, order);
        book->event.occurred.ms = from_ms + cases[i].after_begin_ms;
        if (cases[i].code == 0)
            expect_none(book);
        else
            expect(book, cases[i].code);
    }
}

/* What a pump has given is read before the treatment ends, however it ends. */
static void no_session_ends_while_a_dose_of_it_runs(void **state)
{
    static const enum outcome outcomes[] = { OUTCOME_STOPPED, OUTCOME_AGAINST_ADVICE, OUTCOME_TRANSFERRED, OUTCOME_DIED };
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 600);
    place(book);
    begin_give(book, 1, PHASE_START, QUANTITY_UL, 0);
    facts_put_number(&book->event.facts, 4, ROUTE_IV);
    place_irregular(book); /* undiluted */
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        begin_close(book, 1, outcomes[i]);
        judged(book);
        assert_non_null(book->refusal);
        assert_int_equal(REFUSAL_UNSETTLED, book->refusal->code);
        assert_int_equal(1, book->refusal->a);
    }
    begin_give(book, 1, PHASE_STOP, QUANTITY_UL, 200);
    place(book);
    begin_close(book, 1, OUTCOME_TRANSFERRED);
    expect_none(book); /* its rest is settled afterwards */
}

static void a_completed_session_is_observed_and_settled(void **state)
{
    struct book *book = *state;
    int64_t stopped_ms;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 600);
    place(book);
    begin_close(book, 1, OUTCOME_COMPLETED);
    expect(book, REFUSAL_UNSETTLED);
    begin_close(book, 1, OUTCOME_NOT_STARTED);
    expect(book, REFUSAL_UNSETTLED);
    begin_session(book, 2, 0);
    place_irregular(book);
    begin_draw(book, 2, 2, 100);
    place_irregular(book);
    begin_close(book, 2, OUTCOME_NOT_STARTED);
    forbidden(book, REFUSAL_UNSETTLED, true);
    begin_close(book, 1, OUTCOME_DIED);
    expect_none(book); /* what is left is settled afterwards */
    begin_give(book, 1, PHASE_WHOLE, QUANTITY_REST, 0);
    stopped_ms = book->now_ms;
    place(book);
    begin_close(book, 1, OUTCOME_NOT_STARTED);
    expect(book, REFUSAL_COMBINATION); /* something was given */
    book->now_ms = stopped_ms + 30 * BOOK_MINUTE;
    begin_close(book, 1, OUTCOME_COMPLETED);
    expect_none(book);
    book->event.occurred.ms--;
    expect(book, REFUSAL_OBSERVATION);
    begin_close(book, 1, OUTCOME_STOPPED);
    book->event.occurred.ms--;
    expect(book, REFUSAL_OBSERVATION);
    begin_close(book, 1, OUTCOME_AGAINST_ADVICE);
    book->event.occurred.ms--;
    expect_none(book);
    begin_close(book, 1, OUTCOME_AGAINST_ADVICE);
    book->event.occurred.ms = leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPENED_AT) - BOOK_MINUTE - 1;
    judged(book);
    assert_non_null(book->refusal);
    assert_int_equal(REFUSAL_BEFORE, book->refusal->code);
}

static void blood_pressure_is_taken_before_and_after(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    treat(book, 1);
    wait_for(book, 30 * BOOK_MINUTE);
    begin_close(book, 1, OUTCOME_COMPLETED);
    expect_none(book); /* once, at its end */
    book->event.facts.values[3].present = false;
    expect(book, REFUSAL_VITALS_MISSING);
    put_number(book, 2, OUTCOME_STOPPED);
    expect_none(book);
    begin_observe(book, 1);
    put_number(book, 11, 80); /* half of one is none */
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_VITALS));
    begin_observe(book, 1);
    put_number(book, 10, 120);
    place(book);
    assert_int_equal(1, leaf_number(book, SUBJECT_SESSION, 1, SESSION_VITALS));
    begin_close(book, 1, OUTCOME_COMPLETED);
    book->event.facts.values[3].present = false;
    expect_none(book);
    begin_policy(book);
    put_number(book, POLICY_VITALS, 3);
    place(book);
    begin_close(book, 1, OUTCOME_COMPLETED);
    expect(book, REFUSAL_VITALS_MISSING);
    assert_int_equal(3, book->verdict.broken[0].a);
    assert_int_equal(4, book->verdict.broken[0].b);
    begin_close(book, 1, OUTCOME_AGAINST_ADVICE);
    place(book);
    begin_session(book, 2, 2);
    book->event.facts.values[4].present = false;
    place(book);
    begin_policy(book);
    place(book);
    begin_close(book, 2, OUTCOME_COMPLETED);
    expect(book, REFUSAL_VITALS_MISSING); /* none before it began */
    begin_policy(book);
    put_number(book, POLICY_VITALS, 0);
    place(book);
    begin_close(book, 2, OUTCOME_COMPLETED);
    expect_none(book);
}

static void who_was_given_something_leaves_with_an_escort(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_close(book, 1, OUTCOME_COMPLETED);
    book->event.facts.values[2].present = false;
    expect_none(book); /* nothing was given */
    treat(book, 1);
    wait_for(book, 30 * BOOK_MINUTE);
    begin_close(book, 1, OUTCOME_COMPLETED);
    book->event.facts.values[2].present = false;
    expect(book, REFUSAL_ESCORT_MISSING);
    put_number(book, 2, OUTCOME_AGAINST_ADVICE);
    expect_none(book);
    begin_policy(book);
    put_number(book, POLICY_ESCORT, 0);
    place(book);
    begin_close(book, 1, OUTCOME_COMPLETED);
    book->event.facts.values[2].present = false;
    expect_none(book);
}

static void esketamine_is_observed_two_hours_from_the_first_spray(void **state)
{
    struct book *book = *state;
    int64_t sprayed_ms;

    begin_session(book, 2, 2);
    place(book);
    begin_draw(book, 1, 15, 200);
    place(book);
    begin_give(book, 1, PHASE_WHOLE, QUANTITY_SPRAYS, 2);
    sprayed_ms = book->now_ms;
    place(book);
    book->now_ms = sprayed_ms + 120 * BOOK_MINUTE;
    begin_close(book, 1, OUTCOME_COMPLETED);
    expect_none(book);
    book->event.occurred.ms--;
    forbidden(book, REFUSAL_OBSERVATION, true);
}

static void observations_belong_to_the_session_while_it_lasts(void **state)
{
    struct book *book = *state;
    int64_t closed_ms;

    begin_session(book, 1, 1);
    place(book);
    treat(book, 1);
    begin_observe(book, 1);
    place(book);
    assert_int_equal(1, leaf_number(book, SUBJECT_SESSION, 1, SESSION_READY));
    assert_int_equal(book->now_ms - BOOK_MINUTE, leaf_number(book, SUBJECT_SESSION, 1, SESSION_OBSERVED_AT));
    begin_close(book, 1, OUTCOME_AGAINST_ADVICE);
    closed_ms = book->now_ms;
    place(book);
    begin_observe(book, 1);
    book->event.occurred.ms = closed_ms;
    expect_none(book);
    begin_observe(book, 1);
    forbidden(book, REFUSAL_SESSION_CLOSED, true);
}

static void leap_days_are_days(void **state)
{
    struct book *book = *state;

    wait_for(book, (day_of(2028, 2, 29) - day_of(2026, 3, 2)) * BOOK_DAY);
    begin_order(book, ROUTE_IV);
    put_number(book, 5, 35 * MG);
    put_number(book, 9, 2);
    put_number(book, 10, 1);
    assert_int_equal(3, place(book));
    begin_session(book, 1, 3);
    place(book);
    assert_int_equal(day_of(2028, 3, 1) - 1, leaf_number(book, SUBJECT_ORDER, 3, ORDER_LAST_DAY));
    begin_close(book, 1, OUTCOME_STOPPED);
    place(book);
    wait_for(book, BOOK_DAY);
    begin_session(book, 1, 3);
    expect_none(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_eight(those_locked_out_are_kept_once_and_sorted),
        in_two(a_list_of_the_locked_out_that_is_full_takes_no_more),
        in_two(two_sessions_at_once_are_forbidden_and_written_down_where_they_were),
        in_eight(who_was_locked_out_may_act_again_when_an_officer_says_why),
        in_eight(an_auditor_approves_it_where_the_only_other_officer_is_who_was_locked_out),
        in_two(a_session_counts_on_order_and_patient),
        in_two(a_session_has_a_place_and_an_order_of_its_patient),
        in_two(an_order_is_used_up_and_spaced),
        in_two(a_course_is_over_after_days_without_a_session),
        in_two(an_order_holds_from_its_beginning_through_its_end),
        in_two(no_session_ends_while_a_dose_of_it_runs),
        in_two(a_completed_session_is_observed_and_settled),
        in_two(blood_pressure_is_taken_before_and_after),
        in_two(who_was_given_something_leaves_with_an_escort),
        in_two(esketamine_is_observed_two_hours_from_the_first_spray),
        in_two(observations_belong_to_the_session_while_it_lasts),
        in_two(leap_days_are_days),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
