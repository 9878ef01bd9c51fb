"""People and scripts that go on while faults come: they trigger, clear, cancel, answer and edit, and
remember every answer that said yes."""

import random
import threading
from collections import namedtuple

from acknowledged import NO_ANSWER, PACE, Triggers
from load import NARROW, TRIGGERED

Acknowledged = namedtuple("Acknowledged", "action dag_id run_id task_id")  # as the audit has them

ACTIONS = ("cancel_run", "cancel_task", "clear", "clear", "approve", "approve", "approve", "count",
           "count")
ACTIVE_PER_DAG = 6


class Editor(threading.Thread):
    def __init__(self, pair, triggers, seed):
        super().__init__(daemon=True)
        self.pair, self.triggers = pair, triggers
        self.dice = random.Random(seed)
        self.acknowledged = []
        self.cancelled = set()  # (dag, run): asked for, whatever came of it
        self.counter, self.counter_kept = 0, 0  # the last that was sent, the last acknowledged
        self.go_on = True

    def run(self):
        while self.go_on:
            try:
                getattr(self, self.dice.choice(ACTIONS))()
            except NO_ANSWER:
                pass  # refused or not heard: then it may have happened or not
            PACE.wait(0.3)

    def note(self, action, dag_id="", run_id="", task_id=""):
        self.acknowledged.append(Acknowledged(action, dag_id, run_id, task_id))

    def some_run(self):
        dag_id, ids = self.dice.choice([(t.dag_id, sorted(t.acknowledged)) for t in self.triggers])
        if not ids:
            raise ValueError("no run yet")
        return dag_id, self.dice.choice(ids[-8:])

    def some_task(self, dag_id, run_id):
        there = sorted(self.pair.task_instances(dag_id, run_id))
        if not there:
            raise ValueError("the run is queued, it has none yet")
        return self.dice.choice(there)

    def cancel_run(self):
        dag_id, run_id = self.some_run()
        self.cancelled.add((dag_id, run_id))
        self.pair.call("POST", self.pair.run_path(dag_id, run_id) + "/cancel")
        self.note("cancel_run", dag_id, run_id)

    def cancel_task(self):
        dag_id, run_id = self.some_run()
        task_id = self.some_task(dag_id, run_id)
        if (dag_id, task_id) == ("mapped", "each"):
            return  # it would have to name its map index
        self.cancelled.add((dag_id, run_id))
        self.pair.call("POST", self.pair.run_path(dag_id, run_id) +
                       f"/taskInstances/{task_id}/cancel")
        self.note("cancel_task", dag_id, run_id, task_id)

    def clear(self):
        dag_id, run_id = self.some_run()
        task_id = self.some_task(dag_id, run_id)
        answer = self.pair.call("POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", {
            "dag_run_id": run_id, "dry_run": False, "only_failed": False, "task_ids": [task_id],
            "include_downstream": self.dice.random() < 0.5})
        if answer["total_entries"] > 0:
            self.note("clear", dag_id, run_id)

    def approve(self):
        """All that wait."""
        page = self.pair.get("/api/v2/dags/~/dagRuns/~/taskInstances?state=deferred&limit=100")
        for instance in page["task_instances"]:
            if instance["task_id"] != "ask":
                continue
            dag_id, run_id = instance["dag_id"], instance["dag_run_id"]
            self.pair.call("PATCH", self.pair.run_path(dag_id, run_id) +
                           "/taskInstances/ask/-1/hitlDetails", {"chosen_options": ["Approve"]})
            self.note("answer_approval", dag_id, run_id, "ask")

    def count(self):
        """A register: what was acknowledged last, or tried after it, is what must be there."""
        self.counter += 1
        self.pair.call("PATCH", "/api/v2/pools/narrow", {"description": str(self.counter)})
        self.counter_kept = self.counter


class Callers:
    def __init__(self, pair, seed):
        self.pair = pair
        self.triggers = [Triggers(pair, dag_id, 0.5, self.room_for(dag_id)) for dag_id in TRIGGERED]
        self.editor = Editor(pair, self.triggers, seed)

    def room_for(self, dag_id):
        def is_room():
            page = self.pair.get(f"/api/v2/dags/{dag_id}/dagRuns?limit=1&state=queued&state=running")
            return page["total_entries"] < ACTIVE_PER_DAG
        return is_room

    def start(self):
        self.pair.call("POST", "/api/v2/pools", {"name": "narrow", "slots": NARROW})
        for thread in (*self.triggers, self.editor):
            thread.start()

    def stop(self):
        for thread in (*self.triggers, self.editor):
            thread.go_on = False
        for thread in (*self.triggers, self.editor):
            thread.join()

    def triggered(self):
        """(dag, run) of all acknowledged runs so far."""
        return {(trigger.dag_id, run_id) for trigger in self.triggers
                for run_id in list(trigger.acknowledged)}
