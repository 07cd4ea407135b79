"""Ordering key frames only for a node whose disks get short, and taking the order back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Node, ThinningOrder
from custodes.places.thinning import OrderRefused, end_thinning, order_thinning
from custodes.upkeep.forms.thinning import ThinningForm


@needs(Permission.ORDER_THINNING)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and the order."""
    viewer = Viewer.of(request)
    node = get_object_or_404(Node, pk=pk)
    form = ThinningForm(request.POST or None, instance=ThinningOrder(node=node), at=viewer.at)
    if request.method == "POST" and form.is_valid():
        try:
            order_thinning(form.save(), viewer.person, viewer.at)
        except OrderRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已批准。空间不足时，媒体节点按此执行，并逐段登记。"))
            return redirect("upkeep:forecast")
    context = {
        "form": form,
        "node": node,
        "crumbs": [(_("存储预测"), reverse("upkeep:forecast")), (_("批准降级录像"), "")],
    }
    return render(request, "upkeep/thinning.html", context, status=400 if form.errors else 200)


@require_POST
@needs(Permission.ORDER_THINNING)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the order back."""
    viewer = Viewer.of(request)
    node = get_object_or_404(Node, pk=pk)
    try:
        ended = end_thinning(node, viewer.person, viewer.at)
    except OrderRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已收回，全部点位恢复完整录像。") if ended else _("没有有效的指令。"))
    return redirect("upkeep:forecast")
