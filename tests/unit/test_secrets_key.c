/* ledger/secrets_key: where the secrets key is looked for, how it is made, and which files are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "ledger/secrets.h"
#include "ledger/secrets_key.h"
#include "tests/support/place.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define LEDGER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD "phial secrets key 1\n"
#define DIGITS "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1E1F"

static void the_key_is_looked_for_where_the_environment_says(void **state)
{
    static const struct {
        const char *named, *xdg, *home;
        const char *path; /* NULL: nothing says */
    } rows[] = {
        { "/media/key", "/x", "/h", "/media/key" },
        { "key", "/x", "/h", "key" },
        { NULL, "/x", "/h", "/x/phial/secrets/" LEDGER ".key" },
        { "", "", "/h", "/h/.config/phial/secrets/" LEDGER ".key" },
        { NULL, "relative", "/h", "/h/.config/phial/secrets/" LEDGER ".key" },
        { NULL, NULL, "/h", "/h/.config/phial/secrets/" LEDGER ".key" },
        { NULL, NULL, NULL, NULL },
    };
    char *home = getenv("HOME") != NULL ? strdup(getenv("HOME")) : NULL;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        static const char *const names[] = { "PHIAL_SECRETS_KEY", "XDG_CONFIG_HOME", "HOME" };
        const char *const values[] = { rows[i].named, rows[i].xdg, rows[i].home };
        char path[SECRETS_PATH_SIZE];
        struct error error = { .code = 0 };

        for (size_t j = 0; j < 3; j++)
            (void)(values[j] != NULL ? setenv(names[j], values[j], 1) : unsetenv(names[j]));
        assert_int_equal(rows[i].path != NULL ? LEDGER_OK : LEDGER_STORAGE, secrets_key_path(LEDGER, path, &error));
        if (rows[i].path != NULL)
            assert_string_equal(rows[i].path, path);
        else
            assert_int_equal(REFUSAL_SECRETS, error.code);
    }
    if (home != NULL)
        (void)setenv("HOME", home, 1);
    free(home);
}

static void write_key(const char *path, const char *text, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(file >= 0);
    assert_int_equal(strlen(text), write(file, text, strlen(text)));
    assert_int_equal(0, fchmod(file, mode));
    assert_int_equal(0, close(file));
}

static void only_two_lines_in_a_file_of_ones_own_are_a_key(void **state)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *says; /* NULL: it is one */
    } rows[] = {
        { HEAD DIGITS "\n", 0600, NULL },
        { HEAD DIGITS "\n", 0400, NULL },
        { HEAD DIGITS "\n", 0640, "others can read or write" },
        { HEAD DIGITS "\n", 0602, "others can read or write" },
        { HEAD DIGITS "\n", 0710, "others can read or write" },
        { "", 0600, "is not a key" },
        { HEAD, 0600, "is not a key" },
        { DIGITS, 0600, "is not a key" },
        { HEAD DIGITS, 0600, "is not a key" },
        { HEAD DIGITS "x", 0600, "is not a key" },
        { HEAD DIGITS "\n\n", 0600, "is not a key" },
        { HEAD "0" DIGITS "\n", 0600, "is not a key" },
        { HEAD "g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0600, "is not a key" },
        { "phial secrets key 2\n" DIGITS "\n", 0600, "is not a key" },
    };
    char path[PATH_MAX];

    place_path(*state, "key", path);
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t key[CIPHER_KEY_SIZE] = { 0 };
        struct error error = { .text = "" };
        enum ledger_status status;

        (void)unlink(path);
        write_key(path, rows[i].text, rows[i].mode);
        status = secrets_key_load(path, key, &error);
        if ((status == LEDGER_OK) != (rows[i].says == NULL))
            fail_msg("row %zu: %s", i, error.text);
        for (uint8_t j = 0; rows[i].says == NULL && j < CIPHER_KEY_SIZE; j++)
            assert_int_equal(j, key[j]);
        if (rows[i].says != NULL) {
            assert_int_equal(REFUSAL_SECRETS, error.code);
            assert_non_null(strstr(error.text, rows[i].says));
        }
    }
}

static void what_is_no_ordinary_file_is_no_key_and_nobody_waits_for_it(void **state)
{
    uint8_t key[CIPHER_KEY_SIZE];
    char path[PATH_MAX];
    struct error error;

    place_path(*state, "key", path);
    assert_int_equal(LEDGER_STORAGE, secrets_key_load(path, key, &error));
    assert_non_null(strstr(error.text, "is not there"));
    assert_int_equal(0, mkdir(path, 0700));
    assert_int_equal(LEDGER_STORAGE, secrets_key_load(path, key, &error));
    assert_int_equal(REFUSAL_SECRETS, error.code);
    assert_int_equal(0, rmdir(path));
    assert_int_equal(0, mkfifo(path, 0600));
    assert_int_equal(LEDGER_STORAGE, secrets_key_load(path, key, &error));
    assert_int_equal(REFUSAL_SECRETS, error.code);
}

static void a_made_key_is_fresh_and_never_written_over(void **state)
{
    static const uint8_t zeros[CIPHER_KEY_SIZE];
    uint8_t first[CIPHER_KEY_SIZE], second[CIPHER_KEY_SIZE], again[CIPHER_KEY_SIZE];
    char path[PATH_MAX], other[PATH_MAX];
    struct error error;
    bool is_new = false;

    place_path(*state, "a/b/key", path);
    place_path(*state, "a/other", other);
    assert_int_equal(LEDGER_OK, secrets_key_make(path, &is_new, &error));
    assert_true(is_new);
    assert_int_equal(LEDGER_OK, secrets_key_load(path, first, &error));
    assert_int_equal(LEDGER_OK, secrets_key_make(other, &is_new, &error));
    assert_int_equal(LEDGER_OK, secrets_key_load(other, second, &error));
    assert_memory_not_equal(first, second, sizeof first);
    assert_memory_not_equal(first, zeros, sizeof first);
    assert_int_equal(LEDGER_OK, secrets_key_make(path, &is_new, &error));
    assert_false(is_new);
    assert_int_equal(LEDGER_OK, secrets_key_load(path, again, &error));
    assert_memory_equal(first, again, sizeof first);
}

static void a_key_cannot_be_made_below_a_file(void **state)
{
    char file[PATH_MAX], path[PATH_MAX];
    struct error error;
    bool is_new = true;

    place_path(*state, "file", file);
    place_path(file, "key", path);
    write_key(file, "x", 0600);
    assert_int_equal(LEDGER_STORAGE, secrets_key_make(path, &is_new, &error));
    assert_int_equal(REFUSAL_SECRETS, error.code);
    assert_false(is_new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_looked_for_where_the_environment_says),
        in_a_place(only_two_lines_in_a_file_of_ones_own_are_a_key),
        in_a_place(what_is_no_ordinary_file_is_no_key_and_nobody_waits_for_it),
        in_a_place(a_made_key_is_fresh_and_never_written_over),
        in_a_place(a_key_cannot_be_made_below_a_file),
    };

    if (crypt_start() != CRYPT_OK)
        return 1;
    return cmocka_run_group_tests_name("secrets key", tests, NULL, NULL);
}
