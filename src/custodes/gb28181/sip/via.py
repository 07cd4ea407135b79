"""Via (RFC 3261 §18.2, §20.42; RFC 3581): where a response goes, and where a peer is found afterwards.

A device behind NAT writes a private address into Via and Contact. What counts is where its octets came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from custodes.gb28181.sip.fields import parameters, split_parameters
from custodes.gb28181.sip.malformed import Malformed, MessageFault
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.uri import split_host, written

MAGIC = "z9hG4bK"
DEFAULT_PORT = 5060


@dataclass(frozen=True, slots=True)
class Via:
    """``SIP/2.0/UDP host:port;branch=…``."""

    carrier: str
    host: str
    port: int | None = None
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def branch(self) -> str:
        """The branch; one that does not begin with the magic cookie names no transaction (RFC 3261 §8.1.1.7)."""
        return self.parameters.get("branch", "")

    @property
    def sent_by(self) -> str:
        """``host:port`` in lower case, as transactions compare it."""
        return f"{self.host.lower()}:{self.port or DEFAULT_PORT}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"SIP/2.0/{self.carrier} {host}{port}{written(self.parameters)}"


def parse_via(text: str) -> Via:
    """One Via value.

    Raises:
        Malformed: protocol or host are missing.
    """
    head, *parts = split_parameters(text)
    return Via(*_sent(head), parameters(parts))


@lru_cache(256)
def _sent(head: str) -> tuple[str, str, int | None]:
    """Carrier, host and port of ``SIP/2.0/UDP host:port``: a peer's are the same each time."""
    protocol, _blank, place = head.strip().replace("\t", " ").rpartition(" ")
    words = [word.strip() for word in protocol.split("/")]
    host, port = split_host(place)
    if len(words) != 3 or words[0].upper() != "SIP" or not words[2].isalnum() or not host:
        raise Malformed(MessageFault.BAD_FIELD, "Via is not SIP/2.0/carrier host")
    return words[2].upper(), host, port


def stamped(via: Via, source: Peer) -> Via:
    """What a server writes into the topmost Via: the observed address (RFC 3261 §18.2.1) and, where asked, port (RFC 3581 §4)."""
    found = dict(via.parameters)
    # A peer that claims an observed address is not believed.
    found.pop("received", None)
    if via.host.lower() != source.host or "rport" in found:
        found["received"] = source.host
    if "rport" in found:
        found["rport"] = str(source.port)
    return Via(via.carrier, via.host, via.port, found)


def back_to(via: Via, source: Peer) -> Peer:
    """Where a response to a request from `source` goes, and where the peer is reached afterwards.

    TCP: the same connection. UDP with rport: the observed port (RFC 3581). UDP without: the observed port where NAT is in
    between, that is where Via names another host than the datagram came from; otherwise the port in Via (RFC 3261 §18.2.2).
    """
    if source.carrier == "TCP" or "rport" in via.parameters or via.host.lower() != source.host:
        return source
    return Peer("UDP", source.host, via.port or DEFAULT_PORT)


def own_via(carrier: Carrier, host: str, port: int, branch: str) -> str:
    """The Via of a request of ours; it asks for the observed port."""
    return str(Via(carrier, host, port, {"rport": "", "branch": branch}))
