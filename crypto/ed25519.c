/* What OpenSSL does not ask of an Ed25519 public key, asked here. */
#include "crypto/internal.h"

#include <string.h>

#include <openssl/bn.h>

/* Numbers modulo p = 2^255 - 19, big endian. */
#define P "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"
#define D "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3"

/* The y of the eight points of small order, as they are encoded, little endian, without the sign of x:
 * 0 (order 4), 1 (order 1), p - 1 (order 2), and two of order 8.
 */
static const uint8_t small_order[][KEY_ED25519_SIZE] = {
    { 0x00 },
    { 0x01 },
    { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
    { 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
      0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
    { 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
      0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
};

static bool is_small_order(const uint8_t y[static KEY_ED25519_SIZE])
{
    for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++)
        if (memcmp(y, small_order[i], KEY_ED25519_SIZE) == 0)
            return true;
    return false;
}

/* -x^2 + y^2 = 1 + d x^2 y^2 has an x exactly when u/v is a square modulo p, for u = y^2 - 1 and
 * v = d y^2 + 1, which is never zero; and u/v is a square exactly when u v is. Only x = 0 makes the
 * sign of x ambiguous, and those two points are of small order.
 */
static enum crypt_status judge(const BIGNUM *y, BN_CTX *context)
{
    BIGNUM *p = NULL;
    BIGNUM *d = NULL;
    BIGNUM *u = BN_CTX_get(context);
    BIGNUM *v = BN_CTX_get(context);
    enum crypt_status status = CRYPT_FAILED;
    int symbol;

    if (v == NULL || BN_hex2bn(&p, P) == 0 || BN_hex2bn(&d, D) == 0)
        goto done;
    if (BN_cmp(y, p) >= 0) {
        status = CRYPT_BAD_KEY;
        goto done;
    }
    if (!BN_mod_sqr(u, y, p, context) || !BN_mod_mul(v, u, d, p, context) || !BN_sub_word(u, 1)
        || !BN_add_word(v, 1) || !BN_mod_mul(u, u, v, p, context))
        goto done;
    symbol = BN_kronecker(u, p, context);
    if (symbol != -2)
        status = symbol == -1 ? CRYPT_BAD_KEY : CRYPT_OK;
done:
    BN_free(p);
    BN_free(d);
    return status;
}

enum crypt_status ed25519_check(const uint8_t point[static KEY_ED25519_SIZE])
{
    uint8_t encoded_y[KEY_ED25519_SIZE];
    BN_CTX *context;
    BIGNUM *y;
    enum crypt_status status = CRYPT_FAILED;

    memcpy(encoded_y, point, sizeof encoded_y);
    encoded_y[KEY_ED25519_SIZE - 1] &= 0x7f;    /* the top bit is the sign of x */
    if (is_small_order(encoded_y))
        return CRYPT_BAD_KEY;

    crypt_begin();
    context = BN_CTX_new();
    y = BN_lebin2bn(encoded_y, sizeof encoded_y, NULL);
    if (context != NULL && y != NULL) {
        BN_CTX_start(context);
        status = judge(y, context);
        BN_CTX_end(context);
    }
    BN_free(y);
    BN_CTX_free(context);
    return crypt_blame(status);
}
