"""What a device has recorded, asked for a node: in parts, of devices that miscount, and what a node may ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from custodes.gateway.recordings import Recordings, RecordingsDesk
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedRecording
from custodes.gb28181.manscdp.collector import SECOND, AnswerPatience
from custodes.gb28181.manscdp.records import RecordInfoPart, RecordItem, RecordType
from custodes.gb28181.sip.peer import Carrier
from custodes.gb28181.sip.rate import HostRates
from custodes.gb28181.sip.transport import PeerBounds
from custodes.video.wire.calls import RecordingsAnswer, RecordingsAsk
from tests.gateway.calls.house import CAMERAS, NODE, NVR, Gateway, Simulated, gateway, simulated
from tests.gateway.calls.test_desk import signed
from tests.patience import until_async

BEGAN = datetime(2026, 11, 24, 3, tzinfo=UTC)
START = int(BEGAN.timestamp())
QUICK = AnswerPatience(first=SECOND, idle=300_000, longest=3 * SECOND, most=2_000)


def recorded(count: int, type: RecordType = RecordType.TIME) -> tuple[SimulatedRecording, ...]:
    """Ten minutes each, from three in the morning on."""
    step = timedelta(minutes=10)
    return tuple(SimulatedRecording(BEGAN + n * step, BEGAN + (n + 1) * step, type) for n in range(count))


class Cast:
    def __init__(self, process: Gateway, room: Recordings, device: Simulated) -> None:
        self.process, self.room, self.device = process, room, device
        self.camera = process.assigned.camera(CAMERAS[0], turns=False)

    def wish(self, seconds: int = 86_400, **more: Any) -> RecordingsAsk:
        told = {"camera": self.camera, "device": NVR, "channel": CAMERAS[0], "start": START, "end": START + seconds}
        return RecordingsAsk.model_validate(told | more)

    async def ask(self, node: str = NODE, **more: Any) -> RecordingsAnswer:
        return await self.room.ask(node, self.wish(**more))


@asynccontextmanager
async def cast(
    folder: Path, carrier: Carrier = "UDP", patience: AnswerPatience = QUICK, **more: object
) -> AsyncIterator[Cast]:
    async with gateway(folder) as process:
        room = Recordings(process, patience)
        process.ears.append(room.hear)
        process.message_ears.append(room.hear_message)
        async with simulated(process, carrier, **more) as device:
            yield Cast(process, room, device)


@pytest.mark.parametrize(("carrier", "of_part"), [("UDP", 1), ("TCP", 3)])
async def test_parts_are_put_together_and_told_in_their_order(tmp_path: Path, carrier: Carrier, of_part: int) -> None:
    made = tuple(reversed(recorded(7)))
    async with cast(tmp_path, carrier, recordings=made, of_part=of_part) as all:
        answer = await all.ask()
        assert (answer.failure, answer.whole) == ("", True)
        spans = [(one.start - START, one.end - START, one.kind) for one in answer.recordings]
        assert spans == [(600 * n, 600 * (n + 1), "time") for n in range(7)]
        assert b"<Type>all</Type>" in all.device.bodies(b"RecordInfo")[0].body


async def test_parts_that_were_asked_for_do_not_count_and_those_that_nobody_waits_for_do(tmp_path: Path) -> None:
    async with cast(tmp_path, recordings=recorded(60), of_part=1) as all:
        all.process.transport._bounds = PeerBounds(rates=HostRates(rate=0.001, burst=20))
        answer = await all.ask()
        assert (answer.whole, len(answer.recordings)) == (True, 60)
        assert all.process.transport.dropped["rate"] == 0
        part = RecordInfoPart(sn=1, device_id=CAMERAS[0], sum_num=1, records=())
        given: list[str] = []
        all.process.transport.awaited = given.append  # type: ignore[method-assign]
        assert all.room.hear_message(NVR, part)
        assert given == []


async def test_the_time_that_is_asked_for_is_the_device_s_own(tmp_path: Path) -> None:
    async with cast(tmp_path, recordings=recorded(7)) as all:
        answer = await all.ask(seconds=900)
        assert [one.start - START for one in answer.recordings] == [0, 600]
        body = all.device.bodies(b"RecordInfo")[0].body
        assert b"<StartTime>2026-11-24T11:00:00</StartTime>" in body
        assert b"<EndTime>2026-11-24T11:15:00</EndTime>" in body


async def test_none_is_a_whole_answer(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.ask()
        assert (answer.failure, answer.whole, answer.recordings) == ("", True, ())


@pytest.mark.parametrize("quirk", [Quirk.SUM_TOO_LARGE, Quirk.WRONG_SN, Quirk.GBK_AS_GB2312])
async def test_a_device_with_faults_is_understood(tmp_path: Path, quirk: Quirk) -> None:
    """One that announces more than it sends is waited for a while, and what came is told as less than whole."""
    async with cast(tmp_path, recordings=recorded(3), quirks=[quirk]) as all:
        answer = await all.ask()
        assert (answer.failure, len(answer.recordings)) == ("", 3)
        assert answer.whole == (quirk is not Quirk.SUM_TOO_LARGE)


async def test_a_device_that_says_nothing_is_no_empty_answer(tmp_path: Path) -> None:
    patience = AnswerPatience(first=200_000, idle=100_000, longest=SECOND)
    async with cast(tmp_path, patience=patience) as all:
        all.device.deaf = frozenset({"MESSAGE"})
        answer = await all.ask()
        assert (answer.failure, answer.whole) == ("no_answer", False)


async def test_a_device_that_knows_no_such_question_refuses(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        camera = all.process.assigned.camera("34020000001320000099")
        assert (await all.ask(camera=camera, channel="34020000001320000099")).failure == "refused"


async def test_who_may_not_ask_reaches_no_device(tmp_path: Path) -> None:
    async with cast(tmp_path, recordings=recorded(1)) as all:
        assert (await all.ask("node-2")).failure == "not_assigned"
        assert (await all.ask(camera=uuid4())).failure == "not_assigned"
        assert (await all.ask(channel=CAMERAS[1])).failure == "not_assigned"
        assert not all.device.bodies(b"RecordInfo")
        all.process.registrar.remove(NVR)
        assert (await all.ask()).failure == "not_registered"


async def test_a_device_is_asked_little_at_once_and_forgotten_when_it_goes(tmp_path: Path) -> None:
    async with cast(tmp_path, patience=AnswerPatience(first=30 * SECOND)) as all:
        all.device.deaf = frozenset({"MESSAGE"})
        waiting = [asyncio.create_task(all.ask()) for _ in range(2)]
        await until_async(lambda: len(all.device.bodies(b"RecordInfo")) >= 2)
        assert (await all.ask()).failure == "full"
        all.process.endpoint.withdraw(NVR, all.process.clock.monotonic())
        all.process.transport.drain()
        assert [(await one).failure for one in waiting] == ["not_registered", "not_registered"]
        assert not len(all.room._inquiries)
        assert not all.room._of_device


async def test_what_does_not_belong_to_the_question_is_left_out(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.device.deaf = frozenset({"MESSAGE"})
        asking = asyncio.create_task(all.ask(seconds=900))
        await until_async(lambda: bool(all.device.bodies(b"RecordInfo")))
        sn = int(all.device.bodies(b"RecordInfo")[0].body.split(b"<SN>")[1].split(b"<")[0])

        def entry(channel: str, start: int | None, end: int | None, type: RecordType | None = None) -> RecordItem:
            def moment(seconds: int | None) -> datetime | None:
                return None if seconds is None else BEGAN + timedelta(seconds=seconds)

            return RecordItem(
                device_id=channel, start=moment(start), end=moment(end), type=type, file_path="/etc/passwd"
            )

        entries = (
            entry(CAMERAS[0], -600, 10, RecordType.ALARM),
            entry(NVR, 20, 30, RecordType.ALL),
            entry(CAMERAS[1], 40, 50),
            entry(CAMERAS[0], 5_000, 6_000),
            entry(CAMERAS[0], 60, 50),
            entry(CAMERAS[0], None, 50),
        )
        part = RecordInfoPart(sn=sn, device_id=CAMERAS[0], sum_num=len(entries), records=entries)
        assert all.room.hear_message("34020000001180000009", part)  # somebody else's word
        assert all.room.hear_message(NVR, part)
        answer = await asking
        assert [(one.start - START, one.end - START, one.kind) for one in answer.recordings] == [
            (-600, 10, "alarm"),
            (20, 30, ""),
        ]
        assert "passwd" not in answer.model_dump_json()
        assert all.room.hear_message(NVR, part)  # late


HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=12,
    ).map(lambda value: json.dumps(value, default=str).encode("utf-8", "replace")),
    st.fixed_dictionaries(
        {
            "camera": st.uuids().map(str),
            "device": st.text(max_size=40),
            "channel": st.text(max_size=40),
            "start": st.integers(),
            "end": st.integers(),
        }
    ).map(lambda value: json.dumps(value).encode("utf-8", "replace")),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=HOSTILE)
def test_every_body_is_answered(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    async def post() -> httpx.Response:
        room = Recordings(Gateway(tmp_path_factory.getbasetemp()))
        app = Starlette(routes=RecordingsDesk(room).routes(signed))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            return await client.post("/internal/records", content=body, headers={"node": NODE})

    answer = asyncio.run(post())
    assert answer.status_code == 422 or answer.json()["failure"] == "not_assigned"
    assert len(answer.content) < 3_000


async def test_a_span_has_an_end_behind_its_start_and_one_day_at_most(tmp_path: Path) -> None:
    room = Recordings(Gateway(tmp_path))
    for end in (START, START - 1, START + 86_401):
        wish = RecordingsAsk(camera=uuid4(), device=NVR, channel=CAMERAS[0], start=START, end=end)
        answer = await RecordingsDesk(room).records(NODE, wish.model_dump_json().encode())
        assert answer.status_code == 422


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
async def test_for_a_look_the_device_s_clock_is_asked_too(tmp_path: Path, carrier: Carrier) -> None:
    async with cast(tmp_path, carrier, recordings=recorded(1)) as all:
        answer = await all.ask(grant=uuid4())
        assert answer.recordings
        assert answer.ahead_ms is not None
        # The simulated device has our own clock: what is measured is zero to within what is said.
        assert abs(answer.ahead_ms) <= answer.ahead_within_ms
        assert 500 <= answer.ahead_within_ms < 500 + 5_000


async def test_without_a_look_nothing_more_is_asked(tmp_path: Path) -> None:
    async with cast(tmp_path, recordings=recorded(1)) as all:
        answer = await all.ask()
        assert (answer.ahead_ms, len(answer.recordings)) == (None, 1)
        assert not all.device.bodies(b"DeviceStatus")


async def test_a_device_that_does_not_tell_its_clock_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with cast(tmp_path, recordings=recorded(1)) as all:
        all.room.clocks._answer_s = 0.3
        monkeypatch.setattr(all.room.clocks, "hear_message", lambda device, message: False)
        answer = await all.ask(grant=uuid4())
        assert (answer.failure, answer.ahead_ms, len(answer.recordings)) == ("", None, 1)
        assert len(all.room.clocks._waiting) == 0
