/* Acts on their way: made into payloads, judged, signed. Nothing here writes to the book. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/signature.h"
#include "ledger/commit.h"
#include "ledger/ledger_internal.h"
#include "ledger/names.h"
#include "ledger/place.h"
#include "ledger/refuse.h"
#include "ledger/sentence.h"
#include "ledger/signed.h"

/* ---- lists */

struct act_list *act_list_new(size_t count)
{
    struct act_list *list = calloc(1, sizeof *list);

    assert(count >= 1 && count <= EVENT_LIST_LIMIT);
    if (list == NULL)
        return NULL;
    list->acts = calloc(count, sizeof *list->acts);
    list->count = count;
    for (size_t i = 0; list->acts != NULL && i < count; i++)
        if (crypt_random(list->acts[i].event.act, ACT_SIZE) != CRYPT_OK) {
            act_list_free(list);
            return NULL;
        }
    if (list->acts == NULL) {
        free(list);
        return NULL;
    }
    return list;
}

void act_list_free(struct act_list *list)
{
    if (list == NULL)
        return;
    for (size_t i = 0; i < list->count; i++)
        free(list->acts[i].payload);
    act_index_free(list->index);
    free(list->acts);
    free(list);
}

void act_begin(struct act *act, const struct kind *kind, struct at occurred)
{
    act->event.kind = kind;
    act->event.occurred = occurred;
    facts_init(&act->event.facts, kind->fields);
}

void act_sign_as(struct act *act, int64_t person, enum meaning meaning)
{
    assert(act->event.signer_count < EVENT_SIGNERS_LIMIT);
    act->event.signers[act->event.signer_count++] = (struct event_signer){ person, (uint8_t)meaning };
}

void act_performed_by(struct act *act, enum meaning part, int64_t person)
{
    assert(act->event.performed_count < EVENT_PERFORMED_LIMIT);
    act->event.performed[act->event.performed_count++] = (struct event_signer){ person, (uint8_t)part };
}

enum ledger_status act_private_put(struct act *act, uint8_t key, const struct value *value, struct error *error)
{
    const struct field *field = private_field(act->event.kind, key);
    size_t at = 0;

    assert(field != NULL && act->private_count < EVENT_PRIVATE_LIMIT);
    if (value_check(field, value) != FACTS_OK)
        return error_set(error, REFUSAL_TEXT, "%s is not a text the book takes", field->name);
    while (at < act->private_count && act->privates[at].key < key)
        at++;
    memmove(&act->privates[at + 1], &act->privates[at], (act->private_count - at) * sizeof act->privates[0]);
    act->private_count++;
    act->privates[at] = (struct act_private){ .key = key, .value = *value };
    if (crypt_random(act->privates[at].salt, OPENING_SALT_SIZE) != CRYPT_OK)
        return error_set(error, REFUSAL_FAULT, "no random numbers from the system");
    return LEDGER_OK;
}

/* ---- payloads */

static void hash_privates(struct act *act)
{
    act->event.private_count = act->private_count;
    for (size_t i = 0; i < act->private_count; i++) {
        uint8_t bytes[OPENING_LIMIT];
        struct writer writer;
        struct digest digest;

        writer_init(&writer, bytes, sizeof bytes);
        opening_encode(act->privates[i].salt, act->event.act, private_field(act->event.kind, act->privates[i].key),
                       &act->privates[i].value, &writer);
        assert(!writer.failed);
        digest = digest_bytes(bytes, writer.size);
        act->event.privates[i].key = act->privates[i].key;
        memcpy(act->event.privates[i].hash, digest.bytes, EVENT_HASH_SIZE);
    }
}

enum ledger_status act_place_in_book(struct ledger *ledger, struct view *view, struct act_list *list, size_t index,
                                     struct error *error)
{
    struct event *event = &list->acts[index].event;
    uint32_t entries = view_entries_before(view);
    struct digest hash;

    event->in_list = list->count > 1;
    if (event->in_list) {
        memcpy(event->list_act, list->acts[0].event.act, ACT_SIZE);
        event->list_place = (uint32_t)index + 1;
        event->list_length = (uint32_t)list->count;
    }
    hash_privates(&list->acts[index]);
    event->has_ledger = entries > 0 || index > 0;
    memcpy(event->ledger, ledger->id.bytes, DIGEST_SIZE);
    event->has_seen = entries > 0;
    event->policy = entries > 0 ? (uint32_t)view_site(view, SITE_POLICY_ENTRY) : 0;
    if (entries == 0)
        return LEDGER_OK;
    if (!view_entry_hash(view, entries, &hash))
        return view_status(view, error);
    event->seen_number = entries;
    memcpy(event->seen_hash, hash.bytes, DIGEST_SIZE);
    return LEDGER_OK;
}

enum ledger_status act_encode(struct act *act, struct error *error)
{
    uint8_t *bytes = malloc(COSE_PAYLOAD_LIMIT);
    struct writer writer;
    enum event_status status;

    if (bytes == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    writer_init(&writer, bytes, COSE_PAYLOAD_LIMIT);
    status = event_encode(&act->event, &writer);
    free(act->payload);
    act->payload = NULL;
    if (status != EVENT_OK) {
        free(bytes);
        return error_set(error, REFUSAL_SIZE, "this act takes more than %d bytes", COSE_PAYLOAD_LIMIT);
    }
    act->payload = realloc(bytes, writer.size);
    if (act->payload == NULL)
        act->payload = bytes; /* a smaller block is always there: this is only for form's sake */
    act->payload_size = writer.size;
    memset(act->is_signed, 0, sizeof act->is_signed);
    return LEDGER_OK;
}

/* Why facts are not those of their kind, for a person. */
static enum ledger_status refuse_facts(const struct facts_fault *fault, struct error *error)
{
    const char *name = fault->field != NULL ? fault->field->name : "a field";

    switch (fault->status) {
    case FACTS_MISSING:
        return error_set(error, REFUSAL_FIELD, "%s is missing", name);
    case FACTS_TEXT:
        return error_set(error, REFUSAL_TEXT, "%s is not a text the book takes", name);
    case FACTS_CHECK_DIGIT:
        return error_set(error, REFUSAL_CHECK_DIGIT, "%s has a wrong check digit", name);
    default:
        return error_set(error, REFUSAL_FIELD, "%s is not what it may be%s%s", name,
                         fault->field != NULL ? ": " : "", fault->field != NULL ? fault->field->help : "");
    }
}

/* From the payload's own bytes: what is judged is what will be signed. */
static enum ledger_status encode_and_decode(struct act *act, struct event *event, struct error *error)
{
    struct facts_fault fault;
    enum ledger_status status = act_encode(act, error);

    if (status != LEDGER_OK)
        return status;
    switch (event_decode(bytes_of(act->payload, act->payload_size), event, &fault)) {
    case EVENT_OK:
        return LEDGER_OK;
    case EVENT_FACTS:
        return refuse_facts(&fault, error);
    default:
        return error_set(error, REFUSAL_ENCODING, "this act does not make an event");
    }
}

/* Judge one act of a list and own up to what is forbidden, where the caller said that it has happened.
 * The codes do not change what the rules find, so once is enough. */
static enum ledger_status prepare_act(struct ledger *ledger, struct view *view, struct act_list *list, size_t index,
                                      int64_t recorded_ms, struct error *error)
{
    struct act *act = &list->acts[index];
    struct placing placing = { .number = view_entries_before(view) + (uint32_t)index + 1,
                               .recorded_ms = act_recorded_ms(act, recorded_ms) };
    const struct broken *broken;
    struct event event;
    enum ledger_status status;

    act->event.irregular_count = 0;
    status = act_place_in_book(ledger, view, list, index, error);
    if (status == LEDGER_OK)
        status = encode_and_decode(act, &event, error);
    if (status != LEDGER_OK)
        return status;
    placing.payload_hash = digest_bytes(act->payload, act->payload_size);
    if (placing.number == 1) /* the ledger id is the hash of genesis, whose payload is complete already */
        ledger_set_id(ledger, &placing.payload_hash);
    rules_judge(view, &event, &placing, &act->verdict);
    status = view_status(view, error);
    if (status != LEDGER_OK)
        return status;
    if (act->as_irregular)
        act->event.irregular_count = verdict_irregular(&act->verdict, act->event.irregular);
    broken = verdict_refusal(&act->verdict, &act->event);
    if (broken != NULL)
        return refuse(view, &act->verdict, broken, act->event.occurred.offset_min, error);
    act->born_id = act->verdict.born_id;
    return act->event.irregular_count > 0 ? act_encode(act, error) : LEDGER_OK;
}

enum ledger_status ledger_prepare_act(struct ledger *ledger, struct act_list *list, size_t index, int64_t now_ms,
                                      struct reading *reading, struct error *error)
{
    int64_t recorded_ms = now_ms;
    bool is_told = index > 0 && list->acts[index].told_ms != 0;
    /* A clock that commit would refuse is told of before anybody signs. */
    enum ledger_status status = is_told ? LEDGER_OK : recording_time(reading->view, now_ms, &recorded_ms, error);

    if (status == LEDGER_OK)
        status = prepare_act(ledger, reading->view, list, index, recorded_ms, error);
    return status == LEDGER_OK && index + 1 == list->count ? act_index_make(list, error) : status;
}

enum ledger_status ledger_prepare(struct ledger *ledger, struct act_list *list, int64_t now_ms, size_t *refused,
                                  struct error *error)
{
    struct reading reading;
    int64_t recorded_ms = now_ms;
    enum ledger_status status = ledger_read(ledger, &reading, error);

    *refused = list->count;
    /* A clock that commit would refuse is told of before anybody signs. */
    if (status == LEDGER_OK)
        status = recording_time(reading.view, now_ms, &recorded_ms, error);
    for (size_t i = 0; i < list->count && status == LEDGER_OK; i++) {
        *refused = i;
        status = prepare_act(ledger, reading.view, list, i, recorded_ms, error);
        recorded_ms = act_recorded_ms(&list->acts[i], recorded_ms);
        list->acts[i].verdict.touches = NULL;
    }
    if (status == LEDGER_OK)
        status = act_index_make(list, error);
    ledger_read_end(&reading);
    return status;
}

/* Lay the effects of a prepared act over the view. */
static enum ledger_status lay_over(struct view *view, const struct act_list *list, size_t index, int64_t recorded_ms,
                                   struct error *error)
{
    const struct act *act = &list->acts[index];
    struct placing placing = { .number = view_entries_before(view) + (uint32_t)index + 1,
                               .recorded_ms = act_recorded_ms(act, recorded_ms),
                               .payload_hash = digest_bytes(act->payload, act->payload_size) };
    struct verdict verdict;
    struct facts_fault fault;
    struct event event;

    if (event_decode(bytes_of(act->payload, act->payload_size), &event, &fault) != EVENT_OK)
        return error_set(error, REFUSAL_ENCODING, "this act does not make an event");
    rules_judge(view, &event, &placing, &verdict);
    return view_status(view, error);
}

enum ledger_status ledger_foresee(struct ledger *ledger, const struct act_list *list, int64_t now_ms,
                                  struct reading *reading, struct error *error)
{
    int64_t recorded_ms = now_ms;
    enum ledger_status status = ledger_read(ledger, reading, error);

    if (status == LEDGER_OK)
        status = recording_time(reading->view, now_ms, &recorded_ms, error);
    for (size_t i = 0; i < list->count && status == LEDGER_OK; i++) {
        recorded_ms = act_recorded_ms(&list->acts[i], recorded_ms);
        status = lay_over(reading->view, list, i, recorded_ms, error);
    }
    return status;
}

/* A namer for a list on its way: where more than one act gives birth to a subject, it says which act is meant. */
struct list_namer {
    struct namer of_view;
    const struct act_list *list;
};

static bool list_person(void *context, int64_t person, char *out, size_t size)
{
    struct namer *namer = &((struct list_namer *)context)->of_view;

    return namer->person(namer->context, person, out, size);
}

static bool list_subject(void *context, enum subject subject, uint32_t id, char *out, size_t size)
{
    struct namer *namer = &((struct list_namer *)context)->of_view;

    return namer->subject(namer->context, subject, id, out, size);
}

static bool list_strength(void *context, enum subject subject, uint32_t id, uint64_t *mass_ng, uint64_t *volume_ul)
{
    struct namer *namer = &((struct list_namer *)context)->of_view;

    return namer->strength(namer->context, subject, id, mass_ng, volume_ul);
}

static bool list_newborn(void *context, enum subject subject, const uint8_t act[static ACT_SIZE], uint32_t nth, char *out,
                         size_t size)
{
    const struct act_list *list = ((struct list_namer *)context)->list;
    uint32_t parent = act_index_place(list, act);
    char which[24] = "";

    if (parent == 0 || act_index_parents(list, subject) < 2)
        return false;
    if (nth > 0 || act_births(&list->acts[parent - 1], subject) > 1)
        snprintf(which, sizeof which, " no. %" PRIu32, nth + 1);
    return (size_t)snprintf(out, size, "the new %s%s of act %zu", subject_name(subject), which, (size_t)parent) < size;
}

static bool list_event(void *context, uint32_t entry, struct event *event)
{
    struct namer *namer = &((struct list_namer *)context)->of_view;

    return namer->event(namer->context, entry, event);
}

size_t ledger_sentence(struct ledger *ledger, const struct act_list *list, size_t index, char *out, size_t size)
{
    const struct act *act = &list->acts[index];
    struct opening_view openings[EVENT_PRIVATE_LIMIT];
    struct list_namer of_list = { .list = list };
    struct namer namer = { &of_list, list_person, list_subject, list_strength, list_newborn, list_event,
                           act->event.occurred.offset_min };
    struct reading reading;
    struct error error;
    struct event event;
    struct facts_fault fault;
    size_t needed = 0;

    out[0] = '\0';
    if (ledger_read(ledger, &reading, &error) != LEDGER_OK)
        return 0;
    of_list.of_view = namer_of_view(reading.view);
    for (size_t i = 0; i < act->private_count; i++)
        openings[i] = (struct opening_view){ act->privates[i].key, act->privates[i].value };
    /* From the payload bytes, not from what the caller put together: this is what is signed. */
    if (event_decode(bytes_of(act->payload, act->payload_size), &event, &fault) == EVENT_OK)
        needed = sentence_of_event(&event, &namer, openings, act->private_count, out, size);
    ledger_read_end(&reading);
    return needed;
}

/* ---- signing */

enum ledger_status act_sign(struct act *act, size_t index, const struct private_key *key, enum cose_unlocked_by unlocked_by,
                            int64_t now_ms, struct error *error)
{
    int64_t signed_ms = act->told_ms != 0 ? act->told_ms : now_ms;

    if (!signed_make(&act->signatures[index], COSE_EVENT, bytes_of(act->payload, act->payload_size), key, unlocked_by, signed_ms))
        return error_set(error, REFUSAL_FAULT, "the key could not sign");
    act->is_signed[index] = true;
    return LEDGER_OK;
}

/* The key wanted of signer `i` of an act: as the book holds it, or, while the book is being founded, as the
 * genesis in the same list brings it. */
static bool wanted_key(struct view *view, const struct act_list *list, const struct act *act, size_t i,
                       struct public_key *wanted)
{
    const struct event *first = &list->acts[0].event;

    if (view_entries_before(view) == 0 && first->kind->number == KIND_GENESIS)
        return rules_founder_key(first, act->event.signers[i].person, wanted);
    return rules_signer_key(view, &act->event, i, wanted);
}

/* Sign wherever this person is to sign with this key; a rekey asks one person for two keys. */
static enum ledger_status sign_where_due(struct view *view, const struct act_list *list, struct act *act, int64_t person,
                                         const struct private_key *key, enum cose_unlocked_by unlocked_by, int64_t now_ms,
                                         size_t *count, struct error *error)
{
    struct public_key mine = private_key_public(key), wanted;
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < act->event.signer_count && status == LEDGER_OK; i++) {
        if (act->event.signers[i].person != person || !wanted_key(view, list, act, i, &wanted) ||
            !public_key_equal(&mine, &wanted))
            continue;
        status = act_sign(act, i, key, unlocked_by, now_ms, error);
        (*count)++;
    }
    return status;
}

enum ledger_status ledger_sign(struct ledger *ledger, struct act_list *list, int64_t person, const struct private_key *key,
                               enum cose_unlocked_by unlocked_by, int64_t now_ms, struct error *error)
{
    struct reading reading;
    char name[NAME_TEXT_SIZE];
    enum ledger_status status = ledger_read(ledger, &reading, error);
    size_t count = 0;

    for (size_t i = 0; i < list->count && status == LEDGER_OK; i++)
        status = sign_where_due(reading.view, list, &list->acts[i], person, key, unlocked_by, now_ms, &count, error);
    if (status == LEDGER_OK && count == 0)
        status = error_set(error, REFUSAL_KEY_OF_ANOTHER, "this is not the key that %s signs with here",
                           person == PERSON_NEW ? "the newcomer" : name_of_person(reading.view, person, name));
    ledger_read_end(&reading);
    return status;
}
