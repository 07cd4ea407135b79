"""实时: the wall of live tiles, and one camera with its timeline: these pages hold no picture, the player asks for its own grant. The
commissioning still: one look, on the page that answers the form and nowhere else.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import json_script
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.access.commissioning import take_still
from custodes.access.control.speaking import may_speak
from custodes.access.grants import Denied, NotaryDown
from custodes.access.holds.reach import holdable_cameras
from custodes.access.schemas import MAX_CAMERAS, notary_down, spoken
from custodes.people.duty import running_session
from custodes.people.models import DUTY_POSTS, DutySession, Person, Post
from custodes.people.permissions import Permission, allowed
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.channel import channel_of
from custodes.places.devices.stepwords import words_by_step
from custodes.places.lifecycle.trial import closed_trials
from custodes.places.models import Camera, System, SystemPost, TrialAddress
from custodes.places.node_client import NodeBusy, NodeUnreachable
from custodes.places.scope import editable_cameras, visible_cameras
from custodes.places.steps import trial_steps
from custodes.places.views.system import crumbs_of


@needs(Permission.WATCH)
def wall(request: HttpRequest) -> HttpResponse:
    """The cameras of the systems that the running duty watches, as tiles; ``?camera=ID`` chooses some of them."""
    viewer = Viewer.of(request)
    session = running_session(viewer.person, viewer.at)
    in_use = Camera.objects.taken_in().order_by("number")
    systems = watched_systems(viewer.person, session, viewer.at).prefetch_related(Prefetch("cameras", in_use))
    groups = [(system, list(system.cameras.all())) for system in systems]
    # What would be refused is not asked for: a trial run is left out for who neither builds nor accepts it (R4).
    closed = closed_trials(viewer.person, [camera for _system, rows in groups for camera in rows], viewer.at)
    groups = [(system, rows) for system, rows in groups if system.pk not in closed]
    cameras = [camera for _system, rows in groups for camera in rows]
    chosen = _chosen(request, cameras)
    return render(
        request,
        "access/wall.html",
        {
            "step_words": _step_words(cameras),
            "groups": groups,
            "total": len(cameras),
            "chosen": chosen,
            "chosen_ids": {camera.pk for camera in chosen},
            "tiles": [
                {"id": str(row.pk), "name": row.name, "state": "", "href": reverse("access:camera", args=[row.pk])}
                for row in chosen
            ],
            "session": session,
            "most": MAX_CAMERAS,
            "on_trial": len(closed),
        },
    )


def _chosen(request: HttpRequest, cameras: list[Camera]) -> list[Camera]:
    wanted = request.GET.getlist("camera")
    if not wanted:
        return cameras[:MAX_CAMERAS]
    by_id = {str(camera.pk): camera for camera in cameras}
    return [by_id[key] for key in dict.fromkeys(wanted) if key in by_id][:MAX_CAMERAS]


def _as_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _steer(row: Camera, session: DutySession | None) -> str:
    """What the pad offers, as words for the player; empty for no pad."""
    if session is None or not row.steerable or Permission.STEER not in allowed(frozenset({session.post.kind})):
        return ""
    able = row.steering or {}
    names = [name for name in ("move", "zoom", "focus", "iris", "presets", "set_home") if able.get(name)]
    if channel_of(row.main_url) is not None and able.get("move"):
        names += ["drag", "cruise"]
    return " ".join([*names, "home"] if able.get("home") or row.home_preset else names)


def _hold_url(viewer: Viewer, row: Camera, at: str) -> str:
    """Where this footage is held (S33.2a): around the moment that the page was opened at, else the last half hour; empty for whom it is not."""
    if not viewer.may(Permission.PLACE_HOLDS):
        return ""
    if not holdable_cameras(viewer.person, viewer.at).filter(pk=row.pk).exists():
        return ""
    return reverse("access:hold_place") + "?" + urlencode({"camera": str(row.pk)} | ({"at": at} if at else {}))


@needs(Permission.WATCH)
def camera(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One camera: live and playback on one timeline."""
    other = request.GET.get("camera", "")
    if other and other != str(pk):
        return redirect("access:camera", pk=_as_uuid(other))
    viewer = Viewer.of(request)
    rows = visible_cameras(viewer.person, viewer.at, Permission.WATCH).select_related("system__site")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    session = running_session(viewer.person, viewer.at)
    watched = watched_systems(viewer.person, session, viewer.at)
    siblings = Camera.objects.taken_in().filter(system=row.system).order_by("number")[:64]
    speaks = may_speak(session, row)
    page = render(
        request,
        "access/camera.html",
        {
            "step_words": _step_words([row]),
            "camera": row,
            "siblings": siblings,
            "session": session,
            "watched": watched.filter(pk=row.system_id).exists(),
            "on_trial": bool(closed_trials(viewer.person, [row], viewer.at)),
            "at": request.GET.get("at", "")[:40],
            "steer": _steer(row, session),
            "speak": speaks,
            "is_channel": channel_of(row.main_url) is not None,
            "hold_url": _hold_url(viewer, row, request.GET.get("at", "")[:40]),
            "crumbs": [(_("实时"), reverse("access:wall")), (row.name, "")],
        },
    )
    # This page alone may ask the browser for a microphone, where its reader may speak (`web.middleware.headers`).
    page.uses_microphone = speaks  # type: ignore[attr-defined]
    return page


class _Written(DjangoJSONEncoder):
    """Chinese as it is: escaped it would be as much as a script."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


def _step_words(cameras: Iterable[Camera]) -> str:
    """What the player says of the step at which a channel of a GB/T 28181 device stands; nothing where no camera is one."""
    if all(channel_of(camera.main_url) is None for camera in cameras):
        return ""
    return json_script(words_by_step(), "step-words", _Written)


@require_POST
@never_cache
@needs(Permission.MANAGE_CAMERAS)
def still(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record the look, fetch the picture, show it once."""
    viewer = Viewer.of(request)
    rows = editable_cameras(viewer.person, viewer.at).select_related("system__site", "system__unit", "node")
    camera = get_object_or_404(rows, pk=pk)
    trial = TrialAddress.objects.filter(camera=camera).first()
    try:
        answer = take_still(camera, trial, viewer.person, True, viewer.at)
    except NotaryDown:
        refusal = notary_down()["refusal"][0]
        messages.error(request, f"{refusal['reason']}。{refusal['remedy']}")
        return redirect("places:check", pk=camera.pk) if trial else redirect(camera)
    except (NodeUnreachable, NodeBusy):
        messages.error(request, gettext("媒体节点没有给出画面。请重新检测地址后再核对。"))
        return redirect("places:check", pk=camera.pk)
    if isinstance(answer, Denied):
        for item in spoken(answer.refused.unmet):
            messages.error(request, f"{item['reason']}。{item['remedy']}。")
        return redirect("places:check", pk=camera.pk) if trial else redirect(camera)
    response = render(
        request,
        "access/still.html",
        {
            "camera": camera,
            "trial": trial,
            "picture": base64.b64encode(answer.jpeg).decode("ascii"),
            "index": answer.index,
            "watermark": answer.watermark,
            "at": viewer.at,
            "steps": trial_steps(trial is not None and trial.naming, True, False),
            "crumbs": crumbs_of(camera.system, (camera.name, camera.get_absolute_url()), (gettext("核对画面"), "")),
        },
    )
    response["Cache-Control"] = "no-store, private"
    return response


def watched_systems(person: Person, session: DutySession | None, at: datetime) -> QuerySet[System]:
    """Systems by name. What may be *seen* of them is `decision.decide`'s question."""
    if session is not None:
        links = SystemPost.objects.in_force().filter(post=session.post_id)
    else:
        posts = Post.objects.valid(at).filter(person=person, kind__in=DUTY_POSTS)
        links = SystemPost.objects.in_force().filter(post__in=posts)
    return System.objects.filter(pk__in=links.values("system")).select_related("site").order_by("name", "pk")
