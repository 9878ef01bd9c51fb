"""The steps of weather_daily without a server: a whole year, done twice, and bad rows."""

import contextlib
import datetime
import hashlib
import importlib.util
import io
import os
import pathlib
import re
import sqlite3
import sys
import tempfile
import unittest
from unittest import mock

import check_mart

sys.dont_write_bytecode = True  # the examples are embedded as they stand
WEATHER = check_mart.CSV.parent


def load_module():
    spec = importlib.util.spec_from_file_location("weather", WEATHER / "weather.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


weather = load_module()


class Pipeline(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_step(self, step, day, **environment):
        environment = {"WEFT_PARAM_data_dir": str(self.path),
                       "WEFT_DATA_INTERVAL_START": f"{day}T00:00:00+00:00",
                       "WEFT_OUTPUT": str(self.path / "output"), **environment}
        with mock.patch.dict(os.environ, environment), \
                contextlib.redirect_stdout(io.StringIO()), \
                contextlib.redirect_stderr(io.StringIO()) as errors:
            try:
                weather.STEPS[step]()
            except SystemExit as end:
                return end.code, errors.getvalue()
        return 0, errors.getvalue()

    def run_day(self, day):
        for step in ("extract", "check", "load", "mart", "report"):
            self.assertEqual(self.run_step(step, day), (0, ""), (step, day))

    def days(self, count):
        first = datetime.date(2012, 1, 1)
        return [(first + datetime.timedelta(days=n)).isoformat() for n in range(count)]

    def test_a_year_gives_the_mart_of_one_query(self):
        for day in self.days(366):
            self.run_day(day)
        self.assertEqual(list(check_mart.differences(self.path)), [])
        self.assertEqual(len(list((self.path / "reports").iterdir())), 12)

    def test_the_comparison_can_fail(self):
        for day in self.days(31):
            self.run_day(day)
        self.assertEqual(list(check_mart.differences(self.path, "2012-02-01")), [])
        with contextlib.closing(sqlite3.connect(self.path / "weather.db")) as connection:
            with connection:
                connection.execute("UPDATE monthly SET precipitation = precipitation + 0.1")
        self.assertEqual(len(list(check_mart.differences(self.path, "2012-02-01"))), 1)

    def test_a_day_done_twice_changes_nothing(self):
        def dump():
            with contextlib.closing(sqlite3.connect(self.path / "weather.db")) as connection:
                return list(connection.iterdump())

        self.run_day("2012-01-01")
        once = dump()
        self.run_day("2012-01-01")
        self.assertEqual(dump(), once)

    def test_bad_rows_fail(self):
        head, good = "date,precipitation,temp_max,temp_min,wind,weather\n", "1.0,9.0,2.0,3.0,rain\n"
        bad = {"found 0": head,
               "found 2": head + f"2012-01-01,{good}" * 2,
               "no number": head + "2012-01-01,wet,9.0,2.0,3.0,rain\n",
               "make no sense": head + "2012-01-01,1.0,2.0,9.0,3.0,rain\n",
               "none of": head + "2012-01-01,1.0,9.0,2.0,3.0,hail\n",
               "columns": head + "2012-01-01,1.0,9.0,2.0,3.0,rain,more\n",
               "precipitation": head + "2012-01-01,-1.0,9.0,2.0,3.0,rain\n"}
        for message, text in bad.items():
            source = self.path / "source.csv"
            source.write_text(text)
            self.assertEqual(
                self.run_step("extract", "2012-01-01", WEATHER_SOURCE=str(source)), (0, ""))
            code, errors = self.run_step("check", "2012-01-01")
            self.assertEqual(code, 1, message)
            self.assertIn(message, errors)

    def test_the_file_is_the_one_that_is_described(self):
        told = re.search(r"SHA-256: `(\w+)`", (WEATHER / "SOURCE.md").read_text())
        self.assertEqual(told.group(1), hashlib.sha256(check_mart.CSV.read_bytes()).hexdigest())


if __name__ == "__main__":
    unittest.main()
