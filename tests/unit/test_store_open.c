/* ledger/store.h and ledger/store_guard.h: what is opened and what is refused. */
#include "ledger/store.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/store_guard.h"
#include "tests/support/place.h"
#include "tests/support/records.h"

static void assert_refused(const char *directory, enum store_mode mode, enum refusal_code code)
{
    struct store *store;
    struct error error = { .code = 0 };
    enum ledger_status status = store_open(directory, mode, &store, &error);

    if (error.code != code)
        print_error("expected PH%04u, got PH%04u %s\n", code, error.code, error.text);
    assert_int_equal(code, error.code);
    assert_int_equal(refusal_find(code)->status, status);
    assert_null(store);
}

static void write_file(const char *directory, const char *name, const void *data, size_t size)
{
    char path[PATH_MAX];
    int file;

    place_path(directory, name, path);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(size, write(file, data, size));
    assert_int_equal(0, close(file));
}

static void the_files_of_a_store_are_its_owners_alone(void **state)
{
    static const char *const names[] = { "data.mdb", "lock.mdb", "gate" };
    mode_t mask = umask(0);

    store_close(store_in(*state, STORE_CREATE));
    umask(mask);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[PATH_MAX];
        struct stat facts;

        place_path(*state, names[i], path);
        assert_int_equal(0, stat(path, &facts));
        assert_int_equal(S_IFREG | 0600, facts.st_mode);
    }
}

static void a_store_is_made_once_and_nothing_else_is_taken_for_one(void **state)
{
    char nowhere[PATH_MAX], file[PATH_MAX];
    bool foreign;
    struct error error;

    place_path(*state, "nowhere", nowhere);
    place_path(*state, "file", file);
    write_file(*state, "file", "", 0);
    assert_refused(nowhere, STORE_CREATE, REFUSAL_NO_LEDGER);
    assert_refused(file, STORE_CREATE, REFUSAL_NO_LEDGER);
    assert_refused(nowhere, STORE_WRITE, REFUSAL_NO_LEDGER);
    assert_refused(*state, STORE_WRITE, REFUSAL_NO_LEDGER);
    assert_refused(*state, STORE_READ, REFUSAL_NO_LEDGER);
    assert_int_equal(LEDGER_STORAGE, store_is_foreign(*state, &foreign, &error));

    store_close(store_in(*state, STORE_CREATE));
    assert_refused(*state, STORE_CREATE, REFUSAL_EXISTS);
    assert_refused(*state, STORE_SCRATCH, REFUSAL_EXISTS);
    assert_int_equal(LEDGER_OK, store_is_foreign(*state, &foreign, &error));
    assert_false(foreign);
    store_close(store_in(*state, STORE_WRITE));
}

static void a_name_too_long_for_a_path_is_refused(void **state)
{
    char name[PATH_MAX + 100];
    bool foreign;
    struct error error;

    (void)state;
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_refused(name, STORE_READ, REFUSAL_IO);
    name[PATH_MAX - 3] = '\0';
    assert_refused(name, STORE_READ, REFUSAL_IO);
    assert_int_equal(LEDGER_STORAGE, store_is_foreign(name, &foreign, &error));
}

static void a_directory_may_be_reached_by_a_link(void **state)
{
    char real[PATH_MAX], link[PATH_MAX];

    place_path(*state, "real", real);
    place_path(*state, "link", link);
    assert_int_equal(0, mkdir(real, 0700));
    assert_int_equal(0, symlink("real", link));
    store_close(store_in(link, STORE_CREATE));
    store_close(store_in(real, STORE_READ));
}

/* Each of these stands where a file of the store should. */
static void a_file_that_is_not_an_ordinary_one_is_refused_and_not_touched(void **state)
{
    static const char *const names[] = { "data.mdb", "lock.mdb", "gate" };
    char path[PATH_MAX], elsewhere[PATH_MAX], aside[PATH_MAX];
    struct stat facts;

    store_close(store_in(*state, STORE_CREATE));
    place_path(*state, "aside", aside);
    place_path(*state, "elsewhere", elsewhere);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        place_path(*state, names[i], path);
        assert_int_equal(0, rename(path, aside));
        write_file(*state, "elsewhere", "mine", 4);
        assert_int_equal(0, symlink(elsewhere, path));
        assert_refused(*state, STORE_WRITE, REFUSAL_NOT_A_LEDGER);
        assert_int_equal(0, unlink(path));
        if (i < 2) {
            assert_int_equal(0, mkfifo(path, 0600));
            assert_refused(*state, STORE_WRITE, REFUSAL_NOT_A_LEDGER);
            assert_refused(*state, STORE_READ, REFUSAL_NOT_A_LEDGER);
            assert_int_equal(0, unlink(path));
        }
        assert_int_equal(0, stat(elsewhere, &facts));
        assert_int_equal(4, facts.st_size);
        assert_int_equal(0, rename(aside, path));
    }
    place_path(*state, "lock.mdb", path);
    assert_int_equal(0, link(path, aside));
    assert_refused(*state, STORE_WRITE, REFUSAL_NOT_A_LEDGER);
    assert_int_equal(0, unlink(aside));
    store_close(store_in(*state, STORE_WRITE));
}

/* ---- the guard. Meta pages as LMDB 0.9 writes them: lmdb's mdb.c, struct MDB_page and MDB_meta. */

enum { PAGE = 4096, NUMBER = 0, FLAGS = 10, MAGIC = 16, VERSION = 20, PAGE_SIZE = 40, FREE_ROOT = 80,
       MAIN_ROOT = 128, LAST_PAGE = 136, TXN = 144, META_END = 152 };

static void put_at(uint8_t *file, size_t offset, uint64_t value, size_t size)
{
    memcpy(file + offset, &value, size); /* in the machine's order, as LMDB does */
}

/* A file of `page_count` pages with two sound meta pages. */
static void sound_metas(uint8_t *file, uint64_t page_count)
{
    for (uint64_t i = 0; i < 2; i++) {
        uint8_t *page = file + i * PAGE;

        memset(page, 0, PAGE);
        put_at(page, NUMBER, i, 8);
        put_at(page, FLAGS, 8, 2);
        put_at(page, MAGIC, 0xBEEFC0DE, 4);
        put_at(page, VERSION, 1, 4);
        put_at(page, PAGE_SIZE, PAGE, 4);
        put_at(page, FREE_ROOT, UINT64_MAX, 8);
        put_at(page, MAIN_ROOT, page_count - 1, 8);
        put_at(page, LAST_PAGE, page_count - 1, 8);
        put_at(page, TXN, 100 + i, 8);
    }
}

static enum refusal_code guarded(const char *directory, const void *file, size_t size)
{
    char path[PATH_MAX];
    struct error error = { .code = 0 };
    enum ledger_status status;

    write_file(directory, "file", file, size);
    place_path(directory, "file", path);
    status = store_guard(path, &error);
    assert_int_equal(status == LEDGER_OK, error.code == 0);
    return error.code;
}

static void the_guard_judges_the_meta_pages(void **state)
{
    static const struct {
        const char *what;
        int page;
        size_t offset;
        uint64_t value;
        size_t size;
        enum refusal_code code;
    } rows[] = {
        { "as it should be", 1, TXN, 101, 8, REFUSAL_NONE },
        { "the first is the newer", 0, TXN, 102, 8, REFUSAL_NONE },
        { "a commit is missing between them", 1, TXN, 102, 8, REFUSAL_DAMAGED_FILE },
        { "both of one commit", 1, TXN, 100, 8, REFUSAL_DAMAGED_FILE },
        { "the older made newer", 0, TXN, 0x6400000064, 8, REFUSAL_DAMAGED_FILE },
        { "no magic in the first", 0, MAGIC, 0, 4, REFUSAL_DAMAGED_FILE },
        { "no magic in the second", 1, MAGIC, 0xBEEFC0DF, 4, REFUSAL_DAMAGED_FILE },
        { "one of a newer version", 0, VERSION, 2, 4, REFUSAL_DAMAGED_FILE },
        { "no version", 1, VERSION, 0, 4, REFUSAL_DAMAGED_FILE },
        { "another number", 1, NUMBER, 2, 8, REFUSAL_DAMAGED_FILE },
        { "another flag", 0, FLAGS, 9, 2, REFUSAL_DAMAGED_FILE },
        { "another size of pages", 1, PAGE_SIZE, 8192, 4, REFUSAL_DAMAGED_FILE },
        { "an impossible size of pages", 0, PAGE_SIZE, 4095, 4, REFUSAL_DAMAGED_FILE },
        { "more pages than there are", 1, LAST_PAGE, 3, 8, REFUSAL_DAMAGED_FILE },
        { "far more pages than there are", 1, LAST_PAGE, UINT64_MAX, 8, REFUSAL_DAMAGED_FILE },
        { "an old page that never was", 0, MAIN_ROOT, 3, 8, REFUSAL_NONE },
        { "a root outside", 1, MAIN_ROOT, 3, 8, REFUSAL_DAMAGED_FILE },
        { "a root that is a meta page", 1, MAIN_ROOT, 1, 8, REFUSAL_DAMAGED_FILE },
        { "an empty root", 1, MAIN_ROOT, UINT64_MAX, 8, REFUSAL_NONE },
        { "a root of free pages outside", 1, FREE_ROOT, 7, 8, REFUSAL_DAMAGED_FILE },
        { "a root of free pages", 1, FREE_ROOT, 2, 8, REFUSAL_NONE },
    };
    uint8_t file[3 * PAGE] = { 0 };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum refusal_code code;

        sound_metas(file, 3);
        put_at(file + rows[i].page * PAGE, rows[i].offset, rows[i].value, rows[i].size);
        code = guarded(*state, file, sizeof file);
        if (code != rows[i].code)
            print_error("%s: PH%04u\n", rows[i].what, code);
        assert_int_equal(rows[i].code, code);
    }
    sound_metas(file, 3);
    put_at(file, VERSION, 2, 4);
    put_at(file + PAGE, VERSION, 2, 4);
    assert_int_equal(REFUSAL_NEWER_FORMAT, guarded(*state, file, sizeof file));
}

static void the_guard_judges_sizes(void **state)
{
    static const struct {
        size_t size;
        enum refusal_code code;
    } rows[] = {
        { 0, REFUSAL_DAMAGED_FILE },          { 1, REFUSAL_NOT_A_LEDGER },     { MAGIC + 4, REFUSAL_DAMAGED_FILE },
        { META_END, REFUSAL_DAMAGED_FILE },   { PAGE, REFUSAL_DAMAGED_FILE },  { PAGE + 10, REFUSAL_DAMAGED_FILE },
        { 2 * PAGE, REFUSAL_DAMAGED_FILE },   { 3 * PAGE - 1, REFUSAL_DAMAGED_FILE },
        { 3 * PAGE, REFUSAL_NONE },           { 3 * PAGE + 512, REFUSAL_NONE },
    };
    uint8_t file[4 * PAGE] = { 0 };

    sound_metas(file, 3);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum refusal_code code = guarded(*state, file, rows[i].size);

        if (code != rows[i].code)
            print_error("%zu bytes: PH%04u\n", rows[i].size, code);
        assert_int_equal(rows[i].code, code);
    }
}

static void a_file_of_something_else_is_not_a_ledger(void **state)
{
    static const char text[] = "controlled drugs, book 3, 1987 to 1991\n";
    uint8_t fresh[2 * PAGE];

    write_file(*state, "data.mdb", text, sizeof text - 1);
    assert_refused(*state, STORE_WRITE, REFUSAL_NOT_A_LEDGER);
    write_file(*state, "data.mdb", "", 0);
    assert_refused(*state, STORE_WRITE, REFUSAL_DAMAGED_FILE);
    assert_refused(*state, STORE_READ, REFUSAL_DAMAGED_FILE);

    /* Another program's LMDB file, as it is before the first commit. */
    sound_metas(fresh, 2);
    for (int i = 0; i < 2; i++) {
        put_at(fresh + i * PAGE, MAIN_ROOT, UINT64_MAX, 8);
        put_at(fresh + i * PAGE, TXN, 0, 8);
    }
    write_file(*state, "data.mdb", fresh, sizeof fresh);
    assert_refused(*state, STORE_WRITE, REFUSAL_NOT_A_LEDGER);
    assert_refused(*state, STORE_READ, REFUSAL_NOT_A_LEDGER);
}

static void a_store_of_another_mark_or_format_is_refused(void **state)
{
    static const struct {
        const char *key, *value;
        size_t size;
        enum refusal_code code;
    } rows[] = {
        { "format", "\0\0\0\2", 4, REFUSAL_NEWER_FORMAT },  { "format", "\1\0\0\0", 4, REFUSAL_NEWER_FORMAT },
        { "format", "\0\0\0\0", 4, REFUSAL_DAMAGED_FILE },  { "format", "\0\0\1", 3, REFUSAL_DAMAGED_FILE },
        { "magic", "vial", 4, REFUSAL_NOT_A_LEDGER },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char directory[PATH_MAX], name[] = "0";
        struct store *store;
        struct store_txn *txn;
        struct error error;

        name[0] = (char)('0' + i);
        place_path(*state, name, directory);
        assert_int_equal(0, mkdir(directory, 0700));
        store = store_in(directory, STORE_CREATE);
        assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
        assert_int_equal(LEDGER_OK, store_put(txn, STORE_META, bytes_of_text(rows[i].key),
                                              bytes_of(rows[i].value, rows[i].size), &error));
        assert_int_equal(LEDGER_OK, store_commit(txn, &error));
        store_close(store);
        assert_refused(directory, STORE_WRITE, rows[i].code);
        assert_refused(directory, STORE_READ, rows[i].code);
    }
}

/* ---- one process, one store */

static int open_twice(void *context)
{
    struct store *first = store_in_child(context, STORE_WRITE), *second;
    struct error error;

    must(first != NULL);
    must(freopen("/dev/null", "w", stderr) != NULL);
    signal(SIGABRT, SIG_DFL);
    store_open(context, STORE_READ, &second, &error);
    return 0;
}

static int open_for_itself(void *context)
{
    struct store *store = store_in_child(context, STORE_WRITE);

    must(get_record(store, STORE_ENTRIES, 1) == 7);
    store_close(store);
    return 0;
}

static void one_process_opens_a_store_once_and_its_child_for_itself(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);

    put_record(store, STORE_ENTRIES, 1, 7);
    assert_int_equal(0, child_do(open_for_itself, *state));
    put_record(store, STORE_ENTRIES, 2, 8);
    store_close(store);
    assert_int_equal(1000 + SIGABRT, child_do(open_twice, *state));
}

/* ---- permissions, tried as an account that is not root's */

static int nobody_reads(void *context)
{
    struct store *store;
    struct error error;
    bool foreign;

    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 77;
    if (access(context, X_OK) != 0)
        return 77;
    must(store_is_foreign(context, &foreign, &error) == LEDGER_OK);
    must(store_open(context, STORE_WRITE, &store, &error) == LEDGER_STORAGE);
    must(error.code == REFUSAL_NOT_PERMITTED);
    store = store_in_child(context, STORE_READ);
    must(get_record(store, STORE_ENTRIES, 1) == 7);
    store_close(store);
    return 0;
}

static void what_may_not_be_written_can_be_read(void **state)
{
    static const char *const names[] = { "data.mdb", "lock.mdb", "gate" };
    char path[PATH_MAX];
    int result;

    store_close(store_in(*state, STORE_CREATE));
    {
        struct store *store = store_in(*state, STORE_WRITE);

        put_record(store, STORE_ENTRIES, 1, 7);
        store_close(store);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        place_path(*state, names[i], path);
        assert_int_equal(0, chmod(path, 0444));
    }
    assert_int_equal(0, chmod(*state, 0555));
    result = child_do(nobody_reads, *state);
    if (result == 77) {
        print_message("# skipped: no other account can reach the directory for temporary files\n");
        skip();
    }
    assert_int_equal(0, result);
    place_path(*state, "lock.mdb", path);
    assert_int_equal(0, chmod(*state, 0755));
    assert_int_equal(0, unlink(path));
    assert_int_equal(0, chmod(*state, 0555));
    assert_int_equal(0, child_do(nobody_reads, *state));
}

static void a_reader_leaves_no_file_behind(void **state)
{
    char path[PATH_MAX];

    store_close(store_in(*state, STORE_CREATE));
    place_path(*state, "lock.mdb", path);
    assert_int_equal(0, unlink(path));
    place_path(*state, "gate", path);
    assert_int_equal(0, unlink(path));
    store_close(store_in(*state, STORE_READ));
    assert_int_equal(-1, access(path, F_OK));
    place_path(*state, "lock.mdb", path);
    assert_int_equal(-1, access(path, F_OK));
    store_close(store_in(*state, STORE_WRITE));
    assert_int_equal(0, access(path, F_OK));
}

static int write_thrice(void *context)
{
    struct store *store = store_in_child(context, STORE_WRITE);

    for (uint32_t i = 0; i < 3; i++)
        put_record(store, STORE_ENTRIES, 1, i);
    store_close(store);
    return 0;
}

static void a_reader_without_a_lock_file_is_told_when_somebody_writes(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);
    struct store_txn *txn;
    struct bytes value;
    struct error error;
    uint8_t key[4];
    bool found;
    char path[PATH_MAX];

    put_record(store, STORE_ENTRIES, 1, 7);
    store_close(store);
    place_path(*state, "lock.mdb", path);
    assert_int_equal(0, unlink(path));
    store = store_in(*state, STORE_READ);
    assert_int_equal(LEDGER_OK, store_begin_read(store, &txn, &error));
    assert_int_equal(7, get_in(txn, STORE_ENTRIES, 1));
    assert_int_equal(0, child_do(write_thrice, *state));
    assert_int_equal(LEDGER_BUSY, store_get(txn, STORE_ENTRIES, number_key(key, 1), &found, &value, &error));
    assert_int_equal(REFUSAL_LOCKED, error.code);
    store_abort(txn);
    assert_int_equal(LEDGER_OK, store_begin_read(store, &txn, &error));
    assert_int_equal(2, get_in(txn, STORE_ENTRIES, 1));
    store_abort(txn);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_place(the_files_of_a_store_are_its_owners_alone),
        in_a_place(a_store_is_made_once_and_nothing_else_is_taken_for_one),
        in_a_place(a_name_too_long_for_a_path_is_refused),
        in_a_place(a_directory_may_be_reached_by_a_link),
        in_a_place(a_file_that_is_not_an_ordinary_one_is_refused_and_not_touched),
        in_a_place(the_guard_judges_the_meta_pages),
        in_a_place(the_guard_judges_sizes),
        in_a_place(a_file_of_something_else_is_not_a_ledger),
        in_a_place(a_store_of_another_mark_or_format_is_refused),
        in_a_place(one_process_opens_a_store_once_and_its_child_for_itself),
        in_a_place(what_may_not_be_written_can_be_read),
        in_a_place(a_reader_leaves_no_file_behind),
        in_a_place(a_reader_without_a_lock_file_is_told_when_somebody_writes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
