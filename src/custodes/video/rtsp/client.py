"""An RTSP 1.0 client session for one video (RFC 2326): octets in, octets out, no sockets and no clock of its own.

OPTIONS → DESCRIBE → SETUP (interleaved, or datagrams) → PLAY, then keep-alives and receiver reports until `end`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from custodes.video.rtp import rtcp
from custodes.video.rtp.payload import H264Depacketizer, H265Depacketizer, depacketizer
from custodes.video.rtp.rtcp import RtcpReports
from custodes.video.rtsp import sdp
from custodes.video.rtsp.asking import AGENT, ClientFailure, FailureKind, RtspExchange, WaitingRequest
from custodes.video.rtsp.message import Deframer, Headers, ProtocolError, Request, Response, take
from custodes.video.rtsp.sounding import NotCarried, SoundIntake
from custodes.video.rtsp.transport import Choice, NoPorts, NotFromThere, RtpTransport, RtpUdpPair, parse_transport
from custodes.video.unit import AccessUnit

REPORT_SECONDS = 10.0
_DEFAULT_TIMEOUT = 60
_SOUND_SECONDS = 3.0
_TIMEOUT = re.compile(r";\s*timeout\s*=\s*(\d{1,6})", re.IGNORECASE)
_MOST_GARBAGE = 4 << 20


class Client:
    """One session. Feed it what the socket gives, send what `take_output` gives, look at `failure` and `redirect`.

    Args:
        cnonce: makes a client nonce for digest login.
        ssrc: ours, in receiver reports.
        basic: answer a challenge for basic login, which shows the password; False where a redirect led to another host.
        transport: how the camera is to send.
        datagrams: the UDP ports, where `transport` may need them.
        sounding: takes the sound; None, the rule, and the camera is not asked for any.
        sound_datagrams: the UDP ports of the sound.

    Attributes:
        failure: why it ended, None while it goes on.
        redirect: the URL that the server sends us to, empty for none; the caller checks it and begins anew.
        playing: the server has answered PLAY.
        depacketizer: of the video, None before SETUP.
        garbage: octets, packets and messages that could not be understood.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        on_unit: Callable[[AccessUnit], None],
        on_report: Callable[[rtcp.SenderReport], None] | None = None,
        cnonce: Callable[[], str],
        ssrc: int = 1,
        basic: bool = True,
        transport: Choice = "tcp",
        datagrams: RtpUdpPair | None = None,
        sounding: SoundIntake | None = None,
        sound_datagrams: RtpUdpPair | None = None,
    ) -> None:
        self.failure: ClientFailure | None = None
        self.redirect = ""
        self.playing = False
        self.depacketizer: H264Depacketizer | H265Depacketizer | None = None
        self._url = url
        self._base = url
        self._aggregate = url
        self._asking = RtspExchange(username, password, cnonce, basic)
        self._on_unit = on_unit if sounding is None else sounding.watched(on_unit)
        self._on_report = on_report
        self._reports = RtcpReports(ssrc, AGENT)
        self._transport = transport
        self._datagrams = datagrams
        self._sounding = sounding
        self._sound_datagrams = sound_datagrams
        self._sound_due = float("inf")  # when an answer about the sound is waited for no longer
        self._udp = False  # SETUP asked for datagrams
        self._media = sdp.Media("video", -1)
        self._out = bytearray()
        self._deframer = Deframer(self._text)
        self._strange = 0
        self._public: frozenset[str] = frozenset()
        self._keep_alive_every = _DEFAULT_TIMEOUT / 2
        self._keep_alive_due = float("inf")
        self._report_due = float("inf")
        self._rtcp_channel = 1
        self._now = 0.0

    @property
    def report(self) -> rtcp.SenderReport | None:
        """The last sender report, None before the first."""
        return self._reports.last

    @property
    def garbage(self) -> int:
        """Octets, packets and messages that could not be understood."""
        packets = self.depacketizer.tally.garbage if self.depacketizer else 0
        return self._deframer.garbage + self._strange + packets

    def begin(self) -> None:
        """Ask the first question; send `take_output`."""
        self._ask("OPTIONS", self._url, [], self._on_options)

    def take_output(self) -> bytes:
        """What is to be sent; it counts as sent from now on."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def feed(self, chunk: bytes | memoryview, wall_us: int, now: float) -> None:
        """Take what was read at `wall_us` (microseconds UTC), `now` (monotonic seconds). Never raises for its content."""
        self._now = now
        video = self.depacketizer
        if self._sounding is not None and self._sounding.depacketizer is not None:
            self._sounding.depacketizer.wall_us = wall_us
        if video is not None:
            video.wall_us = wall_us
            self._deframer.feed(chunk)
            video.bound()
        else:
            self._deframer.feed(chunk)
        if self._deframer.garbage > _MOST_GARBAGE:
            self._fail("protocol", "the camera sends what is neither RTSP nor RTP")

    def poll(self, now: float) -> None:
        """Queue keep-alives and receiver reports that are due; call it about once a second."""
        self._now = now
        if now >= self._sound_due:
            self._without_sound("the camera does not answer when asked for sound")
        if now >= self._keep_alive_due:
            self._keep_alive_due = now + self._keep_alive_every
            method = "GET_PARAMETER" if "GET_PARAMETER" in self._public else "OPTIONS"
            self._ask(method, self._aggregate, [], self._ignore)
        if now >= self._report_due:
            self._report_due = now + REPORT_SECONDS
            self._send_report(now)

    def end(self) -> None:
        """Queue TEARDOWN."""
        if self._asking.session:
            self._ask("TEARDOWN", self._aggregate, [], self._ignore)
        self._keep_alive_due = self._report_due = float("inf")

    # The conversation

    def _on_options(self, response: Response) -> None:
        self._public = frozenset(word.strip().upper() for word in response.headers.get("Public").split(","))
        self._ask("DESCRIBE", self._url, [("Accept", "application/sdp")], self._on_describe)

    def _on_describe(self, response: Response) -> None:
        headers = response.headers
        self._base = headers.get("Content-Base") or headers.get("Content-Location") or self._url
        if "://" not in self._base:
            self._base = self._url
        description = sdp.parse(response.body)
        media = description.video()
        if media is None or media.codec is None:
            names = ", ".join(sorted({m.encoding or "?" for m in description.media if m.kind == "video"}))
            self._fail("codec", f"the stream is neither H.264 nor H.265 ({names or 'no video'})")
            return
        self._aggregate = sdp.control_url(self._base, description.control)
        self._media = media
        if self._sounding is not None:
            self._sounding.choose(description.sound())
        self.depacketizer = depacketizer(media.codec, self._on_unit, media.payload_type, media.sets())
        self._set_up(udp=self._transport == "udp")

    def _set_up(self, udp: bool) -> None:
        self._udp = udp
        try:
            transport = self._way(self._datagrams, "0-1")
        except NoPorts as error:
            self._fail("protocol", str(error))
            return
        url = sdp.control_url(self._base, self._media.control)
        self._ask("SETUP", url, [("Transport", transport)], self._on_setup)

    def _on_setup(self, response: Response) -> None:
        field = response.headers.get("Session")
        self._asking.session = field.partition(";")[0].strip()
        timeout = _TIMEOUT.search(field)
        seconds = int(timeout[1]) if timeout else _DEFAULT_TIMEOUT
        self._keep_alive_every = max(min(seconds, 3600) / 2 - 1, 1.0)
        ways = parse_transport(response.headers.get("Transport"))
        if not self._asking.session or self.depacketizer is None:
            self._fail("protocol", "the camera answered SETUP without a session")
            return
        if not (self._over_udp(ways) if self._udp else self._interleaved(ways)):
            return
        if self._sounding is not None and self._sounding.media is not None:
            self._set_up_sound(self._sounding.media)
        else:
            self._play()

    def _play(self) -> None:
        self._ask("PLAY", self._aggregate, [("Range", "npt=0.000-")], self._on_play)

    def _set_up_sound(self, media: sdp.Media) -> None:
        try:
            transport = self._way(self._sound_datagrams, "2-3")
        except NoPorts as error:
            self._without_sound(str(error))
            return
        self._sound_due = self._now + _SOUND_SECONDS
        url = sdp.control_url(self._base, media.control)
        refused = "the camera refuses to send sound"
        asked = WaitingRequest("SETUP", url, [("Transport", transport)], self._on_sound_setup)
        asked.otherwise = lambda response: self._without_sound(f"{refused} ({response.status})")
        self._put(asked)

    def _on_sound_setup(self, response: Response) -> None:
        sounding = self._sounding
        if sounding is None or sounding.depacketizer is None or self._sound_due == float("inf"):
            return  # it was given up meanwhile
        ways = parse_transport(response.headers.get("Transport"))
        way = ways[0] if ways else None
        try:
            if self._udp:
                sounding.carry_datagrams(way, self._sound_datagrams)
            else:
                sounding.carry_interleaved(way, self._deframer.sinks)
        except NotCarried as error:
            self._without_sound(str(error))
            return
        self._sound_due = float("inf")
        self._play()

    def _without_sound(self, why: str) -> None:
        self._sound_due = float("inf")
        if self._sounding is not None:
            self._sounding.give_up(why)
        self._play()

    def _way(self, datagrams: RtpUdpPair | None, channels: str) -> str:
        """The Transport field by which packets are asked for. Raises `NoPorts`."""
        if not self._udp:
            return f"RTP/AVP/TCP;unicast;interleaved={channels}"
        low, high = datagrams.open() if datagrams is not None else (0, 0)
        return f"RTP/AVP;unicast;client_port={low}-{high}"

    def _interleaved(self, ways: list[RtpTransport]) -> bool:
        """Packets come on this connection; False when the camera wants it otherwise."""
        if self.depacketizer is None or (ways and not ways[0].tcp):
            self._fail("protocol", "the camera does not send over the RTSP connection (TCP interleaved)")
            return False
        media, control = (ways[0].interleaved if ways else None) or (0, 1)
        self._rtcp_channel = control
        self.depacketizer.channel = media
        self._deframer.sinks = {media: self.depacketizer.push, control: self._on_rtcp}
        self._deframer.run = self.depacketizer.run
        return True

    def _over_udp(self, ways: list[RtpTransport]) -> bool:
        """Packets come as datagrams; False when they can't."""
        if self.depacketizer is None or self._datagrams is None or not ways or ways[0].tcp or not ways[0].unicast:
            self._fail("protocol", "the camera does not send as UDP to this host alone")
            return False
        try:
            self._datagrams.expect(ways[0])
        except NotFromThere as error:
            self._fail("refused", str(error))
            return False
        self._datagrams.carry(self.depacketizer, self._media.payload_type)
        return True

    def _on_play(self, _response: Response) -> None:
        self.playing = True
        self._keep_alive_due = self._now + self._keep_alive_every
        self._report_due = self._now + REPORT_SECONDS

    def _ignore(self, _response: Response) -> None:
        return

    # Requests and responses

    def _ask(self, method: str, uri: str, headers: list[tuple[str, str]], then: Callable[[Response], None]) -> None:
        self._put(WaitingRequest(method, uri, headers, then))

    def _put(self, asked: WaitingRequest) -> None:
        try:
            self._out += self._asking.write(asked)
        except ProtocolError:
            self._fail("protocol", "the camera's answer holds an address with a line break")

    def _text(self, buf: bytes, at: int) -> int:
        """A message at `buf[at]`: where it ends, -1 for more, -2 for none."""
        try:
            taken = take(buf, at)
        except ProtocolError:
            self._strange += 1
            return -2
        if taken is None:
            return -1
        message, end = taken
        if isinstance(message, Response):
            self._on_response(message)
        else:
            self._on_request(message)
        return end

    def _on_response(self, response: Response) -> None:
        asked = self._asking.asked_for(response)
        if asked is None or self.failure or self.redirect:
            self._strange += asked is None
            return
        status = response.status
        if status == 401:
            self._on_challenge(asked, response)
        elif 200 <= status < 300:
            self._asking.accepted(asked)
            asked.then(response)
        elif asked.otherwise is not None:
            asked.otherwise(response)
        elif 300 <= status < 400 and response.headers.get("Location"):
            self.redirect = response.headers.get("Location")
        elif asked.method == "OPTIONS" and not self.playing:
            self._on_options(response)
        elif asked.method == "GET_PARAMETER" and status != 454:
            # Named in Public and yet refused: keep alive by OPTIONS from now on.
            self._public -= {"GET_PARAMETER"}
        elif asked.method != "TEARDOWN":
            self._on_refusal(asked.method, response)

    def _on_refusal(self, method: str, response: Response) -> None:
        said = f"the camera answered {method} with {response.status} {response.reason[:80]}".rstrip()
        if method == "SETUP" and response.status == 461:
            if self._transport == "auto" and not self._udp:
                self._set_up(udp=True)
                return
            said += ": it does not send " + ("as UDP" if self._udp else "over the RTSP connection (TCP)")
        if response.status in (404, 410):
            self._fail("path", f"{said}: there is no such path")
        elif response.status == 454:
            self._fail("ended", f"{said}: the session has ended")
        elif response.status in (403, 453, 461, 503):
            self._fail("refused", said)
        else:
            self._fail("protocol", said)

    def _on_challenge(self, asked: WaitingRequest, response: Response) -> None:
        failure = self._asking.challenged(asked, response)
        if failure is None:
            self._put(asked)
        else:
            self._fail(failure.kind, failure.detail)

    def _on_request(self, request: Request) -> None:
        """The server asks something (RFC 2326 §10: OPTIONS, SET_PARAMETER, ANNOUNCE, REDIRECT)."""
        if request.method == "REDIRECT" and request.headers.get("Location"):
            self.redirect = request.headers.get("Location")
        known = request.method in ("OPTIONS", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE", "REDIRECT")
        headers = Headers([("CSeq", request.headers.get("CSeq"))])
        if len(self._out) < 65536:
            self._out += Response(200 if known else 501, "OK" if known else "Not Implemented", headers).encode()

    # RTCP

    def on_control(self, packet: bytes, now: float) -> None:
        """Take an RTCP packet that came as a datagram, `now` (monotonic seconds)."""
        self._now = now
        self._on_rtcp(packet, 0, len(packet))

    def _on_rtcp(self, buf: bytes, start: int, end: int) -> None:
        for found in rtcp.parse(buf[start:end]):
            if isinstance(found, rtcp.Goodbye):
                self._fail("ended", "the camera ended the stream (RTCP BYE)")
                continue
            self._reports.note(found, self._now)
            if self._sounding is not None and self.depacketizer is not None:
                self._sounding.picture_report(found, self.depacketizer.place(found.timestamp))
            if self._on_report is not None:
                self._on_report(found)

    def on_sound_control(self, packet: bytes, now: float) -> None:
        """Take an RTCP packet about the sound that came as a datagram, `now` (monotonic seconds)."""
        self._now = now
        if self._sounding is not None:
            self._sounding.on_control(packet, 0, len(packet))

    def _send_report(self, now: float) -> None:
        report = self._reports.last
        # Over UDP a camera may take silence for an end, whether it sends reports of its own or not.
        about = report.ssrc if report else self._datagrams.ssrc if self._udp and self._datagrams else None
        if self.depacketizer is None or about is None:
            return
        packet = self._reports.write(self.depacketizer.tally, about, now)
        if self._udp and self._datagrams is not None:
            self._datagrams.send_report(packet)
            return
        self._out += bytes((0x24, self._rtcp_channel)) + len(packet).to_bytes(2, "big") + packet

    def _fail(self, kind: FailureKind, detail: str) -> None:
        if self.failure is None:
            self.failure = ClientFailure(kind, detail)
