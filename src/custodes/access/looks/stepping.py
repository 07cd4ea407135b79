"""The steps of an embargo and of a finding: `access.stepping` with its records ``embargo.step`` and ``finding.step``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from custodes.access import stepping
from custodes.access.models import Embargo, LookFinding, LookStep
from custodes.access.stepping import Book, Taken, as_seen

__all__ = ["Taken", "as_seen", "keep_embargo", "keep_finding", "move_embargo", "move_finding"]


def _embargo_named(row: Embargo) -> dict[str, Any]:
    return {
        "embargo": row.pk,
        "request": row.request_id,
        "number": row.request.number,
        "holder": row.request.holder.uuid,
        "until": row.until,
        "extends": str(row.earlier_id or ""),
    }


def _nothing(row: Any) -> dict[str, Any]:
    return {}


_EMBARGO = Book(record="embargo.step", step=lambda row: LookStep(embargo=row), named=_embargo_named, content=_nothing)


def _finding(leaves: Iterable[int]) -> Book:
    """Of a finding the record names the looks that were before whoever takes the step."""

    def named(row: LookFinding) -> dict[str, Any]:
        about = row.person.uuid if row.person else ""
        return {"finding": row.pk, "kind": row.kind, "day": row.day, "about": about, "leaves": list(leaves)}

    return Book(record="finding.step", step=lambda row: LookStep(finding=row), named=named, content=_nothing)


def keep_embargo(row: Embargo, event: str, before: str, taken: Taken, clauses: Iterable[str]) -> LookStep:
    """`stepping.keep` of an embargo."""
    step: LookStep = stepping.keep(_EMBARGO, row, event, before, taken, clauses)
    return step


def move_embargo(row: Embargo, event: str, taken: Taken, clauses: Iterable[str]) -> LookStep:
    """`stepping.move` of an embargo."""
    step: LookStep = stepping.move(_EMBARGO, row, event, taken, clauses)
    return step


def keep_finding(
    row: LookFinding, event: str, before: str, taken: Taken, clauses: Iterable[str], leaves: Iterable[int]
) -> LookStep:
    """`stepping.keep` of a finding."""
    step: LookStep = stepping.keep(_finding(leaves), row, event, before, taken, clauses)
    return step


def move_finding(row: LookFinding, event: str, taken: Taken, clauses: Iterable[str], leaves: Iterable[int]) -> LookStep:
    """`stepping.move` of a finding."""
    step: LookStep = stepping.move(_finding(leaves), row, event, taken, clauses)
    return step
