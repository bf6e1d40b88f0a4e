/* The ground floor of cryptography: start-up, secrets, randomness.
 *
 * Everything in this folder works on plain bytes and knows nothing of vials or entries. OpenSSL's
 * libcrypto lives behind these headers and nowhere else. Call crypt_start once, before any other
 * function of the folder and before the first further thread.
 *
 * The answers are few and carry no sentence: the caller knows which key or file was meant.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum crypt_status {
    CRYPT_OK = 0,
    CRYPT_FAILED,           /* the library refused: no memory, no entropy; says nothing of the input */
    CRYPT_BAD_KEY,          /* weak, off its curve, of another kind, or not a key at all */
    CRYPT_BAD_SIGNATURE,    /* well formed, but not made by this key over these bytes */
    CRYPT_BAD_DATA,         /* malformed, altered, over a limit, or too long for the buffer */
    CRYPT_WRONG_PASSPHRASE, /* wrong, or none given for a file that needs one */
    CRYPT_NO_FILE,          /* no file of that name */
    CRYPT_FILE_EXPOSED,     /* the group or everybody may use the file: it should be mode 0600 */
    CRYPT_FILE_NOT_OURS,    /* owned by another account, or closed to this one */
    CRYPT_FILE_EXISTS,      /* a new file was wanted, and the name is taken */
    CRYPT_IO                /* reading or writing failed: errno tells why */
};

/* Make the library and the calling thread ready. May be called again, to no effect.
 *
 * It should be the process's first use of OpenSSL: it puts itself under the library's allocator to learn
 * of every want of memory, which otherwise passes for a bad signature or key.
 *
 * CRYPT_FAILED means that nothing else here may be used.
 */
enum crypt_status crypt_start(void);

/* Make a further thread ready, or learn that there is no memory for it. A thread that does not call
 * this is made ready by its first digest, which asserts where this would say CRYPT_FAILED.
 */
enum crypt_status crypt_start_thread(void);

/* `size` bytes of memory for a secret, zeroed; NULL when the locked memory (64 KiB) is used up. It is fenced
 * off from the ordinary heap, and kept from the swap file where the system lets us lock memory. To be handed
 * back to secret_free with the same size.
 */
void *secret_alloc(size_t size);

/* Wipe and free. NULL is allowed. */
void secret_free(void *secret, size_t size);

/* Wipe a secret kept elsewhere, such as in a local variable; the compiler cannot leave it out. */
void secret_wipe(void *secret, size_t size);

/* Equal in all `size` bytes, in a time that does not depend on them. */
bool crypt_equal(const void *left, const void *right, size_t size);

/* Fill `size` bytes, fit for keys and nonces. CRYPT_FAILED: no entropy, and nothing to be used. */
enum crypt_status crypt_random(uint8_t *bytes, size_t size);

#endif
