"""Packets made by hand: IPv4 with right checksums, UDP, TCP, and capture files of both kinds."""

from __future__ import annotations

import struct
from collections.abc import Iterable

A, B = "192.0.2.1", "192.0.2.10"
RAW, ETHERNET = 228, 1
ETHER = b"\x02\0\0\0\0\1\x02\0\0\0\0\2"


def total(octets: bytes) -> int:
    """The checksum of RFC 1071."""
    octets += b"\0" * (len(octets) & 1)
    found = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while found >> 16:
        found = (found & 0xFFFF) + (found >> 16)
    return ~found & 0xFFFF


def address(text: str) -> bytes:
    return bytes(map(int, text.split(".")))


def ipv4(kind: int, payload: bytes, source: str = A, target: str = B, number: int = 1, place: int = 0) -> bytes:
    ends = address(source) + address(target)
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), number, place, 64, kind, 0) + ends
    return head[:10] + struct.pack(">H", total(head)) + head[12:] + payload


def udp(octets: bytes, ports: tuple[int, int] = (5060, 5060)) -> bytes:
    return struct.pack(">HHHH", *ports, 8 + len(octets), 0) + octets


def datagram(octets: bytes, ports: tuple[int, int] = (5060, 5060), source: str = A, target: str = B) -> bytes:
    return ipv4(17, udp(octets, ports), source, target)


def segment(
    octets: bytes, number: int, flags: int = 0x18, ports: tuple[int, int] = (40_000, 5060), source: str = A, target: str = B
) -> bytes:  # fmt: skip
    head = struct.pack(">HHIIBBHHH", *ports, number & 0xFFFFFFFF, 1, 0x50, flags, 65_535, 0, 0)
    pseudo = address(source) + address(target) + struct.pack(">BBH", 0, 6, len(head) + len(octets))
    check = total(pseudo + head + octets)
    return ipv4(6, head[:16] + struct.pack(">H", check) + head[18:] + octets, source, target)


def fragments(octets: bytes, size: int = 800, number: int = 7) -> list[bytes]:
    """A datagram in pieces."""
    whole = udp(octets)
    return [
        ipv4(17, whole[at : at + size], number=number, place=at // 8 | (0x2000 if at + size < len(whole) else 0))
        for at in range(0, len(whole), size)
    ]


def pcap(packets: Iterable[bytes], link: int = RAW, order: str = "<", nano: bool = False) -> bytes:
    """A file of packets a millisecond apart."""
    out = [struct.pack(f"{order}IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 65_535, link)]
    step = 1_000_000 if nano else 1_000
    for number, packet in enumerate(packets):
        out.append(struct.pack(f"{order}IIII", 1_795_527_907, number * step, len(packet), len(packet)) + packet)
    return b"".join(out)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += b"\0" * (-len(body) % 4)
    return struct.pack(f"{order}II", kind, len(body) + 12) + body + struct.pack(f"{order}I", len(body) + 12)


def pcapng(packets: Iterable[bytes], link: int = RAW, order: str = "<") -> bytes:
    """The same, with times in nanoseconds."""
    out = [block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)]
    resolution = struct.pack(f"{order}HH", 9, 1) + b"\x09\0\0\0"
    out.append(block(1, struct.pack(f"{order}HHI", link, 0, 65_535) + resolution, order))
    for number, packet in enumerate(packets):
        moment = (1_795_527_907_000 + number) * 1_000_000
        head = struct.pack(f"{order}IIIII", 0, moment >> 32, moment & 0xFFFFFFFF, len(packet), len(packet))
        out.append(block(6, head + packet, order))
    return b"".join(out)
