"""Judges in which order attempts were handed out: priority, fairness over DAGs, no starvation.

Only what is certain is judged. A candidate counts as passed over when it was still waiting after a
step in which another one of its queue and its pool was taken, although every limit that it needs
was free even then: limits only fill up while a step hands out. Candidates with a concurrency_key
are left out, since their limit depends on who else holds the key.
"""

LONGEST_WAIT = 30  # seconds, after which a pool keeps its slots for one that doesn't fit
MOST_TURNS = 2  # of another DAG, while one of this DAG waits that could be taken


class Candidate:
    """A task instance that was taken, or waits to be."""

    def __init__(self, dag, run, instance):
        keys = instance.task.keys
        self.dag, self.run, self.instance = dag, run, instance
        self.name = f"{instance.task.id}[{instance.index}] of run {run.id}"
        self.queue = keys.get("queue", "default")
        self.pool, self.slots = keys.get("pool", "default_pool"), keys.get("pool_slots", 1)
        self.priority = keys.get("priority_weight", 1)
        self.backfill = run.facts.get("type") == "backfill" or run.rerun_by_backfill
        self.weight = weight(run.dag, instance.task)
        self.date = run.facts.get("logical_date", run.facts["run_after"])

    @property
    def bucket(self):
        return (self.queue, self.pool, self.priority, self.backfill)

    def before(self, other):
        """It certainly comes first."""
        if (self.priority, not self.backfill) != (other.priority, not other.backfill):
            return (self.priority, not self.backfill) > (other.priority, not other.backfill)
        return self.dag == other.dag and (self.weight, -self.date) > (other.weight, -other.date)


def weight(dag, task):
    """The effective weight: own and all distinct descendants, or ancestors, or own alone."""
    rule = task.keys.get("weight_rule", "downstream")
    others = []
    if rule == "downstream":
        others = dag.descendants(task).values()
    elif rule == "upstream":
        others = [t for t in dag.tasks.values() if task.id in dag.descendants(t)]
    return task.keys.get("priority_weight", 1) + sum(t.keys.get("priority_weight", 1)
                                                     for t in others)


class Order:
    """Follows the grants of one history."""

    def __init__(self):
        self.pools = {"default_pool": 128}
        self.live = {}  # attempt → candidate
        self.waiting = {}  # run → its candidates that wait
        self.passed_over = {}  # name → since when a smaller one was taken instead
        self.turns = {}  # (DAG, bucket) → other DAG → its grants meanwhile
        self.judged = 0

    def restarted(self):
        """Whose turn it was, and who has waited for how long, is not kept."""
        self.passed_over, self.turns = {}, {}

    def fits_but_for_its_pool(self, one):
        keys = one.instance.task.keys
        same_task = [other for other in self.live.values()
                     if other.dag == one.dag and other.instance.task.id == one.instance.task.id]
        in_run = [other for other in same_task if other.run is one.run]
        of_run = [other for other in self.live.values() if other.run is one.run]
        return (len(of_run) < one.run.dag.keys.get("max_active_tasks", 16)
                and len(same_task) < keys.get("max_active_tis_per_dag", 1 << 30)
                and len(in_run) < keys.get("max_active_tis_per_dagrun", 1 << 30)
                and "concurrency_key" not in keys)

    def pool_fits(self, one):
        size = self.pools.get(one.pool, 0)
        used = sum(other.slots for other in self.live.values() if other.pool == one.pool)
        return size < 0 or used + one.slots <= size

    def judge(self, at, granted):
        """After a step: what is wrong with these grants, in words; nothing when all is well."""
        waiting = [one for candidates in self.waiting.values() for one in candidates
                   if one.instance.state in ("ready", "up_for_retry")
                   and self.fits_but_for_its_pool(one)]
        fitting = [one for one in waiting if self.pool_fits(one)]
        self.judged += len(granted)
        for taken in granted:
            for one in fitting:
                if one.bucket[:2] == taken.bucket[:2] and one.before(taken):
                    return f"{taken.name} was taken before {one.name}, which comes first"
        return self.judge_turns(granted, fitting) or self.judge_starving(
            at, granted, [one for one in waiting if not self.pool_fits(one)])

    def judge_turns(self, granted, fitting):
        lines = {(one.dag, one.bucket) for one in fitting}
        self.turns = {line: turns for line, turns in self.turns.items() if line in lines}
        for dag, bucket in lines:
            turns = self.turns.get((dag, bucket))
            if turns is None:  # it has just come
                self.turns[dag, bucket] = {}
                continue
            queue, _, *rank = bucket
            for taken in granted:
                if (taken.queue, [taken.priority, taken.backfill]) != (queue, rank):
                    continue
                if taken.dag == dag:  # it had its turn, be it with a task of another pool
                    turns.clear()
                elif taken.bucket == bucket:
                    turns[taken.dag] = turns.get(taken.dag, 0) + 1
                    if turns[taken.dag] > MOST_TURNS:
                        return (f"{taken.name} is number {turns[taken.dag]} of its DAG while one "
                                f"of {dag} waits for the same")
        return None

    def judge_starving(self, at, granted, blocked):
        """A large one that its pool alone holds back must get its turn."""
        names = {one.name for one in blocked}
        self.passed_over = {n: since for n, since in self.passed_over.items() if n in names}
        for one in blocked:
            if not 0 <= one.slots <= self.pools.get(one.pool, 0):
                continue
            for taken in granted:
                # Of its queue: then a worker was free for it, and its pool alone held it back.
                if (taken.queue, taken.pool) != (one.queue, one.pool) or not one.before(taken):
                    continue
                since = self.passed_over.setdefault(one.name, at)
                if at - since > LONGEST_WAIT:
                    return f"{taken.name} was taken; {one.name} has been passed over since {since}"
        return None
