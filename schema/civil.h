/* Times and dates as numbers, and as people write them.
 *
 * A time is UTC milliseconds since 1970-01-01 together with the site's offset at that moment; a
 * date is days since 1970-01-01, proleptic Gregorian. No clock and no time zone data is read here:
 * a typed time without an offset comes back as its fields, and the terminal, which knows the zone,
 * resolves it.
 */
#ifndef SCHEMA_CIVIL_H
#define SCHEMA_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define CIVIL_MS_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */
#define CIVIL_MS_PER_DAY INT64_C(86400000)

enum { CIVIL_OFFSET_LIMIT_MIN = 840 }; /* 14 hours, either way */

struct at {
    int64_t ms;         /* UTC, 0 to CIVIL_MS_MAX */
    int32_t offset_min; /* local time minus UTC, in minutes */
};

struct civil_date {
    int32_t year; /* 1 to 9999 when valid */
    int32_t month;
    int32_t day;
};

/* A date and a time of day, without a zone unless the text that held it has one. */
struct civil_time {
    struct civil_date date;
    int32_t hour;
    int32_t minute;
    int32_t second;
    int32_t millisecond;
};

enum civil_status {
    CIVIL_OK = 0,
    CIVIL_FORM,   /* not written as a date or time */
    CIVIL_DATE,   /* no such date: month 13, February 30 */
    CIVIL_CLOCK,  /* no such time of day: 24:00, 12:60, a leap second */
    CIVIL_OFFSET, /* no such offset: beyond 14 hours, or minutes above 59 */
    CIVIL_RANGE,  /* outside 1970 to 9999, or finer than a millisecond */
};

/* ---- the calendar */

bool civil_date_is_valid(struct civil_date date);
int32_t civil_month_length(int32_t year, int32_t month); /* in days; `month` is 1 to 12 */
int32_t civil_days(struct civil_date date);              /* days since 1970-01-01; `date` is valid */
struct civil_date civil_date_of(int32_t days);

/* The same day so many months later; the last day of that month where it has no such day. `months` is not negative. */
int32_t civil_months_later(int32_t days, int32_t months);
int32_t civil_weekday(int32_t days);                     /* 0 is Sunday, 6 Saturday; `days` is not negative */

/* ---- times */

bool at_is_valid(struct at at);
int32_t at_local_days(struct at at); /* the local date, in days since 1970-01-01 */
struct civil_time at_local_time(struct at at);

/* The moment at which a clock with this offset shows `time`: false outside 0 to CIVIL_MS_MAX. */
bool at_from_local(struct civil_time time, int32_t offset_min, struct at *at);

/* ---- written: each fills `out` and returns it */

enum { CIVIL_TEXT_SIZE = 40 };

/* 2028-09-30 */
const char *civil_format_date(int32_t days, char out[static CIVIL_TEXT_SIZE]);

/* 2026-11-17 16:20:05 -05:00 */
const char *civil_format_local(struct at at, char out[static CIVIL_TEXT_SIZE]);

/* 2026-11-17T21:20:05.000Z */
const char *civil_format_utc(int64_t ms, char out[static CIVIL_TEXT_SIZE]);

/* ---- read; outputs are filled only on CIVIL_OK */

/* `2028-09-30`, in days since 1970-01-01. */
enum civil_status civil_parse_date(const char *text, int32_t *days);

/* An expiry date: `2028-09-30`, or `2028-09`, which is good through the last day of its month. */
enum civil_status civil_parse_expiry(const char *text, int32_t *days);

/* RFC 3339: `2026-11-17T16:20:05.123-05:00`. A space may stand for the T; the offset is required. */
enum civil_status civil_parse_rfc3339(const char *text, struct at *at);

/* What somebody typed for a time. */
enum typed_kind {
    TYPED_NOW = 1,  /* now */
    TYPED_AGO,      /* 20 min ago: `ago_ms` */
    TYPED_CLOCK,    /* 14:05: hour, minute and second of `local`; which day is for the terminal */
    TYPED_LOCAL,    /* 2026-11-17 16:20: all of `local`, in the site's zone */
    TYPED_ABSOLUTE, /* 2026-11-17 16:20 -05:00 or …Z: `at` */
};

struct typed_time {
    enum typed_kind kind;
    int64_t ago_ms;
    struct civil_time local;
    struct at at;
};

/* `now`, `20 min ago`, `14:05`, `2026-11-17 16:20`, `2026-11-17T16:20:05Z`, `2026-11-17 16:20
 * -05:00`. Ago takes s, sec, min, h, hour, d, day and their plurals. Fields the kind does not name
 * are zero. */
enum civil_status civil_parse_typed(const char *text, struct typed_time *time);

#endif
