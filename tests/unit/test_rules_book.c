/* What belongs to the book itself: countersigns, who has a part in an act, and what the seal writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "ledger/place.h"
#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { MG = 1000000 }; /* ng */

static void open_session(struct book *book)
{
    begin_session(book, 1, 1);
    place(book);
}

static void begin_hold(struct book *book, int64_t person)
{
    static const int64_t vials[] = { 1 };

    act(book, KIND_HOLD, person, MEANING_DID);
    put_list(book, 1, vials, 1);
    put_number(book, 2, HOLD_SUSPECT);
}

/* ---- who gives what */

/* Entries that wait, one for each reason there is, and who may and may not give it. */
static uint32_t place_waiting(struct book *book, unsigned due)
{
    struct public_key key = spare_key(20);

    switch (due) {
    case DUE_CHECK:
        begin_receive(book, KETAMINE_50, 1);
        book->event.signer_count = 1; /* the nurse */
        break;
    case DUE_APPROVAL:
        act(book, KIND_PLACE, CUSTODIAN, MEANING_DID);
        put_text(book, 1, "closet");
        put_number(book, 2, PLACE_CABINET);
        break;
    case DUE_IRREGULAR:
        begin_draw(book, 0, 1, 100); /* for no session */
        book->event.signers[0].person = OWNER;
        break;
    case DUE_SOFT:
        begin_draw(book, 1, 1, 701);
        book->event.signers[0].person = NURSE_B;
        break;
    case DUE_ORDER:
        act(book, KIND_ORDER, NURSE_B, MEANING_REPORTED);
        act_done_by(book, PHYSICIAN, MEANING_PRESCRIBED);
        put_number(book, 1, 1);
        put_number(book, 2, DRUG_KETAMINE);
        put_number(book, 3, ROUTE_IV);
        put_number(book, 5, 35 * MG);
        break;
    case DUE_LOCUM:
        act(book, KIND_PERSON, OWNER, MEANING_APPROVED);
        act_signed(book, PERSON_NEW, MEANING_NEW_KEY);
        put_text(book, 1, "locum");
        put_key(book, 2, &key);
        put_number(book, 3, ROLE_CLINICIAN);
        break;
    default:
        begin_draw(book, 1, 2, 100);
        act_because(book, 2);
        begin_waste(book, place(book), QUANTITY_UL, 50);
        book->event.signer_count = 1;
        break;
    }
    act_because(book, 2);
    place_irregular(book);
    return book->entries;
}

static void each_due_is_given_by_the_right_people_and_nobody_else(void **state)
{
    static const struct {
        unsigned due;
        int64_t right, wrong, in_it;
    } cases[] = {
        { DUE_CHECK, WITNESS, AUDITOR, NURSE },        { DUE_APPROVAL, OWNER, PHYSICIAN, CUSTODIAN },
        { DUE_IRREGULAR, NURSE, PHYSICIAN, OWNER },    { DUE_SOFT, CUSTODIAN, AUDITOR, NURSE_B },
        { DUE_ORDER, PHYSICIAN, OWNER, 0 },            { DUE_LOCUM, NURSE, PHYSICIAN, OWNER },
        { DUE_WITNESS, NURSE_B, AUDITOR, NURSE } };
    struct book *book = *state;

    open_session(book);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t entry = place_waiting(book, cases[i].due);
        int64_t waiting = leaf_number(book, LEAF_TABLE_SITE, 1, SITE_DUES);

        assert_int_equal(cases[i].due, waits_for(book, entry) & cases[i].due);
        begin_countersign(book, entry, cases[i].wrong);
        expect(book, REFUSAL_COUNTERSIGNER);
        if (cases[i].in_it != 0) {
            begin_countersign(book, entry, cases[i].in_it);
            expect(book, REFUSAL_OWN_COUNTERSIGN);
        }
        begin_countersign(book, entry, cases[i].right);
        place(book);
        assert_int_equal(0, waits_for(book, entry) & cases[i].due);
        if (waits_for(book, entry) == 0)
            assert_int_equal(waiting - 1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_DUES));
    }
}

static void what_does_not_wait_is_not_countersigned(void **state)
{
    struct book *book = *state;

    begin_countersign(book, 1, OWNER);
    expect(book, REFUSAL_NOTHING_DUE);
    begin_countersign(book, book->entries + 1, OWNER);
    expect(book, REFUSAL_NO_ENTRY);
}

static void a_countersign_has_seen_what_it_approves(void **state)
{
    struct book *book = *state;
    struct view *view;
    struct digest hash;

    begin_receive(book, KETAMINE_50, 1);
    book->event.signer_count = 1;
    place(book);
    begin_countersign(book, book->entries, WITNESS);
    view = view_new(book->txn);
    assert_true(view_entry_hash(view, book->entries - 1, &hash));
    view_free(view);
    book->event.has_seen = true;
    book->event.seen_number = book->entries - 1;
    memcpy(book->event.seen_hash, hash.bytes, DIGEST_SIZE);
    expect(book, REFUSAL_SEEN);
}

static void a_countersign_touches_what_its_entry_touched(void **state)
{
    struct book *book = *state;
    int64_t touches = 1;

    begin_receive(book, KETAMINE_50, 1);
    book->event.signer_count = 1;
    place(book);
    begin_countersign(book, book->entries, WITNESS);
    place(book);
    {
        struct view *view = view_new(book->txn);

        touches = view_leaf(view, SUBJECT_VIAL, 21)->touches;
        assert_int_equal(book->entries, view_leaf(view, SUBJECT_VIAL, 21)->last);
        view_free(view);
    }
    assert_int_equal(2, touches);
}

/* An entry of a doctored book may say that it touches what is not there. */
static void a_header_that_says_too_much_breaks_nothing(void **state)
{
    struct book *book = *state;
    struct store_key key;
    struct tree tree;
    struct merkle_store nodes;
    struct digest hash;
    struct bytes bytes;
    struct entry entry;
    struct error error;
    static uint8_t changed[ENTRY_LIMIT];
    struct writer writer;
    struct view *view;
    struct touch touches[] = { { SUBJECT_VIAL, 4000000000, 7, 1000 }, { SUBJECT_CREDENTIAL, 999, 1, 1 } };
    struct header header;

    begin_receive(book, KETAMINE_50, 1);
    book->event.signer_count = 1;
    place(book);
    assert_int_equal(LEDGER_OK, place_read(book->txn, book->entries, &bytes, &entry, &error));
    header = entry.header;
    header.touches = touches;
    header.touch_count = 2;
    writer_init(&writer, changed, sizeof changed);
    assert_int_equal(EVENT_OK, entry_encode(&header, entry.body, &writer));
    assert_int_equal(LEDGER_OK, store_put(book->txn, STORE_ENTRIES, key_of_entry(&key, book->entries),
                                          writer_bytes(&writer), &error));
    nodes = tree_open(&tree, book->txn, TREE_ENTRIES); /* whoever made the book made its hashes too */
    hash = merkle_leaf(changed, writer.size);
    assert_true(nodes.write(nodes.context, 0, book->entries - 1, &hash));
    book->is_tampered = true;
    begin_countersign(book, book->entries, WITNESS);
    expect_none(book);
    place(book);
    view = view_new(book->txn);
    assert_null(view_leaf(view, SUBJECT_CREDENTIAL, 999)); /* nor is anything made of it */
    assert_null(view_leaf(view, SUBJECT_VIAL, 4000000000));
    view_free(view);
}

/* ---- who has a part in an act */

static void nobody_is_two_people_in_one_act(void **state)
{
    struct book *book = *state;

    begin_receive(book, KETAMINE_50, 1);
    book->event.signers[1].person = NURSE;
    expect(book, REFUSAL_SAME_PERSON);
    begin_hold(book, NURSE);
    book->event.signers[0].meaning = MEANING_REPORTED;
    act_done_by(book, NURSE, MEANING_DID);
    expect(book, REFUSAL_SAME_PERSON);
}

static void those_who_sign_are_those_the_kind_asks_for(void **state)
{
    struct book *book = *state;

    begin_hold(book, NURSE);
    act_signed(book, OWNER, MEANING_WITNESSED);
    expect(book, REFUSAL_SIGNERS);
    begin_hold(book, 77);
    expect(book, REFUSAL_NO_PERSON);
    begin_hold(book, PERSON_NEW);
    expect(book, REFUSAL_SIGNERS);
    begin_hold(book, NURSE);
    act_signed(book, OWNER, MEANING_REPORTED); /* reports what nobody is said to have done */
    expect(book, REFUSAL_SIGNERS);
    begin_hold(book, NURSE);
    book->event.signers[0].meaning = MEANING_REPORTED;
    act_done_by(book, PERSON_SEAL, MEANING_DID);
    expect(book, REFUSAL_SIGNERS);
    begin_hold(book, NURSE);
    act_signed(book, OWNER, MEANING_APPROVED);
    expect(book, REFUSAL_SIGNERS);
    act_because(book, 2); /* for a reason an officer may approve anything at once */
    expect_none(book);
}

static void what_is_irregular_names_its_codes_exactly(void **state)
{
    struct book *book = *state;

    begin_draw(book, 0, 1, 100);
    book->event.irregular[0] = REFUSAL_NO_SESSION;
    book->event.irregular_count = 1;
    judged(book);
    assert_int_equal(REFUSAL_NEEDS_REASON, book->refusal->code);
    act_because(book, 2);
    judged(book);
    assert_null(book->refusal);
    book->event.irregular[1] = REFUSAL_NO_ORDER;
    book->event.irregular_count = 2;
    judged(book);
    assert_int_equal(REFUSAL_IRREGULAR_CODES, book->refusal->code);
    begin_draw(book, 0, 1, 100);
    act_because(book, 2);
    judged(book);
    assert_int_equal(REFUSAL_NO_SESSION, book->refusal->code); /* nor is it passed over */
    open_session(book);
    begin_draw(book, 1, 1, 100);
    act_because(book, 2);
    book->event.irregular[0] = REFUSAL_NO_SESSION;
    book->event.irregular_count = 1;
    judged(book);
    assert_int_equal(REFUSAL_IRREGULAR_CODES, book->refusal->code); /* nor is anything made up */
}

static void an_officer_at_once_leaves_nothing_due(void **state)
{
    struct book *book = *state;

    begin_draw(book, 0, 1, 100);
    act_signed(book, OWNER, MEANING_APPROVED);
    act_because(book, 2);
    place_irregular(book);
    assert_int_equal(0, waits_for(book, book->entries));
    assert_int_equal(1, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES));
}

/* An officer who is what is wrong with an act does not make it right by having signed it, nor by approving it later. */
static void whoever_is_locked_out_approves_nothing_for_that_patient(void **state)
{
    static const int64_t locked_out[] = { OWNER };
    struct book *book = *state;
    uint32_t dose, entry;

    open_session(book);
    begin_draw(book, 1, 1, 100);
    dose = place(book);
    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 2, locked_out, 1);
    place(book);
    begin_waste(book, dose, QUANTITY_UL, 50);
    put_amount(book, 4, QUANTITY_UL, 50);
    put_amount(book, 5, QUANTITY_UL, 50);
    forbidden(book, REFUSAL_MAY_NOT_ACT, true); /* the owner witnessed it, and is an officer */
    begin_draw(book, 1, 1, 701);
    book->event.signers[0].person = NURSE_B;
    act_because(book, 2);
    place(book);
    entry = book->entries;
    begin_countersign(book, entry, OWNER);
    expect(book, REFUSAL_COUNTERSIGNER);
    begin_countersign(book, entry, NURSE);
    expect_none(book);
}

static bool can_be_given(struct book *book, uint32_t entry, unsigned due)
{
    struct view *view = view_new(book->txn);
    bool can;

    assert_non_null(view);
    can = rules_can_be_given(view, entry, due);
    view_free(view);
    return can;
}

/* In a house of two, one of them locked out, the other's irregular act waits for nobody who is there; the book says so,
 * and the two officers can still enrol a third who ends it. */
static void where_nobody_may_countersign_somebody_is_enrolled_who_may(void **state)
{
    enum { OUTSIDE = 4 };
    struct book *book = *state;
    struct public_key key = spare_key(20);
    uint32_t entry;

    act(book, KIND_PATIENT, OWNER, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 2, (const int64_t[]){ NURSE }, 1);
    place(book);
    begin_session(book, 1, 0);
    book->event.signers[0].person = OWNER;
    forbidden(book, REFUSAL_NO_ORDER, true);
    entry = book->entries;
    begin_countersign(book, entry, NURSE);
    expect(book, REFUSAL_COUNTERSIGNER);
    assert_false(can_be_given(book, entry, DUE_IRREGULAR));
    act(book, KIND_PERSON, OWNER, MEANING_APPROVED);
    act_signed(book, NURSE, MEANING_APPROVED);
    act_signed(book, PERSON_NEW, MEANING_NEW_KEY);
    put_text(book, 1, "outside");
    put_key(book, 2, &key);
    put_number(book, 3, ROLE_OFFICER);
    place(book);
    assert_true(can_be_given(book, entry, DUE_IRREGULAR));
    begin_countersign(book, entry, OUTSIDE);
    place(book);
    assert_int_equal(0, waits_for(book, entry));
}

/* Thirty-two vials on hold, and the one who draws is locked out: every code is there, however many vials there are. */
static void no_code_is_lost_among_many(void **state)
{
    static const int64_t locked_out[] = { NURSE };
    struct book *book = *state;
    struct facts rows[32];
    int64_t vials[32];
    uint16_t codes[EVENT_IRREGULAR_LIMIT];

    begin_receive(book, KETAMINE_50, 32);
    book->event.signer_count = 1;
    place(book);
    act(book, KIND_PATIENT, OWNER, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 2, locked_out, 1);
    place(book);
    for (uint32_t i = 0; i < 32; i++)
        vials[i] = 21 + i;
    act(book, KIND_HOLD, NURSE, MEANING_DID);
    put_list(book, 1, vials, 32);
    put_number(book, 2, HOLD_RECALL);
    place(book);
    begin_session(book, 1, 0);
    book->event.signers[0].person = OWNER;
    place_irregular(book);
    begin_draw(book, 1, 1, 100);
    for (uint32_t i = 0; i < 32; i++) {
        rows[i] = row_of(book, 1);
        facts_put_number(&rows[i], 0, vials[i]);
        facts_put_number(&rows[i], 1, 10);
    }
    put_rows(book, 1, rows, 32);
    expect(book, REFUSAL_VIAL_HELD, REFUSAL_UNCHECKED, REFUSAL_MAY_NOT_ACT, REFUSAL_NO_ORDER);
    assert_int_equal(3, verdict_irregular(&book->verdict, codes));
    facts_put_number(&rows[31], 1, 10001);
    put_rows(book, 1, rows, 32);
    judged(book);
    assert_int_equal(REFUSAL_OVERDRAWN, book->refusal->code);
}

/* ---- the seal */

/* Nothing that one act can break is left out of its payload: this is the most, and there is room for it. */
static void all_that_goes_wrong_at_once_stands_in_the_payload(void **state)
{
    static const uint16_t expected[] = { REFUSAL_NOT_IN_FORCE, REFUSAL_ROLE, REFUSAL_MAY_NOT_ACT, REFUSAL_SELF,
                                         REFUSAL_LICENCE, REFUSAL_RECIPIENT, REFUSAL_NO_SESSION, REFUSAL_SESSION_CLOSED,
                                         REFUSAL_ORDER_TIME, REFUSAL_ORDER_CANCELLED, REFUSAL_WRONG_DRUG,
                                         REFUSAL_WRONG_ROUTE, REFUSAL_UNDILUTED, REFUSAL_USE_BY };
    enum { TEMP = 10 };
    struct book *book = *state;
    struct public_key key = spare_key(20);
    int64_t drawn_ms, opened_ms;

    act(book, KIND_PERSON, OWNER, MEANING_APPROVED); /* no clinician; no licence since yesterday; gone in two hours */
    act_signed(book, NURSE, MEANING_APPROVED);
    act_signed(book, PERSON_NEW, MEANING_NEW_KEY);
    put_text(book, 1, "temp");
    put_key(book, 2, &key);
    put_number(book, 3, ROLE_CUSTODIAN);
    put_time(book, 5, book->now_ms + 2 * BOOK_HOUR);
    put_number(book, 7, day_of(2026, 3, 1));
    place(book);
    act(book, KIND_PATIENT, OWNER, MEANING_DID);
    put_number(book, 1, 2);
    put_list(book, 2, (const int64_t[]){ TEMP }, 1);
    place(book);
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 1, 2);
    put_number(book, 2, DRUG_ESKETAMINE);
    put_number(book, 3, ROUTE_NASAL);
    put_number(book, 5, 84000000);
    put_time(book, 12, book->now_ms + 2 * BOOK_HOUR);
    place(book);
    drawn_ms = book->now_ms;
    opened_ms = book->now_ms += 30 * BOOK_MINUTE;
    begin_session(book, 2, 3);
    place(book);
    begin_draw(book, 1, 11, 350); /* ketamine that must be diluted, for a session of esketamine, before it began */
    book->event.occurred.ms = drawn_ms;
    put_time(book, 7, drawn_ms + BOOK_MINUTE);
    place_irregular(book);
    begin_close(book, 1, OUTCOME_COMPLETED);
    place_irregular(book);
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 13, 3);
    place(book);
    book->now_ms += 3 * BOOK_HOUR;
    begin_give(book, 1, PHASE_WHOLE, QUANTITY_REST, 0);
    book->event.signers[0] = (struct event_signer){ NURSE, MEANING_REPORTED };
    act_done_by(book, TEMP, MEANING_DID);
    put_number(book, 4, ROUTE_IV);
    put_time(book, 5, opened_ms - 2 * BOOK_MINUTE);
    put_number(book, 10, TEMP);
    place_irregular(book);
    assert_int_equal(sizeof expected / sizeof expected[0], book->event.irregular_count);
    assert_memory_equal(expected, book->event.irregular, sizeof expected);
    assert_true(book->event.irregular_count < EVENT_IRREGULAR_LIMIT);
}

static void the_seal_signs_its_own_kinds_and_no_act_of_a_person(void **state)
{
    struct book *book = *state;

    begin_hold(book, PERSON_SEAL);
    book->event.signers[0].meaning = MEANING_SEALED;
    judged(book);
    assert_int_equal(REFUSAL_SEAL_ONLY, book->refusal->code);
    act(book, KIND_ACCESS, NURSE, MEANING_DID);
    put_number(book, 1, ACCESS_EXPORT);
    expect(book, REFUSAL_SEAL_ONLY);
    act(book, KIND_ACCESS, PERSON_SEAL, MEANING_SEALED);
    put_number(book, 1, ACCESS_DECLINED);
    put_number(book, 2, NURSE);
    expect_none(book);
    place(book);
    assert_int_equal(0, book->verdict.touch_count);
    act(book, KIND_ACCESS, PERSON_SEAL, MEANING_SEALED);
    act_signed(book, PERSON_SEAL, MEANING_SEALED);
    put_number(book, 1, ACCESS_DECLINED);
    expect(book, REFUSAL_SIGNERS);
}

static void a_clock_entry_stands_only_where_the_clock_moved(void **state)
{
    struct book *book = *state;
    int64_t newest_ms = book->now_ms; /* of the closing: nothing is left open that the clock would leave */
    const struct {
        int64_t before_ms, now_ms;
        bool stands;
    } cases[] = { { newest_ms, newest_ms, false },
                  { newest_ms, newest_ms + 30 * BOOK_DAY, false },
                  { newest_ms, newest_ms + 30 * BOOK_DAY + 1, true },
                  { newest_ms, newest_ms - 1, true },
                  { newest_ms + 1, newest_ms - 1, false } };

    close_day(book);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        act(book, KIND_CLOCK, PERSON_SEAL, MEANING_SEALED);
        put_time(book, 1, cases[i].before_ms);
        put_time(book, 2, cases[i].now_ms);
        if (cases[i].stands)
            expect_none(book);
        else
            expect(book, REFUSAL_CLOCK_NEEDLESS);
    }
}

static void officers_and_custodians_vouch_for_the_clock_and_nobody_else(void **state)
{
    static const int64_t persons[] = { OWNER, CUSTODIAN, RECOVERY, NURSE_B, AUDITOR };
    struct book *book = *state;
    int64_t newest_ms = book->now_ms;

    close_day(book);
    for (size_t i = 0; i < sizeof persons / sizeof persons[0]; i++) {
        act(book, KIND_CLOCK, PERSON_SEAL, MEANING_SEALED);
        put_time(book, 1, newest_ms);
        put_time(book, 2, newest_ms - 1);
        put_number(book, 3, persons[i]);
        if (i < 2)
            expect_none(book);
        else
            expect(book, REFUSAL_ROLE);
    }
}

static void begin_closing(struct book *book, const char *day, int64_t open_doses, int64_t previous)
{
    act(book, KIND_CLOSING, PERSON_SEAL, MEANING_SEALED);
    put_text(book, 1, day);
    put_number(book, 2, CLOSING_ASKED);
    put_number(book, 3, open_doses);
    put_rows(book, 4, NULL, 0);
    put_rows(book, 5, NULL, 0);
    put_number(book, 6, previous);
}

static void a_closing_states_its_day_its_open_doses_and_the_closing_before(void **state)
{
    static const struct {
        const char *day;
        int64_t open_doses;
        bool after_closing, stands;
    } cases[] = { { "2026-03-02", 1, true, true },
                  { "2026-03-03", 1, true, false },
                  { "2026-03-02", 0, true, false },
                  { "2026-03-02", 1, false, false } };
    struct book *book = *state;
    uint32_t closing;

    close_day(book);
    closing = book->entries;
    open_session(book);
    begin_draw(book, 1, 1, 100);
    place(book);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_closing(book, cases[i].day, cases[i].open_doses, cases[i].after_closing ? closing : 0);
        if (cases[i].stands)
            expect_none(book);
        else
            expect(book, REFUSAL_CLOSING);
    }
}

static void drafts_are_not_recorded(void **state)
{
    struct book *book = *state;

    act(book, KIND_ANCHOR, OWNER, MEANING_APPROVED);
    put_text(book, 1, "a mark");
    expect(book, REFUSAL_KIND_DRAFT);
    for (unsigned kind = 1; kind <= KIND_LAST; kind++) { /* every other kind has its rule: this would crash without */
        if (kind_find(kind) == NULL || (kind_find(kind)->flags & KIND_IS_DRAFT) != 0)
            continue;
        assert_true(kind_find(kind)->signers[0].meaning != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_eight(each_due_is_given_by_the_right_people_and_nobody_else),
        in_two(what_does_not_wait_is_not_countersigned),
        in_eight(a_countersign_has_seen_what_it_approves),
        in_eight(a_countersign_touches_what_its_entry_touched),
        in_eight(a_header_that_says_too_much_breaks_nothing),
        in_two(nobody_is_two_people_in_one_act),
        in_two(those_who_sign_are_those_the_kind_asks_for),
        in_two(what_is_irregular_names_its_codes_exactly),
        in_two(an_officer_at_once_leaves_nothing_due),
        in_eight(whoever_is_locked_out_approves_nothing_for_that_patient),
        in_two(where_nobody_may_countersign_somebody_is_enrolled_who_may),
        in_two(no_code_is_lost_among_many),
        in_eight(all_that_goes_wrong_at_once_stands_in_the_payload),
        in_two(the_seal_signs_its_own_kinds_and_no_act_of_a_person),
        in_two(a_clock_entry_stands_only_where_the_clock_moved),
        in_eight(officers_and_custodians_vouch_for_the_clock_and_nobody_else),
        in_two(a_closing_states_its_day_its_open_doses_and_the_closing_before),
        in_two(drafts_are_not_recorded),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
