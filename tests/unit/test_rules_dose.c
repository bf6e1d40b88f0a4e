/* Drawing a dose: what may be drawn, how much of it, for whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { MG = 1000000 }; /* ng */

static void open_session(struct book *book)
{
    begin_session(book, 1, 1);
    place(book);
}

static uint32_t drawn(struct book *book, uint32_t session, uint32_t vial, int64_t volume_ul)
{
    begin_draw(book, session, vial, volume_ul);
    return place(book);
}

/* A dose of 35 mg in 0.7 mL for patient 1. */
static uint32_t a_dose(struct book *book)
{
    open_session(book);
    return drawn(book, 1, 1, 700);
}

static int64_t dose_number(struct book *book, uint32_t dose, enum dose_place at)
{
    return leaf_number(book, SUBJECT_DOSE, dose, at);
}

static void put_source(struct book *book, uint32_t vial, int64_t volume_ul, int64_t overfill_ul)
{
    struct facts row = row_of(book, 1);

    facts_put_number(&row, 0, vial);
    facts_put_number(&row, 1, volume_ul);
    if (overfill_ul != 0)
        facts_put_number(&row, 2, overfill_ul);
    put_rows(book, 1, &row, 1);
}

/* ---- draw */

static void a_draw_moves_the_volume_into_a_dose(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    assert_int_equal(1, dose);
    assert_int_equal(9300, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(VIAL_OPEN, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    assert_int_equal(1, leaf_number(book, SUBJECT_VIAL, 1, VIAL_DRAWS));
    assert_int_equal(35 * MG, dose_number(book, dose, DOSE_DRAWN));
    assert_int_equal(35 * MG, dose_number(book, dose, DOSE_OPEN));
    assert_int_equal(NURSE, dose_number(book, dose, DOSE_HOLDER));
    assert_int_equal(1, dose_number(book, dose, DOSE_PATIENT));
    assert_int_equal(1, dose_number(book, dose, (enum dose_place)(DOSE_SOURCES + SOURCE_VIAL)));
    assert_int_equal(35 * MG, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_IN_DOSES));
    assert_int_equal(35 * MG, leaf_number(book, SUBJECT_SESSION, 1, SESSION_COMMITTED));
    assert_int_equal(1, leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPEN_DOSES));
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_DOSES));
}

static void a_vial_may_be_emptied_and_no_microlitre_more(void **state)
{
    struct book *book = *state;

    open_session(book);
    begin_draw(book, 1, 1, 10000);
    expect(book, REFUSAL_DRAW_OVER_ORDER);
    begin_draw(book, 1, 1, 10001);
    expect(book, REFUSAL_OVERDRAWN);
    put_source(book, 1, 10001, 1);
    expect(book, REFUSAL_DRAW_OVER_ORDER);
    put_source(book, 1, 10002, 1);
    expect(book, REFUSAL_OVERDRAWN); /* left and overfill are not what was drawn */
    put_source(book, 1, 10500, 500);
    expect(book, REFUSAL_DRAW_OVER_ORDER);
    put_source(book, 1, 10501, 501);
    expect(book, REFUSAL_OVERFILL);
}

static void a_draw_is_within_the_order_to_the_microlitre(void **state)
{
    struct book *book = *state;

    open_session(book);
    begin_draw(book, 1, 1, 700); /* 0.5 mg/kg for 70 kg */
    expect_none(book);
    begin_draw(book, 1, 1, 701);
    expect(book, REFUSAL_DRAW_OVER_ORDER);
    act_because(book, 2);
    place(book);
    assert_int_equal(DUE_SOFT, waits_for(book, book->entries));
}

static void what_a_vial_is_decides_whether_it_may_be_drawn(void **state)
{
    struct book *book = *state;
    static const int64_t vial = 1;

    open_session(book);
    act(book, KIND_HOLD, NURSE, MEANING_DID);
    put_list(book, 1, &vial, 1);
    put_number(book, 2, HOLD_RECALL);
    place(book);
    begin_draw(book, 1, 1, 700);
    expect(book, REFUSAL_VIAL_HELD);
    forbidden(book, REFUSAL_VIAL_HELD, true);
    begin_draw(book, 1, 25, 700);
    expect(book, REFUSAL_NO_SUBJECT);
    begin_draw(book, 1, 15, 200);
    expect(book, REFUSAL_WRONG_DRUG, REFUSAL_DRAW_OVER_ORDER, REFUSAL_NOT_ENROLLED);
    forbidden_beside(book, REFUSAL_WRONG_DRUG, REFUSAL_NOT_ENROLLED, true);
}

static void a_vial_in_quarantine_or_in_another_room_is_not_drawn_unasked(void **state)
{
    static const struct {
        int64_t place;
        unsigned code;
    } cases[] = { { ROOM_2, 0 }, { CART, 0 }, { ROOM_3, REFUSAL_PLACE_DIFFERS }, { QUARANTINE, REFUSAL_VIAL_HELD } };
    static const int64_t vial = 1;
    struct book *book = *state;

    open_session(book);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        act(book, KIND_MOVE, NURSE, MEANING_DID);
        put_list(book, 1, &vial, 1);
        put_number(book, 2, cases[i].place);
        place(book);
        begin_draw(book, 1, 1, 100 + (int64_t)i);
        if (cases[i].code == 0)
            expect_none(book);
        else
            expect(book, cases[i].code);
    }
}

static void a_multi_dose_vial_lasts_to_the_end_of_its_28th_day(void **state)
{
    struct book *book = *state;
    int64_t midnight_ms = INT64_C(1772427600000); /* 2026-03-02 00:00 in New York */
    int64_t last_ms = midnight_ms + 29 * BOOK_DAY - 1;

    open_session(book);
    drawn(book, 1, 1, 100);
    assert_int_equal(last_ms, leaf_number(book, SUBJECT_VIAL, 1, VIAL_BEYOND_USE));
    wait_for(book, last_ms - book->now_ms);
    begin_draw(book, 1, 1, 100);
    expect_none(book);
    wait_for(book, 1);
    begin_draw(book, 1, 1, 100);
    forbidden(book, REFUSAL_BEYOND_USE, true);
}

static void a_single_dose_vial_is_for_one_patient_and_for_hours(void **state)
{
    struct book *book = *state;
    int64_t opened_ms;

    open_session(book);
    begin_draw(book, 1, 11, 100);
    opened_ms = book->now_ms;
    place(book);
    assert_int_equal(opened_ms + 6 * BOOK_HOUR, leaf_number(book, SUBJECT_VIAL, 11, VIAL_BEYOND_USE));
    begin_session(book, 2, 1);
    place_irregular(book); /* an order of another patient */
    begin_draw(book, 2, 11, 50);
    expect(book, REFUSAL_SINGLE_DOSE);
    forbidden(book, REFUSAL_SINGLE_DOSE, true);
    book->now_ms = opened_ms + 6 * BOOK_HOUR;
    begin_draw(book, 1, 11, 50);
    expect_none(book);
    book->event.occurred.ms++;
    expect(book, REFUSAL_BEYOND_USE);
}

static void the_label_is_met_through_its_last_day(void **state)
{
    struct book *book = *state;
    struct facts row;
    int64_t midnight_ms = INT64_C(1772427600000);

    open_session(book);
    begin_receive(book, KETAMINE_50, 1);
    row = row_of(book, 6);
    facts_put_number(&row, 0, KETAMINE_50);
    facts_put_number(&row, 1, 1);
    facts_put_bytes(&row, 3, bytes_of_text("L"));
    facts_put_number(&row, 4, day_of(2026, 3, 3));
    put_rows(book, 6, &row, 1);
    act_because(book, 2);
    place(book);
    wait_for(book, midnight_ms + 2 * BOOK_DAY - 1 - book->now_ms);
    begin_draw(book, 1, 21, 100);
    expect_none(book);
    wait_for(book, 1);
    begin_draw(book, 1, 21, 100);
    forbidden(book, REFUSAL_EXPIRED, true);
}

static void named_stock_is_for_its_patient(void **state)
{
    struct book *book = *state;

    begin_receive(book, KETAMINE_50, 1);
    put_number(book, 7, 2);
    place(book);
    open_session(book);
    begin_draw(book, 1, 21, 100);
    forbidden(book, REFUSAL_NAMED_STOCK, true);
}

static void named_stock_is_used_within_its_days(void **state)
{
    struct book *book = *state;
    int64_t days = 45;

    begin_receive(book, KETAMINE_50, 1); /* at nine in the evening, and used at eleven */
    book->now_ms += 12 * BOOK_HOUR;
    book->event.occurred.ms = book->now_ms;
    put_number(book, 7, 1);
    place(book);
    wait_for(book, 2 * BOOK_HOUR + days * BOOK_DAY);
    open_session(book);
    begin_draw(book, 1, 21, 100);
    expect_none(book);
    book->now_ms += BOOK_HOUR; /* past midnight in New York */
    close_day(book);
    begin_draw(book, 1, 21, 100);
    forbidden(book, REFUSAL_NAMED_TOO_OLD, true);
    begin_policy(book);
    put_number(book, POLICY_NAMED_DAYS, 0);
    place(book);
    begin_draw(book, 1, 21, 101);
    expect_none(book);
}

static void esketamine_is_drawn_for_those_enrolled(void **state)
{
    struct book *book = *state;

    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_ESKETAMINE);
    put_number(book, 3, ROUTE_NASAL);
    put_number(book, 5, 84000000);
    begin_session(book, 1, place(book));
    place(book);
    begin_draw(book, 1, 15, 200);
    forbidden(book, REFUSAL_NOT_ENROLLED, true);
    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    put_number(book, 4, 1);
    place(book);
    assert_int_equal(1, leaf_number(book, SUBJECT_PATIENT, 1, PATIENT_REMS));
    begin_draw(book, 1, 16, 200);
    expect_none(book);
}

static void nothing_is_drawn_before_it_came(void **state)
{
    struct book *book = *state;
    int64_t came_ms = leaf_number(book, SUBJECT_VIAL, 1, VIAL_RECEIVED);

    open_session(book);
    begin_draw(book, 1, 1, 100);
    book->event.occurred.ms = came_ms - BOOK_MINUTE - 1;
    judged(book);
    assert_int_equal(REFUSAL_BEFORE, book->refusal->code);
}

static void a_dose_is_drawn_in_one_piece_from_each_vial(void **state)
{
    struct book *book = *state;
    struct facts rows[2];

    open_session(book);
    begin_draw(book, 1, 1, 100);
    for (size_t i = 0; i < 2; i++) {
        rows[i] = row_of(book, 1);
        facts_put_number(&rows[i], 0, 1);
        facts_put_number(&rows[i], 1, 100);
    }
    put_rows(book, 1, rows, 2);
    expect(book, REFUSAL_TWICE);
    facts_put_number(&rows[1], 0, 11);
    put_rows(book, 1, rows, 2);
    expect_none(book);
    facts_put_number(&rows[1], 0, 15);
    facts_put_number(&rows[1], 1, 200);
    put_rows(book, 1, rows, 2);
    expect(book, REFUSAL_WHOLE_ITEM);
}

static void a_dose_holds_one_drug(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    act(book, KIND_PRODUCT, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, "midazolam");
    put_text(book, 2, "midazolam 5 mg/mL");
    put_number(book, 3, DRUG_OTHER);
    put_number(book, 4, FORM_MULTI_DOSE_VIAL);
    put_number(book, 5, 5000);
    put_number(book, 6, 5000);
    put_number(book, 7, 10000);
    put_number(book, 8, 0);
    put_number(book, 11, 4);
    place(book);
    begin_receive(book, 5, 1);
    place(book);
    open_session(book);
    dose = drawn(book, 1, 1, 100);
    begin_draw(book, 1, 21, 100);
    put_number(book, 3, dose);
    expect(book, REFUSAL_DRUGS_MIXED);
}

static void a_device_is_drawn_whole_and_alone(void **state)
{
    struct book *book = *state;

    begin_session(book, 2, 2);
    place(book);
    begin_draw(book, 1, 15, 100);
    expect(book, REFUSAL_WHOLE_ITEM);
    begin_draw(book, 1, 15, 200);
    put_number(book, 5, 1000);
    expect(book, REFUSAL_COMBINATION); /* nobody dilutes a device */
    begin_draw(book, 1, 1, 50);
    put_number(book, 4, CONTAINER_DEVICE);
    judged(book);
    assert_int_equal(REFUSAL_COMBINATION, book->refusal->code); /* nor makes one of a vial */
    begin_draw(book, 1, 15, 200);
    place(book);
    assert_int_equal(VIAL_ISSUED, leaf_number(book, SUBJECT_VIAL, 15, VIAL_STATE));
    begin_draw(book, 1, 15, 200);
    judged(book);
    assert_int_equal(REFUSAL_VIAL_STATE, book->refusal->code);
}

static void more_is_added_to_a_dose_that_nobody_has_used(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    open_session(book);
    dose = drawn(book, 1, 1, 300);
    begin_draw(book, 0, 2, 400); /* the session is that of the dose */
    put_number(book, 3, dose);
    expect_none(book);
    place(book);
    assert_int_equal(35 * MG, dose_number(book, dose, DOSE_OPEN));
    assert_int_equal(2, dose_number(book, dose, (enum dose_place)(DOSE_SOURCES + SOURCE_PLACES + SOURCE_VIAL)));
    begin_session(book, 2, 2);
    place(book);
    begin_draw(book, 2, 3, 100);
    put_number(book, 3, dose);
    forbidden(book, REFUSAL_DOSE_ELSEWHERE, true);
    begin_give(book, dose, PHASE_START, QUANTITY_UL, 0);
    place(book);
    begin_draw(book, 0, 3, 100);
    put_number(book, 3, dose);
    judged(book);
    assert_int_equal(REFUSAL_DOSE_IN_USE, book->refusal->code);
}

static void dilute(struct book *book, uint32_t dose, int64_t total_ul)
{
    act(book, KIND_DRAW, NURSE, MEANING_DID);
    put_number(book, 3, dose);
    put_number(book, 5, total_ul);
}

static void a_dose_is_diluted_after_it_was_drawn(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    dilute(book, dose, 100000);
    expect_none(book);
    place(book);
    assert_int_equal(100000, dose_number(book, dose, DOSE_VOLUME));
    assert_int_equal(1, dose_number(book, dose, DOSE_DILUTED));
    assert_int_equal(35 * MG, dose_number(book, dose, DOSE_OPEN));
    assert_int_equal(35 * MG, leaf_number(book, SUBJECT_SESSION, 1, SESSION_COMMITTED));
    dilute(book, dose, 98000); /* measured, and less than was thought */
    put_number(book, 6, 1);
    place(book);
    assert_int_equal(98000, dose_number(book, dose, DOSE_VOLUME));
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_UL, 49000);
    place(book);
    assert_int_equal(17500000, dose_number(book, dose, DOSE_GIVEN));
    dilute(book, dose, 98000);
    expect(book, REFUSAL_DOSE_IN_USE);
}

static void what_only_dilutes_names_a_dose_and_a_total_that_holds_what_was_drawn(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    dilute(book, dose, 700);
    expect_none(book);
    dilute(book, dose, 699);
    expect(book, REFUSAL_COMBINATION);
    act(book, KIND_DRAW, NURSE, MEANING_DID); /* nothing is drawn and nothing diluted */
    put_number(book, 3, dose);
    expect(book, REFUSAL_COMBINATION);
    act(book, KIND_DRAW, NURSE, MEANING_DID); /* nothing is there to be diluted */
    put_number(book, 2, 1);
    put_number(book, 5, 1000);
    expect(book, REFUSAL_COMBINATION);
    begin_draw(book, 1, 2, 100); /* nobody measures a total that is not said */
    put_number(book, 6, 1);
    expect(book, REFUSAL_COMBINATION);
    dilute(book, dose, 1000);
    book->event.occurred.ms = dose_number(book, dose, DOSE_DRAWN_AT) - BOOK_MINUTE;
    expect_none(book);
    book->event.occurred.ms--;
    expect(book, REFUSAL_BEFORE);
}

static void a_ready_made_syringe_may_be_diluted_and_a_device_not(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 1, 1);
    place(book);
    dose = drawn(book, 1, 19, 1000);
    begin_draw(book, 0, 1, 100);
    put_number(book, 3, dose);
    expect(book, REFUSAL_DOSE_IN_USE);
    dilute(book, dose, 5000);
    place(book);
    act(book, KIND_RETURN, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_WITNESSED);
    put_number(book, 1, dose);
    put_number(book, 3, 1);
    expect(book, REFUSAL_SEAL_BROKEN);
    begin_session(book, 2, 2);
    place(book);
    dose = drawn(book, 2, 15, 200);
    dilute(book, dose, 1000);
    expect(book, REFUSAL_COMBINATION);
}

static void a_draw_belongs_to_an_open_session_with_an_order(void **state)
{
    struct book *book = *state;

    begin_draw(book, 0, 1, 100);
    forbidden(book, REFUSAL_NO_SESSION, true);
    begin_session(book, 1, 0);
    forbidden(book, REFUSAL_NO_ORDER, true);
    begin_draw(book, 1, 1, 90);
    forbidden(book, REFUSAL_NO_ORDER, true);
    begin_close(book, 1, OUTCOME_STOPPED);
    place(book);
    begin_draw(book, 1, 1, 80);
    book->event.occurred.ms = leaf_number(book, SUBJECT_SESSION, 1, SESSION_CLOSED_AT);
    expect(book, REFUSAL_NO_ORDER);
    book->event.occurred.ms++;
    expect(book, REFUSAL_NO_ORDER, REFUSAL_SESSION_CLOSED);
}

static void the_same_draw_twice_within_minutes_is_asked_about(void **state)
{
    struct book *book = *state;

    open_session(book);
    drawn(book, 1, 1, 100);
    begin_draw(book, 1, 1, 100);
    expect(book, REFUSAL_DUPLICATE);
    act_because(book, REASON_COMPUTER_DOWN);
    expect(book, REFUSAL_DUPLICATE); /* that is why it came on paper, and not why twice */
    assert_non_null(book->refusal);
    act_because(book, REASON_INTENDED_TWICE);
    expect(book, REFUSAL_DUPLICATE);
    assert_null(book->refusal);
    book->now_ms += 4 * BOOK_MINUTE - 1;
    begin_draw(book, 1, 1, 100);
    expect(book, REFUSAL_DUPLICATE);
    book->now_ms += 1;
    begin_draw(book, 1, 1, 100);
    expect_none(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_draw_moves_the_volume_into_a_dose),
        in_two(a_vial_may_be_emptied_and_no_microlitre_more),
        in_two(a_draw_is_within_the_order_to_the_microlitre),
        in_two(what_a_vial_is_decides_whether_it_may_be_drawn),
        in_two(a_vial_in_quarantine_or_in_another_room_is_not_drawn_unasked),
        in_two(a_multi_dose_vial_lasts_to_the_end_of_its_28th_day),
        in_two(a_single_dose_vial_is_for_one_patient_and_for_hours),
        in_two(the_label_is_met_through_its_last_day),
        in_two(named_stock_is_for_its_patient),
        in_two(named_stock_is_used_within_its_days),
        in_two(esketamine_is_drawn_for_those_enrolled),
        in_two(nothing_is_drawn_before_it_came),
        in_two(a_dose_is_drawn_in_one_piece_from_each_vial),
        in_two(a_dose_holds_one_drug),
        in_two(a_device_is_drawn_whole_and_alone),
        in_two(more_is_added_to_a_dose_that_nobody_has_used),
        in_two(a_dose_is_diluted_after_it_was_drawn),
        in_two(what_only_dilutes_names_a_dose_and_a_total_that_holds_what_was_drawn),
        in_two(a_ready_made_syringe_may_be_diluted_and_a_device_not),
        in_two(a_draw_belongs_to_an_open_session_with_an_order),
        in_two(the_same_draw_twice_within_minutes_is_asked_about),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
