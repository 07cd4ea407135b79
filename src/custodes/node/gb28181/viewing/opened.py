"""Which parts of a device's recordings a look opens. Pure: spans in, spans out; microseconds UTC by our clock unless it says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from custodes.video.archive.timeline import Span, clip, merge, subtract
from custodes.video.wire.calls import LONGEST_SPAN, Recording

SECOND = 1_000_000
KEY_US = 10 * SECOND
"""A device begins at the key picture before the moment that was asked for: the first so many of an opened span are not asked for."""
FRESH_US = 10 * SECOND
"""What was recorded this lately may not be readable there."""
TOUCH_US = SECOND
"""Recordings that are no further apart are one."""


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """A device's clock.

    Attributes:
        ahead_us: of ours; within_us: that is true to within this.
    """

    ahead_us: int
    within_us: int

    def ours(self, seconds: int) -> int:
        """A second of the device's in microseconds of ours."""
        return seconds * SECOND - self.ahead_us

    def theirs(self, us: int) -> int:
        """A moment of ours in whole seconds of the device's, not earlier."""
        return -((-us - self.ahead_us) // SECOND)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What can be played in one call.

    Attributes:
        from_us: what its first picture is taken for; to_us: nothing is shown beyond.
        start, end: what the device is asked for, in seconds by its clock.
    """

    from_us: int
    to_us: int
    start: int
    end: int


def opened(windows: Iterable[Span], since_us: int, now_us: int, left_out: Sequence[Span]) -> list[Span]:
    """What a look opens of what devices have.

    Args:
        windows: what its grant opens of the archive.
        since_us: nothing from before is shown, whatever the grant says.
        left_out: what is not shown whatever the grant says, sorted and merged.
    """
    return subtract(clip(merge(windows), since_us, now_us - FRESH_US), list(left_out))


def told(recordings: Iterable[Recording], clock: DeviceClock, opens: Sequence[Span]) -> list[Span]:
    """Where the device has something of what is opened, by our clock: what could be played there, a second at least."""
    spans = merge(((clock.ours(one.start), clock.ours(one.end)) for one in recordings), TOUCH_US)
    cut = [span for window in opens for span in clip(spans, *_asked_for(window, clock))]
    return [span for span in cut if _seconds(span, clock)]


def stretch_at(at_us: int, recordings: Sequence[Span], opens: Sequence[Span], clock: DeviceClock) -> Stretch | None:
    """What is played from `at_us` on: of the recording there, or of the first one behind it; None where nothing is left.

    Args:
        recordings: as of `told`.
    """
    for begin, end in recordings:
        window = next((one for one in opens if one[0] <= begin and end <= one[1]), None)
        if window is None:
            continue
        first, last = _asked_for(window, clock)
        last = min(end, last)
        seconds = _seconds((max(begin, first, at_us), last), clock)
        if seconds is not None:
            start, stop = seconds[0], min(seconds[1], seconds[0] + LONGEST_SPAN)
            return Stretch(clock.ours(start), min(last, clock.ours(stop)), start, stop)
    return None


def _asked_for(window: Span, clock: DeviceClock) -> Span:
    """What of an opened span is asked for; it may end before it begins.

    Also of a recording that is told to begin within it the first seconds are left out: many devices cut what they tell to what they were asked
    for, and it began earlier in truth.
    """
    return window[0] + KEY_US + clock.within_us, window[1] - clock.within_us


def _seconds(span: Span, clock: DeviceClock) -> tuple[int, int] | None:
    """The whole seconds of the device's clock within it; None where there is none."""
    start, stop = clock.theirs(span[0]), (span[1] + clock.ahead_us) // SECOND
    return (start, stop) if start < stop else None
