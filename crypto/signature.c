#include "crypto/signature.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "crypto/internal.h"

#define SCALAR_SIZE (SIGNATURE_SIZE / 2)
#define DER_MAX 72      /* SEQUENCE of two INTEGERs of 33 bytes: 2 + 2 * (2 + 33) */

struct verifier {
    EVP_PKEY *handle;
    enum key_algorithm algorithm;
};

/* ---- the scalars of P-256, 32 bytes big endian, so that memcmp is their order */

/* n, the order of the group, and (n - 1) / 2 */
static const uint8_t order[SCALAR_SIZE] = {
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
};
static const uint8_t half_order[SCALAR_SIZE] = {
    0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
};

static bool is_scalar(const uint8_t value[static SCALAR_SIZE])
{
    static const uint8_t zero[SCALAR_SIZE];

    return memcmp(value, zero, SCALAR_SIZE) != 0 && memcmp(value, order, SCALAR_SIZE) < 0;
}

static bool is_low(const uint8_t s[static SCALAR_SIZE])
{
    return memcmp(s, half_order, SCALAR_SIZE) <= 0;
}

/* s = n - s */
static void negate(uint8_t s[static SCALAR_SIZE])
{
    int borrow = 0;

    for (size_t i = SCALAR_SIZE; i-- > 0;) {
        int difference = order[i] - s[i] - borrow;

        borrow = difference < 0;
        s[i] = (uint8_t)(difference + 256 * borrow);
    }
}

enum crypt_status signature_normalise_p256(uint8_t signature[static SIGNATURE_SIZE])
{
    uint8_t *s = signature + SCALAR_SIZE;

    if (!is_scalar(signature) || !is_scalar(s))
        return CRYPT_BAD_SIGNATURE;
    if (!is_low(s))
        negate(s);
    return CRYPT_OK;
}

/* ---- the library's ECDSA speaks DER */

/* Write an INTEGER: no leading zero bytes, but one where the top bit would make it negative. */
static size_t put_integer(uint8_t *der, const uint8_t value[static SCALAR_SIZE])
{
    size_t skipped = 0;
    size_t size, sign;

    while (skipped < SCALAR_SIZE - 1 && value[skipped] == 0)
        skipped++;
    size = SCALAR_SIZE - skipped;
    sign = value[skipped] >> 7;
    der[0] = 0x02;
    der[1] = (uint8_t)(size + sign);
    der[2] = 0;
    memcpy(der + 2 + sign, value + skipped, size);
    return 2 + sign + size;
}

static size_t der_of(const uint8_t signature[static SIGNATURE_SIZE], uint8_t der[static DER_MAX])
{
    size_t size = 2;

    size += put_integer(der + size, signature);
    size += put_integer(der + size, signature + SCALAR_SIZE);
    der[0] = 0x30;
    der[1] = (uint8_t)(size - 2);
    return size;
}

static bool read_der(const uint8_t *der, size_t size, uint8_t signature[static SIGNATURE_SIZE])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    bool done = pair != NULL
             && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, SCALAR_SIZE) == SCALAR_SIZE
             && BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + SCALAR_SIZE, SCALAR_SIZE) == SCALAR_SIZE;

    ECDSA_SIG_free(pair);
    return done;
}

/* ---- signing */

/* Ed25519 hashes for itself, and is told so by naming no digest. */
static const char *digest_name(enum key_algorithm algorithm)
{
    return algorithm == KEY_P256 ? "SHA256" : NULL;
}

static bool sign(EVP_MD_CTX *context, const struct private_key *key, const uint8_t *message, size_t size,
                 uint8_t signature[static SIGNATURE_SIZE])
{
    enum key_algorithm algorithm = private_key_public(key).algorithm;
    uint8_t der[DER_MAX];
    uint8_t *made = algorithm == KEY_P256 ? der : signature;
    size_t made_size = algorithm == KEY_P256 ? sizeof der : SIGNATURE_SIZE;

    if (EVP_DigestSignInit_ex(context, NULL, digest_name(algorithm), NULL, NULL,
                              private_key_handle(key), NULL) != 1
        || EVP_DigestSign(context, made, &made_size, message, size) != 1)
        return false;
    if (algorithm == KEY_ED25519)
        return made_size == SIGNATURE_SIZE;
    return read_der(der, made_size, signature) && signature_normalise_p256(signature) == CRYPT_OK;
}

enum crypt_status private_key_sign(const struct private_key *key, const uint8_t *message, size_t size,
                                   uint8_t signature[static SIGNATURE_SIZE])
{
    struct crypt_thread *thread = crypt_this_thread();
    bool signed_it;

    if (thread == NULL) {
        memset(signature, 0, SIGNATURE_SIZE);
        return CRYPT_FAILED;
    }
    signed_it = sign(thread->signature, key, message, size, signature);
    EVP_MD_CTX_reset(thread->signature);
    ERR_clear_error();
    if (!signed_it)
        memset(signature, 0, SIGNATURE_SIZE);
    return signed_it ? CRYPT_OK : CRYPT_FAILED;
}

/* ---- verifying */

enum crypt_status verifier_new(const struct public_key *key, struct verifier **verifier)
{
    EVP_PKEY *handle;
    enum crypt_status status = public_key_open(key, &handle);

    *verifier = NULL;
    if (status != CRYPT_OK)
        return status;
    *verifier = calloc(1, sizeof **verifier);
    if (*verifier == NULL) {
        EVP_PKEY_free(handle);
        return CRYPT_FAILED;
    }
    (*verifier)->handle = handle;
    (*verifier)->algorithm = key->algorithm;
    return CRYPT_OK;
}

void verifier_free(struct verifier *verifier)
{
    if (verifier == NULL)
        return;
    EVP_PKEY_free(verifier->handle);
    free(verifier);
}

/* Ed25519 in OpenSSL 3.0 refuses S >= L, and compares R with the point it computes by its bytes,
 * which refuses every R that is not canonical and settles on the equation without cofactor.
 */
static enum crypt_status verify(EVP_MD_CTX *context, const struct verifier *verifier,
                                const uint8_t *message, size_t size,
                                const uint8_t signature[static SIGNATURE_SIZE])
{
    uint8_t der[DER_MAX];
    size_t signature_size = SIGNATURE_SIZE;

    if (verifier->algorithm == KEY_P256) {
        if (!is_scalar(signature) || !is_scalar(signature + SCALAR_SIZE)
            || !is_low(signature + SCALAR_SIZE))
            return CRYPT_BAD_SIGNATURE;
        signature_size = der_of(signature, der);
        signature = der;
    }
    crypt_begin();
    if (EVP_DigestVerifyInit_ex(context, NULL, digest_name(verifier->algorithm), NULL, NULL,
                                verifier->handle, NULL) != 1)
        return CRYPT_FAILED;
    if (EVP_DigestVerify(context, signature, signature_size, message, size) != 1)
        return crypt_blame(CRYPT_BAD_SIGNATURE);
    return CRYPT_OK;
}

enum crypt_status verifier_check(const struct verifier *verifier, const uint8_t *message, size_t size,
                                 const uint8_t signature[static SIGNATURE_SIZE])
{
    struct crypt_thread *thread = crypt_this_thread();
    enum crypt_status status;

    if (thread == NULL)
        return CRYPT_FAILED;
    status = verify(thread->signature, verifier, message, size, signature);
    EVP_MD_CTX_reset(thread->signature);
    ERR_clear_error();
    return status;
}

bool verifier_accepts(const struct verifier *verifier, const uint8_t *message, size_t size,
                      const uint8_t signature[static SIGNATURE_SIZE])
{
    return verifier_check(verifier, message, size, signature) == CRYPT_OK;
}
