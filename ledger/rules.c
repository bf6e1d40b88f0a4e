/* The judge: what is asked of every event, whatever its kind, and how a verdict comes about. */
#include "ledger/rules.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/judge.h"

enum {
    FUTURE_SLACK_MS = 5 * 60 * 1000,  /* occurred-at may be this far ahead of recorded-at */
    SIGNED_EARLY_MS = 5 * 60 * 1000,  /* signed-at, before occurred-at */
    SIGNED_AHEAD_MS = 5 * 1000,       /* signed-at, after recorded-at */
    MINUTE_MS = 60 * 1000,
    HOUR_MS = 60 * MINUTE_MS,
};

/* ---- noting */

static bool bars(enum refusal_class class_)
{
    return class_ == CLASS_MALFORMED || class_ == CLASS_IMPOSSIBLE || class_ == CLASS_AGAIN;
}

static void judge_note(struct judge *judge, struct broken broken)
{
    const struct refusal *refusal = refusal_find(broken.code);
    struct verdict *verdict = judge->verdict;

    assert(refusal != NULL);
    if (bars(refusal->class_))
        judge->cannot_stand = true;
    /* The set of codes counts; where one is broken many times the first dozens are particulars enough. */
    if (verdict->broken_count < VERDICT_BROKEN_LIMIT)
        verdict->broken[verdict->broken_count++] = broken;
}

void judge_break(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b)
{
    judge_note(judge, (struct broken){ .code = (uint16_t)code, .subject = (uint8_t)subject, .id = id, .a = a, .b = b });
}

void judge_break_entry(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, uint32_t entry)
{
    judge_note(judge, (struct broken){ .code = (uint16_t)code, .subject = (uint8_t)subject, .id = id, .entry = entry });
}

void judge_open_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b)
{
    struct broken broken = { .code = (uint16_t)code, .subject = (uint8_t)subject, .id = id, .a = a, .b = b };

    judge_note(judge, broken);
    if (!judge->opens_case)
        judge->case_about = broken;
    judge->opens_case = true;
}

/* ---- facts and leaves */

const struct leaf *judge_leaf(struct judge *judge, unsigned table, uint32_t id)
{
    return view_leaf(judge->view, table, id);
}

struct leaf *judge_edit(struct judge *judge, unsigned table, uint32_t id)
{
    return view_make(judge->view, table, id);
}

struct leaf *judge_site(struct judge *judge)
{
    return view_make(judge->view, LEAF_TABLE_SITE, 1);
}

struct leaf *judge_birth(struct judge *judge, enum subject subject)
{
    struct leaf *leaf = view_birth(judge->view, subject, judge->event->act);

    if (judge->verdict->born_id == 0)
        judge->verdict->born_id = leaf->id;
    judge_touch(judge, subject, leaf->id);
    return leaf;
}

int64_t judge_number(const struct judge *judge, uint64_t key, int64_t otherwise)
{
    return facts_number(&judge->event->facts, key, otherwise);
}

uint32_t judge_ref(struct judge *judge, uint64_t key)
{
    const struct value *value = facts_get(&judge->event->facts, key);
    const struct field *field = field_with_key(judge->event->kind->fields, key);

    return value != NULL ? view_resolve(judge->view, field->subject, value) : 0;
}

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
static void judge_seen_of(struct judge *judge, enum subject subject, uint32_t id)
{
    uint32_t last = view_last_before(judge->view, subject, id);
    bool by_last = subject == SUBJECT_DOSE || subject == SUBJECT_COUNT || subject == SUBJECT_CASE;
    uint32_t born;

    if (last == 0 || !judge->event->has_seen || last <= judge->event->seen_number)
        return;
    if (by_last || (view_touched_by(judge->view, subject, id, 1, &born) && born > judge->event->seen_number))
        judge_break_entry(judge, REFUSAL_SEEN, subject, id, last);
}

static void name_subject(struct judge *judge, enum subject subject, const struct value *value)
{
    uint32_t id = view_resolve(judge->view, subject, value);

    if (id == 0) {
        judge_break(judge, REFUSAL_NO_SUBJECT, subject, value->second == 0 ? (uint32_t)value->number : 0, 0, 0);
        return;
    }
    judge_seen_of(judge, subject, id);
    touch_with_closure(judge, subject, id);
}

static void name_person(struct judge *judge, int64_t person)
{
    if (judge_leaf(judge, SUBJECT_CREDENTIAL, (uint32_t)person) == NULL)
        judge_break(judge, REFUSAL_NO_PERSON, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
    else
        judge_seen_of(judge, SUBJECT_CREDENTIAL, (uint32_t)person);
}

static void name_value(struct judge *judge, const struct field *field, const struct value *value);

static void name_list(struct judge *judge, const struct field *field, const struct value *value)
{
    struct list_cursor cursor;
    struct value one;
    struct facts row;

    list_begin(&cursor, field, value);
    if (field->type == FIELD_LIST) {
        while (list_next(&cursor, &one))
            name_value(judge, &cursor.element, &one);
        return;
    }
    while (rows_next(&cursor, &row))
        for (size_t i = 0; row.fields[i].name != NULL; i++)
            if (row.values[i].present)
                name_value(judge, &row.fields[i], &row.values[i]);
}

/* Everything an event names has to exist, and is touched. */
static void name_value(struct judge *judge, const struct field *field, const struct value *value)
{
    uint32_t entries = view_entries_before(judge->view);

    switch (field->type) {
    case FIELD_REF:
        name_subject(judge, field->subject, value);
        break;
    case FIELD_PERSON:
        name_person(judge, value->number);
        break;
    case FIELD_ENTRY:
        if ((uint64_t)value->number > entries)
            judge_break_entry(judge, REFUSAL_NO_ENTRY, 0, 0, (uint32_t)value->number);
        break;
    case FIELD_LIST:
    case FIELD_ROWS:
        name_list(judge, field, value);
        break;
    default:
        break;
    }
}

static void judge_names(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;

    for (size_t i = 0; facts->fields[i].name != NULL; i++)
        if (facts->values[i].present)
            name_value(judge, &facts->fields[i], &facts->values[i]);
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

static void judge_foundation(struct judge *judge)
{
    const struct event *event = judge->event;
    uint32_t number = judge->placing->number;

    if (event->kind->number != (number == 1 ? KIND_GENESIS : KIND_POLICY) || event->has_ledger != (number == 2) ||
        event->has_seen || event->policy != 0 || !event->in_list || event->list_length != 2 ||
        event->list_place != number)
        judge_break(judge, REFUSAL_GENESIS, 0, 0, 0, 0);
}

/* S3: is any entry newer than `seen` older than the policy's lag? The oldest such entry tells. */
static void judge_staleness(struct judge *judge)
{
    uint32_t unseen = judge->event->seen_number + 1;
    int64_t lag_ms = view_policy(judge->view, POLICY_SEEN_LAG) * MINUTE_MS;
    struct entry entry;
    struct bytes bytes;

    if (unseen > view_entries_before(judge->view) || !view_entry(judge->view, unseen, &bytes) ||
        entry_decode(bytes, &entry, NULL) != EVENT_OK)
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

static void judge_place_in_book(struct judge *judge)
{
    const struct event *event = judge->event;
    uint32_t place = judge->placing->number - view_entries_before(judge->view);
    struct name ledger;

    if (event->kind->number == KIND_GENESIS)
        judge_break(judge, REFUSAL_GENESIS, 0, 0, 0, 0);
    if (event->in_list ? event->list_place != place : place != 1)
        judge_break(judge, REFUSAL_LIST, 0, 0, place, 0);
    if (event->in_list && event->kind->number == KIND_POLICY)
        judge_break(judge, REFUSAL_LIST, 0, 0, place, 0);
    if (!event->has_ledger || !view_name(judge->view, NAME_LEDGER, bytes_of("", 0), &ledger) ||
        memcmp(ledger.data, event->ledger, DIGEST_SIZE) != 0)
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
    const struct leaf *policy = judge_leaf(judge, SUBJECT_POLICY, (uint32_t)view_site(judge->view, SITE_POLICY));

    for (uint16_t i = POLICY_KEYS; policy != NULL && i < policy->count; i++)
        if (policy->state[i] == offset_min)
            return true;
    return policy == NULL;
}

/* recorded-at never goes back and never jumps, but for the entry after a clock entry. */
static void judge_recorded_at(struct judge *judge)
{
    int64_t newest_ms = view_site(judge->view, SITE_RECORDED_AT);
    int64_t ahead_ms = judge->placing->recorded_ms - newest_ms;
    bool vouched = judge->event->kind->number == KIND_CLOCK ||
                   (judge->placing->number > 1 && view_site(judge->view, SITE_CLOCK_ENTRY) == judge->placing->number - 1);

    if (newest_ms == 0 || vouched)
        return;
    if (ahead_ms < 0)
        judge_break(judge, REFUSAL_RECORDED_AT, 0, 0, -ahead_ms / 1000, 0);
    if (ahead_ms > view_policy(judge->view, POLICY_CLOCK_JUMP) * CIVIL_MS_PER_DAY)
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

static void judge_times(struct judge *judge)
{
    const struct event *event = judge->event;
    const struct placing *placing = judge->placing;

    judge_recorded_at(judge);
    if (event->occurred.ms > placing->recorded_ms + FUTURE_SLACK_MS)
        judge_break(judge, REFUSAL_FUTURE, 0, 0, event->occurred.ms - placing->recorded_ms, 0);
    if (!offset_is_known(judge, event->occurred.offset_min))
        judge_break(judge, REFUSAL_OFFSET, 0, 0, event->occurred.offset_min, 0);
    if (!is_foundation(judge))
        judge_lateness(judge);
    for (size_t i = 0; placing->is_signed && i < event->signer_count; i++)
        if (placing->signed_at_ms[i] < event->occurred.ms - SIGNED_EARLY_MS ||
            placing->signed_at_ms[i] > placing->recorded_ms + SIGNED_AHEAD_MS)
            judge_break(judge, REFUSAL_SIGNED_AT, 0, 0, placing->signed_at_ms[i], 0);
}

/* An act recorded twice within minutes, with the same facts: asked about. */
static void judge_duplicate(struct judge *judge)
{
    const struct event *event = judge->event;
    uint8_t facts[COSE_PAYLOAD_LIMIT], key[1 + DIGEST_SIZE];
    struct writer writer;
    struct digest digest;
    struct name name;

    if (event->kind->number != KIND_DRAW && event->kind->number != KIND_RECEIVE && event->kind->number != KIND_ORDER)
        return;
    writer_init(&writer, facts, sizeof facts);
    facts_encode(&event->facts, &writer);
    digest = digest_bytes(facts, writer.size);
    key[0] = (uint8_t)event->kind->number;
    memcpy(key + 1, digest.bytes, DIGEST_SIZE);
    if (view_name(judge->view, NAME_RECENT, bytes_of(key, sizeof key), &name)) {
        int64_t apart_ms = event->occurred.ms - (int64_t)get_u64(name.data);

        apart_ms = apart_ms < 0 ? -apart_ms : apart_ms;
        if (apart_ms < view_policy(judge->view, POLICY_DUPLICATE) * MINUTE_MS) {
            judge_note(judge, (struct broken){ .code = REFUSAL_DUPLICATE, .a = apart_ms / MINUTE_MS, .entry = name.entry });
        }
    }
    name = (struct name){ .entry = judge->placing->number, .data_size = 8 };
    put_u64(name.data, (uint64_t)event->occurred.ms);
    view_name_put(judge->view, NAME_RECENT, bytes_of(key, sizeof key), &name);
}

static void judge_envelope(struct judge *judge)
{
    const struct event *event = judge->event;
    struct name known;

    if (event->kind->draft)
        judge_break(judge, REFUSAL_KIND_DRAFT, 0, 0, event->kind->number, 0);
    if (is_foundation(judge))
        judge_foundation(judge);
    else
        judge_place_in_book(judge);
    judge_times(judge);
    if (view_name(judge->view, NAME_ACT, bytes_of(event->act, ACT_SIZE), &known))
        judge_break_entry(judge, REFUSAL_ACT_KNOWN, 0, 0, known.entry);
}

/* ---- the end of an event: what it owns up to, what it waits for, what it touched */

static int compare_codes(const void *left, const void *right)
{
    return (int)*(const uint16_t *)left - (int)*(const uint16_t *)right;
}

static size_t codes_of_class(const struct verdict *verdict, enum refusal_class class_, uint16_t *codes, size_t limit)
{
    size_t count = 0;

    for (size_t i = 0; i < verdict->broken_count; i++) {
        uint16_t code = verdict->broken[i].code;
        bool is_new = refusal_find(code)->class_ == class_;

        for (size_t j = 0; j < count; j++)
            is_new = is_new && codes[j] != code;
        if (is_new && count < limit)
            codes[count++] = code;
    }
    qsort(codes, count, sizeof codes[0], compare_codes);
    return count;
}

size_t verdict_irregular(const struct verdict *verdict, uint16_t codes[static EVENT_IRREGULAR_LIMIT])
{
    return codes_of_class(verdict, CLASS_FORBIDDEN, codes, EVENT_IRREGULAR_LIMIT);
}

static bool owns_up(const struct verdict *verdict, const struct event *event)
{
    uint16_t codes[EVENT_IRREGULAR_LIMIT];
    size_t count = verdict_irregular(verdict, codes);

    return count == event->irregular_count && memcmp(codes, event->irregular, count * sizeof codes[0]) == 0;
}

static const struct broken *first_of_class(const struct verdict *verdict, enum refusal_class class_)
{
    for (size_t i = 0; i < verdict->broken_count; i++)
        if (refusal_find(verdict->broken[i].code)->class_ == class_)
            return &verdict->broken[i];
    return NULL;
}

const struct broken *verdict_refusal(const struct verdict *verdict, const struct event *event)
{
    const struct broken *broken = first_of_class(verdict, CLASS_MALFORMED);

    if (broken == NULL)
        broken = first_of_class(verdict, CLASS_IMPOSSIBLE);
    if (broken == NULL)
        broken = first_of_class(verdict, CLASS_AGAIN);
    if (broken == NULL && !owns_up(verdict, event))
        broken = first_of_class(verdict, CLASS_FORBIDDEN);
    if (broken == NULL && event->reason == 0)
        broken = first_of_class(verdict, CLASS_SOFT);
    return broken;
}

/* Somebody who signs, holds one of `roles` and is not the one who did it. */
static bool somebody_else_signs(struct judge *judge, unsigned roles)
{
    int64_t doer = rules_doer(judge->event);

    for (size_t i = 0; i < judge->event->signer_count; i++) {
        int64_t person = judge->event->signers[i].person;

        if (person > 0 && person != doer &&
            (view_number(judge->view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & roles) != 0)
            return true;
    }
    return false;
}

/* What is forbidden stands only as what it is: its codes in the payload, a reason, an officer who did
 * not do it, and a case. What is soft wants a reason and a second person. */
static void judge_irregular(struct judge *judge)
{
    const struct event *event = judge->event;
    const struct broken *forbidden = first_of_class(judge->verdict, CLASS_FORBIDDEN);
    bool soft = first_of_class(judge->verdict, CLASS_SOFT) != NULL;

    if (event->irregular_count > 0 && !owns_up(judge->verdict, event))
        judge_break(judge, REFUSAL_IRREGULAR_CODES, 0, 0, 0, 0);
    if (forbidden != NULL) {
        if (!judge->opens_case)
            judge->case_about = *forbidden;
        judge->opens_case = true;
        if (event->reason == 0)
            judge_break(judge, REFUSAL_NEEDS_REASON, 0, 0, 0, 0);
        if (!somebody_else_signs(judge, ROLE_OFFICER))
            judge->verdict->due |= DUE_IRREGULAR;
        if (rules_doer(event) > 0)
            judge_edit(judge, SUBJECT_PERSON_ACTS, (uint32_t)rules_doer(event))->state[ACTS_IRREGULAR]++;
    }
    if (soft && !somebody_else_signs(judge, ROLE_STAFF))
        judge->verdict->due |= DUE_SOFT;
}

static void finish_case(struct judge *judge)
{
    uint32_t born_first = judge->verdict->born_id;
    struct leaf *leaf;

    if (!judge->opens_case)
        return;
    leaf = judge_birth(judge, SUBJECT_CASE);
    leaf->state[CASE_STATE] = CASE_IS_OPEN;
    leaf->state[CASE_CODE] = judge->case_about.code;
    leaf->state[CASE_ENTRY] = judge->placing->number;
    leaf->state[CASE_SUBJECT] = judge->case_about.subject;
    leaf->state[CASE_ID] = judge->case_about.id;
    leaf->state[CASE_DIFFERENCE] = judge->case_about.a - judge->case_about.b;
    judge->verdict->case_id = leaf->id;
    judge->verdict->born_id = born_first;
    judge_site(judge)->state[SITE_OPEN_CASES]++;
}

/* The soonest of the times within which what is due must be done, counted from recorded-at. */
static int64_t due_by(struct judge *judge, unsigned due)
{
    static const struct { unsigned due; enum policy_key hours; } times[] = {
        { DUE_CHECK, POLICY_CHECK_DUE }, { DUE_APPROVAL, POLICY_APPROVAL_DUE }, { DUE_IRREGULAR, POLICY_IRREGULAR_DUE },
        { DUE_SOFT, POLICY_SOFT_DUE }, { DUE_ORDER, POLICY_ORDER_DUE }, { DUE_LOCUM, POLICY_LOCUM_DUE },
        { DUE_WITNESS, POLICY_WITNESS_DUE } };
    int64_t soonest_h = INT32_MAX;

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if ((due & times[i].due) != 0 && view_policy(judge->view, times[i].hours) < soonest_h)
            soonest_h = view_policy(judge->view, times[i].hours);
    return judge->placing->recorded_ms + soonest_h * HOUR_MS;
}

static void finish_due(struct judge *judge)
{
    const struct event *event = judge->event;
    unsigned due = judge->verdict->due;
    struct leaf *leaf;

    if (due == 0)
        return;
    judge->verdict->due_by_ms = due_by(judge, due);
    leaf = judge_edit(judge, LEAF_TABLE_DUE, judge->placing->number);
    leaf->state[DUE_WHAT] = leaf->state[DUE_ALL] = due;
    leaf->state[DUE_BY] = judge->verdict->due_by_ms;
    leaf->state[DUE_KIND] = event->kind->number;
    leaf->state[DUE_DOER] = rules_doer(event);
    for (size_t i = 0; i < event->signer_count; i++)
        if (event->signers[i].person > 0)
            leaf->state[leaf->count++] = event->signers[i].person;
    for (size_t i = 0; i < event->performed_count; i++) {
        if (event->performed[i].person > 0)
            leaf->state[leaf->count++] = event->performed[i].person;
        if (event->performed[i].meaning == MEANING_PRESCRIBED)
            leaf->state[DUE_PRESCRIBER] = event->performed[i].person;
    }
    leaf->last = judge->placing->number;
    leaf->touches = 1;
    judge_site(judge)->state[SITE_DUES]++;
}

static void finish_people(struct judge *judge)
{
    const struct event *event = judge->event;

    for (size_t i = 0; i < event->signer_count; i++) {
        int64_t person = event->signers[i].person;
        struct leaf *acts;

        if (person == PERSON_NEW)
            person = judge->verdict->born_id;
        if (person <= 0)
            continue;
        acts = judge_edit(judge, SUBJECT_PERSON_ACTS, (uint32_t)person);
        judge_touch(judge, SUBJECT_PERSON_ACTS, (uint32_t)person);
        /* In a rekey one person signs twice: it is one entry all the same. */
        if (acts->state[ACTS_LAST_SIGNED] != judge->placing->number)
            acts->state[ACTS_SIGNED]++;
        acts->state[ACTS_LAST_SIGNED] = judge->placing->number;
    }
    for (size_t i = 0; i < event->performed_count; i++) {
        if (event->performed[i].person <= 0)
            continue;
        judge_edit(judge, SUBJECT_PERSON_ACTS, (uint32_t)event->performed[i].person)->state[ACTS_PERFORMED]++;
        judge_touch(judge, SUBJECT_PERSON_ACTS, (uint32_t)event->performed[i].person);
    }
}

static int compare_touched(const void *left, const void *right)
{
    const struct touched *a = left, *b = right;

    if (a->subject != b->subject)
        return a->subject < b->subject ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* Count the entry on every leaf it touches, and write the header's list with its runs. */
static void finish_touches(struct judge *judge)
{
    struct verdict *verdict = judge->verdict;

    if (judge->touched_count > ENTRY_TOUCHES_LIMIT) {
        judge_break(judge, REFUSAL_TOUCHES, 0, 0, (int64_t)judge->touched_count, 0);
        return;
    }
    verdict->touches = judge->touches;
    qsort(judge->touched, judge->touched_count, sizeof judge->touched[0], compare_touched);
    for (size_t i = 0; i < judge->touched_count; i++) {
        struct leaf *leaf = judge_edit(judge, judge->touched[i].subject, judge->touched[i].id);
        struct touch *run = verdict->touch_count > 0 ? &judge->touches[verdict->touch_count - 1] : NULL;

        leaf->touches++;
        leaf->last = judge->placing->number;
        memcpy(leaf->blind, judge->event->act, LEAF_BLIND_SIZE);
        if (run != NULL && run->subject == leaf->table && run->id + run->count == leaf->id && run->n == leaf->touches)
            run->count++;
        else
            judge->touches[verdict->touch_count++] = (struct touch){ leaf->table, leaf->id, leaf->touches, 1 };
    }
}

/* The local day of an entry: that of its recorded-at by its own offset; kept plus one, 0 being none. */
static void finish_day(struct judge *judge)
{
    struct leaf *site = judge_site(judge);
    struct at recorded = { judge->placing->recorded_ms, judge->event->occurred.offset_min };
    int64_t day = (int64_t)at_local_days(recorded) + 1;

    if (judge->event->kind->number == KIND_CLOSING) {
        site->state[SITE_UNCLOSED_DAY] = 0;
        return;
    }
    if (site->state[SITE_UNCLOSED_DAY] != 0 && day > site->state[SITE_UNCLOSED_DAY])
        judge_break(judge, REFUSAL_DAY_NOT_CLOSED, 0, 0, site->state[SITE_UNCLOSED_DAY] - 1, 0);
    if (site->state[SITE_UNCLOSED_DAY] == 0 || day > site->state[SITE_UNCLOSED_DAY])
        site->state[SITE_UNCLOSED_DAY] = day;
}

static void finish(struct judge *judge)
{
    struct leaf *site = judge_site(judge);
    struct name name = { .id = judge->event->kind->number, .entry = judge->placing->number };

    finish_case(judge);
    finish_due(judge);
    finish_people(judge);
    finish_touches(judge);
    finish_day(judge);
    site->state[SITE_ENTRIES] = judge->placing->number;
    site->state[SITE_RECORDED_AT] = judge->placing->recorded_ms;
    view_name_put(judge->view, NAME_ACT, bytes_of(judge->event->act, ACT_SIZE), &name);
}

/* Conservation (DESIGN §5) holds whatever is recorded. If it does not, we are wrong, not the clinic. */
static void assert_balances(struct judge *judge)
{
    for (size_t i = 0; i < judge->touched_count; i++) {
        const struct leaf *leaf = judge_leaf(judge, judge->touched[i].subject, judge->touched[i].id);

        assert(leaf->table != SUBJECT_VIAL || vial_balances(leaf));
        assert(leaf->table != SUBJECT_DOSE || dose_balances(leaf));
    }
    for (uint32_t product = 1; product <= view_count(judge->view, SUBJECT_PRODUCT); product++) {
        const struct leaf *total = judge_leaf(judge, LEAF_TABLE_TOTAL, product);

        assert(total == NULL || total_balances(total));
    }
}

/* ---- */

static void (*const rule_of[KIND_LAST + 1])(struct judge *) = {
    [KIND_GENESIS] = rule_genesis, [KIND_POLICY] = rule_policy, [KIND_PERSON] = rule_person,
    [KIND_REVOKE] = rule_revoke, [KIND_REKEY] = rule_rekey, [KIND_PRODUCT] = rule_product,
    [KIND_PLACE] = rule_place, [KIND_PARTY] = rule_party, [KIND_PATIENT] = rule_patient,
    [KIND_ORDER] = rule_order, [KIND_RECEIVE] = rule_receive, [KIND_MOVE] = rule_move,
    [KIND_HOLD] = rule_hold, [KIND_RELEASE] = rule_release, [KIND_SESSION_OPEN] = rule_session_open,
    [KIND_SESSION_CLOSE] = rule_session_close, [KIND_DRAW] = rule_draw, [KIND_ADMINISTER] = rule_administer,
    [KIND_HANDOVER] = rule_handover, [KIND_WASTE] = rule_waste, [KIND_RESIDUAL] = rule_residual,
    [KIND_HELD] = rule_held, [KIND_EMPTY] = rule_empty, [KIND_RETURN] = rule_return,
    [KIND_OBSERVE] = rule_observe, [KIND_COUNTERSIGN] = rule_countersign, [KIND_CLOSING] = rule_closing,
    [KIND_ACCESS] = rule_access, [KIND_CLOCK] = rule_clock,
};

void rules_judge(struct view *view, const struct event *event, const struct placing *placing, struct verdict *verdict)
{
    static _Thread_local struct judge judge; /* 24 KiB of touches: more than a stack frame should hold */

    memset(verdict, 0, sizeof *verdict);
    judge.cannot_stand = judge.opens_case = false;
    judge.touched_count = 0;
    judge.view = view;
    judge.event = event;
    judge.placing = placing;
    judge.verdict = verdict;
    judge_envelope(&judge);
    judge_people(&judge);
    judge_names(&judge);
    if (judge.cannot_stand)
        return;
    judge_duplicate(&judge);
    rule_of[event->kind->number](&judge);
    judge_irregular(&judge);
    if (judge.cannot_stand)
        return;
    assert_balances(&judge);
    finish(&judge);
}
