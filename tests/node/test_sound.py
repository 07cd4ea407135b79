"""A worker with sound: sent to who asks and may, from the live picture and from the archive; to nobody else, from no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from custodes.ledger.records import ViewEnded
from custodes.video.mp4.parse import scan_file
from custodes.video.unit import SoundCodec
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment
from custodes.video.wire.view import parse_sound
from tests.node.support import Browser, Installation, RunningWorker, browse
from tests.patience import until
from tests.video.clap import clap

HEARD, DEAF = UUID(int=1), UUID(int=2)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWorker]:
    films = tmp_path_factory.mktemp("films")
    clap(films / "film.mov", SoundCodec.PCMA, 4)
    installation = Installation(tmp_path_factory.mktemp("node"), {"file_sources": films})
    film = SourceAssignment(url="file:///film.mov")
    installation.assign(
        [
            CameraAssignment(id=HEARD, name="heard", main=film, audio=True),
            CameraAssignment(id=DEAF, name="deaf", main=film),
        ]
    )
    with RunningWorker(installation) as running:
        until(lambda: running.recording(0) and running.recording(1))
        yield running


async def listen(browser: Browser, count: int) -> list[tuple[int, bytes]]:
    """Wall times and payloads of the next `count` messages of sound."""
    found = []
    while len(found) < count:
        message = await browser.step()
        if isinstance(message, tuple) and message[0] == 2:
            found.append((message[4], message[5]))
    return found


async def opened(browser: Browser, worker: RunningWorker, camera: UUID, at: int | None, *, sound: bool) -> UUID:
    """The grant under which it was opened."""
    named = (HEARD, DEAF) if sound else ()
    await browser.say(
        "token", token=worker.installation.token(camera, sound=tuple(one for one in named if one == camera))
    )
    granted = await browser.text("granted")
    assert granted["sound"] == ([str(camera)] if sound else [])
    await browser.say("open", channel=3, camera=str(camera), at=at)
    await browser.media(5)
    return UUID(granted["grant"])


async def quiet(browser: Browser) -> bool:
    """Nothing but pictures for a second and more."""
    begun = len(browser.fragments)
    await browser.media(30)
    return all(kind != 2 for kind, *_ in browser.fragments[begun:])


async def test_live_it_is_sent_from_the_moment_it_is_asked_for_until_it_is_not(worker: RunningWorker) -> None:
    async with browse(worker.installation) as connection:
        browser = Browser(connection)
        await opened(browser, worker, HEARD, None, sound=True)
        assert await quiet(browser), "muted until a person asks"
        await browser.say("sound", channel=3, on=True)
        found = await listen(browser, 10)
        assert all(parse_sound(payload)[0].codec is SoundCodec.PCMA for _at, payload in found)
        pictures = [fragment[4] for fragment in browser.fragments if fragment[0] == 1]
        assert abs(found[-1][0] - pictures[-1]) < 300_000
        await browser.say("sound", channel=3, on=False)
        await browser.media(10)
        assert await quiet(browser)


async def test_it_is_played_back_at_its_own_speed_beside_its_pictures(worker: RunningWorker) -> None:
    # A slow machine may break the first file off early: any that is long enough will do.
    files = worker.installation.folder
    file = until(lambda: [f for f in files.rglob("*.mp4") if str(HEARD) in str(f) and len(scan_file(f).fragments) > 3])[
        0
    ]
    begun = scan_file(file).origin
    assert begun is not None
    async with browse(worker.installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=worker.installation.token(HEARD, sound=(HEARD,)))
        await browser.say("open", channel=3, camera=str(HEARD), at=begun.wall_us + 100_000)
        await browser.say("sound", channel=3, on=True)
        found = await listen(browser, 2)
        picture = [fragment[4] for fragment in browser.fragments if fragment[0] == 1][-1]
        assert abs(found[-1][0] - picture) < 200_000
        samples = sum(samples for _data, samples in parse_sound(found[-1][1])[1])
        assert samples == pytest.approx(8000, rel=0.2)


@pytest.mark.parametrize(("camera", "sound"), [(HEARD, False), (DEAF, True)], ids=["ungranted", "off"])
async def test_it_is_sent_only_where_the_grant_and_the_record_both_say_so(
    worker: RunningWorker, camera: UUID, sound: bool
) -> None:
    async with browse(worker.installation) as connection:
        browser = Browser(connection)
        grant = await opened(browser, worker, camera, None, sound=sound)
        await browser.say("sound", channel=3, on=True)
        if not sound:
            denied = await browser.text("error")
            assert denied["channel"] == 3
            assert "heard" in denied["detail"]
        assert await quiet(browser)
        waiting = [one for _, one in worker.worker.journal.outbox_pending(1000) if getattr(one, "grant", None) == grant]
        assert [one.type for one in waiting] == ["view.begun"]


async def test_who_listens_is_on_record_before_the_first_sound_and_for_how_long_at_the_end(
    worker: RunningWorker,
) -> None:
    journal = worker.worker.journal
    async with browse(worker.installation) as connection:
        browser = Browser(connection)
        grant = await opened(browser, worker, HEARD, None, sound=True)
        begun = [one for _, one in journal.outbox_pending(1000) if getattr(one, "grant", None) == grant]
        assert [one.type for one in begun] == ["view.begun"]
        await browser.say("sound", channel=3, on=True)
        await listen(browser, 1)
        heard = [one for _, one in journal.outbox_pending(1000) if getattr(one, "grant", None) == grant]
        assert [one.type for one in heard] == ["view.begun", "view.heard"]
        await listen(browser, 20)
    ended = until(
        lambda: [one for _, one in journal.outbox_pending(1000) if isinstance(one, ViewEnded) and one.grant == grant]
    )[0]
    assert sum(end - start for start, end in ended.heard) > 500_000
    shown = ended.shown
    assert all(shown[0][0] - 1_000_000 < start < end < shown[-1][1] + 1_000_000 for start, end in ended.heard)


def test_of_a_camera_without_a_reason_no_sound_is_stored(worker: RunningWorker) -> None:
    files: list[Path] = until(lambda: [f for f in worker.installation.folder.rglob("*.mp4") if str(DEAF) in str(f)])
    assert all(scan_file(file).sound is None for file in files)
    assert all(b"soun" not in file.read_bytes()[:4096] for file in files)
