"""Wakes the deliverer in this process when a record has been committed."""

from __future__ import annotations

import threading

_event = threading.Event()


def ring() -> None:
    """There is something to deliver."""
    _event.set()


def wait(seconds: float) -> bool:
    """Wait for the bell or the time, whichever is first; true when it rang."""
    rang = _event.wait(seconds)
    _event.clear()
    return rang
