/* ledger/words: lists and rows. The expected CBOR was encoded by hand from RFC 8949; each is also read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/clinic.h"
#include "tests/support/hex.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { WORDS_LIMIT = 4 };

struct row {
    const char *field;
    const char *texts[WORDS_LIMIT]; /* as many as are not NULL */
    uint16_t code;                  /* 0: read */
    const char *hex;
};

static size_t count_texts(const struct row *row)
{
    size_t count = 0;

    while (count < WORDS_LIMIT && row->texts[count] != NULL)
        count++;
    return count;
}

static void read_back(const struct field *field, const struct value *value)
{
    struct reader reader;
    struct value again;
    enum facts_status status;

    reader_init(&reader, value->bytes, READ_DEPTH_LIMIT);
    assert_true(value_decode(&reader, field, &again, &status));
    assert_int_equal(READ_OK, reader_end(&reader));
    assert_int_equal(value->number, again.number);
}

static void check_row(struct clinic *clinic, const struct row *row)
{
    const struct field *field = field_of(row->field);
    struct value value = { .number = -77 };
    struct error error = { .code = 0 };
    size_t used = clinic->words.room.used;
    enum ledger_status status =
        words_read_list(&clinic->words, field, row->texts, count_texts(row), &value, &error);

    if (error.code != row->code || (status == LEDGER_OK) != (row->code == 0))
        fail_msg("%s %s: PH%04u %s", row->field, row->texts[0], error.code, error.text);
    if (row->code != 0) {
        assert_int_equal(-77, value.number);
        assert_int_equal(used, clinic->words.room.used);
        assert_true(error.next[0] != '\0');
        return;
    }
    assert_true(value.present);
    assert_hex(row->hex, value.bytes.data, value.bytes.size);
    assert_int_equal(used + value.bytes.size, clinic->words.room.used);
    read_back(field, &value);
}

static void a_list_has_one_value_a_word_and_ids_may_come_in_ranges(void **state)
{
    static const struct row rows[] = {
        { "move.vials", { "V-1" }, 0, "8101" },
        { "move.vials", { "V-1", "v3", "V-12K" }, 0, "8301030c" },
        { "move.vials", { "V-1..V-10" }, 0, "8a0102030405060708090a" },
        { "move.vials", { " V-1 .. V-3 " }, 0, "83010203" },
        { "move.vials", { "V-1..3" }, 0, "83010203" },
        { "move.vials", { "V-7..V-7" }, 0, "8107" },
        { "move.vials", { "V-30", "V-1..V-2", "V-5" }, 0, "84181e010205" },
        { "move.vials", { "V-3..V-1" }, 1006, NULL },
        { "move.vials", { "V-1..V-999" }, 601, NULL },
        { "move.vials", { "V-1..D-2" }, 601, NULL },
        { "move.vials", { "V-1..V-2..V-3" }, 601, NULL },
        { "move.vials", { "..V-3" }, 601, NULL },
        { "move.vials", { "V-1.." }, 601, NULL },
        { "move.vials", { "V-1..V-257" }, 1006, NULL },
        { "move.vials", { "V-1..V-200", "V-1..V-57" }, 1006, NULL },
        { "move.vials", { "V-1", "D-1" }, 601, NULL },
        { "move.vials", { "V-1", "" }, 601, NULL },
        { "move.vials", { NULL }, 1003, NULL },
        { "certify.counts", { "C-1" }, 0, "8101" },
        { "policy.holidays", { NULL }, 0, "80" },
        { "patient.may-not-act", { "rosei", "2" }, 0, "820102" },
        { "patient.may-not-act", { "rosei", "roesi" }, 604, NULL },
        { "policy.offsets", { "-05:00", "-240" }, 0, "8239012b38ef" },
        { "policy.offsets", { "-300 min", "+05:30", "Z" }, 0, "8339012b19014a00" },
        { "policy.offsets", { "841" }, 1006, NULL },
        { "policy.offsets", { "-5 h" }, 1006, NULL },
        { "genesis.registrations", { "dea:ab1234563", "state-ma:CS-0412" }, 0,
          "826d6465613a41423132333435363370" "73746174652d6d613a43532d30343132" },
        { "genesis.registrations", { "dea:AB1234564" }, 104, NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_row(*state, &rows[i]);
}

static void the_fields_of_a_row_stand_in_one_word(void **state)
{
    static const char receipt[] = "81" "88010af6" "66384a33333141" "1953d1" "f6f6f6";
    static const struct row rows[] = {
        { "receive.lines", { "55150-438-10 10 vials lot=8J331A expiry=2028-09-30" }, 0, receipt },
        { "receive.lines", { "  ketamine-50  10 8J331A   2028-09 " }, 0, receipt },
        { "receive.lines", { "ketamine-50,10,8J331A,2028-09-30" }, 0, receipt },
        { "receive.lines", { "ketamine-50, 10 vials, 8J331A, 2028-09-30" }, 0, receipt },
        { "receive.lines", { "expiry=2028-09-30 lot=8J331A containers=10 vials product=K-1" }, 0, receipt },
        { "receive.lines", { "lot=8J331A 00355150438105 10 2028-09-30" }, 0, receipt },
        { "receive.lines", { "K-1 10 8J331A 2028-09 packs=1 damaged=2 serial=0001 gtin=00355150438105" }, 0,
          "81" "88010a01" "66384a33333141" "1953d1" "02" "6430303031" "6e3030333535313530343338313035" },
        { "receive.lines", { "K-1 10" }, 1003, NULL },
        { "receive.lines", { "" }, 1003, NULL },
        { "receive.lines", { "K-1 10 A 2028-09 5" }, 1008, NULL },
        { "receive.lines", { "K-1 10 lot=A lot=B 2028-09" }, 1006, NULL },
        { "receive.lines", { "K-1 10 A 2028-09 colour=red" }, 1006, NULL },
        { "receive.lines", { "K-1 1 carton A 2028-09" }, 1004, NULL },
        { "receive.lines", { "K-1 10 lot= 2028-09" }, 1006, NULL },
        { "receive.lines", { "K-9 10 A 2028-09" }, 601, NULL },
        { "receive.lines", { "K-1 10 A 2028-13" }, 1005, NULL },
        { "receive.lines", { NULL }, 1003, NULL },
        { "product.gtins", { "00355150438105 container 1", "50355150438100 case 25" }, 0,
          "82" "836e30303335353135303433383130350101" "836e3530333535313530343338313030031819" },
        { "product.gtins", { "00355150438106 container 1" }, 104, NULL },
        { "genesis.recovery", { "safe p256:00" }, 1006, NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_row(*state, &rows[i]);
}

static void commas_stay_within_a_set(void **state)
{
    static const struct row row = {
        "genesis.officers",
        { "jpatel ed25519:5866666666666666666666666666666666666666666666666666666666666666 clinician,prescriber "
          "licence=MD-1",
          "mnair ed25519:5866666666666666666666666666666666666666666666666666666666666666 none" },
        0,
        "82" "84666a706174656c" "82325820" "5866666666666666666666666666666666666666666666666666666666666666"
        "06" "644d442d31"
        "84656d6e616972" "82325820" "5866666666666666666666666666666666666666666666666666666666666666" "00" "f6",
    };

    check_row(*state, &row);
}

static void a_volume_of_a_vial_may_be_typed_in_other_units(void **state)
{
    static const struct row rows[] = {
        { "draw.sources", { "V-12 1.5mL" }, 0, "81830c1905dcf6" },
        { "draw.sources", { "V-12 1.5 mL" }, 0, "81830c1905dcf6" },
        { "draw.sources", { "V-12 75mg" }, 0, "81830c1905dcf6" },
        { "draw.sources", { "V-12 75 mg" }, 0, "81830c1905dcf6" },
        { "draw.sources", { "V-12,75mg" }, 0, "81830c1905dcf6" },
        { "draw.sources", { "75mg vial=V-12" }, 0, "81830c1905dcf6" },
        { "draw.sources", { "volume=75mg V-12" }, 0, "81830c1905dcf6" },
        { "draw.sources", { "V-12 50mg", "V-13 25mg" }, 0, "82830c1903e8f6830d1901f4f6" },
        { "draw.sources", { "V-12 rest" }, 0, "81830c192710f6" },
        { "draw.sources", { "V-12 75mg overfill=10mg" }, 0, "81830c1905dc18c8" },
        { "draw.sources", { "V-301 28mg" }, 0, "818319012d18c8f6" },
        { "draw.sources", { "V-301 2 sprays" }, 0, "818319012d18c8f6" },
        { "draw.sources", { "V-301 rest" }, 0, "818319012d18c8f6" },
        { "draw.sources", { "V-12 0.0001mg" }, 112, NULL },
        { "draw.sources", { "V-12 2 sprays" }, 111, NULL },
        { "draw.sources", { "V-12 1 vial" }, 1004, NULL },
        { "draw.sources", { "V-12 75" }, 1004, NULL },
        { "draw.sources", { "V-12 0mg" }, 1006, NULL },
        { "draw.sources", { "V-12 1001mL" }, 1006, NULL },
        { "draw.sources", { "V-12 1,5mL" }, 1008, NULL },
        { "draw.sources", { "V-12 50mg 60mg" }, 1008, NULL },
        { "draw.sources", { "V-12" }, 1003, NULL },
        { "draw.sources", { "V-999 75mg" }, 601, NULL },
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_row(*state, &rows[i]);
}

static void a_mass_that_is_no_whole_volume_shows_the_two_nearest(void **state)
{
    struct clinic *clinic = *state;
    const char *const text = "V-12 75.01mg"; /* 1500.2 uL at 50 mg/mL */
    struct value value;
    struct error error;

    assert_int_equal(LEDGER_REFUSED, words_read_list(&clinic->words, field_of("draw.sources"),
                                                     &text, 1, &value, &error));
    assert_int_equal(REFUSAL_NOT_EXACT, error.code);
    assert_string_equal("volume: \"75.01mg\" of V-12 is not a whole number of microlitres.", error.text);
    assert_int_equal(1, error.book_count);
    assert_string_equal("1.5 mL or 1.501 mL", error.book[0].line);
}

static void a_refusal_says_which_row_and_which_part(void **state)
{
    struct clinic *clinic = *state;
    const char *const texts[] = { "V-12 50mg", "V-13 25" };
    const char *const part = "V-12 volum=1mL";
    const struct field *sources = field_of("draw.sources");
    struct value value;
    struct error error;

    assert_int_equal(LEDGER_USAGE, words_read_list(&clinic->words, sources, texts, 2, &value, &error));
    assert_string_equal("sources, the 2. of 2: volume: \"25\" has no unit.", error.text);
    assert_int_equal(LEDGER_USAGE, words_read_list(&clinic->words, sources, &part, 1, &value, &error));
    assert_string_equal("sources: \"volum\" is no part of it.", error.text);
    assert_string_equal("did you mean volume?\none of: vial=, volume=, overfill=", error.next);
}

static void a_single_word_will_do_for_a_list(void **state)
{
    struct clinic *clinic = *state;
    struct value value;
    struct error error;

    assert_int_equal(LEDGER_OK, words_read(&clinic->words, field_of("move.vials"), "V-2..V-4",
                                           &value, &error));
    assert_hex("83020304", value.bytes.data, value.bytes.size);
    assert_int_equal(3, value.number);
}

static void what_does_not_fit_the_room_is_refused(void **state)
{
    struct clinic *clinic = *state;
    const char *const text = "V-1..V-100";
    struct value value;
    struct error error;

    clinic->words.room.capacity = 50;
    assert_int_equal(LEDGER_USAGE, words_read_list(&clinic->words, field_of("move.vials"),
                                                   &text, 1, &value, &error));
    assert_int_equal(REFUSAL_TOO_LONG, error.code);
    assert_int_equal(0, clinic->words.room.used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_clinic(a_list_has_one_value_a_word_and_ids_may_come_in_ranges),
        in_a_clinic(the_fields_of_a_row_stand_in_one_word),
        in_a_clinic(commas_stay_within_a_set),
        in_a_clinic(a_volume_of_a_vial_may_be_typed_in_other_units),
        in_a_clinic(a_mass_that_is_no_whole_volume_shows_the_two_nearest),
        in_a_clinic(a_refusal_says_which_row_and_which_part),
        in_a_clinic(a_single_word_will_do_for_a_list),
        in_a_clinic(what_does_not_fit_the_room_is_refused),
    };

    return cmocka_run_group_tests_name("words: lists and rows", tests, NULL, NULL);
}
