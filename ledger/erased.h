/* What erase entries have ended is destroyed where it is kept: right after their commit, or, where that was interrupted,
 * before the next list is recorded. The entries say what; that it is gone here is noted beside the openings alone. */
#ifndef LEDGER_ERASED_H
#define LEDGER_ERASED_H

#include "ledger/ledger_internal.h"
#include "ledger/state.h"

/* Needs no key. Where no openings are kept there is nothing to do; what is gone already is passed over. PH0714. */
enum ledger_status erased_drop(struct ledger *ledger, struct view *view, struct error *error);

#endif
