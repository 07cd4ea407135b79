"""How a camera is spoken with, and what an installation gives to every source."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from custodes.video.rtsp.transport import Choice
from custodes.video.source.datagrams import UdpTerms


class ProcessSeats:
    """How many processes of sources a worker has at most."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self) -> bool:
        """Take a seat; False when none is free."""
        return self._free.acquire(blocking=False)

    def give(self) -> None:
        """Give a seat back."""
        self._free.release()


@dataclass(frozen=True, slots=True)
class ForeignSourcePool:
    """What an installation gives to sources that have a process of their own.

    Attributes:
        seats: how many there may be at once.
        files: the folder of files that may be played; None means none.
    """

    seats: ProcessSeats
    files: Path | None = None


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """How a camera is spoken with, as its record says.

    Attributes:
        username, password: login at the camera, empty for none.
        transport: how it is to send over RTSP; over ``rtsps`` always on the connection.
        active: over GB/T 28181, it waits for a connection that we make; else over ``tcp`` it makes one itself.
        fingerprint: SHA-256 of the certificate that it must show over ``rtsps``; empty leaves that to authorities.
        reencode: pictures that no browser plays (Motion JPEG) may be encoded as H.264.
        sound: sound is taken in as well, because the camera's record says why. Else the camera is not even asked.
    """

    username: str = ""
    password: str = field(default="", repr=False)
    transport: Choice = "tcp"
    fingerprint: str = ""
    reencode: bool = False
    sound: bool = False
    active: bool = False


_SEATS = 8


@dataclass(frozen=True, slots=True)
class SourceDefaults:
    """What an installation gives to every source.

    Attributes:
        udp: how datagrams are taken in.
        authorities: file with the certificates of the authorities that may vouch for cameras; None for the system's.
        yard: what sources with a process of their own have.
    """

    udp: UdpTerms = field(default_factory=UdpTerms)
    authorities: Path | None = None
    yard: ForeignSourcePool = field(default_factory=lambda: ForeignSourcePool(ProcessSeats(_SEATS)))


BARE_GROUND = SourceDefaults()
"""What the settings' defaults give."""
