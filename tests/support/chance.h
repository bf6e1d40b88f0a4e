/* Acts by chance, in the house of two, beside a journal of them: the same ones every time. */
#ifndef TESTS_CHANCE_H
#define TESTS_CHANCE_H

#include "tests/support/book.h"
#include "tests/support/journal.h"

void chance_seed(uint64_t seed); /* not 0 */
uint32_t chance_below(uint32_t limit);

/* A journal of what the house of two has in stock, by entry 0. The caller frees it. */
struct journal *chance_stock(void);

/* Place the act that was begun, owned up to where it is forbidden and with a reason; false where it cannot be. */
bool chance_place(struct book *book);

/* Something with stock, doses, counts or cases, in session 1, which is open: placed, owned up to where it is forbidden, and in the
 * journal; or nothing, where it cannot be. */
void chance_act(struct book *book, struct journal *journal);

#endif
