/* crypto/note.h (vkey.c): verifier keys of signed notes (c2sp.org/signed-note). */
#include "crypto/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixed_keys.h"
#include "tests/support/known_notes.h"

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

static struct vkey vkey_of(const char *text)
{
    struct vkey vkey;

    assert_int_equal(CRYPT_OK, vkey_parse(text, strlen(text), &vkey));
    return vkey;
}

static void a_vkey_is_read_and_written_alike(void **state)
{
    static const char *const texts[] = { PETER_VKEY, ENOCH_VKEY, LEDGER_VKEY, WITNESS_VKEY };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vkey vkey = vkey_of(texts[i]);
        char text[VKEY_TEXT_MAX + 1];

        vkey_format(&vkey, text);
        assert_string_equal(texts[i], text);
    }
}

static void a_vkey_names_a_public_key(void **state)
{
    struct private_key *key = fixed_key(KEY_ED25519, 1);
    struct public_key public = private_key_public(key);
    char text[VKEY_TEXT_MAX + 1];
    struct vkey vkey;

    (void)state;
    assert_int_equal(CRYPT_OK, vkey_make("example.org/ledger", VKEY_ED25519, &public, &vkey));
    vkey_format(&vkey, text);
    assert_string_equal(LEDGER_VKEY, text);
    private_key_release(key);
}

static void a_vkey_of_the_longest_name_fits_its_text(void **state)
{
    struct vkey parsed, vkey = vkey_of(LEDGER_VKEY);
    struct public_key public = { .algorithm = KEY_ED25519 };
    char name[NOTE_NAME_MAX + 2] = { 0 };
    char text[VKEY_TEXT_MAX + 1];

    (void)state;
    memcpy(public.bytes, vkey.key, sizeof vkey.key);
    memset(name, 'n', NOTE_NAME_MAX);
    assert_int_equal(CRYPT_OK, vkey_make(name, VKEY_COSIGNATURE, &public, &vkey));
    vkey_format(&vkey, text);
    assert_int_equal(VKEY_TEXT_MAX, strlen(text));
    assert_int_equal(CRYPT_OK, vkey_parse(text, strlen(text), &parsed));
    assert_string_equal(name, parsed.name);
    name[NOTE_NAME_MAX] = 'n';
    assert_int_equal(CRYPT_BAD_DATA, vkey_make(name, VKEY_COSIGNATURE, &public, &vkey));
}

static void a_name_has_no_space_plus_or_control_character(void **state)
{
    static const char *const refused[] = {
        "", " ", "a b", "a+b", "a\tb", "a\n", "a\x01", "a\xc2\xa0", "\xc2\x85", "a\xe2\x80\x80", "a\xe2\x80\x8a",
        "a\xe2\x80\xa8", "a\xe2\x80\xaf", "a\xe2\x81\x9f", "a\xe3\x80\x80", "a\xe1\x9a\x80",
    };
    static const char *const accepted[] = { "a", "a.b/c?d=e", "\xc3\xa9t\xc3\xa9", "\xe2\x80\x94", "a\xe2\x80\x8b" };
    struct vkey vkey = vkey_of(LEDGER_VKEY);
    struct public_key public = { .algorithm = KEY_ED25519 };

    (void)state;
    memcpy(public.bytes, vkey.key, sizeof vkey.key);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(CRYPT_BAD_DATA, vkey_make(refused[i], VKEY_ED25519, &public, &vkey));
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++)
        assert_int_equal(CRYPT_OK, vkey_make(accepted[i], VKEY_ED25519, &public, &vkey));
}

static void only_a_good_ed25519_key_gets_a_name(void **state)
{
    struct public_key weak = { .algorithm = KEY_ED25519, .bytes = { 1 } };
    struct private_key *p256 = fixed_key(KEY_P256, 1);
    struct public_key public = private_key_public(p256);
    struct vkey vkey;

    (void)state;
    assert_int_equal(CRYPT_BAD_KEY, vkey_make("a", VKEY_ED25519, &weak, &vkey));
    assert_int_equal(CRYPT_BAD_KEY, vkey_make("a", VKEY_ED25519, &public, &vkey));
    private_key_release(p256);
}

/* Each is LEDGER_VKEY or like it with one thing wrong; hashes are right where they are not the point. */
static const struct {
    const char *text;
    enum crypt_status status;
} refused_vkeys[] = {
    { "", CRYPT_BAD_DATA },
    { "example.org/ledger", CRYPT_BAD_DATA },
    { "example.org/ledger+c186e258", CRYPT_BAD_DATA },
    { "example.org/ledger+c186e258+", CRYPT_BAD_DATA },
    { "+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", CRYPT_BAD_DATA },
    { "example.org/ledgee+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", CRYPT_BAD_DATA },
    { "example.org/ledger+c186e259+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", CRYPT_BAD_DATA },
    { "example.org/ledger+C186E258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", CRYPT_BAD_DATA },
    { "example.org/ledger+c186e25+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", CRYPT_BAD_DATA },
    { "example.org/ledger+0c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", CRYPT_BAD_DATA },
    { "example.org/ledger+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\n", CRYPT_BAD_DATA },
    { " example.org/ledger+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c", CRYPT_BAD_DATA },
    { "example.org/ledger+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29cAAAA", CRYPT_BAD_DATA },
    { "example.org/ledger+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0Dw==", CRYPT_BAD_DATA },
    { "a b+c40d9a55+AQMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", CRYPT_BAD_DATA },
    { "weak+ccd11760+AgMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", CRYPT_BAD_DATA },    /* type 2 */
    { "weak+8b94416d+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", CRYPT_BAD_KEY },
};

static void a_vkey_with_anything_wrong_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused_vkeys / sizeof refused_vkeys[0]; i++) {
        struct vkey vkey;

        if (vkey_parse(refused_vkeys[i].text, strlen(refused_vkeys[i].text), &vkey)
            != refused_vkeys[i].status)
            fail_msg("%s", refused_vkeys[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vkey_is_read_and_written_alike),
        cmocka_unit_test(a_vkey_names_a_public_key),
        cmocka_unit_test(a_vkey_of_the_longest_name_fits_its_text),
        cmocka_unit_test(a_name_has_no_space_plus_or_control_character),
        cmocka_unit_test(only_a_good_ed25519_key_gets_a_name),
        cmocka_unit_test(a_vkey_with_anything_wrong_is_refused),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
