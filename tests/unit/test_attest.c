/* ledger/attest: the verdicts of an attestation, and every word that one can say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/attest.h"
#include "ledger/error.h"
#include "schema/text.h"

static struct attest_facts facts;
static struct statement_line lines[STATEMENT_LINES];

static void begin(void)
{
    memset(&facts, 0, sizeof facts);
    facts.size = 48219;
    facts.has_ended = true;
}

static const struct statement_line *judged(unsigned line)
{
    attest_judge(&facts, lines);
    return &lines[line - 1];
}

/* What a line is when nothing can be said against it. */
static enum statement_verdict at_best(unsigned line)
{
    return line == LINE_UNCHANGED ? VERDICT_NOT_SHOWN : line == LINE_EXCEPTIONS ? VERDICT_NONE : VERDICT_SHOWN;
}

/* ---- verdicts */

static void every_part_has_its_row_and_every_line_its_name(void **state)
{
    static const char *const names[] = { "unchanged", "accounted", "settled", "not self", "on site", "two people", "in time",
                                         "exceptions" };

    (void)state;
    for (unsigned i = 0; i < ATTEST_PARTS; i++)
        assert_int_equal(i, attest_rows[i].part);
    for (unsigned line = 1; line <= STATEMENT_LINES; line++)
        assert_string_equal(names[line - 1], attest_line_name(line));
    assert_string_equal("", attest_line_name(9));
}

static void a_line_is_as_bad_as_its_worst_part(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ATTEST_PARTS; i++) {
        const struct attest_row *row = &attest_rows[i];
        enum statement_verdict expected = at_best(row->line) > row->verdict ? at_best(row->line) : row->verdict;

        begin();
        if (row->line == LINE_ACCOUNTED)
            attest_name(&facts, PART_EQUATION, 0, "all");
        if (row->line == LINE_TWO_PEOPLE)
            attest_name(&facts, PART_PAIRS, 0, "1 waste");
        attest_name(&facts, row->part, 7, "something");
        print_message("%s\n", row->sentence);
        assert_int_equal(expected, judged(row->line)->verdict);
    }
}

static void each_line_is_reached_with_each_verdict_it_can_have(void **state)
{
    static const struct {
        enum attest_part part;
        unsigned line;
        enum statement_verdict verdict;
    } rows[] = {
        { PART_NO_MARK, 1, VERDICT_NOT_SHOWN },        { PART_EQUATION, 2, VERDICT_SHOWN },
        { PART_NO_STOCK, 2, VERDICT_SHOWN },           { PART_COUNTED, 2, VERDICT_NONE },
        { PART_COUNT_DIFFERS, 2, VERDICT_NOT_SHOWN },  { PART_LINE_DIFFERS, 2, VERDICT_NOT_SHOWN },
        { PART_UNCOUNTED, 2, VERDICT_NOT_SHOWN },      { PART_CASE_OPEN, 2, VERDICT_NOT_SHOWN },
        { PART_FORCED, 2, VERDICT_NOT_SHOWN },         { PART_AGAINST_STOCK, 2, VERDICT_CONTRADICTED },
        { PART_LOST, 2, VERDICT_CONTRADICTED },        { PART_UNEXPLAINED, 2, VERDICT_CONTRADICTED },
        { PART_SETTLED, 3, VERDICT_SHOWN },            { PART_OPEN, 3, VERDICT_NOT_SHOWN },
        { PART_AGAINST_ORDERS, 3, VERDICT_CONTRADICTED },
        { PART_NOT_SELF, 4, VERDICT_SHOWN },           { PART_LISTED_SINCE, 4, VERDICT_NOT_SHOWN },
        { PART_OUTSIDER, 4, VERDICT_NOT_SHOWN },       { PART_NO_PATIENT, 4, VERDICT_NOT_SHOWN },
        { PART_LISTED, 4, VERDICT_CONTRADICTED },      { PART_GAVE_ITSELF, 4, VERDICT_CONTRADICTED },
        { PART_TO_STAFF, 4, VERDICT_CONTRADICTED },    { PART_TO_ANOTHER, 4, VERDICT_CONTRADICTED },
        { PART_ON_SITE, 5, VERDICT_SHOWN },            { PART_HANDED_OUT, 5, VERDICT_NOT_SHOWN },
        { PART_DOSE_LOST, 5, VERDICT_NOT_SHOWN },      { PART_NO_SESSION, 5, VERDICT_CONTRADICTED },
        { PART_AGAINST_SESSION, 5, VERDICT_CONTRADICTED },
        { PART_PAIRS, 6, VERDICT_SHOWN },              { PART_SECOND_WAITS, 6, VERDICT_NOT_SHOWN },
        { PART_ALONE, 6, VERDICT_NOT_SHOWN },          { PART_AGAINST_ROLES, 6, VERDICT_CONTRADICTED },
        { PART_LATE, 7, VERDICT_SHOWN },               { PART_CLOCK_BACK, 7, VERDICT_NOT_SHOWN },
        { PART_NOT_FILED, 7, VERDICT_NOT_SHOWN },      { PART_RECORDED_AFTER, 7, VERDICT_NOT_SHOWN },
             { PART_COUNTERSIGN_OVERDUE, 7, VERDICT_NOT_SHOWN },
        { PART_FILED_LATE, 7, VERDICT_CONTRADICTED },  { PART_IRREGULAR, 8, VERDICT_NONE } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(rows[i].line, attest_rows[rows[i].part].line);
        assert_int_equal(rows[i].verdict, attest_rows[rows[i].part].verdict);
    }
}

static void what_is_contradicted_stays_so_whatever_else_is_shown(void **state)
{
    (void)state;
    begin();
    attest_note(&facts, PART_SETTLED, 0);
    attest_note(&facts, PART_OPEN, 12);
    attest_note(&facts, PART_AGAINST_ORDERS, 13);
    assert_int_equal(VERDICT_CONTRADICTED, judged(LINE_SETTLED)->verdict);
    assert_int_equal(2, judged(LINE_SETTLED)->entry_count);
}

static void of_a_period_that_has_not_ended_nothing_is_better_than_not_shown(void **state)
{
    (void)state;
    begin();
    facts.has_ended = false;
    attest_name(&facts, PART_EQUATION, 0, "all");
    attest_note(&facts, PART_NO_PAIRS, 0);
    attest_note(&facts, PART_NO_SESSION, 5);
    attest_judge(&facts, lines);
    for (unsigned line = LINE_UNCHANGED; line < LINE_EXCEPTIONS; line++) {
        assert_int_equal(line == LINE_ON_SITE ? VERDICT_CONTRADICTED : VERDICT_NOT_SHOWN, lines[line - 1].verdict);
        assert_memory_equal("So far: ", lines[line - 1].text, 8);
    }
    assert_int_equal(VERDICT_NONE, lines[7].verdict);
}

static void a_training_ledger_says_so_at_the_end_of_every_line(void **state)
{
    (void)state;
    begin();
    facts.is_training = true;
    attest_judge(&facts, lines);
    for (unsigned i = 0; i < STATEMENT_LINES; i++)
        assert_string_equal(" TRAINING.", lines[i].text + strlen(lines[i].text) - 10);
}

static void every_code_of_what_happened_against_a_rule_speaks_against_its_line(void **state)
{
    unsigned found = 0;

    (void)state;
    for (unsigned code = 1; code < 10000; code++) {
        const struct refusal *refusal = refusal_find((uint16_t)code);
        enum attest_part part = attest_part_against((uint16_t)code);

        if (refusal == NULL || refusal->claim == 0) {
            assert_int_equal(ATTEST_PARTS, part);
            continue;
        }
        assert_int_equal(refusal->claim, attest_rows[part].line);
        assert_int_equal(VERDICT_CONTRADICTED, attest_rows[part].verdict);
        found++;
    }
    assert_true(found > 40);
    assert_int_equal(PART_LISTED, attest_part_against(REFUSAL_MAY_NOT_ACT));
    assert_int_equal(PART_GAVE_ITSELF, attest_part_against(REFUSAL_SELF));
    assert_int_equal(PART_TO_ANOTHER, attest_part_against(REFUSAL_RECIPIENT));
}

/* ---- words */

/* Each sentence with 2 of it, the further number 3, the entries #5 and #1,200 and the names x and y. */
static const char *const said[ATTEST_PARTS] = {
    [PART_NO_MARK] = "no mark made outside this site is in the book; entries #1 to #48,219 agree with their own hashes and "
                     "signatures, and are complete by the word of this site's seal alone",
    [PART_EQUATION] = "recorded: x, y",
    [PART_NO_STOCK] = "no stock is recorded",
    [PART_COUNT_DIFFERS] = "counted by two, reckoned to the end, and not what the book has: x, y",
    [PART_LINE_DIFFERS] = "2 lines of these counts, and not what the book has by now as of then: x, y",
    [PART_COUNTED] = "counted by two, and reckoned to the end by what is recorded since: x, y",
    [PART_UNCOUNTED] = "no whole count by two within 3 days before the end of what stood in x, y",
    [PART_CASE_OPEN] = "2 cases not resolved at #48,219: x, y",
    [PART_FORCED] = "2 corrections left amounts that no act explains: x, y",
    [PART_AGAINST_STOCK] = "2 acts recorded as going against a rule about stock (x, y): #5 #1,200",
    [PART_LOST] = "recorded as lost or stolen and not as recovered: x, y; reported by #5 #1,200",
    [PART_UNEXPLAINED] = "2 cases resolved as unexplained, lost or stolen: x, y",
    [PART_RESOLVED] = "2 cases resolved: x, y",
    [PART_OFF_BOOK] = "Receipts were not compared with statements of suppliers by this program. What was never recorded is not seen",
    [PART_SETTLED] = "of 2 doses recorded as drawn 3 stand settled at #48,219",
    [PART_HELD] = "2 doses recorded as sealed in a numbered bag, not settled: x, y",
    [PART_OPEN] = "2 doses neither settled nor sealed at #48,219: x, y",
    [PART_TAKEN_BACK] = "2 doses taken back by a correction: x, y",
    [PART_SETTLED_LATE] = "2 doses settled later than the 3 h of the policy, by the times recorded: x, y",
    [PART_NOT_USED_UP] = "2 doses of these with an amount recorded as lost, handed out or adjusted: x, y",
    [PART_AGAINST_ORDERS] = "2 acts recorded as going against a rule about orders, doses or observation (x, y): #5 #1,200",
    [PART_INTO_PATIENT] = "That what is recorded as given or wasted was, is its signers' word",
    [PART_NOT_SELF] = "no dose is recorded as drawn, given, supervised or witnessed by a person on its patient's list of those "
                      "who may not act",
    [PART_LISTS] = "2 patients with recorded sessions, of whom 3 have such a list",
    [PART_LISTED] = "2 acts recorded with somebody in it who may not act for that patient: x, y",
    [PART_GAVE_ITSELF] = "2 acts recorded in which one person gave the dose and got it: x, y",
    [PART_TO_STAFF] = "2 acts recorded in which a member of staff got the dose: x, y",
    [PART_TO_ANOTHER] = "2 acts recorded in which somebody else than the session's patient got the dose: #5 #1,200",
    [PART_LISTED_SINCE] = "2 acts by somebody who is on that patient's list now and was not then: x, y",
    [PART_OUTSIDER] = "2 acts with a dose by somebody from outside, who is on no list: #5 #1,200",
    [PART_NO_PATIENT] = "2 acts with a dose that has no patient: #5 #1,200",
    [PART_EXCLUSION_ENDED] = "2 times somebody was taken off a list: #5 #1,200",
    [PART_SPRAYED] = "2 acts in which the patient sprayed esketamine, under observation as recorded",
    [PART_UNLISTED] = "Whether a patient is a member of staff who is on no list is not seen",
    [PART_ON_SITE] = "each of 2 doses recorded as drawn belongs to a session at a place of this site, and none is recorded as "
                     "handed out or lost",
    [PART_NO_SESSION] = "2 doses recorded without a session at a place of this site: x, y",
    [PART_AGAINST_SESSION] = "2 acts recorded as going against a rule about sessions (x, y): #5 #1,200",
    [PART_HANDED_OUT] = "2 doses recorded as gone with the patient in the charge of x, y",
    [PART_DOSE_LOST] = "2 doses recorded as lost or stolen: x, y",
    [PART_OFF_SITE] = "Whether drug left the site unrecorded is not seen",
    [PART_PAIRS] = "x, y: 3 of 2 signed with the keys of two different persons enrolled here",
    [PART_NO_PAIRS] = "no act that takes two persons is recorded",
    [PART_SECOND_LATER] = "2 of them by the second later: #5 #1,200",
    [PART_SECOND_WAITS] = "2 acts waiting for the second at #48,219: #5 #1,200",
    [PART_ALONE] = "2 acts signed by one alone: #5 #1,200",
    [PART_AGAINST_ROLES] = "2 acts recorded as done without the rights, role, licence or witness it takes (x, y): #5 #1,200",
    [PART_MEDIAN] = "median 3 s between the two signatures",
    [PART_HASTE] = "2 of them under 5 s apart: #5 #1,200",
    [PART_FROM_FILE] = "2 signatures by keys unlocked from a file",
    [PART_TRANSCRIBED] = "2 acts typed from paper: #5 #1,200",
    [PART_FOR_ANOTHER] = "2 acts signed by somebody else than who is recorded to have done it: #5 #1,200",
    [PART_TWO_KEYS] = "That two keys were two people is not shown",
    [PART_LATE] = "2 of 3 acts recorded later than the policy allows, by the times recorded: #5 #1,200",
    [PART_WIDEST] = "the latest by 3 min",
    [PART_OTHER_TIME] = "2 acts given another time by a correction, and counted by the one first signed: #5 #1,200",
    [PART_RECORDED_AFTER] = "2 acts of these days, by the times recorded, entered after their closing and not told here: #5 #1,200",
    [PART_STALE] = "2 acts signed without having seen the newest entries: #5 #1,200",
    [PART_CLOCK_BACK] = "the site's clock was set back 2 times: #5 #1,200",
    [PART_CLOCK_AHEAD] = "the site's clock was set ahead or vouched for 2 times: #5 #1,200",
    [PART_FILED_LATE] = "2 notices recorded as filed after its day: x, y",
    [PART_NOT_FILED] = "2 notices past its day and not recorded as filed: x, y",
    [PART_COUNTERSIGN_OVERDUE] = "2 acts past the time for a countersign: #5 #1,200",
    [PART_WORD_OF_SIGNERS] = "When an act took place is its signers' word",
    [PART_OVERRIDES] = "2 rules set aside: #5 #1,200",
    [PART_CORRECTIONS] = "2 corrections: #5 #1,200",
    [PART_IRREGULAR] = "2 irregular: #5 #1,200",
    [PART_COUNTERSIGNS] = "2 waiting for a countersign: #5 #1,200",
    [PART_WAITS_OUTSIDE] = "2 cases waiting for somebody from outside: x, y",
    [PART_CORRECTED_LATER] = "2 acts corrected after the period: #5 #1,200",
    [PART_DECLINED] = "2 times somebody declined to sign: #5 #1,200",
    [PART_UNLOCK_FAILED] = "2 times a key was not unlocked: #5 #1,200",
};

static void every_sentence_reads_as_it_should(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ATTEST_PARTS; i++) {
        begin();
        attest_name(&facts, (enum attest_part)i, 5, "x");
        attest_name(&facts, (enum attest_part)i, 1200, "y");
        facts.tallies[i].a = 3;
        assert_non_null(said[i]);
        if (strstr(judged(attest_rows[i].line)->text, said[i]) == NULL)
            print_error("wanted %s\nin     %s\n", said[i], judged(attest_rows[i].line)->text);
        assert_non_null(strstr(judged(attest_rows[i].line)->text, said[i]));
    }
}

static void a_sentence_that_shows_something_is_said_only_while_it_is_shown(void **state)
{
    (void)state;
    begin();
    attest_note(&facts, PART_OUTSIDER, 9);
    assert_null(strstr(judged(LINE_NOT_SELF)->text, "no dose is recorded"));
    begin();
    attest_note(&facts, PART_HANDED_OUT, 9);
    assert_null(strstr(judged(LINE_ON_SITE)->text, "each of"));
}

/* What would be said of the world instead of the book. */
static void no_sentence_claims_what_no_book_can_know(void **state)
{
    static const char *const words[] = { "prove", "guarantee", "certif", "never drawn", "actually", "happened", "true", "truly",
                                         "all drug", "no drug", "impossible", "always", "everybody", "complies", "lawful", "!" };

    (void)state;
    for (unsigned i = 0; i < ATTEST_PARTS; i++)
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            assert_null(strstr(attest_rows[i].sentence, words[k]));
    for (unsigned i = 0; i < ATTEST_PARTS; i++)
        if (attest_rows[i].verdict == VERDICT_SHOWN && i != PART_PAIRS)
            assert_non_null(strstr(attest_rows[i].sentence, "recorded"));
    assert_non_null(strstr(attest_rows[PART_PAIRS].sentence, "signed with the keys of"));
}

static void sentences_are_joined_by_semicolons_and_those_with_a_capital_stand_alone(void **state)
{
    (void)state;
    begin();
    assert_string_equal("0 of 0 acts recorded later than the policy allows, by the times recorded. When an act took place is its "
                        "signers' word.", judged(LINE_IN_TIME)->text);
    assert_string_equal("0 rules set aside; 0 corrections; 0 irregular; 0 waiting for a countersign.", judged(LINE_EXCEPTIONS)->text);
}

/* ---- names and entries */

static void at_most_sixteen_are_named_and_the_rest_are_counted(void **state)
{
    (void)state;
    begin();
    for (uint32_t i = 1; i <= 20; i++)
        attest_name(&facts, PART_OPEN, i, "D-%u", (unsigned)i);
    for (uint32_t i = 1; i <= 17; i++)
        attest_note(&facts, PART_AGAINST_ORDERS, i);
    judged(LINE_SETTLED);
    assert_non_null(strstr(lines[2].text, "D-15, D-16 and 4 more"));
    assert_non_null(strstr(lines[2].text, "#15 #16 and 1 more"));
    assert_int_equal(20, lines[2].entry_count);
}

static void entries_are_named_once_and_in_order_and_those_that_decide_first(void **state)
{
    (void)state;
    begin();
    attest_note(&facts, PART_STALE, 7);
    for (uint32_t i = 100; i > 20; i--)
        attest_note(&facts, PART_LATE, i);
    attest_note(&facts, PART_LATE, 21);
    attest_name(&facts, PART_FILED_LATE, 90, "rems");
    judged(LINE_IN_TIME);
    assert_int_equal(STATEMENT_ENTRIES_LIMIT, lines[6].entry_count);
    assert_int_equal(21, lines[6].entries[0]);
    assert_int_equal(90, lines[6].entries[STATEMENT_ENTRIES_LIMIT - 1]);
    for (size_t i = 1; i < lines[6].entry_count; i++)
        assert_true(lines[6].entries[i - 1] < lines[6].entries[i]);
    assert_int_equal(81, facts.tallies[PART_LATE].count);
}

static void however_much_there_is_to_name_a_line_holds_and_says_how_much(void **state)
{
    (void)state;
    begin();
    facts.is_training = true;
    facts.has_ended = false;
    for (unsigned part = 0; part < ATTEST_PARTS; part++)
        for (uint32_t i = 1; i <= 100; i++)
            attest_name(&facts, (enum attest_part)part, 4294960000u + i, "%0300u", (unsigned)i);
    attest_judge(&facts, lines);
    for (unsigned i = 0; i < STATEMENT_LINES; i++) {
        assert_int_equal(TEXT_OK, text_check(bytes_of_text(lines[i].text), STATEMENT_TEXT_LIMIT));
        assert_true(i == 0 || strstr(lines[i].text, "more") != NULL || strstr(lines[i].text, "in all") != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_has_its_row_and_every_line_its_name),
        cmocka_unit_test(a_line_is_as_bad_as_its_worst_part),
        cmocka_unit_test(each_line_is_reached_with_each_verdict_it_can_have),
        cmocka_unit_test(what_is_contradicted_stays_so_whatever_else_is_shown),
        cmocka_unit_test(of_a_period_that_has_not_ended_nothing_is_better_than_not_shown),
        cmocka_unit_test(a_training_ledger_says_so_at_the_end_of_every_line),
        cmocka_unit_test(every_code_of_what_happened_against_a_rule_speaks_against_its_line),
        cmocka_unit_test(every_sentence_reads_as_it_should),
        cmocka_unit_test(a_sentence_that_shows_something_is_said_only_while_it_is_shown),
        cmocka_unit_test(no_sentence_claims_what_no_book_can_know),
        cmocka_unit_test(sentences_are_joined_by_semicolons_and_those_with_a_capital_stand_alone),
        cmocka_unit_test(at_most_sixteen_are_named_and_the_rest_are_counted),
        cmocka_unit_test(entries_are_named_once_and_in_order_and_those_that_decide_first),
        cmocka_unit_test(however_much_there_is_to_name_a_line_holds_and_says_how_much),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
