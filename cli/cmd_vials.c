/* phial report vial-life and phial report variance: what became of each container, and what was left of it unexplained. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/statement.h"
#include "ledger/movement.h"
#include "ledger/walk.h"

const struct option vial_life_options[] = {
    { "product", 0, "NAME", false, "only this product" },
    { .name = NULL },
};

const struct option variance_options[] = {
    PERIOD_OPTIONS,
    { .name = NULL },
};

const struct column vial_life_columns[] = {
    { "vial", COLUMN_TEXT, 0, NULL },
    { "product", COLUMN_TEXT, 0, NULL },
    { "lot", COLUMN_TEXT, 0, NULL },
    { "expiry", COLUMN_DATE, 0, NULL },
    { "place", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "state", COLUMN_TEXT, 0, NULL },
    { "born", COLUMN_ENTRY, COLUMN_RECORD, "the entry it came by" },
    { "received", COLUMN_TIME, 0, NULL },
    { "opened", COLUMN_TIME, 0, NULL },
    { "use_by", COLUMN_TIME, COLUMN_RECORD, "end of use after the first puncture" },
    { "labelled", COLUMN_VOLUME, 0, NULL },
    { "gained", COLUMN_VOLUME, 0, "overfill" },
    { "returned", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "recovered", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "adjusted_up", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "draws", COLUMN_NUMBER, 0, NULL },
    { "drawn", COLUMN_VOLUME, 0, NULL },
    { "wasted", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "closing_loss", COLUMN_VOLUME, 0, "what the book still had when nothing could be drawn any more" },
    { "bound", COLUMN_VOLUME, COLUMN_RECORD, "of the closing loss, by the policy in force now" },
    { "shipped", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "destroyed", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "lost", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "surrendered", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "adjusted_down", COLUMN_VOLUME, COLUMN_RECORD, NULL },
    { "besides", COLUMN_LIST, COLUMN_SCREEN, "what came and went otherwise" },
    { "left", COLUMN_VOLUME, 0, NULL },
    { "ended_by", COLUMN_ENTRY, 0, "the entry that finished it" },
    { "ended_as", COLUMN_TEXT, COLUMN_RECORD, "the kind of that entry" },
    { "ended", COLUMN_TIME, COLUMN_RECORD, NULL },
    { "days_open", COLUMN_NUMBER, 0, "whole days from the first puncture to its end, or to now" },
    { "marks", COLUMN_MARKS, 0, "ABOVE ITS BOUND" },
    { .name = NULL },
};

const struct column variance_columns[] = {
    { "product", COLUMN_TEXT, 0, NULL },
    { "by", COLUMN_TEXT, 0, "handle of who finished the container or booked the residual" },
    { "vials", COLUMN_NUMBER, 0, "containers finished" },
    { "draws", COLUMN_NUMBER, 0, "out of them" },
    { "closing_loss", COLUMN_VOLUME, 0, NULL },
    { "gained", COLUMN_VOLUME, 0, "overfill of them" },
    { "bound", COLUMN_VOLUME, 0, "what hubs explain of the loss, by the policy in force now" },
    { "above", COLUMN_NUMBER, 0, "containers whose loss less gain was above their bound" },
    { "residuals", COLUMN_NUMBER, 0, "bookings of what stayed in hub, line or device" },
    { "residual", COLUMN_MASS, 0, NULL },
    { .name = NULL },
};

static int64_t bound_of(struct view *view, uint32_t vial)
{
    return view_policy(view, POLICY_HUB_LOSS) * view_number(view, SUBJECT_VIAL, vial, VIAL_DRAWS);
}

static bool is_above(struct view *view, uint32_t vial)
{
    return view_number(view, SUBJECT_VIAL, vial, VIAL_CLOSING_LOSS) - view_number(view, SUBJECT_VIAL, vial, VIAL_GAINED) >
           bound_of(view, vial);
}

/* ---- lives */

struct lives {
    struct book book;
    struct table table;
};

static void put_time(struct lives *lives, const char *column, int64_t ms)
{
    if (ms != 0)
        row_time(&lives->table.row, column, (struct at){ ms, zone_offset_of(&lives->book.zone, ms) });
}

/* The terms of a vial's equation (SPEC.md section 9.4). Those that most vials have none of are said besides on the screen. */
static void put_volumes(struct row *row, const struct leaf *vial)
{
    static const struct {
        const char *column;
        enum vial_place place;
        const char *besides; /* how it is said on the screen, behind its sign */
    } volumes[] = { { "labelled", VIAL_LABELLED, NULL },
                    { "gained", VIAL_GAINED, NULL },
                    { "returned", VIAL_RETURNED, "+returned" },
                    { "recovered", VIAL_RECOVERED, "+recovered" },
                    { "adjusted_up", VIAL_ADJUSTED_UP, "+adjusted" },
                    { "drawn", VIAL_DRAWN, NULL },
                    { "wasted", VIAL_WASTED, "-wasted" },
                    { "closing_loss", VIAL_CLOSING_LOSS, NULL },
                    { "shipped", VIAL_SHIPPED, "-shipped" },
                    { "destroyed", VIAL_DESTROYED, "-destroyed" },
                    { "lost", VIAL_LOST, "-lost" },
                    { "surrendered", VIAL_SURRENDERED, "-surrendered" },
                    { "adjusted_down", VIAL_ADJUSTED_DOWN, "-adjusted" },
                    { "left", VIAL_LEFT, NULL } };
    char volume[AMOUNT_TEXT_SIZE], text[2 * AMOUNT_TEXT_SIZE];

    for (size_t i = 0; i < sizeof volumes / sizeof volumes[0]; i++) {
        int64_t volume_ul = vial->state[volumes[i].place];

        row_number(row, volumes[i].column, volume_ul);
        if (volumes[i].besides == NULL || volume_ul == 0)
            continue;
        snprintf(text, sizeof text, "%c%s %s", volumes[i].besides[0], format_volume((uint64_t)volume_ul, volume), volumes[i].besides + 1);
        row_item(row, "besides", text);
    }
    row_number(row, "draws", vial->state[VIAL_DRAWS]);
}

/* How it ended, and how long it had been open. */
static void put_end(struct lives *lives, const struct leaf *vial)
{
    struct row *row = &lives->table.row;
    int64_t until_ms = book_now_ms(&lives->book), opened_ms = vial->state[VIAL_OPENED];
    struct entry entry;
    struct event event;

    if (vial->state[VIAL_ENDED_BY] != 0 && book_event(&lives->book, (uint32_t)vial->state[VIAL_ENDED_BY], &entry, &event)) {
        until_ms = event.occurred.ms;
        row_number(row, "ended_by", vial->state[VIAL_ENDED_BY]);
        row_text(row, "ended_as", event.kind->name);
        row_time(row, "ended", event.occurred);
    }
    if (opened_ms != 0)
        row_number(row, "days_open", until_ms > opened_ms ? (until_ms - opened_ms) / CIVIL_MS_PER_DAY : 0);
}

static void put_vial(struct lives *lives, const struct leaf *vial)
{
    struct view *view = lives->book.reading.view;
    struct row *row = &lives->table.row;
    char text[NAME_TEXT_SIZE], lot[LOT_SIZE];

    row_text(row, "vial", name_of_subject(view, SUBJECT_VIAL, vial->id, text));
    row_text(row, "product", name_of_subject(view, SUBJECT_PRODUCT, (uint32_t)vial->state[VIAL_PRODUCT], text));
    row_text(row, "lot", lot_of_vial(&lives->book, vial->id, lot));
    if (vial->state[VIAL_EXPIRY] != 0)
        row_number(row, "expiry", vial->state[VIAL_EXPIRY]);
    row_text(row, "place", name_of_subject(view, SUBJECT_PLACE, (uint32_t)vial->state[VIAL_PLACE], text));
    row_text(row, "state", vial_state_name(vial->state[VIAL_STATE]));
    row_number(row, "born", vial->state[VIAL_BORN]);
    put_time(lives, "received", vial->state[VIAL_RECEIVED]);
    put_time(lives, "opened", vial->state[VIAL_OPENED]);
    put_time(lives, "use_by", vial->state[VIAL_BEYOND_USE]);
    put_volumes(row, vial);
    row_number(row, "bound", bound_of(view, vial->id));
    put_end(lives, vial);
    if (is_above(view, vial->id))
        row_item(row, "marks", "ABOVE ITS BOUND");
    table_put(&lives->table, ROW_PLAIN);
}

/* Whether the call asks for this vial: for all where it names none. */
static bool is_asked(const uint32_t *asked, size_t count, uint32_t vial)
{
    for (size_t i = 0; i < count; i++)
        if (asked[i] == vial)
            return true;
    return count == 0;
}

enum { LIVES_LIMIT = 64 };

static enum ledger_status put_lives(struct lives *lives, const struct call *call, struct error *error)
{
    struct view *view = lives->book.reading.view;
    uint8_t room[64];
    struct words words = book_words(&lives->book, room, sizeof room);
    uint32_t product = 0, asked[LIVES_LIMIT];
    size_t count = 0, place = 0;
    const char *word, *name = call_value(call, "product");
    enum ledger_status status = LEDGER_OK;

    if (name != NULL)
        status = words_read_subject(&words, SUBJECT_PRODUCT, name, &product, error);
    while (status == LEDGER_OK && count < LIVES_LIMIT && (word = call_next(call, NULL, &place)) != NULL)
        status = words_read_subject(&words, SUBJECT_VIAL, word, &asked[count++], error);
    for (uint32_t id = 1; status == LEDGER_OK && id <= view_count(view, SUBJECT_VIAL); id++) {
        const struct leaf *vial = view_leaf(view, SUBJECT_VIAL, id);

        if (vial != NULL && is_asked(asked, count, id) && (product == 0 || vial->state[VIAL_PRODUCT] == product))
            put_vial(lives, vial);
    }
    return status != LEDGER_OK ? status : view_status(view, error);
}

enum ledger_status cmd_vial_life(struct call *call, struct error *error)
{
    static struct lives lives;
    struct period period;
    enum ledger_status status = book_open(&lives.book, call, LEDGER_READ, error);

    if (status == LEDGER_OK) {
        period = period_whole(lives.book.reading.view);
        table_begin(&lives.table, call, "report vial-life", vial_life_columns);
        statement_head(&lives.book, &lives.table, &period);
        status = put_lives(&lives, call, error);
        status = table_end(&lives.table, status, error, "%" PRIu64 " %s. Movement by movement: phial register --vial V-NUMBER",
                           lives.table.count, lives.table.count == 1 ? "container" : "containers");
    }
    book_close(&lives.book);
    return status;
}

/* ---- variance: by product and person */

struct share {
    uint32_t product;
    int64_t person;
    int64_t vials, draws, closing_loss_ul, gained_ul, bound_ul, above, residuals, residual_ng;
};

struct variance {
    struct book book;
    struct table table;
    struct movements movements;
    struct share *shares;
    size_t count, capacity;
};

static struct share *share_of(struct variance *variance, uint32_t product, int64_t person)
{
    for (size_t i = 0; i < variance->count; i++)
        if (variance->shares[i].product == product && variance->shares[i].person == person)
            return &variance->shares[i];
    if (variance->count == variance->capacity) {
        size_t capacity = variance->capacity > 0 ? 2 * variance->capacity : 32;
        struct share *shares = realloc(variance->shares, capacity * sizeof shares[0]);

        if (shares == NULL)
            return NULL;
        variance->shares = shares;
        variance->capacity = capacity;
    }
    variance->shares[variance->count] = (struct share){ .product = product, .person = person };
    return &variance->shares[variance->count++];
}

/* The vial that an entry finished; 0 for none, or where that was taken back. */
static uint32_t finished_by(const struct walk_row *entry)
{
    for (size_t i = 0; entry->event.kind->number == KIND_EMPTY && i < entry->effect.row_count; i++)
        if (entry->effect.rows[i].table == SUBJECT_VIAL)
            return entry->effect.rows[i].id;
    return 0;
}

static bool add_vial(struct variance *variance, uint32_t vial, int64_t person)
{
    struct view *view = variance->book.reading.view;
    struct share *share = share_of(variance, (uint32_t)view_number(view, SUBJECT_VIAL, vial, VIAL_PRODUCT), person);

    if (share == NULL)
        return false;
    share->vials++;
    share->draws += view_number(view, SUBJECT_VIAL, vial, VIAL_DRAWS);
    share->closing_loss_ul += view_number(view, SUBJECT_VIAL, vial, VIAL_CLOSING_LOSS);
    share->gained_ul += view_number(view, SUBJECT_VIAL, vial, VIAL_GAINED);
    share->bound_ul += bound_of(view, vial);
    share->above += is_above(view, vial);
    return true;
}

/* What stayed behind, of each product. */
static bool add_residuals(struct variance *variance, const struct walk_row *entry, int64_t person)
{
    if (!movements_of(variance->book.reading.view, entry->number, &entry->effect, &variance->movements))
        return false;
    for (size_t i = 0; i < variance->movements.count; i++) {
        const struct movement *movement = &variance->movements.rows[i];
        struct share *share = share_of(variance, movement->product, person);

        if (share == NULL)
            return false;
        share->residuals++;
        share->residual_ng += movement->amount[TOTAL_RESIDUAL];
    }
    return true;
}

static enum ledger_status take_entry(void *context, const struct walk_row *entry, struct error *error)
{
    struct variance *variance = context;
    const struct event *event = &entry->event;
    int64_t person = event->performed_count > 0 ? event->performed[0].person : event->signers[0].person;
    uint32_t vial = finished_by(entry);
    bool has_room = true;

    if (vial != 0)
        has_room = add_vial(variance, vial, person);
    else if (event->kind->number == KIND_RESIDUAL)
        has_room = add_residuals(variance, entry, person);
    return has_room ? LEDGER_OK : error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for this report");
}

static void put_share(struct variance *variance, const struct share *share)
{
    struct view *view = variance->book.reading.view;
    struct row *row = &variance->table.row;
    char name[NAME_TEXT_SIZE];

    row_text(row, "product", name_of_subject(view, SUBJECT_PRODUCT, share->product, name));
    row_text(row, "by", name_of_person(view, share->person, name));
    row_number(row, "vials", share->vials);
    row_number(row, "draws", share->draws);
    row_number(row, "closing_loss", share->closing_loss_ul);
    row_number(row, "gained", share->gained_ul);
    row_number(row, "bound", share->bound_ul);
    row_number(row, "above", share->above);
    row_number(row, "residuals", share->residuals);
    row_number(row, "residual", share->residual_ng);
    table_put(&variance->table, ROW_PLAIN);
}

static int compare_shares(const void *left, const void *right)
{
    const struct share *a = left, *b = right;

    if (a->product != b->product)
        return a->product < b->product ? -1 : 1;
    return a->person < b->person ? -1 : a->person > b->person;
}

enum ledger_status cmd_variance(struct call *call, struct error *error)
{
    static struct variance variance;
    struct period period;
    enum ledger_status status = book_open(&variance.book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = statement_period(&variance.book, call, &period, error);
    if (status == LEDGER_OK) {
        table_begin(&variance.table, call, "report variance", variance_columns);
        statement_head(&variance.book, &variance.table, &period);
        status = walk_entries(variance.book.reading.view, period.before + 1, period.last, take_entry, &variance, error);
        if (variance.count > 0)
            qsort(variance.shares, variance.count, sizeof variance.shares[0], compare_shares);
        for (size_t i = 0; i < variance.count && status == LEDGER_OK; i++)
            put_share(&variance, &variance.shares[i]);
        status = table_end(&variance.table, status, error, "A reason to ask, not a finding.");
    }
    movements_release(&variance.movements);
    free(variance.shares);
    book_close(&variance.book);
    return status;
}
