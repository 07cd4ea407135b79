"""What the platform below shows becomes cameras of this level, by the step that a person takes for that (`places.devices.entering`, `places.bulk`);
and is shown further up. Recording stays below: here it is looked at alone. In the county it is its own device's channel, recorded there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from custodes.demo.levels.joining import share, shown
from custodes.demo.levels.story import DOME, DOME_DEVICE, DOME_HOME, DOME_PLACE, KEEPS, Level, lower_of
from custodes.demo.people import person
from custodes.places.assignment import bump
from custodes.places.bulk.checking import FIELDS, TakenNumbers, check_rows, keep_typed, prefix_of
from custodes.places.bulk.probing import order_probes
from custodes.places.bulk.registering import register_rows
from custodes.places.devices.catalogue import is_channel
from custodes.places.devices.entering import batches_by_url, begin_cameras, cameras_by_url, url_of
from custodes.places.models import PREVIEW, Batch, Camera, CameraState, GbChannel, GbDevice, Node, RowState, Standing
from custodes.places.onvif import look_at_channel
from custodes.places.register import save_recorded
from custodes.places.scope import editable_cameras
from custodes.settings import get_settings
from custodes.video.simcam.cast import cast

REST = datetime.timedelta(seconds=10)
"""Before what failed is tried again."""


class TakingStage(StrEnum):
    """How far it is."""

    UNREGISTERED = "unregistered"
    NO_CATALOGUE = "no_catalogue"
    NO_PICTURE = "no_picture"
    DONE = "done"


@dataclass(frozen=True)
class ChannelSource:
    """Whose channels become cameras of a level.

    Attributes:
        names: that its catalogue has; called: by which of these another name is entered here.
        record: whether they are recorded here; home: the preset to which one that turns is turned back.
    """

    gb_id: str
    names: tuple[str, ...]
    place: str
    called: Mapping[str, str] = field(default_factory=dict)
    record: bool = False
    home: str = ""


def source_of(told: Level) -> ChannelSource:
    """The platform below, and below the last level its own device."""
    lower = lower_of(told.key)
    if lower is not None:
        return ChannelSource(lower.gb_id, lower.shown, lower.place)
    [film] = cast(1)
    return ChannelSource(DOME_DEVICE, (film.name,), DOME_PLACE, {film.name: DOME}, record=True, home=DOME_HOME)


def take_on(told: Level, now: datetime.datetime) -> TakingStage:
    """One step on; called until it is done."""
    source = source_of(told)
    device = GbDevice.objects.select_related("system").filter(gb_id=source.gb_id, retired_at__isnull=True).first()
    if device is None or device.standing != Standing.ONLINE:
        return TakingStage.UNREGISTERED
    channels = [row for row in device.channels.all() if is_channel(row.channel_id)]
    if not set(source.names) <= {row.name for row in channels}:
        return TakingStage.NO_CATALOGUE
    _register(device, channels, source, now)
    cameras = _cameras(device)
    if any(camera.state != CameraState.CONNECTED for camera in cameras):
        _try_again(device, now)
        return TakingStage.NO_PICTURE
    for camera in cameras:
        if camera.steering is None:
            look_at_channel(camera, person(KEEPS), now)
            _declare(camera, source, now)
    share(told, shown(told), now)
    return TakingStage.DONE


def trouble(told: Level) -> str:
    """What the last try of a camera that is not connected failed with: code and detail, for the demo's own log."""
    rows = Batch.objects.filter(rows__state=RowState.FAILED).values_list("rows__failure", "rows__detail")
    return "; ".join(sorted({f"{failure} {detail}".strip() for failure, detail in rows if failure}))


def _cameras(device: GbDevice) -> list[Camera]:
    urls = [url_of(device, row) for row in device.channels.all() if is_channel(row.channel_id)]
    return list(cameras_by_url(device, urls).values())


def _register(device: GbDevice, channels: list[GbChannel], source: ChannelSource, now: datetime.datetime) -> None:
    """Channels that never were cameras: picked, their place stated, registered, and tried in the background by the web process."""
    urls = [url_of(device, row) for row in channels]
    once = Camera.objects.filter(system=device.system, main_url__in=urls).values_list("main_url", flat=True)
    taken = {*cameras_by_url(device, urls), *batches_by_url(device, urls), *once}
    free = [row for row, url in zip(channels, urls, strict=True) if url not in taken]
    if not free:
        return
    by, node = person(KEEPS), Node.objects.get(name=get_settings().node_name)
    with transaction.atomic():
        batch = begin_cameras(device, free, node, by, now)
        rows = list(batch.rows.filter(state__in=PREVIEW))
        typed = {f"{prefix_of(row)}-{name}": str(getattr(row, name) or "") for row in rows for name in FIELDS}
        typed |= {f"{prefix_of(row)}-place": row.place or source.place for row in rows}
        typed |= {f"{prefix_of(row)}-name": source.called.get(row.name, row.name) for row in rows}
        keep_typed(rows, typed, node.seal_key)
        check_rows(batch.rows.filter(state__in=PREVIEW), TakenNumbers.of(batch, editable_cameras(by, now)))
        register_rows(batch, by, now)
        for row in batch.rows.filter(camera__isnull=False).select_related("camera"):
            assert row.camera is not None
            if not source.record:
                row.camera.record = False
                save_recorded(row.camera, ("record",), by, now)
        order_probes(batch, by, connect=True, only_failed=False, at=now)


def _declare(camera: Camera, source: ChannelSource, now: datetime.datetime) -> None:
    """To which preset an own camera that turns is turned back; one of a platform below is turned back there."""
    if camera.steerable and source.home:
        camera.home_preset = source.home
        with transaction.atomic():
            save_recorded(camera, ("home_preset",), person(KEEPS), now)
            bump(camera.node)


def _try_again(device: GbDevice, now: datetime.datetime) -> None:
    """Where all of a batch was tried and some failed: the level below may not have been up yet. It rests first: a worker is asked so often alone."""
    resting = now - REST
    for batch in Batch.objects.filter(system=device.system, rows__state=RowState.FAILED).distinct():
        busy = Q(state__in=(RowState.QUEUED, RowState.PROBING)) | Q(tried_at__gt=resting)
        if not batch.rows.filter(busy).exists():
            order_probes(batch, person(KEEPS), connect=True, only_failed=True, at=now)
