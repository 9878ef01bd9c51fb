"""No file over 400 lines. Those that are stand in lengths_allowed.txt with their number of lines,
which may only shrink: `python3 tests/lint/lengths.py --shrink` lowers the numbers to what is."""

import sys

from sources import ROOT, files, read

LIMIT = 400
LIST = ROOT / "tests/lint/lengths_allowed.txt"
GENERATED = (".gen.ts", ".d.ts")


def allowed():
    numbers = {}
    for line in LIST.read_text().splitlines():
        if line and not line.startswith("#"):
            number, path = line.split(maxsplit=1)
            numbers[path] = int(number)
    return numbers


def lengths():
    names = files(".h", ".cc", ".py", ".ts", ".tsx", ".css", ".sql", "CMakeLists.txt", "dev", "run")
    return {str(path): read(path).count("\n") for path in names
            if not path.name.endswith(GENERATED)}


def check():
    numbers, actual = allowed(), lengths()
    for path, count in actual.items():
        bound = numbers.get(path, LIMIT)
        if count > bound:
            yield path, count, f"{count} lines, at most {bound}: split it by its jobs"
    for path, bound in numbers.items():
        if actual.get(path, 0) < bound:
            yield path, 1, (f"is shorter than the {bound} lines that tests/lint/"
                            "lengths_allowed.txt grants: run tests/lint/lengths.py --shrink")


def shrink():
    numbers, actual = allowed(), lengths()
    head = [line for line in LIST.read_text().splitlines() if line.startswith("#")]
    kept = {path: min(bound, actual.get(path, 0)) for path, bound in numbers.items()}
    rows = [f"{count} {path}" for path, count in sorted(kept.items()) if count > LIMIT]
    LIST.write_text("\n".join(head + rows) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] != ["--shrink"]:
        sys.exit("usage: lengths.py --shrink")
    shrink()
