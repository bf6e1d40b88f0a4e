/* phial stock: what is on the shelf, by product and place. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/heading.h"
#include "schema/amount.h"
#include "schema/ident.h"

const struct option stock_options[] = {
    { "place", 0, "NAME", false, "only what stands there" },
    { "all", 0, NULL, false, "name sealed containers one by one" },
    { .name = NULL },
};

/* On the screen sealed containers of one delivery that are alike are one row, from the first to the last of them. */
const struct column stock_columns[] = {
    { "product", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "strength", COLUMN_STRENGTH, COLUMN_RECORD, NULL },
    { "id", COLUMN_TEXT, 0, "of the container" },
    { "count", COLUMN_NUMBER, COLUMN_SCREEN, NULL },
    { "place", COLUMN_TEXT, 0, NULL },
    { "state", COLUMN_TEXT, 0, "sealed or open" },
    { "lot", COLUMN_TEXT, 0, NULL },
    { "expiry", COLUMN_DATE, 0, NULL },
    { "left", COLUMN_AMOUNT, 0, "what the book says it holds" },
    { "use_by", COLUMN_TIME, 0, "end of use after the first puncture" },
    { "marks", COLUMN_MARKS, 0, "ON HOLD, EXPIRED, EXPIRY UNKNOWN, BEYOND USE, UNCHECKED, EXPIRES SOON" },
    { .name = NULL },
};

struct shelf {
    struct book *book;
    const struct call *call;
    struct table table;
    uint32_t product, place; /* only these; 0 for all */
    size_t count;
    const struct leaf **vials; /* sealed and open ones; what is alike stands together */
};

/* ---- what there is */

/* What makes containers alike, and the order in which they are listed. */
static const enum vial_place likeness[] = { VIAL_PRODUCT, VIAL_PLACE, VIAL_STATE, VIAL_BORN, VIAL_LINE, VIAL_HELD,
                                            VIAL_UNCHECKED };

static int compare_likeness(const struct leaf *a, const struct leaf *b)
{
    for (size_t i = 0; i < sizeof likeness / sizeof likeness[0]; i++)
        if (a->state[likeness[i]] != b->state[likeness[i]])
            return a->state[likeness[i]] < b->state[likeness[i]] ? -1 : 1;
    return 0;
}

static int compare_vials(const void *left, const void *right)
{
    const struct leaf *a = *(const struct leaf *const *)left, *b = *(const struct leaf *const *)right;
    int order = compare_likeness(a, b);

    return order != 0 ? order : a->id < b->id ? -1 : a->id > b->id;
}

static bool is_wanted(const struct shelf *shelf, const struct leaf *vial)
{
    int64_t state = vial->state[VIAL_STATE];

    return (state == VIAL_SEALED || state == VIAL_OPEN) &&
           (shelf->product == 0 || vial->state[VIAL_PRODUCT] == shelf->product) &&
           (shelf->place == 0 || vial->state[VIAL_PLACE] == shelf->place);
}

static enum ledger_status fill_shelf(struct shelf *shelf, struct error *error)
{
    struct view *view = shelf->book->reading.view;
    uint32_t count = view_count(view, SUBJECT_VIAL);

    shelf->vials = calloc((size_t)count + 1, sizeof shelf->vials[0]);
    if (shelf->vials == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    for (uint32_t id = 1; id <= count; id++) {
        const struct leaf *vial = view_leaf(view, SUBJECT_VIAL, id);

        if (vial != NULL && is_wanted(shelf, vial))
            shelf->vials[shelf->count++] = vial;
    }
    qsort(shelf->vials, shelf->count, sizeof shelf->vials[0], compare_vials);
    return view_status(view, error);
}

/* How many from `first` on make one row. */
static size_t run_from(const struct shelf *shelf, size_t first)
{
    const struct leaf *vial = shelf->vials[first];
    size_t end = first + 1;

    if (shelf->table.form != TABLE_SCREEN || call_flag(shelf->call, "all") || vial->state[VIAL_STATE] != VIAL_SEALED)
        return 1;
    while (end < shelf->count && compare_likeness(shelf->vials[end], vial) == 0)
        end++;
    return end - first;
}

/* ---- rows */

/* What a hand reaching for it should know. */
static void put_marks(struct shelf *shelf, const struct leaf *vial)
{
    struct row *row = &shelf->table.row;
    int64_t left_days = vial->state[VIAL_EXPIRY] - at_local_days(book_now(shelf->book));
    int64_t beyond_use_ms = vial->state[VIAL_BEYOND_USE];
    char text[NAME_TEXT_SIZE];

    if (vial->state[VIAL_HELD] != 0) {
        snprintf(text, sizeof text, "ON HOLD: %s", choice_text(KIND_HOLD, "why", vial->state[VIAL_HELD]));
        row_item(row, "marks", text);
    }
    if (beyond_use_ms != 0 && beyond_use_ms < book_now_ms(shelf->book))
        row_item(row, "marks", "BEYOND USE");
    if (vial->state[VIAL_UNCHECKED] != 0)
        row_item(row, "marks", "UNCHECKED");
    if (vial->state[VIAL_EXPIRY] == 0)
        row_item(row, "marks", "EXPIRY UNKNOWN");
    else if (left_days < 0)
        row_item(row, "marks", "EXPIRED");
    else if (left_days < view_policy(shelf->book->reading.view, POLICY_EXPIRY_WARN))
        row_item(row, "marks", "EXPIRES SOON");
}

static int64_t strength_of(struct shelf *shelf, uint32_t product)
{
    return view_number(shelf->book->reading.view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);
}

/* What `count` from `first` on hold together, which are of one product. */
static void put_left(struct shelf *shelf, size_t first, size_t count)
{
    int64_t strength = strength_of(shelf, (uint32_t)shelf->vials[first]->state[VIAL_PRODUCT]);
    uint64_t volume_ul = 0, mass_ng = 0;

    for (size_t i = first; i < first + count; i++)
        volume_ul += (uint64_t)shelf->vials[i]->state[VIAL_LEFT];
    mass_of_volume(volume_ul, (uint64_t)strength, &mass_ng);
    row_number(&shelf->table.row, "count", (int64_t)count);
    row_amount(&shelf->table.row, "left", mass_ng, volume_ul);
}

static void put_run(struct shelf *shelf, size_t first, size_t count)
{
    const struct leaf *vial = shelf->vials[first];
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT], place = (uint32_t)vial->state[VIAL_PLACE];
    struct view *view = shelf->book->reading.view;
    struct row *row = &shelf->table.row;
    char name[NAME_TEXT_SIZE], last[IDENT_TEXT_SIZE], ids[2 * NAME_TEXT_SIZE], lot[LOT_SIZE];
    int64_t use_by_ms = vial->state[VIAL_BEYOND_USE];

    row_text(row, "product", name_of_subject(view, SUBJECT_PRODUCT, product, name));
    row_number(row, "strength", strength_of(shelf, product));
    ident_format(SUBJECT_VIAL, vial->id, name);
    ident_format(SUBJECT_VIAL, shelf->vials[first + count - 1]->id, last);
    snprintf(ids, sizeof ids, "%s%s%s", name, count > 1 ? " \u2026 " : "", count > 1 ? last : "");
    row_text(row, "id", ids);
    row_text(row, "place", name_of_subject(view, SUBJECT_PLACE, place, name));
    row_text(row, "state", vial_state_name(vial->state[VIAL_STATE]));
    row_text(row, "lot", lot_of_vial(shelf->book, vial->id, lot));
    if (vial->state[VIAL_EXPIRY] != 0)
        row_number(row, "expiry", vial->state[VIAL_EXPIRY]);
    if (use_by_ms != 0)
        row_time(row, "use_by", (struct at){ use_by_ms, zone_offset_of(&shelf->book->zone, use_by_ms) });
    put_left(shelf, first, count);
    put_marks(shelf, vial);
    table_put(&shelf->table, ROW_PLAIN);
}

/* All of one product, from `first` on; where the next begins. */
static size_t put_product(struct shelf *shelf, size_t first)
{
    uint32_t product = (uint32_t)shelf->vials[first]->state[VIAL_PRODUCT];
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE];
    size_t end = first;

    table_group(&shelf->table, "%s  %s", name_of_subject(shelf->book->reading.view, SUBJECT_PRODUCT, product, name),
                describe(shelf->book, SUBJECT_PRODUCT, product, text));
    while (end < shelf->count && shelf->vials[end]->state[VIAL_PRODUCT] == product) {
        size_t count = run_from(shelf, end);

        put_run(shelf, end, count);
        end += count;
    }
    row_text(&shelf->table.row, "id", "in all");
    put_left(shelf, first, end - first);
    table_put(&shelf->table, ROW_TOTAL);
    return end;
}

/* ---- */

static enum ledger_status read_wishes(struct shelf *shelf, struct error *error)
{
    uint8_t room[64];
    struct words words = book_words(shelf->book, room, sizeof room);
    size_t place = 0;
    const char *product = call_next(shelf->call, NULL, &place), *where = call_value(shelf->call, "place");
    enum ledger_status status = LEDGER_OK;

    if (product != NULL)
        status = words_read_subject(&words, SUBJECT_PRODUCT, product, &shelf->product, error);
    if (status == LEDGER_OK && where != NULL)
        status = words_read_subject(&words, SUBJECT_PLACE, where, &shelf->place, error);
    return status;
}

static enum ledger_status put_shelf(struct shelf *shelf, struct error *error)
{
    size_t products = 0;

    table_begin(&shelf->table, shelf->call, "stock", stock_columns);
    heading_put(shelf->book, &shelf->table);
    for (size_t first = 0; first < shelf->count; products++)
        first = put_product(shelf, first);
    return table_end(&shelf->table, view_status(shelf->book->reading.view, error), error, "%zu %s of %zu %s.", shelf->count,
                     shelf->count == 1 ? "container" : "containers", products, products == 1 ? "product" : "products");
}

enum ledger_status cmd_stock(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct shelf shelf = { .book = &book, .call = call };
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = read_wishes(&shelf, error);
    if (status == LEDGER_OK)
        status = fill_shelf(&shelf, error);
    if (status == LEDGER_OK)
        status = put_shelf(&shelf, error);
    free(shelf.vials);
    book_close(&book);
    return status;
}
