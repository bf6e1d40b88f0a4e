/* The values of an event's fields: every kind and every field, at its limits and beyond them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "schema/amount.h"
#include "tests/support/values.h"

static struct pool pool;
static uint8_t encoded[POOL_SIZE], again[POOL_SIZE];

static struct bytes encode(const struct facts *facts, uint8_t *bytes)
{
    struct writer writer;

    writer_init(&writer, bytes, POOL_SIZE);
    facts_encode(facts, &writer);
    assert_false(writer.failed);
    return writer_bytes(&writer);
}

static bool decode(struct bytes bytes, const struct field *fields, struct facts *facts, struct facts_fault *fault)
{
    struct reader reader;

    reader_init(&reader, bytes, READ_DEPTH_LIMIT);
    return facts_decode(&reader, fields, facts, fault) && reader_end(&reader) == READ_OK;
}

static void assert_same_value(const struct field *field, const struct value *left, const struct value *right)
{
    if (left->present != right->present || left->number != right->number || left->second != right->second ||
        !bytes_equal(left->bytes, right->bytes))
        fail_msg("%s changes on its way", field->name);
}

/* ---- every kind there and back */

static void walk(const struct kind *kind, enum extreme extreme, bool whole)
{
    struct facts facts, back;
    struct facts_fault fault;
    struct bytes bytes;

    pool.used = 0;
    facts_fill(&facts, kind->fields, extreme, whole, &pool);
    bytes = encode(&facts, encoded);
    if (!decode(bytes, kind->fields, &back, &fault))
        fail_msg("%s: %s is refused with %d", kind->name, fault.field != NULL ? fault.field->name : "?", fault.status);
    for (size_t i = 0; kind->fields[i].name != NULL; i++)
        assert_same_value(&kind->fields[i], &facts.values[i], &back.values[i]);
    assert_true(bytes_equal(bytes, encode(&back, again)));
}

static void every_kind_goes_there_and_back_at_its_limits(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        for (int whole = 0; kind != NULL && whole < 2; whole++) {
            walk(kind, LEAST, whole == 1);
            walk(kind, MOST, whole == 1);
        }
    }
}

/* The rows and lists inside are walked by cursors as they were put there. */
static void rows_are_walked_as_they_were_written(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        for (const struct field *field = kind != NULL ? kind->fields : NULL; field != NULL && field->name != NULL; field++) {
            struct list_cursor cursor;
            struct value value, one;
            struct facts row, expected;
            uint64_t count = 0;

            if (field->type != FIELD_ROWS && field->type != FIELD_LIST)
                continue;
            pool.used = 0;
            value = value_of(field, MOST, &pool);
            list_begin(&cursor, field, &value);
            if (field->type == FIELD_LIST)
                while (list_next(&cursor, &one))
                    count++;
            for (; field->type == FIELD_ROWS && rows_next(&cursor, &row); count++) {
                pool.used = sizeof pool.bytes / 2;
                facts_fill(&expected, field->row, MOST, true, &pool);
                for (size_t i = 0; field->row[i].name != NULL; i++)
                    assert_same_value(&field->row[i], &expected.values[i], &row.values[i]);
            }
            assert_int_equal(field->max, count);
        }
    }
}

/* ---- every field beyond its limits */

/* One field of a kind replaced by bytes; the others at their least. */
static struct bytes encode_with(const struct kind *kind, const struct field *changed, struct bytes item)
{
    struct facts facts;
    struct writer writer;
    uint64_t count = 0;

    facts_fill(&facts, kind->fields, LEAST, false, &pool);
    for (size_t i = 0; kind->fields[i].name != NULL; i++)
        count += facts.values[i].present || &kind->fields[i] == changed;
    writer_init(&writer, encoded, sizeof encoded);
    write_map(&writer, count);
    for (size_t i = 0; kind->fields[i].name != NULL; i++) {
        if (!facts.values[i].present && &kind->fields[i] != changed)
            continue;
        write_uint(&writer, kind->fields[i].key);
        if (&kind->fields[i] == changed)
            write_raw(&writer, item);
        else
            value_encode(&kind->fields[i], &facts.values[i], &writer);
    }
    assert_false(writer.failed);
    return writer_bytes(&writer);
}

static void assert_refused(const struct kind *kind, const struct field *field, struct bytes item, const char *why)
{
    struct facts facts;
    struct facts_fault fault;

    if (decode(encode_with(kind, field, item), kind->fields, &facts, &fault))
        fail_msg("%s.%s: %s is taken", kind->name, field->name, why);
    if (fault.field != field || fault.status == FACTS_OK)
        fail_msg("%s.%s: %s is blamed on %s", kind->name, field->name, why, fault.field != NULL ? fault.field->name : "nothing");
}

static void refuse_beyond(const struct kind *kind, const struct field *field, enum extreme extreme)
{
    static uint8_t item[POOL_SIZE];
    struct value value;
    struct writer writer;

    pool.used = 0;
    if (!value_beyond(field, extreme, &pool, &value))
        return;
    writer_init(&writer, item, sizeof item);
    if (field->type == FIELD_AT || field->type == FIELD_QUANTITY || field->type == FIELD_REF || field->type == FIELD_CHOICE ||
        value.number >= 0)
        value_encode(field, &value, &writer);
    else
        write_int(&writer, value.number);
    assert_false(writer.failed);
    assert_refused(kind, field, writer_bytes(&writer), extreme == LEAST ? "less than the least" : "more than the most");
}

static void no_field_takes_more_or_less_than_its_limits(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        for (const struct field *field = kind != NULL ? kind->fields : NULL; field != NULL && field->name != NULL; field++)
            if (!(field->flags & FIELD_PRIVATE)) {
                refuse_beyond(kind, field, LEAST);
                refuse_beyond(kind, field, MOST);
            }
    }
}

/* Items no field takes, and for each type one of another type. */
static void no_field_takes_an_item_of_another_type(void **state)
{
    static const uint8_t null[] = { 0xf6 }, a_float[] = { 0xf9, 0, 0 }, a_map[] = { 0xa0 }, a_true[] = { 0xf5 },
                         not_minimal[] = { 0x18, 0x01 }, indefinite[] = { 0x9f, 0x01, 0xff }, tagged[] = { 0xc1, 0x01 },
                         text[] = { 0x61, 'x' }, negative[] = { 0x20 };
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        for (const struct field *field = kind != NULL ? kind->fields : NULL; field != NULL && field->name != NULL; field++) {
            bool is_text = field->type == FIELD_TEXT;

            if (field->flags & FIELD_PRIVATE)
                continue;
            pool.used = 0;
            assert_refused(kind, field, bytes_of(null, 1), "null");
            assert_refused(kind, field, bytes_of(a_float, 3), "a float");
            assert_refused(kind, field, bytes_of(a_map, 1), "a map");
            assert_refused(kind, field, bytes_of(a_true, 1), "true");
            assert_refused(kind, field, bytes_of(not_minimal, 2), "a number longer than it need be");
            assert_refused(kind, field, bytes_of(indefinite, 3), "an indefinite array");
            assert_refused(kind, field, bytes_of(tagged, 2), "a tag");
            if (!is_text)
                assert_refused(kind, field, bytes_of(text, 2), "a text");
            if (field->type != FIELD_INT)
                assert_refused(kind, field, bytes_of(negative, 1), "a negative number");
        }
    }
}

static void texts_hold_no_controls_marks_or_decomposed_letters(void **state)
{
    static const char *const bad[] = { "a\nb", "a\x1b[2J", "a\xe2\x80\xae" "b", "e\xcc\x81", " a", "a ", "\xff", "a\xc2\x85" "b" };
    const struct kind *kind = kind_find(KIND_GENESIS);
    const struct field *site = field_named(kind->fields, "site");

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t item[32];
        struct writer writer;

        pool.used = 0;
        writer_init(&writer, item, sizeof item);
        write_text(&writer, bytes_of_text(bad[i]));
        assert_refused(kind, site, writer_bytes(&writer), "a bad text");
    }
}

/* ---- maps */

static void what_must_be_there_is_asked_for(void **state)
{
    (void)state;
    for (unsigned number = 1; number <= KIND_LAST; number++) {
        const struct kind *kind = kind_find(number);

        for (size_t i = 0; kind != NULL && kind->fields[i].name != NULL; i++) {
            struct facts facts, back;
            struct facts_fault fault;

            pool.used = 0;
            facts_fill(&facts, kind->fields, LEAST, false, &pool);
            if (!facts.values[i].present)
                continue;
            facts.values[i].present = false;
            assert_false(decode(encode(&facts, encoded), kind->fields, &back, &fault));
            assert_int_equal(FACTS_MISSING, fault.status);
            assert_ptr_equal(&kind->fields[i], fault.field);
        }
    }
}

static void unknown_private_repeated_and_unsorted_keys_are_refused(void **state)
{
    /* The facts of a revoke, {1: 5}, and what is wrong with others; and of a note, whose text is private. */
    static const struct {
        enum kind_number kind;
        uint8_t size, bytes[8];
        enum facts_status status;
    } cases[] = { { KIND_REVOKE, 3, { 0xa1, 1, 5 }, FACTS_OK },
                  { KIND_REVOKE, 5, { 0xa2, 1, 5, 2, 5 }, FACTS_UNKNOWN },
                  { KIND_REVOKE, 5, { 0xa2, 1, 5, 1, 5 }, FACTS_CBOR },
                  { KIND_REVOKE, 5, { 0xa2, 2, 5, 1, 5 }, FACTS_UNKNOWN },
                  { KIND_REKEY, 5, { 0xa2, 2, 5, 1, 5 }, FACTS_CBOR },
                  { KIND_REVOKE, 1, { 0xa0 }, FACTS_MISSING },
                  { KIND_REVOKE, 4, { 0xa1, 0x18, 1, 5 }, FACTS_CBOR },
                  { KIND_REVOKE, 2, { 0xa1, 1 }, FACTS_CBOR },
                  { KIND_REVOKE, 3, { 0x81, 1, 5 }, FACTS_CBOR },
                  { KIND_NOTE, 5, { 0xa1, 0x18, 40, 0x61, 'x' }, FACTS_UNKNOWN } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct facts facts;
        struct facts_fault fault;
        bool good = decode(bytes_of(cases[i].bytes, cases[i].size), kind_find(cases[i].kind)->fields, &facts, &fault);

        assert_int_equal(cases[i].status == FACTS_OK, good);
        assert_int_equal(cases[i].status, fault.status);
    }
}

static void a_row_has_all_its_places_and_no_more(void **state)
{
    /* The sources of a draw: [vial, volume, overfill or null]. */
    static const struct {
        uint8_t size, bytes[10];
        bool good;
    } cases[] = { { 8, { 0xa1, 1, 0x81, 0x83, 7, 0x18, 200, 0xf6 }, true },
                  { 8, { 0xa1, 1, 0x81, 0x83, 7, 0x18, 200, 1 }, true },
                  { 7, { 0xa1, 1, 0x81, 0x82, 7, 0x18, 200 }, false },
                  { 9, { 0xa1, 1, 0x81, 0x84, 7, 0x18, 200, 0xf6, 0xf6 }, false },
                  { 7, { 0xa1, 1, 0x81, 0x83, 0xf6, 1, 0xf6 }, false },
                  { 3, { 0xa1, 1, 0x80 }, false } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct facts facts;
        struct facts_fault fault;

        assert_int_equal(cases[i].good,
                         decode(bytes_of(cases[i].bytes, cases[i].size), kind_find(KIND_DRAW)->fields, &facts, &fault));
    }
}

static void values_are_put_and_got_by_key(void **state)
{
    struct facts facts;

    (void)state;
    facts_init(&facts, kind_find(KIND_WASTE)->fields);
    assert_null(facts_get(&facts, 1));
    assert_int_equal(-7, facts_number(&facts, 1, -7));
    facts_put_number(&facts, 1, 12);
    assert_int_equal(12, facts_number(&facts, 1, -7));
    assert_null(facts_get(&facts, 60)); /* no such field */
    facts_put_at(&facts, 2, (struct at){ 5, -300 });
    assert_int_equal(-300, facts_get(&facts, 2)->second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_goes_there_and_back_at_its_limits),
        cmocka_unit_test(rows_are_walked_as_they_were_written),
        cmocka_unit_test(no_field_takes_more_or_less_than_its_limits),
        cmocka_unit_test(no_field_takes_an_item_of_another_type),
        cmocka_unit_test(texts_hold_no_controls_marks_or_decomposed_letters),
        cmocka_unit_test(what_must_be_there_is_asked_for),
        cmocka_unit_test(unknown_private_repeated_and_unsorted_keys_are_refused),
        cmocka_unit_test(a_row_has_all_its_places_and_no_more),
        cmocka_unit_test(values_are_put_and_got_by_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
