/* Lines 6 to 8 of an attestation: who signed the acts of a period, how long after, and what was out of the ordinary. */
#include <inttypes.h>
#include <stdlib.h>

#include "ledger/attest_internal.h"
#include "ledger/filing.h"
#include "schema/civil.h"

enum { HASTE_MS = 5000, SECOND_MS = 1000, PAPER_FORM = 1 };

/* Kinds that take two persons, as they are counted. */
static const struct pair_kind {
    enum kind_number kind;
    const char *one, *many;
} pair_kinds[ATTEST_PAIR_KINDS] = {
    { KIND_RECEIVE, "receipt", "receipts" }, { KIND_WASTE, "waste", "wastes" }, { KIND_EMPTY, "empty vial", "empty vials" },
    { KIND_RETURN, "return", "returns" }, { KIND_COUNT, "count", "counts" }, { KIND_FOUND, "find", "finds" },
    { KIND_RECOVER, "recovery", "recoveries" }, { KIND_LOSS, "loss", "losses" }, { KIND_SHIP, "shipment", "shipments" },
    { KIND_DESTROY, "destruction", "destructions" } };

static bool is_sealed(const struct walk_row *row)
{
    return row->event.kind->signers[0].meaning == MEANING_SEALED;
}

/* ---- two people */

static size_t distinct_signers(const struct event *event)
{
    size_t count = 0;

    for (size_t i = 0; i < event->signer_count; i++) {
        bool is_new = event->signers[i].person > 0;

        for (size_t k = 0; k < i; k++)
            is_new = is_new && event->signers[k].person != event->signers[i].person;
        count += is_new;
    }
    return count;
}

static bool add_gap(struct acts *acts, const struct walk_row *row)
{
    const struct cose_signer *signers = row->entry.message.signers;
    int64_t gap_ms = llabs(signers[1].signed_at_ms - signers[0].signed_at_ms);

    if (acts->gap_count == acts->gap_capacity) {
        size_t capacity = acts->gap_capacity == 0 ? 1024 : 2 * acts->gap_capacity;
        int64_t *grown = realloc(acts->gaps_ms, capacity * sizeof grown[0]);

        if (grown == NULL)
            return false;
        acts->gaps_ms = grown;
        acts->gap_capacity = capacity;
    }
    acts->gaps_ms[acts->gap_count++] = gap_ms;
    if (gap_ms < HASTE_MS)
        attest_note(acts->facts, PART_HASTE, row->number);
    return true;
}

/* Whether the second of the two signed, signed later, is waited for, or is not asked for. */
static bool take_pair(struct acts *acts, const struct walk_row *row)
{
    enum { SECOND = DUE_CHECK | DUE_WITNESS };
    struct attest_tally *pairs = &acts->facts->tallies[PART_PAIRS];
    unsigned all = (unsigned)view_number(acts->view, LEAF_TABLE_DUE, row->number, DUE_ALL);
    size_t index = 0;

    while (index < ATTEST_PAIR_KINDS && pair_kinds[index].kind != row->event.kind->number)
        index++;
    if (index == ATTEST_PAIR_KINDS || acts_is_void(row))
        return true;
    acts->pairs[index]++;
    pairs->count++;
    for (size_t i = 0; i < row->entry.message.signer_count; i++)
        if (row->entry.message.signers[i].unlocked_by == COSE_UNLOCKED_FILE)
            attest_note(acts->facts, PART_FROM_FILE, 0);
    if (distinct_signers(&row->event) >= 2) {
        pairs->a++;
        return add_gap(acts, row);
    }
    if ((row->due & SECOND) != 0) {
        attest_note(acts->facts, PART_SECOND_WAITS, row->number);
    } else if ((all & SECOND) != 0) {
        pairs->a++;
        attest_note(acts->facts, PART_SECOND_LATER, row->number);
    } else {
        attest_note(acts->facts, PART_ALONE, row->number);
    }
    return true;
}

static int compare_ms(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* Names are put after all is counted, since putting one counts it. */
static void tell_pairs(struct acts *acts)
{
    struct attest_tally *pairs = &acts->facts->tallies[PART_PAIRS], *median = &acts->facts->tallies[PART_MEDIAN];
    int64_t count = pairs->count;

    for (size_t i = 0; i < ATTEST_PAIR_KINDS; i++)
        if (acts->pairs[i] > 0)
            attest_name(acts->facts, PART_PAIRS, 0, "%" PRId64 " %s", acts->pairs[i],
                        acts->pairs[i] == 1 ? pair_kinds[i].one : pair_kinds[i].many);
    pairs->count = count;
    if (count == 0)
        attest_note(acts->facts, PART_NO_PAIRS, 0);
    if (acts->gap_count == 0)
        return;
    qsort(acts->gaps_ms, acts->gap_count, sizeof acts->gaps_ms[0], compare_ms);
    median->count = (int64_t)acts->gap_count;
    median->a = acts->gaps_ms[acts->gap_count / 2] / SECOND_MS;
}

/* ---- in time */

static int32_t local_day(const struct entry *entry, const struct event *event)
{
    return (int32_t)at_local_days((struct at){ entry->header.recorded_ms, event->occurred.offset_min });
}

static bool event_of(struct view *view, uint32_t number, struct entry *entry, struct event *event)
{
    struct facts_fault fault;
    struct bytes bytes;

    return view_entry(view, number, &bytes) && entry_decode(bytes, entry) == EVENT_OK &&
           event_decode(entry->message.payload, event, &fault) == EVENT_OK;
}

/* A due day lies behind when a notice of it is dated later, or when the newest entry of the book is and there is none. */
static void take_filings(struct acts *acts, const struct walk_row *row)
{
    const struct leaf *filing = view_leaf(acts->view, LEAF_TABLE_FILING, row->number);
    struct entry entry;
    struct event event;

    for (const struct filing_sort *sort = filing_sorts; filing != NULL && sort->notice != 0; sort++) {
        int64_t due = filing->state[sort->due], filed = filing->state[sort->filed];
        uint32_t judged_by = filed != 0 ? (uint32_t)filed : acts->facts->size;
        enum attest_part part = filed != 0 ? PART_FILED_LATE : PART_NOT_FILED;
        const char *name;

        if (due == 0 || !event_of(acts->view, judged_by, &entry, &event))
            continue;
        name = choice_name(field_with_key(kind_find(KIND_NOTICE)->fields, FACT_NOTICE_TYPE)->choices, sort->notice);
        if ((filed != 0 ? at_local_days(event.occurred) : local_day(&entry, &event)) > due - 1)
            attest_name(acts->facts, part, row->number, "%s about #%" PRIu32, name, row->number);
    }
}

static void take_clock(struct acts *acts, const struct walk_row *row)
{
    const struct value *before = facts_get(&row->event.facts, FACT_CLOCK_BEFORE), *now = facts_get(&row->event.facts, FACT_CLOCK_NOW);

    if (row->event.kind->number == KIND_CLOCK)
        attest_note(acts->facts, now->number < before->number ? PART_CLOCK_BACK : PART_CLOCK_AHEAD, row->number);
}

static void take_time(struct acts *acts, const struct walk_row *row)
{
    struct attest_tally *widest = &acts->facts->tallies[PART_WIDEST];

    take_clock(acts, row);
    take_filings(acts, row);
    if (is_sealed(row))
        return;
    acts->facts->tallies[PART_LATE].a++;
    if (row->late_min > 0) {
        attest_note(acts->facts, PART_LATE, row->number);
        widest->count = 1;
        widest->a = row->late_min > widest->a ? row->late_min : widest->a;
    }
    if (row->effect.has_at)
        attest_note(acts->facts, PART_OTHER_TIME, row->number);
    if (walk_is_stale(acts->view, &row->entry, &row->event))
        attest_note(acts->facts, PART_STALE, row->number);
}

/* ---- exceptions */

static void take_exceptions(struct acts *acts, const struct walk_row *row)
{
    enum kind_number kind = row->event.kind->number;
    int64_t what = kind == KIND_ACCESS ? facts_number(&row->event.facts, FACT_ACCESS_WHAT, 0) : 0;

    if (kind == KIND_OVERRIDE)
        attest_note(acts->facts, PART_OVERRIDES, row->number);
    if (kind == KIND_CORRECT)
        attest_note(acts->facts, PART_CORRECTIONS, row->number);
    if (what == ACCESS_DECLINED)
        attest_note(acts->facts, PART_DECLINED, row->number);
    if (what == ACCESS_UNLOCK)
        attest_note(acts->facts, PART_UNLOCK_FAILED, row->number);
    if (row->effect.corrected_by > acts->attesting->period->last)
        attest_note(acts->facts, PART_CORRECTED_LATER, row->number);
    if (row->event.source_kind == PAPER_FORM)
        attest_note(acts->facts, PART_TRANSCRIBED, row->number);
    if (row->event.performed_count > 0)
        attest_note(acts->facts, PART_FOR_ANOTHER, row->number);
    if (kind == KIND_LOSS && !acts_is_void(row) && acts->facts->tallies[PART_LOST].count > 0)
        attest_note(acts->facts, PART_LOST, row->number);
    if (row->due == 0)
        return;
    attest_note(acts->facts, PART_COUNTERSIGNS, row->number);
    if (view_number(acts->view, LEAF_TABLE_DUE, row->number, DUE_BY) < view_site(acts->view, SITE_RECORDED_AT))
        attest_note(acts->facts, PART_COUNTERSIGN_OVERDUE, row->number);
}

/* ---- */

static enum ledger_status take_entry(void *context, const struct walk_row *row, struct error *error)
{
    struct acts *acts = context;

    care_take(acts, row);
    take_time(acts, row);
    take_exceptions(acts, row);
    return take_pair(acts, row) ? LEDGER_OK : error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
}

/* An act of a day of the period that was recorded after it is no entry of it, and yet of those days. */
static enum ledger_status take_later(void *context, const struct walk_row *row, struct error *error)
{
    struct acts *acts = context;

    (void)error;
    if (!is_sealed(row) && at_local_days(row->event.occurred) <= acts->last_day)
        attest_note(acts->facts, PART_RECORDED_AFTER, row->number);
    return LEDGER_OK;
}

static enum ledger_status read_later(struct acts *acts, struct error *error)
{
    struct closing closing;

    if (!closing_read(acts->view, acts->attesting->period->last, &closing))
        return LEDGER_OK;
    acts->last_day = closing.day;
    return walk_entries(acts->view, acts->attesting->period->last + 1, acts->facts->size, take_later, acts, error);
}

enum ledger_status attest_acts(struct attesting *attesting, struct error *error)
{
    struct view *view = attesting->view;
    struct acts acts = { .attesting = attesting, .view = view, .facts = attesting->facts,
                         .patients = view_count(view, SUBJECT_PATIENT) };
    enum ledger_status status;

    acts.is_treated = calloc((size_t)acts.patients + 1, 1);
    if (acts.is_treated == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    status = walk_entries(view, attesting->period->before + 1, attesting->period->last, take_entry, &acts, error);
    if (status == LEDGER_OK)
        status = read_later(&acts, error);
    if (status == LEDGER_OK) {
        care_tell(&acts);
        tell_pairs(&acts);
        status = view_status(view, error);
    }
    free(acts.is_treated);
    free(acts.gaps_ms);
    return status;
}
