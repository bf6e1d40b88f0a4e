/* phial closing, clock, checkpoint: what the seal says. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/answer.h"
#include "cli/terminal.h"
#include "cli/vouch.h"
#include "schema/amount.h"

const struct option seal_options[] = {
    { .name = "dry-run", .letter = 'n', .help = "check all and record nothing" },
    { .name = NULL },
};

/* RECORDED, for what no person signs. */
static enum ledger_status print_placed(struct call *call, const char *kind, const struct placed *placed, struct error *error)
{
    char mark[BOOK_HEAD_SIZE], remark_of_head[HEAD_REMARK_SIZE];
    struct answer *answer;

    call->was_recorded = true;
    if (!call_flag(call, "json")) {
        say("RECORDED #%" PRIu32 "  %s.  head %s%s\n", placed->first, kind, head_mark(&placed->head, mark),
            head_remark(placed, remark_of_head));
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_number(answer, "entry", placed->first);
    answer_text(answer, "kind", kind);
    answer_hex(answer, "head", bytes_of(placed->head.bytes, DIGEST_SIZE));
    answer_yes(answer, "head_remembered", placed->head_remembered);
    return answer_print(answer, stdout, error);
}

static enum ledger_status say_dry_run(void)
{
    say("Nothing was recorded: this was a dry run.\n");
    return LEDGER_OK;
}

/* ---- closing the day */

/* "ketamine-50  received 5000 mg, given 30 mg, wasted 5 mg, on-hand 4965 mg": all since the book began. */
static void print_total(struct book *book, const struct facts *row)
{
    char name[NAME_TEXT_SIZE], mass[AMOUNT_TEXT_SIZE];
    const char *between = "  ";

    say("  %-16s", name_of_subject(book->reading.view, SUBJECT_PRODUCT, (uint32_t)row->values[0].number, name));
    for (size_t i = 1; row->fields[i].name != NULL; i++) {
        if (!row->values[i].present || row->values[i].number == 0)
            continue;
        say("%s%s %s", between, row->fields[i].name, format_mass((uint64_t)row->values[i].number, mass));
        between = ", ";
    }
    say("\n");
}

/* What the closing states, and what is still open. */
static enum ledger_status print_closing(struct book *book, uint32_t number, struct error *error)
{
    const struct field *totals = field_named(kind_find(KIND_CLOSING)->fields, "totals");
    struct list_cursor cursor;
    struct entry entry;
    struct event event;
    struct facts row;
    enum ledger_status status = book_look(book, error);

    if (status != LEDGER_OK)
        return status;
    if (!book_event(book, number, &entry, &event) || event.kind->number != KIND_CLOSING)
        return error_set(error, REFUSAL_DAMAGED_FILE, "the closing, #%" PRIu32 ", cannot be read", number);
    say(" %.*s  entries 1\u2013%" PRIu32 ", since the book began:\n", (int)event.facts.values[0].bytes.size,
        (const char *)event.facts.values[0].bytes.data, number);
    list_begin(&cursor, totals, facts_get(&event.facts, totals->key));
    while (rows_next(&cursor, &row))
        print_total(book, &row);
    remark_open(book->reading.view);
    return LEDGER_OK;
}

static enum ledger_status say_nothing_since(struct call *call, uint32_t closing, struct error *error)
{
    struct answer *answer;

    if (!call_flag(call, "json")) {
        say("Nothing has happened since closing #%" PRIu32 ". Nothing was recorded.\n", closing);
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_yes(answer, "recorded", false);
    answer_number(answer, "closing", closing);
    return answer_print(answer, stdout, error);
}

static enum ledger_status close_day(struct call *call, struct book *book, struct error *error)
{
    struct placed placed;
    enum ledger_status status =
        ledger_close_day(book->ledger, CLOSING_ASKED, book->terminal, book_now(book), &placed, error);

    if (status == LEDGER_OK)
        status = print_placed(call, "closing", &placed, error);
    if (status == LEDGER_OK && !call_flag(call, "json"))
        status = print_closing(book, placed.first + placed.count - 1, error);
    return status;
}

enum ledger_status cmd_closing(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    uint32_t closing = 0;
    bool has_news = true;
    enum ledger_status status = book_open(&book, call, LEDGER_RECORD, error);

    if (status == LEDGER_OK) {
        closing = (uint32_t)view_site(book.reading.view, SITE_CLOSING);
        has_news = closing != view_entries_before(book.reading.view);
    }
    book_rest(&book);
    if (status == LEDGER_OK && !has_news)
        status = say_nothing_since(call, closing, error);
    else if (status == LEDGER_OK && call_flag(call, "dry-run"))
        status = say_dry_run();
    else if (status == LEDGER_OK)
        status = close_day(call, &book, error);
    book_close(&book);
    return status;
}

/* ---- the clock */

/* Whoever vouches for the clock opens their key for it: the seal's word alone would be nobody's. */
static enum ledger_status vouch(struct call *call, struct book *book, int64_t *person, struct error *error)
{
    const char *handle = vouch_handle(call);
    uint8_t room[64];
    struct words words = book_words(book, room, sizeof room);
    struct ring ring = RING_NONE;
    struct ring_key *key = NULL;
    enum ledger_status status;

    if (handle == NULL)
        return error_set(error, REFUSAL_NOBODY, "it is not said who vouches for the clock");
    status = words_read_person(&words, handle, person, error);
    if (status == LEDGER_OK && !rules_may_vouch(book->reading.view, *person)) {
        error_set(error, REFUSAL_ROLE, "%s is neither officer nor custodian of this site, and one of them vouches for its clock",
                  handle);
        error_next(error, "--as HANDLE of an officer or custodian: phial person list");
        status = error->status;
    }
    if (status == LEDGER_OK)
        status = ring_begin(&ring, call, book->is_training, error);
    if (status == LEDGER_OK)
        status = vouch_unlock(call, book, &ring, *person, true, &key, error);
    book_rest(book);
    note_attempts(call, book, &ring, false);
    ring_release(&ring);
    return status;
}

enum ledger_status cmd_clock(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct placed placed;
    int64_t person = 0;
    char now[CIVIL_TEXT_SIZE];
    enum ledger_status status = book_open(&book, call, LEDGER_RECORD, error);

    if (status == LEDGER_OK) {
        remark(" The newest entry is of %s", book_time(&book, view_site(book.reading.view, SITE_RECORDED_AT), now));
        remark("; the clock says %s.\n", book_time(&book, book_now_ms(&book), now));
        status = vouch(call, &book, &person, error);
    }
    book_rest(&book);
    if (status == LEDGER_OK && call_flag(call, "dry-run"))
        status = say_dry_run();
    else if (status == LEDGER_OK) {
        status = ledger_set_clock(book.ledger, person, book.terminal, book_now(&book), &placed, error);
        if (status == LEDGER_OK)
            status = print_placed(call, "clock", &placed, error);
    }
    book_close(&book);
    return status;
}

enum ledger_status cmd_checkpoint(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    char note[LEDGER_NOTE_SIZE];
    size_t size = 0;
    struct answer *answer;
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = ledger_checkpoint(book.ledger, note, &size, error);
    if (status == LEDGER_OK && call_flag(call, "json")) {
        answer = answer_new();
        answer_text(answer, "ledger", ledger_id_hex(book.ledger));
        answer_number(answer, "size", view_entries_before(book.reading.view));
        answer_bytes_text(answer, "note", bytes_of(note, size));
        status = answer_print(answer, stdout, error);
    } else if (status == LEDGER_OK) {
        say("%.*s", (int)size, note);
        remark("This is the seal's statement of %" PRIu32 " entries; keep it outside the clinic.\n",
               view_entries_before(book.reading.view));
    }
    book_close(&book);
    return status;
}
