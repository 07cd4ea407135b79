"""The gateway above: it is stated first, kept below, and then called, asked, moved; where it was not, nothing goes out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from custodes.gateway.calls.needs import NotStated
from custodes.gateway.calls.switchboard import Switchboard
from custodes.gateway.recordings import Recordings
from custodes.gateway.statements.pace import StatementPace
from custodes.gateway.statements.saying import NOBODY, SLOW, STATING, Saying
from custodes.gateway.steering.room import Steering
from custodes.gb28181.edition import Edition
from custodes.gb28181.ptz.command import STOP
from custodes.video.wire.calls import CallAsk, RecordingsAsk
from custodes.video.wire.commands import GatewaySteer, PositionAnswer, PositionAsk, PresetsAsk
from custodes.video.wire.gateway_assignment import GatewayDevice
from custodes.video.wire.statements import StatementAnswer, StatementsAt
from tests.gateway.calls.house import CAMERAS, NODE, NVR, Gateway, Simulated, gateway, simulated
from tests.gateway.calls.test_calls import QUICK as QUICK_CALLS
from tests.gateway.calls.test_recorded import RECORDED, START, played
from tests.gateway.recordings.test_recordings import QUICK as PATIENCE
from tests.gateway.statements.world import QUICK, Lower, Webs, certified, lower, quick
from tests.patience import until_async

CHANNEL = CAMERAS[0]


class Cast:
    """A gateway above with its rooms, a device that stands for the platform below, and the listener of that one."""

    def __init__(self, process: Gateway, device: Simulated, webs: Webs, below: Lower, says: Saying) -> None:
        self.process, self.device, self.webs, self.below, self.says = process, device, webs, below, says
        self.board = Switchboard(process, QUICK_CALLS, says)
        self.steering = Steering(process, says)
        self.recordings = Recordings(process, PATIENCE, says)
        process.ears += [self.board.hear, self.steering.hear, self.recordings.hear]
        process.message_ears += [self.board.hear_message, self.steering.hear_message, self.recordings.hear_message]
        self.camera = process.assigned.camera(CHANNEL)
        self.statements: StatementsAt | None = below.at

    async def steer(self, command: Any, grant: UUID | None, **more: Any) -> tuple[str, str]:
        wish = GatewaySteer(camera=self.camera, device=NVR, channel=CHANNEL, command=command, grant=grant, **more)
        taken = await self.steering.steer(NODE, wish)
        return taken.failure, taken.detail

    async def records(self, grant: UUID | None, seconds: int = 900) -> tuple[str, int]:
        wish = RecordingsAsk(
            camera=self.camera, device=NVR, channel=CHANNEL, start=START, end=START + seconds, grant=grant
        )
        told = await self.recordings.ask(NODE, wish)
        return told.failure, len(told.recordings)

    async def position(self, grant: UUID | None) -> PositionAnswer:
        wish = PositionAsk(camera=self.camera, device=NVR, channel=CHANNEL, grant=grant)
        return await self.steering.position(NODE, wish)

    def went_out(self) -> list[str]:
        """What came to the device beyond its registration, by method and command."""
        found = []
        for one in self.device.requests:
            if one.method == "INVITE":
                found.append("INVITE")
            words = (b"RecordInfo", b"<PTZCmd>", b"PresetQuery", b"PTZPosition")
            found += [word.decode().strip("<>") for word in words if word in one.body]
        return found


@asynccontextmanager
async def cast(folder: Path, pace: StatementPace = QUICK, linked: bool = True) -> AsyncIterator[Cast]:
    webs, upper = Webs(), certified(folder / "upper")
    async with (
        lower(folder / "lower", webs, *([upper] if linked else ())) as below,
        gateway(folder, Edition.E2022) as process,
        simulated(process, recordings=RECORDED, edition=Edition.E2022) as device,
    ):
        made: Cast

        def assigned(id: str) -> GatewayDevice | None:
            return GatewayDevice(id=id, sealed_password="", statements=made.statements)

        says = Saying("gateway-1", webs.client(), assigned, upper, process.clock, pace)
        made = Cast(process, device, webs, below, says)
        receive = device.core.endpoint.receive

        def hear(message: Any, *more: Any) -> None:
            if getattr(message, "method", "") == "INVITE":
                webs.order.append("invite")
            receive(message, *more)

        device.core.endpoint.receive = hear  # type: ignore[method-assign]
        yield made
        await says.stop()
        await made.board.stop(0.5)


@pytest.mark.parametrize(("session", "verb"), [("Playback", "history"), ("Download", "download")])
async def test_the_invite_goes_out_behind_the_statement_of_its_call_id(tmp_path: Path, session: str, verb: str) -> None:
    async with cast(tmp_path) as all:
        grant = uuid4()
        answer = await all.board.place(NODE, played(all.camera, session=session, grant=grant))
        assert (answer.step, answer.detail) == ("", "")
        assert all.webs.order[:2] == ["kept", "invite"]
        [invite] = [one for one in all.device.requests if one.method == "INVITE"]
        [asked], [stated] = all.webs.asked, all.webs.stated
        assert (asked.grant, asked.verb, asked.call_id) == (grant, verb, invite.call_id)
        assert (asked.start, asked.end) == (START, START + 60)
        assert (stated.statement.call_id, stated.statement.channel) == (invite.call_id, CHANNEL)


async def test_each_call_is_stated_anew(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        grant = uuid4()
        for _ in range(2):
            assert (await all.board.place(NODE, played(all.camera, grant=grant))).step == ""
        ids = [one.statement.call_id for one in all.webs.stated]
        assert len(set(ids)) == 2


async def test_a_live_picture_and_a_device_of_our_own_want_none(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        live = CallAsk(camera=all.camera, device=NVR, channel=CHANNEL, address="127.0.0.1", port=30_000)
        assert (await all.board.place(NODE, live)).step == ""
        all.statements = None
        assert (await all.board.place(NODE, played(all.camera))).step == ""
        assert await all.records(None) == ("", 1)
        assert (await all.steer("move", None, pan=20))[0] == ""
        assert not all.webs.asked
        assert not all.webs.stated


async def test_without_a_look_nothing_goes_out(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        answer = await all.board.place(NODE, played(all.camera))
        assert (answer.step, answer.detail) == ("not_stated", NOBODY)
        assert await all.records(None) == ("not_stated", 0)
        assert await all.steer("move", None, pan=20) == ("not_stated", NOBODY)
        presets = await all.steering.presets(NODE, PresetsAsk(camera=all.camera, device=NVR, channel=CHANNEL))
        assert presets.failure == "not_stated"
        assert (await all.position(None)).failure == "not_stated"
        assert not all.went_out()
        assert not all.webs.asked
        assert all.process.ssrc.used == 0


async def test_a_stop_always_goes_out(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.webs.away = True
        assert (await all.steer("stop", None))[0] == ""
        assert "PTZCmd" in all.went_out()
        assert all.device.core.head(CHANNEL).moving == STOP


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("refused above", "nothing may be stated: the look is over"),
        ("web away", "the web did not say for whom it is"),
        ("refused below", r"refused the statement \(403\): no such channel"),
        ("web below away", r"refused the statement \(503\)"),
        ("not linked", "does not take our certificate|connection"),
        ("another certificate", "another certificate than was handed over"),
        ("nobody listens", "there is no connection"),
    ],
)
async def test_what_fails_says_where_and_nothing_goes_out(tmp_path: Path, what: str, words: str) -> None:
    async with cast(tmp_path, linked=what != "not linked") as all:
        grant = uuid4()
        assert all.statements is not None
        match what:
            case "refused above":
                all.webs.why = "the look is over"
            case "web away":
                all.webs.away = True
            case "refused below":
                all.webs.verdict = StatementAnswer(status=403, why="no such channel")
            case "web below away":
                all.webs.raw["/internal/gateway/statements"] = httpx.Response(500)
            case "another certificate":
                other = certified(tmp_path / "other").cert.read_text()
                all.statements = StatementsAt(url=all.statements.url, certificate=other)
            case "nobody listens":
                from tests.ports import free_port

                url = f"https://127.0.0.1:{free_port()}"
                all.statements = StatementsAt(url=url, certificate=all.statements.certificate)
        answer = await all.board.place(NODE, played(all.camera, grant=grant))
        assert answer.step == "not_stated"
        with pytest.raises(NotStated, match=words):
            raise NotStated(answer.detail)
        assert (await all.records(grant))[0] == "not_stated"
        assert (await all.steer("goto", grant, preset=1))[0] == "not_stated"
        assert not all.went_out()
        assert all.process.ssrc.used == 0
        assert not len(all.board)


async def test_a_web_that_states_something_else_is_not_believed(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        from tests.gateway.statements.world import statement

        other = statement(channel=CHANNEL).model_dump_json()
        all.webs.raw[STATING] = httpx.Response(200, content=f'{{"statement": {other}}}')
        answer = await all.board.place(NODE, played(all.camera, grant=uuid4()))
        assert (answer.step, answer.detail) == ("not_stated", "the web stated something else than was asked for")
        assert not all.webs.stated
        assert not all.went_out()


async def test_a_call_that_is_given_up_meanwhile_is_not_made(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.webs.before = asyncio.Event()
        placing = asyncio.create_task(all.board.place(NODE, played(all.camera, grant=uuid4())))
        await until_async(lambda: all.webs.asked)
        placing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await placing
        all.webs.before.set()
        assert not all.went_out()
        assert not all.webs.stated
        assert all.process.ssrc.used == 0


async def test_a_device_that_leaves_meanwhile_is_not_called(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.webs.before = asyncio.Event()
        placing = asyncio.create_task(all.board.place(NODE, played(all.camera, grant=uuid4())))
        await until_async(lambda: all.webs.asked)
        all.process.endpoint.withdraw(NVR, all.process.clock.monotonic())
        all.process.transport.drain()
        assert (await placing).step == "not_registered"
        assert not all.went_out()


async def test_questions_of_one_look_share_a_statement_while_it_counts(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        grant = uuid4()
        assert await all.records(grant) == ("", 1)
        assert await all.records(grant, 600) == ("", 1)
        assert len(all.webs.stated) == 1  # within the span that was stated
        assert await all.records(grant, 1800) == ("", 1)
        assert await all.records(uuid4()) == ("", 1)
        assert [one.grant for one in all.webs.asked] == [grant, grant, all.webs.asked[2].grant]
        assert {one.statement.call_id for one in all.webs.stated} == {""}


async def test_a_hand_states_once_and_anew_before_the_end(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        grant = uuid4()
        assert [(await all.steer("move", grant, pan=20))[0] for _ in range(3)] == [""] * 3
        assert (await all.steer("goto", grant, preset=2))[0] == ""
        assert len(all.webs.stated) == 1
        assert all.webs.stated[0].statement.verb == "steer"
        all.webs.seconds = 59  # from here on they end within the minute before which they are made anew
        assert (await all.steer("move", uuid4(), pan=20))[0] == ""
        other = all.webs.asked[-1].grant
        assert (await all.steer("move", other, pan=20))[0] == ""
        assert len(all.webs.stated) == 3


async def test_where_a_camera_points_is_asked_behind_the_statement_of_who_asks(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        grant = uuid4()
        assert (await all.position(grant)).pan is not None
        [stated] = all.webs.stated
        assert (stated.statement.verb, stated.statement.channel, stated.statement.call_id) == ("steer", CHANNEL, "")
        assert [one.grant for one in all.webs.asked] == [grant]
        assert (await all.steer("move", grant, pan=20))[0] == ""
        assert (await all.position(grant)).failure == ""
        assert len(all.webs.stated) == 1, "the hand of the same look has one statement for all of it"
        assert (await all.position(uuid4())).failure == ""
        assert len(all.webs.stated) == 2
        all.webs.away = True
        before = all.went_out()
        assert (await all.position(uuid4())).failure == "not_stated"
        assert all.went_out() == before


async def test_a_movement_that_was_stopped_while_it_was_stated_does_not_begin(tmp_path: Path) -> None:
    async with cast(tmp_path) as all:
        all.webs.before = asyncio.Event()
        moving = asyncio.create_task(all.steer("move", uuid4(), pan=20))
        await until_async(lambda: all.webs.asked)
        assert (await all.steer("stop", None))[0] == ""
        all.webs.before.set()
        assert await moving == ("refused", "the camera was told to stop meanwhile")
        assert all.device.core.head(CHANNEL).moving == STOP


async def test_a_statement_that_takes_long_is_had_by_the_next_command(tmp_path: Path) -> None:
    async with cast(tmp_path, quick(steer=0.05)) as all:
        all.webs.before, grant = asyncio.Event(), uuid4()
        assert await all.steer("move", grant, pan=20) == ("not_stated", SLOW)
        all.webs.before.set()
        await until_async(lambda: all.webs.stated and not all.says._going)
        assert (await all.steer("move", grant, pan=20))[0] == ""
        assert len(all.webs.asked) == 1


async def test_what_failed_is_not_asked_again_at_once(tmp_path: Path) -> None:
    async with cast(tmp_path, quick(rest=0.3)) as all:
        all.webs.why, grant = "the look is over", uuid4()
        for _ in range(5):
            failure, detail = await all.steer("move", grant, pan=20)
            assert (failure, detail) == ("not_stated", "nothing may be stated: the look is over")
        assert len(all.webs.asked) == 1
        all.webs.why = ""

        async def taken() -> bool:
            return (await all.steer("move", grant, pan=20))[0] == ""

        await until_async(taken, every=0.05)


async def test_what_is_remembered_is_bounded(tmp_path: Path) -> None:
    async with cast(tmp_path, quick(kept=3)) as all:
        for _ in range(6):
            assert (await all.steer("goto", uuid4(), preset=1))[0] == ""
        assert len(all.says._kept) == 3


def test_the_node_waits_longer_than_the_gateway() -> None:
    from custodes.gateway.calls.open_calls import BOUNDS
    from custodes.gateway.recordings import PATIENCE as LONGEST
    from custodes.gateway.statements.pace import STATEMENT_PACE as PACE
    from custodes.gateway.steering.room import ANSWER_S
    from custodes.node.gb28181.gateway_client import CALL_SECONDS, RECORDS_SECONDS, STEER_SECONDS

    assert PACE.whole < BOUNDS.stated_s
    assert BOUNDS.room_s + BOUNDS.bye_s + BOUNDS.stated_s + BOUNDS.silent_s <= BOUNDS.whole_s < CALL_SECONDS
    assert PACE.records + LONGEST.longest / 1_000_000 < RECORDS_SECONDS
    assert PACE.steer + ANSWER_S < STEER_SECONDS
