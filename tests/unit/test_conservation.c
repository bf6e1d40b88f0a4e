/* What comes in is what goes out and is left: thousands of acts chosen by chance, beside a model that knows nothing of
 * leaves, sources or rounding; doses of many sources; and the same entries replayed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/place.h"
#include "tests/support/book.h"
#include "tests/support/effects.h"
#include "tests/support/registers.h"

/* ---- chance: the same every time (xorshift) */

static uint64_t seed;

static uint32_t below(uint32_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 32) % limit;
}

/* ---- the model: what there is of each product, in ng, and where it went */

enum { PRODUCTS = 4, DOSES = 64, VIALS = 400 };
enum part { IN_VIALS, IN_DOSES, GIVEN, WASTED, RESIDUAL, LOST_AT_END, LOST, SHIPPED, DESTROYED, SURRENDERED, CAME, PARTS };

static const int64_t strength_of[PRODUCTS + 1] = { 0, 50000, 100000, 140000, 10000 };

struct model {
    int64_t amount[PRODUCTS + 1][PARTS];
    int64_t vial_ul[VIALS + 1], missing_ul[VIALS + 1];
    uint32_t vial_product[VIALS + 1];
    uint32_t vials;
    bool is_finished[VIALS + 1];
    uint32_t doses;
    int64_t open_ng[DOSES * 64];
};

static void model_vials(struct model *model, uint32_t product, uint32_t count, int64_t volume_ul)
{
    for (uint32_t i = 0; i < count; i++) {
        model->vials++;
        model->vial_ul[model->vials] = volume_ul;
        model->vial_product[model->vials] = product;
    }
    model->amount[product][CAME] += count * volume_ul * strength_of[product];
    model->amount[product][IN_VIALS] += count * volume_ul * strength_of[product];
}

/* The model knows of a dose only how much is open; of the products in it, that together they lose as much. */
static int64_t all_of(const struct model *model, enum part part)
{
    int64_t sum = 0;

    for (uint32_t product = 1; product <= PRODUCTS; product++)
        sum += model->amount[product][part];
    return sum;
}

static void compare(struct book *book, const struct model *model)
{
    static const struct {
        enum part part;
        enum total_place total;
    } totals[] = { { IN_VIALS, TOTAL_ON_HAND }, { IN_DOSES, TOTAL_IN_DOSES }, { GIVEN, TOTAL_GIVEN }, { WASTED, TOTAL_WASTED },
                   { RESIDUAL, TOTAL_RESIDUAL }, { LOST_AT_END, TOTAL_CLOSING_LOSS }, { LOST, TOTAL_LOST },
                   { SHIPPED, TOTAL_SHIPPED }, { DESTROYED, TOTAL_DESTROYED }, { SURRENDERED, TOTAL_SURRENDERED } };
    int64_t came = 0, gone = 0;

    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        int64_t sum = 0;

        for (uint32_t product = 1; product <= PRODUCTS; product++)
            sum += leaf_number(book, LEAF_TABLE_TOTAL, product, totals[i].total);
        assert_int_equal(all_of(model, totals[i].part), sum);
        gone += sum;
    }
    for (uint32_t product = 1; product <= PRODUCTS; product++) {
        assert_int_equal(model->amount[product][IN_VIALS], leaf_number(book, LEAF_TABLE_TOTAL, product, TOTAL_ON_HAND));
        came += leaf_number(book, LEAF_TABLE_TOTAL, product, TOTAL_RECEIVED) +
                leaf_number(book, LEAF_TABLE_TOTAL, product, TOTAL_GAINED) +
                leaf_number(book, LEAF_TABLE_TOTAL, product, TOTAL_FOUND) +
                leaf_number(book, LEAF_TABLE_TOTAL, product, TOTAL_RECOVERED);
    }
    assert_int_equal(came, gone);
    assert_int_equal(all_of(model, CAME), came);
}

/* ---- acts by chance. Each returns whether it was placed. */

static bool place_if_it_stands(struct book *book)
{
    act_because(book, 2);
    judged(book);
    for (size_t i = 0; i < book->verdict.broken_count; i++) {
        enum refusal_class class_ = refusal_find(book->verdict.broken[i].code)->class_;

        if (class_ == CLASS_MALFORMED || class_ == CLASS_IMPOSSIBLE)
            return false;
    }
    place_irregular(book);
    return true;
}

static void chance_receive(struct book *book, struct model *model)
{
    static const int64_t volumes[] = { 0, 10000, 5000, 200, 1000 };
    uint32_t product = 1 + below(PRODUCTS), count = 1 + below(3);

    if (model->vials + count > VIALS)
        return;
    begin_receive(book, product, count);
    if (place_if_it_stands(book))
        model_vials(model, product, count, volumes[product]);
}

static void chance_draw(struct book *book, struct model *model)
{
    struct facts rows[4];
    uint32_t vials[4], count = 1 + below(4);
    int64_t volumes[4], overfills[4] = { 0 }, total_ng = 0;

    begin_draw(book, 1, 1, 1);
    for (uint32_t i = 0; i < count; i++) {
        vials[i] = 1 + below(model->vials);
        volumes[i] = 1 + below(below(4) == 0 ? 12000 : 700);
        if (strength_of[model->vial_product[vials[i]]] == 140000 || model->vial_product[vials[i]] == 4)
            volumes[i] = model->vial_product[vials[i]] == 4 ? 1000 : 200;
        if (volumes[i] > model->vial_ul[vials[i]] && below(2) == 0)
            overfills[i] = volumes[i] - model->vial_ul[vials[i]];
        rows[i] = row_of(book, 1);
        facts_put_number(&rows[i], 0, vials[i]);
        facts_put_number(&rows[i], 1, volumes[i]);
        if (overfills[i] > 0 && overfills[i] <= 100000)
            facts_put_number(&rows[i], 2, overfills[i]);
    }
    put_rows(book, 1, rows, count);
    if (below(3) == 0)
        put_number(book, 5, 50000 + below(50000));
    if (model->doses + 1 >= DOSES * 64 || !place_if_it_stands(book))
        return;
    model->doses++;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t product = model->vial_product[vials[i]];
        int64_t mass_ng = volumes[i] * strength_of[product];

        model->vial_ul[vials[i]] += overfills[i] - volumes[i];
        model->amount[product][CAME] += overfills[i] * strength_of[product];
        model->amount[product][IN_VIALS] += overfills[i] * strength_of[product] - mass_ng;
        model->amount[product][IN_DOSES] += mass_ng;
        total_ng += mass_ng;
    }
    model->open_ng[model->doses] = total_ng;
}

static void settled(struct book *book, struct model *model, uint32_t dose, enum part part)
{
    int64_t open_ng = leaf_number(book, SUBJECT_DOSE, dose, DOSE_OPEN);
    int64_t mass_ng = model->open_ng[dose] - open_ng;

    assert_true(mass_ng >= 0 && open_ng >= 0);
    model->open_ng[dose] = open_ng;
    model->amount[1][IN_DOSES] -= mass_ng; /* which product pays is not the model's business */
    model->amount[1][part] += mass_ng;
}

static void chance_settle(struct book *book, struct model *model)
{
    uint32_t dose;
    int64_t amount;
    enum quantity_unit unit;

    if (model->doses == 0)
        return;
    dose = 1 + below(model->doses);
    unit = below(4) == 0 ? QUANTITY_REST : below(2) == 0 ? QUANTITY_NG : QUANTITY_UL;
    amount = unit == QUANTITY_REST ? 0 : unit == QUANTITY_UL ? below(800) : below(40000000);
    switch (below(3)) {
    case 0:
        begin_give(book, dose, PHASE_BOLUS, unit, amount);
        if (place_if_it_stands(book))
            settled(book, model, dose, GIVEN);
        break;
    case 1:
        begin_waste(book, dose, unit, amount);
        put_amount(book, 4, QUANTITY_UL, below(1000));
        put_amount(book, 5, QUANTITY_UL, below(1000));
        if (place_if_it_stands(book))
            settled(book, model, dose, WASTED);
        break;
    default:
        act(book, KIND_RESIDUAL, NURSE, MEANING_DID);
        put_number(book, 1, dose);
        put_amount(book, 2, unit, amount);
        put_number(book, 3, 1 + below(3));
        if (place_if_it_stands(book))
            settled(book, model, dose, RESIDUAL);
        break;
    }
}

static void chance_vial(struct book *book, struct model *model)
{
    uint32_t vial = 1 + below(model->vials), product = model->vial_product[vial];
    int64_t volume_ul = 1 + below(500);

    if (below(3) == 0) {
        act(book, KIND_EMPTY, NURSE, MEANING_DID);
        put_number(book, 1, vial);
        if (!place_if_it_stands(book))
            return;
        model->amount[product][LOST_AT_END] += model->vial_ul[vial] * strength_of[product];
        model->amount[product][IN_VIALS] -= model->vial_ul[vial] * strength_of[product];
        model->vial_ul[vial] = 0;
        return;
    }
    begin_waste(book, 1, QUANTITY_UL, volume_ul);
    book->event.facts.values[0].present = false;
    put_number(book, 2, vial);
    put_amount(book, 4, QUANTITY_UL, volume_ul);
    put_amount(book, 5, QUANTITY_UL, volume_ul);
    if (!place_if_it_stands(book))
        return;
    model->vial_ul[vial] -= volume_ul;
    model->amount[product][WASTED] += volume_ul * strength_of[product];
    model->amount[product][IN_VIALS] -= volume_ul * strength_of[product];
}

/* ---- what leaves otherwise, and what turns up */

static void begin_of_two(struct book *book, enum kind_number kind)
{
    act(book, kind, OWNER, MEANING_DID);
    if (kind != KIND_SURRENDER)
        act_signed(book, NURSE, MEANING_WITNESSED);
}

static void gone(struct model *model, uint32_t vial, enum part part, int64_t volume_ul)
{
    uint32_t product = model->vial_product[vial];

    model->vial_ul[vial] -= volume_ul;
    model->amount[product][IN_VIALS] -= volume_ul * strength_of[product];
    model->amount[product][part] += volume_ul * strength_of[product];
}

/* All or, of a loss, a part of a vial. */
static void chance_leave(struct book *book, struct model *model)
{
    static const struct {
        enum kind_number kind;
        enum part part;
    } ways[] = { { KIND_LOSS, LOST }, { KIND_SHIP, SHIPPED }, { KIND_DESTROY, DESTROYED }, { KIND_SURRENDER, SURRENDERED } };
    uint32_t way = below(4), number = 1 + below(model->vials);
    int64_t vial = number, volume_ul = model->vial_ul[number];

    begin_of_two(book, ways[way].kind);
    put_list(book, 1, &vial, 1);
    if (ways[way].kind == KIND_LOSS) {
        put_time(book, 2, book->now_ms);
        if (below(2) == 0) {
            volume_ul = 1 + below(3000);
            put_number(book, 4, volume_ul);
        }
    }
    if (ways[way].kind == KIND_SHIP || ways[way].kind == KIND_SURRENDER)
        put_number(book, 2, 1);
    if (ways[way].kind == KIND_SHIP)
        put_text(book, 3, "D-1");
    if (ways[way].kind == KIND_DESTROY)
        put_text(book, 2, "incinerated");
    if (!place_if_it_stands(book))
        return;
    gone(model, number, ways[way].part, volume_ul);
    if (ways[way].kind == KIND_LOSS)
        model->missing_ul[number] += volume_ul;
}

static void chance_dose_leaves(struct book *book, struct model *model)
{
    bool is_lost = below(2) == 0;
    int64_t dose;

    if (model->doses == 0)
        return;
    dose = 1 + below(model->doses);
    begin_of_two(book, is_lost ? KIND_LOSS : KIND_DESTROY);
    put_list(book, is_lost ? 5 : 4, &dose, 1);
    if (is_lost)
        put_time(book, 2, book->now_ms);
    else
        put_text(book, 2, "incinerated");
    if (place_if_it_stands(book))
        settled(book, model, (uint32_t)dose, is_lost ? LOST : DESTROYED);
}

static void chance_recover(struct book *book, struct model *model)
{
    uint32_t vial = 1 + below(model->vials);
    int64_t volume_ul = 1 + below(2) * (model->missing_ul[vial] - 1) + below(2); /* one, all, or one more than is missing */

    if (volume_ul < 1)
        return;
    begin_of_two(book, KIND_RECOVER);
    put_number(book, 1, vial);
    put_number(book, 2, volume_ul);
    put_number(book, 3, SAFE);
    if (!place_if_it_stands(book)) {
        assert_true(volume_ul > model->missing_ul[vial]);
        return;
    }
    assert_true(volume_ul <= model->missing_ul[vial]);
    model->missing_ul[vial] -= volume_ul;
    model->vial_ul[vial] += volume_ul;
    model->amount[model->vial_product[vial]][IN_VIALS] += volume_ul * strength_of[model->vial_product[vial]];
    model->amount[model->vial_product[vial]][CAME] += volume_ul * strength_of[model->vial_product[vial]];
}

static void chance_find(struct book *book, struct model *model)
{
    uint32_t product = 1 + below(PRODUCTS), count = 1 + below(2);
    int64_t volume_ul = 1 + below(5000);

    if (model->vials + count > VIALS)
        return;
    begin_of_two(book, KIND_FOUND);
    put_number(book, 1, product);
    put_number(book, 2, SAFE);
    put_number(book, 3, count);
    put_number(book, 4, volume_ul);
    if (place_if_it_stands(book))
        model_vials(model, product, count, volume_ul);
}

static void chance_out(struct book *book, struct model *model)
{
    switch (below(5)) {
    case 0:
        chance_find(book, model);
        break;
    case 1:
        chance_recover(book, model);
        break;
    case 2:
        chance_dose_leaves(book, model);
        break;
    default:
        chance_leave(book, model);
        break;
    }
}

static struct model *model_of_stock(void)
{
    struct model *model = calloc(1, sizeof *model);

    assert_non_null(model);
    model_vials(model, 1, 10, 10000);
    model_vials(model, 2, 4, 5000);
    model_vials(model, 3, 4, 200);
    model_vials(model, 4, 2, 1000);
    return model;
}

static void what_came_is_what_went_and_is_left(void **state)
{
    struct book *book = *state;
    struct model *model = model_of_stock();
    uint32_t first = book->entries;

    seed = 0x9E3779B97F4A7C15u;
    begin_session(book, 1, 1);
    place(book);
    for (unsigned step = 0; step < 4000; step++) {
        uint32_t which = below(100);

        if (which < 8)
            chance_receive(book, model);
        else if (which < 45)
            chance_draw(book, model);
        else if (which < 82)
            chance_settle(book, model);
        else if (which < 92)
            chance_out(book, model);
        else
            chance_vial(book, model);
        if (step % 50 == 0)
            compare(book, model);
        if (step % 200 == 0)
            wait_for(book, BOOK_HOUR);
        if (step % 700 == 699)
            close_day(book);
    }
    compare(book, model);
    for (uint32_t vial = 1; vial <= model->vials; vial++)
        assert_int_equal(model->vial_ul[vial], leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT));
    effects_make_the_leaves(book);
    assert_true(registers_end_as_closings_state(book) > 4); /* of each of four products several periods */
    assert_true(book->entries - first > 1000); /* enough of it was lawful, or could be owned up to */
    for (enum part part = IN_VIALS; part < PARTS; part++)
        assert_true(all_of(model, part) > 0); /* and of every sort */
    free(model);
}

/* ---- a dose of 32 sources and three products */

/* Draw from 32 vials of three ketamine products awkward volumes, settle it in awkward parts, and look at each product. */
static void a_dose_of_many_products_closes_exactly_for_each(void **state)
{
    static const int64_t parts_ng[] = { 1, 7, 133333333, 99999999, 100000007, 5, 123456789 };
    struct book *book = *state;
    struct facts rows[32];
    int64_t drawn_ng[PRODUCTS + 1] = { 0 }, settled_ng[PRODUCTS + 1];

    act(book, KIND_PRODUCT, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_text(book, 1, "ket-10");
    put_text(book, 2, "ketamine 10 mg/mL");
    put_number(book, 3, DRUG_KETAMINE);
    put_number(book, 4, FORM_MULTI_DOSE_VIAL);
    put_number(book, 5, 10000);
    put_number(book, 6, 10000);
    put_number(book, 7, 20000);
    put_number(book, 8, 600);
    put_number(book, 11, 3);
    assert_int_equal(5, place(book));
    begin_receive(book, 5, 18);
    place(book); /* vials 21 to 38 */
    begin_session(book, 1, 1);
    place(book);
    begin_draw(book, 1, 1, 1);
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t vial = i < 10 ? i + 1 : i < 14 ? i + 1 : i + 7;
        uint32_t product = i < 10 ? 1 : i < 14 ? 2 : 3;
        int64_t volume_ul = 101 + 37 * i;

        rows[i] = row_of(book, 1);
        facts_put_number(&rows[i], 0, vial);
        facts_put_number(&rows[i], 1, volume_ul);
        drawn_ng[product] += volume_ul * (product == 1 ? 50000 : product == 2 ? 100000 : 10000);
    }
    put_rows(book, 1, rows, 32);
    act_because(book, 2);
    place(book);
    for (size_t i = 0; i < sizeof parts_ng / sizeof parts_ng[0]; i++) {
        begin_waste(book, 1, QUANTITY_NG, parts_ng[i]);
        put_amount(book, 4, QUANTITY_NG, parts_ng[i]);
        put_amount(book, 5, QUANTITY_NG, parts_ng[i]);
        place(book);
    }
    assert_int_not_equal(0, leaf_number(book, SUBJECT_DOSE, 1, DOSE_OPEN));
    begin_waste(book, 1, QUANTITY_REST, 0);
    put_amount(book, 4, QUANTITY_NG, leaf_number(book, SUBJECT_DOSE, 1, DOSE_OPEN));
    put_amount(book, 5, QUANTITY_NG, leaf_number(book, SUBJECT_DOSE, 1, DOSE_OPEN));
    place(book);
    settled_ng[1] = leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_WASTED);
    settled_ng[2] = leaf_number(book, LEAF_TABLE_TOTAL, 2, TOTAL_WASTED);
    settled_ng[3] = leaf_number(book, LEAF_TABLE_TOTAL, 5, TOTAL_WASTED);
    for (unsigned i = 1; i <= 3; i++)
        assert_int_equal(drawn_ng[i], settled_ng[i]);
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, 1, TOTAL_IN_DOSES));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, 2, TOTAL_IN_DOSES));
    assert_int_equal(0, leaf_number(book, LEAF_TABLE_TOTAL, 5, TOTAL_IN_DOSES));
    begin_draw(book, 1, 1, 100);
    put_number(book, 3, 1);
    judged(book);
    assert_int_equal(REFUSAL_DOSE_IN_USE, book->refusal->code);
}

/* ---- the same entries again */

/* Judge every entry of one book in another that is empty, and place what comes of it. */
static void replay(struct book *from, struct book *to)
{
    for (uint32_t number = 1; number <= from->entries; number++) {
        struct bytes bytes;
        struct entry entry;
        struct event event;
        struct facts_fault fault;
        struct verdict verdict;
        struct placing placing;
        struct digest hash;
        struct error error;
        struct view *view = to->list != NULL ? to->list : view_new(to->txn);

        assert_int_equal(LEDGER_OK, place_read(from->txn, number, &bytes, &entry, &error));
        assert_int_equal(EVENT_OK, event_decode(entry.message.payload, &event, &fault));
        placing = (struct placing){ .number = number, .recorded_ms = entry.header.recorded_ms };
        placing_of_message(&entry.message, &placing);
        placing.is_signed = false; /* these entries bear nobody's signature */
        rules_judge(view, &event, &placing, &verdict);
        assert_null(verdict_refusal(&verdict, &event));
        assert_int_equal(LEDGER_OK, place_entry(to->txn, number, bytes, verdict.touches, verdict.touch_count, &hash, &error));
        if (event.in_list && event.list_place < event.list_length) {
            to->list = view;
            continue;
        }
        assert_int_equal(LEDGER_OK, view_flush(view, to->txn, &error));
        view_free(view);
        to->list = NULL;
    }
    to->entries = from->entries;
}

static void assert_same_table(struct book *one, struct book *other, enum store_table table)
{
    struct store_cursor *a, *b;
    struct bytes key_a, value_a, key_b, value_b;
    struct error error;
    bool found_a = true, found_b = true;
    unsigned rows = 0;

    assert_int_equal(LEDGER_OK, store_cursor_open(one->txn, table, bytes_of("", 0), &a, &error));
    assert_int_equal(LEDGER_OK, store_cursor_open(other->txn, table, bytes_of("", 0), &b, &error));
    while (found_a && found_b) {
        assert_int_equal(LEDGER_OK, store_cursor_next(a, &found_a, &key_a, &value_a, &error));
        assert_int_equal(LEDGER_OK, store_cursor_next(b, &found_b, &key_b, &value_b, &error));
        assert_int_equal(found_a, found_b);
        assert_true(!found_a || (bytes_equal(key_a, key_b) && bytes_equal(value_a, value_b)));
        rows += found_a;
    }
    store_cursor_close(a);
    store_cursor_close(b);
    assert_true(rows > 0);
}

static void the_same_entries_give_the_same_book(void **state)
{
    struct book *book = *state;
    struct model *model = model_of_stock();
    void *other = NULL;

    seed = 42;
    begin_session(book, 1, 1);
    place(book);
    for (unsigned step = 0; step < 300; step++) {
        if (below(2) == 0)
            chance_draw(book, model);
        else
            chance_settle(book, model);
    }
    assert_int_equal(0, book_unfounded(&other));
    replay(book, other);
    assert_same_table(book, other, STORE_LEAVES);
    assert_same_table(book, other, STORE_NAMES);
    assert_same_table(book, other, STORE_TOUCHES);
    assert_same_table(book, other, STORE_TREE);
    book_end(&other);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_two(what_came_is_what_went_and_is_left),
        in_two(a_dose_of_many_products_closes_exactly_for_each),
        in_two(the_same_entries_give_the_same_book),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
