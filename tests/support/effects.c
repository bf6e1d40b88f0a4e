#include "tests/support/effects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "ledger/effect.h"

static const struct effect_row *find(const struct effect *effect, unsigned table, uint32_t id, unsigned place)
{
    for (size_t i = effect->row_count; i > 0; i--)
        if (effect->rows[i - 1].table == table && effect->rows[i - 1].id == id && effect->rows[i - 1].place == place)
            return &effect->rows[i - 1];
    return NULL;
}

static void add_rows(const struct effect *effect, struct effect *sum)
{
    for (size_t i = 0; i < effect->row_count; i++) {
        assert_int_not_equal(effect->rows[i].before, effect->rows[i].after);
        assert_true(effect_add(sum, effect->rows[i]));
    }
}

/* What was set is set from what it was set to before. */
static void follow(const struct effect *effect, const struct effect *sum)
{
    for (size_t i = 0; i < effect->row_count; i++) {
        const struct effect_row *row = &effect->rows[i];
        const struct effect_row *before = row->is_set ? find(sum, row->table, row->id, row->place) : NULL;

        if (before != NULL)
            assert_int_equal(before->after, row->before);
    }
}

static void add_entry(struct view *view, uint32_t entry, struct effect *in_force, struct effect *as_placed)
{
    struct effect effect, placed;

    if (!effect_load(view, entry, &effect))
        return;
    placed = effect_as_placed(&effect);
    follow(&placed, as_placed);
    add_rows(&placed, as_placed);
    add_rows(&effect, in_force);
    effect_release(&effect);
}

/* Shelves and what is set go as they were placed; amounts add up either way. */
static void compare_rows(struct view *view, const struct effect *sum, bool is_placed)
{
    for (size_t i = 0; i < sum->row_count; i++) {
        const struct effect_row *row = &sum->rows[i];
        const struct leaf *leaf = view_leaf(view, row->table, row->id);

        if (!is_placed && (row->is_set || row->table == LEAF_TABLE_SHELF))
            continue;
        assert_non_null(leaf);
        assert_int_equal(row->after, row->place == EFFECT_LENGTH ? leaf->count : leaf->state[row->place]);
    }
}

/* What no effect names is nothing. */
static void compare_leaf(const struct leaf *leaf, const struct effect *sum)
{
    for (unsigned place = 0; place < leaf->count; place++)
        if (effect_sort(leaf->table, place) == EFFECT_COUNTED && leaf->state[place] != 0)
            assert_non_null(find(sum, leaf->table, leaf->id, place));
}

static void compare_shelf(struct view *view, uint32_t place, uint32_t product)
{
    int64_t standing[2] = { 0 };

    for (uint32_t id = 1; id <= view_count(view, SUBJECT_VIAL); id++) {
        const struct leaf *vial = view_leaf(view, SUBJECT_VIAL, id);

        if (vial->state[VIAL_PLACE] == place && vial->state[VIAL_PRODUCT] == product && vial->state[VIAL_STATE] <= VIAL_OPEN)
            standing[vial->state[VIAL_STATE] - VIAL_SEALED]++;
    }
    assert_int_equal(standing[0], view_number(view, LEAF_TABLE_SHELF, shelf_row(place, product), SHELF_SEALED));
    assert_int_equal(standing[1], view_number(view, LEAF_TABLE_SHELF, shelf_row(place, product), SHELF_OPEN));
}

void effects_make_the_leaves(struct book *book)
{
    static const enum subject subjects[] = { SUBJECT_VIAL, SUBJECT_DOSE, SUBJECT_SESSION, SUBJECT_PATIENT, SUBJECT_ORDER,
                                             SUBJECT_CASE };
    struct view *view = view_new(book->txn);
    struct effect sum = EFFECT_EMPTY, as_placed = EFFECT_EMPTY;
    struct error error;

    for (uint32_t entry = 1; entry <= book->entries; entry++)
        add_entry(view, entry, &sum, &as_placed);
    compare_rows(view, &sum, false);
    compare_rows(view, &as_placed, true);
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        for (uint32_t id = 1; id <= view_count(view, subjects[i]); id++)
            compare_leaf(view_leaf(view, subjects[i], id), &sum);
    for (uint32_t product = 1; product <= view_count(view, SUBJECT_PRODUCT); product++) {
        if (view_leaf(view, LEAF_TABLE_TOTAL, product) != NULL)
            compare_leaf(view_leaf(view, LEAF_TABLE_TOTAL, product), &as_placed);
        for (uint32_t place = 1; place <= view_count(view, SUBJECT_PLACE); place++)
            compare_shelf(view, place, product);
    }
    assert_int_equal(LEDGER_OK, view_status(view, &error));
    effect_release(&sum);
    effect_release(&as_placed);
    view_free(view);
}
