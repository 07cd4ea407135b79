"""Cameras that misbehave: each takes a loop of good frames and gives what such a camera sends.

All are without end, as `Mount.frames` wants it.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from custodes.video.rtsp.mount import MountFrame

DAY_TICKS = 86_400 * 90_000
DAY_US = 86_400_000_000


def garbage(good: Iterator[MountFrame], after: int, seed: int = 1, octets: int = 4096) -> Iterator[MountFrame]:
    """`after` good frames, then random octets in their place."""
    rng = random.Random(seed)
    yield from itertools.islice(good, after)
    while True:
        yield MountFrame((), raw=rng.randbytes(octets))


def sprinkled(good: Iterator[MountFrame], every: int, seed: int = 1) -> Iterator[MountFrame]:
    """Good frames, and before every `every`th some random octets that no packet announces."""
    rng = random.Random(seed)
    for index, frame in enumerate(good):
        yield replace(frame, raw=rng.randbytes(700)) if index % every == every - 1 else frame


def alternating(first: Sequence[MountFrame], second: Sequence[MountFrame]) -> Iterator[MountFrame]:
    """Two loops in turn: the camera changes its resolution. Each must begin with a key frame."""
    return itertools.cycle((*first, *second))


def stop_mid_frame(good: Iterator[MountFrame], after: int, seconds: float = 86_400.0) -> Iterator[MountFrame]:
    """`after` good frames, half of one more, then nothing for `seconds`, again and again."""
    while True:
        yield from itertools.islice(good, after)
        yield replace(next(good), torn=True)
        yield replace(next(good), wait=seconds)


def without_keys(good: Iterator[MountFrame], after: int, missing: int) -> Iterator[MountFrame]:
    """`after` frames, then `missing` frames among which no key frame is, again and again."""
    while True:
        yield from itertools.islice(good, after)
        yield from itertools.islice((frame for frame in good if not frame.key), missing)


def clock_jump(
    good: Iterator[MountFrame], after: int, ticks: int = DAY_TICKS, us: int = DAY_US
) -> Iterator[MountFrame]:
    """After `after` frames RTP timestamps leap by `ticks` and the wall clock by `us`, once."""
    yield from itertools.islice(good, after)
    yield replace(next(good), jump=ticks, camera_jump_us=us)
    yield from good


def flood(good: Iterator[MountFrame], after: int, factor: int = 500) -> Iterator[MountFrame]:
    """After `after` frames everything is sent `factor` times as often."""
    yield from itertools.islice(good, after)
    for frame in good:
        yield replace(frame, ticks=max(frame.ticks // factor, 1))


def silence(good: Iterator[MountFrame], after: int, seconds: float = 86_400.0) -> Iterator[MountFrame]:
    """`after` good frames, then nothing for `seconds`, again and again."""
    while True:
        yield from itertools.islice(good, after)
        yield replace(next(good), wait=seconds)
