/* Replaying entries that come from wherever: what is wrong with them is found, and never an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/place.h"
#include "ledger/replay.h"
#include "tests/support/day.h"
#include "tests/support/forge.h"
#include "tests/support/judged.h"

enum { ENTRIES_LIMIT = 128 };

/* ---- the entries of a book, to be changed */

static struct own_entry {
    uint8_t bytes[8192];
    size_t size;
} entries[ENTRIES_LIMIT];
static uint32_t entry_count;
static struct digest root;

static void take_entries(struct house *house)
{
    struct reading reading;

    entry_count = house_entries(house);
    assert_true(entry_count <= ENTRIES_LIMIT);
    assert_int_equal(ledger_read(house->ledger, &reading, &house->error), LEDGER_OK);
    for (uint32_t i = 0; i < entry_count; i++) {
        struct bytes bytes;

        assert_true(view_entry(reading.view, i + 1, &bytes) && bytes.size <= sizeof entries[i].bytes);
        memcpy(entries[i].bytes, bytes.data, bytes.size);
        entries[i].size = bytes.size;
    }
    assert_int_equal(place_root(reading.txn, entry_count, &root, &house->error), LEDGER_OK);
    ledger_read_end(&reading);
}

static void begin(struct house *house)
{
    house_stock(house);
    assert_int_equal(house_session(house), 1);
    assert_int_equal(house_draw(house, 1, 1, 500), 1);
    day_close(house);
}

/* ---- replaying them */

static struct report report;

static struct replay *replay_in(struct house *house)
{
    static unsigned number;
    char path[HOUSE_PATH_SIZE];
    struct replay *replay;

    report = (struct report){ .judgement = JUDGED_PASS };
    snprintf(path, sizeof path, "%s/scratch-%u", house->home, number++);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(replay_new(path, &report, &replay, &house->error), LEDGER_OK);
    return replay;
}

/* All entries, as they are now, against the root that was signed for them. */
static const struct report *replayed(struct house *house, bool is_cut_off)
{
    struct replay *replay = replay_in(house);

    for (uint32_t i = 0; i < entry_count; i++)
        assert_int_equal(replay_entry(replay, bytes_of(entries[i].bytes, entries[i].size), &house->error), LEDGER_OK);
    assert_int_equal(replay_finish(replay, is_cut_off, &house->error), LEDGER_OK);
    if (is_cut_off)
        replay_without_root(replay);
    else
        assert_int_equal(replay_compare_root(replay, entry_count, &root, &house->error), LEDGER_OK);
    replay_free(replay);
    return &report;
}

static void nothing_is_unproven(void **state)
{
    struct house *house = *state;
    struct replay *replay = replay_in(house);

    assert_int_equal(replay_finish(replay, false, &house->error), LEDGER_OK);
    assert_int_equal(replay_compare_root(replay, 0, &root, &house->error), LEDGER_OK);
    assert_judged(&report, JUDGED_UNPROVEN);
    replay_free(replay);
}

static void what_is_no_entry_is_found_and_replaying_goes_on(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *bytes;
        size_t size;
    } others[] = { { "", 0 }, { "\x00", 1 }, { "\x82\x40\x40", 3 }, { "Dear diary", 10 }, { "\x9f\xff", 2 } };

    begin(house);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        take_entries(house);
        memcpy(entries[4].bytes, others[i].bytes, others[i].size);
        entries[4].size = others[i].size;
        assert_judged(replayed(house, false), JUDGED_FAIL);
        assert_finding(&report, JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED, 5);
        assert_finding(&report, JUDGED_FAIL, REFUSAL_ENTRY_CHANGED, 5);
        assert_int_equal(report.entries, entry_count);
        assert_int_equal(report.sound, 4);
        assert_true(report.others_stand);
    }
}

static void an_entry_larger_than_an_entry_may_be_is_found(void **state)
{
    struct house *house = *state;
    struct replay *replay;
    uint8_t *large = calloc(1, 1 << 20);

    assert_non_null(large);
    replay = replay_in(house);
    assert_int_equal(replay_entry(replay, bytes_of(large, 1 << 20), &house->error), LEDGER_OK);
    assert_int_equal(replay_finish(replay, false, &house->error), LEDGER_OK);
    assert_finding(&report, JUDGED_FAIL, REFUSAL_SIZE, 1);
    replay_free(replay);
    free(large);
}

static void several_changed_entries_are_all_named_and_the_others_stand(void **state)
{
    struct house *house = *state;
    static const uint32_t changed[] = { 3, 4, 7, 9 };

    begin(house);
    take_entries(house);
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++)
        entries[changed[i] - 1].bytes[entries[changed[i] - 1].size - 1] ^= 1;
    assert_judged(replayed(house, false), JUDGED_FAIL);
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++)
        assert_finding(&report, JUDGED_FAIL, REFUSAL_ENTRY_CHANGED, changed[i]);
    assert_true(report.others_stand);
    assert_false(names_entry(&report, 5) || names_entry(&report, 8) || names_entry(&report, 10));
}

/* The hash it holds stands 8 bytes or so into an entry: `previous` follows the number. */
static uint8_t *previous_of(struct own_entry *entry)
{
    struct entry decoded;

    assert_int_equal(entry_decode(bytes_of(entry->bytes, entry->size), &decoded), EVENT_OK);
    return memmem(entry->bytes, entry->size, decoded.header.previous, DIGEST_SIZE);
}

static void an_entry_whose_link_alone_was_changed_is_the_one_named(void **state)
{
    struct house *house = *state;

    begin(house);
    take_entries(house);
    for (uint32_t number = 2; number <= entry_count; number++) {
        *previous_of(&entries[number - 1]) ^= 1;
        assert_judged(replayed(house, false), JUDGED_FAIL);
        assert_finding(&report, JUDGED_FAIL, REFUSAL_ENTRY_CHANGED, number);
        assert_false(names_entry(&report, number - 1));
        *previous_of(&entries[number - 1]) ^= 1;
    }
    assert_judged(replayed(house, false), JUDGED_PASS);
}

static void more_broken_links_than_can_be_tried_are_told_of_all_the_same(void **state)
{
    struct house *house = *state;

    begin(house);
    for (int i = 0; i < 24; i++)
        day_close(house);
    take_entries(house);
    for (uint32_t i = 4; i < entry_count; i += 2)
        entries[i].bytes[entries[i].size - 1] ^= 1;
    assert_judged(replayed(house, false), JUDGED_FAIL);
    assert_finding(&report, JUDGED_FAIL, REFUSAL_LINK, 5);
    assert_finding(&report, JUDGED_FAIL, REFUSAL_LINK, 0);
}

static void without_a_root_links_name_what_they_can(void **state)
{
    struct house *house = *state;

    begin(house);
    take_entries(house);
    entries[4].bytes[entries[4].size - 1] ^= 1;
    *previous_of(&entries[7]) ^= 1;
    assert_judged(replayed(house, true), JUDGED_FAIL);
    assert_finding(&report, JUDGED_FAIL, REFUSAL_LINK, 5);
    assert_finding(&report, JUDGED_FAIL, REFUSAL_LINK, 8);
    assert_false(names_entry(&report, 4) || names_entry(&report, 6) || names_entry(&report, 7));
}

static void a_list_cut_off_accuses_nobody_and_a_list_left_open_does(void **state)
{
    struct house *house = *state;

    take_entries(house);
    entry_count = 1; /* genesis without its policy */
    assert_judged(replayed(house, true), JUDGED_PASS);
    assert_false(report.rules_replayed);
    {
        struct replay *replay = replay_in(house);

        assert_int_equal(replay_entry(replay, bytes_of(entries[0].bytes, entries[0].size), &house->error), LEDGER_OK);
        assert_int_equal(replay_finish(replay, false, &house->error), LEDGER_OK);
        assert_finding(&report, JUDGED_FAIL, REFUSAL_LIST, 1);
        replay_free(replay);
    }
}

/* ---- what this program does not know */

static struct act_list *patient(struct house *house, int64_t person)
{
    return house_act(house, KIND_PATIENT, person, MEANING_DID);
}

static void a_kind_that_is_described_and_not_built_is_unproven(void **state)
{
    struct house *house = *state;
    uint32_t unknown = forge(house, house_act(house, KIND_NOTE, 1, MEANING_DID), &(struct forgery){ .kind_number = KIND_ANCHOR });

    day_close(house);
    assert_judged(verified_directory(house->directory), JUDGED_UNPROVEN);
    assert_finding(verified_directory(house->directory), JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, unknown);
}

static void an_unknown_kind_is_unproven_and_accuses_nobody_who_came_after_it(void **state)
{
    struct house *house = *state;
    struct act_list *list;
    uint32_t unknown;

    begin(house);
    list = house_act(house, KIND_OBSERVE, 2, MEANING_DID);
    facts_put_number(&list->acts[0].event.facts, 1, 1);
    unknown = forge(house, list, &(struct forgery){ .kind_number = 63 });
    /* Whoever is enrolled or given a key from now on is somebody this reader does not know. */
    assert_int_equal(house_enrol(house, "lbrandt", ROLE_CLINICIAN), 4);
    house_must(house, patient(house, 4));
    house_rekey(house, 2);
    house_must(house, patient(house, 2));
    day_close(house);
    assert_judged(verified_directory(house->directory), JUDGED_UNPROVEN);
    take_entries(house);
    assert_judged(replayed(house, false), JUDGED_UNPROVEN);
    assert_finding(&report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, unknown);
    assert_finding(&report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, unknown + 2);
    assert_int_equal(report.sound, unknown - 1);
    assert_false(report.rules_replayed);
    /* But what was changed after it is found. */
    entries[unknown + 1].bytes[entries[unknown + 1].size - 1] ^= 1;
    assert_judged(replayed(house, false), JUDGED_FAIL);
    assert_finding(&report, JUDGED_FAIL, REFUSAL_ENTRY_CHANGED, unknown + 2);
}

/* ---- what is right but for an algorithm or a character that a newer program may know */

static struct act_list *place_named(struct house *house, const char *label)
{
    struct act_list *list = house_act(house, KIND_PLACE, 1, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    facts_put_bytes(facts, 1, bytes_of_text("attic"));
    facts_put_number(facts, 2, 3);
    facts_put_bytes(facts, 4, bytes_of_text(label));
    return list;
}

static struct act_list *rekey_to(struct house *house, int64_t algorithm, const char *key)
{
    struct act_list *list = house_act(house, KIND_REKEY, 1, MEANING_APPROVED);

    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    facts_put_number(&list->acts[0].event.facts, 1, 2);
    *facts_put(&list->acts[0].event.facts, 2) = (struct value){ .present = true, .second = algorithm,
                                                               .bytes = bytes_of_text(key) };
    return list;
}

static void what_a_newer_program_may_know_is_unproven_and_what_is_wrong_fails(void **state)
{
    static const char of_32[] = "abcdefghabcdefghabcdefghabcdefgh";
    static const struct {
        const char *label; /* or NULL: a key */
        int64_t algorithm;
        const char *key;
        enum judgement judgement;
        enum refusal_code code;
    } rows[] = {
        { "Attic \u0378", 0, NULL, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_CHARACTER },
        { "Attic \u0378\n", 0, NULL, JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED },
        { "Attic \ue000", 0, NULL, JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED },
        { "Attic \ufdd0", 0, NULL, JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED },
        { NULL, -48, of_32, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_ALGORITHM },
        { NULL, -49000, "of any size", JUDGED_UNPROVEN, REFUSAL_UNKNOWN_ALGORITHM },
        { NULL, 2147483647, "", JUDGED_UNPROVEN, REFUSAL_UNKNOWN_ALGORITHM },
        { NULL, 2147483648, of_32, JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED },
        { NULL, -19, "too short for a key of its algorithm", JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct house house;
        struct vkey key;
        char path[HOUSE_PATH_SIZE + 32];
        uint32_t entry;

        house_open(&house);
        key = site_key(&house);
        entry = forge(&house, rows[i].label != NULL ? place_named(&house, rows[i].label)
                                                    : rekey_to(&house, rows[i].algorithm, rows[i].key),
                      &(struct forgery){ .is_unjudged = true });
        day_export(&house, "newer.phial", path);
        assert_judged(verified_directory(house.directory), rows[i].judgement);
        assert_finding(verified_directory(house.directory), rows[i].judgement, rows[i].code, entry);
        assert_judged(verified_file(path, &key), rows[i].judgement);
        assert_finding(verified_file(path, &key), rows[i].judgement, rows[i].code, entry);
        house_close(&house);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(nothing_is_unproven),
        in_a_house(what_is_no_entry_is_found_and_replaying_goes_on),
        in_a_house(an_entry_larger_than_an_entry_may_be_is_found),
        in_a_house(several_changed_entries_are_all_named_and_the_others_stand),
        in_a_house(an_entry_whose_link_alone_was_changed_is_the_one_named),
        in_a_house(more_broken_links_than_can_be_tried_are_told_of_all_the_same),
        in_a_house(without_a_root_links_name_what_they_can),
        in_a_house(a_list_cut_off_accuses_nobody_and_a_list_left_open_does),
        in_a_house(a_kind_that_is_described_and_not_built_is_unproven),
        in_a_house(an_unknown_kind_is_unproven_and_accuses_nobody_who_came_after_it),
        cmocka_unit_test(what_a_newer_program_may_know_is_unproven_and_what_is_wrong_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
