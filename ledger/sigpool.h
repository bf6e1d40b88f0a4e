/* Signatures checked on all cores: jobs go in, the bad ones come out by their tickets. */
#ifndef LEDGER_SIGPOOL_H
#define LEDGER_SIGPOOL_H

#include <stdint.h>

#include "crypto/key.h"
#include "crypto/signature.h"
#include "ledger/error.h"
#include "schema/bytes.h"

struct sigpool;

/* What became of a job that was not simply good. */
struct sigpool_answer {
    uint32_t ticket;
    enum crypt_status status; /* CRYPT_BAD_SIGNATURE, CRYPT_BAD_KEY; CRYPT_FAILED: could not be judged */
};

/* A pool of `threads` workers (0: one for each core; giving them work costs the caller little), or as many as the
 * system lets us have, at least one. */
enum ledger_status sigpool_new(unsigned threads, struct sigpool **pool, struct error *error);

/* Give a job: message and signature are copied. Waits while too many jobs are waiting. */
enum ledger_status sigpool_add(struct sigpool *pool, uint32_t ticket, const struct public_key *key, struct bytes message,
                               const uint8_t signature[static SIGNATURE_SIZE], struct error *error);

/* Wait until all jobs are done. The answers are the pool's, in no order, until sigpool_free. Where there is no
 * memory for all, the last says CRYPT_FAILED. */
void sigpool_wait(struct sigpool *pool, const struct sigpool_answer **answers, size_t *count);

/* Stops the workers; safe on NULL. */
void sigpool_free(struct sigpool *pool);

#endif
