/* The names and text form of verifier keys. */
#include "crypto/note.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/base64.h"
#include "crypto/note_parts.h"

#define HASH_DIGITS 8
#define TYPED_KEY_SIZE (1 + KEY_ED25519_SIZE)

/* The spaces of Unicode beyond ASCII, in UTF-8; U+2000 to U+200A are a range of their own. */
static const char *const wide_spaces[] = {
    "\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
    "\xe2\x81\x9f", "\xe3\x80\x80",
};

static bool begins_with_wide_space(const char *text, size_t size)
{
    if (size >= 3 && memcmp(text, "\xe2\x80", 2) == 0
        && (uint8_t)text[2] >= 0x80 && (uint8_t)text[2] <= 0x8a)
        return true;
    for (size_t i = 0; i < sizeof wide_spaces / sizeof wide_spaces[0]; i++) {
        size_t length = strlen(wide_spaces[i]);

        if (size >= length && memcmp(text, wide_spaces[i], length) == 0)
            return true;
    }
    return false;
}

bool note_name_is_valid(const char *name, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((uint8_t)name[i] <= ' ' || name[i] == '+' || begins_with_wide_space(name + i, size - i))
            return false;
    return size > 0;
}

struct public_key vkey_public(const struct vkey *vkey)
{
    struct public_key key = { .algorithm = KEY_ED25519 };

    memcpy(key.bytes, vkey->key, sizeof vkey->key);
    return key;
}

static void typed_key(const struct vkey *vkey, uint8_t bytes[static TYPED_KEY_SIZE])
{
    bytes[0] = (uint8_t)vkey->type;
    memcpy(bytes + 1, vkey->key, sizeof vkey->key);
}

static uint32_t vkey_hash(const struct vkey *vkey)
{
    uint8_t bytes[NOTE_NAME_MAX + 1 + TYPED_KEY_SIZE];
    size_t name_size = strlen(vkey->name);
    struct digest digest;

    memcpy(bytes, vkey->name, name_size);
    bytes[name_size] = '\n';
    typed_key(vkey, bytes + name_size + 1);
    digest = digest_bytes(bytes, name_size + 1 + TYPED_KEY_SIZE);
    return (uint32_t)digest.bytes[0] << 24 | (uint32_t)digest.bytes[1] << 16
         | (uint32_t)digest.bytes[2] << 8 | digest.bytes[3];
}

enum crypt_status vkey_make(const char *name, enum vkey_type type, const struct public_key *key,
                            struct vkey *vkey)
{
    enum crypt_status status = vkey_make_sound(name, type, key, vkey);

    return status == CRYPT_OK ? public_key_check(key) : status;
}

enum crypt_status vkey_make_sound(const char *name, enum vkey_type type, const struct public_key *key,
                                  struct vkey *vkey)
{
    size_t name_size = strlen(name);

    assert(type == VKEY_ED25519 || type == VKEY_COSIGNATURE);
    if (name_size > NOTE_NAME_MAX || !note_name_is_valid(name, name_size))
        return CRYPT_BAD_DATA;
    if (key->algorithm != KEY_ED25519)
        return CRYPT_BAD_KEY;
    *vkey = (struct vkey){ .type = type };
    memcpy(vkey->name, name, name_size);
    memcpy(vkey->key, key->bytes, sizeof vkey->key);
    vkey->hash = vkey_hash(vkey);
    return CRYPT_OK;
}

void vkey_format(const struct vkey *vkey, char text[static VKEY_TEXT_MAX + 1])
{
    uint8_t bytes[TYPED_KEY_SIZE];
    char encoded[BASE64_SIZE(TYPED_KEY_SIZE) + 1];
    int written;

    typed_key(vkey, bytes);
    encoded[base64_encode(bytes, sizeof bytes, encoded)] = '\0';
    written = snprintf(text, VKEY_TEXT_MAX + 1, "%s+%08" PRIx32 "+%s", vkey->name, vkey->hash, encoded);
    assert(written > 0 && written <= VKEY_TEXT_MAX);
}

static bool read_hash(const char digits[static HASH_DIGITS], uint32_t *hash)
{
    static const char alphabet[] = "0123456789abcdef";

    *hash = 0;
    for (size_t i = 0; i < HASH_DIGITS; i++) {
        const char *found = memchr(alphabet, digits[i], sizeof alphabet - 1);

        if (found == NULL)
            return false;
        *hash = *hash << 4 | (uint32_t)(found - alphabet);
    }
    return true;
}

/* Read "hash+base64(type || key)", the part behind the name and its plus sign. */
static bool read_tail(const char *text, size_t size, uint32_t *hash, uint8_t bytes[static TYPED_KEY_SIZE])
{
    size_t bytes_size;

    return size > HASH_DIGITS && read_hash(text, hash) && text[HASH_DIGITS] == '+'
        && base64_decode(text + HASH_DIGITS + 1, size - HASH_DIGITS - 1, bytes, TYPED_KEY_SIZE,
                         &bytes_size)
        && bytes_size == TYPED_KEY_SIZE
        && (bytes[0] == VKEY_ED25519 || bytes[0] == VKEY_COSIGNATURE);
}

enum crypt_status vkey_parse(const char *text, size_t size, struct vkey *vkey)
{
    const char *plus = memchr(text, '+', size);
    size_t name_size = plus == NULL ? 0 : (size_t)(plus - text);
    char name[NOTE_NAME_MAX + 1] = { 0 };
    uint8_t bytes[TYPED_KEY_SIZE];
    struct public_key key = { .algorithm = KEY_ED25519 };
    struct vkey made;
    enum crypt_status status;
    uint32_t hash;

    if (name_size == 0 || name_size > NOTE_NAME_MAX || memchr(text, '\0', name_size) != NULL
        || !read_tail(plus + 1, size - name_size - 1, &hash, bytes))
        return CRYPT_BAD_DATA;
    memcpy(name, text, name_size);
    memcpy(key.bytes, bytes + 1, KEY_ED25519_SIZE);
    status = vkey_make(name, (enum vkey_type)bytes[0], &key, &made);
    if (status != CRYPT_OK)
        return status;
    if (made.hash != hash)
        return CRYPT_BAD_DATA;
    *vkey = made;
    return CRYPT_OK;
}
