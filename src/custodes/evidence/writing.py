"""A package as a stream of bytes, in constant memory: footage passes through and is held against its hashes on the way.

The container: a plain ZIP (APPNOTE 6.3.10) with nothing left open, so that a verifier can hold each of its bits.

Files are stored, follow one another without a hole from the first byte on, have the same time, no attributes and no comments; sizes
and check sums stand behind the bytes (a data descriptor), since footage is not read twice. Only ZIP64 can say where something stands
behind 4 GiB; it is used for exactly that.
"""

from __future__ import annotations

import datetime
import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import chain as chain_of

from custodes.evidence.manifest import GRANT_PROOF, SIGNER_SUFFIX, manifest, note_text, part_row
from custodes.evidence.package import Package, PackageError, PackageFootage, PackagePart, Proven
from custodes.evidence.readme import readme
from custodes.ledger import canonical
from custodes.ledger.merkle import tree_root
from custodes.ledger.note import Signer
from custodes.ledger.records import at_text

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


Progress = Callable[[int, int], None]
"""Told how many bytes of footage are written, and of how many."""
VERIFIERS = ("verify.py", "verify.html")


def write(
    package: Package, signer: Signer, progress: Progress | None = None, listed: Callable[[bytes], None] | None = None
) -> Iterator[bytes]:
    """The package's bytes from the first to the last.

    Args:
        signer: signs the list; its public half must be among the package's keys.
        progress: told how far it has come.
        listed: given the list (``manifest.json``) when it is made.

    Raises:
        PackageError: while it is written, when footage is not what was sealed, or not as long as was said. What was written by then has
            no table of contents and no signature: no verifier takes it. The footage in it can be read all the same.
    """
    if signer.verifier not in package.keys:
        raise PackageError("the key that signs the package is not among its keys")
    if not signer.name.endswith(SIGNER_SUFFIX):
        raise PackageError(f"the key that signs packages is named after the log, with {SIGNER_SUFFIX}")
    return _Writing(package, signer, progress or (lambda done, whole: None), listed or (lambda data: None)).run()


@dataclass
class _Writing:
    package: Package
    signer: Signer
    progress: Progress
    told: Callable[[bytes], None]
    at: int = 0
    stored: list[Stored] = field(default_factory=list)
    listed: list[tuple[str, int, str]] = field(default_factory=list)
    shown: int = 0
    whole: int = 0

    def run(self) -> Iterator[bytes]:
        package = self.package
        self.whole = sum(sum(each.sizes) for each in package.parts)
        names = [_media_name(number, part) for number, part in enumerate(package.parts, 1)]
        proofs = {GRANT_PROOF: package.grant}
        proofs |= {f"proofs/{number:04}": part.sealed for number, part in enumerate(package.parts, 1)}
        listed_as = f"proofs/{len(proofs):04}"
        proofs[listed_as] = package.listed
        gaps = {f"proofs/{number:04}": one for number, one in enumerate(package.gaps, len(proofs))}
        proofs |= gaps
        chain = {f"proofs/{number:04}": one for number, one in enumerate(package.chain, len(proofs))}
        proofs |= chain
        verifiers = [(name, files("custodes.evidence.verifiers").joinpath(name).read_bytes()) for name in VERIFIERS]

        yield from self._file("README.txt", [readme(package)])
        rows = []
        for number, (name, part) in enumerate(zip(names, package.parts, strict=True), 1):
            footage = _opened(part)
            yield from self._file(name, self._checked(part, footage))
            rows.append(part_row(part, footage.leaves, name, f"proofs/{number:04}"))
        # What follows the footage is known beforehand, so the list can hold all of it; it is made twice and never kept.
        rest = chain_of(_behind(package, proofs, chain), verifiers)
        every = [*self.listed, *((name, len(data), hashlib.sha256(data).hexdigest()) for name, data in rest)]
        listed = manifest(package, rows, listed_as, list(gaps), list(chain), every)
        self.told(listed)
        yield from self._file("manifest.json", [listed])
        for name, data in _behind(package, proofs, chain):
            yield from self._file(name, [data])
        note = str(self.signer.sign(note_text(package, listed)))
        yield from self._file("manifest.note", [note.encode()])
        for name, data in verifiers:
            yield from self._file(name, [data])
        yield ending(self.stored, self.at, package.made_us)

    def _file(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        head = local_header(name, self.package.made_us)
        yield head
        size, crc, digest = 0, 0, hashlib.sha256()
        for piece in pieces:
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            digest.update(piece)
            yield piece
        yield descriptor(size, crc)
        self.stored.append(Stored(name, self.at, size, crc))
        self.listed.append((name, size, digest.hexdigest()))
        self.at += len(head) + size + 16

    def _checked(self, part: PackagePart, footage: PackageFootage) -> Iterator[bytes]:
        """The part's bytes, each piece held against its leaf before its last byte goes out."""
        wanted = zip(part.sizes, part.given(footage.leaves), strict=True)
        left, leaf, digest = 0, b"", hashlib.sha256()
        for piece in footage.pieces:
            view = memoryview(piece)
            while view:
                if not left:
                    left, leaf = next(wanted, (0, b""))
                    if not left:
                        raise PackageError("footage is longer than the register of its fragments says")
                    digest = hashlib.sha256(b"\0")
                taken = bytes(view[:left])
                digest.update(taken)
                left -= len(taken)
                if not left and digest.digest() != leaf:
                    raise PackageError("footage is not what was sealed: a fragment has another hash")
                yield taken
                self.shown += len(taken)
                self.progress(self.shown, self.whole)
                view = view[len(taken) :]
        if left or next(wanted, None) is not None:
            raise PackageError("footage ends too early: it was deleted or damaged while it was read")


def _opened(part: PackagePart) -> PackageFootage:
    footage = part.open()
    if len(footage.leaves) != part.fragments + 1 or tree_root(footage.leaves).hex() != part.sealed.fields["root"]:
        raise PackageError("the hashes of a segment's fragments don't make the one that was sealed")
    return footage


def _media_name(number: int, part: PackagePart) -> str:
    start = at_text(part.from_us)
    safe = "".join(char for char in part.camera_number if char.isascii() and char.isalnum())[:32] or "camera"
    return f"media/{number:04}-{safe}-{start[:19].replace('-', '').replace(':', '')}Z.mp4"


def _behind(package: Package, proofs: dict[str, Proven], chain: dict[str, Proven]) -> Iterator[tuple[str, bytes]]:
    """The files between the list and its note."""
    yield from _proof_files(proofs)
    yield "chain.jsonl", _chain(chain)
    yield from _papers(package)


def _proof_files(proofs: dict[str, Proven]) -> Iterator[tuple[str, bytes]]:
    for name, one in proofs.items():
        told = {"entry": one.entry.decode(), "record": one.record.decode(), "salt": one.salt.hex()}
        yield f"{name}.json", canonical.encode(told)
        yield f"{name}.tlog-proof", one.proof.encode()


def _chain(chain: dict[str, Proven]) -> bytes:
    """One line for each event, to be read by a person; what proves it stands under its number."""
    lines = [canonical.encode({"proof": name, "record": one.fields}) for name, one in chain.items()]
    return b"".join(line + b"\n" for line in lines)


def _papers(package: Package) -> Iterator[tuple[str, bytes]]:
    for name, data in sorted(package.documents.items()):
        yield f"docs/{name}", data
    yield "trust/keys.txt", "".join(f"{key}\n" for key in package.keys).encode()
    if package.witnesses:
        yield "trust/witnesses.txt", "".join(f"{key}\n" for key in package.witnesses).encode()
    for name, data in sorted(package.tokens.items()):
        yield f"trust/{name}", data
