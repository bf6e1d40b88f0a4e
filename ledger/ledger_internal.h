/* What ledger.c, acts.c and seal.c share, and nobody else includes. */
#ifndef LEDGER_INTERNAL_H
#define LEDGER_INTERNAL_H

#include "ledger/ledger.h"
#include "ledger/secrets.h"

struct ledger {
    char *directory;
    enum ledger_mode mode;
    bool is_foreign;        /* the file is another account's */
    struct store *store;
    struct digest id;       /* zero until genesis is prepared */
    char id_hex[2 * DIGEST_SIZE + 1];
    struct private_key *seal; /* NULL when reading */
    struct public_key seal_public;
    struct secrets *secrets;  /* NULL until needed */
    bool is_behind;           /* the store is behind a head remembered here */
    struct error behind;
};

void ledger_set_id(struct ledger *ledger, const struct digest *id);

/* The openings' store, opened or made when first wanted. */
enum ledger_status ledger_secrets(struct ledger *ledger, struct secrets **secrets, struct error *error);

/* Why a verdict keeps an event out, for a person: its sentence, the other rules broken, what the book says. */
enum ledger_status refuse(struct view *view, const struct verdict *verdict, const struct broken *broken,
                          struct error *error);

/* ---- one list on its way into the book, inside a write transaction */

struct commit {
    struct ledger *ledger;
    struct store_txn *txn;
    struct view *view;
    const char *terminal;
    int64_t now_ms;
    int64_t recorded_ms;
    uint32_t entries;          /* placed so far, the book's included */
    struct digest previous;    /* hash of the newest */
    bool has_closing;          /* the last entry of the list is one */
};

/* recorded-at of what is recorded now: never before the newest entry, but directly after a clock entry
 * (SPEC section 7.3). PH0504 when the clock is too far behind. */
enum ledger_status recording_time(struct view *view, int64_t now_ms, int64_t *recorded_ms, struct error *error);

/* Begin: wait for the book, look at its head and clock. On failure nothing is held. */
enum ledger_status commit_begin(struct commit *commit, struct ledger *ledger, const char *terminal, int64_t now_ms,
                                struct error *error);

/* The same for a clock entry, whose very business is a clock that disagrees: recorded at the newest entry's
 * time when the clock is behind it. */
enum ledger_status commit_begin_at_newest(struct commit *commit, struct ledger *ledger, const char *terminal,
                                          int64_t now_ms, struct error *error);

/* Place one signed act: judged again, encoded, decoded, compared, written. */
enum ledger_status commit_act(struct commit *commit, struct act *act, struct error *error);

/* Write state, checkpoint and commit; then remember the head. The transaction is gone in every case. */
enum ledger_status commit_end(struct commit *commit, struct placed *placed, struct error *error);
void commit_abort(struct commit *commit);

/* Fill what prepare fills: ledger, seen, policy, list, privates. `list` is the whole list, `index` the act. */
enum ledger_status act_place_in_book(struct ledger *ledger, struct view *view, struct act_list *list, size_t index,
                                     struct error *error);

/* Encode the payload of an act into the list's memory. */
enum ledger_status act_encode(struct act *act, struct error *error);

/* Sign as one of its signers. */
enum ledger_status act_sign(struct act *act, size_t index, const struct private_key *key, enum cose_unlocked_by unlocked_by,
                            int64_t now_ms, struct error *error);

/* commit_begin, after an earlier day that was not closed has been, by a closing in a transaction of its own.
 * `*closing` is its number, and left alone when none was due. */
enum ledger_status commit_begin_today(struct commit *commit, struct ledger *ledger, const char *terminal, struct at now,
                                      uint32_t *closing, struct error *error);

#endif
