"""The working film: what a reviewer steps through in a browser. Small, with the source's times, and nothing in it but pictures.

It is a copy of *unmasked* pictures and lives no longer than the work on it (docs/design/mask.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av

from custodes.video.mask.picture import TimedPicture, resized
from custodes.video.mask.reading import MaskSource
from custodes.video.mask.verifying import verify_copy
from custodes.video.mask.writing import FilmWriter, Quality, writer

MOST_WIDTH = 1280
KEY_SECONDS = 0.4
"""A browser decodes from the key picture before the one that it is sent to; ten pictures are a moment."""

QUALITY = Quality(crf=23, preset="superfast", key_seconds=KEY_SECONDS)


@dataclass(frozen=True, slots=True)
class Filmed:
    """A working film that was written and read back.

    Attributes:
        bytes: of the file.
        width, height: of the source's pictures, pixels.
        times: when each is shown, ticks of 90 kHz from the first.
        offsets, sizes: where each picture's bytes stand in the file.
    """

    bytes: int
    width: int
    height: int
    times: tuple[int, ...]
    offsets: tuple[int, ...]
    sizes: tuple[int, ...]


def film_size(width: int, height: int) -> tuple[int, int]:
    """Of the film, for pictures of this size: both even, none larger than before."""
    if width <= MOST_WIDTH:
        return width, height
    return MOST_WIDTH, max(2, round(height * MOST_WIDTH / width / 2) * 2)


class FilmedSource:
    """A source that is filmed while it is read once from end to end.

    Args:
        out: where the film goes.
        tell: takes how many pictures are done.
    """

    def __init__(self, source: MaskSource, out: Path, tell: Callable[[int], None], quality: Quality = QUALITY) -> None:
        self._source, self._out, self._tell, self._quality = source, out, tell, quality
        self._times: list[int] = []
        self._size = (0, 0)

    def digest(self) -> str:
        """Of the source."""
        return self._source.digest()

    def pictures(self) -> Iterator[TimedPicture]:
        """Of the source; the film is there when the last one was taken."""
        part = self._out.with_name(self._out.name + ".part")
        self._times, pictures = [], self._source.pictures()
        first = next(pictures)  # a source without pictures says so instead of ending
        self._size = first.planes.width, first.planes.height
        with writer(part, *film_size(*self._size), first.look, self._quality) as made:
            yield self._filmed(first, made)
            for shown in pictures:
                yield self._filmed(shown, made)
        verify_copy(part, len(self._times))
        part.replace(self._out)

    def made(self) -> Filmed:
        """What was filmed; to be asked behind `pictures`."""
        offsets, sizes = [], []
        with av.open(str(self._out)) as film:
            for packet in film.demux(video=0):
                if packet.size:
                    offsets.append(packet.pos)
                    sizes.append(packet.size)
        return Filmed(
            self._out.stat().st_size, *self._size, tuple(self._times), tuple(map(_known, offsets)), tuple(sizes)
        )

    def _filmed(self, shown: TimedPicture, made: FilmWriter) -> TimedPicture:
        made.add(shown.time, resized(shown.planes, *film_size(*self._size)))
        self._times.append(shown.time)
        if len(self._times) % 10 == 0:
            self._tell(len(self._times))
        return shown


def _known(offset: int | None) -> int:
    assert offset is not None
    return offset
