"""A simulated platform above: takes one platform below as its lower, subscribes to its catalogue, asks for recordings and calls cameras, round by round.

It knows nothing of grants: it asks as any upper does, and tells what it was given and what it was refused. A stream is received on a
pair of ports, read until a key frame came, and thrown away.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from custodes.gb28181 import ids
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.manscdp.events import apply
from custodes.gb28181.manscdp.item import CatalogItem, EntryStatus
from custodes.gb28181.media.ports import NoPorts, udp_pair
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.ssrc import SsrcPool
from custodes.gb28181.upper.line import Did, UpperCall, UpperSettings, UpperSignalling

LARGEST = 65_536


class StreamReceiver:
    """One stream. To be made and closed in an event loop.

    Attributes:
        port: of RTP; RTCP, which is not read, is the next.

    Raises:
        NoPorts: no pair is free.
    """

    def __init__(self, host: str, ports: tuple[int, int], ssrc: int) -> None:
        self._media, self._control = udp_pair(host, ports, random.SystemRandom())
        self.port: int = self._media.getsockname()[1]
        self._came = asyncio.Event()
        self._receiver = Receiver(lambda _frame: None, time.monotonic(), expected=(ssrc,))
        asyncio.get_running_loop().add_reader(self._media, self._read)

    async def key_frame(self, seconds: float) -> bool:
        """Wait for one; False where none comes in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._came.wait()
        return self._came.is_set()

    @property
    def why(self) -> str:
        """Why none came, in plain words."""
        return self._receiver.report(time.monotonic()).detail

    def close(self) -> None:
        """Let go of the ports."""
        asyncio.get_running_loop().remove_reader(self._media)
        self._media.close()
        self._control.close()

    def _read(self) -> None:
        receiver = self._receiver
        receiver.begin(time.time_ns() // 1000, time.monotonic())
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while True:
                octets = self._media.recv(LARGEST)
                receiver.count(len(octets))
                receiver.push(octets)
        receiver.after(time.monotonic())
        if receiver.tally.keys:
            self._came.set()


CAMERAS = (131, 132)
"""Types of channels with a picture (GB/T 28181-2016 Annex D)."""
PAUSE = 1.0
"""Seconds from one look at which cameras are on to the next, while a round waits for them."""
AGAIN = (480, 486, 500, 503)
"""Answers behind which the same is asked again in the same round: no picture yet, too many at once."""
TRIES, LATER = 3, 10.0
"""How often one camera is called in a round, and seconds from one of these to the next: each is a decision below, and on record there."""


class SimulatedUpper:
    """One platform above.

    Args:
        told: of what it did, as it does it.

    Attributes:
        known: entries of the catalogue by ID, as they are now.

    Raises:
        custodes.gb28181.refused.Gb28181Refused: its ID has not 20 digits.
    """

    def __init__(self, settings: UpperSettings, told: Callable[[Did], None]) -> None:
        self.settings = settings
        self.known: dict[str, CatalogItem] = {}
        self._told = told
        self._line = UpperSignalling(settings, self._changed, self._noticed)
        self._ssrc = SsrcPool(settings.id)
        self._visit: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Listen, and begin with whoever registers.

        Raises:
            OSError: the address is not ours, or the port is taken.
        """
        await self._line.open()

    async def close(self) -> None:
        """End its call, and close all sockets. The platform below notices by its keepalives."""
        await self._leave()
        await self._line.close()

    @property
    def there(self) -> bool:
        """Whether the platform below is registered and heard."""
        return self._line.there

    def _changed(self, change: RegistrationChange) -> None:
        match change.what:
            case "registered" | "restarted" | "online":
                self._told(Did("registered"))
                self._begin()
            case "offline" | "gone":
                self._told(Did("gone", why=change.why))
                if self._visit is not None:
                    self._visit.cancel()

    def _noticed(self, items: tuple[CatalogItem, ...]) -> None:
        found = apply(items, self.known)
        count = len(found.added) + len(found.changed) + len(found.removed)
        if count:
            self._told(Did("changed", count=count))

    def _begin(self) -> None:
        if self._visit is not None:
            self._visit.cancel()
        self._visit = asyncio.create_task(self._visiting(self._visit))

    async def _leave(self) -> None:
        if self._visit is not None:
            self._visit.cancel()
            await asyncio.gather(self._visit, return_exceptions=True)

    async def _visiting(self, before: asyncio.Task[None] | None) -> None:
        """From its registration on, until it is gone."""
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        self._line.subscribe()
        begun = time.monotonic()
        found = await self._line.catalogue()
        if found is None:
            return
        self.known = {item.device_id: item for item in found.entries}
        self._told(Did("catalogue", count=len(found.entries), seconds=time.monotonic() - begun))
        while True:
            begun = time.monotonic()
            await self._round()
            if not self.settings.each:
                return
            await asyncio.sleep(max(0.0, begun + self.settings.each - time.monotonic()))

    async def _round(self) -> None:
        """Ask for the recordings of a camera, and call cameras one by one: each once it is on."""
        ends, tries, done = time.monotonic() + (self.settings.each or float("inf")), Counter[str](), set[str]()
        while len(done) < min(self.settings.calls, max(1, len(self._cameras()))):
            channel = next((id for id in self._cameras(on=True) if id not in done), None)
            if channel is None:
                if time.monotonic() + PAUSE >= ends:
                    return
                await asyncio.sleep(PAUSE)
                continue
            if not tries:
                await self._ask(channel)
            tries[channel] += 1
            if await self._look(channel) or tries[channel] == TRIES:
                done.add(channel)
            else:
                await asyncio.sleep(LATER)

    def _cameras(self, on: bool = False) -> list[str]:
        found = sorted(id for id in self.known if ids.type_code(id) in CAMERAS)
        return [id for id in found if self.known[id].status is not EntryStatus.OFF] if on else found

    async def _ask(self, channel: str) -> None:
        end = datetime.now(BEIJING)
        begun = time.monotonic()
        count, why = await self._line.records(channel, end - timedelta(seconds=self.settings.back), end)
        self._told(
            Did(
                "refused" if why == "refused" else "records",
                channel,
                count,
                why=why and f"records: {why}",
                seconds=time.monotonic() - begun,
            )
        )

    async def _look(self, channel: str) -> bool:
        """Call a channel until a key frame came; False where it is to be called again."""
        number = self._ssrc.take(False, time.monotonic_ns() // 1000)
        try:
            ear = StreamReceiver(self.settings.host, self.settings.media, int(number))
        except NoPorts as error:
            self._ssrc.give_back(number, time.monotonic_ns() // 1000)
            self._told(Did("none", channel, why=str(error)))
            return True
        look: UpperCall | None = None
        begun = time.monotonic()
        try:
            look = await self._line.look(channel, ear.port, number)
            if look is None or not look.status:
                self._told(Did("none", channel, why="no answer"))
            elif look.status >= 300:
                self._told(Did("refused", channel, status=look.status, seconds=time.monotonic() - begun))
            elif await ear.key_frame(self.settings.wait):
                self._told(Did("picture", channel, seconds=time.monotonic() - begun))
            else:
                self._told(Did("none", channel, why=ear.why))
            return look is None or look.status not in AGAIN
        finally:
            if look is not None and look.status < 300:
                self._line.hang_up(look)
            ear.close()
            self._ssrc.give_back(number, time.monotonic_ns() // 1000)
