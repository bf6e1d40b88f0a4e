/* Corrections put together from acts that are begun as ever. */
#ifndef TESTS_CORRECTIONS_H
#define TESTS_CORRECTIONS_H

#include "tests/support/book.h"

/* ---- a correction: its rows, with the facts that they give */

enum { CORRECTION_ROWS = 48, CORRECTION_FACTS_SIZE = 1024 };

struct corrections {
    struct facts rows[CORRECTION_ROWS];
    uint8_t facts[CORRECTION_ROWS][CORRECTION_FACTS_SIZE];
    size_t count;
};

/* Add a row. The right facts are those of the act that the book has begun. */
void with_void(struct corrections *correction, uint32_t entry);
void with_again(struct corrections *correction, uint32_t entry);
void with_facts(struct corrections *correction, uint32_t entry, struct book *book);
void with_added(struct corrections *correction, uint32_t entry, struct book *book);
void with_time(struct corrections *correction, uint32_t entry, int64_t ms);

/* The nurse corrects it and the owner approves; with a remark, since neither may have signed the entries. */
void begin_correction(struct book *book, const struct corrections *correction);

/* The same, and place it; what all comes to adds up, by the effects in force and by those as placed. */
void place_correction(struct book *book, const struct corrections *correction);

#endif
