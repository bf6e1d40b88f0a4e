/* The lines of a count, held once more against the book: what two people saw of a vial or of a dose, and what the book has of
 * it as of the entry they counted against, by all that is known now. A correction made since can move an amount from one
 * vial to another, which leaves every sum as it was. */
#ifndef LEDGER_RECOUNT_H
#define LEDGER_RECOUNT_H

#include "ledger/state.h"

struct recounted {
    enum subject subject; /* vial or dose */
    uint32_t id;
    uint64_t first_ng, second_ng; /* figures of the two who counted */
    int64_t book_ng;
    uint64_t tolerance_ng;        /* by the method of the line */
};

/* Call with each line of a count that is about a vial or a dose and that the book, as known now, is farther from than the
 * line's tolerance (SPEC 9.9). Not with one whose case, opened by the count, already names this very difference. PH0706. */
enum ledger_status recount(struct view *view, uint32_t count,
                           void (*visit)(void *context, const struct recounted *line), void *context, struct error *error);

#endif
