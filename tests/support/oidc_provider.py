"""A small OpenID provider on a free port of loopback, for tests: the code flow with PKCE, keys by
the openssl command, and every answer open to be bent."""

import base64
import hashlib
import http.server
import json
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

CLIENT, SECRET = "weft", "client-secret/4711"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout


class Key:
    """RS256 or ES256."""

    def __init__(self, folder, name, algorithm="RS256"):
        self.name, self.algorithm = name, algorithm
        self.path = str(Path(folder) / f"{name}.pem")
        kind = (["EC", "-pkeyopt", "ec_paramgen_curve:P-256"] if algorithm == "ES256"
                else ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        openssl("genpkey", "-algorithm", *kind, "-out", self.path)

    def jwk(self):
        jwk = {"kid": self.name, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "ES256":
            point = openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")[-64:]
            return {**jwk, "kty": "EC", "crv": "P-256", "x": b64(point[:32]), "y": b64(point[32:])}
        words = openssl("rsa", "-in", self.path, "-modulus", "-noout").decode().strip()
        return {**jwk, "kty": "RSA", "n": b64(bytes.fromhex(words.split("=")[1])), "e": "AQAB"}

    def sign(self, text):
        der = openssl("dgst", "-sha256", "-sign", self.path, data=text.encode())
        if self.algorithm != "ES256":
            return der
        # A sequence of two integers, each with its own length.
        r_size = der[3]
        r, s = der[4:4 + r_size], der[6 + r_size:]
        return b"".join(part.lstrip(b"\0").rjust(32, b"\0") for part in (r, s))

    def token(self, claims, header=None):
        head = {"alg": self.algorithm, "kid": self.name, "typ": "JWT", **(header or {})}
        text = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
        return text + "." + b64(self.sign(text))


class Provider:
    def __init__(self, folder):
        self.folder = folder
        self.keys = [Key(folder, "first")]
        self.claims = {"sub": "42", "preferred_username": "ada", "name": "Ada", "groups": ["ops"]}
        self.changes = {}  # of the ID token's own claims; None takes one out
        self.make_token = None  # claims → ID token, in place of a right one
        self.discovery_status = 200
        self.release = threading.Event()  # token calls wait for it
        self.release.set()
        self.waiting = threading.Event()  # one does
        self.codes = {}
        self.calls = []
        self.port = 0
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

            def do_GET(self):  # pylint: disable=invalid-name
                self.answer(*provider.get(self.path))

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                self.answer(*provider.token(dict(urllib.parse.parse_qsl(body)),
                                            self.headers.get("Authorization", "")))

            def answer(self, status, body, location=None):
                provider.calls.append(self.path)
                text = json.dumps(body).encode()
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        """From now on nobody answers."""
        self.release.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def get(self, path):
        if path == "/.well-known/openid-configuration":
            return self.discovery_status, {
                "issuer": self.url, "authorization_endpoint": self.url + "/authorize",
                "token_endpoint": self.url + "/token", "jwks_uri": self.url + "/jwks"}, \
                self.url + "/elsewhere"
        if path == "/jwks":
            return 200, {"keys": [key.jwk() for key in self.keys]}
        return 404, {}

    def authorize(self, location):
        """What the page of the provider does when the person has said who he is: the URL that the
        browser is sent back to."""
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        assert location.startswith(self.url + "/authorize?"), location
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT, asked
        assert asked["code_challenge_method"] == "S256", asked
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urllib.parse.urlencode(
            {"code": code, "state": asked["state"]})

    def token(self, form, authorization):
        self.waiting.set()
        self.release.wait(60)
        expected = "Basic " + base64.b64encode(
            f"{CLIENT}:{urllib.parse.quote(SECRET, safe='')}".encode()).decode()
        if authorization != expected:
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code"), None)
        verifier = form.get("code_verifier", "")
        if (asked is None or form.get("redirect_uri") != asked["redirect_uri"]
                or b64(hashlib.sha256(verifier.encode()).digest()) != asked["code_challenge"]):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], **self.claims, **self.changes}
        claims = {name: value for name, value in claims.items() if value is not None}
        make = self.make_token or self.keys[0].token
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": make(claims)}
