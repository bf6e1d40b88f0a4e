/* phial closing, clock, checkpoint: what the seal says. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/terminal.h"
#include "cli/unlock.h"

const struct option seal_options[] = {
    { .name = "dry-run", .letter = 'n', .help = "check all and record nothing" },
    { .name = NULL },
};

/* RECORDED, for what no person signs. */
static enum ledger_status print_placed(struct call *call, const char *kind, const struct placed *placed, struct error *error)
{
    char mark[BOOK_HEAD_SIZE];
    struct answer *answer;

    call->was_recorded = true;
    if (!call_flag(call, "json")) {
        say("RECORDED #%" PRIu32 "  %s.  head %s%s\n", placed->first, kind, head_mark(&placed->head, mark),
            placed->head_remembered ? "" : "  (no head remembered here)");
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

enum ledger_status cmd_closing(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct placed placed;
    enum ledger_status status = book_open(&book, call, LEDGER_RECORD, error);

    book_rest(&book);
    if (status == LEDGER_OK && call_flag(call, "dry-run"))
        status = say_dry_run();
    else if (status == LEDGER_OK) {
        status = ledger_close_day(book.ledger, CLOSING_ASKED, book.terminal, book_now(&book), &placed, error);
        if (status == LEDGER_OK)
            status = print_placed(call, "closing", &placed, error);
    }
    book_close(&book);
    return status;
}

/* Whoever vouches for the clock opens their key for it: the seal's word alone would be nobody's. */
static enum ledger_status vouch(struct call *call, struct book *book, int64_t *person, struct error *error)
{
    const char *handle = call_value(call, "as");
    uint8_t room[64];
    struct words words = book_words(book, room, sizeof room);
    struct ring ring = RING_NONE;
    struct ring_key *key = NULL;
    char name[NAME_TEXT_SIZE];
    enum ledger_status status;

    if (handle == NULL)
        handle = getenv("PHIAL_AS");
    if (handle == NULL || handle[0] == '\0')
        return error_set(error, REFUSAL_NOBODY, "it is not said who vouches for the clock");
    status = words_read_person(&words, handle, person, error);
    if (status == LEDGER_OK)
        status = ring_begin(&ring, call, book->is_training, error);
    if (status == LEDGER_OK)
        status = ring_add(&ring, call, *person, name_of_person(book->reading.view, *person, name), true, NULL, &key, error);
    if (status == LEDGER_OK) {
        key->is_expected = view_key_of(book->reading.view, *person, &key->expected);
        status = ring_unlock(&ring, key, error);
    }
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
        remark(" The newest entry is of %s", civil_format_utc(view_site(book.reading.view, SITE_RECORDED_AT), now));
        remark("; the clock says %s.\n", civil_format_utc(book_now_ms(&book), now));
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
