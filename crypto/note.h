/* C2SP signed notes (c2sp.org/signed-note), the verifier keys that name their signers, witness
 * cosignatures (c2sp.org/tlog-cosignature) and the three-line text of a checkpoint
 * (c2sp.org/tlog-checkpoint).
 *
 * A note is a text that ends in a newline, a blank line, and signature lines
 *
 *     U+2014 space key-name space base64(key hash || signature)
 *
 * Names and texts are UTF-8; whether they are valid UTF-8 is for the caller to check, because this
 * floor knows no text. Base64 is strict: padded, no white space, no stray bits in the last digit.
 */
#ifndef CRYPTO_NOTE_H
#define CRYPTO_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/crypto.h"
#include "crypto/digest.h"
#include "crypto/key.h"

#define NOTE_NAME_MAX 255              /* bytes of a key name or an origin */
#define NOTE_TEXT_MAX 4096             /* bytes of a text; a checkpoint of ours has 140 to 150 */
#define NOTE_SIZE_MAX (1024 * 1024)    /* bytes of a whole note: room for post-quantum lines of others */
#define NOTE_LINES_MAX 100             /* signature lines; the standard asks for at least 16 */
#define NOTE_LINE_SIZE_MAX (NOTE_NAME_MAX + 128)      /* bytes of a line we write */
#define NOTE_KNOWN_MAX 64              /* keys one may ask about at once */
#define VKEY_TEXT_MAX (NOTE_NAME_MAX + 1 + 8 + 1 + 44)
#define CHECKPOINT_TEXT_MAX (NOTE_NAME_MAX + 1 + 20 + 1 + 44 + 1)

/* What a key signs: the text itself, or a time and the text (a witness). */
enum vkey_type {
    VKEY_ED25519 = 0x01,
    VKEY_COSIGNATURE = 0x04
};

/* A named verifier key. `hash` is the first four bytes, big endian, of
 * SHA-256(name || newline || type || key): with the name it says which key a line claims.
 */
struct vkey {
    char name[NOTE_NAME_MAX + 1];
    enum vkey_type type;
    uint32_t hash;
    uint8_t key[KEY_ED25519_SIZE];
};

/* Give a public key a name. CRYPT_BAD_DATA: the name is empty, too long, or has a space (of any
 * kind Unicode knows), a plus sign or a control character. CRYPT_BAD_KEY: not Ed25519, or weak.
 */
enum crypt_status vkey_make(const char *name, enum vkey_type type, const struct public_key *key,
                            struct vkey *vkey);

/* The one-line form name+hash+base64(type || key), NUL-terminated. */
void vkey_format(const struct vkey *vkey, char text[static VKEY_TEXT_MAX + 1]);

/* Read exactly one such line, without a newline. The hash (eight lower-case hex digits) must be the
 * one that name, type and key give.
 *
 *   CRYPT_BAD_DATA  malformed, or a type other than the two above
 *   CRYPT_BAD_KEY   the key is weak (public_key_check)
 */
enum crypt_status vkey_parse(const char *text, size_t size, struct vkey *vkey);

/* Write a whole note with one signature: the text, a blank line and the line of `name`.
 *
 * `capacity` counts the bytes at `note`; text_size + 1 + NOTE_LINE_SIZE_MAX are always enough.
 *
 *   CRYPT_BAD_DATA  the text is empty, over NOTE_TEXT_MAX, does not end in a newline or holds another
 *                   control character; a name vkey_make refuses; not enough room
 *   CRYPT_BAD_KEY   not an Ed25519 key
 */
enum crypt_status note_sign(const uint8_t *text, size_t text_size, const char *name,
                            const struct private_key *key, uint8_t *note, size_t capacity,
                            size_t *note_size);

/* Write one cosignature line, newline included, to be put at the end of a note with this text.
 *
 * It claims that at `time_s` (seconds since 1970) this was the largest tree the witness had seen of
 * this origin; the caller must have made sure of that, and remembered it, before. Statuses as above;
 * NOTE_LINE_SIZE_MAX bytes are always enough.
 */
enum crypt_status note_cosign(const uint8_t *text, size_t text_size, const char *name,
                              const struct private_key *key, uint64_t time_s, uint8_t *line,
                              size_t capacity, size_t *line_size);

/* What a note turned out to be. `signed_by[i]` and `cosigned_at_s[i]` belong to known[i]; the time is
 * 0 for keys that sign no time. A witness that signed twice is counted once, with the later time.
 */
struct note_result {
    const uint8_t *text;        /* within the caller's bytes, newline included; NULL unless CRYPT_OK */
    size_t text_size;
    size_t line_count;          /* signature lines in all */
    size_t claimed_count;       /* lines that name a known key: 0 tells "unknown" from "bad" */
    size_t signed_count;        /* known keys that signed */
    bool signed_by[NOTE_KNOWN_MAX];
    uint64_t cosigned_at_s[NOTE_KNOWN_MAX];
};

/* Judge a note by the keys one knows, at most NOTE_KNOWN_MAX.
 *
 * Lines of other keys are ignored, whatever their kind, as long as they are lines. Every line of a
 * known key must verify, a repeated one too: the standard lets clients drop repetitions, and we do not.
 *
 *   CRYPT_BAD_DATA       not a note, or over a limit
 *   CRYPT_BAD_SIGNATURE  no line of a known key, or one that does not verify: `result` counts which
 *   CRYPT_BAD_KEY        a known key is weak, which vkey_make and vkey_parse refuse
 *   CRYPT_FAILED         could not be judged
 */
enum crypt_status note_open(const uint8_t *note, size_t note_size, const struct vkey *known,
                            size_t known_count, struct note_result *result);

/* Write the three lines of a checkpoint: origin, tree size in decimal, base64 of the root.
 * CRYPT_BAD_DATA: the origin is empty, over NOTE_NAME_MAX or holds a control character; or not enough
 * room, where CHECKPOINT_TEXT_MAX bytes are always enough.
 */
enum crypt_status checkpoint_format(const char *origin, uint64_t tree_size, const struct digest *root,
                                    uint8_t *text, size_t capacity, size_t *text_size);

/* Read exactly such a text: three lines and no more, no leading zero, a root of 32 bytes. The origin
 * is within the caller's bytes, not NUL-terminated. CRYPT_BAD_DATA fills nothing.
 */
enum crypt_status checkpoint_parse(const uint8_t *text, size_t text_size, const uint8_t **origin,
                                   size_t *origin_size, uint64_t *tree_size, struct digest *root);

#endif
