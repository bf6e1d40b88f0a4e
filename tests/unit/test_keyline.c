/* The one line in which a public key is handed over. The Ed25519 point is that of RFC 8032 section 7.1, test 1; the
 * P-256 point is the generator of FIPS 186-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/keyfile.h"
#include "crypto/crypto.h"

/* The parser of command lines, which key files are named on, asks for a table. */
const struct command commands[] = { { .name = NULL } };

#define POINT "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define GENERATOR \
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" \
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"

static const char ed25519_line[] = "phial-key ed25519:" POINT " rosei";
static const char p256_line[] = "phial-key p256:" GENERATOR " token-1";

static void a_line_reads_back_as_it_was_written(void **state)
{
    static const char *const lines[] = { ed25519_line, p256_line };
    char text[KEY_LINE_SIZE];
    struct key_line line;

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_true(key_line_parse(lines[i], &line));
        assert_string_equal(lines[i], key_line_format(&line, text));
    }
    assert_string_equal("token-1", line.name);
    assert_int_equal(KEY_P256, line.key.algorithm);
}

static void a_newline_may_end_it(void **state)
{
    char text[sizeof ed25519_line + 2];
    struct key_line line;

    (void)state;
    memcpy(text, ed25519_line, sizeof ed25519_line - 1);
    memcpy(text + sizeof ed25519_line - 1, "\r\n", 3);
    assert_true(key_line_parse(text, &line));
    assert_string_equal("rosei", line.name);
}

static void nothing_else_is_a_line(void **state)
{
    static const char *const lines[] = {
        "",
        "phial-key",
        "phial-key ed25519:" POINT,                  /* no name */
        "phial-key ed25519:" POINT " ",              /* an empty one */
        "phial-key ed25519:" POINT " Rosei",         /* no handle */
        "phial-key ed25519:" POINT " rosei x",       /* something after it */
        "phial-key ed25519:" POINT " rosei\nmore",
        "phial-key  ed25519:" POINT " rosei",
        "phial-key ed25519:" POINT "00 rosei",       /* too long */
        "phial-key ed25519:d75a rosei",              /* too short */
        "phial-key p256:" POINT " rosei",            /* of the other size */
        "phial-key rsa:" POINT " rosei",
        "phial-key ed25519:0000000000000000000000000000000000000000000000000000000000000000 rosei", /* of small order */
        "ssh-ed25519 AAAA rosei",
    };
    struct key_line line;

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (key_line_parse(lines[i], &line))
            fail_msg("taken: %s", lines[i]);
}

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_reads_back_as_it_was_written),
        cmocka_unit_test(a_newline_may_end_it),
        cmocka_unit_test(nothing_else_is_a_line),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
