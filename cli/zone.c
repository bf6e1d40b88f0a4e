#include "cli/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MS_PER_SECOND = 1000, SECONDS_PER_MINUTE = 60, HALF_DAY_MS = 12 * 60 * 60 * 1000 };

int64_t clock_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

/* The library takes an unknown zone for UTC without a word, so its file is looked for first. */
static bool has_data(const char *name)
{
    const char *folder = getenv("TZDIR");
    char path[512];
    int size;

    if (name[0] == '/' || name[0] == '\0' || strstr(name, "..") != NULL)
        return false;
    size = snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "/usr/share/zoneinfo", name);
    return size > 0 && (size_t)size < sizeof path && access(path, R_OK) == 0;
}

bool zone_open(struct zone *zone, const char *name, int32_t offset_min)
{
    char variable[ZONE_NAME_SIZE + 1];

    *zone = (struct zone){ .fixed_offset_min = offset_min };
    snprintf(zone->name, sizeof zone->name, "%s", name);
    zone->is_known = strlen(name) < sizeof zone->name && has_data(name);
    if (zone->is_known) {
        snprintf(variable, sizeof variable, ":%s", zone->name);
        zone->is_known = setenv("TZ", variable, 1) == 0;
        tzset();
    }
    return zone->is_known;
}

int32_t zone_offset_of(void *context, int64_t utc_ms)
{
    const struct zone *zone = context;
    time_t seconds = (time_t)(utc_ms / MS_PER_SECOND);
    struct tm local;

    if (!zone->is_known || localtime_r(&seconds, &local) == NULL)
        return zone->fixed_offset_min;
    return (int32_t)(local.tm_gmtoff / SECONDS_PER_MINUTE);
}

/* Whatever offset holds then also held or will hold within half a day, so two guesses find all moments. */
unsigned zone_of_local(void *context, const struct civil_time *local, struct at out[static 2])
{
    unsigned count = 0;
    struct at utc;

    if (!at_from_local(*local, 0, &utc))
        return 0;
    for (int side = 0; side < 2; side++) {
        int64_t near_ms = side == 0 ? utc.ms - 2 * HALF_DAY_MS : utc.ms + 2 * HALF_DAY_MS;
        struct at at;

        if (near_ms < 0 || near_ms > CIVIL_MS_MAX || !at_from_local(*local, zone_offset_of(context, near_ms), &at))
            continue;
        if (zone_offset_of(context, at.ms) != at.offset_min || (count == 1 && out[0].ms == at.ms))
            continue;
        out[count++] = at;
    }
    if (count == 2 && out[0].ms > out[1].ms) {
        struct at earlier = out[1];

        out[1] = out[0];
        out[0] = earlier;
    }
    return count;
}

static size_t insert_offset(int32_t offset_min, int32_t *offsets, size_t count)
{
    size_t at = 0;

    while (at < count && offsets[at] < offset_min)
        at++;
    if ((at < count && offsets[at] == offset_min) || count == ZONE_OFFSETS_LIMIT)
        return count;
    memmove(offsets + at + 1, offsets + at, (count - at) * sizeof offsets[0]);
    offsets[at] = offset_min;
    return count + 1;
}

size_t zone_offsets(struct zone *zone, int64_t now_ms, int32_t out[static ZONE_OFFSETS_LIMIT])
{
    enum { TWO_YEARS = 731 };
    struct civil_date first = { .year = at_local_time((struct at){ .ms = now_ms }).date.year, .month = 1, .day = 1 };
    int64_t noon_ms = civil_days(first) * CIVIL_MS_PER_DAY + HALF_DAY_MS;
    size_t count = 0;

    for (int day = 0; day < TWO_YEARS && noon_ms <= CIVIL_MS_MAX; day++, noon_ms += CIVIL_MS_PER_DAY)
        count = insert_offset(zone_offset_of(zone, noon_ms), out, count);
    return count;
}

const char *zone_format(struct zone *zone, int64_t ms, int64_t now_ms, char out[static CIVIL_TEXT_SIZE])
{
    struct at at = { ms, zone_offset_of(zone, ms) }, now = { now_ms, zone_offset_of(zone, now_ms) };
    struct civil_time local = at_local_time(at);

    if (at_local_days(at) == at_local_days(now))
        snprintf(out, CIVIL_TEXT_SIZE, "%02d:%02d", local.hour, local.minute);
    else
        snprintf(out, CIVIL_TEXT_SIZE, "%04d-%02d-%02d %02d:%02d", local.date.year, local.date.month, local.date.day,
                 local.hour, local.minute);
    return out;
}

struct word_clock zone_word_clock(struct zone *zone, int64_t now_ms)
{
    return (struct word_clock){ .now_ms = now_ms, .context = zone, .offset_of = zone_offset_of, .of_local = zone_of_local };
}
