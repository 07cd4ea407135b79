"""What the pages of 个人查阅 (N21) and 本人影像 (PIPL 45) have in common: the list that is searched, the page of one, a step that is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from custodes.access.individual.reach import choosable
from custodes.access.missing.telling import story_of
from custodes.access.views.missing_case import said_of
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer
from custodes.places.lifecycle.stepping import StepRefused

HANDLE = Permission.HANDLE_INDIVIDUAL
INVALID = 422
PER_PAGE = 50
Page = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Listing:
    """A list of requests.

    Attributes:
        searched: fields in which the words of a search are looked for.
        states: the states that it may be narrowed to, with their words.
        row: what the page shows of one request.
    """

    template: str
    columns: Sequence[Column]
    searched: tuple[str, ...]
    states: Sequence[tuple[str, Any]]
    row: Callable[[Any], tuple[Any, ...]]


def listed(request: HttpRequest, rows: QuerySet[Any], listing: Listing) -> HttpResponse:
    """The requests as the address narrows, searches and orders them."""
    state, query = request.GET.get("state", ""), request.GET.get("q", "").replace("\x00", "").strip()[:80]
    if state in {value for value, _words in listing.states}:
        rows = rows.filter(state=state)
    if query:
        found = Q()
        for field in listing.searched:
            found |= Q(**{f"{field}__icontains": query})
        rows = rows.filter(found)
    table = Table.of(request, *listing.columns, default="-asked_at")
    page = Paginator(table.order(rows.select_related("unit")), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table": table,
        "page": page,
        "rows": [listing.row(row) for row in page],
        "state": state,
        "states": listing.states,
        "query": query,
    }
    return render(request, listing.template, context)


def page_of(viewer: Viewer, row: Any) -> dict[str, Any]:
    """What the page of any of these requests shows: who looks now, at which cameras, who looked, what happened."""
    running = row.sessions.filter(ended_at__isnull=True).select_related("officer__unit").first()
    return {
        "case": row,
        "running": running,
        "own_session": running is not None and running.officer_id == viewer.person.pk,
        "cameras": row.cameras.order_by("number"),
        "sessions": row.sessions.select_related("officer__unit").order_by("-begun_at"),
        "story": story_of(row),
    }


def cameras_of(viewer: Viewer) -> QuerySet[Any]:
    """Those that the person may choose from, by number."""
    return choosable(viewer.person, viewer.at).order_by("number")


def stepped(
    take: Callable[[], Any], done: Callable[[Any], HttpResponse], again: Callable[..., HttpResponse]
) -> HttpResponse:
    """Take a step and go on, or draw the page again with what was refused."""
    try:
        row = take()
    except StepRefused as refusal:
        return again(said_of(refusal), INVALID)
    return done(row)


def told(request: HttpRequest, row: Any, words: Any) -> HttpResponse:
    """Say that it is done, on the request's page."""
    messages.success(request, words)
    return redirect(row)
