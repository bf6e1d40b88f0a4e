/* Entries changed by chance: every equation closes, and what is changed back is as if it had never been changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/place.h"
#include "tests/support/chance.h"
#include "tests/support/corrections.h"
#include "tests/support/effects.h"
#include "tests/support/numbers.h"
#include "tests/support/registers.h"

enum { ACTS = 600, TRIED = 150 };

/* ---- what an entry says, and something else that it could say */

/* The event of an entry as it was entered becomes the act at hand. */
static void take_event(struct book *book, uint32_t number)
{
    static uint8_t kept[4096];
    struct bytes bytes;
    struct entry entry;
    struct facts_fault fault;
    struct error error;

    assert_int_equal(LEDGER_OK, place_read(book->txn, number, &bytes, &entry, &error));
    assert_true(entry.message.payload.size <= sizeof kept);
    memcpy(kept, entry.message.payload.data, entry.message.payload.size);
    act(book, KIND_NOTE, OWNER, MEANING_DID);
    assert_int_equal(EVENT_OK, event_decode(bytes_of(kept, entry.message.payload.size), &book->event, &fault));
}

/* Another amount, in a unit that it may have. */
static void change_amount(struct book *book, uint64_t key)
{
    if (chance_below(2) == 0)
        put_amount(book, key, QUANTITY_NG, chance_below(40000000));
    else
        put_amount(book, key, QUANTITY_UL, chance_below(900));
}

/* Another volume of the first row, or another vial. */
static void change_draw(struct book *book, const struct journal *journal)
{
    struct facts rows[4];
    struct list_cursor cursor;
    size_t count = 0;

    list_begin(&cursor, field_with_key(book->event.kind->fields, FACT_DRAW_SOURCES),
               facts_get(&book->event.facts, FACT_DRAW_SOURCES));
    while (count < 4 && rows_next(&cursor, &rows[count]))
        count++;
    if (chance_below(2) == 0)
        facts_put_number(&rows[0], ROW_DRAW_VOLUME, 1 + chance_below(900));
    else
        facts_put_number(&rows[0], ROW_DRAW_VIAL, 1 + chance_below(journal->vials));
    put_rows(book, FACT_DRAW_SOURCES, rows, count);
}

static void change_receive(struct book *book)
{
    struct facts row;
    struct list_cursor cursor;

    list_begin(&cursor, field_with_key(book->event.kind->fields, FACT_RECEIVE_LINES),
               facts_get(&book->event.facts, FACT_RECEIVE_LINES));
    assert_true(rows_next(&cursor, &row));
    facts_put_number(&row, ROW_RECEIVE_CONTAINERS, 1 + chance_below(3));
    put_rows(book, FACT_RECEIVE_LINES, &row, 1);
}

/* Whether there is something to change in an act of this kind. */
static bool change_facts(struct book *book, const struct journal *journal)
{
    switch (book->event.kind->number) {
    case KIND_DRAW: change_draw(book, journal); return true;
    case KIND_ADMINISTER: change_amount(book, FACT_ADMINISTER_READ); return true;
    case KIND_WASTE: change_amount(book, FACT_WASTE_AMOUNT); return true;
    case KIND_RESIDUAL: change_amount(book, FACT_RESIDUAL_AMOUNT); return true;
    case KIND_RECEIVE: change_receive(book); return true;
    case KIND_FOUND: put_number(book, FACT_FOUND_VOLUME, 1 + chance_below(5000)); return true;
    default: return false;
    }
}

/* ---- with what was done with a dose since */

static bool has(const struct corrections *corrections, uint32_t entry)
{
    for (size_t i = 0; i < corrections->count; i++)
        if (facts_number(&corrections->rows[i], ROW_CORRECT_ENTRY, 0) == entry)
            return true;
    return false;
}

/* Each entry of a dose of these, later than one of them, happens again. False where they are too many. */
static bool again_what_rests(const struct journal *journal, struct corrections *corrections)
{
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < journal->count; i++)
            for (size_t j = 0; has(corrections, journal->said[i].entry) && j < journal->count; j++) {
                const struct said *later = &journal->said[j], *earlier = &journal->said[i];

                if (later->dose == 0 || later->dose != earlier->dose || later->entry <= earlier->entry ||
                    has(corrections, later->entry))
                    continue;
                if (corrections->count == CORRECTION_ROWS)
                    return false;
                with_again(corrections, later->entry);
                has_grown = true;
            }
    }
    return true;
}

/* An entry that was never changed before says something else, and what rests on it happens again. Whether it could. */
static bool change_by_chance(struct book *book, const struct journal *journal, uint32_t entry)
{
    static struct corrections there;

    there.count = 0;
    take_event(book, entry);
    if (!change_facts(book, journal))
        return false;
    with_facts(&there, entry, book);
    if (!again_what_rests(journal, &there))
        return false;
    begin_correction(book, &there);
    return chance_place(book);
}

static void change_back(struct book *book, const struct journal *journal, uint32_t entry)
{
    static struct corrections back;

    back.count = 0;
    take_event(book, entry);
    with_facts(&back, entry, book);
    assert_true(again_what_rests(journal, &back));
    begin_correction(book, &back);
    assert_true(chance_place(book));
}

/* A receipt of more vials gives birth to them, and their ids stay theirs once it is changed back. */
static void note_births(struct book *book, struct journal *journal)
{
    while (journal->vials < leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_VIAL))
        journal_vial(journal, 0, KETAMINE_50, 0);
}

static void what_is_changed_back_is_as_if_it_had_never_been_changed(void **state)
{
    static struct numbers before, after;
    struct book *book = *state;
    struct journal *journal = chance_stock();
    unsigned changed = 0, differed = 0;

    chance_seed(4711);
    begin_session(book, 1, 1);
    place(book);
    for (unsigned step = 0; step < ACTS || changed < TRIED; step++) {
        uint32_t entry = journal->said[chance_below((uint32_t)journal->count)].entry;

        assert_true(step < 20000);
        if (step < ACTS && step % 4 != 3) {
            chance_act(book, journal);
            continue;
        }
        if (step % 200 == 199)
            close_day(book);
        numbers_of(book, &before);
        if (entry == 0 || !change_by_chance(book, journal, entry))
            continue;
        products_balance(book);
        numbers_of(book, &after);
        differed += before.count != after.count || memcmp(before.numbers, after.numbers, before.count * sizeof before.numbers[0]) != 0;
        change_back(book, journal, entry);
        note_births(book, journal);
        numbers_of(book, &after);
        assert_same_numbers(&before, &after);
        changed++;
    }
    products_balance(book);
    effects_make_the_leaves(book);
    assert_true(registers_end_as_closings_state(book) > 0);
    assert_true(differed > changed / 2);
    free(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(what_is_changed_back_is_as_if_it_had_never_been_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
