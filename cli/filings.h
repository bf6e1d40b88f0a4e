/* What has to be filed with an authority or certified and is not yet, as rows of `pending`. */
#ifndef CLI_FILINGS_H
#define CLI_FILINGS_H

#include "cli/book.h"
#include "cli/table.h"

/* Put a row for each notice that waits, the soonest first, under a heading, into a table of pending_columns; `count`
 * is how many. PH0702, PH0710. */
enum ledger_status filings_put(struct book *book, struct table *table, size_t *count, struct error *error);

/* Put a row where an inventory is to be certified: what the book opened with, or the next one, from a month before its last
 * day on. */
void inventory_put(struct book *book, struct table *table);

#endif
