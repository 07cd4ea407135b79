"""Looking under a request: the officers' own page while both are signed in, and the counter's while both stand there (S28.1(1))."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.agency import presence
from custodes.access.models import AgencyRequest, PackageState, Way
from custodes.access.views.agency import common
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.channel import channel_of
from custodes.places.lifecycle.stepping import StepRefused


@require_safe
@needs(*common.ASKS_OR_TAKES)
def look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page that shows what was granted; the player asks for its own grant, which is decided anew each time."""
    viewer = Viewer.of(request)
    row = _open(viewer, pk)
    part = common.part_of(viewer, row)
    sitting = presence.sitting_of(row, viewer.person) if part.takes and not part.asks else None
    if not part.asks and sitting is None:
        if not part.takes:
            raise Http404
        return redirect(row)
    cameras = list(row.cameras.order_by("number"))
    wanted = request.GET.get("camera", "")
    chosen = next((camera for camera in cameras if str(camera.pk) == wanted), cameras[0] if cameras else None)
    seen = frozenset(one.pk for one in sitting.officers.all()) if sitting else presence.there(row, viewer.at)
    context = {
        "row": row,
        "cameras": cameras,
        "camera": chosen,
        "is_channel": chosen is not None and channel_of(chosen.main_url) is not None,
        "sitting": sitting,
        "officers": [(one, one.pk in seen) for one in row.officers.all()],
        "makes": sitting is not None and row.way != Way.CONSULT,
        "next_package": uuid4(),
        "packages": row.packages.exclude(state=PackageState.HANDED).select_related("by")[:3],
        "crumbs": common.crumbs(row, (_("查阅录像"), "")),
    }
    return render(request, "access/agency/look.html", context)


@require_POST
@needs(Permission.TAKE_REQUESTS)
def sit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Both officers stand at the counter."""
    viewer = Viewer.of(request)
    row = _open(viewer, pk)
    if not common.part_of(viewer, row).takes:
        raise Http404
    ticked = set(request.POST.getlist("officer"))
    officers = [one for one in row.officers.all() if str(one.pk) in ticked]
    try:
        presence.sit(row, viewer.person, officers, viewer.at)
    except StepRefused as refusal:
        messages.error(request, common.told(refusal))
        return redirect(row)
    return redirect("access:request_look", row.pk)


@require_POST
@needs(Permission.TAKE_REQUESTS)
def rise(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them left, or it is over: the picture stops."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if not common.part_of(viewer, row).takes:
        raise Http404
    presence.rise(row, viewer.person, viewer.at)
    messages.success(request, _("已结束，画面停止。两人都到场后可以继续查阅。"))
    return redirect(row)


def _open(viewer: Viewer, pk: UUID) -> AgencyRequest:
    row = common.opened(viewer, pk)
    if not common.is_open(row) or row.base_data:
        raise Http404
    return row
