/* What has to be filed, by when, and what is said of it when it was filed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ledger/filing.h"
#include "tests/support/book.h"
#include "tests/support/doctored.h"

enum { SUPPLIER = 1, STERICYCLE };

/* ---- days. Weekdays are those of a printed calendar. */

static void a_business_day_is_monday_to_friday_and_no_holiday(void **state)
{
    const int64_t holidays[] = { day_of(2026, 7, 3), day_of(2027, 1, 1), day_of(2024, 2, 29), day_of(2026, 3, 3) };
    const struct {
        int32_t from[3];
        int64_t days;
        int32_t to[3];
    } cases[] = {
        { { 2026, 2, 23 }, 1, { 2026, 2, 24 } },  /* Monday to Tuesday */
        { { 2026, 2, 27 }, 1, { 2026, 3, 2 } },   /* Friday to Monday */
        { { 2026, 2, 28 }, 1, { 2026, 3, 2 } },   /* Saturday to Monday */
        { { 2026, 3, 1 }, 1, { 2026, 3, 2 } },    /* Sunday to Monday */
        { { 2026, 3, 2 }, 1, { 2026, 3, 4 } },    /* over a holiday on Tuesday */
        { { 2026, 7, 2 }, 1, { 2026, 7, 6 } },    /* over a holiday on Friday and a week's end */
        { { 2026, 12, 31 }, 1, { 2027, 1, 4 } },  /* over New Year on a Friday */
        { { 2024, 2, 28 }, 1, { 2024, 3, 1 } },   /* over a leap day that is a holiday */
        { { 2028, 2, 28 }, 1, { 2028, 2, 29 } },  /* a leap day is a day */
        { { 2026, 2, 23 }, 5, { 2026, 3, 2 } },
        { { 2026, 2, 23 }, 6, { 2026, 3, 4 } },
        { { 2026, 2, 28 }, 0, { 2026, 2, 28 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(day_of(cases[i].to[0], cases[i].to[1], cases[i].to[2]),
                         filing_business_day(day_of(cases[i].from[0], cases[i].from[1], cases[i].from[2]), cases[i].days,
                                             holidays, 4));
}

/* ---- a loss that the authority is told of */

static int64_t due(struct book *book, uint32_t entry, enum filing_place at)
{
    return leaf_number(book, LEAF_TABLE_FILING, entry, at) - 1;
}

static int64_t waiting(struct book *book)
{
    return leaf_number(book, LEAF_TABLE_SITE, 1, SITE_FILINGS);
}

static int64_t local_ms(int32_t year, int32_t month, int32_t day, int32_t hour)
{
    return day_of(year, month, day) * BOOK_DAY + hour * INT64_C(3600000) - BOOK_OFFSET * INT64_C(60000);
}

static void begin_loss(struct book *book, int64_t vial, int64_t discovered_ms)
{
    act(book, KIND_LOSS, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_WITNESSED);
    put_list(book, 1, &vial, 1);
    put_time(book, 2, discovered_ms);
    put_number(book, 7, 1);
}

static void begin_notice(struct book *book, enum notice notice, uint32_t about)
{
    act(book, KIND_NOTICE, OWNER, MEANING_APPROVED);
    put_number(book, 1, notice);
    if (about != 0)
        put_number(book, 2, about);
}

/* The book is founded on Monday the second of March 2026. */
static void a_break_in_on_friday_found_on_monday_is_told_by_tuesday(void **state)
{
    struct book *book = *state;

    begin_loss(book, 1, local_ms(2026, 3, 2, 8));
    put_time(book, 8, local_ms(2026, 2, 27, 23));
    place(book);
    assert_int_equal(day_of(2026, 3, 3), due(book, book->entries, FILING_LOSS_DUE));
    assert_int_equal(day_of(2026, 4, 16), due(book, book->entries, FILING_FORM_DUE));
    assert_int_equal(1, waiting(book)); /* one entry, of which two notices are due */
}

static void a_holiday_on_tuesday_makes_it_wednesday(void **state)
{
    const int64_t holidays[] = { day_of(2026, 5, 25), day_of(2026, 3, 3) };
    struct book *book = *state;

    begin_policy(book);
    put_list(book, POLICY_HOLIDAYS, holidays, 2);
    place(book);
    begin_loss(book, 1, local_ms(2026, 3, 2, 8));
    place(book);
    assert_int_equal(day_of(2026, 3, 4), due(book, book->entries, FILING_LOSS_DUE));
}

static void the_day_of_a_loss_is_the_local_day_of_its_discovery(void **state)
{
    struct book *book = *state;

    begin_loss(book, 1, local_ms(2026, 3, 2, 0) - 1); /* Sunday, one millisecond before midnight */
    place(book);
    assert_int_equal(day_of(2026, 3, 2), due(book, book->entries, FILING_LOSS_DUE));
    assert_int_equal(day_of(2026, 4, 15), due(book, book->entries, FILING_FORM_DUE));
    begin_loss(book, 2, local_ms(2026, 3, 2, 0));
    place(book);
    assert_int_equal(day_of(2026, 3, 3), due(book, book->entries, FILING_LOSS_DUE));
}

static void forty_five_days_run_over_year_ends_and_leap_days(void **state)
{
    static const struct {
        int32_t found[3], form[3];
    } cases[] = { { { 2026, 12, 1 }, { 2027, 1, 15 } }, { { 2027, 2, 1 }, { 2027, 3, 18 } }, { { 2028, 2, 1 }, { 2028, 3, 17 } } };
    struct book *book = *state;

    for (int64_t i = 0; i < 3; i++) {
        int64_t found_ms = local_ms(cases[i].found[0], cases[i].found[1], cases[i].found[2], 12);

        wait_for(book, found_ms - book->now_ms);
        begin_loss(book, i + 1, found_ms);
        place(book);
        assert_int_equal(day_of(cases[i].form[0], cases[i].form[1], cases[i].form[2]),
                         due(book, book->entries, FILING_FORM_DUE));
    }
}

static void nothing_is_due_where_it_is_not_significant_or_the_policy_asks_for_none(void **state)
{
    struct book *book = *state;

    begin_loss(book, 1, book->now_ms);
    book->event.facts.values[6].present = false;
    place(book);
    assert_int_equal(0, waiting(book));
    begin_policy(book);
    put_number(book, POLICY_LOSS_NOTICE_DAYS, 0);
    put_number(book, POLICY_CERTIFICATE_DAYS, 0);
    place(book);
    begin_loss(book, 2, book->now_ms);
    place(book);
    assert_int_equal(-1, due(book, book->entries, FILING_LOSS_DUE));
    assert_int_equal(day_of(2026, 4, 16), due(book, book->entries, FILING_FORM_DUE));
    begin_policy(book);
    put_number(book, POLICY_LOSS_FORM_DAYS, 0);
    place(book);
    begin_loss(book, 3, book->now_ms);
    place(book);
    assert_int_equal(day_of(2026, 3, 3), due(book, book->entries, FILING_LOSS_DUE));
    assert_int_equal(-1, due(book, book->entries, FILING_FORM_DUE));
    assert_int_equal(2, waiting(book));
}

/* ---- notices */

static void a_notice_ends_what_it_is_about_and_nothing_else(void **state)
{
    struct book *book = *state;
    uint32_t loss;

    begin_loss(book, 1, book->now_ms);
    place(book);
    loss = book->entries;
    begin_notice(book, NOTICE_FORM_106, loss);
    expect_none(book);
    place(book);
    assert_int_equal(book->entries, leaf_number(book, LEAF_TABLE_FILING, loss, FILING_FORM_FILED));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_FILING, loss, FILING_LOSS_FILED));
    assert_int_equal(1, waiting(book));
    begin_notice(book, NOTICE_LOSS, loss);
    place(book);
    assert_int_equal(0, waiting(book));
}

/* Due on Tuesday the third: all of Tuesday is in time, by the site's clock. */
static void what_is_filed_on_the_last_day_is_in_time_and_after_it_late(void **state)
{
    struct book *book = *state;
    uint32_t loss;

    begin_loss(book, 1, book->now_ms);
    place(book);
    loss = book->entries;
    wait_for(book, local_ms(2026, 3, 4, 0) - 1 - book->now_ms);
    begin_notice(book, NOTICE_LOSS, loss);
    expect_none(book);
    wait_for(book, 1);
    begin_notice(book, NOTICE_LOSS, loss);
    expect(book, REFUSAL_FILED_LATE);
    assert_int_equal(1, book->verdict.broken[0].a);
    assert_null(book->refusal); /* a note, and no more */
    place(book);
    assert_int_equal(book->entries, leaf_number(book, LEAF_TABLE_FILING, loss, FILING_LOSS_FILED));
}

static void what_nobody_had_to_file_is_written_down_with_a_reason(void **state)
{
    struct book *book = *state;
    uint32_t loss;

    begin_notice(book, NOTICE_CERTIFICATE, 5); /* an entry about which nothing is due */
    expect(book, REFUSAL_NOT_DUE);
    assert_int_equal(REFUSAL_NOT_DUE, book->refusal->code);
    act_because(book, 2);
    expect(book, REFUSAL_NOT_DUE);
    assert_null(book->refusal);
    place(book);
    assert_int_equal(DUE_SOFT, waits_for(book, book->entries));
    assert_int_equal(0, waiting(book));
    begin_loss(book, 1, book->now_ms);
    place(book);
    loss = book->entries;
    begin_notice(book, NOTICE_REMS, loss); /* another sort than what is due */
    expect(book, REFUSAL_NOT_DUE);
    begin_notice(book, NOTICE_LOSS, loss);
    place(book);
    begin_notice(book, NOTICE_LOSS, loss); /* twice */
    expect(book, REFUSAL_NOT_DUE);
}

static void a_notice_with_a_day_names_its_entry_and_others_need_none(void **state)
{
    static const enum notice with_day[] = { NOTICE_LOSS, NOTICE_FORM_106, NOTICE_REMS, NOTICE_CERTIFICATE };
    static const enum notice without[] = { NOTICE_FORM_41, NOTICE_OTHER, NOTICE_COMPLAINT };
    struct book *book = *state;

    for (size_t i = 0; i < 4; i++) {
        begin_notice(book, with_day[i], 0);
        expect(book, REFUSAL_COMBINATION);
    }
    for (size_t i = 0; i < 3; i++) {
        begin_notice(book, without[i], 0);
        expect_none(book);
        begin_notice(book, without[i], 5);
        expect_none(book);
    }
    begin_notice(book, NOTICE_OTHER, book->entries + 1);
    expect(book, REFUSAL_NO_ENTRY);
}

static void only_an_officer_files(void **state)
{
    struct book *book = *state;

    act(book, KIND_NOTICE, CUSTODIAN, MEANING_APPROVED);
    put_number(book, 1, NOTICE_OTHER);
    forbidden(book, REFUSAL_ROLE, true);
}

/* ---- the certificate of what was sent away to be destroyed */

static void a_reverse_distributor_owes_a_certificate(void **state)
{
    struct book *book = *state;
    const int64_t vials[] = { 1, 2 };
    uint32_t shipment;

    act(book, KIND_PARTY, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, "stericycle");
    put_number(book, 2, PARTY_REVERSE_DISTRIBUTOR);
    put_text(book, 3, "Reverse distributor");
    put_text(book, 4, "dea:AB1234563");
    place(book);
    for (unsigned i = 0; i < 2; i++) {
        act(book, KIND_SHIP, OWNER, MEANING_DID);
        act_signed(book, NURSE, MEANING_WITNESSED);
        put_list(book, 1, &vials[i], 1);
        put_number(book, 2, i == 0 ? STERICYCLE : SUPPLIER);
        put_text(book, 3, "RD-1");
        place(book);
        assert_int_equal(1, waiting(book)); /* a supplier owes none */
        shipment = i == 0 ? book->entries : shipment;
    }
    assert_int_equal(day_of(2026, 4, 1), due(book, shipment, FILING_CERTIFICATE_DUE));
    begin_notice(book, NOTICE_CERTIFICATE, shipment);
    put_text(book, 3, "C-1");
    place(book);
    assert_int_equal(0, waiting(book));
}

/* ---- the form of each treatment with esketamine */

static void close_with(struct book *book, bool is_sprayed)
{
    uint32_t session, dose;

    begin_session(book, 2, 2);
    act_because(book, 2);
    session = place_irregular(book);
    begin_draw(book, session, is_sprayed ? 15 : 16, 200);
    act_because(book, 2);
    dose = place_irregular(book);
    if (is_sprayed) {
        begin_give(book, dose, PHASE_WHOLE, QUANTITY_SPRAYS, 2);
        act_because(book, 2);
        place_irregular(book);
    }
    begin_close(book, session, OUTCOME_STOPPED);
    act_because(book, 2);
    place_irregular(book);
}

static void a_treatment_with_esketamine_is_told_within_seven_days(void **state)
{
    struct book *book = *state;

    close_with(book, false);
    assert_int_equal(0, waiting(book));
    wait_for(book, BOOK_DAY);
    close_with(book, true);
    assert_int_equal(day_of(2026, 3, 10), due(book, book->entries, FILING_REMS_DUE));
    begin_notice(book, NOTICE_REMS, book->entries);
    place(book);
    assert_int_equal(0, waiting(book));
}

static void a_policy_without_days_asks_for_no_form_of_esketamine(void **state)
{
    struct book *book = *state;

    begin_policy(book);
    put_number(book, POLICY_REMS_DAYS, 0);
    place(book);
    close_with(book, true);
    assert_int_equal(0, waiting(book));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_business_day_is_monday_to_friday_and_no_holiday),
        in_two(a_break_in_on_friday_found_on_monday_is_told_by_tuesday),
        in_two(a_holiday_on_tuesday_makes_it_wednesday),
        in_two(the_day_of_a_loss_is_the_local_day_of_its_discovery),
        in_two(forty_five_days_run_over_year_ends_and_leap_days),
        in_two(nothing_is_due_where_it_is_not_significant_or_the_policy_asks_for_none),
        in_two(a_notice_ends_what_it_is_about_and_nothing_else),
        in_two(what_is_filed_on_the_last_day_is_in_time_and_after_it_late),
        in_two(what_nobody_had_to_file_is_written_down_with_a_reason),
        in_two(a_notice_with_a_day_names_its_entry_and_others_need_none),
        in_eight(only_an_officer_files),
        in_two(a_reverse_distributor_owes_a_certificate),
        in_two(a_treatment_with_esketamine_is_told_within_seven_days),
        in_two(a_policy_without_days_asks_for_no_form_of_esketamine),
    };

    return cmocka_run_group_tests(tests, doctored_begin, doctored_end);
}
