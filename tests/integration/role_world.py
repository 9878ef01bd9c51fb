"""Two DAGs alike in everything but their names and tags, and callers with every kind of rights: what
role_matrix_test.py needs."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pair import Pair  # noqa: E402
from openapi import Document  # noqa: E402
from web_client import WebClient, filled, with_query  # noqa: E402,F401

API = "/api/v2"
OWN, FOREIGN = "dag_a", "dag_ab"  # one name begins with the other
TAGS = {OWN: "shop", FOREIGN: "shopping"}
ROLES = ("none", "viewer", "operator", "editor", "admin")
PASSWORD = "correct horse battery"


def dag(dag_id):
    return {"dag_id": dag_id, "tags": [TAGS[dag_id]], "schedule": "@daily", "catchup": "none",
            "start_date": "2025-01-01", "max_active_runs": 20, "tasks": [
                {"task_id": "t", "command": 'echo hello; echo rows:=7 >> "$WEFT_OUTPUT"',
                 "outlets": ["asset-" + dag_id]},
                {"task_id": "ask", "type": "approval", "with": {"subject": "of " + dag_id}},
                {"task_id": "wide", "type": "noop", "expand": {"n": list(range(320))}}]}


class Caller:
    """What somebody may do: over everything, over DAGs, and no more than `cap`."""

    def __init__(self, name, token, everywhere="none", over=None, cap="admin"):
        self.name, self.token = name, token
        self.levels = ROLES.index(everywhere), {k: ROLES.index(v) for k, v in (over or {}).items()}
        self.cap = ROLES.index(cap)

    @property
    def everywhere(self):
        return min(self.levels[0], self.cap)

    @property
    def highest(self):
        return min(max([self.levels[0], *self.levels[1].values()]), self.cap)

    def over(self, dag_id):
        return min(max(self.levels[0], self.levels[1].get(dag_id, 0)), self.cap)


class RoleWorld:
    def __init__(self, binary):
        self.folder = tempfile.TemporaryDirectory(prefix="weft-roles-")
        self.pair = Pair(binary, self.folder.name, slots=4)
        self.operations = Document().operations()
        for dag_id in (OWN, FOREIGN):
            self.pair.put_dag(dag(dag_id))
        try:
            self.pair.start()
            self.pair.wait_for_dags(2)
            self.admin = WebClient(self.pair.port, self.pair.token)
            self.values = {dag_id: self.fill(dag_id) for dag_id in (OWN, FOREIGN)}
            self.common()
            self.callers = self.make_callers()
        except BaseException:
            self.close()
            raise

    def close(self):
        self.pair.stop()
        self.folder.cleanup()

    def ask(self, method, path, body=None, client=None):
        answer = (client or self.admin).send(method, API + path, body)
        if answer.status >= 300:
            raise AssertionError(f"{method} {path}: {answer.status} {answer.text[:500]}")
        return answer.json if answer.body else None

    def complete(self, dag_id):
        run = self.pair.trigger(dag_id)
        asked = f"/dags/{dag_id}/dagRuns/{run}/taskInstances/ask/-1/hitlDetails"
        self.pair.wait_for(lambda: self.admin.send("GET", API + asked).status == 200, "a question")
        self.ask("PATCH", asked, {"chosen_options": ["Approve"]})
        self.pair.finished(dag_id, run)
        return run

    def fill(self, dag_id):
        """A complete run; a job, a backfill, an import error, an entry of the audit."""
        run, other = self.complete(dag_id), self.complete(dag_id)
        self.ask("DELETE", f"/dags/{dag_id}/dagRuns/{other}")
        jobs = self.pair.wait_for(
            lambda: [job for job in self.ask("GET", "/jobs")["jobs"] if job["dag_id"] == dag_id],
            "the job")
        backfill = self.ask("POST", "/backfills", {
            "dag_id": dag_id, "from_date": "2025-03-01T00:00:00Z",
            "to_date": "2025-03-01T00:00:00Z"})["id"]
        self.ask("PUT", f"/backfills/{backfill}/cancel")
        (self.pair.dags / f"{dag_id}.dag.json").write_text(f'{{"{dag_id}', encoding="utf-8")
        errors = self.pair.wait_for(lambda: [
            e for e in self.ask("GET", "/importErrors")["import_errors"]
            if e["filename"].endswith(f"{dag_id}.dag.json")], "the import error")
        asset = next(a["id"] for a in self.ask("GET", "/assets")["assets"]
                     if a["name"] == "asset-" + dag_id)
        log = self.ask("GET", f"/eventLogs?dag_id={dag_id}&limit=1")["event_logs"][0]
        return {"dag_id": dag_id, "dag_run_id": run, "task_id": "t", "map_index": -1,
                "try_number": 1, "task_try_number": 1, "version_number": 1, "xcom_key": "rows",
                "job_id": jobs[0]["id"], "backfill_id": backfill, "asset_id": asset,
                "import_error_id": errors[0]["import_error_id"],
                "event_log_id": log["event_log_id"]}

    def common(self):
        """What belongs to no DAG."""
        self.ask("POST", "/pools", {"name": "small", "slots": 2})
        self.ask("POST", "/variables", {"key": "region", "value": "eu"})
        self.ask("POST", "/connections", {"connection_id": "dwh", "conn_type": "postgres"})
        for values in self.values.values():
            values.update(pool_name="small", variable_key="region", connection_id="dwh",
                          username="spare", token_id="no_such", worker_name="no_such",
                          join_token_id="no_such")
        self.ask("POST", "/users", {"username": "spare", "role": "viewer"})

    def make_callers(self):
        callers = [Caller("nobody", None), Caller("first", self.pair.token, "admin"),
                   Caller("without a role", self.sign_in("nothing"))]
        for role in ROLES[1:]:
            callers += [
                Caller(role, self.sign_in(f"{role}-all", role=role), role),
                Caller(f"{role} of {OWN}", self.sign_in(
                    f"{role}-dag", grants=[{"role": role, "dag_id": OWN}]), over={OWN: role}),
                Caller(f"{role} of tag", self.sign_in(
                    f"{role}-tag", grants=[{"role": role, "tag": TAGS[OWN]}]), over={OWN: role})]
        mixed = self.sign_in("mixed", role="viewer", grants=[{"role": "editor", "dag_id": OWN}])
        callers.append(Caller("viewer, editor of one", mixed, "viewer", {OWN: "editor"}))
        by_name = {caller.name: caller for caller in callers}
        for role in ROLES[1:4]:
            for maker in (by_name["admin"], by_name[f"admin of {OWN}"]):
                made = self.ask("POST", "/tokens", {"name": f"as {role}", "role": role},
                                WebClient(self.pair.port, maker.token))["token"]
                callers.append(Caller(f"{maker.name}, token as {role}", made, ROLES[
                    maker.levels[0]], {OWN: ROLES[maker.over(OWN)]}, role))
        return callers

    def sign_in(self, name, **rights):
        self.ask("POST", "/users", {"username": name, "password": PASSWORD, **rights})
        client = WebClient(self.pair.port)
        answer = client.send("POST", "/auth/token", {"username": name, "password": PASSWORD})
        client.close()
        return answer.json["access_token"]

    def request(self, operation, dag_id):
        """(target, body, headers) that change nothing: a write has a body that is refused, or a
        condition that does not hold."""
        values = {**self.values[dag_id]}
        if operation.path.endswith("/hitlDetails") and "{task_id}" in operation.path:
            values["task_id"] = "ask"
        if operation.path.endswith("/{username}"):
            values["username"] = "spare"
        names = {p["name"]: values.get(p["name"], "1") for p in operation.named("path")}
        target = with_query(filled(operation.path, names), [
            (p["name"], "0.1") for p in operation.named("query") if p.get("required")])
        takes = any(p["name"] == "If-Match" for p in operation.named("header"))
        headers = {"If-Match": '"no such"'} if takes else {}
        body = {"no_such_field": 1} if operation.bodies else None
        return target, body, headers
