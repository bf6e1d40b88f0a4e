/* The ledger of one site. Start reading here.
 *
 * Data goes one way: words become facts of an event (words.h); the rules judge it over the book as it
 * stands (rules.h); people sign the payload; and commit places it as an entry, in one transaction with
 * the hash chain, the tree, the state and a checkpoint signed by the seal (place.h, checkpoint.h).
 *
 *     ledger_open → act_begin, facts → ledger_prepare → ledger_sign (seconds) → ledger_commit
 *
 * prepare and sign hold no lock. commit runs the rules again on the newest book; it answers BUSY only
 * when the rules, the policy in force or `seen` now say otherwise, and then the payload is made anew
 * from the same act and signed anew. Times come from the caller: nothing below reads a clock. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/key.h"
#include "ledger/error.h"
#include "ledger/rules.h"
#include "ledger/state.h"
#include "schema/event.h"

struct ledger;

/* ---- opening */

enum ledger_mode {
    LEDGER_READ,   /* look only: no seal, no secrets, no lock held between calls */
    LEDGER_RECORD, /* look and record: the seal's key is loaded */
    LEDGER_RESEAL, /* the same to put in a new seal: the present key may be missing, and then nothing else is recorded */
};

/* Make an empty ledger in a new directory, with a new seal; its first list must be genesis and policy.
 * Nothing is left behind on failure; who gives up before that list is placed calls ledger_discard. */
enum ledger_status ledger_create(const char *directory, struct ledger **ledger, struct error *error);

/* Close and delete a ledger that has no entry yet. One that has an entry, or that cannot be read, is only closed. */
void ledger_discard(struct ledger *ledger);

/* Open the ledger in `directory`: the file is guarded, its head entry checked, and its head compared
 * with the one remembered for this account. A store behind its head may be read, not recorded in
 * (PH0707). One that belongs to another account may be read too, guarded like any and without its names,
 * but not recorded in (PH0709): its owner can change the file under us, and no key should be near it then.
 * What is to be judged rather than looked at is read in a child: verify.h. The caller closes it. */
enum ledger_status ledger_open(const char *directory, enum ledger_mode mode, struct ledger **ledger, struct error *error);
void ledger_close(struct ledger *ledger);

/* Why this store may not be recorded in (PH0707), or NULL when it may. */
const struct error *ledger_rollback(const struct ledger *ledger);

/* As it was given to ledger_open, the ledger id in 64 hex digits, and the seal's public key. */
const char *ledger_directory(const struct ledger *ledger);
const char *ledger_id_hex(const struct ledger *ledger);
struct public_key ledger_seal(const struct ledger *ledger);

/* ---- looking: a snapshot of the book and a view over it, until ledger_read_end (safe on NULL) */

struct reading {
    struct store_txn *txn;
    struct view *view;
};
enum ledger_status ledger_read(struct ledger *ledger, struct reading *reading, struct error *error);
void ledger_read_end(struct reading *reading);

/* ---- acts: what one person says happened, on its way to becoming an event */

struct act_private {
    uint8_t key;
    struct value value;
    uint8_t salt[OPENING_SALT_SIZE]; /* made once, so that a payload made anew has the same hash */
};

struct act {
    struct event event;      /* kind, act, occurred, signers, performed, facts, reason, source: the caller's;
                                ledger, seen, policy, privates, irregular, list: made by prepare */
    size_t private_count;
    struct act_private privates[EVENT_PRIVATE_LIMIT];
    bool as_irregular;       /* what is forbidden has happened all the same: own up to it */
    int64_t told_ms;         /* when it is signed and recorded, where a training ledger is told each act's time; 0: now */

    /* made by prepare */
    uint8_t *payload;        /* the list's memory; NULL before */
    size_t payload_size;
    struct verdict verdict;  /* its touches are not kept */
    struct cose_signer signatures[EVENT_SIGNERS_LIMIT];
    bool is_signed[EVENT_SIGNERS_LIMIT];

    /* made by commit */
    uint32_t entry;
    uint32_t born_id;
};

/* A list of acts: recorded together or not at all. */
struct act_list {
    size_t count;
    struct act *acts;
    struct act_index *index; /* made by prepare; begins as NULL */
};

/* Room for `count` acts, each with a fresh random act id; NULL without memory. */
struct act_list *act_list_new(size_t count);
void act_list_free(struct act_list *list);

/* Begin an act of this kind at this time, keeping its act id. Facts are put in event.facts. */
void act_begin(struct act *act, const struct kind *kind, struct at occurred);

/* Add a signer by what he signs for, and name who did that part when it was not he who signs. */
void act_sign_as(struct act *act, int64_t person, enum meaning meaning);
void act_performed_by(struct act *act, enum meaning part, int64_t person);

/* How many of a subject an act gives birth to, as its facts say: later acts of its list name them by [act, nth]. */
uint32_t act_births(const struct act *act, enum subject subject);

/* Give a private field a value. The value's bytes are borrowed until the list is freed. */
enum ledger_status act_private_put(struct act *act, uint8_t key, const struct value *value, struct error *error);

/* Turn acts into unsigned payloads and run the rules, so that a refusal comes before anybody signs.
 * May be called again on the same list after BUSY; act ids stay. `verdict` of each act tells what will
 * be due and which rules are broken without refusing. On refusal `error` has the code, what the book
 * says and what to type next, and `*refused` the index of the act; the count of them where it is about none. */
enum ledger_status ledger_prepare(struct ledger *ledger, struct act_list *list, int64_t now_ms, size_t *refused,
                                  struct error *error);

/* The same for one act of a list, over a reading in which those before it have been prepared, and nothing else: its
 * effects then lie over the view, where the words of the next act find them. Its verdict's touches are borrowed until the
 * next act is judged. After a refusal the reading is of no use. */
enum ledger_status ledger_prepare_act(struct ledger *ledger, struct act_list *list, size_t index, int64_t now_ms,
                                      struct reading *reading, struct error *error);

/* The book as a prepared list would leave it: a look, over which the effects of the acts are laid, for showing what
 * will be left before anybody signs. Ends with ledger_read_end. */
enum ledger_status ledger_foresee(struct ledger *ledger, const struct act_list *list, int64_t now_ms,
                                  struct reading *reading, struct error *error);

/* The sentence of one act of a prepared list, as people sign it. Returns the size it needs without its NUL. */
size_t ledger_sentence(struct ledger *ledger, const struct act_list *list, size_t index, char *out, size_t size);

/* Sign every act of the list in which `person` is a signer by this key, now. PERSON_NEW signs for the
 * one being enrolled. PH0805 when the key is nobody's who signs here. */
enum ledger_status ledger_sign(struct ledger *ledger, struct act_list *list, int64_t person,
                               const struct private_key *key, enum cose_unlocked_by unlocked_by, int64_t now_ms,
                               struct error *error);

/* What a commit achieved. */
struct placed {
    uint32_t first, count;    /* entry numbers */
    bool was_there;           /* the acts had been recorded before: these are their entries */
    struct digest head;       /* hash of the newest entry */
    bool head_remembered;     /* false: PH0716, "head not remembered" */
    uint32_t closed_before;   /* a closing of an earlier day that was written first, or 0 */
};

/* Place a signed list as the next entries of the chain, all or nothing.
 *
 * LEDGER_OK means the entries are durable and their checkpoint is written; every other status but
 * UNCERTAIN means they are absent. A day that ended without a closing is closed first, by the seal.
 *
 *   LEDGER_REFUSED     a rule said no: `error` carries its code and sentence
 *   LEDGER_BUSY        rules, policy or `seen` changed since prepare, or the wait ran out
 *   LEDGER_UNCERTAIN   the disk failed during commit: reopen and look for the act */
enum ledger_status ledger_commit(struct ledger *ledger, struct act_list *list, const char *terminal, int64_t now_ms,
                                 struct placed *placed, struct error *error);

/* The entry of an act, 0 when it is not in the book. */
enum ledger_status ledger_find_act(struct ledger *ledger, const uint8_t act[static ACT_SIZE], uint32_t *entry,
                                   struct error *error);

/* ---- a new seal: its key is made first, then a seal-change that names it is signed and committed like any act (LEDGER_RESEAL)
 *
 * From that commit on it signs, and the checkpoint of this very commit shows that its key is there. The key lies beside the
 * present one until then; where the act is not recorded after all, drop it. */
enum ledger_status ledger_make_seal(struct ledger *ledger, struct public_key *seal, struct error *error);
void ledger_drop_seal(struct ledger *ledger, const struct public_key *seal);

/* ---- what the seal writes by itself, each one transaction */

/* Close the day (why: CLOSING_DAY or CLOSING_ASKED). */
enum ledger_status ledger_close_day(struct ledger *ledger, enum closing_reason why, const char *terminal, struct at now,
                                    struct placed *placed, struct error *error);

/* Close an earlier day that ended without a closing, as the next commit would, so that acts prepared now have seen it. For a
 * list whose acts are told their times: what would come between prepare and commit would make all of them stale.
 * `*closing` is its entry, 0 where none was due. */
enum ledger_status ledger_begin_day(struct ledger *ledger, const char *terminal, struct at now, uint32_t *closing,
                                    struct error *error);

/* Note an access; for an export the closing that ends it follows in the same transaction, and
 * `placed` speaks of both. `challenge` may be empty. */
struct access {
    enum access_what what;
    int64_t person; /* 0: unknown */
    uint32_t times; /* of failed unlocks: how many this entry tells of; else 0 */
    const char *purpose, *recipient; /* may be NULL */
    struct bytes challenge;
};
enum ledger_status ledger_note_access(struct ledger *ledger, const struct access *access, const char *terminal,
                                      struct at now, struct placed *placed, struct error *error);

/* Vouch that the clock is right although it stepped. */
enum ledger_status ledger_set_clock(struct ledger *ledger, int64_t person, const char *terminal, struct at now,
                                    struct placed *placed, struct error *error);

/* The newest checkpoint, a signed note; it lives in `out`. */
enum { LEDGER_NOTE_SIZE = 4096 };
enum ledger_status ledger_checkpoint(struct ledger *ledger, char out[static LEDGER_NOTE_SIZE], size_t *size,
                                     struct error *error);

/* An opening of a private field, decoded into `out`; UNKNOWN when it is not kept here (or erased). */
enum ledger_status ledger_opening(struct ledger *ledger, const uint8_t act[static ACT_SIZE], uint8_t key,
                                  uint8_t out[static OPENING_LIMIT], size_t *size, struct error *error);

#endif
