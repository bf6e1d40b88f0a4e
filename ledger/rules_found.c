/* Stock that turns up: what nobody had booked, what the book opens with, and what had been lost. */
#include "ledger/correct.h"
#include "ledger/judge.h"
#include "schema/amount.h"

/* ---- found */

/* The volume found is all that the book ever says of it: of a container found open, what is in it is what it is. */
static void find_vial(struct judge *judge, uint32_t product, bool is_opening)
{
    struct leaf *vial = judge_birth_vial(judge, 0);

    judge_vial_product(judge, vial, product);
    vial->state[VIAL_PRODUCT] = product;
    if (vial->state[VIAL_STATE] == 0) {
        vial->state[VIAL_STATE] = VIAL_SEALED;
        vial->state[VIAL_PLACE] = judge_ref(judge, FACT_FOUND_PLACE);
        vial->state[VIAL_HELD] = is_opening ? 0 : HOLD_SUSPECT;
    }
    vial->state[VIAL_EXPIRY] = judge_number(judge, FACT_FOUND_EXPIRY, 0);
    vial->state[VIAL_BORN] = judge->placing->number;
    vial->state[VIAL_RECEIVED] = judge->event->occurred.ms;
    vial_put(judge, vial->id, VIAL_LABELLED, is_opening ? TOTAL_OPENING : TOTAL_FOUND, (uint64_t)judge_number(judge, FACT_FOUND_VOLUME, 0));
    if (facts_get(&judge->event->facts, FACT_FOUND_SEALED) == NULL)
        vial_open(judge, vial);
}

static void judge_found(struct judge *judge, uint32_t product, bool is_opening)
{
    const struct facts *facts = &judge->event->facts;
    int64_t stocked = view_site(judge->view, SITE_STOCKED);

    judge_product(judge, product);
    judge_provisional(judge, SUBJECT_PLACE, judge_ref(judge, FACT_FOUND_PLACE), PLACE_PROVISIONAL);
    if ((facts_get(facts, FACT_FOUND_SEALED) != NULL &&
         judge_number(judge, FACT_FOUND_VOLUME, 0) != view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_VOLUME)) ||
        (is_opening && facts_get(facts, FACT_FOUND_CASE) != NULL))
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_PRODUCT, product, 0, 0);
    if (is_opening && stocked != 0 && stocked < judge->placing->number)
        judge_break_entry(judge, REFUSAL_OPENING_LATE, 0, 0, (uint32_t)stocked);
}

void rule_found(struct judge *judge)
{
    uint32_t product = judge_ref(judge, FACT_FOUND_PRODUCT), first = view_count(judge->view, SUBJECT_VIAL) + 1;
    int64_t containers = judge_number(judge, FACT_FOUND_CONTAINERS, 0);
    bool is_opening = judge_number(judge, FACT_FOUND_ORIGIN, FOUND_FOUND) == FOUND_OPENING;
    uint64_t mass_ng;

    judge_found(judge, product, is_opening);
    for (int64_t i = 0; i < containers && !judge->cannot_stand; i++) {
        if (judge->touched_count > ENTRY_TOUCHES_LIMIT) {
            judge_break(judge, REFUSAL_TOUCHES, 0, 0, (int64_t)judge->touched_count, ENTRY_TOUCHES_LIMIT);
            return;
        }
        find_vial(judge, product, is_opening);
    }
    mass_ng = judge_mass_of(judge, product, (uint64_t)(containers * judge_number(judge, FACT_FOUND_VOLUME, 0)));
    if (judge_case(judge, FACT_FOUND_CASE) == NULL && !is_opening && !judge->cannot_stand)
        judge_open_case(judge, REFUSAL_FOUND, SUBJECT_VIAL, first, containers, 0, (int64_t)mass_ng);
}

/* ---- recover */

/* What it was already when it came back, and has become something else since, stays what it is by now when the same is
 * posted anew. */
static void set(struct judge *judge, struct leaf *vial, enum vial_place place, int64_t value)
{
    if (judge->posting == NULL || posting_sets(judge->posting, vial->id, place))
        vial->state[place] = value;
}

/* A container that comes back whole and was never opened is sealed; of any other somebody knows what is in it only
 * because two people looked. Nobody draws from either before it is released. */
void rule_recover(struct judge *judge)
{
    uint32_t id = judge_ref(judge, FACT_RECOVER_VIAL);
    struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, id);
    int64_t volume_ul = judge_number(judge, FACT_RECOVER_VOLUME, 0);
    int64_t lost_ul = vial->state[VIAL_LOST] - vial->state[VIAL_RECOVERED];

    judge_provisional(judge, SUBJECT_PLACE, judge_ref(judge, FACT_RECOVER_PLACE), PLACE_PROVISIONAL);
    if (volume_ul > lost_ul) {
        judge_break(judge, REFUSAL_NOT_LOST, SUBJECT_VIAL, id, volume_ul, lost_ul);
        return;
    }
    (void)judge_case(judge, FACT_RECOVER_CASE);
    vial_put(judge, id, VIAL_RECOVERED, TOTAL_RECOVERED, (uint64_t)volume_ul);
    set(judge, vial, VIAL_STATE, vial->state[VIAL_OPENED] == 0 ? VIAL_SEALED : VIAL_OPEN);
    if (vial->state[VIAL_DRAWS] != 0 || vial->state[VIAL_WASTED] != 0 ||
        vial->state[VIAL_LEFT] != vial->state[VIAL_LABELLED])
        vial_open(judge, vial);
    set(judge, vial, VIAL_ENDED, 0);
    set(judge, vial, VIAL_ENDED_BY, 0);
    set(judge, vial, VIAL_HELD, HOLD_SUSPECT);
    set(judge, vial, VIAL_PLACE, judge_ref(judge, FACT_RECOVER_PLACE));
}
