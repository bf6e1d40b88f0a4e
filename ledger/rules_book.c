/* What kinds about the book itself do. */
#include "ledger/judge.h"

/* ---- countersign */

/* Who may give each kind of approval. The prescriber of an order is one person, or any prescriber where it came from
 * outside; the others are anybody with one of these roles who is not in the entry. */
static bool has_role_for(struct view *view, const struct leaf *due, unsigned what, int64_t person)
{
    int64_t roles = view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES);

    switch (what) {
    case DUE_ORDER:
        return due->state[DUE_PRESCRIBER] > 0 ? person == due->state[DUE_PRESCRIBER] : (roles & ROLE_PRESCRIBER) != 0;
    case DUE_APPROVAL:
    case DUE_IRREGULAR:
    case DUE_LOCUM:
        return (roles & ROLE_OFFICER) != 0;
    case DUE_OUTSIDE:
        return (roles & (ROLE_OFFICER | ROLE_AUDITOR)) != 0;
    default:
        return (roles & ROLE_STAFF) != 0;
    }
}

static bool is_in_entry(const struct leaf *due, int64_t person)
{
    for (uint16_t i = DUE_PEOPLE; i < due->count; i++)
        if (due->state[i] == person)
            return true;
    return false;
}

/* The case that an entry resolved, which is one of those it touched; NULL when there is none. */
static const struct leaf *case_resolved_by(struct view *view, uint32_t number)
{
    struct bytes bytes;
    struct entry entry;
    struct touch_cursor cursor;
    struct touch touch;

    if (!view_entry(view, number, &bytes) || entry_decode(bytes, &entry) != EVENT_OK)
        return NULL;
    touches_begin(&cursor, &entry.header);
    while (touches_next(&cursor, &touch))
        for (uint32_t i = 0; touch.subject == SUBJECT_CASE && i < touch.count; i++)
            if (view_number(view, SUBJECT_CASE, touch.id + i, CASE_RESOLVED) == number)
                return view_leaf(view, SUBJECT_CASE, touch.id + i);
    return NULL;
}

/* Whoever looks at a case from outside has no part in what opened it. */
static bool is_in_case(struct view *view, uint32_t number, int64_t person)
{
    const struct leaf *of = case_resolved_by(view, number);

    return of == NULL || case_has(of, person);
}

/* Whether a person may give this: the prescriber his order and nothing else, others what they have no part in. */
static bool may_give(struct view *view, const struct leaf *due, unsigned what, int64_t person)
{
    return has_role_for(view, due, what, person) &&
           (person == due->state[DUE_PRESCRIBER] ? what == DUE_ORDER : !is_in_entry(due, person)) &&
           (what != DUE_OUTSIDE || !is_in_case(view, due->id, person));
}

/* What was provisional until now, of one subject of the countersigned entry. */
static void confirm(struct judge *judge, unsigned subject, uint32_t id, uint32_t entry, unsigned given)
{
    static const struct { unsigned subject; unsigned due; unsigned born, flag; } flags[] = {
        { SUBJECT_VIAL, DUE_CHECK, VIAL_BORN, VIAL_UNCHECKED },
        { SUBJECT_PRODUCT, DUE_APPROVAL, PRODUCT_BORN, PRODUCT_PROVISIONAL },
        { SUBJECT_PLACE, DUE_APPROVAL, PLACE_BORN, PLACE_PROVISIONAL },
        { SUBJECT_PARTY, DUE_APPROVAL, PARTY_BORN, PARTY_PROVISIONAL },
        { SUBJECT_ORDER, DUE_ORDER, ORDER_BORN, ORDER_UNSIGNED } };

    if (subject == SUBJECT_CASE && (given & DUE_OUTSIDE) != 0 && view_number(judge->view, subject, id, CASE_RESOLVED) == entry) {
        judge_edit(judge, subject, id)->state[CASE_STATE] = CASE_IS_RESOLVED;
        judge_site(judge)->state[SITE_OPEN_CASES]--;
    }
    if (subject == SUBJECT_CREDENTIAL && (given & DUE_LOCUM) != 0)
        judge_edit(judge, SUBJECT_CREDENTIAL, id)->state[CREDENTIAL_PROVISIONAL] = 0;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (flags[i].subject == subject && (given & flags[i].due) != 0 &&
            view_number(judge->view, subject, id, flags[i].born) == entry)
            judge_edit(judge, subject, id)->state[flags[i].flag] = 0;
}

static bool is_locked_out(struct view *view, uint32_t patient, int64_t person)
{
    const struct leaf *leaf = view_leaf(view, SUBJECT_PATIENT, patient);

    for (uint16_t i = PATIENT_MAY_NOT_ACT; leaf != NULL && i < leaf->count; i++)
        if (leaf->state[i] == person)
            return true;
    return false;
}

void judge_touch_as_entry(struct judge *judge, uint32_t number,
                          void (*each)(struct judge *judge, unsigned subject, uint32_t id, void *context), void *context)
{
    struct bytes bytes;
    struct entry entry;
    struct touch_cursor cursor;
    struct touch touch;

    if (!view_entry(judge->view, number, &bytes) || entry_decode(bytes, &entry) != EVENT_OK)
        return;
    touches_begin(&cursor, &entry.header);
    while (touches_next(&cursor, &touch)) {
        if (touch.subject == SUBJECT_PERSON_ACTS)
            continue;
        for (uint32_t i = 0; i < touch.count; i++) {
            if (judge_leaf(judge, touch.subject, touch.id + i) == NULL)
                break; /* a header that says more than the rules gave: found at its own entry */
            judge_touch(judge, touch.subject, touch.id + i);
            if (each != NULL)
                each(judge, touch.subject, touch.id + i, context);
        }
    }
}

/* What a countersign gives to its entry. */
struct gift {
    uint32_t entry;
    unsigned given;
};

/* One thing that the countersigned entry touched. Whoever is locked out of a patient's care approves nothing either. */
static void give(struct judge *judge, unsigned subject, uint32_t id, void *context)
{
    const struct gift *gift = context;
    int64_t person = judge->event->signers[0].person;

    if (subject == SUBJECT_PATIENT && is_locked_out(judge->view, id, person))
        judge_break(judge, REFUSAL_COUNTERSIGNER, SUBJECT_CREDENTIAL, (uint32_t)person, person, 0);
    confirm(judge, subject, id, gift->entry, gift->given);
}

void rule_countersign(struct judge *judge)
{
    uint32_t number = (uint32_t)judge_number(judge, FACT_COUNTERSIGN_ENTRY, 0);
    int64_t person = judge->event->signers[0].person;
    const struct leaf *waiting = judge_leaf(judge, LEAF_TABLE_DUE, number);
    struct leaf *due;
    unsigned given = 0;

    if (waiting == NULL || waiting->state[DUE_WHAT] == 0) {
        judge_break_entry(judge, REFUSAL_NOTHING_DUE, 0, 0, number);
        return;
    }
    due = judge_edit(judge, LEAF_TABLE_DUE, number);
    for (unsigned what = DUE_CHECK; what <= DUE_LAST; what <<= 1)
        if ((due->state[DUE_WHAT] & what) != 0 && may_give(judge->view, due, what, person))
            given |= what;
    if (given == 0 && is_in_entry(due, person)) {
        judge_note(judge, (struct broken){ .code = REFUSAL_OWN_COUNTERSIGN, .subject = SUBJECT_CREDENTIAL,
                                          .id = (uint32_t)person, .a = person, .entry = number });
        return;
    }
    if (given == 0) {
        judge_break(judge, REFUSAL_COUNTERSIGNER, SUBJECT_CREDENTIAL, (uint32_t)person, person, due->state[DUE_WHAT]);
        return;
    }
    due->state[DUE_WHAT] &= ~(int64_t)given;
    if (due->state[DUE_WHAT] == 0)
        judge_site(judge)->state[SITE_DUES]--;
    if ((given & DUE_APPROVAL) != 0)
        override_approve(judge, number, person);
    judge_touch_as_entry(judge, number, give, &(struct gift){ number, given });
}

/* ---- who could countersign */

static bool is_locked_out_of(struct view *view, const struct header *header, int64_t person)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, header);
    while (touches_next(&cursor, &touch))
        for (uint32_t i = 0; touch.subject == SUBJECT_PATIENT && i < touch.count; i++)
            if (is_locked_out(view, touch.id + i, person))
                return true;
    return false;
}

bool rules_can_be_given(struct view *view, uint32_t number, unsigned what)
{
    const struct leaf *due = view_leaf(view, LEAF_TABLE_DUE, number);
    struct bytes bytes;
    struct entry entry;

    if (due == NULL || !view_entry(view, number, &bytes) || entry_decode(bytes, &entry) != EVENT_OK)
        return false;
    for (uint32_t person = 1; person <= view_count(view, SUBJECT_CREDENTIAL); person++)
        if (view_number(view, SUBJECT_CREDENTIAL, person, CREDENTIAL_REVOKED) == 0 && may_give(view, due, what, person) &&
            !is_locked_out_of(view, &entry.header, person))
            return true;
    return false;
}

/* ---- the seal's own entries */

/* The day that has entries, or, where none has, that of the closing itself. */
static bool states_its_day(struct judge *judge)
{
    struct at recorded = { judge->placing->recorded_ms, judge->event->occurred.offset_min };
    int64_t unclosed = view_site(judge->view, SITE_UNCLOSED_DAY);
    char day[CIVIL_TEXT_SIZE];

    civil_format_date(unclosed != 0 ? (int32_t)(unclosed - 1) : at_local_days(recorded), day);
    return bytes_equal_text(facts_get(&judge->event->facts, FACT_CLOSING_DAY)->bytes, day);
}

void rule_closing(struct judge *judge)
{
    struct leaf *site = judge_site(judge);

    if (judge_number(judge, FACT_CLOSING_PREVIOUS, 0) != site->state[SITE_CLOSING] ||
        judge_number(judge, FACT_CLOSING_OPEN_DOSES, 0) != site->state[SITE_OPEN_DOSES] || !states_its_day(judge))
        judge_break(judge, REFUSAL_CLOSING, 0, 0, 0, 0);
    site->state[SITE_CLOSING] = judge->placing->number;
}

void rule_access(struct judge *judge)
{
    (void)judge; /* it is noted, and changes nothing */
}

bool rules_clock_is_needed(struct view *view, int64_t now_ms)
{
    int64_t since_ms = view_site(view, SITE_RECORDED_AT), vouched_ms = view_site(view, SITE_CLOCK_NOW);
    int64_t jump_ms = view_policy(view, POLICY_CLOCK_JUMP) * CIVIL_MS_PER_DAY;
    bool follows_clock = vouched_ms != 0 && view_site(view, SITE_CLOCK_ENTRY) == view_site(view, SITE_ENTRIES);

    if (follows_clock && vouched_ms < since_ms)
        since_ms = vouched_ms;
    return now_ms < since_ms || now_ms - since_ms > jump_ms;
}

bool rules_may_vouch(struct view *view, int64_t person)
{
    return (view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & ROLES_CLOCK) != 0 &&
           view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_REVOKED) == 0;
}

/* Only a clock that stands behind the newest entry, or beyond the policy's jump ahead of it, needs a word; and whose word
 * it is counts. */
void rule_clock(struct judge *judge)
{
    struct leaf *site = judge_site(judge);
    int64_t now_ms = judge_number(judge, FACT_CLOCK_NOW, 0), person = judge_number(judge, FACT_CLOCK_PERSON, 0);

    if (judge_number(judge, FACT_CLOCK_BEFORE, 0) != site->state[SITE_RECORDED_AT] || !rules_clock_is_needed(judge->view, now_ms))
        judge_break(judge, REFUSAL_CLOCK_NEEDLESS, 0, 0, 0, 0);
    if (person != 0 && !rules_may_vouch(judge->view, person))
        judge_break(judge, REFUSAL_ROLE, SUBJECT_CREDENTIAL, (uint32_t)person, person, ROLES_CLOCK);
    site->state[SITE_CLOCK_ENTRY] = judge->placing->number;
    site->state[SITE_CLOCK_NOW] = now_ms;
}
