/* phial person list, product list, and the other lists of things: one row each, oldest first. */
#include "cli/commands.h"

#include <inttypes.h>
#include <string.h>

#include "cli/heading.h"
#include "cli/things.h"

const struct option list_options[] = {
    { "all", 0, NULL, false, "those that have ended too" },
    { "names", 0, NULL, false, "full names, where they are kept here" },
    { .name = NULL },
};

static const struct listing {
    enum subject subject;
    const char *one, *many;
    bool has_names; /* private ones */
} listings[] = {
    { SUBJECT_CREDENTIAL, "person", "people", true }, { SUBJECT_PRODUCT, "product", "products", false },
    { SUBJECT_PLACE, "place", "places", false },      { SUBJECT_PARTY, "party", "parties", false },
    { SUBJECT_PATIENT, "patient", "patients", true }, { SUBJECT_ORDER, "order", "orders", false },
    { SUBJECT_SESSION, "session", "sessions", false }, { SUBJECT_CASE, "case", "cases", false },
    { SUBJECT_COUNT, "count", "counts", false },
};

static const struct listing *listing_of(enum subject subject)
{
    const struct listing *listing = listings;

    while (listing->subject != subject)
        listing++;
    return listing;
}

static void put_thing(struct book *book, const struct call *call, const struct listing *listing, const struct leaf *leaf,
                      struct table *table)
{
    char full[FULL_NAME_SIZE];

    thing_put(book, leaf, &table->row);
    if (listing->has_names && call_flag(call, "names") && full_name(book, leaf, full))
        row_text(&table->row, "name", full);
    table_put(table, thing_is_struck(leaf) ? ROW_STRUCK : ROW_PLAIN);
}

/* Put the wanted ones; how many were left out because they have ended. */
static uint32_t put_things(struct book *book, const struct call *call, const struct listing *listing, struct table *table)
{
    uint32_t count = view_count(book->reading.view, listing->subject), left_out = 0;

    for (uint32_t id = 1; id <= count; id++) {
        const struct leaf *leaf = view_leaf(book->reading.view, listing->subject, id);

        if (leaf == NULL)
            continue;
        if (call_flag(call, "all") || !thing_has_ended(book, leaf))
            put_thing(book, call, listing, leaf, table);
        else
            left_out++;
    }
    return left_out;
}

enum ledger_status cmd_list(struct call *call, struct error *error)
{
    const struct listing *listing = listing_of(call->command->lists);
    struct book book = BOOK_NONE;
    struct table table;
    uint32_t left_out;
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK) {
        table_begin(&table, call, listing->many, thing_columns(listing->subject));
        heading_put(&book, &table);
        left_out = put_things(&book, call, listing, &table);
        status = view_status(book.reading.view, error);
        if (left_out > 0)
            status = table_end(&table, status, error, "%" PRIu64 " %s, and %" PRIu32 " that have ended (--all).", table.count,
                               listing->many, left_out);
        else
            status = table_end(&table, status, error, "%" PRIu64 " %s.", table.count,
                               table.count == 1 ? listing->one : listing->many);
    }
    book_close(&book);
    return status;
}
