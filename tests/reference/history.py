"""Reads a history and compares what the server said of every run with what the reference makes of
the same facts. A history has one JSON object per line, for one moment:

    {"at": seconds, "wall": seconds, "facts": [...], "states": {run: {"state", "instances"}}}

`at` never jumps; `wall` may. The facts happened in this order:

| fact | members |
|---|---|
| restarted | the server, or its scheduler alone |
| pool | name, slots |
| dag | dag, version, file |
| run | run, dag, version, type, run_id, logical_date, params |
| run_started | run |
| end | run, reason: a cancel, a timeout, an overlap |
| started | run, task, map_index, attempt, try |
| not_rendered | as ended: its concurrency_key can't be rendered, no worker had the try |
| waited | as ended: of a try that needed no worker; timed_out; answer: a person's, to an approval |
| queued_timeout | run, task, map_index |
| ended | run, task, map_index, attempt, outcome, ago, exit_code, outputs; timed_out: of a sensor |
| clear | run, instances [[task, map_index], …]: none only reopens the run |
| rerun | run, version: a backfill clears all of it |
| mark_run | run, state |

`states` is what the server says of the runs that changed; "instances" is null before they are made.
"""

import json

from dag import Dag
from instance import TERMINAL
from order import Candidate, Order
from run import Run

ACCEPTED = {"none": ("none",), "ready": ("scheduled", "queued"), "running": ("queued", "running"),
            "restarting": ("restarting",), "up_for_retry": ("up_for_retry",),
            "up_for_reschedule": ("up_for_reschedule",), "deferred": ("deferred",)}
WAITING = {"sensor.time": "up_for_reschedule", "sensor.task": "up_for_reschedule",
           "sensor.asset": "up_for_reschedule", "trigger_dag": "deferred", "approval": "deferred"}


class Disagreement(Exception):
    """The server's states are not the reference's."""


class History:
    """All DAGs and runs of one history."""

    def __init__(self, judge_order=True):
        self.dags, self.runs, self.compared = {}, {}, 0
        self.judge_order = judge_order
        self.order, self.granted = Order(), []

    def read(self, lines):
        for number, line in enumerate(lines, 1):
            try:
                self.take(json.loads(line))
            except Disagreement as difference:
                raise Disagreement(f"line {number}: {difference}") from None
            except Exception as error:
                raise Disagreement(f"line {number}: {type(error).__name__} {error}") from error

    def take(self, step):
        said = {run: {tuple_of(key): state for key, state in (states["instances"] or {}).items()}
                for run, states in step["states"].items()}
        self.granted = []
        for number, fact in enumerate(step["facts"]):
            self.coming = step["facts"][number:]
            self.apply(fact, step, said)
        self.coming = []
        self.settle(step, said)
        for name, states in step["states"].items():
            run = self.run(name)
            run.fresh.clear()
            self.compare(run, states["state"], said[name] if states["instances"] else None)
            self.order.waiting[name] = [
                Candidate(run.facts["dag"], run, run.instances[key])
                for key, state in said[name].items() if state == "scheduled"]
        wrong = self.order.judge(step["at"], self.granted)
        if wrong and self.judge_order:
            raise Disagreement(wrong)

    def apply(self, fact, step, said):
        if fact["fact"] == "restarted":
            self.order.restarted()
            return
        if fact["fact"] == "pool":
            self.order.pools[fact["name"]] = fact["slots"]
            return
        if fact["fact"] == "dag":
            self.dags[fact["version"]] = Dag(fact["file"])
            return
        if fact["fact"] == "run":
            runs = self.runs.setdefault(fact["dag"], {})
            runs[fact["run"]] = Run(self.dags[fact["version"]], fact, self.runs)
            return
        self.settle(step, said, more_to_come=True)
        run = self.run(fact["run"])
        run.clock(step["at"], step["wall"])
        run.settle(said.get(run.id), more_to_come=True)
        getattr(self, "on_" + fact["fact"])(run, fact)

    def settle(self, step, said, more_to_come=False):
        """The runs that change in this step: twice, since one may wait for another."""
        known = [runs[name] for name in said for runs in self.runs.values() if name in runs]
        for run in known + known:
            run.clock(step["at"], step["wall"])
            run.coming = [(f["task"], f["map_index"]) for f in self.coming
                          if f.get("run") == run.id and "task" in f]
            run.ends_yet = any(f["fact"] == "end" and f["run"] == run.id for f in self.coming)
            run.settle(said[run.id], more_to_come)

    def run(self, name):
        return next(runs[name] for runs in self.runs.values() if name in runs)

    def compare(self, run, state, said):
        """Every instance of the run, and the run: the first difference is raised."""
        self.compared += 1
        if run.problems:
            raise Disagreement(f"run {run.id}: " + "; ".join(run.problems))
        if said is not None and set(said) != set(run.instances):
            raise Disagreement(f"run {run.id}: instances {sorted(set(said) ^ set(run.instances))} "
                               "are known to only one of the two")
        for key, instance in run.instances.items() if said is not None else ():
            if said[key] not in accepted(run, instance):
                raise Disagreement(f"run {run.id}: {key[0]}[{key[1]}] is {said[key]}, the "
                                   f"reference says {instance.state}; of the others it says "
                                   f"{ {str(k): i.state for k, i in run.instances.items()} }")
        if state != run.state:
            raise Disagreement(f"run {run.id} is {state}, the reference says {run.state}")

    # ---- Facts ----------------------------------------------------------------------------------

    def on_run_started(self, run, _):
        if run.state == "queued":  # else it was marked before it could start
            run.state = "running"

    def on_end(self, run, fact):
        run.end(fact["reason"])

    def on_started(self, run, fact):
        instance = run.instances[fact["task"], fact["map_index"]]
        run.start(instance, fact)
        taken = Candidate(run.facts["dag"], run, instance)
        self.order.live[fact["attempt"]] = taken
        self.granted.append(taken)

    def on_ended(self, run, fact):
        self.order.live.pop(fact["attempt"], None)
        run.finish(run.instances[fact["task"], fact["map_index"]], fact)

    def on_not_rendered(self, run, fact):
        run.not_rendered(run.instances[fact["task"], fact["map_index"]], fact)

    def on_waited(self, run, fact):
        run.waited(run.instances[fact["task"], fact["map_index"]], fact)

    def on_queued_timeout(self, run, fact):
        run.queued_for_too_long(run.instances[fact["task"], fact["map_index"]])

    def on_clear(self, run, fact):
        run.clear([run.instances[tuple(key)] for key in fact["instances"]])

    def on_rerun(self, run, fact):
        run.rerun(self.dags[fact["version"]])

    def on_mark_run(self, run, fact):
        run.mark_run(fact["state"])


def tuple_of(key):
    task, index = key.rsplit(" ", 1)
    return task, int(index)


def accepted(run, instance):
    """The names under which the server may show what the reference says."""
    if instance.state in TERMINAL:
        return (instance.state,)
    if run.state == "queued":
        return ("none",)
    names = ACCEPTED[instance.state]
    if instance.state in ("up_for_retry", "up_for_reschedule") and run.is_due(instance):
        names += ("scheduled",)
    if instance.task.waits and "scheduled" in names:
        names += (WAITING[instance.task.type],)
    return names
