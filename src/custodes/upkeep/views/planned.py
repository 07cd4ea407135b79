"""The page of what is planned, a plan or recording hours: who decides about it, and who ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places import planning
from custodes.places.deciding import Requested
from custodes.places.views.deciding import RequestedPage


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
