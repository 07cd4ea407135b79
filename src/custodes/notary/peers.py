"""Who is on the other end of the socket, and what they may ask (SO_PEERCRED, unix(7))."""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from enum import StrEnum

from custodes.ledger.records import NODE_TYPES, WEB_TYPES

from .protocol import (
    AnyRequest,
    AppendRequest,
    ConsistencyRequest,
    CosignedRequest,
    EntriesRequest,
    GrantRequest,
    NotaryRefused,
    ProvenRequest,
    RenewRequest,
)

_OF_WEB = GrantRequest | RenewRequest | EntriesRequest | ProvenRequest | ConsistencyRequest | CosignedRequest
_CREDENTIALS = struct.Struct("3i")


class Role(StrEnum):
    """What a process is to the notary."""

    WEB = "web"
    NODE = "node"


@dataclass(frozen=True, slots=True)
class Peers:
    """The OS users that may speak to the notary.

    Attributes:
        own: user id of the notary.
        web, node: user ids of the other two; unset means the notary's own.
    """

    own: int
    web: int
    node: int

    @classmethod
    def of(cls, web: int | None, node: int | None, own: int | None = None) -> Peers:
        """Fill unset users with the notary's own."""
        mine = os.geteuid() if own is None else own
        return cls(mine, mine if web is None else web, mine if node is None else node)

    @property
    def separated(self) -> bool:
        """Whether notary, web and node are three different users, none of them root but the notary's own at most."""
        return len({self.own, self.web, self.node}) == 3 and 0 not in (self.web, self.node)

    def roles(self, uid: int) -> frozenset[Role]:
        """What the user may be; empty for a stranger."""
        roles = set()
        if uid == self.web:
            roles.add(Role.WEB)
        if uid == self.node:
            roles.add(Role.NODE)
        return frozenset(roles)


def peer_uid(connection: socket.socket) -> int:
    """User id of the process at the other end, as the kernel noted it at connect."""
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    uid: int = _CREDENTIALS.unpack(data)[1]
    return uid


def check_allowed(roles: frozenset[Role], request: AnyRequest) -> None:
    """Whether a peer with these roles may ask this.

    Raises:
        Refused: ``forbidden``.
    """
    if isinstance(request, AppendRequest):
        _check_types(roles, request)
    elif isinstance(request, _OF_WEB) and Role.WEB not in roles:
        raise NotaryRefused("forbidden", "only the web process may ask for grants, read records or bring cosignatures")


def _check_types(roles: frozenset[Role], request: AppendRequest) -> None:
    allowed: set[str] = set()
    if Role.WEB in roles:
        allowed |= WEB_TYPES
    if Role.NODE in roles:
        allowed |= NODE_TYPES
    allowed.discard("grant")
    for kind in {record.type for record in request.records}:
        if kind == "grant":
            raise NotaryRefused("forbidden", "a grant is recorded by the op `grant` alone")
        if kind not in allowed:
            raise NotaryRefused("forbidden", f"this process may not write records of type {kind}")
