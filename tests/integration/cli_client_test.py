"""The verbs of `weft` that ask a server, against a real one: what they print, and the exit codes
that scripts rely on. Needs WEFT_BINARY."""

import json
import os
import pty
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pair import Pair  # noqa: E402

try:
    import yaml
except ImportError:
    yaml = None

# What `bash` is made to complete: it loads the script and calls its function, as readline would.
COMPLETE = """
source <(weft completion bash)
COMP_LINE=$1; COMP_POINT=${#1}; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_weft
printf '%s\\n' "${COMPREPLY[@]}"
"""

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

    def environment(self, **more):
        return {**os.environ, "XDG_CONFIG_HOME": str(Path(self.folder.name, "config")),
                "WEFT_SERVER": self.pair.url, "WEFT_TOKEN": self.pair.token, **more}

    def weft(self, *words, expect=0, stdin="", **environment):
        done = subprocess.run([self.pair.binary, *words], capture_output=True, text=True,
                              input=stdin, timeout=120, env=self.environment(**environment),
                              cwd=self.folder.name, check=False)
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

    def test_any_call_of_the_api(self):
        self.assertEqual(json.loads(self.weft("api", "GET", "/dags/good").stdout)["dag_id"], "good")
        self.assertEqual(self.weft("api", "get", "api/v2/dags/good").stdout,
                         self.weft("api", "GET", "/api/v2/dags/good").stdout)
        self.weft("api", "PATCH", "/dags/stuck", "--data", '{"is_paused": true}')
        self.assertTrue(self.json_of("api", "GET", "/dags/stuck")["is_paused"])
        body = Path(self.folder.name, "body.json")
        body.write_text('{"is_paused": false}', encoding="utf-8")
        self.weft("api", "PATCH", "/dags/stuck", "--data", f"@{body}")
        self.assertFalse(self.json_of("dags", "show", "stuck")["is_paused"])
        again = ("api", "POST", "/dags/good/dagRuns", "--data", "-", "-H", "Idempotency-Key: k7")
        runs = [json.loads(self.weft(*again, stdin='{"logical_date": null}').stdout)["dag_run_id"]
                for _ in range(2)]
        self.assertEqual(runs[0], runs[1])
        head, _, rest = self.weft("api", "GET", "/version", "-i").stdout.partition("\n\n")
        self.assertIn("HTTP/1.1 200", head)
        self.assertIn("version", json.loads(rest))
        refused = self.weft("api", "GET", "/dags/nowhere", expect=3)
        self.assertEqual(refused.stdout, "")
        self.assertIn("nowhere", refused.stderr)
        self.weft("api", "GET", "http://elsewhere.example.com/dags", expect=2)
        self.weft("api", "POST", "/dags", "--data", "@missing", expect=2)
        self.weft("api", "GET", "/dags", "-H", "nonsense", expect=2)
        self.weft("api", "BREW", "/dags", expect=2)

    def test_the_audit_is_listed(self):
        self.weft("dags", "pause", "taker")
        self.weft("dags", "unpause", "taker")
        listed = self.weft("audit", "list", "--dag", "taker").stdout.splitlines()
        self.assertRegex(listed[1], r"Z +admin +127\.0\.0\.1 +unpause +taker$")
        found = self.json_of("audit", "list", "--user", "admin", "--action", "pause",
                             "--dag", "taker", "--since", "2000-01-01")["audit_logs"]
        self.assertEqual([entry["action"] for entry in found], ["pause"])
        self.assertEqual(self.weft("audit", "list", "--until", "2000-01-01").stdout, "none\n")

    def test_pools_and_workers(self):
        self.weft("pools", "set", "etl", "3")
        self.weft("pools", "set", "etl", "5", "--description", "nightly")
        shown = self.json_of("pools", "show", "etl")
        self.assertEqual((shown["slots"], shown["description"]), (5, "nightly"))
        self.assertIn("etl", self.weft("pools", "list").stdout)
        self.weft("pools", "set", "etl", "-1")
        self.assertEqual(self.json_of("pools", "show", "etl")["open_slots"], -1)
        self.weft("pools", "set", "etl", "-2", expect=2)
        self.weft("pools", "delete", "etl")
        self.weft("pools", "show", "etl", expect=3)
        self.assertIn("w", self.weft("workers", "list").stdout)
        self.assertEqual([one["name"] for one in self.json_of("workers", "list")["workers"]], ["w"])
        self.assertIn("runs nothing", self.weft("workers", "drain", "w", "--wait").stdout)
        self.assertEqual(self.json_of("workers", "list")["workers"][0]["state"], "draining")
        self.assertIn("gets work again", self.weft("workers", "undrain", "w").stdout)
        self.assertEqual(self.json_of("workers", "list")["workers"][0]["state"], "online")
        self.weft("workers", "drain", "nobody", expect=3)

    @unittest.skipUnless(yaml, "the Python package yaml is not installed")
    def test_yaml_says_what_json_says(self):
        values = ["", " a ", "yes", "No", "null", "~", "1", "1e3", "1_000", "0x1F", "12:30:45", "-",
                  "2026-01-31", "a: b", "a #b", "- x", "line\nline\n", "tab\t", "\x1b[2J", "'", '"',
                  "\\", "{}", "[]", "&a", "*a", "!a", "|", ">", "%", "@", "`", "---", "...", "=",
                  "<<", "Gr\u00f6\u00dfe \U0001f600", "\u0085\u2028\ufeff", "a:b", "a:"]
        conf = {"who": "x", "odd": values, "keys": {text: [{text: [[]]}] for text in values},
                "numbers": [0, -1, 1e30, 0.1, 2**53], "none": None, "no": False, "empty": {}}
        self.weft("runs", "trigger", "maker", "--run-id", "odd", "--conf", json.dumps(conf))
        shown = ("api", "GET", "/dags/maker/dagRuns/odd")
        text = self.weft(*shown, "-o", "yaml").stdout
        self.assertEqual(yaml.safe_load(text)["conf"], conf)
        for words in (("dags", "list"), ("dags", "show", "good"), ("tasks", "list", "shapes")):
            self.assertEqual(yaml.safe_load(self.weft(*words, "-o", "yaml").stdout),
                             self.json_of(*words))

    def watched(self, *words, lines, mark):
        """The first lines of a verb that is watched, up to the second one which begins with `mark`."""
        with subprocess.Popen([self.pair.binary, *words], stdout=subprocess.PIPE, text=True,
                              env=self.environment(), cwd=self.folder.name) as process:
            seen = []
            while len(seen) < lines and sum(line.startswith(mark) for line in seen) < 2:
                seen.append(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            self.assertEqual(process.wait(30), -signal.SIGINT)
        return seen

    def test_what_is_watched_is_printed_again(self):
        seen = self.watched("workers", "list", "--watch", "0.2", lines=10, mark="WORKER")
        self.assertEqual(seen[2], "\n")
        self.assertEqual(seen[0], seen[3])
        documents = self.watched("dags", "show", "good", "--watch=0.2", "-o", "json", lines=3,
                                 mark="{")
        self.assertEqual([json.loads(one)["dag_id"] for one in documents], ["good", "good"])
        seen = self.watched("dags", "show", "good", "--watch", "-o", "yaml", lines=200, mark="---")
        self.assertEqual((seen[0], seen[-1]), ("---\n", "---\n"))
        self.weft("dags", "show", "nowhere", "--watch", expect=3)
        self.weft("dags", "list", "--watch", "0", expect=2)

    def test_a_terminal_is_drawn_over(self):
        ours, theirs = pty.openpty()
        with subprocess.Popen([self.pair.binary, "workers", "list", "--watch=0.1"], stdout=theirs,
                              env=self.environment(), cwd=self.folder.name) as process:
            os.close(theirs)
            drawn = b""
            while drawn.count(b"\x1b[H\x1b[2JWORKER") < 2:
                drawn += os.read(ours, 4096)
            process.send_signal(signal.SIGINT)
        os.close(ours)

    def test_contexts_name_servers_and_keep_tokens_to_themselves(self):
        home = Path(self.folder.name, "contexts")
        mine = {"XDG_CONFIG_HOME": str(home), "WEFT_SERVER": "", "WEFT_TOKEN": "",
                "WEFT_CONTEXT": ""}
        token = self.pair.token
        said = [self.weft("context", "list", **mine),
                self.weft("context", "add", "live", "--server", self.pair.url, "--token-stdin",
                          stdin=token + "\n", **mine),
                self.weft("context", "add", "file", "--server", self.pair.url, "--token-file",
                          "data/admin-token", **mine),
                self.weft("context", "add", "wrong", "--server", self.pair.url, "--token", "no",
                          **mine)]
        self.assertEqual(said[0].stdout, "none\n")
        self.assertIn("admin", self.weft("whoami", **mine).stdout)
        self.assertIn("admin", self.weft("whoami", "--context", "file", **mine).stdout)
        self.weft("whoami", "--context", "wrong", expect=3, **mine)
        self.weft("whoami", expect=3, **{**mine, "WEFT_CONTEXT": "wrong"})
        self.weft("whoami", "--context", "wrong", **{**mine, "WEFT_TOKEN": token})
        self.weft("whoami", "--context", "none", expect=2, **mine)
        self.weft("whoami", "--context", "live", expect=2, **{**mine, "WEFT_SERVER": "http://x:1"})
        self.weft("context", "add", "live", "--server", self.pair.url, expect=2, **mine)
        self.weft("context", "add", "bad", "--server", "ftp://x", expect=2, **mine)
        self.weft("context", "add", "bad", "--server", "http://me:pw@x", expect=2, **mine)
        said += [self.weft("context", "use", "wrong", **mine)]
        self.weft("whoami", expect=3, **mine)
        said += [self.weft("context", *words, "-o", form, **mine)
                 for words in (("list",), ("show",), ("show", "live"))
                 for form in ("table", "json", "yaml")]
        listed = json.loads(self.weft("context", "list", "-o", "json", **mine).stdout)["contexts"]
        self.assertEqual([(one["name"], one["current"]) for one in listed],
                         [("file", False), ("live", False), ("wrong", True)])
        said += [self.weft("context", "remove", "wrong", **mine)]
        self.weft("context", "show", expect=1, **mine)
        self.assertNotIn(token, "".join(one.stdout + one.stderr for one in said))
        config = home / "weft" / "config.json"
        self.assertEqual(stat.S_IMODE(config.stat().st_mode), 0o600)
        self.assertEqual(list(config.parent.iterdir()), [config])
        config.write_text("{", encoding="utf-8")
        self.assertIn(str(config), self.weft("whoami", expect=2, **mine).stderr)

    def completed(self, *words, **environment):
        """What bash offers for the last word. It cuts words at : and =, as readline does."""
        cut = []
        for word in words:
            cut += re.findall(r"[:=]+|[^:=]+", word) or [""]
        binaries = Path(self.folder.name, "bin")
        binaries.mkdir(exist_ok=True)
        if not (binaries / "weft").exists():
            (binaries / "weft").symlink_to(self.pair.binary)
        done = subprocess.run(
            ["bash", "--norc", "-c", COMPLETE, "bash", " ".join(words), *cut], capture_output=True,
            text=True, timeout=60, check=False, cwd=self.folder.name,
            env=self.environment(PATH=f"{binaries}:{os.environ['PATH']}", **environment))
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    @unittest.skipUnless(shutil.which("bash"), "there is no bash here")
    def test_bash_completes_verbs_options_and_ids(self):
        self.assertLessEqual({"dags", "runs", "context", "api", "validate"},
                             self.completed("weft", ""))
        self.assertNotIn("runner", self.completed("weft", "run"))
        self.assertEqual(self.completed("weft", "runs", "tr"), {"trigger"})
        self.assertEqual(self.completed("weft", "runs", "list", "--wa"), {"--watch"})
        self.assertLessEqual({"--limit", "--state", "--context"},
                             self.completed("weft", "runs", "list", "--"))
        self.assertEqual(self.completed("weft", "dags", "list", "-o", ""),
                         {"table", "json", "yaml"})
        self.assertEqual(self.completed("weft", "dags", "list", "--output=y"), {"yaml"})
        self.assertEqual(self.completed("weft", "dags", "show", "s"), {"shapes", "stuck"})
        self.assertEqual(self.completed("weft", "runs", "list", "--watch", "goo"), {"good"})
        run = self.pair.trigger("good")
        self.assertIn(":", run)
        self.assertEqual(self.completed("weft", "runs", "show", "good", run[:-2]),
                         {run.rpartition(":")[2]})
        self.assertEqual(self.completed("weft", "tasks", "show", "bad", run, "b"), {"breaks"})
        Path(self.folder.name, "two.dag.json").touch()
        self.assertIn("two.dag.json", self.completed("weft", "validate", "tw"))
        self.weft("context", "add", "far", "--server", "http://far.example.com",
                  XDG_CONFIG_HOME=self.folder.name)
        self.assertEqual(self.completed("weft", "dags", "list", "--context", "",
                                        XDG_CONFIG_HOME=self.folder.name), {"far"})

    @unittest.skipUnless(shutil.which("bash"), "there is no bash here")
    def test_a_server_that_says_nothing_holds_no_completion_up(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            started = time.monotonic()
            self.assertEqual(self.completed("weft", "dags", "show", "", WEFT_SERVER=url), set())
            self.assertLess(time.monotonic() - started, 10)


if __name__ == "__main__":
    unittest.main()
