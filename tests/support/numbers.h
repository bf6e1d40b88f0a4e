/* All that stock and care come to: every number of the leaves that corrections are about, to compare two states of a book. */
#ifndef TESTS_NUMBERS_H
#define TESTS_NUMBERS_H

#include "tests/support/book.h"

enum { NUMBERS_LIMIT = 16 * 1024 };

struct numbers {
    size_t count;
    int64_t numbers[NUMBERS_LIMIT];
};

/* Of what is void nothing is taken, since it is there no more. */
void numbers_of(struct book *book, struct numbers *out);

/* Fails the test where they differ, and says at which place. */
void assert_same_numbers(const struct numbers *before, const struct numbers *after);

#endif
