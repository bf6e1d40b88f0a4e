/* crypto/note.h and crypto/base64.h. The note by PeterNeumann and EnochRoot is the example in the
 * documentation of Go's golang.org/x/mod/sumdb/note, with the key its tests use; the ledger's and the
 * witness's lines were made by Python from the seeds 0x0101..01 and 0x0202..02 as
 * c2sp.org/signed-note and c2sp.org/tlog-cosignature say; base64 is RFC 4648 section 10.
 */
#include "crypto/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/base64.h"
#include "tests/support/fixed_keys.h"
#include "tests/support/hex.h"

#define DASH "\xe2\x80\x94 "

#define GO_TEXT "If you think cryptography is the answer to your problem,\n" \
                "then you don't know what your problem is.\n"
#define PETER_SEED "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173"
#define PETER_VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_LINE DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng" \
                   "otpRZb6KE6RyyBwJnAM=\n"
#define ENOCH_VKEY "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define ENOCH_LINE DASH "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWL" \
                   "ox33WWd1RvMc+QQ=\n"

#define LEDGER_TEXT "example.org/ledger\n42\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
#define LEDGER_ROOT "4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2"
#define LEDGER_VKEY "example.org/ledger+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
#define LEDGER_LINE DASH "example.org/ledger wYbiWIrrOoS0FpO+UBG2mhd3cZStza2zqxSTUk8c5ZtNEJ/TFTKC3ZeRKxW2A27I65xs" \
                    "E4kRUQ2r2QBzcUoEz0tqkAo=\n"
#define WITNESS_VKEY "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
#define WITNESS_TIME_S UINT64_C(1700000000)
#define WITNESS_LINE DASH "witness.example/w1 3xwKNQAAAABlU/EAB8AA0IWAQZ9iQruqkJmfF1jRuutTJD6UZUqivPdT/ItPRpbQ6EXI" \
                     "pI+vMupKj+rVHoH8EFypmTqoRbCQ3AADBQ==\n"
#define OTHER_LINE DASH "somebody.else AAAAAAA=\n"     /* the shortest line there can be: one byte signed */

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

/* ---- base64 */

static void base64_is_that_of_rfc_4648(void **state)
{
    static const char *const pairs[][2] = {
        { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xfb\xff\xbf", "+/+/" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char text[16] = { 0 };
        uint8_t data[16];
        size_t size, data_size = strlen(pairs[i][0]);

        size = base64_encode((const uint8_t *)pairs[i][0], data_size, text);
        assert_int_equal(BASE64_SIZE(data_size), size);
        assert_string_equal(pairs[i][1], text);
        assert_true(base64_decode(text, size, data, sizeof data, &size));
        assert_int_equal(data_size, size);
        assert_memory_equal(pairs[i][0], data, size);
    }
}

static void base64_is_read_strictly(void **state)
{
    static const char *const refused[] = {
        "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm8=Zm8=", "Zg==Zm9v", "Zm9v\n", "Zm 9",
        "Zm9-", "Zm_v", "Zm9v Zm9v", "Zm\t9", "Z\xc3\xa9==", "Zm=v",
    };
    uint8_t data[16];
    size_t size;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (base64_decode(refused[i], strlen(refused[i]), data, sizeof data, &size))
            fail_msg("read: %s", refused[i]);
    assert_false(base64_decode("Zm\0v", 4, data, sizeof data, &size));
}

static void base64_counts_what_it_has_no_room_for(void **state)
{
    uint8_t data[4] = { 0, 0, 0, 0xee };
    size_t size;

    (void)state;
    assert_true(base64_decode("Zm9vYmFy", 8, data, 3, &size));
    assert_int_equal(6, size);
    assert_memory_equal("foo\xee", data, 4);
    assert_false(base64_decode("Zm9vYm!y", 8, data, 3, &size));
}

/* ---- verifier keys */

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

/* ---- signing */

static void a_note_is_signed_as_others_sign_it(void **state)
{
    uint8_t seed[32], note[sizeof GO_TEXT + 1 + NOTE_LINE_SIZE_MAX];
    struct private_key *key;
    size_t size;

    (void)state;
    hex_read(PETER_SEED, seed, sizeof seed);
    key = fixed_key_of(KEY_ED25519, seed);
    assert_int_equal(CRYPT_OK, note_sign((const uint8_t *)GO_TEXT, strlen(GO_TEXT), "PeterNeumann", key,
                                         note, sizeof note, &size));
    assert_int_equal(strlen(GO_TEXT "\n" PETER_LINE), size);
    assert_memory_equal(GO_TEXT "\n" PETER_LINE, note, size);
    private_key_release(key);
}

static void a_witness_signs_its_time_with_the_text(void **state)
{
    struct private_key *key = fixed_key(KEY_ED25519, 2);
    uint8_t line[NOTE_LINE_SIZE_MAX];
    size_t size;

    (void)state;
    assert_int_equal(CRYPT_OK, note_cosign((const uint8_t *)LEDGER_TEXT, strlen(LEDGER_TEXT),
                                           "witness.example/w1", key, WITNESS_TIME_S, line, sizeof line,
                                           &size));
    assert_int_equal(strlen(WITNESS_LINE), size);
    assert_memory_equal(WITNESS_LINE, line, size);
    assert_int_equal(CRYPT_BAD_DATA, note_cosign((const uint8_t *)LEDGER_TEXT, strlen(LEDGER_TEXT),
                                                 "witness.example/w1", key, UINT64_C(1) << 63, line,
                                                 sizeof line, &size));
    private_key_release(key);
}

static void what_is_not_a_text_is_not_signed(void **state)
{
    static const char *const texts[] = { "", "no newline", "a tab\t\n", "a return\r\n", "a bell\x07\n" };
    static char large[NOTE_TEXT_MAX + 2];
    struct private_key *key = fixed_key(KEY_ED25519, 1);
    struct private_key *p256 = fixed_key(KEY_P256, 1);
    uint8_t note[NOTE_TEXT_MAX + 1 + NOTE_LINE_SIZE_MAX];
    size_t size;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(CRYPT_BAD_DATA, note_sign((const uint8_t *)texts[i], strlen(texts[i]), "a", key,
                                                   note, sizeof note, &size));
    assert_int_equal(CRYPT_BAD_DATA, note_sign((const uint8_t *)"a\0\n", 3, "a", key, note, sizeof note,
                                               &size));
    assert_int_equal(CRYPT_BAD_DATA, note_sign((const uint8_t *)"a\n", 2, "a b", key, note, sizeof note,
                                               &size));
    assert_int_equal(CRYPT_BAD_KEY, note_sign((const uint8_t *)"a\n", 2, "a", p256, note, sizeof note,
                                              &size));
    memset(large, 'a', sizeof large);
    large[NOTE_TEXT_MAX - 1] = large[NOTE_TEXT_MAX] = '\n';
    assert_int_equal(CRYPT_OK, note_sign((const uint8_t *)large, NOTE_TEXT_MAX, "a", key, note,
                                         sizeof note, &size));
    assert_int_equal(CRYPT_OK, note_cosign((const uint8_t *)large, NOTE_TEXT_MAX, "a", key, INT64_MAX,
                                           note, sizeof note, &size));
    assert_int_equal(CRYPT_BAD_DATA, note_sign((const uint8_t *)large, NOTE_TEXT_MAX + 1, "a", key, note,
                                               sizeof note, &size));
    private_key_release(key);
    private_key_release(p256);
}

static void a_note_that_does_not_fit_is_not_written(void **state)
{
    struct private_key *key = fixed_key(KEY_ED25519, 1);
    uint8_t note[strlen(LEDGER_TEXT "\n" LEDGER_LINE) + 1];
    size_t whole = sizeof note - 1;
    size_t size;

    (void)state;
    for (size_t capacity = 0; capacity <= whole; capacity++) {
        enum crypt_status status;

        memset(note, 0xee, sizeof note);
        status = note_sign((const uint8_t *)LEDGER_TEXT, strlen(LEDGER_TEXT), "example.org/ledger", key,
                           note, capacity, &size);
        assert_int_equal(capacity < whole ? CRYPT_BAD_DATA : CRYPT_OK, status);
        assert_int_equal(0xee, note[capacity]);
    }
    assert_memory_equal(LEDGER_TEXT "\n" LEDGER_LINE, note, whole);
    private_key_release(key);
}

/* ---- opening */

/* Judge a note by the keys of PeterNeumann, EnochRoot, the ledger and the witness, in this order. */
static enum crypt_status open_note(const char *note, struct note_result *result)
{
    struct vkey known[4] = {
        vkey_of(PETER_VKEY), vkey_of(ENOCH_VKEY), vkey_of(LEDGER_VKEY), vkey_of(WITNESS_VKEY),
    };

    return note_open((const uint8_t *)note, strlen(note), known, 4, result);
}

static void a_note_tells_which_known_keys_signed_it(void **state)
{
    const char *note = GO_TEXT "\n" PETER_LINE OTHER_LINE ENOCH_LINE;
    struct note_result result;

    (void)state;
    assert_int_equal(CRYPT_OK, open_note(note, &result));
    assert_ptr_equal(note, result.text);
    assert_int_equal(strlen(GO_TEXT), result.text_size);
    assert_int_equal(3, result.line_count);
    assert_int_equal(2, result.claimed_count);
    assert_int_equal(2, result.signed_count);
    assert_true(result.signed_by[0] && result.signed_by[1]);
    assert_false(result.signed_by[2] || result.signed_by[3]);
    assert_int_equal(0, result.cosigned_at_s[0]);
}

static void a_cosignature_tells_its_time(void **state)
{
    struct note_result result;

    (void)state;
    assert_int_equal(CRYPT_OK, open_note(LEDGER_TEXT "\n" LEDGER_LINE WITNESS_LINE, &result));
    assert_int_equal(2, result.signed_count);
    assert_true(result.signed_by[2] && result.signed_by[3]);
    assert_int_equal(0, result.cosigned_at_s[2]);
    assert_int_equal(WITNESS_TIME_S, result.cosigned_at_s[3]);
}

static void a_witness_that_signed_twice_counts_once_with_the_later_time(void **state)
{
    struct private_key *key = fixed_key(KEY_ED25519, 2);
    char note[2048];
    uint8_t line[NOTE_LINE_SIZE_MAX];
    struct note_result result;
    size_t size;

    (void)state;
    assert_int_equal(CRYPT_OK, note_cosign((const uint8_t *)LEDGER_TEXT, strlen(LEDGER_TEXT),
                                           "witness.example/w1", key, WITNESS_TIME_S + 60, line,
                                           sizeof line, &size));
    snprintf(note, sizeof note, "%s\n%.*s%s", LEDGER_TEXT, (int)size, (const char *)line, WITNESS_LINE);
    assert_int_equal(CRYPT_OK, open_note(note, &result));
    assert_int_equal(1, result.signed_count);
    assert_int_equal(2, result.claimed_count);
    assert_int_equal(WITNESS_TIME_S + 60, result.cosigned_at_s[3]);
    private_key_release(key);
}

#define BAD_PETER_LINE DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng" \
                       "otpRZb6KE6RyyBwJnAI=\n"

static const struct {
    const char *what;
    const char *note;
    enum crypt_status status;
    size_t claimed_count;
} judged_notes[] = {
    { "a repeated good line", GO_TEXT "\n" PETER_LINE PETER_LINE, CRYPT_OK, 2 },
    { "a known name with the hash of nobody", GO_TEXT "\n" DASH "PeterNeumann AAAAAAA=\n" PETER_LINE, CRYPT_OK, 1 },
    { "a known hash under another name", GO_TEXT "\n" DASH "Peter x08go/Y=\n" PETER_LINE, CRYPT_OK, 1 },
    { "unknown keys only", GO_TEXT "\n" OTHER_LINE, CRYPT_BAD_SIGNATURE, 0 },
    { "a changed text", "I" GO_TEXT "\n" PETER_LINE, CRYPT_BAD_SIGNATURE, 1 },
    { "a bad line of a known key", GO_TEXT "\n" BAD_PETER_LINE, CRYPT_BAD_SIGNATURE, 1 },
    { "a bad line beside a good one", GO_TEXT "\n" ENOCH_LINE BAD_PETER_LINE, CRYPT_BAD_SIGNATURE, 2 },
    { "a bad line before a good one of its key", GO_TEXT "\n" BAD_PETER_LINE PETER_LINE, CRYPT_BAD_SIGNATURE, 1 },
    { "a bad line behind a good one of its key", GO_TEXT "\n" PETER_LINE BAD_PETER_LINE, CRYPT_BAD_SIGNATURE, 2 },
    { "a known key's line cut short", GO_TEXT "\n" DASH "PeterNeumann x08go/Y=\n", CRYPT_BAD_SIGNATURE, 1 },
    { "a log's line as a witness's", LEDGER_TEXT "\n" DASH "witness.example/w1 3xwKNYrrOoS0FpO+UBG2mhd3cZStza2zq"
      "xSTUk8c5ZtNEJ/TFTKC3ZeRKxW2A27I65xsE4kRUQ2r2QBzcUoEz0tqkAo=\n", CRYPT_BAD_SIGNATURE, 1 },
    { "an empty line within the text", "a\n\n" GO_TEXT "\n" PETER_LINE, CRYPT_BAD_SIGNATURE, 1 },
    { "nothing", "", CRYPT_BAD_DATA, 0 },
    { "a newline", "\n", CRYPT_BAD_DATA, 0 },
    { "a text without signatures", GO_TEXT, CRYPT_BAD_DATA, 0 },
    { "a text with no signature after the blank line", GO_TEXT "\n", CRYPT_BAD_DATA, 0 },
    { "no blank line", GO_TEXT PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "no text", "\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a blank line at the end", GO_TEXT "\n" PETER_LINE "\n", CRYPT_BAD_DATA, 0 },
    { "a blank line between lines", GO_TEXT "\n" PETER_LINE "\n" ENOCH_LINE, CRYPT_BAD_SIGNATURE, 1 },
    { "a remark among the lines", GO_TEXT "\n" PETER_LINE "by hand\n", CRYPT_BAD_DATA, 0 },
    { "a hyphen for the dash", GO_TEXT "\n- PeterNeumann AAAAAAA=\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "an en dash", GO_TEXT "\n\xe2\x80\x93 PeterNeumann AAAAAAA=\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "two spaces", GO_TEXT "\n" DASH "someone  AAAAAAA=\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a space at the end", GO_TEXT "\n" DASH "someone AAAAAAA= \n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a line without a name", GO_TEXT "\n" DASH " AAAAAAA=\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a name with a plus", GO_TEXT "\n" DASH "a+b AAAAAAA=\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a line without a signature", GO_TEXT "\n" DASH "someone\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a line with an empty signature", GO_TEXT "\n" DASH "someone \n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a line with a hash and nothing signed", GO_TEXT "\n" DASH "someone AAAAAA==\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "stray bits in base64", GO_TEXT "\n" DASH "someone AAAAAAB=\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a tab in the text", "a\tb\n\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
    { "a carriage return", GO_TEXT "\r\n" PETER_LINE, CRYPT_BAD_DATA, 0 },
};

static void a_note_with_anything_wrong_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof judged_notes / sizeof judged_notes[0]; i++) {
        struct note_result result;
        enum crypt_status status = open_note(judged_notes[i].note, &result);

        if (status != judged_notes[i].status || result.claimed_count != judged_notes[i].claimed_count)
            fail_msg("%s: status %d, %zu claimed", judged_notes[i].what, (int)status,
                     result.claimed_count);
        assert_true((result.text != NULL) == (status == CRYPT_OK));
    }
}

static void every_byte_of_a_note_matters(void **state)
{
    char note[] = LEDGER_TEXT "\n" LEDGER_LINE;
    struct note_result result;

    (void)state;
    assert_int_equal(CRYPT_OK, open_note(note, &result));
    for (size_t i = 0; i < sizeof note - 1; i++) {
        note[i] ^= 0x01;
        assert_int_not_equal(CRYPT_OK, open_note(note, &result));
        note[i] ^= 0x01;
    }
    for (size_t size = 0; size < sizeof note - 1; size++) {
        struct vkey known = vkey_of(LEDGER_VKEY);

        assert_int_not_equal(CRYPT_OK, note_open((const uint8_t *)note, size, &known, 1, &result));
    }
}

/* The standard asks for at least 16 lines; beyond a hundred we stop reading. */
static void a_hundred_lines_are_read_and_not_one_more(void **state)
{
    char note[sizeof LEDGER_TEXT + 1 + sizeof LEDGER_LINE + 100 * sizeof OTHER_LINE] = LEDGER_TEXT "\n";
    struct note_result result;

    (void)state;
    for (int i = 0; i < 99; i++)
        memcpy(note + strlen(note), OTHER_LINE, sizeof OTHER_LINE);
    memcpy(note + strlen(note), LEDGER_LINE, sizeof LEDGER_LINE);
    assert_int_equal(CRYPT_OK, open_note(note, &result));
    assert_int_equal(100, result.line_count);
    memcpy(note + strlen(note), OTHER_LINE, sizeof OTHER_LINE);
    assert_int_equal(CRYPT_BAD_DATA, open_note(note, &result));
}

static void a_long_line_of_an_unknown_key_is_ignored(void **state)
{
    static char note[16384] = LEDGER_TEXT "\n" DASH "post-quantum ";
    struct note_result result;
    size_t size = strlen(note);

    (void)state;
    memset(note + size, 'A', 6800);
    memcpy(note + size + 6800, "\n" LEDGER_LINE, sizeof "\n" LEDGER_LINE);
    assert_int_equal(CRYPT_OK, open_note(note, &result));
    assert_int_equal(2, result.line_count);
}

static void a_text_over_the_limit_is_refused(void **state)
{
    static char note[NOTE_TEXT_MAX + 1 + sizeof LEDGER_LINE + 2];
    struct note_result result;

    (void)state;
    memset(note, 'a', NOTE_TEXT_MAX + 1);
    memcpy(note + NOTE_TEXT_MAX - 1, "\n\n" LEDGER_LINE, sizeof "\n\n" LEDGER_LINE);
    assert_int_equal(CRYPT_BAD_SIGNATURE, open_note(note, &result));
    note[NOTE_TEXT_MAX - 1] = 'a';
    memcpy(note + NOTE_TEXT_MAX, "\n\n" LEDGER_LINE, sizeof "\n\n" LEDGER_LINE);
    assert_int_equal(CRYPT_BAD_DATA, open_note(note, &result));
}

static void with_no_known_key_no_note_is_good(void **state)
{
    struct note_result result;

    (void)state;
    assert_int_equal(CRYPT_BAD_SIGNATURE,
                     note_open((const uint8_t *)(GO_TEXT "\n" PETER_LINE),
                               strlen(GO_TEXT "\n" PETER_LINE), NULL, 0, &result));
    assert_int_equal(1, result.line_count);
}

/* ---- checkpoints */

static void a_checkpoint_is_three_lines(void **state)
{
    struct digest root, read_root;
    uint8_t text[CHECKPOINT_TEXT_MAX];
    const uint8_t *origin;
    size_t size, origin_size;
    uint64_t tree_size;

    (void)state;
    hex_read(LEDGER_ROOT, root.bytes, sizeof root.bytes);
    assert_int_equal(CRYPT_OK, checkpoint_format("example.org/ledger", 42, &root, text, sizeof text, &size));
    assert_int_equal(strlen(LEDGER_TEXT), size);
    assert_memory_equal(LEDGER_TEXT, text, size);
    assert_int_equal(CRYPT_OK, checkpoint_parse(text, size, &origin, &origin_size, &tree_size, &read_root));
    assert_ptr_equal(text, origin);
    assert_int_equal(strlen("example.org/ledger"), origin_size);
    assert_int_equal(42, tree_size);
    assert_true(digest_equal(&root, &read_root));
}

static void the_longest_checkpoint_fits_its_limit(void **state)
{
    char origin[NOTE_NAME_MAX + 2] = { 0 };
    struct digest root = { { 0 } };
    uint8_t text[CHECKPOINT_TEXT_MAX];
    const uint8_t *read_origin;
    size_t size, origin_size;
    uint64_t tree_size;

    (void)state;
    memset(origin, 'o', NOTE_NAME_MAX);
    assert_int_equal(CRYPT_OK, checkpoint_format(origin, UINT64_MAX, &root, text, sizeof text, &size));
    assert_int_equal(CHECKPOINT_TEXT_MAX, size);
    assert_int_equal(CRYPT_OK, checkpoint_parse(text, size, &read_origin, &origin_size, &tree_size, &root));
    assert_true(tree_size == UINT64_MAX);
    assert_int_equal(CRYPT_BAD_DATA, checkpoint_format(origin, UINT64_MAX, &root, text, size - 1, &size));
    origin[NOTE_NAME_MAX] = 'o';
    assert_int_equal(CRYPT_BAD_DATA, checkpoint_format(origin, 1, &root, text, sizeof text, &size));
    assert_int_equal(CRYPT_BAD_DATA, checkpoint_format("", 1, &root, text, sizeof text, &size));
    assert_int_equal(CRYPT_BAD_DATA, checkpoint_format("two\nlines", 1, &root, text, sizeof text, &size));
}

#define ROOT_LINE "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"

static void a_checkpoint_with_anything_wrong_is_refused(void **state)
{
    static const char *const texts[] = {
        "", "\n", "\n\n\n", "a\n", "a\n1\n", "a\n1\n" "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=",
        "a\n1\n" ROOT_LINE "extension\n", "a\n1\n" ROOT_LINE "\n", "\n1\n" ROOT_LINE, "a\n\n" ROOT_LINE,
        "a\n01\n" ROOT_LINE, "a\n00\n" ROOT_LINE, "a\n+1\n" ROOT_LINE, "a\n-1\n" ROOT_LINE, "a\n 1\n" ROOT_LINE,
        "a\n1 \n" ROOT_LINE, "a\n0x1\n" ROOT_LINE, "a\n1.0\n" ROOT_LINE, "a\n18446744073709551616\n" ROOT_LINE,
        "a\n99999999999999999999\n" ROOT_LINE, "a\n100000000000000000000\n" ROOT_LINE, "a\r\n1\n" ROOT_LINE,
        "a\n1\r\n" ROOT_LINE, "a\tb\n1\n" ROOT_LINE,
        "a\n1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7J=\n",   /* stray bits */
        "a\n1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I\n",    /* no padding */
        "a\n1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2dw==\n",   /* 31 bytes */
        "a\n1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7IA\n",   /* 33 bytes */
        "a\n1\n\n",
    };
    const uint8_t *origin = NULL;
    size_t origin_size = 0;
    uint64_t tree_size = 0;
    struct digest root;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (checkpoint_parse((const uint8_t *)texts[i], strlen(texts[i]), &origin, &origin_size, &tree_size,
                             &root) != CRYPT_BAD_DATA)
            fail_msg("row %zu: %s", i, texts[i]);
        assert_null(origin);
    }
    assert_int_equal(CRYPT_OK, checkpoint_parse((const uint8_t *)("a\n0\n" ROOT_LINE),
                                                strlen("a\n0\n" ROOT_LINE), &origin, &origin_size,
                                                &tree_size, &root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_rfc_4648),
        cmocka_unit_test(base64_is_read_strictly),
        cmocka_unit_test(base64_counts_what_it_has_no_room_for),
        cmocka_unit_test(a_vkey_is_read_and_written_alike),
        cmocka_unit_test(a_vkey_names_a_public_key),
        cmocka_unit_test(a_vkey_of_the_longest_name_fits_its_text),
        cmocka_unit_test(a_name_has_no_space_plus_or_control_character),
        cmocka_unit_test(only_a_good_ed25519_key_gets_a_name),
        cmocka_unit_test(a_vkey_with_anything_wrong_is_refused),
        cmocka_unit_test(a_note_is_signed_as_others_sign_it),
        cmocka_unit_test(a_witness_signs_its_time_with_the_text),
        cmocka_unit_test(what_is_not_a_text_is_not_signed),
        cmocka_unit_test(a_note_that_does_not_fit_is_not_written),
        cmocka_unit_test(a_note_tells_which_known_keys_signed_it),
        cmocka_unit_test(a_cosignature_tells_its_time),
        cmocka_unit_test(a_witness_that_signed_twice_counts_once_with_the_later_time),
        cmocka_unit_test(a_note_with_anything_wrong_is_refused),
        cmocka_unit_test(every_byte_of_a_note_matters),
        cmocka_unit_test(a_hundred_lines_are_read_and_not_one_more),
        cmocka_unit_test(a_long_line_of_an_unknown_key_is_ignored),
        cmocka_unit_test(a_text_over_the_limit_is_refused),
        cmocka_unit_test(with_no_known_key_no_note_is_good),
        cmocka_unit_test(a_checkpoint_is_three_lines),
        cmocka_unit_test(the_longest_checkpoint_fits_its_limit),
        cmocka_unit_test(a_checkpoint_with_anything_wrong_is_refused),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
