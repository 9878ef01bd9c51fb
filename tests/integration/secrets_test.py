"""A task that is given secrets and shouts them: nobody can read them afterwards, in no answer, no
log and no file. Needs WEFT_BINARY."""

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pair import Pair  # noqa: E402

PASSWORD = "correct-horse/Battery+staple"
API_KEY = "k-0123456789-äöü"
TOKEN = "tok-in-extra-4711"

SHOUT = r"""
import base64, json, os, sys, time, urllib.parse
password, key, token = os.environ["PASSWORD"], os.environ["KEY"], os.environ["EXTRA_TOKEN"]
for secret in (password, key, token):
    print("raw", secret, "and", secret + secret)
    print("base64", base64.b64encode(secret.encode()).decode())
    print("url-safe", base64.urlsafe_b64encode(secret.encode()).decode())
    print("basic", base64.b64encode(("etl:" + secret).encode()).decode())
    print("url", urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret))
    print("json", json.dumps(secret))
    print("error", secret, file=sys.stderr)
    sys.stdout.flush()
    for byte in secret.encode():
        os.write(1, bytes([byte]))
    print()
with open(os.environ["WEFT_OUTPUT"], "a") as out:
    print("shouted=" + password, file=out)
    print("deep:=" + json.dumps({"a": [key, {"b": token}]}), file=out)
print("region", sys.argv[1], "rate", os.environ["RATE"], "host", os.environ["HOST"])
"""

DAG = {"dag_id": "shout", "tasks": [{
    "task_id": "t", "command": ["python3", "-c", SHOUT, "{{ var.value.region }}"],
    "env": {"PASSWORD": "{{ conn.erp.password }}", "KEY": "{{ var.value.erp_api_key }}",
            "EXTRA_TOKEN": "{{ conn.erp.extra.token }}", "RATE": "{{ var.json.rates.eur }}",
            "HOST": "{{ conn.erp.host }}:{{ conn.erp.port }}"}}]}
MISSING = {"dag_id": "missing", "tasks": [{"task_id": "t", "command": "true",
                                           "env": {"A": "{{ conn.nothing.host }}"}}]}


def forms(secret):
    raw = secret.encode()
    return [raw, base64.b64encode(raw).rstrip(b"=")[:-1],
            base64.urlsafe_b64encode(raw).rstrip(b"=")[:-1],
            urllib.parse.quote(secret, safe="").encode(), urllib.parse.quote_plus(secret).encode(),
            json.dumps(secret)[1:-1].encode()]


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Secrets(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="weft-secrets-")
        self.addCleanup(self.folder.cleanup)
        self.pair = Pair(os.environ["WEFT_BINARY"], self.folder.name, slots=2)
        self.addCleanup(self.pair.stop)
        for dag in (DAG, MISSING):
            self.pair.put_dag(dag)
        self.pair.start()
        self.pair.wait_for_dags(2)

    def weft(self, *words, stdin="", expect=0):
        done = subprocess.run(
            [self.pair.binary, *words], input=stdin, capture_output=True, text=True, timeout=60,
            check=False, env={**os.environ, "WEFT_SERVER": self.pair.url,
                              "WEFT_TOKEN": self.pair.token})
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout

    def enter_all(self):
        self.weft("variables", "set", "region", "eu-central")
        self.weft("variables", "set", "rates", '{"eur": 1.5}')
        self.weft("variables", "set", "erp_api_key", "--stdin", stdin=API_KEY + "\n")
        self.weft("connections", "add", "erp", "--conn-uri", "http://etl@erp.example.com:8443/",
                  "--conn-extra", json.dumps({"token": TOKEN, "region": "eu"}), "--password-stdin",
                  stdin=PASSWORD + "\n")

    def run_log(self):
        """Of a run that must succeed."""
        run = self.pair.trigger("shout")
        over = self.pair.finished("shout", run)
        log = self.weft("logs", "shout", run, "t")
        self.assertEqual(over["state"], "success", log)
        return run, log

    def assert_nothing_shows(self, text, where):
        for secret in (PASSWORD, API_KEY, TOKEN):
            for form in forms(secret):
                self.assertNotIn(form, text, where)

    def test_secrets_reach_the_task_and_nobody_else(self):
        self.enter_all()
        run, log = self.run_log()
        self.assertIn("region eu-central rate 1.5 host erp.example.com:8443", log)
        self.assertIn("raw ***", log)
        self.assert_nothing_shows(log.encode(), "the log")
        outputs = [self.pair.get(self.pair.run_path("shout", run) +
                                 f"/taskInstances/t/xcomEntries/{key}") for key in ("shouted", "deep")]
        self.assertEqual(outputs[0]["value"], "***")
        for path in ("/api/v2/variables", "/api/v2/connections", "/api/v2/connections/erp",
                     "/api/v2/variables/erp_api_key", "/api/v2/eventLogs?limit=100",
                     self.pair.run_path("shout", run) + "/taskInstances"):
            self.assert_nothing_shows(
                json.dumps(self.pair.get(path), ensure_ascii=False).encode(), path)
        self.assert_nothing_shows(json.dumps(outputs, ensure_ascii=False).encode(), "outputs")
        self.assert_no_file_has_them()

    def assert_no_file_has_them(self):
        """Also after a kill that leaves the write-ahead log as it is."""
        self.pair.server.send_signal(signal.SIGKILL)
        self.pair.server.wait()
        names = {"admin-token", "worker-token"}
        tokens = [(self.pair.data / name).read_bytes().strip() for name in names]
        seen = 0
        for folder in (self.pair.data, self.pair.state):
            for path in folder.rglob("*"):
                if path.is_file() and path.name not in names:
                    content = path.read_bytes()
                    self.assert_nothing_shows(content, path)
                    for token in tokens:
                        self.assertNotIn(token, content, path)
                    seen += 1
        self.assertGreater(seen, 2)

    def test_what_is_missing_fails_the_task_with_the_way_out(self):
        run = self.pair.trigger("missing")
        self.assertEqual(self.pair.finished("missing", run)["state"], "failed")
        told = self.weft("tasks", "show", "missing", run, "t", "-o", "json")
        self.assertIn("weft connections add nothing", told)

    def test_a_rotation_keeps_what_was_entered(self):
        self.enter_all()
        key = Path(self.folder.name) / "secrets.key"
        before = key.read_text(encoding="ascii")
        rotate = ("secrets", "rotate", "--data", str(self.pair.data), "--secrets-key", str(key))
        self.weft(*rotate, expect=1)  # the server runs
        self.pair.server.send_signal(signal.SIGTERM)
        self.pair.server.wait(30)
        self.assertIn("3 variables, 1 connections", self.weft(*rotate))
        self.assertNotEqual(key.read_text(encoding="ascii"), before)
        self.assertEqual(len(key.read_text(encoding="ascii").splitlines()), 1)
        self.pair.server.stdout.close()
        self.pair.start_server()
        self.assertIn("raw ***", self.run_log()[1])
        told = self.weft("audit", "verify", "--data", str(self.pair.data))
        self.assertIn("the chain is whole", told)

    def test_the_wrong_key_file_is_said_and_nothing_is_lost(self):
        self.enter_all()
        self.pair.server.send_signal(signal.SIGTERM)
        self.pair.server.wait(30)
        self.pair.server.stdout.close()
        key = Path(self.folder.name) / "secrets.key"
        kept = key.rename(key.with_suffix(".kept"))
        self.pair.start_server()
        run = self.pair.trigger("shout")
        self.assertEqual(self.pair.finished("shout", run)["state"], "failed")
        told = self.weft("tasks", "show", "shout", run, "t", "-o", "json")
        self.assertIn("start the server with the key file that belongs to this data", told)
        self.pair.server.send_signal(signal.SIGTERM)
        self.pair.server.wait(30)
        self.pair.server.stdout.close()
        kept.rename(key)
        self.pair.start_server()
        self.assertIn("raw ***", self.run_log()[1])


if __name__ == "__main__":
    unittest.main()
