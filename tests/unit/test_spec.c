/* SPEC.md and ledger.cddl say what the table of kinds says.
 *
 * Run as `test_spec write` it writes the generated parts instead (scripts/spec). The tests run in the
 * project's folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/kinds.h"
#include "tests/support/describe.h"

static const char *const documents[] = { "schema/SPEC.md", "schema/ledger.cddl" };
enum { DOCUMENTS = sizeof documents / sizeof documents[0] };

/* The whole file, with a NUL; to be freed. NULL where it cannot be read. */
static char *read_document(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size;

    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        text = calloc(1, (size_t)size + 1);
        if (text != NULL && fread(text, 1, (size_t)size, file) != (size_t)size) {
            free(text);
            text = NULL;
        }
    }
    (void)fclose(file);
    return text;
}

/* The document as it should be; to be freed. NULL where its markers are broken. */
static char *described(const char *document)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool good = out != NULL && describe_document(document, out);

    if (out == NULL || fclose(out) != 0 || !good) {
        free(text);
        return NULL;
    }
    return text;
}

/* Print the first line that differs, so that whoever changed the table sees what it did. */
static void show_difference(const char *path, const char *is, const char *should_be)
{
    unsigned line = 1;
    const char *is_line = is, *should_line = should_be;

    for (; *is == *should_be && *is != '\0'; is++, should_be++)
        if (*is == '\n') {
            line++;
            is_line = is + 1;
            should_line = should_be + 1;
        }
    print_error("%s:%u is    %.*s\n", path, line, (int)strcspn(is_line, "\n"), is_line);
    print_error("%s:%u wants %.*s\n", path, line, (int)strcspn(should_line, "\n"), should_line);
    print_error("run scripts/spec\n");
}

static void the_documents_say_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCUMENTS; i++) {
        char *is = read_document(documents[i]), *should_be;

        assert_non_null(is);
        should_be = described(is);
        assert_non_null(should_be);
        if (strcmp(is, should_be) != 0) {
            show_difference(documents[i], is, should_be);
            fail();
        }
        free(is);
        free(should_be);
    }
}

static void a_changed_line_of_a_region_does_not_survive(void **state)
{
    static const char changed[] = "before\n<!-- generated: sources -->\nby hand\n<!-- end: sources -->\nafter\n";
    char *text = described(changed);

    (void)state;
    assert_non_null(text);
    assert_null(strstr(text, "by hand"));
    assert_non_null(strstr(text, "before\n<!-- generated: sources -->\n| "));
    assert_non_null(strstr(text, "chart |\n"));
    assert_non_null(strstr(text, "\n<!-- end: sources -->\nafter\n"));
    free(text);
}

static void a_region_without_a_name_or_an_end_is_refused(void **state)
{
    (void)state;
    assert_null(described("<!-- generated: nothing -->\n<!-- end: nothing -->\n"));
    assert_null(described("<!-- generated: sources -->\n"));
    assert_null(described("<!-- generated: sources -->\n<!-- end: roles -->\n"));
}

static void every_kind_stands_in_both_documents(void **state)
{
    char line[128];

    (void)state;
    for (size_t i = 0; i < DOCUMENTS; i++) {
        char *document = read_document(documents[i]);

        assert_non_null(document);
        for (uint64_t number = 1; number <= KIND_LAST; number++) {
            const struct kind *kind = kind_find(number);

            assert_non_null(kind);
            (void)snprintf(line, sizeof line, i == 0 ? "\n#### %u %s" : "\n; %u %s", kind->number, kind->name);
            assert_non_null(strstr(document, line));
        }
        free(document);
    }
}

static int write_documents(void)
{
    for (size_t i = 0; i < DOCUMENTS; i++) {
        char *is = read_document(documents[i]);
        char *should_be = is != NULL ? described(is) : NULL;
        FILE *file = should_be != NULL && strcmp(is, should_be) != 0 ? fopen(documents[i], "wb") : NULL;

        if (should_be == NULL) {
            fprintf(stderr, "%s: cannot be read, or a region has no end or no such name\n", documents[i]);
            return 1;
        }
        if (file != NULL) {
            bool good = fputs(should_be, file) >= 0;

            if (fclose(file) != 0 || !good) {
                fprintf(stderr, "%s: cannot be written\n", documents[i]);
                return 1;
            }
        }
        printf("%s: %s\n", documents[i], file != NULL ? "written" : "as it was");
        free(is);
        free(should_be);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_documents_say_what_the_table_says),
        cmocka_unit_test(a_changed_line_of_a_region_does_not_survive),
        cmocka_unit_test(a_region_without_a_name_or_an_end_is_refused),
        cmocka_unit_test(every_kind_stands_in_both_documents),
    };

    if (argc == 2 && strcmp(argv[1], "write") == 0)
        return write_documents();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
