#include "ledger/standing.h"

#include <stdlib.h>

#include "ledger/walk.h"
#include "schema/amount.h"

/* What is gone through: what was done since. */
struct standing_reader {
    struct standing *standing;
    enum standing_by by;
};

void standing_release(struct standing *standing)
{
    free(standing->left_ul);
    free(standing->place);
    free(standing->product);
    *standing = STANDING_NONE;
}

/* ---- what vials were: what they are, less what was done with them since */

/* Of what is set, the oldest change since says what it was. */
static void take_back_row(struct standing *standing, const struct effect_row *change, bool of_amounts, bool of_settings)
{
    if (change->table != SUBJECT_VIAL || change->id > standing->count)
        return;
    if (of_amounts && change->place == VIAL_LEFT)
        standing->left_ul[change->id] -= change->after;
    if (of_settings && change->place == VIAL_PLACE && standing->place[change->id] == 0)
        standing->place[change->id] = (uint32_t)change->before;
    if (of_settings && change->place == VIAL_PRODUCT && standing->product[change->id] == 0)
        standing->product[change->id] = (uint32_t)change->before;
}

static enum ledger_status take_back(void *context, const struct walk_row *row, struct error *error)
{
    const struct standing_reader *reader = context;
    struct effect placed = effect_as_placed(&row->effect);
    bool is_of_then = reader->by == STANDING_BY_THE_BOOK_OF_THEN;

    (void)error;
    for (size_t i = 0; i < row->effect.row_count; i++)
        take_back_row(reader->standing, &row->effect.rows[i], !is_of_then, false);
    for (size_t i = 0; i < placed.row_count; i++)
        take_back_row(reader->standing, &placed.rows[i], is_of_then, true);
    return LEDGER_OK;
}

enum ledger_status standing_at(struct view *view, uint32_t entry, enum standing_by by, struct standing *standing,
                               struct error *error)
{
    struct standing_reader reader = { standing, by };
    enum ledger_status status;

    *standing = (struct standing){ .count = view_count(view, SUBJECT_VIAL) };
    standing->left_ul = calloc((size_t)standing->count + 1, sizeof standing->left_ul[0]);
    standing->place = calloc((size_t)standing->count + 1, sizeof standing->place[0]);
    standing->product = calloc((size_t)standing->count + 1, sizeof standing->product[0]);
    if (standing->left_ul == NULL || standing->place == NULL || standing->product == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for %u vials", (unsigned)standing->count);
    for (uint32_t vial = 1; vial <= standing->count; vial++)
        standing->left_ul[vial] = view_number(view, SUBJECT_VIAL, vial, VIAL_LEFT);
    status = walk_entries(view, entry + 1, view_entries_before(view), take_back, &reader, error);
    for (uint32_t vial = 1; vial <= standing->count; vial++) {
        if (standing->place[vial] == 0)
            standing->place[vial] = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PLACE);
        if (standing->product[vial] == 0)
            standing->product[vial] = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PRODUCT);
    }
    return status;
}

/* ---- what stood at a place */

static void add_book(struct view *view, const struct standing *standing, uint32_t place, int64_t sign,
                     int64_t sums[static PRODUCT_LIMIT + 1])
{
    for (uint32_t vial = 1; vial <= standing->count; vial++) {
        uint32_t product = standing->product[vial];

        if (standing->place[vial] == place && product <= PRODUCT_LIMIT)
            sums[product] += sign * standing->left_ul[vial] * view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);
    }
}

/* The newest whole count of a place made up to an entry; 0 where there is none. */
static uint32_t count_of_place(struct view *view, uint32_t place, uint32_t entry)
{
    for (uint32_t count = view_count(view, SUBJECT_COUNT); count > 0; count--)
        if (view_number(view, SUBJECT_COUNT, count, COUNT_PLACE) == place &&
            view_number(view, SUBJECT_COUNT, count, COUNT_WHOLE) == 1 &&
            view_number(view, SUBJECT_COUNT, count, COUNT_BORN) <= entry)
            return count;
    return 0;
}

/* A figure in ng: containers are full ones. */
static int64_t figure_ng(struct view *view, uint32_t product, const struct value *figure)
{
    int64_t strength = view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);

    switch ((enum quantity_unit)figure->second) {
    case QUANTITY_UL:
        return figure->number * strength;
    case QUANTITY_CONTAINERS:
        return figure->number * view_number(view, SUBJECT_PRODUCT, product, PRODUCT_VOLUME) * strength;
    default:
        return figure->number;
    }
}

/* Doses that are kept sealed are in no container, and not in these sums. */
static void add_line(struct view *view, const struct facts *line, struct place_tally *tally)
{
    const struct value *vial = facts_get(line, ROW_COUNT_VIAL), *product = facts_get(line, ROW_COUNT_PRODUCT);
    uint32_t id = product != NULL ? ref_id(product) : 0;

    if (vial != NULL)
        id = (uint32_t)view_number(view, SUBJECT_VIAL, ref_id(vial), VIAL_PRODUCT);
    if (id == 0 || id > PRODUCT_LIMIT)
        return;
    tally->first_ng[id] += figure_ng(view, id, facts_get(line, ROW_COUNT_FIRST));
    tally->second_ng[id] += figure_ng(view, id, facts_get(line, ROW_COUNT_SECOND));
}

static void add_lines(struct view *view, struct place_tally *tally)
{
    uint32_t born = (uint32_t)view_number(view, SUBJECT_COUNT, tally->count, COUNT_BORN);
    struct facts_fault fault;
    struct entry entry;
    struct event event;
    struct bytes bytes;
    struct list_cursor cursor;
    struct facts line;

    if (!view_entry(view, born, &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
        event_decode(entry.message.payload, &event, &fault) != EVENT_OK || event.kind->number != KIND_COUNT)
        return;
    list_begin(&cursor, field_with_key(event.kind->fields, FACT_COUNT_LINES), facts_get(&event.facts, FACT_COUNT_LINES));
    while (rows_next(&cursor, &line))
        add_line(view, &line, tally);
}

/* The figures of the count, and what came and went between it and then as far as is known now. */
static enum ledger_status add_count(struct view *view, uint32_t entry, struct place_tally *tally, struct error *error)
{
    struct standing first = STANDING_NONE, last = STANDING_NONE;
    uint32_t as_of = (uint32_t)view_number(view, SUBJECT_COUNT, tally->count, COUNT_AS_OF);
    int64_t since_ng[PRODUCT_LIMIT + 1] = { 0 };
    enum ledger_status status = standing_at(view, as_of, STANDING_BY_WHAT_IS_KNOWN, &first, error);

    if (status == LEDGER_OK)
        status = standing_at(view, entry, STANDING_BY_WHAT_IS_KNOWN, &last, error);
    if (status == LEDGER_OK) {
        add_lines(view, tally);
        add_book(view, &first, tally->place, -1, since_ng);
        add_book(view, &last, tally->place, 1, since_ng);
        for (unsigned product = 1; product <= PRODUCT_LIMIT; product++) {
            tally->first_ng[product] += since_ng[product];
            tally->second_ng[product] += since_ng[product];
        }
    }
    standing_release(&first);
    standing_release(&last);
    return status;
}

static bool has_book(const struct place_tally *tally)
{
    for (unsigned product = 1; product <= PRODUCT_LIMIT; product++)
        if (tally->book_ng[product] != 0)
            return true;
    return false;
}

enum ledger_status standing_tally(struct view *view, uint32_t entry, void (*visit)(void *context, const struct place_tally *tally),
                                  void *context, struct error *error)
{
    struct standing standing = STANDING_NONE;
    enum ledger_status status = standing_at(view, entry, STANDING_BY_THE_BOOK_OF_THEN, &standing, error);

    for (uint32_t place = 1; status == LEDGER_OK && place <= view_count(view, SUBJECT_PLACE); place++) {
        struct place_tally tally = { .place = place, .count = count_of_place(view, place, entry) };

        add_book(view, &standing, place, 1, tally.book_ng);
        if (tally.count != 0)
            status = add_count(view, entry, &tally, error);
        if (status == LEDGER_OK && (tally.count != 0 || has_book(&tally)))
            visit(context, &tally);
    }
    standing_release(&standing);
    return status != LEDGER_OK ? status : view_status(view, error);
}
