"""The page of a batch: rows to mend, rows that are right, and how the probes of the registered ones go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.bulk.checking import TakenNumbers, check_rows, form_of, keep_typed, prefix_of
from custodes.places.bulk.probing import PER_MINUTE
from custodes.places.forms.batch import RowForm
from custodes.places.models import PREVIEW, WATCHED, Batch, BatchRow, RowState
from custodes.places.probing import failure_words
from custodes.places.scope import editable_cameras
from custodes.places.views.bulk import batch_of
from custodes.places.views.system import crumbs_of

MENDED_AT_ONCE = 10
ROWS_A_PAGE = 50

_MENDABLE = (RowState.FAULTY, RowState.DOUBTFUL)
#: What a person has to look at first.
_ORDER = (
    RowState.FAILED,
    RowState.PROBING,
    RowState.QUEUED,
    RowState.DRAFT,
    RowState.FOUND,
    RowState.CONNECTED,
)
_BADGES = {
    RowState.FAILED: "danger",
    RowState.PROBING: "info",
    RowState.QUEUED: "neutral",
    RowState.DRAFT: "attention",
    RowState.FOUND: "info",
    RowState.CONNECTED: "fine",
}


@sensitive_post_parameters()
@needs(Permission.MANAGE_CAMERAS)
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a batch; take over what was typed for some of its rows."""
    row = batch_of(request, pk)
    if request.method == "POST":
        return _mend(request, row)
    return render(request, "places/batch.html", _context(request, row))


def _mend(request: HttpRequest, batch: Batch) -> HttpResponse:
    person, now = Viewer.of(request).person, timezone.now()
    with transaction.atomic():
        shown = batch.rows.filter(pk__in=_numbers(request.POST.getlist("row")), state__in=PREVIEW)
        removed = set(_numbers(request.POST.getlist("remove")))
        shown.filter(pk__in=removed).delete()
        keep_typed(list(shown), request.POST, batch.node.seal_key)
        check_rows(batch.rows.filter(state__in=PREVIEW), TakenNumbers.of(batch, editable_cameras(person, now)))
    left = batch.rows.filter(state__in=_MENDABLE).count()
    if left:
        messages.warning(request, _("已保存。还有 %(count)s 行需要改正或者核对。") % {"count": left})
    else:
        messages.success(request, _("已保存，各行均可登记。"))
    return redirect(batch)


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts[: MENDED_AT_ONCE * 2] if text.isascii() and text.isdigit() and len(text) < 18]


def _context(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    counts = dict(batch.rows.order_by().values_list("state").annotate(Count("pk")))
    ready = Paginator(batch.rows.filter(state=RowState.READY), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "batch": batch,
        "system": batch.system,
        "asks": batch.system.state in WATCHED,
        "faulty": counts.get(RowState.FAULTY, 0),
        "doubtful": counts.get(RowState.DOUBTFUL, 0),
        "ready": counts.get(RowState.READY, 0),
        "preview": sum(counts.get(state, 0) for state in PREVIEW),
        "total": sum(counts.values()),
        "cards": _cards(request, batch),
        "page": ready,
        "table": Table.of(
            request,
            TableColumn(_("行"), numeric=True),
            TableColumn(_("编号")),
            TableColumn(_("点位")),
            TableColumn(_("安装位置")),
            TableColumn(_("主码流地址")),
        ),
        "crumbs": crumbs_of(batch.system, (_("批量接入"), "")),
        **progress_context(request, batch),
    }


def _cards(request: HttpRequest, batch: Batch) -> list[dict[str, Any]]:
    """The rows to mend, first those that are wrong; and the one that the person asked to change."""
    wanted = _numbers([request.GET.get("edit", "")])
    rows = list(batch.rows.filter(state__in=PREVIEW, pk__in=wanted))
    rows += list(batch.rows.filter(state__in=_MENDABLE).exclude(pk__in=wanted).order_by("-state", "line"))
    rows = rows[:MENDED_AT_ONCE]
    known = (
        TakenNumbers.of(batch, editable_cameras(Viewer.of(request).person, timezone.now())) if rows else TakenNumbers()
    )
    return [_card(row, form_of(row, known, prefix=prefix_of(row))) for row in rows]


def _card(row: BatchRow, form: RowForm) -> dict[str, Any]:
    wrong = [field for field in form if field.errors]
    return {"row": row, "wrong": wrong, "right": [field for field in form if not field.errors]}


def progress_context(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """How the registered cameras of a batch stand."""
    rows = batch.rows.exclude(state__in=PREVIEW).select_related("camera")
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    waiting = counts.get(RowState.QUEUED, 0) + counts.get(RowState.PROBING, 0)
    place = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(_ORDER)), output_field=IntegerField())
    page = Paginator(rows.order_by(place, "line"), ROWS_A_PAGE).get_page(request.GET.get("rows"))
    return {
        "batch": batch,
        "registered": sum(counts.values()),
        "waiting": waiting,
        "minutes": -(-waiting // (PER_MINUTE * max(1, batch.node.workers))),
        "tallies": [(state.label, counts[state], _BADGES[state]) for state in _ORDER if counts.get(state)],
        "failed": counts.get(RowState.FAILED, 0),
        "untried": counts.get(RowState.DRAFT, 0) + counts.get(RowState.FOUND, 0) + counts.get(RowState.FAILED, 0),
        "rows_page": page,
        "results": [_result(row) for row in page],
        "results_table": Table.of(
            request, TableColumn(_("编号")), TableColumn(_("点位")), TableColumn(_("状态")), TableColumn(_("结果"))
        ),
    }


def _result(row: BatchRow) -> dict[str, Any]:
    state = RowState(row.state)
    words = failure_words(row.failure) if state == RowState.FAILED else None
    return {"row": row, "badge": _BADGES[state], "label": state.label, "words": words}


@require_GET
@needs(Permission.MANAGE_CAMERAS)
def batch_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the page that changes while probes run."""
    return render(request, "places/batch_progress.html", progress_context(request, batch_of(request, pk)))
