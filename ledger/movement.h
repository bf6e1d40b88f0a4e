/* The movements of an entry: its effect as the lines of a register. One for each container that was put in, drawn from,
 * taken out or carried, and one for each product whose open doses were given, wasted or otherwise settled.
 *
 * They are sums of rows that were kept separately, of vials, of doses and of totals, and these must agree to the ng: where
 * they do not, the tables are not those of the entries. */
#ifndef LEDGER_MOVEMENT_H
#define LEDGER_MOVEMENT_H

#include "ledger/effect.h"

struct movement {
    uint32_t product;
    uint32_t vial;                     /* 0: of what is in doses */
    uint32_t from, to;                 /* places of a vial that was carried; else 0 */
    int64_t left_ul;                   /* what is left in the vial changes by this */
    int64_t drawn_ng, returned_ng;     /* from the vial into doses, and back */
    int64_t amount[TOTAL_PLACE_COUNT]; /* ng: each total of the product changes by this */
};

struct movements {
    struct movement *rows; /* by vial, then what is of doses by product; freed by movements_release */
    size_t count, capacity;
    uint32_t unbalanced; /* a product for which the parts of the effect do not agree; 0 for none */
};

#define MOVEMENTS_EMPTY ((struct movements){ .rows = NULL })
void movements_release(struct movements *movements);

/* Make the movements of an effect of an entry, in place of those there were. A container that a correction makes another
 * product's goes from the one to the other; before that it is of the first. False for want of memory. */
bool movements_of(struct view *view, uint32_t number, const struct effect *effect, struct movements *movements);

/* Which product a vial was after an entry: corrections may have made it another since. */
uint32_t movement_product_of(struct view *view, uint32_t vial, uint32_t number);

/* What a movement adds to the book: everything that came to be accounted for, and everything that went. Their difference
 * is what on-hand and in-doses change by together. */
int64_t movement_in_ng(const struct movement *movement);
int64_t movement_out_ng(const struct movement *movement);

#endif
