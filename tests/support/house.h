/* A ledger for tests that go through the front door: created, signed and committed as a program would. */
#ifndef TESTS_HOUSE_H
#define TESTS_HOUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/ledger.h"

enum { HOUSE_PEOPLE = 10, HOUSE_PATH_SIZE = 256 };

/* Persons by number: 1 and 2 are the officers, 3 the recovery key; others as they are enrolled. */
struct house {
    char home[64];                   /* a temporary directory, with state and configuration inside */
    char directory[HOUSE_PATH_SIZE]; /* of the ledger */
    char id_hex[2 * DIGEST_SIZE + 1];
    struct ledger *ledger;
    int64_t now_ms;
    struct private_key *keys[HOUSE_PEOPLE + 1];
    struct error error;              /* of the last refusal */
    struct placed placed;
};

/* A ledger with two officers who hold every role, a training one, at 2026-03-02 09:00 in New York. */
void house_open(struct house *house);

/* Close and delete everything. */
void house_close(struct house *house);

/* For cmocka's setup and teardown: `*state` is a struct house *. */
int house_make(void **state);
int house_remove(void **state);
#define in_a_house(test) cmocka_unit_test_setup_teardown(test, house_make, house_remove)

/* Close the ledger alone, and open it again. The house has keys and directory all the while, in a child too. */
void house_shut(struct house *house);
enum ledger_status house_enter(struct house *house, enum ledger_mode mode);


/* Begin an act of a kind now, for one signer who did it. The list is house_commit's or the caller's to free. */
struct act_list *house_act(struct house *house, enum kind_number kind, int64_t person, enum meaning meaning);

/* Prepare, have everybody sign, commit, free; one minute passes. The refusal is left in `error`. */
enum ledger_status house_commit(struct house *house, struct act_list *list);

/* The same in steps. house_must stops the test unless the list was recorded. */
enum ledger_status house_prepare(struct house *house, struct act_list *list);
enum ledger_status house_sign(struct house *house, struct act_list *list);
enum ledger_status house_place(struct house *house, struct act_list *list);
void house_must(struct house *house, struct act_list *list);

/* A refusal of one of the above was this one. */
void house_refused(struct house *house, enum ledger_status status, enum refusal_code code);

/* Put rows into a FIELD_ROWS or values into a FIELD_LIST of the first act: encoded into memory of the house. */
struct facts house_row(const struct act *act, uint64_t key);
void house_put_rows(struct act *act, uint64_t key, const struct facts *rows, size_t count);
void house_put_list(struct act *act, uint64_t key, const int64_t *numbers, size_t count);

/* Product 1 (ketamine 50 mg/mL 10 mL, named ketamine-50), place 1 (safe), place 2 (room), party 1, patient 1,
 * order 1 (0.5 mg/kg IV, 70 kg), and ten vials. */
void house_stock(struct house *house);

/* A session of patient 1: returns its id. And a draw in mL/1000 from a vial: returns the dose. 0 when refused. */
uint32_t house_session(struct house *house);
uint32_t house_draw(struct house *house, uint32_t session, uint32_t vial, int64_t volume_ul);

/* The draw alone, by this person, not yet recorded; for no session where that is 0. */
struct act_list *house_draw_act(struct house *house, int64_t person, uint32_t session, uint32_t vial, int64_t volume_ul);

/* A further person with these roles: returns the number. A further patient with an order of both officers'. */
int64_t house_enrol(struct house *house, const char *handle, unsigned roles);
uint32_t house_patient(struct house *house);

/* A new key for this person. */
void house_rekey(struct house *house, int64_t person);

/* A session of this patient by the order with the same number. */
uint32_t house_session_of(struct house *house, uint32_t patient);

/* How many entries there are. */
uint32_t house_entries(struct house *house);

/* Number of a leaf as the book has it now. */
int64_t house_number(struct house *house, unsigned table, uint32_t id, unsigned place);

#endif
