#include "cli/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/heading.h"
#include "cli/terminal.h"
#include "schema/ident.h"

enum { END_TEXT_SIZE = 80 };

/* ---- which period */

/* "#12" or "12": an entry that is there; or a count, which stands for the entry it was made against. */
static enum ledger_status read_entry(struct book *book, const char *text, uint32_t *entry, struct error *error)
{
    struct view *view = book->reading.view;
    const char *digits = text + (text[0] == '#');
    enum subject subject;
    uint32_t id;

    *entry = 0;
    if (ident_parse(text, &subject, &id) == IDENT_OK && subject == SUBJECT_COUNT && id <= view_count(view, SUBJECT_COUNT)) {
        *entry = (uint32_t)view_number(view, SUBJECT_COUNT, id, COUNT_AS_OF);
        return LEDGER_OK;
    }
    for (; *digits >= '0' && *digits <= '9' && *entry < UINT32_MAX / 10; digits++)
        *entry = *entry * 10 + (uint32_t)(*digits - '0');
    if (*digits == '\0' && *entry >= 1 && *entry <= view_entries_before(view))
        return LEDGER_OK;
    error_set(error, REFUSAL_BAD_VALUE, "`%.64s` is no day, count or entry of this book", text);
    error_next(error, "a day as 2026-09-30, a count as C-1, an entry as #12");
    return error->status;
}

enum ledger_status statement_period(struct book *book, const struct call *call, struct period *period, struct error *error)
{
    struct view *view = book->reading.view;
    const char *from = call_value(call, "from"), *to = call_value(call, "to");
    enum ledger_status status = LEDGER_OK;
    uint32_t entry;
    int32_t day;

    *period = period_whole(view);
    if (from != NULL && civil_parse_date(from, &day) == CIVIL_OK)
        period_from_day(period, view, day);
    else if (from != NULL && (status = read_entry(book, from, &entry, error)) == LEDGER_OK)
        period_from_entry(period, view, entry);
    if (status != LEDGER_OK)
        return status;
    if (to != NULL && civil_parse_date(to, &day) == CIVIL_OK)
        period_to_day(period, view, day, (int32_t)at_local_days(book_now(book)));
    else if (to != NULL && (status = read_entry(book, to, &entry, error)) == LEDGER_OK)
        period_to_entry(period, view, entry);
    if (status == LEDGER_OK && period->last < period->before)
        status = error_set(error, REFUSAL_BAD_VALUE, "--to %.64s is before --from %.64s, or no day since has been closed",
                           to != NULL ? to : "", from != NULL ? from : "");
    return status;
}

/* ---- what stands above */

static const char *end_text(uint32_t entry, uint32_t closing, const char *otherwise, char out[static END_TEXT_SIZE])
{
    if (entry == 0)
        snprintf(out, END_TEXT_SIZE, "%s", otherwise);
    else
        snprintf(out, END_TEXT_SIZE, "%s#%" PRIu32, closing != 0 ? "closing " : "", entry);
    return out;
}

static void say_in_sight(struct table *table, const char *text)
{
    if (table->form == TABLE_CSV)
        remark("%s\n", text);
    else
        table_group(table, "%s", text);
}

void statement_head(struct book *book, struct table *table, const struct period *period)
{
    char site[VALUE_TEXT_SIZE], registrations[VALUE_TEXT_SIZE], from[END_TEXT_SIZE], to[END_TEXT_SIZE], text[2 * END_TEXT_SIZE + 80];

    heading_put(book, table);
    end_text(period->before, period->opened_by, "the beginning of the book", from);
    end_text(period->last, period->closed_by, "the beginning of the book", to);
    table_head_text(table, "after", from);
    table_head_text(table, "up_to", to);
    table_head_number(table, "first", (int64_t)period->before + 1);
    table_head_number(table, "last", period->last);
    table_head_yes(table, "ended", period->has_ended);
    site_text(book, "site", site);
    site_text(book, "registrations", registrations);
    table_group(table, "%s  %s  phial " PHIAL_VERSION, site, registrations);
    table_group(table, "after %s up to %s: entries #%" PRIu32 " to #%" PRIu32, from, to, period->before + 1, period->last);
    if (book->is_training)
        say_in_sight(table, "TRAINING: nothing in this book happened.");
    if (!period->has_ended) {
        snprintf(text, sizeof text, "This period has not ended: it goes up to %s.", to);
        say_in_sight(table, text);
    }
}
