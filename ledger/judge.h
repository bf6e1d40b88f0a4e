/* What the rule files share and nobody else includes: the judge of one event.
 *
 * A rule that is broken is noted and judging goes on, so that the verdict is the set of all codes
 * broken. Only where the next step would make no sense does a function stop, by returning. */
#ifndef LEDGER_JUDGE_H
#define LEDGER_JUDGE_H

#include "ledger/rules.h"

struct judge {
    struct view *view;
    const struct event *event;
    const struct placing *placing;
    struct verdict *verdict;
    bool cannot_stand;        /* an impossible or malformed rule is broken: no effects any more */
    bool opens_case;
    struct broken case_about; /* why a case opens by itself */
    size_t touched_count;
    struct touched {
        uint8_t subject;
        uint32_t id;
    } touched[ENTRY_TOUCHES_LIMIT + 1];
    struct touch touches[ENTRY_TOUCHES_LIMIT]; /* what becomes of them in the header */
};

/* Note a broken rule. The particulars mean what the row of the code says. */
void judge_break(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b);
void judge_break_entry(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, uint32_t entry);

/* The same, of a code that opens a case instead of refusing. */
void judge_open_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b);

/* Touch a subject that the event does not name. */
void judge_touch(struct judge *judge, unsigned subject, uint32_t id);

/* ---- facts */

/* The id of a subject named in the facts, 0 when the field is absent or the subject is not there (which
 * has been noted by then). */
uint32_t judge_ref(struct judge *judge, uint64_t key);
int64_t judge_number(const struct judge *judge, uint64_t key, int64_t otherwise);

/* ---- leaves, for reading and for changing; they exist */

const struct leaf *judge_leaf(struct judge *judge, unsigned table, uint32_t id);
struct leaf *judge_edit(struct judge *judge, unsigned table, uint32_t id);
struct leaf *judge_birth(struct judge *judge, enum subject subject);
struct leaf *judge_site(struct judge *judge);

/* ---- balances. All amounts are at least zero; sums stay below 2^63, checked. */

/* Take a volume out of a vial for a purpose (VIAL_DRAWN, VIAL_WASTED, …), and the same mass from its
 * product's stock into `total` (TOTAL_WASTED, …, TOTAL_IN_DOSES). More than is left: REFUSAL_OVERDRAWN. */
void vial_take(struct judge *judge, uint32_t vial, enum vial_place purpose, enum total_place total, uint64_t volume_ul);

/* Put a volume into a vial (VIAL_GAINED, VIAL_RETURNED, …). For returned ones the mass comes out of
 * TOTAL_IN_DOSES, for the others it is added to `total`. */
void vial_put(struct judge *judge, uint32_t vial, enum vial_place purpose, enum total_place total, uint64_t volume_ul);

/* Settle a mass of a dose (DOSE_GIVEN, …): its sources are charged in proportion to what is left of
 * each, the rounding falling on the last. More than is open: REFUSAL_DOSE_OVERDRAWN. */
void dose_settle(struct judge *judge, uint32_t dose, enum dose_place purpose, enum total_place total, uint64_t mass_ng);

/* The mass a quantity means of this dose (mg as read; mL in proportion of its volume, half to even;
 * sprays of a device; rest). False, and noted, when the unit does not fit. */
bool dose_mass_of(struct judge *judge, uint32_t dose, const struct value *quantity, uint64_t *mass_ng);

/* The volume a quantity means of this vial; exact, or noted. */
bool vial_volume_of(struct judge *judge, uint32_t vial, const struct value *quantity, uint64_t *volume_ul);

/* The volume of a dose that this mass of it has, to the nearest uL: for comparing readings. */
uint64_t dose_volume_of(const struct leaf *dose, uint64_t mass_ng);

/* The equations of DESIGN §5 for one leaf; they hold whatever was recorded. */
bool vial_balances(const struct leaf *vial);
bool dose_balances(const struct leaf *dose);
bool total_balances(const struct leaf *total);

/* ---- people */

/* Nobody in this act may be locked out of this patient's care. */
void judge_patient(struct judge *judge, uint32_t patient);

/* The signers and doers of any kind: who they are, by which keys, in which roles (rules_signers.c). */
void judge_people(struct judge *judge);

/* An order that is there and holds at the time this happened. */
void judge_order_holds(struct judge *judge, uint32_t id);

/* How many sign with this meaning, those who are said to have acted included. */
size_t judge_signers(const struct judge *judge, enum meaning meaning);

/* ---- one function for each kind built: what it does to balances and states */

void rule_genesis(struct judge *judge);
void rule_policy(struct judge *judge);
void rule_person(struct judge *judge);
void rule_revoke(struct judge *judge);
void rule_rekey(struct judge *judge);
void rule_product(struct judge *judge);
void rule_place(struct judge *judge);
void rule_party(struct judge *judge);
void rule_patient(struct judge *judge);
void rule_order(struct judge *judge);
void rule_receive(struct judge *judge);
void rule_move(struct judge *judge);
void rule_hold(struct judge *judge);
void rule_release(struct judge *judge);
void rule_session_open(struct judge *judge);
void rule_session_close(struct judge *judge);
void rule_draw(struct judge *judge);
void rule_administer(struct judge *judge);
void rule_handover(struct judge *judge);
void rule_waste(struct judge *judge);
void rule_residual(struct judge *judge);
void rule_held(struct judge *judge);
void rule_empty(struct judge *judge);
void rule_return(struct judge *judge);
void rule_observe(struct judge *judge);
void rule_countersign(struct judge *judge);
void rule_closing(struct judge *judge);
void rule_access(struct judge *judge);
void rule_clock(struct judge *judge);

#endif
