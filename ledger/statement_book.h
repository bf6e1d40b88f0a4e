/* A statement held against the book it speaks of, as that stood when the statement was made. */
#ifndef LEDGER_STATEMENT_BOOK_H
#define LEDGER_STATEMENT_BOOK_H

#include "ledger/statement_file.h"
#include "ledger/store.h"

/* Make the statement again from a store that holds exactly the entries it was made of, and compare everything: signatures by
 * the keys of that place, root, officer, lines, totals, head. Differences are findings; only our own failures are errors. */
enum ledger_status statement_compare(struct statement_report *report, struct store_txn *txn, struct error *error);

#endif
