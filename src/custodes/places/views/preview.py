"""The address as a template will spell it, while the form is being filled in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from custodes.people.permissions import Permission
from custodes.people.viewer import needs
from custodes.places.forms.batch import MakerAddress
from custodes.places.makers import BadChannel, channels_of, maker_of


@require_GET
@needs(Permission.MANAGE_CAMERAS)
def address_preview(request: HttpRequest) -> HttpResponse:
    """Main and sub stream of the first channel, and of the last where there are several; nothing until it can be said.

    The form's login is no part of the request: nothing of it belongs in an address.
    """
    form = MakerAddress(request.GET)
    addresses = []
    if form.is_valid():
        maker, data = maker_of(form.cleaned_data["maker"]), form.cleaned_data
        try:
            channels = channels_of(request.GET.get("channel") or request.GET.get("channels") or "1")
        except BadChannel:
            channels = []
        shown = channels[:1] + channels[1:][-1:]
        addresses = [(channel, maker.spell(data["host"], data["port"], channel)) for channel in shown]
    return render(request, "places/address_preview.html", {"addresses": addresses})
