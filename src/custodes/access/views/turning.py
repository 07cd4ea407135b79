"""Turning a missing person's case to the units whose cameras are not on the platform (N21): one button for each unit that has some."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from custodes.access.individual import workflow
from custodes.access.individual.forms import TurnForm
from custodes.access.missing import platform
from custodes.access.missing.reach import at_the_platform, handled_cases
from custodes.access.models.missing import RUNNING
from custodes.access.supervised.stepping import Taken
from custodes.access.views.missing import HANDLE, INVALID, crumbs
from custodes.access.views.missing_case import said_of
from custodes.people.models import Unit
from custodes.people.viewer import Viewer
from custodes.places.lifecycle.stepping import StepRefused


@at_the_platform(HANDLE)
def missing_turn(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose the unit; its caretaker is asked with the same facts."""
    viewer = Viewer.of(request)
    row = get_object_or_404(handled_cases(viewer.person, viewer.at).filter(state__in=RUNNING), pk=pk)
    off = platform.elsewhere(viewer.person, viewer.at)
    units = Unit.objects.filter(pk__in=off.values("system__unit")).order_by("name")
    form = TurnForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            asked = workflow.turn(row, form.cleaned_data["unit"], Taken(viewer.person, viewer.at))
        except StepRefused as refusal:
            form.add_error(None, said_of(refusal))
        else:
            said = _("已向%(unit)s提出（%(number)s），由其决定是否同意查阅。")
            messages.success(request, said % {"unit": asked.unit.name, "number": asked.number})
            return redirect(row)
    context = {"case": row, "form": form, "crumbs": crumbs(row, _("转为个人查阅"))}
    return render(request, "access/missing/turn.html", context, status=INVALID if form.errors else 200)
