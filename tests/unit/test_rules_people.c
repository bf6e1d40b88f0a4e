/* Who may do what: genesis, policies, people, their keys and rights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "ledger/policy.h"
#include "tests/support/book.h"
#include "tests/support/doctored.h"

/* ---- acts of this file */

static void begin_roles(struct book *book, int64_t person, int64_t roles)
{
    act(book, KIND_PERSON, OWNER, MEANING_APPROVED);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_number(book, 8, person);
    put_number(book, 3, roles);
}

static void begin_revoke(struct book *book, int64_t officer, int64_t person)
{
    act(book, KIND_REVOKE, officer, MEANING_APPROVED);
    put_number(book, 1, person);
}

static void begin_rekey(struct book *book, int64_t person, unsigned key_number)
{
    struct public_key key = spare_key(key_number);

    act(book, KIND_REKEY, OWNER, MEANING_APPROVED);
    act_signed(book, NURSE, MEANING_APPROVED);
    act_signed(book, person, MEANING_NEW_KEY);
    put_number(book, 1, person);
    put_key(book, 2, &key);
}

static void begin_hold(struct book *book, int64_t person)
{
    static const int64_t vials[] = { 1 };

    act(book, KIND_HOLD, person, MEANING_DID);
    put_list(book, 1, vials, 1);
    put_number(book, 2, HOLD_SUSPECT);
}

/* ---- genesis and policy */

static void a_book_knows_its_founders(void **state)
{
    struct book *book = *state;

    assert_int_equal(3, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_CREDENTIAL));
    assert_int_equal(ROLE_OFFICER | ROLE_PRESCRIBER | ROLE_CLINICIAN | ROLE_CUSTODIAN | ROLE_WITNESS,
                     leaf_number(book, SUBJECT_CREDENTIAL, OWNER, CREDENTIAL_ROLES));
    assert_int_equal(ROLE_RECOVERY, leaf_number(book, SUBJECT_CREDENTIAL, RECOVERY, CREDENTIAL_ROLES));
    assert_int_equal(1, leaf_number(book, SUBJECT_CREDENTIAL, NURSE, CREDENTIAL_BORN));
    assert_int_equal(BOOK_NOON, leaf_number(book, SUBJECT_CREDENTIAL, NURSE, CREDENTIAL_FROM));
    assert_int_equal(2, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_POLICY_ENTRY));
    assert_int_equal(28, leaf_number(book, SUBJECT_POLICY, 1, POLICY_MULTI_DOSE_DAYS));
    assert_int_equal(-240, leaf_number(book, SUBJECT_POLICY, 1, POLICY_KEYS + 1));
}

/* Its lists stand in its leaf one after the other: offsets, holidays, rows of protocols. */
static void a_policy_keeps_its_lists_and_only_offsets_are_offsets(void **state)
{
    static const int64_t holidays[] = { 330, 20638 }; /* 1970-11-27, a number that an offset could have; 2026-07-04 */
    struct book *book = *state;
    struct facts row;
    struct view *view;
    size_t count;

    begin_policy(book);
    put_list(book, POLICY_HOLIDAYS, holidays, 2);
    row = row_of(book, POLICY_PROTOCOLS);
    for (unsigned place = 0; place < PROTOCOL_PLACES; place++)
        facts_put_number(&row, place, place + 1);
    put_rows(book, POLICY_PROTOCOLS, &row, 1);
    place(book);
    view = view_new(book->txn);
    assert_int_equal(-240, view_policy_list(view, POLICY_OFFSETS, &count)[1]);
    assert_int_equal(2, count);
    assert_memory_equal(holidays, view_policy_list(view, POLICY_HOLIDAYS, &count), sizeof holidays);
    assert_int_equal(2, count);
    assert_memory_equal(((const int64_t[]){ 1, 2, 3, 4, 5, 6, 7 }), view_policy_list(view, POLICY_PROTOCOLS, &count),
                        PROTOCOL_PLACES * sizeof(int64_t));
    assert_int_equal(PROTOCOL_PLACES, count);
    assert_int_equal(2, view_policy(view, POLICY_HOLIDAYS));
    assert_null(view_policy_list(view, POLICY_WITNESS, &count));
    view_free(view);
    begin_hold(book, NURSE);
    book->event.occurred.offset_min = -240;
    expect_none(book);
    book->event.occurred.offset_min = 330;
    expect(book, REFUSAL_OFFSET);
}

/* What each law says otherwise than the federal one of the United States, and nothing else. */
static void a_profile_differs_from_the_federal_one_in_its_rows_alone(void **state)
{
    static const struct { enum profile profile; unsigned differences; enum policy_key key; int64_t number; } rows[] = {
        { PROFILE_US_NY, 1, POLICY_INVENTORY_MONTHS, 24 }, { PROFILE_US_IA, 4, POLICY_INVENTORY_MONTHS, 12 },
        { PROFILE_US_SC, 2, POLICY_TOLERANCE_EYE, 50 }, { PROFILE_UK, 9, POLICY_LATE, 1440 } };
    const struct field *fields = kind_find(KIND_POLICY)->fields;
    struct facts federal, other;

    (void)state;
    facts_init(&federal, fields);
    policy_defaults(PROFILE_US_FEDERAL, &federal);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned differences = 0;

        facts_init(&other, fields);
        policy_defaults(rows[i].profile, &other);
        for (size_t at = 0; fields[at].name != NULL; at++) {
            differences += federal.values[at].number != other.values[at].number;
            if (fields[at].key != POLICY_OFFSETS)
                assert_int_equal(FACTS_OK, value_check(&fields[at], &other.values[at]));
        }
        assert_int_equal(rows[i].differences, differences); /* its own number among them */
        assert_int_equal(rows[i].number, facts_number(&other, rows[i].key, -1));
    }
}

static void a_policy_holds_from_the_next_entry_on(void **state)
{
    struct book *book = *state;

    begin_policy(book);
    put_number(book, POLICY_DOSE_TOTAL, 99);
    place(book);
    assert_int_equal(book->entries, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_POLICY_ENTRY));
    assert_int_equal(99, leaf_number(book, SUBJECT_POLICY, 2, POLICY_DOSE_TOTAL));
    begin_hold(book, NURSE);
    book->event.policy = 2;
    expect(book, REFUSAL_POLICY_MOVED);
}

static void a_policy_names_a_revision_we_know_and_never_an_older_one(void **state)
{
    struct book *book = *state;

    begin_policy(book);
    put_number(book, POLICY_REVISION, RULES_REVISION + 1);
    expect(book, REFUSAL_REVISION);
}

static void a_policy_is_signed_by_two_officers_and_never_irregular(void **state)
{
    struct book *book = *state;

    begin_policy(book);
    book->event.signers[1].person = PHYSICIAN;
    expect(book, REFUSAL_SIGNERS);
    book->event.reason = 2;
    book->event.irregular[0] = REFUSAL_ROLE;
    book->event.irregular_count = 1;
    judged(book);
    assert_non_null(book->refusal);

    begin_policy(book);
    book->event.signer_count = 1;
    expect(book, REFUSAL_SIGNERS);

    /* Two officers who are only said to have approved have not. */
    begin_policy(book);
    book->event.signer_count = 0;
    act_signed(book, AUDITOR, MEANING_REPORTED);
    act_done_by(book, OWNER, MEANING_APPROVED);
    act_done_by(book, NURSE, MEANING_APPROVED);
    expect(book, REFUSAL_SIGNERS);
}

/* ---- enrolling */

static void two_officers_enrol_a_person(void **state)
{
    struct book *book = *state;

    begin_person(book, "osei", 20, ROLE_CLINICIAN);
    put_number(book, 7, day_of(2027, 1, 31));
    assert_int_equal(4, place(book));
    assert_int_equal(ROLE_CLINICIAN, leaf_number(book, SUBJECT_CREDENTIAL, 4, CREDENTIAL_ROLES));
    assert_int_equal(day_of(2027, 1, 31), leaf_number(book, SUBJECT_CREDENTIAL, 4, CREDENTIAL_LICENCE_UNTIL));
    assert_int_equal(book->entries, leaf_number(book, SUBJECT_CREDENTIAL, 4, CREDENTIAL_BORN));
    assert_int_equal(0, leaf_number(book, SUBJECT_CREDENTIAL, 4, CREDENTIAL_PROVISIONAL));
    assert_int_equal(1, leaf_number(book, SUBJECT_PERSON_ACTS, 4, ACTS_SIGNED));
}

static void one_officer_enrols_a_locum_whom_another_confirms(void **state)
{
    struct book *book = *state;
    uint32_t entry;

    begin_person(book, "locum", 20, ROLE_CLINICIAN);
    book->event.signers[1] = book->event.signers[2];
    book->event.signer_count = 2;
    expect_none(book);
    place(book);
    entry = book->entries;
    assert_int_equal(DUE_LOCUM, waits_for(book, entry));
    assert_int_equal(book->now_ms - BOOK_MINUTE + 120 * (int64_t)BOOK_HOUR,
                     leaf_number(book, SUBJECT_CREDENTIAL, 4, CREDENTIAL_PROVISIONAL));
    begin_countersign(book, entry, OWNER);
    expect(book, REFUSAL_OWN_COUNTERSIGN);
    begin_countersign(book, entry, 4);
    expect(book, REFUSAL_OWN_COUNTERSIGN);
    begin_countersign(book, entry, NURSE);
    place(book);
    assert_int_equal(0, leaf_number(book, SUBJECT_CREDENTIAL, 4, CREDENTIAL_PROVISIONAL));
}

static void a_locum_whom_nobody_confirms_has_rights_for_so_long(void **state)
{
    struct book *book = *state;
    int64_t until_ms;

    begin_person(book, "locum", 20, ROLE_CLINICIAN);
    book->event.signers[1] = book->event.signers[2];
    book->event.signer_count = 2;
    place(book);
    until_ms = leaf_number(book, SUBJECT_CREDENTIAL, 4, CREDENTIAL_PROVISIONAL);
    wait_for(book, until_ms - book->now_ms);
    begin_hold(book, 4);
    expect_none(book);
    book->event.occurred.ms++;
    expect(book, REFUSAL_NOT_IN_FORCE);
}

static void nobody_makes_an_officer_alone(void **state)
{
    struct book *book = *state;

    begin_person(book, "puppet", 20, ROLE_OFFICER);
    book->event.signers[1] = book->event.signers[2];
    book->event.signer_count = 2;
    expect(book, REFUSAL_SIGNERS);

    begin_roles(book, PHYSICIAN, ROLE_OFFICER | ROLE_PRESCRIBER);
    book->event.signer_count = 1;
    expect(book, REFUSAL_SIGNERS);
    act_signed(book, NURSE, MEANING_APPROVED);
    place(book);
    assert_int_equal(ROLE_OFFICER | ROLE_PRESCRIBER, leaf_number(book, SUBJECT_CREDENTIAL, PHYSICIAN, CREDENTIAL_ROLES));
}

static void nobody_grants_rights_to_themselves(void **state)
{
    struct book *book = *state;

    begin_roles(book, OWNER, ROLE_OFFICER | ROLE_PRESCRIBER);
    book->event.signer_count = 1;
    expect(book, REFUSAL_OWN_GRANT);
    act_signed(book, NURSE, MEANING_APPROVED); /* with another it is two officers who grant to one of them */
    expect_none(book);
    begin_roles(book, RECOVERY, ROLE_CLINICIAN);
    expect(book, REFUSAL_OWN_GRANT);
    begin_person(book, "osei", 20, ROLE_RECOVERY);
    expect(book, REFUSAL_OWN_GRANT);
    begin_person(book, "osei", 20, ROLE_CLINICIAN);
    book->event.signers[0] = (struct event_signer){ RECOVERY, MEANING_RECOVERED };
    book->event.signers[1] = (struct event_signer){ PERSON_NEW, MEANING_NEW_KEY };
    book->event.signer_count = 2;
    expect(book, REFUSAL_OWN_GRANT);
}

static void recovery_keys_enrol_an_officer_by_signing_and_not_by_being_named(void **state)
{
    struct book *book = *state;

    begin_person(book, "successor", 20, ROLE_OFFICER);
    book->event.signers[0] = (struct event_signer){ RECOVERY, MEANING_RECOVERED };
    book->event.signers[1] = (struct event_signer){ PERSON_NEW, MEANING_NEW_KEY };
    book->event.signer_count = 2;
    expect_none(book);
    book->event.signers[0] = (struct event_signer){ NURSE, MEANING_REPORTED };
    act_done_by(book, RECOVERY, MEANING_RECOVERED);
    expect(book, REFUSAL_SIGNERS);
}

static void names_and_keys_are_given_once(void **state)
{
    struct book *book = *state;

    begin_person(book, "owner", 20, ROLE_CLINICIAN);
    expect(book, REFUSAL_NAME_TAKEN);
    begin_person(book, "osei", 2, ROLE_CLINICIAN); /* the owner's key */
    expect(book, REFUSAL_KEY_KNOWN);
    begin_person(book, "osei", 0, ROLE_CLINICIAN); /* the seal's key */
    expect(book, REFUSAL_KEY_KNOWN);
    begin_person(book, "osei", 20, ROLE_CLINICIAN);
    facts_put(&book->event.facts, 2)->second = KEY_ED25519;
    {
        static const uint8_t small_order[32] = { 1 }; /* the neutral point: anybody can sign for it */

        facts_put_bytes(&book->event.facts, 2, bytes_of(small_order, 32));
        book->event.facts.values[1].second = KEY_ED25519;
    }
    expect(book, REFUSAL_KEY_WEAK);
}

static void a_new_person_signs_last_with_a_handle_and_a_key(void **state)
{
    struct book *book = *state;

    begin_person(book, "osei", 20, ROLE_CLINICIAN);
    book->event.facts.values[0].present = false;
    expect(book, REFUSAL_COMBINATION);
    begin_person(book, "osei", 20, ROLE_CLINICIAN);
    book->event.signer_count = 2;
    expect(book, REFUSAL_SIGNERS);
    begin_roles(book, OWNER, ROLE_OFFICER);
    put_text(book, 1, "another");
    expect(book, REFUSAL_COMBINATION);
}

/* ---- ending rights */

static void revoking_ends_rights_but_not_those_of_the_past(void **state)
{
    struct book *book = *state;
    int64_t before_ms = book->now_ms;

    wait_for(book, BOOK_HOUR);
    begin_revoke(book, OWNER, NURSE_B);
    place(book);
    assert_int_equal(book->entries, leaf_number(book, SUBJECT_CREDENTIAL, NURSE_B, CREDENTIAL_REVOKED));

    begin_hold(book, NURSE_B);
    expect(book, REFUSAL_NOT_THEIR_KEY, REFUSAL_NOT_IN_FORCE);

    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500); /* done by her before, written down by another now */
    book->event.occurred.ms = before_ms;
    book->event.signers[0] = (struct event_signer){ NURSE, MEANING_REPORTED };
    act_done_by(book, NURSE_B, MEANING_DID);
    expect(book, REFUSAL_LATE);
    book->event.occurred.ms = book->now_ms;
    expect(book, REFUSAL_NOT_IN_FORCE);
    forbidden(book, REFUSAL_NOT_IN_FORCE, false);
}

static void two_officers_take_a_revoked_person_back_under_the_same_number(void **state)
{
    struct book *book = *state;

    begin_revoke(book, OWNER, NURSE_B);
    place(book);
    begin_revoke(book, OWNER, NURSE_B);
    expect(book, REFUSAL_ALREADY_SO);
    begin_roles(book, NURSE_B, ROLE_CLINICIAN);
    book->event.signer_count = 1;
    expect(book, REFUSAL_SIGNERS); /* one alone takes rights and does not give them back */
    act_signed(book, NURSE, MEANING_APPROVED);
    place(book);
    begin_hold(book, NURSE_B);
    expect_none(book);
}

static void there_is_always_an_officer_and_enough_recovery_keys(void **state)
{
    struct book *book = *state;

    begin_revoke(book, OWNER, RECOVERY);
    expect(book, REFUSAL_LAST_OFFICER);
    begin_revoke(book, OWNER, NURSE);
    place(book);
    begin_revoke(book, OWNER, OWNER);
    expect(book, REFUSAL_LAST_OFFICER);
}

static void only_an_officer_revokes(void **state)
{
    struct book *book = *state;

    begin_revoke(book, PHYSICIAN, OWNER);
    expect(book, REFUSAL_SIGNERS);
}

static void rights_begin_and_end_to_the_millisecond(void **state)
{
    struct book *book = *state;
    int64_t from_ms = book->now_ms + BOOK_HOUR, until_ms = from_ms + 10 * BOOK_MINUTE;
    static const struct {
        int64_t from_begin_ms;
        unsigned code;
    } cases[] = { { -1, REFUSAL_NOT_IN_FORCE }, { 0, 0 }, { 10 * BOOK_MINUTE, 0 },
                  { 10 * BOOK_MINUTE + 1, REFUSAL_NOT_IN_FORCE } };

    begin_person(book, "locum", 20, ROLE_CLINICIAN);
    put_time(book, 4, from_ms);
    put_time(book, 5, until_ms);
    place(book);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        book->now_ms = from_ms + cases[i].from_begin_ms;
        begin_hold(book, 10);
        book->now_ms = until_ms; /* recorded while the key is good: what counts is when it happened */
        if (cases[i].code != 0)
            expect(book, cases[i].code);
        else
            expect_none(book);
    }
    book->now_ms = until_ms + 1;
    begin_hold(book, 10);
    expect(book, REFUSAL_NOT_THEIR_KEY, REFUSAL_NOT_IN_FORCE);
}

static void a_licence_renewed_today_does_not_undo_what_was_done_yesterday(void **state)
{
    struct book *book = *state;
    int64_t yesterday_ms = book->now_ms;

    wait_for(book, BOOK_DAY);
    begin_roles(book, NURSE_B, ROLE_CLINICIAN);
    put_number(book, 7, day_of(2027, 12, 31));
    place(book);
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 500);
    book->event.signers[0].person = NURSE_B;
    book->event.occurred.ms = yesterday_ms;
    expect(book, REFUSAL_LATE);
    book->event.occurred.ms = BOOK_NOON - 1; /* but before that she was nobody here */
    book->event.facts.values[1].present = false;
    judged(book);
    assert_int_equal(REFUSAL_BEFORE, book->refusal->code);
}

static void begin_release(struct book *book, int64_t officer, int64_t occurred_ms)
{
    static const int64_t vials[] = { 1 };

    act(book, KIND_RELEASE, OWNER, MEANING_DID);
    act_signed(book, officer, MEANING_APPROVED);
    put_list(book, 1, vials, 1);
    book->event.occurred.ms = occurred_ms;
}

/* Acts are judged by the roles their doers had when they happened. An approval is given when it is signed: a day that
 * is typed gives nobody back what was taken from him. */
static void who_was_an_officer_yesterday_approves_nothing_today(void **state)
{
    struct book *book = *state;
    int64_t before_ms;

    begin_hold(book, OWNER);
    place(book);
    before_ms = book->now_ms;
    begin_release(book, NURSE, before_ms);
    expect_none(book);
    book->now_ms += BOOK_MINUTE;
    begin_roles(book, NURSE, ROLE_CLINICIAN | ROLE_CUSTODIAN);
    place(book);
    begin_release(book, NURSE, before_ms);
    expect(book, REFUSAL_ROLE);
    begin_revoke(book, NURSE, PHYSICIAN);
    book->event.occurred.ms = before_ms;
    expect(book, REFUSAL_SIGNERS);
    act(book, KIND_RELEASE, NURSE, MEANING_DID); /* what she did as a custodian she may still sign */
    act_signed(book, OWNER, MEANING_APPROVED);
    put_list(book, 1, (const int64_t[]){ 1 }, 1);
    book->event.occurred.ms = before_ms;
    expect_none(book);
}

static void the_licence_holds_through_its_last_day_by_the_signed_offset(void **state)
{
    struct book *book = *state;

    begin_roles(book, NURSE_B, ROLE_CLINICIAN);
    put_number(book, 7, day_of(2026, 3, 2));
    place(book);
    begin_session(book, 1, 1);
    place(book);
    book->now_ms = INT64_C(1772427600000) + BOOK_DAY - 1; /* 23:59:59.999 of that day in New York */
    begin_draw(book, 1, 1, 500);
    book->event.signers[0].person = NURSE_B;
    expect_none(book);
    book->now_ms += 1;
    begin_draw(book, 1, 1, 500);
    book->event.signers[0].person = NURSE_B;
    expect(book, REFUSAL_LICENCE, REFUSAL_DAY_NOT_CLOSED);
    book->now_ms -= 1;
    close_day(book);
    begin_draw(book, 1, 1, 500);
    book->event.signers[0].person = NURSE_B;
    forbidden(book, REFUSAL_LICENCE, true);
    begin_hold(book, NURSE_B); /* anybody may hold: that needs no licence */
    expect_none(book);
}

/* ---- keys */

static void a_new_key_signs_from_the_next_entry_on(void **state)
{
    struct book *book = *state;

    book->is_signed = true;
    begin_rekey(book, NURSE_B, 20);
    place(book);
    assert_int_equal(book->entries, leaf_number(book, SUBJECT_CREDENTIAL, NURSE_B, CREDENTIAL_KEY_ENTRY));
    begin_hold(book, NURSE_B);
    expect_none(book);
}

static void a_rekey_wants_two_officers_or_the_recovery_keys(void **state)
{
    struct book *book = *state;

    begin_rekey(book, NURSE, 20);
    book->event.signers[1] = (struct event_signer){ NURSE, MEANING_OLD_KEY }; /* the other officer is the subject */
    expect_none(book);
    book->event.signer_count = 0;
    act_signed(book, OWNER, MEANING_APPROVED);
    act_signed(book, NURSE, MEANING_NEW_KEY);
    expect(book, REFUSAL_SIGNERS);
    book->event.signers[0] = (struct event_signer){ RECOVERY, MEANING_RECOVERED };
    expect_none(book);
    begin_rekey(book, NURSE, 20);
    book->event.signers[2].person = RECOVERY; /* the new key is another's */
    expect(book, REFUSAL_SIGNERS);
}

static void a_new_key_is_brought_by_no_other_kind(void **state)
{
    struct book *book = *state;

    book->is_signed = true;
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    act_signed(book, NURSE, MEANING_NEW_KEY);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_KETAMINE);
    put_number(book, 3, ROUTE_IV);
    put_number(book, 5, 35000000);
    expect(book, REFUSAL_SIGNERS, REFUSAL_NOT_THEIR_KEY);
}

/* ---- the seal */

static void begin_seal_change(struct book *book, unsigned key_number)
{
    struct public_key key = spare_key(key_number);

    act(book, KIND_SEAL_CHANGE, OWNER, MEANING_APPROVED);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_key(book, FACT_SEAL_CHANGE_SEAL, &key);
}

static void a_new_seal_wants_two_officers_or_the_recovery_keys(void **state)
{
    struct book *book = *state;

    begin_seal_change(book, 20);
    expect_none(book);
    book->event.signer_count = 1; /* one officer */
    expect(book, REFUSAL_SIGNERS);
    book->event.signers[0] = (struct event_signer){ RECOVERY, MEANING_RECOVERED }; /* as many as this house needs */
    expect_none(book);
    book->event.signers[0] = (struct event_signer){ RECOVERY, MEANING_APPROVED };
    expect(book, REFUSAL_SIGNERS);
    begin_seal_change(book, 20);
    book->event.signers[1].person = NURSE_B; /* no officer */
    expect(book, REFUSAL_SIGNERS);
    begin_seal_change(book, 20);
    book->event.signers[1] = (struct event_signer){ NURSE, MEANING_REPORTED }; /* nobody else did it */
    act_done_by(book, NURSE_B, MEANING_APPROVED);
    expect(book, REFUSAL_SIGNERS);
}

static void a_seal_has_a_key_that_nobody_had_and_of_one_algorithm(void **state)
{
    struct book *book = *state;

    begin_seal_change(book, 0); /* the one in force */
    expect(book, REFUSAL_KEY_KNOWN);
    begin_seal_change(book, 2); /* the owner's */
    expect(book, REFUSAL_KEY_KNOWN);
    begin_seal_change(book, 21); /* P-256 */
    expect(book, REFUSAL_KEY_WEAK);
    begin_seal_change(book, 20);
    place(book);
    assert_int_equal(book->entries, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_SEAL_ENTRY));
    begin_seal_change(book, 0); /* the one before it */
    expect(book, REFUSAL_KEY_KNOWN);
    begin_seal_change(book, 20);
    expect(book, REFUSAL_KEY_KNOWN);
    begin_person(book, "osei", 0, ROLE_CLINICIAN);
    expect(book, REFUSAL_KEY_KNOWN);
    begin_person(book, "osei", 20, ROLE_CLINICIAN);
    expect(book, REFUSAL_KEY_KNOWN);
}

static void a_book_knows_which_seal_was_in_force_where(void **state)
{
    struct book *book = *state;
    struct public_key keys[] = { spare_key(0), spare_key(20), spare_key(22) };
    uint32_t entries[3] = { 1 };
    struct view *view;
    struct seal seal;

    for (unsigned i = 1; i < 3; i++) {
        begin_seal_change(book, 18 + 2 * i);
        place(book);
        entries[i] = book->entries;
        begin_hold(book, NURSE);
        expect_none(book);
    }
    view = view_new(book->txn);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(view_seal_at(view, entries[i], &seal));
        assert_int_equal(entries[i], seal.entry);
        assert_true(public_key_equal(&keys[i], &seal.key));
        if (i > 0)
            assert_true(view_seal_at(view, entries[i] - 1, &seal) && public_key_equal(&keys[i - 1], &seal.key));
    }
    assert_true(view_seal_at(view, UINT32_MAX, &seal) && public_key_equal(&keys[2], &seal.key));
    assert_false(view_seal_at(view, 0, &seal));
    assert_true(view_key_of(view, PERSON_SEAL, &seal.key) && public_key_equal(&keys[2], &seal.key));
    view_free(view);
}

static void a_new_seal_stands_in_no_list(void **state)
{
    struct book *book = *state;

    begin_seal_change(book, 20);
    expect_none(book);
    book->event.in_list = true;
    book->event.list_place = 1;
    book->event.list_length = 2;
    memcpy(book->event.list_act, book->event.act, ACT_SIZE);
    expect(book, REFUSAL_LIST);
}

/* The day it leaves stays the one that is not closed, and the clock may have gone on for weeks. */
static void a_new_seal_waits_for_no_closing_and_no_clock_and_nothing_else_goes_before_them(void **state)
{
    struct book *book = *state;
    int64_t unclosed = leaf_number(book, LEAF_TABLE_SITE, 1, SITE_UNCLOSED_DAY);

    assert_int_not_equal(0, unclosed);
    book->now_ms += 40 * BOOK_DAY;
    begin_hold(book, NURSE);
    expect(book, REFUSAL_CLOCK_AHEAD);
    begin_seal_change(book, 20);
    place(book);
    assert_int_equal(unclosed, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_UNCLOSED_DAY));
    begin_hold(book, NURSE);
    expect(book, REFUSAL_DAY_NOT_CLOSED);
    close_day(book);
    begin_seal_change(book, 22);
    place(book);
    assert_int_equal(unclosed + 40, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_UNCLOSED_DAY));
    book->now_ms -= BOOK_DAY; /* back it does not go */
    begin_seal_change(book, 24);
    expect(book, REFUSAL_RECORDED_AT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_book_knows_its_founders),
        in_two(a_policy_keeps_its_lists_and_only_offsets_are_offsets),
        cmocka_unit_test(a_profile_differs_from_the_federal_one_in_its_rows_alone),
        in_two(a_policy_holds_from_the_next_entry_on),
        in_two(a_policy_names_a_revision_we_know_and_never_an_older_one),
        in_eight(a_policy_is_signed_by_two_officers_and_never_irregular),
        in_two(two_officers_enrol_a_person),
        in_two(one_officer_enrols_a_locum_whom_another_confirms),
        in_two(a_locum_whom_nobody_confirms_has_rights_for_so_long),
        in_eight(nobody_makes_an_officer_alone),
        in_two(nobody_grants_rights_to_themselves),
        in_two(recovery_keys_enrol_an_officer_by_signing_and_not_by_being_named),
        in_two(names_and_keys_are_given_once),
        in_two(a_new_person_signs_last_with_a_handle_and_a_key),
        in_eight(revoking_ends_rights_but_not_those_of_the_past),
        in_eight(two_officers_take_a_revoked_person_back_under_the_same_number),
        in_two(there_is_always_an_officer_and_enough_recovery_keys),
        in_eight(only_an_officer_revokes),
        in_eight(rights_begin_and_end_to_the_millisecond),
        in_eight(a_licence_renewed_today_does_not_undo_what_was_done_yesterday),
        in_eight(who_was_an_officer_yesterday_approves_nothing_today),
        in_eight(the_licence_holds_through_its_last_day_by_the_signed_offset),
        in_eight(a_new_key_signs_from_the_next_entry_on),
        in_two(a_rekey_wants_two_officers_or_the_recovery_keys),
        in_two(a_new_key_is_brought_by_no_other_kind),
        in_eight(a_new_seal_wants_two_officers_or_the_recovery_keys),
        in_two(a_seal_has_a_key_that_nobody_had_and_of_one_algorithm),
        in_two(a_book_knows_which_seal_was_in_force_where),
        in_two(a_new_seal_stands_in_no_list),
        in_two(a_new_seal_waits_for_no_closing_and_no_clock_and_nothing_else_goes_before_them),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
