/* Counts of all of a place, as the book has it, and inventories that rest on them, for the book of book.h. */
#ifndef TESTS_INVENTORIES_H
#define TESTS_INVENTORIES_H

#include "tests/support/book.h"

/* Owner and nurse count all of a place and find what the book has; the count. */
uint32_t count_of(struct book *book, uint32_t place);

/* A line of a count whose two figures agree. */
struct facts count_line(struct book *book, size_t about, uint32_t id, enum count_method method, enum quantity_unit unit,
                        int64_t figure);

/* Close the day; the closing's entry. */
uint32_t a_closing(struct book *book);

/* Owner and nurse certify, as of the close of business, resting on these counts, or on one. */
void begin_certify(struct book *book, enum inventory type, uint32_t as_of, const int64_t *counts, size_t count);
void begin_certify_one(struct book *book, enum inventory type, uint32_t as_of, uint32_t count);

/* All stock stands in the safe, is counted there and certified as of now; the closing. */
uint32_t certified(struct book *book);

/* A number of the site. */
int64_t site_number(struct book *book, enum site_place at);

/* The nurse carries a vial to another place. */
void move_vial(struct book *book, uint32_t vial, uint32_t to);

#endif
