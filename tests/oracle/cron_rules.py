"""A slow, obvious reading of the scheduling rules: what ticks an expression has in a zone.

Written from the rules alone, with Python's zoneinfo for zones, and on purpose without any
cleverness of the implementation: it steps through the minutes of every matching date, turns each
into instants, and sorts.
"""

import bisect
import calendar
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

UTC = timezone.utc
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()
PRESETS = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


# ---- Cron --------------------------------------------------------------------------------------


def values_of(item, low, high, names):
    """The numbers of one list item that has only numbers, names, ranges and steps."""

    def number(text):
        return names.index(text.upper()) + low if text.upper() in names else int(text)

    text, _, step = item.partition("/")
    if text in ("*", "?"):
        first, last = low, high
    elif "-" in text:
        first, last = (number(part) for part in text.split("-"))
        if names is WEEKDAYS and last == 0 and first > 0:
            last = 7
    else:
        first = number(text)
        last = high if step else first
    return set(range(first, last + 1, int(step or 1)))


def field_values(field, low, high, names=()):
    return set().union(*(values_of(item, low, high, names) for item in field.split(",")))


def nearest_weekday(year, month, day):
    """Monday to Friday nearest to a day, in the same month; None when there is no such day."""
    length = calendar.monthrange(year, month)[1]
    if day > length:
        return None
    for distance in (0, -1, 1, -2, 2):
        other = day + distance
        if 1 <= other <= length and date(year, month, other).weekday() < 5:
            return other
    raise AssertionError


def day_item_matches(item, day):
    length = calendar.monthrange(day.year, day.month)[1]
    if item == "L":
        return day.day == length
    if item.startswith("L-"):
        return day.day == length - int(item[2:])
    if item == "LW":
        return day.day == nearest_weekday(day.year, day.month, length)
    if item.endswith("W"):
        return day.day == nearest_weekday(day.year, day.month, int(item[:-1]))
    return day.day in values_of(item, 1, 31, ())


def weekday_item_matches(item, day):
    weekday = (day.weekday() + 1) % 7

    def number(text):
        return WEEKDAYS.index(text.upper()) if text.upper() in WEEKDAYS else int(text) % 7

    if "#" in item:
        name, _, nth = item.partition("#")
        return weekday == number(name) and (day.day + 6) // 7 == int(nth)
    if item.endswith("L"):
        return weekday == number(item[:-1]) and (day + 7 * DAY).month != day.month
    return weekday in {value % 7 for value in values_of(item, 0, 6, WEEKDAYS)}


class Cron:
    def __init__(self, text):
        fields = PRESETS.get(text, text).split()
        if len(fields) == 5:
            fields = ["0"] + fields
        second, minute, self.hour_field, self.day_field, month, self.weekday_field = fields
        self.seconds = sorted(field_values(second, 0, 59))
        self.minutes = sorted(field_values(minute, 0, 59))
        self.hours = sorted(field_values(self.hour_field, 0, 23))
        self.months = field_values(month, 1, 12, MONTHS)
        # An hour field that is `*` or a step.
        self.open_hour = self.hour_field == "*" or (
            "/" in self.hour_field and "," not in self.hour_field)
        self.every_hour = len(self.hours) == 24
        self.times = [timedelta(hours=h, minutes=m, seconds=s)
                      for h in self.hours for m in self.minutes for s in self.seconds]
        self.dates = {}

    def matches_date(self, day):
        if day not in self.dates:
            self.dates[day] = self._matches_date(day)
        return self.dates[day]

    def _matches_date(self, day):
        if day.month not in self.months:
            return False
        by_month = any(day_item_matches(item, day) for item in self.day_field.split(","))
        by_week = any(weekday_item_matches(item, day) for item in self.weekday_field.split(","))
        restricted = [field[0] not in "*?" for field in (self.day_field, self.weekday_field)]
        return (by_month or by_week) if all(restricted) else (by_month and by_week)

    def local_times(self, day):
        """The matching wall times of a date."""
        if not self.matches_date(day):
            return []
        midnight = datetime(day.year, day.month, day.day)
        return [midnight + time for time in self.times]


# ---- Zones -------------------------------------------------------------------------------------


@lru_cache(maxsize=None)
def zone_of(name):
    return ZoneInfo(name)


def readings(local, zone):
    """The instants at which the wall in a zone shows `local`: none, one or two."""
    found = set()
    for fold in (0, 1):
        instant = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None, fold=0) == local:
            found.add(instant)
    return sorted(found)


def offset_at(instant, zone):
    return instant.astimezone(zone).utcoffset()


def first_instant_of_offset(low, high, zone):
    """Between two instants with different offsets: the first second with the later one."""
    wanted = offset_at(high, zone)
    while high - low > SECOND:
        middle = low + timedelta(seconds=(high - low) // SECOND // 2)
        if offset_at(middle, zone) == wanted:
            high = middle
        else:
            low = middle
    return high


def end_of_gap(local, zone):
    """The first instant after the gap that swallows `local`, and the gap's length."""
    # fold=0 reads with the offset before the transition, fold=1 with the one after it.
    before = local.replace(tzinfo=zone, fold=0)
    after = local.replace(tzinfo=zone, fold=1)
    length = after.utcoffset() - before.utcoffset()
    low = after.astimezone(UTC) - SECOND  # with the larger offset: before the transition
    high = before.astimezone(UTC) + SECOND
    return first_instant_of_offset(low, high, zone), length


# ---- The DST rules -----------------------------------------------------------------------------


def instants_of(cron, local, zone, policy):
    """What one matching wall time becomes. Not for Airflow's elapsed time."""
    found = readings(local, zone)
    if policy == "once":
        if cron.open_hour:
            return found
        return [found[0] if found else end_of_gap(local, zone)[0]]
    if found:
        return [found[-1]]
    # Shifted by the gap's length: read with the offset before the gap.
    _, length = end_of_gap(local, zone)
    return [readings(local + length, zone)[-1]]


def ticks_by_wall(cron, zone, policy, after, count):
    """The first ticks after `after`, from the wall times of each date around and behind it, as far
    as LAST_YEAR, and no farther than any date is from the next like it."""
    day = after.astimezone(zone).date() - 3 * DAY
    horizon = timedelta(days=366 * 45)
    end = day + horizon
    found = set()
    while day < end and day.year <= LAST_YEAR:
        known = len(found)
        for local in cron.local_times(day):
            found.update(t for t in instants_of(cron, local, zone, policy) if t > after)
        if known < len(found) < count:
            end = day + horizon
        # Two days more, since what a gap shifts may come after what follows it.
        if len(found) >= count:
            end = min(end, max(day, sorted(found)[count - 1].astimezone(zone).date()) + 4 * DAY)
        day += DAY
    return sorted(found)[:count]


def wall_after(cron, local):
    """The first matching wall time strictly after `local`."""
    day = local.date()
    for _ in range(366 * 45):
        times = cron.local_times(day)
        at = bisect.bisect_right(times, local)
        if at < len(times):
            return times[at]
        day += DAY
    return None


def start_of_chain(cron, zone, after):
    """An instant from which adding elapsed times leads to the schedule's one chain of ticks.

    Elapsed time depends on where one starts only until a tick was due well inside of a stretch of
    constant offset: so two dates that match, with days around both, inside of one stretch. A sparse
    cron has none; then the chain starts in the 19th century, before the zone's first change.
    """
    day = after.astimezone(zone).date() - 2 * DAY
    later = None
    for _ in range(366 * 6):
        if cron.matches_date(day):
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            if later and later - noon >= 4 * DAY:
                probe = noon - 4 * DAY
                offset = offset_at(noon, zone)
                constant = True
                while probe <= later + 4 * DAY:
                    constant = constant and offset_at(probe, zone) == offset
                    probe += timedelta(hours=6)
                if constant and offset_at(later, zone) == offset:
                    return (later - DAY).astimezone(UTC)
                later = noon
            elif not later:
                later = noon
        day -= DAY
    return datetime(1800, 1, 1, tzinfo=UTC)


def ticks_by_elapsed(cron, zone, after, count):
    at = start_of_chain(cron, zone, after)
    found = []
    while len(found) < count:
        local = at.astimezone(zone).replace(tzinfo=None, fold=0)
        following = wall_after(cron, local)
        if following is None:
            break
        at += following - local
        if at > after:
            found.append(at)
    return found


# Ticks behind it are not compared: a leap day's fiftieth is centuries away.
LAST_YEAR = 2070


def expected_ticks(expressions, zone_name, policy, after, count):
    zone = zone_of(zone_name)
    found = set()
    for text in expressions:
        cron = Cron(text)
        if policy == "airflow" and cron.every_hour:
            found.update(ticks_by_elapsed(cron, zone, after, count))
        else:
            found.update(ticks_by_wall(cron, zone, policy, after, count))
    return sorted(found)[:count]
