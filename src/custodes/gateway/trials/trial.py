"""One trial of a link while it runs: how long its parts may take, what is waited for, and what was found of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from custodes.video.clock import Clock
from custodes.video.wire.linktests import Part, TriedPart

P = TypeVar("P", bound=Part)

LOOK_S = 0.02
MOST_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long each part may take, seconds; `look` between two questions which links are to be tried."""

    look: float = 5.0
    register: float
    keepalive: float
    catalogue: float


class Found(Generic[P]):
    """What came of the parts; the first word of each counts.

    Args:
        order: all that there are.
    """

    def __init__(self, order: Sequence[P]) -> None:
        self._order = order
        self._said: dict[P, TriedPart] = {}

    def say(self, part: P, outcome: str, seconds: float | None = None, fault: str = "", **more: Any) -> None:
        """What came of one, and how long it took."""
        ms = None if seconds is None else min(MOST_MS, round(seconds * 1000))
        said = TriedPart.model_validate({"part": part, "outcome": outcome, "ms": ms, "fault": fault, **more})
        self._said.setdefault(part, said)

    def parts(self, otherwise: str = "") -> tuple[TriedPart, ...]:
        """All of them; what was not said is untried, for this reason."""
        return tuple(
            self._said.get(part) or TriedPart(part=part, outcome="untried", fault=otherwise) for part in self._order
        )


async def until(what: Callable[[], bool], clock: Clock, seconds: float) -> bool:
    """Wait until something holds; False where it does not within the time."""
    deadline = clock.monotonic() + seconds
    while not what():
        if clock.monotonic() >= deadline:
            return False
        await asyncio.sleep(LOOK_S)
    return True
