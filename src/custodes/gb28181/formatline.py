"""The ``f=`` line of a call: which picture and which sound (GB/T 28181-2016 Annex F), ``v/2/5/25/1/4000a/1/8/1``. Any field may be empty."""

from __future__ import annotations

import re
from dataclasses import dataclass

from custodes.gb28181.refused import Refused

VIDEO = {1: "MPEG-4", 2: "H.264", 3: "SVAC", 4: "3GP", 5: "H.265"}
RESOLUTION = {1: "QCIF", 2: "CIF", 3: "4CIF", 4: "D1", 5: "720p", 6: "1080p"}
AUDIO = {1: "G.711", 2: "G.723.1", 3: "G.729", 4: "G.722.1"}
"""Codes of the standard; H.265 since 2022."""

LONGEST = 120
_LINE = re.compile(
    r"v/(?P<video>[0-9]{0,3})/(?P<size>[0-9]{0,3}|[0-9]{1,5}[xX*][0-9]{1,5})/(?P<fps>[0-9]{0,3})/(?P<rate>[0-9]{0,2})/(?P<kbps>[0-9]{0,9})"
    r"\s*a/(?P<audio>[0-9]{0,3})/(?P<arate>[0-9]{0,6})/(?P<sampling>[0-9]{0,6})"
)


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """What a stream is, None where it is not said.

    Attributes:
        video, resolution, audio: codes of the tables above; resolution of 2022 also ``1920x1080``.
        constant: True for a constant rate, False for a varying one.
        kbps: of the picture; audio_rate, sampling: codes of Annex F.
    """

    video: int | None = None
    resolution: str = ""
    fps: int | None = None
    constant: bool | None = None
    kbps: int | None = None
    audio: int | None = None
    audio_rate: int | None = None
    sampling: int | None = None

    def __str__(self) -> str:
        rate = "" if self.constant is None else "1" if self.constant else "2"
        video = (_shown(self.video), self.resolution, _shown(self.fps), rate, _shown(self.kbps))
        audio = (_shown(self.audio), _shown(self.audio_rate), _shown(self.sampling))
        return f"v/{'/'.join(video)}a/{'/'.join(audio)}"


G711 = MediaFormat(audio=1, audio_rate=8, sampling=1)
"""``v/////a/1/8/1``: speech."""


def parse_format(text: str) -> MediaFormat:
    """What an ``f=`` line says.

    Raises:
        Refused: it is none.
    """
    found = _LINE.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None:
        raise Refused("f", "is not v/…a/…", "send it as Annex F has it, all strokes included")
    rate = found["rate"]
    return MediaFormat(
        _code(found["video"]),
        found["size"],
        _code(found["fps"]),
        {"1": True, "2": False}.get(rate),
        _code(found["kbps"]),
        _code(found["audio"]),
        _code(found["arate"]),
        _code(found["sampling"]),
    )


def _code(text: str) -> int | None:
    return int(text) if text else None


def _shown(value: int | None) -> str:
    return "" if value is None else str(value)
