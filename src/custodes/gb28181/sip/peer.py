"""Who is spoken with: an observed address and a way to it. Never what a message says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Carrier = Literal["UDP", "TCP"]


@dataclass(frozen=True, slots=True)
class Peer:
    """One end as the socket sees it.

    Attributes:
        carrier: how octets reach it.
        host: address as text, IPv6 without brackets.
        port: its port.
        connection: number of the TCP connection; 0 for UDP, and for a TCP connection that is still to be made.
    """

    carrier: Carrier
    host: str
    port: int
    connection: int = 0

    @property
    def reliable(self) -> bool:
        """Nothing is lost on the way, so nothing is sent twice (RFC 3261 §17)."""
        return self.carrier == "TCP"

    @property
    def written(self) -> str:
        """``host:port`` as Via and Contact have it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
