"""At which step a play stands, or has failed, so that a person can be told (issue: "receive timeout" says nothing)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MediaStep(StrEnum):
    """How far it came. What comes before any packet, the SIP answer, is not known here."""

    NO_CONNECTION = "no-connection"
    """TCP: nobody connected, or the device could not be reached."""
    REFUSED_SOURCE = "refused-source"
    """Somebody sends or connects, but from an address that is not allowed."""
    NOTHING = "nothing"
    """No RTP packet came."""
    OTHER_SSRC = "other-ssrc"
    """RTP came, with another SSRC than was asked for."""
    NO_PS = "no-ps"
    """RTP came, but no program stream in it."""
    REFUSED_CODING = "refused-coding"
    """The program stream has pictures in a coding that is not taken."""
    NO_PICTURE = "no-picture"
    """The program stream has no video."""
    NO_KEY = "no-key"
    """Pictures come, but no key frame with its parameter sets."""
    RECEIVING = "receiving"
    """Frames come."""
    SILENT = "silent"
    """Frames came, and nothing comes any more."""
    PAUSED = "paused"
    """Nothing is expected: a playback is paused."""


@dataclass(frozen=True, slots=True)
class MediaReport:
    """Where it stands.

    Attributes:
        step: see `MediaStep`.
        detail: one plain sentence: what came, and what to look at. Holds no address of a person or password.
        since: seconds since the last packet, since the beginning when none came.
    """

    step: MediaStep
    detail: str
    since: float
