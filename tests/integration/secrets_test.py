"""A task that is given secrets and shouts them: nobody can read them afterwards, in no answer, no
log and no file. Needs WEFT_BINARY."""

import base64
import http.server
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
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


# The same task, with its secrets from a Vault (erp, its address and password) and a file.
AFAR = {"dag_id": "shout", "tasks": [{
    **DAG["tasks"][0],
    "env": {**DAG["tasks"][0]["env"], "EXTRA_TOKEN": "{{ conn.crm.extra.token }}"}}]}
SECRET_ID, VAULT_TOKEN = "secret-id-of-approle", "hvs.a-token-of-vault"


class FakeVault:
    """What the server asks of a HashiCorp Vault, over TLS: AppRole, and a KV engine version 2."""

    def __init__(self, folder, secrets):
        self.secrets = secrets  # beneath the mount
        self.is_sealed = False
        self.logins = 0
        self.certificate, key = str(folder / "vault.pem"), str(folder / "vault.key")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             "/CN=vault.example.com", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
             "-out", self.certificate], check=True, capture_output=True)
        vault = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

            def do_GET(self):  # pylint: disable=invalid-name
                self.answer(*vault.read(self.path, self.headers.get("X-Vault-Token")))

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.answer(*vault.sign_in(self.path, json.loads(body)))

            def answer(self, status, body):
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.server.server_port}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def sign_in(self, path, body):
        if self.is_sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if path != "/v1/auth/approle/login" or body != {"role_id": "weft", "secret_id": SECRET_ID}:
            return 400, {"errors": ["invalid role or secret ID"]}
        self.logins += 1
        return 200, {"auth": {"client_token": VAULT_TOKEN, "lease_duration": 3600}}

    def read(self, path, token):
        if self.is_sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if token != VAULT_TOKEN:
            return 403, {"errors": ["permission denied"]}
        fields = self.secrets.get(path.removeprefix("/v1/secret/data/"))
        return (404, {"errors": []}) if fields is None else (200, {"data": {"data": fields}})


def forms(secret):
    raw = secret.encode()
    return [raw, base64.b64encode(raw).rstrip(b"=")[:-1],
            base64.urlsafe_b64encode(raw).rstrip(b"=")[:-1],
            urllib.parse.quote(secret, safe="").encode(), urllib.parse.quote_plus(secret).encode(),
            json.dumps(secret)[1:-1].encode()]


class WithPair(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="weft-secrets-")
        self.addCleanup(self.folder.cleanup)
        self.pair = Pair(os.environ["WEFT_BINARY"], self.folder.name, slots=2)
        self.addCleanup(self.pair.stop)

    def weft(self, *words, stdin="", expect=0):
        done = subprocess.run(
            [self.pair.binary, *words], input=stdin, capture_output=True, text=True, timeout=60,
            check=False, env={**os.environ, "WEFT_SERVER": self.pair.url,
                              "WEFT_TOKEN": self.pair.token})
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout

    def run_log(self):
        """Of a run that must succeed."""
        run = self.pair.trigger("shout")
        over = self.pair.finished("shout", run)
        log = self.weft("logs", "shout", run, "t")
        self.assertEqual(over["state"], "success", log)
        return run, log

    def assert_nothing_shows(self, text, where, secrets=(PASSWORD, API_KEY, TOKEN)):
        for secret in secrets:
            for form in forms(secret):
                self.assertNotIn(form, text, where)


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Secrets(WithPair):
    def setUp(self):
        super().setUp()
        for dag in (DAG, MISSING):
            self.pair.put_dag(dag)
        self.pair.start()
        self.pair.wait_for_dags(2)

    def enter_all(self):
        self.weft("variables", "set", "region", "eu-central")
        self.weft("variables", "set", "rates", '{"eur": 1.5}')
        self.weft("variables", "set", "erp_api_key", "--stdin", stdin=API_KEY + "\n")
        self.weft("connections", "add", "erp", "--conn-uri", "http://etl@erp.example.com:8443/",
                  "--conn-extra", json.dumps({"token": TOKEN, "region": "eu"}), "--password-stdin",
                  stdin=PASSWORD + "\n")

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


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
@unittest.skipUnless(shutil.which("openssl"), "there is no openssl to make a certificate")
class Afar(WithPair):
    def setUp(self):
        super().setUp()
        folder = Path(self.folder.name)
        self.vault = FakeVault(folder, {
            "connections/erp": {"conn_type": "http", "host": "erp.example.com", "port": 8443,
                                "login": "etl", "password": PASSWORD}})
        self.addCleanup(self.vault.stop)
        self.file = self.private_file("secrets.json", json.dumps({
            "variables": {"erp_api_key": API_KEY, "rates": {"eur": 1.5}},
            "connections": {"crm": {"conn_type": "http", "extra": {"token": TOKEN}}}}))
        self.options = ["--secrets-file", str(self.file), "--vault-addr", self.vault.url,
                        "--vault-role-id", "weft", "--vault-secret-id-file",
                        str(self.private_file("secret-id", SECRET_ID + "\n"))]
        self.trust = ["--vault-ca", self.vault.certificate]
        self.pair.put_dag(AFAR)

    def private_file(self, name, text):
        path = Path(self.folder.name) / name
        path.touch(0o600)
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, *options):
        self.pair.start_server(*self.options, *options)
        self.pair.start_agent()
        self.pair.wait_for_dags(1)
        self.weft("variables", "set", "region", "eu-central")

    def reason_of_waiting(self, run):
        task = self.pair.wait_for(
            lambda: (lambda t: t if t["state"] == "up_for_retry" else None)(
                self.pair.task_instances("shout", run)["t"]), "the outage")
        self.assertEqual(task["try_number"], 1)
        return self.weft("tasks", "show", "shout", run, "t", "-o", "json")

    def test_a_task_gets_what_stands_in_a_vault_and_a_file(self):
        self.start(*self.trust)
        _, log = self.run_log()
        self.assertIn("region eu-central rate 1.5 host erp.example.com:8443", log)
        self.assertIn("raw ***", log)
        self.assert_nothing_shows(log.encode(), "the log")
        self.run_log()
        self.assertEqual(self.vault.logins, 1)
        secrets = (PASSWORD, API_KEY, TOKEN, SECRET_ID, VAULT_TOKEN)
        self.assert_nothing_shows(self.pair.log().encode(), "the server's log", secrets)
        for folder in (self.pair.data, self.pair.state):
            for path in folder.rglob("*"):
                if path.is_file():
                    self.assert_nothing_shows(path.read_bytes(), path, secrets)

    def test_an_outage_makes_the_task_wait(self):
        self.vault.is_sealed = True
        self.start(*self.trust)
        run = self.pair.trigger("shout")
        self.assertIn("Vault is sealed", self.reason_of_waiting(run))
        self.vault.is_sealed = False
        self.assertEqual(self.pair.finished("shout", run)["state"], "success")

    def test_a_file_that_breaks_makes_the_task_wait(self):
        self.start(*self.trust)
        good = self.file.read_text(encoding="utf-8")
        self.file.write_text('{"variables": ' + API_KEY, encoding="utf-8")
        run = self.pair.trigger("shout")
        told = self.reason_of_waiting(run)
        self.assertIn("secrets.json:1:", told)
        self.assert_nothing_shows(told.encode(), "the reason")
        self.file.write_text(good, encoding="utf-8")
        self.assertEqual(self.pair.finished("shout", run)["state"], "success")

    def test_a_vault_that_cannot_prove_who_it_is_learns_nothing(self):
        self.start()
        run = self.pair.trigger("shout")
        self.assertIn("certificate", self.reason_of_waiting(run))
        self.assertEqual(self.vault.logins, 0)

    def test_wrong_options_are_said_at_the_start(self):
        open_file = self.private_file("open.json", "{}")
        open_file.chmod(0o644)
        for options, told in ((("--vault-addr", "http://vault.example.com"), "use https"),
                              (("--vault-addr", self.vault.url), "no way to sign in"),
                              (("--vault-role-id", "weft"), "--vault-addr is missing"),
                              (("--secrets-file", str(open_file)), "chmod 600"),
                              (("--secrets-file", self.folder.name + "/none"), "none")):
            done = subprocess.run(
                [self.pair.binary, "server", "--listen", "127.0.0.1:0", "--data",
                 str(self.pair.data), "--dags", str(self.pair.dags), "--secrets-key",
                 self.folder.name + "/secrets.key", *options], capture_output=True, text=True,
                timeout=60, check=False, env={**os.environ, "VAULT_TOKEN": ""})
            self.assertEqual(done.returncode, 1, options)
            self.assertIn(told, done.stderr)


if __name__ == "__main__":
    unittest.main()
