/* A hash table that grows, of links that its owner keeps inside things of his own: nothing is copied, and a thing
 * stays where it is. Without memory to grow it only becomes slower. */
#ifndef LEDGER_SHELF_H
#define LEDGER_SHELF_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/bytes.h"

/* The first member of whatever stands on a shelf. */
struct shelf_link {
    struct shelf_link *next;
    size_t hash;
};

/* Zero is an empty one. */
struct shelf {
    struct shelf_link **rows;
    size_t row_count; /* 0, or a power of two */
    size_t count;
};

/* A hash of bytes, and of what came before: begin with 0. */
size_t shelf_hash(size_t before, struct bytes bytes);

/* Put a link with its hash on the shelf. False when there is no memory for even one row. */
bool shelf_put(struct shelf *shelf, struct shelf_link *link, size_t hash);

/* The first link with this hash, and the next one after it; NULL when there is none. Whether it is the one looked
 * for is for the caller to see. */
struct shelf_link *shelf_find(const struct shelf *shelf, size_t hash);
struct shelf_link *shelf_find_next(const struct shelf_link *link);

/* Every link in turn, in no order: the first after NULL. A link may be freed once the next has been asked for. */
struct shelf_link *shelf_each(const struct shelf *shelf, const struct shelf_link *link);

/* Free every thing that begins with a link, by free(), and the rows. */
void shelf_clear(struct shelf *shelf);

#endif
