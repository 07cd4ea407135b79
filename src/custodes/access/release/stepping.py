"""Taking a step of a release: the guard asked under a lock, the state changed, the step kept with its record; all or nothing (Q10)."""

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

from custodes.access.models import Release, ReleaseStep
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Paper, Person
from custodes.people.records import plain, record
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Cleared

WORDS = 500
_UNSAID = frozenset({"id", "state", "revision", "times", "leaks", "forgotten_at"})


@dataclass(frozen=True, slots=True)
class Taken:
    """Who takes a step, when, why, with which papers."""

    by: Person
    at: datetime
    words: str = ""
    papers: tuple[Paper, ...] = ()

    @property
    def on(self) -> date:
        """The legal day."""
        return timezone.localdate(self.at)


def locked(row: Release) -> Release:
    """The row as it stands, held until the transaction ends."""
    rows = Release.objects.select_for_update(of=("self",)).select_related("unit", "camera__node", "camera__system")
    return rows.get(pk=row.pk)


def cleared(unmet: tuple[Unmet, ...]) -> None:
    """Go on where nothing is unmet.

    Raises:
        StepRefused: with what is.
    """
    if unmet:
        raise StepRefused(_("还有 %(count)d 项条件没有满足。") % {"count": len(unmet)}, unmet)


def move(row: Release, event: str, taken: Taken, clauses: Iterable[str]) -> ReleaseStep:
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
    return keep(row, event, before, taken, clauses)


def keep(row: Release, event: str, before: str, taken: Taken, clauses: Iterable[str]) -> ReleaseStep:
    """Save the row and keep a step of it, also one that leaves the state as it is."""
    row.revision += 1
    row.save()
    step = ReleaseStep(
        release=row,
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
    there = {"source": row.source, "tracks": row.marked, "output": row.output, "where": row.published_where}
    step.record = record(
        "release.step",
        at=taken.at,
        step=step.pk,
        by=taken.by.uuid,
        release=row.pk,
        number=row.number,
        unit=row.unit.uuid,
        camera=row.camera_id,
        event=event,
        before=before,
        after=str(row.state),
        on=taken.on,
        clauses=list(clauses),
        words=taken.words[:WORDS],
        papers=[paper.sha256 for paper in taken.papers],
        content=content_of(row),
        **{name: value for name, value in there.items() if value},
    )
    step.save()
    step.papers.set(taken.papers)
    return step


def content_of(row: Release) -> str:
    """SHA-256 of what the release says: every stated field, its findings and papers, as canonical JSON."""
    said: dict[str, Any] = {
        field.name: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in _UNSAID
    }
    said["findings"] = [
        [one.key, one.answer, one.law, str(one.read_by_id or "")] for one in row.findings.order_by("key")
    ]
    said["papers"] = sorted(row.steps.filter(papers__isnull=False).values_list("papers__sha256", flat=True))
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else plain(value)
