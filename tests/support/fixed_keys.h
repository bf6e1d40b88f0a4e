/* Private keys whose secret is known, for golden values. The product has no way to make one: these go
 * the only way in there is, through a PKCS#8 file.
 */
#ifndef TESTS_FIXED_KEYS_H
#define TESTS_FIXED_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/key.h"

/* The key with this secret: an Ed25519 seed, or a P-256 scalar, big endian. To be released. */
struct private_key *fixed_key_of(enum key_algorithm algorithm, const uint8_t secret[static 32]);

/* The key whose secret is the byte `number` 32 times. */
struct private_key *fixed_key(enum key_algorithm algorithm, uint8_t number);

/* Put a PEM frame with this label around DER bytes; the text ends with a NUL. */
void pem_frame(const char *label, const uint8_t *der, size_t size, char *text, size_t capacity);

/* Write a file of mode 0600 into the directory for temporary files, and its name into `path`. */
void write_private_file(const char *text, size_t size, char *path, size_t capacity);

#endif
