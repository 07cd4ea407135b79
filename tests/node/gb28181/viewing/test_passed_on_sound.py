"""The sound of what a platform below recorded goes up beside its pictures, where it may, at its own speed; on record."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from custodes.gb28181.device import stream
from custodes.gb28181.media.frame import Coding, Frame
from custodes.ledger.records import ViewEnded, ViewHeard
from tests.gb28181.media.films import mixed
from tests.node.gb28181.sending.room import Upper
from tests.node.gb28181.viewing.middle import Middle, in_the_middle, more
from tests.node.gb28181.viewing.world import SECOND
from tests.patience import until_async

CODINGS = (Coding.G711A, Coding.G711U, Coding.AAC)
FRAMES = {coding: mixed(Coding.H264, coding) for coding in CODINGS}


pytestmark = pytest.mark.usefixtures("of_a_platform")


@pytest.fixture(autouse=True)
def with_sound_at_each_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEYS_ONLY", 100.0)


def heard(upper: Upper) -> list[Frame]:
    return [frame for frame in upper.frames if not frame.coding.video]


def hears(middle: Middle, *, audio: bool = True) -> dict[str, Any]:
    """What the register and the token say of it."""
    middle.all.camera.assignment.audio = audio
    return {"sound": (middle.all.camera.id,)}


def accounts(middle: Middle) -> tuple[Any, list[Any]]:
    """How the look ended, and what is on record of listening."""
    [ended] = middle.all.records(ViewEnded)
    return ended, middle.all.records(ViewHeard)  # type: ignore[arg-type]


@pytest.mark.parametrize("coding", CODINGS, ids=lambda one: one.name)
@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_it_goes_beside_its_pictures_as_it_was_coded(tmp_path: Path, coding: Coding, transport: str) -> None:
    async with in_the_middle(tmp_path, transport=transport, frames=FRAMES[coding]) as middle:
        with Upper("tcp-active") as upper:
            await middle.play(upper, claims=hears(middle))
            await until_async(lambda: (upper.read() and False) or len(heard(upper)) >= 12)
            pictures = [frame for frame in upper.frames if frame.coding.video]
            assert {frame.coding for frame in heard(upper)} == {coding}
            assert {frame.data for frame in heard(upper)} <= {one.data for one in FRAMES[coding]}
            times = [frame.time for frame in heard(upper)]
            assert times == sorted(times)
            assert times[0] >= pictures[0].time
            # As far apart as it was made, to the tick, but where the film begins anew.
            step = 11_520 if coding is Coding.AAC else 1_800
            assert [after - before for before, after in pairwise(times)].count(step) >= 7
            assert abs(times[-1] - pictures[-1].time) < 45_000
            assert await middle.sends.end(upper.call)
            await middle.all.hung_up()
        ended, listened = accounts(middle)
        assert len(listened) == 1
        assert ended.source == "device"
        assert all(middle.from_us <= from_us and until_us <= middle.to_us for from_us, until_us in ended.heard)
        length = sum(until_us - from_us for from_us, until_us in ended.heard)
        assert 0 < length < 10 * SECOND


@pytest.mark.parametrize("session", ["Playback", "Download"])
async def test_how_it_is_coded_is_told_with_the_answer(tmp_path: Path, session: str) -> None:
    async with in_the_middle(tmp_path, frames=FRAMES[Coding.G711A]) as middle:
        with Upper("tcp-active") as upper:
            ready = await middle.call(upper, session, claims=hears(middle))
            assert (ready.step, ready.picture, ready.sound) == ("", "H264", "G711A")
            await upper.connect(ready)
            assert middle.sends.start(upper.call)
            await until_async(lambda: (upper.read() and False) or len(heard(upper)) >= 10)  # a download at each speed
            assert await middle.sends.end(upper.call)


@pytest.mark.parametrize("case", ["not granted", "the register has no leave", "the upper wants none"])
async def test_without_leave_a_grant_or_a_wish_there_is_none(tmp_path: Path, case: str) -> None:
    async with in_the_middle(tmp_path, frames=FRAMES[Coding.G711A]) as middle:
        claims = hears(middle, audio=case != "the register has no leave")
        with Upper("udp") as upper:
            how: dict[str, Any] = {"claims": {} if case == "not granted" else claims}
            if case == "the upper wants none":
                how["sound"] = False
            await middle.play(upper, **how)
            await more(upper, 30)
            assert not heard(upper)
            assert upper.receiver.tally.sounds == 0
            assert await middle.sends.end(upper.call)
        ended, listened = accounts(middle)
        assert (ended.heard, listened) == ((), [])


async def test_a_leave_that_ends_ends_it_at_once(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path, frames=FRAMES[Coding.G711A]) as middle:
        with Upper("tcp-active") as upper:
            await middle.play(upper, claims=hears(middle))
            await until_async(lambda: (upper.read() and False) or len(heard(upper)) >= 5)
            sending: Any = middle.sends._calls[upper.call]
            sent = sending._cutter.sound
            pieces: list[Any] = []
            sending._cutter.sound = lambda piece, **how: pieces.append(piece) or sent(piece, **how)
            middle.all.camera.assignment.audio = False
            await more(upper, 40)
            assert not pieces
            assert await middle.sends.end(upper.call)


async def test_at_another_speed_it_is_silent_and_heard_again_at_its_own(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path, frames=FRAMES[Coding.G711A]) as middle:
        with Upper("tcp-active") as upper:
            await middle.play(upper, claims=hears(middle))
            await until_async(lambda: (upper.read() and False) or len(heard(upper)) >= 5)
            for speed in (0.5, 2.0):
                assert (await middle.step(upper, scale=speed)).status == 200
                sending: Any = middle.sends._calls[upper.call]
                await more(upper, 5)  # what was under way
                before = sending._viewing.heard.intervals
                await more(upper, 30)
                assert sending._viewing.heard.intervals == before
            assert (await middle.step(upper, scale=1.0)).status == 200
            upper.frames.clear()
            await until_async(lambda: (upper.read() and False) or len(heard(upper)) >= 10)
            assert await middle.sends.end(upper.call)


async def test_another_place_goes_on_with_its_sound(tmp_path: Path) -> None:
    async with in_the_middle(tmp_path, frames=FRAMES[Coding.G711A]) as middle:
        with Upper("tcp-active") as upper:
            await middle.play(upper, claims=hears(middle))
            await until_async(lambda: (upper.read() and False) or len(heard(upper)) >= 5)
            assert (await middle.step(upper, at_s=100.0)).status == 200
            count = len(heard(upper))
            await until_async(lambda: (upper.read() and False) or len(heard(upper)) >= count + 40)
            assert await middle.sends.end(upper.call)
        ended, _listened = accounts(middle)
        assert any(from_us >= middle.from_us + 99 * SECOND for from_us, _until_us in ended.heard)
