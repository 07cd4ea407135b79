"""What of a device moves: entered by a person with the reason, ended by one, each on record; and the last place that the gateway tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from custodes.law.grounds.stating import says_something
from custodes.people.models import Person
from custodes.places.devices.assignment import admitted, bump_gateways
from custodes.places.devices.catalogue import is_channel
from custodes.places.devices.channel import PREFIX, Channel, channel_of
from custodes.places.devices.plaintext import ahead, degrees, moment
from custodes.places.lifecycle.stepping import StepRefused, Taken, note
from custodes.places.models import Camera, GbDevice, GbMobile, MobileKind
from custodes.video.wire.devices import GatewayPlaces, MobilePlace, MobileStand


def age_words(row: GbMobile, now: datetime) -> str:
    """How old it is, in one short word."""
    seen = row.seen_at
    if seen is None:
        return _("尚未收到位置")
    if (now - seen).total_seconds() < 60:
        return _("一分钟内的位置")
    return _("%(age)s前的位置") % {"age": timesince(seen, now, depth=1).replace("\xa0", " ")}


MOST_OF_DEVICE = 500
"""Entries of one device."""

ASKED_AT_ONCE = 100
"""Addresses that one question names: a database's conditions have a depth."""

_Keyed = MobilePlace | MobileStand


def enter_mobile(mobile: GbMobile, by: Person, at: datetime) -> GbMobile:
    """From now on its position is subscribed to.

    Args:
        mobile: new, with device, channel, kind, interval and reason.

    Raises:
        StepRefused: the device is retired, nothing of its catalogue is called so, it is entered already, or no reason is given.
    """
    if not says_something(mobile.reason):
        raise StepRefused(_("请写明需要位置的理由。"))
    with transaction.atomic():
        row = GbDevice.objects.select_for_update(of=("self",)).select_related("system").get(pk=mobile.device_id)
        if row.retired_at is not None:
            raise StepRefused(_("该设备已经停用。"))
        if not may_move(row, mobile.channel_id):
            raise StepRefused(_("设备的目录中没有该通道。请先查询目录，或者登记整台设备。"))
        if row.mobiles.filter(channel_id=mobile.channel_id).exists():
            raise StepRefused(_("已经登记为移动设备。要改间隔或者类型的，请先取消再登记。"))
        if row.mobiles.count() >= MOST_OF_DEVICE:
            raise StepRefused(_("一台设备最多登记 %(most)s 个移动通道。") % {"most": MOST_OF_DEVICE})
        mobile.device, mobile.entered_by, mobile.entered_at = row, by, at
        try:
            with transaction.atomic():
                mobile.save(force_insert=True)
        except IntegrityError as error:
            raise StepRefused(_("位置上报间隔不在允许的范围内。")) from error
        _forget_said(row)
        note(row, row.system, "enter_mobile", _taken(by, at, f"{_words(mobile)}：{mobile.reason}"), ())
        bump_gateways()
    return mobile


def _forget_said(row: GbDevice) -> None:
    """Where it was when somebody read how it is set is a place like any other that it was at."""
    for reading in row.configurations.all():
        said = {name: value for name, value in reading.said.items() if name not in ("longitude", "latitude")}
        if said != reading.said:
            reading.said = said
            reading.save(update_fields=["said"])


def end_mobile(device: GbDevice, pk: int, by: Person, at: datetime) -> None:
    """Its position is subscribed to no more, and its last place is gone.

    Raises:
        StepRefused: somebody ended it meanwhile.
    """
    with transaction.atomic():
        row = GbDevice.objects.select_for_update(of=("self",)).select_related("system").get(pk=device.pk)
        mobile = row.mobiles.filter(pk=pk).first()
        if mobile is None:
            raise StepRefused(_("他人已经取消了该移动设备的登记。"))
        words = _words(mobile)
        mobile.delete()
        note(row, row.system, "end_mobile", _taken(by, at, words), ())
        bump_gateways()


def may_move(device: GbDevice, channel: str) -> bool:
    """Whether that can be entered: the device itself, or a channel of its last catalogue."""
    return channel == device.gb_id or (is_channel(channel) and device.channels.filter(channel_id=channel).exists())


def mobile_of(camera: Camera) -> GbMobile | None:
    """What was entered of the camera's own channel, else of its device; None for a camera that stands."""
    channel = channel_of(camera.main_url)
    if channel is None:
        return None
    rows = GbMobile.objects.filter(
        device__gb_id=channel.device,
        device__system=camera.system_id,
        device__retired_at__isnull=True,
        channel_id__in=(channel.channel, channel.device),
    ).select_related("device", "entered_by")
    found = {row.channel_id: row for row in rows}
    return found.get(channel.channel) or found.get(channel.device)


def cameras_of_mobiles(mobiles: Iterable[GbMobile], cameras: QuerySet[Camera]) -> list[tuple[Camera, GbMobile]]:
    """Which of these cameras move, by name, each with what was entered of it. A channel's own entry goes before its device's."""
    rows = list(mobiles)
    known = {(row.device.gb_id, row.channel_id): row for row in rows}
    found: dict[Any, Camera] = {}
    for begin in range(0, len(rows), ASKED_AT_ONCE):
        sought = Q(pk__in=[])
        for row in rows[begin : begin + ASKED_AT_ONCE]:
            url = Channel(row.device.gb_id, row.channel_id).url
            sought |= Q(main_url__startswith=f"{PREFIX}{row.device.gb_id}/") if row.whole_device else Q(main_url=url)
        found |= {camera.pk: camera for camera in cameras.filter(sought)}
    pairs = []
    for camera in sorted(found.values(), key=lambda one: (one.name, one.number)):
        channel = channel_of(camera.main_url)
        if channel is None:
            continue
        entry = known.get((channel.device, channel.channel)) or known.get((channel.device, channel.device))
        if entry is not None and entry.device.system_id == camera.system_id:
            pairs.append((camera, entry))
    return pairs


def take_places(report: GatewayPlaces, at: datetime) -> int:
    """Keep the newest place of each, over the one before, and how its subscription stands. What was not entered is passed over, what is older
    than what is known, and what is of a system that was classified meanwhile (S20). How many places were kept.

    Raises:
        Impossible: a time before 1970; nothing was kept.
    """
    places = {_key(one): (one, moment(one.heard_us, "heard_us", at)) for one in report.places}
    stands = {_key(one): (one, moment(one.since_us, "since_us", at)) for one in report.stands}
    with transaction.atomic():
        known = _known({*places, *stands})
        kept = sum(_keep(known[key], one, heard, at) for key, (one, heard) in places.items() if key in known)
        for key, (stand, since) in stands.items():
            if key in known:
                older = Q(watch_since__isnull=True) | Q(watch_since__lt=since) | Q(watch_since__gt=at)
                GbMobile.objects.filter(older, pk=known[key]).update(
                    watch=stand.watch, watch_status=stand.status, watch_since=since
                )
    return kept


def _keep(pk: int, place: MobilePlace, heard: datetime, at: datetime) -> int:
    longitude, latitude = degrees(place.longitude, 180), degrees(place.latitude, 90)
    if longitude is None or latitude is None:
        return 0
    older = Q(heard_at__isnull=True) | Q(heard_at__lt=heard) | Q(heard_at__gt=at)
    return GbMobile.objects.filter(older, pk=pk).update(
        longitude=longitude, latitude=latitude, said_at=_said(place.said_us, at), heard_at=heard
    )


def _said(us: int | None, at: datetime) -> datetime | None:
    """The device's time, where its clock can be right."""
    if us is None or us < 0 or ahead(us, at):
        return None
    return moment(us, "said_us", at)


def _known(keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
    wanted = set(keys)
    devices = {device for device, _channel in wanted}
    rows: Any = GbMobile.objects.filter(device__gb_id__in=devices, device__in=admitted())
    found = rows.values_list("device__gb_id", "channel_id", "pk")
    return {(device, channel): pk for device, channel, pk in found if (device, channel) in wanted}


def _key(one: _Keyed) -> tuple[str, str]:
    return one.device, one.channel


def _words(mobile: GbMobile) -> str:
    """For the record, in Chinese as all of the register's words there."""
    what = "整台设备" if mobile.whole_device else f"通道 {mobile.channel_id}"
    return f"{what}，{_KINDS[MobileKind(mobile.kind)]}，每 {mobile.interval_s} 秒"


_KINDS = {
    MobileKind.ROBOT: "移动机器人载摄像机",
    MobileKind.BODY_WORN: "执法记录仪",
    MobileKind.PORTABLE: "移动单兵设备",
    MobileKind.VEHICLE: "车载视频记录设备",
    MobileKind.DRONE: "无人机载摄像机",
    MobileKind.OTHER: "其他移动采集设备",
}


def _taken(by: Person, at: datetime, words: str) -> Taken:
    return Taken(by, at, timezone.localdate(at), words[:500])
