/* From a list of acts to entries: prepare, show, unlock, sign, commit. */
#include "cli/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/terminal.h"
#include "cli/vouch.h"
#include "crypto/digest.h"
#include "ledger/sentence.h"

enum { COMMIT_TRIES = 5 };

/* ---- what is shown */

/* " 2 " of several acts, "" of one. */
enum { PLACE_SIZE = 24 };
static const char *place_text(const struct recording *recording, size_t index, char out[static PLACE_SIZE])
{
    out[0] = '\0';
    if (recording->list->count > 1)
        snprintf(out, PLACE_SIZE, " %zu ", index + 1);
    return out;
}

/* The sentences of all acts, each on a line with its place in the list; their digest tells whether they have changed. */
static enum ledger_status show_sentences(struct recording *recording, bool print, struct digest *digest, struct error *error)
{
    static char sentence[RECORD_SENTENCE_SIZE];
    char place[PLACE_SIZE];
    struct hasher hasher = HASHER_NONE;
    enum ledger_status status = LEDGER_OK;

    if (hasher_init(&hasher) != CRYPT_OK)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    for (size_t i = 0; i < recording->list->count && status == LEDGER_OK; i++) {
        size_t size = ledger_sentence(recording->book.ledger, recording->list, i, sentence, sizeof sentence);

        if (size == 0 || size >= sizeof sentence)
            status = error_set(error, REFUSAL_TOO_LONG, "what is to be signed does not fit on one screen");
        hasher_update(&hasher, (const uint8_t *)sentence, strlen(sentence));
        if (print && status == LEDGER_OK)
            tell("%s %s\"%s\"%s\n", place_text(recording, i, place), style_err(STYLE_LOUD), sentence, style_err(STYLE_PLAIN));
    }
    *digest = hasher_finish(&hasher);
    hasher_release(&hasher);
    return status;
}

/* What is unusual about the acts, before they are signed: a reason was given, so they are not refused. */
static void show_remarks(struct recording *recording)
{
    char text[512], place[PLACE_SIZE];

    for (size_t i = 0; i < recording->list->count; i++) {
        const struct verdict *verdict = &recording->list->acts[i].verdict;

        for (size_t j = 0; j < verdict->broken_count; j++) {
            refusal_sentence(&verdict->broken[j], &recording->book.namer, text, sizeof text);
            tell("%s PH%04u %s\n", place_text(recording, i, place), verdict->broken[j].code, text);
        }
    }
}

/* What people sign, as they are shown it. */
static enum ledger_status show_signed(struct recording *recording, bool print, struct digest *digest, struct error *error)
{
    return recording->is_long ? summary_print(recording, print, digest, error) : show_sentences(recording, print, digest, error);
}

static enum ledger_status show(struct recording *recording, struct digest *digest, struct error *error)
{
    enum ledger_status status = book_look(&recording->book, error);

    if (status == LEDGER_OK && !recording->is_long) {
        holdings_print(recording);
        show_remarks(recording);
    }
    if (status == LEDGER_OK)
        status = show_signed(recording, true, digest, error);
    if (status == LEDGER_OK && !recording->is_long)
        status = outcome_print(recording, error);
    book_rest(&recording->book);
    return status;
}

/* ---- keys */

/* The key an act itself brings: of a newcomer or a guest, or in place of an old one. */
static bool new_key_of(const struct act *act, enum meaning meaning, struct public_key *key)
{
    const char *name = meaning == MEANING_GUEST ? "guest-key" : "key";
    const struct value *value = facts_get(&act->event.facts, field_named(act->event.kind->fields, name)->key);

    if (value == NULL || value->bytes.size > sizeof key->bytes)
        return false;
    *key = (struct public_key){ .algorithm = (enum key_algorithm)value->second };
    memcpy(key->bytes, value->bytes.data, value->bytes.size);
    return true;
}

static bool is_key_of(const struct ring_key *key, const struct signatory *signatory)
{
    return key->person == signatory->person && strcmp(key->handle, signatory->handle) == 0 &&
           (signatory->path == NULL ? !key->is_named : key->is_named && strcmp(key->path, signatory->path) == 0);
}

/* Whether the ring has the key already: one unlock serves all acts. */
static bool is_on_ring(const struct recording *recording, const struct signatory *signatory)
{
    for (size_t i = 0; i < recording->ring.count; i++)
        if (is_key_of(&recording->ring.keys[i], signatory))
            return true;
    return false;
}

/* Whether this list asks for the key, or only one before it did. */
static bool is_asked_for(const struct recording *recording, const struct ring_key *key)
{
    for (size_t i = 0; i < recording->signatory_count; i++)
        if (is_key_of(key, &recording->signatories[i]))
            return true;
    return false;
}

static enum ledger_status put_on_ring(struct recording *recording, const struct signatory *signatory, struct error *error)
{
    struct ring_key *key = NULL;
    enum ledger_status status;

    if (is_on_ring(recording, signatory))
        return LEDGER_OK;
    if (recording->ring.count == RING_LIMIT)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "a list is signed by at most %d keys", RING_LIMIT);
    status = ring_add(&recording->ring, recording->call, signatory->person, signatory->handle, signatory->is_actor,
                      signatory->path, &key, error);
    if (status != LEDGER_OK)
        return status;
    if (signatory->meaning == MEANING_NEW_KEY || signatory->meaning == MEANING_GUEST)
        key->is_expected = new_key_of(&recording->list->acts[signatory->index], signatory->meaning, &key->expected);
    else if (recording->book.reading.view != NULL)
        key->is_expected = view_key_of(recording->book.reading.view, signatory->person, &key->expected);
    return LEDGER_OK;
}

/* Keys that a list before this one has replaced, or brought, are looked for anew. */
static void drop_replaced(struct recording *recording)
{
    struct ring *ring = &recording->ring;
    struct public_key held;

    for (size_t i = ring->count; i-- > 0;) {
        struct ring_key *key = &ring->keys[i];

        if (key->person > 0 && (!key->is_expected || recording->book.reading.view == NULL ||
                                (view_key_of(recording->book.reading.view, key->person, &held) &&
                                 public_key_equal(&held, &key->expected))))
            continue;
        ring_drop(ring, i);
    }
}

/* All files are looked at before anybody reads a sentence or types a passphrase. */
static enum ledger_status find_keys(struct recording *recording, struct error *error)
{
    enum ledger_status status = book_look(&recording->book, error);

    if (status == LEDGER_OK && recording->ring.count == 0 && recording->ring.passfile.text == NULL)
        status = ring_begin(&recording->ring, recording->call, recording->book.is_training, error);
    if (status == LEDGER_OK)
        drop_replaced(recording);
    for (size_t i = 0; i < recording->signatory_count && status == LEDGER_OK; i++)
        status = put_on_ring(recording, &recording->signatories[i], error);
    book_rest(&recording->book);
    return status;
}

static enum ledger_status sign_all(struct recording *recording, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < recording->ring.count && status == LEDGER_OK; i++) {
        struct ring_key *key = &recording->ring.keys[i];

        if (!is_asked_for(recording, key))
            continue;
        status = ring_unlock(&recording->ring, key, error);
        if (status == LEDGER_OK)
            status = ledger_sign(recording->book.ledger, recording->list, key->person, key->key, key->unlocked_by,
                                 book_now_ms(&recording->book), error);
    }
    return status;
}

/* ---- committing */

static enum ledger_status prepare(struct recording *recording, struct error *error)
{
    size_t refused;
    enum ledger_status status =
        ledger_prepare(recording->book.ledger, recording->list, book_now_ms(&recording->book), &refused, error);

    return status != LEDGER_OK && refused < recording->list->count ? record_wrap(recording, refused, error) : status;
}

/* The book moved on: the same acts are made anew, and signed anew by the keys still unlocked, as long as they
 * still say what people read. */
static enum ledger_status make_anew(struct recording *recording, const struct digest *read, struct error *error)
{
    struct digest now;
    enum ledger_status status = prepare(recording, error);

    if (status == LEDGER_OK)
        status = show_signed(recording, false, &now, error);
    if (status == LEDGER_OK && !digest_equal(read, &now)) {
        status = show_signed(recording, true, &now, error);
        if (status == LEDGER_OK && terminal_can_ask())
            status = confirm_list(recording, error);
        else if (status == LEDGER_OK)
            status = error_set(error, REFUSAL_SEEN, "the book moved on, and the act now reads otherwise");
    }
    if (status == LEDGER_OK)
        status = sign_all(recording, error);
    if (status == LEDGER_OK)
        remark(" The book moved on meanwhile: made anew on #%" PRIu32 " and signed again.\n",
               recording->list->acts[0].event.seen_number);
    return status;
}

/* Close the book and open the same one again: not the one that -L or PHIAL_LEDGER names, which for `init` is another. To see
 * whether the acts are there it needs no seal, which may be lost and not yet replaced. */
static enum ledger_status reopen(struct book *book, struct error *error)
{
    char *directory = strdup(ledger_directory(book->ledger));
    enum ledger_status status;

    if (directory == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    ledger_close(book->ledger);
    book->ledger = NULL;
    status = ledger_open(directory, LEDGER_RESEAL, &book->ledger, error);
    free(directory);
    return status;
}

/* The disk failed on the way: only a reopened book can tell whether the acts stand. */
static enum ledger_status look_for_acts(struct recording *recording, struct placed *placed, struct error *error)
{
    uint32_t entry = 0;
    struct error other;

    book_rest(&recording->book);
    if (reopen(&recording->book, &other) != LEDGER_OK ||
        ledger_find_act(recording->book.ledger, recording->list->acts[0].event.act, &entry, &other) != LEDGER_OK)
        return LEDGER_UNCERTAIN;
    if (entry == 0)
        return error_set(error, REFUSAL_IO, "the disk failed while the entry was written, and the entry is not there");
    *placed = (struct placed){ .first = entry, .count = (uint32_t)recording->list->count };
    for (size_t i = 0; i < recording->list->count; i++)
        recording->list->acts[i].entry = entry + (uint32_t)i;
    if (book_look(&recording->book, &other) == LEDGER_OK)
        view_entry_hash(recording->book.reading.view, view_entries_before(recording->book.reading.view), &placed->head);
    remark(" The disk failed on the way, but the entry is there.\n");
    return LEDGER_OK;
}

static enum ledger_status commit(struct recording *recording, const struct digest *read, struct placed *placed,
                                 struct error *error)
{
    enum ledger_status status = terminal_check(error);

    for (int tries = 1; status == LEDGER_OK; tries++) {
        status = ledger_commit(recording->book.ledger, recording->list, recording->book.terminal,
                               book_now_ms(&recording->book), placed, error);
        /* Whoever waited in vain is told so, and does not wait as long again. */
        if (status != LEDGER_BUSY || error->code == REFUSAL_LOCKED || tries == COMMIT_TRIES)
            break;
        status = terminal_check(error);
        if (status == LEDGER_OK)
            status = make_anew(recording, read, error);
    }
    return status == LEDGER_UNCERTAIN ? look_for_acts(recording, placed, error) : status;
}

/* ---- all of it */

static enum ledger_status end_dry_run(struct recording *recording, struct error *error)
{
    struct digest digest;
    struct answer *answer;
    enum ledger_status status = show(recording, &digest, error);

    if (status != LEDGER_OK)
        return status;
    if (!call_flag(recording->call, "json")) {
        say("Nothing was recorded: this was a dry run, and the rules have nothing against it.\n");
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_yes(answer, "recorded", false);
    answer_yes(answer, "dry_run", true);
    return answer_print(answer, stdout, error);
}

/* Everything up to the entry, or why there is none. */
enum ledger_status sign_and_place(struct recording *recording, struct placed *placed, struct error *error)
{
    struct digest read;
    enum ledger_status status = find_keys(recording, error);

    if (status == LEDGER_OK)
        status = show(recording, &read, error);
    if (status == LEDGER_OK)
        status = confirm_list(recording, error);
    if (status == LEDGER_OK)
        status = sign_all(recording, error);
    return status == LEDGER_OK ? commit(recording, &read, placed, error) : status;
}

enum ledger_status sign_and_commit(struct recording *recording, struct error *error)
{
    struct placed placed = { 0 };
    enum ledger_status status;

    book_rest(&recording->book);
    status = prepare(recording, error);
    if (status != LEDGER_OK)
        return status;
    if (call_flag(recording->call, "dry-run"))
        return end_dry_run(recording, error);
    status = sign_and_place(recording, &placed, error);
    if (status == LEDGER_OK) {
        recording->call->was_recorded = true;
        status = recorded_print(recording, &placed, error);
    }
    /* Before the first entry there is nothing to note in. */
    if (status != LEDGER_UNCERTAIN && (recording->list->acts[0].event.kind->number != KIND_GENESIS || recording->call->was_recorded))
        note_attempts(recording->call, &recording->book, &recording->ring,
                      status != LEDGER_OK && error->code == REFUSAL_DECLINED);
    return status;
}
