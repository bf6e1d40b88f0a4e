/* The values of an entry's fields as text and as JSON; both by the tables of schema/. */
#ifndef CLI_VALUES_H
#define CLI_VALUES_H

#include "cli/answer.h"
#include "cli/book.h"

enum { VALUE_TEXT_SIZE = 4096 };

/* One value as people read it: amounts with their units, names for ids, times in the offset they were signed with; a
 * list apart by commas, rows by semicolons. What does not fit ends in an ellipsis. Returns `out`. */
const char *value_text(struct book *book, const struct field *field, const struct value *value,
                       char out[static VALUE_TEXT_SIZE]);

/* The facts of an event as members of `answer`: numbers in base units, ids as "V-412", choices by name, times as
 * objects of ms and offset_min. */
void answer_facts(struct answer *answer, const struct facts *facts);

#endif
