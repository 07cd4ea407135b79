"""应当接入的部门和系统 (S23): the departments of an office's level with their systems; for a unit, its own systems that are listed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.people.permissions import Permission
from custodes.people.said import said
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import built_systems
from custodes.settings import get_settings
from custodes.sharing.directory.standing import standing
from custodes.sharing.letters.issued import letters as issued
from custodes.sharing.letters.issued import of_office
from custodes.sharing.letters.owed import owed
from custodes.sharing.models import DirectoryEntry, DirectoryState
from custodes.sharing.reach import offices as offices_of
from custodes.sharing.reach import read_letters, seeing_offices

MOST_RECEIVED = 21


@require_safe
@needs(Permission.VIEW_SHARING)
def who(request: HttpRequest) -> HttpResponse:
    """Who has to connect, as far as it concerns the person."""
    viewer = Viewer.of(request)
    today = timezone.localdate(viewer.at)
    offices = list(seeing_offices(viewer.person, viewer.at).order_by("division__path"))
    asked = request.GET.get("unit", "")
    office = next((one for one in offices if str(one.uuid) == asked), offices[0] if offices else None)
    rows = standing(office, today) if office else []
    letters = owed(office, rows, of_office(office), today) if office else {}
    may_issue = office is not None and offices_of(viewer.person, viewer.at).filter(pk=office.pk).exists()
    heads = (
        _("部门"),
        _("应当接入"),
        _("已列入"),
        _("不列入"),
        _("未列入"),
        _("最早列入距今（天）"),
        _("已申请联网"),
        _("已启用联网"),
        _("列入目录超过 %(days)d 天未接入") % {"days": get_settings().connect_days},
    )
    own = DirectoryEntry.objects.none()
    if not offices:
        mine = built_systems(viewer.person, viewer.at).values("pk")
        shown = DirectoryEntry.objects.filter(listed=True, withdrawn_at=None, directory__state=DirectoryState.PUBLISHED)
        own = shown.filter(system__in=mine)
    context = {
        "tab": "who",
        "table": Table.of(request, *(Column(head, numeric=at > 0) for at, head in enumerate(heads))),
        "office": office,
        "offices": offices,
        "late_after": get_settings().connect_days,
        "rows": [
            (row, said(row.department.name_zh, row.department.name_en), letters.get(row.department.key, []))
            for row in rows
        ],
        "may_issue": may_issue,
        "received": [] if offices else issued(read_letters(viewer.person, viewer.at))[:-MOST_RECEIVED:-1],
        "own": own.select_related("system", "directory__unit"),
    }
    return render(request, "sharing/who.html", context)
