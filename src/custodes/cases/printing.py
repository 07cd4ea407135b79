"""The documents of cases: the address of each, and which of them a case's page offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from custodes.cases.kind import CaseKind, Print
from custodes.people.delivery import provenance_of
from custodes.people.lawful import terms
from custodes.people.printed import no_record, printed
from custodes.people.viewer import Viewer


def print_routes(
    kind: CaseKind, prefix: str, opens: Callable[[Callable[..., HttpResponseBase]], Any]
) -> list[URLPattern]:
    """Routes of a kind's documents.

    Args:
        prefix: ``upgrades/``.
        opens: what stands before whatever opens a case.
    """
    name = kind.url.rpartition(":")[2]
    return [
        path(f"{prefix}<uuid:pk>/{one.key}.pdf", require_safe(opens(_view(kind, one))), name=f"{name}_print_{one.key}")
        for one in kind.prints
    ]


def prints_of(kind: CaseKind, row: Any, viewer: Viewer) -> list[tuple[Any, str]]:
    """Label and address of each document that this case has for who may open it."""
    return [
        (one.label, reverse(f"{kind.url}_print_{one.key}", args=[row.pk]))
        for one in kind.prints
        if one.there(row) and (one.rows is None or one.rows(viewer.person, viewer.at).filter(pk=row.pk).exists())
    ]


def _view(kind: CaseKind, wanted: Print) -> Callable[..., HttpResponseBase]:
    def document_of_case(request: HttpRequest, pk: UUID) -> HttpResponseBase:
        viewer = Viewer.of(request)
        rows = (wanted.rows or kind.shown_to)(viewer.person, viewer.at)
        row = get_object_or_404(rows.select_related(*kind.related), pk=pk)
        if not wanted.there(row):
            raise Http404
        with override("zh-hans"):
            document = wanted.fill(row, timezone.localdate(viewer.at), terms())
        provenance = provenance_of(wanted.behind(row)) if document.RECORDED else no_record()
        return printed(request, document, row.get_absolute_url(), provenance)

    return document_of_case
