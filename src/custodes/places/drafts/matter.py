"""What is done step by step: its pages in their order, what it begins with, and how it is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from custodes.law.duties.terms import Terms
from custodes.people.models import Person
from custodes.places.changes.covering import Unsaid
from custodes.places.forms.page import Page, as_sent
from custodes.places.models import Draft, DraftKind, Filing, Removal, System

CHECK = "check"
"""The last page: everything once more, then it is handed in."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who fills in, when, by which terms.

    Attributes:
        words: that stand with the step, such as by which program it is taken.
    """

    by: Person
    at: datetime
    terms: Terms
    words: str = ""


class MakesPage(Protocol):
    """A page's form: for what was kept (`initial`), or for what was sent (`data`)."""

    def __call__(self, draft: Draft, asking: Asking, **kwargs: Any) -> Page: ...


@dataclass(frozen=True)
class PageOf:
    """One page.

    Attributes:
        key: in its address, and in `Draft.touched`.
        title: its heading.
        lead: what is asked, in a sentence.
    """

    key: str
    title: Any
    lead: Any
    form: MakesPage


def nothing(draft: Draft, asking: Asking) -> tuple[Unsaid, ...]:
    """It says no changes."""
    return ()


@dataclass(frozen=True)
class Matter:
    """A filing or a removal as a layman does it.

    Attributes:
        verb: on the button that hands it in.
        clauses: on what it rests with this system.
        check: whether it can be done with this system; raises `StepRefused`.
        begin: answers that the register knows.
        hand_in: makes the case of it, from pages without faults; raises `StepRefused`.
        said: what is told then.
        unsaid: changes that were made and that its answers do not say.
    """

    kind: DraftKind
    title: Any
    verb: Any
    said: Any
    clauses: Callable[[System], tuple[str, ...]]
    pages: tuple[PageOf, ...]
    check: Callable[[System], None]
    begin: Callable[[System], dict[str, Any]]
    hand_in: Callable[[Draft, Mapping[str, Page], Asking], Filing | Removal]
    unsaid: Callable[[Draft, Asking], tuple[Unsaid, ...]] = nothing

    def page(self, key: str) -> PageOf | None:
        """The page of this key; None for none."""
        return next((page for page in self.pages if page.key == key), None)

    def after(self, key: str) -> str:
        """The page behind it."""
        keys = [page.key for page in self.pages]
        at = keys.index(key) + 1
        return keys[at] if at < len(keys) else CHECK

    def before(self, key: str) -> str:
        """The page in front of it; empty for the first."""
        keys = [*(page.key for page in self.pages), CHECK]
        at = keys.index(key)
        return keys[at - 1] if at else ""

    def sent(self, draft: Draft, asking: Asking) -> dict[str, Page]:
        """Each page with what was kept, as if it were sent now: the check before handing in."""
        data = as_sent(draft.answers)
        return {page.key: page.form(draft, asking, data=data) for page in self.pages}
