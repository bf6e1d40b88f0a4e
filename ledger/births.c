/* What an act gives birth to, as its facts say before any rule has judged it: so that a later act of the same list can
 * name it while both are still being typed. tests/unit/test_births.c holds it to what the rules then do. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger_internal.h"

/* One is born, unless the fact with this key is there: it names the one that is changed instead. */
static const struct {
    enum kind_number kind;
    enum subject subject;
    uint8_t unless;
} parents[] = { { KIND_PATIENT, SUBJECT_PATIENT, 1 },   { KIND_ORDER, SUBJECT_ORDER, 13 }, { KIND_DRAW, SUBJECT_DOSE, 3 },
                { KIND_SESSION_OPEN, SUBJECT_SESSION, 0 }, { KIND_PRODUCT, SUBJECT_PRODUCT, 0 },
                { KIND_PLACE, SUBJECT_PLACE, 0 },       { KIND_PARTY, SUBJECT_PARTY, 0 } };

/* Each line of a receipt brings its containers, in the order of the lines. */
static uint32_t vials_received(const struct act *act)
{
    const struct field *lines = field_named(act->event.kind->fields, "lines");
    const struct value *value = facts_get(&act->event.facts, lines->key);
    struct list_cursor cursor;
    struct facts row;
    uint32_t count = 0;

    if (value == NULL)
        return 0;
    list_begin(&cursor, lines, value);
    while (rows_next(&cursor, &row))
        count += (uint32_t)facts_number(&row, field_named(row.fields, "containers")->key, 0);
    return count;
}

uint32_t act_births(const struct act *act, enum subject subject)
{
    enum kind_number kind = act->event.kind->number;

    if (kind == KIND_RECEIVE)
        return subject == SUBJECT_VIAL ? vials_received(act) : 0;
    for (size_t i = 0; i < sizeof parents / sizeof parents[0]; i++)
        if (parents[i].kind == kind && parents[i].subject == subject)
            return parents[i].unless == 0 || facts_get(&act->event.facts, parents[i].unless) == NULL ? 1 : 0;
    return 0;
}

/* ---- of a whole list */

struct act_place {
    uint8_t act[ACT_SIZE];
    uint32_t place;
};

enum { SUBJECT_ROWS = UINT8_MAX + 1 };

struct act_index {
    uint32_t parents[SUBJECT_ROWS];
    size_t count;
    struct act_place places[]; /* by act id */
};

static int compare_places(const void *one, const void *other)
{
    return memcmp(((const struct act_place *)one)->act, ((const struct act_place *)other)->act, ACT_SIZE);
}

static void count_parents(struct act_index *index, const struct act *act)
{
    index->parents[SUBJECT_VIAL] += act_births(act, SUBJECT_VIAL) > 0;
    for (size_t i = 0; i < sizeof parents / sizeof parents[0]; i++)
        if (parents[i].kind == act->event.kind->number && parents[i].subject != SUBJECT_VIAL)
            index->parents[parents[i].subject] += act_births(act, parents[i].subject) > 0;
}

enum ledger_status act_index_make(struct act_list *list, struct error *error)
{
    struct act_index *index;

    if (list->index != NULL)
        return LEDGER_OK;
    index = calloc(1, sizeof *index + list->count * sizeof index->places[0]);
    if (index == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    index->count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        memcpy(index->places[i].act, list->acts[i].event.act, ACT_SIZE);
        index->places[i].place = (uint32_t)i + 1;
        count_parents(index, &list->acts[i]);
    }
    qsort(index->places, index->count, sizeof index->places[0], compare_places);
    list->index = index;
    return LEDGER_OK;
}

void act_index_free(struct act_index *index)
{
    free(index);
}

uint32_t act_index_place(const struct act_list *list, const uint8_t act[static ACT_SIZE])
{
    const struct act_index *index = list->index;
    const struct act_place *found;
    struct act_place wanted = { .place = 0 };

    assert(index != NULL);
    memcpy(wanted.act, act, ACT_SIZE);
    found = bsearch(&wanted, index->places, index->count, sizeof index->places[0], compare_places);
    return found != NULL ? found->place : 0;
}

uint32_t act_index_parents(const struct act_list *list, enum subject subject)
{
    assert(list->index != NULL);
    return list->index->parents[subject];
}
