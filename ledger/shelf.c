#include "ledger/shelf.h"

#include <stdint.h>
#include <stdlib.h>

enum { ROWS_LEAST = 16 };

/* FNV-1a, of 64 bits. */
size_t shelf_hash(size_t before, struct bytes bytes)
{
    uint64_t hash = before != 0 ? before : UINT64_C(14695981039346656037);

    for (size_t i = 0; i < bytes.size; i++)
        hash = (hash ^ bytes.data[i]) * UINT64_C(1099511628211);
    return (size_t)(hash ^ hash >> 32);
}

static struct shelf_link **row_of(const struct shelf *shelf, size_t hash)
{
    return &shelf->rows[hash & (shelf->row_count - 1)];
}

/* Twice the rows, and every link in its new one. */
static void grow(struct shelf *shelf)
{
    struct shelf larger = { .row_count = shelf->row_count == 0 ? ROWS_LEAST : 2 * shelf->row_count, .count = shelf->count };

    larger.rows = calloc(larger.row_count, sizeof *larger.rows);
    if (larger.rows == NULL)
        return;
    for (size_t i = 0; i < shelf->row_count; i++)
        for (struct shelf_link *link = shelf->rows[i], *next; link != NULL; link = next) {
            struct shelf_link **row = row_of(&larger, link->hash);

            next = link->next;
            link->next = *row;
            *row = link;
        }
    free(shelf->rows);
    *shelf = larger;
}

bool shelf_put(struct shelf *shelf, struct shelf_link *link, size_t hash)
{
    struct shelf_link **row;

    if (shelf->count >= shelf->row_count)
        grow(shelf);
    if (shelf->row_count == 0)
        return false;
    row = row_of(shelf, hash);
    *link = (struct shelf_link){ .next = *row, .hash = hash };
    *row = link;
    shelf->count++;
    return true;
}

static struct shelf_link *with_hash(struct shelf_link *link, size_t hash)
{
    while (link != NULL && link->hash != hash)
        link = link->next;
    return link;
}

struct shelf_link *shelf_find(const struct shelf *shelf, size_t hash)
{
    return shelf->row_count == 0 ? NULL : with_hash(*row_of(shelf, hash), hash);
}

struct shelf_link *shelf_find_next(const struct shelf_link *link)
{
    return with_hash(link->next, link->hash);
}

struct shelf_link *shelf_each(const struct shelf *shelf, const struct shelf_link *link)
{
    size_t row = 0;

    if (link != NULL && link->next != NULL)
        return link->next;
    if (link != NULL)
        row = (link->hash & (shelf->row_count - 1)) + 1;
    while (row < shelf->row_count && shelf->rows[row] == NULL)
        row++;
    return row < shelf->row_count ? shelf->rows[row] : NULL;
}

void shelf_clear(struct shelf *shelf)
{
    for (struct shelf_link *link = shelf_each(shelf, NULL), *next; link != NULL; link = next) {
        next = shelf_each(shelf, link);
        free(link);
    }
    free(shelf->rows);
    *shelf = (struct shelf){ 0 };
}
