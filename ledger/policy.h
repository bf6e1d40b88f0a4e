/* The numbers a new ledger begins with. A policy is an entry like any other: this is only what `init`
 * proposes before the officers sign. */
#ifndef LEDGER_POLICY_H
#define LEDGER_POLICY_H

#include "schema/facts.h"

/* Fill every number of a policy but the offsets with those of us-federal (SPEC section 4.3, policy). */
void policy_defaults(struct facts *facts);

#endif
