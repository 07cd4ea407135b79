"""画面对比: an alarm about a picture beside what was declared; each opening is a look on record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.access.view_check import ViewCheckWish
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera
from custodes.places.scope import checkable_cameras
from custodes.upkeep import picture_words
from custodes.upkeep.alarms import words
from custodes.upkeep.alarms.visible import cameras_shown, visible_alarms
from custodes.upkeep.forms.alarms import WordsForm
from custodes.upkeep.models import Alarm, AlarmState, DeclaredView, PictureFault, ViewLabel
from custodes.upkeep.views.declared import DeclareForm, looked, picture_context

PICTURE_ALARM = "camera.degraded"


@require_POST
@never_cache
@needs(Permission.VIEW_ALARMS)
def pair(request: HttpRequest, pk: UUID, camera: UUID) -> HttpResponse:
    """Record the look, then show what was declared, what was seen, and what is there now."""
    viewer = Viewer.of(request)
    rows = visible_alarms(viewer.person, viewer.at).filter(kind=PICTURE_ALARM)
    alarm = get_object_or_404(rows, pk=pk)
    shown = get_object_or_404(cameras_shown(alarm, viewer.person, viewer.at), camera=camera)
    row = Camera.objects.select_related("system__site", "system__unit", "node").get(pk=shown.camera_id)
    finding = PictureFault.objects.filter(camera=row, fault=alarm.facts.get("fault", "")).first()
    if finding is None or alarm.state != AlarmState.OPEN:
        messages.info(request, _("这条告警已经消除，不再显示画面。"))
        return redirect(alarm)
    with override("zh-hans"):  # as the log keeps it, whatever the page's language
        purpose = _("处理画面告警：%(fault)s") % {"fault": finding.get_fault_display()}
    wish = ViewCheckWish(_reference(row, finding), finding.first_seen, False, True, purpose)
    answer = looked(request, viewer, row, wish)
    if answer is None:
        return redirect(alarm)
    pictures = picture_words.shown_pictures(answer.pictures)
    context = _context(viewer, alarm, finding) | picture_context(row, answer, pictures)
    context["declare_form"] = _declare_form(context["view"], pictures)
    response = render(request, "upkeep/alarms/pair.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


def _reference(camera: Camera, finding: PictureFault) -> UUID | None:
    """The declared view that the finding was held against, else the newest in force."""
    reference = _uuid(finding.reference)
    if reference is not None:
        return reference
    newest = DeclaredView.objects.filter(camera=camera, ended_at=None).first()
    return newest.pk if newest is not None else None


def _context(viewer: Viewer, alarm: Alarm, finding: PictureFault) -> dict[str, Any]:
    may_declare = checkable_cameras(viewer.person, viewer.at).filter(pk=finding.camera_id).exists()
    reference = _uuid(finding.reference)
    view = DeclaredView.objects.select_related("by__unit").filter(pk=reference).first() if reference else None
    return {
        "alarm": alarm,
        "title": words.title(alarm),
        "finding": finding,
        "figures": list(picture_words.figures(finding)),
        "remedy": picture_words.remedy(finding.fault),
        "clauses": picture_words.clauses(finding.fault),
        "view": view,
        "form": WordsForm(),
        "may_acknowledge": viewer.may(Permission.ACKNOWLEDGE_ALARMS),
        "may_declare": may_declare,
        "crumbs": [
            (_("告警"), reverse("upkeep:alarms")),
            (words.title(alarm), alarm.get_absolute_url()),
            (_("画面对比"), ""),
        ],
    }


def _declare_form(view: DeclaredView | None, pictures: list[picture_words.ShownPicture]) -> DeclareForm | None:
    """None where there is no picture of now, or one of another direction than the finding is about: there is nothing to declare."""
    now = next((one for one in pictures if one.name == "now"), None)
    if now is None or now.place is None or (view is not None and view.preset != now.place):
        return None
    label = view.label if view is not None else ViewLabel.DAY
    return DeclareForm(initial={"label": label, "picture_us": now.at_us}, auto_id="id_view_%s")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
