/* Remarks: who makes them, and what they are about; and the end of what was said in private. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { TEXT_KEY = 40 };

/* A remark has words, of which the book holds the hash. */
static void with_words(struct book *book)
{
    book->event.private_count = 1;
    book->event.privates[0].key = TEXT_KEY;
    memset(book->event.privates[0].hash, 7, EVENT_HASH_SIZE);
}

static void begin_note(struct book *book, int64_t person)
{
    act(book, KIND_NOTE, person, MEANING_DID);
    with_words(book);
}

static void begin_guest_note(struct book *book, unsigned key_number)
{
    struct public_key key = spare_key(key_number);

    act(book, KIND_NOTE, PERSON_NEW, MEANING_GUEST);
    with_words(book);
    put_key(book, 2, &key);
}

static void anybody_enrolled_remarks_on_anything_or_nothing(void **state)
{
    static const int64_t people[] = { OWNER, PHYSICIAN, WITNESS, AUDITOR };
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
        begin_note(book, people[i]);
        expect_none(book);
        put_number(book, 1, book->entries);
        expect_none(book);
    }
    assert_int_equal(5, book->verdict.touch_count); /* session, patient, place, order; and the acts of who says it, not of who opened the session */
    place(book);
    begin_note(book, RECOVERY);
    forbidden(book, REFUSAL_ROLE, true);
    begin_note(book, OWNER);
    put_number(book, 1, book->entries + 1);
    expect(book, REFUSAL_NO_ENTRY);
}

static void a_remark_has_words_and_somebody_who_says_them(void **state)
{
    struct book *book = *state;

    begin_note(book, OWNER);
    book->event.private_count = 0;
    expect(book, REFUSAL_FIELD);
    begin_note(book, OWNER);
    book->event.privates[0].key = 63; /* a reason in words is not the remark */
    expect(book, REFUSAL_FIELD);
    begin_note(book, OWNER);
    book->event.signers[0].meaning = MEANING_APPROVED;
    act_because(book, 2);
    expect(book, REFUSAL_SIGNERS);
    begin_note(book, OWNER);
    act_signed(book, NURSE, MEANING_DID);
    expect(book, REFUSAL_SIGNERS);
    begin_note(book, NURSE);
    book->event.signers[0].meaning = MEANING_REPORTED;
    act_done_by(book, OWNER, MEANING_DID);
    expect_none(book); /* copied from paper */
}

static void somebody_from_outside_signs_by_a_key_of_his_own(void **state)
{
    struct book *book = *state;
    struct public_key key;
    int64_t irregular = leaf_number(book, SUBJECT_PERSON_ACTS, OWNER, ACTS_SIGNED);

    begin_guest_note(book, 20);
    expect_none(book);
    assert_int_equal(0, book->verdict.touch_count);
    assert_true(rules_signer_key(NULL, &book->event, 0, &key));
    place(book);
    begin_guest_note(book, 20); /* and again by the same */
    act_signed(book, OWNER, MEANING_DID);
    place(book);
    assert_int_equal(irregular + 1, leaf_number(book, SUBJECT_PERSON_ACTS, OWNER, ACTS_SIGNED));
    begin_person(book, "later", 20, ROLE_CLINICIAN); /* who joins with that key has it from then on */
    place(book);
    begin_guest_note(book, 20);
    expect(book, REFUSAL_KEY_KNOWN);
}

static void a_guest_is_nobody_of_this_book_and_brings_a_key(void **state)
{
    struct book *book = *state;
    struct public_key key = spare_key(21);

    begin_guest_note(book, 21);
    book->event.signers[0].person = OWNER;
    expect(book, REFUSAL_SIGNERS, REFUSAL_ROLE);
    begin_guest_note(book, 21);
    act_signed(book, PERSON_NEW, MEANING_GUEST);
    expect(book, REFUSAL_SIGNERS, REFUSAL_SAME_PERSON);
    act(book, KIND_NOTE, PERSON_NEW, MEANING_GUEST);
    with_words(book);
    expect(book, REFUSAL_COMBINATION);
    begin_note(book, OWNER);
    put_key(book, 2, &key);
    expect(book, REFUSAL_COMBINATION);
    act(book, KIND_NOTE, OWNER, MEANING_REPORTED);
    with_words(book);
    put_key(book, 2, &key);
    act_done_by(book, PERSON_NEW, MEANING_GUEST); /* nobody says it for him: not even as what it is */
    expect(book, REFUSAL_SIGNERS, REFUSAL_ROLE, REFUSAL_COMBINATION);
    act(book, KIND_NOTE, PERSON_NEW, MEANING_DID);
    with_words(book);
    expect(book, REFUSAL_SIGNERS);
    act(book, KIND_OBSERVE, PERSON_NEW, MEANING_GUEST); /* nor does he anything else */
    put_number(book, 1, 1);
    expect(book, REFUSAL_SIGNERS, REFUSAL_NO_SUBJECT);
}

/* ---- erase */

static void with_policy(struct book *book, int64_t retention_days, int64_t legal_hold)
{
    begin_policy(book);
    put_number(book, POLICY_RETENTION_DAYS, retention_days);
    put_number(book, POLICY_LEGAL_HOLD, legal_hold);
    place(book);
}

static void begin_erase(struct book *book, uint32_t entry, int64_t field)
{
    act(book, KIND_ERASE, OWNER, MEANING_APPROVED);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_number(book, 1, entry);
    put_number(book, 2, field);
    put_text(book, 3, "asked for");
}

static unsigned touched(const struct book *book)
{
    unsigned count = 0;

    for (size_t i = 0; i < book->verdict.touch_count; i++)
        count += book->verdict.touches[i].count;
    return count;
}

static void what_was_said_in_private_is_erased_by_two_officers_when_its_time_is_over(void **state)
{
    struct book *book = *state;
    uint32_t note;

    with_policy(book, 3, 0);
    begin_session(book, 1, 1);
    place(book);
    begin_note(book, OWNER);
    put_number(book, 1, book->entries);
    place(book);
    note = book->entries;
    wait_for(book, 3 * BOOK_DAY - BOOK_MINUTE - 1); /* a minute is gone since */
    begin_erase(book, note, TEXT_KEY);
    expect(book, REFUSAL_RETENTION);
    assert_int_equal(day_of(2026, 3, 5), book->verdict.broken[0].a);
    wait_for(book, 1);
    begin_erase(book, note, TEXT_KEY);
    expect_none(book);
    assert_int_equal(6, touched(book)); /* session, patient, place, order, as the note; and the acts of the two */
    place(book);
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_ERASURES));
    begin_erase(book, note, TEXT_KEY);
    expect(book, REFUSAL_ALREADY_SO);
    begin_erase(book, note, 63); /* the note has no such field */
    expect(book, REFUSAL_COMBINATION);
    begin_erase(book, book->entries + 1, TEXT_KEY);
    expect(book, REFUSAL_NO_ENTRY);
}

static void nothing_is_erased_under_a_hold_nor_while_a_case_is_open(void **state)
{
    struct book *book = *state;
    uint32_t note;

    begin_note(book, OWNER);
    place(book);
    note = book->entries;
    with_policy(book, 0, 1);
    begin_erase(book, note, TEXT_KEY);
    expect(book, REFUSAL_RETENTION);
    with_policy(book, 0, 0);
    begin_erase(book, note, TEXT_KEY);
    expect_none(book);
    begin_draw(book, 0, 1, 100); /* for no session: a case */
    place_irregular(book);
    begin_erase(book, note, TEXT_KEY);
    expect(book, REFUSAL_RETENTION);
}

/* It gives nothing to write down where it was not done as it must be: it cannot stand as an irregular fact. */
static void an_erasure_takes_two_who_are_officers(void **state)
{
    struct book *book = *state;
    uint32_t note;

    begin_note(book, OWNER);
    place(book);
    note = book->entries;
    with_policy(book, 0, 0);
    begin_erase(book, note, TEXT_KEY);
    book->event.signer_count = 1;
    expect(book, REFUSAL_SIGNERS);
    begin_erase(book, note, TEXT_KEY);
    book->event.signers[1].person = PHYSICIAN;
    expect(book, REFUSAL_SIGNERS);
    begin_erase(book, note, TEXT_KEY);
    book->event.signers[1].person = OWNER;
    expect(book, REFUSAL_SAME_PERSON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_eight(anybody_enrolled_remarks_on_anything_or_nothing),
        in_two(a_remark_has_words_and_somebody_who_says_them),
        in_two(somebody_from_outside_signs_by_a_key_of_his_own),
        in_two(a_guest_is_nobody_of_this_book_and_brings_a_key),
        in_two(what_was_said_in_private_is_erased_by_two_officers_when_its_time_is_over),
        in_two(nothing_is_erased_under_a_hold_nor_while_a_case_is_open),
        in_eight(an_erasure_takes_two_who_are_officers),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
