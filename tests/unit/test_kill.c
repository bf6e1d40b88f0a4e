/* A writer killed at any moment: what was acknowledged is there, what was not has left nothing, and the next one goes on. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/place.h"
#include "tests/support/day.h"
#include "tests/support/judged.h"
#include "tests/support/place.h"

enum { KILLS = 200, VERIFIED_EVERY = 20, LONGEST_US = 20000, PATIENCE_MS = 10000 };

/* What a writer tells through the pipe when a commit has returned LEDGER_OK. */
struct acknowledged {
    uint8_t act[ACT_SIZE];
    uint32_t entry;
};

struct writer_task {
    struct house *house;
    int pipe;
    int64_t began_ms, told_ms; /* the clock here, and that of the house, when all began */
};

static int64_t house_clock(const struct writer_task *task)
{
    return task->told_ms + (clock_ms() - task->began_ms);
}

/* A patient with a name, so that the openings are written to as well. */
static struct act_list *new_patient(struct house *house)
{
    struct act_list *list = house_act(house, KIND_PATIENT, 2, MEANING_DID);

    must(act_private_put(&list->acts[0], 40, &(struct value){ .present = true, .bytes = bytes_of_text("Ada Example") },
                         &house->error) == LEDGER_OK);
    return list;
}

/* Record until killed. */
static int write_for_ever(void *context)
{
    struct writer_task *task = context;
    struct house *house = task->house;

    must(house_enter(house, LEDGER_RECORD) == LEDGER_OK);
    for (;;) {
        struct act_list *list;
        struct acknowledged acknowledged;

        house->now_ms = house_clock(task);
        list = new_patient(house);
        must(house_prepare(house, list) == LEDGER_OK);
        must(house_sign(house, list) == LEDGER_OK);
        house->now_ms = house_clock(task);
        must(house_place(house, list) == LEDGER_OK);
        acknowledged.entry = house->placed.first;
        memcpy(acknowledged.act, list->acts[0].event.act, ACT_SIZE);
        must(write(task->pipe, &acknowledged, sizeof acknowledged) == sizeof acknowledged);
        act_list_free(list);
    }
}

/* ---- afterwards */

static void assert_is_there(struct house *house, const struct acknowledged *acknowledged)
{
    uint32_t entry;

    assert_int_equal(ledger_find_act(house->ledger, acknowledged->act, &entry, &house->error), LEDGER_OK);
    assert_int_equal(entry, acknowledged->entry);
}

static void assert_dense(struct house *house, uint32_t from, uint32_t entries)
{
    struct reading reading;
    struct bytes bytes;
    struct entry entry;

    assert_int_equal(ledger_read(house->ledger, &reading, &house->error), LEDGER_OK);
    for (uint32_t number = from; number <= entries; number++) {
        assert_int_equal(place_read(reading.txn, number, &bytes, &entry, &house->error), LEDGER_OK);
        assert_int_equal(entry.header.number, number);
    }
    (void)place_read(reading.txn, entries + 1, &bytes, &entry, &house->error);
    ledger_read_end(&reading);
    assert_int_equal(house->error.code, REFUSAL_DAMAGED_FILE);
}

/* Drain the pipe; returns how many were acknowledged. */
static unsigned check_all(struct house *house, int pipe)
{
    struct acknowledged acknowledged;
    unsigned count = 0;
    ssize_t got;

    while ((got = read(pipe, &acknowledged, sizeof acknowledged)) == sizeof acknowledged) {
        assert_is_there(house, &acknowledged);
        count++;
    }
    assert_int_equal(got, 0); /* nothing told by halves */
    return count;
}

/* One half is killed early, perhaps while it opens the ledger; the other half in the midst of its work. */
static void wait_for_a_while(int pipe, bool until_it_works)
{
    struct pollfd told = { .fd = pipe, .events = POLLIN };

    if (until_it_works)
        assert_int_equal(poll(&told, 1, PATIENCE_MS), 1);
    usleep((useconds_t)(random() % LONGEST_US));
}

static unsigned kill_one(struct writer_task *task, bool until_it_works)
{
    struct house *house = task->house;
    uint32_t before;
    unsigned acknowledged;
    int ends[2], status;
    pid_t child;

    before = house_entries(house);
    house_shut(house);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    task->pipe = ends[1];
    child = child_start(write_for_ever, task);
    close(ends[1]);
    wait_for_a_while(ends[0], until_it_works);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status)); /* it did not end by itself */
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    acknowledged = check_all(house, ends[0]);
    close(ends[0]);
    assert_true(house_entries(house) >= before + acknowledged);
    assert_true(house_entries(house) <= before + acknowledged + 1); /* at most one was done and not told */
    assert_dense(house, before + 1, house_entries(house));
    return acknowledged;
}

/* ---- openings without their entry */

static bool in_book(struct house *house, struct bytes act)
{
    uint32_t entry;

    assert_int_equal(act.size, ACT_SIZE);
    assert_int_equal(ledger_find_act(house->ledger, act.data, &entry, &house->error), LEDGER_OK);
    return entry != 0;
}

static unsigned openings_left_over(struct house *house)
{
    char path[HOUSE_PATH_SIZE + 16];
    struct store *store;
    struct store_txn *txn;
    struct store_cursor *cursor;
    struct bytes key, value;
    bool found = true;
    unsigned count = 0;

    snprintf(path, sizeof path, "%s/secrets", house->directory);
    house_shut(house);
    assert_int_equal(house_enter(house, LEDGER_READ), LEDGER_OK);
    assert_int_equal(store_open(path, STORE_READ, &store, &house->error), LEDGER_OK);
    assert_int_equal(store_begin_read(store, &txn, &house->error), LEDGER_OK);
    assert_int_equal(store_cursor_open(txn, STORE_LEAVES, bytes_of("", 0), &cursor, &house->error), LEDGER_OK);
    while (store_cursor_next(cursor, &found, &key, &value, &house->error) == LEDGER_OK && found)
        count += value.size > 0 && !in_book(house, bytes_of(key.data, ACT_SIZE));
    store_cursor_close(cursor);
    store_abort(txn);
    store_close(store);
    return count;
}

static void a_writer_killed_at_any_moment_loses_nothing_it_was_told_and_leaves_nothing_else(void **state)
{
    struct house *house = *state;
    struct writer_task task = { .house = house, .began_ms = clock_ms(), .told_ms = house->now_ms };
    unsigned acknowledged = 0, without = 0;

    house_stock(house); /* makes the store of openings, too */
    task.told_ms = house->now_ms;
    srandom(20260302);
    for (int i = 1; i <= KILLS; i++) {
        unsigned count = kill_one(&task, i % 2 == 0);

        acknowledged += count;
        without += count == 0;
        if (i % VERIFIED_EVERY == 0)
            assert_judged(verified_directory(house->directory), JUDGED_PASS);
    }
    print_message("%d killed, %u entries acknowledged, %u killed before the first\n", KILLS, acknowledged, without);
    assert_true(acknowledged >= KILLS / 2 && without > 0);
    /* The next writer with an opening of its own sweeps up. */
    house->now_ms = house_clock(&task);
    house_must(house, new_patient(house));
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    assert_int_equal(openings_left_over(house), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(a_writer_killed_at_any_moment_loses_nothing_it_was_told_and_leaves_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
