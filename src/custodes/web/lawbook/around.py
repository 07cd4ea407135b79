"""What stands around a clause: its neighbours, its chapter, what fines it and what it fines, which deadlines begin with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.law.clauses.clause import Clause
from custodes.law.clauses.lhasa.text import CHAPTERS
from custodes.law.clauses.registry import ALL, norm_of
from custodes.law.deadlines.answer import BackwardDeadline, Deadline
from custodes.law.deadlines.table import EVERY
from custodes.law.fines.table import ROWS, FineRow


@dataclass(frozen=True)
class ClauseAround:
    """The surroundings of one clause.

    Attributes:
        before, after: its neighbours in the same norm.
        where: label and address of its chapter or norm in the book.
        fines: clauses for whose breach this one says what follows.
        rows: the fine calculator's rows of this clause.
        deadlines: the kinds that rest on it.
    """

    before: Clause | None
    after: Clause | None
    where: tuple[Any, str]
    fines: tuple[Clause, ...]
    rows: tuple[FineRow, ...]
    deadlines: tuple[Deadline | BackwardDeadline, ...]


def around(clause: Clause, english: bool) -> ClauseAround:
    """What stands around `clause`."""
    own = [one for one in ALL if norm_of(one) == norm_of(clause)]
    at = own.index(clause)
    return ClauseAround(
        own[at - 1] if at else None,
        own[at + 1] if at + 1 < len(own) else None,
        _where(clause, english),
        tuple(one for one in ALL if any(_same(clause.id, name) for name in one.penalties)),
        tuple(row for row in ROWS if _same(clause.id, row.clause)),
        tuple(one for one in EVERY if clause.id in one.clauses),
    )


def _same(clause: str, name: str) -> bool:
    """Whether `name` is the clause, or an item or paragraph of it that another clause names."""
    return name == clause or name.partition("(")[0] == clause


def _where(clause: Clause, english: bool) -> tuple[Any, str]:
    book = reverse("lawbook:book")
    for chapter in CHAPTERS:
        if clause in chapter.clauses:
            return (chapter.en if english else chapter.heading), f"{book}#chapter-{chapter.number}"
    norm = norm_of(clause)
    anchor = "national" if norm.id == "N" else f"norm-{norm.id}"
    return (norm.en if english else norm.zh) or _("其他法律、法规和标准"), f"{book}#{anchor}"
