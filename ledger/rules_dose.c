/* What the kinds about a dose share: its state, its session, its order. */
#include "ledger/judge.h"
#include "schema/amount.h"

/* A dose counts as open in its session until it is settled or sealed in a bag. */
void dose_set_state(struct judge *judge, struct leaf *dose, enum dose_state state)
{
    int64_t before = dose->state[DOSE_STATE];
    bool was_open = before != 0 && before < DOSE_IS_HELD, is_open = state < DOSE_IS_HELD;
    bool was_unsettled = before != 0 && before < DOSE_IS_SETTLED, is_unsettled = state < DOSE_IS_SETTLED;

    if (dose->state[DOSE_SESSION] != 0)
        judge_edit(judge, SUBJECT_SESSION, (uint32_t)dose->state[DOSE_SESSION])->state[SESSION_OPEN_DOSES] += is_open - was_open;
    judge_site(judge)->state[SITE_OPEN_DOSES] += is_unsettled - was_unsettled;
    dose->state[DOSE_STATE] = state;
}

void dose_settle_if_empty(struct judge *judge, struct leaf *dose)
{
    if (dose->state[DOSE_OPEN] != 0)
        return;
    dose_set_state(judge, dose, DOSE_IS_SETTLED);
    for (size_t at = DOSE_SOURCES; at + SOURCE_PLACES <= dose->count; at += SOURCE_PLACES) {
        struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, (uint32_t)dose->state[at + SOURCE_VIAL]);

        if (vial->state[VIAL_STATE] == VIAL_ISSUED)
            vial->state[VIAL_STATE] = VIAL_FINISHED;
    }
}

void dose_raise(struct judge *judge, struct leaf *dose, int64_t mass_ng)
{
    size_t last = dose->count - SOURCE_PLACES;
    struct leaf *sum = judge_edit(judge, LEAF_TABLE_TOTAL, (uint32_t)dose->state[last + SOURCE_PRODUCT]);

    judge_add(judge, dose, DOSE_ADJUSTED_UP, mass_ng);
    judge_add(judge, dose, DOSE_OPEN, mass_ng);
    judge_add(judge, dose, (unsigned)last + SOURCE_MASS, mass_ng);
    judge_add(judge, dose, (unsigned)last + SOURCE_LEFT, mass_ng);
    judge_add(judge, sum, TOTAL_ADJUSTED_UP, mass_ng);
    judge_add(judge, sum, TOTAL_IN_DOSES, mass_ng);
    if (judge->posting == NULL && !judge->cannot_stand && (!total_balances(sum) || !dose_balances(dose)))
        judge_break(judge, REFUSAL_FIELD, SUBJECT_DOSE, dose->id, 0, 0); /* each number fits, and their sum does not */
}

void dose_commit(struct judge *judge, const struct leaf *dose, int64_t mass_ng)
{
    if (dose->state[DOSE_SESSION] != 0)
        judge_add(judge, judge_edit(judge, SUBJECT_SESSION, (uint32_t)dose->state[DOSE_SESSION]), SESSION_COMMITTED, mass_ng);
}

void dose_judge_patient(struct judge *judge, const struct leaf *dose)
{
    if (dose->state[DOSE_PATIENT] != 0)
        judge_patient(judge, (uint32_t)dose->state[DOSE_PATIENT]);
}

bool order_allows(const struct leaf *order, uint64_t mass_ng, uint64_t *allowed_ng)
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

void dose_judge_seal(struct judge *judge, const struct leaf *dose)
{
    int64_t holder = dose->state[DOSE_HOLDER];

    if (dose->state[DOSE_STATE] == DOSE_IS_HELD && holder > 0 && !judge_has_part(judge, holder))
        judge_break(judge, REFUSAL_SETTLE_HELD, SUBJECT_DOSE, dose->id, holder, 0);
}

/* ---- figures that two people typed, each alone */

bool dose_figure_of(struct judge *judge, uint32_t dose, const struct value *figure, uint64_t *mass_ng)
{
    if (figure->second != QUANTITY_REST)
        return dose_mass_of(judge, dose, figure, mass_ng);
    judge_break(judge, REFUSAL_UNIT, SUBJECT_DOSE, dose, figure->second, 0);
    return false;
}

bool dose_figures_agree(const struct leaf *dose, const struct value *one, uint64_t one_ng, const struct value *other,
                        uint64_t other_ng)
{
    return one->second == other->second ? one->number == other->number
                                        : dose_volume_of(dose, one_ng) == dose_volume_of(dose, other_ng);
}
