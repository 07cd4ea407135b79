"""Frames of a GB/T 28181 channel become the units that recorder and live take from any source."""

from __future__ import annotations

import random
import socket
import time

import pytest

from custodes.gb28181.media.bounds import Sources
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import framed
from custodes.gb28181.media.tcp import TcpChannel
from custodes.node.gb28181.attempt import FrameTaker
from custodes.video.clock import SystemClock
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit, Codec, SoundCodec, SoundFrame
from tests.gb28181.media.films import BOTH, SSRC, film, mixed, packets, packs, read, tone
from tests.patience import PATIENCE
from tests.ports import port_range
from tests.video.streams import data_of, stream


@pytest.mark.parametrize("coding", BOTH)
def test_units_are_those_that_the_rtp_of_a_camera_gives(coding: Coding) -> None:
    units: list[AccessUnit] = []
    taker = FrameTaker(units.append)
    for frame in read(b"".join(packs(mixed(coding)))).frames:
        taker.take(frame)
    params, pictures = stream(Codec(coding.value))
    assert [(u.data, u.key) for u in units] == [(data_of(nals), key) for nals, key in pictures * 2]
    assert [u.media_time for u in units] == [f.time for f in film(coding)]
    assert {(u.params.codec, u.params.sets, u.params.mime) for u in units} == {(params.codec, params.sets, params.mime)}
    assert len({id(u.params) for u in units}) == 1


def test_parameters_change_with_the_stream() -> None:
    units: list[AccessUnit] = []
    taker = FrameTaker(units.append)
    for frame in (*film(Coding.H264, 1), *film(Coding.H265, 1)):
        taker.take(frame)
    assert [u.params.codec for u in units] == [Codec.H264] * 10 + [Codec.H265] * 10


def test_without_a_reason_for_sound_none_is_handed_on() -> None:
    units: list[AccessUnit] = []
    taker = FrameTaker(units.append)
    for frame in tone(3):
        taker.take(frame)
    assert units == []


@pytest.mark.parametrize(
    ("coding", "codec", "samples"),
    [(Coding.G711A, SoundCodec.PCMA, 160), (Coding.G711U, SoundCodec.PCMU, 160), (Coding.AAC, SoundCodec.AAC, 1024)],
)
def test_sound_has_its_codec_and_its_length(coding: Coding, codec: SoundCodec, samples: int) -> None:
    sounds: list[SoundFrame] = []
    taker = FrameTaker(lambda unit: None, sounds.append)
    for frame in tone(3, coding):
        taker.take(frame)
    assert [(s.params.codec, s.params.rate, s.samples) for s in sounds] == [(codec, 8000, samples)] * 3
    assert [s.end for s in sounds[:2]] == [s.media_time for s in sounds[1:]]


def test_a_channel_is_read_by_the_tick_that_reads_the_cameras() -> None:
    reader = Reader(SystemClock())
    units: list[AccessUnit] = []
    taker = FrameTaker(units.append)
    receiver = Receiver(taker.take, reader.now, expected=(SSRC,), tcp=True)
    channel = TcpChannel(reader, receiver, sources=Sources.of(["127.0.0.0/8"]))
    try:
        port = channel.listen("127.0.0.1", port_range(0), random.Random(3))
        with socket.create_connection(("127.0.0.1", port)) as device:
            device.sendall(b"".join(map(framed, packets(film(Coding.H264)))))
            end = time.monotonic() + PATIENCE
            while len(units) < len(film(Coding.H264)) - 1:
                assert time.monotonic() < end, receiver.report(reader.now)
                reader.tick()
        assert [u.data for u in units] == [f.data for f in film(Coding.H264)[:-1]]
        assert all(abs(u.wall_us - SystemClock().wall_us()) < 60_000_000 for u in units)
    finally:
        channel.close()
        reader.close()


def test_what_can_not_be_taken_is_said_and_raises_nothing() -> None:
    units: list[AccessUnit] = []
    sounds: list[SoundFrame] = []
    taker = FrameTaker(units.append, sounds.append)
    taker.take(Frame(Coding.H264, b"\0\0\0\2\x65\x88", True, 0, 0, (b"\x67", b"\x68")))
    taker.take(Frame(Coding.AAC, b"x" * 20, True, 0, 0, (b"\0\0",)))
    assert units == sounds == []
    assert "SPS" in taker.fault
    assert "AAC" in taker.sound_fault
