/* What an attestation reads from a book: told by a house, where the command line cannot be slow or old enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/attest_read.h"
#include "tests/support/day.h"

enum { MINUTE = 60 * 1000 };

static struct statement statement;

/* Attest the whole book as if its period were over; says whether a line holds these words. */
static bool says(struct house *house, unsigned line, const char *words)
{
    struct reading reading;
    struct period period;
    bool found;

    assert_int_equal(LEDGER_OK, ledger_read(house->ledger, &reading, &house->error));
    period = period_whole(reading.view);
    period.has_ended = true;
    assert_int_equal(LEDGER_OK, attest_make(reading.view, &period, &statement, &house->error));
    ledger_read_end(&reading);
    found = strstr(statement.lines[line - 1].text, words) != NULL;
    if (!found)
        print_error("%s\n", statement.lines[line - 1].text);
    return found;
}

/* A move, begun now by one person. */
static struct act_list *move(struct house *house, int64_t person, int64_t vial)
{
    struct act_list *list = house_act(house, KIND_MOVE, person, MEANING_DID);

    house_put_list(&list->acts[0], FACT_MOVE_VIALS, &vial, 1);
    facts_put_number(&list->acts[0].event.facts, FACT_MOVE_TO, 2);
    return list;
}

static void what_was_signed_without_the_newest_entries_is_told(void **state)
{
    struct house *house = *state;
    struct act_list *slow;
    char words[80];

    house_stock(house);
    slow = move(house, 1, 1);
    assert_int_equal(LEDGER_OK, house_prepare(house, slow));
    house->now_ms += MINUTE;
    house_must(house, move(house, 2, 2));
    house->now_ms += 20 * MINUTE;
    assert_int_equal(LEDGER_OK, house_sign(house, slow));
    assert_int_equal(LEDGER_OK, house_place(house, slow));
    act_list_free(slow);
    assert_int_equal(1, house_number(house, LEAF_TABLE_SITE, 1, SITE_STALE));
    snprintf(words, sizeof words, "1 act signed without having seen the newest entries: #%u", (unsigned)house_entries(house));
    assert_true(says(house, LINE_IN_TIME, words));
}

static void a_count_that_is_too_old_counts_no_more(void **state)
{
    struct house *house = *state;
    int64_t day_ms = INT64_C(86400000);
    struct act_list *list;
    struct facts row;

    house_stock(house);
    list = house_act(house, KIND_COUNT, 1, MEANING_COUNTED);
    act_sign_as(&list->acts[0], 2, MEANING_COUNTED);
    row = house_row(&list->acts[0], FACT_COUNT_LINES);
    facts_put_number(&row, ROW_COUNT_PRODUCT, 1);
    facts_put_number(&row, ROW_COUNT_METHOD, COUNT_CONTAINERS);
    *facts_put(&row, ROW_COUNT_FIRST) = (struct value){ .present = true, .number = 10, .second = QUANTITY_CONTAINERS };
    *facts_put(&row, ROW_COUNT_SECOND) = (struct value){ .present = true, .number = 10, .second = QUANTITY_CONTAINERS };
    facts_put_number(&list->acts[0].event.facts, FACT_COUNT_PLACE, 1);
    facts_put_number(&list->acts[0].event.facts, FACT_COUNT_AS_OF, house_entries(house));
    facts_put_number(&list->acts[0].event.facts, FACT_COUNT_WHOLE, 1);
    house_put_rows(&list->acts[0], FACT_COUNT_LINES, &row, 1);
    house_must(house, list);
    assert_true(says(house, LINE_ACCOUNTED, "5000 mg and 5000 mg of ketamine-50 in safe where the book has 5000 mg (C-1 #"));
    assert_int_equal(VERDICT_SHOWN, statement.lines[LINE_ACCOUNTED - 1].verdict);
    house->now_ms += 7 * day_ms - 2 * MINUTE;
    house_must(house, move(house, 1, 1));
    assert_true(says(house, LINE_ACCOUNTED, "4500 mg and 4500 mg of ketamine-50 in safe where the book has 4500 mg"));
    house->now_ms += 2 * MINUTE;
    house_must(house, move(house, 1, 2));
    assert_true(says(house, LINE_ACCOUNTED, "no whole count by two within 7 days before the end of what stood in safe"));
    assert_int_equal(VERDICT_NOT_SHOWN, statement.lines[LINE_ACCOUNTED - 1].verdict);
}

static void put_figures(struct facts *row, enum count_method method, enum quantity_unit unit, int64_t figure)
{
    facts_put_number(row, ROW_COUNT_METHOD, method);
    *facts_put(row, ROW_COUNT_FIRST) = (struct value){ .present = true, .number = figure, .second = unit };
    *facts_put(row, ROW_COUNT_SECOND) = (struct value){ .present = true, .number = figure, .second = unit };
}

/* Both officers count the safe: nine sealed vials, and 9.3 mL in the first. */
static void count_safe_with_an_open_vial(struct house *house)
{
    struct act_list *list = house_act(house, KIND_COUNT, 1, MEANING_COUNTED);
    struct act *act = &list->acts[0];
    struct facts rows[2];

    act_sign_as(act, 2, MEANING_COUNTED);
    rows[0] = house_row(act, FACT_COUNT_LINES);
    rows[1] = house_row(act, FACT_COUNT_LINES);
    facts_put_number(&rows[0], ROW_COUNT_PRODUCT, 1);
    put_figures(&rows[0], COUNT_CONTAINERS, QUANTITY_CONTAINERS, 9);
    facts_put_number(&rows[1], ROW_COUNT_VIAL, 1);
    put_figures(&rows[1], COUNT_MEASURED, QUANTITY_UL, 9300);
    facts_put_number(&act->event.facts, FACT_COUNT_PLACE, 1);
    facts_put_number(&act->event.facts, FACT_COUNT_AS_OF, house_entries(house));
    facts_put_number(&act->event.facts, FACT_COUNT_WHOLE, 1);
    house_put_rows(act, FACT_COUNT_LINES, rows, 2);
    house_must(house, list);
}

/* An entry was a draw of 0.7 mL from another vial. */
static void correct_draw(struct house *house, uint32_t entry, uint32_t session, uint32_t vial)
{
    struct act_list *right = house_draw_act(house, 2, session, vial, 700), *list;
    uint8_t bytes[1024];
    struct writer writer;
    struct facts row;

    writer_init(&writer, bytes, sizeof bytes);
    facts_encode(&right->acts[0].event.facts, &writer);
    assert_false(writer.failed);
    list = house_act(house, KIND_CORRECT, 2, MEANING_DID);
    act_sign_as(&list->acts[0], 1, MEANING_APPROVED);
    list->acts[0].event.reason = 10; /* a mistake */
    row = house_row(&list->acts[0], FACT_CORRECT_ENTRIES);
    facts_put_number(&row, ROW_CORRECT_ENTRY, entry);
    facts_put_number(&row, ROW_CORRECT_HOW, CORRECT_CHANGE);
    facts_put_bytes(&row, ROW_CORRECT_FACTS, writer_bytes(&writer));
    house_put_rows(&list->acts[0], FACT_CORRECT_ENTRIES, &row, 1);
    house_must(house, list);
    act_list_free(right);
}

static void a_line_of_a_count_is_held_against_what_is_known_now_of_its_vial(void **state)
{
    struct house *house = *state;
    uint32_t session, draw;
    char words[160];

    house_stock(house);
    session = house_session(house);
    assert_int_not_equal(0, house_draw(house, session, 1, 700));
    draw = house_entries(house);
    count_safe_with_an_open_vial(house);
    snprintf(words, sizeof words, "465 mg and 465 mg in V-1 where the book has 500 mg (C-1 #%u)", (unsigned)house_entries(house));
    assert_true(says(house, LINE_ACCOUNTED, "counted by two"));
    assert_int_equal(VERDICT_SHOWN, statement.lines[LINE_ACCOUNTED - 1].verdict);
    correct_draw(house, draw, session, 2);
    assert_true(says(house, LINE_ACCOUNTED, words));
    assert_int_equal(VERDICT_NOT_SHOWN, statement.lines[LINE_ACCOUNTED - 1].verdict);
}

static void a_day_acted_out_is_told_with_all_that_went_wrong(void **state)
{
    struct house *house = *state;

    day_act_out(house);
    for (unsigned line = 1; line <= STATEMENT_LINES; line++)
        assert_true(says(house, line, "TRAINING."));
    for (size_t i = 0; i < statement.total_count; i++)
        assert_true(statement_total_closes(&statement.totals[i]));
    assert_int_equal(house_entries(house), statement.size);
}

static void a_period_is_of_closings_and_not_empty(void **state)
{
    struct house *house = *state;
    struct reading reading;
    struct period period;

    house_stock(house);
    assert_int_equal(LEDGER_OK, ledger_read(house->ledger, &reading, &house->error));
    period = period_whole(reading.view);
    period.last--;
    assert_int_equal(LEDGER_USAGE, attest_make(reading.view, &period, &statement, &house->error));
    period.last = 0;
    assert_int_equal(LEDGER_USAGE, attest_make(reading.view, &period, &statement, &house->error));
    period = period_whole(reading.view);
    period.before = period.last;
    assert_int_equal(LEDGER_USAGE, attest_make(reading.view, &period, &statement, &house->error));
    period.before = 3;
    assert_int_equal(LEDGER_USAGE, attest_make(reading.view, &period, &statement, &house->error));
    ledger_read_end(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_house(what_was_signed_without_the_newest_entries_is_told),
        in_a_house(a_count_that_is_too_old_counts_no_more),
        in_a_house(a_line_of_a_count_is_held_against_what_is_known_now_of_its_vial),
        in_a_house(a_day_acted_out_is_told_with_all_that_went_wrong),
        in_a_house(a_period_is_of_closings_and_not_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
