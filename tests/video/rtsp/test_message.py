"""RTSP messages, as the standard has them and as cameras write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.rtsp.message import Headers, ProtocolError, Request, Response, take


def test_a_message_is_read_as_it_was_written() -> None:
    request = Request("SETUP", "rtsp://h/p", Headers([("CSeq", "3"), ("Transport", "RTP/AVP/TCP")]), b"body")
    taken = take(request.encode() + b"rest")
    assert taken is not None
    message, end = taken
    assert isinstance(message, Request)
    assert (message.method, message.uri, message.body) == ("SETUP", "rtsp://h/p", b"body")
    assert message.headers.get("transport") == "RTP/AVP/TCP"
    assert end == len(request.encode())


@pytest.mark.parametrize(
    "text",
    [
        b"RTSP/1.0 200 OK\nCSeq: 7\nSession : abc;timeout=5\n\n",
        b"RTSP/1.0  200  OK\r\ncseq:7\r\nSESSION:abc;timeout=5\r\n\r\n",
        b"RTSP/1.0 200\r\nCseq  :   7  \r\nsession: abc;\r\n timeout=5\r\nno colon here\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nCSEQ: 7\r\nSession: abc;timeout=5\nContent-Length: 0\n\r\n",
    ],
)
def test_careless_writing_is_understood(text: bytes) -> None:
    taken = take(text)
    assert taken is not None
    message, end = taken
    assert isinstance(message, Response)
    assert message.status == 200
    assert message.headers.get("CSeq") == "7"
    assert message.headers.get("Session").replace(" ", "") == "abc;timeout=5"
    assert end == len(text)


def test_several_fields_of_one_name_are_kept_apart() -> None:
    taken = take(b"RTSP/1.0 401 No\r\nWWW-Authenticate: Digest a\r\nwww-authenticate: Basic b\r\n\r\n")
    assert taken is not None
    assert taken[0].headers.all("WWW-Authenticate") == ["Digest a", "Basic b"]


def test_every_truncation_waits_for_more() -> None:
    whole = Response(200, "OK", Headers([("CSeq", "1")]), b"twelve bytes").encode()
    assert all(take(whole[:size]) is None for size in range(len(whole)))


@pytest.mark.parametrize(
    "text",
    [
        b"HELLO\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: many\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 9999999\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 4000,
        b"\r\n\r\n",
    ],
)
def test_what_is_no_message_is_an_error(text: bytes) -> None:
    with pytest.raises(ProtocolError):
        take(text)


def test_a_line_break_cannot_be_smuggled_into_a_field() -> None:
    with pytest.raises(ProtocolError):
        Request("OPTIONS", "rtsp://h", Headers([("CSeq", "1\r\nX: y")])).encode()


@given(st.binary(max_size=300))
def test_random_octets_never_raise_anything_else(data: bytes) -> None:
    for text in (data, b"RTSP/1.0 200 OK\r\n" + data, data + b"\r\n\r\n"):
        try:
            taken = take(text)
        except ProtocolError:
            continue
        assert taken is None or taken[1] <= len(text)
