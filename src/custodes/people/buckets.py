"""Buckets that fill evenly: how much somebody may ask for in a minute, in the memory of this process (decision 0433)."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MAX_BUCKETS = 50_000


class Buckets:
    """Tokens by key; the least recently used keys are forgotten, which gives them a full bucket again.

    Args:
        per_minute: tokens that come in a minute, and that a bucket holds.
        monotonic: the clock, seconds.
    """

    def __init__(self, per_minute: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._full = per_minute
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, tokens: float) -> float:
        """Take tokens; seconds to wait when there are too few, in which case none is taken."""
        now = self._monotonic()
        with self._lock:
            left, at = self._held.get(key, (self._full, now))
            left = min(self._full, left + (now - at) * self._rate)
            enough = left >= tokens
            self._held[key] = (left - tokens if enough else left, now)
            self._held.move_to_end(key)
            while len(self._held) > MAX_BUCKETS:
                self._held.popitem(last=False)
        return 0.0 if enough else (tokens - left) / self._rate
