"""Taking a step of a case: the guard asked under a lock, the state changed, the step kept with its record; all or nothing (Q10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from custodes.access.models import CaseStep
from custodes.access.supervised.rooms import Case, room_of
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Paper, Person
from custodes.people.records import plain, record
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Cleared

_UNSAID = frozenset({"id", "state", "revision"})
WORDS = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """Who takes a step, when, why, with which papers, about which session. `by` None: what time alone brought."""

    by: Person | None
    at: datetime
    words: str = ""
    papers: tuple[Paper, ...] = ()
    session: UUID | None = None

    @property
    def on(self) -> date:
        """The legal day."""
        return timezone.localdate(self.at)


def move(row: Case, event: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()) -> CaseStep:
    """Change the state by one of its transitions, whose guard the caller has asked, and keep the step.

    Raises:
        StepRefused: it is not the time for this step.
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken in one transaction with its guard")
    before = str(row.state)
    try:
        getattr(row, event)(Cleared(event, row.pk))
    except TransitionNotAllowed as error:
        raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": row.get_state_display()}) from error
    return keep(row, event, before, taken, clauses, unmet)


def keep(
    row: Case, event: str, before: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()
) -> CaseStep:
    """Save the row and keep a step of it, also one that leaves the state as it is."""
    room = room_of(row)
    row.revision += 1
    row.save()
    step = CaseStep(
        revision=row.revision,
        event=event,
        before=before,
        after=str(row.state),
        on=taken.on,
        words=taken.words[:WORDS],
        clauses=list(clauses),
        by=taken.by,
        at=taken.at,
    )
    setattr(step, room.field, row)
    step.record = record(
        "case.step",
        at=taken.at,
        step=step.pk,
        by=taken.by.uuid if taken.by else "system",
        kind=room.kind,
        case=row.pk,
        number=row.number,
        unit=row.unit.uuid,
        event=event,
        before=before,
        after=str(row.state),
        on=taken.on,
        clauses=list(clauses),
        words=taken.words[:WORDS],
        papers=[paper.sha256 for paper in taken.papers],
        content=content_of(row),
        **({"session": taken.session} if taken.session else {}),
        **({"unmet": [{"clause": one.clause, "reason": one.reason_zh} for one in unmet]} if unmet else {}),
    )
    step.save()
    step.papers.set(taken.papers)
    return step


def content_of(row: Case) -> str:
    """SHA-256 of what the case says: every stated field, cameras and papers, as canonical JSON."""
    said: dict[str, Any] = {
        field.name: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in _UNSAID
    }
    said["cameras"] = sorted(str(pk) for pk in row.cameras.values_list("pk", flat=True))
    papers = getattr(row, "papers", None)
    said["papers"] = sorted(papers.values_list("paper__sha256", flat=True)) if papers is not None else []
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else plain(value)
