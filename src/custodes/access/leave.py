"""Leave to do more with footage than look: to hand it out, or to mask a film. On record before the first byte, decided again for each piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.access.ask import Ask, Granted, Refused
from custodes.access.decision import decide
from custodes.access.grants import NotaryDown, ViewClosed, deny, record_and_sign, store
from custodes.access.models import Grant
from custodes.access.papers import token_requests
from custodes.access.revocation import revoke
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people import delivery as line
from custodes.people.models import Person
from custodes.places.models import Camera


class LeaveRefused(Exception):
    """It may not be.

    Attributes:
        refused: what is not met, each with its clause.
    """

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.unmet[0].reason_zh)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class LeaveDecided:
    """That it may be: nothing is on record, and nothing open, before the leave is kept and opened."""

    person: Person
    ask: Ask
    granted: Granted

    def keep(self) -> Grant:
        """The leave's row, which opens nothing."""
        return store(self.person, self.ask, self.granted, still=False)

    def open(self, grant: Grant) -> None:
        """Record it.

        Raises:
            NotaryDown: nothing was granted.
        """
        record_and_sign(grant, self.ask.cameras)  # its tokens are not used: each piece has one of its own


def decided(person: Person, ask: Ask, at: datetime) -> LeaveDecided:
    """Decide.

    Raises:
        LeaveRefused: the refusal is on record.
    """
    verdict = decide(person, ask, at)
    if isinstance(verdict, Refused):
        deny(person, ask, verdict, at)
        raise LeaveRefused(verdict)
    return LeaveDecided(person, ask, verdict)


def piece_token(grant: Grant, ask: Ask, camera: Camera, at: datetime) -> str:
    """Decide again, and a token for one piece of one camera.

    The row is looked at once more behind the notary's answer, as `grants.renew` does: what took the leave back meanwhile may have been
    too early for the notary and for the push.

    Args:
        ask: for which the leave was given.

    Raises:
        LeaveRefused: it may not be any more; the leave is taken back, with this reason.
        ViewClosed: it was taken back or ended by somebody.
        NotaryDown: no token.
    """
    verdict = decide(grant.person, ask, at)
    if isinstance(verdict, Refused):
        first = verdict.unmet[0]
        revoke(Grant.objects.filter(pk=grant.pk), by="system", reason=first.reason_zh, clause=first.clause)
        raise LeaveRefused(verdict)
    if not Grant.objects.open().filter(pk=grant.pk).update(renewed_at=at):
        raise ViewClosed
    [request] = token_requests(grant, (camera,))
    try:
        [token] = line.notary().renew(grant.id, [request.claims])
    except (NotaryUnavailable, NotaryRefused) as error:
        raise NotaryDown(str(error)) from error
    if not Grant.objects.open().filter(pk=grant.pk).update(renewed_at=at):
        raise ViewClosed
    return token
