"""Requests of ours outside of all dialogs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from custodes.gb28181.sip.fields import Headers
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.via import MAGIC, own_via

AGENT = "Custodes"


@dataclass(frozen=True, slots=True)
class RequestWriter:
    """Writes requests of one endpoint.

    Attributes:
        id: our own ID.
        domain: our SIP domain.
        contacts: the address that is written into Via and Contact, by how a peer is reached.
        token: makes unguessable words.
    """

    id: str
    domain: str
    contacts: Callable[[Peer], Peer]
    token: Callable[[], str]

    def branch(self) -> str:
        """A fresh branch."""
        return MAGIC + self.token()

    def contact(self, peer: Peer) -> str:
        """Our Contact as this peer sees it."""
        return f"<sip:{self.id}@{self.contacts(peer).written}>"

    def call_id(self, peer: Peer) -> str:
        """A fresh Call-ID of a request to this peer, for who has to know it before the request is written."""
        return f"{self.token()}@{self.contacts(peer).host}"

    def request(
        self,
        method: str,
        user: str,
        peer: Peer,
        body: bytes = b"",
        fields: tuple[tuple[str, str], ...] = (),
        domain: str = "",
        call_id: str = "",
    ) -> Request:
        """A request to the ID `user` at `peer`.

        Args:
            domain: of the request line and To; empty for the address of `peer`.
            call_id: that was chosen before; empty for a fresh one.
        """
        own = self.contacts(peer)
        uri = f"sip:{user}@{domain or peer.written}"
        headers = Headers([("Via", own_via(peer.carrier, own.host, own.port, self.branch()))])
        headers.add("From", f"<sip:{self.id}@{self.domain}>;tag={self.token()}")
        headers.add("To", f"<{uri}>")
        headers.add("Call-ID", call_id or self.call_id(peer))
        headers.add("CSeq", f"1 {method}")
        if method in ("INVITE", "SUBSCRIBE"):
            headers.add("Contact", self.contact(peer))
        headers.add("Max-Forwards", "70")
        headers.add("User-Agent", AGENT)
        for name, value in fields:
            headers.add(name, value)
        return Request(headers, body, (), method, uri)
