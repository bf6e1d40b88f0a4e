/* The regions of schema/ledger.cddl: see describe.h. Each prints one. */
#ifndef TESTS_DESCRIBE_CDDL_H
#define TESTS_DESCRIBE_CDDL_H

#include <stdio.h>

void cddl_numbers(FILE *out);  /* subjects, meanings, reasons, … */
void cddl_payloads(FILE *out); /* which facts belong to which kind */
void cddl_facts(FILE *out);    /* the facts of each kind and the rows in them */
void cddl_openings(FILE *out); /* the private fields of each kind */
void cddl_leaves(FILE *out);   /* the leaf of each subject, and a row of totals */

#endif
