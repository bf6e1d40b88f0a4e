/* Clocks that are wrong, days that end, and what the seal writes by itself. Times are in New York, -05:00. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/place.h"
#include "tests/support/day.h"
#include "tests/support/judged.h"

static const int64_t second_ms = 1000, minute_ms = 60 * 1000, hour_ms = 60 * 60 * 1000, day_ms = 24 * 60 * 60 * 1000;

static struct act_list *new_patient(struct house *house)
{
    return house_act(house, KIND_PATIENT, 2, MEANING_DID);
}

/* The time recorded in an entry, and its kind. */
static int64_t recorded_ms(struct house *house, uint32_t number, enum kind_number *kind, struct facts *facts)
{
    struct reading reading;
    struct bytes bytes;
    struct entry entry;
    static struct event event;
    static uint8_t copy[ENTRY_LIMIT];
    struct facts_fault fault;
    int64_t ms;

    assert_int_equal(ledger_read(house->ledger, &reading, &house->error), LEDGER_OK);
    assert_int_equal(place_read(reading.txn, number, &bytes, &entry, &house->error), LEDGER_OK);
    memcpy(copy, bytes.data, bytes.size);
    assert_int_equal(entry_decode(bytes_of(copy, bytes.size), &entry), EVENT_OK);
    assert_int_equal(event_decode(entry.message.payload, &event, &fault), EVENT_OK);
    ms = entry.header.recorded_ms;
    if (kind != NULL)
        *kind = event.kind->number;
    if (facts != NULL)
        *facts = event.facts;
    ledger_read_end(&reading);
    return ms;
}

static int64_t newest_ms(struct house *house)
{
    return recorded_ms(house, house_entries(house), NULL, NULL);
}

static enum ledger_status set_clock(struct house *house)
{
    return ledger_set_clock(house->ledger, 1, "desk-1", (struct at){ house->now_ms, -300 }, &house->placed, &house->error);
}

static void assert_passes(struct house *house)
{
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

/* ---- the clock */

static void a_clock_three_seconds_behind_is_taken_for_the_newest_entrys_time(void **state)
{
    struct house *house = *state;
    int64_t before_ms;

    house_must(house, new_patient(house));
    before_ms = newest_ms(house);
    house->now_ms = before_ms - 3 * second_ms;
    house_must(house, new_patient(house));
    assert_int_equal(newest_ms(house), before_ms);
    assert_passes(house);
}

static void a_clock_an_hour_behind_is_refused_before_anybody_signs(void **state)
{
    struct house *house = *state;
    struct act_list *list;

    house_must(house, new_patient(house));
    list = new_patient(house);
    house->now_ms -= hour_ms;
    house_refused(house, house_prepare(house, list), REFUSAL_CLOCK_BEHIND);
    act_list_free(list);
}

static void after_a_clock_entry_exactly_one_entry_steps_back(void **state)
{
    struct house *house = *state;
    int64_t before_ms;
    enum kind_number kind;

    house->now_ms += 3 * hour_ms;
    house_must(house, new_patient(house));
    before_ms = newest_ms(house);
    house->now_ms -= hour_ms;
    assert_int_equal(set_clock(house), LEDGER_OK);
    assert_int_equal(recorded_ms(house, house_entries(house), &kind, NULL), before_ms);
    assert_int_equal(kind, KIND_CLOCK);
    house->now_ms += minute_ms;
    house_must(house, new_patient(house));
    assert_true(newest_ms(house) < before_ms - 30 * minute_ms);
    house->now_ms -= hour_ms;
    house_refused(house, house_commit(house, new_patient(house)), REFUSAL_CLOCK_BEHIND);
    assert_passes(house);
    assert_int_equal(verified_directory(house->directory)->clocks, 1);
}

/* A day is closed before the clock leaves it backwards too, and the days it comes back to end as they should. */
static void a_clock_that_ran_five_days_ahead_leaves_no_day_open(void **state)
{
    struct house *house = *state;
    uint32_t entries;
    enum kind_number kind;
    struct facts facts;

    house_must(house, new_patient(house));
    house->now_ms += 5 * day_ms;
    house_must(house, new_patient(house)); /* on the 7th, as it seems */
    house->now_ms -= 5 * day_ms;
    entries = house_entries(house);
    assert_int_equal(set_clock(house), LEDGER_OK);
    assert_int_equal(house->placed.closed_before, entries + 1);
    recorded_ms(house, entries + 1, &kind, &facts);
    assert_int_equal(kind, KIND_CLOSING);
    assert_true(bytes_equal_text(facts_get(&facts, 1)->bytes, "2026-03-07"));
    house->now_ms += minute_ms;
    house_must(house, new_patient(house)); /* on the 2nd */
    assert_int_equal(house->placed.closed_before, 0);
    house->now_ms += day_ms;
    house_must(house, new_patient(house)); /* on the 3rd */
    assert_int_equal(house->placed.closed_before, entries + 4);
    recorded_ms(house, entries + 4, &kind, &facts);
    assert_true(bytes_equal_text(facts_get(&facts, 1)->bytes, "2026-03-02"));
    assert_passes(house);
}

static void a_silence_of_thirty_one_days_needs_a_clock_entry_and_the_old_day_is_closed_first(void **state)
{
    struct house *house = *state;
    int64_t before_ms;
    uint32_t entries;
    enum kind_number kind;

    house_must(house, new_patient(house));
    before_ms = newest_ms(house);
    entries = house_entries(house);
    house->now_ms += 31 * day_ms;
    house_refused(house, house_commit(house, new_patient(house)), REFUSAL_CLOCK_AHEAD);
    assert_int_equal(house_entries(house), entries);
    assert_int_equal(set_clock(house), LEDGER_OK);
    assert_int_equal(house->placed.closed_before, entries + 1);
    assert_int_equal(recorded_ms(house, entries + 1, &kind, NULL), before_ms);
    assert_int_equal(kind, KIND_CLOSING);
    assert_int_equal(recorded_ms(house, entries + 2, &kind, NULL), house->now_ms);
    assert_int_equal(kind, KIND_CLOCK);
    house_must(house, new_patient(house));
    assert_passes(house);
}

static void what_was_vouched_for_just_now_needs_no_second_word(void **state)
{
    struct house *house = *state;

    house->now_ms += 5 * day_ms;
    house_must(house, new_patient(house));
    house->now_ms -= 2 * day_ms;
    assert_int_equal(set_clock(house), LEDGER_OK);
    house->now_ms += minute_ms;
    house_refused(house, set_clock(house), REFUSAL_CLOCK_NEEDLESS);
    house->now_ms -= 2 * minute_ms;
    assert_int_equal(set_clock(house), LEDGER_OK); /* it went back once more */
    house_must(house, new_patient(house));
    assert_passes(house);
}

static void a_silence_of_twenty_nine_days_needs_none(void **state)
{
    struct house *house = *state;

    house_must(house, new_patient(house));
    house->now_ms += 29 * day_ms;
    house_refused(house, set_clock(house), REFUSAL_CLOCK_NEEDLESS);
    house_must(house, new_patient(house));
    assert_passes(house);
}

/* ---- days */

static void the_first_entry_of_a_later_day_is_preceded_by_a_closing(void **state)
{
    struct house *house = *state;
    uint32_t entries;
    enum kind_number kind;
    struct facts facts;

    house_must(house, new_patient(house));
    entries = house_entries(house);
    house->now_ms += day_ms;
    house_must(house, new_patient(house));
    assert_int_equal(house->placed.closed_before, entries + 1);
    assert_int_equal(house->placed.first, entries + 2);
    assert_int_equal(house->placed.count, 1); /* the closing is a commit of its own */
    recorded_ms(house, entries + 1, &kind, &facts);
    assert_int_equal(kind, KIND_CLOSING);
    assert_true(bytes_equal_text(facts_get(&facts, 1)->bytes, "2026-03-02"));
    house_must(house, new_patient(house));
    assert_int_equal(house->placed.closed_before, 0);
    assert_passes(house);
}

static void a_day_closed_by_hand_is_closed_again_only_if_something_followed(void **state)
{
    struct house *house = *state;

    house_must(house, new_patient(house));
    day_close(house);
    house->now_ms += day_ms;
    house_must(house, new_patient(house));
    assert_int_equal(house->placed.closed_before, 0);
    day_close(house);
    house_must(house, new_patient(house));
    house->now_ms += day_ms;
    house_must(house, new_patient(house));
    assert_int_not_equal(house->placed.closed_before, 0);
    assert_passes(house);
}

/* The list is recorded at 00:10 of the summer's clock; its first act happened before the clocks went forward. */
static void a_list_with_two_offsets_is_closed_before_by_the_one_further_into_the_day(void **state)
{
    struct house *house = *state;
    struct act_list *list = act_list_new(2);
    const int64_t ten_past_ms = INT64_C(1773029400000); /* 2026-03-09T00:10:00-04:00 */

    house->now_ms = ten_past_ms - hour_ms;
    house_must(house, new_patient(house));
    for (size_t i = 0; i < 2; i++) {
        act_begin(&list->acts[i], kind_find(KIND_PATIENT), (struct at){ ten_past_ms, i == 0 ? -300 : -240 });
        act_sign_as(&list->acts[i], 2, MEANING_DID);
    }
    house->now_ms = ten_past_ms;
    assert_int_equal(house_commit(house, list), LEDGER_OK);
    assert_int_not_equal(house->placed.closed_before, 0);
}

/* ---- accesses */

static void note_unlock(struct house *house, int64_t person, uint32_t times)
{
    struct access access = { .what = ACCESS_UNLOCK, .person = person, .times = times };

    assert_int_equal(ledger_note_access(house->ledger, &access, "desk-1", (struct at){ house->now_ms, -300 }, &house->placed,
                                        &house->error),
                     LEDGER_OK);
}

static int64_t times_of(struct house *house, uint32_t number)
{
    struct facts facts;
    enum kind_number kind;

    recorded_ms(house, number, &kind, &facts);
    assert_int_equal(kind, KIND_ACCESS);
    return facts_number(&facts, 3, 0);
}

/* Nothing is only counted, beside the entries: neither a later attempt nor the end of the day has to come first. */
static void failed_unlocks_stand_in_the_book_as_soon_as_they_are_noted(void **state)
{
    static const uint32_t times[] = { 1, 3, 1 };
    struct house *house = *state;

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        uint32_t entries = house_entries(house);

        note_unlock(house, 1, times[i]);
        assert_int_equal(house->placed.count, 1);
        assert_int_equal(house_entries(house), entries + 1);
        assert_int_equal(times_of(house, entries + 1), times[i]);
    }
    house->now_ms += day_ms;
    house_must(house, new_patient(house));
    assert_passes(house);
}

static void an_access_on_a_later_day_closes_the_day_before(void **state)
{
    struct house *house = *state;

    house_must(house, new_patient(house));
    house->now_ms += day_ms;
    note_unlock(house, 1, 1);
    assert_int_not_equal(house->placed.closed_before, 0);
    assert_passes(house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(a_clock_three_seconds_behind_is_taken_for_the_newest_entrys_time),
        in_a_house(a_clock_an_hour_behind_is_refused_before_anybody_signs),
        in_a_house(after_a_clock_entry_exactly_one_entry_steps_back),
        in_a_house(a_clock_that_ran_five_days_ahead_leaves_no_day_open),
        in_a_house(a_silence_of_thirty_one_days_needs_a_clock_entry_and_the_old_day_is_closed_first),
        in_a_house(what_was_vouched_for_just_now_needs_no_second_word),
        in_a_house(a_silence_of_twenty_nine_days_needs_none),
        in_a_house(the_first_entry_of_a_later_day_is_preceded_by_a_closing),
        in_a_house(a_day_closed_by_hand_is_closed_again_only_if_something_followed),
        in_a_house(a_list_with_two_offsets_is_closed_before_by_the_one_further_into_the_day),
        in_a_house(failed_unlocks_stand_in_the_book_as_soon_as_they_are_noted),
        in_a_house(an_access_on_a_later_day_closes_the_day_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
