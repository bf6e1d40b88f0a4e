/* crypto/signature.h. Expected values: RFC 8032 section 7.1 and RFC 6979 A.2.5, the latter's s brought
 * to n - s with Python where it is high.
 */
#include "crypto/signature.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixed_keys.h"
#include "tests/support/hex.h"

#define P256_ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define P256_ORDER_LESS_1 "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
#define P256_HALF "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8"
#define P256_HALF_PLUS_1 "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

static struct verifier *verifier_of(enum key_algorithm algorithm, const char *hex)
{
    struct public_key key = { .algorithm = algorithm };
    struct verifier *verifier;

    hex_read(hex, key.bytes, sizeof key.bytes);
    assert_int_equal(CRYPT_OK, verifier_new(&key, &verifier));
    return verifier;
}

static struct verifier *verifier_for(const struct private_key *key)
{
    struct public_key public = private_key_public(key);
    struct verifier *verifier;

    assert_int_equal(CRYPT_OK, verifier_new(&public, &verifier));
    return verifier;
}

/* ---- Ed25519 */

static const struct {
    const char *secret;
    const char *public;
    const char *message;
    const char *signature;
} rfc_8032[] = {
    { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
      "d25bf5f0595bbe24655141438e7a100b" },
    { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
      "387b2eaeb4302aeeb00d291612bb0c00" },
    { "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
      "4a7c15e9716ed28dc027beceea1ec40a" },
    { "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
      "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
      "454d4423643ce80e2a9ac94fa54ca49f",
      "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
      "3dca179c138ac17ad9bef1177331a704" },
};

static void ed25519_signs_as_rfc_8032_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rfc_8032 / sizeof rfc_8032[0]; i++) {
        uint8_t secret[32], message[64], signature[SIGNATURE_SIZE];
        size_t size = hex_read(rfc_8032[i].message, message, sizeof message);
        struct verifier *verifier = verifier_of(KEY_ED25519, rfc_8032[i].public);
        struct private_key *key;

        hex_read(rfc_8032[i].secret, secret, sizeof secret);
        key = fixed_key_of(KEY_ED25519, secret);
        assert_int_equal(CRYPT_OK, private_key_sign(key, message, size, signature));
        assert_hex(rfc_8032[i].signature, signature, sizeof signature);
        assert_true(verifier_accepts(verifier, message, size, signature));
        private_key_release(key);
        verifier_free(verifier);
    }
}

/* S + L says the same as S in the equation; L = 2^252 + 27742317777372353535851937790883648493. */
static void ed25519_refuses_s_that_is_not_below_the_order(void **state)
{
    static const uint8_t order[32] = {
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    };
    struct verifier *verifier = verifier_of(KEY_ED25519, rfc_8032[0].public);
    uint8_t signature[SIGNATURE_SIZE];
    unsigned carry = 0;

    (void)state;
    hex_read(rfc_8032[0].signature, signature, sizeof signature);
    for (size_t i = 0; i < 32; i++) {
        carry += signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(CRYPT_BAD_SIGNATURE, verifier_check(verifier, NULL, 0, signature));
    verifier_free(verifier);
}

/* ---- P-256 */

#define RFC_6979_PUBLIC "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" \
                        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
#define SAMPLE_R "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
#define SAMPLE_HIGH_S "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
#define SAMPLE_LOW_S "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"

static const struct {
    const char *message;
    const char *signature;
    enum crypt_status status;
} rfc_6979[] = {
    { "sample", SAMPLE_R SAMPLE_LOW_S, CRYPT_OK },
    { "test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
              "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083", CRYPT_OK },
    /* good for ECDSA, and refused: s is high */
    { "sample", SAMPLE_R SAMPLE_HIGH_S, CRYPT_BAD_SIGNATURE },
    { "sample2", SAMPLE_R SAMPLE_LOW_S, CRYPT_BAD_SIGNATURE },
    { "sample", SAMPLE_LOW_S SAMPLE_R, CRYPT_BAD_SIGNATURE },
    { "sample", ZERO SAMPLE_LOW_S, CRYPT_BAD_SIGNATURE },
    { "sample", SAMPLE_R ZERO, CRYPT_BAD_SIGNATURE },
    { "sample", P256_ORDER SAMPLE_LOW_S, CRYPT_BAD_SIGNATURE },
    { "sample", SAMPLE_R P256_ORDER, CRYPT_BAD_SIGNATURE },
    { "sample", ZERO ZERO, CRYPT_BAD_SIGNATURE },
    { "sample", ONE ONE, CRYPT_BAD_SIGNATURE },
};

static void p_256_verifies_as_rfc_6979_has_it_with_s_low(void **state)
{
    struct verifier *verifier = verifier_of(KEY_P256, RFC_6979_PUBLIC);

    (void)state;
    for (size_t i = 0; i < sizeof rfc_6979 / sizeof rfc_6979[0]; i++) {
        const uint8_t *message = (const uint8_t *)rfc_6979[i].message;
        uint8_t signature[SIGNATURE_SIZE];

        hex_read(rfc_6979[i].signature, signature, sizeof signature);
        if (verifier_check(verifier, message, strlen(rfc_6979[i].message), signature)
            != rfc_6979[i].status)
            fail_msg("row %zu", i);
    }
    verifier_free(verifier);
}

static void p_256_signs_with_low_s_each_time_anew(void **state)
{
    struct private_key *key = fixed_key(KEY_P256, 5);
    struct verifier *verifier = verifier_for(key);
    uint8_t signature[SIGNATURE_SIZE], half[32], first[SIGNATURE_SIZE] = { 0 };

    (void)state;
    hex_read(P256_HALF, half, sizeof half);
    for (int i = 0; i < 64; i++) {
        assert_int_equal(CRYPT_OK, private_key_sign(key, (const uint8_t *)"draw", 4, signature));
        assert_true(memcmp(signature + 32, half, sizeof half) <= 0);
        assert_true(verifier_accepts(verifier, (const uint8_t *)"draw", 4, signature));
        assert_memory_not_equal(first, signature, sizeof signature);
        if (i == 0)
            memcpy(first, signature, sizeof first);
    }
    private_key_release(key);
    verifier_free(verifier);
}

static const struct {
    const char *before;
    enum crypt_status status;
    const char *after;
} normalised[] = {
    { SAMPLE_R SAMPLE_HIGH_S, CRYPT_OK, SAMPLE_R SAMPLE_LOW_S },
    { SAMPLE_R SAMPLE_LOW_S, CRYPT_OK, SAMPLE_R SAMPLE_LOW_S },
    { ONE P256_HALF, CRYPT_OK, ONE P256_HALF },
    { ONE P256_HALF_PLUS_1, CRYPT_OK, ONE P256_HALF },
    { ONE P256_ORDER_LESS_1, CRYPT_OK, ONE ONE },
    { P256_ORDER_LESS_1 ONE, CRYPT_OK, P256_ORDER_LESS_1 ONE },
    { ONE P256_ORDER, CRYPT_BAD_SIGNATURE, ONE P256_ORDER },
    { P256_ORDER ONE, CRYPT_BAD_SIGNATURE, P256_ORDER ONE },
    { ZERO ONE, CRYPT_BAD_SIGNATURE, ZERO ONE },
    { ONE ZERO, CRYPT_BAD_SIGNATURE, ONE ZERO },
};

static void a_token_s_signature_is_brought_to_low_s(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof normalised / sizeof normalised[0]; i++) {
        uint8_t signature[SIGNATURE_SIZE];

        hex_read(normalised[i].before, signature, sizeof signature);
        assert_int_equal(normalised[i].status, signature_normalise_p256(signature));
        assert_hex(normalised[i].after, signature, sizeof signature);
    }
}

/* ---- both */

static const enum key_algorithm algorithms[] = { KEY_ED25519, KEY_P256 };

static void a_signature_is_over_every_bit_of_the_message_and_of_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct private_key *key = fixed_key(algorithms[i], 6);
        struct verifier *verifier = verifier_for(key);
        uint8_t message[] = "V-412 draw 350 uL";
        uint8_t signature[SIGNATURE_SIZE];

        assert_int_equal(CRYPT_OK, private_key_sign(key, message, sizeof message, signature));
        for (size_t bit = 0; bit < 8 * sizeof message; bit++) {
            message[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_false(verifier_accepts(verifier, message, sizeof message, signature));
            message[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
            signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_false(verifier_accepts(verifier, message, sizeof message, signature));
            signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        assert_false(verifier_accepts(verifier, message, sizeof message - 1, signature));
        assert_true(verifier_accepts(verifier, message, sizeof message, signature));
        private_key_release(key);
        verifier_free(verifier);
    }
}

static void a_signature_of_another_key_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct private_key *key = fixed_key(algorithms[i], 7);
        struct private_key *other = fixed_key(algorithms[i], 8);
        struct verifier *verifier = verifier_for(other);
        uint8_t signature[SIGNATURE_SIZE];

        assert_int_equal(CRYPT_OK, private_key_sign(key, (const uint8_t *)"x", 1, signature));
        assert_int_equal(CRYPT_BAD_SIGNATURE,
                         verifier_check(verifier, (const uint8_t *)"x", 1, signature));
        private_key_release(key);
        private_key_release(other);
        verifier_free(verifier);
    }
}

static void long_and_empty_messages_are_signed_alike(void **state)
{
    size_t size = 1024 * 1024;
    uint8_t *message = calloc(1, size);

    (void)state;
    assert_non_null(message);
    for (size_t i = 0; i < 2; i++) {
        struct private_key *key = fixed_key(algorithms[i], 9);
        struct verifier *verifier = verifier_for(key);
        uint8_t signature[SIGNATURE_SIZE];

        assert_int_equal(CRYPT_OK, private_key_sign(key, message, size, signature));
        assert_true(verifier_accepts(verifier, message, size, signature));
        assert_false(verifier_accepts(verifier, message, 0, signature));
        assert_int_equal(CRYPT_OK, private_key_sign(key, NULL, 0, signature));
        assert_true(verifier_accepts(verifier, NULL, 0, signature));
        assert_false(verifier_accepts(verifier, message, size, signature));
        private_key_release(key);
        verifier_free(verifier);
    }
    free(message);
}

static void no_verifier_is_made_of_a_weak_key(void **state)
{
    struct public_key weak = { .algorithm = KEY_ED25519, .bytes = { 1 } };
    struct verifier *verifier = (struct verifier *)&weak;

    (void)state;
    assert_int_equal(CRYPT_BAD_KEY, verifier_new(&weak, &verifier));
    assert_null(verifier);
    weak.algorithm = KEY_P256;
    assert_int_equal(CRYPT_BAD_KEY, verifier_new(&weak, &verifier));
    assert_null(verifier);
    verifier_free(NULL);
}

/* ---- threads */

struct job {
    const struct verifier *verifier;
    const uint8_t *signature;
    bool is_wrong;
};

static void *verify_in_a_thread(void *context)
{
    struct job *job = context;

    for (int i = 0; i < 100; i++)
        if (!verifier_accepts(job->verifier, (const uint8_t *)"x", 1, job->signature)
            || verifier_accepts(job->verifier, (const uint8_t *)"y", 1, job->signature))
            job->is_wrong = true;
    return NULL;
}

static void several_threads_may_use_one_verifier(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct private_key *key = fixed_key(algorithms[i], 10);
        struct verifier *verifier = verifier_for(key);
        uint8_t signature[SIGNATURE_SIZE];
        pthread_t threads[4];
        struct job jobs[4];

        assert_int_equal(CRYPT_OK, private_key_sign(key, (const uint8_t *)"x", 1, signature));
        for (size_t j = 0; j < 4; j++) {
            jobs[j] = (struct job){ verifier, signature, false };
            assert_int_equal(0, pthread_create(&threads[j], NULL, verify_in_a_thread, &jobs[j]));
        }
        for (size_t j = 0; j < 4; j++) {
            assert_int_equal(0, pthread_join(threads[j], NULL));
            assert_false(jobs[j].is_wrong);
        }
        private_key_release(key);
        verifier_free(verifier);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_signs_as_rfc_8032_does),
        cmocka_unit_test(ed25519_refuses_s_that_is_not_below_the_order),
        cmocka_unit_test(p_256_verifies_as_rfc_6979_has_it_with_s_low),
        cmocka_unit_test(p_256_signs_with_low_s_each_time_anew),
        cmocka_unit_test(a_token_s_signature_is_brought_to_low_s),
        cmocka_unit_test(a_signature_is_over_every_bit_of_the_message_and_of_itself),
        cmocka_unit_test(a_signature_of_another_key_is_refused),
        cmocka_unit_test(long_and_empty_messages_are_signed_alike),
        cmocka_unit_test(no_verifier_is_made_of_a_weak_key),
        cmocka_unit_test(several_threads_may_use_one_verifier),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
