"""Days of cameras whose codec keeps the background (H.264+, H.265+): what did not change is copied and not coded anew, without noise.

The camera takes all noise away; a block of its picture stays, bit by bit, what it was until what the place shows differs from it by
`CODED_ANEW`. Between key frames lie one to four checks. From 23 to 6 o'clock nobody passes. None of it is frozen.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from bench.pictures.camera_days import CHECKS, LUMA, CameraDay
from bench.pictures.drawing import KINDS
from bench.pictures.place import VIEW, Floats
from bench.pictures.runs import SECONDS

from custodes.video.health.measure import SmallKeyFrame

TUNING = tuple((kind, 106) for kind in KINDS)
HELD_OUT = tuple((kind, seed) for seed in (221, 223) for kind in KINDS)
"""Fixed with the generator, before the measure was changed."""

CODED_ANEW = 2.5
"""Mean difference of a block of 8×8 pixels from which its place is coded anew, levels."""

GROUPS = (1, 1, 2, 4)
"""Checks from key frame to key frame: a group of pictures of 15, 30 or 60 s."""

QUIET_FROM, QUIET_TO = 23.0, 6.0


def smart_day(kind: str, seed: int) -> Iterator[tuple[int, SmallKeyFrame]]:
    """Number of the check and key frame, of each check that has a new one, from noon to noon, so that the night lies in the middle."""
    day = CameraDay(kind, seed)
    rng = np.random.default_rng((KINDS.index(kind), seed, 43))
    group = GROUPS[int(rng.integers(len(GROUPS)))]
    cb, cr = (np.full((VIEW[1] // 2, VIEW[0] // 2), level, np.uint8) for level in (126, 131))
    kept = _seen(day, CHECKS // 2, rng)
    for number in range(0, CHECKS, group):
        shown = _seen(day, (number + CHECKS // 2) % CHECKS, rng)
        blocks = cv2.resize(np.abs(shown - kept), (VIEW[0] // 8, VIEW[1] // 8), interpolation=cv2.INTER_AREA)
        anew = cv2.resize((blocks > CODED_ANEW).astype(np.uint8), VIEW, interpolation=cv2.INTER_NEAREST)
        np.copyto(kept, shown, where=anew > 0)
        yield number, SmallKeyFrame(np.asarray(kept + 0.5, np.uint8), cb, cr)


def _seen(day: CameraDay, check: int, rng: np.random.Generator) -> Floats:
    """Luma of the place without noise, with who passes and a clock."""
    key, after, share = day.between(check)
    now, then = _background(day, key), _background(day, after)
    out = np.asarray(cv2.addWeighted(now, 1 - share, then, share, 0.0), np.float32)
    hour = check * SECONDS / 3600
    _, busy, _ = day.moment(check)
    quiet = hour >= QUIET_FROM or hour < QUIET_TO
    for _ in range(0 if quiet else rng.poisson(busy * 0.5)):
        y = rng.uniform(*day.studio.place.walk)
        x, y = day.studio.view.at(rng.uniform(200, 1080), y)
        high = rng.uniform(20, 70)
        out[max(int(y - high), 0) : max(int(y), 0), max(int(x), 0) : max(int(x + high * 0.4), 0)] = rng.uniform(20, 220)
    out[6:26, 12 : 12 + 16 * 13] = 60
    for place, digit in enumerate(f"{check * SECONDS:06d}"):
        out[6:26, 12 + 16 * place : 12 + 16 * place + 2 + int(digit)] = 235
    return out


_KEPT: dict[tuple[int, int], Floats] = {}


def _background(day: CameraDay, key: int) -> Floats:
    """Luma of the place at whole picture `key` under the sky of then, levels."""
    name = id(day), key
    if name not in _KEPT:
        for old in [one for one in _KEPT if one[0] != id(day) or abs(one[1] - key) > 1]:
            del _KEPT[old]
        lit = day.lit(key)
        out = lit.under(lit.moment.cloud) @ LUMA
        level = float(np.minimum(out, np.percentile(out, 97)).mean())
        gain = (0.12 if lit.moment.infrared else 0.2) / max(level, 1e-6)
        _KEPT[name] = np.asarray(
            16 + 219 * np.clip(out * min(gain, day.studio.body.most_gain), 0, 1) ** (1 / 2.2), np.float32
        )
    return _KEPT[name]
