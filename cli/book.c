#include "cli/book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/sentence.h"
#include "schema/ident.h"

enum ledger_status book_directory(const struct call *call, const char **directory, struct error *error)
{
    const char *named = call_value(call, "ledger");

    if (named == NULL)
        named = getenv("PHIAL_LEDGER");
    if (named == NULL || named[0] == '\0')
        return error_set(error, REFUSAL_NO_LEDGER, "it is not said which ledger is meant");
    *directory = named;
    return LEDGER_OK;
}

void book_name_terminal(char out[static BOOK_TERMINAL_SIZE])
{
    size_t used = 0;
    char name[BOOK_TERMINAL_SIZE] = "";

    if (gethostname(name, sizeof name - 1) != 0)
        name[0] = '\0';
    for (const char *at = name; *at != '\0'; at++)
        if (*at > ' ' && *at <= '~')
            out[used++] = *at;
    out[used] = '\0';
    if (used == 0)
        snprintf(out, BOOK_TERMINAL_SIZE, "unnamed");
}

/* ---- time */

/* The offset for a machine without the zone's data: the policy's, when it has only one. */
static int32_t only_offset(struct view *view, bool *is_only)
{
    size_t count;
    const int64_t *offsets = view_policy_list(view, POLICY_OFFSETS, &count);

    *is_only = count == 1;
    return count > 0 ? (int32_t)offsets[0] : 0;
}

static enum ledger_status open_zone(struct book *book, enum ledger_mode mode, struct error *error)
{
    char name[ZONE_NAME_SIZE] = "";
    struct entry entry;
    struct event event;
    const struct value *zone;
    bool is_only;
    int32_t offset_min = only_offset(book->reading.view, &is_only);

    if (book_event(book, 1, &entry, &event) && event.kind->number == KIND_GENESIS) {
        zone = facts_get(&event.facts, field_named(event.kind->fields, "zone")->key);
        if (zone != NULL && zone->bytes.size < sizeof name)
            memcpy(name, zone->bytes.data, zone->bytes.size);
    }
    if (zone_open(&book->zone, name, offset_min) || is_only || mode == LEDGER_READ)
        return LEDGER_OK;
    error_set(error, REFUSAL_BAD_TIME, "this computer does not know the site's time zone, %s", name);
    error_next(error, "install the time zone data (the package tzdata)");
    return error->status;
}

void book_tell(struct book *book, int64_t now_ms)
{
    book->is_told = true;
    book->told_ms = now_ms;
    book->clock = zone_word_clock(&book->zone, now_ms);
}

enum ledger_status book_read_clock(struct book *book, const char *option, const char *told, int64_t *ms, struct error *error)
{
    struct typed_time typed;
    struct at found[2];
    unsigned count;

    if (!book->is_training)
        return error_set(error, REFUSAL_NOT_TRAINING, "only a training ledger is told the time with %s", option);
    if (civil_parse_typed(told, &typed) != CIVIL_OK || (typed.kind != TYPED_LOCAL && typed.kind != TYPED_ABSOLUTE)) {
        error_set(error, REFUSAL_BAD_TIME, "%s is a date and a time, not `%.64s`", option, told);
        error_next(error, "write it as \"2026-11-17 16:20\"");
        return error->status;
    }
    if (typed.kind == TYPED_LOCAL) {
        count = zone_of_local(&book->zone, &typed.local, found);
        if (count != 1)
            return error_set(error, REFUSAL_AMBIGUOUS_TIME, "the clocks of this site show %s %s", told,
                             count == 0 ? "at no time" : "twice");
        typed.at = found[0];
    }
    *ms = typed.at.ms;
    return LEDGER_OK;
}

enum ledger_status book_set_clock(struct book *book, const struct call *call, struct error *error)
{
    const char *told = call_value(call, "clock");
    int64_t told_ms;
    enum ledger_status status;

    book->clock = zone_word_clock(&book->zone, clock_now_ms());
    if (told == NULL)
        return LEDGER_OK;
    status = book_read_clock(book, "--clock", told, &told_ms, error);
    if (status == LEDGER_OK)
        book_tell(book, told_ms);
    return status;
}

int64_t book_now_ms(const struct book *book)
{
    return book->is_told ? book->told_ms : clock_now_ms();
}

struct at book_now(struct book *book)
{
    int64_t now_ms = book_now_ms(book);

    return (struct at){ now_ms, zone_offset_of(&book->zone, now_ms) };
}

const char *book_time(struct book *book, int64_t ms, char out[static CIVIL_TEXT_SIZE])
{
    return zone_format(&book->zone, ms, book_now_ms(book), out);
}

/* ---- opening */

enum ledger_status book_look(struct book *book, struct error *error)
{
    enum ledger_status status;

    book_rest(book);
    status = ledger_read(book->ledger, &book->reading, error);
    if (status == LEDGER_OK)
        book->namer = namer_of_view(book->reading.view);
    return status;
}

enum ledger_status book_foresee(struct book *book, const struct act_list *list, struct error *error)
{
    enum ledger_status status;

    book_rest(book);
    status = ledger_foresee(book->ledger, list, book_now_ms(book), &book->reading, error);
    if (status == LEDGER_OK)
        book->namer = namer_of_view(book->reading.view);
    return status;
}

void book_rest(struct book *book)
{
    ledger_read_end(&book->reading);
    book->reading = (struct reading){ NULL, NULL };
}

enum ledger_status book_open(struct book *book, const struct call *call, enum ledger_mode mode, struct error *error)
{
    const char *directory = NULL;
    enum ledger_status status;

    *book = BOOK_NONE;
    book_name_terminal(book->terminal);
    status = book_directory(call, &directory, error);
    if (status == LEDGER_OK)
        status = ledger_open(directory, mode, &book->ledger, error);
    /* A book that may not be written on says so before anybody answers a question. */
    if (status == LEDGER_OK && mode != LEDGER_READ && ledger_rollback(book->ledger) != NULL) {
        *error = *ledger_rollback(book->ledger);
        status = error->status;
    }
    if (status == LEDGER_OK)
        status = book_look(book, error);
    if (status != LEDGER_OK)
        return status;
    book->is_training = view_site(book->reading.view, SITE_TRAINING) == 1;
    status = open_zone(book, mode, error);
    return status == LEDGER_OK ? book_set_clock(book, call, error) : status;
}

void book_close(struct book *book)
{
    book_rest(book);
    if (book->ledger != NULL)
        ledger_close(book->ledger);
    *book = BOOK_NONE;
}

/* ---- reading */

bool book_event(struct book *book, uint32_t number, struct entry *entry, struct event *event)
{
    struct facts_fault fault;
    struct bytes bytes;

    return view_entry(book->reading.view, number, &bytes) && entry_decode(bytes, entry) == EVENT_OK &&
           event_decode(entry->message.payload, event, &fault) == EVENT_OK;
}

enum ledger_status book_each_leaf(struct book *book, unsigned table, bool (*visit)(void *context, const struct leaf *leaf),
                                  void *context, struct error *error)
{
    int64_t state[LEAF_STATE_LIMIT];
    struct leaf leaf = { .state = state };
    struct store_key from;
    struct store_cursor *cursor = NULL;
    struct bytes key, value;
    bool found = false;
    enum ledger_status status =
        store_cursor_open(book->reading.txn, STORE_LEAVES, key_of_leaf(&from, table, 0), &cursor, error);

    while (status == LEDGER_OK) {
        status = store_cursor_next(cursor, &found, &key, &value, error);
        if (status != LEDGER_OK || !found || key.size == 0 || key.data[0] != from.bytes[0])
            break;
        leaf.capacity = LEAF_STATE_LIMIT;
        if (leaf_decode(value, &leaf) && !visit(context, &leaf))
            status = error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    }
    store_cursor_close(cursor);
    return status;
}

const char *head_mark(const struct digest *head, char out[static BOOK_HEAD_SIZE])
{
    return hex_encode(bytes_of(head->bytes, (BOOK_HEAD_SIZE - 1) / 2), out);
}

const char *head_remark(const struct placed *placed, char out[static HEAD_REMARK_SIZE])
{
    char words[HEAD_REMARK_SIZE - 16];

    out[0] = '\0';
    if (placed->head_remembered)
        return out;
    refusal_words(REFUSAL_HEAD_NOT_REMEMBERED, words, sizeof words);
    snprintf(out, HEAD_REMARK_SIZE, "  (PH%04u %s)", REFUSAL_HEAD_NOT_REMEMBERED, words);
    return out;
}

struct words book_words(struct book *book, uint8_t *room, size_t size)
{
    return (struct words){ .view = book->reading.view, .clock = &book->clock, .room = { .data = room, .capacity = size } };
}
