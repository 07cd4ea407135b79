"""What the library says of tracks, for the editor's own arithmetic to be held to: `python -m tests.frontend.mask_vectors` writes JSON.

Made anew for each run of the front end's unit tests (`frontend/test/masks.test.ts`), so that the two can't grow apart.
"""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from custodes.video.mask.by_hand import redrawn
from custodes.video.mask.shapes import MaskBox, Polygon, Shape
from custodes.video.mask.sidecar import Sidecar
from custodes.video.mask.tracks import MaskedKind, Sighting, Track, TrackOrigin, TrackPoint

SEED, CASES = 302, 120


def _sixteenths(chance: random.Random, least: float, most: float) -> float:
    return chance.randint(round(least * 16), round(most * 16)) / 16


def _box(chance: random.Random) -> MaskBox:
    left, top = _sixteenths(chance, -50, 1800), _sixteenths(chance, -50, 1000)
    return MaskBox(left, top, left + _sixteenths(chance, 1, 300), top + _sixteenths(chance, 1, 300))


def _polygon(chance: random.Random, corners: int) -> Polygon:
    return Polygon(
        tuple((_sixteenths(chance, 0, 1900), _sixteenths(chance, 0, 1000)) for _ in range(corners)),
    )


def _track(chance: random.Random, number: int) -> Track:
    times = sorted(chance.sample(range(200_000), chance.randint(1, 9)))
    corners = chance.choice((0, 0, 0, 3, 5))
    frames = []
    for time in times:
        # Now and then another number of corners, or a box among polygons: what can't be matched.
        count = chance.choice((corners, corners, corners, 4)) if corners else 0
        shape = _polygon(chance, count) if count and chance.random() < 0.9 else _box(chance)
        frames.append(TrackPoint(time, shape, chance.choice(list(Sighting))))
    growth = chance.choice((1000, 1300, 1750, 4000)) / 1000
    return Track(
        number, MaskedKind.FACE, TrackOrigin.MODEL, tuple(frames), growth=growth, whole_body=chance.random() < 0.4
    )


def _shape(shape: Shape | None) -> Any:
    if isinstance(shape, MaskBox):
        return {"left": shape.left, "top": shape.top, "right": shape.right, "bottom": shape.bottom}
    return None if shape is None else {"corners": [list(corner) for corner in shape.corners]}


def _written(track: Track) -> Any:
    """The track as a file of tracks has it."""
    kept = Track(1, track.kind, track.origin, track.frames, track.state, track.growth, track.whole_body)
    return {**json.loads(Sidecar("0" * 64, 1920, 1080, (), (kept,)).encode())["tracks"][0], "number": track.number}


def vectors() -> list[dict[str, Any]]:
    """Tracks, where they are seen and what is filled at some times, and each of them with one place drawn anew."""
    chance = random.Random(SEED)
    found = []
    for number in range(1, CASES + 1):
        track = _track(chance, number)
        times = [chance.randrange(200_000) for _ in range(12)] + [one.time for one in track.frames]
        time, shape = chance.choice(times), chance.choice((_box, lambda one: _polygon(one, 4)))(chance)
        found.append(
            {
                "track": _written(track),
                "at": [[one, _shape(track.seen_at(one)), _shape(track.mask_at(one))] for one in times],
                "redrawn": {"time": time, "shape": _shape(shape), "track": _written(redrawn(track, time, shape))},
            }
        )
    return found


if __name__ == "__main__":
    json.dump(vectors(), sys.stdout)
