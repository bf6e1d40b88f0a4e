/* phial report biennial: a certified inventory, of each place and product what the book had beside what was counted. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/statement.h"
#include "ledger/inventory.h"

const struct column biennial_columns[] = {
    { "type", COLUMN_TEXT, COLUMN_RECORD, "initial, biennial or closing" },
    { "day", COLUMN_DATE, COLUMN_RECORD, "of the closing it is as of" },
    { "basis", COLUMN_TEXT, COLUMN_RECORD, "as of the opening or the close of business" },
    { "as_of", COLUMN_ENTRY, COLUMN_RECORD, "the closing" },
    { "certified", COLUMN_ENTRY, COLUMN_RECORD, "the entry that certifies it" },
    { "signed_by", COLUMN_LIST, COLUMN_RECORD, "who certified it" },
    { "place", COLUMN_TEXT, 0, "where it stood; nothing for what was in open doses" },
    { "product", COLUMN_TEXT, 0, NULL },
    { "schedule", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "form", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "strength", COLUMN_STRENGTH, 0, NULL },
    { "container", COLUMN_VOLUME, 0, "what a full one holds" },
    { "sealed", COLUMN_NUMBER, 0, "full containers, by the book" },
    { "sealed_counted", COLUMN_NUMBER, 0, "by the first of two" },
    { "sealed_counted_second", COLUMN_NUMBER, COLUMN_RECORD, "by the second" },
    { "open", COLUMN_NUMBER, 0, "opened containers, by the book" },
    { "volume", COLUMN_VOLUME, COLUMN_RECORD, "in all of them, by the book" },
    { "book", COLUMN_MASS, 0, "in all of them, by the book" },
    { "counted", COLUMN_MASS, 0, "by the first of two, with what the book says came and went between the count and that moment" },
    { "counted_second", COLUMN_MASS, COLUMN_RECORD, "by the second" },
    { "difference", COLUMN_MASS, 0, "counted less book; missing is negative" },
    { "count", COLUMN_TEXT, 0, NULL },
    { "counted_by", COLUMN_LIST, 0, NULL },
    { "counted_at", COLUMN_TIME, COLUMN_RECORD, NULL },
    { "held", COLUMN_NUMBER, 0, "containers on hold: damaged, expired, recalled, suspect" },
    { "why_held", COLUMN_LIST, 0, NULL },
    { "lots", COLUMN_LIST, 0, "lot and expiry" },
    { "marks", COLUMN_MARKS, 0, "DIFFERENCE; TAKEN OVER, where what the book opened with is the count" },
    { .name = NULL },
};

enum { TEXT_SIZE = 96, ITEMS_SIZE = 2048 };

struct biennial {
    struct book book;
    struct table table;
    struct inventory_of inventory;
    struct totals totals;
    int64_t book_ng[PRODUCT_LIMIT + 1]; /* of all places so far */
};

/* ---- lists in which nothing stands twice */

static void add_once(char items[static ITEMS_SIZE], const char *text)
{
    size_t size = strlen(text), used = strlen(items);

    for (const char *at = items; (at = strstr(at, text)) != NULL; at += size)
        if ((at == items || at[-1] == '\n') && (at[size] == '\0' || at[size] == '\n'))
            return;
    if (used + size + 2 < ITEMS_SIZE)
        snprintf(items + used, ITEMS_SIZE - used, "%s%s", used > 0 ? "\n" : "", text);
}

static void put_items(struct row *row, const char *column, const char *items)
{
    if (items[0] != '\0')
        row_item(row, column, items);
}

static void put_signers(struct biennial *biennial, const char *column, const struct event *event)
{
    char name[NAME_TEXT_SIZE];

    for (size_t i = 0; i < event->signer_count; i++)
        row_item(&biennial->table.row, column, name_of_person(biennial->book.reading.view, event->signers[i].person, name));
}

/* ---- rows */

static void put_inventory(struct biennial *biennial)
{
    const struct inventory_of *inventory = &biennial->inventory;
    struct row *row = &biennial->table.row;

    row_text(row, "type", choice_text(KIND_CERTIFY, "type", facts_number(&inventory->event.facts, FACT_CERTIFY_TYPE, 0)));
    row_text(row, "basis", choice_text(KIND_CERTIFY, "basis", facts_number(&inventory->event.facts, FACT_CERTIFY_BASIS, 0)));
    row_number(row, "day", inventory->closing.day);
    row_number(row, "as_of", inventory->closing.number);
    row_number(row, "certified", inventory->number);
    put_signers(biennial, "signed_by", &inventory->event);
}

static void put_product(struct biennial *biennial, uint32_t product)
{
    struct view *view = biennial->book.reading.view;
    struct row *row = &biennial->table.row;
    char name[NAME_TEXT_SIZE];

    row_text(row, "product", name_of_subject(view, SUBJECT_PRODUCT, product, name));
    row_text(row, "schedule", choice_text(KIND_PRODUCT, "schedule", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_SCHEDULE)));
    row_text(row, "form", choice_text(KIND_PRODUCT, "form", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_FORM)));
    row_number(row, "strength", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH));
    row_number(row, "container", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_VOLUME));
}

/* Which lots stood there, and what of it was put aside. */
static void put_containers(struct biennial *biennial, const struct standing *standing, uint32_t place, uint32_t product)
{
    struct view *view = biennial->book.reading.view;
    struct row *row = &biennial->table.row;
    char lots[ITEMS_SIZE] = "", why[ITEMS_SIZE] = "", lot[LOT_SIZE], date[CIVIL_TEXT_SIZE], text[TEXT_SIZE];
    int64_t held = 0;

    for (uint32_t vial = 1; vial <= standing->count; vial++) {
        int64_t expiry = view_number(view, SUBJECT_VIAL, vial, VIAL_EXPIRY);

        if (!standing_is_at(standing, vial, place) || standing->product[vial] != product)
            continue;
        snprintf(text, sizeof text, "%s exp %s", lot_of_vial(&biennial->book, vial, lot),
                 expiry != 0 ? civil_format_date((int32_t)expiry, date) : "unknown");
        add_once(lots, text);
        held += standing->held[vial] != 0;
        if (standing->held[vial] != 0)
            add_once(why, choice_text(KIND_HOLD, "why", standing->held[vial]));
    }
    row_number(row, "held", held);
    put_items(row, "why_held", why);
    put_items(row, "lots", lots);
}

static void put_count(struct biennial *biennial, const struct place_tally *tally, uint32_t product)
{
    struct view *view = biennial->book.reading.view;
    struct row *row = &biennial->table.row;
    int64_t book_ng = tally->book_ng[product];
    char name[NAME_TEXT_SIZE];
    struct entry entry;
    struct event event;

    if (tally->count == 0) {
        row_item(row, "marks", "TAKEN OVER");
        return;
    }
    row_number(row, "sealed_counted", tally->first_sealed[product]);
    row_number(row, "sealed_counted_second", tally->second_sealed[product]);
    row_number(row, "counted", tally->first_ng[product]);
    row_number(row, "counted_second", tally->second_ng[product]);
    row_number(row, "difference", tally->first_ng[product] - book_ng);
    row_text(row, "count", name_of_subject(view, SUBJECT_COUNT, tally->count, name));
    if (book_event(&biennial->book, (uint32_t)view_number(view, SUBJECT_COUNT, tally->count, COUNT_BORN), &entry, &event)) {
        put_signers(biennial, "counted_by", &event);
        row_time(row, "counted_at", event.occurred);
    }
    if (tally->first_ng[product] != book_ng || tally->second_ng[product] != book_ng)
        row_item(row, "marks", "DIFFERENCE");
}

static bool has_any(const struct place_tally *tally, uint32_t product)
{
    return tally->sealed[product] != 0 || tally->open[product] != 0 || tally->book_ng[product] != 0 ||
           tally->first_ng[product] != 0 || tally->second_ng[product] != 0;
}

static void take_place(void *context, const struct standing *standing, const struct place_tally *tally)
{
    struct biennial *biennial = context;
    struct view *view = biennial->book.reading.view;
    struct row *row = &biennial->table.row;
    char name[NAME_TEXT_SIZE];

    for (uint32_t product = 1; product <= view_count(view, SUBJECT_PRODUCT) && product <= PRODUCT_LIMIT; product++) {
        int64_t strength = view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);

        if (!has_any(tally, product))
            continue;
        put_inventory(biennial);
        row_text(row, "place", name_of_subject(view, SUBJECT_PLACE, tally->place, name));
        put_product(biennial, product);
        row_number(row, "sealed", tally->sealed[product]);
        row_number(row, "open", tally->open[product]);
        row_number(row, "volume", strength != 0 ? tally->book_ng[product] / strength : 0);
        row_number(row, "book", tally->book_ng[product]);
        put_containers(biennial, standing, tally->place, product);
        put_count(biennial, tally, product);
        table_put(&biennial->table, ROW_PLAIN);
        biennial->book_ng[product] += tally->book_ng[product];
    }
}

/* What was drawn and not accounted for yet stood nowhere: it is the book's alone. */
static enum ledger_status put_rest(struct biennial *biennial, uint32_t product, struct error *error)
{
    const int64_t *totals = biennial->totals.of[product];
    char name[NAME_TEXT_SIZE];

    if (totals[TOTAL_IN_DOSES] != 0) {
        put_inventory(biennial);
        put_product(biennial, product);
        row_number(&biennial->table.row, "book", totals[TOTAL_IN_DOSES]);
        table_put(&biennial->table, ROW_PLAIN);
    }
    if (totals[TOTAL_ON_HAND] == biennial->book_ng[product])
        return LEDGER_OK;
    error_set(error, REFUSAL_TABLES, "what stood anywhere of %s is not what closing #%" PRIu32 " states",
              name_of_subject(biennial->book.reading.view, SUBJECT_PRODUCT, product, name), biennial->inventory.closing.number);
    error_next(error, "phial verify");
    return error->status;
}

static enum ledger_status put_places(struct biennial *biennial, struct error *error)
{
    struct view *view = biennial->book.reading.view;
    enum ledger_status status = totals_at(view, biennial->inventory.closing.number, &biennial->totals, error);

    if (status == LEDGER_OK)
        status = inventory_tally(view, &biennial->inventory, take_place, biennial, error);
    for (uint32_t product = 1; status == LEDGER_OK && product <= biennial->totals.products && product <= PRODUCT_LIMIT; product++)
        status = put_rest(biennial, product, error);
    return status;
}

/* ---- which inventory */

static enum ledger_status find_inventory(struct biennial *biennial, const struct call *call, struct error *error)
{
    static const struct field entry_field = { .name = "entry", .type = FIELD_ENTRY };
    uint8_t room[64];
    struct words words = book_words(&biennial->book, room, sizeof room);
    struct value value = { .number = view_site(biennial->book.reading.view, SITE_CERTIFIED) };
    size_t place = 0;
    const char *word = call_next(call, NULL, &place);
    enum ledger_status status = LEDGER_OK;

    if (word != NULL)
        status = words_read(&words, &entry_field, word, &value, error);
    if (status != LEDGER_OK || (value.number != 0 && inventory_read(biennial->book.reading.view, (uint32_t)value.number, &biennial->inventory)))
        return status;
    if (value.number == 0)
        error_set(error, REFUSAL_NO_ENTRY, "no inventory is certified in this book");
    else
        error_set(error, REFUSAL_NO_ENTRY, "entry #%" PRId64 " certifies no inventory", value.number);
    error_next(error, "count all of each place, close the day, and certify it: phial certify TYPE --basis BASIS -w HANDLE");
    return error->status;
}

static void put_head(struct biennial *biennial)
{
    const struct inventory_of *inventory = &biennial->inventory;
    struct view *view = biennial->book.reading.view;
    struct period period = period_whole(view);
    char day[CIVIL_TEXT_SIZE], signers[ITEMS_SIZE] = "", name[NAME_TEXT_SIZE];

    period_to_entry(&period, view, inventory->closing.number);
    statement_head(&biennial->book, &biennial->table, &period);
    for (size_t i = 0; i < inventory->event.signer_count; i++)
        snprintf(signers + strlen(signers), sizeof signers - strlen(signers), "%s%s", i > 0 ? ", " : "",
                 name_of_person(view, inventory->event.signers[i].person, name));
    table_group(&biennial->table, "%s inventory as of closing #%" PRIu32 " of %s, %s; certified by %s with #%" PRIu32,
                choice_text(KIND_CERTIFY, "type", facts_number(&inventory->event.facts, FACT_CERTIFY_TYPE, 0)),
                inventory->closing.number, civil_format_date(inventory->closing.day, day),
                choice_text(KIND_CERTIFY, "basis", facts_number(&inventory->event.facts, FACT_CERTIFY_BASIS, 0)), signers,
                inventory->number);
}

enum ledger_status cmd_biennial(struct call *call, struct error *error)
{
    static struct biennial biennial; /* too large for a stack */
    enum ledger_status status = book_open(&biennial.book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = find_inventory(&biennial, call, error);
    if (status == LEDGER_OK) {
        table_begin(&biennial.table, call, "report biennial", biennial_columns);
        put_head(&biennial);
        status = put_places(&biennial, error);
        if (biennial.table.count == 0)
            status = table_end(&biennial.table, status, error, "Nothing was on hand.");
        else
            status = table_end(&biennial.table, status, error, "Book and counts are as of that closing.");
    }
    book_close(&biennial.book);
    return status;
}
