"""How much a viewer may have: what it can watch now and a little more, never the archive at line speed."""

from __future__ import annotations

from custodes.video.unit import CLOCK_RATE

AHEAD_SECONDS = 10
"""Seconds of watching that may be sent ahead of the picture (design: *View-only is real*)."""

KEY_FRAMES_ABOVE = 4.0
"""Above this rate only key frames are sent."""


class PlaybackPace:
    """Bounds what is sent by two marks: where the browser says that it is, and where it can be at most by the clock.

    The second is ours: a browser that reports positions it can't have reached gains nothing.
    Times are media time of the channel, 90 kHz ticks.
    """

    def __init__(self, start: int, rate: float, now: float, key_frames_above: float = KEY_FRAMES_ABOVE) -> None:
        """Begin at media time `start` at `now` (monotonic seconds); above the rate `key_frames_above` key frames stand for the rest."""
        self.rate = rate
        self._key_frames_above = key_frames_above
        self._reported = start
        self._played = float(start)
        self._at = now
        self._paused = False

    @property
    def paused(self) -> bool:
        """Whether the picture stands still."""
        return self._paused

    @property
    def key_frames_only(self) -> bool:
        """Whether the rate is too high for every picture."""
        return self.rate > self._key_frames_above

    def report(self, media_time: int) -> None:
        """The browser says that it shows `media_time`."""
        self._reported = max(self._reported, media_time)

    def set_rate(self, rate: float, now: float) -> None:
        """Play at another rate from now on."""
        self._settle(now)
        self.rate = rate

    def pause(self, now: float) -> None:
        """Stand still: what is ahead may still be sent."""
        self._settle(now)
        self._paused = True

    def resume(self, now: float) -> None:
        """Go on."""
        self._settle(now)
        self._paused = False

    def position(self, now: float) -> int:
        """Where the picture is at most."""
        self._settle(now)
        return min(self._reported, int(self._played))

    def limit(self, now: float) -> int:
        """Media time that may be sent by `now`."""
        return self.position(now) + round(AHEAD_SECONDS * max(1.0, self.rate) * CLOCK_RATE)

    def _settle(self, now: float) -> None:
        if not self._paused:
            self._played += (now - self._at) * self.rate * CLOCK_RATE
        self._at = now


class StillPace:
    """How often single pictures are looked up: at most so many a second, evenly, without a burst."""

    def __init__(self, per_second: float) -> None:
        self._every = 1 / per_second
        self._next = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds from `now` (monotonic) until the next one may be; 0 when it may be at once."""
        return max(0.0, self._next - now)

    def take(self, now: float) -> None:
        """One is looked up at `now`."""
        self._next = now + self._every
