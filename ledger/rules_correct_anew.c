/* Entries that are not void happen again, by the rule of their own kind and by what they say now.
 *
 * What was judged when an entry was placed stands: no case opens, nothing is waited for, and sums that the entries around
 * it no longer allow are settled afterwards. Only what its facts themselves say is asked again, where they are new. */
#include <string.h>

#include "ledger/correct.h"

/* ---- what is asked */

/* Codes that speak of the facts, not of what the book was when the entry was placed. */
static const enum refusal_code of_facts[] = {
    REFUSAL_SERIAL_KNOWN, REFUSAL_EXPIRED, REFUSAL_SINGLE_DOSE, REFUSAL_NAMED_STOCK, REFUSAL_RECEIVED_EXPIRED,
    REFUSAL_NO_PATIENT_NAMED, REFUSAL_PARTY_UNREGISTERED, REFUSAL_NAMED_TOO_OLD, REFUSAL_MAY_NOT_ACT, REFUSAL_SELF,
    REFUSAL_RECIPIENT, REFUSAL_NO_SESSION, REFUSAL_OVER_ORDER, REFUSAL_WRONG_DRUG, REFUSAL_WRONG_ROUTE,
    REFUSAL_UNDILUTED, REFUSAL_OTHER_PATIENT, REFUSAL_NO_PLACE, REFUSAL_RATE_TOO_HIGH,
};

static bool is_owned(const struct event *event, unsigned code)
{
    for (size_t i = 0; i < event->irregular_count; i++)
        if (event->irregular[i] == code)
            return true;
    return false;
}

static bool is_of_facts(unsigned code)
{
    for (size_t i = 0; i < sizeof of_facts / sizeof of_facts[0]; i++)
        if (of_facts[i] == code)
            return true;
    return false;
}

bool posting_asks(const struct posting *posting, const struct refusal *refusal)
{
    switch (refusal->class_) {
    case CLASS_FORBIDDEN:
        return posting->asks_forbidden && is_of_facts(refusal->code) && !is_owned(posting->event, refusal->code);
    case CLASS_SOFT:
    case CLASS_NOTE:
        return false;
    case CLASS_CASE:
        return refusal->code == REFUSAL_AMOUNTS_DIFFER; /* where judge_compares says so */
    default:
        return !posting->is_named || refusal->code != REFUSAL_BEFORE;
    }
}

bool judge_bars(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b)
{
    if (judge->posting != NULL)
        return false;
    judge_break(judge, code, subject, id, a, b);
    return true;
}

static bool has_row(const struct effect *effect, uint32_t vial, unsigned place)
{
    for (size_t i = 0; i < effect->row_count; i++)
        if (effect->rows[i].table == SUBJECT_VIAL && effect->rows[i].id == vial && effect->rows[i].place == place)
            return true;
    return false;
}

bool posting_sets(const struct posting *posting, uint32_t vial, unsigned place)
{
    return !has_row(posting->effect, vial, VIAL_RECOVERED) || has_row(posting->effect, vial, place);
}

/* ---- births */

void posting_begin_line(struct posting *posting, uint32_t line)
{
    if (posting->line != line)
        posting->taken = 0;
    posting->line = line;
}

/* What is void, and a dose always, is made from nothing. */
static struct leaf *reborn(struct judge *judge, enum subject subject, uint32_t id)
{
    struct leaf *leaf = judge_edit(judge, subject, id);

    if (subject == SUBJECT_DOSE || (subject == SUBJECT_VIAL && leaf->state[VIAL_STATE] == VIAL_VOID)) {
        leaf->count = leaf_place_count(subject);
        memset(leaf->state, 0, leaf->count * sizeof leaf->state[0]);
    }
    return leaf;
}

struct leaf *posting_birth(struct judge *judge, enum subject subject)
{
    struct posting *posting = judge->posting;
    uint32_t nth = 0;

    for (size_t i = 0; i < posting->effect->birth_count; i++) {
        const struct effect_birth *birth = &posting->effect->births[i];

        if (birth->subject != subject)
            continue;
        for (uint32_t id = birth->first; id < birth->first + birth->count; id++) {
            if (subject == SUBJECT_VIAL && view_number(judge->view, SUBJECT_VIAL, id, VIAL_LINE) != posting->line)
                continue;
            if (nth++ < posting->taken)
                continue;
            posting->taken++;
            return reborn(judge, subject, id);
        }
    }
    return NULL;
}

/* ---- the event */

/* As it was signed, but with the facts and the time now in force; seen is what the correction has seen, and what is born
 * now is the correction's. */
static bool event_anew(struct judge *judge, const struct corrected *corrected, struct event *event)
{
    const struct event *correction = judge->event;

    if (!correct_event(judge, corrected, event))
        return false;
    event->has_seen = correction->has_seen;
    event->seen_number = correction->seen_number;
    memcpy(event->act, correction->act, ACT_SIZE);
    return true;
}

static bool has_new_facts(const struct corrected *corrected)
{
    return corrected->how == CORRECT_CHANGE || corrected->how == CORRECT_ADD;
}

/* Do something as if the entry happened now. */
static void as_entry(struct judge *judge, struct corrected *corrected, bool is_named,
                     void (*act)(struct judge *judge, struct corrected *corrected))
{
    static _Thread_local struct event event;
    const struct event *correction = judge->event;
    const struct placing *placing = judge->placing;
    unsigned due = judge->verdict->due;
    struct placing anew = *placing;
    struct posting posting = { .number = corrected->number, .is_named = is_named, .asks_forbidden = has_new_facts(corrected),
                               .event = &event, .effect = &corrected->before };

    if (!event_anew(judge, corrected, &event))
        return;
    anew.number = corrected->number;
    judge->event = &event;
    judge->placing = &anew;
    judge->posting = &posting;
    view_resolve_earlier(judge->view, true);
    act(judge, corrected);
    view_resolve_earlier(judge->view, false);
    judge->posting = NULL;
    judge->placing = placing;
    judge->event = correction;
    judge->verdict->due = due;
}

static void name_all(struct judge *judge, struct corrected *corrected)
{
    (void)corrected;
    judge_names(judge);
}

void correct_name(struct judge *judge, struct corrected *corrected)
{
    as_entry(judge, corrected, true, name_all);
}

/* ---- doses that it names */

static bool had_row(const struct corrected *corrected, uint32_t dose)
{
    for (size_t i = 0; i < corrected->before.row_count; i++)
        if (corrected->before.rows[i].table == SUBJECT_DOSE && corrected->before.rows[i].id == dose)
            return true;
    return false;
}

/* Its draw is void, and what was done with it stands: it is there without having been drawn. */
static void live_on(struct judge *judge, struct leaf *dose)
{
    uint32_t session = (uint32_t)dose->state[DOSE_SESSION];

    dose_set_state(judge, dose, DOSE_IS_DRAWN);
    if (session != 0)
        judge_edit(judge, SUBJECT_SESSION, session)->state[SESSION_DOSES]++;
}

/* A dose is a stack: what was done with it later is posted later. */
static void begin_dose(struct judge *judge, const struct field *field, const struct value *value, void *context)
{
    const struct corrected *corrected = context;
    struct leaf *dose;

    if (field->type != FIELD_REF || field->subject != SUBJECT_DOSE)
        return;
    dose = judge_edit(judge, SUBJECT_DOSE, view_resolve(judge->view, SUBJECT_DOSE, value));
    if (dose->state[DOSE_LAST] >= corrected->number)
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_DOSE, dose->id, (uint32_t)dose->state[DOSE_LAST]);
    else if (dose->state[DOSE_STATE] == DOSE_IS_VOID && had_row(corrected, dose->id))
        live_on(judge, dose);
}

static void end_dose(struct judge *judge, const struct field *field, const struct value *value, void *context)
{
    const struct corrected *corrected = context;

    if (field->type == FIELD_REF && field->subject == SUBJECT_DOSE)
        judge_edit(judge, SUBJECT_DOSE, view_resolve(judge->view, SUBJECT_DOSE, value))->state[DOSE_LAST] = corrected->number;
}

/* ---- what was seen of it */

bool judge_compares(const struct judge *judge, unsigned table, uint32_t id, unsigned place, uint64_t amount)
{
    const struct posting *posting = judge->posting;
    int64_t before = 0;

    if (posting == NULL || posting->asks_forbidden)
        return true;
    for (size_t i = 0; i < posting->effect->row_count; i++) {
        const struct effect_row *row = &posting->effect->rows[i];

        if (row->table == table && row->id == id && row->place == place && !row->is_set)
            before = row->after;
    }
    return before < 0 || (uint64_t)before != amount;
}

/* ---- its effect */

static bool is_born(const struct effect *effect, unsigned table, uint32_t id)
{
    for (size_t i = 0; i < effect->birth_count; i++)
        if (effect->births[i].subject == table && id >= effect->births[i].first &&
            id - effect->births[i].first < effect->births[i].count)
            return true;
    return false;
}

/* Of what it gave birth to only what it holds counts, anew as at first. */
static bool take_rows(const struct effect *posted, struct effect *effect)
{
    for (size_t i = 0; i < posted->row_count; i++)
        if (!(posted->rows[i].is_set && is_born(effect, posted->rows[i].table, posted->rows[i].id)) &&
            !effect_add(effect, posted->rows[i]))
            return false;
    return true;
}

static bool take_births(const struct effect *posted, struct effect *effect)
{
    for (size_t i = 0; i < posted->birth_count; i++)
        for (uint32_t j = 0; j < posted->births[i].count; j++)
            if (!effect_add_birth(effect, posted->births[i].subject, posted->births[i].first + j))
                return false;
    return true;
}

static void keep_effect(struct judge *judge, const struct corrected *corrected)
{
    struct effect posted, effect;

    (void)effect_load(judge->view, corrected->number, &effect);
    if (!effect_of(judge->view, SCOPE_POSTING, &posted) || !take_births(&posted, &effect) || !take_rows(&posted, &effect))
        view_no_memory(judge->view);
    effect_keep(judge->view, corrected->number, &effect);
    effect_release(&effect);
    effect_release(&posted);
}

static void post_entry(struct judge *judge, struct corrected *corrected)
{
    judge_each_value(judge, &judge->event->facts, begin_dose, corrected);
    judge_names(judge);
    if (judge->cannot_stand)
        return;
    judge_by_kind(judge);
    if (!judge->cannot_stand)
        judge_each_value(judge, &judge->event->facts, end_dose, corrected);
}

void correct_post_anew(struct judge *judge, struct corrected *corrected)
{
    view_scope_begin(judge->view, SCOPE_POSTING);
    as_entry(judge, corrected, false, post_entry);
    view_scope_end(judge->view, SCOPE_POSTING);
    if (judge->cannot_stand)
        return;
    keep_effect(judge, corrected);
    for (size_t i = 0; i < corrected->kept.row_count; i++) {
        const struct effect_row *row = &corrected->kept.rows[i];

        correct_set(judge, row->table, row->id, row->place, row->after);
    }
}
