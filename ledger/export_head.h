/* The head of an export as a reader meets it, and whether it says what the book says (SPEC 11.1). */
#ifndef LEDGER_EXPORT_HEAD_H
#define LEDGER_EXPORT_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/store.h"
#include "schema/bytes.h"

enum head_status {
    HEAD_OK,
    HEAD_NOT_ONE,    /* something else than the head of an export */
    HEAD_DAMAGED,    /* not the one encoding of a head */
    HEAD_UNKNOWN,    /* of a version or scope this program does not know */
    HEAD_NO_MEMORY,
    HEAD_DIFFERS,    /* it states something else than the book */
    HEAD_NOT_CLOSED, /* the range does not end with its announcement and closing */
};

struct export_head {
    uint8_t *copy; /* what the rest points into */
    struct bytes ledger, registrations, purpose, recipient, disclosed;
    struct bytes challenge; /* empty: none */
    uint64_t first, last, scope, announced;
    bool is_training;
};

/* Read the head from an item, which is copied. Release what was read, whatever came of it. */
enum head_status export_head_read(struct export_head *head, struct bytes item);
void export_head_release(struct export_head *head);

/* Whether openings of private fields with this key are announced. */
bool export_head_discloses(const struct export_head *head, uint64_t key);

/* Compare with genesis and the last two of `entries` entries, in a store that a replay has made; `totals` are the
 * trailer's. */
enum head_status export_head_compare(const struct export_head *head, struct store_txn *txn, uint32_t entries,
                                     struct bytes totals);

#endif
