/* One entry in its place, judged by the book before it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/closing.h"
#include "ledger/place.h"
#include "ledger/replay_internal.h"
#include "ledger/signed.h"

/* ---- the list it stands in, complete and in order */

static void begin_list(struct replay *replay, const struct event *event, uint32_t number)
{
    if (replay->list_length != 0)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_LIST, number,
                    "entry %" PRIu32 " begins anew before the list that began at entry %" PRIu32 " is complete", number,
                    replay->list_first);
    if (event->in_list && memcmp(event->list_act, event->act, ACT_SIZE) != 0)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_LIST, number, "entry %" PRIu32 " begins a list under another act",
                    number);
    replay->list_first = number;
    replay->list_length = event->in_list ? event->list_length : 0;
    replay->list_seen = event->seen_number;
    memcpy(replay->list_act, event->list_act, ACT_SIZE);
}

static void judge_list(struct replay *replay, const struct event *event, uint32_t number)
{
    if (!event->in_list || event->list_place == 1)
        begin_list(replay, event, number);
    else if (event->list_length != replay->list_length || memcmp(event->list_act, replay->list_act, ACT_SIZE) != 0)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_LIST, number, "entry %" PRIu32 " is not of the list it stands in",
                    number);
    else if (event->seen_number != replay->list_seen)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_SEEN, number,
                    "entry %" PRIu32 " names another entry as seen than the first of its list, entry %" PRIu32, number,
                    replay->list_first);
}

/* ---- signatures */

/* The key the book holds for a signer. After the rules have ended somebody may have another by now. */
static bool key_of_signer(struct replay *replay, const struct event *event, const struct cose_message *message, size_t index,
                          struct public_key *key)
{
    struct digest kid;

    if (!rules_signer_key(replay->view, event, index, key))
        return false;
    if (!replay->rules_stopped)
        return true; /* whether he signed with it is a rule */
    kid = key_thumbprint(key);
    return memcmp(kid.bytes, message->signers[index].kid, DIGEST_SIZE) == 0;
}

static void note_unknown_key(struct replay *replay, uint32_t number)
{
    if (!replay->rules_stopped)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_BAD_SIGNATURE, number,
                    "entry %" PRIu32 " is signed by somebody whose key the book does not hold at its place", number);
    else if (replay->unjudged++ == 0)
        replay->unjudged_first = number;
}

enum ledger_status replay_judge_signatures(struct replay *replay, const struct event *event,
                                           const struct cose_message *message, uint32_t number, struct error *error)
{
    uint8_t bytes[COSE_TO_BE_SIGNED_LIMIT];
    enum ledger_status status = LEDGER_OK;

    if (message->signer_count != event->signer_count) {
        report_find(replay->report, JUDGED_FAIL, REFUSAL_SIGNATURES, number,
                    "entry %" PRIu32 " asks for %zu signatures and has %zu", number, event->signer_count,
                    message->signer_count);
        return LEDGER_OK;
    }
    for (size_t i = 0; i < message->signer_count && status == LEDGER_OK; i++) {
        const struct cose_signer *signer = &message->signers[i];
        struct public_key key;

        if (!key_of_signer(replay, event, message, i, &key)) {
            note_unknown_key(replay, number);
            continue;
        }
        if (!signed_header_fits(signer, event->signers[i].person, &key))
            report_find(replay->report, JUDGED_FAIL, REFUSAL_BAD_SIGNATURE, number,
                        "a signature of entry %" PRIu32 " says another algorithm than its key has, or that the key was unlocked "
                        "as %s", number, event->signers[i].person == PERSON_SEAL ? "a person's" : "the seal's");
        status = sigpool_add(replay->pool, number, &key, signed_bytes(message, i, bytes), signer->signature, error);
        replay->report->signatures++;
    }
    return status;
}

/* ---- closings: their figures are made again and compared */

static void compare_closing(struct replay *replay, const struct event *event, const struct facts *made, uint32_t number)
{
    static _Thread_local uint8_t mine[COSE_PAYLOAD_LIMIT], theirs[COSE_PAYLOAD_LIMIT];
    struct writer mine_writer, theirs_writer;

    writer_init(&mine_writer, mine, sizeof mine);
    facts_encode(made, &mine_writer);
    writer_init(&theirs_writer, theirs, sizeof theirs);
    facts_encode(&event->facts, &theirs_writer);
    if (mine_writer.failed || theirs_writer.failed ||
        !bytes_equal(writer_bytes(&mine_writer), writer_bytes(&theirs_writer)))
        report_find(replay->report, JUDGED_FAIL, REFUSAL_CLOSING, number,
                    "the totals or roots that closing %" PRIu32 " states are not those of the book", number);
}

static enum ledger_status judge_closing(struct replay *replay, const struct event *event, uint32_t number,
                                        struct error *error)
{
    struct closing_room *room = malloc(sizeof *room);
    const struct value *day = facts_get(&event->facts, FACT_CLOSING_DAY);
    const struct value *challenge = facts_get(&event->facts, FACT_CLOSING_CHALLENGE);
    struct facts facts;
    enum ledger_status status;

    if (room == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    facts_init(&facts, event->kind->fields);
    status = closing_build(replay->view, replay->txn, view_entries_before(replay->view),
                           (enum closing_reason)facts_number(&event->facts, FACT_CLOSING_WHY, 0), (const char *)day->bytes.data, &facts,
                           room, error);
    if (status == LEDGER_OK) {
        if (challenge != NULL)
            facts_put_bytes(&facts, 7, challenge->bytes);
        compare_closing(replay, event, &facts, number);
    } else if (error->code == REFUSAL_DAMAGED_FILE) {
        /* Our own store is sound: it is the closing that stands where none can be made. */
        report_find(replay->report, JUDGED_FAIL, REFUSAL_CLOSING, number, "closing %" PRIu32 " stands where none can be made",
                    number);
        status = LEDGER_OK;
    }
    free(room);
    return status;
}

/* ---- rules and touches */

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

static bool touches_are(const struct header *header, const struct verdict *verdict)
{
    struct touch_cursor cursor;
    struct touch touch;
    size_t i = 0;

    if (header->touch_count != verdict->touch_count)
        return false;
    touches_begin(&cursor, header);
    while (touches_next(&cursor, &touch)) {
        const struct touch *given = &verdict->touches[i++];

        if (touch.subject != given->subject || touch.id != given->id || touch.n != given->n || touch.count != given->count)
            return false;
    }
    return true;
}

static bool names_case(const struct header *header, uint32_t id)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == SUBJECT_CASE && touch.id <= id && id - touch.id < touch.count)
            return true;
    return false;
}

/* Other touches than the rules give. Where a case is not opened that opens by itself, what it is about is told too. */
static void report_touches(struct replay *replay, const struct header *header, const struct verdict *verdict)
{
    bool opens_all = true;

    report_find(replay->report, JUDGED_FAIL, REFUSAL_TOUCHES_DIFFER, header->number,
                "entry %" PRIu32 " names other things as touched than the rules give", header->number);
    for (uint32_t i = 0; i < verdict->case_count; i++)
        opens_all = opens_all && names_case(header, verdict->case_id + i);
    for (size_t i = 0; i < verdict->broken_count && !opens_all; i++)
        if (refusal_find(verdict->broken[i].code)->class_ == CLASS_CASE)
            report_find(replay->report, JUDGED_FAIL, (enum refusal_code)verdict->broken[i].code, header->number,
                        "entry %" PRIu32 " does not open a case that opens by itself", header->number);
}

enum ledger_status replay_judge(struct replay *replay, const struct entry *entry, const struct event *event,
                                struct error *error)
{
    struct placing placing = { .number = entry->header.number, .recorded_ms = entry->header.recorded_ms };
    struct verdict verdict;
    enum ledger_status status;

    judge_list(replay, event, placing.number);
    status = replay_judge_signatures(replay, event, &entry->message, placing.number, error);
    placing_of_message(&entry->message, &placing);
    if (status == LEDGER_OK && event->kind->number == KIND_CLOSING)
        status = judge_closing(replay, event, placing.number, error);
    if (status != LEDGER_OK)
        return status;
    rules_judge(replay->view, event, &placing, &verdict);
    status = view_status(replay->view, error);
    if (status != LEDGER_OK)
        return status;
    report_verdict(replay, event, &verdict, placing.number);
    replay->rules_stopped = !verdict.has_effects;
    if (!replay->rules_stopped && !touches_are(&entry->header, &verdict)) {
        report_touches(replay, &entry->header, &verdict);
        replay->rules_stopped = true; /* closings are made of what entries say they touch */
    }
    return LEDGER_OK;
}
