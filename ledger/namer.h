/* Who and what the ids in a sentence are: definitions, as the book holds them at the place it speaks of.
 *
 * The functions fill `out` with at most `size` bytes, the NUL among them, or return false when the book does
 * not know; any of them may be NULL. What has no name is called `person 9`, `V-412`, `K-3`. */
#ifndef LEDGER_NAMER_H
#define LEDGER_NAMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/event.h"

struct namer {
    void *context;

    /* How sentences call a person; numbers are above zero. */
    bool (*person)(void *context, int64_t person, char *out, size_t size);

    /* The short name of a product, place or party. Other subjects go by their ids unless this names them. */
    bool (*subject)(void *context, enum subject subject, uint32_t id, char *out, size_t size);

    /* How strong a vial, dose or product is: every `volume_ul`, above zero, holds `mass_ng`. */
    bool (*strength)(void *context, enum subject subject, uint32_t id, uint64_t *mass_ng, uint64_t *volume_ul);

    /* What another act of the same list gives birth to; without a name it is "the new dose". */
    bool (*newborn)(void *context, enum subject subject, const uint8_t act[static ACT_SIZE], uint32_t nth,
                    char *out, size_t size);

    /* An entry of the book that a correction is about, so that its new facts can be told as its old ones were. What
     * the event points to lasts as long as the namer. */
    bool (*event)(void *context, uint32_t entry, struct event *event);

    int32_t offset_min; /* the site's offset, for times that a refusal holds without one */
};

#endif
