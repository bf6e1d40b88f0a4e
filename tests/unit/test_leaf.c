/* The leaf's one encoding. The golden bytes are from a CBOR writer in Python that shares nothing with ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "schema/leaf.h"
#include "tests/support/hex.h"

static const unsigned tables[] = { SUBJECT_VIAL, SUBJECT_DOSE, SUBJECT_SESSION, SUBJECT_PATIENT, SUBJECT_PERSON_ACTS,
                                   SUBJECT_CREDENTIAL, SUBJECT_PRODUCT, SUBJECT_PLACE, SUBJECT_PARTY, SUBJECT_ORDER,
                                   SUBJECT_COUNT, SUBJECT_CASE, SUBJECT_POLICY, LEAF_TABLE_OVERRIDE,
                                   LEAF_TABLE_FILING, LEAF_TABLE_SHELF, LEAF_TABLE_DUE, LEAF_TABLE_TOTAL,
                                   LEAF_TABLE_SITE };
enum { TABLES = sizeof tables / sizeof tables[0] };

/* [1, 412, 7, 48206, h'00…0f', [1, 2, 3, 0, 0, 21457, 1772463600000, 1774846799999, 1, 1, eleven times 0, -1, 2^63-1,
 * -2^63, 23, 24, 255, 256]] */
static const char *const golden =
    "860119019c0719bc4e50000102030405060708090a0b0c0d0e0f981c01020300"
    "001953d11b0000019caf1031801b0000019d3d1cf07f01010000000000000000"
    "000000201b7fffffffffffffff3b7fffffffffffffff17181818ff190100";

static struct leaf room_for(unsigned table, int64_t *state)
{
    return (struct leaf){ .table = (uint8_t)table, .capacity = leaf_capacity(table), .state = state };
}

static void a_vial_has_exactly_these_bytes(void **state)
{
    int64_t numbers[LEAF_STATE_LIMIT] = { 1, 2, 3, 0, 0, 21457, INT64_C(1772463600000), INT64_C(1774846799999), 1, 1 };
    static const int64_t last[] = { -1, INT64_MAX, INT64_MIN, 23, 24, 255, 256 };
    struct leaf leaf = { .table = SUBJECT_VIAL, .id = 412, .touches = 7, .last = 48206, .count = 28,
                         .capacity = VIAL_PLACE_COUNT, .state = numbers };
    uint8_t bytes[LEAF_SIZE_LIMIT];
    struct writer writer;

    (void)state;
    memcpy(numbers + 21, last, sizeof last);
    for (uint8_t i = 0; i < LEAF_BLIND_SIZE; i++)
        leaf.blind[i] = i;
    writer_init(&writer, bytes, sizeof bytes);
    leaf_encode(&leaf, &writer);
    assert_false(writer.failed);
    assert_hex(golden, bytes, writer.size);
}

static void every_table_goes_there_and_back(void **state)
{
    static const int64_t extremes[] = { 0, 1, -1, INT64_MAX, INT64_MIN };

    (void)state;
    for (size_t t = 0; t < TABLES; t++)
        for (size_t e = 0; e < 5; e++)
            for (int full = 0; full < 2; full++) {
                int64_t numbers[LEAF_STATE_LIMIT], back_numbers[LEAF_STATE_LIMIT];
                struct leaf leaf = room_for(tables[t], numbers), back = room_for(tables[t], back_numbers);
                uint8_t bytes[LEAF_SIZE_LIMIT];
                struct writer writer;

                leaf.id = leaf.touches = leaf.last = full ? UINT32_MAX : 0;
                leaf.count = full ? leaf.capacity : 0;
                memset(leaf.blind, (int)e, sizeof leaf.blind);
                for (uint16_t i = 0; i < leaf.count; i++)
                    numbers[i] = extremes[e];
                writer_init(&writer, bytes, sizeof bytes);
                leaf_encode(&leaf, &writer);
                assert_false(writer.failed); /* the largest leaf fits its limit */
                assert_true(leaf_decode(writer_bytes(&writer), &back));
                assert_int_equal(leaf.table, back.table);
                assert_int_equal(leaf.id, back.id);
                assert_int_equal(leaf.touches, back.touches);
                assert_int_equal(leaf.last, back.last);
                assert_int_equal(leaf.count, back.count);
                assert_memory_equal(leaf.blind, back.blind, LEAF_BLIND_SIZE);
                assert_memory_equal(numbers, back_numbers, leaf.count * sizeof numbers[0]);
            }
}

#define ZEROS_15 "000000000000000000000000000000"
#define BLIND "50" ZEROS_15 "00"

static void what_is_not_a_leaf_is_refused(void **state)
{
    /* A count's leaf, [11, 1, 1, 5, blind, [2, 4, 5]], and what is wrong with others. */
    static const struct {
        const char *hex;
        bool good;
    } cases[] = {
        { "860b010105" BLIND "83020405", true },
        { "860b010105" BLIND "80", true },
        { "860b010105" BLIND "89020405060708090a0b", false },       /* more places than a count has */
        { "860b010105" BLIND "8302040500", false },       /* something behind it */
        { "850b010105" BLIND, false },                    /* no state */
        { "870b010105" BLIND "8302040500", false },
        { "860b010105" "4f" ZEROS_15 "83020405", false }, /* a blind too short */
        { "860b010105" "51" ZEROS_15 "0000" "83020405", false },
        { "86180b010105" BLIND "83020405", false },       /* a number longer than it need be */
        { "861840010105" BLIND "80", false },             /* no such table */
        { "8610010105" BLIND "83020405", false },         /* nor this one: it has no places */
        { "860b1b0000000100000000" "0105" BLIND "83020405", false }, /* an id of 33 bits */
        { "860b200105" BLIND "83020405", false },         /* a negative one */
        { "860b010105" BLIND "9f020405ff", false },       /* an indefinite array */
        { "860b010105" BLIND "8302046161", false },       /* a text */
        { "860b010105" BLIND "8302043bffffffffffffffff", false }, /* below -2^63 */
        { "860b010105" BLIND "8302041b8000000000000000", false }, /* above 2^63 - 1 */
        { "860b010105" BLIND "8302", false },             /* cut off */
        { "", false } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t numbers[LEAF_STATE_LIMIT];
        struct leaf leaf = { .capacity = LEAF_STATE_LIMIT, .state = numbers };
        uint8_t bytes[64];
        size_t size = hex_read(cases[i].hex, bytes, sizeof bytes);

        assert_int_equal(cases[i].good, leaf_decode(bytes_of(bytes, size), &leaf));
    }
}

static void a_leaf_without_room_is_not_read(void **state)
{
    int64_t numbers[2];
    struct leaf leaf = { .capacity = 2, .state = numbers };
    uint8_t bytes[64];
    size_t size = hex_read("860b010105500000000000000000000000000000000083020405", bytes, sizeof bytes);

    (void)state;
    assert_false(leaf_decode(bytes_of(bytes, size), &leaf));
}

static void every_table_has_its_places_by_name(void **state)
{
    static const struct {
        unsigned table;
        unsigned places, more;
    } counts[] = { { SUBJECT_VIAL, 31, 0 }, { SUBJECT_DOSE, 29, 160 }, { SUBJECT_PATIENT, 5, 64 }, { SUBJECT_POLICY, 0, 166 },
                   { SUBJECT_CASE, 10, 8 },
                   { LEAF_TABLE_DUE, 6, 8 }, { LEAF_TABLE_TOTAL, 18, 0 }, { LEAF_TABLE_SITE, 28, 14 } };

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        assert_int_equal(counts[i].places, leaf_place_count(counts[i].table));
        assert_int_equal(counts[i].places + counts[i].more, leaf_capacity(counts[i].table));
    }
    for (size_t t = 0; t < TABLES; t++) {
        const struct leaf_place *places = leaf_places(tables[t]);

        assert_true(leaf_capacity(tables[t]) <= LEAF_STATE_LIMIT);
        for (unsigned i = 0; places[i].name != NULL; i++)
            for (unsigned j = 0; j < i; j++)
                assert_string_not_equal(places[i].name, places[j].name);
    }
    assert_int_equal(0, leaf_place_count(50));
    assert_int_equal(0, leaf_capacity(1000));
    assert_string_equal("left", leaf_places(SUBJECT_VIAL)[VIAL_LEFT].name);
    assert_string_equal("open", leaf_places(SUBJECT_DOSE)[DOSE_OPEN].name);
    assert_string_equal("on-hand", leaf_places(LEAF_TABLE_TOTAL)[TOTAL_ON_HAND].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vial_has_exactly_these_bytes),
        cmocka_unit_test(every_table_goes_there_and_back),
        cmocka_unit_test(what_is_not_a_leaf_is_refused),
        cmocka_unit_test(a_leaf_without_room_is_not_read),
        cmocka_unit_test(every_table_has_its_places_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
