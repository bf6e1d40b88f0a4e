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

/* Codes that a rule of what is recorded could give, and that no doctored program skips in the tests of the rules: why not, and the
 * test that tries what could be tried. */
static const struct {
    enum refusal_code code;
    const char *test, *why;
} not_skipped[] = {
    { REFUSAL_ENCODING, "what_is_no_entry_is_found_and_replaying_goes_on", "other bytes are no entry" },
    { REFUSAL_TEXT, "what_a_doctored_program_let_through_is_named_with_its_rule", "with such a text it is no entry" },
    { REFUSAL_CHECK_DIGIT, "what_a_doctored_program_let_through_is_named_with_its_rule", "with such a code it is no entry" },
    { REFUSAL_SIZE, "an_entry_larger_than_an_entry_may_be_is_found", "of that size it is no entry" },
    { REFUSAL_CLOCK_BEHIND, "what_a_doctored_program_let_through_is_named_with_its_rule",
      "what is told of a clock; in an entry it is a time that goes back" },
    { REFUSAL_SIGNATURES, "what_a_doctored_program_let_through_is_named_with_its_rule", "whose signatures there are is no rule's" },
    { REFUSAL_HEAD_NOT_REMEMBERED, "cli/refusals.sh", "nothing of it stands in the book" },
};

static const char *test_instead(unsigned code)
{
    for (size_t i = 0; i < sizeof not_skipped / sizeof not_skipped[0]; i++)
        if (not_skipped[i].code == code)
            return not_skipped[i].test;
    return NULL;
}

/* Whether there is such a test; a script is taken at its word. */
static bool is_test(const char *tests, const char *name)
{
    return strchr(name, '/') != NULL || strstr(tests, name) != NULL;
}

/* Whether the table of golden ledgers has a row for it. */
static bool has_row(const char *table, unsigned code, const char *how)
{
    char row[32];

    snprintf(row, sizeof row, "PH%04u %s ", code, how);
    return strstr(table, row) != NULL;
}

static bool is_of_what_is_recorded(const struct refusal *refusal, const char *rules)
{
    return refusal->class_ != CLASS_SYSTEM && (refusal->class_ != CLASS_FINDING || speaks_of(rules, refusal->name));
}

/* A new code fails here until the tests of the rules reach it and scripts/rules-vectors has been run, or a reason is given. */
static void every_code_of_what_is_recorded_is_skipped_by_a_doctored_program(void **state)
{
    char *rules = read_all("ledger", "rules_"), *tests = read_all("tests/unit", "test_");
    char *table = read_all("tests/vectors", "rules.txt");
    unsigned faults = 0;

    (void)state;
    for (const struct refusal *refusal = refusals; refusal->code != 0 && table[0] != '\0'; refusal++) {
        const char *instead = test_instead(refusal->code);
        bool is_skipped = has_row(table, refusal->code, "skipped");

        if (!is_of_what_is_recorded(refusal, rules))
            continue;
        if (is_skipped == (instead != NULL) || (instead != NULL && !is_test(tests, instead))) {
            print_error("%s is %s\n", refusal->name,
                        is_skipped ? "skipped: no reason is wanted" : "not skipped, for no good reason");
            faults++;
        }
        if (refusal->class_ == CLASS_FORBIDDEN && !has_row(table, refusal->code, "owned")) {
            print_error("no ledger owns up to %s\n", refusal->name);
            faults++;
        }
    }
    free(rules);
    free(tests);
    if (table[0] == '\0') {
        free(table);
        print_message("skipped: the sources are not here\n");
        skip();
    }
    free(table);
    assert_int_equal(0, faults);
}

static const char *const class_names[] = {
    [CLASS_MALFORMED] = "malformed", [CLASS_IMPOSSIBLE] = "impossible", [CLASS_FORBIDDEN] = "forbidden",
    [CLASS_SOFT] = "soft", [CLASS_CASE] = "case", [CLASS_AGAIN] = "again", [CLASS_SYSTEM] = "usage",
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
        cmocka_unit_test(every_code_of_what_is_recorded_is_skipped_by_a_doctored_program),
        cmocka_unit_test(what_the_readme_says_of_rules_and_tests_is_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
