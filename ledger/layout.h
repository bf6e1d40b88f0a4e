/* How the tables beside the entries are laid out by this program.
 *
 * Leaves are lists of integers without names, so a program whose leaves have other places would read a vial's balance where
 * another has its state. A store therefore says by which layout it was made, and one made by another is not opened: its
 * entries stand, and only the program that made it, or an export, can tell what is in it. */
#ifndef LEDGER_LAYOUT_H
#define LEDGER_LAYOUT_H

#include "ledger/error.h"
#include "ledger/store.h"

/* Mark a store that gets its first entry. */
enum ledger_status layout_mark(struct store_txn *txn, struct error *error);

/* Whether a store that holds an entry was made by this layout. PH0717. */
enum ledger_status layout_check(struct store_txn *txn, struct error *error);

/* Whether this row of the meta table is the mark. */
bool layout_is_mark(struct bytes key);

#endif
