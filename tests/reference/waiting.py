"""Tasks that need no worker and wait: for a time, another task, a run that they trigger, a person.

That what they wait for has come, or never will, is a fact. Judged are what follows from it, and
that it was there when one went on."""

from datetime import datetime

from expression import render

REJECTING = "Reject"


class Waiting:
    """The part of a run that takes the ends of such tries."""

    def waited(self, instance, fact):
        """One outcome as of any try. A timeout is final: it is not retried, and with soft_fail
        skipped. An approval goes as its answer says."""
        task = instance.task
        if not task.waits:
            self.problems.append(f"{instance.key} had no worker, being a {task.type}")
        self.start(instance, fact)
        instance.attempt = None
        follows = self.what_follows(instance, fact)
        if follows is None:
            self.fail(instance, None, fact["ago"])
            return
        if follows == "success":
            instance.outputs = fact.get("outputs", {})
            if not self.has_come(instance):
                self.problems.append(f"{instance.key} went on before what it waits for")
        self.put(instance, follows)

    def what_follows(self, instance, fact):
        """The terminal state; None: a failed try."""
        outcome, soft = fact["outcome"], instance.task.soft_fail
        if "answer" in fact:
            return "skipped" if fact["answer"] == REJECTING else "success"
        if fact.get("timed_out"):
            return "skipped" if soft else "failed"
        if outcome == "skipped" and not soft:
            self.problems.append(f"{instance.key} was skipped without soft_fail")
        return None if outcome == "failed" else outcome

    def has_come(self, instance):
        """What a success says: it is that time, all of the awaited is in an allowed state."""
        wanted, values = instance.task.arguments, self.values(instance)
        allowed = wanted.get("allowed_states", ["success"])
        if instance.task.type == "sensor.time":
            until = datetime.fromisoformat(render(wanted["until"], values))
            return until.timestamp() <= self.wall
        # A try whose group ran again in the same moment has left no outputs.
        if instance.task.type == "trigger_dag" and wanted.get("wait") and instance.outputs:
            return [run.state for run in self.runs[wanted["dag_id"]].values()
                    if run.facts["run_id"] == instance.outputs["run_id"]][0] in allowed
        if instance.task.type == "sensor.task":
            runs = self.runs[wanted.get("dag_id", self.facts["dag"])].values()
            run = [run for run in runs if run.logical_date == self.logical_date][0]
            if "task_id" not in wanted:
                return run.state in allowed
            return all(i.state in allowed for i in run.of(run.dag.tasks[wanted["task_id"]]))
        return True
