/* Reading the book entry by entry, with what each entry did: the one reader behind registers, reports and statements.
 *
 * Nothing is replayed and nothing is judged: amounts come from the effects kept beside the entries (ledger/effect.h),
 * so a walk costs what lies between its ends. Whoever doubts the tables asks `verify`; what a walk adds up is held
 * against the closings all the same (ledger/period.h). */
#ifndef LEDGER_WALK_H
#define LEDGER_WALK_H

#include "ledger/effect.h"
#include "ledger/state.h"
#include "schema/event.h"

/* An entry with what is known of it now. The decoded parts point into the book's memory. */
struct walk_row {
    uint32_t number;
    struct entry entry;
    struct event event;
    struct effect effect; /* in force; empty where it has none */
    unsigned due;         /* enum due: the countersigns it still waits for */
    int64_t late_min;     /* by how many whole minutes it was recorded later than it happened; 0 within the policy's limit */
};

/* The facts that a correction gave an entry with this effect, which they point into; false where none did. */
bool walk_corrected_facts(const struct event *event, const struct effect *effect, struct facts *facts);

/* How many minutes late an entry is by the policy that it names; 0 where it is not, and of what the seal writes. */
int64_t walk_late_min(struct view *view, const struct entry *entry, const struct event *event);

/* Whether those who signed it had not seen what was recorded longer before it than its policy allows: the finding STALE. */
bool walk_is_stale(struct view *view, const struct entry *entry, const struct event *event);

/* Call with each entry from `first` to `last`, in order, until one call is not LEDGER_OK, which is handed back. The row
 * is lent for the call. PH0706 for an entry that cannot be read, PH0701 and following for a store that cannot. */
enum ledger_status walk_entries(struct view *view, uint32_t first, uint32_t last,
                                enum ledger_status (*visit)(void *context, const struct walk_row *row, struct error *error),
                                void *context, struct error *error);

#endif
