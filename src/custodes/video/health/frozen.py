"""Frozen: the same picture comes again and again, with or without a burnt-in clock that goes on, where something should have moved.

That little of a picture changed says nothing by itself: a codec that keeps the background (H.264+, H.265+) copies it bit by bit,
and a camera that takes its noise away shows a standing night without any. So two things are asked for. *Nothing* moves: held
against the picture in which the standing began, so that daylight, which goes slowly, shows as well. And something *should*: the
picture lived all over, as a sensor's noise makes it, until it stood from one check to the next; or it stands twice as long
as it ever did before it moved again. Where neither is so, nothing is said.

An encoder that codes a standing picture anew under a clock changes some of it by a level or two, and moves nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np

from custodes.video.health.finding import Limit, Reading
from custodes.video.health.measure import COLUMNS, ROWS, Features, Plane, SmallKeyFrame, blocks
from custodes.video.health.thresholds import Thresholds

FEWEST = 12
"""Blocks that could show a change; of fewer nothing is said."""

RECENT, MOST_OF_THEM = 8, 7
"""Checks, two minutes, of which so many must have lived all over before the picture stood."""

CALMEST, FELL = 0.2, 0.3
"""Share of the blocks, the calmest, whose change must have fallen to this share of what it was: noise that dusk takes goes slowly."""

CLOCK = 3
"""Blocks in which a clock may tick at each check, where it is burnt in elsewhere than above or below (GA/T 751)."""

HOUR_US = 3_600_000_000
WATCHED_US = 24 * HOUR_US
"""How long a camera must have been watched before its own standings say what is long: a night belongs to it."""

REMEMBERED_US = 8 * WATCHED_US
"""How long they are remembered: a week has a Sunday."""

LONGER = 2
"""Times its longest standing, an hour at least."""

SMOOTH = 0.7
"""Width by which a difference of quarter pictures is smoothed, pixels: an encoder's levels fall out, a person far away does not."""


@dataclass
class FrozenWatch:
    """How one camera's picture has moved, and stood.

    Attributes:
        _stands: quarter of the picture in which the present standing began, and when that was, µs UTC.
        _clock: blocks that ticked at each check since.
        _lived: of the last checks how much the calmest blocks changed, levels, where nearly all changed; else NaN.
        _sudden: it lived until it stood, and stands since.
        _stood: end and length of former standings, µs; each longer than those after it.
    """

    _before: SmallKeyFrame | None = None
    _quarter: Plane | None = None
    _colourless: bool | None = None
    _stands: tuple[Plane, int] | None = None
    _clock: np.ndarray | None = None
    _lived: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))
    _sudden: bool = False
    _stood: deque[tuple[int, int]] = field(default_factory=deque)
    _watched_from_us: int = 0

    def read(
        self, picture: SmallKeyFrame, features: Features, at_us: int, limit: Limit, thresholds: Thresholds
    ) -> Reading | None:
        """Share of the picture that has not changed since the check before, %; 0 where something moved.

        None where there is nothing that could change, and where nothing says that something should have.
        """
        self._watched_from_us = self._watched_from_us or at_us
        if features.colourless is not self._colourless:
            self.interrupt()  # in another light it may have no noise
        self._colourless = features.colourless
        before, quarter = self._before, self._quarter
        self._before, self._quarter = picture, features.quarter
        if before is None or quarter is None or self._stands is None or before.shape != picture.shape:
            self._begin(features.quarter, at_us)
            return None
        rich = features.spreads >= thresholds.rich_spread
        rich[0] = rich[-1] = False  # where clocks are burnt in
        if rich.sum() < FEWEST:
            return None
        change = blocks(cv2.absdiff(picture.fine, before.fine).astype(np.float32))[rich]
        same, calmest = 100.0 * float((change < thresholds.still_level).mean()), float(np.quantile(change, CALMEST))
        moved = self._moved(features.quarter, quarter, thresholds.moving_level)
        details = (("same", same), ("moved", float(moved)))
        if moved:
            self._ended(at_us)
            self._begin(features.quarter, at_us)
        elif same >= limit.clears and self._living() and calmest <= FELL * float(np.nanmedian(self._lived)):
            self._sudden = True
        lives = same < limit.clears
        self._lived.append(calmest if lives else np.nan)
        if moved or (lives and self._living()):
            self._sudden = False
        if moved or lives:
            return Reading(0.0 if moved else same, details)
        return Reading(same, details) if self._sudden or self._too_long(at_us) else None

    def interrupt(self) -> None:
        """Pictures are missing, or show something else: what comes next is not compared with what was before."""
        self._before = self._quarter = self._stands = None
        self._lived.clear()
        self._sudden = False

    def _living(self) -> bool:
        return int(np.isfinite(self._lived).sum()) >= MOST_OF_THEM

    def _begin(self, quarter: Plane, at_us: int) -> None:
        self._stands, self._clock = (quarter, at_us), None

    def _moved(self, quarter: Plane, before: Plane, level: float) -> int:
        """In how many blocks something moved since the standing began, but for those in which a clock ticks."""
        assert self._stands is not None
        ticks = _moving(quarter, before, level)
        around = cv2.dilate(ticks.astype(np.uint8), np.ones((1, 3), np.uint8)) > 0
        around &= ticks.sum() <= CLOCK
        self._clock = around if self._clock is None else self._clock & around
        return int((_moving(quarter, self._stands[0], level) & ~self._clock).sum())

    def _ended(self, at_us: int) -> None:
        """A standing is over that nobody took for a fault."""
        assert self._stands is not None
        long = at_us - self._stands[1]
        if self._sudden:
            return
        while self._stood and self._stood[-1][1] <= long:
            self._stood.pop()
        self._stood.append((at_us, long))

    def _too_long(self, at_us: int) -> bool:
        while self._stood and self._stood[0][0] < at_us - REMEMBERED_US:
            self._stood.popleft()
        longest = self._stood[0][1] if self._stood else 0
        assert self._stands is not None
        stood = at_us - self._stands[1]
        return at_us - self._watched_from_us >= WATCHED_US and stood >= max(LONGER * longest, HOUR_US)


def _moving(quarter: Plane, before: Plane, level: float) -> np.ndarray:
    """In which blocks two quarter pictures differ by more than coding does; above and below stand words."""
    apart = np.abs(cv2.GaussianBlur(quarter.astype(np.float32) - before, (0, 0), SMOOTH))
    most = cv2.dilate(apart, np.ones((3, 3), np.uint8))
    height, width = most.shape
    rows, columns = (
        np.minimum((np.arange(count * 4) * side) // (count * 4), side - 1)
        for count, side in ((ROWS, height), (COLUMNS, width))
    )
    some = most[np.ix_(rows, columns)].reshape(ROWS, 4, COLUMNS, 4)
    found = np.asarray(some.max(axis=(1, 3)) >= level)
    found[0] = found[-1] = False
    return found
