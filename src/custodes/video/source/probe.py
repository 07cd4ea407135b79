"""Trying a camera's address: what comes from there, or plainly what failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from custodes.video.clock import Clock
from custodes.video.source.address import AddressPolicy
from custodes.video.unit import AccessUnit, Codec

Failure = Literal["not_allowed", "name", "refused", "timeout", "password", "path", "codec", "protocol"]


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a probe found.

    Attributes:
        ok: a key picture came.
        failure: why not; None when `ok`.
        detail: one plain sentence for people.
        codec: the codec, None when not reached.
        width, height: pixels.
        frame_rate: frames per second: as the parameter sets state, else as measured.
        bitrate: kbit/s as measured while the probe looked.
        key_unit: the first key picture.
    """

    ok: bool
    failure: Failure | None = None
    detail: str = ""
    codec: Codec | None = None
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    bitrate: int = 0
    key_unit: AccessUnit | None = None


async def probe(
    url: str, username: str, password: str, policy: AddressPolicy, clock: Clock, timeout: float = 10.0
) -> ProbeResult:
    """Connect to `url`, wait for a key picture and at most two seconds of stream, and disconnect."""
    raise NotImplementedError
