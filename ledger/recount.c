#include "ledger/recount.h"

#include "ledger/walk.h"
#include "schema/amount.h"

enum { LINES_LIMIT = 256 };

/* What a line says. */
struct seen {
    struct value first, second;
    int64_t method;
};

/* The lines, with what the book has of each: uL left of a vial, ng open of a dose. */
struct recounting {
    struct view *view;
    uint32_t as_of, born;
    size_t line_count;
    struct seen seen[LINES_LIMIT];
    struct recounted lines[LINES_LIMIT];
    int64_t amounts[LINES_LIMIT];
};

/* ---- what the book has */

static void begin_line(struct recounting *reader, const struct facts *row)
{
    const struct value *vial = facts_get(row, ROW_COUNT_VIAL), *dose = facts_get(row, ROW_COUNT_DOSE);
    size_t at = reader->line_count;
    uint32_t id = vial != NULL ? ref_id(vial) : dose != NULL ? ref_id(dose) : 0;

    if (id == 0 || at == LINES_LIMIT)
        return;
    reader->line_count++;
    reader->seen[at] = (struct seen){ *facts_get(row, ROW_COUNT_FIRST), *facts_get(row, ROW_COUNT_SECOND),
                                      facts_number(row, ROW_COUNT_METHOD, 0) };
    reader->lines[at] = (struct recounted){ .subject = vial != NULL ? SUBJECT_VIAL : SUBJECT_DOSE, .id = id };
    reader->amounts[at] = vial != NULL ? view_number(reader->view, SUBJECT_VIAL, id, VIAL_LEFT)
                                       : view_number(reader->view, SUBJECT_DOSE, id, DOSE_OPEN);
}

static void begin_lines(struct recounting *reader)
{
    struct facts_fault fault;
    struct entry entry;
    struct event event;
    struct bytes bytes;
    struct list_cursor cursor;
    struct facts row;

    if (!view_entry(reader->view, reader->born, &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
        event_decode(entry.message.payload, &event, &fault) != EVENT_OK || event.kind->number != KIND_COUNT)
        return;
    list_begin(&cursor, field_with_key(event.kind->fields, FACT_COUNT_LINES), facts_get(&event.facts, FACT_COUNT_LINES));
    while (rows_next(&cursor, &row))
        begin_line(reader, &row);
}

static void take_row_back(struct recounting *reader, const struct effect_row *row)
{
    bool is_of_vial = row->table == SUBJECT_VIAL && row->place == VIAL_LEFT;
    bool is_of_dose = row->table == SUBJECT_DOSE && row->place == DOSE_OPEN;

    for (size_t i = 0; (is_of_vial || is_of_dose) && i < reader->line_count; i++)
        if (reader->lines[i].subject == row->table && reader->lines[i].id == row->id)
            reader->amounts[i] -= row->after;
}

static enum ledger_status take_back(void *context, const struct walk_row *row, struct error *error)
{
    (void)error;
    for (size_t i = 0; i < row->effect.row_count; i++)
        take_row_back(context, &row->effect.rows[i]);
    return LEDGER_OK;
}

/* ---- figures */

/* The mass of a volume of what a line is about; of a vial by its label, of a dose in proportion of all that was drawn. */
static uint64_t mass_of(struct view *view, const struct recounted *line, uint64_t volume_ul)
{
    uint64_t drawn_ng, drawn_ul, mass_ng = AMOUNT_MAX;

    if (line->subject == SUBJECT_VIAL) {
        uint32_t product = (uint32_t)view_number(view, SUBJECT_VIAL, line->id, VIAL_PRODUCT);

        (void)mass_of_volume(volume_ul, (uint64_t)view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH), &mass_ng);
        return mass_ng;
    }
    drawn_ng = (uint64_t)view_number(view, SUBJECT_DOSE, line->id, DOSE_DRAWN);
    drawn_ul = (uint64_t)view_number(view, SUBJECT_DOSE, line->id, DOSE_VOLUME);
    if (drawn_ul != 0)
        (void)muldiv_half_even(volume_ul, drawn_ng, drawn_ul, &mass_ng);
    return mass_ng;
}

static uint64_t figure_ng(struct view *view, const struct recounted *line, const struct value *figure)
{
    uint64_t number = (uint64_t)figure->number;

    if (figure->second == QUANTITY_UL)
        return mass_of(view, line, number);
    return figure->second == QUANTITY_SPRAYS ? mass_of(view, line, number * DEVICE_SPRAY_UL) : number;
}

static uint64_t tolerance_ng(struct view *view, const struct recounted *line, int64_t method)
{
    uint64_t labelled_ng, thousandths = (uint64_t)view_policy(view, POLICY_TOLERANCE_EYE);

    if (method != COUNT_BY_EYE)
        return mass_of(view, line, (uint64_t)view_policy(view, method == COUNT_BY_WEIGHT ? POLICY_TOLERANCE_WEIGHT
                                                                                         : POLICY_TOLERANCE_MEASURED));
    labelled_ng = line->subject == SUBJECT_VIAL
                      ? mass_of(view, line, (uint64_t)view_number(view, SUBJECT_VIAL, line->id, VIAL_LABELLED))
                      : (uint64_t)view_number(view, SUBJECT_DOSE, line->id, DOSE_DRAWN);
    return labelled_ng / 1000 * thousandths + labelled_ng % 1000 * thousandths / 1000;
}

static void measure(struct recounting *reader, size_t at)
{
    struct recounted *line = &reader->lines[at];
    const struct seen *seen = &reader->seen[at];

    line->first_ng = figure_ng(reader->view, line, &seen->first);
    line->second_ng = figure_ng(reader->view, line, &seen->second);
    line->tolerance_ng = tolerance_ng(reader->view, line, seen->method);
    line->book_ng = line->subject == SUBJECT_VIAL ? (int64_t)mass_of(reader->view, line, (uint64_t)reader->amounts[at])
                                                  : reader->amounts[at];
}

/* The figure that is farther from the book, less the book; 0 where both are within the tolerance. */
static int64_t difference_ng(const struct recounted *line)
{
    int64_t first = (int64_t)line->first_ng - line->book_ng, second = (int64_t)line->second_ng - line->book_ng;
    uint64_t first_off = (uint64_t)(first < 0 ? -first : first), second_off = (uint64_t)(second < 0 ? -second : second);

    if (first_off <= line->tolerance_ng && second_off <= line->tolerance_ng)
        return 0;
    return second_off > first_off ? second : first;
}

/* Whether the case that the count opened about a line asks about this difference, and so stands in its own words. */
static bool has_case(struct view *view, uint32_t born, const struct recounted *line, int64_t difference)
{
    for (uint32_t id = view_count(view, SUBJECT_CASE); id > 0; id--) {
        const struct leaf *of = view_leaf(view, SUBJECT_CASE, id);

        if (of != NULL && of->state[CASE_ENTRY] == born && of->state[CASE_CODE] == REFUSAL_COUNT_DIFFERS &&
            of->state[CASE_SUBJECT] == line->subject && of->state[CASE_ID] == line->id)
            return of->state[CASE_DIFFERENCE] == difference;
    }
    return false;
}

enum ledger_status recount(struct view *view, uint32_t count,
                           void (*visit)(void *context, const struct recounted *line), void *context, struct error *error)
{
    static _Thread_local struct recounting reader; /* more than a stack frame should hold */
    enum ledger_status status;

    reader.view = view;
    reader.as_of = (uint32_t)view_number(view, SUBJECT_COUNT, count, COUNT_AS_OF);
    reader.born = (uint32_t)view_number(view, SUBJECT_COUNT, count, COUNT_BORN);
    reader.line_count = 0;
    begin_lines(&reader);
    if (reader.line_count == 0)
        return LEDGER_OK;
    status = walk_entries(view, reader.as_of + 1, view_entries_before(view), take_back, &reader, error);
    for (size_t i = 0; status == LEDGER_OK && i < reader.line_count; i++) {
        int64_t difference;

        measure(&reader, i);
        difference = difference_ng(&reader.lines[i]);
        if (difference != 0 && !has_case(view, reader.born, &reader.lines[i], difference))
            visit(context, &reader.lines[i]);
    }
    return status;
}
