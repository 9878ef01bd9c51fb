"""Random questions for cron_oracle.py: expressions, zone, policy, and the instant to start from.
Half of them sit on a day on which the zone's clocks change: that is where the errors are."""

import os
import random
from datetime import datetime, timedelta
from functools import lru_cache

from cron_rules import (DAY, MONTHS, PRESETS, UTC, WEEKDAYS, first_instant_of_offset, offset_at,
                        zone_of)


def zone_names():
    """The zones of the system, from tzdata's index."""
    folder = os.environ.get("TZDIR", "/usr/share/zoneinfo")
    names = []
    with open(os.path.join(folder, "tzdata.zi"), encoding="ascii") as index:
        for line in index:
            words = line.split()
            if words and words[0] in ("Z", "L"):
                names.append(words[1] if words[0] == "Z" else words[2])
    return sorted(names)


TROUBLESOME = [
    "Australia/Lord_Howe", "Africa/Casablanca", "America/Havana", "Europe/Brussels",
    "America/New_York", "Asia/Beirut", "America/Santiago", "Africa/Cairo", "Asia/Gaza",
    "Europe/Dublin", "America/Asuncion", "Antarctica/Troll", "America/Nuuk", "Asia/Kathmandu",
]


def random_field(rng, low, high, names=(), stars=0.4):
    def value():
        number = rng.randint(low, high)
        return rng.choice(names) if names and rng.random() < 0.3 else str(number)

    roll = rng.random()
    if roll < stars:
        return "*"
    if roll < stars + 0.12:
        return f"*/{rng.randint(1, high - low + 1)}"
    if roll < stars + 0.18:
        return f"{rng.randint(low, high)}/{rng.randint(1, high - low + 1)}"
    items = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        first, last = sorted((rng.randint(low, high), rng.randint(low, high)))
        kind = rng.random()
        if kind < 0.65:
            items.append(value())
        elif kind < 0.85:
            items.append(f"{first}-{last}")
        else:
            items.append(f"{first}-{last}/{rng.randint(1, 5)}")
    return ",".join(items)


def random_days(rng):
    if rng.random() < 0.3:
        items = ["L", "LW", f"L-{rng.randint(0, 12)}", f"{rng.randint(1, 31)}W",
                 str(rng.randint(1, 31))]
        return ",".join(rng.sample(items, rng.choice((1, 1, 2))))
    return rng.choice(("?", "*")) if rng.random() < 0.5 else random_field(rng, 1, 31, (), 0.2)


def random_weekdays(rng):
    if rng.random() < 0.3:
        items = [f"{rng.randint(0, 7)}L", f"{rng.choice(WEEKDAYS)}L",
                 f"{rng.randint(0, 7)}#{rng.randint(1, 5)}",
                 f"{rng.choice(WEEKDAYS).lower()}#{rng.randint(1, 5)}", rng.choice(WEEKDAYS)]
        return ",".join(rng.sample(items, rng.choice((1, 1, 2))))
    return random_field(rng, 0, 6, WEEKDAYS, 0.6)


def random_expression(rng):
    if rng.random() < 0.05:
        return rng.choice(sorted(PRESETS))
    fields = [random_field(rng, 0, 59, (), 0.1)]
    # Hours at which clocks change are the ones that matter.
    fields.append(random_field(rng, 0, 3) if rng.random() < 0.4 else random_field(rng, 0, 23))
    fields.append(random_days(rng))
    fields.append(random_field(rng, 1, 12, MONTHS, 0.75))
    fields.append(random_weekdays(rng))
    if rng.random() < 0.1:
        fields.insert(0, str(rng.randint(0, 59)) if rng.random() < 0.5 else "*/20")
    return " ".join(fields)


@lru_cache(maxsize=None)
def changes_of(zone_name):
    """The days of 2020 to 2045 on which a zone's offset changes."""
    zone = zone_of(zone_name)
    found = []
    at = datetime(2020, 1, 1, tzinfo=UTC)
    while at.year < 2045:
        if offset_at(at, zone) != offset_at(at + DAY, zone):
            found.append(at)
        at += DAY
    return found


def random_after(rng, zone_name):
    changes = changes_of(zone_name)
    if changes and rng.random() < 0.5:
        seconds = rng.randint(-2 * 86400, 2 * 86400)
        return rng.choice(changes) + timedelta(seconds=seconds)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    return start + timedelta(seconds=rng.randint(0, 25 * 365 * 86400))


def question_at_a_change(rng, zone_name):
    """An expression whose hours are those that a change skips or repeats, asked just before it."""
    zone = zone_of(zone_name)
    day = rng.choice(changes_of(zone_name))
    change = first_instant_of_offset(day, day + DAY, zone)
    hours = sorted({(change + timedelta(hours=h)).astimezone(zone).hour for h in (-2, -1, 0, 1)})
    low, high = hours[0], min(23, hours[0] + 4)
    hour = rng.choice(("*", "*", f"*/{rng.randint(1, 4)}", f"{low}-{high}",
                       f"{low}-{high}/{rng.randint(1, 2)}", f"{low}/{rng.randint(1, 3)}",
                       ",".join(str(h) for h in rng.sample(hours, rng.randint(1, len(hours)))),
                       str(rng.choice(hours))))
    minute = rng.choice((random_field(rng, 0, 59, (), 0.05), "0", "*/30", "15,45", "40"))
    local = change.astimezone(zone)
    days = rng.choice(("* * *", "* * *", f"{local.day} {local.month} *", "* * 0,1",
                       f"{(local + DAY).day} * *", "* * 1-5", "L * *"))
    after = change + timedelta(seconds=rng.choice((rng.randint(-7200, 7200),
                                                   rng.randint(-86400, 7200), 0, -1)))
    return [f"{minute} {hour} {days}"], zone_name, rng.choice(("once", "airflow")), after


def random_question(seed, number, zones):
    rng = random.Random(seed * 1_000_003 + number)
    zone = rng.choice(TROUBLESOME) if rng.random() < 0.5 else rng.choice(zones)
    if rng.random() < 0.5 and changes_of(zone):
        return question_at_a_change(rng, zone)
    expressions = [random_expression(rng)]
    if rng.random() < 0.1:
        expressions.append(random_expression(rng))
    policy = rng.choice(("once", "airflow"))
    return expressions, zone, policy, random_after(rng, zone)
