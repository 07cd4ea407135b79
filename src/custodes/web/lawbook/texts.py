"""The law to read: by chapter, clause by clause with what the program does for it, and by word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from custodes.law.calendar.days import day_of
from custodes.law.clauses.clause import Clause, Norm
from custodes.law.clauses.conflicts import tensions_of
from custodes.law.clauses.lhasa.text import CHAPTERS, mark
from custodes.law.clauses.registry import NATIONAL, OTHERS, UnknownClause, find, in_force, norm_of
from custodes.law.clauses.registry import search as search_clauses
from custodes.law.coverage.table import CoverageRow, rows
from custodes.web.lawbook.around import around
from custodes.web.lawbook.asking import english
from custodes.web.lawbook.chips import chip, cited
from custodes.web.lawbook.where import done, shown_on
from custodes.web.lawbook.words import ACTORS, KINDS, RANKS

_TEMPLATES = sorted(Path(__file__).parents[2].glob("*/templates"))
_TESTS = Path(__file__).parents[4] / "tests"
_LONGEST_QUERY = 80


@dataclass(frozen=True)
class ClauseLine:
    """A clause as it is printed: what stands before it, and whether it is an item of a list."""

    clause: Clause
    mark: str
    item: bool


def _lines(clauses: Iterable[Clause]) -> list[ClauseLine]:
    return [ClauseLine(clause, mark(clause).strip(), clause.id.endswith(")")) for clause in clauses]


@cache
def _rows() -> dict[str, CoverageRow]:
    """What is done for each clause; the tests are named where the program runs from its checkout."""
    return {row.clause.id: row for row in rows(_TEMPLATES, _TESTS if _TESTS.is_dir() else None)}


@require_safe
@gzip_page  # the one page of this size, and public text: docs/decisions/0070
def book(request: HttpRequest) -> HttpResponse:
    """The regulation by chapter, Order 799 and the other norms."""
    others: dict[Norm, list[Clause]] = {}
    for clause in OTHERS:
        others.setdefault(norm_of(clause), []).append(clause)
    context = {
        "chapters": [(chapter, _lines(chapter.clauses)) for chapter in CHAPTERS],
        "national": NATIONAL,
        "others": list(others.items()),
        "english": english(),
    }
    return render(request, "lawbook/book.html", context)


@require_safe
def clause(request: HttpRequest, clause: str) -> HttpResponse:
    """One clause: its text, what it means, what follows a breach, where it meets other norms, what is done for it."""
    try:
        found = find(clause)
    except UnknownClause as error:
        raise Http404 from error
    if found.id != clause:
        return redirect("lawbook:clause", clause=found.id)
    row = _rows().get(found.id)
    norm = norm_of(found)
    surroundings = around(found, english())
    context = {
        "clause": found,
        "cited": cited(found),
        "norm": norm,
        "rank": RANKS[norm.rank],
        "kind": KINDS[found.kind],
        "actors": [ACTORS[actor] for actor in found.actors],
        "since": found.since or norm.in_force,
        "until": found.until or norm.until,
        "holds": in_force(found, day_of(timezone.now())),
        "tensions": tensions_of(found.id),
        "around": surroundings,
        "done": done(row, request.user) if row else (),
        "shown_on": shown_on(row.pages, request.user) if row else (),
        "row": row,
        "english": english(),
        "crumbs": [(_("法规"), reverse("lawbook:book")), surroundings.where, (found.id, "")],
    }
    return render(request, "lawbook/clause.html", context)


@require_safe
def card(request: HttpRequest, clause: str) -> HttpResponse:
    """What a clause chip opens, for the components that draw their own chips."""
    found = chip(clause)
    if found.clause is None:
        raise Http404
    return render(request, "parts/clause_card.html", {"chip": found})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Clauses that hold all the words."""
    words = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    context = {
        "words": words,
        "found": search_clauses(words),
        "english": english(),
        "crumbs": [(_("法规"), reverse("lawbook:book")), (_("搜索"), "")],
    }
    return render(request, "lawbook/search.html", context)
