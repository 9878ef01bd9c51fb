"""`weft validate` finds no fault in the examples, nor in any DAG that the documentation shows.
Needs WEFT_BINARY."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"```json\n(.*?)```", re.DOTALL)


def validate(*paths):
    return subprocess.run([os.environ["WEFT_BINARY"], "validate", *map(str, paths)],
                          capture_output=True, text=True, timeout=60, check=False)


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Documented(unittest.TestCase):
    def test_the_examples_are_valid(self):
        told = validate(ROOT / "examples")
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)

    def test_dags_in_the_documentation_are_valid(self):
        pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
        with tempfile.TemporaryDirectory() as folder:
            for page in pages:
                for number, text in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
                    path = pathlib.Path(folder) / f"{page.stem}_{number}.dag.json"
                    path.write_text(text, encoding="utf-8")
            self.assertGreaterEqual(len(list(pathlib.Path(folder).iterdir())), 3)
            told = validate(folder)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)

    def test_a_bad_file_is_told_with_its_place(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "bad.dag.json"
            path.write_text('{\n  "tasks": [{"task_id": "a", "comand": "true"}]\n}\n')
            told = validate(path)
        self.assertEqual(told.returncode, 1)
        self.assertRegex(told.stdout + told.stderr, r"bad\.dag\.json:2:\d+: .*command")


if __name__ == "__main__":
    unittest.main()
