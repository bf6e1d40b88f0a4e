/* The cipher that keeps openings: AES-256-GCM, a fresh random nonce for every message.
 *
 *     sealed = nonce (12 bytes) || ciphertext (as long as the plaintext) || tag (16 bytes)
 *
 * Keys are 32 bytes from crypt_random in memory from secret_alloc. One key is for fewer than 2^32
 * messages, which random nonces of 96 bits bear; each of ours has one subject and a few hundred.
 */
#ifndef CRYPTO_CIPHER_H
#define CRYPTO_CIPHER_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"

#define CIPHER_KEY_SIZE 32
#define CIPHER_NONCE_SIZE 12
#define CIPHER_TAG_SIZE 16
#define CIPHER_OVERHEAD (CIPHER_NONCE_SIZE + CIPHER_TAG_SIZE)
#define CIPHER_PLAIN_MAX (1024 * 1024)

/* Encrypt `plain` and bind it to `associated`, which is not stored: whoever opens must name it again,
 * so a sealed message cannot be moved to another place. Either may be empty.
 *
 * `sealed` has room for plain_size + CIPHER_OVERHEAD bytes, all of which are written; it does not
 * overlap `plain`. CRYPT_BAD_DATA: over CIPHER_PLAIN_MAX, either of them.
 */
enum crypt_status cipher_seal(const uint8_t key[static CIPHER_KEY_SIZE],
                              const uint8_t *associated, size_t associated_size,
                              const uint8_t *plain, size_t plain_size, uint8_t *sealed);

/* Decrypt into `plain`, which has room for sealed_size - CIPHER_OVERHEAD bytes, all of which are
 * written; it does not overlap `sealed`. On any other status than CRYPT_OK no plaintext is left there.
 * CRYPT_BAD_DATA: altered, too short, too long, other associated data, or another key.
 */
enum crypt_status cipher_open(const uint8_t key[static CIPHER_KEY_SIZE],
                              const uint8_t *associated, size_t associated_size,
                              const uint8_t *sealed, size_t sealed_size, uint8_t *plain);

#endif
