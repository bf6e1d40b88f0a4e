/* A rule set aside once: by whom, for whom, for how long, and what is never set aside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ledger/error.h"
#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { BECAUSE = 2 };

static void begin_override(struct book *book, unsigned rule, uint32_t patient)
{
    act(book, KIND_OVERRIDE, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    act_because(book, BECAUSE);
    put_number(book, 1, rule);
    put_number(book, 2, patient);
}

/* A session of patient 1 by an order that has been used up. */
static void use_up_the_order(struct book *book)
{
    static const int64_t mg = 1000000;

    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_KETAMINE);
    put_number(book, 3, ROUTE_IV);
    put_number(book, 5, 35 * mg);
    assert_int_equal(3, place(book));
    begin_session(book, 1, 3);
    begin_close(book, place(book), OUTCOME_STOPPED);
    place(book);
    wait_for(book, BOOK_DAY);
}

static void begin_one_more(struct book *book)
{
    begin_session(book, 1, 3);
}

static void a_rule_set_aside_for_a_patient_is_set_aside_for_one_session(void **state)
{
    struct book *book = *state;
    uint32_t override;

    use_up_the_order(book);
    begin_one_more(book);
    expect(book, REFUSAL_ORDER_USED);
    begin_override(book, REFUSAL_ORDER_USED, 1);
    place(book);
    override = book->entries;
    begin_one_more(book);
    expect(book, REFUSAL_OVERRIDDEN);
    assert_int_equal(REFUSAL_ORDER_USED, book->verdict.broken[0].a);
    assert_int_equal(override, book->verdict.broken[0].entry);
    assert_int_equal(2, place(book));
    assert_int_equal(2, leaf_number(book, LEAF_TABLE_OVERRIDE, override, OVERRIDE_SESSION));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_OPEN_CASES));
    begin_close(book, 2, OUTCOME_STOPPED);
    place(book);
    wait_for(book, 16 * BOOK_HOUR);
    begin_one_more(book);
    expect(book, REFUSAL_ORDER_USED);
}

/* What owns up to a rule that was set aside says what is not so; and another broken rule stays broken. */
static void a_rule_that_is_set_aside_is_not_owned_up_to_and_no_other_is_set_aside_with_it(void **state)
{
    struct book *book = *state;

    use_up_the_order(book);
    begin_override(book, REFUSAL_ORDER_USED, 1);
    place(book);
    begin_one_more(book);
    act_because(book, BECAUSE);
    book->event.irregular_count = 1;
    book->event.irregular[0] = REFUSAL_ORDER_USED;
    expect(book, REFUSAL_OVERRIDDEN, REFUSAL_IRREGULAR_CODES);
    begin_one_more(book);
    book->event.facts.values[2].present = false;
    forbidden_beside(book, REFUSAL_NO_PLACE, 0, true);
}

static void a_rule_is_set_aside_from_that_moment_to_the_end_of_its_time(void **state)
{
    struct book *book = *state;
    int64_t from_ms;

    use_up_the_order(book);
    begin_override(book, REFUSAL_ORDER_USED, 1);
    from_ms = book->event.occurred.ms;
    place(book);
    begin_one_more(book);
    book->event.occurred.ms = from_ms - 1;
    expect(book, REFUSAL_ORDER_USED);
    book->event.occurred.ms = from_ms;
    expect(book, REFUSAL_OVERRIDDEN);
    wait_for(book, BOOK_DAY);
    begin_one_more(book);
    book->event.occurred.ms = from_ms + BOOK_DAY; /* the policy says 24 hours */
    expect(book, REFUSAL_OVERRIDDEN);
    book->event.occurred.ms = from_ms + BOOK_DAY + 1;
    expect(book, REFUSAL_ORDER_USED);
}

static void nothing_is_set_aside_before_an_officer_agrees_nor_for_what_he_does_himself(void **state)
{
    struct book *book = *state;
    uint32_t override;

    use_up_the_order(book);
    begin_override(book, REFUSAL_ORDER_USED, 1);
    book->event.signer_count = 1;
    place(book);
    override = book->entries;
    assert_int_equal(DUE_APPROVAL, waits_for(book, override));
    begin_one_more(book);
    expect(book, REFUSAL_ORDER_USED);
    begin_countersign(book, override, NURSE);
    expect(book, REFUSAL_OWN_COUNTERSIGN);
    begin_countersign(book, override, OWNER);
    place(book);
    assert_int_equal(OWNER, leaf_number(book, LEAF_TABLE_OVERRIDE, override, OVERRIDE_APPROVER));
    begin_one_more(book);
    book->event.signers[0].person = OWNER;
    expect(book, REFUSAL_ORDER_USED);
    begin_one_more(book);
    expect(book, REFUSAL_OVERRIDDEN);
}

static void a_rule_is_set_aside_for_nobody_but_its_patient(void **state)
{
    struct book *book = *state;

    use_up_the_order(book);
    begin_override(book, REFUSAL_ORDER_USED, 2);
    place(book);
    begin_one_more(book);
    expect(book, REFUSAL_ORDER_USED);
    begin_override(book, REFUSAL_ORDER_USED, 3);
    expect(book, REFUSAL_NO_SUBJECT);
}

/* The draw and each gift of one session, until the time is over. */
static void what_uses_it_may_use_it_again_in_the_same_session(void **state)
{
    struct book *book = *state;
    uint32_t session;

    begin_session(book, 1, 1);
    session = place(book);
    begin_draw(book, session, 1, 100);
    place(book);
    wait_for(book, 29 * BOOK_DAY); /* the vial is used for 28 days */
    begin_override(book, REFUSAL_BEYOND_USE, 1);
    place(book);
    for (int i = 0; i < 2; i++) {
        begin_draw(book, session, 1, 100 + i);
        book->event.signers[0].person = NURSE;
        expect(book, REFUSAL_OVERRIDDEN);
        place(book);
    }
    begin_draw(book, 0, 1, 100);
    book->event.signers[0].person = NURSE;
    expect(book, REFUSAL_BEYOND_USE, REFUSAL_NO_SESSION);
}

/* Signatures, conservation, identity and the order of time are never set aside, nor what the law asks. */
static void these_rules_can_be_set_aside_and_no_others(void **state)
{
    static const unsigned can_be[] = { 215, 403, 404, 406, 407, 421, 423 };
    struct book *book = *state;
    size_t found = 0;

    for (const struct refusal *row = refusals; row->code != 0; row++) {
        begin_override(book, row->code, 1);
        if (found < sizeof can_be / sizeof can_be[0] && row->code == can_be[found]) {
            expect_none(book);
            found++;
        } else {
            expect(book, REFUSAL_NOT_OVERRIDABLE);
        }
    }
    assert_int_equal(sizeof can_be / sizeof can_be[0], found);
    begin_override(book, 999, 1); /* no code at all */
    expect(book, REFUSAL_NOT_OVERRIDABLE);
}

static void setting_a_rule_aside_takes_a_reason_and_two_people_who_may(void **state)
{
    static const int64_t locked_out[] = { NURSE_C, OWNER };
    struct book *book = *state;

    begin_override(book, REFUSAL_ORDER_USED, 1);
    book->event.reason = 0;
    expect(book, REFUSAL_NEEDS_REASON);
    begin_override(book, REFUSAL_ORDER_USED, 1);
    book->event.signers[1].person = PHYSICIAN; /* who is no officer: not even as what it is */
    expect(book, REFUSAL_SIGNERS);
    begin_override(book, REFUSAL_ORDER_USED, 1);
    book->event.signers[1].person = NURSE;
    expect(book, REFUSAL_SAME_PERSON);
    begin_override(book, REFUSAL_ORDER_USED, 1);
    book->event.signers[0].person = AUDITOR;
    expect(book, REFUSAL_SIGNERS);
    act(book, KIND_PATIENT, NURSE, MEANING_DID);
    put_number(book, 1, 1);
    put_list(book, 2, locked_out, 2);
    place(book);
    begin_override(book, REFUSAL_ORDER_USED, 1); /* OWNER may not act for this patient */
    expect(book, REFUSAL_SIGNERS);
    book->event.signers[0].person = NURSE_C;
    book->event.signer_count = 1;
    expect(book, REFUSAL_SIGNERS);
    begin_override(book, REFUSAL_ORDER_USED, 1);
    book->event.signer_count = 1;
    place(book);
    begin_countersign(book, book->entries, OWNER);
    expect(book, REFUSAL_COUNTERSIGNER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(a_rule_set_aside_for_a_patient_is_set_aside_for_one_session),
        in_two(a_rule_that_is_set_aside_is_not_owned_up_to_and_no_other_is_set_aside_with_it),
        in_two(a_rule_is_set_aside_from_that_moment_to_the_end_of_its_time),
        in_two(nothing_is_set_aside_before_an_officer_agrees_nor_for_what_he_does_himself),
        in_two(a_rule_is_set_aside_for_nobody_but_its_patient),
        in_two(what_uses_it_may_use_it_again_in_the_same_session),
        in_two(these_rules_can_be_set_aside_and_no_others),
        in_eight(setting_a_rule_aside_takes_a_reason_and_two_people_who_may),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
