"""A camera changes its pictures' size while it sends, and its codec when it comes back: recorded, watched, played back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import pytest

from custodes.video.mp4.parse import parse_fragment
from custodes.video.rtsp.mount import Mount, MountFrame
from custodes.video.rtsp.mount import loop as film_loop
from custodes.video.unit import Codec
from tests.node.support import Browser, Installation, RunningWorker, browse, camera, camera_server, nals
from tests.patience import until
from tests.video.footage import loop

CAMERA = UUID(int=1)
SMALL, LARGE = (160, 96), (320, 192)
BEFORE = 75
"""Pictures before the size changes: 3 s."""


def film(codec: Codec, size: tuple[int, int]) -> tuple[Any, Iterator[MountFrame]]:
    params, coded = loop(codec, width=size[0], height=size[1])
    return params, film_loop(params, [(nals(data), key) for data, key, _ in coded], 25.0)


def growing() -> Mount:
    """H.264 that grows in the middle of the stream; its description tells the first size alone."""
    params, small = film(Codec.H264, SMALL)
    _params, large = film(Codec.H264, LARGE)
    return Mount("c0", params, itertools.chain(itertools.islice(small, BEFORE), large))


def other_codec() -> Mount:
    params, frames = film(Codec.H265, SMALL)
    return Mount("c0", params, frames)


def shape(path: Path) -> tuple[str, int]:
    """Codec and width of a file's pictures, all of them decoded."""
    with av.open(str(path)) as file:
        widths = {frame.width for frame in file.decode(video=0)}
        assert len(widths) == 1
        return file.streams.video[0].codec_context.name, widths.pop()


async def init_with(browser: Browser, mime: str, width: int) -> dict[str, Any]:
    while True:
        init = await browser.text("init")
        if (mime in init["mime"], init["width"]) == (True, width):
            return init


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


async def test_each_file_has_its_own_header_the_timeline_goes_on_and_viewers_are_told(
    installation: Installation,
) -> None:
    with camera_server([growing()]) as first:
        port = first.port
        installation.assign([camera(0, first)])
        with RunningWorker(installation) as worker:
            await _live(worker, installation, port, first)
            # One run across the change of size, another behind the lost connection.
            [grown, returned] = worker.worker.archive.runs(CAMERA, 0, 1 << 62)
            await _played_back(installation, grown, returned)
    files = sorted(installation.folder.rglob("*.mp4"), key=lambda path: path.name)
    shapes = [key for key, _group in itertools.groupby(shape(path) for path in files)]
    assert shapes == [("h264", 160), ("h264", 320), ("hevc", 160)]


async def _live(worker: RunningWorker, installation: Installation, port: int, first: Any) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.say("open", channel=0, camera=str(CAMERA), at=None)
        inits = [await init_with(browser, "avc1", 160), await init_with(browser, "avc1", 320)]
        assert inits[1]["epoch"] == inits[0]["epoch"] + 1
        until(lambda: worker.worker.archive.runs(CAMERA, 0, 1 << 62))
        first.stop()
        with camera_server([other_codec()], port):
            last = await init_with(browser, "hvc1", 160)
            assert last["epoch"] > inits[1]["epoch"]
            fragments = [parse_fragment(one[5]) for one in await browser.media(40)]
            assert fragments[-1].decode_time > 0
            until(lambda: len(worker.worker.archive.runs(CAMERA, 0, 1 << 62)) == 2)
        live = [parse_fragment(one[5]) for one in browser.fragments if one[0] == 1]
        ends = [one.decode_time + one.duration for one in live]
        assert [one.decode_time for one in live[1:]] == ends[:-1], "media time has no hole"


async def _played_back(installation: Installation, grown: tuple[int, int], returned: tuple[int, int]) -> None:
    claims = {"live": False, "back_seconds": 0, "span": (grown[0], returned[1])}
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, **claims))
        await browser.say("open", channel=0, camera=str(CAMERA), at=grown[0], rate=4)
        inits: list[tuple[str, int]] = []
        while True:
            message = await browser.step()
            if isinstance(message, tuple):
                await browser.say("position", channel=0, at=message[4])
            elif message["type"] == "init":
                inits.append((message["mime"].partition('"')[2][:4], message["width"]))
            elif message["type"] == "end":
                break
    assert [key for key, _group in itertools.groupby(inits)] == [("avc1", 160), ("avc1", 320), ("hvc1", 160)]
