"""委托办理备案授权书 with what the register knows. The blank one is printed by the page on which a unit applies (`people/views/letter.py`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from custodes.people.applying.letter import letter_of
from custodes.people.applying.reach import applications_for
from custodes.people.permissions import Permission
from custodes.people.printed import no_record, printed
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import built_systems
from custodes.web.printing import changes


@require_safe
@needs(Permission.MANAGE_PLACES)
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter for whoever files this system."""
    viewer = Viewer.of(request)
    rows = built_systems(viewer.person, viewer.at).select_related("unit", "site__division")
    row = get_object_or_404(rows, pk=pk)
    document = changes.letter_of_system(row, viewer.person.name)
    return printed(request, document, row.get_absolute_url(), no_record())


@require_safe
@needs(Permission.CONFIRM_UNITS)
def of_application(request: HttpRequest, application: Any) -> HttpResponse:
    """The letter with what a unit said in its application: to sign at the counter, or in the place of one that was wrong."""
    viewer = Viewer.of(request)
    rows = applications_for(viewer.person, viewer.at).select_related("division")
    row = get_object_or_404(rows, uuid=application)
    back = reverse("people:application_detail", args=[row.uuid])
    return printed(request, letter_of(row), back, no_record())
