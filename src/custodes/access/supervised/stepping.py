"""The steps of a case of `missing/`, `individual/` or `ownimage/`: `access.stepping` with its record ``case.step``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from custodes.access import stepping
from custodes.access.models import CaseStep
from custodes.access.stepping import WORDS, Book, Taken
from custodes.access.supervised.rooms import Case, room_of
from custodes.law.grounds.ground import Unmet

__all__ = ["WORDS", "Taken", "content_of", "keep", "move"]


def _step(row: Case) -> CaseStep:
    step = CaseStep()
    setattr(step, room_of(row).field, row)
    return step


def _named(row: Case) -> dict[str, Any]:
    return {"kind": room_of(row).kind, "case": row.pk, "number": row.number, "unit": row.unit.uuid}


def _content(row: Case) -> dict[str, Any]:
    papers = getattr(row, "papers", None)
    return {
        "cameras": sorted(str(pk) for pk in row.cameras.values_list("pk", flat=True)),
        "papers": sorted(papers.values_list("paper__sha256", flat=True)) if papers is not None else [],
    }


_BOOK = Book(record="case.step", step=_step, named=_named, content=_content)


def move(row: Case, event: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()) -> CaseStep:
    """`stepping.move` of a case."""
    step: CaseStep = stepping.move(_BOOK, row, event, taken, clauses, unmet)
    return step


def keep(
    row: Case, event: str, before: str, taken: Taken, clauses: Iterable[str], unmet: Iterable[Unmet] = ()
) -> CaseStep:
    """`stepping.keep` of a case."""
    step: CaseStep = stepping.keep(_BOOK, row, event, before, taken, clauses, unmet)
    return step


def content_of(row: Case) -> str:
    """`stepping.content_of` a case."""
    return stepping.content_of(_BOOK, row)
