"""Dialogs (RFC 3261 §12): what two ends share after an INVITE or a SUBSCRIBE, and how requests inside are written and taken.

Devices leave tags out, count CSeq anew after a restart, write a private address into Contact, and put a Route to the server itself into
what they send. Therefore: a missing tag is an empty tag (RFC 3261 §12.1.1 allows it for peers of RFC 2543), the peer is the observed
address, and the Contact is only written into the request line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from custodes.gb28181.sip.fields import Headers
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.uri import NameAddress, parse_address
from custodes.gb28181.sip.via import own_via

_MOST_ROUTES = 8


class DialogState(Enum):
    """Where a dialog is."""

    EARLY = "early"
    CONFIRMED = "confirmed"
    ENDED = "ended"


Order = Literal["new", "old", "same"]


@dataclass(frozen=True, slots=True)
class DialogId:
    """Call-ID and both tags; an end that gave no tag has an empty one."""

    call_id: str
    local_tag: str
    remote_tag: str


class Dialog:
    """One dialog, of either side.

    Attributes:
        local: our From or To, with our tag.
        remote: the peer's.
        target: what the peer's Contact says; the Request-URI of requests inside.
        routes: Route values, in order.
        peer: where it was observed last; requests go there.
        local_number: CSeq of the last request of ours.
        remote_number: CSeq of the last request of the peer's, None before the first.
    """

    def __init__(
        self,
        call_id: str,
        local: NameAddress,
        remote: NameAddress,
        target: str,
        routes: list[str],
        peer: Peer,
        stage: DialogState,
    ) -> None:
        self.call_id = call_id
        self.local = local
        self.remote = remote
        self.target = target
        self.routes = routes
        self.peer = peer
        self.stage = stage
        self.local_number = 0
        self.remote_number: int | None = None

    @property
    def id(self) -> DialogId:
        """What messages are matched by."""
        return DialogId(self.call_id, self.local.tag, self.remote.tag)

    @classmethod
    def of_request(cls, request: Request, tag: str, peer: Peer, own: frozenset[str] = frozenset()) -> Dialog:
        """The dialog of a request that is answered with `tag` (§12.1.1).

        Args:
            own: hosts and IDs of this server; a route that leads to itself is left out.
        """
        target = str(request.contact.uri) if request.contact else str(request.sender.uri)
        routes = sound_routes(request.headers.items("Record-Route"), own)
        local = request.to if request.to.tag else request.to.with_tag(tag)
        made = cls(request.call_id, local, request.sender, target, routes, peer, DialogState.EARLY)
        made.remote_number = request.cseq.number
        return made

    @classmethod
    def of_response(cls, request: Request, response: Response, peer: Peer, own: frozenset[str] = frozenset()) -> Dialog:
        """The dialog that a response to a request of ours opens (§12.1.2)."""
        target = str(response.contact.uri) if response.contact else request.target
        routes = sound_routes(response.headers.items("Record-Route"), own)[::-1]
        stage = DialogState.CONFIRMED if response.status >= 200 else DialogState.EARLY
        made = cls(request.call_id, request.sender, response.to, target, routes, peer, stage)
        made.local_number = request.cseq.number
        return made

    @classmethod
    def awaited(cls, request: Request, peer: Peer) -> Dialog:
        """The dialog of a SUBSCRIBE of ours before it is answered: the first NOTIFY may come before the 200 (RFC 6665 §4.1.2.4)."""
        made = cls(request.call_id, request.sender, request.to, request.target, [], peer, DialogState.EARLY)
        made.local_number = request.cseq.number
        return made

    def confirm(self, response: Response) -> None:
        """A 2xx: what it says of target and tag counts from now on (§13.2.2.4)."""
        self.stage = DialogState.CONFIRMED
        self.refresh(response)
        self.remote = response.to

    def refresh(self, message: Request | Response) -> None:
        """A re-INVITE or its answer moves the target (§12.2)."""
        if message.contact is not None:
            self.target = str(message.contact.uri)

    def end(self) -> None:
        """Nothing comes any more."""
        self.stage = DialogState.ENDED

    def request(
        self,
        method: str,
        own: Peer,
        branch: str,
        fields: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
        number: int | None = None,
    ) -> Request:
        """A request inside (§12.2.1.1).

        Args:
            own: the address that is written into Via.
            number: of ACK, whose number is its INVITE's; otherwise the next.
        """
        if number is None:
            self.local_number += 1
            number = self.local_number
        headers = Headers([("Via", own_via(self.peer.carrier, own.host, own.port, branch))])
        for route in self.routes:
            headers.add("Route", route)
        headers.add("From", str(self.local))
        headers.add("To", str(self.remote))
        headers.add("Call-ID", self.call_id)
        headers.add("CSeq", f"{number} {method}")
        headers.add("Max-Forwards", "70")
        for name, value in fields:
            headers.add(name, value)
        return Request(headers, body, (), method, self.target)

    def order(self, request: Request) -> Order:
        """Whether a request comes in order (§12.2.2); a new one counts as seen. ACK and CANCEL have an old number by right."""
        number = request.cseq.number
        if request.method in ("ACK", "CANCEL"):
            return "same"
        if self.remote_number is not None and number < self.remote_number:
            return "old"
        if number == self.remote_number:
            return "same"
        self.remote_number = number
        return "new"


class Dialogs:
    """All dialogs of an endpoint, bounded in number."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._known: dict[DialogId, Dialog] = {}
        self._by_call: dict[str, list[Dialog]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, dialog: Dialog) -> bool:
        """Keep a dialog, in the place of one of the same tags; False where there are as many as are kept."""
        if dialog.id in self._known:
            self.drop(self._known[dialog.id])
        if len(self._known) >= self._most:
            return False
        self._known[dialog.id] = dialog
        self._by_call.setdefault(dialog.call_id, []).append(dialog)
        return True

    def drop(self, dialog: Dialog) -> None:
        """Forget a dialog."""
        if self._known.pop(dialog.id, None) is None:
            return
        left = [one for one in self._by_call.get(dialog.call_id, ()) if one is not dialog]
        if left:
            self._by_call[dialog.call_id] = left
        else:
            self._by_call.pop(dialog.call_id, None)

    def find(self, request: Request, source: Peer) -> Dialog | None:
        """The dialog that a peer's request belongs to, None for none: it is answered with 481.

        Where a tag is missing, Call-ID and the observed host decide, if they name one dialog only. A peer that gave no tag in its answer, or has
        given none yet, may have one in its requests: then our own tag decides.
        """
        exact = self._known.get(DialogId(request.call_id, request.to.tag, request.sender.tag))
        if exact is not None:
            return exact
        both = request.to.tag and request.sender.tag
        alike = [
            one
            for one in self._by_call.get(request.call_id, ())
            if one.peer.host == source.host
            and request.to.tag in ("", one.local.tag)
            and (not one.remote.tag if both else request.sender.tag in ("", one.remote.tag))
        ]
        return alike[0] if len(alike) == 1 else None


def sound_routes(values: list[str], own: frozenset[str]) -> list[str]:
    """Route values that can be read and lead to others."""
    found: list[str] = []
    for value in values[:_MOST_ROUTES]:
        try:
            uri = parse_address(value).uri
        except Malformed:
            continue
        if uri.host not in own and uri.user not in own:
            found.append(value)
    return found
