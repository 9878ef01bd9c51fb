"""What the parameters of single operations do: each function makes the calls that show it, or raises.
SHOWN says which parameter is shown by which."""

from contract_lists import List


CALENDAR_RANGE = (("from", "2025-03-01T00:00:00Z"), ("to", "2025-03-02T00:00:00Z"))


def asked(world, operation, pairs=(), body=None, headers=None, **changed):
    """An answer within the document."""
    body = world.body(operation) if body is None else body
    answer = world.client.send(operation.method, world.target(operation, pairs, **changed), body,
                               headers)
    faults = operation.faults(answer)
    assert not faults, (operation, pairs, faults)
    return answer


def good(world, operation, *pairs, **more):
    answer = asked(world, operation, pairs, **more)
    assert answer.status < 300, (operation, pairs, answer.text)
    return answer.json if answer.type == "application/json" else answer.text


def refused(world, operation, status, *pairs, **more):
    answer = asked(world, operation, pairs, **more)
    assert answer.status == status, (operation, pairs, answer.status, answer.text)


def map_index(world, operation, name):
    """-1 is the task itself, as without it; there is no instance 7777."""
    refused(world, operation, 404, (name, 7777))
    if operation.id.startswith("cancel"):
        return  # that of the task itself is over
    if operation.method == "DELETE":
        return refused(world, operation, 422, (name, "x"))
    one = good(world, operation, (name, -1))
    if operation.method == "GET":
        assert one == good(world, operation), (operation, one)
    return None


def update_mask(world, operation, name):
    """Of two fields only the one that is named changes; a name that is no field is refused."""
    refused(world, operation, 400, (name, "no_such"))
    bodies = {"patch_pool": ({"slots": 2, "description": "few"}, {"slots": 7, "description": "some"}),
              "patch_connection": ({"connection_id": "dwh", "conn_type": "postgres", "host": "a",
                                    "login": "b"},
                                   {"connection_id": "dwh", "conn_type": "postgres", "host": "c",
                                    "login": "d"}),
              "patch_variable": ({"key": "region", "value": "eu", "description": "a"},
                                 {"key": "region", "value": "us", "description": "b"})}
    if operation.id not in bodies:
        body = world.body(operation)
        return good(world, operation, (name, next(iter(body))))
    first, second = bodies[operation.id]
    before = good(world, operation, body=first)
    field = list(second)[-1]
    after = good(world, operation, (name, field), body=second)
    assert after == {**before, field: second[field]}, (before, after)
    return None


def if_none_match(world, operation, name):
    """304 for what it has become meanwhile, too: a heartbeat may come between two calls."""
    pairs = CALENDAR_RANGE if operation.id == "get_dag_calendar" else ()
    answer = asked(world, operation, pairs)
    assert "etag" in answer.headers, (operation, answer.text)
    for _ in range(50):
        answer = asked(world, operation, pairs, headers={name: answer.headers["etag"]})
        if answer.status == 304:
            break
    assert answer.status == 304, (operation, answer.status)
    assert asked(world, operation, pairs, headers={name: '"other"'}).status == 200


def if_match(world, operation, name):
    world.prepare(operation)
    refused(world, operation, 412, headers={name: '"other"'})
    reading = [o for o in world.operations if o.path == operation.path and o.method == "GET"]
    if not reading or operation.id == "delete_dag":
        return
    world.prepare(operation)
    target = world.target(operation)
    tag = world.client.send("GET", target).headers["etag"]
    answer = asked(world, operation, headers={name: tag})
    assert answer.status != 412, (operation, answer.text)


def idempotency_key(world, operation, name):
    key, body = {name: world.fresh("key")}, world.body(operation)
    first, again = (good(world, operation, body=body, headers=key) for _ in range(2))
    field = "dag_run_id" if "dag_run_id" in first else "id"
    assert first[field] == again[field], (operation, first, again)
    other = {**body, "note": "other"} if operation.id == "trigger_dag_run" else {**body, "x": 1}
    refused(world, operation, 422, body=other, headers=key)


def client(world, operation, name):
    for word in ("ui", "cli"):
        body = world.body(operation)
        assert good(world, operation, body=body, headers={name: word})["triggered_by"] == word


def wait(world, operation, name):
    run = good(world, operation, (name, "30s"))
    assert run["state"] == "success", run
    refused(world, operation, 422, (name, "forever"))


def interval(world, operation, name):
    answer = asked(world, operation, headers={"Accept": "application/json"})
    assert answer.json["state"] == "success", answer.text
    refused(world, operation, 422, (name, "0"))


def result(world, operation, name):
    told = asked(world, operation, ((name, "extract"),), headers={"Accept": "application/json"})
    assert told.json["results"] == {"extract": {"rows": 7}}, told.text
    told = asked(world, operation, headers={"Accept": "application/json"})
    assert "results" not in told.json, told.text


def filename(world, operation, name):
    told = good(world, operation, (name, "mine.dag.jsonc"))
    assert told["diagnostics"][0]["file"] == "mine.dag.jsonc", told


def lines(page):
    return [message["event"] for message in page["content"]]


def log_range(world, operation, name):
    whole = lines(good(world, operation))
    assert whole == ["hello", "more"], whole
    if name in ("full_content", "follow"):
        assert lines(good(world, operation, (name, "false"))) == whole
        answer = asked(world, operation, ((name, "true"),))
        wanted = "text/event-stream" if name == "follow" else "application/json"
        assert answer.type == wanted and "more" in answer.text, answer.text
        return
    shown = {"tail": (1, whole[1:]), "offset": (3, whole[1:]), "limit": (10, whole[:1])}
    value, wanted = shown[name]
    assert lines(good(world, operation, (name, value))) == wanted, name


def token(world, operation, name):
    page, found = good(world, operation, ("limit", 10)), []
    while True:
        found += lines(page)
        if page["continuation_token"] is None:
            break
        page = good(world, operation, (name, page["continuation_token"]))
    assert found[:2] == ["hello", "more"], found
    refused(world, operation, 400, (name, "nonsense"))


def xcom(world, operation, name):
    value = good(world, operation, (name, "true"))["value"]
    assert value == ("7" if name == "stringify" else 7), value
    assert good(world, operation, (name, "false"))["value"] == 7


def version_number(world, operation, name):
    assert good(world, operation, (name, 1))["version_number"] == 1
    refused(world, operation, 404, (name, 7777))


def collapsed(world, operation, name):
    before = {node["id"]: node for node in good(world, operation)["nodes"]}
    after = {node["id"]: node for node in good(world, operation, (name, "inner"))["nodes"]}
    assert not before["inner"]["is_collapsed"] and after["inner"]["is_collapsed"]
    assert set(after) == set(before) - {"load"}, after


def calendar(world, operation, name):
    value = {"from": "2025-03-01T00:00:00Z", "to": "2025-03-02T00:00:00Z", "granularity": "hour",
             "timezone": "Asia/Kolkata"}[name]
    assert good(world, operation, (name, value))[name] == value
    refused(world, operation, 422, (name, "no_such"))


def page_of(field):
    def shown(world, operation, name):
        rows = good(world, operation)[field]
        assert rows, operation
        value, wanted = (1, rows[:1]) if name == "limit" else (1, rows[1:])
        assert good(world, operation, (name, value))[field] == wanted, name
    return shown


def grid_before(world, operation, name):
    page = good(world, operation, ("limit", 1))
    older = good(world, operation, (name, page["next_before"]))
    runs = [run["dag_run_id"] for run in good(world, operation)["runs"]]
    assert [run["dag_run_id"] for run in page["runs"] + older["runs"]] == runs


def before(world, operation, name):
    if operation.method == "DELETE":  # nothing has waited for so long
        assert asked(world, operation, ((name, "2000-01-01T00:00:00Z"),)).status in (204, 404)
        return
    rows = good(world, operation)
    early = asked(world, operation, ((name, "2000-01-01T00:00:00Z"),))
    assert early.status == 404 or early.json["total_entries"] == 0, early.text
    assert good(world, operation, (name, "2100-01-01T00:00:00Z")) == rows


def cancel_running(world, operation, name):
    refused(world, operation, 422, (name, "maybe"))
    assert asked(world, operation, ((name, "true"),)).status in (200, 409)


def stats(world, operation, name):
    one = good(world, operation, (name, "orders"))["dags"]
    assert [row["dag_id"] for row in one] == ["orders"], one
    assert len(good(world, operation)["dags"]) > 1


def recent(world, operation, name):
    dags = good(world, operation)["dags"]
    assert [row["dag_id"] for row in dags] == ["orders"], dags
    if name == "dag_ids":
        both = good(world, operation, (name, "orders"), (name, "mapped"), (name, "no_such"))["dags"]
        assert [row["dag_id"] for row in both] == ["mapped", "orders"], both
        return
    runs = dags[0]["latest_dag_runs"]
    assert len(runs) > 1, dags
    assert good(world, operation, (name, 1))["dags"][0]["latest_dag_runs"] == runs[:1]
    refused(world, operation, 422, (name, 15))


def windows(world, operation, name):
    runs = world.all_runs()
    pivot = sorted(run["run_after"] for run in runs)[len(runs) // 2]
    told = good(world, operation, (name, "2000-01-01T00:00:00Z"), (name, pivot),
                (name, "2100-01-01T00:00:00Z"))["windows"]
    counted = [sum(window["dag_run_states"].values()) for window in told]
    before = sum(run["run_after"] < pivot for run in runs)
    assert counted == [before, len(runs) - before], (counted, before, len(runs))
    refused(world, operation, 422, (name, pivot))


def events(world, operation, name):
    pairs, headers = ((name, "orders"),), None
    if name.lower() == "last-event-id":
        pairs, headers = (), {name: "0-0"}
    answer = asked(world, operation, pairs, headers=headers)
    words = "hello" if name in ("dag_id", "dag_run_id") else "reset"
    assert answer.type == "text/event-stream" and words in answer.text, answer.text


def tokens_of(world, operation, name):
    assert {row["username"] for row in good(world, operation, (name, "~"))["tokens"]} >= {"admin"}
    assert good(world, operation, (name, "no_such"))["tokens"] == []


def only_active(world, operation, name):
    few = {row["name"] for row in good(world, operation, (name, "true"), ("limit", 100))["assets"]}
    all_ = {row["name"] for row in good(world, operation, (name, "false"), ("limit", 100))["assets"]}
    assert all_ - few == {"old"}, (few, all_)


def exclude_stale(world, operation, name):
    rows = List(world, operation).rows
    few, all_ = ({row["dag_id"] for row in rows((name, word))} for word in ("true", "false"))
    assert all_ - few == {"gone"}, (few, all_)


def favourite(world, operation, name):
    rows = List(world, operation)
    assert rows.rows((name, "true")) == [] and rows.rows((name, "false")) == rows.rows()


def log_times(world, operation, name):
    rows = List(world, operation)
    base = rows.rows()
    pivot = sorted(row["when"] for row in base)[len(base) // 2]
    keeps = (lambda row: row["when"] <= pivot) if name == "before" else (
        lambda row: row["when"] >= pivot)
    rows.expect([(name, pivot)], base, keeps)


def excluded(world, operation, name):
    rows = List(world, operation)
    base = rows.rows()
    gone = base[0]["event"]
    assert rows.expect([(name, gone)], base, lambda row: row["event"] != gone)


def tags_mode(world, operation, name):
    rows = List(world, operation)
    both = [("tags", "daily"), ("tags", "shop")]
    found = {mode: {row["dag_id"] for row in rows.rows(*both, (name, mode))}
             for mode in ("any", "all")}
    assert found == {"any": {"orders", "mapped"}, "all": {"orders"}}, found


def same_as_reading(world, operation, name):
    """A bulk write takes the filters of the list: it changes exactly what the list shows."""
    reading = List(world, next(o for o in world.operations if o.id == "get_dags"))
    schema = next(p for p in operation.parameters if p["name"] == name)["schema"]
    kind = schema.get("items", schema)
    value = {"boolean": "true", "integer": "1"}.get(kind.get("type")) or (
        kind["enum"][0] if "enum" in kind else "2000-01-01T00:00:00Z"
        if kind.get("format") == "date-time" else {"tags": "shop", "owners": "shop-team",
                                                   "bundle_name": "dags", "dag_run_state": "failed",
                                                   "timetable_type": "NullTimetable"}.get(
                                                       name, "order"))
    pairs = [("dag_id_pattern", "~"), (name, value)] if name != "dag_id_pattern" else [(name, value)]
    if name in ("limit", "offset"):
        return refused(world, operation, 422, ("dag_id_pattern", "~"), (name, "x"))
    wanted = {row["dag_id"]: row["is_paused"] for row in reading.rows(*pairs)}
    changed = good(world, operation, *pairs, ("limit", 100), body={"is_paused": True})["dags"]
    assert {row["dag_id"] for row in changed} == set(wanted), (name, changed, wanted)
    for dag_id, was_paused in wanted.items():
        world.ask("PATCH", f"/dags/{dag_id}", {"is_paused": was_paused})
    return None


# (operation or "", parameter): what shows that it does what the document says.
SHOWN = {
    ("", "update_mask"): update_mask, ("", "If-None-Match"): if_none_match,
    ("", "If-Match"): if_match, ("", "Idempotency-Key"): idempotency_key,
    ("", "X-Weft-Client"): client, ("trigger_dag_run", "wait"): wait,
    ("materialize_asset", "wait"): wait,
    ("wait_dag_run_until_finished", "interval"): interval,
    ("wait_dag_run_until_finished", "result"): result, ("validate_dag", "filename"): filename,
    **{("get_log", name): log_range
       for name in ("full_content", "follow", "tail", "offset", "limit")},
    ("get_log", "token"): token, ("get_xcom_entry", "deserialize"): xcom,
    ("get_xcom_entry", "stringify"): xcom, ("get_dag_source", "version_number"): version_number,
    ("get_dag_graph", "version_number"): version_number, ("get_dag_graph", "collapsed"): collapsed,
    **{("get_dag_calendar", name): calendar
       for name in ("from", "to", "granularity", "timezone")},
    ("get_dag_grid", "limit"): page_of("runs"), ("get_dag_grid", "before"): grid_before,
    ("get_dag_run_gantt", "limit"): page_of("task_instances"),
    ("get_dag_run_gantt", "offset"): page_of("task_instances"), ("", "before"): before,
    ("cancel_backfill", "cancel_running"): cancel_running, ("get_dag_stats", "dag_ids"): stats,
    **{("get_events", name): events
       for name in ("dag_id", "dag_run_id", "Last-Event-ID", "last_event_id")},
    ("get_tokens", "username"): tokens_of, ("get_assets", "only_active"): only_active,
    ("get_dags", "exclude_stale"): exclude_stale, ("get_dags", "is_favorite"): favourite,
    ("get_recent_dag_runs", "dag_ids"): recent,
    ("get_recent_dag_runs", "dag_runs_limit"): recent,
    ("get_dag_run_stats", "run_after"): windows,
    ("get_event_logs", "before"): log_times, ("get_event_logs", "after"): log_times,
    ("get_event_logs", "excluded_events"): excluded, ("get_dags", "tags_match_mode"): tags_mode,
}
WITH_MAP_INDEX = ("patch_task_instance", "delete_task_instance", "patch_task_instance_dry_run",
                  "cancel_task_instance", "get_task_instance_tries",
                  "get_task_instance_try_details", "explain_task_instance",
                  "get_task_instance_dependencies", "get_log", "get_xcom_entry",
                  "delete_xcom_entry")
SHOWN.update({(name, "map_index"): map_index for name in WITH_MAP_INDEX})


def shows(operation, parameter):
    """The function for a parameter, or None."""
    name = parameter["name"]
    if operation.id == "patch_dags" and parameter["in"] == "query" and name != "update_mask":
        return same_as_reading
    return SHOWN.get((operation.id, name)) or SHOWN.get(("", name))
