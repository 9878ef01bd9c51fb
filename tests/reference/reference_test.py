"""The reference on small histories that are told by hand: right ones pass, and each wrong state is
found."""

import copy
import unittest

from dag import Dag
from history import Disagreement, History
from rules import RUN, TABLE, WAIT, verdict


def told(tasks, *steps, **keys):
    """A history of one run: each step is (facts, run state, states in the order of the tasks)."""
    names = [task["task_id"] for task in tasks]
    lines = [{"at": 0, "wall": 0, "states": {}, "facts": [
        {"fact": "dag", "version": 1, "file": {"tasks": tasks, **keys}},
        {"fact": "run", "run": "1", "dag": "d", "version": 1, "run_id": "r", "run_after": 0},
        {"fact": "run_started", "run": "1"}]}]
    for at, (facts, state, states) in enumerate(steps, 1):
        lines.append({
            "at": at, "wall": at, "facts": [{"run": "1", **fact} for fact in facts],
            "states": {"1": {"state": state, "instances": {
                f"{name} -1": word for name, word in zip(names, states.split())}}}})
    return lines


def began(task, number=1, attempt=1):
    return {"fact": "started", "task": task, "map_index": -1, "attempt": attempt, "try": number}


def ended(task, outcome, attempt=1, **more):
    return {"fact": "ended", "task": task, "map_index": -1, "attempt": attempt,
            "outcome": outcome, "ago": 0, **more}


def judge(lines):
    history = History()
    for step in copy.deepcopy(lines):
        history.take(step)


def chain(*names, **keys):
    return [{"task_id": name, "command": "x", "depends_on": list(names[:i][-1:]), **keys}
            for i, name in enumerate(names)]


class Histories(unittest.TestCase):
    def check_and_break(self, lines, wrong):
        """It passes as told, and fails with one state told wrongly."""
        judge(lines)
        step, instance, state = wrong
        broken = copy.deepcopy(lines)
        broken[step]["states"]["1"]["instances"][instance] = state
        with self.assertRaises(Disagreement):
            judge(broken)

    def test_a_failure_fails_what_is_behind(self):
        self.check_and_break(
            told(chain("a", "b"),
                 ([], "running", "scheduled none"), ([began("a")], "running", "queued none"),
                 ([ended("a", "failed")], "failed", "failed upstream_failed")),
            (3, "b -1", "skipped"))

    def test_a_retry_waits_for_its_delay(self):
        lines = told(chain("a", retries=1, retry_delay="2s"),
                     ([began("a")], "running", "queued"),
                     ([ended("a", "failed")], "running", "up_for_retry"),
                     ([], "running", "up_for_retry"),
                     ([began("a", 2, 2)], "running", "queued"))
        judge(lines)
        lines[4]["at"] = lines[4]["wall"] = 3.5
        with self.assertRaises(Disagreement):
            judge(lines)

    def test_losses_use_no_retry_up_to_three(self):
        steps = []
        for n in range(1, 5):
            steps += [([began("a", n, n)], "running", "queued"),
                      ([ended("a", "lost", n)], "running" if n < 4 else "failed",
                       "scheduled" if n < 4 else "failed")]
        self.check_and_break(told(chain("a"), *steps), (2, "a -1", "failed"))

    def test_a_branch_skips_what_it_did_not_choose_but_no_join(self):
        tasks = [{"task_id": "b", "type": "branch", "with": {"cases": [], "default": ["x"]}},
                 {"task_id": "x", "command": "x", "depends_on": ["b"]},
                 {"task_id": "y", "command": "x", "depends_on": ["b"]},
                 {"task_id": "j", "command": "x", "depends_on": ["b", "x"],
                  "trigger_rule": "none_failed_min_one_success"}]
        self.check_and_break(told(tasks, ([], "running", "success scheduled skipped none")),
                             (1, "j -1", "skipped"))

    def test_fail_fast_skips_the_rest_and_fails_the_run(self):
        tasks = chain("a", "b") + chain("c")
        self.check_and_break(
            told(tasks, ([began("a"), began("c", 1, 2)], "running", "queued none queued"),
                 ([ended("a", "failed")], "running", "failed skipped queued"),
                 ([ended("c", "cancelled", 2)], "failed", "failed skipped failed"),
                 fail_fast=True),
            (2, "b -1", "upstream_failed"))

    def test_a_teardown_runs_behind_a_failure_and_fails_nothing(self):
        tasks = chain("setup", "work") + [{"task_id": "down", "command": "x",
                                           "depends_on": ["work"], "teardown_of": ["setup"]}]
        self.check_and_break(
            told(tasks, ([began("setup")], "running", "queued none none"),
                 ([ended("setup", "success"), began("work", 1, 2)], "running",
                  "success queued none"),
                 ([ended("work", "failed", 2)], "running", "success failed scheduled"),
                 ([began("down", 1, 3)], "running", "success failed queued"),
                 ([ended("down", "success", 3)], "failed", "success failed success")),
            (3, "down -1", "upstream_failed"))

    def test_a_start_before_its_upstream_is_over_is_found(self):
        with self.assertRaises(Disagreement):
            judge(told(chain("a", "b"), ([began("b")], "running", "scheduled queued")))


class Grants(unittest.TestCase):
    def two(self, first, second, **more):
        return [{"task_id": "a", "command": "x", **first, **more},
                {"task_id": "b", "command": "x", **second, **more}]

    def refused(self, tasks, *steps, **keys):
        with self.assertRaisesRegex(Disagreement, "taken"):
            judge(told(tasks, *steps, **keys))

    def test_the_higher_priority_goes_first(self):
        tasks = self.two({}, {"priority_weight": 5})
        judge(told(tasks, ([began("b")], "running", "scheduled queued")))
        self.refused(tasks, ([began("a")], "running", "queued scheduled"))

    def test_another_pool_or_a_full_one_is_not_passed_over(self):
        taken = ([began("a")], "running", "queued scheduled")
        judge(told(self.two({}, {"priority_weight": 5, "pool": "erp"}), taken))
        judge(told(self.two({}, {"priority_weight": 5}), taken, max_active_tasks=1))

    def test_the_heavier_goes_first_inside_a_dag(self):
        tasks = self.two({}, {}) + chain("c")
        tasks[2]["depends_on"] = ["b"]
        self.refused(tasks, ([began("a")], "running", "queued scheduled none"))

    def test_a_large_one_gets_its_turn_after_30_seconds(self):
        tasks = [{"task_id": name, "command": "x", "pool": "erp", "priority_weight": 1}
                 for name in "abc"]
        tasks[2].update(pool_slots=2, priority_weight=3)
        pool = {"fact": "pool", "name": "erp", "slots": 2}
        states = ("running", "queued queued scheduled")
        lines = told(tasks, ([pool, began("a"), began("b", 1, 9)], *states),
                     ([ended("a", "lost"), began("a", 2, 2)], *states),
                     ([ended("a", "lost", 2), began("a", 3, 3)], *states))
        judge(lines)
        lines[3]["at"] = 40
        with self.assertRaisesRegex(Disagreement, "passed over"):
            judge(lines)


class Rules(unittest.TestCase):
    def test_nothing_waits_once_all_upstreams_are_over(self):
        ends = ["success", "skipped", "failed", "upstream_failed", "removed"]
        for rule in TABLE:
            for a in ends:
                for b in ends:
                    self.assertNotEqual(verdict(rule, [a, b]), WAIT, (rule, a, b))
            self.assertEqual(verdict(rule, ["removed"]), RUN)


class Files(unittest.TestCase):
    def test_a_group_stands_for_its_last_and_first_members(self):
        dag = Dag({"tasks": [
            {"task_id": "a", "command": "x"},
            {"task_id": "g1", "command": "x", "group": "g"},
            {"task_id": "g2", "command": "x", "group": "g", "depends_on": ["g1"]},
            {"task_id": "z", "command": "x", "depends_on": ["g"]}],
            "task_groups": {"g": {"depends_on": ["a"]}}})
        self.assertEqual([t.id for t in dag.tasks["g1"].upstreams], ["a"])
        self.assertEqual([t.id for t in dag.tasks["g2"].upstreams], ["g1"])
        self.assertEqual([t.id for t in dag.tasks["z"].upstreams], ["g2"])


if __name__ == "__main__":
    unittest.main()
