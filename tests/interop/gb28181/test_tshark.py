"""tshark reads what we send and has nothing to complain about."""

from __future__ import annotations

import itertools
import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.call import SipCall
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, RequestReceived
from custodes.gb28181.sip.guard import ChallengeTerms, DigestGuard
from custodes.gb28181.sip.message import read_datagram
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import Registering, RegistrarServer
from custodes.gb28181.sip.registrar import Registrar
from tests.gb28181.sip.examples import DEVICE, REALM, SERVER, keepalive_body
from tests.gb28181.sip.network import Network
from tests.patience import PATIENCE

pytestmark = pytest.mark.interop
TSHARK = shutil.which("tshark")
PLATFORM, CAMERA = Peer("UDP", "192.0.2.1", 5060), Peer("UDP", "192.0.2.10", 5060)
SDP = "v=0\r\no={} 0 0 IN IP4 192.0.2.1\r\ns=Play\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=video 30000 RTP/AVP 96\r\na=rtpmap:96 PS/90000\r\n"
_RAW_IPV4 = 228
_NOTE = 0x00400000


class Recorded(Network):
    """A network that keeps every datagram with its ends."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[float, Peer, Peer, bytes]] = []

    def say(self, octets: bytes, source: Peer, target: Peer) -> None:
        self.kept.append((self.now, source, target, octets))
        super().say(octets, source, target)

    def pcap(self) -> bytes:
        """All of it as a capture file."""
        out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, _RAW_IPV4)]
        for moment, source, target, octets in self.kept:
            udp = struct.pack(">HHHH", source.port, target.port, 8 + len(octets), 0) + octets
            ends = bytes(int(part) for peer in (source, target) for part in peer.host.split("."))
            head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + ends
            total = sum(struct.unpack(">10H", head))
            total = (total & 0xFFFF) + (total >> 16)
            packet = head[:10] + struct.pack(">H", ~(total + (total >> 16)) & 0xFFFF) + head[12:] + udp
            micros = int(moment * 1_000_000)
            out.append(struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(packet), len(packet)) + packet)
        return b"".join(out)


def conversation(asking: ChallengeTerms) -> Recorded:
    """A device registers with a platform, is called, hung up on, and leaves."""
    numbers = itertools.count(1)
    net = Recorded()
    account = SipAccount(DEVICE, Secret("12345678"), asking=asking)
    registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), {DEVICE: account}.get)
    platform = Endpoint(SERVER, REALM, lambda _peer: PLATFORM, lambda: f"p{next(numbers):09}", registrar)
    camera = Endpoint(DEVICE, REALM, lambda _peer: CAMERA, lambda: f"c{next(numbers):09}")
    net.put("platform", platform, PLATFORM)
    net.put("camera", camera, CAMERA)
    client = Registering(
        RegistrarServer(SERVER, DEVICE, Secret("12345678"), CAMERA),
        lambda: f"r{next(numbers):09}",
        lambda: 0.5,
        keepalive_body,
    )

    def ask(requests: list) -> None:  # type: ignore[type-arg]
        for request in requests:
            net.say(request.encode(), CAMERA, PLATFORM)
            before = len(net.kept)
            net.run(0.1)
            for _moment, source, _target, octets in net.kept[before:]:
                response = read_datagram(octets)
                if source == PLATFORM and hasattr(response, "status"):
                    ask(client.answered(request, response, net.now)[0])
                    break

    def answer_all() -> None:
        for event in net.events["platform"]:
            if isinstance(event, RequestReceived) and event.transaction.request is not None:
                platform.reply(event.transaction, 200)
        net.run(0.1)

    ask(client.step(net.now))
    net.run(61)
    for keepalive in client.step(net.now):
        net.say(keepalive.encode(), CAMERA, PLATFORM)
    net.run(0.1)
    answer_all()
    offer = SDP.format(SERVER).encode() + b"a=recvonly\r\ny=0200000001\r\n"
    fields = (("Subject", f"{DEVICE}:0200000001,{SERVER}:0"), ("Content-Type", "Application/SDP"))
    call = platform.call(platform.request("INVITE", DEVICE, CAMERA, offer, fields), CAMERA, net.now)
    net.run(0.1)
    [offered] = [event for event in net.events["camera"] if isinstance(event, CallOffered)]
    theirs: SipCall = offered.call
    theirs.accept(SDP.format(DEVICE).encode(), (("Content-Type", "Application/SDP"),), net.now)
    net.run(1)
    call.hang_up("enough", net.now)
    net.run(1)
    cancelled = platform.call(platform.request("INVITE", DEVICE, CAMERA, offer, fields), CAMERA, net.now)
    net.run(0.1)
    cancelled.cancel(net.now)
    net.run(1)
    ask(client.leave())
    net.run(0.1)
    ask([camera.request("PUBLISH", SERVER, PLATFORM)])
    return net


@pytest.mark.parametrize("asking", [ChallengeTerms(), ChallengeTerms("SHA-256", qop=True)])
def test_everything_that_is_sent_is_read_without_a_complaint(asking: ChallengeTerms, tmp_path: Path) -> None:
    net = conversation(asking)
    capture = tmp_path / "sip.pcap"
    capture.write_bytes(net.pcap())
    assert TSHARK is not None, "apt-get install tshark"
    fields = (
        "sip.Method",
        "sip.Status-Code",
        "sip.msg_hdr",
        "_ws.expert.message",
        "_ws.malformed",
        "_ws.expert.severity",
    )
    command = [TSHARK, "-r", str(capture), "-T", "json", *(word for name in fields for word in ("-e", name))]
    read = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    packets = [packet["_source"]["layers"] for packet in json.loads(read.stdout)]
    assert len(packets) == len(net.kept)
    seen = {packet.get("sip.Method", packet.get("sip.Status-Code", ["?"]))[0] for packet in packets}
    assert seen == {
        "REGISTER", "MESSAGE", "INVITE", "ACK", "BYE", "CANCEL", "PUBLISH", "100", "200", "401", "405", "487",
    }  # fmt: skip
    said = {
        text
        for packet in packets
        for text, level in zip(packet.get("_ws.expert.message", ()), packet.get("_ws.expert.severity", ()), strict=True)
        if int(level, 0) >= _NOTE
    }
    # The field is the standard's own (2022 Annex I).
    assert said <= {"Unrecognised SIP header (x-gb-ver)"}
    assert not [packet for packet in packets if "_ws.malformed" in packet]
