"""Archive fragments put one behind the other on a channel's media timeline, across files, gaps and codec changes; their first picture alone, a tenth of the bytes at 16×; and their sound."""

from __future__ import annotations

import os
import struct
from collections import OrderedDict
from pathlib import Path

from custodes.video.archive.fragments import FragmentRef
from custodes.video.live import Fragment, Init, Output, OutputSound, ticks_to_us
from custodes.video.mp4.boxes import Mp4Error, find, read_header
from custodes.video.mp4.fragment import Sample, fragment
from custodes.video.mp4.header import init_segment
from custodes.video.mp4.parse import parse_fragment, retime, sound_of_header
from custodes.video.unit import CLOCK_RATE, SoundParameters

_HEADER_BYTES = 16 << 10
_MOST_FILES = 8


class SoundReader:
    """Takes the sound out of fragments, for one listener. Every call may block on a disk."""

    def __init__(self) -> None:
        self._known: OrderedDict[Path, SoundParameters | None] = OrderedDict()

    def read(self, ref: FragmentRef, data: bytes) -> OutputSound | None:
        """The sound of the fragment `ref` whose bytes are `data`; None when it has none.

        Raises:
            Mp4Error: `data` is not one whole fragment, or the file's header can't be read.
            OSError: the file can't be read.
        """
        parsed = parse_fragment(data)
        run = parsed.sound
        if run is None:
            return None
        params = self._parameters(ref.path)
        if params is None:
            raise Mp4Error("the fragment has sound, of which the file's header says nothing")
        # `start_us` is when the first picture is shown; both are counted from the file's start.
        ahead = run.decode_time * CLOCK_RATE // params.rate - parsed.decode_time - parsed.samples[0].composition
        frames, at = [], parsed.sound_offset
        for size, samples in run.frames:
            frames.append((data[at : at + size], samples))
            at += size
        return OutputSound(ref.start_us + ahead * 100 // 9, params, tuple(frames))

    def _parameters(self, path: Path) -> SoundParameters | None:
        if path not in self._known:
            with path.open("rb") as file:
                self._known[path] = sound_of_header(file.read(_HEADER_BYTES))
            if len(self._known) > _MOST_FILES:
                self._known.popitem(last=False)
        return self._known[path]


HEAD_BYTES = 4096
"""Enough for the `moof` of 200 pictures; a longer one is read in a second go."""

_NON_SYNC = 0x0001_0000
_TRUN = struct.Struct(">IIi")


def read_key_picture(ref: FragmentRef) -> tuple[Sample, bytes]:
    """The first picture of `ref` and its bytes. Reads the disk.

    Raises:
        OSError: the file can't be read.
        Mp4Error: what is there is not a fragment.
    """
    descriptor = os.open(ref.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        head = os.pread(descriptor, min(ref.size, HEAD_BYTES), ref.offset)
        moof_start, moof_end = _moof(head, ref.size)
        if moof_end > len(head):
            head = os.pread(descriptor, moof_end, ref.offset)
            if len(head) < moof_end:
                raise Mp4Error("the moof is cut off")
        sample, offset = _first_sample(head, moof_start, moof_end)
        if moof_start + offset + sample.size > ref.size:
            raise Mp4Error("the first picture reaches beyond its fragment")
        picture = os.pread(descriptor, sample.size, ref.offset + moof_start + offset)
    except struct.error as error:
        raise Mp4Error("a box of the fragment is cut off") from error
    finally:
        os.close(descriptor)
    if len(picture) < sample.size:
        raise Mp4Error("the first picture is cut off")
    return sample, picture


def _moof(head: bytes, size: int) -> tuple[int, int]:
    """Start and end of the `moof`, which may end behind `head`."""
    at = 0
    while True:
        found = read_header(head, at, size)
        if found.kind == b"moof":
            return found.start, found.end
        at = found.end


def _first_sample(head: bytes, start: int, end: int) -> tuple[Sample, int]:
    """The first entry of the `trun`, and where its bytes begin, counted from the `moof`."""
    trun = find(head, start, end, b"moof", b"traf", b"trun")
    flags, count, offset = _TRUN.unpack_from(head, trun.body)
    if flags & 0x701 != 0x701 or count < 1 or offset < 0:
        raise Mp4Error("the trun does not state offset, durations, sizes and flags")
    duration, size, sample_flags = struct.unpack_from(">III", head, trun.body + 12)
    composition = struct.unpack_from(">i", head, trun.body + 24)[0] if flags & 0x800 else 0
    return Sample(size, duration, composition, not sample_flags & _NON_SYNC), offset


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
