"""What reads octets of peers, and what must hold whatever they are. A target raises where it does not."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from uuid import UUID

from custodes.gateway.speaking.offer import agreed, answer
from custodes.gb28181.capture.messages import MOST_WAITING, CapturedMessage, Messages
from custodes.gb28181.capture.packets import Ends
from custodes.gb28181.capture.pcap import NotCapture, read
from custodes.gb28181.capture.told import tell
from custodes.gb28181.charset import readable
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.speech import KEPT_SECONDS, ReceivedSpeech
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.mansrtsp import read_answer, read_request
from custodes.gb28181.masking import masked, masked_address
from custodes.gb28181.media.frame import Frame
from custodes.gb28181.media.g711 import RATE
from custodes.gb28181.media.ps import ProgramReader
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import pack_header
from custodes.gb28181.ptz.octets import decode, encode
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import read_sdp, write_sdp
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.framing import Framer
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.limits import LIMITS
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import read_datagram
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import Registrar
from custodes.gb28181.subject import parse_subject
from custodes.video.wire.control_leases import SpeakAsk

SERVER, DEVICE, REALM = "34020000002000000001", "34020000001320000001", "3402000000"
ENDS = Ends("192.0.2.10", 5060, "192.0.2.1", 5060)
US = 1_795_527_907_000_000


def pieces(data: bytes) -> Iterator[bytes]:
    """The first octet says how long pieces are."""
    size = (data[0] if data else 0) + 1
    for at in range(1, len(data), size):
        yield data[at : at + size]


def sip(data: bytes) -> None:
    """A datagram is a message or refused; what is told of it has nothing that steers a terminal, and what is written again is read alike."""
    try:
        message = read_datagram(data)
    except Malformed as error:
        tell(CapturedMessage(US, ENDS, "UDP", error))
        return
    told = tell(CapturedMessage(US, ENDS, "UDP", message))
    assert all(letter.isprintable() or letter in "\n\t" for letter in told.whole)
    try:
        again = message.encode()
    except Malformed:
        return
    assert read_datagram(again).body == message.body


def framing(data: bytes) -> None:
    """A connection's octets; what waits is bounded, and nothing comes after the end."""
    framer = Framer()
    for piece in pieces(data):
        broken = framer.broken
        found = framer.feed(piece)
        assert not (broken and found)
        assert framer.waiting <= LIMITS.head + LIMITS.body + len(piece)


def endpoint(data: bytes) -> None:
    """A platform is told anything by anybody, in a row of datagrams between marks."""
    words = itertools.count(1)
    registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), {DEVICE: SipAccount(DEVICE, Secret("12345678"))}.get)
    us, peer = Peer("UDP", "192.0.2.1", 5060), Peer("UDP", "192.0.2.10", 5060)
    made = Endpoint(SERVER, REALM, lambda _peer: us, lambda: f"w{next(words)}", registrar)
    now = 1_000.0
    for datagram in data.split(b"\n====\n")[:20]:
        now += 0.5
        try:
            message = read_datagram(datagram)
        except Malformed as error:
            made.malformed(error, peer)
        else:
            made.receive(message, peer, now, US)
        made.tick(now, US)
        sends, _events = made.take()
        assert all(read_datagram(send.octets) for send in sends)


def manscdp(data: bytes) -> None:
    """A body is taken in, and what can be written again says the same."""
    taken = take_in(data)
    assert taken.status in (200, 400)
    masked(readable(data))
    try:
        body = read_body(data)
        again = write_message(body)
    except Gb28181Refused:
        return
    assert write_message(read_body(again)) == again


def descriptions(data: bytes) -> None:
    """SDP, MANSRTSP, Subject; a description that was read is written and read alike."""
    text = data.decode("utf-8", errors="replace")
    masked_address(text)
    for reader in (read_request, read_answer, lambda octets: parse_subject(octets.decode("utf-8", errors="replace"))):
        try:
            reader(data)
        except Gb28181Refused:
            continue
    try:
        first = write_sdp(read_sdp(data))
    except Gb28181Refused:
        return
    assert write_sdp(read_sdp(first)) == first


def speech(data: bytes) -> None:
    """What a device offers when it calls to be spoken to, and the packets that a simulated one is sent."""
    wish = SpeakAsk(
        camera=UUID(int=1), device=DEVICE, channel=DEVICE, targets=(DEVICE,), address="192.0.2.1", port=30_000, grant=UUID(int=2)
    )  # fmt: skip
    try:
        found = agreed(wish, data, "192.0.2.10", lambda host: host.startswith("192.0.2."))
    except Gb28181Refused:
        pass
    else:
        assert found.address.startswith("192.0.2.")
        assert len(read_sdp(answer(SERVER, wish, found, found.y)).media) == len(found.offer.media)
    for quirks in ((), (Quirk.SPEECH_PS,), (Quirk.SPEECH_PCMU,)):
        ear = ReceivedSpeech(DEVICE, 15_000, 1, quirks)
        for piece in pieces(data):
            ear.take(pack_header(ear.type, True, 1, len(piece) << 24, 1) + piece)
        assert len(ear.heard) <= KEPT_SECONDS * RATE


def program(data: bytes) -> None:
    """A program stream in pieces: the first picture is a key frame with its sets."""
    frames: list[Frame] = []
    reader = ProgramReader(frames.append)
    for piece in pieces(data):
        reader.push(piece, 0, len(piece))
    reader.flush()
    check(frames)


def rtp(data: bytes) -> None:
    """Datagrams, each behind two octets of its length, a hundredth of a second apart."""
    frames: list[Frame] = []
    receiver = Receiver(frames.append, 0.0, expected=(200_000_001,))
    at, now = 0, 0.0
    while at + 2 <= len(data):
        size, now = int.from_bytes(data[at : at + 2], "big"), now + 0.01
        packet = data[at + 2 : at + 2 + size]
        at += 2 + size
        receiver.begin(US + round(now * 1e6), now)
        receiver.count(len(packet))
        receiver.push(packet)
        receiver.after(now)
    assert receiver.report(now + 1)
    check(frames)


def rtp_over_tcp(data: bytes) -> None:
    """A connection's octets."""
    frames: list[Frame] = []
    receiver = Receiver(frames.append, 0.0, expected=(200_000_001,), tcp=True)
    receiver.connect()
    receiver.begin(US, 0.0)
    for piece in pieces(data):
        receiver.feed(piece)
    receiver.after(0.0)
    check(frames)


def ptz(data: bytes) -> None:
    """Sixteen digits are a command that is written alike, or refused."""
    try:
        found = decode(data.decode("latin-1"))
    except Gb28181Refused:
        return
    try:
        again = encode(found.command, found.address)
    except Gb28181Refused:
        return  # devices send what nobody would write
    assert decode(again) == found


def capture(data: bytes) -> None:
    """A capture file is read to its end; what waits is bounded, and everything can be told."""
    messages = Messages()
    try:
        for packet in read(io.BytesIO(data)):
            for heard in messages.take(packet):
                assert tell(heard).line
    except NotCapture:
        return
    held = sum(len(octets) for flow in messages._flows.values() for octets in flow.waiting.values())
    assert held <= len(messages._flows) * MOST_WAITING
    for heard in messages.end():
        assert tell(heard).document


def check(frames: list[Frame]) -> None:
    """What holds of frames, wherever they are from."""
    assert all(frame.data for frame in frames)
    first = next((frame for frame in frames if frame.coding.video), None)
    assert first is None or (first.key and first.sets)


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each
    for each in (sip, framing, endpoint, manscdp, descriptions, speech, program, rtp, rtp_over_tcp, ptz, capture)
}
