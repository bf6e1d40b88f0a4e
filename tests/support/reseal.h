/* A trailer made anew over items that were changed, and signed by the site's own seal: what somebody with its key can
 * make of an export. */
#ifndef TESTS_RESEAL_H
#define TESTS_RESEAL_H

#include "crypto/key.h"
#include "tests/support/pieces.h"

/* Replace the last piece. The new one lies in memory of its own until the next call. */
void reseal(struct pieces *pieces, const struct private_key *seal);

/* The same, and the trailer says that it is of this version. */
void reseal_as(struct pieces *pieces, const struct private_key *seal, uint64_t version);

#endif
