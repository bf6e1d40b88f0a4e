/* Changes to an export and to the ledger's own file, byte by byte and piece by piece: none passes.
 *
 * The places are pseudo-random but always the same: TAMPER_SEED says others. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/day.h"
#include "tests/support/judged.h"
#include "tests/support/pieces.h"
#include "tests/support/place.h"
#include "tests/support/rows.h"

enum { CHANGES = 500, CUTS = 50, LONGEST_MS = 10000, AT_ONCE_MS = 3000 };

/* ---- one day for all tests, exported twice */

static struct house house;
static struct vkey key;
static struct pieces first, second; /* two exports of one book */
static char changed_path[HOUSE_PATH_SIZE];

static int act_out_once(void **state)
{
    char path[HOUSE_PATH_SIZE + 32];

    (void)state;
    house_open(&house);
    key = site_key(&house);
    day_act_out(&house);
    day_export(&house, "first.phial", path);
    pieces_read(&first, path);
    day_close(&house);
    day_export(&house, "second.phial", path);
    pieces_read(&second, path);
    snprintf(changed_path, sizeof changed_path, "%s/changed.phial", house.home);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    pieces_free(&first);
    pieces_free(&second);
    house_close(&house);
    return 0;
}

/* xorshift64 (Marsaglia 2003) */
static uint64_t random_state;

static void random_begin(void)
{
    const char *seed = getenv("TAMPER_SEED");

    random_state = seed != NULL ? strtoull(seed, NULL, 10) : 20260302;
}

static size_t random_below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % limit);
}

/* Verify, and see that it does not take for ever. */
static const struct report *judged(const char *path)
{
    int64_t began_ms = clock_ms();
    const struct report *report = verified_file(path, &key);

    assert_true(clock_ms() - began_ms < LONGEST_MS);
    assert_int_equal(access(path, F_OK), 0);
    return report;
}

/* ---- bytes of an export */

/* The first finding is the one that a verdict tells. */
static void assert_named(const struct report *report, uint32_t entry, size_t at)
{
    if (report->finding_count == 0 || report->findings[0].entry != entry || report->findings[0].judgement != JUDGED_FAIL) {
        print_message("byte %zu of entry %u was changed\n", at, entry);
        assert_judged(report, JUDGED_PASS);
    }
}

static void no_changed_byte_of_an_export_passes_and_the_entry_it_lies_in_is_named(void **state)
{
    unsigned in_entries = 0;

    (void)state;
    random_begin();
    file_write(changed_path, first.file, first.size);
    for (int i = 0; i < CHANGES; i++) {
        size_t at = random_below(first.size);
        uint32_t entry = pieces_entry_at(&first, at);
        const struct report *report;

        file_poke(changed_path, at, first.file[at] ^ (uint8_t)(1 + random_below(255)));
        report = judged(changed_path);
        if (report->judgement != JUDGED_FAIL)
            fail_msg("byte %zu, of entry %u, was changed, and the judgement is %d", at, entry, (int)report->judgement);
        if (entry != 0)
            assert_named(report, entry, at);
        in_entries += entry != 0;
        file_poke(changed_path, at, first.file[at]);
    }
    assert_true(in_entries > CHANGES * 9 / 10);
    assert_judged(judged(changed_path), JUDGED_PASS);
}

static void every_byte_of_the_last_entry_and_of_what_follows_it_counts(void **state)
{
    size_t begin = first.list[first.count - 3].at; /* the closing, checkpoint and trailer */

    (void)state;
    file_write(changed_path, first.file, first.size);
    for (size_t at = begin; at < first.size; at += 7) {
        file_poke(changed_path, at, first.file[at] ^ 0x01);
        assert_judged(judged(changed_path), JUDGED_FAIL);
        file_poke(changed_path, at, first.file[at]);
    }
}

/* ---- an export cut short or made longer */

static bool has_fail(const struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].judgement == JUDGED_FAIL)
            return true;
    return false;
}

/* A file that ends too soon cannot be judged, and nobody is accused for it. */
static void assert_cut_is_unproven(size_t size)
{
    const struct report *report;

    file_write(changed_path, first.file, size);
    report = judged(changed_path);
    if (report->judgement != JUDGED_UNPROVEN || has_fail(report)) {
        print_message("cut to %zu of %zu bytes\n", size, first.size);
        assert_judged(report, JUDGED_PASS);
    }
}

static void an_export_cut_between_any_two_items_is_unproven(void **state)
{
    (void)state;
    for (size_t i = 0; i < first.count; i++)
        assert_cut_is_unproven(first.list[i].at);
}

static void an_export_cut_anywhere_before_its_trailer_is_unproven(void **state)
{
    (void)state;
    random_begin();
    for (int i = 0; i < CUTS; i++)
        assert_cut_is_unproven(random_below(first.list[first.count - 1].at));
}

static void an_export_cut_within_its_trailer_does_not_pass(void **state)
{
    (void)state;
    for (size_t size = first.list[first.count - 1].at + 1; size < first.size; size += 5) {
        file_write(changed_path, first.file, size);
        assert_int_not_equal(judged(changed_path)->judgement, JUDGED_PASS);
    }
}

static void nothing_may_follow_the_trailer(void **state)
{
    static const uint8_t more[] = { 0x00, 0x80, 0xd8, 0xff, 'x' };
    struct pieces pieces = first;

    (void)state;
    for (size_t i = 0; i < sizeof more; i++) {
        pieces.list[pieces.count] = (struct piece){ .bytes = bytes_of(more + i, 1) };
        pieces.count = first.count + 1;
        pieces_write(&pieces, changed_path);
        assert_judged(judged(changed_path), JUDGED_FAIL);
        pieces.count = first.count;
    }
}

/* ---- items moved about */

static void remove_piece(struct pieces *pieces, size_t index)
{
    memmove(&pieces->list[index], &pieces->list[index + 1], (pieces->count - index - 1) * sizeof pieces->list[0]);
    pieces->count--;
}

static void insert_piece(struct pieces *pieces, size_t index, struct piece piece)
{
    memmove(&pieces->list[index + 1], &pieces->list[index], (pieces->count - index) * sizeof pieces->list[0]);
    pieces->list[index] = piece;
    pieces->count++;
}

static void remove_one(struct pieces *pieces) { remove_piece(pieces, 20); }
static void remove_first(struct pieces *pieces) { remove_piece(pieces, 1); }
static void remove_policy(struct pieces *pieces) { remove_piece(pieces, 2); }
static void remove_announcement(struct pieces *pieces) { remove_piece(pieces, pieces->count - 4); }
static void remove_last(struct pieces *pieces) { remove_piece(pieces, pieces->count - 3); }
static void remove_checkpoint(struct pieces *pieces) { remove_piece(pieces, pieces->count - 2); }
static void remove_head(struct pieces *pieces) { remove_piece(pieces, 0); }
static void remove_trailer_and_checkpoint(struct pieces *pieces) { pieces->count -= 2; }
static void double_one(struct pieces *pieces) { insert_piece(pieces, 20, pieces->list[20]); }
static void double_checkpoint(struct pieces *pieces)
{
    insert_piece(pieces, pieces->count - 1, pieces->list[pieces->count - 2]);
}
static void double_head(struct pieces *pieces) { insert_piece(pieces, 0, pieces->list[0]); }
static void checkpoint_first(struct pieces *pieces) { insert_piece(pieces, 1, pieces->list[pieces->count - 2]); }
static void trailer_first(struct pieces *pieces) { insert_piece(pieces, 0, pieces->list[pieces->count - 1]); }

static void swap_two(struct pieces *pieces)
{
    struct piece kept = pieces->list[30];

    pieces->list[30] = pieces->list[31];
    pieces->list[31] = kept;
}

static void put_far_away(struct pieces *pieces)
{
    struct piece kept = pieces->list[10];

    remove_piece(pieces, 10);
    insert_piece(pieces, 40, kept);
}

static void trailer_of_another(struct pieces *pieces) { pieces->list[pieces->count - 1] = second.list[second.count - 1]; }
static void head_of_another(struct pieces *pieces) { pieces->list[0] = second.list[0]; }
static void checkpoint_of_another(struct pieces *pieces)
{
    pieces->list[pieces->count - 2] = second.list[second.count - 2];
}
static void end_of_another(struct pieces *pieces)
{
    checkpoint_of_another(pieces);
    trailer_of_another(pieces);
}
static void two_in_one_file(struct pieces *pieces)
{
    for (size_t i = 0; i < second.count; i++)
        pieces->list[pieces->count++] = second.list[i];
}
static void nothing_left(struct pieces *pieces) { pieces->count = 0; }
static void head_alone(struct pieces *pieces) { pieces->count = 1; }

static void no_rearranged_export_passes(void **state)
{
    static const struct {
        void (*change)(struct pieces *pieces);
        enum judgement judgement;
        enum refusal_code code; /* a finding there must be */
        uint32_t entry;
    } attacks[] = {
        { remove_one, JUDGED_FAIL, REFUSAL_NUMBERS, 20 },
        { remove_first, JUDGED_FAIL, REFUSAL_NUMBERS, 1 },
        { remove_policy, JUDGED_FAIL, REFUSAL_NUMBERS, 2 },
        { remove_announcement, JUDGED_FAIL, 0, 0 },
        { remove_last, JUDGED_FAIL, 0, 0 },
        { remove_checkpoint, JUDGED_FAIL, REFUSAL_EXPORT_FORM, 0 },
        { remove_head, JUDGED_FAIL, REFUSAL_EXPORT_FORM, 0 },
        { remove_trailer_and_checkpoint, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, 0 },
        { double_one, JUDGED_FAIL, REFUSAL_NUMBERS, 21 },
        { double_checkpoint, JUDGED_FAIL, REFUSAL_CHECKPOINT, 0 },
        { double_head, JUDGED_FAIL, REFUSAL_EXPORT_FORM, 1 },
        { checkpoint_first, JUDGED_FAIL, 0, 0 },
        { trailer_first, JUDGED_FAIL, REFUSAL_EXPORT_FORM, 0 },
        { swap_two, JUDGED_FAIL, REFUSAL_NUMBERS, 30 },
        { put_far_away, JUDGED_FAIL, REFUSAL_NUMBERS, 10 },
        { trailer_of_another, JUDGED_FAIL, REFUSAL_TRAILER, 0 },
        { head_of_another, JUDGED_FAIL, REFUSAL_TRAILER, 0 },
        { checkpoint_of_another, JUDGED_FAIL, REFUSAL_CHECKPOINT, 0 },
        { end_of_another, JUDGED_FAIL, 0, 0 },
        { two_in_one_file, JUDGED_FAIL, REFUSAL_TRAILING, 0 },
        { nothing_left, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, 0 },
        { head_alone, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        struct pieces pieces = first;
        const struct report *report;

        attacks[i].change(&pieces);
        pieces_write(&pieces, changed_path);
        report = judged(changed_path);
        if (report->judgement != attacks[i].judgement)
            print_message("attack %zu\n", i);
        assert_judged(report, attacks[i].judgement);
        if (attacks[i].code != 0)
            assert_finding(report, attacks[i].judgement, attacks[i].code, attacks[i].entry);
    }
}

/* ---- what is no export at all */

static void assert_not_a_file(const char *path)
{
    const struct verify_options options = { .key = &key };
    static struct report report;
    struct error error;

    assert_int_equal(verify_file(path, &options, &report, &error), LEDGER_STORAGE);
    assert_int_equal(error.code, REFUSAL_IO);
}

static void only_a_file_is_read(void **state)
{
    char pipe_path[HOUSE_PATH_SIZE];

    (void)state;
    snprintf(pipe_path, sizeof pipe_path, "%s/pipe", house.home);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_not_a_file(pipe_path);
    assert_not_a_file(house.home);
    assert_not_a_file("/dev/zero");
    assert_not_a_file("/dev/null");
    assert_not_a_file("/nowhere/at/all");
}

static void assert_refused_at_once(const void *bytes, size_t size, off_t grown_to)
{
    int64_t began_ms = clock_ms();

    file_write(changed_path, bytes, size);
    if (grown_to > 0)
        assert_int_equal(truncate(changed_path, grown_to), 0);
    assert_int_not_equal(judged(changed_path)->judgement, JUDGED_PASS);
    assert_true(clock_ms() - began_ms < AT_ONCE_MS);
}

static void what_is_made_to_hurt_is_answered_at_once(void **state)
{
    static const uint8_t bombs[][16] = {
        { 0x9b, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, /* an array of 2^60 items */
        { 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, /* a string of 2^63 bytes */
        { 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
        { 0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
        { 0x9f, 0x9f, 0x9f, 0xff, 0xff, 0xff },                   /* of indefinite length */
        { 0xd8, 0x62, 0x9a, 0xff, 0xff, 0xff, 0xff },             /* a trailer to begin with */
        { 0x83, 0x6c, 'p', 'h', 'i', 'a', 'l', '-', 'e', 'x', 'p', 'o', 'r', 't', 0x02, 0xa0 },
    };
    size_t deep = 100000;
    uint8_t *nested = malloc(deep);

    (void)state;
    assert_non_null(nested);
    memset(nested, 0x81, deep);
    assert_refused_at_once(nested, deep, 0);
    memset(nested, 0xd8, deep);
    assert_refused_at_once(nested, deep, 0);
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        assert_refused_at_once(bombs[i], sizeof bombs[i], 0);
        assert_refused_at_once(bombs[i], sizeof bombs[i], (off_t)1 << 30);
    }
    assert_refused_at_once("", 0, (off_t)1 << 30); /* a gigabyte of zeros */
    assert_refused_at_once(first.file, first.size, (off_t)1 << 30);
    assert_refused_at_once(first.file, first.list[20].at, (off_t)1 << 30);
    free(nested);
}

static void a_tiny_export_is_judged_in_a_blink(void **state)
{
    int64_t began_ms, least_ms = INT64_MAX;

    (void)state;
    file_write(changed_path, first.file, first.size);
    for (int i = 0; i < 5; i++) {
        began_ms = clock_ms();
        assert_judged(judged(changed_path), JUDGED_PASS);
        if (clock_ms() - began_ms < least_ms)
            least_ms = clock_ms() - began_ms;
    }
    print_message("an export of %zu bytes takes %lld ms\n", first.size, (long long)least_ms);
}

/* ---- the ledger's own file */

static char copy_directory[HOUSE_PATH_SIZE], copy_path[HOUSE_PATH_SIZE + 16];

static void make_copy(struct pieces *data)
{
    char path[HOUSE_PATH_SIZE + 16];

    snprintf(path, sizeof path, "%s/data.mdb", house.directory);
    pieces_read_whole(data, path);
    snprintf(copy_directory, sizeof copy_directory, "%s/copy", house.home);
    snprintf(copy_path, sizeof copy_path, "%s/data.mdb", copy_directory);
    (void)mkdir(copy_directory, 0700);
    file_write(copy_path, data->file, data->size);
}

/* A byte anywhere, or one of those by which LMDB finds its way, or one of an entry (perhaps of a page that is not in
 * use any more). */
static size_t place_in_data(const struct pieces *data, int turn)
{
    struct bytes item = first.list[1 + random_below(first.count - 3)].bytes;
    const uint8_t *entry;

    if (turn % 4 == 0)
        return random_below(data->size);
    if (turn % 4 == 1)
        return random_below(data->size / 4096) * 4096 + random_below(turn % 8 == 1 ? 16 : 256);
    /* The entry without the heads of its item: its first bytes may continue on another page. */
    entry = memmem(data->file, data->size, item.data + 5, 64);
    return entry == NULL ? random_below(data->size) : (size_t)(entry - data->file) + random_below(item.size - 5);
}

static void no_changed_byte_of_the_ledgers_file_passes_unless_everything_reads_the_same(void **state)
{
    struct pieces data;
    struct digest sound;
    unsigned passed = 0, refused = 0;
    static struct report report;

    (void)state;
    random_begin();
    make_copy(&data);
    assert_true(rows_digest(copy_directory, &sound));
    assert_judged(verified_directory(copy_directory), JUDGED_PASS);
    for (int i = 0; i < CHANGES; i++) {
        const struct verify_options options = { 0 };
        size_t at = place_in_data(&data, i);
        int64_t began_ms = clock_ms();
        struct error error;
        enum ledger_status status;

        file_poke(copy_path, at, data.file[at] ^ (uint8_t)(1 + random_below(255)));
        status = verify_directory(copy_directory, &options, &report, &error);
        assert_true(clock_ms() - began_ms < LONGEST_MS);
        if (status != LEDGER_OK) {
            assert_true(error.code == REFUSAL_NOT_A_LEDGER || error.code == REFUSAL_NEWER_FORMAT);
            refused++;
        } else if (report.judgement == JUDGED_PASS) {
            if (!rows_are(copy_directory, &sound))
                fail_msg("byte %zu was changed, the ledger reads otherwise, and it passes", at);
            passed++;
        }
        file_poke(copy_path, at, data.file[at]);
    }
    assert_judged(verified_directory(copy_directory), JUDGED_PASS);
    print_message("of %d changes %u change nothing that is read, %u make it no ledger at all\n", CHANGES, passed, refused);
    assert_true(passed > 0 && passed < CHANGES);
    pieces_free(&data);
}

static void no_cut_or_overwritten_ledger_file_passes(void **state)
{
    static struct report report;
    const struct verify_options options = { 0 };
    struct pieces data;
    struct digest sound;
    struct error error;

    (void)state;
    random_begin();
    make_copy(&data);
    assert_true(rows_digest(copy_directory, &sound));
    for (int i = 0; i < CUTS; i++) {
        size_t size = i % 2 == 0 ? random_below(data.size) : random_below(data.size / 4096) * 4096;

        file_write(copy_path, data.file, size);
        if (verify_directory(copy_directory, &options, &report, &error) == LEDGER_OK)
            assert_judged(&report, JUDGED_FAIL);
    }
    for (int i = 0; i < CUTS; i++) {
        uint8_t *changed = malloc(data.size);
        size_t page = random_below(data.size / 4096), other = random_below(data.size / 4096);

        assert_non_null(changed);
        memcpy(changed, data.file, data.size);
        if (i % 3 == 0)
            memset(changed + page * 4096, 0, 4096);
        else
            memcpy(changed + page * 4096, data.file + other * 4096, 4096);
        file_write(copy_path, changed, data.size);
        /* The page may be a free one. */
        if (verify_directory(copy_directory, &options, &report, &error) == LEDGER_OK && report.judgement == JUDGED_PASS) {
            assert_true(rows_are(copy_directory, &sound));
        }
        free(changed);
    }
    pieces_free(&data);
}

static void nothing_is_left_behind_in_the_temporary_directory(void **state)
{
    char scratch[HOUSE_PATH_SIZE];

    (void)state;
    snprintf(scratch, sizeof scratch, "%s/scratch", house.home);
    assert_int_equal(mkdir(scratch, 0700), 0);
    setenv("TMPDIR", scratch, 1);
    file_write(changed_path, first.file, first.size);
    assert_judged(judged(changed_path), JUDGED_PASS);
    unsetenv("TMPDIR");
    assert_int_equal(rmdir(scratch), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_changed_byte_of_an_export_passes_and_the_entry_it_lies_in_is_named),
        cmocka_unit_test(every_byte_of_the_last_entry_and_of_what_follows_it_counts),
        cmocka_unit_test(an_export_cut_between_any_two_items_is_unproven),
        cmocka_unit_test(an_export_cut_anywhere_before_its_trailer_is_unproven),
        cmocka_unit_test(an_export_cut_within_its_trailer_does_not_pass),
        cmocka_unit_test(nothing_may_follow_the_trailer),
        cmocka_unit_test(no_rearranged_export_passes),
        cmocka_unit_test(only_a_file_is_read),
        cmocka_unit_test(what_is_made_to_hurt_is_answered_at_once),
        cmocka_unit_test(a_tiny_export_is_judged_in_a_blink),
        cmocka_unit_test(no_changed_byte_of_the_ledgers_file_passes_unless_everything_reads_the_same),
        cmocka_unit_test(no_cut_or_overwritten_ledger_file_passes),
        cmocka_unit_test(nothing_is_left_behind_in_the_temporary_directory),
    };

    return cmocka_run_group_tests(tests, act_out_once, clean_up);
}
