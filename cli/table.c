#include "cli/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/screen.h"
#include "cli/terminal.h"

enum { LINE_TEXT_SIZE = 1024 };

static void fail(struct table *table)
{
    if (table->status == LEDGER_OK)
        table->status = error_set(&table->error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for this table");
}

void table_begin(struct table *table, const struct call *call, const char *name, const struct column *columns)
{
    *table = (struct table){ .name = name, .form = TABLE_SCREEN, .status = LEDGER_OK };
    row_begin(&table->row, columns);
    if (call_flag(call, "json"))
        table->form = TABLE_JSON;
    else if (call_flag(call, "csv"))
        table->form = TABLE_CSV;
    if (table->form == TABLE_JSON) {
        table->head = answer_new();
        answer_text(table->head, "table", name);
    } else if (table->form == TABLE_SCREEN && (table->screen = screen_new(columns, table->row.count)) == NULL) {
        fail(table);
    }
}

/* ---- what stands above */

void table_head_text(struct table *table, const char *name, const char *text)
{
    struct column column = { .name = name };
    char heading[KEY_SIZE];

    if (table->form == TABLE_JSON)
        answer_text(table->head, name, text);
    else if (table->form == TABLE_SCREEN && terminal_is_verbose())
        screen_say_part(column_heading(&column, heading), text);
}

void table_head_number(struct table *table, const char *name, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, number);
    if (table->form == TABLE_JSON)
        answer_number(table->head, name, number);
    else
        table_head_text(table, name, text);
}

void table_head_yes(struct table *table, const char *name, bool yes)
{
    if (table->form == TABLE_JSON)
        answer_yes(table->head, name, yes);
    else if (yes)
        table_head_text(table, name, "yes");
}

/* ---- CSV */

/* What spreadsheets begin a formula with; the last four are the wide letters of East Asian keyboards. */
static bool is_formula(const char *text)
{
    static const char *const begins[] = { "=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20" };

    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

static void put_quoted(const char *text, bool is_list)
{
    putchar('"');
    if (is_formula(text))
        putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        if (is_list && *text == '\n')
            fputs("; ", stdout);
        else
            putchar(*text);
    }
    putchar('"');
}

static void put_csv_names(const struct row *row)
{
    struct row_cursor cursor = { 0, 0 };
    struct fact fact;

    for (const char *between = ""; row_next(row, &cursor, &fact); between = ",")
        printf("%s%s", between, fact.key);
    fputs("\r\n", stdout);
}

static void put_csv_row(const struct row *row)
{
    struct row_cursor cursor = { 0, 0 };
    struct fact fact;

    for (const char *between = ""; row_next(row, &cursor, &fact); between = ",") {
        fputs(between, stdout);
        if (fact.form == FACT_NUMBER)
            printf("%" PRId64, fact.number);
        else if (fact.form == FACT_YES)
            fputs(fact.number != 0 ? "true" : "false", stdout);
        else if (fact.form == FACT_TEXT || (fact.form == FACT_LIST && fact.text[0] != '\0'))
            put_quoted(fact.text, fact.form == FACT_LIST);
    }
    fputs("\r\n", stdout);
}

/* ---- rows */

/* The line of names, or the object up to its rows. */
static void begin_output(struct table *table)
{
    if (table->is_begun)
        return;
    table->is_begun = true;
    if (table->form == TABLE_CSV)
        put_csv_names(&table->row);
    if (table->form == TABLE_JSON) {
        putchar('{');
        if (answer_print_members(table->head, stdout, &table->error) != LEDGER_OK)
            fail(table);
        table->head = NULL;
        fputs(",\"rows\":[", stdout);
    }
}

static void put_json_row(struct table *table)
{
    struct answer *answer = answer_new();

    row_answer(&table->row, answer);
    fputs(table->count > 0 ? ",{" : "{", stdout);
    if (answer_print_members(answer, stdout, &table->error) != LEDGER_OK)
        fail(table);
    putchar('}');
}

void table_group(struct table *table, const char *format, ...)
{
    char text[LINE_TEXT_SIZE];
    va_list arguments;

    if (table->form != TABLE_SCREEN || table->screen == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!screen_line(table->screen, text))
        fail(table);
}

void table_put(struct table *table, enum row_style style)
{
    if (table->status == LEDGER_OK && (table->form == TABLE_SCREEN || style != ROW_TOTAL)) {
        begin_output(table);
        if (table->form == TABLE_CSV)
            put_csv_row(&table->row);
        else if (table->form == TABLE_JSON)
            put_json_row(table);
        else if (!screen_row(table->screen, &table->row, style))
            fail(table);
        table->count += style != ROW_TOTAL;
    }
    row_clear(&table->row);
}

void table_cut(struct table *table)
{
    table->is_cut = true;
}

static void end_output(struct table *table, const char *sentence, va_list arguments) __attribute__((format(printf, 2, 0)));

static void end_output(struct table *table, const char *sentence, va_list arguments)
{
    char text[LINE_TEXT_SIZE];

    begin_output(table);
    if (table->form == TABLE_JSON)
        printf("],\"count\":%" PRIu64 ",\"cut\":%s}\n", table->count, table->is_cut ? "true" : "false");
    if (table->form != TABLE_SCREEN)
        return;
    screen_flush(table->screen);
    vsnprintf(text, sizeof text, sentence, arguments);
    if (terminal_is_quiet())
        return;
    screen_say_words(text, 0, 0, terminal_columns());
    say("\n");
}

enum ledger_status table_end(struct table *table, enum ledger_status status, struct error *error, const char *sentence, ...)
{
    va_list arguments;

    if (status == LEDGER_OK && table->status == LEDGER_OK) {
        va_start(arguments, sentence);
        end_output(table, sentence, arguments);
        va_end(arguments);
    } else if (table->is_begun || table->form == TABLE_SCREEN) {
        screen_flush(table->screen);
        if (table->form == TABLE_JSON)
            putchar('\n');
    }
    screen_free(table->screen);
    answer_drop(table->head);
    if (status == LEDGER_OK && table->status != LEDGER_OK)
        *error = table->error;
    return status != LEDGER_OK ? status : table->status;
}

enum ledger_status table_check(const struct call *call, bool has_table, struct error *error)
{
    enum ledger_status status;

    if (!call_flag(call, "csv"))
        return LEDGER_OK;
    if (!has_table) {
        status = error_set(error, REFUSAL_UNKNOWN_OPTION, "the answer of phial %s is no table, so it cannot be had with --csv",
                           call->command->name);
        error_next(error, "phial %s --json\nphial help formats lists the tables", call->command->name);
        return status;
    }
    if (call_flag(call, "json")) {
        status = error_set(error, REFUSAL_BAD_VALUE, "an answer is in JSON or in CSV: one of --json and --csv");
        error_next(error, "phial %s --json\nphial %s --csv", call->command->name, call->command->name);
        return status;
    }
    return LEDGER_OK;
}
