"""The registrar as the gateway has it: from the networks of the assignment alone, and whoever is refused is counted by address."""

from __future__ import annotations

from collections.abc import Callable

from custodes.gateway.assigned import Assigned
from custodes.gateway.unknown import UnknownTable
from custodes.gb28181.sip.guard import Guard
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import Change, Registrar, Reply


class Door(Registrar):
    """Registrations of the assigned devices.

    Args:
        server: our own ID.
        wall_us: microseconds UTC.
    """

    def __init__(
        self, server: str, guard: Guard, assigned: Assigned, unknown: UnknownTable, wall_us: Callable[[], int]
    ) -> None:
        super().__init__(server, guard, assigned.account)
        self._assigned = assigned
        self._unknown = unknown
        self._wall_us = wall_us

    def register(self, request: Request, source: Peer, now: float, wall_us: int) -> tuple[Reply, list[Change]]:
        """Answer REGISTER; from another network with 403 before anything is looked at."""
        if not self._assigned.admits(source.host):
            self.refused["network"] += 1
            self._unknown.tried(source.host, self._who(request), "network", self._wall_us())
            return Reply(403), []
        reply, changes = super().register(request, source, now, wall_us)
        if reply.status == 403:
            # Only who answered a challenge that was seen at its address gets so far: nobody is entered under another's.
            id = self._who(request)
            known = self._assigned.device(id) is not None
            self._unknown.tried(source.host, id, "password" if known else "unknown", self._wall_us())
        return reply, changes
