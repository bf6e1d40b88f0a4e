/* A page of a register: the movements of one product, all of it, what stands at one place, or one vial, in the order of
 * their entries, each with what the book holds after it.
 *
 * Entries stand where they stand: one that was corrected since has its own line, with the amounts in force and a mark, and
 * the correction a line of its own. At the end of a page what it began with and its lines are held against the totals
 * that the book, and the closing there, state: to the ng. What corrections made outside the page's period have changed is
 * a line of its own there, so that the page ends with the closing. */
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
    const struct walk_row *row;      /* NULL for what corrections have changed */
    const struct movement *movement; /* NULL where the entry moves nothing on this page now */
    int64_t carried_ul;              /* by which a place has more or less, because a vial was carried */
    int64_t held_ul;                 /* on hand after it: of the product, at the place, in the vial */
    int64_t in_doses_ng;             /* of the product; 0 on a page of a place or vial */
};

struct page_sum {
    int64_t opening_ul, opening_in_doses_ng;
    struct movement all; /* of the lines */
    int64_t carried_ul, held_ul, in_doses_ng;
    uint64_t lines;
    bool has_corrections;
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
