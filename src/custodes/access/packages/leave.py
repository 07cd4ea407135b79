"""Leave to hand out: decided like a look under the request, on record before the first byte, and asked again before each piece."""

from __future__ import annotations

from datetime import datetime

from custodes.access import notary as line
from custodes.access.agency import looking, presence
from custodes.access.ask import Ask, Granted, Refused
from custodes.access.grants import NotaryDown, ViewClosed, ask_of, deny, record_and_sign, store
from custodes.access.models import AgencyRequest, AgencyState, Grant, Way
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
    """Whether the footage may be handed out at this moment: what a look needs, and more than a look needs.

    It was asked for (S27's 调取, 复制); the holder's staff make it, in a sitting of theirs with both officers (S28.1(1)); and what was
    granted in a hurry was reviewed, since a copy can't be taken back as a look can.
    """
    assert ask.request is not None
    verdict = looking.decide(person, ask, at)
    row = AgencyRequest.objects.get(pk=ask.request.pk)
    more: list[Unmet] = []
    if presence.sitting_of(row, person) is None or row.officers.filter(person=person).exists():
        more.append(_NO_SITTING)
    if row.state == AgencyState.GRANTED_URGENT:
        more.append(_NOT_REVIEWED)
    if row.way == Way.CONSULT:
        more.append(_ONLY_TO_CONSULT)
    if not more:
        return verdict
    return Refused(agency.NAME, (*(verdict.unmet if isinstance(verdict, Refused) else ()), *more))


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

    The row is looked at once more behind the notary's answer, as `grants.renew` does: what took the leave back meanwhile may have been
    too early for the notary and for the push.

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
    if not Grant.objects.open().filter(pk=grant.pk).update(renewed_at=at):
        raise ViewClosed
    return token


_NO_SITTING = Unmet(
    "S28.1(1)",
    "复制件由持有单位的人员在窗口制作，两名工作人员同时在场；现在没有您登记的到场",
    "a copy is made by the holder's staff at the counter while both officers are there; no sitting of yours is open",
    "请持有单位的人员先登记两名工作人员到场，再制作",
    "the holder's staff enter first that both officers are there",
)
_NOT_REVIEWED = Unmet(
    "S33.1",
    "紧急准予尚未补审，不能提供复制件",
    "what was granted in a hurry was not reviewed yet: no copy is handed out",
    "请先由另一人补审；补审前可以继续查阅",
    "another person reviews it first; looking goes on meanwhile",
)
_ONLY_TO_CONSULT = Unmet(
    "S27",
    "该申请只为查阅，没有申请调取或者复制",
    "the request is to consult alone, not to retrieve or copy",
    "需要调取、复制的，请另行申请",
    "ask anew to retrieve or copy",
)
