"""What the machine did: CPU of our processes, of others, ninja, and the bare spawn."""

import json
import os
import subprocess
import time

TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")


def process_cpu_us(pid):
    """User and system time of one process, without its children: from schedstat, which is exact
    to the nanosecond (utime and stime count in ticks of 10 ms)."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0]) / 1e3
        except FileNotFoundError:
            pass
    return total


def children_cpu_us(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) * TICK_US


def machine_cpu_us():
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(x) for x in file.readline().split()[1:9]]
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) * TICK_US, sum(fields) * TICK_US


class Machine:
    """From its making on: how much CPU these processes used, and how much others did."""

    def __init__(self, pids):
        self.pids = tuple(pids)
        self.busy, self.all = machine_cpu_us()
        self.own_before = {pid: process_cpu_us(pid) for pid in self.pids}
        self.reaped_before = sum(children_cpu_us(pid) for pid in self.pids)
        times = os.times()
        self.self_before = times.user + times.system + times.children_user + times.children_system

    def own_cpu_us(self):
        return sum(process_cpu_us(pid) - self.own_before[pid] for pid in self.pids)

    def disturbance(self):
        """The part of the machine's CPU that went to processes that are not ours."""
        busy, total = machine_cpu_us()
        times = os.times()
        self_now = times.user + times.system + times.children_user + times.children_system
        ours = (self.own_cpu_us()
                + sum(children_cpu_us(pid) for pid in self.pids) - self.reaped_before
                + (self_now - self.self_before) * 1e6)
        return max(0.0, (busy - self.busy - ours) / max(1.0, total - self.all))


def write_ninja(folder, kind, count):
    path = folder / f"{kind}_{count}.ninja"
    lines = ["rule t", "  command = true"]
    for i in range(count):
        after = f" o{i - 1}" if kind == "deep" and i > 0 else ""
        lines.append(f"build o{i}: t{after}")
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def time_ninja(folder, kind, count):
    """Seconds that `ninja -j2` takes; nothing it makes exists, so every run does all the work."""
    path = write_ninja(folder, kind, count)
    workspace = folder / f"ninja-{kind}"
    workspace.mkdir(exist_ok=True)
    for leftover in (".ninja_log", ".ninja_deps"):
        (workspace / leftover).unlink(missing_ok=True)
    begun = time.monotonic()
    subprocess.run(["ninja", "-j2", "--quiet", "-f", str(path)], cwd=workspace, check=True,
                   stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def spawn_floor(build, count):
    program = build / "tests/bench/weft_spawn_floor"
    output = subprocess.run([str(program), str(count)], check=True, capture_output=True, text=True)
    return json.loads(output.stdout)
