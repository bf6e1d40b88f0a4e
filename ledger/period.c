#include "ledger/period.h"

#include <string.h>

#include "ledger/walk.h"
#include "schema/civil.h"

enum { DAY_SIZE = 10 };

/* ---- closings, each of which names the one before */

bool closing_read(struct view *view, uint32_t number, struct closing *closing)
{
    struct facts_fault fault;
    struct bytes bytes;
    const struct value *day;
    char text[DAY_SIZE + 1] = "";

    closing->number = number;
    if (!view_entry(view, number, &bytes) || entry_decode(bytes, &closing->entry) != EVENT_OK ||
        event_decode(closing->entry.message.payload, &closing->event, &fault) != EVENT_OK ||
        closing->event.kind->number != KIND_CLOSING)
        return false;
    day = facts_get(&closing->event.facts, FACT_CLOSING_DAY);
    memcpy(text, day->bytes.data, DAY_SIZE);
    closing->previous = (uint32_t)facts_number(&closing->event.facts, FACT_CLOSING_PREVIOUS, 0);
    return civil_parse_date(text, &closing->day) == CIVIL_OK;
}

uint32_t closing_of_day(struct view *view, int32_t day)
{
    struct closing closing;
    uint32_t number = (uint32_t)view_site(view, SITE_CLOSING);

    while (number != 0 && closing_read(view, number, &closing) && closing.day > day)
        number = closing.previous;
    return number;
}

uint32_t closing_up_to(struct view *view, uint32_t entry)
{
    struct closing closing;
    uint32_t number = (uint32_t)view_site(view, SITE_CLOSING);

    while (number > entry && closing_read(view, number, &closing))
        number = closing.previous;
    return number;
}

/* ---- ends */

struct period period_whole(struct view *view)
{
    return (struct period){ .last = view_entries_before(view) };
}

void period_from_day(struct period *period, struct view *view, int32_t day)
{
    period->before = period->opened_by = closing_of_day(view, day - 1);
}

void period_to_day(struct period *period, struct view *view, int32_t day, int32_t today)
{
    int64_t unclosed = view_site(view, SITE_UNCLOSED_DAY); /* a date, plus 1; 0 for none */

    period->last = period->closed_by = closing_of_day(view, day);
    period->has_ended = day < today && (unclosed == 0 || unclosed - 1 > day);
}

void period_from_entry(struct period *period, struct view *view, uint32_t entry)
{
    period->before = entry;
    period->opened_by = closing_up_to(view, entry) == entry ? entry : 0;
}

void period_to_entry(struct period *period, struct view *view, uint32_t entry)
{
    period->last = entry;
    period->closed_by = closing_up_to(view, entry) == entry ? entry : 0;
    period->has_ended = true;
}

/* ---- totals */

static void take_stated(const struct closing *closing, struct totals *totals)
{
    const struct field *field = field_with_key(closing->event.kind->fields, FACT_CLOSING_TOTALS);
    const struct value *rows = facts_get(&closing->event.facts, FACT_CLOSING_TOTALS);
    struct list_cursor cursor;
    struct facts row;

    list_begin(&cursor, field, rows);
    while (rows_next(&cursor, &row)) {
        uint64_t product = (uint64_t)facts_number(&row, ROW_TOTAL_PRODUCT, 0);

        for (unsigned place = 0; product <= PRODUCT_LIMIT && place < TOTAL_PLACE_COUNT; place++)
            totals->of[product][place] = facts_number(&row, place + 1u, 0);
    }
}

static enum ledger_status add_effect(void *context, const struct walk_row *row, struct error *error)
{
    struct totals *totals = context;
    struct effect placed = effect_as_placed(&row->effect);

    (void)error;
    for (size_t i = 0; i < placed.row_count; i++) {
        const struct effect_row *change = &placed.rows[i];

        if (change->table == LEAF_TABLE_TOTAL && change->id <= PRODUCT_LIMIT && change->place < TOTAL_PLACE_COUNT)
            totals->of[change->id][change->place] += change->after;
    }
    return LEDGER_OK;
}

/* Of now the book itself keeps them. */
static void take_present(struct view *view, struct totals *totals)
{
    for (uint32_t product = 1; product <= totals->products && product <= PRODUCT_LIMIT; product++)
        for (unsigned place = 0; place < TOTAL_PLACE_COUNT; place++)
            totals->of[product][place] = view_number(view, LEAF_TABLE_TOTAL, product, place);
}

enum ledger_status totals_at(struct view *view, uint32_t entry, struct totals *totals, struct error *error)
{
    uint32_t number = closing_up_to(view, entry);
    struct closing closing;

    *totals = (struct totals){ .products = view_count(view, SUBJECT_PRODUCT) };
    if (entry == view_entries_before(view)) {
        take_present(view, totals);
        return view_status(view, error);
    }
    if (number != 0 && closing_read(view, number, &closing))
        take_stated(&closing, totals);
    return walk_entries(view, number + 1, entry, add_effect, totals, error);
}
