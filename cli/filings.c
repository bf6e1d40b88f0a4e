#include "cli/filings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/describe.h"
#include "ledger/filing.h"
#include "ledger/rules.h"

struct notice_row {
    uint32_t entry;
    enum notice notice;
    int64_t day; /* the last in time */
};

struct notices {
    size_t count, capacity;
    struct notice_row *rows;
};

static bool add(struct notices *notices, const struct notice_row *row)
{
    if (notices->count == notices->capacity) {
        size_t capacity = notices->capacity == 0 ? 64 : 2 * notices->capacity;
        struct notice_row *rows = realloc(notices->rows, capacity * sizeof *rows);

        if (rows == NULL)
            return false;
        notices->rows = rows;
        notices->capacity = capacity;
    }
    notices->rows[notices->count++] = *row;
    return true;
}

static bool add_row(void *context, const struct leaf *leaf)
{
    struct notices *notices = context;

    for (const struct filing_sort *sort = filing_sorts; sort->notice != 0; sort++) {
        struct notice_row row = { leaf->id, sort->notice, leaf->state[sort->due] - 1 };

        if (filing_waits(leaf, sort) && !add(notices, &row))
            return false;
    }
    return true;
}

static int compare(const void *left, const void *right)
{
    const struct notice_row *a = left, *b = right;

    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->entry != b->entry)
        return a->entry < b->entry ? -1 : 1;
    return (int)a->notice - (int)b->notice;
}

/* The end of the last day by the site's clocks. */
static struct at end_of(struct book *book, int64_t day)
{
    int64_t ms = (day + 1) * CIVIL_MS_PER_DAY;
    int32_t offset_min = zone_offset_of(&book->zone, ms);

    return (struct at){ ms - offset_min * INT64_C(60000) - 1, offset_min };
}

static void put(struct book *book, const struct notice_row *notice, struct table *table)
{
    const char *name = choice_text(KIND_NOTICE, "type", notice->notice);
    char id[16], date[CIVIL_TEXT_SIZE], next[80], text[DESCRIBE_SIZE];
    struct row *row = &table->row;
    struct entry entry;
    struct event event;
    const char *kind = book_event(book, notice->entry, &entry, &event) ? event.kind->name : "";

    snprintf(id, sizeof id, "#%" PRIu32, notice->entry);
    snprintf(next, sizeof next, "phial notice %s --about %" PRIu32, name, notice->entry);
    snprintf(text, sizeof text, "%s about this %s  by the end of %s  %s", name, kind,
             civil_format_date((int32_t)notice->day, date), next);
    row_text(row, "what", "notice");
    row_text(row, "id", id);
    row_text(row, "description", text);
    row_number(row, "entry", notice->entry);
    row_text(row, "kind", kind);
    row_text(row, "due", name);
    row_text(row, "from", "an officer");
    row_time(row, "by", end_of(book, notice->day));
    row_text(row, "next", next);
    if (notice->day < at_local_days(book_now(book)))
        row_item(row, "marks", "OVERDUE");
    table_put(table, ROW_PLAIN);
}

enum ledger_status filings_put(struct book *book, struct table *table, size_t *count, struct error *error)
{
    struct notices notices = { .count = 0 };
    enum ledger_status status = book_each_leaf(book, LEAF_TABLE_FILING, add_row, &notices, error);

    if (notices.count > 0) {
        qsort(notices.rows, notices.count, sizeof notices.rows[0], compare);
        table_group(table, "To file");
    }
    for (size_t i = 0; i < notices.count; i++)
        put(book, &notices.rows[i], table);
    *count = notices.count;
    free(notices.rows);
    return status;
}

/* ---- inventories */

enum { INVENTORY_WARN_DAYS = 30 };

static bool was_taken_over(struct view *view)
{
    for (uint32_t product = 1; product <= view_count(view, SUBJECT_PRODUCT); product++)
        if (view_number(view, LEAF_TABLE_TOTAL, product, TOTAL_OPENING) != 0)
            return true;
    return false;
}

static void put_due(struct book *book, int32_t last, struct table *table)
{
    int64_t today = at_local_days(book_now(book));
    char date[CIVIL_TEXT_SIZE], text[DESCRIBE_SIZE];
    struct row *row = &table->row;

    snprintf(text, sizeof text, "the next inventory, by the end of %s  phial certify biennial", civil_format_date(last, date));
    row_text(row, "id", date);
    row_text(row, "description", text);
    row_time(row, "by", end_of(book, last));
    row_text(row, "next", "phial certify biennial");
    if (today > last)
        row_item(row, "marks", "OVERDUE");
}

void inventory_put(struct book *book, struct table *table)
{
    struct view *view = book->reading.view;
    int32_t last = rules_inventory_due(view);
    bool is_first = view_site(view, SITE_CERTIFIED) == 0 && was_taken_over(view);

    if (!is_first && (last == 0 || last - at_local_days(book_now(book)) > INVENTORY_WARN_DAYS))
        return;
    table_group(table, "Inventories");
    row_text(&table->row, "what", "inventory");
    row_text(&table->row, "from", "two who count, one of them an officer");
    if (is_first) {
        row_text(&table->row, "id", "initial");
        row_text(&table->row, "description", "what the book opened with, not certified yet  phial certify initial");
        row_text(&table->row, "next", "phial certify initial");
    } else {
        put_due(book, last, table);
    }
    table_put(table, ROW_PLAIN);
}
