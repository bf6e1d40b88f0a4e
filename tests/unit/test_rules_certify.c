/* What an inventory asks for before two people sign it. What comes to light about the time before: test_rules_certified.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"
#include "tests/support/inventories.h"

enum { SPAN_DAYS = 7 };

static void an_inventory_says_as_of_when_and_which_counts_it_rests_on(void **state)
{
    struct book *book = *state;
    uint32_t count = count_of(book, SAFE), closing;
    int64_t closed_ms;

    closed_ms = book->now_ms;
    closing = a_closing(book);
    begin_certify_one(book, INVENTORY_INITIAL, closing, count);
    expect_none(book);
    place(book);
    assert_int_equal(book->entries, site_number(book, SITE_CERTIFIED));
    assert_int_equal(closed_ms, site_number(book, SITE_CERTIFIED_AT));
    assert_int_equal(day_of(2026, 3, 2) + 1, site_number(book, SITE_INVENTORY_DAY));
    assert_int_equal(book->entries, leaf_number(book, SUBJECT_COUNT, count, COUNT_CERTIFIED));
    assert_int_equal(0, site_number(book, SITE_OPEN_CASES));
}

/* A closing that the next morning's first act brought about is the close of the day before and the opening of its own. */
static void the_day_of_an_inventory_is_that_of_its_basis(void **state)
{
    static const struct { enum basis basis; int32_t day; } rows[] = { { BASIS_OPENING, 3 }, { BASIS_CLOSE, 2 } };
    struct book *book = *state;
    uint32_t count = count_of(book, SAFE);

    wait_for(book, 20 * BOOK_HOUR);
    for (size_t i = 0; i < 2; i++) {
        begin_certify_one(book, INVENTORY_INITIAL, (uint32_t)site_number(book, SITE_CLOSING), count);
        put_number(book, FACT_CERTIFY_BASIS, rows[i].basis);
        if (i == 0) {
            expect_none(book);
            continue;
        }
        place(book);
        assert_int_equal(day_of(2026, 3, rows[i].day) + 1, site_number(book, SITE_INVENTORY_DAY));
    }
}

static void what_stands_anywhere_has_been_counted_where_it_stands(void **state)
{
    struct book *book = *state;
    uint32_t safe, cart, closing;

    move_vial(book, 3, CART);
    safe = count_of(book, SAFE);
    closing = a_closing(book);
    begin_certify_one(book, INVENTORY_INITIAL, closing, safe);
    expect(book, REFUSAL_CERTIFY_INCOMPLETE);
    assert_int_equal(CART, book->refusal->id);
    begin_certify(book, INVENTORY_INITIAL, closing, NULL, 0);
    expect(book, REFUSAL_CERTIFY_INCOMPLETE);
    cart = count_of(book, CART);
    begin_certify(book, INVENTORY_INITIAL, closing, (const int64_t[]){ safe, cart }, 2);
    expect_none(book);
    begin_certify(book, INVENTORY_INITIAL, closing, (const int64_t[]){ cart, safe, cart }, 3);
    expect(book, REFUSAL_CERTIFY_INCOMPLETE, REFUSAL_TWICE);
}

/* An open vial of which nothing is left by the book is still there to be looked at. */
static void an_empty_vial_that_nobody_finished_is_counted_too(void **state)
{
    struct book *book = *state;
    uint32_t safe, closing;

    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 10000);
    book->event.reason = 1;
    place_irregular(book);
    move_vial(book, 1, CART);
    safe = count_of(book, SAFE);
    closing = a_closing(book);
    begin_certify_one(book, INVENTORY_INITIAL, closing, safe);
    expect(book, REFUSAL_CERTIFY_INCOMPLETE);
    begin_certify(book, INVENTORY_INITIAL, closing, (const int64_t[]){ safe, count_of(book, CART) }, 2);
    expect_none(book);
}

static void a_count_of_a_part_is_nothing_to_certify(void **state)
{
    struct book *book = *state;
    struct facts row;
    uint32_t part, all, closing;

    act(book, KIND_COUNT, OWNER, MEANING_COUNTED);
    act_signed(book, NURSE, MEANING_COUNTED);
    put_number(book, FACT_COUNT_PLACE, SAFE);
    put_number(book, FACT_COUNT_AS_OF, book->entries);
    row = count_line(book, ROW_COUNT_PRODUCT, KETAMINE_50, COUNT_CONTAINERS, QUANTITY_CONTAINERS, 10);
    put_rows(book, FACT_COUNT_LINES, &row, 1);
    part = place(book);
    all = count_of(book, SAFE);
    closing = a_closing(book);
    begin_certify(book, INVENTORY_INITIAL, closing, (const int64_t[]){ part, all }, 2);
    expect(book, REFUSAL_CERTIFY_INCOMPLETE);
    assert_int_equal(part, book->refusal->id);
    begin_certify_one(book, INVENTORY_INITIAL, closing, all);
    expect_none(book);
}

static void a_count_is_certified_once(void **state)
{
    struct book *book = *state;
    uint32_t closing;

    certified(book);
    closing = a_closing(book);
    begin_certify_one(book, INVENTORY_CLOSING, closing, 1);
    expect(book, REFUSAL_CERTIFY_INCOMPLETE);
    begin_certify_one(book, INVENTORY_CLOSING, closing, count_of(book, SAFE));
    expect_none(book);
}

/* ---- counts of several evenings, made as of one closing */

static void counts_of_a_week_after_the_closing_will_do(void **state)
{
    struct book *book = *state;
    int64_t closed_ms = book->now_ms;
    uint32_t closing = a_closing(book), last;

    wait_for(book, closed_ms + SPAN_DAYS * BOOK_DAY - book->now_ms - BOOK_MINUTE);
    close_day(book); /* counts are held against an entry of their own day */
    for (int64_t later_ms = 0; later_ms < 2; later_ms++) {
        book->now_ms = closed_ms + SPAN_DAYS * BOOK_DAY + later_ms;
        last = count_of(book, SAFE);
        assert_int_equal(closed_ms + SPAN_DAYS * BOOK_DAY + later_ms, leaf_number(book, SUBJECT_COUNT, last, COUNT_AT));
        begin_certify_one(book, INVENTORY_INITIAL, closing, last);
        if (later_ms == 0)
            expect_none(book);
        else
            expect(book, REFUSAL_CERTIFY_INCOMPLETE);
        book->now_ms -= BOOK_MINUTE;
    }
}

static void counts_of_a_week_before_the_closing_will_do(void **state)
{
    for (int64_t later_ms = 0; later_ms < 2; later_ms++) {
        struct book *book = *state;
        uint32_t count;
        int64_t counted_ms;

        if (later_ms != 0)
            wait_for(book, BOOK_HOUR);
        counted_ms = book->now_ms;
        count = count_of(book, SAFE);
        wait_for(book, SPAN_DAYS * BOOK_DAY - 2 * BOOK_MINUTE);
        book->now_ms = counted_ms + SPAN_DAYS * BOOK_DAY + later_ms;
        begin_certify_one(book, INVENTORY_INITIAL, a_closing(book), count);
        if (later_ms == 0)
            expect_none(book);
        else
            expect(book, REFUSAL_CERTIFY_INCOMPLETE);
    }
}

/* ---- as of a closing */

static void an_inventory_is_as_of_a_closing_after_the_last_one(void **state)
{
    struct book *book = *state;
    uint32_t first = a_closing(book), second = a_closing(book), count = count_of(book, SAFE);

    begin_certify_one(book, INVENTORY_INITIAL, book->entries, count);
    expect(book, REFUSAL_CERTIFY_AS_OF);
    begin_certify_one(book, INVENTORY_INITIAL, second, count);
    place(book);
    count = count_of(book, SAFE);
    begin_certify_one(book, INVENTORY_BIENNIAL, second, count);
    expect(book, REFUSAL_CERTIFY_AS_OF);
    begin_certify_one(book, INVENTORY_BIENNIAL, first, count);
    expect(book, REFUSAL_CERTIFY_AS_OF);
    begin_certify_one(book, INVENTORY_BIENNIAL, a_closing(book), count);
    expect_none(book);
}

/* ---- who signs */

static void one_of_those_who_sign_is_an_officer(void **state)
{
    struct book *book = *state;
    uint32_t count = count_of(book, SAFE), closing = a_closing(book);

    begin_certify_one(book, INVENTORY_INITIAL, closing, count);
    book->event.signers[0].person = NURSE_B;
    book->event.signers[1].person = CUSTODIAN;
    expect(book, REFUSAL_SIGNERS);
    act_signed(book, OWNER, MEANING_APPROVED);
    expect_none(book);
    begin_certify_one(book, INVENTORY_INITIAL, closing, count);
    book->event.signers[0].person = NURSE_B; /* the nurse is an officer */
    expect_none(book);
    book->event.signers[0].person = AUDITOR; /* who counts, but is not on the staff */
    expect(book, REFUSAL_SIGNERS);
    begin_certify_one(book, INVENTORY_INITIAL, closing, count);
    book->event.signer_count = 1;
    expect(book, REFUSAL_SIGNERS);
}

static void nobody_certifies_in_the_name_of_another(void **state)
{
    struct book *book = *state;
    uint32_t count = count_of(book, SAFE), closing = a_closing(book);

    begin_certify_one(book, INVENTORY_INITIAL, closing, count);
    book->event.signers[0] = (struct event_signer){ CUSTODIAN, MEANING_REPORTED };
    act_done_by(book, OWNER, MEANING_COUNTED);
    expect(book, REFUSAL_SIGNERS);
}

/* ---- what there is nothing to count of */

static void a_clinic_without_stock_certifies_that_it_has_none(void **state)
{
    struct book *book = *state;
    int64_t vials[20];
    uint32_t closing;

    for (size_t i = 0; i < 20; i++)
        vials[i] = (int64_t)i + 1;
    act(book, KIND_DESTROY, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_list(book, FACT_DESTROY_VIALS, vials, 20);
    put_text(book, FACT_DESTROY_METHOD, "incinerated");
    put_text(book, FACT_DESTROY_FORM_41, "41-7");
    place(book);
    closing = a_closing(book);
    begin_certify(book, INVENTORY_CLOSING, closing, NULL, 0);
    expect_none(book);
}

static void begin_product(struct book *book)
{
    act(book, KIND_PLACE, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, FACT_PLACE_NAME, "safe");
    put_number(book, FACT_PLACE_TYPE, PLACE_SAFE);
    place(book);
    act(book, KIND_PRODUCT, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, FACT_PRODUCT_NAME, "ketamine-50");
    put_text(book, FACT_PRODUCT_LABEL, "Ketamine");
    put_number(book, FACT_PRODUCT_DRUG, DRUG_KETAMINE);
    put_number(book, FACT_PRODUCT_FORM, FORM_MULTI_DOSE_VIAL);
    put_number(book, FACT_PRODUCT_STRENGTH, 50000);
    put_number(book, FACT_PRODUCT_STRENGTH_SEEN, 50000);
    put_number(book, FACT_PRODUCT_VOLUME, 10000);
    put_number(book, FACT_PRODUCT_OVERFILL, 500);
    put_number(book, FACT_PRODUCT_SCHEDULE, 3);
    place(book);
}

static uint32_t take_over(struct book *book, enum found_as origin)
{
    act(book, KIND_FOUND, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_number(book, FACT_FOUND_PRODUCT, 1);
    put_number(book, FACT_FOUND_PLACE, SAFE);
    put_number(book, FACT_FOUND_CONTAINERS, 3);
    put_number(book, FACT_FOUND_VOLUME, 10000);
    put_number(book, FACT_FOUND_SEALED, 1);
    put_number(book, FACT_FOUND_ORIGIN, origin);
    return place(book);
}

static void a_book_that_begins_with_nothing_says_so(void **state)
{
    struct book *book = *state;

    begin_certify(book, INVENTORY_INITIAL, a_closing(book), NULL, 0);
    expect_none(book);
    place(book);
    begin_certify(book, INVENTORY_INITIAL, a_closing(book), NULL, 0);
    expect(book, REFUSAL_COMBINATION); /* there is one first inventory */
}

/* What two people entered as there when the book began was counted by them; once anything else came it is counted. */
static void what_the_book_opened_with_is_its_initial_inventory(void **state)
{
    struct book *book = *state;
    uint32_t closing;

    begin_product(book);
    take_over(book, FOUND_OPENING);
    closing = a_closing(book);
    begin_certify(book, INVENTORY_INITIAL, closing, NULL, 0);
    expect_none(book);
    begin_certify(book, INVENTORY_BIENNIAL, closing, NULL, 0);
    expect(book, REFUSAL_CERTIFY_INCOMPLETE);
    take_over(book, FOUND_FOUND);
    begin_certify(book, INVENTORY_INITIAL, a_closing(book), NULL, 0);
    expect(book, REFUSAL_CERTIFY_INCOMPLETE);
}

/* ---- when it is due */

static void set_inventory(struct book *book, int64_t months, int64_t grace_days)
{
    begin_policy(book);
    put_number(book, POLICY_INVENTORY_MONTHS, months);
    put_number(book, POLICY_INVENTORY_GRACE, grace_days);
    place(book);
}

/* To noon of a day, its last closing being of that day. */
static uint32_t closing_on(struct book *book, int32_t day)
{
    wait_for(book, (int64_t)day * BOOK_DAY + 17 * BOOK_HOUR - book->now_ms);
    return a_closing(book);
}

/* From the last day of March a month reaches to the last of April. */
static void a_biennial_inventory_is_overdue_after_its_months_and_grace(void **state)
{
    static const struct { enum inventory type; int64_t grace_days; int32_t month, day; bool is_late; } rows[] = {
        { INVENTORY_BIENNIAL, 0, 4, 30, false }, { INVENTORY_BIENNIAL, 0, 5, 1, true },
        { INVENTORY_BIENNIAL, 7, 5, 7, false },  { INVENTORY_BIENNIAL, 7, 5, 8, true },
        { INVENTORY_CLOSING, 0, 5, 8, false } };
    struct book *book = *state;
    uint32_t last;

    set_inventory(book, 1, 0);
    last = closing_on(book, day_of(2026, 3, 31));
    begin_certify_one(book, INVENTORY_INITIAL, last, count_of(book, SAFE));
    place(book);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_inventory(book, 1, rows[i].grace_days);
        last = closing_on(book, day_of(2026, rows[i].month, rows[i].day));
        begin_certify_one(book, rows[i].type, last, count_of(book, SAFE));
        if (!rows[i].is_late) {
            expect_none(book);
            continue;
        }
        expect(book, REFUSAL_INVENTORY_OVERDUE);
        assert_int_equal(day_of(2026, rows[i].month, rows[i].day), book->verdict.broken[0].a);
        assert_int_equal(day_of(2026, rows[i].month, rows[i].day) - 1, book->verdict.broken[0].b);
    }
    set_inventory(book, 0, 0);
    begin_certify_one(book, INVENTORY_BIENNIAL, a_closing(book), count_of(book, SAFE));
    expect_none(book); /* where none is asked for none is late */
}

static void what_is_overdue_is_certified_all_the_same_with_a_case(void **state)
{
    struct book *book = *state;
    uint32_t closing;

    certified(book);
    set_inventory(book, 1, 0);
    closing = closing_on(book, day_of(2026, 4, 3));
    begin_certify_one(book, INVENTORY_BIENNIAL, closing, count_of(book, SAFE));
    place(book);
    assert_int_equal(REFUSAL_INVENTORY_OVERDUE, leaf_number(book, SUBJECT_CASE, 1, CASE_CODE));
    assert_int_equal(day_of(2026, 4, 3) + 1, site_number(book, SITE_INVENTORY_DAY));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        in_two(an_inventory_says_as_of_when_and_which_counts_it_rests_on),
        in_two(the_day_of_an_inventory_is_that_of_its_basis),
        in_two(what_stands_anywhere_has_been_counted_where_it_stands),
        in_two(an_empty_vial_that_nobody_finished_is_counted_too),
        in_two(a_count_of_a_part_is_nothing_to_certify),
        in_two(a_count_is_certified_once),
        in_two(counts_of_a_week_after_the_closing_will_do),
        in_two(counts_of_a_week_before_the_closing_will_do),
        in_two(an_inventory_is_as_of_a_closing_after_the_last_one),
        in_eight(one_of_those_who_sign_is_an_officer),
        in_eight(nobody_certifies_in_the_name_of_another),
        in_two(a_clinic_without_stock_certifies_that_it_has_none),
        in_founded(a_book_that_begins_with_nothing_says_so),
        in_founded(what_the_book_opened_with_is_its_initial_inventory),
        in_two(a_biennial_inventory_is_overdue_after_its_months_and_grace),
        in_two(what_is_overdue_is_certified_all_the_same_with_a_case),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
