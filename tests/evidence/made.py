"""A package made of a small log in memory and of footage as the recorder's muxer writes it."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from custodes.evidence import writing
from custodes.evidence.completeness import contents
from custodes.evidence.package import Package, PackageFootage, PackagePart, Proven, cut
from custodes.ledger.checkpoint import Checkpoint, Proof, cosign, sign_checkpoint, verifier_of
from custodes.ledger.entry import commit, encode_entry
from custodes.ledger.merkle import inclusion_proof, leaf_hash, leaf_hashes, subtrees_of, tree_root
from custodes.ledger.note import Signer
from custodes.ledger.records import EvidenceListed, Gap, Grant, Purge, Record, SegmentSealed, at_text, encode_record
from custodes.ledger.records.node import ClockReading
from custodes.video.mp4.fragment import Sample, fragment
from tests.ledger.madelog import CAMERA, ORIGIN, SIGNER, START_US, gap, grant

WITNESS = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
PACKER = Signer(f"{ORIGIN}/packages", Ed25519PrivateKey.from_private_bytes(b"p" * 32))
SECOND = 1_000_000
FRAGMENTS, RATE = 6, 5
INIT = b"an initialisation segment"


@dataclass(frozen=True)
class Segment:
    """A sealed segment of six seconds, a fragment a second."""

    number: int
    fragments: tuple[bytes, ...]
    camera: uuid.UUID

    @property
    def start_us(self) -> int:
        return START_US + self.number * FRAGMENTS * SECOND

    @property
    def leaves(self) -> tuple[bytes, ...]:
        return tuple(leaf_hashes([INIT, *self.fragments]))

    @property
    def record(self) -> SegmentSealed:
        return SegmentSealed(
            id=uuid.UUID(int=(9 << 64) + self.number), at=at_text(self.start_us + FRAGMENTS * SECOND), camera=self.camera,
            stream_id="main", sequence=self.number, session=1, start_us=self.start_us,
            end_us=self.start_us + FRAGMENTS * SECOND, media_time=0, duration=FRAGMENTS * 90_000,
            bytes=len(INIT) + sum(map(len, self.fragments)), sha256="0" * 64, root=tree_root(self.leaves).hex(),
            fragments=FRAGMENTS, codec="avc1.4d401f", node="node-1", volume="v", path="x.mp4",
            clock=ClockReading(synchronised=True, offset_us=-1200, state="ntp"), camera_clock_us=None,
        )  # fmt: skip


def segment(number: int, camera: uuid.UUID = CAMERA) -> Segment:
    """Made anew each time, the same each time."""
    fragments = []
    for second in range(FRAGMENTS):
        datas = [bytes([number, second, picture]) * 40 for picture in range(RATE)]
        samples = [Sample(len(data), 90_000 // RATE, 0, not place) for place, data in enumerate(datas)]
        at = START_US + (number * FRAGMENTS + second) * SECOND
        fragments.append(fragment(second + 1, second * 90_000, samples, datas, at))
    return Segment(number, tuple(fragments), camera)


def leave(**changes: object) -> Grant:
    """Leave to hand out."""
    return grant(
        **(
            {
                "live": False,
                "cameras": (CAMERA,),
                "back_seconds": 0,
                "ground": "agency",
                "clauses": ("S27",),
                "handover": True,
            }
            | changes
        )
    )


def prove(records: Sequence[Record], signer: Signer = SIGNER) -> list[Proven]:
    """A log of these records alone, its checkpoint cosigned, and the proof of each."""
    encoded = [encode_record(record) for record in records]
    salts = [bytes([number % 251]) * 32 for number in range(len(encoded))]
    entries = [
        encode_entry(record.__struct_config__.tag, record.at, commit(salt, data))
        for record, data, salt in zip(records, encoded, salts, strict=True)
    ]
    leaves = [leaf_hash(entry) for entry in entries]
    note = sign_checkpoint(Checkpoint(signer.name, len(leaves), tree_root(leaves)), signer)
    note = note.with_signatures([cosign(note.text, "witness.example/w1", WITNESS, START_US // SECOND)])
    subtree = subtrees_of(leaves)
    return [
        Proven(data, salt, entry, str(Proof(number, inclusion_proof(number, len(leaves), subtree), str(note))))
        for number, (data, salt, entry) in enumerate(zip(encoded, salts, entries, strict=True))
    ]


def part(made: Segment, sealed: Proven, span: tuple[int, int], pieces: int = 1000) -> PackagePart:
    """What of the segment lies within the span, read in pieces of so many bytes."""
    times = [(made.start_us + n * SECOND, made.start_us + (n + 1) * SECOND, True) for n in range(FRAGMENTS)]
    found = cut(times, span)
    assert found is not None
    given = [INIT, *made.fragments[found.first : found.first + found.count]]

    def read() -> PackageFootage:
        whole = b"".join(given)
        return PackageFootage(made.leaves, (whole[at : at + pieces] for at in range(0, len(whole), pieces)))

    return PackagePart(
        "C-0001", "大昭寺广场东口", sealed, found.first, tuple(map(len, given)), found.from_us, found.to_us, read
    )  # fmt: skip


SPAN = (START_US + 2 * SECOND, START_US + 15 * SECOND)
"""It begins in the first segment and ends in the third."""


PACKAGE = uuid.UUID(int=77)


def listed(given: Grant, parts: Sequence[PackagePart], grant: Proven, why: Sequence[Proven] = ()) -> EvidenceListed:
    """The record of what is going to be in it."""
    assert given.span is not None
    return EvidenceListed(
        id=uuid.UUID(int=78), at=given.at, package=PACKAGE, request=uuid.UUID(int=79), number="查〔2026〕0001号",
        grant=given.grant, by="p-1", span=given.span, cameras=given.cameras, parts=len(parts), gaps=len(why),
        contents=contents(grant, parts, why),
    )  # fmt: skip


def outage(begin: float, end: float, reason: str = "network", camera: uuid.UUID = CAMERA) -> Gap:
    """The record of seconds that were not recorded, counted from the first segment's beginning."""
    return Gap(
        id=uuid.uuid5(camera, f"{begin}:{end}:{reason}"), at=at_text(START_US + int(end * SECOND)), camera=camera,
        from_us=START_US + int(begin * SECOND), to_us=START_US + int(end * SECOND), reason=reason, detail="",
    )  # type: ignore[arg-type]  # fmt: skip


def deletion(begin: float, end: float) -> Purge:
    """The record of footage that was deleted when its time was over."""
    return Purge(
        id=uuid.UUID(int=80), at=at_text(START_US + 3000 * SECOND), camera=CAMERA, from_us=START_US + int(begin * SECOND),
        to_us=START_US + int(end * SECOND), segments=((1, "0" * 64),), bytes=1, rule="retention", detail="",
    )  # fmt: skip


def package(
    span: tuple[int, int] = SPAN,
    *,
    granted: tuple[int, int] | None = None,
    signer: Signer = SIGNER,
    of_device: frozenset[int] = frozenset(),
    numbers: Sequence[int] = range(3),
    why: Sequence[Record] = (),
    **changes: object,
) -> Package:
    """Three segments, the first and the last cut, of one camera; those `of_device` were taken from its own recording.

    Args:
        numbers: of the segments that there are.
        why: records that say why something is not there.
    """
    segments = [segment(number) for number in numbers]
    given = leave(span=granted or span)
    sealed = [structs.replace(one.record, source="device" if one.number in of_device else "") for one in segments]
    before = prove([given, *sealed, *why], signer)
    parts = [part(one, entry, span) for one, entry in zip(segments, before[1:], strict=False)]
    told = listed(given, parts, before[0], before[1 + len(sealed) :])
    proven = prove([given, *sealed, told, *why, *(gap(number) for number in range(2))], signer)
    at = 1 + len(sealed)
    made = Package(
        id=PACKAGE, made_us=START_US + 3600 * SECOND, holder="城关区公安分局", grant=proven[0],
        parts=tuple(replace(one, sealed=entry) for one, entry in zip(parts, proven[1:], strict=False)), listed=proven[at],
        gaps=tuple(proven[at + 1 : at + 1 + len(why)]), chain=tuple(proven[-2:]), documents={"01-list.pdf": b"%PDF-1.7 list", "02-note.pdf": b"%PDF-1.7 note"},
        keys=(signer.verifier, PACKER.verifier), witnesses=(verifier_of("witness.example/w1", WITNESS),),
        tokens={"0000.tsr": b"a token", "tsa.pem": b"a certificate"},
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


TRUST = f"{SIGNER.verifier}\n{PACKER.verifier}\n{verifier_of('witness.example/w1', WITNESS)}\n"
"""What a court got from elsewhere."""


def rewritten(
    whole: bytes, change: dict[str, bytes | None], more: dict[str, bytes] | None = None, order: Iterable[str] = ()
) -> bytes:
    """The same package with other files, in a container that is whole again: what a forger would do who knows the format."""
    made_us = package().made_us
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = [*(order or archive.namelist()), *(more or {})]
        files = {name: archive.read(name) for name in archive.namelist()} | (more or {})
    data, stored = b"", []
    for name in names:
        body = change[name] if name in change else files[name]
        if body is None:
            continue
        crc = zipfile.crc32(body)
        stored.append(writing.Stored(name, len(data), len(body), crc))
        data += writing.local_header(name, made_us) + body + writing.descriptor(len(body), crc)
    return data + writing.ending(stored, len(data), made_us)
