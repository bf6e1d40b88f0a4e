/* The private values of a list on its way into the book: kept apart from it, and durable before its entries are.
 *
 * All openings of a list are kept in one durable write. */
#ifndef LEDGER_OPENINGS_H
#define LEDGER_OPENINGS_H

#include "ledger/commit.h"
#include "ledger/secrets.h"

struct openings {
    size_t count, capacity;
    struct secret_opening *rows; /* each with bytes of its own */
};

#define OPENINGS_NONE ((struct openings){ 0, 0, NULL })

/* Before anything of the list is judged: what an earlier commit left without its entry is dropped, and
 * what one erased and did not come to destroy. A list without private
 * values needs no place to keep them. PH0714. */
enum ledger_status openings_begin(struct commit *commit, const struct act_list *list, struct error *error);

/* Take those of an act that has just been placed, while its verdict's touches say whom they are about. */
enum ledger_status openings_add(struct openings *openings, struct commit *commit, const struct act *act, struct error *error);

/* Make all of them durable. */
enum ledger_status openings_keep(const struct openings *openings, struct commit *commit, struct error *error);

/* Wipe and free. Safe on OPENINGS_NONE. */
void openings_release(struct openings *openings);

#endif
