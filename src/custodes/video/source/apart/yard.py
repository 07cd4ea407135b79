"""What an installation gives to sources that have a process of their own."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path


class Seats:
    """How many such processes a worker has at most."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self) -> bool:
        """Take a seat; False when none is free."""
        return self._free.acquire(blocking=False)

    def give(self) -> None:
        """Give a seat back."""
        self._free.release()


@dataclass(frozen=True, slots=True)
class Yard:
    """What an installation gives to such sources.

    Attributes:
        seats: how many there may be at once.
        files: the folder of files that may be played; None means none.
    """

    seats: Seats
    files: Path | None = None
