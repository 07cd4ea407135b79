"""Taking a step of a case of any room: the state changed by its machine, the step kept with its record; all or nothing (Q10).

A room says in a `Book` where its steps stand and what its record says besides; guards are its own, and are asked before, under a lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from custodes.law.grounds.ground import Unmet
from custodes.people.models import Paper, Person
from custodes.people.records import plain, record
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Cleared

WORDS = 500
"""Characters of a step's words."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Who takes a step, when, why, with which papers, about which session. `by` None: what time alone brought.

    `seen` is the revision of the row as it stood on the page on which the step was decided; None where none was looked at.
    """

    by: Person | None
    at: datetime
    words: str = ""
    papers: tuple[Paper, ...] = ()
    session: UUID | None = None
    seen: int | None = None

    @property
    def on(self) -> date:
        """The legal day."""
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Book:
    """Where a room keeps its steps.

    Attributes:
        record: type of the ledger's record.
        step: an unsaved step of a row.
        named: what the record says of whose step it is, and what it says where nothing else is said.
        content: what the row says besides its own fields, for the record's hash.
        unsaid: fields of the row that say nothing of the case: its state, clocks, counters.
    """

    record: str
    step: Callable[[Any], Any]
    named: Callable[[Any], Mapping[str, Any]]
    content: Callable[[Any], Mapping[str, Any]]
    unsaid: frozenset[str] = frozenset({"id", "state", "revision"})


def move(book: Book, row: Any, event: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()) -> Any:
    """Change the state by one of its transitions, whose guard the caller has asked, and keep the step.

    Raises:
        StepRefused: it is not the time for this step, or somebody else took one since whoever takes it looked.
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken in one transaction with its guard")
    as_seen(row, taken.seen)
    before = str(row.state)
    try:
        getattr(row, event)(Cleared(event, row.pk))
    except TransitionNotAllowed as error:
        raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": row.get_state_display()}) from error
    return keep(book, row, event, before, taken, clauses, unmet)


def as_seen(row: Any, revision: int | None) -> None:
    """Refuse what was decided on a page that is true no more. The caller holds the row's lock.

    Args:
        revision: of the row as the page was drawn with; None where nothing was looked at.

    Raises:
        StepRefused: somebody else took a step meanwhile.
    """
    if revision is not None and row.revision != revision:
        raise StepRefused(
            _("您打开本页以后，他人已经办理，现为“%(state)s”。请核对后重新办理。") % {"state": row.get_state_display()}
        )


def keep(
    book: Book,
    row: Any,
    event: str,
    before: str,
    taken: Taken,
    clauses: Iterable[str],
    unmet: Iterable[Unmet] = (),
) -> Any:
    """Save the row and keep a step of it, also one that leaves the state as it is.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken in one transaction with its guard")
    row.revision += 1
    row.save()
    said = {
        "event": event,
        "before": before,
        "after": str(row.state),
        "on": taken.on,
        "words": taken.words[:WORDS],
        "clauses": list(clauses),
    }
    step = book.step(row)
    for name, value in {**said, "revision": row.revision, "by": taken.by, "at": taken.at}.items():
        setattr(step, name, value)
    told: dict[str, Any] = {"papers": [paper.sha256 for paper in taken.papers], "content": content_of(book, row)}
    if taken.session:
        told["session"] = taken.session
    if lacking := [{"clause": one.clause, "reason": one.reason_zh} for one in unmet]:
        told["unmet"] = lacking
    by = taken.by.uuid if taken.by else "system"
    step.record = record(book.record, at=taken.at, **{"step": step.pk, "by": by, **book.named(row), **said, **told})
    step.save()
    if taken.papers:
        step.papers.set(taken.papers)
    return step


def content_of(book: Book, row: models.Model) -> str:
    """SHA-256 of what the row says, as canonical JSON: every stated field, and what belongs to it."""
    said = {
        field.name: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in book.unsaid
    }
    text = json.dumps(said | dict(book.content(row)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else plain(value)
