"""From a leave to hand out to a package: what nodes have sealed of it, what the notary proves, and bytes when their turn comes."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custodes.access import notary as line
from custodes.access.models import Grant
from custodes.access.packages.keys import log_key, signer, witness_keys
from custodes.access.papers import microseconds, span_us
from custodes.evidence.cutting import cut
from custodes.evidence.package import Footage, Package, PackageError, Part, Proven
from custodes.ledger.client import MAX_PROVEN, ProvenEntry
from custodes.ledger.proof import parse_proof
from custodes.places.models import Camera
from custodes.places.node_client import worker_client
from custodes.video.wire.handing import ListedSegment, SegmentAsk, SegmentsAsk

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


class TooSlow(PackageError):
    """The browser did not take a piece in `PIECE_SECONDS`."""


@dataclass(frozen=True, slots=True)
class Found:
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


def _found(camera: Camera, segment: ListedSegment, span: tuple[int, int]) -> Found | None:
    """What of it lies within the span; None where nothing does."""
    part = cut([(start, end, key) for _size, start, end, key in segment.fragments], span)
    if part is None:
        return None
    given = segment.fragments[part.first : part.first + part.count]
    sizes = array("Q", (segment.init_size, *(size for size, *_ in given)))
    return Found(
        *(camera, segment.record, segment.sequence, segment.start_us),
        *(part.first, part.from_us, part.to_us, sizes),
    )


def find(grant: Grant, cameras: Sequence[Camera], token_for: TokenFor) -> list[Found]:
    """What is sealed of each camera within the leave's span, cut inward, in the order of cameras and times.

    Raises:
        TooManySegments: more than one package takes.
        NodeUnreachable, NodeBusy: a worker did not answer.
    """
    span = span_us(grant.span)
    if span is None:
        raise PackageError("the leave has no span")
    found: list[Found] = []
    fragments = 0
    for camera in cameras:
        for segment in _listed(camera, span, token_for):
            part = _found(camera, segment, span)
            if part is None:
                continue
            fragments += len(segment.fragments)
            if len(found) == MOST_SEGMENTS or fragments > MOST_FRAGMENTS:
                raise TooManySegments(
                    f"more than {MOST_SEGMENTS} segments or {MOST_FRAGMENTS} fragments in one package"
                )
            found.append(part)
    return found


def _listed(camera: Camera, span: tuple[int, int], token_for: TokenFor) -> Iterator[ListedSegment]:
    client, from_us, seen = worker_client(camera.node, camera.worker), span[0], set[tuple[int, int]]()
    while True:
        answer = client.segments(SegmentsAsk(token=token_for(camera), camera=camera.id, from_us=from_us))
        fresh = [one for one in answer.segments if (one.sequence, one.start_us) not in seen]
        yield from fresh
        if not answer.more or not fresh:
            return
        seen |= {(one.sequence, one.start_us) for one in fresh}
        from_us = max(one.start_us for one in fresh)


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
        left = [one for one in ids if one not in found]
        for at in range(0, len(left), MAX_PROVEN):
            piece = left[at : at + MAX_PROVEN]
            found |= {
                one: entry
                for one, entry in zip(piece, line.notary().proven(piece), strict=True)
                if entry is not None and entry.proof is not None
            }
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
    found: Sequence[Found],
    chain: Sequence[UUID],
    documents: Mapping[str, bytes],
    token_for: TokenFor,
    closing: ExitStack,
) -> Package:
    """The package, before any byte of footage is read.

    Args:
        identity: of the package.
        made_at: when it is made, aware.
        found: of `find`.
        chain: ids of the records of what was done up to here.
        documents: printed forms by file name.
        closing: closes the connection on which footage comes.

    Raises:
        PackageError: nothing is there, or a record is not proven in time.
        NotaryUnavailable, NotaryRefused, KeyFileError.
    """
    grant_proof, *proofs = prove([grant.record_id, *(one.record for one in found), *chain])
    parts = tuple(
        Part(
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
    return Package(
        id=identity,
        made_us=microseconds(made_at),
        holder=grant.request.holder.name if grant.request else grant.unit.name,
        grant=grant_proof,
        parts=parts,
        chain=tuple(proofs[len(found) :]),
        documents=documents,
        keys=(log_key(), signer().verifier),
        witnesses=witness_keys(),
    )


def _opener(one: Found, token_for: TokenFor, closing: ExitStack) -> Callable[[], Footage]:
    def opened() -> Footage:
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
        return Footage(tuple(bytes.fromhex(leaf) for leaf in head.leaves), _in_time(pieces, begun + PIECE_SECONDS))

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
