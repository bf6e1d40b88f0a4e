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

/* A number of the policy that the event names; `otherwise` where that cannot be read. */
static int64_t policy_of(struct view *view, const struct event *event, enum policy_key key, int64_t otherwise)
{
    struct entry entry;
    struct event policy;

    if (event->policy == 0 || !read_event(view, event->policy, &entry, &policy) || policy.kind->number != KIND_POLICY)
        return otherwise;
    return facts_number(&policy.facts, key, otherwise);
}

/* In minutes; no limit where the policy cannot be read. */
static int64_t late_limit_min(struct view *view, const struct event *event)
{
    return policy_of(view, event, event->kind->number == KIND_WASTE ? POLICY_LATE_WASTE : POLICY_LATE, INT32_MAX);
}

bool walk_corrected_facts(const struct event *event, const struct effect *effect, struct facts *facts)
{
    struct facts_fault fault;
    struct reader reader;

    reader_init(&reader, effect->facts, READ_DEPTH_LIMIT);
    return effect->facts.size > 0 && facts_decode(&reader, event->kind->fields, facts, &fault);
}

int64_t walk_late_min(struct view *view, const struct entry *entry, const struct event *event)
{
    int64_t late_ms = entry->header.recorded_ms - event->occurred.ms;

    if (event->kind->signers[0].meaning == MEANING_SEALED || late_ms < MINUTE_MS)
        return 0;
    return late_ms > late_limit_min(view, event) * MINUTE_MS ? late_ms / MINUTE_MS : 0;
}

bool walk_is_stale(struct view *view, const struct entry *entry, const struct event *event)
{
    uint32_t first = entry->header.number - (event->in_list ? event->list_place - 1 : 0), unseen = event->seen_number + 1;
    int64_t lag_min = policy_of(view, event, POLICY_SEEN_LAG, INT32_MAX);
    struct entry oldest;
    struct bytes bytes;

    return event->has_seen && event->kind->signers[0].meaning != MEANING_SEALED && unseen < first &&
           view_entry(view, unseen, &bytes) && entry_decode(bytes, &oldest) == EVENT_OK &&
           oldest.header.recorded_ms < entry->header.recorded_ms - lag_min * MINUTE_MS;
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
