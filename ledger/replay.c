#include "ledger/replay.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/closing.h"
#include "ledger/place.h"
#include "ledger/rules.h"
#include "ledger/sigpool.h"
#include "ledger/state.h"

enum { LISTS_PER_TXN = 500 };

/* An entry whose held hash and own hash differ: one of the two is what was placed. */
struct doubt {
    uint32_t number;
    struct digest own, held;
};

enum { DOUBTS_LIMIT = 12 };

struct replay {
    struct store *store;
    struct store_txn *txn;
    struct view *view;       /* over one list */
    uint32_t list_first;     /* entry the list of the view began with */
    uint32_t list_length;    /* 0 when the newest entry stood alone or ended its list */
    uint8_t list_act[ACT_SIZE];
    unsigned lists;          /* flushed since the transaction began */
    struct report *report;
    struct sigpool *pool;
    uint32_t count;          /* entries taken */
    uint8_t *waiting;        /* the newest entry, not yet judged */
    size_t waiting_size;
    struct digest waiting_hash;
    bool rules_stopped;
    size_t doubt_count, doubt_total;
    struct doubt doubts[DOUBTS_LIMIT];
};

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
    free(replay->waiting);
    free(replay);
}

struct store *replay_store(struct replay *replay)
{
    return replay->store;
}

/* ---- the view of a list, and the transaction it is written in */

static enum ledger_status end_list(struct replay *replay, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (replay->view != NULL)
        status = view_flush(replay->view, replay->txn, error);
    view_free(replay->view);
    replay->view = NULL;
    replay->list_length = 0;
    if (status == LEDGER_OK && ++replay->lists >= LISTS_PER_TXN) {
        replay->lists = 0;
        status = store_commit(replay->txn, error);
        replay->txn = NULL;
        if (status == LEDGER_OK)
            status = store_begin_write(replay->store, 0, &replay->txn, error);
    }
    return status;
}

/* Rules end here: what follows is not judged by a state that nobody knows. */
static void stop_rules(struct replay *replay)
{
    replay->rules_stopped = true;
}

/* ---- one entry, known to be what the next one says it is, or the last */

static void check_touches(struct replay *replay, const struct header *header, const struct verdict *verdict)
{
    struct touch_cursor cursor;
    struct touch touch;
    size_t i = 0;
    bool same = header->touch_count == verdict->touch_count;

    touches_begin(&cursor, header);
    while (same && touches_next(&cursor, &touch)) {
        const struct touch *given = &verdict->touches[i++];

        same = touch.subject == given->subject && touch.id == given->id && touch.n == given->n && touch.count == given->count;
    }
    if (!same)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_TOUCHES_DIFFER, header->number,
                    "entry %u names other things as touched than the rules give", header->number);
}

/* A list stands complete and in order. */
static void check_list(struct replay *replay, const struct event *event, uint32_t number)
{
    bool begins = !event->in_list || event->list_place == 1;

    if (replay->list_length != 0 && begins)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_LIST, number, "the list that began at entry %u is not complete",
                    replay->list_first);
    if (begins) {
        replay->list_first = number;
        replay->list_length = event->in_list ? event->list_length : 0;
        memcpy(replay->list_act, event->list_act, ACT_SIZE);
        if (event->in_list && memcmp(event->list_act, event->act, ACT_SIZE) != 0)
            report_find(replay->report, JUDGED_FAIL, REFUSAL_LIST, number, "entry %u begins a list under another act", number);
    } else if (event->list_length != replay->list_length || memcmp(event->list_act, replay->list_act, ACT_SIZE) != 0) {
        report_find(replay->report, JUDGED_FAIL, REFUSAL_LIST, number, "entry %u is not of the list it stands in", number);
    }
}

static enum ledger_status check_signatures(struct replay *replay, const struct event *event, const struct cose_message *message,
                                           uint32_t number, struct error *error)
{
    uint8_t bytes[COSE_TO_BE_SIGNED_LIMIT];
    enum ledger_status status = LEDGER_OK;

    if (message->signer_count != event->signer_count) {
        report_find(replay->report, JUDGED_FAIL, REFUSAL_SIGNATURES, number,
                    "entry %u asks for %zu signatures and has %zu", number, event->signer_count, message->signer_count);
        return LEDGER_OK;
    }
    for (size_t i = 0; i < message->signer_count && status == LEDGER_OK; i++) {
        struct public_key key;
        struct writer writer;

        if (!rules_signer_key(replay->view, event, i, &key)) {
            report_find(replay->report, replay->rules_stopped ? JUDGED_UNPROVEN : JUDGED_FAIL, REFUSAL_NO_KEY, number,
                        "entry %u is signed by somebody whose key the book does not hold at its place", number);
            continue;
        }
        writer_init(&writer, bytes, sizeof bytes);
        cose_to_be_signed(message->body_protected, message->signers[i].protected_bytes, message->payload, &writer);
        assert(!writer.failed);
        status = sigpool_add(replay->pool, number, &key, writer_bytes(&writer), message->signers[i].signature, error);
        replay->report->signatures++;
    }
    return status;
}

/* A closing's figures are made again and compared. */
static enum ledger_status check_closing(struct replay *replay, const struct event *event, uint32_t number,
                                        struct error *error)
{
    struct closing_room *room = malloc(sizeof *room);
    const struct value *day = facts_get(&event->facts, 1), *challenge = facts_get(&event->facts, 7);
    struct facts facts;
    uint8_t mine[COSE_PAYLOAD_LIMIT], theirs[COSE_PAYLOAD_LIMIT];
    struct writer mine_writer, theirs_writer;
    enum ledger_status status;

    if (room == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    facts_init(&facts, event->kind->fields);
    status = closing_build(replay->view, replay->txn, view_entries_before(replay->view),
                           (enum closing_reason)facts_number(&event->facts, 2, 0), (const char *)day->bytes.data, &facts,
                           room, error);
    if (status == LEDGER_OK) {
        if (challenge != NULL)
            facts_put_bytes(&facts, 7, challenge->bytes);
        writer_init(&mine_writer, mine, sizeof mine);
        facts_encode(&facts, &mine_writer);
        writer_init(&theirs_writer, theirs, sizeof theirs);
        facts_encode(&event->facts, &theirs_writer);
        if (!bytes_equal(writer_bytes(&mine_writer), writer_bytes(&theirs_writer)))
            report_find(replay->report, JUDGED_FAIL, REFUSAL_CLOSING, number,
                        "the totals or roots that closing %u states are not those of the book", number);
    }
    free(room);
    return status;
}

/* Every broken rule that the event does not own up to is a finding; so are marks such as LATE. */
static void report_verdict(struct replay *replay, const struct event *event, const struct verdict *verdict, uint32_t number)
{
    bool stands = verdict_refusal(verdict, event) == NULL;

    for (size_t i = 0; i < verdict->broken_count; i++) {
        enum refusal_class class_ = refusal_find(verdict->broken[i].code)->class_;

        if (class_ == CLASS_NOTE || class_ == CLASS_FINDING || (!stands && class_ != CLASS_CASE))
            report_rule(replay->report, number, &verdict->broken[i]);
    }
}

static bool cannot_stand(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->broken_count; i++) {
        enum refusal_class class_ = refusal_find(verdict->broken[i].code)->class_;

        if (class_ == CLASS_MALFORMED || class_ == CLASS_IMPOSSIBLE || class_ == CLASS_AGAIN)
            return true;
    }
    return false;
}

static enum ledger_status judge(struct replay *replay, const struct entry *entry, const struct event *event,
                                struct error *error)
{
    struct placing placing = { .number = entry->header.number, .recorded_ms = entry->header.recorded_ms };
    struct verdict verdict;
    enum ledger_status status;

    placing_of_message(&entry->message, &placing);
    if (event->kind->number == KIND_CLOSING) {
        status = check_closing(replay, event, placing.number, error);
        if (status != LEDGER_OK)
            return status;
    }
    rules_judge(replay->view, event, &placing, &verdict);
    status = view_status(replay->view, error);
    if (status != LEDGER_OK)
        return status;
    report_verdict(replay, event, &verdict, placing.number);
    if (cannot_stand(&verdict)) {
        stop_rules(replay); /* it has no effects, so nobody knows the state behind it */
        return LEDGER_OK;
    }
    check_touches(replay, &entry->header, &verdict);
    if (event->kind->number == KIND_CLOSING)
        replay->report->newest_closing = placing.number;
    if (event->kind->number == KIND_CLOCK)
        replay->report->clocks++;
    return LEDGER_OK;
}

/* Decode as far as it goes; what is not understood is UNPROVEN, what is wrong is FAIL. */
static bool decode(struct replay *replay, struct bytes bytes, uint32_t number, struct entry *entry, struct event *event)
{
    struct facts_fault fault;
    enum cose_status cose;
    enum event_status status = entry_decode(bytes, entry, &cose);

    if (status != EVENT_OK && cose == COSE_ALGORITHM) {
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_ALGORITHM, number,
                    "entry %u is signed by an algorithm this program does not know", number);
        return false;
    }
    if (status == EVENT_OK)
        status = event_decode(entry->message.payload, event, &fault);
    if (status == EVENT_VERSION || status == EVENT_KIND) {
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, number,
                    "entry %u is of a kind or format this program does not know", number);
        return false;
    }
    if (status != EVENT_OK) {
        report_find(replay->report, JUDGED_FAIL, REFUSAL_ENTRY_MALFORMED, number, "entry %u is not the encoding of an entry", number);
        return false;
    }
    return true;
}

/* The policy in force names the revision of the rules; one we do not have cannot be judged by. */
static bool revision_is_known(struct replay *replay, const struct event *event, uint32_t number)
{
    int64_t revision = event->kind->number == KIND_POLICY ? facts_number(&event->facts, POLICY_REVISION, 0) : 0;

    if (revision <= RULES_REVISION)
        return true;
    report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_REVISION, number,
                "from entry %u on rules of revision %lld hold, which this program does not have", number, (long long)revision);
    return false;
}

/* Learn from genesis whose book it is. */
static void note_genesis(struct replay *replay, const struct entry *entry, const struct event *event)
{
    const struct value *seal;

    if (event->kind->number != KIND_GENESIS || entry->header.number != 1)
        return;
    seal = facts_get(&event->facts, 6);
    replay->report->ledger = digest_bytes(entry->message.payload.data, entry->message.payload.size);
    replay->report->seal = (struct public_key){ .algorithm = (enum key_algorithm)seal->second };
    memcpy(replay->report->seal.bytes, seal->bytes.data, seal->bytes.size);
    replay->report->is_training = facts_get(&event->facts, 5) != NULL;
}

static enum ledger_status settle_list(struct replay *replay, const struct event *event, struct error *error)
{
    bool ends = !event->in_list || event->list_place >= event->list_length;

    return ends ? end_list(replay, error) : LEDGER_OK;
}

/* Judge the entry that waited. */
static enum ledger_status settle(struct replay *replay, bool is_changed, struct error *error)
{
    struct bytes bytes = bytes_of(replay->waiting, replay->waiting_size);
    struct entry entry;
    struct event event;
    struct digest hash;
    uint32_t number = replay->count;
    bool known;
    enum ledger_status status = LEDGER_OK;

    if (is_changed)
        stop_rules(replay);
    known = decode(replay, bytes, number, &entry, &event) && revision_is_known(replay, &event, number);
    if (!known)
        stop_rules(replay);
    if (known) {
        note_genesis(replay, &entry, &event);
        if (!replay->rules_stopped)
            check_list(replay, &event, number);
        if (replay->view == NULL)
            replay->view = view_new(replay->txn);
        if (replay->view == NULL)
            return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
        /* A changed entry's signatures tell nothing that its hash has not told. */
        if (!is_changed)
            status = check_signatures(replay, &event, &entry.message, number, error);
        if (status == LEDGER_OK && !replay->rules_stopped)
            status = judge(replay, &entry, &event, error);
        replay->report->newest_ms = entry.header.recorded_ms;
    }
    if (status == LEDGER_OK)
        status = place_entry(replay->txn, number, bytes, NULL, 0, &hash, error);
    if (status == LEDGER_OK && known && !replay->rules_stopped)
        status = place_touches(replay->txn, &entry.header, error);
    if (status == LEDGER_OK && known && !replay->rules_stopped)
        status = settle_list(replay, &event, error);
    if (status == LEDGER_OK && replay->rules_stopped && replay->view != NULL) {
        view_free(replay->view); /* its effects are of a list that is not judged any more */
        replay->view = NULL;
    }
    if (!replay->rules_stopped)
        replay->report->sound = number;
    return status;
}

/* The hash that the new entry holds of the one that waits. */
static bool held_hash(struct bytes bytes, struct digest *held, uint32_t *number)
{
    struct entry entry;

    if (entry_decode(bytes, &entry, NULL) != EVENT_OK)
        return false;
    memcpy(held->bytes, entry.header.previous, DIGEST_SIZE);
    *number = entry.header.number;
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
        report_find(replay->report, JUDGED_FAIL, REFUSAL_SIZE, replay->count + 1, "entry %u is larger than an entry may be",
                    replay->count + 1);
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
    if (reads && number != replay->count)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_NUMBERS, replay->count, "entry %u stands in the place of entry %u",
                    number, replay->count);
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
                        "a signature of entry %u could not be judged", answers[i].ticket);
        else
            report_find(replay->report, JUDGED_FAIL, REFUSAL_BAD_SIGNATURE, answers[i].ticket,
                        "a signature of entry %u does not fit its bytes", answers[i].ticket);
        if (answers[i].ticket <= replay->report->sound)
            replay->report->sound = answers[i].ticket - 1;
    }
}

static void report_state(struct replay *replay)
{
    struct view *view = view_new(replay->txn);
    struct report *report = replay->report;

    if (view == NULL)
        return;
    report->late = view_site(view, SITE_LATE);
    report->stale = view_site(view, SITE_STALE);
    report->open_cases = view_site(view, SITE_OPEN_CASES);
    report->dues = view_site(view, SITE_DUES);
    report->open_doses = view_site(view, SITE_OPEN_DOSES);
    report->unclosed_day = (int32_t)view_site(view, SITE_UNCLOSED_DAY);
    view_free(view);
}

enum ledger_status replay_finish(struct replay *replay, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (replay->count == 0)
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, 0, "there is no entry to judge");
    if (replay->count > 0)
        status = settle(replay, false, error);
    if (status == LEDGER_OK && replay->list_length != 0 && !replay->rules_stopped) {
        report_find(replay->report, JUDGED_FAIL, REFUSAL_LIST, replay->count, "the list that began at entry %u is not complete",
                    replay->list_first);
        stop_rules(replay);
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

/* ---- roots, and what stands */

/* The root with some of the doubted entries taken at the hash that their successor holds. */
static enum ledger_status root_with(struct replay *replay, struct store_txn *txn, uint32_t size, unsigned chosen,
                                    struct digest *root, struct error *error)
{
    struct tree tree;
    struct merkle_store nodes = tree_open(&tree, txn, TREE_ENTRIES);

    for (size_t i = 0; i < replay->doubt_count; i++) {
        const struct doubt *doubted = &replay->doubts[i];

        if (doubted->number <= replay->count &&
            !merkle_replace(&nodes, replay->count, doubted->number - 1,
                            (chosen >> i & 1u) != 0 ? &doubted->held : &doubted->own)) {
            *error = tree.error;
            return tree.status;
        }
    }
    if (!merkle_root(&nodes, size, root)) {
        *error = tree.error;
        return tree.status;
    }
    return LEDGER_OK;
}

static void name_changed(struct replay *replay, unsigned chosen, bool all_named)
{
    for (size_t i = 0; i < replay->doubt_count; i++)
        if (all_named || (chosen >> i & 1u) != 0)
            report_find(replay->report, JUDGED_FAIL, REFUSAL_ENTRY_CHANGED, replay->doubts[i].number,
                        "entry %u was changed after it was placed: these are not the bytes whose hash entry %u holds",
                        replay->doubts[i].number, replay->doubts[i].number + 1);
    replay->report->others_stand = !all_named;
}

enum ledger_status replay_compare_root(struct replay *replay, uint32_t size, const struct digest *root, struct error *error)
{
    struct store_txn *txn = NULL;
    struct digest mine;
    enum ledger_status status = store_begin_write(replay->store, 0, &txn, error);
    unsigned ways = 1u << replay->doubt_count, chosen = 0;
    bool found = false;

    if (status != LEDGER_OK)
        return status;
    if (size == 0)
        size = replay->count;
    if (size > replay->count) {
        store_abort(txn);
        report_find(replay->report, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, 0,
                    "the checkpoint speaks of %u entries, and %u are here", size, replay->count);
        return LEDGER_OK;
    }
    for (chosen = 0; chosen < ways && status == LEDGER_OK && !found; chosen += !found) {
        status = root_with(replay, txn, size, chosen, &mine, error);
        found = status == LEDGER_OK && digest_equal(&mine, root);
    }
    store_abort(txn);
    if (status != LEDGER_OK)
        return status;
    if (found && replay->doubt_total == replay->doubt_count)
        name_changed(replay, chosen, false);
    else if (replay->doubt_total > 0)
        name_changed(replay, 0, true);
    else if (!found)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_ROOT, size == replay->count ? replay->count : 0,
                    "the entries do not give the root that the seal signed for %u: entry %u was changed, or the checkpoint is "
                    "not of this book", size, size);
    if (found && replay->doubt_total == 0)
        replay->report->others_stand = true;
    return LEDGER_OK;
}
