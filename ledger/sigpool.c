#include "ledger/sigpool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    QUEUE_LIMIT = 4096,     /* jobs waiting; a replay runs ahead of its signatures by no more */
    VERIFIERS_LIMIT = 1024, /* keys kept ready; beyond that a key is made ready for each job */
    THREADS_LIMIT = 64,
    STACK_SIZE = 512 * 1024, /* of a worker; the usual 8 MiB each would eat up what a child may have */
    ANSWERS_LEAST = 64,
};

struct job {
    struct job *next;
    const struct verifier *verifier; /* the pool's, or this job's own */
    struct verifier *own;
    uint32_t ticket;
    uint8_t signature[SIGNATURE_SIZE];
    size_t size;
    uint8_t message[];
};

struct ready {
    struct public_key key;
    struct verifier *verifier;
};

struct sigpool {
    pthread_mutex_t mutex;
    pthread_cond_t work, room; /* there is something to do; there is room, or nothing left to do */
    struct job *first, **last;
    size_t queued, running;
    bool stopping;
    struct sigpool_answer *answers;
    size_t answer_count, answer_capacity;
    bool answers_lost; /* no memory to keep an answer: the last one kept then says so */
    struct ready *ready;
    size_t ready_count;
    pthread_t threads[THREADS_LIMIT];
    unsigned thread_count;
};

/* The caller holds the mutex. */
static void answer(struct sigpool *pool, uint32_t ticket, enum crypt_status status)
{
    if (status == CRYPT_OK || pool->answers_lost)
        return;
    /* One place is kept free, to say that there were more. */
    if (pool->answer_count + 1 == pool->answer_capacity) {
        size_t capacity = pool->answer_capacity * 2;
        struct sigpool_answer *answers = realloc(pool->answers, capacity * sizeof *answers);

        if (answers == NULL) {
            pool->answers_lost = true;
            status = CRYPT_FAILED;
        } else {
            pool->answers = answers;
            pool->answer_capacity = capacity;
        }
    }
    pool->answers[pool->answer_count++] = (struct sigpool_answer){ ticket, status };
}

static struct job *take(struct sigpool *pool)
{
    struct job *job = pool->first;

    pool->first = job->next;
    if (pool->first == NULL)
        pool->last = &pool->first;
    pool->queued--;
    pool->running++;
    return job;
}

static void *work(void *context)
{
    struct sigpool *pool = context;
    bool ready = crypt_start_thread() == CRYPT_OK;

    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        struct job *job;
        enum crypt_status status;

        while (pool->first == NULL && !pool->stopping)
            pthread_cond_wait(&pool->work, &pool->mutex);
        if (pool->first == NULL)
            break;
        job = take(pool);
        pthread_mutex_unlock(&pool->mutex);
        status = ready ? verifier_check(job->verifier, job->message, job->size, job->signature) : CRYPT_FAILED;
        pthread_mutex_lock(&pool->mutex);
        answer(pool, job->ticket, status);
        pool->running--;
        verifier_free(job->own);
        free(job);
        pthread_cond_broadcast(&pool->room);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static unsigned cores(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : count > THREADS_LIMIT ? THREADS_LIMIT : (unsigned)count;
}

/* As many as can be had. */
static void start_threads(struct sigpool *pool, unsigned count)
{
    pthread_attr_t attributes;

    if (pthread_attr_init(&attributes) != 0)
        return;
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (pool->thread_count < count && pool->thread_count < THREADS_LIMIT &&
           pthread_create(&pool->threads[pool->thread_count], &attributes, work, pool) == 0)
        pool->thread_count++;
    pthread_attr_destroy(&attributes);
}

enum ledger_status sigpool_new(unsigned threads, struct sigpool **pool, struct error *error)
{
    struct sigpool *made = calloc(1, sizeof *made);

    *pool = NULL;
    if (made == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    made->ready = calloc(VERIFIERS_LIMIT, sizeof *made->ready);
    made->answers = calloc(ANSWERS_LEAST, sizeof *made->answers);
    if (made->ready == NULL || made->answers == NULL) {
        free(made->ready);
        free(made->answers);
        free(made);
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    }
    made->answer_capacity = ANSWERS_LEAST;
    made->last = &made->first;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->work, NULL);
    pthread_cond_init(&made->room, NULL);
    start_threads(made, threads == 0 ? cores() : threads);
    if (made->thread_count == 0) {
        sigpool_free(made);
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "no thread could be started");
    }
    *pool = made;
    return LEDGER_OK;
}

/* The key made ready, kept by the pool while it has room; else `*own` is the job's. */
static enum crypt_status verifier_of(struct sigpool *pool, const struct public_key *key, const struct verifier **verifier,
                                     struct verifier **own)
{
    enum crypt_status status;

    *own = NULL;
    for (size_t i = 0; i < pool->ready_count; i++)
        if (public_key_equal(&pool->ready[i].key, key)) {
            *verifier = pool->ready[i].verifier;
            return CRYPT_OK;
        }
    status = verifier_new(key, own);
    if (status != CRYPT_OK)
        return status;
    *verifier = *own;
    if (pool->ready_count < VERIFIERS_LIMIT) {
        pool->ready[pool->ready_count++] = (struct ready){ *key, *own };
        *own = NULL;
    }
    return CRYPT_OK;
}

enum ledger_status sigpool_add(struct sigpool *pool, uint32_t ticket, const struct public_key *key, struct bytes message,
                               const uint8_t signature[static SIGNATURE_SIZE], struct error *error)
{
    const struct verifier *verifier = NULL;
    struct verifier *own;
    enum crypt_status status = verifier_of(pool, key, &verifier, &own);
    struct job *job;

    if (status != CRYPT_OK) {
        pthread_mutex_lock(&pool->mutex);
        answer(pool, ticket, status);
        pthread_mutex_unlock(&pool->mutex);
        return LEDGER_OK;
    }
    job = malloc(sizeof *job + message.size);
    if (job == NULL) {
        verifier_free(own);
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    }
    *job = (struct job){ .verifier = verifier, .own = own, .ticket = ticket, .size = message.size };
    memcpy(job->signature, signature, SIGNATURE_SIZE);
    memcpy(job->message, message.data, message.size);
    pthread_mutex_lock(&pool->mutex);
    while (pool->queued >= QUEUE_LIMIT)
        pthread_cond_wait(&pool->room, &pool->mutex);
    *pool->last = job;
    pool->last = &job->next;
    pool->queued++;
    pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    return LEDGER_OK;
}

void sigpool_wait(struct sigpool *pool, const struct sigpool_answer **answers, size_t *count)
{
    pthread_mutex_lock(&pool->mutex);
    while (pool->queued > 0 || pool->running > 0)
        pthread_cond_wait(&pool->room, &pool->mutex);
    *answers = pool->answers;
    *count = pool->answer_count;
    pthread_mutex_unlock(&pool->mutex);
}

void sigpool_free(struct sigpool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    for (unsigned i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    assert(pool->first == NULL);
    for (size_t i = 0; i < pool->ready_count; i++)
        verifier_free(pool->ready[i].verifier);
    pthread_cond_destroy(&pool->work);
    pthread_cond_destroy(&pool->room);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->ready);
    free(pool->answers);
    free(pool);
}
