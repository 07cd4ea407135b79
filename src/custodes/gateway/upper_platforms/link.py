"""One upper platform: its `Lower` behind sockets of its own, from the first try to its leaving, and how it stands."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain

import structlog

from custodes.gateway.context import OwnAddress
from custodes.gateway.plain import plain
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.terms import addresses, carrier_of, leads, terms
from custodes.gb28181 import ids
from custodes.gb28181.cascade.events import Event, UpperState
from custodes.gb28181.cascade.lower import Lower
from custodes.gb28181.cascade.settings import UpperBounds
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.events import Event as Heard
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.tcp import SipConnection
from custodes.gb28181.sip.transport import PeerBounds as Sockets
from custodes.gb28181.sip.transport import Transport
from custodes.video.clock import HostClock
from custodes.video.wire.upper_platforms import GatewayUpper, LinkHeard

log = structlog.get_logger(__name__)


LEAST_WAIT = 0.01
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds from one try to connect over TCP to the next, whether it came about or not; twice as many each time."""

STEADY_S = 30.0
"""A connection that stood for so long, or over which it took us, was one: the next is tried soon."""

CONNECT_S = 10.0
NAME_S = 5.0
AGAIN_S = 1.0

SEALED = "its password does not open with this gateway's key; enter it anew"
NO_PORT = "no port of the gateway is left for it; CUSTODES_GATEWAY_UPPER_PORTS gives more"
TAKEN = "its port is taken by another program on the gateway's machine"
ODD = "its ID or the one that we have with it can't be written in SIP"
NAMELESS = "its name leads to no address"
HOST_NAMELESS = "one of the further addresses that it may be heard from is a name that leads to no address"
ASTRAY = "its name leads to another address, which is in none of its networks"
UNREACHED = "no connection to it can be made"
CLOSES = "it closes the connection at once"


@dataclass(frozen=True, slots=True)
class LinksShared:
    """What all links share.

    Attributes:
        host: address that the sockets are bound to.
        told: hears what a link has to tell, in order.
    """

    host: str
    clock: HostClock
    bounds: UpperBounds
    pace: UpperPace
    told: Callable[[UpperLink, Event], None]


class UpperLink:
    """One upper.

    Args:
        secret: its password; None for one that does not open. port: ours for it; None where there is none.
        place: as of the attribute, of a link before this one.

    Attributes:
        upper: as the web says it; its `tree` alone changes.
        lower: the core; None before its socket is open.
        unreadable: why a body of its was last answered with 400.
        trouble: what keeps it from being tried at all, in plain words without addresses; its moment is trouble_us.
        begun_us: when this link was begun here.
        place: address at which we register; empty before its name was looked up.
        proven: it took us there, or in a place before.
        alarms_after: up to where it was told alarms, in the web's words; empty where it may be told none or the web was not asked yet.
    """

    def __init__(
        self, upper: GatewayUpper, secret: Secret | None, port: int | None, house: LinksShared, place: str = ""
    ) -> None:
        self.upper = upper
        self.secret = secret
        self.port = port
        self.lower: Lower | None = None
        self.trouble = ""
        self.trouble_us = 0
        self.unreadable = ""
        self.begun_us = house.clock.wall_us()
        self.place = place
        self.proven = bool(place)
        self.alarms_after = ""
        self._house = house
        self._line: _Line | None = None
        self._may = False  # register: not before it was asked what is shown
        self._reached = False
        self._unreached = 0
        self._took = False  # us, over the connection that there is
        self._closed = False
        self._broke = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._soon: asyncio.Handle | None = None
        self._left = asyncio.Event()

    @property
    def registered(self) -> bool:
        """The upper took us."""
        return self.lower is not None and self.lower.standing.state is UpperState.REGISTERED

    @property
    def turns(self) -> int:
        """How often a registration was refreshed or failed, or no connection could be made: each time its name may lead elsewhere."""
        return self._unreached + (self.lower.standing.turns if self.lower is not None else 0)

    def astray(self) -> None:
        """Its name leads where we do not follow; we go on where we were."""
        self.trouble = ""  # it is said each time, for it is told behind what came of it
        self._in_trouble(ASTRAY)

    async def run(self) -> None:
        """Open the socket and keep the connection, until cancelled."""
        if self.secret is None:
            self._in_trouble(SEALED)
            return
        if self.port is None:
            self._in_trouble(NO_PORT)
            return
        while True:
            try:
                if self.lower is not None or await self._open(self.secret, self.port):
                    if carrier_of(self.upper) == "TCP":
                        await self._keep_connected()
                    return
            except Exception:
                # It is not given up for that.
                log.exception("upper.run_failed", link=str(self.upper.link))
            await _rest(self._house.pace.open)

    def register(self) -> None:
        """From now on it may be registered with."""
        if not self._may:
            self._may = True
            self.ask_work()

    async def close(self) -> None:
        """End its calls, unregister where that can be done, and close the sockets."""
        lower = self.lower
        if lower is not None and not self._closed:
            lower.leave(self._house.clock.monotonic())
            self.work()
            if self._reached and self._may and lower.standing.state is not UpperState.LEFT:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._house.pace.leave):
                        await self._left.wait()
            self._tell()
        self._closed = True
        for handle in (self._timer, self._soon):
            if handle is not None:
                handle.cancel()
        if self._line is not None:
            await self._line.close()

    def work(self) -> None:
        """Whatever is due now; to be called after asking something of the core, outside of what it tells."""
        if self._closed or self.lower is None or self._line is None:
            return
        if self._may and self._reached:
            self.lower.step(self._house.clock.monotonic())
        self._line.drain()
        self._tell()
        self._line.drain()
        self._arm()

    def ask_work(self) -> None:
        """The same, in a moment."""
        if self._soon is None and not self._closed:
            self._soon = asyncio.get_running_loop().call_soon(self._work_now)

    # Within

    async def _open(self, secret: Secret, port: int) -> bool:
        house, upper = self._house, self.upper
        try:
            ids.checked(upper.id)
            ids.checked(upper.own)
        except Gb28181Refused:
            self._in_trouble(ODD)
            return False
        try:
            async with asyncio.timeout(NAME_S):
                found = await addresses(upper.host)
        except OSError:  # a TimeoutError is one
            self._in_trouble(NAMELESS)
            return False
        try:
            async with asyncio.timeout(NAME_S):
                further = await asyncio.gather(*map(addresses, upper.hosts))
        except OSError:
            self._in_trouble(HOST_NAMELESS)
            return False
        led = leads(upper, self.place, found)
        strayed = not led
        led = led or (self.place,)
        platform = Peer(carrier_of(upper), led[0], upper.port)
        own = OwnAddress(house.host, port)(platform)
        heard = (*led, *chain.from_iterable(further))
        lower = Lower(
            terms(upper, secret, own, platform, heard, house.bounds),
            lambda: secrets.token_hex(12),
            random.random,
            lambda: self.upper.positions,
        )
        line = _Line(lower, self._on_event, self._lost, house.clock)
        try:
            await line.open(house.host, port)
        except OSError:
            self._in_trouble(TAKEN)
            return False
        except BaseException:
            await line.close()
            raise
        self.trouble = ""
        self.lower, self._line, self.place = lower, line, led[0]
        if strayed:
            self.astray()
        self._reached = carrier_of(upper) == "UDP"
        self.ask_work()
        return True

    async def _keep_connected(self) -> None:
        line, lower = self._line, self.lower
        if line is None or lower is None:
            return
        platform = lower.settings.platform
        pause = FIRST_PAUSE
        while True:
            try:
                found = await line.connect(platform.host, platform.port, CONNECT_S)
            except OSError:  # a TimeoutError is one
                self._unreached += 1
                self._in_trouble(UNREACHED)
            else:
                since = self._house.clock.monotonic()
                self._connected(lower, replace(platform, connection=found.connection))
                if line.stands(found.connection):
                    await self._broke.wait()
                if self._took or self._house.clock.monotonic() - since >= STEADY_S:
                    pause, self.trouble = FIRST_PAUSE, ""
                else:
                    self._in_trouble(CLOSES)
            await _rest(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _connected(self, lower: Lower, platform: Peer) -> None:
        if self.trouble == UNREACHED:
            self.trouble = ""
        self._broke.clear()
        self._took = False
        lower.platform = platform
        self._reached = True
        self.ask_work()

    def _lost(self, number: int) -> None:
        lower = self.lower
        if lower is not None and self._reached and number and number == lower.platform.connection:
            self._reached = False
            lower.disconnected(self._house.clock.monotonic())
            self._broke.set()
            self.ask_work()

    def _in_trouble(self, why: str) -> None:
        if why != self.trouble:
            self.trouble, self.trouble_us = why, self._house.clock.wall_us()
            log.error("upper.trouble", link=str(self.upper.link), why=why)

    def _on_event(self, event: Heard) -> None:
        if self.lower is not None:
            self.lower.take_in(event, self._house.clock.monotonic(), self._house.clock.wall_us())
            self.ask_work()

    def _work_now(self) -> None:
        self._soon = None
        self._work_safely()

    def _work_safely(self) -> None:
        try:
            self.work()
        except Exception:
            # It is not given up for that: what comes next may be sound.
            log.exception("upper.work_failed", link=str(self.upper.link))
            if self._timer is None and not self._closed:
                self._timer = asyncio.get_running_loop().call_later(AGAIN_S, self._ticked)

    def _tell(self) -> None:
        if self.lower is None:
            return
        for event in self.lower.take():
            try:
                self._house.told(self, event)
            except Exception:
                # One that its receiver fails on costs no other; a call that nobody decides is refused by the core.
                log.exception("upper.told_failed", link=str(self.upper.link), what=type(event).__name__)
        if self.lower.standing.state is UpperState.LEFT:
            self._left.set()
        if self._reached and self.registered:
            self._took, self.proven, self.trouble = True, True, ""

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self.lower.due if self.lower is not None else math.inf
        if math.isfinite(due) and self._may and self._reached:
            wait = max(LEAST_WAIT, due - self._house.clock.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait, self._ticked)

    def _ticked(self) -> None:
        self._timer = None
        self._work_safely()


async def _rest(seconds: float) -> None:
    await asyncio.sleep(seconds)


class _Line(Transport):
    """A transport that says which connection is gone."""

    def __init__(
        self, lower: Lower, on_event: Callable[[Heard], None], lost: Callable[[int], None], clock: HostClock
    ) -> None:
        # A connection is as old as the registration: it is quiet between keepalives.
        idle = max(300.0, 4 * lower.settings.upper.interval)
        bounds = Sockets(idle=idle, connections=16, per_host=16)
        super().__init__(lower.endpoint, on_event, bounds, clock.monotonic, clock.wall_us)
        self._heard = lower.settings.heard
        self._gone = lost

    def opened(self, connection: SipConnection) -> bool:
        """Nobody else takes room from the upper's own connection."""
        if connection.peer.host not in self._heard:
            self.dropped["stranger"] += 1
            return False
        return super().opened(connection)

    def stands(self, number: int) -> bool:
        """Whether that connection is open."""
        return number in self._connections

    def closed(self, connection: SipConnection) -> None:
        """A connection is gone."""
        super().closed(connection)
        self._gone(connection.peer.connection)


ELSEWHERE = "it sends us to another address; whether we go there is for a person to decide"


def heard(link: UpperLink, clock: HostClock) -> LinkHeard:
    """One link now."""
    us, now = clock.wall_us(), clock.monotonic()

    def wall(moment: float) -> int:
        return us - round(max(0.0, now - moment) * 1_000_000)

    standing = link.lower.standing if link.lower is not None else None
    fault, fault_at = (plain(standing.fault), wall(standing.fault_at)) if standing and standing.fault else ("", None)
    if fault.startswith("it sends us to "):
        fault = ELSEWHERE
    if link.trouble and (fault_at is None or link.trouble_us >= fault_at):
        fault, fault_at = link.trouble, link.trouble_us
    begun = standing is None or standing.state is UpperState.NEVER
    return LinkHeard(
        link=link.upper.link,
        up=link.registered,
        since_us=link.begun_us if begun or standing is None else wall(standing.since),
        latency_ms=round(standing.latency * 1000) if standing and standing.latency is not None else None,
        fault=fault,
        fault_at_us=fault_at,
    )
