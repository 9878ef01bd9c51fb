#!/usr/bin/env python3
"""How our REST API differs from Airflow's: operation by operation, field by field.

Usage: compare.py [--print]

Airflow's side is airflow-v2.json, ours proto/openapi.json. Each difference is one line,
"place: what"; differences.json lists those that stay, with the reason, and
docs/api-differences.md tells them to people. Fails on a difference that is not listed, on a
listed one that is none any more, and on one that the page lacks. --print shows all of them.
"""

import json
import re
import sys
from pathlib import Path

from shapes import Comparison, Document, shown

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NAMES = re.compile(r"\{\w+\}")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


class Ours:
    """proto/openapi.json by "METHOD /path" with the names in the path left out."""

    def __init__(self, document):
        self.document = document
        self.schemas = Document(document["components"]["schemas"])
        self.operations = {
            f"{method.upper()} {NAMES.sub('{}', path)}": operation
            for path, methods in document["paths"].items()
            for method, operation in methods.items()}

    def query(self, operation):
        found = {}
        for parameter in operation.get("parameters", []):
            if "$ref" in parameter:
                parameter = self.document["components"]["parameters"][
                    parameter["$ref"].rsplit("/", 1)[-1]]
            if parameter["in"] == "query":
                found[parameter["name"]] = parameter
        return found

    @staticmethod
    def body(operation):
        content = operation.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    @staticmethod
    def answer(operation, status):
        """(is there such a status, its schema or None)"""
        answer = operation["responses"].get(str(status))
        if answer is None:
            return False, None
        return True, answer.get("content", {}).get("application/json", {}).get("schema")


def compare_query(comparison, place, theirs, ours):
    for name in sorted(theirs.keys() | ours.keys()):
        where = f"{place} ?{name}"
        if name not in ours:
            comparison.tell(where, "missing")
            continue
        needed = bool(ours[name].get("required"))
        if name not in theirs:
            comparison.tell(where, "added and required" if needed else "added")
            continue
        wanted = {**theirs[name]}
        if needed != wanted.pop("required", False):
            comparison.tell(where, "required" if needed else "optional")
        compare_sort(comparison, where, wanted.pop("sort", []), ours[name].get("description", ""))
        comparison.value(where, wanted, ours[name].get("schema", {}), True)


def compare_sort(comparison, where, wanted, description):
    told = re.search(r"Sort by ([\w, ]+)", description)
    columns = set(re.split(r"[, ]+", told.group(1).strip())) if told else set()
    for word, names in (("without", set(wanted) - columns), ("with", columns - set(wanted))):
        for name in sorted(names if wanted else []):
            comparison.tell(where, f"{word} {name}")


def compare_operation(comparison, place, theirs, ours, operation):
    compare_query(comparison, place, theirs.get("query", {}), ours.query(operation))
    body = ours.body(operation)
    if ("body" in theirs) != (body is not None):
        comparison.tell(place, "without the body" if body is None else "with a body")
    elif body is not None:
        comparison.value(place + " body", {"$ref": theirs["body"]}, body, True)
    has_status, answer = ours.answer(operation, theirs["status"])
    if not has_status:
        comparison.tell(place, f"no answer {theirs['status']}")
        return
    named = [{"$ref": name} for name in theirs["answer"]]
    if named and answer is None:
        comparison.tell(place, "answers nothing, in Airflow " + "|".join(theirs["answer"]))
    elif named:
        comparison.value(place + " answer", {"anyOf": named}, answer, False)


def differences(facts, document):
    """All of them, sorted."""
    ours = Ours(document)
    comparison = Comparison(Document(facts["schemas"]), ours.schemas)
    for place, theirs in facts["operations"].items():
        operation = ours.operations.get(NAMES.sub("{}", place))
        if operation is None:
            comparison.tell(place, "not here")
        else:
            compare_operation(comparison, place, theirs, ours, operation)
    return sorted(comparison.differences)


def fits(entry, difference):
    """`*` in an entry stands for anything."""
    pattern = ".*".join(re.escape(part) for part in entry.split("*"))
    return re.fullmatch(pattern, difference) is not None


def verdict(found, allowed, page):
    """What is wrong, as lines."""
    entries = [entry for group in allowed for entry in group["differences"]]
    for difference in found:
        if not any(fits(entry, difference) for entry in entries):
            yield f"not listed: {difference}"
    for entry in entries:
        if not any(fits(entry, difference) for difference in found):
            yield f"no difference any more: {entry}"
        if f"`{entry}`" not in page:
            yield f"not in docs/api-differences.md: {entry}"
    for told in re.findall(r"^- `(.*)`$", page, re.MULTILINE):
        if told not in entries:
            yield f"in docs/api-differences.md, but not listed: {told}"
    for group in allowed:
        if not group["reason"].strip():
            yield "without a reason: " + shown(group["differences"])
        elif " ".join(group["reason"].split()) not in " ".join(page.split()):
            yield "reason not in docs/api-differences.md: " + group["reason"]


def main(arguments):
    found = differences(read(HERE / "airflow-v2.json"), read(ROOT / "proto/openapi.json"))
    if arguments == ["--print"]:
        print("\n".join(found))
        return 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    page = (ROOT / "docs/api-differences.md").read_text(encoding="utf-8")
    wrong = list(verdict(found, read(HERE / "differences.json"), page))
    print("\n".join(wrong or [f"{len(found)} differences, all listed"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
