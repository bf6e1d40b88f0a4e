/* A period of the book, and what its closings state at both ends.
 *
 * A period begins after one entry and ends with another. Ends that are days are ends of closings: the newest closing of a
 * day up to then. A day that is not over has no end yet. */
#ifndef LEDGER_PERIOD_H
#define LEDGER_PERIOD_H

#include "ledger/state.h"
#include "schema/event.h"

struct period {
    uint32_t before; /* the newest entry that is not in it; 0 where it begins with the book */
    uint32_t last;   /* its newest entry */
    uint32_t opened_by, closed_by; /* the closings at its ends, where there are such; else 0 */
    bool has_ended;  /* what happens now is outside it */
};

/* A closing that was read. */
struct closing {
    uint32_t number, previous;
    int32_t day;
    struct entry entry;
    struct event event;
};

/* The closing with this number; false where that entry is none. */
bool closing_read(struct view *view, uint32_t number, struct closing *closing);

/* The newest closing of a day not after `day`, and the newest not after an entry; 0 where there is none. */
uint32_t closing_of_day(struct view *view, int32_t day);
uint32_t closing_up_to(struct view *view, uint32_t entry);

/* All of the book, to its newest entry. It has not ended. */
struct period period_whole(struct view *view);

/* Let it begin with the first moment of a day; let it end with the last of one, of which `today` is not over. Where a day
 * that has entries has no closing yet it ends with the closing before, and has not ended. */
void period_from_day(struct period *period, struct view *view, int32_t day);
void period_to_day(struct period *period, struct view *view, int32_t day, int32_t today);

/* Let it begin after an entry, or end with one, which is there. */
void period_from_entry(struct period *period, struct view *view, uint32_t entry);
void period_to_entry(struct period *period, struct view *view, uint32_t entry);

/* The totals of each product, by number, as they stood after `entry`: now, as the book keeps them; else what the closing up
 * to there states, and the effects in force since. PH0706. */
struct totals {
    uint32_t products;
    int64_t of[PRODUCT_LIMIT + 1][TOTAL_PLACE_COUNT]; /* ng */
};
enum ledger_status totals_at(struct view *view, uint32_t entry, struct totals *totals, struct error *error);

#endif
