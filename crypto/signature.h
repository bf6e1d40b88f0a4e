/* Signatures over plain bytes: always 64 bytes, whatever the key.
 *
 * Ed25519 is pure RFC 8032. P-256 is ECDSA over SHA-256, r || s, each 32 bytes, big endian, with
 * 1 <= s <= (n-1)/2, so that no second signature can be made from a first.
 */
#ifndef CRYPTO_SIGNATURE_H
#define CRYPTO_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"
#include "crypto/key.h"

#define SIGNATURE_SIZE 64

/* Sign `size` bytes. CRYPT_FAILED leaves `signature` all zero. */
enum crypt_status private_key_sign(const struct private_key *key, const uint8_t *message, size_t size,
                                   uint8_t signature[static SIGNATURE_SIZE]);

/* Bring a P-256 signature as tokens and other programs give it (r || s) to low s, in place. Says
 * nothing about whether it verifies. CRYPT_BAD_SIGNATURE: r or s is zero or not below n.
 */
enum crypt_status signature_normalise_p256(uint8_t signature[static SIGNATURE_SIZE]);

/* A public key made ready once, for many verifications. Several threads may use one at a time. */
struct verifier;

/* `*verifier` is the caller's to free; NULL on failure. Refuses what public_key_check refuses. */
enum crypt_status verifier_new(const struct public_key *key, struct verifier **verifier);

/* NULL is allowed. */
void verifier_free(struct verifier *verifier);

/* Judge a signature. To be asked wherever "no" is a finding: want of memory must not look like one.
 *
 *   CRYPT_OK             made by this key over these bytes. Ed25519: S below L, canonical R and A,
 *                        A not of small order, cofactorless; P-256: low s
 *   CRYPT_BAD_SIGNATURE  it is not
 *   CRYPT_FAILED         could not be judged
 */
enum crypt_status verifier_check(const struct verifier *verifier, const uint8_t *message, size_t size,
                                 const uint8_t signature[static SIGNATURE_SIZE]);

/* True exactly when verifier_check says CRYPT_OK. */
bool verifier_accepts(const struct verifier *verifier, const uint8_t *message, size_t size,
                      const uint8_t signature[static SIGNATURE_SIZE]);

#endif
