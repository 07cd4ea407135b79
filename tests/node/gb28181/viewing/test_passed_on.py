"""A platform above is told of, and sent, what a platform below recorded: nothing of it is recorded here."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from custodes.ledger.records import ViewBegun, ViewEnded
from custodes.node.gate import FootageBounds
from custodes.node.gb28181.place import ChannelUrl
from custodes.node.gb28181.viewing.desk import NotPlayed
from tests.node.gb28181.sending.room import Upper
from tests.node.gb28181.viewing.middle import in_the_middle, more
from tests.node.gb28181.viewing.world import SECOND

pytestmark = pytest.mark.usefixtures("of_a_platform")


async def test_what_it_recorded_is_told_within_what_was_given_and_under_that_grant(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path) as middle:
        grant = uuid.uuid4()
        told = await middle.listed(grant=grant)
        assert told.spans, told
        assert middle.from_us <= told.spans[0][0]
        assert told.spans[-1][1] <= middle.to_us
        assert [asked.grant for asked in middle.all.line.questions] == [grant]


async def test_a_platform_below_that_says_nothing_is_not_told_as_one_that_has_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_the_middle(tmp_path) as middle:
        for step, told in (("not_stated", "not_here"), ("clock", "not_here"), ("busy", "full"), ("not_open", "")):

            async def refuses(*_: Any, why: str = step) -> Any:
                raise NotPlayed(why)

            monkeypatch.setattr(middle.all.desk, "recordings", refuses)
            answer = await middle.listed()
            assert (answer.step, answer.spans) == (told, ())


async def test_it_is_sent_on_under_its_grant_and_is_on_record(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        with Upper("udp") as upper:
            await middle.play(upper)
            await more(upper, 30)
            times = [frame.time for frame in upper.frames]
            assert times == sorted(times)
            # Where the platform above places the first picture: at the second that it asked for, by a clock of seconds.
            assert 0 <= all.line.asks[-1].start - middle.from_us // SECOND <= 1
            assert await middle.sends.end(upper.call)
            await all.hung_up()
        [begun], [ended] = all.records(ViewBegun), all.records(ViewEnded)
        assert (begun.source, ended.source, begun.at_us) == ("device", "device", middle.from_us)
        assert {ask.grant for ask in all.line.asks} == {begun.grant}
        assert len(ended.shown) == 1, "one picture reaches to the next"
        assert all.world.archive.runs(all.camera.id, 0, 1 << 62) == [], "kept nowhere here"


async def test_what_is_recorded_here_is_answered_from_here(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path) as middle:
        middle.all.camera.assignment.record = True
        assert (await middle.listed()).spans == ()
        assert not middle.all.line.questions


@pytest.mark.parametrize("platform", [True, False])
async def test_of_a_device_that_is_not_to_be_recorded_nothing_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: bool
) -> None:
    monkeypatch.setattr(ChannelUrl, "platform", property(lambda _url: platform))

    async with in_the_middle(tmp_path) as middle:
        all = middle.all
        claims = all.claims()
        asked = all.desk.recordings(all.camera, claims, FootageBounds.of(claims), middle.from_us, middle.to_us)
        if platform:
            assert (await asked).spans
            return
        with pytest.raises(NotPlayed) as refused:
            await asked
        assert refused.value.step == "off"


def test_a_platform_is_known_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert ChannelUrl("54010200002000000001", "1").platform
    assert not ChannelUrl("54010200021188000001", "1").platform
    assert not ChannelUrl("recorder-7", "1").platform
