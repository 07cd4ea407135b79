"""Sender reports, receiver reports, and timestamps without end."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from custodes.video.rtp import rtcp
from custodes.video.rtp.header import Unwrapper

NOW = 1_795_534_267_123_456


@given(st.integers(0, 4_000_000_000_000_000))
def test_ntp_times_come_back_within_a_microsecond_also_after_2036(wall_us: int) -> None:
    assert rtcp.unix_us(rtcp.ntp(wall_us)) is not None
    assert abs((rtcp.unix_us(rtcp.ntp(wall_us)) or 0) - wall_us) <= 1


def test_the_ntp_epoch_is_that_of_rfc_5905() -> None:
    assert rtcp.ntp(0) >> 32 == 2_208_988_800
    assert rtcp.unix_us(0) is None


def test_a_sender_report_is_read_as_it_was_written() -> None:
    (report,) = rtcp.parse(rtcp.sender_report(7, NOW, 90_000, 12, 3456, "camera"))
    assert isinstance(report, rtcp.SenderReport)
    assert abs((report.wall_us or 0) - NOW) <= 1
    assert (report.ssrc, report.timestamp, report.packets, report.octets) == (7, 90_000, 12, 3456)


def test_a_goodbye_behind_a_report_is_found() -> None:
    found = rtcp.parse(rtcp.sender_report(7, NOW, 1, 1, 1, "x") + rtcp.goodbye(7))
    assert found[-1] == rtcp.Goodbye(7)


def test_a_receiver_report_has_the_layout_of_rfc_3550() -> None:
    sender = rtcp.SenderReport(9, NOW, 0xABCD1234, 0, 0, 0)
    packet = rtcp.receiver_report(7, 9, 5, 70_000, 12, sender, 0.5, "c")
    first, kind, words, ssrc, about, loss, highest, _jitter, middle, delay = struct.unpack(">BBHIIIIIII", packet[:32])
    assert (first, kind, words, ssrc, about) == (0x81, 201, 7, 7, 9)
    assert (loss >> 24, loss & 0xFFFFFF, highest, middle, delay) == (12, 5, 70_000, 0xABCD1234, 32_768)
    assert packet[33] == 202
    assert len(packet) % 4 == 0


@given(st.binary(max_size=120))
def test_random_octets_never_raise(data: bytes) -> None:
    rtcp.parse(data)
    rtcp.parse(b"\x80\xc8" + data)


def test_a_truncated_report_is_left_out() -> None:
    whole = rtcp.sender_report(7, NOW, 1, 1, 1, "x")
    assert all(rtcp.parse(whole[:size]) == [] for size in range(28))


@given(st.integers(0, (1 << 32) - 1), st.lists(st.integers(-(1 << 30), 1 << 30), max_size=30))
def test_any_walk_of_small_steps_is_followed_exactly(start: int, steps: list[int]) -> None:
    unwrapper = Unwrapper()
    value = start
    assert unwrapper.follow(value) == start
    for step in steps:
        value += step
        assert unwrapper.follow(value & 0xFFFFFFFF) == value


def test_placing_does_not_follow() -> None:
    unwrapper = Unwrapper()
    unwrapper.follow(100)
    assert unwrapper.place(0xFFFFFFFF) == -1
    assert unwrapper.follow(200) == 200
