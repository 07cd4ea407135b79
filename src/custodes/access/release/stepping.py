"""The steps of a release: `access.stepping` with its record ``release.step``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from custodes.access import stepping
from custodes.access.models import Release, ReleaseStep
from custodes.access.stepping import WORDS, Book
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Person
from custodes.places.lifecycle.stepping import StepRefused

__all__ = ["WORDS", "Taken", "cleared", "content_of", "keep", "locked", "move"]


@dataclass(frozen=True, slots=True)
class Taken(stepping.Taken):
    """Who takes a step: always a person, nothing of a release comes of time alone."""

    by: Person


def _named(row: Release) -> dict[str, Any]:
    there = {"source": row.source, "tracks": row.marked, "output": row.output, "where": row.published_where}
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
        "papers": sorted(row.steps.filter(papers__isnull=False).values_list("papers__sha256", flat=True)),
    }


_BOOK = Book(
    record="release.step",
    step=lambda row: ReleaseStep(release=row),
    named=_named,
    content=_content,
    unsaid=frozenset({"id", "state", "revision", "times", "leaks", "forgotten_at"}),
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
    """`stepping.move` of a release."""
    step: ReleaseStep = stepping.move(_BOOK, row, event, taken, clauses)
    return step


def keep(row: Release, event: str, before: str, taken: Taken, clauses: Iterable[str]) -> ReleaseStep:
    """`stepping.keep` of a release."""
    step: ReleaseStep = stepping.keep(_BOOK, row, event, before, taken, clauses)
    return step


def content_of(row: Release) -> str:
    """`stepping.content_of` a release."""
    return stepping.content_of(_BOOK, row)
