/* Registers: lines and balances worked out by hand from SPEC section 9.5, ends of periods, and tables that were changed
 * behind the entries' back. That registers end as closings state, whatever happens, is tried in test_conservation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/registers.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- lines */

struct kept_line {
    uint32_t entry, vial;
    int64_t in_ng, out_ng, drawn_ng, carried_ul, held_ul, in_doses_ng;
};

struct kept {
    size_t count;
    struct kept_line lines[32];
};

static void begin(void *context, const struct page_sum *sum)
{
    struct kept *kept = context;

    kept->count = 0;
    (void)sum;
}

static enum ledger_status keep(void *context, const struct line *line, struct error *error)
{
    struct kept *kept = context;

    (void)error;
    assert_true(kept->count < COUNT(kept->lines));
    kept->lines[kept->count++] = (struct kept_line){ .entry = line->row->number,
                                                     .vial = line->movement->vial,
                                                     .in_ng = movement_in_ng(line->movement),
                                                     .out_ng = movement_out_ng(line->movement),
                                                     .drawn_ng = line->movement->drawn_ng - line->movement->returned_ng,
                                                     .carried_ul = line->carried_ul,
                                                     .held_ul = line->held_ul,
                                                     .in_doses_ng = line->in_doses_ng };
    return LEDGER_OK;
}

static enum ledger_status read_from(struct book *book, uint32_t before, const struct page *page, struct kept *kept,
                                    struct error *error)
{
    struct view *view = view_new(book->txn);
    struct period period = period_whole(view);
    struct page_writer writer = { begin, keep, kept };
    struct page_sum sum;
    enum ledger_status status;

    period_from_entry(&period, view, before);
    status = register_page(view, &period, page, &writer, &sum, error);
    view_free(view);
    return status;
}

static void assert_lines(struct book *book, uint32_t before, struct page page, const struct kept_line *lines, size_t count)
{
    struct kept kept;
    struct error error;

    assert_int_equal(LEDGER_OK, read_from(book, before, &page, &kept, &error));
    assert_int_equal(count, kept.count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(before + lines[i].entry, kept.lines[i].entry);
        assert_int_equal(lines[i].vial, kept.lines[i].vial);
        assert_int_equal(lines[i].in_ng, kept.lines[i].in_ng);
        assert_int_equal(lines[i].out_ng, kept.lines[i].out_ng);
        assert_int_equal(lines[i].drawn_ng, kept.lines[i].drawn_ng);
        assert_int_equal(lines[i].carried_ul, kept.lines[i].carried_ul);
        assert_int_equal(lines[i].held_ul, kept.lines[i].held_ul);
        assert_int_equal(lines[i].in_doses_ng, kept.lines[i].in_doses_ng);
    }
}

/* Draw 500 uL out of vial 1, waste a third of a nanogram's worth less than all, move vial 2, waste 1 mL of vial 3, and
 * finish vial 1. Entries 1 to 6 from here. */
static uint32_t act_out(struct book *book)
{
    uint32_t before = book->entries;
    const int64_t vials[] = { 2 };

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    place(book);
    begin_waste(book, 1, QUANTITY_NG, 7);
    put_amount(book, 4, QUANTITY_NG, 7);
    put_amount(book, 5, QUANTITY_NG, 7);
    place(book);
    act(book, KIND_MOVE, NURSE, MEANING_DID);
    put_list(book, 1, vials, 1);
    put_number(book, 2, ROOM_2);
    place(book);
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_WITNESSED);
    act_because(book, 6);
    put_number(book, 1, 1);
    place(book);
    return before;
}

static void each_movement_has_a_line_and_the_balance_after_it(void **state)
{
    struct book *book = *state;
    uint32_t before = act_out(book);
    const struct kept_line of_product[] = { { .entry = 2, 1, .drawn_ng = 25000000, .held_ul = 99500, .in_doses_ng = 25000000 },
                                            { .entry = 3, 0, .out_ng = 7, .held_ul = 99500, .in_doses_ng = 24999993 },
                                            { .entry = 5, 1, .out_ng = 475000000, .held_ul = 90000, .in_doses_ng = 24999993 } };

    assert_lines(book, before, (struct page){ .product = KETAMINE_50 }, of_product, COUNT(of_product));
}

static void a_place_has_what_was_carried_there_and_a_vial_what_was_taken_from_it(void **state)
{
    struct book *book = *state;
    uint32_t before = act_out(book);
    const struct kept_line of_safe[] = { { .entry = 2, 1, .drawn_ng = 25000000, .held_ul = 99500 },
                                         { .entry = 4, 2, .carried_ul = -10000, .held_ul = 89500 },
                                         { .entry = 5, 1, .out_ng = 475000000, .held_ul = 80000 } };
    const struct kept_line of_room[] = { { .entry = 4, 2, .carried_ul = 10000, .held_ul = 10000 } };
    const struct kept_line of_vial[] = { { .entry = 2, 1, .drawn_ng = 25000000, .held_ul = 9500 },
                                         { .entry = 5, 1, .out_ng = 475000000, .held_ul = 0 } };

    assert_lines(book, before, (struct page){ .product = KETAMINE_50, .place = SAFE }, of_safe, COUNT(of_safe));
    assert_lines(book, before, (struct page){ .product = KETAMINE_50, .place = ROOM_2 }, of_room, COUNT(of_room));
    assert_lines(book, before, (struct page){ .product = KETAMINE_50, .vial = 1 }, of_vial, COUNT(of_vial));
}

/* ---- periods */

/* A draw and the destruction of its dose were not so, and the vial was destroyed with all of it: the product's totals are as
 * they were, and the dose and the vial are not. */
static void a_correction_that_leaves_the_totals_as_they_were_has_its_lines(void **state)
{
    struct book *book = *state;
    int64_t dose = 1, vial = 1;
    uint32_t before = book->entries, draw;
    struct kept kept;
    struct error error;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    place(book);
    draw = book->entries;
    for (unsigned i = 0; i < 2; i++) {
        act(book, KIND_DESTROY, OWNER, MEANING_DID);
        act_signed(book, NURSE, MEANING_WITNESSED);
        put_list(book, i == 0 ? FACT_DESTROY_DOSES : FACT_DESTROY_VIALS, i == 0 ? &dose : &vial, 1);
        put_text(book, FACT_DESTROY_METHOD, "incinerated");
        act_because(book, 2);
        place_irregular(book);
    }
    begin_void(book, (uint32_t[]){ draw, draw + 1 }, 2);
    place(book);
    assert_int_equal(500000000, leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_DESTROYED));
    assert_int_equal(LEDGER_OK, read_from(book, before, &(struct page){ .product = 1 }, &kept, &error));
    assert_int_equal(90000, kept.lines[kept.count - 1].held_ul);
    assert_int_equal(0, kept.lines[kept.count - 1].in_doses_ng);
}

static void a_period_lies_between_the_closings_of_its_days(void **state)
{
    struct book *book = *state;
    int32_t day = day_of(2026, 3, 2);
    uint32_t first_closing, second_closing;
    struct view *view;
    struct period period;

    begin_receive(book, KETAMINE_50, 1);
    place(book);
    close_day(book); /* asked for, on the same day */
    begin_receive(book, KETAMINE_100, 1);
    place(book);
    wait_for(book, 3 * BOOK_DAY);
    first_closing = (uint32_t)leaf_number(book, LEAF_TABLE_SITE, 1, SITE_CLOSING);
    begin_receive(book, KETAMINE_50, 1);
    place(book);
    close_day(book);
    second_closing = book->entries;
    view = view_new(book->txn);

    period = period_whole(view);
    period_from_day(&period, view, day);
    period_to_day(&period, view, day, day + 3);
    assert_int_equal(0, period.before);
    assert_int_equal(first_closing, period.last);
    assert_true(period.has_ended);
    period_from_day(&period, view, day + 1); /* nothing happened on the two days between */
    period_to_day(&period, view, day + 2, day + 3);
    assert_int_equal(first_closing, period.before);
    assert_int_equal(first_closing, period.last);
    assert_true(period.has_ended);
    period_to_day(&period, view, day + 3, day + 3); /* today: closed once, and not over */
    assert_int_equal(second_closing, period.last);
    assert_false(period.has_ended);
    period_to_day(&period, view, day + 3, day + 4);
    assert_true(period.has_ended);
    period_from_entry(&period, view, second_closing - 1);
    assert_int_equal(0, period.opened_by);
    period_from_entry(&period, view, first_closing);
    assert_int_equal(first_closing, period.opened_by);
    view_free(view);
}

static void a_day_whose_closing_is_missing_has_not_ended(void **state)
{
    struct book *book = *state;
    int32_t day = day_of(2026, 3, 2);
    struct view *view;
    struct period period;

    begin_receive(book, KETAMINE_50, 1);
    place(book);
    view = view_new(book->txn);
    period = period_whole(view);
    period_to_day(&period, view, day, day + 1);
    assert_int_equal(0, period.last);
    assert_false(period.has_ended);
    view_free(view);
}

/* ---- tables that are not those of the entries */

/* Add to a row of an effect that is kept. */
static void doctor(struct book *book, uint32_t entry, unsigned table, uint32_t id, unsigned at, int64_t by)
{
    struct view *view = view_new(book->txn);
    struct effect effect;
    struct error error;

    assert_true(effect_load(view, entry, &effect));
    assert_true(effect_add(&effect, (struct effect_row){ .table = (uint8_t)table, .place = (uint8_t)at, .id = id, .after = by }));
    effect_keep(view, entry, &effect);
    assert_int_equal(LEDGER_OK, view_flush(view, book->txn, &error));
    effect_release(&effect);
    view_free(view);
}

static void assert_found_out(struct book *book, uint32_t before, struct page page, const char *what)
{
    struct kept kept;
    struct error error;

    assert_int_equal(LEDGER_NO, read_from(book, before, &page, &kept, &error));
    assert_int_equal(REFUSAL_TABLES, error.code);
    assert_non_null(strstr(error.text, what));
}

static void a_doctored_effect_is_found_out_by_its_register(void **state)
{
    struct book *book = *state;
    uint32_t before = act_out(book);
    struct page all = { .product = KETAMINE_50 }, safe = { .product = KETAMINE_50, .place = SAFE };
    char entry[32];

    snprintf(entry, sizeof entry, "entry %u", before + 2);
    doctor(book, before + 2, SUBJECT_VIAL, 1, VIAL_LEFT, 1); /* one microlitre */
    assert_found_out(book, before, all, entry);
    assert_found_out(book, before, safe, entry);
    doctor(book, before + 2, SUBJECT_VIAL, 1, VIAL_LEFT, -1);
    assert_lines(book, before, (struct page){ .product = KETAMINE_100 }, NULL, 0);

    doctor(book, before + 3, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_WASTED, -1); /* one nanogram */
    snprintf(entry, sizeof entry, "entry %u", before + 3);
    assert_found_out(book, before, all, entry);

    /* In itself it adds up again: more was wasted, and less is open. */
    doctor(book, before + 3, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_WASTED, 2);
    doctor(book, before + 3, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_IN_DOSES, -1);
    assert_found_out(book, before, all, entry); /* its dose does not know of it */
    doctor(book, before + 3, SUBJECT_DOSE, 1, DOSE_OPEN, -1);
    assert_found_out(book, before, all, "the lines of");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(each_movement_has_a_line_and_the_balance_after_it),
        in_two(a_place_has_what_was_carried_there_and_a_vial_what_was_taken_from_it),
        in_two(a_correction_that_leaves_the_totals_as_they_were_has_its_lines),
        in_two(a_period_lies_between_the_closings_of_its_days),
        in_two(a_day_whose_closing_is_missing_has_not_ended),
        in_two(a_doctored_effect_is_found_out_by_its_register),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
