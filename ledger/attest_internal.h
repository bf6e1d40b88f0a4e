/* Shared by attest_care.c and attest_acts.c, which read the acts of a period. Nobody else includes it. */
#ifndef LEDGER_ATTEST_INTERNAL_H
#define LEDGER_ATTEST_INTERNAL_H

#include "ledger/attest_read.h"
#include "ledger/walk.h"

/* Kinds that take two persons. */
enum { ATTEST_PAIR_KINDS = 10 };

struct acts {
    struct attesting *attesting;
    struct view *view;
    struct attest_facts *facts;
    uint32_t patients;   /* how many there are */
    uint8_t *is_treated; /* by patient */
    int64_t pairs[ATTEST_PAIR_KINDS];
    int64_t *gaps_ms;    /* between two signatures */
    size_t gap_count, gap_capacity;
    int32_t last_day;    /* that the period's last closing closes */
};

static inline bool acts_is_void(const struct walk_row *row)
{
    return row->effect.how == CORRECT_VOID;
}

/* Lines 3 to 5, of one entry; and of doses and patients once all entries are read. */
void care_take(struct acts *acts, const struct walk_row *row);
void care_tell(struct acts *acts);

#endif
