#include "ledger/erased.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ledger/secrets.h"

static bool event_at(struct view *view, uint32_t number, struct event *event)
{
    struct bytes bytes;
    struct entry entry;
    struct facts_fault fault;

    return view_entry(view, number, &bytes) && entry_decode(bytes, &entry) == EVENT_OK &&
           event_decode(entry.message.payload, event, &fault) == EVENT_OK;
}

/* From the entries themselves: a table that was changed beside them destroys nothing. */
static enum ledger_status find_erasure(void *context, uint32_t nth, uint8_t act[static ACT_SIZE], uint8_t *key,
                                       struct error *error)
{
    struct view *view = context;
    struct event erasure, event;
    struct name name;
    uint8_t bytes[4];

    put_u32(bytes, nth);
    if (!view_name(view, NAME_ERASURE, bytes_of(bytes, sizeof bytes), &name) || !event_at(view, name.entry, &erasure) ||
        erasure.kind->number != KIND_ERASE || !event_at(view, (uint32_t)facts_number(&erasure.facts, FACT_ERASE_ENTRY, 0), &event))
        return error_set(error, REFUSAL_DAMAGED_FILE, "the erasure no. %" PRIu32 " of this book cannot be read", nth);
    memcpy(act, event.act, ACT_SIZE);
    *key = (uint8_t)facts_number(&erasure.facts, FACT_ERASE_FIELD, 0);
    return LEDGER_OK;
}

enum ledger_status erased_drop(struct ledger *ledger, struct view *view, struct error *error)
{
    uint32_t erasures = (uint32_t)view_site(view, SITE_ERASURES);
    struct secrets *secrets;
    char path[SECRETS_PATH_SIZE];
    enum ledger_status status;

    if (erasures == 0 || snprintf(path, sizeof path, "%s/secrets", ledger->directory) >= (int)sizeof path ||
        access(path, F_OK) != 0)
        return LEDGER_OK;
    status = ledger_secrets(ledger, &secrets, error);
    return status == LEDGER_OK ? secrets_drop_erased(secrets, erasures, find_erasure, view, error) : status;
}
