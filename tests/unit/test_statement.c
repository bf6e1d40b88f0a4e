/* schema/statement: the bytes that the seal and an officer sign. The sample's bytes were put together with a few lines of
 * Python from SPEC section 12.1 and RFC 8949. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "schema/cose.h"
#include "schema/statement.h"
#include "tests/support/hex.h"

static const char sample_hex[] =
    "ac01010258201111111111111111111111111111111111111111111111111111111111111111038207183c0482184058"
    "202222222222222222222222222222222222222222222222222222222222222222051b000001a1eb619c03066b706869"
    "616c20302e312e30070008010988840102674c696e6520312e82011829840203674c696e6520322e80840301674c696e"
    "6520332e8203182b840402674c696e6520342e80840503674c696e6520352e8205182d840601674c696e6520362e8084"
    "0702674c696e6520372e8207182f840800674c696e6520382e800a819502051903e8001901f41419012c260018230000"
    "00000000000c00091904b00b6e486172626f7220436c696e69632e0c8301666a706174656c8232582033333333333333"
    "33333333333333333333333333333333333333333333333333";

static struct statement sample(void)
{
    static const struct statement_total total = {
        .product = 2, .before_in_doses = 5, .before_on_hand = 1000, .in_doses = 9, .on_hand = 1200,
        .change = { [TOTAL_RECEIVED] = 500, [TOTAL_GAINED] = 20, [TOTAL_GIVEN] = 300, [TOTAL_WASTED] = -7,
                    [TOTAL_CLOSING_LOSS] = 35, [TOTAL_ADJUSTED_UP] = 12 } };
    struct statement statement = { .after = 7, .last = 60, .size = 64, .made_ms = INT64_C(1794950405123), .has_ended = true,
                                   .program = "phial 0.1.0", .total_count = 1, .head = "Harbor Clinic.",
                                   .officer = { .person = 1, .handle = "jpatel", .algorithm = COSE_ED25519, .key_size = 32 } };

    memset(statement.ledger, 0x11, sizeof statement.ledger);
    memset(statement.root, 0x22, sizeof statement.root);
    memset(statement.officer.key, 0x33, 32);
    statement.totals[0] = total;
    for (uint32_t number = 1; number <= STATEMENT_LINES; number++) {
        struct statement_line *line = &statement.lines[number - 1];

        line->verdict = (uint8_t)(number == STATEMENT_LINES ? VERDICT_NONE : 1 + number % 3);
        snprintf(line->text, sizeof line->text, "Line %u.", (unsigned)number);
        line->entry_count = number % 2 == 0 ? 0 : 2;
        line->entries[0] = number % 2 == 0 ? 0 : number;
        line->entries[1] = number % 2 == 0 ? 0 : 40 + number;
    }
    return statement;
}

static void set_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text);
}

static uint8_t room[COSE_PAYLOAD_LIMIT + 1];
static struct statement read_back;

static struct bytes encoded(const struct statement *statement)
{
    struct writer writer;

    writer_init(&writer, room, sizeof room);
    statement_encode(statement, &writer);
    assert_false(writer.failed);
    return writer_bytes(&writer);
}

static enum statement_status decoded(const struct statement *statement)
{
    return statement_decode(encoded(statement), &read_back);
}

static void a_statement_has_the_bytes_of_its_document(void **state)
{
    struct statement statement = sample();
    struct bytes bytes = encoded(&statement);

    (void)state;
    assert_hex(sample_hex, bytes.data, bytes.size);
}

static void what_is_read_is_what_was_written(void **state)
{
    struct statement statement = sample();

    (void)state;
    assert_int_equal(STATEMENT_OK, decoded(&statement));
    assert_memory_equal(&statement, &read_back, sizeof statement);
    statement.officer = (struct statement_officer){ .person = 0 };
    assert_int_equal(STATEMENT_OK, decoded(&statement));
    assert_int_equal(0, read_back.officer.person);
}

static void every_changed_byte_is_another_statement_or_none(void **state)
{
    uint8_t good[1024], again[1024];
    size_t size = hex_read(sample_hex, good, sizeof good), refused = 0;

    (void)state;
    for (size_t i = 0; i < size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            struct writer writer;

            good[i] ^= (uint8_t)(1u << bit);
            if (statement_decode(bytes_of(good, size), &read_back) == STATEMENT_OK) {
                writer_init(&writer, again, sizeof again);
                statement_encode(&read_back, &writer);
                assert_false(writer.failed);
                assert_int_equal(size, writer.size);
                assert_memory_equal(good, again, size);
            } else {
                refused++;
            }
            good[i] ^= (uint8_t)(1u << bit);
        }
    assert_true(refused > size); /* hashes, texts and the key may be others; most else not */
}

static void what_is_cut_off_or_goes_on_is_no_statement(void **state)
{
    uint8_t good[1024] = { 0 };
    size_t size = hex_read(sample_hex, good, sizeof good);

    (void)state;
    for (size_t cut = 0; cut < size; cut++)
        assert_int_not_equal(STATEMENT_OK, statement_decode(bytes_of(good, cut), &read_back));
    assert_int_equal(STATEMENT_MALFORMED, statement_decode(bytes_of(good, size + 1), &read_back));
}

static void a_newer_statement_and_what_only_newer_programs_know_is_not_called_wrong(void **state)
{
    static const uint8_t newer[] = { 0xa2, 0x01, 0x02, 0x02, 0x61, 'x' };
    struct statement statement = sample();

    (void)state;
    assert_int_equal(STATEMENT_VERSION_UNKNOWN, statement_decode(bytes_of(newer, sizeof newer), &read_back));
    statement.officer.algorithm = -50;
    assert_int_equal(STATEMENT_ALGORITHM, decoded(&statement));
    statement = sample();
    set_text(statement.head, sizeof statement.head, "a\xcd\xb8"); /* U+0378 */
    assert_int_equal(STATEMENT_CHARACTER, decoded(&statement));
}

/* ---- what a statement cannot say */

static void verdict_on_the_list(struct statement *statement) { statement->lines[7].verdict = VERDICT_SHOWN; }
static void line_without_verdict(struct statement *statement) { statement->lines[2].verdict = VERDICT_NONE; }
static void shown_and_not_ended(struct statement *statement) { statement->has_ended = false; }
static void period_backwards(struct statement *statement) { statement->after = 61; }
static void period_of_nothing(struct statement *statement) { statement->after = statement->last; }
static void period_beyond_book(struct statement *statement) { statement->size = 59; }
static void entry_beyond_book(struct statement *statement) { statement->lines[0].entries[1] = 65; }
static void entry_zero(struct statement *statement) { statement->lines[0].entries[0] = 0; }
static void entries_twice(struct statement *statement) { statement->lines[0].entries[1] = 1; }
static void no_words(struct statement *statement) { statement->lines[4].text[0] = '\0'; }
static void control(struct statement *statement) { set_text(statement->lines[4].text, sizeof statement->lines[4].text, "a\nb"); }
static void hidden(struct statement *statement) { set_text(statement->head, sizeof statement->head, "a\xe2\x80\xae" "b"); }
static void no_program(struct statement *statement) { statement->program[0] = '\0'; }
static void nanogram(struct statement *statement) { statement->totals[0].on_hand++; }
static void below_nothing(struct statement *statement)
{
    statement->totals[0].change[TOTAL_LOST] = statement->totals[0].on_hand + 1;
    statement->totals[0].on_hand = -1;
}
static void products_twice(struct statement *statement)
{
    statement->totals[1] = statement->totals[0];
    statement->total_count = 2;
}
static void no_handle(struct statement *statement) { set_text(statement->officer.handle, sizeof statement->officer.handle, "J Patel"); }
static void key_too_short(struct statement *statement) { statement->officer.key_size = 31; }
static void too_late(struct statement *statement) { statement->made_ms = INT64_C(253402300800000); }

static void what_a_statement_cannot_say_is_refused(void **state)
{
    static const struct {
        const char *what;
        void (*change)(struct statement *statement);
    } rows[] = {
        { "a verdict on the list of exceptions", verdict_on_the_list }, { "a line without a verdict", line_without_verdict },
        { "shown, of a period that has not ended", shown_and_not_ended }, { "a period backwards", period_backwards },
        { "a period of nothing", period_of_nothing }, { "a period beyond the book", period_beyond_book },
        { "an entry beyond the book", entry_beyond_book }, { "entry 0", entry_zero }, { "an entry twice", entries_twice },
        { "a line without words", no_words }, { "a line break", control }, { "a hidden mark", hidden },
        { "no program", no_program }, { "a nanogram too much", nanogram }, { "less than nothing on hand", below_nothing },
        { "a product twice", products_twice }, { "an officer without a handle", no_handle },
        { "a key too short", key_too_short }, { "a year too late", too_late } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct statement statement = sample();

        rows[i].change(&statement);
        print_message("%s\n", rows[i].what);
        assert_int_equal(STATEMENT_MALFORMED, decoded(&statement));
    }
}

static void the_largest_statement_fits_into_a_payload(void **state)
{
    static struct statement statement;
    const int64_t half = INT64_MAX / 2;

    (void)state;
    statement = sample();
    for (unsigned i = 0; i < STATEMENT_LINES; i++) {
        memset(statement.lines[i].text, 'w', STATEMENT_TEXT_LIMIT);
        statement.lines[i].entry_count = STATEMENT_ENTRIES_LIMIT;
        for (uint32_t k = 0; k < STATEMENT_ENTRIES_LIMIT; k++)
            statement.lines[i].entries[k] = 1000000 + k;
    }
    memset(statement.head, 'h', STATEMENT_HEAD_LIMIT);
    statement.size = statement.last = 2000000;
    statement.total_count = 32;
    for (uint32_t i = 0; i < statement.total_count; i++) {
        statement.totals[i] = (struct statement_total){ .product = i + 1, .on_hand = half, .before_on_hand = half };
        for (unsigned place = 0; place < TOTAL_IN_DOSES; place++)
            statement.totals[i].change[place] = place == TOTAL_OPENING || place == TOTAL_GIVEN ? half : 0;
    }
    assert_int_equal(STATEMENT_OK, decoded(&statement));
}

static void each_verdict_has_its_name(void **state)
{
    (void)state;
    assert_string_equal("", statement_verdict_name(VERDICT_NONE));
    assert_string_equal("SHOWN", statement_verdict_name(VERDICT_SHOWN));
    assert_string_equal("NOT SHOWN", statement_verdict_name(VERDICT_NOT_SHOWN));
    assert_string_equal("CONTRADICTED", statement_verdict_name(VERDICT_CONTRADICTED));
    assert_string_equal("", statement_verdict_name(4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_has_the_bytes_of_its_document),
        cmocka_unit_test(what_is_read_is_what_was_written),
        cmocka_unit_test(every_changed_byte_is_another_statement_or_none),
        cmocka_unit_test(what_is_cut_off_or_goes_on_is_no_statement),
        cmocka_unit_test(a_newer_statement_and_what_only_newer_programs_know_is_not_called_wrong),
        cmocka_unit_test(what_a_statement_cannot_say_is_refused),
        cmocka_unit_test(the_largest_statement_fits_into_a_payload),
        cmocka_unit_test(each_verdict_has_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
