"""A simulated device behind real sockets: signalling by `sip.transport`, media by `outlets`, speech by `ears`, time by the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.outlets import Outlets
from custodes.gb28181.device.speech_sockets import SpeechSockets
from custodes.gb28181.sip.events import Event
from custodes.gb28181.sip.registering import RegistrationNews, RegistrationStanding
from custodes.gb28181.sip.tcp import SipConnection
from custodes.gb28181.sip.transport import PeerBounds, Transport

TICK = 0.01
"""Seconds from one look at the streams to the next: all that are due by then go together."""
LEAVE_SECONDS = 2.0
"""How long it waits for the answer to its farewell."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds from one try to reach the platform over TCP to the next."""
LONGEST_INTERVAL = 86_400.0
"""Seconds between keepalives to which a platform may set a device."""


class Shell:
    """One device.

    Args:
        host: address of ours; its port is that of the device's contact.
        told: what became of the registration.
        clock: monotonic seconds; the loop's timers follow it. wall_us: microseconds UTC.
    """

    def __init__(
        self,
        device: SimulatedDevice,
        host: str,
        told: Callable[[RegistrationNews], None] = lambda _news: None,
        clock: Callable[[], float] = time.monotonic,
        wall_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self.device = device
        self.outlets = Outlets(host, self._connected, self._unusable, self._unreached)
        self.ears = SpeechSockets(host, device.platform.host)
        self.transport = _Line(device, self._on_event, self._lost, clock, wall_us)
        self._host = host
        self._told = told
        self._clock, self._wall_us = clock, wall_us
        self._tcp = device.platform.carrier == "TCP"
        self._reached = not self._tcp
        self._broke = asyncio.Event()
        self._seen: RegistrationNews | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._soon: asyncio.Handle | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def now(self) -> float:
        """Monotonic seconds, as the device is told them."""
        return self._clock()

    async def open(self) -> None:
        """Bind the port, and begin.

        Raises:
            OSError: the address is not ours, or the port is taken.
        """
        await self.transport.open(self._host, self.device.settings.upper.contact.port)
        if self._tcp:
            self._keeper = asyncio.get_running_loop().create_task(self._keep_connected())
        self._ask_work()

    def alarm(self, channel: str, method: int, kind: int, priority: int) -> bool:
        """Raise an alarm of now; False while the last one of its method waits for its reset."""
        at = datetime.fromtimestamp(self._wall_us() / 1_000_000, BEIJING)
        raised = self.device.alarm(channel, method, kind, priority, at, self._clock())
        self.work()
        return raised

    async def close(self) -> None:
        """End its calls, unregister where that can be done, and close all sockets."""
        if self._reached and self._standing() is RegistrationStanding.IN:
            self.device.leave(self._clock())
            self.work()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LEAVE_SECONDS):
                    while self._standing() is not RegistrationStanding.LEFT:
                        await asyncio.sleep(TICK)
        self._closed = True
        for handle in (self._timer, self._soon):
            if handle is not None:
                handle.cancel()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        self.outlets.close()
        self.ears.close()
        await self.transport.close()

    def work(self) -> None:
        """Whatever is due now. To be called after asking something of the device."""
        if self._closed:
            return
        now = self._clock()
        if self._reached:
            self.device.step(now, self._wall_us())
        self._match()
        self.outlets.send(self.device.media(now))
        self.transport.drain()
        self._tell()
        self._arm()

    # Within

    def _standing(self) -> RegistrationStanding:
        return self.device.registering.standing

    def _on_event(self, event: Event) -> None:
        self.device.take_in(event, self._clock(), self._wall_us())
        # A port is open before the answer that names it goes out.
        self._match()
        self._ask_work()

    def _match(self) -> None:
        self.outlets.match(stream for _channel, stream in self.device.streams)
        self.ears.match(self.device.calls.ears)

    def _ask_work(self) -> None:
        if self._soon is None and not self._closed:
            self._soon = asyncio.get_running_loop().call_soon(self._work_now)

    def _work_now(self) -> None:
        self._soon = None
        self.work()

    def _arm(self) -> None:
        due = self.device.due
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not math.isfinite(due) or (not self._reached and not self.device.streams):
            return
        # On a grid, so that streams that are due within a tick cost one look and not one each.
        now = self._clock()
        at = max(math.ceil(due / TICK) * TICK, now + TICK / 2)
        self._timer = asyncio.get_running_loop().call_later(at - now, self._ticked)

    def _ticked(self) -> None:
        self._timer = None
        self.work()

    def _tell(self) -> None:
        news = self.device.news
        begin = next((at + 1 for at in range(len(news) - 1, -1, -1) if news[at] is self._seen), 0)
        for one in news[begin:]:
            self._told(one)
        if news:
            self._seen = news[-1]

    def _connected(self, own: int, stands: bool) -> None:
        self.device.connected(own, stands)
        self._ask_work()

    def _unusable(self, own: int) -> None:
        self.device.unusable(own, self._clock())
        self._ask_work()

    def _unreached(self, own: int) -> None:
        self.device.unreached(own, self._clock())
        self._ask_work()

    def _lost(self, number: int) -> None:
        if self._tcp and self._reached and number == self.device.platform.connection:
            self._reached = False
            self.device.disconnected(self._clock())
            self._broke.set()
            self._ask_work()

    async def _keep_connected(self) -> None:
        platform = self.device.settings.platform
        pause = FIRST_PAUSE
        while True:
            try:
                found = await self.transport.connect(platform.host, platform.port)
            except OSError:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            self._broke.clear()
            self.device.platform = replace(platform, connection=found.connection)
            self._reached = True
            self._ask_work()
            await self._broke.wait()


class _Line(Transport):
    """A transport that says which connection is gone."""

    def __init__(
        self,
        device: SimulatedDevice,
        on_event: Callable[[Event], None],
        lost: Callable[[int], None],
        clock: Callable[[], float],
        wall_us: Callable[[], int],
    ) -> None:
        # A connection is as old as the registration: nobody but the platform makes one, and it is quiet between keepalives.
        idle = max(300.0, 4 * LONGEST_INTERVAL)
        super().__init__(device.endpoint, on_event, PeerBounds(idle=idle, connections=16, per_host=16), clock, wall_us)
        self._gone = lost

    def closed(self, connection: SipConnection) -> None:
        """A connection is gone."""
        super().closed(connection)
        self._gone(connection.peer.connection)
