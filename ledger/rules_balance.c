/* Amounts: what moves between vials, doses and the totals of a product, and the equations that hold. */
#include <assert.h>

#include "ledger/judge.h"
#include "schema/amount.h"

uint64_t judge_mass_of(struct judge *judge, uint32_t product, uint64_t volume_ul)
{
    uint64_t strength = (uint64_t)view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH), mass_ng = 0;

    if (!mass_of_volume(volume_ul, strength, &mass_ng))
        judge_break(judge, REFUSAL_FIELD, SUBJECT_PRODUCT, product, 0, 0);
    return mass_ng;
}

void judge_add(struct judge *judge, struct leaf *leaf, unsigned place, int64_t amount)
{
    if (!checked_add_i64(leaf->state[place], amount, &leaf->state[place]))
        judge_break(judge, REFUSAL_FIELD, leaf->table <= SUBJECT_LAST ? leaf->table : 0, leaf->id, 0, 0);
}

/* What a book opens with is entered before anything else moves. */
static void note_stocked(struct judge *judge, enum total_place total)
{
    struct leaf *site = judge_site(judge);

    if (site->state[SITE_STOCKED] == 0 && total != TOTAL_OPENING)
        site->state[SITE_STOCKED] = judge->placing->number;
}

void vial_take(struct judge *judge, uint32_t vial, enum vial_place purpose, enum total_place total, uint64_t volume_ul)
{
    struct leaf *leaf = judge_edit(judge, SUBJECT_VIAL, vial);
    uint32_t product = (uint32_t)leaf->state[VIAL_PRODUCT];
    struct leaf *sum = judge_edit(judge, LEAF_TABLE_TOTAL, product);
    uint64_t mass_ng;

    if ((int64_t)volume_ul > leaf->state[VIAL_LEFT] &&
        judge_bars(judge, REFUSAL_OVERDRAWN, SUBJECT_VIAL, vial, (int64_t)volume_ul, leaf->state[VIAL_LEFT]))
        return;
    mass_ng = judge_mass_of(judge, product, volume_ul);
    judge_add(judge, leaf, VIAL_LEFT, -(int64_t)volume_ul);
    judge_add(judge, leaf, purpose, (int64_t)volume_ul);
    judge_add(judge, sum, TOTAL_ON_HAND, -(int64_t)mass_ng);
    judge_add(judge, sum, total, (int64_t)mass_ng);
    note_stocked(judge, total);
}

void vial_put(struct judge *judge, uint32_t vial, enum vial_place purpose, enum total_place total, uint64_t volume_ul)
{
    struct leaf *leaf = judge_edit(judge, SUBJECT_VIAL, vial);
    uint32_t product = (uint32_t)leaf->state[VIAL_PRODUCT];
    struct leaf *sum = judge_edit(judge, LEAF_TABLE_TOTAL, product);
    uint64_t mass_ng = judge_mass_of(judge, product, volume_ul);

    judge_add(judge, leaf, VIAL_LEFT, (int64_t)volume_ul);
    judge_add(judge, leaf, purpose, (int64_t)volume_ul);
    judge_add(judge, sum, TOTAL_ON_HAND, (int64_t)mass_ng);
    judge_add(judge, sum, total, total == TOTAL_IN_DOSES ? -(int64_t)mass_ng : (int64_t)mass_ng);
    note_stocked(judge, total);
    if (judge->posting == NULL && !judge->cannot_stand && !total_balances(sum)) /* each number fits, and their sum does not */
        judge_break(judge, REFUSAL_FIELD, SUBJECT_PRODUCT, product, 0, 0);
}

/* Each source is charged in proportion to what is left of it, one after the other: of `mass` still to be
 * charged and `open` still uncharged, a source with `left` bears mass x left / open, half to even. That
 * part is never more than `left` nor than `mass`, and what is then to be charged is never more than what
 * is then open, so the last source bears exactly the rest and a dose that is settled has none left. */
static void charge_sources(struct judge *judge, struct leaf *dose, enum total_place total, uint64_t mass_ng)
{
    uint64_t open_ng = (uint64_t)dose->state[DOSE_OPEN];

    for (size_t at = DOSE_SOURCES; at + SOURCE_PLACES <= dose->count && mass_ng > 0; at += SOURCE_PLACES) {
        struct leaf *sum = judge_edit(judge, LEAF_TABLE_TOTAL, (uint32_t)dose->state[at + SOURCE_PRODUCT]);
        uint64_t left_ng = (uint64_t)dose->state[at + SOURCE_LEFT], part_ng = 0;
        bool fits = open_ng > 0 && muldiv_half_even(mass_ng, left_ng, open_ng, &part_ng);

        assert(fits && part_ng <= left_ng && part_ng <= mass_ng);
        dose->state[at + SOURCE_LEFT] -= (int64_t)part_ng;
        judge_add(judge, sum, TOTAL_IN_DOSES, -(int64_t)part_ng);
        judge_add(judge, sum, total, (int64_t)part_ng);
        mass_ng -= part_ng;
        open_ng -= left_ng;
    }
    assert(mass_ng == 0);
}

void dose_settle(struct judge *judge, uint32_t dose, enum dose_place purpose, enum total_place total, uint64_t mass_ng)
{
    struct leaf *leaf = judge_edit(judge, SUBJECT_DOSE, dose);

    if (mass_ng > (uint64_t)leaf->state[DOSE_OPEN]) {
        int64_t missing_ng = (int64_t)mass_ng - leaf->state[DOSE_OPEN];

        if (judge_bars(judge, REFUSAL_DOSE_OVERDRAWN, SUBJECT_DOSE, dose, (int64_t)mass_ng, leaf->state[DOSE_OPEN]))
            return;
        dose_raise(judge, leaf, missing_ng);
        judge_add(judge, leaf, DOSE_FORCED, missing_ng);
        if (judge->cannot_stand)
            return;
    }
    charge_sources(judge, leaf, total, mass_ng);
    judge_add(judge, leaf, DOSE_OPEN, -(int64_t)mass_ng);
    judge_add(judge, leaf, purpose, (int64_t)mass_ng);
}

bool dose_mass_of(struct judge *judge, uint32_t dose, const struct value *quantity, uint64_t *mass_ng)
{
    const struct leaf *leaf = judge_leaf(judge, SUBJECT_DOSE, dose);
    uint64_t amount = (uint64_t)quantity->number;
    uint64_t drawn_ng = (uint64_t)leaf->state[DOSE_DRAWN], volume_ul = (uint64_t)leaf->state[DOSE_VOLUME];
    uint64_t sprays = volume_ul / DEVICE_SPRAY_UL;
    bool in_sprays = leaf->state[DOSE_CONTAINER] == CONTAINER_DEVICE;

    switch (quantity->second) {
    case QUANTITY_REST:
        *mass_ng = (uint64_t)leaf->state[DOSE_OPEN];
        return true;
    case QUANTITY_NG:
        *mass_ng = amount;
        return true;
    case QUANTITY_UL:
        if (volume_ul > 0 && muldiv_half_even(amount, drawn_ng, volume_ul, mass_ng))
            return true;
        judge_break(judge, REFUSAL_DOSE_OVERDRAWN, SUBJECT_DOSE, dose, INT64_MAX, leaf->state[DOSE_OPEN]);
        return false;
    case QUANTITY_SPRAYS:
        if (!in_sprays)
            break;
        if (amount <= sprays && sprays > 0) {
            *mass_ng = amount * (drawn_ng / sprays);
            return true;
        }
        judge_break(judge, REFUSAL_SPRAYS, SUBJECT_DOSE, dose, (int64_t)amount, 0);
        return false;
    default:
        break;
    }
    judge_break(judge, REFUSAL_UNIT, SUBJECT_DOSE, dose, quantity->second, 0);
    return false;
}

bool vial_volume_of(struct judge *judge, uint32_t vial, const struct value *quantity, uint64_t *volume_ul)
{
    const struct leaf *leaf = judge_leaf(judge, SUBJECT_VIAL, vial);
    uint64_t strength = (uint64_t)view_number(judge->view, SUBJECT_PRODUCT, (uint32_t)leaf->state[VIAL_PRODUCT],
                                              PRODUCT_STRENGTH);
    uint64_t below_ul = 0, above_ul = 0;

    switch (quantity->second) {
    case QUANTITY_REST:
        *volume_ul = leaf->state[VIAL_LEFT] > 0 ? (uint64_t)leaf->state[VIAL_LEFT] : 0;
        return true;
    case QUANTITY_UL:
        *volume_ul = (uint64_t)quantity->number;
        return true;
    case QUANTITY_NG:
        if (volume_of_mass((uint64_t)quantity->number, strength, volume_ul, &below_ul, &above_ul))
            return true;
        judge_break(judge, REFUSAL_NOT_EXACT, SUBJECT_VIAL, vial, (int64_t)below_ul, (int64_t)above_ul);
        return false;
    default:
        judge_break(judge, REFUSAL_UNIT, SUBJECT_VIAL, vial, quantity->second, 0);
        return false;
    }
}

bool vial_figure_of(struct judge *judge, const struct leaf *vial, const struct value *figure, uint64_t *mass_ng)
{
    *mass_ng = (uint64_t)figure->number;
    if (figure->second == QUANTITY_UL)
        *mass_ng = judge_mass_of(judge, (uint32_t)vial->state[VIAL_PRODUCT], (uint64_t)figure->number);
    else if (figure->second != QUANTITY_NG)
        judge_break(judge, REFUSAL_UNIT, SUBJECT_VIAL, vial->id, figure->second, 0);
    return !judge->cannot_stand;
}

uint64_t dose_volume_of(const struct leaf *dose, uint64_t mass_ng)
{
    uint64_t volume_ul = 0;

    if (dose->state[DOSE_DRAWN] == 0 ||
        !muldiv_half_even(mass_ng, (uint64_t)dose->state[DOSE_VOLUME], (uint64_t)dose->state[DOSE_DRAWN], &volume_ul))
        return UINT64_MAX;
    return volume_ul;
}

uint64_t dose_mass_of_volume(const struct leaf *dose, uint64_t volume_ul)
{
    uint64_t mass_ng = 0;

    if (dose->state[DOSE_VOLUME] == 0 ||
        !muldiv_half_even(volume_ul, (uint64_t)dose->state[DOSE_DRAWN], (uint64_t)dose->state[DOSE_VOLUME], &mass_ng))
        return AMOUNT_MAX;
    return mass_ng;
}

/* ---- the equations. Nothing is negative; a sum that does not fit 63 bits holds no equation either. */

#define NO_SUM UINT64_MAX

static uint64_t sum_of(const struct leaf *leaf, const unsigned *places, size_t count)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        if (leaf->state[places[i]] < 0 || !checked_add_u64(sum, (uint64_t)leaf->state[places[i]], &sum))
            return NO_SUM;
    return sum;
}

#define SUM(leaf_, ...) \
    sum_of(leaf_, (const unsigned[]){ __VA_ARGS__ }, sizeof(const unsigned[]){ __VA_ARGS__ } / sizeof(unsigned))

static bool is_equation(uint64_t in, uint64_t out)
{
    return in != NO_SUM && in == out;
}

bool vial_balances(const struct leaf *vial)
{
    return is_equation(
        SUM(vial, VIAL_LABELLED, VIAL_GAINED, VIAL_RETURNED, VIAL_RECOVERED, VIAL_ADJUSTED_UP),
        SUM(vial, VIAL_DRAWN, VIAL_WASTED, VIAL_CLOSING_LOSS, VIAL_SHIPPED, VIAL_DESTROYED, VIAL_LOST,
            VIAL_SURRENDERED, VIAL_ADJUSTED_DOWN, VIAL_LEFT));
}

/* What is open of a dose is what is left of its sources. */
static bool sources_balance(const struct leaf *dose)
{
    uint64_t left_ng = 0;

    for (size_t at = DOSE_SOURCES; at + SOURCE_PLACES <= dose->count; at += SOURCE_PLACES)
        if (dose->state[at + SOURCE_LEFT] < 0 || !checked_add_u64(left_ng, (uint64_t)dose->state[at + SOURCE_LEFT], &left_ng))
            return false;
    return left_ng == (uint64_t)dose->state[DOSE_OPEN];
}

bool dose_balances(const struct leaf *dose)
{
    return sources_balance(dose) &&
           is_equation(SUM(dose, DOSE_DRAWN, DOSE_ADJUSTED_UP),
                       SUM(dose, DOSE_GIVEN, DOSE_WASTED, DOSE_RESIDUAL, DOSE_RETURNED, DOSE_DESTROYED, DOSE_LOST,
                           DOSE_HANDED_OUT, DOSE_ADJUSTED_DOWN, DOSE_OPEN));
}

bool total_balances(const struct leaf *total)
{
    return is_equation(
        SUM(total, TOTAL_OPENING, TOTAL_RECEIVED, TOTAL_GAINED, TOTAL_RECOVERED, TOTAL_FOUND, TOTAL_ADJUSTED_UP),
        SUM(total, TOTAL_GIVEN, TOTAL_WASTED, TOTAL_RESIDUAL, TOTAL_CLOSING_LOSS, TOTAL_SHIPPED, TOTAL_DESTROYED,
            TOTAL_LOST, TOTAL_SURRENDERED, TOTAL_HANDED_OUT, TOTAL_ADJUSTED_DOWN, TOTAL_IN_DOSES, TOTAL_ON_HAND));
}
