"""How devices are asked what they have: so many in a second, so many at once, and what of it is kept; and the line in which they wait,
no more of them in a second than is fair to us and to the network.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container
from dataclasses import dataclass, replace
from typing import NamedTuple

from custodes.gb28181.agenda import Agenda
from custodes.gb28181.manscdp.collector import PATIENCE, AnswerPatience
from custodes.video.wire.devices import MOST_CHANNELS


class AskWish(NamedTuple):
    """What is to be asked of a device, and from when on.

    Attributes:
        info: also what it is, not only what it has.
        due: monotonic seconds.
    """

    info: bool
    due: float


class AskQueue:
    """Wishes by device; a second one of the same device joins the first.

    Args:
        per_second: devices that are let through in a second.
    """

    def __init__(self, per_second: float) -> None:
        self._period = 1 / per_second
        self._wishes: dict[str, AskWish] = {}
        self._agenda: Agenda[str] = Agenda()
        self._due: OrderedDict[str, None] = OrderedDict()
        self._next = float("-inf")

    def __len__(self) -> int:
        return len(self._wishes)

    def wish(self, device: str, info: bool, due: float) -> None:
        """Ask the device at `due` or, where it is to be asked earlier already, then."""
        held = self._wishes.get(device)
        if held is not None:
            info, due = info or held.info, min(due, held.due)
        self._wishes[device] = AskWish(info, due)
        if device not in self._due:
            self._agenda.set(device, due)

    def drop(self, device: str) -> None:
        """It is not to be asked."""
        self._wishes.pop(device, None)
        self._agenda.drop(device)
        self._due.pop(device, None)

    def next(self, now: float, busy: Container[str]) -> tuple[str, AskWish] | None:
        """The next device whose turn it is; None where none is due, or it is too early for another.

        Args:
            busy: devices that are being asked: they wait.
        """
        for device in self._agenda.take(now):
            self._due[device] = None
        if now < self._next:
            return None
        for device in self._due:
            if device not in busy:
                self._next = max(self._next + self._period, now - 1)
                del self._due[device]
                return device, self._wishes.pop(device)
        return None


_PATIENCE = replace(PATIENCE, most=MOST_CHANNELS)


@dataclass(frozen=True, slots=True)
class AskPace:
    """How devices are asked.

    Attributes:
        per_second: devices that are begun with in a second; at_once: that are asked at the same time.
        rest: seconds in which a device that answered is not asked again by itself.
        pause: seconds from a notice to the taking that it leads to: notices come in swarms.
        soon, calm: what both are at least after a notice of a small catalogue; share: how many times as long as the last taking cost they
            are, `rest` and `pause` at most.
        entries: that cost a second, here and where they are kept.
        again: seconds until a device that did not answer is asked again, twice as long each time; tries: how often.
        info: seconds that an answer to DeviceInfo is waited for.
        room: entries that may be kept when another device is begun with; most: that may be kept at all.
        patience: with a catalogue.
    """

    per_second: float = 50.0
    at_once: int = 200
    rest: float = 60.0
    pause: float = 30.0
    soon: float = 2.0
    calm: float = 5.0
    share: float = 10.0
    entries: float = 500.0
    again: float = 300.0
    tries: int = 3
    info: float = 10.0
    room: int = 150_000
    most: int = 300_000
    patience: AnswerPatience = _PATIENCE


PACE = AskPace()
