/* Giving a dose, step by step, and handing it over. */
#include "ledger/judge.h"
#include "schema/amount.h"

enum { MINUTE_MS = 60 * 1000 };

/* ---- administer */

static void judge_recipient(struct judge *judge, const struct leaf *dose)
{
    int64_t to_person = judge_number(judge, FACT_ADMINISTER_TO_PERSON, 0);
    int64_t to_outsider = judge_number(judge, FACT_ADMINISTER_TO_OUTSIDER, 0);
    uint32_t to_patient = judge_ref(judge, FACT_ADMINISTER_TO_PATIENT);

    if ((to_person != 0) + (to_patient != 0) + (to_outsider != 0) > 1)
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, dose->id, 0, 0);
    if (to_person != 0 && to_person == rules_doer(judge->event))
        judge_break(judge, REFUSAL_SELF, SUBJECT_CREDENTIAL, (uint32_t)to_person, to_person, 0);
    if (to_person != 0 || to_outsider != 0 || (to_patient != 0 && to_patient != dose->state[DOSE_PATIENT]))
        judge_break(judge, REFUSAL_RECIPIENT, SUBJECT_DOSE, dose->id, 0, 0);
    if (to_patient != 0)
        judge_patient(judge, to_patient);
    if (dose->state[DOSE_PATIENT] != to_patient)
        dose_judge_patient(judge, dose);
}

/* Whether it is the session's own patient who gets it. */
static bool goes_to_patient(struct judge *judge, const struct leaf *dose)
{
    uint32_t to_patient = judge_ref(judge, FACT_ADMINISTER_TO_PATIENT);

    return judge_number(judge, FACT_ADMINISTER_TO_PERSON, 0) == 0 && judge_number(judge, FACT_ADMINISTER_TO_OUTSIDER, 0) == 0 &&
           (to_patient == 0 || to_patient == dose->state[DOSE_PATIENT]);
}

static void judge_route(struct judge *judge, struct leaf *dose, const struct leaf *order)
{
    int64_t route = judge_number(judge, FACT_ADMINISTER_ROUTE, dose->state[DOSE_ROUTE]); /* said once, at the first step */

    if (route == 0) /* nobody said how it was given */
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, dose->id, 0, 0);
    if (order != NULL && route != order->state[ORDER_ROUTE])
        judge_break(judge, REFUSAL_WRONG_ROUTE, SUBJECT_ORDER, order->id, order->state[ORDER_ROUTE], route);
    for (size_t at = DOSE_SOURCES; route == ROUTE_IV && dose->state[DOSE_DILUTED] == 0 && at + SOURCE_PLACES <= dose->count;
         at += SOURCE_PLACES)
        if (view_number(judge->view, SUBJECT_PRODUCT, (uint32_t)dose->state[at + SOURCE_PRODUCT], PRODUCT_DILUTE_IV) != 0)
            judge_break(judge, REFUSAL_UNDILUTED, SUBJECT_DOSE, dose->id, 0, 0);
    dose->state[DOSE_ROUTE] = route;
}

/* Each step follows only some states, and leads to one (SPEC section 9.5: start, rate, bolus, pause, stop). A dose that was
 * sealed in a bag can be given after all: then the bag is open. */
static bool step(struct judge *judge, struct leaf *dose, int64_t phase, enum dose_state *next)
{
    int64_t state = dose->state[DOSE_STATE];
    bool open = state != DOSE_IS_VOID;
    bool under_way = state == DOSE_IS_RUNNING || state == DOSE_IS_PAUSED;
    bool follows = false;

    if (state == DOSE_IS_SETTLED && judge_bars(judge, REFUSAL_SETTLED, SUBJECT_DOSE, dose->id, 0, 0))
        return false;
    switch (phase) {
    case PHASE_WHOLE:
        follows = open && !under_way;
        *next = DOSE_IS_STOPPED;
        break;
    case PHASE_START:
        follows = open && state != DOSE_IS_RUNNING;
        *next = DOSE_IS_RUNNING;
        break;
    case PHASE_RATE:
        follows = state == DOSE_IS_RUNNING;
        *next = DOSE_IS_RUNNING;
        break;
    case PHASE_BOLUS:
        follows = open;
        *next = under_way ? (enum dose_state)state : DOSE_IS_STOPPED;
        break;
    case PHASE_PAUSE:
        follows = state == DOSE_IS_RUNNING;
        *next = DOSE_IS_PAUSED;
        break;
    default:
        follows = under_way;
        *next = DOSE_IS_STOPPED;
        break;
    }
    if (!follows)
        judge_break(judge, REFUSAL_PHASE, SUBJECT_DOSE, dose->id, state, phase);
    return follows;
}

/* A reading is what has been given out of this dose so far, as pump or syringe show it; what this event
 * gives is the difference. A whole gift, a bolus and a stop have to say it. */
static bool reading_of(struct judge *judge, const struct leaf *dose, int64_t phase, const struct value *read,
                       uint64_t *given_now_ng)
{
    uint64_t given_ng = (uint64_t)dose->state[DOSE_GIVEN], so_far_ng = given_ng;

    *given_now_ng = 0;
    if (read != NULL && dose->state[DOSE_CONTAINER] == CONTAINER_DEVICE && read->second != QUANTITY_SPRAYS &&
        read->second != QUANTITY_REST) {
        judge_break(judge, REFUSAL_UNIT, SUBJECT_DOSE, dose->id, read->second, 0); /* a device gives whole sprays */
        return false;
    }
    if (read == NULL) {
        if (phase == PHASE_WHOLE || phase == PHASE_BOLUS || phase == PHASE_STOP)
            judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, dose->id, 0, 0);
        return !judge->cannot_stand;
    }
    if (!dose_mass_of(judge, dose->id, read, &so_far_ng))
        return false;
    if (read->second == QUANTITY_REST)
        so_far_ng += given_ng;
    /* A whole gift and a bolus give something; a reading that has not risen is the same act twice, or another's. */
    if (so_far_ng < given_ng || (so_far_ng == given_ng && (phase == PHASE_WHOLE || phase == PHASE_BOLUS))) {
        judge_break(judge, REFUSAL_READING_BACK, SUBJECT_DOSE, dose->id, (int64_t)so_far_ng, (int64_t)given_ng);
        return false;
    }
    *given_now_ng = so_far_ng - given_ng;
    return true;
}

/* Begin and end of this step. Typed to the minute, so a minute before the draw is not before it. */
static void judge_step_times(struct judge *judge, const struct leaf *dose, int64_t start_ms, int64_t stop_ms)
{
    if (stop_ms < start_ms || stop_ms < dose->state[DOSE_STARTED_AT] - MINUTE_MS)
        judge_break(judge, REFUSAL_TIMES, SUBJECT_DOSE, dose->id, start_ms, stop_ms);
    judge_begun(judge, SUBJECT_DOSE, dose->id, dose->state[DOSE_DRAWN_AT], start_ms);
    if (start_ms > judge->placing->recorded_ms + 5 * MINUTE_MS || stop_ms > judge->placing->recorded_ms + 5 * MINUTE_MS)
        judge_break(judge, REFUSAL_FUTURE, 0, 0, (start_ms > stop_ms ? start_ms : stop_ms) - judge->placing->recorded_ms, 0);
    if (dose->state[DOSE_USE_BY] != 0 && start_ms > dose->state[DOSE_USE_BY])
        judge_break(judge, REFUSAL_USE_BY, SUBJECT_DOSE, dose->id, dose->state[DOSE_USE_BY], 0);
}

/* Sprays of a device: two in all, and a rest between two devices (REMS). */
static void spray(struct judge *judge, struct leaf *dose, const struct leaf *session, int64_t start_ms)
{
    const struct value *read = facts_get(&judge->event->facts, FACT_ADMINISTER_READ);
    int64_t rest_min = view_policy(judge->view, POLICY_DEVICE_REST);
    int64_t apart_ms = session != NULL ? start_ms - session->state[SESSION_LAST_SPRAY] : 0;

    if (dose->state[DOSE_CONTAINER] != CONTAINER_DEVICE || read == NULL)
        return;
    if (session != NULL && dose->state[DOSE_SPRAYS] == 0 && session->state[SESSION_LAST_SPRAY] != 0 &&
        apart_ms < rest_min * MINUTE_MS)
        judge_break(judge, REFUSAL_DEVICE_REST, SUBJECT_DOSE, dose->id, apart_ms / MINUTE_MS, rest_min);
    dose->state[DOSE_SPRAYS] = read->second == QUANTITY_SPRAYS ? read->number
                                                               : dose->state[DOSE_VOLUME] / DEVICE_SPRAY_UL;
}

/* Begin and end of this step. */
static int64_t start_of(const struct judge *judge)
{
    return judge_number(judge, FACT_ADMINISTER_START, judge->event->occurred.ms);
}

static int64_t stop_of(const struct judge *judge)
{
    int64_t start_ms = start_of(judge), now_ms = judge->event->occurred.ms;

    return judge_number(judge, FACT_ADMINISTER_STOP, start_ms > now_ms ? start_ms : now_ms);
}

static void tell_stop(struct leaf *session, int64_t stop_ms)
{
    if (stop_ms > session->state[SESSION_LAST_STOP])
        session->state[SESSION_LAST_STOP] = stop_ms;
}

void give_tells_session(struct judge *judge, struct leaf *session)
{
    const struct facts *facts = &judge->event->facts;
    const struct leaf *dose = judge_leaf(judge, SUBJECT_DOSE, judge_ref(judge, FACT_ADMINISTER_DOSE));

    if (judge->event->kind->number == KIND_HANDOVER) { /* read where it leaves for another house */
        if (facts_get(facts, FACT_HANDOVER_TO) != NULL && facts_get(facts, FACT_HANDOVER_GIVER_READ) != NULL)
            tell_stop(session, judge->event->occurred.ms);
        return;
    }
    if (dose->state[DOSE_CONTAINER] == CONTAINER_DEVICE && facts_get(facts, FACT_ADMINISTER_READ) != NULL) {
        if (session->state[SESSION_FIRST_SPRAY] == 0)
            session->state[SESSION_FIRST_SPRAY] = start_of(judge);
        session->state[SESSION_LAST_SPRAY] = start_of(judge);
    }
    if (goes_to_patient(judge, dose))
        tell_stop(session, stop_of(judge));
}

static void judge_given_for_order(struct judge *judge, const struct leaf *session, const struct leaf *order)
{
    uint64_t allowed_ng;

    if (order == NULL || order_allows(order, (uint64_t)session->state[SESSION_GIVEN], &allowed_ng))
        return;
    judge_break(judge, REFUSAL_OVER_ORDER, SUBJECT_ORDER, order->id, session->state[SESSION_GIVEN], (int64_t)allowed_ng);
}

/* What the session's own patient has got. */
static void book_given(struct judge *judge, struct leaf *session, const struct leaf *order, uint64_t given_now_ng)
{
    judge_add(judge, session, SESSION_GIVEN, (int64_t)given_now_ng);
    if (given_now_ng > 0)
        judge_given_for_order(judge, session, order);
}

/* The session it is given in, at the time it is given: begun, and not yet over. */
static void judge_given_in(struct judge *judge, const struct leaf *dose, const struct leaf *session, int64_t start_ms)
{
    if (session == NULL || start_ms < session->state[SESSION_OPENED_AT] - MINUTE_MS)
        judge_break(judge, REFUSAL_NO_SESSION, SUBJECT_DOSE, dose->id, 0, 0);
    if (session == NULL)
        return;
    judge_session_lasts(judge, session, start_ms);
    /* A session that was closed as completed or never begun had nothing left to give: its word is broken now. */
    if (session->state[SESSION_STATE] == SESSION_IS_CLOSED && start_ms <= session->state[SESSION_CLOSED_AT] &&
        (session->state[SESSION_OUTCOME] == OUTCOME_COMPLETED || session->state[SESSION_OUTCOME] == OUTCOME_NOT_STARTED))
        judge_break(judge, REFUSAL_SESSION_CLOSED, SUBJECT_SESSION, session->id, 0, 0);
}

/* The order is asked of each step that begins giving: one that ends during an infusion does not make its stop
 * a fault. */
static const struct leaf *order_of(struct judge *judge, const struct leaf *dose, const struct leaf *session, int64_t phase)
{
    bool begins = phase == PHASE_WHOLE || phase == PHASE_START || phase == PHASE_BOLUS;
    const struct leaf *order =
        session != NULL ? judge_leaf(judge, SUBJECT_ORDER, (uint32_t)session->state[SESSION_ORDER]) : NULL;

    if (session != NULL && begins)
        judge_order_holds(judge, (uint32_t)session->state[SESSION_ORDER]);
    if (order != NULL && order->state[ORDER_DRUG] != dose->state[DOSE_DRUG])
        judge_break(judge, REFUSAL_WRONG_DRUG, SUBJECT_ORDER, order->id, order->state[ORDER_DRUG], dose->state[DOSE_DRUG]);
    return order;
}

void rule_administer(struct judge *judge)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, judge_ref(judge, FACT_ADMINISTER_DOSE));
    uint32_t session_id = (uint32_t)dose->state[DOSE_SESSION];
    struct leaf *session = session_id != 0 ? judge_edit(judge, SUBJECT_SESSION, session_id) : NULL;
    int64_t phase = judge_number(judge, FACT_ADMINISTER_PHASE, 0);
    int64_t start_ms = start_of(judge), stop_ms = stop_of(judge);
    enum dose_state next;
    uint64_t given_now_ng;
    const struct leaf *order;

    if (!step(judge, dose, phase, &next) ||
        !reading_of(judge, dose, phase, facts_get(&judge->event->facts, FACT_ADMINISTER_READ), &given_now_ng))
        return;
    order = order_of(judge, dose, session, phase);
    judge_given_in(judge, dose, session, start_ms);
    dose_judge_seal(judge, dose);
    judge_recipient(judge, dose);
    judge_route(judge, dose, order);
    judge_rate(judge, dose, order);
    judge_step_times(judge, dose, start_ms, stop_ms);
    spray(judge, dose, session, start_ms);
    dose_settle(judge, dose->id, DOSE_GIVEN, TOTAL_GIVEN, given_now_ng);
    if (judge->cannot_stand)
        return;
    if (given_now_ng > 0 || phase == PHASE_START)
        dose->state[DOSE_SEALED] = 0;
    if (dose->state[DOSE_STARTED_AT] == 0)
        dose->state[DOSE_STARTED_AT] = start_ms;
    if (next == DOSE_IS_STOPPED)
        dose->state[DOSE_STOPPED_AT] = stop_ms;
    if (session != NULL)
        give_tells_session(judge, session);
    if (session != NULL && goes_to_patient(judge, dose))
        book_given(judge, session, order, given_now_ng);
    dose_set_state(judge, dose, next);
    dose_settle_if_empty(judge, dose);
}

/* ---- handover */

/* Who takes over, signing it or being said to have done so. */
static int64_t taker_of(const struct event *event)
{
    for (size_t i = 0; i < event->signer_count; i++)
        if (event->signers[i].meaning == MEANING_TOOK_OVER)
            return event->signers[i].person;
    for (size_t i = 0; i < event->performed_count; i++)
        if (event->performed[i].meaning == MEANING_TOOK_OVER)
            return event->performed[i].person > 0 ? event->performed[i].person : 0;
    return 0;
}

/* Both readings are typed blind; both are kept, and a case asks why they differ. */
static void compare_readings(struct judge *judge, const struct leaf *dose, const struct value *gave, const struct value *took)
{
    uint64_t gave_ng = 0, took_ng = 0;

    if (gave == NULL || !dose_figure_of(judge, dose->id, gave, &gave_ng) || !dose_figure_of(judge, dose->id, took, &took_ng))
        return;
    if (!dose_figures_agree(dose, gave, gave_ng, took, took_ng))
        judge_open_case(judge, REFUSAL_HANDOVER_DIFFERS, SUBJECT_DOSE, dose->id, (int64_t)gave_ng, (int64_t)took_ng,
                        (int64_t)gave_ng - (int64_t)took_ng);
}

/* A dose leaves the hands of the one who answers for it. */
static void judge_handed(struct judge *judge, const struct leaf *dose)
{
    if (dose->state[DOSE_STATE] == DOSE_IS_SETTLED)
        (void)judge_bars(judge, REFUSAL_SETTLED, SUBJECT_DOSE, dose->id, 0, 0);
    if (dose->state[DOSE_STATE] == DOSE_IS_VOID)
        judge_break(judge, REFUSAL_PHASE, SUBJECT_DOSE, dose->id, DOSE_IS_VOID, 0);
    dose_judge_patient(judge, dose);
    if (dose->state[DOSE_HOLDER] > 0 && dose->state[DOSE_HOLDER] != rules_doer(judge->event))
        judge_break(judge, REFUSAL_DOSE_HELD_ELSEWHERE, SUBJECT_DOSE, dose->id, dose->state[DOSE_HOLDER], 0);
}

static void hand_over_dose(struct judge *judge, uint32_t id)
{
    const struct facts *facts = &judge->event->facts;
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, id);

    judge_handed(judge, dose);
    dose->state[DOSE_HOLDER] = taker_of(judge->event);
    compare_readings(judge, dose, facts_get(facts, FACT_HANDOVER_GIVER_READ), facts_get(facts, FACT_HANDOVER_TAKER_READ));
}

/* ---- handover to another house: what is left of a dose leaves with the patient, or with who seizes it */

static void judge_taker(struct judge *judge, uint32_t party)
{
    int64_t type = view_number(judge->view, SUBJECT_PARTY, party, PARTY_TYPE);

    judge_provisional(judge, SUBJECT_PARTY, party, PARTY_PROVISIONAL);
    if (type != PARTY_AMBULANCE && type != PARTY_AGENCY && type != PARTY_REGISTRANT)
        judge_break(judge, REFUSAL_PARTY_TYPE, SUBJECT_PARTY, party, 0, 0);
}

/* Where a dose is under way its pump is read when it leaves: so much was given here, and given here it ended. */
static void end_here(struct judge *judge, struct leaf *dose)
{
    uint32_t session_id = (uint32_t)dose->state[DOSE_SESSION];
    struct leaf *session = session_id != 0 ? judge_edit(judge, SUBJECT_SESSION, session_id) : NULL;
    const struct value *read = facts_get(&judge->event->facts, FACT_HANDOVER_GIVER_READ);
    uint64_t given_now_ng;

    if (read->second == QUANTITY_REST)
        judge_break(judge, REFUSAL_UNIT, SUBJECT_DOSE, dose->id, read->second, 0);
    if (judge->cannot_stand || !reading_of(judge, dose, PHASE_STOP, read, &given_now_ng))
        return;
    dose_settle(judge, dose->id, DOSE_GIVEN, TOTAL_GIVEN, given_now_ng);
    dose->state[DOSE_STOPPED_AT] = judge->event->occurred.ms;
    if (session == NULL || judge->cannot_stand)
        return;
    give_tells_session(judge, session);
    book_given(judge, session, judge_leaf(judge, SUBJECT_ORDER, (uint32_t)session->state[SESSION_ORDER]), given_now_ng);
}

static void hand_out(struct judge *judge, struct leaf *dose)
{
    bool under_way = dose->state[DOSE_STATE] == DOSE_IS_RUNNING || dose->state[DOSE_STATE] == DOSE_IS_PAUSED;

    judge_taker(judge, judge_ref(judge, FACT_HANDOVER_TO));
    judge_handed(judge, dose);
    dose_judge_seal(judge, dose);
    if (under_way != (facts_get(&judge->event->facts, FACT_HANDOVER_GIVER_READ) != NULL))
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, dose->id, 0, 0);
    else if (under_way)
        end_here(judge, dose);
    if (judge->cannot_stand)
        return;
    dose_settle(judge, dose->id, DOSE_HANDED_OUT, TOTAL_HANDED_OUT, (uint64_t)dose->state[DOSE_OPEN]);
    dose->state[DOSE_SEALED] = 0;
    dose_settle_if_empty(judge, dose);
}

/* Who takes it there is of another house, and does not sign: his name may stand beside it. */
static void judge_hands(struct judge *judge, bool to_house)
{
    const struct event *event = judge->event;

    if (to_house != (judge_signers(judge, MEANING_TOOK_OVER) == 0))
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_TOOK_OVER, 0);
    if (!to_house && event->private_count > 0 && event->privates[0].key == 40)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
}

void rule_handover(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    uint32_t dose = judge_ref(judge, FACT_HANDOVER_DOSE), session = judge_ref(judge, FACT_HANDOVER_SESSION);
    bool gave = facts_get(facts, FACT_HANDOVER_GIVER_READ) != NULL, took = facts_get(facts, FACT_HANDOVER_TAKER_READ) != NULL;

    judge_hands(judge, facts_get(facts, FACT_HANDOVER_TO) != NULL);
    if (facts_get(facts, FACT_HANDOVER_TO) != NULL) {
        if (dose == 0 || session != 0 || facts_get(facts, FACT_HANDOVER_KEYS) != NULL || took)
            judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        else
            hand_out(judge, judge_edit(judge, SUBJECT_DOSE, dose));
        return;
    }
    if ((dose == 0 && session == 0 && facts_get(facts, FACT_HANDOVER_KEYS) == NULL) || (gave && dose == 0) || gave != took) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    if (dose != 0)
        hand_over_dose(judge, dose);
    if (session != 0) {
        judge_patient(judge, (uint32_t)view_number(judge->view, SUBJECT_SESSION, session, SESSION_PATIENT));
        judge_edit(judge, SUBJECT_SESSION, session)->state[SESSION_CLINICIAN] = taker_of(judge->event);
    }
}
