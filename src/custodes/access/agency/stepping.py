"""Taking a step: the guard asked under a lock, the state changed, the step kept with its record; all or nothing (Q10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from custodes.access.agency.refused import StepRefused
from custodes.access.models import AgencyRequest, AgencyStep
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Paper, Person
from custodes.people.records import plain, record
from custodes.places.models import Cleared

_UNSAID = frozenset({"id", "state", "revision", "touched_at", "escalated_at", "overdue_at"})


@dataclass(frozen=True, slots=True)
class Taken:
    """Who takes a step, when, why, with which papers. `by` None: what time alone brought."""

    by: Person | None
    at: datetime
    words: str = ""
    papers: tuple[Paper, ...] = ()

    @property
    def on(self) -> date:
        """The legal day."""
        return timezone.localdate(self.at)


def locked(row: AgencyRequest) -> AgencyRequest:
    """The row as it stands, held until the transaction ends."""
    rows = AgencyRequest.objects.select_for_update(of=("self",)).select_related("holder", "unit", "begun_by")
    return rows.get(pk=row.pk)


def move(
    row: AgencyRequest, event: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()
) -> AgencyStep:
    """Change the state by one of its transitions, whose guard the caller has asked, and keep the step.

    Raises:
        StepRefused: it is not the time for this step.
        RuntimeError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken in one transaction with its guard")
    before = row.state
    try:
        getattr(row, event)(Cleared(event, row.pk))
    except TransitionNotAllowed as error:
        raise StepRefused(_("现为“%(state)s”，不能办理。") % {"state": row.get_state_display()}) from error
    return keep(row, event, before, taken, clauses, unmet)


def keep(
    row: AgencyRequest, event: str, before: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()
) -> AgencyStep:
    """Save the row and keep a step of it, also one that leaves the state as it is."""
    row.revision += 1
    row.touched_at = taken.at
    row.save()
    step = AgencyStep(
        request=row,
        revision=row.revision,
        event=event,
        before=before,
        after=str(row.state),
        on=taken.on,
        words=taken.words[:500],
        clauses=list(clauses),
        by=taken.by,
        at=taken.at,
    )
    step.record = record(
        "request.step",
        at=taken.at,
        step=step.pk,
        by=taken.by.uuid if taken.by else "system",
        request=row.pk,
        number=row.number,
        holder=row.holder.uuid,
        unit=row.unit_name,
        event=event,
        before=before,
        after=str(row.state),
        on=taken.on,
        clauses=list(clauses),
        words=taken.words[:500],
        papers=[paper.sha256 for paper in taken.papers],
        unmet=[{"clause": one.clause, "reason": one.reason_zh} for one in unmet],
        content=content_of(row),
    )
    step.save()
    step.papers.set(taken.papers)
    return step


def content_of(row: AgencyRequest) -> str:
    """SHA-256 of what the request says: every stated field, the officers, the cameras, the papers and the approvals, as canonical JSON."""
    said: dict[str, Any] = {
        field.name: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in _UNSAID
    }
    said["officers"] = [[one.name, one.card, str(one.person_id or "")] for one in row.officers.all()]
    said["cameras"] = sorted(str(pk) for pk in row.cameras.values_list("pk", flat=True))
    said["papers"] = sorted(row.papers.values_list("paper__sha256", flat=True))
    said["approvals"] = sorted(
        str(uuid) for uuid in row.approvals.filter(void=False).values_list("by__uuid", flat=True)
    )
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else plain(value)
