"""The masked copy: H.264 in an MP4 that holds one track of pictures and nothing else. Checked by `verifying` afterwards."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.reformatter import ColorRange

from custodes.video.codec import bitstream, h264
from custodes.video.mask.picture import PictureColour, PicturePlanes, packed
from custodes.video.mp4.boxes import find, walk
from custodes.video.unit import CLOCK_RATE

_TICK = Fraction(1, CLOCK_RATE)
_BITEXACT = 0x400
"""AVFMT_FLAG_BITEXACT: the muxer names neither itself nor the encoder."""

_KEPT = frozenset({h264.SLICE, h264.IDR, h264.SPS, h264.PPS})
"""x264 writes its version and options as user data (SEI) before the first picture; that and every other message goes."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How the copy is encoded.

    Attributes:
        crf: constant rate factor of x264, 0 (lossless) to 51.
        preset: of x264.
        threads: of the encoder.
        key_seconds: from one key picture to the next.
    """

    crf: int = 21
    preset: str = "veryfast"
    threads: int = 1
    key_seconds: float = 2.0


class FilmWriter:
    """Encodes pictures into a file. Use `writer`."""

    def __init__(self, film: Any, width: int, height: int, look: PictureColour, quality: Quality) -> None:
        self._film, self._last = film, -1
        stream = film.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TICK
        stream.codec_context.color_range = ColorRange.MPEG
        stream.codec_context.colorspace = look.matrix
        stream.codec_context.sample_aspect_ratio = look.aspect
        stream.codec_context.thread_count = quality.threads
        stream.codec_context.options = {
            "crf": str(quality.crf),
            "preset": quality.preset,
            "profile": "high",
            # No picture is shown in another order than it is coded: no edit list, and nothing before a key picture.
            "x264-params": "bframes=0:open-gop=0:aud=0:nal-hrd=none:force-cfr=0:keyint=infinite:scenecut=40",
        }
        self._stream, self._key_due, self._key_ticks = stream, 0, round(quality.key_seconds * CLOCK_RATE)

    def add(self, time: int, planes: PicturePlanes) -> None:
        """One picture at `time`, ticks, later than the one before."""
        frame = av.VideoFrame.from_ndarray(packed(planes), "yuv420p")
        frame.pts, frame.time_base = time, _TICK
        if time >= self._key_due:
            # By time and not by count, so that films of few pictures a second can be searched too.
            frame.pict_type = av.video.frame.PictureType.I
            self._key_due = time + self._key_ticks
        self._put(self._stream.encode(frame))

    def end(self) -> None:
        """What the encoder still holds."""
        self._put(self._stream.encode(None))

    def _put(self, packets: Any) -> None:
        for packet in packets:
            nals = [nal for nal in bitstream.split(bytes(packet)) if nal[0] & 31 in _KEPT]
            clean = av.Packet(b"".join(b"\0\0\0\1" + nal for nal in nals))
            clean.pts, clean.dts, clean.time_base, clean.duration = (
                packet.pts,
                packet.dts,
                packet.time_base,
                packet.duration,
            )
            clean.is_keyframe = packet.is_keyframe
            clean.stream = self._stream
            self._film.mux(clean)


@contextmanager
def writer(path: Path, width: int, height: int, look: PictureColour, quality: Quality) -> Iterator[FilmWriter]:
    """A writer into `path`; the file is there under its name only when all went well.

    Args:
        width, height: even, pixels.
        look: how the values are meant.
    """
    part = path.with_name(path.name + ".part")
    options = {"movflags": "+faststart", "use_editlist": "0", "write_tmcd": "0"}
    try:
        with av.open(str(part), "w", format="mp4", options=options) as film:
            film.flags = int(film.flags) | _BITEXACT
            made = FilmWriter(film, width, height, look, quality)
            yield made
            made.end()
        blank_user_data(part)
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def blank_user_data(path: Path) -> None:
    """FFmpeg writes an empty list of titles (`udta`) whatever it is told: made free space of the same size."""
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as data, memoryview(data) as view:
        moov = find(view, 0, len(view), b"moov")
        for found in walk(view, moov.body, moov.end):
            if found.kind == b"udta":
                view[found.start + 4 : found.end] = b"free" + bytes(found.end - found.body)
