"""What one hand still has to tell its camera, and in which order. No clock and no socket: time is passed in, monotonic seconds.

One order is under way at a time. A newer movement takes the place of one that waits; a stop goes before all that waits and takes out what would move
the camera behind it. A movement that is held is said again, but not for ever; a cruise is not: said again it would begin anew.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from custodes.gateway.upper_platforms.commands import STILL, OnceCommand, UpperMotion, Wish
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gb28181.cascade.events import Questioned
from custodes.video.wire.commands import Command
from custodes.video.wire.sending import SendSteer

MOST = 8
"""Orders of a hand that wait; a further one is refused, unless it takes another's place."""

STOP_AGAIN_S, STOP_TRIES = 1.0, 5
"""A stop that the node did not take is said again."""


class OrderKind(Enum):
    """What an order does."""

    DEED = "deed"
    MOTION = "motion"
    STOP = "stop"


@dataclass(slots=True, eq=False)
class UpperOrder:
    """One order.

    Attributes:
        asked: the upper's commands that it answers; none where it is ours.
        motion: what is held by it.
    """

    kind: OrderKind
    asked: list[Questioned] = field(default_factory=list)
    deed: OnceCommand | None = None
    motion: UpperMotion = STILL

    @property
    def command(self) -> Command:
        """As the wire calls it."""
        if self.kind is OrderKind.STOP:
            return "stop"
        if self.deed is not None:
            return self.deed.command
        return "move" if self.motion.cruise is None else "cruise"

    def said(self, call: UUID, token: str, name: str, unit: str) -> SendSteer:
        """As the node is asked for it."""
        return SendSteer(call=call, token=token, name=name, unit=unit, command=self.command, **self._fields())

    def _fields(self) -> dict[str, Any]:
        motion, deed = self.motion, self.deed
        if self.kind is OrderKind.STOP:
            return {}
        if deed is not None:
            return {"preset": deed.preset, "box": deed.box, "point": deed.point}
        if motion.cruise is not None:
            return {"cruise": motion.cruise}
        return {
            "pan": motion.pan,
            "tilt": motion.tilt,
            "zoom": motion.zoom,
            "focus": motion.focus,
            "iris": motion.iris,
        }


class Crowded(Exception):
    """As many orders wait as there is room for."""


class Orders:
    """Those of one hand.

    Attributes:
        still: nothing moves by this hand as far as it knows, and nothing waits.
    """

    def __init__(self, pace: UpperPace) -> None:
        self._pace = pace
        self._waiting: deque[UpperOrder] = deque()
        self._motion = STILL
        self._said_at = 0.0
        self._word_at = 0.0
        self._stop_due = math.inf
        self._stops = 0
        self._moved = False  # since the last stop that was taken

    @property
    def still(self) -> bool:
        return not self._moved and not self._waiting

    @property
    def stopping(self) -> bool:
        """A stop is the next that goes."""
        return bool(self._waiting) and self._waiting[0].kind is OrderKind.STOP

    @property
    def due(self) -> float:
        """When `next` has something to say."""
        if self._waiting:
            return -math.inf
        if not self._held:
            return self._stop_due
        return min(self._said_at + self._pace.say_again, self._word_at + self._pace.held, self._stop_due)

    def take(self, wish: Wish, asked: Questioned, now: float) -> list[Questioned]:
        """The upper wishes this. Its commands that are overtaken by it: they are answered, and not done.

        Raises:
            Crowded: it is not taken.
        """
        deed = wish if isinstance(wish, OnceCommand) else None
        motion = self._motion if isinstance(wish, OnceCommand) else self._motion.with_(wish)
        stops = not isinstance(wish, OnceCommand) and wish.stops
        if stops and motion.cruise is not None:
            self._word_at = now
            return [asked]  # the lens is left as it is, and the cruise goes on
        out = self._overtaken(movements=deed is None or deed.moves, deeds=stops or (deed is not None and deed.moves))
        if len(self._waiting) - len(out) >= MOST and not stops:
            raise Crowded
        self._waiting = deque(one for one in self._waiting if one not in out)
        self._word_at = now
        if deed is not None:
            self._motion = STILL if deed.moves else self._motion
            self._waiting.append(UpperOrder(OrderKind.DEED, [asked], deed))
        elif motion == STILL:
            self._motion = STILL
            self._stop_first(asked)
        else:
            self._motion = motion
            order = UpperOrder(OrderKind.MOTION, [asked])
            if stops:
                self._waiting.appendleft(order)
            else:
                self._waiting.append(order)
        if not stops and (deed is None or deed.moves):
            self._stop_due = math.inf  # it was for what moved before
        return [one for order in out for one in order.asked]

    def next(self, now: float) -> UpperOrder | None:
        """What to say now; None while there is nothing."""
        if self._waiting:
            order = self._waiting.popleft()
            if order.kind is OrderKind.MOTION:
                order.motion, self._said_at = self._motion, now
            return self._going(order)
        if now >= self._stop_due:
            return self._going(UpperOrder(OrderKind.STOP))
        if not self._held:
            return None
        if now >= self._word_at + self._pace.held:
            self._motion = STILL
            return self._going(UpperOrder(OrderKind.STOP))
        if now >= self._said_at + self._pace.say_again:
            self._said_at = now
            return self._going(UpperOrder(OrderKind.MOTION, motion=self._motion))
        return None

    def taken(self, order: UpperOrder) -> None:
        """The node took it."""
        if order.kind is OrderKind.STOP:
            self._stops = 0
            self._moved = self._motion is not STILL

    def failed(self, order: UpperOrder, now: float, again: bool) -> None:
        """The node did not take it.

        Args:
            again: it may take it another time; else somebody else holds the camera, or it may not be moved so.
        """
        if order.kind is OrderKind.STOP:
            if again and self._stops < STOP_TRIES:
                self._stop_due = now + STOP_AGAIN_S
        elif order.kind is OrderKind.MOTION and not any(one.kind is OrderKind.MOTION for one in self._waiting):
            self._motion = STILL  # it is for the upper to begin anew

    def drop(self) -> list[Questioned]:
        """It is over: the commands that were not done."""
        found = [asked for order in self._waiting for asked in order.asked]
        self._waiting.clear()
        self._motion, self._stop_due = STILL, math.inf
        return found

    @property
    def _held(self) -> bool:
        """Something is held that is said again. A cruise is begun once and goes on: it ends with the hand."""
        return self._motion is not STILL and self._motion.cruise is None

    def _going(self, order: UpperOrder) -> UpperOrder:
        if order.kind is OrderKind.STOP:
            self._stops, self._stop_due = self._stops + 1, math.inf
        elif order.deed is None or order.deed.moves:
            self._moved = True
        return order

    def _stop_first(self, asked: Questioned) -> None:
        waits = next((one for one in self._waiting if one.kind is OrderKind.STOP), None)
        if waits is not None:
            waits.asked.append(asked)
        else:
            self._stops = 0
            self._waiting.appendleft(UpperOrder(OrderKind.STOP, [asked]))

    def _overtaken(self, movements: bool, deeds: bool) -> list[UpperOrder]:
        """Of what waits: movements, and deeds that move the camera."""
        return [
            one
            for one in self._waiting
            if (movements and one.kind is OrderKind.MOTION) or (deeds and one.deed is not None and one.deed.moves)
        ]
