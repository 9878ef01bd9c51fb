"""Compares the mart that weather_daily left in a folder with what one SQL query over the CSV
gives: `check_mart.py DATA_DIR [--before DAY]`. Exits 1 and names the months that differ."""

import argparse
import csv
import pathlib
import sqlite3
import sys

CSV = pathlib.Path(__file__).resolve().parents[3] / "examples/weather/seattle-weather.csv"

QUERY = """
SELECT strftime('%Y-%m', date) AS month, COUNT(*),
       COUNT(CASE WHEN CAST(precipitation AS REAL) > 0 THEN 1 END),
       ROUND(TOTAL(CAST(precipitation AS REAL)), 1),
       MAX(CAST(temp_max AS REAL)), MIN(CAST(temp_min AS REAL)),
       ROUND(ROUND(TOTAL(CAST(temp_max AS REAL)), 1) / COUNT(*), 2),
       ROUND(ROUND(TOTAL(CAST(temp_min AS REAL)), 1) / COUNT(*), 2),
       MAX(CAST(wind AS REAL))
FROM source WHERE date >= '2012-01-01' AND date < ? GROUP BY month ORDER BY month
"""


def expected(before):
    """The mart over the days of the CSV from 2012-01-01 to the day before `before`."""
    connection = sqlite3.connect(":memory:")
    with open(CSV, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    connection.execute(f"CREATE TABLE source ({', '.join(rows[0])})")
    marks = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO source VALUES ({marks})", rows[1:])
    return connection.execute(QUERY, [before]).fetchall()


def differences(folder, before="2013-01-01"):
    """Words about each month that is missing, too many or different; empty when all is equal."""
    connection = sqlite3.connect(f"file:{pathlib.Path(folder) / 'weather.db'}?mode=ro", uri=True)
    found = {row[0]: row for row in connection.execute("SELECT * FROM monthly")}
    wanted = {row[0]: row for row in expected(before)}
    for month in sorted(found.keys() | wanted.keys()):
        if found.get(month) != wanted.get(month):
            yield f"{month}: the mart has {found.get(month)}, the CSV gives {wanted.get(month)}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data_dir")
    parser.add_argument("--before", default="2013-01-01", help="first day that is not loaded")
    options = parser.parse_args()
    found = list(differences(options.data_dir, options.before))
    print("\n".join(found) or f"the mart equals the CSV ({len(expected(options.before))} months)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
