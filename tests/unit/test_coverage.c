/* What the tests of the rules cover: every code of a rule is reached, every forbidden one both as an act and as a fact, and
 * what tests/README.md says of them is so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/error.h"

static char *read_all(const char *folder, const char *prefix)
{
    DIR *directory = opendir(folder);
    const struct dirent *file;
    size_t size = 0, capacity = 1u << 22;
    char *all = calloc(1, capacity);

    assert_non_null(all);
    while (directory != NULL && (file = readdir(directory)) != NULL) {
        char path[300];
        FILE *in;

        if (strncmp(file->d_name, prefix, strlen(prefix)) != 0 ||
            (strstr(file->d_name, ".c") == NULL && strcmp(file->d_name, prefix) != 0))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, file->d_name);
        in = fopen(path, "r");
        assert_non_null(in);
        size += fread(all + size, 1, capacity - 1 - size, in);
        fclose(in);
    }
    if (directory != NULL)
        closedir(directory);
    return all;
}

/* Whether `name` stands in the text as a whole word. */
static bool speaks_of(const char *text, const char *name)
{
    size_t size = strlen(name);

    for (const char *at = strstr(text, name); at != NULL; at = strstr(at + 1, name))
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", at[size]) == NULL || at[size] == '\0')
            return true;
    return false;
}

static void every_code_that_a_rule_gives_is_reached_by_a_test(void **state)
{
    char *rules = read_all("ledger", "rules"), *tests = read_all("tests/unit", "test_rules");
    unsigned given = 0, missing = 0;

    (void)state;
    if (rules[0] == '\0') {
        free(rules);
        free(tests);
        print_message("skipped: the sources are not here\n");
        skip();
    }
    for (const struct refusal *refusal = refusals; refusal->code != 0; refusal++) {
        if (!speaks_of(rules, refusal->name))
            continue;
        given++;
        if (!speaks_of(tests, refusal->name)) {
            print_error("no test reaches %s\n", refusal->name);
            missing++;
        }
    }
    free(rules);
    free(tests);
    assert_true(given > 80);
    assert_int_equal(0, missing);
}

static const char *const class_names[] = {
    [CLASS_MALFORMED] = "malformed", [CLASS_IMPOSSIBLE] = "impossible", [CLASS_FORBIDDEN] = "forbidden",
    [CLASS_SOFT] = "soft", [CLASS_CASE] = "case", [CLASS_SYSTEM] = "usage",
};

/* One row of the table of tests/README.md: `| what | PH0210 | class | `test` |`. Its code has that class. */
static unsigned faults_of_row(char *row, const char *tests)
{
    char *code = strstr(row, "| PH"), *class_ = code != NULL ? strstr(code + 1, "| ") : NULL;
    unsigned faults = 0;

    if (class_ != NULL && class_[2] != '|') {
        const struct refusal *refusal = refusal_find((unsigned)strtoul(code + 4, NULL, 10));
        const char *name = refusal != NULL ? class_names[refusal->class_] : NULL;

        faults += name == NULL || strncmp(class_ + 2, name, strlen(name)) != 0;
    }
    for (char *at = strrchr(row, '|') != NULL && class_ != NULL ? strchr(class_, '`') : NULL; at != NULL; at = strchr(at, '`')) {
        char *end = strchr(at + 1, '`'), wanted[128];

        if (end == NULL)
            break;
        *end = '\0';
        snprintf(wanted, sizeof wanted, strchr(at + 1, '/') != NULL ? "%s" : "(%s", at + 1);
        if (strchr(at + 1, '/') == NULL && strstr(tests, wanted) == NULL) {
            print_error("tests/README.md names %s, which is no test\n", at + 1);
            faults++;
        }
        at = end + 1;
    }
    return faults;
}

static void what_the_readme_says_of_rules_and_tests_is_so(void **state)
{
    char *tests = read_all("tests/unit", "test_"), *readme = read_all("tests", "README.md"), *line, *rest;
    unsigned rows = 0, faults = 0;

    (void)state;
    if (tests[0] == '\0' || readme[0] == '\0') {
        free(tests);
        free(readme);
        print_message("skipped: the sources are not here\n");
        skip();
    }
    for (line = strtok_r(readme, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] != '|' || strstr(line, "| PH") == NULL)
            continue;
        rows++;
        if (faults_of_row(line, tests) != 0) {
            print_error("not so: %s\n", line);
            faults++;
        }
    }
    free(tests);
    free(readme);
    assert_true(rows > 40);
    assert_int_equal(0, faults);
}

/* Each is refused as an act and then stands as an irregular fact: that is what `forbidden` of book.h tries. */
static void every_forbidden_code_is_tried_as_an_act_and_as_a_fact(void **state)
{
    char *tests = read_all("tests/unit", "test_rules");
    unsigned missing = 0;

    (void)state;
    if (tests[0] == '\0') {
        free(tests);
        print_message("skipped: the sources are not here\n");
        skip();
    }
    for (const struct refusal *refusal = refusals; refusal->code != 0; refusal++) {
        char alone[96], beside[96];

        snprintf(alone, sizeof alone, "forbidden(book, %s,", refusal->name);
        snprintf(beside, sizeof beside, "forbidden_beside(book, %s,", refusal->name);
        if (refusal->class_ != CLASS_FORBIDDEN || strstr(tests, alone) != NULL || strstr(tests, beside) != NULL)
            continue;
        print_error("no test owns up to %s\n", refusal->name);
        missing++;
    }
    free(tests);
    assert_int_equal(0, missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_that_a_rule_gives_is_reached_by_a_test),
        cmocka_unit_test(every_forbidden_code_is_tried_as_an_act_and_as_a_fact),
        cmocka_unit_test(what_the_readme_says_of_rules_and_tests_is_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
