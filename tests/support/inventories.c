#include "tests/support/inventories.h"

/* More than any place of that book has. */
enum { ROWS_LIMIT = 16, PRODUCTS = 4 };

static struct value *cell(struct facts *row, size_t place)
{
    row->values[place].present = true;
    return &row->values[place];
}

struct facts count_line(struct book *book, size_t about, uint32_t id, enum count_method method, enum quantity_unit unit,
                        int64_t figure)
{
    struct facts row = row_of(book, FACT_COUNT_LINES);

    cell(&row, about)->number = id;
    cell(&row, ROW_COUNT_METHOD)->number = method;
    cell(&row, ROW_COUNT_FIRST)->number = figure;
    row.values[ROW_COUNT_FIRST].second = unit;
    cell(&row, ROW_COUNT_SECOND)->number = figure;
    row.values[ROW_COUNT_SECOND].second = unit;
    return row;
}

static size_t add_product(struct book *book, uint32_t place, uint32_t product, struct facts rows[static ROWS_LIMIT], size_t count)
{
    int64_t sealed = 0, vials = leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_VIAL);

    for (uint32_t vial = 1; vial <= vials; vial++) {
        int64_t state = leaf_number(book, SUBJECT_VIAL, vial, VIAL_STATE);

        if (leaf_number(book, SUBJECT_VIAL, vial, VIAL_PLACE) != place ||
            leaf_number(book, SUBJECT_VIAL, vial, VIAL_PRODUCT) != product)
            continue;
        sealed += state == VIAL_SEALED;
        if (state == VIAL_OPEN)
            rows[count++] = count_line(book, ROW_COUNT_VIAL, vial, COUNT_MEASURED, QUANTITY_UL,
                                    leaf_number(book, SUBJECT_VIAL, vial, VIAL_LEFT));
    }
    if (sealed > 0)
        rows[count++] = count_line(book, ROW_COUNT_PRODUCT, product, COUNT_CONTAINERS, QUANTITY_CONTAINERS, sealed);
    return count;
}

static void begin_count(struct book *book, uint32_t place)
{
    struct facts rows[ROWS_LIMIT];
    size_t count = 0;

    act(book, KIND_COUNT, OWNER, MEANING_COUNTED);
    act_signed(book, NURSE, MEANING_COUNTED);
    put_number(book, FACT_COUNT_PLACE, place);
    put_number(book, FACT_COUNT_AS_OF, book->entries);
    for (uint32_t product = 1; product <= PRODUCTS; product++)
        count = add_product(book, place, product, rows, count);
    put_rows(book, FACT_COUNT_LINES, rows, count);
    put_number(book, FACT_COUNT_WHOLE, 1);
}

uint32_t count_of(struct book *book, uint32_t place)
{
    begin_count(book, place);
    return place(book);
}

/* ---- inventories */

uint32_t a_closing(struct book *book)
{
    close_day(book);
    return book->entries;
}

void begin_certify(struct book *book, enum inventory type, uint32_t as_of, const int64_t *counts, size_t count)
{
    act(book, KIND_CERTIFY, OWNER, MEANING_COUNTED);
    act_signed(book, NURSE, MEANING_COUNTED);
    put_number(book, FACT_CERTIFY_TYPE, type);
    put_number(book, FACT_CERTIFY_AS_OF, as_of);
    put_number(book, FACT_CERTIFY_BASIS, BASIS_CLOSE);
    if (count > 0)
        put_list(book, FACT_CERTIFY_COUNTS, counts, count);
}

void begin_certify_one(struct book *book, enum inventory type, uint32_t as_of, uint32_t count)
{
    begin_certify(book, type, as_of, (const int64_t[]){ count }, 1);
}

uint32_t certified(struct book *book)
{
    uint32_t count = count_of(book, SAFE), closing = a_closing(book);

    begin_certify_one(book, INVENTORY_INITIAL, closing, count);
    place(book);
    return closing;
}

int64_t site_number(struct book *book, enum site_place at)
{
    return leaf_number(book, LEAF_TABLE_SITE, 1, at);
}

void move_vial(struct book *book, uint32_t vial, uint32_t to)
{
    act(book, KIND_MOVE, NURSE, MEANING_DID);
    put_list(book, FACT_MOVE_VIALS, (const int64_t[]){ vial }, 1);
    put_number(book, FACT_MOVE_TO, to);
    place(book);
}
