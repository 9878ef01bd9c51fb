"""Who may include whom: dependencies point inward (docs/development/architecture.md), and each
outside library has its place."""

import re

from sources import code_of, exempt, files, read, strings_of

# Folder → the folders that it may include, beside itself. The longest prefix counts.
INNER = {"base", "proto"}
CORE = INNER | {"server/core"}
MIDDLE = CORE | {"server/engine", "server/storage", "server/dispatch", "server/net/http.h",
                 "server/net/problem.h", "server/net/loop.h", "server/net/target.h", "server/secrets",
                 "server/outgoing", "server/telemetry"}
OUTER = MIDDLE | {"server/loader", "server/auth", "server/api", "server/notify"}
ALLOWED = {
    "base": set(),
    "proto": {"base"},
    "server/core": CORE,
    "server/engine": MIDDLE,
    "server/storage": MIDDLE - {"server/secrets", "server/outgoing"},
    "server/secrets": CORE | {"server/storage", "server/outgoing"},
    "server/outgoing": {"base"},
    "server/dispatch": MIDDLE | {"server/auth"},
    "server/loader": OUTER,
    "server/auth": OUTER,
    "server/api": OUTER,
    "server/notify": OUTER,
    "server/net": {"base", "server/telemetry"},
    "server/telemetry": {"base"},
    "server/daemon": OUTER | {"server/net", "web"},
    "worker": INNER,
    # The command line also runs a DAG without a server: the same core, the same runner.
    "cli": OUTER | {"server/net", "server/daemon", "worker", "web"},
}

# Header (a pattern) → the folders that may include it. What is not listed is free for all.
LIBRARIES = [
    (r"boost/(asio|beast)", {"server/net"}),
    (r"sqlite3\.h", {"server/storage"}),
    (r"curl/", {"worker", "cli", "server/notify", "server/loader", "server/outgoing"}),
    (r"CLI/", {"cli"}),
    (r"valijson/", {"server/core"}),
    (r"sodium\.h", {"base", "server/auth", "server/secrets", "server/storage"}),
]

IMPURE_HEADERS = re.compile(
    r"(thread|mutex|shared_mutex|condition_variable|atomic|future|fstream|iostream|filesystem"
    r"|random|unistd\.h|sys/.*|fcntl\.h|spdlog/.*|boost/asio.*|sqlite3\.h|curl/.*)$")
IMPURE_CALLS = re.compile(
    r"\b(system_clock::now|steady_clock::now|absl::Now|gettimeofday|clock_gettime|getenv|"
    r"random_device)\b|\bstd::time\s*\("
    r"|(?<![\w:.>])(time\s*\(\s*(nullptr|NULL|0|&)|rand\s*\(\s*\))")

# The machine's zone files are input, read once per name; nothing else in the core reads a file.
IMPURE_ON_PURPOSE = {"server/core/time/zone.cc", "server/core/time/zone_names.cc"}

SQL = re.compile(
    r"\b(SELECT\s+[\w*(].*\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|"
    r"DELETE\s+FROM\s|CREATE\s+(UNIQUE\s+)?(TABLE|INDEX)\s|PRAGMA\s+\w)", re.DOTALL)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def folder_of(path):
    """The key of ALLOWED that a path belongs to; None for tests and what is outside."""
    path = str(path)
    fits = [key for key in ALLOWED if path == key or path.startswith(key + "/")]
    return max(fits, key=len) if fits else None


def check_include(path, folder, kind, target):
    if kind == '"':
        other = folder_of(target)
        if other is None or other == folder:
            return None
        if other in ALLOWED[folder] or target in ALLOWED[folder]:
            return None
        return f"{folder} may not include {target}: dependencies point inward"
    if folder == "server/core" and IMPURE_HEADERS.match(target):
        if str(path) in IMPURE_ON_PURPOSE:
            return None
        return f"<{target}> in {folder}: the core is pure (no clock, thread, file, socket, log)"
    for pattern, homes in LIBRARIES:
        if re.match(pattern, target) and folder not in homes:
            return f"<{target}> belongs to {', '.join(sorted(homes))}"
    return None


def check_text(path, text):
    """Findings (line, message) of one file."""
    folder = folder_of(path)
    if folder is None:
        return
    lines = text.split("\n")

    def finding(line, message):
        if not exempt(lines[line - 1], "layer"):
            yield line, message

    for match in INCLUDE.finditer(text):
        message = check_include(path, folder, match.group(1), match.group(2))
        if message:
            yield from finding(text.count("\n", 0, match.start(2)) + 1, message)
    code = code_of(text)
    if folder == "server/core" and str(path) not in IMPURE_ON_PURPOSE:
        for match in IMPURE_CALLS.finditer(code):
            yield from finding(code.count("\n", 0, match.start()) + 1,
                               f"{match.group(0)} in the core: time and chance are handed in")
    if folder != "server/storage":
        for line, value in strings_of(text):
            if SQL.search(value):
                yield from finding(line, "SQL outside server/storage")


def check():
    for path in files(".h", ".cc"):
        for line, message in check_text(path, read(path)):
            yield path, line, message
