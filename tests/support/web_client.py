"""A plain HTTP client that keeps its connection, for tests that send thousands of odd requests."""

import http.client
import json
import socket
import urllib.parse


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}
        self.type = self.headers.get("content-type", "").split(";")[0].strip()

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)


class WebClient:
    """One connection, one thread. `token` may be None: then nothing is sent for it."""

    def __init__(self, port, token=None, timeout=60):
        self.port, self.token, self.timeout = port, token, timeout
        self.connection = None

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def send(self, method, target, body=None, headers=None):
        """`body`: bytes, or a value that is sent as JSON. A connection that the server has closed
        meanwhile is opened again, once."""
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            return self.exchange(method, target, body, sent)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            return self.exchange(method, target, body, sent)

    def exchange(self, method, target, body, headers):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                         timeout=self.timeout)
        try:
            self.connection.request(method, target, body, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent: the answer is there, or the next line says
        response = self.connection.getresponse()
        if response.getheader("content-type", "").startswith("text/event-stream"):
            # It has no end: its head and what comes at once are looked at.
            answer = Answer(response.status, response.getheaders(), self.begin(response))
            self.close()
            return answer
        answer = Answer(response.status, response.getheaders(), response.read())
        if response.will_close:
            self.close()
        return answer

    def begin(self, response):
        self.connection.sock.settimeout(0.2)
        try:
            return response.read1(65536)
        except socket.timeout:
            return b""


def with_query(target, pairs):
    """`target` with these (name, value) behind it."""
    if not pairs:
        return target
    mark = "&" if "?" in target else "?"
    return target + mark + urllib.parse.urlencode(list(pairs))


def filled(path, values):
    """A path of the document with its {names} filled in, each escaped as a whole."""
    for name, value in values.items():
        path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
    return path
