#include "ledger/export.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/checkpoint.h"
#include "ledger/export_format.h"
#include "ledger/ledger_internal.h"
#include "ledger/place.h"
#include "ledger/signed.h"
#include "ledger/sink.h"

/* ---- the parts */

static void put_text(struct writer *writer, uint64_t key, const char *text)
{
    write_uint(writer, key);
    write_text(writer, bytes_of_text(text != NULL && text[0] != '\0' ? text : "not said"));
}

static void put_range(struct writer *writer, uint64_t key, uint32_t entries)
{
    write_uint(writer, key);
    write_array(writer, 2);
    write_uint(writer, 1);
    write_uint(writer, entries);
}

static enum ledger_status write_head(struct ledger *ledger, struct reading *reading, const struct export_options *options,
                                     const struct exported *exported, struct sink *sink, struct error *error)
{
    uint8_t buffer[EXPORT_HEAD_LIMIT];
    struct writer writer;
    struct bytes bytes;
    struct entry genesis;
    struct event event;
    struct facts_fault fault;
    bool training;
    enum ledger_status status = place_read(reading->txn, 1, &bytes, &genesis, error);

    if (status != LEDGER_OK)
        return status;
    if (event_decode(genesis.message.payload, &event, &fault) != EVENT_OK || event.kind->number != KIND_GENESIS)
        return error_set(error, REFUSAL_DAMAGED_FILE, "entry #1 is not a genesis");
    training = facts_get(&event.facts, FACT_GENESIS_TRAINING) != NULL;
    writer_init(&writer, buffer, sizeof buffer);
    write_array(&writer, 3);
    write_text(&writer, bytes_of_text(EXPORT_MAGIC));
    write_uint(&writer, EXPORT_FORMAT);
    write_map(&writer, 8u + (options->challenge.size > 0) + training);
    write_uint(&writer, HEAD_LEDGER);
    write_bytes(&writer, bytes_of(ledger->id.bytes, DIGEST_SIZE));
    write_uint(&writer, HEAD_REGISTRATIONS);
    write_raw(&writer, facts_get(&event.facts, FACT_GENESIS_REGISTRATIONS)->bytes);
    put_range(&writer, HEAD_RANGE, exported->entries);
    write_uint(&writer, HEAD_SCOPE);
    write_uint(&writer, 1);
    put_text(&writer, HEAD_PURPOSE, options->purpose);
    put_text(&writer, HEAD_RECIPIENT, options->recipient);
    if (options->challenge.size > 0) {
        write_uint(&writer, HEAD_CHALLENGE);
        write_bytes(&writer, options->challenge);
    }
    write_uint(&writer, HEAD_ANNOUNCED);
    write_uint(&writer, exported->placed.first);
    write_uint(&writer, HEAD_DISCLOSED);
    write_array(&writer, 0);
    if (training) {
        write_uint(&writer, HEAD_TRAINING);
        write_uint(&writer, 1);
    }
    if (writer.failed)
        return error_set(error, REFUSAL_SIZE, "the header of the export is too long");
    return sink_put(sink, writer_bytes(&writer), error);
}

/* Why an entry could not be had. */
static enum ledger_status unread(struct view *view, uint32_t number, struct error *error)
{
    enum ledger_status status = view_status(view, error);

    return status != LEDGER_OK ? status : error_set(error, REFUSAL_DAMAGED_FILE, "entry #%" PRIu32 " is missing", number);
}

static enum ledger_status write_entries(struct reading *reading, const struct export_options *options, uint32_t entries,
                                        struct sink *sink, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (uint32_t number = 1; number <= entries && status == LEDGER_OK; number++) {
        struct bytes bytes;

        if (!view_entry(reading->view, number, &bytes))
            return unread(reading->view, number, error);
        status = sink_item(sink, ITEM_ENTRY, false, bytes, error);
        if (options->progress != NULL && number % 1024 == 0 &&
            !options->progress(options->progress_context, number, entries))
            return error_set(error, REFUSAL_INTERRUPTED, "interrupted");
    }
    return status;
}

/* The totals of the closing that ends the export, as they stand there. */
static enum ledger_status totals_of_closing(struct reading *reading, uint32_t number, struct bytes *totals, struct error *error)
{
    struct bytes bytes;
    struct entry entry;
    struct event event;
    struct facts_fault fault;
    enum ledger_status status = place_read(reading->txn, number, &bytes, &entry, error);

    if (status != LEDGER_OK)
        return status;
    if (event_decode(entry.message.payload, &event, &fault) != EVENT_OK || event.kind->number != KIND_CLOSING)
        return error_set(error, REFUSAL_DAMAGED_FILE, "entry #%u is not the closing that ends the export", number);
    *totals = facts_get(&event.facts, FACT_CLOSING_TOTALS)->bytes;
    return LEDGER_OK;
}

static void encode_trailer(struct ledger *ledger, const struct export_options *options, const struct exported *exported,
                           const struct sink *sink, const struct digest *running, const struct digest *root,
                           struct bytes totals, struct writer *writer)
{
    write_map(writer, TRAILER_KEYS);
    write_uint(writer, TRAILER_VERSION);
    write_uint(writer, EXPORT_FORMAT);
    write_uint(writer, TRAILER_LEDGER);
    write_bytes(writer, bytes_of(ledger->id.bytes, DIGEST_SIZE));
    write_uint(writer, TRAILER_ITEMS);
    write_uint(writer, sink->items);
    write_uint(writer, TRAILER_BYTES);
    write_uint(writer, sink->bytes);
    write_uint(writer, TRAILER_HASH);
    write_bytes(writer, bytes_of(running->bytes, DIGEST_SIZE));
    put_range(writer, TRAILER_RANGE, exported->entries);
    write_uint(writer, TRAILER_SIZE);
    write_uint(writer, exported->entries);
    write_uint(writer, TRAILER_ROOT);
    write_bytes(writer, bytes_of(root->bytes, DIGEST_SIZE));
    write_uint(writer, TRAILER_WITHHELD);
    write_uint(writer, 0);
    write_uint(writer, TRAILER_TOTALS);
    write_raw(writer, totals);
    write_uint(writer, TRAILER_SIGNERS);
    write_array(writer, options->certifier > 0 ? 2 : 1);
    write_array(writer, 2);
    write_uint(writer, PERSON_SEAL);
    write_uint(writer, MEANING_SEALED);
    if (options->certifier > 0) {
        write_array(writer, 2);
        write_uint(writer, (uint64_t)options->certifier);
        write_uint(writer, MEANING_APPROVED);
    }
}

static enum ledger_status sign_trailer(struct cose_message *message, const struct private_key *key,
                                       enum cose_unlocked_by unlocked_by, int64_t now_ms, struct error *error)
{
    if (!signed_make(&message->signers[message->signer_count++], COSE_EXPORT, message->payload, key, unlocked_by, now_ms))
        return error_set(error, REFUSAL_FAULT, "the trailer could not be signed");
    return LEDGER_OK;
}

static enum ledger_status write_trailer(struct ledger *ledger, struct reading *reading, const struct export_options *options,
                                        const struct exported *exported, struct sink *sink, struct error *error)
{
    uint8_t payload[COSE_PAYLOAD_LIMIT], bytes[EXPORT_TRAILER_LIMIT];
    struct digest running = hasher_finish(&sink->hasher), root;
    struct cose_message message = { .typ = COSE_EXPORT };
    struct writer payload_writer, writer;
    struct bytes totals;
    enum ledger_status status = place_root(reading->txn, exported->entries, &root, error);

    if (status == LEDGER_OK)
        status = totals_of_closing(reading, exported->entries, &totals, error);
    if (status != LEDGER_OK)
        return status;
    writer_init(&payload_writer, payload, sizeof payload);
    encode_trailer(ledger, options, exported, sink, &running, &root, totals, &payload_writer);
    assert(!payload_writer.failed);
    message.payload = writer_bytes(&payload_writer);
    status = sign_trailer(&message, ledger->seal, COSE_UNLOCKED_SEAL, options->now.ms, error);
    if (status == LEDGER_OK && options->certifier > 0)
        status = sign_trailer(&message, options->certifier_key, options->unlocked_by, options->now.ms, error);
    if (status != LEDGER_OK)
        return status;
    writer_init(&writer, bytes, sizeof bytes);
    cose_encode(&message, &writer);
    assert(!writer.failed);
    return sink_put(sink, writer_bytes(&writer), error);
}

/* A snapshot that ends exactly at the closing of this export; others may have recorded since. */
static enum ledger_status write_all(struct ledger *ledger, struct reading *reading, const struct export_options *options,
                                    struct exported *exported, struct sink *sink, struct error *error)
{
    uint8_t note[CHECKPOINT_NOTE_LIMIT];
    size_t note_size = 0;
    struct store_key key;
    struct bytes value;
    bool found = false;
    enum ledger_status status = write_head(ledger, reading, options, exported, sink, error);

    if (status == LEDGER_OK)
        status = write_entries(reading, options, exported->entries, sink, error);
    if (status == LEDGER_OK)
        status = store_get(reading->txn, STORE_CHECKPOINTS, key_of_checkpoint(&key, exported->entries), &found, &value, error);
    if (status == LEDGER_OK && (!found || value.size > sizeof note))
        status = error_set(error, REFUSAL_CHECKPOINT, "the checkpoint of closing #%u is missing", exported->entries);
    if (status != LEDGER_OK)
        return status;
    memcpy(note, value.data, value.size);
    note_size = value.size;
    status = sink_item(sink, ITEM_CHECKPOINT, true, bytes_of(note, note_size), error);
    if (status == LEDGER_OK)
        status = write_trailer(ledger, reading, options, exported, sink, error);
    return status;
}

enum ledger_status export_whole(struct ledger *ledger, const struct export_options *options, struct exported *exported,
                                struct error *error)
{
    struct access announced = { .what = ACCESS_EXPORT, .person = options->person, .purpose = options->purpose,
                                .recipient = options->recipient, .challenge = options->challenge };
    struct reading reading = { NULL, NULL };
    struct sink sink;
    enum ledger_status status;

    *exported = (struct exported){ 0 };
    /* Before anything is announced: a place the file cannot go to leaves no trace in the book. */
    status = sink_open(&sink, options->path, error);
    if (status == LEDGER_OK)
        status = ledger_note_access(ledger, &announced, options->terminal, options->now, &exported->placed, error);
    if (status == LEDGER_OK) {
        exported->entries = exported->placed.first + exported->placed.count - 1;
        status = ledger_read(ledger, &reading, error);
    }
    if (status == LEDGER_OK)
        status = write_all(ledger, &reading, options, exported, &sink, error);
    ledger_read_end(&reading);
    if (status == LEDGER_OK)
        status = sink_finish(&sink, options->path, error);
    exported->bytes = sink.bytes;
    sink_discard(&sink);
    return status;
}
