"""The file of tracks beside a source: JSON, bound to the source's SHA-256, and exactly these fields (Q9).

What a sidecar may hold is a closed list: no crop of a picture, no measure of a face, no text of a plate finds a place in it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from custodes.video.mask.shapes import MaskBox, Polygon, Shape
from custodes.video.mask.tracks import (
    Acquaintance,
    MaskedKind,
    Review,
    Sighting,
    Track,
    TrackDecision,
    TrackOrigin,
    TrackPoint,
)

FORMAT = "custodes-mask/1"
MOST_BYTES = 256 << 20
MOST_TRACKS = 100_000
MOST_REMARK = 2_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST = 1 << 53
"""Whole numbers up to here are the same in every JSON reader."""


class BadSidecar(ValueError):
    """It can't be read, or is of another source; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Tracks and the source they are of.

    Attributes:
        source: SHA-256 of the source, hex.
        width, height: of its shown picture, pixels.
        models: names of the detectors that were run, with their SHA-256; empty where all is by hand.
        tracks: in the order of their numbers.
    """

    source: str
    width: int
    height: int
    models: tuple[tuple[str, str], ...]
    tracks: tuple[Track, ...]

    def encode(self) -> bytes:
        """Stable JSON: one way to write the same tracks. Coordinates are sixteenths of a pixel, so that no float is in it."""
        document = {
            "format": FORMAT,
            "source": self.source,
            "width": self.width,
            "height": self.height,
            "models": [{"name": name, "sha256": digest} for name, digest in self.models],
            "tracks": [_track(one) for one in self.tracks],
        }
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _track(track: Track) -> dict[str, Any]:
    return {
        "number": track.number,
        "kind": track.kind.value,
        "origin": track.origin.value,
        "state": track.state.value,
        "growth": round(track.growth * 1000),
        "whole_body": track.whole_body,
        "surest": round(track.surest * 1000),
        "review": {
            "by": track.review.by,
            "acquaintance": track.review.acquaintance.value,
            "remark": track.review.remark,
        },
        "frames": [[one.time, one.sighting.value, *_numbers(one.shape)] for one in track.frames],
    }


def _numbers(shape: Shape) -> list[int]:
    if isinstance(shape, MaskBox):
        values: tuple[float, ...] = (shape.left, shape.top, shape.right, shape.bottom)
    else:
        values = tuple(value for corner in shape.corners for value in corner)
    return [round(value * 16) for value in values]


def read_sidecar(data: bytes, source: str | None = None) -> Sidecar:
    """The sidecar that `data` is.

    Args:
        source: SHA-256 of the source it must be of, hex; None asks for none.

    Raises:
        BadSidecar: it is not one, has a field that it may not have, or is of another source.
    """
    if len(data) > MOST_BYTES:
        raise BadSidecar("the file of tracks is too large")
    try:
        found = _sidecar(json.loads(data, object_pairs_hook=_once))
    except BadSidecar:
        raise
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadSidecar(f"this is no file of tracks: {error}") from error
    if source is not None and found.source != source:
        raise BadSidecar("the tracks are of another film: their source's SHA-256 is not this film's")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadSidecar("a field stands twice")
    return found


def _fields(document: Any, *names: str) -> tuple[Any, ...]:
    if not isinstance(document, dict) or document.keys() != set(names):
        have = sorted(document) if isinstance(document, dict) else type(document).__name__
        raise BadSidecar(f"here stand {have}; exactly {sorted(names)} may")
    return tuple(document[name] for name in names)


def _sidecar(document: Any) -> Sidecar:
    form, source, width, height, models, tracks = _fields(
        document, "format", "source", "width", "height", "models", "tracks"
    )
    if form != FORMAT:
        raise BadSidecar(f"the format is {form!r}; {FORMAT!r} is understood")
    if len(tracks) > MOST_TRACKS:
        raise BadSidecar("there are too many tracks")
    made = tuple(map(_read_track, tracks))
    if [one.number for one in made] != list(range(1, len(made) + 1)):
        raise BadSidecar("tracks are not numbered from 1 on")
    names = tuple((_text(name), _digest(digest)) for name, digest in (_fields(one, "name", "sha256") for one in models))
    return Sidecar(_digest(source), _whole(width, 1), _whole(height, 1), names, made)


def _read_track(document: Any) -> Track:
    number, kind, origin, state, growth, whole_body, surest, review, frames = _fields(
        document, "number", "kind", "origin", "state", "growth", "whole_body", "surest", "review", "frames"
    )
    by, acquaintance, remark = _fields(review, "by", "acquaintance", "remark")
    if not isinstance(whole_body, bool):
        raise BadSidecar("whole_body is neither true nor false")
    return Track(
        _whole(number, 1), MaskedKind(kind), TrackOrigin(origin), tuple(map(_read_frame, frames)), TrackDecision(state),
        _whole(growth) / 1000, whole_body, _whole(surest) / 1000,
        Review(_text(by), Acquaintance(acquaintance), _text(remark)),
    )  # fmt: skip


def _read_frame(entry: Any) -> TrackPoint:
    time, sighting, *values = entry
    numbers = [_whole(value, -_MOST) / 16 for value in values]
    if len(numbers) == 4:
        return TrackPoint(_whole(time), MaskBox(*numbers), Sighting(sighting))
    if len(numbers) % 2:
        raise BadSidecar("a corner has one coordinate only")
    return TrackPoint(_whole(time), Polygon(tuple(zip(numbers[::2], numbers[1::2], strict=True))), Sighting(sighting))


def _whole(value: Any, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= _MOST:
        raise BadSidecar(f"{value!r} is no whole number from {least} on")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MOST_REMARK:
        raise BadSidecar("a text is too long or none")
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise BadSidecar("a SHA-256 is not 64 small hexadecimal digits")
    return value
