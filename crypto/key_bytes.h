/* The file a key lies in, whatever is written there: of this account alone, whole and durable, and read only
 * as long as that is so. On CRYPT_IO errno tells why.
 */
#ifndef CRYPTO_KEY_BYTES_H
#define CRYPTO_KEY_BYTES_H

#include <stddef.h>

#include "crypto/crypto.h"

/* Bytes. A file of ours has fewer than 600. */
#define KEY_FILE_MAX 16384


/* Write a new file of mode 0600, its name durable too, or none: CRYPT_NO_FILE when its folder is missing,
 * CRYPT_FILE_EXISTS, CRYPT_FILE_NOT_OURS, CRYPT_IO.
 */
enum crypt_status key_bytes_create(const char *path, const void *bytes, size_t size);

/* Read all of a file, 1 to KEY_FILE_MAX bytes, into memory for secrets; the caller gives it to secret_free
 * with its size, which is safe also when reading failed.
 *
 * CRYPT_NO_FILE, CRYPT_FILE_NOT_OURS, CRYPT_FILE_EXPOSED, CRYPT_BAD_KEY (no ordinary file, or of another size),
 * CRYPT_IO; CRYPT_FAILED when the locked memory is used up.
 */
enum crypt_status key_bytes_read(const char *path, char **bytes, size_t *size);

#endif
