"""A platform that subscribed to the simulated device: catalogs, alarms, positions, over both editions and a bad network."""

from __future__ import annotations

from random import Random

import pytest

from custodes.gb28181.device.ptz import View
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogQuery
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.device import DeviceInfoQuery
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.item import EntryEvent, EntryStatus
from custodes.gb28181.manscdp.position import MobilePosition
from custodes.gb28181.manscdp.presets import PtzPositionNotice, PtzPositionQuery
from custodes.gb28181.manscdp.subscription import AlarmSubscription, PositionSubscription
from custodes.gb28181.ptz.command import Preset, PresetDo
from custodes.gb28181.ptz.octets import encode
from custodes.gb28181.sip.subscription import SubscriptionStanding, SubscriptionWish
from tests.gb28181.device.world import CAMERAS, HOME, NIGHT, NVR, World

CAMERA = CAMERAS[1]


def notices(world: World) -> list[list[tuple[str, EntryEvent | None]]]:
    return [
        [(item.device_id, item.event) for item in one.items]
        for one in world.told(CatalogNotice)
        if isinstance(one, CatalogNotice)
    ]


@pytest.mark.parametrize("quirk", [None, *Quirk])
def test_what_happens_to_channels_is_told(quirk: Quirk | None) -> None:
    world = World([quirk] if quirk is not None else []).ready()
    device, known = world.device, world.platform.known
    subscription = world.platform.subscribe("Catalog", CatalogQuery)
    world.pass_by(1)
    assert subscription.stand is SubscriptionStanding.ACTIVE
    assert notices(world) == []  # all are there: the first notice says no more than that it stands
    device.switch(CAMERA, False, world.now)
    world.pass_by(1)
    assert known[CAMERA].status is EntryStatus.OFF
    assert known[CAMERA].name == "机位2"
    device.switch(CAMERA, True, world.now)
    device.add(SimulatedChannel("34020000001320000008", "新机位"), world.now)
    device.remove(CAMERAS[2], world.now)
    world.pass_by(1)
    assert known[CAMERA].status is EntryStatus.ON
    assert known["34020000001320000008"].name == "新机位"
    assert CAMERAS[2] not in known
    assert notices(world) == [
        [(CAMERA, EntryEvent.OFF)],
        [(CAMERA, EntryEvent.ON)],
        [("34020000001320000008", EntryEvent.ADD)],
        [(CAMERAS[2], EntryEvent.DEL)],
    ]
    # What a device leaves out of its answers, its tag, was learned from its notices: the refresh finds what there is.
    world.pass_by(550, 0.5)
    assert subscription.stand is SubscriptionStanding.ACTIVE
    assert "refreshed" in [news.what for news in world.platform.news]
    device.switch(CAMERA, False, world.now)
    world.pass_by(1)
    assert notices(world)[4:] == [[(CAMERA, EntryEvent.OFF)]]
    assert len(device.notifier) == 1


def test_what_is_off_is_told_at_once() -> None:
    world = World().ready()
    world.device.switch(CAMERA, False, world.now)
    world.platform.subscribe("Catalog", CatalogQuery)
    world.pass_by(1)
    assert notices(world) == [[(CAMERA, EntryEvent.OFF)]]


@pytest.mark.parametrize("edition", [Edition.E2016, Edition.E2022])
def test_bodies_of_answers_are_those_of_the_edition(edition: Edition) -> None:
    world = World(edition=edition)
    sent: list[bytes] = []
    world.net.fate = lambda _number, octets: sent.append(octets) or [0.01]
    world.ready()
    world.platform.subscribe("Catalog", CatalogQuery)
    world.pass_by(1)
    world.device.switch(CAMERA, False, world.now)
    world.pass_by(1)
    subscribed = [octets for octets in sent if octets.startswith(b"SIP/2.0 200") and b"SUBSCRIBE\r\n" in octets]
    told = [octets for octets in sent if octets.startswith(b"SIP/2.0 200") and b"NOTIFY\r\n" in octets]
    assert len(subscribed) == 1
    assert len(told) == 2  # the first notice had no body
    assert (b"<Result>OK</Result>" in subscribed[0]) is (edition is Edition.E2016)
    assert b"<Result>" not in told[0]
    assert (b"<Result>OK</Result>" in told[1]) is (edition is Edition.E2016)
    asked = next(octets for octets in sent if octets.startswith(b"SUBSCRIBE"))
    notice = next(octets for octets in sent if octets.startswith(b"NOTIFY") and b"<CmdType>" in octets)
    assert b"\r\nEvent: Catalog;id=7\r\n" in asked
    assert b"\r\nEvent: Catalog;id=7\r\n" in notice
    assert b"\r\nSubscription-State: active;expires=" in notice


def test_alarms_go_to_whoever_subscribed_to_them() -> None:
    world = World().ready()
    world.platform.subscribe("Alarm", AlarmSubscription)
    world.pass_by(1)
    world.net.wire.clear()
    assert world.device.alarm(CAMERA, 5, 2, 4, NIGHT, world.now)
    world.pass_by(1)
    assert len(world.told(AlarmNotice)) == 1
    assert any(line.startswith("NOTIFY") for line in world.net.wire)
    assert not any(line.startswith("MESSAGE") and "0002000000001" in line for line in world.net.wire)


def test_alarms_that_are_not_wanted_are_not_told() -> None:
    world = World().ready()
    words = lambda: write_message(  # noqa: E731
        AlarmSubscription(sn=world.platform.number(), device_id=CAMERA, method="25", start_priority=1, end_priority=2)
    )
    world.platform.subscriber.subscribe(SubscriptionWish(NVR, CAMERA, ("presence",), words), HOME, world.now)
    world.pass_by(1)
    for channel, method, priority in ((CAMERA, 6, 1), (CAMERA, 5, 3), (CAMERAS[2], 5, 1), (CAMERA, 5, 2)):
        assert world.device.alarm(channel, method, 1, priority, NIGHT, world.now)
    world.pass_by(1)
    assert [
        (one.device_id, one.method, one.priority) for one in world.told(AlarmNotice) if isinstance(one, AlarmNotice)
    ] == [(CAMERA, 5, 2)]


def test_where_it_is_goes_to_whoever_subscribed_to_that() -> None:
    world = World().ready()
    assert world.device.moved(91.1, 29.6, NIGHT, world.now) == 0
    world.platform.subscribe("MobilePosition", PositionSubscription)
    world.pass_by(1)
    assert world.device.moved(91.1, 29.6, NIGHT, world.now) == 1
    world.pass_by(1)
    (told,) = world.told(MobilePosition)
    assert isinstance(told, MobilePosition)
    assert (told.longitude, told.latitude) == (91.1, 29.6)


def test_each_side_may_end_it() -> None:
    world = World().ready()
    first = world.platform.subscribe("Catalog", CatalogQuery)
    world.pass_by(1)
    world.platform.subscriber.end(first, world.now)
    world.pass_by(1)
    second = world.platform.subscribe("Catalog", CatalogQuery)
    world.pass_by(1)
    world.device.leave(world.now)
    world.pass_by(1)
    assert [(news.what, news.why) for news in world.platform.news if news.subscription is first] == [
        ("active", ""),
        ("ended", "timeout"),
    ]
    assert [(news.what, news.why) for news in world.platform.news if news.subscription is second] == [
        ("active", ""),
        ("terminated", "deactivated"),
    ]
    assert len(world.platform.subscriber) == len(world.device.notifier) == 0
    world.pass_by(70, 0.5)
    assert world.platform.endpoint.counts["dialogs"] == world.device.endpoint.counts["dialogs"] == 0


def test_another_event_is_tried_and_any_token_is_taken() -> None:
    world = World().ready()
    subscription = world.platform.subscribe("Catalog", CatalogQuery, odd=True)
    world.pass_by(1)
    assert subscription.stand is SubscriptionStanding.ACTIVE
    assert subscription.event == "conference"


@pytest.mark.parametrize("seed", range(4))
def test_over_a_bad_network_what_is_known_is_so_at_last(seed: int) -> None:
    dice = Random(seed)
    world = World().ready()
    world.net.fate = lambda _number, _octets: (
        [] if dice.random() < 0.15 else [dice.uniform(0.005, 0.2) for _ in range(2 if dice.random() < 0.1 else 1)]
    )
    subscription = world.platform.subscribe("Catalog", CatalogQuery, 60)
    world.pass_by(20)
    assert subscription.stand is SubscriptionStanding.ACTIVE
    for _ in range(15):
        camera = dice.choice(CAMERAS)
        world.device.switch(camera, camera in world.device.offline, world.now)
        world.pass_by(dice.uniform(0, 12), 0.1)
    world.pass_by(60, 0.2)
    assert subscription.stand is SubscriptionStanding.ACTIVE
    off = {id for id, item in world.platform.known.items() if item.status is EntryStatus.OFF}
    assert off == world.device.offline


def test_where_a_camera_points_is_told_when_it_is_steered() -> None:
    world = World(edition=Edition.E2022).ready()
    world.platform.subscribe("PTZPosition", PtzPositionQuery)
    world.pass_by(1)
    world.device.head(CAMERA).presets[3] = ("gate", View(90, 10, 2))
    control = DeviceControl(sn=world.platform.number(), device_id=CAMERA, ptz=encode(Preset(PresetDo.CALL, 3)))
    world.platform.ask(control, CAMERA)
    world.pass_by(1)
    (told,) = world.told(PtzPositionNotice)
    assert isinstance(told, PtzPositionNotice)
    assert (told.device_id, told.pan, told.tilt, told.zoom) == (CAMERA, 90, 10, 2)


def test_who_subscribed_to_one_channel_is_told_of_that_alone() -> None:
    world = World().ready()
    words = lambda: write_message(CatalogQuery(sn=world.platform.number(), device_id=CAMERA))  # noqa: E731
    world.platform.subscriber.subscribe(SubscriptionWish(NVR, CAMERA, ("presence",), words), HOME, world.now)
    world.pass_by(1)
    world.device.switch(CAMERAS[2], False, world.now)
    world.device.switch(CAMERA, False, world.now)
    world.pass_by(1)
    assert notices(world) == [[(CAMERA, EntryEvent.OFF)]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (write_message(DeviceInfoQuery(sn=1, device_id=NVR)), 489),
        (write_message(CatalogQuery(sn=1, device_id="34020000001320000099")), 404),
    ],
)
def test_what_can_not_be_subscribed_to_is_refused(body: bytes, status: int) -> None:
    world = World().ready()
    world.platform.subscriber.subscribe(SubscriptionWish(NVR, NVR, ("presence",), lambda: body), HOME, world.now)
    world.pass_by(1)
    assert [(news.what, news.why) for news in world.platform.news] == [("refused", str(status))]
    assert len(world.device.notifier) == 0
