/* schema/cbor's reader: one item pulled after the other, each within the limits its caller sets.
 * Encoded items follow RFC 8949. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "schema/cbor.h"
#include "tests/support/hex.h"

enum { DEPTH = 6, BUFFER_SIZE = 64 };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct reader reader_of(const char *hex, uint8_t buffer[static BUFFER_SIZE])
{
    struct reader reader;

    reader_init(&reader, bytes_of(buffer, hex_read(hex, buffer, BUFFER_SIZE)), DEPTH);
    return reader;
}

static void integers_are_read_within_their_limits(void **state)
{
    static const struct {
        const char *hex;
        int64_t min, max;
        enum read_status status;
        int64_t value;
    } rows[] = {
        { "00", 0, 0, READ_OK, 0 },
        { "17", 0, 22, READ_RANGE, 0 },
        { "17", 24, 30, READ_RANGE, 0 },
        { "20", -1, 0, READ_OK, -1 },
        { "3863", -100, -100, READ_OK, -100 },
        { "3863", -99, 0, READ_RANGE, 0 },
        { "1b7fffffffffffffff", INT64_MIN, INT64_MAX, READ_OK, INT64_MAX },
        { "1b8000000000000000", INT64_MIN, INT64_MAX, READ_RANGE, 0 },
        { "3b7fffffffffffffff", INT64_MIN, INT64_MAX, READ_OK, INT64_MIN },
        { "3b8000000000000000", INT64_MIN, INT64_MAX, READ_RANGE, 0 },
        { "40", INT64_MIN, INT64_MAX, READ_TYPE, 0 },
        { "f6", INT64_MIN, INT64_MAX, READ_TYPE, 0 },
        { "c100", INT64_MIN, INT64_MAX, READ_TAG, 0 },
        { "f90000", INT64_MIN, INT64_MAX, READ_FLOAT, 0 },
        { "", INT64_MIN, INT64_MAX, READ_TRUNCATED, 0 },
    };
    uint8_t buffer[BUFFER_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reader reader = reader_of(rows[i].hex, buffer);
        int64_t value = 4711;

        assert_int_equal(rows[i].status == READ_OK,
                         read_int(&reader, rows[i].min, rows[i].max, &value));
        assert_int_equal(rows[i].status, reader.status);
        assert_true(value == (rows[i].status == READ_OK ? rows[i].value : 4711));
    }
}

static void a_number_of_32_bits_has_a_least_and_a_most(void **state)
{
    static const struct {
        const char *hex;
        uint32_t min, max;
        enum read_status status;
    } rows[] = {
        { "17", 23, 23, READ_OK },
        { "17", 24, 30, READ_RANGE },
        { "17", 0, 22, READ_RANGE },
        { "1affffffff", 1, UINT32_MAX, READ_OK },
        { "1b0000000100000017", 0, UINT32_MAX, READ_RANGE },
        { "20", 0, 9, READ_TYPE },
    };
    uint8_t buffer[BUFFER_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reader reader = reader_of(rows[i].hex, buffer);
        uint32_t value = 4711;

        assert_int_equal(rows[i].status == READ_OK, read_u32(&reader, rows[i].min, rows[i].max, &value));
        assert_int_equal(rows[i].status, reader.status);
        assert_true(value == (rows[i].status == READ_OK ? rows[i].max : 4711));
    }
}

static void bytes_are_copied_only_when_they_are_as_many_as_asked_for(void **state)
{
    uint8_t buffer[BUFFER_SIZE], copy[4] = "???";
    struct reader reader = reader_of("43010203", buffer);

    (void)state;
    assert_false(read_bytes_to(&reader, copy, 2));
    assert_int_equal(READ_RANGE, reader.status);
    reader = reader_of("43010203", buffer);
    assert_false(read_bytes_to(&reader, copy, 4));
    assert_memory_equal("???", copy, 4);
    reader = reader_of("43010203", buffer);
    assert_true(read_bytes_to(&reader, copy, 3));
    assert_memory_equal("\x01\x02\x03", copy, 4);
}

static void strings_are_read_within_their_limits(void **state)
{
    uint8_t buffer[BUFFER_SIZE];
    struct reader reader = reader_of("4301020363616263", buffer);
    struct bytes string = bytes_of(NULL, 0);

    (void)state;
    assert_true(read_bytes(&reader, 3, 3, &string));
    assert_memory_equal("\x01\x02\x03", string.data, string.size);
    assert_true(read_text(&reader, 3, &string));
    assert_true(bytes_equal_text(string, "abc"));
    assert_int_equal(READ_OK, reader_end(&reader));

    reader = reader_of("43010203", buffer);
    assert_false(read_bytes(&reader, 4, 9, &string));
    assert_int_equal(READ_RANGE, reader.status);
    reader = reader_of("43010203", buffer);
    assert_false(read_bytes(&reader, 0, 2, &string));
    assert_int_equal(READ_RANGE, reader.status);
    reader = reader_of("63616263", buffer);
    assert_false(read_text(&reader, 2, &string));
    assert_int_equal(READ_RANGE, reader.status);
    reader = reader_of("63616263", buffer);
    assert_false(read_bytes(&reader, 0, 9, &string));
    assert_int_equal(READ_TYPE, reader.status);
    assert_true(bytes_equal_text(string, "abc")); /* failures leave it as it was */
}

static void a_map_is_read_key_by_key(void **state)
{
    uint8_t buffer[BUFFER_SIZE];
    struct reader reader = reader_of("a3010a0282f60518ff40", buffer);
    uint64_t count = 0, key = 0, value = 0;
    struct bytes bytes;

    (void)state;
    assert_true(read_map(&reader, 3, &count));
    assert_int_equal(3, count);
    assert_true(read_key(&reader, &key) && key == 1);
    assert_false(read_null_if(&reader));
    assert_true(read_uint(&reader, 10, &value) && value == 10);
    assert_true(read_key(&reader, &key) && key == 2);
    assert_int_equal(ITEM_ARRAY, read_peek_type(&reader));
    assert_true(read_array(&reader, 1, 2, &count) && count == 2);
    assert_true(read_null_if(&reader));
    assert_true(read_uint(&reader, UINT64_MAX, &value) && value == 5);
    assert_int_equal(ITEM_NONE, read_peek_type(&reader));
    assert_true(read_array_end(&reader));
    assert_true(read_key(&reader, &key) && key == 255);
    assert_true(read_bytes(&reader, 0, 0, &bytes) && bytes.size == 0);
    assert_true(read_map_end(&reader));
    assert_int_equal(ITEM_NONE, read_peek_type(&reader));
    assert_int_equal(READ_OK, reader_end(&reader));
}

static void counts_are_held_to(void **state)
{
    uint8_t buffer[BUFFER_SIZE];
    struct reader reader;
    uint64_t value;
    struct bytes item;

    (void)state;
    reader = reader_of("820102", buffer);
    assert_false(read_array(&reader, 3, 4, NULL));
    assert_int_equal(READ_COUNT, reader.status);
    reader = reader_of("820102", buffer);
    assert_false(read_array(&reader, 0, 1, NULL));
    assert_int_equal(READ_COUNT, reader.status);
    reader = reader_of("a10102", buffer);
    assert_false(read_map(&reader, 0, NULL));
    assert_int_equal(READ_COUNT, reader.status);

    /* an item more than the array has, though bytes follow it */
    reader = reader_of("810102", buffer);
    assert_true(read_array(&reader, 0, 9, NULL) && read_uint(&reader, 9, &value));
    assert_false(read_uint(&reader, 9, &value));
    assert_int_equal(READ_COUNT, reader.status);
    reader = reader_of("810102", buffer);
    assert_true(read_array(&reader, 0, 9, NULL) && read_item(&reader, &item));
    assert_false(read_item(&reader, &item));
    assert_int_equal(READ_COUNT, reader.status);

    /* and one less */
    reader = reader_of("820102", buffer);
    assert_true(read_array(&reader, 0, 9, NULL) && read_uint(&reader, 9, &value));
    assert_false(read_array_end(&reader));
    assert_int_equal(READ_COUNT, reader.status);
    reader = reader_of("a10102", buffer);
    assert_true(read_map(&reader, 9, NULL));
    assert_false(read_map_end(&reader));
    assert_int_equal(READ_COUNT, reader.status);
}

static void keys_are_unsigned_and_labels_any_integer(void **state)
{
    static const struct {
        const char *hex;
        enum read_status as_keys;
        enum read_status as_labels;
    } rows[] = {
        { "a201000200", READ_OK, READ_OK },
        { "a202000100", READ_ORDER, READ_ORDER },
        { "a201000100", READ_ORDER, READ_ORDER },
        { "a2010020f6", READ_TYPE, READ_OK },
        { "a220000100", READ_TYPE, READ_ORDER },
        { "a201003a0001000000", READ_TYPE, READ_OK },    /* 1, -65537 */
        { "a23a000100000020f6", READ_TYPE, READ_ORDER }, /* -65537, -1 */
        { "a20100614100", READ_TYPE, READ_TYPE },
        { "a11bffffffffffffffff00", READ_OK, READ_RANGE },
        { "a200003bffffffffffffffff00", READ_TYPE, READ_RANGE },
        { "a20000c10100", READ_TAG, READ_TAG },
        { "a2000018010000", READ_NOT_MINIMAL, READ_NOT_MINIMAL },
    };
    uint8_t buffer[BUFFER_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reader keys = reader_of(rows[i].hex, buffer);
        struct reader labels = keys;
        struct bytes value;
        uint64_t count, key;
        int64_t label;

        if (read_map(&keys, 2, &count))
            while (count-- > 0 && read_key(&keys, &key))
                (void)read_item(&keys, &value);
        if (read_map(&labels, 2, &count))
            while (count-- > 0 && read_label(&labels, &label))
                (void)read_item(&labels, &value);
        assert_int_equal(rows[i].as_keys, keys.status);
        assert_int_equal(rows[i].as_labels, labels.status);
    }
}

static void a_tag_is_read_only_where_it_is_expected(void **state)
{
    uint8_t buffer[BUFFER_SIZE];
    struct reader reader = reader_of("d86201", buffer);
    uint64_t value;

    (void)state;
    assert_int_equal(ITEM_TAG, read_peek_type(&reader));
    assert_true(read_tag(&reader, 98) && read_uint(&reader, 1, &value));
    assert_int_equal(READ_OK, reader_end(&reader));
    reader = reader_of("d86201", buffer);
    assert_false(read_tag(&reader, 18));
    assert_int_equal(READ_TAG, reader.status);
    reader = reader_of("01", buffer);
    assert_false(read_tag(&reader, 18));
    assert_int_equal(READ_TAG, reader.status);
    reader = reader_of("d81201", buffer); /* 18 in two bytes */
    assert_false(read_tag(&reader, 18));
    assert_int_equal(READ_NOT_MINIMAL, reader.status);
}

static void every_tag_is_read_as_it_is_written(void **state)
{
    static const uint64_t tags[] = {
        23, 24, 98, 255, 256, 65535, 65536, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX
    };
    uint8_t buffer[16];
    uint64_t value;

    (void)state;
    for (uint64_t i = 0; i < 24 + COUNT(tags);
         i++) { /* libcbor 0.8 itself reads few of those below 24 */
        uint64_t tag = i < 24 ? i : tags[i - 24];
        struct writer writer;
        struct reader reader;

        writer_init(&writer, buffer, sizeof buffer);
        write_tag(&writer, tag);
        assert_int_equal(READ_TAG, item_check(writer_bytes(&writer), DEPTH));
        write_uint(&writer, 7);
        assert_int_equal(READ_TAG, item_check(writer_bytes(&writer), DEPTH));
        reader_init(&reader, writer_bytes(&writer), 0);
        assert_true(read_tag(&reader, tag) && read_uint(&reader, 7, &value));
        assert_int_equal(READ_OK, reader_end(&reader));
        reader_init(&reader, writer_bytes(&writer), 0);
        assert_false(read_tag(&reader, tag + 1));
    }
}

static void an_item_is_returned_as_it_is_encoded(void **state)
{
    uint8_t buffer[BUFFER_SIZE];
    struct reader reader = reader_of("83a10182f5f44020", buffer);
    struct bytes item = bytes_of(NULL, 0);

    (void)state;
    assert_true(read_array(&reader, 3, 3, NULL));
    assert_true(read_item(&reader, &item));
    assert_int_equal(5, item.size);
    assert_memory_equal("\xa1\x01\x82\xf5\xf4", item.data, item.size);
    assert_true(read_item(&reader, &item) && item.size == 1 && item.data[0] == 0x40);
    assert_true(read_item(&reader, &item) && item.size == 1 && item.data[0] == 0x20);
    assert_true(read_array_end(&reader));
    assert_int_equal(READ_OK, reader_end(&reader));
}

static void the_first_failure_stays(void **state)
{
    uint8_t buffer[BUFFER_SIZE];
    struct reader reader = reader_of("40010203", buffer);
    uint64_t value = 7, count = 7;
    int64_t label = 7;
    struct bytes string = bytes_of_text("as it was");

    (void)state;
    assert_false(read_uint(&reader, 9, &value));
    assert_false(read_int(&reader, 0, 9, &label));
    assert_false(read_uint(&reader, 9, &value));
    assert_false(read_bytes(&reader, 0, 9, &string));
    assert_false(read_text(&reader, 9, &string));
    assert_false(read_array(&reader, 0, 9, &count));
    assert_false(read_array_end(&reader));
    assert_false(read_map(&reader, 9, &count));
    assert_false(read_key(&reader, &value));
    assert_false(read_label(&reader, &label));
    assert_false(read_map_end(&reader));
    assert_false(read_tag(&reader, 1));
    assert_false(read_null_if(&reader));
    assert_false(read_item(&reader, &string));
    assert_int_equal(ITEM_NONE, read_peek_type(&reader));
    assert_int_equal(READ_TYPE, reader_end(&reader));
    assert_true(value == 7 && count == 7 && label == 7 && bytes_equal_text(string, "as it was"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_read_within_their_limits),
        cmocka_unit_test(a_number_of_32_bits_has_a_least_and_a_most),
        cmocka_unit_test(bytes_are_copied_only_when_they_are_as_many_as_asked_for),
        cmocka_unit_test(strings_are_read_within_their_limits),
        cmocka_unit_test(a_map_is_read_key_by_key),
        cmocka_unit_test(counts_are_held_to),
        cmocka_unit_test(keys_are_unsigned_and_labels_any_integer),
        cmocka_unit_test(a_tag_is_read_only_where_it_is_expected),
        cmocka_unit_test(every_tag_is_read_as_it_is_written),
        cmocka_unit_test(an_item_is_returned_as_it_is_encoded),
        cmocka_unit_test(the_first_failure_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
