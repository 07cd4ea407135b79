"""RTCP as far as a camera session needs it (RFC 3550 §6): sender reports, CNAME, BYE, and receiver reports of what a depacketizer counts: what was lost, in all and since the report before."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from custodes.video.rtp import rtcp


@dataclass(slots=True)
class StreamTally:
    """Counts of one RTP stream.

    Attributes:
        packets: packets taken.
        lost: packets missing by sequence number.
        late: packets behind the expected number, left out.
        garbage: packets that are no RTP, or whose payload is broken.
        units: access units handed on.
        dropped: access units left out: damaged, before the first key picture, or not decodable without a lost one.
        first: sequence number of the first packet, None before it.
    """

    packets: int = 0
    lost: int = 0
    late: int = 0
    garbage: int = 0
    units: int = 0
    dropped: int = 0
    first: int | None = None

    @property
    def highest(self) -> int:
        """Extended highest sequence number received (RFC 3550 §6.4.1), 0 before the first packet."""
        return 0 if self.first is None else self.first + self.packets + self.lost - 1


SENDER_REPORT, RECEIVER_REPORT, DESCRIPTION, GOODBYE = 200, 201, 202, 203

_NTP_TO_UNIX = 2_208_988_800
_ERA = 1 << 32


@dataclass(frozen=True, slots=True)
class SenderReport:
    """The sender information of a report (RFC 3550 §6.4.1).

    Attributes:
        ssrc: who sends.
        wall_us: the sender's wall clock, microseconds UTC; None when it says that it has none (NTP 0).
        ntp_middle: the middle 32 bits of its NTP timestamp, as receiver reports echo them.
        timestamp: the RTP timestamp of the same instant.
        packets, octets: sent so far.
    """

    ssrc: int
    wall_us: int | None
    ntp_middle: int
    timestamp: int
    packets: int
    octets: int


@dataclass(frozen=True, slots=True)
class Goodbye:
    """A source leaves (RFC 3550 §6.6)."""

    ssrc: int


def parse(packet: bytes) -> list[SenderReport | Goodbye]:
    """Sender reports and goodbyes of a compound packet. What can't be understood is left out; never raises."""
    found: list[SenderReport | Goodbye] = []
    at = 0
    while at + 8 <= len(packet) and packet[at] >> 6 == 2:
        kind = packet[at + 1]
        end = at + 4 + 4 * int.from_bytes(packet[at + 2 : at + 4], "big")
        if end > len(packet):
            break
        if kind == SENDER_REPORT and end - at >= 28:
            ssrc, ntp, timestamp, packets, octets = struct.unpack_from(">IQIII", packet, at + 4)
            found.append(SenderReport(ssrc, unix_us(ntp), ntp >> 16 & 0xFFFFFFFF, timestamp, packets, octets))
        elif kind == GOODBYE and packet[at] & 31:
            found.append(Goodbye(int.from_bytes(packet[at + 4 : at + 8], "big")))
        at = end
    return found


def unix_us(ntp: int) -> int | None:
    """Microseconds UTC of a 64-bit NTP timestamp; None for 0. Seconds under 2^31 lie in the era from 2036 (RFC 5905 §6)."""
    if not ntp:
        return None
    seconds = ntp >> 32
    if seconds < 1 << 31:
        seconds += _ERA
    return (seconds - _NTP_TO_UNIX) * 1_000_000 + ((ntp & 0xFFFFFFFF) * 1_000_000 + (1 << 31) >> 32)


def ntp(wall_us: int) -> int:
    """The 64-bit NTP timestamp of `wall_us` microseconds UTC."""
    seconds, rest = divmod(wall_us, 1_000_000)
    return ((seconds + _NTP_TO_UNIX) % _ERA << 32) | (rest << 32) // 1_000_000


def sender_report(ssrc: int, wall_us: int, timestamp: int, packets: int, octets: int, name: str) -> bytes:
    """A compound of sender report and CNAME `name`; counts wrap at 32 bits."""
    report = struct.pack(
        ">BBHIQIII",
        0x80,
        SENDER_REPORT,
        6,
        ssrc,
        ntp(wall_us),
        timestamp & 0xFFFFFFFF,
        packets & 0xFFFFFFFF,
        octets & 0xFFFFFFFF,
    )
    return report + _description(ssrc, name)


def receiver_report(
    ssrc: int, about: int, lost: int, highest: int, fraction: int, report: SenderReport | None, delay: float, name: str
) -> bytes:
    """A compound of receiver report about source `about` and CNAME `name` (RFC 3550 §6.4.2).

    Args:
        ssrc: our own.
        lost: packets lost so far.
        highest: extended highest sequence number.
        fraction: share lost since the report before, in 256ths.
        report: the last sender report, None before the first.
        delay: seconds since it came.
    """
    body = struct.pack(
        ">BBHIIIIIII",
        0x81,
        RECEIVER_REPORT,
        7,
        ssrc,
        about,
        min(fraction, 255) << 24 | min(lost, 0x7FFFFF),
        highest & 0xFFFFFFFF,
        0,  # jitter: TCP hides it, and when a datagram came is known to a tick only
        report.ntp_middle if report else 0,
        min(round(delay * 65536), 0xFFFFFFFF) if report else 0,
    )
    return body + _description(ssrc, name)


def goodbye(ssrc: int) -> bytes:
    """A BYE packet."""
    return struct.pack(">BBHI", 0x81, GOODBYE, 1, ssrc)


def _description(ssrc: int, name: str) -> bytes:
    """SDES with CNAME, which each compound packet must hold (RFC 3550 §6.5.1)."""
    text = name.encode()[:255]
    chunk = struct.pack(">IBB", ssrc, 1, len(text)) + text + b"\0"
    chunk += b"\0" * (-len(chunk) % 4)
    return struct.pack(">BBH", 0x81, DESCRIPTION, len(chunk) // 4) + chunk


class RtcpReports:
    """Writes our reports about a camera.

    Args:
        ssrc: ours.
        name: our CNAME.

    Attributes:
        last: the camera's last sender report, None before the first.
    """

    def __init__(self, ssrc: int, name: str) -> None:
        self.last: rtcp.SenderReport | None = None
        self._ssrc = ssrc
        self._name = name
        self._last_at = 0.0
        self._lost = self._expected = 0

    def note(self, report: rtcp.SenderReport, now: float) -> None:
        """A sender report came at `now` (monotonic seconds)."""
        self.last, self._last_at = report, now

    def write(self, tally: StreamTally, about: int, now: float) -> bytes:
        """A report about source `about` at `now` (monotonic seconds), as a compound packet."""
        expected = tally.packets + tally.lost
        asked, lost = expected - self._expected, tally.lost - self._lost
        self._expected, self._lost = expected, tally.lost
        fraction = lost * 256 // asked if asked else 0
        return rtcp.receiver_report(
            self._ssrc, about, tally.lost, tally.highest, fraction, self.last, now - self._last_at, self._name
        )
