"""Signing in by an OpenID provider, which this test plays itself: the built server is the other
side, and a few cookies are the browser. Needs WEFT_BINARY and the openssl command."""

import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import sys
import tempfile
import time
import unittest
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from oidc_provider import CLIENT, SECRET, Key, Provider, b64  # noqa: E402
from pair import Pair  # noqa: E402


class Browser:
    """Keeps cookies and follows nothing."""

    def __init__(self, port):
        self.port = port
        self.cookies = {}

    def ask(self, method, target, body=None, accept="text/html", **headers):
        """Status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        all_headers = {"Accept": accept, **headers}
        if self.cookies:
            all_headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method != "GET":
            all_headers.setdefault("Origin", f"http://127.0.0.1:{self.port}")
            all_headers.setdefault("Content-Type", "application/json")
        connection.request(method, target, json.dumps(body) if body else None, all_headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        connection.close()
        return answer.status, answer.headers, text

    def me(self):
        status, _, body = self.ask("GET", "/api/v2/users/me", accept="application/json")
        return json.loads(body) if status == 200 else None


class Oidc(unittest.TestCase):
    def setUp(self):
        if not os.environ.get("WEFT_BINARY"):
            self.skipTest("WEFT_BINARY is not set")
        if shutil.which("openssl") is None:
            self.skipTest("there is no openssl command")
        folder = tempfile.TemporaryDirectory(prefix="weft-oidc-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.provider = Provider(self.folder)
        self.addCleanup(self.provider.stop)
        secret = self.folder / "client-secret"
        secret.write_text(SECRET + "\n", encoding="ascii")
        secret.chmod(0o600)
        self.pair = Pair(os.environ["WEFT_BINARY"], folder.name)
        self.addCleanup(self.pair.stop)
        self.pair.start_server(
            "--oidc-issuer", self.provider.url, "--oidc-client-id", CLIENT,
            "--oidc-client-secret-file", str(secret), "--oidc-role", "ops=operator", "--oidc-role",
            "admins=admin", "--oidc-name", "Example login")
        self.browser = Browser(self.pair.port)

    def begin(self, target="/dags", browser=None):
        """Where the provider sends the browser back to."""
        query = urllib.parse.urlencode({"next": target})
        status, headers, body = (browser or self.browser).ask("GET", f"/auth/oidc/login?{query}")
        self.assertEqual(status, 302, body)
        back = urllib.parse.urlsplit(self.provider.authorize(headers["Location"]))
        self.assertEqual((back.netloc, back.path),
                         (f"127.0.0.1:{self.pair.port}", "/auth/oidc/callback"))
        return back.path + "?" + back.query

    def sign_in(self, target="/dags", browser=None):
        browser = browser or self.browser
        return browser.ask("GET", self.begin(target, browser))

    def assert_refused(self, answer, status, words, browser=None):
        self.assertEqual(answer[0], status, answer[2])
        self.assertIn(words, answer[2])
        self.assertNotIn("weft_session", (browser or self.browser).cookies)
        self.assertEqual(self.pair.get("/api/v2/monitor/health")["scheduler"]["status"], "healthy")

    def test_people_sign_in_with_the_role_of_their_groups(self):
        methods = json.loads(self.browser.ask("GET", "/auth/methods")[2])
        self.assertEqual(methods["oidc"],
                         {"name": "Example login", "login_path": "/auth/oidc/login"})
        status, headers, _ = self.browser.ask("GET", "/auth/oidc/login?next=/pools%3Fq%3Da")
        self.assertRegex(headers["Set-Cookie"],
                         r"^weft_oidc=\S+; Path=/; Max-Age=600; HttpOnly; SameSite=Lax$")
        back = urllib.parse.urlsplit(self.provider.authorize(headers["Location"]))
        status, headers, _ = self.browser.ask("GET", f"{back.path}?{back.query}")
        self.assertEqual((status, headers["Location"]), (302, "/pools?q=a"))
        self.assertNotIn("weft_oidc", self.browser.cookies)
        session = [line for line in headers.get_all("Set-Cookie") if "weft_session" in line]
        self.assertRegex(session[0], r"=weft_\w+; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict$")
        me = self.browser.me()
        self.assertEqual((me["username"], me["role"], me["has_password"], me["display_name"]),
                         ("ada", "operator", False, "Ada"))
        user = self.pair.get("/api/v2/users/ada")
        self.assertEqual(user["provider"], self.provider.url + "#42")
        # The groups' role at each sign-in; what came before ends no session of another browser's.
        self.provider.claims["groups"] = ["ops", "admins"]
        self.assertEqual(self.sign_in()[0], 302)
        self.assertEqual(self.browser.me()["role"], "admin")
        logged = [entry["event"] for entry in
                  self.pair.get("/api/v2/eventLogs?limit=100")["event_logs"]
                  if entry["owner"] == "ada"]
        for event in ("create_user", "update_user", "sign_in"):
            self.assertIn(event, logged)
        status, _, _ = self.browser.ask("POST", "/auth/logout")
        self.assertEqual(status, 204)
        self.assertIsNone(self.browser.me())

    def test_es256_is_understood(self):
        self.provider.keys = [Key(self.folder, "curve", "ES256")]
        for _ in range(4):  # halves of different lengths
            self.assertEqual(self.sign_in()[0], 302)
        self.assertEqual(self.browser.me()["username"], "ada")

    def test_what_is_not_the_providers_word_for_this_sign_in_opens_nothing(self):
        key, now = self.provider.keys[0], int(time.time())
        stranger = Key(self.folder, "first2")
        stranger.name = "first"

        def tampered(claims):
            head, body, signature = key.token(claims).split(".")
            return ".".join((head, b64(json.dumps({**claims, "groups": ["admins"]}).encode()),
                             signature))

        def unsigned(claims):
            parts = ({"alg": "none", "kid": "first"}, claims)
            return ".".join(b64(json.dumps(part).encode()) for part in parts) + "."

        def by_public_key(claims):
            parts = ({"alg": "HS256", "kid": "first"}, claims)
            text = ".".join(b64(json.dumps(part).encode()) for part in parts)
            secret = json.dumps(key.jwk()).encode()
            return text + "." + b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())

        for changes, make, words in (
                ({"nonce": "another"}, None, "nonce"), ({"nonce": None}, None, "nonce"),
                ({"aud": "another"}, None, "aud"), ({"aud": [CLIENT, "another"]}, None, "azp"),
                ({"exp": now - 120}, None, "expired"), ({"iat": now + 3600}, None, "future"),
                ({"iss": "https://evil.example"}, None, "iss"), ({"sub": ""}, None, "sub"),
                ({}, tampered, "not signed"), ({}, unsigned, "RS256"), ({}, by_public_key, "RS256"),
                ({}, stranger.token, "not signed"), ({}, lambda claims: "x.y.z", "JWT")):
            with self.subTest(words=words, changes=changes, make=make):
                self.provider.changes, self.provider.make_token = changes, make
                self.assert_refused(self.sign_in(), 401, words)
        self.provider.changes, self.provider.make_token = {}, None
        self.assertEqual(self.sign_in()[0], 302)

    def test_who_is_in_no_group_stays_out_and_loses_what_was(self):
        self.provider.claims["groups"] = ["strangers"]
        self.assert_refused(self.sign_in(), 403, "in no group")
        users = [user["username"] for user in self.pair.get("/api/v2/users")["users"]]
        self.assertEqual(users, ["admin"])
        self.provider.claims["groups"] = ["ops"]
        first = Browser(self.pair.port)
        self.assertEqual(self.sign_in(browser=first)[0], 302)
        self.assertEqual(first.me()["role"], "operator")
        self.provider.claims["groups"] = []
        self.assert_refused(self.sign_in(), 403, "in no group")
        self.assertIsNone(first.me())
        self.assertIsNone(self.pair.get("/api/v2/users/ada")["role"])

    def test_the_groups_do_not_take_the_last_admin_away(self):
        self.provider.claims["groups"] = ["admins"]
        self.assertEqual(self.sign_in()[0], 302)
        self.pair.call("PATCH", "/api/v2/users/admin", {"role": "viewer"})  # ada is the last one
        admin = Browser(self.pair.port)
        for groups, name in ((["ops"], "operator"), ([], None)):
            self.provider.claims["groups"] = groups
            self.assertEqual(self.sign_in(browser=admin)[0], 302)
            self.assertEqual(admin.me()["role"], "admin")
            self.assertEqual(self.browser.me()["role"], "admin", "her other session goes on")
            status, _, body = admin.ask("GET", "/api/v2/auditLogs?action=keep_last_admin",
                                        accept="application/json")
            self.assertEqual(status, 200, body)
            detail = json.loads(json.loads(body)["audit_logs"][0]["detail"])
            self.assertEqual((detail["role"], detail["role_of_groups"]), ("admin", name))
            self.assertIn("last admin", detail["reason"])
        status, _, body = admin.ask("PATCH", "/api/v2/users/admin", {"role": "admin"})
        self.assertEqual(status, 200, body)
        self.provider.claims["groups"] = ["ops"]
        self.assertEqual(self.sign_in(browser=admin)[0], 302)
        self.assertEqual(admin.me()["role"], "operator")

    def test_nobody_becomes_somebody_else(self):
        self.provider.claims["preferred_username"] = "admin"
        self.assert_refused(self.sign_in(), 409, "another user")
        self.provider.claims["preferred_username"] = "ada"
        self.assertEqual(self.sign_in()[0], 302)
        other = Browser(self.pair.port)
        self.provider.claims["sub"] = "43"
        self.assert_refused(self.sign_in(browser=other), 409, "another user", other)
        self.provider.claims["sub"] = "42"
        self.pair.call("PATCH", "/api/v2/users/ada", {"is_disabled": True})
        self.assert_refused(self.sign_in(browser=other), 403, "disabled", other)
        self.assertIsNone(self.browser.me())
        self.provider.claims["preferred_username"] = "../../x"
        self.assert_refused(self.sign_in(browser=other), 401, "user name", other)

    def test_an_answer_counts_once_and_in_the_browser_that_asked(self):
        stranger = Browser(self.pair.port)
        target = self.begin()
        self.assert_refused(stranger.ask("GET", target), 400, "another browser", stranger)
        self.begin(browser=stranger)
        self.assert_refused(stranger.ask("GET", target), 400, "state", stranger)
        code = re.search("code=([^&]*)", target).group(1)
        # Its own state, with somebody else's code: PKCE says whose it is. The state is used up then.
        stolen = re.sub("code=[^&]*", "code=" + code, self.begin(browser=stranger))
        self.assert_refused(stranger.ask("GET", stolen), 401, "invalid_grant", stranger)
        target = self.begin()
        cookies = dict(self.browser.cookies)
        self.assertEqual(self.browser.ask("GET", target)[0], 302)
        again = Browser(self.pair.port)
        again.cookies = {"weft_oidc": cookies["weft_oidc"]}
        self.assert_refused(again.ask("GET", target), 400, "over already", again)
        status, _, body = self.browser.ask("GET", "/auth/oidc/callback?error=x")
        self.assertEqual(status, 400, body)
        self.begin()
        state = re.search("state=([^&]*)", self.begin()).group(1)
        evil = urllib.parse.quote("<script>alert(1)</script>")
        status, headers, body = self.browser.ask(
            "GET", f"/auth/oidc/callback?state={state}&error={evil}")
        self.assertEqual(status, 403)
        self.assertTrue(headers["Content-Type"].startswith("text/html"))
        self.assertNotIn("<script", body)

    def test_new_keys_are_found(self):
        self.assertEqual(self.sign_in()[0], 302)
        self.provider.keys = [Key(self.folder, "second")]
        self.pair.wait_for(lambda: self.sign_in()[0] == 302, "the new key", 30, every=2)
        self.assertLessEqual(self.provider.calls.count("/jwks"), 3)

    def test_a_provider_that_is_away_or_slow_holds_up_nobody(self):
        self.provider.stop()
        status, headers, body = self.browser.ask("GET", "/auth/oidc/login")
        self.assertEqual(status, 503)
        self.assertTrue(headers["Content-Type"].startswith("text/html"))
        self.assertIn("does not answer", body)
        self.assertIn('href="/sign-in"', body)
        status, _, body = self.browser.ask("GET", "/auth/oidc/login", accept="application/json")
        self.assertEqual((status, json.loads(body)["code"]), (503, "unavailable"))
        status, _, _ = self.browser.ask(
            "POST", "/auth/login", {"username": "admin", "password": self.pair.token})
        self.assertEqual(status, 200)
        self.provider.start()
        self.provider.discovery_status = 302
        self.pair.wait_for(lambda: "with 302" in self.browser.ask("GET", "/auth/oidc/login")[2],
                           "the provider")
        self.assertNotIn("/elsewhere", self.provider.calls)
        self.provider.discovery_status = 200
        self.pair.wait_for(lambda: self.browser.ask("GET", "/auth/oidc/login")[0] == 302,
                           "the provider")
        target = self.begin()
        self.provider.waiting.clear()
        self.provider.release.clear()
        connection = http.client.HTTPConnection("127.0.0.1", self.pair.port, timeout=30)
        connection.request("GET", target,
                           headers={"Cookie": f"weft_oidc={self.browser.cookies['weft_oidc']}"})
        self.assertTrue(self.provider.waiting.wait(30))
        begun = time.monotonic()
        self.assertEqual(Browser(self.pair.port).ask("GET", "/healthz")[0], 200)
        self.assertLess(time.monotonic() - begun, 2)
        self.provider.release.set()
        self.assertEqual(connection.getresponse().status, 302)
        connection.close()

    def test_it_leads_nowhere_else(self):
        for target in ("https://evil.example", "//evil.example", "/\\evil.example",
                       "/\t/evil.example", "///evil.example", "javascript:alert(1)", "evil",
                       "/\r\nLocation: https://evil.example", "/dags#token=weft_x", "/./evil",
                       "/auth/oidc/login", "/" + "a" * 2000):
            with self.subTest(target=target):
                status, headers, _ = self.sign_in(target)
                self.assertEqual((status, headers["Location"]), (302, "/"))
        self.assertEqual(self.sign_in("/dags?q=ä b")[1]["Location"], "/dags?q=%C3%A4%20b")


if __name__ == "__main__":
    unittest.main()
