/* What a certified inventory comes to: of each place and product, what the book had as of its closing beside what was counted.
 *
 * An inventory states no figures of its own. The counts it rests on may have been made days before or after the closing: what
 * the book says came and went between the two is set right in the figures. */
#ifndef LEDGER_INVENTORY_H
#define LEDGER_INVENTORY_H

#include "ledger/period.h"
#include "ledger/standing.h"

enum { INVENTORY_COUNTS_LIMIT = 64 };

struct inventory_of {
    uint32_t number; /* the certify */
    struct entry entry;
    struct event event; /* points into the book's memory */
    struct closing closing;
    size_t count_count;
    uint32_t counts[INVENTORY_COUNTS_LIMIT];
};

/* The inventory that this entry certifies; false where it is none. */
bool inventory_read(struct view *view, uint32_t number, struct inventory_of *inventory);

/* Call with each place where something stood as of the closing, or was counted; `standing` is what stood. A place that no
 * count is of, as in an initial inventory of what the book opened with, has a tally without one. PH0706. */
enum ledger_status inventory_tally(struct view *view, const struct inventory_of *inventory,
                                   void (*visit)(void *context, const struct standing *standing, const struct place_tally *tally),
                                   void *context, struct error *error);

#endif
