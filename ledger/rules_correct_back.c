/* Entries are taken back by their effects.
 *
 * Amounts go back exactly: each counted row in force is subtracted. What a subject is set to goes back only where
 * nothing has set it since. Doses are stacks, so that an entry of one is taken back before those below it; vials are
 * not, and what is then missing of one is booked as forced, with a case. */
#include "ledger/correct.h"
#include "ledger/filing.h"

/* ---- what is touched */

/* What was done to a dose, count or case has been seen, as if it were named. */
static void touch(struct judge *judge, unsigned subject, uint32_t id)
{
    judge_touch(judge, subject, id);
    if (subject == SUBJECT_DOSE || subject == SUBJECT_COUNT || subject == SUBJECT_CASE)
        judge_seen_of(judge, (enum subject)subject, id);
}

static void touch_too(struct judge *judge, unsigned subject, uint32_t id, void *context)
{
    (void)context;
    touch(judge, subject, id);
}

void correct_touch(struct judge *judge, const struct corrected *corrected)
{
    struct effect effect;

    judge_touch_as_entry(judge, corrected->number, touch_too, NULL);
    (void)effect_load(judge->view, corrected->number, &effect);
    for (size_t i = 0; i < effect.row_count; i++)
        if (effect.rows[i].table <= SUBJECT_LAST)
            touch(judge, effect.rows[i].table, effect.rows[i].id);
    for (size_t i = 0; i < effect.birth_count; i++)
        for (uint32_t j = 0; j < effect.births[i].count; j++)
            touch(judge, effect.births[i].subject, effect.births[i].first + j);
    effect_release(&effect);
}

/* ---- what rests on what */

uint32_t correct_newest_of(struct judge *judge, enum subject subject, uint32_t id, unsigned kind, unsigned other)
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

static void judge_doses_rest(struct judge *judge, const struct corrected *corrected)
{
    uint32_t dose = 0;

    for (size_t i = 0; i < corrected->before.row_count; i++) {
        const struct effect_row *row = &corrected->before.rows[i];
        int64_t last;

        if (row->table != SUBJECT_DOSE || row->id == dose)
            continue;
        dose = row->id;
        last = view_number(judge->view, SUBJECT_DOSE, dose, DOSE_LAST);
        if (last != corrected->number)
            judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_DOSE, dose, (uint32_t)last);
    }
}

static void judge_session_rests(struct judge *judge, uint32_t id)
{
    const struct leaf *session = judge_leaf(judge, SUBJECT_SESSION, id);

    if (session->state[SESSION_DOSES] != 0 || session->state[SESSION_STATE] != SESSION_IS_OPEN)
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_SESSION, id,
                          correct_newest_of(judge, SUBJECT_SESSION, id, KIND_DRAW, KIND_SESSION_CLOSE));
}

/* ---- rows */

void correct_set(struct judge *judge, unsigned table, uint32_t id, unsigned place, int64_t value)
{
    struct leaf *leaf = judge_edit(judge, table, id);

    if (table == SUBJECT_CASE && place == CASE_STATE)
        judge_site(judge)->state[SITE_OPEN_CASES] += (value != CASE_IS_RESOLVED) - (leaf->state[CASE_STATE] != CASE_IS_RESOLVED);
    leaf->state[place] = value;
}

/* What is looked at again when all is posted: another entry may say the same of it. */
static bool is_looked_at_again(const struct effect_row *row)
{
    return row->table == SUBJECT_SESSION &&
           (row->place == SESSION_LAST_STOP || row->place == SESSION_FIRST_SPRAY || row->place == SESSION_LAST_SPRAY ||
            row->place == SESSION_OBSERVED_AT || row->place == SESSION_READY);
}

/* How a vial was opened is looked at when all are taken back, since another draw may have kept it open; a recovery opened a
 * vial that had ended, and ends with it. */
static bool is_of_opening(const struct effect_row *row, const struct event *event)
{
    return row->table == SUBJECT_VIAL && event->kind->number != KIND_RECOVER &&
           (row->place == VIAL_OPENED || row->place == VIAL_BEYOND_USE || row->place == VIAL_DRAWN_FOR ||
            (row->place == VIAL_STATE && row->before == VIAL_SEALED && row->after == VIAL_OPEN));
}

/* A place that something has set since is kept, for when the entry is posted anew. A countersign may have gone on from where a
 * resolve left its case. */
static void set_back(struct judge *judge, struct corrected *corrected, const struct effect_row *row, const struct event *event)
{
    struct leaf *leaf = judge_edit(judge, row->table, row->id);
    int64_t value = leaf->state[row->place];
    bool is_later = value != row->after;

    if (is_later)
        effect_change(judge->view, &corrected->kept,
                      (struct effect_row){ row->table, row->place, true, row->id, row->after, value });
    if (row->table == SUBJECT_CASE && row->place == CASE_STATE)
        is_later = leaf->state[CASE_RESOLVED] != corrected->number;
    if (!is_later && !is_of_opening(row, event))
        correct_set(judge, row->table, row->id, row->place, row->before);
}

/* A place that a leaf does not have: the tables are not those of the entries. */
static bool has_place(struct judge *judge, const struct effect_row *row)
{
    const struct leaf *leaf = judge_leaf(judge, row->table, row->id);
    bool is_length = row->place == EFFECT_LENGTH;

    if (leaf != NULL && (is_length ? row->before >= DOSE_SOURCES && row->before <= leaf->count : row->place < leaf->count))
        return true;
    judge_break(judge, REFUSAL_DAMAGED_FILE, 0, 0, 0, 0);
    return false;
}

/* Shelves follow from their vials. Of a dose, which is a stack, all is exactly as it was. */
static void take_row(struct judge *judge, struct corrected *corrected, const struct effect_row *row, const struct event *event)
{
    if (row->table == LEAF_TABLE_SHELF || is_looked_at_again(row) || !has_place(judge, row))
        return;
    if (!row->is_set)
        judge_add(judge, judge_edit(judge, row->table, row->id), row->place, -row->after);
    else if (row->place == EFFECT_LENGTH)
        judge_edit(judge, row->table, row->id)->count = (uint16_t)row->before;
    else if (row->table == SUBJECT_DOSE)
        judge_edit(judge, row->table, row->id)->state[row->place] = row->before;
    else
        set_back(judge, corrected, row, event);
}

/* ---- what goes with it */

/* What it gave birth to is not there for now; of a vial that is settled when all is posted, and a case stays until
 * somebody resolves it. A session is void only with its beginning. */
static void unmake(struct judge *judge, const struct corrected *corrected)
{
    for (size_t i = 0; i < corrected->before.birth_count; i++) {
        const struct effect_birth *birth = &corrected->before.births[i];

        for (uint32_t id = birth->first; id < birth->first + birth->count; id++) {
            if (birth->subject == SUBJECT_DOSE)
                judge_edit(judge, SUBJECT_DOSE, id)->state[DOSE_STATE] = DOSE_IS_VOID;
            if (birth->subject == SUBJECT_SESSION && corrected->how == CORRECT_VOID)
                judge_edit(judge, SUBJECT_SESSION, id)->state[SESSION_STATE] = SESSION_IS_VOID;
        }
    }
}

/* Nothing is to be filed any more on account of it, but what was. */
static void end_filings(struct judge *judge, uint32_t number)
{
    const struct leaf *filing = judge_leaf(judge, LEAF_TABLE_FILING, number);

    if (filing == NULL || !filing_is_open(filing))
        return;
    for (const struct filing_sort *sort = filing_sorts; sort->notice != 0; sort++)
        if (filing_waits(filing, sort))
            judge_edit(judge, LEAF_TABLE_FILING, number)->state[sort->due] = 0;
    judge_site(judge)->state[SITE_FILINGS]--;
}

static void end_waiting(struct judge *judge, uint32_t number)
{
    if (view_number(judge->view, LEAF_TABLE_DUE, number, DUE_WHAT) == 0)
        return;
    judge_edit(judge, LEAF_TABLE_DUE, number)->state[DUE_WHAT] = 0;
    judge_site(judge)->state[SITE_DUES]--;
}

/* Nothing of what it did is in force from now on; what it says is what it says now. */
static void keep_effect(struct judge *judge, const struct corrected *corrected)
{
    struct effect effect;

    (void)effect_load(judge->view, corrected->number, &effect);
    (void)effect_drop_rows(&effect);
    effect.corrected_by = judge->placing->number;
    effect.how = (uint8_t)corrected->how;
    effect.has_at = corrected->has_at;
    effect.at = corrected->at;
    if (!effect_put_facts(&effect, bytes_of(corrected->facts, corrected->facts_size)))
        view_no_memory(judge->view);
    effect_keep(judge->view, corrected->number, &effect);
    effect_release(&effect);
}

void correct_take_back(struct judge *judge, struct corrected *corrected)
{
    static _Thread_local struct event event;
    struct effect effect;

    (void)effect_load(judge->view, corrected->number, &corrected->before);
    judge_doses_rest(judge, corrected);
    for (size_t i = 0; corrected->how == CORRECT_VOID && i < corrected->before.birth_count; i++)
        if (corrected->before.births[i].subject == SUBJECT_SESSION)
            judge_session_rests(judge, corrected->before.births[i].first);
    if (!judge->cannot_stand && correct_event_in_force(judge, corrected->number, &effect, &event)) {
        for (size_t i = 0; i < corrected->before.row_count; i++)
            take_row(judge, corrected, &corrected->before.rows[i], &event);
        unmake(judge, corrected);
        keep_effect(judge, corrected);
        end_filings(judge, corrected->number);
        if (corrected->how == CORRECT_VOID)
            end_waiting(judge, corrected->number);
        if (event.kind->number == KIND_RECEIVE)
            receive_forget_serials(judge, corrected->number, &event);
        effect_release(&effect);
    }
}
