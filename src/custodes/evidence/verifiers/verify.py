#!/usr/bin/env python3
"""核验视频图像证据包，不联网，不装任何东西。 Checks an evidence package of video footage, with no network and nothing installed.

    python3 verify.py PACKAGE.zip --trust KEYS.txt

KEYS.txt holds the verifier keys (C2SP signed-note, one a line) that you got from somebody other than whoever gave you the package.
Without it the keys inside the package are taken, and the answer says that they prove nothing about who signed. Get this program
elsewhere too: whoever forges a package can forge the verifier in it.

Exit code: 0 proven; 1 something is wrong, all of it is printed; 2 wrong call; 3 whole in itself, but with keys of its own; 4 what is
there is proven, but NOT COMPLETE: something of the span that was asked for is missing without a reason; 5 proven, but repacked: unzipped
and zipped again. Of several that hold, 1, 4, 3, 5 in this order; all of them are printed.

Python 3.8 or newer; the standard library alone. Formats: RFC 6962, RFC 8032, C2SP signed-note, tlog-checkpoint, tlog-proof and
tlog-cosignature, ISO/IEC 14496-12, and docs/design/evidence.md of the project.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import concurrent.futures
import datetime
import hashlib
import hmac
import json
import os
import re
import struct
import sys
import threading
import typing
import unicodedata
import zlib

FORMATS = ("custodes-evidence/1", "custodes-evidence/2")
"""The first says nothing of what was to be in it."""
NOTE_HEADER = "custodes evidence package v1"
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
BLOCK = 1 << 20
ORDER = (
    "README.txt",
    "media/",
    "manifest.json",
    "proofs/",
    "chain.jsonl",
    "docs/",
    "trust/",
    "manifest.note",
    "verify.py",
    "verify.html",
)


NAME = re.compile(
    r"README\.txt|manifest\.json|manifest\.note|chain\.jsonl|verify\.py|verify\.html|trust/keys\.txt|trust/witnesses\.txt"
    r"|media/[0-9]{4,7}-[A-Za-z0-9]{1,32}-[0-9]{8}T[0-9]{6}Z\.mp4|proofs/[0-9]{4,7}\.(?:json|tlog-proof)"
    r"|docs/[A-Za-z0-9][A-Za-z0-9_-]{0,95}\.pdf|trust/[A-Za-z0-9][A-Za-z0-9_-]{0,95}\.(?:tsr|pem)"
)
PROOF = re.compile(r"proofs/[0-9]{4,7}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HASH = re.compile(r"[0-9a-f]{64}")
MADE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
SIGNATURE = re.compile(r"\u2014 ([!-*,-~]{1,200}) ([A-Za-z0-9+/=]{8,400})")
KEY = re.compile(r"([!-*,-~]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44,48})")
ROUNDING = 1000
"""Microseconds by which an end may differ that is counted from durations of pictures."""
NEAR, FRAGMENT, LEADING = 2000, 2000000, 20000000
"""Microseconds: pieces no further apart follow one another; so much may lack at an end of the span since fragments go whole; so much
where the segment reaches beyond that end, before its first picture that can be shown alone."""
MOST_TEXT = 1 << 28


class Wrong(Exception):
    """What is wrong, in which file: Chinese and English."""

    def __init__(self, file: str, zh: str, en: str) -> None:
        super().__init__(f"{file}: {zh} / {en}")
        self.file, self.zh, self.en = file, zh, en


# --- Ed25519 (RFC 8032 §5.1), checking only ---------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def ed25519_add(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def ed25519_times(number: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = ed25519_add(total, point)
        point = ed25519_add(point, point)
        number >>= 1
    return total


def ed25519_point(data: bytes) -> tuple[int, int, int, int] | None:
    """The point of 32 bytes; None where they are none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (not x and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = typing.cast("tuple[int, int, int, int]", ed25519_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")))


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of 64 bytes is the key's over the message."""
    key = ed25519_point(public)
    nonce = ed25519_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or key is None or nonce is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = ed25519_times(s, BASE), ed25519_add(nonce, ed25519_times(h, key))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# --- Merkle trees (RFC 6962 §2.1, RFC 9162 §2.1.3.2) --------------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(tree_root(leaves[:middle]), tree_root(leaves[middle:]))


def root_of_inclusion(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that the path leads to; None where it has another shape."""
    at, last = index, size - 1
    if not 0 <= index < size:
        return None
    for part in path:
        if not last:
            return None
        if at & 1 or at == last:
            leaf = node_hash(part, leaf)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            leaf = node_hash(leaf, part)
        at >>= 1
        last >>= 1
    return None if last else leaf


# --- Keys and notes (C2SP signed-note) ------------------------------------------------------------------------------------------------


def unbase64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not in canonical base64")
    return data


def read_keys(text: str, file: str, kinds: tuple[int, ...] = (1, 4)) -> dict[tuple[str, bytes], tuple[str, int, bytes]]:
    """(name, kind, public key) by (name, 4 bytes of id); kind 1 signs logs and packages, kind 4 is a witness's."""
    found = {}
    for raw in text.split("\n"):
        line = raw.strip(" \t\r")
        if not line or line.startswith("#"):
            continue
        try:
            match = KEY.fullmatch(line)
            if match is None:
                raise ValueError("form")
            name, digest, blob = match.group(1), match.group(2), unbase64(match.group(3))
            number = hashlib.sha256(name.encode() + b"\n" + blob).digest()[:4]
            if len(blob) != 33 or blob[0] not in kinds or number.hex() != digest:
                raise ValueError("hash")
        except ValueError:
            raise Wrong(file, "密钥行写得不对", "a line is not a verifier key of the kind that belongs here") from None
        found[name, number] = (name, blob[0], blob[1:])
    return found


# --- Canonical JSON (a subset of RFC 8785): one way to write a value, so that two programs can't read it in two ways -----------------


def canonical(text: str, file: str) -> typing.Any:
    """The value of a text that is written in the one way."""
    try:
        value = json.loads(text, object_pairs_hook=once, parse_float=refused, parse_constant=refused)
        sound(value, 0)
        if json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) != text:
            raise ValueError("form")
    except (ValueError, RecursionError):
        raise Wrong(file, "不是规范写法的 JSON", "not JSON in its canonical form") from None
    return value


def once(pairs: list[tuple[str, typing.Any]]) -> dict[str, typing.Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def refused(text: str) -> typing.Any:
    raise ValueError(text)


def sound(value: typing.Any, depth: int) -> None:
    if depth > 16 or (whole(value) and abs(value) > 2**53 - 1):
        raise ValueError("depth or size")
    if isinstance(value, list):
        for each in value:
            sound(each, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key and max(key) > "\uffff":
                raise ValueError("key")
            sound(each, depth + 1)


def whole(value: typing.Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_text(value: typing.Any, form: re.Pattern[str]) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def shaped(told: typing.Any) -> bool:
    """Whether the list has the fields that a list has, each of its kind."""
    kinds = {"chain", "files", "format", "grant", "holder", "made", "package", "parts"}
    if isinstance(told, dict) and told.get("format") == FORMATS[1]:
        kinds |= {"asked", "gaps", "holes", "listed"}
    return (
        isinstance(told, dict)
        and set(told) == kinds
        and (told["format"] != FORMATS[1] or accounted(told))
        and is_text(told["made"], MADE)
        and is_text(told["package"], UUID)
        and isinstance(told["holder"], str)
        and told["grant"] == "proofs/0000"
        and all(isinstance(told[name], list) for name in ("chain", "files", "parts"))
        and all(is_text(proof, PROOF) for proof in told["chain"])
        and all(listed(row) for row in told["files"])
        and all(parted(row) for row in told["parts"])
    )


def accounted(told: dict[str, typing.Any]) -> bool:
    """Whether what a list says of what is missing has its form."""
    return (
        isinstance(told["asked"], list)
        and len(told["asked"]) == 2
        and all(whole(at) for at in told["asked"])
        and is_text(told["listed"], PROOF)
        and isinstance(told["gaps"], list)
        and all(is_text(proof, PROOF) for proof in told["gaps"])
        and isinstance(told["holes"], list)
        and all(
            isinstance(row, dict) and set(row) == {"camera", "from_us", "reason", "to_us", "why"}
            for row in told["holes"]
        )
    )


def listed(row: typing.Any) -> bool:
    return (
        isinstance(row, dict)
        and set(row) == {"bytes", "name", "sha256"}
        and whole(row["bytes"])
        and is_text(row["name"], NAME)
        and row["name"] not in ("manifest.json", "manifest.note")
        and is_text(row["sha256"], HASH)
    )


def parted(row: typing.Any) -> bool:
    kinds = {"camera", "file", "first", "from_us", "leaves", "name", "number", "proof", "sizes", "to_us"}
    return (
        isinstance(row, dict)
        and set(row) == kinds
        and is_text(row["camera"], UUID)
        and is_text(row["file"], NAME)
        and row["file"].startswith("media/")
        and is_text(row["proof"], PROOF)
        and isinstance(row["name"], str)
        and isinstance(row["number"], str)
        and all(whole(row[name]) and row[name] >= 0 for name in ("first", "from_us", "to_us"))
        and isinstance(row["sizes"], list)
        and all(whole(size) and size > 0 for size in row["sizes"])
        and isinstance(row["leaves"], list)
        and all(is_text(leaf, HASH) for leaf in row["leaves"])
    )


LATEST = 253402214400  # seconds: the year 9999


class Notes:
    """Notes that were checked, each once: many proofs rest on one checkpoint."""

    def __init__(
        self,
        keys: dict[tuple[str, bytes], tuple[str, int, bytes]],
        witnesses: dict[tuple[str, bytes], tuple[str, int, bytes]],
    ) -> None:
        self.keys, self.witnesses = keys, witnesses
        self.known: dict[str, tuple[str, set[str], dict[str, int]]] = {}
        self.claimed: set[str] = set()  # names under cosignatures that nothing here can check

    def open(self, note: str, file: str) -> tuple[str, set[str], dict[str, int]]:
        """(text, names of the keys that signed, names of witnesses); raises where none that we know did."""
        if note not in self.known:
            self.known[note] = self._open(note, file)
        return self.known[note]

    def _open(self, note: str, file: str) -> tuple[str, set[str], dict[str, int]]:
        text, blank, block = note.rpartition("\n\n")
        text += "\n"
        if not blank or not block.endswith("\n"):
            raise Wrong(file, "不是签名文本", "not a signed note")
        signed: set[str] = set()
        seen: dict[str, int] = {}
        lines = block[:-1].split("\n")
        if len(lines) > 32:
            raise Wrong(file, "签名太多", "too many signatures")
        for line in lines:
            try:
                match = SIGNATURE.fullmatch(line)
                if match is None:
                    raise ValueError("form")
                name, blob = match.group(1), unbase64(match.group(2))
            except ValueError:
                raise Wrong(file, "签名行写得不对", "a signature line is malformed") from None
            number, data = blob[:4], blob[4:]
            if (name, number) in self.keys:
                _, kind, public = self.keys[name, number]
                if kind != 1 or not ed25519_holds(public, text.encode(), data):
                    raise Wrong(file, "签名不成立", f"the signature of {name} does not verify")
                signed.add(name)
            elif (name, number) in self.witnesses:
                _, kind, public = self.witnesses[name, number]
                at = int.from_bytes(data[:8], "big")
                message = f"cosignature/v1\ntime {at}\n{text}".encode()
                if kind != 4 or len(data) != 72 or at > LATEST or not ed25519_holds(public, message, data[8:]):
                    raise Wrong(file, "见证签名不成立", f"the cosignature of {name} does not verify")
                seen[name] = at
            elif len(data) == 72:
                self.claimed.add(name)
        if not signed:
            raise Wrong(file, "没有一个可信的密钥签过", "no trusted key signed it")
        return text, signed, seen


# --- The container: every bit of it is held -------------------------------------------------------------------------------------------

LOCAL, DESCRIPTOR = struct.Struct("<4sHHHHHIIIHH"), struct.Struct("<4sIII")
CENTRAL, END = struct.Struct("<4sHHHHHHIIIHHHHHII"), struct.Struct("<4sHHHHIIH")
END_64, LOCATOR_64, EXTRA_64 = struct.Struct("<4sQHHIIQQQQ"), struct.Struct("<4sIQI"), struct.Struct("<HHQ")
FAR = 0xFFFFFFFF


class Container:
    """The package's files by their table of contents, which must be the one way to write it."""

    def __init__(self, file: typing.BinaryIO) -> None:
        self.file = file
        file.seek(0, 2)
        self.size = file.tell()
        self.lock = threading.Lock()
        self.repacked = False
        self.packed: dict[str, int] = {}  # compressed bytes, of what another program has compressed
        self.rows, self.table_at = self._table()
        if not self.repacked:
            self.places = {name: (start + LOCAL.size + len(name), size, crc) for name, start, size, crc in self.rows}

    def _bytes(self, at: int, size: int) -> bytes:
        data = b""
        if 0 <= at <= self.size:
            with self.lock:
                self.file.seek(at)
                data = self.file.read(size)
        if len(data) != size:
            raise Wrong("ZIP", "文件不完整", "the file is cut off")
        return data

    def _table(self) -> tuple[list[tuple[str, int, int, int]], int]:
        end = END.unpack(self._bytes(self.size - END.size, END.size))
        if end[0] != b"PK\5\6":
            raise Wrong(
                "ZIP", "文件末尾不是目录，被截断或者添加过", "it does not end as it was written: cut off, or added to"
            )
        count, length, at, behind = end[4], end[5], end[6], self.size - END.size
        locator = self._bytes(behind - LOCATOR_64.size, LOCATOR_64.size) if behind >= LOCATOR_64.size else b""
        if locator[:4] == b"PK\6\7":
            behind -= LOCATOR_64.size + END_64.size
            far = END_64.unpack(self._bytes(behind, END_64.size))
            count, length, at = far[7], far[8], far[9]
        if at + length != behind:
            raise Wrong("ZIP", "目录的位置不对", "the table of contents is not where it says")
        data, rows, place = self._bytes(at, length), [], 0
        if foreign(data, count):
            self.repacked = True
            return self._another(data, count), at
        for _ in range(count):
            try:
                row = CENTRAL.unpack_from(data, place)
                name = data[place + CENTRAL.size : place + CENTRAL.size + row[10]].decode("ascii")
            except (struct.error, UnicodeDecodeError):
                raise Wrong("ZIP", "目录写得不对", "the table of contents is malformed") from None
            start = row[16]
            if row[11]:
                start = int.from_bytes(data[place + CENTRAL.size + row[10] + 4 :][:8], "little")
            rows.append((name, start, row[9], row[7]))
            place += CENTRAL.size + row[10] + row[11] + row[12]
        return rows, at

    def _another(self, data: bytes, count: int) -> list[tuple[str, int, int, int]]:
        """The files of a ZIP that another program wrote, in its order, without folders and without a folder that all stand in."""
        rows: list[tuple[str, int, int, int]] = []
        found: dict[str, tuple[int, int, int]] = {}
        packed: dict[str, int] = {}
        try:
            for row, name, extra in centrals(data, count):
                size, length, start = row[9], row[8], row[16]
                for value in far_values(extra):
                    if size == FAR:
                        size = value
                    elif length == FAR:
                        length = value
                    elif start == FAR:
                        start = value
                if name.endswith("/") and not size:
                    continue
                if row[3] & 1 or row[4] not in (0, 8):
                    raise Wrong(
                        "ZIP", "加密过，或者压缩方式不认识", "encrypted, or compressed in a way that is not known here"
                    )
                head = LOCAL.unpack(self._bytes(start, LOCAL.size))
                if head[0] != b"PK\3\4" or (row[4] == 0 and size != length):
                    raise ValueError("head")
                rows.append((name, start, size, row[7]))
                found[name] = start + LOCAL.size + head[9] + head[10], size, row[7]
                if row[4]:
                    packed[name] = length
        except (struct.error, UnicodeDecodeError, ValueError):
            raise Wrong("ZIP", "目录写得不对", "the table of contents is malformed") from None
        folder = rows[0][0].partition("/")[0] + "/" if rows else ""
        cut = len(folder) if "manifest.json" not in found and all(row[0].startswith(folder) for row in rows) else 0
        self.places = {name[cut:]: place for name, place in found.items()}
        self.packed = {name[cut:]: length for name, length in packed.items()}
        return [(name[cut:], start, size, crc) for name, start, size, crc in rows]

    def check_written(self, made: str) -> None:
        """Write heads and table anew from names, sizes and check sums: not a bit may differ.

        Args:
            made: when the package was made, by its list: ``2026-11-24T15:05:11.000000Z``.
        """
        at = datetime.datetime.strptime(made + "+0000", "%Y-%m-%dT%H:%M:%S.%fZ%z") + datetime.timedelta(hours=8)
        if self.repacked:
            return
        time, date = at.hour << 11 | at.minute << 5 | at.second // 2, (at.year - 1980) << 9 | at.month << 5 | at.day
        place, rows = 0, []
        for name, start, size, crc in self.rows:
            written = name.encode()
            head = LOCAL.pack(b"PK\3\4", 20, 8, 0, time, date, 0, 0, 0, len(written), 0) + written
            if start != place or self._bytes(place, len(head)) != head:
                raise Wrong(name, "压缩包里这个文件的头被改过", "its header in the ZIP was changed")
            if self._bytes(place + len(head) + size, DESCRIPTOR.size) != DESCRIPTOR.pack(b"PK\7\x08", crc, size, size):
                raise Wrong(name, "压缩包里这个文件的尾被改过", "its descriptor in the ZIP was changed")
            extra = EXTRA_64.pack(1, 8, start) if start > FAR else b""
            version = 45 if extra else 20
            rows.append(
                CENTRAL.pack(
                    b"PK\1\2",
                    version,
                    version,
                    8,
                    0,
                    time,
                    date,
                    crc,
                    size,
                    size,
                    len(written),
                    len(extra),
                    0,
                    0,
                    0,
                    0,
                    min(start, FAR),
                )
                + written
                + extra
            )
            place += len(head) + size + DESCRIPTOR.size
        table, end, count = b"".join(rows), b"", len(self.rows)
        if place > FAR or len(table) > FAR or count > 0xFFFF:
            end = END_64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(table), place)
            end += LOCATOR_64.pack(b"PK\6\7", 0, place + len(table), 1)
        few = min(count, 0xFFFF)
        end += END.pack(b"PK\5\6", 0, 0, few, few, min(len(table), FAR), min(place, FAR), 0)
        if self.table_at != place or self._bytes(place, self.size - place) != table + end:
            raise Wrong(
                "ZIP",
                "目录被改过，或者有目录以外的内容",
                "the table of contents was changed, or something stands outside of it",
            )

    def place(self, name: str) -> tuple[int, int, int]:
        """Where its bytes begin, how many they are, and their check sum."""
        if name not in self.places:
            raise Wrong(name, "缺少这个文件", "this file is missing")
        return self.places[name]

    def pieces(self, name: str, sizes: typing.Iterable[int]) -> typing.Iterator[bytes]:
        """The file's bytes in pieces of these sizes, which must be together what it has."""
        at, left, _crc = self.place(name)
        unpacked = self._unpacked(name, at) if name in self.packed else None
        for size in sizes:
            if size > left:
                raise Wrong(name, "视频比清单短", "the footage is shorter than listed")
            yield self._bytes(at, size) if unpacked is None else unpacked(size)
            at, left = at + size, left - size
        if left or (unpacked is not None and unpacked(1, True)):
            raise Wrong(name, "视频比清单长", "the footage is longer than listed")

    def _unpacked(self, name: str, at: int) -> typing.Callable[..., bytes]:
        """Gives a compressed file's bytes one after another, never more in memory than are asked for."""
        state = zlib.decompressobj(-15)
        place, left, ready = at, self.packed[name], b""

        def give(size: int, ended: bool = False) -> bytes:
            nonlocal place, left, ready
            parts, lacks = [], size
            while lacks:
                if not ready and left:
                    step = min(left, BLOCK)
                    ready = self._bytes(place, step)
                    place, left = place + step, left - step
                try:
                    piece = state.decompress(ready, lacks)
                except zlib.error:
                    raise Wrong(name, "解压不开", "it can't be decompressed") from None
                moved, ready = piece or len(state.unconsumed_tail) != len(ready), state.unconsumed_tail
                parts.append(piece)
                lacks -= len(piece)
                if state.eof or (not moved and (ready or not left)):
                    break
            if lacks and not ended:
                raise Wrong(name, "视频比清单短", "the footage is shorter than listed")
            return b"".join(parts)

        return give

    def read(self, name: str) -> bytes:
        if name in self.packed and self.place(name)[1] > MOST_TEXT:
            raise Wrong(name, "文件过大", "the file is too large")
        return b"".join(self.pieces(name, [self.place(name)[1]]))

    def text(self, name: str) -> str:
        try:
            return self.read(name).decode()
        except UnicodeDecodeError:
            raise Wrong(name, "不是 UTF-8 文本", "not UTF-8") from None


def centrals(data: bytes, count: int) -> typing.Iterator[tuple[tuple[typing.Any, ...], str, bytes]]:
    """Each row of a table of contents as any program writes it, with its name and extra field."""
    place = 0
    for _ in range(count):
        row = CENTRAL.unpack_from(data, place)
        if row[0] != b"PK\1\2":
            raise ValueError("row")
        named = place + CENTRAL.size + row[10]
        yield row, data[place + CENTRAL.size : named].decode("ascii"), data[named : named + row[11]]
        place = named + row[11] + row[12]


def foreign(data: bytes, count: int) -> bool:
    """Whether another program wrote the table: not one of its rows is as packages have them. One row that was changed leaves the others."""
    try:
        rows = [row for row, _name, _extra in centrals(data, count)]
    except (struct.error, UnicodeDecodeError, ValueError):
        return False
    return bool(rows) and not any(
        row[1] == row[2] and row[1] in (20, 45) and row[3:5] == (8, 0) and not any(row[12:16]) for row in rows
    )


def far_values(extra: bytes) -> typing.Iterator[int]:
    """What the ZIP64 field of a row holds, in order (APPNOTE 6.3.10 §4.5.3)."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == 1:
            for at in range(4, 4 + size - 7, 8):
                yield struct.unpack_from("<Q", extra, at)[0]
        extra = extra[4 + size :]


# --- What a fragment says of its time (ISO/IEC 14496-12 §8.8, §8.16.5) -----------------------------------------------------------------


def boxes(data: bytes, start: int, end: int) -> typing.Iterator[tuple[bytes, int, int]]:
    while start < end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        if size < head or start + size > end:
            raise ValueError("box")
        yield kind, start + head, start + size
        start += size


def fragment_times(data: bytes) -> tuple[int, int]:
    """Wall time of its first picture, microseconds UTC, and how long its pictures last."""
    if [kind for kind, _start, _end in boxes(data, 0, len(data))] != [b"prft", b"moof", b"mdat"]:
        raise ValueError("boxes")
    begun: int | None = None
    length: int | None = None
    for kind, start, end in boxes(data, 0, len(data)):
        if kind == b"prft":
            ntp = struct.unpack_from(">Q", data, start + 8)[0]
            seconds, fraction = ntp >> 32, ntp & FAR
            begun = (seconds - 2208988800) * 1000000 + (fraction * 1000000 + (1 << 31) >> 32)
        elif kind == b"moof" and length is None:
            for inner, at, behind in boxes(data, start, end):
                if inner == b"traf" and length is None:
                    length = traf_ticks(data, at, behind)
    if begun is None or length is None:
        raise ValueError("time")
    return begun, length * 1000000 // 90000


def traf_ticks(data: bytes, start: int, end: int) -> int:
    for kind, at, _behind in boxes(data, start, end):
        if kind == b"trun":
            flags, count = struct.unpack_from(">II", data, at)
            flags &= 0xFFFFFF
            place = at + 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
            if not flags & 0x100:
                raise ValueError("duration")
            step = 4 * sum(1 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
            return sum(struct.unpack_from(">I", data, place + number * step)[0] for number in range(count))
    raise ValueError("trun")


# --- The package ------------------------------------------------------------------------------------------------------------------------

ENTRY = re.compile(r'\{"at":"([0-9TZ:.-]{27})","c":"([0-9a-f]{64})","t":"([a-z.]{1,80})","v":1\}')


class Check:
    """One package. `wrong` fills while it goes; nothing is proven unless it stays empty."""

    def __init__(
        self,
        container: Container,
        trusted: dict[tuple[str, bytes], tuple[str, int, bytes]] | None,
        say: typing.Callable[[str], None],
    ) -> None:
        self.container, self.trusted, self.say = container, trusted, say
        self.wrong: list[Wrong] = []
        self.footage: dict[str, dict[str, typing.Any]] = {}
        self.unlike: dict[str, Wrong] = {}
        self.proven: list[tuple[dict[str, typing.Any], dict[str, typing.Any], int]] = []
        self.checkpoints: dict[str, tuple[int, dict[str, int]]] = {}  # by file of its proof: entries, cosignatures
        self.holes: list[Hole] = []
        self.lacking: list[tuple[str, str]] = []  # why it is not complete: Chinese and English

    def run(self) -> None:
        for step in (self._list, self._files, self._grant, self._parts, self._account, self._chain):
            try:
                step()
            except Wrong as found:
                self.wrong.append(found)
                if step == self._grant:
                    self._each(self._file, list(self.footage.values()))
                if step in (self._list, self._grant):
                    return  # nothing that follows could be believed
            except (
                LookupError,
                TypeError,
                AttributeError,
                ValueError,
                ArithmeticError,
                RecursionError,
                struct.error,
            ) as error:
                self.wrong.append(Wrong("manifest.json", "写法不对", f"not as it should be written ({error})"))
                return

    def _list(self) -> None:
        names = [row[0] for row in self.container.rows]
        if len(set(names)) != len(names):
            raise Wrong("ZIP", "有两个同名的文件", "two files have one name")
        for name in names:
            if NAME.fullmatch(name) is None:
                raise Wrong(name, "包里不应当有这样的文件", "no package has such a file")
        data = self.container.read("manifest.json")
        keys = read_keys(self.container.text("trust/keys.txt"), "trust/keys.txt", (1,))
        seen = self.container.text("trust/witnesses.txt") if "trust/witnesses.txt" in self.container.places else ""
        witnesses = read_keys(seen, "trust/witnesses.txt", (4,))
        if self.trusted is not None:
            keys = {which: key for which, key in self.trusted.items() if key[1] == 1}
            witnesses = {which: key for which, key in self.trusted.items() if key[1] == 4}
        self.notes = Notes(keys, witnesses)
        note = self.container.text("manifest.note")
        text, signed, _seen = self.notes.open(note, "manifest.note")
        # One line signs it, of the key for packages. Nobody vouches for more lines, so there are none.
        if len(note[len(text) + 1 :].split("\n")) != 2 or not all(name.endswith("/packages") for name in signed):
            raise Wrong(
                "manifest.note", "签名不是一个、也不是签包的密钥签的", "not signed once, by the key for packages"
            )
        try:
            self.told = canonical(data.decode(), "manifest.json")
        except UnicodeDecodeError:
            raise Wrong("manifest.json", "清单读不出来", "the list can't be read") from None
        if not shaped(self.told) or self.told["format"] not in FORMATS:
            raise Wrong(
                "manifest.json", "清单的内容或者版本不对", "the list is not one of a version that is known here"
            )
        if text != f"{NOTE_HEADER}\n{self.told['package']}\n{len(data)}\n{hashlib.sha256(data).hexdigest()}\n":
            raise Wrong("manifest.json", "清单不是签名的那一份", "the list is not the one that was signed")
        self.signed = signed
        try:
            self.container.check_written(self.told["made"])
        except ValueError:
            raise Wrong("manifest.json", "制作时间不对", "the day on which it was made does not exist") from None

    def _files(self) -> None:
        """Each file is listed, each listed file is there, in this order, with these bytes."""
        listed = [row["name"] for row in self.told["files"]]
        names = [row[0] for row in self.container.rows]
        here, told = set(names), set(listed)
        if len(told) != len(listed):
            raise Wrong("manifest.json", "清单里有两个同名的文件", "the list names a file twice")
        for name in listed:
            if name not in here:
                self.wrong.append(Wrong(name, "缺少这个文件", "this file is missing"))
        for name in names:
            if name not in told and name not in ("manifest.json", "manifest.note"):
                self.wrong.append(Wrong(name, "清单里没有这个文件", "this file is not listed"))
        places = [
            next((n for n, kind in enumerate(ORDER) if name == kind or (kind[-1] == "/" and name.startswith(kind))), -1)
            for name in names
        ]
        ordered = places == sorted(places) and [name for name in names if name in told] == listed
        if -1 in places or not (ordered or self.container.repacked):
            self.wrong.append(Wrong("ZIP", "文件的次序不对", "the files are not in their order"))
        unlisted = [{"name": name} for name in ("manifest.json", "manifest.note")]
        rows = [row for row in (*self.told["files"], *unlisted) if row["name"] in here]
        # Footage is by far the most: it is read once, for its own hash and for those of its fragments.
        parts = {row["file"] for row in self.told["parts"]}
        self.footage = {row["name"]: row for row in rows if row["name"] in parts}
        self._each(self._file, [row for row in rows if row["name"] not in parts])

    def _each(
        self,
        step: typing.Callable[[dict[str, typing.Any]], typing.Iterable[Wrong]],
        rows: list[dict[str, typing.Any]],
    ) -> None:
        """Take the step for each row, on all cores; what is wrong is told in the rows' order."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for found in pool.map(lambda row: list(step(row)), rows):
                self.wrong += found

    def _file(self, row: dict[str, typing.Any]) -> typing.Iterator[Wrong]:
        name = row["name"]
        whole = self.container.place(name)[1]
        digest, crc = hashlib.sha256(), 0
        sizes = [BLOCK] * (whole // BLOCK) + [whole % BLOCK] * (whole % BLOCK > 0)
        for block in self.container.pieces(name, sizes):
            digest.update(block)
            crc = zlib.crc32(block, crc)
        yield from self._same(row, digest.hexdigest(), crc)

    def _same(self, row: dict[str, typing.Any], digest: str, crc: int) -> typing.Iterator[Wrong]:
        """Whether these are the bytes that the list and the container name."""
        name = row["name"]
        _at, whole, told = self.container.place(name)
        if "sha256" in row and (whole != row["bytes"] or digest != row["sha256"]):
            yield Wrong(name, "内容不是清单里的那一份", "its bytes are not those of the list")
        elif crc != told:
            yield Wrong(name, "校验和不对", "its check sum is wrong")
        else:
            self.say(name)

    def _record(self, proof: str, kind: str) -> tuple[dict[str, typing.Any], str, int, tuple[str, int, dict[str, int]]]:
        """The fields of a record that the log proves, as it is written, and where it stands."""
        file = f"{proof}.json"
        told = canonical(self.container.text(file), file)
        if not isinstance(told, dict) or set(told) != {"entry", "record", "salt"} or not is_text(told["salt"], HASH):
            raise Wrong(file, "记录读不出来", "the record can't be read")
        if not isinstance(told["entry"], str) or not isinstance(told["record"], str):
            raise Wrong(file, "记录读不出来", "the record can't be read")
        record, salt, entry = told["record"], bytes.fromhex(told["salt"]), told["entry"]
        match, fields = ENTRY.fullmatch(entry), canonical(record, file)
        if (
            match is None
            or not isinstance(fields, dict)
            or hmac.new(salt, record.encode(), hashlib.sha256).hexdigest() != match.group(2)
        ):
            raise Wrong(file, "记录不是日志里的那一条", "the record is not the one that the log's entry commits to")
        if (
            fields.get("type") != match.group(3)
            or fields.get("at") != match.group(1)
            or kind not in ("", fields.get("type"))
        ):
            raise Wrong(file, "记录的种类或者时间和日志里的不一致", "the record's type or time is not the entry's")
        index, note = self._included(f"{proof}.tlog-proof", leaf_hash(entry.encode()))
        return fields, record, index, note

    def _included(self, file: str, leaf: bytes) -> tuple[int, tuple[str, int, dict[str, int]]]:
        head, blank, note = self.container.text(file).partition("\n\n")
        lines = head.split("\n")
        try:
            if not blank or lines[0] != PROOF_HEADER or lines[1][:6] != "index " or not is_text(lines[1][6:], DECIMAL):
                raise ValueError("head")
            index, path = int(lines[1][6:]), [unbase64(line) for line in lines[2:]]
            if any(len(part) != 32 for part in path):
                raise ValueError("path")
        except (ValueError, IndexError, binascii.Error):
            raise Wrong(file, "证明写得不对", "the proof is malformed") from None
        text, signed, seen = self.notes.open(note, file)
        told = text.split("\n")
        if len(told) != 4 or not is_text(told[1], DECIMAL):
            raise Wrong(file, "日志的签名文本写得不对", "its checkpoint is malformed")
        origin, size, root = told[:3]
        # Whoever signs packages could otherwise sign a log of their own making as well.
        if origin not in signed or f"{origin}/packages" not in self.signed:
            raise Wrong(
                file, "不是签本包的那个系统的日志", "its checkpoint is not of the log whose system signed the package"
            )
        found = root_of_inclusion(leaf, index, int(size), path)
        if found is None or base64.b64encode(found).decode() != root:
            raise Wrong(file, "证明不成立", "the proof leads to another root")
        self.checkpoints[file] = int(size), seen
        return index, (origin, int(size), seen)

    def _grant(self) -> None:
        self.grant, _, index, (origin, size, _seen) = self._record(self.told["grant"], "grant")
        # Leave to look is no leave to hand out.
        if self.grant.get("handover") is not True or self.grant["span"] is None:
            raise Wrong(
                "proofs/0000.json",
                "这一准予不是对外提供一段录像的",
                "this leave is not one to hand out a span of footage",
            )
        self.grant_index = index
        self.origin, self.checkpoint = origin, size

    def _parts(self) -> None:
        behind = len(self.wrong)
        self._each(self._part, self.told["parts"])
        # What is wrong with a file stands before what that makes of its proof.
        self.wrong[behind:behind] = [self.unlike[name] for name in self.footage if name in self.unlike]
        self.proven.sort(key=lambda found: str(found[0]["file"]))
        told = {row["file"] for row in self.told["parts"]}
        for name, _start, _size, _crc in self.container.rows:
            if name.startswith("media/") and name not in told:
                self.wrong.append(Wrong(name, "没有证明的视频", "footage that nothing proves"))

    def _part(self, row: dict[str, typing.Any]) -> typing.Iterator[Wrong]:
        listed = self.footage.get(row["file"])
        try:
            digest, crc = self._proved(row)
        except Wrong as found:
            yield found
            if listed is not None:
                self.unlike.update((found.file, found) for found in self._file(listed))
            return
        if listed is not None:
            self.unlike.update((found.file, found) for found in self._same(listed, digest, crc))

    def _proved(self, row: dict[str, typing.Any]) -> tuple[str, int]:
        """Hash and check sum of the part's file, all of whose fragments were sealed and lie in the leave's time."""
        file = row["file"]
        record, _, index, _ = self._record(row["proof"], "segment.sealed")
        leaves = [bytes.fromhex(text) for text in row["leaves"]]
        if record["camera"] != row["camera"] or len(leaves) != record["fragments"] + 1:
            raise Wrong(file, "清单和封存记录不一致", "the list and the record of its sealing differ")
        if tree_root(leaves) != bytes.fromhex(record["root"]):
            raise Wrong(
                file, "各片段的摘要不是封存的那些", "the hashes of its fragments are not those that were sealed"
            )
        first, sizes = row["first"], row["sizes"]
        given = [leaves[0], *leaves[1 + first : first + len(sizes)]]
        if len(sizes) < 2 or len(given) != len(sizes):
            raise Wrong(file, "给出的片段不在封存的范围里", "it has fragments that the sealed segment does not have")
        times = []
        whole, crc = hashlib.sha256(), 0
        for number, (data, leaf) in enumerate(zip(self.container.pieces(file, sizes), given)):
            whole.update(data)
            crc = zlib.crc32(data, crc)
            digest = hashlib.sha256(b"\0")
            digest.update(data)  # `leaf_hash`, without a copy
            if digest.digest() != leaf:
                raise Wrong(file, f"第 {number} 块不是封存的原始字节", f"piece {number} is not what was sealed")
            if number:
                try:
                    times.append(fragment_times(data))
                except (ValueError, struct.error):
                    raise Wrong(file, "片段里读不出时间", "no time can be read in a fragment") from None
        span = self.grant["span"]
        if row["camera"] not in self.grant["cameras"]:
            raise Wrong(file, "这台摄像机不在准予的范围里", "this camera is not among those of the leave")
        # By what stands in the footage itself, fragment by fragment: nobody's word counts for it.
        if any(begun < span[0] or begun + lasts > span[1] + ROUNDING for begun, lasts in times):
            raise Wrong(file, "超出准予的时段", "it goes beyond the time of the leave")
        begun, ended = times[0][0], times[-1][0] + times[-1][1]
        if abs(begun - row["from_us"]) > 1 or abs(ended - row["to_us"]) > ROUNDING:
            raise Wrong(file, "清单写的时间不是视频里的时间", "the times in the list are not those in the footage")
        self.proven.append((row, record, index))
        return whole.hexdigest(), crc

    def _account(self) -> None:
        """What of the span is there, what is not and why; and whether it is what the log was told beforehand."""
        span, gaps = self.grant["span"], []
        if self.told["format"] != FORMATS[0]:
            listed = self._record(self.told["listed"], "evidence.listed")[0]
            if (listed["package"], listed["grant"], listed["span"]) != (
                self.told["package"],
                self.grant["grant"],
                span,
            ):
                raise Wrong(
                    f"{self.told['listed']}.json",
                    "是另一个包的清单记录",
                    "the record of what is in it is of another package",
                )
            gaps = [(proof, self._record(proof, "")[0]) for proof in self.told["gaps"]]
            for proof, record in gaps:
                if record["type"] not in ("gap", "purge"):
                    raise Wrong(f"{proof}.json", "不是缺失的记录", "not a record of why something is missing")
        self.holes = [
            hole
            for camera in self.grant["cameras"]
            for hole in holes_of(
                camera,
                span,
                [(row, record) for row, record, _index in self.proven if row["camera"] == camera],
                [record for _proof, record in gaps if record["camera"] == camera],
            )
        ]
        if any(not hole.why for hole in self.holes):
            self.lacking.append(("有未说明原因的缺失", "something is missing without a reason"))
        if self.told["format"] == FORMATS[0]:
            return
        parts = [[record["id"], row["first"], len(row["sizes"]) - 1] for row, record, _index in self.proven]
        value = {
            "gaps": [record["id"] for _proof, record in gaps],
            "grant": self.grant["id"],
            "parts": parts,
            "span": span,
        }
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(text.encode()).hexdigest() != listed["contents"]:
            self.lacking.append(
                (
                    f"与存证日志里的清单不符：日志记载 {listed['parts']} 段，包里 {len(parts)} 段",
                    f"not what the log was told beforehand: {listed['parts']} pieces there, {len(parts)} here",
                )
            )
        told = [{name: getattr(hole, name) for name in Hole._fields} for hole in self.holes]
        if self.told["holes"] != told or self.told["asked"] != span:
            self.lacking.append(
                ("清单写的缺失和视频不符", "what the list says of what is missing is not what the footage shows")
            )

    def _chain(self) -> None:
        lines = self.container.text("chain.jsonl").split("\n")
        if len(lines) != len(self.told["chain"]) + 1 or lines[-1]:
            raise Wrong("chain.jsonl", "保管过程和清单不一致", "the chain of custody is not the one of the list")
        for line, proof in zip(lines, self.told["chain"]):
            if line != f'{{"proof":"{proof}","record":{self._record(proof, "")[1]}}}':
                raise Wrong("chain.jsonl", "保管过程和日志不一致", "the chain of custody is not what the log proves")


class Hole(typing.NamedTuple):
    """A part of the span of which there is no footage of a camera; `why`: trimmed, gap, purge, or nothing."""

    camera: str
    from_us: int
    to_us: int
    why: str
    reason: str


def holes_of(
    camera: str,
    span: list[int],
    parts: list[tuple[dict[str, typing.Any], dict[str, typing.Any]]],
    gaps: list[dict[str, typing.Any]],
) -> list[Hole]:
    """What is missing of one camera, cut where records of the log explain it."""
    at, found = span[0], typing.cast("list[Hole]", [])
    ends = sorted((row["from_us"], row["to_us"]) for row, _record in parts)
    for begun, ended in [*ends, (span[1], span[1])]:
        if begun - at > NEAR:
            found += pieces_of(camera, at, begun, sorted(gaps, key=lambda gap: (gap["from_us"], gap["to_us"])))
        at = max(at, ended)
    return [hole._replace(why="trimmed") if not hole.why and trimmed(hole, span, parts) else hole for hole in found]


def pieces_of(camera: str, at: int, end: int, gaps: list[dict[str, typing.Any]]) -> typing.Iterator[Hole]:
    for gap in gaps:
        begun, ended = max(gap["from_us"], at), min(gap["to_us"], end)
        if ended <= begun:
            continue
        if begun - at > NEAR:
            yield Hole(camera, at, begun, "", "")
        else:
            begun = at
        yield Hole(camera, begun, ended, gap["type"], gap["rule"] if gap["type"] == "purge" else gap["reason"])
        at = ended
    if end - at > NEAR:
        yield Hole(camera, at, end, "", "")


def trimmed(hole: Hole, span: list[int], parts: list[tuple[dict[str, typing.Any], dict[str, typing.Any]]]) -> bool:
    """Whether it only comes of cutting inward, to whole fragments, at an end of the span."""
    lasts = hole.to_us - hole.from_us
    for row, record in parts:
        first = hole.from_us == span[0] and row["from_us"] == hole.to_us
        last = hole.to_us == span[1] and row["to_us"] == hole.from_us
        beyond = record["start_us"] <= hole.from_us + NEAR and record["end_us"] >= hole.to_us - NEAR
        if (first or last) and (lasts <= FRAGMENT or (beyond and lasts <= LEADING)):
            return True
    return False


def plain(text: str) -> str:
    """Somebody's words, without anything that could move, hide or turn what is printed beside them."""
    return "".join(
        "\ufffd" if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" else char for char in text[:200]
    )


def when(us: int) -> str:
    at = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(microseconds=us, hours=8)
    return at.strftime("%Y-%m-%d %H:%M:%S") + f".{at.microsecond // 1000:03}"


def report(check: Check, out: typing.TextIO) -> int:
    """Print what was found; the exit code."""
    for found in check.wrong:
        print(f"✗ {plain(found.file)}\n    {plain(found.zh)}\n    {plain(found.en)}", file=out)
    if check.wrong or not check.proven:
        print("\n核验不通过，本包不能作为证明使用。\nNOT PROVEN. Do not rely on this package.", file=out)
        return 1
    for row, record, index in check.proven:
        clock = record["clock"]
        offset = "?" if clock["offset_us"] is None else f"{clock['offset_us'] / 1000:+.1f} ms"
        state = "已同步 synchronised" if clock["synchronised"] else "未同步 NOT synchronised"
        print(f"✓ {row['file']}\n    摄像机 camera {row['camera']}；存证序号 index in the log: {index}", file=out)
        print(f"    {when(row['from_us'])} – {when(row['to_us'])} 北京时间 Beijing time", file=out)
        print(f"    时钟 clock: {state}, {offset}", file=out)
        if record.get("source") == "device":
            print(f"    {FROM_DEVICE[0]}\n    {FROM_DEVICE[1]}", file=out)
        print(f"    交付单位所称 named by the holder: {plain(row['name'])}（{plain(row['number'])}）", file=out)
    for line in accounting(check):
        print(line, file=out)
    grant = check.grant
    who = f"{plain(grant['person_name'])}，{plain(grant['unit'])}；{plain('、'.join(grant['clauses']))}"
    print(f"\n准予 leave: {who}；存证序号 index {check.grant_index}", file=out)
    print(
        f"日志 log: {check.origin}，{check.checkpoint} 条 entries；签名 signed by {'、'.join(sorted(check.signed))}",
        file=out,
    )
    for line in (*witnessing(check), *stamping(check)):
        print(line, file=out)
    later = any(record.get("source") == "device" for _row, record, _index in check.proven)
    print(PROVEN_LATER if later else PROVEN, file=out)
    if check.container.repacked:
        print(REPACKED, file=out)
    if check.trusted is None:
        print(WARNING, file=out)
    if check.lacking:
        print(f"\n{NOT_COMPLETE}", file=out)
        return 4
    return 3 if check.trusted is None else 5 if check.container.repacked else 0


def accounting(check: Check) -> typing.Iterator[str]:
    """The span that was asked for, what of it is there, and each hole with its reason."""
    asked = check.grant["span"]
    yield f"\n准予的时段 span asked: {when(asked[0])} – {when(asked[1])} 北京时间 Beijing time"
    for camera in check.grant["cameras"]:
        own = [row for row, _record, _index in check.proven if row["camera"] == camera]
        if own:
            begun, ended = min(row["from_us"] for row in own), max(row["to_us"] for row in own)
            yield f"    摄像机 camera {camera}：已证明 proven {when(begun)} – {when(ended)}，{len(own)} 段 pieces"
        else:
            yield f"    摄像机 camera {camera}：没有视频 no footage"
        for hole in check.holes:
            if hole.camera == camera:
                words = WHY[hole.why] + (
                    f"（{plain(hole.reason)} {REASONS.get(hole.reason, '')}）" if hole.reason else ""
                )
                lasts = (hole.to_us - hole.from_us) / 1000000
                yield f"      缺 missing {when(hole.from_us)} – {when(hole.to_us)}（{lasts:.3f} 秒 s）：{words}"
    if check.told["format"] == FORMATS[0]:
        yield OLDER
    for zh, en in check.lacking:
        yield f"✗ 不完整：{zh}\n    NOT COMPLETE: {en}"
    if not check.lacking:
        yield "完整：时段内没有未说明的缺失 COMPLETE: nothing of the span is missing without a reason"


def stamping(check: Check) -> typing.Iterator[str]:
    """Tokens are named as what they are here: nothing was looked at."""
    for name in check.container.places:
        if name.endswith(".tsr"):
            yield (
                f"时间戳 time stamp: {name}：没有核对，本结论不以它为据（核对方法见 README）"
                " NOT checked, nothing here rests on it (README says how to check it)"
            )


def witnessing(check: Check) -> typing.Iterator[str]:
    """What witnesses say of the checkpoints that the package rests on. One that says nothing is told as well: a cosignature that was
    taken away leaves no other trace."""
    known = sorted({name for name, _kind, _public in check.notes.witnesses.values()})
    for name in known:
        on = [(size, seen[name]) for size, seen in check.checkpoints.values() if name in seen]
        if not on:
            yield f"见证 witness: {name}：没有它的签名 NO cosignature of it in this package"
        elif len(on) < len(check.checkpoints):
            some = f"{len(on)}/{len(check.checkpoints)}"
            yield f"见证 witness: {name}：只有一部分证明有它的签名 a cosignature on a part of the proofs alone（{some}）"
        else:
            sizes = "、".join(str(size) for size in sorted({size for size, _at in on}))
            yield f"见证 witness: {name}，{when(max(at for _size, at in on) * 1000000)}，{sizes} 条 entries"
    for name in sorted(check.notes.claimed - set(known)):
        yield f"见证 witness: {name}：密钥不在可信之列，没有核对 its key is not among the trusted ones: NOT checked"
    for name in sorted(check.notes.claimed & set(known)):
        yield f"见证 witness: {name}：另有以它为名、密钥不可信的签名，没有核对 another line in its name, of a key that is not trusted: NOT checked"
    if any(seen for _size, seen in check.checkpoints.values()):
        yield COSIGNED
    elif not known and not check.notes.claimed:
        yield "见证 witness: 没有，也没有给出见证的密钥 none, and no key of one was given"


WHY = {
    "trimmed": "按视频片段向内裁切 cut inward to whole fragments",
    "gap": "没有录像，有存证记录 not recorded, by a record in the log",
    "purge": "已依规删除，有存证记录 deleted under a rule, by a record in the log",
    "": "未说明原因 unexplained",
}
REASONS = {
    "silent": "设备在线但无数据",
    "network": "网络中断",
    "refused": "设备拒绝连接",
    "operator": "人工停止",
    "restart": "媒体节点重启",
    "disk": "存储空间不足或者故障",
    "schedule": "计划内不录",
    "clock": "时钟跳变",
    "new": "刚接入",
    "codec": "编码变化",
    "certificate": "设备证书不符",
    "planned": "经批准的计划中断",
}
OLDER = """\
    本包由较早的版本制作，存证日志没有记载应有哪些视频：缺失的原因无从知道；时段内有没有遗漏，只按视频本身的时间计算。
    Made by an older version: the log does not say what was to be in it, so the reason of what is missing can't be known; whether
    something was left out is counted from the times in the footage alone."""
NOT_COMPLETE = """\
不完整：给出的视频如上所述，但准予的时段里有缺失没有说明，可能有录像被略去。请向交付单位查问。
NOT COMPLETE: what is given is as said above, but something of the span is missing without a reason: footage may have been left out.
Ask the unit that handed this over."""
REPACKED = """
重新打包：本文件由别的程序解压后重新压缩，不是原来的文件，其校验值和交付时登记的不同；里面的内容已按签名的清单逐项核对，没有改动。
REPACKED: another program unzipped it and zipped it again. It is not the file that was handed over, and its own hash is not the one on
paper; what is in it was checked against the signed list and is unchanged."""
COSIGNED = """\
    见证证明：到那时日志已有这些条目；从该见证上一次联署起，日志只有增加，没有改写。见证不证明记录的内容属实。
    A cosignature proves: by then the log had these entries, and since that witness cosigned before it had only grown. It does not
    prove that a record is true."""

FROM_DEVICE = (
    "不是录制时封存：事后由设备自身录像补入，补入时封存；时间是设备自己的时钟",
    "NOT sealed as it was recorded: taken later from the device's own recording and sealed then; the time is the device's own",
)
PROVEN = """
已证明：视频是录制时封存的原始字节；封存和准予的记录都在存证日志里；没有超出准予的摄像机和时段；本包签名以后没有变动。
不能证明：摄像机到录像设备之间没有人动过手脚；录制时的时钟是准的；镜头前的场景是真的；记录是在所写的时间记入日志的（见证的时间除外）。
PROVEN: the footage has the bytes that were sealed when it was recorded; the records of sealing and leave are in the log; it stays
within the cameras and times of the leave; nothing changed since the package was signed.
NOT PROVEN by this: that nobody interfered between camera and recorder; that the clock was right; that the scene was real; that records
were entered in the log at the time they state (but for the times of witnesses)."""
PROVEN_LATER = """
已证明：视频是封存时的原始字节，其中注明由设备自身录像补入的，是事后补入时才封存的，补入以前的不能证明；封存和准予的记录都在存证日志里；没有超出准予的摄像机和时段；本包签名以后没有变动。
不能证明：摄像机到录像设备之间没有人动过手脚；由设备自身录像补入的，在设备里没有改动过，设备的时钟是准的；录制时的时钟是准的；镜头前的场景是真的；记录是在所写的时间记入日志的（见证的时间除外）。
PROVEN: the footage has the bytes that were sealed; what is marked as taken from the device's own recording was sealed only when it was
taken, and nothing is proven of it before; the records of sealing and leave are in the log; it stays within the cameras and times of the
leave; nothing changed since the package was signed.
NOT PROVEN by this: that nobody interfered between camera and recorder; that what was taken from a device's own recording was not changed
in the device, or that the device's clock was right; that the clock was right; that the scene was real; that records were entered in the
log at the time they state (but for the times of witnesses)."""
WARNING = """
!!! 警告：密钥是从包里取的。这只说明包内各部分相互一致，任何人都可以做出这样的包。请另行取得密钥和核验程序，用 --trust 再核验一次。
!!! WARNING: the keys come from the package itself. Anybody can make such a package. Get the keys and this program elsewhere, and check
!!! again with --trust."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("package")
    parser.add_argument("--trust", help="密钥文件 file of verifier keys, one a line")
    parser.add_argument("--quiet", action="store_true", help="不显示进度 no progress")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        trusted = keys_of(given.trust) if given.trust else None
        with open(given.package, "rb") as package:
            return checked(package, trusted, given.quiet or not sys.stderr.isatty())
    except (OSError, UnicodeDecodeError, Wrong) as error:
        print(error, file=sys.stderr)
        return 2


def keys_of(path: str) -> dict[tuple[str, bytes], tuple[str, int, bytes]]:
    with open(path, encoding="utf-8-sig") as file:
        found = read_keys(file.read(), path)
    if not found:
        raise Wrong(path, "里面没有密钥", "it holds no key")
    return found


def checked(
    package: typing.BinaryIO, trusted: dict[tuple[str, bytes], tuple[str, int, bytes]] | None, quiet: bool
) -> int:
    def say(name: str) -> None:
        if not quiet:
            print(f"  {name}", file=sys.stderr)

    try:
        check = Check(Container(package), trusted, say)
    except Wrong as found:
        print(f"✗ {found.file}\n    {found.zh}\n    {found.en}\n\n核验不通过。\nNOT PROVEN.")
        return 1
    check.run()
    return report(check, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
