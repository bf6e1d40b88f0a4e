/* A second, much simpler book for tests of the balances: the list of what was said, added up whenever somebody asks.
 *
 * It knows no leaf, no state and no running balance. What an entry is corrected to have been is forgotten here and said
 * anew, so a ledger that reverses effects has something else to agree with. */
#ifndef TESTS_JOURNAL_H
#define TESTS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_LIMIT = 32 * 1024, JOURNAL_VIALS = 800, JOURNAL_PRODUCTS = 4 };

/* Where something came from or went to. PART_DOSE is between a vial and a dose, so neither. */
enum part {
    PART_CAME, PART_RECOVERED, PART_ADJUSTED_UP, PART_DOSE, PART_GIVEN, PART_WASTED, PART_RESIDUAL, PART_CLOSING_LOSS, PART_LOST, PART_SHIPPED,
    PART_DESTROYED, PART_SURRENDERED, PART_ADJUSTED_DOWN, PARTS
};

struct said {
    uint32_t entry;
    uint32_t vial, dose; /* one of them is 0 */
    enum part part;
    int64_t amount;      /* + came in, - went out: uL of a vial, ng of a dose */
    bool is_all;         /* of a vial: whatever was left; `amount` is what that was when it was said or last looked at again */
};

struct journal {
    size_t count;
    struct said said[JOURNAL_LIMIT];
    uint32_t vials, doses;
    uint32_t product_of[JOURNAL_VIALS + 1];
    int64_t forced_ul[JOURNAL_VIALS + 1]; /* what corrections had to find in it */
    int64_t strength_of[JOURNAL_PRODUCTS + 1];
};

/* Another vial of this product, holding so much; its number. */
uint32_t journal_vial(struct journal *journal, uint32_t entry, uint32_t product, int64_t volume_ul);

/* So much came in (+) or went out (-); all that is left goes, what was found in it included. */
void journal_of_vial(struct journal *journal, uint32_t entry, uint32_t vial, enum part part, int64_t volume_ul);
void journal_end_vial(struct journal *journal, uint32_t entry, uint32_t vial, enum part part);
void journal_of_dose(struct journal *journal, uint32_t entry, uint32_t dose, enum part part, int64_t mass_ng);

/* Nothing of this was said. Then, for each vial that is looked at again: what took all of it last, if nothing came back since,
 * takes what the rest leaves without anything found in it; and what is to be found so that the rest can stand. */
void journal_forget(struct journal *journal, uint32_t entry);
void journal_settle(struct journal *journal, uint32_t vial);

int64_t journal_left(const struct journal *journal, uint32_t vial); /* uL */
int64_t journal_open(const struct journal *journal, uint32_t dose); /* ng */

/* All of it, added up. */
struct sums {
    int64_t left_ul[JOURNAL_VIALS + 1];
    int64_t on_hand_ng[JOURNAL_PRODUCTS + 1];
    int64_t in_doses_ng;
    int64_t total_ng[PARTS]; /* of all products: the parts of a dose are shared by rules that are none of this book's */
};
void journal_add_up(const struct journal *journal, struct sums *sums);

#endif
