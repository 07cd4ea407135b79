"""Captures of both kinds, in both orders of octets, whole and broken: messages come out, nothing raises, and what is kept is bounded."""

from __future__ import annotations

import io
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.capture.messages import MOST_WAITING, CapturedMessage, Messages
from custodes.gb28181.capture.packets import Packets
from custodes.gb28181.capture.pcap import NotCapture, Packet, read
from custodes.gb28181.capture.told import tell
from custodes.gb28181.sip.malformed import Malformed
from tests.gb28181.capture.wire import ETHER, ETHERNET, RAW, B, datagram, fragments, pcap, pcapng, segment
from tests.gb28181.sip.examples import DEVICE, SERVER, keepalive_body

BODY = keepalive_body()


def message(number: int, body: bytes = BODY) -> bytes:
    head = (
        f"MESSAGE sip:{SERVER}@3402000000 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK{number}\r\n"
        f"From: <sip:{DEVICE}@3402000000>;tag=a\r\nTo: <sip:{SERVER}@3402000000>\r\nCall-ID: call-{number}\r\n"
        f"CSeq: {number} MESSAGE\r\nContent-Type: Application/MANSCDP+xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def heard(file: bytes, *ports: int) -> list[CapturedMessage]:
    messages = Messages(ports)
    found = [one for packet in read(io.BytesIO(file)) for one in messages.take(packet)]
    return found + messages.end()


def calls(found: list[CapturedMessage]) -> list[str]:
    return [one.message.call_id for one in found if not isinstance(one.message, Malformed)]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", [pcap, pcapng])
def test_datagrams_come_out_of_each_kind_of_file(form: object, order: str) -> None:
    found = heard(form([datagram(message(1)), datagram(message(2))], order=order))  # type: ignore[operator]
    assert calls(found) == ["call-1", "call-2"]
    assert [one.wall_us for one in found] == [1_795_527_907_000_000, 1_795_527_907_001_000]


def test_nanoseconds_ethernet_and_vlans() -> None:
    tagged = ETHER + b"\x81\0\0\7\x08\0" + datagram(message(1))
    plain = ETHER + b"\x08\0" + datagram(message(2))
    found = heard(pcap([tagged, plain], ETHERNET, nano=True))
    assert calls(found) == ["call-1", "call-2"]
    assert found[1].wall_us == 1_795_527_907_001_000


def test_a_datagram_in_fragments_comes_once_whatever_their_order() -> None:
    long = message(1, b"<?xml version='1.0'?><Notify><CmdType>X</CmdType>" + b" " * 3_000 + b"</Notify>")
    pieces = fragments(long)
    assert len(pieces) > 3
    for seed in range(5):
        Random(seed).shuffle(pieces)
        assert calls(heard(pcap(pieces))) == ["call-1"]


def test_a_connection_is_followed_through_pieces_repetitions_and_disorder() -> None:
    whole = b"".join(message(number) for number in range(1, 6))
    begin = 0xFFFFFF00  # the numbers run over
    pieces = [segment(b"", begin - 1, 0x02)]
    pieces += [segment(whole[at : at + 100], begin + at) for at in range(0, len(whole), 100)]
    mixed = [pieces[0], *(one for pair in zip(pieces[2::2], pieces[1::2], strict=False) for one in pair)]
    mixed += [one for one in pieces if one not in mixed] + pieces[3:6]
    assert calls(heard(pcap(mixed))) == [f"call-{number}" for number in range(1, 6)]


def test_behind_a_hole_the_next_message_is_found_and_the_hole_is_told() -> None:
    first, second, third = message(1), message(2), message(3)
    whole = first + second + third
    kept = [segment(whole[at : at + 50], 1 + at) for at in range(0, len(whole), 50)]
    hole = kept[: len(first) // 50 + 1] + kept[len(first) // 50 + 3 :]
    messages = Messages()
    found = [one for packet in read(io.BytesIO(pcap(hole))) for one in messages.take(packet)] + messages.end()
    assert calls(found) == ["call-1", "call-3"]
    assert messages.counts["gap"] == 1


def test_what_waits_for_a_hole_is_bounded() -> None:
    messages = Messages()
    messages.take(Packet(0, RAW, segment(message(1), 1)))
    for number in range(2_000):
        messages.take(Packet(0, RAW, segment(b"x" * 1_000, 100_000 + number * 2_000)))
    [flow] = messages._flows.values()
    assert sum(map(len, flow.waiting.values())) <= MOST_WAITING


def test_other_ports_and_what_is_no_sip_are_left_out_and_counted() -> None:
    packets = [datagram(message(1), (6000, 6001)), datagram(b"\x80\x60" + bytes(100), (6000, 6001))]
    assert calls(heard(pcap(packets))) == ["call-1"]
    assert heard(pcap(packets), 5060) == []
    [broken] = heard(pcap([datagram(b"nonsense of 5060")]))
    assert isinstance(broken.message, Malformed)
    assert tell(broken).line.endswith("no SIP message (cut-short)")


def test_a_file_that_breaks_off_gives_what_is_whole() -> None:
    for form in (pcap, pcapng):
        file = form([datagram(message(1)), datagram(message(2))])
        for end in range(4, len(file)):
            assert calls(heard(file[:end])) in ([], ["call-1"], ["call-1", "call-2"])


@pytest.mark.parametrize("octets", [b"", b"abc", b"MZ\0\0\0\0\0\0"])
def test_what_is_no_capture_is_refused(octets: bytes) -> None:
    with pytest.raises(NotCapture, match="tcpdump"):
        read(io.BytesIO(octets))


FILES = [
    pcap([datagram(message(1)), *fragments(message(2) + b" " * 2_000), segment(message(3), 9)]),
    pcapng([datagram(message(1)), segment(message(3), 9), segment(message(3), 9_000)]),
    pcap([ETHER + b"\x81\0\0\7\x08\0" + datagram(message(2), target=B)], ETHERNET),
]


@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(4, 4_000), st.integers(0, 255)), max_size=20))
def test_nothing_in_a_file_raises(file: bytes, changes: list[tuple[int, int]]) -> None:
    spoiled = bytearray(file)
    for at, value in changes:
        spoiled[at % len(spoiled)] = value
    try:
        for one in heard(bytes(spoiled)):
            assert tell(one).line
            assert tell(one).document
    except NotCapture:
        assert spoiled[:4] != file[:4]


@given(st.sampled_from([0, 1, 101, 113, 276, 999]), st.binary(max_size=120))
def test_no_packet_raises(link: int, octets: bytes) -> None:
    Packets().take(Packet(0, link, octets))
