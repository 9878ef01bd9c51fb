"""What must hold at the end, each as a function of the evidence that tells all that breaks it."""

from collections import Counter

import ledger
from evidence import (ATTEMPT_FAILED, ATTEMPT_SUCCESS, OF_ATTEMPT, OF_INSTANCE, OF_RUN, QUEUED,
                      RUN_FAILED, RUN_SUCCESS, RUNNING, TERMINAL)
from load import LIMITS, ONE_AT_A_TIME, POOL_OF, ledgered


def no_lost_acknowledgement(seen):
    """Invariant 1: what was answered 2xx is there."""
    there = {(run.dag_id, run.run_id) for run in seen.runs}
    for run in sorted(seen.triggered - there):
        yield f"the trigger of {run} was acknowledged, and it is not there"
    for action, count in Counter(seen.acknowledged).items():
        # A clear of one task names it in the audit, of several none.
        kept = sum(number for entry, number in seen.audit.items() if entry[:3] == action[:3] and
                   action.task_id in ("", entry[3]))
        if kept < count:
            yield f"{tuple(action)} was acknowledged {count} times, the audit has it {kept} times"
    if not seen.counter_kept <= seen.counter <= seen.counter_sent:
        yield (f"the register is {seen.counter}, though {seen.counter_kept} was acknowledged and "
               f"{seen.counter_sent} the last that was sent")


def no_doubled_run(seen):
    """Invariant 2: of one idempotency key comes one run, however often it is sent."""
    notes = Counter((run.dag_id, run.note) for run in seen.runs if run.note)
    for key, count in notes.items():
        if count > 1:
            yield f"{key} was made {count} times"


def no_overlap(seen):
    """Invariant 5, told by the tasks, and by the order of the events."""
    yield from ledger.overlaps(seen.entries)
    active = {}
    for event in seen.events:
        if event.kind == OF_ATTEMPT and event.after >= ATTEMPT_SUCCESS:
            if active.get(event.instance) == event.attempt:
                del active[event.instance]
        elif event.kind == OF_INSTANCE and event.after == QUEUED:
            if event.instance in active:
                yield (f"event {event.id}: attempt {event.attempt} of instance {event.instance} "
                       f"was handed out while {active[event.instance]} was active")
            active[event.instance] = event.attempt


def ledger_agrees(seen):
    """Invariants 5 and 7: nothing ran that was not recorded, nothing is recorded as done that did
    not run to its end, and only what failed by itself counts as a failure."""
    instances = {instance.id: instance for instance in seen.instances}
    attempts = {attempt.id: attempt for attempt in seen.attempts}
    said = {(entry.attempt, entry.kind) for entry in seen.entries}
    for entry in seen.entries:
        attempt = attempts.get(entry.attempt)
        instance = attempt and instances.get(attempt.instance)
        if entry.kind == "start" and (instance is None or instance[1:5] != entry[1:5]):
            yield f"the ledger has an attempt that is not recorded: {tuple(entry)}"
    writers = ledgered()
    for attempt in seen.attempts:
        instance = instances[attempt.instance]
        if (instance.dag_id, instance.task_id) not in writers:
            continue
        if attempt.state == ATTEMPT_SUCCESS and (attempt.id, "end") not in said:
            yield f"attempt {attempt.id} of {instance[1:5]} succeeded, and never came to its end"
        if attempt.state == ATTEMPT_FAILED and (attempt.id, "fail") not in said:
            yield (f"attempt {attempt.id} of {instance[1:5]} burned a retry, and did not fail by "
                   f"itself: {attempt.error}")


def events_agree(seen):
    """Invariant 3: replaying the event log gives the tables; an outcome is final."""
    states = {}
    for event in seen.events:
        key = event.kind, {OF_RUN: event.run, OF_INSTANCE: event.instance,
                           OF_ATTEMPT: event.attempt}[event.kind]
        if event.kind == OF_ATTEMPT:
            if states.get(key, 0) >= ATTEMPT_SUCCESS:
                yield f"event {event.id}: attempt {event.attempt} has a second outcome"
        elif key in states and states[key] != event.before:
            yield (f"event {event.id} of {key} goes on from {event.before}, the one before it went "
                   f"to {states[key]}")
        states[key] = event.after
    for kind, rows in ((OF_RUN, seen.runs), (OF_INSTANCE, seen.instances),
                       (OF_ATTEMPT, seen.attempts)):
        for row in rows:
            if states.get((kind, row.id), row.state) != row.state:
                yield f"{row} has another state than its events give: {states[kind, row.id]}"


def no_leaked_slot(seen):
    """Invariant 8: at rest no slot is used; and limits were kept all the time."""
    for pool in seen.pools:
        for column in ("occupied_slots", "queued_slots", "running_slots", "deferred_slots"):
            if pool[column] != 0:
                yield f"at rest pool {pool['name']} has {pool[column]} {column}"
    instances = {instance.id: instance for instance in seen.instances}
    holders = {}
    for event in seen.events:
        if event.kind != OF_INSTANCE or event.instance not in instances:
            continue
        instance = instances[event.instance]
        name = instance.dag_id, instance.task_id
        limited = [(POOL_OF.get(name), LIMITS.get(POOL_OF.get(name)))]
        limited += [(name, 1)] if name in ONE_AT_A_TIME else []
        for what, most in limited:
            if what is None:
                continue
            held = holders.setdefault(what, set())
            (held.add if event.after in (QUEUED, RUNNING) else held.discard)(event.instance)
            if len(held) > most:
                yield f"event {event.id}: {what} has {len(held)} holders, at most {most}"


def nothing_stuck(seen):
    """Invariant 9: every task instance and run ended."""
    yield from seen.stuck
    for run in seen.runs:
        if run.state not in (RUN_SUCCESS, RUN_FAILED):
            yield f"{run} is not over"
    for instance in seen.instances:
        if instance.state not in TERMINAL:
            yield f"{instance} is not over"


def no_innocent_failed(seen):
    """A fault fails no run: every one that nobody tried to cancel succeeded."""
    guilty = {run_id for _, run_id in seen.cancelled}
    for run in seen.runs:
        if run.state == RUN_FAILED and run.run_id not in guilty and run.dag_id != "child":
            bad = [(i.task_id, i.map_index, i.state) for i in seen.instances
                   if (i.dag_id, i.run_id) == (run.dag_id, run.run_id) and i.state in (5, 7)]
            yield f"{run} failed, and nobody had cancelled it: {bad}"


def no_survivor(seen):
    """Invariant 11, and processes that end only when somebody ends them."""
    for pid in seen.survivors:
        yield f"process {pid} of an attempt is still there"
    yield from seen.deaths


def logs_are_whole(seen):
    """Invariant 16: the last line of what succeeded is in its log."""
    for attempt, text in seen.logs.items():
        if f"attempt {attempt} ends" not in text:
            yield f"the log of attempt {attempt} lacks its last line: {text[-200:]!r}"


def tools_agree(seen):
    """`weft db check` and `weft audit verify`, now and after each loss of power."""
    yield from seen.findings
    for command, code, text in seen.tools:
        if code != 0:
            yield f"weft {command} ended with {code}:\n{text}"


ALL = (no_lost_acknowledgement, no_doubled_run, no_overlap, ledger_agrees, events_agree,
       no_leaked_slot, nothing_stuck, no_innocent_failed, no_survivor, logs_are_whole, tools_agree)


def broken(seen):
    """{checker's name: what breaks it}, without those that hold."""
    found = {check.__name__: list(check(seen)) for check in ALL}
    return {name: texts for name, texts in found.items() if texts}
