/* phial status: how the book stands. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/entries.h"
#include "cli/heading.h"
#include "cli/pending.h"
#include "cli/screen.h"
#include "cli/terminal.h"

static enum ledger_status status_in_json(struct book *book, const struct digest *head, struct error *error)
{
    static const struct {
        const char *name;
        enum site_place place;
    } numbers[] = { { "entries", SITE_ENTRIES }, { "policy_entry", SITE_POLICY_ENTRY }, { "closing", SITE_CLOSING },
                    { "open_doses", SITE_OPEN_DOSES }, { "open_cases", SITE_OPEN_CASES }, { "dues", SITE_DUES }, { "filings", SITE_FILINGS },
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

/* "Open: 1 dose, 2 cases (phial pending)." */
static void open_text(struct book *book, char *out, size_t size)
{
    static const struct {
        enum site_place place;
        const char *one, *many;
    } parts[] = { { SITE_OPEN_DOSES, "dose", "doses" }, { SITE_OPEN_CASES, "case", "cases" },
                  { SITE_DUES, "entry to countersign", "entries to countersign" },
                  { SITE_FILINGS, "entry to file a notice about", "entries to file notices about" } };
    size_t used = 0;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int64_t count = view_site(book->reading.view, parts[i].place);

        if (count != 0)
            used += (size_t)snprintf(out + used, size - used, "%s%" PRId64 " %s", used == 0 ? "Open: " : ", ", count,
                                     count == 1 ? parts[i].one : parts[i].many);
    }
    snprintf(out + used, size - used, "%s", used == 0 ? "Nothing is open." : " (phial pending).");
}

static void say_closing(struct book *book)
{
    uint32_t closing = (uint32_t)view_site(book->reading.view, SITE_CLOSING);
    char text[CIVIL_TEXT_SIZE + 16] = "none yet", when[CIVIL_TEXT_SIZE];
    struct entry entry;
    struct event event;

    if (closing != 0 && book_event(book, closing, &entry, &event))
        snprintf(text, sizeof text, "#%" PRIu32 ", %s", closing, book_time(book, entry.header.recorded_ms, when));
    screen_say_part("last closing", text);
}

/* That the clock was vouched for is told until the newest entry is a week younger. */
static void say_clock(struct book *book)
{
    enum { RECENT_DAYS = 7 };
    uint32_t clock = (uint32_t)view_site(book->reading.view, SITE_CLOCK_ENTRY);
    char text[ENTRY_SENTENCE_SIZE];
    struct entry_row row;

    if (clock == 0 || !entry_read(book, clock, &row) ||
        view_site(book->reading.view, SITE_RECORDED_AT) - row.entry.header.recorded_ms > RECENT_DAYS * CIVIL_MS_PER_DAY)
        return;
    entry_sentence(book, &row, text);
    snprintf(text + strlen(text), sizeof text - strlen(text), " (#%" PRIu32 ")", clock);
    screen_say_part("clock", text);
}

static enum ledger_status print_status(struct book *book, const struct call *call, const struct digest *head,
                                       struct error *error)
{
    struct view *view = book->reading.view;
    char mark[BOOK_HEAD_SIZE], when[CIVIL_TEXT_SIZE], text[128];
    struct table table;

    print_site(book);
    screen_say_part("ledger", ledger_id_hex(book->ledger));
    snprintf(text, sizeof text, "%" PRId64 ", the newest of %s, head %s", view_site(view, SITE_ENTRIES),
             book_time(book, view_site(view, SITE_RECORDED_AT), when), head_mark(head, mark));
    screen_say_part("entries", text);
    say_closing(book);
    say_clock(book);
    snprintf(text, sizeof text, "%" PRId64 ", %" PRId64, view_site(view, SITE_LATE), view_site(view, SITE_STALE));
    screen_say_part("late, stale", text);
    table_begin(&table, call, "open", pending_columns);
    pending_put_open(book, &table);
    open_text(book, text, sizeof text);
    return table_end(&table, view_status(view, error), error, "%s", text);
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
        status = print_status(&book, call, &head, error);
    book_close(&book);
    return status;
}
