/* The trailer of an export as a reader meets it (SPEC 11.3). */
#ifndef LEDGER_EXPORT_TRAILER_H
#define LEDGER_EXPORT_TRAILER_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/key.h"
#include "ledger/state.h"
#include "schema/cose.h"

struct export_trailer {
    uint64_t version, items, bytes, first, last, size, withheld;
    struct bytes ledger, hash, root, totals; /* in the payload */
    size_t signer_count;
    uint64_t signers[2];
};

/* Read the payload; false when it is not the one encoding of a trailer. */
bool export_trailer_read(struct export_trailer *trailer, struct bytes payload);

/* Whether it is signed by the seal, and by the officer who certifies, if it names one, with the keys that a view
 * at the end of the range holds. */
bool export_trailer_is_signed(const struct export_trailer *trailer, const struct cose_message *message,
                              const struct public_key *seal, struct view *view);

#endif
