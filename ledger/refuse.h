/* Why the rules keep an event out, told to a person. */
#ifndef LEDGER_REFUSE_H
#define LEDGER_REFUSE_H

#include "ledger/error.h"
#include "ledger/rules.h"

/* The sentence of the rule that decides, the other rules broken, and what the book says, as an error. Times are shown by the
 * offset the act happened by, as the people who read it have it on their clock. */
enum ledger_status refuse(struct view *view, const struct verdict *verdict, const struct broken *broken, int32_t offset_min,
                          struct error *error);

#endif
