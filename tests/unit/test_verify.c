/* What verifying finds of whose book it is, of forks and rollbacks, and of the tables beside the entries. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/heads.h"
#include "ledger/ledger_internal.h"
#include "tests/support/day.h"
#include "tests/support/forge.h"
#include "tests/support/judged.h"
#include "tests/support/pieces.h"

/* One session and one dose of 25 mg, open; 35 mg are ordered. */
static void begin(struct house *house)
{
    house_stock(house);
    assert_int_equal(house_session(house), 1);
    assert_int_equal(house_draw(house, 1, 1, 500), 1);
}

/* ---- whose book it is */

static void without_a_key_or_a_head_an_export_proves_nothing_of_whose_it_is(void **state)
{
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 32], elsewhere[HOUSE_PATH_SIZE];
    const struct report *report;

    begin(house);
    day_export(house, "day.phial", path);
    snprintf(elsewhere, sizeof elsewhere, "%s/auditor", house->home);
    setenv("XDG_STATE_HOME", elsewhere, 1);
    report = verified_file(path, NULL);
    assert_judged(report, JUDGED_UNPROVEN);
    assert_finding(report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0);
    /* Who has seen it pass once knows it by its head. */
    {
        struct vkey key = site_key(house);

        assert_judged(verified_file(path, &key), JUDGED_PASS);
    }
    report = verified_file(path, NULL);
    assert_judged(report, JUDGED_PASS);
    assert_true(report->key_is_given);
    setenv("XDG_STATE_HOME", house->home, 1);
}

/* A key that no seal of this book has may be that of a later one: then the book proves nothing, and nothing speaks against
 * it. */
static void the_key_of_another_ledger_fails_and_an_unknown_one_of_this_proves_nothing(void **state)
{
    struct house *house = *state;
    struct house other;
    char path[HOUSE_PATH_SIZE + 32];
    struct vkey key, half;

    begin(house);
    day_export(house, "day.phial", path);
    half = site_key(house);
    house_open(&other);
    key = site_key(&other);
    memcpy(half.key, key.key, sizeof half.key); /* the right name, and another key */
    setenv("XDG_STATE_HOME", house->home, 1);
    assert_finding(verified_file(path, &key), JUDGED_FAIL, REFUSAL_OTHER_LEDGER, 0);
    assert_judged(verified_file(path, &half), JUDGED_UNPROVEN);
    assert_finding(verified_file(path, &half), JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0);
    house_close(&other);
}

/* ---- an owner who keeps two books */

static void copy_ledger(const struct house *house, const char *to, bool with_key)
{
    static const char *const names[] = { "data.mdb", "seal.key" };
    char from_path[HOUSE_PATH_SIZE + 32], to_path[HOUSE_PATH_SIZE + 32];

    (void)mkdir(to, 0700);
    for (size_t i = 0; i < (with_key ? 2u : 1u); i++) {
        struct pieces data;

        snprintf(from_path, sizeof from_path, "%s/%s", house->directory, names[i]);
        snprintf(to_path, sizeof to_path, "%s/%s", to, names[i]);
        pieces_read_whole(&data, from_path);
        file_write(to_path, data.file, data.size);
        pieces_free(&data);
    }
}

/* The same ledger in another directory, with keys and clock; its heads are kept elsewhere, as an owner would. */
static void open_twin(const struct house *house, struct house *twin)
{
    char heads[HOUSE_PATH_SIZE];

    *twin = *house;
    snprintf(twin->directory, sizeof twin->directory, "%s/twin", house->home);
    copy_ledger(house, twin->directory, true);
    snprintf(heads, sizeof heads, "%s/twin-heads", house->home);
    setenv("XDG_STATE_HOME", heads, 1);
    assert_int_equal(house_enter(twin, LEDGER_RECORD), LEDGER_OK);
}

static void another_book_under_the_same_name_is_known_for_one_by_the_head_that_was_seen(void **state)
{
    struct house *house = *state, twin;
    char path[HOUSE_PATH_SIZE + 32];
    struct vkey key = site_key(house);
    const struct report *report;

    begin(house);
    house_shut(house);
    open_twin(house, &twin);
    for (int i = 0; i < 3; i++)
        house_must(&twin, house_draw_act(&twin, 2, 1, 2, 50 + i));
    day_export(&twin, "twin.phial", path);
    house_shut(&twin);
    setenv("XDG_STATE_HOME", house->home, 1);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    house_must(house, house_draw_act(house, 2, 1, 1, 100));
    /* The other book is longer than the head remembered, and each is sound in itself. */
    report = verified_file(path, &key);
    assert_judged(report, JUDGED_FAIL);
    assert_finding(report, JUDGED_FAIL, REFUSAL_ROOT, 0);
    report = verified_directory(twin.directory);
    assert_judged(report, JUDGED_FAIL);
    assert_finding(report, JUDGED_FAIL, REFUSAL_ROOT, 0);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static void a_ledger_put_back_to_an_older_copy_fails(void **state)
{
    struct house *house = *state;
    char older[HOUSE_PATH_SIZE];
    const struct report *report;

    begin(house);
    snprintf(older, sizeof older, "%s/older", house->home);
    copy_ledger(house, older, false);
    assert_judged(verified_directory(older), JUDGED_PASS);
    house_must(house, house_draw_act(house, 2, 1, 1, 100));
    report = verified_directory(older);
    assert_judged(report, JUDGED_FAIL);
    assert_finding(report, JUDGED_FAIL, REFUSAL_ROLLBACK, 0);
}

static void an_older_export_of_a_book_that_went_on_passes(void **state)
{
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 32];
    struct vkey key = site_key(house);

    begin(house);
    day_export(house, "day.phial", path);
    house_must(house, house_draw_act(house, 2, 1, 1, 100));
    assert_judged(verified_file(path, &key), JUDGED_PASS);
}

static void a_head_that_the_seal_did_not_sign_says_nothing(void **state)
{
    struct house *house = *state;
    char path[4096];

    begin(house);
    snprintf(path, sizeof path, "%s/phial/heads/%s", house->home, house->id_hex);
    file_write(path, "99\nI have seen more\n", 20);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    file_write(path, "rubbish", 7);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

/* ---- tables beside the entries */

static void put_row(struct house *house, enum store_table table, struct bytes key, struct bytes value)
{
    struct store_txn *txn;

    assert_int_equal(store_begin_write(house->ledger->store, 0, &txn, &house->error), LEDGER_OK);
    assert_int_equal(store_put(txn, table, key, value, &house->error), LEDGER_OK);
    assert_int_equal(store_commit(txn, &house->error), LEDGER_OK);
}

/* Change the last byte of the first row, or of the row with this key. */
static void change_row(struct house *house, enum store_table table, struct bytes key)
{
    struct store_txn *txn;
    struct store_cursor *cursor;
    struct bytes found_key, value;
    uint8_t key_copy[STORE_KEY_LIMIT], copy[65536];
    bool found;
    size_t key_size, size;

    assert_int_equal(store_begin_read(house->ledger->store, &txn, &house->error), LEDGER_OK);
    assert_int_equal(store_cursor_open(txn, table, key, &cursor, &house->error), LEDGER_OK);
    assert_int_equal(store_cursor_next(cursor, &found, &found_key, &value, &house->error), LEDGER_OK);
    assert_true(found);
    memcpy(key_copy, found_key.data, key_size = found_key.size);
    memcpy(copy, value.data, size = value.size);
    store_cursor_close(cursor);
    store_abort(txn);
    copy[size - 1] ^= 1;
    put_row(house, table, bytes_of(key_copy, key_size), bytes_of(copy, size));
}

static void a_changed_row_beside_the_entries_fails_and_the_entries_stand(void **state)
{
    static const enum store_table tables[] = { STORE_TREE, STORE_LEAVES, STORE_NAMES, STORE_TOUCHES };
    struct house *house = *state;
    const struct report *report;

    begin(house);
    day_close(house);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        change_row(house, tables[i], bytes_of("", 0));
        report = verified_directory(house->directory);
        assert_judged(report, JUDGED_FAIL);
        assert_finding(report, JUDGED_FAIL, REFUSAL_TABLES, 0);
        assert_int_equal(report->sound, report->entries);
        change_row(house, tables[i], bytes_of("", 0)); /* as it was */
        assert_judged(verified_directory(house->directory), JUDGED_PASS);
    }
}

static void a_row_too_many_fails(void **state)
{
    static const enum store_table tables[] = { STORE_TREE, STORE_LEAVES, STORE_NAMES, STORE_TOUCHES, STORE_CHECKPOINTS,
                                              STORE_META };
    struct house *house = *state;

    begin(house);
    house_shut(house);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct house twin;

        open_twin(house, &twin);
        setenv("XDG_STATE_HOME", house->home, 1);
        put_row(&twin, tables[i], bytes_of("\xf0zzzz", 5), bytes_of("more", 4));
        assert_judged(verified_directory(twin.directory), JUDGED_FAIL);
        house_shut(&twin);
    }
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
}

static void the_sizes_of_the_trees_of_closings_are_checked(void **state)
{
    struct house *house = *state;

    begin(house);
    day_close(house);
    change_row(house, STORE_META, bytes_of("n\x01", 2));
    assert_finding(verified_directory(house->directory), JUDGED_FAIL, REFUSAL_TABLES, 0);
}

static void a_checkpoint_kept_in_the_place_of_another_fails(void **state)
{
    struct house *house = *state;
    uint8_t note[4096];
    struct store_txn *txn;
    struct store_key key;
    struct bytes value;
    bool found;
    uint32_t first;
    size_t size;

    begin(house);
    day_close(house);
    first = house_entries(house);
    day_close(house);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
    assert_int_equal(store_begin_read(house->ledger->store, &txn, &house->error), LEDGER_OK);
    assert_int_equal(store_get(txn, STORE_CHECKPOINTS, key_of_checkpoint(&key, first), &found, &value, &house->error),
                     LEDGER_OK);
    assert_true(found && value.size < sizeof note);
    memcpy(note, value.data, size = value.size);
    store_abort(txn);
    put_row(house, STORE_CHECKPOINTS, key_of_checkpoint(&key, first + 1), bytes_of(note, size));
    assert_finding(verified_directory(house->directory), JUDGED_FAIL, REFUSAL_CHECKPOINT, 0);
}

static void a_checkpoint_that_was_not_kept_fails(void **state)
{
    struct house *house = *state;

    begin(house);
    forge_closing(house, CLOSING_NOT_KEPT);
    assert_finding(verified_directory(house->directory), JUDGED_FAIL, REFUSAL_TABLES, 0);
}

static void an_entry_changed_in_the_ledgers_own_table_is_named_and_the_others_stand(void **state)
{
    struct house *house = *state;
    struct store_key key;
    const struct report *report;

    begin(house);
    day_close(house);
    change_row(house, STORE_ENTRIES, key_of_entry(&key, 7));
    report = verified_directory(house->directory);
    assert_judged(report, JUDGED_FAIL);
    assert_finding(report, JUDGED_FAIL, REFUSAL_ENTRY_CHANGED, 7);
    assert_int_equal(report->sound, 6);
    assert_true(report->others_stand);
}

static void every_entry_changed_alone_is_named_alone(void **state)
{
    struct house *house = *state;
    struct store_key key;
    const struct report *report;
    uint32_t entries;

    begin(house);
    day_close(house);
    entries = house_entries(house);
    for (uint32_t entry = 1; entry <= entries; entry++) {
        change_row(house, STORE_ENTRIES, key_of_entry(&key, entry));
        report = verified_directory(house->directory);
        assert_judged(report, JUDGED_FAIL);
        assert_int_equal(report->findings[0].entry, entry);
        for (size_t i = 0; i < report->finding_count; i++)
            if (report->findings[i].judgement == JUDGED_FAIL && report->findings[i].entry != 0)
                assert_int_equal(report->findings[i].entry, entry);
        change_row(house, STORE_ENTRIES, key_of_entry(&key, entry));
    }
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

/* ---- the caller */

static unsigned descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    unsigned count = 0;

    assert_non_null(directory);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

static void verifying_leaves_no_descriptor_open(void **state)
{
    struct house *house = *state;
    char path[HOUSE_PATH_SIZE + 32];
    struct vkey key = site_key(house);
    unsigned before;

    begin(house);
    day_export(house, "day.phial", path);
    before = descriptors();
    for (int i = 0; i < 3; i++) {
        assert_judged(verified_file(path, &key), JUDGED_PASS);
        assert_judged(verified_directory(house->directory), JUDGED_PASS);
    }
    file_poke(path, 300, 0);
    assert_judged(verified_file(path, &key), JUDGED_FAIL);
    assert_int_equal(descriptors(), before);
}

static bool stop(void *context, uint64_t done, uint64_t all)
{
    (void)context;
    (void)done;
    (void)all;
    return false;
}

static void a_caller_who_has_enough_is_told_that_nothing_was_judged(void **state)
{
    struct house *house = *state;
    const struct verify_options options = { .progress = stop };
    static struct report report;
    char path[HOUSE_PATH_SIZE + 32];

    begin(house);
    day_export(house, "day.phial", path);
    assert_int_equal(verify_file(path, &options, &report, &house->error), (int)refusal_find(REFUSAL_INTERRUPTED)->status);
    assert_int_equal(house->error.code, REFUSAL_INTERRUPTED);
    assert_int_equal(verify_directory(house->directory, &options, &report, &house->error), (int)refusal_find(REFUSAL_INTERRUPTED)->status);
    assert_int_equal(house->error.code, REFUSAL_INTERRUPTED);
}

static void what_takes_more_scratch_space_than_it_may_is_unproven(void **state)
{
    struct house *house = *state;
    struct rlimit before, little;
    char path[HOUSE_PATH_SIZE + 32];
    struct vkey key = site_key(house);

    begin(house);
    day_export(house, "day.phial", path);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little.rlim_max = before.rlim_max;
    for (rlim_t size = 10000; size <= 60000; size += 10000) {
        little.rlim_cur = size;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
        assert_judged(verified_file(path, &key), JUDGED_UNPROVEN);
        assert_finding(verified_file(path, &key), JUDGED_UNPROVEN, REFUSAL_TOO_LARGE, 0);
        assert_finding(verified_directory(house->directory), JUDGED_UNPROVEN, REFUSAL_TOO_LARGE, 0);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    }
    assert_judged(verified_file(path, &key), JUDGED_PASS);
}

static void a_directory_without_a_ledger_is_told_of(void **state)
{
    struct house *house = *state;
    const struct verify_options options = { .progress = stop };
    static struct report report;

    assert_int_equal(verify_directory(house->home, &options, &report, &house->error), LEDGER_STORAGE);
    assert_int_equal(house->error.code, REFUSAL_NO_LEDGER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(without_a_key_or_a_head_an_export_proves_nothing_of_whose_it_is),
        in_a_house(the_key_of_another_ledger_fails_and_an_unknown_one_of_this_proves_nothing),
        in_a_house(another_book_under_the_same_name_is_known_for_one_by_the_head_that_was_seen),
        in_a_house(a_ledger_put_back_to_an_older_copy_fails),
        in_a_house(an_older_export_of_a_book_that_went_on_passes),
        in_a_house(a_head_that_the_seal_did_not_sign_says_nothing),
        in_a_house(a_changed_row_beside_the_entries_fails_and_the_entries_stand),
        in_a_house(a_row_too_many_fails),
        in_a_house(the_sizes_of_the_trees_of_closings_are_checked),
        in_a_house(a_checkpoint_kept_in_the_place_of_another_fails),
        in_a_house(a_checkpoint_that_was_not_kept_fails),
        in_a_house(an_entry_changed_in_the_ledgers_own_table_is_named_and_the_others_stand),
        in_a_house(every_entry_changed_alone_is_named_alone),
        in_a_house(verifying_leaves_no_descriptor_open),
        in_a_house(a_caller_who_has_enough_is_told_that_nothing_was_judged),
        in_a_house(what_takes_more_scratch_space_than_it_may_is_unproven),
        in_a_house(a_directory_without_a_ledger_is_told_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
