#include "ledger/movement.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const enum total_place ins[] = { TOTAL_OPENING, TOTAL_RECEIVED, TOTAL_GAINED, TOTAL_RECOVERED, TOTAL_FOUND,
                                        TOTAL_ADJUSTED_UP };
static const enum total_place outs[] = { TOTAL_GIVEN,    TOTAL_WASTED,    TOTAL_RESIDUAL,   TOTAL_CLOSING_LOSS,
                                         TOTAL_SHIPPED,  TOTAL_DESTROYED, TOTAL_LOST,       TOTAL_SURRENDERED,
                                         TOTAL_HANDED_OUT, TOTAL_ADJUSTED_DOWN };

static int64_t sum_of(const struct movement *movement, const enum total_place *places, size_t count)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += movement->amount[places[i]];
    return sum;
}

int64_t movement_in_ng(const struct movement *movement)
{
    return sum_of(movement, ins, COUNT(ins));
}

int64_t movement_out_ng(const struct movement *movement)
{
    return sum_of(movement, outs, COUNT(outs));
}

void movements_release(struct movements *movements)
{
    free(movements->rows);
    *movements = MOVEMENTS_EMPTY;
}

/* The movement of a vial, or of the doses of a product for vial 0; a new one at the end where there is none. */
static struct movement *movement_for(struct movements *movements, uint32_t vial, uint32_t product)
{
    struct movement *last = movements->count > 0 ? &movements->rows[movements->count - 1] : NULL;

    if (last != NULL && last->vial == vial && last->product == product)
        return last; /* rows of an effect stand together */
    if (movements->count == movements->capacity) {
        size_t capacity = movements->capacity > 0 ? 2 * movements->capacity : 16;
        struct movement *rows = realloc(movements->rows, capacity * sizeof rows[0]);

        if (rows == NULL)
            return NULL;
        movements->rows = rows;
        movements->capacity = capacity;
    }
    last = &movements->rows[movements->count++];
    *last = (struct movement){ .product = product, .vial = vial };
    return last;
}

/* ---- of vials */

/* What a place of a vial is among the totals. What it was labelled with came in one of three ways, of which an entry
 * knows one. */
static enum total_place total_of_place(unsigned place, enum total_place came_as)
{
    static const enum total_place totals[VIAL_PLACE_COUNT] = {
        [VIAL_GAINED] = TOTAL_GAINED,           [VIAL_RETURNED] = TOTAL_IN_DOSES,
        [VIAL_RECOVERED] = TOTAL_RECOVERED,     [VIAL_ADJUSTED_UP] = TOTAL_ADJUSTED_UP,
        [VIAL_DRAWN] = TOTAL_IN_DOSES,          [VIAL_WASTED] = TOTAL_WASTED,
        [VIAL_CLOSING_LOSS] = TOTAL_CLOSING_LOSS, [VIAL_SHIPPED] = TOTAL_SHIPPED,
        [VIAL_DESTROYED] = TOTAL_DESTROYED,     [VIAL_LOST] = TOTAL_LOST,
        [VIAL_SURRENDERED] = TOTAL_SURRENDERED, [VIAL_ADJUSTED_DOWN] = TOTAL_ADJUSTED_DOWN,
        [VIAL_LEFT] = TOTAL_ON_HAND };

    return place == VIAL_LABELLED ? came_as : totals[place];
}

static int64_t total_row(const struct effect *effect, uint32_t product, enum total_place place)
{
    for (size_t i = effect->row_count; i > 0; i--) {
        const struct effect_row *row = &effect->rows[i - 1];

        if (row->table == LEAF_TABLE_TOTAL && row->id == product && row->place == place)
            return row->after;
    }
    return 0;
}

static enum total_place came_as(const struct effect *effect, uint32_t product)
{
    if (total_row(effect, product, TOTAL_RECEIVED) != 0)
        return TOTAL_RECEIVED;
    return total_row(effect, product, TOTAL_OPENING) != 0 ? TOTAL_OPENING : TOTAL_FOUND;
}

static void add_to_vial(struct movement *movement, const struct effect *effect, const struct effect_row *row, int64_t strength)
{
    int64_t mass_ng = row->after * strength;

    if (row->place == VIAL_LEFT)
        movement->left_ul += row->after;
    if (row->place == VIAL_DRAWN)
        movement->drawn_ng += mass_ng;
    if (row->place == VIAL_RETURNED)
        movement->returned_ng += mass_ng;
    movement->amount[total_of_place(row->place, came_as(effect, movement->product))] +=
        row->place == VIAL_RETURNED ? -mass_ng : mass_ng;
}

/* The change of product that an effect holds of a vial, or NULL. */
static const struct effect_row *change_of_product(const struct effect *effect, uint32_t vial)
{
    for (size_t i = 0; i < effect->row_count; i++)
        if (effect->rows[i].table == SUBJECT_VIAL && effect->rows[i].place == VIAL_PRODUCT && effect->rows[i].id == vial)
            return &effect->rows[i];
    return NULL;
}

/* What a vial was after an entry: what it is, less what was done since. */
struct vial_then {
    uint32_t product;
    int64_t amount_ul[VIAL_LEFT + 1]; /* by place, from VIAL_LABELLED on */
};

static void take_back(struct vial_then *then, const struct effect *effect, uint32_t vial)
{
    for (size_t i = 0; i < effect->row_count; i++) {
        const struct effect_row *row = &effect->rows[i];

        if (row->table == SUBJECT_VIAL && row->id == vial && row->place >= VIAL_LABELLED && row->place <= VIAL_LEFT)
            then->amount_ul[row->place] -= row->after;
    }
}

/* Only where the entry that brought it was corrected since can it have been another product. */
static struct vial_then vial_at(struct view *view, uint32_t vial, uint32_t number)
{
    struct vial_then then = { .product = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PRODUCT) };
    uint32_t born = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_BORN), later;
    struct effect effect;
    bool is_corrected = effect_load(view, born, &effect) && effect.corrected_by >= number, is_known = false;

    effect_release(&effect);
    for (unsigned place = VIAL_LABELLED; place <= VIAL_LEFT; place++)
        then.amount_ul[place] = view_number(view, SUBJECT_VIAL, vial, place);
    for (uint32_t n = 2; is_corrected && view_touched_by(view, SUBJECT_VIAL, vial, n, &later); n++) {
        struct effect placed;
        const struct effect_row *change;

        if (later <= number || !effect_load(view, later, &effect))
            continue;
        placed = effect_as_placed(&effect);
        change = change_of_product(&placed, vial);
        if (change != NULL && !is_known)
            then.product = (uint32_t)change->before;
        is_known = is_known || change != NULL;
        take_back(&then, &placed, vial);
        effect_release(&effect);
    }
    return then;
}

uint32_t movement_product_of(struct view *view, uint32_t vial, uint32_t number)
{
    return vial_at(view, vial, number).product;
}

/* A row of a vial: a part of its movement. False for want of memory. */
static bool add_row(struct view *view, const struct effect *effect, const struct effect_row *row, uint32_t product,
                    struct movements *movements)
{
    struct movement *movement = movement_for(movements, row->id, product);

    if (movement == NULL)
        return false;
    if (row->place == VIAL_PLACE) {
        movement->from = (uint32_t)row->before;
        movement->to = (uint32_t)row->after;
    } else {
        add_to_vial(movement, effect, row, view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH));
    }
    return true;
}

/* All that a vial has in it and was done with it goes from the page of one product to that of another. */
static bool add_changed(struct view *view, const struct effect *effect, const struct effect_row *change,
                        const struct vial_then *after, struct movements *movements)
{
    struct vial_then before = *after;

    take_back(&before, effect, change->id);
    for (int is_new = 0; is_new <= 1; is_new++)
        for (unsigned place = VIAL_LABELLED; place <= VIAL_LEFT; place++) {
            struct effect_row row = { .table = SUBJECT_VIAL, .id = change->id, .place = (uint8_t)place,
                                      .after = is_new ? after->amount_ul[place] : -before.amount_ul[place] };

            if (row.after != 0 && !add_row(view, effect, &row, (uint32_t)(is_new ? change->after : change->before), movements))
                return false;
        }
    return true;
}

static bool is_of_movement(const struct effect_row *row)
{
    return row->table == SUBJECT_VIAL &&
           ((row->place >= VIAL_LABELLED && row->place <= VIAL_LEFT) || row->place == VIAL_PLACE || row->place == VIAL_PRODUCT);
}

/* The rows of a vial stand together, that of its product first. */
static bool add_vials(struct view *view, uint32_t number, const struct effect *effect, struct movements *movements)
{
    struct vial_then then = { .product = 0 };
    uint32_t vial = 0, changed = 0;

    for (size_t i = 0; i < effect->row_count; i++) {
        const struct effect_row *row = &effect->rows[i];

        if (!is_of_movement(row))
            continue;
        if (row->id != vial)
            then = vial_at(view, row->id, number);
        vial = row->id;
        if (row->place == VIAL_PRODUCT)
            changed = vial;
        if (vial == changed ? row->place == VIAL_PRODUCT && !add_changed(view, effect, row, &then, movements)
                            : !add_row(view, effect, row, then.product, movements))
            return false;
    }
    return true;
}

/* ---- of doses: what the totals of a product changed by, less what its vials did of it */

static int64_t of_vials(const struct movements *movements, size_t count, uint32_t product, unsigned place)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        if (movements->rows[i].product == product)
            sum += movements->rows[i].amount[place];
    return sum;
}

/* The first `vials` movements are of vials. */
static bool add_doses_of(const struct effect *effect, uint32_t product, size_t vials, struct movements *movements)
{
    for (size_t i = vials; i < movements->count; i++)
        if (movements->rows[i].product == product)
            return true; /* they are there already */
    for (unsigned place = 0; place < TOTAL_PLACE_COUNT; place++) {
        int64_t rest = total_row(effect, product, place) - of_vials(movements, vials, product, place);
        struct movement *movement = rest != 0 ? movement_for(movements, 0, product) : NULL;

        if (rest != 0 && movement == NULL)
            return false;
        if (rest != 0)
            movement->amount[place] = rest;
    }
    return true;
}

/* A total that a correction leaves as it was has no row, though a vial has one: a product may have rows of vials alone, and
 * doses that did the opposite. */
static bool add_doses(const struct effect *effect, struct movements *movements)
{
    size_t vials = movements->count;

    for (size_t i = 0; i < effect->row_count; i++)
        if (effect->rows[i].table == LEAF_TABLE_TOTAL && !add_doses_of(effect, effect->rows[i].id, vials, movements))
            return false;
    for (size_t i = 0; i < vials; i++)
        if (!add_doses_of(effect, movements->rows[i].product, vials, movements))
            return false;
    return true;
}

/* ---- whether the parts agree */

/* What comes and does not go is on hand or in doses; only vials change what is on hand. */
static bool is_balanced(const struct movement *movement, int64_t strength)
{
    int64_t on_hand_ng = movement->amount[TOTAL_ON_HAND], in_doses_ng = movement->amount[TOTAL_IN_DOSES];

    return movement_in_ng(movement) - movement_out_ng(movement) == on_hand_ng + in_doses_ng &&
           on_hand_ng == (movement->vial != 0 ? movement->left_ul * strength : 0);
}

/* The vials of a product and its total must say the same, where an effect has no row of the total as well. */
static bool totals_agree(const struct effect *effect, const struct movements *movements, uint32_t product)
{
    for (unsigned place = 0; place < TOTAL_PLACE_COUNT; place++)
        if (of_vials(movements, movements->count, product, place) != total_row(effect, product, place))
            return false;
    return true;
}

/* And of the doses: what left or entered them, whatever the product. */
static bool doses_agree(const struct effect *effect)
{
    int64_t open_ng = 0, in_doses_ng = 0;

    for (size_t i = 0; i < effect->row_count; i++) {
        const struct effect_row *row = &effect->rows[i];

        if (row->table == SUBJECT_DOSE && row->place == DOSE_OPEN)
            open_ng += row->after;
        if (row->table == LEAF_TABLE_TOTAL && row->place == TOTAL_IN_DOSES)
            in_doses_ng += row->after;
    }
    return open_ng == in_doses_ng;
}

static uint32_t find_unbalanced(struct view *view, const struct effect *effect, const struct movements *movements)
{
    for (size_t i = 0; i < movements->count; i++) {
        const struct movement *movement = &movements->rows[i];

        if (!is_balanced(movement, view_number(view, SUBJECT_PRODUCT, movement->product, PRODUCT_STRENGTH)))
            return movement->product;
        if ((i == 0 || movement->product != movements->rows[i - 1].product) &&
            (!totals_agree(effect, movements, movement->product) || !doses_agree(effect)))
            return movement->product;
    }
    return 0;
}

bool movements_of(struct view *view, uint32_t number, const struct effect *effect, struct movements *movements)
{
    movements->count = 0;
    movements->unbalanced = 0;
    if (!add_vials(view, number, effect, movements) || !add_doses(effect, movements))
        return false;
    movements->unbalanced = find_unbalanced(view, effect, movements);
    return true;
}
