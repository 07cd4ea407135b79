"""The holder's staff choose cameras and span: on the map and the timeline, or found by word and typed (S27, N20; decision 0246)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.access.agency.approvals import due_after
from custodes.access.agency.case import state
from custodes.access.agency.reach import held_cameras
from custodes.access.choosing.ending import Ending, endings
from custodes.access.choosing.subjects import MOST_OF_A_REQUEST
from custodes.access.forms.agency import SpanForm
from custodes.access.models import AgencyRequest, AgencyState
from custodes.access.views.agency import common
from custodes.access.views.agency.filling import revision_of, steps_of
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera
from custodes.places.narrowing import sought
from custodes.places.scope import exact_cameras, exact_systems, told_exactly

SHOWN = 50
"""Cameras that one search offers."""


@needs(Permission.TAKE_REQUESTS, Permission.APPROVE_REQUESTS)
def cameras(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which cameras, from when to when."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if not common.part_of(viewer, row).chooses(row):
        raise Http404
    form = SpanForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            wanted = chosen_of(row, request.POST.getlist("camera"))
            values = form.values() if "span_from" in request.POST else {}
            revision = revision_of(request)
            row = state(row, viewer.person, viewer.at, revision=revision, values=values, cameras=wanted)
        except StepRefused as refusal:
            form.add_error(None, common.told(refusal))
        else:
            if row.state == AgencyState.DRAFT and "aside" not in request.POST:
                return redirect("access:request_fill", row.pk, "papers")
            return redirect(row)
    return _page(request, viewer, row, form)


def chosen_of(row: AgencyRequest, said: Sequence[str]) -> list[Camera]:
    """The cameras that were ticked.

    Raises:
        StepRefused: one is not the holder's, or they are too many.
    """
    keys = _uuids(said)
    found = list(held_cameras(row.holder).filter(pk__in=keys))
    if len(found) != len(keys):
        raise StepRefused(
            gettext(
                "所选点位中有 %(count)d 个不属于%(holder)s，未保存（S33.1）。请只选本单位的点位；其他单位的，向该单位申请。"
            )
            % {"count": len(keys) - len(found), "holder": row.holder.name}
        )
    if len(found) > MOST_OF_A_REQUEST:
        raise StepRefused(
            gettext(
                "一件申请最多选 %(most)d 个点位，现选 %(count)d 个，未保存（本系统的限值）。请缩小地点范围；确有需要的，分件申请。"
            )
            % {"most": MOST_OF_A_REQUEST, "count": len(found)}
        )
    return found


def ending_of(viewer: Viewer, row: AgencyRequest, chosen: Sequence[Camera]) -> list[Ending]:
    """What of the request goes before it can be decided."""
    if row.span is None or row.base_data:
        return []
    return endings(chosen, row.span, row.approve_due or due_after(viewer.at), viewer.at, viewer.person)


def _page(request: HttpRequest, viewer: Viewer, row: AgencyRequest, form: SpanForm) -> HttpResponse:
    held = held_cameras(row.holder).order_by("system__name", "number")
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    # What was ticked stays on the page while one searches on.
    ticked = request.POST.getlist("camera") or request.GET.getlist("camera")
    fresh = request.method == "GET" and not ticked and "HX-Request" not in request.headers
    exact = exact_cameras(viewer.person, viewer.at)
    keys = list(row.cameras.values_list("pk", flat=True)) if fresh else _readable(ticked)
    picked = held.filter(pk__in=keys)
    chosen = list(told_exactly(picked, exact).select_related("system__site").order_by("number"))
    found = sought(held, query, exact_systems(viewer.person, viewer.at)) if query else held
    found = told_exactly(found.exclude(pk__in=[one.pk for one in chosen]), exact)
    shown = list(found.select_related("system")[: SHOWN + 1])
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "query": query,
        "chosen": chosen,
        "shown": shown[:SHOWN],
        "more": len(shown) > SHOWN,
        "subject": f"agency:{row.pk}",
        "ending": ending_of(viewer, row, chosen),
        "may_hold": viewer.may(Permission.PLACE_HOLDS),
        "most": MOST_OF_A_REQUEST,
        "steps": steps_of("cameras", True),
        "crumbs": common.crumbs(row, (_("选择点位和时段"), "")),
    }
    return render(request, "access/agency/cameras.html", context, status=common.INVALID if form.errors else 200)


def _uuids(texts: Sequence[str]) -> set[UUID]:
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError as error:
            raise Http404 from error
    return found


def _readable(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts[: MOST_OF_A_REQUEST * 4]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
