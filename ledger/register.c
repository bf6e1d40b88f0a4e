#include "ledger/register.h"

#include <assert.h>
#include <inttypes.h>

#include "ledger/names.h"
#include "ledger/standing.h"

struct page_reader {
    struct view *view;
    const struct page *page;
    const struct period *period;
    const struct page_writer *writer;
    struct page_sum *sum;
    struct standing standing;
    struct movements movements;
    int64_t strength;
    uint32_t unbalanced; /* the first entry whose parts do not agree */
};

bool product_has_moved(struct view *view, uint32_t product)
{
    return view_leaf(view, LEAF_TABLE_TOTAL, product) != NULL;
}

/* ---- where a page begins */

static bool is_of_place(const struct page *page)
{
    return page->place != 0 || page->vial != 0;
}

static int64_t held_at_beginning(struct page_reader *reader)
{
    const struct page *page = reader->page;
    int64_t held_ul = 0;

    for (uint32_t vial = 1; vial <= reader->standing.count; vial++)
        if (reader->standing.product[vial] == page->product &&
            (page->vial == 0 || page->vial == vial) && (page->place == 0 || reader->standing.place[vial] == page->place))
            held_ul += reader->standing.left_ul[vial];
    return held_ul;
}

/* ---- lines */

static void add_to_sum(struct page_sum *sum, const struct line *line)
{
    sum->lines++;
    sum->carried_ul += line->carried_ul;
    if (line->movement == NULL)
        return;
    for (unsigned place = 0; place < TOTAL_PLACE_COUNT; place++)
        sum->all.amount[place] += line->movement->amount[place];
    sum->all.left_ul += line->movement->left_ul;
    sum->all.drawn_ng += line->movement->drawn_ng;
    sum->all.returned_ng += line->movement->returned_ng;
}

static enum ledger_status put_line(struct page_reader *reader, struct line *line, struct error *error)
{
    add_to_sum(reader->sum, line);
    line->held_ul = reader->sum->held_ul;
    line->in_doses_ng = reader->sum->in_doses_ng;
    return reader->writer->put(reader->writer->context, line, error);
}

static bool is_nothing(const struct movement *movement)
{
    for (unsigned place = 0; place < TOTAL_PLACE_COUNT; place++)
        if (movement->amount[place] != 0)
            return false;
    return movement->left_ul == 0;
}

/* A movement on a page of all of a product. */
static enum ledger_status take_of_product(struct page_reader *reader, struct line *line, struct error *error)
{
    if (is_nothing(line->movement))
        return LEDGER_OK;
    reader->sum->held_ul += line->movement->left_ul;
    reader->sum->in_doses_ng += line->movement->amount[TOTAL_IN_DOSES];
    return put_line(reader, line, error);
}

/* A movement on a page of a place or vial, where only vials are. */
static enum ledger_status take_of_vial(struct page_reader *reader, struct line *line, struct error *error)
{
    const struct movement *movement = line->movement;
    const struct page *page = reader->page;
    int64_t *left_ul = &reader->standing.left_ul[movement->vial], before_ul = *left_ul, change_ul;
    uint32_t *place = &reader->standing.place[movement->vial], was = *place;
    bool was_here = page->place == 0 || was == page->place, is_here;

    *left_ul += movement->left_ul;
    *place = movement->to != 0 ? movement->to : was;
    is_here = page->place == 0 || *place == page->place;
    if (movement->vial == 0 || (page->vial != 0 && movement->vial != page->vial) || (!was_here && !is_here) ||
        (is_nothing(movement) && was == *place))
        return LEDGER_OK;
    change_ul = (is_here ? *left_ul : 0) - (was_here ? before_ul : 0);
    line->carried_ul = change_ul - movement->left_ul;
    reader->sum->held_ul += change_ul;
    return put_line(reader, line, error);
}

/* What a correction is about that moves nothing here can be seen only in what it touched. */
static bool touches_page(struct page_reader *reader, const struct walk_row *row)
{
    struct view *view = reader->view;
    const struct page *page = reader->page;
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch)) {
        const struct leaf *vial = touch.subject == SUBJECT_VIAL ? view_leaf(view, SUBJECT_VIAL, touch.id) : NULL;

        if (vial != NULL && vial->state[VIAL_PRODUCT] == page->product && (page->vial == 0 || page->vial == vial->id) &&
            (page->place == 0 || vial->state[VIAL_PLACE] == page->place))
            return true;
    }
    return false;
}

static enum ledger_status take_entry(void *context, const struct walk_row *row, struct error *error)
{
    struct page_reader *reader = context;
    struct effect placed = effect_as_placed(&row->effect);
    uint64_t lines = reader->sum->lines;
    enum ledger_status status = LEDGER_OK;

    if (!movements_of(reader->view, row->number, &placed, &reader->movements))
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for this page");
    if (reader->movements.unbalanced == reader->page->product && reader->unbalanced == 0)
        reader->unbalanced = row->number;
    for (size_t i = 0; i < reader->movements.count && status == LEDGER_OK; i++) {
        struct line line = { .row = row, .movement = &reader->movements.rows[i] };

        if (line.movement->product == reader->page->product)
            status = is_of_place(reader->page) ? take_of_vial(reader, &line, error) : take_of_product(reader, &line, error);
    }
    if (status == LEDGER_OK && row->event.kind->number == KIND_CORRECT && reader->sum->lines == lines && touches_page(reader, row))
        status = put_line(reader, &(struct line){ .row = row }, error);
    return status;
}

/* ---- the end of a page */

static enum ledger_status disagree(const struct page_reader *reader, struct error *error)
{
    char name[NAME_TEXT_SIZE];

    name_of_subject(reader->view, SUBJECT_PRODUCT, reader->page->product, name);
    if (reader->unbalanced != 0)
        error_set(error, REFUSAL_TABLES, "what the tables say entry %" PRIu32 " did with %s does not add up", reader->unbalanced,
                  name);
    else
        error_set(error, REFUSAL_TABLES, "the lines of %s do not add up to the totals of the book", name);
    error_next(error, "phial verify");
    return error->status;
}

static enum ledger_status end_of_product(struct page_reader *reader, const struct totals *first, const struct totals *last,
                                         struct error *error)
{
    uint32_t product = reader->page->product;

    for (unsigned place = 0; place < TOTAL_PLACE_COUNT; place++)
        if (last->of[product][place] - first->of[product][place] != reader->sum->all.amount[place])
            return disagree(reader, error);
    return reader->unbalanced != 0 ? disagree(reader, error) : LEDGER_OK;
}

/* What is there now is known by itself. */
static enum ledger_status end_of_place(struct page_reader *reader, struct error *error)
{
    struct view *view = reader->view;
    const struct page *page = reader->page;
    int64_t held_ul = 0;

    if (reader->unbalanced != 0)
        return disagree(reader, error);
    if (reader->period->last != view_entries_before(view))
        return LEDGER_OK;
    for (uint32_t vial = 1; vial <= view_count(view, SUBJECT_VIAL); vial++)
        if ((page->vial == 0 || page->vial == vial) && view_number(view, SUBJECT_VIAL, vial, VIAL_PRODUCT) == page->product &&
            (page->place == 0 || view_number(view, SUBJECT_VIAL, vial, VIAL_PLACE) == page->place))
            held_ul += view_number(view, SUBJECT_VIAL, vial, VIAL_LEFT);
    return held_ul == reader->sum->held_ul ? LEDGER_OK : disagree(reader, error);
}

static enum ledger_status read_place(struct page_reader *reader, struct error *error)
{
    enum ledger_status status = standing_at(reader->view, reader->period->before, STANDING_BY_THE_BOOK_OF_THEN,
                                            &reader->standing, error);

    if (status == LEDGER_OK) {
        reader->sum->opening_ul = reader->sum->held_ul = held_at_beginning(reader);
        reader->writer->begin(reader->writer->context, reader->sum);
        status = walk_entries(reader->view, reader->period->before + 1, reader->period->last, take_entry, reader,
                              error);
    }
    return status == LEDGER_OK ? end_of_place(reader, error) : status;
}

static enum ledger_status read_product(struct page_reader *reader, struct error *error)
{
    struct view *view = reader->view;
    struct page_sum *sum = reader->sum;
    uint32_t product = reader->page->product;
    static struct totals first, last;
    enum ledger_status status = totals_at(view, reader->period->before, &first, error);

    if (status == LEDGER_OK)
        status = totals_at(view, reader->period->last, &last, error);
    if (status != LEDGER_OK)
        return status;
    sum->opening_ul = sum->held_ul = first.of[product][TOTAL_ON_HAND] / reader->strength;
    sum->opening_in_doses_ng = sum->in_doses_ng = first.of[product][TOTAL_IN_DOSES];
    reader->writer->begin(reader->writer->context, sum);
    status = walk_entries(view, reader->period->before + 1, reader->period->last, take_entry, reader, error);
    return status == LEDGER_OK ? end_of_product(reader, &first, &last, error) : status;
}

enum ledger_status register_page(struct view *view, const struct period *period, const struct page *page,
                                 const struct page_writer *writer, struct page_sum *sum, struct error *error)
{
    struct page_reader reader = { .view = view, .page = page, .period = period, .writer = writer, .sum = sum };
    enum ledger_status status;

    *sum = (struct page_sum){ .all.product = page->product };
    reader.movements = MOVEMENTS_EMPTY;
    reader.strength = view_number(view, SUBJECT_PRODUCT, page->product, PRODUCT_STRENGTH);
    assert(reader.strength > 0);
    status = is_of_place(page) ? read_place(&reader, error) : read_product(&reader, error);
    movements_release(&reader.movements);
    standing_release(&reader.standing);
    return status;
}
