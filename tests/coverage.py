#!/usr/bin/env python3
"""Line coverage of the core, from what gcov counted while the tests ran.

    tests/coverage.py --build build-coverage [--under server/core] [--least 95] [--missing]

Prints a line per file, the worst last, and the whole. Exits 1 when the whole is under --least.
--missing lists the lines that were never reached.
"""

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def counts(build, under):
    """file → line → how often it was reached, over all objects that contain it."""
    lines = defaultdict(lambda: defaultdict(int))
    data = sorted(build.rglob("*.gcda"))
    for start in range(0, len(data), 20):
        done = subprocess.run(
            ["gcov", "--json-format", "--stdout", *map(str, data[start:start + 20])],
            capture_output=True, text=True, check=True, cwd=build)
        for text in done.stdout.splitlines():
            for file in json.loads(text)["files"]:
                path = Path(file["file"])
                path = path if path.is_absolute() else build / path
                if not path.resolve().is_relative_to(ROOT / under):
                    continue
                name = str(path.resolve().relative_to(ROOT))
                for line in file["lines"]:
                    lines[name][line["line_number"]] += line["count"]
    return lines


def ranges(numbers):
    """3, 4, 5, 9 → "3-5 9"."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(f"{a}-{b}" if b > a else str(a) for a, b in found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build-coverage")
    parser.add_argument("--under", default="server/core")
    parser.add_argument("--least", type=float, default=95.0)
    parser.add_argument("--missing", action="store_true")
    options = parser.parse_args()
    lines = counts(options.build.resolve(), options.under)
    if not lines:
        sys.exit(f"no counts of {options.under} in {options.build}: were its tests run?")
    rows, total, reached = [], 0, 0
    for name, numbers in lines.items():
        hit = sum(1 for count in numbers.values() if count)
        rows.append((hit / len(numbers), len(numbers), name))
        total, reached = total + len(numbers), reached + hit
    print(f"{'lines':>7} {'reached':>8}")
    for share, size, name in sorted(rows, reverse=True):
        print(f"{size:>7} {share:>8.1%}  {name}")
        if options.missing and share < 1:
            print(f"{'':>18}{ranges(sorted(n for n, c in lines[name].items() if not c))}")
    whole = 100 * reached / total
    print(f"{total:>7} {whole:>7.1f}%  {options.under}, at least {options.least:.0f} % wanted")
    return 0 if whole >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
