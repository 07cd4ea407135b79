"""The sound of recorded fragments: how it is coded stands in the file's own header."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from custodes.video.archive.fragments import FragmentRef
from custodes.video.live.output import Sound
from custodes.video.mp4.boxes import Mp4Error
from custodes.video.mp4.parse import parse_fragment
from custodes.video.mp4.scan import sound_of_header
from custodes.video.sound.frame import CLOCK_RATE, SoundParameters

_HEADER_BYTES = 16 << 10
_MOST_FILES = 8


class SoundReader:
    """Takes the sound out of fragments, for one listener. Every call may block on a disk."""

    def __init__(self) -> None:
        self._known: OrderedDict[Path, SoundParameters | None] = OrderedDict()

    def read(self, ref: FragmentRef, data: bytes) -> Sound | None:
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
        return Sound(ref.start_us + ahead * 100 // 9, params, tuple(frames))

    def _parameters(self, path: Path) -> SoundParameters | None:
        if path not in self._known:
            with path.open("rb") as file:
                self._known[path] = sound_of_header(file.read(_HEADER_BYTES))
            if len(self._known) > _MOST_FILES:
                self._known.popitem(last=False)
        return self._known[path]
