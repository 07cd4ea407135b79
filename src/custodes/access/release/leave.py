"""Leave to mask footage for public release, and to look at its working film: on record before the first token, asked again for each call.

Whether it may be is the release's to say (its machine knows who works on it, in which state): it comes as an argument, and is asked
each time. What it grants is of the ground *release*, which makes it leave to mask: it opens no view, no sound and no original bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from custodes.access import notary as line
from custodes.access.ask import Ask, Granted, Refused
from custodes.access.grants import NotaryDown, ViewClosed, deny, record_and_sign, store
from custodes.access.models import Grant
from custodes.access.papers import token_requests
from custodes.access.release.conditions import NO_ACCOUNT
from custodes.access.release.working import Span
from custodes.access.revocation import revoke
from custodes.law.grounds import release as ground
from custodes.law.grounds.ground import Unmet
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.models import Account, Person
from custodes.places.models import Camera

Decide = Callable[[Person, datetime], tuple[Unmet, ...]]
"""What keeps this person from working on the release at this moment, empty when nothing does."""


class LeaveRefused(Exception):
    """It may not be.

    Attributes:
        refused: what is not met, each with its clause.
    """

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.unmet[0].reason_zh)
        self.refused = refused


def open_leave(
    person: Person, camera: Camera, span: Span, release: UUID, decide: Decide, *, purpose: str, at: datetime
) -> Grant:
    """Decide and record.

    Args:
        release: it stands in the grant's content, so that the log says which release the leave is of.
        purpose: what the footage is published for.

    Raises:
        LeaveRefused: the refusal is on record.
        NotaryDown: nothing was granted.
    """
    ask = Ask((camera,), False, (span.begin, span.end), purpose, content_of(release), at)
    if unmet := _unmet(person, decide, at):
        refused = Refused(ground.NAME, unmet)
        deny(person, ask, refused, at)
        raise LeaveRefused(refused)
    grant = store(person, ask, Granted(ground.NAME, ground.CLAUSES, None, None, 0), still=False)
    record_and_sign(grant, ask.cameras)  # its token is not used: each call has one of its own
    return grant


def piece_token(grant: Grant, camera: Camera, decide: Decide, at: datetime) -> str:
    """Decide again, and a token for one call of `working`.

    The row is looked at once more behind the notary's answer, as `grants.renew` does: what took the leave back meanwhile may have been
    too early for the notary and for the push.

    Raises:
        LeaveRefused: it may not be any more; the leave is taken back, with this reason.
        ViewClosed: it was taken back or ended by somebody.
        NotaryDown: no token.
    """
    if unmet := _unmet(grant.person, decide, at):
        first = unmet[0]
        revoke(Grant.objects.filter(pk=grant.pk), by="system", reason=first.reason_zh, clause=first.clause)
        raise LeaveRefused(Refused(ground.NAME, unmet))
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


def content_of(release: UUID) -> str:
    """How a grant names its release."""
    return f"公共传播 {release}"


def _unmet(person: Person, decide: Decide, at: datetime) -> tuple[Unmet, ...]:
    if not Account.objects.filter(person=person, is_active=True).exists():
        return (NO_ACCOUNT,)
    return decide(person, at)
