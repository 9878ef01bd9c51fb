"""Dynamic mapping: from the one instance of a task to one for each element of its lists."""

import itertools

from expression import Unrenderable, render
from instance import BY_THE_CORE, TERMINAL, Instance
from rules import RUN


class Maps:
    """The part of a run that makes the instances of mapped tasks and groups."""

    def is_element(self, instance):
        """The trigger rule said run: what is mapped gets its elements now, all tasks of a mapped
        group at once. As long as none of them has begun (after a clear, or when its group runs
        again) the map may come out otherwise than before. False: this instance won't go on."""
        mapping = instance.task.mapping
        if mapping is None:
            return True
        all_of_it = [i for task in mapping.tasks for i in self.of(task)]
        begun = any(i.state not in ("none", "removed") for i in all_of_it)
        if begun and mapping.owner in self.maps:
            if instance.index < 0:  # it follows the rest of its group
                self.resize(mapping, self.maps[mapping.owner])
            return True
        outcome, rows = self.elements(mapping, instance)
        if (rows or outcome == "skipped") and self.settled_first(mapping, instance, rows):
            return False
        seen = self.observed.get((instance.task.id, -1))
        again = outcome == "failed" and self.group_may_run_again(instance)
        if self.more_to_come and seen in TERMINAL and (rows or seen != outcome) and not again:
            return False  # another fact of this moment comes before
        if self.more_to_come and not rows and instance.index < 0 and (
                instance.task.id, 0) in self.observed:
            return False  # so does the one that brings the elements
        if outcome == "failed" and self.fails_fast(instance) and self.still_to_begin(instance):
            return False  # it ends the run, so what is said of others comes before
        if rows:
            self.maps[mapping.owner] = rows
            self.resize(mapping, rows)
            return instance.state == "none"
        if begun and instance.index > 0:  # cleared by name, and no element of anything
            self.put(instance, "removed")
        else:
            self.without_elements(mapping, instance, outcome)
        return False

    def group_may_run_again(self, instance):
        """Then what was seen of it may be of its next round, and this one comes before."""
        group = self.dag.groups.get(instance.task.group)
        return group is not None and self.group_tries[group.name] < group.retries

    def still_to_begin(self, instance):
        """Facts of this moment tell of others that do not begin in a run that has ended; what
        needs no worker and succeeded in this moment has begun before, too."""
        if any(key != instance.key and not self.dag.tasks[key[0]].teardown for key in self.coming):
            return True
        return any(seen == "success" and key in self.instances
                   and self.instances[key].task.type in BY_THE_CORE
                   and self.instances[key].state == "none"
                   and self.outcome_without_running(self.instances[key]) == RUN
                   for key, seen in self.observed.items())

    def mapped_first(self, instance):
        """In one moment a member of a mapped group may be settled or its group be mapped: what was
        seen says in which order."""
        whole = instance.task.mapping is not None and instance.index < 0
        return (whole and instance.key not in self.observed
                and (instance.task.id, 0) in self.observed)

    def settled_first(self, mapping, instance, rows):
        """The other order: one more of the group is to be settled before it is mapped."""
        others = [(task.id, -1) for task in mapping.tasks if task is not instance.task]
        ends = ("failed", "upstream_failed") + (("skipped",) if rows else ())
        return any(self.observed.get(key) in ends and self.instances[key].state == "none"
                   for key in others if key in self.instances)

    def elements(self, mapping, instance):
        """Elements in the order of their index, the last key fastest; without any, what it comes
        to: a missing output is upstream_failed, no list or too many elements fail, and length 0
        is skipped."""
        values, lists = {**self.values(instance), "map": {}}, []
        for text in mapping.lists.values():
            try:
                lists.append(render(text, values))
            except Unrenderable:
                return "failed", []
            if lists[-1] is None and "outputs." in text:
                return "upstream_failed", []
            if not isinstance(lists[-1], list):
                return "failed", []
        rows = list(zip(*lists) if mapping.zip else itertools.product(*lists))
        if len(rows) > mapping.longest:
            return "failed", []
        return "skipped", [dict(zip(mapping.lists, row)) for row in rows]

    def resize(self, mapping, rows):
        """Elements that are missing are made, those beyond the end are removed."""
        for task in mapping.tasks:
            first = self.of(task)[0]
            if first.index < 0:
                if first.state != "none":
                    continue  # settled before its group was mapped: it stays the one that it is
                del self.instances[first.key]
                first.index = 0
                self.instances[first.key] = first
            for index, row in enumerate(rows):
                one = self.instances.setdefault((task.id, index), Instance(task, index))
                one.element = row
                if one.state == "removed":
                    one.reset()
            for one in self.of(task):
                if one.index >= len(rows) and one.state == "none":
                    self.put(one, "removed")

    def without_elements(self, mapping, instance, outcome):
        """Nothing to map is so for the whole group; what fails fails one by one. Of what had
        elements once, the first stands for the whole."""
        if instance.index < 0 and outcome != "skipped":
            self.put(instance, outcome)
            return
        if instance.index >= 0:
            self.resize(mapping, [{}])
            self.maps.pop(mapping.owner, None)
        for task in mapping.tasks:
            first = self.of(task)[0]
            if first.state == "none":
                self.put(first, outcome)
