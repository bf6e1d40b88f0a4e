/* What correct does: which entries, by whom, and in which order its steps go. */
#include <stdlib.h>
#include <string.h>

#include "ledger/correct.h"

/* ---- by whom */

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

/* ---- which entries */

/* What stands again says nothing else than it did, so that nobody signs it again. */
static void judge_corrected(struct judge *judge, uint32_t number, bool is_again)
{
    struct event original;

    if (!judge_event_of(judge, number, &original) || (original.kind->flags & KIND_IS_CORRECTABLE) == 0)
        judge_break_entry(judge, REFUSAL_NOT_CORRECTABLE, 0, 0, number);
    else if (effect_void_by(judge->view, number) != 0)
        judge_break_entry(judge, REFUSAL_VOID_ALREADY, 0, 0, number);
    else if (!is_again && !signs_again(judge, &original) && !has_remark(judge->event))
        judge_break_entry(judge, REFUSAL_WHY_NOT_SIGNED, 0, 0, number);
}

static int oldest_first(const void *left, const void *right)
{
    const struct corrected *a = left, *b = right;

    return a->number < b->number ? -1 : a->number > b->number;
}

static void read_entries(struct judge *judge, struct correcting *correcting)
{
    struct list_cursor cursor;
    struct facts row;

    list_begin(&cursor, field_with_key(judge->event->kind->fields, FACT_CORRECT_ENTRIES),
               facts_get(&judge->event->facts, FACT_CORRECT_ENTRIES));
    while (rows_next(&cursor, &row)) {
        struct corrected *corrected = &correcting->entries[correcting->count++];

        *corrected = (struct corrected){ .number = (uint32_t)facts_number(&row, ROW_CORRECT_ENTRY, 0) };
        judge_corrected(judge, corrected->number, facts_number(&row, ROW_CORRECT_HOW, 0) == CORRECT_AGAIN);
        if (!judge->cannot_stand)
            correct_read(judge, &row, corrected);
    }
    qsort(correcting->entries, correcting->count, sizeof correcting->entries[0], oldest_first);
    for (size_t i = 1; i < correcting->count; i++)
        if (correcting->entries[i].number == correcting->entries[i - 1].number)
            judge_break(judge, REFUSAL_TWICE, 0, 0, 0, 0);
}

/* ---- the steps */

static void touch_entries(struct judge *judge, struct correcting *correcting)
{
    for (size_t i = 0; i < correcting->count; i++) {
        correct_touch(judge, &correcting->entries[i]);
        if (correcting->entries[i].how != CORRECT_VOID)
            correct_name(judge, &correcting->entries[i]);
    }
}

static void correct_entries(struct judge *judge, struct correcting *correcting)
{
    correct_give_back(judge);
    for (size_t i = correcting->count; i > 0 && !judge->cannot_stand; i--)
        correct_take_back(judge, &correcting->entries[i - 1]);
    if (!judge->cannot_stand)
        correct_seal_again(judge);
    for (size_t i = 0; i < correcting->count && !judge->cannot_stand; i++)
        if (correcting->entries[i].how != CORRECT_VOID)
            correct_post_anew(judge, &correcting->entries[i]);
    if (!judge->cannot_stand)
        correct_settle(judge);
    if (!judge->cannot_stand)
        correct_look_again(judge);
    if (!judge->cannot_stand && !judge_balances(judge)) /* each number fits, and their sum does not */
        judge_break(judge, REFUSAL_FIELD, 0, 0, 0, 0);
}

void rule_correct(struct judge *judge)
{
    static _Thread_local struct correcting correcting; /* more than a stack frame should hold */

    correcting.count = 0;
    if (judge->event->reason == 0)
        judge_break(judge, REFUSAL_NEEDS_REASON, 0, 0, 0, 0);
    read_entries(judge, &correcting);
    if (!judge->cannot_stand)
        touch_entries(judge, &correcting);
    if (!judge->cannot_stand)
        correct_entries(judge, &correcting);
    for (size_t i = 0; i < correcting.count; i++)
        correct_release(&correcting.entries[i]);
}
