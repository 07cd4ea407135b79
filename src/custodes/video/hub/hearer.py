"""What one listener has yet to be sent of a stream's sound: bounded, and in nobody's way."""

from __future__ import annotations

from collections import deque

from custodes.video.sound.frame import SoundFrame

_MOST_FRAMES = 256
"""About five seconds; past that the oldest go."""


class Hearer:
    """A listener's queue; it is emptied as pictures are sent, so that sound alone never wakes anybody."""

    def __init__(self) -> None:
        self._frames: deque[SoundFrame] = deque(maxlen=_MOST_FRAMES)

    def offer(self, frame: SoundFrame) -> None:
        """Queue one frame."""
        self._frames.append(frame)

    def take(self) -> list[SoundFrame]:
        """Everything that waits, in order."""
        found = list(self._frames)
        self._frames.clear()
        return found
