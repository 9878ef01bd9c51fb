"""A server with something of every kind in it, for the tests that walk the OpenAPI document: what to
put into the {names} of a path, and into a body, so that an operation finds what it is about."""

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pair import Pair  # noqa: E402
from openapi import Document  # noqa: E402
from web_client import WebClient, filled, with_query  # noqa: E402,F401

ORDERS = {
    "dag_id": "orders", "dag_display_name": "All orders", "owner": "shop-team", "tags": ["daily", "shop"],
    "max_active_runs": 50, "params": {"who": {"type": "string", "default": "world"}},
    "task_groups": {"inner": {}},
    "tasks": [
        {"task_id": "extract", "task_display_name": "Get them", "pool": "small", "queue": "default",
         "command": "echo hello; echo more; echo rows:=7 >> \"$WEFT_OUTPUT\""},
        {"task_id": "load", "group": "inner", "type": "noop", "depends_on": ["extract"]}]}
DAGS = [
    ORDERS,
    {"dag_id": "breaks", "tasks": [{"task_id": "t", "command": "exit 3"}]},
    {"dag_id": "mapped", "tags": ["shop"], "tasks": [
        {"task_id": "each", "command": "echo each; echo rows:=1 >> \"$WEFT_OUTPUT\"",
         "expand": {"n": [1, 2, 3]}}]},
    {"dag_id": "make", "tasks": [{"task_id": "t", "type": "noop", "outlets": ["asset"]}]},
    {"dag_id": "use", "schedule": {"assets": {"all": ["asset", "other"]}},
     "tasks": [{"task_id": "t", "type": "noop"}]},
    {"dag_id": "lost", "tasks": [{"task_id": "t", "type": "noop", "pool": "nowhere"}]},
    {"dag_id": "ask", "max_active_runs": 50, "tasks": [
        {"task_id": "extract", "type": "approval",
         "with": {"subject": "May it go?", "body": "All is well"}}]},
    {"dag_id": "nightly", "schedule": "@daily", "start_date": "2025-01-01", "catchup": "none",
     "tasks": [{"task_id": "t", "type": "noop"}]},
]
MOVED = {"dag_id": "moved", "tasks": [{"task_id": "a", "type": "noop"},
                                      {"task_id": "b", "type": "noop"}]}
API = "/api/v2"
DAY = "2025-03-0{}T00:00:00Z"


def order(operation):
    """What reads comes first; what deletes last, and a part before the whole."""
    is_deletion = operation.method == "DELETE"
    return (operation.method != "GET", is_deletion,
            -operation.path.count("/") if is_deletion else 0)


class World:
    """In a folder of its own; close() ends it."""

    def __init__(self, binary):
        self.folder = tempfile.TemporaryDirectory(prefix="weft-contract-")
        self.pair = Pair(binary, self.folder.name, slots=4)
        self.document = Document()
        self.operations = sorted(self.document.operations(), key=order)
        for dag in DAGS:
            self.pair.put_dag(dag)
        (self.pair.dags / "bad.dag.json").write_text("{", encoding="utf-8")
        self.serial = 0
        self.client = None
        try:
            self.pair.start()
            self.pair.wait_for_dags(len(DAGS))
            self.client = WebClient(self.pair.port, self.pair.token)
            self.fill()
        except BaseException:
            self.close()
            raise

    def close(self):
        if self.client is not None:
            self.client.close()
        self.pair.stop()
        self.folder.cleanup()

    def ask(self, method, path, body=None, status=(200, 201, 204)):
        answer = self.client.send(method, API + path, body)
        if answer.status not in status:
            raise AssertionError(f"{method} {path}: {answer.status} {answer.text[:500]}")
        return answer.json if answer.body else None

    def get(self, path):
        return self.ask("GET", path)

    def fill(self):
        self.ask("POST", "/pools", {"name": "small", "slots": 2, "description": "few"})
        self.ask("POST", "/variables", {"key": "region", "value": "eu", "description": "where"})
        self.ask("POST", "/connections", {"connection_id": "dwh", "conn_type": "postgres",
                                          "host": "db.example.com", "port": 5432})
        self.ask("POST", "/users", {"username": "ada", "role": "viewer"})
        self.token = self.ask("POST", "/tokens", {"name": "spare"})
        self.join("spare")
        self.join_token = self.ask("POST", "/workers/joinTokens", {"is_single_use": False})
        self.run = self.pair.trigger("orders", {"dag_run_id": "first", "conf": {"who": "all"},
                                                "note": "by hand"})
        runs = [(dag, self.pair.trigger(dag, {"logical_date": DAY.format(1)}))
                for dag in ("orders", "breaks", "mapped", "make")]
        for dag, run in [("orders", self.run), *runs]:
            self.pair.finished(dag, run)
        self.mapped_run = runs[2][1]
        self.approval_run = self.pair.trigger("ask")
        asked = f"/dags/ask/dagRuns/{self.approval_run}/taskInstances/extract/-1/hitlDetails"
        self.pair.wait_for(lambda: self.client.send("GET", API + asked).status == 200, "a question")
        self.backfill = self.ask("POST", "/backfills", {
            "dag_id": "nightly", "from_date": DAY.format(1), "to_date": DAY.format(3)})["id"]
        self.asset = self.get("/assets?name_pattern=asset")["assets"][0]["id"]
        self.emit()
        self.left_behind()
        self.answer_one()
        self.delete_much()
        self.pair.wait_for(
            lambda: self.get(f"/backfills/{self.backfill}")["state"] == "completed", "the backfill")
        self.forget()
        self.pair.wait_for(lambda: self.get("/importErrors")["import_errors"], "an import error")
        self.ask("POST", "/dags/orders/clearTaskInstances",
                 {"dry_run": False, "only_failed": False, "task_ids": ["extract"],
                  "dag_run_id": runs[0][1]})
        self.pair.finished("orders", runs[0][1])
        self.values = {
            "dag_id": "orders", "dag_run_id": self.run, "task_id": "extract", "map_index": -1,
            "try_number": 1, "task_try_number": 1, "version_number": 1, "xcom_key": "rows",
            "pool_name": "small", "variable_key": "region", "connection_id": "dwh",
            "username": "ada", "token_id": self.token["id"], "backfill_id": self.backfill,
            "worker_name": "spare", "join_token_id": self.join_token["id"],
            "asset_id": self.asset, "asset_alias_id": 1, "job_id": self.first("/jobs", "jobs", "id"),
            "event_log_id": self.first("/eventLogs", "event_logs", "event_log_id"),
            "import_error_id": self.first("/importErrors", "import_errors", "import_error_id")}

    def join(self, name):
        """A worker that has a key and never asks for work: one to be revoked."""
        token = self.ask("POST", "/workers/joinTokens", {"worker_name": name})["token"]
        worker = WebClient(self.pair.port, token)
        answer = worker.send("POST", "/api/worker/v1/register", {
            "protocol": 2, "name": name, "host": "h", "version": "1", "slots": 1,
            "queues": ["nowhere"], "session": "5" * 32})
        worker.close()
        if answer.status != 200:
            raise AssertionError(f"{name} does not join: {answer.status} {answer.text[:500]}")

    def first(self, path, key, field):
        rows = self.get(path)[key]
        return rows[0][field] if rows else 1

    def emit(self):
        """An event that waits for the other asset of the DAG "use"."""
        self.ask("POST", "/assets/events", {"asset_id": self.asset, "extra": {"n": 1}})

    def answer_one(self):
        run = self.pair.trigger("ask")
        asked = f"/dags/ask/dagRuns/{run}/taskInstances/extract/-1/hitlDetails"
        self.pair.wait_for(lambda: self.client.send("GET", API + asked).status == 200, "a question")
        self.ask("PATCH", asked, {"chosen_options": ["Approve"]})
        self.pair.finished("ask", run)

    def delete_much(self):
        """A deletion that takes more than one step: a job."""
        self.pair.put_dag({"dag_id": "wide", "tasks": [
            {"task_id": "t", "type": "noop", "expand": {"n": list(range(400))}}]})
        self.pair.wait_for(lambda: self.client.send("GET", API + "/dags/wide").status == 200,
                           "the DAG")
        run = self.pair.trigger("wide")
        self.pair.finished("wide", run)
        self.ask("DELETE", f"/dags/wide/dagRuns/{run}")
        self.pair.wait_for(lambda: [job for job in self.get("/jobs")["jobs"]
                                    if job["state"] == "success"], "the end of the job")

    def forget(self):
        """A DAG whose file is gone."""
        self.pair.put_dag({"dag_id": "gone", "tasks": [
            {"task_id": "t", "type": "noop", "outlets": ["old"]}]})
        self.pair.wait_for(lambda: self.client.send("GET", API + "/dags/gone").status == 200,
                           "the DAG")
        (self.pair.dags / "gone.dag.json").unlink()
        self.pair.wait_for(lambda: self.get("/dags/gone")["is_stale"], "its end")

    def prepare(self, operation):
        """So that there is something left to delete."""
        if operation.path.endswith("/queuedEvents") and operation.method == "DELETE":
            self.emit()

    def left_behind(self):
        """A run that keeps a task instance whose task is gone, and has an output written by hand."""
        self.pair.put_dag(MOVED)
        self.pair.wait_for_dags(len(DAGS) + 1)
        self.serial += 1
        self.moved_run = self.pair.trigger("moved", {"dag_run_id": f"moved_{self.serial}"})
        self.pair.finished("moved", self.moved_run)
        run = f"/dags/moved/dagRuns/{self.moved_run}"
        def moved(count):
            return len(self.get("/dags/moved/tasks")["tasks"]) == count

        self.pair.put_dag({**MOVED, "tasks": MOVED["tasks"][:1]})
        self.pair.wait_for(lambda: moved(1), "the new version")
        self.ask("POST", run + "/clear", {"dry_run": False, "run_on_latest_version": True,
                                          "only_failed": False})
        self.pair.finished("moved", self.moved_run)
        self.ask("POST", run + "/taskInstances/a/xcomEntries", {"key": "by_hand", "value": [1]})

    def path_values(self, operation):
        """The {names} of an operation, so that there is such a thing."""
        values = dict(self.values)
        if "hitlDetails" in operation.path:
            values.update(dag_id="ask", dag_run_id=self.approval_run)
        if "/assets/" in operation.path or operation.path.endswith("upstreamAssetEvents"):
            values.update(dag_id="use" if "/assets/" in operation.path else "orders")
        if operation.id == "delete_task_instance":
            values.update(dag_id="moved", dag_run_id=self.moved_run, task_id="b")
        if operation.id.startswith("get_") and operation.id.endswith("_batch"):
            values.update(dag_id="~", dag_run_id="~")
        if operation.path.endswith("/{xcom_key}") and operation.method != "GET":
            values.update(dag_id="moved", dag_run_id=self.moved_run, task_id="a",
                          xcom_key="by_hand")
        return {p["name"]: values.get(p["name"], "1") for p in operation.named("path")}

    def target(self, operation, pairs=(), **changed):
        """The path with other values for some {names}, these query parameters and all required."""
        target = filled(operation.path, {**self.path_values(operation), **changed})
        required = [(p["name"], value) for p in operation.named("query")
                    if p.get("required") and p["name"] not in dict(pairs)
                    for value in REQUIRED[p["name"]]]
        return with_query(target, [*pairs, *required])

    def knows(self, operation):
        """Is there all that a right call of it needs? What other parts serve may need more."""
        return ("x-served-by" not in operation.spec
                and (operation.id in BODIES or not operation.needs_body)
                and all(p["name"] in self.values for p in operation.named("path")))

    def list_target(self, operation):
        """The path of a list, over as much as it can be asked about."""
        values = self.path_values(operation)
        if operation.id in OVER_ALL:
            values = {name: "~" for name in values}
        if operation.id == "get_mapped_task_instances":
            values = {"dag_id": "mapped", "dag_run_id": self.mapped_run, "task_id": "each"}
        return filled(operation.path, values)

    def all_runs(self):
        return self.get("/dags/~/dagRuns?limit=100")["dag_runs"]

    def fresh(self, word):
        self.serial += 1
        return f"{word}_{self.serial}"

    def body(self, operation):
        """A body that is right, as a value; None when none is needed."""
        if operation.id in BODIES:
            return BODIES[operation.id](self)
        if not operation.bodies:
            return None
        media = next(iter(operation.spec["requestBody"]["content"].values()), {})
        if "example" in media:
            return json.loads(json.dumps(media["example"]))
        if operation.needs_body:
            schema = next(iter(operation.bodies.values()))
            return {name: "x" for name in schema.get("required", [])}
        return {}


# Query parameters without which an operation says nothing.
REQUIRED = {"interval": ["0.1"], "dag_ids": ["orders"],
            "run_after": ["2025-01-01T00:00:00Z", "2100-01-01T00:00:00Z"]}
OVER_ALL = ("get_dag_runs", "get_task_instances", "get_hitl_details", "get_xcom_entries",
            "get_dag_versions")


def bulk(one, gone):
    return {"actions": [{"action": "create", "entities": [one]},
                        {"action": "delete", "entities": [gone]}]}


# What an operation is sent when the document has no example for it.
BODIES = {
    "patch_dags": lambda w: {"is_paused": False},
    "patch_dag": lambda w: {"is_paused": False},
    "validate_dag": lambda w: {"tasks": [{"task_id": "a", "depends_on": ["b"]}]},
    "post_clear_task_instances": lambda w: {"dry_run": True, "only_failed": False},
    "trigger_dag_run": lambda w: {"dag_run_id": w.fresh("run"), "note": "seen"},
    "get_list_dag_runs_batch": lambda w: {"dag_ids": ["orders"]},
    "get_task_instances_batch": lambda w: {"dag_ids": ["orders"]},
    "patch_dag_run": lambda w: {"note": "seen"},
    "clear_dag_run": lambda w: {"dry_run": True},
    "bulk_task_instances": lambda w: {"actions": [{"action": "update", "entities": [
        {"task_id": "extract", "note": "seen"}, {"task_id": "nope", "note": "seen"}]}]},
    "patch_task_instance": lambda w: {"note": "seen"},
    "patch_task_instance_by_map_index": lambda w: {"note": "seen"},
    "patch_task_instance_dry_run": lambda w: {"new_state": "failed"},
    "patch_task_instance_dry_run_by_map_index": lambda w: {"new_state": "failed"},
    "update_hitl_detail": lambda w: {"chosen_options": ["Approve"]},
    "create_xcom_entry": lambda w: {"key": w.fresh("key"), "value": {"n": [1, None]}},
    "update_xcom_entry": lambda w: {"value": [2]},
    "create_backfill": lambda w: {"dag_id": "nightly", "from_date": DAY.format(4),
                                  "to_date": DAY.format(5)},
    "create_backfill_dry_run": lambda w: {"dag_id": "nightly", "from_date": DAY.format(1),
                                          "to_date": DAY.format(5)},
    "create_asset_event": lambda w: {"asset_id": w.asset},
    "materialize_asset": lambda w: {},
    "post_pool": lambda w: {"name": w.fresh("pool"), "slots": 1},
    "patch_pool": lambda w: {"description": "few"},
    "bulk_pools": lambda w: bulk({"name": w.fresh("pool"), "slots": 1}, "nothing"),
    "post_user": lambda w: {"username": w.fresh("user"), "role": "viewer"},
    "patch_user": lambda w: {"display_name": "A user"},
    "change_password": lambda w: {"old_password": "wrong", "new_password": "battery staple"},
    "post_token": lambda w: {"name": w.fresh("token")},
    "post_variable": lambda w: {"key": w.fresh("key"), "value": "1"},
    "patch_variable": lambda w: {"value": "eu"},
    "bulk_variables": lambda w: bulk({"key": w.fresh("key"), "value": "1"}, "nothing"),
    "post_connection": lambda w: {"connection_id": w.fresh("conn"), "conn_type": "http"},
    "patch_connection": lambda w: {"conn_type": "postgres"},
    "bulk_connections": lambda w: bulk({"connection_id": w.fresh("conn"), "conn_type": "http"},
                                       "nothing"),
    "test_connection": lambda w: {"connection_id": "dwh", "conn_type": "postgres"},
    "create_token": lambda w: {"username": "admin", "password": "wrong"},
}
