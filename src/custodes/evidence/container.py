"""The container: a plain ZIP (APPNOTE 6.3.10) with nothing left open, so that a verifier can hold each of its bits.

Files are stored, follow one another without a hole from the first byte on, have the same time, no attributes and no comments; sizes
and check sums stand behind the bytes (a data descriptor), since footage is not read twice. Only ZIP64 can say where something stands
behind 4 GiB; it is used for exactly that.
"""

from __future__ import annotations

import datetime
import struct
from dataclasses import dataclass

VERSION, VERSION_64 = 20, 45
_DESCRIPTOR_FOLLOWS = 0x0008
_MOST, _MOST_FILES = 0xFFFF_FFFF, 0xFFFF
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_DESCRIPTOR = struct.Struct("<4sIII")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_EXTRA_64 = struct.Struct("<HHQ")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR_64 = struct.Struct("<4sIQI")
_END = struct.Struct("<4sHHHHIIH")
_CHINA = datetime.timezone(datetime.timedelta(hours=8))


@dataclass(frozen=True)
class Stored:
    """A file that was written: its name (ASCII), where its header begins, its size and CRC-32."""

    name: str
    at: int
    size: int
    crc: int


def dos_time(at_us: int) -> tuple[int, int]:
    """Time and date of two bytes each, Beijing time, to two seconds."""
    at = datetime.datetime.fromtimestamp(at_us / 1_000_000, _CHINA)
    date = (at.year - 1980) << 9 | at.month << 5 | at.day
    return at.hour << 11 | at.minute << 5 | at.second // 2, date


def local_header(name: str, made_us: int) -> bytes:
    """What stands before a file's bytes."""
    encoded = name.encode("ascii")
    time, date = dos_time(made_us)
    head = _LOCAL.pack(b"PK\3\4", VERSION, _DESCRIPTOR_FOLLOWS, 0, time, date, 0, 0, 0, len(encoded), 0)
    return head + encoded


def descriptor(size: int, crc: int) -> bytes:
    """What stands behind a file's bytes."""
    return _DESCRIPTOR.pack(b"PK\7\x08", crc, size, size)


def ending(files: list[Stored], at: int, made_us: int) -> bytes:
    """The table of contents and what follows it, to the last byte.

    Args:
        at: where the table begins.
    """
    table = b"".join(_entry(one, made_us) for one in files)
    end = b""
    if at > _MOST or len(table) > _MOST or len(files) > _MOST_FILES:
        end += _END_64.pack(
            b"PK\6\6", 44, VERSION_64, VERSION_64, 0, 0, len(files), len(files), len(table), at
        ) + _LOCATOR_64.pack(b"PK\6\7", 0, at + len(table), 1)
    count = min(len(files), _MOST_FILES)
    return table + end + _END.pack(b"PK\5\6", 0, 0, count, count, min(len(table), _MOST), min(at, _MOST), 0)


def _entry(one: Stored, made_us: int) -> bytes:
    encoded = one.name.encode("ascii")
    time, date = dos_time(made_us)
    far = one.at > _MOST
    extra = _EXTRA_64.pack(1, 8, one.at) if far else b""
    version = VERSION_64 if far else VERSION
    return (
        _CENTRAL.pack(
            b"PK\1\2", version, version, _DESCRIPTOR_FOLLOWS, 0, time, date, one.crc, one.size, one.size,
            len(encoded), len(extra), 0, 0, 0, 0, min(one.at, _MOST),
        )
        + encoded
        + extra
    )  # fmt: skip
