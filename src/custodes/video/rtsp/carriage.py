"""What a session needs of the sockets that its datagrams come in by."""

from __future__ import annotations

from typing import Protocol

from custodes.video.rtp.assembly import Depacketizer
from custodes.video.rtsp.transport import Transport


class NoPorts(Exception):
    """No pair of UDP ports is free."""


class NotFromThere(Exception):
    """The camera wants to send from an address that is not its own."""


class Datagrams(Protocol):
    """A pair of UDP ports, for RTP and RTCP. RTCP packets reach the session by `Client.on_control`."""

    @property
    def ssrc(self) -> int | None:
        """Synchronisation source of the RTP packets, None before the first."""
        ...

    def open(self) -> tuple[int, int]:
        """Take a pair of ports.

        Raises:
            NoPorts: none is free.
        """
        ...

    def expect(self, way: Transport) -> None:
        """Take datagrams from where the camera's answer to SETUP says, and from nowhere else.

        Raises:
            NotFromThere: that is not the camera.
        """
        ...

    def carry(self, video: Depacketizer, payload_type: int) -> None:
        """Give the RTP packets to `video`, in order."""
        ...

    def send_report(self, packet: bytes) -> None:
        """Send an RTCP packet to the camera."""
        ...
