"""proto/openapi.json as tests read it: its operations with everything resolved, and whether an answer
is one that the document promises. Strict: what the document doesn't name is a fault."""

import json
import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "proto" / "openapi.json"
KNOWN_WORDS = {
    "type", "properties", "required", "items", "enum", "const", "format", "minimum", "maximum",
    "exclusiveMinimum", "minLength", "maxLength", "minItems", "maxItems", "pattern",
    "additionalProperties", "default", "description", "example", "examples", "title", "anyOf",
    "allOf", "oneOf", "$ref", "discriminator", "propertyNames", "contentMediaType"}
FORMATS = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "uuid": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "duration": re.compile(r"PT\d+(\.\d+)?S"),
}
KINDS = {"null": lambda v: v is None, "boolean": lambda v: isinstance(v, bool),
         "string": lambda v: isinstance(v, str), "array": lambda v: isinstance(v, list),
         "object": lambda v: isinstance(v, dict),
         "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
         "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)}


class Document:
    def __init__(self, path=DOCUMENT):
        self.root = json.loads(Path(path).read_text(encoding="utf-8"))

    def resolve(self, thing):
        while "$ref" in thing:
            found = self.root
            for step in thing["$ref"].lstrip("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            thing = {**found, **{k: v for k, v in thing.items() if k != "$ref"}}
        return thing

    def schema(self, schema):
        """Resolved, an allOf of one part with more words beside it folded in."""
        schema = self.resolve(schema)
        while "allOf" in schema:
            rest = {k: v for k, v in schema.items() if k != "allOf"}
            for part in schema["allOf"]:
                rest = {**self.resolve(part), **rest}
            schema = rest
        return schema

    def operations(self):
        methods = ("get", "put", "post", "delete", "patch", "head", "options")
        return [Operation(self, path, method, spec) for path, item in self.root["paths"].items()
                for method, spec in item.items() if method in methods]

    def faults(self, schema, value, place=""):
        """What is wrong with a value, each as "place: what"."""
        schema = self.schema(schema)
        unknown = [w for w in schema if w not in KNOWN_WORDS and not w.startswith("x-")]
        if unknown:
            return [f"{place}: the checker does not know {unknown}"]
        parts = schema.get("anyOf") or schema.get("oneOf")
        if parts:
            if all(self.faults(part, value, place) for part in parts):
                return [f"{place}: fits none of the alternatives: {json.dumps(value)[:200]}"]
            return []
        faults = list(self.scalar_faults(schema, value, place))
        if not faults and isinstance(value, list):
            for i, one in enumerate(value):
                faults += self.faults(schema.get("items", {}), one, f"{place}/{i}")
        if not faults and isinstance(value, dict):
            faults += self.object_faults(schema, value, place)
        return faults

    @staticmethod
    def scalar_faults(schema, value, place):
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if kinds and not any(KINDS[kind](value) for kind in kinds):
            yield f"{place}: should be {kinds}: {json.dumps(value)[:200]}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{place}: is not one of {schema['enum']}: {value!r}"
        if "const" in schema and value != schema["const"]:
            yield f"{place}: is not {schema['const']!r}: {value!r}"
        if KINDS["number"](value):
            if value < schema.get("minimum", value) or value > schema.get("maximum", value):
                yield f"{place}: is out of its bounds: {value}"
            if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
                yield f"{place}: is too small: {value}"
        if isinstance(value, str):
            if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
                yield f"{place}: has the wrong length: {len(value)}"
            known = FORMATS.get(schema.get("format"))
            if known and not known.fullmatch(value):
                yield f"{place}: is no {schema['format']}: {value!r}"
            if "pattern" in schema and not re.search(schema["pattern"], value):
                yield f"{place}: does not match {schema['pattern']}: {value!r}"

    def object_faults(self, schema, value, place):
        if "type" not in schema and "properties" not in schema:
            return []
        faults = [f"{place}: lacks {name}" for name in schema.get("required", ())
                  if name not in value]
        rest = schema.get("additionalProperties", False)
        for name, field in value.items():
            if name in schema.get("properties", {}):
                faults += self.faults(schema["properties"][name], field, f"{place}/{name}")
            elif isinstance(rest, dict):
                faults += self.faults(rest, field, f"{place}/{name}")
            elif not rest:
                faults.append(f"{place}/{name}: is not in the schema")
        return faults


class Operation:
    def __init__(self, document, path, method, spec):
        self.document = document
        self.path, self.method, self.spec = path, method.upper(), spec
        self.id = spec["operationId"]
        self.is_public = spec.get("security") == []
        self.need = spec.get("x-weft-need")
        shared = document.root["paths"][path].get("parameters", [])
        self.parameters = [document.resolve(p) for p in shared + spec.get("parameters", [])]
        for parameter in self.parameters:
            parameter["schema"] = document.schema(parameter["schema"])
        body = document.resolve(spec.get("requestBody", {}))
        self.needs_body = body.get("required", False)
        self.bodies = {kind: document.schema(content.get("schema", {}))
                       for kind, content in body.get("content", {}).items()}
        self.responses = {status: document.resolve(answer)
                          for status, answer in spec["responses"].items()}

    def __repr__(self):
        return f"{self.method} {self.path}"

    def named(self, place):
        """The parameters of one place: path, query, header."""
        return [p for p in self.parameters if p["in"] == place]

    def types(self, status=None):
        """The content types of a status, or of all good ones."""
        found = []
        for code, answer in self.responses.items():
            if code == str(status) or (status is None and code.startswith("2")):
                found += answer.get("content", {})
        return found

    @property
    def streams(self):
        return "text/event-stream" in self.types()

    def faults(self, answer):
        """What an answer has that the document doesn't say."""
        if answer.status >= 500 and answer.status != 503:
            return [f"{answer.status}: {answer.text[:300]}"]
        promised = self.responses.get(str(answer.status)) or self.responses.get("default")
        if promised is None:
            return [f"{answer.status} is not in the document: {answer.text[:300]}"]
        contents = promised.get("content", {})
        if not contents:
            return [f"{answer.status} has a body"] if answer.body else []
        if answer.type not in contents:
            return [f"{answer.status} is {answer.type or 'without a type'}, not {list(contents)}"]
        schema = contents[answer.type].get("schema")
        if schema is None or not answer.type.endswith("json"):
            return []
        lines = [answer.text] if answer.type != "application/x-ndjson" else answer.text.splitlines()
        try:
            values = [json.loads(line) for line in lines]
        except ValueError as error:
            return [f"{answer.status} is no JSON: {error}: {answer.text[:200]}"]
        faults = []
        for value in values:
            faults += self.document.faults(schema, value)
            if answer.type == "application/problem+json" and value["status"] != answer.status:
                faults.append(f"/status: {value['status']} in an answer {answer.status}")
        return faults
