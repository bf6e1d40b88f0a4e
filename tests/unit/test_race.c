/* Several people at several terminals: who is unrelated does not get into each other's way, who is related is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/policy.h"
#include "tests/support/day.h"
#include "tests/support/judged.h"
#include "tests/support/place.h"

enum { TERMINALS = 8, ROUNDS = 4, ROLES = ROLE_CLINICIAN | ROLE_CUSTODIAN | ROLE_WITNESS };

/* RACE_PAUSE_MS: how long people take between reading and signing. */
static int64_t pause_ms(void)
{
    const char *text = getenv("RACE_PAUSE_MS");

    return text != NULL ? atol(text) : 300;
}

/* What a terminal did, told through shared memory. */
struct told {
    unsigned recorded, busy;
    int64_t ms;
    uint32_t entries[ROUNDS];
};

struct terminal {
    struct house *house;
    int64_t person;
    uint32_t session;
    unsigned number;
    struct told *told;
};

/* ---- eight at once */

/* All draw from one vial, each for a patient of their own. */
static int work_at_terminal(void *context)
{
    struct terminal *terminal = context;
    struct house *house = terminal->house;
    int64_t began_ms = clock_ms(), told_ms = house->now_ms;

    must(house_enter(house, LEDGER_RECORD) == LEDGER_OK);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct act_list *list;
        enum ledger_status status;

        house->now_ms = told_ms + (clock_ms() - began_ms);
        list = house_draw_act(house, terminal->person, terminal->session, 1, 20 + terminal->number * 10 + round);
        must(house_prepare(house, list) == LEDGER_OK);
        must(house_sign(house, list) == LEDGER_OK);
        sleep_ms(pause_ms());
        house->now_ms = told_ms + (clock_ms() - began_ms);
        status = house_place(house, list);
        terminal->told->busy += status == LEDGER_BUSY;
        must(status == LEDGER_OK || status == LEDGER_BUSY);
        if (status == LEDGER_OK)
            terminal->told->entries[terminal->told->recorded++] = house->placed.first;
        act_list_free(list);
    }
    terminal->told->ms = clock_ms() - began_ms;
    house_shut(house);
    return 0;
}

static void open_rooms(struct house *house, struct terminal terminals[static TERMINALS], struct told *told)
{
    char handle[16];

    house_stock(house);
    for (unsigned i = 0; i < TERMINALS; i++) {
        uint32_t patient = i == 0 ? 1 : house_patient(house);
        int64_t person = (int64_t)i + 1;

        snprintf(handle, sizeof handle, "nurse-%u", i);
        if (i >= 2)
            person = house_enrol(house, handle, ROLES);
        terminals[i] = (struct terminal){ .house = house, .person = person, .number = i, .told = &told[i],
                                          .session = house_session_of(house, patient) };
        assert_int_not_equal(terminals[i].session, 0);
    }
}

static void eight_terminals_record_at_once_without_a_signature_given_twice(void **state)
{
    struct house *house = *state;
    struct terminal terminals[TERMINALS];
    struct told *told = mmap(NULL, TERMINALS * sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int64_t least_ms = INT64_MAX, most_ms = 0;
    bool taken[TERMINALS * ROUNDS] = { false };
    pid_t children[TERMINALS];
    uint32_t before;

    assert_true(told != MAP_FAILED);
    open_rooms(house, terminals, told);
    before = house_entries(house);
    house_shut(house);
    for (unsigned i = 0; i < TERMINALS; i++)
        children[i] = child_start(work_at_terminal, &terminals[i]);
    for (unsigned i = 0; i < TERMINALS; i++)
        assert_int_equal(child_wait(children[i]), 0);
    for (unsigned i = 0; i < TERMINALS; i++) {
        assert_int_equal(told[i].busy, 0);
        assert_int_equal(told[i].recorded, ROUNDS);
        least_ms = told[i].ms < least_ms ? told[i].ms : least_ms;
        most_ms = told[i].ms > most_ms ? told[i].ms : most_ms;
        for (unsigned round = 0; round < ROUNDS; round++) {
            uint32_t place = told[i].entries[round] - before - 1;

            assert_true(place < TERMINALS * ROUNDS && !taken[place]); /* dense, and each its own */
            taken[place] = true;
        }
    }
    print_message("%d terminals, %d acts each, %lld ms of thinking: %lld to %lld ms\n", TERMINALS, ROUNDS,
                  (long long)(ROUNDS * pause_ms()), (long long)least_ms, (long long)most_ms);
    assert_true(most_ms - least_ms < least_ms / 2);
    house->now_ms += 60 * 1000;
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_int_equal(house_entries(house), before + TERMINALS * ROUNDS);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    munmap(told, TERMINALS * sizeof *told);
}

/* ---- who is related */

static void be_ready(struct house *house)
{
    house_stock(house);
    assert_int_equal(house_enrol(house, "lbrandt", ROLES), 4);
    assert_int_equal(house_session(house), 1);
    assert_int_equal(house_draw(house, 1, 1, 400), 1);
}

static void prepared(struct house *house, struct act_list *list)
{
    if (house_prepare(house, list) != LEDGER_OK || house_sign(house, list) != LEDGER_OK)
        fail_msg("PH%04u %s", house->error.code, house->error.text);
}

static void assert_busy_and_then_recorded(struct house *house, struct act_list *list, enum refusal_code code)
{
    uint8_t act[ACT_SIZE];

    house->now_ms += 1000;
    house_refused(house, house_place(house, list), code);
    assert_int_equal(house->error.status, LEDGER_BUSY);
    memcpy(act, list->acts[0].event.act, ACT_SIZE);
    prepared(house, list);
    assert_int_equal(house_place(house, list), LEDGER_OK);
    assert_memory_equal(act, list->acts[0].event.act, ACT_SIZE);
    act_list_free(list);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static void one_person_at_two_terminals_is_asked_again_at_the_second(void **state)
{
    struct house *house = *state;
    struct act_list *first, *second;

    be_ready(house);
    first = house_draw_act(house, 4, 1, 1, 20);
    prepared(house, first);
    second = house_draw_act(house, 4, 1, 2, 30);
    prepared(house, second);
    assert_int_equal(house_place(house, first), LEDGER_OK);
    act_list_free(first);
    assert_busy_and_then_recorded(house, second, REFUSAL_SEEN);
}

static struct act_list *give(struct house *house, int64_t person)
{
    struct act_list *list = house_act(house, KIND_ADMINISTER, person, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    facts_put_number(facts, 1, 1);
    facts_put_number(facts, 2, PHASE_WHOLE);
    facts_put_number(facts, 4, ROUTE_IV);
    *facts_put(facts, 3) = (struct value){ .present = true, .second = QUANTITY_NG, .number = 10000000 };
    return list;
}

static void a_dose_that_somebody_else_touched_meanwhile_is_looked_at_again(void **state)
{
    struct house *house = *state;
    struct act_list *waste;
    struct facts *facts;

    be_ready(house);
    waste = house_act(house, KIND_WASTE, 4, MEANING_DID);
    act_sign_as(&waste->acts[0], 1, MEANING_WITNESSED);
    facts = &waste->acts[0].event.facts;
    facts_put_number(facts, 1, 1);
    for (uint64_t key = 3; key <= 5; key++)
        *facts_put(facts, key) = (struct value){ .present = true, .second = QUANTITY_NG, .number = 1000000 };
    facts_put_number(facts, 6, 1);
    prepared(house, waste);
    house_must(house, give(house, 2));
    assert_busy_and_then_recorded(house, waste, REFUSAL_SEEN);
}

static void a_vial_that_somebody_else_drew_from_meanwhile_is_no_reason_to_ask(void **state)
{
    struct house *house = *state;
    struct act_list *list;

    be_ready(house);
    list = house_draw_act(house, 4, 1, 1, 20);
    prepared(house, list);
    house_must(house, house_draw_act(house, 2, 1, 1, 30));
    assert_int_equal(house_place(house, list), LEDGER_OK);
    act_list_free(list);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static void a_policy_that_came_into_force_meanwhile_is_signed_under(void **state)
{
    static const int64_t offsets[] = { -300, -240 };
    struct house *house = *state;
    struct act_list *list, *policy;

    be_ready(house);
    list = house_draw_act(house, 4, 1, 1, 20);
    prepared(house, list);
    /* The row of the draw lies in memory that the next act begins anew. */
    policy = house_act(house, KIND_POLICY, 1, MEANING_APPROVED);
    act_sign_as(&policy->acts[0], 2, MEANING_APPROVED);
    policy_defaults(PROFILE_US_FEDERAL, &policy->acts[0].event.facts);
    house_put_list(&policy->acts[0], POLICY_OFFSETS, offsets, 2);
    house_must(house, policy);
    house->now_ms += 1000;
    house_refused(house, house_place(house, list), REFUSAL_POLICY_MOVED);
    assert_int_equal(house->error.status, LEDGER_BUSY);
    act_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(eight_terminals_record_at_once_without_a_signature_given_twice),
        in_a_house(one_person_at_two_terminals_is_asked_again_at_the_second),
        in_a_house(a_dose_that_somebody_else_touched_meanwhile_is_looked_at_again),
        in_a_house(a_vial_that_somebody_else_drew_from_meanwhile_is_no_reason_to_ask),
        in_a_house(a_policy_that_came_into_force_meanwhile_is_signed_under),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
