"""What the harness did: counts for the table at the end, and a file of all events."""

import threading
import time
from collections import Counter, deque


class Journal:
    """Any thread may write. `path` keeps everything, `last` what a report shows."""

    def __init__(self, path):
        self.began = time.monotonic()
        self.counts = Counter()
        self.skipped = {}
        self.last = deque(maxlen=30)
        self.last_fates = deque(maxlen=15)  # of requests: they are many
        self.lock = threading.Lock()
        self.file = open(path, "a", encoding="utf-8")  # pylint: disable=consider-using-with

    def count(self, kind, what):
        with self.lock:
            self.counts[kind, what] += 1

    def note(self, text, is_fate=False):
        line = f"{time.monotonic() - self.began:8.2f}  {text}"
        with self.lock:
            (self.last_fates if is_fate else self.last).append(line)
            if not self.file.closed:
                self.file.write(line + "\n")
                self.file.flush()

    def did(self, kind, what):
        self.count(kind, what)
        self.note(f"{kind}: {what}")

    def met(self, fate, request):
        """One request at the proxy."""
        self.count("proxy", fate)
        self.note(f"proxy: {fate}: {request}", is_fate=True)

    def skip(self, kind, reason):
        self.skipped[kind] = reason
        self.note(f"{kind}: skipped: {reason}")

    def close(self):
        with self.lock:
            self.file.close()

    def tail(self):
        return "\n".join(["the last faults:", *self.last, "the last requests with a fate of their own:",
                          *self.last_fates])

    def table(self):
        rows = [f"{'fault':<34}{'times':>7}"]
        rows += [f"{kind + ': ' + what:<34}{count:>7}"
                 for (kind, what), count in sorted(self.counts.items())]
        rows += [f"{kind:<34}skipped: {reason}" for kind, reason in sorted(self.skipped.items())]
        return "\n".join(rows)
