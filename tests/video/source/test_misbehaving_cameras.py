"""Cameras that send garbage, change, stop, jump or flood: told, bounded, and nobody else's trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice, pairwise

import pytest

from custodes.video.clock import FakeClock
from custodes.video.rtsp.mount import MountFrame
from custodes.video.source.link import BYTES_PER_SECOND
from custodes.video.source.state import BY_ARRIVAL
from custodes.video.unit import Codec
from tests.video import misbehave
from tests.video.source.rig import Rig, frames, mount, serve
from tests.video.streams import data_of, stream


@contextmanager
def running(rig: Rig, bad: Iterator[MountFrame], silent_seconds: float = 10.0) -> Iterator[None]:
    """Serve a bad camera beside a good one, and see that the good one is not disturbed."""
    with serve(mount("bad", bad), mount("good")) as server:
        rig.add(f"rtsp://127.0.0.1:{server.port}/bad", "bad", silent_seconds=silent_seconds)
        rig.add(f"rtsp://127.0.0.1:{server.port}/good", "good")
        yield
        count = len(rig.units["good"])
        rig.until(lambda: len(rig.units["good"]) >= count + 10, "the good camera's pictures")
        assert rig.names("good") == ["connecting", "receiving"]


def once_seen(rig: Rig, good: Iterator[MountFrame]) -> Iterator[MountFrame]:
    """Good frames until some were received: misbehaviour must not be over before somebody watches."""
    while len(rig.units.get("bad", ())) < 5:
        yield next(good)


def pass_seconds(rig: Rig, seconds: int) -> None:
    """Let the clock of `rig` go on while the sockets are read; the good camera sends in each second."""
    assert isinstance(rig.clock, FakeClock)
    for _ in range(seconds):
        count = len(rig.units["good"])
        rig.until(lambda count=count: len(rig.units["good"]) > count, "the good camera's pictures")  # type: ignore[misc]
        rig.clock.advance(1)
        rig.reader.tick()


def whole(rig: Rig) -> bool:
    """Only pictures that the camera really had were handed on."""
    return {unit.data for unit in rig.units["bad"]} <= {data_of(nals) for nals, _ in stream(Codec.H264)[1]}


def test_garbage_ends_the_connection_and_hands_on_nothing(rig: Rig) -> None:
    def garbage() -> Iterator[MountFrame]:
        good = frames(rate=1000)
        yield from once_seen(rig, good)
        yield from misbehave.garbage(good, after=0, octets=65_536)

    with running(rig, garbage()):
        rig.until(lambda: {"network", "silent"} & set(rig.names("bad")), "the end of the garbage")
        assert whole(rig)
        assert rig.sources[0].counters.garbage > 0


def test_garbage_between_packets_is_passed_over(rig: Rig) -> None:
    with running(rig, misbehave.sprinkled(frames(), every=7)):
        rig.until(lambda: len(rig.units["bad"]) >= 40, "pictures in spite of it")
        assert whole(rig)
        assert rig.sources[0].counters.garbage > 0


@pytest.mark.parametrize("codec", list(Codec))
def test_timestamps_that_stand_still_are_said_and_pictures_take_the_times_of_their_arrival(
    rig: Rig, codec: Codec
) -> None:
    """As GStreamer sends a raw stream without times."""
    still = (replace(frame, jump=-frame.ticks) for frame in frames(codec))
    with serve(mount(given=still, codec=codec)) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam")
        rig.until(lambda: len(rig.units["cam"]) >= 100 and source.state.code, "pictures, and the remark")
        assert (source.state.state, source.state.code) == ("receiving", BY_ARRIVAL)
        units = rig.units["cam"]
        passed = (units[-1].wall_us - units[0].wall_us) * 9 // 100
        assert units[-1].media_time - units[0].media_time == pytest.approx(passed, abs=len(units) + 900)
        assert all(one.media_time < two.media_time for one, two in pairwise(units))
        assert not rig.jumps["cam"]


def test_a_change_of_resolution_makes_new_parameters_without_a_new_connection(rig: Rig) -> None:
    small, large = list(islice(frames(), 10)), list(islice(frames(width=320, height=192), 10))
    with running(rig, misbehave.alternating(small, large)):
        rig.until(lambda: len({unit.params.width for unit in rig.units["bad"]}) == 2, "both sizes")
        changes = [b for a, b in zip(rig.units["bad"], rig.units["bad"][1:], strict=False) if a.params is not b.params]
        assert changes
        assert all(unit.key for unit in changes)
        assert rig.sources[0].session == 1


@pytest.mark.parametrize("how", [misbehave.stop_mid_frame, misbehave.silence])
def test_a_camera_that_falls_silent_is_told_so_and_tried_again(
    still_rig: Rig, how: Callable[..., Iterator[MountFrame]]
) -> None:
    rig = still_rig
    with running(rig, how(frames(), after=20)):
        rig.until(lambda: rig.units["bad"] and not quiet(rig), "pictures")
        rig.until(lambda: quiet(rig), "silence")
        pass_seconds(rig, 15)
        assert "silent" in rig.names("bad")
        assert rig.states["bad"][-1].reason == "silent"
        assert whole(rig)
        rig.until(lambda: len(rig.units["good"]) > 5, "the good camera")


def quiet(rig: Rig) -> bool:
    """Whether the bad camera sent nothing while the good one sent five pictures."""
    before, count = rig.sources[0].counters.bytes, len(rig.units["good"])
    rig.until(lambda: len(rig.units["good"]) >= count + 5, "the good camera")
    return rig.sources[0].counters.bytes == before


def test_a_minute_without_key_pictures_is_taken_as_it_comes(rig: Rig) -> None:
    with running(rig, misbehave.without_keys(frames(rate=1000), after=5, missing=600)):
        rig.until(lambda: len(rig.units["bad"]) >= 300, "pictures without keys")
        assert sum(unit.key for unit in rig.units["bad"]) <= 10
        assert rig.names("bad") == ["connecting", "receiving"]


def test_pictures_that_cannot_be_decoded_are_told_as_codec(still_rig: Rig) -> None:
    def keyless() -> Iterator[MountFrame]:
        # A key frame that is torn lets the watcher in and gives it nothing to start from.
        for frame in frames():
            yield replace(frame, torn=True) if frame.key else frame

    rig = still_rig
    with running(rig, keyless()):
        rig.until(lambda: rig.sources[0].counters.packets > 50, "packets")
        for _ in range(12):
            pass_seconds(rig, 1)
            before = rig.sources[0].counters.packets
            rig.until(lambda before=before: rig.sources[0].counters.packets > before, "more packets")
        assert rig.states["bad"][-1].state == "codec"
        assert rig.states["bad"][-1].reason == "codec"
        assert rig.units["bad"] == []


def test_a_clock_that_jumps_a_day_is_told_and_cuts_nothing(rig: Rig) -> None:
    hour = 3600

    def jump() -> Iterator[MountFrame]:
        good = frames()
        yield from once_seen(rig, good)
        yield from misbehave.clock_jump(good, after=0, ticks=hour * 90_000, us=hour * 1_000_000)

    with running(rig, jump()):
        rig.until(lambda: len(rig.jumps["bad"]) >= 2, "both jumps")
        assert {jump.clock for jump in rig.jumps["bad"]} == {"rtp", "camera"}
        assert all(abs(jump.by_us - hour * 1_000_000) < 5_000_000 for jump in rig.jumps["bad"])
        count = len(rig.units["bad"])
        rig.until(lambda: len(rig.units["bad"]) >= count + 20, "pictures after it")
        assert rig.names("bad") == ["connecting", "receiving"]


def test_a_flood_is_left_unread_for_the_rest_of_the_second(still_rig: Rig) -> None:
    rig = still_rig

    def flood() -> Iterator[MountFrame]:
        good = frames()
        yield from once_seen(rig, good)
        while True:
            yield MountFrame((b"\x61" + bytes(1400),) * 30, ticks=90)

    with running(rig, flood()):
        rig.until(lambda: rig.sources[0].counters.throttled, "the brake")
        read = rig.sources[0].counters.bytes
        assert read <= BYTES_PER_SECOND + 2 * 256 * 1024
        count = len(rig.units["good"])
        rig.until(lambda: len(rig.units["good"]) >= count + 10, "the good camera's pictures")
        assert rig.sources[0].counters.bytes == read
        pass_seconds(rig, 1)
        rig.until(lambda: rig.sources[0].counters.bytes > read, "reading again")
