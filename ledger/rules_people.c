/* What kinds about the site, its people and its definitions do. */
#include <string.h>

#include "ledger/judge.h"
#include "schema/amount.h"

enum { HOUR_MS = 60 * 60 * 1000 };

/* ---- people */

/* Put a key in force, under the number that it is asked for by; nobody brings it again. */
static void put_key(struct judge *judge, enum name_class name_class, uint32_t number, struct name name,
                    const struct public_key *key)
{
    struct digest thumbprint = key_thumbprint(key);
    struct name whose = { .id = name_class == NAME_SEAL ? PERSON_SEAL : name.id, .entry = judge->placing->number };
    uint8_t bytes[4];
    size_t size = key_public_size(key->algorithm);

    view_name_put(judge->view, NAME_KEY, bytes_of(thumbprint.bytes, DIGEST_SIZE), &whose);
    name.entry = judge->placing->number;
    name.data[0] = key->algorithm == KEY_ED25519 ? 1 : 2;
    memcpy(name.data + 1, key->bytes, size);
    name.data_size = 1 + size;
    put_u32(bytes, number);
    view_name_put(judge->view, name_class, bytes_of(bytes, sizeof bytes), &name);
}

static void put_key_of(struct judge *judge, uint32_t person, const struct public_key *key)
{
    put_key(judge, NAME_KEY_OF, person, (struct name){ .id = person }, key);
}

/* A key that somebody brings: sound, and never seen in this book before, the seals' included. */
bool judge_new_key(struct judge *judge, const struct value *value, struct public_key *key)
{
    struct name known;
    struct digest thumbprint;

    *key = (struct public_key){ .algorithm = (enum key_algorithm)value->second };
    memcpy(key->bytes, value->bytes.data, value->bytes.size);
    if (public_key_check(key) != CRYPT_OK) {
        judge_break(judge, REFUSAL_KEY_WEAK, 0, 0, 0, 0);
        return false;
    }
    thumbprint = key_thumbprint(key);
    if (view_name(judge->view, NAME_KEY, bytes_of(thumbprint.bytes, DIGEST_SIZE), &known)) {
        judge_break(judge, REFUSAL_KEY_KNOWN, known.id != PERSON_SEAL ? SUBJECT_CREDENTIAL : 0, known.id, known.id, 0);
        return false;
    }
    return true;
}

/* The seal from here on. The one before it is still asked for, by what it signed: each knows its predecessor. */
static void put_seal(struct judge *judge, uint64_t fact)
{
    struct leaf *site = judge_site(judge);
    struct name name = { .id = (uint32_t)site->state[SITE_SEAL_ENTRY] };
    struct public_key key;

    if (!judge_new_key(judge, facts_get(&judge->event->facts, fact), &key))
        return;
    if (key.algorithm != KEY_ED25519) {
        judge_break(judge, REFUSAL_KEY_WEAK, 0, 0, 0, 0);
        return;
    }
    put_key(judge, NAME_SEAL, judge->placing->number, name, &key);
    site->state[SITE_SEAL_ENTRY] = judge->placing->number;
}

/* A name that nothing has yet, but for what `replaced` (or 0) leaves to its successor. */
static void put_name(struct judge *judge, enum name_class name_class, struct bytes bytes, uint32_t id, uint32_t replaced)
{
    struct name name;

    if (view_name(judge->view, name_class, bytes, &name) && (replaced == 0 || name.id != replaced)) {
        judge_break_entry(judge, REFUSAL_NAME_TAKEN, 0, 0, name.entry);
        return;
    }
    name = (struct name){ .id = id, .entry = judge->placing->number };
    view_name_put(judge->view, name_class, bytes, &name);
}

/* A short name, both ways: to what bears it, and from there back to the name. */
static void put_slug(struct judge *judge, enum name_class name_class, enum subject subject, struct bytes slug, uint32_t id)
{
    struct name name = { .id = id, .entry = judge->placing->number, .data_size = slug.size };
    uint8_t key[5] = { (uint8_t)subject };

    put_name(judge, name_class, slug, id, 0);
    put_u32(key + 1, id);
    memcpy(name.data, slug.data, slug.size);
    view_name_put(judge->view, NAME_SLUG_OF, bytes_of(key, sizeof key), &name);
}

/* A new person: acts and credential bear the same number. */
static struct leaf *birth_person(struct judge *judge, struct bytes handle, const struct public_key *key)
{
    struct leaf *acts = judge_birth(judge, SUBJECT_PERSON_ACTS);
    struct leaf *credential = judge_birth(judge, SUBJECT_CREDENTIAL);

    put_slug(judge, NAME_HANDLE, SUBJECT_CREDENTIAL, handle, acts->id);
    put_key_of(judge, acts->id, key);
    credential->state[CREDENTIAL_BORN] = judge->placing->number;
    credential->state[CREDENTIAL_KEY_ENTRY] = judge->placing->number;
    credential->state[CREDENTIAL_FROM] = judge->event->occurred.ms;
    return credential;
}

static uint32_t birth_from_row(struct judge *judge, const struct facts *row, int64_t roles)
{
    struct public_key key;
    struct leaf *credential;

    if (!judge_new_key(judge, facts_get(row, ROW_OFFICER_KEY), &key))
        return 0;
    credential = birth_person(judge, facts_get(row, ROW_OFFICER_HANDLE)->bytes, &key);
    credential->state[CREDENTIAL_ROLES] = roles;
    return credential->id;
}

/* A list or rows in the facts. */
static void begin_rows(struct judge *judge, uint64_t key, struct list_cursor *cursor)
{
    list_begin(cursor, field_with_key(judge->event->kind->fields, key), facts_get(&judge->event->facts, key));
}

void rule_genesis(struct judge *judge)
{
    const struct event *event = judge->event;
    struct leaf *site = judge_site(judge);
    struct name ledger = { .entry = 1, .data_size = DIGEST_SIZE };
    struct list_cursor cursor;
    struct facts row;
    uint32_t officers = 0;

    site->count = leaf_capacity(LEAF_TABLE_SITE);
    put_seal(judge, FACT_GENESIS_SEAL);
    for (begin_rows(judge, FACT_GENESIS_OFFICERS, &cursor); rows_next(&cursor, &row); officers++)
        if ((facts_number(&row, ROW_OFFICER_ROLES, 0) & ROLE_RECOVERY) != 0)
            judge_break(judge, REFUSAL_OWN_GRANT, 0, 0, 0, 0);
        else
            birth_from_row(judge, &row, facts_number(&row, ROW_OFFICER_ROLES, 0) | ROLE_OFFICER);
    for (begin_rows(judge, FACT_GENESIS_RECOVERY, &cursor); rows_next(&cursor, &row);)
        birth_from_row(judge, &row, ROLE_RECOVERY);
    if (judge_number(judge, FACT_GENESIS_RECOVERY_NEEDED, 0) > facts_get(&event->facts, FACT_GENESIS_RECOVERY)->number)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    for (size_t i = 0; i < event->signer_count; i++)
        if (event->signers[i].person != (int64_t)i + 1 || event->signer_count != officers)
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_APPROVED, 0);
    site->state[SITE_TRAINING] = judge_number(judge, FACT_GENESIS_TRAINING, 0);
    site->state[SITE_RECOVERY_NEEDED] = judge_number(judge, FACT_GENESIS_RECOVERY_NEEDED, 0);
    site->state[SITE_FOUNDED_AT] = event->occurred.ms;
    memcpy(ledger.data, judge->placing->payload_hash.bytes, DIGEST_SIZE);
    view_name_put(judge->view, NAME_LEDGER, bytes_of("", 0), &ledger);
}

static void put_list(struct judge *judge, enum policy_key key, struct leaf *policy)
{
    struct list_cursor cursor;
    struct value value;

    begin_rows(judge, key, &cursor);
    while (list_next(&cursor, &value))
        policy->state[policy->count++] = value.number;
}

static void put_protocols(struct judge *judge, struct leaf *policy)
{
    size_t first = policy->count;
    struct list_cursor cursor;
    struct facts row;

    begin_rows(judge, POLICY_PROTOCOLS, &cursor);
    while (rows_next(&cursor, &row)) {
        for (size_t at = first; at < policy->count; at += PROTOCOL_PLACES)
            if (policy->state[at] == row.values[PROTOCOL_NUMBER].number) /* which of the two would hold? */
                judge_break(judge, REFUSAL_TWICE, 0, 0, 0, 0);
        for (size_t place = 0; place < PROTOCOL_PLACES; place++)
            policy->state[policy->count++] = row.values[place].number;
    }
}

void rule_policy(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    struct leaf *site = judge_site(judge), *policy;
    int64_t revision = judge_number(judge, POLICY_REVISION, 0);

    if (revision > RULES_REVISION || revision < view_policy(judge->view, POLICY_REVISION))
        judge_break(judge, REFUSAL_REVISION, 0, 0, revision, view_policy(judge->view, POLICY_REVISION));
    policy = judge_birth(judge, SUBJECT_POLICY);
    policy->count = POLICY_KEYS;
    for (size_t i = 0; facts->fields[i].name != NULL; i++)
        policy->state[facts->fields[i].key] = facts->values[i].number;
    put_list(judge, POLICY_OFFSETS, policy);
    put_list(judge, POLICY_HOLIDAYS, policy);
    put_protocols(judge, policy);
    site->state[SITE_POLICY] = policy->id;
    site->state[SITE_POLICY_ENTRY] = judge->placing->number;
}

/* Officers who approve, the subject left out; a subject who is an officer and signs with his old key
 * counts as one who approves. */
static unsigned officers_other_than(struct judge *judge, int64_t subject, bool *subject_approves)
{
    const struct event *event = judge->event;
    unsigned count = 0;

    *subject_approves = false;
    for (size_t i = 0; i < event->signer_count; i++) {
        int64_t person = event->signers[i].person;
        bool approves = event->signers[i].meaning == MEANING_APPROVED || event->signers[i].meaning == MEANING_OLD_KEY;

        if (!approves || person <= 0 ||
            (view_number(judge->view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & ROLE_OFFICER) == 0)
            continue;
        if (person == subject)
            *subject_approves = true;
        else
            count++;
    }
    return count;
}

/* A grant: two officers, one of them not its subject; or recovery keys, for an officer only. What lacks
 * the second officer waits for him where `later` allows it; but nobody makes an officer alone, who could then
 * be the second for whatever the first did. */
static void judge_grant(struct judge *judge, int64_t subject, int64_t roles, bool later)
{
    size_t recovered = judge_signers(judge, MEANING_RECOVERED);
    bool subject_approves;
    unsigned others = officers_other_than(judge, subject, &subject_approves);

    if (recovered > 0) {
        if ((roles & ROLE_OFFICER) == 0)
            judge_break(judge, REFUSAL_OWN_GRANT, 0, 0, subject, 0);
        if ((int64_t)recovered < view_site(judge->view, SITE_RECOVERY_NEEDED))
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_RECOVERED, 0);
        return;
    }
    if (others == 0)
        judge_break(judge, REFUSAL_OWN_GRANT, 0, 0, subject, 0);
    else if (others + subject_approves < 2 && later && (roles & ROLE_OFFICER) == 0)
        judge->verdict->due |= DUE_LOCUM;
    else if (others + subject_approves < 2)
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_APPROVED, 0);
}

static void put_rights(struct judge *judge, struct leaf *credential)
{
    credential->state[CREDENTIAL_ROLES] = judge_number(judge, FACT_PERSON_ROLES, 0);
    credential->state[CREDENTIAL_FROM] = judge_number(judge, FACT_PERSON_FROM, judge->event->occurred.ms);
    credential->state[CREDENTIAL_UNTIL] = judge_number(judge, FACT_PERSON_UNTIL, 0);
    credential->state[CREDENTIAL_LICENCE_UNTIL] = judge_number(judge, FACT_PERSON_LICENCE_UNTIL, 0);
    credential->state[CREDENTIAL_PROVISIONAL] =
        (judge->verdict->due & DUE_LOCUM) != 0
            ? judge->placing->recorded_ms + view_policy(judge->view, POLICY_LOCUM_DUE) * HOUR_MS
            : 0;
    credential->state[CREDENTIAL_REVOKED] = 0; /* who comes back is the same person, with the same number */
    judge_touch(judge, SUBJECT_CREDENTIAL, credential->id);
}

static void enrol(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    const struct event_signer *last = &judge->event->signers[judge->event->signer_count - 1];
    struct public_key key;

    if (facts_get(facts, FACT_PERSON_HANDLE) == NULL || facts_get(facts, FACT_PERSON_KEY) == NULL) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    if (judge_signers(judge, MEANING_NEW_KEY) != 1 || last->person != PERSON_NEW)
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_NEW_KEY, 0);
    judge_grant(judge, PERSON_NEW, judge_number(judge, FACT_PERSON_ROLES, 0), true);
    if (judge_new_key(judge, facts_get(facts, FACT_PERSON_KEY), &key))
        put_rights(judge, birth_person(judge, facts_get(facts, FACT_PERSON_HANDLE)->bytes, &key));
}

/* How many there are of a role whose rights have not ended, one person left out. */
static unsigned others_in(struct judge *judge, enum role role, int64_t person)
{
    unsigned count = 0;

    for (uint32_t id = 1; id <= view_count(judge->view, SUBJECT_CREDENTIAL); id++) {
        const struct leaf *credential = judge_leaf(judge, SUBJECT_CREDENTIAL, id);

        if (credential == NULL || id == person || (credential->state[CREDENTIAL_ROLES] & role) == 0)
            continue;
        count += credential->state[CREDENTIAL_REVOKED] == 0 &&
                 (credential->state[CREDENTIAL_UNTIL] == 0 ||
                  credential->state[CREDENTIAL_UNTIL] >= judge->placing->recorded_ms);
    }
    return count;
}

/* There is always an officer, and always enough recovery keys: without them nobody could give rights any more. */
static bool leaves_enough(struct judge *judge, int64_t person)
{
    int64_t needed = view_site(judge->view, SITE_RECOVERY_NEEDED);
    bool is_recovery = (view_number(judge->view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & ROLE_RECOVERY) != 0;

    return others_in(judge, ROLE_OFFICER, person) > 0 && (!is_recovery || others_in(judge, ROLE_RECOVERY, person) >= needed);
}

void rule_person(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    int64_t person = judge_number(judge, FACT_PERSON_PERSON, 0);
    int64_t roles = judge_number(judge, FACT_PERSON_ROLES, 0);
    struct leaf *credential;

    if ((roles & ROLE_RECOVERY) != 0 || roles == 0)
        judge_break(judge, REFUSAL_OWN_GRANT, 0, 0, person, 0);
    if (person == 0) {
        enrol(judge);
        return;
    }
    if (facts_get(facts, FACT_PERSON_HANDLE) != NULL || facts_get(facts, FACT_PERSON_KEY) != NULL ||
        judge_signers(judge, MEANING_NEW_KEY) != 0)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    credential = judge_edit(judge, SUBJECT_CREDENTIAL, (uint32_t)person);
    if ((credential->state[CREDENTIAL_ROLES] & ROLE_RECOVERY) != 0)
        judge_break(judge, REFUSAL_OWN_GRANT, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
    if (((roles & ROLE_OFFICER) == 0 || facts_get(facts, FACT_PERSON_UNTIL) != NULL) &&
        others_in(judge, ROLE_OFFICER, person) == 0)
        judge_break(judge, REFUSAL_LAST_OFFICER, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
    /* One officer takes rights away; giving them back takes two. */
    judge_grant(judge, person, roles, credential->state[CREDENTIAL_REVOKED] == 0);
    put_rights(judge, credential);
}

void rule_revoke(struct judge *judge)
{
    int64_t person = judge_number(judge, FACT_REVOKE_PERSON, 0);
    struct leaf *credential = judge_edit(judge, SUBJECT_CREDENTIAL, (uint32_t)person);

    if (credential->state[CREDENTIAL_REVOKED] != 0)
        judge_break(judge, REFUSAL_ALREADY_SO, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
    if (!leaves_enough(judge, person))
        judge_break(judge, REFUSAL_LAST_OFFICER, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
    credential->state[CREDENTIAL_REVOKED] = judge->placing->number;
    judge_touch(judge, SUBJECT_CREDENTIAL, (uint32_t)person);
}

void rule_rekey(struct judge *judge)
{
    int64_t person = judge_number(judge, FACT_REKEY_PERSON, 0);
    struct leaf *credential = judge_edit(judge, SUBJECT_CREDENTIAL, (uint32_t)person);
    struct public_key key;

    for (size_t i = 0; i < judge->event->signer_count; i++) {
        const struct event_signer *signer = &judge->event->signers[i];

        if ((signer->meaning == MEANING_NEW_KEY || signer->meaning == MEANING_OLD_KEY) && signer->person != person)
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, signer->meaning, 0);
    }
    judge_grant(judge, person, credential->state[CREDENTIAL_ROLES], false);
    if (!judge_new_key(judge, facts_get(&judge->event->facts, FACT_REKEY_KEY), &key))
        return;
    put_key_of(judge, (uint32_t)person, &key);
    credential->state[CREDENTIAL_KEY_ENTRY] = judge->placing->number;
    judge_touch(judge, SUBJECT_CREDENTIAL, (uint32_t)person);
}

/* Two officers, or as many recovery keys as it takes. The old seal is not asked: it may be lost, or in other hands. */
void rule_seal_change(struct judge *judge)
{
    size_t recovered = judge_signers(judge, MEANING_RECOVERED);

    if (recovered == 0 && judge_signers(judge, MEANING_APPROVED) < 2)
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_APPROVED, 0);
    if (recovered > 0 && (int64_t)recovered < view_site(judge->view, SITE_RECOVERY_NEEDED))
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_RECOVERED, 0);
    put_seal(judge, FACT_SEAL_CHANGE_SEAL);
}

/* ---- definitions */

enum { LEVEL_CONTAINER = 1 }; /* of a GTIN: it stands on one container */

static int64_t is_provisional(const struct judge *judge)
{
    return (judge->verdict->due & DUE_APPROVAL) != 0;
}

static void put_gtins(struct judge *judge, uint32_t product, uint32_t replaced)
{
    struct list_cursor cursor;
    struct facts row;

    if (facts_get(&judge->event->facts, FACT_PRODUCT_GTINS) == NULL)
        return;
    for (begin_rows(judge, FACT_PRODUCT_GTINS, &cursor); rows_next(&cursor, &row);) {
        struct name name = { .id = product, .entry = judge->placing->number, .data_size = 4 };
        struct bytes gtin = facts_get(&row, ROW_GTIN_GTIN)->bytes;

        /* A container holds one container: a pack taken for one would make every receipt tenfold. */
        if (facts_number(&row, ROW_GTIN_LEVEL, 0) == LEVEL_CONTAINER && facts_number(&row, ROW_GTIN_CONTAINERS, 1) != 1)
            judge_break(judge, REFUSAL_COMBINATION, SUBJECT_PRODUCT, product, 0, 0);
        put_name(judge, NAME_GTIN, gtin, product, replaced);
        put_u32(name.data, (uint32_t)facts_number(&row, ROW_GTIN_CONTAINERS, 1));
        view_name_put(judge->view, NAME_GTIN, gtin, &name);
    }
}

/* A wrong definition ends: its strength stands for ever, and its codes go to the right one. Nothing of it may be left,
 * or the codes would name containers of another strength. */
static void replace(struct judge *judge, uint32_t id, uint32_t successor)
{
    int64_t there_ng = view_number(judge->view, LEAF_TABLE_TOTAL, id, TOTAL_ON_HAND) +
                       view_number(judge->view, LEAF_TABLE_TOTAL, id, TOTAL_IN_DOSES);
    struct leaf *old = judge_edit(judge, SUBJECT_PRODUCT, id);

    if (there_ng != 0)
        judge_break(judge, REFUSAL_PRODUCT_STOCKED, SUBJECT_PRODUCT, id, there_ng, 0);
    if (old->state[PRODUCT_REPLACED] != 0)
        judge_break(judge, REFUSAL_PRODUCT_REPLACED, SUBJECT_PRODUCT, id, 0, 0);
    if (old->state[PRODUCT_PROVISIONAL] == 0 && judge_signers(judge, MEANING_APPROVED) == 0) /* nobody undoes it alone */
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_APPROVED, 0);
    old->state[PRODUCT_REPLACED] = successor;
}

void rule_product(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    int64_t strength = judge_number(judge, FACT_PRODUCT_STRENGTH, 0), seen = judge_number(judge, FACT_PRODUCT_STRENGTH_SEEN, 0);
    bool approved = judge_signers(judge, MEANING_APPROVED) > 0;
    uint32_t replaced = judge_ref(judge, FACT_PRODUCT_REPLACES);
    struct leaf *product;

    /* Both who sign have typed the strength; a product defined by one person alone has one figure. */
    if (approved != (seen != 0))
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    else if (approved && seen != strength)
        judge_break(judge, REFUSAL_STRENGTH_DIFFERS, 0, 0, strength, seen);
    if (view_count(judge->view, SUBJECT_PRODUCT) >= PRODUCT_LIMIT)
        judge_break(judge, REFUSAL_FIELD, SUBJECT_PRODUCT, 0, 0, 0);
    product = judge_birth(judge, SUBJECT_PRODUCT);
    product->state[PRODUCT_DRUG] = judge_number(judge, FACT_PRODUCT_DRUG, 0);
    product->state[PRODUCT_FORM] = judge_number(judge, FACT_PRODUCT_FORM, 0);
    product->state[PRODUCT_STRENGTH] = strength;
    product->state[PRODUCT_VOLUME] = judge_number(judge, FACT_PRODUCT_VOLUME, 0);
    product->state[PRODUCT_OVERFILL] = judge_number(judge, FACT_PRODUCT_OVERFILL, 0);
    product->state[PRODUCT_SCHEDULE] = judge_number(judge, FACT_PRODUCT_SCHEDULE, 0);
    product->state[PRODUCT_DILUTE_IV] = judge_number(judge, FACT_PRODUCT_DILUTE_IV, 0);
    product->state[PRODUCT_PROVISIONAL] = is_provisional(judge);
    product->state[PRODUCT_BORN] = judge->placing->number;
    if (product->state[PRODUCT_FORM] == FORM_NASAL_DEVICE &&
        (product->state[PRODUCT_VOLUME] % DEVICE_SPRAY_UL != 0 || product->state[PRODUCT_OVERFILL] != 0))
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    put_slug(judge, NAME_PRODUCT, SUBJECT_PRODUCT, facts_get(facts, FACT_PRODUCT_NAME)->bytes, product->id);
    if (facts_get(facts, FACT_PRODUCT_NDC) != NULL)
        put_name(judge, NAME_NDC, facts_get(facts, FACT_PRODUCT_NDC)->bytes, product->id, replaced);
    put_gtins(judge, product->id, replaced);
    if (replaced != 0)
        replace(judge, replaced, product->id);
}

void rule_place(struct judge *judge)
{
    struct leaf *place;

    if (view_count(judge->view, SUBJECT_PLACE) >= PLACE_LIMIT) {
        judge_break(judge, REFUSAL_FIELD, SUBJECT_PLACE, 0, 0, 0);
        return;
    }
    place = judge_birth(judge, SUBJECT_PLACE);
    place->state[PLACE_TYPE] = judge_number(judge, FACT_PLACE_TYPE, 0);
    place->state[PLACE_WITHIN] = judge_ref(judge, FACT_PLACE_WITHIN);
    place->state[PLACE_PROVISIONAL] = is_provisional(judge);
    place->state[PLACE_BORN] = judge->placing->number;
    put_slug(judge, NAME_PLACE, SUBJECT_PLACE, facts_get(&judge->event->facts, FACT_PLACE_NAME)->bytes, place->id);
}

void rule_party(struct judge *judge)
{
    struct leaf *party = judge_birth(judge, SUBJECT_PARTY);

    party->state[PARTY_TYPE] = judge_number(judge, FACT_PARTY_TYPE, 0);
    party->state[PARTY_VALID_UNTIL] = judge_number(judge, FACT_PARTY_VALID_UNTIL, 0);
    party->state[PARTY_REGISTERED] = facts_get(&judge->event->facts, FACT_PARTY_REGISTRATION) != NULL;
    party->state[PARTY_PROVISIONAL] = is_provisional(judge);
    party->state[PARTY_BORN] = judge->placing->number;
    put_slug(judge, NAME_PARTY, SUBJECT_PARTY, facts_get(&judge->event->facts, FACT_PARTY_NAME)->bytes, party->id);
}
