"""What an upper asks about channels is decided and on record, and denied: nothing leads there yet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from custodes.gateway.uppers.asked import BURST, verb_of
from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.control import DeviceControl, Guard, KeyFrame
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.presets import PresetQuery
from custodes.gb28181.manscdp.records import RecordInfoQuery
from custodes.video.wire.gateway import GatewaySteer, PresetsAsk
from custodes.video.wire.uppers import UpperVerdict, UpperWants
from tests.gateway.uppers.world import OWN, Pair, camera, pair
from tests.gateway.world import until

NIGHT = datetime(2026, 11, 20, 8, 0, 0, tzinfo=BEIJING), datetime(2026, 11, 20, 9, 0, 0, tzinfo=BEIJING)


def say(both: Pair, message: Message) -> None:
    """The upper says something to a channel."""
    peer = both.theirs.context.reach(OWN)
    assert peer is not None
    both.theirs.context.send(peer.peer, message.device_id, write_message(message, Edition.E2016))
    both.theirs.transport.drain()


async def test_what_would_move_a_camera_and_what_was_recorded_is_decided_and_denied(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        key = both.above.cameras[camera(1)]
        steer = GatewaySteer(camera=key, device=OWN, channel=camera(1), command="move", pan=50)
        await both.above.node.steer(steer)
        await until(lambda: [wants.verb for wants in both.web.wants] == ["steer"])
        assert both.web.wants[0].channel == camera(1)
        found = await both.above.node.presets(PresetsAsk(camera=key, device=OWN, channel=camera(1)))
        assert not found.presets
        say(both, RecordInfoQuery(sn=77, device_id=camera(2), start=NIGHT[0], end=NIGHT[1]))
        await until(lambda: [wants.verb for wants in both.web.wants if wants.verb == "history"])
        wants = both.web.wants[-1]
        assert (wants.channel, wants.call_id) == (camera(2), "77")
        assert (wants.from_us, wants.until_us) == tuple(round(at.timestamp() * 1e6) for at in NIGHT)
        denied = both.ours.uppers.asked.denied
        await until(lambda: denied["no-way-yet"] == len(both.web.wants))
        assert not both.node.said


async def test_a_refusal_and_a_web_that_is_away_are_denied_alike(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:

        async def refuse(_wants: UpperWants) -> UpperVerdict:
            return UpperVerdict(status=403)

        both.web.decide = refuse
        denied = both.ours.uppers.asked.denied
        say(both, PresetQuery(sn=5, device_id=camera(1)))
        await until(lambda: denied == {"not-granted": 1})
        both.web.away = True
        say(both, PresetQuery(sn=6, device_id=camera(1)))
        await until(lambda: denied == {"not-granted": 1, "web-away": 1})


async def test_a_flood_of_questions_fills_no_log(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        for number in range(60):
            say(both, PresetQuery(sn=number + 1, device_id=camera(1)))
        denied = both.ours.uppers.asked.denied
        await until(lambda: denied.total() == 60)
        assert denied["too-many"] > 0
        assert len(both.web.wants) <= BURST + 5


def test_what_no_grant_is_for_is_denied_at_once() -> None:
    assert verb_of(DeviceControl(sn=1, device_id=camera(1), guard=Guard.SET)) is None
    assert verb_of(DeviceControl(sn=1, device_id=camera(1), key_frame=KeyFrame.SEND)) is None
    assert verb_of(DeviceControl(sn=1, device_id=camera(1), ptz="A50F010000000000")) == "steer"
