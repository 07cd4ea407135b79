"""实时: the wall of live tiles, and one camera with its timeline. The page holds no picture: the player asks for its own grant."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.access.holds.reach import holdable_cameras
from custodes.access.schemas import MAX_CAMERAS
from custodes.access.speaking import may_speak
from custodes.access.watched import watched_systems
from custodes.people.duty import running_session
from custodes.people.models import DutySession
from custodes.people.permissions import Permission, allowed
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.channel import channel_of
from custodes.places.lifecycle.trial import closed_trials
from custodes.places.models import Camera
from custodes.places.scope import visible_cameras


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
