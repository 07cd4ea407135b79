"""What a probe has seen of a stream: its first key picture, and how fast pictures come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from custodes.video.unit import CLOCK_RATE, AccessUnit, Codec

Failure = Literal["not_allowed", "name", "refused", "timeout", "password", "path", "codec", "protocol", "certificate"]

LOOK_SECONDS = 2.0
"""How long a stream is measured after its first key picture."""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a probe found.

    Attributes:
        ok: a key picture came.
        failure: why not: one of `Failure`, or ``gb:`` and a step for a channel of GB/T 28181; None when `ok`.
        detail: one plain sentence for people.
        codec: the codec, None when not reached.
        width, height: pixels.
        frame_rate: frames per second: as the parameter sets state, else as measured.
        bitrate: kbit/s as measured while the probe looked.
        key_unit: the first key picture.
        certificate: SHA-256 of the certificate that was shown, when the failure is ``certificate``.
    """

    ok: bool
    failure: str | None = None
    detail: str = ""
    codec: Codec | None = None
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    bitrate: int = 0
    key_unit: AccessUnit | None = None
    certificate: str = ""


class Seen:
    """The pictures of one look.

    Attributes:
        key: the first key picture, None before it.
    """

    def __init__(self) -> None:
        self.key: AccessUnit | None = None
        self._first_at = 0.0
        self._media: list[int] = []
        self._octets = 0

    def take(self, unit: AccessUnit, now: float) -> None:
        """A picture came at `now` (monotonic seconds)."""
        if self.key is None:
            self.key, self._first_at = unit, now
        else:
            # The first unit begins the span and is left out of the sum; one picture alone tells no rate.
            self._octets += len(unit.data)
        self._media.append(unit.media_time)

    def enough(self, now: float) -> bool:
        """Whether it has been looked at for long enough."""
        return self.key is not None and now - self._first_at >= LOOK_SECONDS

    def result(self) -> ProbeResult:
        """What was seen."""
        key = self.key
        if key is None:
            return ProbeResult(False, "codec", "no key picture came")
        span = max((max(self._media) - min(self._media)) / CLOCK_RATE, 0.0)
        measured = (len(self._media) - 1) / span if span > 0 else 0.0
        return ProbeResult(
            True,
            codec=key.params.codec,
            width=key.params.width,
            height=key.params.height,
            frame_rate=round(key.params.frame_rate or measured, 3),
            bitrate=round(self._octets * 8 / span / 1000) if span > 0 else 0,
            key_unit=key,
        )
