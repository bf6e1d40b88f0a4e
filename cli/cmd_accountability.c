/* phial report accountability: of each product what there was, what came and what went is what there is; beside it what
 * was counted. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/statement.h"
#include "ledger/equation.h"
#include "ledger/register.h"
#include "ledger/standing.h"
#include "schema/amount.h"

const struct option accountability_options[] = {
    { "product", 0, "NAME", false, "only this product" },
    PERIOD_OPTIONS,
    { .name = NULL },
};

const struct column accountability_columns[] = {
    { "product", COLUMN_TEXT, 0, NULL },
    { "strength", COLUMN_STRENGTH, 0, NULL },
    { "equation", COLUMN_TEXT, COLUMN_SCREEN | COLUMN_REST, NULL },
    { "before", COLUMN_MASS, COLUMN_RECORD, "on hand and in open doses when the period began" },
    { "opening", COLUMN_MASS, COLUMN_RECORD, "what the book was opened with" },
    { "received", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "gained", COLUMN_MASS, COLUMN_RECORD, "overfill" },
    { "recovered", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "found", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "adjusted_up", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "given", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "wasted", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "residual", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "closing_loss", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "shipped", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "destroyed", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "lost", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "surrendered", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "handed_out", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "adjusted_down", COLUMN_MASS, COLUMN_RECORD, NULL },
    { "in_doses", COLUMN_MASS, COLUMN_RECORD, "drawn and not yet accounted for, at the end" },
    { "on_hand", COLUMN_MASS, COLUMN_RECORD, "in containers, at the end" },
    { "counted", COLUMN_MASS, 0, "by the first of two, in places counted whole, with what the book says came and went since" },
    { "counted_second", COLUMN_MASS, COLUMN_RECORD, "by the second" },
    { "book_counted", COLUMN_MASS, COLUMN_RECORD, "what the book has in those places" },
    { "variance", COLUMN_MASS, 0, "counted less book; missing is negative" },
    { "variance_second", COLUMN_MASS, COLUMN_RECORD, "of the second figure" },
    { "variance_ppm", COLUMN_NUMBER, COLUMN_RECORD, "variance in millionths of what the book has there, to the nearest" },
    { "counts", COLUMN_LIST, 0, "which counts, the certified ones of that closing before others: place and count" },
    { "not_counted", COLUMN_LIST, 0, "places with stock of which no count of all stands for that moment" },
    { "cases", COLUMN_LIST, 0, "open now, about this product" },
    { "marks", COLUMN_MARKS, 0, "NOT COUNTED, DIFFERENCE, CASE OPEN" },
    { .name = NULL },
};

enum { NAMES_SIZE = 4096 };

/* What was counted of each product. */
struct counted {
    int64_t book_ng, first_ng, second_ng;
    bool is_counted;
    char counts[NAMES_SIZE], not_counted[NAMES_SIZE]; /* items apart by '\n' */
};

struct accounts {
    struct book book;
    struct table table;
    struct period period;
    uint32_t product; /* only this one; 0 for all */
    struct totals before, last;
    struct counted counted[PRODUCT_LIMIT + 1];
};

/* ---- what was counted */

static void add_item(char *items, const char *text)
{
    size_t used = strlen(items);

    snprintf(items + used, NAMES_SIZE - used, "%s%s", used > 0 ? "\n" : "", text);
}

static void take_tally(void *context, const struct place_tally *tally)
{
    struct accounts *accounts = context;
    struct view *view = accounts->book.reading.view;
    char place[NAME_TEXT_SIZE], count[NAME_TEXT_SIZE], text[2 * NAME_TEXT_SIZE];

    name_of_subject(view, SUBJECT_PLACE, tally->place, place);
    name_of_subject(view, SUBJECT_COUNT, tally->count, count);
    snprintf(text, sizeof text, "%s %s", place, count);
    for (uint32_t product = 1; product <= PRODUCT_LIMIT; product++) {
        struct counted *counted = &accounts->counted[product];

        if (tally->book_ng[product] == 0 && tally->first_ng[product] == 0 && tally->second_ng[product] == 0)
            continue;
        if (tally->count == 0) {
            add_item(counted->not_counted, place);
            continue;
        }
        counted->is_counted = true;
        counted->book_ng += tally->book_ng[product];
        counted->first_ng += tally->first_ng[product];
        counted->second_ng += tally->second_ng[product];
        add_item(counted->counts, text);
    }
}

static void put_items(struct row *row, const char *column, const char *items)
{
    if (items[0] != '\0')
        row_item(row, column, items);
}

static void put_counted(struct row *row, const struct counted *counted)
{
    uint64_t ppm = 0;
    int64_t variance_ng = counted->first_ng - counted->book_ng, size_ng = variance_ng < 0 ? -variance_ng : variance_ng;

    if (!counted->is_counted)
        return;
    row_number(row, "counted", counted->first_ng);
    row_number(row, "counted_second", counted->second_ng);
    row_number(row, "book_counted", counted->book_ng);
    row_number(row, "variance", variance_ng);
    row_number(row, "variance_second", counted->second_ng - counted->book_ng);
    if (counted->book_ng > 0 && muldiv_half_even((uint64_t)size_ng, 1000000, (uint64_t)counted->book_ng, &ppm))
        row_number(row, "variance_ppm", variance_ng < 0 ? -(int64_t)ppm : (int64_t)ppm);
}

/* ---- cases */

static uint32_t product_of_case(struct view *view, const struct leaf *leaf)
{
    uint32_t id = (uint32_t)leaf->state[CASE_ID];

    if (leaf->state[CASE_SUBJECT] == SUBJECT_VIAL)
        return (uint32_t)view_number(view, SUBJECT_VIAL, id, VIAL_PRODUCT);
    if (leaf->state[CASE_SUBJECT] == SUBJECT_DOSE)
        return (uint32_t)view_number(view, SUBJECT_DOSE, id, DOSE_SOURCES + SOURCE_PRODUCT);
    return leaf->state[CASE_SUBJECT] == SUBJECT_PRODUCT ? id : 0;
}

static bool put_cases(struct accounts *accounts, uint32_t product)
{
    struct view *view = accounts->book.reading.view;
    char name[NAME_TEXT_SIZE];
    bool has_any = false;

    for (uint32_t id = 1; id <= view_count(view, SUBJECT_CASE); id++) {
        const struct leaf *leaf = view_leaf(view, SUBJECT_CASE, id);

        if (leaf == NULL || leaf->state[CASE_STATE] == CASE_IS_RESOLVED || leaf->state[CASE_ENTRY] > accounts->period.last ||
            product_of_case(view, leaf) != product)
            continue;
        row_item(&accounts->table.row, "cases", name_of_subject(view, SUBJECT_CASE, id, name));
        has_any = true;
    }
    return has_any;
}

/* ---- rows */

/* A column has the name of the total that it is the change of. */
static void put_changes(struct row *row, const struct statement_total *total)
{
    const struct leaf_place *places = leaf_places(LEAF_TABLE_TOTAL);

    for (unsigned place = 0; place < TOTAL_IN_DOSES; place++) {
        char column[NAME_TEXT_SIZE];

        snprintf(column, sizeof column, "%s", places[place].name);
        for (char *at = column; *at != '\0'; at++)
            *at = *at == '-' ? '_' : *at;
        row_number(row, column, total->change[place]);
    }
}

static enum ledger_status put_product(struct accounts *accounts, uint32_t product, struct error *error)
{
    struct view *view = accounts->book.reading.view;
    struct row *row = &accounts->table.row;
    const struct counted *counted = &accounts->counted[product];
    char name[NAME_TEXT_SIZE], equation[EQUATION_SIZE];
    struct statement_total total;
    bool has_case;

    (void)equation_between(&accounts->before, &accounts->last, product, &total);
    row_text(row, "product", name_of_subject(view, SUBJECT_PRODUCT, product, name));
    row_number(row, "strength", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH));
    row_text(row, "equation", equation_text(&total, equation));
    row_number(row, "before", total.before_in_doses + total.before_on_hand);
    put_changes(row, &total);
    row_number(row, "in_doses", total.in_doses);
    row_number(row, "on_hand", total.on_hand);
    put_counted(row, counted);
    put_items(row, "counts", counted->counts);
    put_items(row, "not_counted", counted->not_counted);
    has_case = put_cases(accounts, product);
    if (counted->not_counted[0] != '\0')
        row_item(row, "marks", "NOT COUNTED");
    if (counted->is_counted && (counted->first_ng != counted->book_ng || counted->second_ng != counted->book_ng))
        row_item(row, "marks", "DIFFERENCE");
    if (has_case)
        row_item(row, "marks", "CASE OPEN");
    table_put(&accounts->table, ROW_PLAIN);
    if (statement_total_closes(&total))
        return LEDGER_OK;
    error_set(error, REFUSAL_TABLES, "the totals of %s do not add up", name);
    error_next(error, "phial verify");
    return error->status;
}

static enum ledger_status put_products(struct accounts *accounts, struct error *error)
{
    struct view *view = accounts->book.reading.view;
    enum ledger_status status = totals_at(view, accounts->period.before, &accounts->before, error);

    if (status == LEDGER_OK)
        status = totals_at(view, accounts->period.last, &accounts->last, error);
    if (status == LEDGER_OK)
        status = standing_tally(view, accounts->period.last, take_tally, accounts, error);
    for (uint32_t product = 1; status == LEDGER_OK && product <= accounts->last.products && product <= PRODUCT_LIMIT; product++)
        if ((accounts->product == 0 || accounts->product == product) && product_has_moved(view, product))
            status = put_product(accounts, product, error);
    return status;
}

static enum ledger_status read_wishes(struct accounts *accounts, const struct call *call, struct error *error)
{
    uint8_t room[64];
    struct words words = book_words(&accounts->book, room, sizeof room);
    const char *product = call_value(call, "product");
    enum ledger_status status = statement_period(&accounts->book, call, &accounts->period, error);

    if (status == LEDGER_OK && product != NULL)
        status = words_read_subject(&words, SUBJECT_PRODUCT, product, &accounts->product, error);
    return status;
}

enum ledger_status cmd_accountability(struct call *call, struct error *error)
{
    static struct accounts accounts; /* too large for a stack */
    enum ledger_status status = book_open(&accounts.book, call, LEDGER_READ, error);

    if (status == LEDGER_OK)
        status = read_wishes(&accounts, call, error);
    if (status == LEDGER_OK) {
        table_begin(&accounts.table, call, "report accountability", accountability_columns);
        statement_head(&accounts.book, &accounts.table, &accounts.period);
        status = put_products(&accounts, error);
        status = table_end(&accounts.table, status, error, "Each equation closes to the nanogram, by what was recorded.");
    }
    book_close(&accounts.book);
    return status;
}
