/* Where every vial stood at a moment of the book, and what it held; and what was counted there since. */
#ifndef LEDGER_STANDING_H
#define LEDGER_STANDING_H

#include "ledger/state.h"

struct standing {
    uint32_t count;    /* of vials; those born later hold nothing yet */
    int64_t *left_ul;  /* by vial */
    uint32_t *place;   /* by vial; of those born later where they were put first */
    uint32_t *product; /* by vial: corrections can make it another */
    uint8_t *state;    /* by vial, enum vial_state; 0 of those born later */
    uint8_t *held;     /* by vial, enum hold_reason, 0 for none */
    uint8_t *known;    /* which of these an entry since has told already */
};

#define STANDING_NONE ((struct standing){ .left_ul = NULL })
void standing_release(struct standing *standing);

/* By the book of then, as closings say it; or by what is known now of then, with what was corrected since. */
enum standing_by { STANDING_BY_THE_BOOK_OF_THEN, STANDING_BY_WHAT_IS_KNOWN };

/* As it was after `entry`: what vials are now, less what was done with them since. Release it even after a failure. PH0706. */
enum ledger_status standing_at(struct view *view, uint32_t entry, enum standing_by by, struct standing *standing,
                               struct error *error);

/* Whether a vial stood at a place, sealed or open. */
bool standing_is_at(const struct standing *standing, uint32_t vial, uint32_t place);

/* What stood at one place after an entry, of each product: by the book of then, and by a count of all of it, with what came
 * and went between the two as far as is known now. */
struct place_tally {
    uint32_t place;
    uint32_t count; /* 0: never counted whole */
    int64_t sealed[PRODUCT_LIMIT + 1], open[PRODUCT_LIMIT + 1]; /* containers, by the book */
    int64_t first_sealed[PRODUCT_LIMIT + 1], second_sealed[PRODUCT_LIMIT + 1];
    int64_t book_ng[PRODUCT_LIMIT + 1];
    int64_t first_ng[PRODUCT_LIMIT + 1], second_ng[PRODUCT_LIMIT + 1]; /* figures of the two who counted */
};

/* Whether anything stood there by the book. */
bool tally_has_stock(const struct place_tally *tally);

/* A moment of the book from both sides: by the book of then, and by what is known now. */
struct moment {
    struct standing then, known;
};

/* The moment after `entry`. Release it even after a failure. PH0706. */
enum ledger_status moment_at(struct view *view, uint32_t entry, struct moment *moment, struct error *error);
void moment_release(struct moment *moment);

/* The tally of a place at a moment, by a count of all of it or, for 0, by the book alone. PH0706. */
enum ledger_status moment_tally(struct view *view, const struct moment *moment, uint32_t place, uint32_t count,
                                struct place_tally *tally, struct error *error);

/* Call with each place where something stands or was counted: by the count that was certified as of this entry, else by the
 * newest up to it. PH0706. */
enum ledger_status standing_tally(struct view *view, uint32_t entry, void (*visit)(void *context, const struct place_tally *tally),
                                  void *context, struct error *error);

#endif
