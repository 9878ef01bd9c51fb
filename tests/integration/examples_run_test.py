"""All examples through server and worker, to the states that they should reach; the weather of
366 days, and its mart against one SQL query over the CSV. Needs WEFT_BINARY."""

import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "examples")]
from check_mart import differences  # noqa: E402
from pair import Pair  # noqa: E402

SLOWER = int(os.environ.get("WEFT_SLOWER", "1"))  # than a binary without a sanitizer
EXPECTED = json.loads((HERE / "examples/expected.json").read_text(encoding="utf-8"))


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weft-examples-")
        folder = Path(cls.folder.name)
        os.environ["HOME"] = str(folder / "home")  # where the weather pipeline keeps its data
        (folder / "home").mkdir()
        shutil.copytree(HERE.parents[1] / "examples", folder / "dags")
        cls.pair = Pair(os.environ["WEFT_BINARY"], folder)
        cls.pair.start()
        cls.pair.wait_for_dags(len(EXPECTED))

    @classmethod
    def tearDownClass(cls):
        cls.pair.stop()
        cls.folder.cleanup()

    def test_each_example_reaches_its_states(self):
        for dag_id, expected in EXPECTED.items():
            if dag_id == "weather_daily":
                continue
            with self.subTest(dag_id):
                run_id = self.pair.trigger(dag_id, {"conf": expected.get("conf", {})})
                if "approval" in expected:
                    self.approve(dag_id, run_id, expected["approval"])
                run = self.pair.finished(dag_id, run_id)
                tasks = self.pair.task_instances(dag_id, run_id)
                self.assertEqual(run["state"], expected["state"])
                self.assertEqual({name: ti["state"] for name, ti in tasks.items()},
                                 expected["tasks"])

    def approve(self, dag_id, run_id, approval):
        """Waits until the run waits for a person, sees that it does so as it should, and answers."""
        path = f"{self.pair.run_path(dag_id, run_id)}/taskInstances/{approval['task']}"
        self.pair.wait_for(lambda: self.pair.get(path)["state"] == "deferred",
                           f"the question of {dag_id}", 60)
        tasks = self.pair.task_instances(dag_id, run_id)
        self.assertEqual({name: ti["state"] for name, ti in tasks.items()}, approval["waits"])
        self.assertEqual(self.pair.get(self.pair.run_path(dag_id, run_id))["state"], "running")
        self.pair.call("PATCH", f"{path}/-1/hitlDetails", {"chosen_options": [approval["option"]]})

    def test_the_weather_of_366_days_equals_one_query(self):
        path = "/api/v2/dags/weather_daily/dagRuns"

        def over():
            return self.pair.get(f"{path}?limit=0&state=success")["total_entries"] >= 366 or \
                self.pair.get(f"{path}?limit=0&state=failed")["total_entries"] > 0

        self.pair.wait_for(over, "the 366 runs", 500 * SLOWER)
        self.assertEqual(self.pair.get(f"{path}?limit=0")["total_entries"], 366)
        self.assertEqual(self.pair.get(f"{path}?limit=0&state=success")["total_entries"], 366)
        data = Path(os.environ["HOME"]) / ".local/share/weft/weather"
        self.assertEqual(list(differences(data)), [])


if __name__ == "__main__":
    unittest.main()
