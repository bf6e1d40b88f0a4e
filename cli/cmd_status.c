/* phial status, phial pending: what the book says now, and what is open in it. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/values.h"
#include "ledger/store.h"

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

static bool add_due(struct dues *dues, const struct leaf *leaf)
{
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
    int64_t state[LEAF_STATE_LIMIT];
    struct leaf leaf = { .state = state, .capacity = LEAF_STATE_LIMIT };
    struct store_key from;
    struct store_cursor *cursor = NULL;
    struct bytes key, value;
    bool found = false;
    enum ledger_status status;

    *dues = (struct dues){ .count = 0 };
    status = store_cursor_open(book->reading.txn, STORE_LEAVES, key_of_leaf(&from, LEAF_TABLE_DUE, 0), &cursor, error);
    while (status == LEDGER_OK) {
        status = store_cursor_next(cursor, &found, &key, &value, error);
        if (status != LEDGER_OK || !found || key.size == 0 || key.data[0] != from.bytes[0])
            break;
        leaf.capacity = LEAF_STATE_LIMIT;
        if (leaf_decode(value, &leaf) && leaf.state[DUE_WHAT] != 0 && !add_due(dues, &leaf))
            status = error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    }
    store_cursor_close(cursor);
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

static void print_due(struct book *book, const struct due_row *row)
{
    static const char nobody[] = "nobody here: enrol somebody who has no part in it, phial person add";
    bool is_late = row->by_ms < book_now_ms(book);
    char when[CIVIL_TEXT_SIZE], doer[NAME_TEXT_SIZE];

    for (const struct choice *due = choices_due; due->number != 0; due++)
        if ((row->what & due->number) != 0)
            say("  #%-7" PRIu32 " %s by %s  due %s  %s, from %s  phial countersign %" PRIu32 "%s%s%s\n", row->entry,
                kind_text(row->kind), name_of_person(book->reading.view, row->doer, doer),
                book_time(book, row->by_ms, when), due->name,
                rules_can_be_given(book->reading.view, row->entry, due->number) ? giver_of(due->number) : nobody, row->entry,
                is_late ? style_out(STYLE_BAD) : "", is_late ? "  OVERDUE" : "", is_late ? style_out(STYLE_PLAIN) : "");
}

/* ---- open doses, sessions and cases */

static bool dose_is_open(const struct leaf *leaf)
{
    return leaf->state[DOSE_STATE] != DOSE_IS_SETTLED;
}

static bool session_is_open(const struct leaf *leaf)
{
    return leaf->state[SESSION_STATE] == SESSION_IS_OPEN;
}

static bool case_is_open(const struct leaf *leaf)
{
    return leaf->state[CASE_STATE] == CASE_IS_OPEN;
}

/* How long ago, in the unit a person would use. */
static void age_text(int64_t since_ms, int64_t now_ms, char out[static 32])
{
    int64_t minutes = (now_ms - since_ms) / 60000;

    if (minutes < 120)
        snprintf(out, 32, "%" PRId64 " min", minutes > 0 ? minutes : 0);
    else if (minutes < 48 * 60)
        snprintf(out, 32, "%" PRId64 " h", minutes / 60);
    else
        snprintf(out, 32, "%" PRId64 " days", minutes / (24 * 60));
}

static void print_thing(struct book *book, const struct leaf *leaf)
{
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE], age[32];
    int64_t now_ms = book_now_ms(book), settle_ms = view_policy(book->reading.view, POLICY_SETTLE_DUE) * HOUR_MS;

    say("  %-8s %s", name_of_subject(book->reading.view, (enum subject)leaf->table, leaf->id, name),
        describe(book, (enum subject)leaf->table, leaf->id, text));
    if (leaf->table == SUBJECT_DOSE) {
        age_text(leaf->state[DOSE_DRAWN_AT], now_ms, age);
        say("  %s old", age);
        if (now_ms - leaf->state[DOSE_DRAWN_AT] > settle_ms)
            say("%s  OVERDUE%s", style_out(STYLE_BAD), style_out(STYLE_PLAIN));
    }
    say("\n");
}

/* Print those that are open, under a heading; their number. */
static size_t print_open(struct book *book, enum subject subject, const char *heading, bool (*is_open)(const struct leaf *))
{
    uint32_t count = view_count(book->reading.view, subject);
    size_t shown = 0;

    for (uint32_t id = 1; id <= count; id++) {
        const struct leaf *leaf = view_leaf(book->reading.view, subject, id);

        if (leaf == NULL || !is_open(leaf))
            continue;
        if (shown++ == 0)
            say("%s\n", heading);
        print_thing(book, leaf);
    }
    return shown;
}

static void answer_open(struct book *book, struct answer *answer, const char *name, enum subject subject,
                        bool (*is_open)(const struct leaf *))
{
    struct answer *list = answer_list(answer, name);
    uint32_t count = view_count(book->reading.view, subject);
    char text[IDENT_TEXT_SIZE];

    for (uint32_t id = 1; id <= count; id++) {
        const struct leaf *leaf = view_leaf(book->reading.view, subject, id);
        struct answer *row;

        if (leaf == NULL || !is_open(leaf))
            continue;
        row = answer_object(list, NULL);
        answer_text(row, "id", ident_format(subject, id, text));
        answer_leaf(answer_object(row, "state"), leaf);
    }
}

/* The day whose entries no closing covers, when it is over; 0 when there is none. */
static int64_t unclosed_day(struct book *book)
{
    int64_t day = view_site(book->reading.view, SITE_UNCLOSED_DAY);

    return day != 0 && day - 1 < at_local_days(book_now(book)) ? day : 0;
}

/* ---- phial pending */

static void answer_dues(struct answer *answer, const struct dues *dues)
{
    struct answer *list = answer_list(answer, "dues");

    for (size_t i = 0; i < dues->count; i++) {
        struct answer *row = answer_object(list, NULL), *what;

        answer_number(row, "entry", dues->rows[i].entry);
        answer_text(row, "kind", kind_text(dues->rows[i].kind));
        answer_number(row, "doer", dues->rows[i].doer);
        answer_time(row, "by", dues->rows[i].by_ms);
        what = answer_list(row, "what");
        for (const struct choice *due = choices_due; due->number != 0; due++)
            if ((dues->rows[i].what & due->number) != 0)
                answer_text(what, NULL, due->name);
    }
}

static enum ledger_status pending_in_json(struct book *book, const struct dues *dues, struct error *error)
{
    struct answer *answer = answer_new();
    char day[CIVIL_TEXT_SIZE];

    answer_dues(answer, dues);
    answer_open(book, answer, "doses", SUBJECT_DOSE, dose_is_open);
    answer_open(book, answer, "sessions", SUBJECT_SESSION, session_is_open);
    answer_open(book, answer, "cases", SUBJECT_CASE, case_is_open);
    if (unclosed_day(book) != 0)
        answer_text(answer, "unclosed_day", civil_format_date((int32_t)(unclosed_day(book) - 1), day));
    return answer_print(answer, stdout, error);
}

static void print_pending(struct book *book, const struct dues *dues)
{
    size_t open = 0;
    char day[CIVIL_TEXT_SIZE];

    if (dues->count > 0)
        say("To countersign\n");
    for (size_t i = 0; i < dues->count; i++)
        print_due(book, &dues->rows[i]);
    open += print_open(book, SUBJECT_DOSE, "Doses not settled", dose_is_open);
    open += print_open(book, SUBJECT_SESSION, "Sessions open", session_is_open);
    open += print_open(book, SUBJECT_CASE, "Cases open", case_is_open);
    if (unclosed_day(book) != 0)
        say("Days not closed\n  %s  closed by the next act recorded, or by phial closing\n",
            civil_format_date((int32_t)(unclosed_day(book) - 1), day));
    if (dues->count + open == 0 && unclosed_day(book) == 0)
        say("Nothing is pending.\n");
    else
        say("%zu to countersign, %zu open.\n", dues->count, open);
}

enum ledger_status cmd_pending(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct dues dues = { .count = 0 };
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = read_dues(&book, &dues, error);
    if (status == LEDGER_OK && call_flag(call, "json"))
        status = pending_in_json(&book, &dues, error);
    else if (status == LEDGER_OK)
        print_pending(&book, &dues);
    free(dues.rows);
    book_close(&book);
    return status;
}

/* ---- phial status */

/* What genesis says of the site. */
static void site_text(struct book *book, const char *name, char out[static VALUE_TEXT_SIZE])
{
    const struct field *field = field_named(kind_find(KIND_GENESIS)->fields, name);
    struct entry entry;
    struct event event;

    out[0] = '\0';
    if (!book_event(book, 1, &entry, &event) || event.kind->number != KIND_GENESIS)
        return;
    if (facts_get(&event.facts, field->key) != NULL)
        value_text(book, field, facts_get(&event.facts, field->key), out);
}

static enum ledger_status status_in_json(struct book *book, const struct digest *head, struct error *error)
{
    static const struct {
        const char *name;
        enum site_place place;
    } numbers[] = { { "entries", SITE_ENTRIES }, { "policy_entry", SITE_POLICY_ENTRY }, { "closing", SITE_CLOSING },
                    { "open_doses", SITE_OPEN_DOSES }, { "open_cases", SITE_OPEN_CASES }, { "dues", SITE_DUES },
                    { "late", SITE_LATE }, { "stale", SITE_STALE } };
    struct answer *answer = answer_new();
    char text[VALUE_TEXT_SIZE];

    site_text(book, "site", text);
    answer_text(answer, "site", text);
    site_text(book, "registrations", text);
    answer_text(answer, "registrations", text);
    answer_text(answer, "ledger", ledger_id_hex(book->ledger));
    answer_yes(answer, "training", book->is_training);
    answer_yes(answer, "rollback", ledger_rollback(book->ledger) != NULL);
    answer_hex(answer, "head", bytes_of(head->bytes, DIGEST_SIZE));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        answer_number(answer, numbers[i].name, view_site(book->reading.view, numbers[i].place));
    answer_time(answer, "recorded", view_site(book->reading.view, SITE_RECORDED_AT));
    answer_open(book, answer, "sessions", SUBJECT_SESSION, session_is_open);
    return answer_print(answer, stdout, error);
}

static void print_site(struct book *book)
{
    char site[VALUE_TEXT_SIZE], registrations[VALUE_TEXT_SIZE];

    site_text(book, "site", site);
    site_text(book, "registrations", registrations);
    say("%s%s%s  %s%s\n", style_out(STYLE_LOUD), site, style_out(STYLE_PLAIN), registrations,
        book->is_training ? "  TRAINING" : "");
    if (ledger_rollback(book->ledger) != NULL)
        say("  %sREAD ONLY%s  %s\n", style_out(STYLE_BAD), style_out(STYLE_PLAIN), ledger_rollback(book->ledger)->text);
}

/* "Open: 1 dose, 2 cases", without an end; false when there is nothing to say. */
static bool say_open(struct book *book)
{
    static const struct {
        enum site_place place;
        const char *one, *many;
    } parts[] = { { SITE_OPEN_DOSES, "dose", "doses" }, { SITE_OPEN_CASES, "case", "cases" },
                  { SITE_DUES, "entry to countersign", "entries to countersign" } };
    bool is_first = true;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int64_t count = view_site(book->reading.view, parts[i].place);

        if (count == 0)
            continue;
        say("%s%" PRId64 " %s", is_first ? "Open: " : ", ", count, count == 1 ? parts[i].one : parts[i].many);
        is_first = false;
    }
    return !is_first;
}

static void print_status(struct book *book, const struct digest *head)
{
    struct view *view = book->reading.view;
    char mark[BOOK_HEAD_SIZE], when[CIVIL_TEXT_SIZE], closed[CIVIL_TEXT_SIZE] = "none yet";
    struct entry entry;
    struct event event;
    uint32_t closing = (uint32_t)view_site(view, SITE_CLOSING);

    print_site(book);
    say("  ledger          %s\n", ledger_id_hex(book->ledger));
    say("  entries         %" PRId64 ", the newest of %s, head %s\n", view_site(view, SITE_ENTRIES),
        book_time(book, view_site(view, SITE_RECORDED_AT), when), head_mark(head, mark));
    if (closing != 0 && book_event(book, closing, &entry, &event))
        snprintf(closed, sizeof closed, "#%" PRIu32 ", %s", closing, book_time(book, entry.header.recorded_ms, when));
    say("  last closing    %s\n", closed);
    say("  late, stale     %" PRId64 ", %" PRId64 "\n", view_site(view, SITE_LATE), view_site(view, SITE_STALE));
    print_open(book, SUBJECT_SESSION, "Sessions open", session_is_open);
    print_open(book, SUBJECT_DOSE, "Doses not settled", dose_is_open);
    print_open(book, SUBJECT_CASE, "Cases open", case_is_open);
    if (say_open(book))
        say(" (phial pending).\n");
    else
        say("Nothing is open.\n");
}

enum ledger_status cmd_status(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct digest head = { { 0 } };
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK && !view_entry_hash(book.reading.view, view_entries_before(book.reading.view), &head))
        status = view_status(book.reading.view, error);
    if (status == LEDGER_OK && call_flag(call, "json"))
        status = status_in_json(&book, &head, error);
    else if (status == LEDGER_OK)
        print_status(&book, &head);
    book_close(&book);
    return status;
}
