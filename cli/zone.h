/* The site's time zone, and the clock.
 *
 * The book keeps UTC with the offset that held; only here is it asked which offset holds when. The zone's
 * data are the machine's. Where it has none for the site's zone, a site with one offset needs none, and
 * with several nothing can be recorded until it has. */
#ifndef CLI_ZONE_H
#define CLI_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/words.h"

enum { ZONE_NAME_SIZE = 65, ZONE_OFFSETS_LIMIT = 8 };

struct zone {
    char name[ZONE_NAME_SIZE];
    bool is_known;            /* the machine has its data */
    int32_t fixed_offset_min; /* else this holds always */
};

/* Now, in UTC milliseconds. The one place where the clock is read. */
int64_t clock_now_ms(void);

/* Take up a zone, as America/New_York; it becomes the process's. False when the machine does not know it,
 * and then `offset_min` holds. */
bool zone_open(struct zone *zone, const char *name, int32_t offset_min);

/* The offset at a moment; the moments at which the zone's clocks show a local time: none in a gap, two when
 * it is folded, earlier first. `context` is the zone: both fit struct word_clock. */
int32_t zone_offset_of(void *context, int64_t utc_ms);
unsigned zone_of_local(void *context, const struct civil_time *local, struct at out[static 2]);

/* The offsets that hold at some time from the beginning of the year of `now_ms` to the end of the next,
 * ascending; their number, at most ZONE_OFFSETS_LIMIT. */
size_t zone_offsets(struct zone *zone, int64_t now_ms, int32_t out[static ZONE_OFFSETS_LIMIT]);

/* How this zone's people are told a time: "14:05" on the day of `now`, else "2026-11-17 14:05". */
const char *zone_format(struct zone *zone, int64_t ms, int64_t now_ms, char out[static CIVIL_TEXT_SIZE]);

struct word_clock zone_word_clock(struct zone *zone, int64_t now_ms);

#endif
