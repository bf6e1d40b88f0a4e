/* What has to be filed with an authority about an entry, and by which day.
 *
 * A row of LEAF_TABLE_FILING belongs to one entry. Of each sort of notice that has a day it holds the last day on
 * which it is in time, plus one, and the entry that says it was filed. Rules write it, `pending` reads it. */
#ifndef LEDGER_FILING_H
#define LEDGER_FILING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/kinds.h"
#include "schema/leaf.h"

/* Where a sort of notice stands in a row; other sorts have no day. Ends with notice 0. */
struct filing_sort {
    enum notice notice;
    enum filing_place due, filed;
};
extern const struct filing_sort filing_sorts[];

/* The sort, or NULL where nothing of it is ever due. */
const struct filing_sort *filing_sort_of(enum notice notice);

/* Whether this sort of notice, or any, is due in a row and not filed yet. */
bool filing_waits(const struct leaf *row, const struct filing_sort *sort);
bool filing_is_open(const struct leaf *row);

/* The day that is so many business days after `day`: Mondays to Fridays that are no holidays count. Days are since
 * 1970-01-01, and `holidays` may be in any order. */
int64_t filing_business_day(int64_t day, int64_t days, const int64_t *holidays, size_t holiday_count);

#endif
