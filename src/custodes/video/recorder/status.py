"""How a recorder stands, for the node's reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How a recorder stands.

    Attributes:
        state: ``recording``, or the reason of the gap that lasts.
        since_us: since when, microseconds UTC.
        detail: one plain sentence, may be empty.
        units, dropped: access units taken, and those left out (waiting for a key frame or a disk).
        bytes: coded bytes taken.
        session, sequence: of the file being written, 0 when none is.
        sound: ``recording``, ``lost`` where it has stopped to come, empty where none is recorded.
        sounds, sounds_dropped: frames of sound written, and left out.
    """

    state: str
    since_us: int
    detail: str
    units: int
    dropped: int
    bytes: int
    session: int
    sequence: int
    sound: str = ""
    sounds: int = 0
    sounds_dropped: int = 0
