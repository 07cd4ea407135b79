"""体检: what `custodes doctor` finds, as far as the web's own user can see, for the system administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.settings import get_settings
from custodes.web.doctor.examination import SUBJECTS, examine, worst
from custodes.web.doctor.finding import Patient, State

#: How a state is drawn (parts/badge.html).
BADGES = {State.OK: "fine", State.ATTENTION: "attention", State.FAULT: "danger"}


@require_safe
@needs(Permission.VIEW_CHECKUP)
def page(request: HttpRequest) -> HttpResponse:
    """Every finding, by subject. What only root may look at is left to the command."""
    viewer = Viewer.of(request)
    findings = examine(Patient(get_settings(), viewer.at, on_server=False))
    groups = [
        (subject.title, [(finding, BADGES[finding.state]) for finding in findings if finding.subject == name])
        for name, subject in SUBJECTS.items()
    ]
    context = {
        "groups": [(title, found) for title, found in groups if found],
        "state": worst(findings).value,
        "faults": sum(finding.state is State.FAULT for finding in findings),
        "attentions": sum(finding.state is State.ATTENTION for finding in findings),
        "at": viewer.at,
    }
    return render(request, "checkup.html", context)
