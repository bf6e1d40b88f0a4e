"""Times of a place in New York: seconds since 1970 UTC in, the local day and what people type out.

The rule of 15 USC 260a by hand, so that nothing depends on a zone database: an hour ahead of -05:00 from the second
Sunday of March, 02:00, to the first Sunday of November, 02:00."""

import datetime

DAY = 86400
STANDARD, SUMMER = -5 * 3600, -4 * 3600


def sunday(year, month, nth):
    first = datetime.date(year, month, 1)
    return first + datetime.timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def seconds(date, hour=0, minute=0, offset=0):
    return (date.toordinal() - 719163) * DAY + hour * 3600 + minute * 60 - offset


def offset_at(moment):
    year = datetime.datetime.fromtimestamp(moment + STANDARD, datetime.timezone.utc).year
    begins = seconds(sunday(year, 3, 2), 2, 0, STANDARD)
    ends = seconds(sunday(year, 11, 1), 2, 0, SUMMER)
    return SUMMER if begins <= moment < ends else STANDARD


def at(date, hour, minute=0):
    """The moment a wall clock shows this; in the hour that happens twice, the first."""
    moment = seconds(date, hour, minute, SUMMER)
    return moment if offset_at(moment) == SUMMER else seconds(date, hour, minute, STANDARD)


def is_odd_night(date):
    """Whether the clocks change in the night after this day, or it is one around the end of February."""
    return offset_at(at(date, 12)) != offset_at(at(date, 12) + DAY) or (date.month, date.day) in ((2, 28), (2, 29), (12, 31))


def day_of(moment):
    return datetime.date.fromordinal((moment + offset_at(moment)) // DAY + 719163)


def typed(moment):
    offset = offset_at(moment)
    local = datetime.datetime.fromtimestamp(moment + offset, datetime.timezone.utc)
    return local.strftime("%Y-%m-%d %H:%M:%S") + " -%02d:00" % (-offset // 3600)
