#!/usr/bin/env python3
"""The verbs of `weft` that need no server, through the binary.

Usage: cli_offline.py WEFT EXAMPLES
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest

WEFT, EXAMPLES = sys.argv[1:3]


def weft(*arguments, folder=None):
    return subprocess.run([WEFT, *arguments], capture_output=True, text=True, timeout=60,
                          cwd=folder, check=False)


class Offline(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="weft-cli-")
        self.addCleanup(self.folder.cleanup)
        self.path = self.folder.name

    def write(self, name, dag):
        path = os.path.join(self.path, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(dag if isinstance(dag, str) else json.dumps(dag))
        return path

    def example(self, name):
        return os.path.join(EXAMPLES, name)

    def test_usage(self):
        self.assertEqual(weft().returncode, 2)
        self.assertEqual(weft("nonsense").returncode, 2)
        self.assertEqual(weft("run").returncode, 2)
        self.assertEqual(weft("--help").returncode, 0)

    def test_a_verb_that_does_not_exist_is_named(self):
        for words, told in (
                (("dags", "lst"), 'weft dags has no verb "lst" (did you mean "list"?)'),
                (("dogs", "list"), 'weft has no verb "dogs" (did you mean "dags"?)')):
            done = weft(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(told, done.stderr)
        self.assertIn("subcommand is required", weft("dags").stderr)
        self.assertNotIn("no verb", weft("dags", "list", "--nothing").stderr)

    def test_init_writes_what_validates_and_runs(self):
        done = weft("init", "new", folder=self.path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(weft("validate", "new", folder=self.path).stdout, "")
        ran = weft("run", "new/hello.dag.json", "--param", "name=Ada", "--logs", "all",
                   folder=self.path)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("Hello, Ada!", ran.stdout)
        again = weft("init", "new", folder=self.path)
        self.assertEqual(again.returncode, 2)
        self.assertIn("is there already", again.stderr)

    def test_validate_names_line_and_column(self):
        path = self.write("bad.dag.json", '{"tasks": [\n  {"task_id": "a", "comand": "true"}]}')
        found = weft("validate", path)
        self.assertEqual(found.returncode, 1)
        self.assertRegex(found.stdout, r"bad\.dag\.json:2:\d+: .*comand")
        self.assertEqual(weft("validate", EXAMPLES).returncode, 0)
        self.assertEqual(weft("run", path).returncode, 2)

    def test_validate_finds_cycles_of_assets_over_all_its_paths(self):
        def flow(name, waits, makes):
            return self.write(name, {"schedule": {"assets": {"any": [waits]}}, "tasks": [
                {"task_id": "t", "type": "noop", "outlets": [makes]}]})
        first, second = flow("a.dag.json", "y", "x"), flow("b.dag.json", "x", "y")
        self.assertEqual(weft("validate", first).returncode, 0)
        found = weft("validate", second, first)
        self.assertEqual(found.returncode, 1)
        self.assertRegex(found.stdout, r"^\S+a\.dag\.json:1:14: schedule: asset cycle "
                                       r"a -\(x\)-> b -\(y\)-> a: ")
        self.assertEqual(found.stdout.count("\n"), 1)

    def test_next(self):
        found = weft("next", self.example("weather/weather_daily.dag.json"), "-n", "2",
                     "--after", "2012-12-30T12:00:00+00:00", "-o", "json")
        self.assertEqual(found.returncode, 0, found.stderr)
        runs = json.loads(found.stdout)
        self.assertEqual(runs[0], {"logical_date": "2012-12-31T00:00:00Z",
                                   "data_interval_start": "2012-12-30T00:00:00Z",
                                   "data_interval_end": "2012-12-31T00:00:00Z",
                                   "run_after": "2012-12-31T00:00:00Z"})
        self.assertEqual(len(runs), 2)
        found = weft("next", self.example("weather/weather_daily.dag.json"), "-n", "1",
                     "--after", "2012-12-30T12:00:00+00:00", "-o", "yaml")
        self.assertEqual(found.stdout, '- data_interval_end: "2012-12-31T00:00:00Z"\n'
                                       '  data_interval_start: "2012-12-30T00:00:00Z"\n'
                                       '  logical_date: "2012-12-31T00:00:00Z"\n'
                                       '  run_after: "2012-12-31T00:00:00Z"\n')

    def test_render(self):
        found = weft("render", self.example("fails_on_purpose.dag.json"), "check_stock",
                     "--upstream", "count_stock.counted=7", "-o", "json")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(json.loads(found.stdout)["env"]["COUNTED"], "7")
        self.assertEqual(weft("render", self.example("hello.dag.json"), "nobody").returncode, 2)

    def test_a_failed_run_shows_its_log(self):
        ran = weft("run", self.example("fails_on_purpose.dag.json"))
        self.assertEqual(ran.returncode, 1)
        self.assertIn("not enough: order more", ran.stdout)
        self.assertRegex(ran.stdout, r"publish +upstream_failed")
        self.assertRegex(ran.stdout, r"clean_up +success")

    def test_one_task_alone(self):
        path = self.write("two.dag.json", {"tasks": [
            {"task_id": "a", "command": "false"},
            {"task_id": "b", "command": "echo only me", "depends_on": ["a"]}]})
        ran = weft("run", path, "--task", "b", "--logs", "all")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertIn("only me", ran.stdout)
        self.assertNotIn("  a  ", ran.stdout)
        self.assertEqual(weft("run", path, "--task", "c").returncode, 2)

    def test_the_data_interval_of_a_date(self):
        path = self.write("daily.dag.json", {"schedule": "@daily", "catchup": "all",
                                             "start_date": "2026-01-01", "tasks": [
            {"task_id": "a", "command": "echo $WEFT_DATA_INTERVAL_START"}]})
        ran = weft("run", path, "--date", "2026-03-02", "--logs", "all")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertEqual(ran.stdout.count("2026-03-01T00:00:00+00:00"), 1, ran.stdout)

    def test_an_interrupt_cancels(self):
        path = self.write("long.dag.json", {"tasks": [
            {"task_id": "a", "command": "exec sleep 600"},
            {"task_id": "b", "command": "true", "depends_on": ["a"]}]})
        with subprocess.Popen([WEFT, "run", path], stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "TMPDIR": self.path}) as run:
            self.assertIn("running", run.stdout.readline())
            run.send_signal(signal.SIGINT)
            rest = run.communicate(timeout=60)[0]
        self.assertEqual(run.returncode, 1)
        self.assertIn("run failed", rest)
        self.assertEqual([name for name in os.listdir(self.path) if "weft-run" in name], [])

    def test_db_check_needs_a_database(self):
        found = weft("db", "check", "--data", self.path)
        self.assertEqual(found.returncode, 2)
        self.assertIn("no database", found.stderr)

    def test_db_clean_names_what_is_wrong(self):
        found = weft("db", "clean", "--data", self.path)
        self.assertEqual(found.returncode, 2)
        self.assertIn("no database", found.stderr)
        found = weft("db", "clean", "--data", self.path, "--runs", "old")
        self.assertEqual(found.returncode, 2)
        self.assertIn("--runs", found.stderr)

    def test_a_server_that_is_not_there(self):
        self.assertEqual(weft("dags", "list", "--server", "http://127.0.0.1:0").returncode, 4)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
