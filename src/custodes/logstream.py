"""Where log lines go: a disk that takes no more of them must not stop what they tell about."""

from __future__ import annotations

from typing import TextIO, cast


def unfailing(stream: TextIO) -> TextIO:
    """The same stream, for log lines: what can't be written is lost, and nothing is raised."""
    return cast(TextIO, _Unfailing(stream))


class _Unfailing:
    """Failures are counted and swallowed: a full disk, a closed pipe.

    Attributes:
        lost: writes that failed.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost = 0

    def write(self, text: str) -> int:
        """As the stream's own; what fails counts as written."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError):
            self.lost += 1
            return len(text)

    def flush(self) -> None:
        """As the stream's own."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self.lost += 1
