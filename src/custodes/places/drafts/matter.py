"""What is done step by step: its pages in their order, what it begins with, and how it is handed in.

Everything is asked once more under the draft's lock, one case made of it, the draft gone; all or nothing. Pages and programs come by here
alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Person
from custodes.places.changes.covering import UncoveredChange
from custodes.places.drafts import keeping
from custodes.places.forms.page import DraftPage, as_sent
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Draft, DraftKind, Filing, Removal, System

CHECK = "check"
"""The last page: everything once more, then it is handed in."""


@dataclass(frozen=True, slots=True)
class DraftAuthor:
    """Who fills in, when, by which terms.

    Attributes:
        words: that stand with the step, such as by which program it is taken.
    """

    by: Person
    at: datetime
    terms: LegalTerms
    words: str = ""


class MakesPage(Protocol):
    """A page's form: for what was kept (`initial`), or for what was sent (`data`)."""

    def __call__(self, draft: Draft, asking: DraftAuthor, **kwargs: Any) -> DraftPage: ...


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


def nothing(draft: Draft, asking: DraftAuthor) -> tuple[UncoveredChange, ...]:
    """It says no changes."""
    return ()


def nothing_open(draft: Draft, pages: Mapping[str, DraftPage]) -> tuple[Unmet, ...]:
    """The register is not asked about it."""
    return ()


@dataclass(frozen=True)
class DraftMatter:
    """A filing or a removal as a layman does it.

    Attributes:
        verb: on the button that hands it in.
        clauses: on what it rests with this system.
        check: whether it can be done with this system; raises `StepRefused`.
        begin: answers that the register knows.
        hand_in: makes the case of it, from pages without faults; raises `StepRefused`.
        said: what is told then.
        unsaid: changes that were made and that its answers do not say.
        findings: what of its checked pages does not agree with the register, or stands open there; it is handed in all the same.
    """

    kind: DraftKind
    title: Any
    verb: Any
    said: Any
    clauses: Callable[[System], tuple[str, ...]]
    pages: tuple[PageOf, ...]
    check: Callable[[System], None]
    begin: Callable[[System], dict[str, Any]]
    hand_in: Callable[[Draft, Mapping[str, DraftPage], DraftAuthor], Filing | Removal]
    unsaid: Callable[[Draft, DraftAuthor], tuple[UncoveredChange, ...]] = nothing
    findings: Callable[[Draft, Mapping[str, DraftPage]], tuple[Unmet, ...]] = nothing_open

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

    def sent(self, draft: Draft, asking: DraftAuthor) -> dict[str, DraftPage]:
        """Each page with what was kept, as if it were sent now: the check before handing in."""
        data = as_sent(draft.answers)
        return {page.key: page.form(draft, asking, data=data) for page in self.pages}


class Changed(StepRefused):
    """Somebody changed the draft since it was looked at; `draft` is what stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(_("您打开本页后，他人修改了这份草稿。请核对后再次提交。"))
        self.draft = draft


class Unready(StepRefused):
    """Something has to be mended first; `pages` say what."""

    def __init__(self, pages: Mapping[str, DraftPage]) -> None:
        super().__init__(_("还有需要改正的地方。"))
        self.pages = pages


def hand_in(
    draft: Draft, matter: DraftMatter, asking: DraftAuthor, *, seen: int
) -> tuple[Filing | Removal, tuple[UncoveredChange, ...]]:
    """Hand it in.

    Args:
        seen: the revision that was looked at.

    Returns:
        the case, and the changes that were made and that it does not say.

    Raises:
        Changed: it is another revision now.
        Unready: an answer is missing or wrong.
        StepRefused: it was handed in or has lapsed, or the workflow refuses.
    """
    with transaction.atomic():
        row = keeping.locked(draft)
        if row.revision != seen:
            raise Changed(row)
        pages = matter.sent(row, asking)
        if not all(page.is_valid() for page in pages.values()):
            raise Unready(pages)
        case = matter.hand_in(row, pages, asking)
        unsaid = matter.unsaid(row, asking)
        keeping.discard(row)
    return case, unsaid
