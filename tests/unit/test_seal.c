/* A new seal: who is believed from where on, what somebody with the old key can still write, and what is left when the
 * machine stops at any moment of the change. The calls that change files stand in this program, and end it when told to. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/checkpoint.h"
#include "ledger/ledger_internal.h"
#include "ledger/place.h"
#include "tests/support/day.h"
#include "tests/support/forge.h"
#include "tests/support/judged.h"
#include "tests/support/pieces.h"
#include "tests/support/place.h"
#include "tests/support/reseal.h"
#include "tests/support/values.h"

enum { SAFE_KEY = 3, STOPPED = 77 };

#define DAY_MS INT64_C(86400000)

/* ---- calls before which the machine stops */

static unsigned calls_left; /* 0: it goes on for ever */

static void step(void)
{
    if (calls_left > 0 && --calls_left == 0)
        _exit(STOPPED);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    step();
    return (ssize_t)syscall(SYS_pwrite64, file, data, size, offset);
}

ssize_t writev(int file, const struct iovec *pieces, int count)
{
    step();
    return (ssize_t)syscall(SYS_writev, file, pieces, count);
}

ssize_t write(int file, const void *data, size_t size)
{
    step();
    return (ssize_t)syscall(SYS_write, file, data, size);
}

int fdatasync(int file)
{
    step();
    return (int)syscall(SYS_fdatasync, file);
}

int fsync(int file)
{
    step();
    return (int)syscall(SYS_fsync, file);
}

int rename(const char *from, const char *to)
{
    step();
    return (int)syscall(SYS_rename, from, to);
}

/* ---- changing it */

static struct act_list *change_to(struct house *house, const struct public_key *seal)
{
    struct act_list *list = house_act(house, KIND_SEAL_CHANGE, 1, MEANING_APPROVED);

    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    facts_put_key(&list->acts[0].event.facts, FACT_SEAL_CHANGE_SEAL, seal);
    return list;
}

/* By both officers. The ledger is open again for recording at the end. Returns the entry. */
static uint32_t change_seal(struct house *house)
{
    struct public_key seal;

    house_shut(house);
    assert_int_equal(house_enter(house, LEDGER_RESEAL), LEDGER_OK);
    assert_int_equal(ledger_make_seal(house->ledger, &seal, &house->error), LEDGER_OK);
    house_must(house, change_to(house, &seal));
    house_shut(house);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_memory_equal(&seal, &house->ledger->in_force.key, sizeof seal);
    return house->placed.first;
}

enum { PATH_SIZE = HOUSE_PATH_SIZE + 64 };

static void path_of(const struct house *house, const char *name, char path[static PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%.40s", house->directory, name);
}

/* As somebody copied it before the change. */
static struct private_key *copy_of_seal(const struct house *house)
{
    char path[PATH_SIZE];
    struct private_key *key;

    path_of(house, "seal.key", path);
    assert_int_equal(private_key_load(path, NULL, &key), CRYPT_OK);
    return key;
}

static struct act_list *new_patient(struct house *house)
{
    return house_act(house, KIND_PATIENT, 2, MEANING_DID);
}

/* ---- who is believed */

static void from_its_own_commit_on_a_new_seal_signs(void **state)
{
    struct house *house = *state;
    char note[LEDGER_NOTE_SIZE];
    uint64_t said = 0;
    struct digest root;
    size_t size;
    struct public_key old_key = ledger_seal(house->ledger), new_key;
    uint32_t change;

    day_close(house);
    change = change_seal(house);
    new_key = ledger_seal(house->ledger);
    assert_false(public_key_equal(&old_key, &new_key));
    assert_int_equal(ledger_checkpoint(house->ledger, note, &size, &house->error), LEDGER_OK);
    assert_int_equal(checkpoint_read(bytes_of(note, size), &house->ledger->id, &new_key, &said, &root), CHECKPOINT_OK);
    assert_int_equal(said, change);
    assert_int_equal(checkpoint_read(bytes_of(note, size), &house->ledger->id, &old_key, &said, &root), CHECKPOINT_BY_ANOTHER);
    house_must(house, new_patient(house));
    day_close(house);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static void each_key_that_a_site_had_tells_whose_book_it_is(void **state)
{
    struct house *house = *state;
    char before[HOUSE_PATH_SIZE + 32], between[HOUSE_PATH_SIZE + 32], after[HOUSE_PATH_SIZE + 32];
    struct vkey keys[3];
    uint32_t entries[3] = { 1 };
    const struct report *report;

    setenv("XDG_STATE_HOME", "/dev/null", 1); /* nothing is remembered: only the keys tell */
    keys[0] = site_key(house);
    day_export(house, "before.phial", before);
    entries[1] = change_seal(house);
    keys[1] = site_key(house);
    day_export(house, "between.phial", between);
    entries[2] = change_seal(house);
    keys[2] = site_key(house);
    day_export(house, "after.phial", after);
    for (size_t i = 0; i < 3; i++) {
        report = verified_file(after, &keys[i]);
        assert_judged(report, JUDGED_PASS);
        assert_int_equal(report->key_entry, entries[i]);
        assert_int_equal(report->seal.entry, entries[2]);
        report = verified_file(between, &keys[i]);
        assert_judged(report, i < 2 ? JUDGED_PASS : JUDGED_UNPROVEN);
        assert_int_equal(report->seal.entry, entries[1]);
        report = verified_file(before, &keys[i]);
        assert_judged(report, i < 1 ? JUDGED_PASS : JUDGED_UNPROVEN);
        assert_int_equal(report->key_entry, i < 1 ? 1 : 0);
    }
    assert_finding(report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0);
    setenv("XDG_STATE_HOME", house->home, 1);
}

/* ---- the old key in other hands */

static void what_the_old_key_signs_after_the_change_is_found_out(void **state)
{
    struct house *house = *state;
    struct private_key *old = copy_of_seal(house);
    uint32_t forged;
    struct act_list *list;

    (void)change_seal(house);
    list = house_act(house, KIND_ACCESS, PERSON_SEAL, MEANING_SEALED);
    facts_put_number(&list->acts[0].event.facts, FACT_ACCESS_WHAT, ACCESS_UNLOCK);
    forged = forge(house, list, &(struct forgery){ .key = old });
    day_close(house);
    assert_judged(verified_directory(house->directory), JUDGED_FAIL);
    assert_finding(verified_directory(house->directory), JUDGED_FAIL, REFUSAL_NOT_THEIR_KEY, forged);
    private_key_release(old);
}

/* Sign the book as it stands with this key, and leave that as its newest checkpoint, or as one of a closing. */
static void forge_checkpoint(struct house *house, const struct private_key *key, uint32_t size, bool at_closing)
{
    uint8_t note[CHECKPOINT_NOTE_LIMIT];
    size_t note_size;
    struct store_txn *txn;

    assert_int_equal(store_begin_write(house->ledger->store, 0, &txn, &house->error), LEDGER_OK);
    assert_int_equal(checkpoint_make(txn, &house->ledger->id, key, size, at_closing, note, &note_size, &house->error), LEDGER_OK);
    assert_int_equal(store_commit(txn, &house->error), LEDGER_OK);
}

static void a_checkpoint_by_the_old_key_is_none_and_one_of_before_stands(void **state)
{
    struct house *house = *state;
    struct private_key *old = copy_of_seal(house);
    uint32_t change;

    day_close(house);
    change = change_seal(house);
    day_close(house);
    assert_judged(verified_directory(house->directory), JUDGED_PASS); /* closings sealed by both */
    forge_checkpoint(house, old, change + 1, true);
    assert_finding(verified_directory(house->directory), JUDGED_FAIL, REFUSAL_CHECKPOINT, 0);
    forge_checkpoint(house, house->ledger->seal, change + 1, true);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    forge_checkpoint(house, house->ledger->seal, change - 1, true); /* the new key signs nothing that was there before it */
    assert_finding(verified_directory(house->directory), JUDGED_FAIL, REFUSAL_CHECKPOINT, 0);
    forge_checkpoint(house, old, change - 1, true);
    forge_checkpoint(house, old, change + 1, false);
    house_shut(house);
    house_refused(house, house_enter(house, LEDGER_READ), REFUSAL_CHECKPOINT);
    private_key_release(old);
}

static void an_export_is_ended_by_the_seal_of_its_end(void **state)
{
    struct house *house = *state;
    struct private_key *old = copy_of_seal(house);
    struct pieces pieces;
    char path[HOUSE_PATH_SIZE + 32];
    struct vkey key;

    (void)change_seal(house);
    key = site_key(house);
    day_export(house, "day.phial", path);
    pieces_read(&pieces, path);
    reseal(&pieces, old);
    pieces_write(&pieces, path);
    assert_finding(verified_file(path, &key), JUDGED_FAIL, REFUSAL_TRAILER, 0);
    reseal(&pieces, house->ledger->seal);
    pieces_write(&pieces, path);
    assert_judged(verified_file(path, &key), JUDGED_PASS);
    pieces_free(&pieces);
    private_key_release(old);
}

/* ---- entries that cannot be followed, before a change */

static void behind_what_cannot_be_followed_a_new_seal_is_not_known_and_accuses_nobody(void **state)
{
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 32];
    uint32_t unknown = forge(house, house_act(house, KIND_NOTE, 1, MEANING_DID), &(struct forgery){ .kind_number = 63 });
    struct vkey key = site_key(house);
    const struct report *report;

    (void)change_seal(house);
    day_export(house, "day.phial", path);
    report = verified_file(path, &key);
    assert_judged(report, JUDGED_UNPROVEN);
    assert_finding(report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, unknown);
    assert_finding(report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0);
    assert_int_equal(report->note_size, 0);
    assert_judged(verified_directory(house->directory), JUDGED_UNPROVEN);
}

/* The root by the new seal helps to name it; that the others stand is not said on the word of a seal that was not followed. */
static void an_entry_changed_before_a_new_seal_is_named(void **state)
{
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 32];
    struct pieces pieces;
    struct vkey key = site_key(house);
    const struct report *report;
    uint32_t patient;

    house_must(house, new_patient(house));
    patient = house->placed.first;
    house_must(house, new_patient(house));
    (void)change_seal(house);
    day_export(house, "day.phial", path);
    pieces_read(&pieces, path);
    (void)file_poke(path, pieces.list[patient].at + pieces.list[patient].bytes.size / 2, 0x55);
    report = verified_file(path, &key);
    assert_judged(report, JUDGED_FAIL);
    assert_true(names_entry(report, patient));
    assert_false(names_entry(report, patient + 1));
    assert_int_equal(report->sound, patient - 1);
    assert_false(report->others_stand);
    pieces_free(&pieces);
}

/* ---- a key that is lost */

static void where_the_key_is_lost_a_new_seal_is_put_in_and_nothing_else(void **state)
{
    struct house *house = *state;
    char path[PATH_SIZE];
    struct public_key seal;
    struct placed placed;
    struct act_list *list;
    struct at now = { house->now_ms, -300 };

    path_of(house, "seal.key", path);
    house_shut(house);
    assert_int_equal(unlink(path), 0);
    house_refused(house, house_enter(house, LEDGER_RECORD), REFUSAL_SEAL_KEY);
    assert_int_equal(house_enter(house, LEDGER_RESEAL), LEDGER_OK);
    house_refused(house, house_commit(house, new_patient(house)), REFUSAL_SEAL_KEY);
    house_refused(house, ledger_close_day(house->ledger, CLOSING_ASKED, "desk-1", now, &placed, &house->error), REFUSAL_SEAL_KEY);
    seal = private_key_public(house->keys[5]); /* of which nothing lies in the directory */
    house_refused(house, house_commit(house, change_to(house, &seal)), REFUSAL_SEAL_KEY);
    assert_int_equal(house_entries(house), 2);
    assert_int_equal(ledger_make_seal(house->ledger, &seal, &house->error), LEDGER_OK);
    list = house_act(house, KIND_SEAL_CHANGE, SAFE_KEY, MEANING_RECOVERED); /* the one in the safe is enough in this house */
    facts_put_key(&list->acts[0].event.facts, FACT_SEAL_CHANGE_SEAL, &seal);
    house_must(house, list);
    house_must(house, new_patient(house)); /* with the new one the same ledger goes on */
    house_shut(house);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    day_close(house);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

/* Days that nobody could close, longer than the clock may jump: a clock entry would want the seal, too. */
static void weeks_after_the_key_was_lost_the_change_comes_first_and_then_the_closing(void **state)
{
    struct house *house = *state;
    uint32_t change;

    house_must(house, new_patient(house));
    house->now_ms += 40 * DAY_MS;
    change = change_seal(house);
    assert_int_equal(house->placed.closed_before, 0);
    house_must(house, new_patient(house));
    assert_int_equal(house->placed.closed_before, change + 1);
    house->now_ms += DAY_MS;
    house_must(house, new_patient(house));
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static void a_change_that_is_not_recorded_leaves_the_old_one(void **state)
{
    struct house *house = *state;
    struct public_key seal, old = ledger_seal(house->ledger);
    struct act_list *list;
    char mark[17], path[PATH_SIZE], name[40];
    struct digest thumbprint;

    assert_int_equal(ledger_make_seal(house->ledger, &seal, &house->error), LEDGER_OK);
    thumbprint = key_thumbprint(&seal);
    snprintf(name, sizeof name, "seal.%s.key", hex_encode(bytes_of(thumbprint.bytes, 8), mark));
    path_of(house, name, path);
    list = house_act(house, KIND_SEAL_CHANGE, 1, MEANING_APPROVED); /* one officer alone */
    facts_put_key(&list->acts[0].event.facts, FACT_SEAL_CHANGE_SEAL, &seal);
    house_refused(house, house_commit(house, list), REFUSAL_SIGNERS);
    assert_int_equal(access(path, F_OK), 0);
    ledger_drop_seal(house->ledger, &old); /* the one in force is never dropped */
    ledger_drop_seal(house->ledger, &seal);
    assert_int_not_equal(access(path, F_OK), 0);
    house_shut(house);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_true(public_key_equal(&old, &house->ledger->in_force.key));
    house_must(house, new_patient(house));
}

/* ---- heads remembered under one seal and the other */

static void a_head_remembered_under_the_old_seal_holds_under_the_new_one(void **state)
{
    struct house *house = *state;
    char elsewhere[HOUSE_PATH_SIZE];

    house_must(house, new_patient(house)); /* remembered here, at this size */
    snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", house->home);
    setenv("XDG_STATE_HOME", elsewhere, 1);
    (void)change_seal(house);
    house_must(house, new_patient(house));
    setenv("XDG_STATE_HOME", house->home, 1);
    house_shut(house);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_null(ledger_rollback(house->ledger));
    assert_true(verified_directory(house->directory)->key_is_given);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

/* Data and key of before: the seal that signed the remembered head is one that the older copy does not know. */
static void an_older_copy_from_before_the_change_is_behind_its_head(void **state)
{
    static const char *const names[] = { "data.mdb", "seal.key" };
    struct house *house = *state;
    struct pieces older[2];
    char path[PATH_SIZE];

    house_shut(house);
    for (size_t i = 0; i < 2; i++) {
        path_of(house, names[i], path);
        pieces_read_whole(&older[i], path);
    }
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    (void)change_seal(house);
    house_shut(house);
    for (size_t i = 0; i < 2; i++) {
        path_of(house, names[i], path);
        file_write(path, older[i].file, older[i].size);
        pieces_free(&older[i]);
    }
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_non_null(ledger_rollback(house->ledger));
    house_refused(house, house_commit(house, new_patient(house)), REFUSAL_ROLLBACK);
    assert_finding(verified_directory(house->directory), JUDGED_FAIL, REFUSAL_ROLLBACK, 0);
}

/* ---- two at once */

struct waiting {
    struct house *house;
    int told[2], go[2];
};

static int record_when_told(void *context)
{
    struct waiting *waiting = context;
    struct house *house = waiting->house;
    char byte = 0;

    must(house_enter(house, LEDGER_RECORD) == LEDGER_OK);
    must(write(waiting->told[1], "x", 1) == 1);
    must(read(waiting->go[0], &byte, 1) == 1);
    house->now_ms += 2 * DAY_MS; /* a closing comes first, by the seal of now */
    house_must(house, new_patient(house));
    return 0;
}

static void who_has_the_ledger_open_goes_on_with_the_new_seal(void **state)
{
    struct house *house = *state;
    struct waiting waiting = { .house = house };
    char byte;
    pid_t child;

    house_must(house, new_patient(house));
    house_shut(house);
    assert_int_equal(pipe(waiting.told), 0);
    assert_int_equal(pipe(waiting.go), 0);
    child = child_start(record_when_told, &waiting);
    assert_int_equal(read(waiting.told[0], &byte, 1), 1);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    (void)change_seal(house);
    house_shut(house);
    assert_int_equal(write(waiting.go[1], "x", 1), 1);
    assert_int_equal(child_wait(child), 0);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    for (size_t i = 0; i < 2; i++) {
        close(waiting.told[i]);
        close(waiting.go[i]);
    }
}

/* ---- stopped at any moment */

static int change_until_stopped(void *context)
{
    struct house *house = context;
    struct public_key seal;

    must(house_enter(house, LEDGER_RESEAL) == LEDGER_OK);
    calls_left = (unsigned)house->placed.count; /* lent for the number of the call */
    must(ledger_make_seal(house->ledger, &seal, &house->error) == LEDGER_OK);
    must(house_commit(house, change_to(house, &seal)) == LEDGER_OK);
    return 0;
}

/* Whether seal.key is the key of the seal in force. */
static bool is_in_its_place(const struct house *house)
{
    struct public_key mine;
    struct private_key *key = copy_of_seal(house);

    mine = private_key_public(key);
    private_key_release(key);
    return public_key_equal(&mine, &house->ledger->in_force.key);
}

static void stopped_at_any_call_the_ledger_goes_on_with_one_seal_or_the_other(void **state)
{
    struct house *house = *state;
    unsigned call = 0, changed = 0;
    int status = STOPPED;

    for (call = 1; status == STOPPED; call++) {
        uint32_t before = house_entries(house), after;

        assert_true(call < 200);
        house_shut(house);
        house->placed.count = call;
        status = child_do(change_until_stopped, house);
        house->now_ms += 60 * 1000;
        assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
        assert_true(is_in_its_place(house));
        after = house_entries(house);
        assert_in_range(after, before, before + 1);
        changed += after - before;
        house_must(house, new_patient(house));
        assert_judged(verified_directory(house->directory), JUDGED_PASS);
    }
    assert_int_equal(status, 0);
    assert_in_range(changed, 3, 40); /* some of them after the commit, and the last, which nothing stopped */
    assert_in_range(call, 10, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(from_its_own_commit_on_a_new_seal_signs),
        in_a_house(each_key_that_a_site_had_tells_whose_book_it_is),
        in_a_house(what_the_old_key_signs_after_the_change_is_found_out),
        in_a_house(a_checkpoint_by_the_old_key_is_none_and_one_of_before_stands),
        in_a_house(an_export_is_ended_by_the_seal_of_its_end),
        in_a_house(behind_what_cannot_be_followed_a_new_seal_is_not_known_and_accuses_nobody),
        in_a_house(an_entry_changed_before_a_new_seal_is_named),
        in_a_house(where_the_key_is_lost_a_new_seal_is_put_in_and_nothing_else),
        in_a_house(weeks_after_the_key_was_lost_the_change_comes_first_and_then_the_closing),
        in_a_house(a_change_that_is_not_recorded_leaves_the_old_one),
        in_a_house(a_head_remembered_under_the_old_seal_holds_under_the_new_one),
        in_a_house(an_older_copy_from_before_the_change_is_behind_its_head),
        in_a_house(who_has_the_ledger_open_goes_on_with_the_new_seal),
        in_a_house(stopped_at_any_call_the_ledger_goes_on_with_one_seal_or_the_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
