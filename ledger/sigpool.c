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
    bool answers_lost; /* no memory to keep an answer: then nothing may count as judged */
    struct ready *ready;
    size_t ready_count;
    pthread_t threads[THREADS_LIMIT];
    unsigned thread_count;
};

/* The caller holds the mutex. */
static void answer(struct sigpool *pool, uint32_t ticket, enum crypt_status status)
{
    if (status == CRYPT_OK)
        return;
    if (pool->answer_count == pool->answer_capacity) {
        size_t capacity = pool->answer_capacity == 0 ? 64 : pool->answer_capacity * 2;
        struct sigpool_answer *answers = realloc(pool->answers, capacity * sizeof *answers);

        if (answers == NULL) {
            pool->answers_lost = true;
            return;
        }
        pool->answers = answers;
        pool->answer_capacity = capacity;
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

enum ledger_status sigpool_new(unsigned threads, struct sigpool **pool, struct error *error)
{
    struct sigpool *made = calloc(1, sizeof *made);

    *pool = NULL;
    if (made != NULL)
        made->ready = calloc(VERIFIERS_LIMIT, sizeof *made->ready);
    if (made == NULL || made->ready == NULL) {
        free(made);
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    }
    made->last = &made->first;
    pthread_mutex_init(&made->mutex, NULL);
    pthread_cond_init(&made->work, NULL);
    pthread_cond_init(&made->room, NULL);
    if (threads == 0)
        threads = cores() > 1 ? cores() : 1;
    threads = threads > THREADS_LIMIT ? THREADS_LIMIT : threads;
    while (made->thread_count < threads &&
           pthread_create(&made->threads[made->thread_count], NULL, work, made) == 0)
        made->thread_count++;
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
    if (pool->answers_lost && pool->answer_count > 0)
        pool->answers[0].status = CRYPT_FAILED;
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
