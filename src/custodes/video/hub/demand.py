"""A source that runs only while somebody watches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Cancellable(Protocol):
    """A timer that can be taken back, such as `asyncio.TimerHandle`."""

    def cancel(self) -> None:
        """Take the timer back."""
        ...


CallLater = Callable[[float, Callable[[], None]], Cancellable]
"""Run a function after so many seconds; `loop.call_later` is one."""


class Demand:
    """Counts who needs a source, starts it for the first and stops it some time after the last.

    The linger spares the camera a new connection each time that a person changes the page.

    Attributes:
        running: whether the source was started and not stopped since.
    """

    def __init__(
        self, start: Callable[[], None], stop: Callable[[], None], linger: float, call_later: CallLater
    ) -> None:
        """Make a demand nobody has yet.

        Args:
            start, stop: begin and end taking in; both return at once.
            linger: seconds that the source goes on after the last has left.
        """
        self._start = start
        self._stop = stop
        self._linger = linger
        self._call_later = call_later
        self._count = 0
        self._timer: Cancellable | None = None
        self.running = False

    def acquire(self) -> None:
        """One more needs it."""
        self._count += 1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self.running:
            self.running = True
            self._start()

    def release(self) -> None:
        """One less needs it."""
        self._count -= 1
        if self._count == 0 and self.running:
            self._timer = self._call_later(self._linger, self._stop_now)

    def close(self) -> None:
        """Stop at once, whoever still needs it."""
        if self._timer is not None:
            self._timer.cancel()
        self._stop_now()

    def _stop_now(self) -> None:
        self._timer = None
        if self.running:
            self.running = False
            self._stop()
