/* What a count does: it compares what two people found with what the book had, and adjusts nothing.
 *
 * A count is held against an entry, so that work may go on while people count: what the book had of a thing as of entry a
 * is what it has now, less the effects in force of the entries after a (ledger/effect.h). */
#include <string.h>

#include "ledger/effect.h"
#include "ledger/judge.h"
#include "schema/amount.h"

enum { LINES_LIMIT = 256, HOUR_MS = 60 * 60 * 1000 };

/* A number that is set to another now and then, as it was: the first effect after that entry that sets it tells. */
struct past {
    int64_t number;
    bool is_known;
};

/* What a line is about, as the book had it. */
struct counted {
    enum subject subject; /* vial, dose, or product: its sealed containers */
    uint32_t id;
    int64_t amount;       /* uL left of a vial, ng open of a dose */
    struct past state, place;
};

struct count {
    uint32_t as_of, place;
    size_t line_count;
    struct counted lines[LINES_LIMIT];
    int64_t sealed[PRODUCT_LIMIT + 1], open[PRODUCT_LIMIT + 1]; /* of each product, in this place */
};

/* Figures of a line, and how far they may be apart: ng. */
struct figures {
    uint64_t first_ng, second_ng, book_ng, tolerance_ng;
};

/* ---- what the lines are about */

static void begin_cursor(const struct judge *judge, struct list_cursor *cursor)
{
    list_begin(cursor, field_with_key(judge->event->kind->fields, FACT_COUNT_LINES),
               facts_get(&judge->event->facts, FACT_COUNT_LINES));
}

/* Exactly one of vial, product and dose; containers are counted, and nothing else is. */
static bool names_one(const struct facts *row)
{
    bool vial = facts_get(row, ROW_COUNT_VIAL) != NULL, product = facts_get(row, ROW_COUNT_PRODUCT) != NULL;
    bool dose = facts_get(row, ROW_COUNT_DOSE) != NULL;

    return vial + product + dose == 1 && product == (facts_number(row, ROW_COUNT_METHOD, 0) == COUNT_CONTAINERS);
}

static struct counted what_is_counted(struct judge *judge, const struct facts *row)
{
    static const enum subject subjects[] = { SUBJECT_VIAL, SUBJECT_PRODUCT, SUBJECT_DOSE };
    struct counted line = { .subject = 0 };

    for (uint64_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        if (facts_get(row, i) != NULL)
            line = (struct counted){ .subject = subjects[i], .id = view_resolve(judge->view, subjects[i], facts_get(row, i)) };
    return line;
}

/* As it is now. */
static void begin_line(struct judge *judge, struct count *count, const struct facts *row)
{
    struct counted *line = &count->lines[count->line_count++];

    *line = what_is_counted(judge, row);
    for (size_t i = 0; i + 1 < count->line_count; i++)
        if (count->lines[i].subject == line->subject && count->lines[i].id == line->id)
            judge_break(judge, REFUSAL_TWICE, line->subject, line->id, 0, 0);
    if (line->subject == SUBJECT_VIAL) {
        line->amount = view_number(judge->view, SUBJECT_VIAL, line->id, VIAL_LEFT);
        line->state.number = view_number(judge->view, SUBJECT_VIAL, line->id, VIAL_STATE);
        line->place.number = view_number(judge->view, SUBJECT_VIAL, line->id, VIAL_PLACE);
    } else if (line->subject == SUBJECT_DOSE) {
        line->amount = view_number(judge->view, SUBJECT_DOSE, line->id, DOSE_OPEN);
        line->state.number = view_number(judge->view, SUBJECT_DOSE, line->id, DOSE_STATE);
    }
}

static void begin_lines(struct judge *judge, struct count *count)
{
    struct list_cursor cursor;
    struct facts row;

    begin_cursor(judge, &cursor);
    while (rows_next(&cursor, &row)) {
        if (!names_one(&row)) {
            judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
            return;
        }
        begin_line(judge, count, &row);
    }
}

static void begin_shelves(struct judge *judge, struct count *count)
{
    for (uint32_t product = 1; product <= view_count(judge->view, SUBJECT_PRODUCT); product++) {
        count->sealed[product] = view_number(judge->view, LEAF_TABLE_SHELF, shelf_row(count->place, product), SHELF_SEALED);
        count->open[product] = view_number(judge->view, LEAF_TABLE_SHELF, shelf_row(count->place, product), SHELF_OPEN);
    }
}

/* ---- back to the entry it is held against */

static void set_back(struct past *past, const struct effect_row *row)
{
    if (!past->is_known)
        *past = (struct past){ row->before, true };
}

static void set_line_back(struct counted *line, const struct effect_row *row)
{
    if (row->table == SUBJECT_VIAL && row->place == VIAL_STATE)
        set_back(&line->state, row);
    else if (row->table == SUBJECT_VIAL && row->place == VIAL_PLACE)
        set_back(&line->place, row);
    else if (row->table == SUBJECT_DOSE && row->place == DOSE_STATE)
        set_back(&line->state, row);
}

static void take_amount_back(struct counted *line, const struct effect_row *row)
{
    if ((row->table == SUBJECT_VIAL && row->place == VIAL_LEFT) || (row->table == SUBJECT_DOSE && row->place == DOSE_OPEN))
        line->amount -= row->after;
}

static void set_shelf_back(struct count *count, const struct effect_row *row)
{
    uint32_t first = shelf_row(count->place, 0);

    if (row->id <= first || row->id - first > PRODUCT_LIMIT)
        return;
    if (row->place == SHELF_SEALED)
        count->sealed[row->id - first] -= row->after;
    else
        count->open[row->id - first] -= row->after;
}

static void each_line(struct count *count, const struct effect *effect,
                      void (*act)(struct counted *line, const struct effect_row *row))
{
    for (size_t i = 0; i < effect->row_count; i++)
        for (size_t j = 0; j < count->line_count; j++)
            if (count->lines[j].subject == effect->rows[i].table && count->lines[j].id == effect->rows[i].id)
                act(&count->lines[j], &effect->rows[i]);
}

/* Amounts go back by what is known now; where things stood, and how, by what people saw. */
static void go_back(struct judge *judge, struct count *count)
{
    for (uint32_t number = count->as_of + 1; number < judge->placing->number; number++) {
        struct effect effect, placed;

        (void)effect_load(judge->view, number, &effect);
        placed = effect_as_placed(&effect);
        each_line(count, &effect, take_amount_back);
        each_line(count, &placed, set_line_back);
        for (size_t i = 0; i < placed.row_count; i++)
            if (placed.rows[i].table == LEAF_TABLE_SHELF)
                set_shelf_back(count, &placed.rows[i]);
        effect_release(&effect);
    }
}

/* The book is gone through back to that entry, so it is not one of long ago. It held until the one after it; after the
 * newest it holds now, however long nothing has happened. */
static bool judge_as_of(struct judge *judge, uint32_t as_of)
{
    int64_t window_h = view_policy(judge->view, POLICY_COUNT_WINDOW);
    struct bytes bytes;
    struct entry next;

    if (as_of == view_entries_before(judge->view))
        return true;
    if (view_entry(judge->view, as_of + 1, &bytes) && entry_decode(bytes, &next) == EVENT_OK &&
        next.header.recorded_ms >= judge->placing->recorded_ms - window_h * HOUR_MS)
        return true;
    judge_note(judge, (struct broken){ .code = REFUSAL_COUNT_AS_OF, .b = window_h, .entry = as_of });
    return false;
}

/* ---- figures */

static uint64_t apart(uint64_t one, uint64_t other)
{
    return one > other ? one - other : other - one;
}

/* So many thousandths of an amount, rounded down: nothing whole lies between the two. */
static uint64_t thousandths_of(uint64_t amount, uint64_t thousandths)
{
    return amount / 1000 * thousandths + amount % 1000 * thousandths / 1000;
}

static uint64_t tolerance_ul(struct judge *judge, int64_t method)
{
    return (uint64_t)view_policy(judge->view, method == COUNT_BY_WEIGHT ? POLICY_TOLERANCE_WEIGHT : POLICY_TOLERANCE_MEASURED);
}

/* Sealed containers: each holds what its label says. */
static void measure_product(struct judge *judge, struct count *count, const struct counted *line, const struct facts *row,
                            struct figures *figures)
{
    int64_t volume_ul = view_number(judge->view, SUBJECT_PRODUCT, line->id, PRODUCT_VOLUME);
    uint64_t each_ng = judge_mass_of(judge, line->id, (uint64_t)volume_ul);
    const struct value *first = facts_get(row, ROW_COUNT_FIRST), *second = facts_get(row, ROW_COUNT_SECOND);

    if (first->second != QUANTITY_CONTAINERS || second->second != QUANTITY_CONTAINERS)
        judge_break(judge, REFUSAL_UNIT, SUBJECT_PRODUCT, line->id, first->second, 0);
    else if (!muldiv_half_even((uint64_t)first->number, each_ng, 1, &figures->first_ng) ||
             !muldiv_half_even((uint64_t)second->number, each_ng, 1, &figures->second_ng))
        judge_break(judge, REFUSAL_FIELD, SUBJECT_PRODUCT, line->id, 0, 0);
    figures->book_ng = (uint64_t)count->sealed[line->id] * each_ng;
}

/* An open container. One that stood elsewhere by the book is counted where it was found, with a word about it. */
static void measure_vial(struct judge *judge, const struct count *count, const struct counted *line, const struct facts *row,
                         struct figures *figures)
{
    const struct leaf *vial = judge_leaf(judge, SUBJECT_VIAL, line->id);
    uint32_t product = (uint32_t)vial->state[VIAL_PRODUCT];
    int64_t method = facts_number(row, ROW_COUNT_METHOD, 0);

    if (line->state.number != VIAL_OPEN || vial->state[VIAL_BORN] > count->as_of) {
        judge_break(judge, REFUSAL_VIAL_STATE, SUBJECT_VIAL, line->id, line->state.number, 0);
        return;
    }
    if (line->place.number != count->place)
        judge_break(judge, REFUSAL_PLACE_DIFFERS, SUBJECT_VIAL, line->id, line->place.number, count->place);
    if (!vial_figure_of(judge, vial, facts_get(row, ROW_COUNT_FIRST), &figures->first_ng) ||
        !vial_figure_of(judge, vial, facts_get(row, ROW_COUNT_SECOND), &figures->second_ng))
        return;
    figures->book_ng = judge_mass_of(judge, product, (uint64_t)line->amount);
    figures->tolerance_ng = method == COUNT_BY_EYE
                                ? thousandths_of(judge_mass_of(judge, product, (uint64_t)vial->state[VIAL_LABELLED]),
                                                 (uint64_t)view_policy(judge->view, POLICY_TOLERANCE_EYE))
                                : judge_mass_of(judge, product, tolerance_ul(judge, method));
}

/* A remainder in a sealed bag. */
static void measure_dose(struct judge *judge, const struct counted *line, const struct facts *row, struct figures *figures)
{
    const struct leaf *dose = judge_leaf(judge, SUBJECT_DOSE, line->id);
    int64_t method = facts_number(row, ROW_COUNT_METHOD, 0);

    if (line->state.number != DOSE_IS_HELD) {
        judge_break(judge, REFUSAL_PHASE, SUBJECT_DOSE, line->id, line->state.number, 0);
        return;
    }
    if (!dose_figure_of(judge, line->id, facts_get(row, ROW_COUNT_FIRST), &figures->first_ng) ||
        !dose_figure_of(judge, line->id, facts_get(row, ROW_COUNT_SECOND), &figures->second_ng))
        return;
    figures->book_ng = (uint64_t)line->amount;
    figures->tolerance_ng = method == COUNT_BY_EYE ? thousandths_of((uint64_t)dose->state[DOSE_DRAWN],
                                                                    (uint64_t)view_policy(judge->view, POLICY_TOLERANCE_EYE))
                                                   : dose_mass_of_volume(dose, tolerance_ul(judge, method));
}

/* Inside the tolerance nothing is said and nothing changes. Outside of it, in either direction, or where the two are
 * farther apart than that, a case asks why: about the figure that is farther from the book. */
static void compare(struct judge *judge, const struct counted *line, const struct figures *figures)
{
    uint64_t first_off = apart(figures->first_ng, figures->book_ng), second_off = apart(figures->second_ng, figures->book_ng);
    uint64_t figure_ng = second_off > first_off ? figures->second_ng : figures->first_ng;

    if (first_off <= figures->tolerance_ng && second_off <= figures->tolerance_ng &&
        apart(figures->first_ng, figures->second_ng) <= figures->tolerance_ng)
        return;
    judge_open_another_case(judge, REFUSAL_COUNT_DIFFERS, line->subject, line->id, (int64_t)figure_ng, (int64_t)figures->book_ng,
                        (int64_t)figure_ng - (int64_t)figures->book_ng);
}

static void judge_lines(struct judge *judge, struct count *count)
{
    struct list_cursor cursor;
    struct facts row;

    begin_cursor(judge, &cursor);
    for (size_t i = 0; rows_next(&cursor, &row); i++) {
        const struct counted *line = &count->lines[i];
        struct figures figures = { .tolerance_ng = 0 };

        if (line->subject == SUBJECT_PRODUCT)
            measure_product(judge, count, line, &row, &figures);
        else if (line->subject == SUBJECT_VIAL)
            measure_vial(judge, count, line, &row, &figures);
        else
            measure_dose(judge, line, &row, &figures);
        if (!judge->cannot_stand)
            compare(judge, line, &figures);
    }
}

/* ---- all of a place */

/* How many of the lines are about this product's sealed containers, or about open ones that stood here. */
static void count_lines(struct judge *judge, const struct count *count, uint32_t product, int64_t *sealed, int64_t *open)
{
    *sealed = *open = 0;
    for (size_t i = 0; i < count->line_count; i++) {
        const struct counted *line = &count->lines[i];

        if (line->subject == SUBJECT_PRODUCT && line->id == product)
            ++*sealed;
        if (line->subject == SUBJECT_VIAL && line->place.number == count->place &&
            view_number(judge->view, SUBJECT_VIAL, line->id, VIAL_PRODUCT) == product)
            ++*open;
    }
}

/* Whatever stood here by the book has a figure, be it nothing: a count that may be silent about a vial shows nothing. How
 * many there are is not said: those who count again are not told. */
static void judge_whole(struct judge *judge, const struct count *count)
{
    for (uint32_t product = 1; product <= view_count(judge->view, SUBJECT_PRODUCT); product++) {
        int64_t sealed, open;

        count_lines(judge, count, product, &sealed, &open);
        if ((count->sealed[product] != 0 && sealed == 0) || open < count->open[product])
            judge_break(judge, REFUSAL_COUNT_INCOMPLETE, SUBJECT_PRODUCT, product, 0, count->place);
    }
}

/* ---- */

static void birth_count(struct judge *judge, const struct count *count, bool is_whole)
{
    struct leaf *leaf = judge_birth(judge, SUBJECT_COUNT);

    leaf->state[COUNT_PLACE] = count->place;
    leaf->state[COUNT_AS_OF] = count->as_of;
    leaf->state[COUNT_BORN] = judge->placing->number;
    leaf->state[COUNT_LINES] = (int64_t)count->line_count;
    leaf->state[COUNT_CASES] = (int64_t)judge->case_count;
    leaf->state[COUNT_WHOLE] = is_whole;
    leaf->state[COUNT_AT] = judge->event->occurred.ms;
}

void rule_count(struct judge *judge)
{
    static _Thread_local struct count count; /* more than a stack frame should hold */
    bool is_whole = judge_number(judge, FACT_COUNT_WHOLE, 0) != 0;

    memset(&count, 0, sizeof count);
    count.place = judge_ref(judge, FACT_COUNT_PLACE);
    count.as_of = (uint32_t)judge_number(judge, FACT_COUNT_AS_OF, 0);
    begin_lines(judge, &count);
    if (count.line_count == 0 && !is_whole)
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    if (!judge_as_of(judge, count.as_of) || judge->cannot_stand)
        return;
    begin_shelves(judge, &count);
    go_back(judge, &count);
    judge_lines(judge, &count);
    if (is_whole)
        judge_whole(judge, &count);
    if (!judge->cannot_stand)
        birth_count(judge, &count, is_whole);
}
