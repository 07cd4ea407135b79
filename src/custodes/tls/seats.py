"""Who may hold a connection of a server: a seat for each, so many in all and so many of one address.

A peer that waits (for a handshake, with a head or a body that has not come, between two requests, without a token) costs nothing to
let go: where all seats are taken, the one that has waited longest gives way to whoever comes. Only who is being answered keeps its seat.
A body that comes as fast as it must has not waited at all, and so half bodies give way before it.
"""

from __future__ import annotations

import ipaddress
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from prometheus_client import Counter as Figure

log = structlog.get_logger(__name__)

REFUSED = Figure(
    "custodes_http_refused",
    "Connections that were not taken, cut off or had to give way, by reason.",
    ("server", "reason"),
    registry=None,
)

MOST_DESCRIPTORS = 65_536
LINE_SECONDS = 10.0
"""Between two lines of the log about one reason: the figures count each, a flood must not fill the log."""


@dataclass(frozen=True, slots=True)
class HttpBounds:
    """What the peers of one server may take.

    Attributes:
        head_bytes: of a request's line and fields; of what stands between the pieces of a body and behind them, too.
        handshake_s: for TLS.
        head_s: for a head, from the connection or from its first octet.
        body_s: for a body, and a second more for each `body_rate` octets that came: an upload may be long, never slower.
        pause_s: within which a body must go on, however much of it came.
        idle_s: between two requests, from when the peer has all of the answer.
        stalled_s: within which a peer must take something of what waits for it; how long all of it takes is its own affair.
        paused_s: for all pauses of a connection together, where more than `paused_bytes` were taken on it: a player that was paused, a
            download. So many at once, `paused` in all and `paused_of_address` of an address; a flood of slow readers gets no more of it.
        farewell_s: for the end of TLS, from when the peer has everything.
        pipelined: requests of a connection that may wait for the one before.
        connections: in all, of an address: those that were not admitted (`Seat.admit`). A gateway asks one worker 200 things at once, and a
            town hall has one address.
    """

    head_bytes: int = 32_768
    handshake_s: float = 10.0
    head_s: float = 10.0
    body_s: float = 20.0
    body_rate: int = 1_000
    pause_s: float = 60.0
    idle_s: float = 5.0
    stalled_s: float = 30.0
    paused_s: float = 600.0
    paused_bytes: int = 1 << 20
    paused: int = 64
    paused_of_address: int = 16
    farewell_s: float = 2.0
    pipelined: int = 8
    connections: int = 2_048
    of_address: int = 256


HTTP_BOUNDS = HttpBounds()


def _stays() -> None:
    """Nothing is open yet."""


class Seat:
    """One connection's.

    Attributes:
        address: whose, as `address_of` says it.
        waiting_since: since when nothing is done for it, monotonic seconds; None while something is.
        give_way: ends the connection at once.
    """

    __slots__ = ("_seats", "address", "give_way", "waiting_since")

    def __init__(self, seats: ServerSeats, address: str, now: float) -> None:
        self._seats = seats
        self.address = address
        self.waiting_since: float | None = now
        self.give_way: Callable[[], object] = _stays

    @property
    def bounds(self) -> HttpBounds:
        """Of the server."""
        return self._seats.bounds

    def refused(self, reason: str) -> None:
        """Count, and say, that the connection is cut off."""
        self._seats.count(reason, self.address)

    def pause(self, since: float) -> bool:
        """Whether the peer may take nothing for longer, as it has since then; it gives way meanwhile."""
        if not self._seats.pause(self):
            return False
        self.waiting_since = since
        return True

    def go_on(self) -> bool:
        """It takes something again; whether it was paused."""
        return self._seats.go_on(self)

    def admit(self) -> None:
        """Its holder has shown who they are: from now on somebody else's bounds hold, and it gives way to nobody."""
        self.waiting_since = None
        self.free()

    def free(self) -> None:
        """The connection is gone; said twice it is no harm."""
        self._seats.leave(self)


class ServerSeats:
    """Those of one server.

    Attributes:
        refused: what was not taken or cut off, by reason.
    """

    def __init__(self, server: str, bounds: HttpBounds) -> None:
        self.bounds = bounds
        self.refused: Counter[str] = Counter()
        self._server = server
        self._most = min(bounds.connections, _descriptors() // 2)
        self._all: dict[Seat, None] = {}
        self._of: dict[str, dict[Seat, None]] = {}
        self._paused: set[Seat] = set()
        self._said: dict[str, tuple[float, int]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def take(self, host: str, now: float) -> Seat | None:
        """A seat for a peer; None where all are taken by such as are being answered."""
        address = address_of(host)
        if len(self._of.get(address, ())) >= self.bounds.of_address and not self._clear(self._of[address], "address"):
            self.count("address_full", address)
            return None
        if len(self._all) >= self._most and not self._clear(self._all, "server"):
            self.count("full", address)
            return None
        seat = Seat(self, address, now)
        self._all[seat] = None
        self._of.setdefault(address, {})[seat] = None
        return seat

    def leave(self, seat: Seat) -> None:
        """It is free."""
        self._paused.discard(seat)
        if self._all.pop(seat, seat) is seat:
            return
        mine = self._of[seat.address]
        del mine[seat]
        if not mine:
            del self._of[seat.address]

    def paused(self) -> frozenset[Seat]:
        """Those that take nothing for longer now."""
        return frozenset(self._paused)

    def pause(self, seat: Seat) -> bool:
        """Whether there is room for one more that takes nothing for long."""
        if seat not in self._paused:
            of_address = sum(one.address == seat.address for one in self._paused)
            if len(self._paused) >= self.bounds.paused or of_address >= self.bounds.paused_of_address:
                return False
            self._paused.add(seat)
        return True

    def go_on(self, seat: Seat) -> bool:
        """It pauses no more; whether it did."""
        paused = seat in self._paused
        self._paused.discard(seat)
        return paused

    def make_room(self) -> None:
        """The process has no descriptor left."""
        if not self._clear(self._all, "descriptors"):
            self.count("descriptors", "")

    def count(self, reason: str, address: str) -> None:
        """One more that was refused."""
        self.refused[reason] += 1
        REFUSED.labels(self._server, reason).inc()
        if reason == "silent":
            return  # browsers open connections ahead of what they may ask
        said_at, said = self._said.get(reason, (0.0, 0))
        now = time.monotonic()
        if not said or now - said_at >= LINE_SECONDS:
            self._said[reason] = (now, self.refused[reason])
            times = self.refused[reason] - said
            log.warning("http.refused", server=self._server, reason=reason, address=address, times=times)

    def _clear(self, seats: Iterable[Seat], full: str) -> bool:
        waiting = [
            (seat.waiting_since, number, seat) for number, seat in enumerate(seats) if seat.waiting_since is not None
        ]
        if not waiting:
            return False
        seat = min(waiting)[2]
        self.leave(seat)
        self.count(f"gave_way_{full}", seat.address)
        seat.give_way()
        return True


def address_of(host: str) -> str:
    """Whom a peer's address stands for: an IPv6 host has a whole /64 to come from."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)


def _descriptors() -> int:
    """How many files the process may open, after it allowed itself what it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MOST_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # under systemd the unit has said it already, and the call is filtered
        return soft
    return wanted
