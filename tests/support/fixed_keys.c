#include "tests/support/fixed_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/base64.h"

#define SECRET_SIZE 32
#define PEM_COLUMNS 64

/* PrivateKeyInfo up to the secret: RFC 8410 section 7, and RFC 5915 in RFC 5208 without a public key. */
static const uint8_t ed25519_head[] = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
};
static const uint8_t p256_head[] = {
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
    0x01, 0x04, 0x20,
};

void pem_frame(const char *label, const uint8_t *der, size_t size, char *text, size_t capacity)
{
    char encoded[4096];
    size_t encoded_size = BASE64_SIZE(size);
    size_t used;

    assert_true(encoded_size <= sizeof encoded);
    base64_encode(der, size, encoded);
    used = (size_t)snprintf(text, capacity, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < encoded_size; i += PEM_COLUMNS) {
        size_t left = encoded_size - i;
        int columns = left < PEM_COLUMNS ? (int)left : PEM_COLUMNS;

        used += (size_t)snprintf(text + used, capacity - used, "%.*s\n", columns, encoded + i);
        assert_true(used < capacity);
    }
    used += (size_t)snprintf(text + used, capacity - used, "-----END %s-----\n", label);
    assert_true(used < capacity);
}

void write_private_file(const char *text, size_t size, char *path, size_t capacity)
{
    const char *directory = getenv("TMPDIR");
    int length = snprintf(path, capacity, "%s/phial-key-XXXXXX", directory != NULL ? directory : "/tmp");
    int file;

    assert_true(length > 0 && (size_t)length < capacity);
    file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(size, write(file, text, size));
    assert_int_equal(0, close(file));
}

struct private_key *fixed_key_of(enum key_algorithm algorithm, const uint8_t secret[static SECRET_SIZE])
{
    const uint8_t *head = algorithm == KEY_ED25519 ? ed25519_head : p256_head;
    size_t head_size = algorithm == KEY_ED25519 ? sizeof ed25519_head : sizeof p256_head;
    uint8_t der[sizeof p256_head + SECRET_SIZE];
    char text[512];
    char path[512];
    struct private_key *key;

    memcpy(der, head, head_size);
    memcpy(der + head_size, secret, SECRET_SIZE);
    pem_frame("PRIVATE KEY", der, head_size + SECRET_SIZE, text, sizeof text);
    write_private_file(text, strlen(text), path, sizeof path);
    assert_int_equal(CRYPT_OK, private_key_load(path, NULL, &key));
    assert_int_equal(0, unlink(path));
    return key;
}

struct private_key *fixed_key(enum key_algorithm algorithm, uint8_t number)
{
    uint8_t secret[SECRET_SIZE];

    memset(secret, number, sizeof secret);
    return fixed_key_of(algorithm, secret);
}
