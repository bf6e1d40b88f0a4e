/* Key files: PKCS#8 in PEM, on disk and off it. */
#include "crypto/key.h"

#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "crypto/base64.h"
#include "crypto/internal.h"
#include "crypto/key_bytes.h"

/* scrypt at 16 MiB, the most OpenSSL 3.0 takes on this path: some 60 ms an attempt. */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 1
#define SCRYPT_SALT_SIZE 16

/* PEM as RFC 7468 frames PKCS#8. Read and written here, because the library's reader asks for
 * passphrases of its own accord, takes older kinds of file and wants several times the file in locked
 * memory, and its writer leaves a copy of a plain key in the ordinary heap.
 */
struct pem_frame {
    const char *begin;
    const char *end;
};

static const struct pem_frame plain_frame = {
    "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
};
static const struct pem_frame encrypted_frame = {
    "-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----",
};

#define PEM_LINE_BYTES 48       /* 64 characters */
#define PEM_SIZE_MAX(size) (BASE64_SIZE(size) + (size) / PEM_LINE_BYTES + 1 + 2 * 40)

/* ---- saving */

/* PrivateKeyInfo (RFC 5208) around the secret: RFC 8410 section 7, and RFC 5915 with the public half.
 * Put together here, because the library's encoder leaves copies of the secret in the ordinary heap.
 */
static const uint8_t ed25519_head[] = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
};
static const uint8_t p256_head[] = {
    0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
    0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30, 0x6b, 0x02,
    0x01, 0x01, 0x04, 0x20,
};
static const uint8_t p256_middle[] = { 0xa1, 0x44, 0x03, 0x42, 0x00, 0x04 };

/* The DER bytes of a key to be saved, of either kind and encrypted or not. */
struct der_out {
    uint8_t bytes[512];
    size_t size;
};

static uint8_t *put(uint8_t *out, const void *data, size_t size)
{
    return (uint8_t *)memcpy(out, data, size) + size;
}

static enum crypt_status put_plain(const struct private_key *key, struct der_out *der)
{
    struct public_key public = private_key_public(key);
    uint8_t *out = der->bytes;
    enum crypt_status status;

    if (public.algorithm == KEY_ED25519)
        out = put(out, ed25519_head, sizeof ed25519_head);
    else
        out = put(out, p256_head, sizeof p256_head);
    status = private_key_secret(key, out);
    out += PRIVATE_KEY_SIZE;
    if (public.algorithm == KEY_P256) {
        out = put(out, p256_middle, sizeof p256_middle);
        out = put(out, public.bytes, sizeof public.bytes);
    }
    der->size = (size_t)(out - der->bytes);
    return status;
}

/* Encrypt the key in place. */
static enum crypt_status encrypt(struct der_out *der, const char *passphrase)
{
    const unsigned char *read = der->bytes;
    unsigned char *written = der->bytes;
    uint8_t salt[SCRYPT_SALT_SIZE];
    PKCS8_PRIV_KEY_INFO *plain = d2i_PKCS8_PRIV_KEY_INFO(NULL, &read, (long)der->size);
    X509_ALGOR *scheme = NULL;
    X509_SIG *sealed = NULL;
    enum crypt_status status = CRYPT_FAILED;
    int size;

    if (plain == NULL || crypt_random(salt, sizeof salt) != CRYPT_OK)
        goto done;
    scheme = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof salt, NULL,
                                   SCRYPT_N, SCRYPT_R, SCRYPT_P);
    if (scheme == NULL)
        goto done;
    sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), plain, scheme);
    if (sealed == NULL)
        goto done;
    scheme = NULL;      /* it is a part of `sealed` now */
    size = i2d_X509_SIG(sealed, NULL);
    if (size <= 0 || (size_t)size > sizeof der->bytes)
        goto done;
    size = i2d_X509_SIG(sealed, &written);
    if (size <= 0)
        goto done;
    der->size = (size_t)size;
    status = CRYPT_OK;
done:
    X509_SIG_free(sealed);
    X509_ALGOR_free(scheme);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return status;
}

static char *put_text(char *out, const char *text)
{
    return (char *)memcpy(out, text, strlen(text)) + strlen(text);
}

/* Write the PEM frame and its lines; returns how many characters. */
static size_t put_pem(const struct der_out *der, const struct pem_frame *frame, char *text)
{
    char *out = text;

    out = put_text(out, frame->begin);
    *out++ = '\n';
    for (size_t i = 0; i < der->size; i += PEM_LINE_BYTES) {
        size_t left = der->size - i;

        out += base64_encode(der->bytes + i, left < PEM_LINE_BYTES ? left : PEM_LINE_BYTES, out);
        *out++ = '\n';
    }
    out = put_text(out, frame->end);
    *out++ = '\n';
    return (size_t)(out - text);
}

enum crypt_status private_key_save(const struct private_key *key, const char *path,
                                   const char *passphrase)
{
    struct pages {
        struct der_out der;
        char text[PEM_SIZE_MAX(sizeof((struct der_out){ 0 }.bytes))];
    } *pages;
    enum crypt_status status = CRYPT_FAILED;

    if (passphrase != NULL && (passphrase[0] == '\0' || strlen(passphrase) > INT_MAX))
        return CRYPT_BAD_DATA;
    crypt_begin();
    pages = secret_alloc(sizeof *pages);
    if (pages != NULL)
        status = put_plain(key, &pages->der);
    if (status == CRYPT_OK && passphrase != NULL)
        status = encrypt(&pages->der, passphrase);
    if (status == CRYPT_OK)
        status = key_bytes_create(path, pages->text,
                                  put_pem(&pages->der, passphrase != NULL ? &encrypted_frame : &plain_frame,
                                          pages->text));
    secret_free(pages, sizeof *pages);
    ERR_clear_error();
    return status;
}

/* ---- loading */

/* The bytes of a key file, in locked memory: a plain one holds the key as it is. */
struct key_text {
    char *data;
    size_t size;
};

/* The DER bytes within a PEM text: they take its place, so that no second copy is made. */
struct key_der {
    const unsigned char *data;
    size_t size;
    bool is_encrypted;
};

static bool line_is(const char *line, size_t size, const char *expected)
{
    return size == strlen(expected) && memcmp(line, expected, size) == 0;
}

/* Gather the lines of the first frame at the front of the text, then decode them in place. */
static enum crypt_status read_pem(struct key_text *text, struct key_der *der)
{
    const struct pem_frame *frame = NULL;
    size_t gathered = 0;

    *der = (struct key_der){ NULL, 0, false };
    for (size_t i = 0, size; i < text->size; i += size + 1) {
        const char *line = text->data + i;
        const char *newline = memchr(line, '\n', text->size - i);

        size = newline == NULL ? text->size - i : (size_t)(newline - line);
        if (frame == NULL) {
            if (line_is(line, size, encrypted_frame.begin))
                frame = &encrypted_frame;
            else if (line_is(line, size, plain_frame.begin))
                frame = &plain_frame;
        } else if (line_is(line, size, frame->end)) {
            der->data = (const unsigned char *)text->data;
            der->is_encrypted = frame == &encrypted_frame;
            return base64_decode(text->data, gathered, (uint8_t *)text->data, text->size, &der->size)
                 ? CRYPT_OK : CRYPT_BAD_KEY;
        } else {
            memmove(text->data + gathered, line, size);
            gathered += size;
        }
    }
    return CRYPT_BAD_KEY;
}

/* Why did a decryption fail? With the wrong key the padding is wrong, or by chance right and what it
 * pads is not a key; anything else is a scheme we cannot follow.
 */
static enum crypt_status decrypt_refusal(void)
{
    enum crypt_status status = CRYPT_BAD_KEY;
    unsigned long code;

    while ((code = ERR_get_error()) != 0) {
        int reason = ERR_GET_REASON(code);

        if (reason == ERR_R_MALLOC_FAILURE)
            return CRYPT_FAILED;
        if (ERR_GET_LIB(code) == ERR_LIB_PKCS12
            && (reason == PKCS12_R_PKCS12_CIPHERFINAL_ERROR || reason == PKCS12_R_DECODE_ERROR))
            status = CRYPT_WRONG_PASSPHRASE;
    }
    return crypt_blame(status);
}

static enum crypt_status decrypt(const struct key_der *der, const char *passphrase,
                                 PKCS8_PRIV_KEY_INFO **plain)
{
    const unsigned char *end = der->data;
    X509_SIG *sealed = d2i_X509_SIG(NULL, &end, (long)der->size);
    enum crypt_status status = CRYPT_OK;

    if (sealed == NULL || end != der->data + der->size)
        status = crypt_blame(CRYPT_BAD_KEY);
    else if (passphrase == NULL || strlen(passphrase) > INT_MAX)
        status = CRYPT_WRONG_PASSPHRASE;
    if (status != CRYPT_OK)
        goto done;
    crypt_begin();
    *plain = PKCS8_decrypt(sealed, passphrase, (int)strlen(passphrase));
    if (*plain == NULL)
        status = decrypt_refusal();
done:
    X509_SIG_free(sealed);
    return status;
}

static enum crypt_status open_plain(const struct key_der *der, PKCS8_PRIV_KEY_INFO **plain)
{
    const unsigned char *end = der->data;

    *plain = d2i_PKCS8_PRIV_KEY_INFO(NULL, &end, (long)der->size);
    if (*plain == NULL || end != der->data + der->size)
        return crypt_blame(CRYPT_BAD_KEY);
    return CRYPT_OK;
}

static enum crypt_status key_of(const struct key_der *der, const char *passphrase,
                                struct private_key **key)
{
    PKCS8_PRIV_KEY_INFO *plain = NULL;
    EVP_PKEY *handle;
    enum crypt_status status;

    status = der->is_encrypted ? decrypt(der, passphrase, &plain) : open_plain(der, &plain);
    if (status != CRYPT_OK)
        goto done;
    crypt_begin();
    handle = EVP_PKCS82PKEY(plain);
    status = handle == NULL ? crypt_blame(CRYPT_BAD_KEY) : private_key_adopt(handle, key);
done:
    PKCS8_PRIV_KEY_INFO_free(plain);
    return status;
}

/* The text is released with secret_free also when this fails; `der` lies within it. */
static enum crypt_status read_key_file(const char *path, struct key_text *text, struct key_der *der)
{
    enum crypt_status status;

    crypt_begin();
    status = key_bytes_read(path, &text->data, &text->size);
    return status == CRYPT_OK ? read_pem(text, der) : status;
}

enum crypt_status private_key_load(const char *path, const char *passphrase,
                                   struct private_key **key)
{
    struct key_text text;
    struct key_der der;
    enum crypt_status status;

    *key = NULL;
    status = read_key_file(path, &text, &der);
    if (status == CRYPT_OK)
        status = key_of(&der, passphrase, key);
    secret_free(text.data, text.size);
    ERR_clear_error();
    return status;
}

enum crypt_status key_file_is_encrypted(const char *path, bool *encrypted)
{
    struct key_text text;
    struct key_der der;
    enum crypt_status status;

    status = read_key_file(path, &text, &der);
    if (status == CRYPT_OK)
        *encrypted = der.is_encrypted;
    secret_free(text.data, text.size);
    ERR_clear_error();
    return status;
}
