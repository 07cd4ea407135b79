"""Runs `custodes` as a person's shell does: a process of its own, with an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.patience import PATIENCE

PROGRAM = (sys.executable, "-m", "custodes.cli")


def environment(data: Path, **settings: object) -> dict[str, str]:
    """Nothing of this process's settings, and these."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("CUSTODES_", "DJANGO_"))}
    given = {f"CUSTODES_{name.upper()}": str(value) for name, value in settings.items()}
    return {**bare, "CUSTODES_DATA": str(data), **given}


def call(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*PROGRAM, *arguments], env=env, capture_output=True, text=True, timeout=max(PATIENCE, 300), check=False
    )
