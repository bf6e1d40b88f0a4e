/* What an act gives birth to, as its facts say before any rule has judged it: so that a later act of the same list can
 * name it while both are still being typed. tests/unit/test_births.c holds it to what the rules then do. */
#include "ledger/ledger.h"

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
