/* cli/ndjson: what a file of JSON objects hands out, and what is refused of it. The texts were written by hand after RFC 8259. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ndjson.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char path[] = "/tmp/phial-ndjson-XXXXXX";

static void write_file(const char *text, size_t size)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(size, fwrite(text, 1, size, file));
    fclose(file);
}

/* Read a file to its end, object by object; the first refusal. */
static enum ledger_status read_file(const char *text, size_t size, struct error *error)
{
    static struct ndjson_member member;
    struct ndjson_line line = { 0 };
    struct ndjson file;
    enum ledger_status status;

    write_file(text, size);
    status = ndjson_open(&file, path, error);
    while (status == LEDGER_OK && ndjson_next_line(&file, &line)) {
        struct ndjson_object object = { NULL, NULL };
        bool found = true;

        status = ndjson_read(&line, &object, error);
        while (status == LEDGER_OK && found)
            status = ndjson_next(&object, &member, &found, error);
        ndjson_release(&object);
    }
    ndjson_close(&file);
    return status;
}

struct bad {
    const char *text;
    size_t size; /* 0: up to the NUL */
    const char *says;
};

static void what_is_no_object_a_line_is_refused_for_its_own_reason(void **state)
{
    static const struct bad rows[] = {
        { "\xef\xbb\xbf{}\n", 0, "line 1 begins with a byte order mark" },
        { "\xff\xfe{\0}\0\n\0", 8, "line 1 begins with a byte order mark" },
        { "{}\n{\0}\n", 8, "line 2 holds a NUL" },
        { "{}\n{}\r\n", 0, "line 2 holds a carriage return" },
        { "{}\n\n{}\n", 0, "line 2 is empty" },
        { "\n", 0, "line 1 is empty" },
        { "{}\n[]\n", 0, "line 2 is no JSON object" },
        { "\"text\"\n", 0, "line 1, column " },
        { "{}{}\n", 0, "line 1, column 3" },
        { "{}\n{\"a\":\n", 0, "line 2, column " },
        { "{\"a\":\"b\" // c\n", 0, "line 1, column " },
        { "{\"a\":\"b\",}\n", 0, "line 1, column " },
        { "{\"a\":\"\xc3\x28\"}\n", 0, "line 1, column " },
        { "{\"a\":\"\\ud800\"}\n", 0, "line 1, column " },
        { "{\"a\":\"\\u0000\"}\n", 0, "line 1, column " },
        { "{\"a\":1,\"a\":2}\n", 0, "duplicate object key" },
        { "{\"a\":NaN}\n", 0, "line 1, column " },
        { "{\"a\":01}\n", 0, "line 1, column " },
        { "{\"a\":9223372036854775808}\n", 0, "too big integer" },
        { "{\"a\":1.0}\n", 0, "`a` is a number with a point" },
        { "{\"a\":1e3}\n", 0, "`a` is a number with a point" },
        { "{\"a\":null}\n", 0, "`a` is null" },
        { "{\"a\":{}}\n", 0, "`a` holds what is no text, whole number or list of them" },
        { "{\"a\":[\"b\",[]]}\n", 0, "`a` holds what is no text" },
        { "{\"a\":[\"b\",true]}\n", 0, "`a` holds what is no text" },
        { "{\"a\":[null]}\n", 0, "`a` is null" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct error error = { .code = 0 };
        enum ledger_status status = read_file(rows[i].text, rows[i].size > 0 ? rows[i].size : strlen(rows[i].text), &error);

        if (status != LEDGER_USAGE || error.code != REFUSAL_BAD_LINE || strstr(error.text, rows[i].says) == NULL)
            fail_msg("row %zu: status %d, PH%04u %s; expected: %s", i, (int)status, error.code, error.text, rows[i].says);
    }
}

static void a_line_is_as_long_as_its_limit_and_no_longer(void **state)
{
    static char text[NDJSON_LINE_LIMIT + 2];
    struct error error = { .code = 0 };
    size_t more;

    (void)state;
    for (more = 0; more <= 1; more++) {
        size_t size = NDJSON_LINE_LIMIT + more;

        memset(text, ' ', sizeof text);
        text[0] = '{';
        text[size - 1] = '}';
        text[size] = '\n';
        assert_int_equal(more == 0 ? LEDGER_OK : LEDGER_USAGE, read_file(text, size + 1, &error));
    }
    assert_string_equal("line 1 is longer than 65536 bytes", error.text);
}

static void a_list_has_as_many_values_as_its_limit_and_no_more(void **state)
{
    static char text[NDJSON_VALUES_LIMIT * 2 + 16];
    struct error error = { .code = 0 };

    (void)state;
    for (size_t more = 0; more <= 1; more++) {
        size_t used = (size_t)sprintf(text, "{\"a\":[1");

        for (size_t i = 1; i < NDJSON_VALUES_LIMIT + more; i++)
            used += (size_t)sprintf(text + used, ",1");
        used += (size_t)sprintf(text + used, "]}\n");
        assert_int_equal(more == 0 ? LEDGER_OK : LEDGER_USAGE, read_file(text, used, &error));
    }
}

static void members_come_in_order_as_the_texts_that_would_be_typed(void **state)
{
    static const char text[] = "{\"b\":\"75mg\",\"a\":[\"V-1\",-7],\"yes\":true,\"no\":false,\"n\":9223372036854775807,\"\\u00e9\":\"\\u00e9\"}";
    static const struct { const char *name; enum ndjson_form form; bool has_number; size_t count; const char *last; } rows[] = {
        { "b", NDJSON_TEXTS, false, 1, "75mg" }, { "a", NDJSON_TEXTS, true, 2, "-7" },
        { "yes", NDJSON_YES, false, 0, NULL },   { "no", NDJSON_NO, false, 0, NULL },
        { "n", NDJSON_TEXTS, true, 1, "9223372036854775807" }, { "\u00e9", NDJSON_TEXTS, false, 1, "\u00e9" },
    };
    static struct ndjson_member member;
    struct ndjson_line line = { 1, text, sizeof text - 1 };
    struct ndjson_object object;
    struct error error = { .code = 0 };
    const char *found_text;
    bool found;

    (void)state;
    assert_int_equal(LEDGER_OK, ndjson_read(&line, &object, &error));
    assert_int_equal(LEDGER_OK, ndjson_text(&object, "b", &found_text, &error));
    assert_string_equal("75mg", found_text);
    assert_int_equal(LEDGER_OK, ndjson_text(&object, "c", &found_text, &error));
    assert_null(found_text);
    assert_int_equal(LEDGER_USAGE, ndjson_text(&object, "n", &found_text, &error));
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(LEDGER_OK, ndjson_next(&object, &member, &found, &error));
        assert_true(found);
        assert_string_equal(rows[i].name, member.name);
        assert_int_equal(rows[i].form, member.form);
        assert_int_equal(rows[i].has_number, member.has_number);
        assert_int_equal(rows[i].count, member.count);
        if (rows[i].last != NULL)
            assert_string_equal(rows[i].last, member.texts[member.count - 1]);
    }
    assert_int_equal(LEDGER_OK, ndjson_next(&object, &member, &found, &error));
    assert_false(found);
    ndjson_release(&object);
}

static void the_last_line_may_lack_its_end_and_lines_are_counted_from_one(void **state)
{
    struct ndjson_line line = { 0 };
    struct ndjson file;
    struct error error = { .code = 0 };

    (void)state;
    write_file("{}\n{ }", 6);
    assert_int_equal(LEDGER_OK, ndjson_open(&file, path, &error));
    assert_true(ndjson_next_line(&file, &line));
    assert_int_equal(1, line.number);
    assert_int_equal(2, line.size);
    assert_true(ndjson_next_line(&file, &line));
    assert_int_equal(2, line.number);
    assert_int_equal(3, line.size);
    assert_false(ndjson_next_line(&file, &line));
    ndjson_close(&file);
}

static void a_file_that_is_empty_or_absent_is_said_to_be(void **state)
{
    struct ndjson file;
    struct error error = { .code = 0 };

    (void)state;
    assert_int_equal(LEDGER_USAGE, read_file("", 0, &error));
    assert_int_equal(REFUSAL_BAD_LINE, error.code);
    assert_int_equal(LEDGER_STORAGE, ndjson_open(&file, "/nonexistent/acts.ndjson", &error));
    ndjson_close(&file);
    assert_int_equal(LEDGER_STORAGE, ndjson_open(&file, "/", &error));
    ndjson_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_object_a_line_is_refused_for_its_own_reason),
        cmocka_unit_test(a_line_is_as_long_as_its_limit_and_no_longer),
        cmocka_unit_test(a_list_has_as_many_values_as_its_limit_and_no_more),
        cmocka_unit_test(members_come_in_order_as_the_texts_that_would_be_typed),
        cmocka_unit_test(the_last_line_may_lack_its_end_and_lines_are_counted_from_one),
        cmocka_unit_test(a_file_that_is_empty_or_absent_is_said_to_be),
    };
    int file = mkstemp(path), failed;

    if (file < 0)
        return 1;
    close(file);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
