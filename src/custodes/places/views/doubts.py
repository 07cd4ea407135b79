"""The queue of doubtful spots (S10, N8.1), and one of them with what a person found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from custodes.people.forms import PlainText
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.doubts import SpotRefused, call_in_doubt, doubtable, settle, settleable, told, visible_doubts
from custodes.places.models import CameraState, Doubt, DoubtState
from custodes.places.views.lists import PER_PAGE


class FindingForm(PlainText, forms.Form):
    """What was found, in words; the button says to what it comes."""

    finding = forms.CharField(
        label=_("核对情况"),
        max_length=300,
        help_text=_("写明怎样核对、看到什么，例如：现场查看，摄像机朝向走廊，门内不可见。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


BADGES = {DoubtState.WAITING: "attention", DoubtState.CLEARED: "fine", DoubtState.FORBIDDEN: "danger"}


def doubts_asked(request: HttpRequest) -> QuerySet[Doubt]:
    """The doubts that the person may see, narrowed down as the address says; those that wait where it says nothing."""
    rows = visible_doubts(Viewer.of(request).person, timezone.now())
    rows = rows.select_related("camera__system__site__division", "by")
    state = request.GET.get("state", DoubtState.WAITING.value)
    rows = told(rows, Viewer.of(request).person, timezone.now())
    return rows.filter(state=state) if state in DoubtState.values else rows


def doubt_table(request: HttpRequest) -> Table:
    """The columns of the list of doubts."""
    return Table.of(
        request,
        TableColumn(_("点位"), "camera__name"),
        TableColumn(_("系统")),
        TableColumn(_("描述和疑点")),
        TableColumn(_("提出时间"), "at"),
        TableColumn(_("状态")),
        default="at",
    )


@needs(Permission.VIEW_PLACES)
def doubts(request: HttpRequest) -> HttpResponse:
    """Those that wait, or were settled."""
    person, now = Viewer.of(request).person, timezone.now()
    table = doubt_table(request)
    page = Paginator(table.order(doubts_asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "doubts",
        "table": table,
        "page": page,
        "rows": [(row, BADGES[DoubtState(row.state)]) for row in page],
        "state": request.GET.get("state", DoubtState.WAITING.value),
        "states": DoubtState.choices,
        "mine": settleable(person, now).count(),
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/doubts.html", context)


def _draw(request: HttpRequest, row: Doubt, form: FindingForm | None = None) -> HttpResponse:
    person, now = Viewer.of(request).person, timezone.now()
    mine = settleable(person, now).filter(pk=row.pk).exists()
    facts: list[tuple[Any, Any]] = [
        (_("点位"), row.camera),
        (_("系统"), f"{row.camera.system} · {row.camera.system.site}"),
        (_("描述"), row.described_told),
        (_("疑点"), row.words),
        (_("登记人的说明"), row.note or _("未填写")),
        (_("提出"), f"{timezone.localtime(row.at):%Y-%m-%d %H:%M} · {row.by.name}（{row.by.unit}）"),
    ]
    if row.before_told:
        facts.insert(3, (_("变更前的描述"), row.before_told))
    if row.decided_by is not None and row.decided_at is not None:
        facts += [
            (_("核对情况"), row.finding),
            (_("认定"), row.get_state_display()),
            (_("认定人"), f"{timezone.localtime(row.decided_at):%Y-%m-%d %H:%M} · {row.decided_by.name}"),
        ]
    context = {
        "doubt": row,
        "facts": facts,
        "badge": BADGES[DoubtState(row.state)],
        "recorded": row.camera.state == CameraState.CONNECTED,
        "form": (form or FindingForm()) if mine else None,
        "others": told(row.camera.doubts.exclude(pk=row.pk).order_by("-at"), person, now).select_related("camera"),
        "crumbs": [
            (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
            (_("疑似禁止部位"), reverse("places:doubts")),
            (row.camera.name, ""),
        ],
    }
    return render(request, "places/doubt.html", context, status=400 if form is not None else 200)


def _row(request: HttpRequest, pk: int) -> Doubt:
    person, now = Viewer.of(request).person, timezone.now()
    rows = told(visible_doubts(person, now), person, now)
    return get_object_or_404(rows.select_related("camera__system__site", "by__unit", "decided_by"), pk=pk)


@needs(Permission.VIEW_PLACES)
def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    """One doubt."""
    return _draw(request, _row(request, pk))


@require_POST
@needs(Permission.SETTLE_DOUBTS)
def doubt_raise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call a camera's spot in doubt, with what was seen there."""
    person, now = Viewer.of(request).person, timezone.now()
    camera = get_object_or_404(doubtable(person, now), pk=pk)
    try:
        row = call_in_doubt(camera, person, now, request.POST.get("why", ""))
    except SpotRefused as refused:
        messages.error(request, str(refused))
        return redirect(camera)
    messages.success(request, _("已提出，由另一人核对认定。"))
    return redirect(row)


@require_POST
@needs(Permission.SETTLE_DOUBTS)
def doubt_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Clear it or forbid the spot, by the button that was pressed."""
    row = _row(request, pk)
    if row.open and not settleable(Viewer.of(request).person, timezone.now()).filter(pk=row.pk).exists():
        raise PermissionDenied
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _draw(request, row, form)
    state = DoubtState.FORBIDDEN if "forbid" in request.POST else DoubtState.CLEARED
    try:
        settle(row, state, Viewer.of(request).person, timezone.now(), form.cleaned_data["finding"])
    except SpotRefused as refused:
        form.add_error(None, str(refused))
        return _draw(request, row, form)
    if state == DoubtState.FORBIDDEN:
        messages.success(request, _("已认定禁止安装。该点位不再接入和录像。"))
    else:
        messages.success(request, _("已认定不在禁止部位，可以接入。"))
    return redirect(row)
