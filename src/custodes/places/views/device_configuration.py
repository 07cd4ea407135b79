"""How a GB/T 28181 device or one of its channels is set: read at a button, held against the register, changed by whoever has that right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
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
from custodes.places.devices.configuring import ASKED, TOLD, Outcome, configure_device
from custodes.places.devices.findings import is_channel
from custodes.places.devices.reach import configurable_devices, exact_devices
from custodes.places.devices.settingwords import TYPES, facts_of
from custodes.places.forms.configuration import ConfigureForm
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.lifecycle.story import story_of
from custodes.places.models import GbDevice, Standing, Step
from custodes.places.views.device_row import device_crumbs, gateway_context
from custodes.places.views.device_words import badge_of

HISTORY = 40
CHANNELS = 200

_TOLD = {
    Outcome.SET: (messages.success, _("设备已按所设更改，再次读取一致。")),
    Outcome.SET_UNSAID: (messages.success, _("设备没有回复成功，但再次读取与所设一致。")),
    Outcome.DIFFERS: (messages.warning, _("设备回复成功，但再次读取与所设不一致，以读取的为准。请到设备自己的页面上更改。")),
    Outcome.UNREAD: (messages.warning, _("设备回复成功，但再次读取没有得到，是否生效不明。请稍后读取配置核对。")),
    Outcome.KEPT: (messages.warning, _("设备没有回复结果，再次读取与所设不一致。请到设备自己的页面上更改。")),
    Outcome.REFUSED: (messages.error, _("设备拒绝更改，配置没有改变。请到设备自己的页面上更改。")),
    Outcome.NO_WORD: (messages.warning, _("更改已下发，设备没有回复结果，是否生效不明。请稍后读取配置核对。")),
    Outcome.NO_ANSWER: (messages.warning, _("更改已下发，设备没有应答，是否收到不明。请稍后读取配置核对。")),
    Outcome.NOT_REGISTERED: (messages.warning, _("设备没有注册，更改没有下发。请检查设备后再试。")),
    Outcome.BUSY: (messages.warning, _("正在读取或者更改该设备的配置，这次更改没有下发。请片刻后再试。")),
    Outcome.NOT_EXPECTED: (messages.error, _("国标网关还没有取到新的心跳间隔，更改没有下发。请片刻后再试。")),
    Outcome.UNSENDABLE: (messages.error, _("设备的标准版本不支持这项更改，没有下发。请核对登记的标准版本。")),
    Outcome.UNRECORDED: (messages.error, _("存证日志暂不可用，更改没有下发。请联系系统管理员。")),
    Outcome.UNKNOWN: (messages.error, _("国标网关没有应答，是否下发不明。请由系统管理员检查网关。")),
}  # fmt: skip


@never_cache
@needs(Permission.VIEW_PLACES)
def device_configuration(request: HttpRequest, pk: UUID, channel: str = "") -> HttpResponse:
    """What it said, what differs, what was changed; and the form, for whoever may."""
    now, person = timezone.now(), Viewer.of(request).person
    row = get_object_or_404(exact_devices(person, now).select_related("system__site", "system__unit"), pk=pk)
    return _page(request, row, _channel(row, channel))


@never_cache
@require_POST
@needs(Permission.CONFIGURE_DEVICES)
def device_configuration_read(request: HttpRequest, pk: UUID, channel: str = "") -> HttpResponse:
    """Ask it now."""
    row = _configurable(request, pk)
    channel_id = _channel(row, channel)
    try:
        reading = read_configuration(row, channel_id, Viewer.of(request).person, timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        if reading.failure:
            messages.warning(request, FAILURES.get(reading.failure, FAILURES["error"]))
        else:
            messages.success(request, _("已读取设备的配置。"))
    return redirect(_address(row, channel_id))


@never_cache
@require_POST
@needs(Permission.CONFIGURE_DEVICES)
def device_configure(request: HttpRequest, pk: UUID, channel: str = "") -> HttpResponse:
    """Set it, with a reason."""
    row = _configurable(request, pk)
    channel_id = _channel(row, channel)
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
            tell, words = _TOLD[outcome]
            tell(request, words)
            return redirect(_address(row, channel_id))
    return _page(request, row, channel_id, form)


def _configurable(request: HttpRequest, pk: UUID) -> GbDevice:
    rows = configurable_devices(Viewer.of(request).person, timezone.now()).filter(retired_at__isnull=True)
    return get_object_or_404(rows.select_related("system__site", "system__unit"), pk=pk)


def _channel(row: GbDevice, channel: str) -> str:
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


def _address(row: GbDevice, channel_id: str, view: str = "configuration") -> str:
    if channel_id == row.gb_id:
        return reverse(f"places:device_{view}", args=[row.pk])
    return reverse(f"places:channel_{view}", args=[row.pk, channel_id])


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
    steps = Step.objects.filter(object_id=row.pk, event__in=(ASKED, TOLD))
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
        "others": said.others,
        "missing": [TYPES.get(one, one) for one in reading.missing] if reading is not None else [],
        "differences": differences(row, reading),
        "may": may,
        "fresh": fresh,
        "form": shown,
        "may_edit": may and whole,
        "read_url": _address(row, channel_id, "configuration_read"),
        "set_url": _address(row, channel_id, "configure"),
        "story": story_of(steps, HISTORY),
        "channels": _channels(row) if whole else [],
        **gateway_context(now),
        "crumbs": _crumbs(row, channel_id, name),
    }
    return render(request, "places/device_configuration.html", context, status=400 if shown.errors else 200)


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


def _crumbs(row: GbDevice, channel_id: str, name: str) -> list[tuple[object, str]]:
    own = reverse("places:device_configuration", args=[row.pk])
    if channel_id == row.gb_id:
        return device_crumbs((row.name, row.get_absolute_url()), (_("设备配置"), ""))
    return device_crumbs((row.name, row.get_absolute_url()), (_("设备配置"), own), (name, ""))
