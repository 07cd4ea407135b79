"""The client's side of a session, against a scripted camera in memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.video.rtp import rtcp
from custodes.video.rtsp import sdp
from custodes.video.rtsp.client import Client
from custodes.video.rtsp.message import Headers, Request, Response, take
from custodes.video.rtsp.transport import Choice, RtpUdpPair
from custodes.video.unit import AccessUnit, Codec
from tests.video.streams import framed, packets, stream

URL = "rtsp://10.0.0.5/cam"
PARAMS, PICTURES = stream(Codec.H264)
Answer = Callable[[Request], Response | None]


class Talk:
    """A client and what it asked."""

    def __init__(
        self,
        answer: Answer | None = None,
        username: str = "user",
        password: str = "secret",
        basic: bool = True,
        transport: Choice = "tcp",
        datagrams: RtpUdpPair | None = None,
    ) -> None:
        self.units: list[AccessUnit] = []
        self.asked: list[Request] = []
        self.other = b""
        self._answer = answer or good
        self.client = Client(
            URL, username, password, on_unit=self.units.append, cnonce=lambda: "c", ssrc=5, basic=basic,
            transport=transport, datagrams=datagrams,
        )  # fmt: skip

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.asked]

    def go(self, now: float = 0.0) -> Client:
        """Begin, and answer until the client asks nothing more."""
        self.client.begin()
        return self.settle(now)

    def settle(self, now: float = 0.0) -> Client:
        while out := self.client.take_output():
            at = 0
            while at < len(out):
                if out[at] == 0x24:
                    self.other, at = out[at:], len(out)
                    continue
                taken = take(out, at)
                assert taken is not None
                request, at = taken
                assert isinstance(request, Request)
                self.asked.append(request)
                if (response := self._answer(request)) is not None:
                    self.client.feed(response.encode(), 0, now)
        return self.client

    def failure(self) -> str:
        assert self.client.failure is not None
        return self.client.failure.kind


def reply(request: Request, status: int = 200, *fields: tuple[str, str], body: bytes = b"") -> Response:
    return Response(status, "Text", Headers([("CSeq", request.headers.get("CSeq")), *fields]), body)


def good(request: Request) -> Response | None:
    match request.method:
        case "OPTIONS":
            return reply(request, 200, ("Public", "DESCRIBE, SETUP, PLAY, GET_PARAMETER"))
        case "DESCRIBE":
            body = sdp.describe("c", PARAMS, 96, "trackID=0", "10.0.0.5")
            return reply(request, 200, ("Content-Base", URL + "/"), body=body)
        case "SETUP":
            transport = "RTP/AVP/TCP;unicast;interleaved=4-5"
            return reply(request, 200, ("Session", "s1;timeout=30"), ("Transport", transport))
    return reply(request)


def test_a_session_is_set_up_and_pictures_come() -> None:
    talk = Talk()
    client = talk.go()
    assert talk.methods == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]
    assert talk.asked[2].uri == URL + "/trackID=0"
    assert talk.asked[3].headers.get("Session") == "s1"
    assert client.playing
    client.feed(b"".join(framed(packet, 4) for packet in packets(PARAMS, PICTURES)), 77, 0.0)
    assert len(talk.units) == len(PICTURES)
    assert talk.units[0].wall_us == 77
    assert client.garbage == 0


def test_pictures_that_come_with_the_answer_to_play_are_taken() -> None:
    talk = Talk(lambda request: None if request.method == "PLAY" else good(request))
    client = talk.go()
    media = b"".join(framed(packet, 4) for packet in packets(PARAMS, PICTURES))
    client.feed(reply(talk.asked[-1]).encode() + media, 0, 0.0)
    assert len(talk.units) == len(PICTURES)


def guarded(challenge: str, accept: Callable[[str], bool]) -> Answer:
    def answer(request: Request) -> Response | None:
        if request.method != "OPTIONS" and not accept(request.headers.get("Authorization")):
            return reply(request, 401, ("WWW-Authenticate", challenge))
        return good(request)

    return answer


@pytest.mark.parametrize(
    "challenge",
    ['Digest realm="r", nonce="n"', 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"', 'Basic realm="r"'],
)
def test_a_challenge_is_answered_once_and_for_all_requests_after_it(challenge: str) -> None:
    talk = Talk(guarded(challenge, bool))
    assert talk.go().playing
    assert talk.methods == ["OPTIONS", "DESCRIBE", "DESCRIBE", "SETUP", "PLAY"]


def test_a_wrong_password_is_tried_once() -> None:
    talk = Talk(guarded('Digest realm="r", nonce="n"', lambda _authorization: False))
    talk.go()
    assert talk.methods.count("DESCRIBE") == 2
    assert talk.failure() == "password"


def test_a_login_that_is_asked_for_but_not_set_is_a_password_failure() -> None:
    talk = Talk(guarded('Digest realm="r", nonce="n"', bool), username="")
    talk.go()
    assert talk.methods.count("DESCRIBE") == 1
    assert talk.failure() == "password"


@pytest.mark.parametrize("stale", [", stale=true", ""])
def test_a_nonce_that_wears_out_is_renewed_with_or_without_the_word_stale(stale: str) -> None:
    def answer(request: Request) -> Response | None:
        nonce = "n2" if request.method == "PLAY" else "n1"
        accept = f'nonce="{nonce}"' in request.headers.get("Authorization")
        return guarded(f'Digest realm="r", nonce="{nonce}"{stale}', lambda _text: accept)(request)

    talk = Talk(answer)
    assert talk.go().playing
    assert talk.methods == ["OPTIONS", "DESCRIBE", "DESCRIBE", "SETUP", "PLAY", "PLAY"]


def test_behind_a_redirect_to_another_host_the_password_is_not_shown() -> None:
    talk = Talk(guarded('Basic realm="r"', bool), basic=False)
    talk.go()
    assert talk.failure() == "refused"
    assert all(not request.headers.get("Authorization") for request in talk.asked)
    assert Talk(guarded('Digest realm="r", nonce="n"', bool), basic=False).go().playing


def test_a_failure_never_tells_the_password() -> None:
    talk = Talk(guarded('Digest realm="r", nonce="n"', lambda _authorization: False))
    talk.go()
    assert talk.client.failure is not None
    assert "secret" not in talk.client.failure.detail
    assert all("secret" not in str(list(request.headers)) for request in talk.asked)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, "path"), (403, "refused"), (453, "refused"), (461, "refused"), (500, "protocol"), (454, "ended")],
)
def test_a_refusal_is_told_as_what_it_is(status: int, kind: str) -> None:
    talk = Talk(lambda request: reply(request, status) if request.method == "DESCRIBE" else good(request))
    talk.go()
    assert talk.failure() == kind


def test_a_camera_that_does_not_know_options_is_taken_all_the_same() -> None:
    talk = Talk(lambda request: reply(request, 501) if request.method == "OPTIONS" else good(request))
    assert talk.go().playing


def test_a_stream_of_another_codec_is_named() -> None:
    body = b"m=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\n"
    talk = Talk(lambda request: reply(request, body=body) if request.method == "DESCRIBE" else good(request))
    talk.go()
    assert talk.failure() == "codec"
    assert talk.client.failure is not None
    assert "JPEG" in talk.client.failure.detail


def test_a_redirect_is_handed_to_the_caller_and_not_followed() -> None:
    talk = Talk(lambda request: reply(request, 302, ("Location", "rtsp://127.0.0.1/x")))
    assert talk.go().redirect == "rtsp://127.0.0.1/x"
    assert talk.methods == ["OPTIONS"]


def test_a_camera_that_sends_over_udp_all_the_same_is_a_protocol_failure() -> None:
    transport = ("Transport", "RTP/AVP;unicast;client_port=5000-5001")
    talk = Talk(
        lambda request: reply(request, 200, ("Session", "s"), transport) if request.method == "SETUP" else good(request)
    )
    talk.go()
    assert talk.failure() == "protocol"


def test_the_session_is_kept_alive_before_it_times_out() -> None:
    talk = Talk()
    client = talk.go(now=100.0)
    client.poll(100.0 + 13)
    assert client.take_output() == b""
    client.poll(100.0 + 15)
    talk.settle(115.0)
    assert talk.methods[-1] == "GET_PARAMETER"
    assert client.failure is None


def test_a_refused_get_parameter_is_replaced_by_options() -> None:
    talk = Talk(lambda request: reply(request, 405) if request.method == "GET_PARAMETER" else good(request))
    client = talk.go()
    client.poll(20.0)
    talk.settle(20.0)
    client.poll(40.0)
    talk.settle(40.0)
    assert talk.methods[-2:] == ["GET_PARAMETER", "OPTIONS"]
    assert client.failure is None


def test_an_ended_session_is_noticed_at_keep_alive() -> None:
    talk = Talk(lambda request: reply(request, 454) if request.method == "GET_PARAMETER" else good(request))
    talk.go().poll(20.0)
    talk.settle(20.0)
    assert talk.failure() == "ended"


def test_sender_reports_are_taken_and_answered() -> None:
    talk = Talk()
    client = talk.go()
    client.feed(framed(rtcp.sender_report(9, 1_000_000, 5000, 1, 1, "x"), 5), 0, 1.0)
    assert client.report is not None
    assert client.report.wall_us == 1_000_000
    client.poll(11.0)
    talk.settle(11.0)
    assert talk.other[:2] == b"\x24\x05"
    assert talk.other[5] == rtcp.RECEIVER_REPORT


def test_a_goodbye_ends_the_session() -> None:
    talk = Talk()
    talk.go().feed(framed(rtcp.goodbye(9), 5), 0, 1.0)
    assert talk.failure() == "ended"


def test_the_end_is_told_to_the_camera() -> None:
    talk = Talk()
    talk.go().end()
    talk.settle()
    assert talk.methods[-1] == "TEARDOWN"


def test_requests_of_the_camera_are_answered() -> None:
    talk = Talk()
    client = talk.go()
    client.feed(
        b"SET_PARAMETER rtsp://h RTSP/1.0\r\nCSeq: 4\r\n\r\nRECORD rtsp://h RTSP/1.0\r\nCSeq: 5\r\n\r\n", 0, 0.0
    )
    first = take(client.take_output())
    assert first is not None
    assert isinstance(first[0], Response)
    assert (first[0].status, first[0].headers.get("CSeq")) == (200, "4")


def test_endless_garbage_ends_the_session() -> None:
    talk = Talk()
    client = talk.go()
    for _ in range(5000):
        client.feed(b"\xff" * 1024, 0, 0.0)
    assert talk.failure() == "protocol"


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 4), st.binary(max_size=400))
def test_random_octets_at_any_step_never_raise(step: int, noise: bytes) -> None:
    seen = 0

    def answer(request: Request) -> Response | None:
        nonlocal seen
        seen += 1
        return good(request) if seen <= step else None

    talk = Talk(answer)
    client = talk.go()
    client.feed(noise, 0, 0.0)
    client.feed(b"RTSP/1.0 200 OK\r\nCSeq: 2\r\n" + noise + b"\r\n\r\n", 0, 0.0)
    client.feed(b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Length: " + noise, 0, 0.0)
    client.poll(100.0)
    client.take_output()
