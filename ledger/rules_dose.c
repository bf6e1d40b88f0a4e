/* What happens to a dose: drawn, given, handed over, wasted, sealed, put back. */
#include "ledger/judge.h"
#include "schema/amount.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

static bool is_whole_item(struct judge *judge, uint32_t product)
{
    int64_t form = view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_FORM);

    return form == FORM_NASAL_DEVICE || form == FORM_SYRINGE;
}

/* A dose counts as open in its session until it is settled or sealed in a bag. */
static void set_dose_state(struct judge *judge, struct leaf *dose, enum dose_state state)
{
    bool was_open = dose->state[DOSE_STATE] != 0 && dose->state[DOSE_STATE] < DOSE_IS_HELD;
    bool is_open = state < DOSE_IS_HELD;
    int64_t change = (int64_t)is_open - (int64_t)was_open;

    if (dose->state[DOSE_SESSION] != 0)
        judge_edit(judge, SUBJECT_SESSION, (uint32_t)dose->state[DOSE_SESSION])->state[SESSION_OPEN_DOSES] += change;
    if (dose->state[DOSE_STATE] == 0)
        judge_site(judge)->state[SITE_OPEN_DOSES]++;
    if (state == DOSE_IS_SETTLED && dose->state[DOSE_STATE] != DOSE_IS_SETTLED)
        judge_site(judge)->state[SITE_OPEN_DOSES]--;
    dose->state[DOSE_STATE] = state;
}

/* When nothing is open any more the dose is settled, and items that left the stock whole are finished. */
static void settle_if_empty(struct judge *judge, struct leaf *dose)
{
    if (dose->state[DOSE_OPEN] != 0)
        return;
    set_dose_state(judge, dose, DOSE_IS_SETTLED);
    for (size_t at = DOSE_SOURCES; at + SOURCE_PLACES <= dose->count; at += SOURCE_PLACES) {
        struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, (uint32_t)dose->state[at + SOURCE_VIAL]);

        if (vial->state[VIAL_STATE] == VIAL_ISSUED)
            vial->state[VIAL_STATE] = VIAL_FINISHED;
    }
}

/* What of a session's drug is on its way to the patient: drawn, and not wasted, left or put back. */
static void commit_to_session(struct judge *judge, const struct leaf *dose, int64_t mass_ng)
{
    if (dose->state[DOSE_SESSION] != 0)
        judge_edit(judge, SUBJECT_SESSION, (uint32_t)dose->state[DOSE_SESSION])->state[SESSION_COMMITTED] += mass_ng;
}

/* Whether the order allows this mass in one session: compared exactly, by cross-multiplication. */
static bool within_order(const struct leaf *order, uint64_t mass_ng, uint64_t *allowed_ng)
{
    uint64_t per_kg_ng = (uint64_t)order->state[ORDER_DOSE_PER_KG], weight_g = (uint64_t)order->state[ORDER_WEIGHT];

    *allowed_ng = (uint64_t)order->state[ORDER_DOSE];
    if (per_kg_ng == 0)
        return mass_ng <= *allowed_ng;
    if (!muldiv_half_even(per_kg_ng, weight_g, 1000, allowed_ng))
        *allowed_ng = AMOUNT_MAX;
    /* mass / weight against ng per kg = ng per 1000 g */
    return ratio_compare(mass_ng, weight_g, per_kg_ng, 1000) <= 0;
}

/* ---- draw */

/* The last moment of use after the first puncture: the end of the n-th local day for a multi-dose vial,
 * some hours for a single-dose one, and never beyond the label (DOMAIN §6.3). */
static int64_t beyond_use_of(struct judge *judge, const struct leaf *vial)
{
    struct at occurred = judge->event->occurred;
    int64_t zone_ms = (int64_t)occurred.offset_min * MINUTE_MS;
    int64_t label_ms = (vial->state[VIAL_EXPIRY] + 1) * CIVIL_MS_PER_DAY - zone_ms - 1;
    int64_t use_ms;

    if (view_number(judge->view, SUBJECT_PRODUCT, (uint32_t)vial->state[VIAL_PRODUCT], PRODUCT_FORM) == FORM_MULTI_DOSE_VIAL)
        use_ms = (at_local_days(occurred) + view_policy(judge->view, POLICY_MULTI_DOSE_DAYS) + 1) * CIVIL_MS_PER_DAY -
                 zone_ms - 1;
    else
        use_ms = occurred.ms + view_policy(judge->view, POLICY_SINGLE_DOSE_HOURS) * HOUR_MS;
    return use_ms < label_ms ? use_ms : label_ms;
}

static void judge_vial_dates(struct judge *judge, const struct leaf *vial)
{
    struct at occurred = judge->event->occurred;

    if (occurred.ms < vial->state[VIAL_RECEIVED])
        judge_break(judge, REFUSAL_BEFORE, SUBJECT_VIAL, vial->id, vial->state[VIAL_RECEIVED], 0);
    if (at_local_days(occurred) > vial->state[VIAL_EXPIRY])
        judge_break(judge, REFUSAL_EXPIRED, SUBJECT_VIAL, vial->id, vial->state[VIAL_EXPIRY], 0);
    if (vial->state[VIAL_BEYOND_USE] != 0 && occurred.ms > vial->state[VIAL_BEYOND_USE])
        judge_break(judge, REFUSAL_BEYOND_USE, SUBJECT_VIAL, vial->id, vial->state[VIAL_BEYOND_USE], 0);
}

/* A vial left in a room or cart belongs to what happens there. */
static void judge_vial_place(struct judge *judge, const struct leaf *vial, uint32_t session)
{
    int64_t place = vial->state[VIAL_PLACE];
    int64_t room = view_number(judge->view, SUBJECT_SESSION, session, SESSION_PLACE);
    int64_t type = view_number(judge->view, SUBJECT_PLACE, (uint32_t)place, PLACE_TYPE);

    if (room != 0 && place != room && (type == PLACE_ROOM || type == PLACE_CART))
        judge_break(judge, REFUSAL_PLACE_DIFFERS, SUBJECT_VIAL, vial->id, place, room);
}

static void judge_vial(struct judge *judge, const struct leaf *vial, uint32_t session)
{
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    int64_t patient = view_number(judge->view, SUBJECT_SESSION, session, SESSION_PATIENT);
    bool single = view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_FORM) == FORM_SINGLE_DOSE_VIAL;

    if (vial->state[VIAL_STATE] == VIAL_FINISHED)
        judge_break(judge, REFUSAL_VIAL_FINISHED, SUBJECT_VIAL, vial->id, 0, 0);
    if (vial->state[VIAL_STATE] == VIAL_ISSUED)
        judge_break(judge, REFUSAL_VIAL_STATE, SUBJECT_VIAL, vial->id, vial->state[VIAL_STATE], 0);
    if (vial->state[VIAL_HELD] != 0)
        judge_break(judge, REFUSAL_VIAL_HELD, SUBJECT_VIAL, vial->id, vial->state[VIAL_HELD], 0);
    if (vial->state[VIAL_UNCHECKED] != 0)
        judge_break_entry(judge, REFUSAL_UNCHECKED, SUBJECT_VIAL, vial->id, (uint32_t)vial->state[VIAL_BORN]);
    if (view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_PROVISIONAL) != 0)
        judge_break(judge, REFUSAL_PROVISIONAL, SUBJECT_PRODUCT, product, 0, 0);
    if (single && vial->state[VIAL_DRAWN_FOR] != 0 && vial->state[VIAL_DRAWN_FOR] != patient)
        judge_break(judge, REFUSAL_SINGLE_DOSE, SUBJECT_VIAL, vial->id, vial->state[VIAL_DRAWN_FOR], 0);
    if (vial->state[VIAL_NAMED_FOR] != 0 && vial->state[VIAL_NAMED_FOR] != patient)
        judge_break(judge, REFUSAL_NAMED_STOCK, SUBJECT_VIAL, vial->id, vial->state[VIAL_NAMED_FOR], 0);
    judge_vial_dates(judge, vial);
    judge_vial_place(judge, vial, session);
}

/* More than the book has left: the excess is a gain in the same event, within the product's overfill. */
static void gain_overfill(struct judge *judge, struct leaf *vial, int64_t volume_ul, int64_t overfill_ul)
{
    int64_t bound_ul = view_number(judge->view, SUBJECT_PRODUCT, (uint32_t)vial->state[VIAL_PRODUCT], PRODUCT_OVERFILL);

    if (overfill_ul == 0)
        return;
    if (vial->state[VIAL_LEFT] + overfill_ul != volume_ul) {
        judge_break(judge, REFUSAL_OVERDRAWN, SUBJECT_VIAL, vial->id, volume_ul, vial->state[VIAL_LEFT]);
        return;
    }
    if (vial->state[VIAL_GAINED] + overfill_ul > bound_ul) {
        judge_break(judge, REFUSAL_OVERFILL, SUBJECT_VIAL, vial->id, vial->state[VIAL_GAINED] + overfill_ul, bound_ul);
        return;
    }
    vial_put(judge, vial->id, VIAL_GAINED, TOTAL_GAINED, (uint64_t)overfill_ul);
}

static void open_vial(struct judge *judge, struct leaf *vial, uint32_t session)
{
    bool whole = is_whole_item(judge, (uint32_t)vial->state[VIAL_PRODUCT]);

    if (vial->state[VIAL_STATE] == VIAL_SEALED) {
        vial->state[VIAL_STATE] = whole ? VIAL_ISSUED : VIAL_OPEN;
        if (!whole) {
            vial->state[VIAL_OPENED] = judge->event->occurred.ms;
            vial->state[VIAL_BEYOND_USE] = beyond_use_of(judge, vial);
        }
    }
    if (vial->state[VIAL_DRAWN_FOR] == 0)
        vial->state[VIAL_DRAWN_FOR] = view_number(judge->view, SUBJECT_SESSION, session, SESSION_PATIENT);
    vial->state[VIAL_DRAWS]++;
}

static void add_source(struct judge *judge, struct leaf *dose, const struct leaf *vial, int64_t volume_ul)
{
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    int64_t drug = view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_DRUG);
    uint64_t mass_ng = 0;
    int64_t *source = dose->state + dose->count;

    if (dose->count + SOURCE_PLACES > dose->capacity) {
        judge_break(judge, REFUSAL_FIELD, SUBJECT_DOSE, dose->id, 0, 0);
        return;
    }
    if (dose->state[DOSE_DRUG] != 0 && dose->state[DOSE_DRUG] != drug)
        judge_break(judge, REFUSAL_DRUGS_MIXED, SUBJECT_VIAL, vial->id, 0, 0);
    (void)mass_of_volume((uint64_t)volume_ul, (uint64_t)view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH),
                         &mass_ng); /* fits: the vial's own mass did */
    source[SOURCE_VIAL] = vial->id;
    source[SOURCE_PRODUCT] = product;
    source[SOURCE_VOLUME] = volume_ul;
    source[SOURCE_MASS] = source[SOURCE_LEFT] = (int64_t)mass_ng;
    dose->count = (uint16_t)(dose->count + SOURCE_PLACES);
    dose->state[DOSE_DRUG] = drug;
    dose->state[DOSE_VOLUME] += volume_ul;
    dose->state[DOSE_DRAWN] += (int64_t)mass_ng;
    dose->state[DOSE_OPEN] += (int64_t)mass_ng;
    commit_to_session(judge, dose, (int64_t)mass_ng);
}

/* `first` is where this event's own sources begin: a vial may be drawn from again, but not twice at once. */
static void draw_source(struct judge *judge, struct leaf *dose, size_t first, const struct facts *row)
{
    struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, view_resolve(judge->view, SUBJECT_VIAL, facts_get(row, 0)));
    uint32_t session = (uint32_t)dose->state[DOSE_SESSION], product = (uint32_t)vial->state[VIAL_PRODUCT];
    int64_t volume_ul = facts_number(row, 1, 0);

    for (size_t at = first; at + SOURCE_PLACES <= dose->count; at += SOURCE_PLACES)
        if (dose->state[at + SOURCE_VIAL] == vial->id)
            judge_break(judge, REFUSAL_TWICE, SUBJECT_VIAL, vial->id, 0, 0);
    judge_vial(judge, vial, session);
    if (is_whole_item(judge, product)) {
        int64_t whole_ul = view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_VOLUME);

        if (volume_ul != whole_ul || facts_get(row, 2) != NULL || facts_get(&judge->event->facts, 1)->number != 1 ||
            facts_get(&judge->event->facts, 3) != NULL)
            judge_break(judge, REFUSAL_WHOLE_ITEM, SUBJECT_VIAL, vial->id, volume_ul, whole_ul);
        dose->state[DOSE_SEALED] = 1;
        if (view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_FORM) == FORM_NASAL_DEVICE)
            dose->state[DOSE_CONTAINER] = CONTAINER_DEVICE;
    }
    gain_overfill(judge, vial, volume_ul, facts_number(row, 2, 0));
    if (judge->cannot_stand)
        return;
    open_vial(judge, vial, session);
    vial_take(judge, vial->id, VIAL_DRAWN, TOTAL_IN_DOSES, (uint64_t)volume_ul);
    if (!judge->cannot_stand)
        add_source(judge, dose, vial, volume_ul);
}

/* The session a dose is drawn for: there, open, ordered; a dose may be drawn for one about to begin only
 * once it is opened, since what is drawn must belong somewhere. */
static void judge_draw_session(struct judge *judge, uint32_t session)
{
    const struct leaf *leaf = judge_leaf(judge, SUBJECT_SESSION, session);

    if (leaf == NULL) {
        judge_break(judge, REFUSAL_NO_SESSION, 0, 0, 0, 0);
        return;
    }
    if (leaf->state[SESSION_STATE] != SESSION_IS_OPEN)
        judge_break(judge, REFUSAL_SESSION_CLOSED, SUBJECT_SESSION, session, 0, 0);
    judge_patient(judge, (uint32_t)leaf->state[SESSION_PATIENT]);
    judge_order_holds(judge, (uint32_t)leaf->state[SESSION_ORDER]);
}

static void judge_drawn_for_order(struct judge *judge, const struct leaf *dose)
{
    const struct leaf *session = judge_leaf(judge, SUBJECT_SESSION, (uint32_t)dose->state[DOSE_SESSION]);
    const struct leaf *order =
        session != NULL ? judge_leaf(judge, SUBJECT_ORDER, (uint32_t)session->state[SESSION_ORDER]) : NULL;
    uint64_t allowed_ng;

    if (order == NULL)
        return;
    if (order->state[ORDER_DRUG] != dose->state[DOSE_DRUG])
        judge_break(judge, REFUSAL_WRONG_DRUG, SUBJECT_ORDER, order->id, order->state[ORDER_DRUG], dose->state[DOSE_DRUG]);
    if (!within_order(order, (uint64_t)session->state[SESSION_COMMITTED], &allowed_ng))
        judge_break(judge, REFUSAL_DRAW_OVER_ORDER, SUBJECT_ORDER, order->id, session->state[SESSION_COMMITTED],
                    (int64_t)allowed_ng);
}

/* The dose drawn into: a new one, or one of the same session of which nothing has been taken yet. */
static struct leaf *dose_to_fill(struct judge *judge, uint32_t session)
{
    const struct value *into = facts_get(&judge->event->facts, 3);
    struct leaf *dose;

    if (into == NULL) {
        dose = judge_birth(judge, SUBJECT_DOSE);
        dose->state[DOSE_SESSION] = session;
        dose->state[DOSE_PATIENT] = view_number(judge->view, SUBJECT_SESSION, session, SESSION_PATIENT);
        dose->state[DOSE_DRAWER] = dose->state[DOSE_HOLDER] = rules_doer(judge->event);
        dose->state[DOSE_DRAWN_AT] = judge->event->occurred.ms;
        set_dose_state(judge, dose, DOSE_IS_DRAWN);
        if (session != 0)
            judge_edit(judge, SUBJECT_SESSION, session)->state[SESSION_DOSES]++;
        return dose;
    }
    dose = judge_edit(judge, SUBJECT_DOSE, judge_ref(judge, 3));
    if (dose->state[DOSE_STATE] != DOSE_IS_DRAWN || dose->state[DOSE_OPEN] != dose->state[DOSE_DRAWN] ||
        dose->state[DOSE_SEALED] != 0)
        judge_break(judge, REFUSAL_DOSE_IN_USE, SUBJECT_DOSE, dose->id, 0, 0);
    if (dose->state[DOSE_SESSION] != session)
        judge_break(judge, REFUSAL_DOSE_ELSEWHERE, SUBJECT_DOSE, dose->id, dose->state[DOSE_SESSION], session);
    return dose;
}

void rule_draw(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    uint32_t session = judge_ref(judge, 2);
    struct leaf *dose = dose_to_fill(judge, session);
    int64_t dilute_ul = judge_number(judge, 5, 0);
    size_t first = dose->count;
    struct list_cursor cursor;
    struct facts row;

    judge_draw_session(judge, session);
    dose->state[DOSE_CONTAINER] = judge_number(judge, 4, dose->state[DOSE_CONTAINER] != 0 ? dose->state[DOSE_CONTAINER]
                                                                                             : CONTAINER_SYRINGE);
    dose->state[DOSE_USE_BY] = judge_number(judge, 7, dose->state[DOSE_USE_BY]);
    list_begin(&cursor, field_with_key(judge->event->kind->fields, 1), facts_get(facts, 1));
    while (rows_next(&cursor, &row) && !judge->cannot_stand)
        draw_source(judge, dose, first, &row);
    if (dilute_ul != 0) {
        if (dilute_ul < dose->state[DOSE_VOLUME])
            judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, dose->id, 0, 0);
        dose->state[DOSE_VOLUME] = dilute_ul;
        dose->state[DOSE_DILUTED] = 1;
    }
    judge_drawn_for_order(judge, dose);
}

/* ---- administer */

static void judge_recipient(struct judge *judge, const struct leaf *dose)
{
    int64_t to_person = judge_number(judge, 10, 0);
    uint32_t to_patient = judge_ref(judge, 9);

    if (to_person != 0 && to_person == rules_doer(judge->event))
        judge_break(judge, REFUSAL_SELF, SUBJECT_CREDENTIAL, (uint32_t)to_person, to_person, 0);
    if (to_person != 0 || judge_number(judge, 11, 0) != 0 || (to_patient != 0 && to_patient != dose->state[DOSE_PATIENT]))
        judge_break(judge, REFUSAL_RECIPIENT, SUBJECT_DOSE, dose->id, 0, 0);
    if (to_patient != 0)
        judge_patient(judge, to_patient);
    if (dose->state[DOSE_PATIENT] != 0 && dose->state[DOSE_PATIENT] != to_patient)
        judge_patient(judge, (uint32_t)dose->state[DOSE_PATIENT]);
}

/* The route given, else that of the order. */
static int64_t route_of(struct judge *judge, const struct leaf *dose, const struct leaf *order)
{
    int64_t route = judge_number(judge, 4, dose->state[DOSE_ROUTE]);

    return route != 0 ? route : order != NULL ? order->state[ORDER_ROUTE] : 0;
}

static void judge_route(struct judge *judge, struct leaf *dose, const struct leaf *order)
{
    int64_t route = route_of(judge, dose, order);

    if (order != NULL && route != order->state[ORDER_ROUTE])
        judge_break(judge, REFUSAL_WRONG_ROUTE, SUBJECT_ORDER, order->id, order->state[ORDER_ROUTE], route);
    for (size_t at = DOSE_SOURCES; route == ROUTE_IV && dose->state[DOSE_DILUTED] == 0 && at + SOURCE_PLACES <= dose->count;
         at += SOURCE_PLACES)
        if (view_number(judge->view, SUBJECT_PRODUCT, (uint32_t)dose->state[at + SOURCE_PRODUCT], PRODUCT_DILUTE_IV) != 0)
            judge_break(judge, REFUSAL_UNDILUTED, SUBJECT_DOSE, dose->id, 0, 0);
    dose->state[DOSE_ROUTE] = route;
}

/* Each step follows only some states, and leads to one (DESIGN §6: start, rate, bolus, pause, stop). */
static bool step(struct judge *judge, struct leaf *dose, int64_t phase, enum dose_state *next)
{
    int64_t state = dose->state[DOSE_STATE];
    bool open = state >= DOSE_IS_DRAWN && state <= DOSE_IS_STOPPED;
    bool under_way = state == DOSE_IS_RUNNING || state == DOSE_IS_PAUSED;
    bool follows = false;

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
    if (state == DOSE_IS_SETTLED)
        judge_break(judge, REFUSAL_SETTLED, SUBJECT_DOSE, dose->id, 0, 0);
    else if (!follows)
        judge_break(judge, REFUSAL_PHASE, SUBJECT_DOSE, dose->id, state, phase);
    return follows;
}

/* A reading is what has been given out of this dose so far, as pump or syringe show it; what this event
 * gives is the difference. A whole gift, a bolus and a stop have to say it. */
static bool reading_of(struct judge *judge, const struct leaf *dose, int64_t phase, uint64_t *given_now_ng)
{
    const struct value *read = facts_get(&judge->event->facts, 3);
    uint64_t given_ng = (uint64_t)dose->state[DOSE_GIVEN], so_far_ng = given_ng;

    *given_now_ng = 0;
    if (read == NULL) {
        if (phase == PHASE_WHOLE || phase == PHASE_BOLUS || phase == PHASE_STOP)
            judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, dose->id, 0, 0);
        return !judge->cannot_stand;
    }
    if (!dose_mass_of(judge, dose->id, read, &so_far_ng))
        return false;
    if (read->second == QUANTITY_REST)
        so_far_ng += given_ng;
    if (so_far_ng < given_ng) {
        judge_break(judge, REFUSAL_READING_BACK, SUBJECT_DOSE, dose->id, (int64_t)so_far_ng, (int64_t)given_ng);
        return false;
    }
    *given_now_ng = so_far_ng - given_ng;
    return true;
}

/* Begin and end of this step. Typed to the minute, so a minute before the draw is not before it. */
static void judge_step_times(struct judge *judge, const struct leaf *dose, int64_t start_ms, int64_t stop_ms)
{
    if (stop_ms < start_ms)
        judge_break(judge, REFUSAL_TIMES, SUBJECT_DOSE, dose->id, start_ms, stop_ms);
    if (start_ms < dose->state[DOSE_DRAWN_AT] - MINUTE_MS)
        judge_break(judge, REFUSAL_BEFORE, SUBJECT_DOSE, dose->id, dose->state[DOSE_DRAWN_AT], 0);
    if (start_ms > judge->placing->recorded_ms + 5 * MINUTE_MS || stop_ms > judge->placing->recorded_ms + 5 * MINUTE_MS)
        judge_break(judge, REFUSAL_FUTURE, 0, 0, (start_ms > stop_ms ? start_ms : stop_ms) - judge->placing->recorded_ms, 0);
    if (dose->state[DOSE_USE_BY] != 0 && start_ms > dose->state[DOSE_USE_BY])
        judge_break(judge, REFUSAL_USE_BY, SUBJECT_DOSE, dose->id, dose->state[DOSE_USE_BY], 0);
}

/* Sprays of a device: two in all, and a rest between two devices (REMS). */
static void spray(struct judge *judge, struct leaf *dose, struct leaf *session, int64_t start_ms)
{
    const struct value *read = facts_get(&judge->event->facts, 3);
    int64_t rest_min = view_policy(judge->view, POLICY_DEVICE_REST);
    int64_t apart_ms;

    if (dose->state[DOSE_CONTAINER] != CONTAINER_DEVICE || read == NULL)
        return;
    if (session != NULL) {
        apart_ms = start_ms - session->state[SESSION_LAST_SPRAY];
        if (dose->state[DOSE_SPRAYS] == 0 && session->state[SESSION_LAST_SPRAY] != 0 && apart_ms < rest_min * MINUTE_MS)
            judge_break(judge, REFUSAL_DEVICE_REST, SUBJECT_DOSE, dose->id, apart_ms / MINUTE_MS, rest_min);
        if (session->state[SESSION_FIRST_SPRAY] == 0)
            session->state[SESSION_FIRST_SPRAY] = start_ms;
        session->state[SESSION_LAST_SPRAY] = start_ms;
    }
    dose->state[DOSE_SPRAYS] = read->second == QUANTITY_SPRAYS ? read->number
                                                               : dose->state[DOSE_VOLUME] / DEVICE_SPRAY_UL;
}

static void judge_given_for_order(struct judge *judge, const struct leaf *session, const struct leaf *order)
{
    uint64_t allowed_ng;

    if (order == NULL || within_order(order, (uint64_t)session->state[SESSION_GIVEN], &allowed_ng))
        return;
    judge_break(judge, REFUSAL_OVER_ORDER, SUBJECT_ORDER, order->id, session->state[SESSION_GIVEN], (int64_t)allowed_ng);
}

static const struct leaf *order_of(struct judge *judge, const struct leaf *dose, const struct leaf *session)
{
    const struct leaf *order =
        session != NULL ? judge_leaf(judge, SUBJECT_ORDER, (uint32_t)session->state[SESSION_ORDER]) : NULL;

    if (session == NULL)
        judge_break(judge, REFUSAL_NO_SESSION, SUBJECT_DOSE, dose->id, 0, 0);
    else
        judge_order_holds(judge, (uint32_t)session->state[SESSION_ORDER]);
    if (session != NULL && session->state[SESSION_STATE] != SESSION_IS_OPEN)
        judge_break(judge, REFUSAL_SESSION_CLOSED, SUBJECT_SESSION, session->id, 0, 0);
    if (order != NULL && order->state[ORDER_DRUG] != dose->state[DOSE_DRUG])
        judge_break(judge, REFUSAL_WRONG_DRUG, SUBJECT_ORDER, order->id, order->state[ORDER_DRUG], dose->state[DOSE_DRUG]);
    return order;
}

void rule_administer(struct judge *judge)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, judge_ref(judge, 1));
    uint32_t session_id = (uint32_t)dose->state[DOSE_SESSION];
    struct leaf *session = session_id != 0 ? judge_edit(judge, SUBJECT_SESSION, session_id) : NULL;
    int64_t phase = judge_number(judge, 2, 0);
    int64_t start_ms = judge_number(judge, 5, judge->event->occurred.ms);
    int64_t stop_ms = judge_number(judge, 6, judge_number(judge, 5, 0) > judge->event->occurred.ms
                                                 ? start_ms
                                                 : judge->event->occurred.ms);
    enum dose_state next;
    uint64_t given_now_ng;
    const struct leaf *order;

    if (!step(judge, dose, phase, &next) || !reading_of(judge, dose, phase, &given_now_ng))
        return;
    order = order_of(judge, dose, session);
    judge_recipient(judge, dose);
    judge_route(judge, dose, order);
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
    if (session != NULL) {
        session->state[SESSION_GIVEN] += (int64_t)given_now_ng;
        if (stop_ms > session->state[SESSION_LAST_STOP])
            session->state[SESSION_LAST_STOP] = stop_ms;
        judge_given_for_order(judge, session, order);
    }
    set_dose_state(judge, dose, next);
    settle_if_empty(judge, dose);
}

/* ---- handover */

void rule_handover(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    uint32_t dose = judge_ref(judge, 1), session = judge_ref(judge, 2);
    const struct value *gave = facts_get(facts, 4), *took = facts_get(facts, 5);
    uint64_t gave_ng = 0, took_ng = 0;
    int64_t taker = 0;

    for (size_t i = 0; i < judge->event->signer_count; i++)
        if (judge->event->signers[i].meaning == MEANING_TOOK_OVER)
            taker = judge->event->signers[i].person;
    if (facts_get(facts, 6) != NULL) /* to another house: the issue that builds it freezes it */
        judge_break(judge, REFUSAL_KIND_DRAFT, 0, 0, KIND_HANDOVER, 0);
    if ((dose == 0 && session == 0 && facts_get(facts, 3) == NULL) || ((gave != NULL || took != NULL) && dose == 0) ||
        (gave != NULL) != (took != NULL)) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    if (dose != 0) {
        struct leaf *leaf = judge_edit(judge, SUBJECT_DOSE, dose);

        if (leaf->state[DOSE_STATE] == DOSE_IS_SETTLED)
            judge_break(judge, REFUSAL_SETTLED, SUBJECT_DOSE, dose, 0, 0);
        if (leaf->state[DOSE_PATIENT] != 0)
            judge_patient(judge, (uint32_t)leaf->state[DOSE_PATIENT]);
        leaf->state[DOSE_HOLDER] = taker;
        if (gave != NULL && dose_mass_of(judge, dose, gave, &gave_ng) && dose_mass_of(judge, dose, took, &took_ng) &&
            gave_ng != took_ng)
            judge_open_case(judge, REFUSAL_HANDOVER_DIFFERS, SUBJECT_DOSE, dose, (int64_t)gave_ng, (int64_t)took_ng);
    }
    if (session != 0) {
        judge_patient(judge, (uint32_t)view_number(judge->view, SUBJECT_SESSION, session, SESSION_PATIENT));
        judge_edit(judge, SUBJECT_SESSION, session)->state[SESSION_CLINICIAN] = taker;
    }
}

/* ---- waste, residual, held, return */

static uint64_t distance(uint64_t left, uint64_t right)
{
    return left > right ? left - right : right - left;
}

/* Doer and witness each typed what they saw, blind. If they differ, or both are further from what is
 * booked than a reading may be, both are recorded and a case is opened. */
static void compare_amounts(struct judge *judge, unsigned subject, uint32_t id, uint64_t booked, uint64_t put, uint64_t seen,
                            uint64_t tolerance)
{
    if (put != seen)
        judge_open_case(judge, REFUSAL_AMOUNTS_DIFFER, subject, id, (int64_t)put, (int64_t)seen);
    else if (distance(put, booked) > tolerance)
        judge_open_case(judge, REFUSAL_AMOUNTS_DIFFER, subject, id, (int64_t)put, (int64_t)booked);
}

/* Both figures stand where a witness signs; one alone says nothing. */
static bool two_figures(struct judge *judge, const struct value **put, const struct value **seen)
{
    const struct facts *facts = &judge->event->facts;
    bool witnessed = false;

    *put = facts_get(facts, 4);
    *seen = facts_get(facts, 5);
    for (size_t i = 0; i < judge->event->signer_count; i++)
        witnessed = witnessed || judge->event->signers[i].meaning == MEANING_WITNESSED;
    if (witnessed ? *put == NULL || *seen == NULL : *seen != NULL)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    return witnessed && !judge->cannot_stand;
}

static void waste_dose(struct judge *judge, uint32_t id)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, id);
    const struct value *put, *seen;
    uint64_t mass_ng = 0, put_ng = 0, seen_ng = 0, tolerance_ng = 0;
    bool compared = two_figures(judge, &put, &seen);

    if (dose->state[DOSE_STATE] == DOSE_IS_SETTLED) {
        judge_break(judge, REFUSAL_SETTLED, SUBJECT_DOSE, id, 0, 0);
        return;
    }
    if (dose->state[DOSE_PATIENT] != 0)
        judge_patient(judge, (uint32_t)dose->state[DOSE_PATIENT]);
    if (!dose_mass_of(judge, id, facts_get(&judge->event->facts, 3), &mass_ng))
        return;
    if (mass_ng == 0)
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, id, 0, 0);
    if (compared && dose_mass_of(judge, id, put, &put_ng) && dose_mass_of(judge, id, seen, &seen_ng) &&
        muldiv_half_even((uint64_t)view_policy(judge->view, POLICY_READING_TOLERANCE), (uint64_t)dose->state[DOSE_DRAWN],
                         (uint64_t)dose->state[DOSE_VOLUME], &tolerance_ng))
        compare_amounts(judge, SUBJECT_DOSE, id, mass_ng, put_ng, seen_ng, tolerance_ng);
    dose_settle(judge, id, DOSE_WASTED, TOTAL_WASTED, mass_ng);
    if (judge->cannot_stand)
        return;
    commit_to_session(judge, dose, -(int64_t)mass_ng);
    dose->state[DOSE_SEALED] = 0;
    settle_if_empty(judge, dose);
}

static void waste_vial(struct judge *judge, uint32_t id)
{
    struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, id);
    const struct value *put, *seen;
    uint64_t volume_ul = 0, put_ul = 0, seen_ul = 0;
    uint64_t tolerance_ul = (uint64_t)view_policy(judge->view, POLICY_READING_TOLERANCE);
    bool compared = two_figures(judge, &put, &seen);

    if (vial->state[VIAL_STATE] == VIAL_FINISHED || vial->state[VIAL_STATE] == VIAL_ISSUED) {
        judge_break(judge, vial->state[VIAL_STATE] == VIAL_FINISHED ? REFUSAL_VIAL_FINISHED : REFUSAL_VIAL_STATE,
                    SUBJECT_VIAL, id, vial->state[VIAL_STATE], 0);
        return;
    }
    if (!vial_volume_of(judge, id, facts_get(&judge->event->facts, 3), &volume_ul))
        return;
    if (volume_ul == 0)
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_VIAL, id, 0, 0);
    if (compared && vial_volume_of(judge, id, put, &put_ul) && vial_volume_of(judge, id, seen, &seen_ul))
        compare_amounts(judge, SUBJECT_VIAL, id, volume_ul, put_ul, seen_ul, tolerance_ul);
    vial_take(judge, id, VIAL_WASTED, TOTAL_WASTED, volume_ul);
    if (vial->state[VIAL_LEFT] == 0)
        vial->state[VIAL_STATE] = VIAL_FINISHED;
}

void rule_waste(struct judge *judge)
{
    uint32_t dose = judge_ref(judge, 1), vial = judge_ref(judge, 2);

    if ((dose != 0) == (vial != 0))
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    else if (dose != 0)
        waste_dose(judge, dose);
    else
        waste_vial(judge, vial);
}

/* What stays in hub or line. A hub keeps so much for each draw; a line or bag of diluted drug more. */
void rule_residual(struct judge *judge)
{
    enum { WHERE_LINE = 2, WHERE_BAG = 3 };
    uint32_t id = judge_ref(judge, 1);
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, id);
    int64_t where = judge_number(judge, 3, 0);
    bool diluted = (where == WHERE_LINE || where == WHERE_BAG) && dose->state[DOSE_DILUTED] != 0;
    int64_t draws = (dose->count - DOSE_SOURCES) / SOURCE_PLACES;
    int64_t bound_ul = diluted ? view_policy(judge->view, POLICY_LINE_LOSS) : view_policy(judge->view, POLICY_HUB_LOSS) * draws;
    uint64_t mass_ng = 0;

    if (dose->state[DOSE_STATE] == DOSE_IS_SETTLED) {
        judge_break(judge, REFUSAL_SETTLED, SUBJECT_DOSE, id, 0, 0);
        return;
    }
    if (dose->state[DOSE_PATIENT] != 0)
        judge_patient(judge, (uint32_t)dose->state[DOSE_PATIENT]);
    if (!dose_mass_of(judge, id, facts_get(&judge->event->facts, 2), &mass_ng))
        return;
    if (mass_ng == 0)
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, id, 0, 0);
    dose_settle(judge, id, DOSE_RESIDUAL, TOTAL_RESIDUAL, mass_ng);
    if (judge->cannot_stand)
        return;
    /* All that this dose has left behind counts, so that many small ones are not less than one large. */
    if (dose_volume_of(dose, (uint64_t)dose->state[DOSE_RESIDUAL]) > (uint64_t)bound_ul)
        judge_open_case(judge, REFUSAL_RESIDUAL_HIGH, SUBJECT_DOSE, id, dose->state[DOSE_RESIDUAL], 0);
    commit_to_session(judge, dose, -(int64_t)mass_ng);
    dose->state[DOSE_SEALED] = 0;
    settle_if_empty(judge, dose);
}

void rule_held(struct judge *judge)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, judge_ref(judge, 1));

    if (dose->state[DOSE_STATE] == DOSE_IS_SETTLED) {
        judge_break(judge, REFUSAL_SETTLED, SUBJECT_DOSE, dose->id, 0, 0);
        return;
    }
    if (dose->state[DOSE_STATE] != DOSE_IS_DRAWN && dose->state[DOSE_STATE] != DOSE_IS_STOPPED) {
        judge_break(judge, REFUSAL_PHASE, SUBJECT_DOSE, dose->id, dose->state[DOSE_STATE], 0);
        return;
    }
    if (dose->state[DOSE_PATIENT] != 0)
        judge_patient(judge, (uint32_t)dose->state[DOSE_PATIENT]);
    dose->state[DOSE_HOLDER] = rules_doer(judge->event);
    set_dose_state(judge, dose, DOSE_IS_HELD);
}

void rule_return(struct judge *judge)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, judge_ref(judge, 1));
    uint32_t place = judge_ref(judge, 2);
    int64_t mass_ng = dose->state[DOSE_OPEN];
    struct leaf *vial;

    if (dose->state[DOSE_SEALED] == 0 || mass_ng != dose->state[DOSE_DRAWN] || judge_number(judge, 3, 0) == 0) {
        judge_break(judge, REFUSAL_SEAL_BROKEN, SUBJECT_DOSE, dose->id, 0, 0);
        return;
    }
    if (dose->state[DOSE_PATIENT] != 0)
        judge_patient(judge, (uint32_t)dose->state[DOSE_PATIENT]);
    vial = judge_edit(judge, SUBJECT_VIAL, (uint32_t)dose->state[DOSE_SOURCES + SOURCE_VIAL]);
    dose->state[DOSE_OPEN] = 0;
    dose->state[DOSE_RETURNED] = mass_ng;
    dose->state[DOSE_SOURCES + SOURCE_LEFT] = 0;
    vial_put(judge, vial->id, VIAL_RETURNED, TOTAL_IN_DOSES, (uint64_t)dose->state[DOSE_SOURCES + SOURCE_VOLUME]);
    commit_to_session(judge, dose, -mass_ng);
    vial->state[VIAL_STATE] = VIAL_SEALED;
    if (place != 0)
        vial->state[VIAL_PLACE] = place;
    set_dose_state(judge, dose, DOSE_IS_SETTLED);
}
