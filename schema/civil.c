#include "schema/civil.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60000, MS_PER_HOUR = 3600000 };

/* ---- the calendar */

static bool is_leap_year(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t civil_month_length(int32_t year, int32_t month)
{
    static const int8_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    assert(month >= 1 && month <= 12);
    return month == 2 && is_leap_year(year) ? 29 : lengths[month - 1];
}

bool civil_date_is_valid(struct civil_date date)
{
    return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 &&
           date.day >= 1 && date.day <= civil_month_length(date.year, date.month);
}

/* Days from 0001-01-01 to the first day of `year`. */
static int32_t days_before_year(int32_t year)
{
    int32_t years = year - 1;

    return years * 365 + years / 4 - years / 100 + years / 400;
}

enum { DAYS_BEFORE_1970 = 719162 };

int32_t civil_days(struct civil_date date)
{
    int32_t days;

    assert(civil_date_is_valid(date));
    days = days_before_year(date.year) - DAYS_BEFORE_1970 + date.day - 1;
    for (int32_t month = 1; month < date.month; month++)
        days += civil_month_length(date.year, month);
    return days;
}

struct civil_date civil_date_of(int32_t days)
{
    int32_t since_year_1 = days + DAYS_BEFORE_1970;
    struct civil_date date = { .month = 1 };
    int32_t day_of_year;

    assert(since_year_1 >= 0 && since_year_1 <= days_before_year(10001));
    date.year = since_year_1 / 366 + 1; /* not after the right one: no year is longer */
    while (days_before_year(date.year + 1) <= since_year_1)
        date.year++;
    day_of_year = since_year_1 - days_before_year(date.year);
    while (day_of_year >= civil_month_length(date.year, date.month))
        day_of_year -= civil_month_length(date.year, date.month++);
    date.day = day_of_year + 1;
    return date;
}

int32_t civil_months_later(int32_t days, int32_t months)
{
    struct civil_date date = civil_date_of(days);
    int32_t month = date.month - 1 + months, length;

    date.year += month / 12;
    date.month = month % 12 + 1;
    length = civil_month_length(date.year, date.month);
    date.day = date.day < length ? date.day : length;
    return civil_days(date);
}

int32_t civil_weekday(int32_t days)
{
    return (days + 4) % 7; /* 1970-01-01 was a Thursday */
}

/* ---- times */

bool at_is_valid(struct at at)
{
    return at.ms >= 0 && at.ms <= CIVIL_MS_MAX && at.offset_min >= -CIVIL_OFFSET_LIMIT_MIN &&
           at.offset_min <= CIVIL_OFFSET_LIMIT_MIN;
}

/* Local days and the milliseconds since local midnight. Local time can lie a day before 1970. */
static int32_t split_local(struct at at, int32_t *ms_of_day)
{
    int64_t local_ms = at.ms + (int64_t)at.offset_min * MS_PER_MINUTE + CIVIL_MS_PER_DAY;

    assert(at_is_valid(at));
    *ms_of_day = (int32_t)(local_ms % CIVIL_MS_PER_DAY);
    return (int32_t)(local_ms / CIVIL_MS_PER_DAY) - 1;
}

int32_t at_local_days(struct at at)
{
    int32_t ms_of_day;

    return split_local(at, &ms_of_day);
}

struct civil_time at_local_time(struct at at)
{
    int32_t ms_of_day;
    int32_t days = split_local(at, &ms_of_day);

    return (struct civil_time){
        .date = civil_date_of(days),
        .hour = ms_of_day / MS_PER_HOUR,
        .minute = ms_of_day / MS_PER_MINUTE % 60,
        .second = ms_of_day / MS_PER_SECOND % 60,
        .millisecond = ms_of_day % MS_PER_SECOND,
    };
}

bool at_from_local(struct civil_time time, int32_t offset_min, struct at *at)
{
    struct at moment = {
        .ms = civil_days(time.date) * CIVIL_MS_PER_DAY + (int64_t)time.hour * MS_PER_HOUR +
              (int64_t)(time.minute - offset_min) * MS_PER_MINUTE +
              (int64_t)time.second * MS_PER_SECOND + time.millisecond,
        .offset_min = offset_min,
    };

    if (!at_is_valid(moment))
        return false;
    *at = moment;
    return true;
}

/* ---- written */

const char *civil_format_date(int32_t days, char out[static CIVIL_TEXT_SIZE])
{
    struct civil_date date = civil_date_of(days);

    (void)snprintf(out, CIVIL_TEXT_SIZE, "%04" PRId32 "-%02" PRId32 "-%02" PRId32, date.year,
                   date.month, date.day);
    return out;
}

const char *civil_format_local(struct at at, char out[static CIVIL_TEXT_SIZE])
{
    struct civil_time time = at_local_time(at);
    int32_t distance_min = at.offset_min < 0 ? -at.offset_min : at.offset_min;

    (void)snprintf(out, CIVIL_TEXT_SIZE,
                   "%04" PRId32 "-%02" PRId32 "-%02" PRId32 " %02" PRId32 ":%02" PRId32 ":%02" PRId32
                   " %c%02" PRId32 ":%02" PRId32,
                   time.date.year, time.date.month, time.date.day, time.hour, time.minute, time.second,
                   at.offset_min < 0 ? '-' : '+', distance_min / 60, distance_min % 60);
    return out;
}

const char *civil_format_utc(int64_t ms, char out[static CIVIL_TEXT_SIZE])
{
    struct civil_time time = at_local_time((struct at){ .ms = ms });

    (void)snprintf(out, CIVIL_TEXT_SIZE,
                   "%04" PRId32 "-%02" PRId32 "-%02" PRId32 "T%02" PRId32 ":%02" PRId32 ":%02" PRId32
                   ".%03" PRId32 "Z",
                   time.date.year, time.date.month, time.date.day, time.hour, time.minute, time.second,
                   time.millisecond);
    return out;
}

/* ---- read: each of these takes something off the front of `*text` if it is there */

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool take(const char **text, char character)
{
    if (**text != character)
        return false;
    ++*text;
    return true;
}

/* Between `min` and `max` digits, and no digit after them. */
static bool take_number(const char **text, size_t min, size_t max, int32_t *number)
{
    const char *at = *text;
    int32_t value = 0;

    while (is_digit(*at) && (size_t)(at - *text) < max)
        value = value * 10 + (*at++ - '0');
    if ((size_t)(at - *text) < min || is_digit(*at))
        return false;
    *text = at;
    *number = value;
    return true;
}

static void take_blanks(const char **text)
{
    *text += strspn(*text, " \t");
}

static bool ends(const char *text)
{
    take_blanks(&text);
    return *text == '\0';
}

static enum civil_status take_date(const char **text, struct civil_date *date)
{
    if (!take_number(text, 4, 4, &date->year) || !take(text, '-') ||
        !take_number(text, 2, 2, &date->month) || !take(text, '-') ||
        !take_number(text, 2, 2, &date->day))
        return CIVIL_FORM;
    return civil_date_is_valid(*date) ? CIVIL_OK : CIVIL_DATE;
}

/* `.5`, `.123`, `.123000`: milliseconds, refused when finer. */
static enum civil_status take_fraction(const char **text, int32_t *millisecond)
{
    int32_t place = 100;

    if (!is_digit(**text))
        return CIVIL_FORM;
    for (*millisecond = 0; is_digit(**text); ++*text, place /= 10) {
        if (place == 0 && **text != '0')
            return CIVIL_RANGE;
        *millisecond += (**text - '0') * place;
    }
    return CIVIL_OK;
}

/* `14:05`, `14:05:30` or `14:05:30.123`. Sets `has_second` by what was there. */
static enum civil_status take_clock(const char **text, size_t hour_digits_min, struct civil_time *time,
                                    bool *has_second)
{
    if (!take_number(text, hour_digits_min, 2, &time->hour) || !take(text, ':') ||
        !take_number(text, 2, 2, &time->minute))
        return CIVIL_FORM;
    *has_second = take(text, ':');
    if (*has_second && !take_number(text, 2, 2, &time->second))
        return CIVIL_FORM;
    if (*has_second && take(text, '.')) {
        enum civil_status status = take_fraction(text, &time->millisecond);

        if (status != CIVIL_OK)
            return status;
    }
    return time->hour <= 23 && time->minute <= 59 && time->second <= 59 ? CIVIL_OK : CIVIL_CLOCK;
}

/* `Z`, `-05:00`. */
static enum civil_status take_offset(const char **text, int32_t *offset_min)
{
    bool west = **text == '-';
    int32_t hours, minutes;

    *offset_min = 0;
    if (take(text, 'Z') || take(text, 'z'))
        return CIVIL_OK;
    if (!take(text, '+') && !take(text, '-'))
        return CIVIL_FORM;
    if (!take_number(text, 2, 2, &hours) || !take(text, ':') || !take_number(text, 2, 2, &minutes))
        return CIVIL_FORM;
    if (minutes > 59 || hours * 60 + minutes > CIVIL_OFFSET_LIMIT_MIN)
        return CIVIL_OFFSET;
    *offset_min = (hours * 60 + minutes) * (west ? -1 : 1);
    return CIVIL_OK;
}

enum civil_status civil_parse_date(const char *text, int32_t *days)
{
    struct civil_date date;
    enum civil_status status = take_date(&text, &date);

    if (status != CIVIL_OK)
        return status;
    if (*text != '\0')
        return CIVIL_FORM;
    *days = civil_days(date);
    return CIVIL_OK;
}

enum civil_status civil_parse_expiry(const char *text, int32_t *days)
{
    const char *at = text;
    struct civil_date date;

    if (!take_number(&at, 4, 4, &date.year) || !take(&at, '-') ||
        !take_number(&at, 2, 2, &date.month) || *at != '\0')
        return civil_parse_date(text, days);
    date.day = 1;
    if (!civil_date_is_valid(date))
        return CIVIL_DATE;
    date.day = civil_month_length(date.year, date.month);
    *days = civil_days(date);
    return CIVIL_OK;
}

/* The time and the offset to one moment. */
static enum civil_status resolve(struct civil_time time, int32_t offset_min, struct at *at)
{
    return at_from_local(time, offset_min, at) ? CIVIL_OK : CIVIL_RANGE;
}

enum civil_status civil_parse_rfc3339(const char *text, struct at *at)
{
    struct civil_time time = { 0 };
    int32_t offset_min;
    bool has_second;
    enum civil_status status;

    status = take_date(&text, &time.date);
    if (status != CIVIL_OK)
        return status;
    if (!take(&text, 'T') && !take(&text, 't') && !take(&text, ' '))
        return CIVIL_FORM;
    status = take_clock(&text, 2, &time, &has_second);
    if (status != CIVIL_OK)
        return status;
    if (!has_second)
        return CIVIL_FORM;
    status = take_offset(&text, &offset_min);
    if (status != CIVIL_OK)
        return status;
    return *text == '\0' ? resolve(time, offset_min, at) : CIVIL_FORM;
}

/* ---- typed */

/* `20 min ago` */
static enum civil_status typed_ago(const char *text, struct typed_time *time)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {
        { "s", MS_PER_SECOND },      { "sec", MS_PER_SECOND },     { "secs", MS_PER_SECOND },
        { "second", MS_PER_SECOND }, { "seconds", MS_PER_SECOND }, { "min", MS_PER_MINUTE },
        { "mins", MS_PER_MINUTE },   { "minute", MS_PER_MINUTE },  { "minutes", MS_PER_MINUTE },
        { "h", MS_PER_HOUR },        { "hour", MS_PER_HOUR },      { "hours", MS_PER_HOUR },
        { "d", CIVIL_MS_PER_DAY },   { "day", CIVIL_MS_PER_DAY },  { "days", CIVIL_MS_PER_DAY },
    };
    int32_t count;
    size_t size;

    if (!take_number(&text, 1, 5, &count))
        return CIVIL_FORM;
    take_blanks(&text);
    size = strcspn(text, " \t");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const char *rest = text + size;

        if (strlen(units[i].name) != size || memcmp(units[i].name, text, size) != 0)
            continue;
        take_blanks(&rest);
        if (strncmp(rest, "ago", 3) != 0 || !ends(rest + 3))
            return CIVIL_FORM;
        *time = (struct typed_time){ .kind = TYPED_AGO, .ago_ms = count * units[i].ms };
        return CIVIL_OK;
    }
    return CIVIL_FORM;
}

/* `14:05` */
static enum civil_status typed_clock(const char *text, struct typed_time *time)
{
    struct civil_time clock = { 0 };
    bool has_second;
    enum civil_status status = take_clock(&text, 1, &clock, &has_second);

    if (status != CIVIL_OK)
        return status;
    if (!ends(text))
        return CIVIL_FORM;
    *time = (struct typed_time){ .kind = TYPED_CLOCK, .local = clock };
    return CIVIL_OK;
}

/* `2026-11-17 16:20`, with an offset or without */
static enum civil_status typed_date(const char *text, struct typed_time *time)
{
    struct typed_time result = { .kind = TYPED_LOCAL };
    bool has_second;
    int32_t offset_min;
    enum civil_status status;

    status = take_date(&text, &result.local.date);
    if (status != CIVIL_OK)
        return status;
    if (!take(&text, 'T') && !take(&text, 't') && !take(&text, ' '))
        return CIVIL_FORM;
    take_blanks(&text);
    status = take_clock(&text, 2, &result.local, &has_second);
    if (status != CIVIL_OK)
        return status;
    if (!ends(text)) {
        take_blanks(&text);
        status = take_offset(&text, &offset_min);
        if (status == CIVIL_OK)
            status = ends(text) ? resolve(result.local, offset_min, &result.at) : CIVIL_FORM;
        if (status != CIVIL_OK)
            return status;
        result = (struct typed_time){ .kind = TYPED_ABSOLUTE, .at = result.at };
    }
    *time = result;
    return CIVIL_OK;
}

enum civil_status civil_parse_typed(const char *text, struct typed_time *time)
{
    size_t digits;

    take_blanks(&text);
    if (strncmp(text, "now", 3) == 0 && ends(text + 3)) {
        *time = (struct typed_time){ .kind = TYPED_NOW };
        return CIVIL_OK;
    }
    digits = strspn(text, "0123456789");
    if (text[digits] == ':')
        return typed_clock(text, time);
    return text[digits] == '-' ? typed_date(text, time) : typed_ago(text, time);
}
