"""The story's car: two cameras that move, one heard of a moment ago, one that told late where it was, so that the place is old. Through the first
one speaks.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from custodes.places.devices.channel import Channel
from custodes.places.devices.entering import enter_device
from custodes.places.devices.gateways import own_gateway
from custodes.places.devices.moving import enter_mobile, take_places
from custodes.places.models import (
    Camera,
    CameraState,
    GbChannel,
    GbDevice,
    GbMobile,
    Grade,
    MediaWay,
    Node,
    SpeechForm,
    System,
)
from custodes.video.simcam.login import PASSWORD
from custodes.video.wire.positions import GatewayPlaces, MobilePlace
from custodes.web.seed import story
from custodes.web.seed.acting import DAY, person

MINUTE = datetime.timedelta(minutes=1)


def plant_mobiles(system: System, node: Node, now: datetime.datetime, passwords: Mapping[str, str]) -> None:
    """Plant them at the county police's system; nothing where this machine has no gateway.

    Args:
        passwords: of the devices that are simulated.
    """
    if own_gateway() is None:
        return
    by, told = person(story.REGISTRAR), story.GB_CAR
    # Its maker's recorders know no announcement (decision 0426): one speaks through the car on its roof.
    car = GbDevice(gb_id=told.gb_id, name=told.name, system=system, media=MediaWay.TCP, speech=SpeechForm.TALK)
    enter_device(car, by, now - 5 * DAY, simulated=passwords.get(told.gb_id, PASSWORD))
    GbChannel.objects.bulk_create(
        GbChannel(device=car, channel_id=one.channel_id, parent=car.gb_id, name=one.said, online=True, order=order)
        for order, one in enumerate(story.GB_MOBILES)
    )
    count = Camera.objects.filter(system=system).count()
    places = []
    for order, one in enumerate(story.GB_MOBILES, start=count + 1):
        Camera.objects.create(
            system=system, number=f"ROADS-{order:02d}", name=one.name, place=one.place, node=node,
            main_url=Channel(car.gb_id, one.channel_id).url, transport=MediaWay.TCP, state=CameraState.CONNECTED,
            voice_output=one.channel_id if one is story.GB_MOBILES[0] else "", connected_at=now, grade=Grade.IMPORTANT, longitude="91.132500", latitude="29.652900",
        )  # fmt: skip
        mobile = GbMobile(
            device=car, channel_id=one.channel_id, kind=one.kind, interval_s=one.interval_s, reason=one.reason
        )
        enter_mobile(mobile, by, now - 5 * DAY)
        places.append(_place(car, one, now))
    take_places(GatewayPlaces(gateway="", places=tuple(places)), now)


def _place(car: GbDevice, one: story.StoryMobile, now: datetime.datetime) -> MobilePlace:
    """As the gateway would have told it; where one runs, its own reports take the place of this."""
    heard = now - one.heard * MINUTE
    said = heard - one.late * MINUTE
    return MobilePlace(
        device=car.gb_id, channel=one.channel_id, longitude=float(one.longitude), latitude=float(one.latitude),
        said_us=round(said.timestamp() * 1_000_000), heard_us=round(heard.timestamp() * 1_000_000),
    )  # fmt: skip
