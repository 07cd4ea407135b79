"""Documents that are no case's: letters of authority, and letters about joining systems, each of which is a step's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from custodes.documents.forms.document import Party
from custodes.documents.forms.systems import AuthorizationLetter
from custodes.people.applying import applications_for, police_of
from custodes.people.applying import letter_of as letter_of_application
from custodes.people.delivery import provenance_of
from custodes.people.permissions import Permission
from custodes.people.printed import no_record, printed
from custodes.people.viewer import Viewer, needs
from custodes.places.models import System
from custodes.places.scope import built_systems
from custodes.sharing.letters.documents import link_document
from custodes.sharing.letters.issued import letter_of, read_letters


@require_safe
@needs(Permission.MANAGE_PLACES)
def authorization_of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter for whoever files this system."""
    viewer = Viewer.of(request)
    rows = built_systems(viewer.person, viewer.at).select_related("unit", "site__division")
    row = get_object_or_404(rows, pk=pk)
    document = letter_of_system(row, viewer.person.name)
    return printed(request, document, row.get_absolute_url(), no_record())


@require_safe
@needs(Permission.CONFIRM_UNITS)
def authorization_of_application(request: HttpRequest, application: Any) -> HttpResponse:
    """The letter with what a unit said in its application: to sign at the counter, or in the place of one that was wrong."""
    viewer = Viewer.of(request)
    rows = applications_for(viewer.person, viewer.at).select_related("division")
    row = get_object_or_404(rows, uuid=application)
    back = reverse("people:application_detail", args=[row.uuid])
    return printed(request, letter_of_application(row), back, no_record())


@require_safe
@needs(Permission.VIEW_SHARING)
def link_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """联网通知书 or 联网催告书."""
    viewer = Viewer.of(request)
    rows = read_letters(viewer.person, viewer.at).select_related("record", "by")
    step = get_object_or_404(rows, pk=pk)
    with override("zh-hans"):  # an official form, whoever prints it
        document = link_document(letter_of(step))
    return printed(request, document, reverse("sharing:who"), provenance_of(step))


def letter_of_system(system: System, agent: str) -> AuthorizationLetter:
    """委托办理备案授权书 of the unit that answers for a system."""
    unit = system.unit
    return AuthorizationLetter(
        unit=Party(unit.name, unit.uscc, unit.address, "", unit.contact, unit.phone),
        police=police_of(system.site.division),
        system=system.name,
        agent=agent,
    )
