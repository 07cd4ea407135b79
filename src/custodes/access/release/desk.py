"""The node's masking desk for one person and one release: each call with a token of its own, under a leave that is on record (Q1).

One leave serves a person for an hour; each call is decided again. Nothing is asked of a node while a transaction is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from custodes.access.grants import NotaryDown, ViewClosed
from custodes.access.models import Grant, Ground, Release
from custodes.access.models.grant import GrantQuerySet
from custodes.access.release import leave, working
from custodes.access.release.leave import LeaveRefused
from custodes.access.release.looking import decision_of, to_delete
from custodes.access.release.working import MaskingRefused, Piece, Span, Standing, WorkerAway
from custodes.access.revocation import revoke
from custodes.people.models import Person

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

    def standing(self) -> Standing:
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
        decide = to_delete(self.row.pk)
        grant = leave.open_leave(
            self.person, self.row.camera, Span(*self.row.span), self.row.pk, decide, purpose=self.row.purpose, at=at
        )
        token = leave.piece_token(grant, self.row.camera, decide, at)
        removed = working.forget(self.row.pk, self.row.camera, token)
        Grant.objects.open().filter(pk=grant.pk).update(ended_at=timezone.now())
        return removed

    def _token(self) -> str:
        at, decide = timezone.now(), decision_of(self.row.pk)
        return leave.piece_token(self._leave(at), self.row.camera, decide, at)

    def _leave(self, at: datetime) -> Grant:
        """The open leave of the last hour, or another one."""
        found = leaves(self.row).open().recorded().filter(person=self.person, asked_at__gt=at - EXPIRES).first()
        if found is not None:
            return found
        decide, span = decision_of(self.row.pk), Span(*self.row.span)
        return leave.open_leave(
            self.person, self.row.camera, span, self.row.pk, decide, purpose=self.row.purpose, at=at
        )


def leaves(row: Release) -> GrantQuerySet:
    """Leaves of this release."""
    return Grant.objects.filter(ground=Ground.RELEASE, content=leave.content_of(row.pk))


def stop(row: Release, by: Person, reason: str) -> None:
    """Nobody looks at its film any more."""
    revoke(leaves(row), by=str(by.uuid), reason=reason, clause="S30.2")
