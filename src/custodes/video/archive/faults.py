"""Fault points: places at which a test kills this very process, to see what a crash there leaves.

Off unless armed: `point` is then one comparison. Only test harnesses and chaos runs call `arm_from_env`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

POINTS = (
    "opened",
    "header",
    "torn",
    "fragment",
    "synced",
    "dirsync",
    "commit",
    "committed",
    "delivered",
    "purged",
    "unlinked",
    "swept",
    "hold",
    "held",
)
"""Names in the commit order of docs/design/archive.md."""

_hook: Callable[[str], None] | None = None


def point(name: str) -> None:
    """Say that the step `name` has just been done."""
    if _hook is not None:
        _hook(name)


def armed(name: str) -> bool:
    """Whether a step that exists only for tests (`torn`) should be taken."""
    return _hook is not None and getattr(_hook, "wants", "") == name


class _Kill:
    def __init__(self, name: str, count: int) -> None:
        self.wants = name
        self._left = count

    def __call__(self, name: str) -> None:
        if name != self.wants:
            return
        self._left -= 1
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(name: str, count: int = 1) -> None:
    """Kill this process with SIGKILL the `count`-th time that it reaches `name`.

    Raises:
        ValueError: no such point.
    """
    global _hook
    if name not in POINTS:
        raise ValueError(f"no fault point {name!r}; there are {', '.join(POINTS)}")
    _hook = _Kill(name, count)


def listen(hook: Callable[[str], None] | None) -> None:
    """Call `hook` at each point (in-process tests); None takes it away."""
    global _hook
    _hook = hook


def arm_from_env(variable: str = "CUSTODES_FAULT") -> None:
    """Arm as the environment says, ``NAME`` or ``NAME:COUNT``; nothing when the variable is empty."""
    name, _, count = os.environ.get(variable, "").partition(":")
    if name:
        arm(name, int(count or "1"))
