"""The letter that a unit seals before anybody of it has an account: printed by the page on which it applies."""

from __future__ import annotations

from allauth.core.ratelimit import consume
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.documents.fonts import FontsMissing
from custodes.documents.forms.authorization import AuthorizationLetter
from custodes.documents.overlay import TemplateError
from custodes.people.applying.letter import blank_letter, letter_typed
from custodes.people.printed import as_file, no_record, printed
from custodes.settings import get_settings

ASKED = "print"
"""What the page's link and second button say beside the form's own fields."""

TOO_MANY = 429


def print_blank(request: HttpRequest) -> HttpResponse:
    """The empty letter, or the page with a word about what this machine lacks."""
    settings, letter, back = get_settings(), AuthorizationLetter(), reverse("people:unit_apply")
    try:
        return as_file(blank_letter(settings.templates, settings.installation_name), letter)
    except (FontsMissing, TemplateError):
        return printed(request, letter, back, no_record())  # finds the same, and says it


def print_typed(request: HttpRequest) -> HttpResponse:
    """The letter with what was typed into the application so far: counted by address, and nothing of it is kept."""
    if not consume(request, action="print_letter"):
        text = _("打印过于频繁，请过一小时再试，或者到所在县（区）公安机关窗口领取。")
        return HttpResponse(text, status=TOO_MANY, content_type="text/plain; charset=utf-8")
    return printed(request, letter_typed(request.POST.dict()), reverse("people:unit_apply"), no_record())
