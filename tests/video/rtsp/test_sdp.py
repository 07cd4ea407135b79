"""Session descriptions: ours read back, cameras' as they are, and where a control attribute leads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.codec.build import codec_parameters
from custodes.video.rtsp import sdp
from custodes.video.rtsp.transport import RtpTransport, parse_transport
from custodes.video.unit import Codec
from tests.video.streams import stream

CAMERA = b"""v=0
o=- 1 1 IN IP4 192.168.1.64
s=Media Presentation
c=IN IP4 0.0.0.0
t=0 0
a=control:rtsp://192.168.1.64/Streaming/Channels/101/
a=range:npt=now-
m=audio 0 RTP/AVP 8
a=rtpmap:8 PCMA/8000
a=control:trackID=2
m=video 0 RTP/AVP 96
b=AS:5000
a=control:trackID=1
a=rtpmap:96 H264/90000
a=fmtp:96 profile-level-id=4D0028; packetization-mode=1; sprop-parameter-sets=Z00AKI2NQDwBE/LgLcBAQFAAAD6AAAw1,aO44gA
a=Media_header:MEDIAINFO=494D4B48
"""


@pytest.mark.parametrize("codec", list(Codec))
def test_our_own_description_gives_back_the_parameters(codec: Codec) -> None:
    params, _ = stream(codec)
    found = sdp.parse(sdp.describe("c", params, 96, "trackID=0", "127.0.0.1")).video()
    assert found is not None
    assert (found.codec, found.payload_type, found.clock_rate, found.control) == (codec, 96, 90_000, "trackID=0")
    assert codec_parameters(codec, found.sets()) == params


def test_a_cameras_description_is_read() -> None:
    description = sdp.parse(CAMERA)
    video = description.video()
    assert video is not None
    assert [media.kind for media in description.media] == ["audio", "video"]
    assert (video.codec, video.control) == (Codec.H264, "trackID=1")
    assert [nal[0] & 31 for nal in video.sets()] == [7, 8]
    assert description.control == "rtsp://192.168.1.64/Streaming/Channels/101/"


def test_what_we_cannot_take_in_is_no_video_of_ours() -> None:
    assert sdp.parse(CAMERA.replace(b"H264/", b"JPEG/")).video() is None
    assert sdp.parse(CAMERA.replace(b"packetization-mode=1", b"packetization-mode=2")).video() is None
    assert sdp.parse(CAMERA.replace(b"m=video", b"m=application")).video() is None


@pytest.mark.parametrize(
    ("base", "control", "url"),
    [
        ("rtsp://h/a/", "trackID=1", "rtsp://h/a/trackID=1"),
        ("rtsp://h/a", "trackID=1", "rtsp://h/a/trackID=1"),
        ("rtsp://h/a?x=1", "trackID=1", "rtsp://h/a?x=1/trackID=1"),
        ("rtsp://h/a/", "rtsp://other/b", "rtsp://other/b"),
        ("rtsp://h/a/", "*", "rtsp://h/a/"),
        ("rtsp://h/a", "", "rtsp://h/a"),
        ("rtsp://h:8554/a/b", "/c", "rtsp://h:8554/c"),
    ],
)
def test_control_urls_resolve_as_cameras_mean_them(base: str, control: str, url: str) -> None:
    assert sdp.control_url(base, control) == url


def test_transport_fields_are_read() -> None:
    assert parse_transport("RTP/AVP/TCP;unicast;interleaved=2-3;ssrc=0000ABCD, RTP/AVP;multicast;client_port=5000") == [
        RtpTransport(True, True, (2, 3), None, 0xABCD),
        RtpTransport(False, False, None, (5000, 5001), None),
    ]


@given(st.text(max_size=200))
def test_random_text_never_raises(text: str) -> None:
    parse_transport(text)
    parse_transport("RTP/AVP;" + text)
    for body in (text, f"m=video 0 RTP/AVP 96\na=fmtp:96 {text}\na=rtpmap:96 {text}", f"m={text}\na={text}"):
        description = sdp.parse(body.encode())
        for media in description.media:
            media.sets()
            assert media.codec is None or media.codec in Codec
        sdp.control_url("rtsp://h/a", text)
