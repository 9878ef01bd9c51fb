"""Every checker can fail: into a small world where all is well one breach is planted, and the checker
that is for it says so. What has no plant here is found by test_every_checker_has_a_plant."""

import copy
import sys
import unittest
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]
import checkers  # noqa: E402
import ledger  # noqa: E402
from callers import Acknowledged  # noqa: E402
from evidence import Attempt, Event, Evidence, Instance, Run  # noqa: E402

LEDGER = """\
start chain r1 t0 -1 1 100 5.00
fail chain r1 t0 -1 1 100 5.10
start chain r1 t0 -1 2 101 6.20
end chain r1 t0 -1 2 101 6.30
start wide r2 only -1 3 102 7.00
end wide r2 only -1 3 102 7.10
"""
AT_REST = {"occupied_slots": 0, "queued_slots": 0, "running_slots": 0, "deferred_slots": 0}


def of_instance(number, instance, attempt, before, after, run=1):
    return Event(number, 1, run, instance, attempt, before, after)


def all_is_well():
    """A task that failed by itself once, another one, and a run that was cancelled."""
    clear = Acknowledged("clear", "chain", "r1", "")
    return Evidence(
        entries=ledger.parse(LEDGER),
        runs=[Run(1, "chain", "r1", 2, "chain-0"), Run(2, "wide", "r2", 3, "wide-0")],
        instances=[Instance(1, "chain", "r1", "t0", -1, 4, 2),
                   Instance(2, "wide", "r2", "only", -1, 4, 3)],
        attempts=[Attempt(1, 1, 1, 3, "exited with code 1"), Attempt(2, 1, 2, 2, ""),
                  Attempt(3, 2, 1, 2, "")],
        events=[Event(1, 0, 1, 0, 0, 0, 1),
                of_instance(2, 1, 1, 1, 2), of_instance(3, 1, 1, 2, 3),
                Event(4, 2, 1, 1, 1, 1, 3), of_instance(5, 1, 1, 3, 8),
                of_instance(6, 1, 1, 8, 1), of_instance(7, 1, 2, 1, 2),
                of_instance(8, 1, 2, 2, 3), Event(9, 2, 1, 1, 2, 1, 2),
                of_instance(10, 1, 2, 3, 4), Event(11, 0, 1, 0, 0, 1, 2),
                of_instance(12, 2, 3, 1, 2, run=2), of_instance(13, 2, 3, 2, 3, run=2),
                Event(14, 2, 2, 2, 3, 1, 2), of_instance(15, 2, 3, 3, 4, run=2)],
        audit=Counter({("clear", "chain", "r1", "t0"): 1}),
        pools=[{"name": "narrow", **AT_REST}], counter=7, counter_kept=6, counter_sent=7,
        logs={2: "attempt 2 begins\nattempt 2 ends"}, triggered={("chain", "r1"), ("wide", "r2")},
        acknowledged=[clear], cancelled={("wide", "r2")}, tools=[("db check", 0, "all is well")])


def changed(rows, number, **values):
    rows[number] = rows[number]._replace(**values)


PLANTS = {  # checker: what is planted, each of which it must tell
    "no_lost_acknowledgement": {
        "a trigger": lambda it: it.runs.pop(),
        "an edit": lambda it: it.audit.clear(),
        "one of two edits": lambda it: it.acknowledged.append(it.acknowledged[0]),
        "a register set back": lambda it: setattr(it, "counter", 5),
        "a register ahead": lambda it: setattr(it, "counter", 8)},
    "no_doubled_run": {"a second run of a key": lambda it: it.runs.append(
        Run(3, "chain", "r1b", 2, "chain-0"))},
    "no_overlap": {
        "the lock was held": lambda it: it.entries.append(
            it.entries[2]._replace(kind="overlap")),
        "a command that began twice": lambda it: it.entries.append(it.entries[2]),
        "an end behind the next beginning": lambda it: it.entries.append(
            it.entries[0]._replace(kind="end")),
        "handed out while one is active": lambda it: it.events.pop(3)},
    "ledger_agrees": {
        "an attempt that nobody recorded": lambda it: it.entries.append(
            it.entries[2]._replace(attempt=9)),
        "an attempt of another task": lambda it: changed(it.entries, 2, task_id="t1"),
        "a success that never came to its end": lambda it: it.entries.pop(3),
        "a retry burned by the infrastructure": lambda it: it.entries.pop(1)},
    "events_agree": {
        "a gap": lambda it: it.events.pop(4),
        "another state in the table": lambda it: changed(it.instances, 0, state=5),
        "a second outcome": lambda it: it.events.append(Event(99, 2, 1, 1, 2, 2, 3)),
        "another state of a run": lambda it: changed(it.runs, 0, state=3)},
    "no_leaked_slot": {
        "a slot": lambda it: it.pools[0].update(occupied_slots=1),
        "two at a time under one key": lambda it: (
            it.instances.append(Instance(3, "wide", "r2", "only", -1, 4, 4)),
            it.events.insert(13, of_instance(13.5, 3, 4, 1, 2, run=2))),
        "a pool too full": lambda it: [
            (it.instances.append(Instance(n, "wide", "r2", f"t{n - 10}", -1, 4, n)),
             it.events.append(of_instance(100 + n, n, n, 1, 2))) for n in range(10, 14)]},
    "nothing_stuck": {
        "a run": lambda it: changed(it.runs, 0, state=1),
        "a task instance": lambda it: changed(it.instances, 0, state=1),
        "no end in time": lambda it: it.stuck.append("the end of every run did not come")},
    "no_innocent_failed": {"a failed run": lambda it: it.cancelled.clear()},
    "no_survivor": {
        "a process": lambda it: it.survivors.append(4711),
        "a server that fell": lambda it: it.deaths.append("the server ended by itself (-6)")},
    "logs_are_whole": {"a log without its tail": lambda it: it.logs.update({2: "attempt 2 beg"})},
    "tools_agree": {
        "db check": lambda it: it.tools.append(("db check", 1, "run 1 …")),
        "after a loss of power": lambda it: it.findings.append("acknowledged, and not there")},
}


class CheckersTest(unittest.TestCase):
    def test_a_world_where_all_is_well_breaks_nothing(self):
        self.assertEqual(checkers.broken(all_is_well()), {})

    def test_each_breach_is_told_by_its_checker(self):
        for name, plants in PLANTS.items():
            for what, plant in plants.items():
                with self.subTest(checker=name, planted=what):
                    seen = copy.deepcopy(all_is_well())
                    plant(seen)
                    self.assertIn(name, checkers.broken(seen))

    def test_every_checker_has_a_plant(self):
        self.assertEqual({check.__name__ for check in checkers.ALL}, set(PLANTS))


if __name__ == "__main__":
    unittest.main()
