/* A page of a register: the movements of one product, all of it, what stands at one place, or one vial, in the order of
 * their entries, each with what the book holds after it.
 *
 * Entries stand as they were placed: one that was corrected since keeps its line, with the amounts it was entered with, and
 * the correction has lines of its own where it stands, by which the amounts of then become those of now. So a page never
 * changes once it is written, and what it began with and its lines are, to the ng, the totals that the book, and the
 * closing there, state. */
#ifndef LEDGER_REGISTER_H
#define LEDGER_REGISTER_H

#include "ledger/movement.h"
#include "ledger/period.h"
#include "ledger/walk.h"

struct page {
    uint32_t product;
    uint32_t place, vial; /* only what stands there; only this one; 0 for all */
};

struct line {
    const struct walk_row *row;
    const struct movement *movement; /* NULL of a correction that moves nothing on this page */
    int64_t carried_ul;              /* by which a place has more or less, because a vial was carried */
    int64_t held_ul;                 /* on hand after it: of the product, at the place, in the vial */
    int64_t in_doses_ng;             /* of the product; 0 on a page of a place or vial */
};

struct page_sum {
    int64_t opening_ul, opening_in_doses_ng;
    struct movement all; /* of the lines */
    int64_t carried_ul, held_ul, in_doses_ng;
    uint64_t lines;
};

/* Hand `begin` what the page begins with and `put` each line of it, and fill the sum. PH0905 when rows and totals do not agree: after all lines. */
struct page_writer {
    void (*begin)(void *context, const struct page_sum *sum);
    enum ledger_status (*put)(void *context, const struct line *line, struct error *error);
    void *context;
};
enum ledger_status register_page(struct view *view, const struct period *period, const struct page *page,
                                 const struct page_writer *writer, struct page_sum *sum, struct error *error);

/* Whether a product has ever moved. */
bool product_has_moved(struct view *view, uint32_t product);

#endif
