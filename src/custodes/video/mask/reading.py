"""Sources read picture by picture, with exact times: film files, and fragments of the archive. Twice the same.

FFmpeg may open nothing but the bytes it is given: no protocol, and formats that point to no other file. It runs in the
calling process; whoever masks a film from outside does so in a process of its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

import av
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange

from custodes.video.mask.picture import PictureColour, PicturePlanes, TimedPicture, planes_of, turned
from custodes.video.mp4.boxes import Mp4Error
from custodes.video.mp4.parse import parse_fragment
from custodes.video.unit import CLOCK_RATE, Codec, CodecParameters

MAX_PIXELS = 8192 * 4352
"""Pictures above this are refused before anything is decoded."""

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi,h264,hevc"
_LIMIT = {"max_pixels": str(MAX_PIXELS)}
"""A picture that is larger than its film's header says is refused by the decoder before it takes memory for it."""

_START_CODE = b"\0\0\0\1"
_DECODERS = {Codec.H264: "h264", Codec.H265: "hevc"}
_TICK = Fraction(1, CLOCK_RATE)


class MaskSourceRefused(Exception):
    """It can't be masked; the message says why in a sentence that a person can act on."""


class MaskSource(Protocol):
    """What is masked. It can be read more than once and gives the same pictures each time."""

    def digest(self) -> str:
        """SHA-256 of its bytes, hex."""
        ...

    def pictures(self) -> Iterator[TimedPicture]:
        """Its pictures in the order in which they are shown, upright, one size, times rising from 0.

        Raises:
            SourceRefused: it can't be read, or changes its size.
        """
        ...


class FileSource:
    """A film file.

    Args:
        film: path of a regular file, or what opens the film anew each time, to be read and sought in.
        threads: of the decoder.

    Raises:
        SourceRefused: there is no such file.
    """

    def __init__(self, film: Path | Callable[[], BinaryIO], threads: int = 1) -> None:
        if isinstance(film, Path) and not film.is_file():
            raise MaskSourceRefused(f"{film.name} is no file")
        self._open: Callable[[], BinaryIO] = (lambda: film.open("rb")) if isinstance(film, Path) else film
        self._threads = threads

    def digest(self) -> str:
        """SHA-256 of the file, hex."""
        summed = hashlib.sha256()
        with self._open() as file:
            while data := file.read(1 << 20):
                summed.update(data)
        return summed.hexdigest()

    def pictures(self) -> Iterator[TimedPicture]:
        """See `MaskSource`."""
        options = {"protocol_whitelist": "none", "format_whitelist": FORMATS}
        with (
            _plain_errors(),
            self._open() as file,
            av.open(file, "r", options=options, metadata_errors="replace") as film,
        ):
            if not film.streams.video:
                raise MaskSourceRefused("there are no pictures in it")
            stream = film.streams.video[0]
            if stream.codec_context is None:
                raise MaskSourceRefused("its pictures are coded in a way that is not known here")
            _check_size(stream.codec_context.width, stream.codec_context.height)
            stream.thread_count = self._threads
            stream.codec_context.options = _LIMIT
            yield from _shown(film.decode(stream), _aspect(stream.sample_aspect_ratio))


class ArchiveFragment(NamedTuple):
    """One fragment of the archive.

    Attributes:
        params: what it was coded with.
        start: decode time of its first picture on one timeline over all pieces, ticks of 90 kHz.
        data: the whole fragment, `moof` and `mdat`, with `prft` or without.
    """

    params: CodecParameters
    start: int
    data: bytes


class FragmentSource:
    """Fragments that follow one another, the first one beginning with a key picture.

    Args:
        pieces: gives them anew each time it is called, one after the other, so that none need be kept.
        threads: of the decoder.
    """

    def __init__(self, pieces: Callable[[], Iterable[ArchiveFragment]], threads: int = 1) -> None:
        self._pieces, self._threads = pieces, threads

    def digest(self) -> str:
        """SHA-256 over the bytes of all fragments in their order, hex."""
        summed = hashlib.sha256()
        for piece in self._pieces():
            summed.update(piece.data)
        return summed.hexdigest()

    def pictures(self) -> Iterator[TimedPicture]:
        """See `MaskSource`."""
        with _plain_errors():
            yield from _shown(self._decoded(), Fraction(1))

    def _decoded(self) -> Iterator[av.VideoFrame]:
        decoder: VideoCodecContext | None = None
        params: CodecParameters | None = None
        for piece in self._pieces():
            if decoder is None or piece.params is not params:
                if decoder is not None:
                    yield from decoder.decode(None)
                params, decoder = piece.params, self._decoder(piece.params)
            for packet in _packets(piece):
                yield from decoder.decode(packet)
        if decoder is not None:
            yield from decoder.decode(None)

    def _decoder(self, params: CodecParameters) -> VideoCodecContext:
        _check_size(params.width, params.height)
        decoder = av.CodecContext.create(_DECODERS[params.codec], "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.thread_count = self._threads
        decoder.options = _LIMIT
        return decoder


def _packets(piece: ArchiveFragment) -> Iterator[Any]:
    parsed = parse_fragment(piece.data)
    at, decode = parsed.data_offset, piece.start
    sets = b"".join(_START_CODE + nal for nal in piece.params.sets)
    for sample in parsed.samples:
        body = b"".join(_START_CODE + nal for nal in _nals(piece.data[at : at + sample.size]))
        packet: Any = av.Packet(sets + body if sample.key else body)
        packet.pts, packet.dts, packet.time_base = decode + sample.composition, decode, _TICK
        yield packet
        at, decode = at + sample.size, decode + sample.duration


def _nals(data: bytes) -> Iterator[bytes]:
    at = 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            raise MaskSourceRefused("a fragment holds a NAL unit that is cut off")
        yield data[at + 4 : end]
        at = end


@contextmanager
def _plain_errors() -> Iterator[None]:
    """FFmpeg's errors and broken boxes as one sentence; what FFmpeg writes of its input is left out."""
    try:
        yield
    except Mp4Error as error:
        raise MaskSourceRefused(f"a fragment can't be read: {error}") from error
    except av.FFmpegError as error:
        raise MaskSourceRefused("it can't be read as a film, or breaks off in a way that can't be decoded") from error
    except OSError as error:
        raise MaskSourceRefused(
            f"it can't be read: {os.strerror(error.errno) if error.errno else 'input and output'}"
        ) from error


def _check_size(width: int, height: int) -> None:
    if width < 16 or height < 16:
        raise MaskSourceRefused(f"its pictures are {width} × {height}; 16 × 16 is the least that can be masked")
    if width * height > MAX_PIXELS:
        raise MaskSourceRefused(f"its pictures are {width} × {height}, more than is decoded here")


def _aspect(stated: Fraction | None) -> Fraction:
    """Width to height of a pixel; what no camera has is taken for square."""
    return stated if stated and Fraction(1, 4) <= stated <= 4 and stated.denominator < 1 << 15 else Fraction(1)


def _shown(frames: Iterable[Any], aspect: Fraction) -> Iterator[TimedPicture]:
    """Decoded frames as pictures that are upright, of one size, with rising times."""
    first: int | None = None
    last, number, size = -1, 0, (0, 0)
    for frame in frames:
        _check_size(frame.width, frame.height)
        planes, lying = _upright(frame)
        if number and (planes.width, planes.height) != size:
            raise MaskSourceRefused(
                f"the size of the picture changes at picture {number}: cut the film there and mask both parts"
            )
        size = planes.width, planes.height
        stamp = last + 1 if frame.pts is None else round(frame.pts * (frame.time_base or _TICK) / _TICK)
        first = stamp if first is None else first
        # Two pictures at one time, or times that go back, would lose one of them in a player; both are kept, a tick apart.
        last = max(stamp - first, last + 1)
        yield TimedPicture(number, last, planes, PictureColour(1 / aspect if lying else aspect, int(frame.colorspace)))
        number += 1
    if not number:
        raise MaskSourceRefused("not one picture of it can be decoded")


def _upright(frame: Any) -> tuple[PicturePlanes, bool]:
    """The picture as it is meant to be seen, and whether its sides were exchanged for that."""
    quarters, rest = divmod(round(getattr(frame, "rotation", 0)), 90)
    if rest:
        raise MaskSourceRefused("its pictures are turned by an angle that is not a quarter")
    width, height = frame.width & ~1, frame.height & ~1
    full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    if frame.format.name != "yuv420p" or full or (width, height) != (frame.width, frame.height):
        frame = frame.reformat(width, height, "yuv420p", dst_color_range=ColorRange.MPEG)
    return turned(planes_of(frame.to_ndarray(), width, height), quarters), bool(quarters % 2)
