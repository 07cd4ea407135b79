"""One upper platform's hand on one camera of this worker, and how its end is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from custodes.node.gate import Admission
from custodes.node.steering.helm import BELOW, Helm
from custodes.video.steering.model import STILL, Motion
from custodes.video.wire.sending import SendSteered
from custodes.video.wire.steering import UPPER_RANK, SteerBegin

MAX_LISTS = 2
"""Lists of presets, and places, that one hand may wait for at once: they are asked beside the commands."""

HELD = SendSteered(step="held", detail="the camera is steered here")

_WHY = {"yielded": "held", BELOW: "held", "revoked": "revoked", "idle": "idle", "camera": "not_here"}
"""How the end of a hand is told to the gateway; everything else is ``unknown``."""


class UpperBegin(SteerBegin):
    """The hand of an upper platform: its leave is the `grant` with the verb ``steer``, and it may do least of all."""

    rank: Literal[-1] = UPPER_RANK  # type: ignore[assignment]
    presets: Literal[False] = False
    over: Literal[False] = False


@dataclass
class UpperHand:
    """One call of the gateway's.

    Attributes:
        kept_at: when the gateway named it last, or gave a command, monotonic seconds.
        ready: set once it is known whether it came on the helm.
        refused: why it did not come on the helm; lost: why the grant was taken back before the hand was on the helm; empty where it was not.
        held: the movement that is held, since when.
    """

    call: UUID
    kept_at: float
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    admission: Admission | None = None
    helm: Helm | None = None
    refused: SendSteered | None = None
    lost: str = ""
    waiting: int = 0
    lists: int = 0
    held: tuple[Motion, float] = (STILL, 0.0)
    forget: Callable[[], None] = lambda: None

    def take_back(self, reason: str, _clause: str, _detail: str) -> None:
        """The grant is over, or the worker."""
        self.lost = reason
        if self.helm is not None:
            self.helm.let_go(reason)

    def withhold(self, clause: str, detail: str) -> None:
        """Its one camera is out of the grant."""
        self.take_back("revoked", clause, detail)


def shown(words: str) -> str:
    """A name of another house, as pages here may show it: nothing in it turns the writing round."""
    return "".join(char for char in words if char.isprintable())[:200]


def why_of(reason: str) -> str:
    """How the gateway is told that a hand is over by what ended it."""
    return _WHY.get(reason, "unknown")


def over(why: str) -> SendSteered:
    """A hand that is gone: an upper learns of somebody here no more than that there is one."""
    return HELD if why == "held" else SendSteered(step="not_granted", detail="the hand is not on the helm any more")
