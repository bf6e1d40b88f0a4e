/* Opening a ledger that is not what it should be, and recording where something is missing. */
#include <fcntl.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/ledger_internal.h"
#include "tests/support/day.h"
#include "tests/support/judged.h"
#include "tests/support/pieces.h"
#include "tests/support/place.h"

enum { SOMEBODY_ELSE = 65534 };

static struct act_list *new_patient(struct house *house, const char *name)
{
    struct act_list *list = house_act(house, KIND_PATIENT, 2, MEANING_DID);

    if (name != NULL)
        must(act_private_put(&list->acts[0], 40, &(struct value){ .present = true, .bytes = bytes_of_text(name) },
                             &house->error) == LEDGER_OK);
    return list;
}

static void path_in(const struct house *house, const char *name, char path[static HOUSE_PATH_SIZE + 32])
{
    snprintf(path, HOUSE_PATH_SIZE + 32, "%s/%s", house->directory, name);
}

static void assert_refused(struct house *house, const char *directory, enum refusal_code code)
{
    for (enum ledger_mode mode = LEDGER_READ; mode <= LEDGER_RECORD; mode++) {
        struct ledger *ledger;
        enum ledger_status status = ledger_open(directory, mode, &ledger, &house->error);

        house_refused(house, status, code);
        assert_null(ledger);
    }
}

/* ---- nothing there, or something else */

static void what_is_no_ledger_is_told_of(void **state)
{
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 32];

    snprintf(path, sizeof path, "%s/nowhere", house->home);
    assert_refused(house, path, REFUSAL_NO_LEDGER);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused(house, path, REFUSAL_NO_LEDGER);
    path_in(house, "seal.key", path); /* a file */
    assert_refused(house, path, REFUSAL_NO_LEDGER);
    house_must(house, new_patient(house, "Ada Example"));
    house_shut(house);
    path_in(house, "secrets", path); /* a store of ours, of another use */
    assert_refused(house, path, REFUSAL_NOT_A_LEDGER);
    path_in(house, "data.mdb", path);
    file_write(path, "Dear diary, today we received ten vials.\n", 41);
    assert_refused(house, house->directory, REFUSAL_NOT_A_LEDGER);
    file_write(path, "", 0);
    assert_refused(house, house->directory, REFUSAL_DAMAGED_FILE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(house, house->directory, REFUSAL_NOT_A_LEDGER);
}

static void a_ledger_begun_and_never_founded_is_told_of(void **state)
{
    struct house *house = *state;
    struct ledger *ledger;
    char path[HOUSE_PATH_SIZE + 32];

    snprintf(path, sizeof path, "%s/begun", house->home);
    assert_int_equal(ledger_create(path, &ledger, &house->error), LEDGER_OK);
    ledger_close(ledger);
    assert_refused(house, path, REFUSAL_NOT_A_LEDGER);
}

static void making_one_where_something_is_makes_nothing(void **state)
{
    struct house *house = *state;
    struct ledger *ledger;

    house_refused(house, ledger_create(house->directory, &ledger, &house->error), REFUSAL_EXISTS);
    assert_null(ledger);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static void a_discarded_ledger_leaves_nothing(void **state)
{
    struct house *house = *state;
    struct ledger *ledger;
    char path[HOUSE_PATH_SIZE + 32];

    snprintf(path, sizeof path, "%s/begun", house->home);
    assert_int_equal(ledger_create(path, &ledger, &house->error), LEDGER_OK);
    ledger_discard(ledger);
    assert_int_not_equal(access(path, F_OK), 0);
}

static void a_newer_format_is_not_guessed_at(void **state)
{
    struct house *house = *state;
    struct store_txn *txn;
    static const uint8_t newer[] = { 0, 0, 0, 9 };

    assert_int_equal(store_begin_write(house->ledger->store, 0, &txn, &house->error), LEDGER_OK);
    assert_int_equal(store_put(txn, STORE_META, bytes_of_text("format"), bytes_of(newer, 4), &house->error), LEDGER_OK);
    assert_int_equal(store_commit(txn, &house->error), LEDGER_OK);
    house_shut(house);
    assert_refused(house, house->directory, REFUSAL_NEWER_FORMAT);
}

/* Tables that a build with other leaves made: a balance would be read where another has its state. */
static void tables_of_another_layout_are_not_read(void **state)
{
    struct house *house = *state;
    const struct verify_options options = { 0 };
    static struct report report;
    struct store_txn *txn;

    assert_int_equal(store_begin_write(house->ledger->store, 0, &txn, &house->error), LEDGER_OK);
    assert_int_equal(store_put(txn, STORE_META, bytes_of_text("layout"), bytes_of_text("another"), &house->error), LEDGER_OK);
    assert_int_equal(store_commit(txn, &house->error), LEDGER_OK);
    house_shut(house);
    assert_refused(house, house->directory, REFUSAL_OTHER_LAYOUT);
    assert_non_null(strstr(refusal_find(REFUSAL_OTHER_LAYOUT)->next, "phial export"));
    house_refused(house, verify_directory(house->directory, &options, &report, &house->error), REFUSAL_OTHER_LAYOUT);
}

/* ---- damage: a file cut short ends nobody; of one overwritten LMDB may die, but verify, which reads it in a child, not */

static int open_and_look(void *context)
{
    struct house *house = context;

    /* cmocka would take a signal for a failed test and go on with the next, here. */
    signal(SIGBUS, SIG_DFL);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    for (enum ledger_mode mode = LEDGER_READ; mode <= LEDGER_RECORD; mode++)
        if (house_enter(house, mode) == LEDGER_OK)
            house_shut(house);
    return 0;
}

/* Verify a data.mdb with these bytes, and open it in a process of its own; tells how that ended. */
static int damage(struct house *house, const uint8_t *bytes, size_t size, bool must_fail)
{
    const struct verify_options options = { 0 };
    static struct report report;
    char path[HOUSE_PATH_SIZE + 32];

    path_in(house, "data.mdb", path);
    file_write(path, bytes, size);
    if (verify_directory(house->directory, &options, &report, &house->error) == LEDGER_OK && must_fail)
        assert_judged(&report, JUDGED_FAIL);
    return child_do(open_and_look, house);
}

static void a_cut_or_overwritten_file_is_told_of_by_verify(void **state)
{
    struct house *house = *state;
    struct pieces data;
    char path[HOUSE_PATH_SIZE + 32];
    unsigned died = 0;

    house_stock(house);
    day_close(house);
    house_shut(house);
    path_in(house, "data.mdb", path);
    pieces_read_whole(&data, path);
    srandom(20260302);
    for (int i = 0; i < 120; i++) {
        uint8_t *changed = malloc(data.size);
        size_t page = (size_t)random() % (data.size / 4096);
        int end;

        assert_non_null(changed);
        memcpy(changed, data.file, data.size);
        if (i % 3 == 0)
            assert_int_equal(damage(house, changed, (size_t)random() % data.size, true), 0);
        memset(changed + page * 4096, i % 3 == 1 ? 0 : 0xa5, 4096);
        end = damage(house, changed, data.size, false);
        assert_true(end == 0 || end == 1000 + SIGBUS || end == 1000 + SIGSEGV);
        died += end != 0;
        free(changed);
    }
    print_message("of 120 overwritten files %u end a process that opens one by itself\n", died);
    file_write(path, data.file, data.size);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    pieces_free(&data);
}

/* ---- accounts */

static int record_as_somebody_else(void *context)
{
    struct house *house = context;

    must(setgid(SOMEBODY_ELSE) == 0 && setuid(SOMEBODY_ELSE) == 0);
    setenv("XDG_STATE_HOME", "/nowhere", 1);
    if (house_enter(house, LEDGER_RECORD) == LEDGER_OK)
        return 1;
    return house->error.code % 1000 == REFUSAL_NOT_PERMITTED ? 0 : 2;
}

static int read_a_read_only_one(void *context)
{
    struct house *house = context;
    struct act_list *list;

    must(setgid(SOMEBODY_ELSE) == 0 && setuid(SOMEBODY_ELSE) == 0);
    must(house_enter(house, LEDGER_RECORD) != LEDGER_OK);
    must(house_enter(house, LEDGER_READ) == LEDGER_OK);
    must(house_entries(house) > 2);
    list = new_patient(house, NULL);
    must(house_prepare(house, list) == LEDGER_OK && house_sign(house, list) == LEDGER_OK);
    must(house_place(house, list) == LEDGER_STORAGE && house->error.code == REFUSAL_READ_ONLY);
    act_list_free(list);
    house_shut(house);
    return 0;
}

static void give_away(const struct house *house, mode_t directory_mode, mode_t file_mode)
{
    static const char *const names[] = { "data.mdb", "lock.mdb", "gate", "seal.key" };
    char path[HOUSE_PATH_SIZE + 32];

    assert_int_equal(chmod(house->home, 0755), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        path_in(house, names[i], path);
        assert_int_equal(chown(path, SOMEBODY_ELSE, SOMEBODY_ELSE), 0);
        assert_int_equal(chmod(path, file_mode), 0);
    }
    assert_int_equal(chown(house->directory, SOMEBODY_ELSE, SOMEBODY_ELSE), 0);
    assert_int_equal(chmod(house->directory, directory_mode), 0);
}

static void somebody_elses_ledger_is_read_and_verified_and_not_recorded_in(void **state)
{
    struct house *house = *state;
    uint8_t opening[OPENING_LIMIT];
    size_t size;

    if (geteuid() != 0) {
        print_message("skipped: only root can give a file away\n");
        skip();
    }
    house_must(house, new_patient(house, "Ada Example"));
    house_shut(house);
    give_away(house, 0700, 0600);
    house_refused(house, house_enter(house, LEDGER_RECORD), REFUSAL_NOT_PERMITTED);
    assert_int_equal(house_enter(house, LEDGER_READ), LEDGER_OK);
    assert_int_equal(house_entries(house), 3);
    house_refused(house, ledger_opening(house->ledger, (const uint8_t *)"0123456789abcdef", 40, opening, &size, &house->error),
                  REFUSAL_SECRETS);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static void a_ledger_closed_to_this_account_is_told_of(void **state)
{
    struct house *house = *state;

    if (geteuid() != 0) {
        print_message("skipped: only root can be somebody else\n");
        skip();
    }
    assert_int_equal(chmod(house->home, 0755), 0);
    house_shut(house);
    assert_int_equal(child_do(record_as_somebody_else, house), 0);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
}

static void a_read_only_directory_can_be_looked_at(void **state)
{
    struct house *house = *state;

    if (geteuid() != 0) {
        print_message("skipped: only root can be somebody else\n");
        skip();
    }
    house_must(house, new_patient(house, NULL));
    house_shut(house);
    give_away(house, 0500, 0400);
    assert_int_equal(child_do(read_a_read_only_one, house), 0);
}

/* ---- the seal's key */

static void without_its_seal_a_ledger_is_read_and_not_recorded_in(void **state)
{
    struct house *house = *state;
    struct house other;
    char path[HOUSE_PATH_SIZE + 32], kept[HOUSE_PATH_SIZE + 32], foreign[HOUSE_PATH_SIZE + 32];
    struct pieces key;

    path_in(house, "seal.key", path);
    snprintf(kept, sizeof kept, "%s/kept", house->home);
    house_shut(house);
    assert_int_equal(rename(path, kept), 0);
    house_refused(house, house_enter(house, LEDGER_RECORD), REFUSAL_SEAL_KEY);
    assert_int_equal(house_enter(house, LEDGER_READ), LEDGER_OK);
    house_shut(house);
    assert_int_equal(rename(kept, path), 0);
    assert_int_equal(chmod(path, 0644), 0);
    house_refused(house, house_enter(house, LEDGER_RECORD), REFUSAL_SEAL_KEY);
    assert_non_null(strstr(house->error.text, "0600"));
    assert_int_equal(chmod(path, 0600), 0);
    house_open(&other);
    path_in(&other, "seal.key", foreign);
    pieces_read_whole(&key, foreign);
    file_write(path, key.file, key.size);
    pieces_free(&key);
    house_close(&other);
    setenv("XDG_STATE_HOME", house->home, 1);
    house_refused(house, house_enter(house, LEDGER_RECORD), REFUSAL_SEAL_KEY);
    file_write(path, "no key at all", 13);
    house_refused(house, house_enter(house, LEDGER_RECORD), REFUSAL_SEAL_KEY);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

/* ---- heads */

static void a_book_behind_its_head_can_be_read_and_not_recorded_in(void **state)
{
    struct house *house = *state;
    struct pieces older;
    struct act_list *list;
    char path[HOUSE_PATH_SIZE + 32];
    struct placed placed;

    path_in(house, "data.mdb", path);
    pieces_read_whole(&older, path);
    house_must(house, new_patient(house, NULL));
    house_shut(house);
    file_write(path, older.file, older.size);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_non_null(ledger_rollback(house->ledger));
    assert_int_equal(ledger_rollback(house->ledger)->code, REFUSAL_ROLLBACK);
    assert_int_equal(house_entries(house), 2);
    list = new_patient(house, NULL);
    house_refused(house, house_commit(house, list), REFUSAL_ROLLBACK);
    house_refused(house, ledger_close_day(house->ledger, CLOSING_ASKED, "desk-1", (struct at){ house->now_ms, -300 }, &placed,
                                          &house->error), REFUSAL_ROLLBACK);
    assert_int_equal(house_entries(house), 2);
    assert_finding(verified_directory(house->directory), JUDGED_FAIL, REFUSAL_ROLLBACK, 0);
    pieces_free(&older);
}

static void where_no_head_can_be_remembered_the_act_stands(void **state)
{
    struct house *house = *state;

    setenv("XDG_STATE_HOME", "/dev/null", 1);
    house_must(house, new_patient(house, NULL));
    assert_false(house->placed.head_remembered);
    assert_int_equal(house_entries(house), 3);
    setenv("XDG_STATE_HOME", house->home, 1);
    house_must(house, new_patient(house, NULL));
    assert_true(house->placed.head_remembered);
}

/* ---- openings */

static void without_the_key_of_names_only_names_cannot_be_recorded(void **state)
{
    struct house *house = *state;
    char key_path[SECRETS_PATH_SIZE], kept[SECRETS_PATH_SIZE + 8];
    uint32_t entries;

    house_must(house, new_patient(house, "Ada Example"));
    house_shut(house);
    assert_int_equal(secrets_key_path(house->id_hex, key_path, &house->error), LEDGER_OK);
    snprintf(kept, sizeof kept, "%s.kept", key_path);
    assert_int_equal(rename(key_path, kept), 0);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    entries = house_entries(house);
    house_refused(house, house_commit(house, new_patient(house, "Bea Example")), REFUSAL_SECRETS);
    assert_int_equal(house_entries(house), entries);
    house_must(house, new_patient(house, NULL));
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    assert_int_equal(rename(kept, key_path), 0);
    house_must(house, new_patient(house, "Bea Example"));
}

static void names_that_are_gone_are_not_quietly_begun_anew(void **state)
{
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 32], away[HOUSE_PATH_SIZE];

    house_must(house, new_patient(house, "Ada Example"));
    house_shut(house);
    path_in(house, "secrets", path);
    snprintf(away, sizeof away, "%s/away", house->home);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    house_refused(house, house_commit(house, new_patient(house, "Bea Example")), REFUSAL_SECRETS);
    house_must(house, new_patient(house, NULL));
    house_shut(house);
    assert_int_equal(rename(away, path), 0);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    house_must(house, new_patient(house, "Bea Example"));
}

/* ---- a full disk */

/* Nothing larger than this can be written. SIGXFSZ is ignored by whoever opens a store to write. */
static void limit_files(rlim_t size)
{
    struct rlimit limit;

    must(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = size;
    must(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static int record_until_full(void *context)
{
    struct house *house = context;
    struct stat facts;
    char path[HOUSE_PATH_SIZE + 32];
    uint32_t entries;
    int recorded = 0;
    enum ledger_status status;

    path_in(house, "data.mdb", path);
    must(house_enter(house, LEDGER_RECORD) == LEDGER_OK && stat(path, &facts) == 0);
    limit_files((rlim_t)facts.st_size);
    do {
        entries = house_entries(house);
        status = house_commit(house, new_patient(house, NULL));
    } while (status == LEDGER_OK && ++recorded < 10000);
    must(status == LEDGER_STORAGE && house->error.code == REFUSAL_DISK_FULL);
    must(house_entries(house) == entries);
    must(house_commit(house, new_patient(house, NULL)) != LEDGER_OK);
    limit_files(RLIM_INFINITY);
    must(house_commit(house, new_patient(house, NULL)) == LEDGER_OK);
    must(house_entries(house) == entries + 1);
    house_shut(house);
    return 0;
}

static void a_full_disk_refuses_and_takes_nothing_with_it(void **state)
{
    struct house *house = *state;
    uint32_t before;

    house_stock(house);
    before = house_entries(house);
    house_shut(house);
    assert_int_equal(child_do(record_until_full, house), 0);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_true(house_entries(house) > before);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(what_is_no_ledger_is_told_of),
        in_a_house(a_ledger_begun_and_never_founded_is_told_of),
        in_a_house(making_one_where_something_is_makes_nothing),
        in_a_house(a_discarded_ledger_leaves_nothing),
        in_a_house(a_newer_format_is_not_guessed_at),
        in_a_house(tables_of_another_layout_are_not_read),
        in_a_house(a_cut_or_overwritten_file_is_told_of_by_verify),
        in_a_house(somebody_elses_ledger_is_read_and_verified_and_not_recorded_in),
        in_a_house(a_ledger_closed_to_this_account_is_told_of),
        in_a_house(a_read_only_directory_can_be_looked_at),
        in_a_house(without_its_seal_a_ledger_is_read_and_not_recorded_in),
        in_a_house(a_book_behind_its_head_can_be_read_and_not_recorded_in),
        in_a_house(where_no_head_can_be_remembered_the_act_stands),
        in_a_house(without_the_key_of_names_only_names_cannot_be_recorded),
        in_a_house(names_that_are_gone_are_not_quietly_begun_anew),
        in_a_house(a_full_disk_refuses_and_takes_nothing_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
