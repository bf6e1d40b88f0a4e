/* schema/cbor: what is written, and everything that is refused. Expected bytes come from RFC 8949
 * (appendices A and F); libcbor's own decoder, which we do not use on input, is the second opinion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cbor.h>

#include "schema/cbor.h"
#include "tests/support/hex.h"

enum { DEPTH = 6, BUFFER_SIZE = 512 };

static struct bytes from_hex(const char *hex, uint8_t buffer[static BUFFER_SIZE])
{
    return bytes_of(buffer, hex_read(hex, buffer, BUFFER_SIZE));
}

static void assert_check(const char *hex, enum read_status expected)
{
    uint8_t buffer[BUFFER_SIZE];
    enum read_status status = item_check(from_hex(hex, buffer), DEPTH);

    if (status != expected)
        fail_msg("%s: status %d, expected %d", hex, (int)status, (int)expected);
}

struct verdict {
    const char *hex;
    enum read_status status;
};

static void assert_verdicts(const struct verdict *verdicts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_check(verdicts[i].hex, verdicts[i].status);
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- whole items */

static void every_example_of_rfc_8949_appendix_a_gets_its_verdict(void **state)
{
    static const struct verdict verdicts[] = {
        /* integers */
        { "00", READ_OK },
        { "01", READ_OK },
        { "0a", READ_OK },
        { "17", READ_OK },
        { "1818", READ_OK },
        { "1819", READ_OK },
        { "1864", READ_OK },
        { "1903e8", READ_OK },
        { "1a000f4240", READ_OK },
        { "1b000000e8d4a51000", READ_OK },
        { "1bffffffffffffffff", READ_OK },
        { "3bffffffffffffffff", READ_OK },
        { "20", READ_OK },
        { "29", READ_OK },
        { "3863", READ_OK },
        { "3903e7", READ_OK },
        /* bignums are tagged */
        { "c249010000000000000000", READ_TAG },
        { "c349010000000000000000", READ_TAG },
        /* floats */
        { "f90000", READ_FLOAT },
        { "f98000", READ_FLOAT },
        { "f93c00", READ_FLOAT },
        { "fb3ff199999999999a", READ_FLOAT },
        { "f93e00", READ_FLOAT },
        { "f97bff", READ_FLOAT },
        { "fa47c35000", READ_FLOAT },
        { "fa7f7fffff", READ_FLOAT },
        { "fb7e37e43c8800759c", READ_FLOAT },
        { "f90001", READ_FLOAT },
        { "f90400", READ_FLOAT },
        { "f9c400", READ_FLOAT },
        { "fbc010666666666666", READ_FLOAT },
        { "f97c00", READ_FLOAT },
        { "f97e00", READ_FLOAT },
        { "f9fc00", READ_FLOAT },
        { "fa7f800000", READ_FLOAT },
        { "fa7fc00000", READ_FLOAT },
        { "faff800000", READ_FLOAT },
        { "fb7ff0000000000000", READ_FLOAT },
        { "fb7ff8000000000000", READ_FLOAT },
        { "fbfff0000000000000", READ_FLOAT },
        /* simple values: only false, true and null */
        { "f4", READ_OK },
        { "f5", READ_OK },
        { "f6", READ_OK },
        { "f7", READ_TYPE },
        { "f0", READ_TYPE },
        { "f8ff", READ_TYPE },
        /* tags */
        { "c074323031332d30332d32315432303a30343a30305a", READ_TAG },
        { "c11a514b67b0", READ_TAG },
        { "c1fb41d452d9ec200000", READ_TAG },
        { "d74401020304", READ_TAG },
        { "d818456449455446", READ_TAG },
        { "d82076687474703a2f2f7777772e6578616d706c652e636f6d", READ_TAG },
        /* strings */
        { "40", READ_OK },
        { "4401020304", READ_OK },
        { "60", READ_OK },
        { "6161", READ_OK },
        { "6449455446", READ_OK },
        { "62225c", READ_OK },
        { "62c3bc", READ_OK },
        { "63e6b0b4", READ_OK },
        { "64f0908591", READ_OK },
        /* arrays and maps */
        { "80", READ_OK },
        { "83010203", READ_OK },
        { "8301820203820405", READ_OK },
        { "98190102030405060708090a0b0c0d0e0f101112131415161718181819", READ_OK },
        { "a0", READ_OK },
        { "a201020304", READ_OK },
        { "a26161016162820203", READ_OK },
        { "826161a161626163", READ_OK },
        { "a56161614161626142616361436164614461656145", READ_OK },
        /* indefinite lengths */
        { "5f42010243030405ff", READ_INDEFINITE },
        { "7f657374726561646d696e67ff", READ_INDEFINITE },
        { "9fff", READ_INDEFINITE },
        { "9f018202039f0405ffff", READ_INDEFINITE },
        { "9f01820203820405ff", READ_INDEFINITE },
        { "83018202039f0405ff", READ_INDEFINITE },
        { "83019f0203ff820405", READ_INDEFINITE },
        { "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", READ_INDEFINITE },
        { "bf61610161629f0203ffff", READ_INDEFINITE },
        { "826161bf61626163ff", READ_INDEFINITE },
        { "bf6346756ef563416d7421ff", READ_INDEFINITE },
    };

    (void)state;
    assert_verdicts(verdicts, COUNT(verdicts));
}

static void nothing_that_rfc_8949_appendix_f_calls_ill_formed_is_accepted(void **state)
{
    static const struct verdict verdicts[] = {
        /* the end comes within a head */
        { "18", READ_TRUNCATED },
        { "19", READ_TRUNCATED },
        { "1a", READ_TRUNCATED },
        { "1b", READ_TRUNCATED },
        { "1901", READ_TRUNCATED },
        { "1a0102", READ_TRUNCATED },
        { "1b01020304050607", READ_TRUNCATED },
        { "38", READ_TRUNCATED },
        { "58", READ_TRUNCATED },
        { "78", READ_TRUNCATED },
        { "98", READ_TRUNCATED },
        { "9a01ff00", READ_TRUNCATED },
        { "b8", READ_TRUNCATED },
        { "d8", READ_TRUNCATED },
        /* or within a string */
        { "41", READ_TRUNCATED },
        { "61", READ_TRUNCATED },
        { "5affffffff00", READ_TRUNCATED },
        { "5bffffffffffffffff010203", READ_TRUNCATED },
        { "5bfffffffffffffff8010203", READ_TRUNCATED },
        { "7affffffff00", READ_TRUNCATED },
        { "7b7fffffffffffffff010203", READ_TRUNCATED },
        /* or within an array or map, whose counts are not believed */
        { "81", READ_TRUNCATED },
        { "8200", READ_TRUNCATED },
        { "a1", READ_TRUNCATED },
        { "a20102", READ_TRUNCATED },
        { "a100", READ_TRUNCATED },
        { "a2000000", READ_TRUNCATED },
        { "9affffffff", READ_TRUNCATED },
        { "9bffffffffffffffff", READ_TRUNCATED },
        { "bbffffffffffffffff", READ_TRUNCATED },
        { "bb8000000000000001", READ_TRUNCATED },
        /* reserved additional information */
        { "1c", READ_TYPE },
        { "1d", READ_TYPE },
        { "1e", READ_TYPE },
        { "3c", READ_TYPE },
        { "5d", READ_TYPE },
        { "7e", READ_TYPE },
        { "9c", READ_TYPE },
        { "bd", READ_TYPE },
        { "de", READ_TYPE },
        { "fc", READ_TYPE },
        /* simple values in two bytes that need one, and no such indefinite lengths */
        { "f800", READ_TYPE },
        { "f81f", READ_TYPE },
        { "1f", READ_TYPE },
        { "3f", READ_TYPE },
        { "df", READ_TYPE },
        /* a break where none can be */
        { "ff", READ_INDEFINITE },
        { "81ff", READ_INDEFINITE },
        { "8200ff", READ_INDEFINITE },
        { "a1ff00", READ_INDEFINITE },
        { "a100ff", READ_INDEFINITE },
        { "", READ_TRUNCATED },
    };

    (void)state;
    assert_verdicts(verdicts, COUNT(verdicts));
}

static void only_utf_8_is_a_text(void **state)
{
    static const struct verdict verdicts[] = {
        { "61ff", READ_UTF8 },       /* no such byte */
        { "6180", READ_UTF8 },       /* a continuation alone */
        { "61c3", READ_UTF8 },       /* cut off within the text */
        { "62c080", READ_UTF8 },     /* overlong NUL */
        { "62c1bf", READ_UTF8 },     /* overlong DEL */
        { "63e08080", READ_UTF8 },   /* overlong */
        { "63eda080", READ_UTF8 },   /* U+D800, a surrogate */
        { "63edbfbf", READ_UTF8 },   /* U+DFFF */
        { "64f4908080", READ_UTF8 }, /* above U+10FFFF */
        { "64f48fbfbf",
          READ_OK }, /* U+10FFFF itself: whether it may stand in the book is text_check's */
        { "a161ff00", READ_UTF8 }, /* keys too */
    };

    (void)state;
    assert_verdicts(verdicts, COUNT(verdicts));
}

static void map_keys_ascend_by_their_encoded_bytes(void **state)
{
    static const struct verdict verdicts[] = {
        { "a200000100", READ_OK },
        { "a200000000", READ_ORDER },           /* repeated */
        { "a201000000", READ_ORDER },           /* 1, 0 */
        { "a2170018ff00", READ_OK },            /* 23, 255 */
        { "a21818001700", READ_ORDER },         /* 24, 23 */
        { "a21818002000", READ_OK },            /* 24, -1: longer, yet before all negative numbers */
        { "a220002100", READ_OK },              /* -1, -2 */
        { "a221002000", READ_ORDER },           /* -2, -1 */
        { "a2616100616200", READ_OK },          /* "a", "b" */
        { "a262616100616200", READ_ORDER },     /* "aa", "b": the length stands first */
        { "a28000810000", READ_OK },            /* [], [0] */
        { "a281000080f6", READ_ORDER },         /* [0], [] */
        { "a281a20000010000f400", READ_OK },    /* a map within a key */
        { "a281a20100000000f400", READ_ORDER }, /* disordered within a key */
        { "8201a203000200", READ_ORDER },       /* deeper down */
        { "a301000200010000", READ_ORDER },     /* 1, 2, 1 */
    };

    (void)state;
    assert_verdicts(verdicts, COUNT(verdicts));
}

static void nesting_is_counted_in_arrays_and_maps(void **state)
{
    uint8_t buffer[BUFFER_SIZE];

    (void)state;
    assert_int_equal(READ_OK, item_check(from_hex("00", buffer), 0));
    assert_int_equal(READ_DEPTH, item_check(from_hex("80", buffer), 0));
    assert_int_equal(READ_OK, item_check(from_hex("80", buffer), 1));
    assert_check("818181818180", READ_OK);
    assert_check("81818181818180", READ_DEPTH);
    assert_check("8181818181a10000", READ_OK);
    assert_check("818181818181a10000", READ_DEPTH);
    assert_check("a181818181818000", READ_DEPTH); /* in a key */
}

static void nothing_may_follow(void **state)
{
    (void)state;
    assert_check("0000", READ_TRAILING);
    assert_check("80f6", READ_TRAILING);
    assert_check("820102ff", READ_TRAILING);
}

/* Write a head of `width` further bytes, needed or not. */
static size_t wide_head(uint8_t *out, unsigned major, size_t width, uint64_t value)
{
    static const uint8_t information[] = { [1] = 24, [2] = 25, [4] = 26, [8] = 27 };

    out[0] = (uint8_t)(major << 5 | (width == 0 ? (unsigned)value : information[width]));
    for (size_t i = 0; i < width; i++)
        out[1 + i] = (uint8_t)(value >> (8 * (width - 1 - i)));
    return 1 + width;
}

static void only_the_shortest_head_is_accepted(void **state)
{
    static const uint64_t values[] = {
        0, 23, 24, 255, 256, 65535, 65536, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX
    };
    static const size_t shortest[] = { 0, 0, 1, 1, 2, 2, 4, 4, 8, 8 };
    static const size_t widths[] = { 1, 2, 4, 8 };
    uint8_t item[9];

    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        for (size_t j = 0; j < COUNT(widths); j++) {
            if (widths[j] < 8 && values[i] >> (8 * widths[j]) != 0)
                continue;
            for (unsigned major = 0; major <= 1; major++) {
                size_t size = wide_head(item, major, widths[j], values[i]);
                enum read_status expected = widths[j] == shortest[i] ? READ_OK : READ_NOT_MINIMAL;

                assert_int_equal(expected, item_check(bytes_of(item, size), DEPTH));
            }
        }
    }
    assert_check("580100", READ_NOT_MINIMAL);     /* a byte string of one byte */
    assert_check("780161", READ_NOT_MINIMAL);     /* a text */
    assert_check("980100", READ_NOT_MINIMAL);     /* an array */
    assert_check("b8010000", READ_NOT_MINIMAL);   /* a map */
    assert_check("a118170000", READ_NOT_MINIMAL); /* a key */
}

/* ---- writing */

static void integers_are_written_in_their_shortest_form(void **state)
{
    static const struct {
        int64_t value;
        const char *hex; /* RFC 8949 appendix A, and its rules for the limits of each width */
    } rows[] = {
        { 0, "00" },
        { 23, "17" },
        { 24, "1818" },
        { 255, "18ff" },
        { 256, "190100" },
        { 65535, "19ffff" },
        { 65536, "1a00010000" },
        { 1000000, "1a000f4240" },
        { INT64_C(4294967295), "1affffffff" },
        { INT64_C(4294967296), "1b0000000100000000" },
        { INT64_C(1000000000000), "1b000000e8d4a51000" },
        { INT64_MAX, "1b7fffffffffffffff" },
        { -1, "20" },
        { -24, "37" },
        { -25, "3818" },
        { -256, "38ff" },
        { -257, "390100" },
        { -1000, "3903e7" },
        { -65537, "3a00010000" },
        { -65538, "3a00010001" },
        { INT64_MIN, "3b7fffffffffffffff" },
    };
    uint8_t buffer[16];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct writer writer;

        writer_init(&writer, buffer, sizeof buffer);
        write_int(&writer, rows[i].value);
        assert_hex(rows[i].hex, writer.data, writer.size);
    }
}

static void write_a_sample(struct writer *writer)
{
    write_tag(writer, 98);
    write_array(writer, 5);
    write_uint(writer, UINT64_MAX);
    write_bytes(writer, bytes_of("\x01\x02\x03\x04", 4));
    write_map(writer, 2);
    write_int(writer, 1);
    write_null(writer);
    write_int(writer, -1);
    write_text(writer, bytes_of_text("IETF"));
    write_raw(writer, bytes_of("\x82\x02\x03", 3));
    write_bytes(writer, bytes_of(NULL, 0));
}

static void a_sample_is_written_as_rfc_8949_says(void **state)
{
    uint8_t buffer[64];
    struct writer writer;

    (void)state;
    writer_init(&writer, buffer, sizeof buffer);
    write_a_sample(&writer);
    assert_false(writer.failed);
    assert_hex("d862851bffffffffffffffff4401020304a201f620644945544682020340", writer.data,
               writer.size);
}

static void a_buffer_too_small_by_any_amount_fails_for_good(void **state)
{
    uint8_t buffer[64];
    struct writer writer;
    size_t whole;

    (void)state;
    writer_init(&writer, buffer, sizeof buffer);
    write_a_sample(&writer);
    whole = writer.size;
    for (size_t capacity = 0; capacity < whole; capacity++) {
        /* from the heap, so that sanitizers see the first byte too many */
        uint8_t *small = malloc(capacity > 0 ? capacity : 1);

        assert_non_null(small);
        writer_init(&writer, small, capacity);
        write_a_sample(&writer);
        assert_true(writer.failed);
        assert_true(writer.size <= capacity);
        write_null(&writer);
        assert_true(writer.failed);
        free(small);
    }
    writer_init(&writer, buffer, whole);
    write_a_sample(&writer);
    assert_false(writer.failed);
}

/* ---- a second opinion: libcbor's own decoder and encoder */

static uint64_t random_state = 88172645463325252u;

static uint64_t random_below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % limit;
}

static void write_random_string(struct writer *writer)
{
    static const char *const texts[] = {
        "", "a", "vial", "\xc3\xbc\xe6\xb0\xb4", "twenty-four characters..", "x\xf0\x90\x85\x91"
    };
    static const uint8_t zeros[300];

    if (random_below(2) == 0)
        write_text(writer, bytes_of_text(texts[random_below(COUNT(texts))]));
    else
        write_bytes(writer, bytes_of(zeros, random_below(4) == 0 ? random_below(sizeof zeros)
                                                                 : random_below(30)));
}

static void write_random_item(struct writer *writer, unsigned depth)
{
    uint64_t count = random_below(5);
    uint64_t key = 0;

    switch (random_below(depth > 0 ? 6 : 4)) {
    case 0:
        write_uint(writer, random_below(UINT64_MAX) >> random_below(64));
        return;
    case 1:
        write_int(writer, -1 - (int64_t)(random_below(UINT64_MAX) >> 1 >> random_below(63)));
        return;
    case 2:
        write_random_string(writer);
        return;
    case 3:
        write_null(writer);
        return;
    case 4:
        write_array(writer, count);
        for (uint64_t i = 0; i < count; i++)
            write_random_item(writer, depth - 1);
        return;
    default:
        write_map(writer, count);
        for (uint64_t i = 0; i < count; i++) {
            write_uint(writer, key += 1 + random_below(300));
            write_random_item(writer, depth - 1);
        }
    }
}

/* Whether cbor_load takes all of `item` and gives the same bytes back. */
static bool libcbor_agrees(struct bytes item)
{
    static uint8_t again[4096];
    struct cbor_load_result result;
    cbor_item_t *loaded = cbor_load(item.data, item.size, &result);
    size_t size;

    if (loaded == NULL)
        return false;
    size = cbor_serialize(loaded, again, sizeof again);
    cbor_decref(&loaded);
    return result.read == item.size && bytes_equal(item, bytes_of(again, size));
}

static void what_we_write_both_readers_accept(void **state)
{
    uint8_t buffer[4096];

    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct writer writer;

        writer_init(&writer, buffer, sizeof buffer);
        write_random_item(&writer, 4);
        if (writer.failed)
            continue;
        assert_int_equal(READ_OK, item_check(writer_bytes(&writer), DEPTH));
        assert_true(libcbor_agrees(writer_bytes(&writer)));
    }
}

static void what_we_accept_libcbor_accepts_and_writes_the_same(void **state)
{
    uint8_t buffer[2048];
    unsigned accepted = 0, refused = 0;

    (void)state;
    for (unsigned i = 0; i < 0x10000; i++) { /* every item of one or two bytes */
        uint8_t item[2] = { (uint8_t)(i >> 8), (uint8_t)i };

        for (size_t size = 1; size <= 2; size++)
            if (item_check(bytes_of(item, size), DEPTH) == READ_OK)
                assert_true(libcbor_agrees(bytes_of(item, size)));
    }
    for (int i = 0; i < 30000; i++) { /* and good items with a byte or two changed */
        struct writer writer;

        writer_init(&writer, buffer, 300);
        write_random_item(&writer, 3);
        if (writer.failed || writer.size == 0)
            continue;
        for (uint64_t changes = 1 + random_below(2); changes > 0; changes--)
            buffer[random_below(writer.size)] = (uint8_t)random_below(256);
        if (item_check(writer_bytes(&writer), DEPTH) == READ_OK) {
            accepted++;
            assert_true(libcbor_agrees(writer_bytes(&writer)));
        } else {
            refused++;
        }
    }
    assert_true(accepted > 1000 && refused > 1000);
}

static void no_beginning_of_a_good_item_is_a_good_item(void **state)
{
    uint8_t buffer[512];

    (void)state;
    for (int i = 0; i < 300; i++) {
        struct writer writer;

        writer_init(&writer, buffer, sizeof buffer);
        write_random_item(&writer, 4);
        if (writer.failed)
            continue;
        for (size_t size = 0; size < writer.size; size++) {
            uint8_t *exact = malloc(size > 0 ? size : 1);

            assert_non_null(exact);
            memcpy(exact, buffer, size);
            assert_int_equal(READ_TRUNCATED, item_check(bytes_of(exact, size), DEPTH));
            free(exact);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_of_rfc_8949_appendix_a_gets_its_verdict),
        cmocka_unit_test(nothing_that_rfc_8949_appendix_f_calls_ill_formed_is_accepted),
        cmocka_unit_test(only_utf_8_is_a_text),
        cmocka_unit_test(map_keys_ascend_by_their_encoded_bytes),
        cmocka_unit_test(nesting_is_counted_in_arrays_and_maps),
        cmocka_unit_test(nothing_may_follow),
        cmocka_unit_test(only_the_shortest_head_is_accepted),
        cmocka_unit_test(integers_are_written_in_their_shortest_form),
        cmocka_unit_test(a_sample_is_written_as_rfc_8949_says),
        cmocka_unit_test(a_buffer_too_small_by_any_amount_fails_for_good),
        cmocka_unit_test(what_we_write_both_readers_accept),
        cmocka_unit_test(what_we_accept_libcbor_accepts_and_writes_the_same),
        cmocka_unit_test(no_beginning_of_a_good_item_is_a_good_item),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
