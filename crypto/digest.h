/* SHA-256 digests.
 *
 * Hashing has no status to look at: a thread is made ready for it once (crypto.h), and then a failure
 * inside the library asserts. The few bytes the library wants for each digest are taken at the end of
 * the one before, so a passing want of memory is tried again and stops nothing.
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"

#define DIGEST_SIZE 32

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

/* SHA-256 of `size` bytes; `data` may be NULL when `size` is 0. */
struct digest digest_bytes(const uint8_t *data, size_t size);

/* SHA-256 of one byte followed by `size` bytes, which need not be copied together for it. */
struct digest digest_prefixed(uint8_t prefix, const uint8_t *data, size_t size);

/* The same digest. Digests are public, so this takes no care of time. */
bool digest_equal(const struct digest *left, const struct digest *right);

/* A digest of bytes that come piece by piece. The caller holds the struct; one thread at a time. */
struct hasher {
    void *context;
    bool is_begun;
};

#define HASHER_NONE ((struct hasher){ NULL, false })

/* CRYPT_FAILED when there is no memory; release is then still safe. */
enum crypt_status hasher_init(struct hasher *hasher);

void hasher_update(struct hasher *hasher, const uint8_t *data, size_t size);

/* The digest of everything since init or the previous finish; the hasher is then empty again. */
struct digest hasher_finish(struct hasher *hasher);

/* Safe on HASHER_NONE and after a failed init. */
void hasher_release(struct hasher *hasher);

#endif
