/* The judge: what the rule files share, and how a verdict comes about. */
#include "ledger/rules.h"

#include <assert.h>
#include <string.h>

#include "ledger/correct.h"
#include "ledger/judge.h"

/* ---- noting */

static bool bars(enum refusal_class class_)
{
    return class_ == CLASS_MALFORMED || class_ == CLASS_IMPOSSIBLE || class_ == CLASS_AGAIN || class_ == CLASS_SYSTEM;
}

static bool is_noted(const struct verdict *verdict, uint16_t code)
{
    for (size_t i = 0; i < verdict->broken_count; i++)
        if (verdict->broken[i].code == code)
            return true;
    return false;
}

/* The set of codes is what counts. One that is broken for each of 32 vials is told of the first few, so that
 * there is always room for every other code; and whatever bars the event is in the verdict. */
void judge_note(struct judge *judge, struct broken broken)
{
    enum { REPEATS_LIMIT = 12 };
    const struct refusal *refusal = refusal_find(broken.code);
    struct verdict *verdict = judge->verdict;

    assert(refusal != NULL);
    if (judge->posting != NULL && !posting_asks(judge->posting, refusal))
        return;
    if (judge->posting != NULL && broken.entry == 0)
        broken.entry = judge->posting->number;
    if (bars(refusal->class_))
        judge->cannot_stand = true;
    if (verdict->broken_count >= REPEATS_LIMIT && is_noted(verdict, broken.code))
        return;
    if (verdict->broken_count == VERDICT_BROKEN_LIMIT)
        verdict->broken_count--;
    verdict->broken[verdict->broken_count++] = broken;
}

void judge_break(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b)
{
    judge_note(judge, (struct broken){ .code = (uint16_t)code, .subject = (uint8_t)subject, .id = id, .a = a, .b = b });
}

void judge_break_entry(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, uint32_t entry)
{
    judge_note(judge, (struct broken){ .code = (uint16_t)code, .subject = (uint8_t)subject, .id = id, .entry = entry });
}

/* What is asked about an entry was asked when it was placed; posted anew only its figures are compared (judge_compares). */
static bool asks_about(const struct judge *judge, enum refusal_code code)
{
    return judge->posting == NULL || code == REFUSAL_AMOUNTS_DIFFER;
}

void judge_open_another_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b,
                             int64_t difference_ng)
{
    struct broken broken = { .code = (uint16_t)code, .subject = (uint8_t)subject, .id = id, .a = a, .b = b };

    if (!asks_about(judge, code))
        return;
    assert(judge->case_count < JUDGE_CASES_LIMIT);
    judge_note(judge, broken);
    judge->cases[judge->case_count++] = (struct opening_case){ broken, difference_ng };
}

void judge_open_case(struct judge *judge, enum refusal_code code, unsigned subject, uint32_t id, int64_t a, int64_t b,
                     int64_t difference_ng)
{
    bool is_lower = judge->case_count == 0 || code < judge->cases[0].about.code;

    if (!asks_about(judge, code))
        return;
    assert(judge->case_count <= 1);
    judge_open_another_case(judge, code, subject, id, a, b, difference_ng);
    if (is_lower)
        judge->cases[0] = judge->cases[judge->case_count - 1];
    judge->case_count = 1;
}

/* ---- facts and leaves */

const struct leaf *judge_leaf(struct judge *judge, unsigned table, uint32_t id)
{
    return view_leaf(judge->view, table, id);
}

struct leaf *judge_edit(struct judge *judge, unsigned table, uint32_t id)
{
    return view_make(judge->view, table, id);
}

struct leaf *judge_site(struct judge *judge)
{
    return view_make(judge->view, LEAF_TABLE_SITE, 1);
}

struct leaf *judge_birth(struct judge *judge, enum subject subject)
{
    struct leaf *leaf = judge->posting != NULL ? posting_birth(judge, subject) : NULL;

    if (leaf != NULL)
        return leaf; /* it was touched with the entry that is corrected */
    leaf = view_birth(judge->view, subject, judge->event->act);

    if (judge->verdict->born_id == 0)
        judge->verdict->born_id = leaf->id;
    judge_touch(judge, subject, leaf->id);
    return leaf;
}

struct leaf *judge_birth_vial(struct judge *judge, uint32_t line)
{
    struct leaf *vial;

    if (judge->posting != NULL)
        posting_begin_line(judge->posting, line);
    vial = judge_birth(judge, SUBJECT_VIAL);
    vial->state[VIAL_LINE] = line;
    return vial;
}

bool judge_event_of(struct judge *judge, uint32_t number, struct event *event)
{
    struct bytes bytes;
    struct entry entry;
    struct facts_fault fault;

    return number <= view_entries_before(judge->view) && view_entry(judge->view, number, &bytes) &&
           entry_decode(bytes, &entry) == EVENT_OK &&
           event_decode(entry.message.payload, event, &fault) == EVENT_OK;
}

int64_t judge_number(const struct judge *judge, uint64_t key, int64_t otherwise)
{
    return facts_number(&judge->event->facts, key, otherwise);
}

uint32_t judge_ref(struct judge *judge, uint64_t key)
{
    const struct value *value = facts_get(&judge->event->facts, key);
    const struct field *field = field_with_key(judge->event->kind->fields, key);

    return value != NULL ? view_resolve(judge->view, field->subject, value) : 0;
}

void judge_each(struct judge *judge, uint64_t key, void (*act)(struct judge *judge, struct leaf *leaf, void *context),
                void *context)
{
    enum { LIST_LIMIT = 256 };
    const struct value *list = facts_get(&judge->event->facts, key);
    const struct field *field = field_with_key(judge->event->kind->fields, key);
    struct list_cursor cursor;
    struct value value;
    uint32_t before[LIST_LIMIT];
    size_t count = 0;

    if (list == NULL)
        return;
    list_begin(&cursor, field, list);
    while (list_next(&cursor, &value)) {
        struct leaf *leaf = judge_edit(judge, field->subject, view_resolve(judge->view, field->subject, &value));

        assert(count < LIST_LIMIT);
        for (size_t i = 0; i < count; i++)
            if (before[i] == leaf->id)
                judge_break(judge, REFUSAL_TWICE, field->subject, leaf->id, 0, 0);
        before[count++] = leaf->id;
        act(judge, leaf, context);
    }
}

/* ---- conservation (SPEC section 9.4) */

bool judge_balances(struct judge *judge)
{
    for (size_t i = 0; i < judge->touched_count; i++) {
        const struct leaf *leaf = judge_leaf(judge, judge->touched[i].subject, judge->touched[i].id);

        if (leaf != NULL && ((leaf->table == SUBJECT_VIAL && !vial_balances(leaf)) ||
                             (leaf->table == SUBJECT_DOSE && !dose_balances(leaf))))
            return false;
    }
    for (uint32_t product = 1; product <= view_count(judge->view, SUBJECT_PRODUCT); product++) {
        const struct leaf *total = judge_leaf(judge, LEAF_TABLE_TOTAL, product);

        if (total != NULL && !total_balances(total))
            return false;
    }
    return true;
}

/* The tables are a cache that somebody may have changed: nothing is built on one that does not add up. */
static void judge_tables(struct judge *judge)
{
    if (!judge_balances(judge))
        judge_break(judge, REFUSAL_DAMAGED_FILE, 0, 0, 0, 0);
}

/* The equations hold whatever is recorded. If they do not, we are wrong, not the clinic; but where the store
 * could not be read nobody believes the verdict anyway. */
static void assert_balances(struct judge *judge)
{
    struct error error;

    assert(judge_balances(judge) || view_status(judge->view, &error) != LEDGER_OK);
}

/* ---- */

static void (*const rule_of[KIND_LAST + 1])(struct judge *) = {
    [KIND_GENESIS] = rule_genesis, [KIND_POLICY] = rule_policy, [KIND_SEAL_CHANGE] = rule_seal_change,
    [KIND_PERSON] = rule_person,
    [KIND_REVOKE] = rule_revoke, [KIND_REKEY] = rule_rekey, [KIND_PRODUCT] = rule_product,
    [KIND_PLACE] = rule_place, [KIND_PARTY] = rule_party, [KIND_PATIENT] = rule_patient,
    [KIND_ORDER] = rule_order, [KIND_RECEIVE] = rule_receive, [KIND_MOVE] = rule_move,
    [KIND_HOLD] = rule_hold, [KIND_RELEASE] = rule_release, [KIND_SESSION_OPEN] = rule_session_open,
    [KIND_SESSION_CLOSE] = rule_session_close, [KIND_DRAW] = rule_draw, [KIND_ADMINISTER] = rule_administer,
    [KIND_HANDOVER] = rule_handover, [KIND_WASTE] = rule_waste, [KIND_RESIDUAL] = rule_residual,
    [KIND_HELD] = rule_held, [KIND_EMPTY] = rule_empty, [KIND_RETURN] = rule_return,
    [KIND_OBSERVE] = rule_observe, [KIND_COUNT] = rule_count, [KIND_CASE] = rule_case,
    [KIND_RESOLVE] = rule_resolve, [KIND_ADJUST] = rule_adjust, [KIND_FOUND] = rule_found, [KIND_RECOVER] = rule_recover,
    [KIND_LOSS] = rule_loss, [KIND_SHIP] = rule_ship, [KIND_DESTROY] = rule_destroy, [KIND_SURRENDER] = rule_surrender,
    [KIND_NOTICE] = rule_notice, [KIND_CORRECT] = rule_correct, [KIND_OVERRIDE] = rule_override,
    [KIND_COUNTERSIGN] = rule_countersign, [KIND_CERTIFY] = rule_certify,
    [KIND_NOTE] = rule_note, [KIND_CLOSING] = rule_closing, [KIND_ERASE] = rule_erase,
    [KIND_ACCESS] = rule_access, [KIND_CLOCK] = rule_clock,
};

void judge_by_kind(struct judge *judge)
{
    rule_of[judge->event->kind->number](judge);
}

void rules_judge(struct view *view, const struct event *event, const struct placing *placing, struct verdict *verdict)
{
    static _Thread_local struct judge judge; /* 24 KiB of touches and as many of cases: more than a stack frame should hold */

    memset(verdict, 0, sizeof *verdict);
    judge.cannot_stand = false;
    judge.case_count = 0;
    judge.touched_count = 0;
    judge.view = view;
    judge.event = event;
    judge.placing = placing;
    judge.verdict = verdict;
    judge.posting = NULL;
    view_scope_begin(view, SCOPE_EVENT);
    judge_envelope(&judge);
    judge_people(&judge);
    judge_names(&judge);
    judge_tables(&judge);
    if (judge.cannot_stand)
        return;
    judge_year(&judge);
    judge_duplicate(&judge);
    judge_by_kind(&judge);
    judge_certified(&judge);
    judge_set_aside(&judge);
    judge_irregular(&judge);
    if (judge.cannot_stand)
        return;
    verdict->has_effects = true;
    assert_balances(&judge);
    judge_finish(&judge);
}
