"""Reads a DAG file into tasks, groups and edges. Only the keys that decide states are read."""

import re

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def seconds(text, default=None):
    """A duration such as "1h30m" or "PT5M"."""
    if text is None:
        return default
    if isinstance(text, (int, float)):
        return text
    parts = re.findall(r"(\d+(?:\.\d+)?)(us|ms|[smhdw])", text.lower().lstrip("p").replace("t", ""))
    return sum(float(number) * UNITS[unit] for number, unit in parts)


class Task:
    """One task of a file, with the defaults of the format."""

    def __init__(self, index, keys):
        self.index = index
        self.id = keys["task_id"]
        self.type = keys.get("type") or ("exec" if isinstance(keys.get("command"), list)
                                         else "shell")
        self.waits = self.type in ("sensor.time", "sensor.task", "sensor.asset", "trigger_dag",
                                   "approval")
        self.arguments = keys.get("with", {})
        self.depends_on = keys.get("depends_on", [])
        self.upstreams = []
        self.downstreams = []
        self.rule = keys.get("trigger_rule", "all_success")
        self.when = keys.get("when")
        self.retries = keys.get("retries", 0)
        self.retry_delay = seconds(keys.get("retry_delay"), 300)
        backoff = keys.get("retry_exponential_backoff", 1)
        self.backoff = 2 if backoff is True else 1 if backoff is False else backoff
        self.max_retry_delay = seconds(keys.get("max_retry_delay"), 86400)
        self.retry_jitter = keys.get("retry_jitter", 0)
        self.retry_on = keys.get("retry_on_exit_codes")
        self.fail_on = keys.get("fail_on_exit_codes", [])
        self.skip_on = keys.get("skip_on_exit_code", 99)
        self.max_losses = keys.get("max_infrastructure_retries", 3)
        self.group = keys.get("group")
        self.teardown_of = keys.get("teardown_of", [])
        self.teardown = bool(keys.get("teardown", False) or self.teardown_of)
        self.fails_dagrun = keys.get("on_failure_fail_dagrun", False)
        self.mapping = Mapping.of(self.id, keys, [self])
        self.depends_on_past = keys.get("depends_on_past", False)
        self.wait_for_downstream = keys.get("wait_for_downstream", False)
        self.poked = self.type == "sensor.file"
        self.poke_interval = seconds(keys.get("poke_interval"), 60)
        self.doubles = keys.get("exponential_backoff", False)
        self.timeout = seconds(keys.get("timeout"), 7 * 86400)
        self.soft_fail = keys.get("soft_fail", False)
        self.keys = keys


class Mapping:
    """The lists of a mapped task, or of a mapped group and so of all its tasks."""

    def __init__(self, owner, lists, keys, tasks):
        self.owner, self.tasks = owner, tasks
        if isinstance(lists, list):  # an object, or a list of objects with one key each
            lists = {key: value for one in lists for key, value in one.items()}
        self.lists = lists
        self.zip = "expand_zip" in keys
        self.longest = keys.get("max_map_length", 1024)

    @classmethod
    def of(cls, owner, keys, tasks):
        lists = keys.get("expand") or keys.get("expand_zip")
        return cls(owner, lists, keys, tasks) if lists else None


class Group:
    """A named set of tasks."""

    def __init__(self, name, keys):
        self.name = name
        self.depends_on = keys.get("depends_on", [])
        self.retries = keys.get("retries", 0)
        self.members = []
        self.mapping = Mapping.of(name, keys, self.members)


class Dag:
    """One version of a DAG: tasks by id in the order of the file, edges, groups."""

    def __init__(self, file):
        defaults = file.get("default_args", {})
        self.id = file.get("dag_id")
        self.keys = file
        self.run_fails_on = file.get("run_fails_on", "leaf")
        self.fail_fast = file.get("fail_fast", False)
        self.dagrun_timeout = seconds(file.get("dagrun_timeout"))
        self.max_active_runs = file.get("max_active_runs", 16)
        self.params = {name: p.get("default") if isinstance(p, dict) else p
                       for name, p in file.get("params", {}).items()}
        self.tasks = {}
        for index, keys in enumerate(file["tasks"]):
            task = Task(index, {**defaults, **keys})
            self.tasks[task.id] = task
        self.groups = {name: Group(name, keys)
                       for name, keys in file.get("task_groups", {}).items()}
        for task in self.tasks.values():
            if task.group:
                self.groups[task.group].members.append(task)
                task.mapping = task.mapping or self.groups[task.group].mapping
        self._descendants = {}
        self._connect()
        self.order = self._topological()

    def _connect(self):
        """Edges of tasks and groups: a group stands for its last members as an upstream, and for
        its first ones as a downstream. A teardown is never the last, unless there is no other."""
        ids = {task.id: list(task.depends_on) + task.teardown_of for task in self.tasks.values()}
        inner = {name: {member.id for member in group.members}
                 for name, group in self.groups.items()}

        def firsts(name):
            return [i for i in inner[name] if not inner[name] & set(ids[i])]

        def lasts(name):
            members = [m for m in self.groups[name].members if not m.teardown]
            followed = {upstream for member in members for upstream in ids[member.id]}
            ends = [member.id for member in members if member.id not in followed]
            return ends or [member.id for member in self.groups[name].members]

        roots = {name: firsts(name) for name in self.groups}
        ends = {name: lasts(name) for name in self.groups}
        for name, group in self.groups.items():
            for root in roots[name]:
                ids[root].extend(group.depends_on)
        for task in self.tasks.values():
            names = []
            for name in ids[task.id]:
                names.extend([name] if name in self.tasks else ends[name])
            task.upstreams = [self.tasks[name] for name in dict.fromkeys(names)]
        for task in self.tasks.values():
            for upstream in task.upstreams:
                upstream.downstreams.append(task)

    def _topological(self):
        done, order = set(), []

        def visit(task):
            if task.id in done:
                return
            done.add(task.id)
            for upstream in task.upstreams:
                visit(upstream)
            order.append(task)

        for task in self.tasks.values():
            visit(task)
        return order

    def descendants(self, task):
        """All tasks behind this one, by id."""
        if task.id in self._descendants:
            return self._descendants[task.id]
        found, todo = self._descendants.setdefault(task.id, {}), list(task.downstreams)
        while todo:
            next_task = todo.pop()
            if next_task.id not in found:
                found[next_task.id] = next_task
                todo.extend(next_task.downstreams)
        return found

    def between(self, setup, teardown):
        """The tasks that a setup serves until this teardown."""
        return [task for task in self.descendants(setup).values()
                if task is not teardown and teardown.id in self.descendants(task)]

    def leaves(self):
        """Tasks without downstreams but teardowns; a teardown is no leaf."""
        return [task for task in self.tasks.values()
                if not task.teardown and all(d.teardown for d in task.downstreams)]
