/* What every book must fulfil: its registers end as its closings state, and as its leaves stand. */
#ifndef TESTS_REGISTERS_H
#define TESTS_REGISTERS_H

#include "ledger/register.h"
#include "tests/support/book.h"

/* The totals a closing states, read from its entry; 0 of a product that it does not name. */
void stated_totals(struct book *book, uint32_t closing, uint32_t product, int64_t totals[static TOTAL_PLACE_COUNT]);

/* Fails the test where a register of a product from one closing to any later one, or to now, does not lead from what
 * one states to what the other does; or that of a place or vial not to what is there. Returns how many periods. */
unsigned registers_end_as_closings_state(struct book *book);

/* Fails the test where what a product came from is not where it went and what is left of it. */
void products_balance(struct book *book);

#endif
