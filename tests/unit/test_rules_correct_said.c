/* Corrections of when something happened, in which treatment, under which case; what is asked of new facts, and how a row of a
 * correction has to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tests/support/book.h"
#include "tests/support/corrections.h"
#include "tests/support/doctored.h"
#include "tests/support/numbers.h"

static struct corrections rows;
static struct numbers before, after;

static int64_t number_of_session(struct book *book, uint32_t session, enum session_place at)
{
    return leaf_number(book, SUBJECT_SESSION, session, at);
}

/* ---- times */

static void a_draw_that_happened_earlier_opened_its_vial_then(void **state)
{
    struct book *book = *state;
    int64_t earlier_ms;

    begin_session(book, 1, 1);
    place(book);
    earlier_ms = book->now_ms;
    wait_for(book, 20 * BOOK_MINUTE);
    begin_draw(book, 1, 1, 500);
    place(book);
    rows.count = 0;
    with_time(&rows, book->entries, earlier_ms);
    place_correction(book, &rows);
    assert_int_equal(earlier_ms, leaf_number(book, SUBJECT_DOSE, 1, DOSE_DRAWN_AT));
    assert_int_equal(earlier_ms, leaf_number(book, SUBJECT_VIAL, 1, VIAL_OPENED));
    assert_int_equal(25000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_OPEN));
}

static void a_time_that_cannot_be_is_refused(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    place(book);
    draw = book->entries;
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_NG, 20000000);
    place(book);
    rows.count = 0;
    with_time(&rows, draw + 1, book->now_ms + BOOK_HOUR);
    begin_correction(book, &rows);
    expect(book, REFUSAL_FUTURE);
    rows.count = 0;
    with_time(&rows, draw + 1, BOOK_NOON - BOOK_DAY);
    begin_correction(book, &rows);
    expect(book, REFUSAL_BEFORE);
    rows.count = 0;
    with_time(&rows, draw, book->now_ms); /* later than what was given of it */
    with_again(&rows, draw + 1);
    wait_for(book, 5 * BOOK_MINUTE);
    rows.rows[0].values[ROW_CORRECT_AT].number = book->now_ms;
    begin_correction(book, &rows);
    expect(book, REFUSAL_BEFORE);
    rows.rows[0].values[ROW_CORRECT_AT].second = 17;
    begin_correction(book, &rows);
    expect(book, REFUSAL_OFFSET);
}

/* ---- sessions: what is known by the latest entry is known by the latest that stands */

static void bolus(struct book *book, uint32_t dose)
{
    begin_give(book, dose, PHASE_BOLUS, QUANTITY_NG, 10000000);
    place(book);
}

static void the_end_of_giving_is_that_of_what_stands(void **state)
{
    struct book *book = *state;
    uint32_t first, second;
    int64_t first_ms, second_ms;

    begin_session(book, 1, 1);
    place(book);
    for (unsigned i = 0; i < 2; i++) {
        begin_draw(book, 1, 1, 300);
        act_because(book, 2);
        place(book);
    }
    first_ms = book->now_ms;
    bolus(book, 1);
    first = book->entries;
    second_ms = book->now_ms;
    bolus(book, 2);
    second = book->entries;
    assert_int_equal(second_ms, number_of_session(book, 1, SESSION_LAST_STOP));
    rows.count = 0;
    with_void(&rows, first);
    place_correction(book, &rows);
    assert_int_equal(second_ms, number_of_session(book, 1, SESSION_LAST_STOP));
    rows.count = 0;
    with_void(&rows, second); /* what the second found is void by now */
    place_correction(book, &rows);
    assert_int_equal(0, number_of_session(book, 1, SESSION_LAST_STOP));
    bolus(book, 1);
    assert_true(number_of_session(book, 1, SESSION_LAST_STOP) > first_ms);
    rows.count = 0;
    with_time(&rows, book->entries, first_ms);
    place_correction(book, &rows);
    assert_int_equal(first_ms, number_of_session(book, 1, SESSION_LAST_STOP));
}

static void sprays_and_findings_are_those_of_what_stands(void **state)
{
    struct book *book = *state;
    uint32_t sprays[2], observed[2];
    int64_t at_ms[2];

    begin_session(book, 2, 2);
    place(book);
    for (uint32_t i = 0; i < 2; i++) {
        begin_draw(book, 1, 15 + i, 200);
        place(book);
    }
    for (uint32_t i = 0; i < 2; i++) {
        at_ms[i] = book->now_ms;
        begin_give(book, i + 1, PHASE_WHOLE, QUANTITY_SPRAYS, 2);
        act_because(book, 2);
        place(book);
        sprays[i] = book->entries;
        act(book, KIND_OBSERVE, NURSE, MEANING_DID);
        put_number(book, FACT_OBSERVE_SESSION, 1);
        put_number(book, FACT_OBSERVE_READY, 1);
        place(book);
        observed[i] = book->entries;
    }
    rows.count = 0;
    with_void(&rows, sprays[0]);
    with_void(&rows, observed[0]);
    place_correction(book, &rows);
    assert_int_equal(at_ms[1], number_of_session(book, 1, SESSION_FIRST_SPRAY));
    assert_int_equal(at_ms[1], number_of_session(book, 1, SESSION_LAST_SPRAY));
    assert_int_equal(1, number_of_session(book, 1, SESSION_READY));
    rows.count = 0;
    with_void(&rows, sprays[1]);
    with_void(&rows, observed[1]);
    place_correction(book, &rows);
    assert_int_equal(0, number_of_session(book, 1, SESSION_FIRST_SPRAY));
    assert_int_equal(0, number_of_session(book, 1, SESSION_LAST_SPRAY));
    assert_int_equal(0, number_of_session(book, 1, SESSION_OBSERVED_AT));
    assert_int_equal(0, number_of_session(book, 1, SESSION_READY));
}

static void a_session_was_another_patients(void **state)
{
    struct book *book = *state;
    uint32_t session;

    begin_session(book, 1, 0);
    place_irregular(book);
    session = book->entries;
    begin_draw(book, 1, 1, 300);
    place_irregular(book);
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_NG, 10000000);
    place_irregular(book);
    rows.count = 0;
    begin_session(book, 2, 0);
    with_facts(&rows, session, book);
    begin_correction(book, &rows);
    expect(book, REFUSAL_RESTS_ON_IT);
    with_again(&rows, session + 1);
    with_again(&rows, session + 2);
    place_correction(book, &rows);
    assert_int_equal(2, number_of_session(book, 1, SESSION_PATIENT));
    assert_int_equal(2, leaf_number(book, SUBJECT_DOSE, 1, DOSE_PATIENT));
    assert_int_equal(2, leaf_number(book, SUBJECT_VIAL, 1, VIAL_DRAWN_FOR));
    assert_int_equal(0, leaf_number(book, SUBJECT_PATIENT, 1, PATIENT_OPEN_SESSION));
    assert_int_equal(0, leaf_number(book, SUBJECT_PATIENT, 1, PATIENT_SESSIONS));
    assert_int_equal(1, leaf_number(book, SUBJECT_PATIENT, 2, PATIENT_OPEN_SESSION));
    assert_int_equal(10000000, number_of_session(book, 1, SESSION_GIVEN));
}

static void a_gift_was_of_another_dose(void **state)
{
    struct book *book = *state;
    uint32_t gift;

    begin_session(book, 1, 1);
    place(book);
    for (unsigned i = 0; i < 2; i++) {
        begin_draw(book, 1, 1, 300);
        act_because(book, 2);
        place(book);
    }
    bolus(book, 1);
    gift = book->entries;
    numbers_of(book, &before);
    rows.count = 0;
    begin_give(book, 2, PHASE_BOLUS, QUANTITY_NG, 10000000);
    with_facts(&rows, gift, book);
    place_correction(book, &rows);
    assert_int_equal(0, leaf_number(book, SUBJECT_DOSE, 1, DOSE_GIVEN));
    assert_int_equal(DOSE_IS_DRAWN, leaf_number(book, SUBJECT_DOSE, 1, DOSE_STATE));
    assert_int_equal(10000000, leaf_number(book, SUBJECT_DOSE, 2, DOSE_GIVEN));
    assert_int_equal(gift, leaf_number(book, SUBJECT_DOSE, 2, DOSE_LAST));
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_NG, 5000000);
    place(book);
    rows.count = 0;
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_NG, 10000000);
    with_facts(&rows, gift, book); /* below what was given of that dose since */
    begin_correction(book, &rows);
    expect(book, REFUSAL_RESTS_ON_IT);
    assert_int_equal(book->entries, book->refusal->entry);
    with_void(&rows, book->entries);
    place_correction(book, &rows);
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
}

/* ---- cases */

static uint32_t open_case(struct book *book, uint32_t vial)
{
    act(book, KIND_CASE, NURSE, MEANING_DID);
    put_number(book, FACT_CASE_ABOUT_VIAL, vial);
    book->event.private_count = 1;
    book->event.privates[0] = (struct event_private){ .key = FACT_CASE_TEXT };
    return place(book);
}

static void begin_adjust(struct book *book, uint32_t of, uint32_t vial, int64_t change_ul)
{
    act(book, KIND_ADJUST, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    put_number(book, FACT_ADJUST_CASE, of);
    put_number(book, FACT_ADJUST_VIAL, vial);
    put_number(book, FACT_ADJUST_DELTA, change_ul);
}

static void what_was_booked_twice_under_a_case_is_booked_once_less(void **state)
{
    struct book *book = *state;
    uint32_t of = open_case(book, 7), first;

    begin_adjust(book, of, 7, -250);
    place(book);
    first = book->entries;
    begin_adjust(book, of, 7, -100);
    place(book);
    rows.count = 0;
    with_void(&rows, first);
    place_correction(book, &rows);
    assert_int_equal(1, leaf_number(book, SUBJECT_CASE, of, CASE_COMPENSATED));
    assert_int_equal(-5000000, leaf_number(book, SUBJECT_CASE, of, CASE_ADJUSTED));
    assert_int_equal(9900, leaf_number(book, SUBJECT_VIAL, 7, VIAL_LEFT));
    rows.count = 0;
    begin_adjust(book, of, 7, 100);
    with_facts(&rows, first + 1, book);
    place_correction(book, &rows);
    assert_int_equal(5000000, leaf_number(book, SUBJECT_CASE, of, CASE_ADJUSTED));
    assert_int_equal(10100, leaf_number(book, SUBJECT_VIAL, 7, VIAL_LEFT));
}

static void begin_resolve(struct book *book, uint32_t of, enum cause cause)
{
    act(book, KIND_RESOLVE, NURSE, MEANING_DID);
    put_number(book, FACT_RESOLVE_CASE, of);
    put_number(book, FACT_RESOLVE_CAUSE, cause);
    book->event.private_count = 1;
    book->event.privates[0] = (struct event_private){ .key = FACT_RESOLVE_TEXT };
}

/* The word from outside that ended it goes on holding; when the resolve is void the case is open. */
static void a_case_stays_resolved_when_its_cause_is_corrected(void **state)
{
    struct book *book = *state;
    uint32_t of = open_case(book, 7), resolve;

    begin_resolve(book, of, CAUSE_EXPLAINED);
    place(book);
    resolve = book->entries;
    assert_int_equal(CASE_WAITS_OUTSIDE, leaf_number(book, SUBJECT_CASE, of, CASE_STATE));
    begin_countersign(book, resolve, AUDITOR);
    place(book);
    begin_resolve(book, of, CAUSE_COUNTING_MISTAKE);
    rows.count = 0;
    with_facts(&rows, resolve, book);
    place_correction(book, &rows);
    assert_int_equal(CASE_IS_RESOLVED, leaf_number(book, SUBJECT_CASE, of, CASE_STATE));
    assert_int_equal(CAUSE_COUNTING_MISTAKE, leaf_number(book, SUBJECT_CASE, of, CASE_CAUSE));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES));
    rows.count = 0;
    with_void(&rows, resolve);
    place_correction(book, &rows);
    assert_int_equal(CASE_IS_OPEN, leaf_number(book, SUBJECT_CASE, of, CASE_STATE));
    assert_int_equal(0, leaf_number(book, SUBJECT_CASE, of, CASE_RESOLVED));
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES));
}

/* ---- notices */

static void a_loss_that_was_significant_is_to_be_told(void **state)
{
    struct book *book = *state;
    uint32_t loss;

    act(book, KIND_LOSS, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_list(book, FACT_LOSS_VIALS, (int64_t[]){ 1 }, 1);
    put_time(book, FACT_LOSS_DISCOVERED, book->now_ms);
    place(book);
    loss = book->entries;
    act(book, KIND_LOSS, OWNER, MEANING_DID);
    put_number(book, FACT_LOSS_SIGNIFICANT, 1);
    rows.count = 0;
    with_added(&rows, loss, book);
    place_correction(book, &rows);
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_FILINGS));
    act(book, KIND_NOTICE, OWNER, MEANING_APPROVED);
    put_number(book, FACT_NOTICE_TYPE, NOTICE_LOSS);
    put_number(book, FACT_NOTICE_ABOUT, loss);
    place(book);
    rows.count = 0;
    with_again(&rows, loss);
    place_correction(book, &rows); /* what is filed is filed; the form is still due */
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_FILINGS));
    assert_true(leaf_number(book, LEAF_TABLE_FILING, loss, FILING_LOSS_FILED) != 0);
    rows.count = 0;
    with_void(&rows, loss);
    place_correction(book, &rows);
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_FILINGS));
    with_added(&rows, loss, book);
}

/* ---- what is asked of new facts */

static void facts_that_are_forbidden_make_the_correction_irregular(void **state)
{
    struct book *book = *state;
    uint32_t gift;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 300);
    place(book);
    bolus(book, 1);
    gift = book->entries;
    rows.count = 0;
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_NG, 10000000);
    put_number(book, FACT_ADMINISTER_ROUTE, ROUTE_IM);
    with_facts(&rows, gift, book);
    begin_correction(book, &rows);
    forbidden(book, REFUSAL_WRONG_ROUTE, false); /* the owner approves it */
    rows.count = 0;
    with_again(&rows, gift); /* it stands as it is */
    begin_correction(book, &rows);
    expect_none(book);
}

/* The vial was held after it was drawn from, and its lot expired: neither is asked of what happened before. */
static void what_has_become_of_things_since_is_not_asked(void **state)
{
    struct book *book = *state;
    int64_t vial = 1;
    uint32_t draw;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 300);
    place(book);
    draw = book->entries;
    act(book, KIND_HOLD, NURSE, MEANING_DID);
    put_list(book, FACT_HOLD_VIALS, &vial, 1);
    put_number(book, FACT_HOLD_WHY, HOLD_QUARANTINE);
    place(book);
    wait_for(book, 60 * BOOK_DAY); /* beyond the use of an opened vial, and the order */
    rows.count = 0;
    begin_draw(book, 1, 1, 310);
    with_facts(&rows, draw, book);
    begin_correction(book, &rows);
    expect_none(book);
}

/* ---- rows */

static void a_row_says_one_thing(void **state)
{
    static const uint8_t nothing[] = { 0xa0 }, container[] = { 0xa1, 0x04, 0x01 };
    struct book *book = *state;
    uint32_t draw;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 300);
    place(book);
    draw = book->entries;
    for (unsigned i = 0; i < 8; i++) {
        rows.count = 0;
        begin_draw(book, 1, 1, 310);
        if (i == 7)
            put_newborn(book, FACT_DRAW_SESSION, book->event.act, 0);
        with_facts(&rows, draw, book);
        switch (i) {
        case 0: /* a change of nothing */
            rows.rows[0].values[ROW_CORRECT_FACTS].present = false;
            break;
        case 1: /* void and again have no facts */
            facts_put_number(&rows.rows[0], ROW_CORRECT_HOW, CORRECT_VOID);
            break;
        case 2:
            facts_put_number(&rows.rows[0], ROW_CORRECT_HOW, CORRECT_AGAIN);
            break;
        case 3: /* what is added was not there */
            facts_put_number(&rows.rows[0], ROW_CORRECT_HOW, CORRECT_ADD);
            break;
        case 4: /* and is something */
            facts_put_number(&rows.rows[0], ROW_CORRECT_HOW, CORRECT_ADD);
            facts_put_bytes(&rows.rows[0], ROW_CORRECT_FACTS, bytes_of(nothing, sizeof nothing));
            break;
        case 5: /* what is added happened when it happened */
            facts_put_number(&rows.rows[0], ROW_CORRECT_HOW, CORRECT_ADD);
            facts_put_bytes(&rows.rows[0], ROW_CORRECT_FACTS, bytes_of(container, sizeof container));
            facts_put_at(&rows.rows[0], ROW_CORRECT_AT, (struct at){ book->now_ms, BOOK_OFFSET });
            break;
        default: /* 6 and 7: facts by themselves, and references that only the list of the draw could resolve */
            break;
        }
        begin_correction(book, &rows);
        if (i == 6)
            expect_none(book);
        else
            expect(book, REFUSAL_COMBINATION);
    }
}

static void facts_are_those_of_the_kind_and_nothing_else(void **state)
{
    static const struct {
        uint8_t bytes[8];
        size_t size;
    } bad[] = { { { 0xa0 }, 1 }, { { 0xa1, 0x05, 0x01 }, 3 }, { { 0xa1, 0x18, 0x28, 0x01 }, 4 }, { { 0x01 }, 1 },
                { { 0xa1, 0x01, 0x07, 0x00 }, 4 }, { { 0xa1, 0x01, 0x18, 0x07 }, 4 } };
    struct book *book = *state;
    uint32_t vial;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 300);
    place(book);
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, FACT_EMPTY_VIAL, 1);
    act_because(book, 2);
    act_signed(book, OWNER, MEANING_WITNESSED);
    place(book);
    vial = book->entries;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        rows.count = 0;
        act(book, KIND_EMPTY, NURSE, MEANING_DID);
        with_facts(&rows, vial, book);
        facts_put_bytes(&rows.rows[0], ROW_CORRECT_FACTS, bytes_of(bad[i].bytes, bad[i].size));
        begin_correction(book, &rows);
        expect(book, REFUSAL_FIELD);
    }
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, FACT_EMPTY_VIAL, 999);
    rows.count = 0;
    with_facts(&rows, vial, book);
    begin_correction(book, &rows);
    expect(book, REFUSAL_NO_SUBJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_draw_that_happened_earlier_opened_its_vial_then),
        in_two(a_time_that_cannot_be_is_refused),
        in_two(the_end_of_giving_is_that_of_what_stands),
        in_two(sprays_and_findings_are_those_of_what_stands),
        in_two(a_session_was_another_patients),
        in_two(a_gift_was_of_another_dose),
        in_two(what_was_booked_twice_under_a_case_is_booked_once_less),
        in_eight(a_case_stays_resolved_when_its_cause_is_corrected),
        in_two(a_loss_that_was_significant_is_to_be_told),
        in_two(facts_that_are_forbidden_make_the_correction_irregular),
        in_two(what_has_become_of_things_since_is_not_asked),
        in_two(a_row_says_one_thing),
        in_two(facts_are_those_of_the_kind_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
