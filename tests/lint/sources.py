"""What the lints share: the list of files, C++ without comments and strings, and findings."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A line with this word and a reason behind it is exempt from the rule that it names.
EXEMPT = re.compile(r"lint: allow-([a-z-]+)\s+\S+")


def files(*endings, under=None):
    """Paths relative to the root: tracked ones, and new ones that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    found = []
    for name in sorted(set(listed)):
        if not name or (under and not name.startswith(under)):
            continue
        if name.endswith(endings) and (ROOT / name).is_file():
            found.append(pathlib.PurePosixPath(name))
    return found


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def exempt(line, rule):
    found = EXEMPT.search(line)
    return found is not None and found.group(1) == rule


_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)")
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+')""",
    re.VERBOSE | re.DOTALL)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_of(text):
    """C++ with comments and the insides of strings blanked; every line keeps its number."""
    def replace(match):
        if match.group("comment"):
            return _blank(match.group(0))
        return '"' + _blank(match.group(0)[1:-1]) + '"'
    return _TOKEN.sub(replace, text)


def strings_of(text):
    """(line, string) of each string literal; neighbours that the compiler would join are one."""
    found = []
    end = None
    for match in _TOKEN.finditer(text):
        if match.group("comment"):
            continue
        if match.group("char"):
            end = None
            continue
        value = match.group("string") or match.group("raw")
        if end is not None and not text[end:match.start()].strip():
            found[-1] = (found[-1][0], found[-1][1] + value[1:-1])
        else:
            found.append((text.count("\n", 0, match.start()) + 1, value[1:-1]))
        end = match.end()
    return found
