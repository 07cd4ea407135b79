"""The list of mutants can be applied to the tree as it is; none is run here (`tools/mutants.py`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_each_mutant_can_be_applied_and_its_tests_are_there() -> None:
    command = [sys.executable, "tools/mutants.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "60 mutants, each can be applied\n"), done.stderr
