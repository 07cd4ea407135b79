"""Time without end: 33-bit PTS and 32-bit RTP timestamps that wrap, stand still or are missing (§5.3 rule 7)."""

from __future__ import annotations

_STILL = 90
"""A timestamp that moved by a millisecond or less did not move: devices count packets in it, or nothing."""


class Unwrapper:
    """Follows a counter of `bits` bits: a value is taken as the nearest to the last one, forwards or backwards."""

    def __init__(self, bits: int) -> None:
        self._half = 1 << (bits - 1)
        self._mask = (1 << bits) - 1
        self._last: int | None = None

    def follow(self, stamp: int) -> int:
        """The unwrapped value of the next `stamp`."""
        value = self.place(stamp)
        self._last = value
        return value

    def place(self, stamp: int) -> int:
        """The unwrapped value of a `stamp` near the last one, without following it."""
        last = self._last
        return stamp if last is None else last + ((stamp - last + self._half) & self._mask) - self._half


class Times:
    """Presentation times of one program: what PTS says; where it says nothing new what RTP says; else when it came."""

    def __init__(self) -> None:
        self._unwrapper = Unwrapper(33)
        self._pts: int | None = None
        self._rtp: int | None = None
        self._wall_us = 0
        self._time: int | None = None
        self._sound: int | None = None

    def picture(self, pts: int | None, rtp: int | None, wall_us: int) -> int:
        """Time of the next picture in decoding order.

        Args:
            pts: of its PES packet, 33 bits; None when it has none.
            rtp: RTP timestamp of the packet in which it begins, None without RTP.
            wall_us: when that was read, microseconds UTC.
        """
        if pts is not None and (pts != self._pts or self._time is None):
            time = self._unwrapper.follow(pts)
        elif self._time is None:
            time = self._unwrapper.follow(rtp or 0)
        else:
            time = self._unwrapper.follow(self._time + self._moved(rtp, wall_us) & 0x1FFFFFFFF)
        self._pts, self._rtp, self._wall_us, self._time = pts, rtp, wall_us, time
        return time

    def sound(self, pts: int | None, ticks: int) -> int:
        """Time of the next sound, which lasts `ticks`; without PTS it follows the one before."""
        if pts is not None:
            time = self._unwrapper.place(pts) if self._time is not None else self._alone(pts)
        elif self._sound is not None:
            time = self._sound
        else:
            time = self._time or 0
        self._sound = time + ticks
        return time

    def _alone(self, pts: int) -> int:
        """Nothing but sound has come so far."""
        return self._unwrapper.follow(pts)

    def _moved(self, rtp: int | None, wall_us: int) -> int:
        if rtp is not None and self._rtp is not None:
            ahead = ((rtp - self._rtp + 0x80000000) & 0xFFFFFFFF) - 0x80000000
            if abs(ahead) > _STILL:
                return ahead
        return max((wall_us - self._wall_us) * 9 // 100, 1)
