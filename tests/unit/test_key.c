/* crypto/key.h but for its files. Expected values: RFC 8032 section 7.1, RFC 9679 section 6, and points
 * computed with Python's integers and the pyca/cryptography package.
 */
#include "crypto/key.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/fixed_keys.h"
#include "tests/support/hex.h"

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

/* ---- public keys */

static struct public_key public_of(enum key_algorithm algorithm, const char *hex)
{
    struct public_key key = { .algorithm = algorithm };

    hex_read(hex, key.bytes, sizeof key.bytes);
    return key;
}

static void a_key_has_the_size_of_its_algorithm(void **state)
{
    (void)state;
    assert_int_equal(32, key_public_size(KEY_ED25519));
    assert_int_equal(64, key_public_size(KEY_P256));
    assert_int_equal(0, key_public_size((enum key_algorithm)-7));
    assert_int_equal(0, key_public_size((enum key_algorithm)0));
}

/* What is wrong with each stands beside it; curve points were computed with Python's integers. */
static const struct {
    enum key_algorithm algorithm;
    enum crypt_status status;
    const char *key;
} judged_keys[] = {
    /* RFC 8032 test 1; the P-256 keys are of scalar 0x0101..01 and RFC 6979 A.2.5 */
    { KEY_ED25519, CRYPT_OK, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" },
    { KEY_P256, CRYPT_OK, "6ff03b949241ce1dadd43519e6960e0a85b41a69a05c328103aa2bce1594ca16"
                          "3c4f753a55bf01dc53f6c0b0c7eee78b40c6ff7d25a96e2282b989cef71c144a" },
    { KEY_P256, CRYPT_OK, "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                          "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299" },
    /* y = 3 is on the curve, y = 2 is not, with either sign of x */
    { KEY_ED25519, CRYPT_OK, "0300000000000000000000000000000000000000000000000000000000000000" },
    { KEY_ED25519, CRYPT_OK, "0300000000000000000000000000000000000000000000000000000000000080" },
    { KEY_ED25519, CRYPT_BAD_KEY, "0200000000000000000000000000000000000000000000000000000000000000" },
    { KEY_ED25519, CRYPT_BAD_KEY, "0200000000000000000000000000000000000000000000000000000000000080" },
    /* the eight points of small order */
    { KEY_ED25519, CRYPT_BAD_KEY, "0100000000000000000000000000000000000000000000000000000000000000" },
    { KEY_ED25519, CRYPT_BAD_KEY, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
    { KEY_ED25519, CRYPT_BAD_KEY, "0000000000000000000000000000000000000000000000000000000000000000" },
    { KEY_ED25519, CRYPT_BAD_KEY, "0000000000000000000000000000000000000000000000000000000000000080" },
    { KEY_ED25519, CRYPT_BAD_KEY, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05" },
    { KEY_ED25519, CRYPT_BAD_KEY, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85" },
    { KEY_ED25519, CRYPT_BAD_KEY, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a" },
    { KEY_ED25519, CRYPT_BAD_KEY, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa" },
    /* other spellings: x = 0 with a sign, y = p, y = p + 1, and y = p + 3, a point of large order */
    { KEY_ED25519, CRYPT_BAD_KEY, "0100000000000000000000000000000000000000000000000000000000000080" },
    { KEY_ED25519, CRYPT_BAD_KEY, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
    { KEY_ED25519, CRYPT_BAD_KEY, "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
    { KEY_ED25519, CRYPT_BAD_KEY, "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
    { KEY_ED25519, CRYPT_BAD_KEY, "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
    { KEY_ED25519, CRYPT_BAD_KEY, "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
    /* a good key with a byte behind it */
    { KEY_ED25519, CRYPT_BAD_KEY, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a01" },
    /* off the curve by one; nothing; x = p instead of 0 */
    { KEY_P256, CRYPT_BAD_KEY, "6ff03b949241ce1dadd43519e6960e0a85b41a69a05c328103aa2bce1594ca16"
                               "3c4f753a55bf01dc53f6c0b0c7eee78b40c6ff7d25a96e2282b989cef71c144b" },
    { KEY_P256, CRYPT_BAD_KEY, "" },
    { KEY_P256, CRYPT_OK, "0000000000000000000000000000000000000000000000000000000000000000"
                          "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4" },
    { KEY_P256, CRYPT_BAD_KEY, "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
                               "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4" },
    /* algorithms we do not have: ES256 as it was, EdDSA as it was */
    { (enum key_algorithm)-7, CRYPT_BAD_KEY, "" },
    { (enum key_algorithm)-8, CRYPT_BAD_KEY,
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" },
};

static void weak_and_misspelt_keys_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof judged_keys / sizeof judged_keys[0]; i++) {
        struct public_key key = public_of(judged_keys[i].algorithm, judged_keys[i].key);

        if (public_key_check(&key) != judged_keys[i].status)
            fail_msg("row %zu: %s", i, judged_keys[i].key);
    }
}

static void keys_are_equal_in_algorithm_and_bytes(void **state)
{
    struct public_key key = public_of(KEY_ED25519, judged_keys[0].key);
    struct public_key other = key;

    (void)state;
    assert_true(public_key_equal(&key, &other));
    other.bytes[63] = 1;
    assert_false(public_key_equal(&key, &other));
    other = key;
    other.algorithm = KEY_P256;
    assert_false(public_key_equal(&key, &other));
}

/* RFC 9679 section 6, and hashlib over {1: 1, -1: 6, -2: x} for the key of RFC 8032 test 1. */
static void a_thumbprint_is_that_of_rfc_9679(void **state)
{
    struct public_key key = public_of(KEY_P256,
        "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"
        "1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c");
    struct digest thumbprint = key_thumbprint(&key);

    (void)state;
    assert_hex("496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec",
               thumbprint.bytes, sizeof thumbprint.bytes);
    key = public_of(KEY_ED25519, judged_keys[0].key);
    thumbprint = key_thumbprint(&key);
    assert_hex("866eefbd6718c8846cd7ddfe43fc74ab1daac4538ff8514ea2ec2d410a415743",
               thumbprint.bytes, sizeof thumbprint.bytes);
}

/* ---- private keys */

static const struct {
    enum key_algorithm algorithm;
    const char *secret;
    const char *public;
} pairs[] = {
    { KEY_ED25519, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" },
    { KEY_ED25519, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c" },
    { KEY_P256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
      "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299" },
};

static void a_private_key_knows_its_public_half(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        uint8_t secret[32];
        struct public_key expected = public_of(pairs[i].algorithm, pairs[i].public);
        struct private_key *key;
        struct public_key public;

        hex_read(pairs[i].secret, secret, sizeof secret);
        key = fixed_key_of(pairs[i].algorithm, secret);
        public = private_key_public(key);
        assert_true(public_key_equal(&expected, &public));
        private_key_release(key);
    }
}

static const enum key_algorithm algorithms[] = { KEY_ED25519, KEY_P256 };

static void generated_keys_are_good_and_differ(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct private_key *first, *second;
        struct public_key first_public, second_public;

        assert_int_equal(CRYPT_OK, private_key_generate(algorithms[i], &first));
        assert_int_equal(CRYPT_OK, private_key_generate(algorithms[i], &second));
        first_public = private_key_public(first);
        second_public = private_key_public(second);
        assert_int_equal(algorithms[i], first_public.algorithm);
        assert_int_equal(CRYPT_OK, public_key_check(&first_public));
        assert_false(public_key_equal(&first_public, &second_public));
        private_key_release(first);
        private_key_release(second);
    }
    private_key_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_has_the_size_of_its_algorithm),
        cmocka_unit_test(weak_and_misspelt_keys_are_refused),
        cmocka_unit_test(keys_are_equal_in_algorithm_and_bytes),
        cmocka_unit_test(a_thumbprint_is_that_of_rfc_9679),
        cmocka_unit_test(a_private_key_knows_its_public_half),
        cmocka_unit_test(generated_keys_are_good_and_differ),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
