/* phial log: entries, newest first, one line each. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/entries.h"
#include "cli/heading.h"
#include "cli/terminal.h"
#include "schema/ident.h"

const struct option log_options[] = {
    { "place", 0, "NAME", false, "only what happened there, or to what stands there" },
    { "person", 0, "HANDLE", false, "only what this person signed or did" },
    { "since", 0, "TIME", false, "only what was recorded from then on" },
    { "until", 0, "TIME", false, "only what was recorded up to then" },
    { "limit", 0, "NUMBER", false, "at most so many, 0 for all; 50 unless said" },
    { .name = NULL },
};

enum { LOG_LIMIT = 50, SUBJECTS_LIMIT = 16 };

struct filter {
    struct book *book;
    uint32_t place;
    int64_t person;
    int64_t since_ms, until_ms; /* 0 for none */
    uint64_t limit;
    size_t subject_count;
    struct thing subjects[SUBJECTS_LIMIT]; /* an entry touches any of them; all when there are none */
};

/* ---- what is asked for */

/* A time, or a date, which is its first moment. */
static enum ledger_status read_moment(struct filter *filter, struct words *words, const char *text, int64_t *ms,
                                      struct error *error)
{
    struct civil_time midnight = { .hour = 0 };
    struct at at, found[2];
    int32_t days;
    enum ledger_status status;

    if (text == NULL)
        return LEDGER_OK;
    if (civil_parse_date(text, &days) == CIVIL_OK) {
        midnight.date = civil_date_of(days);
        *ms = zone_of_local(&filter->book->zone, &midnight, found) > 0 ? found[0].ms : days * CIVIL_MS_PER_DAY;
        return LEDGER_OK;
    }
    status = words_read_time(words, text, &at, error);
    *ms = at.ms;
    return status;
}

/* An id, or the short name of a product, place or party. */
static enum ledger_status read_subject(struct filter *filter, struct words *words, const char *text, struct error *error)
{
    static const enum subject named[] = { SUBJECT_PRODUCT, SUBJECT_PLACE, SUBJECT_PARTY };
    struct thing *thing = &filter->subjects[filter->subject_count];
    uint32_t number;
    struct error other;

    if (filter->subject_count == SUBJECTS_LIMIT)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "phial log takes at most %d ids", SUBJECTS_LIMIT);
    filter->subject_count++;
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        thing->subject = named[i];
        if (words_read_subject(words, named[i], text, &thing->id, &other) == LEDGER_OK)
            return LEDGER_OK;
    }
    if (ident_parse(text, &thing->subject, &number) == IDENT_OK)
        return words_read_subject(words, thing->subject, text, &thing->id, error);
    error_set(error, REFUSAL_UNKNOWN_ID, "there is nothing called `%s` at this site", text);
    error_next(error, "phial log --person HANDLE, for a person\nphial show %s", text);
    return error->status;
}

static enum ledger_status read_limit(const struct call *call, uint64_t *limit, struct error *error)
{
    const char *text = call_value(call, "limit");

    *limit = LOG_LIMIT;
    if (text == NULL)
        return LEDGER_OK;
    if (text[0] == '\0' || strlen(text) > 9 || text[strspn(text, "0123456789")] != '\0')
        return error_set(error, REFUSAL_BAD_VALUE, "--limit is a number, not `%s`", text);
    *limit = 0;
    for (; *text != '\0'; text++)
        *limit = *limit * 10 + (uint64_t)(*text - '0');
    if (*limit == 0)
        *limit = UINT64_MAX;
    return LEDGER_OK;
}

static enum ledger_status read_filter(struct filter *filter, const struct call *call, struct error *error)
{
    uint8_t room[64];
    struct words words = book_words(filter->book, room, sizeof room);
    const char *place_name = call_value(call, "place"), *handle = call_value(call, "person"), *word;
    size_t place = 0;
    enum ledger_status status = read_limit(call, &filter->limit, error);

    if (status == LEDGER_OK && place_name != NULL)
        status = words_read_subject(&words, SUBJECT_PLACE, place_name, &filter->place, error);
    if (status == LEDGER_OK && handle != NULL)
        status = words_read_person(&words, handle, &filter->person, error);
    if (status == LEDGER_OK)
        status = read_moment(filter, &words, call_value(call, "since"), &filter->since_ms, error);
    if (status == LEDGER_OK)
        status = read_moment(filter, &words, call_value(call, "until"), &filter->until_ms, error);
    while (status == LEDGER_OK && (word = call_next(call, NULL, &place)) != NULL)
        status = read_subject(filter, &words, word, error);
    return status;
}

/* ---- what passes */

/* It touches the place itself, a session there, or a container that stands there. */
static bool is_at(struct filter *filter, const struct entry_row *row)
{
    struct view *view = filter->book->reading.view;
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch)) {
        if (touch.subject == SUBJECT_PLACE && touch.id == filter->place)
            return true;
        if (touch.subject == SUBJECT_SESSION && view_number(view, SUBJECT_SESSION, touch.id, SESSION_PLACE) == filter->place)
            return true;
        if (touch.subject == SUBJECT_VIAL && view_number(view, SUBJECT_VIAL, touch.id, VIAL_PLACE) == filter->place)
            return true;
    }
    return false;
}

static bool is_by(const struct filter *filter, const struct entry_row *row)
{
    for (size_t i = 0; i < row->event.signer_count; i++)
        if (row->event.signers[i].person == filter->person)
            return true;
    for (size_t i = 0; i < row->event.performed_count; i++)
        if (row->event.performed[i].person == filter->person)
            return true;
    return entry_touches(row, SUBJECT_CREDENTIAL, (uint32_t)filter->person);
}

static bool passes(struct filter *filter, const struct entry_row *row)
{
    bool touched = filter->subject_count == 0;

    for (size_t i = 0; i < filter->subject_count; i++)
        touched = touched || entry_touches(row, filter->subjects[i].subject, filter->subjects[i].id);
    return touched && (filter->until_ms == 0 || row->entry.header.recorded_ms <= filter->until_ms) &&
           (filter->place == 0 || is_at(filter, row)) && (filter->person == 0 || is_by(filter, row));
}

/* ---- */

/* Put what passes, newest first, until the limit. */
static enum ledger_status put_entries(struct filter *filter, struct table *table, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (uint32_t number = view_entries_before(filter->book->reading.view); number > 0 && status == LEDGER_OK; number--) {
        struct entry_row row;

        if (!entry_read(filter->book, number, &row))
            return entry_unread(filter->book, number, error);
        if (filter->since_ms != 0 && row.entry.header.recorded_ms < filter->since_ms)
            break;
        if (!passes(filter, &row))
            continue;
        if (table->count == filter->limit) {
            table_cut(table);
            break;
        }
        entry_put(filter->book, &row, &table->row);
        table_put(table, row.fate >= FATE_CHANGED ? ROW_STRUCK : ROW_PLAIN);
        status = terminal_check(error);
    }
    return status;
}

enum ledger_status cmd_log(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct filter filter = { .book = &book };
    struct table table;
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = read_filter(&filter, call, error);
    if (status == LEDGER_OK) {
        table_begin(&table, call, "log", log_columns);
        heading_put(&book, &table);
        status = put_entries(&filter, &table, error);
        status = table_end(&table, status, error, "%" PRIu64 " of %" PRIu32 " entries%s.", table.count,
                           view_entries_before(book.reading.view),
                           table.is_cut ? ", the newest that fit (--limit 0 for all)" : "");
    }
    book_close(&book);
    return status;
}
