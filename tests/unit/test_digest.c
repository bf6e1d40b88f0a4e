/* crypto/crypto.h and crypto/digest.h. Expected digests: the examples of FIPS 180-4 as NIST publishes
 * them, and Python's hashlib where a row says so.
 */
#include "crypto/digest.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/hex.h"

static const struct {
    const char *text;
    const char *digest;
} examples[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

#define MILLION_A "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

static void a_digest_is_sha_256(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct digest digest = digest_bytes((const uint8_t *)examples[i].text, strlen(examples[i].text));

        assert_hex(examples[i].digest, digest.bytes, sizeof digest.bytes);
    }
}

static void a_digest_may_come_in_pieces_of_any_size(void **state)
{
    static const size_t piece_sizes[] = { 1, 7, 64, 1000, 1000000 };
    static uint8_t letters[1000000];
    struct hasher hasher;

    (void)state;
    memset(letters, 'a', sizeof letters);
    assert_int_equal(CRYPT_OK, hasher_init(&hasher));
    for (size_t i = 0; i < sizeof piece_sizes / sizeof piece_sizes[0]; i++) {
        struct digest digest;

        for (size_t done = 0; done < sizeof letters; done += piece_sizes[i]) {
            size_t left = sizeof letters - done;

            hasher_update(&hasher, letters + done, left < piece_sizes[i] ? left : piece_sizes[i]);
        }
        digest = hasher_finish(&hasher);
        assert_hex(MILLION_A, digest.bytes, sizeof digest.bytes);
    }
    hasher_release(&hasher);
}

static void a_finished_hasher_is_empty_again(void **state)
{
    struct hasher hasher;
    struct digest digest;

    (void)state;
    assert_int_equal(CRYPT_OK, hasher_init(&hasher));
    hasher_update(&hasher, (const uint8_t *)"something else", 14);
    hasher_finish(&hasher);
    digest = hasher_finish(&hasher);
    assert_hex(examples[0].digest, digest.bytes, sizeof digest.bytes);
    hasher_update(&hasher, (const uint8_t *)"abc", 3);
    digest = hasher_finish(&hasher);
    assert_hex(examples[1].digest, digest.bytes, sizeof digest.bytes);
    hasher_release(&hasher);
}

static void a_hasher_may_be_released_before_it_is_begun_and_twice(void **state)
{
    struct hasher hasher = HASHER_NONE;

    (void)state;
    hasher_release(&hasher);
    assert_int_equal(CRYPT_OK, hasher_init(&hasher));
    hasher_release(&hasher);
    hasher_release(&hasher);
    assert_null(hasher.context);
}

static void hashers_do_not_disturb_each_other_or_the_digests_between(void **state)
{
    struct hasher first, second;
    struct digest digest;

    (void)state;
    assert_int_equal(CRYPT_OK, hasher_init(&first));
    assert_int_equal(CRYPT_OK, hasher_init(&second));
    hasher_update(&first, (const uint8_t *)"a", 1);
    hasher_update(&second, (const uint8_t *)"other", 5);
    digest_bytes((const uint8_t *)"third", 5);
    hasher_update(&first, (const uint8_t *)"bc", 2);
    digest = hasher_finish(&first);
    assert_hex(examples[1].digest, digest.bytes, sizeof digest.bytes);
    hasher_release(&first);
    hasher_release(&second);
}

/* hashlib.sha256(b"\x00" + b"abc") */
static void a_prefix_stands_in_front_of_the_data(void **state)
{
    struct digest digest = digest_prefixed(0, (const uint8_t *)"abc", 3);

    (void)state;
    assert_hex("609f6e36d2405585188d5cfd761f407c7cc46a7d3f314c88270469dde315fcd1", digest.bytes,
               sizeof digest.bytes);
    digest = digest_prefixed('a', (const uint8_t *)"bc", 2);
    assert_hex(examples[1].digest, digest.bytes, sizeof digest.bytes);
}

static void digests_are_equal_in_all_their_bytes_or_not_at_all(void **state)
{
    struct digest digest = digest_bytes((const uint8_t *)"abc", 3);

    (void)state;
    assert_true(digest_equal(&digest, &digest));
    for (size_t i = 0; i < sizeof digest.bytes; i++) {
        struct digest other = digest;

        other.bytes[i] ^= 1;
        assert_false(digest_equal(&digest, &other));
    }
}

static void *digest_in_a_thread(void *wrong)
{
    uint8_t expected[DIGEST_SIZE];

    hex_read(examples[1].digest, expected, sizeof expected);
    for (int i = 0; i < 2000; i++) {
        struct digest digest = digest_bytes((const uint8_t *)"abc", 3);

        if (memcmp(digest.bytes, expected, sizeof expected) != 0)
            *(bool *)wrong = true;
    }
    return NULL;
}

static void threads_digest_each_for_itself(void **state)
{
    pthread_t threads[4];
    bool wrong[4] = { false };

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(0, pthread_create(&threads[i], NULL, digest_in_a_thread, &wrong[i]));
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(0, pthread_join(threads[i], NULL));
        assert_false(wrong[i]);
    }
}

static void starting_again_changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(CRYPT_OK, crypt_start());
    assert_int_equal(CRYPT_OK, crypt_start_thread());
}

static void a_secret_begins_as_zeros_and_runs_out_rather_than_spill(void **state)
{
    static const uint8_t zeros[32];
    uint8_t *secret = secret_alloc(sizeof zeros);

    (void)state;
    assert_non_null(secret);
    assert_memory_equal(zeros, secret, sizeof zeros);
    memset(secret, 0xa5, sizeof zeros);
    secret_wipe(secret, sizeof zeros);
    assert_memory_equal(zeros, secret, sizeof zeros);
    secret_free(secret, sizeof zeros);
    secret_free(NULL, 0);
    assert_null(secret_alloc(1024 * 1024));
}

static void constant_time_equality_sees_every_bit(void **state)
{
    uint8_t left[33] = { 0 };

    (void)state;
    assert_true(crypt_equal(left, left, 0));
    for (size_t bit = 0; bit < 8 * sizeof left; bit++) {
        uint8_t right[sizeof left] = { 0 };

        assert_true(crypt_equal(left, right, sizeof left));
        right[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(crypt_equal(left, right, sizeof left));
    }
}

static void random_bytes_fill_what_was_asked_and_do_not_repeat(void **state)
{
    uint8_t first[32] = { 0 };
    uint8_t second[32] = { 0 };

    (void)state;
    assert_int_equal(CRYPT_OK, crypt_random(first, 31));
    assert_int_equal(0, first[31]);
    assert_int_equal(CRYPT_OK, crypt_random(second, 31));
    assert_memory_not_equal(first, second, 31);
    assert_int_equal(CRYPT_OK, crypt_random(first, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_is_sha_256),
        cmocka_unit_test(a_digest_may_come_in_pieces_of_any_size),
        cmocka_unit_test(a_finished_hasher_is_empty_again),
        cmocka_unit_test(a_hasher_may_be_released_before_it_is_begun_and_twice),
        cmocka_unit_test(hashers_do_not_disturb_each_other_or_the_digests_between),
        cmocka_unit_test(a_prefix_stands_in_front_of_the_data),
        cmocka_unit_test(digests_are_equal_in_all_their_bytes_or_not_at_all),
        cmocka_unit_test(threads_digest_each_for_itself),
        cmocka_unit_test(starting_again_changes_nothing),
        cmocka_unit_test(a_secret_begins_as_zeros_and_runs_out_rather_than_spill),
        cmocka_unit_test(constant_time_equality_sees_every_bit),
        cmocka_unit_test(random_bytes_fill_what_was_asked_and_do_not_repeat),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
