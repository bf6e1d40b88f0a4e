/* What correct does: entries are taken back by the effects that are kept of them, and what no longer fits is settled.
 *
 * Amounts go back exactly: each counted row of the effect is subtracted. What a subject is set to goes back only where
 * nothing has set it since. Doses are stacks, so that an entry of one is taken back before those below it; vials are
 * not, and what is then missing of one is booked as forced, with a case (SPEC section 9.5). */
#include <stdlib.h>
#include <string.h>

#include "ledger/effect.h"
#include "ledger/filing.h"
#include "ledger/judge.h"

enum { CORRECTED_LIMIT = 256 };

struct taken {
    uint32_t entries[CORRECTED_LIMIT]; /* newest first */
    size_t count;
};

/* ---- which entries */

static bool signs_again(const struct judge *judge, const struct event *original)
{
    for (size_t i = 0; i < original->signer_count; i++) {
        const struct event_signer *then = &original->signers[i];

        if (then->person <= 0 || (then->meaning != MEANING_DID && then->meaning != MEANING_REPORTED))
            continue;
        for (size_t j = 0; j < judge->event->signer_count; j++)
            if (judge->event->signers[j].person == then->person && judge->event->signers[j].meaning == MEANING_DID)
                return true;
    }
    return false;
}

static bool has_remark(const struct event *event)
{
    for (size_t i = 0; i < event->private_count; i++)
        if (event->privates[i].key == FACT_REMARK)
            return true;
    return false;
}

static void judge_corrected(struct judge *judge, uint32_t number)
{
    struct event original;

    if (!judge_event_of(judge, number, &original) || (original.kind->flags & KIND_IS_CORRECTABLE) == 0)
        judge_break_entry(judge, REFUSAL_NOT_CORRECTABLE, 0, 0, number);
    else if (effect_void_by(judge->view, number) != 0)
        judge_break_entry(judge, REFUSAL_VOID_ALREADY, 0, 0, number);
    else if (!signs_again(judge, &original) && !has_remark(judge->event))
        judge_break_entry(judge, REFUSAL_WHY_NOT_SIGNED, 0, 0, number);
}

static int newest_first(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return a > b ? -1 : a < b;
}

static void read_entries(struct judge *judge, struct taken *taken)
{
    struct list_cursor cursor;
    struct facts row;

    taken->count = 0;
    list_begin(&cursor, field_with_key(judge->event->kind->fields, 1), facts_get(&judge->event->facts, 1));
    while (rows_next(&cursor, &row)) {
        uint32_t number = (uint32_t)facts_number(&row, 0, 0);

        if (facts_number(&row, ROW_CORRECT_HOW, 0) != CORRECT_VOID || facts_get(&row, ROW_CORRECT_FACTS) != NULL ||
            facts_get(&row, ROW_CORRECT_AT) != NULL)
            judge_break(judge, REFUSAL_KIND_DRAFT, 0, 0, 0, 0); /* nothing is posted anew yet */
        judge_corrected(judge, number);
        taken->entries[taken->count++] = number;
    }
    qsort(taken->entries, taken->count, sizeof taken->entries[0], newest_first);
    for (size_t i = 1; i < taken->count; i++)
        if (taken->entries[i] == taken->entries[i - 1])
            judge_break(judge, REFUSAL_TWICE, 0, 0, 0, 0);
}

/* ---- what rests on what */

/* The newest entry of one of two kinds that touched it and is not void, else the newest of all. */
static uint32_t newest_of(struct judge *judge, enum subject subject, uint32_t id, unsigned kind, unsigned other)
{
    const struct leaf *leaf = judge_leaf(judge, subject, id);
    struct event event;
    uint32_t entry;

    for (uint32_t n = leaf->touches; n > 0; n--)
        if (view_touched_by(judge->view, subject, id, n, &entry) && judge_event_of(judge, entry, &event) &&
            (event.kind->number == kind || event.kind->number == other) && effect_void_by(judge->view, entry) == 0)
            return entry;
    return leaf->last;
}

static bool was_born_by(struct judge *judge, enum subject subject, uint32_t id, uint32_t number)
{
    uint32_t born;

    return view_touched_by(judge->view, subject, id, 1, &born) && born == number;
}

/* A subject of an entry, before that is taken back. */
static void judge_rests(struct judge *judge, unsigned subject, uint32_t id, void *context)
{
    const uint32_t *number = context;
    const struct leaf *leaf = judge_leaf(judge, subject, id);

    if (subject == SUBJECT_DOSE || subject == SUBJECT_COUNT || subject == SUBJECT_CASE)
        judge_seen_of(judge, (enum subject)subject, id);
    if (subject == SUBJECT_DOSE && leaf->state[DOSE_LAST] != *number)
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_DOSE, id, (uint32_t)leaf->state[DOSE_LAST]);
    if (subject == SUBJECT_SESSION && (leaf->state[SESSION_DOSES] != 0 || leaf->state[SESSION_STATE] != SESSION_IS_OPEN) &&
        was_born_by(judge, SUBJECT_SESSION, id, *number))
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_SESSION, id,
                          newest_of(judge, SUBJECT_SESSION, id, KIND_DRAW, KIND_SESSION_CLOSE));
}

/* ---- taking back */

/* Whether a place that was set goes back to what it was. How a vial was opened is settled afterwards, since another
 * draw may have kept it open; a recovery opened a vial that had ended, and ends with it. */
static bool goes_back(const struct leaf *leaf, const struct effect_row *row, uint32_t number, const struct event *original)
{
    bool is_recovered = original->kind->number == KIND_RECOVER;

    if (leaf->table == SUBJECT_DOSE)
        return true;
    if (leaf->table == SUBJECT_CASE && row->place == CASE_STATE)
        return leaf->state[CASE_RESOLVED] == number; /* a countersign may have gone on from there */
    if (leaf->table == SUBJECT_VIAL && !is_recovered &&
        (row->place == VIAL_OPENED || row->place == VIAL_BEYOND_USE || row->place == VIAL_DRAWN_FOR ||
         (row->place == VIAL_STATE && row->before == VIAL_SEALED && row->after == VIAL_OPEN)))
        return false;
    return leaf->state[row->place] == row->after;
}

static void set_back(struct judge *judge, struct leaf *leaf, const struct effect_row *row)
{
    if (row->place == EFFECT_LENGTH) {
        leaf->count = (uint16_t)row->before;
        return;
    }
    if (leaf->table == SUBJECT_CASE && row->place == CASE_STATE)
        judge_site(judge)->state[SITE_OPEN_CASES] +=
            (row->before != CASE_IS_RESOLVED) - (leaf->state[CASE_STATE] != CASE_IS_RESOLVED);
    leaf->state[row->place] = row->before;
}

/* Shelves follow from their vials. */
static void take_row(struct judge *judge, const struct effect_row *row, uint32_t number, const struct event *original)
{
    struct leaf *leaf;

    if (row->table == LEAF_TABLE_SHELF)
        return;
    leaf = judge_edit(judge, row->table, row->id);
    if (row->place == EFFECT_LENGTH ? row->before < DOSE_SOURCES || row->before > leaf->count : row->place >= leaf->count) {
        judge_break(judge, REFUSAL_DAMAGED_FILE, 0, 0, 0, 0);
        return;
    }
    if (!row->is_set)
        judge_add(judge, leaf, row->place, -row->after);
    else if (row->place == EFFECT_LENGTH || goes_back(leaf, row, number, original))
        set_back(judge, leaf, row);
}

/* What a voided entry gave birth to is there no more; of a vial that is settled when all are taken back, and a case
 * stays until somebody resolves it. */
static void unmake(struct judge *judge, unsigned subject, uint32_t id, void *context)
{
    const uint32_t *number = context;

    if (subject == SUBJECT_DOSE && was_born_by(judge, SUBJECT_DOSE, id, *number))
        judge_edit(judge, SUBJECT_DOSE, id)->state[DOSE_STATE] = DOSE_IS_VOID;
    if (subject == SUBJECT_SESSION && was_born_by(judge, SUBJECT_SESSION, id, *number))
        judge_edit(judge, SUBJECT_SESSION, id)->state[SESSION_STATE] = SESSION_IS_VOID;
}

/* Nothing waits for a countersign or a notice any more on account of it. */
static void end_waiting(struct judge *judge, uint32_t number)
{
    const struct leaf *filing = judge_leaf(judge, LEAF_TABLE_FILING, number);

    if (view_number(judge->view, LEAF_TABLE_DUE, number, DUE_WHAT) != 0) {
        judge_edit(judge, LEAF_TABLE_DUE, number)->state[DUE_WHAT] = 0;
        judge_site(judge)->state[SITE_DUES]--;
    }
    if (filing == NULL || !filing_is_open(filing))
        return;
    for (const struct filing_sort *sort = filing_sorts; sort->notice != 0; sort++)
        if (filing_waits(filing, sort))
            judge_edit(judge, LEAF_TABLE_FILING, number)->state[sort->due] = 0;
    judge_site(judge)->state[SITE_FILINGS]--;
}

static void take_back(struct judge *judge, uint32_t number)
{
    struct event original;
    struct effect effect;

    judge_touch_as_entry(judge, number, judge_rests, &number);
    if (judge->cannot_stand || !judge_event_of(judge, number, &original))
        return;
    (void)effect_load(judge->view, number, &effect);
    for (size_t i = 0; i < effect.row_count; i++)
        take_row(judge, &effect.rows[i], number, &original);
    (void)effect_drop_rows(&effect);
    effect.corrected_by = judge->placing->number;
    effect.how = CORRECT_VOID;
    effect_keep(judge->view, number, &effect);
    effect_release(&effect);
    judge_touch_as_entry(judge, number, unmake, &number);
    end_waiting(judge, number);
    if (original.kind->number == KIND_RECEIVE)
        receive_forget_serials(judge, &original);
}

/* ---- settling up */

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

/* What finished a vial took whatever the book had left of it, and so it does now; never less than nothing. */
static void settle_end(struct judge *judge, struct leaf *vial)
{
    unsigned purpose = (unsigned)vial->state[VIAL_ENDED];
    int64_t more_ul = vial->state[VIAL_LEFT], loss_ul;

    if (purpose == 0 || more_ul == 0)
        return;
    if (more_ul < -vial->state[purpose])
        more_ul = -vial->state[purpose];
    post(judge, (uint32_t)vial->state[VIAL_ENDED_BY], vial, purpose, total_of_end(purpose), more_ul, -more_ul);
    loss_ul = vial->state[VIAL_CLOSING_LOSS];
    if (purpose == VIAL_CLOSING_LOSS && more_ul != 0 && !vial_loss_is_explained(judge, vial, loss_ul))
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

/* Whether a vial came sealed: received, or found so. */
static bool came_sealed(struct judge *judge, const struct leaf *vial)
{
    struct event born;

    return judge_event_of(judge, (uint32_t)vial->state[VIAL_BORN], &born) &&
           (born.kind->number == KIND_RECEIVE || facts_get(&born.facts, 7) != NULL);
}

/* What a vial is now that what was done with it is known better. */
static void settle_state(struct judge *judge, struct leaf *vial)
{
    int64_t *state = vial->state;

    if (state[VIAL_STATE] == VIAL_FINISHED && state[VIAL_ENDED] == 0 && state[VIAL_LEFT] > 0)
        state[VIAL_STATE] = VIAL_OPEN;
    if (state[VIAL_STATE] != VIAL_SEALED && state[VIAL_STATE] != VIAL_OPEN)
        return;
    if (is_all_zero(vial))
        state[VIAL_STATE] = VIAL_VOID;
    else if (state[VIAL_DRAWS] == 0 && state[VIAL_WASTED] == 0 && state[VIAL_LOST] == 0 && came_sealed(judge, vial)) {
        state[VIAL_STATE] = VIAL_SEALED;
        state[VIAL_OPENED] = state[VIAL_BEYOND_USE] = state[VIAL_DRAWN_FOR] = 0;
    }
}

/* What earlier corrections had to book is given back first: this one may be what was missing then. */
static void settle_vial(struct judge *judge, uint32_t id)
{
    struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, id);
    uint32_t born = (uint32_t)vial->state[VIAL_BORN], product = (uint32_t)vial->state[VIAL_PRODUCT];
    int64_t before_ul = vial->state[VIAL_FORCED], more_ul;

    post(judge, born, vial, VIAL_ADJUSTED_UP, TOTAL_ADJUSTED_UP, -before_ul, -before_ul);
    settle_end(judge, vial);
    if (vial->state[VIAL_RECOVERED] > vial->state[VIAL_LOST])
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_VIAL, id,
                          newest_of(judge, SUBJECT_VIAL, id, KIND_RECOVER, KIND_RECOVER));
    vial->state[VIAL_FORCED] = vial->state[VIAL_LEFT] < 0 ? -vial->state[VIAL_LEFT] : 0;
    post(judge, born, vial, VIAL_ADJUSTED_UP, TOTAL_ADJUSTED_UP, vial->state[VIAL_FORCED], vial->state[VIAL_FORCED]);
    more_ul = vial->state[VIAL_FORCED] - before_ul;
    if (more_ul > 0)
        judge_open_case(judge, REFUSAL_CORRECTED_SUMS, SUBJECT_VIAL, id, more_ul, 0,
                        -(int64_t)judge_mass_of(judge, product, (uint64_t)more_ul));
    settle_state(judge, vial);
}

static int compare_ids(const void *left, const void *right)
{
    return -newest_first(left, right);
}

/* Ascending, so that it is the first vial that a case is about. */
static void settle_vials(struct judge *judge)
{
    uint32_t ids[ENTRY_TOUCHES_LIMIT + 1];
    size_t count = 0;

    for (size_t i = 0; i < judge->touched_count; i++)
        if (judge->touched[i].subject == SUBJECT_VIAL)
            ids[count++] = judge->touched[i].id;
    qsort(ids, count, sizeof ids[0], compare_ids);
    for (size_t i = 0; i < count && !judge->cannot_stand; i++)
        settle_vial(judge, ids[i]);
}

void rule_correct(struct judge *judge)
{
    struct taken taken;

    if (judge->event->reason == 0)
        judge_break(judge, REFUSAL_NEEDS_REASON, 0, 0, 0, 0);
    read_entries(judge, &taken);
    for (size_t i = 0; i < taken.count && !judge->cannot_stand; i++)
        take_back(judge, taken.entries[i]);
    if (!judge->cannot_stand)
        settle_vials(judge);
}
