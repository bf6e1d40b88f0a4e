#include "tests/support/day.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/export.h"
#include "ledger/policy.h"

static const int32_t offset_min = -300;
static const int64_t minute_ms = 60 * 1000;

static void check(struct house *house, enum ledger_status status)
{
    if (status != LEDGER_OK)
        fprintf(stderr, "day: PH%04u %s\n", house->error.code, house->error.text);
    assert(status == LEDGER_OK);
}

static void put_quantity(struct facts *facts, uint64_t key, enum quantity_unit unit, int64_t amount)
{
    *facts_put(facts, key) = (struct value){ .present = true, .second = unit, .number = amount };
}

static uint32_t newest(struct house *house, enum subject subject)
{
    return (uint32_t)house_number(house, LEAF_TABLE_SITE, 1, SITE_COUNTS + subject);
}

/* ---- stock */

static void with_vials(struct house *house, enum kind_number kind, int64_t first, size_t count, uint64_t key, int64_t number)
{
    struct act_list *list = house_act(house, kind, 1, MEANING_DID);
    struct act *act = &list->acts[0];
    int64_t vials[8];

    assert(count <= sizeof vials / sizeof vials[0]);
    for (size_t i = 0; i < count; i++)
        vials[i] = first + (int64_t)i;
    house_put_list(act, 1, vials, count);
    if (key != 0)
        facts_put_number(&act->event.facts, key, number);
    if (kind == KIND_RELEASE)
        act_sign_as(act, 2, MEANING_APPROVED);
    house_must(house, list);
}

static void empty(struct house *house, uint32_t vial)
{
    struct act_list *list = house_act(house, KIND_EMPTY, 2, MEANING_DID);

    act_sign_as(&list->acts[0], 1, MEANING_WITNESSED);
    list->acts[0].event.reason = 2; /* more may be lost than the draws explain */
    facts_put_number(&list->acts[0].event.facts, 1, vial);
    house_must(house, list);
}

/* ---- doses */

/* A bag of 100 mL out of two vials. */
static uint32_t draw_bag(struct house *house, uint32_t session)
{
    struct act_list *list = house_act(house, KIND_DRAW, 2, MEANING_DID);
    struct act *act = &list->acts[0];
    struct facts rows[2] = { house_row(act, 1), house_row(act, 1) };

    for (size_t i = 0; i < 2; i++) {
        facts_put_number(&rows[i], 0, (int64_t)i + 1);
        facts_put_number(&rows[i], 1, i == 0 ? 333 : 367);
    }
    house_put_rows(act, 1, rows, 2);
    facts_put_number(&act->event.facts, 2, session);
    facts_put_number(&act->event.facts, 4, 2);
    facts_put_number(&act->event.facts, 5, 100000);
    house_must(house, list);
    return newest(house, SUBJECT_DOSE);
}

static void give(struct house *house, uint32_t dose, enum phase phase, int64_t volume_ul)
{
    struct act_list *list = house_act(house, KIND_ADMINISTER, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    facts_put_number(facts, 1, dose);
    facts_put_number(facts, 2, phase);
    if (phase != PHASE_START)
        put_quantity(facts, 3, QUANTITY_UL, volume_ul);
    facts_put_number(facts, 4, ROUTE_IV);
    house_must(house, list);
}

void day_administer(struct house *house, uint32_t dose, int64_t mass_ng)
{
    struct act_list *list = house_act(house, KIND_ADMINISTER, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    facts_put_number(facts, 1, dose);
    facts_put_number(facts, 2, PHASE_WHOLE);
    facts_put_number(facts, 4, ROUTE_IV);
    put_quantity(facts, 3, QUANTITY_NG, mass_ng);
    house_must(house, list);
}

void day_waste_rest(struct house *house, uint32_t dose, int64_t seen_ng)
{
    struct act_list *list = house_act(house, KIND_WASTE, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    act_sign_as(&list->acts[0], 1, MEANING_WITNESSED);
    facts_put_number(facts, 1, dose);
    put_quantity(facts, 3, QUANTITY_REST, 0);
    put_quantity(facts, 4, QUANTITY_NG, seen_ng);
    put_quantity(facts, 5, QUANTITY_NG, seen_ng);
    facts_put_number(facts, 6, 1);
    house_must(house, list);
}

static void residual(struct house *house, uint32_t dose)
{
    struct act_list *list = house_act(house, KIND_RESIDUAL, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    facts_put_number(facts, 1, dose);
    put_quantity(facts, 2, QUANTITY_REST, 0);
    facts_put_number(facts, 3, 2);
    house_must(house, list);
}

static void seal_in_bag(struct house *house, uint32_t dose)
{
    struct act_list *list = house_act(house, KIND_HELD, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    facts_put_number(facts, 1, dose);
    facts_put_bytes(facts, 2, bytes_of_text("BAG-0017"));
    facts_put_number(facts, 3, 1);
    house_must(house, list);
}

static void hand_over(struct house *house, uint32_t dose, int64_t taker)
{
    struct act_list *list = house_act(house, KIND_HANDOVER, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    act_sign_as(&list->acts[0], taker, MEANING_TOOK_OVER);
    facts_put_number(facts, 1, dose);
    put_quantity(facts, 4, QUANTITY_UL, 40000);
    put_quantity(facts, 5, QUANTITY_UL, 40000);
    house_must(house, list);
}

/* ---- sessions */

static void observe(struct house *house, uint32_t session)
{
    struct act_list *list = house_act(house, KIND_OBSERVE, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    facts_put_number(facts, 1, session);
    facts_put_number(facts, 2, 1);
    facts_put_number(facts, 5, 1);
    facts_put_number(facts, 10, 128);
    facts_put_number(facts, 11, 82);
    house_must(house, list);
}

static void close_session(struct house *house, uint32_t session, int outcome)
{
    struct act_list *list = house_act(house, KIND_SESSION_CLOSE, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    facts_put_number(facts, 1, session);
    facts_put_number(facts, 2, outcome);
    facts_put_number(facts, 3, 1);
    house_must(house, list);
}

static void syringe_session(struct house *house, uint32_t patient)
{
    uint32_t session = house_session_of(house, patient), dose = house_draw(house, session, 3, 700);

    day_administer(house, dose, 30000000);
    day_waste_rest(house, dose, 5000000);
    house->now_ms += 60 * minute_ms;
    observe(house, session);
    close_session(house, session, OUTCOME_COMPLETED);
}

static void bag_session(struct house *house, uint32_t patient, int64_t taker)
{
    uint32_t session = house_session_of(house, patient), dose = draw_bag(house, session);

    give(house, dose, PHASE_START, 0);
    hand_over(house, dose, taker);
    give(house, dose, PHASE_STOP, 98000);
    residual(house, dose);
    house->now_ms += 60 * minute_ms;
    observe(house, session);
    close_session(house, session, OUTCOME_COMPLETED);
}

static void held_session(struct house *house, uint32_t patient)
{
    uint32_t session = house_session_of(house, patient), dose = house_draw(house, session, 4, 500);

    seal_in_bag(house, dose);
    close_session(house, session, OUTCOME_NOT_STARTED);
    day_waste_rest(house, dose, 25000000);
}

/* ---- the book */

static void countersign(struct house *house, uint32_t entry, int64_t person)
{
    struct act_list *list = house_act(house, KIND_COUNTERSIGN, person, MEANING_APPROVED);

    facts_put_number(&list->acts[0].event.facts, 1, entry);
    house_must(house, list);
}

/* A draw for nobody's session: forbidden, and it has happened. */
static void irregular_draw(struct house *house)
{
    struct act_list *list = house_draw_act(house, 2, 0, 4, 200);
    struct act *act = &list->acts[0];
    uint32_t dose;

    act->as_irregular = true;
    act->event.reason = 9;
    house_must(house, list);
    dose = newest(house, SUBJECT_DOSE);
    countersign(house, house_entries(house), 1);
    day_waste_rest(house, dose, 10000000);
}

static void new_policy(struct house *house)
{
    struct act_list *list = house_act(house, KIND_POLICY, 1, MEANING_APPROVED);
    static const int64_t offsets[] = { -300, -240 };

    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    policy_defaults(PROFILE_US_FEDERAL, &list->acts[0].event.facts);
    house_put_list(&list->acts[0], POLICY_OFFSETS, offsets, 2);
    facts_put_number(&list->acts[0].event.facts, POLICY_LATE, 30);
    house_must(house, list);
}

static void note_access(struct house *house, enum access_what what, int64_t person)
{
    struct access access = { .what = what, .person = person };

    check(house, ledger_note_access(house->ledger, &access, "desk-1", (struct at){ house->now_ms, offset_min }, &house->placed,
                                    &house->error));
    house->now_ms += minute_ms;
}

void day_close(struct house *house)
{
    check(house, ledger_close_day(house->ledger, CLOSING_ASKED, "desk-1", (struct at){ house->now_ms, offset_min },
                                  &house->placed, &house->error));
    house->now_ms += minute_ms;
}

void day_act_out(struct house *house)
{
    int64_t nurse;

    house_stock(house);
    nurse = house_enrol(house, "lbrandt", ROLE_CLINICIAN | ROLE_WITNESS);
    with_vials(house, KIND_MOVE, 1, 4, 2, 2);
    with_vials(house, KIND_HOLD, 5, 2, 2, 1);
    with_vials(house, KIND_RELEASE, 5, 2, 0, 0);
    house_patient(house);
    house_patient(house);
    syringe_session(house, 1);
    bag_session(house, 2, nurse);
    note_access(house, ACCESS_DECLINED, 1);
    held_session(house, 3);
    irregular_draw(house);
    new_policy(house);
    house_rekey(house, nurse);
    empty(house, 4);
    note_access(house, ACCESS_UNLOCK, 2);
    house->now_ms += 24 * 60 * minute_ms; /* the first act of the morning closes the evening before */
    syringe_session(house, 2);
    day_close(house);
}

void day_export(struct house *house, const char *name, char path[static HOUSE_PATH_SIZE + 32])
{
    struct export_options options = { .path = path, .purpose = "audit", .recipient = "state board", .person = 1,
                                      .challenge = bytes_of_text("what do you have to say"), .terminal = "desk-1",
                                      .now = { house->now_ms, offset_min } };
    struct exported exported;

    snprintf(path, HOUSE_PATH_SIZE + 32, "%s/%s", house->home, name);
    check(house, export_whole(house->ledger, &options, &exported, &house->error));
    house->now_ms += minute_ms;
}
