/* What is asked of every event, whatever its kind: what it names, where it stands, when it happened. */
#include <string.h>

#include "ledger/effect.h"
#include "ledger/judge.h"

enum {
    FUTURE_SLACK_MS = 5 * 60 * 1000,  /* occurred-at may be this far ahead of recorded-at */
    SIGNED_EARLY_MS = 5 * 60 * 1000,  /* signed-at, before occurred-at */
    SIGNED_AHEAD_MS = 5 * 1000,       /* signed-at, after recorded-at */
    MINUTE_MS = 60 * 1000,
};

/* ---- touches */

void judge_touch(struct judge *judge, unsigned subject, uint32_t id)
{
    for (size_t i = 0; i < judge->touched_count; i++)
        if (judge->touched[i].subject == subject && judge->touched[i].id == id)
            return;
    if (judge->touched_count > ENTRY_TOUCHES_LIMIT)
        return;
    judge->touched[judge->touched_count++] = (struct touched){ (uint8_t)subject, id };
}

/* Touching a dose touches its vials and session; a session its patient and order (SPEC: touches). */
static void touch_with_closure(struct judge *judge, enum subject subject, uint32_t id)
{
    const struct leaf *leaf = judge_leaf(judge, subject, id);

    judge_touch(judge, subject, id);
    if (leaf == NULL)
        return;
    if (subject == SUBJECT_DOSE) {
        for (size_t at = DOSE_SOURCES; at + SOURCE_PLACES <= leaf->count; at += SOURCE_PLACES)
            judge_touch(judge, SUBJECT_VIAL, (uint32_t)leaf->state[at + SOURCE_VIAL]);
        if (leaf->state[DOSE_SESSION] != 0)
            touch_with_closure(judge, SUBJECT_SESSION, (uint32_t)leaf->state[DOSE_SESSION]);
    } else if (subject == SUBJECT_SESSION) {
        judge_touch(judge, SUBJECT_PATIENT, (uint32_t)leaf->state[SESSION_PATIENT]);
        if (leaf->state[SESSION_ORDER] != 0)
            judge_touch(judge, SUBJECT_ORDER, (uint32_t)leaf->state[SESSION_ORDER]);
    }
}

/* S1: the preparing terminal had seen what the event names, and all that was done to a dose, count or
 * case. What was born in the same list needs no seeing. */
void judge_seen_of(struct judge *judge, enum subject subject, uint32_t id)
{
    uint32_t last = view_last_before(judge->view, subject, id);
    bool by_last = subject == SUBJECT_DOSE || subject == SUBJECT_COUNT || subject == SUBJECT_CASE;
    uint32_t born;

    if (last == 0 || !judge->event->has_seen || last <= judge->event->seen_number)
        return;
    if (by_last || (view_touched_by(judge->view, subject, id, 1, &born) && born > judge->event->seen_number))
        judge_break_entry(judge, REFUSAL_SEEN, subject, id, last);
}

void judge_begun(struct judge *judge, enum subject subject, uint32_t id, int64_t began_ms, int64_t at_ms)
{
    int64_t clock_now_ms = view_site(judge->view, SITE_CLOCK_NOW);
    uint32_t born = 0;

    if (at_ms >= began_ms - MINUTE_MS)
        return;
    if (clock_now_ms != 0 && clock_now_ms < began_ms && view_touched_by(judge->view, subject, id, 1, &born) &&
        born < view_site(judge->view, SITE_CLOCK_ENTRY))
        began_ms = clock_now_ms;
    if (at_ms < began_ms - MINUTE_MS)
        judge_break(judge, REFUSAL_BEFORE, subject, id, began_ms, 0);
}

/* Nothing is done with a vial before it came, nor with a dose before it was drawn. */
static void judge_is_there_yet(struct judge *judge, enum subject subject, uint32_t id)
{
    if (subject == SUBJECT_VIAL)
        judge_begun(judge, subject, id, view_number(judge->view, subject, id, VIAL_RECEIVED), judge->event->occurred.ms);
    if (subject == SUBJECT_DOSE)
        judge_begun(judge, subject, id, view_number(judge->view, subject, id, DOSE_DRAWN_AT), judge->event->occurred.ms);
}

static void name_subject(struct judge *judge, enum subject subject, const struct value *value)
{
    uint32_t id = view_resolve(judge->view, subject, value);

    if (id == 0) {
        judge_break(judge, REFUSAL_NO_SUBJECT, subject, ref_id(value), 0, 0);
        return;
    }
    judge_seen_of(judge, subject, id);
    judge_is_there_yet(judge, subject, id);
    touch_with_closure(judge, subject, id);
}

static void name_person(struct judge *judge, int64_t person)
{
    if (judge_leaf(judge, SUBJECT_CREDENTIAL, (uint32_t)person) == NULL)
        judge_break(judge, REFUSAL_NO_PERSON, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
    else
        judge_seen_of(judge, SUBJECT_CREDENTIAL, (uint32_t)person);
}

static void each_of_list(struct judge *judge, const struct field *field, const struct value *value,
                         void (*act)(struct judge *judge, const struct field *field, const struct value *value, void *context),
                         void *context)
{
    struct list_cursor cursor;
    struct value one;
    struct facts row;

    list_begin(&cursor, field, value);
    if (field->type == FIELD_LIST) {
        while (list_next(&cursor, &one))
            act(judge, &cursor.element, &one, context);
        return;
    }
    while (rows_next(&cursor, &row))
        judge_each_value(judge, &row, act, context);
}

void judge_each_value(struct judge *judge, const struct facts *facts,
                      void (*act)(struct judge *judge, const struct field *field, const struct value *value, void *context),
                      void *context)
{
    for (size_t i = 0; facts->fields[i].name != NULL; i++) {
        const struct field *field = &facts->fields[i];

        if (facts->values[i].present && (field->type == FIELD_LIST || field->type == FIELD_ROWS))
            each_of_list(judge, field, &facts->values[i], act, context);
        else if (facts->values[i].present)
            act(judge, field, &facts->values[i], context);
    }
}

/* Everything an event names has to exist, and is touched. */
static void name_value(struct judge *judge, const struct field *field, const struct value *value, void *context)
{
    uint32_t entries = view_entries_before(judge->view);

    (void)context;
    switch (field->type) {
    case FIELD_REF:
        name_subject(judge, field->subject, value);
        break;
    case FIELD_PERSON:
        name_person(judge, value->number);
        break;
    case FIELD_ENTRY:
        if (value->number > (int64_t)entries)
            judge_break_entry(judge, REFUSAL_NO_ENTRY, 0, 0, (uint32_t)value->number);
        else if (judge->event->has_seen && value->number > judge->event->seen_number) /* S1 */
            judge_break_entry(judge, REFUSAL_SEEN, 0, 0, (uint32_t)value->number);
        break;
    default:
        break;
    }
}

void judge_names(struct judge *judge)
{
    judge_each_value(judge, &judge->event->facts, name_value, NULL);
}

/* ---- the envelope */

static bool is_seal_kind(const struct kind *kind)
{
    return kind->signers[0].meaning == MEANING_SEALED;
}

/* Genesis and the first policy begin the book: they have seen nothing and no policy is in force. */
static bool is_foundation(const struct judge *judge)
{
    return judge->placing->number <= 2 && view_entries_before(judge->view) == 0;
}

static bool is_of_this_ledger(struct judge *judge)
{
    struct name ledger;

    return judge->event->has_ledger && view_name(judge->view, NAME_LEDGER, bytes_of("", 0), &ledger) &&
           memcmp(ledger.data, judge->event->ledger, DIGEST_SIZE) == 0;
}

/* The first policy is signed by the officers who signed genesis, all of them. */
static bool founders_sign(struct judge *judge)
{
    size_t officers = 0;

    for (uint32_t id = 1; id <= view_count(judge->view, SUBJECT_CREDENTIAL); id++)
        officers += (view_number(judge->view, SUBJECT_CREDENTIAL, id, CREDENTIAL_ROLES) & ROLE_OFFICER) != 0;
    return judge->event->signer_count == officers;
}

static void judge_foundation(struct judge *judge)
{
    const struct event *event = judge->event;
    uint32_t number = judge->placing->number;

    if (event->kind->number != (number == 1 ? KIND_GENESIS : KIND_POLICY) || event->has_ledger != (number == 2) ||
        event->has_seen || event->policy != 0 || !event->in_list || event->list_length != 2 ||
        event->list_place != number)
        judge_break(judge, REFUSAL_GENESIS, 0, 0, 0, 0);
    if (number == 2 && !is_of_this_ledger(judge))
        judge_break(judge, REFUSAL_LEDGER, 0, 0, 0, 0);
    if (number == 2 && !founders_sign(judge))
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_APPROVED, 0);
}

/* S3: is any entry newer than `seen` older than the policy's lag? The oldest such entry tells. */
static void judge_staleness(struct judge *judge)
{
    uint32_t unseen = judge->event->seen_number + 1;
    int64_t lag_ms = view_policy(judge->view, POLICY_SEEN_LAG) * MINUTE_MS;
    struct entry entry;
    struct bytes bytes;

    if (unseen > view_entries_before(judge->view) || !view_entry(judge->view, unseen, &bytes) ||
        entry_decode(bytes, &entry) != EVENT_OK)
        return;
    if (entry.header.recorded_ms >= judge->placing->recorded_ms - lag_ms)
        return;
    judge_break(judge, REFUSAL_STALE, 0, 0, (judge->placing->recorded_ms - entry.header.recorded_ms) / MINUTE_MS, 0);
    judge_site(judge)->state[SITE_STALE]++;
}

static void judge_seen(struct judge *judge)
{
    const struct event *event = judge->event;
    uint32_t before = view_entries_before(judge->view);
    struct digest hash;

    if (!view_entry_hash(judge->view, event->seen_number, &hash) ||
        memcmp(hash.bytes, event->seen_hash, DIGEST_SIZE) != 0) {
        judge_break_entry(judge, REFUSAL_SEEN_UNKNOWN, 0, 0, event->seen_number); /* S4 */
        return;
    }
    if (is_seal_kind(event->kind) && event->seen_number != before)
        judge_break_entry(judge, REFUSAL_SEEN, 0, 0, before); /* S5 */
    for (size_t i = 0; i < event->signer_count; i++) /* S2 */
        if (event->signers[i].person > 0 &&
            view_signed_before(judge->view, (uint32_t)event->signers[i].person) > event->seen_number)
            judge_break_entry(judge, REFUSAL_SEEN, SUBJECT_CREDENTIAL, (uint32_t)event->signers[i].person,
                              view_signed_before(judge->view, (uint32_t)event->signers[i].person));
    judge_staleness(judge);
}

/* A closing is of the book just before it, so in a list it follows nothing but the access that announced an export. */
static bool closes_an_export(struct judge *judge)
{
    const struct event *event = judge->event;
    struct name first;

    return event->list_place == 2 && event->list_length == 2 &&
           view_name(judge->view, NAME_ACT, bytes_of(event->list_act, ACT_SIZE), &first) && first.id == KIND_ACCESS;
}

/* A policy is never in a list, but with genesis, nor a new seal: one checkpoint covers a list, by one seal. */
static bool stands_in_list(struct judge *judge, uint32_t place)
{
    const struct event *event = judge->event;

    if (!event->in_list)
        return place == 1;
    return event->list_place == place && event->kind->number != KIND_POLICY && event->kind->number != KIND_SEAL_CHANGE &&
           (event->kind->number != KIND_CLOSING || closes_an_export(judge));
}

static void judge_place_in_book(struct judge *judge)
{
    const struct event *event = judge->event;
    uint32_t place = judge->placing->number - view_entries_before(judge->view);

    if (event->kind->number == KIND_GENESIS)
        judge_break(judge, REFUSAL_GENESIS, 0, 0, 0, 0);
    if (!stands_in_list(judge, place))
        judge_break(judge, REFUSAL_LIST, 0, 0, place, 0);
    if (!is_of_this_ledger(judge))
        judge_break(judge, REFUSAL_LEDGER, 0, 0, 0, 0);
    if (!event->has_seen || event->policy == 0) {
        judge_break(judge, REFUSAL_SEEN_MISSING, 0, 0, 0, 0);
        return;
    }
    if (event->policy != view_site(judge->view, SITE_POLICY_ENTRY))
        judge_break_entry(judge, REFUSAL_POLICY_MOVED, 0, 0, (uint32_t)view_site(judge->view, SITE_POLICY_ENTRY));
    judge_seen(judge);
}

static bool offset_is_known(struct judge *judge, int32_t offset_min)
{
    size_t count;
    const int64_t *offsets = view_policy_list(judge->view, POLICY_OFFSETS, &count);

    for (size_t i = 0; i < count; i++)
        if (offsets[i] == offset_min)
            return true;
    return offsets == NULL;
}

/* recorded-at never goes back and never jumps, but for the entry after a clock entry. A new seal may be put in at any
 * later time: the clock entry that would come first is signed by a seal that may be lost. */
static void judge_recorded_at(struct judge *judge)
{
    int64_t newest_ms = view_site(judge->view, SITE_RECORDED_AT);
    int64_t ahead_ms = judge->placing->recorded_ms - newest_ms;
    bool follows_clock = judge->placing->number > 1 &&
                         view_site(judge->view, SITE_CLOCK_ENTRY) == judge->placing->number - 1;
    bool can_jump;

    if (newest_ms == 0 || judge->event->kind->number == KIND_CLOCK)
        return;
    can_jump = is_foundation(judge) || judge->event->kind->number == KIND_SEAL_CHANGE;
    /* The entry after a clock entry goes on from the time that was vouched for, not from any other. */
    if (follows_clock && view_site(judge->view, SITE_CLOCK_NOW) < newest_ms)
        ahead_ms = judge->placing->recorded_ms - view_site(judge->view, SITE_CLOCK_NOW);
    if (ahead_ms < 0)
        judge_break(judge, REFUSAL_RECORDED_AT, 0, 0, -ahead_ms / 1000, 0);
    if (!can_jump && ahead_ms > view_policy(judge->view, POLICY_CLOCK_JUMP) * CIVIL_MS_PER_DAY)
        judge_break(judge, REFUSAL_CLOCK_AHEAD, 0, 0, ahead_ms / CIVIL_MS_PER_DAY, 0);
}

static void judge_lateness(struct judge *judge)
{
    bool is_waste = judge->event->kind->number == KIND_WASTE;
    int64_t late_ms = judge->placing->recorded_ms - judge->event->occurred.ms;

    if (is_seal_kind(judge->event->kind) ||
        late_ms <= view_policy(judge->view, is_waste ? POLICY_LATE_WASTE : POLICY_LATE) * MINUTE_MS)
        return;
    judge_break(judge, REFUSAL_LATE, 0, 0, late_ms / MINUTE_MS, 0);
    judge_site(judge)->state[SITE_LATE]++;
}

void judge_occurred(struct judge *judge, struct at at)
{
    int64_t recorded_ms = judge->placing->recorded_ms;

    if (at.ms > recorded_ms + FUTURE_SLACK_MS)
        judge_break(judge, REFUSAL_FUTURE, 0, 0, at.ms - recorded_ms, 0);
    if (at.ms < view_site(judge->view, SITE_FOUNDED_AT) - MINUTE_MS)
        judge_break(judge, REFUSAL_BEFORE, 0, 0, view_site(judge->view, SITE_FOUNDED_AT), 0);
    if (!offset_is_known(judge, at.offset_min))
        judge_break(judge, REFUSAL_OFFSET, 0, 0, at.offset_min, 0);
}

static void judge_times(struct judge *judge)
{
    const struct event *event = judge->event;
    const struct placing *placing = judge->placing;

    judge_recorded_at(judge);
    judge_occurred(judge, event->occurred);
    if (!is_foundation(judge))
        judge_lateness(judge);
    for (size_t i = 0; placing->is_signed && i < event->signer_count; i++)
        if (placing->signed_at_ms[i] < event->occurred.ms - SIGNED_EARLY_MS ||
            placing->signed_at_ms[i] > placing->recorded_ms + SIGNED_AHEAD_MS)
            judge_break(judge, REFUSAL_SIGNED_AT, 0, 0, placing->signed_at_ms[i], 0);
}

/* What can be entered twice without anything else in the book showing it. */
static bool asks_twice(const struct event *event)
{
    enum kind_number kind = event->kind->number;

    return kind == KIND_DRAW || kind == KIND_RECEIVE || kind == KIND_ORDER ||
           (kind == KIND_WASTE && facts_get(&event->facts, FACT_WASTE_VIAL) != NULL);
}

void judge_duplicate(struct judge *judge)
{
    const struct event *event = judge->event;
    uint8_t facts[COSE_PAYLOAD_LIMIT], key[1 + DIGEST_SIZE];
    struct writer writer;
    struct digest digest;
    struct name name;

    if (!asks_twice(event))
        return;
    writer_init(&writer, facts, sizeof facts);
    facts_encode(&event->facts, &writer);
    if (writer.failed)
        return; /* larger than any payload: it is refused as that */
    digest = digest_bytes(facts, writer.size);
    key[0] = (uint8_t)event->kind->number;
    memcpy(key + 1, digest.bytes, DIGEST_SIZE);
    if (view_name(judge->view, NAME_RECENT, bytes_of(key, sizeof key), &name) && effect_void_by(judge->view, name.entry) == 0) {
        int64_t apart_ms = event->occurred.ms - (int64_t)get_u64(name.data);

        apart_ms = apart_ms < 0 ? -apart_ms : apart_ms;
        if (apart_ms < view_policy(judge->view, POLICY_DUPLICATE) * MINUTE_MS)
            judge_note(judge, (struct broken){ .code = REFUSAL_DUPLICATE, .a = apart_ms / MINUTE_MS, .entry = name.entry });
    }
    name = (struct name){ .entry = judge->placing->number, .data_size = 8 };
    put_u64(name.data, (uint64_t)event->occurred.ms);
    view_name_put(judge->view, NAME_RECENT, bytes_of(key, sizeof key), &name);
}

/* A private field that must be there has its hash in the payload, though no rule depends on what it says. */
static void judge_privates(struct judge *judge)
{
    const struct event *event = judge->event;

    for (const struct field *field = event->kind->fields; field->name != NULL; field++) {
        bool is_there = (field->flags & FIELD_PRIVATE) == 0 || (field->flags & FIELD_OPTIONAL) != 0;

        for (size_t i = 0; i < event->private_count; i++)
            is_there = is_there || event->privates[i].key == field->key;
        if (!is_there)
            judge_break(judge, REFUSAL_FIELD, 0, 0, 0, 0);
    }
}

void judge_envelope(struct judge *judge)
{
    const struct event *event = judge->event;
    struct name known;

    if ((event->kind->flags & KIND_IS_DRAFT) != 0)
        judge_break(judge, REFUSAL_KIND_DRAFT, 0, 0, event->kind->number, 0);
    if (is_foundation(judge))
        judge_foundation(judge);
    else
        judge_place_in_book(judge);
    judge_times(judge);
    judge_privates(judge);
    if (view_name(judge->view, NAME_ACT, bytes_of(event->act, ACT_SIZE), &known))
        judge_break_entry(judge, REFUSAL_ACT_KNOWN, 0, 0, known.entry);
}
