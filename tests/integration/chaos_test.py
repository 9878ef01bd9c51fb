"""kill -9 and stop/continue of server, agent and runner at random moments under load.

Whatever happens: every run ends, no acknowledged trigger is lost, no two attempts of one task
instance run at the same time, and no process of a task survives. Needs WEFT_BINARY;
WEFT_CHAOS_TIMES sets how often each fault is done (30), WEFT_CHAOS_SEED the order."""

import os
import random
import signal
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from pair import Pair, Refused  # noqa: E402

TIMES = int(os.environ.get("WEFT_CHAOS_TIMES", "30"))
SEED = int(os.environ.get("WEFT_CHAOS_SEED", "1"))
PACE = threading.Event()  # never set: faults come at random moments, nothing waits for a result

# A lock held by every process of the task tells overlap exactly, however it was killed.
TASK = """
exec 9>>"{folder}/lock.$WEFT_DAG_ID.$WEFT_RUN_ID.$WEFT_TASK_ID"
flock -n 9 || echo "OVERLAP $WEFT_RUN_ID $WEFT_TASK_ID $WEFT_ATTEMPT_ID" >> "{folder}/ledger"
echo "start $WEFT_RUN_ID $WEFT_TASK_ID $WEFT_ATTEMPT_ID" >> "{folder}/ledger"
sleep 0.{tenths}
echo "end $WEFT_RUN_ID $WEFT_TASK_ID $WEFT_ATTEMPT_ID" >> "{folder}/ledger"
"""


def load_dag(folder):
    tasks = []
    for i in range(8):
        task = {"task_id": f"t{i}", "command": TASK.format(folder=folder, tenths=1 + i % 4),
                "retries": 2, "retry_delay": "1s"}
        if i >= 3:
            task["depends_on"] = [f"t{i - 3}"]
        tasks.append(task)
    return {"dag_id": "load", "max_active_runs": 8, "tasks": tasks}


class Triggers(threading.Thread):
    """A caller that goes on whatever the server does, and remembers what it was told."""

    def __init__(self, pair):
        super().__init__(daemon=True)
        self.pair = pair
        self.acknowledged = set()
        self.go_on = True

    def run(self):
        number = 0
        while self.go_on:
            try:
                self.acknowledged.add(self.pair.trigger("load", {}, key=f"key-{number}"))
                number += 1
            except (OSError, Refused, ValueError):
                pass  # the same key again: at most one run comes of it
            PACE.wait(0.4)


def survivors(folder):
    """Processes that still carry an attempt of this worker."""
    mark = str(folder).encode()
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if b"WEFT_ATTEMPT_ID=" in environment and mark in environment:
            found.append(int(pid))
    return found


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Chaos(unittest.TestCase):
    def kill_server(self, pair):
        pair.server.kill()
        pair.server.wait()
        pair.server.stdout.close()
        pair.start_server()

    def kill_agent(self, pair):
        pair.agent.kill()
        pair.agent.wait()
        pair.start_agent()

    def kill_runner(self, pair):
        pair.kill_runner()

    def stop_for_a_while(self, pid, dice):
        if pid is None:
            return
        try:
            os.kill(pid, signal.SIGSTOP)
            PACE.wait(dice.uniform(0.1, 3.0))
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass  # the agent has ended a silent runner

    def test_nothing_is_lost_doubled_or_left_behind(self):
        dice = random.Random(SEED)
        faults = TIMES * ["kill_server", "kill_agent", "kill_runner", "stop_server", "stop_agent",
                          "stop_runner"]
        dice.shuffle(faults)
        with tempfile.TemporaryDirectory(prefix="weft-chaos-") as name:
            folder = Path(name)
            with Pair(os.environ["WEFT_BINARY"], folder) as pair:
                pair.put_dag(load_dag(folder))
                pair.wait_for_dags(1)
                triggers = Triggers(pair)
                triggers.start()
                for fault in faults:
                    PACE.wait(dice.uniform(0.05, 0.6))
                    what, _, whom = fault.partition("_")
                    if what == "kill":
                        getattr(self, fault)(pair)
                    else:
                        pid = {"server": pair.server.pid, "agent": pair.agent.pid}.get(whom)
                        self.stop_for_a_while(pid or pair.runner(), dice)
                    if pair.agent.poll() is not None:
                        pair.start_agent()
                triggers.go_on = False
                triggers.join()

                def active():
                    page = pair.get("/api/v2/dags/load/dagRuns?limit=1&state=queued&state=running")
                    return page["total_entries"]

                pair.wait_for(lambda: active() == 0, "the end of every run", 300)
                ledger = (folder / "ledger").read_text(encoding="ascii")
                self.assertNotIn("OVERLAP", ledger)
                self.check_acknowledged(pair, triggers.acknowledged)
                self.assertGreater(len(triggers.acknowledged), TIMES)
                pair.wait_for(lambda: not survivors(folder), "the end of every process", 20)
            self.assertEqual(survivors(folder), [])

    def check_acknowledged(self, pair, acknowledged):
        found = set()
        offset = 0
        while True:
            page = pair.get(f"/api/v2/dags/load/dagRuns?limit=100&offset={offset}")["dag_runs"]
            found.update(run["dag_run_id"] for run in page)
            offset += 100
            if len(page) < 100:
                break
        self.assertEqual(acknowledged - found, set())


if __name__ == "__main__":
    unittest.main()
