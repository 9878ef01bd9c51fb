"""kill -9 and stop/continue of server, agent and runner at random moments under load.

Whatever happens: every run ends, no acknowledged trigger is lost, no two attempts of one task
instance run at the same time, and no process of a task survives. Needs WEFT_BINARY;
WEFT_CHAOS_TIMES sets how often each fault is done (30), WEFT_CHAOS_SEED the order."""

import os
import random
import sys
import tempfile
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
import ledger  # noqa: E402
from acknowledged import Triggers, run_ids  # noqa: E402
from pair import Pair  # noqa: E402
from processes import stop_for, survivors  # noqa: E402

TIMES = int(os.environ.get("WEFT_CHAOS_TIMES", "30"))
SEED = int(os.environ.get("WEFT_CHAOS_SEED", "1"))
PACE = threading.Event()  # never set: faults come at random moments, nothing waits for a result


def load_dag(folder):
    tasks = []
    for i in range(8):
        task = {"task_id": f"t{i}", "command": ledger.command(folder, f"0.{1 + i % 4}"),
                "retries": 2, "retry_delay": "1s"}
        if i >= 3:
            task["depends_on"] = [f"t{i - 3}"]
        tasks.append(task)
    return {"dag_id": "load", "max_active_runs": 8, "tasks": tasks}


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Chaos(unittest.TestCase):
    def kill_server(self, pair):
        pair.kill_server()
        pair.start_server()

    def kill_agent(self, pair):
        pair.worker.kill()
        pair.start_agent()

    def kill_runner(self, pair):
        pair.kill_runner()

    def test_nothing_is_lost_doubled_or_left_behind(self):
        dice = random.Random(SEED)
        faults = TIMES * ["kill_server", "kill_agent", "kill_runner", "stop_server", "stop_agent",
                          "stop_runner"]
        dice.shuffle(faults)
        with tempfile.TemporaryDirectory(prefix="weft-chaos-") as name:
            folder = Path(name)
            ledger.prepare(folder)
            with Pair(os.environ["WEFT_BINARY"], folder) as pair:
                pair.put_dag(load_dag(folder))
                pair.wait_for_dags(1)
                triggers = Triggers(pair, "load")
                triggers.start()
                for fault in faults:
                    PACE.wait(dice.uniform(0.05, 0.6))
                    what, _, whom = fault.partition("_")
                    if what == "kill":
                        getattr(self, fault)(pair)
                    else:
                        pid = {"server": pair.server.pid, "agent": pair.agent.pid}.get(whom)
                        stop_for(pid or pair.runner(), dice.uniform(0.1, 3.0))
                    if pair.agent.poll() is not None:
                        pair.start_agent()
                triggers.go_on = False
                triggers.join()

                def active():
                    page = pair.get("/api/v2/dags/load/dagRuns?limit=1&state=queued&state=running")
                    return page["total_entries"]

                pair.wait_for(lambda: active() == 0, "the end of every run", 300)
                self.assertEqual(ledger.overlaps(ledger.read(folder)), [])
                self.assertEqual(triggers.acknowledged - run_ids(pair, "load"), set())
                self.assertGreater(len(triggers.acknowledged), TIMES)
                pair.wait_for(lambda: not survivors(folder), "the end of every process", 20)
            self.assertEqual(survivors(folder), [])


if __name__ == "__main__":
    unittest.main()
