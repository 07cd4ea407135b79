"""标准视场: what a camera was declared to show, by whom and why; declaring it anew, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from custodes.access.grants import Denied, NotaryDown
from custodes.access.schemas import notary_down, spoken
from custodes.access.view_check import ViewCheckLook, ViewCheckWish, look_at_view
from custodes.people.forms import PlainText
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera
from custodes.places.node_client import NodeBusy, NodeRefuses, NodeUnreachable
from custodes.places.scope import checkable_cameras, visible_cameras
from custodes.places.views.system import crumbs_of
from custodes.upkeep import declaring
from custodes.upkeep.models import DeclaredView, PictureCheck, ViewLabel, direction_words
from custodes.upkeep.picture_words import ShownPicture, shown_pictures
from custodes.upkeep.pictures import picture_findings

LONGEST = 200


class LookForm(PlainText, forms.Form):
    """Why a picture is looked at before it is declared."""

    reason = forms.CharField(
        label=gettext_lazy("核对理由"),
        max_length=LONGEST - 20,
        help_text=gettext_lazy("例如：验收后首次声明；变更备案的文号。与查看记录一同写入存证日志。"),
    )


class DeclareForm(PlainText, forms.Form):
    """Which light the shown picture stands for, why it is the right one, and which picture it was."""

    label = forms.ChoiceField(
        label=gettext_lazy("光照条件"),
        choices=ViewLabel.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "每种条件保留一个标准视场，同一条件的新声明取代旧声明。夜间、红外夜视的画面与日间差别很大，请分别声明。"
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("声明理由"),
        max_length=LONGEST,
        help_text=gettext_lazy("例如：验收时确定的采集范围；变更备案的文号。写入存证日志。"),
    )
    picture_us = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)


class WithdrawForm(PlainText, forms.Form):
    """Why a view does not hold any more."""

    reason = forms.CharField(label=gettext_lazy("撤销理由"), max_length=LONGEST)


HISTORY = 50
PURPOSE = "声明标准视场"
"""What somebody looks for, as the log keeps it, before the reason that they gave."""


@require_safe
@needs(Permission.VIEW_PLACES)
def views(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The camera's declared views, in force and ended. No picture: that takes a look on record."""
    viewer = Viewer.of(request)
    rows = visible_cameras(viewer.person, viewer.at).select_related("system__site", "system__unit", "node")
    camera = get_object_or_404(rows, pk=pk)
    may_declare = checkable_cameras(viewer.person, viewer.at).filter(pk=pk).exists()
    if may_declare and camera.in_use and request.method == "GET":
        try:
            declaring.adopt_unknown(camera, viewer.at)
        except (NodeUnreachable, NodeBusy):
            messages.info(request, _("媒体节点没有应答，以下为本系统已登记的声明。"))
    declared = list(DeclaredView.objects.filter(camera=camera).select_related("by__unit", "ended_by__unit"))
    in_force = [view for view in declared if view.ended_at is None]
    found = picture_findings(Camera.objects.filter(pk=pk), viewer.at)
    return render(
        request,
        "upkeep/views/list.html",
        {
            "camera": camera,
            "in_force": in_force,
            "outdated": any(declaring.outdated(view, camera) for view in in_force),
            "ended": [view for view in declared if view.ended_at is not None][:HISTORY],
            "may_declare": may_declare,
            "checked": PictureCheck.objects.filter(camera=camera).first(),
            "faults": [one for one in found if one.state == "faulty"],
            "look": LookForm(auto_id="id_look_%s"),
            "withdraw": WithdrawForm(),
            "crumbs": crumbs_of(camera.system, (camera.name, camera.get_absolute_url()), (_("标准视场"), "")),
        },
    )


@require_POST
@never_cache
@needs(Permission.CHECK_VIEWS)
def look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record the look with its reason, show what the camera shows now beside what was declared, and ask for the declaration."""
    viewer = Viewer.of(request)
    camera = _checkable(viewer, pk)
    why = LookForm(request.POST)
    if not why.is_valid():
        messages.error(request, _("没有显示画面。%(why)s") % {"why": " ".join(map(str, why.errors["reason"]))})
        return redirect("upkeep:views", pk=camera.pk)
    return _shown(request, viewer, camera, why.cleaned_data["reason"])


def _shown(request: HttpRequest, viewer: Viewer, camera: Camera, reason: str) -> HttpResponse:
    try:
        place = declaring.standing(camera)
    except (NodeUnreachable, NodeBusy):
        messages.error(request, _("媒体节点没有给出画面。请确认点位有画面后再试。"))
        return redirect("upkeep:views", pk=camera.pk)
    if place is None:
        return _steered(request, camera)
    in_force = DeclaredView.objects.filter(camera=camera, preset=place, ended_at__isnull=True).first()
    wish = ViewCheckWish(in_force.pk if in_force else None, None, True, False, f"{PURPOSE}：{reason}")
    answer = looked(request, viewer, camera, wish)
    if answer is None:
        return redirect("upkeep:views", pk=camera.pk)
    pictures = shown_pictures(answer.pictures)
    now = next((one for one in pictures if one.name == "now"), None)
    if now is None:
        messages.error(request, _("设备现在没有送出画面，不能声明。请待画面恢复后再声明。"))
        return redirect("upkeep:views", pk=camera.pk)
    if now.place is None:
        return _steered(request, camera)
    form = DeclareForm(initial={"label": ViewLabel.DAY, "reason": reason, "picture_us": now.at_us})
    context = {"form": form, **picture_context(camera, answer, pictures), "in_force": in_force}
    context["direction"] = direction_words(now.place) if camera.steerable else ""
    context["crumbs"] = crumbs_of(
        camera.system,
        (camera.name, camera.get_absolute_url()),
        (_("标准视场"), reverse("upkeep:views", args=[camera.pk])),
        (_("声明"), ""),
    )
    response = render(request, "upkeep/views/declare.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


def _steered(request: HttpRequest, camera: Camera) -> HttpResponse:
    """What the camera shows now is neither its declared direction nor a preset that it was sent to."""
    messages.error(
        request,
        _("设备正在被操控，没有停在规定指向或者预置位上，不能声明。请调用预置位，待设备停稳后再声明。"),
    )
    return redirect("upkeep:views", pk=camera.pk)


@require_POST
@needs(Permission.CHECK_VIEWS)
def declare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the picture that was shown be the declared view."""
    viewer = Viewer.of(request)
    camera = _checkable(viewer, pk)
    form = DeclareForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            for error in errors:
                messages.error(request, str(error))
        return redirect("upkeep:views", pk=camera.pk)
    asked = form.cleaned_data
    declaration = declaring.Declaration(ViewLabel(asked["label"]), asked["reason"], asked["picture_us"])
    try:
        declaring.declare(camera, declaration, viewer.person, viewer.at)
    except NodeRefuses:
        messages.error(
            request, _("核对过的画面已经过时，或者设备没有停在规定指向、预置位上，没有声明。请重新核对画面后再声明。")
        )
    except (NodeUnreachable, NodeBusy):
        messages.error(request, _("媒体节点没有应答，没有声明。请稍后再试。"))
    else:
        messages.success(request, _("标准视场已声明，写入存证日志。此后的画面以它为准核对。"))
    return redirect("upkeep:views", pk=camera.pk)


@require_POST
@needs(Permission.CHECK_VIEWS)
def withdraw(request: HttpRequest, pk: UUID, view: UUID) -> HttpResponse:
    """Take a declared view out of force, with the reason."""
    viewer = Viewer.of(request)
    camera = _checkable(viewer, pk)
    row = get_object_or_404(DeclaredView.objects.select_related("camera__node"), pk=view, camera=camera, ended_at=None)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("撤销标准视场应当说明理由。请填写理由后再撤销。"))
        return redirect("upkeep:views", pk=camera.pk)
    try:
        declaring.withdraw(row, form.cleaned_data["reason"], viewer.person, viewer.at)
    except (NodeUnreachable, NodeBusy):
        messages.error(request, _("媒体节点没有应答，没有撤销。请稍后再试。"))
    else:
        messages.success(request, _("标准视场已撤销，写入存证日志。"))
    return redirect("upkeep:views", pk=camera.pk)


def looked(request: HttpRequest, viewer: Viewer, camera: Camera, wish: ViewCheckWish) -> ViewCheckLook | None:
    """Look, or say why not in a message."""
    try:
        answer = look_at_view(camera, viewer.person, wish, viewer.at)
    except NotaryDown:
        refusal = notary_down()["refusal"][0]
        messages.error(request, f"{refusal['reason']}。{refusal['remedy']}")
        return None
    except (NodeUnreachable, NodeBusy):
        messages.error(request, _("媒体节点没有给出画面。请确认点位有画面后再试。"))
        return None
    if isinstance(answer, Denied):
        for item in spoken(answer.refused.unmet):
            messages.error(request, f"{item['reason']}。{item['remedy']}。")
        return None
    return answer


def picture_context(camera: Camera, look: ViewCheckLook, pictures: list[ShownPicture]) -> dict[str, Any]:
    """What the pictures' part of a page needs."""
    return {"camera": camera, "pictures": pictures, "index": look.index, "watermark": look.watermark}


def _checkable(viewer: Viewer, pk: UUID) -> Camera:
    rows = checkable_cameras(viewer.person, viewer.at).select_related("system__site", "system__unit", "node")
    return get_object_or_404(rows, pk=pk)
