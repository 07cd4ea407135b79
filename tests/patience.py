"""One patience for all that tests wait for: how quickly something happens is a figure, and figures live in `bench/`.

What must *not* happen is asked behind something that must have happened later, never after a while.
"""

from __future__ import annotations

import asyncio
import inspect
import linecache
import os
import time
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

PATIENCE = float(os.environ.get("CUSTODES_TEST_PATIENCE", "60"))
"""Seconds after which a test gives up. A machine with much else to do is given more."""
LOOK_EVERY = 0.01
"""Seconds between two looks."""


def until(what: Callable[[], T], that: str = "", *, every: float = LOOK_EVERY, patience: float = PATIENCE) -> T:
    """Wait, in a thread, until `what` gives something true, and give it.

    Args:
        that: what is waited for, in words; without it the failure shows the line that called.
        every: seconds between two looks, where to look is dear.
        patience: seconds; only a test of this module gives another.

    Raises:
        AssertionError: it did not come; with what `what` gave last.
    """
    deadline = time.monotonic() + patience
    while not (seen := what()):
        assert time.monotonic() < deadline, _in_vain(that, patience, seen, inspect.currentframe())
        time.sleep(every)
    return seen


async def until_async(
    what: Callable[[], T | Awaitable[T]], that: str = "", *, every: float = LOOK_EVERY, patience: float = PATIENCE
) -> T:
    """The same within an event loop, which goes on meanwhile; `what` may itself be awaited."""
    deadline = time.monotonic() + patience
    while True:
        seen = what()
        if inspect.isawaitable(seen):
            seen = await seen
        if seen:
            return seen
        assert time.monotonic() < deadline, _in_vain(that, patience, seen, inspect.currentframe())
        await asyncio.sleep(every)


def _in_vain(that: str, patience: float, seen: object, frame: FrameType | None) -> str:
    caller = frame.f_back if frame else None
    line = linecache.getline(caller.f_code.co_filename, caller.f_lineno).strip() if caller else ""
    return f"waited {patience:g} s in vain for {that or line}; last seen: {seen!r}"[:2000]
