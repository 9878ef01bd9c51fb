"""The verbs of `weft` that ask a server, against a real one: what they print, and the exit codes
that scripts rely on. Needs WEFT_BINARY."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pair import Pair  # noqa: E402

DAGS = [
    {"dag_id": "good", "params": {"who": {"type": "string", "default": "world"}},
     "tasks": [{"task_id": "greet", "command": "echo \"hello $WEFT_PARAM_who\""}]},
    {"dag_id": "bad", "tasks": [{"task_id": "breaks", "command": "echo no luck; exit 7"},
                                {"task_id": "after", "command": "true", "depends_on": ["breaks"]}]},
    {"dag_id": "maker", "tasks": [{"task_id": "m", "type": "noop", "outlets": ["shop/orders"]}]},
    {"dag_id": "taker", "schedule": {"assets": {"all": ["shop/orders", "shop/customers"]}},
     "tasks": [{"task_id": "t", "type": "noop"}]},
    {"dag_id": "shapes", "task_groups": {"each": {"depends_on": ["list"],
                                                   "expand": {"x": "{{ outputs.list.xs }}"}}},
     "tasks": [{"task_id": "up", "type": "noop"},
               {"task_id": "list", "depends_on": ["up"],
                "command": "echo 'xs:=[\"a\", \"b\"]' > \"$WEFT_OUTPUT\""},
               {"task_id": "load", "group": "each",
                "command": "echo \"y=$WEFT_MAP_x!\" > \"$WEFT_OUTPUT\""},
               {"task_id": "ask", "type": "approval", "depends_on": ["each"],
                "with": {"subject": "Go on?"}},
               {"task_id": "sum", "depends_on": ["ask", "load"],
                "command": ["echo", "{{ outputs.load.y }} by {{ outputs.ask.responded_by }}"]},
               {"task_id": "down", "teardown_of": ["up"], "depends_on": ["sum"], "type": "noop"}]},
    {"dag_id": "caller", "tasks": [{"task_id": "call", "type": "trigger_dag",
                                    "with": {"dag_id": "good"}}]},
    {"dag_id": "stuck", "tasks": [{"task_id": "waits", "command": "true", "queue": "nobody"}]},
]


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weft-client-")
        cls.pair = Pair(os.environ["WEFT_BINARY"], cls.folder.name, slots=2)
        for dag in DAGS:
            cls.pair.put_dag(dag)
        cls.pair.start()
        cls.pair.wait_for_dags(len(DAGS))

    @classmethod
    def tearDownClass(cls):
        cls.pair.stop()
        cls.folder.cleanup()

    def weft(self, *words, expect=0, **environment):
        variables = {**os.environ, "WEFT_SERVER": self.pair.url, "WEFT_TOKEN": self.pair.token,
                     **environment}
        done = subprocess.run([self.pair.binary, *words], capture_output=True, text=True,
                              timeout=120, env=variables, cwd=self.folder.name, check=False)
        self.assertEqual(done.returncode, expect, f"{words}: {done.stdout}{done.stderr}")
        return done

    def json_of(self, *words, **more):
        return json.loads(self.weft(*words, "-o", "json", **more).stdout)

    def test_dags_are_listed_shown_and_paused(self):
        self.assertIn("good", self.weft("dags", "list").stdout)
        names = {dag["dag_id"] for dag in self.json_of("dags", "list")["dags"]}
        self.assertEqual(names, {dag["dag_id"] for dag in DAGS})
        self.weft("dags", "pause", "stuck")
        self.assertTrue(self.json_of("dags", "show", "stuck")["is_paused"])
        self.weft("dags", "unpause", "stuck")
        self.assertFalse(self.json_of("dags", "show", "stuck")["is_paused"])

    def test_a_run_is_triggered_awaited_and_read(self):
        self.weft("runs", "trigger", "good", "--run-id", "one", "--conf", '{"who": "Ada"}', "--wait")
        run = self.json_of("runs", "show", "good", "one")
        self.assertEqual((run["state"], run["triggered_by"]), ("success", "cli"))
        self.assertIn("hello Ada", self.weft("logs", "good", "one", "greet").stdout)
        self.assertIn("success", self.weft("tasks", "list", "good", "one").stdout)
        self.assertIn("one", self.weft("runs", "list", "good").stdout)

    def test_a_mapped_group_an_approval_and_a_teardown(self):
        self.weft("runs", "trigger", "shapes", "--run-id", "m")
        self.pair.wait_for(lambda: "Go on?" in self.weft("approvals", "list").stdout, "the question")
        self.assertIn("approval", self.weft("explain", "shapes", "m", "ask").stdout)
        self.weft("approvals", "answer", "shapes", "m", "ask", "--option", "Perhaps", expect=3)
        self.weft("approvals", "answer", "shapes", "m", "ask", "--option", "Approve")
        self.weft("runs", "wait", "shapes", "m")
        self.assertIn('["a!","b!"] by admin', self.weft("logs", "shapes", "m", "sum").stdout)
        mapped = self.pair.get("/api/v2/dags/shapes/dagRuns/m/taskInstances/load/listMapped")
        self.assertEqual([(ti["map_index"], ti["state"]) for ti in mapped["task_instances"]],
                         [(0, "success"), (1, "success")])
        self.assertIn("down", self.weft("tasks", "list", "shapes", "m").stdout)
        self.assertEqual(self.weft("approvals", "list").stdout.strip(), "none")

    def test_a_run_that_a_task_triggers(self):
        self.weft("runs", "trigger", "caller", "--run-id", "c", "--wait")
        run = self.json_of("runs", "list", "good", "--limit", "100")["dag_runs"]
        self.assertIn("operator", {one["triggered_by"] for one in run})

    def test_a_failed_run_exits_1_and_names_the_task(self):
        self.weft("runs", "trigger", "bad", "--run-id", "sad", "--wait", expect=1)
        self.weft("runs", "wait", "bad", "sad", expect=1)
        shown = self.weft("tasks", "show", "bad", "sad", "breaks").stdout
        self.assertIn("exited with code 7", shown)
        self.assertIn("no luck", self.weft("logs", "bad", "sad", "breaks").stdout)

    def test_what_stands_still_is_explained_and_cancelled(self):
        self.weft("runs", "trigger", "stuck", "--run-id", "s")
        self.pair.wait_for(lambda: self.pair.task_instances("stuck", "s"), "its task")
        self.assertIn("nobody", self.weft("explain", "stuck", "s", "waits").stdout)
        self.weft("runs", "cancel", "stuck", "s")
        self.assertEqual(self.json_of("runs", "show", "stuck", "s")["state"], "failed")

    def test_edits_list_what_they_would_change_and_change_it(self):
        self.weft("runs", "trigger", "bad", "--run-id", "again", "--wait", expect=1)
        listed = self.weft("tasks", "clear", "bad", "again", "--only-failed", "--dry-run").stdout
        self.assertIn("2 task instances would be cleared", listed)
        self.assertIn("after", listed)
        marked = self.weft("tasks", "mark", "bad", "again", "breaks", "success").stdout
        self.assertIn("1 task instance is marked success", marked)
        self.weft("runs", "wait", "bad", "again")
        self.weft("tasks", "mark", "bad", "again", "breaks", "success", expect=3)
        self.assertIn("after", self.weft("tasks", "clear", "bad", "again", "after").stdout)
        self.weft("runs", "wait", "bad", "again")
        self.assertEqual(self.json_of("tasks", "show", "bad", "again", "after")["try_number"], 2)
        self.assertIn("2 task", self.weft("runs", "clear", "bad", "again", "--dry-run").stdout)
        self.weft("runs", "mark", "bad", "again", "failed")
        self.weft("runs", "delete", "bad", "again")
        self.weft("runs", "show", "bad", "again", expect=3)
        self.weft("tasks", "clear", "bad", expect=2)
        self.assertIn("none", self.weft("jobs", "list").stdout)
        self.weft("jobs", "show", "7", expect=3)

    def test_assets_are_listed_made_and_waited_for(self):
        listed = self.weft("assets", "list").stdout
        self.assertIn("shop/orders", listed)
        self.assertIn("taker", listed)
        self.assertIn("maker", self.weft("assets", "materialize", "shop/orders").stdout)
        self.pair.wait_for(lambda: self.json_of("assets", "events")["asset_events"], "the event")
        self.assertIn("shop/customers", self.weft("explain", "taker").stdout)
        self.weft("assets", "emit", "shop/customers", "--extra", '{"rows": 7}')
        self.pair.wait_for(lambda: self.json_of("runs", "list", "taker")["dag_runs"], "the run")
        run = self.json_of("runs", "list", "taker")["dag_runs"][0]
        self.assertEqual(run["run_type"], "asset_triggered")
        self.weft("assets", "emit", "nothing", expect=3)
        self.weft("assets", "emit", "shop/orders", "--extra", "{", expect=2)
        self.assertIn("API", self.weft("assets", "events", "shop/customers").stdout)

    def test_usage_refusals_and_silence_have_their_codes(self):
        self.weft("runs", "trigger", expect=2)
        self.weft("runs", "trigger", "good", "--conf", "{", expect=2)
        self.weft("runs", "trigger", "good", "--logical-date", "yesterday", expect=2)
        self.assertIn("nowhere", self.weft("runs", "trigger", "nowhere", expect=3).stderr)
        self.assertIn("who", self.weft("runs", "trigger", "good", "--conf", '{"who": 1}',
                                       expect=3).stderr)
        self.assertIn("token", self.weft("dags", "list", expect=3, WEFT_TOKEN="wrong").stderr)
        with socket.socket() as closed:  # bound, not listening: nobody answers there
            closed.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{closed.getsockname()[1]}"
            self.assertIn(url, self.weft("dags", "list", expect=4, WEFT_SERVER=url).stderr)
        self.weft("runs", "trigger", "good", "--run-id", "twice")
        self.assertIn("twice", self.weft("runs", "trigger", "good", "--run-id", "twice",
                                         expect=3).stderr)


if __name__ == "__main__":
    unittest.main()
