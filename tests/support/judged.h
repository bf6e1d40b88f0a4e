/* Verifying in tests: what a report must say, and what it found where it does not. */
#ifndef TESTS_JUDGED_H
#define TESTS_JUDGED_H

#include "ledger/report.h"
#include "ledger/verify.h"
#include "tests/support/house.h"

struct vkey site_key(const struct house *house);

/* The report of a ledger, or of an export with the site's key; the test's memory until the next call. */
const struct report *verified_directory(const char *directory);
const struct report *verified_file(const char *path, const struct vkey *key);

/* Fail the test, with all that was found, unless the report says so. */
void assert_judged(const struct report *report, enum judgement expected);
void assert_finding(const struct report *report, enum judgement judgement, enum refusal_code code, uint32_t entry);

/* Whether any finding is of this entry. */
bool names_entry(const struct report *report, uint32_t entry);

#endif
