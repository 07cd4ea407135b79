"""计划: interruptions and maintenance windows: the next days, one plan, asking for one, and deciding; and 录像时段: hours of the week at
which a camera is recorded, where the law lets them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places import planning
from custodes.places.deciding import Requested, RequestRefused
from custodes.places.models import Camera, CameraState, Decision, Plan, PlanKind, RecordingHours, Site
from custodes.places.planning import ask_all, ask_change, may_change, spread
from custodes.places.scope import plannable_cameras
from custodes.places.views.deciding import RequestedPage, decision_context, refused_words
from custodes.settings import get_settings
from custodes.upkeep.alarms.words import kind_label
from custodes.upkeep.forms.plans import HoursForm, PlanForm, SiteChoice
from custodes.upkeep.plans import (
    calendar,
    cameras_seen,
    first_of_each,
    held_now,
    preview,
    silenced_words,
    special_ahead,
    standing,
    visible_held,
    visible_hours,
    visible_plans,
    week_words,
)


def planned_page(
    seen: Callable[[Viewer, Any], Requested],
    draw: Callable[[HttpRequest, Viewer, Requested, str, int], HttpResponse],
) -> RequestedPage[Requested]:
    """Its views that decide and end; arguments as of `RequestedPage`."""
    return RequestedPage(
        planning.RULES,
        seen,
        draw,
        _("已批准，媒体节点按此执行。"),
        deciders=(Permission.APPROVE_PLANS,),
        enders=(Permission.ASK_PLANS, Permission.APPROVE_PLANS),
    )


PER_PAGE = 30
CAMERAS = 50
_CLOSED = (Decision.ENDED, Decision.WITHDRAWN)


@require_safe
@needs(Permission.VIEW_COMPLETENESS)
def plan_list(request: HttpRequest) -> HttpResponse:
    """What waits, today and the next seven days, recording hours, and everything that was."""
    viewer = Viewer.of(request)
    plans = visible_plans(viewer.person, viewer.at).select_related("asked_by__unit", "decided_by")
    coming = list(plans.filter(ends__gt=viewer.at).order_by("begins").prefetch_related("cameras"))
    hours = visible_hours(viewer.person, viewer.at).select_related("camera__system", "asked_by__unit")
    current = hours.filter(state__in=[Decision.WAITING, Decision.APPROVED]).order_by("camera__name")
    page = Paginator(plans.order_by("-begins", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    waiting: list[Any] = list(first_of_each(plan for plan in coming if plan.state == Decision.WAITING))
    waiting += [row for row in current if row.state == Decision.WAITING]
    context = {
        "waiting": [(row, planning.may_decide(row, viewer.person, viewer.at)) for row in waiting],
        "days": calendar(coming, viewer.at, ZoneInfo(get_settings().time_zone)),
        "hours": [(row, standing(row, viewer.at), week_words(row)) for row in current],
        "past": [(plan, standing(plan, viewer.at)) for plan in page],
        "page": page,
        "held": held_now(viewer.person, viewer.at).count(),
        "may_ask": viewer.may(Permission.ASK_PLANS),
        "at": viewer.at,
    }
    return render(request, "upkeep/plans/list.html", context)


@needs(Permission.ASK_PLANS)
def plan_new(request: HttpRequest) -> HttpResponse:
    """Choose a site, fill in the form, look at what it will do, and ask for it."""
    viewer = Viewer.of(request)
    own = plannable_cameras(viewer.person, viewer.at).filter(state=CameraState.CONNECTED)
    sites = Site.objects.filter(systems__cameras__in=own.values("pk")).distinct().order_by("name")
    chosen = _chosen(request, own)
    site = chosen.system.site if chosen is not None else _site(request, sites)
    context: dict[str, Any] = {"crumbs": [(_("计划"), reverse("upkeep:plans")), (_("申请计划"), "")]}
    if site is None:
        context["choice"] = SiteChoice(sites=sites) if sites else None
        return render(request, "upkeep/plans/new.html", context)
    cameras = own.filter(system__site=site).order_by("number").select_related("system")
    form = PlanForm(
        request.POST or None,
        cameras=cameras,
        at=viewer.at,
        initial={"cameras": [chosen.pk] if chosen is not None else [camera.pk for camera in cameras]},
    )
    return _form(request, viewer, form, context | {"site": site}, ask_all)


@needs(Permission.ASK_PLANS)
def plan_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a plan that repeats, from one of its occurrences on: what to, what that will do, and ask for it."""
    viewer = Viewer.of(request)
    row = _seen(viewer, pk)
    if not may_change(row, viewer.person, viewer.at):
        raise Http404
    concerned = planning.connected(row)
    if not concerned:
        raise Http404
    sites = {camera.system.site_id for camera in concerned}
    own = plannable_cameras(viewer.person, viewer.at).filter(state=CameraState.CONNECTED)
    later = list(row.still_to_come(viewer.at))
    form = PlanForm(
        request.POST or None,
        cameras=own.filter(system__site__in=sites).order_by("number").select_related("system"),
        at=viewer.at,
        initial={
            **{name: getattr(row, name) for name in ("kind", "cause", "words", "begins", "ends", "repeat", "silences")},
            "until": timezone.localdate(later[-1].begins),
            "cameras": [camera.pk for camera in concerned],
        },
    )
    crumbs = [
        (_("计划"), reverse("upkeep:plans")),
        (row.get_cause_display(), row.get_absolute_url()),
        (_("修改重复计划"), ""),
    ]
    context = {"crumbs": crumbs, "site": concerned[0].system.site, "changed": row, "later": later}
    return _form(request, viewer, form, context, partial(ask_change, row))


def _form(
    request: HttpRequest, viewer: Viewer, form: PlanForm, context: dict[str, Any], ask: Callable[..., Plan]
) -> HttpResponse:
    """The form, what it will do, and asking for it with `ask`."""
    context = context | {"form": form}
    if request.method == "POST" and form.is_valid():
        wanted = list(form.cleaned_data["cameras"])
        try:
            rows = spread(form.plan(), *form.repeats(), ZoneInfo(get_settings().time_zone))
            if "ask" in request.POST:
                longest = timedelta(hours=get_settings().plan_max_hours)
                asked = ask(rows, wanted, viewer.person, viewer.at, longest)
                messages.success(request, _("已提交，由另一人批准后生效。"))
                return redirect(asked)
        except RequestRefused as refusal:
            form.add_error(None, refused_words(refusal))
            rows = []
        context["preview"] = preview(form.plan(), wanted, viewer.at)
        context["times"] = rows if len(rows) > 1 else []
    return render(request, "upkeep/plans/new.html", context, status=400 if form.errors else 200)


def _chosen(request: HttpRequest, own: Any) -> Camera | None:
    """The camera from whose page the person came."""
    try:
        wanted = UUID(request.GET.get("camera", ""))
    except ValueError:
        return None
    found: Camera = get_object_or_404(own.select_related("system__site"), pk=wanted)
    return found


def _site(request: HttpRequest, sites: Any) -> Site | None:
    try:
        wanted = UUID(request.GET.get("site", ""))
    except ValueError:
        return None
    found: Site = get_object_or_404(sites, pk=wanted)
    return found


@require_safe
@needs(Permission.VIEW_COMPLETENESS)
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One plan."""
    viewer = Viewer.of(request)
    return _page(request, viewer, _seen(viewer, pk))


def _seen(viewer: Viewer, pk: UUID) -> Plan:
    rows = visible_plans(viewer.person, viewer.at).select_related(
        "asked_by__unit", "decided_by__unit", "ended_by__unit"
    )
    return get_object_or_404(rows, pk=pk)


def _page(request: HttpRequest, viewer: Viewer, row: Plan, error: str = "", status: int = 200) -> HttpResponse:
    shown = row.cameras.filter(pk__in=cameras_seen(viewer.person, viewer.at).values("pk")).select_related("system")
    cameras = list(shown[: CAMERAS + 1])
    held = visible_held(viewer.person, viewer.at).filter(plan=row).select_related("camera")
    context = decision_context(row, planning.RULES, viewer, standing(row, viewer.at), error) | {
        "plan": row,
        "effect": preview(row, cameras[:CAMERAS], viewer.at),
        "cameras": cameras[:CAMERAS],
        "more_cameras": max(0, row.cameras.count() - len(cameras[:CAMERAS])),
        "silenced": silenced_words(row),
        "interrupts": row.kind == PlanKind.INTERRUPTION,
        "held": [(one, kind_label(one.kind)) for one in held],
        "running": row.running(viewer.at),
        "may_change": viewer.may(Permission.ASK_PLANS) and may_change(row, viewer.person, viewer.at),
        "changes": _changes(row),
        "series": [(one, standing(one, viewer.at)) for one in (row.occurrences() if row.series else ())],
        "crumbs": [(_("计划"), reverse("upkeep:plans")), (row.get_cause_display(), "")],
    }
    return render(request, "upkeep/plans/plan.html", context, status=status)


def _changes(row: Plan) -> dict[str, Plan | None]:
    """What it takes the place of, what waits to take its own, and what has: for the links on its page."""
    by = Plan.objects.filter(replaces__series=row.series).order_by("begins") if row.series else Plan.objects.none()
    later = by.filter(replaces__begins__lte=row.begins)
    return {
        "of": row.replaces,
        "waiting": later.filter(state=Decision.WAITING).first(),
        "done": later.filter(state=Decision.APPROVED).first() if row.state in _CLOSED else None,
    }


PAGE = planned_page(_seen, _page)
"""For the views that decide and end."""


@needs(Permission.ASK_PLANS)
def hours_new(request: HttpRequest, camera: UUID) -> HttpResponse:
    """Ask for them; where the law wants recording without a break the form says which clause."""
    viewer = Viewer.of(request)
    rows = plannable_cameras(viewer.person, viewer.at).filter(state=CameraState.CONNECTED)
    row = get_object_or_404(rows.select_related("system__site"), pk=camera)
    basis = row.system.site.law_basis
    form = HoursForm(request.POST or None, initial={"place": basis.kind.value} if basis is not None else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = planning.ask_hours(form.hours(row), viewer.person, viewer.at)
        except RequestRefused as refusal:
            form.add_error(None, refused_words(refusal))
        else:
            messages.success(request, _("已提交，由另一人批准后生效。"))
            return redirect(asked)
    context = {
        "form": form,
        "camera": row,
        "crumbs": [(_("计划"), reverse("upkeep:plans")), (row.name, row.get_absolute_url()), (_("申请录像时段"), "")],
    }
    return render(request, "upkeep/plans/hours_new.html", context, status=400 if form.errors else 200)


@require_safe
@needs(Permission.VIEW_COMPLETENESS)
def hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One."""
    viewer = Viewer.of(request)
    return _hours_page(request, viewer, _hours_seen(viewer, pk))


def _hours_seen(viewer: Viewer, pk: UUID) -> RecordingHours:
    rows = visible_hours(viewer.person, viewer.at).select_related(
        "camera__system__site", "asked_by__unit", "decided_by__unit", "ended_by__unit"
    )
    return get_object_or_404(rows, pk=pk)


def _hours_page(
    request: HttpRequest, viewer: Viewer, row: RecordingHours, error: str = "", status: int = 200
) -> HttpResponse:
    special, unsettled = special_ahead(row, viewer.at)
    context = decision_context(row, planning.RULES, viewer, standing(row, viewer.at), error) | {
        "hours": row,
        "lines": week_words(row),
        "special": special,
        "unsettled": unsettled,
        "facts": [
            (_("点位"), row.camera),
            (_("依据"), row.get_basis_display()),
            (_("场所属于"), row.get_place_display()),
            (_("节假日"), row.get_calendar_display()),
            (_("文号"), row.order_number or _("无")),
            (_("理由"), row.words),
        ],
        "running": row.state == Decision.APPROVED,
        "crumbs": [(_("计划"), reverse("upkeep:plans")), (_("录像时段"), "")],
    }
    return render(request, "upkeep/plans/hours.html", context, status=status)


HOURS_PAGE = planned_page(_hours_seen, _hours_page)
"""For the views that decide and end."""
