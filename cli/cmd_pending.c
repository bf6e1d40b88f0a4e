/* phial pending: what waits for somebody. */
#include "cli/pending.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/filings.h"
#include "cli/heading.h"
#include "cli/things.h"
#include "ledger/rules.h"
#include "schema/ident.h"

const struct column pending_columns[] = {
    { "what", COLUMN_TEXT, COLUMN_RECORD, "countersign, notice, dose, session, case, closing, inventory" },
    { "id", COLUMN_TEXT, 0, "D-1, X-1; #12 of an entry; a date of a day" },
    { "description", COLUMN_TEXT, COLUMN_REST, NULL },
    { "entry", COLUMN_ENTRY, COLUMN_RECORD, "that waits, or from which it comes" },
    { "kind", COLUMN_TEXT, COLUMN_RECORD, "of that entry" },
    { "due", COLUMN_TEXT, COLUMN_RECORD, "which countersign or notice is due" },
    { "from", COLUMN_TEXT, COLUMN_RECORD, "who may give it" },
    { "who", COLUMN_TEXT, COLUMN_RECORD, "handle: who did the act, who has the dose, who runs the session" },
    { "since", COLUMN_TIME, COLUMN_RECORD, NULL },
    { "by", COLUMN_TIME, COLUMN_RECORD, "when it is overdue" },
    { "open", COLUMN_MASS, COLUMN_RECORD, "of a dose: to account for" },
    { "age", COLUMN_TEXT, COLUMN_SCREEN, NULL },
    { "next", COLUMN_TEXT, COLUMN_RECORD, "command" },
    { "marks", COLUMN_MARKS, 0, "OVERDUE" },
    { .name = NULL },
};

enum { HOUR_MS = 60 * 60 * 1000 };

/* ---- dues: the table of entries that wait for somebody */

struct due_row {
    uint32_t entry;
    unsigned what;
    int64_t by_ms, kind, doer;
};

struct dues {
    size_t count, capacity;
    struct due_row *rows;
};

static bool add_due(void *context, const struct leaf *leaf)
{
    struct dues *dues = context;

    if (leaf->state[DUE_WHAT] == 0)
        return true;
    if (dues->count == dues->capacity) {
        size_t capacity = dues->capacity == 0 ? 64 : 2 * dues->capacity;
        struct due_row *rows = realloc(dues->rows, capacity * sizeof *rows);

        if (rows == NULL)
            return false;
        dues->rows = rows;
        dues->capacity = capacity;
    }
    dues->rows[dues->count++] = (struct due_row){ .entry = leaf->id,
                                                  .what = (unsigned)leaf->state[DUE_WHAT],
                                                  .by_ms = leaf->state[DUE_BY],
                                                  .kind = leaf->state[DUE_KIND],
                                                  .doer = leaf->state[DUE_DOER] };
    return true;
}

static int compare_dues(const void *left, const void *right)
{
    const struct due_row *a = left, *b = right;

    if (a->by_ms != b->by_ms)
        return a->by_ms < b->by_ms ? -1 : 1;
    return a->entry < b->entry ? -1 : a->entry > b->entry;
}

/* Read what is due from the table, soonest first. The rows are the caller's to free. */
static enum ledger_status read_dues(struct book *book, struct dues *dues, struct error *error)
{
    enum ledger_status status = book_each_leaf(book, LEAF_TABLE_DUE, add_due, dues, error);

    if (dues->count > 0)
        qsort(dues->rows, dues->count, sizeof dues->rows[0], compare_dues);
    return status;
}

/* Who may give what is due, in words. */
static const char *giver_of(unsigned due)
{
    switch (due) {
    case DUE_CHECK:
        return "anybody on the staff but those who signed";
    case DUE_ORDER:
        return "its prescriber";
    case DUE_APPROVAL:
    case DUE_IRREGULAR:
    case DUE_LOCUM:
        return "an officer who is not in it";
    default:
        return "a second person";
    }
}

static const char *kind_text(int64_t number)
{
    const struct kind *kind = kind_find((uint64_t)number);

    return kind != NULL ? kind->name : "";
}

static void put_time(struct book *book, struct row *row, const char *column, int64_t ms)
{
    if (ms != 0)
        row_time(row, column, (struct at){ ms, zone_offset_of(&book->zone, ms) });
}

static void put_due(struct book *book, const struct due_row *due, const struct choice *choice, struct table *table)
{
    static const char nobody[] = "nobody here: enrol somebody who has no part in it, phial person add";
    const char *from = rules_can_be_given(book->reading.view, due->entry, choice->number) ? giver_of(choice->number) : nobody;
    struct row *row = &table->row;
    char when[CIVIL_TEXT_SIZE], doer[NAME_TEXT_SIZE], id[16], text[DESCRIBE_SIZE], next[40];

    snprintf(id, sizeof id, "#%" PRIu32, due->entry);
    snprintf(next, sizeof next, "phial countersign %" PRIu32, due->entry);
    name_of_person(book->reading.view, due->doer, doer);
    snprintf(text, sizeof text, "%s by %s  due %s  %s, from %s  %s", kind_text(due->kind), doer,
             book_time(book, due->by_ms, when), choice->name, from, next);
    row_text(row, "what", "countersign");
    row_text(row, "id", id);
    row_text(row, "description", text);
    row_number(row, "entry", due->entry);
    row_text(row, "kind", kind_text(due->kind));
    row_text(row, "due", choice->name);
    row_text(row, "from", from);
    row_text(row, "who", doer);
    put_time(book, row, "by", due->by_ms);
    row_text(row, "next", next);
    if (due->by_ms < book_now_ms(book))
        row_item(row, "marks", "OVERDUE");
    table_put(table, ROW_PLAIN);
}

static void put_dues(struct book *book, const struct dues *dues, struct table *table)
{
    if (dues->count > 0)
        table_group(table, "To countersign");
    for (size_t i = 0; i < dues->count; i++)
        for (const struct choice *due = choices_due; due->number != 0; due++)
            if ((dues->rows[i].what & due->number) != 0)
                put_due(book, &dues->rows[i], due, table);
}

/* ---- doses, sessions and cases */

/* How long ago, in the unit a person would use. */
static void age_text(int64_t since_ms, int64_t now_ms, char out[static 32])
{
    int64_t minutes = (now_ms - since_ms) / 60000;

    if (minutes < 120)
        snprintf(out, 32, "%" PRId64 " min old", minutes > 0 ? minutes : 0);
    else if (minutes < 48 * 60)
        snprintf(out, 32, "%" PRId64 " h old", minutes / 60);
    else
        snprintf(out, 32, "%" PRId64 " days old", minutes / (24 * 60));
}

static void put_dose(struct book *book, const struct leaf *leaf, struct row *row)
{
    int64_t now_ms = book_now_ms(book), settle_ms = view_policy(book->reading.view, POLICY_SETTLE_DUE) * HOUR_MS;
    int64_t drawn_ms = leaf->state[DOSE_DRAWN_AT];
    char age[32], name[NAME_TEXT_SIZE];

    age_text(drawn_ms, now_ms, age);
    row_text(row, "age", age);
    row_text(row, "who", name_of_person(book->reading.view, leaf->state[DOSE_HOLDER], name));
    put_time(book, row, "since", drawn_ms);
    put_time(book, row, "by", drawn_ms + settle_ms);
    row_number(row, "open", leaf->state[DOSE_OPEN]);
    if (now_ms - drawn_ms > settle_ms)
        row_item(row, "marks", "OVERDUE");
}

static void put_thing(struct book *book, const struct leaf *leaf, struct table *table)
{
    enum subject subject = (enum subject)leaf->table;
    struct row *row = &table->row;
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE];

    row_text(row, "what", subject_name(subject));
    row_text(row, "id", name_of_subject(book->reading.view, subject, leaf->id, name));
    row_text(row, "description", describe(book, subject, leaf->id, text));
    if (subject == SUBJECT_DOSE)
        put_dose(book, leaf, row);
    if (subject == SUBJECT_SESSION) {
        row_text(row, "who", name_of_person(book->reading.view, leaf->state[SESSION_CLINICIAN], name));
        put_time(book, row, "since", leaf->state[SESSION_OPENED_AT]);
    }
    if (subject == SUBJECT_CASE)
        row_number(row, "entry", leaf->state[CASE_ENTRY]);
    table_put(table, ROW_PLAIN);
}

size_t pending_put_open(struct book *book, struct table *table)
{
    static const struct {
        enum subject subject;
        const char *heading;
    } groups[] = { { SUBJECT_SESSION, "Sessions open" }, { SUBJECT_DOSE, "Doses not settled" }, { SUBJECT_CASE, "Cases open" } };
    size_t shown = 0;

    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        uint32_t count = view_count(book->reading.view, groups[i].subject);
        bool is_first = true;

        for (uint32_t id = 1; id <= count; id++) {
            const struct leaf *leaf = view_leaf(book->reading.view, groups[i].subject, id);

            if (leaf == NULL || thing_has_ended(book, leaf))
                continue;
            if (is_first)
                table_group(table, "%s", groups[i].heading);
            is_first = false;
            put_thing(book, leaf, table);
            shown++;
        }
    }
    return shown;
}

/* ---- the day that is over */

/* The day whose entries no closing covers, when it is over; 0 when there is none. */
static int64_t unclosed_day(struct book *book)
{
    int64_t day = view_site(book->reading.view, SITE_UNCLOSED_DAY);

    return day != 0 && day - 1 < at_local_days(book_now(book)) ? day : 0;
}

static void put_day(struct book *book, struct table *table)
{
    int64_t day = unclosed_day(book);
    char date[CIVIL_TEXT_SIZE];

    if (day == 0)
        return;
    table_group(table, "Days not closed");
    row_text(&table->row, "what", "closing");
    row_text(&table->row, "id", civil_format_date((int32_t)(day - 1), date));
    row_text(&table->row, "description", "closed by the next act recorded, or by phial closing");
    row_text(&table->row, "next", "phial closing");
    table_put(table, ROW_PLAIN);
}

static enum ledger_status put_pending(struct book *book, const struct call *call, const struct dues *dues, struct error *error)
{
    struct table table;
    size_t open, to_file = 0;
    enum ledger_status status;

    table_begin(&table, call, "pending", pending_columns);
    heading_put(book, &table);
    put_dues(book, dues, &table);
    status = filings_put(book, &table, &to_file, error);
    open = pending_put_open(book, &table);
    put_day(book, &table);
    inventory_put(book, &table);
    if (status == LEDGER_OK)
        status = view_status(book->reading.view, error);
    if (table.count == 0)
        return table_end(&table, status, error, "Nothing is pending.");
    if (to_file == 0)
        return table_end(&table, status, error, "%zu to countersign, %zu open.", dues->count, open);
    return table_end(&table, status, error, "%zu to countersign, %zu to file, %zu open.", dues->count, to_file, open);
}

enum ledger_status cmd_pending(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct dues dues = { .count = 0 };
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = read_dues(&book, &dues, error);
    if (status == LEDGER_OK)
        status = put_pending(&book, call, &dues, error);
    free(dues.rows);
    book_close(&book);
    return status;
}
