#include "ledger/walk.h"

#include <inttypes.h>

enum { MINUTE_MS = 60 * 1000 };

static bool read_event(struct view *view, uint32_t number, struct entry *entry, struct event *event)
{
    struct facts_fault fault;
    struct bytes bytes;

    return view_entry(view, number, &bytes) && entry_decode(bytes, entry) == EVENT_OK &&
           event_decode(entry->message.payload, event, &fault) == EVENT_OK;
}

/* The limit, in minutes, of the policy that the event names; no limit where that cannot be read. */
static int64_t late_limit_min(struct view *view, const struct event *event)
{
    struct entry entry;
    struct event policy;

    if (event->policy == 0 || !read_event(view, event->policy, &entry, &policy) || policy.kind->number != KIND_POLICY)
        return INT32_MAX;
    return facts_number(&policy.facts, event->kind->number == KIND_WASTE ? POLICY_LATE_WASTE : POLICY_LATE, INT32_MAX);
}

int64_t walk_late_min(struct view *view, const struct entry *entry, const struct event *event)
{
    int64_t late_ms = entry->header.recorded_ms - event->occurred.ms;

    if (event->kind->signers[0].meaning == MEANING_SEALED || late_ms < MINUTE_MS)
        return 0;
    return late_ms > late_limit_min(view, event) * MINUTE_MS ? late_ms / MINUTE_MS : 0;
}

enum ledger_status walk_entries(struct view *view, uint32_t first, uint32_t last,
                                enum ledger_status (*visit)(void *context, const struct walk_row *row, struct error *error),
                                void *context, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (uint32_t number = first; number <= last && status == LEDGER_OK; number++) {
        struct walk_row row = { .number = number };

        if (!read_event(view, number, &row.entry, &row.event)) {
            status = view_status(view, error);
            return status != LEDGER_OK ? status
                                       : error_set(error, REFUSAL_DAMAGED_FILE, "entry %" PRIu32 " cannot be read", number);
        }
        row.late_min = walk_late_min(view, &row.entry, &row.event);
        row.due = (unsigned)view_number(view, LEAF_TABLE_DUE, number, DUE_WHAT);
        effect_load(view, number, &row.effect);
        status = view_status(view, error);
        if (status == LEDGER_OK)
            status = visit(context, &row, error);
        effect_release(&row.effect);
    }
    return status;
}
