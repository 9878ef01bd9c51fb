#!/usr/bin/env python3
"""Runs the simulation and the reference beside it: each seed's history must be what the reference
makes of its facts. Prints the first disagreement of each seed; exits 1 if there is one.

    check.py --sim build/tests/simulation/weft_sim --seeds 60 [--seed 1] [--jobs 2] [--keep DIR]
             [--order]

Judged: states of task instances and runs by trigger rules, branches, retries, mapped tasks and
groups, groups with retries, teardowns, tasks that wait without a worker, pokes of sensors, ends, marks of whole runs
and reruns by backfills. Facts, not judged: when one that waits fails or times out, and why. Clears
and marks of task instances are left out of these histories.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor

from history import Disagreement, History

SLICE = 16  # seeds per process: few enough that no kind of fault is asked for


def check(sim, first, count, folder, judge_order):
    """Disagreements of these seeds as (seed, words), and how many states were compared."""
    done = subprocess.run([sim, "--seeds", str(count), "--seed", str(first), "--jobs", "1",
                           "--dump", folder], capture_output=True, text=True)
    broken = {int(seed): words for seed, words in re.findall(r"^seed (\d+): (.*)$", done.stderr,
                                                             re.MULTILINE)}
    if done.returncode != 0 and not broken:
        return [(first, "the simulation itself failed: " + done.stderr + done.stdout[-300:])], 0
    found = [(seed, "the simulation itself failed: " + words) for seed, words in broken.items()]
    compared = 0
    for seed in range(first, first + count):
        if seed in broken:
            continue
        path = os.path.join(folder, f"{seed}.jsonl")
        history = History(judge_order)
        try:
            with open(path, encoding="utf-8") as lines:
                history.read(lines)
        except (Disagreement, OSError) as difference:
            found.append((seed, str(difference)))
        compared += history.compared
    return found, compared


def check_slice(sim, first, count, keep, judge_order):
    if keep:
        return check(sim, first, count, keep, judge_order)
    with tempfile.TemporaryDirectory(prefix="weft_reference.") as folder:
        return check(sim, first, count, folder, judge_order)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sim", required=True)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", help="leave the histories in this folder")
    parser.add_argument("--order", action="store_true",
                        help="judge the order of the grants too, not only the states")
    options = parser.parse_args()
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
    starts = range(options.seed, options.seed + options.seeds, SLICE)
    end = options.seed + options.seeds
    failures = total = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        slices = [pool.submit(check_slice, options.sim, first, min(SLICE, end - first),
                              options.keep, options.order) for first in starts]
        for future in slices:
            found, compared = future.result()
            total += compared
            for seed, words in found:
                failures += 1
                print(f"seed {seed}: {words}\n  replay: ./dev sim --reference --seeds 1 "
                      f"--seed {seed}", flush=True)
    print(f"{options.seeds} seeds, {total} states of runs compared, {failures} disagree")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
