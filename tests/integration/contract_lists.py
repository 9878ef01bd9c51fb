"""What the parameters of lists mean, told by the rows of the list without them: a filter keeps those
rows whose field fits, and nothing else."""

import json
import re

from contract_world import with_query

IDS = ("id", "dag_id", "dag_run_id", "run_id", "task_id", "map_index", "key", "name", "connection_id",
       "username", "event_log_id", "import_error_id", "asset_id", "version_number", "warning_type",
       "message")
FAR = {"past": "2000-01-01T00:00:00Z", "future": "2100-01-01T00:00:00Z"}
RANGES = {"gte": lambda a, b: a >= b, "gt": lambda a, b: a > b, "lte": lambda a, b: a <= b,
          "lt": lambda a, b: a < b}


def identity(row):
    if not isinstance(row, dict):
        return row
    if "task_instance" in row:
        row = row["task_instance"]
    return tuple(json.dumps(row.get(name)) for name in IDS)


def inner(*names):
    """The values under a field of a field; none where one is null."""
    def values(_, row):
        for name in names:
            row = row.get(name) if row is not None else None
        return [] if row is None else [row]
    return values


def timetable(world, row):
    return [{"use": "AssetTriggeredTimetable", "nightly": "CronTriggerTimetable"}.get(
        row["dag_id"], "NullTimetable")]


def of_runs(field):
    return lambda world, row: [run[field] for run in world.all_runs() if run[field] is not None
                               and run["dag_id"] == row["dag_id"]]


def last_state(world, row):
    runs = [run for run in world.all_runs() if run["dag_id"] == row["dag_id"]]
    return [max(runs, key=lambda run: run["run_after"])["state"]] if runs else []


def of_task(field):
    """What a task has in its DAG's version: one that the version hasn't any more has it not."""
    return lambda world, row: [] if row["state"] == "removed" else [row[field]]


def dags_of_asset(_, row):
    uses = row["scheduled_dags"] + row["producing_tasks"] + row["consuming_tasks"]
    return [use["dag_id"] for use in uses]


# (operation or "", parameter without its suffix): the values of a row that it is compared with. What
# is not here is the field of the same name.
FIELDS = {
    ("", "paused"): inner("is_paused"),
    ("get_dags", "tags"): lambda w, row: [tag["name"] for tag in row["tags"]],
    ("get_dags", "last_dag_run_state"): last_state,
    ("get_dags", "dag_run_state"): of_runs("state"),
    ("get_dags", "dag_run_start_date"): of_runs("start_date"),
    ("get_dags", "dag_run_end_date"): of_runs("end_date"),
    ("get_dags", "has_asset_schedule"): lambda w, row: [row["dag_id"] == "use"],
    ("get_dags", "asset_dependency"):
        lambda w, row: ["asset", "other"] if row["dag_id"] == "use" else [],
    ("get_dags", "timetable_type"): timetable,
    ("get_dag_runs", "dag_version"):
        lambda w, row: [v["version_number"] for v in row["dag_versions"]],
    ("get_dag_runs", "conf_contains"): lambda w, row: [json.dumps(row["conf"], separators=(",", ":"))],
    ("get_dag_runs", "run_id"): inner("dag_run_id"),
    ("get_task_instances", "run_id"): inner("dag_run_id"),
    ("get_task_instances", "task_group_id"):
        lambda w, row: ["inner"] if row["task_id"] == "load" else [],
    ("", "operator_name"): inner("operator_name"),
    **{("", name): of_task(field) for name, field in (
        ("pool", "pool"), ("pool_name", "pool"), ("queue", "queue"), ("queue_name", "queue"))},
    ("get_pools", "pool_name"): inner("name"),
    ("get_task_instances", "version_number"): inner("dag_version", "version_number"),
    ("get_mapped_task_instances", "version_number"): inner("dag_version", "version_number"),
    ("get_hitl_details", "responded_by_user_id"): inner("responded_by_user", "id"),
    ("get_hitl_details", "responded_by_user_name"): inner("responded_by_user", "name"),
    ("get_hitl_details", "subject_search"): inner("subject"),
    ("get_hitl_details", "body_search"): inner("body"),
    **{("get_hitl_details", name): inner("task_instance", name)
       for name in ("dag_id", "task_id", "map_index", "state")},
    ("get_xcom_entries", "xcom_key"): inner("key"),
    ("get_xcom_entries", "map_index_filter"): inner("map_index"),
    ("get_event_logs", "included_events"): inner("event"),
    ("get_assets", "dag_ids"): dags_of_asset,
    ("get_dag_stats", "dag_ids"): inner("dag_id"),
    ("get_dag_tags", "tag_name"): lambda w, row: [row],
    ("get_dag_owners", "owner"): lambda w, row: [row],
    ("", "filename"): inner("filename"),
    ("", "uri"): inner("uri"),
    ("get_jobs", "job_state"): inner("state"),
    ("get_jobs", "is_alive"): lambda w, row: [row["state"] == "running"],
    ("", "variable_key"): inner("key"),
}
# Fields by which rows are sorted under another name.
SORTED = {"get_event_logs": {"dttm": "when", "id": "event_log_id"},
          "get_import_errors": {"id": "import_error_id", "stacktrace": "stack_trace"},
          "get_dag_runs": {"run_id": "dag_run_id", "id": "-"},
          "get_pools": {"pool": "name", "id": "-"}, "get_variables": {"_val": "value"},
          "get_connections": {"conn_id": "connection_id"}, "get_users": {"id": "-"},
          "get_dags": {"state": "-", "start_date": "-"}, "get_hitl_details": {"run_id": "-"}}


class List:
    """One operation that answers rows; `rows(pairs)` asks with these query parameters more."""

    def __init__(self, world, operation):
        self.world, self.operation = world, operation
        schema = world.document.schema(operation.responses["200"]["content"]["application/json"][
            "schema"])
        self.key = next((name for name, field in schema.get("properties", {}).items()
                         if field.get("type") == "array"), None)
        self.target = world.list_target(operation)

    def page(self, *pairs):
        answer = self.world.client.send("GET", with_query(self.target, pairs))
        faults = self.operation.faults(answer)
        assert not faults, (self.target, pairs, faults)
        assert answer.status == 200, (self.target, pairs, answer.text)
        return answer.json

    def rows(self, *pairs):
        limit = [] if any(name == "limit" for name, _ in pairs) or not self.has("limit") else [
            ("limit", 100)]
        return self.page(*limit, *pairs)[self.key]

    def has(self, name):
        return any(p["name"] == name for p in self.operation.named("query"))

    def field(self, name):
        for key in ((self.operation.id, name), ("", name)):
            if key in FIELDS:
                return lambda row: FIELDS[key](self.world, row)

        def same_name(row):
            value = row.get(name, row.get("dag_" + name)) if isinstance(row, dict) else None
            return value if isinstance(value, list) else [] if value is None else [value]
        return same_name

    def expect(self, pairs, base, keeps):
        expected = sorted(str(identity(row)) for row in base if keeps(row))
        actual = sorted(str(identity(row)) for row in self.rows(*pairs))
        assert actual == expected, (self.operation.id, pairs, actual, expected)
        return expected

    def equal(self, name, schema):
        """Up to four values that rows have, and one that none has."""
        base, field = self.rows(), self.field(name)
        values = []
        for row in base:
            values += [v for v in field(row) if v not in values]
        for value in values[:4]:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            assert self.expect([(name, text)], base, lambda row, v=value: v in field(row))
        many = schema.get("type") == "array"
        if many and len(values) > 1:
            both = values[:2]
            self.expect([(name, v) for v in both], base,
                        lambda row: any(v in both for v in field(row)))
        item = schema.get("items", schema)
        if item.get("type") == "boolean":
            for text in ("true", "false"):
                self.expect([(name, text)], base, lambda row, t=text: (t == "true") in field(row))
        elif item.get("type") == "integer":
            self.expect([(name, "7777")], base, lambda row: False)
        elif "enum" in item:
            for text in item["enum"]:
                self.expect([(name, text)], base, lambda row, t=text: t in field(row))
        else:
            answer = self.world.client.send("GET", with_query(self.target, [(name, "no_such")]))
            assert answer.status in (404, 422) or not answer.json[self.key], answer.text

    def pattern(self, name):
        base, field = self.rows(), self.field(re.sub("_pattern$", "", name))
        values = []
        for row in base:
            values += [str(v) for v in field(row) if v not in values]
        for value in values[:3]:
            part = value[1:-1] or value
            like = part.replace("%", "_")
            if "|" in part:
                continue
            wanted = re.compile(re.escape(like).replace("_", "."), re.I | re.S)
            assert self.expect([(name, like)], base, lambda row, w=wanted: any(
                w.search(str(v)) for v in field(row)))
        self.expect([(name, "no such thing")], base, lambda row: False)

    def range(self, name):
        prefix, suffix = name.rsplit("_", 1)
        base, field = self.rows(), self.field(prefix)
        known = [row for row in base if field(row)]
        ends = ("-1", "1e9") if "duration" in name else FAR.values()
        low, high = ends
        keeps_low, keeps_high = suffix in ("gte", "gt"), suffix in ("lte", "lt")
        shown = known or [] if self.shows(prefix, base) else base
        self.expect([(name, low)], base, lambda row: keeps_low and row in shown)
        self.expect([(name, high)], base, lambda row: keeps_high and row in shown)
        for pivot in {value for row in known for value in field(row)[:1]} if known else ():
            self.expect([(name, pivot)], base, lambda row, p=pivot: any(
                RANGES[suffix](value, p) for value in field(row)))

    def shows(self, prefix, base):
        """Is what the range is about in the rows?"""
        return (self.operation.id, prefix) in FIELDS or any(
            isinstance(row, dict) and prefix in row for row in base)

    def limit(self):
        rows = self.rows()
        assert self.rows(("limit", 0)) == []
        assert [identity(r) for r in self.rows(("limit", 1))] == [identity(r) for r in rows[:1]]
        assert self.rows(("limit", 100_000)) is not None
        refused = self.world.client.send("GET", with_query(self.target, [("limit", -1)]))
        assert refused.status == 422, refused.text

    def offset(self):
        rows = [identity(row) for row in self.rows()]
        assert [identity(row) for row in self.rows(("offset", 1))] == rows[1:]
        assert self.rows(("offset", 1_000_000)) == []

    def cursor(self):
        rows = [identity(row) for row in self.rows()]
        found, cursor = [], ""
        while cursor is not None and len(found) < 30:
            page = self.page(("limit", 2), ("cursor", cursor))
            found += [identity(row) for row in page[self.key]]
            cursor = page.get("next_cursor")
        assert found[:30] == rows[:30], (self.operation.id, found, rows)

    def order_by(self, parameter):
        told = re.search(r"Sort by ([^;]*);", parameter.get("description", ""))
        default = parameter["schema"].get("default")
        default = [default] if isinstance(default, str) else default or []
        names = told.group(1).split(", ") if told else [name.lstrip("-") for name in default]
        assert names, f"{self.operation.id}: the document does not say by what it sorts"
        everything = sorted(str(identity(row)) for row in self.rows())
        for name in names:
            up, down = self.rows(("order_by", name)), self.rows(("order_by", "-" + name))
            for rows in (up, down):
                assert sorted(str(identity(row)) for row in rows) == everything, (name, rows)
            field = SORTED.get(self.operation.id, {}).get(name, name)
            values = [[row.get(field) for row in rows] if isinstance(rows[0], dict) else rows
                      for rows in (up, down) if rows]
            if values and all(isinstance(v, (int, float, str)) for v in values[0]):
                assert values[0] == values[1][::-1], (self.operation.id, name, values)
        wrong = self.world.client.send("GET", with_query(self.target, [("order_by", "no_such")]))
        assert wrong.status == 400, wrong.text


def is_list(operation):
    """Does it answer a collection of rows?"""
    if operation.method != "GET" or "application/json" not in operation.types(200):
        return False
    schema = operation.document.schema(
        operation.responses["200"]["content"]["application/json"]["schema"])
    fields = schema.get("properties", {})
    return "total_entries" in fields and any(f.get("type") == "array" for f in fields.values())

