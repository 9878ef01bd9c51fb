"""clang-format over all C++ files: names those that differ, or mends them with --fix."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from sources import ROOT, files

VERSION = "14"


def program():
    for name in (f"clang-format-{VERSION}", "clang-format"):
        try:
            told = subprocess.run([name, "--version"], capture_output=True, text=True, check=True)
        except (FileNotFoundError, subprocess.CalledProcessError):
            continue
        if f"version {VERSION}." in told.stdout:
            return name
    sys.exit(f"clang-format {VERSION} is missing (Debian 12: apt-get install clang-format)")


def main():
    name, fix = program(), sys.argv[1:] == ["--fix"]
    paths = [str(path) for path in files(".h", ".cc")]
    mode = ["-i"] if fix else ["--dry-run", "-Werror"]

    def run(part):
        return subprocess.run([name, *mode, *part], cwd=ROOT, capture_output=True, text=True)

    parts = [paths[i:i + 16] for i in range(0, len(paths), 16)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(run, parts))
    failed = [result for result in results if result.returncode]
    places = {}
    for result in failed:
        for line in result.stderr.splitlines():
            if ": error" in line:
                path, number = line.split(": error")[0].split(":")[:2]
                places.setdefault(path, set()).add(int(number))
    for path, numbers in sorted(places.items()):
        print(f"{path}:{min(numbers)}: not formatted in {len(numbers)} lines (./dev fmt)")
    print(f"clang-format: {len(paths)} files, {len(places)} to format", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
