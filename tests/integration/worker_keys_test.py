"""How workers prove who they are: they join with a token, have a key from then on, and are kept
apart. Needs WEFT_BINARY."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pair import Pair, Refused  # noqa: E402

DAGS = [{"dag_id": "quick", "tasks": [{"task_id": "t", "command": "echo done"}]},
        {"dag_id": "slow", "tasks": [{"task_id": "t", "command": "echo started; sleep 600"}]}]


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class WorkerKeys(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="weft-keys-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.pair = Pair(os.environ["WEFT_BINARY"], folder.name, slots=2)
        self.addCleanup(self.pair.stop)
        self.workers = {}
        self.addCleanup(self.end_workers)
        for dag in DAGS:
            self.pair.put_dag(dag)
        self.pair.start_server()
        self.pair.wait_for_dags(2)

    def end_workers(self):
        for process in self.workers.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                if b"runner" in words and any(w.startswith(bytes(self.folder)) for w in words):
                    os.kill(int(pid), signal.SIGKILL)
            except OSError:
                continue  # it has just ended

    def weft(self, *words, expect=0):
        done = subprocess.run(
            [self.pair.binary, *words], capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "WEFT_SERVER": self.pair.url, "WEFT_TOKEN": self.pair.token})
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout

    def invite(self, *options):
        token = self.weft("workers", "invite", *options).strip()
        self.assertRegex(token, "^weft_join_[0-9a-f]{64}$")
        return token

    def state(self, name):
        return self.folder / f"state-{name}"

    def start(self, name, token=None, token_file=None):
        """A worker of this name; with the token in a file that is there only at its start."""
        command = [self.pair.binary, "worker", "--server", self.pair.url, "--slots", "2", "--state",
                   str(self.state(name)), "--name", name]
        if token is not None:
            token_file = self.folder / f"token-{name}"
            token_file.write_text(token + "\n", encoding="ascii")
        if token_file is not None:
            command += ["--token-file", str(token_file)]
        environment = {k: v for k, v in os.environ.items() if k != "WEFT_TOKEN"}
        with open(self.folder / f"log-{name}", "ab") as log:
            self.workers[name] = subprocess.Popen(  # pylint: disable=consider-using-with
                command, stdout=log, stderr=log, env=environment)
        return self.workers[name]

    def log(self, name):
        return (self.folder / f"log-{name}").read_text(encoding="utf-8")

    def wait_online(self, name):
        """The server knows it, and it has put its key away."""
        self.pair.wait_for(lambda: self.row(name).get("state") == "online", f"{name} online")
        self.pair.wait_for((self.state(name) / "key").exists, f"the key of {name}")

    def row(self, name):
        rows = self.pair.get("/api/v2/workers")["workers"]
        return next((row for row in rows if row["name"] == name), {})

    def key(self, name):
        return (self.state(name) / "key").read_text(encoding="ascii").splitlines()[0]

    def session(self, name):
        return (self.state(name) / "session").read_text(encoding="ascii").strip()

    def worker_call(self, token, method, path, body):
        """The status and the problem's detail of a call of the worker protocol."""
        request = urllib.request.Request(
            f"{self.pair.url}/api/worker/v1{path}", method=method,
            data=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())["detail"]

    def registration(self, name, session="5" * 32, protocol=2):
        return {"protocol": protocol, "name": name, "host": "h", "version": "1", "slots": 1,
                "queues": ["default"], "session": session}

    def finish_a_run(self):
        run = self.pair.trigger("quick")
        self.assertEqual(self.pair.finished("quick", run)["state"], "success")

    def test_a_worker_joins_once_and_has_a_key_from_then_on(self):
        token = self.invite("--once")
        self.start("a", token)
        self.wait_online("a")
        self.finish_a_run()
        self.assertEqual(self.row("a")["key"], "valid")
        self.assertEqual((self.state("a") / "key").stat().st_mode & 0o777, 0o600)
        status, why = self.worker_call(token, "POST", "/register", self.registration("b"))
        self.assertEqual((status, "used already" in why), (401, True), why)
        thief = self.start("b", token)
        self.assertEqual(thief.wait(60), 3)
        self.assertIn("used already, by the worker \"a\"", self.log("b"))
        self.assertEqual(self.row("b"), {})
        self.workers["a"].kill()
        self.workers["a"].wait()
        (self.folder / "token-a").unlink()
        self.start("a")
        self.pair.wait_for(lambda: self.log("a").count("registered with the server") == 2,
                           "a second registration")
        self.finish_a_run()
        self.nothing_shows([token, self.key("a")])

    def nothing_shows(self, secrets):
        """Not in the database, not in a log, not on a command line; a key is in its one file."""
        paths = [p for p in self.folder.rglob("*")
                 if p.is_file() and p.name != "key" and not p.name.startswith("token-")]
        self.assertGreater(len(paths), 5)
        for path in paths:
            content = path.read_bytes()
            for secret in secrets:
                self.assertNotIn(secret.encode(), content, path)
        line = Path(f"/proc/{self.workers['a'].pid}/cmdline").read_bytes()
        for secret in secrets:
            self.assertNotIn(secret.encode(), line)

    def test_a_token_for_some_hours_lets_several_in(self):
        token = self.invite("--hours", "2")
        for name in ("a", "b"):
            self.start(name, token)
        for name in ("a", "b"):
            self.wait_online(name)
        self.assertNotEqual(self.key("a"), self.key("b"))
        listed = json.loads(self.weft("workers", "invites", "-o", "json"))["join_tokens"]
        self.weft("workers", "uninvite", listed[0]["id"])
        self.assertEqual(self.start("c", token).wait(60), 3)

    def test_a_revoked_worker_ends_and_its_name_is_shut(self):
        self.start("a", token_file=self.pair.data / "worker-token")
        self.wait_online("a")
        run = self.pair.trigger("slow")
        self.pair.wait_for(
            lambda: self.pair.task_instances("slow", run)["t"]["state"] == "running", "a start")
        key = self.key("a")
        self.weft("workers", "revoke", "a")
        self.assertEqual(self.workers["a"].wait(60), 3)
        self.assertIn("was revoked", self.log("a"))
        sync = {"session": self.session("a"), "acked": 0, "running": [], "wait_ms": 0}
        self.assertEqual(self.worker_call(key, "POST", "/sync", sync)[0], 401)
        self.assertEqual(self.start("a").wait(60), 3)
        self.assertEqual(
            self.start("a", token_file=self.pair.data / "worker-token").wait(60), 3)
        with self.assertRaises(Refused) as again:
            self.pair.call("DELETE", "/api/v2/workers/a/key")
        self.assertEqual(again.exception.status, 409)
        self.restart_server()
        self.assertEqual(self.worker_call(key, "POST", "/sync", sync)[0], 401)
        self.start("a", self.invite("--name", "a"))
        # It is still called online: it was revoked a moment ago.
        self.pair.wait_for(lambda: self.key("a") != key, "another key")
        self.wait_online("a")
        self.pair.wait_for(
            lambda: self.pair.task_instances("slow", run)["t"]["state"] == "running", "it goes on")
        self.audit_has("create_join_token", "join_worker", "revoke_worker")

    def audit_has(self, *actions):
        entries = self.pair.get("/api/v2/eventLogs?limit=100")["event_logs"]
        for action in actions:
            self.assertIn(action, [entry["event"] for entry in entries])
        told = self.weft("audit", "verify", "--data", str(self.pair.data))
        self.assertIn("the chain is whole", told)

    def restart_server(self):
        self.pair.server.send_signal(signal.SIGTERM)
        self.pair.server.wait(30)
        self.pair.server.stdout.close()
        self.pair.start_server()

    def test_workers_are_kept_apart(self):
        token = self.invite("--hours", "1")
        self.start("b", token)
        self.wait_online("b")
        run = self.pair.trigger("slow")
        self.pair.wait_for(
            lambda: self.pair.task_instances("slow", run)["t"]["state"] == "running", "a start")
        self.start("a", token)
        self.wait_online("a")
        self.forge("a")
        self.restart_server()
        self.pair.wait_for(lambda: self.row("b").get("state") == "online", "b after the restart")
        self.forge("a")
        self.assertEqual(self.pair.task_instances("slow", run)["t"]["state"], "running")

    def forge(self, name):
        """With the key of `name`, and with the token of the file, in the place of b, whose attempt
        is the first."""
        with open(self.pair.data / "worker-token", encoding="ascii") as file:
            file_token = file.read().strip()
        result = {"attempt": 1, "outcome": "success", "exit_code": 0, "started_at": 1, "ended_at": 2}
        other = self.session("b")
        for token in (self.key(name), file_token):
            sync = {"session": other, "acked": 0, "running": [], "wait_ms": 0}
            self.assertEqual(self.worker_call(token, "POST", "/sync", sync)[0], 403)
            results = {"session": other, "acked": 0, "results": [result]}
            self.assertEqual(self.worker_call(token, "POST", "/results", results)[0], 403)
            self.assertEqual(
                self.worker_call(token, "PUT", "/attempts/1/log?offset=0", b"forged\n")[0], 403)
        own = {"session": self.session(name), "acked": 0, "results": [result]}
        status, why = self.worker_call(self.key(name), "POST", "/results", own)
        self.assertEqual((status, "another worker" in why), (403, True), why)
        own["results"][0]["log"] = "2026-01-01T00:00:00Z stdout F forged\n"
        self.assertEqual(self.worker_call(self.key(name), "POST", "/results", own)[0], 403)
        key_of_other = self.registration("b", other)
        self.assertEqual(self.worker_call(self.key(name), "POST", "/register", key_of_other)[0], 403)

    def test_an_old_worker_goes_on_with_the_worker_token(self):
        token = (self.pair.data / "worker-token").read_text(encoding="ascii").strip()
        status, body = self.worker_call(token, "POST", "/register",
                                        self.registration("old", protocol=1))
        self.assertEqual(status, 200)
        self.assertNotIn("key", json.loads(body))
        sync = {"session": "5" * 32, "acked": 0, "running": [], "wait_ms": 0}
        self.assertEqual(self.worker_call(token, "POST", "/sync", sync)[0], 200)
        self.assertEqual(self.row("old")["key"], "none")
        self.restart_server()
        self.assertEqual(self.worker_call(token, "POST", "/sync", sync)[0], 200)

    def test_a_lost_state_folder_needs_the_worker_token_or_an_invitation(self):
        self.start("a", self.invite())
        self.wait_online("a")
        self.workers["a"].kill()
        self.workers["a"].wait()
        self.end_workers()
        shutil.rmtree(self.state("a"))
        self.assertEqual(self.start("a", self.invite()).wait(60), 3)
        self.assertIn("--name", self.log("a"))
        self.start("a", self.invite("--name", "a"))
        self.pair.wait_for(lambda: "registered with the server" in self.log("a").split("--name")[-1],
                           "the worker in its own place")


if __name__ == "__main__":
    unittest.main()
