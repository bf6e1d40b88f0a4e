/* Tables: the same row for a screen, for CSV and for JSON. Expected lines are written from README.md and RFC 4180. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/table.h"

const struct command commands[] = { { .name = NULL } };

static const struct column all_types[] = {
    { "drug", COLUMN_TEXT, 0, NULL },
    { "words", COLUMN_TEXT, COLUMN_SCREEN, NULL },
    { "roles", COLUMN_LIST, 0, NULL },
    { "count", COLUMN_NUMBER, 0, NULL },
    { "born", COLUMN_ENTRY, 0, NULL },
    { "late", COLUMN_YES, 0, NULL },
    { "drawn", COLUMN_VOLUME, 0, NULL },
    { "difference", COLUMN_MASS, 0, NULL },
    { "left", COLUMN_AMOUNT, 0, NULL },
    { "dose", COLUMN_PER_KG, 0, NULL },
    { "weight", COLUMN_WEIGHT, 0, NULL },
    { "strength", COLUMN_STRENGTH, 0, NULL },
    { "happened", COLUMN_TIME, 0, NULL },
    { "expiry", COLUMN_DATE, 0, NULL },
    { "marks", COLUMN_MARKS, 0, NULL },
    { .name = NULL },
};

/* ---- what stands on standard output */

static char output[1 << 20];
static int kept_stdout;
static FILE *file;

static void begin_output(void)
{
    fflush(stdout);
    kept_stdout = dup(STDOUT_FILENO);
    file = tmpfile();
    assert_non_null(file);
    dup2(fileno(file), STDOUT_FILENO);
}

static const char *end_output(void)
{
    size_t size;

    fflush(stdout);
    dup2(kept_stdout, STDOUT_FILENO);
    close(kept_stdout);
    rewind(file);
    size = fread(output, 1, sizeof output - 1, file);
    output[size] = '\0';
    fclose(file);
    return output;
}

/* A table asked for with this option, "" for none. */
static void begin(struct table *table, const char *option, const struct column *columns)
{
    static struct call call;

    call.given_count = option[0] != '\0';
    call.given[0] = (struct given){ .name = option };
    begin_output();
    table_begin(table, &call, "things", columns);
}

static const char *end(struct table *table)
{
    struct error error;
    enum ledger_status status = table_end(table, LEDGER_OK, &error, "That is all.");
    const char *text = end_output();

    assert_int_equal(status, LEDGER_OK);
    return text;
}

/* 2026-11-16T14:24:05.678Z is 1794839045678 ms: date -ud 2026-11-16T14:24:05 +%s; 2028-09-30 is day 21457. */
static void fill(struct row *row)
{
    row_text(row, "drug", "ketamine");
    row_text(row, "words", "for people");
    row_item(row, "roles", "officer");
    row_item(row, "roles", "clinician");
    row_number(row, "count", 9);
    row_number(row, "born", 14);
    row_number(row, "late", 1);
    row_number(row, "drawn", 1100);
    row_number(row, "difference", -500000);
    row_amount(row, "left", 445000000, 8900);
    row_number(row, "dose", 500000);
    row_number(row, "weight", 70500);
    row_number(row, "strength", 50000);
    row_time(row, "happened", (struct at){ INT64_C(1794839045678), -300 });
    row_number(row, "expiry", 21457);
    row_item(row, "marks", "LATE");
}

static void a_row_has_the_same_names_and_values_in_csv_and_json(void **state)
{
    struct table table;

    (void)state;
    begin(&table, "csv", all_types);
    fill(&table.row);
    table_put(&table, ROW_PLAIN);
    table_put(&table, ROW_PLAIN);
    assert_string_equal(end(&table),
                        "drug,roles,count,born,late,drawn_ul,difference_ng,left_ng,left_ul,dose_ng_per_kg,weight_g,"
                        "strength_ug_per_ml,happened,happened_ms,expiry,marks\r\n"
                        "\"ketamine\",\"officer; clinician\",9,14,true,1100,-500000,445000000,8900,500000,70500,50000,"
                        "\"2026-11-16T09:24:05.678-05:00\",1794839045678,\"2028-09-30\",\"LATE\"\r\n"
                        ",,,,,,,,,,,,,,,\r\n");
    begin(&table, "json", all_types);
    fill(&table.row);
    table_put(&table, ROW_PLAIN);
    table_put(&table, ROW_PLAIN);
    table_cut(&table);
    assert_string_equal(end(&table),
                        "{\"table\":\"things\",\"rows\":[{\"drug\":\"ketamine\",\"roles\":[\"officer\",\"clinician\"],"
                        "\"count\":9,\"born\":14,\"late\":true,\"drawn_ul\":1100,\"difference_ng\":-500000,\"left_ng\":445000000,"
                        "\"left_ul\":8900,\"dose_ng_per_kg\":500000,\"weight_g\":70500,\"strength_ug_per_ml\":50000,"
                        "\"happened\":\"2026-11-16T09:24:05.678-05:00\",\"happened_ms\":1794839045678,\"expiry\":\"2028-09-30\","
                        "\"marks\":[\"LATE\"]},{\"drug\":null,\"roles\":[],\"count\":null,\"born\":null,\"late\":null,"
                        "\"drawn_ul\":null,\"difference_ng\":null,\"left_ng\":null,\"left_ul\":null,\"dose_ng_per_kg\":null,"
                        "\"weight_g\":null,\"strength_ug_per_ml\":null,\"happened\":null,\"happened_ms\":null,\"expiry\":null,"
                        "\"marks\":[]}],\"count\":2,\"cut\":true}\n");
}

static void the_screen_says_what_people_say(void **state)
{
    struct table table;

    (void)state;
    setenv("COLUMNS", "300", 1);
    begin(&table, "", all_types);
    fill(&table.row);
    table_put(&table, ROW_PLAIN);
    assert_string_equal(end(&table),
                        "drug      words       roles               count  born  late   drawn  difference  left             "
                        "dose        weight  strength  happened          expiry      marks\n"
                        "ketamine  for people  officer, clinician      9  #14   yes   1.1 mL     -0.5 mg  445 mg (8.9 mL)  "
                        "0.5 mg/kg  70.5 kg  50 mg/mL  2026-11-16 09:24  2028-09-30  LATE\n"
                        "That is all.\n");
}

/* RFC 4180 section 2 for quotes; the beginnings are those OWASP lists for CSV injection. */
static void a_spreadsheet_runs_nothing(void **state)
{
    static const struct column columns[] = { { "name", COLUMN_TEXT, 0, NULL }, { "items", COLUMN_LIST, 0, NULL }, { .name = NULL } };
    static const struct {
        const char *text, *cell;
    } rows[] = {
        { "=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"" },
        { "+1", "\"'+1\"" },
        { "-1", "\"'-1\"" },
        { "@SUM(A1)", "\"'@SUM(A1)\"" },
        { "\t=1", "\"'\t=1\"" },
        { "\r=1", "\"'\r=1\"" },
        { "\uff1d1+1", "\"'\uff1d1+1\"" },
        { "a\"b", "\"a\"\"b\"" },
        { "\"", "\"\"\"\"" },
        { "=\"\"", "\"'=\"\"\"\"\"" },
        { "a,b;c", "\"a,b;c\"" },
        { "a=b", "\"a=b\"" },
        { "'a", "\"'a\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct table table;
        char expected[128];

        begin(&table, "csv", columns);
        row_text(&table.row, "name", rows[i].text);
        row_item(&table.row, "items", rows[i].text);
        table_put(&table, ROW_PLAIN);
        snprintf(expected, sizeof expected, "name,items\r\n%s,%s\r\n", rows[i].cell, rows[i].cell);
        assert_string_equal(end(&table), expected);
    }
}

static void sums_and_group_lines_are_for_the_screen_alone(void **state)
{
    static const struct column columns[] = { { "id", COLUMN_TEXT, 0, NULL }, { "left", COLUMN_VOLUME, 0, NULL }, { .name = NULL } };
    static const struct {
        const char *option, *text;
    } forms[] = {
        { "csv", "id,left_ul\r\n\"V-1\",500\r\n" },
        { "json", "{\"table\":\"things\",\"rows\":[{\"id\":\"V-1\",\"left_ul\":500}],\"count\":1,\"cut\":false}\n" },
        { "", "ketamine\nV-1     0.5 mL\nin all  0.5 mL\nThat is all.\n" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct table table;

        begin(&table, forms[i].option, columns);
        table_group(&table, "ketamine");
        row_text(&table.row, "id", "V-1");
        row_number(&table.row, "left", 500);
        table_put(&table, ROW_PLAIN);
        row_text(&table.row, "id", "in all");
        row_number(&table.row, "left", 500);
        table_put(&table, ROW_TOTAL);
        assert_string_equal(end(&table), forms[i].text);
    }
}

static void an_answer_that_fails_half_way_is_not_closed(void **state)
{
    static const struct column columns[] = { { "id", COLUMN_TEXT, 0, NULL }, { .name = NULL } };
    struct table table;
    struct error error = { .code = 0 };

    (void)state;
    begin(&table, "json", columns);
    row_text(&table.row, "id", "V-1");
    table_put(&table, ROW_PLAIN);
    assert_int_equal(table_end(&table, error_set(&error, REFUSAL_DAMAGED_FILE, "entry 2 cannot be read"), &error, "That is all."),
                     LEDGER_STORAGE);
    assert_string_equal(end_output(), "{\"table\":\"things\",\"rows\":[{\"id\":\"V-1\"}\n");
    assert_int_equal(error.code, REFUSAL_DAMAGED_FILE);
}

static const struct column wide[] = {
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "sentence", COLUMN_TEXT, COLUMN_REST | COLUMN_CUT, NULL },
    { "note", COLUMN_TEXT, 0, NULL },
    { .name = NULL },
};

static void what_is_too_long_is_cut_with_an_ellipsis_and_what_has_no_room_goes_below(void **state)
{
    static const struct {
        const char *columns, *text;
    } screens[] = {
        { "60", "entry  sentence                        note\n"
                "#7     lbrandt wasted all that is le\u2026  a note of some length\nThat is all.\n" },
        { "40", "#7     lbrandt wasted all that is left \u2026\n      note a note of some length\nThat is all.\n" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
        struct table table;

        setenv("COLUMNS", screens[i].columns, 1);
        begin(&table, "", wide);
        row_number(&table.row, "entry", 7);
        row_text(&table.row, "sentence", "lbrandt wasted all that is left of D-2 (pouch)");
        row_text(&table.row, "note", "a note of some length");
        table_put(&table, ROW_PLAIN);
        assert_string_equal(end(&table), screens[i].text);
    }
}

/* More rows than are kept at once; each is one line, and none is lost or told twice. */
static void a_long_table_loses_no_row(void **state)
{
    struct table table;
    const char *at;

    (void)state;
    setenv("COLUMNS", "80", 1);
    begin(&table, "", wide);
    for (int i = 1; i <= 1234; i++) {
        row_number(&table.row, "entry", i);
        row_text(&table.row, "sentence", i == 1000 ? "a sentence that is longer than those before it" : "short");
        row_text(&table.row, "note", i == 1100 ? "new" : "");
        table_put(&table, ROW_PLAIN);
    }
    at = end(&table);
    for (int i = 1; i <= 1234; i++) {
        char number[16];

        snprintf(number, sizeof number, "#%d ", i);
        assert_memory_equal(at, number, strlen(number));
        assert_non_null(at = strchr(at, '\n'));
        at++;
    }
    assert_string_equal(at, "That is all.\n");
}

static void the_csv_of_what_is_no_table_is_refused(void **state)
{
    static const struct command command = { .name = "status" };
    static struct call call = { .command = &command };
    struct error error;

    (void)state;
    call.given_count = 1;
    call.given[0] = (struct given){ .name = "csv" };
    assert_int_equal(table_check(&call, true, &error), LEDGER_OK);
    assert_int_equal(table_check(&call, false, &error), LEDGER_USAGE);
    assert_int_equal(error.code, REFUSAL_UNKNOWN_OPTION);
    call.given[call.given_count++] = (struct given){ .name = "json" };
    assert_int_equal(table_check(&call, true, &error), LEDGER_USAGE);
    assert_int_equal(error.code, REFUSAL_BAD_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_has_the_same_names_and_values_in_csv_and_json),
        cmocka_unit_test(the_screen_says_what_people_say),
        cmocka_unit_test(a_spreadsheet_runs_nothing),
        cmocka_unit_test(sums_and_group_lines_are_for_the_screen_alone),
        cmocka_unit_test(an_answer_that_fails_half_way_is_not_closed),
        cmocka_unit_test(what_is_too_long_is_cut_with_an_ellipsis_and_what_has_no_room_goes_below),
        cmocka_unit_test(a_long_table_loses_no_row),
        cmocka_unit_test(the_csv_of_what_is_no_table_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
