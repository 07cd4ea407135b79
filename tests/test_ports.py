"""Ports of tests: no two processes that run at once have the same."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests import ports

ROOT = Path(__file__).parent.parent


def _stretch_of(port: int) -> int:
    return (port - ports.FIRST) // ports.EACH


def test_another_process_has_other_ports() -> None:
    own = _stretch_of(ports.free_port())
    made = subprocess.run(
        [sys.executable, "-c", "from tests.ports import free_port; print(free_port())"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert _stretch_of(int(made.stdout)) != own


def test_a_stretch_is_free_again_when_its_process_is_gone_and_where_all_are_taken_one_is_shared() -> None:
    with ExitStack() as stack:
        taken = []
        while (found := ports.claim(0))[1] is not None:
            taken.append(found[0])
            stack.enter_context(found[1])
        assert len(taken) == len(set(taken))
        assert found == (0, None)
    if taken:
        again = ports.claim(taken[0])
        assert again[1] is not None
        again[1].close()
