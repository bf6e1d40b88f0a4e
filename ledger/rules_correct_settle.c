/* What no longer fits once entries were taken back and posted anew is settled, vial by vial; and what earlier corrections
 * had to book is given back first, since this one may be what was missing then. */
#include <stdlib.h>

#include "ledger/correct.h"

/* ---- vials that a correction touches, ascending, so that it is the first that a case is about */

static int ascending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return a < b ? -1 : a > b;
}

static void each_touched(struct judge *judge, enum subject subject, void (*act)(struct judge *judge, struct leaf *leaf))
{
    uint32_t ids[ENTRY_TOUCHES_LIMIT + 1];
    size_t count = 0;

    for (size_t i = 0; i < judge->touched_count; i++)
        if (judge->touched[i].subject == subject)
            ids[count++] = judge->touched[i].id;
    qsort(ids, count, sizeof ids[0], ascending);
    for (size_t i = 0; i < count && !judge->cannot_stand; i++)
        act(judge, judge_edit(judge, subject, ids[i]));
}

/* ---- posting to an entry */

static bool has_row(const struct effect *effect, unsigned table, unsigned place)
{
    for (size_t i = 0; i < effect->row_count; i++)
        if (effect->rows[i].table == table && effect->rows[i].place == place)
            return true;
    return false;
}

/* Add a volume to one purpose of a vial and another to what is left of it, with their masses to the product's totals and,
 * of what went to another practitioner, to what is counted of that; all of it as a part of what `entry` did. */
static void post(struct judge *judge, uint32_t entry, const struct leaf *vial, unsigned purpose, enum total_place total,
                 int64_t volume_ul, int64_t left_ul)
{
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    bool is_in = volume_ul == left_ul;
    int64_t size_ng = (int64_t)judge_mass_of(judge, product, (uint64_t)(volume_ul < 0 ? -volume_ul : volume_ul));
    int64_t mass_ng = volume_ul < 0 ? -size_ng : size_ng;
    struct effect_row rows[] = {
        { .table = SUBJECT_VIAL, .place = (uint8_t)purpose, .id = vial->id, .after = volume_ul },
        { .table = SUBJECT_VIAL, .place = VIAL_LEFT, .id = vial->id, .after = left_ul },
        { .table = LEAF_TABLE_TOTAL, .place = (uint8_t)total, .id = product, .after = mass_ng },
        { .table = LEAF_TABLE_TOTAL, .place = TOTAL_ON_HAND, .id = product, .after = is_in ? mass_ng : -mass_ng },
        { .table = LEAF_TABLE_SITE, .place = SITE_TRANSFERRED, .id = 1, .after = mass_ng } };
    struct effect effect;
    size_t count = sizeof rows / sizeof rows[0];

    if (volume_ul == 0)
        return;
    (void)effect_load(judge->view, entry, &effect);
    (void)effect_keep_placed(&effect);
    if (purpose != VIAL_SHIPPED || !has_row(&effect, LEAF_TABLE_SITE, SITE_TRANSFERRED))
        count--;
    for (size_t i = 0; i < count; i++) {
        judge_add(judge, judge_edit(judge, rows[i].table, rows[i].id), rows[i].place, rows[i].after);
        effect_change(judge->view, &effect, rows[i]);
    }
    effect_keep(judge->view, entry, &effect);
    effect_release(&effect);
}

static void post_forced(struct judge *judge, struct leaf *vial, int64_t volume_ul)
{
    post(judge, (uint32_t)vial->state[VIAL_BORN], vial, VIAL_ADJUSTED_UP, TOTAL_ADJUSTED_UP, volume_ul, volume_ul);
}

static void give_back(struct judge *judge, struct leaf *vial)
{
    post_forced(judge, vial, -vial->state[VIAL_FORCED]);
    vial->state[VIAL_FORCED] = 0;
}

void correct_give_back(struct judge *judge)
{
    each_touched(judge, SUBJECT_VIAL, give_back);
}

/* ---- sealed again */

/* Whether a vial came sealed: received, or found so. */
static bool came_sealed(struct judge *judge, const struct leaf *vial)
{
    static _Thread_local struct event born;
    struct effect effect;
    bool is_known = correct_event_in_force(judge, (uint32_t)vial->state[VIAL_BORN], &effect, &born);
    bool is_sealed = is_known && (born.kind->number == KIND_RECEIVE || facts_get(&born.facts, FACT_FOUND_SEALED) != NULL);

    effect_release(&effect);
    return is_sealed;
}

/* What was recovered had been lost, and is taken back with the loss. */
static void judge_recovered(struct judge *judge, const struct leaf *vial)
{
    if (vial->state[VIAL_RECOVERED] > vial->state[VIAL_LOST])
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_VIAL, vial->id,
                          correct_newest_of(judge, SUBJECT_VIAL, vial->id, KIND_RECOVER, KIND_RECOVER));
}

/* What nobody has drawn from was drawn for nobody; what nothing has opened is not open, and was not when it ended. */
static void seal_again(struct judge *judge, struct leaf *vial)
{
    int64_t *state = vial->state;

    if (state[VIAL_STATE] < VIAL_SEALED || state[VIAL_STATE] > VIAL_FINISHED || state[VIAL_DRAWS] != 0)
        return;
    state[VIAL_DRAWN_FOR] = 0;
    if (state[VIAL_WASTED] != 0 || state[VIAL_LOST] != 0 || state[VIAL_RECOVERED] != 0 || !came_sealed(judge, vial))
        return;
    state[VIAL_OPENED] = state[VIAL_BEYOND_USE] = 0;
    if (state[VIAL_STATE] == VIAL_OPEN)
        state[VIAL_STATE] = VIAL_SEALED;
}

static void look_at(struct judge *judge, struct leaf *vial)
{
    judge_recovered(judge, vial);
    seal_again(judge, vial);
}

void correct_seal_again(struct judge *judge)
{
    each_touched(judge, SUBJECT_VIAL, look_at);
}

/* ---- settling */

/* The way a vial ended, for whatever it still held. */
static enum total_place total_of_end(int64_t purpose)
{
    switch (purpose) {
    case VIAL_SHIPPED: return TOTAL_SHIPPED;
    case VIAL_DESTROYED: return TOTAL_DESTROYED;
    case VIAL_LOST: return TOTAL_LOST;
    case VIAL_SURRENDERED: return TOTAL_SURRENDERED;
    default: return TOTAL_CLOSING_LOSS;
    }
}

/* What the newest entry that stands and sets a place of a vial makes of it; 0 where none does. */
static int64_t set_by_newest(struct judge *judge, const struct entry_numbers *entries, uint32_t vial, unsigned place)
{
    bool is_found = false;
    int64_t value = 0;

    for (size_t i = entries->count; i > 0 && !is_found; i--) {
        struct effect effect;

        (void)effect_load(judge->view, entries->numbers[i - 1], &effect);
        for (size_t j = 0; j < effect.row_count && !is_found; j++) {
            const struct effect_row *row = &effect.rows[j];

            is_found = row->table == SUBJECT_VIAL && row->id == vial && row->place == place && row->is_set;
            value = is_found ? row->after : 0;
        }
        effect_release(&effect);
    }
    return value;
}

/* What a recovery that is void undid may be void itself, so how a vial ended is not what it was before but what stands. */
static void find_end(struct judge *judge, struct leaf *vial)
{
    struct entry_numbers entries = { .count = 0 };
    int64_t *state = vial->state;

    correct_entries_about(judge, vial, &entries);
    state[VIAL_ENDED] = set_by_newest(judge, &entries, vial->id, VIAL_ENDED);
    state[VIAL_ENDED_BY] = set_by_newest(judge, &entries, vial->id, VIAL_ENDED_BY);
    if (state[VIAL_ENDED] != 0 && (state[VIAL_STATE] == VIAL_SEALED || state[VIAL_STATE] == VIAL_OPEN))
        state[VIAL_STATE] = VIAL_FINISHED;
    free(entries.numbers);
}

/* What finished a vial took whatever the book had left of it, and so it does now; never less than nothing. */
static void settle_end(struct judge *judge, struct leaf *vial)
{
    unsigned purpose = (unsigned)vial->state[VIAL_ENDED];
    int64_t more_ul = vial->state[VIAL_LEFT];

    if (purpose == 0)
        return;
    if (more_ul < -vial->state[purpose])
        more_ul = -vial->state[purpose];
    post(judge, (uint32_t)vial->state[VIAL_ENDED_BY], vial, purpose, total_of_end(purpose), more_ul, -more_ul);
}

static void judge_end(struct judge *judge, const struct leaf *vial)
{
    int64_t loss_ul = vial->state[VIAL_CLOSING_LOSS];

    if (vial->state[VIAL_ENDED] != VIAL_CLOSING_LOSS ||
        loss_ul == view_number_before(judge->view, SUBJECT_VIAL, vial->id, VIAL_CLOSING_LOSS) ||
        vial_loss_is_explained(judge, vial, loss_ul))
        return;
    judge_open_case(judge, REFUSAL_CLOSING_LOSS, SUBJECT_VIAL, vial->id, loss_ul, vial->state[VIAL_DRAWS],
                    -(int64_t)judge_mass_of(judge, (uint32_t)vial->state[VIAL_PRODUCT], (uint64_t)loss_ul));
}

static bool is_all_zero(const struct leaf *vial)
{
    bool is_zero = vial->state[VIAL_DRAWS] == 0;

    for (unsigned place = VIAL_LABELLED; place <= VIAL_LEFT; place++)
        is_zero = is_zero && vial->state[place] == 0;
    return is_zero;
}

/* Whether an entry took from a vial, and whether it drew. */
static bool took(struct judge *judge, uint32_t entry, uint32_t vial, bool *drew)
{
    struct effect effect;
    bool is_taker = false;

    *drew = false;
    (void)effect_load(judge->view, entry, &effect);
    for (size_t i = 0; i < effect.row_count; i++) {
        const struct effect_row *row = &effect.rows[i];

        if (row->table == SUBJECT_VIAL && row->id == vial) {
            is_taker = is_taker || (row->place == VIAL_LEFT && row->after < 0);
            *drew = *drew || row->place == VIAL_DRAWS;
        }
    }
    effect_release(&effect);
    return is_taker;
}

/* A vial from which the last was drawn is open until somebody finishes it; what is taken otherwise, to the last, does. */
static void settle_empty(struct judge *judge, struct leaf *vial)
{
    struct entry_numbers entries = { .count = 0 };
    bool is_found = false, drew = false;

    correct_entries_about(judge, vial, &entries);
    for (size_t i = entries.count; i > 0 && !is_found; i--)
        is_found = took(judge, entries.numbers[i - 1], vial->id, &drew);
    if (is_found)
        vial->state[VIAL_STATE] = drew ? VIAL_OPEN : VIAL_FINISHED;
    free(entries.numbers);
}

static bool is_whole_item(struct judge *judge, const struct leaf *vial)
{
    int64_t form = view_number(judge->view, SUBJECT_PRODUCT, (uint32_t)vial->state[VIAL_PRODUCT], PRODUCT_FORM);

    return form == FORM_NASAL_DEVICE || form == FORM_SYRINGE;
}

/* What a vial is now that what was done with it is known better. */
static void settle_state(struct judge *judge, struct leaf *vial)
{
    int64_t *state = vial->state;
    bool is_used = state[VIAL_STATE] == VIAL_OPEN || state[VIAL_STATE] == VIAL_FINISHED;

    if (is_used && state[VIAL_ENDED] == 0 && !is_whole_item(judge, vial)) {
        if (state[VIAL_LEFT] == 0)
            settle_empty(judge, vial);
        else
            state[VIAL_STATE] = VIAL_OPEN;
    }
    if (state[VIAL_STATE] != VIAL_SEALED && state[VIAL_STATE] != VIAL_OPEN)
        return;
    if (is_all_zero(vial))
        state[VIAL_STATE] = VIAL_VOID;
    else
        seal_again(judge, vial);
}

/* What is missing more than before, in ng. */
static void judge_forced(struct judge *judge, enum subject subject, const struct leaf *leaf, int64_t more_ng)
{
    if (more_ng > 0)
        judge_open_case(judge, REFUSAL_CORRECTED_SUMS, subject, leaf->id, more_ng, 0, -more_ng);
}

static int64_t risen_by(struct judge *judge, const struct leaf *vial, unsigned place)
{
    return vial->state[place] - view_number_before(judge->view, SUBJECT_VIAL, vial->id, place);
}

/* What the entries that stand took and the book has no more: what had to be posted, and what went with a vial that was shipped,
 * destroyed, lost or surrendered, of which papers elsewhere tell. Of a vial that was finished its closing loss is judged. */
static int64_t missing_ul(struct judge *judge, const struct leaf *vial)
{
    unsigned end = (unsigned)vial->state[VIAL_ENDED];
    int64_t forced_ul = risen_by(judge, vial, VIAL_FORCED);
    int64_t ended_ul = end != 0 && end != VIAL_CLOSING_LOSS ? -risen_by(judge, vial, end) : 0;

    return (forced_ul > 0 ? forced_ul : 0) + (ended_ul > 0 ? ended_ul : 0);
}

static void settle_vial(struct judge *judge, struct leaf *vial)
{
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    int64_t more_ul;

    find_end(judge, vial);
    settle_end(judge, vial);
    judge_end(judge, vial);
    judge_recovered(judge, vial);
    vial->state[VIAL_FORCED] = vial->state[VIAL_LEFT] < 0 ? -vial->state[VIAL_LEFT] : 0;
    post_forced(judge, vial, vial->state[VIAL_FORCED]);
    more_ul = missing_ul(judge, vial);
    if (more_ul > 0)
        judge_forced(judge, SUBJECT_VIAL, vial, (int64_t)judge_mass_of(judge, product, (uint64_t)more_ul));
    settle_state(judge, vial);
}

static void settle_dose(struct judge *judge, struct leaf *dose)
{
    judge_forced(judge, SUBJECT_DOSE, dose,
                 dose->state[DOSE_FORCED] - view_number_before(judge->view, SUBJECT_DOSE, dose->id, DOSE_FORCED));
}

void correct_settle(struct judge *judge)
{
    each_touched(judge, SUBJECT_VIAL, settle_vial);
    each_touched(judge, SUBJECT_DOSE, settle_dose);
}
