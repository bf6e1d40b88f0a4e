/* What the files of this folder share, and nobody else includes. */
#ifndef CRYPTO_INTERNAL_H
#define CRYPTO_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"
#include "crypto/digest.h"
#include "crypto/key.h"

/* OpenSSL's types by their own names, so that this header needs none of theirs. */
struct evp_md_st;
struct evp_md_ctx_st;
struct evp_pkey_st;

/* SHA-256, fetched once: looking it up for each digest costs three times the digest (crypt_start). */
const struct evp_md_st *crypt_sha256(void);

/* The contexts of the calling thread, used over and over; NULL when they cannot be made. */
struct crypt_thread {
    struct hasher hasher;             /* empty between digests */
    struct evp_md_ctx_st *signature;  /* reset between signatures, so that it holds on to no key */
};
struct crypt_thread *crypt_this_thread(void);

/* Whose fault was the failure just seen? CRYPT_FAILED if the library ran out of memory since
 * crypt_begin, else `otherwise`. A want of memory must never look like a bad signature.
 */
void crypt_begin(void);
enum crypt_status crypt_blame(enum crypt_status otherwise);

/* Does the encoding name a point that is on edwards25519, canonical and not of small order?
 * CRYPT_OK, CRYPT_BAD_KEY or CRYPT_FAILED.
 */
enum crypt_status ed25519_check(const uint8_t point[static KEY_ED25519_SIZE]);

/* The library's form of a checked public key; the caller frees it. Statuses of public_key_check. */
enum crypt_status public_key_open(const struct public_key *key, struct evp_pkey_st **handle);

/* Make a private key of the library's handle, taking it over even on failure. */
enum crypt_status private_key_adopt(struct evp_pkey_st *handle, struct private_key **key);

/* The library's handle, borrowed. */
struct evp_pkey_st *private_key_handle(const struct private_key *key);

/* The secret itself, an Ed25519 seed or a P-256 scalar, big endian, into locked memory of the caller. */
#define PRIVATE_KEY_SIZE 32
enum crypt_status private_key_secret(const struct private_key *key,
                                     uint8_t secret[static PRIVATE_KEY_SIZE]);

#endif
