"""The steps of a request: `access.stepping` with its record ``request.step``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from custodes.access import stepping
from custodes.access.models import AgencyRequest, AgencyStep
from custodes.access.stepping import Book, Taken
from custodes.law.grounds.ground import Unmet

__all__ = ["Taken", "content_of", "keep", "locked", "move"]


def _named(row: AgencyRequest) -> dict[str, Any]:
    return {"request": row.pk, "number": row.number, "holder": row.holder.uuid, "unit": row.unit_name, "unmet": []}


def _content(row: AgencyRequest) -> dict[str, Any]:
    approvals = row.approvals.filter(void=False).values_list("by__uuid", flat=True)
    return {
        "officers": [[one.name, one.card, str(one.person_id or "")] for one in row.officers.all()],
        "cameras": sorted(str(pk) for pk in row.cameras.values_list("pk", flat=True)),
        "papers": sorted(row.papers.values_list("paper__sha256", flat=True)),
        "approvals": sorted(str(uuid) for uuid in approvals),
    }


_BOOK = Book(
    record="request.step",
    step=lambda row: AgencyStep(request=row),
    named=_named,
    content=_content,
    unsaid=frozenset({"id", "state", "revision", "touched_at", "escalated_at", "overdue_at"}),
)


def locked(row: AgencyRequest) -> AgencyRequest:
    """The row as it stands, held until the transaction ends."""
    rows = AgencyRequest.objects.select_for_update(of=("self",)).select_related("holder", "unit", "begun_by")
    return rows.get(pk=row.pk)


def move(
    row: AgencyRequest, event: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()
) -> AgencyStep:
    """`stepping.move` of a request."""
    row.touched_at = taken.at
    step: AgencyStep = stepping.move(_BOOK, row, event, taken, clauses, unmet)
    return step


def keep(
    row: AgencyRequest, event: str, before: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()
) -> AgencyStep:
    """`stepping.keep` of a request."""
    row.touched_at = taken.at
    step: AgencyStep = stepping.keep(_BOOK, row, event, before, taken, clauses, unmet)
    return step


def content_of(row: AgencyRequest) -> str:
    """`stepping.content_of` a request."""
    return stepping.content_of(_BOOK, row)
