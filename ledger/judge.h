/* What the rule files share and nobody else includes: the judge of one event.
 *
 * A rule that is broken is noted and judging goes on, so that the verdict is the set of all codes
 * broken. Only where the next step would make no sense does a function stop, by returning. */
#ifndef LEDGER_JUDGE_H
#define LEDGER_JUDGE_H

#include "ledger/rules.h"

enum { JUDGE_CASES_LIMIT = 256 };

struct posting;

struct judge {
    struct view *view;
    const struct event *event;
    const struct placing *placing;
    struct verdict *verdict;
    struct posting *posting;  /* the entry that a correction posts anew just now; else NULL (ledger/correct.h) */
    bool cannot_stand;        /* an impossible or malformed rule is broken: no effects any more */
    size_t case_count;        /* cases that open by themselves: one, or of a count one for each line */
    struct opening_case {
        struct broken about;   /* why it opens */
        int64_t difference_ng; /* what is missing (negative) or too much, where the rule can say it */
    } cases[JUDGE_CASES_LIMIT];
    size_t touched_count;
    struct touched {
        uint8_t subject;
        uint32_t id;
    } touched[ENTRY_TOUCHES_LIMIT + 1];
    struct touch touches[ENTRY_TOUCHES_LIMIT]; /* what becomes of them in the header */
};

/* Note a broken rule. The particulars mean what the row of the code says. */
void judge_note(struct judge *judge, struct broken broken);
void judge_break(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b);
void judge_break_entry(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, uint32_t entry);

/* The same, of a rule that an earlier entry may break when it is posted anew, since the entries around it have changed:
 * false then, and the caller goes on. */
bool judge_bars(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b);

/* The same, of a code that opens a case instead of refusing: `difference_ng` is what is missing (negative) or too
 * much, 0 where that cannot be said. An event opens one such case: the lowest code names it. */
void judge_open_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b,
                     int64_t difference_ng);

/* The same, of a kind that opens a case for each line that differs, in their order. */
void judge_open_another_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b,
                             int64_t difference_ng);

/* A case is born: why (code 0 where somebody says so), about what, and who has a part in this event. */
void judge_birth_case(struct judge *judge, const struct opening_case *opening);

/* Touch a subject that the event does not name. */
void judge_touch(struct judge *judge, unsigned subject, uint32_t id);

/* Touch what an earlier entry touched, but for the people's acts: whoever follows a vial finds what was said of its
 * entries. `each`, if there is one, is called for every one of them. */
void judge_touch_as_entry(struct judge *judge, uint32_t number,
                          void (*each)(struct judge *judge, unsigned subject, uint32_t id, void *context), void *context);

/* ---- the steps of a judgement (rules_envelope.c, rules_finish.c) */

/* The place in the book, `seen` and the three times. */
void judge_envelope(struct judge *judge);

/* When something is said to have happened: since the book was founded, not later than it is recorded, by an offset that this
 * site has. */
void judge_occurred(struct judge *judge, struct at at);

/* Everything that the facts name exists, has been seen, and is touched. */
void judge_names(struct judge *judge);

/* Call with each value that facts hold, those of lists and rows one by one. */
void judge_each_value(struct judge *judge, const struct facts *facts,
                      void (*act)(struct judge *judge, const struct field *field, const struct value *value, void *context),
                      void *context);

/* The terminal had seen what the event names, and all that was done to a dose, count or case: REFUSAL_SEEN. */
void judge_seen_of(struct judge *judge, enum subject subject, uint32_t id);

/* What is done at `at_ms` with something that began at `began_ms` is not done before: REFUSAL_BEFORE. Times are typed to
 * the minute. What began by a clock that ran ahead and was set back since began by then at the latest. */
void judge_begun(struct judge *judge, enum subject subject, uint32_t id, int64_t began_ms, int64_t at_ms);

/* An act recorded twice within minutes, with the same facts. */
void judge_duplicate(struct judge *judge);

/* A rule that was set aside for this patient is not broken, once: it becomes the note OVERRIDDEN. And the word of an
 * officer that an override waited for (rules_override.c). */
void judge_set_aside(struct judge *judge);
void override_approve(struct judge *judge, uint32_t number, int64_t person);

/* What changes totals of the time before the newest certified inventory is asked about (rules_certify.c). */
void judge_certified(struct judge *judge);

/* What is forbidden or unusual stands only as what it is. */
void judge_irregular(struct judge *judge);

/* The case that opens by itself, what the entry waits for, the people in it, its touches, its day. */
void judge_finish(struct judge *judge);

/* ---- facts */

/* The id of a subject named in the facts, 0 when the field is absent or the subject is not there (which
 * has been noted by then). */
uint32_t judge_ref(struct judge *judge, uint64_t key);
int64_t judge_number(const struct judge *judge, uint64_t key, int64_t otherwise);

/* Each thing that a list in the facts names, to be changed; nothing where the list is absent. What is named twice is
 * noted. */
void judge_each(struct judge *judge, uint64_t key, void (*act)(struct judge *judge, struct leaf *leaf, void *context),
                void *context);

/* ---- leaves, for reading and for changing; they exist */

const struct leaf *judge_leaf(struct judge *judge, unsigned table, uint32_t id);
struct leaf *judge_edit(struct judge *judge, unsigned table, uint32_t id);
struct leaf *judge_birth(struct judge *judge, enum subject subject);

/* A vial of a line of its delivery. An entry that is posted anew gives birth to what it gave birth to before: such a vial or
 * session goes on in the state it is in, and a newborn has state 0. */
struct leaf *judge_birth_vial(struct judge *judge, uint32_t line);
struct leaf *judge_site(struct judge *judge);

/* The event of an earlier entry, pointing into the store's bytes; false when it is not before this list. */
bool judge_event_of(struct judge *judge, uint32_t number, struct event *event);

/* ---- balances. All amounts are at least zero; sums stay below 2^63, checked. */

/* Add to a number of a leaf; a sum beyond 2^63 cannot be recorded: REFUSAL_FIELD. */
void judge_add(struct judge *judge, struct leaf *leaf, unsigned place, int64_t amount);

/* The mass of a volume of a product; noted where it does not fit. */
uint64_t judge_mass_of(struct judge *judge, uint32_t product, uint64_t volume_ul);

/* Take a volume out of a vial for a purpose (VIAL_DRAWN, VIAL_WASTED, …), and the same mass from its
 * product's stock into `total` (TOTAL_WASTED, …, TOTAL_IN_DOSES). More than is left: REFUSAL_OVERDRAWN. */
void vial_take(struct judge *judge, uint32_t vial, enum vial_place purpose, enum total_place total, uint64_t volume_ul);

/* Put a volume into a vial (VIAL_GAINED, VIAL_RETURNED, …). For returned ones the mass comes out of
 * TOTAL_IN_DOSES, for the others it is added to `total`. */
void vial_put(struct judge *judge, uint32_t vial, enum vial_place purpose, enum total_place total, uint64_t volume_ul);

/* A sealed vial is opened now: its time of use begins. */
void vial_open(struct judge *judge, struct leaf *vial);

/* Settle a mass of a dose (DOSE_GIVEN, …): its sources are charged in proportion to what is left of
 * each, the rounding falling on the last. More than is open: REFUSAL_DOSE_OVERDRAWN. */
void dose_settle(struct judge *judge, uint32_t dose, enum dose_place purpose, enum total_place total, uint64_t mass_ng);

/* The mass a quantity means of this dose (mg as read; mL in proportion of its volume, half to even;
 * sprays of a device; rest). False, and noted, when the unit does not fit. */
bool dose_mass_of(struct judge *judge, uint32_t dose, const struct value *quantity, uint64_t *mass_ng);

/* The volume a quantity means of this vial; exact, or noted. */
bool vial_volume_of(struct judge *judge, uint32_t vial, const struct value *quantity, uint64_t *volume_ul);

/* The mass of what somebody typed of a vial without being shown any figure: mL or mg, never `rest`. It need not be a whole
 * number of microlitres. False, and noted, when the unit does not fit. */
bool vial_figure_of(struct judge *judge, const struct leaf *vial, const struct value *figure, uint64_t *mass_ng);

/* The volume of a dose that this mass of it has, to the nearest uL, and the mass of a volume of it: for
 * comparing readings with bounds. */
uint64_t dose_volume_of(const struct leaf *dose, uint64_t mass_ng);
uint64_t dose_mass_of_volume(const struct leaf *dose, uint64_t volume_ul);

/* The equations of SPEC section 9.4 for one leaf; they hold whatever was recorded. */
bool vial_balances(const struct leaf *vial);
bool dose_balances(const struct leaf *dose);
bool total_balances(const struct leaf *total);

/* Those of everything touched so far, and of every product. */
bool judge_balances(struct judge *judge);

/* ---- cases (rules_case.c) */

/* The case that a fact names: it is open, or that is noted, and something is booked under it. NULL where none is named. */
struct leaf *judge_case(struct judge *judge, uint64_t key);

/* Whether somebody has a part in what opened a case. */
bool case_has(const struct leaf *of, int64_t person);

/* ---- doses (rules_dose.c) */

/* The dose goes into this state; its session and the site count it as open or not. */
void dose_set_state(struct judge *judge, struct leaf *dose, enum dose_state state);

/* When nothing is open any more the dose is settled, and items that left the stock whole are finished. */
void dose_settle_if_empty(struct judge *judge, struct leaf *dose);

/* So much more turns out to have been in a dose than was drawn: its last source gave it, as far as anybody can say. */
void dose_raise(struct judge *judge, struct leaf *dose, int64_t mass_ng);

/* What of a session's drug is on its way to the patient: drawn, and not wasted, left behind or put back. */
void dose_commit(struct judge *judge, const struct leaf *dose, int64_t mass_ng);

/* Whether something of a dose is still to be accounted for, by people who may act for its patient; noted where not. */
bool dose_judge_unsettled(struct judge *judge, const struct leaf *dose);

/* The same of a dose that does not run: only then is it known how much that is. */
bool dose_judge_open(struct judge *judge, const struct leaf *dose);

/* A part of a dose is booked out for good: it is not on its way to the patient any more. */
void dose_settle_part(struct judge *judge, struct leaf *dose, enum dose_place purpose, enum total_place total,
                      uint64_t mass_ng);

/* Nobody in this act may be locked out of the care of the dose's patient, where it has one. */
void dose_judge_patient(struct judge *judge, const struct leaf *dose);

/* Whether what people saw is held against what is booked at this place, by the change of a counted place: of an entry that is
 * posted anew where it says something new, or books another amount than before (SPEC.md section 9.6). */
bool judge_compares(const struct judge *judge, unsigned table, uint32_t id, unsigned place, uint64_t amount);

/* Who sealed a dose in a bag has a part in what opens it, or there is a reason: REFUSAL_SETTLE_HELD. */
void dose_judge_seal(struct judge *judge, const struct leaf *dose);

/* The mass of an amount that somebody typed without being shown any: it is never `rest`. */
bool dose_figure_of(struct judge *judge, uint32_t dose, const struct value *figure, uint64_t *mass_ng);

/* Whether two such amounts of a dose are the same: as typed in one unit, to the microlitre in two. */
bool dose_figures_agree(const struct leaf *dose, const struct value *one, uint64_t one_ng, const struct value *other,
                        uint64_t other_ng);

/* Whether the order allows this mass in one session: compared exactly, by cross-multiplication. */
bool order_allows(const struct leaf *order, uint64_t mass_ng, uint64_t *allowed_ng);

/* ---- what comes in and goes out */

/* A definition that waits for its approval is used with a reason; of a product that was replaced nothing is booked. */
void judge_provisional(struct judge *judge, enum subject subject, uint32_t id, unsigned place);
void judge_product(struct judge *judge, uint32_t product);

/* Whether draws and overfill explain this closing loss of a vial. */
bool vial_loss_is_explained(struct judge *judge, const struct leaf *vial, int64_t loss_ul);

/* The serials that this receipt brought are free again. */
void receive_forget_serials(struct judge *judge, uint32_t number, const struct event *receipt);

/* A vial that an entry gives birth to anew becomes another product's only where nothing has been done with it:
 * REFUSAL_RESTS_ON_IT. */
void judge_vial_product(struct judge *judge, const struct leaf *vial, uint32_t product);

/* Where a year begins, what was given and transferred before it is remembered. */
void judge_year(struct judge *judge);

/* A notice about this entry has to be filed, by the end of `last_day`, or of the so many-th business day after `day`. */
void judge_must_file(struct judge *judge, enum notice notice, int64_t last_day);
void judge_must_file_soon(struct judge *judge, enum notice notice, int64_t day, int64_t business_days);

/* ---- people */

/* Nobody in this act may be locked out of this patient's care. */
void judge_patient(struct judge *judge, uint32_t patient);

/* A key that facts bring is sound, and nobody of this book has or had it, the seal included; noted where not. */
bool judge_new_key(struct judge *judge, const struct value *value, struct public_key *key);

/* The signers and doers of any kind: who they are, by which keys, in which roles (rules_signers.c). */
void judge_people(struct judge *judge);

/* An order that is there and holds at the time this happened. */
void judge_order_holds(struct judge *judge, uint32_t id);

/* A weight grows old: asked when it is ordered by, and again at each session that rests on it. */
void judge_weight_holds(struct judge *judge, const struct leaf *order);

/* What an administer, handover or observe says of the session it is in: when giving ended last, the sprays, the patient. */
void give_tells_session(struct judge *judge, struct leaf *session);
void observe_tells_session(struct judge *judge, struct leaf *session);

/* The rate this act sets, where it sets one, against the limits of the order's protocol. `order` may be NULL. */
void judge_rate(struct judge *judge, const struct leaf *dose, const struct leaf *order);

/* A session that had not been closed by then; what is written down late is judged by when it happened. */
void judge_session_lasts(struct judge *judge, const struct leaf *session, int64_t at_ms);

/* How many sign with this meaning, those who are said to have acted included. */
size_t judge_signers(const struct judge *judge, enum meaning meaning);

/* Nobody witnesses what wants a witness: forbidden, or due later where the policy only lists the want of one. */
void judge_no_witness(struct judge *judge);

/* Whether a person signs this act or is said to have acted in it. */
bool judge_has_part(const struct judge *judge, int64_t person);

/* An act that gives or takes rights, or approves: done by those who sign it and nobody else, and never recorded
 * as an irregular fact, since nothing has happened but the signing itself. */
bool judge_is_of_rights(const struct event *event);

/* The rule of the event's kind. */
void judge_by_kind(struct judge *judge);

/* ---- one function for each kind built: what it does to balances and states */

void rule_genesis(struct judge *judge);
void rule_policy(struct judge *judge);
void rule_person(struct judge *judge);
void rule_revoke(struct judge *judge);
void rule_rekey(struct judge *judge);
void rule_seal_change(struct judge *judge);
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
void rule_count(struct judge *judge);
void rule_case(struct judge *judge);
void rule_resolve(struct judge *judge);
void rule_adjust(struct judge *judge);
void rule_found(struct judge *judge);
void rule_recover(struct judge *judge);
void rule_loss(struct judge *judge);
void rule_ship(struct judge *judge);
void rule_destroy(struct judge *judge);
void rule_surrender(struct judge *judge);
void rule_override(struct judge *judge);
void rule_countersign(struct judge *judge);
void rule_correct(struct judge *judge);
void rule_certify(struct judge *judge);
void rule_notice(struct judge *judge);
void rule_note(struct judge *judge);
void rule_closing(struct judge *judge);
void rule_access(struct judge *judge);
void rule_erase(struct judge *judge);
void rule_clock(struct judge *judge);

#endif
