"""The kernel's program, run by a reading of its own: SIP goes through, media do not, whatever the header's length."""

from __future__ import annotations

import struct

import pytest

from custodes.gb28181.capture.sniff import MOST_PORTS, FilterInstruction, sieve
from tests.gb28181.capture.test_capture import message
from tests.gb28181.capture.wire import datagram, fragments, segment, udp

RTP = b"\x80\x60" + bytes(1_400)


def runs(steps: list[FilterInstruction], octets: bytes) -> bool:
    """What the kernel makes of it (Documentation/networking/filter.rst); what lies outside of the packet drops it."""
    a = x = at = 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        try:
            if code == 0x06:
                return value > 0
            if code in (0x30, 0x50):
                a = octets[value + (x if code == 0x50 else 0)]
            elif code in (0x28, 0x48):
                a = struct.unpack_from(">H", octets, value + (x if code == 0x48 else 0))[0]
            elif code == 0xB1:
                x = (octets[value] & 15) * 4
            elif code == 0x01:
                x = value
            elif code == 0x54:
                a &= value
            else:
                held = {0x15: a == value, 0x35: a >= value, 0x45: bool(a & value)}[code]
                at += yes if held else no
        except (IndexError, struct.error):
            return False


def six(kind: int, payload: bytes) -> bytes:
    return b"\x60\0\0\0" + struct.pack(">HBB", len(payload), kind, 64) + bytes(32) + payload


@pytest.mark.parametrize(
    ("octets", "any_port", "of_5060"),
    [
        (datagram(message(1)), True, True),
        (datagram(message(1), (6_000, 6_001)), True, False),
        (datagram(RTP, (6_000, 6_001)), False, False),
        (segment(message(1), 1), True, True),
        (segment(RTP, 1, ports=(6_000, 6_001)), True, False),
        (fragments(message(1) + bytes(3_000))[1], True, True),
        (b"\x46" + datagram(message(1))[1:20] + bytes(4) + datagram(message(1))[20:], True, True),
        (six(17, udp(message(1))), True, True),
        (six(17, udp(RTP, (6_000, 6_001))), False, False),
        (six(44, bytes(40)), True, True),
        (b"\x45" + bytes(8) + b"\1" + bytes(40), False, False),
        (b"", False, False),
        (b"\x10" * 60, False, False),
    ],
)
def test_what_goes_through(octets: bytes, any_port: bool, of_5060: bool) -> None:
    assert runs(sieve(), octets) is any_port
    assert runs(sieve([5060]), octets) is of_5060
    assert runs(sieve([5080, 5060, 15_060]), octets) is of_5060


def test_its_jumps_are_what_the_kernel_takes() -> None:
    for ports in ([], [5060], list(range(5_000, 5_000 + MOST_PORTS)), list(range(100))):
        steps = sieve(ports)
        assert len(steps) < 4_096
        assert all(0 <= jump < 256 and at + jump + 1 < len(steps) for at, step in enumerate(steps) for jump in step[1:3] if jump)  # fmt: skip
