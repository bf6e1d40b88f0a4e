/* Every act that the tests of the rules see refused is recorded by a program doctored to skip those very rules, with good
 * signatures, and an honest `verify` must name the entry and each rule.
 *
 * judged of book.h calls doctored_try. What is skipped is all that keeps the act out of the book, its case where one would open
 * by itself, and the notes about it. The book as it stands is copied, the act goes into the copy by signatures and commit of the
 * product, in a process of its own, and the copy is verified. The honest book goes on untouched.
 *
 * These ledgers are golden ones (golden.h). */
#ifndef TESTS_DOCTORED_H
#define TESTS_DOCTORED_H

#include "tests/support/book.h"

/* Group fixtures of a program of tests: from the first on acts are tried; the second compares the golden ledgers. */
int doctored_begin(void **state);
int doctored_end(void **state);

/* Whether acts of this book are tried. */
bool doctored_is_trying(const struct book *book);

/* Try the act last judged, which has not been placed. */
void doctored_try(struct book *book);

/* The entry just placed owns up to this forbidden code: an honest `verify` finds nothing wrong with it. */
void doctored_owned(struct book *book, unsigned code);

/* The book at the end of a test, whose entries all were accepted: an honest `verify` finds nothing wrong with any, but that a
 * day was not closed, where the test lets it go by. */
void doctored_not(struct book *book);

#endif
