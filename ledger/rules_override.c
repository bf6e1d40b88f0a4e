/* A rule set aside once, beforehand: for one patient, one session, a short time, by two people. */
#include "ledger/judge.h"

enum { HOUR_MS = 60 * 60 * 1000 };

/* The name of the newest override of a rule for a patient: two bytes and four. */
struct override_name {
    uint8_t bytes[6];
};

static struct override_name name_of_override(uint16_t rule, uint32_t patient)
{
    struct override_name name = { { (uint8_t)(rule >> 8), (uint8_t)rule } };

    put_u32(name.bytes + 2, patient);
    return name;
}

/* Who is locked out of a patient's care sets nothing aside for him. */
static void judge_not_locked_out(struct judge *judge, uint32_t patient)
{
    const struct leaf *leaf = judge_leaf(judge, SUBJECT_PATIENT, patient);
    const struct event *event = judge->event;

    for (uint16_t i = PATIENT_MAY_NOT_ACT; leaf != NULL && i < leaf->count; i++)
        for (size_t j = 0; j < event->signer_count; j++)
            if (event->signers[j].person == leaf->state[i])
                judge_break(judge, REFUSAL_SIGNERS, SUBJECT_PATIENT, patient, event->signers[j].meaning, 0);
}

static int64_t approver(const struct event *event)
{
    for (size_t i = 0; i < event->signer_count; i++)
        if (event->signers[i].meaning == MEANING_APPROVED)
            return event->signers[i].person;
    return 0;
}

void rule_override(struct judge *judge)
{
    uint16_t rule = (uint16_t)judge_number(judge, FACT_OVERRIDE_RULE, 0);
    uint32_t patient = judge_ref(judge, FACT_OVERRIDE_PATIENT);
    const struct refusal *refusal = refusal_find(rule);
    struct override_name key = name_of_override(rule, patient);
    struct name name = { .id = judge->placing->number, .entry = judge->placing->number };
    struct leaf *row;

    if (refusal == NULL || !refusal->can_override)
        judge_break(judge, REFUSAL_NOT_OVERRIDABLE, 0, 0, rule, 0);
    if (judge->event->reason == 0)
        judge_break(judge, REFUSAL_NEEDS_REASON, 0, 0, 0, 0);
    judge_not_locked_out(judge, patient);
    row = judge_edit(judge, LEAF_TABLE_OVERRIDE, judge->placing->number);
    row->touches = 1;
    row->last = judge->placing->number;
    row->state[OVERRIDE_RULE] = rule;
    row->state[OVERRIDE_PATIENT] = patient;
    row->state[OVERRIDE_FROM] = judge->event->occurred.ms;
    row->state[OVERRIDE_UNTIL] = judge->event->occurred.ms + view_policy(judge->view, POLICY_OVERRIDE_HOURS) * HOUR_MS;
    row->state[OVERRIDE_APPROVER] = approver(judge->event);
    judge_site(judge)->state[SITE_OVERRIDES]++;
    view_name_put(judge->view, NAME_OVERRIDE, bytes_of(key.bytes, sizeof key.bytes), &name);
}

void override_approve(struct judge *judge, uint32_t number, int64_t person)
{
    if (judge_leaf(judge, LEAF_TABLE_OVERRIDE, number) != NULL)
        judge_edit(judge, LEAF_TABLE_OVERRIDE, number)->state[OVERRIDE_APPROVER] = person;
}

/* ---- its use */

/* The one thing of this sort that the act touches; 0 where there is none, or several. */
static uint32_t only_touched(const struct judge *judge, enum subject subject)
{
    uint32_t id = 0;

    for (size_t i = 0; i < judge->touched_count; i++) {
        if (judge->touched[i].subject != subject)
            continue;
        if (id != 0)
            return 0;
        id = judge->touched[i].id;
    }
    return id;
}

/* The override that holds for this act, or NULL: an officer who does not do the act has agreed to it, it was there when
 * the act was done and its time was not over, and no other session has used it. */
static struct leaf *override_for(struct judge *judge, uint16_t rule, uint32_t patient, uint32_t session)
{
    struct override_name key = name_of_override(rule, patient);
    int64_t at_ms = judge->event->occurred.ms;
    const int64_t *state;
    const struct leaf *row;
    struct name name;

    if (!refusal_find(rule)->can_override ||
        !view_name(judge->view, NAME_OVERRIDE, bytes_of(key.bytes, sizeof key.bytes), &name))
        return NULL;
    row = judge_leaf(judge, LEAF_TABLE_OVERRIDE, name.id);
    if (row == NULL) /* a table that was changed beside its entries */
        return NULL;
    state = row->state;
    if (state[OVERRIDE_APPROVER] == 0 || state[OVERRIDE_APPROVER] == rules_doer(judge->event) ||
        at_ms < state[OVERRIDE_FROM] || at_ms > state[OVERRIDE_UNTIL] ||
        (state[OVERRIDE_SESSION] != 0 && state[OVERRIDE_SESSION] != session))
        return NULL;
    return judge_edit(judge, LEAF_TABLE_OVERRIDE, name.id);
}

/* Whether the verdict says already that this rule was set aside. */
static bool is_told(const struct verdict *verdict, size_t count, uint16_t rule)
{
    for (size_t i = 0; i < count; i++)
        if (verdict->broken[i].code == REFUSAL_OVERRIDDEN && verdict->broken[i].a == rule)
            return true;
    return false;
}

void judge_set_aside(struct judge *judge)
{
    uint32_t patient = only_touched(judge, SUBJECT_PATIENT), session = only_touched(judge, SUBJECT_SESSION);
    struct verdict *verdict = judge->verdict;
    size_t kept = 0;

    if (patient == 0 || session == 0)
        return;
    for (size_t i = 0; i < verdict->broken_count; i++) {
        struct broken broken = verdict->broken[i];
        struct leaf *row = override_for(judge, broken.code, patient, session);

        if (row != NULL) {
            row->state[OVERRIDE_SESSION] = session;
            if (is_told(verdict, kept, broken.code))
                continue;
            broken = (struct broken){ .code = REFUSAL_OVERRIDDEN, .subject = SUBJECT_PATIENT, .id = patient,
                                      .a = broken.code, .entry = row->id };
        }
        verdict->broken[kept++] = broken;
    }
    verdict->broken_count = kept;
}
