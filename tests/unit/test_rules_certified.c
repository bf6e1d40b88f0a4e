/* What comes to light about a time whose inventory is certified. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/corrections.h"
#include "tests/support/doctored.h"
#include "tests/support/inventories.h"

static void begin_spill(struct book *book, int64_t happened_ms)
{
    act(book, KIND_WASTE, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, FACT_WASTE_VIAL, 2);
    put_amount(book, FACT_WASTE_AMOUNT, QUANTITY_UL, 100);
    put_amount(book, FACT_WASTE_PUT, QUANTITY_UL, 100);
    put_amount(book, FACT_WASTE_SEEN, QUANTITY_UL, 100);
    put_number(book, FACT_WASTE_METHOD, 5);
    book->event.occurred.ms = happened_ms;
}

static void what_happened_up_to_the_certified_moment_opens_a_case(void **state)
{
    struct book *book = *state;
    int64_t certified_ms;

    certified(book);
    certified_ms = site_number(book, SITE_CERTIFIED_AT);
    begin_spill(book, certified_ms + 1);
    expect_none(book);
    begin_spill(book, certified_ms);
    expect(book, REFUSAL_CERTIFIED_PERIOD);
    place(book);
    assert_int_equal(REFUSAL_CERTIFIED_PERIOD, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    assert_int_equal(9900, leaf_number(book, SUBJECT_VIAL, 2, VIAL_LEFT));
    begin_spill(book, certified_ms - 1);
    put_number(book, FACT_WASTE_METHOD, 4); /* another spill */
    expect(book, REFUSAL_CERTIFIED_PERIOD);
}

/* It hides behind no other case; for what is irregular it stands alone. */
static void another_case_opens_beside_it(void **state)
{
    struct book *book = *state;

    certified(book);
    begin_spill(book, site_number(book, SITE_CERTIFIED_AT));
    put_amount(book, FACT_WASTE_SEEN, QUANTITY_UL, 90);
    place(book);
    assert_int_equal(2, book->verdict.case_count);
    assert_int_equal(REFUSAL_AMOUNTS_DIFFER, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    assert_int_equal(REFUSAL_CERTIFIED_PERIOD, leaf_number(book, SUBJECT_CASE, 2, CASE_CODE));
    begin_draw(book, 0, 3, 700);
    book->event.occurred.ms = site_number(book, SITE_CERTIFIED_AT);
    place_irregular(book);
    assert_int_equal(1, book->verdict.case_count);
    assert_int_equal(REFUSAL_CERTIFIED_PERIOD, leaf_number(book, SUBJECT_CASE, 3, CASE_CODE));
}

static void what_moves_no_total_is_no_matter_of_the_inventory(void **state)
{
    struct book *book = *state;
    uint32_t case_id;

    certified(book);
    act(book, KIND_MOVE, NURSE, MEANING_DID);
    put_list(book, FACT_MOVE_VIALS, (const int64_t[]){ 4 }, 1);
    put_number(book, FACT_MOVE_TO, CART);
    book->event.occurred.ms = site_number(book, SITE_CERTIFIED_AT);
    expect_none(book);
    act(book, KIND_CASE, OWNER, MEANING_DID);
    book->event.privates[book->event.private_count++] = (struct event_private){ .key = FACT_CASE_TEXT };
    case_id = place(book);
    act(book, KIND_ADJUST, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_number(book, FACT_ADJUST_CASE, case_id);
    put_number(book, FACT_ADJUST_VIAL, 2);
    put_number(book, FACT_ADJUST_DELTA, -5);
    book->event.occurred.ms = site_number(book, SITE_CERTIFIED_AT);
    expect_none(book); /* it has its case */
}

static void a_correction_of_what_was_certified_opens_a_case(void **state)
{
    struct book *book = *state;
    uint32_t spill, moved, later;

    begin_spill(book, book->now_ms);
    place(book);
    spill = book->entries;
    move_vial(book, 4, CART);
    moved = book->entries;
    begin_certify(book, INVENTORY_INITIAL, a_closing(book), (const int64_t[]){ count_of(book, SAFE), count_of(book, CART) }, 2);
    place(book);
    begin_spill(book, book->now_ms);
    place(book);
    later = book->entries;
    begin_void(book, &later, 1);
    expect_none(book);
    begin_void(book, (const uint32_t[]){ later, spill }, 2);
    expect(book, REFUSAL_CERTIFIED_PERIOD);
    begin_void(book, &spill, 1);
    place(book);
    assert_int_equal(REFUSAL_CERTIFIED_PERIOD, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    begin_void(book, &moved, 1);
    expect(book, REFUSAL_NOT_CORRECTABLE);
}

/* A later time, or other facts, move nothing out of the time that is certified; an earlier one, or other facts, into it. */
static void a_correction_is_of_the_earliest_time_it_speaks_of(void **state)
{
    struct book *book = *state;
    struct corrections moved = { .count = 0 }, raised = { .count = 0 }, same = { .count = 0 };
    int64_t certified_ms;
    uint32_t spill;

    certified(book);
    certified_ms = site_number(book, SITE_CERTIFIED_AT);
    begin_spill(book, book->now_ms);
    place(book);
    spill = book->entries;
    begin_spill(book, 0);
    put_amount(book, FACT_WASTE_AMOUNT, QUANTITY_UL, 90);
    put_amount(book, FACT_WASTE_PUT, QUANTITY_UL, 90);
    put_amount(book, FACT_WASTE_SEEN, QUANTITY_UL, 90);
    with_facts(&raised, spill, book);
    begin_correction(book, &raised);
    expect_none(book);
    begin_spill(book, 0);
    put_amount(book, FACT_WASTE_AMOUNT, QUANTITY_UL, 80);
    put_amount(book, FACT_WASTE_PUT, QUANTITY_UL, 80);
    put_amount(book, FACT_WASTE_SEEN, QUANTITY_UL, 80);
    with_facts(&moved, spill, book);
    moved.rows[0].values[ROW_CORRECT_AT] = (struct value){ .present = true, .number = certified_ms, .second = BOOK_OFFSET };
    begin_correction(book, &moved);
    expect(book, REFUSAL_CERTIFIED_PERIOD);
    place(book);
    assert_int_equal(REFUSAL_CERTIFIED_PERIOD, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    with_time(&same, spill, certified_ms);
    begin_correction(book, &same);
    expect_none(book); /* no total is another by it */
}

/* The time before the newest inventory includes that before all others. */
static void the_newest_inventory_holds(void **state)
{
    struct book *book = *state;
    int64_t between_ms;

    certified(book);
    between_ms = book->now_ms;
    begin_spill(book, between_ms);
    expect_none(book);
    begin_certify_one(book, INVENTORY_CLOSING, a_closing(book), count_of(book, SAFE));
    place(book);
    begin_spill(book, between_ms);
    expect(book, REFUSAL_CERTIFIED_PERIOD);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        in_two(what_happened_up_to_the_certified_moment_opens_a_case),
        in_two(another_case_opens_beside_it),
        in_two(what_moves_no_total_is_no_matter_of_the_inventory),
        in_two(a_correction_of_what_was_certified_opens_a_case),
        in_two(a_correction_is_of_the_earliest_time_it_speaks_of),
        in_two(the_newest_inventory_holds),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
