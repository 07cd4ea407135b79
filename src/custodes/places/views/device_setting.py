"""One part of how a device, or one of its channels, is set: its form, a drawing of what will stand, and the change itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.configured import FRESH, mark_of, name_of, reading_of, said_in
from custodes.places.devices.configuring import configure_device, ground_of, not_whole
from custodes.places.devices.settingdrawing import draw_picture, draw_week
from custodes.places.forms.devicepart import PartForm
from custodes.places.forms.devicepicture import MaskForm, OsdForm
from custodes.places.forms.devicerecording import PlanForm
from custodes.places.forms.devicesettings import FORMS
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import GbDevice
from custodes.places.views.device_configuration import address_of, channel_of, configurable, crumbs_of
from custodes.places.views.device_row import gateway_context
from custodes.places.views.setting_words import LEADS, TITLES, tell_outcome


@never_cache
@needs(Permission.CONFIGURE_DEVICES)
def device_setting(request: HttpRequest, pk: UUID, part: str, channel: str = "") -> HttpResponse:
    """Show it, draw it, or set it with a reason.

    Raises:
        Http404: there is no such part.
    """
    row = configurable(request, pk)
    channel_id = channel_of(row, channel)
    if part not in FORMS:
        raise Http404
    form = _form(row, channel_id, part, request.POST if request.method == "POST" else None)
    # To draw it is to look at what was entered; nothing is sent by it, and no reason is asked for yet.
    if form is None or not form.is_bound or not form.is_valid() or "draw" in request.POST:
        if form is not None and "draw" in request.POST:
            form.errors.pop("reason", None)
            form.errors.pop("aware", None)
        return _page(request, row, channel_id, part, form)
    data = form.cleaned_data
    try:
        outcome = configure_device(
            row, channel_id, data["wish"], data["reason"], data["seen"], Viewer.of(request).person, timezone.now(),
            aware=data["aware"],
        )  # fmt: skip
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, channel_id, part, form)
    tell_outcome(request, outcome)
    return redirect(address_of(row, channel_id))


def _form(row: GbDevice, channel_id: str, part: str, data: Any) -> PartForm | None:
    """The form; None where the device did not tell of this part within the time."""
    reading = reading_of(row, channel_id)
    if reading is None or reading.read_at is None or timezone.now() - reading.read_at > FRESH:
        return None
    ground = ground_of(row, channel_id, said_in(reading))
    made = FORMS[part]
    return made(data, ground=ground, initial={"seen": mark_of(reading)}) if made.offered(ground) else None


def _page(request: HttpRequest, row: GbDevice, channel_id: str, part: str, form: PartForm | None) -> HttpResponse:
    whole = channel_id == row.gb_id
    name = row.name if whole else name_of(row, channel_id) or channel_id
    here = crumbs_of(row, channel_id, name)
    own = address_of(row, channel_id)
    context: dict[str, Any] = {
        "title": TITLES[part],
        "lead": LEADS[part],
        "device": row,
        "name": name,
        "form": form if form is not None and form.whole else None,
        "not_whole": not_whole() if form is not None and not form.whole else "",
        "back": own,
        "told": form.told if form is not None and not any(one.refused for one in form.told) else [],
        "crumbs": [*here[:-1], (here[-1][0], own), (TITLES[part], "")],
        **gateway_context(timezone.now()),
    }
    if form is not None:
        context |= _drawn(form)
    wrong = form is not None and form.is_bound and bool(form.errors) and "draw" not in request.POST
    return render(request, "places/device_setting.html", context, status=400 if wrong else 200)


def _drawn(form: PartForm) -> dict[str, Any]:
    said = form.ground.said
    match form:
        case PlanForm():
            week = draw_week(form.as_drawn()["record_plan"])
            return {"week": [(field, spans) for field, (_day, spans) in zip(form.days, week, strict=True)]}
        case OsdForm():
            return {"picture": draw_picture(form.ground.frame, form.as_drawn()["osd"], said.mask, said.mask)}
        case MaskForm():
            drawn = form.as_drawn()["mask"]
            return {"picture": draw_picture(form.ground.frame, said.osd, drawn, said.mask), "fixed": said.mask}
    return {}
