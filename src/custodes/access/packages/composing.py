"""From a leave to hand out to a package: what nodes have sealed of it, what the notary proves, and bytes when their turn comes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custodes.access import notary as line
from custodes.access.models import Grant
from custodes.access.packages.keys import log_key, signer
from custodes.access.papers import microseconds, span_us
from custodes.evidence.cutting import cut
from custodes.evidence.package import Footage, Package, PackageError, Part, Proven
from custodes.ledger.client import MAX_PROVEN, ProvenEntry
from custodes.places.models import Camera
from custodes.places.node_client import worker_client
from custodes.video.wire.handing import ListedSegment, SegmentAsk, SegmentsAsk

PROOF_SECONDS = 120.0
"""A record is under a checkpoint within a minute, and a node delivers its records within seconds; what takes longer has another reason."""

LOOK_SECONDS = 2.0

TokenFor = Callable[[Camera], str]
"""A token for one question about one camera; decides again. Raises what `leave.piece_token` does."""


@dataclass(frozen=True)
class Found:
    """A sealed segment of a camera, and which of its fragments lie within the span."""

    camera: Camera
    segment: ListedSegment
    first: int
    count: int
    from_us: int
    to_us: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Bytes of the initialisation segment and of each fragment that is given."""
        given = self.segment.fragments[self.first : self.first + self.count]
        return (self.segment.init_size, *(size for size, *_ in given))


def find(grant: Grant, cameras: Sequence[Camera], token_for: TokenFor) -> list[Found]:
    """What is sealed of each camera within the leave's span, cut inward, in the order of cameras and times.

    Raises:
        NodeUnreachable, NodeBusy: a worker did not answer.
    """
    span = span_us(grant.span)
    if span is None:
        raise PackageError("the leave has no span")
    found = []
    for camera in cameras:
        for segment in _listed(camera, span, token_for):
            cut_ = cut([(start, end, key) for _size, start, end, key in segment.fragments], span)
            if cut_ is not None:
                found.append(Found(camera, segment, cut_.first, cut_.count, cut_.from_us, cut_.to_us))
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
    """Records with their proofs; waits for the checkpoint that covers the newest of them.

    Raises:
        PackageError: one is not under a checkpoint in time.
        NotaryUnavailable, NotaryRefused.
    """
    found: dict[UUID, ProvenEntry] = {}
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
            return [Proven(found[one].record, found[one].salt, found[one].entry, found[one].proof or "") for one in ids]
        if turn * LOOK_SECONDS < PROOF_SECONDS:
            wait(LOOK_SECONDS)
    raise PackageError(f"{len(set(ids)) - len(found)} records are not under a checkpoint of the log yet")


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
    grant_proof, *proofs = prove([grant.record_id, *(one.segment.record for one in found), *chain])
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
    )


def _opener(one: Found, token_for: TokenFor, closing: ExitStack) -> Callable[[], Footage]:
    def opened() -> Footage:
        ask = SegmentAsk(
            token=token_for(one.camera),
            camera=one.camera.id,
            sequence=one.segment.sequence,
            start_us=one.segment.start_us,
            first=one.first,
            count=one.count,
        )
        closing.close()  # the connection of the part before
        head, pieces = closing.enter_context(worker_client(one.camera.node, one.camera.worker).segment(ask))
        return Footage(tuple(bytes.fromhex(leaf) for leaf in head.leaves), pieces)

    return opened
