/* Giving a dose step by step, and handing it over. */
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

static void give(struct book *book, uint32_t dose, enum phase phase, enum quantity_unit unit, int64_t amount)
{
    begin_give(book, dose, phase, unit, amount);
    place(book);
}

static int64_t dose_number(struct book *book, uint32_t dose, enum dose_place at)
{
    return leaf_number(book, SUBJECT_DOSE, dose, at);
}

/* ---- administer */

static void a_dose_is_given_whole(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_number(book, 4, ROUTE_IV);
    expect_none(book);
    place(book);
    assert_int_equal(35 * MG, dose_number(book, dose, DOSE_GIVEN));
    assert_int_equal(DOSE_IS_SETTLED, dose_number(book, dose, DOSE_STATE));
    assert_int_equal(35 * MG, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_GIVEN));
    assert_int_equal(35 * MG, leaf_number(book, SUBJECT_SESSION, 1, SESSION_GIVEN));
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPEN_DOSES));
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    expect(book, REFUSAL_SETTLED);
}

static void readings_go_up_from_the_start(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    give(book, dose, PHASE_START, QUANTITY_UL, 0);
    give(book, dose, PHASE_PAUSE, QUANTITY_UL, 200);
    assert_int_equal(10 * MG, dose_number(book, dose, DOSE_GIVEN));
    begin_give(book, dose, PHASE_STOP, QUANTITY_UL, 199);
    expect(book, REFUSAL_READING_BACK);
    begin_give(book, dose, PHASE_STOP, QUANTITY_UL, 701);
    expect(book, REFUSAL_DOSE_OVERDRAWN);
    begin_give(book, dose, PHASE_STOP, 0, 0);
    expect(book, REFUSAL_COMBINATION); /* a stop says how much */
    begin_give(book, dose, PHASE_STOP, QUANTITY_SPRAYS, 1);
    expect(book, REFUSAL_UNIT);
    give(book, dose, PHASE_STOP, QUANTITY_NG, 30 * MG);
    assert_int_equal(30 * MG, dose_number(book, dose, DOSE_GIVEN));
    assert_int_equal(5 * MG, dose_number(book, dose, DOSE_OPEN));
    assert_int_equal(DOSE_IS_STOPPED, dose_number(book, dose, DOSE_STATE));
}

static void steps_follow_each_other(void **state)
{
    /* From the states drawn, running, paused, stopped, held: which phases follow. */
    static const bool follows[5][6] = { { 1, 1, 0, 1, 0, 0 }, { 0, 0, 1, 1, 1, 1 }, { 0, 1, 0, 1, 0, 1 }, { 1, 1, 0, 1, 0, 0 },
                                        { 1, 1, 0, 1, 0, 0 } };
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    for (size_t from = 0; from < 5; from++) {
        if (from == 1)
            give(book, dose, PHASE_START, QUANTITY_UL, 0);
        if (from == 2)
            give(book, dose, PHASE_PAUSE, QUANTITY_UL, 0);
        if (from == 3)
            give(book, dose, PHASE_STOP, QUANTITY_UL, 100);
        if (from == 4) {
            act(book, KIND_HELD, NURSE, MEANING_DID);
            put_number(book, 1, dose);
            put_text(book, 2, "B-1");
            place(book);
        }
        for (unsigned phase = PHASE_WHOLE; phase <= PHASE_STOP; phase++) {
            begin_give(book, dose, (enum phase)phase, QUANTITY_UL, 200);
            if (follows[from][phase - 1])
                expect_none(book);
            else
                expect(book, REFUSAL_PHASE);
        }
    }
}

static void a_gift_over_the_order_is_forbidden_and_what_follows_is_not(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 800);
    act_because(book, 2);
    dose = place(book);
    give(book, dose, PHASE_START, QUANTITY_UL, 0);
    begin_give(book, dose, PHASE_RATE, QUANTITY_UL, 700);
    expect_none(book);
    begin_give(book, dose, PHASE_RATE, QUANTITY_UL, 701);
    expect(book, REFUSAL_OVER_ORDER);
    forbidden(book, REFUSAL_OVER_ORDER, true);
    begin_give(book, dose, PHASE_STOP, QUANTITY_UL, 701);
    expect_none(book); /* no more was given */
}

static void route_and_dilution_are_those_ordered(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book), strong;

    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    book->event.facts.values[3].present = false;
    expect(book, REFUSAL_COMBINATION, REFUSAL_WRONG_ROUTE); /* nobody said how */
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_number(book, 4, ROUTE_IM);
    expect(book, REFUSAL_WRONG_ROUTE);
    begin_waste(book, dose, QUANTITY_REST, 0);
    put_amount(book, 4, QUANTITY_UL, 700);
    put_amount(book, 5, QUANTITY_UL, 700);
    place(book);
    strong = drawn(book, 1, 11, 350); /* 35 mg of 100 mg/mL */
    begin_give(book, strong, PHASE_WHOLE, QUANTITY_REST, 0);
    forbidden(book, REFUSAL_UNDILUTED, true);
    begin_session(book, 1, 1);
    place_irregular(book);
    dose = drawn(book, 2, 1, 300);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_number(book, 4, ROUTE_IM);
    forbidden(book, REFUSAL_WRONG_ROUTE, true);
}

static void a_diluted_dose_is_read_in_its_whole_volume(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 1, 1);
    begin_draw(book, place(book), 11, 350);
    put_number(book, 5, 100000);
    dose = place(book);
    give(book, dose, PHASE_START, QUANTITY_UL, 0);
    give(book, dose, PHASE_STOP, QUANTITY_UL, 33333); /* a third of 35 mg, to the nearest nanogram */
    assert_int_equal(11666550, dose_number(book, dose, DOSE_GIVEN));
    begin_draw(book, 1, 11, 100);
    put_number(book, 5, 99);
    judged(book);
    assert_int_equal(REFUSAL_COMBINATION, book->refusal->code); /* nothing is made up to less than it is */
}

static void times_of_a_step_run_one_way(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);
    int64_t drawn_ms = dose_number(book, dose, DOSE_DRAWN_AT);

    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_time(book, 5, book->now_ms);
    put_time(book, 6, book->now_ms - 1);
    expect(book, REFUSAL_TIMES);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_time(book, 5, drawn_ms - BOOK_MINUTE);
    expect_none(book); /* times are typed to the minute */
    put_time(book, 5, drawn_ms - BOOK_MINUTE - 1);
    expect(book, REFUSAL_BEFORE);
    put_time(book, 5, book->now_ms);
    put_time(book, 6, book->now_ms + 5 * BOOK_MINUTE);
    expect_none(book);
    put_time(book, 6, book->now_ms + 5 * BOOK_MINUTE + 1);
    expect(book, REFUSAL_FUTURE);
    give(book, dose, PHASE_START, QUANTITY_UL, 0);
    begin_give(book, dose, PHASE_STOP, QUANTITY_UL, 700);
    put_time(book, 5, dose_number(book, dose, DOSE_STARTED_AT) - BOOK_MINUTE - 1);
    put_time(book, 6, dose_number(book, dose, DOSE_STARTED_AT) - BOOK_MINUTE - 1);
    judged(book);
    assert_int_equal(REFUSAL_TIMES, book->refusal->code); /* a stop before the start */
}

static void a_dose_is_used_by_what_its_label_says(void **state)
{
    struct book *book = *state;
    uint32_t dose;
    int64_t by_ms = book->now_ms + BOOK_HOUR;

    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 700);
    put_time(book, 7, by_ms);
    dose = place(book);
    book->now_ms = by_ms;
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    expect_none(book);
    book->event.occurred.ms++;
    expect(book, REFUSAL_USE_BY);
    forbidden(book, REFUSAL_USE_BY, true);
}

static void it_is_given_while_the_session_lasts(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);
    int64_t opened_ms = leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPENED_AT), closed_ms;

    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_time(book, 5, opened_ms - BOOK_MINUTE - 1);
    judged(book);
    assert_int_equal(REFUSAL_BEFORE, book->refusal->code); /* drawn in the minute after it was opened */
    begin_close(book, 1, OUTCOME_TRANSFERRED);
    closed_ms = book->now_ms;
    place(book);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    book->event.occurred.ms = closed_ms;
    expect_none(book);
    book->event.occurred.ms = closed_ms + 1;
    forbidden(book, REFUSAL_SESSION_CLOSED, true);
}

static void a_session_opened_too_late_does_not_cover_what_was_given_before(void **state)
{
    struct book *book = *state;
    int64_t now_ms;
    uint32_t dose;

    wait_for(book, BOOK_HOUR);
    begin_session(book, 1, 1);
    now_ms = book->now_ms;
    place(book);
    begin_draw(book, 1, 1, 700);
    book->event.occurred.ms = now_ms - 10 * BOOK_MINUTE; /* about to begin */
    expect_none(book);
    dose = place(book);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_time(book, 5, now_ms - BOOK_MINUTE);
    expect_none(book);
    put_time(book, 5, now_ms - BOOK_MINUTE - 1);
    forbidden(book, REFUSAL_NO_SESSION, true);
}

static void an_order_that_ends_during_an_infusion_does_not_forbid_its_stop(void **state)
{
    struct book *book = *state;
    int64_t until_ms = book->now_ms + BOOK_HOUR;
    uint32_t order, dose;

    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_KETAMINE);
    put_number(book, 3, ROUTE_IV);
    put_number(book, 5, 35 * MG);
    put_time(book, 12, until_ms);
    order = place(book);
    begin_session(book, 1, order);
    dose = drawn(book, place(book), 1, 700);
    book->now_ms = until_ms;
    give(book, dose, PHASE_START, QUANTITY_UL, 0);
    begin_give(book, dose, PHASE_BOLUS, QUANTITY_UL, 100);
    forbidden(book, REFUSAL_ORDER_TIME, true);
    begin_give(book, dose, PHASE_STOP, QUANTITY_UL, 700);
    expect_none(book);
}

/* ---- to whom */

static void who_got_it_is_written_down_as_it_was(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_number(book, 10, NURSE);
    expect(book, REFUSAL_SELF, REFUSAL_RECIPIENT);
    put_amount(book, 3, QUANTITY_UL, 100);
    forbidden_beside(book, REFUSAL_SELF, REFUSAL_RECIPIENT, true);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_number(book, 10, OWNER);
    expect(book, REFUSAL_RECIPIENT);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_number(book, 11, 1);
    expect(book, REFUSAL_RECIPIENT);
    put_number(book, 10, OWNER);
    expect(book, REFUSAL_RECIPIENT, REFUSAL_COMBINATION);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    put_number(book, 9, 1);
    expect_none(book);
    put_number(book, 9, 2);
    forbidden(book, REFUSAL_RECIPIENT, true);
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_GIVEN)); /* the session's patient got nothing */
    assert_int_equal(35 * MG, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_GIVEN));
}

static void nobody_acts_for_a_patient_they_are_locked_out_of(void **state)
{
    static const int64_t locked_out[] = { NURSE };
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    act(book, KIND_PATIENT, OWNER, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 2, locked_out, 1);
    place(book);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    expect(book, REFUSAL_MAY_NOT_ACT);
    book->event.signers[0] = (struct event_signer){ NURSE, MEANING_REPORTED }; /* who only writes it down may */
    act_done_by(book, OWNER, MEANING_DID);
    expect_none(book);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    forbidden(book, REFUSAL_MAY_NOT_ACT, true);
    assert_int_equal(1, leaf_number(book, SUBJECT_PERSON_ACTS, NURSE, ACTS_IRREGULAR));
}

/* ---- devices */

static uint32_t a_device(struct book *book, uint32_t session, uint32_t vial)
{
    return drawn(book, session, vial, 200);
}

static void a_device_gives_two_sprays_and_the_next_one_waits(void **state)
{
    struct book *book = *state;
    uint32_t first, second;
    int64_t sprayed_ms;

    begin_session(book, 2, 2);
    place(book);
    first = a_device(book, 1, 15);
    second = a_device(book, 1, 16);
    begin_give(book, first, PHASE_WHOLE, QUANTITY_SPRAYS, 3);
    expect(book, REFUSAL_SPRAYS);
    begin_give(book, first, PHASE_WHOLE, QUANTITY_NG, 14 * MG);
    put_number(book, 4, ROUTE_NASAL);
    expect(book, REFUSAL_UNIT); /* a device gives whole sprays */
    give(book, first, PHASE_BOLUS, QUANTITY_SPRAYS, 1);
    assert_int_equal(14 * MG, dose_number(book, first, DOSE_GIVEN));
    assert_int_equal(1, dose_number(book, first, DOSE_SPRAYS));
    sprayed_ms = book->now_ms;
    begin_give(book, first, PHASE_BOLUS, QUANTITY_SPRAYS, 1);
    expect(book, REFUSAL_READING_BACK); /* the first spray again */
    begin_give(book, first, PHASE_BOLUS, QUANTITY_REST, 0);
    put_number(book, 4, ROUTE_NASAL);
    place(book);
    assert_int_equal(DOSE_IS_SETTLED, dose_number(book, first, DOSE_STATE));
    assert_int_equal(VIAL_FINISHED, leaf_number(book, SUBJECT_VIAL, 15, VIAL_STATE));
    assert_int_equal(sprayed_ms, leaf_number(book, SUBJECT_SESSION, 1, SESSION_LAST_SPRAY));
    begin_give(book, second, PHASE_WHOLE, QUANTITY_SPRAYS, 2);
    put_time(book, 5, sprayed_ms + 5 * BOOK_MINUTE - 1);
    put_time(book, 6, sprayed_ms + 5 * BOOK_MINUTE - 1);
    expect(book, REFUSAL_DEVICE_REST);
    put_time(book, 5, sprayed_ms + 5 * BOOK_MINUTE);
    put_time(book, 6, sprayed_ms + 5 * BOOK_MINUTE);
    expect_none(book);
}

/* ---- handover */

static void begin_handover(struct book *book, uint32_t dose)
{
    act(book, KIND_HANDOVER, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_TOOK_OVER);
    if (dose != 0)
        put_number(book, 1, dose);
}

static void who_takes_over_answers_for_it(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_handover(book, dose);
    put_number(book, 2, 1);
    place(book);
    assert_int_equal(OWNER, dose_number(book, dose, DOSE_HOLDER));
    assert_int_equal(OWNER, leaf_number(book, SUBJECT_SESSION, 1, SESSION_CLINICIAN));
    begin_handover(book, 0);
    expect(book, REFUSAL_COMBINATION);
    put_text(book, 3, "keys of the safe");
    expect_none(book);
    begin_handover(book, dose); /* the nurse has given it away already */
    expect(book, REFUSAL_DOSE_HELD_ELSEWHERE);
    book->event.signers[0].person = OWNER;
    book->event.signers[1].person = NURSE;
    expect_none(book);
    book->event.signer_count = 1;
    expect(book, REFUSAL_SIGNERS); /* nobody takes it over */
}

/* A party that takes doses: an ambulance, or of another type. */
static uint32_t a_house(struct book *book, enum party_type type)
{
    act(book, KIND_PARTY, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, "medic-7");
    put_number(book, 2, type);
    put_text(book, 3, "Medic 7");
    return place(book);
}

static void begin_hand_out(struct book *book, uint32_t dose, uint32_t party)
{
    act(book, KIND_HANDOVER, NURSE, MEANING_DID);
    put_number(book, 1, dose);
    put_number(book, 6, party);
}

static void an_ambulance_takes_a_running_dose_as_its_pump_is_read(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book), medic = a_house(book, PARTY_AMBULANCE);

    give(book, dose, PHASE_START, QUANTITY_UL, 0);
    begin_hand_out(book, dose, medic);
    expect(book, REFUSAL_COMBINATION); /* the pump runs, and nobody read it */
    put_amount(book, 4, QUANTITY_REST, 0);
    expect(book, REFUSAL_UNIT);
    put_amount(book, 4, QUANTITY_UL, 701);
    expect(book, REFUSAL_DOSE_OVERDRAWN);
    put_amount(book, 4, QUANTITY_UL, 300);
    expect_none(book);
    act_signed(book, OWNER, MEANING_TOOK_OVER);
    expect(book, REFUSAL_SIGNERS);
    book->event.signer_count = 1;
    place(book);
    assert_int_equal(15 * MG, dose_number(book, dose, DOSE_GIVEN));
    assert_int_equal(20 * MG, dose_number(book, dose, DOSE_HANDED_OUT));
    assert_int_equal(DOSE_IS_SETTLED, dose_number(book, dose, DOSE_STATE));
    assert_int_equal(20 * MG, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_HANDED_OUT));
    assert_int_equal(15 * MG, leaf_number(book, SUBJECT_SESSION, 1, SESSION_GIVEN));
    assert_int_equal(35 * MG, leaf_number(book, SUBJECT_SESSION, 1, SESSION_COMMITTED));
    assert_int_equal(book->now_ms - BOOK_MINUTE, leaf_number(book, SUBJECT_SESSION, 1, SESSION_LAST_STOP));
    begin_hand_out(book, dose, medic);
    expect(book, REFUSAL_SETTLED);
    begin_close(book, 1, OUTCOME_TRANSFERRED);
    expect_none(book);
}

static void a_dose_that_does_not_run_goes_as_it_is_and_to_who_may_take_it(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_hand_out(book, dose, 1);
    expect(book, REFUSAL_PARTY_TYPE); /* a supplier */
    begin_hand_out(book, dose, a_house(book, PARTY_AGENCY));
    put_amount(book, 4, QUANTITY_UL, 0);
    expect(book, REFUSAL_COMBINATION); /* nothing runs that could be read */
    begin_hand_out(book, dose, 2);
    put_text(book, 3, "keys of the safe");
    expect(book, REFUSAL_COMBINATION);
    begin_hand_out(book, dose, 2);
    put_number(book, 2, 1);
    expect(book, REFUSAL_COMBINATION);
    begin_hand_out(book, dose, 2);
    place(book);
    assert_int_equal(35 * MG, dose_number(book, dose, DOSE_HANDED_OUT));
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPEN_DOSES));
}

static void readings_that_differ_open_a_case(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book);

    begin_handover(book, dose);
    put_amount(book, 4, QUANTITY_UL, 200);
    expect(book, REFUSAL_COMBINATION); /* one reading alone says nothing */
    put_amount(book, 5, QUANTITY_NG, 10 * MG);
    expect_none(book); /* the same, in another unit */
    put_amount(book, 5, QUANTITY_REST, 0);
    expect(book, REFUSAL_UNIT);
    put_amount(book, 5, QUANTITY_UL, 201);
    expect(book, REFUSAL_HANDOVER_DIFFERS);
    place(book);
    assert_int_equal(-50000, leaf_number(book, SUBJECT_CASE, 1, CASE_DIFFERENCE)); /* the taker finds 1 uL less left */
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    place(book);
    begin_handover(book, dose);
    book->event.signers[0].person = OWNER;
    book->event.signers[1].person = NURSE;
    expect(book, REFUSAL_SETTLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_dose_is_given_whole),
        in_two(readings_go_up_from_the_start),
        in_two(steps_follow_each_other),
        in_two(a_gift_over_the_order_is_forbidden_and_what_follows_is_not),
        in_two(route_and_dilution_are_those_ordered),
        in_two(a_diluted_dose_is_read_in_its_whole_volume),
        in_two(times_of_a_step_run_one_way),
        in_two(a_dose_is_used_by_what_its_label_says),
        in_two(it_is_given_while_the_session_lasts),
        in_two(a_session_opened_too_late_does_not_cover_what_was_given_before),
        in_two(an_order_that_ends_during_an_infusion_does_not_forbid_its_stop),
        in_two(who_got_it_is_written_down_as_it_was),
        in_two(nobody_acts_for_a_patient_they_are_locked_out_of),
        in_two(a_device_gives_two_sprays_and_the_next_one_waits),
        in_two(who_takes_over_answers_for_it),
        in_two(readings_that_differ_open_a_case),
        in_two(an_ambulance_takes_a_running_dose_as_its_pump_is_read),
        in_two(a_dose_that_does_not_run_goes_as_it_is_and_to_who_may_take_it),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
