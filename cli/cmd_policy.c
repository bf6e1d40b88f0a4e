/* phial policy show: the numbers of the rules in force. */
#include "cli/commands.h"

#include <inttypes.h>

#include "cli/heading.h"

const struct column policy_columns[] = {
    { "rule", COLUMN_TEXT, 0, "option of phial policy set" },
    { "value", COLUMN_TEXT, 0, "as people read it" },
    { "number", COLUMN_NUMBER, COLUMN_RECORD, "the same, where it is one number" },
    { "unit", COLUMN_TEXT, COLUMN_RECORD, "of that number" },
    { "meaning", COLUMN_TEXT, COLUMN_REST, NULL },
    { .name = NULL },
};

static void put_rule(struct book *book, const struct kind *kind, const struct field *field, const struct value *value,
                     struct table *table)
{
    char text[VALUE_TEXT_SIZE];

    row_text(&table->row, "rule", option_of_field(kind, field));
    row_text(&table->row, "value", value_text(book, field, value, text));
    if (field->type == FIELD_UINT)
        row_number(&table->row, "number", value->number);
    if (field->type == FIELD_UINT && field->unit != NULL)
        row_text(&table->row, "unit", field->unit);
    row_text(&table->row, "meaning", field->help);
    table_put(table, ROW_PLAIN);
}

static enum ledger_status put_policy(struct book *book, const struct call *call, struct error *error)
{
    uint32_t number = (uint32_t)view_site(book->reading.view, SITE_POLICY_ENTRY);
    struct table table;
    struct entry entry;
    struct event event;

    if (!book_event(book, number, &entry, &event))
        return error_set(error, REFUSAL_DAMAGED_FILE, "the policy in force, #%" PRIu32 ", cannot be read", number);
    table_begin(&table, call, "policy", policy_columns);
    heading_put(book, &table);
    table_head_number(&table, "policy_entry", number);
    for (size_t i = 0; event.facts.fields[i].name != NULL; i++)
        if (event.facts.values[i].present)
            put_rule(book, event.kind, &event.facts.fields[i], &event.facts.values[i], &table);
    return table_end(&table, LEDGER_OK, error, "This policy is in force since #%" PRIu32 ".", number);
}

enum ledger_status cmd_policy_show(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = put_policy(&book, call, error);
    book_close(&book);
    return status;
}
