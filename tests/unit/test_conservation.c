/* What comes in is what goes out and is left: thousands of acts chosen by chance, and corrections of them, beside a journal
 * that knows nothing of leaves, sources or rounding; doses of many sources; and the same entries replayed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/place.h"
#include "tests/support/book.h"
#include "tests/support/chance.h"
#include "tests/support/effects.h"
#include "tests/support/journal.h"
#include "tests/support/numbers.h"
#include "tests/support/registers.h"

/* ---- the journal, and what the book should have by it */

enum { PRODUCTS = 4, CORRECTED = 16 };
enum { FIRST_SEED = 1, LAST_SEED = 5 };

static int64_t total_of_all(struct book *book, enum total_place place)
{
    int64_t sum = 0;

    for (uint32_t product = 1; product <= PRODUCTS; product++)
        sum += leaf_number(book, LEAF_TABLE_TOTAL, product, place);
    return sum;
}

/* Which total of the book each part of the journal is; what came is received, gained or found. */
static int64_t book_part(struct book *book, enum part part)
{
    switch (part) {
    case PART_CAME:
        return total_of_all(book, TOTAL_RECEIVED) + total_of_all(book, TOTAL_GAINED) + total_of_all(book, TOTAL_FOUND);
    case PART_RECOVERED: return total_of_all(book, TOTAL_RECOVERED);
    case PART_ADJUSTED_UP: return total_of_all(book, TOTAL_ADJUSTED_UP);
    case PART_GIVEN: return total_of_all(book, TOTAL_GIVEN);
    case PART_WASTED: return total_of_all(book, TOTAL_WASTED);
    case PART_RESIDUAL: return total_of_all(book, TOTAL_RESIDUAL);
    case PART_CLOSING_LOSS: return total_of_all(book, TOTAL_CLOSING_LOSS);
    case PART_LOST: return total_of_all(book, TOTAL_LOST);
    case PART_SHIPPED: return total_of_all(book, TOTAL_SHIPPED);
    case PART_DESTROYED: return total_of_all(book, TOTAL_DESTROYED);
    case PART_SURRENDERED: return total_of_all(book, TOTAL_SURRENDERED);
    case PART_ADJUSTED_DOWN: return total_of_all(book, TOTAL_ADJUSTED_DOWN);
    default: return 0;
    }
}

/* The journal has what the book has, and each product's equation closes. */
static void compare(struct book *book, const struct journal *journal)
{
    static struct sums sums;
    int64_t came_ng = 0, went_ng;

    journal_add_up(journal, &sums);
    went_ng = sums.in_doses_ng;
    assert_int_equal(sums.in_doses_ng, total_of_all(book, TOTAL_IN_DOSES));
    for (uint32_t product = 1; product <= PRODUCTS; product++) {
        assert_int_equal(sums.on_hand_ng[product], leaf_number(book, LEAF_TABLE_TOTAL, product, TOTAL_ON_HAND));
        went_ng += sums.on_hand_ng[product];
    }
    for (enum part part = 0; part < PARTS; part++) {
        if (part == PART_DOSE)
            continue;
        assert_int_equal(sums.total_ng[part], book_part(book, part));
        if (part <= PART_ADJUSTED_UP)
            came_ng += sums.total_ng[part];
        else
            went_ng += sums.total_ng[part];
    }
    assert_int_equal(came_ng, went_ng);
    for (uint32_t vial = 1; vial <= journal->vials; vial++)
        assert_int_equal(sums.left_ul[vial], leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT));
    products_balance(book);
}

/* ---- taking back by chance */

struct taken {
    size_t count;
    uint32_t entries[CORRECTED];
    bool is_too_much;
};

static bool has(const struct taken *taken, uint32_t entry)
{
    for (size_t i = 0; i < taken->count; i++)
        if (taken->entries[i] == entry)
            return true;
    return false;
}

static bool take(struct taken *taken, uint32_t entry)
{
    if (has(taken, entry))
        return false;
    if (taken->count == CORRECTED)
        taken->is_too_much = true;
    else
        taken->entries[taken->count++] = entry;
    return !taken->is_too_much;
}

/* Whether a later saying cannot stand without an earlier one: of one dose, or a recovery of what was lost. */
static bool rests_on(const struct said *later, const struct said *earlier)
{
    if (later->entry <= earlier->entry)
        return false;
    return (later->dose != 0 && later->dose == earlier->dose) ||
           (later->vial != 0 && later->vial == earlier->vial && later->part == PART_RECOVERED && earlier->part == PART_LOST);
}

static void take_what_rests(const struct journal *journal, struct taken *taken)
{
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < journal->count; i++)
            for (size_t j = 0; has(taken, journal->said[i].entry) && j < journal->count; j++)
                has_grown = (rests_on(&journal->said[j], &journal->said[i]) && take(taken, journal->said[j].entry)) || has_grown;
    }
}

/* Any entry that stands, and what rests on it: it is never refused, and the journal forgets it. */
static void chance_correct(struct book *book, struct journal *journal)
{
    const struct said *said = &journal->said[chance_below((uint32_t)journal->count)];
    struct taken taken = { .count = 0 };
    bool is_short = false;

    if (said->entry == 0 || said->part == PART_RECOVERED)
        return;
    take(&taken, said->entry);
    take_what_rests(journal, &taken);
    if (taken.is_too_much)
        return;
    begin_void(book, taken.entries, taken.count);
    place(book);
    for (size_t i = 0; i < taken.count; i++)
        journal_forget(journal, taken.entries[i]);
    for (size_t i = 0; i < book->verdict.touch_count; i++) {
        const struct touch *touch = &book->verdict.touches[i];

        for (uint32_t vial = touch->id; touch->subject == SUBJECT_VIAL && vial < touch->id + touch->count; vial++) {
            int64_t before_ul = journal->forced_ul[vial];

            journal_settle(journal, vial);
            is_short = is_short || journal->forced_ul[vial] > before_ul;
        }
    }
    assert_true(!is_short || book->verdict.case_id != 0); /* who finds nothing to take it from says so */
    compare(book, journal);
}

/* ---- */

static void live_by_chance(struct book *book, struct journal *journal)
{
    begin_session(book, 1, 1);
    place(book);
    for (unsigned step = 0; step < 4000; step++) {
        chance_act(book, journal);
        if (step % 12 == 11)
            chance_correct(book, journal);
        if (step % 50 == 0)
            compare(book, journal);
        if (step % 200 == 0)
            wait_for(book, BOOK_HOUR);
        if (step % 700 == 699)
            close_day(book);
    }
    compare(book, journal);
}

static void adds_up(uint64_t seed)
{
    static struct sums sums;
    void *house = NULL;
    struct book *book;
    struct journal *journal = chance_stock();
    uint32_t first;

    assert_int_equal(0, book_of_two(&house));
    book = house;
    first = book->entries;
    chance_seed(seed);
    live_by_chance(book, journal);
    effects_make_the_leaves(book);
    assert_true(registers_end_as_closings_state(book) > 4); /* of each of four products several periods */
    assert_true(book->entries - first > 1000); /* enough of it was lawful, or could be owned up to */
    journal_add_up(journal, &sums);
    for (enum part part = 0; part < PARTS; part++)
        assert_true(sums.total_ng[part] > 0); /* and of every sort */
    free(journal);
    book_end(&house);
}

/* Several lives, since each meets other things; what went wrong in one says which. */
static void what_came_is_what_went_and_is_left(void **state)
{
    (void)state;
    for (uint64_t seed = FIRST_SEED; seed <= LAST_SEED; seed++) {
        print_message("# seed %u\n", (unsigned)seed);
        adds_up(seed);
    }
}

/* Whatever is done last goes without a trace: amounts, states, dues, notices. */
static void what_is_taken_back_at_once_leaves_no_trace(void **state)
{
    static struct numbers before, after;
    struct book *book = *state;
    struct journal *journal = chance_stock();
    unsigned undone = 0;

    chance_seed(77);
    begin_session(book, 1, 1);
    place(book);
    for (unsigned step = 0; step < 1200; step++) {
        uint32_t last = book->entries;
        bool is_kept = chance_below(3) == 0;

        numbers_of(book, &before);
        chance_act(book, journal);
        if (is_kept || book->entries == last || (book->event.kind->flags & KIND_IS_CORRECTABLE) == 0)
            continue;
        last = book->entries;
        begin_void(book, &last, 1);
        place(book);
        journal_forget(journal, last);
        numbers_of(book, &after);
        assert_same_numbers(&before, &after);
        undone++;
    }
    compare(book, journal);
    effects_make_the_leaves(book);
    assert_true(undone > 150);
    free(journal);
}

/* ---- a dose of 32 sources and three products */

/* Draw from 32 vials of three ketamine products awkward volumes, settle it in awkward parts, and look at each product. */
static void a_dose_of_many_products_closes_exactly_for_each(void **state)
{
    static const int64_t parts_ng[] = { 1, 7, 133333333, 99999999, 100000007, 5, 123456789 };
    struct book *book = *state;
    struct facts rows[32];
    int64_t drawn_ng[PRODUCTS + 1] = { 0 }, settled_ng[PRODUCTS + 1];

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
    put_number(book, 11, 3);
    assert_int_equal(5, place(book));
    begin_receive(book, 5, 18);
    place(book); /* vials 21 to 38 */
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 1);
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t vial = i < 10 ? i + 1 : i < 14 ? i + 1 : i + 7;
        uint32_t product = i < 10 ? 1 : i < 14 ? 2 : 3;
        int64_t volume_ul = 101 + 37 * i;

        rows[i] = row_of(book, 1);
        facts_put_number(&rows[i], 0, vial);
        facts_put_number(&rows[i], 1, volume_ul);
        drawn_ng[product] += volume_ul * (product == 1 ? 50000 : product == 2 ? 100000 : 10000);
    }
    put_rows(book, 1, rows, 32);
    act_because(book, 2);
    place(book);
    for (size_t i = 0; i < sizeof parts_ng / sizeof parts_ng[0]; i++) {
        begin_waste(book, 1, QUANTITY_NG, parts_ng[i]);
        put_amount(book, 4, QUANTITY_NG, parts_ng[i]);
        put_amount(book, 5, QUANTITY_NG, parts_ng[i]);
        place(book);
    }
    assert_int_not_equal(0, leaf_number(book, SUBJECT_DOSE, 1, DOSE_OPEN));
    begin_waste(book, 1, QUANTITY_REST, 0);
    put_amount(book, 4, QUANTITY_NG, leaf_number(book, SUBJECT_DOSE, 1, DOSE_OPEN));
    put_amount(book, 5, QUANTITY_NG, leaf_number(book, SUBJECT_DOSE, 1, DOSE_OPEN));
    place(book);
    settled_ng[1] = leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_WASTED);
    settled_ng[2] = leaf_number(book, LEAF_TABLE_TOTAL, 2, TOTAL_WASTED);
    settled_ng[3] = leaf_number(book, LEAF_TABLE_TOTAL, 5, TOTAL_WASTED);
    for (unsigned i = 1; i <= 3; i++)
        assert_int_equal(drawn_ng[i], settled_ng[i]);
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_IN_DOSES));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, 2, TOTAL_IN_DOSES));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, 5, TOTAL_IN_DOSES));
    begin_draw(book, 1, 1, 100);
    put_number(book, 3, 1);
    judged(book);
    assert_int_equal(REFUSAL_DOSE_IN_USE, book->refusal->code);
}

/* ---- the same entries again */

/* Judge every entry of one book in another that is empty, and place what comes of it. */
static void replay(struct book *from, struct book *to)
{
    for (uint32_t number = 1; number <= from->entries; number++) {
        struct bytes bytes;
        struct entry entry;
        struct event event;
        struct facts_fault fault;
        struct verdict verdict;
        struct placing placing;
        struct digest hash;
        struct error error;
        struct view *view = to->list != NULL ? to->list : view_new(to->txn);

        assert_int_equal(LEDGER_OK, place_read(from->txn, number, &bytes, &entry, &error));
        assert_int_equal(EVENT_OK, event_decode(entry.message.payload, &event, &fault));
        placing = (struct placing){ .number = number, .recorded_ms = entry.header.recorded_ms };
        placing_of_message(&entry.message, &placing);
        placing.is_signed = false; /* these entries bear nobody's signature */
        rules_judge(view, &event, &placing, &verdict);
        assert_null(verdict_refusal(&verdict, &event));
        assert_int_equal(LEDGER_OK, place_entry(to->txn, number, bytes, verdict.touches, verdict.touch_count, &hash, &error));
        if (event.in_list && event.list_place < event.list_length) {
            to->list = view;
            continue;
        }
        assert_int_equal(LEDGER_OK, view_flush(view, to->txn, &error));
        view_free(view);
        to->list = NULL;
    }
    to->entries = from->entries;
}

static void assert_same_table(struct book *one, struct book *other, enum store_table table)
{
    struct store_cursor *a, *b;
    struct bytes key_a, value_a, key_b, value_b;
    struct error error;
    bool found_a = true, found_b = true;
    unsigned rows = 0;

    assert_int_equal(LEDGER_OK, store_cursor_open(one->txn, table, bytes_of("", 0), &a, &error));
    assert_int_equal(LEDGER_OK, store_cursor_open(other->txn, table, bytes_of("", 0), &b, &error));
    while (found_a && found_b) {
        assert_int_equal(LEDGER_OK, store_cursor_next(a, &found_a, &key_a, &value_a, &error));
        assert_int_equal(LEDGER_OK, store_cursor_next(b, &found_b, &key_b, &value_b, &error));
        assert_int_equal(found_a, found_b);
        assert_true(!found_a || (bytes_equal(key_a, key_b) && bytes_equal(value_a, value_b)));
        rows += found_a;
    }
    store_cursor_close(a);
    store_cursor_close(b);
    assert_true(rows > 0);
}

static void the_same_entries_give_the_same_book(void **state)
{
    struct book *book = *state;
    struct journal *journal = chance_stock();
    void *other = NULL;

    chance_seed(42);
    begin_session(book, 1, 1);
    place(book);
    for (unsigned step = 0; step < 300; step++) {
        chance_act(book, journal);
        if (step % 10 == 9)
            chance_correct(book, journal);
    }
    assert_int_equal(0, book_unfounded(&other));
    replay(book, other);
    assert_same_table(book, other, STORE_LEAVES);
    assert_same_table(book, other, STORE_NAMES);
    assert_same_table(book, other, STORE_TOUCHES);
    assert_same_table(book, other, STORE_TREE);
    book_end(&other);
    free(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_is_what_went_and_is_left),
        in_two(what_is_taken_back_at_once_leaves_no_trace),
        in_two(a_dose_of_many_products_closes_exactly_for_each),
        in_two(the_same_entries_give_the_same_book),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
