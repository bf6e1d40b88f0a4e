/* Exact amounts: what the book holds, how it is shown, and the arithmetic on it.
 *
 * Everything is an integer: volume in µL, mass in ng, strength in µg/mL (which is the same number
 * of ng/µL, so that mass = volume x strength is always exact). Amounts stay below 2^63 and every
 * sum and product is checked. Ratios, as doses per weight and rates, stay ratios and are compared
 * exactly.
 */
#ifndef SCHEMA_AMOUNT_H
#define SCHEMA_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

/* The largest amount, in any unit. */
#define AMOUNT_MAX ((uint64_t)INT64_MAX)

enum quantity_unit {
    QUANTITY_UL = 1,
    QUANTITY_NG = 2,
    QUANTITY_CONTAINERS = 3, /* vials, devices */
    QUANTITY_SPRAYS = 4,
    QUANTITY_REST = 5,  /* all that is left; the amount is 0 and means nothing */
    QUANTITY_PACKS = 6, /* cartons: only typed, turned into containers before any event is made */
};

struct quantity {
    enum quantity_unit unit;
    uint64_t amount;
};

/* ---- shown to people: always mg and mL, no trailing zeros; each returns `out` */

enum { AMOUNT_TEXT_SIZE = 80 };

/* "75 mg", "0.5 mg"; "1.5 mL"; "50 mg/mL" */
const char *format_mass(uint64_t mass_ng, char out[static AMOUNT_TEXT_SIZE]);
const char *format_volume(uint64_t volume_ul, char out[static AMOUNT_TEXT_SIZE]);
const char *format_strength(uint64_t strength_ug_per_ml, char out[static AMOUNT_TEXT_SIZE]);

/* "75 mg (1.5 mL)" */
const char *format_amount_pair(uint64_t mass_ng, uint64_t volume_ul, char out[static AMOUNT_TEXT_SIZE]);

/* In its own unit: "2 sprays", "1 container", "rest". */
const char *format_quantity(const struct quantity *quantity, char out[static AMOUNT_TEXT_SIZE]);

/* ---- arithmetic: an output is filled only where the function says true */

/* Sums: false above AMOUNT_MAX, and outside int64_t. */
bool checked_add_u64(uint64_t left, uint64_t right, uint64_t *sum);
bool checked_add_i64(int64_t left, int64_t right, int64_t *sum);

/* The mass held by a volume: false above AMOUNT_MAX. */
bool mass_of_volume(uint64_t volume_ul, uint64_t strength_ug_per_ml, uint64_t *mass_ng);

/* The volume that holds a mass. True when it is a whole number of µL, and then all three outputs
 * are it. When it is not, only the neighbours are filled all the same: the nearest whole µL on
 * either side. `strength_ug_per_ml` is above zero. */
bool volume_of_mass(uint64_t mass_ng, uint64_t strength_ug_per_ml, uint64_t *volume_ul,
                    uint64_t *nearest_below_ul, uint64_t *nearest_above_ul);

/* value x numerator / denominator, rounded half to even: false above AMOUNT_MAX. `denominator` > 0. */
bool muldiv_half_even(uint64_t value, uint64_t numerator, uint64_t denominator, uint64_t *result);

/* Below, at or above zero as a/b is below, equal to or above c/d. `b` and `d` are above zero. */
int ratio_compare(uint64_t a, uint64_t b, uint64_t c, uint64_t d);

#endif
