/* Telling an event: shared by sentence.c, where it begins, and sentence_value.c, alone. */
#ifndef LEDGER_TELLING_H
#define LEDGER_TELLING_H

#include "ledger/phrase.h"

/* What is told of an event, and what has been told already. */
struct telling {
    const struct event *event;
    const struct opening_view *openings;
    size_t opening_count;
    uint64_t told_meanings; /* bit per enum meaning */
};

/* The facts of the event, or those of one row: where a template's names are looked up. */
struct scope {
    struct telling *telling;
    const struct facts *facts;
    uint64_t told; /* bit per field, in the order of the table */
};

/* A value as its type and unit are read; the noun belongs to a plain number, and may be empty. */
void say_value(struct phrase *phrase, struct scope *scope, const struct field *field, const struct value *value,
               struct bytes noun);

/* The facts of an earlier entry, in words, as the row in this scope corrects them. False where the book does not know
 * that entry, or what stands there is no facts of its kind. */
bool say_facts(struct phrase *phrase, const struct scope *row, struct bytes facts);

/* Fill the template of a kind or row. */
void say_template(struct phrase *phrase, const char *sentence, struct scope *scope);

/* The facts that no template has named: "container syringe; measured". False when there are none. */
bool say_untold(struct phrase *phrase, struct scope *scope, const char *first, const char *between);

#endif
