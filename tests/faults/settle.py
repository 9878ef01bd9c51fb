"""After the faults: everything must come to its end by itself, and then the evidence is read."""

import random

import ledger
from acknowledged import NO_ANSWER
from evidence import ATTEMPT_SUCCESS, Evidence, read_database
from load import ledgered
from processes import survivors

SECONDS = 240  # three leases, and the work that has gathered
LOGS = 60  # that are looked at


def attempts_of(world, action):
    """For wait_for: what comes of it, False while nobody answers."""
    def tried():
        try:
            return action()
        except NO_ANSWER:
            world.mend()
            return False
    return tried


def schedule_goes_on(world):
    """Ticks come again after the clock's jumps. Then no more."""
    pair = world.pair
    path = "/api/v2/dags/ticks/dagRuns?limit=0"
    before = pair.wait_for(attempts_of(world, lambda: (pair.get(path)["total_entries"],)),
                           "an answer", 60)[0]
    pair.wait_for(attempts_of(world, lambda: pair.get(path)["total_entries"] > before),
                  "the next tick", 40)
    pair.wait_for(attempts_of(world, lambda: pair.call(
        "PATCH", "/api/v2/dags/ticks", {"is_paused": True})), "the pause", 60)


def everything_ended(world):
    for _, run_id in world.callers.triggered():
        # What a sensor waits for also comes where its maker was cancelled before the sensor's clear.
        (world.folder / "marks" / run_id).touch()

    def is_quiet():
        world.callers.editor.approve()
        page = world.pair.get("/api/v2/dags/~/dagRuns?limit=1&state=queued&state=running")
        return page["total_entries"] == 0
    world.pair.wait_for(attempts_of(world, is_quiet), "the end of every run", SECONDS, every=0.5)


def stuck(world):
    """What is not over, with the server's own reasons."""
    pair = world.pair
    for run in pair.get("/api/v2/dags/~/dagRuns?limit=20&state=queued&state=running")["dag_runs"]:
        path = pair.run_path(run["dag_id"], run["dag_run_id"])
        yield f"{run['dag_id']} {run['dag_run_id']} is {run['state']}: {pair.get(path + '/why')}"
        for task_id, one in pair.task_instances(run["dag_id"], run["dag_run_id"]).items():
            if one["state"] not in ("success", "failed", "skipped", "upstream_failed", "removed"):
                why = pair.get(f"{path}/taskInstances/{task_id}/why")
                yield f"  {task_id} is {one['state']} (try {one['try_number']}): {why}"


def some_logs(world, seen, seed):
    instances = {instance.id: instance for instance in seen.instances}
    writers = ledgered()
    good = [attempt for attempt in seen.attempts if attempt.state == ATTEMPT_SUCCESS and
            instances[attempt.instance][1:4:2] in writers and not world.is_at_risk(attempt.id)]
    for attempt in random.Random(seed).sample(good, min(LOGS, len(good))):
        instance = instances[attempt.instance]
        page = world.pair.get(
            world.pair.run_path(instance.dag_id, instance.run_id) + f"/taskInstances/"
            f"{instance.task_id}/logs/{attempt.try_number}?map_index={instance.map_index}")
        seen.logs[attempt.id] = "\n".join(str(line.get("event")) for line in page["content"])


def settle(world, seed):
    """The evidence. Ends workers and server."""
    seen = Evidence()
    world.calm()
    world.mend()
    world.callers.stop()
    # What only the server's memory knew does not count, and clocks are right again.
    world.pair.kill_server()
    world.restart_server()
    try:
        schedule_goes_on(world)
        everything_ended(world)
    except AssertionError as error:
        seen.stuck = [str(error).splitlines()[0], *stuck(world)]
    world.pair.wait_for(attempts_of(world, lambda: seen.pools.extend(
        world.pair.get("/api/v2/pools")["pools"]) or seen.pools), "the pools")
    read_database(world.pair.data, seen)
    some_logs(world, seen, seed)
    close(world, seen)
    read_database(world.pair.data, seen)
    return seen


def close(world, seen):
    for worker in world.workers:
        code = worker.process.stop()
        if code != 0 and not seen.stuck:
            world.deaths.append(f"agent {worker.name} ended with {code} after SIGTERM")
    code = world.pair.stop_server()
    if code != 0:
        world.deaths.append(f"the server ended with {code} after SIGTERM")
    try:
        world.pair.wait_for(lambda: not survivors(world.folder), "the end of every process", 20)
    except AssertionError:
        seen.survivors = survivors(world.folder)
    for words in (("db", "check"), ("audit", "verify")):
        seen.tools.append((" ".join(words), *world.weft(*words, "--data", str(world.pair.data))))
    seen.entries = ledger.read(world.folder)
    callers = world.callers
    seen.triggered, seen.acknowledged = callers.triggered(), list(callers.editor.acknowledged)
    seen.cancelled = set(callers.editor.cancelled)
    seen.counter_kept, seen.counter_sent = callers.editor.counter_kept, callers.editor.counter
    seen.deaths, seen.findings = world.deaths, world.findings
