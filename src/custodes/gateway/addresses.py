"""Our own address as a peer sees it: what stands in Via and Contact, so that its answers find us."""

from __future__ import annotations

import ipaddress
import socket
from collections import OrderedDict

from custodes.gb28181.sip.peer import Peer

MOST = 10_000


class OwnAddress:
    """The address that we listen on or, where that is all of them, the one that the kernel would send from.

    Args:
        host: that the sockets are bound to.

    Attributes:
        port: of both sockets; set when they are open.
    """

    def __init__(self, host: str, port: int = 0) -> None:
        self.port = port
        self._host = host
        self._any = ipaddress.ip_address(host).is_unspecified
        self._known: OrderedDict[str, str] = OrderedDict()

    def __call__(self, peer: Peer) -> Peer:
        """As `peer` sees us."""
        return Peer(peer.carrier, self._towards(peer.host) if self._any else self._host, self.port)

    def _towards(self, host: str) -> str:
        known = self._known.get(host)
        if known is None:
            known = self._known[host] = _route(host) or self._host
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return known


def _route(host: str) -> str:
    """Our address on the way to `host`; nothing is sent. Empty where there is no way."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
