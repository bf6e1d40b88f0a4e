/* What the book has for each part of an attestation: the entries of a period, and how things stand. */
#ifndef LEDGER_ATTEST_READ_H
#define LEDGER_ATTEST_READ_H

#include "ledger/attest.h"
#include "ledger/period.h"

/* Make the statement of a period, but for its officer, book's root and time: head, lines and totals. It is a function of the
 * entries that the view is over, of the period, and of nothing else. PH1006 where nothing is in it, or an end is neither a
 * closing nor the end of the book, PH0905 where the totals of a product do not add up, PH0706 and PH0715. */
enum ledger_status attest_make(struct view *view, const struct period *period, struct statement *statement, struct error *error);

/* ---- its parts (attest_acts.c with attest_care.c, attest_stock.c) */

struct attesting {
    struct view *view;
    const struct period *period;
    struct attest_facts *facts;
    struct statement *statement;
};

/* Lines 3 to 8, from the entries and from doses. */
enum ledger_status attest_acts(struct attesting *attesting, struct error *error);

/* Line 2 and the totals: equations, counts, cases. */
enum ledger_status attest_stock(struct attesting *attesting, struct error *error);

#endif
