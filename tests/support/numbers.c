#include "tests/support/numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void add(struct numbers *out, int64_t number)
{
    assert_true(out->count < NUMBERS_LIMIT);
    out->numbers[out->count++] = number;
}

static void add_leaf(struct numbers *out, const struct leaf *leaf, unsigned state_place, int64_t void_state)
{
    if (leaf == NULL || (void_state != 0 && leaf->state[state_place] == void_state))
        return;
    for (uint16_t i = 0; i < leaf->count; i++)
        add(out, leaf->state[i]);
}

void numbers_of(struct book *book, struct numbers *out)
{
    static const struct {
        enum subject subject;
        unsigned state_place;
        int64_t void_state; /* 0: nothing of the sort is ever void */
    } subjects[] = { { SUBJECT_VIAL, VIAL_STATE, VIAL_VOID }, { SUBJECT_DOSE, DOSE_STATE, DOSE_IS_VOID },
                     { SUBJECT_SESSION, SESSION_STATE, SESSION_IS_VOID }, { SUBJECT_PATIENT, 0, 0 }, { SUBJECT_ORDER, 0, 0 } };
    struct view *view = view_new(book->txn);

    out->count = 0;
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        for (uint32_t id = 1; id <= view_count(view, subjects[i].subject); id++)
            add_leaf(out, view_leaf(view, subjects[i].subject, id), subjects[i].state_place, subjects[i].void_state);
    for (uint32_t product = 1; product <= view_count(view, SUBJECT_PRODUCT); product++)
        add_leaf(out, view_leaf(view, LEAF_TABLE_TOTAL, product), 0, 0);
    add(out, view_site(view, SITE_OPEN_DOSES));
    add(out, view_site(view, SITE_DUES));
    add(out, view_site(view, SITE_FILINGS));
    add(out, view_site(view, SITE_TRANSFERRED));
    view_free(view);
}

void assert_same_numbers(const struct numbers *before, const struct numbers *after)
{
    assert_int_equal(before->count, after->count);
    for (size_t i = 0; i < before->count; i++)
        if (before->numbers[i] != after->numbers[i])
            fail_msg("number %zu of %zu: %lld before, %lld after", i, before->count, (long long)before->numbers[i],
                     (long long)after->numbers[i]);
}
