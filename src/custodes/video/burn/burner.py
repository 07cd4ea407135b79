"""Coded pictures in, other coded pictures out: small, few, without sound, and with the viewer's mark in each.

Nothing of what comes in goes out: each picture is decoded, made smaller, written into and coded anew. Blocks for some
milliseconds a picture; call it in a thread.

A mark stands twice, in places that change, so that there is never a quiet half to cut out; its words are grey levels, drawn by Pillow from font files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import av
import cv2
import numpy as np
from fontTools.ttLib import TTFont, TTLibError
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from custodes.video.codec import h264
from custodes.video.codec.bitstream import lengths, split
from custodes.video.codec.build import codec_parameters
from custodes.video.unit import Codec, CodecParameters

OUTLINE = 2
"""Width of the dark rim, pixels: white letters are read on snow too."""


class Unwritable(Exception):
    """No font has a picture of one of the characters; the message names them."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Words as they are laid into a picture.

    Attributes:
        cover: how much of the picture they hide, 0–1, height × width.
        light: how bright they are where they hide it, 0–1, same shape.
    """

    cover: NDArray[np.float32]
    light: NDArray[np.float32]


class Lettering:
    """Draws single lines in one size.

    Args:
        faces: font files with the number of the face in each, the best first.
        pixels: height of a character, pixels.
    """

    def __init__(self, faces: Sequence[tuple[Path, int]], pixels: int) -> None:
        self._fonts = [(ImageFont.truetype(str(path), pixels, index), _covered(path, index)) for path, index in faces]
        self._pixels = pixels

    def draw(self, line: str) -> Drawn:
        """The line as grey levels, with its rim.

        Raises:
            Unwritable: a character is in none of the fonts. It is not left out: a name would become another name.
        """
        runs = self._runs(line)
        width = sum(int(font.getlength(words)) + 1 for font, words in runs) + 2 * OUTLINE + 2
        height = self._pixels * 3 // 2 + 2 * OUTLINE
        body, whole = (Image.new("L", (width, height)) for _ in range(2))
        at = float(OUTLINE)
        for font, words in runs:
            where = (at, height - OUTLINE - self._pixels // 3)
            ImageDraw.Draw(body).text(where, words, 255, font, "ls")
            ImageDraw.Draw(whole).text(where, words, 255, font, "ls", stroke_width=OUTLINE, stroke_fill=255)
            at += font.getlength(words)
        return Drawn(*(np.asarray(image, np.float32) / np.float32(255) for image in (whole, body)))

    def _runs(self, line: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        chosen = [next((at for at, (_, has) in enumerate(self._fonts) if ord(one) in has), None) for one in line]
        missing = sorted({one for one, at in zip(line, chosen, strict=True) if at is None})
        if missing:
            raise Unwritable(f"no font here has {' '.join(missing)}")
        pairs = groupby(zip(chosen, line, strict=True), key=lambda pair: pair[0])
        return [(self._fonts[at or 0][0], "".join(one for _, one in group)) for at, group in pairs]


@lru_cache(maxsize=16)
def _covered(path: Path, index: int) -> frozenset[int]:
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()


STAY_SECONDS = 2
"""How long a mark stays where it is. Shorter flickers; longer gives a corner to look into."""


@dataclass(frozen=True, slots=True)
class BurnedMark:
    """Who looks, by which entry of the log.

    Attributes:
        name: of the viewer.
        index: ledger index of the grant.
        zone: in whose time the moment of looking is written.
    """

    name: str
    index: int
    zone: ZoneInfo

    def line(self, now_us: int) -> str:
        """The words at the moment of looking `now_us`, µs UTC."""
        moment = datetime.fromtimestamp(now_us // 1_000_000, UTC).astimezone(self.zone)
        return f"{self.name} {moment:%Y-%m-%d %H:%M:%S} #{self.index}"

    def places(self, now_us: int, free: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where the two marks begin, ``(left, top)``: one in the upper half, one in the lower.

        Where they stand follows from index and time alone, so that it can be worked out again for any picture.

        Args:
            free: how far a mark may be moved to the right and down, pixels.
        """
        slot = now_us // (STAY_SECONDS * 1_000_000)
        numbers = hashlib.sha256(f"{self.index} {slot}".encode()).digest()
        across, down = (max(0, one) for one in free)
        half = down // 2
        first = (_part(numbers[0:4], across), _part(numbers[4:8], half))
        second = (_part(numbers[8:12], across), down - half + _part(numbers[12:16], half))
        return first, second


def _part(number: bytes, most: int) -> int:
    return int.from_bytes(number, "big") % (most + 1)


STRENGTH = 0.6
"""How much of the picture a letter hides: a face behind it can still be told from a lamp post."""

MAX_PIXELS = 8192 * 8192

_START_CODE = b"\0\0\0\1"
_DECODERS = {Codec.H264: "h264", Codec.H265: "hevc"}
_SETS = (h264.SPS, h264.PPS)
_SLICES = (1, h264.IDR)
_MICRO = Fraction(1, 1_000_000)


class BurnFailed(Exception):
    """The encoder failed; nothing may be shown."""


@dataclass(frozen=True, slots=True)
class BurnTerms:
    """What the pictures become.

    Attributes:
        width, height: box that they are fitted into, pixels; never made larger.
        rate: pictures a second at most.
        bitrate: bits a second at most.
    """

    width: int = 640
    height: int = 360
    rate: int = 8
    bitrate: int = 700_000


@dataclass(frozen=True, slots=True)
class Region:
    """The part of the picture that is shown, in parts of its width and height, 0–1; the whole by default."""

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0

    @property
    def whole(self) -> bool:
        """Whether nothing is cut off."""
        return (self.left, self.top, self.width, self.height) == (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class BurnerPicture:
    """A coded picture on its way in: NAL units behind their lengths, and when it was taken, µs UTC."""

    data: bytes
    wall_us: int


@dataclass(frozen=True, slots=True)
class Burnt:
    """A coded picture on its way out; its parameters are `Burner.params`."""

    data: bytes
    key: bool
    wall_us: int


class Burner:
    """Of one channel. Pictures come in decoding order, those that go out are in order of time.

    Attributes:
        params: of what goes out; None before the first picture. A new object when the size changes.
    """

    def __init__(self, mark: BurnedMark, lettering: Lettering, terms: BurnTerms, region: Region | None = None) -> None:
        self.params: CodecParameters | None = None
        self._mark = mark
        self._lettering = lettering
        self._terms = terms
        self._region = region or Region()
        self._decoder: Any = None
        self._of: CodecParameters | None = None
        self._encoder: Any = None
        self._size = (0, 0)
        self._due_us = -1
        self._count = 0
        self._written: tuple[str, Drawn] | None = None

    def add(self, params: CodecParameters, pictures: Sequence[BurnerPicture], now_us: int) -> list[Burnt]:
        """Pictures that follow what was added before; the first that comes out can be started at.

        What can't be decoded is left out.

        Args:
            now_us: when this is looked at, µs UTC: what is burnt in.

        Raises:
            BurnFailed: nothing may be shown.
            Unwritable: the viewer's name can't be written with the fonts here.
        """
        if params is not self._of:
            self._begin(params)
        return self._burn((frame for picture in pictures for frame in self._decode(picture)), now_us)

    def finish(self, now_us: int) -> list[Burnt]:
        """What the decoder still holds; what is added next is somewhere else.

        Raises:
            BurnFailed: nothing may be shown.
        """
        if self._decoder is None:
            return []
        try:
            left = list(self._decoder.decode(None))
        except (av.FFmpegError, ValueError):
            left = []
        self._decoder.flush_buffers()
        out = self._burn(iter(left), now_us)
        self._due_us = -1
        return out

    def _begin(self, params: CodecParameters) -> None:
        decoder: Any = av.CodecContext.create(_DECODERS[params.codec], "r")
        decoder.thread_count = 1
        decoder.options = {"max_pixels": str(MAX_PIXELS)}
        self._decoder, self._of, self._due_us = decoder, params, -1

    def _decode(self, picture: BurnerPicture) -> Iterator[av.VideoFrame]:
        assert self._of is not None
        nals = [*self._of.sets, *_nals(picture.data)]
        packet = av.Packet(b"".join(_START_CODE + nal for nal in nals))
        packet.pts, packet.time_base = picture.wall_us, _MICRO
        try:
            yield from self._decoder.decode(packet)
        except (av.FFmpegError, ValueError):
            return  # a picture that is broken, or refers to one that was

    def _burn(self, frames: Iterator[av.VideoFrame], now_us: int) -> list[Burnt]:
        out: list[Burnt] = []
        for frame in frames:
            if frame.pts is None or frame.pts < self._due_us:
                continue
            # The next is due on the grid, so that 25 a second become 8 and not 6.25.
            step = 1_000_000 // self._terms.rate
            self._due_us = max(self._due_us, frame.pts - step) + step if self._due_us >= 0 else frame.pts + step
            out.append(self._code(frame, not out, now_us))
        return out

    def _code(self, frame: av.VideoFrame, key: bool, now_us: int) -> Burnt:
        wall_us = frame.pts
        assert wall_us is not None
        planes = self._small(frame)
        self._write(planes, now_us)
        height, width = planes[0].shape
        if (width, height) != self._size:
            self._size, self._encoder, self.params = (width, height), _encoder(width, height, self._terms), None
            key = True
        made = av.VideoFrame(width, height, "yuv420p")
        for plane, values in zip(made.planes, planes, strict=True):
            _fill(plane, values)
        made.pts, made.time_base = self._count, Fraction(1, self._terms.rate)
        made.pict_type = av.video.frame.PictureType.I if key else av.video.frame.PictureType.NONE
        self._count += 1
        try:
            packets = self._encoder.encode(made)
        except av.FFmpegError as error:
            raise BurnFailed("the encoder failed") from error
        nals = [nal for packet in packets for nal in split(bytes(packet))]
        sets = [nal for nal in nals if nal[0] & 31 in _SETS]
        if sets and self.params is None:
            self.params = codec_parameters(Codec.H264, sets)
        # Nothing but pictures: what x264 writes about itself and its settings stays here.
        slices = [nal for nal in nals if nal[0] & 31 in _SLICES]
        if not slices or self.params is None:
            raise BurnFailed("the encoder gave no picture")
        return Burnt(lengths(slices), slices[0][0] & 31 == h264.IDR, wall_us)

    def _small(self, frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
        """Y, U and V of the region, fitted into the box; even numbers of pixels."""
        region = self._region
        across, down = frame.width * region.width, frame.height * region.height
        # A region is made as large as the box, which is what a person enlarges it for.
        most = 1.0 if region.whole else float("inf")
        scale = min(most, self._terms.width / across, self._terms.height / down)
        width, height = (max(16, round(side * scale) & ~1) for side in (across, down))
        if region.whole:
            return _planes(frame.reformat(width, height, "yuv420p", dst_color_range="MPEG"))
        planes = _planes(frame.reformat(format="yuv420p", dst_color_range="MPEG"))
        return [
            cv2.resize(_cut(plane, region), (width >> half, height >> half), interpolation=cv2.INTER_AREA)  # type: ignore[misc]
            for half, plane in zip((0, 1, 1), planes, strict=True)
        ]

    def _write(self, planes: list[NDArray[np.uint8]], now_us: int) -> None:
        drawn = self._drawn(self._mark.line(now_us), planes[0].shape[1])
        height, width = drawn.cover.shape
        free = (planes[0].shape[1] - width, planes[0].shape[0] - height)
        for left, top in self._mark.places(now_us, free):
            _blend(planes, drawn, left & ~1, top & ~1)

    def _drawn(self, line: str, width: int) -> Drawn:
        if self._written is None or self._written[0] != line:
            drawn = self._lettering.draw(line)
            if drawn.cover.shape[1] > width:  # a long name on a narrow picture: smaller, never cut off
                size = (width, max(1, drawn.cover.shape[0] * width // drawn.cover.shape[1]))
                both = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (drawn.cover, drawn.light))
                drawn = Drawn(*(np.asarray(one, np.float32) for one in both))
            self._written = (line, drawn)
        return self._written[1]


def _blend(planes: list[NDArray[np.uint8]], drawn: Drawn, left: int, top: int) -> None:
    """Lay the words into Y, and take the colour out below them."""
    luma = planes[0]
    height = min(drawn.cover.shape[0], luma.shape[0] - top) & ~1
    width = drawn.cover.shape[1] & ~1
    cover, light = drawn.cover[:height, :width] * STRENGTH, drawn.light[:height, :width]
    where = luma[top : top + height, left : left + width]
    where[:] = (where * (1 - cover) + (16 + 219 * light) * cover).astype(np.uint8)
    half = cover[::2, ::2]
    for plane in planes[1:]:
        where = plane[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2]
        part = half[: where.shape[0], : where.shape[1]]
        where[:] = (where * (1 - part) + 128 * part).astype(np.uint8)


def _cut(plane: NDArray[np.uint8], region: Region) -> NDArray[np.uint8]:
    height, width = plane.shape
    left, top = int(region.left * width), int(region.top * height)
    right = max(left + 1, round((region.left + region.width) * width))
    bottom = max(top + 1, round((region.top + region.height) * height))
    return plane[top:bottom, left:right]


def _planes(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    """Copies of the planes without the padding of their lines."""
    shapes = [(frame.height, frame.width), *[((frame.height + 1) // 2, (frame.width + 1) // 2)] * 2]
    found = []
    for plane, (height, width) in zip(frame.planes, shapes, strict=True):
        lines = _lines(plane)
        found.append(lines[:height, :width].copy())
    return found


def _fill(plane: Any, values: NDArray[np.uint8]) -> None:
    lines = _lines(plane)
    lines[: values.shape[0], : values.shape[1]] = values


def _lines(plane: Any) -> NDArray[np.uint8]:
    """The plane where it lies, padding included."""
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)


def _encoder(width: int, height: int, terms: BurnTerms) -> Any:
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, terms.rate), Fraction(terms.rate)
    kbit = terms.bitrate // 1000
    encoder.options = {
        "preset": "veryfast",
        "tune": "zerolatency",
        "profile": "baseline",
        "x264-params": "threads=1:keyint=infinite:scenecut=0:repeat-headers=1:forced-idr=1"
        f":crf=26:vbv-maxrate={kbit}:vbv-bufsize={kbit}",
    }
    return encoder


def _nals(data: bytes) -> list[bytes]:
    """NAL units behind their 4-byte lengths; what is cut off is left out."""
    found, at = [], 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            break
        found.append(data[at + 4 : end])
        at = end
    return found
