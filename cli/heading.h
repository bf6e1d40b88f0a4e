/* What a page or file of the book says above its rows: whose book it is, how far it goes, and by which program. */
#ifndef CLI_HEADING_H
#define CLI_HEADING_H

#include "cli/book.h"
#include "cli/table.h"
#include "cli/values.h"

/* A field of genesis, as "site" or "registrations", in words; "" when it is not there. */
void site_text(struct book *book, const char *name, char out[static VALUE_TEXT_SIZE]);

/* Head a table with site, registrations, ledger, training, entries, head, when it was made, and the program. */
void heading_put(struct book *book, struct table *table);

#endif
