"""Every JSON file that people edit is JSON without doubled keys; DAG files have tasks."""

import json
import re

from sources import files, read

COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


def no_doubles(pairs):
    seen = {}
    for key, value in pairs:
        if key in seen:
            raise ValueError(f'the key "{key}" stands twice')
        seen[key] = value
    return seen


def check_text(path, text):
    if path.name.endswith(".jsonc"):
        text = COMMENT.sub(lambda match: match.group(1) or " ", text)
    try:
        value = json.loads(text, object_pairs_hook=no_doubles)
    except ValueError as error:
        yield getattr(error, "lineno", 1), f"no good JSON: {error}"
        return
    if path.name.endswith((".dag.json", ".dag.jsonc")):
        if not isinstance(value, dict) or not value.get("tasks"):
            yield 1, "a DAG file without tasks"
        elif not value.get("description") or not value.get("tags"):
            yield 1, "an example needs a description and tags"


def check():
    for folder in ("examples/", "proto/", "CMakePresets.json"):
        for path in files(".json", ".jsonc", under=folder):
            for line, message in check_text(path, read(path)):
                yield path, line, message
