"""How a camera is spoken with."""

from __future__ import annotations

from dataclasses import dataclass, field

from custodes.video.rtsp.transport import Choice


@dataclass(frozen=True, slots=True)
class Way:
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
