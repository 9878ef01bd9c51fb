"""Values that fit a schema, sit at its bounds, or fit nothing: for parameters as text, for bodies as
JSON."""

import json

LONG = "x" * 3000
DEEP = 100_000
# For any parameter: (what it is, text).
HOSTILE = [
    ("empty", ""), ("blank", " "), ("long", LONG), ("nul", "a\0b"), ("unicode", "żółw🐢\u202e"),
    ("tilde", "~"), ("up", "../../etc/passwd"), ("dots", ".."), ("dot", "."), ("slash", "a/b"),
    ("sql", "' OR 1=1 --"), ("like", "%_%|%"), ("percent", "%"), ("quote", "\"'`;$(true)"),
    ("newline", "a\r\nx-y: z"), ("surrogate", "\ufffe\uffff"), ("minus", "-"), ("null", "null"),
    ("json", '{"a": [1]}'), ("list", "a,b,,c"), ("reserved", "undefined NaN"),
]
NUMBERS = ["0", "-1", "1", "-0", "+1", "007", "1.5", "1e3", "0x10", "2147483647", "2147483648",
           "-2147483649", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
           "9" * 100, "NaN", "Infinity", "-Infinity", "1e999", "1_000", "١"]
TIMES = ["2025-01-01", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z",
         "9999-12-31T23:59:59.999999999Z", "2025-02-30T00:00:00Z", "2025-01-01T25:00:00Z",
         "-1000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "1e9", "now", "2025-01-01 00:00:00",
         "2025-06-30T23:59:60Z", "2025-W01-1", "1970-01-01T00:00:00-23:59"]
BOOLEANS = ["true", "false", "1", "0", "TRUE", "maybe", "2"]


def odd_texts(schema):
    """Texts for a parameter, fitting or not, as (what, text)."""
    item = schema.get("items", schema)
    found = list(HOSTILE)
    kind = item.get("type")
    if kind in ("integer", "number"):
        found += [("number", text) for text in NUMBERS]
        for bound in ("minimum", "maximum", "exclusiveMinimum"):
            if bound in item:
                found += [(bound, str(item[bound] + step)) for step in (-1, 0, 1)]
    if kind == "boolean":
        found += [("boolean", text) for text in BOOLEANS]
    if item.get("format") == "date-time":
        found += [("time", text) for text in TIMES]
    found += [("enum", str(text)) for text in item.get("enum", ())]
    if "maxLength" in item:
        found += [("length", "a" * (item["maxLength"] + step)) for step in (0, 1)]
    return found


# For any field of a body.
WRONG = [None, True, -1, 0, 1.5, 1e308, 2**31, 2**63, -2**63 - 1, 2**64, "", " ", "~", "..",
         "../x", "a\0b", "żółw🐢", LONG, "x" * 70_000, [], [None], [[]], [{}], ["a"] * 3, {},
         {"a": None}, {"": 1}, [1, "a", None, {}], "2025-13-01", "0001-01-01T00:00:00Z",
         "9999-12-31T23:59:59Z", ["a"] * 1500]


def broken_bodies(limit):
    """Bodies that are no object of the schema, as (what, bytes). `limit`: as large as one may be."""
    deep = b'{"a":' * DEEP + b"1" + b"}" * DEEP
    return [
        ("empty", b""), ("blank", b" \n"), ("null", b"null"), ("list", b"[]"), ("text", b'"x"'),
        ("number", b"1"), ("cut", b'{"a": '), ("two", b"{}{}"), ("comma", b'{"a": 1,}'),
        ("comment", b"{/*x*/}"), ("single", b"{'a': 1}"), ("nan", b'{"a": NaN}'),
        ("unknown", b'{"no_such_key": 1}'), ("deep", deep), ("deep list", b"[" * DEEP),
        ("deep inside", b'{"conf": ' + b"[" * DEEP + b"]" * DEEP + b"}"),
        ("utf8", b'{"note": "\xff\xfe"}'), ("overlong", b'{"note": "\xc0\xaf"}'),
        ("half a pair", b'{"note": "\\ud800"}'), ("utf16", '{"a": 1}'.encode("utf-16")),
        ("bom", b"\xef\xbb\xbf{}"), ("nul", b'{"a": "\\u0000"}'), ("raw nul", b"{\0}"),
        ("big number", b'{"a": ' + b"9" * 10_000 + b"}"), ("exponent", b'{"a": 1e99999}'),
        ("huge", b'{"note": "' + b"x" * limit + b'"}'),
    ]


# Of these, what no operation may take for a right body.
NO_OBJECTS = ("list", "text", "number", "cut", "two", "comma", "comment", "single", "nan", "unknown",
              "deep", "deep list", "deep inside", "utf8", "overlong", "half a pair", "utf16",
              "raw nul", "exponent")


def with_field(body, name, value):
    return json.dumps({**body, name: value}).encode()


def twice(body, name, value):
    """The key twice: right first, then something else."""
    right = json.dumps(body)
    return (right[:-1] + (", " if body else "") + f"{json.dumps(name)}: {json.dumps(value)}}}"
            ).encode()
