"""The story's GB/T 28181 devices: one online whose channels are half made into cameras, one offline, one that never registered,
a difference that waits for somebody, and somebody unknown who tries again and again. One was set and refused to be called otherwise; another
is offline because it was set to say a word more seldom than it is expected to. Over two pictures text was written: once as it was to be,
once cut by the device.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from custodes.gb28181.device.limits import MOST_LETTERS
from custodes.places.devices.configured import keep_reading
from custodes.places.devices.configuring import note_change, note_outcome
from custodes.places.devices.entering import enter_device
from custodes.places.devices.gateways import own_gateway
from custodes.places.devices.making import begin_cameras
from custodes.places.models import (
    CatalogueTaking,
    DeviceFinding,
    FindingSort,
    GbChannel,
    GbDevice,
    MediaWay,
    Node,
    Standing,
    System,
    TakingState,
    UnknownDevice,
    UnknownWhy,
)
from custodes.video.simcam.login import PASSWORD
from custodes.video.wire.configuration import ConfigurationAnswer, ConfigureAnswer, Settings, Wish
from custodes.video.wire.devicesettings import Osd, OsdLine
from custodes.web.seed import story
from custodes.web.seed.acting import DAY, person


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
    said = Settings(name=device.name, expiration_s=86_400, heartbeat_s=30, heartbeat_count=3)
    for at, wish, reason, answer in (
        (first, Wish(heartbeat_s=60), story.GB_SLOWER, ConfigureAnswer(after=Settings(heartbeat_s=60))),
        (first + DAY, Wish(name=story.GB_OTHER_NAME), story.GB_RENAMED, ConfigureAnswer(failure="error")),
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
    by, wish = person(story.CARETAKER), Wish(osd=wanted)
    told = ConfigureAnswer(after=Settings(osd=stands or wanted), differs=("osd",) if stands is not None else ())
    note_change(device, channel, Settings(osd=before), wish, reason, by, at)
    ends = at + datetime.timedelta(seconds=6)
    note_outcome(device, channel, wish, told, by, ends)
    keep_reading(
        device, channel, "", ConfigurationAnswer(edition="3.0", settings=Settings(osd=stands or wanted)), by, ends
    )


def _read_slow(device: GbDevice, now: datetime.datetime) -> None:
    """Why it is offline again and again: it says a word each five minutes, and is expected to each minute."""
    said = Settings(name=device.name, expiration_s=3600, heartbeat_s=300, heartbeat_count=3)
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
