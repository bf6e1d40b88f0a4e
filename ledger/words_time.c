/* Times and dates as typed, against the caller's clock. */
#include "ledger/words_parts.h"

#include <string.h>

/* As far ahead as the rules let an act lie (SPEC section 7.3): somebody else's watch says so already. */
static const int64_t ahead_ms = INT64_C(5) * 60 * 1000;

static struct at site_time(const struct words *words, int64_t ms)
{
    return (struct at){ .ms = ms, .offset_min = words->clock->offset_of(words->clock->context, ms) };
}

static unsigned moments_of(const struct words *words, const struct civil_time *local, struct at out[static 2])
{
    return words->clock->of_local(words->clock->context, local, out);
}

static enum ledger_status refuse_form(const struct field *field, enum civil_status status, const char *text,
                                      const char *what, struct error *error)
{
    switch (status) {
    case CIVIL_DATE:
        return word_refuse(error, REFUSAL_BAD_TIME, field, text, "has a day that no calendar has");
    case CIVIL_CLOCK:
        return word_refuse(error, REFUSAL_BAD_TIME, field, text, "has a time of day that no clock shows");
    case CIVIL_OFFSET:
        return word_refuse(error, REFUSAL_BAD_TIME, field, text, "has an offset that no place has");
    case CIVIL_RANGE:
        return word_refuse(error, REFUSAL_BAD_TIME, field, text,
                           "is outside the years 1970 to 9999, or finer than a millisecond");
    default:
        return word_refuse(error, REFUSAL_BAD_TIME, field, text, "is not %s", what);
    }
}

/* ---- two readings */

/* Show both readings and let the one who types decide. */
static enum ledger_status ask(const char *text, const char *why, struct at first, struct at second,
                              struct error *error)
{
    char left[CIVIL_TEXT_SIZE], right[CIVIL_TEXT_SIZE];
    enum ledger_status status = word_refuse(error, REFUSAL_AMBIGUOUS_TIME, NULL, text, "%s", why);

    civil_format_local(first, left);
    civil_format_local(second, right);
    error_book(error, "either", "%s", left);
    error_book(error, "or", "%s", right);
    error_next(error, "give the one that is meant, as \"%s\"\nor as \"%s\"", left, right);
    return status;
}

/* The clocks went over this time: it is read by the clock before them and by the one after. */
static enum ledger_status ask_gap(const struct words *words, const char *text, const struct civil_time *local,
                                  struct error *error)
{
    struct at middle, first, second;
    struct at before, after;

    if (!at_from_local(*local, 0, &middle) || middle.ms < CIVIL_MS_PER_DAY ||
        middle.ms > CIVIL_MS_MAX - 2 * CIVIL_MS_PER_DAY)
        return refuse_form(NULL, CIVIL_RANGE, text, "", error);
    before = site_time(words, middle.ms - CIVIL_MS_PER_DAY);
    after = site_time(words, middle.ms + CIVIL_MS_PER_DAY);
    if (!at_from_local(*local, after.offset_min, &first) || !at_from_local(*local, before.offset_min, &second))
        return refuse_form(NULL, CIVIL_RANGE, text, "", error);
    return ask(text, "did not happen here: the clocks were put forward over it", site_time(words, first.ms),
               site_time(words, second.ms), error);
}

/* ---- one reading */

static enum ledger_status read_local(const struct words *words, const char *text, const struct civil_time *local,
                                     struct at *at, struct error *error)
{
    struct at moments[2];

    switch (moments_of(words, local, moments)) {
    case 0:
        return ask_gap(words, text, local, error);
    case 1:
        *at = moments[0];
        return LEDGER_OK;
    default:
        return ask(text, "happened twice here: the clocks were put back over it", moments[0], moments[1], error);
    }
}

/* `23:50` shortly after midnight is yesterday's, and nobody but the one who types knows. */
static enum ledger_status ask_day(const struct words *words, const char *text, struct civil_time local,
                                  struct at today, struct error *error)
{
    struct at moments[2];

    local.date = civil_date_of(civil_days(local.date) - 1);
    if (moments_of(words, &local, moments) == 0)
        return word_refuse(error, REFUSAL_AMBIGUOUS_TIME, NULL, text, "lies ahead");
    return ask(text, "lies ahead today, and may be of yesterday", moments[0], today, error);
}

static enum ledger_status read_clock(const struct words *words, const char *text, struct civil_time local,
                                     struct at *at, struct error *error)
{
    struct at now = site_time(words, words->clock->now_ms);
    struct at read = { 0 };
    enum ledger_status status;

    local.date = at_local_time(now).date;
    status = read_local(words, text, &local, &read, error);
    if (status != LEDGER_OK)
        return status;
    if (read.ms > now.ms + ahead_ms)
        return ask_day(words, text, local, read, error);
    *at = read;
    return LEDGER_OK;
}

enum ledger_status words_read_time(const struct words *words, const char *text, struct at *at, struct error *error)
{
    struct typed_time typed = { 0 };
    char word[WORD_SIZE] = "";
    enum civil_status form = word_copy(text, word) ? civil_parse_typed(word, &typed) : CIVIL_FORM;
    int64_t ms = words->clock->now_ms;

    if (form != CIVIL_OK)
        return refuse_form(NULL, form, text, "a time", error);
    switch (typed.kind) {
    case TYPED_CLOCK:
        return read_clock(words, word, typed.local, at, error);
    case TYPED_LOCAL:
        return read_local(words, word, &typed.local, at, error);
    case TYPED_ABSOLUTE:
        ms = typed.at.ms;
        break;
    case TYPED_AGO:
        ms -= typed.ago_ms;
        break;
    default: /* now */
        break;
    }
    if (ms < 0)
        return refuse_form(NULL, CIVIL_RANGE, text, "", error);
    *at = site_time(words, ms);
    return LEDGER_OK;
}

/* ---- what may lie ahead */

/* The first moment of a day by the site's clocks: midnight, or in a place that skips it the first time there is. */
static enum ledger_status read_midnight(const struct words *words, const char *text, int32_t days, struct at *at,
                                        struct error *error)
{
    struct civil_time midnight = { .date = civil_date_of(days) };
    struct at moments[2];

    if (moments_of(words, &midnight, moments) == 0)
        return ask_gap(words, text, &midnight, error);
    *at = moments[0];
    return LEDGER_OK;
}

/* A day lasts from its first moment to the second before the next day's. */
static enum ledger_status read_day(const struct words *words, const struct field *field, const char *text, int32_t days,
                                   struct at *at, struct error *error)
{
    bool is_beginning = strcmp(field->name, "from") == 0;
    enum ledger_status status = read_midnight(words, text, is_beginning ? days : days + 1, at, error);

    if (status == LEDGER_OK && !is_beginning)
        *at = site_time(words, at->ms - 1000);
    return status;
}

/* The next time that clocks show this: today's, or else tomorrow's. */
static enum ledger_status read_next(const struct words *words, const char *text, struct civil_time local, struct at *at,
                                    struct error *error)
{
    struct at now = site_time(words, words->clock->now_ms);
    enum ledger_status status;

    local.date = at_local_time(now).date;
    status = read_local(words, text, &local, at, error);
    if (status != LEDGER_OK || at->ms >= now.ms)
        return status;
    local.date = civil_date_of(civil_days(local.date) + 1);
    return read_local(words, text, &local, at, error);
}

enum ledger_status word_read_time_ahead(const struct words *words, const struct field *field, const char *text,
                                        struct at *at, struct error *error)
{
    struct typed_time typed = { 0 };
    char word[WORD_SIZE] = "";
    int32_t days;

    if (!word_copy(text, word))
        return words_read_time(words, text, at, error);
    if (civil_parse_date(word, &days) == CIVIL_OK)
        return read_day(words, field, word, days, at, error);
    if (civil_parse_typed(word, &typed) == CIVIL_OK && typed.kind == TYPED_CLOCK)
        return read_next(words, word, typed.local, at, error);
    return words_read_time(words, text, at, error);
}

/* ---- dates */

enum ledger_status word_read_date(const struct field *field, const char *text, struct value *value,
                                  struct error *error)
{
    int32_t days = 0;
    enum civil_status form = civil_parse_expiry(text, &days);

    value->number = days;
    return form == CIVIL_OK ? LEDGER_OK : refuse_form(field, form, text, "a date", error);
}
