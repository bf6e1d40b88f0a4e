/* A program doctored to skip rules: the judge of this test program passes over the codes it is told to.
 *
 * Test programs are linked with the judge's own noting wrapped (--wrap, see the Makefile), so the product holds no hook. What
 * is skipped is not noted, and what would open a case opens none; the rest of the rule goes on as if all were well. Where that
 * leads nowhere, the doctored program stops at the rule as an honest one does, and records the act all the same, with the
 * least that the book needs to go on. */
#ifndef TESTS_SKIP_H
#define TESTS_SKIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SKIP_LIMIT = 48 };

struct skip {
    size_t count;
    uint16_t codes[SKIP_LIMIT];
    bool stops;        /* at the rule, and records it without effects */
    size_t cases_kept; /* of an act that opens one for each of several lines: the first ones are opened */
};

/* Skip these from now on, in this process; NULL: be honest again. The codes are borrowed. */
void skip_rules(const struct skip *skip);

#endif
