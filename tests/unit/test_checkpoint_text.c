/* crypto/note.h (checkpoint_text.c): the three lines of c2sp.org/tlog-checkpoint. */
#include "crypto/note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/hex.h"
#include "tests/support/known_notes.h"

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

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
        cmocka_unit_test(a_checkpoint_is_three_lines),
        cmocka_unit_test(the_longest_checkpoint_fits_its_limit),
        cmocka_unit_test(a_checkpoint_with_anything_wrong_is_refused),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
