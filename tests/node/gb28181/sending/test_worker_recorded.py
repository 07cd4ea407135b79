"""A whole worker sends from its archive what the gateway asks for, beside what it records: octet for octet, steered, listed, on record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

from custodes.video.unit import AccessUnit, Codec
from custodes.video.wire.sending import SendReady, SendRecordings, SendStepped
from tests.node.gb28181.sending.room import Upper
from tests.node.gb28181.sending.test_worker import GATEWAY, ask
from tests.node.past import Past, write_past
from tests.node.support import FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import until, until_async
from tests.ports import free_port
from tests.video.footage import units

CAMERA = UUID(int=1)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    first = free_port()
    return Installation(tmp_path_factory.mktemp("node"), {"node_media_ports": f"{first}-{first + 9}"})


@pytest.fixture(scope="module")
def notary(installation: Installation) -> Iterator[FakeNotary]:
    fake = FakeNotary(installation.settings.notary_socket_path)
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def past(installation: Installation) -> Past:
    return write_past(installation, CAMERA)


@pytest.fixture(scope="module")
def worker(installation: Installation, notary: FakeNotary, past: Past) -> Iterator[RunningWorker]:
    with camera_server(good_mounts(1)) as server:
        installation.assign([camera(0, server)], gateway=GATEWAY)
        with RunningWorker(installation) as running:
            until(lambda: running.worker.cameras.get(CAMERA).live())
            yield running


def written(past: Past, begin: float, end: float) -> list[AccessUnit]:
    """What was recorded then."""
    parts = ((0, 70, Codec.H264), (170, 30, Codec.H264), (200, 30, Codec.H265))
    return [
        unit
        for start, seconds, codec in parts
        for unit in units(seconds * 25, codec=codec, wall_us=past.at(start))
        if past.at(begin) <= unit.wall_us < past.at(end)
    ]


def token(installation: Installation, past: Past, begin: float, end: float, **changes: Any) -> str:
    span = (past.at(begin), past.at(end))
    opens = {"live": False, "back_seconds": 0, "span": span, "upper": "history"}
    return installation.token(CAMERA, **(opens | changes))


def wish(installation: Installation, upper: Upper, past: Past, begin: float, end: float, **how: Any) -> dict[str, Any]:
    changes = {"session": "Playback", "start_us": past.at(begin), "end_us": past.at(end)} | how.pop("ask", {})
    what = {"upper": "download" if changes["session"] == "Download" else "history"}
    opened = token(installation, past, begin, end, **(what | how))
    found: dict[str, Any] = upper.ask(opened, **changes).model_dump(mode="json")
    return found


async def call(installation: Installation, upper: Upper, wished: dict[str, Any]) -> None:
    ready = SendReady.model_validate_json(ask(installation, "/internal/send", wished).content)
    assert not ready.step, ready
    await upper.connect(ready)
    assert ask(installation, "/internal/send/start", {"call": str(upper.call)}).status_code == 204


def standing(installation: Installation, upper: Upper) -> str:
    kept = ask(installation, "/internal/send/keep", {"calls": [str(upper.call)]})
    found: dict[str, str] = kept.json()["ended"]
    return found.get(str(upper.call), "")


@pytest.mark.parametrize("way", ["udp", "tcp-active", "tcp-passive"])
async def test_a_download_over_gap_and_change_of_codec_is_what_was_recorded(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, past: Past, way: str
) -> None:
    expected = [*written(past, 60, 70), *written(past, 170, 175), *written(past, 195, 205)]
    grant = uuid4()
    with Upper(way) as first, Upper(way) as second:
        for upper, begin, end in ((first, 60, 175), (second, 195, 205)):
            await call(
                installation,
                upper,
                wish(installation, upper, past, begin, end, grant=grant, ask={"session": "Download", "speed": 8}),
            )

        def finished() -> bool:
            first.read()
            second.read()
            return all(standing(installation, upper) == "finished" for upper in (first, second))

        await until_async(finished)
        first.read()
        second.read()
        for upper in (first, second):
            assert ask(installation, "/internal/send/end", {"call": str(upper.call)}).status_code == 204
            assert standing(installation, upper) == "unknown"
    for frames, taken in ((first.frames, expected[:375]), (second.frames, expected[375:])):
        assert [frame.data for frame in frames] == [unit.data for unit in taken[: len(frames)]]
        assert len(frames) >= len(taken) - 1
        assert {after.time - before.time for before, after in pairwise(frames)} == {3600}
    ended = await until_async(lambda: len(found := ended_of(notary, grant)) == 2 and found)
    assert {one["reason"] for one in ended} == {"finished"}
    shown = sorted(tuple(span) for one in ended for span in one["shown"])
    asked = [(60, 70), (170, 175), (195, 205)]
    assert len(shown) == 3
    for (begin_us, end_us), (begin, end) in zip(shown, asked, strict=True):
        assert (begin_us, end_us) == pytest.approx((past.at(begin), past.at(end)), abs=50_000)
    begun = [one for one in notary.of_type("view.begun") if one["grant"] == str(grant)]
    assert sorted(one["at_us"] for one in begun) == [past.at(60), past.at(195)]


def ended_of(notary: FakeNotary, grant: UUID) -> list[dict[str, Any]]:
    return [one for one in notary.of_type("view.ended") if one["grant"] == str(grant)]


async def test_a_playback_is_steered_and_ends_with_its_grant(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, past: Past
) -> None:
    grant = uuid4()

    def step(**how: Any) -> SendStepped:
        answer = ask(installation, "/internal/send/steps", {"call": str(upper.call), **how})
        return SendStepped.model_validate_json(answer.content)

    with Upper("tcp-passive") as upper:
        await call(installation, upper, wish(installation, upper, past, 0, 60, grant=grant))
        await upper.until_frames(10)
        paused = step(pause=True)
        assert (paused.status, paused.scale) == (200, 1.0)
        assert 0.3 < paused.at_s < 60
        assert step(at_s=60, pause=True).status == 457
        assert step(scale=16, pause=True).status == 551
        upper.read()
        before = len(upper.frames)
        gone = step(at_s=40.5, scale=8)
        assert (gone.status, gone.at_s, gone.scale) == (200, 40.5, 8.0)
        await upper.until_frames(before + 5)
        assert all(frame.key for frame in upper.frames[before + 1 :])
        assert step(scale=1).status == 200
        count = len(upper.frames)
        await upper.until_frames(count + 20)
        assert not standing(installation, upper)
        installation.request("POST", "/internal/revoke", {"grants": [str(grant)], "reason": "over"})
        assert standing(installation, upper) == "revoked"
        assert step().status == 454
    [end] = await until_async(lambda: ended_of(notary, grant))
    known = {unit.data for unit in written(past, 0, 60)}
    assert all(frame.data in known for frame in upper.frames)
    assert end["reason"] == "revoked"
    [first, second] = end["shown"]
    assert first[0] == pytest.approx(past.at(0), abs=50_000)
    assert second[0] == pytest.approx(past.at(40), abs=50_000)
    assert second[1] > past.at(44)


async def test_what_is_there_is_listed_and_what_is_not_opened_is_not(
    worker: RunningWorker, installation: Installation, past: Past
) -> None:
    def listed(begin: float, end: float, **how: Any) -> SendRecordings:
        opened = token(installation, past, *how.pop("span", (begin, end)), **({"upper": "list"} | how))
        body = {"token": opened, "start_us": past.at(begin), "end_us": past.at(end)}
        return SendRecordings.model_validate_json(ask(installation, "/internal/send/records", body).content)

    def rounded(found: SendRecordings) -> list[tuple[int, int]]:
        return [(round((a - past.start) / 1e6), round((b - past.start) / 1e6)) for a, b in found.spans]

    assert rounded(listed(0, 300)) == [(0, 70), (170, 230)]
    assert rounded(listed(50, 180, span=(60, 175))) == [(60, 70), (170, 175)]
    assert rounded(listed(80, 160)) == []
    assert listed(0, 300, upper="", handover=True).step == "not_granted"
    assert listed(0, 300, cameras=(UUID(int=9),)).step == "not_here"
    with Upper("udp") as upper:
        refused = ask(installation, "/internal/send", wish(installation, upper, past, 80, 160))
        assert refused.json()["step"] == "no_picture"
        wished = wish(installation, upper, past, 10, 20) | {"end_us": past.at(20) + 1}
        assert ask(installation, "/internal/send", wished).json()["step"] == "not_granted"


async def test_recording_goes_on_beside_it(worker: RunningWorker, installation: Installation, past: Past) -> None:
    """What is recorded now is played a little later, until the gateway ends it."""
    until(lambda: worker.worker.archive.runs(CAMERA, past.at(300), 1 << 62))
    [*_, (begin_us, _)] = worker.worker.archive.runs(CAMERA, past.at(300), 1 << 62)
    begin = (begin_us - past.start) / 1e6
    with Upper("tcp-active") as upper:
        await call(installation, upper, wish(installation, upper, past, begin, begin + 3600))
        await upper.until_frames(60)
        assert not standing(installation, upper)
        assert ask(installation, "/internal/send/end", {"call": str(upper.call)}).status_code == 204
    assert all(after.time > before.time for before, after in pairwise(upper.frames))
