"""How a GB/T 28181 device or one of its channels is set: read at a button, held against the register, changed or started again by whoever has that right.

One part has a page of its own: its form, a drawing of what will stand, and the change itself.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.cases.models import CaseStep
from custodes.people.forms import PlainText
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.devices.catalogue import is_channel
from custodes.places.devices.configured import (
    FAILURES,
    FRESH,
    differences,
    is_below,
    mark_of,
    name_of,
    read_configuration,
    reading_of,
    said_in,
)
from custodes.places.devices.configuring import ASKED, TOLD, configure_device, ground_of, not_whole
from custodes.places.devices.entering import REASON, cameras_of
from custodes.places.devices.rebooting import RebootOutcome, reboot_device
from custodes.places.devices.settingrules import draw_picture, draw_week
from custodes.places.devices.settingwords import TYPES, facts_of, parts_of
from custodes.places.forms.configuration import ConfigureForm
from custodes.places.forms.devicesettings import FORMS, MaskForm, OsdForm, PartForm, PlanForm
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.lifecycle.story import story_of
from custodes.places.models import CameraState, GbDevice, Standing
from custodes.places.scope import configurable_devices, exact_devices, rebootable_devices
from custodes.places.views.device_words import LEADS, TITLES, badge_of, device_crumbs, gateway_context, tell_outcome
from custodes.video.wire.configuration import DeviceSettings

_TOLD = {
    RebootOutcome.SENT: (messages.success, gettext_lazy("设备已收到重启指令，重新注册后恢复录像。")),
    RebootOutcome.UNRECORDED: (messages.error, gettext_lazy("存证日志暂不可用，重启没有下发。请联系系统管理员。")),
    RebootOutcome.NOT_REGISTERED: (messages.warning, gettext_lazy("设备没有注册，重启没有下发。请到现场检查设备。")),
    RebootOutcome.NO_ANSWER: (
        messages.warning,
        gettext_lazy("重启已下发，设备没有应答，是否收到不明。请等待设备重新注册后再看。"),
    ),
    RebootOutcome.REFUSED: (messages.error, gettext_lazy("设备没有接受重启，或者刚刚重启过。请稍后再看设备状态。")),
    RebootOutcome.UNKNOWN: (messages.error, gettext_lazy("国标网关没有应答，是否下发不明。请由系统管理员检查网关。")),
}


class RebootForm(PlainText, forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("重启理由"),
        max_length=REASON,
        help_text=gettext_lazy("写明故障现象或者维护单号，写入存证日志。"),
    )


@never_cache
@needs(Permission.REBOOT_DEVICES)
def device_reboot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What it would interrupt, and the reason; then it is sent."""
    now, person = timezone.now(), Viewer.of(request).person
    rows = rebootable_devices(person, now).filter(retired_at__isnull=True)
    row = get_object_or_404(rows.select_related("system__site", "system__unit"), pk=pk)
    form = RebootForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = reboot_device(row, form.cleaned_data["reason"], person, now)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell, words = _TOLD[outcome]
            tell(request, words)
            return redirect(row)
    context = {
        "form": form,
        "device": row,
        "badge": badge_of(row),
        "online": row.standing == Standing.ONLINE,
        "recorded": _recorded(row),
        **gateway_context(now),
        "crumbs": device_crumbs((row.name, row.get_absolute_url()), (gettext_lazy("重启设备"), "")),
    }
    return render(request, "places/device_reboot.html", context, status=400 if form.errors else 200)


def _recorded(device: GbDevice) -> int:
    """Cameras of it that have a gap until it is back."""
    return cameras_of(device).filter(state=CameraState.CONNECTED, record=True).count()


HISTORY = 40
CHANNELS = 200


@never_cache
@needs(Permission.VIEW_PLACES)
def device_configuration(request: HttpRequest, pk: UUID, channel: str = "") -> HttpResponse:
    """What it said, what differs, what was changed; and the form, for whoever may."""
    now, person = timezone.now(), Viewer.of(request).person
    row = get_object_or_404(exact_devices(person, now).select_related("system__site", "system__unit"), pk=pk)
    return _page(request, row, channel_of(row, channel))


@never_cache
@require_POST
@needs(Permission.CONFIGURE_DEVICES)
def device_configuration_read(request: HttpRequest, pk: UUID, channel: str = "") -> HttpResponse:
    """Ask it now."""
    row = configurable(request, pk)
    channel_id = channel_of(row, channel)
    try:
        reading = read_configuration(row, channel_id, Viewer.of(request).person, timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if reading.failure:
            messages.warning(request, FAILURES.get(reading.failure, FAILURES["error"]))
        else:
            messages.success(request, _("已读取设备的配置。"))
    return redirect(address_of(row, channel_id))


@never_cache
@require_POST
@needs(Permission.CONFIGURE_DEVICES)
def device_configure(request: HttpRequest, pk: UUID, channel: str = "") -> HttpResponse:
    """Set it, with a reason."""
    row = configurable(request, pk)
    channel_id = channel_of(row, channel)
    form = _form(row, channel_id, request.POST)
    if form.is_valid():
        data, person = form.cleaned_data, Viewer.of(request).person
        try:
            outcome = configure_device(
                row, channel_id, data["wish"], data["reason"], data["seen"], person, timezone.now()
            )
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell_outcome(request, outcome)
            return redirect(address_of(row, channel_id))
    return _page(request, row, channel_id, form)


def configurable(request: HttpRequest, pk: UUID) -> GbDevice:
    """The device, where this person may set it.

    Raises:
        Http404: they may not, or it is retired.
    """
    rows = configurable_devices(Viewer.of(request).person, timezone.now()).filter(retired_at__isnull=True)
    return get_object_or_404(rows.select_related("system__site", "system__unit"), pk=pk)


def channel_of(row: GbDevice, channel: str) -> str:
    """The ID that is asked about: the device's own, or a channel's of its catalogue.

    Raises:
        Http404: there is no such channel, or it is a platform below, whose devices are its own matter.
    """
    if is_below(row):
        raise Http404
    if not channel:
        return row.gb_id
    if not is_channel(channel) or not row.channels.filter(channel_id=channel).exists():
        raise Http404
    return channel


def address_of(row: GbDevice, channel_id: str, view: str = "configuration", *more: str) -> str:
    """The page of the device, or of one of its channels."""
    if channel_id == row.gb_id:
        return reverse(f"places:device_{view}", args=[row.pk, *more])
    return reverse(f"places:channel_{view}", args=[row.pk, channel_id, *more])


def _form(row: GbDevice, channel_id: str, data: Any = None) -> ConfigureForm:
    reading = reading_of(row, channel_id)
    start = {"seen": mark_of(reading)} if reading is not None else {}
    return ConfigureForm(data, device=row, said=said_in(reading), whole=channel_id == row.gb_id, initial=start)


def _page(request: HttpRequest, row: GbDevice, channel_id: str, form: ConfigureForm | None = None) -> HttpResponse:
    now, person = timezone.now(), Viewer.of(request).person
    reading, whole = reading_of(row, channel_id), channel_id == row.gb_id
    said = said_in(reading)
    may = row.retired_at is None and configurable_devices(person, now).filter(pk=row.pk).exists()
    fresh = reading is not None and reading.read_at is not None and now - reading.read_at <= FRESH
    name = row.name if whole else name_of(row, channel_id) or channel_id
    steps = CaseStep.objects.filter(case_id=row.pk, event__in=(ASKED, TOLD))
    shown = form or _form(row, channel_id)
    context = {
        "device": row,
        "whole": whole,
        "name": name,
        "channel_id": channel_id,
        "badge": badge_of(row),
        "online": row.standing == Standing.ONLINE,
        "reading": reading,
        "failure": FAILURES.get(reading.failure, FAILURES["error"]) if reading is not None and reading.failure else "",
        "facts": facts_of(said),
        "parts": _parts(row, channel_id, said),
        "others": said.others,
        "missing": [TYPES.get(one, one) for one in reading.missing] if reading is not None else [],
        "differences": differences(row, reading),
        "may": may,
        "fresh": fresh,
        "form": shown,
        "may_edit": may and whole,
        "read_url": address_of(row, channel_id, "configuration_read"),
        "set_url": address_of(row, channel_id, "configure"),
        "story": story_of(steps, HISTORY),
        "channels": _channels(row) if whole else [],
        **gateway_context(now),
        "crumbs": crumbs_of(row, channel_id, name),
    }
    return render(request, "places/device_configuration.html", context, status=400 if shown.errors else 200)


def _parts(row: GbDevice, channel_id: str, said: DeviceSettings) -> list[dict[str, Any]]:
    """What is set as a whole: its lines, and the page where it is set."""
    lines = {name: (title, told) for name, title, told in parts_of(said)}
    ground = ground_of(row, channel_id, said)
    return [
        {
            "title": TITLES[key],
            "url": address_of(row, channel_id, "setting", key),
            "facts": [line for name in form.names if name in lines for line in lines[name][1]],
            "whole": all(getattr(getattr(said, name), "whole", True) for name in form.names),
        }
        for key, form in FORMS.items()
        if form.offered(ground)
    ]


def _channels(row: GbDevice) -> list[dict[str, Any]]:
    """Its channels, each with when it was read and whether something waits for a person."""
    readings = {one.channel_id: one for one in row.configurations.all()}
    rows = [one for one in row.channels.all()[:CHANNELS] if is_channel(one.channel_id)]
    return [
        {
            "row": one,
            "url": reverse("places:channel_configuration", args=[row.pk, one.channel_id]),
            "reading": (reading := readings.get(one.channel_id)),
            "differences": differences(row, reading),
        }
        for one in rows
    ]


def crumbs_of(row: GbDevice, channel_id: str, name: str) -> list[tuple[object, str]]:
    """Where the page of the device, or of one of its channels, stands."""
    own = reverse("places:device_configuration", args=[row.pk])
    if channel_id == row.gb_id:
        return device_crumbs((row.name, row.get_absolute_url()), (_("设备配置"), ""))
    return device_crumbs((row.name, row.get_absolute_url()), (_("设备配置"), own), (name, ""))


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
    form = _part_form(row, channel_id, part, request.POST if request.method == "POST" else None)
    # To draw it is to look at what was entered; nothing is sent by it, and no reason is asked for yet.
    if form is None or not form.is_bound or not form.is_valid() or "draw" in request.POST:
        if form is not None and "draw" in request.POST:
            form.errors.pop("reason", None)
            form.errors.pop("aware", None)
        return _part_page(request, row, channel_id, part, form)
    data = form.cleaned_data
    try:
        outcome = configure_device(
            row, channel_id, data["wish"], data["reason"], data["seen"], Viewer.of(request).person, timezone.now(),
            aware=data["aware"],
        )  # fmt: skip
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return _part_page(request, row, channel_id, part, form)
    tell_outcome(request, outcome)
    return redirect(address_of(row, channel_id))


def _part_form(row: GbDevice, channel_id: str, part: str, data: Any) -> PartForm | None:
    """The form; None where the device did not tell of this part within the time."""
    reading = reading_of(row, channel_id)
    if reading is None or reading.read_at is None or timezone.now() - reading.read_at > FRESH:
        return None
    ground = ground_of(row, channel_id, said_in(reading))
    made = FORMS[part]
    return made(data, ground=ground, initial={"seen": mark_of(reading)}) if made.offered(ground) else None


def _part_page(request: HttpRequest, row: GbDevice, channel_id: str, part: str, form: PartForm | None) -> HttpResponse:
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
