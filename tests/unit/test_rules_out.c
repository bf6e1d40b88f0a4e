/* Stock that leaves otherwise than through a patient: shipped, destroyed, surrendered, lost. What turns up is tried in
 * test_rules_found.c, what has to be filed in test_filing.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { SUPPLIES = 1, REVERSE, OTHER_CLINIC, PHARMACY, AGENCY, AMBULANCE, NO_PAPERS, TILL_JUNE };

/* One of each sort of party, then one without a registration and one whose registration ends. */
static void define_parties(struct book *book)
{
    static const struct {
        const char *name;
        enum party_type type;
        bool is_registered;
    } parties[] = { { "reverse", PARTY_REVERSE_DISTRIBUTOR, true }, { "clinic", PARTY_REGISTRANT, true },
                    { "pharmacy", PARTY_PHARMACY, true }, { "agency", PARTY_AGENCY, true },
                    { "ambulance", PARTY_AMBULANCE, true }, { "no-papers", PARTY_REVERSE_DISTRIBUTOR, false },
                    { "till-june", PARTY_REVERSE_DISTRIBUTOR, true } };

    for (size_t i = 0; i < sizeof parties / sizeof parties[0]; i++) {
        act(book, KIND_PARTY, OWNER, MEANING_DID);
        act_signed(book, NURSE, MEANING_APPROVED);
        put_text(book, 1, parties[i].name);
        put_number(book, 2, parties[i].type);
        put_text(book, 3, parties[i].name);
        if (parties[i].is_registered)
            put_text(book, 4, "dea:AB1234563");
        if (i + SUPPLIES + 1 == TILL_JUNE)
            put_number(book, 6, day_of(2026, 6, 30));
        place(book);
    }
}

static void begin_out(struct book *book, enum kind_number kind, const int64_t *vials, size_t count)
{
    act(book, kind, OWNER, MEANING_DID);
    if (kind != KIND_SURRENDER)
        act_signed(book, NURSE, MEANING_WITNESSED);
    if (count > 0)
        put_list(book, 1, vials, count);
    if (kind == KIND_LOSS)
        put_time(book, 2, book->now_ms);
    if (kind == KIND_SHIP || kind == KIND_SURRENDER)
        put_number(book, 2, kind == KIND_SHIP ? REVERSE : AGENCY);
    if (kind == KIND_SHIP)
        put_text(book, 3, "DOC-1");
    if (kind == KIND_DESTROY) {
        put_text(book, 2, "incinerated");
        put_text(book, 3, "41-1");
    }
}

static void begin_out_of(struct book *book, enum kind_number kind, int64_t vial)
{
    begin_out(book, kind, &vial, 1);
}

static void begin_ship_to(struct book *book, int64_t vial, int64_t party)
{
    begin_out_of(book, KIND_SHIP, vial);
    put_number(book, 2, party);
}

/* Own up to whatever else is wrong with it. */
static uint32_t dose_of(struct book *book, uint32_t vial, int64_t volume_ul)
{
    begin_draw(book, 1, vial, volume_ul);
    act_because(book, 2);
    return place_irregular(book);
}

static void begin_out_of_dose(struct book *book, enum kind_number kind, int64_t dose)
{
    begin_out(book, kind, NULL, 0);
    put_list(book, kind == KIND_LOSS ? 5 : 4, &dose, 1);
}

/* ---- containers */

static const struct {
    enum kind_number kind;
    enum vial_place purpose;
    enum total_place total;
} outs[] = { { KIND_LOSS, VIAL_LOST, TOTAL_LOST }, { KIND_SHIP, VIAL_SHIPPED, TOTAL_SHIPPED },
             { KIND_DESTROY, VIAL_DESTROYED, TOTAL_DESTROYED }, { KIND_SURRENDER, VIAL_SURRENDERED, TOTAL_SURRENDERED } };

enum { OUTS = sizeof outs / sizeof outs[0] };

/* Vials 1 to 4 are sealed, 5 to 8 opened with 9 mL left, of product 1; both are held. */
static void what_leaves_takes_all_that_the_book_has_left(void **state)
{
    struct book *book = *state;

    define_parties(book);
    begin_session(book, 1, 1);
    place(book);
    for (uint32_t vial = 5; vial <= 8; vial++)
        dose_of(book, vial, 1000);
    for (int64_t vial = 1; vial <= 8; vial++) {
        act(book, KIND_HOLD, NURSE, MEANING_DID);
        put_list(book, 1, &vial, 1);
        put_number(book, 2, HOLD_RECALL);
        place(book);
    }
    for (uint32_t i = 0; i < OUTS; i++) {
        const int64_t vials[] = { i + 1, i + 5 };
        int64_t on_hand_ng = leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_ON_HAND);

        begin_out(book, outs[i].kind, vials, 2);
        place(book);
        for (uint32_t j = 0; j < 2; j++) {
            assert_int_equal(VIAL_FINISHED, leaf_number(book, SUBJECT_VIAL, (uint32_t)vials[j], VIAL_STATE));
            assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, (uint32_t)vials[j], VIAL_LEFT));
            assert_int_equal(j == 0 ? 10000 : 9000, leaf_number(book, SUBJECT_VIAL, (uint32_t)vials[j], outs[i].purpose));
            assert_int_equal(outs[i].purpose, leaf_number(book, SUBJECT_VIAL, (uint32_t)vials[j], VIAL_ENDED));
            assert_int_equal(book->entries, leaf_number(book, SUBJECT_VIAL, (uint32_t)vials[j], VIAL_ENDED_BY));
        }
        assert_int_equal(INT64_C(950000000), leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, outs[i].total));
        assert_int_equal(on_hand_ng - INT64_C(950000000), leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_ON_HAND));
    }
}

/* Day 2028-09-30 is the last of use. */
static void expired_stock_leaves_like_any_other(void **state)
{
    struct book *book = *state;

    define_parties(book);
    wait_for(book, (int64_t)(day_of(2028, 10, 2) - day_of(2026, 3, 2)) * BOOK_DAY);
    for (uint32_t i = 0; i < OUTS; i++) {
        begin_out_of(book, outs[i].kind, 1);
        judged(book);
        assert_null(book->refusal);
    }
}

static void what_is_gone_or_out_as_a_dose_cannot_leave_and_nothing_leaves_twice(void **state)
{
    struct book *book = *state;
    const int64_t twice[] = { 2, 2 };

    define_parties(book);
    begin_session(book, 2, 2);
    place(book);
    dose_of(book, 15, 200); /* a device out as a dose */
    begin_out_of(book, KIND_DESTROY, 1);
    place(book);
    for (uint32_t i = 0; i < OUTS; i++) {
        begin_out_of(book, outs[i].kind, 1);
        expect(book, REFUSAL_VIAL_FINISHED);
        begin_out_of(book, outs[i].kind, 15);
        expect(book, REFUSAL_VIAL_STATE);
        begin_out(book, outs[i].kind, twice, 2);
        judged(book);
        assert_int_equal(REFUSAL_TWICE, book->refusal->code);
        begin_out_of(book, outs[i].kind, 99);
        expect(book, REFUSAL_NO_SUBJECT);
    }
}

static void nothing_leaves_before_it_came(void **state)
{
    struct book *book = *state;
    int64_t came_ms = leaf_number(book, SUBJECT_VIAL, 1, VIAL_RECEIVED);

    define_parties(book);
    for (uint32_t i = 0; i < OUTS; i++) {
        begin_out_of(book, outs[i].kind, 1);
        book->event.occurred.ms = came_ms - BOOK_MINUTE;
        judged(book);
        assert_null(book->refusal);
        begin_out_of(book, outs[i].kind, 1);
        book->event.occurred.ms = came_ms - BOOK_MINUTE - 1;
        judged(book);
        assert_int_equal(REFUSAL_BEFORE, book->refusal->code);
    }
}

static void it_takes_two_but_to_hand_over_to_an_authority(void **state)
{
    struct book *book = *state;

    define_parties(book);
    for (uint32_t i = 0; i < OUTS; i++) {
        begin_out_of(book, outs[i].kind, 1);
        book->event.signer_count = 1;
        judged(book);
        assert_int_equal(outs[i].kind != KIND_SURRENDER, book->refusal != NULL);
        if (outs[i].kind == KIND_SURRENDER)
            continue;
        assert_int_equal(REFUSAL_SIGNERS, book->refusal->code);
        begin_out_of(book, outs[i].kind, 1);
        book->event.signers[1].person = OWNER;
        judged(book);
        assert_int_equal(REFUSAL_SAME_PERSON, book->refusal->code);
    }
}

/* ---- doses */

static void what_is_open_of_a_dose_can_be_lost_or_destroyed(void **state)
{
    static const struct {
        enum kind_number kind;
        enum dose_place purpose;
        enum total_place total;
    } ways[] = { { KIND_LOSS, DOSE_LOST, TOTAL_LOST }, { KIND_DESTROY, DOSE_DESTROYED, TOTAL_DESTROYED } };
    struct book *book = *state;

    begin_session(book, 1, 1);
    place(book);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t dose = dose_of(book, 1, 700);
        int64_t committed_ng = leaf_number(book, SUBJECT_SESSION, 1, SESSION_COMMITTED);

        begin_give(book, dose, PHASE_WHOLE, QUANTITY_NG, 10000000);
        place(book);
        begin_out_of_dose(book, ways[i].kind, dose);
        place(book);
        assert_int_equal(25000000, leaf_number(book, SUBJECT_DOSE, dose, ways[i].purpose));
        assert_int_equal(0, leaf_number(book, SUBJECT_DOSE, dose, DOSE_OPEN));
        assert_int_equal(DOSE_IS_SETTLED, leaf_number(book, SUBJECT_DOSE, dose, DOSE_STATE));
        assert_int_equal(25000000, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, ways[i].total));
        assert_int_equal(committed_ng - 25000000, leaf_number(book, SUBJECT_SESSION, 1, SESSION_COMMITTED));
        begin_out_of_dose(book, ways[i].kind, dose);
        expect(book, REFUSAL_SETTLED);
    }
}

static void a_running_dose_is_read_before_it_is_given_up_unless_it_is_lost(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 1, 1);
    place(book);
    dose = dose_of(book, 1, 700);
    begin_give(book, dose, PHASE_START, 0, 0);
    place(book);
    begin_out_of_dose(book, KIND_DESTROY, dose);
    expect(book, REFUSAL_PHASE);
    begin_out_of_dose(book, KIND_LOSS, dose);
    place(book);
    assert_int_equal(35000000, leaf_number(book, SUBJECT_DOSE, dose, DOSE_LOST));
    assert_int_equal(DOSE_IS_SETTLED, leaf_number(book, SUBJECT_DOSE, dose, DOSE_STATE));
    assert_int_equal(0, leaf_number(book, SUBJECT_SESSION, 1, SESSION_OPEN_DOSES));
}

/* Nurse B seals it; the owner and nurse lose it, or destroy it. */
static void who_sealed_a_bag_sees_it_destroyed_but_not_lost(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    begin_session(book, 1, 1);
    place(book);
    dose = dose_of(book, 1, 700);
    act(book, KIND_HELD, NURSE_B, MEANING_DID);
    put_number(book, 1, dose);
    put_text(book, 2, "B-1");
    place(book);
    begin_out_of_dose(book, KIND_DESTROY, dose);
    expect(book, REFUSAL_SETTLE_HELD);
    begin_out_of_dose(book, KIND_LOSS, dose);
    expect(book, REFUSAL_LOST);
}

static void something_is_lost_or_destroyed(void **state)
{
    struct book *book = *state;

    begin_out(book, KIND_LOSS, NULL, 0);
    expect(book, REFUSAL_COMBINATION);
    begin_out(book, KIND_DESTROY, NULL, 0);
    expect(book, REFUSAL_COMBINATION);
}

/* ---- loss */

static void a_loss_opens_a_case_of_all_that_is_missing(void **state)
{
    const int64_t vials[] = { 1, 11 };
    struct book *book = *state;
    int64_t dose;

    begin_session(book, 1, 1);
    place(book);
    dose = dose_of(book, 1, 700);
    begin_out(book, KIND_LOSS, vials, 2);
    put_list(book, 5, &dose, 1);
    expect(book, REFUSAL_LOST);
    place(book);
    assert_int_equal(REFUSAL_LOST, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_CODE));
    assert_int_equal(SUBJECT_VIAL, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_SUBJECT));
    assert_int_equal(1, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_ID));
    /* 465 mg of vial 1, 500 mg of vial 11, 35 mg of the dose */
    assert_int_equal(-INT64_C(1000000000), leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_DIFFERENCE));
    dose = dose_of(book, 2, 700);
    begin_out_of_dose(book, KIND_LOSS, dose);
    place(book);
    assert_int_equal(SUBJECT_DOSE, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_SUBJECT));
    assert_int_equal(dose, leaf_number(book, SUBJECT_CASE, book->verdict.case_id, CASE_ID));
}

static void a_loss_under_a_case_opens_no_other(void **state)
{
    struct book *book = *state;
    uint32_t cases;

    begin_out_of(book, KIND_LOSS, 1);
    place(book);
    cases = book->verdict.case_id;
    assert_int_equal(0, leaf_number(book, SUBJECT_CASE, cases, CASE_COMPENSATED));
    begin_out_of(book, KIND_LOSS, 2);
    put_number(book, 3, cases);
    expect_none(book);
    place(book);
    assert_int_equal(0, book->verdict.case_id);
    assert_int_equal(1, leaf_number(book, SUBJECT_CASE, cases, CASE_COMPENSATED));
}

static void a_part_is_lost_of_one_vial_alone_and_not_more_than_is_left(void **state)
{
    static const struct {
        int64_t volume_ul;
        enum vial_state state;
        unsigned code;
    } cases[] = { { 1, VIAL_OPEN, REFUSAL_LOST }, { 9999, VIAL_OPEN, REFUSAL_LOST }, { 10000, VIAL_FINISHED, REFUSAL_LOST },
                  { 10001, 0, REFUSAL_OVERDRAWN } };
    const int64_t two[] = { 5, 6 };
    struct book *book = *state;

    for (uint32_t i = 0; i < 4; i++) {
        begin_out_of(book, KIND_LOSS, i + 1);
        put_number(book, 4, cases[i].volume_ul);
        judged(book);
        if (cases[i].state == 0) {
            assert_int_equal(cases[i].code, book->refusal->code);
            continue;
        }
        expect(book, cases[i].code);
        place(book);
        assert_int_equal(cases[i].state, leaf_number(book, SUBJECT_VIAL, i + 1, VIAL_STATE));
        assert_int_equal(10000 - cases[i].volume_ul, leaf_number(book, SUBJECT_VIAL, i + 1, VIAL_LEFT));
        assert_int_equal(book->event.occurred.ms, leaf_number(book, SUBJECT_VIAL, i + 1, VIAL_OPENED));
        assert_int_equal(0, leaf_number(book, SUBJECT_VIAL, i + 1, VIAL_ENDED)); /* so much, not whatever was left */
    }
    begin_out(book, KIND_LOSS, two, 2);
    put_number(book, 4, 1);
    expect(book, REFUSAL_COMBINATION);
    begin_out(book, KIND_LOSS, NULL, 0);
    put_list(book, 5, two, 1);
    put_number(book, 4, 1);
    judged(book);
    assert_non_null(book->refusal);
}

static void a_loss_is_discovered_after_it_happened_and_before_it_is_recorded(void **state)
{
    struct book *book = *state;

    begin_out_of(book, KIND_LOSS, 1);
    put_time(book, 2, book->now_ms + 1);
    judged(book);
    assert_int_equal(REFUSAL_FUTURE, book->refusal->code);
    begin_out_of(book, KIND_LOSS, 1);
    put_time(book, 8, book->now_ms);
    expect(book, REFUSAL_LOST);
    begin_out_of(book, KIND_LOSS, 1);
    put_time(book, 2, book->now_ms - 1);
    put_time(book, 8, book->now_ms);
    judged(book);
    assert_int_equal(REFUSAL_TIMES, book->refusal->code);
}

/* ---- to whom */

static void stock_is_shipped_to_a_registration_that_holds(void **state)
{
    struct book *book = *state;

    define_parties(book);
    begin_ship_to(book, 1, TILL_JUNE);
    expect_none(book);
    begin_ship_to(book, 1, NO_PAPERS);
    forbidden(book, REFUSAL_PARTY_UNREGISTERED, false); /* the witness is an officer who did not do it */
    wait_for(book, (int64_t)(day_of(2026, 6, 30) - day_of(2026, 3, 2)) * BOOK_DAY);
    begin_ship_to(book, 2, TILL_JUNE);
    expect_none(book);
    wait_for(book, BOOK_DAY);
    begin_ship_to(book, 2, TILL_JUNE);
    forbidden(book, REFUSAL_PARTY_UNREGISTERED, false);
    begin_out_of(book, KIND_SURRENDER, 3); /* an authority needs none */
    expect_none(book);
}

static void each_sort_of_party_gets_what_goes_to_it(void **state)
{
    static const struct {
        int64_t party;
        bool is_shipped_to, is_practitioner;
    } cases[] = { { SUPPLIES, true, false }, { REVERSE, true, false }, { OTHER_CLINIC, true, true },
                  { PHARMACY, false, true }, { AGENCY, false, false }, { AMBULANCE, false, true } };
    struct book *book = *state;

    define_parties(book);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned codes[2];
        size_t count = 0;

        if (!cases[i].is_shipped_to)
            codes[count++] = REFUSAL_PARTY_TYPE;
        if (cases[i].is_practitioner) /* nothing was given yet, so anything is above the twentieth part */
            codes[count++] = REFUSAL_FIVE_PERCENT;
        begin_ship_to(book, 1, cases[i].party);
        expect_codes(book, codes, count, __FILE__, __LINE__);
        begin_out_of(book, KIND_SURRENDER, 1);
        put_number(book, 2, cases[i].party);
        codes[0] = REFUSAL_PARTY_TYPE;
        expect_codes(book, codes, cases[i].party == AGENCY ? 0 : 1, __FILE__, __LINE__);
    }
    begin_out_of(book, KIND_SURRENDER, 1);
    put_number(book, 2, SUPPLIES);
    act_because(book, 2);
    place(book);
    assert_int_equal(DUE_SOFT, waits_for(book, book->entries));
}

/* ---- five percent */

/* So much given in all, as the reading goes on. */
static void give_up_to(struct book *book, uint32_t dose, int64_t read_ng)
{
    begin_give(book, dose, PHASE_BOLUS, QUANTITY_NG, read_ng);
    act_because(book, 2);
    place_irregular(book);
    assert_int_equal(read_ng, leaf_number(book, LEAF_TABLE_TOTAL, KETAMINE_50, TOTAL_GIVEN));
}

/* Vials 19 and 20 hold 10 mg each; 10 mg is the twentieth part of 190 mg given and 10 mg sent. */
static void a_twentieth_part_may_go_to_other_practitioners_and_not_a_nanogram_more(void **state)
{
    struct book *book = *state;
    uint32_t dose;

    define_parties(book);
    begin_session(book, 1, 1);
    place(book);
    dose = dose_of(book, 1, 4000);
    give_up_to(book, dose, 189999999);
    begin_ship_to(book, 19, OTHER_CLINIC);
    expect(book, REFUSAL_FIVE_PERCENT);
    give_up_to(book, dose, 190000000);
    begin_ship_to(book, 19, OTHER_CLINIC);
    expect_none(book);
    place(book);
    assert_int_equal(10000000, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_TRANSFERRED));
    begin_ship_to(book, 20, OTHER_CLINIC);
    forbidden(book, REFUSAL_FIVE_PERCENT, false);
    assert_int_equal(20000000, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_TRANSFERRED));
}

static void what_goes_back_or_to_be_destroyed_is_not_of_the_five_percent(void **state)
{
    struct book *book = *state;

    define_parties(book);
    begin_ship_to(book, 1, SUPPLIES);
    place(book);
    begin_ship_to(book, 2, REVERSE);
    place(book);
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_TRANSFERRED));
}

/* Years are local ones, of recorded-at: New York's 2027 begins at 05:00 UTC. */
static void the_five_percent_begin_anew_with_the_year(void **state)
{
    struct book *book = *state;
    int64_t new_year_ms = (int64_t)day_of(2027, 1, 1) * BOOK_DAY + 5 * BOOK_HOUR;
    uint32_t dose;

    define_parties(book);
    begin_session(book, 1, 1);
    place(book);
    dose = dose_of(book, 1, 8000);
    give_up_to(book, dose, 190000000);
    wait_for(book, new_year_ms - 1 - book->now_ms);
    begin_ship_to(book, 19, OTHER_CLINIC);
    expect_none(book);
    place(book); /* a minute later the year is over */
    assert_int_equal(2026, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_YEAR));
    close_day(book);
    begin_ship_to(book, 20, OTHER_CLINIC);
    book->event.occurred.ms = new_year_ms - BOOK_HOUR; /* when it happened does not matter, or the old year were never over */
    expect(book, REFUSAL_FIVE_PERCENT, REFUSAL_LATE);
    assert_int_equal(190000000, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_YEAR_GIVEN));
    assert_int_equal(10000000, leaf_number(book, LEAF_TABLE_SITE, 1, SITE_YEAR_TRANSFERRED));
    give_up_to(book, dose, 379999999);
    begin_ship_to(book, 20, OTHER_CLINIC);
    expect(book, REFUSAL_FIVE_PERCENT);
    give_up_to(book, dose, 380000000);
    begin_ship_to(book, 20, OTHER_CLINIC);
    expect_none(book);
}

/* ---- destroy */

static void what_is_destroyed_stands_on_a_form_or_there_is_a_reason(void **state)
{
    struct book *book = *state;

    begin_out_of(book, KIND_DESTROY, 1);
    expect_none(book);
    book->event.facts.values[2].present = false;
    expect(book, REFUSAL_NO_FORM);
    assert_int_equal(REFUSAL_NO_FORM, book->refusal->code);
    act_because(book, 2);
    place(book); /* the witness is the second person for it */
    assert_int_equal(0, waits_for(book, book->entries));
}

static void where_the_law_names_the_witness_only_he_sees_it_destroyed(void **state)
{
    struct book *book = *state;

    begin_out_of(book, KIND_DESTROY, 1);
    book->event.signers[1].person = AUDITOR; /* may always watch */
    expect_none(book);
    begin_policy(book);
    put_number(book, POLICY_DESTROY_AUTHORISED, 1);
    place(book);
    begin_out_of(book, KIND_DESTROY, 1);
    forbidden(book, REFUSAL_ROLE, true); /* the officer who signs is what is wrong with it */
    begin_out_of(book, KIND_DESTROY, 2);
    book->event.signers[1].person = AUDITOR;
    expect_none(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(what_leaves_takes_all_that_the_book_has_left),
        in_two(expired_stock_leaves_like_any_other),
        in_two(what_is_gone_or_out_as_a_dose_cannot_leave_and_nothing_leaves_twice),
        in_two(nothing_leaves_before_it_came),
        in_two(it_takes_two_but_to_hand_over_to_an_authority),
        in_two(what_is_open_of_a_dose_can_be_lost_or_destroyed),
        in_two(a_running_dose_is_read_before_it_is_given_up_unless_it_is_lost),
        in_eight(who_sealed_a_bag_sees_it_destroyed_but_not_lost),
        in_two(something_is_lost_or_destroyed),
        in_two(a_loss_opens_a_case_of_all_that_is_missing),
        in_two(a_loss_under_a_case_opens_no_other),
        in_two(a_part_is_lost_of_one_vial_alone_and_not_more_than_is_left),
        in_two(a_loss_is_discovered_after_it_happened_and_before_it_is_recorded),
        in_two(stock_is_shipped_to_a_registration_that_holds),
        in_two(each_sort_of_party_gets_what_goes_to_it),
        in_two(a_twentieth_part_may_go_to_other_practitioners_and_not_a_nanogram_more),
        in_two(what_goes_back_or_to_be_destroyed_is_not_of_the_five_percent),
        in_two(the_five_percent_begin_anew_with_the_year),
        in_two(what_is_destroyed_stands_on_a_form_or_there_is_a_reason),
        in_eight(where_the_law_names_the_witness_only_he_sees_it_destroyed),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
