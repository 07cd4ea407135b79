"""The registrar as the gateway has it: from the networks of the assignment alone; and who tried to register and may not.

Whoever is refused is counted by address and by what it called itself, bounded, none of its words believed.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from custodes.gateway.assigned import AssignedDevices
from custodes.gateway.plain import ID, plain
from custodes.gb28181.sip.challenge import parse_field
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange, Reply
from custodes.video.wire.devices import RefusedWhy, UnknownRegistrant

MOST = 1_000
"""Rows that are remembered: behind that the one that tried longest ago is forgotten."""

OF_ADDRESS = 20
"""Rows of one address; what calls itself otherwise still is counted as ``OTHERS``: who makes names up fills nothing."""

OTHERS = "..."
UNANSWERED: RefusedWhy = "unanswered"
OTHER_PORT: RefusedWhy = "port"
UNPROVEN = frozenset({UNANSWERED, OTHER_PORT})

MOST_UNPROVEN = 200
"""Of them those of addresses that answered no challenge: over UDP anybody may write any address, and none of them displaces the others."""

_Key = tuple[str, str]


@dataclass(slots=True)
class _Row:
    why: RefusedWhy
    tries: int
    first_us: int
    last_us: int


class UnknownTable:
    """Tries by address and name.

    Attributes:
        tries: all of them; forgotten: rows that went because there were too many.
    """

    def __init__(self, most: int = MOST) -> None:
        self.tries = 0
        self.forgotten = 0
        self._most = most
        self._rows: OrderedDict[_Key, _Row] = OrderedDict()
        self._of_address: Counter[str] = Counter()
        self._changed: dict[_Key, None] = {}
        self._unproven: dict[_Key, None] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def tried(self, host: str, id: str, why: RefusedWhy, now_us: int, times: int = 1) -> None:
        """Somebody at `host` was refused, calling itself `id`; so many times since it was told last."""
        self.tries += times
        key = (host, plain(id, ID) or "-")
        if key not in self._rows and self._of_address[host] >= OF_ADDRESS:
            key = (host, OTHERS)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = _Row(why, 0, now_us, now_us)
            self._of_address[host] += 1
            if why in UNPROVEN:
                self._unproven[key] = None
        if why not in UNPROVEN:
            self._unproven.pop(key, None)
        row.why, row.tries, row.last_us = why, row.tries + times, now_us
        self._rows.move_to_end(key)
        self._changed[key] = None
        if len(self._unproven) > MOST_UNPROVEN:
            self._forget(next(one for one in self._rows if one in self._unproven))
        if len(self._rows) > self._most:
            self._forget(next(iter(self._rows)))

    def why(self, id: str, since_us: int) -> RefusedWhy | None:
        """Why whoever calls itself `id` was refused last, since this moment; None where nobody was."""
        rows = [row for (_host, name), row in self._rows.items() if name == id and row.last_us >= since_us]
        return max(rows, key=lambda row: row.last_us).why if rows else None

    def changed(self, whole: bool) -> tuple[UnknownRegistrant, ...]:
        """Rows that changed since `told`, or all."""
        keys = self._rows if whole else self._changed
        return tuple(_told(key, self._rows[key]) for key in keys)

    def told(self, rows: tuple[UnknownRegistrant, ...]) -> None:
        """These arrived; one that changed since is told again."""
        for row in rows:
            key = (row.address, row.id)
            known = self._rows.get(key)
            if known is not None and known.tries == row.tries:
                self._changed.pop(key, None)

    def _forget(self, key: _Key) -> None:
        del self._rows[key]
        self._changed.pop(key, None)
        self._unproven.pop(key, None)
        self.forgotten += 1
        self._of_address[key[0]] -= 1
        if not self._of_address[key[0]]:
            del self._of_address[key[0]]


def _told(key: _Key, row: _Row) -> UnknownRegistrant:
    address, id = key
    return UnknownRegistrant(
        address=address, id=id, why=row.why, tries=row.tries, first_us=row.first_us, last_us=row.last_us
    )


CHALLENGES = 3
"""Challenges in a row without an answer, until it is told: one is asked of every device, and a restart may leave another."""
MOST_CHALLENGED = 2_000
"""Pairs of address and ID that are remembered for that; behind them the one that was challenged longest ago is forgotten."""


class NetworkRegistrar(Registrar):
    """Registrations of the assigned devices.

    Args:
        server: our own ID.
        wall_us: microseconds UTC.
    """

    def __init__(
        self,
        server: str,
        guard: DigestGuard,
        assigned: AssignedDevices,
        unknown: UnknownTable,
        wall_us: Callable[[], int],
    ) -> None:
        super().__init__(server, guard, assigned.account)
        self._assigned = assigned
        self._unknown = unknown
        self._wall_us = wall_us
        self._realm = guard.realm
        self._challenged: OrderedDict[tuple[str, str], int] = OrderedDict()

    def register(
        self, request: Request, source: Peer, now: float, wall_us: int
    ) -> tuple[Reply, list[RegistrationChange]]:
        """Answer REGISTER; from another network with 403 before anything is looked at."""
        if not self._assigned.admits(source.host):
            self.refused["network"] += 1
            self._unknown.tried(source.host, self._who(request), "network", self._wall_us())
            return Reply(403), []
        reply, changes = super().register(request, source, now, wall_us)
        id = self._who(request)
        if reply.status == 401:
            self._challenge(source.host, id)
            return reply, changes
        self._challenged.pop((source.host, id), None)
        if reply.status == 403:
            # Only who answered a challenge that was seen at its address gets so far: nobody is entered under another's.
            self._unknown.tried(source.host, id, self._fault(request, id), self._wall_us())
        return reply, changes

    def heard(self, request: Request, source: Peer, now: float) -> tuple[str, list[RegistrationChange]]:
        """As every registrar; what comes from another port of a registered device's host is told on its page."""
        user, changes = super().heard(request, source, now)
        known = None if user else self.find(request.sender.uri.user)
        if known is not None and now < known.until and source.host == known.source.host:
            self._unknown.tried(source.host, known.account.id, OTHER_PORT, self._wall_us())
        return user, changes

    def _challenge(self, host: str, id: str) -> None:
        """It was asked for a password once more. Of IDs that are not entered nothing is kept: whoever makes them up proves no address."""
        if self._assigned.device(id) is None:
            return
        count = self._challenged.pop((host, id), 0) + 1
        self._challenged[host, id] = count
        if len(self._challenged) > MOST_CHALLENGED:
            self._challenged.popitem(last=False)
        if count >= CHALLENGES:
            self._unknown.tried(host, id, UNANSWERED, self._wall_us(), times=CHALLENGES if count == CHALLENGES else 1)

    def _fault(self, request: Request, id: str) -> RefusedWhy:
        """What is wrong with a login, as far as it can be seen in it."""
        if self._assigned.device(id) is None:
            return "unknown"
        given = next(filter(None, map(parse_field, request.headers.all("Authorization")[:4])), None)
        if given is not None and given.get("username") != id:
            return "username"
        return "realm" if given is not None and given.get("realm") != self._realm else "password"
