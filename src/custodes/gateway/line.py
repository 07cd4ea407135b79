"""Devices that are to be asked, one after the other: when each is due, and no more of them in a second than is fair to us and to the network."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container
from typing import NamedTuple

from custodes.gb28181.agenda import Agenda


class Wish(NamedTuple):
    """What is to be asked of a device, and from when on.

    Attributes:
        info: also what it is, not only what it has.
        due: monotonic seconds.
    """

    info: bool
    due: float


class Line:
    """Wishes by device; a second one of the same device joins the first.

    Args:
        per_second: devices that are let through in a second.
    """

    def __init__(self, per_second: float) -> None:
        self._period = 1 / per_second
        self._wishes: dict[str, Wish] = {}
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
        self._wishes[device] = Wish(info, due)
        if device not in self._due:
            self._agenda.set(device, due)

    def drop(self, device: str) -> None:
        """It is not to be asked."""
        self._wishes.pop(device, None)
        self._agenda.drop(device)
        self._due.pop(device, None)

    def next(self, now: float, busy: Container[str]) -> tuple[str, Wish] | None:
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
