"""P10: how long another DAG's tasks wait while something large goes on, over how long they wait
when all is quiet. A probe is a run of one task; what counts is the time from the moment when the
task was ready to the moment when its worker started it.

Each scene is a method that begins something large and answers with a function that ends it.
"""

import threading
import time
from datetime import datetime, timedelta

from pair import Pair, Refused
from weft_pair import instant

PROBES = 200
GAP = 0.03  # seconds between two probes
TASKS = 100_000
NOOPS = 50_000
YEARS = ("2010-01-01T00:00:00Z", "2019-12-30T00:00:00Z")  # 87,600 hours
CLEARED = 10_000
GOAL_RATIO, GOAL_ACCEPTED_MS = 2.0, 50.0


def p99(figures):
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


class Scenes(Pair):
    """A server, a worker, and DAGs for each scene."""

    def __init__(self, build, folder, small=False):
        super().__init__(build / "weft", folder)
        self.part = 50 if small else 1
        self.accepted_ms = {}
        self.put_dag({"dag_id": "probe", "max_active_runs": 1000,
                      "tasks": [{"task_id": "t", "command": ["true"]}]})
        self.put_dag({"dag_id": "wide", "max_active_tasks": TASKS, "tasks": [
            {"task_id": f"t{i}", "command": ["true"], "queue": "nobody"}
            for i in range(TASKS // self.part)]})
        root = {"task_id": "root", "type": "noop"}
        self.put_dag({"dag_id": "cascade", "max_active_runs": 1, "tasks": [root] + [
            {"task_id": f"n{i}", "type": "noop", "depends_on": ["root"]}
            for i in range(NOOPS // self.part)]})
        hourly = {"schedule": "0 * * * *", "start_date": "2009-12-31", "end_date": "2020-01-01"}
        for dag_id in ("hourly", "cleared"):
            self.put_dag({"dag_id": dag_id, **hourly, "tasks": [root]})

    def __enter__(self):
        self.start()
        self.wait_for(self.runner, "the runner")
        self.wait_for_dags(5, 300)
        return self

    # ---- Scenes ---------------------------------------------------------------------------------

    def accepted(self, scene, method, path, body):
        begun = time.monotonic()
        answer = self.call(method, path, body, timeout=120)
        self.accepted_ms[scene] = (time.monotonic() - begun) * 1e3
        return answer

    def scene_backfill(self):
        """Again as soon as it is complete: then every run of it is cleared and runs once more."""
        body = {"dag_id": "hourly", "from_date": YEARS[0], "to_date": YEARS[1],
                "max_active_runs": 10, "reprocess_behavior": "completed"}
        made = [self.accepted("backfill", "POST", "/api/v2/backfills", body)["id"]]

        def again(over):
            if self.get(f"/api/v2/backfills/{made[0]}")["completed_at"]:
                made[0] = self.call("POST", "/api/v2/backfills", body, timeout=120)["id"]
            else:
                over.wait(0.1)

        stop = self.until_over(again)

        def end():
            stop()
            if not self.get(f"/api/v2/backfills/{made[0]}")["completed_at"]:
                self.call("PUT", f"/api/v2/backfills/{made[0]}/cancel")
        return end

    def until_over(self, action):
        """action(over) again and again in a thread; answers with what ends it."""
        over = threading.Event()

        def loop():
            while not over.is_set():
                action(over)

        thread = threading.Thread(target=loop)
        thread.start()

        def end():
            over.set()
            thread.join()
        return end

    def scene_run_of_100000(self):
        run = self.trigger("wide")
        return lambda: self.call("PATCH", self.run_path("wide", run), {"state": "failed"},
                                 timeout=120)

    def scene_cascade(self):
        return self.until_over(
            lambda _: self.finished("cascade", self.trigger("cascade"), 300))

    def scene_clear(self):
        until = (datetime.fromisoformat(YEARS[0])
                 + timedelta(hours=CLEARED // self.part)).isoformat()
        self.call("POST", "/api/v2/backfills", {
            "dag_id": "cleared", "from_date": YEARS[0], "to_date": until, "max_active_runs": 100})
        path = "/api/v2/dags/cleared/dagRuns?limit=0&state=success"
        self.wait_for(lambda: self.get(path)["total_entries"] >= CLEARED // self.part,
                      "the runs that shall be cleared", 900, 0.5)
        self.accepted("clear", "POST", "/api/v2/dags/cleared/clearTaskInstances", {
            "dry_run": False, "only_failed": False, "reset_dag_runs": True,
            "start_date": YEARS[0], "end_date": until})
        return lambda: None

    # ---- Probes ---------------------------------------------------------------------------------

    def probe(self, count):
        """p99 in ms from ready to started, of so many runs of the probe."""
        runs = []
        for _ in range(count):
            begun = time.monotonic()
            runs.append(self.trigger("probe"))
            left = GAP - (time.monotonic() - begun)
            if left > 0:
                threading.Event().wait(left)
        waits = []
        for run in runs:
            self.finished("probe", run, 120)
            task = self.task_instances("probe", run)["t"]
            waits.append((instant(task["start_date"]) - instant(task["scheduled_when"])) * 1e3)
        return p99(waits)

    def measure(self, name, count):
        """Quiet, then during the scene."""
        quiet = self.probe(count)
        end = getattr(self, f"scene_{name}")()
        try:
            during = self.probe(count)
        finally:
            end()
        return {"quiet_ms": quiet, "during_ms": during, "ratio": during / quiet,
                "accepted_ms": self.accepted_ms.get(name)}


def run(build, folder, quick):
    """All scenes; prints a line for each and answers the figures."""
    figures = {}
    with Scenes(build, folder, small=quick) as scenes:
        scenes.probe(20)  # warm
        for method in sorted(name for name in dir(Scenes) if name.startswith("scene_")):
            name = method.removeprefix("scene_")
            try:
                figures[name] = scenes.measure(name, PROBES // (4 if quick else 1))
            except Refused as refused:
                print(f"P10  {name}: {refused}")
                figures[name] = None
                continue
            print_line(name, figures[name])
    return figures


def print_line(name, found):
    accepted = found["accepted_ms"]
    words = "" if accepted is None else f", accepted in {accepted:.0f} ms"
    missed = found["ratio"] >= GOAL_RATIO or (name == "backfill" and accepted >= GOAL_ACCEPTED_MS)
    print(f"P10  {name:<14} p99 ready -> start {found['during_ms']:.2f} ms / quiet "
          f"{found['quiet_ms']:.2f} ms = {found['ratio']:.2f}{words}   "
          f"{'MISSED' if missed else 'holds'}")
