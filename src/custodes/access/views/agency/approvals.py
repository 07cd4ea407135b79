"""How many approve at the own unit: set by whoever refuses or approves there, on record."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from custodes.access.agency.approvals import FEW, choose, needed_at
from custodes.access.forms.agency import ApprovalsForm
from custodes.access.views.agency import common
from custodes.people.held import held_posts
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import kinds_with
from custodes.settings import get_settings

_SETS = (Permission.REFUSE_REQUESTS, Permission.APPROVE_REQUESTS)


@needs(*_SETS)
def approvals(request: HttpRequest) -> HttpResponse:
    """The number for the unit of the viewer's post."""
    viewer = Viewer.of(request)
    posts = held_posts(viewer.person, viewer.at, kinds_with(_SETS[0]) | kinds_with(_SETS[1]))
    if not posts:
        raise PermissionDenied
    unit = posts[0].unit
    now = needed_at(unit, viewer.at)
    form = ApprovalsForm(request.POST or None, initial={"count": now})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            choose(unit, form.cleaned_data["count"], viewer.person, viewer.at)
        messages.success(request, _("已保存。已登记的申请仍按登记时的人数审批。"))
        return redirect("access:requests")
    context = {
        "form": form,
        "unit": unit,
        "few": FEW,
        "usual": get_settings().law_holder_approvals,
        "crumbs": common.crumbs(None, (_("审批人数"), "")),
    }
    return render(request, "access/agency/approvals.html", context, status=common.INVALID if form.errors else 200)
