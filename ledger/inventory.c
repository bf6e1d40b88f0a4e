#include "ledger/inventory.h"

static void read_counts(struct view *view, struct inventory_of *inventory)
{
    const struct value *counts = facts_get(&inventory->event.facts, FACT_CERTIFY_COUNTS);
    struct list_cursor cursor;
    struct value count;

    inventory->count_count = 0;
    if (counts == NULL)
        return;
    list_begin(&cursor, field_with_key(inventory->event.kind->fields, FACT_CERTIFY_COUNTS), counts);
    while (list_next(&cursor, &count) && inventory->count_count < INVENTORY_COUNTS_LIMIT)
        inventory->counts[inventory->count_count++] = view_resolve(view, SUBJECT_COUNT, &count);
}

bool inventory_read(struct view *view, uint32_t number, struct inventory_of *inventory)
{
    struct facts_fault fault;
    struct bytes bytes;

    inventory->number = number;
    if (!view_entry(view, number, &bytes) || entry_decode(bytes, &inventory->entry) != EVENT_OK ||
        event_decode(inventory->entry.message.payload, &inventory->event, &fault) != EVENT_OK ||
        inventory->event.kind->number != KIND_CERTIFY)
        return false;
    read_counts(view, inventory);
    return closing_read(view, (uint32_t)facts_number(&inventory->event.facts, FACT_CERTIFY_AS_OF, 0), &inventory->closing);
}

static uint32_t count_of(struct view *view, const struct inventory_of *inventory, uint32_t place)
{
    for (size_t i = 0; i < inventory->count_count; i++)
        if (view_number(view, SUBJECT_COUNT, inventory->counts[i], COUNT_PLACE) == place)
            return inventory->counts[i];
    return 0;
}

enum ledger_status inventory_tally(struct view *view, const struct inventory_of *inventory,
                                   void (*visit)(void *context, const struct standing *standing, const struct place_tally *tally),
                                   void *context, struct error *error)
{
    struct moment moment;
    enum ledger_status status = moment_at(view, inventory->closing.number, &moment, error);

    for (uint32_t place = 1; status == LEDGER_OK && place <= view_count(view, SUBJECT_PLACE); place++) {
        struct place_tally tally;

        status = moment_tally(view, &moment, place, count_of(view, inventory, place), &tally, error);
        if (status == LEDGER_OK && (tally.count != 0 || tally_has_stock(&tally)))
            visit(context, &moment.then, &tally);
    }
    moment_release(&moment);
    return status != LEDGER_OK ? status : view_status(view, error);
}
