#include "crypto/crypto.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "crypto/digest.h"
#include "crypto/internal.h"

#define SECRETS_SIZE 65536
#define SECRETS_BLOCK_SIZE 32

/* Written once, by start_library, and only read afterwards. */
static struct {
    bool is_ready;
    EVP_MD *sha256;
    pthread_key_t thread_key;
} library;

/* Set when the library is refused memory in this thread (crypt_begin, crypt_blame). */
static _Thread_local bool memory_ran_out;

static void *library_malloc(size_t size, const char *file, int line)
{
    void *memory = size == 0 ? NULL : malloc(size);

    (void)file;
    (void)line;
    memory_ran_out |= size != 0 && memory == NULL;
    return memory;
}

static void library_free(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    free(memory);
}

static void *library_realloc(void *memory, size_t size, const char *file, int line)
{
    void *moved;

    if (size == 0) {
        library_free(memory, file, line);
        return NULL;
    }
    moved = realloc(memory, size);
    memory_ran_out |= moved == NULL;
    return moved;
}

static void thread_end(void *value)
{
    struct crypt_thread *thread = value;

    hasher_release(&thread->hasher);
    EVP_MD_CTX_free(thread->signature);
    free(thread);
}

static void start_library(void)
{
    /* Asked for first, for the library allows it only before it has allocated anything. Where somebody
     * was quicker, its own errors are all we have: they tell most wants of memory, not all. */
    CRYPTO_set_mem_functions(library_malloc, library_realloc, library_free);
    /* Before the first key, or that key would lie outside. Where memory may not be locked it is a heap of
     * its own all the same, and wiped. */
    (void)CRYPTO_secure_malloc_init(SECRETS_SIZE, SECRETS_BLOCK_SIZE);
    library.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (library.sha256 == NULL)
        return;
    library.is_ready = pthread_key_create(&library.thread_key, thread_end) == 0;
}

enum crypt_status crypt_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (pthread_once(&once, start_library) != 0 || !library.is_ready)
        return CRYPT_FAILED;
    return crypt_start_thread();
}

enum crypt_status crypt_start_thread(void)
{
    return crypt_this_thread() == NULL ? CRYPT_FAILED : CRYPT_OK;
}

const EVP_MD *crypt_sha256(void)
{
    return library.sha256;
}

static struct crypt_thread *thread_begin(void)
{
    struct crypt_thread *thread = calloc(1, sizeof *thread);

    if (thread == NULL)
        return NULL;
    thread->signature = EVP_MD_CTX_new();
    if (thread->signature == NULL || hasher_init(&thread->hasher) != CRYPT_OK
        || pthread_setspecific(library.thread_key, thread) != 0) {
        thread_end(thread);
        return NULL;
    }
    return thread;
}

struct crypt_thread *crypt_this_thread(void)
{
    struct crypt_thread *thread;

    assert(library.is_ready);   /* crypt_start comes first */
    thread = pthread_getspecific(library.thread_key);
    return thread != NULL ? thread : thread_begin();
}

void *secret_alloc(size_t size)
{
    return OPENSSL_secure_zalloc(size);
}

void secret_free(void *secret, size_t size)
{
    OPENSSL_secure_clear_free(secret, size);
}

void secret_wipe(void *secret, size_t size)
{
    OPENSSL_cleanse(secret, size);
}

bool crypt_equal(const void *left, const void *right, size_t size)
{
    return CRYPTO_memcmp(left, right, size) == 0;
}

enum crypt_status crypt_random(uint8_t *bytes, size_t size)
{
    assert(size <= INT_MAX);
    crypt_begin();
    if (RAND_bytes(bytes, (int)size) != 1) {
        secret_wipe(bytes, size);
        return crypt_blame(CRYPT_FAILED);
    }
    return CRYPT_OK;
}

void crypt_begin(void)
{
    ERR_clear_error();
    memory_ran_out = false;
}

enum crypt_status crypt_blame(enum crypt_status otherwise)
{
    unsigned long code;
    enum crypt_status status = memory_ran_out ? CRYPT_FAILED : otherwise;

    /* Locked memory is not had from library_malloc, and its want is found here. */
    while ((code = ERR_get_error()) != 0)
        if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
            status = CRYPT_FAILED;
    return status;
}
