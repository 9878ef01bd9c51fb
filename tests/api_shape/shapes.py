"""Compares two schemas field by field: Airflow's, as airflow-v2.json tells it, and ours, as
proto/openapi.json does. Both are JSON Schema of a few words; what neither uses isn't understood."""

import json

BOUNDS = {"minimum": "at least", "exclusiveMinimum": "more than", "maxLength": "length at most",
          "pattern": "pattern"}


class Document:
    """Where the names of schemas lead to."""

    def __init__(self, schemas):
        self.schemas = schemas

    def resolve(self, schema):
        """The schema and the name it was found under, or None."""
        name = None
        while "$ref" in schema or "allOf" in schema:
            if "allOf" in schema:  # a $ref with more words beside it
                schema = {**schema["allOf"][0], **{k: v for k, v in schema.items() if k != "allOf"}}
                continue
            name = schema["$ref"].rsplit("/", 1)[-1]
            rest = {k: v for k, v in schema.items() if k != "$ref"}
            schema = {**self.schemas[name], **rest}
        return schema, name

    def alternatives(self, schema):
        """Without null: [(kind, schema, name)]; and whether null is one of them."""
        schema, name = self.resolve(schema)
        found, null = [], False
        if "anyOf" in schema or "oneOf" in schema:
            for one in schema.get("anyOf", schema.get("oneOf")):
                more, is_null = self.alternatives(one)
                found, null = found + more, null or is_null
            return found, null
        kinds = schema.get("type", kind_of(schema))
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind == "null":
                null = True
            else:
                found.append((kind, schema, name))
        if None in schema.get("enum", []):
            null = True
        return found, null


def kind_of(schema):
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    if "enum" in schema or "const" in schema:
        return "string"
    return "any"


def shown(value):
    return json.dumps(value, ensure_ascii=False)


class Comparison:
    """Collects differences as "where: what". `is_body`: what callers send, else what they get."""

    def __init__(self, theirs, ours):
        self.theirs, self.ours = theirs, ours
        self.differences = set()
        self.done = set()

    def tell(self, where, what):
        self.differences.add(f"{where}: {what}")

    def value(self, where, theirs, ours, is_body):
        left, left_null = self.theirs.alternatives(theirs)
        right, right_null = self.ours.alternatives(ours)
        if left_null != right_null and not any(kind == "any" for kind, _, _ in left + right):
            self.tell(where, "may be null" if right_null else "never null")
        self.default(where, theirs, ours)
        for one, other in self.pairs(where, left, right):
            self.alternative(where, one, other, is_body)

    def default(self, where, theirs, ours):
        left = self.theirs.resolve(theirs)[0].get("default")
        right = self.ours.resolve(ours)[0].get("default")
        if left != right:
            self.tell(where, f"default {shown(right)}, in Airflow {shown(left)}")

    def pairs(self, where, left, right):
        """Of the same kind, those of the same name first; what stands alone is a difference."""
        right = list(right)
        lonely, found = [], []
        for rank in (lambda a, b: a[2] and a[2] == b[2], lambda a, b: a[0] == b[0]):
            lonely = []
            for one in left:
                other = next((other for other in right if rank(one, other)), None)
                if other is None:
                    lonely.append(one)
                    continue
                right.remove(other)
                found.append((one, other))
            left = lonely
        if lonely or right:
            names = ["|".join(sorted(name or kind for kind, _, name in side)) or "nothing"
                     for side in (right, lonely)]
            self.tell(where, f"type {names[0]}, in Airflow {names[1]}")
        return found

    def alternative(self, where, theirs, ours, is_body):
        kind, left, name = theirs
        right = ours[1]
        if name:
            where = name
            if (name, ours[2] or id(right), is_body) in self.done:
                return
            self.done.add((name, ours[2] or id(right), is_body))
        if left.get("format") != right.get("format"):
            self.tell(where, f"format {shown(right.get('format'))}, "
                             f"in Airflow {shown(left.get('format'))}")
        self.values(where, left, right)
        for word, words in BOUNDS.items():
            if left.get(word) != right.get(word):
                self.tell(where, f"{words} {shown(right.get(word))}, "
                                 f"in Airflow {shown(left.get(word))}")
        if kind == "array":
            self.value(where + "[]", left.get("items", {}), right.get("items", {}), is_body)
        if kind == "object":
            self.fields(where, left, right, is_body)

    def values(self, where, left, right):
        """An enum of one value is a constant."""
        left, right = ({v for v in schema.get("enum", [schema.get("const")]) if v is not None}
                       for schema in (left, right))
        for word, values in (("without", left - right), ("with", right - left)):
            if values and left and right:
                self.tell(where, f"{word} the value{'s' * (len(values) > 1)} "
                                 + ", ".join(map(str, sorted(values))))
        if bool(left) != bool(right):
            self.tell(where, "any value" if left else "only the values "
                      + ", ".join(map(str, sorted(right))))

    def fields(self, where, left, right, is_body):
        theirs, ours = left.get("properties", {}), right.get("properties", {})
        if theirs or ours:
            if not theirs:
                self.tell(where, "fields named, in Airflow any")
                return
            if not ours:
                self.tell(where, "any fields, in Airflow named")
                return
        elif "additionalProperties" in left:
            rest = right.get("additionalProperties", {})
            self.value(where + ".*", left["additionalProperties"],
                       {} if rest in (True, False) else rest, is_body)
        for name in sorted(theirs.keys() | ours.keys()):
            place = f"{where}.{name}"
            if name not in ours:
                self.tell(place, "missing")
                continue
            needed = name in right.get("required", [])
            if name not in theirs:
                self.tell(place, "added and required" if needed and is_body else "added")
                continue
            if needed != (name in left.get("required", [])):
                self.tell(place, ("required" if needed else "optional") if is_body else
                          ("always there" if needed else "may be left out"))
            self.value(place, theirs[name], ours[name], is_body)
