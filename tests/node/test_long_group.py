"""A camera with a key frame a minute: who opens it late in the minute sees it move at once, over a real socket."""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import av
import pytest

from custodes.video.mp4.parse import parse_fragment
from custodes.video.rtsp.mount import Mount
from custodes.video.rtsp.mount import loop as film_loop
from custodes.video.unit import AccessUnit
from custodes.video.wire.token import sign_token
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse, camera, camera_server, nals
from tests.patience import until, until_async
from tests.video.footage import loop

CAMERAS = [UUID(int=number + 1) for number in range(3)]
FRAME = 3600
FRAME_US = 40_000
PICTURES = 1450
"""58 s, and then some live: 8 MB."""


class Minute:
    """A camera that has been sending for 58 s and goes on, handed to the hub of a worker's camera by hand."""

    def __init__(self, running: RunningWorker, camera: UUID, size: int = 5600) -> None:
        self.running = running
        self.camera = camera
        self.size = size
        self.params = loop()[0]
        self.start_us = time.time_ns() // 1000 - PICTURES * FRAME_US
        self.sent: list[AccessUnit] = []
        self._over = threading.Event()

    def send(self, *, key: bool = False) -> None:
        number = len(self.sent)
        unit = AccessUnit(
            number.to_bytes(4, "big") * (self.size // 4),
            key or number == 0,
            number * FRAME,
            self.start_us + number * FRAME_US,
            self.params,
        )
        self.sent.append(unit)
        self.hub.on_unit(unit)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """The past at once, then 25 pictures a second."""
        camera = self.running.call(lambda: self.running.worker.cameras.get(self.camera))
        self.hub = camera.hub("main")
        self.running.call(camera._main_source.stop)
        self.running.call(lambda: [self.send() for _ in range(PICTURES)])
        thread = threading.Thread(target=self._go_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _go_on(self) -> None:
        while not self._over.wait(0.04):
            self.running.call(self.send)


@pytest.fixture
def worker(installation: Installation, notary: FakeNotary) -> Iterator[RunningWorker]:
    """A worker whose cameras are out of reach: their pictures come from the test."""
    installation.assign([camera(number, None) for number in range(len(CAMERAS))])
    with RunningWorker(installation) as running:
        yield running


async def test_the_minute_is_read_back_and_joined_exactly(
    worker: RunningWorker, installation: Installation, notary: FakeNotary
) -> None:
    minute = Minute(worker, CAMERAS[0])
    claims = installation.claims(minute.camera)
    with minute.going_on():
        async with browse(installation) as connection:
            browser = Browser(connection)
            await browser.say("token", token=sign_token(claims, installation.grant_key))
            await browser.say("open", channel=0, camera=str(minute.camera))
            media = await browser.media(PICTURES + 50)
    pictures = [(parse_fragment(message[5]), message[5]) for message in media]
    assert [parsed.decode_time for parsed, _ in pictures] == [n * FRAME for n in range(len(media))]
    shown = [data[parsed.data_offset : parsed.end] for parsed, data in pictures]
    assert shown == [unit.data for unit in minute.sent[: len(shown)]]
    assert [parsed.key for parsed, _ in pictures] == [True] + [False] * (len(media) - 1)
    assert sum(1 for text in browser.texts if text["type"] == "init") == 1
    walls = [message[4] for message in media]
    assert all(abs(wall - unit.wall_us) < 5000 for wall, unit in zip(walls, minute.sent, strict=False))
    [ended] = until(lambda: [r for r in notary.of_type("view.ended") if r["grant"] == str(claims.grant)])
    [[start, end]] = ended["shown"]
    assert start == minute.sent[0].wall_us
    assert end >= walls[-1]


async def test_a_grant_that_opens_nothing_but_the_live_picture_opens_no_minute(
    worker: RunningWorker, installation: Installation
) -> None:
    minute = Minute(worker, CAMERAS[1])
    with minute.going_on():
        async with browse(installation) as connection:
            browser = Browser(connection)
            await browser.say("token", token=installation.token(minute.camera, back_seconds=0))
            await browser.say("open", channel=0, camera=str(minute.camera))
            await browser.text("state")
            until(lambda: minute.hub.viewers)
            worker.call(lambda: minute.send(key=True))
            [first] = await browser.media(1)
    parsed = parse_fragment(first[5])
    assert parsed.key
    assert first[5][parsed.data_offset :][:4] != bytes(4), "it is not the minute's key frame"


async def test_who_turns_to_the_past_or_leaves_while_it_is_read_is_let_go(
    worker: RunningWorker, installation: Installation
) -> None:
    minute = Minute(worker, CAMERAS[2])
    with minute.going_on():
        until(lambda: worker.worker.archive.being_written(minute.camera)[0].durable > 50)
        async with browse(installation) as connection:
            browser = Browser(connection)
            await browser.say("token", token=installation.token(minute.camera))
            await browser.say("open", channel=0, camera=str(minute.camera))
            await browser.media(1)
            await browser.say("seek", channel=0, at=minute.start_us + 20_000_000)
            while True:
                init = await browser.text("init")
                if not init["live"]:
                    break
            [fragment] = await browser.media(1)
            assert abs(fragment[4] - minute.start_us) < 25_000_000
            await browser.say("seek", channel=0, at=None)
            await browser.media(1)
        await until_async(lambda: not worker.call(lambda: minute.hub.viewers))


async def test_a_camera_with_long_groups_is_read_back_from_what_is_recorded_of_it(tmp_path: Path) -> None:
    """The whole way: RTSP, the recorder's thread, the disk, the socket; and a picture that decodes."""
    params, coded = loop(length=6, gop=150, width=640, height=384)
    group = [(nals(data), key) for data, key, _ in coded]
    mount = Mount("c0", params, film_loop(params, [*group[:1] * 100, *group], 25.0))  # 4 s to connect in
    installation = Installation(tmp_path, {"gop_cache_bytes": 65_536})
    notary = FakeNotary(installation.settings.notary_socket_path)
    notary.start()
    with camera_server([mount]) as server:
        installation.assign([camera(0, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.worker.cameras.get(CAMERAS[0]))
            hub = running.worker.cameras.get(CAMERAS[0]).hub("main")  # type: ignore[union-attr]
            until(lambda: hub._gop.tail.first > 20)
            async with browse(installation) as connection:
                browser = Browser(connection)
                await browser.say("token", token=installation.token(CAMERAS[0]))
                await browser.say("open", channel=0, camera=str(CAMERAS[0]))
                media = await browser.media(100)
    notary.stop()
    pictures = [(parse_fragment(message[5]), message[5]) for message in media]
    assert [parsed.decode_time for parsed, _ in pictures] == [n * FRAME for n in range(100)]
    assert [data[parsed.data_offset : parsed.end] for parsed, data in pictures] == [data for data, _, _ in coded[:100]]
    initialisation = next(message[5] for message in browser.fragments if message[0] == 0)
    with av.open(io.BytesIO(initialisation + b"".join(data for _, data in pictures))) as container:
        assert sum(1 for _ in container.decode(video=0)) == 100
