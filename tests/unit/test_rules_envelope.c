/* Where an act stands in the book: what it has seen, lists, and the three times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

static void begin_hold(struct book *book, int64_t person, int64_t vial)
{
    act(book, KIND_HOLD, person, MEANING_DID);
    put_list(book, 1, &vial, 1);
    put_number(book, 2, HOLD_SUSPECT);
}

/* Let the act have seen up to this entry and no more. */
static void seen(struct book *book, uint32_t number)
{
    struct view *view = view_new(book->txn);
    struct digest hash;

    assert_true(view_entry_hash(view, number, &hash));
    view_free(view);
    book->event.has_seen = true;
    book->event.seen_number = number;
    memcpy(book->event.seen_hash, hash.bytes, DIGEST_SIZE);
}

static uint32_t a_dose(struct book *book)
{
    begin_session(book, 1, 1);
    begin_draw(book, place(book), 1, 700);
    return place(book);
}

/* ---- seen */

static void an_act_has_seen_all_that_was_done_to_its_dose(void **state)
{
    struct book *book = *state;
    uint32_t dose = a_dose(book), drawn_at = book->entries;

    begin_hold(book, NURSE_B, 9);
    place(book);
    begin_give(book, dose, PHASE_WHOLE, QUANTITY_REST, 0);
    book->event.signers[0].person = NURSE_C;
    seen(book, drawn_at);
    expect_none(book); /* what happened since has nothing to do with it */
    seen(book, drawn_at - 1);
    expect(book, REFUSAL_SEEN);
}

static void a_vial_may_be_drawn_from_in_two_rooms_at_once(void **state)
{
    struct book *book = *state;
    uint32_t before;

    begin_session(book, 1, 1);
    place(book);
    before = book->entries;
    begin_draw(book, 1, 1, 100);
    place(book);
    begin_draw(book, 1, 1, 200);
    book->event.signers[0].person = NURSE_B;
    seen(book, before);
    expect_none(book); /* S1 asks for the birth of a vial, not for all that happened to it */
    seen(book, before - 1);
    expect(book, REFUSAL_SEEN); /* but its session was not born yet */
}

static void people_have_seen_what_they_signed_themselves(void **state)
{
    struct book *book = *state;

    begin_hold(book, NURSE_B, 9);
    place(book);
    begin_hold(book, NURSE_B, 8);
    seen(book, book->entries - 1);
    expect(book, REFUSAL_SEEN);
    begin_hold(book, NURSE_C, 8);
    seen(book, book->entries - 1);
    expect_none(book);
}

static void persons_that_are_named_have_been_seen(void **state)
{
    static const int64_t locked_out[] = { 10 };
    struct book *book = *state;
    struct public_key key = spare_key(21);

    act(book, KIND_PERSON, OWNER, MEANING_APPROVED);
    act_signed(book, NURSE, MEANING_APPROVED);
    act_signed(book, PERSON_NEW, MEANING_NEW_KEY);
    put_text(book, 1, "tenth");
    put_key(book, 2, &key);
    put_number(book, 3, ROLE_CLINICIAN);
    place(book);
    act(book, KIND_PATIENT, NURSE_B, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 2, locked_out, 1);
    seen(book, book->entries - 1);
    expect(book, REFUSAL_SEEN);
}

static void what_was_seen_is_an_entry_of_this_book(void **state)
{
    struct book *book = *state;

    begin_hold(book, NURSE, 9);
    seen(book, book->entries);
    book->event.seen_hash[31] ^= 1;
    expect(book, REFUSAL_SEEN_UNKNOWN);
    seen(book, book->entries);
    book->event.seen_number = book->entries + 1;
    expect(book, REFUSAL_SEEN_UNKNOWN);
    begin_hold(book, NURSE, 9);
    book->event.has_ledger = true; /* of another book */
    expect(book, REFUSAL_LEDGER);
}

static void the_seal_has_seen_everything(void **state)
{
    struct book *book = *state;

    act(book, KIND_ACCESS, PERSON_SEAL, MEANING_SEALED);
    put_number(book, 1, ACCESS_DECLINED);
    seen(book, book->entries - 1);
    expect(book, REFUSAL_SEEN);
    seen(book, book->entries);
    expect_none(book);
}

static void an_old_view_of_the_book_is_marked_and_never_refused(void **state)
{
    struct book *book = *state;
    uint32_t before = book->entries;
    int64_t unseen_ms;

    begin_hold(book, NURSE_B, 9);
    unseen_ms = book->now_ms;
    place(book);
    begin_hold(book, NURSE_C, 10);
    place(book);
    book->now_ms = unseen_ms + 15 * BOOK_MINUTE;
    begin_hold(book, CUSTODIAN, 8);
    seen(book, before);
    expect_none(book);
    book->now_ms++;
    begin_hold(book, CUSTODIAN, 8);
    seen(book, before);
    expect(book, REFUSAL_STALE);
    place(book);
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_STALE));
}

/* ---- the envelope */

static void an_act_says_what_it_has_seen_and_under_which_policy(void **state)
{
    struct book *book = *state;

    book->sees_nothing = true;
    begin_hold(book, NURSE, 9);
    expect(book, REFUSAL_SEEN_MISSING);
}

static void an_act_is_recorded_once(void **state)
{
    struct book *book = *state;

    begin_hold(book, NURSE, 9);
    place(book);
    begin_hold(book, NURSE, 8);
    book->acts--;
    put_u32(book->event.act, book->acts);
    expect(book, REFUSAL_ACT_KNOWN);
    assert_int_equal(book->entries, book->verdict.broken[0].entry);
    book->acts++;
}

static void keys_are_those_of_the_signers_at_this_place(void **state)
{
    struct book *book = *state;

    begin_hold(book, NURSE, 9);
    book->is_signed = true;
    expect_none(book);
    book->signs_as_another = true;
    expect(book, REFUSAL_NOT_THEIR_KEY);
}

static void private_fields_change_no_verdict(void **state)
{
    struct book *book = *state;

    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    book->event.private_count = 1;
    book->event.privates[0] = (struct event_private){ .key = 40, .hash = { 1 } };
    expect_none(book);
    for (unsigned i = 0; i < EVENT_HASH_SIZE; i++) {
        book->event.privates[0].hash[i] ^= 0x5a;
        expect_none(book);
    }
}

/* ---- lists */

static void a_list_names_what_is_born_in_it(void **state)
{
    struct book *book = *state;
    uint8_t received[ACT_SIZE], opened[ACT_SIZE], drawn[ACT_SIZE];
    struct facts row;

    list_of(book, 4);
    begin_receive(book, KETAMINE_50, 2);
    memcpy(received, book->event.act, ACT_SIZE);
    place(book);
    begin_session(book, 1, 1);
    memcpy(opened, book->event.act, ACT_SIZE);
    place(book);
    begin_draw(book, 0, 1, 700);
    memcpy(drawn, book->event.act, ACT_SIZE);
    row = row_of(book, 1);
    *facts_put(&row, 0) = (struct value){ .present = true, .number = 1, .second = 1, .bytes = bytes_of(received, ACT_SIZE) };
    facts_put_number(&row, 1, 700);
    put_rows(book, 1, &row, 1);
    put_newborn(book, 2, opened, 0);
    place(book);
    begin_give(book, 1, PHASE_WHOLE, QUANTITY_REST, 0);
    put_newborn(book, 1, drawn, 0);
    place(book);
    assert_int_equal(9300, leaf_number(book, SUBJECT_VIAL, 22, VIAL_LEFT)); /* the second of its receipt */
    assert_int_equal(35000000, leaf_number(book, SUBJECT_SESSION, 1, SESSION_GIVEN));
    begin_hold(book, NURSE, 9);
    expect_none(book);
    act(book, KIND_OBSERVE, NURSE, MEANING_DID);
    put_newborn(book, 1, opened, 0); /* after the list it goes by its number */
    expect(book, REFUSAL_NO_SUBJECT);
}

static void a_newborn_that_is_not_there_is_not_named(void **state)
{
    struct book *book = *state;

    act(book, KIND_OBSERVE, NURSE, MEANING_DID);
    put_newborn(book, 1, book->event.act, 0); /* of itself */
    expect(book, REFUSAL_NO_SUBJECT);
}

static void the_places_of_a_list_are_in_order(void **state)
{
    struct book *book = *state;

    begin_hold(book, NURSE, 9);
    book->event.in_list = true;
    book->event.list_place = 2;
    book->event.list_length = 2;
    expect(book, REFUSAL_LIST);
    begin_policy(book);
    expect_none(book);
    book->event.in_list = true;
    book->event.list_place = 1;
    book->event.list_length = 2;
    expect(book, REFUSAL_LIST); /* a policy is never in a list */
    act(book, KIND_CLOSING, PERSON_SEAL, MEANING_SEALED);
    put_text(book, 1, "2026-03-02");
    put_number(book, 2, CLOSING_ASKED);
    put_number(book, 3, 0);
    put_rows(book, 4, NULL, 0);
    put_rows(book, 5, NULL, 0);
    put_number(book, 6, 0);
    expect_none(book);
    book->event.in_list = true;
    book->event.list_place = 1;
    book->event.list_length = 2;
    expect(book, REFUSAL_LIST); /* a closing is the last of its list */
}

static void a_book_begins_once_and_with_its_policy(void **state)
{
    struct book *book = *state;

    begin_hold(book, 1, 1);
    judged(book);
    assert_int_equal(REFUSAL_GENESIS, book->refusal->code);
}

/* ---- the three times */

static void what_happened_is_not_ahead_of_the_clock(void **state)
{
    static const struct {
        int64_t ahead_ms;
        unsigned code;
    } cases[] = { { 5 * BOOK_MINUTE, 0 }, { 5 * BOOK_MINUTE + 1, REFUSAL_FUTURE }, { -15 * BOOK_MINUTE, 0 },
                  { -15 * BOOK_MINUTE - 1, REFUSAL_LATE } };
    struct book *book = *state;

    book->now_ms += BOOK_HOUR;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_hold(book, NURSE, 9);
        book->event.occurred.ms += cases[i].ahead_ms;
        if (cases[i].code == 0)
            expect_none(book);
        else
            expect(book, cases[i].code);
    }
    place(book);
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_LATE));
    begin_hold(book, NURSE, 8);
    book->event.occurred.offset_min = -420;
    expect(book, REFUSAL_OFFSET);
}

static void what_happened_before_the_book_is_not_in_it(void **state)
{
    struct book *book = *state;

    begin_hold(book, NURSE, 1);
    book->event.occurred.ms = BOOK_NOON - BOOK_MINUTE - 1;
    judged(book);
    assert_int_equal(REFUSAL_BEFORE, book->refusal->code);
    act(book, KIND_PATIENT, OWNER, MEANING_DID);
    book->event.occurred.ms = BOOK_NOON - BOOK_MINUTE;
    expect(book, REFUSAL_NOT_IN_FORCE, REFUSAL_LATE); /* that minute may be the one of genesis; nobody had rights yet */
    book->event.occurred.ms--;
    expect(book, REFUSAL_NOT_IN_FORCE, REFUSAL_LATE, REFUSAL_BEFORE);
}

static void a_signature_is_made_after_it_happened_and_before_it_is_recorded(void **state)
{
    static const struct {
        int64_t after_ms;
        bool good;
    } cases[] = { { -5 * BOOK_MINUTE, true }, { -5 * BOOK_MINUTE - 1, false }, { 5000, true }, { 5001, false } };
    struct book *book = *state;

    begin_hold(book, NURSE, 9);
    book->is_signed = true;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        book->signed_after_ms = cases[i].after_ms;
        if (cases[i].good)
            expect_none(book);
        else
            expect(book, REFUSAL_SIGNED_AT);
    }
}

static void the_clock_steps_only_after_a_word_about_it(void **state)
{
    struct book *book = *state;
    int64_t newest_ms = book->now_ms - BOOK_MINUTE;

    book->now_ms = newest_ms + 30 * BOOK_DAY + 1;
    begin_hold(book, NURSE, 9);
    expect(book, REFUSAL_CLOCK_AHEAD);
    book->now_ms = newest_ms - BOOK_HOUR;
    begin_hold(book, NURSE, 9);
    judged(book);
    assert_true(book->verdict.broken_count > 0);
    book->now_ms = newest_ms;
    act(book, KIND_CLOCK, PERSON_SEAL, MEANING_SEALED);
    put_time(book, 1, newest_ms);
    put_time(book, 2, newest_ms - 10 * BOOK_MINUTE);
    place(book);
    book->now_ms = newest_ms - 10 * BOOK_MINUTE;
    begin_hold(book, CUSTODIAN, 9); /* directly after it time may go back */
    expect_none(book); /* also with what came by the clock that was wrong */
    place(book);
    book->now_ms -= 2 * BOOK_MINUTE;
    begin_hold(book, CUSTODIAN, 8);
    expect(book, REFUSAL_RECORDED_AT);
}

static void a_day_with_entries_is_closed_before_the_next(void **state)
{
    struct book *book = *state;

    book->now_ms += BOOK_DAY;
    begin_hold(book, NURSE, 9);
    expect(book, REFUSAL_DAY_NOT_CLOSED);
    assert_null(book->refusal); /* a finding, never a refusal */
    close_day(book);
    begin_hold(book, NURSE, 9);
    expect_none(book);
}

/* Whether it goes ahead or back: the day it leaves is closed first, and the day it goes to is the one that is open. */
static void a_clock_leaves_no_day_unclosed(void **state)
{
    struct book *book = *state;
    int64_t newest_ms = book->now_ms - BOOK_MINUTE;

    book->now_ms = newest_ms;
    for (int i = 0; i < 2; i++) {
        act(book, KIND_CLOCK, PERSON_SEAL, MEANING_SEALED);
        put_time(book, 1, newest_ms);
        put_time(book, 2, newest_ms - (i == 0 ? BOOK_DAY : BOOK_HOUR));
        if (i == 0)
            expect(book, REFUSAL_DAY_NOT_CLOSED);
        else
            expect_none(book);
    }
    close_day(book);
    newest_ms = book->now_ms -= BOOK_MINUTE;
    act(book, KIND_CLOCK, PERSON_SEAL, MEANING_SEALED);
    put_time(book, 1, newest_ms);
    put_time(book, 2, newest_ms - BOOK_DAY);
    place(book);
    assert_int_equal(day_of(2026, 3, 1) + 1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_UNCLOSED_DAY));
    book->now_ms = newest_ms;
    begin_hold(book, NURSE, 9);
    expect(book, REFUSAL_DAY_NOT_CLOSED);
}

/* A table that somebody changed is not built on. */
static void a_table_that_does_not_add_up_is_found(void **state)
{
    struct book *book = *state;
    struct view *view = view_new(book->txn);
    struct error error;

    view_edit(view, SUBJECT_VIAL, 1)->state[VIAL_LEFT] += 1;
    assert_int_equal(LEDGER_OK, view_flush(view, book->txn, &error));
    view_free(view);
    book->is_tampered = true;
    begin_hold(book, NURSE, 1);
    expect(book, REFUSAL_DAMAGED_FILE);
    begin_hold(book, NURSE, 2);
    expect_none(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_eight(an_act_has_seen_all_that_was_done_to_its_dose),
        in_eight(a_vial_may_be_drawn_from_in_two_rooms_at_once),
        in_eight(people_have_seen_what_they_signed_themselves),
        in_eight(persons_that_are_named_have_been_seen),
        in_two(what_was_seen_is_an_entry_of_this_book),
        in_two(the_seal_has_seen_everything),
        in_eight(an_old_view_of_the_book_is_marked_and_never_refused),
        in_two(an_act_says_what_it_has_seen_and_under_which_policy),
        in_two(an_act_is_recorded_once),
        in_two(keys_are_those_of_the_signers_at_this_place),
        in_two(private_fields_change_no_verdict),
        in_two(a_list_names_what_is_born_in_it),
        in_two(a_newborn_that_is_not_there_is_not_named),
        in_two(the_places_of_a_list_are_in_order),
        in_nothing(a_book_begins_once_and_with_its_policy),
        in_two(what_happened_is_not_ahead_of_the_clock),
        in_two(what_happened_before_the_book_is_not_in_it),
        in_two(a_signature_is_made_after_it_happened_and_before_it_is_recorded),
        in_eight(the_clock_steps_only_after_a_word_about_it),
        in_two(a_day_with_entries_is_closed_before_the_next),
        in_two(a_clock_leaves_no_day_unclosed),
        in_two(a_table_that_does_not_add_up_is_found),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
