"""The reference on small histories that are told by hand: right ones pass, and each wrong state is
found."""

import unittest

from dag import Dag
from history import Disagreement
from rules import RUN, TABLE, WAIT, verdict
from told import Told, began, chain, ended, judge, told, waited


class Histories(Told):
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

    def test_a_branch_leaves_out_no_teardown(self):
        tasks = [{"task_id": "b", "type": "branch", "with": {"cases": [], "default": ["x"]}},
                 {"task_id": "x", "command": "x", "depends_on": ["b"]},
                 {"task_id": "down", "command": "x", "depends_on": ["b"], "teardown": True}]
        self.check_and_break(told(tasks, ([], "running", "success scheduled scheduled")),
                             (1, "down -1", "skipped"))

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


def over(lists, *names, **keys):
    """A task `list`, then a chain of mapped ones."""
    tasks = chain("list", *names)
    for task in tasks[1:]:
        task.update(expand=lists, **keys)
    return tasks


class Maps(Told):
    LIST = "{{ outputs.list.codes }}"

    def listed(self, tasks, codes, *steps, **keys):
        outputs = {"codes": codes} if codes is not None else {}
        first = ended("list", "success", outputs=outputs)
        (facts, *seen), *rest = steps
        waiting = " ".join(["queued"] + ["none"] * (len(tasks) - 1))
        return told(tasks, ([began("list")], "running", waiting), ([first] + facts, *seen), *rest,
                    **keys)

    def test_the_last_key_is_the_fastest_and_map_reaches_when(self):
        tasks = over([{"b": [1, 2]}, {"a": [1, 2, 3]}], "t", when="map.a != 2 and map.b == 1")
        self.check_and_break(
            self.listed(tasks, [], ([], "running", "success scheduled/skipped/scheduled/skipped/"
                                                   "skipped/skipped")), (2, "t 2", "skipped"))

    def test_zipped_lists_end_with_the_shortest(self):
        tasks = chain("t", expand_zip={"a": [1, 2, 3], "b": [1, 2]})
        judge(told(tasks, ([], "running", "scheduled/scheduled")))
        with self.assertRaisesRegex(Disagreement, "only one of the two"):
            judge(told(tasks, ([], "running", "scheduled/scheduled/scheduled")))

    def test_without_elements_it_is_skipped_failed_or_upstream_failed(self):
        for codes, more, state in (([], {}, "skipped"), (7, {}, "failed"),
                                   ([1, 2], {"max_map_length": 1}, "failed"),
                                   (None, {}, "upstream_failed")):
            end = "success" if state == "skipped" else "failed"
            tasks = over({"a": self.LIST}, "t", **more)
            judge(self.listed(tasks, codes, ([], end, "success " + state)))

    def test_a_downstream_counts_all_elements(self):
        tasks = over({"a": self.LIST}, "t") + chain("z", depends_on=["t"])
        self.check_and_break(self.listed(
            tasks, [1, 2], ([began("t 0", 1, 2), began("t 1", 1, 3)], "running",
                            "success queued/queued none"),
            ([ended("t 0", "success", 2)], "running", "success success/queued none"),
            ([ended("t 1", "success", 3)], "running", "success success/success scheduled")),
            (3, "z -1", "scheduled"))

    def test_members_of_a_mapped_group_see_their_own_element(self):
        tasks = [{**task, "group": "g"} for task in chain("a", "b")]
        self.check_and_break(told(
            tasks, ([began("a 1")], "running", "scheduled/queued none/none"),
            ([ended("a 1", "success")], "running", "scheduled/success none/scheduled"),
            task_groups={"g": {"expand": {"x": [1, 2]}}}), (2, "b 0", "scheduled"))

    def test_a_group_that_runs_again_is_mapped_anew(self):
        tasks = over({"a": self.LIST}, "t")
        for task in tasks:
            task["group"] = "g"
        for codes, again in (([1], "queued/removed"), ([1, 2, 3], "queued/scheduled/scheduled"),
                             ([], "skipped/removed")):
            facts = [ended("list", "success", 4, outputs={"codes": codes})]
            facts += [began("t 0", 2, 5)] if codes else []
            judge(self.listed(
                tasks, [1, 2], ([began("t 0", 1, 2), began("t 1", 1, 3)], "running",
                                "success queued/queued"),
                ([ended("t 0", "failed", 2)], "running", "success failed/queued"),
                ([ended("t 1", "success", 3), began("list", 2, 4)], "running",
                 "queued none/none"),
                (facts, "running" if codes else "success", "success " + again),
                task_groups={"g": {"retries": 1}}))


class Groups(Told):
    def test_what_comes_after_a_group_waits_for_its_last_retry(self):
        tasks = [{**task, "group": "g"} for task in chain("a", "b")]
        tasks += chain("z", depends_on=["g"], trigger_rule="all_done")
        self.check_and_break(told(
            tasks, ([began("a")], "running", "queued none none"),
            ([ended("a", "failed")], "running", "scheduled none none"),
            ([began("a", 2, 2)], "running", "queued none none"),
            ([ended("a", "failed", 2)], "running", "failed upstream_failed scheduled"),
            task_groups={"g": {"retries": 1}}), (2, "z -1", "scheduled"))

    def test_fail_fast_waits_for_the_last_retry_of_a_group(self):
        tasks = [{**task, "group": "g"} for task in chain("a")] + chain("z")
        self.check_and_break(told(
            tasks, ([began("a"), began("z", 1, 9)], "running", "queued queued"),
            ([ended("a", "failed"), began("a", 2, 2)], "running", "queued queued"),
            ([ended("a", "failed", 2)], "running", "failed queued"),
            ([ended("z", "cancelled", 9)], "failed", "failed failed"),
            task_groups={"g": {"retries": 1}}, fail_fast=True), (2, "a -1", "failed"))

    def test_a_group_does_not_run_again_in_a_run_that_ended(self):
        tasks = [{**task, "group": "g"} for task in chain("a")]
        judge(told(tasks, ([began("a")], "running", "queued"),
                   ([{"fact": "end", "reason": "cancelled"}], "running", "queued"),
                   ([ended("a", "cancelled")], "failed", "failed"),
                   ([{"fact": "clear", "instances": []}], "queued", "failed"),
                   ([{"fact": "run_started"}], "failed", "failed"),
                   task_groups={"g": {"retries": 1}}))


class Reruns(Told):
    def test_a_group_has_its_retries_back(self):
        tasks = [{**task, "group": "g"} for task in chain("a")]
        steps = []
        for n in range(1, 5):
            again = n % 2 == 1
            steps += [([began("a", n, n)], "running", "queued"),
                      ([ended("a", "failed", n)], "running" if again else "failed",
                       "scheduled" if again else "failed")]
        steps.insert(4, ([{"fact": "rerun", "version": 1}], "queued", "none"))
        steps[5][0].insert(0, {"fact": "run_started"})
        self.check_and_break(told(tasks, *steps, task_groups={"g": {"retries": 1}}),
                             (7, "a -1", "failed"))

    def test_a_backfill_clears_a_run_and_may_change_its_version(self):
        lines = told(chain("a", "b"), ([began("a")], "running", "queued none"),
                     ([ended("a", "failed")], "failed", "failed upstream_failed"))
        lines.append({"at": 9, "wall": 9, "facts": [
            {"fact": "dag", "version": 2, "file": {"tasks": chain("a", "c")}},
            {"fact": "rerun", "run": "1", "version": 2}, {"fact": "run_started", "run": "1"},
            {"run": "1", **began("a", 2, 2)}],
            "states": {"1": {"state": "running", "instances": {
                "a -1": "queued", "b -1": "removed", "c -1": "none"}}}})
        self.check_and_break(lines, (3, "b -1", "none"))


class Waits(Told):
    def sensor(self, **keys):
        return [{"task_id": "s", "type": "sensor.time", "with": {"until": "1970-01-01T00:00:02Z"},
                 **keys}]

    def test_a_sensor_of_time_does_not_go_on_before_it(self):
        end = ([waited("s", "success")], "success", "success")
        judge(told(self.sensor(), ([], "running", "up_for_reschedule"), end))
        with self.assertRaisesRegex(Disagreement, "before what it waits for"):
            judge(told(self.sensor(), end))

    def test_a_timeout_is_not_retried_and_skipped_with_soft_fail(self):
        late = waited("s", "failed", timed_out=True)
        self.check_and_break(told(self.sensor(retries=3), ([late], "failed", "failed")),
                             (1, "s -1", "up_for_retry"))
        judge(told(self.sensor(soft_fail=True), ([late], "success", "skipped")))

    def poke(self, **keys):
        return [{"task_id": "s", "type": "sensor.file", "with": {"path": "x"},
                 "poke_interval": "1s", **keys}]

    def test_a_poke_that_finds_nothing_continues_its_try(self):
        nothing = ended("s", "rescheduled")
        self.check_and_break(
            told(self.poke(), ([began("s")], "running", "queued"),
                 ([nothing], "running", "up_for_reschedule"),
                 ([began("s", 1, 2)], "running", "queued"),
                 ([ended("s", "success", 2)], "success", "success")),
            (2, "s -1", "up_for_retry"))
        with self.assertRaisesRegex(Disagreement, "try 2"):
            judge(told(self.poke(), ([began("s"), nothing], "running", "up_for_reschedule"),
                       ([began("s", 2, 2)], "running", "queued")))

    def test_a_poke_comes_after_its_interval(self):
        with self.assertRaisesRegex(Disagreement, "due at"):
            judge(told(self.poke(poke_interval="1h"),
                       ([began("s"), ended("s", "rescheduled")], "running", "up_for_reschedule"),
                       ([began("s", 1, 2)], "running", "queued")))

    def test_a_sensor_gives_up_when_its_time_is_up(self):
        late = ended("s", "failed", timed_out=True)
        judge(told(self.poke(timeout="1s", retries=3), ([began("s")], "running", "queued"),
                   ([late], "failed", "failed")))
        judge(told(self.poke(timeout="1s", soft_fail=True), ([began("s")], "running", "queued"),
                   ([late], "success", "skipped")))
        with self.assertRaisesRegex(Disagreement, "before its time"):
            judge(told(self.poke(), ([began("s"), late], "failed", "failed")))

    def test_another_failure_is_retried(self):
        judge(told(self.sensor(retries=1, retry_delay="1s"),
                   ([waited("s", "failed")], "running", "up_for_retry"),
                   ([waited("s", "failed", 2)], "failed", "failed")))

    def test_a_rejected_approval_is_skipped_and_any_other_answer_a_success(self):
        tasks = [{"task_id": "ask", "type": "approval", "with": {}}] + chain("z")
        tasks[1]["depends_on"] = ["ask"]
        for answer, end, states in (("Reject", "success", "skipped skipped"),
                                    ("Approve", "running", "success scheduled")):
            fact = waited("ask", "skipped" if end == "success" else "success", answer=answer)
            judge(told(tasks, ([], "running", "deferred none"), ([fact], end, states)))

    def test_a_triggered_run_that_is_awaited_must_be_over(self):
        tasks = [{"task_id": "go", "type": "trigger_dag", "with": {"dag_id": "d", "wait": True}}]
        lines = told(tasks, ([], "running", "deferred"),
                     ([waited("go", "success", outputs={"run_id": "r"})], "success", "success"))
        with self.assertRaisesRegex(Disagreement, "before what it waits for"):
            judge(lines)


class Past(Told):
    def second_run(self, lines, facts, before, instances, state="running"):
        """Run 2, by its logical date the one behind the run that was told."""
        lines[0]["facts"][1]["logical_date"] = 1
        made = {"fact": "run", "run": "2", "dag": "d", "version": 1, "run_id": "s",
                "run_after": 2, "logical_date": 2}
        lines.append({"at": 9, "wall": 9, "facts": [made, {"fact": "run_started", "run": "2"},
                                                    *facts],
                      "states": {"1": before, "2": {"state": state, "instances": instances}}})
        return lines

    def test_an_element_waits_for_its_own_map_index(self):
        tasks = chain("t", expand={"n": [1, 2]}, depends_on_past=True)
        lines = self.second_run(
            told(tasks, ([began("t 0"), began("t 1", 1, 2)], "running", "queued/queued"),
                 ([ended("t 0", "failed")], "running", "failed/queued")),
            [{"run": "1", **ended("t 1", "success", 2)}],
            {"state": "failed", "instances": {"t 0": "failed", "t 1": "success"}},
            {"t 0": "none", "t 1": "scheduled"})
        judge(lines)
        lines[3]["states"]["2"]["instances"] = {"t -1": "none"}
        with self.assertRaises(Disagreement):
            judge(lines)

    def test_in_a_cancelled_run_a_teardown_waits_for_no_past(self):
        tasks = chain("a") + chain("down", depends_on=["a"], teardown=True, depends_on_past=True)
        end = {"fact": "end", "run": "2", "reason": "cancelled"}
        before = {"state": "running", "instances": {"a -1": "queued", "down -1": "none"}}
        judge(self.second_run(
            told(tasks, ([began("a")], "running", "queued none")),
            [end, {"run": "2", **began("down", 1, 2)}], before,
            {"a -1": "skipped", "down -1": "queued"}))


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

    def test_a_teardown_is_not_the_last_of_its_group(self):
        dag = Dag({"tasks": [
            {"task_id": "a", "command": "x", "group": "g"},
            {"task_id": "b", "command": "x", "group": "g", "teardown_of": ["a"]},
            {"task_id": "z", "command": "x", "depends_on": ["g"]}], "task_groups": {"g": {}}})
        self.assertEqual([t.id for t in dag.tasks["z"].upstreams], ["a"])


if __name__ == "__main__":
    unittest.main()
