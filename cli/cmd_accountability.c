/* phial report accountability: of each product what there was, what came and what went is what there is; beside it what
 * was counted. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/statement.h"
#include "ledger/movement.h"
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
    { "counts", COLUMN_LIST, 0, "which counts: place and count" },
    { "not_counted", COLUMN_LIST, 0, "places with stock that were never counted whole" },
    { "cases", COLUMN_LIST, 0, "open now, about this product" },
    { "marks", COLUMN_MARKS, 0, "NOT COUNTED, DIFFERENCE, CASE OPEN" },
    { .name = NULL },
};

/* The parts of the equation, by the column's name. */
static const struct term {
    const char *name;
    enum total_place place;
    bool is_in;
} parts[] = { { "opening", TOTAL_OPENING, true },         { "received", TOTAL_RECEIVED, true },
              { "gained", TOTAL_GAINED, true },           { "recovered", TOTAL_RECOVERED, true },
              { "found", TOTAL_FOUND, true },             { "adjusted_up", TOTAL_ADJUSTED_UP, true },
              { "given", TOTAL_GIVEN, false },            { "wasted", TOTAL_WASTED, false },
              { "residual", TOTAL_RESIDUAL, false },      { "closing_loss", TOTAL_CLOSING_LOSS, false },
              { "shipped", TOTAL_SHIPPED, false },        { "destroyed", TOTAL_DESTROYED, false },
              { "lost", TOTAL_LOST, false },              { "surrendered", TOTAL_SURRENDERED, false },
              { "handed_out", TOTAL_HANDED_OUT, false },  { "adjusted_down", TOTAL_ADJUSTED_DOWN, false } };
enum { PART_COUNT = sizeof parts / sizeof parts[0], EQUATION_SIZE = 2048, NAMES_SIZE = 4096 };

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

/* ---- the equation */

static int64_t change_of(const struct accounts *accounts, uint32_t product, enum total_place place)
{
    return accounts->last.of[product][place] - accounts->before.of[product][place];
}

static int64_t before_ng(const struct accounts *accounts, uint32_t product)
{
    return accounts->before.of[product][TOTAL_ON_HAND] + accounts->before.of[product][TOTAL_IN_DOSES];
}

/* To the nanogram; what a correction took back within the period may make a part negative. */
static bool closes(const struct accounts *accounts, uint32_t product)
{
    int64_t sum_ng = before_ng(accounts, product);

    for (size_t i = 0; i < PART_COUNT; i++)
        sum_ng += parts[i].is_in ? change_of(accounts, product, parts[i].place) : -change_of(accounts, product, parts[i].place);
    return sum_ng == accounts->last.of[product][TOTAL_ON_HAND] + accounts->last.of[product][TOTAL_IN_DOSES];
}

static size_t add_term(char *out, size_t used, int64_t mass_ng, const char *name, bool is_first)
{
    char amount[AMOUNT_TEXT_SIZE];
    uint64_t size_ng = (uint64_t)(mass_ng < 0 ? -mass_ng : mass_ng);
    const char *sign = mass_ng < 0 ? " - " : " + ";

    if (is_first)
        sign = mass_ng < 0 ? "-" : "";
    used += (size_t)snprintf(out + used, EQUATION_SIZE - used, "%s%s ", sign, format_mass(size_ng, amount));
    for (; *name != '\0'; name++)
        out[used++] = *name == '_' ? ' ' : *name;
    out[used] = '\0';
    return used;
}

/* "19000 mg before + 60000 mg received = 57240 mg given + … + 16335 mg on hand" */
static const char *equation_text(const struct accounts *accounts, uint32_t product, char out[static EQUATION_SIZE])
{
    size_t used = add_term(out, 0, before_ng(accounts, product), "before", true);
    bool is_first = false;

    for (size_t i = 0; i < PART_COUNT; i++) {
        int64_t change_ng = change_of(accounts, product, parts[i].place);

        if (!parts[i].is_in && (i == 0 || parts[i - 1].is_in)) {
            used += (size_t)snprintf(out + used, EQUATION_SIZE - used, " = ");
            is_first = true;
        }
        if (change_ng == 0)
            continue;
        used = add_term(out, used, change_ng, parts[i].name, is_first);
        is_first = false;
    }
    if (accounts->last.of[product][TOTAL_IN_DOSES] != 0) {
        used = add_term(out, used, accounts->last.of[product][TOTAL_IN_DOSES], "in open doses", is_first);
        is_first = false;
    }
    add_term(out, used, accounts->last.of[product][TOTAL_ON_HAND], "on hand", is_first);
    return out;
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

static enum ledger_status put_product(struct accounts *accounts, uint32_t product, struct error *error)
{
    struct view *view = accounts->book.reading.view;
    struct row *row = &accounts->table.row;
    const struct counted *counted = &accounts->counted[product];
    char name[NAME_TEXT_SIZE], equation[EQUATION_SIZE];
    bool has_case;

    row_text(row, "product", name_of_subject(view, SUBJECT_PRODUCT, product, name));
    row_number(row, "strength", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH));
    row_text(row, "equation", equation_text(accounts, product, equation));
    row_number(row, "before", before_ng(accounts, product));
    for (size_t i = 0; i < PART_COUNT; i++)
        row_number(row, parts[i].name, change_of(accounts, product, parts[i].place));
    row_number(row, "in_doses", accounts->last.of[product][TOTAL_IN_DOSES]);
    row_number(row, "on_hand", accounts->last.of[product][TOTAL_ON_HAND]);
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
    if (closes(accounts, product))
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
