/* What a closing states: roots made anew from all leaves, and totals, of the book just before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/merkle.h"
#include "ledger/closing.h"
#include "ledger/place.h"
#include "tests/support/book.h"

/* The root of a subject's leaves, without any tree that is kept. */
static struct digest root_of_leaves(struct book *book, unsigned subject, uint32_t count)
{
    struct merkle_frontier frontier = MERKLE_FRONTIER_EMPTY;

    for (uint32_t id = 1; id <= count; id++) {
        struct store_key key;
        struct bytes value;
        struct error error;
        struct digest leaf;
        bool found = false;

        assert_int_equal(LEDGER_OK, store_get(book->txn, STORE_LEAVES, key_of_leaf(&key, subject, id), &found, &value, &error));
        assert_true(found);
        leaf = merkle_leaf(value.data, value.size);
        merkle_frontier_push(&frontier, &leaf);
    }
    return merkle_frontier_root(&frontier);
}

static enum ledger_status build(struct book *book, struct facts *facts, struct closing_room *room, struct error *error)
{
    struct view *view = view_new(book->txn);
    enum ledger_status status;

    facts_init(facts, kind_find(KIND_CLOSING)->fields);
    status = closing_build(view, book->txn, book->entries, CLOSING_ASKED, "2026-03-02", facts, room, error);
    view_free(view);
    return status;
}

/* Every root stated is that of all leaves, and every subject that exists has one. */
static void assert_roots(struct book *book, const struct facts *facts)
{
    struct list_cursor cursor;
    struct facts row;
    unsigned subjects = 0, there = 0;

    list_begin(&cursor, field_with_key(facts->fields, 4), facts_get(facts, 4));
    while (rows_next(&cursor, &row)) {
        unsigned subject = (unsigned)facts_number(&row, 0, 0);
        uint32_t count = (uint32_t)facts_number(&row, 1, 0);
        struct digest root = root_of_leaves(book, subject, count);

        assert_int_equal(leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + subject), count);
        assert_memory_equal(root.bytes, facts_get(&row, 2)->bytes.data, DIGEST_SIZE);
        subjects++;
    }
    for (unsigned subject = SUBJECT_FIRST; subject <= SUBJECT_LAST; subject++)
        there += leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + subject) > 0;
    assert_int_equal(there, subjects);
}

static void a_closing_states_the_roots_of_all_leaves(void **state)
{
    struct book *book = *state;
    struct closing_room *room = malloc(sizeof *room);
    struct facts facts;
    struct error error;

    for (int i = 0; i < 3; i++) { /* the first over everything, the others over what changed */
        assert_int_equal(LEDGER_OK, build(book, &facts, room, &error));
        assert_roots(book, &facts);
        close_day(book);
        wait_for(book, BOOK_DAY);
        begin_session(book, 1, 1);
        begin_draw(book, place(book), 1 + (uint32_t)i, 100 + i);
        begin_waste(book, place(book), QUANTITY_REST, 0);
        put_amount(book, 4, QUANTITY_UL, 100 + i);
        put_amount(book, 5, QUANTITY_UL, 100 + i);
        place(book);
        begin_receive(book, KETAMINE_50, 1 + i); /* newborn leaves are appended */
        place(book);
        begin_close(book, 1 + (uint32_t)i, OUTCOME_STOPPED);
        place(book);
    }
    free(room);
}

static void building_it_twice_gives_the_same(void **state)
{
    struct book *book = *state;
    struct closing_room *rooms = malloc(2 * sizeof *rooms);
    struct facts facts[2];
    struct error error;

    for (size_t i = 0; i < 2; i++)
        assert_int_equal(LEDGER_OK, build(book, &facts[i], &rooms[i], &error));
    for (uint64_t key = 4; key <= 5; key++)
        assert_true(bytes_equal(facts_get(&facts[0], key)->bytes, facts_get(&facts[1], key)->bytes));
    free(rooms);
}

static void a_closing_states_totals_of_what_moved_or_is_there(void **state)
{
    struct book *book = *state;
    struct closing_room *room = malloc(sizeof *room);
    struct facts facts, row;
    struct list_cursor cursor;
    struct error error;
    uint32_t products = 0;

    act(book, KIND_PRODUCT, OWNER, MEANING_DID); /* never received: it does not stand there */
    put_text(book, 1, "unused");
    put_text(book, 2, "unused");
    put_number(book, 3, DRUG_KETAMINE);
    put_number(book, 4, FORM_MULTI_DOSE_VIAL);
    put_number(book, 5, 50000);
    put_number(book, 7, 10000);
    put_number(book, 8, 0);
    put_number(book, 11, 3);
    place(book);
    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 700);
    place(book);
    assert_int_equal(LEDGER_OK, build(book, &facts, room, &error));
    assert_int_equal(1, facts_number(&facts, 3, 0));
    list_begin(&cursor, field_with_key(facts.fields, 5), facts_get(&facts, 5));
    while (rows_next(&cursor, &row)) {
        uint32_t product = (uint32_t)facts_number(&row, 0, 0);

        assert_int_equal(++products, product);
        for (unsigned place = 0; place < TOTAL_PLACE_COUNT; place++)
            assert_int_equal(leaf_number(book, LEAF_TABLE_TOTAL, product, place), facts_number(&row, place + 1, -1));
    }
    assert_int_equal(4, products);
    list_begin(&cursor, field_with_key(facts.fields, 5), facts_get(&facts, 5));
    assert_true(rows_next(&cursor, &row));
    assert_int_equal(INT64_C(10) * 500000000, facts_number(&row, 2, 0));     /* received: ten vials of 500 mg */
    assert_int_equal(35000000, facts_number(&row, 17, 0));                    /* in doses */
    assert_int_equal(INT64_C(5000000000) - 35000000, facts_number(&row, 18, 0)); /* on hand */
    free(room);
}

static void a_leaf_that_is_missing_is_told_and_not_passed_over(void **state)
{
    struct book *book = *state;
    struct closing_room *room = malloc(sizeof *room);
    static uint8_t changed[ENTRY_LIMIT];
    struct touch touch = { SUBJECT_VIAL, 4000, 1, 3 };
    struct store_key key;
    struct bytes bytes;
    struct entry entry;
    struct header header;
    struct writer writer;
    struct facts facts;
    struct error error;

    assert_int_equal(LEDGER_OK, place_read(book->txn, book->entries, &bytes, &entry, &error));
    header = entry.header;
    header.touches = &touch;
    header.touch_count = 1;
    writer_init(&writer, changed, sizeof changed);
    assert_int_equal(EVENT_OK, entry_encode(&header, entry.body, &writer));
    assert_int_equal(LEDGER_OK, store_put(book->txn, STORE_ENTRIES, key_of_entry(&key, book->entries),
                                          writer_bytes(&writer), &error));
    assert_int_equal(LEDGER_STORAGE, build(book, &facts, room, &error));
    assert_int_equal(REFUSAL_DAMAGED_FILE, error.code);
    free(room);
}

static void an_export_is_closed_in_the_same_list(void **state)
{
    struct book *book = *state;

    list_of(book, 2);
    act(book, KIND_ACCESS, PERSON_SEAL, MEANING_SEALED);
    put_number(book, 1, ACCESS_EXPORT);
    place(book);
    act(book, KIND_CLOSING, PERSON_SEAL, MEANING_SEALED);
    put_text(book, 1, "2026-03-02");
    put_number(book, 2, CLOSING_EXPORT);
    put_number(book, 3, 0);
    put_rows(book, 4, NULL, 0);
    put_rows(book, 5, NULL, 0);
    put_number(book, 6, 0);
    place(book);
    assert_int_equal(book->entries, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_CLOSING));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_UNCLOSED_DAY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_eight(a_closing_states_the_roots_of_all_leaves),
        in_two(building_it_twice_gives_the_same),
        in_two(a_closing_states_totals_of_what_moved_or_is_there),
        in_two(a_leaf_that_is_missing_is_told_and_not_passed_over),
        in_two(an_export_is_closed_in_the_same_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
