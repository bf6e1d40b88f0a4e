#include "ledger/standing.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/walk.h"
#include "schema/amount.h"

enum known { KNOWN_PLACE = 1, KNOWN_STATE = 2, KNOWN_HELD = 4, KNOWN_PRODUCT = 8 };

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
    free(standing->state);
    free(standing->held);
    free(standing->known);
    *standing = STANDING_NONE;
}

/* ---- what vials were: what they are, less what was done with them since */

static bool is_news(struct standing *standing, uint32_t vial, enum known known)
{
    bool is_known = (standing->known[vial] & known) != 0;

    standing->known[vial] |= (uint8_t)known;
    return !is_known;
}

/* Of what is set, the oldest change since says what it was. */
static void set_back(struct standing *standing, const struct effect_row *change)
{
    uint32_t vial = change->id;

    if (change->place == VIAL_PLACE && is_news(standing, vial, KNOWN_PLACE))
        standing->place[vial] = (uint32_t)change->before;
    if (change->place == VIAL_PRODUCT && is_news(standing, vial, KNOWN_PRODUCT))
        standing->product[vial] = (uint32_t)change->before;
    if (change->place == VIAL_STATE && is_news(standing, vial, KNOWN_STATE))
        standing->state[vial] = (uint8_t)change->before;
    if (change->place == VIAL_HELD && is_news(standing, vial, KNOWN_HELD))
        standing->held[vial] = (uint8_t)change->before;
}

static void take_back_row(struct standing *standing, const struct effect_row *change, bool of_amounts, bool of_settings)
{
    if (change->table != SUBJECT_VIAL || change->id > standing->count)
        return;
    if (of_amounts && change->place == VIAL_LEFT)
        standing->left_ul[change->id] -= change->after;
    if (of_settings)
        set_back(standing, change);
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

static void stand_as_now(struct view *view, struct standing *standing)
{
    for (uint32_t vial = 1; vial <= standing->count; vial++) {
        standing->left_ul[vial] = view_number(view, SUBJECT_VIAL, vial, VIAL_LEFT);
        standing->place[vial] = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PLACE);
        standing->product[vial] = (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PRODUCT);
        standing->state[vial] = (uint8_t)view_number(view, SUBJECT_VIAL, vial, VIAL_STATE);
        standing->held[vial] = (uint8_t)view_number(view, SUBJECT_VIAL, vial, VIAL_HELD);
    }
}

static void forget_unborn(struct view *view, struct standing *standing, uint32_t entry)
{
    for (uint32_t vial = 1; vial <= standing->count; vial++)
        if (view_number(view, SUBJECT_VIAL, vial, VIAL_BORN) > entry)
            standing->state[vial] = 0;
}

enum ledger_status standing_at(struct view *view, uint32_t entry, enum standing_by by, struct standing *standing,
                               struct error *error)
{
    size_t room = (size_t)view_count(view, SUBJECT_VIAL) + 1;
    struct standing_reader reader = { standing, by };
    enum ledger_status status;

    *standing = (struct standing){ .count = (uint32_t)room - 1 };
    standing->left_ul = calloc(room, sizeof standing->left_ul[0]);
    standing->place = calloc(room, sizeof standing->place[0]);
    standing->product = calloc(room, sizeof standing->product[0]);
    standing->state = calloc(room, 1);
    standing->held = calloc(room, 1);
    standing->known = calloc(room, 1);
    if (standing->left_ul == NULL || standing->place == NULL || standing->product == NULL || standing->state == NULL ||
        standing->held == NULL || standing->known == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for %u vials", (unsigned)standing->count);
    stand_as_now(view, standing);
    status = walk_entries(view, entry + 1, view_entries_before(view), take_back, &reader, error);
    forget_unborn(view, standing, entry);
    return status;
}

bool standing_is_at(const struct standing *standing, uint32_t vial, uint32_t place)
{
    return standing->place[vial] == place && (standing->state[vial] == VIAL_SEALED || standing->state[vial] == VIAL_OPEN);
}

/* ---- what stood at a place */

/* Of each product, in one place. */
struct sums {
    int64_t sealed[PRODUCT_LIMIT + 1], open[PRODUCT_LIMIT + 1], mass_ng[PRODUCT_LIMIT + 1];
};

static void add_up(struct view *view, const struct standing *standing, uint32_t place, struct sums *sums)
{
    *sums = (struct sums){ .sealed = { 0 } };
    for (uint32_t vial = 1; vial <= standing->count; vial++) {
        uint32_t product = standing->product[vial];

        if (standing->place[vial] != place || product > PRODUCT_LIMIT)
            continue;
        sums->sealed[product] += standing->state[vial] == VIAL_SEALED;
        sums->open[product] += standing->state[vial] == VIAL_OPEN;
        sums->mass_ng[product] += standing->left_ul[vial] * view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);
    }
}

/* The entry that an inventory speaks of; 0 where `certify` is none. */
static uint32_t certified_as_of(struct view *view, uint32_t certify)
{
    struct facts_fault fault;
    struct entry entry;
    struct event event;
    struct bytes bytes;

    if (!view_entry(view, certify, &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
        event_decode(entry.message.payload, &event, &fault) != EVENT_OK || event.kind->number != KIND_CERTIFY)
        return 0;
    return (uint32_t)facts_number(&event.facts, FACT_CERTIFY_AS_OF, 0);
}

static bool is_certified_as_of(struct view *view, uint32_t count, uint32_t entry)
{
    uint32_t certify = (uint32_t)view_number(view, SUBJECT_COUNT, count, COUNT_CERTIFIED);

    return certify != 0 && certified_as_of(view, certify) == entry;
}

/* The count of all of a place that was certified as of an entry; else the newest made up to it; 0 where there is none. */
static uint32_t count_of_place(struct view *view, uint32_t place, uint32_t entry)
{
    uint32_t newest = 0;

    for (uint32_t count = view_count(view, SUBJECT_COUNT); count > 0; count--) {
        if (view_number(view, SUBJECT_COUNT, count, COUNT_PLACE) != place ||
            view_number(view, SUBJECT_COUNT, count, COUNT_WHOLE) != 1)
            continue;
        if (is_certified_as_of(view, count, entry))
            return count;
        if (newest == 0 && view_number(view, SUBJECT_COUNT, count, COUNT_BORN) <= entry)
            newest = count;
    }
    return newest;
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
    if (product != NULL) {
        tally->first_sealed[id] += facts_get(line, ROW_COUNT_FIRST)->number;
        tally->second_sealed[id] += facts_get(line, ROW_COUNT_SECOND)->number;
    }
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

enum ledger_status moment_at(struct view *view, uint32_t entry, struct moment *moment, struct error *error)
{
    enum ledger_status status;

    *moment = (struct moment){ STANDING_NONE, STANDING_NONE };
    status = standing_at(view, entry, STANDING_BY_THE_BOOK_OF_THEN, &moment->then, error);
    return status == LEDGER_OK ? standing_at(view, entry, STANDING_BY_WHAT_IS_KNOWN, &moment->known, error) : status;
}

void moment_release(struct moment *moment)
{
    standing_release(&moment->then);
    standing_release(&moment->known);
}

/* The figures of the count, and what came and went between it and then as far as is known now. */
static enum ledger_status add_count(struct view *view, const struct moment *moment, struct place_tally *tally, struct error *error)
{
    struct standing first = STANDING_NONE;
    struct sums before, after;
    uint32_t as_of = (uint32_t)view_number(view, SUBJECT_COUNT, tally->count, COUNT_AS_OF);
    enum ledger_status status = standing_at(view, as_of, STANDING_BY_WHAT_IS_KNOWN, &first, error);

    if (status == LEDGER_OK) {
        add_lines(view, tally);
        add_up(view, &first, tally->place, &before);
        add_up(view, &moment->known, tally->place, &after);
        for (unsigned product = 1; product <= PRODUCT_LIMIT; product++) {
            tally->first_ng[product] += after.mass_ng[product] - before.mass_ng[product];
            tally->second_ng[product] += after.mass_ng[product] - before.mass_ng[product];
            tally->first_sealed[product] += after.sealed[product] - before.sealed[product];
            tally->second_sealed[product] += after.sealed[product] - before.sealed[product];
        }
    }
    standing_release(&first);
    return status;
}

enum ledger_status moment_tally(struct view *view, const struct moment *moment, uint32_t place, uint32_t count,
                                struct place_tally *tally, struct error *error)
{
    struct sums sums;

    *tally = (struct place_tally){ .place = place, .count = count };
    add_up(view, &moment->then, place, &sums);
    memcpy(tally->sealed, sums.sealed, sizeof tally->sealed);
    memcpy(tally->open, sums.open, sizeof tally->open);
    memcpy(tally->book_ng, sums.mass_ng, sizeof tally->book_ng);
    return count != 0 ? add_count(view, moment, tally, error) : LEDGER_OK;
}

bool tally_has_stock(const struct place_tally *tally)
{
    for (unsigned product = 1; product <= PRODUCT_LIMIT; product++)
        if (tally->book_ng[product] != 0 || tally->sealed[product] != 0 || tally->open[product] != 0)
            return true;
    return false;
}

enum ledger_status standing_tally(struct view *view, uint32_t entry, void (*visit)(void *context, const struct place_tally *tally),
                                  void *context, struct error *error)
{
    struct moment moment;
    enum ledger_status status = moment_at(view, entry, &moment, error);

    for (uint32_t place = 1; status == LEDGER_OK && place <= view_count(view, SUBJECT_PLACE); place++) {
        struct place_tally tally;

        status = moment_tally(view, &moment, place, count_of_place(view, place, entry), &tally, error);
        if (status == LEDGER_OK && (tally.count != 0 || tally_has_stock(&tally)))
            visit(context, &tally);
    }
    moment_release(&moment);
    return status != LEDGER_OK ? status : view_status(view, error);
}
