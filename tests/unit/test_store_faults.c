/* ledger/store.h when disks fail, fill up and rot. The calls by which LMDB writes stand in this program and
 * fail when told to; limits on file size and memory are the kernel's own. */
#include "ledger/store.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/place.h"
#include "tests/support/records.h"

/* ---- calls that fail when told to */

enum failure { NOTHING, DATA, META, SYNC };

static enum failure failing;
static int failing_with;

/* LMDB writes its meta pages, and nothing else, in pieces smaller than a page. */
static bool fails(size_t size)
{
    bool does = (failing == META && size < 4096) || (failing == DATA && size >= 4096);

    if (does)
        errno = failing_with;
    return does;
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    return fails(size) ? -1 : (ssize_t)syscall(SYS_pwrite64, file, data, size, offset);
}

ssize_t writev(int file, const struct iovec *pieces, int count)
{
    return fails(4096) ? -1 : (ssize_t)syscall(SYS_writev, file, pieces, count);
}

int fdatasync(int file)
{
    if (failing == SYNC) {
        errno = failing_with;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, file);
}

static void a_commit_that_fails_says_whether_it_is_known_to_have_failed(void **state)
{
    static const struct {
        const char *what;
        enum failure failing;
        int with;
        enum refusal_code code;
    } rows[] = {
        { "no room for pages", DATA, ENOSPC, REFUSAL_DISK_FULL },
        { "no quota for pages", DATA, EDQUOT, REFUSAL_DISK_FULL },
        { "no room when flushing", SYNC, ENOSPC, REFUSAL_DISK_FULL },
        { "failing disk at a page", DATA, EIO, REFUSAL_UNCERTAIN },
        { "failing disk when flushing", SYNC, EIO, REFUSAL_UNCERTAIN },
        { "failing disk at the meta page", META, EIO, REFUSAL_UNCERTAIN },
        { "no room for the meta page", META, ENOSPC, REFUSAL_UNCERTAIN },
    };

    store_close(store_in(*state, STORE_CREATE));
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct store *store = store_in(*state, STORE_WRITE);
        struct store_txn *txn;
        struct error error = { .code = 0 };
        enum ledger_status status;

        put_record(store, STORE_ENTRIES, 1, i);
        assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
        put_in(txn, STORE_ENTRIES, 1, 1000);
        failing = rows[i].failing;
        failing_with = rows[i].with;
        status = store_commit(txn, &error);
        failing = NOTHING;
        if (error.code != rows[i].code)
            print_error("%s: PH%04u %s\n", rows[i].what, error.code, error.text);
        assert_int_equal(rows[i].code, error.code);
        assert_int_equal(refusal_find(rows[i].code)->status, status);

        if (rows[i].code == REFUSAL_UNCERTAIN) {
            assert_int_equal(LEDGER_UNCERTAIN, store_begin_write(store, 0, &txn, &error));
            assert_int_equal(LEDGER_UNCERTAIN, store_begin_read(store, &txn, &error));
            store_close(store);
            store = store_in(*state, STORE_WRITE);
        }
        /* None of these had reached the file: the store is as it was, and can be written to. */
        assert_int_equal(i, get_record(store, STORE_ENTRIES, 1));
        put_record(store, STORE_ENTRIES, 2, i);
        store_close(store);
    }
}

static void a_failed_making_leaves_no_file(void **state)
{
    struct store *store;
    struct error error;

    failing = DATA;
    failing_with = ENOSPC;
    assert_int_equal(LEDGER_STORAGE, store_open(*state, STORE_CREATE, &store, &error));
    failing = NOTHING;
    assert_int_equal(REFUSAL_DISK_FULL, error.code);
    assert_int_equal(0, rmdir(*state));
    assert_int_equal(0, mkdir(*state, 0700));
}

/* ---- limits */

static void limit_file_size(rlim_t size)
{
    must(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ size, RLIM_INFINITY }) == 0);
}

/* Fill the store under a limit that is no multiple of a page, then go on without one. */
static int fill_up(void *context)
{
    struct store *store = store_in_child(context, STORE_WRITE);
    uint32_t count = 0;
    struct store_txn *txn;
    struct error error;
    uint8_t key[4], value[3000] = { 0 };
    enum ledger_status status = LEDGER_OK;

    limit_file_size(300 * 1024 + 512);
    for (; status == LEDGER_OK && count < 1000; count++) {
        must(store_begin_write(store, 0, &txn, &error) == LEDGER_OK);
        must(store_put(txn, STORE_ENTRIES, number_key(key, count), bytes_of(value, sizeof value), &error)
             == LEDGER_OK);
        status = store_commit(txn, &error);
    }
    must(status == LEDGER_STORAGE && error.code == REFUSAL_DISK_FULL && count > 20);
    must(get_record(store, STORE_ENTRIES, count - 1) == -1);
    store_close(store);
    store = store_in_child(context, STORE_WRITE);
    limit_file_size(RLIM_INFINITY);
    put_record(store, STORE_ENTRIES, count - 1, 5);
    must(get_record(store, STORE_ENTRIES, count - 1) == 5);
    store_close(store);
    return 0;
}

static void a_full_disk_refuses_and_nothing_is_lost(void **state)
{
    store_close(store_in(*state, STORE_CREATE));
    assert_int_equal(0, child_do(fill_up, *state));
    store_close(store_in(*state, STORE_READ));
}

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif

#ifndef HAS_ADDRESS_SANITIZER
enum { MEBIBYTE = 1024 * 1024 };

static void limit_address_space(rlim_t size)
{
    must(setrlimit(RLIMIT_AS, &(struct rlimit){ size, RLIM_INFINITY }) == 0);
}

/* Put so many in one transaction. */
static enum ledger_status put_mebibytes(struct store *store, uint32_t count, struct error *error)
{
    static uint8_t value[MEBIBYTE];
    struct store_txn *txn;
    enum ledger_status status;
    uint8_t key[4];

    must(store_begin_write(store, 10000, &txn, error) == LEDGER_OK);
    for (uint32_t i = 0; i < count; i++) {
        status = store_put(txn, STORE_LEAVES, number_key(key, i), bytes_of(value, sizeof value), error);
        if (status != LEDGER_OK) {
            store_abort(txn);
            return status;
        }
    }
    return store_commit(txn, error);
}

static int put_them_elsewhere(void *context)
{
    struct store *store = store_in_child(context, STORE_WRITE);
    struct error error;

    must(put_mebibytes(store, 70, &error) == LEDGER_OK);
    store_close(store);
    return 0;
}

/* Open with address space for the smallest map alone, and see it too small, first for oneself. */
static int fill_the_map(void *context)
{
    struct store *store;
    struct error error;

    limit_address_space(200 * MEBIBYTE);
    store = store_in_child(context, STORE_WRITE);
    limit_address_space(RLIM_INFINITY);
    must(put_mebibytes(store, 70, &error) == LEDGER_STORAGE && error.code == REFUSAL_DISK_FULL);
    must(put_mebibytes(store, 70, &error) == LEDGER_OK);
    must(get_record(store, STORE_ENTRIES, 1) == 7);
    store_close(store);
    return 0;
}

static int be_outgrown(void *context)
{
    struct store *store;
    struct store_txn *txn;
    struct error error;
    uint8_t key[4];
    struct bytes value;
    bool found;

    limit_address_space(200 * MEBIBYTE);
    store = store_in_child(context, STORE_WRITE);
    limit_address_space(RLIM_INFINITY);
    must(get_record(store, STORE_ENTRIES, 1) == 7);
    must(child_do(put_them_elsewhere, context) == 0);
    must(store_begin_read(store, &txn, &error) == LEDGER_OK);
    must(store_get(txn, STORE_LEAVES, number_key(key, 69), &found, &value, &error) == LEDGER_OK);
    must(found && value.size == MEBIBYTE);
    store_abort(txn);
    put_record(store, STORE_ENTRIES, 2, 8);
    must(get_record(store, STORE_ENTRIES, 2) == 8);
    store_close(store);
    return 0;
}
#endif

static void a_small_map_grows_with_the_file(void **state)
{
#ifdef HAS_ADDRESS_SANITIZER
    (void)state;
    print_message("# skipped: the address sanitizer needs more address space than the limit\n");
    skip();
#else
    struct store *store = store_in(*state, STORE_CREATE);

    put_record(store, STORE_ENTRIES, 1, 7);
    store_close(store);
    assert_int_equal(0, child_do(fill_the_map, *state));
    assert_int_equal(0, child_do(be_outgrown, *state));
#endif
}

/* ---- rot */

/* Open, read everything and try to write: whatever comes of it, it is an answer. */
static int use_all(void *context)
{
    struct store *store;
    struct store_txn *txn;
    struct error error;
    struct bytes key, value;
    uint8_t bytes[4];
    enum ledger_status status = store_open(context, STORE_WRITE, &store, &error);
    volatile uint8_t sum = 0;

    for (unsigned table = 0; table < STORE_TABLES && status == LEDGER_OK; table++) {
        struct store_cursor *cursor = NULL;
        bool found = true;

        status = store_begin_read(store, &txn, &error);
        if (status != LEDGER_OK)
            break;
        status = store_cursor_open(txn, (enum store_table)table, bytes_of(NULL, 0), &cursor, &error);
        while (status == LEDGER_OK && found) {
            status = store_cursor_next(cursor, &found, &key, &value, &error);
            for (size_t i = 0; status == LEDGER_OK && found && i < value.size; i++)
                sum = (uint8_t)(sum + value.data[i]);
        }
        store_cursor_close(cursor);
        store_abort(txn);
    }
    if (status == LEDGER_OK)
        status = store_begin_write(store, 0, &txn, &error);
    if (status == LEDGER_OK) {
        for (uint32_t i = 5000; i < 5030 && status == LEDGER_OK; i++)
            status = store_put(txn, STORE_ENTRIES, number_key(bytes, i), bytes_of(bytes, 4), &error);
        if (status == LEDGER_OK)
            status = store_commit(txn, &error);
        else
            store_abort(txn);
    }
    store_close(store);
    return status == LEDGER_OK ? 0 : error.code == REFUSAL_DAMAGED_FILE || error.code == REFUSAL_NOT_A_LEDGER ? 6 : 1;
}

static uint8_t *read_sample(const char *directory, size_t *size)
{
    static uint8_t bytes[1024 * 1024];
    char path[PATH_MAX];
    ssize_t got;
    int file;

    place_path(directory, "data.mdb", path);
    file = open(path, O_RDONLY);
    got = read(file, bytes, sizeof bytes);
    close(file);
    assert_true(got > 40 * 4096 && got < (ssize_t)sizeof bytes);
    *size = (size_t)got;
    return bytes;
}

/* A store of some dozens of pages, with a tree of two levels, and its bytes. */
static uint8_t *make_sample(const char *directory, size_t *size)
{
    struct store *store = store_in(directory, STORE_CREATE);
    struct store_txn *txn;
    struct error error;
    uint8_t key[4], value[300] = { 0 };

    for (uint32_t i = 0; i < 30; i++) {
        assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
        for (uint32_t j = 0; j < 20; j++) {
            assert_int_equal(LEDGER_OK, store_put(txn, STORE_ENTRIES, number_key(key, i * 20 + j),
                                                  bytes_of(value, sizeof value), &error));
            put_in(txn, STORE_LEAVES, (i * 20 + j) * 7919, i);
        }
        assert_int_equal(LEDGER_OK, store_commit(txn, &error));
    }
    store_close(store);
    return read_sample(directory, size);
}

static void write_sample(const char *directory, const uint8_t *bytes, size_t size)
{
    char path[PATH_MAX];
    int file;

    place_path(directory, "data.mdb", path);
    file = open(path, O_WRONLY | O_TRUNC);
    assert_true(file >= 0);
    assert_int_equal(size, write(file, bytes, size));
    assert_int_equal(0, close(file));
}

/* The same numbers each time. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void a_file_cut_short_is_refused(void **state)
{
    size_t size;
    uint8_t *bytes = make_sample(*state, &size);
    uint32_t seed = 1;

    for (int i = 0; i < 12; i++) {
        size_t left = i < 4 ? (size_t)i * 4096 : next_random(&seed) % (size - 8 * 4096);

        write_sample(*state, bytes, left);
        assert_int_equal(6, child_do(use_all, *state));
    }
    write_sample(*state, bytes, size);
    assert_int_equal(0, child_do(use_all, *state));
}

static void a_changed_meta_page_kills_nobody(void **state)
{
    size_t size;
    uint8_t *bytes = make_sample(*state, &size);
    int refused_count = 0;

    for (size_t i = 0; i < 2 * 152; i += 5) {
        size_t at = i % 2 * 4096 + i / 2;
        uint8_t was = bytes[at];
        int result;

        bytes[at] ^= 0x55;
        write_sample(*state, bytes, size);
        result = child_do(use_all, *state);
        if (result != 0 && result != 6)
            print_error("byte %zu: %d\n", at, result);
        assert_true(result == 0 || result == 6);
        refused_count += result != 0;
        bytes[at] = was;
    }
    print_message("# %d of 61 changes to meta pages were noticed\n", refused_count);
    assert_true(refused_count > 15);
}

/* LMDB asserts on most of these, and would end the process. */
static void a_page_of_zeros_is_reported_and_kills_nobody(void **state)
{
    size_t size;
    uint8_t *bytes = make_sample(*state, &size), page[4096];
    int refused_count = 0, count = 0;

    for (size_t at = 2 * 4096; at + 4096 <= size; at += 4096, count++) {
        int result;

        memcpy(page, bytes + at, sizeof page);
        memset(bytes + at, 0, sizeof page);
        write_sample(*state, bytes, size);
        result = child_do(use_all, *state);
        if (result != 0 && result != 6)
            print_error("page %zu: %d\n", at / 4096, result);
        assert_true(result == 0 || result == 6);
        refused_count += result != 0;
        memcpy(bytes + at, page, sizeof page);
    }
    print_message("# %d of %d pages of zeros were noticed\n", refused_count, count);
    assert_true(refused_count > count / 2);
}

/* A value in a leaf: its size stands in two halves, low and high, eight bytes before its key. */
static void a_value_that_claims_more_than_the_file_has_is_damage(void **state)
{
    static const char key[] = "the one", value[] = "and its value";
    const uint8_t claim[4] = { 0xff, 0xff, 0xff, 0x0f };
    uint8_t *bytes, pattern[sizeof key - 1 + sizeof value - 1];
    struct store *store;
    struct store_txn *txn;
    struct error error;
    struct bytes found_key, found_value;
    size_t size, changed_count = 0;
    bool found;

    memcpy(pattern, key, sizeof key - 1);
    memcpy(pattern + sizeof key - 1, value, sizeof value - 1);
    bytes = make_sample(*state, &size);
    store = store_in(*state, STORE_WRITE);
    assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
    assert_int_equal(LEDGER_OK, store_put(txn, STORE_NAMES, bytes_of_text(key), bytes_of_text(value), &error));
    assert_int_equal(LEDGER_OK, store_commit(txn, &error));
    store_close(store);
    bytes = read_sample(*state, &size);
    for (size_t at = 8; at + sizeof pattern <= size; at++) {
        if (memcmp(bytes + at, pattern, sizeof pattern) == 0) {
            memcpy(bytes + at - 8, claim, sizeof claim);
            changed_count++;
        }
    }
    assert_true(changed_count > 0);
    write_sample(*state, bytes, size);

    store = store_in(*state, STORE_WRITE);
    assert_int_equal(LEDGER_OK, store_begin_read(store, &txn, &error));
    assert_int_equal(LEDGER_STORAGE, store_get(txn, STORE_NAMES, bytes_of_text(key), &found, &found_value, &error));
    assert_int_equal(REFUSAL_DAMAGED_FILE, error.code);
    assert_int_equal(LEDGER_STORAGE, store_last(txn, STORE_NAMES, &found, &found_key, &found_value, &error));
    store_abort(txn);

    /* Nor is anything put into that page. */
    assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
    assert_int_equal(LEDGER_STORAGE, store_put(txn, STORE_NAMES, bytes_of_text("the two"), bytes_of_text(value), &error));
    assert_int_equal(REFUSAL_DAMAGED_FILE, error.code);
    store_abort(txn);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_place(a_commit_that_fails_says_whether_it_is_known_to_have_failed),
        in_a_place(a_failed_making_leaves_no_file),
        in_a_place(a_full_disk_refuses_and_nothing_is_lost),
        in_a_place(a_small_map_grows_with_the_file),
        in_a_place(a_file_cut_short_is_refused),
        in_a_place(a_changed_meta_page_kills_nobody),
        in_a_place(a_page_of_zeros_is_reported_and_kills_nobody),
        in_a_place(a_value_that_claims_more_than_the_file_has_is_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
