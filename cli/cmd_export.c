/* phial export: the book as one signed file. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/answer.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/vouch.h"
#include "ledger/export.h"

const struct option export_options[] = {
    { "output", 'o', "FILE", false, "the file to make; it must not be there yet" },
    { "purpose", 0, "TEXT", false, "what it is for" },
    { "recipient", 0, "TEXT", false, "whom it is for" },
    { "challenge", 0, "TEXT", false, "what the reader asked to find in it" },
    { "certify", 0, "HANDLE", false, "an officer who signs it too" },
    { .name = NULL },
};

enum { TEXT_ROOM = 256 };

/* Progress counts in 64 bits, exports in 32. */
static bool step(void *context, uint32_t done, uint32_t all)
{
    return progress_step(context, done, all);
}

/* ---- who asks, and who certifies */

/* Who asks for it: --as, PHIAL_AS, or who certifies it. */
static enum ledger_status find_people(struct call *call, struct book *book, struct export_options *options,
                                      struct error *error)
{
    const char *certifier = call_value(call, "certify"), *actor = vouch_handle(call);
    uint8_t room[64];
    struct words words = book_words(book, room, sizeof room);
    enum ledger_status status = LEDGER_OK;

    if (actor == NULL)
        actor = certifier;
    if (actor == NULL)
        return error_set(error, REFUSAL_NOBODY, "it is not said who asks for the export");
    status = words_read_person(&words, actor, &options->person, error);
    if (status == LEDGER_OK && certifier != NULL)
        status = words_read_person(&words, certifier, &options->certifier, error);
    return status == LEDGER_OK && certifier != NULL ? vouch_check_officer(book, options->certifier, "certifies an export", "--certify", error) : status;
}

/* Nobody's name gets into the book without their key: not that of who asks, nor that of who certifies. */
static enum ledger_status unlock_people(struct call *call, struct book *book, struct ring *ring,
                                        struct export_options *options, struct error *error)
{
    struct ring_key *key = NULL;
    enum ledger_status status = ring_begin(ring, call, book->is_training, error);

    if (status == LEDGER_OK)
        status = vouch_unlock(call, book, ring, options->person, true, &key, error);
    if (status == LEDGER_OK && options->certifier != 0 && options->certifier != options->person)
        status = vouch_unlock(call, book, ring, options->certifier, false, &key, error);
    if (status == LEDGER_OK && options->certifier != 0) {
        options->certifier_key = key->key;
        options->unlocked_by = key->unlocked_by;
    }
    return status;
}

/* ---- what it is for */

/* The text of an option as the book takes it, kept with the call; NULL when it is not given. */
static enum ledger_status take_text(struct call *call, struct words *words, const char *name, const char **out,
                                    struct error *error)
{
    const struct field *field = field_named(kind_find(KIND_ACCESS)->fields, name);
    const char *text = call_value(call, name);
    char copy[TEXT_ROOM];
    struct value value;
    enum ledger_status status;

    *out = NULL;
    if (text == NULL)
        return LEDGER_OK;
    status = words_read(words, field, text, &value, error);
    if (status != LEDGER_OK)
        return status;
    snprintf(copy, sizeof copy, "%.*s", (int)value.bytes.size, (const char *)value.bytes.data);
    *out = call_keep(call, copy);
    return *out != NULL ? LEDGER_OK : error_set(error, REFUSAL_TOO_LONG, "this command line is too long");
}

static enum ledger_status take_texts(struct call *call, struct book *book, struct export_options *options, struct error *error)
{
    const struct field *field = field_named(kind_find(KIND_ACCESS)->fields, "challenge");
    const char *challenge = call_value(call, "challenge");
    uint8_t room[2 * TEXT_ROOM];
    struct words words = book_words(book, room, sizeof room);
    enum ledger_status status = take_text(call, &words, "purpose", &options->purpose, error);

    if (status == LEDGER_OK)
        status = take_text(call, &words, "recipient", &options->recipient, error);
    if (status != LEDGER_OK || challenge == NULL)
        return status;
    options->challenge = bytes_of_text(challenge);
    if (options->challenge.size < field->min || options->challenge.size > field->max)
        return error_set(error, REFUSAL_BAD_VALUE, "--challenge has %" PRIu64 " to %" PRIu64 " bytes, and this one has %zu",
                         field->min, field->max, options->challenge.size);
    return LEDGER_OK;
}

/* ---- */

static enum ledger_status print_exported(const struct call *call, const struct book *book, const struct exported *exported,
                                         const char *path, struct error *error)
{
    char mark[BOOK_HEAD_SIZE];
    struct answer *answer;

    if (!call_flag(call, "json")) {
        say("EXPORTED entries 1\u2013%" PRIu32 " to %s, %" PRIu64 " bytes%s.  Announced by #%" PRIu32 ".  head %s\n",
            exported->entries, path, exported->bytes, book->is_training ? ", of a TRAINING ledger" : "",
            exported->placed.first, head_mark(&exported->placed.head, mark));
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_text(answer, "file", path);
    answer_number(answer, "entries", exported->entries);
    answer_number(answer, "bytes", (int64_t)exported->bytes);
    answer_number(answer, "announced", exported->placed.first);
    answer_hex(answer, "head", bytes_of(exported->placed.head.bytes, DIGEST_SIZE));
    answer_yes(answer, "training", book->is_training);
    return answer_print(answer, stdout, error);
}

enum ledger_status cmd_export(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct ring ring = RING_NONE;
    struct progress progress;
    struct exported exported;
    struct export_options options = { .path = call_value(call, "output"), .progress = step, .progress_context = &progress };
    enum ledger_status status;

    if (options.path == NULL)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "where to? phial export -o FILE");
    status = book_open(&book, call, LEDGER_RECORD, error);
    if (status == LEDGER_OK)
        status = take_texts(call, &book, &options, error);
    if (status == LEDGER_OK)
        status = find_people(call, &book, &options, error);
    if (status == LEDGER_OK)
        status = unlock_people(call, &book, &ring, &options, error);
    book_rest(&book);
    note_attempts(call, &book, &ring, false);
    if (status == LEDGER_OK) {
        options.terminal = book.terminal;
        options.now = book_now(&book);
        progress_begin(&progress, call, "exporting");
        status = export_whole(book.ledger, &options, &exported, error);
        progress_end(&progress);
        call->noted = exported.placed.count > 0 ? exported.placed.first : 0;
    }
    if (status == LEDGER_OK) {
        call->was_recorded = true;
        status = print_exported(call, &book, &exported, options.path, error);
    }
    ring_release(&ring);
    book_close(&book);
    return status;
}
