"""Small histories that are told by hand."""

import copy
import unittest

from history import Disagreement, History


def told(tasks, *steps, **keys):
    """A history of one run: each step is (facts, run state, states in the order of the tasks).
    Of a mapped task the states of its elements stand as one word, such as "success/none"."""
    names = [task["task_id"] for task in tasks]
    lines = [{"at": 0, "wall": 0, "states": {}, "facts": [
        {"fact": "dag", "version": 1, "file": {"tasks": tasks, **keys}},
        {"fact": "run", "run": "1", "dag": "d", "version": 1, "run_id": "r", "run_after": 0},
        {"fact": "run_started", "run": "1"}]}]
    for at, (facts, state, states) in enumerate(steps, 1):
        lines.append({
            "at": at, "wall": at, "facts": [{"run": "1", **fact} for fact in facts],
            "states": {"1": {"state": state, "instances": {
                key: one for name, word in zip(names, states.split())
                for key, one in instances(name, word)}}}})
    return lines


def instances(name, word):
    if "/" not in word:
        return [(f"{name} -1", word)]
    return [(f"{name} {index}", one) for index, one in enumerate(word.strip("/").split("/"))]


def place(task):
    """A task as "a", or one element as "a 0"."""
    name, _, index = task.partition(" ")
    return {"task": name, "map_index": int(index or -1)}


def began(task, number=1, attempt=1):
    return {"fact": "started", **place(task), "attempt": attempt, "try": number}


def ended(task, outcome, attempt=1, **more):
    return {"fact": "ended", **place(task), "attempt": attempt, "outcome": outcome, "ago": 0,
            **more}


def waited(task, outcome, number=1, **more):
    return {"fact": "waited", **place(task), "attempt": 90 + number, "try": number,
            "outcome": outcome, "ago": 0, **more}


def judge(lines):
    history = History()
    for step in copy.deepcopy(lines):
        history.take(step)


def chain(*names, **keys):
    return [{"task_id": name, "command": "x", "depends_on": list(names[:i][-1:]), **keys}
            for i, name in enumerate(names)]


class Told(unittest.TestCase):
    def check_and_break(self, lines, wrong):
        """It passes as told, and fails with one state told wrongly."""
        judge(lines)
        step, instance, state = wrong
        broken = copy.deepcopy(lines)
        broken[step]["states"]["1"]["instances"][instance] = state
        with self.assertRaises(Disagreement):
            judge(broken)
