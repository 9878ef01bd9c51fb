"""Callers that go on whatever the server does, and remember what they were told."""

import http.client
import threading

from pair import Refused

PACE = threading.Event()  # never set: a caller that comes again and again
NO_ANSWER = (OSError, Refused, ValueError, http.client.HTTPException)


class Triggers(threading.Thread):
    """Triggers one DAG again and again, each time with one key until the answer is there. The key
    is the run's note, too. `may` is asked before each call."""

    def __init__(self, pair, dag_id, every=0.4, may=lambda: True):
        super().__init__(daemon=True)
        self.pair, self.dag_id, self.every, self.may = pair, dag_id, every, may
        self.acknowledged = set()
        self.go_on = True

    def run(self):
        number = 0
        while self.go_on:
            key = f"{self.dag_id}-{number}"
            try:
                if self.may():
                    self.acknowledged.add(self.pair.trigger(self.dag_id, {"note": key}, key))
                    number += 1
            except NO_ANSWER:
                pass  # the same key again: at most one run comes of it
            PACE.wait(self.every)


def run_ids(pair, dag_id):
    """All of the DAG."""
    found, offset, page = set(), 0, [None] * 100
    while len(page) == 100:
        page = pair.get(f"/api/v2/dags/{dag_id}/dagRuns?limit=100&offset={offset}")["dag_runs"]
        found.update(run["dag_run_id"] for run in page)
        offset += 100
    return found
