"""存证日志: the list, one entry, and the proof to take away."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.ledger.client import LoggedEntry, NotaryRefused, NotaryUnavailable
from custodes.oversight.kinds import TYPES
from custodes.oversight.log_phrases import LedgerNames, tell
from custodes.oversight.mirror import catch_up, fetch
from custodes.oversight.models import EntryRow
from custodes.oversight.readers import own_entries, readable_entries
from custodes.people import delivery as line
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs

PER_PAGE = 50


@dataclass(frozen=True)
class EntryLine:
    """One entry as the list shows it."""

    row: EntryRow
    kind: Any
    person: str
    words: str


@needs(Permission.VIEW_LEDGER)
def ledger(request: HttpRequest) -> HttpResponse:
    """Entries within the reader's scope."""
    viewer = Viewer.of(request)
    return _list(request, readable_entries(viewer.person, viewer.at), own=False)


def mine(request: HttpRequest) -> HttpResponse:
    """我的运行记录: what the log says of the person who reads."""
    return _list(request, own_entries(Viewer.of(request).person), own=True)


def _list(request: HttpRequest, rows: QuerySet[EntryRow], *, own: bool) -> HttpResponse:
    kind = request.GET.get("type", "")
    if kind in TYPES:
        rows = rows.filter(type=kind)
    down, complete = False, True
    try:
        complete = catch_up()
    except (NotaryUnavailable, NotaryRefused):
        down = True
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    entries: dict[int, LoggedEntry] = {}
    if not down:
        try:
            entries = fetch(row.index for row in shown)
        except (NotaryUnavailable, NotaryRefused):
            down = True
    return render(
        request,
        "oversight/ledger.html",
        {
            "lines": _lines(shown, entries),
            "page": page,
            "kind": kind,
            "kinds": TYPES.items(),
            "down": down,
            "complete": complete,
            "own": own,
            "may_read": Viewer.of(request).may(Permission.VIEW_LEDGER),
        },
    )


def _lines(rows: list[EntryRow], entries: dict[int, LoggedEntry]) -> list[EntryLine]:
    names = LedgerNames.of(entry.record for entry in entries.values() if entry.record)
    lines = []
    for row in rows:
        entry = entries.get(row.index)
        record = entry.record if entry is not None else None
        words = tell(record, names) if entry is not None else ""
        lines.append(EntryLine(row, TYPES.get(row.type, row.type), names.person(record) if record else "", words))
    return lines


def _readable(request: HttpRequest, index: int) -> EntryRow:
    viewer = Viewer.of(request)
    if index > 2**62:
        raise Http404
    return get_object_or_404(readable_entries(viewer.person, viewer.at), pk=index)


def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: what it says, its commitment, and whether a checkpoint proves it."""
    row = _find(request, index)
    try:
        logged = fetch([index]).get(index)
        proven = _proof(index) is not None
        down = False
    except (NotaryUnavailable, NotaryRefused):
        logged, proven, down = None, False, True
    record = logged.record if logged is not None else None
    names = LedgerNames.of([record] if record else [])
    return render(
        request,
        "oversight/entry.html",
        {
            "row": row,
            "kind": TYPES.get(row.type, row.type),
            "person": names.person(record) if record else "",
            "words": tell(record, names) if logged is not None else "",
            "logged": logged,
            "record": json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) if record else "",
            "proven": proven,
            "down": down,
            "crumbs": [(_("存证日志"), _list_url(request)), (f"#{index}", "")],
        },
    )


def proof(request: HttpRequest, index: int) -> HttpResponse:
    """The entry's inclusion proof (``tlog-proof@v1``), to be checked anywhere."""
    _find(request, index)
    try:
        text = _proof(index)
    except (NotaryUnavailable, NotaryRefused):
        messages.error(request, _("存证服务不可用，请稍后再下载。"))
        return redirect("oversight:entry", index=index)
    if text is None:
        messages.info(request, _("还没有检查点涵盖这一条，请一分钟后再下载。"))
        return redirect("oversight:entry", index=index)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return response


def _find(request: HttpRequest, index: int) -> EntryRow:
    """The row, after a look whether it is new: a link may point at an entry that was written a moment ago."""
    if not EntryRow.objects.filter(pk=min(index, 2**62)).exists():
        with contextlib.suppress(NotaryUnavailable, NotaryRefused):
            catch_up()
    return _readable(request, index)


def _proof(index: int) -> str | None:
    try:
        return line.notary().proof(index)
    except NotaryRefused as error:
        if error.code == "unproven":
            return None
        raise


def _list_url(request: HttpRequest) -> str:
    may_read = Viewer.of(request).may(Permission.VIEW_LEDGER)
    return reverse("oversight:ledger" if may_read else "oversight:mine")
