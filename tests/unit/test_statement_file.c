/* A statement as a file: written by a house, read by somebody who trusts neither, and held against the book. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/attest_write.h"
#include "ledger/ledger_internal.h"
#include "ledger/signed.h"
#include "ledger/verify.h"
#include "tests/support/day.h"

enum { PATH_SIZE = HOUSE_PATH_SIZE + 32 };

static struct statement_report report;
static struct statement statement;

static void path_in(const struct house *house, const char *name, char path[static PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", house->home, name);
}

/* A statement of the whole book, by the seal and an officer. `change`, if not NULL, has its way with it before it is signed. */
static void write_statement(struct house *house, const char *path, void (*change)(struct statement *statement))
{
    struct attest_options options = { .path = path, .officer = 1, .officer_key = house->keys[1],
                                      .unlocked_by = COSE_UNLOCKED_FILE, .now_ms = house->now_ms };
    struct reading reading;

    assert_int_equal(LEDGER_OK, ledger_read(house->ledger, &reading, &house->error));
    options.period = period_whole(reading.view);
    assert_int_equal(LEDGER_OK, attest_of_book(&reading, &options, &statement, &house->error));
    if (change != NULL)
        change(&statement);
    assert_int_equal(LEDGER_OK, attest_write(house->ledger, &reading, &options, &statement, &house->error));
    ledger_read_end(&reading);
}

static void load(const char *path)
{
    int file = open(path, O_RDONLY);

    memset(&report, 0, sizeof report);
    assert_true(file >= 0);
    report.file_size = (size_t)read(file, report.file, sizeof report.file);
    close(file);
}

static void judge_file(struct house *house)
{
    struct public_key seal = ledger_seal(house->ledger);

    report.finding = (struct finding){ .code = 0 };
    statement_file_read(&report);
    if (report.is_read)
        statement_file_judge(&report, &seal, true);
}

static void written(struct house *house, void (*change)(struct statement *statement))
{
    char path[PATH_SIZE];

    path_in(house, "statement", path);
    write_statement(house, path, change);
    load(path);
    judge_file(house);
}

static void compare_with_book(struct house *house)
{
    struct verify_options options = { .statement = &report };
    static struct report book;

    house_shut(house);
    assert_int_equal(LEDGER_OK, verify_directory(house->directory, &options, &book, &house->error));
    assert_int_equal(JUDGED_PASS, book.judgement);
    assert_int_equal(LEDGER_OK, house_enter(house, LEDGER_RECORD));
}

/* ---- the file alone */

static void a_statement_of_a_day_is_read_as_it_was_written(void **state)
{
    struct house *house = *state;

    day_act_out(house);
    written(house, NULL);
    assert_int_equal(0, report.finding.code);
    assert_memory_equal(&statement, &report.statement, sizeof statement);
    assert_string_equal("jpatel", report.statement.officer.handle);
    assert_int_equal(house->now_ms, report.signed_ms[1]);
}

static void every_changed_byte_of_it_is_refused(void **state)
{
    struct house *house = *state;
    size_t size;

    house_stock(house);
    written(house, NULL);
    assert_int_equal(0, report.finding.code);
    size = report.file_size;
    for (size_t i = 0; i < size; i++) {
        report.file[i] ^= (uint8_t)(1u << i % 8);
        judge_file(house);
        if (report.finding.code == 0)
            print_error("byte %zu of %zu\n", i, size);
        assert_int_not_equal(0, report.finding.code);
        report.file[i] ^= (uint8_t)(1u << i % 8);
    }
    for (size_t cut = 0; cut < size; cut++) {
        report.file_size = cut;
        judge_file(house);
        assert_int_equal(REFUSAL_STATEMENT_FORM, report.finding.code);
    }
    report.file_size = size + 1;
    judge_file(house);
    assert_int_equal(REFUSAL_STATEMENT_FORM, report.finding.code);
}

/* ---- who signed */

/* The file with its message signed anew by these keys, in this order. */
static void sign_again(struct house *house, const struct private_key *first, const struct private_key *second)
{
    struct cose_message message = { .typ = COSE_STATEMENT };
    static uint8_t payload[COSE_PAYLOAD_LIMIT], file[STATEMENT_FILE_LIMIT];
    struct cose_message old;
    struct reader reader;
    struct bytes item;
    struct writer writer;
    size_t message_size;

    reader_init(&reader, bytes_of(report.file, report.file_size), READ_DEPTH_LIMIT);
    assert_true(read_tag(&reader, COSE_TAG_SIGN) && read_item(&reader, &item));
    message_size = (size_t)(reader.at - report.file);
    assert_int_equal(COSE_OK, cose_decode(bytes_of(report.file, message_size), COSE_STATEMENT, &old));
    memcpy(payload, old.payload.data, old.payload.size);
    message.payload = bytes_of(payload, old.payload.size);
    assert_true(signed_make(&message.signers[message.signer_count++], COSE_STATEMENT, message.payload, first, COSE_UNLOCKED_SEAL,
                            house->now_ms));
    if (second != NULL)
        assert_true(signed_make(&message.signers[message.signer_count++], COSE_STATEMENT, message.payload, second,
                                COSE_UNLOCKED_FILE, house->now_ms));
    writer_init(&writer, file, sizeof file);
    cose_encode(&message, &writer);
    write_raw(&writer, bytes_of(report.file + message_size, report.file_size - message_size));
    assert_false(writer.failed);
    memcpy(report.file, file, writer.size);
    report.file_size = writer.size;
    judge_file(house);
}

static void it_is_signed_by_the_seal_and_by_the_officer_it_names(void **state)
{
    struct house *house = *state;
    const struct private_key *seal = house->ledger->seal;

    written(house, NULL);
    sign_again(house, seal, house->keys[1]);
    assert_int_equal(0, report.finding.code);
    sign_again(house, seal, house->keys[2]);
    assert_int_equal(REFUSAL_STATEMENT_SIGNED, report.finding.code);
    sign_again(house, seal, NULL);
    assert_int_equal(REFUSAL_STATEMENT_SIGNED, report.finding.code);
    sign_again(house, house->keys[2], house->keys[1]);
    assert_int_equal(REFUSAL_STATEMENT_SIGNED, report.finding.code);
}

/* ---- against the book */

static void a_statement_of_the_book_is_what_the_book_says_then_and_later(void **state)
{
    struct house *house = *state;

    day_act_out(house);
    written(house, NULL);
    compare_with_book(house);
    assert_true(report.was_compared);
    assert_int_equal(0, report.finding.code);
    (void)house_session(house);
    day_close(house);
    compare_with_book(house);
    assert_true(report.was_compared);
    assert_int_equal(0, report.finding.code);
}

static void other_verdict(struct statement *said) { said->lines[LINE_ACCOUNTED - 1].verdict = VERDICT_CONTRADICTED; }
static void other_words(struct statement *said) { said->lines[LINE_IN_TIME - 1].text[0] = '9'; }
static void other_entries(struct statement *said)
{
    said->lines[LINE_ON_SITE - 1].entry_count = 1;
    said->lines[LINE_ON_SITE - 1].entries[0] = 1;
}
static void other_totals(struct statement *said)
{
    said->totals[0].change[TOTAL_GIVEN] += 1000;
    said->totals[0].change[TOTAL_WASTED] -= 1000;
}
static void other_head(struct statement *said) { said->head[0] = 'Z'; }
static void not_training(struct statement *said) { said->is_training = false; }
static void other_officer(struct statement *said) { snprintf(said->officer.handle, sizeof said->officer.handle, "nobody"); }
static void nobody_here(struct statement *said) { said->officer.person = 77; }
static void no_end(struct statement *said) { said->last = said->size - 1; }
static void no_officer(struct statement *said) { said->officer.person = 3; }

static void what_the_book_does_not_say_is_named(void **state)
{
    static const struct {
        const char *what;
        void (*change)(struct statement *said);
        unsigned line;
    } rows[] = { { "another verdict", other_verdict, 2 }, { "other words", other_words, 7 }, { "other entries", other_entries, 5 },
                 { "other totals", other_totals, 2 },     { "another head", other_head, 0 }, { "no training", not_training, 0 },
                 { "another handle", other_officer, 0 },  { "a person who is not here", nobody_here, 0 },
                 { "a recovery key as officer", no_officer, 0 }, { "an end between closings", no_end, 0 } };
    struct house *house = *state;
    char path[PATH_SIZE];

    day_act_out(house);
    path_in(house, "statement", path);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("%s\n", rows[i].what);
        written(house, rows[i].change);
        assert_int_equal(0, report.finding.code); /* the seal has signed it, whatever it says */
        compare_with_book(house);
        assert_int_equal(REFUSAL_STATEMENT_DIFFERS, report.finding.code);
        assert_int_equal(JUDGED_FAIL, report.finding.judgement);
        assert_int_equal(rows[i].line, report.line);
        assert_int_equal(0, unlink(path));
    }
}

static void other_program(struct statement *said)
{
    snprintf(said->program, sizeof said->program, "phial 7.0");
    other_words(said);
}

static void the_words_of_another_program_are_not_called_wrong_when_the_rest_is_right(void **state)
{
    struct house *house = *state;

    written(house, other_program);
    compare_with_book(house);
    assert_int_equal(REFUSAL_STATEMENT_DIFFERS, report.finding.code);
    assert_int_equal(JUDGED_UNPROVEN, report.finding.judgement);
    assert_int_equal(7, report.line);
}

static void other_root(struct statement *said) { said->root[5] ^= 1; }
static void other_ledger(struct statement *said) { said->ledger[5] ^= 1; }

static void a_statement_of_another_book_is_told_from_one_of_this(void **state)
{
    struct house *house = *state;
    char path[PATH_SIZE];

    path_in(house, "statement", path);
    written(house, other_root);
    assert_int_equal(REFUSAL_CHECKPOINT, report.finding.code);
    report.finding = (struct finding){ .code = 0 };
    compare_with_book(house);
    assert_int_equal(JUDGED_FAIL, report.finding.judgement);
    assert_int_equal(0, unlink(path));
    written(house, other_ledger);
    assert_int_equal(REFUSAL_CHECKPOINT, report.finding.code);
}

static void no_statement_is_written_over_a_file(void **state)
{
    struct house *house = *state;
    struct attest_options options = { .now_ms = house->now_ms };
    struct reading reading;
    char path[PATH_SIZE];

    path_in(house, "statement", path);
    write_statement(house, path, NULL);
    options.path = path;
    assert_int_equal(LEDGER_OK, ledger_read(house->ledger, &reading, &house->error));
    assert_int_equal(LEDGER_STORAGE, attest_write(house->ledger, &reading, &options, &statement, &house->error));
    assert_int_equal(REFUSAL_EXISTS, house->error.code);
    ledger_read_end(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(a_statement_of_a_day_is_read_as_it_was_written),
        in_a_house(every_changed_byte_of_it_is_refused),
        in_a_house(it_is_signed_by_the_seal_and_by_the_officer_it_names),
        in_a_house(a_statement_of_the_book_is_what_the_book_says_then_and_later),
        in_a_house(what_the_book_does_not_say_is_named),
        in_a_house(the_words_of_another_program_are_not_called_wrong_when_the_rest_is_right),
        in_a_house(a_statement_of_another_book_is_told_from_one_of_this),
        in_a_house(no_statement_is_written_over_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
