/* Rows on a screen or a page: how wide each column is, and what goes on below (see table.h).
 *
 * Rows are kept until so many have come that the widths are known; then they are printed, and what follows is laid out
 * alike. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "cli/row.h"
#include "cli/table.h"

/* NULL when there is no memory. */
struct screen *screen_new(const struct column *columns, size_t count);

/* Keep a row, or a line that stands by itself; false when there is no memory. */
bool screen_row(struct screen *screen, const struct row *row, enum row_style style);
bool screen_line(struct screen *screen, const char *text);

/* Print what is kept, and free. */
void screen_flush(struct screen *screen);
void screen_free(struct screen *screen);

/* One thing about another, on a line of its own: a label, and a text that goes on below where it is too long. A hash
 * fits in 80 columns behind it. */
void screen_say_part(const char *label, const char *text);

/* All of one row so, but its first column, which names it, the one that takes the rest, and what is nothing, none or 0. */
void screen_say_row(const struct row *row);

/* A text on lines of at most `columns`, broken between words, those after the first behind `indent` spaces. The first
 * begins where `used` columns are taken already. Returns the columns taken on the last line. */
size_t screen_say_words(const char *text, size_t used, size_t indent, size_t columns);

#endif
