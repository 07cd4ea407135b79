"""What goes into a package, before any byte of it is written. It is cut at fragments, inward: nobody gets a moment more than was granted (Q6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from custodes.ledger import canonical
from custodes.ledger.entry import commit, decode_entry
from custodes.ledger.note import VerifierKey


@dataclass(frozen=True)
class Cut:
    """Fragments of a segment that lie within a span.

    Attributes:
        first, count: numbers of fragments.
        from_us, to_us: what they cover, microseconds UTC.
    """

    first: int
    count: int
    from_us: int
    to_us: int


def cut(fragments: Sequence[tuple[int, int, bool]], span: tuple[int, int]) -> Cut | None:
    """The longest run of whole fragments within a span that a decoder can play.

    Args:
        fragments: start and end of each, microseconds UTC, and whether a decoder can start there; in order.
        span: from and to, microseconds UTC; the end is not part of it.

    Returns:
        None where no whole fragment lies within the span.
    """
    begun, ended = span
    inside = [number for number, (start, end, _key) in enumerate(fragments) if begun <= start < end <= ended]
    # What stands before the first key picture could not be shown, and would prove nothing.
    while inside and not fragments[inside[0]][2]:
        del inside[0]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    if last - first + 1 != len(inside):
        raise ValueError("fragments are not in the order of their times")
    return Cut(first, len(inside), fragments[first][0], fragments[last][1])


MAX_PART_BYTES = 0xFFFF_FFFE
"""A file's size has 32 bits in the container; a segment is far smaller."""
_DOCUMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,95}\.pdf")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,95}\.(tsr|pem)")


class PackageError(Exception):
    """The package can't be made; nothing of what was written may be handed over."""


@dataclass(frozen=True)
class Proven:
    """A record of the ledger with what proves it to a stranger.

    Attributes:
        record: canonical bytes.
        salt: 32 bytes that its entry was committed with.
        entry: the log's leaf for it.
        proof: ``tlog-proof@v1`` of that leaf, with its checkpoint.
    """

    record: bytes
    salt: bytes
    entry: bytes
    proof: str

    def __post_init__(self) -> None:
        if decode_entry(self.entry).commitment != commit(self.salt, self.record):
            raise PackageError("a record is not the one that its entry commits to")

    @property
    def fields(self) -> dict[str, object]:
        """The record's fields."""
        value = canonical.decode(self.record)
        if not isinstance(value, dict):
            raise PackageError("a record is an object")
        return value


@dataclass(frozen=True)
class PackageFootage:
    """A part's bytes, when they are wanted.

    Attributes:
        leaves: leaf hashes of the whole segment, the initialisation segment's first (`ledger.merkle.segment_root`).
        pieces: the initialisation segment and the given fragments one after another, in pieces of any size.
    """

    leaves: tuple[bytes, ...]
    pieces: Iterable[bytes]


@dataclass(frozen=True)
class PackagePart:
    """What is given of one sealed segment: its initialisation segment and fragments that follow one another.

    Attributes:
        camera_number, camera_name: as the register calls the camera on the day of the package.
        sealed: the record ``segment.sealed``.
        first: number of the first fragment that is given, from 0.
        sizes: bytes of the initialisation segment and of each fragment that is given.
        from_us, to_us: what the fragments cover, microseconds UTC (`cutting.Cut`).
        open: gives the footage; called once, when its turn comes: what lies on another machine is read once, and only then.
    """

    camera_number: str
    camera_name: str
    sealed: Proven
    first: int
    sizes: Sequence[int]
    from_us: int
    to_us: int
    open: Callable[[], PackageFootage]

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or self.first < 0 or self.first + len(self.sizes) - 1 > self.fragments:
            raise PackageError("a part has at least one fragment, and none that its segment doesn't have")
        if sum(self.sizes) > MAX_PART_BYTES or min(self.sizes) < 1:
            raise PackageError("a part has no empty piece and is smaller than 4 GiB")

    @property
    def fragments(self) -> int:
        """How many fragments the whole segment has, as it was sealed."""
        count = self.sealed.fields["fragments"]
        assert isinstance(count, int)
        return count

    def given(self, leaves: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """Leaf hashes of the pieces that are given."""
        return (leaves[0], *leaves[1 + self.first : self.first + len(self.sizes)])


@dataclass(frozen=True)
class Package:
    """Everything that one package holds.

    Attributes:
        id: of the package.
        made_us: when it is made, microseconds UTC.
        holder: the unit that hands it over.
        grant: the record ``grant`` that it rests on: leave to hand out (``handover``).
        parts: in the order of their files.
        chain: records of what was done with the footage up to here, oldest first.
        listed: the record ``evidence.listed``, by which the log knows what the package is to hold.
        gaps: the records ``gap`` and ``purge`` that say why something of the span is not there.
        documents: forms by file name, as PDF.
        keys: of the log and of the package's signer.
        witnesses: keys whose cosignatures may stand on checkpoints.
        tokens: RFC 3161 tokens and certificates by file name; none where no TSA is set.
    """

    id: UUID
    made_us: int
    holder: str
    grant: Proven
    parts: tuple[PackagePart, ...]
    chain: tuple[Proven, ...]
    documents: Mapping[str, bytes]
    keys: tuple[VerifierKey, ...]
    listed: Proven
    gaps: tuple[Proven, ...] = ()
    witnesses: tuple[VerifierKey, ...] = ()
    tokens: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.parts:
            raise PackageError("a package without footage proves nothing: choose a span in which something was kept")
        for names, form, ends in ((self.documents, _DOCUMENT, ".pdf"), (self.tokens, _TOKEN, ".tsr or .pem")):
            for name in names:
                if form.fullmatch(name) is None:
                    raise PackageError(
                        f"{name!r} has no name that a package takes: letters, digits, dash and underscore, 96 at most, then {ends}"
                    )
        if not self.grant.fields.get("handover") or self.grant.fields.get("span") is None:
            raise PackageError("the leave is not one to hand out a span of footage: no package can rest on it")

    @property
    def proven(self) -> tuple[Proven, ...]:
        """All records, in the order of their files: leave, pieces of footage, list, reasons, chain."""
        return (self.grant, *(part.sealed for part in self.parts), self.listed, *self.gaps, *self.chain)
