/* Stock that turns up: found, taken over when the book begins, recovered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

static void begin_found(struct book *book, int64_t containers, int64_t volume_ul)
{
    act(book, KIND_FOUND, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, 1, KETAMINE_50);
    put_number(book, 2, CART);
    put_number(book, 3, containers);
    put_number(book, 4, volume_ul);
}

static void begin_loss(struct book *book, int64_t vial, int64_t volume_ul)
{
    act(book, KIND_LOSS, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_list(book, 1, &vial, 1);
    put_time(book, 2, book->now_ms);
    if (volume_ul != 0)
        put_number(book, 4, volume_ul);
}

static void begin_recover(struct book *book, int64_t vial, int64_t volume_ul)
{
    act(book, KIND_RECOVER, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, 1, vial);
    put_number(book, 2, volume_ul);
    put_number(book, 3, QUARANTINE);
}

/* No kind that is built resolves a case yet, so it is done by hand. */
static void resolve(struct book *book, uint32_t id)
{
    struct view *view = view_new(book->txn);
    struct error error;

    assert_non_null(view);
    view_edit(view, SUBJECT_CASE, id)->state[CASE_STATE] = CASE_IS_RESOLVED;
    assert_int_equal(LEDGER_OK, view_flush(view, book->txn, &error));
    view_free(view);
    book->is_tampered = true;
}

static void assert_vial(struct book *book, uint32_t vial, enum vial_state state, int64_t left_ul, enum hold_reason held)
{
    assert_int_equal(state, leaf_number(book, SUBJECT_VIAL, vial, VIAL_STATE));
    assert_int_equal(left_ul, leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT));
    assert_int_equal(held, leaf_number(book, SUBJECT_VIAL, vial, VIAL_HELD));
}

/* ---- found */

static void what_is_found_is_stock_on_hold_and_a_case(void **state)
{
    struct book *book = *state;
    uint32_t first;

    begin_found(book, 3, 2500);
    put_text(book, 5, "LOT-9");
    put_number(book, 6, day_of(2027, 5, 31));
    expect(book, REFUSAL_FOUND);
    first = place(book);
    assert_int_equal(21, first);
    for (uint32_t vial = first; vial < first + 3; vial++) {
        assert_vial(book, vial, VIAL_OPEN, 2500, HOLD_SUSPECT);
        assert_int_equal(CART, leaf_number(book, SUBJECT_VIAL, vial, VIAL_PLACE));
        assert_int_equal(2500, leaf_number(book, SUBJECT_VIAL, vial, VIAL_LABELLED));
        assert_int_equal(day_of(2027, 5, 31), leaf_number(book, SUBJECT_VIAL, vial, VIAL_EXPIRY));
        assert_int_equal(book->event.occurred.ms, leaf_number(book, SUBJECT_VIAL, vial, VIAL_OPENED));
        assert_int_equal(book->entries, leaf_number(book, SUBJECT_VIAL, vial, VIAL_BORN));
    }
    assert_int_equal(375000000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_FOUND));
    assert_int_equal(REFUSAL_FOUND, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    assert_int_equal(375000000, leaf_number(book, SUBJECT_CASE, 1, CASE_DIFFERENCE));
    assert_int_equal(21, leaf_number(book, SUBJECT_CASE, 1, CASE_ID));
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 21, 700);
    expect(book, REFUSAL_VIAL_HELD);
}

static void what_is_found_sealed_is_whole(void **state)
{
    static const struct {
        int64_t volume_ul;
        bool fits;
    } cases[] = { { 9999, false }, { 10000, true }, { 10001, false } };
    struct book *book = *state;

    for (size_t i = 0; i < 3; i++) {
        begin_found(book, 1, cases[i].volume_ul);
        put_number(book, 7, 1);
        if (cases[i].fits)
            expect(book, REFUSAL_FOUND);
        else
            expect(book, REFUSAL_COMBINATION);
        if (cases[i].fits)
            assert_vial(book, place(book), VIAL_SEALED, 10000, HOLD_SUSPECT);
    }
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 21, VIAL_OPENED));
}

/* Who knows no expiry knows of no day on which it may still be used. */
static void what_has_no_known_expiry_has_expired(void **state)
{
    struct book *book = *state;
    const int64_t vial = 21;

    begin_found(book, 1, 2500);
    place(book);
    act(book, KIND_RELEASE, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    put_list(book, 1, &vial, 1);
    place(book);
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 21, 700);
    expect(book, REFUSAL_EXPIRED);
}

static void what_is_found_under_a_case_opens_no_other_and_not_under_a_resolved_one(void **state)
{
    struct book *book = *state;

    begin_loss(book, 1, 0);
    place(book);
    begin_found(book, 1, 2500);
    put_number(book, 9, 1);
    expect_none(book);
    place(book);
    assert_int_equal(0, book->verdict.case_id);
    assert_int_equal(1, leaf_number(book, SUBJECT_CASE, 1, CASE_COMPENSATED));
    resolve(book, 1);
    begin_found(book, 1, 2500);
    put_number(book, 9, 1);
    expect(book, REFUSAL_CASE_RESOLVED);
    begin_recover(book, 1, 100);
    put_number(book, 4, 1);
    expect(book, REFUSAL_CASE_RESOLVED);
    begin_loss(book, 2, 0);
    put_number(book, 3, 1);
    expect(book, REFUSAL_CASE_RESOLVED);
}

static void a_thousand_containers_and_more_are_found_in_several_acts(void **state)
{
    struct book *book = *state;

    begin_found(book, 1000, 2500);
    expect(book, REFUSAL_FOUND);
    begin_found(book, 1024, 2500);
    judged(book);
    assert_int_equal(REFUSAL_TOUCHES, book->refusal->code);
}

/* ---- what a book opens with */

/* A book of people and definitions, in which nothing has come yet. */
static void begin_empty_book(struct book *book)
{
    act(book, KIND_PRODUCT, 1, MEANING_DID);
    act_signed(book, 2, MEANING_APPROVED);
    put_text(book, 1, "ketamine-50");
    put_text(book, 2, "ketamine 50 mg/mL");
    put_number(book, 3, DRUG_KETAMINE);
    put_number(book, 4, FORM_MULTI_DOSE_VIAL);
    put_number(book, 5, 50000);
    put_number(book, 6, 50000);
    put_number(book, 7, 10000);
    put_number(book, 8, 500);
    put_number(book, 11, 3);
    place(book);
    act(book, KIND_PLACE, 1, MEANING_DID);
    act_signed(book, 2, MEANING_APPROVED);
    put_text(book, 1, "safe");
    put_number(book, 2, PLACE_SAFE);
    place(book);
}

static void begin_opening(struct book *book, int64_t containers, int64_t volume_ul)
{
    begin_found(book, containers, volume_ul);
    put_number(book, 2, SAFE);
    put_number(book, 8, FOUND_OPENING);
}

static void what_a_book_opens_with_is_no_case_until_something_else_moves(void **state)
{
    struct book *book = *state;

    begin_empty_book(book);
    begin_opening(book, 2, 10000);
    put_number(book, 7, 1);
    expect_none(book);
    place(book);
    begin_opening(book, 1, 3000); /* an open one, on the same day or the next */
    expect_none(book);
    assert_vial(book, place(book), VIAL_OPEN, 3000, 0);
    assert_vial(book, 1, VIAL_SEALED, 10000, 0);
    assert_int_equal(INT64_C(1150000000), leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_OPENING));
    assert_int_equal(INT64_C(1150000000), leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_ON_HAND));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_FOUND));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_STOCKED));
    begin_found(book, 1, 2500);
    put_number(book, 2, SAFE);
    place(book);
    assert_int_equal(book->entries, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_STOCKED));
    begin_opening(book, 1, 3000);
    expect(book, REFUSAL_OPENING_LATE);
    assert_int_equal(book->entries, book->refusal->entry);
}

static void a_receipt_begins_the_book_too_and_an_opening_belongs_to_no_case(void **state)
{
    struct book *book = *state;

    begin_loss(book, 1, 0);
    place(book);
    begin_opening(book, 1, 3000);
    put_number(book, 9, 1);
    judged(book);
    assert_int_equal(REFUSAL_COMBINATION, book->refusal->code);
    begin_opening(book, 1, 3000);
    expect(book, REFUSAL_OPENING_LATE);
}

/* ---- recover */

static void what_was_lost_comes_back_and_not_a_microlitre_more(void **state)
{
    static const struct {
        int64_t volume_ul;
        unsigned code;
    } cases[] = { { 10001, REFUSAL_NOT_LOST }, { 10000, 0 } };
    struct book *book = *state;

    begin_recover(book, 1, 1);
    expect(book, REFUSAL_NOT_LOST); /* nothing of it was lost */
    begin_loss(book, 1, 0);
    place(book);
    for (size_t i = 0; i < 2; i++) {
        begin_recover(book, 1, cases[i].volume_ul);
        if (cases[i].code != 0)
            expect(book, cases[i].code);
        else
            expect_none(book);
    }
    begin_recover(book, 1, 4000);
    place(book);
    begin_recover(book, 1, 6001);
    expect(book, REFUSAL_NOT_LOST);
    begin_recover(book, 1, 6000);
    place(book);
    assert_int_equal(10000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_RECOVERED));
    assert_int_equal(500000000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_RECOVERED));
    begin_recover(book, 1, 1);
    expect(book, REFUSAL_NOT_LOST);
}

static void what_comes_back_whole_is_sealed_and_all_of_it_is_on_hold(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 3, 700);
    place(book);
    for (int64_t vial = 1; vial <= 3; vial++) {
        begin_loss(book, vial, 0);
        place(book);
    }
    begin_recover(book, 1, 10000); /* as it went */
    place(book);
    assert_vial(book, 1, VIAL_SEALED, 10000, HOLD_SUSPECT);
    assert_int_equal(QUARANTINE, leaf_number(book, SUBJECT_VIAL, 1, VIAL_PLACE));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_ENDED));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_ENDED_BY));
    begin_recover(book, 2, 9999); /* somebody was in it */
    place(book);
    assert_vial(book, 2, VIAL_OPEN, 9999, HOLD_SUSPECT);
    assert_int_equal(book->event.occurred.ms, leaf_number(book, SUBJECT_VIAL, 2, VIAL_OPENED));
    begin_recover(book, 2, 1); /* it stays open, though nothing is missing now */
    place(book);
    assert_vial(book, 2, VIAL_OPEN, 10000, HOLD_SUSPECT);
    begin_recover(book, 3, 9300); /* it had been open before */
    place(book);
    assert_vial(book, 3, VIAL_OPEN, 9300, HOLD_SUSPECT);
}

static void a_part_that_comes_back_reopens_a_vial_finished_since(void **state)
{
    struct book *book = *state;

    begin_loss(book, 1, 2000);
    place(book);
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_WITNESSED);
    put_number(book, 1, 1);
    act_because(book, 1); /* eight millilitres are more than hubs take */
    place(book);
    begin_recover(book, 1, 2000);
    expect_none(book);
    place(book);
    assert_vial(book, 1, VIAL_OPEN, 2000, HOLD_SUSPECT);
}

static void a_recovery_under_the_case_of_the_loss_is_booked_under_it(void **state)
{
    struct book *book = *state;

    begin_loss(book, 1, 0);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_CASE, 1, CASE_COMPENSATED));
    begin_recover(book, 1, 10000);
    put_number(book, 4, 1);
    expect_none(book);
    place(book);
    assert_int_equal(1, leaf_number(book, SUBJECT_CASE, 1, CASE_COMPENSATED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(what_is_found_is_stock_on_hold_and_a_case),
        in_two(what_is_found_sealed_is_whole),
        in_two(what_has_no_known_expiry_has_expired),
        in_two(what_is_found_under_a_case_opens_no_other_and_not_under_a_resolved_one),
        in_two(a_thousand_containers_and_more_are_found_in_several_acts),
        in_founded(what_a_book_opens_with_is_no_case_until_something_else_moves),
        in_two(a_receipt_begins_the_book_too_and_an_opening_belongs_to_no_case),
        in_two(what_was_lost_comes_back_and_not_a_microlitre_more),
        in_two(what_comes_back_whole_is_sealed_and_all_of_it_is_on_hold),
        in_two(a_part_that_comes_back_reopens_a_vial_finished_since),
        in_two(a_recovery_under_the_case_of_the_loss_is_booked_under_it),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
