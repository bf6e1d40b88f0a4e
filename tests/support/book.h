/* A small book for tests of the rules: a scratch store, founded, peopled and stocked; acts put together by hand,
 * judged, signed and placed as commit places them. Keys, times and act ids are the same in every run.
 *
 *   people    a house of two: 1 owner (officer, prescriber, clinician, custodian, witness), 2 nurse (officer, clinician,
 *             custodian, witness), 3 a recovery key; a house of eight has besides 4 physician (prescriber, clinician),
 *             5 and 6 nurses (clinician), 7 custodian, 8 witness, 9 auditor
 *   products  1 ketamine 50 mg/mL, 10 mL multi-dose, 500 uL overfill; 2 ketamine 100 mg/mL, 5 mL single-dose, 300 uL
 *             overfill, to be diluted for IV; 3 esketamine, device of two sprays of 14 mg; 4 ketamine 10 mg/mL,
 *             1 mL ready-made syringe
 *   places    1 safe, 2 room-2, 3 room-3, 4 quarantine, 5 cart in room-2    party 1 supplier    patients 1, and 2,
 *             who is enrolled for esketamine
 *   vials     1 to 10 of product 1; 11 to 14 of product 2; 15 to 18 of product 3; 19 and 20 of product 4
 *   orders    1: 0.5 mg/kg IV for patient 1 of 70 kg, six sessions; 2: 84 mg esketamine for patient 2, two sessions
 *
 * The day is 2026-03-02, 09:00 in New York; every act placed takes one minute. */
#ifndef TESTS_BOOK_H
#define TESTS_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/rules.h"
#include "ledger/store.h"

enum { BOOK_OFFSET = -300, BOOK_MINUTE = 60 * 1000, BOOK_HOUR = 60 * BOOK_MINUTE, BOOK_ROOM = 128 * 1024 };
enum { OWNER = 1, NURSE = 2, RECOVERY = 3, PHYSICIAN = 4, NURSE_B = 5, NURSE_C = 6, CUSTODIAN = 7, WITNESS = 8, AUDITOR = 9 };
enum { KETAMINE_50 = 1, KETAMINE_100, SPRAVATO, READY_SYRINGE };
enum { SAFE = 1, ROOM_2, ROOM_3, QUARANTINE, CART };
#define BOOK_DAY INT64_C(86400000)
#define BOOK_NOON INT64_C(1772460000000) /* 2026-03-02 14:00 UTC, when the book is founded */

struct book {
    char directory[64];
    struct store *store;
    struct store_txn *txn;
    int64_t now_ms;          /* recorded-at of what is placed next */
    uint32_t entries;
    struct digest ledger;
    bool is_signed;          /* judge with the keys of the signers; else as prepare does */
    int64_t signed_after_ms; /* how long after now they sign */
    bool signs_as_another;   /* the first signer uses a key of nobody */
    bool sees_nothing;       /* the act says neither what was seen nor under which policy */
    bool is_unlike;          /* holds signatures that are others in every run: those on P-256 */
    uint32_t acts;           /* how many act ids were made */
    bool is_tampered;        /* the test has changed tables behind the rules' back: no honest program gives this book */
    struct view *list;       /* over the list that is being placed, or NULL */
    uint32_t list_length, list_place;
    uint8_t list_act[ACT_SIZE];
    struct event event;      /* the act being put together */
    struct placing placing;  /* of the act last judged */
    struct verdict verdict;
    const struct broken *refusal;
    uint32_t born;           /* by the act last placed */
    uint8_t room[BOOK_ROOM]; /* what the values of the act point into */
    size_t used;
};

/* For cmocka's setup and teardown: `*state` is a struct book *. */
int book_of_two(void **state);
int book_of_eight(void **state);
int book_unfounded(void **state); /* nothing at all in it */
int book_founded(void **state);   /* owner and nurse, and nothing defined */
int book_end(void **state);
#define in_two(test) cmocka_unit_test_setup_teardown(test, book_of_two, book_end)
#define in_eight(test) cmocka_unit_test_setup_teardown(test, book_of_eight, book_end)
#define in_founded(test) cmocka_unit_test_setup_teardown(test, book_founded, book_end)
#define in_nothing(test) cmocka_unit_test_setup_teardown(test, book_unfounded, book_end)

/* ---- an act: who, what, when. It happens now and has seen everything, unless its event is changed. */

struct event *act(struct book *book, enum kind_number kind, int64_t person, enum meaning meaning);
void act_signed(struct book *book, int64_t person, enum meaning meaning);
void act_done_by(struct book *book, int64_t person, enum meaning meaning);
void act_because(struct book *book, uint16_t reason);

void put_number(struct book *book, uint64_t key, int64_t number);
void put_text(struct book *book, uint64_t key, const char *text);
void put_time(struct book *book, uint64_t key, int64_t ms);
void put_amount(struct book *book, uint64_t key, enum quantity_unit unit, int64_t amount);
void put_newborn(struct book *book, uint64_t key, const uint8_t of[static ACT_SIZE], int64_t nth);
void put_key(struct book *book, uint64_t key, const struct public_key *public_key);
void put_list(struct book *book, uint64_t key, const int64_t *numbers, size_t count);

/* An empty row of a field; rows put there; one value of a row. */
struct facts row_of(const struct book *book, uint64_t key);
void put_rows(struct book *book, uint64_t key, const struct facts *rows, size_t count);

/* A policy by persons 1 and 2: the numbers of us-federal, for a site in New York. */
void begin_policy(struct book *book);

/* ---- judging and placing */

/* Judge the act where it would stand now, through its payload bytes, in a view that is thrown away. */
void judged(struct book *book);

/* Judge it: exactly these codes are broken, in any order, LATE and STALE and unclosed days included; that what is
 * forbidden needs a reason need not be said. */
#define expect(book, ...) \
    expect_codes(book, (const unsigned[]){ __VA_ARGS__ }, sizeof(const unsigned[]){ __VA_ARGS__ } / sizeof(unsigned), \
                 __FILE__, __LINE__)
#define expect_none(book) expect_codes(book, NULL, 0, __FILE__, __LINE__)
void expect_codes(struct book *book, const unsigned *codes, size_t count, const char *file, int line);

/* Place it: it stands. The clock goes on by a minute. Returns what it gave birth to. */
#define place(book) place_it(book, __FILE__, __LINE__)
uint32_t place_it(struct book *book, const char *file, int line);

/* Own up to what is forbidden, give a reason, and place it. */
#define place_irregular(book) place_irregular_it(book, __FILE__, __LINE__)
uint32_t place_irregular_it(struct book *book, const char *file, int line);

/* Refused as an act with exactly this code alone among the forbidden ones; then, owned up to, it is placed, opens a case
 * about it, and waits for an officer where no other one signs. */
#define forbidden(book, code, waits) forbidden_it(book, code, 0, waits, __FILE__, __LINE__)

/* The same of a code that never comes alone: `other`, a higher one, is forbidden with it. */
#define forbidden_beside(book, code, other, waits) forbidden_it(book, code, other, waits, __FILE__, __LINE__)
void forbidden_it(struct book *book, unsigned code, unsigned other, bool waits, const char *file, int line);

/* The next `length` acts placed are one list. */
void list_of(struct book *book, uint32_t length);

/* Let time go by; days that end are closed by the seal, and on a long way it writes every twentieth day. */
void wait_for(struct book *book, int64_t ms);

/* Close the day now. */
void close_day(struct book *book);

/* A number of a leaf; the bytes of a leaf; whether something waits. */
int64_t leaf_number(struct book *book, unsigned table, uint32_t id, unsigned at);
unsigned waits_for(struct book *book, uint32_t entry);

/* ---- acts that tests need again and again; each is begun, not placed. Sessions begin and end with a blood pressure, and
 * end with an escort. */

void begin_person(struct book *book, const char *handle, unsigned key_number, int64_t roles); /* two officers approve */
void begin_countersign(struct book *book, uint32_t entry, int64_t person);
void begin_receive(struct book *book, uint32_t product, int64_t containers);
void begin_session(struct book *book, uint32_t patient, uint32_t order);
void begin_close(struct book *book, uint32_t session, enum outcome outcome);
void begin_draw(struct book *book, uint32_t session, uint32_t vial, int64_t volume_ul);
void begin_give(struct book *book, uint32_t dose, enum phase phase, enum quantity_unit unit, int64_t amount);
void begin_waste(struct book *book, uint32_t dose, enum quantity_unit unit, int64_t amount);

/* The nurse takes entries back and the owner approves it; with a remark, since neither may have signed them. */
void begin_void(struct book *book, const uint32_t *entries, size_t count);

/* A key nobody has yet: another one for each number, always the same. From 20 on every other one is on P-256, whose
 * signatures are never the same twice. */
struct public_key spare_key(unsigned number);

/* The secret of the seal. And the signatures of an event, by the keys and at the times of the act last judged; where a key is
 * none of these the signature fits nothing. False: on P-256 is one of them. */
struct private_key *seal_secret(const struct book *book);
bool sign_all(const struct book *book, const struct event *event, struct bytes payload, struct cose_signer *signers);

/* The days since 1970 of a date. */
int32_t day_of(int32_t year, int32_t month, int32_t day);

#endif
