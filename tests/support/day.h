/* A real day at the house and the morning after: two dozen kinds, several sessions, a bag out of two vials, and things
 * that go wrong. */
#ifndef TESTS_DAY_H
#define TESTS_DAY_H

#include "tests/support/house.h"

/* Act the day out, on from a new house; it ends with a closing. The house is left with vials 1 to 10, of which 5 to
 * 10 were not touched since they came, persons 1, 2, and 4 who is a clinician. */
void day_act_out(struct house *house);

/* The parts, for shorter days. Masses in ng. */
void day_administer(struct house *house, uint32_t dose, int64_t mass_ng);
void day_waste_rest(struct house *house, uint32_t dose, int64_t seen_ng);
void day_close(struct house *house);

/* An export of all there is, made at once; `path` is of a new file in the house. */
void day_export(struct house *house, const char *name, char path[static HOUSE_PATH_SIZE + 32]);

#endif
