/* Corrections: entries taken back, what goes with them, what stays, and what no longer fits. Random ones are tried in
 * test_conservation.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"
#include "tests/support/effects.h"
#include "tests/support/numbers.h"

static void void_of(struct book *book, uint32_t entry)
{
    begin_void(book, &entry, 1);
}

/* Void it, and look whether everything is as it was when `before` was taken; nothing is missing. */
static void assert_undone(struct book *book, const uint32_t *entries, size_t count, const struct numbers *before)
{
    struct numbers after;

    begin_void(book, entries, count);
    place(book);
    assert_int_equal(0, book->verdict.case_id);
    numbers_of(book, &after);
    assert_same_numbers(before, &after);
    effects_make_the_leaves(book);
}

/* ---- nothing stays of what is taken back */

static void a_draw_taken_back_leaves_no_trace_in_any_amount(void **state)
{
    struct book *book = *state;
    struct numbers before;

    begin_session(book, 1, 1);
    place(book);
    numbers_of(book, &before);
    begin_draw(book, 1, 1, 500);
    place(book);
    assert_undone(book, &book->entries, 1, &before);
    assert_int_equal(DOSE_IS_VOID, leaf_number(book, SUBJECT_DOSE, 1, DOSE_STATE));
    assert_int_equal(0, leaf_number(book, SUBJECT_DOSE, 1, DOSE_DRAWN));
}

static void the_steps_of_a_dose_go_back_one_by_one(void **state)
{
    struct book *book = *state;
    struct numbers before[6];
    size_t steps = 0;

    begin_session(book, 1, 1);
    place(book);
    numbers_of(book, &before[steps++]);
    begin_draw(book, 1, 1, 500);
    place(book);
    numbers_of(book, &before[steps++]);
    begin_draw(book, 1, 2, 20);
    put_number(book, 3, 1);
    place(book);
    numbers_of(book, &before[steps++]);
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_NG, 20000000);
    place(book);
    numbers_of(book, &before[steps++]);
    begin_waste(book, 1, QUANTITY_REST, 0);
    put_amount(book, 4, QUANTITY_NG, 6000000);
    put_amount(book, 5, QUANTITY_NG, 6000000);
    place(book);
    for (uint32_t last = book->entries; steps > 0; last--)
        assert_undone(book, &last, 1, &before[--steps]);
}

static void several_entries_go_back_at_once_in_any_order_named(void **state)
{
    struct book *book = *state;
    struct numbers before;
    uint32_t first;

    numbers_of(book, &before);
    begin_session(book, 1, 1);
    place(book);
    first = book->entries;
    begin_draw(book, 1, 1, 500);
    place(book);
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_REST, 0);
    place(book);
    assert_undone(book, (uint32_t[]){ first + 1, first, first + 2 }, 3, &before);
    assert_int_equal(SESSION_IS_VOID, leaf_number(book, SUBJECT_SESSION, 1, SESSION_STATE));
}

static void a_receipt_taken_back_takes_its_vials_and_its_serial_with_it(void **state)
{
    struct book *book = *state;
    struct numbers before;
    uint32_t vial = (uint32_t)leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_VIAL) + 1;
    struct facts row;

    numbers_of(book, &before);
    for (unsigned i = 0; i < 2; i++) { /* the second receipt would be refused for the serial */
        begin_receive(book, KETAMINE_100, 2);
        row = row_of(book, 6);
        facts_put_number(&row, 0, KETAMINE_100);
        facts_put_number(&row, 1, 2);
        facts_put_bytes(&row, 3, bytes_of_text("8J331A"));
        facts_put_number(&row, 4, day_of(2028, 9, 30));
        facts_put_bytes(&row, 6, bytes_of_text("SER1"));
        facts_put_bytes(&row, 7, bytes_of_text("00355150439102"));
        put_rows(book, 6, &row, 1);
        place(book);
        assert_undone(book, &book->entries, 1, &before);
        assert_int_equal(VIAL_VOID, leaf_number(book, SUBJECT_VIAL, vial + 2 * i, VIAL_STATE));
    }
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, vial, 100);
    put_number(book, 5, 50000);
    judged(book);
    assert_int_equal(REFUSAL_VIAL_STATE, book->refusal->code);
}

static void what_left_the_house_comes_back_and_needs_no_notice(void **state)
{
    struct book *book = *state;
    struct numbers before;
    int64_t vials[] = { 1, 11 };

    numbers_of(book, &before);
    act(book, KIND_LOSS, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_list(book, 1, vials, 2);
    put_time(book, 2, book->now_ms);
    put_number(book, 7, 1);
    place(book);
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_FILINGS));
    assert_undone(book, &book->entries, 1, &before);
    assert_int_equal(CASE_IS_OPEN, leaf_number(book, SUBJECT_CASE, 1, CASE_STATE)); /* it is resolved, not unmade */
}

static void a_closed_session_is_open_again(void **state)
{
    struct book *book = *state;
    struct numbers before;

    begin_session(book, 1, 1);
    place(book);
    numbers_of(book, &before);
    begin_close(book, 1, OUTCOME_STOPPED);
    place(book);
    assert_undone(book, &book->entries, 1, &before);
}

static void nothing_waits_any_more_for_an_entry_that_is_void(void **state)
{
    struct book *book = *state;
    struct numbers before;

    numbers_of(book, &before);
    begin_receive(book, KETAMINE_50, 1);
    book->event.signer_count = 1; /* nobody has checked it */
    place(book);
    assert_int_not_equal(0, waits_for(book, book->entries));
    assert_undone(book, &book->entries, 1, &before);
    begin_countersign(book, book->entries - 1, OWNER);
    expect(book, REFUSAL_NOTHING_DUE);
}

/* ---- what rests on what */

static void what_rests_on_an_entry_of_a_dose_is_named(void **state)
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
    void_of(book, draw);
    expect(book, REFUSAL_RESTS_ON_IT);
    assert_int_equal(draw + 1, book->refusal->entry);
    void_of(book, draw - 1);
    expect(book, REFUSAL_RESTS_ON_IT);
    assert_int_equal(draw, book->refusal->entry); /* a session rests on its draws */
}

static void what_was_recovered_must_have_been_lost(void **state)
{
    struct book *book = *state;
    int64_t vial = 1;
    uint32_t loss;

    act(book, KIND_LOSS, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_list(book, 1, &vial, 1);
    put_time(book, 2, book->now_ms);
    place(book);
    loss = book->entries;
    act(book, KIND_RECOVER, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, 1, 1);
    put_number(book, 2, 4000);
    put_number(book, 3, SAFE);
    place(book);
    void_of(book, loss);
    expect(book, REFUSAL_RESTS_ON_IT);
    assert_int_equal(loss + 1, book->refusal->entry);
    begin_void(book, (uint32_t[]){ loss, loss + 1 }, 2);
    place(book);
    assert_int_equal(10000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    effects_make_the_leaves(book);
}

/* ---- vials are no stack */

static void a_vial_stays_open_while_another_draw_stands(void **state)
{
    struct book *book = *state;
    uint32_t draw;
    int64_t opened;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    place(book);
    draw = book->entries;
    opened = leaf_number(book, SUBJECT_VIAL, 1, VIAL_OPENED);
    begin_draw(book, 1, 1, 400);
    act_because(book, 2);
    place(book);
    void_of(book, draw);
    place(book);
    assert_int_equal(VIAL_OPEN, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    assert_int_equal(opened, leaf_number(book, SUBJECT_VIAL, 1, VIAL_OPENED));
    assert_int_equal(9600, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    void_of(book, draw + 1);
    place(book);
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_BEYOND_USE));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_DRAWN_FOR));
    effects_make_the_leaves(book);
}

/* 9,950 uL drawn, the last 50 uL are the closing loss; half of the draws never happened. */
static void what_was_not_drawn_was_lost_when_the_vial_was_emptied(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 4950);
    act_because(book, 2);
    place_irregular(book);
    draw = book->entries;
    begin_draw(book, 1, 1, 5000);
    act_because(book, 2);
    place_irregular(book);
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    place(book);
    void_of(book, draw);
    expect(book, REFUSAL_CLOSING_LOSS);
    place(book);
    assert_int_equal(5000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_CLOSING_LOSS));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(VIAL_FINISHED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    assert_int_equal(250000000, leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_CLOSING_LOSS));
    assert_int_equal(-250000000, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_DIFFERENCE));
    effects_make_the_leaves(book);
    void_of(book, draw + 2); /* and with the emptying all of it comes back */
    place(book);
    assert_int_equal(5000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(VIAL_OPEN, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_CLOSING_LOSS));
    effects_make_the_leaves(book);
}

/* A late act on a vial that was emptied since: the emptying is taken back, the act written down, the vial emptied again. */
static void a_finished_vial_takes_a_late_draw_in_three_acts(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 9900);
    act_because(book, 2);
    place_irregular(book);
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 60);
    book->event.occurred.ms = leaf_number(book, SUBJECT_VIAL, 1, VIAL_OPENED);
    act_because(book, 2);
    judged(book);
    assert_int_equal(REFUSAL_VIAL_FINISHED, book->refusal->code);
    void_of(book, book->entries);
    place(book);
    begin_draw(book, 1, 1, 60);
    act_because(book, 2);
    place_irregular(book);
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    place(book);
    assert_int_equal(40, leaf_number(book, SUBJECT_VIAL, 1, VIAL_CLOSING_LOSS));
    effects_make_the_leaves(book);
}

/* ---- sums that no longer fit */

static void a_receipt_whose_drug_was_drawn_is_never_refused_but_asked_about(void **state)
{
    struct book *book = *state;
    uint32_t vial = (uint32_t)leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_VIAL) + 1, receipt;
    int64_t received;
    struct numbers before;

    received = leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_RECEIVED);
    begin_session(book, 1, 1);
    place(book);
    numbers_of(book, &before);
    begin_receive(book, KETAMINE_50, 1);
    place(book);
    receipt = book->entries;
    begin_draw(book, 1, vial, 700);
    place(book);
    void_of(book, receipt);
    expect(book, REFUSAL_CORRECTED_SUMS);
    assert_int_equal(35000000, book->verdict.broken[0].a);
    place(book);
    assert_int_equal(700, leaf_number(book, SUBJECT_VIAL, vial, VIAL_FORCED));
    assert_int_equal(700, leaf_number(book, SUBJECT_VIAL, vial, VIAL_ADJUSTED_UP));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT));
    assert_int_equal(received, leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_RECEIVED));
    assert_int_equal(35000000, leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_ADJUSTED_UP));
    assert_int_equal(-35000000, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_DIFFERENCE));
    effects_make_the_leaves(book);
    assert_undone(book, (uint32_t[]){ receipt + 1 }, 1, &before); /* what was booked is given back */
}

/* ---- what may be corrected, and by whom */

static void what_is_followed_by_another_act_is_not_corrected(void **state)
{
    struct book *book = *state;

    void_of(book, 2);
    expect(book, REFUSAL_NOT_CORRECTABLE);
    void_of(book, book->entries + 1);
    judged(book);
    assert_int_equal(REFUSAL_NO_ENTRY, book->refusal->code);
}

static void nothing_is_taken_back_twice(void **state)
{
    struct book *book = *state;
    uint32_t session;

    begin_session(book, 1, 1);
    place(book);
    session = book->entries;
    begin_void(book, (uint32_t[]){ session, session }, 2);
    judged(book);
    assert_int_equal(REFUSAL_TWICE, book->refusal->code);
    void_of(book, session);
    place(book);
    void_of(book, session);
    expect(book, REFUSAL_VOID_ALREADY);
    void_of(book, session + 1); /* nor is a correction taken back: what happened is entered anew */
    expect(book, REFUSAL_NOT_CORRECTABLE);
}

static void whoever_recorded_it_signs_or_a_remark_says_why_not(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    void_of(book, book->entries);
    book->event.private_count = 0;
    expect_none(book); /* the nurse did it, and signs */
    book->event.signers[0].person = OWNER;
    book->event.signers[1].person = NURSE;
    expect(book, REFUSAL_WHY_NOT_SIGNED);
    book->event.private_count = 1;
    expect_none(book);
    book->event.reason = 0;
    expect(book, REFUSAL_NEEDS_REASON);
}

static void a_correction_waits_for_an_officer(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    void_of(book, book->entries);
    book->event.signer_count = 1;
    place(book);
    assert_int_equal(DUE_APPROVAL, waits_for(book, book->entries));
}

static void a_dose_touched_since_it_was_looked_at_is_not_corrected(void **state)
{
    struct book *book = *state;
    struct view *view;
    struct digest hash;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    place(book);
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_NG, 20000000);
    place(book);
    void_of(book, book->entries - 1);
    view = view_new(book->txn);
    assert_true(view_entry_hash(view, book->entries - 1, &hash));
    view_free(view);
    book->event.has_seen = true;
    book->event.seen_number = book->entries - 1;
    memcpy(book->event.seen_hash, hash.bytes, DIGEST_SIZE);
    judged(book);
    for (size_t i = 0; i < book->verdict.broken_count; i++)
        if (book->verdict.broken[i].code == REFUSAL_SEEN)
            return;
    fail_msg("nobody said that the dose was touched meanwhile");
}

static void what_is_entered_anew_is_no_duplicate_of_what_is_void(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 300);
    place(book);
    begin_draw(book, 1, 1, 300);
    expect(book, REFUSAL_DUPLICATE);
    void_of(book, book->entries);
    place(book);
    begin_draw(book, 1, 1, 300);
    expect_none(book);
    begin_receive(book, KETAMINE_50, 1);
    put_text(book, FACT_RECEIVE_DOCUMENT, "INV-77");
    place(book);
    wait_for(book, BOOK_DAY);
    begin_receive(book, KETAMINE_50, 2);
    put_text(book, FACT_RECEIVE_DOCUMENT, "INV-77");
    expect(book, REFUSAL_DUPLICATE);
    void_of(book, book->entries - 1); /* the closing came after it */
    place(book);
    begin_receive(book, KETAMINE_50, 2);
    put_text(book, FACT_RECEIVE_DOCUMENT, "INV-77");
    expect_none(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_draw_taken_back_leaves_no_trace_in_any_amount),
        in_two(the_steps_of_a_dose_go_back_one_by_one),
        in_two(several_entries_go_back_at_once_in_any_order_named),
        in_two(a_receipt_taken_back_takes_its_vials_and_its_serial_with_it),
        in_two(what_left_the_house_comes_back_and_needs_no_notice),
        in_two(a_closed_session_is_open_again),
        in_two(nothing_waits_any_more_for_an_entry_that_is_void),
        in_two(what_rests_on_an_entry_of_a_dose_is_named),
        in_two(what_was_recovered_must_have_been_lost),
        in_two(a_vial_stays_open_while_another_draw_stands),
        in_two(what_was_not_drawn_was_lost_when_the_vial_was_emptied),
        in_two(a_finished_vial_takes_a_late_draw_in_three_acts),
        in_two(a_receipt_whose_drug_was_drawn_is_never_refused_but_asked_about),
        in_two(what_is_followed_by_another_act_is_not_corrected),
        in_two(nothing_is_taken_back_twice),
        in_two(whoever_recorded_it_signs_or_a_remark_says_why_not),
        in_two(a_correction_waits_for_an_officer),
        in_two(a_dose_touched_since_it_was_looked_at_is_not_corrected),
        in_two(what_is_entered_anew_is_no_duplicate_of_what_is_void),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
