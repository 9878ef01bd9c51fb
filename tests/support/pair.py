"""A real server and a real worker on this machine, for tests and benches: in a folder of the
caller's, on a free port of loopback. Every process that is started here is ended here."""

import json
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from worker_process import WorkerProcess, end

PACE = threading.Event()  # never set: real processes are asked again after a moment


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, status, problem):
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


def quote(text):
    return urllib.parse.quote(text, safe="")


class Pair:
    """`data` may lie elsewhere than in `folder`; `server_environment` is that of the server alone."""

    def __init__(self, binary, folder, slots=8, data=None):
        self.binary = str(Path(binary).resolve())
        self.folder = Path(folder)
        self.data = Path(data) if data else self.folder / "data"
        self.dags = self.folder / "dags"
        self.worker = WorkerProcess(self.binary, self.folder / "worker", slots=slots)
        self.dags.mkdir(exist_ok=True)
        self.log_file = open(self.folder / "log", "ab")  # pylint: disable=consider-using-with
        self.port = 0
        self.server = None
        self.server_environment = None
        self.token = ""

    def put_dag(self, dag):
        """Under its name in one step, as an editor saves."""
        target = self.dags / f"{dag['dag_id']}.dag.json"
        draft = self.folder / "draft"
        draft.write_text(json.dumps(dag), encoding="utf-8")
        draft.rename(target)

    def start(self):
        self.start_server()
        self.start_agent()
        return self

    def start_server(self, *options):
        self.server = subprocess.Popen(  # pylint: disable=consider-using-with
            [self.binary, "server", "--listen", f"127.0.0.1:{self.port}", "--data",
             str(self.data), "--dags", str(self.dags), "--secrets-key",
             str(self.folder / "secrets.key"), *options],
            stdout=subprocess.PIPE, stderr=self.log_file, text=True, env=self.server_environment)
        for line in self.server.stdout:
            if line.startswith("listening on "):
                self.port = urllib.parse.urlsplit(line.split()[-1]).port
                break
        else:
            raise RuntimeError("the server did not start:\n" + self.log())
        self.token = (self.data / "admin-token").read_text(encoding="ascii").strip()

    def start_agent(self, *options):
        self.worker.start(self.url, self.data / "worker-token", self.log_file, *options)

    @property
    def agent(self):
        return self.worker.process

    @agent.setter
    def agent(self, process):
        self.worker.process = process

    @property
    def state(self):
        return self.worker.state

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def runner(self):
        return self.worker.runner()

    def kill_runner(self):
        self.worker.kill_runner()

    def kill_server(self):
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()

    def stop_server(self):
        """A clean stop; kills what does not obey. The exit code, or None if it was not there."""
        if self.server is None:
            return None
        code = end(self.server) if self.server.poll() is None else None
        self.server.stdout.close()
        return code

    def stop(self):
        """A clean stop: the worker drains, then the server."""
        self.worker.stop()
        self.stop_server()
        self.log_file.close()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-20_000:]

    def call(self, method, path, body=None, headers=None, timeout=30):
        """The JSON of the answer. Raises Refused, or OSError when nobody answers."""
        request = urllib.request.Request(
            self.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
                     **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode("utf-8", "replace")) from None

    def get(self, path):
        return self.call("GET", path)

    def trigger(self, dag_id, body=None, key=None):
        headers = {"Idempotency-Key": key} if key else None
        return self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", body or {},
                         headers)["dag_run_id"]

    def run_path(self, dag_id, run_id):
        return f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}"

    def finished(self, dag_id, run_id, seconds=120, every=0.05):
        """The run, once it is over."""
        return self.wait_for(
            lambda: (lambda run: run if run["state"] in ("success", "failed") else None)(
                self.get(self.run_path(dag_id, run_id))), f"the end of {run_id}", seconds,
            every)

    def task_instances(self, dag_id, run_id):
        page = self.get(self.run_path(dag_id, run_id) + "/taskInstances?limit=100")
        return {ti["task_id"]: ti for ti in page["task_instances"]}

    def wait_for(self, condition, what, seconds=60, every=0.05):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = condition()
            if found:
                return found
            PACE.wait(every)
        raise AssertionError(f"{what} did not come within {seconds} s:\n{self.log()}")

    def wait_for_dags(self, count, seconds=60):
        return self.wait_for(
            lambda: self.get("/api/v2/dags?limit=0")["total_entries"] >= count, "the DAGs", seconds)
