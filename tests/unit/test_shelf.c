/* ledger/shelf.h: everything put there is found again, however much there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ledger/shelf.h"

struct thing {
    struct shelf_link link;
    uint32_t number;
    unsigned met;
};

static void put(struct shelf *shelf, uint32_t number, size_t hash)
{
    struct thing *thing = calloc(1, sizeof *thing);

    assert_non_null(thing);
    thing->number = number;
    assert_true(shelf_put(shelf, &thing->link, hash));
}

static struct thing *find(const struct shelf *shelf, uint32_t number, size_t hash)
{
    struct thing *thing = (struct thing *)shelf_find(shelf, hash);

    while (thing != NULL && thing->number != number)
        thing = (struct thing *)shelf_find_next(&thing->link);
    return thing;
}

/* Each once, by walking. */
static void assert_all_are_met(const struct shelf *shelf, uint32_t count)
{
    uint32_t met = 0;

    for (struct shelf_link *link = shelf_each(shelf, NULL); link != NULL; link = shelf_each(shelf, link)) {
        assert_int_equal(((struct thing *)link)->met++, 0);
        met++;
    }
    assert_int_equal(met, count);
}

static size_t hash_of_number(uint32_t number)
{
    return shelf_hash(0, bytes_of((const uint8_t *)&number, sizeof number));
}

static void an_empty_shelf_holds_nothing(void **state)
{
    struct shelf shelf = { 0 };

    (void)state;
    assert_null(shelf_find(&shelf, 0));
    assert_null(shelf_each(&shelf, NULL));
    shelf_clear(&shelf);
}

static void a_hundred_thousand_things_are_found_and_rows_stay_short(void **state)
{
    enum { COUNT = 100000 };
    struct shelf shelf = { 0 };
    size_t longest = 0;

    (void)state;
    for (uint32_t i = 0; i < COUNT; i++)
        put(&shelf, i, hash_of_number(i));
    for (uint32_t i = 0; i < COUNT; i++)
        assert_int_equal(find(&shelf, i, hash_of_number(i))->number, i);
    assert_null(find(&shelf, COUNT, hash_of_number(COUNT)));
    assert_all_are_met(&shelf, COUNT);
    for (size_t row = 0; row < shelf.row_count; row++) {
        size_t length = 0;

        for (const struct shelf_link *link = shelf.rows[row]; link != NULL; link = link->next)
            length++;
        longest = length > longest ? length : longest;
    }
    assert_in_range(longest, 1, 16);
    shelf_clear(&shelf);
    assert_int_equal(shelf.count, 0);
}

static void things_with_one_hash_are_told_apart(void **state)
{
    struct shelf shelf = { 0 };

    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        put(&shelf, i, 7);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(find(&shelf, i, 7)->number, i);
    assert_null(find(&shelf, 100, 7));
    assert_null(shelf_find(&shelf, 7 + shelf.row_count)); /* the same row, another hash */
    assert_all_are_met(&shelf, 100);
    shelf_clear(&shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_shelf_holds_nothing),
        cmocka_unit_test(a_hundred_thousand_things_are_found_and_rows_stay_short),
        cmocka_unit_test(things_with_one_hash_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
