/* The rules: one pure function from the book as it stands and an event to its effects.
 *
 * rules_judge opens no file, reads no clock and no time zone, draws no random number and reads no
 * private field. The same code runs when an act is prepared, when it is committed, and when an auditor
 * replays the book, so a rule broken by a doctored program is found by an honest one.
 *
 * Effects are made in the view. Where the verdict is a refusal the caller throws the view away. */
#ifndef LEDGER_RULES_H
#define LEDGER_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/digest.h"
#include "ledger/broken.h"
#include "ledger/state.h"
#include "schema/event.h"

enum { RULES_REVISION = 1, VERDICT_BROKEN_LIMIT = 48 };

/* Where an event is to stand, and what is known of its signatures. */
struct placing {
    uint32_t number;      /* of the entry it becomes */
    int64_t recorded_ms;
    struct digest payload_hash; /* SHA-256 of the payload: of genesis, the ledger id */
    bool is_signed;       /* false in prepare: nothing is known yet of keys and times of signing */
    struct digest kids[EVENT_SIGNERS_LIMIT];
    int64_t signed_at_ms[EVENT_SIGNERS_LIMIT];
};

/* What the rules say. */
struct verdict {
    size_t broken_count;
    struct broken broken[VERDICT_BROKEN_LIMIT]; /* every rule that matters here, notes included */
    bool has_effects;                           /* false: something bars it, and the view is of no use any more */
    unsigned due;                               /* bits of enum due the entry waits for */
    int64_t due_by_ms;
    uint32_t case_id;                           /* the first of the cases it opens, or 0 */
    size_t case_count;                          /* and how many there are, of ids in a row */
    uint32_t born_id;                           /* the first thing it gave birth to, or 0 */
    size_t touch_count;                         /* the header's touches: sorted, runs joined */
    const struct touch *touches;                /* borrowed until this thread's next rules_judge */
};

/* Judge an event and, as far as it can stand at all, make its effects in the view.
 *
 * `event` may be of any content: everything about it is judged here that schema/ does not. */
void rules_judge(struct view *view, const struct event *event, const struct placing *placing,
                 struct verdict *verdict);

/* The forbidden codes among the broken ones, ascending, unique: what payload key 14 must hold. */
size_t verdict_irregular(const struct verdict *verdict, uint16_t codes[static EVENT_IRREGULAR_LIMIT]);

/* The first broken rule that keeps the event out of the book, or NULL when it may stand: impossible and
 * malformed ones first, then what has to be made anew, then forbidden ones that the payload does not
 * own up to, then soft ones without a reason. */
const struct broken *verdict_refusal(const struct verdict *verdict, const struct event *event);

/* The public key that must have signed as signer `index`: of the person at this place, of the seal, or
 * the new key that the event itself brings. False when there is none. */
bool rules_signer_key(struct view *view, const struct event *event, size_t index, struct public_key *key);

/* The key that genesis brings for its officer `person`: the first policy is signed by the same people,
 * before the book knows them. */
bool rules_founder_key(const struct event *genesis, int64_t person, struct public_key *key);

/* Whether anybody enrolled, and not revoked, could give by countersign what an entry waits for: one bit of enum due. In a
 * small house where the only other one may not act for the patient nobody can, until somebody is enrolled. */
bool rules_can_be_given(struct view *view, uint32_t number, unsigned what);

/* The last day on which the next inventory is in time, in days since 1970-01-01; 0 where none is asked for, or none was
 * certified to reckon from. */
int32_t rules_inventory_due(struct view *view);

/* Whether the clock, saying this time, needs somebody's word before anything is recorded by it: it stands behind the newest
 * entry, or beyond the policy's jump ahead of it. What was vouched for just now needs no second word. */
bool rules_clock_is_needed(struct view *view, int64_t now_ms);

/* Whether a person may vouch for the clock: one of these roles, not revoked. No time of rights is asked, since the time is
 * what is in doubt. */
enum { ROLES_CLOCK = ROLE_OFFICER | ROLE_CUSTODIAN };
bool rules_may_vouch(struct view *view, int64_t person);

/* Who did it: the first signer who says so, else who is said to have done it; 0 when nobody is. */
int64_t rules_doer(const struct event *event);

#endif
