/* What a corrected entry says: its own facts, those that a correction gives, those that it adds. */
#include <stdlib.h>
#include <string.h>

#include "ledger/correct.h"

void correct_release(struct corrected *corrected)
{
    free(corrected->facts);
    effect_release(&corrected->before);
    effect_release(&corrected->kept);
}

/* ---- facts, encoded by themselves */

/* As those of a payload are. Of what is added the fields that must be there may be absent. */
static bool decode_facts(const struct kind *kind, struct bytes bytes, bool may_lack, struct facts *facts)
{
    struct reader reader;
    struct facts_fault fault;
    bool good;

    reader_init(&reader, bytes, READ_DEPTH_LIMIT);
    good = facts_decode(&reader, kind->fields, facts, &fault) || (may_lack && fault.status == FACTS_MISSING);
    return good && reader.unknown == 0 && reader_end(&reader) == READ_OK;
}

static void look_for_newborn(struct judge *judge, const struct field *field, const struct value *value, void *context)
{
    bool *has_newborn = context;

    (void)judge;
    if (field->type == FIELD_REF && value->second != 0)
        *has_newborn = true;
}

/* Facts that a correction brings name what is there. */
static void read_new_facts(struct judge *judge, const struct event *event, const struct value *value, bool may_lack,
                           uint32_t number, struct facts *facts)
{
    bool has_newborn = false;

    if (!decode_facts(event->kind, value->bytes, may_lack, facts)) {
        judge_break_entry(judge, REFUSAL_FIELD, 0, 0, number);
        return;
    }
    judge_each_value(judge, facts, look_for_newborn, &has_newborn);
    if (has_newborn)
        judge_break_entry(judge, REFUSAL_COMBINATION, 0, 0, number);
}

/* What is added was not there; one field at least. */
static void add_facts(struct judge *judge, const struct facts *added, uint32_t number, struct facts *facts)
{
    bool adds = false;

    for (size_t i = 0; facts->fields[i].name != NULL; i++) {
        if (!added->values[i].present)
            continue;
        if (facts->values[i].present)
            judge_break_entry(judge, REFUSAL_COMBINATION, 0, 0, number);
        facts->values[i] = added->values[i];
        adds = true;
    }
    if (!adds)
        judge_break_entry(judge, REFUSAL_COMBINATION, 0, 0, number);
}

/* ---- in force */

static bool put_in_force(struct judge *judge, uint32_t number, struct bytes facts, const struct at *at, struct event *event)
{
    if (!judge_event_of(judge, number, event))
        return false;
    if (facts.size > 0 && !decode_facts(event->kind, facts, false, &event->facts))
        return false;
    if (at != NULL)
        event->occurred = *at;
    return true;
}

bool correct_event(struct judge *judge, const struct corrected *corrected, struct event *event)
{
    return put_in_force(judge, corrected->number, bytes_of(corrected->facts, corrected->facts_size),
                        corrected->has_at ? &corrected->at : NULL, event);
}

bool correct_event_in_force(struct judge *judge, uint32_t number, struct effect *effect, struct event *event)
{
    (void)effect_load(judge->view, number, effect);
    return put_in_force(judge, number, effect->facts, effect->has_at ? &effect->at : NULL, event);
}

/* ---- a row of the correction */

static bool goes_together(const struct facts *row)
{
    bool has_facts = facts_get(row, ROW_CORRECT_FACTS) != NULL, has_at = facts_get(row, ROW_CORRECT_AT) != NULL;

    switch (facts_number(row, ROW_CORRECT_HOW, 0)) {
    case CORRECT_CHANGE:
        return has_facts || has_at;
    case CORRECT_ADD:
        return has_facts && !has_at;
    default:
        return !has_facts && !has_at;
    }
}

/* The facts in force from now on: those of before where the row has none. */
static void take_facts(struct judge *judge, const struct facts *row, const struct event *event, struct corrected *corrected)
{
    static _Thread_local struct facts facts, added; /* more than a stack frame should hold */
    const struct value *value = facts_get(row, ROW_CORRECT_FACTS);
    struct writer writer;

    if (value == NULL)
        return;
    facts = event->facts;
    if (corrected->how == CORRECT_ADD) {
        read_new_facts(judge, event, value, true, corrected->number, &added);
        if (!judge->cannot_stand)
            add_facts(judge, &added, corrected->number, &facts);
    } else {
        read_new_facts(judge, event, value, false, corrected->number, &facts);
    }
    if (judge->cannot_stand)
        return;
    free(corrected->facts);
    corrected->facts = malloc(COSE_PAYLOAD_LIMIT);
    if (corrected->facts == NULL) {
        view_no_memory(judge->view);
        return;
    }
    writer_init(&writer, corrected->facts, COSE_PAYLOAD_LIMIT);
    facts_encode(&facts, &writer);
    corrected->facts_size = writer.size;
    if (writer.failed)
        judge_break_entry(judge, REFUSAL_FIELD, 0, 0, corrected->number);
}

static void copy_facts(struct judge *judge, struct bytes facts, struct corrected *corrected)
{
    if (facts.size == 0)
        return;
    corrected->facts = malloc(facts.size);
    if (corrected->facts == NULL) {
        view_no_memory(judge->view);
        return;
    }
    memcpy(corrected->facts, facts.data, facts.size);
    corrected->facts_size = facts.size;
}

void correct_read(struct judge *judge, const struct facts *row, struct corrected *corrected)
{
    static _Thread_local struct event event;
    const struct value *at = facts_get(row, ROW_CORRECT_AT);
    struct effect effect;

    corrected->how = (enum correction)facts_number(row, ROW_CORRECT_HOW, 0);
    if (!goes_together(row)) {
        judge_break_entry(judge, REFUSAL_COMBINATION, 0, 0, corrected->number);
        return;
    }
    if (correct_event_in_force(judge, corrected->number, &effect, &event)) {
        corrected->has_at = effect.has_at || at != NULL;
        corrected->at = at != NULL ? (struct at){ at->number, (int32_t)at->second } : effect.at;
        copy_facts(judge, effect.facts, corrected);
        take_facts(judge, row, &event, corrected);
        if (at != NULL)
            judge_occurred(judge, corrected->at);
    }
    effect_release(&effect);
}
