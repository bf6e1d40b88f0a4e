/* One list on its way into the book, inside a write transaction: for commit.c, which people's acts go through,
 * seal.c, which writes by itself, and acts.c. */
#ifndef LEDGER_COMMIT_H
#define LEDGER_COMMIT_H

#include "ledger/ledger.h"

struct commit {
    struct ledger *ledger;
    struct store_txn *txn;
    struct view *view;
    const char *terminal;
    int64_t now_ms;
    int64_t recorded_ms;       /* of the next entry, unless its act is told a later time */
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

/* In seal.c: commit_begin, after an earlier day that was not closed has been, by a closing in a transaction of its own.
 * `*closing` is its number, and left alone when none was due. */
enum ledger_status commit_begin_today(struct commit *commit, struct ledger *ledger, const char *terminal, struct at now,
                                      uint32_t *closing, struct error *error);

#endif
