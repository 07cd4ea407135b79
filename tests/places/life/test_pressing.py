"""What the counting of filings by the database relies on: a system is accepted once and put in use once."""

from __future__ import annotations

from custodes.places.lifecycle.case import BY_NAME
from custodes.places.models import SystemState


def _reached(begin: str) -> set[str]:
    """Every state that can follow."""
    found, todo = set(), [begin]
    while todo:
        state = todo.pop()
        for event in BY_NAME.values():
            if state in event.sources and event.target and event.target not in found:
                found.add(str(event.target))
                todo.append(event.target)
    return found


def test_nothing_is_accepted_or_put_in_use_twice() -> None:
    assert SystemState.ACCEPTED in _reached(SystemState.TRIAL)
    assert SystemState.ACCEPTED not in _reached(SystemState.ACCEPTED)
    assert SystemState.IN_USE not in _reached(SystemState.IN_USE)
