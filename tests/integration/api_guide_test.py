"""docs/api-guide.md does what it says: its shell blocks, and its Python blocks, run in their order
against a real server each, and print what stands behind their arrows. Needs WEFT_BINARY."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from pair import Pair  # noqa: E402

GUIDE = HERE.parents[1] / "docs/api-guide.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ARROW = re.compile(r"# → (.+)$", re.MULTILINE)


def blocks(language):
    text = GUIDE.read_text(encoding="utf-8")
    return [body for found, body in BLOCK.findall(text) if found == language]


def says(line, text):
    """A word or a number is all of its line; anything else may be a part of it."""
    return line == text if text.isalnum() else text in line


def missing(expected, printed):
    """The first of the texts that no line behind that of the text before it says, or None."""
    lines = iter(printed.splitlines())
    return next((text for text in expected if not any(says(line, text) for line in lines)), None)


class Extraction(unittest.TestCase):
    def test_both_languages_tell_the_same_story(self):
        shell, python = (ARROW.findall("\n".join(blocks(name))) for name in ("sh", "python"))
        self.assertEqual(len(blocks("sh")), 11)  # how to call, and ten things
        self.assertEqual(len(blocks("python")), 11)
        self.assertGreater(len(shell), 20)
        self.assertLessEqual(set(python) - {"True"}, set(shell))

    def test_what_is_not_printed_in_order_is_found(self):
        self.assertIsNone(missing(["a", "b c"], "x\na\ny\nb c d"))
        self.assertEqual(missing(["b", "a"], "a\nb"), "a")
        self.assertEqual(missing(["2"], "12\n2 x"), "2")


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Guide(unittest.TestCase):
    def check(self, language, command):
        with tempfile.TemporaryDirectory(prefix="weft-guide-") as place:
            pair = Pair(os.environ["WEFT_BINARY"], place, slots=2)
            dags = [json.loads(text) for text in blocks("json")]
            for dag in dags:
                pair.put_dag(dag)
            with pair:
                pair.wait_for_dags(len(dags))
                script = "\n".join(blocks(language))
                done = subprocess.run(
                    [*command, script], capture_output=True, text=True, timeout=200, check=False,
                    env={**os.environ, "WEFT_URL": pair.url, "WEFT_TOKEN": pair.token})
                told = f"{done.stdout}\n--- stderr:\n{done.stderr}\n--- server:\n{pair.log()}"
                self.assertEqual(done.returncode, 0, told)
                lost = missing(ARROW.findall(script), done.stdout)
                self.assertIsNone(lost, f"“{lost}” is not printed where the guide says so:\n{told}")

    @unittest.skipUnless(shutil.which("jq") and shutil.which("curl"), "needs curl and jq")
    def test_shell(self):
        self.check("sh", ["bash", "-euc"])

    def test_python(self):
        self.check("python", [sys.executable, "-c"])


if __name__ == "__main__":
    unittest.main()
