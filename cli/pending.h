/* What is open in the book, as rows: for `pending` and `status`. */
#ifndef CLI_PENDING_H
#define CLI_PENDING_H

#include "cli/book.h"
#include "cli/table.h"

/* Sessions, doses and cases that wait for somebody, under their headings; how many. */
extern const struct column pending_columns[];
size_t pending_put_open(struct book *book, struct table *table);

#endif
