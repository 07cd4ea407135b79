"""Archive fragments put one behind the other on a channel's media timeline, across files, gaps and codec changes."""

from __future__ import annotations

from custodes.video.archive.fragments import FragmentRef
from custodes.video.live.muxer import ticks_to_us
from custodes.video.live.output import Fragment, Init, Output
from custodes.video.mp4.fragment import Sample, fragment
from custodes.video.mp4.init import init_segment
from custodes.video.mp4.rewrite import retime


def follows(last: FragmentRef, ref: FragmentRef) -> bool:
    """Whether `ref` goes on exactly where `last` ended, in the same coding."""
    return (
        last.session == ref.session and last.media_time + last.duration == ref.media_time and last.params == ref.params
    )


class PlaybackTimeline:
    """Where each fragment of one channel goes. Media time never has a hole; an `Init` says when wall time jumps.

    Attributes:
        end: media time at which the next fragment would follow, 90 kHz ticks.
    """

    def __init__(self, start: int = 0) -> None:
        """Begin at media time `start`, 90 kHz ticks."""
        self.end = start
        self._previous: FragmentRef | None = None
        self._sequence = 0
        self._pieces: list[tuple[int, int]] = []

    def restart(self) -> None:
        """What comes next is somewhere else (a seek): it begins at a key frame, behind an `Init`."""
        self._previous = None
        self._pieces = []

    def follows(self, ref: FragmentRef) -> bool:
        """Whether `ref` goes on exactly where the last fragment ended, in the same coding."""
        return self._previous is not None and follows(self._previous, ref)

    def takes(self, ref: FragmentRef) -> bool:
        """Whether `ref` can be shown next: it follows, or a decoder can start there."""
        return ref.key or self.follows(ref)

    def hole_before(self, ref: FragmentRef) -> tuple[int, int] | None:
        """Wall time ``(from_us, to_us)`` between the last fragment and `ref`, if any."""
        last = self._previous
        if last is None or self.follows(ref):
            return None
        ended = last.start_us + last.duration_us
        return (ended, ref.start_us) if ref.start_us > ended else None

    def add(self, ref: FragmentRef, data: bytes) -> list[Output]:
        """The whole fragment `ref`, which `takes` must have accepted.

        Raises:
            Mp4Error: `data` is not the fragment that it should be.
        """
        moved = retime(data, self.end, self._sequence + 1)
        return self._put(ref, moved, ref.duration)

    def add_key(self, ref: FragmentRef, sample: Sample, picture: bytes, duration: int) -> list[Output]:
        """The key frame of `ref` alone, standing for `duration` ticks."""
        alone = Sample(len(picture), duration, sample.composition, True)
        return self._put(ref, fragment(self._sequence + 1, self.end, (alone,), (picture,)), duration)

    def finish(self) -> list[Output]:
        """What is held back: nothing here, original fragments are put as they come."""
        return []

    def skip_to(self, ref: FragmentRef) -> None:
        """Count `ref` as shown by what stands before it: key frames stand for the fragments behind them."""
        self._previous = ref

    def media_at(self, wall_us: int) -> int:
        """Media time of wall time `wall_us`: of the last piece that began by then, within what was put so far."""
        for media, wall in reversed(self._pieces):
            if wall <= wall_us:
                return min(self.end, media + (wall_us - wall) * 9 // 100)
        return self._pieces[0][0] if self._pieces else self.end

    def _put(self, ref: FragmentRef, data: bytes, duration: int) -> list[Output]:
        outputs: list[Output] = []
        if not self.follows(ref):
            base_us = ref.start_us - ticks_to_us(self.end)
            outputs.append(Init(ref.params, base_us, False, init_segment(ref.params)))
            self._pieces.append((self.end, ref.start_us))
        outputs.append(Fragment(ref.start_us, ref.start_us + ticks_to_us(duration), data))
        self._sequence += 1
        self.end += duration
        self._previous = ref
        return outputs
