/* The second line of an attestation: whether the amounts close, who counted them, and what is said to be missing. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/attest_read.h"
#include "ledger/equation.h"
#include "ledger/names.h"
#include "ledger/recount.h"
#include "ledger/standing.h"
#include "schema/amount.h"
#include "schema/civil.h"

/* ---- equations */

struct sums {
    struct totals before, last;
};

static enum ledger_status add_product(struct attesting *attesting, const struct sums *sums, uint32_t product, struct error *error)
{
    struct statement *statement = attesting->statement;
    struct statement_total *total = &statement->totals[statement->total_count];
    char name[NAME_TEXT_SIZE], amount[AMOUNT_TEXT_SIZE], equation[EQUATION_SIZE];
    int64_t lost_ng;

    if (!equation_between(&sums->before, &sums->last, product, total))
        return LEDGER_OK;
    name_of_subject(attesting->view, SUBJECT_PRODUCT, product, name);
    if (!statement_total_closes(total))
        return error_set(error, REFUSAL_TABLES, "the totals of %s do not add up", name);
    statement->total_count++;
    attest_name(attesting->facts, PART_EQUATION, 0, "%s: %s", name, equation_text(total, equation));
    lost_ng = total->change[TOTAL_LOST] - total->change[TOTAL_RECOVERED];
    if (lost_ng > 0)
        attest_name(attesting->facts, PART_LOST, 0, "%s of %s", format_mass((uint64_t)lost_ng, amount), name);
    return LEDGER_OK;
}

static enum ledger_status add_products(struct attesting *attesting, struct error *error)
{
    struct sums *sums = calloc(1, sizeof *sums);
    enum ledger_status status;

    if (sums == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    status = totals_at(attesting->view, attesting->period->before, &sums->before, error);
    if (status == LEDGER_OK)
        status = totals_at(attesting->view, attesting->period->last, &sums->last, error);
    for (uint32_t product = 1; status == LEDGER_OK && product <= sums->last.products && product <= PRODUCT_LIMIT; product++)
        status = add_product(attesting, sums, product, error);
    free(sums);
    if (status == LEDGER_OK && attesting->statement->total_count == 0)
        attest_note(attesting->facts, PART_NO_STOCK, 0);
    return status;
}

/* ---- counts */

/* When the newest entry of the period was recorded. */
static int64_t end_ms(struct attesting *attesting)
{
    struct entry entry;
    struct bytes bytes;

    if (!view_entry(attesting->view, attesting->period->last, &bytes) || entry_decode(bytes, &entry) != EVENT_OK)
        return 0;
    return entry.header.recorded_ms;
}

/* The local day on which it happened, by its signers' word; "" where the entry cannot be read. */
static const char *day_of(struct view *view, uint32_t number, char out[static CIVIL_TEXT_SIZE])
{
    struct facts_fault fault;
    struct entry entry;
    struct event event;
    struct bytes bytes;

    out[0] = '\0';
    if (view_entry(view, number, &bytes) && entry_decode(bytes, &entry) == EVENT_OK &&
        event_decode(entry.message.payload, &event, &fault) == EVENT_OK)
        civil_format_date(at_local_days(event.occurred), out);
    return out;
}

/* What the methods of counting explain of one open container: more may be a correction since, which no case asks about. */
static bool differs(struct view *view, uint32_t product, int64_t counted_ng, int64_t book_ng)
{
    int64_t eye_ul = view_number(view, SUBJECT_PRODUCT, product, PRODUCT_VOLUME) * view_policy(view, POLICY_TOLERANCE_EYE) / 1000;
    int64_t weight_ul = view_policy(view, POLICY_TOLERANCE_WEIGHT), measured_ul = view_policy(view, POLICY_TOLERANCE_MEASURED);
    int64_t most_ul = eye_ul > weight_ul ? eye_ul : weight_ul;

    most_ul = most_ul > measured_ul ? most_ul : measured_ul;
    return llabs(counted_ng - book_ng) > most_ul * view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);
}

static void name_counted(struct attesting *attesting, const struct place_tally *tally, uint32_t product)
{
    struct view *view = attesting->view;
    char place[NAME_TEXT_SIZE], count[NAME_TEXT_SIZE], name[NAME_TEXT_SIZE];
    char first[AMOUNT_TEXT_SIZE], second[AMOUNT_TEXT_SIZE], book[AMOUNT_TEXT_SIZE], day[CIVIL_TEXT_SIZE];
    uint32_t born = (uint32_t)view_number(view, SUBJECT_COUNT, tally->count, COUNT_BORN);
    int64_t first_ng = tally->first_ng[product], second_ng = tally->second_ng[product];
    enum attest_part part = differs(view, product, first_ng, tally->book_ng[product]) ||
                            differs(view, product, second_ng, tally->book_ng[product]) ? PART_COUNT_DIFFERS : PART_COUNTED;

    name_of_subject(view, SUBJECT_PLACE, tally->place, place);
    name_of_subject(view, SUBJECT_COUNT, tally->count, count);
    name_of_subject(view, SUBJECT_PRODUCT, product, name);
    attest_name(attesting->facts, part, born, "%s%s and %s%s of %s in %s where the book has %s (%s #%" PRIu32 " of %s)",
                first_ng < 0 ? "-" : "", format_mass((uint64_t)llabs(first_ng), first), second_ng < 0 ? "-" : "",
                format_mass((uint64_t)llabs(second_ng), second), name, place,
                format_mass((uint64_t)tally->book_ng[product], book), count, born, day_of(view, born, day));
}

static bool stood_there(const struct place_tally *tally, uint32_t product)
{
    return tally->book_ng[product] != 0 || tally->first_ng[product] != 0 || tally->second_ng[product] != 0;
}

/* What is gone through of one count, line by line. */
struct count_lines {
    struct attesting *attesting;
    uint32_t count, born;
};

static void name_line(void *context, const struct recounted *line)
{
    const struct count_lines *of = context;
    struct view *view = of->attesting->view;
    char name[NAME_TEXT_SIZE], count[NAME_TEXT_SIZE];
    char first[AMOUNT_TEXT_SIZE], second[AMOUNT_TEXT_SIZE], book[AMOUNT_TEXT_SIZE];

    name_of_subject(view, line->subject, line->id, name);
    name_of_subject(view, SUBJECT_COUNT, of->count, count);
    attest_name(of->attesting->facts, PART_LINE_DIFFERS, of->born, "%s and %s in %s where the book has %s%s (%s #%" PRIu32 ")",
                format_mass(line->first_ng, first), format_mass(line->second_ng, second), name,
                line->book_ng < 0 ? "-" : "", format_mass((uint64_t)llabs(line->book_ng), book), count, of->born);
}

struct places_taken {
    struct attesting *attesting;
    struct error *error;
    enum ledger_status status; /* of reading the lines */
};

static void take_lines(struct places_taken *taken, uint32_t count)
{
    uint32_t born = (uint32_t)view_number(taken->attesting->view, SUBJECT_COUNT, count, COUNT_BORN);
    struct count_lines lines = { taken->attesting, count, born };

    if (taken->status == LEDGER_OK)
        taken->status = recount(taken->attesting->view, count, name_line, &lines, taken->error);
}

/* A place is counted when all of it was, by two, within the days that the policy gives an inventory; one where nothing
 * stood and nothing was found needs no count. */
static void take_place(void *context, const struct place_tally *tally)
{
    struct places_taken *taken = context;
    struct attesting *attesting = taken->attesting;
    struct view *view = attesting->view;
    int64_t days = view_policy(view, POLICY_COUNT_SPAN);
    int64_t age_ms = end_ms(attesting) - view_number(view, SUBJECT_COUNT, tally->count, COUNT_AT);
    bool is_counted = tally->count != 0 && age_ms <= days * CIVIL_MS_PER_DAY, has_any = false;
    char place[NAME_TEXT_SIZE];

    for (uint32_t product = 1; product <= PRODUCT_LIMIT; product++) {
        if (!stood_there(tally, product))
            continue;
        has_any = true;
        if (is_counted)
            name_counted(attesting, tally, product);
    }
    if (is_counted)
        take_lines(taken, tally->count);
    if (!has_any || is_counted)
        return;
    attesting->facts->tallies[PART_UNCOUNTED].a = days;
    attest_name(attesting->facts, PART_UNCOUNTED, 0, "%s", name_of_subject(view, SUBJECT_PLACE, tally->place, place));
}

/* ---- cases */

/* A case about stock: opened by hand, or by what speaks of amounts. Those of other rules stand in their own lines. */
static bool is_about_stock(const struct leaf *of)
{
    const struct refusal *refusal = of->state[CASE_CODE] != 0 ? refusal_find((uint16_t)of->state[CASE_CODE]) : NULL;

    return refusal == NULL || refusal->claim == LINE_ACCOUNTED;
}

static enum attest_part part_of_case(const struct attesting *attesting, const struct leaf *of)
{
    bool is_of_now = of->state[CASE_ENTRY] > attesting->period->before || of->state[CASE_RESOLVED] > attesting->period->before;

    if (of->state[CASE_STATE] != CASE_IS_RESOLVED)
        return PART_CASE_OPEN;
    if (!is_of_now)
        return ATTEST_PARTS;
    if (of->state[CASE_CODE] == REFUSAL_CORRECTED_SUMS)
        return PART_FORCED;
    return of->state[CASE_CAUSE] == CAUSE_UNEXPLAINED || of->state[CASE_CAUSE] == CAUSE_LOSS || of->state[CASE_CAUSE] == CAUSE_THEFT
               ? PART_UNEXPLAINED : PART_RESOLVED;
}

static const char *cause_name(int64_t cause)
{
    const struct field *field = field_with_key(kind_find(KIND_RESOLVE)->fields, FACT_RESOLVE_CAUSE);
    const char *name = choice_name(field->choices, (uint64_t)cause);

    return name != NULL ? name : "not resolved";
}

/* Whatever the book has by now is told: a case opened since speaks of what stood here too. */
static void take_cases(struct attesting *attesting)
{
    struct view *view = attesting->view;

    for (uint32_t id = 1; id <= view_count(view, SUBJECT_CASE); id++) {
        const struct leaf *of = view_leaf(view, SUBJECT_CASE, id);
        enum attest_part part = of != NULL ? part_of_case(attesting, of) : ATTEST_PARTS;
        char name[NAME_TEXT_SIZE];

        if (of == NULL)
            continue;
        name_of_subject(view, SUBJECT_CASE, id, name);
        if (of->state[CASE_STATE] == CASE_WAITS_OUTSIDE)
            attest_name(attesting->facts, PART_WAITS_OUTSIDE, (uint32_t)of->state[CASE_ENTRY], "%s", name);
        if (part != ATTEST_PARTS && is_about_stock(of))
            attest_name(attesting->facts, part, (uint32_t)of->state[CASE_ENTRY], "%s #%" PRId64 "%s%s", name,
                        of->state[CASE_ENTRY], part == PART_CASE_OPEN ? "" : " ",
                        part == PART_CASE_OPEN ? "" : cause_name(of->state[CASE_CAUSE]));
    }
}

enum ledger_status attest_stock(struct attesting *attesting, struct error *error)
{
    struct places_taken taken = { attesting, error, LEDGER_OK };
    enum ledger_status status = add_products(attesting, error);

    if (status == LEDGER_OK)
        status = standing_tally(attesting->view, attesting->period->last, take_place, &taken, error);
    if (status == LEDGER_OK)
        status = taken.status;
    if (status == LEDGER_OK)
        take_cases(attesting);
    return status == LEDGER_OK ? view_status(attesting->view, error) : status;
}
