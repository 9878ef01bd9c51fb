"""The published Python client of Airflow's REST API works unchanged. Needs WEFT_BINARY; fetches the
client from PyPI into WEFT_PYPI (a folder that is kept), and is skipped when PyPI can't be reached."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pair import Pair  # noqa: E402
from pypi import package_folder  # noqa: E402

VERSIONS = ("3.2.1", "3.1.8")
CALLS = Path(__file__).with_name("airflow_client_calls.py")
DAGS = [
    {"dag_id": "orders", "params": {"who": {"type": "string", "default": "world"}},
     "tasks": [{"task_id": "extract", "command":
                "echo \"hello $WEFT_PARAM_who\"; echo rows:=7 >> \"$WEFT_OUTPUT\""},
               {"task_id": "load", "command": "true", "depends_on": ["extract"]}]},
    {"dag_id": "daily", "schedule": "@daily", "start_date": "2025-01-01", "catchup": "none",
     "tasks": [{"task_id": "t", "command": "true"}]},
]


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class AirflowClient(unittest.TestCase):
    def check(self, version):
        folder = package_folder("apache-airflow-client", version)
        if folder is None:
            self.skipTest("no client")
        with tempfile.TemporaryDirectory(prefix="weft-airflow-") as place:
            pair = Pair(os.environ["WEFT_BINARY"], place, slots=2)
            for dag in DAGS:
                pair.put_dag(dag)
            with pair:
                pair.wait_for_dags(len(DAGS))
                told = subprocess.run(
                    [sys.executable, str(CALLS), pair.url, "admin", pair.token],
                    capture_output=True, text=True, timeout=200, check=False,
                    env={**os.environ, "PYTHONPATH": str(folder)})
                self.assertEqual(told.returncode, 0, told.stdout + told.stderr)

    def test_newest(self):
        self.check(VERSIONS[0])

    def test_older(self):
        self.check(VERSIONS[1])


if __name__ == "__main__":
    unittest.main()
