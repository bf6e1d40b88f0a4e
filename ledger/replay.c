#include "ledger/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/place.h"
#include "ledger/replay_internal.h"

enum { LISTS_PER_TXN = 500 };

enum ledger_status replay_new(const char *directory, struct report *report, struct replay **replay, struct error *error)
{
    struct replay *made = calloc(1, sizeof *made);
    enum ledger_status status;

    *replay = NULL;
    if (made == NULL || (made->waiting = malloc(ENTRY_LIMIT)) == NULL) {
        free(made);
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    }
    made->report = report;
    status = store_open(directory, STORE_SCRATCH, &made->store, error);
    if (status == LEDGER_OK)
        status = store_begin_write(made->store, 0, &made->txn, error);
    if (status == LEDGER_OK)
        status = sigpool_new(0, &made->pool, error);
    if (status != LEDGER_OK) {
        replay_free(made);
        return status;
    }
    *replay = made;
    return LEDGER_OK;
}

void replay_free(struct replay *replay)
{
    if (replay == NULL)
        return;
    if (replay->pool != NULL) {
        const struct sigpool_answer *answers;
        size_t count;

        sigpool_wait(replay->pool, &answers, &count);
    }
    sigpool_free(replay->pool);
    view_free(replay->view);
    store_abort(replay->txn);
    store_close(replay->store);
    free(replay->seals);
    free(replay->waiting);
    free(replay);
}

struct store *replay_store(struct replay *replay)
{
    return replay->store;
}

void replay_look_at(struct replay *replay, const struct replay_look *look)
{
    replay->look = *look;
}

struct bytes replay_newest(const struct replay *replay)
{
    return bytes_of(replay->waiting, replay->waiting_size);
}

/* ---- seals */

static bool seal_at(const struct replay *replay, uint64_t size, struct seal *seal)
{
    size_t count = replay->seal_count;

    while (count > 1 && replay->seals[count - 1].entry > size)
        count--;
    if (count > 0)
        *seal = replay->seals[count - 1];
    return count > 0;
}

const struct seal *replay_seal_with(const struct replay *replay, const uint8_t key[static KEY_ED25519_SIZE])
{
    for (size_t i = 0; i < replay->seal_count; i++)
        if (memcmp(replay->seals[i].key.bytes, key, KEY_ED25519_SIZE) == 0)
            return &replay->seals[i];
    return NULL;
}

enum checkpoint_status replay_read_note(const struct replay *replay, struct bytes note, uint64_t *size, struct digest *root)
{
    const struct digest *ledger = &replay->report->ledger;
    struct seal seal;
    enum checkpoint_status status = checkpoint_peek(note, ledger, size, root);

    if (status != CHECKPOINT_OK)
        return status;
    return seal_at(replay, *size, &seal) ? checkpoint_read(note, ledger, &seal.key, size, root) : CHECKPOINT_NOT_SIGNED;
}

bool replay_lacks_seal(struct replay *replay, uint64_t size)
{
    if (!replay->rules_stopped || size <= replay->followed)
        return false;
    if (!replay->has_doubtful_note)
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0,
                    "the checkpoint of %" PRIu64 " entries is signed by a key that is not known here, since the book could not be "
                    "followed so far", size);
    replay->has_doubtful_note = true;
    return true;
}

/* ---- the view of a list, and the transaction it is written in */

/* Commit now and then, so that what is written does not gather in memory. */
static enum ledger_status step_transaction(struct replay *replay, struct error *error)
{
    enum ledger_status status;

    if (++replay->lists < LISTS_PER_TXN)
        return LEDGER_OK;
    replay->lists = 0;
    status = store_commit(replay->txn, error);
    replay->txn = NULL;
    return status == LEDGER_OK ? store_begin_write(replay->store, 0, &replay->txn, error) : status;
}

/* The list is complete: its effects are the book's. */
static enum ledger_status end_list(struct replay *replay, struct error *error)
{
    enum ledger_status status = view_flush(replay->view, replay->txn, error);

    view_free(replay->view);
    replay->view = NULL;
    replay->list_length = 0;
    return status == LEDGER_OK ? step_transaction(replay, error) : status;
}

/* Its effects are of a list that is not judged any more. */
static enum ledger_status forget_list(struct replay *replay, struct error *error)
{
    view_free(replay->view);
    replay->view = NULL;
    return step_transaction(replay, error);
}

/* ---- one entry, known to be what the next one says it is, or the last */

/* Header, envelope and payload: the first thing wrong, else what is not known. */
static enum event_status decode_all(struct bytes bytes, struct entry *entry, struct event *event)
{
    struct facts_fault fault;
    enum event_status status, of_entry = entry_decode(bytes, entry);

    if (of_entry != EVENT_OK && of_entry != EVENT_CHARACTER)
        return of_entry;
    status = event_decode(entry->message.payload, event, &fault);
    /* What is described and not built has no frozen bytes yet (SPEC 14). */
    if (event->kind != NULL && (event->kind->flags & KIND_IS_DRAFT) != 0)
        return EVENT_KIND;
    return status == EVENT_OK ? of_entry : status;
}

/* Decode as far as it goes; what is not understood is UNPROVEN, what is wrong is FAIL. */
static bool decode(struct replay *replay, struct bytes bytes, uint32_t number, struct entry *entry, struct event *event)
{
    switch (decode_all(bytes, entry, event)) {
    case EVENT_OK:
        return true;
    case EVENT_ALGORITHM:
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_ALGORITHM, number,
                    "entry %" PRIu32 " is signed by, or brings, a key of an algorithm this program does not know", number);
        return false;
    case EVENT_CHARACTER:
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_CHARACTER, number,
                    "entry %" PRIu32 " holds a character that this program's Unicode does not know", number);
        return false;
    case EVENT_VERSION:
    case EVENT_KIND:
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, number,
                    "entry %" PRIu32 " is of a kind or format this program does not know", number);
        return false;
    default:
        report_find(replay->report, JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED, number,
                    "entry %" PRIu32 " is not the encoding of an entry", number);
        return false;
    }
}

/* The policy in force names the revision of the rules; one we do not have cannot be judged by. */
static bool revision_is_known(struct replay *replay, const struct event *event, uint32_t number)
{
    int64_t revision = event->kind->number == KIND_POLICY ? facts_number(&event->facts, POLICY_REVISION, 0) : 0;

    if (revision <= RULES_REVISION)
        return true;
    report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_REVISION, number,
                "from entry %" PRIu32 " on rules of revision %" PRId64 " hold, which this program does not have", number,
                revision);
    return false;
}

static enum ledger_status note_seal(struct replay *replay, uint32_t entry, const struct value *value, struct error *error)
{
    struct seal *seal;

    if (replay->seal_count == replay->seal_room) {
        size_t room = 2 * replay->seal_room + 4;
        struct seal *more = realloc(replay->seals, room * sizeof *more);

        if (more == NULL)
            return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
        replay->seals = more;
        replay->seal_room = room;
    }
    seal = &replay->seals[replay->seal_count++];
    *seal = (struct seal){ .entry = entry, .key = { .algorithm = (enum key_algorithm)value->second } };
    memcpy(seal->key.bytes, value->bytes.data, value->bytes.size);
    replay->report->seal = *seal;
    return LEDGER_OK;
}

/* Learn from genesis whose book it is, whatever is wrong with it. */
static enum ledger_status note_genesis(struct replay *replay, const struct entry *entry, const struct event *event,
                                       struct error *error)
{
    if (event->kind->number != KIND_GENESIS || entry->header.number != 1 || replay->seal_count > 0)
        return LEDGER_OK;
    replay->report->ledger = digest_bytes(entry->message.payload.data, entry->message.payload.size);
    replay->report->is_training = facts_get(&event->facts, FACT_GENESIS_TRAINING) != NULL;
    return note_seal(replay, 1, facts_get(&event->facts, FACT_GENESIS_SEAL), error);
}

static bool ends_list(const struct event *event)
{
    return !event->in_list || event->list_place >= event->list_length;
}

/* What a judged entry adds to the report and the tables. */
static enum ledger_status keep(struct replay *replay, const struct entry *entry, const struct event *event, struct error *error)
{
    static const uint8_t nothing[1];
    struct store_key key;
    uint32_t number = entry->header.number;
    enum ledger_status status = place_touches(replay->txn, &entry->header, error);

    replay->report->sound = replay->followed = number;
    if (event->kind->number == KIND_SEAL_CHANGE && status == LEDGER_OK)
        status = note_seal(replay, number, facts_get(&event->facts, FACT_SEAL_CHANGE_SEAL), error);
    if (event->kind->number == KIND_CLOCK)
        replay->report->clocks++;
    if (event->kind->number == KIND_CLOSING) {
        replay->report->newest_closing = number;
        /* The note of each closing is kept for ever; which there must be is noted here. */
        if (status == LEDGER_OK)
            status = store_put(replay->txn, STORE_CHECKPOINTS, key_of_checkpoint(&key, number), bytes_of(nothing, 1), error);
    }
    return status;
}

/* Judge an entry that reads. A changed one's signatures tell nothing that its hash has not told. */
static enum ledger_status judge_known(struct replay *replay, const struct entry *entry, const struct event *event,
                                      bool is_changed, struct error *error)
{
    enum ledger_status status = note_genesis(replay, entry, event, error);

    if (status != LEDGER_OK)
        return status;
    replay->report->newest_ms = entry->header.recorded_ms;
    if (replay->view == NULL)
        replay->view = view_new(replay->txn);
    if (replay->view == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    if (!replay->rules_stopped)
        return replay_judge(replay, entry, event, error);
    return is_changed ? LEDGER_OK : replay_judge_signatures(replay, event, &entry->message, replay->count, error);
}

/* Judge the entry that waited. */
static enum ledger_status settle(struct replay *replay, bool is_changed, struct error *error)
{
    struct bytes bytes = replay_newest(replay);
    uint32_t number = replay->count;
    struct entry entry;
    struct event event;
    struct digest hash;
    enum ledger_status status = LEDGER_OK;
    bool known = decode(replay, bytes, number, &entry, &event) && revision_is_known(replay, &event, number);

    if (is_changed || !known || entry.header.number != number)
        replay->rules_stopped = true;
    if (known)
        status = judge_known(replay, &entry, &event, is_changed, error);
    if (status == LEDGER_OK)
        status = place_entry(replay->txn, number, bytes, NULL, 0, &hash, error);
    if (status != LEDGER_OK)
        return status;
    if (replay->rules_stopped)
        return forget_list(replay, error);
    status = keep(replay, &entry, &event, error);
    if (status == LEDGER_OK && ends_list(&event))
        status = end_list(replay, error);
    if (status == LEDGER_OK && ends_list(&event) && number == replay->look.entries)
        status = replay->look.look(replay->look.context, replay->txn, error);
    return status;
}

/* The hash that the new entry holds of the one that waits. */
static bool held_hash(struct bytes bytes, struct digest *held, uint32_t *number)
{
    struct header header;

    if (!entry_header(bytes, &header))
        return false;
    memcpy(held->bytes, header.previous, DIGEST_SIZE);
    *number = header.number;
    return true;
}

static void doubt(struct replay *replay, uint32_t number, const struct digest *own, const struct digest *held)
{
    replay->doubt_total++;
    if (replay->doubt_count < DOUBTS_LIMIT)
        replay->doubts[replay->doubt_count++] = (struct doubt){ number, *own, *held };
}

enum ledger_status replay_entry(struct replay *replay, struct bytes bytes, struct error *error)
{
    struct digest held, zero = { { 0 } };
    uint32_t number = 0;
    bool reads = held_hash(bytes, &held, &number);
    bool links = reads && digest_equal(&held, replay->count > 0 ? &replay->waiting_hash : &zero);
    enum ledger_status status = LEDGER_OK;

    if (bytes.size > ENTRY_LIMIT) {
        report_find(replay->report, JUDGED_FAIL, REFUSAL_SIZE, replay->count + 1,
                    "entry %" PRIu32 " is larger than an entry may be", replay->count + 1);
        bytes.size = ENTRY_LIMIT;
    }
    if (replay->count > 0) {
        if (reads && !links)
            doubt(replay, replay->count, &replay->waiting_hash, &held);
        status = settle(replay, reads && !links, error);
    } else if (!links && reads) {
        report_find(replay->report, JUDGED_FAIL, REFUSAL_LINK, 1, "entry 1 names an entry before it");
    }
    replay->count++;
    replay->report->entries = replay->count;
    /* Where one is missing, all that follow are out of place: only the first is told of. */
    if (reads && number != replay->number + 1)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_NUMBERS, replay->count,
                    "entry %" PRIu32 " stands in the place of entry %" PRIu32, number, replay->number + 1);
    replay->number = reads ? number : replay->number + 1;
    memcpy(replay->waiting, bytes.data, bytes.size);
    replay->waiting_size = bytes.size;
    replay->waiting_hash = merkle_leaf(bytes.data, bytes.size);
    return status;
}

/* ---- the end */

static void report_signatures(struct replay *replay)
{
    const struct sigpool_answer *answers;
    size_t count;

    sigpool_wait(replay->pool, &answers, &count);
    for (size_t i = 0; i < count; i++) {
        if (answers[i].status == CRYPT_FAILED)
            report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_OUT_OF_MEMORY, answers[i].ticket,
                        "a signature of entry %" PRIu32 " could not be judged", answers[i].ticket);
        else
            report_find(replay->report, JUDGED_FAIL, REFUSAL_BAD_SIGNATURE, answers[i].ticket,
                        "a signature of entry %" PRIu32 " does not fit its bytes", answers[i].ticket);
        if (answers[i].ticket <= replay->report->sound)
            replay->report->sound = answers[i].ticket - 1;
    }
    if (replay->unjudged > 0)
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, replay->unjudged_first,
                    "%" PRIu64 " signatures, the first in entry %" PRIu32 ", are by keys that are not known where rules could "
                    "not be followed any more", replay->unjudged, replay->unjudged_first);
}

static void report_state(struct replay *replay)
{
    struct view *view = view_new(replay->txn);
    struct report *report = replay->report;

    if (view == NULL)
        return;
    report->late = view_site(view, SITE_LATE);
    report->stale = view_site(view, SITE_STALE);
    report->overrides = view_site(view, SITE_OVERRIDES);
    report->open_cases = view_site(view, SITE_OPEN_CASES);
    report->dues = view_site(view, SITE_DUES);
    report->open_doses = view_site(view, SITE_OPEN_DOSES);
    report->unclosed_day = (int32_t)view_site(view, SITE_UNCLOSED_DAY);
    view_free(view);
}

enum ledger_status replay_finish(struct replay *replay, bool is_cut_off, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (replay->count == 0)
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, 0, "there is no entry to judge");
    if (replay->count > 0)
        status = settle(replay, false, error);
    if (status == LEDGER_OK && replay->list_length != 0 && !replay->rules_stopped) {
        if (!is_cut_off)
            report_find(replay->report, JUDGED_FAIL, REFUSAL_LIST, replay->count,
                        "the list that began at entry %" PRIu32 " is not complete", replay->list_first);
        replay->rules_stopped = true;
    }
    if (status != LEDGER_OK)
        return status;
    report_signatures(replay);
    report_state(replay);
    replay->report->rules_replayed = !replay->rules_stopped;
    view_free(replay->view);
    replay->view = NULL;
    status = store_commit(replay->txn, error);
    replay->txn = NULL;
    return status;
}
