"""告警: what needs a person now, one alarm and its life, what is over, and the bell of every page; and where a person enters that a camera was turned or
moved without leave (S34(7)).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.view_check import may_look
from custodes.people.models import Person, RecordOutbox
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.gate import GUARDED
from custodes.places.changes.reach import findable_systems, visible_changes
from custodes.places.models import Camera, ChangeCase, ChangeState
from custodes.upkeep.alarms import steps, words
from custodes.upkeep.alarms.delivery.message import lines
from custodes.upkeep.alarms.escalation import mark_read, next_telling
from custodes.upkeep.alarms.kinds import KINDS, AlarmKind
from custodes.upkeep.alarms.visible import cameras_shown, open_alarms, ringing, visible_alarms
from custodes.upkeep.forms.alarms import CloseForm, HistorySearch, WordsForm
from custodes.upkeep.growth import grown_words
from custodes.upkeep.models import Alarm, AlarmCamera, AlarmPreference, AlarmState, PictureFaultKind, Severity
from custodes.upkeep.plans import held_now
from custodes.upkeep.views.picture_pair import PICTURE_ALARM


@dataclass(frozen=True)
class WithoutLeave:
    """What an alarm leads to.

    Attributes:
        href: the entry's form with the camera chosen, or the case.
        case: what was entered of this camera already and waits; None before.
    """

    href: str
    case: ChangeCase | None = None


def without_leave(alarm: Alarm, camera: Camera | None, person: Person, at: datetime) -> WithoutLeave | None:
    """Where the person enters that this camera was turned or moved without leave; None for any other alarm, and for who may not.

    Args:
        camera: the alarm's, as far as the person sees it.
    """
    if camera is None or alarm.facts.get("fault") != PictureFaultKind.MOVED or camera.system.state not in GUARDED:
        return None
    case = visible_changes(person, at).filter(cameras__camera=camera, state=ChangeState.FOUND).first()
    if case is not None:
        return WithoutLeave(case.get_absolute_url(), case)
    if not findable_systems(person, at).filter(pk=camera.system_id).exists():
        return None
    return WithoutLeave(f"{reverse('places:change_find', args=[camera.system_id])}?camera={camera.pk}")


PER_PAGE = 30
CAMERAS = 50


@dataclass(frozen=True)
class AlarmLine:
    """One alarm as a page shows it."""

    alarm: Alarm
    kind: AlarmKind
    title: str
    badge: str

    @classmethod
    def of(cls, alarm: Alarm) -> AlarmLine:
        """The alarm in words."""
        return cls(alarm, KINDS[alarm.kind], words.title(alarm), words.BADGES[Severity(alarm.severity)])


@require_safe
@needs(Permission.VIEW_ALARMS)
def alarm_list(request: HttpRequest) -> HttpResponse:
    """What is not over, the one to see to first at the head."""
    viewer = Viewer.of(request)
    rows = open_alarms(viewer.person, viewer.at).select_related("acknowledged_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [AlarmLine.of(alarm) for alarm in page]
    first = next((line for line in lines if page.number == 1 and not line.alarm.acknowledged_at), None)
    return render(
        request,
        "upkeep/alarms/list.html",
        {
            "lines": lines,
            "first": first,
            "grown": grown_words(first.alarm, viewer.person, viewer.at) if first is not None else "",
            "page": page,
            "counts": ringing(viewer.person, viewer.at),
            "held": [(row, words.kind_label(row.kind)) for row in held_now(viewer.person, viewer.at)[:PER_PAGE]],
            "may_acknowledge": viewer.may(Permission.ACKNOWLEDGE_ALARMS),
        },
    )


@require_safe
@needs(Permission.VIEW_ALARMS)
def alarm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One alarm."""
    viewer = Viewer.of(request)
    row = get_object_or_404(visible_alarms(viewer.person, viewer.at).select_related("escalation"), pk=pk)
    mark_read(row, viewer.person, viewer.at)
    return _page(request, viewer, row, WordsForm(judged=KINDS[row.kind].judged), CloseForm())


def _page(
    request: HttpRequest, viewer: Viewer, row: Alarm, form: WordsForm, close_form: CloseForm, status: int = 200
) -> HttpResponse:
    line = AlarmLine.of(row)
    events = list(row.events.select_related("by__unit"))
    indices = dict(
        RecordOutbox.objects.filter(pk__in=[event.record for event in events if event.record]).values_list(
            "pk", "index"
        )
    )
    cameras = cameras_shown(row, viewer.person, viewer.at)
    number = cameras.count()
    is_open = row.state == AlarmState.OPEN
    pair = _pictured(row, cameras) if is_open else None
    context: dict[str, Any] = {
        "line": line,
        "alarm": row,
        "is_open": is_open,
        "facts": list(words.facts(row)),
        "look": words.where_to_look(row, viewer),
        "grown": grown_words(row, viewer.person, viewer.at) if is_open else "",
        "cameras": cameras[:CAMERAS],
        "live": _watchable(viewer, cameras) if number == 1 else None,
        "more_cameras": max(0, number - CAMERAS),
        "events": [(event, indices.get(event.record) if event.record else None) for event in events],
        "told": lines(row),
        "next_telling": next_telling(row),
        "pair": pair,
        "without_leave": without_leave(row, pair, viewer.person, viewer.at),
        "pair_open": pair is not None and may_look(pair, viewer.person, viewer.at),
        "form": form,
        "close_form": close_form,
        "may_acknowledge": is_open and viewer.may(Permission.ACKNOWLEDGE_ALARMS),
        "crumbs": [(_("告警"), reverse("upkeep:alarms")), (str(line.kind.label), "")],
    }
    return render(request, "upkeep/alarms/alarm.html", context, status=status)


def _watchable(viewer: Viewer, cameras: QuerySet[AlarmCamera]) -> Camera | None:
    """The alarm's only camera, for whoever watches: whether they may is decided when they look."""
    only = cameras.first() if viewer.may(Permission.WATCH) else None
    return only.camera if only is not None and only.camera.in_use else None


def _pictured(row: Alarm, cameras: QuerySet[AlarmCamera]) -> Camera | None:
    """The camera of an alarm about a picture: its pictures can be held side by side."""
    if row.kind != PICTURE_ALARM:
        return None
    shown = cameras.first()
    return shown.camera if shown is not None else None


@require_POST
@needs(Permission.ACKNOWLEDGE_ALARMS)
def acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that one knows, and what one does."""
    viewer = Viewer.of(request)
    row = get_object_or_404(visible_alarms(viewer.person, viewer.at), pk=pk)
    form = WordsForm(request.POST)  # one that may not be found false is refused with the reason
    if not form.is_valid():
        return _page(request, viewer, row, form, CloseForm(), 422)
    false = form.cleaned_data["false_alarm"]
    say = steps.find_false if false else steps.acknowledge
    try:
        say(row, by=viewer.person, words=form.said, at=viewer.at)
    except steps.AlarmRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    messages.success(
        request, _("已按误报结束，写入存证日志。") if false else _("已确认。原因消除前，这条告警仍留在列表中。")
    )
    return redirect("upkeep:alarms")


@require_POST
@needs(Permission.ACKNOWLEDGE_ALARMS)
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close one that a person must close."""
    viewer = Viewer.of(request)
    row = get_object_or_404(visible_alarms(viewer.person, viewer.at), pk=pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, row, WordsForm(judged=KINDS[row.kind].judged), form, 422)
    try:
        steps.close(row, by=viewer.person, words=form.cleaned_data["words"], at=viewer.at)
    except steps.AlarmRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    messages.success(request, _("已销警，写入存证日志。"))
    return redirect("upkeep:alarms")


@require_safe
@needs(Permission.VIEW_ALARMS)
def history(request: HttpRequest) -> HttpResponse:
    """What was, by kind, severity and time."""
    viewer = Viewer.of(request)
    search = HistorySearch(request.GET)
    table = Table.of(
        request,
        TableColumn(_("告警")),
        TableColumn(_("级别"), "severity"),
        TableColumn(_("发出"), "raised_at"),
        TableColumn(_("消除"), "cleared_at"),
        TableColumn(_("次数"), "raises", numeric=True),
        TableColumn(_("确认人")),
        default="-raised_at",
    )
    rows = visible_alarms(viewer.person, viewer.at).select_related("acknowledged_by", "cleared_by")
    rows = _found(rows, search, viewer) if search.is_valid() else rows.none()
    found = rows.aggregate(raised=Count("pk"), false=Count("pk", filter=Q(false_alarm=True)))
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "upkeep/alarms/history.html",
        {
            "search": search,
            "found": found,
            "table": table,
            "page": page,
            "lines": [AlarmLine.of(row) for row in page],
            "crumbs": [(_("告警"), reverse("upkeep:alarms")), (_("告警历史"), "")],
        },
    )


def _found(rows: Any, search: HistorySearch, viewer: Viewer) -> Any:
    asked = search.cleaned_data
    for field in ("kind", "severity", "state"):
        if asked[field] == "false":
            rows = rows.filter(false_alarm=True)
        elif asked[field]:
            rows = rows.filter(**{field: asked[field]})
    if asked["days"] != "all":
        rows = rows.filter(raised_at__gte=viewer.at - timedelta(days=int(asked["days"] or 7)))
    return rows


@require_safe
@needs(Permission.VIEW_ALARMS)
def bell(request: HttpRequest) -> HttpResponse:
    """What the bell at the head of every page shows: 204 while it is what the page has already (`after`).

    Asked every few seconds by every open page: it costs a few queries, and keeps no session alive (`middleware/sessions.py`).
    """
    viewer = Viewer.of(request)
    rings = ringing(viewer.person, viewer.at)
    preference = AlarmPreference.objects.filter(pk=viewer.person.pk).first() or AlarmPreference()
    answer = {
        "critical": rings.critical,
        "serious": rings.serious,
        "notice": rings.notice,
        "pressing": rings.pressing,
        "newest": _newest(rings.newest, rings.told_at) if rings.newest is not None else None,
        "sound": preference.sound,
        "sound_from": preference.sound_from,
    }
    version = hashlib.sha256(repr(sorted(answer.items(), key=str)).encode()).hexdigest()[:16]
    if request.GET.get("after") == version:
        return HttpResponse(status=204)
    return JsonResponse({**answer, "version": version})


def _newest(row: Alarm, told_at: datetime | None) -> dict[str, object]:
    return {
        "id": str(row.pk),
        "title": words.title(row),
        "severity": row.severity,
        "acknowledged": row.acknowledged_at is not None,
        "href": row.get_absolute_url(),
        "told_at": told_at.isoformat() if told_at else "",
    }
