/* The end of an event: what it owns up to, what it waits for, what it touched. */
#include <stdlib.h>
#include <string.h>

#include "ledger/effect.h"
#include "ledger/judge.h"

enum { HOUR_MS = 60 * 60 * 1000 };

/* ---- what the verdict says */

static int compare_codes(const void *left, const void *right)
{
    return (int)*(const uint16_t *)left - (int)*(const uint16_t *)right;
}

/* Where more are broken than a payload holds it names the lowest: which those are does not depend on the order
 * in which rules are asked. */
size_t verdict_irregular(const struct verdict *verdict, uint16_t codes[static EVENT_IRREGULAR_LIMIT])
{
    uint16_t all[VERDICT_BROKEN_LIMIT];
    size_t count = 0;

    for (size_t i = 0; i < verdict->broken_count; i++) {
        bool is_new = refusal_find(verdict->broken[i].code)->class_ == CLASS_FORBIDDEN;

        for (size_t j = 0; j < count; j++)
            is_new = is_new && all[j] != verdict->broken[i].code;
        if (is_new)
            all[count++] = verdict->broken[i].code;
    }
    qsort(all, count, sizeof all[0], compare_codes);
    count = count < EVENT_IRREGULAR_LIMIT ? count : EVENT_IRREGULAR_LIMIT;
    memcpy(codes, all, count * sizeof all[0]);
    return count;
}

static bool owns_up(const struct verdict *verdict, const struct event *event)
{
    uint16_t codes[EVENT_IRREGULAR_LIMIT];
    size_t count = verdict_irregular(verdict, codes);

    return count == event->irregular_count && memcmp(codes, event->irregular, count * sizeof codes[0]) == 0;
}

static const struct broken *first_of_class(const struct verdict *verdict, enum refusal_class class_)
{
    for (size_t i = 0; i < verdict->broken_count; i++)
        if (refusal_find(verdict->broken[i].code)->class_ == class_)
            return &verdict->broken[i];
    return NULL;
}

/* That the computer was down says why something was written on paper, and nothing about what was done. */
static bool is_explained(const struct event *event)
{
    return event->reason != 0 && event->reason != REASON_COMPUTER_DOWN;
}

const struct broken *verdict_refusal(const struct verdict *verdict, const struct event *event)
{
    const struct broken *broken = first_of_class(verdict, CLASS_MALFORMED);

    if (broken == NULL)
        broken = first_of_class(verdict, CLASS_IMPOSSIBLE);
    if (broken == NULL)
        broken = first_of_class(verdict, CLASS_SYSTEM);
    if (broken == NULL)
        broken = first_of_class(verdict, CLASS_AGAIN);
    if (broken == NULL && !owns_up(verdict, event))
        broken = first_of_class(verdict, CLASS_FORBIDDEN);
    if (broken == NULL && !is_explained(event))
        broken = first_of_class(verdict, CLASS_SOFT);
    return broken;
}

/* Whether one of the forbidden things in this act is that this person had a part in it. */
static bool is_the_trouble(const struct judge *judge, int64_t person)
{
    for (size_t i = 0; i < judge->verdict->broken_count; i++) {
        const struct broken *broken = &judge->verdict->broken[i];

        if (broken->a == person && (broken->code == REFUSAL_MAY_NOT_ACT || broken->code == REFUSAL_NOT_IN_FORCE ||
                                    broken->code == REFUSAL_ROLE || broken->code == REFUSAL_LICENCE))
            return true;
    }
    return false;
}

/* Somebody who signs, holds one of `roles`, is not the one who did it and not what is wrong with it. */
static bool somebody_else_signs(struct judge *judge, unsigned roles)
{
    int64_t doer = rules_doer(judge->event);

    for (size_t i = 0; i < judge->event->signer_count; i++) {
        int64_t person = judge->event->signers[i].person;

        if (person > 0 && person != doer && !is_the_trouble(judge, person) &&
            (view_number(judge->view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & roles) != 0)
            return true;
    }
    return false;
}

static uint16_t lowest_forbidden(const struct verdict *verdict)
{
    uint16_t codes[EVENT_IRREGULAR_LIMIT];

    return verdict_irregular(verdict, codes) > 0 ? codes[0] : 0;
}

/* What is forbidden stands only as what it is: its codes in the payload, a reason, an officer who did
 * not do it, and a case. What is soft wants a reason and a second person. */
void judge_irregular(struct judge *judge)
{
    const struct event *event = judge->event;
    const struct broken *forbidden = first_of_class(judge->verdict, CLASS_FORBIDDEN);
    bool soft = first_of_class(judge->verdict, CLASS_SOFT) != NULL;

    if (event->irregular_count > 0 && !owns_up(judge->verdict, event))
        judge_break(judge, REFUSAL_IRREGULAR_CODES, 0, 0, 0, 0);
    if (forbidden != NULL) {
        if (judge->case_count == 0) /* the lowest code stands for all; which they are stands in the payload */
            judge->cases[judge->case_count++] = (struct opening_case){ .about.code = lowest_forbidden(judge->verdict) };
        if (!is_explained(event))
            judge_break(judge, REFUSAL_NEEDS_REASON, 0, 0, 0, 0);
        if (!somebody_else_signs(judge, ROLE_OFFICER))
            judge->verdict->due |= DUE_IRREGULAR;
        if (rules_doer(event) > 0)
            judge_edit(judge, SUBJECT_PERSON_ACTS, (uint32_t)rules_doer(event))->state[ACTS_IRREGULAR]++;
    }
    if (soft && !somebody_else_signs(judge, ROLE_STAFF))
        judge->verdict->due |= DUE_SOFT;
}

static void add_case_person(struct leaf *leaf, int64_t person)
{
    for (uint16_t i = CASE_PEOPLE; i < leaf->count; i++)
        if (leaf->state[i] == person)
            return;
    if (person > 0 && leaf->count < CASE_PEOPLE + CASE_PEOPLE_LIMIT)
        leaf->state[leaf->count++] = person;
}

/* Who has a part in what opened a case does not resolve it alone. */
static void add_case_people(struct judge *judge, struct leaf *leaf)
{
    const struct event *event = judge->event;

    for (size_t i = 0; i < event->signer_count; i++)
        add_case_person(leaf, event->signers[i].person);
    for (size_t i = 0; i < event->performed_count; i++)
        add_case_person(leaf, event->performed[i].person);
}

void judge_birth_case(struct judge *judge, const struct opening_case *opening)
{
    struct leaf *leaf = judge_birth(judge, SUBJECT_CASE);

    leaf->state[CASE_STATE] = CASE_IS_OPEN;
    leaf->state[CASE_CODE] = opening->about.code;
    leaf->state[CASE_ENTRY] = judge->placing->number;
    leaf->state[CASE_SUBJECT] = opening->about.subject;
    leaf->state[CASE_ID] = opening->about.id;
    leaf->state[CASE_DIFFERENCE] = opening->difference_ng;
    add_case_people(judge, leaf);
    judge_site(judge)->state[SITE_OPEN_CASES]++;
    if (judge->verdict->case_count++ == 0)
        judge->verdict->case_id = leaf->id;
}

/* What an entry gave birth to first is not the case that opens by itself. */
static void finish_cases(struct judge *judge)
{
    uint32_t born_first = judge->verdict->born_id;

    for (size_t i = 0; i < judge->case_count; i++)
        judge_birth_case(judge, &judge->cases[i]);
    judge->verdict->born_id = born_first;
}

/* The soonest of the times within which what is due must be done, counted from recorded-at. */
static int64_t due_by(struct judge *judge, unsigned due)
{
    static const struct { unsigned due; enum policy_key hours; } times[] = {
        { DUE_CHECK, POLICY_CHECK_DUE }, { DUE_APPROVAL, POLICY_APPROVAL_DUE }, { DUE_IRREGULAR, POLICY_IRREGULAR_DUE },
        { DUE_SOFT, POLICY_SOFT_DUE }, { DUE_ORDER, POLICY_ORDER_DUE }, { DUE_LOCUM, POLICY_LOCUM_DUE },
        { DUE_WITNESS, POLICY_WITNESS_DUE }, { DUE_OUTSIDE, POLICY_OUTSIDE_DUE } };
    int64_t soonest_h = INT32_MAX;

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if ((due & times[i].due) != 0 && view_policy(judge->view, times[i].hours) < soonest_h)
            soonest_h = view_policy(judge->view, times[i].hours);
    return judge->placing->recorded_ms + soonest_h * HOUR_MS < CIVIL_MS_MAX
               ? judge->placing->recorded_ms + soonest_h * HOUR_MS
               : CIVIL_MS_MAX;
}

static void add_person(struct leaf *due, int64_t person)
{
    if (person > 0)
        due->state[due->count++] = person;
}

/* Those who may not countersign: who signs, who is enrolled by it, and who did it. Whoever is only said to
 * have checked, witnessed, prescribed or approved is the one who should. */
static void add_people(struct judge *judge, struct leaf *due)
{
    const struct event *event = judge->event;

    for (size_t i = 0; i < event->signer_count; i++)
        add_person(due, event->signers[i].person == PERSON_NEW ? judge->verdict->born_id : event->signers[i].person);
    for (size_t i = 0; i < event->performed_count; i++) {
        if (event->performed[i].meaning == MEANING_DID)
            add_person(due, event->performed[i].person);
        if (event->performed[i].meaning == MEANING_PRESCRIBED)
            due->state[DUE_PRESCRIBER] = event->performed[i].person;
    }
}

static void finish_due(struct judge *judge)
{
    const struct event *event = judge->event;
    unsigned due = judge->verdict->due;
    struct leaf *leaf;

    if (due == 0)
        return;
    judge->verdict->due_by_ms = due_by(judge, due);
    leaf = judge_edit(judge, LEAF_TABLE_DUE, judge->placing->number);
    leaf->state[DUE_WHAT] = leaf->state[DUE_ALL] = due;
    leaf->state[DUE_BY] = judge->verdict->due_by_ms;
    leaf->state[DUE_KIND] = event->kind->number;
    leaf->state[DUE_DOER] = rules_doer(event);
    add_people(judge, leaf);
    leaf->last = judge->placing->number;
    leaf->touches = 1;
    judge_site(judge)->state[SITE_DUES]++;
}

static void finish_people(struct judge *judge)
{
    const struct event *event = judge->event;

    for (size_t i = 0; i < event->signer_count; i++) {
        int64_t person = event->signers[i].person;
        struct leaf *acts;

        if (person == PERSON_NEW)
            person = judge->verdict->born_id;
        if (person <= 0)
            continue;
        acts = judge_edit(judge, SUBJECT_PERSON_ACTS, (uint32_t)person);
        judge_touch(judge, SUBJECT_PERSON_ACTS, (uint32_t)person);
        /* In a rekey one person signs twice: it is one entry all the same. */
        if (acts->state[ACTS_LAST_SIGNED] != judge->placing->number)
            acts->state[ACTS_SIGNED]++;
        acts->state[ACTS_LAST_SIGNED] = judge->placing->number;
    }
    for (size_t i = 0; i < event->performed_count; i++) {
        if (event->performed[i].person <= 0)
            continue;
        judge_edit(judge, SUBJECT_PERSON_ACTS, (uint32_t)event->performed[i].person)->state[ACTS_PERFORMED]++;
        judge_touch(judge, SUBJECT_PERSON_ACTS, (uint32_t)event->performed[i].person);
    }
}

static int compare_touched(const void *left, const void *right)
{
    const struct touched *a = left, *b = right;

    if (a->subject != b->subject)
        return a->subject < b->subject ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* Count the entry on every leaf it touches, and write the header's list with its runs. */
static void finish_touches(struct judge *judge)
{
    struct verdict *verdict = judge->verdict;

    if (judge->touched_count > ENTRY_TOUCHES_LIMIT) {
        judge_break(judge, REFUSAL_TOUCHES, 0, 0, (int64_t)judge->touched_count, 0);
        return;
    }
    verdict->touches = judge->touches;
    qsort(judge->touched, judge->touched_count, sizeof judge->touched[0], compare_touched);
    for (size_t i = 0; i < judge->touched_count; i++) {
        struct leaf *leaf = judge_edit(judge, judge->touched[i].subject, judge->touched[i].id);
        struct touch *run = verdict->touch_count > 0 ? &judge->touches[verdict->touch_count - 1] : NULL;

        leaf->touches++;
        leaf->last = judge->placing->number;
        memcpy(leaf->blind, judge->event->act, LEAF_BLIND_SIZE);
        if (run != NULL && run->subject == leaf->table && run->id + run->count == leaf->id && run->n == leaf->touches)
            run->count++;
        else
            judge->touches[verdict->touch_count++] = (struct touch){ leaf->table, leaf->id, leaf->touches, 1 };
    }
}

/* The local day of an entry, plus one, 0 being none: that of its recorded-at by its own offset. A clock entry is of the
 * day it goes to, or a clock that has run ahead would leave no day to close until that day has come. */
static int64_t day_of_entry(const struct judge *judge)
{
    const struct value *now = facts_get(&judge->event->facts, FACT_CLOCK_NOW);
    struct at recorded = { judge->placing->recorded_ms, judge->event->occurred.offset_min };

    if (judge->event->kind->number == KIND_CLOCK)
        recorded = (struct at){ now->number, (int32_t)now->second };
    return (int64_t)at_local_days(recorded) + 1;
}

static void finish_day(struct judge *judge)
{
    struct leaf *site = judge_site(judge);
    bool is_clock = judge->event->kind->number == KIND_CLOCK;
    int64_t unclosed = site->state[SITE_UNCLOSED_DAY], day = day_of_entry(judge);
    bool leaves_day = unclosed != 0 && (is_clock ? day != unclosed : day > unclosed);

    if (judge->event->kind->number == KIND_CLOSING) {
        site->state[SITE_UNCLOSED_DAY] = 0;
        return;
    }
    /* Who could close the day may be lost: a new seal is put in first, and closes it with the next entry. */
    if (leaves_day && judge->event->kind->number == KIND_SEAL_CHANGE)
        return;
    /* No closing can stand inside a list: one that has begun goes on. */
    if (leaves_day && !(judge->event->in_list && judge->event->list_place > 1))
        judge_break(judge, REFUSAL_DAY_NOT_CLOSED, 0, 0, unclosed - 1, 0);
    if (unclosed == 0 || leaves_day)
        site->state[SITE_UNCLOSED_DAY] = day;
}

/* A dose is corrected from its end: which act was the last that did something with it. */
static void finish_doses(struct judge *judge)
{
    if ((judge->event->kind->flags & KIND_IS_CORRECTABLE) == 0)
        return;
    for (size_t i = 0; i < judge->touched_count; i++)
        if (judge->touched[i].subject == SUBJECT_DOSE)
            judge_edit(judge, SUBJECT_DOSE, judge->touched[i].id)->state[DOSE_LAST] = judge->placing->number;
}

/* What it did, for those who correct it or count what there was before it. What a correction changes is what the
 * entries that it corrects did, and only as placed a change of its own. */
static void finish_effect(struct judge *judge)
{
    struct effect effect;

    effect_move_shelves(judge->view);
    (void)effect_of(judge->view, SCOPE_EVENT, &effect);
    if (judge->event->kind->number == KIND_CORRECT) {
        effect.birth_count = 0;
        (void)effect_drop_rows(&effect);
    }
    if (effect.row_count > 0 || effect.placed_count > 0 || effect.birth_count > 0)
        effect_keep(judge->view, judge->placing->number, &effect);
    effect_release(&effect);
}

void judge_finish(struct judge *judge)
{
    struct leaf *site = judge_site(judge);
    struct name name = { .id = judge->event->kind->number, .entry = judge->placing->number };

    finish_cases(judge);
    finish_due(judge);
    finish_people(judge);
    finish_touches(judge);
    finish_day(judge);
    finish_doses(judge);
    finish_effect(judge);
    site->state[SITE_ENTRIES] = judge->placing->number;
    site->state[SITE_RECORDED_AT] = judge->placing->recorded_ms;
    view_name_put(judge->view, NAME_ACT, bytes_of(judge->event->act, ACT_SIZE), &name);
}
