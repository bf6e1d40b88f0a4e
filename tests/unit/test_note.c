/* crypto/note.h: signed notes, and the cosignatures of witnesses. */
#include "crypto/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixed_keys.h"
#include "tests/support/hex.h"
#include "tests/support/known_notes.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
