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

enum trailer_status {
    TRAILER_OK,
    TRAILER_DAMAGED,    /* not the one encoding of a trailer */
    TRAILER_UNKNOWN,    /* of a version this program does not know: nothing but `version` was read */
    TRAILER_NOT_SIGNED, /* a signature is missing, by another key, or does not fit */
    TRAILER_UNPROVEN,   /* by a key that is not known here, where the book could not be followed to its end */
};

/* Read the payload. */
enum trailer_status export_trailer_read(struct export_trailer *trailer, struct bytes payload);

/* Whether it is signed by the seal, and by the officer who certifies, if it names one, with the keys that a view at the
 * end of the range holds. Where the book was not followed to its end either may have another key by now. Of a trailer of
 * an unknown version the seal's signature, the first, is all that is asked for. */
enum trailer_status export_trailer_signed(const struct export_trailer *trailer, const struct cose_message *message,
                                          const struct public_key *seal, struct view *view, bool was_followed);

#endif
