/* Signatures of our COSE messages, made and checked in one way (SPEC section 2). Keys come from the caller: which one
 * a signer must have used is a question to the book. */
#ifndef LEDGER_SIGNED_H
#define LEDGER_SIGNED_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/key.h"
#include "schema/cose.h"

/* Sign a payload as one signer of a message of this typ: `signer` is filled. False when the key cannot sign. */
bool signed_make(struct cose_signer *signer, enum cose_type typ, struct bytes payload, const struct private_key *key,
                 enum cose_unlocked_by unlocked_by, int64_t now_ms);

/* The bytes under signature `index` of a decoded message, written into the buffer, which is always large enough. */
struct bytes signed_bytes(const struct cose_message *message, size_t index, uint8_t buffer[static COSE_TO_BE_SIGNED_LIMIT]);

/* Whether the header of a signature says what it must of this signer: the algorithm of his key, and that it was
 * unlocked as the seal's if and only if it is. */
bool signed_header_fits(const struct cose_signer *signer, int64_t person, const struct public_key *key);

/* Whether signature `index` names this key, fits as above, and verifies. */
bool signed_by(const struct cose_message *message, size_t index, int64_t person, const struct public_key *key);

#endif
