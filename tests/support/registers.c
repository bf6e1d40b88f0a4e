#include "tests/support/registers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "ledger/place.h"

void stated_totals(struct book *book, uint32_t closing, uint32_t product, int64_t totals[static TOTAL_PLACE_COUNT])
{
    struct bytes bytes;
    struct entry entry;
    struct event event;
    struct facts_fault fault;
    struct error error;
    struct list_cursor cursor;
    struct facts row;

    memset(totals, 0, TOTAL_PLACE_COUNT * sizeof totals[0]);
    if (closing == 0)
        return;
    assert_int_equal(LEDGER_OK, place_read(book->txn, closing, &bytes, &entry, &error));
    assert_int_equal(EVENT_OK, event_decode(entry.message.payload, &event, &fault));
    assert_int_equal(KIND_CLOSING, event.kind->number);
    list_begin(&cursor, field_named(event.kind->fields, "totals"), facts_get(&event.facts, 5));
    while (rows_next(&cursor, &row))
        for (unsigned place = 0; facts_number(&row, 0, 0) == product && place < TOTAL_PLACE_COUNT; place++)
            totals[place] = facts_number(&row, place + 1u, 0);
}

/* A reader of lines who adds up for himself. */
struct adder {
    int64_t totals[TOTAL_PLACE_COUNT], held_ul, last_held_ul, last_in_doses_ng;
};

static void begin(void *context, const struct page_sum *sum)
{
    struct adder *adder = context;

    adder->held_ul = adder->last_held_ul = sum->opening_ul;
    adder->last_in_doses_ng = sum->opening_in_doses_ng;
}

static enum ledger_status add(void *context, const struct line *line, struct error *error)
{
    struct adder *adder = context;

    (void)error;
    for (unsigned place = 0; line->movement != NULL && place < TOTAL_PLACE_COUNT; place++)
        adder->totals[place] += line->movement->amount[place];
    adder->held_ul += line->carried_ul + (line->movement != NULL ? line->movement->left_ul : 0);
    assert_int_equal(adder->held_ul, line->held_ul);
    adder->last_held_ul = line->held_ul;
    adder->last_in_doses_ng = line->in_doses_ng;
    return LEDGER_OK;
}

static void read_page(struct view *view, const struct period *period, const struct page *page, struct adder *adder)
{
    struct page_writer writer = { begin, add, adder };
    struct page_sum sum;
    struct error error;

    if (register_page(view, period, page, &writer, &sum, &error) != LEDGER_OK)
        fail_msg("product %u, place %u, vial %u, entries %u to %u: %s", page->product, page->place, page->vial,
                 period->before + 1, period->last, error.text);
}

static void compare_product(struct book *book, struct view *view, const struct period *period, uint32_t product)
{
    struct adder adder = { .totals = { 0 } };
    int64_t from[TOTAL_PLACE_COUNT], to[TOTAL_PLACE_COUNT], strength = leaf_number(book, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);

    stated_totals(book, period->before, product, from);
    stated_totals(book, period->closed_by, product, to);
    for (unsigned place = 0; period->closed_by == 0 && place < TOTAL_PLACE_COUNT; place++)
        to[place] = leaf_number(book, LEAF_TABLE_TOTAL, product, place);
    memcpy(adder.totals, from, sizeof from);
    read_page(view, period, &(struct page){ .product = product }, &adder);
    assert_memory_equal(to, adder.totals, sizeof to);
    assert_int_equal(to[TOTAL_ON_HAND], adder.last_held_ul * strength);
    assert_int_equal(to[TOTAL_IN_DOSES], adder.last_in_doses_ng);
}

static void compare_places(struct book *book, struct view *view, const struct period *period, uint32_t product)
{
    int64_t strength = leaf_number(book, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH), held_ul = 0;

    for (uint32_t place = 1; place <= view_count(view, SUBJECT_PLACE); place++) {
        struct adder adder = { .held_ul = 0 };

        read_page(view, period, &(struct page){ .product = product, .place = place }, &adder);
        held_ul += adder.last_held_ul;
    }
    for (uint32_t vial = 1; vial <= view_count(view, SUBJECT_VIAL) && vial <= 30; vial++) {
        struct adder adder = { .held_ul = 0 };

        if (leaf_number(book, SUBJECT_VIAL, vial, VIAL_PRODUCT) != product)
            continue;
        read_page(view, period, &(struct page){ .product = product, .vial = vial }, &adder);
        assert_int_equal(leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT), adder.last_held_ul);
    }
    assert_int_equal(leaf_number(book, LEAF_TABLE_TOTAL, product, TOTAL_ON_HAND), held_ul * strength);
}

unsigned registers_end_as_closings_state(struct book *book)
{
    struct view *view = view_new(book->txn);
    struct period period = period_whole(view);
    unsigned periods = 0;
    uint32_t newest = (uint32_t)view_site(view, SITE_CLOSING);

    for (uint32_t product = 1; product <= view_count(view, SUBJECT_PRODUCT); product++) {
        compare_product(book, view, &period, product);
        compare_places(book, view, &period, product);
        for (uint32_t closing = newest; closing != 0;) {
            struct closing read;

            assert_true(closing_read(view, closing, &read));
            period_from_entry(&period, view, read.previous);
            period_to_entry(&period, view, closing);
            compare_product(book, view, &period, product);
            period_from_entry(&period, view, 0);
            compare_product(book, view, &period, product);
            closing = read.previous;
            periods++;
        }
        period = period_whole(view);
        period_from_entry(&period, view, newest);
        compare_places(book, view, &period, product);
    }
    view_free(view);
    return periods;
}

void products_balance(struct book *book)
{
    static const enum total_place came[] = { TOTAL_OPENING, TOTAL_RECEIVED, TOTAL_GAINED, TOTAL_FOUND, TOTAL_RECOVERED,
                                             TOTAL_ADJUSTED_UP };
    uint32_t products = (uint32_t)leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_PRODUCT);

    for (uint32_t product = 1; product <= products; product++) {
        int64_t balance_ng = 0;

        for (unsigned place = 0; place < TOTAL_PLACE_COUNT; place++)
            balance_ng -= leaf_number(book, LEAF_TABLE_TOTAL, product, place);
        for (size_t i = 0; i < sizeof came / sizeof came[0]; i++)
            balance_ng += 2 * leaf_number(book, LEAF_TABLE_TOTAL, product, came[i]);
        assert_int_equal(0, balance_ng);
    }
}
