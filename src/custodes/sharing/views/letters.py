"""Issuing 联网通知书 and 联网催告书 to a department of the office's level (S23)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.access.views.agency.filling import revision_of
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.sharing.directory.candidates import NAMED
from custodes.sharing.forms.letters import LetterForm
from custodes.sharing.letters import issuing
from custodes.sharing.letters.issued import EVENTS, NOTICE
from custodes.sharing.reach import offices
from custodes.sharing.stepping import StepRefused, Taken
from custodes.sharing.views.common import INVALID, crumbs_of

TITLES = {NOTICE: _("发出联网通知书"), "urge": _("发出联网催告书")}


@needs(Permission.MANAGE_SHARING)
def issue(request: HttpRequest, unit: UUID, event: str) -> HttpResponse:
    """What the letter would name, until when; posted: it is issued, and printed from then on."""
    viewer = Viewer.of(request)
    if event not in EVENTS:
        raise Http404
    mine = offices(viewer.person, viewer.at)
    found = get_object_or_404(
        Unit.objects.filter(kind__in=NAMED, division__in=mine.values("division")).select_related("division"), uuid=unit
    )
    office = mine.filter(division=found.division).first()
    assert office is not None
    today = timezone.localdate(viewer.at)
    form = LetterForm(request.POST or None, initial={"due": issuing.term_from(today)})
    if request.method == "POST" and form.is_valid():
        try:
            taken = Taken(viewer.person, viewer.at, seen=revision_of(request))
            letter = issuing.issue(office, found, event, form.cleaned_data["due"], taken)
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
