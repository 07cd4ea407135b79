"""应当接入的部门和系统 (S23): the departments of an office's level with their systems, and issuing 联网通知书 and 联网催告书 to one; for a unit, its own
systems that are listed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.access.views.agency.filling import revision_of
from custodes.cases.step import StepInput
from custodes.people.lawful import StepRefused, bilingual, terms
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import built_systems
from custodes.settings import get_settings
from custodes.sharing.directory.candidates import NAMED
from custodes.sharing.directory.standing import standing
from custodes.sharing.forms.links import day
from custodes.sharing.letters import issuing
from custodes.sharing.letters.issued import EVENTS, NOTICE, of_office, read_letters
from custodes.sharing.letters.issued import letters as issued
from custodes.sharing.letters.issuing import owed
from custodes.sharing.models import DirectoryEntry, DirectoryState
from custodes.sharing.offices import offices as offices_of
from custodes.sharing.offices import seeing_offices
from custodes.sharing.views.common import INVALID, crumbs_of

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
        "table": Table.of(request, *(TableColumn(head, numeric=at > 0) for at, head in enumerate(heads))),
        "office": office,
        "offices": offices,
        "late_after": get_settings().connect_days,
        "rows": [
            (row, bilingual(row.department.name_zh, row.department.name_en), letters.get(row.department.key, []))
            for row in rows
        ],
        "may_issue": may_issue,
        "received": [] if offices else issued(read_letters(viewer.person, viewer.at))[:-MOST_RECEIVED:-1],
        "own": own.select_related("system", "directory__unit"),
    }
    return render(request, "sharing/who.html", context)


class LetterForm(forms.Form):
    """Until when; the systems follow from the register."""

    due = day(_("期限"), help_text=_("法规没有规定天数，由公安机关确定。"))


TITLES = {NOTICE: _("发出联网通知书"), "urge": _("发出联网催告书")}


@needs(Permission.MANAGE_SHARING)
def issue(request: HttpRequest, unit: UUID, event: str) -> HttpResponse:
    """What the letter would name, until when; posted: it is issued, and printed from then on."""
    viewer = Viewer.of(request)
    if event not in EVENTS:
        raise Http404
    mine = offices_of(viewer.person, viewer.at)
    found = get_object_or_404(
        Unit.objects.filter(kind__in=NAMED, division__in=mine.values("division")).select_related("division"), uuid=unit
    )
    office = mine.filter(division=found.division).first()
    assert office is not None
    today = timezone.localdate(viewer.at)
    form = LetterForm(request.POST or None, initial={"due": issuing.term_from(today)})
    if request.method == "POST" and form.is_valid():
        try:
            step = StepInput(
                viewer.person,
                viewer.at,
                today,
                seen=revision_of(request),
                data={"version": request.POST.get("version", "")},
            )
            letter = issuing.issue(office, found, event, form.cleaned_data["due"], step, terms())
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已发出%(number)s，请打印、盖章后送达。") % {"number": letter.number})
            return redirect(f"{reverse('sharing:who')}?unit={office.uuid}#letters-{found.uuid}")
    one = issuing.owed_by(office, found, today)
    title = TITLES[event]
    current = issuing.current_of(office)
    context: dict[str, Any] = {
        "row": current,
        "office": office,
        "unit": found,
        "event": event,
        "overdue": one.overdue if one is not None and event != NOTICE else (),
        "systems": one.named(event) if one is not None else (),
        "form": form,
        "title": title,
        "crumbs": crumbs_of((_("应当接入的部门和系统"), reverse("sharing:who")), (title, "")),
    }
    return render(request, "sharing/letter.html", context, status=INVALID if form.errors else 200)
