#include "crypto/digest.h"

#include <assert.h>
#include <string.h>

#include <openssl/evp.h>

#include "crypto/internal.h"

static bool begin(struct hasher *hasher)
{
    hasher->is_begun = EVP_DigestInit_ex2(hasher->context, crypt_sha256(), NULL) == 1;
    return hasher->is_begun;
}

enum crypt_status hasher_init(struct hasher *hasher)
{
    *hasher = HASHER_NONE;
    hasher->context = EVP_MD_CTX_new();
    if (hasher->context == NULL)
        return CRYPT_FAILED;
    return begin(hasher) ? CRYPT_OK : CRYPT_FAILED;
}

void hasher_update(struct hasher *hasher, const uint8_t *data, size_t size)
{
    bool ready = hasher->is_begun || begin(hasher);
    int updated;

    assert(ready);
    updated = EVP_DigestUpdate(hasher->context, data, size);
    assert(updated == 1);
}

struct digest hasher_finish(struct hasher *hasher)
{
    struct digest digest;
    unsigned size = 0;
    bool ready = hasher->is_begun || begin(hasher);
    int finished;

    assert(ready);
    finished = EVP_DigestFinal_ex(hasher->context, digest.bytes, &size);
    assert(finished == 1 && size == sizeof digest.bytes);
    /* Ahead of the next digest; what fails here is tried again there. */
    begin(hasher);
    return digest;
}

void hasher_release(struct hasher *hasher)
{
    EVP_MD_CTX_free(hasher->context);
    *hasher = HASHER_NONE;
}

struct digest digest_bytes(const uint8_t *data, size_t size)
{
    struct crypt_thread *thread = crypt_this_thread();

    assert(thread != NULL);
    hasher_update(&thread->hasher, data, size);
    return hasher_finish(&thread->hasher);
}

struct digest digest_prefixed(uint8_t prefix, const uint8_t *data, size_t size)
{
    struct crypt_thread *thread = crypt_this_thread();

    assert(thread != NULL);
    hasher_update(&thread->hasher, &prefix, 1);
    hasher_update(&thread->hasher, data, size);
    return hasher_finish(&thread->hasher);
}

bool digest_equal(const struct digest *left, const struct digest *right)
{
    return memcmp(left->bytes, right->bytes, sizeof left->bytes) == 0;
}
