/* The command line, read by a table of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"

static const struct option look_options[] = { { "depth", 'd', "NUMBER", false, "how deep" },
                                              { "tag", 0, "NAME", true, "which" },
                                              { .name = NULL } };

const struct command commands[] = {
    { "look", .alias = "see", .help = "look", .options = look_options },
    { "hold still", .help = "hold still" },
    { "empty", .help = "finish a vial", .kinds = { KIND_EMPTY } },
    { .name = NULL },
};

enum { WORDS_LIMIT = 24 };

/* Read a command line; the program's name stands before its words. */
static enum ledger_status parse(struct call *call, struct error *error, const char *const *words)
{
    char *texts[WORDS_LIMIT + 1] = { (char *)(uintptr_t) "phial" };
    int count = 1;

    memset(call, 0, sizeof *call);
    for (; words[count - 1] != NULL && count <= WORDS_LIMIT; count++)
        texts[count] = (char *)(uintptr_t)words[count - 1];
    return call_parse(call, count, texts, error);
}

#define PARSE(call, error, ...) parse(call, error, (const char *const[]){ __VA_ARGS__, NULL })

static void options_stand_before_between_and_behind_the_words(void **state)
{
    static struct call call;
    struct error error;
    size_t place = 0;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "-L", "dir", "look", "one", "--depth=3", "--tag", "a", "two", "-qv", "--tag", "b"));
    assert_string_equal("look", call.command->name);
    assert_string_equal("dir", call_value(&call, "ledger"));
    assert_string_equal("3", call_value(&call, "depth"));
    assert_true(call_flag(&call, "quiet") && call_flag(&call, "verbose"));
    assert_false(call_flag(&call, "json"));
    assert_int_equal(2, call_count(&call, "tag"));
    assert_string_equal("b", call_value(&call, "tag"));
    assert_string_equal("one", call_next(&call, NULL, &place));
    assert_string_equal("two", call_next(&call, NULL, &place));
    assert_null(call_next(&call, NULL, &place));
}

static void a_value_may_look_like_anything(void **state)
{
    static struct call call;
    struct error error;
    size_t place = 0;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "see", "--tag", "--depth", "-d-5", "--", "--not-an-option"));
    assert_string_equal("look", call.command->name);
    assert_string_equal("--depth", call_value(&call, "tag"));
    assert_string_equal("-5", call_value(&call, "depth"));
    assert_string_equal("--not-an-option", call_next(&call, NULL, &place));
}

static void two_words_may_be_one_command(void **state)
{
    static struct call call;
    struct error error;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "hold", "still"));
    assert_string_equal("hold still", call.command->name);
    assert_int_equal(0, call_count(&call, NULL));
}

static void fields_of_a_kind_are_options_and_acts_have_their_own(void **state)
{
    static struct call call;
    struct error error;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "empty", "--vial", "V-1", "-w", "rosei", "--remark", "dry"));
    assert_string_equal("V-1", call_value(&call, "vial"));
    assert_string_equal("rosei", call_value(&call, "witness"));
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "-w", "rosei"));
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "--remark", "dry"));
}

static void what_is_not_known_is_refused_with_what_was_meant(void **state)
{
    static struct call call;
    struct error error;

    (void)state;
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "lokk"));
    assert_int_equal(REFUSAL_UNKNOWN_COMMAND, error.code);
    assert_non_null(strstr(error.next, "did you mean phial look?"));
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "--dept", "3"));
    assert_int_equal(REFUSAL_UNKNOWN_OPTION, error.code);
    assert_non_null(strstr(error.next, "did you mean --depth?"));
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "hold"));
    assert_non_null(strstr(error.next, "phial hold still"));
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "--depth"));
    assert_int_equal(REFUSAL_MISSING_ARGUMENT, error.code);
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "-d", "1", "-d", "2"));
    assert_int_equal(REFUSAL_TOO_MANY_ARGUMENTS, error.code);
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "--quiet=yes"));
}

static void answers_are_kept_as_if_they_had_been_given(void **state)
{
    static struct call call;
    char answer[] = "4";
    struct error error;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "look"));
    assert_int_equal(LEDGER_OK, call_add(&call, "depth", answer, &error));
    answer[0] = 'x';
    assert_string_equal("4", call_value(&call, "depth"));
    assert_true(call.was_asked);
}

static void each_part_of_a_list_has_its_own_words_and_options(void **state)
{
    static struct call call;
    struct error error;
    size_t place = 0;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "--reason", "all", "empty", "V-1", "-w", "rosei", "--as", "mnair", "+", "--reason",
                                      "this", "empty", "V-2", "--remark", "dry", "-n", "+", "look", "--depth", "3"));
    assert_int_equal(3, call.part_count);
    assert_string_equal("empty", call.command->name);
    assert_string_equal("V-1", call_next(&call, NULL, &place));
    assert_null(call_next(&call, NULL, &place));
    assert_string_equal("rosei", call_value(&call, "witness"));
    assert_string_equal("all", call_value(&call, "reason"));
    assert_null(call_own(&call, "reason"));
    assert_null(call_value(&call, "remark"));
    call_turn(&call, 2);
    place = 0;
    assert_string_equal("V-2", call_next(&call, NULL, &place));
    assert_null(call_value(&call, "witness"));
    assert_string_equal("dry", call_value(&call, "remark"));
    assert_string_equal("this", call_value(&call, "reason"));
    assert_string_equal("this", call_own(&call, "reason"));
    assert_string_equal("mnair", call_value(&call, "as"));
    call_turn(&call, 3);
    assert_string_equal("look", call.command->name);
    assert_string_equal("3", call_value(&call, "depth"));
    assert_string_equal("mnair", call_value(&call, "as"));
    assert_true(call_flag(&call, "dry-run"));
}

static void what_holds_for_a_list_is_said_once_or_the_same(void **state)
{
    static struct call call;
    struct error error;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "empty", "--as", "mnair", "+", "empty", "--as", "mnair", "-n", "+", "empty", "-n"));
    assert_int_equal(1, call_count(&call, "as"));
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "empty", "--as", "mnair", "+", "empty", "--as", "rosei"));
    assert_int_equal(REFUSAL_TOO_MANY_ARGUMENTS, error.code);
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "empty", "--as", "mnair", "--as", "mnair"));
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "empty", "--at", "now", "+", "empty", "--at", "now"));
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "empty", "--at", "now", "--at", "now"));
}

static void a_plus_parts_acts_only_where_it_stands_alone(void **state)
{
    static struct call call;
    struct error error;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "look", "one+", "--tag", "+", "--", "+"));
    assert_int_equal(1, call.part_count);
    assert_int_equal(2, call_count(&call, NULL));
    assert_string_equal("+", call_value(&call, "tag"));
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "+"));
    assert_int_equal(REFUSAL_MISSING_ARGUMENT, error.code);
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "+", "-q", "+", "look"));
    assert_int_equal(REFUSAL_MISSING_ARGUMENT, error.code);
    assert_int_equal(LEDGER_USAGE, PARSE(&call, &error, "look", "+", "lokk"));
    assert_int_equal(REFUSAL_UNKNOWN_COMMAND, error.code);
    assert_string_equal("look", call.command->name); /* so that it is said whether anything was recorded */
}

static void an_answer_belongs_to_the_part_in_hand(void **state)
{
    static struct call call;
    struct error error;

    (void)state;
    assert_int_equal(LEDGER_OK, PARSE(&call, &error, "empty", "+", "empty"));
    assert_false(call.was_asked);
    call_turn(&call, 2);
    assert_int_equal(LEDGER_OK, call_add(&call, "reason", "clinical", &error));
    assert_int_equal(LEDGER_OK, call_add(&call, "as", "rosei", &error));
    call_turn(&call, 1);
    assert_null(call_value(&call, "reason"));
    assert_string_equal("rosei", call_value(&call, "as"));
}

static void a_name_stands_in_a_list_whole(void **state)
{
    (void)state;
    assert_true(name_is_in("dose vial amount", "vial"));
    assert_true(name_is_in("dose vial amount", "amount"));
    assert_false(name_is_in("dose vial amount", "via"));
    assert_false(name_is_in("dose-per-kg", "dose"));
    assert_false(name_is_in("", "dose"));
    assert_false(name_is_in(NULL, "dose"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_before_between_and_behind_the_words),
        cmocka_unit_test(a_value_may_look_like_anything),
        cmocka_unit_test(two_words_may_be_one_command),
        cmocka_unit_test(fields_of_a_kind_are_options_and_acts_have_their_own),
        cmocka_unit_test(what_is_not_known_is_refused_with_what_was_meant),
        cmocka_unit_test(answers_are_kept_as_if_they_had_been_given),
        cmocka_unit_test(each_part_of_a_list_has_its_own_words_and_options),
        cmocka_unit_test(what_holds_for_a_list_is_said_once_or_the_same),
        cmocka_unit_test(a_plus_parts_acts_only_where_it_stands_alone),
        cmocka_unit_test(an_answer_belongs_to_the_part_in_hand),
        cmocka_unit_test(a_name_stands_in_a_list_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
