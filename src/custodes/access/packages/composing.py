"""From a leave to hand out to a package: what nodes have sealed of it, what the notary proves, and bytes when their turn comes."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custodes.access.models import Grant
from custodes.access.packages.signing import log_key, signer, witness_keys
from custodes.access.papers import microseconds, span_us
from custodes.evidence.completeness import contents, holes_of
from custodes.evidence.package import Package, PackageError, PackageFootage, PackagePart, Proven, cut
from custodes.ledger.checkpoint import parse_proof
from custodes.ledger.client import MAX_PROVEN, ProvenEntry
from custodes.people import delivery as line
from custodes.places.models import Camera
from custodes.places.node_client import worker_client
from custodes.video.wire.archive import ListedSegment, SegmentAsk, Segments, SegmentsAsk

MOST_SEGMENTS = 5000
"""Pieces of sealed segments in one package: three days and a half of one camera at a minute each. What is held until the list is
written, proofs and hashes, grows with them; footage does not."""

MOST_FRAGMENTS = 400_000
"""Of those segments together: the list holds a hash of each, some 120 bytes in memory."""

PIECE_SECONDS = 60.0
"""A piece that the browser has not taken by then is broken off, as the worker does: nobody gets it after its leave was taken back."""

PROOF_SECONDS = 90.0
"""A record is under a checkpoint within a minute, and a node delivers its records within seconds; what takes longer has another reason."""

LOOK_SECONDS = 2.0
COSIGNED_TRIES = 5

SAME_TRIES = 3
"""How often proofs are asked for anew because a checkpoint came between them."""

TokenFor = Callable[[Camera], str]
"""A token for one question about one camera; decides again. Raises what `leave.piece_token` does."""


class TooManySegments(PackageError):
    """There are more than `MOST_SEGMENTS`, or `MOST_FRAGMENTS` in them; no byte of footage was asked for."""


class TooManyReasons(PackageError):
    """There are more than `MOST_REASONS`; no byte of footage was asked for."""


class TooSlow(PackageError):
    """The browser did not take a piece in `PIECE_SECONDS`."""


GAPS_WAIT_SECONDS = 20.0
"""How long a reason why something is missing is waited for; a hole without one is said to be unexplained."""

MOST_REASONS = 5000
"""Records that say why something is missing, in one package; where there are more it is not made, so that nothing explained is called
unexplained."""


@dataclass(frozen=True, slots=True)
class FoundSegment:
    """A sealed segment of a camera, and which of its fragments lie within the span: a few hundred bytes, however it was listed.

    Attributes:
        record: id of its ``segment.sealed``.
        sequence, start_us: by which the worker finds it again.
        first: number of the first fragment that is given, from 0.
        from_us, to_us: what is given of it, µs UTC.
        sizes: bytes of the initialisation segment and of each fragment that is given.
    """

    camera: Camera
    record: UUID
    sequence: int
    start_us: int
    first: int
    from_us: int
    to_us: int
    sizes: Sequence[int]

    @property
    def count(self) -> int:
        """Fragments that are given."""
        return len(self.sizes) - 1


def _found(camera: Camera, segment: ListedSegment, span: tuple[int, int]) -> FoundSegment | None:
    """What of it lies within the span; None where nothing does."""
    part = cut([(start, end, key) for _size, start, end, key in segment.fragments], span)
    if part is None:
        return None
    given = segment.fragments[part.first : part.first + part.count]
    sizes = array("Q", (segment.init_size, *(size for size, *_ in given)))
    return FoundSegment(
        *(camera, segment.record, segment.sequence, segment.start_us),
        *(part.first, part.from_us, part.to_us, sizes),
    )


def find(grant: Grant, cameras: Sequence[Camera], token_for: TokenFor) -> tuple[list[FoundSegment], list[UUID]]:
    """What is sealed of each camera within the leave's span, cut inward, in the order of cameras and times; and the ids of the nodes'
    records that say why something is not there.

    Raises:
        TooManySegments: more than one package takes.
        NodeUnreachable, NodeBusy: a worker did not answer.
    """
    span = span_us(grant.span)
    if span is None:
        raise PackageError("the leave has no span")
    found: list[FoundSegment] = []
    gaps: dict[UUID, None] = {}
    fragments = 0
    for camera in cameras:
        for segment in _listed(camera, span, token_for, gaps):
            part = _found(camera, segment, span)
            if part is None:
                continue
            fragments += len(segment.fragments)
            if len(found) == MOST_SEGMENTS or fragments > MOST_FRAGMENTS:
                raise TooManySegments(
                    f"more than {MOST_SEGMENTS} segments or {MOST_FRAGMENTS} fragments in one package"
                )
            found.append(part)
    return found, list(gaps)


def _listed(
    camera: Camera, span: tuple[int, int], token_for: TokenFor, gaps: dict[UUID, None]
) -> Iterator[ListedSegment]:
    client, seen = worker_client(camera.node, camera.worker), set[tuple[int, int]]()

    def ask(at: int) -> Segments:
        answer = client.segments(SegmentsAsk(token=token_for(camera), camera=camera.id, from_us=at))
        gaps.update(dict.fromkeys(answer.gaps))
        return answer

    answer = ask(span[0])
    gaps_from = answer.gaps_from
    while gaps_from is not None and len(gaps) <= MOST_REASONS:
        before, gaps_from = gaps_from, ask(gaps_from).gaps_from
        if gaps_from is not None and gaps_from <= before:
            raise PackageError(f"the node lists gaps from {gaps_from} behind {before}")
    while True:
        fresh = [one for one in answer.segments if (one.sequence, one.start_us) not in seen]
        yield from fresh
        if not answer.more or not fresh:
            return
        seen |= {(one.sequence, one.start_us) for one in fresh}
        answer = ask(max(one.start_us for one in fresh))


def logged(
    ids: Sequence[UUID], reasons: Sequence[UUID], wait: Callable[[float], None] | None = None
) -> tuple[list[Proven], list[Proven]]:
    """Records as the log has them, under a checkpoint or not yet: what they say, and no proof of it.

    Args:
        reasons: records that a package can do without: of these come those that the log has in time.

    Raises:
        PackageError: one is not in the log in time.
        NotaryUnavailable, NotaryRefused.
    """
    found: dict[UUID, ProvenEntry] = {}
    for turn in range(int(PROOF_SECONDS / LOOK_SECONDS) + 1):
        _look(found, [one for one in (*ids, *reasons) if one not in found])
        missing = [one for one in ids if one not in found]
        if not missing and (len(found) == len({*ids, *reasons}) or turn * LOOK_SECONDS >= GAPS_WAIT_SECONDS):
            said = {pk: Proven(one.record, one.salt, one.entry, "") for pk, one in found.items()}
            return [said[one] for one in ids], [said[one] for one in reasons if one in said]
        (wait or time.sleep)(LOOK_SECONDS)
    raise PackageError(f"{len(missing)} records are not under a checkpoint of the log yet")


def _look(found: dict[UUID, ProvenEntry], ids: Sequence[UUID]) -> None:
    """Ask the notary for these."""
    for at in range(0, len(ids), MAX_PROVEN):
        piece = ids[at : at + MAX_PROVEN]
        answers = zip(piece, line.notary().proven(piece), strict=True)
        found |= {one: entry for one, entry in answers if entry is not None}


def prove(ids: Sequence[UUID], wait: Callable[[float], None] = time.sleep) -> list[Proven]:
    """Records with their proofs; waits for the checkpoint that covers the newest of them, has all under one where it can,
    and under a cosigned one where witnesses answer.

    Raises:
        PackageError: one is not under a checkpoint in time.
        NotaryUnavailable, NotaryRefused.
    """
    found: dict[UUID, ProvenEntry] = {}
    again = uncosigned = 0
    names = {key.name for key in witness_keys()}
    for turn in range(int(PROOF_SECONDS / LOOK_SECONDS) + 1):
        answers: dict[UUID, ProvenEntry] = {}
        _look(answers, [one for one in ids if one not in found])
        found |= {one: entry for one, entry in answers.items() if entry.proof is not None}
        if len(found) == len(set(ids)):
            if again < SAME_TRIES and len({parse_proof(one.proof or "").note for one in found.values()}) > 1:
                # Under one checkpoint they are one statement, which a time stamp can be over.
                again += 1
                found.clear()
                continue
            if uncosigned < COSIGNED_TRIES and names and not _cosigned(found.values(), names):
                # A witness answers within seconds; one that is away holds up no package.
                uncosigned += 1
                found.clear()
                wait(LOOK_SECONDS)
                continue
            return [Proven(found[one].record, found[one].salt, found[one].entry, found[one].proof or "") for one in ids]
        if turn * LOOK_SECONDS < PROOF_SECONDS:
            wait(LOOK_SECONDS)
    raise PackageError(f"{len(set(ids)) - len(found)} records are not under a checkpoint of the log yet")


def _cosigned(found: Iterable[ProvenEntry], names: set[str]) -> bool:
    """Whether every proof bears a line of a witness; that it holds is the notary's word, and every verifier's again."""
    return all(any(f"\n— {name} " in (one.proof or "") for name in names) for one in found)


def compose(
    identity: UUID,
    made_at: datetime,
    grant: Grant,
    found: Sequence[FoundSegment],
    gaps: Sequence[UUID],
    listing: Listing,
    chain: Sequence[UUID],
    documents: Mapping[str, bytes],
    token_for: TokenFor,
    closing: ExitStack,
) -> Package:
    """The package, before any byte of footage is read; the log knows by then what it is going to hold.

    Args:
        identity: of the package.
        made_at: when it is made, aware.
        found, gaps: of `find`, and what else says why something is missing.
        listing: enters in the log what is going to be in it.
        chain: ids of the records of what was done up to here.
        documents: printed forms by file name.
        closing: closes the connection on which footage comes.

    Raises:
        TooManyReasons: more than one package takes.
        PackageError: nothing is there, or a record is not proven in time.
        NotaryUnavailable, NotaryRefused, KeyFileError.
    """
    if len(gaps) > MOST_REASONS:
        raise TooManyReasons(f"more than {MOST_REASONS} records say why something is missing")
    sealed_ids = [one.record for one in found]
    (leave, *sealed), reasons = logged([grant.record_id, *sealed_ids], gaps)
    parts = _parts(found, sealed, token_for, closing)
    reasons = _useful(leave, parts, reasons)
    told = listing(contents(leave, parts, reasons), len(parts), len(reasons))
    why = [UUID(str(one.fields["id"])) for one in reasons]
    proofs = prove([grant.record_id, *sealed_ids, told, *why, *chain])
    at = 1 + len(found)
    return Package(
        id=identity,
        made_us=microseconds(made_at),
        holder=grant.request.holder.name if grant.request else grant.unit.name,
        grant=proofs[0],
        parts=_parts(found, proofs[1:], token_for, closing),
        listed=proofs[at],
        gaps=tuple(proofs[at + 1 : at + 1 + len(why)]),
        chain=tuple(proofs[at + 1 + len(why) :]),
        documents=documents,
        keys=(log_key(), signer().verifier),
        witnesses=witness_keys(),
    )


Listing = Callable[[str, int, int], UUID]
"""Told the contents, how many pieces and how many reasons: enters them in the log and says under which id."""


def _useful(grant: Proven, parts: tuple[PackagePart, ...], reasons: Sequence[Proven]) -> list[Proven]:
    """Of the reasons those that explain a hole; a gap that lies where footage is (`gap.filled`) explains nothing."""
    used = {one.record for one in holes_of(grant, parts, reasons)}
    return [one for one in reasons if UUID(str(one.fields["id"])) in used]


def _parts(
    found: Sequence[FoundSegment], proofs: Sequence[Proven], token_for: TokenFor, closing: ExitStack
) -> tuple[PackagePart, ...]:
    return tuple(
        PackagePart(
            one.camera.number,
            one.camera.name,
            sealed,
            one.first,
            one.sizes,
            one.from_us,
            one.to_us,
            _opener(one, token_for, closing),
        )
        for one, sealed in zip(found, proofs[: len(found)], strict=True)
    )


def _opener(one: FoundSegment, token_for: TokenFor, closing: ExitStack) -> Callable[[], PackageFootage]:
    def opened() -> PackageFootage:
        begun = time.monotonic()
        ask = SegmentAsk(
            token=token_for(one.camera),
            camera=one.camera.id,
            sequence=one.sequence,
            start_us=one.start_us,
            first=one.first,
            count=one.count,
        )
        closing.close()  # the connection of the part before
        head, pieces = closing.enter_context(worker_client(one.camera.node, one.camera.worker).segment(ask))
        return PackageFootage(
            tuple(bytes.fromhex(leaf) for leaf in head.leaves), _in_time(pieces, begun + PIECE_SECONDS)
        )

    return opened


def _in_time(pieces: Iterable[bytes], until: float) -> Iterator[bytes]:
    """What a browser that stalls left in a buffer on the way is not sent after its time.

    Raises:
        TooSlow: the time is over.
    """
    for piece in pieces:
        if time.monotonic() >= until:
            raise TooSlow("a piece was not taken in time")
        yield piece
