"""A package as a stream of bytes, in constant memory: footage passes through and is held against its hashes on the way."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import chain as chain_of

from custodes.evidence import container
from custodes.evidence.manifest import GRANT_PROOF, SIGNER_SUFFIX, manifest, note_text, part_row
from custodes.evidence.package import Footage, Package, PackageError, Part, Proven
from custodes.evidence.readme import readme
from custodes.ledger import canonical
from custodes.ledger.merkle import tree_root
from custodes.ledger.note import Signer
from custodes.ledger.records import at_text

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
    stored: list[container.Stored] = field(default_factory=list)
    listed: list[tuple[str, int, str]] = field(default_factory=list)
    shown: int = 0
    whole: int = 0

    def run(self) -> Iterator[bytes]:
        package = self.package
        self.whole = sum(sum(each.sizes) for each in package.parts)
        names = [_media_name(number, part) for number, part in enumerate(package.parts, 1)]
        proofs = {GRANT_PROOF: package.grant}
        proofs |= {f"proofs/{number:04}": part.sealed for number, part in enumerate(package.parts, 1)}
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
        listed = manifest(package, rows, list(chain), every)
        self.told(listed)
        yield from self._file("manifest.json", [listed])
        for name, data in _behind(package, proofs, chain):
            yield from self._file(name, [data])
        note = str(self.signer.sign(note_text(package, listed)))
        yield from self._file("manifest.note", [note.encode()])
        for name, data in verifiers:
            yield from self._file(name, [data])
        yield container.ending(self.stored, self.at, package.made_us)

    def _file(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        head = container.local_header(name, self.package.made_us)
        yield head
        size, crc, digest = 0, 0, hashlib.sha256()
        for piece in pieces:
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            digest.update(piece)
            yield piece
        yield container.descriptor(size, crc)
        self.stored.append(container.Stored(name, self.at, size, crc))
        self.listed.append((name, size, digest.hexdigest()))
        self.at += len(head) + size + 16

    def _checked(self, part: Part, footage: Footage) -> Iterator[bytes]:
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


def _opened(part: Part) -> Footage:
    footage = part.open()
    if len(footage.leaves) != part.fragments + 1 or tree_root(footage.leaves).hex() != part.sealed.fields["root"]:
        raise PackageError("the hashes of a segment's fragments don't make the one that was sealed")
    return footage


def _media_name(number: int, part: Part) -> str:
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
