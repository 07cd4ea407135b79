"""What happened in a case of any room, as its page tells it: its steps in the shape of the register's own story (`places.lifecycle.story`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from custodes.people.models import Person


@dataclass(frozen=True)
class Happening:
    """One line of the story.

    Attributes:
        moment: when it was done; None where the day that it counts for is another.
    """

    what: Any
    state: Any
    on: date
    by: Person | None
    words: str
    clauses: tuple[str, ...]
    papers: int
    index: int | None
    kept: bool = True
    kind: str = "case"
    moment: datetime | None = None


def story_of(row: Any, step_words: Callable[[str], Any], kind: str) -> Iterator[Happening]:
    """The row's steps, the newest first."""
    states = dict(type(row)._meta.get_field("state").choices or ())
    steps = row.steps.select_related("by__unit", "record").prefetch_related("papers").order_by("-revision")
    for step in steps:
        yield happening(step, step_words(step.event), states, len(step.papers.all()), kind)


def happening(step: Any, what: Any, states: Mapping[str, Any], papers: int = 0, kind: str = "case") -> Happening:
    """One step of any room.

    Args:
        what: in words.
        states: words for the states of its row.
    """
    return Happening(
        what,
        states.get(step.after, step.after) if step.after != step.before else "",
        step.on,
        step.by,
        step.words,
        tuple(step.clauses),
        papers,
        step.record.index if step.record else None,
        kind=kind,
        moment=step.at if timezone.localdate(step.at) == step.on else None,
    )
