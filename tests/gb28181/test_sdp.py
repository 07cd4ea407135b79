"""SDP of calls: what is written, and what is taken from peers that write it otherwise (GB/T 28181-2016 §9.2, Annex F)."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import (
    G711,
    CallPurpose,
    MediaDirection,
    MediaFormat,
    MediaLine,
    Sdp,
    SdpUri,
    Setup,
    answering,
    parse_format,
    read_sdp,
    write_sdp,
)

CHANNEL, SERVER = "34020000001320000001", "34020000002000000001"
OFFER = (
    f"v=0\r\no={SERVER} 0 0 IN IP4 192.0.2.1\r\ns=Play\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=video 30000 RTP/AVP 96\r\n"
    "a=recvonly\r\na=rtpmap:96 PS/90000\r\ny=0200000001\r\n"
)
LIVE = Sdp(SERVER, "192.0.2.1", (MediaLine("video", 30000, way=MediaDirection.RECVONLY),), name="Play", y="0200000001")


def test_a_live_call_is_written_as_the_reference_has_it() -> None:
    assert write_sdp(LIVE).decode() == OFFER
    assert read_sdp(OFFER.encode()) == LIVE
    assert LIVE.ssrc == 0x0BEBC201


def test_a_fetch_over_tcp_has_its_time_speed_and_channel() -> None:
    media = MediaLine("video", 9000, tcp=True, way=MediaDirection.RECVONLY, setup=Setup.PASSIVE, connection_new=True)
    wanted = Sdp(
        SERVER,
        "192.0.2.1",
        (media,),
        CallPurpose.DOWNLOAD,
        "Download",
        SdpUri(CHANNEL),
        1_700_000_000,
        1_700_003_600,
        "1200000001",
        MediaFormat(2, "5", 25, True, 4000, 1, 8, 1),
        speed=4,
    )
    text = write_sdp(wanted).decode()
    for line in ("s=Download", f"u={CHANNEL}:3", "t=1700000000 1700003600", "m=video 9000 TCP/RTP/AVP 96"):
        assert line in text.split("\r\n")
    assert text.endswith("a=downloadspeed:4\r\ny=1200000001\r\nf=v/2/5/25/1/4000a/1/8/1\r\n")
    assert "a=setup:passive\r\na=connection:new\r\n" in text
    assert read_sdp(text.encode()) == wanted


def test_an_answer_in_any_order_with_bare_line_feeds_and_makers_words_is_read() -> None:
    answer = read_sdp(
        f"f=v/2/6/25/1/4000a///\ny=200000001\nm=video 9 TCP/RTP/AVP 96 98\na=SETUP:Active\na=rtpmap:96 PS/90000\na=rtpmap:98 H264/90000\n"
        f"a=fileszie:12345\na=streamMode:SUB\na=sendonly\nc=IN IP4 198.51.100.7\ns=##ms20091214\nt=0 0\no={CHANNEL} 0 0 IN IP4 10.0.0.9\nv=0\n".encode()
    )
    assert (answer.origin, answer.address, answer.session, answer.size, answer.stream) == (
        CHANNEL,
        "198.51.100.7",
        None,
        12345,
        1,
    )
    assert (answer.y, answer.ssrc) == ("200000001", 0x0BEBC201)
    assert answer.media[0].setup is Setup.ACTIVE
    assert answer.media[0].maps == ((96, "PS/90000"), (98, "H264/90000"))
    assert answer.format is not None
    assert str(answer.format) == "v/2/6/25/1/4000a///"
    assert answer.faults == ()


@pytest.mark.parametrize("y", ["", "abc", "99999999999", "4294967296", "0000000000", "０２００００００01"])
def test_an_ssrc_that_is_none_is_none_and_told_of(y: str) -> None:
    answer = read_sdp(OFFER.replace("0200000001", y).encode())
    assert answer.ssrc is None
    assert answer.faults == ("y",)


def test_a_call_to_speak_is_audio_alone() -> None:
    talk = read_sdp(
        f"v=0\r\no={CHANNEL} 0 0 IN IP4 192.0.2.9\r\ns=PLAY\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 8000 RTP/AVP 8\r\n"
        "a=recvonly\r\na=rtpmap:8 PCMA/8000\r\ny=0200000002\r\nf=v/////a/1/8/1\r\n".encode()
    )
    assert talk.session is CallPurpose.PLAY
    assert (talk.media[0].kind, talk.media[0].types, talk.format) == ("audio", (8,), G711)


def test_a_makers_own_stream_is_known_for_what_it_is() -> None:
    assert read_sdp(OFFER.replace("PS/90000", "DAHUA/90000").encode()).media[0].private
    assert not LIVE.media[0].private


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("m=video 30000 RTP/AVP 96\r\n", ""), "m"),
        (("m=video 30000 RTP/AVP 96", "m=video 99999 RTP/AVP 96"), "m"),
        (("m=video 30000 RTP/AVP 96", "m=application 9 UDP/BFCP *"), "m"),
        (("IN IP4 192.0.2.1", "IN IP4 camera.example"), "c"),
        (("v=0\r\n", "v=0\r\n" + "a=x\r\n" * 300), "body"),
        (("v=0\r\n", "v=0\r\na=" + "x" * 20_000), "body"),
    ],
)
def test_what_can_not_be_used_is_refused_by_its_line(change: tuple[str, str], field: str) -> None:
    with pytest.raises(Gb28181Refused) as refused:
        read_sdp(OFFER.replace(*change).encode())
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (Sdp(SERVER, "192.0.2.1", LIVE.media, y="200000001"), "y"),
        (Sdp(SERVER, "192.0.2.1", LIVE.media, y="9999999999"), "y"),
        (Sdp(SERVER, "camera", LIVE.media), "c"),
        (Sdp(SERVER, "192.0.2.1", ()), "c"),
        (Sdp(SERVER, "192.0.2.1", LIVE.media, CallPurpose.PLAYBACK), "t"),
        (Sdp(SERVER, "192.0.2.1", LIVE.media, start=9, end=3), "t"),
        (Sdp("a b", "192.0.2.1", LIVE.media), "o"),
    ],
)
def test_what_devices_refuse_is_not_written(broken: Sdp, field: str) -> None:
    with pytest.raises(Gb28181Refused) as refused:
        write_sdp(broken)
    assert refused.value.field == field


def test_whoever_is_waited_for_connects() -> None:
    assert answering(Setup.PASSIVE) is Setup.ACTIVE
    assert answering(Setup.ACTIVE) is Setup.PASSIVE
    assert answering(None) is Setup.PASSIVE


LINES = st.one_of(
    st.text(max_size=60),
    st.builds("{}={}".format, st.sampled_from("vosctuamyfbki"), st.text(max_size=60)),
    st.sampled_from(OFFER.split("\r\n")),
    st.builds(
        "a={}:{}".format,
        st.sampled_from(["rtpmap", "setup", "filesize", "downloadspeed", "streamnumber"]),
        st.text(max_size=30),
    ),
    st.builds(
        "m={} {} {} {}".format,
        st.sampled_from(["video", "audio", "x"]),
        st.integers(),
        st.just("RTP/AVP"),
        st.text(max_size=20),
    ),
)


@given(st.lists(LINES, max_size=30).map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass")))
def test_no_description_of_a_stranger_raises_but_a_refusal(data: bytes) -> None:
    try:
        found = read_sdp(data)
    except Gb28181Refused:
        return
    assert found.media
    assert len(found.faults) <= 200


@given(st.binary(max_size=400))
def test_no_octets_raise_but_a_refusal(data: bytes) -> None:
    with contextlib.suppress(Gb28181Refused):
        read_sdp(data)


@pytest.mark.parametrize(
    "text", ["v/2/5/25/1/4000a/1/8/1", "v/2/6/25/1/4000a///", "v/////a/1/8/1", "v/5/1920x1080/25/2/8000a/1/8/1"]
)
def test_a_format_is_read_and_written_as_it_stands(text: str) -> None:
    assert str(parse_format(text)) == text


@pytest.mark.parametrize("text", ["", "v/2/5/25/1/4000", "a/1/8/1", "v/a/5/25/1/4000a/1/8/1", "v" + "/1" * 100])
def test_a_format_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Gb28181Refused):
        parse_format(text)
