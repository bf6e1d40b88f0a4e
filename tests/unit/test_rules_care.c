/* Patients, orders and the sessions in which doses are given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"

enum { MG = 1000000 }; /* ng */

static void begin_order(struct book *book, enum route route)
{
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_KETAMINE);
    put_number(book, 3, route);
}

static void by_weight(struct book *book, int64_t ng_per_kg, int64_t weight_g, int32_t weighed)
{
    put_number(book, 6, ng_per_kg);
    put_number(book, 7, weight_g);
    put_number(book, 8, weighed);
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

static void begin_cancel(struct book *book, uint32_t order)
{
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 13, order);
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

/* ---- orders */

static void an_order_has_one_basis_and_a_weight_for_a_dose_by_weight(void **state)
{
    struct book *book = *state;

    begin_order(book, ROUTE_IV);
    expect(book, REFUSAL_COMBINATION);
    put_number(book, 5, 35 * MG);
    expect_none(book);
    put_number(book, 6, 500000);
    expect(book, REFUSAL_COMBINATION);
    begin_order(book, ROUTE_IV);
    put_number(book, 6, 500000);
    expect(book, REFUSAL_COMBINATION);
    by_weight(book, 500000, 70000, day_of(2026, 3, 2));
    put_number(book, 7, 80000);
    expect_none(book);
    place(book);
    assert_int_equal(80000, leaf_number(book, SUBJECT_ORDER, 3, ORDER_WEIGHT));
    assert_int_equal(1, leaf_number(book, SUBJECT_ORDER, 3, ORDER_SESSIONS));
    begin_order(book, ROUTE_IV);
    put_number(book, 5, 34 * MG);
    put_time(book, 11, book->now_ms);
    put_time(book, 12, book->now_ms - 1);
    expect(book, REFUSAL_TIMES);
}

static void an_unusual_dose_tells_the_smaller_limit(void **state)
{
    static const struct {
        enum route route;
        int64_t dose_ng, per_kg_ng, weight_g;
        int64_t limit_ng; /* 0: usual */
    } cases[] = {
        { ROUTE_IV, 0, 1000000, 70000, 0 },          { ROUTE_IV, 0, 1000001, 70000, 70 * MG },
        { ROUTE_IV, 70 * MG, 0, 70000, 0 },          { ROUTE_IV, 70 * MG + 1, 0, 70000, 70 * MG },
        { ROUTE_IM, 140 * MG, 0, 70000, 0 },         { ROUTE_IM, 140 * MG + 1, 0, 70000, 140 * MG },
        { ROUTE_IV, 0, 1000000, 150000, 0 },         { ROUTE_IV, 0, 1000000, 150001, 150 * MG },
        { ROUTE_NASAL, 150 * MG, 0, 0, 0 },          { ROUTE_NASAL, 150 * MG + 1, 0, 0, 150 * MG },
        { ROUTE_IV, 0, 1000000000, 250000, 150 * MG } };
    struct book *book = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_order(book, cases[i].route);
        if (cases[i].dose_ng != 0)
            put_number(book, 5, cases[i].dose_ng);
        if (cases[i].per_kg_ng != 0)
            put_number(book, 6, cases[i].per_kg_ng);
        if (cases[i].weight_g != 0) {
            put_number(book, 7, cases[i].weight_g);
            put_number(book, 8, day_of(2026, 3, 1));
        }
        if (cases[i].limit_ng == 0) {
            expect_none(book);
            continue;
        }
        expect(book, REFUSAL_DOSE_UNUSUAL);
        assert_int_equal(cases[i].limit_ng, book->verdict.broken[0].b);
        put_number(book, 4, PROTOCOL_HIGH_DOSE);
        expect_none(book);
    }
}

static void a_weight_is_usual_and_not_old_and_not_of_tomorrow(void **state)
{
    static const struct {
        int64_t weight_g, days_ago;
        unsigned code;
        int64_t limit;
    } cases[] = {
        { 30000, 0, 0, 0 },     { 29999, 0, REFUSAL_WEIGHT_UNUSUAL, 30000 }, { 250000, 0, REFUSAL_DOSE_UNUSUAL, 150 * MG },
        { 70000, 90, 0, 0 },    { 70000, 91, REFUSAL_WEIGHT_STALE, 90 },     { 70000, -1, REFUSAL_FUTURE, 0 } };
    struct book *book = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_order(book, ROUTE_IV);
        by_weight(book, cases[i].weight_g == 250000 ? 700000 : 500000, cases[i].weight_g,
                  day_of(2026, 3, 2) - (int32_t)cases[i].days_ago);
        if (cases[i].code == 0)
            expect_none(book);
        else
            expect(book, cases[i].code);
        if (cases[i].limit != 0)
            assert_int_equal(cases[i].limit, book->verdict.broken[0].b);
    }
    begin_order(book, ROUTE_IV);
    by_weight(book, 500000, 250001, day_of(2026, 3, 2));
    put_number(book, 4, PROTOCOL_HIGH_DOSE);
    expect(book, REFUSAL_WEIGHT_UNUSUAL);
    assert_int_equal(250000, book->verdict.broken[0].b);
}

static void a_weight_that_grew_old_forbids_the_next_session(void **state)
{
    struct book *book = *state;

    wait_for(book, 89 * BOOK_DAY); /* weighed on March 1: the 90th day is May 30 */
    begin_session(book, 1, 1);
    expect_none(book);
    wait_for(book, BOOK_DAY);
    begin_session(book, 1, 1);
    forbidden(book, REFUSAL_WEIGHT_STALE, true);
}

static void a_verbal_order_waits_for_its_prescriber_alone(void **state)
{
    struct book *book = *state;
    uint32_t order, entry;

    act(book, KIND_ORDER, NURSE, MEANING_REPORTED);
    act_done_by(book, PHYSICIAN, MEANING_PRESCRIBED);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_KETAMINE);
    put_number(book, 3, ROUTE_IV);
    put_number(book, 5, 35 * MG);
    expect_none(book);
    order = place(book);
    entry = book->entries;
    assert_int_equal(DUE_ORDER, waits_for(book, entry));
    assert_int_equal(PHYSICIAN, leaf_number(book, SUBJECT_ORDER, order, ORDER_PRESCRIBER));
    assert_int_equal(1, leaf_number(book, SUBJECT_ORDER, order, ORDER_UNSIGNED));
    begin_countersign(book, entry, OWNER); /* a prescriber too, but not the one */
    expect(book, REFUSAL_COUNTERSIGNER);
    begin_countersign(book, entry, PHYSICIAN);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_ORDER, order, ORDER_UNSIGNED));
}

static void an_order_of_somebody_outside_is_taken_over_by_a_prescriber(void **state)
{
    struct book *book = *state;
    uint32_t entry;

    act(book, KIND_ORDER, NURSE, MEANING_REPORTED);
    act_done_by(book, PERSON_NEW, MEANING_PRESCRIBED);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_KETAMINE);
    put_number(book, 3, ROUTE_IV);
    put_number(book, 5, 35 * MG);
    expect(book, REFUSAL_ROLE);
    place_irregular(book);
    entry = book->entries;
    assert_int_equal(DUE_ORDER, waits_for(book, entry)); /* the nurse is an officer, and did not do it */
    begin_countersign(book, entry, NURSE_B);
    expect(book, REFUSAL_COUNTERSIGNER);
    begin_countersign(book, entry, PHYSICIAN);
    place(book);
}

static void an_ended_order_covers_what_was_done_before(void **state)
{
    struct book *book = *state;
    int64_t before_ms;

    begin_session(book, 1, 1);
    place(book);
    before_ms = book->now_ms;
    wait_for(book, 5 * BOOK_MINUTE);
    begin_cancel(book, 1);
    place(book);
    begin_cancel(book, 1);
    expect(book, REFUSAL_ALREADY_SO, REFUSAL_DUPLICATE);
    put_number(book, 3, ROUTE_IV);
    expect(book, REFUSAL_COMBINATION);
    begin_draw(book, 1, 1, 700);
    forbidden(book, REFUSAL_ORDER_CANCELLED, true);
    begin_draw(book, 1, 1, 1);
    book->event.occurred.ms = before_ms;
    act_because(book, 2);
    expect(book, REFUSAL_DRAW_OVER_ORDER); /* that is all */
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
    by_weight(book, 500000, 70000, day_of(2028, 2, 29));
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
        in_two(an_order_has_one_basis_and_a_weight_for_a_dose_by_weight),
        in_two(an_unusual_dose_tells_the_smaller_limit),
        in_two(a_weight_is_usual_and_not_old_and_not_of_tomorrow),
        in_two(a_weight_that_grew_old_forbids_the_next_session),
        in_eight(a_verbal_order_waits_for_its_prescriber_alone),
        in_eight(an_order_of_somebody_outside_is_taken_over_by_a_prescriber),
        in_two(an_ended_order_covers_what_was_done_before),
        in_two(two_sessions_at_once_are_forbidden_and_written_down_where_they_were),
        in_two(a_session_counts_on_order_and_patient),
        in_two(a_session_has_a_place_and_an_order_of_its_patient),
        in_two(an_order_is_used_up_and_spaced),
        in_two(an_order_holds_from_its_beginning_through_its_end),
        in_two(a_completed_session_is_observed_and_settled),
        in_two(esketamine_is_observed_two_hours_from_the_first_spray),
        in_two(observations_belong_to_the_session_while_it_lasts),
        in_two(leap_days_are_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
