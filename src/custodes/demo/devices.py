"""The story's GB/T 28181 devices: one online whose channels are half made into cameras, one offline, one that never registered,
a difference that waits for somebody, and somebody unknown who tries again and again. One was set and refused to be called otherwise; another
is offline because it was set to say a word more seldom than it is expected to. Over two pictures text was written: once as it was to be,
once cut by the device. And the car, whose two cameras move: one heard of a moment ago, one that told late where it was.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from custodes.demo import story
from custodes.demo.people import DAY, MINUTE, person
from custodes.gb28181.device.configured import MOST_LETTERS
from custodes.places.devices.channel import Channel
from custodes.places.devices.configured import keep_reading
from custodes.places.devices.configuring import note_change, note_outcome
from custodes.places.devices.entering import begin_cameras, enter_device
from custodes.places.devices.gateways import own_gateway
from custodes.places.devices.moving import enter_mobile, take_places
from custodes.places.models import (
    Camera,
    CameraState,
    CatalogueTaking,
    DeviceFinding,
    FindingSort,
    GbChannel,
    GbDevice,
    GbMobile,
    Grade,
    MediaWay,
    Node,
    SpeechForm,
    Standing,
    System,
    TakingState,
    UnknownDevice,
    UnknownWhy,
)
from custodes.video.simcam.cast import PASSWORD
from custodes.video.wire.configuration import (
    ConfigurationAnswer,
    ConfigurationWish,
    ConfigureAnswer,
    DeviceSettings,
    Osd,
    OsdLine,
)
from custodes.video.wire.devices import GatewayPlaces, MobilePlace


def plant_mobiles(system: System, node: Node, now: datetime.datetime, passwords: Mapping[str, str]) -> None:
    """Plant them at the county police's system; nothing where this machine has no gateway.

    Args:
        passwords: of the devices that are simulated.
    """
    if own_gateway() is None:
        return
    by, told = person(story.REGISTRAR), story.GB_CAR
    # Its maker's recorders know no announcement (decision 0411): one speaks through the car on its roof.
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


def plant_devices(system: System, node: Node, now: datetime.datetime, passwords: Mapping[str, str]) -> None:
    """Plant them in the name of the school's caretaker; nothing where this machine has no gateway.

    Args:
        passwords: of the devices that are simulated.
    """
    gateway = own_gateway()
    if gateway is None:
        return
    entered = now - 9 * DAY
    devices = {}
    for told in story.GB_DEVICES:
        device = GbDevice(gb_id=told.gb_id, name=told.name, system=system, media=MediaWay.UDP)
        enter_device(device, person(story.CARETAKER), entered, simulated=passwords.get(told.gb_id, PASSWORD))
        devices[told.standing] = device
    online, offline = devices[Standing.ONLINE.value], devices[Standing.OFFLINE.value]
    _stand(online, Standing.ONLINE, now - 2 * DAY, "127.0.0.1:15060", said_channels=len(story.GB_CHANNELS))
    _stand(offline, Standing.OFFLINE, now - DAY, "192.0.2.31:5060", why="silent")
    _list(online, now)
    _configure(online, now)
    _write_over(online, now)
    _read_slow(offline, now)
    picked = online.channels.exclude(address="")[:2]
    begin_cameras(online, picked, node, person(story.CARETAKER), now)
    UnknownDevice.objects.create(
        gateway=gateway, address="192.0.2.77:5060", said_id="34020000001320000001", why=UnknownWhy.UNKNOWN, counted=212,
        counting_since=now - DAY, first_at=now - 3 * DAY, last_at=now,
    )  # fmt: skip


def _stand(
    device: GbDevice,
    standing: Standing,
    since: datetime.datetime,
    address: str,
    *,
    why: str = "",
    said_channels: int | None = None,
) -> None:
    """As the gateway would have reported; where one runs, its own reports take the place of this."""
    device.standing, device.since, device.address, device.why = standing, since, address, why
    device.transport, device.maker, device.model = "udp", story.SIMULATED_MAKER, "GB-SIM"
    device.said_channels, device.reported_at = said_channels, since
    device.save()


def _configure(device: GbDevice, now: datetime.datetime) -> None:
    """What its caretaker read and changed: one change that stands, one that the device refused."""
    by, first = person(story.CARETAKER), now - 6 * DAY
    said = DeviceSettings(name=device.name, expiration_s=86_400, heartbeat_s=30, heartbeat_count=3)
    for at, wish, reason, answer in (
        (
            first,
            ConfigurationWish(heartbeat_s=60),
            story.GB_SLOWER,
            ConfigureAnswer(after=DeviceSettings(heartbeat_s=60)),
        ),
        (first + DAY, ConfigurationWish(name=story.GB_OTHER_NAME), story.GB_RENAMED, ConfigureAnswer(failure="error")),
    ):
        keep_reading(device, device.gb_id, "", ConfigurationAnswer(edition="3.0", settings=said), by, at)
        note_change(device, device.gb_id, said, wish, reason, by, at)
        if answer.after is not None:
            said = said.model_copy(update={"heartbeat_s": answer.after.heartbeat_s})
        note_outcome(device, device.gb_id, wish, answer, by, at + datetime.timedelta(seconds=4))
    keep_reading(device, device.gb_id, "", ConfigurationAnswer(edition="3.0", settings=said), by, now - DAY)


def _write_over(device: GbDevice, now: datetime.datetime) -> None:
    """Text over the pictures of two channels: a clock that stands as it was set, and a line that the device cut."""
    clocked, cut = story.GB_CHANNELS[:2]
    plain = Osd(
        length=1920, width=1080, time_on=True, time_x=48, time_y=48, time_type=0, text_on=True, most=4,
        lines=(OsdLine(text=clocked.name, x=48, y=984),),
    )  # fmt: skip
    at = now - 2 * DAY
    _set_osd(device, clocked.channel_id, plain, plain.model_copy(update={"time_type": 1}), story.GB_CLOCK, at)
    line = OsdLine(text=f"{cut.name} {story.GB_FLOOR}", x=48, y=984)
    plain = plain.model_copy(update={"lines": (OsdLine(text=cut.name, x=48, y=984),)})
    wanted = plain.model_copy(update={"lines": (line,)})
    stands = plain.model_copy(update={"lines": (line.model_copy(update={"text": line.text[:MOST_LETTERS]}),)})
    _set_osd(device, cut.channel_id, plain, wanted, story.GB_LONG_TEXT, at + datetime.timedelta(minutes=9), stands)


def _set_osd(
    device: GbDevice,
    channel: str,
    before: Osd,
    wanted: Osd,
    reason: str,
    at: datetime.datetime,
    stands: Osd | None = None,
) -> None:
    by, wish = person(story.CARETAKER), ConfigurationWish(osd=wanted)
    told = ConfigureAnswer(after=DeviceSettings(osd=stands or wanted), differs=("osd",) if stands is not None else ())
    note_change(device, channel, DeviceSettings(osd=before), wish, reason, by, at)
    ends = at + datetime.timedelta(seconds=6)
    note_outcome(device, channel, wish, told, by, ends)
    keep_reading(
        device, channel, "", ConfigurationAnswer(edition="3.0", settings=DeviceSettings(osd=stands or wanted)), by, ends
    )


def _read_slow(device: GbDevice, now: datetime.datetime) -> None:
    """Why it is offline again and again: it says a word each five minutes, and is expected to each minute."""
    said = DeviceSettings(name=device.name, expiration_s=3600, heartbeat_s=300, heartbeat_count=3)
    answer = ConfigurationAnswer(edition="2.0", settings=said)
    keep_reading(device, device.gb_id, "", answer, person(story.CARETAKER), now - DAY - datetime.timedelta(minutes=20))


def _list(device: GbDevice, now: datetime.datetime) -> None:
    """Its catalogue of yesterday, in which one channel came since the one before."""
    GbChannel.objects.bulk_create(
        GbChannel(
            device=device, channel_id=told.channel_id, parent=device.gb_id, name=told.name, address=told.place,
            maker=story.SIMULATED_MAKER, online=True, order=order,
        )
        for order, told in enumerate(story.GB_CHANNELS)
    )  # fmt: skip
    count = len(story.GB_CHANNELS)
    CatalogueTaking.objects.create(
        id=story.GB_TAKING, device=device, parts=1, state=TakingState.WHOLE, said=count, got=count, at=now - DAY,
        ended_at=now - DAY,
    )  # fmt: skip
    last = story.GB_CHANNELS[-1]
    DeviceFinding.objects.create(
        device=device, sort=FindingSort.CAME, channel_id=last.channel_id, after=last.name, found_at=now - DAY
    )
