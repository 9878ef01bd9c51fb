"""One run, by brute force: after each fact every task instance is judged again from the states of
all others, in topological order, until nothing changes.

The reference knows no limits: an instance that may run is `ready` until a fact says that an attempt
of it began. It keeps no counter that could be wrong: everything is counted anew each time.
"""

import itertools
from datetime import datetime, timezone

from expression import Names, Unrenderable, evaluate
from instance import BY_THE_CORE, TERMINAL, Attempts, Edits, Instance, Instances
from mapping import Maps
from rules import RUN, WAIT, verdict
from waiting import Waiting


def instant(micros):
    return datetime.fromtimestamp(micros / 1e6, timezone.utc)


class Run(Attempts, Edits, Maps, Waiting):
    """One run of a DAG version, among the other runs of its DAG."""

    def __init__(self, dag, fact, runs):
        self.dag, self.id, self.runs = dag, fact["run"], runs
        self.logical_date = fact.get("logical_date")
        self.params = {**dag.params, **fact.get("params", {})}
        self.facts = fact
        self.state, self.ended_by, self.now, self.wall = "queued", None, 0, 0
        self.rerun_by_backfill = False
        self.group_tries = dict.fromkeys(dag.groups, 0)
        self.closed = set()  # groups that were over when their run was
        self.maps = {}  # task or group → its elements
        self.instances = Instances(Instance(task, -1) for task in dag.tasks.values())
        self.fresh, self.problems, self.coming, self.ends_yet = set(), [], [], False

    def clock(self, now, wall):
        self.now, self.wall = now, wall

    def is_due(self, instance):
        """By the clock that never jumps, or, since a restart knows only dates, by the other."""
        return self.now >= instance.due - 0.001 or self.wall >= instance.due_wall - 0.001

    # ---- What is seen ---------------------------------------------------------------------------

    def of(self, task):
        """The instances of a task in the order of their map index."""
        return self.instances.of(task)

    def delivers(self, upstream, downstream):
        """Edges that leave a group with retries deliver when it is terminal and has none left."""
        group = self.dag.groups.get(upstream.group)
        if group is None or group.retries == 0 or downstream.group == upstream.group:
            return True
        if group.name in self.closed:
            return True
        over = all(i.state in TERMINAL for i in self.members(group))
        return over and not self.has_retries_left(group)

    def fails_group(self, instance):
        """A member has finally failed; a teardown counts only if it says so."""
        return (instance.state == "failed"
                and (not instance.task.teardown or instance.task.fails_dagrun))

    def same_lane(self, instance, other):
        """In a mapped group element i sees element i."""
        mapping = instance.task.mapping
        return mapping is not None and mapping is other.mapping and instance.index >= 0

    def in_sight(self, instance, other):
        """The instances of a task that this one knows."""
        if not self.same_lane(instance, other):
            return self.of(other)
        return [i for i in self.of(other) if i.index in (instance.index, -1)]

    def upstreams(self, instance):
        """The instances that this one counts, each with whether its state may be seen."""
        task, found = instance.task, []
        for upstream in task.upstreams:
            seen = self.in_sight(instance, upstream)
            delivers = self.delivers(upstream, task)
            found.extend((i, delivers) for i in seen)
        return found

    def states_above(self, instance):
        return [up.state if seen else "none" for up, seen in self.upstreams(instance)]

    def values(self, instance):
        """The names that an expression of the core may use."""
        outputs = Names()
        for task in self.dag.tasks.values():
            instances = self.in_sight(instance, task)
            good = [i.outputs or {} for i in instances if i.state == "success"]
            if all(i.index < 0 for i in instances) or self.same_lane(instance, task):
                outputs[task.id] = Names(good[0] if good else {})
            else:
                outputs[task.id] = Names({key: [o[key] for o in good if key in o]
                                          for o in good for key in o})
        date = self.logical_date if self.logical_date is not None else self.facts["run_after"]
        ds = instant(date).strftime("%Y-%m-%d")
        return {"params": self.params, "map": instance.element or {}, "outputs": outputs,
                "run_id": self.facts["run_id"], "ds": ds, "ds_nodash": ds.replace("-", ""),
                "logical_date": instant(date).isoformat() if self.logical_date else None}

    # ---- Judging --------------------------------------------------------------------------------

    def settle(self, observed=None, more_to_come=False):
        """Brings every instance and the run to where they must be. `observed` (key → state)
        decides only where the specification leaves several outcomes: between two upstreams that
        became terminal at the same moment, either may be seen first. `more_to_come`: of this moment
        there are further facts, which may be seen before an instance is judged."""
        self.observed, self.more_to_come = observed or {}, more_to_come
        changed = self.state == "running"
        while changed:
            before = self.snapshot()
            for task in self.dag.order:
                for instance in self.of(task):
                    if instance.key in self.instances:
                        self.judge(instance)
            self.retry_groups()
            changed = self.snapshot() != before
        if self.state == "running" and not self.ends_yet and all(
                i.state in TERMINAL for i in self.instances.values()):
            self.finish_run(self.final_state())

    def finish_run(self, state):
        """How its groups stand at its end is final, until one of them is cleared."""
        self.state, self.closed = state, set(self.dag.groups)

    def snapshot(self):
        states = {key: (i.state, i.failures, i.tries) for key, i in self.instances.items()}
        return states, dict(self.group_tries)

    def put(self, instance, state):
        instance.state = state
        if state in TERMINAL:
            self.fresh.add(instance.key)
        if state == "failed" and self.fails_fast(instance):
            self.end("fail_fast")

    def fails_fast(self, instance):
        """Its failure ends the run: not before its group has no retries left."""
        group = self.dag.groups.get(instance.task.group)
        spent = group is None or self.group_tries[group.name] >= group.retries
        counts = not instance.task.teardown or instance.task.fails_dagrun
        return self.dag.fail_fast and not self.ended_by and counts and spent

    def judge(self, instance):
        if instance.state == "up_for_retry" and instance.task.type in BY_THE_CORE:
            if self.is_due(instance):
                self.go(instance)
        if instance.state == "ready" and instance.task.type in BY_THE_CORE:
            self.go(instance)
        if instance.state != "none":
            return
        result = self.outcome_without_running(instance)
        if result != "skipped" and self.skipped_by_fail_fast(instance):
            return
        if result == RUN:
            if self.is_element(instance):
                self.go(instance)
        elif result != WAIT and not self.mapped_first(instance):
            self.put(instance, result)

    def outcome_without_running(self, instance):
        """The state that is set, or RUN or WAIT. A teardown has a rule of its own: it is neither
        skipped with its run nor left out by a branch."""
        if instance.task.teardown:
            return self.teardown_verdict(instance)
        if self.ended_by or self.not_chosen(instance):
            return "skipped"
        return self.verdict_of(instance)

    def skipped_by_fail_fast(self, instance):
        """A failure of this same moment may come before what else would happen in it."""
        seen = self.observed.get(instance.key)
        if not self.dag.fail_fast or self.ended_by or seen != "skipped":
            return False
        failing = [other for key, other in self.instances.items()
                   if self.observed.get(key) == "failed" and other.state not in TERMINAL]
        return any(other.state != "none" or self.outcome_without_running(other) != WAIT
                   for other in failing)

    def verdict_of(self, instance):
        rule = instance.task.rule
        result = verdict(rule, self.states_above(instance))
        seen = self.observed.get(instance.key)
        if seen not in TERMINAL or seen == result:
            return result
        if seen in self.partial_verdicts(instance):
            return seen
        return WAIT if self.more_to_come and result not in (RUN, WAIT) else result

    def partial_verdicts(self, instance):
        """What the rule may say while only a part of what just became terminal is seen."""
        fixed, fresh = [], {}
        for up, seen in self.upstreams(instance):
            if seen and up.key in self.fresh:
                fresh[up.state] = fresh.get(up.state, 0) + 1
            else:
                fixed.append(up.state if seen else "none")
        verdicts = set()
        for numbers in itertools.product(*[(0, 1, n) if n > 1 else (0, 1) for n in fresh.values()]):
            states = list(fixed)
            for (state, n), number in zip(fresh.items(), numbers):
                states += [state] * number + ["none"] * (n - number)
            verdicts.add(verdict(instance.task.rule, states))
        return verdicts

    def teardown_verdict(self, instance):
        """When everything between is done: runs if a setup succeeded, skipped if all were."""
        task, above = instance.task, self.states_above(instance)
        setups = [self.dag.tasks[name] for name in task.teardown_of]
        for setup in setups:
            for between in self.dag.between(setup, task):
                above += [i.state for i in self.in_sight(instance, between)]
        if not all(state in TERMINAL for state in above):
            return WAIT
        states = [i.state for setup in setups for i in self.in_sight(instance, setup)]
        if not states or "success" in states:
            return RUN
        return "skipped" if all(s in ("skipped", "removed") for s in states) else "upstream_failed"

    def not_chosen(self, instance):
        """A branch above decided for others, and no chosen one leads here."""
        for branch, _ in self.upstreams(instance):
            if branch.state == "success" and branch.decision is not None:
                reached = set(branch.decision)
                for name in branch.decision:
                    reached |= set(self.dag.descendants(self.dag.tasks[name]))
                if instance.task.id not in reached:
                    return True
        return False

    def final_state(self):
        if self.ended_by:
            return "failed"
        failing = [t for t in self.dag.tasks.values() if t.teardown and t.fails_dagrun]
        failing += (self.dag.leaves() if self.dag.run_fails_on == "leaf" else
                    [t for t in self.dag.tasks.values() if not t.teardown])
        bad = [i for task in failing for i in self.of(task)
               if i.state in ("failed", "upstream_failed")]
        return "failed" if bad else "success"

    # ---- Going ahead ----------------------------------------------------------------------------

    def go(self, instance):
        """The trigger rule said run: `when`, then what the core does itself, else it is ready."""
        task = instance.task
        if self.past_blocks(instance):
            return
        try:
            if task.when is not None and not evaluate(task.when, self.values(instance)):
                self.put(instance, "skipped")
            elif task.type == "noop":
                instance.outputs = {}
                self.put(instance, "success")
            elif task.type == "branch":
                instance.decision = self.decide(instance)
                self.put(instance, "success")
            else:
                instance.state = "ready"
        except Unrenderable:
            instance.tries += 1
            self.fail(instance, None)

    def decide(self, instance):
        values = self.values(instance)
        for case in instance.task.arguments.get("cases", []):
            if evaluate(case["when"], values):
                return case["next"]
        return instance.task.arguments.get("default", [])

    def past_blocks(self, instance):
        """depends_on_past, wait_for_downstream: the latest earlier run by logical date. In a run
        that was ended teardowns run whatever was before."""
        task = instance.task
        if not (task.depends_on_past or task.wait_for_downstream):
            return False
        if self.ended_by or self.logical_date is None:
            return False
        earlier = [run for run in self.runs[self.facts["dag"]].values() if run is not self
                   and run.logical_date is not None and run.logical_date < self.logical_date]
        if not earlier:
            return False
        past = max(earlier, key=lambda run: run.logical_date)
        before = past.dag.tasks.get(task.id)
        tasks = [task.id] + ([d.id for d in before.downstreams]
                             if before and task.wait_for_downstream else [])
        for other in past.instances.values():
            same = (other.task.id != task.id or other.index == instance.index
                    or min(other.index, instance.index) < 0)
            if (other.task.id in tasks and same
                    and other.state not in ("success", "skipped", "removed")):
                return True
        return False
