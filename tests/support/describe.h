/* The generated parts of schema/SPEC.md and schema/ledger.cddl, as the table of kinds has them now.
 *
 * A region begins with a line `<!-- generated: NAME -->` (in CDDL `; generated: NAME`) and ends with a line
 * `<!-- end: NAME -->` (`; end: NAME`). What stands between belongs to nobody but this module: scripts/spec
 * writes it, tests/unit/test_spec.c compares it. */
#ifndef TESTS_DESCRIBE_H
#define TESTS_DESCRIBE_H

#include <stdbool.h>
#include <stdio.h>

/* Copy `document` to `out` with every region as it should be. False where a region has no such name, or no
 * end; `out` is then not whole. */
bool describe_document(const char *document, FILE *out);

/* One region by its name; false when there is none. */
bool describe_region(const char *name, FILE *out);

/* The worked example of SPEC.md section 15, made of fixed keys, times and random bytes (describe_example.c).
 * What it prints it has verified. */
void describe_example(FILE *out);

#endif
