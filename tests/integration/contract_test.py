"""Every operation of proto/openapi.json with hostile input against a real server: each answer is one
that the document promises, and nothing breaks the server. Needs WEFT_BINARY."""

import os
import re
import unittest
import urllib.parse

import contract_values as values
from contract_world import World, filled

BODY_LIMIT = 1 << 20
BODY_LIMITS = {"validate_dag": 32 << 20}  # as a DAG file may have
WRONG_TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
               "application/xml", "", "application/json; charset=utf-16", "nonsense")


TAKES_TEXT = ("validate_dag",)  # what is wrong with the text is its answer
# What a right call is answered where it is no 2xx, and why.
OTHERWISE = {
    "create_token": 401, "change_password": 403,  # with a wrong password
    "test_connection": 403, "get_asset_alias": 404,  # neither is there
    "cancel_dag_run": 409, "cancel_task_instance": 409, "cancel_task_instance_by_map_index": 409,
    "pause_backfill": 409, "unpause_backfill": 409, "cancel_backfill": 409,  # they are over
}


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Operations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(os.environ["WEFT_BINARY"])
        cls.addClassCleanup(cls.world.close)

    def test_every_operation_answers_as_documented(self):
        for operation in self.world.operations:
            for kind in operation.types() or ["application/json"]:
                with self.subTest(f"{operation} {kind}"):
                    self.world.prepare(operation)
                    answer = self.world.client.send(
                        operation.method, self.world.target(operation),
                        self.world.body(operation), {"Accept": kind})
                    self.assertEqual(operation.faults(answer), [])
                    wanted = OTHERWISE.get(operation.id)
                    if wanted is not None:
                        self.assertEqual(answer.status, wanted, answer.text[:500])
                    elif self.world.knows(operation):
                        self.assertLess(answer.status, 400, answer.text[:500])
                    if answer.status == 200:
                        self.assertEqual(answer.type, kind)

    def test_every_path_has_the_methods_of_the_document_and_no_others(self):
        # What another part serves may say 404 instead.
        elsewhere = {o.path for o in self.world.operations if "x-served-by" in o.spec}
        paths = {operation.path for operation in self.world.operations}
        self.assertGreater(len(paths), 80)
        for path in sorted(paths):
            target = re.sub("[{}]", "", path)
            # A name may stand where another path has a word.
            known = {o.method for o in self.world.operations
                     if re.fullmatch(re.sub("{[^}]*}", "[^/]+", o.path), target)}
            for method in {"GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "TRACE"} - known:
                with self.subTest(f"{method} {path}"):
                    answer = self.world.client.send(method, target)
                    if answer.status == 404 and path in elsewhere:
                        continue
                    self.assertEqual(answer.status, 405, answer.text[:300])
                    allowed = answer.headers.get("allow", "").split(", ")
                    self.assertEqual(set(allowed) - {"HEAD"}, known)


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(os.environ["WEFT_BINARY"])
        cls.addClassCleanup(cls.world.close)

    def setUp(self):
        self.faults = {}
        self.sent = 0

    def send(self, operation, what, target, body=None, headers=None):
        """Notes what the document doesn't promise; once for each operation and kind of fault."""
        if body is None and operation.needs_body:
            body = self.world.body(operation)
        answer = self.world.client.send(operation.method, target, body, headers)
        self.sent += 1
        if "%2f" in target.lower() and answer.status in (404, 405):
            return answer  # a slash makes it another path, perhaps of another operation
        for fault in operation.faults(answer):
            key = (operation.id, fault.split(":")[0][:60], answer.status)
            self.faults.setdefault(key, f"{operation} [{what}] {target[:200]}: {fault}")
        return answer

    def assert_no_faults(self, least):
        self.assertEqual(self.world.client.send("GET", "/healthz").status, 200)
        self.assertGreater(self.sent, least)
        if self.faults:
            self.fail(f"{len(self.faults)} faults:\n" + "\n".join(self.faults.values()))

    def test_query_parameters(self):
        for operation in self.world.operations:
            for parameter in operation.named("query"):
                name = parameter["name"]
                for what, text in values.odd_texts(parameter["schema"]):
                    query = urllib.parse.urlencode({name: text})
                    self.send(operation, f"{name} {what}",
                              f"{self.world.target(operation)}?{query}")
                target = self.world.target(operation)
                self.send(operation, f"{name} twice", f"{target}?{name}=1&{name}=2")
                self.send(operation, f"{name} bare", f"{target}?{name}")
                self.send(operation, f"{name} bad escape", f"{target}?{name}=%zz%")
                self.send(operation, f"{name} bad utf-8", f"{target}?{name}=%ff%fe")
                self.send(operation, f"{name} often", f"{target}?" + "&".join([f"{name}=1"] * 500))
        self.assert_no_faults(10_000)

    def test_path_parameters(self):
        for operation in self.world.operations:
            right = self.world.path_values(operation)
            for parameter in operation.named("path"):
                name = parameter["name"]
                for what, text in values.odd_texts(parameter["schema"]):
                    if text == str(right[name]) or text in ("", ".", ".."):
                        continue  # the thing itself; another path
                    target = filled(operation.path, {**right, name: text})
                    self.send(operation, f"{name} {what}", target)
                for text in ("%ff", "%c0%af", "..%2f..", "%2e%2e%2f", "a%2fb", "%25", ";x"):
                    target = filled(operation.path, {**right, name: "@@"}).replace("%40%40", text)
                    self.send(operation, f"{name} {text}", target)
        self.assert_no_faults(2_000)

    def test_headers(self):
        for operation in self.world.operations:
            for parameter in operation.named("header"):
                for what, text in values.odd_texts(parameter["schema"]):
                    text = "".join(c for c in text if c.isprintable()).encode().decode("latin-1")
                    self.send(operation, f"{parameter['name']} {what}",
                              self.world.target(operation), headers={parameter["name"]: text})
            for text in ("", "*/*", "text/html", "application/json;q=0", "nonsense", ",,,",
                         "a/b;q=x", "application/json;" * 50):
                if operation.path.endswith("/wait"):
                    break
                self.send(operation, f"accept {text}", self.world.target(operation),
                          headers={"Accept": text})
        self.assert_no_faults(2_000)

    def test_bodies(self):
        for operation in self.world.operations:
            if not operation.bodies:
                self.send(operation, "an unasked body", self.world.target(operation), b"{}")
                continue
            target = self.world.target(operation)
            for what, body in values.broken_bodies(BODY_LIMITS.get(operation.id, BODY_LIMIT)):
                answer = self.send(operation, what, target, body)
                if what == "huge":
                    self.assertEqual(answer.status, 413, operation)
                if what in values.NO_OBJECTS and operation.id not in TAKES_TEXT:
                    self.assertGreaterEqual(answer.status, 400, f"{operation} {what}")
            for kind in WRONG_TYPES:
                self.send(operation, f"type {kind}", target, self.world.body(operation),
                          {"Content-Type": kind})
            self.send_fields(operation, target)
        self.assert_no_faults(5_000)

    def send_fields(self, operation, target):
        """Each field wrong, missing, twice; and one that nobody knows."""
        schema = next(iter(operation.bodies.values()))
        right = self.world.body(operation)
        for name in [*schema.get("properties", {}), "no_such_field"]:
            for wrong in values.WRONG:
                body = values.with_field(self.world.body(operation), name, wrong)
                self.send(operation, f"{name} = {str(wrong)[:40]}", target, body)
            self.send(operation, f"{name} twice", target,
                      values.twice(self.world.body(operation), name, None))
        for name in schema.get("required", ()):
            body = {key: value for key, value in right.items() if key != name}
            answer = self.send(operation, f"without {name}", target, body)
            self.assertIn(answer.status, (400, 404, 422), f"{operation} without {name}")


if __name__ == "__main__":
    unittest.main()
