"""The steps of a release: `access.stepping` with its record ``release.step``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from custodes.access import stepping
from custodes.access.models import Release, ReleaseDecision, ReleaseStep
from custodes.access.models.release import WAITING
from custodes.access.stepping import WORDS, Book
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Person
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings

__all__ = ["WORDS", "Taken", "cleared", "content_of", "due_of", "keep", "locked", "move"]


@dataclass(frozen=True, slots=True)
class Taken(stepping.Taken):
    """Who takes a step: always a person, nothing of a release comes of time alone."""

    by: Person


def _named(row: Release) -> dict[str, Any]:
    there = {"source": row.source, "tracks": row.marked, "output": row.output, "where": row.published_where}
    there["device"] = row.__dict__.pop("_device", ())  # of a step behind which the node's word of the footage stands
    return {
        "release": row.pk,
        "number": row.number,
        "unit": row.unit.uuid,
        "camera": row.camera_id,
        **{name: value for name, value in there.items() if value},
    }


def _content(row: Release) -> dict[str, Any]:
    findings = row.findings.order_by("key")
    return {
        "findings": [[one.key, one.answer, one.law, str(one.read_by_id or "")] for one in findings],
        "decisions": [one.said() for one in _decisions(row)],
        "papers": sorted(row.steps.filter(papers__isnull=False).values_list("papers__sha256", flat=True)),
    }


def _decisions(row: Release) -> Iterable[ReleaseDecision]:
    rows = ReleaseDecision.objects.filter(track__release=row).select_related("track", "by")
    return rows.defer("track__frames").order_by("pk")


_BOOK = Book(
    record="release.step",
    step=lambda row: ReleaseStep(release=row),
    named=_named,
    content=_content,
    unsaid=frozenset({"id", "state", "revision", "times", "leaks", "forgotten_at", "due"}),
)


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
    """`stepping.move` of a release; from now on it waits for the next step."""
    step: ReleaseStep = stepping.move(_BOOK, row, event, taken, clauses)
    row.due = due_of(row, taken)
    row.save(update_fields=["due"])
    return step


def due_of(row: Release, taken: Taken) -> date | None:
    """By when the next step is to be taken, where one is; no clause names a number, it is the house's own."""
    return taken.on + timedelta(days=get_settings().release_step_days) if row.state in WAITING else None


def keep(row: Release, event: str, before: str, taken: Taken, clauses: Iterable[str]) -> ReleaseStep:
    """`stepping.keep` of a release."""
    step: ReleaseStep = stepping.keep(_BOOK, row, event, before, taken, clauses)
    return step


def content_of(row: Release) -> str:
    """`stepping.content_of` a release."""
    return stepping.content_of(_BOOK, row)
