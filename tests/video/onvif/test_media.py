"""Devices that have Media 2 alone, both media services, or say so and answer with faults."""

from __future__ import annotations

import asyncio

import pytest

from custodes.video.onvif.client import OnvifFailure
from custodes.video.onvif.device import look_at_stream as look_at_steering
from custodes.video.onvif.ptz import OnvifPtz, ask_for_key_frame
from custodes.video.steering import PtzMotion, SteerFailure
from custodes.video.wire.onvif import OnvifFound, OnvifStream
from tests.video.onvif.media2 import ProfileT
from tests.video.onvif.test_device import LOOPBACK, look
from tests.video.onvif.test_ptz import client_at
from tests.video.onvif.virtual import LOGIN, device_that

BOTH = {"media", "media2", "ptz"}


def seen(device: ProfileT) -> OnvifFound:
    with device_that(device.answer) as port:
        return asyncio.run(look(port))


@pytest.mark.parametrize(
    "device",
    [
        ProfileT(),
        ProfileT(bare=True),
        ProfileT(encoding="video/{}"),
        ProfileT(ways=("RtspUnicast",)),
        ProfileT(refuses={"device GetCapabilities"}),
        ProfileT(has=BOTH | {"events"}),  # Media 1 says H264, 352×288, and another address
    ],
)
def test_a_device_with_media_2_is_read_by_it(device: ProfileT) -> None:
    found = seen(device)
    assert found.ok, found.detail
    assert (found.media, found.media2_failure, found.dropped) == (2, "", 0)
    assert (found.ptz, found.events, found.codecs) == (True, True, ("H264", "H265"))
    [channel] = found.channels
    assert channel.source == "V"
    said = {"frame_rate": 12.5, "bitrate": 2048, "gop": 50, "ptz": True}
    assert channel.streams == (
        OnvifStream(profile="T1", name="流1", url="rtsp://127.0.0.1:8554/T1", codec="H265", width=2560, height=1440, **said),
        OnvifStream(profile="T2", name="流2", url="rtsp://127.0.0.1:8554/T2", codec="H264", width=640, height=360, **said),
    )  # fmt: skip
    assert not any(asked.startswith("media ") for asked in device.asked)


def test_encoders_that_are_told_of_nowhere_cost_no_stream() -> None:
    device = ProfileT(bare=True)
    device.refuses = {"media2 GetVideoEncoderConfigurations", "media2 GetVideoEncoderConfigurationOptions"}
    found = seen(device)
    assert found.ok, found.detail
    assert [(stream.codec, stream.width) for stream in found.channels[0].streams] == [("", 0), ("", 0)]
    assert found.codecs == ()


@pytest.mark.parametrize("refused", ["media2 GetProfiles", "media2 GetStreamUri"])
def test_a_device_that_announces_media_2_and_refuses_it_is_read_by_media_1_and_says_so(refused: str) -> None:
    device = ProfileT(has=BOTH, refuses={refused})
    found = seen(device)
    assert (found.ok, found.media, found.media2_failure) == (True, 1, "protocol"), found.detail
    assert [stream.url for stream in found.channels[0].streams] == ["rtsp://127.0.0.1:8554/old/T1"]
    alone = seen(ProfileT(refuses={refused}))
    assert (alone.ok, alone.failure, alone.detail) == (False, "protocol", "the device can't do what was asked")


def test_a_device_without_any_media_service_is_no_camera() -> None:
    found = seen(ProfileT(has={"ptz"}))
    assert (found.failure, found.detail) == ("protocol", "the device has no media service")


@pytest.mark.parametrize(
    ("device", "profile"),
    [
        (ProfileT(), "T2"),
        (ProfileT(), ""),
        (ProfileT(has=BOTH), "T1"),
        (ProfileT(has=BOTH, refuses={"media2 GetProfiles"}), "T1"),
        (ProfileT(has={"media", "ptz"}), "T1"),
    ],
)
def test_it_turns_by_a_profile_of_either_service(device: ProfileT, profile: str) -> None:
    async def turn(port: int) -> None:
        ptz = OnvifPtz(client_at(port), profile)
        assert (await ptz.abilities()).home
        await ptz.move(PtzMotion(pan=10), 1)

    with device_that(device.answer) as port:
        asyncio.run(turn(port))
    assert "ptz ContinuousMove" in device.asked


def test_a_profile_that_neither_service_names_is_said_to_be_gone() -> None:
    with device_that(ProfileT(has=BOTH).answer) as port, pytest.raises(SteerFailure) as failure:
        asyncio.run(OnvifPtz(client_at(port), "T9").abilities())
    assert failure.value.kind == "path"


def test_the_camera_of_a_stream_is_found_and_can_be_steered() -> None:
    with device_that(ProfileT().answer) as port:
        url = "rtsp://127.0.0.1:8554/T2"
        found = asyncio.run(look_at_steering("127.0.0.1", port, *LOGIN, url, LOOPBACK))
    assert (found.ok, found.profile, found.move, found.home) == (True, "T2", True, True)


@pytest.mark.parametrize(
    ("device", "last"),
    [
        (ProfileT(), "media2 SetSynchronizationPoint"),
        (ProfileT(has=BOTH), "media2 SetSynchronizationPoint"),
        (ProfileT(has=BOTH, refuses={"media2 SetSynchronizationPoint"}), "media SetSynchronizationPoint"),
    ],
)
def test_a_key_frame_is_asked_for_by_the_service_that_knows_how(device: ProfileT, last: str) -> None:
    with device_that(device.answer) as port:
        asyncio.run(ask_for_key_frame(client_at(port), "T1"))
    assert device.asked[-1] == last


def test_a_key_frame_that_no_service_gives_is_a_failure() -> None:
    device = ProfileT(has=BOTH)
    device.refuses = {"media2 SetSynchronizationPoint", "media SetSynchronizationPoint"}
    with device_that(device.answer) as port, pytest.raises(OnvifFailure):
        asyncio.run(ask_for_key_frame(client_at(port), "T1"))


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a>" * 100_000,
        b"<R><Profiles/>" + b'<Profiles token="x"><Configurations><VideoEncoder GovLength="9e9"/>' * 1_000,
    ],
)
def test_what_is_no_answer_of_media_2_is_passed_over(data: bytes) -> None:
    device = ProfileT(has=BOTH)

    def answer(path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        return (200, {}, data) if path.endswith("/media2") else device.answer(path, body)

    with device_that(answer) as port:
        found = asyncio.run(look(port))
    assert (found.ok, found.media, found.media2_failure) == (True, 1, "protocol")
