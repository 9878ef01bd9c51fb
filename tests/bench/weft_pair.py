"""A real server and a real worker on this machine, in a temporary folder, on a free port."""

import datetime
import json
import os
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from measure import process_cpu_us


@dataclass
class RunFigures:
    seconds: float
    next_lease_p99_ms: float
    cpu_us: dict


def dag_text(dag_id, count, chain):
    tasks = [{"task_id": f"t{i}", "command": ["sh", "-c", "true"],
              **({"depends_on": [f"t{i - 1}"]} if chain and i > 0 else {})} for i in range(count)]
    return json.dumps({"dag_id": dag_id, "max_active_tasks": 100_000, "tasks": tasks})


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class WeftPair:
    def __init__(self, build, folder, wide, deep):
        self.build = Path(build).resolve()
        self.folder = folder
        self.processes = []
        dags = folder / "dags"
        dags.mkdir()
        for name, count, chain in (("wide", wide, False), ("deep", deep, True)):
            (dags / f"{name}_{count}.dag.json").write_text(
                dag_text(f"{name}_{count}", count, chain), encoding="utf-8")

    def __enter__(self):
        weft = str(self.build / "weft")
        data = self.folder / "data"
        log = open(self.folder / "log", "wb")
        server = subprocess.Popen(
            [weft, "server", "--listen", "127.0.0.1:0", "--data", str(data),
             "--dags", str(self.folder / "dags")], stdout=subprocess.PIPE, stderr=log, text=True)
        self.processes.append(server)
        self.url = ""
        for line in server.stdout:
            if line.startswith("listening on "):
                self.url = line.split()[-1]
                break
        if not self.url:
            raise SystemExit("bench: the server did not start:\n" + self.log())
        self.token = (data / "admin-token").read_text(encoding="ascii").strip()
        self.processes.append(subprocess.Popen(
            [weft, "worker", "--server", self.url, "--token-file", str(data / "worker-token"),
             "--slots", "8", "--state", str(self.folder / "worker"), "--name", "bench"],
            stdout=log, stderr=log))
        self.runner = self.wait_for(self.find_runner, "the runner")
        self.wait_for(lambda: len(self.get("/api/v2/dags")["dags"]) == 2, "the DAGs")
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def wait_for(self, condition, what, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = condition()
            if found:
                return found
            time.sleep(0.1)
        raise SystemExit(f"bench: {what} did not come up:\n{self.log()}")

    def find_runner(self):
        """The runner is no child of the worker's agent: it outlives it. It names its folder."""
        state = str(self.folder / "worker").encode()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"runner" in words and state in words:
                return int(pid)
        return None

    def pids(self):
        return (self.processes[0].pid, self.processes[1].pid, self.runner)

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def get(self, path):
        return self.call("GET", path)

    def run(self, dag_id):
        """Triggers a run, waits for its end, and reads its times as the server recorded them."""
        before = {name: process_cpu_us(pid)
                  for name, pid in zip(("server", "agent", "runner"), self.pids())}
        run_id = self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {})["dag_run_id"]
        path = f"/api/v2/dags/{dag_id}/dagRuns/{urllib.request.quote(run_id, safe='')}"
        run = self.get(path)
        until = time.monotonic() + 300
        while run["state"] not in ("success", "failed") and time.monotonic() < until:
            time.sleep(0.25)
            run = self.get(path)
        if run["state"] != "success":
            raise SystemExit(f"bench: run {run_id} of {dag_id} is {run['state']}:\n{self.log()}")
        cpu = {name: process_cpu_us(pid) - before[name]
               for name, pid in zip(("server", "agent", "runner"), self.pids())}
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
