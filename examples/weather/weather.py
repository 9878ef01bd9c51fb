"""The steps of weather_daily: `weather.py extract|check|load|mart|report`.

Each step is a process of its own and finds what it needs in its environment: the day is the start
of the run's data interval, the database stands in the folder of the param data_dir. Every step
may be repeated and leaves the same state behind."""

import csv
import json
import os
import pathlib
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ["date", "precipitation", "temp_max", "temp_min", "wind", "weather"]
KINDS = {"drizzle", "rain", "snow", "sun", "fog"}

SCHEMA = """
CREATE TABLE IF NOT EXISTS daily (
  date TEXT PRIMARY KEY, precipitation REAL NOT NULL, temp_max REAL NOT NULL,
  temp_min REAL NOT NULL, wind REAL NOT NULL, weather TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS monthly (
  month TEXT PRIMARY KEY, days INTEGER NOT NULL, wet_days INTEGER NOT NULL,
  precipitation REAL NOT NULL, temp_max REAL NOT NULL, temp_min REAL NOT NULL,
  mean_temp_max REAL NOT NULL, mean_temp_min REAL NOT NULL, max_wind REAL NOT NULL);
"""

MONTHLY = """
SELECT substr(date, 1, 7), COUNT(*), SUM(precipitation > 0), ROUND(SUM(precipitation), 1),
       MAX(temp_max), MIN(temp_min), ROUND(ROUND(SUM(temp_max), 1) / COUNT(*), 2),
       ROUND(ROUND(SUM(temp_min), 1) / COUNT(*), 2), MAX(wind)
FROM daily WHERE substr(date, 1, 7) = ? GROUP BY 1
"""


def day():
    """The data day: a run is named by the end of its interval, its data are those of the start."""
    return os.environ["WEFT_DATA_INTERVAL_START"][:10]


def data_dir():
    chosen = os.environ.get("WEFT_PARAM_data_dir", "")
    folder = pathlib.Path(chosen or "~/.local/share/weft/weather").expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def staging_file():
    folder = data_dir() / "staging"
    folder.mkdir(exist_ok=True)
    return folder / f"{day()}.json"


def database():
    connection = sqlite3.connect(data_dir() / "weather.db", timeout=30)
    connection.executescript(SCHEMA)
    return connection


def output(**values):
    """Hands values on to the tasks behind: key:=JSON lines in the file that Weft names."""
    if "WEFT_OUTPUT" in os.environ:
        with open(os.environ["WEFT_OUTPUT"], "a", encoding="utf-8") as file:
            for key, value in values.items():
                file.write(f"{key}:={json.dumps(value)}\n")


def extract():
    source = pathlib.Path(os.environ.get("WEATHER_SOURCE") or HERE / "seattle-weather.csv")
    with open(source, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.get("date") == day()]
    target = staging_file()
    partial = target.with_suffix(".partial")
    partial.write_text(json.dumps(rows), encoding="utf-8")
    partial.replace(target)
    print(f"{day()}: {len(rows)} row(s) from {source.name}")
    output(day=day(), rows=len(rows))


def faults(rows):
    """What is wrong with the rows of one day; nothing when they can be loaded."""
    if len(rows) != 1:
        yield f"expected 1 row, found {len(rows)}"
    for row in rows:
        if sorted(map(str, row)) != sorted(COLUMNS):
            yield f"columns are {list(row)}, expected {COLUMNS}"
            continue
        numbers = {}
        for column in COLUMNS[1:5]:
            try:
                numbers[column] = float(row[column])
            except (TypeError, ValueError):
                yield f"{column} is {row[column]!r}, no number"
        if len(numbers) == 4:
            if not 0 <= numbers["precipitation"] <= 500:
                yield f"precipitation {numbers['precipitation']} is not within 0 … 500 mm"
            if not -60 <= numbers["temp_min"] <= numbers["temp_max"] <= 60:
                yield f"temperatures {numbers['temp_min']} … {numbers['temp_max']} make no sense"
            if not 0 <= numbers["wind"] <= 120:
                yield f"wind {numbers['wind']} is not within 0 … 120"
        if row["weather"] not in KINDS:
            yield f"weather is {row['weather']!r}, none of {sorted(KINDS)}"


def check():
    found = list(faults(json.loads(staging_file().read_text(encoding="utf-8"))))
    for fault in found:
        print(f"{day()}: {fault}", file=sys.stderr)
    if found:
        sys.exit(1)
    print(f"{day()}: the row is good")


def load():
    rows = json.loads(staging_file().read_text(encoding="utf-8"))
    values = [[row["date"], *(float(row[c]) for c in COLUMNS[1:5]), row["weather"]] for row in rows]
    connection = database()
    with connection:
        connection.executemany("INSERT OR REPLACE INTO daily VALUES (?, ?, ?, ?, ?, ?)", values)
    print(f"{day()}: loaded {len(values)} row(s)")


def mart():
    month = day()[:7]
    connection = database()
    with connection:
        connection.execute("DELETE FROM monthly WHERE month = ?", [month])
        connection.execute(f"INSERT INTO monthly {MONTHLY}", [month])
    days = connection.execute("SELECT days FROM monthly WHERE month = ?", [month]).fetchone()[0]
    print(f"{month}: {days} day(s) in the mart")
    output(month=month, days=days)


def report():
    month = day()[:7]
    cursor = database().execute("SELECT * FROM monthly WHERE month = ?", [month])
    names, row = [column[0] for column in cursor.description], cursor.fetchone()
    text = f"# Weather of Seattle, {month}\n\n| | |\n|---|---|\n"
    text += "".join(f"| {name} | {value} |\n" for name, value in zip(names[1:], row[1:]))
    folder = data_dir() / "reports"
    folder.mkdir(exist_ok=True)
    (folder / f"{month}.md").write_text(text, encoding="utf-8")
    print(text)


STEPS = {step.__name__: step for step in (extract, check, load, mart, report)}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        sys.exit(f"usage: weather.py {'|'.join(STEPS)}")
    STEPS[sys.argv[1]]()
