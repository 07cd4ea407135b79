"""At which step a play stands: each failure has its own, in words that say what to look at."""

from __future__ import annotations

import pytest

from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import pack_header as pack
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import pack_header
from custodes.gb28181.media.steps import MediaStep
from tests.gb28181.media.films import PACK, SSRC, film, opening, packets, packs, pes, tone


def receiver(*, tcp: bool = False, strict: bool = False) -> Receiver:
    return Receiver(lambda frame: None, 0.0, expected=(SSRC,), strict=strict, tcp=tcp)


def push(into: Receiver, payloads: list[bytes], kind: int = 96, ssrc: int = SSRC, now: float = 1.0) -> None:
    into.begin(0, now)
    for sequence, payload in enumerate(payloads):
        into.push(pack_header(kind, True, sequence, sequence * 3600, ssrc) + payload)
    into.after(now)


def said(of: Receiver, now: float = 2.0) -> tuple[MediaStep, str]:
    report = of.report(now)
    return report.step, report.detail


def test_nothing_came() -> None:
    step, detail = said(receiver())
    assert step is MediaStep.NOTHING
    assert "can't reach the media address" in detail


def test_nobody_connected() -> None:
    assert said(receiver(tcp=True))[0] is MediaStep.NO_CONNECTION


def test_the_device_could_not_be_reached() -> None:
    one = receiver(tcp=True)
    one.disconnect("nothing listens on the media port that the device named")
    assert said(one) == (MediaStep.NO_CONNECTION, "nothing listens on the media port that the device named")


def test_the_connection_stands_but_nothing_comes() -> None:
    one = receiver(tcp=True)
    one.connect()
    assert said(one)[0] is MediaStep.NOTHING
    one.disconnect("the device closed the connection")
    assert said(one) == (
        MediaStep.NOTHING,
        "the connection stands, but no RTP packet came over it (the device closed the connection)",
    )


def test_somebody_else_sends() -> None:
    one = receiver()
    one.turned_away("203.0.113.9")
    step, detail = said(one)
    assert step is MediaStep.REFUSED_SOURCE
    assert "203.0.113.9" in detail


def test_rtp_comes_with_another_ssrc() -> None:
    one = receiver(strict=True)
    push(one, [b"x"] * 3, ssrc=77)
    assert said(one) == (MediaStep.OTHER_SSRC, "RTP comes with SSRC 0000000077, which was neither offered nor answered")


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        (96, b"\x47" + bytes(187), "MPEG transport stream"),
        (98, b"\x67\x42\x00\x1f", "RFC 6184"),
        (96, b"\x7c\x85" + bytes(40), "RFC 6184"),
        (100, b"\x40\x01\x0c\x01", "RFC 7798"),
        (96, b"\0\0\0\1\x67", "byte stream"),
        (96, b"\xd5\xd5\xd5\xd5", "payload type 96, but no program stream"),
    ],
)
def test_rtp_comes_without_a_program_stream(kind: int, payload: bytes, words: str) -> None:
    one = receiver()
    push(one, [payload] * 3, kind)
    step, detail = said(one)
    assert step is MediaStep.NO_PS
    assert words in detail


def test_the_coding_is_not_taken() -> None:
    one = receiver()
    push(one, [PACK + opening({0xE0: 0x80}) + pes(b"\0\0\1\x67", 1)])
    step, detail = said(one)
    assert step is MediaStep.REFUSED_CODING
    assert "SVAC" in detail
    assert "H.264 or H.265" in detail


def test_the_stream_has_no_pictures() -> None:
    one = receiver()
    push(one, packs(tone(5)))
    assert said(one)[0] is MediaStep.NO_PICTURE


def test_pictures_come_but_no_key_frame() -> None:
    one = receiver()
    push(one, packs(film(Coding.H264)[1:5]))
    assert said(one) == (
        MediaStep.NO_KEY,
        "video comes, but no parameter set in it: its coding is not known and no key frame came",
    ) or said(one) == (MediaStep.NO_KEY, "H264 comes, but no key frame with its parameter sets yet")


def test_lengths_are_wrong() -> None:
    one = receiver()
    into = [pack(n * 3600) + pes(b"\0\0\1\x65" + b"\xaa" * 900, n, length=20) for n in range(20)]
    one.count(sum(map(len, into)))
    push(one, [b"".join([into[0], opening(), *into[1:]])])
    step, detail = said(one)
    assert (step, "lengths" in detail or "parameter set" in detail) == (MediaStep.NO_KEY, True)


def test_it_receives_then_it_is_silent_and_a_pause_is_no_silence() -> None:
    frames: list[Frame] = []
    one = Receiver(frames.append, 0.0, expected=(SSRC,))
    one.begin(0, 1.0)
    for packet in packets(film(Coding.H264)):
        one.push(packet)
    one.after(1.0)
    assert said(one, 2.0) == (MediaStep.RECEIVING, "receiving")
    assert one.report(12.0).step is MediaStep.SILENT
    assert one.report(12.0).since == 11.0
    one.after(12.0)
    one.pause(True)
    assert one.report(60.0).step is MediaStep.PAUSED
    assert not one.is_silent(60.0)
    one.after(60.0)
    one.pause(False)
    assert one.report(65.0).step is MediaStep.RECEIVING
    assert one.report(71.0).step is MediaStep.SILENT
