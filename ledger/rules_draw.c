/* Drawing a dose: out of which vials, for whom, by which order. */
#include "ledger/judge.h"
#include "schema/amount.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

static bool is_whole_item(struct judge *judge, uint32_t product)
{
    int64_t form = view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_FORM);

    return form == FORM_NASAL_DEVICE || form == FORM_SYRINGE;
}

/* The last moment of use after the first puncture: the end of the n-th local day for a multi-dose vial,
 * some hours for a single-dose one, and never beyond a label that is known (SPEC section 9.5). */
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
    return vial->state[VIAL_EXPIRY] == 0 || use_ms < label_ms ? use_ms : label_ms;
}

/* What came for one patient is for this treatment, not for some later one. Days are counted by the offset of the act. */
static void judge_named_days(struct judge *judge, const struct leaf *vial)
{
    int64_t days = view_policy(judge->view, POLICY_NAMED_DAYS);
    struct at came = { vial->state[VIAL_RECEIVED], judge->event->occurred.offset_min };

    if (days != 0 && at_local_days(judge->event->occurred) > at_local_days(came) + days)
        judge_break(judge, REFUSAL_NAMED_TOO_OLD, SUBJECT_VIAL, vial->id, at_local_days(came), days);
}

static void judge_vial_dates(struct judge *judge, const struct leaf *vial)
{
    struct at occurred = judge->event->occurred;

    if (at_local_days(occurred) > vial->state[VIAL_EXPIRY])
        judge_break(judge, REFUSAL_EXPIRED, SUBJECT_VIAL, vial->id, vial->state[VIAL_EXPIRY], 0);
    if (vial->state[VIAL_BEYOND_USE] != 0 && occurred.ms > vial->state[VIAL_BEYOND_USE])
        judge_break(judge, REFUSAL_BEYOND_USE, SUBJECT_VIAL, vial->id, vial->state[VIAL_BEYOND_USE], 0);
    if (vial->state[VIAL_NAMED_FOR] != 0)
        judge_named_days(judge, vial);
}

/* A vial left in a room or cart, or thrown into a bin, belongs to what happens there; a safe or cabinet serves all
 * rooms. What stands in quarantine is held, whether or not somebody has said so of the vial. */
static void judge_vial_place(struct judge *judge, const struct leaf *vial, uint32_t session)
{
    int64_t place = vial->state[VIAL_PLACE];
    int64_t room = view_number(judge->view, SUBJECT_SESSION, session, SESSION_PLACE);
    int64_t type = view_number(judge->view, SUBJECT_PLACE, (uint32_t)place, PLACE_TYPE);
    int64_t within = view_number(judge->view, SUBJECT_PLACE, (uint32_t)place, PLACE_WITHIN);

    if (type == PLACE_QUARANTINE && vial->state[VIAL_HELD] == 0)
        judge_break(judge, REFUSAL_VIAL_HELD, SUBJECT_VIAL, vial->id, HOLD_QUARANTINE, 0);
    if (room != 0 && place != room && within != room && (type == PLACE_ROOM || type == PLACE_CART || type == PLACE_BIN))
        judge_break(judge, REFUSAL_PLACE_DIFFERS, SUBJECT_VIAL, vial->id, place, room);
}

static void judge_vial(struct judge *judge, const struct leaf *vial, uint32_t session)
{
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    int64_t patient = view_number(judge->view, SUBJECT_SESSION, session, SESSION_PATIENT);
    bool single = view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_FORM) == FORM_SINGLE_DOSE_VIAL;

    if (vial->state[VIAL_STATE] == VIAL_FINISHED)
        (void)judge_bars(judge, REFUSAL_VIAL_FINISHED, SUBJECT_VIAL, vial->id, 0, 0);
    if (vial->state[VIAL_STATE] == VIAL_ISSUED || vial->state[VIAL_STATE] == VIAL_VOID)
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
    if (vial->state[VIAL_LEFT] + overfill_ul != volume_ul &&
        judge_bars(judge, REFUSAL_OVERDRAWN, SUBJECT_VIAL, vial->id, volume_ul, vial->state[VIAL_LEFT]))
        return;
    if (vial->state[VIAL_GAINED] + overfill_ul > bound_ul &&
        judge_bars(judge, REFUSAL_OVERFILL, SUBJECT_VIAL, vial->id, vial->state[VIAL_GAINED] + overfill_ul, bound_ul))
        return;
    vial_put(judge, vial->id, VIAL_GAINED, TOTAL_GAINED, (uint64_t)overfill_ul);
}

void vial_open(struct judge *judge, struct leaf *vial)
{
    bool was_finished_since = judge->posting != NULL && vial->state[VIAL_STATE] == VIAL_FINISHED && vial->state[VIAL_OPENED] == 0;

    if (vial->state[VIAL_STATE] != VIAL_SEALED && !was_finished_since)
        return;
    if (!was_finished_since)
        vial->state[VIAL_STATE] = VIAL_OPEN;
    vial->state[VIAL_OPENED] = judge->event->occurred.ms;
    vial->state[VIAL_BEYOND_USE] = beyond_use_of(judge, vial);
}

static void take_for_dose(struct judge *judge, struct leaf *vial, uint32_t session)
{
    if (!is_whole_item(judge, (uint32_t)vial->state[VIAL_PRODUCT]))
        vial_open(judge, vial);
    else if (vial->state[VIAL_STATE] == VIAL_SEALED)
        vial->state[VIAL_STATE] = VIAL_ISSUED;
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
    dose_commit(judge, dose, (int64_t)mass_ng);
}

/* A device or ready-made syringe is drawn whole, alone and into a dose of its own. A device gives sprays and is never
 * diluted; nothing else is called a device, since its sprays could not be counted. */
static void judge_whole_item(struct judge *judge, struct leaf *dose, const struct leaf *vial, const struct facts *row)
{
    const struct facts *facts = &judge->event->facts;
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    int64_t whole_ul = view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_VOLUME);
    int64_t volume_ul = facts_number(row, ROW_DRAW_VOLUME, 0);
    bool is_device = view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_FORM) == FORM_NASAL_DEVICE;

    if (!is_device && dose->state[DOSE_CONTAINER] == CONTAINER_DEVICE)
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_VIAL, vial->id, 0, 0);
    if (!is_whole_item(judge, product))
        return;
    if (volume_ul != whole_ul || facts_get(row, ROW_DRAW_OVERFILL) != NULL ||
        facts_get(facts, FACT_DRAW_SOURCES)->number != 1 || facts_get(facts, FACT_DRAW_INTO) != NULL)
        judge_break(judge, REFUSAL_WHOLE_ITEM, SUBJECT_VIAL, vial->id, volume_ul, whole_ul);
    dose->state[DOSE_SEALED] = 1;
    if (is_device)
        dose->state[DOSE_CONTAINER] = CONTAINER_DEVICE;
}

/* `first` is where this event's own sources begin: a vial may be drawn from again, but not twice at once. */
static void draw_source(struct judge *judge, struct leaf *dose, size_t first, const struct facts *row)
{
    struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, view_resolve(judge->view, SUBJECT_VIAL, facts_get(row, ROW_DRAW_VIAL)));
    uint32_t session = (uint32_t)dose->state[DOSE_SESSION];
    int64_t volume_ul = facts_number(row, ROW_DRAW_VOLUME, 0);

    for (size_t at = first; at + SOURCE_PLACES <= dose->count; at += SOURCE_PLACES)
        if (dose->state[at + SOURCE_VIAL] == vial->id)
            judge_break(judge, REFUSAL_TWICE, SUBJECT_VIAL, vial->id, 0, 0);
    judge_vial(judge, vial, session);
    judge_whole_item(judge, dose, vial, row);
    gain_overfill(judge, vial, volume_ul, facts_number(row, ROW_DRAW_OVERFILL, 0));
    if (judge->cannot_stand)
        return;
    take_for_dose(judge, vial, session);
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
    judge_session_lasts(judge, leaf, judge->event->occurred.ms);
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
    if (session->state[SESSION_COMMITTED] > 0 && !order_allows(order, (uint64_t)session->state[SESSION_COMMITTED], &allowed_ng))
        judge_break(judge, REFUSAL_DRAW_OVER_ORDER, SUBJECT_ORDER, order->id, session->state[SESSION_COMMITTED],
                    (int64_t)allowed_ng);
}

/* Esketamine leaves its stock only for a patient whom its programme has (REMS). */
static void judge_enrolled(struct judge *judge, const struct leaf *dose)
{
    uint32_t patient = (uint32_t)dose->state[DOSE_PATIENT];

    if (dose->state[DOSE_DRUG] == DRUG_ESKETAMINE && patient != 0 && view_policy(judge->view, POLICY_REMS_DAYS) != 0 &&
        view_number(judge->view, SUBJECT_PATIENT, patient, PATIENT_REMS) == 0)
        judge_break(judge, REFUSAL_NOT_ENROLLED, SUBJECT_PATIENT, patient, 0, 0);
}

/* The dose drawn into: a new one, or one of the same session of which nothing has been taken yet. A ready-made syringe
 * gets no other drug, but may be diluted. */
static struct leaf *dose_to_fill(struct judge *judge, uint32_t session)
{
    const struct value *into = facts_get(&judge->event->facts, FACT_DRAW_INTO);
    struct leaf *dose;

    if (into == NULL) {
        dose = judge_birth(judge, SUBJECT_DOSE);
        dose->state[DOSE_SESSION] = session;
        dose->state[DOSE_PATIENT] = view_number(judge->view, SUBJECT_SESSION, session, SESSION_PATIENT);
        dose->state[DOSE_DRAWER] = dose->state[DOSE_HOLDER] = rules_doer(judge->event);
        dose->state[DOSE_DRAWN_AT] = judge->event->occurred.ms;
        dose->state[DOSE_LAST] = judge->placing->number;
        dose_set_state(judge, dose, DOSE_IS_DRAWN);
        if (session != 0)
            judge_edit(judge, SUBJECT_SESSION, session)->state[SESSION_DOSES]++;
        return dose;
    }
    dose = judge_edit(judge, SUBJECT_DOSE, judge_ref(judge, FACT_DRAW_INTO));
    if (dose->state[DOSE_STATE] != DOSE_IS_DRAWN || dose->state[DOSE_OPEN] != dose->state[DOSE_DRAWN] ||
        (dose->state[DOSE_SEALED] != 0 && facts_get(&judge->event->facts, FACT_DRAW_SOURCES) != NULL))
        judge_break(judge, REFUSAL_DOSE_IN_USE, SUBJECT_DOSE, dose->id, 0, 0);
    if (dose->state[DOSE_SESSION] != session)
        judge_break(judge, REFUSAL_DOSE_ELSEWHERE, SUBJECT_DOSE, dose->id, dose->state[DOSE_SESSION], session);
    return dose;
}

/* The session named, else that of the dose that is added to. */
static uint32_t session_of_draw(struct judge *judge)
{
    if (facts_get(&judge->event->facts, FACT_DRAW_SESSION) == NULL && facts_get(&judge->event->facts, FACT_DRAW_INTO) != NULL)
        return (uint32_t)view_number(judge->view, SUBJECT_DOSE, judge_ref(judge, FACT_DRAW_INTO), DOSE_SESSION);
    return judge_ref(judge, FACT_DRAW_SESSION);
}

/* Each source in its turn; a dose that is only diluted has none. */
static void draw_sources(struct judge *judge, struct leaf *dose)
{
    const struct value *sources = facts_get(&judge->event->facts, FACT_DRAW_SOURCES);
    size_t first = dose->count;
    struct list_cursor cursor;
    struct facts row;

    if (sources == NULL)
        return;
    list_begin(&cursor, field_with_key(judge->event->kind->fields, FACT_DRAW_SOURCES), sources);
    while (rows_next(&cursor, &row) && !judge->cannot_stand)
        draw_source(judge, dose, first, &row);
    if (judge->cannot_stand)
        return;
    judge_enrolled(judge, dose);
    judge_drawn_for_order(judge, dose);
}

/* The total volume, nominal or measured: a measured one may be below a nominal one said before, and never below what
 * was drawn. A device is never diluted. */
static void dilute(struct judge *judge, struct leaf *dose, int64_t total_ul)
{
    int64_t drawn_ul = 0;

    for (size_t at = DOSE_SOURCES; at + SOURCE_PLACES <= dose->count; at += SOURCE_PLACES)
        drawn_ul += dose->state[at + SOURCE_VOLUME];
    if (total_ul < drawn_ul || dose->state[DOSE_CONTAINER] == CONTAINER_DEVICE)
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, dose->id, 0, 0);
    dose->state[DOSE_VOLUME] = total_ul;
    dose->state[DOSE_DILUTED] = 1;
}

void rule_draw(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    uint32_t session = session_of_draw(judge);
    int64_t dilute_ul = judge_number(judge, FACT_DRAW_DILUTE, 0);
    struct leaf *dose;

    if ((facts_get(facts, FACT_DRAW_SOURCES) == NULL && (facts_get(facts, FACT_DRAW_INTO) == NULL || dilute_ul == 0)) ||
        (dilute_ul == 0 && facts_get(facts, FACT_DRAW_MEASURED) != NULL)) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    dose = dose_to_fill(judge, session);
    judge_draw_session(judge, session);
    dose->state[DOSE_CONTAINER] = judge_number(judge, FACT_DRAW_CONTAINER,
                                               dose->state[DOSE_CONTAINER] != 0 ? dose->state[DOSE_CONTAINER] : CONTAINER_SYRINGE);
    dose->state[DOSE_USE_BY] = judge_number(judge, FACT_DRAW_USE_BY, dose->state[DOSE_USE_BY]);
    draw_sources(judge, dose);
    if (dilute_ul != 0 && !judge->cannot_stand)
        dilute(judge, dose, dilute_ul);
}
