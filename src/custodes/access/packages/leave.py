"""Leave to hand out: decided like a look under the request, on record before the first byte, and asked again before each piece."""

from __future__ import annotations

from datetime import datetime

from custodes.access import notary as line
from custodes.access.agency import looking
from custodes.access.ask import Ask, Granted, Refused
from custodes.access.grants import NotaryDown, ViewClosed, ask_of, deny, record_and_sign, store
from custodes.access.models import AgencyRequest, Grant, Way
from custodes.access.papers import token_requests
from custodes.access.revocation import revoke
from custodes.law.grounds import agency
from custodes.law.grounds.ground import Unmet
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.models import Person
from custodes.places.models import Camera


class LeaveRefused(Exception):
    """Nothing may be handed out.

    Attributes:
        refused: what is not met, each with its clause.
    """

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.unmet[0].reason_zh)
        self.refused = refused


def ask_for(row: AgencyRequest, at: datetime) -> Ask:
    """All that the request names; `decide` says whether it may be."""
    cameras = tuple(row.cameras.select_related("node", "system__site").order_by("number"))
    return Ask(cameras, False, row.span, row.purpose, row.content, at, row)


def decide(person: Person, ask: Ask, at: datetime) -> Granted | Refused:
    """Whether the footage may be handed out at this moment: what a look needs, and that it was asked for (S27's 调取, 复制)."""
    assert ask.request is not None
    verdict = looking.decide(person, ask, at)
    if AgencyRequest.objects.values_list("way", flat=True).get(pk=ask.request.pk) == Way.CONSULT:
        more = verdict.unmet if isinstance(verdict, Refused) else ()
        return Refused(agency.NAME, (*more, _ONLY_TO_CONSULT))
    return verdict


def open_leave(person: Person, row: AgencyRequest, at: datetime) -> Grant:
    """Decide and record.

    Raises:
        LeaveRefused: the refusal is on record.
        NotaryDown: nothing was granted.
    """
    ask = ask_for(row, at)
    verdict = decide(person, ask, at)
    if isinstance(verdict, Refused):
        deny(person, ask, verdict, at)
        raise LeaveRefused(verdict)
    grant = store(person, ask, verdict, still=False, handover=True)
    record_and_sign(grant, ask.cameras)  # its tokens are not used: each piece has one of its own
    return grant


def piece_token(grant: Grant, camera: Camera, at: datetime) -> str:
    """Decide again, and a token for one question about one camera.

    Raises:
        LeaveRefused: it may not be any more; the leave is taken back, with this reason.
        ViewClosed: it was taken back or ended by somebody.
        NotaryDown: no token.
    """
    ask = ask_of(grant, tuple(grant.cameras.select_related("node", "system__site")))
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
    return token


_ONLY_TO_CONSULT = Unmet(
    "S27",
    "该申请只为查阅，没有申请调取或者复制",
    "the request is to consult alone, not to retrieve or copy",
    "需要调取、复制的，请另行申请",
    "ask anew to retrieve or copy",
)
