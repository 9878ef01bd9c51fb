"""Each fate of the proxy does what its name says, against a server that counts."""

import http.client
import http.server
import socket
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from journal import Journal  # noqa: E402
from proxy import FATES, Proxy  # noqa: E402


class Counting(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) < int(self.headers["Content-Length"]):
            return
        with self.server.came:
            self.server.bodies.append((self.headers["Host"], body))
            self.server.came.notify_all()
        answer = b"heard " + body
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class ProxyTest(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
        self.server.handle_error = lambda *_: None  # it reads what was cut
        self.server.bodies, self.server.came = [], threading.Condition()
        self.port = self.server.server_address[1]
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        with tempfile.NamedTemporaryFile() as file:
            self.journal = Journal(file.name)
        self.addCleanup(self.journal.close)
        self.proxy = Proxy("127.0.0.1", self.port, 1, self.journal).start()
        self.addCleanup(self.proxy.stop)

    def ask(self, fate=None, body=b"x" * 100, timeout=10):
        """(status, body) of the answer, or None."""
        if fate:
            self.proxy.dice.choice = lambda among: fate if among is FATES else among[0]
            self.proxy.severity = 1.0
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=timeout)
        try:
            connection.request("POST", "/a", body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def heard(self, count):
        with self.server.came:
            return self.server.came.wait_for(lambda: len(self.server.bodies) >= count, 10)

    def test_hands_on_what_meets_no_fate_under_the_servers_own_name(self):
        self.assertEqual(self.ask(), (200, b"heard " + b"x" * 100))
        self.assertEqual(self.server.bodies, [(f"127.0.0.1:{self.port}", b"x" * 100)])
        self.assertEqual(self.journal.counts, {})

    def test_keeps_the_connection(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.port, timeout=10)
        for _ in range(3):
            connection.request("POST", "/a", b"y")
            self.assertEqual(connection.getresponse().read(), b"heard y")
        connection.close()

    def test_dropped_requests_are_not_heard(self):
        for fate in ("drop_request", "truncate_request"):
            self.assertIsNone(self.ask(fate))
        self.assertEqual(self.server.bodies, [])

    def test_dropped_and_cut_answers_were_heard(self):
        for number, fate in enumerate(("drop_answer", "truncate_answer", "half_close_to_worker"), 1):
            self.assertIsNone(self.ask(fate), fate)
            self.assertTrue(self.heard(number), fate)

    def test_delayed_reordered_and_half_closed_ones_are_answered(self):
        for fate in ("delay_request", "delay_answer", "reorder", "half_close_to_server"):
            self.assertEqual(self.ask(fate)[0], 200, fate)
        self.assertEqual(len(self.server.bodies), 4)

    def test_duplicates_are_heard_twice(self):
        for number, fate in enumerate(("duplicate_at_once", "duplicate_late"), 1):
            self.assertEqual(self.ask(fate)[0], 200)
            self.assertTrue(self.heard(2 * number), fate)

    def test_reset_is_an_error_and_a_wrong_answer_a_502(self):
        self.assertIsNone(self.ask("reset"))
        self.assertEqual(self.ask("wrong_answer")[0], 502)

    def test_a_stalled_request_gets_neither_answer_nor_end(self):
        self.proxy.dice.uniform = lambda low, high: high
        self.assertIsNone(self.ask("stall", timeout=0.5))

    def test_counts_every_fate(self):
        self.proxy.severity = 1.0
        for fate in FATES:
            if fate != "stall":
                self.ask(fate)
        self.assertEqual(set(self.journal.counts), {("proxy", fate) for fate in FATES} -
                         {("proxy", "stall")})

    def test_cut_breaks_what_is_open_and_refuses_what_comes(self):
        open_one = socket.create_connection(("127.0.0.1", self.proxy.port), timeout=10)
        self.assertEqual(self.ask()[0], 200)
        self.proxy.cut()
        with self.assertRaises(ConnectionResetError):
            open_one.recv(1)
        open_one.close()
        self.assertIsNone(self.ask())
        self.proxy.is_cut = False
        self.assertEqual(self.ask()[0], 200)


if __name__ == "__main__":
    unittest.main()
