/* How a dose or a vial's content is settled: wasted, left behind, sealed, put back. */
#include "ledger/judge.h"
#include "schema/amount.h"

/* ---- waste */

/* What doer and witness typed, each alone, as masses. */
struct figures {
    const struct value *put, *seen;
    uint64_t put_ng, seen_ng;
};

/* Both figures stand where a witness signs. Where the witness is only said to have been there they may stand, as
 * the paper has them; without a witness nobody saw anything. */
static bool have_figures(struct judge *judge, struct figures *figures)
{
    const struct facts *facts = &judge->event->facts;
    bool said = judge_signers(judge, MEANING_WITNESSED) > 0, signs = false;

    *figures = (struct figures){ .put = facts_get(facts, FACT_WASTE_PUT), .seen = facts_get(facts, FACT_WASTE_SEEN) };
    for (size_t i = 0; i < judge->event->signer_count; i++)
        signs = signs || judge->event->signers[i].meaning == MEANING_WITNESSED;
    if ((signs && (figures->put == NULL || figures->seen == NULL)) || (!said && figures->seen != NULL) ||
        (figures->seen != NULL && figures->put == NULL))
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    /* One that stands alone is compared with nothing, and says an amount all the same. */
    if (figures->put != NULL && figures->put->second == QUANTITY_REST)
        judge_break(judge, REFUSAL_UNIT, 0, 0, QUANTITY_REST, 0);
    return figures->seen != NULL && !judge->cannot_stand;
}

/* If the two differ, or both are further from what is booked than a reading may be, both are recorded and a case
 * is opened. What is missing is what the witness did not see. */
static void compare_figures(struct judge *judge, unsigned subject, uint32_t id, const struct figures *figures, bool agree,
                            uint64_t booked_ng, uint64_t tolerance_ng)
{
    uint64_t seen_ng = figures->seen_ng;
    uint64_t apart_ng = seen_ng > booked_ng ? seen_ng - booked_ng : booked_ng - seen_ng;

    if (!agree)
        judge_open_case(judge, REFUSAL_AMOUNTS_DIFFER, subject, id, (int64_t)figures->put_ng, (int64_t)seen_ng,
                        (int64_t)seen_ng - (int64_t)figures->put_ng);
    else if (apart_ng > tolerance_ng)
        judge_open_case(judge, REFUSAL_AMOUNTS_DIFFER, subject, id, (int64_t)seen_ng, (int64_t)booked_ng,
                        (int64_t)seen_ng - (int64_t)booked_ng);
}

void dose_settle_part(struct judge *judge, struct leaf *dose, enum dose_place purpose, enum total_place total,
                      uint64_t mass_ng)
{
    if (mass_ng == 0 && judge->posting == NULL) /* what was the rest may be nothing by now */
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_DOSE, dose->id, 0, 0);
    dose_settle(judge, dose->id, purpose, total, mass_ng);
    if (judge->cannot_stand)
        return;
    dose_commit(judge, dose, -(int64_t)mass_ng);
    dose->state[DOSE_SEALED] = 0;
    dose_settle_if_empty(judge, dose);
}

bool dose_judge_unsettled(struct judge *judge, const struct leaf *dose)
{
    if (dose->state[DOSE_STATE] == DOSE_IS_SETTLED && judge_bars(judge, REFUSAL_SETTLED, SUBJECT_DOSE, dose->id, 0, 0))
        return false;
    if (dose->state[DOSE_STATE] == DOSE_IS_VOID) {
        judge_break(judge, REFUSAL_PHASE, SUBJECT_DOSE, dose->id, dose->state[DOSE_STATE], 0);
        return false;
    }
    dose_judge_patient(judge, dose);
    return true;
}

bool dose_judge_open(struct judge *judge, const struct leaf *dose)
{
    if (dose->state[DOSE_STATE] == DOSE_IS_RUNNING) { /* what has run in meanwhile is not yet read */
        judge_break(judge, REFUSAL_PHASE, SUBJECT_DOSE, dose->id, dose->state[DOSE_STATE], 0);
        return false;
    }
    return dose_judge_unsettled(judge, dose);
}

/* The same, opened by those who sealed it. */
static bool judge_open_dose(struct judge *judge, const struct leaf *dose)
{
    if (!dose_judge_open(judge, dose))
        return false;
    dose_judge_seal(judge, dose);
    return true;
}

static void waste_dose(struct judge *judge, uint32_t id)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, id);
    uint64_t tolerance_ul = (uint64_t)view_policy(judge->view, POLICY_READING_TOLERANCE), mass_ng = 0;
    struct figures figures;

    if (!judge_open_dose(judge, dose) || !dose_mass_of(judge, id, facts_get(&judge->event->facts, FACT_WASTE_AMOUNT), &mass_ng))
        return;
    if (have_figures(judge, &figures) && dose_figure_of(judge, id, figures.put, &figures.put_ng) &&
        dose_figure_of(judge, id, figures.seen, &figures.seen_ng) &&
        judge_compares(judge, SUBJECT_DOSE, id, DOSE_WASTED, mass_ng))
        compare_figures(judge, SUBJECT_DOSE, id, &figures,
                        dose_figures_agree(dose, figures.put, figures.put_ng, figures.seen, figures.seen_ng), mass_ng,
                        dose_mass_of_volume(dose, tolerance_ul));
    dose_settle_part(judge, dose, DOSE_WASTED, TOTAL_WASTED, mass_ng);
}

/* Stock that nobody opened is destroyed or sent back, before others; only what broke or was spilled is waste. */
static void judge_unopened(struct judge *judge, const struct leaf *vial)
{
    enum { METHOD_SPILLED = 4, METHOD_BROKEN = 5 };
    int64_t method = judge_number(judge, FACT_WASTE_METHOD, 0);

    if (vial->state[VIAL_STATE] == VIAL_SEALED && method != METHOD_SPILLED && method != METHOD_BROKEN)
        judge_break(judge, REFUSAL_UNOPENED_WASTED, SUBJECT_VIAL, vial->id, 0, 0);
}

static void waste_vial(struct judge *judge, uint32_t id)
{
    struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, id);
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    uint64_t tolerance_ul = (uint64_t)view_policy(judge->view, POLICY_READING_TOLERANCE), volume_ul = 0;
    struct figures figures;

    if (vial->state[VIAL_STATE] == VIAL_FINISHED &&
        judge_bars(judge, REFUSAL_VIAL_FINISHED, SUBJECT_VIAL, id, vial->state[VIAL_STATE], 0))
        return;
    if (vial->state[VIAL_STATE] == VIAL_ISSUED || vial->state[VIAL_STATE] == VIAL_VOID) {
        judge_break(judge, REFUSAL_VIAL_STATE, SUBJECT_VIAL, id, vial->state[VIAL_STATE], 0);
        return;
    }
    if (!vial_volume_of(judge, id, facts_get(&judge->event->facts, FACT_WASTE_AMOUNT), &volume_ul))
        return;
    if (volume_ul == 0 && judge->posting == NULL)
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_VIAL, id, 0, 0);
    judge_unopened(judge, vial);
    if (have_figures(judge, &figures) && vial_figure_of(judge, vial, figures.put, &figures.put_ng) &&
        vial_figure_of(judge, vial, figures.seen, &figures.seen_ng) &&
        judge_compares(judge, SUBJECT_VIAL, id, VIAL_WASTED, volume_ul))
        compare_figures(judge, SUBJECT_VIAL, id, &figures, figures.put_ng == figures.seen_ng,
                        judge_mass_of(judge, product, volume_ul), judge_mass_of(judge, product, tolerance_ul));
    vial_take(judge, id, VIAL_WASTED, TOTAL_WASTED, volume_ul);
    if (!judge->cannot_stand)
        vial_open(judge, vial);
    if (vial->state[VIAL_LEFT] == 0)
        vial->state[VIAL_STATE] = VIAL_FINISHED;
}

void rule_waste(struct judge *judge)
{
    uint32_t dose = judge_ref(judge, FACT_WASTE_DOSE), vial = judge_ref(judge, FACT_WASTE_VIAL);

    if ((dose != 0) == (vial != 0))
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    else if (dose != 0)
        waste_dose(judge, dose);
    else
        waste_vial(judge, vial);
}

/* ---- residual */

/* How much may stay behind unasked: so much in a hub for each draw, more in a line or bag of diluted drug, and
 * nothing in a device, whose sprays are given or wasted. */
static int64_t residual_bound_ul(struct judge *judge, const struct leaf *dose)
{
    enum { WHERE_LINE = 2, WHERE_BAG = 3 };
    int64_t where = judge_number(judge, FACT_RESIDUAL_WHERE, 0);
    int64_t draws = (dose->count - DOSE_SOURCES) / SOURCE_PLACES;

    if (dose->state[DOSE_CONTAINER] == CONTAINER_DEVICE)
        return 0;
    if ((where == WHERE_LINE || where == WHERE_BAG) && dose->state[DOSE_DILUTED] != 0)
        return view_policy(judge->view, POLICY_LINE_LOSS);
    return view_policy(judge->view, POLICY_HUB_LOSS) * draws;
}

void rule_residual(struct judge *judge)
{
    uint32_t id = judge_ref(judge, FACT_RESIDUAL_DOSE);
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, id);
    int64_t bound_ul = residual_bound_ul(judge, dose), bound_ng;
    uint64_t mass_ng = 0;

    if (!judge_open_dose(judge, dose) || !dose_mass_of(judge, id, facts_get(&judge->event->facts, FACT_RESIDUAL_AMOUNT), &mass_ng))
        return;
    dose_settle_part(judge, dose, DOSE_RESIDUAL, TOTAL_RESIDUAL, mass_ng);
    if (judge->cannot_stand)
        return;
    /* All that this dose has left behind counts, so that many small ones are not less than one large. */
    bound_ng = (int64_t)dose_mass_of_volume(dose, (uint64_t)bound_ul);
    if (dose_volume_of(dose, (uint64_t)dose->state[DOSE_RESIDUAL]) > (uint64_t)bound_ul)
        judge_open_case(judge, REFUSAL_RESIDUAL_HIGH, SUBJECT_DOSE, id, dose->state[DOSE_RESIDUAL], bound_ng,
                        bound_ng - dose->state[DOSE_RESIDUAL]);
}

/* ---- held, return */

void rule_held(struct judge *judge)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, judge_ref(judge, FACT_HELD_DOSE));

    if (dose->state[DOSE_STATE] == DOSE_IS_SETTLED) {
        judge_break(judge, REFUSAL_SETTLED, SUBJECT_DOSE, dose->id, 0, 0);
        return;
    }
    if (dose->state[DOSE_STATE] != DOSE_IS_DRAWN && dose->state[DOSE_STATE] != DOSE_IS_STOPPED) {
        judge_break(judge, REFUSAL_PHASE, SUBJECT_DOSE, dose->id, dose->state[DOSE_STATE], 0);
        return;
    }
    if (view_policy(judge->view, POLICY_WITNESS) == WITNESS_REQUIRED) /* this site does not let a remainder wait */
        judge_break(judge, REFUSAL_NO_WITNESS, SUBJECT_DOSE, dose->id, 0, 0);
    dose_judge_patient(judge, dose);
    dose->state[DOSE_HOLDER] = rules_doer(judge->event);
    dose_set_state(judge, dose, DOSE_IS_HELD);
}

void rule_return(struct judge *judge)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, judge_ref(judge, FACT_RETURN_DOSE));
    uint32_t place = judge_ref(judge, FACT_RETURN_PLACE);
    int64_t mass_ng = dose->state[DOSE_OPEN];
    struct leaf *vial;

    if (!judge_open_dose(judge, dose))
        return;
    if (dose->state[DOSE_SEALED] == 0 || dose->state[DOSE_DILUTED] != 0 || mass_ng != dose->state[DOSE_DRAWN] ||
        judge_number(judge, FACT_RETURN_SEAL_WHOLE, 0) == 0) {
        judge_break(judge, REFUSAL_SEAL_BROKEN, SUBJECT_DOSE, dose->id, 0, 0);
        return;
    }
    vial = judge_edit(judge, SUBJECT_VIAL, (uint32_t)dose->state[DOSE_SOURCES + SOURCE_VIAL]);
    dose->state[DOSE_OPEN] = 0;
    dose->state[DOSE_RETURNED] = mass_ng;
    dose->state[DOSE_SOURCES + SOURCE_LEFT] = 0;
    vial_put(judge, vial->id, VIAL_RETURNED, TOTAL_IN_DOSES, (uint64_t)dose->state[DOSE_SOURCES + SOURCE_VOLUME]);
    dose_commit(judge, dose, -mass_ng);
    vial->state[VIAL_STATE] = VIAL_SEALED;
    if (place != 0)
        vial->state[VIAL_PLACE] = place;
    dose_set_state(judge, dose, DOSE_IS_SETTLED);
}
