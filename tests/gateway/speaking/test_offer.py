"""Offers of any shape: read into something that can be done, or refused; never anything else."""

from __future__ import annotations

import ipaddress
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custodes.gateway.speaking.offer import agreed, answer
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import MediaDirection, Setup, read_sdp
from custodes.video.wire.control_leases import SpeakAsk

SERVER, NVR, HOST = "34020000002000000001", "34020000001180000001", "192.0.2.10"
ASK = SpeakAsk(
    camera=UUID(int=1), device=NVR, channel=NVR, targets=(NVR,), address="192.0.2.1", port=30_000, grant=UUID(int=2)
)
HEAD = f"v=0\r\no={NVR} 0 0 IN IP4 {HOST}\r\ns=Play\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
LINES = st.sampled_from(
    [
        "m=audio 15500 RTP/AVP 8",
        "m=audio 15500 TCP/RTP/AVP 8 0 96",
        "m=audio 0 RTP/AVP 0",
        "m=audio 9 TCP/RTP/AVP 96",
        "m=video 15502 RTP/AVP 96",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:0 PCMU/8000/1",
        "a=rtpmap:96 PS/90000",
        "a=rtpmap:96 DAHUA/90000",
        "a=setup:active",
        "a=setup:passive",
        "a=setup:actpass",
        "a=connection:new",
        "a=recvonly",
        "a=sendrecv",
        "a=inactive",
        "y=0200000001",
        "y=9999999999",
        "y=12",
        "f=v/////a/1/8/1",
        "s=Talk",
        "s=Download",
        "s=",
        "c=IN IP4 0.0.0.0",
        "c=IN IP4 198.51.100.7",
        "c=IN IP6 2001:db8::1",
        "c=IN IP4 example.org",
        "t=9 1",
        "u=x:9",
    ]
)


def admits(host: str) -> bool:
    return ipaddress.ip_address(host) in ipaddress.ip_network("192.0.2.0/24")


def held(body: bytes) -> None:
    """Whatever comes of it may be done, and our answer can be read."""
    try:
        found = agreed(ASK, body, HOST, admits)
    except Gb28181Refused:
        return
    assert admits(found.address)
    assert all(admits(host) for host in found.hosts)
    assert 0 < found.port < 65_536
    said = read_sdp(answer(SERVER, ASK, found, found.y or "0340200001"))
    assert len(said.media) == len(found.offer.media)
    media = said.media[found.medium]
    assert (media.kind, media.way, media.types) == ("audio", MediaDirection.SENDONLY, (found.type,))
    assert found.type in found.offer.media[found.medium].types
    assert media.tcp is (found.setup != "udp")
    assert media.setup is {"udp": None, "tcp-passive": Setup.PASSIVE, "tcp-active": Setup.ACTIVE}[found.setup]
    assert all(other.port == 0 for place, other in enumerate(said.media) if place != found.medium)
    assert said.ssrc is not None


@given(st.lists(LINES, max_size=14), st.sampled_from(["\r\n", "\n"]))
@example(["m=audio 15500 RTP/AVP 8"], "\r\n")
@example(["m=audio 15500 RTP/AVP 8", "y=12"], "\r\n")
def test_what_devices_might_offer(lines: list[str], end: str) -> None:
    held((HEAD + end.join(lines) + end).encode())


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_what_nobody_offers(junk: bytes) -> None:
    held(junk)
    held(HEAD.encode() + junk)
    held(HEAD.encode() + b"m=audio 15500 RTP/AVP 8\r\n" + junk)


@pytest.mark.parametrize(
    ("line", "encoding", "type"),
    [
        ("m=audio 15500 RTP/AVP 8", "pcma", 8),
        ("m=audio 15500 RTP/AVP 0 8", "pcmu", 0),
        ("m=audio 15500 RTP/AVP 4 8\r\na=rtpmap:4 G723/8000", "pcma", 8),
        ("m=audio 15500 RTP/AVP 96", "ps", 96),
        ("m=audio 15500 RTP/AVP 97\r\na=rtpmap:97 pcma/8000/1", "pcma", 97),
        ("m=audio 15500 RTP/AVP 100 96\r\na=rtpmap:100 MPEG4-GENERIC/8000\r\na=rtpmap:96 PS/90000", "ps", 96),
    ],
)
def test_the_first_coding_that_can_be_sent_is_sent(line: str, encoding: str, type: int) -> None:
    found = agreed(ASK, (HEAD + line + "\r\n").encode(), HOST, admits)
    assert (found.encoding, found.type) == (encoding, type)


@pytest.mark.parametrize(
    ("setup", "ours"), [("active", "tcp-passive"), ("passive", "tcp-active"), ("", "tcp-passive"), ("actpass", "tcp-passive")]
)  # fmt: skip
def test_who_connects_is_the_other_than_offered(setup: str, ours: str) -> None:
    said = f"a=setup:{setup}\r\n" if setup else ""
    found = agreed(ASK, (HEAD + "m=audio 15500 TCP/RTP/AVP 8\r\n" + said).encode(), HOST, admits)
    assert found.setup == ours


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("m=audio 15500 RTP/AVP 8\r\na=sendonly", "a"),
        ("m=audio 0 RTP/AVP 8", "m"),
        ("m=audio 9 TCP/RTP/AVP 8\r\na=setup:passive", "m"),
        ("m=video 15500 RTP/AVP 96", "m"),
        ("m=audio 15500 RTP/AVP 18", "m"),
        ("s=Playback\r\nm=audio 15500 RTP/AVP 8", "s"),
    ],
)
def test_what_can_t_be_done_names_the_field(line: str, field: str) -> None:
    with pytest.raises(Gb28181Refused) as refused:
        agreed(ASK, (HEAD + line + "\r\n").encode(), HOST, admits)
    assert refused.value.field == field


def test_a_device_behind_a_nat_is_spoken_to_where_it_was_heard() -> None:
    found = agreed(ASK, (HEAD.replace(HOST, "10.0.0.5") + "m=audio 15500 RTP/AVP 8\r\n").encode(), HOST, admits)
    assert (found.address, found.hosts) == (HOST, (HOST,))
    found = agreed(ASK, (HEAD.replace(HOST, "192.0.2.77") + "m=audio 15500 RTP/AVP 8\r\n").encode(), HOST, admits)
    assert (found.address, found.hosts) == ("192.0.2.77", (HOST, "192.0.2.77"))


@pytest.mark.parametrize("address", ["0.0.0.0", "224.0.0.1", "255.255.255.255", "169.254.3.3"])
def test_what_is_no_one_machine_is_not_spoken_to_whatever_the_networks_are(address: str) -> None:
    found = agreed(
        ASK, (HEAD.replace(HOST, address) + "m=audio 15500 RTP/AVP 8\r\n").encode(), HOST, lambda _host: True
    )
    assert (found.address, found.hosts) == (HOST, (HOST,))
