/* What kinds about cases do: opened by hand, compensated under, resolved. */
#include "ledger/judge.h"

bool case_has(const struct leaf *of, int64_t person)
{
    for (uint16_t i = CASE_PEOPLE; i < of->count; i++)
        if (of->state[i] == person)
            return true;
    return false;
}

/* The case that a fact names, or NULL; noted where it is not open. */
static struct leaf *open_case(struct judge *judge, uint64_t key)
{
    uint32_t id = judge_ref(judge, key);
    struct leaf *leaf = id != 0 ? judge_edit(judge, SUBJECT_CASE, id) : NULL;

    if (leaf != NULL && leaf->state[CASE_STATE] != CASE_IS_OPEN)
        (void)judge_bars(judge, REFUSAL_CASE_RESOLVED, SUBJECT_CASE, id, 0, 0);
    return leaf;
}

struct leaf *judge_case(struct judge *judge, uint64_t key)
{
    struct leaf *leaf = open_case(judge, key);

    if (leaf != NULL)
        leaf->state[CASE_COMPENSATED]++;
    return leaf;
}

/* ---- case */

void rule_case(struct judge *judge)
{
    uint32_t vial = judge_ref(judge, FACT_CASE_ABOUT_VIAL), dose = judge_ref(judge, FACT_CASE_ABOUT_DOSE);
    struct opening_case opening = { .about.subject = vial != 0 ? SUBJECT_VIAL : dose != 0 ? SUBJECT_DOSE : 0,
                                    .about.id = vial + dose,
                                    .difference_ng = judge_number(judge, FACT_CASE_DIFFERENCE, 0) };

    if (vial != 0 && dose != 0)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    if (!judge->cannot_stand)
        judge_birth_case(judge, &opening);
}

/* ---- resolve */

/* What is missing or too much is booked under the case before it is said to be explained by it. */
static bool is_uncompensated(const struct leaf *of, int64_t cause)
{
    bool takes_booking = cause == CAUSE_UNEXPLAINED || cause == CAUSE_BREAKAGE || cause == CAUSE_RECORDING_MISTAKE;

    return of->state[CASE_COMPENSATED] == 0 &&
           (cause == CAUSE_LOSS || cause == CAUSE_THEFT || (of->state[CASE_DIFFERENCE] != 0 && takes_booking));
}

/* An officer signs who has no part in what opened the case. Whose rights are in question here settles nothing. */
static bool is_settled_from_outside(const struct judge *judge, const struct leaf *of)
{
    for (size_t i = 0; i < judge->event->signer_count; i++) {
        int64_t person = judge->event->signers[i].person;

        if (person > 0 && !case_has(of, person) && judge->event->irregular_count == 0 &&
            (view_number(judge->view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & ROLE_OFFICER) != 0)
            return true;
    }
    return false;
}

/* Whoever has a part in a case resolves it only with somebody who has none: at once where such an officer signs, or
 * when such an officer or auditor countersigns. Until then it is open in every respect. */
void rule_resolve(struct judge *judge)
{
    struct leaf *of = open_case(judge, 1);
    int64_t cause = judge_number(judge, FACT_RESOLVE_CAUSE, 0);

    if (judge->cannot_stand)
        return;
    if (is_uncompensated(of, cause))
        judge_break(judge, REFUSAL_UNCOMPENSATED, SUBJECT_CASE, of->id, 0, 0);
    of->state[CASE_RESOLVED] = judge->placing->number;
    of->state[CASE_CAUSE] = cause;
    of->state[CASE_STATE] = CASE_WAITS_OUTSIDE;
    if (!is_settled_from_outside(judge, of)) {
        judge->verdict->due |= DUE_OUTSIDE;
        return;
    }
    of->state[CASE_STATE] = CASE_IS_RESOLVED;
    judge_site(judge)->state[SITE_OPEN_CASES]--;
}

/* ---- adjust: the one way to change a balance without saying where it went, and never without a case */

/* All that is adjusted under a case stays within what the case is about, or there is a reason. */
static void book_under(struct judge *judge, struct leaf *of, int64_t change_ng)
{
    int64_t difference_ng = of->state[CASE_DIFFERENCE], adjusted_ng;

    judge_add(judge, of, CASE_ADJUSTED, change_ng);
    adjusted_ng = of->state[CASE_ADJUSTED];
    if ((difference_ng < 0 && (adjusted_ng < difference_ng || adjusted_ng > 0)) ||
        (difference_ng > 0 && (adjusted_ng > difference_ng || adjusted_ng < 0)))
        judge_break(judge, REFUSAL_BEYOND_CASE, SUBJECT_CASE, of->id, adjusted_ng, difference_ng);
}

static bool is_in_stock(struct judge *judge, const struct leaf *vial)
{
    int64_t state = vial->state[VIAL_STATE];

    if (state == VIAL_FINISHED)
        return !judge_bars(judge, REFUSAL_VIAL_FINISHED, SUBJECT_VIAL, vial->id, state, 0);
    if (state == VIAL_SEALED || state == VIAL_OPEN)
        return true;
    judge_break(judge, REFUSAL_VIAL_STATE, SUBJECT_VIAL, vial->id, state, 0);
    return false;
}

static void adjust_vial(struct judge *judge, struct leaf *of, uint32_t id, int64_t change_ul)
{
    struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, id);
    uint64_t volume_ul = (uint64_t)(change_ul < 0 ? -change_ul : change_ul);
    int64_t mass_ng;

    if (!is_in_stock(judge, vial))
        return;
    if (change_ul > 0)
        vial_put(judge, id, VIAL_ADJUSTED_UP, TOTAL_ADJUSTED_UP, volume_ul);
    else
        vial_take(judge, id, VIAL_ADJUSTED_DOWN, TOTAL_ADJUSTED_DOWN, volume_ul);
    mass_ng = (int64_t)judge_mass_of(judge, (uint32_t)vial->state[VIAL_PRODUCT], volume_ul);
    if (judge->cannot_stand)
        return;
    if (vial->state[VIAL_LEFT] == 0)
        vial->state[VIAL_STATE] = VIAL_FINISHED;
    book_under(judge, of, change_ul < 0 ? -mass_ng : mass_ng);
}

static void adjust_dose(struct judge *judge, struct leaf *of, uint32_t id, int64_t change_ng)
{
    struct leaf *dose = judge_edit(judge, SUBJECT_DOSE, id);

    if (!dose_judge_open(judge, dose))
        return;
    if (change_ng > 0)
        dose_raise(judge, dose, change_ng);
    else
        dose_settle(judge, id, DOSE_ADJUSTED_DOWN, TOTAL_ADJUSTED_DOWN, (uint64_t)-change_ng);
    if (judge->cannot_stand)
        return;
    dose_settle_if_empty(judge, dose);
    book_under(judge, of, change_ng);
}

void rule_adjust(struct judge *judge)
{
    struct leaf *of = judge_case(judge, FACT_ADJUST_CASE);
    uint32_t vial = judge_ref(judge, FACT_ADJUST_VIAL), dose = judge_ref(judge, FACT_ADJUST_DOSE);
    int64_t change_ul = judge_number(judge, FACT_ADJUST_DELTA, 0), change_ng = judge_number(judge, FACT_ADJUST_DELTA_MASS, 0);

    if ((vial != 0) == (dose != 0) || (vial != 0) != (change_ul != 0) || (dose != 0) != (change_ng != 0)) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    if (judge->cannot_stand)
        return;
    if (vial != 0)
        adjust_vial(judge, of, vial, change_ul);
    else
        adjust_dose(judge, of, dose, change_ng);
}
