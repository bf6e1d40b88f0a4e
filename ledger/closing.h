/* What a closing states: the root of the leaves of each kind of subject, and the totals of each product,
 * of the book just before it. The same code makes them when a day is closed and again at every replay. */
#ifndef LEDGER_CLOSING_H
#define LEDGER_CLOSING_H

#include "ledger/rules.h"
#include "ledger/store.h"
#include "schema/event.h"

/* Memory for the two lists of a closing's facts, which point into it. */
struct closing_room {
    uint8_t roots[1024];
    uint8_t totals[24 * 1024];
};

/* Bring the trees of leaves up to date with everything entries up to `last` touched since the closing
 * before, and fill the closing's facts. `view` stands just before the closing; its changes to leaves are
 * in `txn` already. Cost: what was touched, times log n. */
enum ledger_status closing_build(struct view *view, struct store_txn *txn, uint32_t last, enum closing_reason why,
                                 const char day[static 10], struct facts *facts, struct closing_room *room,
                                 struct error *error);

/* How many leaves the tree of a subject has: as many as there were at the newest closing. */
enum ledger_status closing_tree_size(struct store_txn *txn, uint8_t subject, uint32_t *size, struct error *error);

#endif
