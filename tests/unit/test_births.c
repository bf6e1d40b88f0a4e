/* What acts give birth to, and the book as a list would leave it: held to what the rules do with the same acts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/house.h"

/* How many of a subject an entry's header says it touched for the first time. */
static uint32_t first_touches(const struct header *header, enum subject subject)
{
    struct touch_cursor cursor;
    struct touch touch;
    uint32_t count = 0;

    touches_begin(&cursor, header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == subject && touch.n == 1)
            count += touch.count;
    return count;
}

static void check_entry(struct view *view, uint32_t number, uint32_t *seen)
{
    static const enum subject subjects[] = { SUBJECT_VIAL, SUBJECT_DOSE, SUBJECT_SESSION, SUBJECT_PATIENT, SUBJECT_PRODUCT,
                                             SUBJECT_PLACE, SUBJECT_PARTY, SUBJECT_ORDER };
    struct facts_fault fault;
    struct bytes bytes;
    struct entry entry;
    struct act act = { .entry = number };

    assert_true(view_entry(view, number, &bytes));
    assert_int_equal(EVENT_OK, entry_decode(bytes, &entry));
    assert_int_equal(EVENT_OK, event_decode(entry.message.payload, &act.event, &fault));
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        uint32_t born = first_touches(&entry.header, subjects[i]);

        if (act_births(&act, subjects[i]) != born)
            fail_msg("entry %u, %s: %u of %s", number, act.event.kind->name, act_births(&act, subjects[i]),
                     subject_name(subjects[i]));
        seen[subjects[i]] += born;
    }
}

/* Entries that name what they might have made: into a dose, about a patient, ending an order. */
static void record_without_births(struct house *house)
{
    struct act_list *list = house_draw_act(house, 2, 1, 2, 200);

    facts_put_number(&list->acts[0].event.facts, 3, 1);
    list->acts[0].event.reason = 1;
    house_must(house, list);
    list = house_act(house, KIND_ORDER, 1, MEANING_PRESCRIBED);
    facts_put_number(&list->acts[0].event.facts, 13, 2);
    house_must(house, list);
}

static void the_facts_of_an_act_say_what_it_gives_birth_to(void **state)
{
    struct house *house = *state;
    uint32_t seen[SUBJECT_LAST + 1] = { 0 };
    struct reading reading;

    house_stock(house);
    house_patient(house);
    assert_int_equal(1, house_session(house));
    assert_int_equal(1, house_draw(house, 1, 1, 200));
    record_without_births(house);
    assert_int_equal(LEDGER_OK, ledger_read(house->ledger, &reading, &house->error));
    for (uint32_t i = 1; i <= view_entries_before(reading.view); i++)
        check_entry(reading.view, i, seen);
    ledger_read_end(&reading);
    assert_int_equal(10, seen[SUBJECT_VIAL]);
    assert_int_equal(1, seen[SUBJECT_DOSE]);
    assert_int_equal(1, seen[SUBJECT_SESSION]);
    assert_int_equal(2, seen[SUBJECT_PATIENT]);
    assert_true(seen[SUBJECT_PRODUCT] > 0 && seen[SUBJECT_PLACE] > 0 && seen[SUBJECT_PARTY] > 0 && seen[SUBJECT_ORDER] > 0);
}

static void what_takes_the_place_of_another_is_born_all_the_same(void **state)
{
    struct act act = { .entry = 0 };

    (void)state;
    act_begin(&act, kind_find(KIND_PRODUCT), (struct at){ 0, 0 });
    facts_put_number(&act.event.facts, field_named(act.event.kind->fields, "replaces")->key, 1);
    assert_int_equal(1, act_births(&act, SUBJECT_PRODUCT));
}

static void what_a_prepared_list_would_leave_is_what_it_leaves(void **state)
{
    struct house *house = *state;
    struct act_list *list;
    struct reading reading;
    struct value newborn;
    int64_t left_ul;

    house_stock(house);
    house_session(house);
    list = house_draw_act(house, 2, 1, 1, 200);
    assert_int_equal(LEDGER_OK, house_prepare(house, list));
    assert_int_equal(LEDGER_OK, ledger_foresee(house->ledger, list, house->now_ms, &reading, &house->error));
    newborn = (struct value){ .present = true, .second = 1, .bytes = bytes_of(list->acts[0].event.act, ACT_SIZE) };
    left_ul = view_number(reading.view, SUBJECT_VIAL, 1, VIAL_LEFT);
    assert_int_equal(9800, left_ul);
    assert_int_equal(10000000, view_number(reading.view, SUBJECT_DOSE, view_resolve(reading.view, SUBJECT_DOSE, &newborn), DOSE_OPEN));
    ledger_read_end(&reading);
    assert_int_equal(10000, house_number(house, SUBJECT_VIAL, 1, VIAL_LEFT));
    house_must(house, list);
    assert_int_equal(left_ul, house_number(house, SUBJECT_VIAL, 1, VIAL_LEFT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(the_facts_of_an_act_say_what_it_gives_birth_to),
        cmocka_unit_test(what_takes_the_place_of_another_is_born_all_the_same),
        in_a_house(what_a_prepared_list_would_leave_is_what_it_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
