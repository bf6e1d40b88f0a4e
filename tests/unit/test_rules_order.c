/* Orders, and the limits of doses and rates that the policy gives. */
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

static void by_weight(struct book *book, int64_t ng_per_kg, int64_t weight_g, int32_t weighed)
{
    put_number(book, 6, ng_per_kg);
    put_number(book, 7, weight_g);
    put_number(book, 8, weighed);
}

static void begin_cancel(struct book *book, uint32_t order)
{
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 13, order);
}

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
        { ROUTE_IV, 0, 3000000, 250000, 150 * MG } };
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
    }
}

/* ---- limits of a dose */

enum { KG = 1000 };

static void put_dose(struct book *book, int64_t protocol, int64_t dose_ng, int64_t per_kg_ng, int64_t weight_g)
{
    if (protocol != 0)
        put_number(book, 4, protocol);
    if (dose_ng != 0)
        put_number(book, 5, dose_ng);
    if (per_kg_ng != 0)
        put_number(book, 6, per_kg_ng);
    if (weight_g != 0) {
        put_number(book, 7, weight_g);
        put_number(book, 8, day_of(2026, 3, 1));
    }
}

/* A policy with these rows of protocols, begun. */
static void begin_protocols(struct book *book, const int64_t (*limits)[PROTOCOL_PLACES], size_t count)
{
    struct facts rows[8];

    begin_policy(book);
    for (size_t i = 0; i < count; i++) {
        rows[i] = row_of(book, POLICY_PROTOCOLS);
        for (uint64_t key = 0; key < PROTOCOL_PLACES; key++)
            facts_put_number(&rows[i], key, limits[i][key]);
    }
    put_rows(book, POLICY_PROTOCOLS, rows, count);
}

/* What no rule says anything about, what asks for a reason, and what is forbidden, to the nanogram. */
static void a_dose_has_a_usual_limit_and_one_that_is_the_most(void **state)
{
    static const struct {
        int64_t protocol;
        enum route route;
        int64_t dose_ng, per_kg_ng, weight_g;
        unsigned code;
        int64_t limit_ng;
    } cases[] = {
        { 0, ROUTE_IV, 315 * INT64_C(1000000), 0, 70 * KG, REFUSAL_DOSE_UNUSUAL, 70 * MG },
        { 0, ROUTE_IV, 315 * INT64_C(1000000) + 1, 0, 70 * KG, REFUSAL_DOSE_TOO_HIGH, 315 * INT64_C(1000000) },
        { 0, ROUTE_IV, 0, 4500000, 70 * KG, REFUSAL_DOSE_UNUSUAL, 70 * MG },
        { 0, ROUTE_IV, 0, 4500001, 70 * KG, REFUSAL_DOSE_TOO_HIGH, 315 * INT64_C(1000000) },
        { 0, ROUTE_IM, 910 * INT64_C(1000000), 0, 70 * KG, REFUSAL_DOSE_UNUSUAL, 140 * MG },
        { 0, ROUTE_IM, 910 * INT64_C(1000000) + 1, 0, 70 * KG, REFUSAL_DOSE_TOO_HIGH, 910 * INT64_C(1000000) },
        { 0, ROUTE_IV, INT64_C(1000000000), 0, 0, REFUSAL_DOSE_UNUSUAL, 150 * MG },
        { 0, ROUTE_IV, INT64_C(1000000001), 0, 0, REFUSAL_DOSE_TOO_HIGH, INT64_C(1000000000) },
        { PROTOCOL_DEPRESSION, ROUTE_IV, 0, 1000000, 70 * KG, 0, 0 },
        { PROTOCOL_DEPRESSION, ROUTE_IV, 0, 1000001, 70 * KG, REFUSAL_DOSE_UNUSUAL, 70 * MG },
        { PROTOCOL_DEPRESSION, ROUTE_IV, 500 * INT64_C(1000000), 0, 120 * KG, REFUSAL_DOSE_UNUSUAL, 120 * MG },
        { PROTOCOL_DEPRESSION, ROUTE_IV, 500 * INT64_C(1000000) + 1, 0, 120 * KG, REFUSAL_DOSE_TOO_HIGH, 500 * INT64_C(1000000) },
        { PROTOCOL_ESKETAMINE, ROUTE_NASAL, 84 * MG, 0, 0, 0, 0 },
        { PROTOCOL_ESKETAMINE, ROUTE_NASAL, 84 * MG + 1, 0, 70 * KG, REFUSAL_DOSE_UNUSUAL, 84 * MG },
        { PROTOCOL_ESKETAMINE, ROUTE_NASAL, 168 * MG + 1, 0, 0, REFUSAL_DOSE_TOO_HIGH, 168 * MG },
        { PROTOCOL_PAIN, ROUTE_IV, 200 * MG, 0, 0, 0, 0 },
        { PROTOCOL_PAIN, ROUTE_IV, 5000 * INT64_C(1000000), 0, 70 * KG, REFUSAL_DOSE_UNUSUAL, 200 * MG },
        { PROTOCOL_PAIN, ROUTE_IV, 5000 * INT64_C(1000000) + 1, 0, 70 * KG, REFUSAL_DOSE_TOO_HIGH, 5000 * INT64_C(1000000) } };
    struct book *book = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_order(book, cases[i].route);
        put_dose(book, cases[i].protocol, cases[i].dose_ng, cases[i].per_kg_ng, cases[i].weight_g);
        if (cases[i].code == 0) {
            expect_none(book);
            continue;
        }
        expect(book, cases[i].code);
        assert_int_equal(cases[i].limit_ng, book->verdict.broken[0].b);
    }
    forbidden(book, REFUSAL_DOSE_TOO_HIGH, true);
}

static void a_protocol_holds_where_the_policy_has_it(void **state)
{
    static const int64_t rows[][PROTOCOL_PLACES] = { { PROTOCOL_HIGH_DOSE, 0, 120000, 0, 120000, 7000, 10000 },
                                                     { PROTOCOL_HIGH_DOSE, 0, 120000, 0, 120000, 7000, 10000 } };
    static const int64_t no_limits[][PROTOCOL_PLACES] = { { PROTOCOL_PAIN, 0, 0, 0, 0, 0, 0 } };
    struct book *book = *state;

    begin_order(book, ROUTE_IV);
    put_dose(book, PROTOCOL_HIGH_DOSE, INT64_C(117600000000), 0, 0);
    expect(book, REFUSAL_COMBINATION); /* its rates are told by weight */
    put_dose(book, PROTOCOL_HIGH_DOSE, 0, 0, 70 * KG);
    forbidden(book, REFUSAL_PROTOCOL_NOT_HERE, true);
    begin_protocols(book, rows, 2);
    expect(book, REFUSAL_TWICE); /* which of the two would hold? */
    begin_protocols(book, rows, 1);
    place(book);
    begin_order(book, ROUTE_IV);
    put_dose(book, PROTOCOL_HIGH_DOSE, INT64_C(120000000000), 0, 70 * KG);
    expect_none(book);
    put_number(book, 5, INT64_C(120000000001));
    expect(book, REFUSAL_DOSE_TOO_HIGH);
    begin_order(book, ROUTE_IV);
    put_dose(book, PROTOCOL_DEPRESSION, 35 * MG, 0, 0);
    expect(book, REFUSAL_PROTOCOL_NOT_HERE); /* the rows are all there are */
    begin_protocols(book, no_limits, 1);
    place(book);
    begin_order(book, ROUTE_IV);
    put_dose(book, PROTOCOL_PAIN, INT64_C(1000000000000), 0, 70 * KG);
    expect_none(book); /* 0 asks nothing */
}

/* ---- limits of a rate */

/* 35 mg made up to 50 mL for 70 kg: 1 mg/kg/h are 100 mL/h of it, and 4.5 are 450. */
static void a_rate_is_held_against_the_weight(void **state)
{
    static const struct { int64_t rate_ul; unsigned code; } cases[] = {
        { 75000, 0 }, { 100000, 0 }, { 100001, REFUSAL_RATE_UNUSUAL }, { 450000, REFUSAL_RATE_UNUSUAL },
        { 450001, REFUSAL_RATE_TOO_HIGH } };
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 700);
    put_number(book, 5, 50000);
    dose = place(book);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_give(book, dose, PHASE_START, QUANTITY_UL, 0);
        put_number(book, 7, cases[i].rate_ul);
        if (cases[i].code == 0)
            expect_none(book);
        else
            expect(book, cases[i].code);
    }
    assert_int_equal(315000700, book->verdict.broken[0].a);
    assert_int_equal(315 * INT64_C(1000000), book->verdict.broken[0].b);
    put_number(book, 7, 100000);
    place(book);
    begin_give(book, dose, PHASE_RATE, 0, 0);
    put_number(book, 7, 450001);
    forbidden(book, REFUSAL_RATE_TOO_HIGH, true);
}

static void a_rate_without_a_weight_or_a_protocol_is_not_judged(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_order(book, ROUTE_IV);
    put_dose(book, PROTOCOL_DEPRESSION, 35 * MG, 0, 0);
    begin_session(book, 1, place(book));
    begin_draw(book, place(book), 1, 700);
    dose = place(book);
    begin_give(book, dose, PHASE_START, QUANTITY_UL, 0);
    put_number(book, 7, 100000000);
    expect_none(book);
    begin_close(book, 1, OUTCOME_DIED);
    place(book);
    begin_order(book, ROUTE_IV);
    put_dose(book, 0, 35 * MG, 0, 70 * KG);
    begin_session(book, 1, place(book));
    act_because(book, 2);
    begin_draw(book, place(book), 1, 700);
    dose = place(book);
    begin_give(book, dose, PHASE_START, QUANTITY_UL, 0);
    put_number(book, 7, 100000000);
    expect_none(book);
}

/* ---- weight */

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
    by_weight(book, 100000, 250001, day_of(2026, 3, 2));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(an_order_has_one_basis_and_a_weight_for_a_dose_by_weight),
        in_two(an_unusual_dose_tells_the_smaller_limit),
        in_two(a_dose_has_a_usual_limit_and_one_that_is_the_most),
        in_two(a_protocol_holds_where_the_policy_has_it),
        in_two(a_rate_is_held_against_the_weight),
        in_two(a_rate_without_a_weight_or_a_protocol_is_not_judged),
        in_two(a_weight_is_usual_and_not_old_and_not_of_tomorrow),
        in_two(a_weight_that_grew_old_forbids_the_next_session),
        in_eight(a_verbal_order_waits_for_its_prescriber_alone),
        in_eight(an_order_of_somebody_outside_is_taken_over_by_a_prescriber),
        in_two(an_ended_order_covers_what_was_done_before),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
