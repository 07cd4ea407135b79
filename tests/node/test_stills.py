"""Single pictures of the archive under the grant of the picture beside them: one each, counted, bounded, accounted for."""

import asyncio
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

import custodes.node.feed_still as feeding
from custodes.node.channel import Channel, WorkerServices
from custodes.node.disk import Disk
from custodes.node.feed_still import feed_still
from custodes.node.gate import FootageBounds
from custodes.node.key_frames import WORKER_STILLS_PER_SECOND, StillDesk
from custodes.node.socket_line import STILLS_PER_SECOND
from custodes.video.clock import FakeClock
from custodes.video.mp4.parse import parse_fragment
from custodes.video.playback.pace import StillPace
from custodes.video.wire.token import sign_token
from custodes.video.wire.view import OpenMessage
from tests.node.past import SECOND, Past, write_past
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse, camera
from tests.patience import until, until_async

CAMERA = UUID(int=1)


@pytest.fixture(scope="module")
def past(installation: Installation) -> Past:
    """Footage from ten minutes ago; made before the worker starts."""
    return write_past(installation, CAMERA)


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary, past: Past) -> Iterator[RunningWorker]:
    """A worker whose only camera is out of reach now."""
    installation.assign([camera(0, None)])
    with RunningWorker(installation) as running:
        yield running


async def still(browser: Browser, at: int, channel: int = 1, **fields: Any) -> dict[str, Any]:
    """Ask for one picture; the answer."""
    await browser.say("still", channel=channel, camera=str(CAMERA), at=at, **fields)
    while True:
        answer = await browser.text("still")
        if answer["at"] == at:
            return answer


async def test_it_is_the_key_frame_before_that_time_alone_and_the_record_says_so(
    worker: RunningWorker, installation: Installation, past: Past, notary: FakeNotary
) -> None:
    claims = installation.claims(CAMERA, live=False)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        answers = [await still(browser, past.at(seconds)) for seconds in (30.5, 12.2)]
        # The next answer is in order behind anything more that would have come of the first two.
        await still(browser, past.at(100))
        await browser.say("close", channel=1)
        await browser.say("still", channel=2, camera=str(CAMERA), at=past.at(100))
        await browser.text("still")
    inits = [text for text in browser.texts if text["type"] == "init"]
    assert [(init["channel"], init["epoch"], init["live"]) for init in inits] == [(1, 1, False), (1, 2, False)]
    assert [(kind, epoch) for kind, epoch, *_ in browser.fragments] == [(0, 1), (1, 1), (0, 2), (1, 2)]
    media = [fragment for fragment in browser.fragments if fragment[0] == 1]
    for (*_, wall_us, payload), answer, seconds in zip(media, answers, (30.5, 12.2), strict=True):
        parsed = parse_fragment(payload)
        assert parsed.key
        assert len(parsed.samples) == 1
        assert answer["wall_us"] == wall_us
        assert past.at(seconds) - SECOND <= wall_us <= past.at(seconds)
    first, second = (parse_fragment(fragment[5]) for fragment in media)
    assert second.decode_time == first.decode_time + first.duration
    [begun] = until(lambda: [r for r in notary.of_type("view.begun") if r["grant"] == str(claims.grant)])
    [ended] = until(lambda: [r for r in notary.of_type("view.ended") if r["grant"] == str(claims.grant)])
    assert begun["at_us"] == past.at(30.5)
    assert ended["shown"] == sorted([fragment[4], fragment[4] + 40_000] for fragment in media)
    assert ended["bytes"] >= sum(len(fragment[5]) for fragment in media)


async def test_a_time_that_the_grant_does_not_open_shows_nothing_and_leaves_no_record(
    worker: RunningWorker, installation: Installation, past: Past, notary: FakeNotary
) -> None:
    # The window begins within a group of pictures: the key frame that would show its first moments is not open.
    claims = installation.claims(CAMERA, live=False, back_seconds=0, span=(past.at(20.5), past.at(25)))
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        for seconds in (10, 20.6, 25, 60):
            answer = await still(browser, past.at(seconds))
            assert (answer["wall_us"], answer["reason"]) == (None, "span")
        assert browser.fragments == []
        await still(browser, past.at(23))
        assert len(browser.fragments) == 2
    [begun] = until(lambda: [r for r in notary.of_type("view.begun") if r["grant"] == str(claims.grant)])
    assert begun["at_us"] == past.at(23)


async def test_where_nothing_was_recorded_the_reason_is_said(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False))
        assert (await still(browser, past.at(120)))["reason"] == "network"
        assert (await still(browser, past.at(-60)))["reason"] == "nothing_recorded"
        assert browser.fragments == []


async def test_an_account_that_would_have_to_join_what_was_seen_is_followed_by_another(
    worker: RunningWorker,
    installation: Installation,
    past: Past,
    notary: FakeNotary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeding, "MOST_IN_ONE_ACCOUNT", 2)
    claims = installation.claims(CAMERA, live=False)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        for seconds in (10.5, 20.5, 30.5):
            await still(browser, past.at(seconds))
    accounts = until(
        lambda: (
            len(found := [r for r in notary.of_type("view.ended") if r["grant"] == str(claims.grant)]) == 2 and found
        )
    )
    assert [len(account["shown"]) for account in accounts] == [2, 1]
    begun = [r["at_us"] for r in notary.of_type("view.begun") if r["grant"] == str(claims.grant)]
    assert begun == [past.at(10.5), past.at(30.5)]


async def test_the_picture_beside_it_goes_on(worker: RunningWorker, installation: Installation, past: Past) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10))
        await browser.media(2)
        await still(browser, past.at(40))
        await browser.say("position", channel=0, at=past.at(12))
        while sum(fragment[2] == 0 for fragment in browser.fragments) < 10:
            await browser.step()
    own = [fragment for fragment in browser.fragments if fragment[2] == 0 and fragment[0] == 1]
    assert {fragment[1] for fragment in own} == {1}
    end = 0
    for *_, payload in own:
        parsed = parse_fragment(payload)
        assert parsed.decode_time == end
        end += parsed.duration


async def test_a_socket_has_one_channel_of_stills_and_it_does_nothing_else(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False))
        await still(browser, past.at(5), channel=1)
        await browser.say("seek", channel=1, at=None)
        assert (await browser.text("error"))["channel"] == 1
        await still(browser, past.at(6), channel=2)
        await browser.say("seek", channel=1, at=past.at(5))
        error = await browser.text("error")
        assert (error["channel"], error["detail"]) == (1, "the channel is not open")
        assert not [text for text in browser.texts if text["type"] == "state"]


async def test_another_camera_and_a_missing_codec_get_no_picture(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False))
        await browser.say("still", channel=1, camera=str(UUID(int=9)), at=past.at(5))
        assert (await browser.text("error"))["channel"] == 1
        codecs = ['video/mp4; codecs="hvc1.1.6.L93.B0"']
        await browser.say("still", channel=1, camera=str(CAMERA), at=past.at(5), codecs=codecs)
        assert "avc1" in (await browser.text("codec"))["mime"]
        assert browser.fragments == []


class EmptyArchive:
    """Nothing was ever recorded."""

    def fragments(self, *_: Any) -> Iterator[Any]:
        """None."""
        return iter(())

    def gaps(self, *_: Any) -> list[Any]:
        """None."""
        return []


class Listener:
    """The line of a channel whose answers are kept."""

    def __init__(self, bounds: FootageBounds) -> None:
        self.bounds = bounds
        self.still_pace = StillPace(STILLS_PER_SECOND)
        self.answered: list[int] = []

    async def send_text(self, text: str) -> None:
        """Keep what was answered."""
        self.answered.append(json.loads(text)["at"])

    async def hears(self, count: int) -> None:
        """Wait until so many answers came."""
        await until_async(lambda: len(self.answered) >= count, f"{count} answers")


async def test_a_wild_pointer_gets_the_newest_picture_and_no_more_than_its_share() -> None:
    clock, disk = FakeClock(), Disk()
    now = clock.wall_us()
    line = Listener(FootageBounds(frozenset([CAMERA]), live=True, back_us=3600 * SECOND, span=None))
    opened = OpenMessage(type="open", channel=1, camera=CAMERA, at=now - 100 * SECOND)
    studio = WorkerServices("node-1/0", clock, EmptyArchive(), None, disk)  # type: ignore[arg-type]
    channel = Channel(opened, line, SimpleNamespace(id=CAMERA), studio)  # type: ignore[arg-type]
    feed = asyncio.create_task(feed_still(channel))
    await line.hears(1)
    clock.advance(0.2)  # the desk would have served it again
    for seconds in range(99, 79, -1):
        channel.turn(now - seconds * SECOND, None)
        for _ in range(3):  # whoever is not held back answers in this time
            await disk.run(lambda: None)
    assert line.answered == [now - 100 * SECOND]
    clock.advance(0.05)
    await line.hears(2)
    assert line.answered == [now - 100 * SECOND, now - 80 * SECOND]
    feed.cancel()
    disk.close()


async def test_all_channels_of_a_worker_share_one_desk() -> None:
    clock, desk, served = FakeClock(), StillDesk(), []

    async def ask(number: int) -> None:
        async with desk.turn(clock):
            served.append(number)

    tasks = [asyncio.create_task(ask(number)) for number in range(3)]
    for count in range(1, 4):
        await until_async(lambda: len(served) >= count)  # noqa: B023 waited for here
        for _ in range(20):
            await asyncio.sleep(0)
        assert served == list(range(count))
        clock.advance(1 / WORKER_STILLS_PER_SECOND)
    await asyncio.gather(*tasks)
