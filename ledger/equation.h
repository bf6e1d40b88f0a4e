/* What there was of a product, with what came, is what went and what there is: between any two entries, to the nanogram. */
#ifndef LEDGER_EQUATION_H
#define LEDGER_EQUATION_H

#include "ledger/period.h"
#include "schema/statement.h"

/* What became of a product between two moments of the book. False where every number is 0. */
bool equation_between(const struct totals *before, const struct totals *last, uint32_t product, struct statement_total *total);

/* "19000 mg before + 60000 mg received = 57240 mg given + … + 16335 mg on hand"; what is 0 is left out. */
enum { EQUATION_SIZE = 2048 };
const char *equation_text(const struct statement_total *total, char out[static EQUATION_SIZE]);

#endif
