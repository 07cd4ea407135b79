"""What happened in a case of any room, as its page tells it: its steps in the shape of the register's own story (`places.lifecycle.story`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from custodes.people.models import Person


@dataclass(frozen=True)
class Happening:
    """One line of the story."""

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


def story_of(row: Any, step_words: Callable[[str], Any], kind: str) -> Iterator[Happening]:
    """The row's steps, the newest first."""
    states = dict(type(row)._meta.get_field("state").choices or ())
    steps = row.steps.select_related("by__unit", "record").prefetch_related("papers").order_by("-revision")
    for step in steps:
        yield Happening(
            step_words(step.event),
            states.get(step.after, step.after) if step.after != step.before else "",
            step.on,
            step.by,
            step.words,
            tuple(step.clauses),
            len(step.papers.all()),
            step.record.index if step.record else None,
            kind=kind,
        )
