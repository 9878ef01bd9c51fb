"""One task instance, and what its attempts and what people do make of it."""

from expression import Unrenderable, render_text

TERMINAL = ("success", "failed", "skipped", "upstream_failed", "removed")
BY_THE_CORE = ("noop", "branch")  # types that need neither a worker nor time
WITH_ATTEMPT = ("running", "restarting")


class Instance:
    """One task instance: unmapped and not yet expanded ones have map index -1."""

    def __init__(self, task, index, element=None):
        self.task, self.index, self.element = task, index, element
        self.tries, self.attempt = 0, None  # the attempt that lives
        self.reset()

    def reset(self):
        """As a clear leaves it: the tries stay counted, for they name the logs."""
        self.state = "none"
        self.failures = self.losses = 0
        self.due = self.due_wall = 0
        self.pokes, self.poked_since = 0, None  # of a sensor that a worker looks for
        self.outputs, self.decision, self.dying = None, None, False

    @property
    def key(self):
        return (self.task.id, self.index)


class Instances(dict):
    """(task id, map index) → instance. Those of one task are sorted once, until one comes or goes."""

    def __init__(self, instances):
        super().__init__((instance.key, instance) for instance in instances)
        self._of = {}

    def __setitem__(self, key, instance):
        self._of.pop(key[0], None)
        super().__setitem__(key, instance)

    def __delitem__(self, key):
        self._of.pop(key[0], None)
        super().__delitem__(key)

    def setdefault(self, key, instance):
        if key not in self:
            self[key] = instance
        return self[key]

    def sort_anew(self):
        """Some belong to other tasks now."""
        self._of.clear()

    def of(self, task):
        """In the order of their map index. The list is shared: read it only."""
        found = self._of.get(task.id)
        if found is None:
            found = self._of[task.id] = sorted((i for i in self.values() if i.task is task),
                                               key=lambda i: i.index)
        return found


class Attempts:
    """The part of a run that takes attempts: begun, ended, to be made again."""

    def start(self, instance, fact):
        """An attempt began: notes what is wrong with that."""
        if instance.state == "none":  # whatever it was seen as in the end, first it began
            self.observed = {k: v for k, v in self.observed.items() if k != instance.key}
            self.judge(instance)
        waits = instance.state in ("up_for_retry", "up_for_reschedule")
        if self.state != "running":
            self.problems.append(f"an attempt of {instance.key} in a run that is {self.state}")
        if instance.state != "ready" and not (waits and self.is_due(instance)):
            self.problems.append(f"an attempt of {instance.key}, which is {instance.state}, due at "
                                 f"{instance.due}, now {self.now}")
        if not self.key_renders(instance):
            self.problems.append(f"{instance.key} began without its concurrency_key")
        wanted = instance.tries + (instance.state != "up_for_reschedule")
        if fact["try"] != wanted:
            self.problems.append(f"try {fact['try']} of {instance.key}, wanted {wanted}")
        instance.dying = False
        if instance.poked_since is None:
            instance.poked_since = self.wall
        instance.tries, instance.state, instance.attempt = fact["try"], "running", fact["attempt"]

    def finish(self, instance, fact):
        """The one outcome of the attempt that runs."""
        outcome, code, dying = fact["outcome"], fact.get("exit_code"), instance.dying
        if instance.attempt != fact["attempt"]:
            return
        instance.attempt = None
        if instance.state not in WITH_ATTEMPT:
            return  # its instance was marked meanwhile
        pokes, instance.pokes = instance.pokes, 0
        if instance.state == "restarting":
            instance.reset()
        elif outcome == "success":
            instance.outputs = fact.get("outputs", {})
            self.put(instance, "success")
        elif fact.get("timed_out"):
            self.give_up(instance, fact["ago"])
        elif outcome == "skipped" or (outcome == "failed" and code == instance.task.skip_on):
            self.put(instance, "skipped")
        elif dying or outcome == "cancelled":
            self.put(instance, "failed")
        elif outcome == "rescheduled" and instance.task.poked:
            instance.pokes = pokes + 1
            self.look_again(instance, fact["ago"])
        elif outcome == "lost" and instance.losses < instance.task.max_losses:
            instance.losses += 1
            instance.state = "ready"
        else:
            self.fail(instance, code, fact["ago"])

    def look_again(self, instance, ago):
        """A poke found nothing. The next one comes after its interval, which may double up to an
        hour, and the last one when the time is up, counted from the first poke."""
        task, instance.losses = instance.task, 0
        delay = task.poke_interval
        if task.doubles:
            delay = min(delay * 2 ** (instance.pokes - 1), max(delay, 3600))
        delay = min(delay, max(0, instance.poked_since + task.timeout - (self.wall - ago)))
        instance.state, instance.due = "up_for_reschedule", self.now - ago + delay
        instance.due_wall = self.wall - ago + delay

    def give_up(self, instance, ago):
        """Its time was up when it looked: final, not retried."""
        looked = self.wall - ago - (instance.poked_since or 0)
        if not instance.task.poked or looked < instance.task.timeout:
            self.problems.append(f"{instance.key} gave up before its time")
        self.put(instance, "skipped" if instance.task.soft_fail else "failed")

    def key_renders(self, instance):
        try:
            render_text(instance.task.keys.get("concurrency_key") or "", self.values(instance))
        except Unrenderable:
            return False
        return True

    def not_rendered(self, instance, fact):
        """A failed try, since its concurrency_key can't be rendered."""
        self.start(instance, {"try": fact["try"], "attempt": fact["attempt"]})
        if "began without its concurrency_key" in "".join(self.problems[-1:]):
            self.problems.pop()
        else:
            self.problems.append(f"{instance.key} failed though its concurrency_key renders")
        instance.attempt = None
        self.fail(instance, None)

    def queued_for_too_long(self, instance):
        """Nobody took it: an alert, unless it says fail."""
        if instance.state not in ("ready", "up_for_retry", "up_for_reschedule"):
            self.problems.append(f"{instance.key} is {instance.state} and was queued for too long")
        if instance.task.keys.get("on_queued_timeout") == "fail":
            self.put(instance, "failed")

    def fail(self, instance, code, ago=0):
        """A failed try: again after its delay, or finally failed."""
        task = instance.task
        instance.failures += 1
        final = instance.failures > task.retries
        if code is not None:
            final |= code in task.fail_on or (task.retry_on is not None
                                              and code not in task.retry_on)
        if final:
            self.put(instance, "failed")
            return
        delay = min(task.retry_delay * task.backoff ** (instance.failures - 1),
                    task.max_retry_delay)
        instance.state, instance.due = "up_for_retry", self.now - ago + delay
        instance.due_wall = self.wall - ago + delay


class Edits:
    """The part of a run that takes what people, limits and clocks do to it."""

    def end(self, reason):
        """Cancel, fail_fast or a timeout: what runs is killed, the rest but teardowns skipped."""
        self.ended_by = reason
        for instance in self.instances.values():
            if instance.task.teardown or instance.state in TERMINAL:
                continue
            if instance.state in WITH_ATTEMPT:
                instance.dying, instance.state = True, "running"
            else:
                self.put(instance, "skipped")

    def clear(self, instances):
        """What runs is cancelled first; a terminal run goes back to queued. Retries, of a group
        too, are counted since the last clear."""
        for instance in instances:
            self.group_tries[instance.task.group] = 0
            self.restart(instance)
        if self.state in ("success", "failed"):
            self.state, self.ended_by = "queued", None

    def rerun(self, dag):
        """A backfill clears all of it; it may go on with another version of the DAG."""
        self.rerun_by_backfill = True
        if dag is not self.dag:
            self.move(dag)
        self.clear([i for i in self.instances.values() if i.task.id in dag.tasks])

    def move(self, dag):
        """Added tasks get an instance, those of tasks that are gone are removed."""
        self.dag = dag
        for instance in self.instances.values():
            if instance.task.id in dag.tasks:
                instance.task = dag.tasks[instance.task.id]
            else:
                instance.state = "removed"
        self.instances.sort_anew()
        there = {name for name, _ in self.instances}
        for task in dag.tasks.values():
            if task.id not in there:
                self.instances[task.id, -1] = Instance(task, -1)
        self.group_tries = dict.fromkeys(dag.groups, 0)

    def restart(self, instance):
        """To its beginning, once its attempt has ended; its group is not over any more."""
        self.closed.discard(instance.task.group)
        live = instance.attempt is not None
        instance.reset()
        if live:
            instance.state = "restarting"

    def mark(self, instances, state):
        """Sets states, and lets those behind that never ran be judged again."""
        for instance in instances:
            self.put(instance, state)
            for task in self.dag.descendants(instance.task).values():
                for behind in self.of(task):
                    if behind not in instances and behind.state == "upstream_failed":
                        behind.reset()

    def mark_run(self, state):
        """Everything at once: what runs is killed and only recorded."""
        for instance in self.instances.values():
            if instance.state in WITH_ATTEMPT:
                self.put(instance, state)
            elif state == "success" and instance.state != "removed":
                self.put(instance, "success")
            elif instance.state not in TERMINAL:
                self.put(instance, "skipped")
        self.ended_by = "marked"
        self.finish_run(state)

    def retry_groups(self):
        """A member failed finally: once the group is over, the whole of it again, as often as it
        has retries."""
        for group in self.dag.groups.values():
            members = self.members(group)
            if all(i.state in TERMINAL for i in members) and self.has_retries_left(group):
                self.group_tries[group.name] += 1
                for instance in members:
                    if instance.state != "removed":
                        self.restart(instance)

    def members(self, group):
        return [i for member in group.members for i in self.of(member)]

    def has_retries_left(self, group):
        """It would run again, since one of it has failed. An end of its run is final for it."""
        return (group.name not in self.closed and not self.ended_by
                and self.group_tries[group.name] < group.retries
                and any(self.fails_group(i) for i in self.members(group)))
