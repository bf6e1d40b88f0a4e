/* ledger/files.h. What a power cut leaves of it is tried where it is used: test_kill, test_heads. */
#include "ledger/files.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/place.h"

static void directories_that_are_missing_are_made_for_their_owner_alone(void **state)
{
    char path[PATH_MAX], part[PATH_MAX];
    struct stat facts;

    place_path(*state, "there", part);
    assert_int_equal(0, mkdir(part, 0755));
    place_path(*state, "there/a/b/file", path);
    assert_true(file_make_directories(path));
    assert_true(file_make_directories(path));
    place_path(*state, "there/a/b", part);
    assert_int_equal(0, stat(part, &facts));
    assert_int_equal(S_IFDIR | 0700, facts.st_mode);
    place_path(*state, "there", part);
    assert_int_equal(0, stat(part, &facts));
    assert_int_equal(S_IFDIR | 0755, facts.st_mode);
    assert_int_equal(-1, access(path, F_OK));
    assert_true(file_make_directories("a name without a directory"));
}

static void what_cannot_be_made_says_why(void **state)
{
    char path[PATH_MAX], longest[2 * PATH_MAX];
    int file;

    place_path(*state, "file", path);
    file = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(file >= 0);
    close(file);
    place_path(*state, "file/below/it", path);
    assert_false(file_make_directories(path));
    assert_int_equal(ENOTDIR, errno);
    memset(longest, 'x', sizeof longest - 1);
    longest[0] = '/';
    longest[sizeof longest - 1] = '\0';
    assert_false(file_make_directories(longest));
    assert_int_equal(ENAMETOOLONG, errno);
    longest[sizeof longest - 2] = '/';
    longest[sizeof longest - 3] = '/';
    longest[sizeof longest - 4] = '/';
    assert_true(file_sync_name(longest)); /* an entry of the root */
    longest[PATH_MAX + 1] = '/';
    assert_false(file_sync_name(longest));
    assert_int_equal(ENAMETOOLONG, errno);
    assert_false(file_make_directories(""));
    assert_int_equal(ENOENT, errno);
}

static void a_name_is_an_entry_of_the_directory_it_lies_in(void **state)
{
    static const struct {
        const char *name;
        int code; /* 0: done */
    } rows[] = {
        { "absent", 0 }, { "absent/", 0 }, { "absent//", 0 }, { "absent/file", ENOENT }, { "absent/file/", ENOENT },
    };
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        place_path(*state, rows[i].name, path);
        errno = 0;
        assert_int_equal(rows[i].code == 0, file_sync_name(path));
        assert_int_equal(rows[i].code, errno);
    }
    assert_true(file_sync_name("here"));
    assert_true(file_sync_name("/"));
}

static void all_is_written_or_it_is_said(void **state)
{
    static const uint8_t bytes[100000];
    char path[PATH_MAX];
    struct stat facts;
    int file;

    place_path(*state, "file", path);
    file = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(file_write_all(file, bytes, sizeof bytes));
    assert_true(file_write_all(file, NULL, 0));
    assert_int_equal(0, fstat(file, &facts));
    assert_int_equal(sizeof bytes, facts.st_size);
    close(file);
    file = open("/dev/full", O_WRONLY);
    assert_false(file_write_all(file, bytes, sizeof bytes));
    assert_int_equal(ENOSPC, errno);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_place(directories_that_are_missing_are_made_for_their_owner_alone),
        in_a_place(what_cannot_be_made_says_why),
        in_a_place(a_name_is_an_entry_of_the_directory_it_lies_in),
        in_a_place(all_is_written_or_it_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
