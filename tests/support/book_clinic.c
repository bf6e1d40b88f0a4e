/* Founding, peopling and stocking the book of book.h, and the acts that tests begin again and again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/layout.h"
#include "ledger/policy.h"
#include "tests/support/book.h"
#include "tests/support/doctored.h"
#include "tests/support/values.h"

/* ---- genesis and the first policy */

static const int64_t every_role = ROLE_PRESCRIBER | ROLE_CLINICIAN | ROLE_CUSTODIAN | ROLE_WITNESS;
static const int64_t nurse_roles = ROLE_CLINICIAN | ROLE_CUSTODIAN | ROLE_WITNESS;

static void put_registration(struct book *book)
{
    struct value *value = facts_put(&book->event.facts, 2);
    struct writer writer;

    writer_init(&writer, book->room + book->used, sizeof book->room - book->used);
    write_array(&writer, 1);
    write_text(&writer, bytes_of_text("dea:AB1234563"));
    value->number = 1;
    value->bytes = writer_bytes(&writer);
    book->used += writer.size;
}

static void begin_genesis(struct book *book)
{
    struct public_key keys[4];
    struct facts officers[2], recovery;

    for (unsigned i = 0; i < 4; i++)
        keys[i] = spare_key(2 * i); /* the seal, 0, must be Ed25519 */
    act(book, KIND_GENESIS, 1, MEANING_APPROVED);
    act_signed(book, 2, MEANING_APPROVED);
    put_text(book, 1, "Harbor Clinic");
    put_registration(book);
    put_text(book, 4, "America/New_York");
    put_key(book, 6, &keys[0]);
    for (size_t i = 0; i < 2; i++) {
        officers[i] = row_of(book, 7);
        facts_put_bytes(&officers[i], 0, bytes_of_text(i == 0 ? "owner" : "nurse"));
        facts_put_key(&officers[i], 1, &keys[i + 1]);
        facts_put_number(&officers[i], 2, i == 0 ? every_role : nurse_roles);
    }
    put_rows(book, 7, officers, 2);
    recovery = row_of(book, 8);
    facts_put_bytes(&recovery, 0, bytes_of_text("in-the-safe"));
    facts_put_key(&recovery, 1, &keys[3]);
    put_rows(book, 8, &recovery, 1);
    put_number(book, 9, 1);
}

void begin_policy(struct book *book)
{
    static const int64_t offsets[] = { -300, -240 };

    act(book, KIND_POLICY, 1, MEANING_APPROVED);
    act_signed(book, 2, MEANING_APPROVED);
    policy_defaults(PROFILE_US_FEDERAL, &book->event.facts);
    put_list(book, POLICY_OFFSETS, offsets, 2);
}

static void found(struct book *book)
{
    list_of(book, 2);
    begin_genesis(book);
    place(book);
    begin_policy(book);
    place(book);
}

/* ---- people */

void begin_person(struct book *book, const char *handle, unsigned key_number, int64_t roles)
{
    struct public_key key = spare_key(key_number);

    act(book, KIND_PERSON, OWNER, MEANING_APPROVED);
    act_signed(book, NURSE, MEANING_APPROVED);
    act_signed(book, PERSON_NEW, MEANING_NEW_KEY);
    put_text(book, 1, handle);
    put_key(book, 2, &key);
    put_number(book, 3, roles);
}

static void enrol(struct book *book, const char *handle, unsigned key_number, int64_t roles)
{
    begin_person(book, handle, key_number, roles);
    place(book);
}

static void enrol_six(struct book *book)
{
    enrol(book, "physician", 10, ROLE_PRESCRIBER | ROLE_CLINICIAN);
    enrol(book, "nurse-b", 11, ROLE_CLINICIAN);
    enrol(book, "nurse-c", 12, ROLE_CLINICIAN);
    enrol(book, "custodian", 13, ROLE_CUSTODIAN);
    enrol(book, "witness", 14, ROLE_WITNESS);
    enrol(book, "auditor", 15, ROLE_AUDITOR);
}

/* ---- definitions and stock */

static void define_product(struct book *book, const char *name, enum drug drug, enum form form, int64_t strength,
                           int64_t volume_ul, int64_t overfill_ul)
{
    act(book, KIND_PRODUCT, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, name);
    put_text(book, 2, name);
    put_number(book, 3, drug);
    put_number(book, 4, form);
    put_number(book, 5, strength);
    put_number(book, 6, strength);
    put_number(book, 7, volume_ul);
    put_number(book, 8, overfill_ul);
    put_number(book, 11, 3);
    if (strength == 100000)
        put_number(book, 12, 1);
    place(book);
}

static void define_place(struct book *book, const char *name, enum place_type type, int64_t within)
{
    act(book, KIND_PLACE, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, name);
    put_number(book, 2, type);
    if (within != 0)
        put_number(book, 3, within);
    place(book);
}

static void define_all(struct book *book)
{
    define_product(book, "ketamine-50", DRUG_KETAMINE, FORM_MULTI_DOSE_VIAL, 50000, 10000, 500);
    define_product(book, "ketamine-100", DRUG_KETAMINE, FORM_SINGLE_DOSE_VIAL, 100000, 5000, 300);
    define_product(book, "spravato", DRUG_ESKETAMINE, FORM_NASAL_DEVICE, 140000, 200, 0);
    define_product(book, "ready", DRUG_KETAMINE, FORM_SYRINGE, 10000, 1000, 0);
    define_place(book, "safe", PLACE_SAFE, 0);
    define_place(book, "room-2", PLACE_ROOM, 0);
    define_place(book, "room-3", PLACE_ROOM, 0);
    define_place(book, "quarantine", PLACE_QUARANTINE, 0);
    define_place(book, "cart", PLACE_CART, ROOM_2);
    act(book, KIND_PARTY, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, "supplier");
    put_number(book, 2, 1);
    put_text(book, 3, "Supplier Inc.");
    put_text(book, 4, "dea:AB1234563");
    place(book);
}

void begin_receive(struct book *book, uint32_t product, int64_t containers)
{
    struct facts row;
    char document[24];

    snprintf(document, sizeof document, "INV-%u", (unsigned)book->entries); /* each delivery has its own */
    act(book, KIND_RECEIVE, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_CHECKED);
    put_number(book, 1, 1);
    put_number(book, 2, DOCUMENT_INVOICE);
    put_text(book, 3, document);
    put_number(book, 5, SAFE);
    row = row_of(book, 6);
    facts_put_number(&row, 0, product);
    facts_put_number(&row, 1, containers);
    facts_put_bytes(&row, 3, bytes_of_text("8J331A"));
    facts_put_number(&row, 4, day_of(2028, 9, 30));
    put_rows(book, 6, &row, 1);
}

static void order_iv(struct book *book)
{
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 1, 1);
    put_number(book, 2, DRUG_KETAMINE);
    put_number(book, 3, ROUTE_IV);
    put_number(book, 4, PROTOCOL_DEPRESSION);
    put_number(book, 6, 500000);
    put_number(book, 7, 70000);
    put_number(book, 8, day_of(2026, 3, 1));
    put_number(book, 9, 6);
    place(book);
}

static void order_nasal(struct book *book)
{
    act(book, KIND_ORDER, OWNER, MEANING_PRESCRIBED);
    put_number(book, 1, 2);
    put_number(book, 2, DRUG_ESKETAMINE);
    put_number(book, 3, ROUTE_NASAL);
    put_number(book, 5, 84000000);
    put_number(book, 9, 2);
    place(book);
}

static void stock(struct book *book)
{
    static const int64_t containers[] = { 10, 4, 4, 2 };

    define_all(book);
    for (uint32_t product = 1; product <= 4; product++) {
        begin_receive(book, product, containers[product - 1]);
        place(book);
    }
    for (int i = 0; i < 2; i++) {
        act(book, KIND_PATIENT, NURSE, MEANING_DID);
        if (i == 1)
            put_number(book, 4, 1);
        place(book);
    }
    order_iv(book);
    order_nasal(book);
}

/* ---- beginning and end */

int book_unfounded(void **state)
{
    struct book *book = calloc(1, sizeof *book);
    struct error error;

    *state = book;
    if (book == NULL || crypt_start() != CRYPT_OK)
        return -1;
    snprintf(book->directory, sizeof book->directory, "/tmp/phial-book-XXXXXX");
    book->now_ms = BOOK_NOON;
    return mkdtemp(book->directory) != NULL && store_open(book->directory, STORE_SCRATCH, &book->store, &error) == LEDGER_OK &&
                   store_begin_write(book->store, 0, &book->txn, &error) == LEDGER_OK &&
                   layout_mark(book->txn, &error) == LEDGER_OK
               ? 0
               : -1;
}

int book_founded(void **state)
{
    if (book_unfounded(state) != 0)
        return -1;
    found(*state);
    return 0;
}

int book_of_two(void **state)
{
    if (book_founded(state) != 0)
        return -1;
    stock(*state);
    return 0;
}

int book_of_eight(void **state)
{
    if (book_founded(state) != 0)
        return -1;
    enrol_six(*state);
    stock(*state);
    return 0;
}

int book_end(void **state)
{
    struct book *book = *state;
    DIR *directory = opendir(book->directory);
    const struct dirent *file;
    char path[sizeof book->directory + 257];

    doctored_not(book);
    view_free(book->list);
    store_abort(book->txn);
    store_close(book->store);
    while (directory != NULL && (file = readdir(directory)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", book->directory, file->d_name);
        if (file->d_name[0] != '.')
            unlink(path);
    }
    if (directory != NULL)
        closedir(directory);
    rmdir(book->directory);
    free(book);
    return 0;
}

/* ---- acts that tests begin */

void begin_countersign(struct book *book, uint32_t entry, int64_t person)
{
    act(book, KIND_COUNTERSIGN, person, MEANING_APPROVED);
    put_number(book, 1, entry);
}

void begin_session(struct book *book, uint32_t patient, uint32_t order)
{
    act(book, KIND_SESSION_OPEN, NURSE, MEANING_DID);
    put_number(book, 1, patient);
    if (order != 0)
        put_number(book, 2, order);
    put_number(book, 3, ROOM_2);
    put_number(book, 10, 128);
}

void begin_close(struct book *book, uint32_t session, enum outcome outcome)
{
    act(book, KIND_SESSION_CLOSE, NURSE, MEANING_DID);
    put_number(book, 1, session);
    put_number(book, 2, outcome);
    put_number(book, 3, 1);
    put_number(book, 10, 124);
}

void begin_draw(struct book *book, uint32_t session, uint32_t vial, int64_t volume_ul)
{
    struct facts row;

    act(book, KIND_DRAW, NURSE, MEANING_DID);
    row = row_of(book, 1);
    facts_put_number(&row, 0, vial);
    facts_put_number(&row, 1, volume_ul);
    put_rows(book, 1, &row, 1);
    if (session != 0)
        put_number(book, 2, session);
}

void begin_give(struct book *book, uint32_t dose, enum phase phase, enum quantity_unit unit, int64_t amount)
{
    act(book, KIND_ADMINISTER, NURSE, MEANING_DID);
    put_number(book, 1, dose);
    put_number(book, 2, phase);
    put_number(book, 4, leaf_number(book, SUBJECT_DOSE, dose, DOSE_CONTAINER) == CONTAINER_DEVICE ? ROUTE_NASAL : ROUTE_IV);
    if (unit != 0)
        put_amount(book, 3, unit, amount);
}

void begin_waste(struct book *book, uint32_t dose, enum quantity_unit unit, int64_t amount)
{
    act(book, KIND_WASTE, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_WITNESSED);
    put_number(book, 1, dose);
    put_amount(book, 3, unit, amount);
    put_number(book, 6, 1);
}

void begin_void(struct book *book, const uint32_t *entries, size_t count)
{
    struct facts rows[16];

    assert_in_range(count, 1, sizeof rows / sizeof rows[0]);
    act(book, KIND_CORRECT, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    act_because(book, 10); /* a mistake */
    book->event.private_count = 1;
    book->event.privates[0] = (struct event_private){ .key = 63 };
    for (size_t i = 0; i < count; i++) {
        rows[i] = row_of(book, 1);
        facts_put_number(&rows[i], 0, entries[i]);
        facts_put_number(&rows[i], 1, CORRECT_VOID);
    }
    put_rows(book, 1, rows, count);
}
