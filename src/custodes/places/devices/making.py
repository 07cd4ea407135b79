"""Cameras out of channels: the channels that a person picks become rows of a batch, which that person fills in and confirms (`bulk`).

Name, place and position are proposals from the catalogue. What no device can say, category and basis, reason, field of view, sign,
is stated by the person as with any other camera; nothing is registered here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from custodes.people.models import Person
from custodes.places.bulk.reading import Line
from custodes.places.bulk.taking import take_lines
from custodes.places.devices.channel import Channel
from custodes.places.devices.entering import made_cameras
from custodes.places.models import PREVIEW, Batch, BatchRow, Camera, CameraState, GbChannel, GbDevice, Node

MOST = 200
"""Channels that are picked at once."""


def url_of(device: GbDevice, channel: GbChannel) -> str:
    """The address of a camera of this channel."""
    return Channel(device.gb_id, channel.channel_id).url


def cameras_by_url(device: GbDevice, urls: Sequence[str]) -> dict[str, Camera]:
    """Which of these addresses are cameras of the device's system, in use or with the address on trial."""
    rows = Camera.objects.filter(system=device.system_id).exclude(state=CameraState.RETIRED)
    tried = rows.filter(trial__main_url__in=urls).select_related("trial")
    found = {row.trial.main_url: row for row in tried}
    return found | {row.main_url: row for row in rows.filter(main_url__in=urls)}


def batches_by_url(device: GbDevice, urls: Sequence[str]) -> dict[str, UUID]:
    """Which of these addresses are rows of a batch that nobody has confirmed yet."""
    rows = BatchRow.objects.filter(main_url__in=urls, state__in=PREVIEW, batch__system=device.system_id)
    return dict(rows.values_list("main_url", "batch"))


def begin_cameras(device: GbDevice, channels: Iterable[GbChannel], node: Node, person: Person, at: datetime) -> Batch:
    """Make a batch of these channels, on record; the caller has asked whether the person tends the device's system."""
    picked = list(channels)
    lines = [Line(number, _texts(device, channel)) for number, channel in enumerate(picked, start=1)]
    with transaction.atomic():
        batch = take_lines(lines, device.system, node, person, at)
        made_cameras(device, [channel.channel_id for channel in picked], person, at)
    return batch


def _texts(device: GbDevice, channel: GbChannel) -> dict[str, str]:
    texts = {
        "name": (channel.name or channel.channel_id)[:120],
        "place": channel.address[:200],
        "main_url": url_of(device, channel),
    }
    if channel.longitude is not None and channel.latitude is not None:
        texts |= {"longitude": f"{channel.longitude:.6f}", "latitude": f"{channel.latitude:.6f}"}
    return texts
