"""委托办理备案授权书: blank for whoever stands before the law for the first time, and with what the register knows for the others."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.core.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from custodes.documents.fonts import FontsMissing
from custodes.documents.forms.authorization import AuthorizationLetter
from custodes.documents.overlay import TemplateError
from custodes.documents.provenance import Provenance
from custodes.documents.rendering import render
from custodes.people.applying.reach import applications_for
from custodes.people.models import Division
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import built_systems
from custodes.settings import get_settings
from custodes.web.printing import changes
from custodes.web.printing.views import as_file, printed

TOO_MANY = 429


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def authorization(request: HttpRequest) -> HttpResponse:
    """The letter for a unit that is not registered: blank, or with what was typed into its application so far.

    Nobody is signed in here: the blank one is made once, the others are counted by address, and nothing that was typed is kept.
    """
    if request.method != "POST":
        try:
            return as_file(_blank(get_settings().templates, get_settings().installation_name), AuthorizationLetter())
        except (FontsMissing, TemplateError):
            pass  # said by `printed`, which finds the same
    elif not consume(request, action="print_letter"):
        text = _("打印过于频繁，请过一小时再试，或者到所在县（区）公安机关窗口领取。")
        return HttpResponse(text, status=TOO_MANY, content_type="text/plain; charset=utf-8")
    chosen = request.POST.get("division", "")
    division = Division.objects.filter(pk=chosen).first() if chosen.isascii() and chosen.isdecimal() else None
    document = changes.letter_typed(request.POST.dict(), division)
    return printed(request, document, reverse("people:unit_apply"), None, _no_record())


@require_safe
@needs(Permission.MANAGE_PLACES)
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter for whoever files this system."""
    viewer = Viewer.of(request)
    rows = built_systems(viewer.person, viewer.at).select_related("unit", "site__division")
    row = get_object_or_404(rows, pk=pk)
    document = changes.letter_of_system(row, viewer.person.name)
    return printed(request, document, row.get_absolute_url(), None, _no_record())


@require_safe
@needs(Permission.CONFIRM_UNITS)
def of_application(request: HttpRequest, application: Any) -> HttpResponse:
    """The letter with what a unit said in its application: to sign at the counter, or in the place of one that was wrong."""
    viewer = Viewer.of(request)
    rows = applications_for(viewer.person, viewer.at).select_related("division")
    row = get_object_or_404(rows, uuid=application)
    back = reverse("people:application_detail", args=[row.uuid])
    return printed(request, changes.letter_of_application(row), back, None, _no_record())


@lru_cache(maxsize=1)
def _blank(templates: Path | None, installation: str) -> bytes:
    return render(AuthorizationLetter(), templates=templates, provenance=Provenance(installation, "", None, None))


def _no_record() -> Provenance:
    """A form that the unit fills in and seals: it is no record of ours."""
    return Provenance(get_settings().installation_name, "", None, None)
