"""The server and the worker that are measured."""

import datetime
from dataclasses import dataclass

from measure import process_cpu_us
from pair import Pair


@dataclass
class RunFigures:
    seconds: float
    next_lease_p99_ms: float
    cpu_us: dict


def dag(dag_id, count, chain):
    tasks = [{"task_id": f"t{i}", "command": ["sh", "-c", "true"],
              **({"depends_on": [f"t{i - 1}"]} if chain and i > 0 else {})} for i in range(count)]
    return {"dag_id": dag_id, "max_active_tasks": 100_000, "tasks": tasks}


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class WeftPair(Pair):
    def __init__(self, build, folder, wide, deep):
        super().__init__(build / "weft", folder)
        self.build = build
        self.put_dag(dag(f"wide_{wide}", wide, False))
        self.put_dag(dag(f"deep_{deep}", deep, True))

    def __enter__(self):
        self.start()
        self.wait_for(self.runner, "the runner")
        self.wait_for_dags(2)
        return self

    def pids(self):
        return (self.server.pid, self.agent.pid, self.runner())

    def run(self, dag_id):
        """Triggers a run, waits for its end, and reads its times as the server recorded them."""
        names = dict(zip(("server", "agent", "runner"), self.pids()))
        before = {name: process_cpu_us(pid) for name, pid in names.items()}
        run_id = self.trigger(dag_id)
        path = self.run_path(dag_id, run_id)
        run = self.finished(dag_id, run_id, 300, every=0.25)
        if run["state"] != "success":
            raise SystemExit(f"bench: run {run_id} of {dag_id} is {run['state']}:\n{self.log()}")
        cpu = {name: process_cpu_us(pid) - before[name] for name, pid in names.items()}
        seconds = instant(run["end_date"]) - instant(run["start_date"])
        p99 = self.next_lease_p99_ms(path) if dag_id.startswith("deep") else 0.0
        return RunFigures(seconds, p99, cpu)

    def next_lease_p99_ms(self, path):
        """From the end of a task's process to the moment its successor was handed out."""
        instances = {}
        for offset in range(0, 1000, 100):
            page = self.get(f"{path}/taskInstances?limit=100&offset={offset}")["task_instances"]
            instances.update({ti["task_id"]: ti for ti in page})
            if len(page) < 100:
                break
        gaps = sorted(
            (instant(instances[f"t{i + 1}"]["queued_when"]) - instant(instances[f"t{i}"]["end_date"]))
            * 1e3 for i in range(len(instances) - 1) if f"t{i + 1}" in instances)
        return gaps[int(len(gaps) * 0.99)] if gaps else 0.0
