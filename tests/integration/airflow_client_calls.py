"""The published Python client of Airflow's API against a running Weft, as scripts use it. Started by
airflow_client_test.py with the client on PYTHONPATH: airflow_client_calls.py URL USER PASSWORD."""

import json
import sys
import urllib.request
from datetime import datetime, timezone

import airflow_client.client as airflow
from airflow_client.client import models
from airflow_client.client.exceptions import ApiException


LOAD = models.ClearTaskInstancesBodyTaskIdsInner("load")


def sign_in(url, user, password):
    request = urllib.request.Request(
        url + "/auth/token", method="POST", headers={"Content-Type": "application/json"},
        data=json.dumps({"username": user, "password": password}).encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 201, answer.status
        return json.load(answer)["access_token"]


def expect(condition, *what):
    if not condition:
        raise AssertionError(f"unexpected: {what}")


def refused(status, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ApiException as error:
        expect(error.status == status, error.status, error.body)
        return
    raise AssertionError(f"{call} was not refused with {status}")


def dags_and_runs(client):
    dags = airflow.DAGApi(client)
    runs = airflow.DagRunApi(client)
    page = dags.get_dags(limit=10, dag_id_pattern="orders")
    expect(page.total_entries == 1 and page.dags[0].dag_id == "orders", page)
    expect(dags.get_dag_details("orders").catchup is False, "catchup")
    expect(dags.patch_dag("orders", models.DAGPatchBody(is_paused=True)).is_paused, "pause")
    expect(not dags.patch_dag("orders", models.DAGPatchBody(is_paused=False)).is_paused, "unpause")
    refused(404, dags.get_dag, "nothing")

    body = models.TriggerDAGRunPostBody(conf={"who": "client"}, note="from a script")
    run = runs.trigger_dag_run("orders", body)
    expect(run.state in ("queued", "running") and run.note == "from a script", run)
    refused(422, runs.trigger_dag_run, "orders",
            models.TriggerDAGRunPostBody(conf={"who": 7}))
    over = runs.wait_dag_run_until_finished("orders", run.dag_run_id, 0.2)
    expect("success" in str(over), over)
    run = runs.get_dag_run("orders", run.dag_run_id)
    expect(run.state == "success" and run.end_date is not None, run)
    listed = runs.get_dag_runs("~", state=["success"], order_by=["-run_after"], limit=5)
    expect(listed.dag_runs[0].dag_run_id == run.dag_run_id, listed)
    batch = runs.get_list_dag_runs_batch("~", models.DAGRunsBatchBody(dag_ids=["orders"]))
    expect(batch.total_entries == 1, batch)
    return run.dag_run_id


def instances(client, run_id):
    tasks = airflow.TaskInstanceApi(client)
    found = tasks.get_task_instances("orders", run_id)
    expect([ti.task_id for ti in found.task_instances] == ["extract", "load"], found)
    ti = tasks.get_task_instance("orders", run_id, "extract")
    expect(ti.state == "success" and ti.try_number == 1, ti)
    log = tasks.get_log("orders", run_id, "extract", 1)
    expect("hello client" in str(log.to_dict()), log)
    expect(tasks.get_task_instance_tries("orders", run_id, "extract").total_entries == 1, "tries")
    xcom = airflow.XComApi(client)
    expect(xcom.get_xcom_entries("orders", run_id, "extract").total_entries == 1, "xcoms")
    entry = xcom.get_xcom_entry("orders", "extract", run_id, "rows", deserialize=True)
    expect(entry.actual_instance.value == 7, entry)

    dry = tasks.post_clear_task_instances("orders", models.ClearTaskInstancesBody(
        dag_run_id=run_id, task_ids=[LOAD], only_failed=False))
    expect([ti.task_id for ti in dry.task_instances] == ["load"], dry)
    tasks.post_clear_task_instances("orders", models.ClearTaskInstancesBody(
        dag_run_id=run_id, task_ids=[LOAD], only_failed=False, dry_run=False))
    airflow.DagRunApi(client).wait_dag_run_until_finished("orders", run_id, 0.2)
    expect(tasks.get_task_instance("orders", run_id, "load").try_number == 2, "cleared")
    marked = tasks.patch_task_instance("orders", run_id, "load",
                                       models.PatchTaskInstanceBody(new_state="failed"))
    expect(marked.task_instances[0].state == "failed", marked)
    noted = airflow.DagRunApi(client).patch_dag_run(
        "orders", run_id, models.DAGRunPatchBody(note="seen", state="success"))
    expect(noted.note == "seen", noted)


def records(client):
    pools = airflow.PoolApi(client)
    expect(pools.post_pool(models.PoolBody(name="erp", slots=3)).open_slots == 3, "pool")
    expect(pools.patch_pool("erp", models.PoolPatchBody(slots=4), update_mask=["slots"]).slots == 4,
           "pool changed")
    expect(pools.get_pools().total_entries == 2, "pools")
    pools.delete_pool("erp")
    refused(404, pools.get_pool, "erp")

    variables = airflow.VariableApi(client)
    made = variables.post_variable(models.VariableBody(key="region", value="eu"))
    expect(made.value == "eu" and made.is_encrypted, made)
    refused(409, variables.post_variable, models.VariableBody(key="region", value="eu"))
    changed = variables.patch_variable("region", models.VariableBody(key="region", value="us"))
    expect(changed.value == "us", changed)
    expect(variables.get_variables(variable_key_pattern="reg").total_entries == 1, "variables")
    variables.delete_variable("region")
    refused(404, variables.get_variable, "region")

    connections = airflow.ConnectionApi(client)
    made = connections.post_connection(models.ConnectionBody(
        connection_id="dwh", conn_type="postgres", host="db.example.com", port=5432, login="etl",
        password="s3cret", extra='{"sslmode": "require"}'))
    expect(made.password == "***" and made.port == 5432, made)
    changed = connections.patch_connection("dwh", models.ConnectionBody(
        connection_id="dwh", conn_type="postgres", host="db2.example.com", password="***"),
        update_mask=["host"])
    expect(changed.host == "db2.example.com" and changed.login == "etl", changed)
    expect(connections.get_connections().total_entries == 1, "connections")
    connections.delete_connection("dwh")
    refused(404, connections.get_connection, "dwh")


def backfill(client):
    backfills = airflow.BackfillApi(client)
    body = models.BackfillPostBody(
        dag_id="daily", from_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
        to_date=datetime(2026, 1, 3, tzinfo=timezone.utc), max_active_runs=2)
    dry = backfills.create_backfill_dry_run(body)
    expect(dry.total_entries == 3, dry)
    made = backfills.create_backfill(body)
    expect(made.dag_id == "daily" and not made.is_paused, made)
    expect(backfills.list_backfills("daily").total_entries == 1, "backfills")
    expect(backfills.pause_backfill(made.id).is_paused, "paused")
    expect(not backfills.unpause_backfill(made.id).is_paused, "unpaused")
    expect(backfills.get_backfill(made.id).id == made.id, "get")


def the_rest(client):
    expect(airflow.MonitorApi(client).get_health().scheduler.status == "healthy", "health")
    expect(airflow.VersionApi(client).get_version().version, "version")
    expect(airflow.EventLogApi(client).get_event_logs(limit=5).total_entries > 5, "event logs")
    expect(airflow.ImportErrorApi(client).get_import_errors().total_entries == 0, "import errors")


def main():
    url, user, password = sys.argv[1:4]
    configuration = airflow.Configuration(host=url)
    configuration.access_token = sign_in(url, user, password)
    with airflow.ApiClient(configuration) as client:
        run_id = dags_and_runs(client)
        instances(client, run_id)
        records(client)
        backfill(client)
        the_rest(client)
    print("all calls went well")


if __name__ == "__main__":
    main()
