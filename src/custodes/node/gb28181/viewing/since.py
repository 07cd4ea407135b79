"""Since when each camera is the channel that it is: what a device recorded before may be another camera's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from custodes.node.journal import Journal
from custodes.video.clock import Clock


class Since:
    """Kept in the worker's journal, over restarts. Every call blocks.

    Args:
        clock: by which it is noted.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._known: dict[UUID, int] = {}

    def follow(self, addresses: Mapping[UUID, str]) -> None:
        """Which channel each camera is now; one that was another until now, or none, is it from now on."""
        now_us, changed = self._clock.wall_us(), dict[str, int]()
        for camera, address in addresses.items():
            mark = _mark(address)
            if self._known.get(camera) == mark:
                continue
            if self._journal.fact(_channel(camera)) != mark:
                changed |= {_channel(camera): mark, _since(camera): now_us}
            self._known[camera] = mark
        # One that is away may come back as another's channel: it is looked up again then.
        self._known = {camera: mark for camera, mark in self._known.items() if camera in addresses}
        if changed:
            self._journal.remember_all(changed)

    def of(self, camera: UUID, address: str) -> int | None:
        """Since when, µs UTC; None where it is not that channel."""
        if self._journal.fact(_channel(camera)) != _mark(address):
            return None
        return self._journal.fact(_since(camera))


def _mark(address: str) -> int:
    return int.from_bytes(hashlib.sha256(address.encode()).digest()[:7])


def _channel(camera: UUID) -> str:
    return f"channel:{camera}"


def _since(camera: UUID) -> str:
    return f"channel-since:{camera}"
