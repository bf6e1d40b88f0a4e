#include "crypto/cipher.h"

#include <string.h>

#include <openssl/evp.h>

#include "crypto/internal.h"

/* What the library wants to know of one message, whichever way it goes. */
struct message {
    const uint8_t *nonce;
    const uint8_t *associated;
    size_t associated_size;
    const uint8_t *input;
    size_t input_size;
    uint8_t *output;
};

static bool transform(EVP_CIPHER_CTX *context, const uint8_t *key, const struct message *message,
                      bool encrypt)
{
    int size;

    if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, message->nonce, encrypt) != 1)
        return false;
    if (message->associated_size > 0
        && EVP_CipherUpdate(context, NULL, &size, message->associated,
                            (int)message->associated_size) != 1)
        return false;
    return message->input_size == 0
        || EVP_CipherUpdate(context, message->output, &size, message->input,
                            (int)message->input_size) == 1;
}

/* The mode has nothing left to write at the end; there it makes the tag, or checks it. */
static bool finish(EVP_CIPHER_CTX *context)
{
    uint8_t nothing[EVP_MAX_BLOCK_LENGTH];
    int size = 0;

    return EVP_CipherFinal_ex(context, nothing, &size) == 1 && size == 0;
}

enum crypt_status cipher_seal(const uint8_t key[static CIPHER_KEY_SIZE],
                              const uint8_t *associated, size_t associated_size,
                              const uint8_t *plain, size_t plain_size, uint8_t *sealed)
{
    struct message message = { sealed, associated, associated_size, plain, plain_size,
                               sealed + CIPHER_NONCE_SIZE };
    EVP_CIPHER_CTX *context;
    bool done;

    if (plain_size > CIPHER_PLAIN_MAX || associated_size > CIPHER_PLAIN_MAX)
        return CRYPT_BAD_DATA;
    if (crypt_random(sealed, CIPHER_NONCE_SIZE) != CRYPT_OK)
        return CRYPT_FAILED;
    crypt_begin();
    context = EVP_CIPHER_CTX_new();
    done = context != NULL && transform(context, key, &message, true) && finish(context)
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CIPHER_TAG_SIZE,
                               message.output + plain_size) == 1;
    EVP_CIPHER_CTX_free(context);
    return done ? CRYPT_OK : crypt_blame(CRYPT_FAILED);
}

enum crypt_status cipher_open(const uint8_t key[static CIPHER_KEY_SIZE],
                              const uint8_t *associated, size_t associated_size,
                              const uint8_t *sealed, size_t sealed_size, uint8_t *plain)
{
    size_t plain_size = sealed_size - CIPHER_OVERHEAD;
    struct message message = { sealed, associated, associated_size, sealed + CIPHER_NONCE_SIZE,
                               plain_size, plain };
    uint8_t tag[CIPHER_TAG_SIZE];
    EVP_CIPHER_CTX *context;
    enum crypt_status status = CRYPT_FAILED;

    if (sealed_size < CIPHER_OVERHEAD || plain_size > CIPHER_PLAIN_MAX
        || associated_size > CIPHER_PLAIN_MAX)
        return CRYPT_BAD_DATA;
    memcpy(tag, sealed + CIPHER_NONCE_SIZE + plain_size, sizeof tag);
    crypt_begin();
    context = EVP_CIPHER_CTX_new();
    if (context != NULL && transform(context, key, &message, false)
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, CIPHER_TAG_SIZE, tag) == 1)
        status = finish(context) ? CRYPT_OK : crypt_blame(CRYPT_BAD_DATA);
    EVP_CIPHER_CTX_free(context);
    /* What was decrypted before its tag was found wrong is somebody's invention. */
    if (status != CRYPT_OK)
        secret_wipe(plain, plain_size);
    return status;
}
