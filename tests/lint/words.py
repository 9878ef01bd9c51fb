"""Small rules of the house: no unfinished work left as a word, no test that sleeps, headers
guarded, no machine's own paths."""

import re

from sources import code_of, exempt, files, read

UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")
SLEEP_CPP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>:])sleep\s*\(")
SLEEP_PY = re.compile(r"\btime\.sleep\s*\(|\basyncio\.sleep\s*\(")
SLEEP_TS = re.compile(r"\bwaitForTimeout\s*\(|new Promise\(\s*\(?\w+\)?\s*=>\s*setTimeout")
OWN_PATHS = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")

SOURCES = (".h", ".cc", ".py", ".ts", ".tsx", ".css", ".sql", ".cmake", "CMakeLists.txt", "dev",
           "run")


def is_test(path):
    name = str(path)
    return name.startswith(("tests/", "web/e2e/")) or ".test." in path.name


def sleeps(path, text):
    if path.suffix in (".h", ".cc"):
        return code_of(text), SLEEP_CPP
    if path.suffix == ".py":
        return text, SLEEP_PY
    return text, SLEEP_TS


def check_text(path, text):
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if UNFINISHED.search(line) and not exempt(line, "word"):
            yield number, "unfinished work: finish it, or open an issue and say what is missing"
        if OWN_PATHS.search(line) and not exempt(line, "path") and not is_test(path):
            yield number, "a path that exists only on one machine"
    if is_test(path):
        code, pattern = sleeps(path, text)
        for match in pattern.finditer(code):
            number = code.count("\n", 0, match.start()) + 1
            if not exempt(lines[number - 1], "sleep"):
                yield number, "a test that sleeps: wait for a signal or use the virtual clock"
    if path.suffix == ".h" and not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield 1, "a header without #pragma once"


def check():
    for path in files(*SOURCES):
        if path.name in ("words.py", "selftest.py"):
            continue
        for line, message in check_text(path, read(path)):
            yield path, line, message
