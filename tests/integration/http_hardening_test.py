"""The built server under hostile and heavy callers, over raw sockets, and over TLS with the command
line and a worker. Needs WEFT_BINARY; what needs more (open files, openssl, slowhttptest) is skipped
where it is not there, with the reason."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from pair import Pair  # noqa: E402

SLOWER = int(os.environ.get("WEFT_SLOWER", "1"))  # than a binary without a sanitizer
IDLE = 10_000
MIB = 1 << 20
DAG = {"dag_id": "one", "tasks": [{"task_id": "t", "command": "echo done"}]}
SECURITY = ("content-security-policy: default-src 'self'", "frame-ancestors 'none'",
            "x-content-type-options: nosniff", "referrer-policy: no-referrer",
            "x-frame-options: deny")


def raise_open_files(wanted):
    """False when the hard limit is lower."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        return False
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return True


def memory_of(pid):
    """What the process has in memory, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def read_answer(connection):
    """Status, head (lower case) and body of one answer with a content-length."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            break
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    head = head.decode("latin-1").lower()
    length = next((int(line.split(":")[1]) for line in head.split("\r\n")
                   if line.startswith("content-length:")), 0)
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
    return int(head.split(" ")[1]) if head else 0, head, body


class Server(unittest.TestCase):
    """A server of its own per test; the options are the class's."""

    OPTIONS = ()

    def setUp(self):
        if not os.environ.get("WEFT_BINARY"):
            self.skipTest("WEFT_BINARY is not set")
        # Memory is measured here: a sanitizer may hold back only little of what was freed.
        asan = os.environ.get("ASAN_OPTIONS", "")
        os.environ["ASAN_OPTIONS"] = f"{asan}:quarantine_size_mb=8"
        self.addCleanup(os.environ.__setitem__, "ASAN_OPTIONS", asan)
        folder = tempfile.TemporaryDirectory(prefix="weft-http-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.pair = Pair(os.environ["WEFT_BINARY"], folder.name, slots=2)
        self.addCleanup(self.pair.stop)
        self.pair.put_dag(DAG)
        self.prepare()
        self.pair.start_server(*self.OPTIONS)

    def prepare(self):
        pass

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.pair.port), timeout=20)
        self.addCleanup(connection.close)
        return connection

    def ask(self, line, headers="", token=None):
        """One request on a connection of its own."""
        if token:
            headers += f"authorization: Bearer {token}\r\n"
        with socket.create_connection(("127.0.0.1", self.pair.port), timeout=20) as connection:
            connection.sendall(
                f"{line} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n".encode("utf-8"))
            return read_answer(connection)

    def assert_quick(self, what):
        """Nine of ten new callers are answered within 50 ms; the machine has other work, too."""
        times = []
        for _ in range(50):
            begun = time.monotonic()
            status, _, _ = self.ask("GET /healthz", "connection: close\r\n")
            times.append(time.monotonic() - begun)
            self.assertEqual(status, 200)
        times.sort()
        self.assertLess(times[44], 0.05 * SLOWER, f"{what}: {times}")


class Hardening(Server):
    def test_tricks_with_paths_open_nothing(self):
        document = json.loads((ROOT / "proto" / "openapi.json").read_text(encoding="utf-8"))
        asked = 0
        for path, item in document["paths"].items():
            if "get" not in item or item["get"].get("security") == []:
                continue
            path = path.replace("{", "").replace("}", "")
            tricks = [path, path + "/health", path + "/../healthz", path + ";x", path + "/.",
                      path + "//", "/" + path, path.upper(), f"/%{ord(path[1]):02x}{path[2:]}",
                      "/x/%2e%2e" + path, "/healthz/%2e%2e" + path, "/./" + path[1:],
                      path + "?x=/healthz", path + "%2f", "/assets/..%2f.." + path]
            for trick in tricks:
                status, head, _ = self.ask(f"GET {trick}")
                self.assertEqual(status, 401, f"{trick}: {head}")
                asked += 1
        self.assertGreater(asked, 500)
        for broken in ("/%c0%ae%c0%ae/api/v2/dags", "/%00", "/api/v2/dags%00", "/%ff", "/%", "*"):
            self.assertEqual(self.ask(f"GET {broken}")[0], 400, broken)

    def test_messages_that_two_readers_understand_differently(self):
        hidden = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
        for head in (b"content-length: 4\r\ntransfer-encoding: chunked\r\n",
                     b"content-length: 4\r\ncontent-length: 5\r\n",
                     b"transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
                     b"transfer-encoding: gzip\r\n", b"content-length: 4\nx: y\r\n",
                     b"x: y\r\n content-length: 4\r\n", b"content-length: +4\r\n"):
            connection = self.connect()
            connection.sendall(b"POST /auth/token HTTP/1.1\r\nhost: localhost\r\n" + head +
                               b"\r\n" + hidden)
            text = b""
            while piece := connection.recv(65536):
                text += piece
            self.assertRegex(text, rb"^HTTP/1.1 (400|501) ", head)
            self.assertEqual(len(re.findall(rb"HTTP/1\.1 \d\d\d ", text)), 1, head)

    def test_every_answer_carries_the_security_headers(self):
        token = self.pair.token
        for line, headers, with_token, status in (
                ("GET /", "", None, 200), ("GET /assets/none.js", "", None, 404),
                ("GET /api/v2/version", "", None, 200), ("GET /api/v2/dags", "", None, 401),
                ("GET /api/v2/dags", "", token, 200), ("GET /api/v2/nothing", "", token, 404),
                ("GET /%00", "", None, 400), ("GET /", "x: " + "y" * 20_000 + "\r\n", None, 431),
                ("GET /", "host: two\r\n", None, 400)):
            got, head, _ = self.ask(line, headers, with_token)
            self.assertEqual(got, status, line)
            for wanted in SECURITY:
                self.assertIn(wanted, head, line)
            self.assertNotIn("strict-transport-security", head)
            if "/api/" in line:
                self.assertIn("cache-control: no-store", head, line)

    def test_other_methods_are_told_what_there_is(self):
        for line in ("PUT /api/v2/dags", "TRACE /api/v2/dags", "DELETE /api/v2/version"):
            status, head, _ = self.ask(line, token=self.pair.token)
            self.assertEqual(status, 405, line)
            self.assertIn("\r\nallow: ", head, line)

    def test_a_gigabyte_in_chunks_is_refused_with_flat_memory(self):
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        before = memory_of(self.pair.server.pid)
        for path in ("/api/v2/dags/one/dagRuns", "/api/v2/dags/one/dagRuns", "/auth/token"):
            connection = self.connect()
            connection.sendall(
                f"POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer "
                f"{self.pair.token}\r\ncontent-type: application/json\r\n"
                "transfer-encoding: chunked\r\n\r\n".encode())
            sent, answer = 0, b""
            connection.setblocking(False)
            while sent < 1 << 30:
                try:
                    sent += connection.send(memoryview(chunk)[sent % len(chunk):])
                except BlockingIOError:
                    pass
                except OSError:
                    break
                try:
                    piece = connection.recv(65536)
                    answer += piece
                    if not piece:
                        break
                except BlockingIOError:
                    pass
                except OSError:
                    break
            self.assertRegex(answer, b"^HTTP/1.1 413 ")
            self.assertLess(sent, 1 << 30)
        grown = memory_of(self.pair.server.pid) - before
        self.assertLess(grown, 16 * MIB * SLOWER)
        self.assert_quick("after the bodies")

    def test_slow_heads_and_bodies_keep_nobody_waiting(self):
        for i in range(400):
            connection = self.connect()
            if i % 2:
                connection.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\nx: ")
            else:
                connection.sendall(b"POST /auth/token HTTP/1.1\r\nhost: localhost\r\n"
                                   b"content-length: 4000\r\n\r\n{")
        self.assert_quick("with 400 slow callers")

    def test_readers_that_take_nothing_cost_little(self):
        before = memory_of(self.pair.server.pid)
        request = ("GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n" * 500).encode()
        for _ in range(20):
            connection = self.connect()
            connection.setblocking(False)
            try:
                connection.send(request)
            except BlockingIOError:
                pass
        self.assert_quick("with 20 that read nothing")
        self.assertLess(memory_of(self.pair.server.pid) - before, 96 * MIB * SLOWER)

    def test_ten_thousand_idle_connections(self):
        if not raise_open_files(IDLE + 1_000):
            self.skipTest(f"the hard limit of open files is below {IDLE + 1_000}")
        before = memory_of(self.pair.server.pid)
        request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
        connections = []
        self.addCleanup(lambda: [connection.close() for connection in connections])
        for _ in range(IDLE // 100):
            batch = [socket.create_connection(("127.0.0.1", self.pair.port), timeout=20)
                     for _ in range(100)]
            connections += batch
            for connection in batch:
                connection.sendall(request)
            for connection in batch:
                self.assertEqual(read_answer(connection)[0], 200)
        self.assert_quick(f"with {IDLE} idle connections")
        each = (memory_of(self.pair.server.pid) - before) // IDLE
        self.assertLess(each, SLOWER * (32 << 10))
        for connection in connections[::100]:  # they are all still there
            connection.sendall(request)
            self.assertEqual(read_answer(connection)[0], 200)

    @unittest.skipUnless(shutil.which("slowhttptest"), "slowhttptest is not installed")
    def test_slowhttptest(self):
        for mode in (("-H",), ("-B", "-s", "8192"), ("-X", "-w", "1", "-y", "2")):
            attack = subprocess.Popen(  # pylint: disable=consider-using-with
                ["slowhttptest", *mode, "-c", "500", "-r", "250", "-i", "2", "-l", "15", "-u",
                 f"{self.pair.url}/healthz"], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, cwd=self.folder)
            try:
                while attack.poll() is None:
                    self.assert_quick(f"under slowhttptest {mode[0]}")
            finally:
                attack.kill()
                attack.wait()


class BasePath(Server):
    OPTIONS = ("--base-path", "/weft")

    def test_everything_is_under_it(self):
        url = f"{self.pair.url}/weft"
        self.assertEqual(self.ask("GET /weft/healthz")[0], 200)
        self.assertEqual(self.ask("GET /healthz")[0], 404)
        self.assertEqual(self.ask("GET /api/v2/dags")[0], 404)
        self.assertEqual(self.ask("GET /weft/api/v2/dags")[0], 401)
        status, head, _ = self.ask("GET /weft")
        self.assertEqual(status, 308)
        self.assertIn("location: /weft/\r\n", head)
        status, head, page = self.ask("GET /weft/dags/one")
        self.assertEqual(status, 200)
        for link in re.findall(r'(?:src|href)="([^"]+)"', page.decode("utf-8")):
            self.assertRegex(link, "^/weft/(assets/|theme[.]js$)")
            self.assertEqual(self.ask(f"GET {link}")[0], 200, link)
        done = subprocess.run([self.pair.binary, "dags", "list", "--server", url, "--token",
                               self.pair.token], capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


@unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
class Tls(Server):
    def prepare(self):
        self.cert, self.key = self.folder / "cert.pem", self.folder / "key.pem"
        self.make_certificate("first")
        self.OPTIONS = ("--tls-cert", str(self.cert), "--tls-key", str(self.key))

    def make_certificate(self, name):
        """A new pair, each file put in place in one step."""
        new_cert, new_key = self.folder / "new.cert", self.folder / "new.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
             "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(new_key), "-out",
             str(new_cert)], check=True, capture_output=True)
        new_key.chmod(0o600)
        new_key.rename(self.key)
        new_cert.rename(self.cert)

    def shown(self):
        """The name in the certificate that the server shows."""
        context = ssl.create_default_context(cafile=str(self.cert))
        with socket.create_connection(("127.0.0.1", self.pair.port), timeout=20) as raw:
            with context.wrap_socket(raw, server_hostname="localhost") as connection:
                return dict(part[0] for part in connection.getpeercert()["subject"])["commonName"]

    def weft(self, *words, expect=0, **more):
        done = subprocess.run(
            [self.pair.binary, *words], capture_output=True, text=True, timeout=120, check=False,
            env={**os.environ, "WEFT_SERVER": f"https://localhost:{self.pair.port}",
                 "WEFT_TOKEN": self.pair.token, **more})
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def test_command_line_and_worker_check_the_certificate(self):
        url = f"https://localhost:{self.pair.port}"
        self.assertIn("--ca-cert", self.weft("dags", "list", expect=4).stderr)
        trusted = {"WEFT_CA_CERT": str(self.cert)}
        self.pair.wait_for(lambda: "one" in self.weft("dags", "list", **trusted).stdout, "the DAG")
        self.weft("dags", "list", "--ca-cert", str(self.cert))
        self.weft("dags", "list", "--server", f"https://127.0.0.1:{self.pair.port}", **trusted)
        self.pair.agent = subprocess.Popen(
            [self.pair.binary, "worker", "--server", url, "--ca-cert", str(self.cert),
             "--token-file", str(self.pair.data / "worker-token"), "--state",
             str(self.pair.state), "--name", "w"],
            stdout=self.pair.log_file, stderr=self.pair.log_file)
        self.weft("runs", "trigger", "one", "--wait", **trusted)

    def test_a_new_certificate_is_shown_without_a_restart(self):
        self.assertEqual(self.shown(), "first")
        self.make_certificate("second")
        self.pair.server.send_signal(signal.SIGHUP)
        self.pair.wait_for(lambda: "now that of CN=second" in self.pair.log(), "the new one")
        self.assertEqual(self.shown(), "second")
        self.cert.write_text("no certificate", encoding="ascii")
        self.pair.server.send_signal(signal.SIGHUP)
        self.pair.wait_for(lambda: "has no certificate" in self.pair.log(), "the complaint")
        self.make_certificate("third")  # found by the server itself
        self.pair.wait_for(lambda: "now that of CN=third" in self.pair.log(), "the third")
        self.assertEqual(self.shown(), "third")

    def test_a_key_for_everybody_is_refused_at_the_start(self):
        self.key.chmod(0o644)
        done = self.weft("server", "--listen", "127.0.0.1:0", "--data", str(self.folder / "other"),
                         "--dags", str(self.pair.dags), "--secrets-key",
                         str(self.folder / "other.key"), *self.OPTIONS, expect=1)
        self.assertIn("chmod 600", done.stderr)


if __name__ == "__main__":
    unittest.main()
