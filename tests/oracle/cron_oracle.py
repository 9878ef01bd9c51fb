#!/usr/bin/env python3
"""Compares the ticks that next_ticks finds with those of a slow, obvious reading of the rules.

  cron_oracle.py --next-ticks PATH [--count N] [--seed S] [--ticks K] [--jobs J]

asks the program PATH (tests/unit/core/time/next_ticks.cc) for the ticks of N random questions
(cron_questions.py) and compares them with cron_rules.py. Exits 1 on mismatches, printing each with
its question; the same seed asks the same questions. `--case EXPR ZONE POLICY AFTER` asks one.
"""

import argparse
import concurrent.futures
import subprocess
import sys
from datetime import datetime

from cron_questions import random_question, zone_names
from cron_rules import LAST_YEAR, UTC, expected_ticks


def iso(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def expected_line(question, ticks):
    found = [iso(tick) for tick in expected_ticks(*question, ticks)]
    return " ".join(found + (["-"] if len(found) < ticks else []))


def compared(line):
    """Without the ticks that the oracle does not look for; an error stays what it is."""
    if line.startswith("error"):
        return line
    return [tick for tick in line.split() if tick != "-" and tick[:4] < str(LAST_YEAR)]


def question_line(question, ticks):
    expressions, zone, policy, after = question
    return f"{'|'.join(expressions)}\t{zone}\t{policy}\t{iso(after)}\t{ticks}"


def compare(program, questions, ticks):
    """The mismatches, as texts."""
    asked = "".join(question_line(question, ticks) + "\n" for question in questions)
    answers = subprocess.run([program], input=asked, capture_output=True, text=True,
                             check=True).stdout.splitlines()
    wrong = []
    assert len(answers) == len(questions), "the program ended early"
    for question, answer in zip(questions, answers):
        expected = expected_line(question, ticks)
        if compared(answer) != compared(expected):
            wrong.append(f"question {question_line(question, ticks)!r}\n  expected {expected}"
                         f"\n  answered {answer}")
    return wrong


def compare_range(program, seed, numbers, ticks):
    zones = zone_names()
    return compare(program, [random_question(seed, n, zones) for n in numbers], ticks)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--next-ticks", required=True, help="the program next_ticks")
    parser.add_argument("--count", type=int, default=500, help="random questions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ticks", type=int, default=50, help="ticks per question")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--case", nargs=4, metavar=("EXPR", "ZONE", "POLICY", "AFTER"))
    options = parser.parse_args()
    count = 1 if options.case else options.count

    if options.case:
        expression, zone, policy, after = options.case
        instant = datetime.fromisoformat(after.replace("Z", "+00:00"))
        question = ([expression], zone, policy, instant.astimezone(UTC))
        wrong = compare(options.next_ticks, [question], options.ticks)
        print(expected_line(question, options.ticks))
    else:
        slices = [range(first, options.count, options.jobs) for first in range(options.jobs)]
        wrong = []
        with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
            for part in pool.map(compare_range, *zip(*(
                    (options.next_ticks, options.seed, numbers, options.ticks)
                    for numbers in slices))):
                wrong += part
    for text in wrong[:20]:
        print(text)
    print(f"{count} questions, seed {options.seed}: {len(wrong)} mismatches")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
