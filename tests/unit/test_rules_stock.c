/* Stock: taking it in, moving, holding and releasing it, and the end of a vial. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

/* ---- acts of this file */

static struct facts line_of(struct book *book, uint32_t product, int64_t containers)
{
    struct facts row = row_of(book, 6);

    facts_put_number(&row, 0, product);
    facts_put_number(&row, 1, containers);
    facts_put_bytes(&row, 3, bytes_of_text("8J331A"));
    facts_put_number(&row, 4, day_of(2028, 9, 30));
    return row;
}

static void begin_vials(struct book *book, enum kind_number kind, const int64_t *vials, size_t count)
{
    act(book, kind, NURSE, MEANING_DID);
    put_list(book, 1, vials, count);
}

static void begin_move(struct book *book, int64_t vial, int64_t to)
{
    begin_vials(book, KIND_MOVE, &vial, 1);
    put_number(book, 2, to);
}

static void begin_hold(struct book *book, int64_t vial, enum hold_reason why)
{
    begin_vials(book, KIND_HOLD, &vial, 1);
    put_number(book, 2, why);
}

static void begin_release(struct book *book, int64_t vial)
{
    begin_vials(book, KIND_RELEASE, &vial, 1);
    act_signed(book, OWNER, MEANING_APPROVED);
}

static void begin_empty(struct book *book, uint32_t vial)
{
    act(book, KIND_EMPTY, NURSE, MEANING_DID);
    put_number(book, 1, vial);
}

/* A session with one draw of so much out of vial 1; more than is left is overfill. */
static void draw_of_one(struct book *book, int64_t volume_ul)
{
    int64_t left_ul = leaf_number(book, SUBJECT_VIAL, 1, VIAL_LEFT);

    begin_draw(book, 1, 1, volume_ul);
    if (volume_ul > left_ul) {
        struct facts row = row_of(book, 1);

        facts_put_number(&row, 0, 1);
        facts_put_number(&row, 1, volume_ul);
        facts_put_number(&row, 2, volume_ul - left_ul);
        put_rows(book, 1, &row, 1);
    }
    act_because(book, 2);
    place(book);
}

static void assert_vial(struct book *book, uint32_t vial, const int64_t expected[static 6])
{
    static const unsigned places[] = { VIAL_STATE, VIAL_LEFT, VIAL_DRAWN, VIAL_GAINED, VIAL_CLOSING_LOSS, VIAL_WASTED };

    for (size_t i = 0; i < 6; i++)
        assert_int_equal(expected[i], leaf_number(book, SUBJECT_VIAL, vial, places[i]));
}

/* ---- receive */

static void a_lot_of_one_document_is_received_once(void **state)
{
    struct book *book = *state;
    struct facts row;

    begin_receive(book, KETAMINE_50, 2);
    put_text(book, 3, "INV-9");
    place(book);
    wait_for(book, 3 * BOOK_DAY);
    begin_receive(book, KETAMINE_50, 3); /* so many days later, and another number of them */
    put_text(book, 3, "INV-9");
    expect(book, REFUSAL_DUPLICATE);
    act_because(book, 2);
    place(book);
    begin_receive(book, KETAMINE_50, 2);
    put_text(book, 3, "INV-9");
    row = line_of(book, KETAMINE_50, 2);
    facts_put_bytes(&row, 3, bytes_of_text("ANOTHER"));
    put_rows(book, 6, &row, 1);
    expect_none(book);
}

static void a_receipt_gives_birth_to_its_vials(void **state)
{
    struct book *book = *state;
    struct facts rows[2];
    int64_t received_ng = leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_100, TOTAL_RECEIVED);

    begin_receive(book, KETAMINE_50, 1);
    rows[0] = line_of(book, KETAMINE_50, 2);
    rows[1] = line_of(book, KETAMINE_100, 3);
    facts_put_number(&rows[1], 5, 1);
    put_rows(book, 6, rows, 2);
    assert_int_equal(21, place(book));
    assert_int_equal(25, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_VIAL));
    assert_int_equal(KETAMINE_100, leaf_number(book, SUBJECT_VIAL, 23, VIAL_PRODUCT));
    assert_int_equal(5000, leaf_number(book, SUBJECT_VIAL, 23, VIAL_LABELLED));
    assert_int_equal(1, leaf_number(book, SUBJECT_VIAL, 23, VIAL_LINE));
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 24, VIAL_HELD));
    assert_int_equal(HOLD_DAMAGED, leaf_number(book, SUBJECT_VIAL, 25, VIAL_HELD)); /* the last of its line */
    assert_int_equal(received_ng + 3 * INT64_C(500000000), leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_100, TOTAL_RECEIVED));
    assert_int_equal(REFUSAL_DAMAGED, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    assert_int_equal(25, leaf_number(book, SUBJECT_CASE, 1, CASE_ID));
}

static void a_receipt_waits_for_its_second_check(void **state)
{
    struct book *book = *state;
    uint32_t entry;

    begin_receive(book, KETAMINE_50, 1);
    book->event.signer_count = 1;
    expect_none(book);
    place(book);
    entry = book->entries;
    assert_int_equal(DUE_CHECK, waits_for(book, entry));
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 21, 500);
    expect(book, REFUSAL_UNCHECKED);
    begin_countersign(book, entry, OWNER);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 21, VIAL_UNCHECKED));
    begin_draw(book, 1, 21, 500);
    expect_none(book);
}

static void what_came_is_compared_with_what_was_invoiced(void **state)
{
    struct book *book = *state;

    begin_receive(book, KETAMINE_50, 10);
    put_number(book, 4, 10);
    expect_none(book);
    put_number(book, 4, 11);
    expect(book, REFUSAL_INVOICE_DIFFERS);
    place(book);
    assert_int_equal(REFUSAL_INVOICE_DIFFERS, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    assert_int_equal(0, leaf_number(book, SUBJECT_CASE, 1, CASE_DIFFERENCE)); /* containers are no mass */
}

static void an_expiry_is_met_through_its_last_day(void **state)
{
    static const struct {
        int32_t days_from_today;
        unsigned code;
    } cases[] = { { -1, REFUSAL_RECEIVED_EXPIRED }, { 0, REFUSAL_EXPIRES_SOON }, { 29, REFUSAL_EXPIRES_SOON }, { 30, 0 } };
    struct book *book = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct facts row;

        begin_receive(book, KETAMINE_50, 1);
        row = line_of(book, KETAMINE_50, 1);
        facts_put_number(&row, 4, day_of(2026, 3, 2) + cases[i].days_from_today);
        put_rows(book, 6, &row, 1);
        if (cases[i].code == 0)
            expect_none(book);
        else
            expect(book, cases[i].code);
        if (cases[i].code == REFUSAL_RECEIVED_EXPIRED)
            forbidden(book, REFUSAL_RECEIVED_EXPIRED, false);
    }
}

static void a_serial_is_received_once(void **state)
{
    struct book *book = *state;
    struct facts row;

    for (int i = 0; i < 2; i++) {
        begin_receive(book, KETAMINE_50, 1);
        row = line_of(book, KETAMINE_50, 10);
        facts_put_bytes(&row, 6, bytes_of_text("0001XYZ"));
        facts_put_bytes(&row, 7, bytes_of_text("00355150438105"));
        put_rows(book, 6, &row, 1);
        put_text(book, 3, i == 0 ? "INV-2" : "INV-3");
        if (i == 0)
            place(book);
    }
    forbidden(book, REFUSAL_SERIAL_KNOWN, false);
    begin_receive(book, KETAMINE_50, 1);
    row.values[7].present = false;
    put_rows(book, 6, &row, 1);
    expect(book, REFUSAL_COMBINATION); /* a serial of what? */
    {
        struct facts rows[2] = { line_of(book, KETAMINE_50, 1), line_of(book, KETAMINE_50, 1) };

        for (size_t i = 0; i < 2; i++) {
            facts_put_bytes(&rows[i], 6, bytes_of_text("0002XYZ"));
            facts_put_bytes(&rows[i], 7, bytes_of_text("00355150438105"));
        }
        put_rows(book, 6, rows, 2);
        expect(book, REFUSAL_TWICE);
    }
}

static void a_line_says_one_thing(void **state)
{
    struct book *book = *state;
    struct facts row;

    begin_receive(book, KETAMINE_50, 1);
    row = line_of(book, KETAMINE_50, 2);
    facts_put_number(&row, 5, 3);
    put_rows(book, 6, &row, 1);
    expect(book, REFUSAL_COMBINATION); /* more are damaged than came */
    row = line_of(book, KETAMINE_50, 2);
    facts_put_number(&row, 2, 3);
    put_rows(book, 6, &row, 1);
    expect(book, REFUSAL_COMBINATION); /* more packs than containers */
}

static void a_barcode_of_another_product_is_not_taken(void **state)
{
    struct book *book = *state;
    struct facts row;

    act(book, KIND_PRODUCT, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, "ket-10");
    put_text(book, 2, "ketamine 10 mg/mL");
    put_number(book, 3, DRUG_KETAMINE);
    put_number(book, 4, FORM_MULTI_DOSE_VIAL);
    put_number(book, 5, 10000);
    put_number(book, 6, 10000);
    put_number(book, 7, 20000);
    put_number(book, 8, 600);
    row = row_of(book, 10);
    facts_put_bytes(&row, 0, bytes_of_text("00355150438105"));
    facts_put_number(&row, 1, 2);
    facts_put_number(&row, 2, 10);
    put_rows(book, 10, &row, 1);
    put_number(book, 11, 3);
    place(book);
    begin_receive(book, KETAMINE_50, 1);
    row = line_of(book, KETAMINE_50, 10);
    facts_put_bytes(&row, 7, bytes_of_text("00355150438105"));
    put_rows(book, 6, &row, 1);
    expect(book, REFUSAL_COMBINATION);
    facts_put_number(&row, 0, 5);
    put_rows(book, 6, &row, 1);
    expect_none(book);
}

static void stock_on_a_prescription_names_its_patient(void **state)
{
    struct book *book = *state;

    begin_receive(book, SPRAVATO, 1);
    put_number(book, 2, DOCUMENT_PRESCRIPTION);
    put_number(book, 7, 2);
    place(book);
    assert_int_equal(2, leaf_number(book, SUBJECT_VIAL, 21, VIAL_NAMED_FOR));
    begin_receive(book, SPRAVATO, 1);
    put_number(book, 2, DOCUMENT_PRESCRIPTION);
    forbidden(book, REFUSAL_NO_PATIENT_NAMED, false);
}

static void one_receipt_touches_so_much_and_no_more(void **state)
{
    struct book *book = *state;

    begin_receive(book, KETAMINE_50, 1019); /* with party, place, product and two people it is 1,024 */
    expect_none(book);
    begin_receive(book, KETAMINE_50, 1020);
    expect(book, REFUSAL_TOUCHES);
    begin_receive(book, KETAMINE_50, 1019);
    place(book);
    assert_int_equal(5, book->verdict.touch_count); /* runs: the vials, the two people, and one each of the rest */
}

/* ---- move, hold, release */

static void a_vial_is_moved_and_held_and_released(void **state)
{
    struct book *book = *state;

    begin_move(book, 3, ROOM_2);
    place(book);
    assert_int_equal(ROOM_2, leaf_number(book, SUBJECT_VIAL, 3, VIAL_PLACE));
    begin_move(book, 3, ROOM_2);
    expect(book, REFUSAL_ALREADY_SO);
    begin_hold(book, 3, HOLD_RECALL);
    place(book);
    assert_int_equal(HOLD_RECALL, leaf_number(book, SUBJECT_VIAL, 3, VIAL_HELD));
    begin_hold(book, 3, HOLD_SUSPECT);
    expect(book, REFUSAL_ALREADY_SO);
    begin_release(book, 3);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, 3, VIAL_HELD));
    begin_release(book, 3);
    expect(book, REFUSAL_NOT_HELD);
}

/* Whatever is done with it; times are typed to the minute. */
static void nothing_is_done_with_a_vial_before_it_came(void **state)
{
    struct book *book = *state;
    int64_t came_ms;

    book->now_ms += BOOK_HOUR;
    came_ms = book->now_ms;
    begin_receive(book, KETAMINE_50, 1);
    place(book);
    for (int act_number = 0; act_number < 4; act_number++) {
        switch (act_number) {
        case 0: begin_move(book, 21, ROOM_2); break;
        case 1: begin_hold(book, 21, HOLD_SUSPECT); break;
        case 2: begin_empty(book, 21); break;
        default: begin_draw(book, 0, 21, 100); break;
        }
        book->event.occurred.ms = came_ms - BOOK_MINUTE - 1;
        judged(book);
        assert_int_equal(REFUSAL_BEFORE, book->refusal->code);
        assert_int_equal(came_ms, book->refusal->a);
        book->event.occurred.ms++;
        judged(book);
        assert_true(book->refusal == NULL || book->refusal->code != REFUSAL_BEFORE);
    }
}

static void a_list_names_each_vial_once_and_only_those_that_are_there(void **state)
{
    static const int64_t twice[] = { 2, 3, 2 }, absent[] = { 2, 21 };
    struct book *book = *state;

    begin_vials(book, KIND_MOVE, twice, 3);
    put_number(book, 2, ROOM_2);
    expect(book, REFUSAL_TWICE, REFUSAL_ALREADY_SO);
    begin_vials(book, KIND_MOVE, absent, 2);
    put_number(book, 2, ROOM_2);
    expect(book, REFUSAL_NO_SUBJECT);
}

static void a_place_that_nobody_approved_yet_is_asked_about(void **state)
{
    struct book *book = *state;

    act(book, KIND_PLACE, NURSE, MEANING_DID);
    put_text(book, 1, "closet");
    put_number(book, 2, PLACE_CABINET);
    place(book);
    begin_move(book, 3, 6);
    expect(book, REFUSAL_PROVISIONAL);
    act_because(book, 2);
    place(book);
    assert_int_equal(DUE_SOFT, waits_for(book, book->entries));
    begin_countersign(book, book->entries, NURSE);
    expect(book, REFUSAL_OWN_COUNTERSIGN);
    begin_countersign(book, book->entries, OWNER);
    place(book);
}

/* ---- empty */

static void finishing_a_vial_books_what_was_left_as_loss(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    begin_empty(book, 1);
    expect(book, REFUSAL_VIAL_STATE); /* it was never opened */
    draw_of_one(book, 9880);
    begin_empty(book, 1);
    expect_none(book); /* one draw explains 120 uL */
    place(book);
    assert_vial(book, 1, (const int64_t[]){ VIAL_FINISHED, 0, 9880, 0, 120, 0 });
    assert_int_equal(120 * 50000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_CLOSING_LOSS));
    begin_empty(book, 1);
    expect(book, REFUSAL_VIAL_FINISHED);
    begin_hold(book, 1, HOLD_SUSPECT);
    expect(book, REFUSAL_VIAL_FINISHED);
}

static void a_loss_that_the_draws_do_not_explain_opens_a_case(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    draw_of_one(book, 9879);
    begin_empty(book, 1);
    act_signed(book, OWNER, MEANING_WITNESSED);
    expect(book, REFUSAL_CLOSING_LOSS);
    assert_int_equal(REFUSAL_NEEDS_REASON, book->refusal->code); /* the witness is the second person of the reason */
    act_because(book, 2);
    place(book);
    assert_int_equal(0, waits_for(book, book->entries));
    assert_int_equal(REFUSAL_CLOSING_LOSS, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    assert_int_equal(-121 * 50000, leaf_number(book, SUBJECT_CASE, 1, CASE_DIFFERENCE));
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES));
    assert_int_equal(NURSE, leaf_number(book, SUBJECT_CASE, 1, CASE_PEOPLE));
    assert_int_equal(OWNER, leaf_number(book, SUBJECT_CASE, 1, CASE_PEOPLE + 1));
    assert_int_equal(0, leaf_number(book, SUBJECT_CASE, 1, CASE_PEOPLE + 2));
}

/* Whoever writes off a nearly full vial alone owns up to it, as with waste. */
static void nobody_loses_a_vial_alone(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    draw_of_one(book, 700);
    begin_empty(book, 1);
    expect(book, REFUSAL_CLOSING_LOSS, REFUSAL_NO_WITNESS);
    assert_int_equal(REFUSAL_NO_WITNESS, book->refusal->code);
    act_because(book, 2);
    judged(book);
    assert_int_equal(REFUSAL_NO_WITNESS, book->refusal->code); /* a reason alone is not enough */
    place_irregular(book);
    assert_int_equal(DUE_WITNESS | DUE_IRREGULAR | DUE_SOFT, waits_for(book, book->entries));
    assert_int_equal(REFUSAL_CLOSING_LOSS, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    assert_int_equal(-9300 * 50000, leaf_number(book, SUBJECT_CASE, 1, CASE_DIFFERENCE));
}

static void where_the_want_of_a_witness_is_only_listed_a_loss_waits_for_one(void **state)
{
    struct book *book = *state;

    begin_policy(book);
    put_number(book, POLICY_WITNESS, WITNESS_LISTED);
    place(book);
    begin_session(book, 1, 1);
    place(book);
    draw_of_one(book, 700);
    begin_empty(book, 1);
    expect(book, REFUSAL_CLOSING_LOSS);
    act_because(book, 2);
    place(book);
    assert_int_equal(DUE_WITNESS | DUE_SOFT, waits_for(book, book->entries));
}

static struct facts overfill_row(const struct book *book, uint32_t vial, int64_t volume_ul, int64_t overfill_ul)
{
    struct facts row = row_of(book, 1);

    facts_put_number(&row, 0, vial);
    facts_put_number(&row, 1, volume_ul);
    facts_put_number(&row, 2, overfill_ul);
    return row;
}

static void overfill_is_a_gain_that_a_loss_may_offset(void **state)
{
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    draw_of_one(book, 10500);
    assert_vial(book, 1, (const int64_t[]){ VIAL_OPEN, 0, 10500, 500, 0, 0 });
    assert_int_equal(500 * 50000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_GAINED));
    begin_draw(book, 1, 1, 1); /* the bound is of the vial, not of each draw */
    put_rows(book, 1, (const struct facts[]){ overfill_row(book, 1, 1, 1) }, 1);
    judged(book);
    assert_int_equal(REFUSAL_OVERFILL, book->refusal->code);
    begin_empty(book, 1);
    place(book);
    assert_vial(book, 1, (const int64_t[]){ VIAL_FINISHED, 0, 10500, 500, 0, 0 });
}

static void emptying_alone_follows_the_policy(void **state)
{
    struct book *book = *state;

    begin_policy(book);
    put_number(book, POLICY_EMPTY_ALONE, 0);
    place(book);
    begin_session(book, 1, 1);
    place(book);
    draw_of_one(book, 10000);
    begin_empty(book, 1);
    forbidden(book, REFUSAL_NO_WITNESS, true);
}

/* ---- numbers near 2^63 */

/* Make the totals of product 1 what they would be after so much had come and gone. */
static void pretend(struct book *book, int64_t received_ng, int64_t given_ng)
{
    struct view *view = view_new(book->txn);
    struct leaf *total = view_edit(view, LEAF_TABLE_TOTAL, KETAMINE_50);
    struct error error;

    total->state[TOTAL_RECEIVED] = received_ng;
    total->state[TOTAL_GIVEN] = given_ng;
    total->state[TOTAL_ON_HAND] = received_ng - given_ng;
    assert_int_equal(LEDGER_OK, view_flush(view, book->txn, &error));
    view_free(view);
    book->is_tampered = true;
}

static void amounts_that_do_not_fit_are_refused_and_never_wrap(void **state)
{
    struct book *book = *state;
    int64_t vial_ng = INT64_C(500000000);
    struct facts row;

    pretend(book, INT64_MAX - vial_ng, 0);
    begin_receive(book, KETAMINE_50, 1);
    expect_none(book);
    pretend(book, INT64_MAX - vial_ng + 1, 0);
    begin_receive(book, KETAMINE_50, 1);
    expect(book, REFUSAL_FIELD);
    /* Each number fits, and the sum of what came does not. */
    pretend(book, INT64_MAX, INT64_MAX - 10 * vial_ng);
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 10001);
    row = row_of(book, 1);
    facts_put_number(&row, 0, 1);
    facts_put_number(&row, 1, 10001);
    facts_put_number(&row, 2, 1);
    put_rows(book, 1, &row, 1);
    expect(book, REFUSAL_FIELD);
}

static void a_figure_of_any_size_is_judged(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 700);
    dose = place(book);
    begin_waste(book, dose, QUANTITY_UL, INT64_MAX);
    put_amount(book, 4, QUANTITY_UL, 1);
    put_amount(book, 5, QUANTITY_UL, 1);
    expect(book, REFUSAL_DOSE_OVERDRAWN);
    begin_waste(book, dose, QUANTITY_NG, INT64_MAX);
    put_amount(book, 4, QUANTITY_NG, INT64_MAX);
    put_amount(book, 5, QUANTITY_NG, 0);
    judged(book);
    assert_int_equal(REFUSAL_DOSE_OVERDRAWN, book->refusal->code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_receipt_gives_birth_to_its_vials),
        in_two(a_receipt_waits_for_its_second_check),
        in_two(what_came_is_compared_with_what_was_invoiced),
        in_two(an_expiry_is_met_through_its_last_day),
        in_two(a_serial_is_received_once),
        in_two(a_lot_of_one_document_is_received_once),
        in_two(a_line_says_one_thing),
        in_two(a_barcode_of_another_product_is_not_taken),
        in_two(stock_on_a_prescription_names_its_patient),
        in_two(one_receipt_touches_so_much_and_no_more),
        in_two(a_vial_is_moved_and_held_and_released),
        in_two(nothing_is_done_with_a_vial_before_it_came),
        in_two(a_list_names_each_vial_once_and_only_those_that_are_there),
        in_two(a_place_that_nobody_approved_yet_is_asked_about),
        in_two(finishing_a_vial_books_what_was_left_as_loss),
        in_two(a_loss_that_the_draws_do_not_explain_opens_a_case),
        in_two(nobody_loses_a_vial_alone),
        in_two(where_the_want_of_a_witness_is_only_listed_a_loss_waits_for_one),
        in_two(overfill_is_a_gain_that_a_loss_may_offset),
        in_two(emptying_alone_follows_the_policy),
        in_two(amounts_that_do_not_fit_are_refused_and_never_wrap),
        in_two(a_figure_of_any_size_is_judged),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
