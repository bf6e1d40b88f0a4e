/* Corrections that change what an entry said: other amounts, other vials, patients and times, and what no longer fits then. */
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

/* ---- doses */

/* Session 1, 25 mg drawn as entry *draw, given and wasted by the two after it. */
static void give_and_waste(struct book *book, uint32_t *draw)
{
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    place(book);
    *draw = book->entries;
    begin_give(book, 1, PHASE_BOLUS, QUANTITY_NG, 20000000);
    place(book);
    begin_waste(book, 1, QUANTITY_REST, 0);
    put_amount(book, FACT_WASTE_PUT, QUANTITY_NG, 5000000);
    put_amount(book, FACT_WASTE_SEEN, QUANTITY_NG, 5000000);
    place(book);
}

static void change_draw(struct book *book, uint32_t draw, int64_t volume_ul)
{
    rows.count = 0;
    begin_draw(book, 1, 1, volume_ul);
    with_facts(&rows, draw, book);
    with_again(&rows, draw + 1);
    with_again(&rows, draw + 2);
}

static void a_draw_of_more_leaves_more_to_waste_than_was_seen(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    give_and_waste(book, &draw);
    numbers_of(book, &before);
    change_draw(book, draw, 560);
    begin_correction(book, &rows);
    expect(book, REFUSAL_AMOUNTS_DIFFER);
    place_correction(book, &rows);
    assert_int_equal(-3000000, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_DIFFERENCE));
    assert_int_equal(28000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_DRAWN));
    assert_int_equal(20000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_GIVEN));
    assert_int_equal(8000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_WASTED));
    assert_int_equal(DOSE_IS_SETTLED, leaf_number(book, SUBJECT_DOSE, 1, DOSE_STATE));
    assert_int_equal(9440, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(20000000, leaf_number(book, SUBJECT_SESSION, 1, SESSION_COMMITTED));
    change_draw(book, draw, 500);
    place_correction(book, &rows); /* and back: as if nothing had been */
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
}

static void what_rests_on_a_draw_has_to_be_posted_with_it(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    give_and_waste(book, &draw);
    rows.count = 0;
    begin_draw(book, 1, 1, 560);
    with_facts(&rows, draw, book);
    begin_correction(book, &rows);
    expect(book, REFUSAL_RESTS_ON_IT);
    assert_int_equal(draw + 2, book->refusal->entry);
    with_again(&rows, draw + 2);
    begin_correction(book, &rows);
    expect(book, REFUSAL_RESTS_ON_IT);
    assert_int_equal(draw + 1, book->refusal->entry);
}

/* 20 mg were given of what is now a draw of 10: 10 are missing, and asked about. The waste of the rest is no more. */
static void what_was_given_beyond_the_draw_is_booked_and_asked_about(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    give_and_waste(book, &draw);
    numbers_of(book, &before);
    rows.count = 0;
    begin_draw(book, 1, 1, 200);
    with_facts(&rows, draw, book);
    with_again(&rows, draw + 1);
    begin_waste(book, 1, QUANTITY_NG, 5000000);
    put_amount(book, FACT_WASTE_PUT, QUANTITY_NG, 5000000);
    put_amount(book, FACT_WASTE_SEEN, QUANTITY_NG, 5000000);
    with_facts(&rows, draw + 2, book);
    begin_correction(book, &rows);
    expect(book, REFUSAL_CORRECTED_SUMS);
    assert_int_equal(15000000, book->verdict.broken[0].a);
    place_correction(book, &rows);
    assert_int_equal(15000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_FORCED));
    assert_int_equal(15000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_ADJUSTED_UP));
    assert_int_equal(0, leaf_number(book, SUBJECT_DOSE, 1, DOSE_OPEN));
    assert_int_equal(DOSE_IS_SETTLED, leaf_number(book, SUBJECT_DOSE, 1, DOSE_STATE));
    assert_int_equal(15000000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_ADJUSTED_UP));
    assert_int_equal(-15000000, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_DIFFERENCE));
    assert_int_equal(SUBJECT_DOSE, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_SUBJECT));
    change_draw(book, draw, 500);
    place_correction(book, &rows); /* what was booked is given back */
    assert_int_equal(0, book->verdict.case_id);
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
}

/* A draw that never happened of what was given all the same. */
static void a_gift_stands_though_its_draw_is_void(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    give_and_waste(book, &draw);
    rows.count = 0;
    with_void(&rows, draw);
    with_again(&rows, draw + 1);
    with_void(&rows, draw + 2);
    begin_correction(book, &rows);
    expect(book, REFUSAL_CORRECTED_SUMS);
    place_correction(book, &rows);
    assert_int_equal(0, leaf_number(book, SUBJECT_DOSE, 1, DOSE_DRAWN));
    assert_int_equal(20000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_GIVEN));
    assert_int_equal(20000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_FORCED));
    assert_int_equal(20000000, leaf_number(book, SUBJECT_SESSION, 1, SESSION_GIVEN));
    assert_int_equal(1, leaf_number(book, SUBJECT_SESSION, 1, SESSION_DOSES));
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPEN_DOSES));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_DOSES));
    assert_int_equal(10000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    rows.count = 0;
    with_void(&rows, draw + 1); /* it did not happen either: nothing is left of the dose */
    place_correction(book, &rows);
    assert_int_equal(DOSE_IS_VOID, leaf_number(book, SUBJECT_DOSE, 1, DOSE_STATE));
    assert_int_equal(0, leaf_number(book, SUBJECT_DOSE, 1, DOSE_ADJUSTED_UP));
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_DOSES));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_DOSES));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_ADJUSTED_UP));
}

/* ---- vials */

static void a_draw_was_from_another_vial_of_another_product(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    give_and_waste(book, &draw);
    numbers_of(book, &before);
    rows.count = 0;
    begin_draw(book, 1, 11, 250);
    put_number(book, FACT_DRAW_DILUTE, 500);
    with_facts(&rows, draw, book);
    with_again(&rows, draw + 1);
    with_again(&rows, draw + 2);
    place_correction(book, &rows);
    assert_int_equal(0, book->verdict.case_id);
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_OPENED));
    assert_int_equal(10000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(4750, leaf_number(book, SUBJECT_VIAL, 11, VIAL_LEFT));
    assert_int_equal(VIAL_OPEN, leaf_number(book, SUBJECT_VIAL, 11, VIAL_STATE));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_GIVEN));
    assert_int_equal(20000000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_100, TOTAL_GIVEN));
    assert_int_equal(5000000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_100, TOTAL_WASTED));
    change_draw(book, draw, 500);
    place_correction(book, &rows);
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
}

static void a_draw_of_more_than_there_was_is_asked_about(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    give_and_waste(book, &draw);
    numbers_of(book, &before);
    change_draw(book, draw, 10100);
    begin_correction(book, &rows);
    expect(book, REFUSAL_AMOUNTS_DIFFER, REFUSAL_CORRECTED_SUMS);
    place_correction(book, &rows);
    assert_int_equal(100, leaf_number(book, SUBJECT_VIAL, 1, VIAL_FORCED));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    change_draw(book, draw, 10050); /* nearer: nothing more is missing than before */
    begin_correction(book, &rows);
    expect(book, REFUSAL_AMOUNTS_DIFFER);
    place_correction(book, &rows);
    assert_int_equal(50, leaf_number(book, SUBJECT_VIAL, 1, VIAL_FORCED));
    change_draw(book, draw, 500);
    place_correction(book, &rows);
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
}

static void the_loss_at_the_end_of_a_vial_follows_its_draws(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 9950);
    act_because(book, 2);
    place_irregular(book);
    draw = book->entries;
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, FACT_EMPTY_VIAL, 1);
    place(book);
    numbers_of(book, &before);
    rows.count = 0;
    begin_draw(book, 1, 1, 9900);
    with_facts(&rows, draw, book);
    begin_correction(book, &rows);
    expect_none(book); /* 100 uL are what a draw explains */
    place_correction(book, &rows);
    assert_int_equal(100, leaf_number(book, SUBJECT_VIAL, 1, VIAL_CLOSING_LOSS));
    assert_int_equal(VIAL_FINISHED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    rows.count = 0;
    begin_draw(book, 1, 1, 9000);
    with_facts(&rows, draw, book);
    begin_correction(book, &rows);
    expect(book, REFUSAL_CLOSING_LOSS);
    place_correction(book, &rows);
    assert_int_equal(1000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_CLOSING_LOSS));
    rows.count = 0;
    begin_draw(book, 1, 1, 9950);
    with_facts(&rows, draw, book);
    place_correction(book, &rows);
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
}

/* ---- receipts */

static uint32_t vials_of(struct book *book)
{
    return (uint32_t)leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_VIAL);
}

static void change_receipt(struct book *book, uint32_t receipt, uint32_t product, int64_t containers)
{
    rows.count = 0;
    begin_receive(book, product, containers);
    with_facts(&rows, receipt, book);
}

static void a_receipt_of_fewer_or_more_keeps_the_numbers_of_its_vials(void **state)
{
    struct book *book = *state;
    uint32_t first = vials_of(book) + 1, receipt;

    begin_receive(book, KETAMINE_50, 3);
    place(book);
    receipt = book->entries;
    begin_receive(book, KETAMINE_50, 1); /* another, so that new vials get other numbers */
    act_because(book, 2);
    place(book);
    numbers_of(book, &before);
    change_receipt(book, receipt, KETAMINE_50, 2);
    place_correction(book, &rows);
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, first + 1, VIAL_STATE));
    assert_int_equal(VIAL_VOID, leaf_number(book, SUBJECT_VIAL, first + 2, VIAL_STATE));
    change_receipt(book, receipt, KETAMINE_50, 3);
    place_correction(book, &rows); /* it is there after all, under its number */
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
    change_receipt(book, receipt, KETAMINE_50, 5);
    place_correction(book, &rows);
    assert_int_equal(first + 5, vials_of(book));
    assert_int_equal(receipt, leaf_number(book, SUBJECT_VIAL, first + 4, VIAL_BORN));
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, first + 5, VIAL_STATE));
    change_receipt(book, receipt, KETAMINE_50, 3);
    place_correction(book, &rows);
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
    change_receipt(book, receipt, KETAMINE_50, 4);
    place_correction(book, &rows);
    assert_int_equal(first + 5, vials_of(book)); /* nothing is born that was born before */
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, first + 4, VIAL_STATE));
    assert_int_equal(VIAL_VOID, leaf_number(book, SUBJECT_VIAL, first + 5, VIAL_STATE));
}

static void a_receipt_was_of_another_product(void **state)
{
    struct book *book = *state;
    uint32_t vial = vials_of(book) + 1, receipt;

    begin_receive(book, KETAMINE_50, 1);
    place(book);
    receipt = book->entries;
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, vial, 200);
    put_number(book, FACT_DRAW_DILUTE, 50000);
    place(book);
    change_receipt(book, receipt, KETAMINE_100, 1);
    begin_correction(book, &rows);
    expect(book, REFUSAL_RESTS_ON_IT);
    with_again(&rows, book->entries);
    place_correction(book, &rows);
    assert_int_equal(KETAMINE_100, leaf_number(book, SUBJECT_VIAL, vial, VIAL_PRODUCT));
    assert_int_equal(4800, leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT));
    assert_int_equal(20000000, leaf_number(book, SUBJECT_DOSE, 1, DOSE_DRAWN));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_IN_DOSES));
    assert_int_equal(20000000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_100, TOTAL_IN_DOSES));
}

static void a_vial_stays_where_it_was_carried_when_its_receipt_is_corrected(void **state)
{
    struct book *book = *state;
    int64_t vial = vials_of(book) + 1;
    uint32_t receipt;

    begin_receive(book, KETAMINE_50, 1);
    place(book);
    receipt = book->entries;
    act(book, KIND_MOVE, NURSE, MEANING_DID);
    put_list(book, FACT_MOVE_VIALS, &vial, 1);
    put_number(book, FACT_MOVE_TO, ROOM_2);
    place(book);
    begin_receive(book, KETAMINE_50, 1);
    put_number(book, FACT_RECEIVE_INVOICED, 1);
    rows.count = 0;
    with_facts(&rows, receipt, book);
    place_correction(book, &rows);
    assert_int_equal(ROOM_2, leaf_number(book, SUBJECT_VIAL, (uint32_t)vial, VIAL_PLACE));
}

/* ---- a list of several is corrected as a whole */

static void one_row_that_cannot_be_refuses_all(void **state)
{
    struct book *book = *state;
    uint32_t draw;

    give_and_waste(book, &draw);
    numbers_of(book, &before);
    change_draw(book, draw, 560);
    rows.count--; /* the waste is voided by another name: an entry that nobody corrects */
    with_void(&rows, draw + 2);
    with_again(&rows, 2);
    begin_correction(book, &rows);
    expect(book, REFUSAL_NOT_CORRECTABLE);
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_draw_of_more_leaves_more_to_waste_than_was_seen),
        in_two(what_rests_on_a_draw_has_to_be_posted_with_it),
        in_two(what_was_given_beyond_the_draw_is_booked_and_asked_about),
        in_two(a_gift_stands_though_its_draw_is_void),
        in_two(a_draw_was_from_another_vial_of_another_product),
        in_two(a_draw_of_more_than_there_was_is_asked_about),
        in_two(the_loss_at_the_end_of_a_vial_follows_its_draws),
        in_two(a_receipt_of_fewer_or_more_keeps_the_numbers_of_its_vials),
        in_two(a_receipt_was_of_another_product),
        in_two(a_vial_stays_where_it_was_carried_when_its_receipt_is_corrected),
        in_two(one_row_that_cannot_be_refuses_all),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
