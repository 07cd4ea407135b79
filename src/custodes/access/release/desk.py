"""The node's masking desk for one person and one release: each call with a token of its own, under a leave that is on record (Q1); and the
masked copy on its way through the web, hashed as it passes, so that what was reviewed leaves whole and nothing else does.

One leave serves a person for an hour; each call is decided again. Nothing is asked of a node while a transaction is open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from custodes.access import leave
from custodes.access.ask import Ask
from custodes.access.grants import NotaryDown, ViewClosed
from custodes.access.leave import LeaveRefused
from custodes.access.models import Grant, Release
from custodes.access.models.grant import GrantQuerySet
from custodes.access.release import working
from custodes.access.release.looking import content_of, to_work_on
from custodes.access.release.working import MaskingRefused, Piece, Span, WorkerAway, WorkProgress
from custodes.access.revocation import revoke
from custodes.law.grounds import release
from custodes.people.models import Person
from custodes.people.records import record_language
from custodes.video.mask.sidecar import Sidecar

EXPIRES = timedelta(hours=1)
#: What the node's masking desk, or the leave to use it, may raise.
TROUBLES = (WorkerAway, MaskingRefused, LeaveRefused, ViewClosed, NotaryDown)


@dataclass(frozen=True)
class Desk:
    """Its calls raise `TROUBLES`."""

    person: Person
    row: Release

    def begin(self) -> None:
        """Have the footage read and looked through."""
        span = Span(*self.row.span)
        working.begin(self.row.pk, self.row.camera, span, self._token())

    def standing(self) -> WorkProgress:
        """How far it is."""
        return working.standing(self.row.pk, self.row.camera, self._token())

    def found(self) -> bytes:
        """The file of tracks as detectors found them."""
        return working.found(self.row.pk, self.row.camera, self._token())

    def film(self, first: int, last: int | None) -> Piece:
        """Bytes of the working film: a look at original pictures."""
        return working.film(self.row.pk, self.row.camera, self._token(), first, last)

    def write(self, sidecar: bytes, way: str) -> None:
        """Have the masked copy written."""
        working.write(self.row.pk, self.row.camera, sidecar, way, self._token())

    def copy(self) -> Piece:
        """The masked copy: a look too, until it is public."""
        return working.copy(self.row.pk, self.row.camera, self._token())

    def forget(self) -> bool:
        """Have the node delete working film, tracks and copy; whether there was anything."""
        at = timezone.now()
        ask = to_work_on(self.row, at, deletes=True)
        grant = self._open(ask, at)
        token = leave.piece_token(grant, ask, self.row.camera, at)
        removed = working.forget(self.row.pk, self.row.camera, token)
        Grant.objects.open().filter(pk=grant.pk).update(ended_at=timezone.now())
        return removed

    def _token(self) -> str:
        at = timezone.now()
        ask = to_work_on(self.row, at)
        return leave.piece_token(self._leave(ask, at), ask, self.row.camera, at)

    def _leave(self, ask: Ask, at: datetime) -> Grant:
        """The open leave of the last hour, or another one."""
        found = leaves(self.row).open().recorded().filter(person=self.person, asked_at__gt=at - EXPIRES).first()
        return found if found is not None else self._open(ask, at)

    def _open(self, ask: Ask, at: datetime) -> Grant:
        decided = leave.decided(self.person, ask, at)
        grant = decided.keep()
        decided.open(grant)
        return grant


@dataclass(frozen=True, slots=True)
class AtNode:
    """What a step has from the node (`cases.kind.Event.prepares`).

    Attributes:
        standing: of the film, as it was just now.
        found: the tracks that were found.
        digest: SHA-256 of the copy's bytes, read whole, hex.
        marked: SHA-256 of the tracks with which a copy is being written, hex.
    """

    standing: WorkProgress | None = None
    found: Sidecar | None = None
    digest: str = ""
    marked: str = ""


def leaves(row: Release) -> GrantQuerySet:
    """Leaves of this release."""
    return Grant.objects.filter(ground=release.NAME, content=content_of(row.pk))


def stop(row: Release, by: Person) -> None:
    """Nobody looks at its film any more, as it has come to the state in which it is."""
    with record_language():
        reason = str(row.get_state_display())
    revoke(leaves(row), by=str(by.uuid), reason=reason, clause="S30.2")


class CopyAltered(Exception):
    """The bytes at the node are others than those that were reviewed; the last of them were kept back."""


def checked(piece: Piece, wanted: str) -> Iterator[bytes]:
    """The bytes, each chunk when the next is there: the last one leaves once all of them are known to be those of `wanted`.

    Args:
        wanted: SHA-256 of the whole copy, hex.

    Raises:
        CopyAltered: they are others, behind all but the last chunk.
        WorkerAway: they stay short.
    """
    summed, held = hashlib.sha256(), b""
    try:
        for data in piece.chunks:
            summed.update(data)
            if held:
                yield held
            held = data
        if summed.hexdigest() != wanted:
            raise CopyAltered
        yield held
    finally:
        piece.close()


def digest_of(piece: Piece) -> str:
    """SHA-256 of all its bytes, hex; nothing of them is kept.

    Raises:
        WorkerAway: they stay short.
    """
    summed = hashlib.sha256()
    try:
        for data in piece.chunks:
            summed.update(data)
    finally:
        piece.close()
    return summed.hexdigest()
