/* Keys: public ones as plain values, private ones behind a pointer, and the files they are kept in.
 *
 * Two kinds of key exist, named by their COSE algorithm numbers (RFC 9864): Ed25519, the default,
 * and ECDSA on P-256 with SHA-256, for tokens. Private bytes stay in locked memory (crypto.h).
 */
#ifndef CRYPTO_KEY_H
#define CRYPTO_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"
#include "crypto/digest.h"

#define KEY_ED25519_SIZE 32
#define KEY_P256_SIZE 64

enum key_algorithm {
    KEY_ED25519 = -19,
    KEY_P256 = -9
};

/* Ed25519: 32 bytes as RFC 8032 encodes the point, then zeros. P-256: x || y, each 32 bytes, big
 * endian. Equal keys have equal bytes.
 */
struct public_key {
    enum key_algorithm algorithm;
    uint8_t bytes[KEY_P256_SIZE];
};

/* How many of the bytes are used: 32 or 64; 0 for an algorithm we do not have. */
size_t key_public_size(enum key_algorithm algorithm);

bool public_key_equal(const struct public_key *left, const struct public_key *right);

/* Is this a point one may trust signatures under? Every key from outside is asked before use.
 *
 *   CRYPT_BAD_KEY  unknown algorithm; Ed25519: not canonically encoded, not on the curve, of small
 *                  order (anybody can sign for such a key), or bytes after the 32; P-256: not on the
 *                  curve, or a coordinate not below the field prime
 *   CRYPT_FAILED   could not be judged
 */
enum crypt_status public_key_check(const struct public_key *key);

/* The RFC 9679 thumbprint: SHA-256 over the required members of the COSE key in deterministic CBOR,
 * y as bytes. This is the `kid` of our signatures.
 */
struct digest key_thumbprint(const struct public_key *key);

struct private_key;

/* Make a new key. `*key` is the caller's to release; NULL on failure. */
enum crypt_status private_key_generate(enum key_algorithm algorithm, struct private_key **key);

struct public_key private_key_public(const struct private_key *key);

/* Wipe and free. NULL is allowed. */
void private_key_release(struct private_key *key);

/* Write the key to a new file of mode 0600, as PKCS#8 in PEM; OK means file and name are durable.
 *
 * With a passphrase the file is encrypted: PBES2, scrypt N=16384 r=8 p=1, AES-256-CBC. Without (NULL)
 * it is plain, which is for the seal, a machine that must sign unattended. Nothing is left behind on
 * failure.
 *
 *   CRYPT_FILE_EXISTS  a file of that name is never written over
 *   CRYPT_NO_FILE      no such directory
 *   CRYPT_BAD_DATA     the passphrase is empty
 *   CRYPT_FILE_NOT_OURS, CRYPT_IO, CRYPT_FAILED
 */
enum crypt_status private_key_save(const struct private_key *key, const char *path,
                                   const char *passphrase);

/* Read a key back. Never asks at a terminal. `*key` is the caller's to release; NULL on failure.
 *
 * The rules of owner and mode are of the file itself; `path` may lead through symbolic links. A
 * passphrase for a plain file is ignored.
 *
 *   CRYPT_NO_FILE, CRYPT_FILE_NOT_OURS, CRYPT_FILE_EXPOSED, CRYPT_IO
 *   CRYPT_BAD_KEY           not a file, over 16 KiB, not PKCS#8, another kind of key, or its
 *                           public half does not belong to it
 *   CRYPT_WRONG_PASSPHRASE  the file does not decrypt: the passphrase is wrong or missing. The cipher
 *                           of PKCS#8 has no tag, so damage to the encrypted bytes looks the same
 */
enum crypt_status private_key_load(const char *path, const char *passphrase,
                                   struct private_key **key);

/* Does this key file need a passphrase? Refuses the same files as private_key_load. */
enum crypt_status key_file_is_encrypted(const char *path, bool *encrypted);

#endif
