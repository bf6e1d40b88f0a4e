/* What kinds about patients and orders do, and the sessions in which doses are given. */
#include "ledger/judge.h"
#include "schema/amount.h"

enum { MINUTE_MS = 60 * 1000 };

/* ---- patient */

/* False when the list is full. */
static bool lock_out(struct leaf *patient, int64_t person)
{
    uint16_t at = PATIENT_MAY_NOT_ACT;

    while (at < patient->count && patient->state[at] < person)
        at++;
    if (at < patient->count && patient->state[at] == person)
        return true;
    if (patient->count == patient->capacity)
        return false;
    for (uint16_t i = patient->count++; i > at; i--)
        patient->state[i] = patient->state[i - 1];
    patient->state[at] = person;
    return true;
}

void rule_patient(struct judge *judge)
{
    const struct value *persons = facts_get(&judge->event->facts, 2);
    uint32_t id = judge_ref(judge, 1);
    struct leaf *patient = id != 0 ? judge_edit(judge, SUBJECT_PATIENT, id) : judge_birth(judge, SUBJECT_PATIENT);
    struct list_cursor cursor;
    struct value person;

    if (facts_get(&judge->event->facts, 3) != NULL || facts_get(&judge->event->facts, 4) != NULL) /* no rule for these yet */
        judge_break(judge, REFUSAL_KIND_DRAFT, 0, 0, KIND_PATIENT, 0);
    if (id != 0 && persons == NULL && judge->event->private_count == 0)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    if (persons == NULL)
        return;
    list_begin(&cursor, field_with_key(judge->event->kind->fields, 2), persons);
    while (list_next(&cursor, &person))
        if (!lock_out(patient, person.number))
            judge_break(judge, REFUSAL_FIELD, SUBJECT_PATIENT, patient->id, 0, 0);
}

/* ---- order */

/* The most that is usual for this order: the limit of a dose, or that by weight where a weight is known and it is
 * smaller. Micrograms per kilogram are the same number as nanograms per gram. */
static uint64_t usual_limit_ng(struct judge *judge, const struct leaf *order)
{
    int64_t per_g_ng = order->state[ORDER_ROUTE] == ROUTE_IV   ? view_policy(judge->view, POLICY_DOSE_IV)
                       : order->state[ORDER_ROUTE] == ROUTE_IM ? view_policy(judge->view, POLICY_DOSE_IM)
                                                               : 0;
    int64_t total_ng = view_policy(judge->view, POLICY_DOSE_TOTAL) * INT64_C(1000000);
    int64_t by_weight_ng = per_g_ng * order->state[ORDER_WEIGHT];

    return (uint64_t)(by_weight_ng != 0 && by_weight_ng < total_ng ? by_weight_ng : total_ng);
}

static void judge_usual_dose(struct judge *judge, const struct leaf *order)
{
    uint64_t per_kg_ng = (uint64_t)order->state[ORDER_DOSE_PER_KG], weight_g = (uint64_t)order->state[ORDER_WEIGHT];
    uint64_t dose_ng = (uint64_t)order->state[ORDER_DOSE], limit_ng = usual_limit_ng(judge, order);
    bool above = dose_ng > limit_ng;

    if (order->state[ORDER_PROTOCOL] == PROTOCOL_HIGH_DOSE)
        return;
    if (per_kg_ng != 0) { /* ng per 1000 g against ng per so many g, exactly */
        above = ratio_compare(per_kg_ng, 1000, limit_ng, weight_g) > 0;
        if (!muldiv_half_even(per_kg_ng, weight_g, 1000, &dose_ng))
            dose_ng = AMOUNT_MAX;
    }
    if (above)
        judge_break(judge, REFUSAL_DOSE_UNUSUAL, SUBJECT_PATIENT, (uint32_t)order->state[ORDER_PATIENT],
                    (int64_t)dose_ng, (int64_t)limit_ng);
}

/* A weight grows old: asked when it is ordered by, and again at each session that rests on it. */
static void judge_weight_holds(struct judge *judge, const struct leaf *order)
{
    int64_t today = at_local_days(judge->event->occurred), days = view_policy(judge->view, POLICY_WEIGHT_DAYS);

    if (order->state[ORDER_WEIGHT] != 0 && today - order->state[ORDER_WEIGHED] > days)
        judge_break(judge, REFUSAL_WEIGHT_STALE, SUBJECT_PATIENT, (uint32_t)order->state[ORDER_PATIENT],
                    order->state[ORDER_WEIGHED], days);
}

static void judge_weight(struct judge *judge, const struct leaf *order)
{
    int64_t weight_g = order->state[ORDER_WEIGHT];
    int64_t today = at_local_days(judge->event->occurred);
    int64_t least_g = view_policy(judge->view, POLICY_WEIGHT_MIN), most_g = view_policy(judge->view, POLICY_WEIGHT_MAX);

    if (weight_g == 0)
        return;
    if (weight_g < least_g || weight_g > most_g)
        judge_break(judge, REFUSAL_WEIGHT_UNUSUAL, SUBJECT_PATIENT, (uint32_t)order->state[ORDER_PATIENT], weight_g,
                    weight_g < least_g ? least_g : most_g);
    if (order->state[ORDER_WEIGHED] > today)
        judge_break(judge, REFUSAL_FUTURE, 0, 0, (order->state[ORDER_WEIGHED] - today) * CIVIL_MS_PER_DAY, 0);
    judge_weight_holds(judge, order);
}

/* Exactly one basis; a dose by weight needs the weight and the day of weighing. */
static bool order_is_complete(const struct facts *facts)
{
    bool fixed = facts_get(facts, 5) != NULL, per_kg = facts_get(facts, 6) != NULL;
    bool weighed = facts_get(facts, 7) != NULL && facts_get(facts, 8) != NULL;

    return facts_get(facts, 1) != NULL && facts_get(facts, 2) != NULL && facts_get(facts, 3) != NULL && fixed != per_kg &&
           (weighed || (fixed && facts_get(facts, 7) == NULL && facts_get(facts, 8) == NULL));
}

static void cancel_order(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    struct leaf *order = judge_edit(judge, SUBJECT_ORDER, judge_ref(judge, 13));

    for (uint64_t key = 1; key <= 12; key++)
        if (facts_get(facts, key) != NULL) {
            judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
            return;
        }
    judge_patient(judge, (uint32_t)order->state[ORDER_PATIENT]);
    if (order->state[ORDER_CANCELLED] != 0)
        judge_break(judge, REFUSAL_ALREADY_SO, SUBJECT_ORDER, order->id, 0, 0);
    order->state[ORDER_CANCELLED] = judge->placing->number;
}

void rule_order(struct judge *judge)
{
    struct leaf *order;

    if (facts_get(&judge->event->facts, 14) != NULL) /* no rule for it yet */
        judge_break(judge, REFUSAL_KIND_DRAFT, 0, 0, KIND_ORDER, 0);
    if (facts_get(&judge->event->facts, 13) != NULL) {
        cancel_order(judge);
        return;
    }
    if (!order_is_complete(&judge->event->facts)) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    order = judge_birth(judge, SUBJECT_ORDER);
    order->state[ORDER_PATIENT] = judge_ref(judge, 1);
    order->state[ORDER_PRESCRIBER] = rules_doer(judge->event);
    for (size_t i = 0; i < judge->event->performed_count; i++)
        if (judge->event->performed[i].meaning == MEANING_PRESCRIBED)
            order->state[ORDER_PRESCRIBER] = judge->event->performed[i].person;
    order->state[ORDER_DRUG] = judge_number(judge, 2, 0);
    order->state[ORDER_ROUTE] = judge_number(judge, 3, 0);
    order->state[ORDER_PROTOCOL] = judge_number(judge, 4, 0);
    order->state[ORDER_DOSE] = judge_number(judge, 5, 0);
    order->state[ORDER_DOSE_PER_KG] = judge_number(judge, 6, 0);
    order->state[ORDER_WEIGHT] = judge_number(judge, 7, 0);
    order->state[ORDER_WEIGHED] = judge_number(judge, 8, 0);
    order->state[ORDER_SESSIONS] = judge_number(judge, 9, 1);
    order->state[ORDER_INTERVAL] = judge_number(judge, 10, 0);
    order->state[ORDER_FROM] = judge_number(judge, 11, judge->event->occurred.ms);
    order->state[ORDER_UNTIL] = judge_number(judge, 12, 0);
    order->state[ORDER_UNSIGNED] = (judge->verdict->due & DUE_ORDER) != 0;
    order->state[ORDER_BORN] = judge->placing->number;
    if (order->state[ORDER_UNTIL] != 0 && order->state[ORDER_UNTIL] < order->state[ORDER_FROM])
        judge_break(judge, REFUSAL_TIMES, 0, 0, 0, 0);
    judge_patient(judge, (uint32_t)order->state[ORDER_PATIENT]);
    judge_weight(judge, order);
    judge_usual_dose(judge, order);
}

/* An order holds at a time: begun, not ended, not cancelled by then. */
void judge_order_holds(struct judge *judge, uint32_t id)
{
    const struct leaf *order = judge_leaf(judge, SUBJECT_ORDER, id);
    int64_t at_ms = judge->event->occurred.ms;
    struct event cancelled;

    if (order == NULL) {
        judge_break(judge, REFUSAL_NO_ORDER, 0, 0, 0, 0);
        return;
    }
    if (at_ms < order->state[ORDER_FROM] || (order->state[ORDER_UNTIL] != 0 && at_ms > order->state[ORDER_UNTIL]))
        judge_break(judge, REFUSAL_ORDER_TIME, SUBJECT_ORDER, id, order->state[ORDER_FROM], order->state[ORDER_UNTIL]);
    if (order->state[ORDER_CANCELLED] != 0 && (!judge_event_of(judge, (uint32_t)order->state[ORDER_CANCELLED], &cancelled) ||
                                               at_ms > cancelled.occurred.ms))
        judge_break_entry(judge, REFUSAL_ORDER_CANCELLED, SUBJECT_ORDER, id, (uint32_t)order->state[ORDER_CANCELLED]);
}

/* ---- sessions */

static void use_order(struct judge *judge, uint32_t id, uint32_t patient)
{
    int64_t today = at_local_days(judge->event->occurred), apart;
    struct leaf *order;

    judge_order_holds(judge, id);
    if (id == 0)
        return;
    order = judge_edit(judge, SUBJECT_ORDER, id);
    apart = today > order->state[ORDER_LAST_DAY] ? today - order->state[ORDER_LAST_DAY] : order->state[ORDER_LAST_DAY] - today;
    if (order->state[ORDER_PATIENT] != patient)
        judge_break(judge, REFUSAL_OTHER_PATIENT, SUBJECT_ORDER, id, order->state[ORDER_PATIENT], 0);
    if (order->state[ORDER_USED] >= order->state[ORDER_SESSIONS])
        judge_break(judge, REFUSAL_ORDER_USED, SUBJECT_ORDER, id, order->state[ORDER_SESSIONS], 0);
    if (order->state[ORDER_USED] > 0 && apart < order->state[ORDER_INTERVAL])
        judge_break(judge, REFUSAL_INTERVAL, SUBJECT_ORDER, id, order->state[ORDER_INTERVAL], apart);
    if (order->state[ORDER_DOSE_PER_KG] != 0)
        judge_weight_holds(judge, order);
    order->state[ORDER_USED]++;
    order->state[ORDER_LAST_DAY] = today;
}

static void count_session(struct judge *judge, struct leaf *patient, uint32_t session)
{
    int64_t today = at_local_days(judge->event->occurred);

    if (patient->state[PATIENT_OPEN_SESSION] != 0)
        judge_break(judge, REFUSAL_SESSION_OPEN, SUBJECT_PATIENT, patient->id, patient->state[PATIENT_OPEN_SESSION], 0);
    if (patient->state[PATIENT_LAST_DAY] != today || patient->state[PATIENT_SESSIONS] == 0)
        patient->state[PATIENT_THAT_DAY] = 0;
    if (patient->state[PATIENT_THAT_DAY] >= view_policy(judge->view, POLICY_SESSIONS_PER_DAY))
        judge_break(judge, REFUSAL_SESSIONS_PER_DAY, SUBJECT_PATIENT, patient->id, patient->state[PATIENT_THAT_DAY], 0);
    patient->state[PATIENT_OPEN_SESSION] = session;
    patient->state[PATIENT_SESSIONS]++;
    patient->state[PATIENT_LAST_DAY] = today;
    patient->state[PATIENT_THAT_DAY]++;
}

void rule_session_open(struct judge *judge)
{
    uint32_t patient = judge_ref(judge, 1), order = judge_ref(judge, 2), place = judge_ref(judge, 3);
    struct leaf *session = judge_birth(judge, SUBJECT_SESSION);

    judge_patient(judge, patient);
    if (place == 0)
        judge_break(judge, REFUSAL_NO_PLACE, SUBJECT_PATIENT, patient, 0, 0);
    use_order(judge, order, patient);
    count_session(judge, judge_edit(judge, SUBJECT_PATIENT, patient), session->id);
    session->state[SESSION_PATIENT] = patient;
    session->state[SESSION_ORDER] = order;
    session->state[SESSION_PLACE] = place;
    session->state[SESSION_STATE] = SESSION_IS_OPEN;
    session->state[SESSION_CLINICIAN] = rules_doer(judge->event);
    session->state[SESSION_OPENED_AT] = judge->event->occurred.ms;
}

void judge_session_lasts(struct judge *judge, const struct leaf *session, int64_t at_ms)
{
    if (session->state[SESSION_STATE] != SESSION_IS_OPEN && at_ms > session->state[SESSION_CLOSED_AT])
        judge_break(judge, REFUSAL_SESSION_CLOSED, SUBJECT_SESSION, session->id, 0, 0);
}

/* How long a patient stays under observation: after the end of an infusion, and for esketamine from the
 * first spray (REMS: at least two hours). */
static void judge_observed(struct judge *judge, const struct leaf *session)
{
    int64_t now_ms = judge->event->occurred.ms;
    int64_t since_stop_min = (now_ms - session->state[SESSION_LAST_STOP]) / MINUTE_MS;
    int64_t since_spray_min = (now_ms - session->state[SESSION_FIRST_SPRAY]) / MINUTE_MS;
    int64_t after_stop = view_policy(judge->view, POLICY_OBSERVE);
    int64_t after_spray = view_policy(judge->view, POLICY_OBSERVE_ESKETAMINE);

    if (session->state[SESSION_FIRST_SPRAY] != 0 && since_spray_min < after_spray)
        judge_break(judge, REFUSAL_OBSERVATION, SUBJECT_SESSION, session->id, since_spray_min, after_spray);
    else if (session->state[SESSION_LAST_STOP] != 0 && since_stop_min < after_stop)
        judge_break(judge, REFUSAL_OBSERVATION, SUBJECT_SESSION, session->id, since_stop_min, after_stop);
}

/* A treatment that never began was none: neither the order's nor the day's. */
static void uncount_session(struct judge *judge, struct leaf *patient, const struct leaf *session)
{
    struct at opened = { session->state[SESSION_OPENED_AT], judge->event->occurred.offset_min };

    if (session->state[SESSION_ORDER] != 0)
        judge_edit(judge, SUBJECT_ORDER, (uint32_t)session->state[SESSION_ORDER])->state[ORDER_USED]--;
    if (patient->state[PATIENT_LAST_DAY] == at_local_days(opened) && patient->state[PATIENT_THAT_DAY] > 0)
        patient->state[PATIENT_THAT_DAY]--;
}

void rule_session_close(struct judge *judge)
{
    uint32_t id = judge_ref(judge, 1);
    struct leaf *session = judge_edit(judge, SUBJECT_SESSION, id);
    struct leaf *patient = judge_edit(judge, SUBJECT_PATIENT, (uint32_t)session->state[SESSION_PATIENT]);
    int64_t outcome = judge_number(judge, 2, 0), rems_days = view_policy(judge->view, POLICY_REMS_DAYS);

    if (session->state[SESSION_STATE] != SESSION_IS_OPEN) {
        judge_break(judge, REFUSAL_SESSION_ENDED, SUBJECT_SESSION, id, 0, 0);
        return;
    }
    judge_patient(judge, patient->id);
    judge_begun(judge, SUBJECT_SESSION, id, session->state[SESSION_OPENED_AT], judge->event->occurred.ms);
    if (outcome == OUTCOME_NOT_STARTED && session->state[SESSION_GIVEN] > 0)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    /* Whoever stops, is transferred or dies leaves doses behind that are settled afterwards; nobody else does. */
    if (session->state[SESSION_OPEN_DOSES] > 0 && (outcome == OUTCOME_COMPLETED || outcome == OUTCOME_NOT_STARTED))
        judge_break(judge, REFUSAL_UNSETTLED, SUBJECT_SESSION, id, session->state[SESSION_OPEN_DOSES], 0);
    if (outcome == OUTCOME_COMPLETED || outcome == OUTCOME_STOPPED)
        judge_observed(judge, session);
    if (outcome == OUTCOME_NOT_STARTED)
        uncount_session(judge, patient, session);
    session->state[SESSION_STATE] = SESSION_IS_CLOSED;
    session->state[SESSION_OUTCOME] = outcome;
    session->state[SESSION_CLOSED_AT] = judge->event->occurred.ms;
    if (patient->state[PATIENT_OPEN_SESSION] == id)
        patient->state[PATIENT_OPEN_SESSION] = 0;
    if (session->state[SESSION_FIRST_SPRAY] != 0 && rems_days != 0) /* each treatment is told to the programme */
        judge_must_file(judge, NOTICE_REMS, at_local_days(judge->event->occurred) + rems_days);
}

void rule_observe(struct judge *judge)
{
    uint32_t id = judge_ref(judge, 1);
    struct leaf *session = judge_edit(judge, SUBJECT_SESSION, id);

    judge_patient(judge, (uint32_t)session->state[SESSION_PATIENT]);
    judge_session_lasts(judge, session, judge->event->occurred.ms);
    if (judge->event->occurred.ms > session->state[SESSION_OBSERVED_AT])
        session->state[SESSION_OBSERVED_AT] = judge->event->occurred.ms;
    if (judge_number(judge, 5, 0) != 0)
        session->state[SESSION_READY] = 1;
}
