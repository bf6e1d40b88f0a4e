/* What every book must fulfil: the effects of its entries, one after the other, make its leaves. */
#ifndef TESTS_EFFECTS_H
#define TESTS_EFFECTS_H

#include "tests/support/book.h"

/* Fails the test where they do not: a counted place is the sum of its differences, a set one goes from each effect's
 * number before to the next one's; and each shelf holds the vials that stand there. */
void effects_make_the_leaves(struct book *book);

#endif
