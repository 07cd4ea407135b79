"""Hands of upper platforms: one grant, one camera, one hand; below everybody here, stopped first, and every command on record."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.node.gate import Gate, TokenRefused
from custodes.node.gb28181.sending import steering
from custodes.node.gb28181.sending.asking import WorkerQuestions
from custodes.node.gb28181.sending.desk import SendDesk
from custodes.node.gb28181.sending.steering import UpperHands, numbered, views_of
from custodes.node.gb28181.steering import GbPtz
from custodes.node.steering import bounds
from custodes.video.steering import Abilities, Bearing, PtzMotion, ViewPreset
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment
from custodes.video.wire.commands import PositionAnswer, PositionAsk, PresetsAnswer, PresetsAsk
from custodes.video.wire.sending import SendPosition, SendPresets, SendSteer, SendSteered
from custodes.video.wire.token import GrantClaims, sign_token
from tests.node.steering.support import CAMERA, GRANT, Room, assignment, begin
from tests.patience import PATIENCE, until_async

WORKER, LINK = "node-1/0", "link:00000000-0000-0000-0000-0000000000aa"
RIGHT = {"command": "move", "pan": 60}


class Above:
    """A worker's helms with one camera, and an upper platform whose gateway speaks to them."""

    def __init__(self, folder: Path, **how: Any) -> None:
        self.room = Room(folder, **how)
        self.key = Ed25519PrivateKey.generate()
        self.gate = Gate(WORKER, self.key.public_key(), self.now - 100)
        self.hands = UpperHands(self.room.cameras, self.gate, self.room.desk, self.room.clock)  # type: ignore[arg-type]
        self.questions = WorkerQuestions(self.hands)
        studio: Any = SimpleNamespace(clock=self.room.clock)
        self.sends = SendDesk(self.room.cameras, self.gate, studio, (1, 2), 5, hands=self.hands)  # type: ignore[arg-type]

    @property
    def now(self) -> float:
        """Seconds since the Unix epoch."""
        return self.room.clock.wall_us() / 1_000_000

    def token(self, **changes: Any) -> str:
        """A signed token for moving the camera."""
        at = int(self.now)
        claims = {
            "aud": WORKER, "jti": uuid.uuid4(), "grant": uuid.uuid4(), "sub": LINK, "index": 9, "cameras": (CAMERA,),
            "upper": "steer", "watermark": "w", "iat": at, "exp": at + 60,
        }  # fmt: skip
        return sign_token(GrantClaims.model_validate(claims | changes), self.key)

    async def say(self, call: UUID, token: str = "", **what: Any) -> SendSteered:
        """One command."""
        ask = {"call": call, "token": token, "name": "巴桑", "unit": "自治区公安厅"} | (what or RIGHT)
        return await self.hands.steer(SendSteer.model_validate(ask))

    def told(self, kind: str) -> list[Any]:
        """What waits for the notary."""
        return self.room.records(kind)


@pytest.fixture
async def above(tmp_path: Path) -> AsyncIterator[Above]:
    made = Above(tmp_path)
    yield made
    await made.room.desk.stop()


async def test_an_upper_moves_a_camera_and_all_of_it_is_on_record_under_its_grant(above: Above) -> None:
    call, grant = uuid.uuid4(), uuid.uuid4()
    assert not (await above.say(call, above.token(grant=grant))).step
    await until_async(lambda: above.room.device.told == [("move", PtzMotion(pan=60))])
    helm = above.room.desk.hand(CAMERA)
    assert helm is not None
    holder = helm.tenant()
    assert (holder.person, holder.person_name, holder.unit, holder.rank) == (LINK, "巴桑", "自治区公安厅", -1)
    assert not (await above.say(call, command="stop")).step
    await until_async(lambda: above.room.device.names() == ["move", "stop"])
    assert not (await above.say(call, command="goto", preset=1)).step
    assert await above.sends.end(call)
    assert not await above.sends.end(call)
    assert above.room.device.names() == ["move", "stop", "goto"]
    [record] = above.told("control.commands")
    assert (record.steering, record.index, record.person, record.camera) == (grant, 9, LINK, CAMERA)
    assert [(one.what, one.outcome) for one in record.commands] == [("move", "taken"), ("stop", "taken"), ("goto", "taken")]  # fmt: skip
    [ended] = above.told("control.ended")
    assert (ended.steering, ended.index, ended.person, ended.commands, ended.reason) == (grant, 9, LINK, 3, "closed")
    assert not len(above.hands)
    assert not above.gate._sendings


async def test_a_command_that_its_own_end_has_overtaken_moves_nothing(above: Above) -> None:
    call, token = uuid.uuid4(), above.token()
    assert not await above.sends.end(call)
    assert (await above.say(call, token)).step == "not_granted"
    assert above.room.desk.hand(CAMERA) is None
    assert not above.room.device.told
    assert not above.told("control.commands")
    assert not (await above.say(uuid.uuid4(), token)).step, "the grant was not used up by it"


async def test_a_name_from_elsewhere_turns_no_page_round(above: Above) -> None:
    names = {"name": "\u202e巴\u0000桑" + "长" * 250, "unit": ""}
    assert not (await above.say(uuid.uuid4(), above.token(), **RIGHT, **names)).step
    helm = above.room.desk.hand(CAMERA)
    assert helm is not None
    assert helm.begun.person_name == "巴桑" + "长" * 198


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "node-1/1"},
        {"cameras": (CAMERA, UUID(int=8))},
        {"cameras": ()},
        {"upper": "live", "live": True},
        {"upper": "history", "span": (1, 2)},
        {"upper": "list", "span": (1, 2)},
        {"upper": "", "live": True},
        {"upper": "", "still": True},
        {"upper": "", "span": (1, 2), "handover": True},
        {"upper": "", "span": (1, 2), "masking": True},
        {"iat": 1, "exp": 60},
    ],
    ids=str,
)
async def test_a_token_for_anything_else_moves_nothing(above: Above, changes: dict[str, Any]) -> None:
    assert (await above.say(uuid.uuid4(), above.token(**changes))).step == "not_granted"
    listed = await above.questions.presets(SendPresets(call=uuid.uuid4(), token=above.token(**changes)))
    assert listed.step == "not_granted"
    assert not above.room.device.told
    assert not above.gate._sendings
    assert above.room.desk.hand(CAMERA) is None


async def test_a_token_for_moving_opens_no_other_door(above: Above) -> None:
    gate, now = above.gate, above.now

    def nothing(*_: str) -> None:
        raise AssertionError

    doors = [
        lambda: gate.admit(above.token(), now, nothing),
        lambda: gate.admit_sending(above.token(), now, nothing, nothing, "live"),
        lambda: gate.admit_listing(above.token(), now),
        lambda: gate.admit_still(above.token(), now),
        lambda: gate.admit_handover(above.token(), now),
        lambda: gate.admit_masking(above.token(), now),
    ]
    for door in doors:
        with pytest.raises(TokenRefused):
            door()
    grant, looks = uuid.uuid4(), {"upper": "", "live": True}
    view = gate.admit(above.token(grant=grant, **looks), now, nothing)
    with pytest.raises(TokenRefused):
        gate.renew(view, above.token(grant=grant), now)
    assert view.claims.live


async def test_a_token_counts_once_and_a_grant_for_one_hand(above: Above) -> None:
    call, grant = uuid.uuid4(), uuid.uuid4()
    token = above.token(grant=grant)
    assert not (await above.say(call, token)).step
    assert not (await above.say(call, token)).step, "a request that was said twice moves the same hand"
    assert (await above.say(uuid.uuid4(), token)).step == "not_granted"
    await above.sends.end(call)
    assert (await above.say(uuid.uuid4(), token)).step == "not_granted"
    assert (await above.say(uuid.uuid4(), above.token(grant=grant))).step == "not_granted"
    assert (await above.say(call)).step == "not_granted"
    assert len(above.told("control.ended")) == 1


async def test_whoever_is_on_the_helm_stays_there_and_is_not_named(above: Above) -> None:
    assert (await above.room.desk.begin(begin())).ok
    call = uuid.uuid4()
    answer = await above.say(call, above.token())
    assert (answer.step, answer.detail) == ("held", "the camera is steered here")
    assert (await above.say(call)).step == "not_granted"
    assert above.room.desk.helm(CAMERA, GRANT) is not None
    assert not above.room.device.told
    assert [(one.person, one.reason) for one in above.told("control.ended")] == [(LINK, "held")]


@pytest.mark.parametrize("link", [LINK, "link:another"])
async def test_one_upper_displaces_no_other_nor_its_own_hand(above: Above, link: str) -> None:
    first = uuid.uuid4()
    assert not (await above.say(first, above.token())).step
    assert (await above.say(uuid.uuid4(), above.token(sub=link))).step == "held"
    assert not (await above.say(first)).step


async def test_two_first_commands_at_once_are_one_hand(above: Above) -> None:
    call = uuid.uuid4()
    steps = await asyncio.gather(above.say(call, above.token()), above.say(call), above.say(call, command="stop"))
    assert [one.step for one in steps] == ["", "", ""]
    assert len(above.hands) == 1


@pytest.mark.parametrize("rank", [0, 1, 2])
async def test_anybody_here_takes_its_place_in_the_middle_of_a_movement_and_it_is_stopped_first(
    above: Above, rank: int
) -> None:
    call = uuid.uuid4()
    await above.say(call, above.token())
    await until_async(lambda: above.room.device.told)
    assert (await above.room.desk.begin(begin(rank=rank))).ok, "without a reason: `over` is not said"
    assert above.room.device.names() == ["move", "stop"]
    assert above.room.desk.helm(CAMERA, GRANT) is not None
    assert (await above.say(call)).step == "held"
    assert (await above.say(call, above.token())).step == "held"
    assert above.sends.keep((call,)).ended == {call: "held"}
    assert above.room.device.names() == ["move", "stop"]
    assert [(one.person, one.reason) for one in above.told("control.ended")] == [(LINK, "yielded")]


@pytest.mark.parametrize("command", ["goto", "move"])
async def test_a_platform_further_below_that_steers_itself_ends_the_hand_here(above: Above, command: str) -> None:
    above.room.device.refuses[command] = "held"
    call, grant = uuid.uuid4(), uuid.uuid4()
    what = {"preset": 1} if command == "goto" else {"pan": 60}
    said = await above.say(call, above.token(grant=grant), command=command, **what)
    assert said.step == ("held" if command == "goto" else ""), "a movement is answered at once"
    await until_async(lambda: above.room.desk.hand(CAMERA) is None)
    assert (await above.say(call, command="goto", preset=1)).step == "held"
    assert above.sends.keep((call,)).ended == {call: "held"}
    assert above.room.desk.lost_below(CAMERA, grant)
    assert [(one.person, one.reason) for one in above.told("control.ended")] == [(LINK, "below")]
    assert (await above.room.desk.begin(begin())).ok
    assert not above.room.desk.lost_below(CAMERA, grant)


async def test_anybody_here_takes_its_place_also_while_it_is_being_written_down(
    above: Above, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go, write = threading.Event(), threading.Event(), above.room.book.begin

    def slow(steering: UUID, *how: Any) -> None:
        if not asked.is_set():
            asked.set()
            go.wait(PATIENCE)
        write(steering, *how)

    monkeypatch.setattr(above.room.book, "begin", slow)
    call = uuid.uuid4()
    saying = asyncio.ensure_future(above.say(call, above.token()))
    await until_async(asked.is_set)
    taking = asyncio.ensure_future(above.room.desk.begin(begin()))
    await until_async(lambda: above.room.desk.hand(CAMERA) is not None and above.room.desk.hand(CAMERA).over)  # type: ignore[union-attr]
    go.set()
    assert (await taking).ok
    assert (await saying).step == "held"
    assert above.room.desk.helm(CAMERA, GRANT) is not None
    assert not above.room.device.told
    assert [(one.person, one.reason) for one in above.told("control.ended")] == [(LINK, "yielded")]


async def test_no_upper_slips_in_while_its_place_is_being_taken(above: Above) -> None:
    await above.say(uuid.uuid4(), above.token())
    await until_async(lambda: above.room.device.told)
    answers: list[SendSteered] = []

    async def press() -> None:
        while above.room.desk.helm(CAMERA, GRANT) is None:
            answers.append(await above.say(uuid.uuid4(), above.token()))

    presses = [asyncio.ensure_future(press()) for _ in range(3)]
    await until_async(lambda: answers)
    assert (await above.room.desk.begin(begin())).ok
    await asyncio.gather(*presses)
    assert {one.step for one in answers} == {"held"}


async def test_a_silent_gateway_stops_the_movement_and_then_loses_the_hand(above: Above) -> None:
    call = uuid.uuid4()
    await above.say(call, above.token())
    await until_async(lambda: above.room.device.told)
    above.room.clock.advance(1.1)
    await until_async(lambda: above.room.device.names() == ["move", "stop"])
    assert above.sends.keep((call,)).ended == {}
    above.room.clock.advance(29)
    above.sends.look()
    assert len(above.hands) == 1
    above.room.clock.advance(2)
    above.sends.look()
    await until_async(lambda: not len(above.hands))
    assert above.sends.keep((call, other := uuid.uuid4())).ended == {call: "unknown", other: "unknown"}
    [record], [ended] = above.told("control.commands"), above.told("control.ended")
    assert ([one.what for one in record.commands], ended.reason) == (["move", "watchdog"], "unkept")


@pytest.mark.parametrize("narrower", [False, True])
async def test_a_grant_that_is_taken_back_takes_the_hand(above: Above, narrower: bool) -> None:
    call, grant = uuid.uuid4(), uuid.uuid4()
    await above.say(call, above.token(grant=grant))
    await until_async(lambda: above.room.device.told)
    if narrower:
        assert above.gate.withhold([grant], [CAMERA], "", "S22", above.now) == 1
    else:
        assert above.gate.revoke([grant], "", "S22", above.now) == 1
    assert (await above.say(call)).step == "not_granted"
    await until_async(lambda: not len(above.hands))
    assert above.room.device.names() == ["move", "stop"]
    assert above.sends.keep((call,)).ended == {call: "revoked"}
    assert (await above.say(uuid.uuid4(), above.token(grant=grant))).step == "not_granted"
    assert [one.reason for one in above.told("control.ended")] == ["revoked"]


async def test_a_grant_that_is_taken_back_while_the_hand_comes_moves_nothing(
    above: Above, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant, real = uuid.uuid4(), above.room.desk.begin

    async def late(begun: Any) -> Any:
        above.gate.revoke([grant], "", "", above.now)
        return await real(begun)

    monkeypatch.setattr(above.room.desk, "begin", late)
    assert (await above.say(uuid.uuid4(), above.token(grant=grant))).step == "not_granted"
    await until_async(lambda: not len(above.hands))
    assert not above.room.device.told


async def test_an_idle_hand_and_one_whose_camera_went_are_told(above: Above) -> None:
    call = uuid.uuid4()
    await above.say(call, above.token(), command="stop")
    above.room.clock.advance(61)
    above.sends.keep((call,))
    await until_async(lambda: not len(above.hands))
    assert above.sends.keep((call,)).ended == {call: "idle"}
    call = uuid.uuid4()
    await above.say(call, above.token(), command="stop")
    above.room.cameras.clear()
    await above.room.desk.look_after()
    await until_async(lambda: not len(above.hands))
    assert above.sends.keep((call,)).ended == {call: "not_here"}
    assert (await above.say(uuid.uuid4(), above.token())).step == "not_here"


async def test_a_camera_that_does_not_turn_is_said(above: Above) -> None:
    fixed = CameraAssignment(id=CAMERA, name="", main=SourceAssignment(url="rtsp://127.0.0.1/x"))
    above.room.cameras[CAMERA] = SimpleNamespace(id=CAMERA, assignment=fixed)
    assert (await above.say(uuid.uuid4(), above.token())).step == "unsteerable"
    listed = await above.questions.presets(SendPresets(call=uuid.uuid4(), token=above.token()))
    assert listed.step == "unsteerable"


@pytest.mark.parametrize("command", ["set", "remove"])
async def test_presets_are_ours_and_asking_uses_no_token_up(above: Above, command: str) -> None:
    call, token = uuid.uuid4(), above.token()
    assert (await above.say(call, token, command=command, preset=1)).step == "not_granted"
    assert not (await above.say(call, token)).step
    assert (await above.say(call, command=command, preset=1)).step == "not_granted"
    await until_async(lambda: above.room.device.names() == ["move"])


async def test_presets_are_listed_by_number_for_a_hand_or_for_a_token_once(above: Above) -> None:
    above.room.device.views = {"lane": "检票通道", "1": "大门", "gate": "侧门", "256": "屋顶"}
    expected = ((1, "大门"), (2, "屋顶"), (3, "侧门"), (4, "检票通道"), (255, ""))
    token = above.token()
    ask = SendPresets(call=uuid.uuid4(), token=token)
    assert (await above.questions.presets(ask)).presets == expected
    assert (await above.questions.presets(ask)).step == "not_granted"
    assert not above.gate._sendings
    call = uuid.uuid4()
    await above.say(call, above.token(), command="goto", preset=4)
    assert above.room.device.told == [("goto", "lane")]
    assert (await above.questions.presets(SendPresets(call=call))).presets == expected
    assert (await above.say(call, command="goto", preset=9)).step == "failed"


async def test_the_declared_view_has_the_number_of_its_preset_and_by_it_the_camera_goes_home(tmp_path: Path) -> None:
    above = Above(tmp_path, home="gate")
    above.room.device.views = {"1": "大门", "gate": "侧门"}
    call = uuid.uuid4()
    listed = await above.questions.presets(SendPresets(call=call, token=above.token()))
    assert (listed.presets, listed.home) == (((1, "大门"), (2, "侧门")), 2)
    assert listed.home_after_s == round(above.room.desk.return_seconds)
    assert not (await above.say(call, above.token(), command="goto", preset=2)).step
    assert above.room.device.told == [("goto", "gate")]
    await above.room.desk.stop()
    [record] = above.told("control.commands")
    assert [one.what for one in record.commands] == ["home"], "as a person here sends it home"


async def test_a_home_position_that_is_no_preset_has_the_last_number_that_is_free(above: Above) -> None:
    above.room.device.views = {"1": "大门", "255": "屋顶"}
    call = uuid.uuid4()
    above.room.device.offers = replace(above.room.device.offers, home=True)
    listed = await above.questions.presets(SendPresets(call=call, token=above.token()))
    assert (listed.presets, listed.home) == (((1, "大门"), (254, ""), (255, "屋顶")), 254)
    assert not (await above.say(call, above.token(), command="goto", preset=254)).step
    assert above.room.device.names() == ["home"]
    above.room.device.offers = replace(above.room.device.offers, home=False)
    listed = await above.questions.presets(SendPresets(call=call))
    assert (len(listed.presets), listed.home) == (2, 0)
    assert (await above.say(call, command="goto", preset=254)).step == "failed"


def test_a_channel_s_declared_view_has_its_own_number_whatever_its_device_lists() -> None:
    channel = assignment().model_copy(
        update={"main": SourceAssignment(url="gb28181://34020000002000000001/34020000001320000001"), "home": "9"}
    )
    assert views_of(channel, [ViewPreset("1", "大门")], Abilities()).home == 9
    assert views_of(assignment(home="9"), [ViewPreset("1", "大门")], Abilities()).home == 0


async def test_where_a_camera_points_is_told_for_a_hand_or_for_a_token_once(above: Above) -> None:
    above.room.device.here = Bearing(100.0, -5.0, 2.0)
    ask = SendPresets(call=uuid.uuid4(), token=above.token())
    assert await above.questions.position(ask) == SendPosition(pan=100.0, tilt=-5.0, zoom=2.0)
    assert (await above.questions.position(ask)).step == "not_granted"
    assert (
        await above.questions.position(SendPresets(call=uuid.uuid4(), token=above.token(upper="live", live=True)))
    ).step == "not_granted"
    call = uuid.uuid4()
    await above.say(call, above.token(), command="stop")
    assert (await above.questions.position(SendPresets(call=call))).pan == 100.0
    above.room.device.here = Bearing(20.0, None, None)
    level = await above.questions.position(SendPresets(call=uuid.uuid4(), token=above.token()))
    assert (level.step, level.pan, level.tilt, level.zoom) == ("", 20.0, None, None), "how high it does not tell"
    assert await above.questions.position(SendPresets(call=call)) == level
    above.room.device.here = Bearing(20.0, -90.5, None)
    assert (await above.questions.position(SendPresets(call=call))).tilt == -90.0, "no further than straight up"
    above.room.device.here = None
    assert (await above.questions.position(SendPresets(call=uuid.uuid4(), token=above.token()))).step == "failed"
    assert (await above.questions.position(SendPresets(call=call))).step == "failed"
    assert above.room.device.told == [], "nothing moves by that"


async def test_a_hand_that_is_taken_back_is_told_nothing_more_while_its_camera_is_stopped(above: Above) -> None:
    above.room.device.here = Bearing(100.0, -5.0, 2.0)
    call = SendPresets(call=uuid.uuid4())
    await above.say(call.call, above.token(), command="stop")
    helm, asked, go = above.room.desk.hand(CAMERA), asyncio.Event(), asyncio.Event()
    assert helm is not None
    here = above.room.device.bearing

    async def slowly() -> Bearing | None:
        asked.set()
        await go.wait()
        return await here()

    above.room.device.bearing = slowly  # type: ignore[method-assign]
    under_way = asyncio.ensure_future(above.questions.position(call))
    await asked.wait()
    helm.let_go("revoked")
    go.set()
    assert call.call in above.hands._hands
    assert (await above.questions.position(call)).step == "not_granted"
    assert (await above.questions.presets(call)).step == "not_granted"
    assert (await under_way).step == "not_granted"


async def test_so_many_lists_are_asked_of_a_camera_at_once(above: Above) -> None:
    call, told, asked = uuid.uuid4(), asyncio.Event(), []

    async def presets() -> list[ViewPreset]:
        asked.append(1)
        await told.wait()
        return []

    await above.say(call, above.token())
    above.room.device.presets = presets  # type: ignore[method-assign]
    lists = [asyncio.ensure_future(above.questions.presets(SendPresets(call=call))) for _ in range(5)]
    await until_async(lambda: sum(one.done() for one in lists) == 3)
    assert not (await above.say(call, command="stop")).step
    await until_async(lambda: above.room.device.names() == ["move", "stop"])
    told.set()
    assert [(await one).step for one in lists] == ["", "", "failed", "failed", "failed"]
    assert len(asked) == 2


async def test_a_platform_below_is_told_for_whom_it_is_asked(above: Above) -> None:
    asks: list[PresetsAsk | PositionAsk] = []

    async def presets(ask: PresetsAsk) -> PresetsAnswer:
        asks.append(ask)
        return PresetsAnswer()

    async def position(ask: PositionAsk) -> PositionAnswer:
        asks.append(ask)
        return PositionAnswer(pan=10.0)

    line: Any = SimpleNamespace(presets=presets, position=position)

    async def driver(_camera: CameraAssignment) -> GbPtz:
        return GbPtz(lambda: line, CAMERA, "34020000002000000001", "34020000001320000001")

    above.room.desk.make_driver = driver  # type: ignore[assignment]
    grant = uuid.uuid4()
    assert not (await above.questions.presets(SendPresets(call=uuid.uuid4(), token=above.token(grant=grant)))).step
    another = uuid.uuid4()
    told = await above.questions.position(SendPresets(call=uuid.uuid4(), token=above.token(grant=another)))
    assert (told.step, told.pan) == ("", 10.0)
    assert [ask.grant for ask in asks] == [grant, another]


def test_a_recorder_with_more_presets_than_numbers_loses_the_last() -> None:
    many = [ViewPreset(f"p{number:03}", "") for number in range(300)]
    assert (len(numbered(many)), numbered(many)[255].token) == (255, "p254")


async def test_what_the_declared_field_bars_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "LOOK_SECONDS", 0.02)
    above = Above(tmp_path, home="1", spread=60.0)
    above.room.device.here = Bearing(100.0, 0.0, 1.0)
    call = uuid.uuid4()
    beyond = {"command": "precise", "point": {"pan": 170, "tilt": 0, "zoom": 1}}
    assert (await above.say(call, above.token(), **beyond)).step == "outside"
    above.room.device.turning = 40.0
    assert not (await above.say(call)).step
    await until_async(lambda: "precise" in above.room.device.names())
    assert (await above.say(call)).step == "outside"
    assert above.room.device.names() == ["move", "stop", "precise"]
    await above.room.desk.stop()


async def test_a_movement_without_end_ends(above: Above) -> None:
    call = uuid.uuid4()
    await above.say(call, above.token())
    await until_async(lambda: above.room.device.told)
    for _ in range(70):
        above.room.clock.advance(0.9)
        answer = await above.say(call)
    assert answer.step == "failed"
    await until_async(lambda: above.room.device.names()[-1] == "stop")
    assert not (await above.say(call, command="stop")).step
    assert not (await above.say(call)).step


async def test_what_can_not_be_written_down_moves_nothing(above: Above, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(above.room.book, "begin", full)
        assert (await above.say(uuid.uuid4(), above.token())).step == "failed"
        assert above.room.desk.hand(CAMERA) is None
        assert not above.gate._sendings
    call = uuid.uuid4()
    assert not (await above.say(call, above.token())).step
    await until_async(lambda: above.room.device.told)
    monkeypatch.setattr(above.room.book, "note", full)
    assert (await above.say(call, command="goto", preset=1)).step == "failed"
    await above.say(call, command="stop")
    await until_async(lambda: above.room.device.names() == ["move", "stop"])


async def test_one_upper_does_not_fill_the_worker(above: Above, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering, "OF_A_LINK", 1)
    second = UUID(int=8)
    [one] = above.room.cameras.values()
    above.room.cameras[second] = SimpleNamespace(id=second, assignment=one.assignment)
    assert not (await above.say(uuid.uuid4(), above.token())).step
    assert (await above.say(uuid.uuid4(), above.token(cameras=(second,)))).step == "failed"
    assert not (await above.say(uuid.uuid4(), above.token(cameras=(second,), sub="link:another"))).step
    monkeypatch.setattr(steering, "MOST", 2)
    assert (await above.say(uuid.uuid4(), above.token(cameras=(second,), sub="link:third"))).step == "failed"


async def test_a_camera_that_does_not_answer_is_no_grave_of_commands(above: Above) -> None:
    call, wait = uuid.uuid4(), asyncio.Event()
    await above.say(call, above.token(), command="stop")

    async def slow(token: str) -> None:
        await wait.wait()

    above.room.device.goto = slow  # type: ignore[method-assign]
    waiting = [asyncio.ensure_future(above.say(call, command="goto", preset=1)) for _ in range(steering.MAX_WAITING)]
    await until_async(lambda: above.hands._hands[call].waiting == steering.MAX_WAITING)
    assert (await above.say(call, command="goto", preset=1)).step == "failed"
    wait.set()
    assert {one.step for one in await asyncio.gather(*waiting)} == {""}


async def test_an_upper_turned_it_away_and_the_worker_turns_it_back(above: Above) -> None:
    call = uuid.uuid4()
    await above.say(call, above.token())
    await until_async(lambda: above.room.device.told)
    await above.sends.end(call)
    above.room.clock.advance(301)
    await above.room.desk.look_after()
    assert above.room.device.names() == ["move", "stop", "home"]
    assert len(above.told("control.returned")) == 1
