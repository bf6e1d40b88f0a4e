/* A book put together by hand, without a store: what words and names are looked up in. And a clock that stands
 * still in New York.
 *
 *   people    1 rosei, 2 mnair, 3 lbrandt, 4 without a handle
 *   products  K-1 ketamine-50 (50 mg/mL, 10 mL, NDC 55150-438-10, GTIN 00355150438105),
 *             K-2 spravato-28 (a nasal device of 140 mg/mL, 0.2 mL, NDC 50458-028-02)
 *   places    L-1 room-2, L-2 safe, L-3 l2, L-4 without a name        parties   T-1 acme
 *   vials     V-1 to V-300 of K-1, V-301 of K-2, each full
 *   D-1 (75 mg in 1.5 mL), D-2 (nothing drawn), S-1, P-1, P-2, O-1, C-1, X-1; policy 1 with the offsets -300 and
 *   -240; entries to #48,212
 */
#ifndef TESTS_CLINIC_H
#define TESTS_CLINIC_H

#include "ledger/words.h"

/* For cmocka's setup and teardown: `*state` is a struct clinic *. */
struct clinic {
    struct view *view;
    struct word_clock clock;
    struct words words;
    uint8_t room[65536];
};
int clinic_make(void **state);
int clinic_remove(void **state);
#define in_a_clinic(test) cmocka_unit_test_setup_teardown(test, clinic_make, clinic_remove)

/* A field of the table of kinds: "order.weight", "receive.lines.lot". */
const struct field *field_of(const char *path);

/* Set the clock: a time of RFC 3339. */
void clinic_tell(struct clinic *clinic, const char *time);

/* The milliseconds of a time of RFC 3339. */
int64_t ms_of(const char *time);

#endif
