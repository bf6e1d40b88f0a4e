/* All that a store holds, as one digest: whether a change to its file changed anything that is read. */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include <stdbool.h>

#include "crypto/digest.h"

/* Read every row of every table, in a child; false when that cannot be done or ends it. What no entry tells
 * is left out: how many unlocks failed and were not yet noted, and what the row says that tells of openings. */
bool rows_digest(const char *directory, struct digest *digest);

/* Whether all rows read, and so. */
bool rows_are(const char *directory, const struct digest *digest);

#endif
