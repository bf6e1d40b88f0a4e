/* The numbers a new ledger begins with. A policy is an entry like any other: this is only what `init` and
 * `policy set --profile` propose before the officers sign. */
#ifndef LEDGER_POLICY_H
#define LEDGER_POLICY_H

#include "schema/facts.h"

/* Fill every number of a policy but the offsets with those of a profile (SPEC section 4.3, policy): us-federal,
 * and what differs from it. What the lists point to is never freed; there are no holidays. */
void policy_defaults(enum profile profile, struct facts *facts);

#endif
