"""RTP timestamps without end: 32 bits that wrap every 13 hours become 64 bits that go on (docs/design/time.md)."""

from __future__ import annotations

_HALF = 1 << 31
_MASK = 0xFFFFFFFF


class Unwrapper:
    """Follows the timestamps of one stream. The first value stays as it is.

    A value is taken as the nearest to the last one, forwards or backwards, so that reordered pictures step back and a
    wrap goes on.
    """

    def __init__(self) -> None:
        self._last: int | None = None

    def follow(self, timestamp: int) -> int:
        """The unwrapped value of the next `timestamp` in order of arrival."""
        value = self.place(timestamp)
        self._last = value
        return value

    def place(self, timestamp: int) -> int:
        """The unwrapped value of a `timestamp` near the last one, without following it (sender reports)."""
        last = self._last
        if last is None:
            return timestamp
        return last + ((timestamp - last + _HALF) & _MASK) - _HALF
