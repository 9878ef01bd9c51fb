"""Reads beside scheduling: what a page of a long list costs, and what reads cost the scheduler.

`pages`: a million finished task instances, made by the scheduler itself (runs of noops). While a
wide run keeps scheduler and worker busy, one caller follows the cursors through all of them; what
counts is the p99 of a page, near the beginning and near the end.

`cost`: the rate of the wide run while callers ask 1,000 times a second, over its rate while the
same callers ask a program that answers with ready-made bytes: the callers' own CPU, of which two
cores have little to spare, is on both sides.
"""

import http.client
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from weft_pair import WeftPair

TASKS = 1000  # of each run of the history
READERS = 4
READS_PER_S = 1000
PAGE = 100
GOAL_PAGE_MS, GOAL_COST = 20.0, 0.95

CANNED = Path(__file__).with_name("canned_server.py")


class Keep:
    """One kept-alive connection to either server."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path):
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench: {path} answered {answer.status}: {body[:300]!r}")
        return body


class History(WeftPair):
    """A server whose database has `runs` × 1,000 finished task instances."""

    def __init__(self, build, folder, wide, runs):
        super().__init__(build, folder, wide, 10)
        self.runs = runs
        root = {"task_id": "root", "type": "noop"}
        self.put_dag({"dag_id": "history", "schedule": "0 * * * *", "start_date": "2009-12-31",
                      "end_date": "2020-01-01", "catchup": "none", "max_active_runs": 4,
                      "tasks": [root] + [{"task_id": f"n{i}", "type": "noop",
                                          "depends_on": ["root"]} for i in range(TASKS - 1)]})

    def __enter__(self):
        self.start()
        self.wait_for(self.runner, "the runner")
        self.wait_for_dags(3)
        first = "2010-01-01T00:00:00Z"
        days, hours = divmod(self.runs - 1, 24)
        last = time.strftime("%Y-%m-%dT", time.gmtime(1262304000 + days * 86400)) + f"{hours:02}:00:00Z"
        made = self.call("POST", "/api/v2/backfills", {
            "dag_id": "history", "from_date": first, "to_date": last, "max_active_runs": 4})["id"]
        self.wait_for(lambda: self.get(f"/api/v2/backfills/{made}")["completed_at"],
                      "the history", 1800, 0.5)
        return self


class Busy:
    """Keeps the scheduler and the worker at work until it is left."""

    def __init__(self, pair, dag_id):
        self.pair, self.dag_id = pair, dag_id
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.loop)

    def loop(self):
        while not self.over.is_set():
            self.pair.finished(self.dag_id, self.pair.trigger(self.dag_id), 300, every=0.25)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def percentile(figures, part):
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


def walk(pair):
    """Milliseconds of each page, from the first to the last, by cursor."""
    keep = Keep(pair.port, pair.token)
    path = f"/api/v2/dags/~/dagRuns/~/taskInstances?limit={PAGE}&order_by=-run_after&cursor="
    cursor, times, rows = "", [], 0
    while cursor is not None:
        begun = time.monotonic()
        body = keep.get(path + cursor)
        times.append((time.monotonic() - begun) * 1e3)
        rows += body.count(b'"dag_run_id":')
        tail = body.rfind(b'"next_cursor":')
        end = body[tail + len(b'"next_cursor":'):].split(b",")[0].strip(b' }"\n').decode()
        cursor = None if end == "null" else end
    return times, rows


def pages(pair, wide):
    with Busy(pair, f"wide_{wide}"):
        times, rows = walk(pair)
    tenth = max(1, len(times) // 10)
    return {"rows": rows, "p50_ms": percentile(times, 0.5), "p99_ms": percentile(times, 0.99),
            "first_p99_ms": percentile(times[:tenth], 0.99),
            "last_p99_ms": percentile(times[-tenth:], 0.99), "max_ms": max(times)}


class Readers:
    """Threads that ask 1,000 times a second in all, at fixed times: a slow answer is caught up."""

    def __init__(self, port, token, paths):
        self.port, self.token, self.paths = port, token, paths
        self.over = threading.Event()
        self.asked = [0] * READERS
        self.threads = [threading.Thread(target=self.loop, args=(i,)) for i in range(READERS)]

    def loop(self, number):
        keep = Keep(self.port, self.token)
        begun, every = time.monotonic(), READERS / READS_PER_S
        while not self.over.is_set():
            keep.get(self.paths[self.asked[number] % len(self.paths)])
            self.asked[number] += 1
            left = begun + self.asked[number] * every - time.monotonic()
            if left > 0:
                self.over.wait(left)

    def __enter__(self):
        self.begun = time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()
        self.rate = sum(self.asked) / (time.monotonic() - self.begun)


def cost(pair, wide, rounds):
    """Median of rate while asked / rate while another is asked as often."""
    runs = pair.get("/api/v2/dags/history/dagRuns?limit=1")["dag_runs"]
    run = pair.run_path("history", runs[0]["dag_run_id"])
    paths = ["/api/v2/dags?limit=25", "/api/v2/dags/~/dagRuns?limit=25&order_by=-id",
             f"{run}/taskInstances?limit=25", f"{run}/taskInstances/n7"]
    with subprocess.Popen([sys.executable, str(CANNED)], stdout=subprocess.PIPE,
                          text=True) as canned:
        try:
            other = int(canned.stdout.readline())
            ratios, rates = [], []
            for _ in range(rounds):
                seconds = []
                for port in (other, pair.port):
                    with Readers(port, pair.token, paths) as readers:
                        seconds.append(pair.run(f"wide_{wide}").seconds)
                    rates.append(readers.rate)
                ratios.append(seconds[0] / seconds[1])
        finally:
            canned.terminate()
    return {"ratio": percentile(ratios, 0.5), "ratios": ratios, "reads_per_s": min(rates)}


def run(build, folder, quick):
    """Makes the history, measures both, prints a line for each and answers the figures."""
    wide, runs, rounds = (2000, 50, 2) if quick else (10_000, 1000, 5)
    with History(build, folder, wide, runs) as pair:
        pair.run(f"wide_{wide}")  # warm
        found = {"pages": pages(pair, wide), "cost": cost(pair, wide, rounds)}
    page, asked = found["pages"], found["cost"]
    print(f"lists {page['rows']} task instances by cursor, the scheduler busy: p50 "
          f"{page['p50_ms']:.1f} ms, p99 {page['p99_ms']:.1f} ms (first tenth "
          f"{page['first_p99_ms']:.1f}, last {page['last_p99_ms']:.1f}, worst {page['max_ms']:.0f})   "
          f"{'holds' if page['p99_ms'] < GOAL_PAGE_MS else 'MISSED'}")
    print(f"reads P1's rate with {asked['reads_per_s']:.0f} reads/s / with as many elsewhere = "
          f"{asked['ratio']:.3f}   {'holds' if asked['ratio'] >= GOAL_COST else 'MISSED'}")
    return found
