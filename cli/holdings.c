/* What the book says of vials, doses and earlier entries, and what it will say, before anybody signs. */
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

/* What it says much about before somebody signs: amounts, and what was counted. */
static bool is_held_against(enum subject subject)
{
    return subject == SUBJECT_VIAL || subject == SUBJECT_DOSE || subject == SUBJECT_COUNT;
}

static void find_in_value(struct things *things, const struct field *field, const struct value *value)
{
    struct list_cursor cursor;
    struct value one;
    struct facts row;

    if (!value->present)
        return;
    if (field->type == FIELD_REF && is_held_against(field->subject) && ref_id(value) != 0)
        things_add(things, field->subject, ref_id(value));
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

void things_of_facts(const struct facts *facts, struct things *things)
{
    for (size_t i = 0; facts->fields[i].name != NULL; i++)
        find_in_value(things, &facts->fields[i], &facts->values[i]);
}

/* A delivery has many vials, and doses should not be lost among them. */
void things_of_entry(const struct entry *entry, struct things *things)
{
    static const enum subject told[] = { SUBJECT_DOSE, SUBJECT_VIAL };

    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        struct touch_cursor cursor;
        struct touch touch;

        touches_begin(&cursor, &entry->header);
        while (touches_next(&cursor, &touch))
            for (uint32_t j = 0; touch.subject == told[i] && j < touch.count; j++)
                things_add(things, told[i], touch.id + j);
    }
}

/* What an entry is about by an earlier correction of it. */
static void things_in_force(struct recording *recording, uint32_t number, struct things *things)
{
    struct effect effect;

    (void)effect_load(recording->book.reading.view, number, &effect);
    for (size_t i = 0; i < effect.row_count; i++)
        if (effect.rows[i].table == SUBJECT_VIAL || effect.rows[i].table == SUBJECT_DOSE)
            things_add(things, (enum subject)effect.rows[i].table, effect.rows[i].id);
    effect_release(&effect);
}

/* A correction names entries, and is about what those touched and what their facts name, of now and to be. */
static void things_of_corrected(struct recording *recording, const struct act *act, struct things *things)
{
    const struct value *rows = facts_get(&act->event.facts, FACT_CORRECT_ENTRIES);
    struct list_cursor cursor;
    struct facts row;
    struct entry entry;
    struct event event;

    if (act->event.kind->number != KIND_CORRECT || rows == NULL)
        return;
    list_begin(&cursor, field_with_key(act->event.kind->fields, FACT_CORRECT_ENTRIES), rows);
    while (rows_next(&cursor, &row)) {
        const struct value *facts = facts_get(&row, ROW_CORRECT_FACTS);
        struct facts_fault fault;
        struct reader reader;

        if (!book_event(&recording->book, (uint32_t)facts_number(&row, ROW_CORRECT_ENTRY, 0), &entry, &event))
            continue;
        things_of_entry(&entry, things);
        things_in_force(recording, (uint32_t)facts_number(&row, ROW_CORRECT_ENTRY, 0), things);
        if (facts == NULL)
            continue;
        reader_init(&reader, facts->bytes, READ_DEPTH_LIMIT);
        (void)facts_decode(&reader, event.kind->fields, &event.facts, &fault); /* of what is added some are not there */
        things_of_facts(&event.facts, things);
    }
}

static void things_of_list(struct recording *recording, struct things *things)
{
    *things = (struct things){ .count = 0 };
    for (size_t i = 0; i < recording->list->count; i++) {
        things_of_facts(&recording->list->acts[i].event.facts, things);
        things_of_corrected(recording, &recording->list->acts[i], things);
    }
}

/* Of a closing the day; its roots and totals are no reading. */
static void print_closing(const struct entry_row *row)
{
    struct bytes day = facts_get(&row->event.facts, FACT_CLOSING_DAY)->bytes;

    tell(" #%" PRIu32 "  the closing of %.*s\n", row->number, (int)day.size, (const char *)day.data);
}

/* What an earlier entry says that an act is about: nobody countersigns a number. */
static void print_entry(struct recording *recording, uint32_t number)
{
    static char sentence[ENTRY_SENTENCE_SIZE];
    struct entry_row row;

    if (!entry_read(&recording->book, number, &row))
        return;
    if (row.event.kind->number == KIND_CLOSING)
        print_closing(&row);
    else
        tell(" #%" PRIu32 "  \"%s\"\n", number, entry_sentence(&recording->book, &row, sentence));
    if (entry_sentence_now(&recording->book, &row, sentence)[0] != '\0')
        tell("     now, by #%" PRIu32 ": \"%s\"\n", row.corrected_by, sentence);
}

static void print_entries_of(struct recording *recording, const struct facts *facts)
{
    for (size_t i = 0; facts->fields[i].name != NULL; i++) {
        const struct field *field = &facts->fields[i];
        struct list_cursor cursor;
        struct facts row;

        if (!facts->values[i].present)
            continue;
        if (field->type == FIELD_ENTRY)
            print_entry(recording, (uint32_t)facts->values[i].number);
        if (field->type != FIELD_ROWS || field->row[0].type != FIELD_ENTRY)
            continue;
        list_begin(&cursor, field, &facts->values[i]);
        while (rows_next(&cursor, &row))
            print_entry(recording, (uint32_t)row.values[0].number);
    }
}

static void print_entries(struct recording *recording)
{
    for (size_t i = 0; i < recording->list->count; i++)
        print_entries_of(recording, &recording->list->acts[i].event.facts);
}

void holdings_print(struct recording *recording)
{
    struct things things;
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE];

    print_entries(recording);
    things_of_list(recording, &things);
    for (size_t i = 0; i < things.count; i++)
        tell(" %-6s %s\n",
               name_of_subject(recording->book.reading.view, things.rows[i].subject, things.rows[i].id, name),
               describe(&recording->book, things.rows[i].subject, things.rows[i].id, text));
    if (things.more > 0)
        tell(" and %zu more\n", things.more);
}

/* ---- what will be left */

/* Balances are said one after the other on a line that begins once. */
static void tell_balance(const char *balance, bool *has_begun)
{
    tell("%s%s", *has_begun ? "  " : " Then ", balance);
    *has_begun = true;
}

/* The things that the book knows, as far as the list changes what it says of them. */
static void tell_changes(struct recording *recording, const struct things *things, char (*before)[DESCRIBE_SIZE],
                         bool *has_begun)
{
    char after[DESCRIBE_SIZE];

    for (size_t i = 0; i < things->count; i++)
        if (strcmp(before[i], describe_balance(&recording->book, things->rows[i].subject, things->rows[i].id, after)) != 0)
            tell_balance(after, has_begun);
}

/* The doses that the list makes, which have no number before they are recorded. */
static void tell_newborns(struct recording *recording, bool *has_begun)
{
    const struct act_list *list = recording->list;
    uint32_t count = 0, nth = 0;
    char name[NAME_TEXT_SIZE] = "D-new", balance[DESCRIBE_SIZE];

    for (size_t i = 0; i < list->count; i++)
        count += act_births(&list->acts[i], SUBJECT_DOSE);
    for (size_t i = 0; i < list->count; i++) {
        struct value ref = { .present = true, .second = 1, .bytes = bytes_of(list->acts[i].event.act, ACT_SIZE) };

        if (act_births(&list->acts[i], SUBJECT_DOSE) == 0)
            continue;
        if (count > 1)
            snprintf(name, sizeof name, "D-new.%" PRIu32, ++nth);
        tell_balance(describe_dose_balance(&recording->book, view_resolve(recording->book.reading.view, SUBJECT_DOSE, &ref),
                                           name, balance), has_begun);
    }
}

/* How many officers sign for the site now, and one of them. */
static unsigned officers(struct view *view, int64_t *one)
{
    unsigned count = 0;

    for (uint32_t id = 1; id <= view_count(view, SUBJECT_CREDENTIAL); id++) {
        if ((view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_ROLES) & ROLE_OFFICER) == 0 ||
            view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_REVOKED) != 0)
            continue;
        *one = id;
        count++;
    }
    return count;
}

/* One officer alone can neither enrol for good nor make another: that is said before it is signed. */
static void tell_last_officer(struct view *view, unsigned before)
{
    char name[NAME_TEXT_SIZE];
    int64_t last = 0;

    if (officers(view, &last) == 1 && before > 1)
        tell(" Then %s is the only officer: another is made with the recovery keys only. Are they at hand?\n",
             name_of_person(view, last, name));
}

enum ledger_status outcome_print(struct recording *recording, struct error *error)
{
    char before[THINGS_LIMIT][DESCRIBE_SIZE];
    struct things things;
    bool has_begun = false;
    int64_t one = 0;
    unsigned officers_before = officers(recording->book.reading.view, &one);
    enum ledger_status status;

    things_of_list(recording, &things);
    for (size_t i = 0; i < things.count; i++)
        describe_balance(&recording->book, things.rows[i].subject, things.rows[i].id, before[i]);
    status = book_foresee(&recording->book, recording->list, error);
    if (status != LEDGER_OK)
        return status;
    tell_changes(recording, &things, before, &has_begun);
    tell_newborns(recording, &has_begun);
    if (has_begun)
        tell("\n");
    tell_last_officer(recording->book.reading.view, officers_before);
    return LEDGER_OK;
}
