"""Motion JPEG over HTTP, from a camera in a thread through a process of its own."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import av
import pytest

from custodes.video.codec import bitstream
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.foreign.mjpeg import size_of
from custodes.video.unit import AccessUnit, Codec
from tests.video.source.foreign.http_camera import Send, film, http_camera, jpeg, part
from tests.video.source.rig import Rig

YES = ConnectionOptions(reencode=True)


def decoded(units: list[AccessUnit]) -> list[av.VideoFrame]:
    decoder = av.CodecContext.create("h264", "r")
    frames = []
    for unit in units:
        nals = [*(unit.params.sets if unit.key else ()), *bitstream.from_lengths(unit.data)]
        frames += decoder.decode(av.Packet(b"".join(b"\0\0\0\1" + nal for nal in nals)))
    return [*frames, *decoder.decode(None)]


@pytest.mark.parametrize("length", [True, False], ids=["with length", "without"])
def test_pictures_come_in_as_h264_with_a_key_picture_each_second(rig: Rig, length: bool) -> None:
    with http_camera(lambda send: film(send, length=length)) as port:
        source = rig.add_apart(f"http://127.0.0.1:{port}/cam")
        rig.until(lambda: sum(unit.key for unit in rig.units["cam"]) >= 2, "two key pictures")
        units = rig.units["cam"]
        assert units[0].key
        assert (units[0].params.codec, units[0].params.width, units[0].params.height) == (Codec.H264, 320, 192)
        assert units[0].params.reorder == 0
        assert all(after.media_time > before.media_time for before, after in pairwise(units))
        frames = decoded(units)
        assert len(frames) == len(units), "each picture can be decoded"
        assert rig.names() == ["connecting", "receiving"]
        assert source.counters.units == len(units)


def test_without_a_word_in_the_record_nothing_is_encoded(rig: Rig) -> None:
    with http_camera() as port:
        source = rig.add_apart(f"http://127.0.0.1:{port}/cam", way=ConnectionOptions())
        rig.until(lambda: rig.names()[-1] == "codec", "the refusal")
        assert "Motion JPEG" in source.state.detail
        assert not rig.units["cam"]


def test_a_change_of_size_gives_new_parameters_on_a_key_picture(rig: Rig) -> None:
    def show(send: Send) -> None:
        for number in range(200):
            width, height = (320, 192) if number < 20 else (480, 256)
            send(part(jpeg(number % 4, width, height)))
            time.sleep(0.04)

    with http_camera(show) as port:
        rig.add_apart(f"http://127.0.0.1:{port}/cam")
        rig.until(lambda: rig.units["cam"] and rig.units["cam"][-1].params.width == 480, "the other size")
        first = next(unit for unit in rig.units["cam"] if unit.params.width == 480)
        assert first.key
        assert (first.params.width, first.params.height) == (480, 256)


def test_a_login_is_answered_and_a_wrong_one_is_told(rig: Rig) -> None:
    with http_camera(users={"user": "secret"}) as port:
        url = f"http://127.0.0.1:{port}/cam"
        rig.add_apart(url, "right", way=ConnectionOptions("user", "secret", reencode=True))
        wrong = rig.add_apart(url, "wrong", way=ConnectionOptions("user", "guess", reencode=True))
        none = rig.add_apart(url, "none")
        rig.until(lambda: rig.units["right"], "a picture")
        rig.until(lambda: rig.names("wrong")[-1] == rig.names("none")[-1] == "refused", "the refusals")
        assert "password" in wrong.state.detail
        assert "asks for" in none.state.detail
        assert "guess" not in wrong.state.detail


@pytest.mark.parametrize(
    ("path", "changes", "state", "words"),
    [
        ("nowhere", {}, "refused", "no such path"),
        ("cam", {"redirect": "http://169.254.169.254/latest"}, "refused", "redirects"),
        ("cam", {"content_type": "text/html"}, "codec", "no stream of JPEG"),
        ("cam", {"content_type": "multipart/x-mixed-replace"}, "codec", "no stream of JPEG"),
    ],
)
def test_what_is_no_stream_is_told(rig: Rig, path: str, changes: dict[str, str], state: str, words: str) -> None:
    with http_camera(**changes) as port:  # type: ignore[arg-type]
        source = rig.add_apart(f"http://127.0.0.1:{port}/{path}")
        rig.until(lambda: rig.names()[-1] == state, "the refusal")
        assert words in source.state.detail


def _random(send: Send) -> None:
    while True:
        send(random.Random(1).randbytes(65_536))


def _no_pictures(send: Send) -> None:
    while True:
        send(part(b"\xff\xd8" + random.Random(1).randbytes(200)))


def _endless_headers(send: Send) -> None:
    send(b"--frame\r\n")
    while True:
        send(b"X: y\r\n" * 100)


def _huge(send: Send) -> None:
    send(b"--frame\r\nContent-Length: 99999999\r\n\r\n")


def _cut_off(send: Send) -> None:
    send(part(jpeg())[:-500])


@pytest.mark.parametrize("show", [_random, _no_pictures, _endless_headers, _huge, _cut_off])
def test_garbage_ends_this_source_with_a_reason_and_no_other(rig: Rig, show: object) -> None:
    with http_camera(show) as bad, http_camera() as good:  # type: ignore[arg-type]
        rig.add_apart(f"http://127.0.0.1:{bad}/cam", "bad")
        rig.add_apart(f"http://127.0.0.1:{good}/cam", "good")
        rig.until(lambda: rig.names("bad")[-1] in ("network", "codec") and len(rig.units["good"]) > 10, "the failure")
        assert not rig.units["bad"]
        assert rig.states["bad"][-1].detail
        assert rig.names("good") == ["connecting", "receiving"]


def test_a_camera_that_sends_faster_than_is_taken_loses_pictures_and_never_lags(rig: Rig) -> None:
    with http_camera(lambda send: film(send, rate=200.0)) as port:
        rig.add_apart(f"http://127.0.0.1:{port}/cam")
        rig.until(lambda: len(rig.units["cam"]) >= 30, "30 pictures")
        units = rig.units["cam"]
        span = (units[-1].media_time - units[0].media_time) / 90_000
        assert len(units) / span < 35


def test_a_camera_that_stops_is_told_as_silent_and_started_again(rig: Rig) -> None:
    def show(send: Send) -> None:
        for number in range(10):
            send(part(jpeg(number)))
            time.sleep(0.02)
        time.sleep(5)

    with http_camera(show) as port:
        source = rig.add_apart(f"http://127.0.0.1:{port}/cam", silent_seconds=0.5)
        rig.until(lambda: "silent" in rig.names(), "silence")
        rig.until(lambda: source.counters.connections >= 2 and rig.names()[-1] == "receiving", "another try")


@pytest.mark.parametrize(("width", "height"), [(320, 192), (640, 360)])
def test_the_size_of_a_jpeg_is_known_before_it_is_decoded(width: int, height: int) -> None:
    assert size_of(jpeg(0, width, height)) == (width, height)


def test_a_jpeg_that_states_a_huge_or_no_size_is_not_decoded() -> None:
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert size_of(bytes(data)) is None
    for cut in range(at + 8):
        assert size_of(jpeg()[:cut]) is None
    assert size_of(b"GIF89a") is None
