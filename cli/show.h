/* What `phial show` says of one entry; of things it says it itself. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "cli/book.h"

/* Print all of an entry, in words or JSON. PH0601 when there is none, PH0706 when it cannot be read. */
enum ledger_status show_entry(struct book *book, const struct call *call, uint32_t number, struct error *error);

#endif
