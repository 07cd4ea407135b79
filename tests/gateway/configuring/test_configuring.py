"""A device of our own over loopback: how it is set is read and changed at the web's word alone, and it never looks offline for it."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from custodes.gateway.configuring.gathering import SECOND, GatheringPatience
from custodes.gateway.configuring.room import ConfigurationPace
from custodes.gb28181.charset import Charset
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.edition import Edition
from custodes.video.wire.configuration import AlarmRecord, AlarmReports, ConfigurationAnswer, ConfigureAnswer
from tests.gateway.world import NVR, OTHER, World, running_device
from tests.patience import PATIENCE, until_async

HOUR = 3_600 * SECOND
STEP = str(UUID(int=3))
CAMERA = f"{NVR[:10]}1320000001"
LOWER = "54010000002000000002"
HASTY = ConfigurationPace(
    GatheringPatience(SECOND, SECOND // 2, 2 * SECOND),
    GatheringPatience(SECOND, SECOND // 2, SECOND),
    settle=0.0,
    rest=0.0,
    expect=0.3,
)
ALL = ("VideoParamOpt", "VideoParamAttribute", "VideoRecordPlan", "VideoAlarmRecord", "PictureMask", "FrameMirror",
       "AlarmReport", "OSDConfig")  # fmt: skip


async def read(world: World, channel: str = NVR, device: str = NVR) -> ConfigurationAnswer:
    answer = await world.ask("/internal/configuration", json.dumps({"device": device, "channel": channel}).encode())
    assert answer.status_code == 200
    return ConfigurationAnswer.model_validate_json(answer.content)


async def put(world: World, channel: str = NVR, silence_s: int = 0, device: str = NVR, **wish: Any) -> ConfigureAnswer:
    body = {"device": device, "channel": channel, "step": STEP, "wish": wish, "silence_s": silence_s}
    answer = await world.ask("/internal/configure", json.dumps(body).encode())
    assert answer.status_code == 200, answer.text
    return ConfigureAnswer.model_validate_json(answer.content)


def device_of(world: World, *quirks: Quirk, **more: Any) -> Any:
    return running_device(world.sip_port, quirks=frozenset(quirks), **more)


@pytest.mark.parametrize("quirk", [None, Quirk.ONE_TYPE_EACH, Quirk.WRONG_SN, Quirk.ONE_TYPE_AT_ONCE])
async def test_a_device_is_read_whatever_its_way_of_answering(tmp_path: Path, quirk: Quirk | None) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    quirks = [quirk] if quirk else []
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world, *quirks, name="北楼录像机"):
        await until_async(lambda: gateway.context.reach(NVR))
        found = await read(world)
        assert (found.failure, found.edition) == ("", "3.0")
        said = found.settings
        assert (said.name, said.heartbeat_s, said.heartbeat_count, said.expiration_s) == ("北楼录像机", 1, 3, 86_400)
        assert found.missing == (ALL if quirk is Quirk.ONE_TYPE_AT_ONCE else ALL[1:])


async def test_a_channel_has_what_is_its_own_and_what_is_missing_is_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world):
        await until_async(lambda: gateway.context.reach(NVR))
        found = await read(world, CAMERA)
        said = found.settings
        assert found.missing == ()
        assert (said.name, said.heartbeat_s, said.mirror) == ("机位1", None, 0)
        assert (said.alarm_record, said.alarm_report) == (
            AlarmRecord(on=True, after_s=30, before_s=5),
            AlarmReports(motion=True, field=False),
        )
        assert said.mask is not None
        assert (said.mask.on, said.mask.whole, said.mask.regions[0].point) == (True, True, "0,0,640,180")
        assert said.record_plan is not None
        assert (said.record_plan.on, said.record_plan.whole, len(said.record_plan.spans)) == (True, True, 7)
        assert (said.record_plan.spans[6].day, said.record_plan.spans[6].stop) == (7, "24:00:00")
        assert said.streams is not None
        assert [(one.number, one.rate, one.bits) for one in said.streams] == [("0", "25", "4096"), ("1", "15", "512")]
        assert said.osd is not None
        assert (said.osd.time_on, said.osd.most, said.osd.lines[0].text) == (True, 4, "机位1")
        assert said.others == ()


async def test_names_in_gb_2312_are_read_and_written(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with (
        world.gateway(setting_pace=HASTY) as gateway,
        device_of(world, Quirk.GBK_AS_GB2312, name="镕基路口", charset=Charset.GB18030),
    ):
        await until_async(lambda: gateway.context.reach(NVR))
        assert (await read(world)).settings.name == "镕基路口"
        done = await put(world, name="城关区镕基路口")
        assert (done.failure, done.differs) == ("", ())
        assert done.after is not None
        assert done.after.name == "城关区镕基路口"


async def test_a_new_pace_is_followed_and_the_device_never_looks_offline(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(world.device(NVR, keepalive_s=5, misses=1))
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        # The register lets it be silent for longer first; until the gateway knows of it nothing is sent.
        assert (await put(world, silence_s=600, heartbeat_s=300, heartbeat_count=2)).failure == "not_expected"
        assert running.device.registering.interval == 0.5
        world.assign(world.device(NVR, keepalive_s=300, misses=2))
        done = await put(world, silence_s=600, heartbeat_s=300, heartbeat_count=2, expiration_s=7200)
        assert (done.failure, done.differs, done.untold) == ("", (), ())
        registering = running.device.registering
        assert (registering.interval, registering.misses, registering.expires) == (300, 2, 7200)
        known = gateway.registrar.find(NVR)
        assert known is not None
        now = time.monotonic()
        assert gateway.registrar.tick(now + 590) == [], "it counts as online for as long as it was set to be silent"
        assert [change.why for change in gateway.registrar.tick(now + 610)] == ["silent"]


@pytest.mark.parametrize(
    ("quirk", "failure", "differs", "stands"),
    [
        (Quirk.SETS_NOTHING, "", ("heartbeat_s",), 1),
        (Quirk.REFUSES_SETTINGS, "error", ("heartbeat_s",), 1),
        (Quirk.WRONG_SN, "", (), 30),
        (Quirk.MUTE_SETTINGS, "silent", (), None),
    ],
)
async def test_what_a_device_says_is_told_beside_what_stands(
    tmp_path: Path, quirk: Quirk, failure: str, differs: tuple[str, ...], stands: int | None
) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world, quirk) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        done = await put(world, heartbeat_s=30)
        assert (done.failure, done.differs) == (failure, differs)
        assert (done.after.heartbeat_s if done.after else None) == stands
        assert running.device.registering.interval == (30 if stands == 30 or quirk is Quirk.MUTE_SETTINGS else 0.5)


async def test_mask_and_mirror_of_a_channel_and_of_no_older_edition(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    region = {"number": 1, "point": "0,0,640,180"}
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        done = await put(world, CAMERA, mirror=1, mask={"on": False, "regions": [region]})
        assert (done.failure, done.differs, done.untold) == ("", (), ())
        stands = running.device.answers.configured.of(CAMERA)
        assert stands.picture_mask is not None
        assert (stands.frame_mirror, stands.picture_mask.on, len(stands.picture_mask.regions)) == (1, False, 1)
    world.assign(world.device(NVR, edition="2016"))
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world):
        await until_async(lambda: gateway.context.reach(NVR))
        assert (await put(world, CAMERA, mirror=1)).failure == "unsendable"
        assert (await read(world, CAMERA)).edition == Edition.E2016.wire


async def test_a_device_that_is_away_a_platform_below_and_one_that_is_asked_already(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR, OTHER, LOWER)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world, Quirk.MUTE_SETTINGS):
        await until_async(lambda: gateway.context.reach(NVR))
        for device, failure in (
            (OTHER, "not_registered"),
            ("54010000001180000009", "not_registered"),
            (LOWER, "below"),
        ):
            assert (await read(world, device, device)).failure == failure
            assert (await put(world, device, device=device, name="a")).failure == failure
        answers = await asyncio.gather(read(world), read(world), put(world, name="a"))
        assert sorted(one.failure for one in answers) == ["full", "full", "silent"]


async def test_a_device_that_is_deaf_is_told_apart_from_one_that_is_mute(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        receive = running.device.endpoint.receive
        running.device.endpoint.receive = lambda message, *more: (  # type: ignore[method-assign]
            None if getattr(message, "method", "") == "MESSAGE" else receive(message, *more)
        )
        assert (await read(world)).failure == "no_answer"
        assert (await put(world, name="a")).failure == "no_answer"


async def test_a_device_that_goes_while_it_is_asked_costs_nobody_a_wait(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    patient = ConfigurationPace(
        GatheringPatience(HOUR, HOUR, HOUR),
        GatheringPatience(HOUR, HOUR, HOUR),
    )
    async with world.gateway(setting_pace=patient) as gateway, device_of(world, Quirk.MUTE_SETTINGS) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        asking = asyncio.create_task(read(world))
        await until_async(lambda: NVR in gateway.configuring._busy)
        running.device.leave(running.now())
        running.drain()
        async with asyncio.timeout(PATIENCE):
            assert (await asking).failure == "not_registered"


async def test_an_order_to_a_device_that_goes_for_it_was_sent(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    patient = replace(HASTY, question=GatheringPatience(HOUR, HOUR, HOUR))
    async with world.gateway(setting_pace=patient) as gateway, device_of(world, Quirk.MUTE_SETTINGS) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        asking = asyncio.create_task(put(world, heartbeat_s=30))
        await until_async(lambda: running.device.registering.interval == 30)
        running.device.leave(running.now())
        running.drain()
        async with asyncio.timeout(PATIENCE):
            done = await asking
        assert (done.failure, done.after) == ("silent", None)


async def test_a_question_right_behind_another_waits_until_the_device_has_rested(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    asked: list[float] = []
    async with world.gateway(setting_pace=replace(HASTY, rest=0.4)) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        told = running.device.answers.configured.told
        running.device.answers.configured.told = lambda query: (asked.append(time.monotonic()), told(query))[1]
        assert (await read(world, CAMERA)).failure == ""
        ended = time.monotonic()
        assert (await read(world, CAMERA)).failure == ""
        assert asked[-1] - ended > 0.2
        assert NVR not in gateway.configuring._busy


async def test_nobody_but_the_web_reads_or_sets_a_device(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    bodies = {
        "/internal/configuration": {"device": NVR, "channel": NVR},
        "/internal/configure": {"device": NVR, "channel": NVR, "step": STEP, "wish": {"heartbeat_s": 30}},
    }
    async with world.gateway(setting_pace=HASTY) as gateway, device_of(world) as running:
        await until_async(lambda: gateway.context.reach(NVR))
        for path, body in bodies.items():
            octets = json.dumps(body).encode()
            assert (await world.ask(path, octets, world.node_key, "node-1")).status_code == 403
            assert (await world.ask(path, octets, world.node_key)).status_code == 401
        assert running.device.registering.interval == 0.5


@pytest.mark.parametrize(
    "wish",
    [{}, {"heartbeat_s": 4}, {"heartbeat_s": 3601}, {"heartbeat_count": 0}, {"heartbeat_count": 21}, {"expiration_s": 3599},
     {"expiration_s": 86_401}, {"name": ""}, {"name": "x" * 65}, {"mirror": 4}, {"mask": {"on": True, "whole": False}},
     {"mask": {"on": True, "regions": [{"number": 1, "point": "</Point>"}]}},
     {"record_plan": {"on": True, "whole": False}}, {"osd": {"whole": False}}, {"streams": []},
     {"record_plan": {"on": True, "spans": [{"day": 1, "start": "08:00:00", "stop": "08:00:00"}]}},
     {"record_plan": {"on": True, "spans": [{"day": 1, "start": "08:00:00", "stop": "24:00:01"}]}},
     {"record_plan": {"on": True, "spans": [{"day": 8, "start": "08:00:00", "stop": "09:00:00"}]}},
     {"record_plan": {"on": True, "spans": [{"day": 1, "start": "08:00:00", "stop": "09:00:00"},
                                            {"day": 1, "start": "08:59:59", "stop": "10:00:00"}]}},
     {"record_plan": {"on": True, "spans": [{"day": 1, "start": f"{hour:02}:00:00", "stop": f"{hour:02}:30:00"}
                                            for hour in range(9)]}},
     {"osd": {"lines": [{"text": "a"}, {"text": "b"}], "most": 1}}, {"osd": {"time_x": -1}},
     {"alarm_record": {"on": True, "after_s": 86_401}}],
)  # fmt: skip
async def test_what_is_dangerous_is_refused_before_anything_is_sent(tmp_path: Path, wish: dict[str, Any]) -> None:
    world = World(tmp_path)
    world.assign(NVR)
    body = json.dumps({"device": NVR, "channel": NVR, "step": STEP, "wish": wish}).encode()
    async with world.gateway(setting_pace=HASTY):
        assert (await world.ask("/internal/configure", body)).status_code == 422


async def test_no_body_is_left_without_an_answer(tmp_path: Path) -> None:
    bodies: list[bytes] = [b"[" * 50_000, b'{"device":"\\ud800","channel":"a"}', b""]
    json_like = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=30),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(("device", "channel", "wish", "step", "mask", "name")), inner, max_size=5)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode())

    @bounded(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.binary(max_size=80) | json_like)
    def gather(body: bytes) -> None:
        bodies.append(body)

    await asyncio.get_running_loop().run_in_executor(None, gather)
    world = World(tmp_path)
    world.assign(NVR)
    async with world.gateway(setting_pace=HASTY):
        for body in bodies:
            for path in ("/internal/configuration", "/internal/configure"):
                assert (await world.ask(path, body)).status_code in (200, 422)
