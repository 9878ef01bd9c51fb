"""Reads a history - facts in their order, one JSON object per line - and compares what the server
said of every run with what the reference makes of the same facts.

| fact | members |
|---|---|
| dag | dag, version, file |
| run | run, dag, version, type, logical_date, params |
| run_started, run_gone, cancel, run_timed_out | run |
| started | run, task, map_index, try |
| ended | run, task, map_index, outcome, exit_code, outputs, due (of a poke) |
| clear | run, instances [[task, map_index], …] |
| mark | run, instances, state |
| states | run, state, instances {"task map_index": state}: what the server says now |

All have `at`, in seconds. A `states` fact closes the facts before it: they happened at one moment.
"""

import json

from dag import Dag
from run import Run, TERMINAL

ACCEPTED = {"none": ("none",), "ready": ("scheduled", "queued"), "running": ("queued", "running"),
            "restarting": ("restarting",), "up_for_retry": ("up_for_retry",),
            "up_for_reschedule": ("up_for_reschedule",), "deferred": ("deferred",)}


class Disagreement(Exception):
    """The server's states are not the reference's."""


class History:
    """All DAGs and runs of one history."""

    def __init__(self):
        self.dags, self.runs, self.pending, self.at = {}, {}, [], 0

    def read(self, lines):
        for number, line in enumerate(lines, 1):
            try:
                self.take(json.loads(line))
            except Disagreement as difference:
                raise Disagreement(f"line {number}: {difference}") from None

    def take(self, fact):
        self.at = fact.get("at", self.at)
        if fact["fact"] == "dag":
            self.dags[fact["dag"], fact["version"]] = Dag(fact["file"])
        elif fact["fact"] == "states":
            self.compare(fact)
        else:
            self.apply(fact)

    def apply(self, fact):
        if fact["fact"] == "run":
            siblings = self.runs.setdefault(fact["dag"], {})
            dag = self.dags[fact["dag"], fact["version"]]
            siblings[fact["run"]] = Run(dag, fact, siblings)
            return
        getattr(self, "on_" + fact["fact"])(self.run(fact), fact)

    def run(self, fact):
        return next(runs[fact["run"]] for runs in self.runs.values() if fact["run"] in runs)

    def compare(self, fact):
        """Every instance of the run, and the run: the first difference is raised."""
        run = self.run(fact)
        run.now = self.at
        said = {tuple_of(key): state for key, state in fact["instances"].items()}
        run.settle(said)
        run.fresh.clear()
        if run.problems:
            raise Disagreement("; ".join(run.problems))
        if set(said) != set(run.instances):
            raise Disagreement(f"run {run.id}: instances {sorted(set(said) ^ set(run.instances))} "
                               "are known to only one of the two")
        for key, instance in run.instances.items():
            if said[key] not in accepted(run, instance, self.at):
                raise Disagreement(f"run {run.id}: {key} is {said[key]}, the reference says "
                                   f"{instance.state}")
        if fact["state"] != run.state:
            raise Disagreement(f"run {run.id} is {fact['state']}, the reference says {run.state}")

    @staticmethod
    def instances(run, fact):
        return [run.instances[tuple(key)] for key in fact["instances"]]

    # ---- Facts ----------------------------------------------------------------------------------

    def on_run_started(self, run, _):
        run.state = "running"

    def on_cancel(self, run, _):
        run.end("cancelled")

    def on_run_timed_out(self, run, _):
        run.end("timed out")

    def on_run_gone(self, run, _):
        del run.siblings[run.id]

    def on_started(self, run, fact):
        run.settle()
        run.start(run.instances[fact["task"], fact["map_index"]], fact["try"], self.at)

    def on_ended(self, run, fact):
        run.now = self.at
        run.finish(run.instances[fact["task"], fact["map_index"]], fact)

    def on_clear(self, run, fact):
        run.clear(self.instances(run, fact))

    def on_mark(self, run, fact):
        run.mark(self.instances(run, fact), fact["state"])


def tuple_of(key):
    task, index = key.rsplit(" ", 1)
    return task, int(index)


def accepted(run, instance, at):
    """The names under which the server may show what the reference says."""
    if instance.state in TERMINAL:
        return (instance.state,)
    if run.state == "queued":
        return ("none",)
    names = ACCEPTED[instance.state]
    if instance.state in ("up_for_retry", "up_for_reschedule") and at >= instance.due:
        names += ("scheduled",)
    if instance.state == "ready" and run.past_blocks(instance):
        names += ("none",)
    return names
