"""The table of trigger rules of the specification, as conditions over counts of direct upstreams.

S success, K skipped, F failed, U upstream_failed, D done, N all of them but the removed ones.
"""

WAIT, RUN = "wait", "run"

# rule: (what is set without running, in this order; when it runs)
TABLE = {
    "all_success": ([(lambda c: c.U or c.F, "upstream_failed"), (lambda c: c.K, "skipped")],
                    lambda c: c.S == c.N),
    "all_failed": ([(lambda c: c.S or c.K, "skipped")], lambda c: c.F + c.U == c.N),
    "all_done": ([], lambda c: c.D == c.N),
    "all_done_min_one_success": (
        [(lambda c: c.K, "skipped"), (lambda c: c.D == c.N and c.S == 0, "upstream_failed")],
        lambda c: c.D == c.N and c.K == 0 and c.S >= 1),
    "one_success": (
        [(lambda c: c.D == c.N and c.K == c.N, "skipped"),
         (lambda c: c.D == c.N and c.S == 0, "upstream_failed")], lambda c: c.S >= 1),
    "one_failed": ([(lambda c: c.D == c.N and c.F + c.U == 0, "skipped")],
                   lambda c: c.F + c.U >= 1),
    "one_done": ([(lambda c: c.D == c.N and c.F + c.S == 0, "skipped")],
                 lambda c: c.S + c.F >= 1),
    "none_failed": ([(lambda c: c.F or c.U, "upstream_failed")], lambda c: c.S + c.K == c.N),
    "none_failed_min_one_success": (
        [(lambda c: c.F or c.U, "upstream_failed"), (lambda c: c.K == c.N, "skipped")],
        lambda c: c.S + c.K == c.N),
    "none_skipped": ([(lambda c: c.K, "skipped")], lambda c: c.D == c.N and c.K == 0),
    "all_skipped": ([(lambda c: c.S or c.F or c.U, "skipped")], lambda c: c.K == c.N),
    "always": ([], lambda c: True),
}


class Counts:
    """Counts the states of the direct upstreams; anything that is not terminal is unfinished."""

    def __init__(self, states):
        states = [state for state in states if state != "removed"]
        self.S = states.count("success")
        self.K = states.count("skipped")
        self.F = states.count("failed")
        self.U = states.count("upstream_failed")
        self.D = self.S + self.K + self.F + self.U
        self.N = len(states)


def verdict(rule, states):
    """What the rule says of these upstreams: RUN, WAIT, or the state that is set."""
    counts = Counts(states)
    if counts.N == 0:
        return RUN
    settings, may_run = TABLE[rule]
    for condition, state in settings:
        if condition(counts):
            return state
    return RUN if may_run(counts) else WAIT
