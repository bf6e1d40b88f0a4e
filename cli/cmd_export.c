/* phial export: the book as one signed file. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/unlock.h"
#include "ledger/export.h"

const struct option export_options[] = {
    { "output", 'o', "FILE", false, "the file to make; it must not be there yet" },
    { "purpose", 0, "TEXT", false, "what it is for" },
    { "recipient", 0, "TEXT", false, "whom it is for" },
    { "challenge", 0, "TEXT", false, "what the reader asked to find in it" },
    { "certify", 0, "HANDLE", false, "an officer who signs it too" },
    { .name = NULL },
};

/* Progress counts in 64 bits, exports in 32. */
static bool step(void *context, uint32_t done, uint32_t all)
{
    return progress_step(context, done, all);
}

/* Who asks for it: --as, PHIAL_AS, or who certifies it. */
static enum ledger_status find_people(struct call *call, struct book *book, struct export_options *options,
                                      struct error *error)
{
    const char *certifier = call_value(call, "certify"), *actor = call_value(call, "as");
    uint8_t room[64];
    struct words words = book_words(book, room, sizeof room);
    enum ledger_status status = LEDGER_OK;

    if (actor == NULL)
        actor = getenv("PHIAL_AS");
    if (actor == NULL || actor[0] == '\0')
        actor = certifier;
    if (actor == NULL)
        return error_set(error, REFUSAL_NOBODY, "it is not said who asks for the export");
    status = words_read_person(&words, actor, &options->person, error);
    if (status == LEDGER_OK && certifier != NULL)
        status = words_read_person(&words, certifier, &options->certifier, error);
    return status;
}

static enum ledger_status unlock_certifier(struct call *call, struct book *book, struct ring *ring,
                                           struct export_options *options, struct error *error)
{
    struct ring_key *key = NULL;
    char name[NAME_TEXT_SIZE];
    enum ledger_status status = ring_begin(ring, call, book->is_training, error);

    if (status != LEDGER_OK || options->certifier == 0)
        return status;
    status = ring_add(ring, call, options->certifier, name_of_person(book->reading.view, options->certifier, name), true, NULL,
                      &key, error);
    if (status != LEDGER_OK)
        return status;
    key->is_expected = view_key_of(book->reading.view, options->certifier, &key->expected);
    status = ring_unlock(ring, key, error);
    options->certifier_key = key->key;
    options->unlocked_by = key->unlocked_by;
    return status;
}

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
    struct export_options options = { .path = call_value(call, "output"),
                                      .purpose = call_value(call, "purpose"),
                                      .recipient = call_value(call, "recipient"),
                                      .progress = step,
                                      .progress_context = &progress };
    const char *challenge = call_value(call, "challenge");
    enum ledger_status status;

    if (options.path == NULL)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "where to? phial export -o FILE");
    if (challenge != NULL)
        options.challenge = bytes_of_text(challenge);
    status = book_open(&book, call, LEDGER_RECORD, error);
    if (status == LEDGER_OK)
        status = find_people(call, &book, &options, error);
    if (status == LEDGER_OK)
        status = unlock_certifier(call, &book, &ring, &options, error);
    book_rest(&book);
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
