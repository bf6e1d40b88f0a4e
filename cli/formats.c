/* phial help formats: the columns of every table, from the tables themselves. */
#include "cli/formats.h"

#include "cli/command.h"
#include "cli/row.h"
#include "cli/table.h"
#include "cli/things.h"

const struct column *command_columns(const struct command *command)
{
    return command->lists != 0 ? thing_columns(command->lists) : command->columns;
}

static const struct column format_columns[] = {
    { "command", COLUMN_TEXT, COLUMN_RECORD, "whose answer it is" },
    { "key", COLUMN_TEXT, 0, "member of a row in JSON, heading of the column in CSV" },
    { "holds", COLUMN_TEXT, 0, NULL },
    { "meaning", COLUMN_TEXT, COLUMN_REST, NULL },
    { .name = NULL },
};

static const char *form_name(enum column_type type, size_t part)
{
    static const char *const names[] = {
        [COLUMN_TEXT] = "text",          [COLUMN_LIST] = "list of texts",  [COLUMN_MARKS] = "list of texts",
        [COLUMN_NUMBER] = "integer",     [COLUMN_ENTRY] = "entry number",  [COLUMN_YES] = "true or false",
        [COLUMN_VOLUME] = "integer, uL", [COLUMN_MASS] = "integer, ng",    [COLUMN_AMOUNT] = "integer, ng",
        [COLUMN_PER_KG] = "integer, ng/kg", [COLUMN_WEIGHT] = "integer, g", [COLUMN_STRENGTH] = "integer, ug/mL",
        [COLUMN_TIME] = "time, RFC 3339", [COLUMN_DATE] = "date, YYYY-MM-DD" };

    if (part == 1)
        return type == COLUMN_TIME ? "integer, ms since 1970 UTC" : "integer, uL";
    return names[type];
}

static void put_columns(struct table *table, const char *command, const struct column *columns)
{
    static struct row row;
    struct row_cursor cursor = { 0, 0 };
    struct fact fact;

    row_begin(&row, columns);
    table_group(table, "phial %s", command);
    while (row_next(&row, &cursor, &fact)) {
        row_text(&table->row, "command", command);
        row_text(&table->row, "key", fact.key);
        row_text(&table->row, "holds", form_name(fact.column->type, cursor.part - 1));
        if (fact.column->help != NULL)
            row_text(&table->row, "meaning", fact.column->help);
        table_put(table, ROW_PLAIN);
    }
}

enum ledger_status help_formats(const struct call *call, struct error *error)
{
    struct table table;
    size_t count = 1;

    table_begin(&table, call, "formats", format_columns);
    for (const struct command *command = commands; command->name != NULL; command++)
        if (command_columns(command) != NULL) {
            put_columns(&table, command->name, command_columns(command));
            count++;
        }
    put_columns(&table, "help formats", format_columns);
    return table_end(&table, LEDGER_OK, error,
                     "%zu commands answer with a table: --csv has its rows, --json the same under \"rows\".", count);
}
