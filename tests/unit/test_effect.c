/* What an entry did, as it is kept for those who correct it: exact rows worked out by hand from SPEC section 9.5, and
 * what becomes of them in lists and in the store. That effects add up to leaves is tried in test_conservation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "ledger/effect.h"
#include "tests/support/effects.h"

#define ROW(table, id, place, after) { table, place, false, id, 0, after }
#define SET(table, id, place, before, after) { table, place, true, id, before, after }
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_rows(const struct effect *effect, const struct effect_row *rows, size_t count)
{
    for (size_t i = 0; i < count && i < effect->row_count; i++) {
        const struct effect_row *row = &effect->rows[i];

        if (row->table != rows[i].table || row->id != rows[i].id || row->place != rows[i].place || row->is_set != rows[i].is_set ||
            row->before != rows[i].before || row->after != rows[i].after)
            fail_msg("row %zu: table %u, id %u, place %u, %lld to %lld", i, row->table, row->id, row->place,
                     (long long)row->before, (long long)row->after);
    }
    assert_int_equal(count, effect->row_count);
}

static void assert_effect(struct book *book, const struct effect_row *rows, size_t count)
{
    struct view *view = view_new(book->txn);
    struct effect effect;

    assert_int_equal(count > 0, effect_load(view, book->entries, &effect));
    assert_int_equal(0, effect.corrected_by);
    assert_rows(&effect, rows, count);
    effect_release(&effect);
    view_free(view);
}

static void a_draw_has_exactly_this_effect(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    place(book);
    {
        const int64_t t = book->event.occurred.ms, end = leaf_number(book, SUBJECT_VIAL, 1, VIAL_BEYOND_USE);
        const struct effect_row rows[] = {
            SET(SUBJECT_VIAL, 1, VIAL_STATE, VIAL_SEALED, VIAL_OPEN), SET(SUBJECT_VIAL, 1, VIAL_OPENED, 0, t),
            SET(SUBJECT_VIAL, 1, VIAL_BEYOND_USE, 0, end), ROW(SUBJECT_VIAL, 1, VIAL_DRAWS, 1),
            SET(SUBJECT_VIAL, 1, VIAL_DRAWN_FOR, 0, 1), ROW(SUBJECT_VIAL, 1, VIAL_DRAWN, 500),
            ROW(SUBJECT_VIAL, 1, VIAL_LEFT, -500),
            ROW(SUBJECT_DOSE, 1, DOSE_DRAWN, 25000000), ROW(SUBJECT_DOSE, 1, DOSE_OPEN, 25000000),
            ROW(SUBJECT_DOSE, 1, DOSE_SOURCES + SOURCE_VOLUME, 500), ROW(SUBJECT_DOSE, 1, DOSE_SOURCES + SOURCE_MASS, 25000000),
            ROW(SUBJECT_DOSE, 1, DOSE_SOURCES + SOURCE_LEFT, 25000000),
            ROW(SUBJECT_SESSION, 1, SESSION_DOSES, 1), ROW(SUBJECT_SESSION, 1, SESSION_OPEN_DOSES, 1),
            ROW(SUBJECT_SESSION, 1, SESSION_COMMITTED, 25000000),
            ROW(LEAF_TABLE_SHELF, 257, SHELF_SEALED, -1), ROW(LEAF_TABLE_SHELF, 257, SHELF_OPEN, 1),
            ROW(LEAF_TABLE_TOTAL, 1, TOTAL_IN_DOSES, 25000000), ROW(LEAF_TABLE_TOTAL, 1, TOTAL_ON_HAND, -25000000),
            ROW(LEAF_TABLE_SITE, 1, SITE_OPEN_DOSES, 1) };

        assert_effect(book, rows, COUNT(rows));
    }
}

static void a_source_added_to_a_dose_is_set_and_counted(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    place(book);
    begin_draw(book, 1, 1, 20);
    put_number(book, 3, 1);
    act_because(book, 2);
    place(book);
    {
        const struct effect_row rows[] = {
            ROW(SUBJECT_VIAL, 1, VIAL_DRAWS, 1), ROW(SUBJECT_VIAL, 1, VIAL_DRAWN, 20), ROW(SUBJECT_VIAL, 1, VIAL_LEFT, -20),
            SET(SUBJECT_DOSE, 1, DOSE_VOLUME, 500, 520), ROW(SUBJECT_DOSE, 1, DOSE_DRAWN, 1000000),
            ROW(SUBJECT_DOSE, 1, DOSE_OPEN, 1000000), SET(SUBJECT_DOSE, 1, DOSE_LAST, book->entries - 1, book->entries),
            SET(SUBJECT_DOSE, 1, DOSE_SOURCES + SOURCE_PLACES + SOURCE_VIAL, 0, 1),
            SET(SUBJECT_DOSE, 1, DOSE_SOURCES + SOURCE_PLACES + SOURCE_PRODUCT, 0, 1),
            ROW(SUBJECT_DOSE, 1, DOSE_SOURCES + SOURCE_PLACES + SOURCE_VOLUME, 20),
            ROW(SUBJECT_DOSE, 1, DOSE_SOURCES + SOURCE_PLACES + SOURCE_MASS, 1000000),
            ROW(SUBJECT_DOSE, 1, DOSE_SOURCES + SOURCE_PLACES + SOURCE_LEFT, 1000000),
            SET(SUBJECT_DOSE, 1, EFFECT_LENGTH, DOSE_SOURCES + SOURCE_PLACES, DOSE_SOURCES + 2 * SOURCE_PLACES),
            ROW(SUBJECT_SESSION, 1, SESSION_COMMITTED, 1000000),
            ROW(LEAF_TABLE_TOTAL, 1, TOTAL_IN_DOSES, 1000000), ROW(LEAF_TABLE_TOTAL, 1, TOTAL_ON_HAND, -1000000) };

        assert_effect(book, rows, COUNT(rows));
    }
}

static void what_is_received_stands_on_its_shelf_and_was_set_to_nothing(void **state)
{
    struct book *book = *state;
    uint32_t first = (uint32_t)leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_VIAL) + 1;

    begin_receive(book, KETAMINE_100, 2);
    place(book);
    {
        const struct effect_row rows[] = {
            ROW(SUBJECT_VIAL, first, VIAL_LABELLED, 5000), ROW(SUBJECT_VIAL, first, VIAL_LEFT, 5000),
            ROW(SUBJECT_VIAL, first + 1, VIAL_LABELLED, 5000), ROW(SUBJECT_VIAL, first + 1, VIAL_LEFT, 5000),
            ROW(LEAF_TABLE_SHELF, 258, SHELF_SEALED, 2),
            ROW(LEAF_TABLE_TOTAL, 2, TOTAL_RECEIVED, 1000000000), ROW(LEAF_TABLE_TOTAL, 2, TOTAL_ON_HAND, 1000000000) };

        assert_effect(book, rows, COUNT(rows));
    }
}

static void begin_move(struct book *book, int64_t vial, int64_t to)
{
    act(book, KIND_MOVE, NURSE, MEANING_DID);
    put_list(book, 1, &vial, 1);
    put_number(book, 2, to);
}

static void what_is_moved_goes_from_shelf_to_shelf(void **state)
{
    struct book *book = *state;

    begin_move(book, 11, CART);
    place(book);
    {
        const struct effect_row rows[] = { SET(SUBJECT_VIAL, 11, VIAL_PLACE, SAFE, CART),
                                           ROW(LEAF_TABLE_SHELF, 258, SHELF_SEALED, -1),
                                           ROW(LEAF_TABLE_SHELF, 5 * 256 + 2, SHELF_SEALED, 1) };

        assert_effect(book, rows, COUNT(rows));
    }
}

static void a_finished_vial_stands_on_no_shelf_and_says_how_it_ended(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 9950);
    act_because(book, 2);
    place_irregular(book);
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    place(book);
    {
        const struct effect_row rows[] = {
            SET(SUBJECT_VIAL, 1, VIAL_STATE, VIAL_OPEN, VIAL_FINISHED), ROW(SUBJECT_VIAL, 1, VIAL_CLOSING_LOSS, 50),
            ROW(SUBJECT_VIAL, 1, VIAL_LEFT, -50), SET(SUBJECT_VIAL, 1, VIAL_ENDED, 0, VIAL_CLOSING_LOSS),
            SET(SUBJECT_VIAL, 1, VIAL_ENDED_BY, 0, book->entries), ROW(LEAF_TABLE_SHELF, 257, SHELF_OPEN, -1),
            ROW(LEAF_TABLE_TOTAL, 1, TOTAL_CLOSING_LOSS, 2500000), ROW(LEAF_TABLE_TOTAL, 1, TOTAL_ON_HAND, -2500000) };

        assert_effect(book, rows, COUNT(rows));
    }
}

static void what_touches_nothing_that_is_corrected_has_no_effect(void **state)
{
    struct book *book = *state;

    act(book, KIND_PLACE, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, "attic");
    put_number(book, 2, PLACE_ROOM);
    place(book);
    assert_effect(book, NULL, 0);
}

/* Each event of a list has an effect of its own, which the next ones find before anything is in the store. */
static void events_of_a_list_see_each_others_effects(void **state)
{
    struct book *book = *state;
    const struct effect_row first[] = { SET(SUBJECT_VIAL, 11, VIAL_PLACE, SAFE, CART),
                                        ROW(LEAF_TABLE_SHELF, 258, SHELF_SEALED, -1),
                                        ROW(LEAF_TABLE_SHELF, 5 * 256 + 2, SHELF_SEALED, 1) };
    const struct effect_row second[] = { SET(SUBJECT_VIAL, 11, VIAL_PLACE, CART, ROOM_3),
                                         ROW(LEAF_TABLE_SHELF, 3 * 256 + 2, SHELF_SEALED, 1),
                                         ROW(LEAF_TABLE_SHELF, 5 * 256 + 2, SHELF_SEALED, -1) };
    struct effect effect;

    list_of(book, 2);
    begin_move(book, 11, CART);
    place(book);
    assert_non_null(book->list);
    assert_true(effect_load(book->list, book->entries, &effect));
    assert_rows(&effect, first, COUNT(first));
    effect_release(&effect);
    begin_move(book, 11, ROOM_3);
    place(book);
    assert_effect(book, second, COUNT(second));
    effects_make_the_leaves(book);
}

static void changes_of_one_place_are_one_row_and_nothing_is_none(void **state)
{
    struct book *book = *state;
    struct view *view = view_new(book->txn);
    struct effect effect = EFFECT_EMPTY;
    const struct effect_row rows[] = { ROW(SUBJECT_VIAL, 1, VIAL_LEFT, 5), SET(SUBJECT_VIAL, 2, VIAL_PLACE, 1, 3) };

    assert_true(effect_add(&effect, (struct effect_row)SET(SUBJECT_VIAL, 2, VIAL_PLACE, 1, 2)));
    assert_true(effect_add(&effect, (struct effect_row)ROW(SUBJECT_VIAL, 1, VIAL_LEFT, 12)));
    assert_true(effect_add(&effect, (struct effect_row)ROW(SUBJECT_VIAL, 1, VIAL_DRAWN, 4)));
    assert_true(effect_add(&effect, (struct effect_row)SET(SUBJECT_VIAL, 2, VIAL_PLACE, 2, 3)));
    assert_true(effect_add(&effect, (struct effect_row)ROW(SUBJECT_VIAL, 1, VIAL_LEFT, -7)));
    assert_true(effect_add(&effect, (struct effect_row)ROW(SUBJECT_VIAL, 1, VIAL_DRAWN, -4)));
    effect.corrected_by = 70000;
    effect.how = CORRECT_VOID;
    effect_keep(view, 7, &effect);
    effect_release(&effect);
    assert_true(effect_load(view, 7, &effect));
    assert_rows(&effect, rows, COUNT(rows));
    assert_int_equal(70000, effect.corrected_by);
    assert_int_equal(CORRECT_VOID, effect.how);
    effect_release(&effect);
    view_free(view);
}

/* A row that counts where a place is set, rows out of order, bytes behind the end: the view says so and is not believed. */
static void what_is_no_effect_is_damage(void **state)
{
    static const uint8_t good[] = { 0x87, 0, 0, 0xf6, 0xf6, 0x80, 0x81, 0x84, 1, 1, 0x18, 27, 5, 0xf6 };
    static const struct {
        size_t at;
        uint8_t byte;
    } changes[] = { { 0, 0x86 }, { 2, 5 }, { 4, 0 }, { 6, 0x80 }, { 7, 0x85 }, { 8, 5 }, { 9, 0 }, { 11, 28 }, { 12, 0x18 }, { 13, 0 } };
    struct book *book = *state;

    for (size_t i = 0; i <= COUNT(changes); i++) {
        struct view *view = view_new(book->txn);
        uint8_t bytes[sizeof good];
        struct effect effect;
        struct error error;
        bool is_good = i == COUNT(changes);

        memcpy(bytes, good, sizeof good);
        if (!is_good)
            bytes[changes[i].at] = changes[i].byte;
        view_effect_put(view, 3, bytes_of(bytes, sizeof bytes));
        assert_int_equal(is_good, effect_load(view, 3, &effect));
        assert_int_equal(is_good, view_status(view, &error) == LEDGER_OK);
        effect_release(&effect);
        view_free(view);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_draw_has_exactly_this_effect),
        in_two(a_source_added_to_a_dose_is_set_and_counted),
        in_two(what_is_received_stands_on_its_shelf_and_was_set_to_nothing),
        in_two(what_is_moved_goes_from_shelf_to_shelf),
        in_two(a_finished_vial_stands_on_no_shelf_and_says_how_it_ended),
        in_two(what_touches_nothing_that_is_corrected_has_no_effect),
        in_two(events_of_a_list_see_each_others_effects),
        in_two(changes_of_one_place_are_one_row_and_nothing_is_none),
        in_two(what_is_no_effect_is_damage),
    };

    return cmocka_run_group_tests_name("effects of entries", tests, NULL, NULL);
}
