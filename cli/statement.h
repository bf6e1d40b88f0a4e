/* What registers and reports have in common: which period they speak of, and what stands above their rows. */
#ifndef CLI_STATEMENT_H
#define CLI_STATEMENT_H

#include "cli/book.h"
#include "cli/table.h"
#include "ledger/period.h"

/* The rows of --from and --to in a table of options. */
#define PERIOD_OPTIONS \
    { "from", 0, "DATE", false, "from this day on; or from a count, C-1, or after an entry, #12" }, \
    { "to", 0, "DATE", false, "up to the end of this day; or up to a count or an entry" }

/* The period that the call names, all of the book where it names none. PH0601, PH1005, PH1006. */
enum ledger_status statement_period(struct book *book, const struct call *call, struct period *period, struct error *error);

/* Head a table with heading_put, the period, and on the screen, in sight: whose book it is, the period, that it has not
 * ended, and TRAINING. What a CSV has no place for is said on standard error. */
void statement_head(struct book *book, struct table *table, const struct period *period);

#endif
