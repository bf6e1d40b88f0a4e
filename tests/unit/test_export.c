/* Writing exports, and reading what somebody with the seal's key makes of them. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/export.h"
#include "ledger/export_format.h"
#include "ledger/ledger_internal.h"
#include "tests/support/day.h"
#include "tests/support/forge.h"
#include "tests/support/judged.h"
#include "tests/support/place.h"
#include "tests/support/reseal.h"

/* ---- writing */

static struct export_options options_for(const struct house *house, const char *path)
{
    return (struct export_options){ .path = path, .purpose = "audit", .person = 1, .terminal = "desk-1",
                                    .now = { house->now_ms, -300 } };
}

static void path_in(const struct house *house, const char *name, char path[static HOUSE_PATH_SIZE])
{
    snprintf(path, HOUSE_PATH_SIZE, "%s/%s", house->home, name);
}

static unsigned files_in(const char *directory)
{
    DIR *open = opendir(directory);
    unsigned count = 0;

    assert_non_null(open);
    while (readdir(open) != NULL)
        count++;
    closedir(open);
    return count - 2;
}

static void an_export_to_a_place_it_cannot_go_to_leaves_no_trace(void **state)
{
    struct house *house = *state;
    struct export_options options;
    struct exported exported;
    char path[HOUSE_PATH_SIZE];
    uint32_t entries = house_entries(house);
    unsigned files = files_in(house->home);

    options = options_for(house, house->directory);
    house_refused(house, export_whole(house->ledger, &options, &exported, &house->error), REFUSAL_EXISTS);
    path_in(house, "no/such/directory", path);
    options = options_for(house, path);
    house_refused(house, export_whole(house->ledger, &options, &exported, &house->error), REFUSAL_IO);
    assert_int_equal(house_entries(house), entries);
    assert_int_equal(files_in(house->home), files);
}

static bool stop(void *context, uint32_t done, uint32_t all)
{
    (void)done;
    (void)all;
    *(bool *)context = true;
    return false;
}

static void an_interrupted_export_leaves_its_announcement_and_no_file(void **state)
{
    struct house *house = *state;
    struct export_options options;
    struct exported exported;
    char path[HOUSE_PATH_SIZE];
    bool was_asked = false;
    unsigned files;

    path_in(house, "day.phial", path);
    options = options_for(house, path);
    options.progress = stop;
    options.progress_context = &was_asked;
    files = files_in(house->home);
    if (export_whole(house->ledger, &options, &exported, &house->error) != LEDGER_OK)
        assert_int_equal(files_in(house->home), files);
    else
        assert_false(was_asked); /* a book so short is written at once */
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static int export_to_a_full_disk(void *context)
{
    struct house *house = context;
    struct rlimit limit;
    struct export_options options;
    struct exported exported;
    char path[HOUSE_PATH_SIZE];
    unsigned files;
    enum ledger_status status;

    must(house_enter(house, LEDGER_RECORD) == LEDGER_OK);
    files = files_in(house->home);
    path_in(house, "day.phial", path);
    options = options_for(house, path);
    must(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    /* The ledger's own file fills its holes; the export is larger than that. */
    limit.rlim_cur = 4096;
    must(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    status = export_whole(house->ledger, &options, &exported, &house->error);
    must(status == LEDGER_STORAGE && house->error.code == REFUSAL_DISK_FULL);
    must(files_in(house->home) == files);
    house_shut(house);
    return 0;
}

static void an_export_to_a_full_disk_leaves_no_file(void **state)
{
    struct house *house = *state;

    house_stock(house);
    house_shut(house);
    assert_int_equal(child_do(export_to_a_full_disk, house), 0);
    assert_int_equal(house_enter(house, LEDGER_RECORD), LEDGER_OK);
    assert_judged(verified_directory(house->directory), JUDGED_PASS);
}

static void a_ledger_opened_to_look_is_not_exported_from(void **state)
{
    struct house *house = *state;
    struct export_options options;
    struct exported exported;
    char path[HOUSE_PATH_SIZE];

    path_in(house, "day.phial", path);
    options = options_for(house, path);
    house_shut(house);
    assert_int_equal(house_enter(house, LEDGER_READ), LEDGER_OK);
    house_refused(house, export_whole(house->ledger, &options, &exported, &house->error), REFUSAL_READ_ONLY);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* ---- who signs the trailer */

static const struct report *certified_by(struct house *house, const char *name, int64_t person, int64_t key)
{
    struct export_options options;
    struct exported exported;
    char path[HOUSE_PATH_SIZE];
    struct vkey site = site_key(house);

    path_in(house, name, path);
    options = options_for(house, path);
    options.certifier = person;
    options.certifier_key = house->keys[key];
    options.unlocked_by = COSE_UNLOCKED_FILE;
    assert_int_equal(export_whole(house->ledger, &options, &exported, &house->error), LEDGER_OK);
    house->now_ms += 60 * 1000;
    return verified_file(path, &site);
}

static void an_officer_may_certify_and_nobody_else(void **state)
{
    struct house *house = *state;

    assert_int_equal(house_enrol(house, "lbrandt", ROLE_CLINICIAN), 4);
    assert_judged(certified_by(house, "officer.phial", 1, 1), JUDGED_PASS);
    assert_judged(certified_by(house, "clinician.phial", 4, 4), JUDGED_FAIL);
    assert_judged(certified_by(house, "other-key.phial", 1, 4), JUDGED_FAIL);
    assert_judged(certified_by(house, "nobody.phial", 9, 9), JUDGED_FAIL);
}

/* Person 4 is an officer between two times. */
static void be_officer(struct house *house, int64_t from_ms, int64_t until_ms)
{
    struct act_list *list = house_act(house, KIND_PERSON, 1, MEANING_APPROVED);
    struct facts *facts = &list->acts[0].event.facts;

    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    facts_put_number(facts, FACT_PERSON_ROLES, ROLE_OFFICER);
    facts_put_number(facts, FACT_PERSON_PERSON, 4);
    facts_put_at(facts, FACT_PERSON_FROM, (struct at){ from_ms, -300 });
    facts_put_at(facts, FACT_PERSON_UNTIL, (struct at){ until_ms, -300 });
    house_must(house, list);
}

static void who_certifies_is_an_officer_when_the_book_ends(void **state)
{
    static const struct {
        int64_t from_ms, until_ms; /* from when the book ends */
        enum judgement expected;
    } cases[] = { { 0, 1000, JUDGED_PASS }, { 1, 1000, JUDGED_FAIL }, { -1000, 0, JUDGED_PASS }, { -1000, -1, JUDGED_FAIL } };
    struct house *house = *state;

    assert_int_equal(house_enrol(house, "lbrandt", ROLE_CLINICIAN), 4);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t end_ms = house->now_ms + 60 * 1000;
        char name[32];

        be_officer(house, end_ms + cases[i].from_ms, end_ms + cases[i].until_ms);
        assert_int_equal(end_ms, house->now_ms);
        snprintf(name, sizeof name, "time-%zu.phial", i);
        assert_judged(certified_by(house, name, 4, 4), cases[i].expected);
    }
}

/* ---- head and trailer against the book: signed by the seal, and not true */

static struct pieces pieces;
static char changed_path[HOUSE_PATH_SIZE];
static struct vkey key;

/* A day with a name in it, exported; the entry of the patient is the newest but three. */
static void take_apart(struct house *house)
{
    char path[HOUSE_PATH_SIZE + 32];

    house_stock(house);
    day_close(house);
    day_export(house, "day.phial", path);
    pieces_read(&pieces, path);
    key = site_key(house);
    path_in(house, "changed.phial", changed_path);
}

static const struct report *resealed(struct house *house)
{
    reseal(&pieces, house->ledger->seal);
    pieces_write(&pieces, changed_path);
    return verified_file(changed_path, &key);
}

/* The head with another value under one key (empty: left out), or with one more key. */
static void write_head(struct bytes old, uint64_t version, uint64_t wanted, struct bytes given, struct writer *writer)
{
    struct reader reader;
    struct bytes magic, value;
    uint64_t count = 0, number = 0, there = 0;
    bool is_there = false;

    reader_init(&reader, old, 6);
    assert_true(read_array(&reader, 3, 3, NULL) && read_text(&reader, 32, &magic) && read_uint(&reader, 9, &number) &&
                read_map(&reader, 12, &count));
    for (struct reader ahead = reader; read_peek_type(&ahead) != ITEM_NONE && read_key(&ahead, &there);) {
        is_there = is_there || there == wanted;
        assert_true(read_item(&ahead, &value));
    }
    write_array(writer, 3);
    write_text(writer, magic);
    write_uint(writer, version);
    write_map(writer, count + (wanted != 0 && !is_there) - (is_there && given.size == 0));
    while (read_peek_type(&reader) != ITEM_NONE && read_key(&reader, &there)) {
        assert_true(read_item(&reader, &value));
        if (wanted != 0 && !is_there && there > wanted) {
            write_uint(writer, wanted);
            write_raw(writer, given);
            is_there = true;
        }
        if (there == wanted && given.size == 0)
            continue;
        write_uint(writer, there);
        write_raw(writer, there == wanted ? given : value);
    }
    assert_false(writer->failed);
}

static void another_head(uint64_t version, uint64_t wanted, struct bytes given)
{
    static uint8_t buffer[4096];
    static struct bytes original;
    struct writer writer;

    if (pieces.list[0].bytes.data != buffer)
        original = pieces.list[0].bytes;
    writer_init(&writer, buffer, sizeof buffer);
    write_head(original, version, wanted, given, &writer);
    pieces.list[0].bytes = writer_bytes(&writer);
}

static void a_head_that_says_something_else_than_the_book_fails_though_the_seal_signed_it(void **state)
{
    static const struct {
        uint64_t key;
        const char *value; /* encoded; NULL: left out */
        size_t size;
        enum judgement judgement;
    } heads[] = {
        { 0, NULL, 0, JUDGED_PASS }, /* the original, as a check of the test itself */
        { HEAD_REGISTRATIONS, "\x81\x6d" "dea:FB1234562", 15, JUDGED_FAIL },
        { HEAD_RANGE, "\x82\x01\x05", 3, JUDGED_FAIL },
        { HEAD_RANGE, "\x82\x02\x18\x20", 4, JUDGED_FAIL },
        { HEAD_SCOPE, "\x02", 1, JUDGED_UNPROVEN },
        { HEAD_PURPOSE, "\x64" "love", 5, JUDGED_FAIL },
        { HEAD_PURPOSE, NULL, 0, JUDGED_FAIL },
        { HEAD_RECIPIENT, "\x62" "me", 3, JUDGED_FAIL },
        { HEAD_CHALLENGE, "\x41" "x", 2, JUDGED_FAIL },
        { HEAD_CHALLENGE, NULL, 0, JUDGED_FAIL },
        { HEAD_ANNOUNCED, "\x01", 1, JUDGED_FAIL },
        { HEAD_DISCLOSED, "\x82\x18\x29\x18\x28", 5, JUDGED_FAIL }, /* not ascending */
        { HEAD_TRAINING, NULL, 0, JUDGED_FAIL },
        { 11, "\x83\x05\x58\x20" "00000000000000000000000000000000" "\x58\x20" "00000000000000000000000000000000", 70,
          JUDGED_PASS }, /* what a reader may remember is for him to compare */
    };
    struct house *house = *state;

    take_apart(house);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        const struct report *report;

        another_head(1, heads[i].key, bytes_of(heads[i].value, heads[i].size));
        report = resealed(house);
        if (report->judgement != heads[i].judgement)
            print_message("head %zu\n", i);
        assert_judged(report, heads[i].judgement);
    }
    pieces_free(&pieces);
}

static void another_version_is_unproven_but_its_bytes_are_checked(void **state)
{
    struct house *house = *state;
    const struct report *report;

    take_apart(house);
    another_head(2, 0, bytes_of(NULL, 0));
    report = resealed(house);
    assert_judged(report, JUDGED_UNPROVEN);
    file_poke(changed_path, pieces.list[5].at + 20, 0);
    assert_judged(verified_file(changed_path, &key), JUDGED_FAIL);
    pieces_free(&pieces);
}

/* ---- more than we write ourselves: openings, older checkpoints */

static void insert_piece(size_t index, struct bytes bytes)
{
    memmove(&pieces.list[index + 1], &pieces.list[index], (pieces.count - index) * sizeof pieces.list[0]);
    pieces.list[index] = (struct piece){ .sort = PIECE_ENTRY, .bytes = bytes };
    pieces.count++;
}

static void remove_piece(size_t index)
{
    memmove(&pieces.list[index], &pieces.list[index + 1], (pieces.count - index - 1) * sizeof pieces.list[0]);
    pieces.count--;
}

/* [3, number, opening] of the patient's name. */
static struct bytes opening_item(struct house *house, uint32_t number, int64_t salt_change)
{
    static uint8_t buffer[OPENING_LIMIT + 16];
    uint8_t opening[OPENING_LIMIT];
    struct entry entry;
    struct event event;
    struct facts_fault fault;
    struct reader reader;
    struct bytes bytes = bytes_of("", 0);
    struct writer writer;
    size_t size;

    reader_init(&reader, pieces.list[number].bytes, 6);
    assert_true(read_array(&reader, 2, 2, NULL) && read_uint(&reader, 1, &(uint64_t){ 0 }) &&
                read_bytes(&reader, 1, ENTRY_LIMIT, &bytes));
    assert_int_equal(entry_decode(bytes, &entry), EVENT_OK);
    assert_int_equal(event_decode(entry.message.payload, &event, &fault), EVENT_OK);
    assert_int_equal(event.kind->number, KIND_PATIENT);
    assert_int_equal(ledger_opening(house->ledger, event.act, 40, opening, &size, &house->error), LEDGER_OK);
    opening[2] ^= (uint8_t)salt_change;
    writer_init(&writer, buffer, sizeof buffer);
    write_array(&writer, 3);
    write_uint(&writer, 3);
    write_uint(&writer, number);
    write_bytes(&writer, bytes_of(opening, size));
    return writer_bytes(&writer);
}

enum { PATIENT_ENTRY = 8 }; /* of house_stock, after genesis and policy */

static void an_opening_belongs_to_the_entry_before_it_and_is_announced(void **state)
{
    struct house *house = *state;
    struct bytes item;

    take_apart(house);
    another_head(1, HEAD_DISCLOSED, bytes_of("\x81\x18\x28", 3));
    insert_piece(PATIENT_ENTRY + 1, opening_item(house, PATIENT_ENTRY, 0));
    assert_judged(resealed(house), JUDGED_PASS);
    item = pieces.list[PATIENT_ENTRY + 1].bytes;
    insert_piece(PATIENT_ENTRY + 1, item); /* twice */
    assert_finding(resealed(house), JUDGED_FAIL, REFUSAL_EXPORT_FORM, PATIENT_ENTRY);
    remove_piece(PATIENT_ENTRY + 1);
    remove_piece(PATIENT_ENTRY + 1);
    insert_piece(PATIENT_ENTRY + 2, item); /* after another entry */
    assert_judged(resealed(house), JUDGED_FAIL);
    remove_piece(PATIENT_ENTRY + 2);
    insert_piece(PATIENT_ENTRY + 1, opening_item(house, PATIENT_ENTRY, 1)); /* another salt */
    assert_finding(resealed(house), JUDGED_FAIL, REFUSAL_EXPORT_FORM, PATIENT_ENTRY);
    remove_piece(PATIENT_ENTRY + 1);
    insert_piece(PATIENT_ENTRY + 1, opening_item(house, PATIENT_ENTRY, 0));
    another_head(1, HEAD_DISCLOSED, bytes_of("\x80", 1)); /* not announced */
    assert_finding(resealed(house), JUDGED_FAIL, REFUSAL_EXPORT_FORM, PATIENT_ENTRY);
    pieces_free(&pieces);
}

/* [4, note] of the first closing. */
static struct bytes older_checkpoint(struct house *house, uint32_t size)
{
    static uint8_t buffer[4200];
    struct reading reading;
    struct store_key row_key;
    struct bytes note;
    struct writer writer;
    bool found;

    assert_int_equal(ledger_read(house->ledger, &reading, &house->error), LEDGER_OK);
    assert_int_equal(store_get(reading.txn, STORE_CHECKPOINTS, key_of_checkpoint(&row_key, size), &found, &note, &house->error),
                     LEDGER_OK);
    assert_true(found);
    writer_init(&writer, buffer, sizeof buffer);
    write_array(&writer, 2);
    write_uint(&writer, ITEM_CHECKPOINT);
    write_text(&writer, note);
    ledger_read_end(&reading);
    return writer_bytes(&writer);
}

static void older_checkpoints_may_stand_before_the_newest(void **state)
{
    struct house *house = *state;
    size_t newest;
    struct bytes older;

    take_apart(house);
    newest = pieces.count - 2;
    older = older_checkpoint(house, (uint32_t)pieces.count - 5);
    insert_piece(newest, older);
    assert_judged(resealed(house), JUDGED_PASS);
    remove_piece(newest);
    insert_piece(newest + 1, older); /* not ascending */
    assert_finding(resealed(house), JUDGED_FAIL, REFUSAL_CHECKPOINT, 0);
    pieces_free(&pieces);
}

/* ---- what a file is, by its first bytes */

static void the_first_bytes_of_a_file_tell_what_it_is(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        enum file_sort sort;
    } files[] = {
        { "", 0, FILE_EMPTY },
        { "\x83\x6cphial-export\x01", 15, FILE_EXPORT },
        { "\x83\x6cphial-exp", 11, FILE_OTHER },
        { "phial/00\n12\nroot\n", 17, FILE_NOTE },
        { "phial/00+1234+key", 17, FILE_VKEY },
        { "phial-key 1 ed25519 00", 22, FILE_KEY },
        { "Dear diary", 10, FILE_OTHER },
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        assert_int_equal(export_sniff((const uint8_t *)files[i].bytes, files[i].size), files[i].sort);
}

/* ---- trailers that this program cannot judge */

static void a_trailer_of_a_newer_version_is_unproven_where_the_seal_signed_it(void **state)
{
    struct house *house = *state;
    struct vkey site = site_key(house);
    struct pieces changed;
    char path[HOUSE_PATH_SIZE + 32];

    day_export(house, "newer.phial", path);
    pieces_read(&changed, path);
    reseal_as(&changed, house->ledger->seal, 2);
    pieces_write(&changed, path);
    assert_judged(verified_file(path, &site), JUDGED_UNPROVEN);
    assert_finding(verified_file(path, &site), JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, 0);
    reseal_as(&changed, house->keys[1], 2);
    pieces_write(&changed, path);
    assert_finding(verified_file(path, &site), JUDGED_FAIL, REFUSAL_TRAILER, 0);
    pieces_free(&changed);
}

static void where_the_book_could_not_be_followed_nobodys_newer_key_is_called_wrong(void **state)
{
    struct house *house = *state;
    struct vkey site = site_key(house);
    struct act_list *list = house_act(house, KIND_OBSERVE, 2, MEANING_DID);
    struct export_options options;
    struct exported exported;
    const struct report *report;
    char path[HOUSE_PATH_SIZE];

    facts_put_number(&list->acts[0].event.facts, 1, 1);
    forge(house, list, &(struct forgery){ .kind_number = 63 });
    house_rekey(house, 2);
    path_in(house, "certified.phial", path);
    options = options_for(house, path);
    options.certifier = 2;
    options.certifier_key = house->keys[2];
    options.unlocked_by = COSE_UNLOCKED_FILE;
    assert_int_equal(export_whole(house->ledger, &options, &exported, &house->error), LEDGER_OK);
    report = verified_file(path, &site);
    assert_judged(report, JUDGED_UNPROVEN);
    assert_finding(report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(an_export_to_a_place_it_cannot_go_to_leaves_no_trace),
        in_a_house(an_interrupted_export_leaves_its_announcement_and_no_file),
        in_a_house(an_export_to_a_full_disk_leaves_no_file),
        in_a_house(a_ledger_opened_to_look_is_not_exported_from),
        in_a_house(an_officer_may_certify_and_nobody_else),
        in_a_house(who_certifies_is_an_officer_when_the_book_ends),
        in_a_house(a_head_that_says_something_else_than_the_book_fails_though_the_seal_signed_it),
        in_a_house(another_version_is_unproven_but_its_bytes_are_checked),
        in_a_house(an_opening_belongs_to_the_entry_before_it_and_is_announced),
        in_a_house(older_checkpoints_may_stand_before_the_newest),
        cmocka_unit_test(the_first_bytes_of_a_file_tell_what_it_is),
        in_a_house(a_trailer_of_a_newer_version_is_unproven_where_the_seal_signed_it),
        in_a_house(where_the_book_could_not_be_followed_nobodys_newer_key_is_called_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
