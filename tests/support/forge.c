#include "tests/support/forge.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/closing.h"
#include "ledger/commit.h"
#include "ledger/ledger_internal.h"
#include "ledger/place.h"

static void check(enum ledger_status status, const struct error *error)
{
    if (status != LEDGER_OK)
        fprintf(stderr, "forge: PH%04u %s\n", error->code, error->text);
    assert(status == LEDGER_OK);
}

/* ---- the payload, signed */

/* The third key of the payload, after format and ledger id. */
static void claim_kind(struct act *act, uint8_t number)
{
    uint8_t *key = act->payload + 1 + 2 + 35;
    bool is_long = act->event.kind->number >= 24;

    assert(key[0] == 3 && key[is_long ? 2 : 1] == act->event.kind->number && is_long == (number >= 24));
    key[is_long ? 2 : 1] = number;
}

static void replace_text(struct act *act, const char *text, const char *by)
{
    uint8_t *at = memmem(act->payload, act->payload_size, text, strlen(text));

    assert(at != NULL && strlen(text) == strlen(by));
    memcpy(at, by, strlen(by));
}

static void prepare(struct house *house, struct act_list *list, const struct forgery *forgery)
{
    struct act *act = &list->acts[0];
    struct reading reading;
    struct digest hash;

    check(ledger_read(house->ledger, &reading, &house->error), &house->error);
    check(act_place_in_book(house->ledger, reading.view, list, 0, &house->error), &house->error);
    if (forgery->seen_number != 0) {
        act->event.seen_number = forgery->seen_number;
        assert(view_entry_hash(reading.view, forgery->seen_number, &hash));
        memcpy(act->event.seen_hash, hash.bytes, DIGEST_SIZE);
    }
    if (forgery->is_list || forgery->list_of != NULL) {
        act->event.in_list = true;
        memcpy(act->event.list_act, forgery->is_list ? act->event.act : forgery->list_of, ACT_SIZE);
        act->event.list_place = forgery->is_list ? 1 : 2;
        act->event.list_length = 2;
    }
    check(act_encode(act, &house->error), &house->error);
    if (forgery->kind_number != 0)
        claim_kind(act, forgery->kind_number);
    if (forgery->text != NULL)
        replace_text(act, forgery->text, forgery->by);
    for (size_t i = 0; i < act->event.signer_count; i++) {
        int64_t person = act->event.signers[i].person;
        const struct private_key *key = person == PERSON_SEAL ? house->ledger->seal : house->keys[person];

        check(act_sign(act, i, forgery->key != NULL ? forgery->key : key,
                       (person == PERSON_SEAL) != forgery->as_the_other ? COSE_UNLOCKED_SEAL : COSE_UNLOCKED_FILE,
                       house->now_ms, &house->error),
              &house->error);
    }
    ledger_read_end(&reading);
}

static struct bytes body_of(const struct act *act, size_t unsigned_count, uint8_t *buffer, size_t size)
{
    struct cose_message message = { .typ = COSE_EVENT, .payload = bytes_of(act->payload, act->payload_size),
                                    .signer_count = act->event.signer_count - unsigned_count };
    struct writer writer;

    for (size_t i = 0; i < message.signer_count; i++)
        message.signers[i] = act->signatures[i];
    writer_init(&writer, buffer, size);
    cose_encode(&message, &writer);
    assert(!writer.failed);
    return writer_bytes(&writer);
}

/* ---- the entry */

/* The rules made no effects: the least that the book needs to go on. */
static void count_touches(struct commit *commit, const struct act *act, const struct verdict *verdict)
{
    struct leaf *site = view_make(commit->view, LEAF_TABLE_SITE, 1);
    struct name name = { .id = act->event.kind->number, .entry = commit->entries + 1 };

    for (size_t i = 0; i < verdict->touch_count; i++) {
        struct leaf *leaf = view_make(commit->view, verdict->touches[i].subject, verdict->touches[i].id);

        leaf->touches++;
        leaf->last = commit->entries + 1;
        memcpy(leaf->blind, act->event.act, ACT_SIZE);
    }
    site->state[SITE_ENTRIES] = commit->entries + 1;
    site->state[SITE_RECORDED_AT] = commit->recorded_ms;
    view_name_put(commit->view, NAME_ACT, bytes_of(act->event.act, ACT_SIZE), &name);
}

static void place(struct commit *commit, struct act *act, const struct forgery *forgery)
{
    static uint8_t body_buffer[COSE_MESSAGE_LIMIT], entry_buffer[ENTRY_LIMIT];
    static const char program[] = "doctored 1";
    struct touch touches[8];
    struct bytes body = body_of(act, forgery->unsigned_count, body_buffer, sizeof body_buffer);
    struct placing placing = { .number = commit->entries + 1, .recorded_ms = commit->recorded_ms };
    struct verdict *verdict = &act->verdict;
    struct cose_message message;
    struct header header;
    struct writer writer;
    struct event event;
    struct facts_fault fault;
    struct error error;

    memset(verdict, 0, sizeof *verdict);
    assert(cose_decode(body, COSE_EVENT, &message) == COSE_OK);
    placing_of_message(&message, &placing);
    if (forgery->kind_number == 0 && !forgery->is_unjudged) {
        assert(event_decode(message.payload, &event, &fault) == EVENT_OK);
        rules_judge(commit->view, &event, &placing, verdict);
    }
    if (verdict->touch_count == 0) {
        verdict->touches = forgery->touches;
        verdict->touch_count = forgery->touch_count;
        count_touches(commit, act, verdict);
    } else if (forgery->names_next) {
        assert(verdict->touch_count <= sizeof touches / sizeof touches[0]);
        memcpy(touches, verdict->touches, verdict->touch_count * sizeof touches[0]);
        touches[0].id++;
        verdict->touches = touches;
    }
    header = (struct header){ .number = placing.number, .recorded_ms = placing.recorded_ms,
                              .touch_count = verdict->touch_count, .touches = verdict->touches,
                              .terminal = bytes_of_text("desk-9"), .program = bytes_of_text(program) };
    memcpy(header.previous, forgery->previous != NULL ? forgery->previous : commit->previous.bytes, DIGEST_SIZE);
    writer_init(&writer, entry_buffer, sizeof entry_buffer);
    assert(entry_encode(&header, body, &writer) == EVENT_OK);
    check(place_entry(commit->txn, placing.number, writer_bytes(&writer), verdict->touches, verdict->touch_count,
                      &commit->previous, &error), &error);
    commit->entries = placing.number;
}

/* Building a closing brings the trees of leaves up to date. */
static void update_trees(struct commit *commit)
{
    struct closing_room *room = malloc(sizeof *room);
    struct facts facts;
    struct error error;

    assert(room != NULL);
    facts_init(&facts, kind_find(KIND_CLOSING)->fields);
    check(closing_build(commit->view, commit->txn, commit->entries, CLOSING_ASKED, "2026-03-02", &facts, room, &error),
          &error);
    free(room);
}

uint32_t forge(struct house *house, struct act_list *list, const struct forgery *forgery)
{
    struct commit commit;

    prepare(house, list, forgery);
    check(commit_begin_at_newest(&commit, house->ledger, "desk-9", house->now_ms, &house->error), &house->error);
    if (forgery->recorded_ms != 0)
        commit.recorded_ms = forgery->recorded_ms;
    if (list->acts[0].event.kind->number == KIND_CLOSING)
        update_trees(&commit);
    place(&commit, &list->acts[0], forgery);
    check(commit_end(&commit, &house->placed, &house->error), &house->error);
    house->now_ms += 60 * 1000;
    act_list_free(list);
    return house->placed.first;
}

/* A nanogram more received of the only product than there was. */
static void claim_more(struct facts *facts, uint8_t *buffer, size_t size)
{
    const struct field *field = field_with_key(facts->fields, 5);
    struct value totals = *facts_get(facts, 5);
    struct list_cursor cursor;
    struct facts row;
    struct writer writer;

    assert(totals.number == 1);
    list_begin(&cursor, field, &totals);
    assert(rows_next(&cursor, &row));
    facts_put_number(&row, 2, facts_number(&row, 2, 0) + 1);
    writer_init(&writer, buffer, size);
    write_array(&writer, 1);
    row_encode(&row, &writer);
    totals.bytes = writer_bytes(&writer);
    *facts_put(facts, 5) = totals;
}

uint32_t forge_closing(struct house *house, enum forged_closing lie)
{
    uint8_t totals[512];
    struct act_list *list = house_act(house, KIND_CLOSING, PERSON_SEAL, MEANING_SEALED);
    struct closing_room *room = malloc(sizeof *room);
    struct facts *facts = &list->acts[0].event.facts;
    struct store_txn *txn;
    struct view *view;
    uint32_t entry;

    assert(room != NULL);
    check(store_begin_write(house->ledger->store, 0, &txn, &house->error), &house->error);
    view = view_new(txn);
    assert(view != NULL);
    check(closing_build(view, txn, view_entries_before(view), CLOSING_ASKED, "2026-03-02", facts, room, &house->error),
          &house->error);
    view_free(view);
    store_abort(txn);
    if (lie == CLOSING_OF_OTHER_TOTALS)
        claim_more(facts, totals, sizeof totals);
    if (lie == CLOSING_OF_MORE_DOSES)
        facts_put_number(facts, 3, facts_number(facts, 3, 0) + 1);
    entry = forge(house, list, &(struct forgery){ 0 });
    free(room);
    return entry;
}
