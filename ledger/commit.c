#include "ledger/commit.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ledger/checkpoint.h"
#include "ledger/erased.h"
#include "ledger/heads.h"
#include "ledger/layout.h"
#include "ledger/ledger_internal.h"
#include "ledger/openings.h"
#include "ledger/place.h"
#include "ledger/seal_key.h"
#include "ledger/refuse.h"
#include "ledger/signed.h"

enum {
    COMMIT_WAIT_MS = 10000,  /* how long to wait for the book before BUSY */
    CLOCK_SLACK_MS = 5000,   /* a clock behind the newest entry by this much is taken for that entry's time */
};

static const char program[] = "phial " PHIAL_VERSION;

enum ledger_status recording_time(struct view *view, int64_t now_ms, int64_t *recorded_ms, struct error *error)
{
    int64_t newest_ms = view_site(view, SITE_RECORDED_AT);
    uint32_t entries = view_entries_before(view);
    bool vouched = entries > 0 && view_site(view, SITE_CLOCK_ENTRY) == entries;
    int64_t behind_min;

    *recorded_ms = now_ms;
    if (now_ms >= newest_ms || vouched)
        return LEDGER_OK;
    *recorded_ms = newest_ms;
    if (newest_ms - now_ms <= CLOCK_SLACK_MS)
        return LEDGER_OK;
    behind_min = (newest_ms - now_ms) / 60000;
    return error_set(error, REFUSAL_CLOCK_BEHIND, "this computer's clock is %" PRId64 " h %" PRId64 " min behind the newest entry, #%" PRIu32 ".",
                     behind_min / 60, behind_min % 60, entries);
}

/* Whether the view has another seal than the one whose key is loaded. */
static bool has_new_seal(const struct commit *commit, struct seal *seal)
{
    return view_site(commit->view, SITE_SEAL_ENTRY) > commit->ledger->in_force.entry &&
           view_seal_at(commit->view, UINT32_MAX, seal);
}

/* Somebody may have put in a new seal since this ledger was opened. */
static enum ledger_status follow_seal(struct commit *commit, struct error *error)
{
    struct seal seal;

    return has_new_seal(commit, &seal) ? ledger_load_seal(commit->ledger, &seal, error) : view_status(commit->view, error);
}

/* Wait for the book and look at its head. */
static enum ledger_status begin(struct commit *commit, struct ledger *ledger, const char *terminal, int64_t now_ms,
                                struct error *error)
{
    enum ledger_status status;

    *commit = (struct commit){ .ledger = ledger, .terminal = terminal, .now_ms = now_ms };
    if (ledger->mode == LEDGER_READ)
        return error_set(error, REFUSAL_READ_ONLY, "the ledger in %s was opened for reading", ledger->directory);
    if (ledger->is_behind) {
        *error = ledger->behind;
        return error->status;
    }
    status = store_begin_write(ledger->store, COMMIT_WAIT_MS, &commit->txn, error);
    if (status != LEDGER_OK)
        return status;
    commit->view = view_new(commit->txn);
    if (commit->view == NULL)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    if (status == LEDGER_OK)
        status = view_status(commit->view, error);
    if (status == LEDGER_OK)
        status = follow_seal(commit, error);
    if (status == LEDGER_OK) {
        commit->entries = view_entries_before(commit->view);
        status = place_previous(commit->txn, commit->entries, &commit->previous, error);
    }
    if (status != LEDGER_OK)
        commit_abort(commit);
    return status;
}

enum ledger_status commit_begin(struct commit *commit, struct ledger *ledger, const char *terminal, int64_t now_ms,
                                struct error *error)
{
    enum ledger_status status = begin(commit, ledger, terminal, now_ms, error);

    if (status == LEDGER_OK) {
        status = recording_time(commit->view, now_ms, &commit->recorded_ms, error);
        if (status != LEDGER_OK)
            commit_abort(commit);
    }
    return status;
}

enum ledger_status commit_begin_at_newest(struct commit *commit, struct ledger *ledger, const char *terminal,
                                          int64_t now_ms, struct error *error)
{
    enum ledger_status status = begin(commit, ledger, terminal, now_ms, error);
    int64_t newest_ms = status == LEDGER_OK ? view_site(commit->view, SITE_RECORDED_AT) : 0;

    commit->recorded_ms = now_ms > newest_ms ? now_ms : newest_ms;
    return status;
}

void commit_abort(struct commit *commit)
{
    view_free(commit->view);
    store_abort(commit->txn);
    commit->view = NULL;
    commit->txn = NULL;
}

/* ---- one act */

/* Every signature is checked before it becomes permanent, by the key the book holds at this place. */
static enum ledger_status check_signatures(struct view *view, const struct event *event, const struct cose_message *message,
                                           struct error *error)
{
    if (message->signer_count != event->signer_count)
        return error_set(error, REFUSAL_SIGNATURES, "%zu people are to sign, %zu did", event->signer_count,
                         message->signer_count);
    for (size_t i = 0; i < message->signer_count; i++) {
        struct public_key key;

        if (!rules_signer_key(view, event, i, &key))
            continue; /* the rules say so, with the name */
        if (!signed_by(message, i, event->signers[i].person, &key))
            return error_set(error, REFUSAL_SIGNATURES, "the signature of signer %zu does not fit these bytes", i + 1);
    }
    return LEDGER_OK;
}

static enum ledger_status encode_body(const struct act *act, struct writer *writer, struct error *error)
{
    struct cose_message message = { .typ = COSE_EVENT,
                                    .payload = bytes_of(act->payload, act->payload_size),
                                    .signer_count = act->event.signer_count };

    for (size_t i = 0; i < act->event.signer_count; i++) {
        if (!act->is_signed[i])
            return error_set(error, REFUSAL_SIGNATURES, "signer %zu has not signed", i + 1);
        message.signers[i] = act->signatures[i];
    }
    cose_encode(&message, writer);
    return writer->failed ? error_set(error, REFUSAL_SIZE, "the signed event is too large for an entry") : LEDGER_OK;
}

static enum ledger_status encode_entry(struct commit *commit, const struct verdict *verdict, struct bytes body,
                                       struct writer *writer, struct error *error)
{
    struct header header = { .number = commit->entries + 1, .recorded_ms = commit->recorded_ms,
                             .touch_count = verdict->touch_count, .touches = verdict->touches,
                             .terminal = bytes_of_text(commit->terminal), .program = bytes_of_text(program) };
    struct entry again;

    memcpy(header.previous, commit->previous.bytes, DIGEST_SIZE);
    if (entry_encode(&header, body, writer) != EVENT_OK)
        return error_set(error, REFUSAL_SIZE, "the entry would take more than %d bytes", ENTRY_LIMIT);
    /* The cheapest place to find a wrong byte is the moment before it becomes permanent. */
    if (entry_decode(writer_bytes(writer), &again) != EVENT_OK || !bytes_equal(again.body, body) ||
        again.header.number != header.number)
        return error_set(error, REFUSAL_FAULT, "an entry does not read back as it was written");
    return LEDGER_OK;
}

enum ledger_status commit_act(struct commit *commit, struct act *act, struct error *error)
{
    static _Thread_local uint8_t body[COSE_MESSAGE_LIMIT], entry[ENTRY_LIMIT];
    struct placing placing = { .number = commit->entries + 1, .recorded_ms = act_recorded_ms(act, commit->recorded_ms) };
    struct cose_message message;
    struct writer body_writer, entry_writer;
    struct event event;
    struct facts_fault fault;
    const struct broken *broken;
    enum ledger_status status;

    commit->recorded_ms = placing.recorded_ms;
    writer_init(&body_writer, body, sizeof body);
    writer_init(&entry_writer, entry, sizeof entry);
    status = encode_body(act, &body_writer, error);
    if (status != LEDGER_OK)
        return status;
    if (cose_decode(writer_bytes(&body_writer), COSE_EVENT, &message) != COSE_OK ||
        event_decode(message.payload, &event, &fault) != EVENT_OK)
        return error_set(error, REFUSAL_ENCODING, "the signed event does not read back as it was written");
    placing_of_message(&message, &placing);
    status = check_signatures(commit->view, &event, &message, error);
    if (status != LEDGER_OK)
        return status;
    rules_judge(commit->view, &event, &placing, &act->verdict);
    status = view_status(commit->view, error);
    if (status != LEDGER_OK)
        return status;
    broken = verdict_refusal(&act->verdict, &event);
    if (broken != NULL)
        return refuse(commit->view, &act->verdict, broken, act->event.occurred.offset_min, error);
    status = encode_entry(commit, &act->verdict, writer_bytes(&body_writer), &entry_writer, error);
    if (status == LEDGER_OK)
        status = place_entry(commit->txn, placing.number, writer_bytes(&entry_writer), act->verdict.touches,
                             act->verdict.touch_count, &commit->previous, error);
    if (status != LEDGER_OK)
        return status;
    commit->entries = act->entry = placing.number;
    commit->has_closing = event.kind->number == KIND_CLOSING;
    act->born_id = act->verdict.born_id;
    return LEDGER_OK;
}

/* ---- the end of a list */

/* What the next command will look at when it opens the book, as this commit leaves it. */
struct written {
    uint32_t number;          /* of the newest entry */
    struct digest hash, root;
    uint8_t note[CHECKPOINT_NOTE_LIMIT];
    size_t note_size;
};

static bool reads_as_written(struct reading *reading, const struct written *written)
{
    uint8_t note[CHECKPOINT_NOTE_LIMIT];
    size_t note_size;
    struct bytes bytes;
    struct digest again, kept, root;
    struct public_key seal;
    struct name name;
    struct error why;

    /* Which book this is and who seals it is asked before anything else. */
    if (!view_name(reading->view, NAME_LEDGER, bytes_of("", 0), &name) || !view_key_of(reading->view, PERSON_SEAL, &seal) ||
        view_entries_before(reading->view) < written->number ||
        !view_entry(reading->view, written->number, &bytes) ||
        place_previous(reading->txn, written->number, &kept, &why) != LEDGER_OK ||
        place_root(reading->txn, written->number, &root, &why) != LEDGER_OK ||
        checkpoint_newest(reading->txn, note, &note_size, &why) != LEDGER_OK)
        return false;
    again = merkle_leaf(bytes.data, bytes.size);
    if (!digest_equal(&again, &written->hash) || !digest_equal(&kept, &written->hash) || !digest_equal(&root, &written->root))
        return false;
    /* Whoever has recorded since has looked at the checkpoint himself, and left another. */
    return view_entries_before(reading->view) > written->number ||
           bytes_equal(bytes_of(note, note_size), bytes_of(written->note, written->note_size));
}

/* RECORDED is said of what can be read back: a disk may say it wrote what it did not. Whatever is wrong now, the
 * commit is done, and nobody knows yet what of it stands. */
static enum ledger_status is_there(struct ledger *ledger, const struct written *written, struct error *error)
{
    struct reading reading;
    bool there = ledger_read(ledger, &reading, error) == LEDGER_OK && reads_as_written(&reading, written);

    ledger_read_end(&reading);
    return there ? LEDGER_OK
                 : error_set(error, REFUSAL_UNCERTAIN, "the store took entry #%" PRIu32 " and does not hold it",
                             written->number);
}

/* The seal that this commit puts in, from the file beside that of the present one: whoever is to be trusted from here on
 * shows with the checkpoint that its key is there. NULL where there is none. */
static enum ledger_status find_new_seal(struct commit *commit, struct seal *seal, struct private_key **key, struct error *error)
{
    bool is_beside;

    *key = NULL;
    if (!has_new_seal(commit, seal))
        return view_status(commit->view, error);
    return seal_key_load(commit->ledger->directory, &seal->key, key, &is_beside, error);
}

static enum ledger_status make_checkpoint(struct commit *commit, const struct private_key *seal, struct written *written,
                                          struct error *error)
{
    if (seal == NULL)
        return error_set(error, REFUSAL_SEAL_KEY, "the seal's key is missing, and this puts in no new one");
    return checkpoint_make(commit->txn, &commit->ledger->id, seal, commit->entries, commit->has_closing, written->note,
                           &written->note_size, error);
}

/* The book names it now: its key takes the old one's place. */
static void take_new_seal(struct ledger *ledger, const struct seal *seal, struct private_key *key)
{
    private_key_release(ledger->seal);
    ledger->seal = key;
    ledger->in_force = *seal;
    seal_key_settle(ledger->directory, &seal->key);
}

enum ledger_status commit_end(struct commit *commit, struct placed *placed, struct error *error)
{
    struct written written = { .number = commit->entries, .hash = commit->previous };
    struct ledger *ledger = commit->ledger;
    struct seal new_seal;
    struct private_key *new_key;
    uint32_t before = view_entries_before(commit->view);
    enum ledger_status status = find_new_seal(commit, &new_seal, &new_key, error);

    if (status == LEDGER_OK && before == 0)
        status = layout_mark(commit->txn, error);
    if (status == LEDGER_OK)
        status = view_flush(commit->view, commit->txn, error);
    if (status == LEDGER_OK)
        status = make_checkpoint(commit, new_key != NULL ? new_key : ledger->seal, &written, error);
    if (status == LEDGER_OK)
        status = place_root(commit->txn, commit->entries, &written.root, error);
    view_free(commit->view);
    commit->view = NULL;
    if (status == LEDGER_OK) {
        status = store_commit(commit->txn, error);
        commit->txn = NULL;
    }
    if (status == LEDGER_OK)
        status = is_there(ledger, &written, error);
    if (status != LEDGER_OK) {
        private_key_release(new_key);
        commit_abort(commit);
        return status;
    }
    if (new_key != NULL)
        take_new_seal(ledger, &new_seal, new_key);
    placed->first = before + 1;
    placed->count = commit->entries - before;
    placed->head = commit->previous;
    placed->head_remembered =
        heads_advance(ledger->id_hex, commit->entries, bytes_of(written.note, written.note_size)) == HEADS_OK;
    return LEDGER_OK;
}

/* ---- a list of people's acts */

enum ledger_status ledger_find_act(struct ledger *ledger, const uint8_t act[static ACT_SIZE], uint32_t *entry,
                                   struct error *error)
{
    struct reading reading;
    struct name name;
    enum ledger_status status = ledger_read(ledger, &reading, error);

    *entry = 0;
    if (status == LEDGER_OK && view_name(reading.view, NAME_ACT, bytes_of(act, ACT_SIZE), &name))
        *entry = name.entry;
    if (status == LEDGER_OK)
        status = view_status(reading.view, error);
    ledger_read_end(&reading);
    return status;
}

/* An act already recorded says the same but for what the terminal had seen and the policy then in force. */
static bool says_the_same(const struct act *act, struct bytes recorded)
{
    static _Thread_local uint8_t bytes[COSE_PAYLOAD_LIMIT];
    struct event event;
    struct facts_fault fault;
    struct writer writer;

    if (event_decode(recorded, &event, &fault) != EVENT_OK)
        return false;
    event.has_seen = act->event.has_seen;
    event.seen_number = act->event.seen_number;
    memcpy(event.seen_hash, act->event.seen_hash, EVENT_HASH_SIZE);
    event.policy = act->event.policy;
    writer_init(&writer, bytes, sizeof bytes);
    return event_encode(&event, &writer) == EVENT_OK &&
           bytes_equal(writer_bytes(&writer), bytes_of(act->payload, act->payload_size));
}

static enum ledger_status refuse_known(uint32_t entry, struct error *error)
{
    return error_set(error, REFUSAL_ACT_KNOWN, "this act was recorded as #%" PRIu32 ", with other content", entry);
}

/* Whether the list is in the book already: all of it, with this content. */
static enum ledger_status find_list(struct ledger *ledger, struct act_list *list, struct placed *placed, struct error *error)
{
    struct reading reading;
    struct name name = { 0 };
    struct bytes bytes;
    struct entry entry;
    enum ledger_status status = ledger_read(ledger, &reading, error);
    size_t known = 0;

    for (size_t i = 0; i < list->count && status == LEDGER_OK; i++) {
        if (!view_name(reading.view, NAME_ACT, bytes_of(list->acts[i].event.act, ACT_SIZE), &name))
            continue;
        status = place_read(reading.txn, name.entry, &bytes, &entry, error);
        if (status == LEDGER_OK && !says_the_same(&list->acts[i], entry.message.payload))
            status = refuse_known(name.entry, error);
        list->acts[i].entry = name.entry;
        known++;
    }
    if (status == LEDGER_OK)
        status = view_status(reading.view, error);
    if (status == LEDGER_OK && known > 0 && known < list->count)
        status = refuse_known(name.entry, error);
    if (status == LEDGER_OK && known > 0) {
        placed->was_there = true;
        placed->first = list->acts[0].entry;
        placed->count = (uint32_t)list->count;
        status = place_previous(reading.txn, view_entries_before(reading.view), &placed->head, error);
    }
    ledger_read_end(&reading);
    return status;
}

static enum ledger_status commit_list(struct commit *commit, struct act_list *list, struct error *error)
{
    struct openings openings = OPENINGS_NONE;
    enum ledger_status status = openings_begin(commit, list, error);

    for (size_t i = 0; i < list->count && status == LEDGER_OK; i++) {
        status = commit_act(commit, &list->acts[i], error);
        if (status == LEDGER_OK)
            status = openings_add(&openings, commit, &list->acts[i], error);
        list->acts[i].verdict.touches = NULL;
    }
    if (status == LEDGER_OK)
        status = openings_keep(&openings, commit, error);
    openings_release(&openings);
    return status;
}

/* What was erased is recorded by now; where it cannot be destroyed yet, the next list says why before it is placed. */
static void destroy_erased(struct ledger *ledger, const struct act_list *list)
{
    struct reading reading;
    struct error error;
    bool erases = false;

    for (size_t i = 0; i < list->count; i++)
        erases = erases || list->acts[i].event.kind->number == KIND_ERASE;
    if (!erases)
        return;
    if (ledger_read(ledger, &reading, &error) == LEDGER_OK)
        (void)erased_drop(ledger, reading.view, &error);
    ledger_read_end(&reading);
}

/* Now, by the offset among those of the acts that is furthest into the day. */
static struct at latest_now(const struct act_list *list, int64_t now_ms)
{
    struct at now = { now_ms, list->acts[0].event.occurred.offset_min };

    for (size_t i = 1; i < list->count; i++)
        if (list->acts[i].event.occurred.offset_min > now.offset_min)
            now.offset_min = list->acts[i].event.occurred.offset_min;
    return now;
}

/* A day that has ended is closed before anything is recorded, but for a new seal: the old one may be lost. */
static enum ledger_status begin_list(struct commit *commit, struct ledger *ledger, const struct act_list *list,
                                     const char *terminal, struct at now, uint32_t *closing, struct error *error)
{
    if (list->acts[0].event.kind->number == KIND_SEAL_CHANGE)
        return commit_begin(commit, ledger, terminal, now.ms, error);
    return commit_begin_today(commit, ledger, terminal, now, closing, error);
}

enum ledger_status ledger_commit(struct ledger *ledger, struct act_list *list, const char *terminal, int64_t now_ms,
                                 struct placed *placed, struct error *error)
{
    struct commit commit;
    enum ledger_status status;

    *placed = (struct placed){ 0 };
    status = find_list(ledger, list, placed, error);
    if (status != LEDGER_OK || placed->was_there)
        return status;
    status = begin_list(&commit, ledger, list, terminal, latest_now(list, now_ms), &placed->closed_before, error);
    if (status != LEDGER_OK)
        return status;
    status = commit_list(&commit, list, error);
    if (status == LEDGER_OK) {
        status = commit_end(&commit, placed, error);
        if (status == LEDGER_OK)
            destroy_erased(ledger, list);
        return status;
    }
    commit_abort(&commit);
    /* Somebody may have recorded this very list since we looked. */
    return error->code == REFUSAL_ACT_KNOWN ? find_list(ledger, list, placed, error) : status;
}
