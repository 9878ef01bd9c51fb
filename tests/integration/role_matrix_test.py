"""Who may call what, on a real server: every operation of proto/openapi.json by every kind of caller,
for a DAG that is theirs and for one that is not. What is expected follows from x-weft-need alone,
which tests/unit/api/openapi_test.cc compares with the server's table. Needs WEFT_BINARY."""

import os
import re
import unittest

from role_world import FOREIGN, OWN, ROLES, RoleWorld, WebClient, filled

REFUSED = "this needs the role"
# What these answer depends on the kind of credential, and they end sessions; oidc_test and the unit
# tests of auth/ drive them.
SIGN_IN = "/auth/"
# Paths that are not what they look like; `{}` is the path.
TRICKS = ("{}", "{}/", "{}//", "{}/.", "{}/..", "{}/health", "{}/../healthz", "{}/..;/healthz",
          "{};x", "{};/healthz", "{}%2e%2e", "{}/%2e%2e/healthz", "{}/%2e", "{}%2f", "{}%20",
          "{}?x=/healthz", "{}#/healthz", "/{}", "/.{}", "/healthz/..{}", "/healthz/%2e%2e{}",
          "/assets/..%2f..{}", "{}.json", "{}%3f", "{}/index.html", "{}%09", "{}.css")


def mangled(path):
    """Tricks with the path's own letters."""
    yield path.upper()
    yield path.title()
    yield f"/%{ord(path[1]):02x}{path[2:]}"
    yield path.replace("/", "%2f").replace("%2f", "/", 1)
    yield path.replace("/", "//")
    yield path.replace("/", "/./")
    yield path.replace("/", "\\").replace("\\", "/", 1)
    yield "".join(f"%{ord(c):02x}" if c.isalnum() else c for c in path)


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class RoleMatrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = RoleWorld(os.environ["WEFT_BINARY"])
        cls.addClassCleanup(cls.world.close)

    def setUp(self):
        self.faults = []
        self.sent = 0

    def note(self, is_right, *told):
        self.sent += 1
        if not is_right:
            self.faults.append(" ".join(str(part) for part in told)[:600])

    def assert_no_faults(self, least):
        self.assertGreater(self.sent, least)
        if self.faults:
            self.fail(f"{len(self.faults)} faults:\n" + "\n".join(self.faults[:100]))

    def expected(self, operation, caller, dag_id, is_object):
        """401, 403, 404, or None: as for one who may everything."""
        need = operation.need
        if need == "public":
            return None
        if caller.token is None:
            return 401
        if need == "signed_in":
            return None
        is_some, role = need.endswith("_of_some"), ROLES.index(need.split("_of_")[0])
        if caller.everywhere >= role:
            return None
        if (dag_id != "~" and "{dag_id}" in operation.path) or (is_some and is_object):
            if is_object and caller.highest < role:
                return 403  # whatever object it is
            has = caller.over(dag_id)
            return None if has >= role else 403 if has else 404
        return None if is_some and caller.highest >= role else 403

    def compare(self, operation, caller, dag_id, request, is_object=False):
        target, body, headers = request
        answer = self.clients[caller.name].send(operation.method, target, body, headers)
        wanted = self.expected(operation, caller, dag_id, is_object)
        told = (operation, f"as {caller.name} on {target}: {answer.status} {answer.text[:200]}")
        self.note(not operation.faults(answer), *told, "outside the document")
        if wanted is None:
            likes = self.best[operation.id, dag_id]
            self.note(answer.status == likes.status and not answer.text.startswith(REFUSED), *told,
                      "but the admin gets", likes.status, likes.text[:200])
            if caller.over(FOREIGN) == 0 and dag_id != FOREIGN and operation.need != "public":
                self.note(FOREIGN not in answer.text.replace(target, ""), *told, "tells of", FOREIGN)
        else:
            self.note(answer.status == wanted, *told, "wanted", wanted)
            if wanted == 403:
                self.note(REFUSED in answer.text, *told, "without the role's name")

    def all_requests(self, operation):
        """(dag id or ~, request, whether it is about an object of a DAG by an id of its own)."""
        for dag_id in (OWN, FOREIGN):
            request = self.world.request(operation, dag_id)
            is_object = "{dag_id}" not in operation.path and bool(
                self.world.request(operation, OWN)[0] != self.world.request(operation, FOREIGN)[0])
            yield dag_id, request, is_object
        if "{dag_id}" in operation.path and operation.need.endswith("_of_some"):
            target, body, headers = self.world.request(operation, OWN)
            names = {p["name"]: "~" for p in operation.named("path")}
            yield "~", (filled(operation.path, names), {} if body else None, headers), False

    def test_every_role_on_own_and_foreign_objects(self):
        self.clients = {c.name: WebClient(self.world.pair.port, c.token)
                        for c in self.world.callers}
        self.best = {}
        for operation in self.world.operations:
            if operation.path.startswith(SIGN_IN):
                continue
            for dag_id, request, is_object in self.all_requests(operation):
                self.best[operation.id, dag_id] = self.world.admin.send(
                    operation.method, *request)
                for caller in self.world.callers:
                    self.compare(operation, caller, dag_id, request, is_object)
        self.assert_no_faults(10_000)

    def test_without_a_token_no_path_opens_anything(self):
        client = WebClient(self.world.pair.port)
        for operation in self.world.operations:
            if operation.need == "public":
                continue
            path = re.sub("[{}]", "", operation.path)
            tricks = [trick.format(path) for trick in TRICKS] + list(mangled(path))
            for trick in tricks:
                answer = client.send(operation.method, trick)
                self.note(answer.status == 401, operation, trick, answer.status, answer.text[:200])
        self.assert_no_faults(3_000)

    def test_what_is_no_token_makes_nobody_anonymous(self):
        token = self.world.pair.token
        client = WebClient(self.world.pair.port)
        broken = ("", "Bearer", "Bearer ", "Bearer  " + token, f"Bearer {token} x",
                  f"Bearer {token},", f"Bearer {token[:-1]}", f"Bearer {token}0",
                  f"Bearer {token.upper()}", f"Bearer\t{token}", f"Token {token}", token,
                  f"Basic {token}", "Basic YWRtaW46YWRtaW4=", "Bearer null", "Bearer undefined",
                  "Bearer anonymous", "Negotiate", f"Bearer {token}, Bearer {token}",
                  f'Bearer token="{token}"', "Bearer ey.ey.", f"Bearer weft_{'0' * 64}")
        for operation in self.world.operations:
            if "401" not in operation.responses:
                continue  # pages, which look at no token
            target = self.world.request(operation, OWN)[0]
            for text in broken:
                answer = client.send(operation.method, target, headers={"Authorization": text})
                self.note(answer.status == 401, operation, repr(text), answer.status,
                          answer.text[:200])
        self.assert_no_faults(2_000)

    def test_a_workers_token_opens_no_operation(self):
        text = (self.world.pair.data / "worker-token").read_text(encoding="ascii").strip()
        client = WebClient(self.world.pair.port, text)
        for operation in self.world.operations:
            if operation.need == "public":
                continue
            answer = client.send(operation.method, *self.world.request(operation, OWN))
            self.note(answer.status == 403, operation, answer.status, answer.text[:200])
        self.assert_no_faults(100)

    def test_who_is_disabled_or_gone_is_nobody(self):
        token = self.world.sign_in("leaver", role="admin")
        client = WebClient(self.world.pair.port, token)
        self.assertEqual(client.send("GET", "/api/v2/dags").status, 200)
        for method, body in (("PATCH", {"is_disabled": True}), ("DELETE", None)):
            self.world.ask(method, "/users/leaver", body)
            for operation in self.world.operations:
                if "401" not in operation.responses:
                    continue
                answer = client.send(operation.method, *self.world.request(operation, OWN))
                self.note(answer.status == 401, operation, answer.status, answer.text[:200])
        self.assert_no_faults(200)


if __name__ == "__main__":
    unittest.main()
