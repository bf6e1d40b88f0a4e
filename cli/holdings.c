/* What the book says of vials, doses and earlier entries, before anybody signs. */
#include "cli/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/entries.h"
#include "cli/terminal.h"

void things_add(struct things *things, enum subject subject, uint32_t id)
{
    for (size_t i = 0; i < things->count; i++)
        if (things->rows[i].subject == subject && things->rows[i].id == id)
            return;
    if (things->count == THINGS_LIMIT) {
        things->more++;
        return;
    }
    things->rows[things->count++] = (struct thing){ subject, id };
}

static void find_in_value(struct things *things, const struct field *field, const struct value *value)
{
    struct list_cursor cursor;
    struct value one;
    struct facts row;

    if (!value->present)
        return;
    if (field->type == FIELD_REF && (field->subject == SUBJECT_VIAL || field->subject == SUBJECT_DOSE))
        things_add(things, field->subject, (uint32_t)value->number);
    if (field->type != FIELD_LIST && field->type != FIELD_ROWS)
        return;
    list_begin(&cursor, field, value);
    if (field->type == FIELD_LIST)
        while (list_next(&cursor, &one))
            find_in_value(things, &cursor.element, &one);
    else
        while (rows_next(&cursor, &row))
            for (size_t i = 0; row.fields[i].name != NULL; i++)
                find_in_value(things, &row.fields[i], &row.values[i]);
}

void things_named(const struct act_list *list, struct things *things)
{
    *things = (struct things){ .count = 0 };
    for (size_t i = 0; i < list->count; i++) {
        const struct facts *facts = &list->acts[i].event.facts;

        for (size_t j = 0; facts->fields[j].name != NULL; j++)
            find_in_value(things, &facts->fields[j], &facts->values[j]);
    }
}

/* What an earlier entry says that an act is about: nobody countersigns a number. */
static void print_entry(struct recording *recording, uint32_t number)
{
    static char sentence[ENTRY_SENTENCE_SIZE];
    struct entry_row row;

    if (entry_read(&recording->book, number, &row))
        tell(" #%" PRIu32 "  \"%s\"\n", number, entry_sentence(&recording->book, &row, sentence));
}

static void print_entries(struct recording *recording)
{
    for (size_t i = 0; i < recording->list->count; i++) {
        const struct facts *facts = &recording->list->acts[i].event.facts;

        for (size_t j = 0; facts->fields[j].name != NULL; j++)
            if (facts->fields[j].type == FIELD_ENTRY && facts->values[j].present)
                print_entry(recording, (uint32_t)facts->values[j].number);
    }
}

void holdings_print(struct recording *recording)
{
    struct things things;
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE];

    print_entries(recording);
    things_named(recording->list, &things);
    for (size_t i = 0; i < things.count; i++)
        tell(" %-6s %s\n",
               name_of_subject(recording->book.reading.view, things.rows[i].subject, things.rows[i].id, name),
               describe(&recording->book, things.rows[i].subject, things.rows[i].id, text));
    if (things.more > 0)
        tell(" and %zu more\n", things.more);
}
