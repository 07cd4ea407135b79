"""Playing back: requests in INFO, written by Annex B and read as peers write them (GB/T 28181-2016 §9.8)."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.edition import Edition
from custodes.gb28181.mansrtsp import (
    MansrtspAnswer,
    MansrtspMethod,
    MansrtspRequest,
    pause,
    read_answer,
    read_request,
    resume,
    seek,
    speed,
    teardown,
    write_answer,
    write_request,
)
from custodes.gb28181.refused import Gb28181Refused


@pytest.mark.parametrize(
    ("request_made", "text"),
    [
        (seek(3, 30), "PLAY RTSP/1.0\r\nCSeq: 3\r\nRange: npt=30-\r\n\r\n"),
        (seek(3, 30.25), "PLAY RTSP/1.0\r\nCSeq: 3\r\nRange: npt=30.25-\r\n\r\n"),
        (resume(4), "PLAY RTSP/1.0\r\nCSeq: 4\r\nRange: npt=now-\r\n\r\n"),
        (speed(5, 0.25), "PLAY RTSP/1.0\r\nCSeq: 5\r\nScale: 0.25\r\n\r\n"),
        (speed(5, 4), "PLAY RTSP/1.0\r\nCSeq: 5\r\nScale: 4.0\r\n\r\n"),
        (speed(6, -1), "PLAY RTSP/1.0\r\nCSeq: 6\r\nScale: -1.0\r\n\r\n"),
        (speed(6, -1, Edition.E2022), "PLAY RTSP/1.0\r\nCSeq: 6\r\nScale: -1.0\r\nRange: npt=now-\r\n\r\n"),
        (speed(6, -2, Edition.E2022, 60), "PLAY RTSP/1.0\r\nCSeq: 6\r\nScale: -2.0\r\nRange: npt=60-\r\n\r\n"),
        (pause(7), "PAUSE RTSP/1.0\r\nCSeq: 7\r\nPauseTime: now\r\n\r\n"),
        (teardown(8), "TEARDOWN RTSP/1.0\r\nCSeq: 8\r\n\r\n"),
    ],
)
def test_a_request_is_written_by_annex_b_and_read_back(request_made: MansrtspRequest, text: str) -> None:
    assert write_request(request_made).decode() == text
    assert read_request(text.encode()) == request_made


def test_speed_and_place_together_the_other_start_line_and_the_misprint_are_taken() -> None:
    asked = read_request(b"PLAY MANSRTSP/1.0\nCSeq:5\nScale: 2.0\nrange: ntp=now-\n")
    assert asked == MansrtspRequest(MansrtspMethod.PLAY, 5, 2.0, now=True)
    assert read_request(b"play rtsp/1.0\r\nCSeq: 5\r\nRange: npt=10-20\r\n").until == 20
    assert read_request(b"PLAY RTSP/1.0\r\nCSeq: 1\r\nRange: smpte=0:10:20-\r\n").seek == 620
    assert read_request(b"PLAY sip:x@y RTSP/1.0\r\nCSeq: 1\r\n\r\n\x00").method is MansrtspMethod.PLAY


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "body"),
        ("RECORD RTSP/1.0\r\nCSeq: 1", "request line"),
        ("PLAY HTTP/1.0\r\nCSeq: 1", "request line"),
        ("PLAY RTSP/1.0\r\nScale: 2", "CSeq"),
        ("PLAY RTSP/1.0\r\nCSeq: 1.5", "CSeq"),
        ("PLAY RTSP/1.0\r\nCSeq: 1\r\nScale: nan", "Scale"),
        ("PLAY RTSP/1.0\r\nCSeq: 1\r\nScale: 0", "Scale"),
        ("PLAY RTSP/1.0\r\nCSeq: 1\r\nScale: 1000", "Scale"),
        ("PLAY RTSP/1.0\r\nCSeq: 1\r\nRange: npt=-5", "Range"),
        ("PLAY RTSP/1.0\r\nCSeq: 1\r\nRange: npt=99999999-", "Range"),
        ("PLAY RTSP/1.0\r\nCSeq: 1\r\nRange: npt=20-10", "Range"),
        ("PLAY RTSP/1.0\r\nCSeq: 1\r\nRange: clock=1-", "Range"),
        ("PLAY RTSP/1.0\r\nCSeq: 1\r\n" + "a: b\r\n" * 50, "body"),
        ("x" * 5000, "body"),
    ],
)
def test_what_can_not_be_done_is_refused_by_its_line(text: str, field: str) -> None:
    with pytest.raises(Gb28181Refused) as refused:
        read_request(text.encode())
    assert refused.value.field == field


@pytest.mark.parametrize("scale", [0, float("nan"), float("inf"), 65, -65])
def test_a_speed_that_there_is_not_is_not_asked_for(scale: float) -> None:
    with pytest.raises(Gb28181Refused):
        speed(1, scale)


def test_an_answer_may_be_empty_or_say_where_the_stream_goes_on() -> None:
    assert read_answer(b"\r\n") is None
    told = MansrtspAnswer(200, 3, 17, 4_000_000_000)
    assert read_answer(write_answer(told)) == told
    assert read_answer(b"RTSP/1.0 457 Invalid Range\r\nCSeq: 9\r\nRTP-Info: seq=99999;rtptime=1") == MansrtspAnswer(
        457, 9, None, 1
    )
    with pytest.raises(Gb28181Refused):
        read_answer(b"HTTP/1.1 200 OK")


PIECES = st.sampled_from(
    [
        "PLAY",
        " ",
        "RTSP/1.0",
        "\r\n",
        "CSeq: 1",
        "Scale: ",
        "Range: ",
        "npt=",
        "now-",
        "-",
        "9" * 30,
        "1e999",
        "nan",
        ":",
        "RTP-Info: seq=",
        "200",
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=20).map(lambda parts: "".join(parts).encode())))
def test_nothing_that_is_read_raises_but_a_refusal(data: bytes) -> None:
    for read in (read_request, read_answer):
        with contextlib.suppress(Gb28181Refused):
            read(data)
