"""Supervised pictures over a real socket: none of the archive's bytes, no still, no live picture, no sound, few at once."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import pytest

from custodes.video.mp4.parse import parse_fragment
from custodes.video.wire.token import sign_token
from tests.node.past import SECOND, Past, write_past
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse, camera
from tests.patience import until

CAMERA = UUID(int=1)


@pytest.fixture(scope="module")
def past(installation: Installation) -> Past:
    """Footage from ten minutes ago."""
    return write_past(installation, CAMERA)


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary, past: Past) -> Iterator[RunningWorker]:
    """A worker with three seats."""
    installation.assign([camera(0, None)])
    with RunningWorker(installation) as running:
        running.worker.burning._seats = 3
        yield running


def burnt_token(installation: Installation, span: tuple[int, int], **more: Any) -> str:
    claims = installation.claims(CAMERA, live=False, back_seconds=0, span=span, burnt="扎西卓玛", **more)
    return sign_token(claims, installation.grant_key)


async def played(browser: Browser) -> list[Any]:
    """Texts and fragments up to the end; positions are said as a browser says them."""
    found: list[Any] = []
    while not (found and isinstance(found[-1], dict) and found[-1]["type"] == "end"):
        message = await browser.step()
        if isinstance(message, dict):
            found.append(message)
        elif message[0] == 1:
            found.append(message)
            await browser.say("position", channel=0, at=message[4])
    return found


async def test_the_span_is_played_burnt_across_a_gap_and_another_codec(
    worker: RunningWorker, installation: Installation, past: Past, notary: FakeNotary
) -> None:
    span = (past.at(55), past.at(225))
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=burnt_token(installation, span))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(55.5), rate=16)
        found = await played(browser)
    assert found[-1]["reason"] == "span"
    inits = [one for one in found if isinstance(one, dict) and one["type"] == "init"]
    assert all("avc1.42c0" in one["mime"] for one in inits), "coded anew, also what was H.265"
    [gap] = [one for one in found if isinstance(one, dict) and one["type"] == "gap"]
    assert gap["reason"] == "network"
    media = [parse_fragment(one[5]) for one in found if not isinstance(one, dict)]
    end = 0
    for parsed in media:
        assert parsed.decode_time == end, "media time has no hole"
        end += parsed.duration
    walls = [one[4] for one in found if not isinstance(one, dict)]
    assert walls == sorted(walls)
    assert walls[0] >= past.at(55)
    ended = until(lambda: [r for r in notary.of_type("view.ended") if r["shown"]])[-1]
    assert ended["shown"][0][0] >= past.at(55)
    assert ended["shown"][-1][1] <= past.at(225)


async def test_no_byte_of_a_picture_of_the_archive_goes_out(
    worker: RunningWorker, installation: Installation, past: Past, tmp_path: Path
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=burnt_token(installation, (past.at(5), past.at(40))))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10))
        init = await browser.text("init")
        media = await browser.media(4)
    sent = b"".join(one[5] for one in media)
    originals = b"".join(path.read_bytes() for path in installation.settings.volume_paths[0].rglob("*.mp4"))
    grains = {originals[at : at + 24] for at in range(len(originals) - 24)}
    parsed = parse_fragment(media[0][5])
    first = media[0][5][parsed.data_offset : parsed.data_offset + parsed.samples[0].size]
    assert not any(first[at : at + 24] in grains for at in range(8, len(first) - 24))
    assert (init["width"], init["height"]) == (160, 96)
    film = tmp_path / "film.mp4"
    heads = [one[5] for one in browser.fragments if one[0] == 0]
    film.write_bytes(heads[0] + sent)
    with av.open(str(film)) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        assert len(list(container.decode(video=0))) >= 20


async def test_no_still_no_live_picture_and_no_sound(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=burnt_token(installation, (past.at(5), past.at(40))))
        await browser.say("still", channel=1, camera=str(CAMERA), at=past.at(10))
        assert "no single pictures" in (await browser.text("error"))["detail"]
        await browser.say("open", channel=0, camera=str(CAMERA))
        assert (await browser.text("end"))["reason"] == "span"
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(50))
        assert (await browser.text("end"))["reason"] == "span"
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10))
        await browser.media(1)
        await browser.say("sound", channel=0, on=True)
        assert "not let this camera be heard" in (await browser.text("error"))["detail"]
        await browser.say("seek", channel=0, at=None)
        assert (await browser.text("end"))["reason"] == "span"
        assert all(one[0] != 2 for one in browser.fragments)


async def test_a_part_is_enlarged_from_where_it_stands(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=burnt_token(installation, (past.at(5), past.at(40))))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10))
        await browser.text("init")
        await browser.media(2)
        part = {"left": 0.25, "top": 0.25, "width": 0.5, "height": 0.5}
        await browser.say("enlarge", channel=0, at=past.at(12), **part)
        larger = await browser.text("init")
        assert (larger["width"], larger["height"]) == (600, 360), "as large as the box"
        assert abs((await browser.media(1))[0][4] - past.at(12)) < 2 * SECOND
        await browser.say("enlarge", channel=0, at=past.at(12), left=0.8, width=0.5)
        assert "enlarge" in (await browser.text("error"))["detail"]


async def test_plain_views_are_not_enlarged_here(worker: RunningWorker, installation: Installation, past: Past) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, live=False))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(5))
        await browser.media(1)
        await browser.say("enlarge", channel=0, at=past.at(6), width=0.5, height=0.5)
        assert "only supervised pictures" in (await browser.text("error"))["detail"]


async def test_who_finds_no_seat_is_told_and_the_others_go_on(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=burnt_token(installation, (past.at(5), past.at(40))))
        for number in range(3):
            await browser.say("open", channel=number, camera=str(CAMERA), at=past.at(10))
            await browser.media(1)
        await browser.say("open", channel=3, camera=str(CAMERA), at=past.at(10))
        end = await browser.text("end")
        assert (end["channel"], end["reason"]) == (3, "busy")
        await browser.say("close", channel=0)
        await browser.say("open", channel=4, camera=str(CAMERA), at=past.at(10))
        while (await browser.media(1))[0][2] != 4:
            pass


async def test_a_revocation_stops_a_running_picture(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    claims = installation.claims(CAMERA, live=False, back_seconds=0, span=(past.at(5), past.at(40)), burnt="某某")
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        await browser.say("open", channel=0, camera=str(CAMERA), at=past.at(10))
        await browser.media(1)
        await asyncio.to_thread(
            worker.call, lambda: worker.worker.gate.revoke([claims.grant], "the case is closed", "S29", time.time())
        )
        assert (await browser.text("stopped"))["reason"] == "revoked"
    until(lambda: worker.worker.burning._taken == 0)
