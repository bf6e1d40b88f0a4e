/* Who signs, who did it, by which key and in which role: asked alike of every kind. */
#include <string.h>

#include "ledger/judge.h"

int64_t rules_doer(const struct event *event)
{
    for (size_t i = 0; i < event->performed_count; i++)
        if (event->performed[i].meaning == MEANING_DID || event->performed[i].meaning == MEANING_PRESCRIBED)
            return event->performed[i].person > 0 ? event->performed[i].person : 0;
    for (size_t i = 0; i < event->signer_count; i++)
        if (event->signers[i].meaning == MEANING_DID || event->signers[i].meaning == MEANING_PRESCRIBED)
            return event->signers[i].person > 0 ? event->signers[i].person : 0;
    return event->signers[0].person > 0 ? event->signers[0].person : 0;
}

static bool key_of_value(const struct value *value, struct public_key *key)
{
    if (value == NULL || value->bytes.size > sizeof key->bytes)
        return false;
    *key = (struct public_key){ .algorithm = (enum key_algorithm)value->second };
    memcpy(key->bytes, value->bytes.data, value->bytes.size);
    return true;
}

/* Genesis brings the keys of its own signers: officer n is person n. */
bool rules_founder_key(const struct event *event, int64_t person, struct public_key *key)
{
    const struct field *field = field_named(event->kind->fields, "officers");
    const struct value *officers = facts_get(&event->facts, field->key);
    struct list_cursor cursor;
    struct facts row;

    if (officers == NULL)
        return false;
    list_begin(&cursor, field, officers);
    for (int64_t number = 1; rows_next(&cursor, &row); number++)
        if (number == person)
            return key_of_value(facts_get(&row, ROW_OFFICER_KEY), key);
    return false;
}

static bool brings_key(const struct kind *kind)
{
    return kind->number == KIND_PERSON || kind->number == KIND_REKEY;
}

bool rules_signer_key(struct view *view, const struct event *event, size_t index, struct public_key *key)
{
    const struct event_signer *signer = &event->signers[index];

    if (event->kind->number == KIND_GENESIS)
        return rules_founder_key(event, signer->person, key);
    if (signer->meaning == MEANING_NEW_KEY)
        return brings_key(event->kind) && key_of_value(facts_get(&event->facts, FACT_REKEY_KEY), key);
    if (signer->meaning == MEANING_GUEST)
        return signer->person == PERSON_NEW && event->kind->number == KIND_NOTE &&
               key_of_value(facts_get(&event->facts, FACT_NOTE_GUEST_KEY), key);
    return signer->person != PERSON_NEW && view_key_of(view, signer->person, key);
}

size_t judge_signers(const struct judge *judge, enum meaning meaning)
{
    size_t count = 0;

    for (size_t i = 0; i < judge->event->signer_count; i++)
        count += judge->event->signers[i].meaning == meaning;
    for (size_t i = 0; i < judge->event->performed_count; i++)
        count += judge->event->performed[i].meaning == meaning;
    return count;
}

bool judge_has_part(const struct judge *judge, int64_t person)
{
    const struct event *event = judge->event;

    for (size_t i = 0; i < event->signer_count; i++)
        if (event->signers[i].person == person)
            return true;
    for (size_t i = 0; i < event->performed_count; i++)
        if (event->performed[i].person == person)
            return true;
    return false;
}

bool judge_is_of_rights(const struct event *event)
{
    enum kind_number kind = (enum kind_number)event->kind->number;

    return kind <= KIND_REKEY || kind == KIND_OVERRIDE || kind == KIND_COUNTERSIGN || kind == KIND_CERTIFY ||
           kind == KIND_ERASE ||
           (kind == KIND_PATIENT && facts_get(&event->facts, FACT_PATIENT_MAY_ACT_AGAIN) != NULL);
}

static const struct signer_slot *slot_of(const struct kind *kind, unsigned meaning)
{
    for (const struct signer_slot *slot = kind->signers; slot->meaning != 0; slot++)
        if (slot->meaning == meaning)
            return slot;
    return NULL;
}

/* What a person may do at some time. */
struct rights {
    int64_t roles, from_ms, until_ms, licence_until;
    bool in_force;
};

static struct rights rights_of_event(const struct event *event, uint32_t person)
{
    struct list_cursor cursor;
    struct facts row;
    struct rights rights = { .roles = facts_number(&event->facts, FACT_PERSON_ROLES, 0),
                             .from_ms = facts_number(&event->facts, FACT_PERSON_FROM, event->occurred.ms),
                             .until_ms = facts_number(&event->facts, FACT_PERSON_UNTIL, 0),
                             .licence_until = facts_number(&event->facts, FACT_PERSON_LICENCE_UNTIL, 0) };

    if (event->kind->number == KIND_PERSON)
        return rights;
    rights = (struct rights){ .from_ms = event->occurred.ms };
    list_begin(&cursor, field_named(event->kind->fields, "officers"), facts_get(&event->facts, FACT_GENESIS_OFFICERS));
    for (uint32_t number = 1; rows_next(&cursor, &row); number++)
        if (number == person)
            rights.roles = facts_number(&row, ROW_OFFICER_ROLES, 0) | ROLE_OFFICER;
    return rights;
}

/* The rights a person had before the present ones began: those of the newest entry about them that had taken effect
 * by then. What was done yesterday is not undone by a licence renewed today. */
static struct rights earlier_rights(struct judge *judge, const struct leaf *credential, int64_t at_ms)
{
    uint32_t number;
    struct event event;

    for (uint32_t n = credential->touches; n > 0; n--) {
        struct rights rights;

        if (!view_touched_by(judge->view, SUBJECT_CREDENTIAL, credential->id, n, &number) ||
            !judge_event_of(judge, number, &event))
            continue;
        if (event.kind->number == KIND_REVOKE && event.occurred.ms <= at_ms)
            break;
        if (event.kind->number != KIND_PERSON && event.kind->number != KIND_GENESIS)
            continue;
        rights = rights_of_event(&event, credential->id);
        rights.in_force = rights.from_ms <= at_ms && (rights.until_ms == 0 || at_ms <= rights.until_ms);
        if (rights.from_ms <= at_ms)
            return rights;
    }
    return (struct rights){ .roles = credential->state[CREDENTIAL_ROLES] };
}

/* The rights a person had at a time. What somebody did before being revoked was done with rights, though it is
 * written down later. */
static struct rights rights_at(struct judge *judge, const struct leaf *credential, int64_t at_ms)
{
    const int64_t *state = credential->state;
    struct rights rights = { .roles = state[CREDENTIAL_ROLES], .from_ms = state[CREDENTIAL_FROM],
                             .until_ms = state[CREDENTIAL_UNTIL], .licence_until = state[CREDENTIAL_LICENCE_UNTIL] };
    struct event revoked;

    if (at_ms < rights.from_ms)
        return earlier_rights(judge, credential, at_ms);
    rights.in_force = rights.until_ms == 0 || at_ms <= rights.until_ms;
    if (state[CREDENTIAL_PROVISIONAL] != 0 && at_ms > state[CREDENTIAL_PROVISIONAL]) /* nobody else ever agreed */
        rights.in_force = false;
    if (state[CREDENTIAL_REVOKED] != 0 && (!judge_event_of(judge, (uint32_t)state[CREDENTIAL_REVOKED], &revoked) ||
                                           at_ms > revoked.occurred.ms))
        rights.in_force = false;
    return rights;
}

/* A licence is asked of those who act by a clinical role, not of an officer approving nor of anybody who may. */
static bool needs_licence(unsigned roles)
{
    return (roles & (ROLE_PRESCRIBER | ROLE_CLINICIAN)) != 0 && (roles & ROLE_AUDITOR) == 0;
}

/* A person's rights at the time it happened: enrolled, not yet ended, licensed, in one of the roles. */
static void judge_rights(struct judge *judge, int64_t person, unsigned roles, unsigned meaning)
{
    const struct leaf *credential = judge_leaf(judge, SUBJECT_CREDENTIAL, (uint32_t)person);
    struct at occurred = judge->event->occurred;
    struct rights rights;
    bool in_role;

    if (credential == NULL)
        return;
    rights = rights_at(judge, credential, occurred.ms);
    in_role = (rights.roles & roles) != 0;
    /* Whoever approves, or changes rights, needs the role at this place of the book too: a day that is typed
     * gives nobody back what was taken from him. */
    if (meaning == MEANING_APPROVED || judge_is_of_rights(judge->event))
        in_role = in_role && (credential->state[CREDENTIAL_ROLES] & roles) != 0;
    if (judge_is_of_rights(judge->event)) { /* without them nothing has happened that could be written down */
        if (!rights.in_force || !in_role)
            judge_break(judge, REFUSAL_SIGNERS, SUBJECT_CREDENTIAL, (uint32_t)person, meaning, 0);
        return;
    }
    if (!rights.in_force)
        judge_break(judge, REFUSAL_NOT_IN_FORCE, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
    if (!in_role)
        judge_break(judge, REFUSAL_ROLE, SUBJECT_CREDENTIAL, (uint32_t)person, person, roles);
    if (needs_licence(roles) && rights.licence_until != 0 && at_local_days(occurred) > rights.licence_until)
        judge_break(judge, REFUSAL_LICENCE, SUBJECT_CREDENTIAL, (uint32_t)person, person, rights.licence_until);
}

/* The key a signer used must be his present one, at this place of the book. */
static void judge_key(struct judge *judge, size_t index)
{
    struct public_key key;
    struct digest thumbprint;
    int64_t person = judge->event->signers[index].person;

    if (!judge->placing->is_signed)
        return;
    if (rules_signer_key(judge->view, judge->event, index, &key)) {
        thumbprint = key_thumbprint(&key);
        if (digest_equal(&thumbprint, &judge->placing->kids[index]))
            return;
    }
    judge_break(judge, REFUSAL_NOT_THEIR_KEY, SUBJECT_CREDENTIAL, person > 0 ? (uint32_t)person : 0, person, 0);
}

/* Who signs without a number: the newcomer, and somebody from outside. */
static bool is_unnumbered(const struct kind *kind, enum meaning meaning)
{
    return (kind->number == KIND_PERSON && meaning == MEANING_NEW_KEY) || (kind->number == KIND_NOTE && meaning == MEANING_GUEST);
}

static void judge_signer(struct judge *judge, size_t index)
{
    const struct event_signer *signer = &judge->event->signers[index];
    const struct leaf *credential;

    judge_key(judge, index);
    if (signer->person == PERSON_NEW) {
        if (!is_unnumbered(judge->event->kind, signer->meaning))
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, signer->meaning, 0);
        return;
    }
    if (judge->event->kind->number == KIND_GENESIS)
        return; /* rule_genesis asks for exactly its own officers */
    credential = judge_leaf(judge, SUBJECT_CREDENTIAL, (uint32_t)signer->person);
    if (credential == NULL) {
        judge_break(judge, REFUSAL_NO_PERSON, SUBJECT_CREDENTIAL, (uint32_t)signer->person, signer->person, 0);
        return;
    }
    if (credential->state[CREDENTIAL_REVOKED] != 0 ||
        (credential->state[CREDENTIAL_UNTIL] != 0 && judge->placing->recorded_ms > credential->state[CREDENTIAL_UNTIL]))
        judge_note(judge, (struct broken){ .code = REFUSAL_NOT_THEIR_KEY, .subject = SUBJECT_CREDENTIAL,
                                           .id = (uint32_t)signer->person, .a = signer->person,
                                           .b = credential->state[CREDENTIAL_UNTIL],
                                           .entry = (uint32_t)credential->state[CREDENTIAL_REVOKED] });
}

/* Nobody is two in one act, but in a rekey, where a person signs with the new key and the old. */
static void judge_one_each(struct judge *judge)
{
    const struct event *event = judge->event;

    for (size_t i = 0; i < event->signer_count; i++) {
        for (size_t j = 0; j < i; j++)
            if (event->signers[i].person == event->signers[j].person &&
                !(event->kind->number == KIND_REKEY && event->signers[i].meaning != event->signers[j].meaning &&
                  (event->signers[i].meaning == MEANING_NEW_KEY || event->signers[j].meaning == MEANING_NEW_KEY)))
                judge_break(judge, REFUSAL_SAME_PERSON, SUBJECT_CREDENTIAL, 0, event->signers[i].person, 0);
        for (size_t j = 0; j < event->performed_count; j++)
            if (event->signers[i].person > 0 && event->signers[i].person == event->performed[j].person)
                judge_break(judge, REFUSAL_SAME_PERSON, SUBJECT_CREDENTIAL, 0, event->signers[i].person, 0);
    }
    for (size_t i = 0; i < event->performed_count; i++)
        for (size_t j = 0; j < i; j++)
            if (event->performed[i].person > 0 && event->performed[i].person == event->performed[j].person)
                judge_break(judge, REFUSAL_SAME_PERSON, SUBJECT_CREDENTIAL, 0, event->performed[i].person, 0);
}

void judge_no_witness(struct judge *judge)
{
    if (view_policy(judge->view, POLICY_WITNESS) != WITNESS_LISTED)
        judge_break(judge, REFUSAL_NO_WITNESS, 0, 0, 0, 0);
    judge->verdict->due |= DUE_WITNESS;
}

/* A place in the act that nobody filled: countersigned later where the kind allows it, and for a
 * witness where the policy does. */
static void judge_missing(struct judge *judge, const struct signer_slot *slot)
{
    if (slot->later == DUE_WITNESS) {
        if (judge->event->kind->number != KIND_EMPTY || view_policy(judge->view, POLICY_EMPTY_ALONE) != 1)
            judge_no_witness(judge);
        return;
    }
    if (slot->later == 0)
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, slot->meaning, 0);
    judge->verdict->due |= slot->later;
}

static void judge_slots(struct judge *judge)
{
    const struct event *event = judge->event;
    bool reported = judge_signers(judge, MEANING_REPORTED) > 0;

    for (const struct signer_slot *slot = event->kind->signers; slot->meaning != 0; slot++) {
        size_t count = judge_signers(judge, slot->meaning), said = 0;

        for (size_t i = 0; i < event->performed_count; i++)
            said += event->performed[i].meaning == slot->meaning;
        if (count > slot->max)
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, slot->meaning, 0);
        if (count < slot->min)
            judge_missing(judge, slot);
        /* Whoever is only said to have checked, prescribed or witnessed has still to sign. */
        if (said > 0 && slot->later != 0)
            judge->verdict->due |= slot->later;
    }
    if (reported != (event->performed_count > 0) || (reported && judge_is_of_rights(event)))
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_REPORTED, 0);
}

/* Meanings outside the kind's slots: who reports what another did; an officer or second person who
 * approves at once what is irregular or unusual. */
static bool is_extra(const struct judge *judge, unsigned meaning)
{
    return meaning == MEANING_REPORTED || (meaning == MEANING_APPROVED && judge->event->reason != 0);
}

static void judge_roles(struct judge *judge)
{
    const struct event *event = judge->event;

    for (size_t i = 0; i < event->signer_count; i++) {
        const struct signer_slot *slot = slot_of(event->kind, event->signers[i].meaning);

        if (slot == NULL && !is_extra(judge, event->signers[i].meaning))
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, event->signers[i].meaning, 0);
        if (event->signers[i].person > 0 && event->kind->number != KIND_GENESIS)
            judge_rights(judge, event->signers[i].person, slot != NULL ? slot->roles : ROLE_ANYBODY, event->signers[i].meaning);
    }
    for (size_t i = 0; i < event->performed_count; i++) {
        const struct signer_slot *slot = slot_of(event->kind, event->performed[i].meaning);
        int64_t person = event->performed[i].person;

        if (slot == NULL || person == PERSON_SEAL) {
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, event->performed[i].meaning, 0);
            continue;
        }
        if (person == PERSON_NEW) { /* somebody from outside has no role here */
            judge_break(judge, REFUSAL_ROLE, 0, 0, person, slot->roles);
            continue;
        }
        if (judge_leaf(judge, SUBJECT_CREDENTIAL, (uint32_t)person) == NULL)
            judge_break(judge, REFUSAL_NO_PERSON, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
        else
            judge_rights(judge, person, slot->roles, event->performed[i].meaning);
    }
}

void judge_people(struct judge *judge)
{
    const struct event *event = judge->event;
    bool by_seal = event->kind->signers[0].meaning == MEANING_SEALED;

    for (size_t i = 0; i < event->signer_count; i++)
        if (by_seal != (event->signers[i].person == PERSON_SEAL) ||
            by_seal != (event->signers[i].meaning == MEANING_SEALED))
            judge_break(judge, REFUSAL_SEAL_ONLY, 0, 0, event->signers[i].meaning, 0);
    if (by_seal) {
        judge_key(judge, 0);
        if (event->signer_count != 1 || event->performed_count != 0)
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_SEALED, 0);
        return;
    }
    for (size_t i = 0; i < event->signer_count; i++)
        judge_signer(judge, i);
    judge_one_each(judge);
    judge_slots(judge);
    judge_roles(judge);
}

/* Reporting and approving what happened is open to all; acting for the patient is not. */
static bool acts_for_patient(unsigned meaning)
{
    return meaning != MEANING_REPORTED && meaning != MEANING_APPROVED;
}

void judge_patient(struct judge *judge, uint32_t patient)
{
    const struct leaf *leaf = judge_leaf(judge, SUBJECT_PATIENT, patient);
    const struct event *event = judge->event;

    for (uint16_t i = PATIENT_MAY_NOT_ACT; leaf != NULL && i < leaf->count; i++) {
        for (size_t j = 0; j < event->signer_count; j++)
            if (event->signers[j].person == leaf->state[i] && acts_for_patient(event->signers[j].meaning))
                judge_break(judge, REFUSAL_MAY_NOT_ACT, SUBJECT_PATIENT, patient, leaf->state[i], 0);
        for (size_t j = 0; j < event->performed_count; j++)
            if (event->performed[j].person == leaf->state[i])
                judge_break(judge, REFUSAL_MAY_NOT_ACT, SUBJECT_PATIENT, patient, leaf->state[i], 0);
    }
}
