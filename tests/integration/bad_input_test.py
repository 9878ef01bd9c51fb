"""Nonsense from every side: files, requests, workers, a second server. Each gets a clear error,
the server goes on, and what was acknowledged stays. Needs WEFT_BINARY."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pair import Pair, Refused  # noqa: E402


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weft-bad-")
        cls.pair = Pair(os.environ["WEFT_BINARY"], cls.folder.name, slots=2)
        cls.pair.put_dag({"dag_id": "good", "tasks": [{"task_id": "t", "command": "echo fine"}]})
        cls.pair.start()
        cls.pair.wait_for_dags(1)

    @classmethod
    def tearDownClass(cls):
        cls.pair.stop()
        cls.folder.cleanup()

    def tearDown(self):
        run = self.pair.finished("good", self.pair.trigger("good"))
        self.assertEqual(run["state"], "success", "the server goes on")

    def import_error(self, name, text):
        path = self.pair.dags / name
        path.write_text(text, encoding="utf-8")

        def found():
            errors = self.pair.get("/api/v2/importErrors?limit=100")["import_errors"]
            return [e for e in errors if e["filename"].endswith(name)]

        error = self.pair.wait_for(found, f"the import error of {name}", 60)[0]
        path.unlink()
        self.pair.wait_for(lambda: not found(), f"the end of the import error of {name}", 60)
        return error["stack_trace"]

    def refused(self, status, method, path, body=None):
        with self.assertRaises(Refused) as refusal:
            self.pair.call(method, path, body)
        self.assertEqual(refusal.exception.status, status, refusal.exception.problem)
        problem = json.loads(refusal.exception.problem)
        self.assertTrue(problem["detail"], problem)
        return problem

    def test_bad_files_are_quarantined_with_place_and_reason(self):
        cases = {
            "broken.dag.json": ('{"tasks": [', "broken.dag.json:1:"),
            "nested.dag.json": ("[" * 100_000, "nested.dag.json:1:"),
            "twice.dag.json": ('{"tasks": [], "tasks": []}', "tasks"),
            "cycle.dag.json": (json.dumps({"tasks": [
                {"task_id": "a", "command": "true", "depends_on": ["b"]},
                {"task_id": "b", "command": "true", "depends_on": ["a"]}]}), "cycle"),
            "misspelt.dag.json": (json.dumps({"tasks": [
                {"task_id": "extract", "command": "true"},
                {"task_id": "b", "command": "true", "depends_on": ["extrct"]}]}),
                'did you mean "extract"'),
            "same.dag.json": (json.dumps({"dag_id": "good", "tasks": [
                {"task_id": "t", "command": "true"}]}), "good"),
        }
        for name, (text, expected) in cases.items():
            with self.subTest(name):
                self.assertIn(expected, self.import_error(name, text))

    def test_a_huge_file_is_refused_without_being_read(self):
        self.assertIn("MiB", self.import_error("huge.dag.json", '{"x": "' + "x" * 100_000_000))

    def test_requests_that_make_no_sense(self):
        self.refused(404, "GET", "/api/v2/dags/none")
        self.refused(404, "POST", "/api/v2/dags/none/dagRuns", {})
        self.refused(404, "GET", "/api/v2/dags/good/dagRuns/none")
        self.refused(404, "GET", "/api/v2/nothing")
        self.refused(405, "PUT", "/api/v2/dags/good")
        self.refused(422, "POST", "/api/v2/dags/good/dagRuns", {"confg": {}})
        self.refused(422, "POST", "/api/v2/dags/good/dagRuns", {"conf": "text"})
        self.refused(422, "POST", "/api/v2/dags/good/dagRuns", {"logical_date": "yesterday"})
        self.refused(422, "POST", "/api/v2/dags/good/dagRuns", {"dag_run_id": "../x"})
        self.refused(400, "GET", "/api/v2/dags?order_by=nonsense")

    def test_the_same_run_id_twice_is_a_conflict(self):
        self.pair.trigger("good", {"dag_run_id": "mine"})
        self.refused(409, "POST", "/api/v2/dags/good/dagRuns", {"dag_run_id": "mine"})

    def test_without_or_with_a_wrong_token(self):
        token, self.pair.token = self.pair.token, "nothing"
        try:
            self.refused(401, "GET", "/api/v2/dags")
        finally:
            self.pair.token = token

    def run_weft(self, *arguments):
        key = {"WEFT_SECRETS_KEY_FILE": str(self.pair.folder / "secrets.key")}
        return subprocess.run([self.pair.binary, *arguments], capture_output=True, text=True,
                              timeout=60, check=False, env={**os.environ, **key})

    def test_a_port_in_use(self):
        with tempfile.TemporaryDirectory() as other:
            told = self.run_weft("server", "--listen", f"127.0.0.1:{self.pair.port}", "--data",
                                 f"{other}/data", "--dags", str(self.pair.dags))
        self.assertEqual(told.returncode, 1, told.stderr)
        self.assertIn("in use", told.stderr)

    def test_two_servers_on_one_folder(self):
        told = self.run_weft("server", "--listen", "127.0.0.1:0", "--data", str(self.pair.data),
                             "--dags", str(self.pair.dags))
        self.assertEqual(told.returncode, 1, told.stderr)
        self.assertIn(str(self.pair.server.pid), told.stderr)

    def worker(self, token, *options):
        with tempfile.TemporaryDirectory() as other:
            file = Path(other) / "token"
            file.write_text(token, encoding="ascii")
            return self.run_weft("worker", "--server", self.pair.url, "--token-file", str(file),
                                 "--state", f"{other}/state", "--name", "other", *options)

    def test_a_worker_with_a_wrong_token(self):
        told = self.worker("weft_wrong", "--slots", "1")
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("token", told.stderr.lower())

    def test_a_worker_without_slots(self):
        told = self.worker("weft_any", "--slots", "0")
        self.assertEqual(told.returncode, 2, told.stderr)
        self.assertIn("slots", told.stderr)

    def test_an_old_protocol(self):
        token = (self.pair.data / "worker-token").read_text(encoding="ascii").strip()
        admin, self.pair.token = self.pair.token, token
        try:
            self.refused(426, "POST", "/api/worker/v1/register",
                         {"protocol": 99, "name": "x", "slots": 1, "queues": ["default"],
                          "session": "0" * 32})
            self.refused(422, "POST", "/api/worker/v1/register",
                         {"protocol": 1, "name": "x", "slots": 0, "queues": ["default"],
                          "session": "0" * 32})
        finally:
            self.pair.token = admin

    def test_bytes_that_are_no_http(self):
        for text in (b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n",
                     b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.pair.port), 10) as connection:
                connection.sendall(text)
                connection.settimeout(15)
                answer = connection.recv(1000)
                self.assertTrue(not answer or answer.startswith(b"HTTP/1.1 4"), answer)


if __name__ == "__main__":
    unittest.main()
