"""Packages of PyPI for tests: fetched once, pinned, into a folder that is kept."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def package_folder(name, version):
    """The folder for PYTHONPATH with the package and what it needs; or None, and the reason is
    printed: ctest counts the test as skipped."""
    folder, why = fetch(name, version)
    if folder is None:
        print(f"{name} {version} cannot be had from PyPI: {why}", file=sys.stderr)
    return folder


def fetch(name, version):
    """(folder, None), or (None, why not)."""
    folder = Path(os.environ.get("WEFT_PYPI") or tempfile.gettempdir()) / f"{name}-{version}"
    done = folder / "complete"
    if not done.exists():
        try:
            told = subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                 "--no-warn-conflicts", "--target", str(folder), "--upgrade",
                 f"{name}=={version}"], capture_output=True, text=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            return None, "pip took longer than 300 s"
        if told.returncode != 0:
            return None, " ".join(told.stderr.strip().splitlines()[-1:])
        done.touch()
    return folder, None
