/* The same act given twice is in the book once, whoever gives it and whatever happened in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/day.h"
#include "tests/support/judged.h"
#include "tests/support/place.h"

static struct act_list *new_patient(struct house *house, const char *name)
{
    struct act_list *list = house_act(house, KIND_PATIENT, 2, MEANING_DID);

    must(act_private_put(&list->acts[0], 40, &(struct value){ .present = true, .bytes = bytes_of_text(name) }, &house->error) ==
         LEDGER_OK);
    return list;
}

static void prepared(struct house *house, struct act_list *list)
{
    if (house_prepare(house, list) != LEDGER_OK || house_sign(house, list) != LEDGER_OK)
        fail_msg("PH%04u %s", house->error.code, house->error.text);
}

static void placed(struct house *house, struct act_list *list)
{
    if (house_place(house, list) != LEDGER_OK)
        fail_msg("PH%04u %s", house->error.code, house->error.text);
}

static void a_list_committed_twice_is_answered_with_its_entries(void **state)
{
    struct house *house = *state;
    struct act_list *list = new_patient(house, "Ada Example");
    struct placed first;

    prepared(house, list);
    placed(house, list);
    first = house->placed;
    assert_false(first.was_there);
    house->now_ms += 60 * 1000;
    placed(house, list);
    assert_true(house->placed.was_there);
    assert_int_equal(house->placed.first, first.first);
    assert_int_equal(house->placed.count, first.count);
    assert_true(digest_equal(&house->placed.head, &first.head));
    assert_int_equal(house_entries(house), first.first);
    act_list_free(list);
}

/* Two acts: a patient, and who may not act for the one just entered is not said here. */
static struct act_list *two_patients(struct house *house)
{
    struct act_list *list = act_list_new(2);

    for (size_t i = 0; i < 2; i++) {
        act_begin(&list->acts[i], kind_find(KIND_PATIENT), (struct at){ house->now_ms, -300 });
        act_sign_as(&list->acts[i], 2, MEANING_DID);
        must(act_private_put(&list->acts[i], 40, &(struct value){ .present = true, .bytes = bytes_of_text("Ada Example") },
                             &house->error) == LEDGER_OK);
    }
    return list;
}

static void a_list_of_two_is_there_whole_or_is_another_list(void **state)
{
    struct house *house = *state;
    struct act_list *list = two_patients(house), *alone = new_patient(house, "Ada Example");

    memcpy(alone->acts[0].event.act, list->acts[0].event.act, ACT_SIZE);
    prepared(house, alone);
    prepared(house, list);
    placed(house, list);
    assert_int_equal(house->placed.count, 2);
    placed(house, list);
    assert_true(house->placed.was_there);
    assert_int_equal(house->placed.count, 2);
    house_refused(house, house_place(house, alone), REFUSAL_ACT_KNOWN);
    act_list_free(list);
    act_list_free(alone);
}

static void an_act_recorded_alone_does_not_pass_for_the_first_of_a_list(void **state)
{
    struct house *house = *state;
    struct act_list *list = two_patients(house), *alone = new_patient(house, "Ada Example");

    memcpy(alone->acts[0].event.act, list->acts[0].event.act, ACT_SIZE);
    prepared(house, list);
    prepared(house, alone);
    placed(house, alone);
    house_refused(house, house_place(house, list), REFUSAL_ACT_KNOWN);
    act_list_free(list);
    act_list_free(alone);
}

static void the_same_act_with_other_content_is_refused(void **state)
{
    struct house *house = *state;
    struct act_list *first = new_patient(house, "Ada Example"), *second = new_patient(house, "Another Name");

    memcpy(second->acts[0].event.act, first->acts[0].event.act, ACT_SIZE);
    prepared(house, first);
    prepared(house, second);
    placed(house, first);
    house_refused(house, house_place(house, second), REFUSAL_ACT_KNOWN);
    house_refused(house, house_prepare(house, second), REFUSAL_ACT_KNOWN); /* nobody is asked to sign it */
    act_list_free(first);
    act_list_free(second);
}

static void the_same_content_prepared_on_an_older_book_is_the_same_act(void **state)
{
    struct house *house = *state;
    struct act_list *older = new_patient(house, "Ada Example"), *newer = new_patient(house, "Ada Example");

    newer->acts[0].event = older->acts[0].event;
    newer->acts[0].privates[0] = older->acts[0].privates[0];
    prepared(house, older);
    day_close(house); /* the book moves on */
    house->now_ms -= 60 * 1000;
    prepared(house, newer);
    placed(house, newer);
    placed(house, older);
    assert_true(house->placed.was_there);
    act_list_free(older);
    act_list_free(newer);
}

static void after_an_uncertain_end_the_act_is_looked_for_and_given_again(void **state)
{
    struct house *house = *state;
    struct act_list *list = new_patient(house, "Ada Example"), *lost = new_patient(house, "Bea Example");
    uint32_t entry;

    prepared(house, list);
    placed(house, list);
    prepared(house, lost);
    house_shut(house);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_int_equal(ledger_find_act(house->ledger, list->acts[0].event.act, &entry, &house->error), LEDGER_OK);
    assert_int_equal(entry, 3);
    assert_int_equal(ledger_find_act(house->ledger, lost->acts[0].event.act, &entry, &house->error), LEDGER_OK);
    assert_int_equal(entry, 0);
    placed(house, list);
    assert_true(house->placed.was_there);
    placed(house, lost);
    assert_false(house->placed.was_there);
    assert_int_equal(house->placed.first, 4);
    act_list_free(list);
    act_list_free(lost);
}

/* ---- the same list from two processes in the same moment */

struct twin {
    struct house *house;
    struct act_list *list;
    unsigned *were_there, *began;
};

static int commit_as_twin(void *context)
{
    struct twin *twin = context;
    struct house *house = twin->house;

    must(house_enter(house, LEDGER_RECORD) == LEDGER_OK);
    __atomic_add_fetch(twin->began, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(twin->began, __ATOMIC_SEQ_CST) < 2)
        continue;
    if (house_place(house, twin->list) != LEDGER_OK)
        return (int)house->error.code % 100;
    __atomic_add_fetch(twin->were_there, house->placed.was_there, __ATOMIC_SEQ_CST);
    house_shut(house);
    return 0;
}

static void two_processes_that_commit_the_same_list_are_both_told_it_is_recorded(void **state)
{
    struct house *house = *state;
    unsigned *shared = mmap(NULL, 2 * sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    assert_true(shared != MAP_FAILED);
    for (int i = 0; i < 20; i++) {
        struct act_list *list = new_patient(house, "Ada Example");
        struct twin twin = { .house = house, .list = list, .were_there = &shared[0], .began = &shared[1] };
        uint32_t before = house_entries(house);
        pid_t first, second;

        shared[0] = shared[1] = 0;
        prepared(house, list);
        house_shut(house);
        first = child_start(commit_as_twin, &twin);
        second = child_start(commit_as_twin, &twin);
        assert_int_equal(child_wait(first), 0);
        assert_int_equal(child_wait(second), 0);
        assert_int_equal(shared[0], 1);
        assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
        assert_int_equal(house_entries(house), before + 1);
        house->now_ms += 1000;
        act_list_free(list);
    }
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    munmap(shared, 2 * sizeof *shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(a_list_committed_twice_is_answered_with_its_entries),
        in_a_house(a_list_of_two_is_there_whole_or_is_another_list),
        in_a_house(an_act_recorded_alone_does_not_pass_for_the_first_of_a_list),
        in_a_house(the_same_act_with_other_content_is_refused),
        in_a_house(the_same_content_prepared_on_an_older_book_is_the_same_act),
        in_a_house(after_an_uncertain_end_the_act_is_looked_for_and_given_again),
        in_a_house(two_processes_that_commit_the_same_list_are_both_told_it_is_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
