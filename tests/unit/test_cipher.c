/* crypto/cipher.h. The sealed message was made by AESGCM of the pyca/cryptography package. */
#include "crypto/cipher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/hex.h"

#define PLAIN "A name nobody should read"
#define PLACE "patient 12"
#define SEALED "6465666768696a6b6c6d6e6f093bb007148c76f05100308ca34519952db76a6eab1e9613c3c4df7a21e0eb28dcaf" \
               "e84da89fc16731"
#define PLAIN_SIZE (sizeof PLAIN - 1)
#define PLACE_SIZE (sizeof PLACE - 1)
#define SEALED_SIZE (PLAIN_SIZE + CIPHER_OVERHEAD)

static const uint8_t *const plain = (const uint8_t *)PLAIN;
static const uint8_t *const place = (const uint8_t *)PLACE;

/* 00 01 02 .. 1f */
static uint8_t *key;

static int start(void **state)
{
    (void)state;
    if (crypt_start() != CRYPT_OK)
        return -1;
    key = secret_alloc(CIPHER_KEY_SIZE);
    for (uint8_t i = 0; key != NULL && i < CIPHER_KEY_SIZE; i++)
        key[i] = i;
    return key != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    secret_free(key, CIPHER_KEY_SIZE);
    return 0;
}

static void a_message_sealed_elsewhere_is_opened(void **state)
{
    uint8_t sealed[SEALED_SIZE], opened[PLAIN_SIZE];

    (void)state;
    assert_int_equal(SEALED_SIZE, hex_read(SEALED, sealed, sizeof sealed));
    assert_int_equal(CRYPT_OK, cipher_open(key, place, PLACE_SIZE, sealed, sizeof sealed, opened));
    assert_memory_equal(plain, opened, sizeof opened);
}

static void a_sealed_message_is_opened_again_and_never_sealed_alike(void **state)
{
    uint8_t first[SEALED_SIZE], second[SEALED_SIZE], opened[PLAIN_SIZE];

    (void)state;
    assert_int_equal(CRYPT_OK, cipher_seal(key, place, PLACE_SIZE, plain, PLAIN_SIZE, first));
    assert_int_equal(CRYPT_OK, cipher_seal(key, place, PLACE_SIZE, plain, PLAIN_SIZE, second));
    assert_memory_not_equal(first, second, CIPHER_NONCE_SIZE);
    assert_memory_not_equal(first + CIPHER_NONCE_SIZE, second + CIPHER_NONCE_SIZE, PLAIN_SIZE);
    assert_int_equal(CRYPT_OK, cipher_open(key, place, PLACE_SIZE, first, sizeof first, opened));
    assert_memory_equal(plain, opened, sizeof opened);
}

static void every_altered_bit_is_noticed_and_nothing_is_left_behind(void **state)
{
    static const uint8_t zeros[PLAIN_SIZE];
    uint8_t sealed[SEALED_SIZE], opened[PLAIN_SIZE];

    (void)state;
    hex_read(SEALED, sealed, sizeof sealed);
    for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
        memset(opened, 0xff, sizeof opened);
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(CRYPT_BAD_DATA,
                         cipher_open(key, place, PLACE_SIZE, sealed, sizeof sealed, opened));
        assert_memory_equal(zeros, opened, sizeof opened);
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void another_place_another_key_and_a_cut_message_are_refused(void **state)
{
    uint8_t sealed[SEALED_SIZE], opened[PLAIN_SIZE];

    (void)state;
    hex_read(SEALED, sealed, sizeof sealed);
    assert_int_equal(CRYPT_BAD_DATA, cipher_open(key, (const uint8_t *)"patient 13", PLACE_SIZE, sealed,
                                                 sizeof sealed, opened));
    assert_int_equal(CRYPT_BAD_DATA, cipher_open(key, place, PLACE_SIZE - 1, sealed, sizeof sealed,
                                                 opened));
    assert_int_equal(CRYPT_BAD_DATA, cipher_open(key, NULL, 0, sealed, sizeof sealed, opened));
    for (size_t size = 0; size < sizeof sealed; size++)
        assert_int_equal(CRYPT_BAD_DATA, cipher_open(key, place, PLACE_SIZE, sealed, size, opened));
    key[31] ^= 1;
    assert_int_equal(CRYPT_BAD_DATA, cipher_open(key, place, PLACE_SIZE, sealed, sizeof sealed, opened));
    key[31] ^= 1;
}

static void an_empty_message_is_still_bound_to_its_place(void **state)
{
    uint8_t sealed[CIPHER_OVERHEAD], nothing[1];

    (void)state;
    assert_int_equal(CRYPT_OK, cipher_seal(key, place, PLACE_SIZE, NULL, 0, sealed));
    assert_int_equal(CRYPT_OK, cipher_open(key, place, PLACE_SIZE, sealed, sizeof sealed, nothing));
    assert_int_equal(CRYPT_BAD_DATA, cipher_open(key, NULL, 0, sealed, sizeof sealed, nothing));
    assert_int_equal(CRYPT_OK, cipher_seal(key, NULL, 0, NULL, 0, sealed));
    assert_int_equal(CRYPT_OK, cipher_open(key, NULL, 0, sealed, sizeof sealed, nothing));
}

static void messages_are_bounded(void **state)
{
    uint8_t *large = calloc(1, CIPHER_PLAIN_MAX + 1);
    uint8_t *sealed = calloc(1, CIPHER_PLAIN_MAX + 1 + CIPHER_OVERHEAD);

    (void)state;
    assert_non_null(large);
    assert_non_null(sealed);
    assert_int_equal(CRYPT_BAD_DATA, cipher_seal(key, NULL, 0, large, CIPHER_PLAIN_MAX + 1, sealed));
    assert_int_equal(CRYPT_BAD_DATA, cipher_seal(key, large, CIPHER_PLAIN_MAX + 1, NULL, 0, sealed));
    assert_int_equal(CRYPT_BAD_DATA, cipher_open(key, NULL, 0, sealed,
                                                 CIPHER_PLAIN_MAX + 1 + CIPHER_OVERHEAD, large));
    assert_int_equal(CRYPT_OK, cipher_seal(key, NULL, 0, large, CIPHER_PLAIN_MAX, sealed));
    assert_int_equal(CRYPT_OK, cipher_open(key, NULL, 0, sealed, CIPHER_PLAIN_MAX + CIPHER_OVERHEAD,
                                           large));
    free(large);
    free(sealed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_sealed_elsewhere_is_opened),
        cmocka_unit_test(a_sealed_message_is_opened_again_and_never_sealed_alike),
        cmocka_unit_test(every_altered_bit_is_noticed_and_nothing_is_left_behind),
        cmocka_unit_test(another_place_another_key_and_a_cut_message_are_refused),
        cmocka_unit_test(an_empty_message_is_still_bound_to_its_place),
        cmocka_unit_test(messages_are_bounded),
    };

    return cmocka_run_group_tests(tests, start, end);
}
