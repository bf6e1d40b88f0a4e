/* Signatures on all cores: every bad one comes out by its ticket, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/sigpool.h"

enum { JOBS = 3000, KEYS_MANY = 1100 };

struct signed_bytes {
    struct public_key key;
    uint8_t message[32], signature[SIGNATURE_SIZE];
};

static void sign(struct private_key *key, uint32_t number, struct signed_bytes *out)
{
    memset(out, 0, sizeof *out);
    out->key = private_key_public(key);
    memcpy(out->message, &number, sizeof number);
    assert_int_equal(private_key_sign(key, out->message, sizeof out->message, out->signature), CRYPT_OK);
}

static struct sigpool *pool_of(unsigned threads)
{
    struct sigpool *pool;
    struct error error;

    assert_int_equal(sigpool_new(threads, &pool, &error), LEDGER_OK);
    return pool;
}

static void add(struct sigpool *pool, uint32_t ticket, const struct signed_bytes *bytes)
{
    struct error error;

    assert_int_equal(sigpool_add(pool, ticket, &bytes->key, bytes_of(bytes->message, sizeof bytes->message), bytes->signature,
                                 &error),
                     LEDGER_OK);
}

static int compare_tickets(const void *left, const void *right)
{
    const struct sigpool_answer *a = left, *b = right;

    return a->ticket < b->ticket ? -1 : a->ticket > b->ticket;
}

/* The answers in the order of their tickets: the caller's to free. */
static struct sigpool_answer *answers_of(struct sigpool *pool, size_t *count)
{
    const struct sigpool_answer *answers;
    struct sigpool_answer *sorted;

    sigpool_wait(pool, &answers, count);
    sorted = calloc(*count + 1, sizeof *sorted);
    assert_non_null(sorted);
    if (*count > 0)
        memcpy(sorted, answers, *count * sizeof *sorted);
    qsort(sorted, *count, sizeof *sorted, compare_tickets);
    return sorted;
}

static void every_bad_signature_is_told_of_and_no_good_one(void **state)
{
    static const unsigned threads[] = { 0, 1, 2, 7 };

    (void)state;
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        struct sigpool *pool = pool_of(threads[t]);
        struct private_key *keys[2];
        struct signed_bytes good[2];
        struct sigpool_answer *answers;
        size_t count;

        assert_int_equal(private_key_generate(KEY_ED25519, &keys[0]), CRYPT_OK);
        assert_int_equal(private_key_generate(KEY_P256, &keys[1]), CRYPT_OK);
        sign(keys[0], 1, &good[0]);
        sign(keys[1], 2, &good[1]);
        for (uint32_t i = 0; i < JOBS; i++) {
            struct signed_bytes one = good[i % 2];

            if (i % 10 == 3)
                one.signature[i % SIGNATURE_SIZE] ^= 1;
            if (i % 10 == 7)
                one.message[i % sizeof one.message] ^= 0x80;
            add(pool, i, &one);
        }
        answers = answers_of(pool, &count);
        assert_int_equal(count, JOBS / 5);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(answers[i].ticket % 10, i % 2 == 0 ? 3 : 7);
            assert_int_equal(answers[i].status, CRYPT_BAD_SIGNATURE);
        }
        free(answers);
        sigpool_free(pool);
        private_key_release(keys[0]);
        private_key_release(keys[1]);
    }
}

static void more_keys_than_are_kept_ready_are_judged_all_the_same(void **state)
{
    struct sigpool *pool = pool_of(0);
    struct sigpool_answer *answers;
    size_t count;

    (void)state;
    for (uint32_t i = 0; i < KEYS_MANY; i++) {
        struct private_key *key;
        struct signed_bytes one;

        assert_int_equal(private_key_generate(KEY_ED25519, &key), CRYPT_OK);
        sign(key, i, &one);
        private_key_release(key);
        one.message[0] ^= i == 5 || i == KEYS_MANY - 1;
        add(pool, i, &one);
        add(pool, i, &one);
    }
    answers = answers_of(pool, &count);
    assert_int_equal(count, 4);
    assert_int_equal(answers[0].ticket, 5);
    assert_int_equal(answers[3].ticket, KEYS_MANY - 1);
    free(answers);
    sigpool_free(pool);
}

static void a_key_nobody_can_trust_is_told_of(void **state)
{
    struct sigpool *pool = pool_of(1);
    struct signed_bytes one = { .key = { .algorithm = KEY_ED25519 } }; /* the point of order 4 */
    struct sigpool_answer *answers;
    size_t count;

    (void)state;
    add(pool, 9, &one);
    answers = answers_of(pool, &count);
    assert_int_equal(count, 1);
    assert_int_equal(answers[0].ticket, 9);
    assert_int_equal(answers[0].status, CRYPT_BAD_KEY);
    free(answers);
    sigpool_free(pool);
}

static void messages_of_any_size_are_copied(void **state)
{
    struct sigpool *pool = pool_of(0);
    struct private_key *key;
    struct public_key public_key;
    uint8_t *message = malloc(33000), signature[SIGNATURE_SIZE];
    static const size_t sizes[] = { 0, 1, 64, 32768 + 256 };
    const struct sigpool_answer *answers;
    struct error error;
    size_t count;

    (void)state;
    assert_non_null(message);
    assert_int_equal(private_key_generate(KEY_ED25519, &key), CRYPT_OK);
    public_key = private_key_public(key);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(message, (int)i, 33000);
        assert_int_equal(private_key_sign(key, message, sizes[i] % 33000, signature), CRYPT_OK);
        assert_int_equal(sigpool_add(pool, 1, &public_key, bytes_of(message, sizes[i] % 33000), signature, &error), LEDGER_OK);
        memset(message, 0xff, 33000);
    }
    sigpool_wait(pool, &answers, &count);
    assert_int_equal(count, 0);
    sigpool_free(pool);
    private_key_release(key);
    free(message);
}

static void a_pool_is_freed_with_or_without_having_worked(void **state)
{
    const struct sigpool_answer *answers;
    struct sigpool *pool;
    size_t count;

    (void)state;
    sigpool_free(NULL);
    sigpool_free(pool_of(3));
    pool = pool_of(3);
    sigpool_wait(pool, &answers, &count);
    assert_int_equal(count, 0);
    sigpool_free(pool);
}

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bad_signature_is_told_of_and_no_good_one),
        cmocka_unit_test(more_keys_than_are_kept_ready_are_judged_all_the_same),
        cmocka_unit_test(a_key_nobody_can_trust_is_told_of),
        cmocka_unit_test(messages_of_any_size_are_copied),
        cmocka_unit_test(a_pool_is_freed_with_or_without_having_worked),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
