/* A thing of the book as a row: its id, the numbers of its leaf in the types their units say, and how it stands.
 *
 * The columns are made from the places of leaves (schema/leaf.h), so that lists, `show` and `pending` name them alike;
 * only places that hold an id, a choice or a state have to say of what. */
#ifndef CLI_THINGS_H
#define CLI_THINGS_H

#include "cli/book.h"
#include "cli/row.h"

/* The columns of a subject, good for ever. */
const struct column *thing_columns(enum subject subject);

/* Fill a row of those columns, without the private name. */
void thing_put(struct book *book, const struct leaf *leaf, struct row *row);

/* Whether it is at an end: closed, resolved, cancelled, used up, settled. People and definitions have no end. */
bool thing_has_ended(struct book *book, const struct leaf *leaf);

/* Whether it was withdrawn: a cancelled order, a replaced product, a revoked person. */
bool thing_is_struck(const struct leaf *leaf);

/* The private full name of a patient or person, the newest that was given; false when it is not kept here. */
enum { FULL_NAME_SIZE = 300 };
bool full_name(struct book *book, const struct leaf *leaf, char out[static FULL_NAME_SIZE]);

/* The private address of a patient, likewise. */
enum { ADDRESS_SIZE = 520 };
bool patient_address(struct book *book, const struct leaf *leaf, char out[static ADDRESS_SIZE]);

#endif
