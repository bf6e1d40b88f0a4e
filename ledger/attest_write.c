#include "ledger/attest_write.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ledger/checkpoint.h"
#include "ledger/ledger_internal.h"
#include "ledger/names.h"
#include "ledger/place.h"
#include "ledger/signed.h"
#include "ledger/sink.h"

static_assert((int)STATEMENT_HASH_SIZE == (int)DIGEST_SIZE, "a statement names its book by a digest");
static_assert((int)STATEMENT_KEY_LIMIT >= (int)KEY_P256_SIZE, "a statement holds any officer's key");

static const char program[] = "phial " PHIAL_VERSION;

static enum ledger_status name_officer(struct view *view, int64_t person, struct statement_officer *officer, struct error *error)
{
    char handle[NAME_TEXT_SIZE];
    struct public_key key;

    if (!view_key_of(view, person, &key) || !short_name_of(view, SUBJECT_CREDENTIAL, (uint32_t)person, handle))
        return error_set(error, REFUSAL_NO_PERSON, "person %u has no key in this book", (unsigned)person);
    officer->person = (uint32_t)person;
    snprintf(officer->handle, sizeof officer->handle, "%.32s", handle);
    officer->algorithm = (int32_t)key.algorithm;
    officer->key_size = key_public_size(key.algorithm);
    memcpy(officer->key, key.bytes, officer->key_size);
    return LEDGER_OK;
}

enum ledger_status attest_of_book(struct reading *reading, const struct attest_options *options, struct statement *statement,
                                  struct error *error)
{
    struct digest root;
    enum ledger_status status = attest_make(reading->view, &options->period, statement, error);

    if (status == LEDGER_OK)
        status = place_root(reading->txn, statement->size, &root, error);
    if (status != LEDGER_OK)
        return status;
    memcpy(statement->root, root.bytes, DIGEST_SIZE);
    memcpy(statement->program, program, sizeof program);
    statement->made_ms = options->now_ms;
    return options->officer != 0 ? name_officer(reading->view, options->officer, &statement->officer, error) : LEDGER_OK;
}

/* ---- the file */

static enum ledger_status encode(const struct statement *statement, struct writer *writer, struct error *error)
{
    statement_encode(statement, writer);
    if (writer->failed)
        return error_set(error, REFUSAL_SIZE, "the totals of so many products do not fit into one statement");
    return LEDGER_OK;
}

static enum ledger_status sign(struct cose_message *message, const struct private_key *key, enum cose_unlocked_by unlocked_by,
                               int64_t now_ms, struct error *error)
{
    if (signed_make(&message->signers[message->signer_count++], COSE_STATEMENT, message->payload, key, unlocked_by, now_ms))
        return LEDGER_OK;
    return error_set(error, REFUSAL_FAULT, "the statement could not be signed");
}

static enum ledger_status put_all(struct sink *sink, struct bytes message, struct reading *reading, struct error *error)
{
    uint8_t note[CHECKPOINT_NOTE_LIMIT];
    size_t note_size;
    enum ledger_status status = checkpoint_newest(reading->txn, note, &note_size, error);

    if (status == LEDGER_OK)
        status = sink_put(sink, message, error);
    return status == LEDGER_OK ? sink_item(sink, ITEM_CHECKPOINT, true, bytes_of(note, note_size), error) : status;
}

enum ledger_status attest_write(struct ledger *ledger, struct reading *reading, const struct attest_options *options,
                                const struct statement *statement, struct error *error)
{
    uint8_t payload[COSE_PAYLOAD_LIMIT], bytes[COSE_MESSAGE_LIMIT];
    struct cose_message message = { .typ = COSE_STATEMENT };
    struct writer payload_writer, writer;
    struct sink sink;
    enum ledger_status status;

    if (view_site(reading->view, SITE_SEAL_ENTRY) != ledger->in_force.entry)
        return error_set(error, REFUSAL_SEAL_KEY, "somebody has put in a new seal meanwhile");
    writer_init(&payload_writer, payload, sizeof payload);
    status = encode(statement, &payload_writer, error);
    message.payload = writer_bytes(&payload_writer);
    if (status == LEDGER_OK)
        status = sign(&message, ledger->seal, COSE_UNLOCKED_SEAL, options->now_ms, error);
    if (status == LEDGER_OK && options->officer != 0)
        status = sign(&message, options->officer_key, options->unlocked_by, options->now_ms, error);
    if (status != LEDGER_OK)
        return status;
    writer_init(&writer, bytes, sizeof bytes);
    cose_encode(&message, &writer);
    assert(!writer.failed);
    status = sink_open(&sink, options->path, error);
    if (status == LEDGER_OK)
        status = put_all(&sink, writer_bytes(&writer), reading, error);
    if (status == LEDGER_OK)
        status = sink_finish(&sink, options->path, error);
    sink_discard(&sink);
    return status;
}
