/* Every limit of the rules that an amount or a time can meet: the last value inside it and the first beyond, to the
 * microlitre, the nanogram and the millisecond, over leap days, nights in which clocks change and ends of years. And the same
 * verdicts where the zone database is empty, or says something else.
 *
 * Limits are those of us-federal (21 CFR 1301.76, 1304.11, 1307.11; 21 USC 829a; the labels of ketamine and Spravato; else
 * this program's own policy, SPEC section 9). Moments were made with Python's datetime and zoneinfo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "tests/support/book.h"

enum { MG = 1000000 }; /* ng */

/* Midnights, as UTC in ms: the ends of these days. */
#define END_2026_03_30 INT64_C(1774933200000) /* 2026-03-31T00:00-05:00: an hour late in New York, by the offset that is signed */
#define END_2026_11_01 INT64_C(1793595600000) /* 2026-11-02T00:00-05:00, after the night with two half past ones */
#define END_2026_12_31 INT64_C(1798779600000) /* 2027-01-01T00:00-05:00 */
#define END_2028_02_29 INT64_C(1835499600000) /* 2028-03-01T00:00-05:00 */

/* ---- what is tried: each leaves an act begun, in which `value` is what comes near to the limit */

static uint32_t session_of(struct book *book, uint32_t patient, uint32_t order)
{
    begin_session(book, patient, order);
    return place(book);
}

static uint32_t dose_of(struct book *book, int64_t volume_ul)
{
    begin_draw(book, session_of(book, 1, 1), 1, volume_ul);
    act_because(book, 2);
    return place(book);
}

static void draw_it(struct book *book, int64_t volume_ul)
{
    begin_draw(book, session_of(book, 1, 1), 1, volume_ul);
}

static void draw_overfill(struct book *book, int64_t overfill_ul)
{
    struct facts row;

    draw_it(book, 10000);
    row = row_of(book, FACT_DRAW_SOURCES);
    facts_put_number(&row, ROW_DRAW_VIAL, 1);
    facts_put_number(&row, ROW_DRAW_VOLUME, 10000 + overfill_ul);
    facts_put_number(&row, ROW_DRAW_OVERFILL, overfill_ul);
    put_rows(book, FACT_DRAW_SOURCES, &row, 1);
}

static void give_it(struct book *book, int64_t read_ul)
{
    begin_give(book, dose_of(book, 800), PHASE_BOLUS, QUANTITY_UL, read_ul);
}

static void give_ng(struct book *book, int64_t read_ng)
{
    begin_give(book, dose_of(book, 800), PHASE_BOLUS, QUANTITY_NG, read_ng);
}

static void waste_it(struct book *book, int64_t volume_ul)
{
    begin_waste(book, dose_of(book, 700), QUANTITY_UL, volume_ul);
}

static void leave_in_hub(struct book *book, int64_t volume_ul)
{
    uint32_t dose = dose_of(book, 700);

    act(book, KIND_RESIDUAL, NURSE, MEANING_DID);
    put_number(book, FACT_RESIDUAL_DOSE, dose);
    put_amount(book, FACT_RESIDUAL_AMOUNT, QUANTITY_UL, volume_ul);
    put_number(book, FACT_RESIDUAL_WHERE, 1);
}

static void leave_in_line(struct book *book, int64_t volume_ul)
{
    uint32_t dose;

    begin_draw(book, session_of(book, 1, 1), 1, 700);
    put_number(book, FACT_DRAW_CONTAINER, CONTAINER_BAG);
    put_number(book, FACT_DRAW_DILUTE, 100000);
    dose = place(book);
    act(book, KIND_RESIDUAL, NURSE, MEANING_DID);
    put_number(book, FACT_RESIDUAL_DOSE, dose);
    put_amount(book, FACT_RESIDUAL_AMOUNT, QUANTITY_UL, volume_ul);
    put_number(book, FACT_RESIDUAL_WHERE, 2);
}

/* An open vial, of which so much less is found than the book has. */
static void count_less(struct book *book, enum count_method method, int64_t less_ul)
{
    struct facts row;

    dose_of(book, 700);
    act(book, KIND_COUNT, OWNER, MEANING_COUNTED);
    act_signed(book, NURSE, MEANING_COUNTED);
    put_number(book, FACT_COUNT_PLACE, SAFE);
    put_number(book, FACT_COUNT_AS_OF, book->entries);
    row = row_of(book, FACT_COUNT_LINES);
    facts_put_number(&row, ROW_COUNT_VIAL, 1);
    facts_put_number(&row, ROW_COUNT_METHOD, method);
    facts_put_number(&row, ROW_COUNT_FIRST, 9300 - less_ul);
    facts_put_number(&row, ROW_COUNT_SECOND, 9300 - less_ul);
    row.values[ROW_COUNT_FIRST].second = row.values[ROW_COUNT_SECOND].second = QUANTITY_UL;
    put_rows(book, FACT_COUNT_LINES, &row, 1);
}

static void measure_less(struct book *book, int64_t less_ul)
{
    count_less(book, COUNT_MEASURED, less_ul);
}

static void weigh_less(struct book *book, int64_t less_ul)
{
    count_less(book, COUNT_BY_WEIGHT, less_ul);
}

static void see_less(struct book *book, int64_t less_ul)
{
    count_less(book, COUNT_BY_EYE, less_ul);
}

static void finish_vial_with(struct book *book, int64_t left_ul)
{
    dose_of(book, 10000 - left_ul);
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, FACT_EMPTY_VIAL, 1);
}

static void recover_it(struct book *book, int64_t volume_ul)
{
    static const int64_t vial[] = { 1 };

    act(book, KIND_LOSS, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_list(book, FACT_LOSS_VIALS, vial, 1);
    put_time(book, FACT_LOSS_DISCOVERED, book->now_ms);
    place(book);
    act(book, KIND_RECOVER, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, FACT_RECOVER_VIAL, 1);
    put_number(book, FACT_RECOVER_VOLUME, volume_ul);
    put_number(book, FACT_RECOVER_PLACE, SAFE);
}

static void set_rate(struct book *book, int64_t rate_ul_h)
{
    begin_give(book, dose_of(book, 700), PHASE_START, 0, 0);
    put_number(book, FACT_ADMINISTER_RATE, rate_ul_h);
}

static void spray(struct book *book, int64_t sprays)
{
    uint32_t dose;

    begin_draw(book, session_of(book, 2, 2), 15, 200);
    dose = place(book);
    begin_give(book, dose, PHASE_BOLUS, QUANTITY_SPRAYS, sprays);
}

static void begin_order(struct book *book, enum route route)
{
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, FACT_ORDER_PATIENT, 1);
    put_number(book, FACT_ORDER_DRUG, DRUG_KETAMINE);
    put_number(book, FACT_ORDER_ROUTE, route);
}

static void order_dose(struct book *book, int64_t dose_ng)
{
    begin_order(book, ROUTE_IV);
    put_number(book, FACT_ORDER_DOSE, dose_ng);
}

static void order_by_weight(struct book *book, enum route route, int64_t dose_ng_kg, int64_t weight_g, int32_t weighed)
{
    begin_order(book, route);
    put_number(book, FACT_ORDER_DOSE_PER_KG, dose_ng_kg);
    put_number(book, FACT_ORDER_WEIGHT, weight_g);
    put_number(book, FACT_ORDER_WEIGHED, weighed);
}

static void order_iv(struct book *book, int64_t dose_ng_kg)
{
    order_by_weight(book, ROUTE_IV, dose_ng_kg, 70000, day_of(2026, 3, 1));
}

static void order_im(struct book *book, int64_t dose_ng_kg)
{
    order_by_weight(book, ROUTE_IM, dose_ng_kg, 70000, day_of(2026, 3, 1));
}

static void order_weighing(struct book *book, int64_t weight_g)
{
    order_by_weight(book, ROUTE_IV, 1000, weight_g, day_of(2026, 3, 1));
}

static void order_weighed(struct book *book, int64_t day)
{
    order_by_weight(book, ROUTE_IV, 1000, 70000, (int32_t)day);
}

/* ---- times: the newest entry but this one is of a minute before */

static void happened(struct book *book, int64_t after_now_ms)
{
    begin_session(book, 1, 1);
    book->event.occurred.ms = book->now_ms + after_now_ms;
}

static void wasted_at(struct book *book, int64_t after_now_ms)
{
    uint32_t dose = dose_of(book, 700);

    book->now_ms += 3 * BOOK_HOUR;
    begin_waste(book, dose, QUANTITY_UL, 700);
    book->event.occurred.ms = book->now_ms + after_now_ms;
}

static void happened_after_founding(struct book *book, int64_t ms)
{
    begin_session(book, 1, 1);
    book->event.occurred.ms = BOOK_NOON + ms;
}

static void recorded_after_newest(struct book *book, int64_t ms)
{
    session_of(book, 1, 1);
    book->now_ms += ms - BOOK_MINUTE; /* the minute that it took to place it */
    act(book, KIND_OBSERVE, NURSE, MEANING_DID);
    put_number(book, FACT_OBSERVE_SESSION, 1);
    book->event.occurred.ms = book->now_ms;
}

static void signed_after(struct book *book, int64_t ms)
{
    begin_session(book, 1, 1);
    book->is_signed = true;
    book->signed_after_ms = ms;
}

static void drawn_after_opening(struct book *book, uint32_t vial, int64_t ms)
{
    uint32_t session = session_of(book, 1, 1);
    int64_t opened_ms = book->now_ms;

    begin_draw(book, session, vial, 100);
    place(book);
    wait_for(book, ms - BOOK_HOUR > 0 ? ms - BOOK_HOUR : 0);
    book->now_ms = opened_ms + ms;
    begin_draw(book, session, vial, 101);
}

static void single_dose(struct book *book, int64_t ms)
{
    drawn_after_opening(book, 11, ms);
}

static void multi_dose_until(struct book *book, int64_t now_ms)
{
    drawn_after_opening(book, 1, now_ms - book->now_ms - BOOK_MINUTE);
}

/* Stock whose last day of use is this one, drawn at a moment. */
static void use_lot(struct book *book, int32_t expiry, int64_t now_ms)
{
    struct facts row;
    uint32_t session;

    begin_receive(book, KETAMINE_50, 1);
    row = row_of(book, FACT_RECEIVE_LINES);
    facts_put_number(&row, ROW_RECEIVE_PRODUCT, KETAMINE_50);
    facts_put_number(&row, ROW_RECEIVE_CONTAINERS, 1);
    facts_put_bytes(&row, ROW_RECEIVE_LOT, bytes_of_text("L"));
    facts_put_number(&row, ROW_RECEIVE_EXPIRY, expiry);
    put_rows(book, FACT_RECEIVE_LINES, &row, 1);
    act_because(book, 2);
    place(book);
    session = session_of(book, 1, 1);
    wait_for(book, now_ms - BOOK_HOUR - book->now_ms);
    book->now_ms = now_ms;
    begin_draw(book, session, 21, 100);
}

static void use_at_end_of_fold(struct book *book, int64_t now_ms)
{
    use_lot(book, day_of(2026, 11, 1), now_ms);
}

static void use_at_end_of_year(struct book *book, int64_t now_ms)
{
    use_lot(book, day_of(2026, 12, 31), now_ms);
}

static void use_on_leap_day(struct book *book, int64_t now_ms)
{
    use_lot(book, day_of(2028, 2, 29), now_ms);
}

/* On the evening of the first of November the signer says -04:00, as before clocks went back: a minute ends for him an hour
 * earlier. The offset that is signed decides, and no zone. */
static void use_by_the_offset_before(struct book *book, int64_t now_ms)
{
    use_lot(book, day_of(2026, 11, 1), now_ms);
    book->event.occurred.offset_min = -240;
}

static void receive_expiring(struct book *book, int64_t expiry)
{
    struct facts row;

    begin_receive(book, KETAMINE_50, 1);
    row = row_of(book, FACT_RECEIVE_LINES);
    facts_put_number(&row, ROW_RECEIVE_PRODUCT, KETAMINE_50);
    facts_put_number(&row, ROW_RECEIVE_CONTAINERS, 1);
    facts_put_bytes(&row, ROW_RECEIVE_LOT, bytes_of_text("L"));
    facts_put_number(&row, ROW_RECEIVE_EXPIRY, expiry);
    put_rows(book, FACT_RECEIVE_LINES, &row, 1);
}

static void draw_again_after(struct book *book, int64_t ms)
{
    uint32_t session = session_of(book, 1, 1);
    int64_t first_ms = book->now_ms;

    begin_draw(book, session, 1, 100);
    place(book);
    book->now_ms = first_ms + ms;
    begin_draw(book, session, 1, 100);
}

static void close_after_stop(struct book *book, int64_t ms)
{
    int64_t stopped_ms;

    begin_give(book, dose_of(book, 700), PHASE_WHOLE, QUANTITY_REST, 0);
    stopped_ms = book->now_ms;
    place(book);
    begin_close(book, 1, OUTCOME_COMPLETED);
    book->event.occurred.ms = book->now_ms = stopped_ms + ms;
}

static void close_after_spray(struct book *book, int64_t ms)
{
    int64_t sprayed_ms;

    spray(book, 2);
    put_number(book, FACT_ADMINISTER_BY, 2);
    sprayed_ms = book->now_ms;
    place(book);
    begin_close(book, 1, OUTCOME_COMPLETED);
    book->event.occurred.ms = book->now_ms = sprayed_ms + ms;
}

static void next_device_after(struct book *book, int64_t ms)
{
    int64_t sprayed_ms;

    spray(book, 2);
    sprayed_ms = book->now_ms;
    place(book);
    begin_draw(book, 1, 16, 200);
    begin_give(book, place(book), PHASE_BOLUS, QUANTITY_SPRAYS, 1);
    book->event.occurred.ms = book->now_ms = sprayed_ms + ms;
}

static void given_after_label(struct book *book, int64_t ms)
{
    int64_t use_by_ms;

    begin_draw(book, session_of(book, 1, 1), 1, 700);
    use_by_ms = book->now_ms + BOOK_HOUR;
    put_time(book, FACT_DRAW_USE_BY, use_by_ms);
    begin_give(book, place(book), PHASE_BOLUS, QUANTITY_UL, 1);
    book->event.occurred.ms = book->now_ms = use_by_ms + ms;
}

static void treated_after_order_began(struct book *book, int64_t ms)
{
    int64_t from_ms = book->now_ms + 2 * BOOK_HOUR;
    uint32_t order;

    order_dose(book, 35 * MG);
    put_time(book, FACT_ORDER_FROM, from_ms);
    put_time(book, FACT_ORDER_UNTIL, from_ms + BOOK_HOUR);
    order = place(book);
    begin_session(book, 1, order);
    book->event.occurred.ms = book->now_ms = from_ms + ms;
}

/* ---- the table */

struct limit {
    const char *what;
    void (*begin)(struct book *book, int64_t value);
    int64_t inside, beyond;
    enum refusal_code code;
};

static const struct limit limits[] = {
    { "a draw, and what the vial holds", draw_it, 10000, 10001, REFUSAL_OVERDRAWN },
    { "a draw, and what is ordered", draw_it, 700, 701, REFUSAL_DRAW_OVER_ORDER },
    { "overfill, and the product's bound", draw_overfill, 500, 501, REFUSAL_OVERFILL },
    { "a gift in uL, and what is ordered", give_it, 700, 701, REFUSAL_OVER_ORDER },
    { "a gift in ng, and what is ordered", give_ng, 35 * MG, 35 * MG + 1, REFUSAL_OVER_ORDER },
    { "a waste, and what is open", waste_it, 700, 701, REFUSAL_DOSE_OVERDRAWN },
    { "what stays in a hub", leave_in_hub, 120, 121, REFUSAL_RESIDUAL_HIGH },
    { "what stays in a line", leave_in_line, 15000, 15001, REFUSAL_RESIDUAL_HIGH },
    { "a count by measure", measure_less, 100, 101, REFUSAL_COUNT_DIFFERS },
    { "a count by measure that finds more", measure_less, -100, -101, REFUSAL_COUNT_DIFFERS },
    { "a count by weight", weigh_less, 200, 201, REFUSAL_COUNT_DIFFERS },
    { "a count by eye, a tenth of the label", see_less, 1000, 1001, REFUSAL_COUNT_DIFFERS },
    { "what a vial ends with after one draw", finish_vial_with, 120, 121, REFUSAL_CLOSING_LOSS },
    { "what comes back of what was lost", recover_it, 10000, 10001, REFUSAL_NOT_LOST },
    { "a rate of 1 mg/kg/h at 70 kg", set_rate, 1400, 1401, REFUSAL_RATE_UNUSUAL },
    { "a rate of 4.5 mg/kg/h at 70 kg", set_rate, 6300, 6301, REFUSAL_RATE_TOO_HIGH },
    { "sprays of a device", spray, 2, 3, REFUSAL_SPRAYS },
    { "an order of 150 mg", order_dose, 150 * MG, 150 * MG + 1, REFUSAL_DOSE_UNUSUAL },
    { "an order of 1 g", order_dose, 1000 * MG, 1000 * MG + 1, REFUSAL_DOSE_TOO_HIGH },
    { "an order of 1 mg/kg into a vein", order_iv, MG, MG + 1, REFUSAL_DOSE_UNUSUAL },
    { "an order of 4.5 mg/kg into a vein", order_iv, 4500000, 4500001, REFUSAL_DOSE_TOO_HIGH },
    { "an order of 2 mg/kg into a muscle", order_im, 2 * MG, 2 * MG + 1, REFUSAL_DOSE_UNUSUAL },
    { "an order of 13 mg/kg into a muscle", order_im, 13 * MG, 13 * MG + 1, REFUSAL_DOSE_TOO_HIGH },
    { "a light patient", order_weighing, 30000, 29999, REFUSAL_WEIGHT_UNUSUAL },
    { "a heavy patient", order_weighing, 250000, 250001, REFUSAL_WEIGHT_UNUSUAL },
    { "a weight of ninety days ago, over the end of a year", order_weighed, 20424, 20423, REFUSAL_WEIGHT_STALE }, /* 2025-12-02 */
    { "a weight of tomorrow", order_weighed, 20514, 20515, REFUSAL_FUTURE },                                      /* 2026-03-02 */

    { "five minutes ahead", happened, 5 * BOOK_MINUTE, 5 * BOOK_MINUTE + 1, REFUSAL_FUTURE },
    { "a minute before the book", happened_after_founding, -BOOK_MINUTE, -BOOK_MINUTE - 1, REFUSAL_BEFORE },
    { "a quarter of an hour late", happened, -15 * BOOK_MINUTE, -15 * BOOK_MINUTE - 1, REFUSAL_LATE },
    { "a waste an hour late", wasted_at, -60 * BOOK_MINUTE, -60 * BOOK_MINUTE - 1, REFUSAL_LATE },
    { "the newest entry's time", recorded_after_newest, 0, -1, REFUSAL_RECORDED_AT },
    { "thirty days of silence", recorded_after_newest, 30 * BOOK_DAY, 30 * BOOK_DAY + 1, REFUSAL_CLOCK_AHEAD },
    { "signed five minutes before it happened", signed_after, -5 * BOOK_MINUTE, -5 * BOOK_MINUTE - 1, REFUSAL_SIGNED_AT },
    { "signed five seconds after it was recorded", signed_after, 5000, 5001, REFUSAL_SIGNED_AT },
    { "six hours of a single-dose vial", single_dose, 6 * BOOK_HOUR, 6 * BOOK_HOUR + 1, REFUSAL_BEYOND_USE },
    { "the 28th day of a multi-dose vial, in which clocks changed", multi_dose_until, END_2026_03_30 - 1, END_2026_03_30,
      REFUSAL_BEYOND_USE },
    { "the last day on a label, with two half past ones", use_at_end_of_fold, END_2026_11_01 - 1, END_2026_11_01, REFUSAL_EXPIRED },
    { "the same, by the offset before", use_by_the_offset_before, END_2026_11_01 - BOOK_HOUR - 1, END_2026_11_01 - BOOK_HOUR,
      REFUSAL_EXPIRED },
    { "the last day on a label, at the end of a year", use_at_end_of_year, END_2026_12_31 - 1, END_2026_12_31, REFUSAL_EXPIRED },
    { "the last day on a label, a leap day", use_on_leap_day, END_2028_02_29 - 1, END_2028_02_29, REFUSAL_EXPIRED },
    { "an expiry of today", receive_expiring, 20514, 20513, REFUSAL_RECEIVED_EXPIRED }, /* 2026-03-02 */
    { "an expiry in thirty days", receive_expiring, 20544, 20543, REFUSAL_EXPIRES_SOON }, /* 2026-04-01 */
    { "the same draw five minutes after", draw_again_after, 5 * BOOK_MINUTE, 5 * BOOK_MINUTE - 1, REFUSAL_DUPLICATE },
    { "half an hour after an infusion", close_after_stop, 30 * BOOK_MINUTE, 30 * BOOK_MINUTE - 1, REFUSAL_OBSERVATION },
    { "two hours after a spray", close_after_spray, 120 * BOOK_MINUTE, 120 * BOOK_MINUTE - 1, REFUSAL_OBSERVATION },
    { "five minutes between two devices", next_device_after, 5 * BOOK_MINUTE, 5 * BOOK_MINUTE - 1, REFUSAL_DEVICE_REST },
    { "the time on a syringe's label", given_after_label, 0, 1, REFUSAL_USE_BY },
    { "the first moment of an order", treated_after_order_began, 0, -1, REFUSAL_ORDER_TIME },
    { "the last moment of an order", treated_after_order_began, BOOK_HOUR, BOOK_HOUR + 1, REFUSAL_ORDER_TIME },
};
enum { LIMITS = sizeof limits / sizeof limits[0] };

/* Whether the act breaks the rule, and the codes of all that it breaks, so that verdicts can be compared whole. */
static bool breaks(const struct limit *limit, int64_t value, uint64_t *codes)
{
    struct book *book;
    void *state;
    bool found = false;

    assert_int_equal(0, book_of_two(&state));
    book = state;
    limit->begin(book, value);
    judged(book);
    *codes = 0;
    for (size_t i = 0; i < book->verdict.broken_count; i++) {
        found = found || book->verdict.broken[i].code == (unsigned)limit->code;
        *codes = *codes * 10007 + book->verdict.broken[i].code;
    }
    assert_int_equal(0, book_end(&state));
    return found;
}

static unsigned try_all(uint64_t codes[LIMITS][2])
{
    unsigned wrong = 0;

    for (size_t i = 0; i < LIMITS; i++) {
        bool inside = breaks(&limits[i], limits[i].inside, &codes[i][0]);
        bool beyond = breaks(&limits[i], limits[i].beyond, &codes[i][1]);

        if (!inside && beyond)
            continue;
        print_error("%s: PH%04u is broken by %lld: %s, by %lld: %s\n", limits[i].what, limits[i].code, (long long)limits[i].inside,
                    inside ? "yes" : "no", (long long)limits[i].beyond, beyond ? "yes" : "no");
        wrong++;
    }
    return wrong;
}

static void the_last_value_within_a_limit_keeps_it_and_the_next_one_breaks_it(void **state)
{
    uint64_t codes[LIMITS][2];

    (void)state;
    assert_int_equal(0, try_all(codes));
}

static void verdicts_are_the_same_with_no_zones_and_with_others(void **state)
{
    static const char *const zones[][2] = { { "/nonexistent", "UTC" }, { "/nonexistent", "Pacific/Kiritimati" },
                                            { "/usr/share/zoneinfo", "XYZ-13:37" } };
    static uint64_t here[LIMITS][2], there[LIMITS][2];

    (void)state;
    (void)try_all(here);
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        setenv("TZDIR", zones[i][0], 1);
        setenv("TZ", zones[i][1], 1);
        tzset();
        (void)try_all(there);
        assert_memory_equal(here, there, sizeof here);
    }
    unsetenv("TZDIR");
    unsetenv("TZ");
    tzset();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_value_within_a_limit_keeps_it_and_the_next_one_breaks_it),
        cmocka_unit_test(verdicts_are_the_same_with_no_zones_and_with_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
