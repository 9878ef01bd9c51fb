"""Runs every lint of this folder (or those that are named) and prints `file:line: message`.
Exits 1 when there is a finding. Each lint has check(), which yields (path, line, message)."""

import importlib
import sys

LINTS = ["layers", "coroutines", "lengths", "words", "examples"]


def main():
    names = sys.argv[1:] or LINTS
    unknown = [name for name in names if name not in LINTS]
    if unknown:
        sys.exit(f"no lint {unknown[0]}; there are: {' '.join(LINTS)}")
    count = 0
    for name in names:
        for path, line, message in importlib.import_module(name).check():
            print(f"{path}:{line}: {message} [{name}]")
            count += 1
    if count:
        print(f"{count} findings", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
