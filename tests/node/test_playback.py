"""Playback over a real socket: file borders, gaps, codec changes, pace, and never a second more than granted."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from custodes.video.mp4.parse import parse_fragment
from custodes.video.wire.token import sign_token
from tests.node.past import SECOND, Past, write_past
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse, camera
from tests.patience import until

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


async def collect(browser: Browser, until_text: str = "end") -> list[Any]:
    """Everything up to a text message: texts, and media as (epoch, wall_us, parsed)."""
    found: list[Any] = []
    while True:
        message = await browser.step()
        if isinstance(message, dict):
            found.append(message)
            if message["type"] == until_text:
                return found
        elif message[0] == 1:
            found.append((message[1], message[4], parse_fragment(message[5])))


def media_of(found: list[Any]) -> list[Any]:
    return [one for one in found if isinstance(one, tuple)]


async def test_it_plays_across_file_borders_gap_and_codec_change_without_a_hole(
    worker: RunningWorker, installation: Installation, past: Past, notary: FakeNotary
) -> None:
    span = (past.at(50), past.at(225))
    claims = installation.claims(CAMERA, live=False, back_seconds=0, span=span)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(50.5), rate=4)
        found: list[Any] = []
        while not (found and isinstance(found[-1], dict) and found[-1]["type"] == "end"):
            message = await browser.step()
            if isinstance(message, dict):
                found.append(message)
                continue
            if message[0] == 1:
                found.append((message[1], message[4], parse_fragment(message[5])))
                await browser.say("position", channel=0, at=message[4])
                if message[4] > past.at(195):
                    await browser.say("rate", channel=0, rate=16)
    assert found[-1]["reason"] == "span"
    inits = [one for one in found if isinstance(one, dict) and one["type"] == "init"]
    assert [("avc1" in i["mime"], "hvc1" in i["mime"]) for i in inits] == [(True, False), (True, False), (False, True)]
    assert [i["epoch"] for i in inits] == [1, 2, 3]
    [gap] = [one for one in found if isinstance(one, dict) and one["type"] == "gap"]
    assert gap["reason"] == "network"
    assert abs(gap["from"] - past.at(70)) < SECOND
    assert abs(gap["to"] - past.at(170)) < SECOND
    media = media_of(found)
    end = 0
    for _, _, parsed in media:
        assert parsed.decode_time == end, "media time has no hole, whatever was crossed"
        end += parsed.duration
    for epoch, wall_us, parsed in media:
        base = next(i for i in inits if i["epoch"] == epoch)["base_us"]
        assert abs(base + parsed.decode_time * 100 // 9 - wall_us) < 50_000
    [ended] = until(lambda: [r for r in notary.of_type("view.ended") if r["grant"] == str(claims.grant)])
    shown = ended["shown"]
    assert len(shown) == 2
    assert shown[0][0] >= past.at(50)
    assert shown[1][1] <= past.at(225)


async def test_no_more_than_ten_seconds_are_sent_ahead_of_the_picture(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10))
        media = await browser.media(9)
        # A browser that lies about its position gains what the clock has let pass, and no more.
        await browser.say("position", channel=0, at=past.at(69))
        await browser.say("pause", channel=0)
        await browser.say("open", channel=1, camera=str(CAMERA), at=past.at(30))
        ones = 0
        while ones < 9:
            ones += (await browser.media(1))[0][2]
        last = max(f[4] for f in browser.fragments if f[2] == 0 and f[0] == 1)
        assert last <= past.at(10) + 12 * SECOND
        assert media[0][4] <= past.at(10)


async def test_a_seek_goes_there_with_a_new_epoch_and_media_time_goes_on(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(5))
        await browser.text("init")
        await browser.media(3)
        await browser.say("seek", channel=0, at=past.at(180.5))
        init = await browser.text("init")
        assert init["epoch"] == 2
        [first] = await browser.media(1)
        assert past.at(179) <= first[4] <= past.at(180.5)
        before = [parse_fragment(f[5]) for f in browser.fragments if f[0] == 1 and f[1] == 1]
        assert parse_fragment(first[5]).decode_time == sum(p.duration for p in before)


async def test_above_four_times_only_key_frames_are_sent(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say(
            "token", token=installation.token(CAMERA, live=False, back_seconds=0, span=(past.start, past.at(69)))
        )
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(1), rate=16)
        media = media_of(await collect(browser))
    assert len(media) > 60
    assert all(len(parsed.samples) == 1 and parsed.key for _, _, parsed in media)
    assert sum(parsed.duration for _, _, parsed in media) == pytest.approx(68 * 90_000, abs=180_000)


@pytest.mark.parametrize("seed", range(10))
async def test_no_fragment_reaches_beyond_what_is_granted(
    worker: RunningWorker, installation: Installation, past: Past, seed: int
) -> None:
    rng = random.Random(seed)
    start = past.at(rng.uniform(-20, 220))
    span = (start, start + round(rng.uniform(0.2, 35) * SECOND))
    rate = rng.choice([4, 4, 16, 8])
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False, back_seconds=0, span=span))
        for channel, offset in enumerate((0, rng.uniform(-5, 5), rng.uniform(0, 30))):
            at = max(0, span[0] + round(offset * SECOND))
            await browser.say("open", channel=channel, camera=str(CAMERA), at=at, rate=rate)
        ended: set[int] = set()
        while len(ended) < 3:
            end = await browser.text("end")
            assert end["reason"] in ("span", "nothing_recorded")
            ended.add(end["channel"])
    for kind, _, _, _, wall_us, payload in browser.fragments:
        if kind == 1:
            parsed = parse_fragment(payload)
            assert span[0] <= wall_us
            assert wall_us + parsed.duration * 100 // 9 <= span[1]
            first = parsed.samples[0]
            assert first.size > 0


async def test_nothing_recorded_is_said_and_a_time_that_is_not_open_too(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        span = (past.at(80), past.at(160))
        await browser.say("token", token=installation.token(CAMERA, live=False, back_seconds=0, span=span))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(81))
        end = await browser.text("end")
        assert end["reason"] == "nothing_recorded"
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(30))
        assert (await browser.text("end"))["reason"] == "span"
        assert browser.fragments == []


async def test_a_window_that_opens_within_a_fragment_is_no_gap(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    """That fragment is left out, since it is not granted whole; nothing is missing in the recording."""
    async with browse(installation) as connection:
        browser = Browser(connection)
        span = (past.at(20.3), past.at(30))
        await browser.say("token", token=installation.token(CAMERA, live=False, back_seconds=0, span=span))
        await browser.say("open", channel=0, camera=str(CAMERA), at=span[0])
        found = await collect(browser)
    assert [one["type"] for one in found if isinstance(one, dict)] == ["granted", "init", "end"]
    assert min(wall for _, wall, _ in media_of(found)) >= span[0]


async def test_behind_the_last_footage_a_gap_leads_to_the_live_edge(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(225), rate=4)
        found = await collect(browser, "edge")
        gap = found[-2]
        assert gap["type"] == "gap"
        assert abs(gap["from"] - past.at(230)) < SECOND
        assert media_of(found)


async def test_coming_back_to_live_says_how_the_camera_stands(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10))
        await browser.media(1)
        assert not [text for text in browser.texts if text["type"] == "state"]
        await browser.say("seek", channel=0, at=None)
        state = await browser.text("state")
        assert state["channel"] == 0
        assert state["state"] in ("connecting", "network", "refused")
