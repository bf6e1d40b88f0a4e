/* What kinds about patients do, and the sessions in which doses are given. */
#include "ledger/judge.h"

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

/* False when nobody of that number was locked out. */
static bool let_in(struct leaf *patient, int64_t person)
{
    uint16_t at = PATIENT_MAY_NOT_ACT;

    while (at < patient->count && patient->state[at] != person)
        at++;
    if (at == patient->count)
        return false;
    for (patient->count--; at < patient->count; at++)
        patient->state[at] = patient->state[at + 1];
    return true;
}

static void lock_out_all(struct judge *judge, struct leaf *patient)
{
    const struct value *persons = facts_get(&judge->event->facts, FACT_PATIENT_MAY_NOT_ACT);
    struct list_cursor cursor;
    struct value person;

    if (persons == NULL)
        return;
    list_begin(&cursor, field_with_key(judge->event->kind->fields, FACT_PATIENT_MAY_NOT_ACT), persons);
    while (list_next(&cursor, &person))
        if (!lock_out(patient, person.number))
            judge_break(judge, REFUSAL_FIELD, SUBJECT_PATIENT, patient->id, 0, 0);
}

/* It gives back a right: an officer, or an auditor where the other officer is who was locked out, approves it at
 * once and says why, and nobody lets himself in. */
static void let_all_in(struct judge *judge, struct leaf *patient)
{
    const struct value *persons = facts_get(&judge->event->facts, FACT_PATIENT_MAY_ACT_AGAIN);
    struct list_cursor cursor;
    struct value person;
    bool approved = judge_signers(judge, MEANING_APPROVED) > 0, changes = false;

    if (persons != NULL ? !approved : approved && judge->event->reason == 0)
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_APPROVED, 0);
    if (persons == NULL)
        return;
    judge_break(judge, REFUSAL_NEEDS_REASON, SUBJECT_PATIENT, patient->id, 0, 0);
    list_begin(&cursor, field_with_key(judge->event->kind->fields, FACT_PATIENT_MAY_ACT_AGAIN), persons);
    while (list_next(&cursor, &person)) {
        if (judge_has_part(judge, person.number))
            judge_break(judge, REFUSAL_OWN_GRANT, SUBJECT_PATIENT, patient->id, person.number, 0);
        changes = let_in(patient, person.number) || changes;
    }
    if (!changes)
        judge_break(judge, REFUSAL_ALREADY_SO, SUBJECT_PATIENT, patient->id, 0, 0);
}

/* Nobody is both locked out and let in by one act; a new patient has nobody to let in. */
static bool patient_is_complete(const struct event *event)
{
    bool locks = facts_get(&event->facts, FACT_PATIENT_MAY_NOT_ACT) != NULL;
    bool lets_in = facts_get(&event->facts, FACT_PATIENT_MAY_ACT_AGAIN) != NULL;
    bool is_known = facts_get(&event->facts, FACT_PATIENT_PATIENT) != NULL;

    return !(locks && lets_in) && (is_known || !lets_in) &&
           (!is_known || locks || lets_in || facts_get(&event->facts, FACT_PATIENT_REMS) != NULL || event->private_count > 0);
}

void rule_patient(struct judge *judge)
{
    uint32_t id = judge_ref(judge, FACT_PATIENT_PATIENT);
    struct leaf *patient = id != 0 ? judge_edit(judge, SUBJECT_PATIENT, id) : judge_birth(judge, SUBJECT_PATIENT);

    if (!patient_is_complete(judge->event))
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    lock_out_all(judge, patient);
    let_all_in(judge, patient);
    if (facts_get(&judge->event->facts, FACT_PATIENT_REMS) != NULL)
        patient->state[PATIENT_REMS] = 1;
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
    if (order->state[ORDER_USED] > 0 && order->state[ORDER_LAPSE] != 0 &&
        today - order->state[ORDER_LAST_DAY] > order->state[ORDER_LAPSE])
        judge_break(judge, REFUSAL_COURSE_LAPSED, SUBJECT_ORDER, id, order->state[ORDER_LAPSE], apart);
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
    if (view_number(judge->view, SUBJECT_SESSION, session, SESSION_STATE) == SESSION_IS_OPEN)
        patient->state[PATIENT_OPEN_SESSION] = session;
    patient->state[PATIENT_SESSIONS]++;
    patient->state[PATIENT_LAST_DAY] = today;
    patient->state[PATIENT_THAT_DAY]++;
}

/* A session goes on when its beginning is corrected. Where it is another patient's then nothing has been done in it, and
 * where it is another's or by another order it has not ended, since its end counts for both. */
static void judge_goes_on(struct judge *judge, const struct leaf *session, uint32_t patient, uint32_t order)
{
    bool is_others = session->state[SESSION_PATIENT] != patient;

    if ((is_others && session->state[SESSION_DOSES] != 0) ||
        ((is_others || session->state[SESSION_ORDER] != order) && session->state[SESSION_STATE] != SESSION_IS_OPEN))
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_SESSION, session->id, session->last);
}

void rule_session_open(struct judge *judge)
{
    uint32_t patient = judge_ref(judge, FACT_SESSION_OPEN_PATIENT), order = judge_ref(judge, FACT_SESSION_OPEN_ORDER);
    uint32_t place = judge_ref(judge, FACT_SESSION_OPEN_PLACE);
    struct leaf *session = judge_birth(judge, SUBJECT_SESSION);

    judge_patient(judge, patient);
    if (place == 0)
        judge_break(judge, REFUSAL_NO_PLACE, SUBJECT_PATIENT, patient, 0, 0);
    if (session->state[SESSION_STATE] == 0) {
        session->state[SESSION_STATE] = SESSION_IS_OPEN;
        session->state[SESSION_CLINICIAN] = rules_doer(judge->event);
    } else {
        judge_goes_on(judge, session, patient, order);
    }
    use_order(judge, order, patient);
    count_session(judge, judge_edit(judge, SUBJECT_PATIENT, patient), session->id);
    session->state[SESSION_PATIENT] = patient;
    session->state[SESSION_ORDER] = order;
    session->state[SESSION_PLACE] = place;
    session->state[SESSION_OPENED_AT] = judge->event->occurred.ms;
    session->state[SESSION_BASELINE] = facts_get(&judge->event->facts, FACT_SYSTOLIC) != NULL;
}

void judge_session_lasts(struct judge *judge, const struct leaf *session, int64_t at_ms)
{
    if (session->state[SESSION_STATE] == SESSION_IS_VOID)
        judge_break(judge, REFUSAL_SESSION_ENDED, SUBJECT_SESSION, session->id, 0, 0);
    else if (session->state[SESSION_STATE] != SESSION_IS_OPEN && at_ms > session->state[SESSION_CLOSED_AT])
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

/* Blood pressure is taken when a session begins, and so often after as the policy asks; once may be at its end. */
static void judge_vitals(struct judge *judge, const struct leaf *session)
{
    int64_t asked = view_policy(judge->view, POLICY_VITALS);
    int64_t taken = session->state[SESSION_VITALS] + (facts_get(&judge->event->facts, FACT_SYSTOLIC) != NULL);

    if (asked != 0 && (session->state[SESSION_BASELINE] == 0 || taken < asked))
        judge_break(judge, REFUSAL_VITALS_MISSING, SUBJECT_SESSION, session->id,
                    session->state[SESSION_BASELINE] + (taken < asked ? taken : asked), asked + 1);
}

/* What a treatment that ended as it should has behind it. */
static void judge_completed(struct judge *judge, const struct leaf *session)
{
    judge_vitals(judge, session);
    if (session->state[SESSION_GIVEN] > 0 && view_policy(judge->view, POLICY_ESCORT) != 0 &&
        facts_get(&judge->event->facts, FACT_SESSION_CLOSE_ESCORT) == NULL)
        judge_break(judge, REFUSAL_ESCORT_MISSING, SUBJECT_SESSION, session->id, 0, 0);
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

/* Doses of a session whose pump runs. The newest doses are looked through until all open ones of it were met. */
static int64_t running_doses(struct judge *judge, const struct leaf *session)
{
    int64_t open = session->state[SESSION_OPEN_DOSES], running = 0;

    for (uint32_t id = view_count(judge->view, SUBJECT_DOSE); id > 0 && open > 0; id--) {
        const struct leaf *dose = judge_leaf(judge, SUBJECT_DOSE, id);

        if (dose == NULL || dose->state[DOSE_SESSION] != session->id || dose->state[DOSE_STATE] >= DOSE_IS_HELD)
            continue;
        open--;
        running += dose->state[DOSE_STATE] == DOSE_IS_RUNNING;
    }
    return running;
}

/* Whoever stops, is transferred or dies leaves doses behind that are settled afterwards; nobody else does. But no pump
 * runs on without a treatment: what it has given is read before. */
static void judge_settled(struct judge *judge, const struct leaf *session, int64_t outcome)
{
    bool ended_early = outcome != OUTCOME_COMPLETED && outcome != OUTCOME_NOT_STARTED;
    int64_t left = ended_early ? running_doses(judge, session) : session->state[SESSION_OPEN_DOSES];

    if (left > 0)
        judge_break(judge, REFUSAL_UNSETTLED, SUBJECT_SESSION, session->id, left, 0);
}

void rule_session_close(struct judge *judge)
{
    uint32_t id = judge_ref(judge, FACT_SESSION_CLOSE_SESSION);
    struct leaf *session = judge_edit(judge, SUBJECT_SESSION, id);
    struct leaf *patient = judge_edit(judge, SUBJECT_PATIENT, (uint32_t)session->state[SESSION_PATIENT]);
    int64_t outcome = judge_number(judge, FACT_SESSION_CLOSE_OUTCOME, 0), rems_days = view_policy(judge->view, POLICY_REMS_DAYS);

    if (session->state[SESSION_STATE] != SESSION_IS_OPEN) {
        judge_break(judge, REFUSAL_SESSION_ENDED, SUBJECT_SESSION, id, 0, 0);
        return;
    }
    judge_patient(judge, patient->id);
    judge_begun(judge, SUBJECT_SESSION, id, session->state[SESSION_OPENED_AT], judge->event->occurred.ms);
    if (outcome == OUTCOME_NOT_STARTED && session->state[SESSION_GIVEN] > 0)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    judge_settled(judge, session, outcome);
    if (outcome == OUTCOME_COMPLETED || outcome == OUTCOME_STOPPED)
        judge_observed(judge, session);
    if (outcome == OUTCOME_COMPLETED)
        judge_completed(judge, session);
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

void observe_tells_session(struct judge *judge, struct leaf *session)
{
    if (judge->event->occurred.ms > session->state[SESSION_OBSERVED_AT])
        session->state[SESSION_OBSERVED_AT] = judge->event->occurred.ms;
    if (judge_number(judge, FACT_OBSERVE_READY, 0) != 0)
        session->state[SESSION_READY] = 1;
}

void rule_observe(struct judge *judge)
{
    uint32_t id = judge_ref(judge, FACT_OBSERVE_SESSION);
    struct leaf *session = judge_edit(judge, SUBJECT_SESSION, id);

    judge_patient(judge, (uint32_t)session->state[SESSION_PATIENT]);
    judge_session_lasts(judge, session, judge->event->occurred.ms);
    observe_tells_session(judge, session);
    session->state[SESSION_VITALS] += facts_get(&judge->event->facts, FACT_SYSTOLIC) != NULL;
}
