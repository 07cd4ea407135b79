"""What somebody brings to one step of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from custodes.cases.models import WORDS
from custodes.people.models import Paper, Person


@dataclass(frozen=True, slots=True)
class StepInput:
    """Who takes a step, when, on which legal day, why, with which papers and answers.

    Attributes:
        by: None of what time alone brings.
        at: aware UTC, when it is entered.
        on: the day that counts in law.
        words: what the person says; what a program adds of itself is no part of it, and no guard takes it for a reason.
        via: by which program it is taken in the person's name, in words.
        data: the step's form, cleaned.
        session: to which look it belongs, where it is about one.
        seen: `seq` of the last step that the page showed; None for who saw no page.
        outside: what was asked or done outside the database before the step (`Event.prepares`); None where nothing was yet.
    """

    by: Person | None
    at: datetime
    on: date
    words: str = ""
    papers: tuple[Paper, ...] = ()
    via: str = ""
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    session: UUID | None = None
    seen: int | None = None
    outside: Any = None

    @property
    def person(self) -> Person:
        """Who takes it.

        Raises:
            RuntimeError: nobody does; time alone brings it.
        """
        if self.by is None:
            raise RuntimeError("a step of nobody's has no person")
        return self.by

    @property
    def told(self) -> str:
        """What stands with the step: the person's words, and by which program."""
        if not self.via:
            return self.words
        tail = f"（{self.via}）" if self.words else self.via
        return self.words[: WORDS - len(tail)] + tail
