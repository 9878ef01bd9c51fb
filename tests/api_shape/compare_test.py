"""compare.py sees each kind of difference: two small APIs are the same, then one thing changes."""

import copy
import unittest

from compare import differences, fits, verdict

FACTS = {
    "operations": {
        "GET /things": {
            "query": {
                "limit": {"type": "integer", "minimum": 0, "default": 50},
                "state": {"type": "array", "items": {"$ref": "State"}},
                "order_by": {"type": "array", "items": {"type": "string"}, "default": ["id"],
                             "sort": ["id", "name"]}},
            "status": 200, "answer": ["Things"]},
        "PATCH /things/{thing_id}": {"body": "Body", "status": 200, "answer": ["Thing", "Other"]},
        "DELETE /things/{thing_id}": {"status": 204, "answer": []}},
    "schemas": {
        "State": {"type": "string", "enum": ["on", "off"]},
        "Things": {"properties": {"things": {"type": "array", "items": {"$ref": "Thing"}}},
                   "required": ["things"]},
        "Thing": {"properties": {"id": {"type": "integer"},
                                 "state": {"anyOf": [{"$ref": "State"}, {"type": "null"}]},
                                 "above": {"anyOf": [{"$ref": "Thing"}, {"type": "null"}]},
                                 "at": {"type": "string", "format": "date-time"}},
                  "required": ["id"]},
        "Other": {"properties": {"name": {"type": "string"}}},
        "Body": {"properties": {"name": {"type": "string", "maxLength": 9},
                                "note": {"type": ["string", "null"]},
                                "dry_run": {"type": "boolean", "default": True}},
                 "required": ["name"]}}}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def answer(schema):
    return {"200": {"content": {"application/json": {"schema": schema}}}}


def document():
    return {
        "paths": {
            "/things": {"get": {
                "parameters": [
                    {"$ref": "#/components/parameters/limit"},
                    {"name": "state", "in": "query",
                     "schema": {"type": "array", "items": ref("State")}},
                    {"name": "order_by", "in": "query", "description": "Sort by id, name; or not.",
                     "schema": {"type": "array", "items": {"type": "string"},
                                "default": ["id"]}}],
                "responses": answer(ref("Things"))}},
            "/things/{id}": {
                "patch": {"requestBody": {"content": {"application/json": {"schema": ref("Body")}}},
                          "responses": answer({"anyOf": [ref("Thing"), ref("Other")]})},
                "delete": {"responses": {"204": {}}}}},
        "components": {
            "parameters": {"limit": {"name": "limit", "in": "query", "schema": {
                "type": "integer", "minimum": 0, "default": 50}}},
            "schemas": {
                "State": {"type": "string", "enum": ["off", "on"]},
                "Things": {"type": "object", "required": ["things"], "properties": {
                    "things": {"type": "array", "items": ref("Thing")}}},
                "Thing": {"type": "object", "required": ["id"], "properties": {
                    "id": {"type": "integer"},
                    "state": {"anyOf": [ref("State"), {"type": "null"}]},
                    "above": {"anyOf": [ref("Thing"), {"type": "null"}]},
                    "at": {"type": "string", "format": "date-time"}}},
                "Other": {"type": "object", "properties": {"name": {"type": "string"}}},
                "Body": {"type": "object", "required": ["name"], "properties": {
                    "name": {"type": "string", "maxLength": 9},
                    "note": {"type": ["string", "null"]},
                    "dry_run": {"type": "boolean", "default": True}}}}}}


class Differences(unittest.TestCase):
    def told(self, change):
        ours = document()
        schemas = ours["components"]["schemas"]
        change(ours, {name: schema.get("properties", schema) for name, schema in schemas.items()})
        return differences(copy.deepcopy(FACTS), ours)

    def only(self, wanted, change):
        self.assertEqual(self.told(change), [wanted])

    def test_the_same_has_none(self):
        self.assertEqual(self.told(lambda ours, schemas: None), [])

    def test_operations(self):
        self.only("GET /things: not here", lambda ours, _: ours["paths"].pop("/things"))
        patch = lambda ours: ours["paths"]["/things/{id}"]["patch"]
        self.only("PATCH /things/{thing_id}: without the body",
                  lambda ours, _: patch(ours).pop("requestBody"))
        self.only("DELETE /things/{thing_id}: no answer 204",
                  lambda ours, _: ours["paths"]["/things/{id}"]["delete"]["responses"].pop("204"))
        self.only("PATCH /things/{thing_id}: answers nothing, in Airflow Thing|Other",
                  lambda ours, _: patch(ours)["responses"]["200"].pop("content"))

    def test_query_parameters(self):
        query = lambda ours: ours["paths"]["/things"]["get"]["parameters"]
        limit = lambda ours: ours["components"]["parameters"]["limit"]
        self.only("GET /things ?state: missing", lambda ours, _: query(ours).pop(1))
        self.only("GET /things ?limit: required", lambda ours, _: limit(ours).update(required=True))
        self.only("GET /things ?limit: default 10, in Airflow 50",
                  lambda ours, _: limit(ours)["schema"].update(default=10))
        self.only("GET /things ?limit: at least 1, in Airflow 0",
                  lambda ours, _: limit(ours)["schema"].update(minimum=1))
        self.only("GET /things ?state: type State, in Airflow array",
                  lambda ours, _: query(ours)[1].update(schema=ref("State")))
        self.only("GET /things ?order_by: without name",
                  lambda ours, _: query(ours)[2].update(description="Sort by id; or not."))
        self.only("GET /things ?order_by: with size",
                  lambda ours, _: query(ours)[2].update(description="Sort by id, name, size."))
        self.only("GET /things ?more: added",
                  lambda ours, _: query(ours).append({"name": "more", "in": "query"}))

    def test_fields_of_bodies(self):
        self.only("Body.note: missing", lambda _, schemas: schemas["Body"].pop("note"))
        self.only("Body.note: never null",
                  lambda _, schemas: schemas["Body"].update(note={"type": "string"}))
        self.only("Body.name: length at most 5, in Airflow 9",
                  lambda _, schemas: schemas["Body"]["name"].update(maxLength=5))
        self.only("Body.dry_run: default null, in Airflow true",
                  lambda _, schemas: schemas["Body"]["dry_run"].pop("default"))
        required = lambda ours: ours["components"]["schemas"]["Body"]["required"]
        self.only("Body.name: optional", lambda ours, _: required(ours).clear())
        self.only("Body.note: required", lambda ours, _: required(ours).append("note"))

        def add(ours, schemas):
            schemas["Body"]["owner"] = {"type": "string"}
            required(ours).append("owner")
        self.only("Body.owner: added and required", add)

    def test_fields_of_answers(self):
        self.only("Thing.at: missing", lambda _, schemas: schemas["Thing"].pop("at"))
        self.only("Thing.size: added", lambda _, schemas: schemas["Thing"].update(size={}))
        self.only("Thing.id: type string, in Airflow integer",
                  lambda _, schemas: schemas["Thing"]["id"].update(type="string"))
        self.only("Thing.at: format null, in Airflow \"date-time\"",
                  lambda _, schemas: schemas["Thing"]["at"].pop("format"))
        self.only("Thing.above: never null",
                  lambda _, schemas: schemas["Thing"].update(above=ref("Thing")))
        self.only("State: without the value on",
                  lambda _, schemas: schemas["State"]["enum"].remove("on"))
        self.only("State: with the value odd",
                  lambda _, schemas: schemas["State"]["enum"].append("odd"))
        required = lambda ours: ours["components"]["schemas"]["Thing"]["required"]
        self.only("Thing.id: may be left out", lambda ours, _: required(ours).clear())
        self.only("Thing.at: always there", lambda ours, _: required(ours).append("at"))
        self.only("Other: any fields, in Airflow named",
                  lambda _, schemas: schemas["Other"].pop("name"))


class Verdicts(unittest.TestCase):
    PAGE = "It has\nits reason.\n\n- `a: b`\n"

    def test_all_listed(self):
        allowed = [{"reason": "It has its reason.", "differences": ["a: b"]}]
        self.assertEqual(list(verdict(["a: b"], allowed, self.PAGE)), [])

    def test_what_is_wrong(self):
        allowed = [{"reason": "Another.", "differences": ["a: b", "c: *"]}]
        self.assertEqual(list(verdict(["a: b", "x: y"], allowed, self.PAGE + "- `d: e`\n")),
                         ["not listed: x: y", "no difference any more: c: *",
                          "not in docs/api-differences.md: c: *",
                          "in docs/api-differences.md, but not listed: d: e",
                          "reason not in docs/api-differences.md: Another."])
        self.assertEqual(list(verdict(["a: b"], [{"reason": " ", "differences": ["a: b"]}],
                                      self.PAGE)), ['without a reason: ["a: b"]'])

    def test_a_star_stands_for_anything_and_nothing_else_does(self):
        self.assertTrue(fits("GET /a ?*: added", "GET /a ?limit: added"))
        self.assertFalse(fits("GET /a.b: added", "GET /axb: added"))
        self.assertFalse(fits("a: b", "aa: b"))


if __name__ == "__main__":
    unittest.main()
