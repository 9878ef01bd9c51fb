"""schemathesis reads proto/openapi.json from a running server and asks for whatever it can think of:
no answer is a server's error, and none is outside the document. Needs WEFT_BINARY; fetches the program
from PyPI into WEFT_PYPI (a folder that is kept), and is skipped when PyPI can't be reached.
WEFT_FUZZ_SEED repeats a run, WEFT_FUZZ_SECONDS bounds it."""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from contract_world import World

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from pypi import package_folder  # noqa: E402

VERSION = "4.32.5"
SEED = int(os.environ.get("WEFT_FUZZ_SEED", "1"))
SECONDS = int(os.environ.get("WEFT_FUZZ_SECONDS", "30"))
# Of what the document does not promise; the program makes all other checks. Allow names what the
# path as it is can be asked for: of /users/me also what a person called "me" can be.
LEFT_OUT = ("negative_data_rejection", "positive_data_acceptance", "missing_required_header",
            "unsupported_method", "allow_header_conformance", "use_after_free",
            "ensure_resource_availability", "ignored_auth")
# Its answer has no end, which the program waits for; contract_test.py asks for it.
ENDLESS = ("get_events",)


def settings(world, folder):
    """The program's configuration: names of what is there, so that more than 404 is found."""
    values = {**world.values, "dag_run_id": "first", "xcom_key": "rows"}
    lines = [f"seed = {SEED}", "continue-on-failure = true", "[parameters]"]
    lines += [f'"path.{name}" = {json.dumps(value)}' for name, value in values.items()]
    # It reads the events of a followed log as objects, where the document says that they are text;
    # contract_test.py holds these answers to the document.
    lines += ["[[operations]]", 'include-operation-id = "get_log"',
              "checks.response_schema_conformance.enabled = false"]
    path = Path(folder) / "schemathesis.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class ApiFuzz(unittest.TestCase):
    def test_no_answer_is_outside_of_the_document(self):
        folder = package_folder("schemathesis", VERSION)
        if folder is None:
            self.skipTest("no schemathesis")
        world = World(os.environ["WEFT_BINARY"])
        self.addCleanup(world.close)
        place = Path(world.folder.name)
        report = place / "report.json"
        excluded = [word for name in ENDLESS for word in ("--exclude-operation-id", name)]
        told = subprocess.run(
            # One worker: CPython 3.11's ast.parse, which the program uses, fails now and then in threads
            # (SystemError "AST constructor recursion depth mismatch").
            [sys.executable, "-m", "schemathesis.cli", "--config-file",
             str(settings(world, place)), "run", f"{world.pair.url}/openapi.json",
             "--header", f"Authorization: Bearer {world.pair.token}", "--exclude-checks",
             ",".join(LEFT_OUT), "--phases", "examples,coverage,fuzzing", "--workers", "1",
             "--max-time", str(SECONDS), "--request-timeout", "30", "--suppress-health-check",
             "all", "--warnings", "off", "--no-color", "--generation-database", "none",
             "--report", "json", "--report-json-path", str(report), *excluded],
            capture_output=True, text=True, timeout=SECONDS * 2 + 120, check=False, cwd=place,
            env={**os.environ, "PYTHONPATH": str(folder)})
        self.assertEqual(world.client.send("GET", "/healthz").status, 200, told.stdout[-4000:])
        self.assertEqual(told.returncode, 0, told.stdout[-30_000:] + told.stderr[-4000:])
        done = json.loads(report.read_text(encoding="utf-8"))
        # However busy the machine was.
        self.assertGreater(done["operations"]["tested"], 20, done)
        self.assertGreater(done["test_cases"]["generated"], 20, done)


if __name__ == "__main__":
    unittest.main()
