"""存储卷: each node's volumes, and a person's decisions about them. The node carries them out; nothing is done here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.forms import PlainText
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Node, VolumeActionKind, VolumeOrder
from custodes.places.volumes import VolumeOrderRefused, order_again, order_volume, take_back
from custodes.upkeep.templatetags.upkeep import bytes_words
from custodes.upkeep.volumes import NodeVolumes, VolumeRow, every_node, floor_days, of_node, told_volumes


class DecisionForm(PlainText, forms.Form):
    """Why; it stands in the log."""

    reason = forms.CharField(
        label=_("事由"), max_length=200, help_text=_("写入存证日志，例如：该硬盘坏道增多，已订新盘。")
    )


class SharedDisk(forms.Form):
    """A folder on the disk of the node's own data is mostly the bare folder of a disk that is not mounted."""

    shared_disk = forms.BooleanField(
        label=_("这里没有单独的硬盘，与系统数据放在同一块盘上"),
        help_text=_("一般不选。没有选中时，节点会拒绝没有挂载硬盘的文件夹，以免录像写满系统盘。"),
        required=False,
    )


class ReplaceForm(DecisionForm, SharedDisk):
    """Using what is at a volume's folder now."""


class AddForm(DecisionForm, SharedDisk):
    """One of the places that the node offers, and nothing else."""

    path = forms.ChoiceField(label=_("文件夹"), widget=forms.RadioSelect)

    field_order = ("path", "shared_disk", "reason")

    def __init__(self, *args: object, places: list[dict[str, Any]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["path"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(place["path"], _words(place)) for place in places if place["holds"] != "files"]


def _words(place: dict[str, Any]) -> str:
    sizes = gettext("%(path)s（共 %(total)s，可用 %(free)s）") % {
        "path": place["path"],
        "total": bytes_words(place["total"]),
        "free": bytes_words(place["free"]),
    }
    notes = [gettext("没有单独的硬盘")] if place["shared_disk"] else []
    notes += [gettext("已有存储卷的标识")] if place["holds"] == "volume" else []
    return " · ".join([sizes, *notes])


@require_safe
@needs(Permission.VIEW_STORE)
def volumes(request: HttpRequest) -> HttpResponse:
    """All nodes with their volumes."""
    viewer = Viewer.of(request)
    nodes = every_node(viewer.person, viewer.may(Permission.MANAGE_VOLUMES), viewer.at)
    context = {"nodes": nodes, "floor_days": floor_days(), "waits": any(node.waits for node in nodes)}
    return render(request, "upkeep/volumes/list.html", context)


@needs(Permission.MANAGE_VOLUMES)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """The form by which a volume is added, and the order."""
    viewer = Viewer.of(request)
    of = _manageable(pk, viewer)
    form = AddForm(request.POST or None, places=of.places)
    order = VolumeOrder(node=of.node, action=VolumeActionKind.ADD)
    if request.method == "POST" and form.is_valid():
        order.path = form.cleaned_data["path"]
        if _given(request, form, order, viewer):
            return redirect("upkeep:volumes")
    return _form(request, form, of, None, VolumeActionKind.ADD)


@needs(Permission.MANAGE_VOLUMES)
def decide(request: HttpRequest, pk: int, volume: UUID, action: str) -> HttpResponse:
    """What is about to be done in plain words, the reason, and the order."""
    viewer = Viewer.of(request)
    of = _manageable(pk, viewer)
    row = next((row for row in of.rows if row.volume.identity == str(volume)), None)
    if row is None or action not in VolumeActionKind.values or action == VolumeActionKind.ADD:
        raise Http404
    kind = VolumeActionKind(action)
    if kind not in row.actions:
        messages.error(request, _("该存储卷现在不能这样办理，请查看最新状态。"))
        return redirect("upkeep:volumes")
    form = (ReplaceForm if kind == VolumeActionKind.REPLACE else DecisionForm)(request.POST or None)
    order = VolumeOrder(node=of.node, action=kind, volume=row.volume.identity, path=row.volume.path)
    if request.method == "POST" and form.is_valid() and _given(request, form, order, viewer):
        return redirect("upkeep:volumes")
    return _form(request, form, of, row, kind)


@require_POST
@needs(Permission.MANAGE_VOLUMES)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an order back that waits."""
    viewer = Viewer.of(request)
    try:
        still = take_back(get_object_or_404(VolumeOrder, pk=pk), viewer.person, viewer.at)
    except VolumeOrderRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已撤回。") if still else _("媒体节点已经答复，不能撤回。"))
    return redirect("upkeep:volumes")


@require_POST
@needs(Permission.MANAGE_VOLUMES)
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give an order anew that a worker refused."""
    viewer = Viewer.of(request)
    try:
        order_again(get_object_or_404(VolumeOrder, pk=pk), viewer.person, viewer.at)
    except VolumeOrderRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已交媒体节点执行，结果见下方“办理情况”。"))
    return redirect("upkeep:volumes")


def _manageable(pk: int, viewer: Viewer) -> NodeVolumes:
    """The node, for who may decide about its volumes.

    Raises:
        Http404: no such node.
        PermissionDenied: cameras of the node are not the person's to answer for.
    """
    node = get_object_or_404(Node, pk=pk)
    of = of_node(node, told_volumes(), viewer.person, True, viewer.at)
    if not of.may_order:
        raise PermissionDenied
    return of


def _given(request: HttpRequest, form: forms.Form, order: VolumeOrder, viewer: Viewer) -> bool:
    order.reason = form.cleaned_data["reason"]
    order.shared_disk = form.cleaned_data.get("shared_disk", False)
    try:
        order_volume(order, viewer.person, viewer.at)
    except VolumeOrderRefused as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("已交媒体节点执行，结果见下方“办理情况”。"))
    return True


def _form(
    request: HttpRequest, form: forms.Form, of: NodeVolumes, row: VolumeRow | None, kind: VolumeActionKind
) -> HttpResponse:
    context = {
        "form": form,
        "of": of,
        "row": row,
        "kind": kind.value,
        "title": kind.label,
        "crumbs": [(_("存储卷"), reverse("upkeep:volumes")), (kind.label, "")],
    }
    return render(request, "upkeep/volumes/decide.html", context, status=400 if form.errors else 200)
