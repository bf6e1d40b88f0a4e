/* The roots of small ledgers that are the same in every run: for each code of a rule the first in which it is skipped, and the
 * first in which it is owned up to. They stand in tests/vectors/rules.txt, a row of which says
 *
 *     PH0210 skipped test_rules_stock 24 f2b067…     code, how, the program of tests that makes it, entries, root
 *
 * so that whoever changes a byte of any of these acts, of an entry or of what is hashed sees it. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/store.h"

enum golden_how { GOLDEN_SKIPPED, GOLDEN_OWNED };

/* A ledger of this program of tests. The first in which the code is alone counts; where there is none, the first. Where
 * PHIAL_LEDGERS names a directory, its entries are written there, one after the other, as PH0210-skipped and the program's
 * name. */
void golden_note(unsigned code, enum golden_how how, bool is_alone, struct store_txn *txn, uint32_t entries);

/* An honest book at the end of a test, which is no golden one: only written there. */
void golden_whole(struct store_txn *txn, uint32_t entries);

/* Hold what was noted against this program's rows; or, where PHIAL_RULES names a file, add them to that. Returns how many rows
 * differ or are missing, each having been told of. */
unsigned golden_compare(void);

#endif
