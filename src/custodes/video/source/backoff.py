"""How long to wait before a camera is tried again."""

from __future__ import annotations

import random

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 60.0
LOGIN_SECONDS = 30.0
"""After a refused password at least this long: cameras lock an account that is tried too often."""


class Backoff:
    """Exponential waiting with jitter: 1, 2, 4 … 60 s, each shortened by up to half so that cameras do not come in step."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._tries = 0

    def wait(self, least: float = 0.0) -> float:
        """Seconds until the next try, at least `least` before jitter."""
        full = max(min(FIRST_SECONDS * 2.0 ** min(self._tries, 16), LONGEST_SECONDS), least)
        self._tries += 1
        return full * self._rng.uniform(0.5, 1.0)

    def reset(self) -> None:
        """The camera was well for a while: begin anew."""
        self._tries = 0
