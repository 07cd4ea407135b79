"""A whole worker with channels: recorded, shown and played back like any camera, probed, and its steps told to web and browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from custodes.gb28181.media.frame import Coding
from custodes.video.mp4.parse import parse_fragment
from custodes.video.unit import Codec
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment, Transport
from custodes.video.wire.calls import CallAnswer
from tests.gb28181.media.films import film
from tests.node.gb28181.stand_in import DEVICE, Channel, StandIn, numbers, public_key, reel
from tests.node.support import Browser, Installation, RunningWorker, browse
from tests.patience import PATIENCE, until
from tests.video.streams import stream

H264, H265, HEARD, AWAY = range(4)
CHANNELS = tuple(name for name, _ in zip(numbers(), range(4), strict=False))
ODD = "34020000001320000099"


def channel(number: int, transport: Transport, **changes: Any) -> CameraAssignment:
    source = SourceAssignment(url=f"gb28181://{DEVICE}/{CHANNELS[number]}", transport=transport)
    return CameraAssignment(id=UUID(int=number + 1), name=f"channel {number}", main=source, **changes)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("node"), {"node_media_ports": "25000-25998"})


@pytest.fixture(scope="module")
def gateway(installation: Installation) -> Iterator[StandIn]:
    pinned = (installation.settings.keys_folder / "public" / "node.pub").read_text().strip()
    with StandIn(public_key(pinned)) as stand_in:
        stand_in.channels = {
            CHANNELS[H264]: Channel(),
            CHANNELS[H265]: Channel(reel(Coding.H265)),
            CHANNELS[HEARD]: Channel(reel(sound=True)),
            CHANNELS[AWAY]: Channel(answer=CallAnswer(step="not_registered")),
        }
        yield stand_in


@pytest.fixture(scope="module")
def worker(installation: Installation, gateway: StandIn) -> Iterator[RunningWorker]:
    sub = SourceAssignment(url=f"gb28181://{DEVICE}/{CHANNELS[H264]}", transport="udp")
    installation.assign(
        [
            channel(H264, "tcp", sub=sub),
            channel(H265, "udp"),
            channel(HEARD, "tcp-active", audio=True),
            channel(AWAY, "udp"),
        ],
        gateway=gateway.address,
    )
    with RunningWorker(installation) as running:
        until(lambda: all(running.recording(number) for number in (H264, H265, HEARD)))
        yield running
    assert not gateway.calls, "a worker that stops ends its calls"


def report(worker: RunningWorker, number: int) -> dict[str, str]:
    document: dict[str, Any] = asyncio.run_coroutine_threadsafe(worker.worker.reporter.status(), worker.loop).result(
        PATIENCE
    )
    found: dict[str, str] = next(one for one in document["cameras"] if one["camera"] == str(UUID(int=number + 1)))
    return found


@pytest.mark.parametrize(("number", "codec"), [(H264, Codec.H264), (H265, Codec.H265)])
async def test_it_is_recorded_and_played_back_like_any_camera(
    worker: RunningWorker, installation: Installation, number: int, codec: Codec
) -> None:
    camera = UUID(int=number + 1)
    [(begin, _)] = until(
        lambda: [run for run in worker.worker.archive.runs(camera, 0, 1 << 62) if run[1] - run[0] > 1_500_000]
    )
    assert report(worker, number)["state"] == "recording"
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(camera))
        await browser.say("open", channel=0, camera=str(camera), at=begin)
        assert stream(codec)[0].mime in (await browser.text("init"))["mime"]
        media = await browser.media(3)
    assert parse_fragment(media[0][5]).key
    assert all(abs(one[4] - begin) < 3_000_000 for one in media)
    assert film(Coding(codec.value))[0].data in media[0][5]


async def test_it_is_shown_live(worker: RunningWorker, installation: Installation) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(UUID(int=1)))
        await browser.say("open", channel=0, camera=str(UUID(int=1)))
        assert (await browser.text("state"))["state"] == "recording"
        assert len(await browser.media(5)) == 5


async def test_the_sub_stream_is_called_only_while_somebody_watches(
    worker: RunningWorker, installation: Installation, gateway: StandIn
) -> None:
    assert not [ask for ask in gateway.calls.values() if ask.stream == "sub"]
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(UUID(int=1)))
        await browser.say("open", channel=0, camera=str(UUID(int=1)), stream="sub")
        await browser.media(3)
        [ask] = [ask for ask in gateway.calls.values() if ask.stream == "sub"]
        assert (ask.setup, ask.channel) == ("udp", CHANNELS[H264])


def test_sound_is_kept_where_the_record_has_its_reason(worker: RunningWorker) -> None:
    heard, deaf = (worker.worker.cameras.get(UUID(int=number + 1)) for number in (HEARD, H264))
    assert heard is not None
    assert deaf is not None
    until(lambda: heard.figures().get("sounds"))
    assert "sounds" not in deaf.figures()
    until(lambda: any(b"alaw" in path.read_bytes() for path in footage(worker, HEARD)))


def footage(worker: RunningWorker, number: int) -> list[Path]:
    """Its files."""
    return [each for each in worker.installation.folder.rglob("*.mp4") if str(UUID(int=number + 1)) in each.parts]


async def test_the_step_is_told_to_web_and_browser(worker: RunningWorker, installation: Installation) -> None:
    until(lambda: report(worker, AWAY)["reason"] == "gb:not_registered")
    told = report(worker, AWAY)
    assert told["state"] == "network"
    assert told["detail"] == "the device is not registered at the gateway"
    assert "detail" not in report(worker, H264)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(UUID(int=AWAY + 1)))
        await browser.say("open", channel=0, camera=str(UUID(int=AWAY + 1)))
        state = await browser.text("state")
    assert (state["state"], state["reason"]) == ("network", "gb:not_registered")
    gaps = until(lambda: worker.worker.archive.gaps(UUID(int=AWAY + 1), 0, 1 << 62))
    assert {gap[2] for gap in gaps} <= {"network", "new"}, "a gap keeps the reasons that everybody knows"


def test_a_probe_calls_looks_and_hangs_up(worker: RunningWorker, installation: Installation, gateway: StandIn) -> None:
    camera = str(UUID(int=50))
    gateway.channels[ODD] = Channel(reel(Coding.H265), begins=1)
    body = {"camera": camera, "url": f"gb28181://{DEVICE}/{ODD}", "transport": "tcp-active"}
    found = installation.request("POST", "/internal/probe", body).json()
    params, _ = stream(Codec.H265)
    assert (found["ok"], found["codec"]) == (True, "H265")
    assert (found["width"], found["height"]) == (params.width, params.height)
    assert [ask.trial for ask in gateway.asks if ask.channel == ODD] == [True]
    assert found["frame_rate"] == 25
    assert worker.worker.room.prober.take_key_frame(UUID(int=50)) is not None
    until(lambda: not [ask for ask in gateway.calls.values() if ask.channel == ODD])


def test_a_probe_of_what_is_recorded_looks_at_the_live_picture(
    worker: RunningWorker, installation: Installation, gateway: StandIn
) -> None:
    camera, calls = worker.worker.cameras.get(UUID(int=H265 + 1)), dict(gateway.calls)
    assert camera is not None
    stood = camera.state
    asked = [ask for ask in gateway.asks if ask.channel == CHANNELS[H265]]
    body = {"camera": str(UUID(int=H265 + 1)), "url": f"gb28181://{DEVICE}/{CHANNELS[H265]}", "transport": "udp"}
    found = installation.request("POST", "/internal/probe", body).json()
    params, _ = stream(Codec.H265)
    assert (found["ok"], found["codec"], found["width"]) == (True, "H265", params.width)
    assert 20 <= found["frame_rate"] <= 30
    assert found["bitrate"] > 0
    assert gateway.calls == calls
    assert [ask for ask in gateway.asks if ask.channel == CHANNELS[H265]] == asked
    assert camera.state is stood


def test_a_probe_of_what_should_be_recorded_names_its_present_step(
    worker: RunningWorker, installation: Installation
) -> None:
    until(lambda: report(worker, AWAY)["reason"] == "gb:not_registered")
    body = {"camera": str(UUID(int=AWAY + 1)), "url": f"gb28181://{DEVICE}/{CHANNELS[AWAY]}", "transport": "udp"}
    found = installation.request("POST", "/internal/probe", body).json()
    assert (found["ok"], found["failure"]) == (False, "gb:not_registered")


def test_a_probe_that_fails_names_the_step(installation: Installation, worker: RunningWorker, gateway: StandIn) -> None:
    gateway.channels[ODD] = Channel(answer=CallAnswer(step="refused", status=404, detail="there is no such channel"))
    body = {"camera": str(UUID(int=51)), "url": f"gb28181://{DEVICE}/{ODD}", "transport": "udp"}
    found = installation.request("POST", "/internal/probe", body).json()
    assert (found["ok"], found["failure"], found["detail"]) == (False, "gb:refused:404", "there is no such channel")
    bad = installation.request("POST", "/internal/probe", body | {"url": "gb28181://only"}).json()
    assert bad["failure"] == "protocol"
