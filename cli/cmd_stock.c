/* phial stock: what is on the shelf, by product and place. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/values.h"
#include "schema/amount.h"

const struct option stock_options[] = {
    { "place", 0, "NAME", false, "only what stands there" },
    { "all", 0, NULL, false, "name sealed containers one by one" },
    { .name = NULL },
};

struct shelf {
    struct book *book;
    const struct call *call;
    uint32_t product, place; /* only these; 0 for all */
    size_t count, capacity;
    const struct leaf **vials; /* sealed and open ones, by product, place, state and number */
};

/* ---- what there is */

static int compare_vials(const void *left, const void *right)
{
    static const enum vial_place order[] = { VIAL_PRODUCT, VIAL_PLACE, VIAL_STATE };
    const struct leaf *a = *(const struct leaf *const *)left, *b = *(const struct leaf *const *)right;

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (a->state[order[i]] != b->state[order[i]])
            return a->state[order[i]] < b->state[order[i]] ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static bool is_wanted(const struct shelf *shelf, const struct leaf *vial)
{
    int64_t state = vial->state[VIAL_STATE];

    return (state == VIAL_SEALED || state == VIAL_OPEN) &&
           (shelf->product == 0 || vial->state[VIAL_PRODUCT] == shelf->product) && (shelf->place == 0 || vial->state[VIAL_PLACE] == shelf->place);
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

/* How many from `first` on share product, place and state with it. */
static size_t run_from(const struct shelf *shelf, size_t first)
{
    size_t end = first;

    while (end < shelf->count && shelf->vials[end]->state[VIAL_PRODUCT] == shelf->vials[first]->state[VIAL_PRODUCT] &&
           shelf->vials[end]->state[VIAL_PLACE] == shelf->vials[first]->state[VIAL_PLACE] &&
           shelf->vials[end]->state[VIAL_STATE] == shelf->vials[first]->state[VIAL_STATE])
        end++;
    return end - first;
}

static uint64_t volume_of(const struct shelf *shelf, size_t first, size_t count)
{
    uint64_t volume_ul = 0;

    for (size_t i = first; i < first + count; i++)
        volume_ul += (uint64_t)shelf->vials[i]->state[VIAL_LEFT];
    return volume_ul;
}

/* ---- one product */

/* Expired, soon to, held, unchecked: what a hand reaching for it should know. */
static const char *warning_of(struct shelf *shelf, const struct leaf *vial)
{
    int64_t today = at_local_days(book_now(shelf->book));
    int64_t beyond_use_ms = vial->state[VIAL_BEYOND_USE];

    if (vial->state[VIAL_HELD] != 0)
        return "ON HOLD";
    if (vial->state[VIAL_EXPIRY] < today)
        return "EXPIRED";
    if (beyond_use_ms != 0 && beyond_use_ms < book_now_ms(shelf->book))
        return "BEYOND USE";
    if (vial->state[VIAL_UNCHECKED] != 0)
        return "UNCHECKED";
    if (vial->state[VIAL_EXPIRY] - today < view_policy(shelf->book->reading.view, POLICY_EXPIRY_WARN))
        return "EXPIRES SOON";
    return NULL;
}

static void print_vial(struct shelf *shelf, const struct leaf *vial)
{
    char name[IDENT_TEXT_SIZE], text[DESCRIBE_SIZE], until[CIVIL_TEXT_SIZE];
    const char *warning = warning_of(shelf, vial);
    bool is_said; /* by the description itself */

    describe(shelf->book, SUBJECT_VIAL, vial->id, text);
    is_said = warning != NULL && strstr(text, warning) != NULL;
    say("      %-7s %s", ident_format(SUBJECT_VIAL, vial->id, name), text);
    if (vial->state[VIAL_BEYOND_USE] != 0)
        say("  use by %s", book_time(shelf->book, vial->state[VIAL_BEYOND_USE], until));
    if (warning != NULL && !is_said)
        say("  %s%s%s", style_out(STYLE_BAD), warning, style_out(STYLE_PLAIN));
    say("\n");
}

static void amount_text(struct shelf *shelf, uint32_t product, uint64_t volume_ul, char out[static AMOUNT_TEXT_SIZE])
{
    int64_t strength = view_number(shelf->book->reading.view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);
    uint64_t mass_ng;

    if (mass_of_volume(volume_ul, (uint64_t)strength, &mass_ng))
        format_amount_pair(mass_ng, volume_ul, out);
    else
        format_volume(volume_ul, out);
}

static void print_run(struct shelf *shelf, size_t first, size_t count)
{
    const struct leaf *vial = shelf->vials[first];
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    char place[NAME_TEXT_SIZE], amount[AMOUNT_TEXT_SIZE];

    amount_text(shelf, product, volume_of(shelf, first, count), amount);
    say("    %-16s %zu %s  %s\n",
        name_of_subject(shelf->book->reading.view, SUBJECT_PLACE, (uint32_t)vial->state[VIAL_PLACE], place), count,
        vial_state_name(vial->state[VIAL_STATE]), amount);
    for (size_t i = first; i < first + count; i++)
        if (vial->state[VIAL_STATE] == VIAL_OPEN || call_flag(shelf->call, "all") ||
            warning_of(shelf, shelf->vials[i]) != NULL)
            print_vial(shelf, shelf->vials[i]);
}

/* All of one product, from `first` on; where the next begins. */
static size_t print_product(struct shelf *shelf, size_t first)
{
    uint32_t product = (uint32_t)shelf->vials[first]->state[VIAL_PRODUCT];
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE], amount[AMOUNT_TEXT_SIZE];
    size_t end = first;

    say("%s%s%s  %s\n", style_out(STYLE_LOUD), name_of_subject(shelf->book->reading.view, SUBJECT_PRODUCT, product, name),
        style_out(STYLE_PLAIN), describe(shelf->book, SUBJECT_PRODUCT, product, text));
    while (end < shelf->count && shelf->vials[end]->state[VIAL_PRODUCT] == product) {
        size_t count = run_from(shelf, end);

        print_run(shelf, end, count);
        end += count;
    }
    amount_text(shelf, product, volume_of(shelf, first, end - first), amount);
    say("    %-16s %zu  %s\n", "in all", end - first, amount);
    return end;
}

static enum ledger_status answer_product(struct shelf *shelf, size_t *first, struct error *error)
{
    uint32_t product = (uint32_t)shelf->vials[*first]->state[VIAL_PRODUCT];
    struct view *view = shelf->book->reading.view;
    struct answer *answer = answer_new(), *vials;
    char name[NAME_TEXT_SIZE], lot[LOT_SIZE], date[CIVIL_TEXT_SIZE];

    answer_text(answer, "product", name_of_subject(view, SUBJECT_PRODUCT, product, name));
    answer_number(answer, "strength_ug_per_ml", view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH));
    vials = answer_list(answer, "vials");
    for (; *first < shelf->count && shelf->vials[*first]->state[VIAL_PRODUCT] == product; ++*first) {
        const struct leaf *vial = shelf->vials[*first];
        struct answer *row = answer_object(vials, NULL);
        const char *warning = warning_of(shelf, vial);

        answer_text(row, "id", ident_format(SUBJECT_VIAL, vial->id, name));
        answer_text(row, "place", name_of_subject(view, SUBJECT_PLACE, (uint32_t)vial->state[VIAL_PLACE], name));
        answer_text(row, "state", vial_state_name(vial->state[VIAL_STATE]));
        answer_text(row, "lot", lot_of_vial(shelf->book, vial->id, lot));
        answer_text(row, "expiry", civil_format_date((int32_t)vial->state[VIAL_EXPIRY], date));
        answer_number(row, "left_ul", vial->state[VIAL_LEFT]);
        if (warning != NULL)
            answer_text(row, "warning", warning);
    }
    return answer_print(answer, stdout, error);
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

static enum ledger_status print_shelf(struct shelf *shelf, struct error *error)
{
    size_t products = 0, first = 0;
    enum ledger_status status = LEDGER_OK;

    while (first < shelf->count && status == LEDGER_OK) {
        if (call_flag(shelf->call, "json"))
            status = answer_product(shelf, &first, error);
        else
            first = print_product(shelf, first);
        products++;
    }
    if (!call_flag(shelf->call, "json"))
        say("%zu %s of %zu %s.\n", shelf->count, shelf->count == 1 ? "container" : "containers", products,
            products == 1 ? "product" : "products");
    return status;
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
        status = print_shelf(&shelf, error);
    free(shelf.vials);
    book_close(&book);
    return status;
}
