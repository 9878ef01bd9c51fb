"""The DAGs under which faults come: of each way a task instance can go, one."""

import ledger

NARROW = 3  # slots of the pool `narrow`
INFRASTRUCTURE = {"retries": 3, "retry_delay": "1s", "max_infrastructure_retries": 1000,
                  "kill_grace": "1s"}
TRIGGERED = ("chain", "wide", "mapped", "waits", "long")


def task(task_id, command=None, after=(), **more):
    made = {"task_id": task_id, **INFRASTRUCTURE, **more}
    if command is not None:
        made["command"] = command
    if after:
        made["depends_on"] = list(after)
    return made


def dags(folder, longest=20):
    """`longest` is how many seconds the longest task takes."""
    def does(seconds, **how):
        return ledger.command(folder, seconds, **how)

    marks = f"{folder}/marks"
    chain = [task("t0", does(0.1)), task("t1", does(0.3, fails_below_try=2), ["t0"]),
             task("t2", does(0.2), ["t1"]), task("t3", does(0.5, leaves_child=True), ["t2"]),
             task("t4", does(0.1), ["t3"])]
    wide = [task(f"t{i}", does(f"0.{1 + i}"), pool="narrow") for i in range(7)]
    wide += [task("only", does(0.4), concurrency_key="only-one"),
             task("child", does(0.3, leaves_child=True, fails_below_try=2), pool="narrow",
                  retry_delay="0s"),
             task("end", does(0.1), [f"t{i}" for i in range(7)] + ["only", "child"])]
    mapped = [task("list", does(0.1), env={"LEDGER_OUTPUT": "items:=[1,2,3,4]"}),
              task("each", does(0.4), ["list"], expand={"item": "{{ outputs.list.items }}"}),
              task("total", does(0.1), ["each"])]
    waits = [task("make", f'sh {folder}/task.sh 1.5 && touch "{marks}/$WEFT_RUN_ID"'),
             task("look", type="sensor.file", poke_interval="1s",
                  **{"with": {"path": marks + "/{{ run_id }}"}}),
             {"task_id": "ask", "type": "approval", "with": {"subject": "Go on?"}},
             {"task_id": "other", "type": "trigger_dag", "with": {"dag_id": "child", "wait": True}},
             task("end", does(0.1), ["make", "look", "ask", "other"])]
    return [
        {"dag_id": "chain", "max_active_runs": 4, "tasks": chain},
        {"dag_id": "wide", "max_active_runs": 3, "tasks": wide},
        {"dag_id": "mapped", "max_active_runs": 3, "tasks": mapped},
        {"dag_id": "waits", "max_active_runs": 3, "tasks": waits},
        {"dag_id": "child", "max_active_runs": 4, "tasks": [task("t", does(0.4))]},
        {"dag_id": "long", "max_active_runs": 2,
         "tasks": [task("a", does(longest / 2, leaves_child=True)), task("b", does(longest))]},
        {"dag_id": "ticks", "schedule": {"every": "5s"}, "max_active_runs": 2,
         "tasks": [task("t", does(0.1))]},
    ]


POOL_OF = {("wide", f"t{i}"): "narrow" for i in range(7)} | {("wide", "child"): "narrow"}
LIMITS = {"narrow": NARROW}
ONE_AT_A_TIME = {("wide", "only")}


def ledgered():
    """(dag, task) of all that write the ledger."""
    return {(dag["dag_id"], one["task_id"]) for dag in dags("") for one in dag["tasks"]
            if "/task.sh" in str(one.get("command"))}
