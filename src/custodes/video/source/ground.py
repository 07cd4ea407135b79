"""What an installation gives to every source."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from custodes.video.source.apart.yard import Seats, Yard
from custodes.video.source.datagrams import UdpTerms

_SEATS = 8


@dataclass(frozen=True, slots=True)
class Ground:
    """What an installation gives to every source.

    Attributes:
        udp: how datagrams are taken in.
        authorities: file with the certificates of the authorities that may vouch for cameras; None for the system's.
        yard: what sources with a process of their own have.
    """

    udp: UdpTerms = field(default_factory=UdpTerms)
    authorities: Path | None = None
    yard: Yard = field(default_factory=lambda: Yard(Seats(_SEATS)))


BARE_GROUND = Ground()
"""What the settings' defaults give."""
