"""clang-tidy over the C++ files that changed (--all: over all, the changed ones first), for at
most --seconds; what time did not allow is counted, not hidden. Needs a build folder that was
configured; nothing in it has to be compiled. A file that was clean is not checked again until it,
a header of ours beneath it, or .clang-tidy changes."""

import argparse
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from sources import ROOT


def git(*arguments):
    told = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return told.stdout.split("\n") if told.returncode == 0 else None


def changed():
    """Files that differ from where this branch left origin/main (or from the last commit)."""
    base = git("merge-base", "HEAD", "origin/main") or ["HEAD~1"]
    tracked = git("diff", "--name-only", base[0]) or git("ls-files") or []
    new = git("ls-files", "-o", "--exclude-standard") or []
    return {name for name in tracked + new if name}


GCC_ONLY = ("-Wno-dangling-pointer", "-Wno-stringop", "-Wno-maybe-uninitialized", "-Wno-restrict")
PRECOMPILED = "CMakeFiles/weft_pch.dir/cmake_pch.hxx"


def compile_commands(build, plain_header):
    """The commands without what only g++ knows; its compiled header becomes the plain one."""
    entries = json.loads((build / "compile_commands.json").read_text())
    kept = []
    for entry in entries:
        path = pathlib.Path(entry["file"])
        if path.suffix != ".cc" or not path.is_relative_to(ROOT) or path.is_relative_to(build):
            continue
        words = shlex.split(entry["command"])
        while words and not words[0].endswith(("++", "cc", "g++-12")):
            words = words[1:]  # the compiler cache in front
        words = [str(plain_header) if word.endswith(PRECOMPILED) else word for word in words
                 if word != "-Winvalid-pch" and not word.startswith(GCC_ONLY)]
        kept.append({**entry, "command": shlex.join(words)})
    return kept


OWN_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def fingerprint(name):
    """Hash of a file and of our headers that it includes, directly or through others."""
    seen, waiting = set(), [".clang-tidy", name]
    while waiting:
        path = waiting.pop()
        if path not in seen and (ROOT / path).is_file():
            seen.add(path)
            waiting += OWN_INCLUDE.findall((ROOT / path).read_text(errors="replace"))
    total = hashlib.sha256()
    for path in sorted(seen):
        total.update(path.encode() + b"\0" + (ROOT / path).read_bytes())
    return total.hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, 
                        default=float(os.environ.get("WEFT_TIDY_SECONDS", "300")))
    options = parser.parse_args()
    build = options.build.resolve()
    database = build / "tidy"
    database.mkdir(exist_ok=True)
    plain_header = database / "pch.hxx"
    shutil.copyfile(build / PRECOMPILED, plain_header)
    commands = compile_commands(build, plain_header)
    (database / "compile_commands.json").write_text(json.dumps(commands))

    mine = changed()
    names = sorted({str(pathlib.Path(entry["file"]).relative_to(ROOT)) for entry in commands})
    first = [name for name in names if name in mine]
    chosen = first + ([name for name in names if name not in mine] if options.all else [])
    clean_list = database / "clean"
    known = set(clean_list.read_text().split()) if clean_list.is_file() else set()
    marks = {name: fingerprint(name) for name in chosen}
    unchanged = [name for name in chosen if marks[name] in known]
    chosen = [name for name in chosen if marks[name] not in known]
    until = time.monotonic() + options.seconds

    def run(name):
        left = until - time.monotonic()
        if left <= 0:
            return name, None
        try:
            return name, subprocess.run(
                ["clang-tidy", "-p", str(database), "--quiet", name],
                cwd=ROOT, capture_output=True, text=True, timeout=left + 60)
        except subprocess.TimeoutExpired:
            return name, None

    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(run, chosen))
    with open(clean_list, "a", encoding="utf-8") as file:
        for name, result in results:
            if result is not None and result.returncode == 0:
                file.write(marks[name] + "\n")
    done = [result for _, result in results if result is not None]
    failed = [result for result in done if result.returncode]
    for result in failed:
        print(result.stdout.replace(str(ROOT) + "/", "").strip() or result.stderr.strip())
    print(f"clang-tidy: {len(done)} files, {len(failed)} with findings, "
          f"{len(unchanged)} known to be clean, "
          f"{len(results) - len(done)} not reached in {options.seconds:.0f} s", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
