"""Alarms of devices are answered and passed on; a flood of one device costs that device alone."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

from custodes.gateway.alarms import Alarms
from custodes.gateway.hearing import MOST_BYTES_OF_DEVICE, MOST_OF_DEVICE, Turns
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.gb28181.manscdp.control import DeviceControl, KeyFrameCommand
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.sip.subscription import XML
from tests.gateway.world import NVR, OTHER, Running, World, running_device
from tests.patience import until_async

CAMERA = "54010000001320000001"
AT = datetime.datetime(2026, 11, 24, 21, 45, 7, tzinfo=BEIJING)


def say(one: Running, body: bytes) -> None:
    """A body of the device's own making."""
    request = one.device.endpoint.request(
        "MESSAGE", one.device.settings.upper.server, one.device.platform, body, (XML,)
    )
    one.device.endpoint.send(request, one.device.platform, one.now())


async def test_an_alarm_is_answered_and_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(), running_device(world.sip_port) as one:
        await until_async(lambda: (s := world.web.known().get(NVR)) and s.standing == "online")
        world.web.away = True
        one.device.alarm(CAMERA, 5, 6, 2, AT, one.now())
        one.drain()
        await until_async(lambda: one.device.alarms_answered == 1)
        world.web.away = False
        (alarm,) = await until_async(lambda: world.web.alarms)
        assert (alarm.device, alarm.channel, alarm.method, alarm.kind, alarm.priority) == (NVR, CAMERA, 5, 6, 2)
        assert alarm.at_us == AT.timestamp() * 1_000_000


async def test_a_flood_of_one_device_delays_no_other(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    async with (
        world.gateway() as gateway,
        running_device(world.sip_port, carrier="TCP") as loud,
        running_device(world.sip_port, OTHER) as quiet,
    ):
        await until_async(lambda: len(gateway.registrar) == 2 and len(world.web.parts) == 2)
        long = write_message(AlarmNotice(sn=1, device_id=CAMERA, method=5))
        # Each takes some 20 ms to read: together they are half a second of work.
        padded = long.replace(b"</Notify>", b"<A/>" * 10_000 + b"</Notify>")
        for _ in range(20):
            say(loud, padded)
        loud.drain()
        await until_async(lambda: gateway.turns.waiting > 10)
        quiet.device.alarm(CAMERA, 5, 6, 2, AT, quiet.now())
        quiet.drain()
        await until_async(lambda: quiet.device.alarms_answered == 1)
        assert gateway.turns.waiting > 3, "it was answered before the flood was worked off"
        await until_async(lambda: any(alarm.device == OTHER for alarm in world.web.alarms))


async def test_an_alarm_that_the_web_will_not_take_costs_no_other(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER)
    async with world.gateway() as gateway:
        world.web.away = True
        for id, words in ((NVR, "impossible"), (OTHER, "smoke"), (NVR, "fire")):
            gateway.alarms.take_in(id, AlarmNotice(sn=1, device_id=CAMERA, description=words), 5)
        world.web.away = False
        await until_async(lambda: not len(gateway.alarms))
        assert [alarm.words for alarm in world.web.alarms] == ["smoke", "fire"]
        assert gateway.reports.refused == 2, "all three together, and the one alone"


async def test_what_a_device_may_not_ask_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway() as gateway, running_device(world.sip_port) as one:
        await until_async(lambda: gateway.context.registration(NVR))
        say(one, write_message(DeviceControl(sn=7, device_id=CAMERA, key_frame=KeyFrameCommand.SEND)))
        say(one, b"\xff\xfe no xml at all")
        one.drain()
        await until_async(lambda: gateway.hearing.refused == 1 and gateway.hearing.bodies["DeviceControl"] == 1)


def test_an_alarm_beyond_a_devices_share_is_left_out_and_counted() -> None:
    alarms = Alarms(most=10, of_device=4)
    for number in range(6):
        alarms.take_in(NVR, AlarmNotice(sn=number + 1, device_id=CAMERA, description=f"{number}\n\u202e"), 5)
    alarms.take_in(OTHER, AlarmNotice(sn=1, device_id=CAMERA), 5)
    assert (len(alarms), alarms.left_out) == (5, 2)
    first = alarms.next(3)
    assert [(one.device, one.words) for one in first] == [(NVR, "0\ufffd\ufffd"), (OTHER, ""), (NVR, "1\ufffd\ufffd")]
    assert alarms.next(3) == first, "they wait until they were told"
    alarms.told(first)
    assert [one.words[0] for one in alarms.next()] == ["2", "3"]
    alarms.forget(NVR)
    assert len(alarms) == 0


async def test_work_of_one_device_is_bounded_and_done_in_turn() -> None:
    done: list[str] = []
    turns = Turns(lambda: None, time.monotonic)

    def fail() -> None:
        raise RuntimeError

    for _ in range(MOST_OF_DEVICE + 5):
        turns.put("loud", 10, lambda: done.append("loud"))
    assert turns.refused == 5
    assert turns.put("quiet", 10, lambda: done.append("quiet"))
    assert turns.put("broken", MOST_BYTES_OF_DEVICE * 2, fail), "one piece of each is always taken"
    await until_async(lambda: not turns.waiting)
    assert done[:3] == ["loud", "quiet", "loud"]
    assert (len(done), turns.failed) == (MOST_OF_DEVICE + 1, 1)
