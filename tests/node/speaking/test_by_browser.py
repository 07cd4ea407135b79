"""From the browser's socket to the device: leave of the web first, sound up, and nothing more once the look is over; hostile sound too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from custodes.video.wire.token import GrantClaims
from custodes.video.wire.view import KIND_SPEECH, SPEECH_OCTETS, speech_message
from tests.node.leases import CAMERA, UNABLE, check_the_web_alone_gives_leave, give, heard, looking, revoke
from tests.node.speaking.support import OUTPUT, FakeDevices
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, camera, camera_server, good_mounts
from tests.patience import until

PIECE = bytes(range(240)) * 2
LONGEST = b"\xd5" * SPEECH_OCTETS


@pytest.fixture(scope="module")
def worker(
    tmp_path_factory: pytest.TempPathFactory, installation: Installation, notary: FakeNotary
) -> Iterator[RunningWorker]:
    """A worker with a camera through which one speaks and one where nobody does."""
    with camera_server(good_mounts(2)) as server:
        installation.assign([camera(0, server, speaker=(OUTPUT,)), camera(1, server)])
        with RunningWorker(installation) as running:
            until(lambda: running.recording(0) and running.recording(1))
            yield running


@pytest.fixture
def devices(worker: RunningWorker) -> Iterator[FakeDevices]:
    """Those that the worker calls; whatever a test left under way is over behind it."""
    floors = worker.worker.floors
    floors.devices = FakeDevices()
    yield floors.devices
    until(lambda: worker.call(lambda: floors.floor(CAMERA)) is None)


def begin(installation: Installation, claims: GrantClaims, camera: UUID = CAMERA, **changes: Any) -> dict[str, Any]:
    return give(installation, "speech", claims, camera, output=OUTPUT, **changes)


async def speech(browser: Browser, what: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    return await heard(browser, "speech", what)


async def sound(browser: Browser, alaw: bytes = PIECE, channel: int = 3) -> None:
    await browser.connection.send(speech_message(channel, 1, alaw))


def ended(notary: FakeNotary, reason: str) -> Any:
    return until(lambda: [one for one in notary.of_type("speech.ended") if one["reason"] == reason])[-1]


async def test_what_is_said_goes_from_the_socket_to_the_device_until_it_is_ended(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, devices: FakeDevices
) -> None:
    claims = installation.claims(CAMERA)
    async with looking(installation, claims) as browser:
        assert (await speech(browser, lambda said: True))["speaker"] is None
        await sound(browser)  # without leave it goes nowhere
        assert begin(installation, claims)["ok"]
        said = await speech(browser, lambda said: said["state"] == "speaking")
        assert (said["speaker"]["name"], said["speaker"]["mine"]) == ("卓玛", True)
        for _ in range(3):
            await sound(browser)
        until(lambda: devices.heard == PIECE * 3)
        await browser.say("speak", channel=3, do="end")
        assert (await speech(browser, lambda said: said["speaker"] is None))["ended"] == "left"
        await sound(browser)
    record = ended(notary, "left")
    assert (record["index"], record["spoken_us"], record["camera"]) == (7, 180_000, str(CAMERA))
    assert devices.heard == PIECE * 3
    assert devices.speeches[-1].closed


async def test_a_line_that_breaks_or_a_revoked_look_ends_the_speech(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, devices: FakeDevices
) -> None:
    for reason in ("disconnected", "revoked"):
        claims = installation.claims(CAMERA)
        async with looking(installation, claims) as browser:
            assert begin(installation, claims)["ok"]
            await speech(browser, lambda said: said["state"] == "speaking")
            if reason == "revoked":
                revoke(installation, claims)
            else:
                browser.connection.transport.abort()
        until(lambda: devices.speeches[-1].closed)
        ended(notary, reason)


async def test_others_see_who_speaks_and_their_sound_goes_nowhere(
    worker: RunningWorker, installation: Installation, devices: FakeDevices
) -> None:
    mine, theirs = installation.claims(CAMERA), installation.claims(CAMERA, sub="person-2")
    async with looking(installation, mine) as first, looking(installation, theirs) as second:
        assert begin(installation, mine)["ok"]
        seen = await speech(second, lambda said: said["state"] == "speaking")
        assert (seen["speaker"]["name"], seen["speaker"]["mine"]) == ("卓玛", False)
        await sound(second)
        await second.say("speak", channel=3, do="end")
        held = begin(installation, theirs)
        assert (held["failure"], held["speaker"]["person_name"]) == ("held", "卓玛")
        await sound(first)
        until(lambda: devices.heard == PIECE)
    until(lambda: devices.speeches[-1].closed)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        bytes((KIND_SPEECH,)),
        bytes((KIND_SPEECH, 0, 0, 3, 0, 0, 0, 1)),
        bytes((0, 0, 0, 3, 0, 0, 0, 1)) + PIECE,
        speech_message(3, 1, LONGEST + b"\xd5"),
    ],
    ids=["empty", "cut", "no sound", "another kind", "more than a second"],
)
async def test_sound_of_the_wrong_form_is_said_to_be_and_then_the_socket_is_shut(
    worker: RunningWorker, installation: Installation, devices: FakeDevices, message: bytes
) -> None:
    claims = installation.claims(CAMERA)
    async with looking(installation, claims) as browser:
        assert begin(installation, claims)["ok"]
        await speech(browser, lambda said: said["state"] == "speaking")
        await browser.connection.send(message)
        assert (await browser.text("error"))["channel"] is None
        for _ in range(20):
            await browser.connection.send(message)
        assert await browser.closed() == 4400
    assert devices.heard == b""
    until(lambda: devices.speeches[-1].closed)


async def test_a_flood_of_sound_ends_the_speech_and_then_the_socket(
    worker: RunningWorker, installation: Installation, notary: FakeNotary, devices: FakeDevices
) -> None:
    claims = installation.claims(CAMERA)
    async with looking(installation, claims) as browser:
        assert begin(installation, claims)["ok"]
        await speech(browser, lambda said: said["state"] == "speaking")
        for _ in range(8):
            await sound(browser, LONGEST)
        assert (await speech(browser, lambda said: said["speaker"] is None))["ended"] == "flood"
        assert len(devices.heard) <= 3 * SPEECH_OCTETS
        for _ in range(400):
            await sound(browser, b"\xd5")
        assert await browser.closed() == 4429
    assert ended(notary, "flood")["spoken_us"] <= 3_000_000


async def test_sound_for_a_channel_that_is_not_open_or_plays_back_goes_nowhere(
    worker: RunningWorker, installation: Installation, devices: FakeDevices
) -> None:
    claims = installation.claims(CAMERA)
    async with looking(installation, claims) as browser:
        assert begin(installation, claims)["ok"]
        await speech(browser, lambda said: said["state"] == "speaking")
        await sound(browser, channel=4)
        first = worker.worker.archive.runs(CAMERA, 0, 1 << 62)[0][0]
        await browser.say("open", channel=5, camera=str(CAMERA), at=first)
        await browser.text("init")
        await sound(browser, channel=5)
        await sound(browser, b"\x01\x02")
        until(lambda: devices.heard == b"\x01\x02")
        await browser.say("speak", channel=3, do="end")
        await speech(browser, lambda said: said["speaker"] is None)


async def test_a_camera_without_a_loudspeaker_has_no_floor(
    worker: RunningWorker, installation: Installation, devices: FakeDevices
) -> None:
    claims = installation.claims(UNABLE)
    async with looking(installation, claims, UNABLE) as browser:
        assert begin(installation, claims, UNABLE)["failure"] == "no_speaker"
        assert [said for said in browser.texts if said["type"] == "speech"] == []
    assert devices.calls == []


def test_the_web_alone_gives_leave(worker: RunningWorker, installation: Installation) -> None:
    check_the_web_alone_gives_leave(installation, "speech", has="speaker", unable="no_speaker")
