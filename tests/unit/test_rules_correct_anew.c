/* Corrections: entries that happen again by other facts, at another time, or just as they did since what they rest on has
 * changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tests/support/book.h"
#include "tests/support/corrections.h"
#include "tests/support/doctored.h"
#include "tests/support/effects.h"
#include "tests/support/numbers.h"

/* ---- a book in which everything that can be corrected has happened once */

static void begin_leaving(struct book *book, enum kind_number kind, int64_t vial)
{
    act(book, kind, OWNER, MEANING_DID);
    if (kind != KIND_SURRENDER)
        act_signed(book, NURSE, MEANING_WITNESSED);
    put_list(book, 1, &vial, 1);
    if (kind == KIND_LOSS)
        put_time(book, FACT_LOSS_DISCOVERED, book->now_ms);
    if (kind == KIND_DESTROY) {
        put_text(book, FACT_DESTROY_METHOD, "incinerated");
        put_text(book, FACT_DESTROY_FORM_41, "41-1");
    }
    if (kind == KIND_SHIP || kind == KIND_SURRENDER)
        put_number(book, 2, 1);
    if (kind == KIND_SHIP)
        put_text(book, FACT_SHIP_DOCUMENT, "D-1");
    if (kind == KIND_SURRENDER)
        act_because(book, 1); /* to no authority: the book knows none */
}

static void begin_recover(struct book *book, uint32_t vial, int64_t volume_ul)
{
    act(book, KIND_RECOVER, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, FACT_RECOVER_VIAL, vial);
    put_number(book, FACT_RECOVER_VOLUME, volume_ul);
    put_number(book, FACT_RECOVER_PLACE, SAFE);
}

static void begin_found(struct book *book, int64_t containers, int64_t volume_ul)
{
    act(book, KIND_FOUND, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, FACT_FOUND_PRODUCT, KETAMINE_50);
    put_number(book, FACT_FOUND_PLACE, SAFE);
    put_number(book, FACT_FOUND_CONTAINERS, containers);
    put_number(book, FACT_FOUND_VOLUME, volume_ul);
}

static void begin_adjust(struct book *book, uint32_t of, uint32_t vial, int64_t change_ul)
{
    act(book, KIND_ADJUST, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    put_number(book, FACT_ADJUST_CASE, of);
    put_number(book, FACT_ADJUST_VIAL, vial);
    put_number(book, FACT_ADJUST_DELTA, change_ul);
}

static void begin_resolve(struct book *book, uint32_t of)
{
    act(book, KIND_RESOLVE, NURSE, MEANING_DID);
    put_number(book, FACT_RESOLVE_CASE, of);
    put_number(book, FACT_RESOLVE_CAUSE, CAUSE_EXPLAINED);
    book->event.private_count = 1;
    book->event.privates[0] = (struct event_private){ .key = FACT_RESOLVE_TEXT };
}

static void begin_empty(struct book *book, uint32_t vial)
{
    act(book, KIND_EMPTY, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, FACT_EMPTY_VIAL, vial);
}

static void begin_of_dose(struct book *book, enum kind_number kind, uint32_t dose)
{
    act(book, kind, NURSE, MEANING_DID);
    put_number(book, 1, dose);
}

/* A treatment of patient 1: two vials, diluted, an infusion with a pause; a part is sealed in a bag and wasted the next hour. */
static void treat(struct book *book)
{
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 300);
    place(book);
    begin_draw(book, 1, 11, 100);
    put_number(book, FACT_DRAW_INTO, 1);
    put_number(book, FACT_DRAW_DILUTE, 50000);
    act_because(book, 2); /* more than the order says */
    place(book);
    begin_give(book, 1, PHASE_START, 0, 0);
    put_number(book, FACT_ADMINISTER_RATE, 75000);
    place_irregular(book);
    begin_give(book, 1, PHASE_PAUSE, QUANTITY_UL, 10000);
    place(book);
    begin_give(book, 1, PHASE_STOP, QUANTITY_UL, 33333);
    place(book);
    act(book, KIND_HANDOVER, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_TOOK_OVER);
    put_number(book, FACT_HANDOVER_DOSE, 1);
    put_number(book, FACT_HANDOVER_SESSION, 1);
    place(book);
    act(book, KIND_RESIDUAL, OWNER, MEANING_DID);
    put_number(book, FACT_RESIDUAL_DOSE, 1);
    put_amount(book, FACT_RESIDUAL_AMOUNT, QUANTITY_UL, 700);
    put_number(book, FACT_RESIDUAL_WHERE, 2);
    place(book);
    begin_of_dose(book, KIND_HELD, 1);
    put_text(book, FACT_HELD_SEAL, "B-7");
    place(book);
    act(book, KIND_OBSERVE, NURSE, MEANING_DID);
    put_number(book, FACT_OBSERVE_SESSION, 1);
    put_number(book, FACT_SYSTOLIC, 122);
    put_number(book, FACT_OBSERVE_READY, 1);
    place(book);
    begin_waste(book, 1, QUANTITY_REST, 0);
    put_amount(book, FACT_WASTE_PUT, QUANTITY_UL, 15967);
    put_amount(book, FACT_WASTE_SEEN, QUANTITY_UL, 15967);
    place(book);
    wait_for(book, 2 * BOOK_HOUR);
    begin_close(book, 1, OUTCOME_COMPLETED);
    place(book);
}

/* Patient 2 gets one device of two; the other goes back. */
static void spray(struct book *book)
{
    begin_session(book, 2, 2);
    place(book);
    begin_draw(book, 2, 15, 200);
    place(book);
    begin_draw(book, 2, 16, 200);
    place(book);
    begin_give(book, 2, PHASE_WHOLE, QUANTITY_SPRAYS, 2);
    place(book);
    begin_of_dose(book, KIND_RETURN, 3);
    act_signed(book, OWNER, MEANING_WITNESSED);
    put_number(book, FACT_RETURN_SEAL_WHOLE, 1);
    place(book);
    wait_for(book, 3 * BOOK_HOUR);
    begin_close(book, 2, OUTCOME_COMPLETED);
    place(book);
}

/* What happens to stock without a patient. */
static void keep_stock(struct book *book)
{
    begin_receive(book, KETAMINE_50, 2);
    place(book);
    begin_empty(book, 1);
    act_because(book, 2);
    place(book);
    begin_waste(book, 1, QUANTITY_UL, 400);
    book->event.facts.values[0].present = false;
    put_number(book, FACT_WASTE_VIAL, 2);
    put_amount(book, FACT_WASTE_PUT, QUANTITY_UL, 400);
    put_amount(book, FACT_WASTE_SEEN, QUANTITY_UL, 400);
    put_number(book, FACT_WASTE_METHOD, 4);
    place(book);
    begin_found(book, 2, 3000);
    place(book);
    begin_leaving(book, KIND_LOSS, 3);
    put_number(book, FACT_LOSS_SIGNIFICANT, 1);
    place(book);
    begin_recover(book, 3, 9000);
    place(book);
    begin_leaving(book, KIND_SHIP, 4);
    place(book);
    begin_leaving(book, KIND_DESTROY, 5);
    place(book);
    begin_leaving(book, KIND_SURRENDER, 6);
    place(book);
    act(book, KIND_CASE, NURSE, MEANING_DID);
    put_number(book, FACT_CASE_ABOUT_VIAL, 7);
    book->event.private_count = 1;
    book->event.privates[0] = (struct event_private){ .key = FACT_CASE_TEXT };
    place(book);
}

static uint32_t newest_case(struct book *book)
{
    return (uint32_t)leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_CASE);
}

static void do_everything(struct book *book)
{
    treat(book);
    spray(book);
    keep_stock(book);
    begin_adjust(book, newest_case(book), 7, -250);
    place(book);
    begin_adjust(book, newest_case(book), 7, 50);
    place(book);
    begin_resolve(book, newest_case(book));
    place(book);
}

/* All that can be corrected from an entry on, but what the seal wrote. */
static void again_from(struct book *book, uint32_t first, struct corrections *corrections)
{
    struct view *view = view_new(book->txn);

    for (uint32_t number = first; number <= book->entries; number++) {
        struct facts_fault fault;
        struct event event;
        struct entry entry;
        struct bytes bytes;

        assert_true(view_entry(view, number, &bytes));
        assert_int_equal(EVENT_OK, entry_decode(bytes, &entry));
        assert_int_equal(EVENT_OK, event_decode(entry.message.payload, &event, &fault));
        if ((event.kind->flags & KIND_IS_CORRECTABLE) != 0)
            with_again(corrections, number);
    }
    view_free(view);
}

static void assert_nothing_changes(struct book *book, const struct corrections *corrections)
{
    static struct numbers before, after;

    numbers_of(book, &before);
    place_correction(book, corrections);
    assert_int_equal(0, book->verdict.case_id);
    numbers_of(book, &after);
    assert_same_numbers(&before, &after);
}

static void what_happens_again_as_it_did_changes_no_number(void **state)
{
    struct book *book = *state;
    static struct corrections all;
    uint32_t first = book->entries + 1;

    do_everything(book);
    all.count = 0;
    again_from(book, first, &all);
    assert_true(all.count > 25);
    assert_nothing_changes(book, &all);
    assert_nothing_changes(book, &all); /* nor when it has been corrected before */
}

/* Each alone, but for those that others rest on: they are refused, and say which. */
static void each_may_happen_again_alone_unless_something_rests_on_it(void **state)
{
    struct book *book = *state;
    static struct corrections all, one;
    uint32_t first = book->entries + 1;
    size_t alone = 0;

    do_everything(book);
    all.count = 0;
    again_from(book, first, &all);
    for (size_t i = 0; i < all.count; i++) {
        one.count = 0;
        with_again(&one, (uint32_t)facts_number(&all.rows[i], ROW_CORRECT_ENTRY, 0));
        begin_correction(book, &one);
        judged(book);
        if (book->refusal == NULL) {
            assert_nothing_changes(book, &one);
            alone++;
        } else {
            assert_int_equal(REFUSAL_RESTS_ON_IT, book->refusal->code);
            assert_true(book->refusal->entry > (uint32_t)facts_number(&all.rows[i], ROW_CORRECT_ENTRY, 0));
        }
    }
    assert_true(alone > 12);
}

/* ---- how a vial ended is what stands */

static uint32_t leave(struct book *book, enum kind_number kind, int64_t volume_ul)
{
    begin_leaving(book, kind, 1);
    if (volume_ul != 0)
        put_number(book, FACT_LOSS_VOLUME, volume_ul);
    act_because(book, 2);
    place_irregular(book);
    return book->entries;
}

static uint32_t come_back(struct book *book, int64_t volume_ul)
{
    begin_recover(book, 1, volume_ul);
    place(book);
    return book->entries;
}

static void take_back(struct book *book, const uint32_t *entries, size_t count)
{
    begin_void(book, entries, count);
    place(book);
    effects_make_the_leaves(book);
}

/* The recovery undid the shipment, which is void before it is: what it was before is not what stands. */
static void a_vial_has_not_ended_by_what_is_void(void **state)
{
    struct book *book = *state;
    uint32_t loss = leave(book, KIND_LOSS, 4000), shipment = leave(book, KIND_SHIP, 0), recovery = come_back(book, 1000);

    take_back(book, &shipment, 1);
    take_back(book, (uint32_t[]){ loss, recovery }, 2);
    assert_int_equal(10000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    assert_int_equal(VIAL_SEALED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_ENDED));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_ENDED_BY));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_SHIPPED));
}

/* It was destroyed after it came back; when neither was so, it was surrendered, and has ended by that. */
static void a_vial_has_ended_by_what_stands(void **state)
{
    struct book *book = *state;
    uint32_t loss = leave(book, KIND_LOSS, 4000), surrender = leave(book, KIND_SURRENDER, 0), recovery = come_back(book, 1000);
    uint32_t destruction = leave(book, KIND_DESTROY, 0);

    take_back(book, (uint32_t[]){ loss, recovery }, 2);
    assert_int_equal(6000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_SURRENDERED));
    assert_int_equal(4000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_DESTROYED));
    take_back(book, &destruction, 1);
    assert_int_equal(10000, leaf_number(book, SUBJECT_VIAL, 1, VIAL_SURRENDERED));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 1, VIAL_DESTROYED));
    assert_int_equal(VIAL_FINISHED, leaf_number(book, SUBJECT_VIAL, 1, VIAL_STATE));
    assert_int_equal(surrender, leaf_number(book, SUBJECT_VIAL, 1, VIAL_ENDED_BY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(what_happens_again_as_it_did_changes_no_number),
        in_two(each_may_happen_again_alone_unless_something_rests_on_it),
        in_two(a_vial_has_not_ended_by_what_is_void),
        in_two(a_vial_has_ended_by_what_stands),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
