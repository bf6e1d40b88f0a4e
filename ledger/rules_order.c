/* Orders: what a prescriber may order, by which limits, and when an order holds. The limits are the policy's: those of the
 * row of a protocol, or of an order without one. */
#include "ledger/judge.h"
#include "schema/amount.h"

/* ---- limits */

/* 0 is no limit. Micrograms per kilogram are the same number as nanograms per gram. */
struct limits {
    int64_t usual_per_g_ng, usual_total_mg, most_per_g_ng, most_total_mg;
    int64_t rate_usual_per_g_ng, rate_most_per_g_ng; /* in an hour */
};

/* Of an order that names no protocol: by its route, and in all. */
static void plain_limits(struct judge *judge, const struct leaf *order, struct limits *limits)
{
    *limits = (struct limits){ .usual_total_mg = view_policy(judge->view, POLICY_DOSE_TOTAL),
                               .most_total_mg = view_policy(judge->view, POLICY_DOSE_MOST) };
    if (order->state[ORDER_ROUTE] == ROUTE_IV) {
        limits->usual_per_g_ng = view_policy(judge->view, POLICY_DOSE_IV);
        limits->most_per_g_ng = view_policy(judge->view, POLICY_DOSE_IV_MOST);
    } else if (order->state[ORDER_ROUTE] == ROUTE_IM) {
        limits->usual_per_g_ng = view_policy(judge->view, POLICY_DOSE_IM);
        limits->most_per_g_ng = view_policy(judge->view, POLICY_DOSE_IM_MOST);
    }
}

/* False where the policy has no row for the protocol of this order. */
static bool limits_of(struct judge *judge, const struct leaf *order, struct limits *limits)
{
    size_t count;
    const int64_t *rows = view_policy_list(judge->view, POLICY_PROTOCOLS, &count);

    if (order->state[ORDER_PROTOCOL] == 0) {
        plain_limits(judge, order, limits);
        return true;
    }
    for (const int64_t *row = rows; rows != NULL && row + PROTOCOL_PLACES <= rows + count; row += PROTOCOL_PLACES)
        if (row[PROTOCOL_NUMBER] == order->state[ORDER_PROTOCOL]) {
            *limits = (struct limits){ row[PROTOCOL_USUAL],      row[PROTOCOL_USUAL_TOTAL], row[PROTOCOL_MOST],
                                       row[PROTOCOL_MOST_TOTAL], row[PROTOCOL_RATE_USUAL],  row[PROTOCOL_RATE_MOST] };
            return true;
        }
    return false;
}

/* The smaller of two limits in ng: that in all, and that by weight where a weight is known; 0 where there is neither. */
static uint64_t limit_of(const struct leaf *order, int64_t per_g_ng, int64_t total_mg)
{
    int64_t total_ng = total_mg * INT64_C(1000000);
    int64_t by_weight_ng = per_g_ng * order->state[ORDER_WEIGHT];

    return (uint64_t)(by_weight_ng != 0 && (total_ng == 0 || by_weight_ng < total_ng) ? by_weight_ng : total_ng);
}

/* A dose by weight is ng per 1000 g; a limit of ng for so many g: compared exactly. */
static bool is_above(const struct leaf *order, uint64_t limit_ng)
{
    uint64_t per_kg_ng = (uint64_t)order->state[ORDER_DOSE_PER_KG], weight_g = (uint64_t)order->state[ORDER_WEIGHT];

    if (limit_ng == 0)
        return false;
    return per_kg_ng != 0 ? ratio_compare(per_kg_ng, 1000, limit_ng, weight_g) > 0
                          : (uint64_t)order->state[ORDER_DOSE] > limit_ng;
}

static void judge_dose(struct judge *judge, const struct leaf *order)
{
    uint32_t patient = (uint32_t)order->state[ORDER_PATIENT];
    uint64_t usual_ng, most_ng, dose_ng;
    struct limits limits;

    if (!limits_of(judge, order, &limits)) {
        judge_break(judge, REFUSAL_PROTOCOL_NOT_HERE, SUBJECT_PATIENT, patient, order->state[ORDER_PROTOCOL], 0);
        return;
    }
    (void)order_allows(order, 0, &dose_ng);
    usual_ng = limit_of(order, limits.usual_per_g_ng, limits.usual_total_mg);
    most_ng = limit_of(order, limits.most_per_g_ng, limits.most_total_mg);
    if (is_above(order, most_ng))
        judge_break(judge, REFUSAL_DOSE_TOO_HIGH, SUBJECT_PATIENT, patient, (int64_t)dose_ng, (int64_t)most_ng);
    else if (is_above(order, usual_ng))
        judge_break(judge, REFUSAL_DOSE_UNUSUAL, SUBJECT_PATIENT, patient, (int64_t)dose_ng, (int64_t)usual_ng);
}

void judge_rate(struct judge *judge, const struct leaf *dose, const struct leaf *order)
{
    const struct value *rate = facts_get(&judge->event->facts, FACT_ADMINISTER_RATE);
    uint64_t volume_ul = (uint64_t)dose->state[DOSE_VOLUME], drawn_ng = (uint64_t)dose->state[DOSE_DRAWN];
    uint64_t usual_ng, most_ng, rate_ng;
    struct limits limits;

    if (rate == NULL || order == NULL || volume_ul == 0 || drawn_ng == 0 || !limits_of(judge, order, &limits))
        return;
    usual_ng = limit_of(order, limits.rate_usual_per_g_ng, 0);
    most_ng = limit_of(order, limits.rate_most_per_g_ng, 0);
    if (!muldiv_half_even((uint64_t)rate->number, drawn_ng, volume_ul, &rate_ng))
        rate_ng = AMOUNT_MAX;
    /* uL in an hour of a volume, against ng in an hour of what is drawn in it */
    if (most_ng != 0 && ratio_compare((uint64_t)rate->number, volume_ul, most_ng, drawn_ng) > 0)
        judge_break(judge, REFUSAL_RATE_TOO_HIGH, SUBJECT_DOSE, dose->id, (int64_t)rate_ng, (int64_t)most_ng);
    else if (usual_ng != 0 && ratio_compare((uint64_t)rate->number, volume_ul, usual_ng, drawn_ng) > 0)
        judge_break(judge, REFUSAL_RATE_UNUSUAL, SUBJECT_DOSE, dose->id, (int64_t)rate_ng, (int64_t)usual_ng);
}

/* ---- weight */

void judge_weight_holds(struct judge *judge, const struct leaf *order)
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

/* ---- the order */

/* Exactly one basis; a dose by weight needs the weight and the day of weighing, and so does the protocol whose rates are
 * told by weight. */
static bool order_is_complete(const struct facts *facts)
{
    bool fixed = facts_get(facts, FACT_ORDER_DOSE) != NULL, per_kg = facts_get(facts, FACT_ORDER_DOSE_PER_KG) != NULL;
    bool weighed = facts_get(facts, FACT_ORDER_WEIGHT) != NULL && facts_get(facts, FACT_ORDER_WEIGHED) != NULL;
    bool needs_weight = per_kg || facts_number(facts, FACT_ORDER_PROTOCOL, 0) == PROTOCOL_HIGH_DOSE;

    return facts_get(facts, FACT_ORDER_PATIENT) != NULL && facts_get(facts, FACT_ORDER_DRUG) != NULL &&
           facts_get(facts, FACT_ORDER_ROUTE) != NULL && fixed != per_kg &&
           (weighed || (!needs_weight && facts_get(facts, FACT_ORDER_WEIGHT) == NULL && facts_get(facts, FACT_ORDER_WEIGHED) == NULL));
}

static void cancel_order(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    struct leaf *order = judge_edit(judge, SUBJECT_ORDER, judge_ref(judge, FACT_ORDER_CANCELS));

    for (size_t i = 0; facts->fields[i].name != NULL; i++)
        if (facts->values[i].present && facts->fields[i].key != 13) {
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

    if (facts_get(&judge->event->facts, FACT_ORDER_CANCELS) != NULL) {
        cancel_order(judge);
        return;
    }
    if (!order_is_complete(&judge->event->facts)) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    order = judge_birth(judge, SUBJECT_ORDER);
    order->state[ORDER_PATIENT] = judge_ref(judge, FACT_ORDER_PATIENT);
    order->state[ORDER_PRESCRIBER] = rules_doer(judge->event);
    for (size_t i = 0; i < judge->event->performed_count; i++)
        if (judge->event->performed[i].meaning == MEANING_PRESCRIBED)
            order->state[ORDER_PRESCRIBER] = judge->event->performed[i].person;
    order->state[ORDER_DRUG] = judge_number(judge, FACT_ORDER_DRUG, 0);
    order->state[ORDER_ROUTE] = judge_number(judge, FACT_ORDER_ROUTE, 0);
    order->state[ORDER_PROTOCOL] = judge_number(judge, FACT_ORDER_PROTOCOL, 0);
    order->state[ORDER_DOSE] = judge_number(judge, FACT_ORDER_DOSE, 0);
    order->state[ORDER_DOSE_PER_KG] = judge_number(judge, FACT_ORDER_DOSE_PER_KG, 0);
    order->state[ORDER_WEIGHT] = judge_number(judge, FACT_ORDER_WEIGHT, 0);
    order->state[ORDER_WEIGHED] = judge_number(judge, FACT_ORDER_WEIGHED, 0);
    order->state[ORDER_SESSIONS] = judge_number(judge, FACT_ORDER_SESSIONS, 1);
    order->state[ORDER_INTERVAL] = judge_number(judge, FACT_ORDER_INTERVAL, 0);
    order->state[ORDER_FROM] = judge_number(judge, FACT_ORDER_FROM, judge->event->occurred.ms);
    order->state[ORDER_UNTIL] = judge_number(judge, FACT_ORDER_UNTIL, 0);
    order->state[ORDER_LAPSE] = judge_number(judge, FACT_ORDER_LAPSE, 0);
    order->state[ORDER_UNSIGNED] = (judge->verdict->due & DUE_ORDER) != 0;
    order->state[ORDER_BORN] = judge->placing->number;
    if (order->state[ORDER_UNTIL] != 0 && order->state[ORDER_UNTIL] < order->state[ORDER_FROM])
        judge_break(judge, REFUSAL_TIMES, 0, 0, 0, 0);
    judge_patient(judge, (uint32_t)order->state[ORDER_PATIENT]);
    judge_weight(judge, order);
    judge_dose(judge, order);
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
