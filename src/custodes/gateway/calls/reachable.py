"""Which devices can be called again, told to the nodes that record them: they call at once, however long they meant to wait."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.video.wire.calls import ReachableAsk, ReachableDevices
from custodes.video.wire.gateway_assignment import GatewayChannel

BACK: Final = frozenset({"registered", "restarted", "online"})
HELD_S: Final = 25.0
"""A question without news waits for so long."""
TOGETHER_S: Final = 0.1
"""What comes so soon behind the first is told with it: after a power failure a whole site registers at once."""
MOST: Final = 20_000
"""News that are kept. A node that missed more is told to try them all."""


class Reachable:
    """The news, by number, since this gateway started.

    Args:
        online: whether a device is registered and heard.
    """

    def __init__(self, online: Callable[[str], bool]) -> None:
        self._online = online
        self._epoch = uuid.uuid4().hex
        self._news: deque[tuple[int, str]] = deque(maxlen=MOST)
        self._number = 0
        self._more = asyncio.Event()
        self._channels: frozenset[GatewayChannel] = frozenset()
        self._of_node: dict[str, set[str]] = {}
        self._stopped = False

    def changed(self, change: RegistrationChange) -> None:
        """What became of a registration."""
        if change.what in BACK:
            self._came(change.id)

    def align(self, channels: Iterable[GatewayChannel]) -> None:
        """These are assigned: of those that are new, whoever is registered may be called from now on."""
        before, self._channels = self._channels, frozenset(channels)
        self._of_node = {}
        for channel in self._channels:
            self._of_node.setdefault(channel.node, set()).add(channel.device)
        for device in sorted({channel.device for channel in self._channels - before}):
            if self._online(device):
                self._came(device)

    async def since(self, node: str, ask: ReachableAsk) -> ReachableDevices:
        """What has come for a node since it was told last; waits for it."""
        if ask.epoch != self._epoch or ask.after > self._number or self._missed(ask.after):
            return ReachableDevices(epoch=self._epoch, upto=self._number, whole=True)
        looked = (
            ask.after
        )  # no piece of news is looked at twice: a whole town may come back while a node waits for its one device
        try:
            async with asyncio.timeout(HELD_S):
                while not self._stopped and not self._of(node, looked):
                    looked = self._number
                    await self._more.wait()
                await asyncio.sleep(0 if self._stopped else TOGETHER_S)
        except TimeoutError:
            pass
        missed = self._missed(ask.after)
        devices = () if missed else self._of(node, ask.after)
        return ReachableDevices(epoch=self._epoch, upto=self._number, whole=missed, devices=devices)

    def stop(self) -> None:
        """The gateway ends: nobody is kept waiting."""
        self._stopped = True
        self._more.set()

    def _missed(self, after: int) -> bool:
        """There was more since then than is kept."""
        return bool(self._news) and self._news[0][0] > after + 1

    def _of(self, node: str, after: int) -> tuple[str, ...]:
        known = self._of_node.get(node, set())
        found: dict[str, None] = {}
        for number, device in reversed(self._news):
            if number <= after:
                break
            if device in known:
                found[device] = None
        return tuple(found)

    def _came(self, device: str) -> None:
        self._number += 1
        self._news.append((self._number, device))
        waiting, self._more = self._more, asyncio.Event()
        waiting.set()
