#include "crypto/key.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "crypto/internal.h"

#define COORDINATE_SIZE (KEY_P256_SIZE / 2)
#define P256_NAME "prime256v1"

struct private_key {
    EVP_PKEY *handle;           /* its private part lies in the library's locked memory */
    struct public_key public;
};

size_t key_public_size(enum key_algorithm algorithm)
{
    switch (algorithm) {
    case KEY_ED25519:
        return KEY_ED25519_SIZE;
    case KEY_P256:
        return KEY_P256_SIZE;
    }
    return 0;
}

bool public_key_equal(const struct public_key *left, const struct public_key *right)
{
    return left->algorithm == right->algorithm
        && memcmp(left->bytes, right->bytes, sizeof left->bytes) == 0;
}

static enum crypt_status open_ed25519(const struct public_key *key, EVP_PKEY **handle)
{
    static const uint8_t zeros[sizeof key->bytes - KEY_ED25519_SIZE];
    enum crypt_status status;

    if (memcmp(key->bytes + KEY_ED25519_SIZE, zeros, sizeof zeros) != 0)
        return CRYPT_BAD_KEY;
    status = ed25519_check(key->bytes);
    if (status != CRYPT_OK)
        return status;
    *handle = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, key->bytes, KEY_ED25519_SIZE);
    return *handle == NULL ? CRYPT_FAILED : CRYPT_OK;
}

static enum crypt_status open_p256(const struct public_key *key, EVP_PKEY **handle)
{
    char group[] = P256_NAME;
    uint8_t point[1 + KEY_P256_SIZE] = { POINT_CONVERSION_UNCOMPRESSED };
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    enum crypt_status status = CRYPT_FAILED;

    memcpy(point + 1, key->bytes, KEY_P256_SIZE);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1)
        goto done;
    /* Reading the point is what checks it: coordinates below the prime, on the curve. Infinity has
     * no such form, and the curve has no point of small order. */
    if (EVP_PKEY_fromdata(context, handle, EVP_PKEY_PUBLIC_KEY, parameters) == 1)
        status = CRYPT_OK;
    else
        status = crypt_blame(CRYPT_BAD_KEY);
done:
    EVP_PKEY_CTX_free(context);
    return status;
}

enum crypt_status public_key_open(const struct public_key *key, EVP_PKEY **handle)
{
    enum crypt_status status = CRYPT_BAD_KEY;

    *handle = NULL;
    crypt_begin();
    if (key->algorithm == KEY_ED25519)
        status = open_ed25519(key, handle);
    else if (key->algorithm == KEY_P256)
        status = open_p256(key, handle);
    return crypt_blame(status);
}

enum crypt_status public_key_check(const struct public_key *key)
{
    EVP_PKEY *handle;
    enum crypt_status status = public_key_open(key, &handle);

    EVP_PKEY_free(handle);
    return status;
}

/* The COSE_Key maps of RFC 9679 section 4 in deterministic CBOR, up to their byte strings:
 * {1: 1, -1: 6, -2: x} and {1: 2, -1: 1, -2: x, -3: y}.
 */
static const uint8_t okp_head[] = { 0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, KEY_ED25519_SIZE };
static const uint8_t ec2_head[] = { 0xa4, 0x01, 0x02, 0x20, 0x01, 0x21, 0x58, COORDINATE_SIZE };
static const uint8_t ec2_middle[] = { 0x22, 0x58, COORDINATE_SIZE };

static size_t put(uint8_t *buffer, size_t used, const uint8_t *data, size_t size)
{
    memcpy(buffer + used, data, size);
    return used + size;
}

struct digest key_thumbprint(const struct public_key *key)
{
    uint8_t map[sizeof ec2_head + COORDINATE_SIZE + sizeof ec2_middle + COORDINATE_SIZE];
    size_t size = 0;

    assert(key_public_size(key->algorithm) != 0);
    if (key->algorithm == KEY_ED25519) {
        size = put(map, size, okp_head, sizeof okp_head);
        size = put(map, size, key->bytes, KEY_ED25519_SIZE);
    } else {
        size = put(map, size, ec2_head, sizeof ec2_head);
        size = put(map, size, key->bytes, COORDINATE_SIZE);
        size = put(map, size, ec2_middle, sizeof ec2_middle);
        size = put(map, size, key->bytes + COORDINATE_SIZE, COORDINATE_SIZE);
    }
    return digest_bytes(map, size);
}

/* Made anew rather than imported: the library keeps imported private bytes in the ordinary heap. */
enum crypt_status private_key_generate(enum key_algorithm algorithm, struct private_key **key)
{
    EVP_PKEY *handle = NULL;

    *key = NULL;
    assert(key_public_size(algorithm) != 0);
    crypt_begin();
    if (algorithm == KEY_ED25519)
        handle = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    else
        handle = EVP_PKEY_Q_keygen(NULL, NULL, "EC", P256_NAME);
    if (handle == NULL)
        return crypt_blame(CRYPT_FAILED);
    return private_key_adopt(handle, key);
}

static bool read_ed25519(const EVP_PKEY *handle, struct public_key *public)
{
    size_t size = KEY_ED25519_SIZE;

    public->algorithm = KEY_ED25519;
    return EVP_PKEY_get_raw_public_key(handle, public->bytes, &size) == 1 && size == KEY_ED25519_SIZE;
}

static bool read_coordinate(const EVP_PKEY *handle, const char *name, uint8_t *bytes)
{
    BIGNUM *coordinate = NULL;
    bool done = EVP_PKEY_get_bn_param(handle, name, &coordinate) == 1
             && BN_bn2binpad(coordinate, bytes, COORDINATE_SIZE) == COORDINATE_SIZE;

    BN_free(coordinate);
    return done;
}

static bool read_p256(const EVP_PKEY *handle, struct public_key *public)
{
    char group[sizeof P256_NAME];

    public->algorithm = KEY_P256;
    return EVP_PKEY_get_group_name(handle, group, sizeof group, NULL) == 1
        && strcmp(group, P256_NAME) == 0
        && read_coordinate(handle, OSSL_PKEY_PARAM_EC_PUB_X, public->bytes)
        && read_coordinate(handle, OSSL_PKEY_PARAM_EC_PUB_Y, public->bytes + COORDINATE_SIZE);
}

/* A file may carry a public half of its own choosing, and signatures would be made in its name. */
static bool halves_belong_together(EVP_PKEY *handle)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, handle, NULL);
    bool belong = context != NULL && EVP_PKEY_pairwise_check(context) == 1;

    EVP_PKEY_CTX_free(context);
    return belong;
}

enum crypt_status private_key_adopt(EVP_PKEY *handle, struct private_key **key)
{
    struct private_key *new = calloc(1, sizeof *new);
    bool is_ours = false;

    *key = NULL;
    if (new == NULL) {
        EVP_PKEY_free(handle);
        return CRYPT_FAILED;
    }
    new->handle = handle;
    if (EVP_PKEY_is_a(handle, "ED25519"))
        is_ours = read_ed25519(handle, &new->public);
    else if (EVP_PKEY_is_a(handle, "EC"))
        is_ours = read_p256(handle, &new->public);
    if (!is_ours || !halves_belong_together(handle)) {
        private_key_release(new);
        return crypt_blame(CRYPT_BAD_KEY);
    }
    *key = new;
    return CRYPT_OK;
}

struct public_key private_key_public(const struct private_key *key)
{
    return key->public;
}

EVP_PKEY *private_key_handle(const struct private_key *key)
{
    return key->handle;
}

/* The library hands out the scalar as a number of the machine's own byte order. */
static bool p256_secret(const EVP_PKEY *handle, uint8_t secret[static PRIVATE_KEY_SIZE])
{
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, secret, PRIVATE_KEY_SIZE),
        OSSL_PARAM_construct_end(),
    };
    BIGNUM *scalar = BN_secure_new();
    bool done = scalar != NULL && EVP_PKEY_get_params(handle, parameters) == 1
             && BN_native2bn(secret, PRIVATE_KEY_SIZE, scalar) != NULL
             && BN_bn2binpad(scalar, secret, PRIVATE_KEY_SIZE) == PRIVATE_KEY_SIZE;

    BN_clear_free(scalar);
    return done;
}

enum crypt_status private_key_secret(const struct private_key *key,
                                     uint8_t secret[static PRIVATE_KEY_SIZE])
{
    size_t size = PRIVATE_KEY_SIZE;
    bool done = key->public.algorithm == KEY_ED25519
              ? EVP_PKEY_get_raw_private_key(key->handle, secret, &size) == 1 && size == PRIVATE_KEY_SIZE
              : p256_secret(key->handle, secret);

    return done ? CRYPT_OK : CRYPT_FAILED;
}

void private_key_release(struct private_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->handle);
    free(key);
}
