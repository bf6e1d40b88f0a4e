#include "tests/support/house.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/policy.h"
#include "tests/support/values.h"

enum { ROOM = 64 * 1024 };

static const int32_t offset_min = -300;

/* Memory that the values of one act point into. */
static uint8_t room[ROOM];
static size_t room_used;

static void remove_tree(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *row;
    char inner[1024];

    while (directory != NULL && (row = readdir(directory)) != NULL) {
        if (strcmp(row->d_name, ".") == 0 || strcmp(row->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, row->d_name);
        if (unlink(inner) != 0)
            remove_tree(inner);
    }
    if (directory != NULL)
        closedir(directory);
    rmdir(path);
}

static void check(struct house *house, enum ledger_status status)
{
    if (status != LEDGER_OK)
        fprintf(stderr, "house: PH%04u %s\n", house->error.code, house->error.text);
    assert(status == LEDGER_OK);
}

struct act_list *house_act(struct house *house, enum kind_number kind, int64_t person, enum meaning meaning)
{
    struct act_list *list = act_list_new(1);

    assert(list != NULL);
    room_used = 0;
    act_begin(&list->acts[0], kind_find(kind), (struct at){ house->now_ms, offset_min });
    act_sign_as(&list->acts[0], person, meaning);
    return list;
}

enum ledger_status house_prepare(struct house *house, struct act_list *list)
{
    size_t refused;

    return ledger_prepare(house->ledger, list, house->now_ms, &refused, &house->error);
}

enum ledger_status house_sign(struct house *house, struct act_list *list)
{
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < list->count; i++)
        for (size_t j = 0; j < list->acts[i].event.signer_count && status == LEDGER_OK; j++) {
            const struct event_signer *signer = &list->acts[i].event.signers[j];
            bool is_new = signer->person == PERSON_NEW || signer->meaning == MEANING_NEW_KEY;

            if (list->acts[i].is_signed[j])
                continue; /* one unlock signs the whole list */
            status = ledger_sign(house->ledger, list, signer->person, house->keys[is_new ? HOUSE_PEOPLE : signer->person],
                                 COSE_UNLOCKED_FILE, house->now_ms, &house->error);
        }
    return status;
}

enum ledger_status house_place(struct house *house, struct act_list *list)
{
    return ledger_commit(house->ledger, list, "desk-1", house->now_ms, &house->placed, &house->error);
}

enum ledger_status house_commit(struct house *house, struct act_list *list)
{
    enum ledger_status status = house_prepare(house, list);

    if (status == LEDGER_OK)
        status = house_sign(house, list);
    if (status == LEDGER_OK)
        status = house_place(house, list);
    house->now_ms += 60 * 1000;
    act_list_free(list);
    return status;
}

void house_must(struct house *house, struct act_list *list)
{
    check(house, house_commit(house, list));
}

void house_refused(struct house *house, enum ledger_status status, enum refusal_code code)
{
    if (status == LEDGER_OK || house->error.code != code)
        fprintf(stderr, "house: status %d, PH%04u %s\n", (int)status, status == LEDGER_OK ? 0u : house->error.code,
                status == LEDGER_OK ? "" : house->error.text);
    assert(status != LEDGER_OK && house->error.code == code && house->error.status == status);
}

struct facts house_row(const struct act *act, uint64_t key)
{
    struct facts row;

    facts_init(&row, field_with_key(act->event.kind->fields, key)->row);
    return row;
}

static void put_encoded(struct act *act, uint64_t key, size_t count, struct writer *writer)
{
    struct value *value = facts_put(&act->event.facts, key);

    assert(!writer->failed);
    value->number = (int64_t)count;
    value->bytes = writer_bytes(writer);
    room_used += writer->size;
}

void house_put_rows(struct act *act, uint64_t key, const struct facts *rows, size_t count)
{
    struct writer writer;

    writer_init(&writer, room + room_used, sizeof room - room_used);
    write_array(&writer, count);
    for (size_t i = 0; i < count; i++)
        row_encode(&rows[i], &writer);
    put_encoded(act, key, count, &writer);
}

void house_put_list(struct act *act, uint64_t key, const int64_t *numbers, size_t count)
{
    struct writer writer;

    writer_init(&writer, room + room_used, sizeof room - room_used);
    write_array(&writer, count);
    for (size_t i = 0; i < count; i++)
        write_int(&writer, numbers[i]);
    put_encoded(act, key, count, &writer);
}

static void put_text(struct facts *facts, uint64_t key, const char *text)
{
    facts_put_bytes(facts, key, bytes_of_text(text));
}

static void fill_genesis(struct house *house, struct act *act, struct public_key publics[static 4])
{
    struct facts *facts = &act->event.facts;
    struct facts officers[2], recovery[1];
    struct writer writer;

    put_text(facts, 1, "Harbor Clinic");
    writer_init(&writer, room + room_used, sizeof room - room_used);
    write_array(&writer, 1);
    write_text(&writer, bytes_of_text("dea:AB1234563"));
    put_encoded(act, 2, 1, &writer);
    put_text(facts, 4, "America/New_York");
    facts_put_number(facts, 5, 1);
    publics[3] = ledger_seal(house->ledger);
    facts_put_key(facts, 6, &publics[3]);
    for (size_t i = 0; i < 2; i++) {
        officers[i] = house_row(act, 7);
        put_text(&officers[i], 0, i == 0 ? "jpatel" : "mnair");
        facts_put_key(&officers[i], 1, &publics[i]);
        facts_put_number(&officers[i], 2, ROLE_PRESCRIBER | ROLE_CLINICIAN | ROLE_CUSTODIAN | ROLE_WITNESS);
    }
    recovery[0] = house_row(act, 8);
    put_text(&recovery[0], 0, "safe");
    facts_put_key(&recovery[0], 1, &publics[2]);
    house_put_rows(act, 7, officers, 2);
    house_put_rows(act, 8, recovery, 1);
    facts_put_number(facts, 9, 1);
}

void house_open(struct house *house)
{
    struct act_list *list = act_list_new(2);
    struct public_key publics[4];
    static const int64_t offsets[] = { -300, -240 };

    memset(house, 0, sizeof *house);
    snprintf(house->home, sizeof house->home, "/tmp/phial-house-XXXXXX");
    assert(list != NULL && mkdtemp(house->home) != NULL && crypt_start() == CRYPT_OK);
    setenv("XDG_STATE_HOME", house->home, 1);
    setenv("XDG_CONFIG_HOME", house->home, 1);
    snprintf(house->directory, sizeof house->directory, "%s/ledger", house->home);
    house->now_ms = INT64_C(1772460000000); /* 2026-03-02 14:00 UTC */
    for (size_t i = 1; i <= HOUSE_PEOPLE; i++)
        assert(private_key_generate(i % 2 == 0 ? KEY_P256 : KEY_ED25519, &house->keys[i]) == CRYPT_OK);
    for (size_t i = 0; i < 3; i++)
        publics[i] = private_key_public(house->keys[i + 1]);
    check(house, ledger_create(house->directory, &house->ledger, &house->error));
    room_used = 0;
    act_begin(&list->acts[0], kind_find(KIND_GENESIS), (struct at){ house->now_ms, offset_min });
    fill_genesis(house, &list->acts[0], publics);
    act_begin(&list->acts[1], kind_find(KIND_POLICY), (struct at){ house->now_ms, offset_min });
    policy_defaults(PROFILE_US_FEDERAL, &list->acts[1].event.facts);
    house_put_list(&list->acts[1], POLICY_OFFSETS, offsets, 2);
    for (size_t i = 0; i < 2; i++) {
        act_sign_as(&list->acts[i], 1, MEANING_APPROVED);
        act_sign_as(&list->acts[i], 2, MEANING_APPROVED);
    }
    house_must(house, list);
    memcpy(house->id_hex, ledger_id_hex(house->ledger), sizeof house->id_hex);
}

int house_make(void **state)
{
    static struct house house;

    house_open(&house);
    *state = &house;
    return 0;
}

int house_remove(void **state)
{
    house_close(*state);
    return 0;
}

void house_shut(struct house *house)
{
    ledger_close(house->ledger);
    house->ledger = NULL;
}

enum ledger_status house_enter(struct house *house, enum ledger_mode mode)
{
    return ledger_open(house->directory, mode, &house->ledger, &house->error);
}

void house_close(struct house *house)
{
    for (size_t i = 1; i <= HOUSE_PEOPLE; i++)
        private_key_release(house->keys[i]);
    ledger_close(house->ledger);
    remove_tree(house->home);
}

/* ---- a clinic with stock */

static void define(struct house *house, enum kind_number kind, void (*fill)(struct facts *facts))
{
    struct act_list *list = house_act(house, kind, 1, MEANING_DID);

    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    fill(&list->acts[0].event.facts);
    house_must(house, list);
}

static void fill_product(struct facts *facts)
{
    put_text(facts, 1, "ketamine-50");
    put_text(facts, 2, "ketamine 50 mg/mL 10 mL");
    facts_put_number(facts, 3, DRUG_KETAMINE);
    facts_put_number(facts, 4, FORM_MULTI_DOSE_VIAL);
    facts_put_number(facts, 5, 50000);
    facts_put_number(facts, 6, 50000);
    facts_put_number(facts, 7, 10000);
    facts_put_number(facts, 8, 500);
    put_text(facts, 9, "55150-439-10");
    facts_put_number(facts, 11, 3);
}

static void fill_safe(struct facts *facts)
{
    put_text(facts, 1, "safe");
    facts_put_number(facts, 2, PLACE_SAFE);
}

static void fill_room(struct facts *facts)
{
    put_text(facts, 1, "room-2");
    facts_put_number(facts, 2, PLACE_ROOM);
}

static void fill_party(struct facts *facts)
{
    put_text(facts, 1, "acme");
    facts_put_number(facts, 2, 1);
    put_text(facts, 3, "Acme Medical Supply");
    put_text(facts, 4, "dea:AB1234563");
}

static void receive_ten(struct house *house)
{
    struct act_list *list = house_act(house, KIND_RECEIVE, 1, MEANING_DID);
    struct act *act = &list->acts[0];
    struct facts *facts = &act->event.facts, row = house_row(act, 6);

    act_sign_as(act, 2, MEANING_CHECKED);
    facts_put_number(facts, 1, 1);
    facts_put_number(facts, 2, DOCUMENT_INVOICE);
    put_text(facts, 3, "INV-88123");
    facts_put_number(facts, 4, 10);
    facts_put_number(facts, 5, 1);
    facts_put_number(&row, 0, 1);
    facts_put_number(&row, 1, 10);
    put_text(&row, 3, "8J331A");
    facts_put_number(&row, 4, civil_days((struct civil_date){ 2028, 9, 30 }));
    house_put_rows(act, 6, &row, 1);
    house_must(house, list);
}

uint32_t house_patient(struct house *house)
{
    struct act_list *list = house_act(house, KIND_PATIENT, 2, MEANING_DID);
    uint32_t patient;
    struct facts *facts;

    check(house, act_private_put(&list->acts[0], 40, &(struct value){ .present = true, .bytes = bytes_of_text("Ada Example") },
                                 &house->error));
    house_must(house, list);
    patient = (uint32_t)house_number(house, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_PATIENT);
    list = house_act(house, KIND_ORDER, 1, MEANING_PRESCRIBED);
    facts = &list->acts[0].event.facts;
    facts_put_number(facts, 1, patient);
    facts_put_number(facts, 2, DRUG_KETAMINE);
    facts_put_number(facts, 3, ROUTE_IV);
    facts_put_number(facts, 4, PROTOCOL_DEPRESSION);
    facts_put_number(facts, 6, 500000);
    facts_put_number(facts, 7, 70000);
    facts_put_number(facts, 8, civil_days((struct civil_date){ 2026, 3, 1 }));
    facts_put_number(facts, 9, 6);
    house_must(house, list);
    return patient;
}

int64_t house_enrol(struct house *house, const char *handle, unsigned roles)
{
    struct act_list *list = house_act(house, KIND_PERSON, 1, MEANING_APPROVED);
    struct public_key key = private_key_public(house->keys[HOUSE_PEOPLE]);
    struct private_key *spare;
    struct facts *facts = &list->acts[0].event.facts;
    int64_t person;

    act_sign_as(&list->acts[0], 2, MEANING_APPROVED);
    act_sign_as(&list->acts[0], PERSON_NEW, MEANING_NEW_KEY);
    put_text(facts, 1, handle);
    facts_put_key(facts, 2, &key);
    facts_put_number(facts, 3, roles);
    house_must(house, list);
    person = house_number(house, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_CREDENTIAL);
    assert(person < HOUSE_PEOPLE);
    spare = house->keys[person];
    house->keys[person] = house->keys[HOUSE_PEOPLE];
    house->keys[HOUSE_PEOPLE] = spare;
    return person;
}

void house_rekey(struct house *house, int64_t person)
{
    struct act_list *list = house_act(house, KIND_REKEY, 1, MEANING_APPROVED);
    struct act *act = &list->acts[0];
    struct public_key key = private_key_public(house->keys[HOUSE_PEOPLE]);
    struct private_key *spare = house->keys[person];

    act_sign_as(act, 2, MEANING_APPROVED);
    act_sign_as(act, person, MEANING_NEW_KEY);
    facts_put_number(&act->event.facts, 1, person);
    facts_put_key(&act->event.facts, 2, &key);
    house_must(house, list);
    house->keys[person] = house->keys[HOUSE_PEOPLE];
    house->keys[HOUSE_PEOPLE] = spare;
}

void house_stock(struct house *house)
{
    define(house, KIND_PRODUCT, fill_product);
    define(house, KIND_PLACE, fill_safe);
    define(house, KIND_PLACE, fill_room);
    define(house, KIND_PARTY, fill_party);
    receive_ten(house);
    house_patient(house);
}

uint32_t house_session(struct house *house)
{
    return house_session_of(house, 1);
}

uint32_t house_session_of(struct house *house, uint32_t patient)
{
    struct act_list *list = house_act(house, KIND_SESSION_OPEN, 2, MEANING_DID);
    struct facts *facts = &list->acts[0].event.facts;

    facts_put_number(facts, 1, patient);
    facts_put_number(facts, 2, patient);
    facts_put_number(facts, 3, 2);
    facts_put_number(facts, 10, 126);
    facts_put_number(facts, 11, 80);
    if (house_commit(house, list) != LEDGER_OK)
        return 0;
    return (uint32_t)house_number(house, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_SESSION);
}

struct act_list *house_draw_act(struct house *house, int64_t person, uint32_t session, uint32_t vial, int64_t volume_ul)
{
    struct act_list *list = house_act(house, KIND_DRAW, person, MEANING_DID);
    struct facts row = house_row(&list->acts[0], 1);

    facts_put_number(&row, 0, vial);
    facts_put_number(&row, 1, volume_ul);
    house_put_rows(&list->acts[0], 1, &row, 1);
    if (session != 0)
        facts_put_number(&list->acts[0].event.facts, 2, session);
    return list;
}

uint32_t house_draw(struct house *house, uint32_t session, uint32_t vial, int64_t volume_ul)
{
    if (house_commit(house, house_draw_act(house, 2, session, vial, volume_ul)) != LEDGER_OK)
        return 0;
    return (uint32_t)house_number(house, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_DOSE);
}

uint32_t house_entries(struct house *house)
{
    return (uint32_t)house_number(house, LEAF_TABLE_SITE, 1, SITE_ENTRIES);
}

int64_t house_number(struct house *house, unsigned table, uint32_t id, unsigned place)
{
    struct reading reading;
    int64_t number;

    check(house, ledger_read(house->ledger, &reading, &house->error));
    number = view_number(reading.view, table, id, place);
    ledger_read_end(&reading);
    return number;
}
