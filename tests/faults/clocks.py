"""Wall clocks that jump: libfaketime in front of a process, with its offset in a file."""

import os
import shutil
import subprocess
from pathlib import Path

LIBRARIES = [Path(folder) / "faketime/libfaketimeMT.so.1" for folder in (
    "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/local/lib")]
PLAIN_TIMERS = Path(__file__).with_name("plain_timers.c")


def library():
    return next((path for path in LIBRARIES if path.exists()), None)


def compiler():
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)


def why_none(binary):
    """The reason why `binary` cannot get a clock of its own here; None when it can."""
    if library() is None:
        return "there is no libfaketime (Debian package faketime)"
    if compiler() is None:
        return "there is no C compiler for what libfaketime gets wrong (plain_timers.c)"
    linked = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
    if "libasan" in linked or "libtsan" in linked:
        return "a sanitizer's build does not bear libfaketime"
    return None


class Clock:
    """Of all processes that are started with `environment`. Time that only passes (CLOCK_MONOTONIC,
    CLOCK_BOOTTIME) is left alone, as when somebody sets a machine's date."""

    def __init__(self, path):
        self.path = Path(path)
        self.offset = 0
        self.jump(0)
        plain_timers = self.path.with_suffix(".so")
        subprocess.run([compiler(), "-shared", "-fPIC", "-O1", "-o", plain_timers, PLAIN_TIMERS],
                       check=True)
        self.environment = {
            **os.environ, "LD_PRELOAD": f"{plain_timers}:{library()}",
            "FAKETIME_TIMESTAMP_FILE": str(self.path), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}

    def jump(self, offset):
        """To so many seconds from the true time."""
        self.offset = offset
        draft = self.path.with_suffix(".draft")
        draft.write_text(f"{offset:+d}\n", encoding="ascii")
        draft.rename(self.path)
