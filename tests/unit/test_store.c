/* ledger/store.h: what is put in comes out again, one writer at a time. What it refuses to open, and what
 * becomes of it when disks and processes fail, is tried in test_store_open.c and test_store_faults.c. */
#include "ledger/store.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/place.h"
#include "tests/support/records.h"

static void what_was_committed_is_there_when_the_store_is_opened_again(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);

    for (unsigned table = 0; table < STORE_TABLES; table++)
        put_record(store, (enum store_table)table, 1, table);
    store_close(store);
    store = store_in(*state, STORE_READ);
    for (unsigned table = 0; table < STORE_TABLES; table++)
        assert_int_equal(table, get_record(store, (enum store_table)table, 1));
    store_close(store);
}

static void what_was_aborted_is_not(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);
    struct store_txn *txn;
    struct error error;

    assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
    put_in(txn, STORE_ENTRIES, 1, 7);
    store_abort(txn);
    store_abort(NULL);
    assert_int_equal(-1, get_record(store, STORE_ENTRIES, 1));
    store_close(store);
    store_close(NULL);
}

static void a_writer_reads_what_it_has_put(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);
    uint8_t large[20000], key[STORE_KEY_LIMIT];
    struct store_txn *txn;
    struct bytes value;
    struct error error;
    bool found;

    memset(large, 'x', sizeof large);
    memset(key, 'k', sizeof key);
    assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
    /* The table of the mark first: the map is found by it, however much is changed before. */
    put_in(txn, STORE_META, 1, 7);
    put_in(txn, STORE_ENTRIES, 1, 7);
    put_in(txn, STORE_ENTRIES, 1, 8);
    assert_int_equal(LEDGER_OK, store_put(txn, STORE_NAMES, bytes_of(key, sizeof key), bytes_of(large, sizeof large),
                                          &error));
    assert_int_equal(LEDGER_OK, store_put(txn, STORE_NAMES, bytes_of("empty", 5), bytes_of(NULL, 0), &error));
    assert_int_equal(8, get_in(txn, STORE_ENTRIES, 1));
    assert_int_equal(LEDGER_OK, store_get(txn, STORE_NAMES, bytes_of(key, sizeof key), &found, &value, &error));
    assert_true(found && bytes_equal(value, bytes_of(large, sizeof large)));
    assert_int_equal(LEDGER_OK, store_get(txn, STORE_NAMES, bytes_of("empty", 5), &found, &value, &error));
    assert_true(found);
    assert_int_equal(0, value.size);
    assert_int_equal(LEDGER_OK, store_commit(txn, &error));
    assert_int_equal(8, get_record(store, STORE_ENTRIES, 1));
    store_close(store);
}

/* Walk the table and compare with the numbers that should come, ended by 0. */
static void assert_walk(struct store_txn *txn, struct bytes from, const uint32_t *expected)
{
    struct store_cursor *cursor;
    struct bytes key, value;
    struct error error;
    bool found;

    assert_int_equal(LEDGER_OK, store_cursor_open(txn, STORE_ENTRIES, from, &cursor, &error));
    for (; *expected != 0; expected++) {
        assert_int_equal(LEDGER_OK, store_cursor_next(cursor, &found, &key, &value, &error));
        assert_true(found);
        assert_int_equal(*expected, number_of(key));
        assert_int_equal(*expected * 10, number_of(value));
    }
    assert_int_equal(LEDGER_OK, store_cursor_next(cursor, &found, &key, &value, &error));
    assert_false(found);
    store_cursor_close(cursor);
    store_cursor_close(NULL);
}

static void a_table_is_walked_in_the_order_of_its_keys(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);
    struct store_txn *txn;
    struct bytes key, value;
    struct error error;
    bool found;
    uint8_t from[4];

    assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
    assert_int_equal(LEDGER_OK, store_last(txn, STORE_ENTRIES, &found, &key, &value, &error));
    assert_false(found);
    assert_walk(txn, bytes_of(NULL, 0), (const uint32_t[]){ 0 });
    put_in(txn, STORE_ENTRIES, 300, 3000);
    put_in(txn, STORE_ENTRIES, 2, 20);
    put_in(txn, STORE_ENTRIES, 70000, 700000);
    assert_walk(txn, bytes_of(NULL, 0), (const uint32_t[]){ 2, 300, 70000, 0 });
    assert_walk(txn, number_key(from, 2), (const uint32_t[]){ 2, 300, 70000, 0 });
    assert_walk(txn, number_key(from, 3), (const uint32_t[]){ 300, 70000, 0 });
    assert_walk(txn, number_key(from, 70001), (const uint32_t[]){ 0 });
    assert_int_equal(LEDGER_OK, store_last(txn, STORE_ENTRIES, &found, &key, &value, &error));
    assert_true(found);
    assert_int_equal(70000, number_of(key));
    assert_int_equal(700000, number_of(value));
    assert_int_equal(LEDGER_OK, store_commit(txn, &error));
    store_close(store);
}

static void a_reader_keeps_what_it_saw_until_it_begins_anew(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);
    struct store_txn *reader;
    struct error error;

    put_record(store, STORE_ENTRIES, 1, 7);
    assert_int_equal(LEDGER_OK, store_begin_read(store, &reader, &error));
    for (uint32_t i = 8; i < 20; i++)
        put_record(store, STORE_ENTRIES, 1, i);
    assert_int_equal(7, get_in(reader, STORE_ENTRIES, 1));
    store_abort(reader);
    assert_int_equal(LEDGER_OK, store_begin_read(store, &reader, &error));
    assert_int_equal(19, get_in(reader, STORE_ENTRIES, 1));
    store_abort(reader);
    store_close(store);
}

/* Asserting is not for threads: what is wrong is counted. */
struct reading {
    struct store *store;
    int wrong_count;
};

static void *read_all(void *context)
{
    struct reading *reading = context;
    struct error error;

    for (uint32_t i = 0; i < 2000; i++) {
        struct store_txn *txn;
        struct bytes value;
        uint8_t key[4];
        bool found = false;

        if (store_begin_read(reading->store, &txn, &error) != LEDGER_OK) {
            reading->wrong_count++;
            continue;
        }
        if (store_get(txn, STORE_ENTRIES, number_key(key, i % 100), &found, &value, &error) != LEDGER_OK
            || !found || number_of(value) != i % 100)
            reading->wrong_count++;
        store_abort(txn);
    }
    return NULL;
}

static void threads_read_each_for_themselves_beside_a_writer(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);
    struct reading readings[4];
    pthread_t threads[4];

    for (uint32_t i = 0; i < 100; i++)
        put_record(store, STORE_ENTRIES, i, i);
    for (int i = 0; i < 4; i++) {
        readings[i] = (struct reading){ .store = store };
        assert_int_equal(0, pthread_create(&threads[i], NULL, read_all, &readings[i]));
    }
    for (uint32_t i = 0; i < 50; i++)
        put_record(store, STORE_LEAVES, i, i);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(0, pthread_join(threads[i], NULL));
        assert_int_equal(0, readings[i].wrong_count);
    }
    store_close(store);
}

static void a_scratch_store_holds_much_in_one_transaction(void **state)
{
    struct store *store = store_in(*state, STORE_SCRATCH);
    struct store_txn *txn;
    struct error error;

    assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
    for (uint32_t i = 0; i < 100000; i++)
        put_in(txn, STORE_LEAVES, i * 7919, i);
    assert_int_equal(LEDGER_OK, store_commit(txn, &error));
    for (uint32_t i = 0; i < 100000; i += 9999)
        assert_int_equal(i, get_record(store, STORE_LEAVES, i * 7919));
    store_close(store);
}

/* ---- several processes */

struct shared {
    const char *directory;
    int64_t until_ms;
    _Atomic int started;
    _Atomic uint32_t written[8];
};

static struct shared *shared_new(const char *directory)
{
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(MAP_FAILED, shared);
    shared->directory = directory;
    return shared;
}

/* Append one entry after the last. Returns its number. */
static uint32_t append(struct store *store)
{
    struct store_txn *txn;
    struct bytes key, value;
    struct error error;
    uint8_t next_key[4], next_value[4];
    uint32_t number;
    bool found;

    must(store_begin_write(store, 60000, &txn, &error) == LEDGER_OK);
    must(store_last(txn, STORE_ENTRIES, &found, &key, &value, &error) == LEDGER_OK);
    number = found ? number_of(key) + 1 : 1;
    must(store_put(txn, STORE_ENTRIES, number_key(next_key, number), number_key(next_value, number * 10), &error)
         == LEDGER_OK);
    must(store_commit(txn, &error) == LEDGER_OK);
    return number;
}

static int append_for_a_while(void *context)
{
    struct shared *shared = context;
    struct store *store = store_in_child(shared->directory, STORE_WRITE);
    int me = shared->started++;

    while (clock_ms() < shared->until_ms) {
        append(store);
        shared->written[me]++;
    }
    store_close(store);
    return 0;
}

/* How many entries there are; they must be whole and without a gap. */
static uint32_t count_entries(const char *directory)
{
    struct store *store = store_in(directory, STORE_READ);
    struct store_txn *txn;
    struct store_cursor *cursor;
    struct bytes key, value;
    struct error error;
    uint32_t count = 0;
    bool found;

    assert_int_equal(LEDGER_OK, store_begin_read(store, &txn, &error));
    assert_int_equal(LEDGER_OK, store_cursor_open(txn, STORE_ENTRIES, bytes_of(NULL, 0), &cursor, &error));
    for (;;) {
        assert_int_equal(LEDGER_OK, store_cursor_next(cursor, &found, &key, &value, &error));
        if (!found)
            break;
        assert_int_equal(++count, number_of(key));
        assert_int_equal(count * 10, number_of(value));
    }
    store_cursor_close(cursor);
    store_abort(txn);
    store_close(store);
    return count;
}

static void eight_processes_write_evenly_and_lose_nothing(void **state)
{
    struct shared *shared = shared_new(*state);
    uint32_t least = UINT32_MAX, most = 0, total = 0;
    pid_t children[8];

    store_close(store_in(*state, STORE_CREATE));
    shared->until_ms = clock_ms() + 1500;
    for (int i = 0; i < 8; i++)
        children[i] = child_start(append_for_a_while, shared);
    for (int i = 0; i < 8; i++)
        assert_int_equal(0, child_wait(children[i]));
    for (int i = 0; i < 8; i++) {
        least = shared->written[i] < least ? shared->written[i] : least;
        most = shared->written[i] > most ? shared->written[i] : most;
        total += shared->written[i];
    }
    print_message("# each of eight wrote between %u and %u entries\n", least, most);
    assert_int_equal(total, count_entries(*state));
    assert_true(least > 0 && least >= most / 10);
}

static int begin_and_stay(void *context)
{
    struct shared *shared = context;
    struct store *store = store_in_child(shared->directory, STORE_WRITE);
    struct store_txn *txn;
    struct error error;

    must(store_begin_write(store, 1000, &txn, &error) == LEDGER_OK);
    must(store_put(txn, STORE_ENTRIES, bytes_of("lost", 4), bytes_of("lost", 4), &error) == LEDGER_OK);
    shared->started = 1;
    for (;;)
        pause();
}

static void a_stopped_writer_makes_the_next_one_busy_and_a_killed_one_nothing(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);
    struct shared *shared = shared_new(*state);
    struct store_txn *txn;
    struct error error;
    int64_t began_ms;
    pid_t holder;

    put_record(store, STORE_ENTRIES, 1, 10);
    holder = child_start(begin_and_stay, shared);
    while (shared->started == 0)
        sleep_ms(1);
    kill(holder, SIGSTOP);
    began_ms = clock_ms();
    assert_int_equal(LEDGER_BUSY, store_begin_write(store, 200, &txn, &error));
    assert_in_range(clock_ms() - began_ms, 200, 1000);
    assert_int_equal(REFUSAL_LOCKED, error.code);
    assert_null(txn);
    assert_int_equal(10, get_record(store, STORE_ENTRIES, 1));

    kill(holder, SIGKILL);
    assert_int_equal(1000 + SIGKILL, child_wait(holder));
    put_record(store, STORE_ENTRIES, 2, 20);
    store_close(store);
    assert_int_equal(2, count_entries(*state));
}

static int append_for_ever(void *context)
{
    struct shared *shared = context;
    struct store *store = store_in_child(shared->directory, STORE_WRITE);

    do
        shared->written[0] = append(store);
    while (shared->written[0] > 0);
    return 1;
}

static void a_writer_killed_at_any_moment_leaves_all_it_acknowledged(void **state)
{
    struct shared *shared = shared_new(*state);

    store_close(store_in(*state, STORE_CREATE));
    for (int i = 0; i < 30; i++) {
        uint32_t before = shared->written[0];
        pid_t writer = child_start(append_for_ever, shared);

        while (shared->written[0] == before)
            sleep_ms(1);
        sleep_ms(i % 7);
        kill(writer, SIGKILL);
        assert_int_equal(1000 + SIGKILL, child_wait(writer));
        assert_in_range(count_entries(*state), shared->written[0], shared->written[0] + 1);
    }
}

static void a_killed_reader_does_not_make_the_file_grow_for_ever(void **state)
{
    struct shared *shared = shared_new(*state);
    struct store *store = store_in(*state, STORE_CREATE);
    char path[PATH_MAX];
    struct stat before, after;
    pid_t reader;

    put_record(store, STORE_ENTRIES, 1, 10);
    reader = child_start(hold_a_read, (void *)(uintptr_t)shared->directory);
    sleep_ms(100);
    kill(reader, SIGKILL);
    assert_int_equal(1000 + SIGKILL, child_wait(reader));
    for (uint32_t i = 0; i < 20; i++)
        put_record(store, STORE_ENTRIES, 1, i);
    place_path(*state, "data.mdb", path);
    assert_int_equal(0, stat(path, &before));
    for (uint32_t i = 0; i < 100; i++)
        put_record(store, STORE_ENTRIES, 1, i);
    assert_int_equal(0, stat(path, &after));
    assert_int_equal(before.st_size, after.st_size);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_place(what_was_committed_is_there_when_the_store_is_opened_again),
        in_a_place(what_was_aborted_is_not),
        in_a_place(a_writer_reads_what_it_has_put),
        in_a_place(a_table_is_walked_in_the_order_of_its_keys),
        in_a_place(a_reader_keeps_what_it_saw_until_it_begins_anew),
        in_a_place(threads_read_each_for_themselves_beside_a_writer),
        in_a_place(a_scratch_store_holds_much_in_one_transaction),
        in_a_place(eight_processes_write_evenly_and_lose_nothing),
        in_a_place(a_stopped_writer_makes_the_next_one_busy_and_a_killed_one_nothing),
        in_a_place(a_writer_killed_at_any_moment_leaves_all_it_acknowledged),
        in_a_place(a_killed_reader_does_not_make_the_file_grow_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
