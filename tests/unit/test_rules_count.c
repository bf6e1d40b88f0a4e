/* What a count compares, what it is held against, and that it adjusts nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { MG = 1000000, NG_PER_UL = 50000, CONTAINER_NG = 10000 * NG_PER_UL }; /* of product 1 */
enum { ROWS_LIMIT = 16 };

/* ---- counts: lines are added one after the other, and put when it is complete */

struct lines {
    struct book *book;
    struct facts rows[ROWS_LIMIT];
    size_t count;
};

/* In the safe, by both, against an entry. */
static struct lines begin_count(struct book *book, uint32_t as_of)
{
    act(book, KIND_COUNT, OWNER, MEANING_COUNTED);
    act_signed(book, NURSE, MEANING_COUNTED);
    put_number(book, 1, SAFE);
    put_number(book, 2, as_of);
    return (struct lines){ .book = book };
}

static struct value *cell(struct facts *row, size_t place)
{
    row->values[place].present = true;
    return &row->values[place];
}

static void add_line(struct lines *lines, size_t place, uint32_t id, enum count_method method, enum quantity_unit unit,
                     int64_t first, int64_t second)
{
    struct facts *row = &lines->rows[lines->count++];

    *row = row_of(lines->book, 3);
    cell(row, place)->number = id;
    cell(row, 3)->number = method;
    cell(row, 4)->number = first;
    row->values[4].second = unit;
    cell(row, 5)->number = second;
    row->values[5].second = unit;
}

static void add_vial(struct lines *lines, uint32_t vial, enum count_method method, int64_t first_ul, int64_t second_ul)
{
    add_line(lines, 0, vial, method, QUANTITY_UL, first_ul, second_ul);
}

static void add_product(struct lines *lines, uint32_t product, int64_t containers)
{
    add_line(lines, 1, product, COUNT_CONTAINERS, QUANTITY_CONTAINERS, containers, containers);
}

static void add_dose(struct lines *lines, uint32_t dose, enum count_method method, int64_t figure_ul)
{
    add_line(lines, 2, dose, method, QUANTITY_UL, figure_ul, figure_ul);
}

static void put_lines(struct lines *lines)
{
    put_rows(lines->book, 3, lines->rows, lines->count);
}

/* ---- the house */

/* Vial 1 is opened for patient 1: 9.3 mL are left, and a dose of 0.7 mL is drawn. */
static uint32_t a_dose(struct book *book)
{
    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 700);
    return place(book);
}

static uint32_t a_held_dose(struct book *book)
{
    uint32_t dose = a_dose(book);

    act(book, KIND_HELD, NURSE, MEANING_DID);
    put_number(book, 1, dose);
    put_text(book, 2, "B-0113");
    place(book);
    return dose;
}

static void waste_vial(struct book *book, uint32_t vial, enum quantity_unit unit, int64_t amount)
{
    act(book, KIND_WASTE, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_WITNESSED);
    put_number(book, 2, vial);
    put_amount(book, 3, unit, amount);
    put_amount(book, 4, QUANTITY_UL, leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT));
    put_amount(book, 5, QUANTITY_UL, leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT));
    put_number(book, 6, 5);
    place(book);
}

static void move_vial(struct book *book, uint32_t vial, uint32_t to)
{
    act(book, KIND_MOVE, NURSE, MEANING_DID);
    put_list(book, 1, (const int64_t[]){ vial }, 1);
    put_number(book, 2, to);
    place(book);
}

static int64_t case_number(struct book *book, uint32_t number, unsigned at)
{
    return leaf_number(book, SUBJECT_CASE, number, at);
}

/* ---- what agrees */

static void figures_that_agree_with_the_book_change_nothing(void **state)
{
    struct book *book = *state;
    struct lines lines;
    uint32_t born;

    a_dose(book);
    lines = begin_count(book, book->entries);
    add_vial(&lines, 1, COUNT_MEASURED, 9300, 9300);
    add_product(&lines, KETAMINE_50, 9);
    put_lines(&lines);
    put_number(book, 4, 1);
    add_product(&lines, KETAMINE_100, 4);
    add_product(&lines, SPRAVATO, 4);
    add_product(&lines, READY_SYRINGE, 2);
    put_lines(&lines);
    expect_none(book);
    born = place(book);
    assert_int_equal(SAFE, leaf_number(book, SUBJECT_COUNT, born, COUNT_PLACE));
    assert_int_equal(book->entries - 1, leaf_number(book, SUBJECT_COUNT, born, COUNT_AS_OF));
    assert_int_equal(book->entries, leaf_number(book, SUBJECT_COUNT, born, COUNT_BORN));
    assert_int_equal(5, leaf_number(book, SUBJECT_COUNT, born, COUNT_LINES));
    assert_int_equal(0, leaf_number(book, SUBJECT_COUNT, born, COUNT_CASES));
    assert_int_equal(1, leaf_number(book, SUBJECT_COUNT, born, COUNT_WHOLE));
    assert_int_equal(book->event.occurred.ms, leaf_number(book, SUBJECT_COUNT, born, COUNT_AT));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES));
}

/* One microlitre either side of each tolerance, too little and too much; the balance stays in either case. By eye it is
 * the tenth part of the 10 mL of the label. */
static void outside_its_tolerance_a_figure_opens_a_case(void **state)
{
    static const struct { enum count_method method; int64_t off_ul; bool differs; } rows[] = {
        { COUNT_BY_EYE, 0, false },      { COUNT_BY_EYE, 1000, false },     { COUNT_BY_EYE, 1001, true },
        { COUNT_BY_EYE, -1000, false },  { COUNT_BY_EYE, -1001, true },     { COUNT_BY_WEIGHT, 200, false },
        { COUNT_BY_WEIGHT, 201, true },  { COUNT_BY_WEIGHT, -200, false },  { COUNT_BY_WEIGHT, -201, true },
        { COUNT_MEASURED, 100, false },  { COUNT_MEASURED, 101, true },     { COUNT_MEASURED, -100, false },
        { COUNT_MEASURED, -101, true } };
    struct book *book = *state;
    int64_t cases = 0;

    a_dose(book);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lines lines = begin_count(book, book->entries);

        add_vial(&lines, 1, rows[i].method, 9300 + rows[i].off_ul, 9300 + rows[i].off_ul);
        put_lines(&lines);
        place(book);
        assert_int_equal(rows[i].differs ? 1 : 0, book->verdict.case_count);
        cases += rows[i].differs;
        assert_int_equal(cases, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES));
        if (rows[i].differs)
            assert_int_equal(rows[i].off_ul * NG_PER_UL, case_number(book, book->verdict.case_id, CASE_DIFFERENCE));
        assert_int_equal(9300, leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT));
    }
}

static void sealed_containers_have_no_tolerance(void **state)
{
    static const int64_t off[] = { 0, -1, 1, -10 };
    struct book *book = *state;

    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++) {
        struct lines lines = begin_count(book, book->entries);

        add_product(&lines, KETAMINE_50, 10 + off[i]);
        put_lines(&lines);
        place(book);
        assert_int_equal(off[i] != 0, book->verdict.case_count);
        if (off[i] == 0)
            continue;
        assert_int_equal(off[i] * CONTAINER_NG, case_number(book, book->verdict.case_id, CASE_DIFFERENCE));
        assert_int_equal(SUBJECT_PRODUCT, case_number(book, book->verdict.case_id, CASE_SUBJECT));
        assert_int_equal(KETAMINE_50, case_number(book, book->verdict.case_id, CASE_ID));
        assert_int_equal(REFUSAL_COUNT_DIFFERS, case_number(book, book->verdict.case_id, CASE_CODE));
    }
}

/* Measured: 0.1 mL. Each may be right for himself, and both cannot. */
static void two_who_found_different_amounts_open_a_case_about_the_farther_one(void **state)
{
    static const struct { int64_t first, second, difference_ul; } rows[] = {
        { 9250, 9350, 0 }, { 9250, 9351, 51 }, { 9249, 9350, -51 }, { 9300, 9401, 101 }, { 9199, 9300, -101 },
        { 9249, 9351, -51 /* as far: the first */ }, { 9199, 9299, -101 /* agreed, and one is out */ }, { 9301, 9401, 101 } };
    struct book *book = *state;

    a_dose(book);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lines lines = begin_count(book, book->entries);

        add_vial(&lines, 1, COUNT_MEASURED, rows[i].first, rows[i].second);
        put_lines(&lines);
        place(book);
        assert_int_equal(rows[i].difference_ul != 0, book->verdict.case_count);
        if (rows[i].difference_ul != 0)
            assert_int_equal(rows[i].difference_ul * NG_PER_UL, case_number(book, book->verdict.case_id, CASE_DIFFERENCE));
    }
}

static void each_line_that_differs_has_a_case_of_its_own(void **state)
{
    struct book *book = *state;
    struct lines lines;
    uint32_t born;

    a_dose(book);
    lines = begin_count(book, book->entries);
    add_product(&lines, KETAMINE_50, 8);
    add_product(&lines, KETAMINE_100, 4);
    add_vial(&lines, 1, COUNT_MEASURED, 9000, 9000);
    put_lines(&lines);
    born = place(book);
    assert_int_equal(2, book->verdict.case_count);
    assert_int_equal(2, leaf_number(book, SUBJECT_COUNT, born, COUNT_CASES));
    assert_int_equal(-CONTAINER_NG, case_number(book, book->verdict.case_id, CASE_DIFFERENCE));
    assert_int_equal(SUBJECT_VIAL, case_number(book, book->verdict.case_id + 1, CASE_SUBJECT));
    assert_int_equal(-300 * NG_PER_UL, case_number(book, book->verdict.case_id + 1, CASE_DIFFERENCE));
    assert_int_equal(NURSE, case_number(book, book->verdict.case_id + 1, CASE_PEOPLE + 1));
    assert_int_equal(2, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES));
}

/* 35 mg in 0.7 mL: by weight 0.2 mL either way. */
static void a_sealed_bag_is_counted_by_what_is_open_of_its_dose(void **state)
{
    static const struct { int64_t figure_ul; bool differs; } rows[] = {
        { 700, false }, { 500, false }, { 499, true }, { 900, false }, { 901, true } };
    struct book *book = *state;
    uint32_t dose = a_held_dose(book);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lines lines = begin_count(book, book->entries);

        add_dose(&lines, dose, COUNT_BY_WEIGHT, rows[i].figure_ul);
        put_lines(&lines);
        place(book);
        assert_int_equal(rows[i].differs, book->verdict.case_count);
    }
}

/* ---- work goes on */

static void a_count_is_held_against_the_book_as_it_was(void **state)
{
    struct book *book = *state;
    uint32_t as_of;
    struct lines lines;

    a_dose(book);
    as_of = book->entries;
    begin_draw(book, 1, 1, 500); /* 8.8 mL from here on */
    act_because(book, 1);
    place(book);
    waste_vial(book, 2, QUANTITY_UL, 10000); /* one container less */
    begin_receive(book, KETAMINE_50, 5);     /* and five more */
    place(book);
    lines = begin_count(book, as_of);
    add_vial(&lines, 1, COUNT_MEASURED, 9300, 9300);
    add_product(&lines, KETAMINE_50, 9);
    put_lines(&lines);
    place(book);
    assert_int_equal(0, book->verdict.case_count);
    lines = begin_count(book, book->entries);
    add_vial(&lines, 1, COUNT_MEASURED, 8800, 8800);
    add_product(&lines, KETAMINE_50, 13);
    put_lines(&lines);
    place(book);
    assert_int_equal(0, book->verdict.case_count);
    lines = begin_count(book, as_of);
    add_vial(&lines, 1, COUNT_MEASURED, 8800, 8800);
    add_product(&lines, KETAMINE_50, 13);
    put_lines(&lines);
    place(book);
    assert_int_equal(2, book->verdict.case_count);
}

static void what_has_gone_since_is_counted_where_it_stood(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_held_dose(book), as_of = book->entries;
    struct lines lines;

    waste_vial(book, 1, QUANTITY_REST, 0);
    move_vial(book, 3, ROOM_2);
    begin_waste(book, dose, QUANTITY_REST, 0);
    put_amount(book, 4, QUANTITY_UL, 700);
    put_amount(book, 5, QUANTITY_UL, 700);
    place(book);
    lines = begin_count(book, as_of);
    add_vial(&lines, 1, COUNT_MEASURED, 9300, 9300);
    add_dose(&lines, dose, COUNT_MEASURED, 700);
    add_product(&lines, KETAMINE_50, 9);
    put_lines(&lines);
    expect_none(book);
    place(book);
    assert_int_equal(0, book->verdict.case_count);

    lines = begin_count(book, book->entries); /* and not where it does not stand any more */
    add_vial(&lines, 1, COUNT_MEASURED, 0, 0);
    put_lines(&lines);
    expect(book, REFUSAL_VIAL_STATE);
    lines = begin_count(book, book->entries);
    add_dose(&lines, dose, COUNT_MEASURED, 0);
    put_lines(&lines);
    expect(book, REFUSAL_PHASE);
}

/* Opened since: sealed then. */
static void what_was_opened_since_is_counted_as_sealed(void **state)
{
    struct book *book = *state;
    uint32_t as_of = book->entries;
    struct lines lines;

    a_dose(book);
    lines = begin_count(book, as_of);
    add_vial(&lines, 1, COUNT_MEASURED, 10000, 10000);
    put_lines(&lines);
    expect(book, REFUSAL_VIAL_STATE);
    lines = begin_count(book, as_of);
    add_product(&lines, KETAMINE_50, 10);
    put_lines(&lines);
    place(book);
    assert_int_equal(0, book->verdict.case_count);
}

static void count_as_of(struct book *book, uint32_t as_of)
{
    struct lines lines = begin_count(book, as_of);

    add_product(&lines, KETAMINE_50, 9);
    put_lines(&lines);
}

/* 24 hours are the window, and the book as of an entry was the book until the next one. */
static void a_count_is_not_held_against_a_book_of_long_ago(void **state)
{
    struct book *book = *state;
    int64_t followed_ms;
    uint32_t as_of;

    a_dose(book);
    as_of = book->entries;
    wait_for(book, BOOK_HOUR);
    begin_waste(book, 1, QUANTITY_UL, 100);
    put_amount(book, 4, QUANTITY_UL, 100);
    put_amount(book, 5, QUANTITY_UL, 100);
    place(book);
    followed_ms = book->placing.recorded_ms;
    wait_for(book, 24 * BOOK_HOUR - (book->now_ms - followed_ms));
    assert_int_equal(followed_ms + 24 * BOOK_HOUR, book->now_ms);
    count_as_of(book, as_of);
    expect_none(book);
    book->now_ms++;
    count_as_of(book, as_of);
    expect(book, REFUSAL_COUNT_AS_OF);
    count_as_of(book, book->entries + 1);
    expect(book, REFUSAL_NO_ENTRY);
}

/* On a Monday the book is still what it was on Friday. */
static void a_count_is_held_against_the_book_of_now_however_old(void **state)
{
    struct book *book = *state;
    int64_t recorded_ms;

    a_dose(book);
    close_day(book);
    recorded_ms = book->placing.recorded_ms;
    book->now_ms = recorded_ms + 3 * BOOK_DAY;
    count_as_of(book, book->entries);
    expect_none(book);
    count_as_of(book, book->entries - 1); /* followed by the closing, three days ago */
    expect(book, REFUSAL_COUNT_AS_OF);
}

/* ---- all of a place */

static struct lines begin_whole(struct book *book, uint32_t as_of)
{
    struct lines lines = begin_count(book, as_of);

    put_number(book, 4, 1);
    add_product(&lines, KETAMINE_50, 9);
    add_product(&lines, KETAMINE_100, 4);
    add_product(&lines, SPRAVATO, 4);
    return lines;
}

static void all_of_a_place_has_a_figure_for_whatever_stood_there(void **state)
{
    struct book *book = *state;
    struct lines lines;

    a_dose(book);
    lines = begin_whole(book, book->entries);
    add_product(&lines, READY_SYRINGE, 2);
    put_lines(&lines);
    expect(book, REFUSAL_COUNT_INCOMPLETE); /* the open one */
    add_vial(&lines, 1, COUNT_BY_EYE, 0, 0); /* it is not there, and the count says so */
    put_lines(&lines);
    place(book);
    assert_int_equal(1, book->verdict.case_count);
    assert_int_equal(-9300 * NG_PER_UL, case_number(book, book->verdict.case_id, CASE_DIFFERENCE));

    lines = begin_whole(book, book->entries);
    add_vial(&lines, 1, COUNT_BY_EYE, 9300, 9300);
    put_lines(&lines);
    expect(book, REFUSAL_COUNT_INCOMPLETE); /* the syringes */
    add_product(&lines, READY_SYRINGE, 0);
    put_lines(&lines);
    place(book);
    assert_int_equal(1, book->verdict.case_count);
}

static void what_came_and_went_since_needs_no_figure(void **state)
{
    struct book *book = *state;
    uint32_t as_of;
    struct lines lines;

    a_dose(book);
    as_of = book->entries;
    waste_vial(book, 1, QUANTITY_REST, 0);
    begin_draw(book, 1, 2, 500); /* vial 2 is open from here on */
    act_because(book, 1);
    place(book);
    lines = begin_whole(book, as_of);
    add_product(&lines, READY_SYRINGE, 2);
    put_lines(&lines);
    expect(book, REFUSAL_COUNT_INCOMPLETE); /* vial 1 stood there then, and vial 2 was sealed */
    add_vial(&lines, 1, COUNT_MEASURED, 9300, 9300);
    put_lines(&lines);
    expect_none(book);
}

static void an_empty_place_is_counted_whole_without_a_line(void **state)
{
    struct book *book = *state;
    struct lines lines = begin_count(book, book->entries);

    put_number(book, 1, ROOM_3);
    put_lines(&lines);
    expect(book, REFUSAL_COMBINATION);
    put_number(book, 4, 1);
    expect_none(book);
    move_vial(book, 3, ROOM_3);
    lines = begin_count(book, book->entries);
    put_number(book, 1, ROOM_3);
    put_number(book, 4, 1);
    put_lines(&lines);
    expect(book, REFUSAL_COUNT_INCOMPLETE);
}

/* ---- what a line says */

static void a_container_found_elsewhere_than_in_the_book_wants_a_reason(void **state)
{
    struct book *book = *state;
    struct lines lines;

    a_dose(book);
    lines = begin_count(book, book->entries);
    put_number(book, 1, ROOM_2);
    add_vial(&lines, 1, COUNT_MEASURED, 9300, 9300);
    put_lines(&lines);
    expect(book, REFUSAL_PLACE_DIFFERS);
    act_because(book, 1);
    place(book);
    assert_int_equal(0, waits_for(book, book->entries)); /* the other counter is the second person */
}

static void a_line_counts_one_thing_once_in_its_own_unit(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_held_dose(book);
    struct lines lines = begin_count(book, book->entries);

    add_vial(&lines, 1, COUNT_MEASURED, 9300, 9300);
    add_vial(&lines, 1, COUNT_BY_EYE, 9300, 9300);
    put_lines(&lines);
    expect(book, REFUSAL_TWICE);

    lines = begin_count(book, book->entries);
    add_vial(&lines, 1, COUNT_CONTAINERS, 9300, 9300);
    put_lines(&lines);
    expect(book, REFUSAL_COMBINATION);

    lines = begin_count(book, book->entries);
    add_line(&lines, 1, KETAMINE_50, COUNT_BY_EYE, QUANTITY_CONTAINERS, 9, 9);
    put_lines(&lines);
    expect(book, REFUSAL_COMBINATION);

    lines = begin_count(book, book->entries);
    add_vial(&lines, 1, COUNT_MEASURED, 9300, 9300);
    cell(&lines.rows[0], 2)->number = dose;
    put_lines(&lines);
    expect(book, REFUSAL_COMBINATION);

    lines = begin_count(book, book->entries);
    add_line(&lines, 1, KETAMINE_50, COUNT_CONTAINERS, QUANTITY_UL, 90000, 90000);
    put_lines(&lines);
    expect(book, REFUSAL_UNIT);

    lines = begin_count(book, book->entries);
    add_line(&lines, 0, 1, COUNT_MEASURED, QUANTITY_CONTAINERS, 1, 1);
    put_lines(&lines);
    expect(book, REFUSAL_UNIT);
}

/* Nobody types `rest`: it would be the book's figure and not his. */
static void a_figure_is_never_the_rest(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_held_dose(book);
    struct lines lines = begin_count(book, book->entries);

    add_line(&lines, 0, 1, COUNT_MEASURED, QUANTITY_REST, 0, 0);
    put_lines(&lines);
    expect(book, REFUSAL_UNIT);
    lines = begin_count(book, book->entries);
    add_line(&lines, 2, dose, COUNT_MEASURED, QUANTITY_REST, 0, 0);
    put_lines(&lines);
    expect(book, REFUSAL_UNIT);
}

static void milligrams_need_not_be_whole_microlitres(void **state)
{
    struct book *book = *state;
    struct lines lines;

    a_dose(book);
    lines = begin_count(book, book->entries);
    add_line(&lines, 0, 1, COUNT_MEASURED, QUANTITY_NG, 460 * MG + 1, 460 * MG + 1);
    put_lines(&lines);
    place(book);
    assert_int_equal(0, book->verdict.case_count); /* 465 mg by the book, 5 mg tolerance */
    lines = begin_count(book, book->entries);
    add_line(&lines, 0, 1, COUNT_MEASURED, QUANTITY_NG, 460 * MG - 1, 460 * MG - 1);
    put_lines(&lines);
    place(book);
    assert_int_equal(1, book->verdict.case_count);
}

static void a_number_beyond_all_reckoning_is_refused(void **state)
{
    struct book *book = *state;
    struct lines lines = begin_count(book, book->entries);

    add_product(&lines, KETAMINE_50, INT64_MAX);
    put_lines(&lines);
    expect(book, REFUSAL_FIELD);
}

/* ---- people */

static void two_count_and_neither_is_the_other(void **state)
{
    struct book *book = *state;
    struct lines lines = begin_count(book, book->entries);

    add_product(&lines, KETAMINE_50, 10);
    put_lines(&lines);
    book->event.signer_count = 1;
    expect(book, REFUSAL_SIGNERS);
    book->event.signer_count = 2;
    book->event.signers[1].person = OWNER;
    expect(book, REFUSAL_SAME_PERSON);
}

static void an_auditor_may_be_one_of_them(void **state)
{
    struct book *book = *state;
    struct lines lines = begin_count(book, book->entries);

    add_product(&lines, KETAMINE_50, 10);
    put_lines(&lines);
    book->event.signers[1].person = AUDITOR;
    expect_none(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(figures_that_agree_with_the_book_change_nothing),
        in_two(outside_its_tolerance_a_figure_opens_a_case),
        in_two(sealed_containers_have_no_tolerance),
        in_two(two_who_found_different_amounts_open_a_case_about_the_farther_one),
        in_two(each_line_that_differs_has_a_case_of_its_own),
        in_two(a_sealed_bag_is_counted_by_what_is_open_of_its_dose),
        in_two(a_count_is_held_against_the_book_as_it_was),
        in_two(what_has_gone_since_is_counted_where_it_stood),
        in_two(what_was_opened_since_is_counted_as_sealed),
        in_two(a_count_is_not_held_against_a_book_of_long_ago),
        in_two(a_count_is_held_against_the_book_of_now_however_old),
        in_two(all_of_a_place_has_a_figure_for_whatever_stood_there),
        in_two(what_came_and_went_since_needs_no_figure),
        in_two(an_empty_place_is_counted_whole_without_a_line),
        in_two(a_container_found_elsewhere_than_in_the_book_wants_a_reason),
        in_two(a_line_counts_one_thing_once_in_its_own_unit),
        in_two(a_figure_is_never_the_rest),
        in_two(milligrams_need_not_be_whole_microlitres),
        in_two(a_number_beyond_all_reckoning_is_refused),
        in_two(two_count_and_neither_is_the_other),
        in_eight(an_auditor_may_be_one_of_them),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
