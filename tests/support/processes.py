"""What is left in /proc: tests end and stop only what they find by their own folder."""

import os
import signal
import threading
from pathlib import Path

PACE = threading.Event()  # never set: a process is stopped for a while


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def runner_of(state):
    """The pid of the runner whose state folder this is. It is no child of the agent's: it outlives
    it. It names its folder."""
    folder = str(state).encode()
    for pid in pids():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"runner" in words and folder in words:
            return pid
    return None


def targets(pid):
    """What its open files are, as far as one may look."""
    folder = f"/proc/{pid}/fd"
    try:
        numbers = os.listdir(folder)
    except OSError:
        return
    for number in numbers:
        try:
            yield os.readlink(f"{folder}/{number}")
        except OSError:
            pass  # closed meanwhile


def is_attempt_under(pid, folder):
    """It carries an attempt of a worker under `folder`, or holds a file of `folder`/locks."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False  # it has just ended
    if b"WEFT_ATTEMPT_ID=" in environment and str(folder).encode() in environment:
        return True
    return any(target.startswith(f"{folder}/locks/") for target in targets(pid))


def survivors(folder):
    """Processes of attempts of workers under `folder`."""
    return [pid for pid in pids() if pid != os.getpid() and is_attempt_under(pid, folder)]


def send(pid, number):
    """False when there is nobody any more."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def stop_for(pid, seconds):
    """SIGSTOP, and SIGCONT after a while; it may have been ended meanwhile."""
    if pid is None or not send(pid, signal.SIGSTOP):
        return
    PACE.wait(seconds)
    send(pid, signal.SIGCONT)
