"""A clock that jumps: the wall's time does, the time that passes does not, nor timers of it."""

import json
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from clocks import Clock, why_none  # noqa: E402

LOOK = """
import ctypes, json, select, time
class Moment(ctypes.Structure): _fields_ = [("s", ctypes.c_long), ("ns", ctypes.c_long)]
class Timer(ctypes.Structure): _fields_ = [("every", Moment), ("at", Moment)]
libc = ctypes.CDLL(None)
fds = []
for clock in (time.CLOCK_MONOTONIC, 7):
    fds.append(libc.timerfd_create(clock, 0))
    at = time.clock_gettime_ns(clock) + 1_000_000
    timer = Timer(Moment(0, 0), Moment(at // 10**9, at % 10**9))
    libc.timerfd_settime(fds[-1], 1, ctypes.byref(timer), None)
fired = sum(bool(select.select([fd], [], [], 10)[0]) for fd in fds)
print(json.dumps({"wall": time.time(), "passing": time.clock_gettime(7), "fired": fired}))
"""
REASON = why_none(sys.executable)


@unittest.skipIf(REASON, REASON)
class ClocksTest(unittest.TestCase):
    def test_only_the_walls_time_jumps(self):
        with tempfile.TemporaryDirectory() as folder:
            clock = Clock(Path(folder) / "clock")
            for offset in (0, 86_400, -86_400):
                clock.jump(offset)
                done = subprocess.run([sys.executable, "-c", LOOK], env=clock.environment,
                                      stdout=subprocess.PIPE, check=True)
                seen = json.loads(done.stdout)
                self.assertAlmostEqual(seen["wall"], time.time() + offset, delta=60)
                self.assertAlmostEqual(seen["passing"], time.clock_gettime(time.CLOCK_BOOTTIME),
                                       delta=60)
                self.assertEqual(seen["fired"], 2, f"timers at {offset:+d} s")


if __name__ == "__main__":
    unittest.main()
